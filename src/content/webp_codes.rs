//! Computes the memory that a decoder of a lossless WebP needs for its prefix codes, without decoding pixels.
//!
//! A file may define up to 65,536 groups of five codes, and a code of 150 bytes can take 80 kB of memory. Only the
//! codes themselves show it, so this reads the stream up to the first pixel (RFC 9649, section 3). It keeps one group
//! at a time. It must not know what the memory is compared with.

/// Bits of a table that a decoder looks codes up in (image-webp).
const TABLE_BITS: usize = 10;
/// Bytes of an entry of that table.
const TABLE_ENTRY: u64 = 4;
/// Bytes of the two nodes that a symbol with a longer code adds to a tree.
const NODES: u64 = 32;
/// Bytes of a group of codes, apart from their tables and trees.
const GROUP: u64 = 5 * 64;
/// The longest code.
const LONGEST: usize = 15;
/// The alphabets of a group: green with lengths of copies, red, blue, alpha, and distances of copies.
const ALPHABETS: [usize; 5] = [256 + 24, 256, 256, 256, 40];
/// The order in which lengths of the code for code lengths are written.
const ORDER: [usize; 19] = [17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

/// Returns the bytes of memory for the prefix codes of a `VP8L` chunk, or a number above `most` if it is more than
/// that. `None` if the stream is damaged.
pub fn memory(chunk: &[u8], most: u64) -> Option<u64> {
    let mut bits = BitReader { bytes: chunk, at: 0 };
    if bits.read(8)? != 0x2F {
        return None;
    }
    let (mut width, height) = (bits.read(14)? + 1, bits.read(14)? + 1);
    let _alpha = bits.read(1)?;
    if bits.read(3)? != 0 {
        return None;
    }
    let mut seen = [false; 4];
    while bits.read(1)? == 1 {
        let transform = bits.read(2)? as usize;
        if std::mem::replace(&mut seen[transform], true) {
            return None;
        }
        match transform {
            // Predictor and colour: an image with a pixel for each block.
            0 | 1 => drop(bits.block_image(width, height)?),
            2 => {}
            _ => {
                let colors = bits.read(8)? + 1;
                bits.image(colors, 1)?;
                let packed = [(2, 3), (4, 2), (16, 1)].into_iter().find(|(most, _)| colors <= *most);
                width = blocks(width, packed.map_or(0, |(_, shift)| shift));
            }
        }
    }
    let cache = bits.color_cache()?;
    // The image of groups names them by red and green.
    let groups = if bits.read(1)? == 1 { bits.block_image(width, height)? + 1 } else { 1 };
    let mut memory = 0;
    for _ in 0..groups {
        memory += GROUP;
        for alphabet in alphabets(cache) {
            memory += bits.code(alphabet)?.memory();
        }
        if memory > most {
            break;
        }
    }
    Some(memory)
}

/// Returns how many blocks of `1 << shift` cover a side.
fn blocks(side: u32, shift: u32) -> u32 {
    side.div_ceil(1 << shift)
}

/// Returns the alphabets of a group, with a colour cache of so many entries.
fn alphabets(cache: usize) -> [usize; 5] {
    let [green, rest @ ..] = ALPHABETS;
    let [red, blue, alpha, distance] = rest;
    [green + cache, red, blue, alpha, distance]
}

/// Reads bits of a stream, lowest first.
struct BitReader<'a> {
    bytes: &'a [u8],
    /// Counts bits.
    at: usize,
}

impl BitReader<'_> {
    /// Reads a number of up to 24 bits. `None` past the end.
    fn read(&mut self, count: usize) -> Option<u32> {
        let from = self.at / 8;
        let mut word = [0; 4];
        let there = self.bytes.len().saturating_sub(from).min(4);
        word[..there].copy_from_slice(&self.bytes[from.min(self.bytes.len())..][..there]);
        let shift = self.at % 8;
        if shift + count > there * 8 {
            return None;
        }
        self.at += count;
        Some((u32::from_le_bytes(word) >> shift) & ((1 << count) - 1))
    }

    fn symbol(&mut self, code: &PrefixCode) -> Option<usize> {
        let counts = match code {
            PrefixCode::One(symbol) => return Some(*symbol),
            PrefixCode::Many { counts, .. } => counts,
        };
        // Canonical codes: those of a length follow each other.
        let (mut word, mut first, mut index) = (0, 0, 0);
        for count in &counts[1..] {
            word |= self.read(1)? as usize;
            if word < first + count {
                return code.at(index + word - first);
            }
            index += count;
            first = (first + count) << 1;
            word <<= 1;
        }
        None
    }

    /// Reads the size of the colour cache; 0 if there is none.
    fn color_cache(&mut self) -> Option<usize> {
        if self.read(1)? == 0 {
            return Some(0);
        }
        let bits = self.read(4)?;
        (1..=11).contains(&bits).then_some(1 << bits)
    }

    /// Reads an image that has a pixel for each block of another one.
    fn block_image(&mut self, width: u32, height: u32) -> Option<u32> {
        let shift = self.read(3)? + 2;
        self.image(blocks(width, shift), blocks(height, shift))
    }

    /// Reads an image with one group of codes. Returns the largest number of 16 bits that a pixel has in red and
    /// green. Copies and the cache repeat earlier pixels, so they need not be followed.
    fn image(&mut self, width: u32, height: u32) -> Option<u32> {
        let cache = self.color_cache()?;
        let mut codes = Vec::with_capacity(ALPHABETS.len());
        for alphabet in alphabets(cache) {
            codes.push(self.code(alphabet)?);
        }
        let [green, red, blue, alpha, distance] = &codes[..] else { return None };
        let literal = [green, red, blue, alpha].iter().all(|code| matches!(code, PrefixCode::One(_)));
        let (mut left, mut largest) = (u64::from(width) * u64::from(height), 0);
        while left > 0 {
            let symbol = self.symbol(green)?;
            if symbol < 256 {
                let red = self.symbol(red)?;
                self.symbol(blue)?;
                self.symbol(alpha)?;
                largest = largest.max((red << 8 | symbol) as u32);
                // If every pixel is the same, the stream has none.
                left = if literal { 0 } else { left - 1 };
            } else if symbol < ALPHABETS[0] {
                let length = self.copied(symbol - 256)?;
                let from = self.symbol(distance)?;
                self.copied(from)?;
                left = left.checked_sub(u64::from(length))?;
            } else {
                left -= 1;
            }
        }
        Some(largest)
    }

    /// Reads the rest of a length or distance, given its prefix.
    fn copied(&mut self, prefix: usize) -> Option<u32> {
        if prefix < 4 {
            return Some(prefix as u32 + 1);
        }
        let more = (prefix - 2) >> 1;
        let offset = (2 + (prefix as u32 & 1)) << more;
        Some(offset + self.read(more)? + 1)
    }

    fn code(&mut self, alphabet: usize) -> Option<PrefixCode> {
        if self.read(1)? == 0 {
            let lengths = self.lengths(alphabet)?;
            return PrefixCode::of(&lengths);
        }
        let two = self.read(1)? == 1;
        let wide = self.read(1)? == 1;
        let first = self.read(if wide { 8 } else { 1 })? as usize;
        if !two {
            return (first < alphabet).then_some(PrefixCode::One(first));
        }
        let second = self.read(8)? as usize;
        let mut counts = [0; LONGEST + 1];
        counts[1] = 2;
        (first.max(second) < alphabet).then(|| PrefixCode::Many { counts, symbols: vec![first as u16, second as u16] })
    }

    fn lengths(&mut self, alphabet: usize) -> Option<Vec<u8>> {
        let mut own = [0; ORDER.len()];
        let count = self.read(4)? as usize + 4;
        for at in &ORDER[..count] {
            own[*at] = self.read(3)? as u8;
        }
        let code = PrefixCode::of(&own)?;
        let mut symbols = alphabet;
        if self.read(1)? == 1 {
            let bits = 2 + 2 * self.read(3)? as usize;
            symbols = self.read(bits)? as usize + 2;
            if symbols > alphabet {
                return None;
            }
        }
        let mut lengths = Vec::with_capacity(alphabet);
        let mut last = 8;
        while lengths.len() < alphabet && symbols > 0 {
            symbols -= 1;
            let (length, times) = match self.symbol(&code)? {
                16 => (last, 3 + self.read(2)?),
                17 => (0, 3 + self.read(3)?),
                18 => (0, 11 + self.read(7)?),
                length => (length as u8, 1),
            };
            if length > 0 {
                last = length;
            }
            lengths.extend(std::iter::repeat_n(length, times as usize));
        }
        (lengths.len() <= alphabet).then_some(lengths)
    }
}

enum PrefixCode {
    /// The only symbol, which takes no bits.
    One(usize),
    /// How many symbols have a code of each length, and the symbols by their codes.
    Many { counts: [usize; LONGEST + 1], symbols: Vec<u16> },
}

impl PrefixCode {
    /// Makes a code from the lengths of all symbols. `None` if it is not complete.
    fn of(lengths: &[u8]) -> Option<PrefixCode> {
        let mut counts = [0; LONGEST + 1];
        lengths.iter().for_each(|length| counts[usize::from(*length)] += 1);
        counts[0] = 0;
        if counts.iter().sum::<usize>() == 1 {
            return lengths.iter().position(|length| *length > 0).map(PrefixCode::One);
        }
        let whole: usize = (1..=LONGEST).map(|length| counts[length] << (LONGEST - length)).sum();
        if whole != 1 << LONGEST {
            return None;
        }
        let mut symbols: Vec<u16> = (0..lengths.len() as u16).filter(|at| lengths[usize::from(*at)] > 0).collect();
        symbols.sort_by_key(|at| lengths[usize::from(*at)]);
        Some(PrefixCode::Many { counts, symbols })
    }

    fn at(&self, index: usize) -> Option<usize> {
        match self {
            PrefixCode::One(symbol) => Some(*symbol),
            PrefixCode::Many { symbols, .. } => symbols.get(index).map(|symbol| usize::from(*symbol)),
        }
    }

    /// Returns the bytes of memory for its table and its tree.
    fn memory(&self) -> u64 {
        let PrefixCode::Many { counts, .. } = self else { return 0 };
        let longest = counts.iter().rposition(|count| *count > 0).unwrap_or(0);
        let beyond: usize = counts[TABLE_BITS + 1..].iter().sum();
        (TABLE_ENTRY << longest.min(TABLE_BITS)) + NODES * beyond as u64 + 64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes bits, lowest first.
    #[derive(Default)]
    struct BitWriter(Vec<bool>);

    impl BitWriter {
        fn put(&mut self, count: usize, number: u32) -> &mut BitWriter {
            self.0.extend((0..count).map(|bit| number >> bit & 1 == 1));
            self
        }

        fn bytes(&self) -> Vec<u8> {
            let byte = |bits: &[bool]| bits.iter().rev().fold(0, |byte, bit| byte << 1 | u8::from(*bit));
            self.0.chunks(8).map(byte).collect()
        }
    }

    fn head(width: u32, height: u32) -> BitWriter {
        let mut bits = BitWriter::default();
        bits.put(8, 0x2F).put(14, width - 1).put(14, height - 1).put(1, 0).put(3, 0);
        bits
    }

    /// A code with one symbol.
    fn one(bits: &mut BitWriter, symbol: u32) {
        bits.put(1, 1).put(1, 0).put(1, 1).put(8, symbol);
    }

    /// A code in which 256 symbols have eight bits each, in seven bytes: the code for lengths has the symbol 8 alone.
    fn even(bits: &mut BitWriter, alphabet: u32) {
        bits.put(1, 0).put(4, 12 - 4);
        for at in &ORDER[..12] {
            bits.put(3, u32::from(*at == 8));
        }
        bits.put(1, 1).put(3, 3).put(8, 256 - 2);
        assert!(alphabet >= 256);
    }

    #[test]
    fn codes_are_counted() {
        let mut bits = head(100, 100);
        // No transform, no cache, one group.
        bits.put(1, 0).put(1, 0).put(1, 0);
        (0..2).for_each(|_| even(&mut bits, 256));
        (0..3).for_each(|_| one(&mut bits, 7));
        assert_eq!(memory(&bits.bytes(), 1 << 20), Some(GROUP + 2 * (4 * 256 + 64)));
        assert_eq!(memory(&bits.bytes()[..9], 1 << 20), None);
        assert_eq!(memory(b"\x2E\0\0\0\0\0\0\0\0\0", 1 << 20), None);
    }

    #[test]
    fn groups_are_named_by_their_image() {
        let mut bits = head(100, 100);
        // A palette of one colour in eight pixels a byte, a transform of blocks, and a cache.
        bits.put(1, 1).put(2, 3).put(8, 0).put(1, 0);
        (0..5).for_each(|_| one(&mut bits, 1));
        bits.put(1, 1).put(2, 0).put(3, 0).put(1, 0);
        (0..5).for_each(|_| one(&mut bits, 1));
        bits.put(1, 0).put(1, 1).put(4, 3);
        // The image of groups is one colour: red 1, green 2.
        bits.put(1, 1).put(3, 0).put(1, 0);
        [2, 1, 0, 0, 0].into_iter().for_each(|symbol| one(&mut bits, symbol));
        let groups = (1 << 8 | 2) + 1;
        for _ in 0..groups {
            even(&mut bits, 256 + 24 + 8);
            (0..4).for_each(|_| one(&mut bits, 0));
        }
        let each = GROUP + 4 * 256 + 64;
        assert_eq!(memory(&bits.bytes(), 1 << 20), Some(groups * each));
        // It stops at the limit.
        assert_eq!(memory(&bits.bytes(), 10 * each), Some(11 * each));
    }
}
