//! All limits on what Recto reads and writes.
//!
//! Each constant is a row in the manual's table of limits (`tests/suite/limits.rs` writes it), and must be tested
//! there at its value and one above. Everything that an input can multiply is limited, so that output and memory stay
//! proportional to the input.

/// A row of the manual's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// The name in the manual: `aliases`.
    pub name: &'static str,
    /// What is counted and, if exceeding it is not an error, what happens instead.
    pub what: &'static str,
    pub number: u64,
    /// The code of the diagnostic, or empty if there is none.
    pub code: &'static str,
}

macro_rules! limits {
    ($($(#[doc = $what:literal])+ $constant:ident: $type:ty = $number:expr, $name:literal, $code:literal;)+) => {
        $($(#[doc = $what])+ pub const $constant: $type = $number;)+

        /// All limits, in the order of the manual.
        pub const ALL: &[Limit] =
            &[$(Limit { name: $name, what: concat!($($what),+), number: $constant as u64, code: $code }),+];
    };
}

limits! {
    /// bytes of a text: an article, a text beside it, a page, a record
    TEXT_BYTES: usize = 4_000_000, "text", "too-large";
    /// bytes of `site.toml`
    SITE_BYTES: usize = 250_000, "site.toml", "too-large";
    /// bytes of a template, of a file of interface strings, of `theme.toml`
    THEME_BYTES: usize = 1_000_000, "theme file", "too-large";
    /// bytes of a `_redirects` or `_headers` file of the site
    RULES_BYTES: usize = 1_000_000, "rules", "too-large";
    /// bytes of a name: of a section, tag, source or translator, of an author; of `label`, `native`, `genre`
    NAME_BYTES: usize = 500, "name", "too-long";
    /// bytes of a title
    TITLE_BYTES: usize = 2_000, "title", "too-long";
    /// bytes of any other text of front matter or `site.toml`, but for `extra`
    VALUE_BYTES: usize = 10_000, "value", "too-long";
    /// entries of any list of front matter, each: sections, tags, sources, translators, authors, editors, reviewers, aliases, corrections, credits of images
    LIST: usize = 200, "list", "too-many";
    /// steps of a section: `world/asia/japan` has three
    SECTION_DEPTH: usize = 10, "section steps", "bad-term";
    /// texts in other languages beside an article
    SIBLINGS: usize = 100, "languages", "too-many";
    /// levels of tables and arrays in front matter and `site.toml`
    DOCUMENT_DEPTH: usize = 32, "levels of keys", "invalid-toml";
    /// quotes and lists inside each other
    BLOCK_DEPTH: usize = 64, "quotes and lists", "too-deep";
    /// emphasis and links inside each other
    INLINE_DEPTH: usize = 100, "emphasis", "too-deep";
    /// `>` and list marks at the start of a line
    MARKERS: usize = 200, "marks of a line", "too-complex";
    /// columns of white space before such a mark
    INDENT: usize = 512, "indent", "too-complex";
    /// bytes of a page that a template makes
    PAGE_BYTES: usize = 32_000_000, "page", "too-large";
    /// work of the templates of a page: a round of a loop and a call of a component cost 512 and the bytes of their text, an output 128 and its bytes, a value that is kept its bytes
    FUEL: usize = 128_000_000, "work of a template", "too-slow";
    /// bytes of a value that a template keeps (`set`), gives a component, or makes with `replace`, `join`, `indent`
    VALUE_IN_TEMPLATE: usize = 8_000_000, "value of a template", "too-large";
    /// `~` in one expression of a template
    JOINED: usize = 32, "joined texts", "template";
    /// bytes of a text that a template gives to `t`
    STRING_ARGUMENT: usize = 100_000, "argument of a string", "template";
    /// pages of a template that may take too long before the others are not tried
    SLOW_PAGES: usize = 3, "slow pages", "";
    /// bytes of output that a site has whatever its content is
    OUTPUT_BASE: u64 = 200_000, "output: a", "";
    /// bytes of output for a byte of content, at most: a tag of one letter has a page and a feed
    OUTPUT_SLOPE: u64 = 4_000, "output: c", "";
    /// bytes of memory that a build takes whatever the content is
    MEMORY_BASE: u64 = 100_000_000, "memory: a", "";
    /// bytes of memory for a byte of content, at most
    MEMORY_SLOPE: u64 = 2_000, "memory: c", "";
    /// seconds that a text or a page may take
    SECONDS: usize = 10, "time", "too-slow";
    /// tags, sources or translators, each, that a card and an entry of a feed name; the article and the site's own feed name all
    CARD_TERMS: usize = 20, "names on a card", "";
    /// translators that the page of a source lists, and sources that of a translator: those of most articles
    PARTNERS: usize = 50, "partners", "";
    /// letters that a page of a long index links; all are on its first page
    LETTERS: usize = 100, "letters", "";
    /// earlier years that the page of a day links
    EARLIER: usize = 200, "earlier years", "";
    /// bytes of code that are coloured in a text; the rest is printed without colours
    CODE_BYTES: usize = 200_000, "coloured code", "";
    /// bytes of a line of code that is coloured
    CODE_LINE: usize = 1_000, "coloured line", "";
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
