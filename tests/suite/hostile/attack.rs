//! A site with hostile text in every field. Each payload, when run, would mark its document.

use std::fmt::Write;

use super::{BASE, ORIGIN};
use crate::support::Site;

/// The code of a payload.
const RUN: &str = "document.documentElement.dataset.pwned=1";

/// The payloads; `RUN` stands for the code.
pub const PAYLOADS: &[&str] = &[
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
    "& &amp &amp; &#9; &#x3c;script&#x3e;RUN&lt;/script&gt; &notit; &nbsp",
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

/// Returns payload `k`, cut to `most` characters.
pub fn payload(k: usize, most: usize) -> String {
    let text = PAYLOADS[k % PAYLOADS.len()].replace("RUN", RUN).replace("WORD", &"Wörd漢".repeat(60));
    text.chars().take(most).collect()
}

/// Writes any text as a TOML string, with control characters as escapes.
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

/// Like `toml`, for `[extra]`, where no address may execute code.
fn extra(text: &str) -> String {
    if recto::base::weburl::acts(text).is_some() { toml(&format!("- {text}")) } else { toml(text) }
}

/// Writes any text as a destination: `[x](<…>)`.
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

/// A body with a payload in every place of Markdown. It has no relative destinations, since those must not be dead.
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

/// The configuration, with payloads in all of its texts.
pub fn config() -> String {
    let p = |k: usize| toml(&payload(k, 300));
    let term = |k: usize| toml(&format!("Topic {}", payload(k, 40)));
    format!(
        "title = {}\nbase_url = \"{ORIGIN}{BASE}\"\ndescription = {}\n\n[pagination]\nper_page = 7\n\n[credits]\n\
         translator = {}\n\n[credits.labels]\ntranslation = {}\nsummary = {}\noriginal = {}\ndigest = {}\n\n\
         [topics]\nbar = [{}, {}, {{ label = {}, url = {} }}, {{ label = {}, url = {} }}]\n\n[assets]\nallow = [\".svg\"]\n\n[extra]\n{} = {}\n",
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
    let (p, x) = (toml(&text), extra(&text));
    // The name of a term needs a letter, and an address that every file system accepts.
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
         note = {p}\n\n[[corrections]]\ndate = 2021-06-01\nnote = {p}\nparagraph = 1\n\n[extra]\n{p} = [{x}, {{ {p} = {x} }}]\n\
         +++\n\n{}",
        1 + k % 28,
        1 + k % 28,
        name("Source"),
        name("Agency"),
        name("Translator"),
        toml(&format!("Top > Section {k} {}", payload(k, 40).replace(" > ", " "))),
        toml(&format!("Other {k} > {} x", payload(k, 40).replace(" > ", " "))),
        name("Tag"),
        toml(&format!("s{k}-{}", slug(k).replace(|c| c == '%' || recto::base::path::is_invisible(c), ""))),
        body(&text),
    )
}

/// Returns the part of a payload that an address may contain.
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
        let (p, x) = (toml(&payload(k, 500)), extra(&payload(k, 500)));
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
             description = {p}\n\n[extra]\nteam = true\nx = {x}\n+++\n\n{}",
            toml(&format!("Alias {k} {}", payload(k, 100))),
            body(&payload(k, 500))
        );
        for kind in ["tags", "sources", "translators", "sections"] {
            site.write(&format!("content/{kind}/record-{k}.md"), &record);
        }
        site.write(
            &format!("content/pages/p{k}/{}.md", slug(k)),
            &format!(
                "+++\ntitle = {p}\nsummary = {p}\naliases = [{}]\n[extra]\nx = {x}\n+++\n\n{}",
                { toml(&format!("/old/{k}/{}/", slug(k).replace('%', "%25").replace('#', "%23"))) },
                body(&payload(k, 500))
            ),
        );
    }
    // File names with every character that a file system accepts.
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
    // Also as YAML, which has other escapes: JSON strings are valid YAML.
    for k in [0, 1, 8, 28] {
        let p = serde_json::to_string(&payload(k, 500)).expect("strings are JSON");
        site.write(
            &format!("content/articles/yaml-{k}.md"),
            &format!("---\ntitle: {p}\ndate: 2021-02-03\nsource: {p}\ntranslator: {p}\nsection: Yaml\nsummary: {p}\n---\n\nx\n"),
        );
    }
    site
}
