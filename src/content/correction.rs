//! Corrections of an article: the tables `[[corrections]]`. The article's card has them, because a page lists those of
//! all articles. It must not know the text that they correct.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::markdown::BlockNumber;
use crate::base::date::{self, Day};
use crate::base::doc::Value;
use crate::base::reader::Reader;

/// What a correction does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum CorrectionKind {
    #[default]
    Correction,
    Clarification,
    Update,
    Retraction,
}

impl CorrectionKind {
    const WORDS: [(&'static str, CorrectionKind); 4] = [
        ("correction", CorrectionKind::Correction),
        ("clarification", CorrectionKind::Clarification),
        ("update", CorrectionKind::Update),
        ("retraction", CorrectionKind::Retraction),
    ];

    pub fn word(self) -> &'static str {
        CorrectionKind::WORDS[self as usize].0
    }

    /// Returns the key of its interface string.
    pub fn string(self) -> &'static str {
        ["correction_correction", "correction_clarification", "correction_update", "correction_retraction"]
            [self as usize]
    }
}

/// One of `[[corrections]]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    #[serde(with = "date::day_as_numbers")]
    pub date: Day,
    pub kind: CorrectionKind,
    pub note: Box<str>,
    /// The number of the corrected block.
    pub paragraph: Option<BlockNumber>,
}

/// A correction, and the place of `paragraph` in the file.
#[derive(Clone, Debug)]
pub struct WrittenCorrection {
    pub correction: Correction,
    pub paragraph_at: Range<usize>,
}

/// Returns the id of the note about the correction with this index, on the article's page. Headings never get an id
/// that starts like this.
pub fn note_id(index: usize) -> String {
    format!("fn-c{}", index + 1)
}

/// Reads all corrections.
pub fn read(r: &mut Reader) -> Vec<WrittenCorrection> {
    let mut out = Vec::new();
    for mut table in r.tables("corrections") {
        let date = table.date("date");
        if date.is_none() {
            table.missing("date", "date = 2021-04-02");
        }
        let note = table.text("note");
        if note.is_none() {
            table.missing("note", "note = \"An earlier version gave the wrong year.\"");
        }
        let kind = table.choice("kind", &CorrectionKind::WORDS).map_or(CorrectionKind::Correction, |k| k.value);
        let paragraph = paragraph(&mut table);
        table.finish();
        if let (Some(date), Some(note)) = (date, note) {
            let (paragraph, paragraph_at) = paragraph.map_or((None, 0..0), |(number, at)| (Some(number), at));
            let correction = Correction { date: date.value.day(), kind, note, paragraph };
            out.push(WrittenCorrection { correction, paragraph_at });
        }
    }
    out
}

/// Reads the number of a block: `3`, `"3a"` with a letter, or `"p3"` as in its address.
fn paragraph(table: &mut Reader) -> Option<(BlockNumber, Range<usize>)> {
    let node = table.node("paragraph")?;
    let at = node.at.clone();
    if let Value::String(text) = &node.value {
        let text = text.trim();
        let bare = text.trim_start_matches('#').trim_start_matches(['p', 'P']);
        let is_id = bare.len() < text.len();
        if let Some(number) = BlockNumber::parse(bare).filter(|number| is_id || number.has_letters()) {
            return Some((number, at));
        }
    }
    table.integer("paragraph", 1..=100_000).map(|number| (BlockNumber::plain(number as u32), at))
}
