//! What the state keeps of the search index: what the index itself needs for the next build (`search/kept.rs`), and
//! where the terms of each item are in the log.

use std::ops::Range;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::state::{State, decode_one};
use super::term_log::TermLog;
use crate::base::digest::Digest;
use crate::content::search::text_terms::Strength;
use crate::search::archive_items::{ArchiveItems, TextUse};
use crate::search::collection::{Collection, Place};
use crate::search::kept::KeptIndex;
use crate::search::stored_terms::{PublishedPart, StoredTerms};
use crate::search::term_merge::TermMerge;

/// What the state keeps of an index.
#[derive(Default, Serialize, Deserialize)]
pub struct IndexRecord {
    pub kept: KeptIndex,
    /// For every item, the number of its texts.
    counts: Vec<u8>,
    /// For every text: the number of its input, the part and the place.
    texts: Vec<u32>,
}

const PLACES: [Place; 3] = [Place::Text, Place::Original, Place::Both];

impl IndexRecord {
    /// Records an index. `input` returns the number of a file's input.
    pub fn new(kept: KeptIndex, items: &ArchiveItems, input: impl Fn(&str) -> Option<u32>) -> IndexRecord {
        let mut record = IndexRecord { kept, counts: Vec::new(), texts: Vec::new() };
        for number in 0..items.count() {
            let before = record.texts.len();
            items.uses(number, |TextUse { file, part, place }| {
                let code = (part as u32) << 2 | place as u32;
                record.texts.extend(input(file).map(|input| input << 4 | code));
            });
            record.counts.push((record.texts.len() - before) as u8);
        }
        record
    }
}

/// The texts of the items of the last build.
pub struct OldTexts<'a> {
    state: &'a State,
    log: &'a TermLog,
    record: &'a IndexRecord,
    places: OnceLock<OldPlaces>,
}

struct OldPlaces {
    /// Where the texts of each item begin in the record.
    starts: Vec<u32>,
    /// The terms of every input, and its digest.
    inputs: Vec<(Range<u64>, Digest)>,
}

impl<'a> OldTexts<'a> {
    pub fn new(state: &'a State, log: &'a TermLog, record: &'a IndexRecord) -> OldTexts<'a> {
        OldTexts { state, log, record, places: OnceLock::new() }
    }

    fn places(&self) -> &OldPlaces {
        self.places.get_or_init(|| {
            let mut starts = Vec::with_capacity(self.record.counts.len());
            let mut start = 0;
            for count in &self.record.counts {
                starts.push(start);
                start += u32::from(*count);
            }
            let inputs = self.state.inputs().into_iter().map(|input| (input.kept.terms, input.digest)).collect();
            OldPlaces { starts, inputs }
        })
    }

    /// Passes the terms of an item to `each`. Returns `false` if they are not known any more.
    pub fn each(&self, number: u32, each: &mut dyn FnMut(&str, Strength, Place)) -> bool {
        let OldPlaces { starts, inputs } = self.places();
        let Some(start) = starts.get(number as usize).map(|start| *start as usize) else { return false };
        let texts = &self.record.texts.get(start..start + usize::from(self.record.counts[number as usize]));
        let read = |code: &u32| -> Option<(StoredTerms, PublishedPart, Place)> {
            let (place, text) = inputs.get((code >> 4) as usize)?;
            let part = PublishedPart::ALL[(code >> 2 & 3) as usize];
            Some((self.log.read_old(place, *text)?, part, *PLACES.get((code & 3) as usize)?))
        };
        let Some(texts) = texts.and_then(|texts| texts.iter().map(read).collect::<Option<Vec<_>>>()) else {
            return false;
        };
        let mut merge = TermMerge::default();
        texts.iter().for_each(|(terms, part, place)| merge.add(terms, *part, *place));
        merge.each(each);
        true
    }
}

/// Reads the record in a state.
pub fn read(state: &State) -> Option<IndexRecord> {
    decode_one(state.search())
}
