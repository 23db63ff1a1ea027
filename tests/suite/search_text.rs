//! Folding and cutting in Rust and in JavaScript: one table, and the same terms for any text.
//!
//! `RECTO_BLESS=1` writes the table into `themes/default/static/search.js`. `RECTO_SEARCH_TEXTS=FOLDER` compares every
//! paragraph of the texts in a folder, too.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use recto::base::config::{self, RawHtml};
use recto::content::markdown::{self, LinkTarget, MarkdownLabels, MarkdownOptions};
use recto::content::search::char_table::{self, CharRange};
use recto::content::search::text_terms::{LONGEST_TERM, TermList};
use recto::content::search::{arabic, cut::cut, fold::fold};
use recto::content::{article, sibling};
use serde_json::{Value, json};

#[cfg(feature = "serve")]
use crate::browser::Server;
#[cfg(feature = "serve")]
use crate::chrome::Chrome;
use crate::support::{SITE_TOML, project, temporary, tree};
use crate::tools::program;

const SCRIPT: &str = "themes/default/static/search.js";

/// Returns the part of a text between two lines that start with `begin` and `end`, and its place.
fn section<'t>(text: &'t str, begin: &str, end: &str) -> (usize, &'t str) {
    let start = text.find(begin).unwrap_or_else(|| panic!("no {begin}"));
    let start = start + text[start..].find('\n').expect("a line ends") + 1;
    let length = text[start..].find(end).unwrap_or_else(|| panic!("no {end}"));
    (start, &text[start..start + length])
}

// ---- the table -------------------------------------------------------------------------------------------------------

fn escaped(c: char) -> String {
    match c as u32 {
        code @ ..0x80 => char::from(code as u8).to_string(),
        code @ ..0x10000 => format!("\\u{code:04x}"),
        code => format!("\\u{{{code:x}}}"),
    }
}

fn class(ranges: &[CharRange]) -> String {
    ranges.iter().fold(String::new(), |mut class, (first, last)| {
        class.push_str(&escaped(*first));
        if first != last {
            let _ = write!(class, "-{}", escaped(*last));
        }
        class
    })
}

/// Returns the table as JavaScript.
fn table() -> String {
    let text = |text: &str| text.chars().map(escaped).collect::<String>();
    let words = |words: &[&str]| words.iter().map(|word| text(word)).collect::<Vec<_>>().join(" ");
    let letters: Vec<String> =
        char_table::LETTERS.iter().map(|(letter, instead)| escaped(*letter) + &text(instead)).collect();
    let mut js = String::from("// Made from src/content/search/char_table.rs by a test.\n");
    for (name, value) in [
        ("DROPPED", class(&char_table::DROPPED)),
        ("REPLACED", letters.join(" ")),
        ("ZEROS", char_table::ZEROS.map(escaped).concat()),
        ("ARABIC", class(&char_table::ARABIC)),
        ("IDEOGRAPHS", class(&char_table::IDEOGRAPHS)),
        ("HANGUL", class(&char_table::HANGUL)),
        ("UNSPACED", class(&char_table::UNSPACED)),
        ("AND", escaped(arabic::AND)),
    ] {
        let _ = writeln!(js, "const {name} = \"{value}\";");
    }
    for (name, value) in [("PREFIXES", words(&arabic::PREFIXES)), ("SUFFIXES", words(&arabic::SUFFIXES))] {
        let _ = writeln!(js, "const {name} = \"{value}\".split(\" \");");
    }
    let _ = writeln!(js, "const LONGEST_TERM = {LONGEST_TERM};");
    js
}

#[test]
fn the_table_of_the_browser_is_that_of_recto() {
    let path = project().join(SCRIPT);
    let script = fs::read_to_string(&path).unwrap();
    let (start, found) = section(&script, "// table:begin", "// table:end");
    let want = table();
    if found == want {
        return;
    }
    assert!(std::env::var_os("RECTO_BLESS").is_some(), "RECTO_BLESS=1 writes the table into {SCRIPT}");
    let blessed = script[..start].to_owned() + &want + &script[start + found.len()..];
    fs::write(&path, blessed).unwrap();
}

// ---- the same in both ------------------------------------------------------------------------------------------------

/// Compares lines (a text, its folded form, its terms) with what the script makes of each. Leaves out texts with characters
/// that this JavaScript does not know.
const COMPARISON: &str = r#"
import { fold, runsOf } from "./text.js";
export const counts = { texts: 0, unknown: 0, differences: 0 };
export const shown = [];
export function compare(line) {
  const [text, folded, terms] = JSON.parse(line);
  counts.texts++;
  const made = fold(text);
  const runs = runsOf(made);
  const cut = runs.flatMap((run) => run.terms).join("\n");
  const placed = runs.every(({ kind, text, at, end }) => kind !== "pairs" || made.slice(at, end) === text);
  if (made === folded && cut === terms && placed) return;
  if (/\p{Cn}/u.test(text)) counts.unknown++;
  else if (counts.differences++ < 20) shown.push({ text, folded, made, terms, cut });
}
"#;

const IN_NODE: &str = r#"
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { compare, counts, shown } from "./comparison.js";
for await (const line of createInterface({ input: createReadStream(process.argv[2]) })) compare(line);
console.log(JSON.stringify({ ...counts, shown }));
"#;

const IN_BROWSER: &str = r#"(async () => {
  const { compare, counts, shown } = await import("./comparison.js");
  (await (await fetch("./texts.jsonl")).text()).trim().split("\n").forEach(compare);
  return { ...counts, shown };
})()"#;

/// Returns the part of the script that folds and cuts.
fn text_section() -> String {
    let script = fs::read_to_string(project().join(SCRIPT)).expect("it can be read and written");
    section(&script, "// text:begin", "// text:end").1.to_owned()
}

/// Writes a line for each text: the text, its folded form, its terms.
fn write_lines(texts: impl Iterator<Item = String>, out: &mut impl Write) {
    let (mut folded, mut terms) = (String::new(), String::new());
    for text in texts {
        folded.clear();
        terms.clear();
        fold(&text, &mut folded);
        cut(&folded, &mut |term| {
            terms.push_str(if terms.is_empty() { "" } else { "\n" });
            terms.push_str(term);
        });
        writeln!(out, "{}", json!([text, folded, terms])).expect("it can be read and written");
    }
}

/// Compares texts in node. Returns the counts; `None` without node.
fn compared(texts: impl Iterator<Item = String>) -> Option<Value> {
    let node = program("node")?;
    let folder = temporary();
    for (name, text) in [
        ("package.json", r#"{"type": "module"}"#),
        ("text.js", &text_section()),
        ("comparison.js", COMPARISON),
        ("node.js", IN_NODE),
    ] {
        fs::write(folder.path().join(name), text).expect("it can be read and written");
    }
    let file = folder.path().join("texts.jsonl");
    let mut out = BufWriter::new(fs::File::create(&file).expect("it can be read and written"));
    write_lines(texts, &mut out);
    out.flush().expect("it can be read and written");
    let run = Command::new(node).arg(folder.path().join("node.js")).arg(&file).output().expect("node starts");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let result: Value = serde_json::from_slice(&run.stdout).expect("the program prints JSON");
    assert_eq!(result["differences"], 0, "{result:#}");
    Some(result)
}

/// Returns all lines of all texts below a folder.
fn lines(folder: &Path) -> impl Iterator<Item = String> + use<> {
    let files = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().filter_map(Result::ok);
    let texts = files.filter(|entry| entry.file_type().is_file()).filter_map(|entry| fs::read(entry.path()).ok());
    let texts = texts.filter_map(|bytes| String::from_utf8(bytes).ok());
    texts.flat_map(|text| text.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect::<Vec<_>>())
}

#[test]
fn our_texts_have_the_same_terms_in_the_browser() {
    let folders = ["content", "docs/src", "tests/sites", "tests/quantities", "themes/default/i18n"];
    let ours = folders.into_iter().flat_map(|folder| lines(&project().join(folder)));
    if let Some(result) = compared(ours) {
        assert!(result["texts"].as_u64().expect("it can be read and written") > 5000, "{result}");
        assert_eq!(result["unknown"], 0);
    }
}

/// Returns whether a character is worth a test: ideographs and syllables behave alike.
fn is_typical(c: char) -> bool {
    match c {
        '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{20000}'.. => {
            (c as u32).is_multiple_of(61) || ('\u{2f800}'..'\u{2fa20}').contains(&c) || c >= '\u{e0000}'
        }
        '\u{e000}'..='\u{f8ff}' => false,
        _ => true,
    }
}

/// Returns a text with a character beside others that may affect it.
fn with_character(c: char) -> String {
    format!("{c} a{c}1{c}か{c}\u{3099}가{c}\u{11a8} {c}\u{301}\u{94d}\u{93c}{c}1,000{c}ن{c}\u{e48}\u{e38}")
}

#[test]
fn every_character_has_the_same_terms_in_the_browser() {
    let texts = ('\0'..'\u{e0200}').filter(|c| is_typical(*c)).map(with_character);
    if let Some(result) = compared(texts) {
        assert!(result["texts"].as_u64().unwrap() > 90_000, "{result}");
    }
}

/// Returns random mixes of what folding and cutting treat specially.
fn random_texts() -> impl Iterator<Item = String> {
    const PIECES: [&str; 56] = [
        "a", "Z", "é", "ß", "ẞ", "İ", "ı", "ŋ", "ﬁ", "Σ", "ς", "ά", "Й", "ё", "ґ", "ʼ", "'", "’", "-", ".", ",", "1",
        "23", "456", "٣", "０", "½", "²", "Ⅳ", " ", "\u{a0}", "\n", "東", "京", "が", "か", "\u{3099}", "ｶﾞ", "ー",
        "々", "가", "\u{1100}", "\u{1161}", "\u{11a8}", "ㄱ", "ท", "ำ", "\u{e48}", "\u{e38}", "ال", "وال", "ة",
        "\u{64e}", "क", "\u{94d}", "\u{301}",
    ];
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    let mut random = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize
    };
    (0..20_000).map(move |_| {
        let length = random() % 24;
        (0..length).map(|_| PIECES[random() % PIECES.len()]).collect()
    })
}

#[test]
fn random_texts_have_the_same_terms_in_the_browser() {
    compared(random_texts());
}

#[test]
#[cfg(feature = "serve")]
fn chromium_makes_the_same_terms() {
    let Some(chrome) = Chrome::start() else { return };
    let mut lines = Vec::new();
    write_lines(('\0'..'\u{fffd}').filter(|c| is_typical(*c)).step_by(5).map(with_character), &mut lines);
    write_lines(random_texts(), &mut lines);
    let files = [
        ("index.html", b"<!doctype html><title>Texts</title>".to_vec()),
        ("text.js", text_section().into_bytes()),
        ("comparison.js", COMPARISON.as_bytes().to_vec()),
        ("texts.jsonl", lines),
    ];
    let files = files.into_iter().map(|(name, bytes)| (name.to_owned(), bytes)).collect();
    let (server, _told) = Server::start(files, None);
    let tab = chrome.unpainted();
    tab.navigate(&format!("http://127.0.0.1:{}/", server.port));
    let result = tab.eval(IN_BROWSER);
    assert_eq!(result["differences"], 0, "{result:#}");
    assert!(result["texts"].as_u64().unwrap() > 20_000, "{result}");
}

#[test]
fn real_texts_have_the_same_terms_in_the_browser() {
    let Some(folder) = std::env::var_os("RECTO_SEARCH_TEXTS").map(PathBuf::from) else { return };
    if let Some(result) = compared(lines(&folder)) {
        println!("{}: {result}", folder.display());
    }
}

// ---- the terms of a text ---------------------------------------------------------------------------------------------

/// Returns the words of a text: what stands between punctuation and white space.
fn words(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

/// Every text of a golden site and of the demonstration has the words of its page, and no other.
#[test]
fn every_word_of_a_page_is_found() {
    let (labels, keep) = (MarkdownLabels::default(), |_: &str, _| LinkTarget::Keep);
    let mut count = 0;
    for folder in ["content", "tests/sites"] {
        for (path, bytes) in tree(&project().join(folder)).into_iter().filter(|(path, _)| path.ends_with(".md")) {
            let text = String::from_utf8_lossy(&bytes);
            // The readings of rubies stand elsewhere.
            if text.contains("<ruby") || text.contains('|') {
                continue;
            }
            for html in [RawHtml::Escape, RawHtml::Sanitize, RawHtml::Allow] {
                let options = MarkdownOptions { html, prefix: "", labels: &labels, resolve: &keep, credits: &[] };
                let page = markdown::render(&text, &options);
                let printed: String = (0..page.units.len()).map(|unit| page.text(unit) + "\n").collect();
                let read = markdown::body_text(&text, html);
                assert_eq!(words(&read.text), words(&printed), "{folder}/{path} {html:?}");
                assert_eq!(read.references, markdown::references(&text, html), "{folder}/{path} {html:?}");
            }
            count += 1;
        }
    }
    assert!(count > 100, "{count} texts");
}

/// Returns the terms of a list, each with its strength.
fn listed(list: &TermList) -> String {
    let mut terms = Vec::new();
    assert!(list.each(|term, strength| terms.push(format!("{term}:{}", strength as u8))));
    terms.join(" ")
}

#[test]
fn an_article_has_the_terms_of_its_parts() {
    let text = "+++\ntitle = \"Rain in Tokyo\"\ndate = 2021-03-24\nsection = \"a\"\nsource = \"b\"\ntranslator = \"c\"\n\
        summary = \"A gist.\"\ndateline = \"Oslo\"\nauthor = \"M. Yamada\"\neditor = \"Ed It\"\n\
        [original]\nlang = \"ja\"\ntitle = \"東京の雨\"\n\
        [[corrections]]\ndate = 2021-03-25\nnote = \"Wrong year.\"\n+++\n\
        Rain, rain and [rain](hidden.md). <!-- no --> It cost 3.2 million yen.\n";
    let config = config::parse(SITE_TOML).0.expect("a configuration");
    let file = Arc::from("content/articles/a.md");
    let (read, _) = article::read_parts(&file, "a", text, &config, true);
    let (card, (extract, terms)) = read.expect("it has a card");
    let terms = terms.expect("they were asked for");
    assert_eq!(
        listed(&terms.full),
        "#3.2e6:0 3.2:0 a:0 and:0 cost:0 ed:0 gist:0 in:3 it:1 million:0 oslo:0 rain:3 tokyo:3 wrong:0 year:0 yen:0"
    );
    assert_eq!(listed(&terms.original), "m:0 yamada:0 の雨:3 京の:3 東京:3");
    assert_eq!(listed(&terms.excerpt), "");
    assert_eq!(article::read(&file, "a", text, &config).0, Some((card, extract)));
}

#[test]
fn a_sibling_has_the_terms_of_its_excerpt_apart() {
    let body = format!("The first block.\n\n{}", "The second one. ".repeat(3));
    let text = format!("+++\ntitle = \"Rain\"\nauthor = \"M. Yamada\"\nsummary = \"Gist\"\n+++\n{body}");
    let file = Arc::from("content/articles/a.de.md");
    let (read, _) = sibling::read_parts(&file, "a", "de", &text, RawHtml::Sanitize, true);
    let terms = read.expect("it has a card").1.1.expect("they were asked for");
    assert_eq!(listed(&terms.excerpt), "block:0 first:0 m:0 rain:3 the:0 yamada:0");
    assert_eq!(listed(&terms.full), "block:0 first:0 gist:0 m:0 one:1 rain:3 second:1 the:2 yamada:0");
    assert_eq!(terms.original, TermList::default());
}
