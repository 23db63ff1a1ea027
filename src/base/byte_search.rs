//! Finds the first matching byte, one chunk at a time. Escaping skips most of a text this way. It must not know what
//! the bytes mean.

/// The number of bytes compared at once, and at the end of a text, where most short texts lie whole.
const CHUNK: usize = 32;
const SHORT: usize = 8;

/// Returns the index of the first byte that is one of these.
#[inline]
pub fn find<const N: usize>(bytes: &[u8], any_of: [u8; N]) -> Option<usize> {
    find_where(bytes, |byte| any_of.iter().fold(false, |any, one| any | (byte == *one)))
}

/// Returns the index of the first byte for which `holds` is true. It must not branch: `|` and not `||` or `matches!`.
/// With a branch it is eight times slower, since the compiler makes no vector instructions of it.
#[inline]
pub fn find_where(bytes: &[u8], holds: impl Fn(u8) -> bool) -> Option<usize> {
    let at = skip::<CHUNK>(bytes, 0, &holds);
    let at = skip::<SHORT>(bytes, at, &holds);
    bytes[at..].iter().position(|byte| holds(*byte)).map(|found| at + found)
}

/// Skips chunks without a match.
#[inline(always)]
fn skip<const LENGTH: usize>(bytes: &[u8], mut at: usize, holds: &impl Fn(u8) -> bool) -> usize {
    while let Some(chunk) = bytes[at..].first_chunk::<LENGTH>()
        && !has_match(chunk, holds)
    {
        at += LENGTH;
    }
    at
}

/// Returns whether any byte of a chunk matches. All comparisons come before the first result is used, so that the
/// compiler sees that none depends on another.
#[inline(always)]
fn has_match<const LENGTH: usize>(chunk: &[u8; LENGTH], holds: &impl Fn(u8) -> bool) -> bool {
    let mut matches = [0u8; LENGTH];
    for (matched, byte) in matches.iter_mut().zip(chunk) {
        *matched = u8::from(holds(*byte));
    }
    matches.iter().fold(0, |any, matched| any | matched) != 0
}

#[cfg(test)]
mod tests {
    use super::{find, find_where};

    #[test]
    fn the_first_is_found_wherever_it_is() {
        for length in 0..200 {
            let mut bytes = vec![b'a'; length];
            assert_eq!(find(&bytes, *b"<&"), None);
            for at in 0..length {
                bytes[at..].fill(b'&');
                assert_eq!(find(&bytes, *b"<&"), Some(at), "{length}");
                assert_eq!(find_where(&bytes, |byte| byte < b'a'), Some(at), "{length}");
                bytes[at..].fill(b'a');
            }
        }
    }
}
