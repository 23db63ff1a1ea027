//! Makes sentences from lists: the `{slots}` of a text are filled from the lists of a language, whose items may
//! have slots, too. `{Word}` begins with a capital, `{an word}` adds an article, `{#2-9}` is a number from two to
//! nine. This file knows no language.

use crate::chance::Chance;
use crate::facts::Facts;

pub type Lists = &'static [(&'static str, &'static [&'static str])];

/// What one language needs to write an article: its lists, and the templates of an article's blocks.
pub struct Language {
    pub tag: &'static str,
    /// The text between two sentences.
    pub gap: &'static str,
    pub lists: Lists,
    pub titles: &'static [&'static str],
    pub sentences: &'static [&'static str],
    pub headings: &'static [&'static str],
    pub items: &'static [&'static str],
    pub quotes: &'static [&'static str],
    pub notes: &'static [&'static str],
    pub picture: &'static str,
    pub table_head: [&'static str; 3],
    pub table_rows: &'static [&'static str],
    pub facts: &'static Facts,
}

impl Language {
    /// Appends one of the templates, filled, to `out`.
    pub fn one_of(&self, templates: &[&str], chance: &mut Chance, out: &mut String) {
        self.fill(chance.pick(templates), chance, out);
    }

    /// Like `one_of`, with a capital first letter where the script has them.
    pub fn sentence(&self, templates: &[&str], chance: &mut Chance, out: &mut String) {
        let start = out.len();
        self.one_of(templates, chance, out);
        capitalise(out, start);
    }

    pub fn fill(&self, template: &str, chance: &mut Chance, out: &mut String) {
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            let (slot, tail) = after.split_once('}').expect("invariant: every slot of a template is closed");
            self.slot(slot, chance, out);
            rest = tail;
        }
        out.push_str(rest);
    }

    fn slot(&self, slot: &str, chance: &mut Chance, out: &mut String) {
        if let Some((low, high)) = slot.strip_prefix('#').and_then(|range| range.split_once('-')) {
            let bound = |text: &str| text.parse().expect("invariant: the bounds of a range are numbers");
            out.push_str(&chance.between(bound(low), bound(high)).to_string());
        } else if let Some(name) = slot.strip_prefix("an ") {
            out.push_str("a ");
            let start = out.len();
            self.one_of(self.list(name), chance, out);
            if out[start..].starts_with(['a', 'e', 'i', 'o', 'A', 'E', 'I', 'O']) {
                out.insert(start - 1, 'n');
            }
        } else if slot.starts_with(|c: char| c.is_ascii_uppercase()) {
            self.sentence(self.list(&slot.to_ascii_lowercase()), chance, out);
        } else {
            self.one_of(self.list(slot), chance, out);
        }
    }

    fn list(&self, name: &str) -> &'static [&'static str] {
        let found = self.lists.iter().find(|(key, _)| *key == name);
        found.expect("invariant: every slot names a list").1
    }
}

fn capitalise(text: &mut String, start: usize) {
    if let Some(first) = text[start..].chars().next().filter(|c| c.is_lowercase()) {
        let upper: String = first.to_uppercase().collect();
        text.replace_range(start..start + first.len_utf8(), &upper);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::english::ENGLISH;
    use crate::tongues::{ARABIC, CHINESE, FRENCH, GERMAN, JAPANESE, KOREAN};

    #[test]
    fn every_template_of_every_language_can_be_filled() {
        for language in [&ENGLISH, &JAPANESE, &KOREAN, &CHINESE, &ARABIC, &FRENCH, &GERMAN] {
            let mut all: Vec<&str> = language.lists.iter().flat_map(|(_, list)| list.iter().copied()).collect();
            for list in [language.titles, language.sentences, language.headings, language.items] {
                all.extend(list);
            }
            for list in
                [language.quotes, language.notes, &[language.picture], &language.table_head, language.table_rows]
            {
                all.extend(list);
            }
            for template in all {
                for stream in 0..20 {
                    let mut out = String::new();
                    language.fill(template, &mut Chance::new(1, stream), &mut out);
                    assert!(!out.contains(['{', '}']) && !out.is_empty(), "{template}: {out}");
                }
            }
        }
    }

    #[test]
    fn capitals_and_articles() {
        const LISTS: Lists = &[("fruit", &["apple"]), ("stone", &["pebble"])];
        let language = Language { lists: LISTS, ..ENGLISH };
        let mut out = String::new();
        language.sentence(&["{an fruit} and {an stone}: {Stone} {#7-7}"], &mut Chance::new(1, 1), &mut out);
        assert_eq!(out, "An apple and a pebble: Pebble 7");
    }
}
