//! Separators between list items that are printed on one line, by script. It looks only at the end of an item.

use super::cjk::is_wide;

/// Punctuation that ends a sentence or already separates.
const ENDS: &str = ".!?…‥,;:。！？．｡、，；：—–؟۔،؛।॥՝։።፣፤፥፧༎།༔၊။។៕៖·";
/// Closing brackets and quotation marks that may follow it.
const CLOSES: &str = ")]}\"'»”’›」』）】》〉］｝〕";

/// Returns the separator after an item: that of its script, or none if the item ends with punctuation.
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
        // In Greek, `;` is the question mark.
        Some('\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}') => "·",
        Some('\u{1200}'..='\u{139f}') => "፤",
        _ => ";",
    }
}
