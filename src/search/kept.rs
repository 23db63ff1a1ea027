//! What the state keeps of an index, so that the next build codes only the pieces that an edit touches. It names no
//! terms of texts: those are in a log of their own.

use std::collections::HashMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::coded_terms::{LONGEST_FACET, Languages};
use super::collection::{Collection, Place};
use super::file_head::Check;
use super::numbers::{Bytes, number};
use super::stems;
use crate::base::digest::Digest;

/// What the state keeps of an index.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptIndex {
    /// The language of the site, which the lines of items do not name.
    pub(super) language: Box<str>,
    pub(super) base_end: u32,
    pub(super) middle_end: u32,
    /// The pieces of the base and of the middle tier, in order.
    pub(super) tiers: [Vec<KeptPiece>; 2],
    /// The items of both tiers.
    pub(super) items: KeptItems,
    pub(super) item_files: Vec<KeptFile>,
}

/// A piece.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptPiece {
    /// Its first term.
    pub first: Box<str>,
    /// How much its terms count for the boundaries.
    pub weight: u32,
    /// Those of its terms that more than a quarter of the tier's items have.
    pub heavy: Box<[Box<str>]>,
    pub file: KeptFile,
}

/// The bytes of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptFile {
    pub digest: Digest,
    /// The digest in its head.
    pub check: Check,
}

/// The items from the first one to some number. The digests of items are cut to 64 bits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptItems {
    digests: Vec<[u8; 8]>,
    languages: Vec<Languages>,
    /// The facets that items have, in no order. Some may not be in use any more.
    names: Vec<Box<str>>,
    /// For each item the number of its facets, and for each facet its place in `names` times 2, plus 1 if it is one of
    /// the original.
    facets: Vec<u8>,
    /// Where in `facets` each `STRIDE`th item is.
    starts: Vec<u32>,
}

const STRIDE: usize = 256;

/// Digests the first `end` items.
pub fn digests(collection: &dyn Collection, end: u32) -> Vec<[u8; 8]> {
    (0..end).map(|number| collection.digest(number).number().to_be_bytes()).collect()
}

impl KeptItems {
    /// Reads the items with these digests, which are the first of the collection. Items of the same number and digest
    /// come from the last build.
    pub fn read(collection: &dyn Collection, digests: Vec<[u8; 8]>, before: &KeptItems) -> KeptItems {
        let mut items = KeptItems { names: before.names.clone(), ..KeptItems::default() };
        items.languages.reserve(digests.len());
        items.facets.reserve(before.facets.len());
        let mut known = None;
        let mut old = before.facets_from(0);
        for (number, digest) in digests.iter().enumerate() {
            items.begin();
            let same = before.digests.get(number) == Some(digest);
            let kept = old.skip_item().filter(|_| same).zip(before.languages.get(number));
            match kept {
                Some((facets, languages)) => {
                    items.facets.extend_from_slice(facets);
                    items.languages.push(*languages);
                }
                None => items.add(collection, number as u32, known.get_or_insert_with(|| before.places_of_names())),
            }
        }
        items.digests = digests;
        items
    }

    /// Reads some items, without their digests. They are counted from 0.
    pub fn read_range(collection: &dyn Collection, range: Range<u32>) -> KeptItems {
        let mut items = KeptItems::default();
        let mut known = HashMap::new();
        for number in range {
            items.begin();
            items.add(collection, number, &mut known);
        }
        items
    }

    fn begin(&mut self) {
        if self.languages.len().is_multiple_of(STRIDE) {
            self.starts.push(self.facets.len() as u32);
        }
    }

    fn add(&mut self, collection: &dyn Collection, item: u32, known: &mut HashMap<Box<str>, u32>) {
        let Some(ItemLanguages { language, original, own }) = languages_of(collection, item) else {
            self.languages.push([0; 2]);
            number(&mut self.facets, 0);
            return;
        };
        self.languages.push([language, original]);
        let mut places = Vec::new();
        collection.facets(item, &mut |facet| {
            let facet = shortened(facet);
            let of_original = facet.strip_prefix("\u{1}lang:").is_some_and(|tag| *tag != *own);
            let place = match known.get(facet) {
                Some(place) => *place,
                None => {
                    let place = self.names.len() as u32;
                    self.names.push(facet.into());
                    known.insert(facet.into(), place);
                    place
                }
            };
            let place = place * 2 + u32::from(of_original);
            if places.last() != Some(&place) {
                places.push(place);
            }
        });
        number(&mut self.facets, places.len() as u32);
        places.iter().for_each(|place| number(&mut self.facets, *place));
    }

    fn places_of_names(&self) -> HashMap<Box<str>, u32> {
        self.names.iter().cloned().zip(0..).collect()
    }

    /// Returns the numbers of the items below `end` that another digest has now.
    pub fn changed(&self, digests: &[[u8; 8]], end: u32) -> Vec<u32> {
        (0..end).filter(|number| self.digests.get(*number as usize) != digests.get(*number as usize)).collect()
    }

    pub fn languages(&self) -> &[Languages] {
        &self.languages
    }

    /// Returns the facets of the items from this number on.
    pub fn facets_from(&self, item: usize) -> Facets<'_> {
        let start = self.starts.get(item / STRIDE).map_or(self.facets.len(), |start| *start as usize);
        let rest = Bytes::new(self.facets.get(start..).unwrap_or_default());
        let mut facets = Facets { names: &self.names, rest };
        for _ in 0..item % STRIDE {
            facets.skip_item();
        }
        facets
    }
}

struct ItemLanguages<'a> {
    language: u8,
    original: u8,
    /// The tag of its language.
    own: &'a str,
}

fn languages_of(collection: &dyn Collection, number: u32) -> Option<ItemLanguages<'_>> {
    let item = collection.item(number)?;
    let original = item.original_language.map_or(0, stems::language);
    Some(ItemLanguages { language: stems::language(item.language), original, own: item.language })
}

/// Cuts a facet that is too long for the name of a file.
fn shortened(facet: &str) -> &str {
    &facet[..facet.floor_char_boundary(LONGEST_FACET)]
}

/// The facets of items, one item after the other.
pub struct Facets<'a> {
    names: &'a [Box<str>],
    rest: Bytes<'a>,
}

impl<'a> Facets<'a> {
    /// Passes the facets of the next item to `each`, in ascending order. A state that is damaged has none.
    pub fn next_item(&mut self, mut each: impl FnMut(&'a str, Place)) {
        for _ in 0..self.rest.number().unwrap_or(0) {
            let Some(place) = self.rest.number() else { return };
            if let Some(name) = self.names.get(place as usize / 2) {
                each(name, if place & 1 == 1 { Place::Original } else { Place::Text });
            }
        }
    }

    /// Returns the code of the next item.
    fn skip_item(&mut self) -> Option<&'a [u8]> {
        let start = self.rest.rest;
        for _ in 0..self.rest.number()? {
            self.rest.number()?;
        }
        Some(&start[..start.len() - self.rest.rest.len()])
    }
}
