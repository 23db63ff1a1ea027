//! Code blocks: their language, and classes for the tokens that syntect finds. It must not know colours, which belong
//! to the theme.
//!
//! Loading the syntax definitions takes about 30 ms, so they are loaded for the first block that needs them. A site
//! without code never loads them.

use std::sync::LazyLock;

use syntect::html::{ClassStyle, ClassedHTMLGenerator};
use syntect::parsing::SyntaxSet;
use syntect::util::LinesWithEndings;

use crate::base::diag::is_unprintable;
use crate::base::limits::CODE_LINE as LINE;

static SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(SyntaxSet::load_defaults_newlines);

/// How many bytes of one body are highlighted. Later blocks stay plain, and so do blocks with longer lines. The
/// slowest definitions take 6 µs per byte, and the HTML can be forty times as large.
pub(super) use crate::base::limits::CODE_BYTES as SIZE;
/// The maximum length of a language's name.
const NAME: usize = 32;
/// The prefix of every class.
pub(super) const PREFIX: &str = "z-";
/// Names for "no language".
const PLAIN: [&str; 7] = ["console", "none", "output", "plain", "plaintext", "text", "txt"];

/// Returns the language in an info string: its first word, if that is a plausible name.
pub(super) fn language(info: &str) -> Option<&str> {
    let name = info.split([' ', '\t', ',']).find(|word| !word.is_empty())?;
    let fits = |b: u8| b.is_ascii_alphanumeric() || b"_+#.-".contains(&b);
    (name.len() <= NAME && name.bytes().all(fits)).then_some(name)
}

/// Returns the code as HTML with classes `z-…`, or `None` if it stays plain. `left` is the rest of `SIZE`.
pub(super) fn highlight(language: &str, code: &str, left: &mut usize) -> Option<String> {
    if code.len() > *left
        || PLAIN.contains(&language)
        || code.lines().any(|line| line.len() > LINE)
        || code.contains(is_unprintable)
    {
        return None;
    }
    let syntax = SYNTAXES.find_syntax_by_token(language)?;
    *left -= code.len();
    let style = ClassStyle::SpacedPrefixed { prefix: PREFIX };
    let mut generator = ClassedHTMLGenerator::new_with_class_style(syntax, &SYNTAXES, style);
    for line in LinesWithEndings::from(code) {
        generator.parse_html_for_line_which_includes_newline(line).ok()?;
    }
    Some(generator.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages() {
        for (info, want) in [
            ("rust", Some("rust")),
            ("rust,ignore", Some("rust")),
            ("c++ x", Some("c++")),
            ("", None),
            ("\"><script>", None),
            ("a\u{301}", None),
            ("x123456789012345678901234567890123", None),
        ] {
            assert_eq!(language(info), want);
        }
    }

    #[test]
    fn classes() {
        let mut left = 5_000;
        let html = highlight("rust", "fn a() { \"<\" }\n", &mut left).expect("invariant: known");
        assert!(html.contains("z-storage") && html.contains("&lt;"), "{html}");
        assert_eq!(left, 4_985);
        for (language, code) in
            [("nonesuch", "x"), ("text", "x"), ("rust", &"x ".repeat(LINE)), ("rust", &"x\n".repeat(2_500))]
        {
            assert_eq!(highlight(language, code, &mut left), None);
        }
        assert_eq!(left, 4_985);
    }
}
