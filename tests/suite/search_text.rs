//! Folding and cutting in Rust and in JavaScript: one table, and the same terms for any text.
//!
//! `RECTO_BLESS=1` writes the table into `themes/default/static/search.js`. `RECTO_SEARCH_TEXTS=FOLDER` compares every
//! paragraph of the texts in a folder, too.

use std::fmt::Write as _;
use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use recto::content::search::char_table::{self, CharRange};
use recto::content::search::text_terms::LONGEST_TERM;
use recto::content::search::{arabic, cut::cut, fold::fold};
use serde_json::json;

use crate::support::{project, temporary};
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

/// Compares each line of a file (a text, its folded form, its terms) with what the script makes of it. Leaves out texts
/// with characters that node does not know.
const COMPARE: &str = r#"
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { fold, runsOf } from "./text.mjs";
let [texts, unknown, differences] = [0, 0, 0];
for await (const line of createInterface({ input: createReadStream(process.argv[2]) })) {
  const [text, folded, terms] = JSON.parse(line);
  texts++;
  const made = fold(text);
  const runs = runsOf(made);
  const cut = runs.flatMap((run) => run.terms).join("\n");
  const placed = runs.every(({ kind, text, at, end }) => kind !== "pairs" || made.slice(at, end) === text);
  if (made === folded && cut === terms && placed) continue;
  if (/\p{Cn}/u.test(text)) { unknown++; continue; }
  if (differences++ < 20) console.log(JSON.stringify({ text, folded, made, terms, cut }));
}
console.log(JSON.stringify({ texts, unknown, differences }));
"#;

/// Writes texts for [`COMPARE`] and runs it. Returns its last line.
fn compared(texts: impl Iterator<Item = String>) -> Option<serde_json::Value> {
    let node = program("node")?;
    let folder = temporary();
    let script = fs::read_to_string(project().join(SCRIPT)).unwrap();
    fs::write(folder.path().join("text.mjs"), section(&script, "// text:begin", "// text:end").1).unwrap();
    fs::write(folder.path().join("compare.mjs"), COMPARE).unwrap();
    let file = folder.path().join("texts.jsonl");
    let mut out = BufWriter::new(fs::File::create(&file).unwrap());
    let (mut folded, mut terms) = (String::new(), String::new());
    for text in texts {
        folded.clear();
        terms.clear();
        fold(&text, &mut folded);
        cut(&folded, &mut |term| {
            terms.push_str(if terms.is_empty() { "" } else { "\n" });
            terms.push_str(term);
        });
        writeln!(out, "{}", json!([text, folded, terms])).unwrap();
    }
    out.flush().unwrap();
    let run = Command::new(node).arg(folder.path().join("compare.mjs")).arg(&file).output().unwrap();
    let said = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success(), "{said}{}", String::from_utf8_lossy(&run.stderr));
    let result: serde_json::Value = serde_json::from_str(said.lines().last().unwrap()).unwrap();
    assert_eq!(result["differences"], 0, "{said}");
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
        assert!(result["texts"].as_u64().unwrap() > 5000, "{result}");
        assert_eq!(result["unknown"], 0);
    }
}

#[test]
fn every_character_has_the_same_terms_in_the_browser() {
    // Ideographs and syllables behave alike.
    let is_typical = |c: &char| match c {
        '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{20000}'.. => {
            *c as u32 % 61 == 0 || ('\u{2f800}'..'\u{2fa20}').contains(c) || ('\u{e0000}'..'\u{e0200}').contains(c)
        }
        '\u{e000}'..='\u{f8ff}' => false,
        _ => true,
    };
    let texts = ('\0'..'\u{e0200}').filter(is_typical).map(|c| {
        format!("{c} a{c}1{c}か{c}\u{3099}가{c}\u{11a8} {c}\u{301}\u{94d}\u{93c}{c}1,000{c}ن{c}\u{e48}\u{e38}")
    });
    if let Some(result) = compared(texts) {
        assert!(result["texts"].as_u64().unwrap() > 90_000, "{result}");
    }
}

#[test]
fn random_texts_have_the_same_terms_in_the_browser() {
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
    let texts = (0..20_000).map(move |_| {
        let length = random() % 24;
        (0..length).map(|_| PIECES[random() % PIECES.len()]).collect()
    });
    compared(texts);
}

#[test]
fn real_texts_have_the_same_terms_in_the_browser() {
    let Some(folder) = std::env::var_os("RECTO_SEARCH_TEXTS").map(PathBuf::from) else { return };
    if let Some(result) = compared(lines(&folder)) {
        println!("{}: {result}", folder.display());
    }
}
