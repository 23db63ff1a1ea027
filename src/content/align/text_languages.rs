//! Finds texts, and blocks of a translation, that are in another language than they should be.

use std::borrow::Borrow;

use super::block::{Block, BlockKind};
use super::finding::{Finding, Role, What, ends_a_sentence, is_quotation, of_all};
use super::language_guess::{Evidence, Guess, contradicts, same_language};
use super::path::Side;
use super::row::{Alignment, Row};

/// Reports texts and blocks in a language that they should not be in. Returns whether the whole translation is, so that
/// nothing else can be said of it.
pub fn languages(original: Side, translation: Side, alignment: &Alignment, found: &mut Vec<Finding>) -> bool {
    let parts: Vec<Evidence> = translation.blocks.iter().map(|block| Evidence::of(prose(block))).collect();
    let [of_original, of_translation] =
        [whole(original.blocks.iter().take(12).map(|block| Evidence::of_start(prose(block), 90))), whole(parts.iter())];
    let wrong = of_translation.filter(|guess| contradicts(*guess, translation.lang));
    let wrong_original = of_original.filter(|guess| contradicts(*guess, original.lang));
    match (wrong_original, wrong) {
        (Some(first), Some(second)) if !contradicts(first, translation.lang) && !contradicts(second, original.lang) => {
            found.push(of_all(original, translation, What::Exchanged));
            return true;
        }
        (_, Some(guess)) if wrong == of_original || !contradicts(guess, original.lang) => {
            found.push(of_all(original, translation, What::LeftInOriginal(guess)));
            return true;
        }
        _ => {}
    }
    for (role, guess) in [(Role::Original, wrong_original), (Role::Translation, wrong)] {
        found.extend(guess.map(|guess| of_all(original, translation, What::WrongLanguage(role, guess))));
    }
    if wrong.is_none() && !same_language(original.lang, translation.lang) {
        for row in &alignment.rows {
            left_in_original(original, translation, row, &parts, found);
        }
    }
    wrong.is_some()
}

fn whole(parts: impl Iterator<Item: Borrow<Evidence>>) -> Option<Guess> {
    let mut all = Evidence::default();
    parts.for_each(|part| all.add(part.borrow()));
    all.guess()
}

/// Returns the text of a block if its words should be in the language of its text.
fn prose(block: &Block) -> &str {
    use BlockKind::*;
    match block.kind {
        Title | Summary | Heading(_) | Paragraph | Item | Callout if !is_quotation(&block.text) => &block.text,
        _ => "",
    }
}

/// Reports the blocks of a row's translation that are in the language of the original.
fn left_in_original(original: Side, translation: Side, row: &Row, parts: &[Evidence], found: &mut Vec<Finding>) {
    for at in row.translation.clone() {
        let (block, evidence) = (&translation.blocks[at as usize], &parts[at as usize]);
        let foreign = evidence
            .guess()
            .is_some_and(|guess| contradicts(guess, translation.lang) && !contradicts(guess, original.lang));
        let copied = || {
            let same = |other: u32| original.blocks[other as usize].text.trim() == block.text.trim();
            row.original.clone().any(same)
                && ends_a_sentence(&block.text)
                && evidence.leans_to(original.lang, translation.lang)
        };
        if foreign || copied() {
            match found.last_mut() {
                Some(Finding { translation, original, what: What::BlocksLeftInOriginal }) if translation.end == at => {
                    translation.end = at + 1;
                    original.end = row.original.end.max(original.end);
                }
                _ => found.push(Finding {
                    original: row.original.clone(),
                    translation: at..at + 1,
                    what: What::BlocksLeftInOriginal,
                }),
            }
        }
    }
}
