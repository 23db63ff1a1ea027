//! Runs axe-core on every kind of page, in three languages, narrow and wide, light and dark. No rule of WCAG 2.2 AA
//! that a program can check is broken, and no best practice.

use serde_json::Value;

use crate::chrome::Tab;
use crate::kinds::{Findings, look_at, look_at_all, open};
use crate::tools::installed;

/// Runs axe-core in a page and returns each broken rule with its element.
const RUN: &str = r#"
axe.run(document, {
  runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] },
  resultTypes: ["violations"],
  elementRef: true,
  // What it would fetch, no rule of these needs.
  preload: false,
}).then(({ violations }) => violations.flatMap(({ id, help, nodes }) => nodes.map((node) => {
  // Numbers differ between messages about the same mistake.
  const why = [...node.any, ...node.all, ...node.none].map((check) => check.message).join("; ");
  const contrast = why.match(/contrast of ([\d.]+) \(foreground color: (\S+), background color: (\S+),/);
  const short = contrast ? `${contrast[1]}:1 of ${contrast[2]} on ${contrast[3]}` : why.split("(")[0].slice(0, 120);
  return `${id}: ${describe(node.element)}: ${help} (${short.trim()})`;
})))
"#;

/// Returns the installed axe-core as text, to be run in a page.
pub fn source() -> Option<String> {
    installed("axe-core/axe.min.js").map(|file| std::fs::read_to_string(file).expect("it is text"))
}

/// Widths and colour schemes.
pub const WAYS: [(u32, &str); 4] = [(1280, "light"), (320, "dark"), (1280, "dark"), (320, "light")];

/// Runs axe-core on an open page at some widths and in some schemes.
pub fn run(tab: &Tab<'_>, ways: &[(u32, &str)], mut found: impl FnMut(&str, String)) {
    for (width, scheme) in ways.iter().copied() {
        tab.width(width);
        tab.medium("screen", scheme);
        let broken = tab.eval(RUN);
        for what in broken.as_array().expect("a list").iter().filter_map(Value::as_str) {
            found(what, format!("{width} {scheme}"));
        }
    }
}

/// Removes all but three of each kind of siblings. A listing shows the same ten or fifty times; what differs in tags,
/// classes, languages or directions anywhere inside is of another kind, and stays.
const TRIM: &str = r#"(() => {
  const kinds = new WeakMap();
  const kind = (e) => {
    if (kinds.has(e)) return kinds.get(e);
    const own = ["class", "dir", "href", "lang", "role", "scope", "style", "type"].map((name) => {
      const value = e.getAttribute(name);
      return value === null ? "" : name === "href" ? name : `${name}=${value}`;
    });
    const made = `${e.localName} ${own.join(" ")}(${[...new Set([...e.children].map(kind))].join()})`;
    kinds.set(e, made);
    return made;
  };
  for (const parent of document.body.querySelectorAll("ol, ul, tbody, dl, div, section, select")) {
    const known = new Map();
    for (const child of [...parent.children]) {
      const like = known.get(kind(child)) ?? 0;
      known.set(kind(child), like + 1);
      if (like > 2 && !child.matches("dt, dd")) child.remove();
    }
  }
  return true;
})()"#;

#[test]
fn no_rule_is_broken_on_any_kind_of_page() {
    let Some(axe) = source() else { return };
    let findings = Findings::default();
    look_at_all(|subject, chrome| {
        subject.measure(chrome, |tab, page, url| {
            tab.medium("screen", "light");
            open(tab, url);
            tab.eval(&axe);
            let look = |ways: &[(u32, &str)], part: &str| {
                run(tab, ways, |what, how| {
                    findings.add(what, format!("{} {} {how}{part}", subject.language, page.kind));
                });
            };
            // A run takes time for each element. Pages in other languages have the same elements as those in English,
            // so there, and in further ways, it looks at three of each kind.
            let whole = usize::from(subject.language == "en");
            look(&WAYS[..whole], "");
            tab.eval(TRIM);
            look(&WAYS[whole..], " trimmed");
        });
    });
    findings.none();
}

#[test]
fn axe_finds_what_is_wrong() {
    let Some(axe) = source() else { return };
    let items = "<li>x</li>".repeat(9);
    let html = format!(
        "<style>p, .faint {{ color: #aaa; background: #fff }}</style><main><h1>x</h1><p>Faint.</p><img src=/none>\
         <ul>{items}<li><b class=faint>faint</b></li></ul></main>"
    );
    look_at(&html, |tab, url| {
        open(tab, url);
        tab.eval(&axe);
        let look = |items: usize| {
            assert_eq!(tab.eval("document.querySelectorAll('li').length"), items);
            let mut rules = Vec::new();
            run(tab, &WAYS, |what, _| rules.push(what.split(':').next().unwrap_or_default().to_owned()));
            for (rule, times) in [("color-contrast", 8), ("image-alt", 4)] {
                assert_eq!(rules.iter().filter(|r| *r == rule).count(), times, "{rules:?}");
            }
        };
        look(10);
        tab.eval(TRIM);
        look(4);
    });
}
