//! Bits, most significant first, and minimal binary codes. It must not know what the bits mean.

/// Appends bits to bytes.
pub struct BitWriter<'a> {
    out: &'a mut Vec<u8>,
    /// The last `waiting` bits, which are not in `out` yet.
    bits: u64,
    waiting: u32,
}

impl<'a> BitWriter<'a> {
    pub fn new(out: &'a mut Vec<u8>) -> BitWriter<'a> {
        BitWriter { out, bits: 0, waiting: 0 }
    }

    /// Appends the lowest `count` bits of a value that has no higher ones. `count` is at most 32.
    #[inline]
    pub fn put(&mut self, value: u32, count: u32) {
        self.bits = self.bits << count | u64::from(value);
        self.waiting += count;
        if self.waiting >= 32 {
            self.waiting -= 32;
            self.out.extend_from_slice(&((self.bits >> self.waiting) as u32).to_be_bytes());
        }
    }

    /// Appends a value below `range`. The first values take a bit less than the others if the range is not a power of
    /// two, and nothing if there is only one.
    #[inline]
    pub fn minimal(&mut self, value: u32, range: u32) {
        if range > 1 {
            let (long, short) = widths(range);
            if value < short { self.put(value, long - 1) } else { self.put(value + short, long) }
        }
    }

    /// Fills the last byte with zeros.
    pub fn end(mut self) {
        while self.waiting > 0 {
            let count = self.waiting.min(8);
            self.waiting -= count;
            self.out.push(((self.bits >> self.waiting) << (8 - count)) as u8);
        }
    }
}

/// Returns the bits of a long code for a value below `range`, and how many values have a code of one bit less.
#[inline]
fn widths(range: u32) -> (u32, u32) {
    let long = 32 - (range - 1).leading_zeros();
    (long, ((1_u64 << long) - u64::from(range)) as u32)
}

/// Reads bits. Beyond the end they are zeros, and [`BitReader::end`] says so.
pub struct BitReader<'a> {
    bytes: &'a [u8],
    next: usize,
    bits: u64,
    waiting: u32,
}

impl<'a> BitReader<'a> {
    pub fn new(bytes: &'a [u8]) -> BitReader<'a> {
        BitReader { bytes, next: 0, bits: 0, waiting: 0 }
    }

    /// Reads at most 32 bits.
    #[inline]
    pub fn get(&mut self, count: u32) -> u32 {
        while self.waiting < count {
            self.bits = self.bits << 8 | u64::from(self.bytes.get(self.next).copied().unwrap_or(0));
            self.next += 1;
            self.waiting += 8;
        }
        self.waiting -= count;
        (self.bits >> self.waiting) as u32 & ((1_u64 << count) - 1) as u32
    }

    /// Reads what [`BitWriter::minimal`] wrote: always a value below `range`.
    #[inline]
    pub fn minimal(&mut self, range: u32) -> u32 {
        if range <= 1 {
            return 0;
        }
        let (long, short) = widths(range);
        let value = self.get(long - 1);
        if value < short { value } else { (value * 2 + self.get(1)) - short }
    }

    /// Returns whether all bytes were read, no more, and the rest of the last one is zeros.
    pub fn end(self) -> bool {
        self.next == self.bytes.len() && self.waiting < 8 && self.bits & ((1 << self.waiting) - 1) == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_back() {
        let ranges = [1_u32, 2, 3, 5, 8, 1000, 1 << 20, (1 << 31) + 12_345, u32::MAX];
        let values = |range: u32| [0, range / 3, range / 2, range - 1];
        let mut bytes = Vec::new();
        let mut bits = BitWriter::new(&mut bytes);
        for range in ranges {
            values(range).iter().for_each(|value| bits.minimal(*value, range));
            bits.put(5, 3);
        }
        bits.end();
        let mut read = BitReader::new(&bytes);
        for range in ranges {
            values(range).iter().for_each(|value| assert_eq!(read.minimal(range), *value, "{range}"));
            assert_eq!(read.get(3), 5);
        }
        assert!(read.end());
    }

    #[test]
    fn the_end_is_exact() {
        let mut read = BitReader::new(&[0b1010_0000]);
        assert_eq!(read.get(3), 0b101);
        assert!(read.end());
        let mut beyond = BitReader::new(&[0xff]);
        assert_eq!(beyond.get(9), 0b1_1111_1110);
        assert!(!beyond.end());
        assert!(!BitReader::new(&[1]).end());
        let mut filled = BitReader::new(&[1]);
        filled.get(2);
        assert!(!filled.end());
    }
}
