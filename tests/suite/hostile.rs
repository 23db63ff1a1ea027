//! A site whose every field is an attack: none of it runs in any page, feed or sitemap.
//!
//! Each payload, if it ran, would set `document.documentElement.dataset.pwned`, so that `browser.rs` can tell.

use std::collections::BTreeMap;
use std::fmt::Write;

use proptest::prelude::*;
use recto::base::diag::{Diagnostics, Severity};

use crate::html::{self, dom};
use crate::schemas;
use crate::support::{SITE_TOML, Site};

pub const ORIGIN: &str = "https://hostile.invalid";
pub const BASE: &str = "";

/// What a payload would do.
const RUN: &str = "document.documentElement.dataset.pwned=1";

/// One payload each; `RUN` stands for the code.
const PAYLOADS: &[&str] = &[
    "<script>RUN</script>",
    "\"><img src=x onerror=RUN>",
    "'><img src=x onerror='RUN'>",
    "<img src=\"x\" onerror=\"RUN\"><b onmouseover='RUN' style=\"x\">x</b>",
    "' onmouseover=RUN tabindex=1 autofocus onfocus=RUN x='",
    "\" onmouseover=\"RUN\" tabindex=\"1\" autofocus onfocus=\"RUN\" x=\"",
    "` onmouseover=`RUN` x=`",
    "]]><script>RUN</script>",
    "</title><script>RUN</script>",
    "</script><script>RUN</script>",
    "</style></textarea></noscript></template></main></body></html><svg onload=RUN>",
    "javascript:RUN",
    " \tJaVa&Tab;ScRiPt&colon;RUN",
    "data:text/html,<script>parent.RUN</script>",
    "0; url=javascript:RUN",
    "0;url=//evil.invalid/\"><base href=//evil.invalid/>",
    "<meta http-equiv=refresh content=\"0;url=//evil.invalid/\">",
    "{{ site }} {{ 1/0 }} {% raw %} {% include \"base.html\" %} {# x #} {{ <card card={x} /> }}",
    "{% endblock main %}{% endraw %}{{ \"<script>RUN</script>\" | safe }}",
    "\u{202E}txet desrever\u{2066} <b onclick=RUN>",
    "\u{2028}RUN//\u{2029}RUN//\u{A0}RUN",
    "& &amp &amp; &#0; &#x3c;script&#x3e;RUN&lt;/script&gt; &notit; &nbsp",
    "--><script>RUN</script><!-- ",
    "<!--<script>RUN//",
    "<![CDATA[<script>RUN</script>]]><?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>&e;",
    "\\\"; RUN; // \\u003cscript\\u003eRUN\\u003c/script\\u003e ${RUN} \\",
    "<iframe srcdoc=\"<script>parent.RUN</script>\"></iframe><a href=javascript:RUN id=x name=y>z</a>",
    "<math><mtext><table><mglyph><style><img src=x onerror=RUN></style></mglyph></table></mtext></math>",
    "<form action=javascript:RUN><button autofocus onfocus=RUN>x</button></form><details open ontoggle=RUN>",
    "line one\nline two\r\n<script>RUN</script>\n\n+++\n---\nSet-Cookie: x=1",
    "%0d%0aSet-Cookie:%20x=1 %3Cscript%3ERUN%3C/script%3E %00 ../../../../etc/passwd",
    "\u{FEFF}\u{E000}\u{FFFD}\u{10FFFD}<script>RUN</script>",
    "<x\u{AD}y>\u{200B}<\u{200D}script>RUN</script>\u{FE0F}＜script＞RUN＜/script＞",
    "WORD",
];

/// Payload `k`, of at most `most` characters.
fn payload(k: usize, most: usize) -> String {
    let text = PAYLOADS[k % PAYLOADS.len()].replace("RUN", RUN).replace("WORD", &"Wörd漢".repeat(1000));
    text.chars().take(most).collect()
}

/// A TOML string of any text; control characters as escapes.
pub fn toml(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            ' '..='~' => out.push(c),
            c => write!(out, "\\U{:08X}", u32::from(c)).expect("a string takes every write"),
        }
    }
    out.push('"');
    out
}

/// `[x](<…>)`: any text as a destination.
fn dest(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\0' => out.push(' '),
            '<' | '>' | '\\' | '(' | ')' | '&' => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    out
}

/// A body with a payload in every place that Markdown has. Relative destinations must lead somewhere, so there are none.
fn body(text: &str) -> String {
    let line: String = text.replace(['\n', '\r'], " ");
    let d = dest(text);
    let e = d.replace('"', "\\\"");
    let q = d.replace('#', "%23");
    format!(
        "{text}\n\n# {line}\n\n## {line} {{#{line} .{line} onclick={line}}}\n\nx {line}\n===\n\n\
         [{line}](https://h.invalid/ \"{e}\") [x](<https://h.invalid/{d}>) [x](</?q={q}>)\n\n\
         [x](<javascript:{d}>) [x](<mailto:{d}>) [x](<//h.invalid/{d}>) [x]({BASE}/)\n\n\
         ![x](<javascript:{d}>) ![{line}](<data:text/html,{d}>) ![{line}](<data:image/svg+xml;base64,{d}> \"{e}\")\n\n\
         <javascript:{line}> <https://h.invalid/{line}> <{line}@h.invalid>\n\n[r]: <javascript:{d}> '{e}'\n[r] [{line}]\n\n\
         `{line}` *{line}* **{line}** ~~{line}~~ \\{line}\n\n\
         ```{line}\n{text}\n```\n\n~~~ rust {line}\n{text}\n~~~\n\n```html\n{text}\n```\n\n    {line}\n\n\
         > {line}\n\n> [!NOTE]\n> {line}\n\n- {line}\n- [ ] {line}\n\n1. {line}\n\n\
         | {line} | b |\n|:-:|-:|\n| {line} | `{line}` |\n\n\
         note[^{line}] and[^n]\n\n[^{line}]: {line}\n\n[^n]: {line}\n\n<div onclick=\"{line}\">\n{text}\n</div>\n\n\
         a <b {line}>b</b> <{line}> <!-- {line} --> <?{line}?> <![CDATA[{line}]]> <!X {line}>\n\n<!--\n{text}\n"
    )
}

/// The configuration, hostile where it is text.
pub fn config() -> String {
    let p = |k: usize| toml(&payload(k, 300));
    let term = |k: usize| toml(&format!("Topic {}", payload(k, 40)));
    format!(
        "title = {}\nbase_url = \"{ORIGIN}{BASE}\"\ndescription = {}\n\n[pagination]\nper_page = 7\n\n[credits]\n\
         translator = {}\n\n[credits.labels]\ntranslation = {}\nsummary = {}\noriginal = {}\ndigest = {}\n\n\
         [topics]\nbar = [{}, {}, {{ label = {}, url = {} }}, {{ label = {}, url = {} }}]\n\n[extra]\n{} = {}\n",
        p(7),
        p(1),
        term(2),
        p(3),
        p(0),
        p(4),
        p(8),
        term(1),
        term(16),
        p(5),
        toml("/?\" onclick=\"document.documentElement.dataset.pwned=1"),
        p(9),
        toml("https://h.invalid/?q=\"><script>document.documentElement.dataset.pwned=1</script>"),
        toml(&payload(0, 100)),
        p(1),
    )
}

/// Front matter and body of the article of a payload.
fn article(k: usize) -> String {
    let text = payload(k, 5000);
    let p = toml(&text);
    // A name of a term needs a letter and an address that every file system can hold.
    let name = |kind: &str| toml(&format!("{kind} {k} {}", payload(k, 40)));
    let url = format!("https://h.invalid/?q={}", text.replace(|c: char| c.is_whitespace() || c.is_control(), "+"));
    let url = toml(&url);
    let kind = ["translation", "summary", "original", "digest"][k % 4];
    format!(
        "+++\ntitle = {p}\ndate = 2021-03-{:02}\nposted = 2021-04-{:02}T10:00:00+09:00\nupdated = 2021-05-01\n\
         source = [{}, {}]\ntranslator = {}\nsection = [{}, {}]\ntags = [{}, \"All of them\"]\nsummary = {p}\n\
         slug = {}\nkind = \"{kind}\"\nextent = \"abridged\"\ngenre = {p}\npage = {p}\ntime = {p}\nissue = {p}\n\
         edition = {p}\nauthor = {p}\ndateline = [{p}, {p}]\neditor = [{p}]\nreviewer = {p}\n\n[original]\nlang = \"ja\"\n\
         title = {p}\nurl = {url}\narchive_url = {url}\npage = {p}\n\n[rights]\ntranslation = {p}\noriginal = {p}\n\
         note = {p}\n\n[[corrections]]\ndate = 2021-06-01\nnote = {p}\nparagraph = 1\n\n[extra]\n{p} = [{p}, {{ {p} = {p} }}]\n\
         +++\n\n{}",
        1 + k % 28,
        1 + k % 28,
        name("Source"),
        name("Agency"),
        name("Translator"),
        toml(&format!("Top > Section {k} {}", payload(k, 40).replace(" > ", " "))),
        toml(&format!("Other {k} > {} x", payload(k, 40).replace(" > ", " "))),
        name("Tag"),
        toml(&format!("s{k}-{}", slug(k))),
        body(&text),
    )
}

/// What of a payload can stand in an address.
fn slug(k: usize) -> String {
    let odd = |c: char| c.is_control() || "/\\:<>\"|?*".contains(c);
    let text: String = payload(k, 40).chars().filter(|&c| !odd(c)).collect();
    text.trim().trim_end_matches('.').trim().to_owned() + "x"
}

/// The hostile site.
pub fn site() -> Site {
    let site = Site::new(&config());
    for k in 0..PAYLOADS.len() {
        site.write(&format!("content/articles/{:02}/a{k}.md", k / 10), &article(k));
        let p = toml(&payload(k, 500));
        let sibling = format!("+++\ntitle = {p}\nauthor = {p}\ntranslator = {p}\nsummary = {p}\n+++\n\n{}", {
            body(&payload(k, 500))
        });
        // Every second article has its original beside it, every third a further translation.
        if k % 2 == 0 {
            site.write(&format!("content/articles/{:02}/a{k}.ja.md", k / 10), &sibling);
        }
        if k % 3 == 0 {
            site.write(&format!("content/articles/{:02}/a{k}.ar.md", k / 10), &sibling);
        }
        let record = format!(
            "+++\nlabel = {p}\nnative = {p}\naliases = [{}]\nlang = \"ar\"\ncountry = {p}\nurl = \"https://h.invalid/\"\n\
             description = {p}\n\n[extra]\nteam = true\nx = {p}\n+++\n\n{}",
            toml(&format!("Alias {k} {}", payload(k, 100))),
            body(&payload(k, 500))
        );
        for kind in ["tags", "sources", "translators", "sections"] {
            site.write(&format!("content/{kind}/record-{k}.md"), &record);
        }
        site.write(
            &format!("content/pages/p{k}/{}.md", slug(k)),
            &format!(
                "+++\ntitle = {p}\nsummary = {p}\naliases = [{}]\n[extra]\nx = {p}\n+++\n\n{}",
                { toml(&format!("/old/{k}/{}/", slug(k).replace('%', "%25"))) },
                body(&payload(k, 500))
            ),
        );
    }
    // Names of files: what a file system takes.
    let odd = [
        "<img src=x onerror=document.documentElement.dataset.pwned=1>",
        "\"' onmouseover=document.documentElement.dataset.pwned=1 x='",
        "{{ site }}{% raw %}",
        "javascript:document.documentElement.dataset.pwned=1",
        "a&lt;b&amp;c \u{202E}d",
        "line\u{2028}x",
    ];
    for (k, name) in odd.into_iter().enumerate() {
        let front = crate::support::article("A name", "2022-01-01", "posted = 2022-01-02", "![x](<pic%20'ture'.svg>)");
        site.write(&format!("content/articles/{k}/{name}.md"), &front);
        let picture = format!("<svg xmlns=\"http://www.w3.org/2000/svg\"><script>parent.{RUN}</script></svg>");
        site.write(&format!("content/articles/{k}/pic 'ture'.svg"), &picture);
    }
    // As YAML too, which has other escapes: JSON strings are YAML.
    for k in [0, 1, 8, 28] {
        let p = serde_json::to_string(&payload(k, 500)).expect("strings are JSON");
        site.write(
            &format!("content/articles/yaml-{k}.md"),
            &format!("---\ntitle: {p}\ndate: 2021-02-03\nsource: {p}\ntranslator: {p}\nsection: Yaml\nsummary: {p}\n---\n\nx\n"),
        );
    }
    site
}

/// Builds; warnings are no wonder, errors are.
pub fn build(site: &Site) -> recto::engine::build::Summary {
    let (summary, problems) = site.try_build();
    let errors: Vec<String> = errors(&problems);
    assert!(errors.is_empty(), "{} errors: {:#?}", errors.len(), &errors[..errors.len().min(10)]);
    summary.expect("a site without errors builds")
}

fn errors(problems: &Diagnostics) -> Vec<String> {
    let errors = problems.iter().filter(|p| p.severity == Severity::Error);
    errors.map(|p| format!("{}: {} ({:?}; {})", p.code, p.message, p.at, p.label)).collect()
}

/// Faults of all outputs: what could run, what does not parse.
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

/// Control characters in pages and feeds: C0 but for white space, DEL and C1.
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
    let site = site();
    let summary = build(&site);
    assert!(summary.articles >= PAYLOADS.len(), "{} articles", summary.articles);
    html::none(faults(&site.outputs()));
}

/// A template's syntax in a text is text.
#[test]
fn texts_are_no_templates() {
    let site = site();
    build(&site);
    let k = PAYLOADS.iter().position(|p| p.starts_with("{{ site")).expect("it is there");
    let day = format!("2021/03/{:02}", 1 + k % 28);
    let outputs = site.outputs();
    let page = outputs.iter().find(|(path, _)| path.starts_with(&format!("{day}/s{k}-")) && !path.contains("/ar/"));
    let (_, page) = page.expect("the article has a page");
    let page = dom::parse(std::str::from_utf8(page).expect("outputs are UTF-8"));
    let h1 = page.all("h1").next().expect("a page has a headline");
    assert_eq!(h1.text, payload(k, 5000));
}

/// Values that no page may hold are refused, each with its place.
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

/// Control characters are refused, or cleaned: in every field of every kind of file, and in the names of files.
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

/// Characters that no page may hold.
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

/// Whatever the fields: either the site is refused with a message, or its outputs are where they belong and inert.
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
    // Nothing but `public/` and the state of the build is new.
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
