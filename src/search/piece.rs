//! A piece: a range of the dictionary of a tier, with the lists of its terms. `boundaries.rs` decides where it ends.

use std::collections::HashMap;

use super::coded_terms::{CodedTerms, LONGEST_FACET, Languages};
use super::list::{self, Posting};
use super::numbers::{Bytes, counted, number};
use super::packed;
use super::stems::{self, LANGUAGES};

/// What the code of a piece depends on beside its terms: the items of its tier.
#[derive(Clone, Copy, Debug)]
pub struct TierItems<'a> {
    /// How many items the tier has.
    pub size: u32,
    /// The languages of each item's text and original.
    pub languages: &'a [Languages],
}

impl TierItems<'_> {
    /// Returns the two languages that most postings of a term are in. A posting in both texts counts for both.
    pub fn languages_of(&self, term: &str, postings: &[Posting]) -> Languages {
        if !stems::is_word(term) {
            return [0; 2];
        }
        let mut counts = [0_u32; LANGUAGES];
        for posting in postings {
            let [text, original] = self.languages[posting.item() as usize];
            let place = posting.place();
            counts[usize::from(text)] += u32::from(place != 1);
            counts[usize::from(original)] += u32::from(place != 0);
        }
        let mut most = [0_u8; 2];
        // Of two languages with as many postings, the one with the lower number stays first.
        counts[0] = 0;
        for (language, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            if most[0] == 0 || *count > counts[usize::from(most[0])] {
                most = [language as u8, most[0]];
            } else if most[1] == 0 || *count > counts[usize::from(most[1])] {
                most[1] = language as u8;
            }
        }
        most
    }
}

/// The columns of a dictionary. Numbers of one kind, packed by themselves, take less than in turns.
#[derive(Default)]
struct Columns {
    /// For each term how many bytes it shares with the one before, and how many more it has.
    heads: Vec<u8>,
    letters: Vec<u8>,
    links: Vec<u8>,
    counts: Vec<u8>,
    lengths: Vec<u8>,
}

impl Columns {
    fn push_term(&mut self, term: &str, before: &str) {
        let shared = term.bytes().zip(before.bytes()).take_while(|(a, b)| a == b).count();
        number(&mut self.heads, shared as u32);
        number(&mut self.heads, (term.len() - shared) as u32);
        self.letters.extend_from_slice(&term.as_bytes()[shared..]);
    }

    fn pack(&self, out: &mut Vec<u8>) {
        let columns = [&self.heads, &self.letters, &self.links, &self.counts, &self.lengths];
        columns.iter().for_each(|column| counted(out, &packed::pack(column)));
    }
}

/// The unpacked columns of a dictionary.
struct UnpackedColumns([Vec<u8>; 5]);

impl UnpackedColumns {
    /// Reads the columns of `count` terms.
    fn read(bytes: &mut Bytes, count: u32) -> Option<UnpackedColumns> {
        let mut column = || packed::unpack(bytes.counted()?, count as usize * LONGEST_FACET);
        Some(UnpackedColumns([column()?, column()?, column()?, column()?, column()?]))
    }

    fn reader(&self) -> ColumnReader<'_> {
        let [heads, letters, links, counts, lengths] = self.0.each_ref().map(|column| Bytes::new(column));
        ColumnReader { heads, letters, links, counts, lengths }
    }
}

/// Reads terms and their numbers from the columns of a dictionary.
struct ColumnReader<'a> {
    heads: Bytes<'a>,
    letters: Bytes<'a>,
    links: Bytes<'a>,
    counts: Bytes<'a>,
    lengths: Bytes<'a>,
}

impl ColumnReader<'_> {
    /// Turns a term into the next one.
    fn next_term(&mut self, term: &mut Vec<u8>) -> Option<()> {
        let (shared, more) = (self.heads.number()? as usize, self.heads.number()?);
        if shared > term.len() {
            return None;
        }
        term.truncate(shared);
        term.extend_from_slice(self.letters.take(more as usize)?);
        Some(())
    }

    fn is_at_end(&self) -> bool {
        [&self.heads, &self.letters, &self.links, &self.counts, &self.lengths].iter().all(|left| left.rest.is_empty())
    }
}

/// Appends the code of a piece: the first `count` terms.
pub fn encode(terms: &CodedTerms, count: usize, tier: TierItems, out: &mut Vec<u8>) {
    let mut columns = Columns::default();
    let mut nearest = HashMap::with_capacity(count);
    let mut postings = Vec::new();
    let mut before = "";
    for at in 0..count {
        let term = terms.term(at);
        let languages = terms.languages(at).unwrap_or_else(|| {
            postings.clear();
            let read = list::decode(terms.list(at), terms.frequency(at), tier.size, &mut postings);
            read.map_or([0; 2], |()| tier.languages_of(term, &postings))
        });
        columns.push_term(term, before);
        let mut links = [0; 2];
        for (link, language) in links.iter_mut().zip(languages) {
            if let Some(stem) = stems::stem(language, term) {
                let last = nearest.insert((language, stem.into_owned()), at as u32);
                *link = last.map_or(0, |last| at as u32 - last);
            }
        }
        let second = links[1] != 0 && links[1] != links[0];
        number(&mut columns.links, links[0] * 2 + u32::from(second));
        if second {
            number(&mut columns.links, links[1]);
        }
        number(&mut columns.counts, terms.frequency(at));
        number(&mut columns.lengths, terms.list(at).len() as u32);
        before = term;
    }
    number(out, count as u32);
    number(out, tier.size);
    columns.pack(out);
    out.extend_from_slice(&packed::pack_dense(terms.lists(count)));
}

/// The most bytes that the lists of a piece may have.
const LARGEST: usize = 1 << 26;

/// Appends the terms of a piece to `out`, with their languages left open. Returns `None` if it is damaged or of
/// another tier. `out` may have some of its terms then. The codes of the lists are not looked at.
pub fn decode(bytes: &[u8], size: u32, out: &mut CodedTerms) -> Option<()> {
    let mut bytes = Bytes::new(bytes);
    let count = bytes.number()?;
    if bytes.number()? != size {
        return None;
    }
    let columns = UnpackedColumns::read(&mut bytes, count)?;
    let lists = packed::unpack(bytes.rest, LARGEST)?;
    // Every list takes at least a byte.
    if count as usize > lists.len() {
        return None;
    }
    let mut lists = Bytes::new(&lists);
    let mut columns = columns.reader();
    let (mut text, mut before) = (Vec::new(), Vec::new());
    for at in 0..count {
        columns.next_term(&mut text)?;
        let link = columns.links.number()?;
        let second = if link & 1 == 1 { columns.links.number()? } else { 0 };
        let (frequency, length) = (columns.counts.number()?, columns.lengths.number()?);
        let list = lists.take(length as usize)?;
        let ordered = at == 0 || before < text;
        if !ordered || link >> 1 > at || second > at || frequency == 0 || frequency > size || list.is_empty() {
            return None;
        }
        out.push(std::str::from_utf8(&text).ok()?, frequency, None, |lists| lists.extend_from_slice(list));
        before.clone_from(&text);
    }
    (columns.is_at_end() && lists.rest.is_empty()).then_some(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::collection::Place;
    use super::*;
    use crate::content::search::text_terms::Strength;

    fn sample(tier: TierItems) -> CodedTerms {
        let mut terms = CodedTerms::default();
        let rows: [(&str, &[(u32, Place)]); 6] = [
            ("\u{1}src:asahi", &[(0, Place::Text)]),
            ("fog", &[(0, Place::Text), (2, Place::Both)]),
            ("fogs", &[(1, Place::Text)]),
            ("tester", &[(1, Place::Text), (2, Place::Original)]),
            ("testers", &[(2, Place::Original)]),
            ("氷原", &[(0, Place::Original)]),
        ];
        for (term, list) in rows {
            let list: Vec<Posting> = list.iter().map(|(i, p)| Posting::new(*i, Strength::Once, *p)).collect();
            let languages = Some(tier.languages_of(term, &list));
            terms.push(term, list.len() as u32, languages, |out| list::encode(&list, tier.size, out));
        }
        terms
    }

    const LANGUAGES_OF_ITEMS: [Languages; 3] = [[6, 0], [6, 0], [6, 4]];

    #[test]
    fn a_piece_comes_back_the_same() {
        let tier = TierItems { size: 3, languages: &LANGUAGES_OF_ITEMS };
        let terms = sample(tier);
        let (mut bytes, mut again, mut read) = (Vec::new(), Vec::new(), CodedTerms::default());
        encode(&terms, terms.len(), tier, &mut bytes);
        decode(&bytes, 3, &mut read).unwrap();
        assert_eq!((0..read.len()).map(|at| read.term(at)).collect::<Vec<_>>()[1..3], ["fog", "fogs"]);
        assert!((0..6).all(|at| read.list(at) == terms.list(at) && read.frequency(at) == terms.frequency(at)));
        encode(&read, read.len(), tier, &mut again);
        assert_eq!(again, bytes);
        assert!(decode(&bytes, 4, &mut CodedTerms::default()).is_none());
    }

    #[test]
    fn languages_are_those_of_most_postings() {
        let tier = TierItems { size: 3, languages: &LANGUAGES_OF_ITEMS };
        let terms = sample(tier);
        let languages: Vec<_> = (0..6).map(|at| terms.languages(at).unwrap()).collect();
        assert_eq!(languages, [[0, 0], [6, 4], [6, 0], [4, 6], [4, 0], [0, 0]]);
    }

    proptest! {
        #[test]
        fn damaged_pieces_are_refused(at: proptest::sample::Index, change in 1_u8.., cut: proptest::sample::Index) {
            let tier = TierItems { size: 3, languages: &LANGUAGES_OF_ITEMS };
            let terms = sample(tier);
            let mut bytes = Vec::new();
            encode(&terms, terms.len(), tier, &mut bytes);
            prop_assert!(decode(&bytes[..cut.index(bytes.len())], 3, &mut CodedTerms::default()).is_none());
            let at = at.index(bytes.len());
            bytes[at] ^= change;
            // It must neither panic nor take long; that the bytes are the right ones is the digest's to say.
            let mut read = CodedTerms::default();
            if decode(&bytes, 3, &mut read).is_some() {
                encode(&read, read.len(), tier, &mut Vec::new());
            }
        }

        #[test]
        fn any_bytes_are_refused_or_read(bytes: Vec<u8>, size: u32) {
            let mut read = CodedTerms::default();
            prop_assert!(decode(&bytes, size, &mut read).is_none() || read.len() <= bytes.len());
        }
    }
}
