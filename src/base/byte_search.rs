//! Finds the first matching byte, one chunk at a time. Escaping skips most of a text this way.

/// The number of bytes compared at once, and at the end of a text, where most short texts lie whole.
const CHUNK: usize = 32;
const SHORT: usize = 8;

/// Returns the index of the first byte for which `holds` is true.
#[inline]
pub fn find(bytes: &[u8], holds: impl Fn(u8) -> bool) -> Option<usize> {
    let at = skip::<CHUNK>(bytes, 0, &holds);
    let at = skip::<SHORT>(bytes, at, &holds);
    bytes[at..].iter().position(|byte| holds(*byte)).map(|found| at + found)
}

/// Skips chunks without a match.
#[inline]
fn skip<const LENGTH: usize>(bytes: &[u8], mut at: usize, holds: &impl Fn(u8) -> bool) -> usize {
    // Without a branch in the fold, the compiler turns it into vector instructions.
    while let Some(chunk) = bytes[at..].first_chunk::<LENGTH>()
        && !chunk.iter().fold(false, |any, byte| any | holds(*byte))
    {
        at += LENGTH;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn the_first_is_found_wherever_it_is() {
        for length in 0..200 {
            let mut bytes = vec![b'a'; length];
            assert_eq!(find(&bytes, |byte| byte == b'&'), None);
            for at in 0..length {
                bytes[at..].fill(b'&');
                assert_eq!(find(&bytes, |byte| byte == b'&'), Some(at), "{length}");
                bytes[at..].fill(b'a');
            }
        }
    }
}
