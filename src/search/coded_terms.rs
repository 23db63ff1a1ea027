//! Terms in their order, each with its encoded list, one after the other in a few vectors. It must not decode the
//! lists.

use super::stems::LanguageNumber;

/// The most bytes of a term. Only facets are longer than `LONGEST_TERM`. Two hexadecimal digits for each byte make the
/// name of a file.
pub const LONGEST_FACET: usize = 120;

/// About how many bytes a term takes in the packed dictionary of a piece.
pub const ENTRY_WEIGHT: u32 = 5;

/// The languages of a term that have a stemmer, the most frequent first; 0 if there are fewer than two.
pub type Languages = [LanguageNumber; 2];

/// Terms in order, with their lists.
#[derive(Debug, Default)]
pub struct CodedTerms {
    text: String,
    lists: Vec<u8>,
    terms: Vec<CodedTerm>,
}

#[derive(Clone, Copy, Debug)]
struct CodedTerm {
    /// The end of its text in `text`.
    text_end: usize,
    /// The end of its list in `lists`.
    list_end: usize,
    frequency: u32,
    languages: Option<Languages>,
}

impl CodedTerms {
    pub fn len(&self) -> usize {
        self.terms.len()
    }

    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Appends a term that occurs in `frequency` items. `list` appends the code of its list. The languages may be left
    /// open, to be found in the list when they are needed.
    pub fn push(&mut self, term: &str, frequency: u32, languages: Option<Languages>, list: impl FnOnce(&mut Vec<u8>)) {
        self.text.push_str(term);
        list(&mut self.lists);
        let (text_end, list_end) = (self.text.len(), self.lists.len());
        self.terms.push(CodedTerm { text_end, list_end, frequency, languages });
    }

    pub fn term(&self, at: usize) -> &str {
        let start = at.checked_sub(1).map_or(0, |before| self.terms[before].text_end);
        &self.text[start..self.terms[at].text_end]
    }

    pub fn list(&self, at: usize) -> &[u8] {
        &self.lists[self.list_start(at)..self.terms[at].list_end]
    }

    fn list_start(&self, at: usize) -> usize {
        at.checked_sub(1).map_or(0, |before| self.terms[before].list_end)
    }

    /// Returns the lists of the first `count` terms, one after the other.
    pub fn lists(&self, count: usize) -> &[u8] {
        &self.lists[..self.list_start(count)]
    }

    /// Returns in how many items of its tier a term occurs.
    pub fn frequency(&self, at: usize) -> u32 {
        self.terms[at].frequency
    }

    pub fn languages(&self, at: usize) -> Option<Languages> {
        self.terms[at].languages
    }

    /// Returns about how many bytes a term adds to its piece.
    pub fn weight(&self, at: usize) -> u32 {
        self.list(at).len() as u32 + ENTRY_WEIGHT
    }

    /// Removes the first `count` terms.
    pub fn remove_first(&mut self, count: usize) {
        let text = count.checked_sub(1).map_or(0, |last| self.terms[last].text_end);
        let lists = self.list_start(count);
        self.text.drain(..text);
        self.lists.drain(..lists);
        self.terms.drain(..count);
        for term in &mut self.terms {
            term.text_end -= text;
            term.list_end -= lists;
        }
    }

    pub fn clear(&mut self) {
        self.text.clear();
        self.lists.clear();
        self.terms.clear();
    }
}
