//! What a translation and its original show when they stand side by side: blocks without a counterpart, blocks that
//! are too long or too short for theirs, kinds that differ, and texts in another language than they state.
//!
//! A finding is only what an editor should look at. What translators rightly do gives none.

use super::block::{Block, BlockKind};
pub use super::finding::{Coverage, Finding, NumberFinding, Role, StatedNumber, What};
use super::finding::{DOUBTFUL, SURE, Texts, ends_a_sentence, is_quotation, of_all};
use super::path::Side;
use super::row::{Alignment, Row};
use super::row_lengths::row_lengths;
use super::row_numbers::numbers;
use super::text_languages::languages;

/// The share of the original, in percent of its letters, that must be translated before a gap looks like an oversight.
const NEARLY_ALL: u64 = 60;

/// Returns the findings of two aligned texts, in the order of the translation; those of a whole text come first.
pub fn findings(original: Side, translation: Side, alignment: &Alignment, coverage: Coverage) -> Vec<Finding> {
    let mut found = Vec::new();
    if languages(original, translation, alignment, &mut found) {
        return found;
    }
    if alignment.refused.is_some() {
        if found.is_empty() {
            found.push(of_all(original, translation, What::Copies));
        }
        return found;
    }
    let texts = Texts::new(original, translation);
    for row in &alignment.rows {
        numbers(&texts, row, &mut found);
    }
    doubts(&texts, alignment, &mut found);
    if coverage != Coverage::Retold {
        gaps(&texts, alignment, coverage, &mut found);
        row_lengths(&texts, &alignment.rows, coverage, &mut found);
        for row in &alignment.rows {
            kinds(&texts, row, &mut found);
        }
    }
    // The length of a text in another language means nothing.
    let left: Vec<_> = found.iter().filter(|finding| finding.what == What::BlocksLeftInOriginal).cloned().collect();
    found.retain(|finding| {
        let beside = |left: &Finding| {
            left.translation.start < finding.translation.end && finding.translation.start < left.translation.end
        };
        !matches!(finding.what, What::TooLong(_) | What::TooShort(_)) || !left.iter().any(beside)
    });
    let whole = |finding: &Finding| !matches!(finding.what, What::Doubtful { .. });
    found.sort_by_key(|finding| (whole(finding), finding.translation.start, finding.original.start));
    found
}

/// Reports that pairs are uncertain, if enough are.
fn doubts(texts: &Texts, alignment: &Alignment, found: &mut Vec<Finding>) {
    let doubtful = |row: &&Row| row.confidence < DOUBTFUL && !row.marked;
    let rows = alignment.rows.iter().filter(doubtful).count();
    if rows >= 3 && rows * 10 >= alignment.rows.len() {
        let first = alignment.rows.iter().find(doubtful);
        found.extend(first.map(|row| Finding {
            original: row.original.start..texts.original.blocks.len() as u32,
            translation: row.translation.start..texts.translation.blocks.len() as u32,
            what: What::Doubtful { rows: rows as u32 },
        }));
    }
}

/// Reports blocks without a counterpart. Neighbours are one finding.
fn gaps(texts: &Texts, alignment: &Alignment, coverage: Coverage, found: &mut Vec<Finding>) {
    // A text without a body is another matter.
    let has_body =
        |side: Side| side.blocks.iter().any(|block| !matches!(block.kind, BlockKind::Title | BlockKind::Summary));
    if !has_body(texts.original) || !has_body(texts.translation) {
        return;
    }
    let paired = |row: &&Row| !row.original.is_empty() && !row.translation.is_empty();
    let covered: u64 = alignment.rows.iter().filter(paired).map(|row| texts.of(row)[0]).sum();
    let marked: u64 = alignment.rows.iter().filter(|row| row.marked && !paired(row)).map(|row| texts.of(row)[0]).sum();
    let all: u64 = texts.letters[0].iter().map(|count| u64::from(*count)).sum();
    if coverage == Coverage::Unstated && covered * 100 < all.saturating_sub(marked) * NEARLY_ALL {
        return;
    }
    for row in alignment.rows.iter().filter(|row| !paired(row) && !row.marked && row.confidence >= SURE) {
        let missing = row.translation.is_empty();
        if missing && coverage == Coverage::Partial {
            continue;
        }
        let [original, translation] = texts.blocks(row);
        let (blocks, lang, side) = match missing {
            true => (original, texts.original.lang, 0),
            false => (translation, texts.translation.lang, 1),
        };
        let counts = &texts.letters[side];
        let start = if missing { row.original.start } else { row.translation.start } as usize;
        let worth = |(n, block): (usize, &Block)| is_worth_telling(block, counts[start + n], lang, missing, coverage);
        if !blocks.iter().enumerate().any(worth) {
            continue;
        }
        let what = if missing { What::Untranslated } else { What::Added };
        match found.last_mut().filter(|last| last.what == what) {
            Some(last) if last.original.end == row.original.start && last.translation.end == row.translation.start => {
                last.original.end = row.original.end;
                last.translation.end = row.translation.end;
            }
            _ => found.push(Finding { original: row.original.clone(), translation: row.translation.clone(), what }),
        }
    }
}

/// Returns whether an editor would miss a block without a counterpart. Bylines, captions and the like come and go with
/// the newspaper; a translator's remark in brackets shows itself.
fn is_worth_telling(block: &Block, letters: u32, lang: &str, missing: bool, coverage: Coverage) -> bool {
    use BlockKind::*;
    let dense = ["ja", "zh", "ko", "yue"].contains(&lang.split('-').next().unwrap_or_default());
    let short = letters < if dense { 15 } else { 30 } && !ends_a_sentence(&block.text);
    match block.kind {
        Title | Summary | Rule => false,
        Html | Figure => letters > 0 && missing && coverage == Coverage::Full,
        _ if !missing && is_quotation(&block.text) && !block.text.starts_with(['"', '“', '„', '«', '「']) => {
            false
        }
        _ if coverage == Coverage::Full && missing => letters > 0,
        _ => !short,
    }
}

/// Reports kinds that do not correspond, and images that are missing.
fn kinds(texts: &Texts, row: &Row, found: &mut Vec<Finding>) {
    let [original, translation] = texts.blocks(row);
    let mut report = |what| {
        found.push(Finding { original: row.original.clone(), translation: row.translation.clone(), what });
    };
    if let ([one], [other]) = (original, translation)
        && row.confidence >= 90
        && class(one.kind).zip(class(other.kind)).is_some_and(|(one, other)| one != other)
    {
        return report(What::Kinds(one.kind, other.kind));
    }
    let images = |blocks: &'_ [Block]| blocks.iter().flat_map(|block| &block.urls).filter(|url| is_image(url)).count();
    if row.confidence >= 90 && !translation.is_empty() && images(original) > images(translation) {
        let shown = |url: &str| translation.iter().any(|block| block.urls.iter().any(|other| &**other == url));
        let missing = original.iter().flat_map(|block| &block.urls).find(|url| is_image(url) && !shown(url));
        if let Some(url) = missing {
            report(What::MissingImage(url.clone()));
        }
    }
}

/// Returns the class of kinds that may stand beside each other.
fn class(kind: BlockKind) -> Option<u8> {
    use BlockKind::*;
    Some(match kind {
        Paragraph | Item | Quote | Callout => 1,
        Heading(_) => 2,
        Table => 3,
        Figure => 4,
        Code => 5,
        Rule => 6,
        // It may show anything.
        Html => return None,
        Title => 7,
        Summary => 8,
    })
}

fn is_image(url: &str) -> bool {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    let known = ["avif", "gif", "jpeg", "jpg", "png", "svg", "webp"];
    known.iter().any(|known| extension.eq_ignore_ascii_case(known))
}
