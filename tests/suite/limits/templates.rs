//! Templates that would run endlessly or use too much memory: each ends soon, with one problem.

use std::time::Instant;

use crate::support::{SITE_TOML, Site, article};

/// Templates for every article page, with the code and the message that they cause.
const BOMBS: [(&str, &str, &str); 21] = [
    (
        "{% for a in range(end=100000) %}{% for b in range(end=100000) %}{% endfor %}{% endfor %}",
        "too-slow",
        "does not finish",
    ),
    (
        "{% for a in range(end=100000) %}{% for b in range(end=100000) %}{% if a == b + 1 %}x{% endif %}{% endfor %}{% endfor %}",
        "too-slow",
        "",
    ),
    ("{% for a in range(end=100000) %}{% for b in range(end=100000) %}x{% endfor %}{% endfor %}", "", ""),
    (
        "{% set x = \"xxxxxxxx\" %}{% for a in range(end=100) %}{% set_global x = x ~ x %}{% endfor %}",
        "too-large",
        "a value",
    ),
    (
        "{% set_global x = \"xxxxxxxx\" %}{% for a in range(end=100) %}{% set_global x %}{{ x }}{{ x }}{% endset %}{% endfor %}",
        "",
        "",
    ),
    ("{% set_global x = [1] %}{% for a in range(end=100) %}{% set_global x = [x, x] %}{% endfor %}", "too-large", ""),
    ("{% set_global x = [1] %}{% for a in range(end=100000) %}{% set_global x = [x] %}{% endfor %}", "too-large", ""),
    (
        "{% set_global x = {\"a\": 1} %}{% for a in range(end=100) %}{% set_global x = {\"a\": x, \"b\": x} %}{% endfor %}",
        "too-large",
        "",
    ),
    (
        "{% set_global x = [1] %}{% for a in range(end=100) %}{% set_global x = [...x, ...x] %}{% endfor %}",
        "too-large",
        "",
    ),
    ("{{ [[b for b in range(end=100000)] for a in range(end=100000)] | length }}", "too-slow", ""),
    ("{% set r = range(end=100000) %}{% set x = [[b for b in r] for a in r] %}", "too-slow", ""),
    ("{% set x %}{% for a in range(end=100000) %}{{ range(end=1000) }}{% endfor %}{% endset %}", "too-slow", ""),
    (
        "{% set x %}{% for a in range(end=100000) %}{% raw %}0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789{% endraw %}{% endfor %}{% endset %}",
        "",
        "",
    ),
    (
        "{% filter upper %}{% for a in range(end=100000) %}{% for a in range(end=1000) %}aaaaaaaaaa{% endfor %}{% endfor %}{% endfilter %}",
        "too-slow",
        "",
    ),
    (
        "{% set x = range(end=100000) | join(sep=\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\") %}",
        "too-large",
        "",
    ),
    (
        "{% set x = range(end=100000) | join(sep=\"aaaaaaaaaaaaaaa\") %}{{ x | replace(from=\"a\", to=x) | length }}",
        "too-large",
        "",
    ),
    ("{% set x = range(end=100000) | join(sep=\"\n\") %}{{ x | indent(width=1000) | length }}", "too-large", ""),
    ("{{ <twice x={\"xxxxxxxxxxxxxxxx\"} n={1} /> }}", "too-large", ""),
    ("{{ <many n={1} /> }}", "", ""),
    ("{% <wrapped n={1}> %}0123456789{% </wrapped> %}", "", ""),
    (
        "{{ article.title ~ 1 ~ 2 ~ 3 ~ 4 ~ 5 ~ 6 ~ 7 ~ 8 ~ 9 ~ 10 ~ 1 ~ 2 ~ 3 ~ 4 ~ 5 ~ 6 ~ 7 ~ 8 ~ 9 ~ 20 ~ 1 ~ 2 ~ 3 ~ 4 ~ 5 ~ 6 ~ 7 ~ 8 ~ 9 ~ 30 ~ 1 ~ 2 ~ 3 }}",
        "template",
        "joins",
    ),
];

/// Recursive components. Tera stops at a depth of twenty, and each level may call itself twice or more.
const COMPONENTS: &str = "{% component twice(x, n) %}{{ <twice x={x ~ x ~ x ~ x} n={n + 1} /> }}{% endcomponent twice %}\n\
    {% component many(n) %}{% if n < 20 %}{{ <many n={n + 1} /> }}{{ <many n={n + 1} /> }}{{ <many n={n + 1} /> }}\
    {{ <many n={n + 1} /> }}{% endif %}{% endcomponent many %}\n\
    {% component wrapped(n) %}{% if n < 20 %}{% <wrapped n={n + 1}> %}{{ body }}{{ body }}{{ body }}{{ body }}\
    {% </wrapped> %}{% endif %}{% endcomponent wrapped %}\n";

fn site(articles: usize, template: &str) -> Site {
    let site = Site::new(SITE_TOML);
    for n in 0..articles {
        site.write(&format!("content/articles/a{n}.md"), &article("A", "2024-05-06", "", "Body."));
    }
    let block = format!(
        "{{% extends \"themes/default/article.html\" %}}\n{{% block after %}}\n{template}\n{{% endblock after %}}\n"
    );
    site.write("templates/article.html", &block);
    site.write("templates/components/bombs.html", COMPONENTS);
    site
}

#[test]
fn bombs_end_soon() {
    let asked = std::env::var("RECTO_BOMB").ok().and_then(|n| n.parse::<usize>().ok());
    for (n, (bomb, code, message)) in BOMBS.into_iter().enumerate() {
        if asked.is_some_and(|asked| asked != n) {
            continue;
        }
        let (start, site) = (Instant::now(), site(if n == 0 { 12 } else { 1 }, bomb));
        let (summary, problems) = site.try_build();
        let errors: Vec<_> = problems.iter().filter(|p| p.code != "unused-template").collect();
        eprintln!(
            "{n} {:>6} ms {:.80} {:?}",
            start.elapsed().as_millis(),
            bomb,
            errors.first().map(|p| (&p.code, &p.message, &p.at))
        );
        assert!(summary.is_none() && !errors.is_empty(), "{bomb}");
        let found = errors[0];
        assert!(found.code == code || code.is_empty(), "{bomb}: {errors:#?}");
        assert!(found.message.contains(message), "{bomb}: {errors:#?}");
        let at = found.at.as_ref().expect("a place");
        assert!(at.file.starts_with("templates/"), "{bomb}: {at:?}");
        // Every page that was tried gives the same error, and only a few are tried.
        assert!(errors.iter().all(|other| other.code == found.code) && errors.len() <= 4, "{bomb}: {errors:#?}");
        assert!(start.elapsed().as_secs() < 60, "{bomb}");
    }
}
