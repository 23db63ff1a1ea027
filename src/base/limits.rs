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
    /// bytes of a text: an article, a sibling, a page or a record
    TEXT_BYTES: usize = 4_000_000, "text", "too-large";
    /// bytes of `site.toml`
    SITE_BYTES: usize = 250_000, "site.toml", "too-large";
    /// bytes of a template, a file of interface strings or `theme.toml`
    THEME_BYTES: usize = 1_000_000, "theme file", "too-large";
    /// bytes of a `_redirects` or `_headers` file in the site
    RULES_BYTES: usize = 1_000_000, "rules", "too-large";
    /// bytes of the name of a section, tag, source, translator or author, and of `label`, `native` and `genre`
    NAME_BYTES: usize = 500, "name", "too-long";
    /// bytes of a title
    TITLE_BYTES: usize = 2_000, "title", "too-long";
    /// bytes of any other string in front matter or `site.toml`, except in `extra`
    VALUE_BYTES: usize = 10_000, "value", "too-long";
    /// entries of each list in front matter: sections, tags, sources, translators, authors, editors, reviewers, aliases, corrections, image credits
    LIST: usize = 200, "list", "too-many";
    /// terms of a file in `content/glossary`
    GLOSSARY_TERMS: usize = 10_000, "glossary terms", "too-many";
    /// bytes of a form of such a term
    GLOSSARY_FORM: usize = 200, "glossary form", "too-long";
    /// levels of a section: `world/asia/japan` has three
    SECTION_DEPTH: usize = 10, "section steps", "bad-term";
    /// siblings of an article
    SIBLINGS: usize = 100, "languages", "too-many";
    /// nested tables and arrays in front matter and `site.toml`
    DOCUMENT_DEPTH: usize = 32, "levels of keys", "invalid-toml";
    /// nested quotes and lists
    BLOCK_DEPTH: usize = 64, "quotes and lists", "too-deep";
    /// nested emphasis and links
    INLINE_DEPTH: usize = 100, "emphasis", "too-deep";
    /// `>` and list markers at the start of a line
    MARKERS: usize = 200, "marks of a line", "too-complex";
    /// columns of white space before such a marker
    INDENT: usize = 512, "indent", "too-complex";
    /// bytes of a page that a template renders
    PAGE_BYTES: usize = 32_000_000, "page", "too-large";
    /// units of work of a page's templates: an iteration of a loop or a call of a component costs 512 plus the bytes of its source, an output 128 plus its bytes, a stored value its bytes
    FUEL: usize = 128_000_000, "work of a template", "too-slow";
    /// bytes of a value that a template stores with `set`, passes to a component, or creates with `replace`, `join` or `indent`
    VALUE_IN_TEMPLATE: usize = 8_000_000, "value of a template", "too-large";
    /// `~` operators in one template expression
    JOINED: usize = 32, "joined texts", "template";
    /// bytes of a string that a template passes to `t`
    STRING_ARGUMENT: usize = 100_000, "argument of a string", "template";
    /// pages of a template that may take too long; above that, Recto skips its other pages
    SLOW_PAGES: usize = 3, "slow pages", "";
    /// bytes of output that every site has, whatever its content
    OUTPUT_BASE: u64 = 200_000, "output: a", "";
    /// bytes of output for each byte of content, at most: even a tag of one letter has a page and a feed
    OUTPUT_SLOPE: u64 = 4_000, "output: c", "";
    /// bytes of memory that every build uses, whatever the content
    MEMORY_BASE: u64 = 100_000_000, "memory: a", "";
    /// bytes of memory for each byte of content, at most
    MEMORY_SLOPE: u64 = 2_000, "memory: c", "";
    /// seconds that reading a text or rendering a page may take
    SECONDS: usize = 10, "time", "too-slow";
    /// tags, sources and translators, each, that a card or a feed entry lists; the article's page and the site feed list all
    CARD_TERMS: usize = 20, "names on a card", "";
    /// bytes of whole texts in a feed; older articles have their excerpts there
    FEED_TEXT: usize = 1_000_000, "feed", "";
    /// translators listed on a source's page, and sources on a translator's page: those with most articles
    PARTNERS: usize = 50, "partners", "";
    /// letters that a page of a long index links to; its first page links to all
    LETTERS: usize = 100, "letters", "";
    /// sections, sources, translators and languages, each, that the page of the search offers in a list; above that, it asks for the id
    CHOICES: usize = 500, "choices", "";
    /// earlier years that the page of a day links to
    EARLIER: usize = 200, "earlier years", "";
    /// bytes of highlighted code in a text; the rest is not highlighted
    CODE_BYTES: usize = 200_000, "coloured code", "";
    /// bytes of a line of highlighted code
    CODE_LINE: usize = 1_000, "coloured line", "";
    /// bytes of a picture file
    PICTURE_BYTES: u64 = 128 << 20, "picture", "bad-image";
    /// pixels of a picture's longer side
    PICTURE_SIDE: u32 = 12_000, "picture side", "bad-image";
    /// bytes of memory for making a picture's variants; pictures that would exceed it together take turns
    PICTURE_MEMORY: u64 = 512 << 20, "picture memory", "bad-image";
    /// scans of a JPEG
    PICTURE_SCANS: usize = 20, "picture scans", "bad-image";
    /// bytes of a picture's colour profile, uncompressed; variants drop a larger one
    PICTURE_PROFILE: usize = 4 << 20, "picture profile", "";
    /// seconds that making a picture's variants may take
    PICTURE_SECONDS: u64 = 60, "picture seconds", "bad-image";
    /// bytes of the manifest of a target
    MANIFEST_BYTES: usize = 256 << 20, "manifest", "";
    /// bytes of any other response of an object store
    STORE_ANSWER: usize = 16 << 20, "store answer", "";
    /// files that an object store lists
    STORE_FILES: usize = 2_000_000, "store files", "";
    /// seconds to wait for a response of an object store, in addition to the time for the transfer
    STORE_SECONDS: u64 = 60, "store seconds", "";
    /// bytes per second of a transfer to or from an object store, at least; Recto gives up a slower one
    STORE_RATE: u64 = 20_000, "store rate", "";
    /// bytes of output of git or rsync
    PROGRAM_ANSWER: usize = 256 << 20, "program answer", "";
    /// seconds that git or rsync waits for a silent server
    PROGRAM_SECONDS: u64 = 300, "program seconds", "";
    /// seconds after which a deploy's lease expires, even if it names a later end
    LEASE_SECONDS: i64 = 600, "lease", "";
    /// connections to `recto serve` or `preview`; above that, the connection that has been idle longest is closed
    WEB_CONNECTIONS: usize = 256, "web connections", "";
    /// bytes of the head of a request to them; above that, the connection is closed
    WEB_HEAD: usize = 64 << 10, "web head", "";
    /// seconds to receive such a head; after that, the connection is closed
    WEB_SECONDS: u64 = 10, "web seconds", "";
    /// bytes of a file that `recto serve` reads into memory; a larger one is streamed
    WEB_FILE: u64 = 8 << 20, "web file", "";
    /// files of a source that `recto import` reads
    IMPORT_FILES: usize = 200_000, "import files", "";
    /// bytes of these files together
    IMPORT_BYTES: u64 = 4 << 30, "import bytes", "";
    /// bytes of one of them
    IMPORT_FILE: u64 = 512 << 20, "import file", "";
    /// times that an archive may grow when it is unpacked
    IMPORT_RATIO: u64 = 200, "import ratio", "";
    /// levels of folders in a source
    IMPORT_DEPTH: usize = 64, "import depth", "";
    /// bytes of the path of a file in a source
    IMPORT_PATH: usize = 1_000, "import path", "";
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
