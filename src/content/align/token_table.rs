//! The distinct tokens of two texts, numbered. It must not know what a token means.

use std::ops::Range;

use super::features::{TextFeatures, TextToken};

/// For each block of a text, the indices of its tokens among all distinct ones, sorted.
pub struct Indices {
    tokens: Vec<u32>,
    /// Where those of each block start, and the end.
    starts: Vec<usize>,
}

impl Indices {
    /// Returns the indices of blocks, one block after another.
    pub fn of(&self, blocks: Range<usize>) -> &[u32] {
        &self.tokens[self.starts[blocks.start]..self.starts[blocks.end]]
    }
}

/// The distinct tokens, at places computed from their hashes.
pub struct TokenTable {
    /// One more than the index of a token; 0 if there is none. A power of two.
    slots: Vec<u32>,
    found: Vec<(TextToken, [usize; 2])>,
    /// The number of the last block that has each, since a block may have a token several times.
    last: Vec<u32>,
    blocks: u32,
}

impl TokenTable {
    /// Creates a table for at most this many tokens.
    pub fn new(most: usize) -> TokenTable {
        let slots = vec![0; (2 * most + 1).next_power_of_two()];
        TokenTable { slots, found: Vec::with_capacity(most), last: Vec::with_capacity(most), blocks: 0 }
    }

    /// Counts the tokens of a text, the original (0) or the translation (1), and returns their indices.
    pub fn read(&mut self, text: &TextFeatures, side: usize) -> Indices {
        let mut indices = Indices { tokens: Vec::new(), starts: Vec::with_capacity(text.blocks.len() + 1) };
        indices.starts.push(0);
        for block in &text.blocks {
            let start = indices.tokens.len();
            self.blocks += 1;
            indices.tokens.extend(text.tokens(block).iter().filter_map(|&token| self.index(token, side)));
            indices.tokens[start..].sort_unstable();
            indices.starts.push(indices.tokens.len());
        }
        indices
    }

    /// Returns the tokens in the order in which they were first read, and how many blocks of each text have them.
    pub fn found(&self) -> &[(TextToken, [usize; 2])] {
        &self.found
    }

    /// Counts a token of the present block, unless it has been counted there, and returns its index.
    fn index(&mut self, token: TextToken, side: usize) -> Option<u32> {
        let last = self.slots.len() - 1;
        let mut slot = (token.bits() >> 4) as usize & last;
        loop {
            let known = self.slots[slot] as usize;
            if known == 0 {
                self.found.push((token, [0, 0]));
                self.last.push(0);
                self.slots[slot] = self.found.len() as u32;
                continue;
            }
            let (other, blocks) = &mut self.found[known - 1];
            if *other == token {
                if std::mem::replace(&mut self.last[known - 1], self.blocks) == self.blocks {
                    return None;
                }
                blocks[side] += 1;
                return Some(known as u32 - 1);
            }
            slot = (slot + 1) & last;
        }
    }
}
