//! Numbers and strings in files of the index: LEB128, and strings that leave out what they share with the one before.
//! A reader takes any bytes and never panics.

/// Writes an unsigned number, seven bits a byte, least significant first.
pub fn number(out: &mut Vec<u8>, mut value: u32) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Writes a string after `before`: how many bytes they share, how many follow, and those.
pub fn front_coded(out: &mut Vec<u8>, text: &str, before: &str) {
    let shared = text.bytes().zip(before.bytes()).take_while(|(a, b)| a == b).count();
    number(out, shared as u32);
    counted(out, &text.as_bytes()[shared..]);
}

/// Writes bytes after their number.
pub fn counted(out: &mut Vec<u8>, bytes: &[u8]) {
    number(out, bytes.len() as u32);
    out.extend_from_slice(bytes);
}

/// Bytes of a file that are yet to be read.
#[derive(Clone, Copy, Debug)]
pub struct Bytes<'a> {
    pub rest: &'a [u8],
}

impl<'a> Bytes<'a> {
    pub fn new(rest: &'a [u8]) -> Bytes<'a> {
        Bytes { rest }
    }

    pub fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(taken)
    }

    pub fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    /// Reads what [`number`] wrote.
    #[inline]
    pub fn number(&mut self) -> Option<u32> {
        let first = self.byte()?;
        if first < 0x80 {
            return Some(u32::from(first));
        }
        let mut value = u32::from(first & 0x7f);
        for shift in [7, 14, 21, 28] {
            let byte = self.byte()?;
            value |= u32::from(byte & 0x7f).checked_mul(1 << shift)?;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    /// Reads what [`counted`] wrote.
    pub fn counted(&mut self) -> Option<&'a [u8]> {
        let count = self.number()?;
        self.take(count as usize)
    }

    /// Reads what [`front_coded`] wrote: `text` is the string before, and becomes the next one.
    pub fn front_coded(&mut self, text: &mut Vec<u8>) -> Option<()> {
        let shared = self.number()? as usize;
        if shared > text.len() {
            return None;
        }
        text.truncate(shared);
        text.extend_from_slice(self.counted()?);
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back() {
        let values = [0, 1, 127, 128, 300, 16_383, 16_384, 1 << 28, u32::MAX - 1, u32::MAX];
        let mut bytes = Vec::new();
        values.iter().for_each(|value| number(&mut bytes, *value));
        let mut read = Bytes::new(&bytes);
        assert_eq!(values.map(|_| read.number().unwrap()), values);
        assert!(read.number().is_none() && read.rest.is_empty());
        for bad in [&[0x80_u8][..], &[0xff, 0xff, 0xff, 0xff, 0x10], &[0x80, 0x80, 0x80, 0x80, 0x80, 0]] {
            assert_eq!(Bytes::new(bad).number(), None, "{bad:?}");
        }
    }

    #[test]
    fn strings_share_what_is_before() {
        let texts = ["", "har", "harbour", "harbours", "hat", "氷", "氷原"];
        let mut bytes = Vec::new();
        let mut before = "";
        for text in texts {
            front_coded(&mut bytes, text, before);
            before = text;
        }
        let (mut read, mut text) = (Bytes::new(&bytes), Vec::new());
        for expected in texts {
            read.front_coded(&mut text).unwrap();
            assert_eq!(text, expected.as_bytes());
        }
        assert!(Bytes::new(&[9, 0]).front_coded(&mut b"short".to_vec()).is_none());
    }
}
