//! Ids of headings: unique in the page, readable, and never one that something else has.
//!
//! Block ids are `p1`, `p2`, …; notes have `fn-…` and `fnref-…`; an original on the same page has the prefix `o-`;
//! the theme has a few words of its own. A heading that would take one of these gets `h-` before it.

use super::cjk::is_punctuation;
use std::collections::BTreeMap;

/// Ids that a theme gives to parts of the page.
const RESERVED: [&str; 16] = [
    "article",
    "content",
    "corrections",
    "credits",
    "footer",
    "header",
    "main",
    "menu",
    "nav",
    "original",
    "search",
    "skip",
    "text",
    "title",
    "top",
    "translation",
];
/// Characters of an id.
const LENGTH: usize = 64;

#[derive(Default)]
pub(super) struct Ids {
    /// Every id given, and the last number tried for it.
    used: BTreeMap<String, u32>,
}

impl Ids {
    /// The id that the author asked for, if it can be had.
    pub(super) fn explicit(&mut self, id: &str) -> Option<String> {
        let fits = |c: char| is_word(c) || matches!(c, '-' | '_' | '.' | ':');
        let good = !id.is_empty() && id.chars().count() <= LENGTH && id.chars().all(fits) && !is_reserved(id);
        if !good || self.used.contains_key(id) {
            return None;
        }
        self.used.insert(id.to_owned(), 1);
        Some(id.to_owned())
    }

    /// An id made of a heading's text.
    pub(super) fn of(&mut self, text: &str) -> String {
        let mut id = slug(text);
        if is_reserved(&id) {
            id.insert_str(0, "h-");
        }
        let Some(&last) = self.used.get(&id) else {
            self.used.insert(id.clone(), 1);
            return id;
        };
        let mut number = last + 1;
        let mut numbered = format!("{id}-{number}");
        while self.used.contains_key(&numbered) {
            number += 1;
            numbered = format!("{id}-{number}");
        }
        self.used.insert(id, number);
        self.used.insert(numbered.clone(), 1);
        numbered
    }
}

fn is_reserved(id: &str) -> bool {
    let is_block = id.strip_prefix('p').is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
    is_block || ["fn-", "fnref-", "o-"].iter().any(|p| id.starts_with(p)) || RESERVED.contains(&id)
}

/// Letters, digits and marks of every script.
fn is_word(c: char) -> bool {
    c.is_alphanumeric()
        || !(c.is_ascii() || c.is_whitespace() || c.is_control() || is_punctuation(c) || is_invisible(c))
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{205f}'..='\u{206f}' | '\u{fdd0}'..='\u{fdef}'
        | '\u{e000}'..='\u{f8ff}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff0}'..='\u{ffff}' | '\u{e0000}'..)
}

fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len().min(4 * LENGTH));
    let mut gap = false;
    for c in text.chars().flat_map(char::to_lowercase) {
        if slug.len() >= LENGTH * 3 {
            break;
        }
        if !is_word(c) {
            gap |= !is_apostrophe(c);
            continue;
        }
        if gap && !slug.is_empty() {
            slug.push('-');
        }
        gap = false;
        slug.push(c);
    }
    if slug.is_empty() { "section".to_owned() } else { slug }
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2019}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs() {
        for (text, want) in [
            ("Hello, World!", "hello-world"),
            ("Japan’s Diet", "japans-diet"),
            ("安倍首相、会見", "安倍首相-会見"),
            ("Ökonomie & Straße", "ökonomie-straße"),
            ("…", "section"),
            ("  a  b  ", "a-b"),
        ] {
            assert_eq!(slug(text), want);
        }
    }

    #[test]
    fn unique_and_unreserved() {
        let mut ids = Ids::default();
        assert_eq!(ids.of("A"), "a");
        assert_eq!(ids.of("A 2"), "a-2");
        assert_eq!(ids.of("A"), "a-3");
        assert_eq!(ids.of("P3"), "h-p3");
        assert_eq!(ids.of("H p3"), "h-p3-2");
        assert_eq!(ids.of("O P3"), "h-o-p3");
        assert_eq!(ids.of("Main"), "h-main");
        assert_eq!(ids.explicit("x.y"), Some("x.y".into()));
        for bad in ["x.y", "p7", "fn-1", "", "a b", "a<b", "o-x"] {
            assert_eq!(ids.explicit(bad), None, "{bad}");
        }
    }
}
