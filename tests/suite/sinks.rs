//! No output contains a character that a page or a feed cannot contain, however it was encoded: as an escape of
//! TOML or YAML, a reference in Markdown, a percent escape, or in a file name. Either there is an error, or all
//! outputs are clean.

use recto::base::diag::{Diagnostics, Severity};

use crate::schemas::Xml;
use crate::support::{SITE_TOML, Site, article};

/// Characters to hide. U+0081 to U+009F stand for themselves here, since references to them are not decoded.
const HIDDEN: [char; 12] = [
    '\u{1}',
    '\u{8}',
    '\u{b}',
    '\u{c}',
    '\r',
    '\u{1f}',
    '\u{7f}',
    '\u{81}',
    '\u{92}',
    '\u{fdd0}',
    '\u{ffff}',
    '\u{10fffe}',
];

/// Returns whether an output must not contain a character.
fn is_dirty(c: char) -> bool {
    recto::base::diag::is_unprintable(c) || c == '\r'
}

/// A site that prints texts in every place. The `§` in one of them is replaced with the hidden character.
struct Sink {
    name: &'static str,
    file: &'static str,
    text: String,
}

fn sink(name: &'static str, file: &'static str, text: impl Into<String>) -> Sink {
    Sink { name, file, text: text.into() }
}

/// Places for an escape in TOML.
fn toml_sinks() -> Vec<Sink> {
    let of_article =
        |name, more: &str| sink(name, "content/articles/one.md", article("One", "2021-03-24", more, "One."));
    let of_site = |name, more: &str| sink(name, "site.toml", format!("{SITE_TOML}{more}\n"));
    let of_record = |name, file, more: &str| sink(name, file, format!("+++\n{more}\n+++\n\nText.\n"));
    let head = "+++\ndate = 2021-03-24\n";
    let names = "source = \"S\"\ntranslator = \"T\"\nsection = \"World\"\n+++\n\nOne.\n";
    let mut sinks = vec![
        sink("title", "content/articles/one.md", format!("{head}title = \"a§b\"\n{names}")),
        sink(
            "source",
            "content/articles/one.md",
            format!("{head}title = \"a\"\n{}", names.replace("\"S\"", "\"S§s\"")),
        ),
        sink(
            "translator",
            "content/articles/one.md",
            format!("{head}title = \"a\"\n{}", names.replace("\"T\"", "[\"T§t\"]")),
        ),
        sink(
            "section",
            "content/articles/one.md",
            format!("{head}title = \"a\"\n{}", names.replace("World", "World > a§b")),
        ),
        of_site("site description", "description = \"a§b\""),
        of_site("labels", "[credits.labels]\ntranslation = \"a§b\""),
        of_site("default translator", "[credits]\ntranslator = \"a§b\""),
        of_site("topic", "[topics]\nbar = [\"Cars§\"]"),
        of_site("topic link", "[topics]\nbar = [{ label = \"a§b\", url = \"/\" }]"),
        of_site("topic address", "[topics]\nbar = [{ label = \"a\", url = \"/a§b\" }]"),
        of_site("extra of the site", "[extra]\na = { b = [\"c\", \"d§\"] }"),
        of_site("key of extra", "[extra]\na = { \"b§\" = 1 }"),
        of_site("permalink", "[permalinks]\narticle = \"/a§/{slug}/\""),
        sink("site title", "site.toml", SITE_TOML.replace("Test", "Te§st")),
        sink("interface", "i18n/en.toml", "by_source = \"a§b\"\n[articles]\none = \"a§\"\nother = \"b§\"\n"),
        of_record("record label", "content/sections/world.md", "label = \"Wor§ld\""),
        of_record("record native", "content/sections/world.md", "label = \"World\"\nnative = \"a§b\""),
        of_record("record description", "content/sections/world.md", "label = \"World\"\ndescription = \"a§b\""),
        of_record("record url", "content/sections/world.md", "label = \"World\"\nurl = \"https://x.org/a§b\""),
        of_record("record country", "content/sections/world.md", "label = \"World\"\ncountry = \"a§b\""),
        of_record("record extra", "content/sections/world.md", "label = \"World\"\n[extra]\n\"a§\" = \"b\""),
        of_record("page title", "content/pages/about.md", "title = \"a§b\""),
        of_record("page summary", "content/pages/about.md", "title = \"a\"\nsummary = \"a§b\""),
        of_record("page extra", "content/pages/about.md", "title = \"a\"\n[extra]\na = \"a§b\""),
        of_record("sibling title", "content/articles/one.ja.md", "title = \"a§b\""),
        of_record("sibling author", "content/articles/one.ja.md", "title = \"a\"\nauthor = \"a§b\""),
        of_record("sibling summary", "content/articles/one.ja.md", "title = \"a\"\nsummary = \"a§b\""),
    ];
    for line in [
        "tags = [\"a§b\"]",
        "summary = \"a§b\"",
        "author = [\"a§b\"]",
        "editor = \"a§b\"",
        "reviewer = \"a§b\"",
        "dateline = \"a§b\"",
        "page = \"a§b\"",
        "time = \"a§b\"",
        "issue = \"a§b\"",
        "edition = \"a§b\"",
        "genre = \"a§b\"",
        "slug = \"a§b\"",
        "aliases = [\"/a§b/\"]",
        "[original]\ntitle = \"a§b\"",
        "[original]\nlang = \"ja§\"",
        "[original]\nurl = \"https://x.org/a§b\"",
        "[original]\narchive_url = \"https://x.org/a§b\"",
        "[original]\npage = \"a§b\"",
        "[rights]\ntranslation = \"a§b\"",
        "[rights]\noriginal = \"a§b\"",
        "[rights]\nnote = \"a§b\"",
        "[[corrections]]\ndate = 2021-04-01\nnote = \"a§b\"",
        "[[images]]\nsrc = \"a.png\"\ncredit = \"a§b\"",
        "[[images]]\nsrc = \"a.png\"\ncredit = \"a\"\nrights = \"a§b\"",
        "[extra]\na = \"a§b\"",
        "[extra]\n\"a§\" = { b = [{ c = \"d\" }] }",
        "[extra]\na = { b = [{ \"c§\" = \"d§\" }] }",
        "[extra]\na = { b = [{ c = \"d§\" }] }",
    ] {
        sinks.push(of_article("key of an article", line));
    }
    sinks
}

/// Places for a reference in Markdown.
fn body_sinks() -> Vec<Sink> {
    let bodies = [
        "a § b",
        "# a § b",
        "[a](https://x.org/§)",
        "[a](https://x.org/ \"b §\")",
        "[§](https://x.org)",
        "![§](a.png)",
        "![a](a.png \"§\")",
        "a[^1]\n\n[^1]: b §",
        "- a §",
        "> a §",
        "|a|\n|-|\n|§|",
        "> [!NOTE]\n> §",
        "<ruby>a<rt>§</rt></ruby>",
        "[a][b]\n\n[b]: https://x.org/§ \"c §\"",
        "<b title=\"§\">a</b> b",
        "a <b>§</b>",
        "<div>\n§\n</div>",
        "```a§\nb\n```",
        "**§** ~~§~~",
        "[a](<https://x.org/§>)",
        "a <!-- § --> b",
        "`§`",
        "    §",
        "<https://x.org/§>",
        "\\§",
        "[^§]\n\n[^§]: a",
        "# a {#§}",
    ];
    let mut sinks = Vec::new();
    for body in bodies {
        sinks.push(sink("body", "content/articles/one.md", article("One", "2021-03-24", "", body)));
    }
    sinks.push(sink("body of a page", "content/pages/about.md", "+++\ntitle = \"a\"\n+++\n\na § b\n"));
    sinks.push(sink("body of a record", "content/sections/world.md", "+++\nlabel = \"World\"\n+++\n\na § b\n"));
    let more = "[original]\npublish = \"excerpt\"";
    sinks.push(sink("original", "content/articles/two.ja.md", "+++\ntitle = \"a\"\n+++\n\na § b\n"));
    sinks.push(sink("excerpt of an original", "content/articles/two.md", article("Two", "2021-03-25", more, "§")));
    sinks
}

fn base(html: &str) -> Site {
    let site = Site::new(&format!("{SITE_TOML}[markdown]\nhtml = \"{html}\"\n"));
    site.write(
        "content/articles/one.md",
        &article("One", "2021-03-24", "tags = [\"Cars\"]\naliases = [\"/old/\"]", "One."),
    );
    site.write("content/articles/two.md", &article("Two", "2021-03-25", "", "Two."));
    site.write("content/articles/two.ja.md", "+++\ntitle = \"二\"\n+++\n\n二。\n");
    site.write("content/pages/about.md", "+++\ntitle = \"About\"\n+++\n\nThis.\n");
    site.write_bytes("content/articles/a.png", include_bytes!("sinks/a.png"));
    site
}

/// Builds with one character in one place. Returns whether there was an error; panics if an output is dirty.
fn try_sink(what: &str, site: &Site) -> (bool, Diagnostics) {
    let (built, problems) = site.try_build();
    let errors = problems.iter().filter(|p| p.severity == Severity::Error).count();
    assert_eq!(built.is_none(), errors > 0, "{what}: {problems:#?}");
    for problem in &problems {
        assert!(!problem.message.contains(is_dirty), "{what}: {problem:?}");
    }
    if built.is_none() {
        return (true, problems);
    }
    for (path, bytes) in site.outputs() {
        assert!(!path.contains(is_dirty), "{what}: {path:?}");
        let kind = path.rsplit('.').next().unwrap_or_default();
        if !matches!(kind, "html" | "xml" | "txt" | "css" | "js" | "json" | "webmanifest") && !path.contains("_headers")
        {
            continue;
        }
        let text = std::str::from_utf8(&bytes).unwrap_or_else(|e| panic!("{what}: {path}: {e}"));
        if let Some(at) = text.find(is_dirty) {
            let from = text.floor_char_boundary(at.saturating_sub(80));
            panic!("{what}: {path} holds {:?}", &text[from..text.ceil_char_boundary(at + 8)]);
        }
        if kind == "xml" {
            Xml::parse(&bytes).unwrap_or_else(|e| panic!("{what}: {path}: {e}"));
        }
    }
    (false, problems)
}

#[test]
fn escapes_in_front_matter_and_configuration() {
    for (i, sink) in toml_sinks().into_iter().enumerate() {
        for k in 0..2 {
            let c = HIDDEN[(i * 5 + k * 7) % HIDDEN.len()];
            let escape = format!("\\U{:08x}", c as u32);
            let site = base("escape");
            site.write(sink.file, &sink.text.replace('§', &escape));
            let what = format!("{} with {c:?}", sink.name);
            let (failed, problems) = try_sink(&what, &site);
            // A line end is valid in most places.
            assert!(failed || c == '\r', "{what}: {problems:#?}");
            assert!(problems.iter().all(|p| p.at.is_some()), "{what}");
        }
    }
}

#[test]
fn escapes_in_yaml() {
    for (i, key) in ["title", "summary", "tags", "extra", "dateline", "slug"].into_iter().enumerate() {
        for (k, way) in ["\\x", "\\u", "\\U"].into_iter().enumerate() {
            let c = ['\u{92}', '\u{7}', '\u{7f}', '\u{85}', '\u{81}'][(i + k * 2) % 5] as u32;
            let escape = match way {
                "\\x" => format!("\\x{c:02x}"),
                "\\u" => format!("\\u{c:04x}"),
                _ => format!("\\U{:08x}", if k == 2 { 0xffff } else { c }),
            };
            let value = if key == "extra" { format!("{{ a: \"b{escape}c\" }}") } else { format!("\"b{escape}c\"") };
            let title = if key == "title" { "" } else { "title: One\n" };
            let site = base("escape");
            let text = format!(
                "---\n{title}date: 2021-03-24\nsource: S\ntranslator: T\nsection: World\n{key}: {value}\n---\n\nOne.\n"
            );
            site.write("content/articles/one.md", &text);
            let what = format!("{key}: {value}");
            assert!(try_sink(&what, &site).0, "{what} was accepted");
        }
    }
}

#[test]
fn references_in_bodies() {
    for (i, sink) in body_sinks().into_iter().enumerate() {
        for (k, html) in ["escape", "sanitize", "allow"].into_iter().enumerate() {
            let c = HIDDEN[(i * 5 + k * 7) % HIDDEN.len()] as u32;
            let reference = if k == 1 { format!("&#x{c:X};") } else { format!("&#{c};") };
            let site = base(html);
            site.write(sink.file, &sink.text.replace('§', &reference));
            let what = format!("{}, {html}: {}", sink.name, sink.text.replace('§', &reference));
            let (failed, problems) = try_sink(&what, &site);
            let named = problems.iter().any(|p| p.code == "control-character" && p.at.is_some());
            assert_eq!(failed, named, "{what}: {problems:#?}");
            if sink.text.contains("a § b") && !sink.text.contains("<!--") {
                assert_eq!(failed, !matches!(c, 0xd | 0x92), "{what}");
            }
        }
    }
}

#[test]
fn addresses_and_names_of_files() {
    for c in HIDDEN {
        let mut bytes = [0; 4];
        let percent: String = c.encode_utf8(&mut bytes).bytes().map(|b| format!("%{b:02X}")).collect();
        for line in [format!("aliases = [\"/a{percent}b/\"]"), format!("slug = \"a{percent}b\"")] {
            let site = base("escape");
            site.write("content/articles/one.md", &article("One", "2021-03-24", &line, "One."));
            try_sink(&line, &site);
        }
        for dest in [
            format!("a{percent}.md"),
            format!("a{percent}.png"),
            format!("https://x.org/{percent}"),
            format!("/{percent}/"),
        ] {
            let site = base("escape");
            site.write("content/articles/one.md", &article("One", "2021-03-24", "", &format!("[a]({dest})")));
            try_sink(&dest, &site);
        }
        for file in [
            "content/articles/a§b.md",
            "content/articles/a§b.png",
            "content/pages/a§b.md",
            "static/a§b.txt",
            "content/tags/a§b.md",
        ] {
            let site = base("escape");
            let text = match file.rsplit('.').next() {
                Some("md") if file.contains("articles") => article("A", "2021-03-26", "", "A."),
                Some("md") => "+++\ntitle = \"a\"\nlabel = \"a\"\n+++\n".to_owned(),
                _ => "x".to_owned(),
            };
            site.write(&file.replace('§', &c.to_string()), &text);
            site.write(
                "content/articles/one.md",
                &article("One", "2021-03-24", "", &format!("[a](<a{percent}b.png>)")),
            );
            try_sink(&format!("{file} with {c:?}"), &site);
        }
    }
}
