//! The head of every file of the index: what it is, a sum of what follows, and its length, so that a client notices a
//! file that is damaged, cut off or of another build.
//!
//! The sum is not the BLAKE3 that Recto uses everywhere else: in a browser that would take a tenth of the client, and
//! Python's standard library does not have it. Nobody has to be kept from making two files with the same sum, since
//! whoever can write below `search/` can write the script, too.

/// The kind of a file, as its head says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum IndexFileKind {
    Entry = b'e',
    Base = b'b',
    Middle = b'm',
    Items = b'd',
    Words = b'w',
}

const VERSION: u8 = b'1';
/// The bytes of a head.
pub const HEAD: usize = 13;

/// The sum of what follows the head. The entry names those of all other files.
pub type Check = [u8; 5];

/// Puts the head before the body of a file.
pub fn with_head(kind: IndexFileKind, body: &[u8]) -> (Vec<u8>, Check) {
    let check = check_of(body);
    let mut file = Vec::with_capacity(HEAD + body.len());
    file.extend([b'R', b'S', kind as u8, VERSION]);
    file.extend(check);
    file.extend((body.len() as u32).to_le_bytes());
    file.extend_from_slice(body);
    (file, check)
}

/// Returns the body of a file. `None` if its head is not that of this kind, or does not fit what follows.
pub fn body_of(kind: IndexFileKind, file: &[u8]) -> Option<&[u8]> {
    let (head, body) = file.split_at_checked(HEAD)?;
    let fits = head[..4] == [b'R', b'S', kind as u8, VERSION]
        && head[4..9] == check_of(body)
        && head[9..] == (body.len() as u32).to_le_bytes();
    fits.then_some(body)
}

/// Returns FNV-1a in 32 bits, and the sum of the highest bytes of its steps.
fn check_of(body: &[u8]) -> Check {
    let (mut hash, mut sum) = (0x811c_9dc5_u32, 0_u8);
    for byte in body {
        hash = (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193);
        sum = sum.wrapping_add((hash >> 24) as u8);
    }
    let [a, b, c, d] = hash.to_le_bytes();
    [a, b, c, d, sum]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_those_of_the_format() {
        assert_eq!(check_of(b""), [0xc5, 0x9d, 0x1c, 0x81, 0]);
        assert_eq!(check_of(b"fog"), [0x3f, 0x72, 0xf3, 0xa1, 0xe6]);
    }

    #[test]
    fn a_head_fits_its_file_only() {
        let (file, check) = with_head(IndexFileKind::Items, b"fog");
        assert_eq!((&file[..4], file[4..9] == check, &file[9..]), (&b"RSd1"[..], true, &b"\x03\0\0\0fog"[..]));
        assert_eq!(body_of(IndexFileKind::Items, &file), Some(&b"fog"[..]));
        assert_eq!(body_of(IndexFileKind::Words, &file), None);
        for at in 0..file.len() {
            let mut damaged = file.clone();
            damaged[at] ^= 1;
            assert_eq!(body_of(IndexFileKind::Items, &damaged), None);
            assert_eq!(body_of(IndexFileKind::Items, &file[..at]), None);
        }
    }
}
