//! The list of a term: in which items of a tier it occurs, how prominently, and in which of their texts. It must not
//! know the term itself or its languages.

use super::bits::{BitReader, BitWriter};
use super::collection::Place;
use crate::content::search::text_terms::Strength;

/// One occurrence of a term: the item's number in its tier, the strength and the place, in one number that has their
/// order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Posting(u32);

/// The most items of a tier: what fits beside strength and place.
pub const MOST_ITEMS: u32 = 1 << 28;

impl Posting {
    pub fn new(item: u32, strength: Strength, place: Place) -> Posting {
        Posting(item << 4 | (place as u32) << 2 | strength as u32)
    }

    fn of_numbers(item: u32, strength: u32, place: u32) -> Posting {
        Posting(item << 4 | place << 2 | strength)
    }

    #[inline]
    pub fn item(self) -> u32 {
        self.0 >> 4
    }

    /// Returns the number of its [`Strength`].
    #[inline]
    pub fn strength(self) -> u32 {
        self.0 & 3
    }

    /// Returns the number of its [`Place`].
    #[inline]
    pub fn place(self) -> u32 {
        self.0 >> 2 & 3
    }

    /// Returns strength and place as one number below 16.
    pub fn kind(self) -> u8 {
        (self.0 & 15) as u8
    }

    /// Puts together what [`Posting::item`] and [`Posting::kind`] return.
    pub fn of_kind(item: u32, kind: u8) -> Posting {
        Posting(item << 4 | u32::from(kind & 15))
    }
}

/// The code of each strength, and its bits.
const STRENGTHS: [(u32, u32); 4] = [(0b0, 1), (0b10, 2), (0b110, 3), (0b111, 3)];
/// The code of each place in a mixed list, and its bits.
const PLACES: [(u32, u32); 3] = [(0b0, 1), (0b10, 2), (0b11, 2)];
/// The mode of a list whose postings differ in their places. Any other mode is the place of all.
const MIXED: u32 = 3;

/// Appends the code of a list: postings of distinct items below `size`, in order, at least one.
pub fn encode(postings: &[Posting], size: u32, out: &mut Vec<u8>) {
    let place = postings.first().map_or(0, |first| first.place());
    let mixed = postings.iter().any(|posting| posting.place() != place);
    let mut bits = BitWriter::new(out);
    bits.put(if mixed { MIXED } else { place }, 2);
    items(&mut bits, postings, 0, size);
    for posting in postings {
        let (code, count) = STRENGTHS[posting.strength() as usize];
        bits.put(code, count);
    }
    if mixed {
        for posting in postings {
            let (code, count) = PLACES[posting.place().min(2) as usize];
            bits.put(code, count);
        }
    }
    bits.end();
}

/// Writes the numbers of items in `low..high`: the middle one, then those before it, then those after it. A number can
/// be only where the others leave room for it.
fn items(bits: &mut BitWriter, mut postings: &[Posting], mut low: u32, high: u32) {
    while !postings.is_empty() && high - low > postings.len() as u32 {
        let middle = postings.len() / 2;
        let item = postings[middle].item();
        let first = low + middle as u32;
        bits.minimal(item - first, high - low - (postings.len() as u32 - 1));
        items(bits, &postings[..middle], low, item);
        postings = &postings[middle + 1..];
        low = item + 1;
    }
}

/// Appends the postings that `bytes` encodes to `out`. Returns `None` if they are not the code of `count` postings of
/// items below `size`.
pub fn decode(bytes: &[u8], count: u32, size: u32, out: &mut Vec<Posting>) -> Option<()> {
    // Each posting takes at least a bit for its strength.
    if count == 0 || count > size || size > MOST_ITEMS || u64::from(count) > bytes.len() as u64 * 8 {
        return None;
    }
    let mut bits = BitReader::new(bytes);
    let mode = bits.get(2);
    let start = out.len();
    out.resize(start + count as usize, Posting(0));
    let list = &mut out[start..];
    read_items(&mut bits, list, 0, size);
    for posting in list.iter_mut() {
        let strength = if bits.get(1) == 0 {
            0
        } else if bits.get(1) == 0 {
            1
        } else {
            2 + bits.get(1)
        };
        *posting = Posting::of_numbers(posting.item(), strength, mode % MIXED);
    }
    if mode == MIXED {
        for posting in list.iter_mut() {
            let place = if bits.get(1) == 0 { 0 } else { 1 + bits.get(1) };
            *posting = Posting::of_numbers(posting.item(), posting.strength(), place);
        }
    }
    bits.end().then_some(())
}

/// Reads what [`items`] wrote. Whatever the bits are, the numbers are distinct, in order and in `low..high`.
fn read_items(bits: &mut BitReader, mut list: &mut [Posting], mut low: u32, high: u32) {
    while !list.is_empty() {
        if high - low == list.len() as u32 {
            for (posting, item) in list.iter_mut().zip(low..) {
                *posting = Posting::of_numbers(item, 0, 0);
            }
            return;
        }
        let middle = list.len() / 2;
        let item = low + middle as u32 + bits.minimal(high - low - (list.len() as u32 - 1));
        let (before, rest) = list.split_at_mut(middle);
        rest[0] = Posting::of_numbers(item, 0, 0);
        read_items(bits, before, low, item);
        list = &mut rest[1..];
        low = item + 1;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lists() -> impl Strategy<Value = (Vec<Posting>, u32)> {
        let kind = (0_u32..4, 0_u32..3);
        let one = (1_u32..3000).prop_flat_map(move |size| {
            (proptest::collection::btree_map(0..size, kind.clone(), 1..60), any::<bool>(), Just(size))
        });
        one.prop_map(|(items, mixed, size)| {
            let posting = |(item, (strength, place)): (u32, (u32, u32))| {
                Posting::of_numbers(item, strength, if mixed { place } else { 1 })
            };
            (items.into_iter().map(posting).collect(), size)
        })
    }

    proptest! {
        #[test]
        fn a_list_comes_back((postings, size) in lists()) {
            let (mut bytes, mut read) = (Vec::new(), Vec::new());
            encode(&postings, size, &mut bytes);
            prop_assert!(decode(&bytes, postings.len() as u32, size, &mut read).is_some());
            prop_assert_eq!(&read, &postings);
            prop_assert!(decode(&bytes[..bytes.len() - 1], postings.len() as u32, size, &mut read).is_none());
        }

        #[test]
        fn damaged_lists_are_refused_or_in_order(bytes: Vec<u8>, count: u32, size: u32) {
            for (count, size) in [(count, size), (count % 64, size % 5000)] {
                let mut read = Vec::new();
                if decode(&bytes, count, size, &mut read).is_some() {
                    prop_assert_eq!(read.len(), count as usize);
                    prop_assert!(read.windows(2).all(|two| two[0].item() < two[1].item()));
                    prop_assert!(read.iter().all(|posting| posting.item() < size));
                }
            }
        }
    }

    #[test]
    fn known_codes() {
        // `docs/src/reference/search-index.md` shows these.
        let code = |postings: &[(u32, u32, u32)], size| {
            let list: Vec<Posting> = postings.iter().map(|(i, s, p)| Posting::of_numbers(*i, *s, *p)).collect();
            let mut out = Vec::new();
            encode(&list, size, &mut out);
            out
        };
        assert_eq!(code(&[(0, 0, 0)], 1), [0]);
        assert_eq!(code(&[(2, 3, 0)], 8), [0b0001_0111]);
        assert_eq!(code(&[(1, 0, 0), (4, 1, 1), (6, 0, 2)], 8), [0b1110_1011, 0b0010_0010, 0b1100_0000]);
    }
}
