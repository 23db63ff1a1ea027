//! Reports: a problem is printed whatever its place is, the marks are below the marked text, and errors come first
//! and are always visible.

use std::sync::Arc;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use recto::base::diag::{self, Diagnostic, Severity, Span};
use recto::base::language::LanguageTagProblem;
use recto::base::problem::codes::CODES;
use recto::base::problem::{self as p};
use recto::base::target_address::AddressError;
use recto::shell::report::human::{self, TerminalLook};
use recto::shell::report::shortlist::{PLACES, ReportItem, choose};
use recto::shell::report::source_texts::SourceTexts;
use recto::shell::report::{ReportStyle, Reporter, json};
use unicode_width::UnicodeWidthChar;

use crate::support::{SITE_TOML, Site, article, recto};

const FILE: &str = "content/articles/a.md";

/// Parts of texts: every script, wide, combining, control and invisible characters.
const PIECES: [&str; 40] = [
    "word",
    " ",
    "  ",
    "\t",
    "\n",
    "\r\n",
    "\r",
    "é",
    "e\u{301}",
    "\u{301}",
    "“",
    "”",
    "„",
    "「",
    "」",
    "、",
    "日本",
    "２０２１",
    "ｶﾞ",
    "한국",
    "\u{1112}\u{1161}\u{11AB}",
    "ไทย",
    "क्षि",
    "العربية",
    "עברית",
    "\u{202E}",
    "\u{2067}",
    "\u{200F}",
    "\u{200B}",
    "\u{A0}",
    "\u{3000}",
    "\u{AD}",
    "👨\u{200D}👩\u{200D}👧",
    "👍🏽",
    "❤\u{FE0F}",
    "🇯🇵",
    "\u{7}",
    "\u{1b}[31m",
    "\u{92}",
    "\u{FFFE}\u{10FFFF}",
];

fn number<'a>(at: &Span, value: &'a str) -> p::NumberInText<'a> {
    p::NumberInText { at: at.clone(), written: value, value }
}

fn forms(value: &str) -> p::GlossaryForms<'_> {
    p::GlossaryForms { preferred: value, variants: vec![value, value], note: Some(value), file: value, key: value }
}

/// One problem from every constructor, at a place and with a value.
fn every(at: &Span, value: &str) -> Vec<Diagnostic> {
    let s = || at.clone();
    let wrong =
        |secret| AddressError { message: value.into(), expected: value.into(), help: Some(value.into()), secret };
    let mut all = vec![
        p::bad_slug(s(), value, value),
        p::bad_alias(s(), value, value),
        p::bad_term(s(), value, value, value),
        p::date_after_posted(s(), value, value),
        p::ambiguous_original(s(), value),
        p::original_language(s(), value, value),
        p::sibling_in_site_language(s(), value),
        p::orphan_sibling(s(), value),
        p::duplicate_address(s(), value, value),
        p::bad_output_path(s(), value, value),
        p::broken_link(s(), value, value, Some(value.into())),
        p::unpublished_link(s(), value),
        p::missing_asset(s(), value),
        p::bad_image(s(), value, value),
        p::unused_image_credit(s(), value),
        p::stray_file(s(), value, value),
        p::duplicate_alias(s(), value, value, s()),
        p::body(s(), Severity::Warning, "missing-alt", value.into(), value.into()),
        p::unbalanced_html(s()),
        p::misplaced_mark(s(), value, value, value, value),
        p::bad_block_id(s(), value, value, value, value.into()),
        p::moved_anchor(s(), (value, value), true, 3, p::MovedAnchor::Removed),
        p::body(s(), Severity::Error, "too-deep", value.into(), value.into()),
        p::untranslated_strings(s(), value, &[value.into(), value.into()]),
        p::byline_as_name(s(), value, value),
        p::family_not_in_name(s(), value, value),
        p::case_twins(s(), value, value),
        p::near_terms(s(), value, (value, value), (1, 2), value, value),
        p::merged_terms(s(), value, [(value, 1), (value, 0)], value, &[value.into(), value.into()]),
        p::same_original(s(), value, s()),
        p::unused_asset(s()),
        p::untranslated_block(s(), 1, "paragraph", true, p::Gap::Before(s())),
        p::untranslated_block(s(), 3, "block", false, p::Gap::After(s())),
        p::added_block(s(), 2, "table", p::Gap::Before(s())),
        p::length_differs(s(), 250, s()),
        p::length_differs(s(), 20, s()),
        p::different_kind(s(), ["table", "item"], s()),
        p::missing_image(s(), value, s()),
        p::doubtful_pairs(s(), 4, value, s()),
        p::copied_text(s(), s()),
        p::wrong_language(s(), "original", value, (value, value), p::LanguageSource::Site, s()),
        p::wrong_language(s(), "translation", value, (value, value), p::LanguageSource::FileName, s()),
        p::wrong_language(s(), "original", value, (value, value), p::LanguageSource::Article, s()),
        p::exchanged_texts(s(), [value, value], s()),
        p::untranslated_text(s(), value, value, s()),
        p::untranslated_part(s(), 2, "paragraph", [value, value], s()),
        p::different_number(&number(at, value), &number(at, "1"), true),
        p::different_number(&number(at, value), &number(at, value), false),
        p::one_sided_number(&number(at, value), "original", "translation", s()),
        p::unused_term(s(), Some(value)),
        p::duplicate_term(s(), value, s()),
        p::repeated_form(s(), value, s()),
        p::repeated_language(s(), value, s()),
        p::unfindable_term(s(), value),
        p::unrendered_term(s(), s(), value, &forms(value)),
        p::avoided_term(s(), Some(s()), value, &forms(value)),
        p::host_limit(Some(s()), true, value.into(), Some(value.into())),
        p::host_limit(None, false, value.into(), None),
        p::host_rule(s(), value, value),
        p::bidi_control(s(), value),
        p::invalid_utf8(s()),
        p::no_front_matter(s(), value.to_owned()),
        p::unclosed_front_matter(s(), value),
        p::syntax(s(), "TOML", value),
        p::syntax(s(), "YAML", value),
        p::too_large(s(), "a text", 1, 2),
        p::too_many(s(), "tags", 201, 200),
        p::too_long(s(), "title", 2001, 2000),
        p::too_many_siblings(s(), "a", 101, 100),
        p::deep_section(s(), "a/b", 2, 1),
        p::too_slow(s(), 3),
        p::internal(s(), value),
        p::failed_while(value, value),
        p::symlink(s(), value, value, value),
        p::special_file(s(), value),
        p::bad_file_name(s(), value, value),
        p::unreadable(s(), value),
        p::no_base_url(s()),
        p::wrong_type(s(), value, "a string", "a date"),
        p::out_of_range(s(), value, 7, &(1..=3)),
        p::invalid_date(s(), value, value),
        p::not_a_choice(s(), value, value, &["a", "b"]),
        p::missing_key(s(), value, value),
        p::empty_value(s(), value, value),
        p::control_character(s(), value, '\u{1b}'),
        p::unknown_key(s(), value, Some(value.to_owned()), Severity::Error),
        p::unknown_key(s(), value, None, Severity::Warning),
        p::misnamed_key(s(), value, value, Some(value.to_owned())),
        p::list_as_text(s(), value, value, value, value),
        p::near_genre(s(), value, value),
        p::cut_by_comment(s(), value, value, value),
        p::other_language(s(), true),
        p::utf16(s()),
        p::placeholder_base_url(s(), true),
        p::sibling_name(s(), value, value),
        p::misnamed_sibling(s(), value, value, &[p::missing_key(s(), value, value)]),
        p::invalid_tag(s(), value),
        p::unknown_language(s(), value, &LanguageTagProblem::Part { part: value.into(), better: value.into() }),
        p::unknown_language(s(), value, &LanguageTagProblem::Country { name: "Twi", clear: "tw-GH", meant: "zh-Hant" }),
        p::unknown_language_of_file(s(), value, value, &LanguageTagProblem::Language(None)),
        p::invalid_language_of_file(s(), value, value, value),
        p::sibling_by_name(s(), value, value, value),
        p::invalid_url(s(), value, value),
        p::invalid_config(s(), "invalid-timezone", value.into(), value),
        p::invalid_target(s(), &wrong(true)),
        p::invalid_target(s(), &wrong(false)),
        p::misplaced_key(s(), value, value, value),
        p::secret_in_site(s(), value),
        p::template(Some(s()), value, value, Some(value)),
        p::template(None, FILE, value, None),
        p::unknown_theme(s(), value, &["default"]),
        p::missing_string(s(), value),
        p::unknown_argument(s(), value, value, &["length"]),
        p::unused_template(s(), Some(value.to_owned())),
        p::unused_string(s(), value, Some(value.to_owned())),
        p::idle_language(s(), value),
    ];
    // Codes that are chosen where they are reported.
    all.extend(CODES.iter().map(|code| p::body(s(), Severity::Warning, code, value.into(), value.into())));
    all
}

/// Removes the colours from a terminal's text.
fn colourless(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\x1b') {
        out.push_str(before);
        rest = after.split_once('m').expect("a colour ends").1;
    }
    out + rest
}

/// Prints in every format, and in several widths.
fn print_every_way(site: &Site, found: &[&Diagnostic]) -> Vec<String> {
    let mut texts = SourceTexts::new(site.root());
    let mut plain = Vec::new();
    for width in [0, 13, 80, 1000] {
        let mut said = |colour| human::report(found, &mut texts, TerminalLook { colour, width });
        let (grey, colourful) = (said(false), said(true));
        assert_eq!(grey, colourless(&colourful));
        let moves = |c: char| (c.is_control() && c != '\n') || diag::is_bidi_control(c);
        assert!(!grey.contains(moves), "something moves the cursor: {grey:?}");
        plain.push(grey);
    }
    for found in found {
        let line = json::problem(found, &mut texts);
        let read: serde_json::Value = serde_json::from_str(&line).unwrap_or_else(|e| panic!("{e}: {line}"));
        assert!(!line.contains('\n') && read["code"] == *found.code);
    }
    plain
}

/// Returns the columns of a text: one character for each.
fn columns(text: &str) -> Vec<char> {
    text.chars().flat_map(|c| std::iter::repeat_n(c, c.width().unwrap_or(0))).collect()
}

/// Returns the excerpt of a report and its marks, without the gutter.
fn excerpt_of(report: &str) -> Option<(&str, &str)> {
    let lines: Vec<&str> = report.lines().collect();
    let at = lines.iter().position(|line| line.trim_start().starts_with("--> "))?;
    let (text, marks) = (lines.get(at + 2)?, lines.get(at + 3)?);
    let bar = marks.find('|')?;
    Some((text.get(bar + 2..).unwrap_or_default(), marks.get(bar + 2..)?))
}

fn texts_of(pieces: std::ops::Range<usize>) -> impl Strategy<Value = String> {
    proptest::collection::vec(0..PIECES.len(), pieces).prop_map(|all| all.iter().map(|at| PIECES[*at]).collect())
}

/// The marked texts in the test of marks: visible, and unique in the text.
const MARKED: [&str; 8] = ["Q", "ＱＱ", "訳文", "Ω¶", "ж", "ऋ", "『』", "ﾇ"];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if std::env::var_os("RECTO_SCRIPTS").is_some() { 5_000 } else { 60 }))]

    /// For any place: inside a character, reversed, behind the end, in a text that has changed.
    #[test]
    fn every_problem_is_printed(
        text in texts_of(0..40), value in texts_of(0..6), (start, end) in (0..300usize, 0..300usize),
        far in prop::sample::select(vec![0, 0, 0, 0, usize::MAX / 2]), file in prop::sample::select(vec![FILE, "gone.md", "\u{1b}[2J\n.md"]),
    ) {
        let site = Site::new(SITE_TOML);
        site.write(FILE, &text);
        let at = Span::new(&file.into(), start..end.saturating_add(far));
        for found in every(&at, &value) {
            print_every_way(&site, &[&found]);
        }
        let all = every(&at, &value);
        let all: Vec<&Diagnostic> = all.iter().collect();
        let mut texts = SourceTexts::new(site.root());
        for item in choose(&all, false, &mut texts).items {
            if let ReportItem::Report(found) = item {
                print_every_way(&site, &found);
            }
        }
    }

    #[test]
    fn marks_stand_below_what_is_marked(
        before in texts_of(0..30), after in texts_of(0..30), marked in prop::sample::select(MARKED.to_vec()),
        width in 20..120usize,
    ) {
        let site = Site::new(SITE_TOML);
        site.write(FILE, &format!("{before}{marked}{after}"));
        let plain = format!("{before}{marked}{after}").replace("\r\n", "\n").replace('\r', "\n");
        let at = plain.find(marked).expect("it is there");
        let found = p::unused_image_credit(Span::new(&FILE.into(), at..at + marked.len()), "x");
        let report = human::report(&[&found], &mut SourceTexts::new(site.root()), TerminalLook { colour: false, width });
        let line = plain[..at].matches('\n').count() + 1;
        let column = plain[..at].rsplit('\n').next().map_or(0, |line| line.chars().count()) + 1;
        prop_assert!(report.contains(&format!("--> {FILE}:{line}:{column}\n")), "not at {line}:{column}:\n{report}");
        let (text, marks) = excerpt_of(&report).expect("an excerpt");
        let (text, from) = (columns(text), marks.find('^').expect("a mark"));
        let marks = marks.matches('^').count();
        let below: String = text.iter().skip(from).take(marks).collect();
        let expected: String = columns(marked).into_iter().collect();
        prop_assert_eq!(below, expected, "{}", report);
        prop_assert!(text.len() <= width.max(20), "{} columns of {width}:\n{report}", text.len());
    }
}

/// Lines of a megabyte are cut around the marked part, and quickly.
#[test]
fn lines_of_a_megabyte_are_cut() {
    let clock = Instant::now();
    for piece in ["word ", "翻訳", "e\u{301}", "\u{301}", "\t", "\u{7}", "👨\u{200D}👩", "\u{202E}", "نص "] {
        let site = Site::new(SITE_TOML);
        let half = piece.repeat((1 << 19) / piece.len());
        let text = format!("{half}MARK{half}");
        site.write(FILE, &text);
        let at = half.len();
        for range in [at..at + 4, 0..text.len(), 1..at, at + 5..text.len() + 7, text.len()..text.len()] {
            let found = p::unused_asset(Span::new(&FILE.into(), range));
            for report in print_every_way(&site, &[&found]) {
                assert!(report.len() < 40_000, "{} bytes of a report", report.len());
            }
        }
        let found = p::unused_asset(Span::new(&FILE.into(), at..at + 4));
        let report = &print_every_way(&site, &[&found])[2];
        let (text, marks) = excerpt_of(report).expect("an excerpt");
        let below: String = columns(text).into_iter().skip(marks.find('^').expect("a mark")).take(4).collect();
        assert_eq!(below, "MARK", "{report}");
    }
    assert!(clock.elapsed() < Duration::from_secs(120), "{:?}", clock.elapsed());
}

/// Returns a run's stderr and exit code.
fn said(site: &Site, args: &[&str]) -> (String, i32) {
    let ran = recto(site.root(), args);
    (String::from_utf8(ran.stderr).expect("reports are UTF-8"), ran.status.code().expect("the program is not killed"))
}

#[test]
fn cases_that_ended_in_a_panic_are_ordinary_problems() {
    let body = |front: &str| format!("+++\n{front}\nsource = \"S\"\ntranslator = \"P\"\nsection = \"w\"\n+++\nW\n");
    let cases: [(&str, String, &str, i32); 12] = [
        (FILE, body("title = “A”\ndate = 2021-03-24"), "a.md:2:9\n", 1),
        (FILE, body("title = \"A\"\ndate = ２０２１-03-24"), "a.md:3:8\n", 1),
        (FILE, body("title = \"A\"、\ndate = 2021-03-24"), "a.md:2:12\n", 1),
        (FILE, body("題名 = \"A\"\ndate = 2021-03-24"), "a.md:2:1\n", 1),
        (FILE, body("title =\u{A0}\"A\"\ndate = 2021-03-24"), "a.md:2:8\n", 1),
        (FILE, body("title = \"A\u{92}\"\ndate = 2021-03-24"), "a.md:2:11\n", 1),
        (FILE, body("title = \"A\"\u{202E}\ndate = 2021-03-24"), "a.md:2:12\n", 1),
        (FILE, "---\ntitle: 題名\ndate: 2021-03-24\nsource: 港新聞\ntranslator: 一郎\nsection: 国際\nkind: 翻訳\n---\n本文。\n".into(), "a.md:7:7\n", 1),
        ("content/articles/a.ja.md", "日本語の本文だけ。\n".into(), "a.ja.md:1:1\n", 1),
        (FILE, "---\ntitle: 題名\nkind: 翻訳\n---\n本文。\n".into(), "a.md:3:7\n", 1),
        (FILE, "---\ntitle: 'A\n…日本\n".into(), "a.md:1:1\n", 1),
        (FILE, body("title = \"A\"\ndate = 2021-03-24\nキー = \"値\"").replace("+++", "---"), "a.md", 1),
    ];
    for (file, text, place, code) in cases {
        let site = Site::new(SITE_TOML);
        site.write(file, &text);
        for command in ["check", "build"] {
            let (said, exit) = said(&site, &[command]);
            assert!(said.contains(place) && exit == code, "{command}: {exit} for {text:?}:\n{said}");
        }
    }
}

/// A site with this many articles that each have a warning, and optionally one with an error at the end.
fn warned(articles: usize) -> Site {
    let site = Site::new(SITE_TOML);
    for n in 0..articles {
        site.write(&format!("content/articles/a{n:03}.md"), &article("A", "2021-03-24", "sumary = \"x\"", "Body."));
    }
    site
}

#[test]
fn one_error_stands_before_250_warnings() {
    let site = warned(250);
    site.write("content/articles/z.md", &article("Z", "2021-13-24", "", "Body."));
    let (said, exit) = said(&site, &["check"]);
    assert_eq!(exit, 1);
    assert!(said.starts_with("error[invalid-date]"), "{said}");
    assert_eq!(said.matches("warning[unknown-key]").count(), PLACES);
    assert!(said.contains("\n… and 240 more `unknown-key` in 240 files\n"), "{said}");
    let table = said.rsplit_once("places  files  for example\n").expect("a table").1;
    let rows: Vec<Vec<&str>> = table.lines().take(2).map(|row| row.split_whitespace().collect()).collect();
    assert_eq!(rows[0], ["error", "invalid-date", "1", "1", "content/articles/z.md:3:8"]);
    assert_eq!(rows[1], ["warning", "unknown-key", "250", "250", "content/articles/a000.md:7:1"]);
    assert!(said.ends_with("Checked 250 articles: 1 error, 250 warnings\n"), "{said}");
    // All problems, one code, only errors.
    let (all, _) = self::said(&site, &["check", "-v"]);
    assert_eq!((all.matches("warning[").count(), all.contains("… and")), (250, false));
    let (one, exit) = self::said(&site, &["check", "--only", "unknown-key"]);
    assert!(exit == 1 && !one.contains("error[") && one.contains("1 error of other codes"), "{exit}: {one}");
    let (quiet, _) = self::said(&site, &["check", "-q"]);
    assert!(quiet.starts_with("error[") && !quiet.contains("warning") && !quiet.contains("for example"), "{quiet}");
    let (strict, exit) = self::said(&site, &["check", "-q", "--strict"]);
    assert!(exit == 1 && strict.starts_with("error[") && strict.contains("240 more"), "{strict}");
    let ran = recto(site.root(), &["check", "--format", "json"]);
    assert_eq!(String::from_utf8_lossy(&ran.stdout).matches("\"type\":\"problem\"").count(), 251);
}

#[test]
fn one_error_of_another_kind_is_seen_among_many() {
    let site = Site::new(SITE_TOML);
    for n in 0..120 {
        site.write(&format!("content/articles/a{n:03}.md"), &article("A", "2021-13-24", "", "Body."));
    }
    site.write("content/articles/b.md", &article("B", "2021-03-24", "slug = \"../x\"", "Body."));
    let (said, exit) = said(&site, &["build"]);
    assert_eq!((exit, said.matches("error[invalid-date]").count()), (1, PLACES));
    assert!(said.contains("error[bad-slug]"), "{said}");
    assert!(said.contains("… and 110 more `invalid-date` in 110 files"), "{said}");
}

#[test]
fn a_code_that_is_none_is_named() {
    let site = warned(0);
    for command in ["check", "build", "deploy"] {
        let (said, exit) = said(&site, &[command, "--only", "missing-alts"]);
        assert!(exit == 2 && said.contains("unknown code `missing-alts`; did you mean `missing-alt`?"), "{said}");
    }
}

#[test]
fn a_line_of_twenty_problems_is_one_report() {
    let site = Site::new(SITE_TOML);
    let links: Vec<String> = (0..20).map(|n| format!("[{n}](no{n}.md)")).collect();
    site.write(FILE, &article("A", "2021-03-24", "", &links.join(" ")));
    let (said, _) = said(&site, &["check"]);
    assert_eq!(said.matches("[broken-link]").count(), 1, "{said}");
    assert!(said.contains("and 15 more on this line") && said.contains("column 13: "), "{said}");
    let (all, _) = self::said(&site, &["check", "-v"]);
    assert_eq!(all.matches("[broken-link]").count(), 20);
    let ran = recto(site.root(), &["check", "--format", "json"]);
    assert_eq!(String::from_utf8_lossy(&ran.stdout).matches("broken-link").count(), 20);
}

#[test]
fn every_control_character_is_found_in_one_run() {
    let site = Site::new(SITE_TOML);
    let text = article("A?", "2021-03-24", "", &"One\u{7}, two\u{8}\u{b}.\n\n".repeat(20));
    site.write(FILE, &text.replace("section", "zzz").replace('?', "\u{92}"));
    let (said, exit) = said(&site, &["check"]);
    assert_eq!((exit, said.matches("error[control-character]").count()), (1, PLACES));
    // The same run finds other problems, too.
    assert!(said.contains("missing-key") && said.contains("unknown-key"), "{said}");
    let (all, _) = self::said(&site, &["check", "-v"]);
    assert_eq!(all.matches("error[control-character]").count(), 61);
    // Values with escapes have marks, too.
    site.write(FILE, &article("A?", "2021-03-24", "", "Body.").replace('?', "\\u0007\\u0008"));
    let (all, _) = self::said(&site, &["check"]);
    assert!(all.contains("U+0007") && all.contains("U+0008"), "{all}");
    // A picture with the name of a text.
    let site = Site::new(SITE_TOML);
    site.write_bytes(FILE, &vec![0; 3_000_000]);
    let (all, _) = self::said(&site, &["check", "-v"]);
    assert!(all.contains("and 2999000 more"), "{}", &all[all.len().saturating_sub(2000)..]);
}

#[test]
fn forty_thousand_warnings_are_a_short_report() {
    let site = Site::new(SITE_TOML);
    let codes = ["bad-heading-id", "escaped-html", "missing-alt", "near-terms", "unknown-key", "unused-footnote"];
    let mut problems = Vec::new();
    for n in 0..500 {
        let file: Arc<str> = format!("content/articles/a{n:03}.md").into();
        site.write(&file, &"A line of text.\n".repeat(100));
        for at in 0..80 {
            let span = Span::new(&file, at * 16..at * 16 + 6);
            problems.push(Diagnostic::warning(codes[(n + at) % 6], "something").at(span, "here"));
        }
    }
    let clock = Instant::now();
    let style = ReportStyle { quiet: false, verbose: false, json: false, colour: false };
    let texts = Reporter::new(style, site.root().to_owned()).errors(&problems, true);
    assert!(clock.elapsed() < Duration::from_secs(60), "{:?}", clock.elapsed());
    assert_eq!(texts.len(), 6 * (PLACES + 1));
    assert_eq!(texts.iter().filter(|text| text.contains(" more `")).count(), 6, "{texts:#?}");
}

/// Twenty tags without a name on one line are one report and one error. Only the JSON format lists each.
#[test]
fn what_is_one_report_counts_once() {
    let site = Site::new(SITE_TOML);
    let tags: Vec<String> = (0..20).map(|n| format!("\"{}\"", "?".repeat(n + 1))).collect();
    let front = format!("tags = [{}]", tags.join(", "));
    site.write("content/articles/a.md", &crate::support::article("A", "2021-03-24", &front, "Body."));
    let said = |args: &[&str]| {
        let ran = crate::support::recto(site.root(), args);
        assert_eq!(ran.status.code(), Some(1), "{args:?}");
        String::from_utf8([ran.stderr, ran.stdout].concat()).expect("UTF-8")
    };
    for (args, count) in [(&["check"][..], ": 1 error\n"), (&["build"], "1 error"), (&["check", "-v"], ": 20 errors\n")]
    {
        let text = said(args);
        assert!(text.contains(count), "{args:?}: {text}");
        assert_eq!(text.contains("20 errors"), count.contains("20"), "{args:?}: {text}");
    }
    assert!(said(&["check", "--format", "json"]).contains("\"errors\":20"));
}
