//! Ids of headings: unique in the page, readable, and never the id of something else.
//!
//! Block ids are `p1`, `p2`, …; notes have `fn-…` and `fnref-…`; an original on the same page has the prefix `o-`; the
//! theme reserves a few words. A heading that would get one of these gets the prefix `h-`.
//!
//! Headings also get the ids of GitHub and Hugo, if these differ and are free, because texts moved from there contain
//! many links to them, and other sites link to them. Such an id, and one in an author's HTML, is *soft*: it is dropped
//! if a later heading has that id, because the ids of headings must not change.

use super::cjk::is_punctuation;
use super::sanitize::SOFT;
use std::collections::{BTreeMap, BTreeSet};

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
/// The maximum length of an id in characters.
const LENGTH: usize = 64;

#[derive(Default)]
pub(super) struct Ids {
    /// Every assigned id, and the last number tried for it.
    used: BTreeMap<String, u32>,
    soft: BTreeSet<String>,
    /// Ids that are always kept, because the author's HTML is not changed.
    firm: BTreeSet<String>,
    /// How often a heading had an id on GitHub.
    github: BTreeMap<String, u32>,
}

impl Ids {
    /// Assigns the id that the author requested, if it is available.
    pub(super) fn explicit(&mut self, id: &str) -> Option<String> {
        if !is_good(id) || self.used.contains_key(id) {
            return None;
        }
        self.used.insert(id.to_owned(), 1);
        Some(id.to_owned())
    }

    /// Assigns an id made from the text of a heading.
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

    /// Returns the id of a heading on GitHub, if it differs and is free.
    pub(super) fn alias(&mut self, text: &str, own: &str) -> Option<String> {
        let mut id = github(text);
        let before = self.github.entry(id.clone()).or_default();
        if *before > 0 {
            id = format!("{id}-{before}");
        }
        *before += 1;
        (id != own && self.is_free(&id) && self.soft(&id)).then_some(id)
    }

    /// Returns whether an author may use an id.
    pub(super) fn is_free(&self, id: &str) -> bool {
        is_good(id) && !self.used.contains_key(id) && !self.firm.contains(id)
    }

    /// Assigns the id of a block, if no heading has it. It takes precedence over an author's own.
    pub(super) fn block(&mut self, id: &str) -> bool {
        let free = !self.used.contains_key(id) && !self.firm.contains(id);
        if free {
            self.used.insert(id.to_owned(), 1);
        }
        free
    }

    pub(super) fn is_heading(&self, id: &str) -> bool {
        self.used.contains_key(id)
    }

    /// Reserves a free id until a heading needs it. Returns false if it was already reserved.
    pub(super) fn soft(&mut self, id: &str) -> bool {
        self.soft.insert(id.to_owned())
    }

    /// Reserves an id permanently.
    pub(super) fn firm(&mut self, id: &str) {
        self.firm.insert(id.to_owned());
    }

    /// Finishes a part of the body: soft ids that are still free get `mark`, the others are removed.
    pub(super) fn settle(&self, html: &str, prefix: &str, mark: &str, done: &mut String) {
        let mut rest = html;
        while let Some(at) = rest.find(SOFT) {
            let (before, after) = (&rest[..at], &rest[at + SOFT.len_utf8()..]);
            rest = after;
            let end = after.as_bytes().iter().take(8 * LENGTH).position(|&b| b == b'"');
            let (Some(head), Some(end)) = (before.strip_suffix(ATTRIBUTE), end) else {
                done.push_str(before);
                continue;
            };
            let id = after[..end].strip_prefix(prefix).unwrap_or(&after[..end]);
            if self.used.contains_key(id) || self.firm.contains(id) {
                done.push_str(head);
                rest = &after[end + 1..];
            } else {
                done.push_str(before);
                done.push_str(mark);
            }
        }
        done.push_str(rest);
    }
}

/// The text before every id.
const ATTRIBUTE: &str = " id=\"";

/// Returns whether something other than a heading may have the id.
fn is_good(id: &str) -> bool {
    let fits = |c: char| is_word(c) || matches!(c, '-' | '_' | '.' | ':');
    !id.is_empty() && id.chars().count() <= LENGTH && id.chars().all(fits) && !is_reserved(id)
}

fn is_reserved(id: &str) -> bool {
    let is_block = id.strip_prefix('p').is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
    is_block || ["fn-", "fnref-", "o-"].iter().any(|p| id.starts_with(p)) || RESERVED.contains(&id)
}

/// Returns whether a character is a letter, digit or mark of any script.
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

/// Makes an id like GitHub: keeps letters, marks and digits, replaces spaces by hyphens, and drops the rest.
fn github(text: &str) -> String {
    let stays = |c: &char| matches!(c, '-' | '_') || (is_word(*c) && !is_number_sign(*c));
    let lower = text.trim().chars().flat_map(char::to_lowercase);
    lower.map(|c| if c == ' ' { '-' } else { c }).filter(stays).collect()
}

/// Returns whether a character is a number but not a digit: exponents, fractions, numbers in circles.
fn is_number_sign(c: char) -> bool {
    matches!(c, '\u{b2}' | '\u{b3}' | '\u{b9}' | '\u{bc}'..='\u{be}' | '\u{2070}'..='\u{2089}' | '\u{2150}'..='\u{215f}'
        | '\u{2460}'..='\u{249b}' | '\u{24ea}'..='\u{24ff}' | '\u{2776}'..='\u{2793}')
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
    fn ids_of_github() {
        for (text, want) in [
            ("OAuth 2.0 & more", "oauth-20--more"),
            ("What’s new?", "whats-new"),
            ("a_b  C-d", "a_b--c-d"),
            ("安倍首相、会見", "安倍首相会見"),
            ("हिन्दी में", "हिन्दी-में"),
            ("x² ½ 🎉", "x--"),
            ("Ökonomie & Straße", "ökonomie--straße"),
        ] {
            assert_eq!(github(text), want);
        }
        let mut ids = Ids::default();
        let both = |ids: &mut Ids, text: &str| {
            let own = ids.of(text);
            (own.clone(), ids.alias(text, &own))
        };
        assert_eq!(both(&mut ids, "A b"), ("a-b".into(), None));
        assert_eq!(both(&mut ids, "A b"), ("a-b-2".into(), Some("a-b-1".into())));
        assert_eq!(both(&mut ids, "A b"), ("a-b-3".into(), None));
        assert_eq!(both(&mut ids, "C.D"), ("c-d".into(), Some("cd".into())));
        assert_eq!(both(&mut ids, "CD"), ("cd".into(), Some("cd-1".into())));
        assert_eq!(both(&mut ids, "P3"), ("h-p3".into(), None));
        assert_eq!(both(&mut ids, "O.p3"), ("h-o-p3".into(), Some("op3".into())));
        let html = "<i id=\"\u{fdd1}x-cd\"></i><b id=\"\u{fdd1}x-op3\">\u{fdd1}</b>";
        let mut done = String::new();
        ids.settle(html, "x-", "", &mut done);
        assert_eq!(done, "<i></i><b id=\"x-op3\"></b>");
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
