//! Finds where a text may be cut: between words in every script, and never inside a grapheme cluster. By ICU.
//!
//! Thai, Lao, Khmer and Burmese have no spaces between words, so ICU finds words with dictionaries. This file uses
//! line breaking instead of word breaking: it needs no dictionary of Chinese and Japanese (two thirds of all the
//! data), and keeps closing marks with their word. Text with spaces needs none of this; callers skip it there.

use icu_segmenter::options::LineBreakOptions;
use icu_segmenter::{GraphemeClusterSegmenter, LineSegmenter};

/// How many characters beyond the limit are read, to find the end of a word that crosses it.
const AHEAD: usize = 40;

/// Returns the last byte at or before `limit` where the text may be cut: between two words if at least half of the
/// text remains, else between two characters. Never 0 if `limit` is at the end of a character.
pub fn cut(text: &str, limit: usize) -> usize {
    let limit = text.floor_char_boundary(limit);
    let end = text[limit..].char_indices().nth(AHEAD).map_or(text.len(), |(at, _)| limit + at);
    let text = &text[..end];
    let mut clusters = GraphemeClusterSegmenter::new().segment_str(text).take_while(|&at| at <= limit).peekable();
    let mut word = 0;
    for at in LineSegmenter::new_dictionary(LineBreakOptions::default()).segment_str(text) {
        if at > limit {
            break;
        }
        while clusters.next_if(|&cluster| cluster < at).is_some() {}
        if clusters.peek() == Some(&at) {
            word = at;
        }
    }
    if word > 0 && word * 2 >= limit { word } else { between_characters(text, limit) }
}

/// Returns the last byte at or before `limit` that is not inside a grapheme cluster. Returns `limit` if the first
/// cluster is longer, which does not happen in real text.
pub fn between_characters(text: &str, limit: usize) -> usize {
    let limit = text.floor_char_boundary(limit);
    // One more character shows whether the last cluster continues.
    let end = text[limit..].chars().next().map_or(limit, |c| limit + c.len_utf8());
    let clusters = GraphemeClusterSegmenter::new().segment_str(&text[..end]);
    let last = clusters.take_while(|&at| at <= limit).last().unwrap_or(0);
    if last > 0 { last } else { limit }
}

/// Returns whether a letter belongs to a script of South-East Asia or Tibet without spaces between words.
pub fn is_unspaced(c: char) -> bool {
    c >= '\u{e00}'
        && matches!(c,
        '\u{e01}'..='\u{e3a}' | '\u{e40}'..='\u{edf}' | '\u{f00}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{1950}'..='\u{1aaf}' | '\u{1b00}'..='\u{1b7f}' | '\u{a980}'..='\u{a9ff}' | '\u{aa00}'..='\u{aadf}'
        | '\u{116d0}'..='\u{116ff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_every_script() {
        let thai = "การประชุมรัฐมนตรีต่างประเทศ".repeat(3);
        let words: Vec<usize> = {
            let each = ["การ", "ประชุม", "รัฐมนตรี", "ต่าง", "ประเทศ"].iter().cycle().take(15);
            each.scan(0, |at, word| {
                *at += word.len();
                Some(*at)
            })
            .collect()
        };
        for limit in 60..thai.len() {
            let at = cut(&thai, limit);
            assert!(words.contains(&at) && at <= limit, "{limit}: {}", &thai[..at]);
        }
        for (text, limit, want) in [
            ("https://example.org/a/very/long/address", 30, "https://example.org/a/very/"),
            (&*"a".repeat(50), 20, &*"a".repeat(20)),
            ("ab cd ef", 7, "ab cd "),
            ("日本の首相は、今日", 12, "日本の首"),
        ] {
            assert_eq!(&text[..cut(text, limit)], want);
        }
    }

    #[test]
    fn characters_stay_whole() {
        for cluster in
            ["👨‍👩‍👧‍👦", "🇯🇵", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "👍🏽", "e\u{301}\u{323}", "กำ", "ក្ក", "क्षि", "각", "葛\u{e0100}", "か\u{3099}", "❤️‍🔥"]
        {
            let text = cluster.repeat(20);
            for limit in cluster.len()..text.len() {
                for at in [cut(&text, limit), between_characters(&text, limit)] {
                    assert!(at > 0 && at <= limit && at.is_multiple_of(cluster.len()), "{cluster} at {at} of {limit}");
                }
            }
        }
        let tower = format!("a{}", "\u{301}".repeat(9_000));
        assert_eq!(cut(&tower, 101), 101);
        assert_eq!((cut("", 5), cut("ab", 9)), (0, 2));
    }
}
