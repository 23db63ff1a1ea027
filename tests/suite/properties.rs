//! Properties of every input: runs the invariants of `fuzz/`, which a fuzzer runs on its bytes, on random strings.

#[path = "../../fuzz/src/invariants.rs"]
pub mod invariants;

use proptest::prelude::*;

use crate::html::dom;

const FRONT: &[&str] = &[
    "+++\n",
    "---\n",
    "+++",
    "\n",
    "\r\n",
    " ",
    "title = ",
    "title: ",
    "date = ",
    "date: ",
    "posted = ",
    "source = ",
    "section = ",
    "translator = ",
    "tags = ",
    "slug = ",
    "aliases = ",
    "kind = ",
    "extent = ",
    "expires = ",
    "label = ",
    "url = ",
    "lang = ",
    "[original]\n",
    "[rights]\n",
    "[[corrections]]\n",
    "[extra]\n",
    "original:\n",
    "  url: ",
    "note = ",
    "paragraph = ",
    "order = ",
    "\"x\"",
    "'x'",
    "x",
    "1",
    "-1",
    "1e9",
    "true",
    "2021-03-24",
    "2021-13-45",
    "2021-03-24T10:00:00+09:00",
    "\"2021-03-24\"",
    "[",
    "]",
    "{",
    "}",
    ",",
    "\"\"",
    "\"\\u0000\"",
    "\"https://x.org/\"",
    "\"javascript:x\"",
    "\"a/b\"",
    "\"../..\"",
    "\"A > B\"",
    "\"<>\"",
    "&a ",
    "*a",
    "!!binary ",
    "|\n",
    ">\n",
    "- ",
    "# c",
    "漢",
    "é",
    "\u{FEFF}",
    "\u{0}",
    "\u{2028}",
    "\"ja\"",
    "\"??\"",
    "\"translation\"",
];

const PATHS: &[&str] = &[
    "a",
    "B",
    "0",
    "/",
    "//",
    "\\",
    ".",
    "..",
    "../",
    "./",
    "%2e",
    "%2F",
    "%",
    "%E6%97",
    "%zz",
    ":",
    "?",
    "#",
    "&",
    "\"",
    "'",
    "<",
    ">",
    "|",
    "*",
    " ",
    "\n",
    "\t",
    "\u{0}",
    "\u{7f}",
    "\u{85}",
    "\u{2028}",
    "https://",
    "http://",
    "javascript:",
    "h.org",
    "x@",
    "[::1]",
    ":80",
    "{slug}",
    "{date:%Y/%m/%d}",
    "{posted:%H}",
    "{section}",
    "{source}",
    "{lang}",
    "{",
    "}",
    "{date:",
    "%!",
    "con",
    "NUL",
    "com1.txt",
    "articles/",
    "pages/",
    "tags/",
    ".md",
    ".ja",
    ".zh-Hant",
    "漢",
    "é",
    "e\u{301}",
    "İ",
    "ß",
    "Σ",
    "ﬁ",
    "ʼ",
    "\u{200D}",
    "\u{FEFF}",
    "_",
    "-",
    "😀",
    "\u{345}",
    "ǅ",
    "가",
    "\u{1100}\u{1161}",
];

const SITE: &[&str] = &[
    "title = ",
    "base_url = ",
    "language = ",
    "timezone = ",
    "theme = ",
    "[permalinks]\n",
    "article = ",
    "style = ",
    "[pagination]\n",
    "per_page = ",
    "[feeds]\n",
    "limit = ",
    "for = ",
    "[credits]\n",
    "translator = ",
    "[credits.labels]\n",
    "translation = ",
    "[original]\n",
    "publish = ",
    "[topics]\n",
    "bar = ",
    "label = ",
    "url = ",
    "[redirects]\n",
    "as = ",
    "[assets]\n",
    "names = ",
    "[markdown]\n",
    "html = ",
    "[search]\n",
    "enable = ",
    "[extra]\n",
    "[deploy.x]\n",
    "\n",
    " ",
    "[",
    "]",
    "{ ",
    " }",
    ", ",
    "\"x\"",
    "\"https://x.org/a/\"",
    "\"https://x.org/../a\"",
    "\"http://\"",
    "\"javascript:x\"",
    "\"//x\"",
    "\"/x\"",
    "\"/\\\\x\"",
    "\"/\\u0000\"",
    "\"en\"",
    "\"zh-hant-HK\"",
    "\"UTC\"",
    "\"Asia/Tokyo\"",
    "\"/{date:%Y}/{slug}/\"",
    "\"/../{slug}\"",
    "\"{slug}\"",
    "\"file\"",
    "\"html\"",
    "\"none\"",
    "\"hashed\"",
    "\"sanitize\"",
    "[\"site\", \"tags\"]",
    "1",
    "0",
    "1001",
    "true",
    "false",
    "2021-03-24",
    "漢",
    "\u{0}",
];

const MARKS: &[&str] = &[
    "a",
    " ",
    "\n",
    "\n\n",
    "*",
    "**",
    "_",
    "~",
    "~~",
    "`",
    "```\n",
    "```rust\n",
    "# ",
    "> ",
    "- ",
    "1. ",
    "    ",
    "\t",
    "[",
    "]",
    "(",
    ")",
    "![",
    "](",
    "[^1]",
    "\n[^1]: ",
    "|",
    "|-|\n",
    "\\",
    "&",
    "&#58;",
    "<",
    ">",
    "\"",
    "'",
    "<b>",
    "<script>",
    "</script>",
    "<img src=x onerror=x>",
    "<!--",
    "-->",
    "<svg>",
    "<style>",
    "</p>",
    "<math>",
    "javascript:x",
    "data:text/html,x",
    "https://x.org/",
    "//x.org",
    "{#p1}",
    "{#id}",
    " {.x onclick=y}",
    "> [!NOTE]\n",
    "- [x] ",
    "漢",
    "「",
    "é",
    "\u{202e}",
    "\u{fdd0}",
    "\u{0}",
    "\u{1b}",
    "\u{7f}",
    "\r\n",
    "---\n",
    "===\n",
    "<div>\n",
    "</div>\n",
    "</main>",
    "<template>",
    "<p id=p1>",
    "<a href=\"javascript:x\">",
    "<?x?>",
    "<![CDATA[",
    "<table>",
    "<form>",
];

fn made_of(pieces: &'static [&'static str], most: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(pieces), 0..most).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn front_matter_of_pieces(text in made_of(FRONT, 24)) {
        invariants::front_matter(&format!("+++\n{text}\n+++\nbody\n"));
        invariants::front_matter(&format!("---\n{text}\n---\nbody\n"));
        invariants::front_matter(&text);
    }

    /// Valid except for one key, so that most checks are reached.
    #[test]
    fn front_matter_of_one_odd_key(key in prop::sample::select(FRONT), value in made_of(FRONT, 6)) {
        let right = "title = \"x\"\ndate = 2021-03-24\nsource = \"s\"\ntranslator = \"t\"\nsection = \"a > b\"\n";
        invariants::front_matter(&format!("+++\n{right}{key}{value}\n+++\nbody\n"));
    }

    #[test]
    fn front_matter_of_anything(text in any::<String>()) {
        invariants::front_matter(&text);
        invariants::front_matter(&format!("+++\n{text}\n+++\n"));
        invariants::front_matter(&format!("---\ntitle: {text}\n---\n"));
    }

    #[test]
    fn markdown_of_pieces(body in made_of(MARKS, 40)) {
        invariants::markdown(&body);
    }

    #[test]
    fn markdown_of_anything(body in any::<String>()) {
        invariants::markdown(&body);
    }

    #[test]
    fn paths_of_pieces(text in made_of(PATHS, 10)) {
        invariants::paths(&text);
    }

    #[test]
    fn paths_of_anything(text in any::<String>()) {
        invariants::paths(&text);
    }

    #[test]
    fn site_toml_of_pieces(text in made_of(SITE, 24)) {
        invariants::site_toml(&text);
        invariants::site_toml(&format!("title = \"x\"\n{text}"));
    }

    #[test]
    fn site_toml_of_anything(text in any::<String>()) {
        invariants::site_toml(&text);
    }
}

/// Inputs that the fuzzer found.
#[test]
fn found_by_fuzzing() {
    // An escaped tilde before a single one is not a pair.
    invariants::markdown("~\\~~*a*");
    // Dropping an apostrophe joins marks, and the result must be composed and in order.
    invariants::paths("a'\u{301}");
    invariants::paths("\"\u{614}'\u{614}\u{656}");
    // The highlighter passes control characters on.
    invariants::markdown("```rust\na\u{0}\u{1b}b\n```\n");
}
