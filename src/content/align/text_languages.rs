//! Finds texts, and blocks of a translation, that are in another language than they should be. `language_guess.rs`
//! tells languages apart; this file decides what to report.

use super::block::{Block, BlockKind};
use super::finding::{Finding, Role, What, ends_a_sentence, is_quotation, of_all};
use super::language_guess::{Guess, LanguageEvidence, contradicts, same_language};
use super::language_tags::{primary, script_of};
use super::path::Side;
use super::row::{Alignment, Row};

/// Reports texts and blocks in a language that they should not be in. Returns whether the whole translation is, so that
/// nothing else can be said of it.
pub fn languages(original: Side, translation: Side, alignment: &Alignment, found: &mut Vec<Finding>) -> bool {
    let may_be_foreign = [original, translation].iter().any(|side| !is_as_stated(*side));
    let [of_original, of_translation] = match may_be_foreign {
        true => [sampled(original, 1), sampled(translation, 1)],
        false => [None, None],
    };
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
        let may_be_left = scripts(original.lang, translation.lang);
        for row in &alignment.rows {
            left_in_original(original, translation, row, may_be_left, found);
        }
    }
    wrong.is_some()
}

/// How many blocks tell the language of a text, and how many letters of each.
const SAMPLED: (usize, u32) = (10, 90);

/// If every second of these blocks is in the stated language, the others cannot outweigh them.
const HALF: usize = 2;

/// Returns whether half of the blocks that tell the language of a text show that it is in the language that it states.
/// Most texts need no more.
fn is_as_stated(side: Side) -> bool {
    sampled(side, HALF).is_some_and(|guess| !contradicts(guess, side.lang))
}

/// Returns what is certain about the language of a text, from blocks all over it: each of them, or every second.
fn sampled(side: Side, every: usize) -> Option<Guess> {
    let mut all = LanguageEvidence::default();
    let step = side.blocks.len().div_ceil(SAMPLED.0).max(1);
    let texts = side.blocks.iter().step_by(step * every);
    texts.for_each(|block| all.add(&LanguageEvidence::of_start(prose(block), SAMPLED.1)));
    all.guess()
}

/// Returns a test that tells most texts that cannot be in the language `original` from those that may be, although they
/// should be in `translation`: if one of these is written in Latin letters and the other is not, a few letters suffice.
fn scripts(original: &str, translation: &str) -> fn(&str) -> bool {
    let is_latin = |tag: &str| script_of(&primary(tag)).map(|script| script == "Latin");
    match (is_latin(original), is_latin(translation)) {
        (Some(true), Some(false)) => |text| is_mostly_ascii(text) != Some(false),
        (Some(false), Some(true)) => |text| is_mostly_ascii(text) != Some(true),
        _ => |_| true,
    }
}

/// Returns whether most letters at the start of a text are in ASCII, if there are enough of them to tell.
fn is_mostly_ascii(text: &str) -> Option<bool> {
    let start = &text.as_bytes()[..text.len().min(160)];
    let letters = start.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    let others = start.iter().filter(|byte| !byte.is_ascii()).count();
    (letters.abs_diff(others) > 40).then_some(letters > others)
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
fn left_in_original(
    original: Side,
    translation: Side,
    row: &Row,
    may_be_left: fn(&str) -> bool,
    found: &mut Vec<Finding>,
) {
    for at in row.translation.clone() {
        let block = &translation.blocks[at as usize];
        if !may_be_left(&block.text) {
            continue;
        }
        let evidence = LanguageEvidence::of(prose(block));
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
