//! Wrong front matter: random sites with mistakes of people, editors and other programs. There is no panic, the
//! exit code is documented, and every message has a place in an existing file.
//!
//! `RECTO_WRONG` is the number of sites, `RECTO_SEED` the first of them.

use std::fs;
use std::path::Path;

use recto::base::date;
use recto::base::diag::{Diagnostic, Severity};
use recto::engine::load;

use crate::model::Rng;
use crate::support::{Site, recto};

/// Recto's keys, keys of other programs, and other words.
const KEYS: &[&str] = &[
    "title",
    "date",
    "source",
    "translator",
    "section",
    "tags",
    "summary",
    "posted",
    "updated",
    "expires",
    "draft",
    "slug",
    "aliases",
    "kind",
    "extent",
    "genre",
    "page",
    "time",
    "issue",
    "edition",
    "author",
    "dateline",
    "editor",
    "reviewer",
    "original",
    "rights",
    "corrections",
    "images",
    "extra",
    "label",
    "native",
    "lang",
    "country",
    "url",
    "order",
    "description",
    "base_url",
    "language",
    "timezone",
    "theme",
    "permalinks",
    "pagination",
    "feeds",
    "credits",
    "topics",
    "redirects",
    "assets",
    "markdown",
    "search",
    "deploy",
    "headline",
    "Title",
    "TITLE",
    "category",
    "categories",
    "published",
    "publishDate",
    "baseURL",
    "layout",
    "weight",
    "permalink",
    "languageCode",
    "taxonomies",
    "translators",
    "sources",
    "tag",
    "keywords",
    "excerpt",
    "lastmod",
    "expiryDate",
    "name",
    "題名",
    "日付",
    "翻訳者",
    "标题",
    "Título",
    "заголовок",
    "ชื่อเรื่อง",
    "title ",
    "ti tle",
    "title.x",
    "original.url",
    "“title”",
    "「title」",
    "ｔｉｔｌｅ",
    "title\u{200B}",
    "\u{202E}title",
    "🙂",
    "",
    "#",
    "---",
    "password",
    "token",
    "x-y",
    "a_b",
    "0",
];

/// Values as somebody may write them, without quotes.
const TEXTS: &[&str] = &[
    "Ferry delayed",
    "",
    " ",
    "2021-03-24",
    "24/03/2021",
    "03/04/2021",
    "March 24, 2021",
    "2021.3.24",
    "令和3年3月24日",
    "20210324",
    "18.11.2026",
    "２０２１年３月２４日",
    "2021-13-45",
    "0000-00-00",
    "99999-01-01",
    "2021-03-24T25:61",
    "2021-03-24 09:00 +0900",
    "Mär 2021",
    "true",
    "True",
    "yes",
    "1",
    "-1",
    "1e999",
    "nan",
    "0x10",
    "99999999999999999999",
    "Asahi, Mainichi",
    "朝日、毎日",
    "A: B",
    "A #2 b",
    "He said \"no\"",
    "It's",
    "C:\\path",
    "https://example.net/x",
    "javascript:alert(1)",
    "https://user:secret@example.net/",
    "CC-BY-4.0",
    "ja",
    "zh-Hant",
    "jp",
    "??",
    "{slug}",
    "/{date:%Q}/{slug}/",
    "../../x",
    "a/b/c",
    "index",
    "مرحبا",
    "ภาษาไทยไม่มีช่องว่าง",
    "नमस्ते",
    "e\u{301}",
    "👩‍👩‍👧‍👦",
    "\u{202E}abc",
    "\u{FEFF}",
    "\u{2028}",
    "\u{A0}",
    "\u{200B}",
    "\u{7F}",
    "\u{FFFF}",
    "[a](b)",
];

/// Pairs of quotation marks.
const QUOTES: &[(&str, &str)] = &[
    ("\"", "\""),
    ("'", "'"),
    ("", ""),
    ("“", "”"),
    ("„", "“"),
    ("«", "»"),
    ("「", "」"),
    ("`", "`"),
    ("＂", "＂"),
    ("\"", ""),
    ("", "\""),
    ("\"\"\"", "\"\"\""),
    ("[\"", "\"]"),
    ("{ x = \"", "\" }"),
];

const FENCES: &[(&str, &str)] = &[
    ("+++", "+++"),
    ("---", "---"),
    ("+++", "---"),
    ("---", ""),
    ("+++", ""),
    ("", ""),
    ("–––", "–––"),
    ("＋＋＋", "＋＋＋"),
    ("+++ ", " +++"),
    ("```toml", "```"),
];

const SIGNS: [&str; 9] = [" = ", "=", ": ", ":", "：", " ＝ ", " ", " == ", ":\t"];

const ENDS: [&str; 6] = ["\n", "\r\n", "\r", "\u{2028}", "\u{85}", "\n\n"];

/// Whole lines and table headers.
const LINES: &[&str] = &[
    "[original]",
    "[[corrections]]",
    "[corrections]",
    "[rights]",
    "[extra]",
    "[extra.a.b]",
    "[[images]]",
    "[original",
    "original:",
    "  url: x",
    "\ttags:",
    "- a",
    "  - b",
    "# a remark",
    "[credits.labels]",
    "[deploy.live]",
    "[deploy]",
    "tags:",
    "&a *a",
    "? x",
    "{",
    "}",
    "title: |",
    "  text",
    "[[original]]",
    "[original]]",
    "\u{0}",
    "...",
];

fn line(r: &mut Rng) -> String {
    if r.chance(15) {
        return (*r.pick(LINES)).to_owned();
    }
    let (open, close) = if r.chance(60) { QUOTES[r.below(3)] } else { *r.pick(QUOTES) };
    let sign = if r.chance(70) { SIGNS[2 * r.below(2)] } else { *r.pick(&SIGNS) };
    let text = *r.pick(TEXTS);
    let text = if r.chance(1) { text.repeat(10_000) } else { text.to_owned() };
    format!("{}{sign}{open}{text}{close}", r.pick(KEYS))
}

/// A readable line with an invalid value.
fn readable(r: &mut Rng, sign: &str) -> String {
    let key = loop {
        let key = *r.pick(KEYS);
        if !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            break key;
        }
    };
    let text = |r: &mut Rng| serde_json::Value::from(*r.pick(TEXTS)).to_string();
    let value = match r.below(12) {
        0 => "7".to_owned(),
        1 => "-99999999".to_owned(),
        2 => "true".to_owned(),
        3 => "1.5".to_owned(),
        4 => format!("[{}, {}]", text(r), text(r)),
        5 => format!("[[{}], 3]", text(r)),
        6 if sign == " = " => format!("{{ url = {}, date = {} }}", text(r), text(r)),
        7 => "[]".to_owned(),
        _ => text(r),
    };
    format!("{key}{sign}{value}")
}

fn lines(r: &mut Rng, end: &str) -> String {
    let mut out = String::new();
    if r.chance(60) {
        let sign = if r.chance(70) { " = " } else { ": " };
        let mut keys = std::collections::BTreeSet::new();
        for _ in 0..1 + r.below(9) {
            let line = readable(r, sign);
            if keys.insert(line.split(sign).next().map(str::to_owned)) {
                out.extend([line.as_str(), end]);
            }
        }
        return out;
    }
    for _ in 0..r.below(9) {
        let line = line(r);
        let times = if r.chance(5) { 2 } else { 1 };
        (0..times).for_each(|_| out.extend([line.as_str(), end]));
    }
    if r.chance(3) {
        out.push_str(&format!("extra = {}{}{end}", "[".repeat(40), "]".repeat(40)));
    }
    out
}

/// A text in one of the usual encodings.
fn encoded(text: &str, r: &mut Rng) -> Vec<u8> {
    let utf16 = |big: bool| text.encode_utf16().flat_map(move |u| if big { u.to_be_bytes() } else { u.to_le_bytes() });
    match r.below(20) {
        0 => utf16(false).collect(),
        1 => [0xFF, 0xFE].into_iter().chain(utf16(false)).collect(),
        2 => [0xFE, 0xFF].into_iter().chain(utf16(true)).collect(),
        3 => text.bytes().flat_map(|b| if b < 0x80 { vec![b] } else { vec![0x83, b & 0x7F | 0x40] }).collect(),
        4 => format!("\u{FEFF}{text}").into_bytes(),
        5 => text.as_bytes()[..text.len() / 2].to_vec(),
        _ => text.as_bytes().to_vec(),
    }
}

fn file(r: &mut Rng) -> Vec<u8> {
    let (open, close) = if r.chance(75) { FENCES[r.below(2)] } else { *r.pick(FENCES) };
    let end = if r.chance(80) { ENDS[0] } else { *r.pick(&ENDS) };
    let start = if r.chance(40) {
        // Enough is valid that the rest may be read.
        let sign = if open == "---" { ": " } else { " = " };
        let keys = [
            ("title", "\"A\""),
            ("date", "2021-03-24"),
            ("source", "\"S\""),
            ("translator", "\"T\""),
            ("section", "\"W\""),
        ];
        keys.iter().map(|(key, value)| format!("{key}{sign}{value}{end}")).collect()
    } else {
        String::new()
    };
    let text = format!("{open}{end}{start}{}{close}{end}Body.{end}", lines(r, end));
    encoded(&text, r)
}

const PLACES: &[&str] = &[
    "articles/a.md",
    "articles/a.ja.md",
    "articles/a.fr.md",
    "articles/b.md",
    "articles/b-ja.md",
    "articles/b.ja.md",
    "articles/c.md.txt",
    "articles/c.MD",
    "articles/c.txt",
    "articles/見出し.md",
    "articles/.ja.md",
    "pages/about.md",
    "pages/a/b.md",
    "sections/w.md",
    "sections/w/x.md",
    "sources/s.md",
    "sources/s t.md",
    "translators/t.md",
    "tags/a.md",
    "tags/index.md",
    "notes.md",
    "posts/x.md",
];

const SITE: &str = "title = \"T\"\nbase_url = \"https://news.example.net\"\n";

fn site(r: &mut Rng) -> Site {
    let site = Site::new(SITE);
    if r.chance(40) {
        let end = if r.chance(80) { ENDS[0] } else { *r.pick(&ENDS) };
        let own = if r.chance(50) { SITE.to_owned() } else { String::new() };
        let text = own + &lines(r, end);
        site.write_bytes("site.toml", &encoded(&text, r));
    }
    for _ in 0..1 + r.below(5) {
        let place = *r.pick(PLACES);
        site.write_bytes(&format!("content/{place}"), &file(r));
    }
    site
}

/// Returns what is wrong with a message: its place must exist.
fn fault(root: &Path, found: &Diagnostic) -> Option<String> {
    let Some(at) = &found.at else { return Some("it has no place".to_owned()) };
    if found.message.is_empty() || found.message.contains('\n') {
        return Some("its message is no line".to_owned());
    }
    if &*found.code == "internal" {
        return Some("it is a fault of Recto".to_owned());
    }
    let bytes = match fs::read(root.join(&*at.file)) {
        Ok(bytes) => bytes,
        Err(_) if at.range.end == 0 => return None,
        Err(why) => return Some(format!("its file cannot be read: {why}")),
    };
    // Read as the report does.
    let mut text = String::new();
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| '?'));
    }
    let text = recto::content::front_matter::plain(&text);
    let (start, end) = (at.range.start, at.range.end);
    if start > end || end > text.len() {
        return Some(format!("its place {start}..{end} is none in {} bytes", text.len()));
    }
    // Control characters are read as blanks, byte by byte, so a place may be one of them.
    let cuts = |at: usize| {
        let around = (0..=at).rev().find_map(|i| text.get(i..)?.chars().next());
        !text.is_char_boundary(at) && !around.is_some_and(recto::base::diag::is_unprintable)
    };
    (cuts(start) || cuts(end)).then(|| format!("its place {start}..{end} cuts a character"))
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

#[test]
fn every_message_has_a_place() {
    let (first, count) = (number("RECTO_SEED", 1), number("RECTO_WRONG", 1000));
    let mut faults = Vec::new();
    let mut codes = std::collections::BTreeMap::<String, usize>::new();
    for seed in first..first + count {
        let site = site(&mut Rng::new(seed));
        let options = site.options();
        let loaded = load::load(&options).unwrap_or_else(|why| panic!("RECTO_SEED={seed}: {why}"));
        let errors = loaded.problems.iter().any(|found| found.severity == Severity::Error);
        let mut problems = loaded.problems;
        if !errors {
            let (summary, found) = site.try_build();
            problems.extend(found);
            let failed = problems.iter().any(|found| found.severity == Severity::Error);
            assert_eq!(summary.is_none(), failed, "RECTO_SEED={seed}: {problems:#?}");
        }
        for found in &problems {
            *codes.entry(found.code.to_string()).or_default() += 1;
            if let Some(why) = fault(site.root(), found) {
                faults.push(format!("RECTO_SEED={seed} RECTO_WRONG=1: {why}: {found:?}"));
            }
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults[..faults.len().min(12)].join("\n"));
    if count >= 1000 {
        assert!(codes.len() > 25, "the sites are not wrong enough: {codes:?}");
    }
}

/// A few sites with the real program: it reports what is wrong, with a place, and ends with a documented exit code.
#[test]
fn the_program_says_what_is_wrong() {
    let first = number("RECTO_SEED", 1);
    for seed in first..first + 24 {
        let site = site(&mut Rng::new(seed));
        for args in [&["check"][..], &["check", "--format", "json"], &["build"], &["list"]] {
            let ran = recto(site.root(), args);
            let said = String::from_utf8_lossy(&ran.stderr).into_owned();
            let code = ran.status.code().unwrap_or(-1);
            assert!(
                (0..=5).contains(&code) && !said.contains("panicked"),
                "RECTO_SEED={seed} {args:?}: {code}\n{said}"
            );
            for line in String::from_utf8_lossy(&ran.stdout).lines().filter(|line| line.starts_with('{')) {
                let value: serde_json::Value =
                    serde_json::from_str(line).unwrap_or_else(|why| panic!("{seed}: {why}: {line}"));
                if value["code"].is_string() {
                    let placed = value["at"]["file"].is_string()
                        && value["at"]["line"].is_u64()
                        && value["at"]["column"].is_u64();
                    assert!(placed, "RECTO_SEED={seed}: {line}");
                }
            }
        }
    }
}

#[test]
fn dates_of_elsewhere_are_suggested_as_dates() {
    let mut r = Rng::new(7);
    for _ in 0..20_000 {
        let mut text = String::new();
        for _ in 0..1 + r.below(6) {
            match r.below(4) {
                0 => text.push_str(&r.below(3000).to_string()),
                1 => text.push_str(r.pick::<&str>(&[
                    "/", ".", "-", " ", "年", "月", "日", ":", ", ", "T", "令和", "元", "März", "pm", "+09:00", "Z",
                ])),
                2 => text.push_str(&r.below(40).to_string()),
                _ => text.push_str(r.pick::<&str>(TEXTS)),
            }
        }
        for date in recto::base::date_suggestions::suggestions(&text) {
            assert!(date::parse(&date).is_ok(), "{text}: {date}");
        }
    }
}

/// A file with only mistakes is read as fast as any other, and none of them is skipped.
#[test]
fn ten_thousand_slips_are_named() {
    let long = "C:\\path“".repeat(10_000);
    let keys: String = (0..10_000).map(|n| format!("layout{n} = 1\n")).collect();
    let heads = [
        format!("+++\ndate = {long}\n+++\n"),
        format!("---\ntitle: \"{long}\n---\n"),
        format!("+++\n{}+++\n", "title = “a”\n".repeat(10_000)),
        format!("+++\n{keys}+++\n"),
        format!("---\n{}---\n", keys.replace(" = ", ": ")),
        long,
    ];
    let site = Site::new(SITE);
    for (n, head) in heads.iter().enumerate() {
        site.write(&format!("content/articles/a{n}.md"), head);
    }
    let problems = load::load(&site.options()).unwrap_or_else(|why| panic!("{why}")).problems;
    assert!(problems.len() > 20_000 && problems.iter().all(|found| found.code != "too-slow"), "{}", problems.len());
}
