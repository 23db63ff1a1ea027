//! The head of every file of the index: what it is, a digest of what follows, and its length, so that a client notices
//! a file that is cut off or belongs to another build.

use crate::base::digest::Digest;

/// The kind of a file, as its head says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum FileKind {
    Entry = b'e',
    Base = b'b',
    Middle = b'm',
    Items = b'd',
    Words = b'w',
}

const VERSION: u8 = b'1';
/// The bytes of a head.
pub const HEAD: usize = 13;

/// The first 40 bits of the digest of what follows the head. The entry names those of all other files.
pub type Check = [u8; 5];

/// Puts the head before the body of a file.
pub fn with_head(kind: FileKind, body: &[u8]) -> (Vec<u8>, Check) {
    let check = check_of(body);
    let mut file = Vec::with_capacity(HEAD + body.len());
    file.extend([b'R', b'S', kind as u8, VERSION]);
    file.extend(check);
    file.extend((body.len() as u32).to_le_bytes());
    file.extend_from_slice(body);
    (file, check)
}

/// Returns the body of a file. `None` if its head is not that of this kind, or does not fit what follows.
pub fn body_of(kind: FileKind, file: &[u8]) -> Option<&[u8]> {
    let (head, body) = file.split_at_checked(HEAD)?;
    let fits = head[..4] == [b'R', b'S', kind as u8, VERSION]
        && head[4..9] == check_of(body)
        && head[9..] == (body.len() as u32).to_le_bytes();
    fits.then_some(body)
}

fn check_of(body: &[u8]) -> Check {
    let digest = Digest::of(body).0;
    [digest[0], digest[1], digest[2], digest[3], digest[4]]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_fits_its_file_only() {
        let (file, check) = with_head(FileKind::Items, b"fog");
        assert_eq!((&file[..4], file[4..9] == check, &file[9..]), (&b"RSd1"[..], true, &b"\x03\0\0\0fog"[..]));
        assert_eq!(body_of(FileKind::Items, &file), Some(&b"fog"[..]));
        assert_eq!(body_of(FileKind::Words, &file), None);
        for at in 0..file.len() {
            let mut damaged = file.clone();
            damaged[at] ^= 1;
            assert_eq!(body_of(FileKind::Items, &damaged), None);
            assert_eq!(body_of(FileKind::Items, &file[..at]), None);
        }
    }
}
