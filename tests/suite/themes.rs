//! `docs/src/reference/templates.md` is correct, and sufficient to write a theme.
//!
//! Its tables are made from the code. `RECTO_BLESS=1` rewrites them, except for the last column: write the
//! explanation of a new row yourself.

mod manual;
mod observe;
mod parts;
mod usage;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use recto::theme::functions::FILTERS;

use crate::browser::Server;
use crate::chrome::Chrome;
use crate::html::{self, demonstration, none};
use crate::kinds::open;
use crate::support::{SITE_TOML, Site, article, project, recto, tree};
use manual::Rows;
use usage::{Manual, Theme, undocumented};

/// A theme that uses only what the manual documents.
const PLAIN: &str = "tests/sites/own-theme/themes/plain";

fn manual_text() -> String {
    fs::read_to_string(project().join("docs/src/reference/templates.md")).expect("there is a manual")
}

#[test]
fn the_manual_says_what_there_is() {
    let mut observed = observe::observe();
    let mut made = manual::of_fields(&mut observed);
    made.extend(parts::tables(&mut observed.faults));
    let mut text = manual_text();
    if std::env::var_os("RECTO_BLESS").is_some() {
        text = manual::renewed(&text, &made);
        fs::write(project().join("docs/src/reference/templates.md"), &text).expect("the manual can be written");
    }
    let mut faults: Vec<String> = observed.faults.into_iter().collect();
    faults.extend(manual::faults(&text, &made));
    none(faults);
}

/// Tests that Tera has besides filters; it has no list of them to read.
const TESTS: [&str; 17] = [
    "array",
    "bool",
    "containing",
    "defined",
    "divisible_by",
    "ending_with",
    "even",
    "float",
    "integer",
    "iterable",
    "map",
    "none",
    "number",
    "odd",
    "starting_with",
    "string",
    "undefined",
];

#[test]
fn what_tera_brings_is_named() {
    let (text, mut faults) = (manual_text(), Vec::new());
    let filters = FILTERS.iter().filter(|name| **name != "date").map(|name| (name, format!("{{{{ 1 | {name} }}}}")));
    let tests = TESTS.iter().map(|name| (name, format!("{{{{ 1 is {name} }}}}")));
    for (name, template) in filters.chain(tests) {
        let known = tera::Tera::new().add_raw_template("x", &template).is_ok();
        if !known || !text.contains(&format!("`{name}`")) {
            faults.push(format!("{name}: known to Tera {known}, or not in the manual"));
        }
    }
    none(faults);
}

#[test]
fn a_manual_that_says_something_else_is_found() {
    let text = "<!-- table: link -->\n| field | is | says |\n|--|--|--|\n| `label` | text | What it says. |\n\
                | `url` | number | Where. |\n| `gone` | text | Gone. |\n<!-- end -->\n";
    let row = |name: &str, kind: &str| vec![format!("`{name}`"), kind.to_owned()];
    let made = BTreeMap::from([(
        "link".to_owned(),
        Rows::from([row("label", "text"), row("url", "text"), row("new", "flag")]),
    )]);
    let found = manual::faults(text, &made);
    let expected = [
        "link: - | `url` | number | Where. |",
        "link: - | `gone` | text | Gone. |",
        "link: + | `url` | text | Where. |",
        "link: + | `new` | flag |  |",
        "link: `new` is not explained",
    ];
    assert_eq!(found, expected);
    let renewed = manual::renewed(text, &made).replace("flag |  |", "flag | New. |");
    assert_eq!(manual::faults(&renewed, &made), [""; 0]);
}

// ---- a theme of its own ----------------------------------------------------------------------------------------------

fn plain() -> Theme {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("themes are UTF-8");
    let files = tree(&project().join(PLAIN));
    let strings: toml::Table = text(files["i18n/en.toml"].clone()).parse().expect("strings are TOML");
    let templates =
        files.into_iter().filter_map(|(path, bytes)| Some((path.strip_prefix("templates/")?.to_owned(), text(bytes))));
    Theme { templates: templates.collect(), strings: strings.keys().cloned().collect() }
}

#[test]
fn a_theme_of_its_own_uses_only_what_the_manual_names() {
    let (manual, theme) = (Manual::read(&manual_text()), plain());
    none(undocumented(&manual, &theme));
    let all: String = theme.templates.values().map(String::as_str).collect();
    let lacking: Vec<&str> = manual.rows("blocks").filter(|b| !all.contains(&format!("{{% block {b} %}}"))).collect();
    assert!(lacking.is_empty(), "blocks that {PLAIN} does not have: {lacking:?}");
}

#[test]
fn what_the_manual_does_not_name_is_found() {
    let manual = Manual::read(&manual_text());
    let found = |text: &str| {
        let mut theme = plain();
        theme.templates = BTreeMap::from([("x.html".to_owned(), text.to_owned())]);
        undocumented(&manual, &theme)
    };
    for text in [
        "{{ article.secret }}",
        "{{ secret }}",
        "{{ article.title.secret }}",
        "{% if page.kind and article.previous.date.secret %}",
        "{% for s in article.sections[0] %}{{ s.secret }}{% endfor %}",
        "{% for week in calendar.weeks %}{% for day in week.days %}{{ day.secret }}{% endfor %}{% endfor %}",
        "{% set o = article.original %}{{ o.secret }}",
        "{% component card(card) %}{{ card.secret }}{% endcomponent card %}",
        "{{ site.nav[page.secret].url }}",
        "{% block secret %}",
        "{% include \"secret.html\" %}",
        "{{ <secret term={article} /> }}",
        "{{ article.title | secret }}",
        "{{ secret(of=article.title) }}",
        "{{ t(key=\"secret\") }}",
        "{% if article.title is not defined and secret %}",
        "{% if article.title == secret or loop.first %}",
        "{{ t(key=\"secret_\" ~ page.kind) }}",
    ] {
        let found = found(text);
        assert!(found.len() == 1 && found[0].contains("secret"), "{text}: {found:?}");
    }
    let fine = "{{ site.extra.anything.at.all }}{{ site.assets[\"x.css\"] }}{% set x = 1 %}{{ x }}\n\
                {{ t(key=\"kind_\" ~ article.kind) | upper }}{% if not (article.extra is defined) %}{% endif %}";
    assert_eq!(found(fine), [""; 0]);
}

/// It is complete, too: it uses no template of the built-in theme, and none of those would work here.
#[test]
fn a_theme_of_its_own_makes_sound_pages() {
    for site in [demonstration(), Site::copy(&project().join("tests/interface/ar"))] {
        let config = fs::read_to_string(site.root().join("site.toml")).expect("a site has one");
        site.write("site.toml", &config.replacen("\nbase_url", "\ntheme = \"plain\"\nbase_url", 1));
        for (path, bytes) in tree(&project().join(PLAIN)) {
            site.write_bytes(&format!("themes/plain/{path}"), &bytes);
        }
        for name in parts::templates().into_keys() {
            site.write(&format!("themes/default/templates/{name}"), "{{ throw(message=\"built in\") }}");
        }
        let (summary, problems) = site.try_build();
        assert!(summary.is_some(), "{problems:#?}");
        let outputs = site.outputs();
        let pages = html::pages(&outputs);
        let origin = config.split("base_url = \"").nth(1).and_then(|rest| rest.split('"').next());
        let mut faults: Vec<String> = pages.iter().flat_map(|(path, page)| html::unsound(path, page)).collect();
        faults.extend(html::dead_links(&outputs, &pages, origin.unwrap_or_default(), ""));
        none(faults);
    }
}

// ---- a sheet of a site's own -----------------------------------------------------------------------------------------

/// The colours, fonts and line length of a page as a reader sees them.
const LOOKS: &str = "const of = (what, property) => getComputedStyle(document.querySelector(what))[property];
    [of('html', 'backgroundColor'), of('html', 'color'), of('.body a:not(.n)', 'color'), of('.k a, .crumbs a', 'color'),
     of('.body', 'fontFamily'), of('.crumbs', 'fontFamily'), of('.art', 'maxInlineSize')]";

#[test]
fn ten_lines_of_a_site_change_colours_faces_and_measure() {
    let sheet = fs::read_to_string(project().join("tests/sites/override/static/site.css")).expect("there is one");
    assert!(sheet.lines().count() <= 10, "{sheet}");
    let Some(chrome) = Chrome::start() else { return };
    let site = Site::new(SITE_TOML);
    site.write("content/articles/fog.md", &article("Fog", "2021-03-24", "", "A [link](https://x.example/)."));
    let looks = || {
        site.build();
        let (server, _told) = Server::start(site.outputs(), None);
        let tab = chrome.tab();
        tab.medium("screen", "light");
        open(&tab, &format!("http://127.0.0.1:{}/2021/03/24/fog/", server.port));
        tab.eval(LOOKS)
    };
    let plain = looks();
    site.write("static/site.css", &sheet);
    let changed = looks();
    let expected = serde_json::json!([
        "rgb(255, 255, 255)",
        "rgb(16, 32, 48)",
        "rgb(0, 80, 92)",
        "rgb(106, 27, 106)",
        "Georgia, \"Times New Roman\", serif",
        "Verdana, sans-serif",
        "544px",
    ]);
    assert_eq!(changed, expected);
    let (plain, changed) = (plain.as_array().expect("a list"), changed.as_array().expect("a list"));
    assert!(plain.iter().zip(changed).all(|(before, after)| before != after), "{plain:?}");
}

// ---- errors ----------------------------------------------------------------------------------------------------------

/// An error names its file and line, whatever called it, and the article in question.
#[test]
fn errors_name_template_line_and_article() {
    let slip = "\n{{ article.titel }}";
    let scenes = [
        (
            "a partial",
            "templates/partials/credit.html:2:",
            [("templates/partials/credit.html", slip.to_owned())].to_vec(),
        ),
        (
            "a child of `extends`",
            "templates/article.html:3:",
            vec![(
                "templates/article.html",
                format!(
                    "{{% extends \"themes/default/article.html\" %}}\n{{% block headline %}}{slip}{{% endblock headline %}}"
                ),
            )],
        ),
        (
            "a parent",
            "templates/base.html:2:",
            vec![(
                "templates/base.html",
                "{% extends \"themes/default/base.html\" %}\n{% block footer %}{% if page.kind == \"article\" %}{{ page.titel }}{% endif %}{% endblock footer %}"
                    .to_owned(),
            )],
        ),
        (
            "the card",
            "templates/components/card.html:2:",
            vec![(
                "templates/components/card.html",
                "{% component card(card) %}\n{{ card.titel }}{% endcomponent card %}".to_owned(),
            )],
        ),
        (
            "a component",
            "templates/components/name.html:2:",
            vec![(
                "templates/components/name.html",
                "{% component name(term) %}\n{{ term.titel }}{% endcomponent name %}".to_owned(),
            )],
        ),
        (
            "a component in a partial of a child",
            "templates/components/mine.html:3:",
            vec![
                (
                    "templates/components/mine.html",
                    "{% component mine(term) %}\n\n{{ term.titel }}{% endcomponent mine %}".to_owned(),
                ),
                ("templates/partials/after.html", "\n{{ <mine term={article} /> }}".to_owned()),
            ],
        ),
    ];
    let mut faults = Vec::new();
    for (what, place, files) in scenes {
        let site = Site::new(SITE_TOML);
        site.write("content/articles/fog.md", &article("Fog", "2021-03-24", "", "Text."));
        for (path, text) in &files {
            site.write(path, text);
        }
        let ran = recto(site.root(), &["build"]);
        let said = String::from_utf8(ran.stderr).expect("reports are UTF-8");
        let named = [place, "`titel`", "content/articles/fog.md"];
        if let Some(lost) = named.iter().find(|name| !said.contains(**name)) {
            faults.push(format!("{what}: {lost} is not named in:\n{said}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

// ---- interface strings -----------------------------------------------------------------------------------------------

/// The forms of a string by their names, or its one form.
fn forms(value: &toml::Value) -> BTreeMap<&str, &str> {
    match value {
        toml::Value::Table(forms) => {
            forms.iter().map(|(name, text)| (name.as_str(), text.as_str().expect("a text"))).collect()
        }
        other => BTreeMap::from([("", other.as_str().expect("a text"))]),
    }
}

/// The names in braces.
fn arguments(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect()
}

/// Every language that is shipped has every string, with the arguments of the English one and in every form that its numbers
/// ask for; and none besides.
#[test]
fn every_language_has_every_string() {
    let files = tree(&project().join("themes/default/i18n"));
    assert!(files.len() >= 10, "{:?}", files.keys());
    let read = |bytes: &[u8]| -> toml::Table {
        std::str::from_utf8(bytes).expect("strings are UTF-8").parse().expect("strings are TOML")
    };
    let english = read(&files["en.toml"]);
    let mut faults = Vec::new();
    for (file, bytes) in &files {
        let tag = file.strip_suffix(".toml").expect("a file of strings");
        let locale = recto::base::locale::Locale::new(tag).expect("a language");
        let own = read(bytes);
        let mut fault = |key: &str, what: &str| faults.push(format!("{file}: {key}: {what}"));
        english.keys().filter(|key| !own.contains_key(*key)).for_each(|key| fault(key, "missing"));
        for (key, value) in &own {
            let Some(original) = english.get(key) else {
                fault(key, "not in English");
                continue;
            };
            let (forms, wanted) = (forms(value), forms(original));
            if forms.contains_key("") != wanted.contains_key("") {
                fault(key, "a table of forms in one language and not in the other");
            } else if !forms.contains_key("") {
                let asked: BTreeSet<&str> = (0..=1000).map(|n| locale.plural(n)).chain(["other"]).collect();
                asked.iter().filter(|form| !forms.contains_key(**form)).for_each(|form| fault(key, form));
            }
            let all = |forms: &BTreeMap<&str, &str>| -> BTreeSet<String> {
                forms.values().flat_map(|text| arguments(text)).map(str::to_owned).collect()
            };
            if all(&forms) != all(&wanted) {
                fault(key, &format!("arguments {:?} instead of {:?}", all(&forms), all(&wanted)));
            }
            forms.values().filter(|text| text.trim().is_empty()).for_each(|_| fault(key, "empty"));
        }
    }
    none(faults);
}
