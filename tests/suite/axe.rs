//! axe-core on every kind of page, in three languages, narrow and wide, light and dark: no rule of WCAG 2.2 AA that a
//! program can judge is broken, and no good practice.

use serde_json::Value;

use crate::chrome::Tab;
use crate::kinds::{Findings, look_at, look_at_all, open};
use crate::tools::installed;

/// Runs it in a page that knows it, and tells each broken rule with the element that breaks it.
const RUN: &str = r#"
axe.run(document, {
  runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] },
  resultTypes: ["violations"],
  elementRef: true,
}).then(({ violations }) => violations.flatMap(({ id, help, nodes }) => nodes.map((node) => {
  // Numbers differ where the mistake is the same.
  const why = [...node.any, ...node.all, ...node.none].map((check) => check.message).join("; ");
  const contrast = why.match(/contrast of ([\d.]+) \(foreground color: (\S+), background color: (\S+),/);
  const short = contrast ? `${contrast[1]}:1 of ${contrast[2]} on ${contrast[3]}` : why.split("(")[0].slice(0, 120);
  return `${id}: ${describe(node.element)}: ${help} (${short.trim()})`;
})))
"#;

/// The axe-core of the tools as text, to be run in a page.
fn source() -> Option<String> {
    installed("axe-core/axe.min.js").map(|file| std::fs::read_to_string(file).expect("it is text"))
}

/// Widths and schemes.
const WAYS: [(u32, &str); 4] = [(1280, "light"), (320, "dark"), (1280, "dark"), (320, "light")];

/// What it finds on an open page at some widths and in some schemes.
fn run(tab: &Tab<'_>, ways: &[(u32, &str)], mut found: impl FnMut(&str, String)) {
    for (width, scheme) in ways.iter().copied() {
        tab.width(width);
        tab.medium("screen", scheme);
        let broken = tab.eval(RUN);
        for what in broken.as_array().expect("a list").iter().filter_map(Value::as_str) {
            found(what, format!("{width} {scheme}"));
        }
    }
}

#[test]
fn no_rule_is_broken_on_any_kind_of_page() {
    let Some(axe) = source() else { return };
    let findings = Findings::default();
    look_at_all(|subject, chrome| {
        subject.measure(chrome, |tab, page, url| {
            tab.medium("screen", "light");
            open(tab, url);
            tab.eval(&axe);
            // Languages share templates and styles, and a run takes a good part of a second: one of them shows both widths and
            // both schemes, and each of the others a pair that is not yet among these.
            let ways = match subject.language {
                "en" => &WAYS[..2],
                "ja" => &WAYS[2..3],
                _ => &WAYS[3..],
            };
            run(tab, ways, |what, how| findings.add(what, format!("{} {} {how}", subject.language, page.kind)));
        });
    });
    findings.none();
}

#[test]
fn axe_finds_what_is_wrong() {
    let Some(axe) = source() else { return };
    let html = "<style>p { color: #aaa; background: #fff }</style><main><h1>x</h1><p>Faint.</p><img src=/none></main>";
    look_at(html, |tab, url| {
        open(tab, url);
        tab.eval(&axe);
        let mut rules = Vec::new();
        run(tab, &WAYS, |what, _| rules.push(what.split(':').next().unwrap_or_default().to_owned()));
        for rule in ["color-contrast", "image-alt"] {
            assert_eq!(rules.iter().filter(|r| *r == rule).count(), 4, "{rules:?}");
        }
    });
}
