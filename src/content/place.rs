//! What a file below `content/` is, by its path alone.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

use crate::base::locale::canonical_tag;
use crate::base::path::extension;

/// The four kinds of term. The order is that of arrays indexed by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TermKind {
    Section,
    Tag,
    Source,
    Translator,
}

impl TermKind {
    pub const ALL: [TermKind; 4] = [TermKind::Section, TermKind::Tag, TermKind::Source, TermKind::Translator];

    /// `section`: as templates and messages say it.
    pub fn name(self) -> &'static str {
        ["section", "tag", "source", "translator"][self as usize]
    }

    /// `sections`: folder of the records and first segment of the addresses.
    pub fn plural(self) -> &'static str {
        ["sections", "tags", "sources", "translators"][self as usize]
    }

    /// The front matter key that names terms of this kind.
    pub fn name_of_key(self) -> &'static str {
        if self == TermKind::Tag { "tags" } else { self.name() }
    }
}

/// The place of a content file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// `articles/**/NAME.md`; the id is the path below `articles/` without the extension.
    Article { id: String },
    /// `articles/**/NAME.TAG.md` with a valid tag: a sibling if the article is there.
    Sibling { article: String, lang: String },
    /// `sections/**.md` or `tags/ID.md` …; the id is the path below the folder.
    Record { kind: TermKind, id: String },
    /// `pages/a/b.md`.
    Page { path: String },
    /// Not Markdown: an asset if something refers to it.
    Asset,
    /// Markdown where no Markdown belongs.
    Stray,
}

/// Whether the file at `path` (below `content/`) is no text: not Markdown, nor meant as Markdown. To take `X.MD` or
/// `X.markdown` for an asset would be to skip it silently.
pub fn is_asset(path: &str) -> bool {
    let meant = || matches!(extension(path).as_deref(), Some("md" | "markdown" | "mdown"));
    !path.ends_with(".md") && !meant()
}

/// The place of the file at `path` (below `content/`, `/`-separated).
pub fn place(path: &str) -> Place {
    let path = if path.is_ascii() { Cow::Borrowed(path) } else { Cow::Owned(path.nfc().collect()) };
    let path = &*path;
    let Some(stem) = path.strip_suffix(".md") else {
        return if is_asset(path) { Place::Asset } else { Place::Stray };
    };
    let Some((folder, rest)) = stem.split_once('/') else { return Place::Stray };
    let kind = TermKind::ALL.into_iter().find(|k| k.plural() == folder);
    match (folder, kind) {
        ("articles", _) => sibling(rest).unwrap_or_else(|| Place::Article { id: rest.to_owned() }),
        ("pages", _) => Place::Page { path: rest.to_owned() },
        (_, Some(TermKind::Section)) => Place::Record { kind: TermKind::Section, id: rest.to_owned() },
        (_, Some(kind)) if !rest.contains('/') => Place::Record { kind, id: rest.to_owned() },
        _ => Place::Stray,
    }
}

fn sibling(id: &str) -> Option<Place> {
    let (article, tag) = id.rsplit_once('.')?;
    if article.is_empty() || article.ends_with('/') || tag.contains('/') {
        return None;
    }
    Some(Place::Sibling { article: article.to_owned(), lang: canonical_tag(tag)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places() {
        let sibling = |article: &str, lang: &str| Place::Sibling { article: article.into(), lang: lang.into() };
        assert_eq!(place("articles/2021/a.md"), Place::Article { id: "2021/a".into() });
        assert_eq!(place("articles/2021/a.ja.md"), sibling("2021/a", "ja"));
        assert_eq!(place("articles/a.ZH-hans.md"), sibling("a", "zh-Hans"));
        assert_eq!(place("articles/budget.v2.md"), Place::Article { id: "budget.v2".into() });
        assert_eq!(place("articles/a/map.svg"), Place::Asset);
        let section = Place::Record { kind: TermKind::Section, id: "a/b".into() };
        assert_eq!(place("sections/a/b.md"), section);
        assert_eq!(place("tags/a/b.md"), Place::Stray);
        assert_eq!(place("notes.md"), Place::Stray);
        assert_eq!(place("articles/NOTES.MD"), Place::Stray);
        assert_eq!(place("articles/e\u{301}te\u{301}.md"), Place::Article { id: "été".into() });
    }
}
