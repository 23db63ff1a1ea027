//! Separators between the items of a list that is printed in one line, by script. Knows strings only.

use super::cjk::is_wide;

/// Marks that end a sentence or already set apart.
const ENDS: &str = ".!?…‥,;:。！？．｡、，；：—–؟۔،؛।॥՝։።፣፤፥፧༎།༔၊။។៕៖·";
/// Brackets and quotation marks that may stand behind them.
const CLOSES: &str = ")]}\"'»”’›」』）】》〉］｝〕";

/// The mark behind a text whose item ends here: that of its script, or none where it ends with one.
pub(super) fn between(text: &str) -> &'static str {
    let bare = text.trim_end();
    let last = bare.trim_end_matches(|c| CLOSES.contains(c)).chars().next_back();
    if last.is_none_or(|c| ENDS.contains(c)) {
        return "";
    }
    if bare.chars().next_back().is_some_and(is_wide) {
        return "；";
    }
    match bare.chars().rev().find(|c| c.is_alphabetic()) {
        Some('\u{600}'..='\u{8ff}' | '\u{fb50}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}') => "؛",
        // There `;` is the question mark.
        Some('\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}') => "·",
        Some('\u{1200}'..='\u{139f}') => "፤",
        _ => ";",
    }
}
