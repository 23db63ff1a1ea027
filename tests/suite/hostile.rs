//! A site with an attack in every field: none of it runs in any page, feed or sitemap.
//!
//! Each payload, if it ran, would set `document.documentElement.dataset.pwned`, which `browser.rs` checks.

mod attack;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::OnceLock;

use proptest::prelude::*;
use recto::base::diag::{Diagnostics, Severity};

use attack::{PAYLOADS, payload};
pub use attack::{config, site, toml};

use crate::html::{self, dom};
use crate::schemas;
use crate::support::{SITE_TOML, Site};

pub const ORIGIN: &str = "https://hostile.invalid";
pub const BASE: &str = "";

/// Builds. Warnings are expected; errors are not.
pub fn build(site: &Site) -> recto::engine::build::BuildSummary {
    let (summary, problems) = site.try_build();
    let errors: Vec<String> = errors(&problems);
    assert!(errors.is_empty(), "{} errors: {:#?}", errors.len(), &errors[..errors.len().min(10)]);
    summary.expect("a site without errors builds")
}

/// Returns the hostile site, built once for all tests that inspect its outputs.
pub fn built() -> &'static (recto::engine::build::BuildSummary, BTreeMap<String, Vec<u8>>) {
    static BUILT: OnceLock<(recto::engine::build::BuildSummary, BTreeMap<String, Vec<u8>>)> = OnceLock::new();
    BUILT.get_or_init(|| {
        let site = site();
        (build(&site), site.outputs())
    })
}

fn errors(problems: &Diagnostics) -> Vec<String> {
    let errors = problems.iter().filter(|p| p.severity == Severity::Error);
    errors.map(|p| format!("{}: {} ({:?}; {})", p.code, p.message, p.at, p.label)).collect()
}

/// Returns the faults of all outputs: anything that could run, and anything that does not parse.
fn faults(outputs: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let mut faults = Vec::new();
    for (path, page) in html::pages(outputs) {
        faults.extend(html::active(path, &page, BASE));
        faults.extend(page.errors.iter().map(|e| format!("{path}: {e}")));
        for json in page.all("script").filter(|s| s.get("type") == Some("application/ld+json")) {
            if let Err(e) = serde_json::from_str::<serde_json::Value>(&json.text) {
                faults.push(format!("{path}: JSON-LD: {e}"));
            }
        }
    }
    for (path, bytes) in outputs.iter().filter(|(path, _)| path.ends_with(".xml")) {
        if let Err(e) = schemas::Xml::parse(bytes) {
            faults.push(format!("{path}: {e}"));
        }
    }
    faults.extend(controls(outputs));
    faults
}

/// Finds control characters in pages and feeds: C0 except white space, DEL and C1.
fn controls(outputs: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let mut faults = Vec::new();
    let texts = outputs.iter().filter(|(path, _)| path.ends_with(".html") || path.ends_with(".xml"));
    for (path, bytes) in texts {
        let text = std::str::from_utf8(bytes).expect("outputs are UTF-8");
        let bad = |c: &char| c.is_control() && !matches!(c, '\t' | '\n' | '\r');
        if let Some(c) = text.chars().find(bad) {
            let at = text.find(c).unwrap_or_default();
            let around: String = text[..at].chars().rev().take(40).collect::<Vec<_>>().into_iter().rev().collect();
            faults.push(format!("{path}: {c:?} after {around:?}"));
        }
    }
    faults
}

#[test]
fn nothing_runs() {
    let (summary, outputs) = built();
    assert!(summary.articles >= PAYLOADS.len(), "{} articles", summary.articles);
    html::none(faults(outputs));
}

/// Template syntax in a text is printed as text.
#[test]
fn texts_are_no_templates() {
    let k = PAYLOADS.iter().position(|p| p.starts_with("{{ site")).expect("it is there");
    let day = format!("2021/03/{:02}", 1 + k % 28);
    let page = built().1.iter().find(|(path, _)| path.starts_with(&format!("{day}/s{k}-")) && !path.contains("/ar/"));
    let (_, page) = page.expect("the article has a page");
    let page = dom::parse(std::str::from_utf8(page).expect("outputs are UTF-8"));
    let h1 = page.all("h1").next().expect("a page has a headline");
    assert_eq!(h1.text, payload(k, 5000));
}

/// Values that no page may contain are rejected, each with its place.
#[test]
fn dangerous_values_are_refused() {
    let front = |more: &str| crate::support::article("x", "2021-03-24", more, "x");
    let cases: &[(&str, String, &str)] = &[
        ("content/articles/a.md", front("[original]\nurl = \"javascript:alert(1)\""), "invalid-url"),
        ("content/articles/a.md", front("[original]\narchive_url = \"data:text/html,x\""), "invalid-url"),
        ("content/articles/a.md", front("[original]\nurl = \"https://x/\\nSet-Cookie: a\""), "invalid-url"),
        ("content/articles/a.md", front("[original]\nlang = \"\\\"><script>\""), "invalid-language"),
        ("content/articles/a.md", front("slug = \"../../etc/passwd\""), "bad-slug"),
        ("content/articles/a.md", front("slug = \"..\""), "bad-slug"),
        ("content/articles/a.md", front("slug = \"a\\u0000b\""), "control-character"),
        ("content/articles/a.md", front("slug = \"<script>\""), "bad-slug"),
        ("content/articles/a.md", front("aliases = [\"/../x/\"]"), "bad-alias"),
        ("content/articles/a.md", front("aliases = [\"/%2e%2e/x/\"]"), "bad-alias"),
        ("content/articles/a.md", front("aliases = [\"javascript:x\"]"), "bad-alias"),
        ("content/articles/a.md", front("tags = [\"<>\"]"), "bad-term"),
        ("content/articles/a.md", front("kind = \"<script>\""), "not-a-choice"),
        ("content/sources/x.md", "+++\nurl = \"javascript:alert(1)\"\n+++\n".to_owned(), "invalid-url"),
        ("content/sources/x.md", "+++\nlang = \"<b>\"\n+++\n".to_owned(), "invalid-language"),
        ("site.toml", format!("{SITE_TOML}language = \"<script>\"\n"), "invalid-language"),
        ("site.toml", "title = \"x\"\nbase_url = \"javascript:alert(1)\"\n".to_owned(), "invalid-url"),
        ("site.toml", "title = \"x\"\nbase_url = \"https://x.org/../a\"\n".to_owned(), "invalid-url"),
        (
            "site.toml",
            format!("{SITE_TOML}[topics]\nbar = [{{ label = \"x\", url = \"//evil.invalid/\" }}]\n"),
            "invalid-url",
        ),
        ("site.toml", "title = \"x\"\nbase_url = \"https://x.org/\\\"onclick\"\n".to_owned(), "invalid-url"),
        (
            "site.toml",
            format!("{SITE_TOML}[topics]\nbar = [{{ label = \"x\", url = \"javascript:alert(1)\" }}]\n"),
            "invalid-url",
        ),
        ("site.toml", format!("{SITE_TOML}[permalinks]\narticle = \"/../{{slug}}/\"\n"), "invalid-permalink"),
    ];
    let mut missed = Vec::new();
    for (path, text, code) in cases {
        let site = Site::new(SITE_TOML);
        site.write("content/articles/other.md", &front(""));
        site.write(path, text);
        let (summary, problems) = site.try_build();
        let found = problems.iter().any(|p| p.code == *code && p.at.is_some() && p.severity == Severity::Error);
        if !found || summary.is_some() {
            missed.push(format!("{code} for {text}: {:?}", errors(&problems)));
        }
        assert!(!site.root().join("public").exists(), "something was written");
    }
    html::none(missed);
}

/// Control characters are rejected or removed: in every field of every kind of file, and in file names.
#[test]
fn control_characters_reach_no_output() {
    let c = "a\u{0}b\u{1}c\u{8}d\u{b}e\u{c}f\u{1b}[31mg\u{7f}h\u{9f}i\u{85}j\u{fffe}k\u{fdd0}";
    let p = toml(c);
    let fine = crate::support::article("Fine", "2021-03-24", "", "x");
    let front = |more: &str, body: &str| crate::support::article("x", "2021-03-25", more, body);
    let mut cases: Vec<(String, String)> = vec![
        ("content/articles/b.md".into(), front("", &format!("x {c}\n\n# {c}\n\n```{c}\n{c}\n```\n\n<b {c}>"))),
        ("content/articles/b.md".into(), front("", &format!("[x](<https://h.invalid/{c}> \"{c}\") `{c}` [^{c}]"))),
        ("content/articles/b.md".into(), fine.replace("\"Fine\"", &p)),
        ("content/articles/b.md".into(), fine.replace("\"World\"", &p)),
        ("content/articles/b.md".into(), fine.replace("\"The Harbour Gazette\"", &p)),
        ("content/articles/b.md".into(), fine.replace("\"A. Person\"", &p)),
        ("content/articles/fine.ja.md".into(), format!("+++\ntitle = {p}\nauthor = {p}\n+++\n\n{c}\n")),
        (
            "content/articles/fine.ar.md".into(),
            format!("+++\ntitle = {p}\ntranslator = {p}\nsummary = {p}\n+++\n\n{c}\n"),
        ),
        ("content/pages/b.md".into(), format!("+++\ntitle = {p}\nsummary = {p}\n+++\n\n{c}\n")),
        (
            "content/sources/b.md".into(),
            format!("+++\nlabel = {p}\nnative = {p}\nlang = \"ja\"\ndescription = {p}\n+++\n\n{c}\n"),
        ),
        ("site.toml".into(), SITE_TOML.replace("\"Test\"", &p)),
        ("site.toml".into(), format!("{SITE_TOML}description = {p}\n[credits.labels]\ntranslation = {p}\n")),
        (
            "site.toml".into(),
            format!("{SITE_TOML}[topics]\nbar = [{{ label = {p}, url = {} }}]\n", toml(&format!("/{c}"))),
        ),
        ("content/articles/b\u{1}\u{1b}[31mc.md".into(), fine.clone()),
        ("content/pages/b\u{7f}c.md".into(), "+++\ntitle = \"x\"\n+++\n".into()),
    ];
    let keys =
        ["summary", "genre", "page", "time", "issue", "edition", "author", "dateline", "editor", "reviewer", "tags"];
    cases.extend(keys.map(|key| ("content/articles/b.md".to_owned(), front(&format!("{key} = {p}"), "x"))));
    for table in [
        format!("[original]\ntitle = {p}\npage = {p}"),
        format!("[rights]\ntranslation = {p}\noriginal = {p}\nnote = {p}"),
        format!("[[corrections]]\ndate = 2021-03-26\nnote = {p}"),
    ] {
        cases.push(("content/articles/b.md".into(), front(&table, "x")));
    }
    let mut found = Vec::new();
    for (path, text) in &cases {
        let site = Site::new(SITE_TOML);
        site.write("content/articles/fine.md", &fine);
        site.write(path, text);
        let (summary, problems) = site.try_build();
        match summary {
            Some(_) => {
                let odd = |line: &&str| line.contains("\\U00000000") || line.contains('\0');
                let line: String = text.lines().find(odd).unwrap_or_default().chars().take(24).collect();
                found.extend(faults(&site.outputs()).into_iter().take(4).map(|f| format!("{path:?}, {line:?}: {f}")));
            }
            None if errors(&problems).is_empty() => found.push(format!("{path:?}: not built, and nobody says why")),
            None => {}
        }
    }
    html::none(found);
}

const PIECES: &[&str] = &[
    "a",
    "Z",
    "9",
    " ",
    "-",
    "_",
    ".",
    "..",
    "/",
    "\\",
    "//",
    ":",
    "<",
    ">",
    "\"",
    "'",
    "`",
    "&",
    "&amp;",
    "&#60;",
    "#",
    "?",
    "%",
    "%2e",
    "%2f",
    "%00",
    "{{",
    "}}",
    "{%",
    "%}",
    "{{ x }}",
    "]]>",
    "<![CDATA[",
    "<!--",
    "-->",
    "</script>",
    "<script>x</script>",
    "<img src=x onerror=x>",
    " onload=x ",
    "javascript:x",
    "data:text/html,x",
    "https://h.invalid/",
    "\n",
    "\r\n",
    "\t",
    "\u{2028}",
    "\u{202E}",
    "\u{2066}",
    "\u{FEFF}",
    "漢",
    "é",
    "e\u{301}",
    "İ",
    "ß",
    "ﬁ",
    "con",
    "NUL",
    "index",
    "page",
    "feed.xml",
    "2021",
    "tags",
    "> ",
    " > ",
    "- ",
    "# ",
    "```\n",
    "|",
    "[x](",
    ")",
    "![",
    "[^1]",
    "+++",
    "---",
    "$",
    "*",
    "**",
    "~",
    "^",
    "😀",
    "١",
    "ـ",
];

/// Characters that no page may contain.
const CONTROLS: &[&str] =
    &["a", " ", "\u{0}", "\u{1}", "\u{b}", "\u{1b}", "\u{7f}", "\u{85}", "\u{9f}", "\u{FFFE}", "\u{FDD0}"];

/// The fields of a site.
#[derive(Clone, Debug)]
struct Fields {
    title: String,
    tags: Vec<String>,
    source: String,
    section: String,
    slug: Option<String>,
    alias: Option<String>,
    summary: String,
    body: String,
    topic: String,
}

fn fields(pieces: &'static [&'static str]) -> impl Strategy<Value = Fields> {
    let some = move |most| prop::collection::vec(prop::sample::select(pieces), 0..most).prop_map(|all| all.concat());
    let tags = prop::collection::vec(some(6), 0..3);
    let paths = (prop::option::of(some(4)), prop::option::of(some(4)));
    (some(8), tags, some(6), some(6), paths, some(8), some(30), some(4)).prop_map(
        |(title, tags, source, section, (slug, alias), summary, body, topic)| Fields {
            title,
            tags,
            source,
            section,
            slug,
            alias,
            summary,
            body,
            topic,
        },
    )
}

/// For any fields, either the site is rejected with a message, or its outputs are in the right places and inert.
fn refused_or_inert(fields: &Fields) {
    let site = Site::new(&format!("{SITE_TOML}[topics]\nbar = [{}]\n", toml(&format!("t{}", fields.topic))));
    let tags = fields.tags.iter().map(|t| toml(t)).collect::<Vec<_>>().join(", ");
    let mut front = format!(
        "+++\ntitle = {}\ndate = 2021-03-24\nsource = {}\ntranslator = {}\nsection = {}\nsummary = {}\ntags = [{tags}]\n",
        toml(&format!("t{}", fields.title)),
        toml(&format!("s{}", fields.source)),
        toml(&format!("p{}", fields.source)),
        toml(&format!("s{}", fields.section)),
        toml(&fields.summary),
    );
    if let Some(slug) = &fields.slug {
        writeln!(front, "slug = {}", toml(slug)).expect("a string takes every write");
    }
    if let Some(alias) = &fields.alias {
        writeln!(front, "aliases = [{}]", toml(alias)).expect("a string takes every write");
    }
    site.write("content/articles/a.md", &format!("{front}+++\n\n{}\n", fields.body));
    site.write("canary", "untouched");
    let (summary, problems) = site.try_build();
    match summary {
        None => assert!(!errors(&problems).is_empty(), "not built, and nobody says why"),
        Some(_) => html::none(faults(&site.outputs())),
    }
    // Only `public/` and the state of the build are new.
    for path in crate::support::tree(site.root()).keys() {
        let known = ["public/", ".recto/", "content/", "site.toml", "canary"].iter().any(|k| path.starts_with(k));
        assert!(known, "{path} is outside");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_site_is_refused_or_inert(fields in fields(PIECES)) {
        refused_or_inert(&fields);
    }

    #[test]
    fn any_site_with_control_characters_is_refused_or_inert(fields in fields(CONTROLS)) {
        refused_or_inert(&fields);
    }
}
