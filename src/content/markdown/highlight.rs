//! Code blocks: the language they name, and classes for the tokens that syntect finds. It must not know colours: those
//! are the theme's.
//!
//! The syntax definitions cost some 30 ms to load, so they are loaded when the first block needs them: an archive
//! without code never pays. Colours are the theme's.

use std::sync::LazyLock;

use syntect::html::{ClassStyle, ClassedHTMLGenerator};
use syntect::parsing::SyntaxSet;
use syntect::util::LinesWithEndings;

use crate::base::diag::is_unprintable;
use crate::base::limits::CODE_LINE as LINE;

static SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(SyntaxSet::load_defaults_newlines);

/// What of one body is highlighted, in bytes; blocks beyond stay plain, and so do blocks with longer lines. The worst
/// definitions take 6 µs a byte, and the HTML grows fortyfold.
pub(super) use crate::base::limits::CODE_BYTES as SIZE;
/// A language's name is at most this long.
const NAME: usize = 32;
/// Before every class.
pub(super) const PREFIX: &str = "z-";
/// Names for "no language".
const PLAIN: [&str; 7] = ["console", "none", "output", "plain", "plaintext", "text", "txt"];

/// The language that an info string names: its first word, if that is a plausible name.
pub(super) fn language(info: &str) -> Option<&str> {
    let name = info.split([' ', '\t', ',']).find(|word| !word.is_empty())?;
    let fits = |b: u8| b.is_ascii_alphanumeric() || b"_+#.-".contains(&b);
    (name.len() <= NAME && name.bytes().all(fits)).then_some(name)
}

/// The code as HTML with classes `z-…`; `None` if it is to stay plain. `left` is what remains of `SIZE`.
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
