//! All limits of what Recto takes and makes, with their numbers: one file, one table in the manual, one test of each.
//!
//! A constant here is a row of the manual's "Limits" (`tests/suite/limits.rs` writes it) and must be tried there at its number
//! and one above. Of what an input may multiply, each factor is one of these, so that output and memory stay in proportion to input.

/// A row of the manual's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// As the manual calls it: `aliases`.
    pub name: &'static str,
    /// What is counted; and what happens above, where that is no error.
    pub what: &'static str,
    pub number: u64,
    /// The code of the problem; empty where there is none.
    pub code: &'static str,
}

macro_rules! limits {
    ($($(#[doc = $what:literal])+ $constant:ident: $type:ty = $number:expr, $name:literal, $code:literal;)+) => {
        $($(#[doc = $what])+ pub const $constant: $type = $number;)+

        /// All of them, in the order of the manual.
        pub const ALL: &[Limit] =
            &[$(Limit { name: $name, what: concat!($($what),+), number: $constant as u64, code: $code }),+];
    };
}

limits! {
    /// bytes of a text: an article, a text in another language, a page, a record
    TEXT_BYTES: usize = 4_000_000, "text", "too-large";
    /// sections, tags, sources or translators of an article, each
    TERMS: usize = 200, "terms", "too-many";
    /// bytes of a picture's file
    PICTURE_BYTES: u64 = 128 << 20, "picture", "bad-image";
    /// pixels on a side of a picture
    PICTURE_SIDE: u32 = 12_000, "picture side", "bad-image";
    /// bytes of memory that a picture takes while its variants are made; pictures that take more together wait for each other
    PICTURE_MEMORY: u64 = 512 << 20, "picture memory", "bad-image";
    /// scans of a JPEG
    PICTURE_SCANS: usize = 20, "picture scans", "bad-image";
    /// bytes of a picture's colour profile, unpacked; variants are without a larger one
    PICTURE_PROFILE: usize = 4 << 20, "picture profile", "";
    /// seconds that a picture may take until its variants are made
    PICTURE_SECONDS: u64 = 60, "picture seconds", "bad-image";
    /// bytes of the manifest of a target
    MANIFEST_BYTES: usize = 256 << 20, "manifest", "";
    /// bytes of any other answer of an object store
    STORE_ANSWER: usize = 16 << 20, "store answer", "";
    /// files that an object store lists
    STORE_FILES: usize = 2_000_000, "store files", "";
    /// seconds without an answer of an object store, beside the time for what is on the way
    STORE_SECONDS: u64 = 60, "store seconds", "";
    /// bytes a second, below which nobody waits for what is on the way to or from an object store
    STORE_RATE: u64 = 20_000, "store rate", "";
    /// bytes that git or rsync answers
    PROGRAM_ANSWER: usize = 256 << 20, "program answer", "";
    /// seconds that git or rsync waits for a server that is silent
    PROGRAM_SECONDS: u64 = 300, "program seconds", "";
    /// seconds that a lease of a deploy is believed, whatever end it names
    LEASE_SECONDS: i64 = 600, "lease", "";
    /// connections to `recto serve` or `preview`; for one more, the one is closed that has been quiet longest
    WEB_CONNECTIONS: usize = 256, "web connections", "";
    /// bytes of the head of a request to them; the connection is closed
    WEB_HEAD: usize = 64 << 10, "web head", "";
    /// seconds that such a head may take; the connection is closed
    WEB_SECONDS: u64 = 10, "web seconds", "";
    /// bytes of a file that `recto serve` copies; a larger one is read while it is sent
    WEB_FILE: u64 = 8 << 20, "web file", "";
}

#[cfg(test)]
mod tests {
    use super::ALL;

    #[test]
    fn names_are_unique() {
        let mut names: Vec<&str> = ALL.iter().map(|limit| limit.name).collect();
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{names:?}");
        assert!(ALL.iter().all(|limit| limit.what.starts_with(' ') && limit.number > 0));
    }
}
