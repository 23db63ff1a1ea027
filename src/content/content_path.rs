//! What a file below `content/` is, by its path alone. It must not read the file, or know which others exist.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

use crate::base::locale::canonical_tag;
use crate::base::path;

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
pub enum ContentPath {
    /// `articles/**/NAME.md`, or `articles/**/NAME/index.md`; the id is the path below `articles/` to the name.
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
    /// An `index.md` without a folder of its own, which would name it, or one that is spelled in capitals: whether it were
    /// the same would depend on the disk.
    Nameless,
}

/// Names that Markdown has elsewhere.
const MEANT: [&str; 10] = ["md", "markdown", "mdown", "mkd", "mkdn", "mdwn", "mdtxt", "mdtext", "mdx", "md.txt"];

/// Texts that programs save, and that are no Markdown.
const TEXTS: [&str; 14] =
    ["txt", "text", "doc", "docx", "odt", "rtf", "pages", "htm", "html", "org", "rst", "adoc", "textile", "wiki"];

/// Whether the file at `path` (below `content/`) is no text: not Markdown, nor meant as Markdown. To take `X.MD` or
/// `X.markdown` for an asset would be to skip it silently.
pub fn is_asset(path: &str) -> bool {
    !path.ends_with(".md") && without(path, &MEANT).is_none()
}

/// The path without one of these endings, in whatever case.
fn without<'p>(path: &'p str, endings: &[&str]) -> Option<&'p str> {
    // The longest first: of `a.md.txt` both go.
    endings.iter().rev().find_map(|ending| {
        let at = path.len().checked_sub(ending.len() + 1)?;
        let (stem, end) = (path.get(..at)?, path.get(at..)?);
        let named = !stem.is_empty() && !stem.ends_with('/');
        (named && end.starts_with('.') && end[1..].eq_ignore_ascii_case(ending)).then_some(stem)
    })
}

/// The path that a text needs to be read as one, where its ending is all that is wrong. `None` for what is no text.
pub fn as_markdown(path: &str) -> Option<String> {
    let stem = without(path, &MEANT).or_else(|| without(path, &TEXTS))?;
    let right = format!("{stem}.md");
    (right != path).then_some(right)
}

/// Why a text is none that is read, and what to do.
pub fn astray(path: &str) -> (String, String) {
    let right = as_markdown(path).unwrap_or_else(|| path.to_owned());
    let (folder, rest) = right.split_once('/').unwrap_or(("", &right));
    let known = |name: &str| matches!(name, "articles" | "pages") || TermKind::ALL.iter().any(|k| k.plural() == name);
    let name = right.rsplit('/').next().unwrap_or_default();
    if known(folder) && right != path {
        return ("its name does not end in `.md`".to_owned(), format!("rename it to `{name}`"));
    }
    if known(folder) {
        let help = format!("move it to content/{folder}/{name}: these records cannot be in subfolders");
        return ("Recto does not read Markdown files there".to_owned(), help);
    }
    let meant = match folder {
        "page" => "pages",
        "section" | "category" | "categories" => "sections",
        "tag" | "topic" | "topics" => "tags",
        "source" | "newspaper" | "newspapers" => "sources",
        "translator" | "author" | "authors" => "translators",
        _ => "articles",
    };
    let place = if meant == "articles" || meant == "pages" { rest } else { name };
    let help = format!(
        "move it to content/{meant}/{place}: articles are content/articles/**.md, standalone pages content/pages/**.md"
    );
    ("Recto does not read Markdown files there".to_owned(), help)
}

/// The article and the language that a name like `ferry-ja` may mean: `ferry.ja.md` would be that.
pub fn meant_as_sibling(id: &str) -> Option<(&str, String)> {
    let (article, tag) = id.rsplit_once(['-', '_'])?;
    let named = !article.is_empty() && !article.ends_with('/') && (2..=3).contains(&tag.len());
    let lang = canonical_tag(tag).filter(|_| named)?;
    Some((article, lang))
}

/// The place of the file at `path` (below `content/`, `/`-separated).
pub fn place(path: &str) -> ContentPath {
    let path = if path.is_ascii() { Cow::Borrowed(path) } else { Cow::Owned(path.nfc().collect()) };
    let path = &*path;
    let Some(stem) = path.strip_suffix(".md") else {
        return if is_asset(path) { ContentPath::Asset } else { ContentPath::Stray };
    };
    let Some((folder, rest)) = stem.split_once('/') else { return ContentPath::Stray };
    if is_section_page(path) {
        return ContentPath::Stray;
    }
    let sibling = sibling(rest).filter(|_| folder == "articles");
    let Some(rest) = named(sibling.as_ref().map_or(rest, |(article, _)| article)) else { return ContentPath::Nameless };
    let kind = TermKind::ALL.into_iter().find(|k| k.plural() == folder);
    match (folder, kind) {
        ("articles", _) => match sibling {
            Some((_, lang)) => ContentPath::Sibling { article: rest.to_owned(), lang },
            None => ContentPath::Article { id: rest.to_owned() },
        },
        ("pages", _) => ContentPath::Page { path: rest.to_owned() },
        (_, Some(TermKind::Section)) => ContentPath::Record { kind: TermKind::Section, id: rest.to_owned() },
        (_, Some(kind)) if !rest.contains('/') => ContentPath::Record { kind, id: rest.to_owned() },
        _ => ContentPath::Stray,
    }
}

/// The path of the article, and the language.
fn sibling(id: &str) -> Option<(&str, String)> {
    let (article, tag) = id.rsplit_once('.')?;
    if article.is_empty() || article.ends_with('/') || tag.contains('/') {
        return None;
    }
    Some((article, canonical_tag(tag)?))
}

/// `NAME/index` is `NAME`.
fn named(path: &str) -> Option<&str> {
    if path.rsplit_once('/').is_some_and(|(_, last)| last != "index" && last.eq_ignore_ascii_case("index")) {
        return None;
    }
    let name = path.strip_suffix("index").map_or(Some(path), |folder| match folder {
        "" => None,
        folder => Some(folder.strip_suffix('/').unwrap_or(path)),
    });
    name.filter(|name| !name.is_empty())
}

/// Whether the file is what Hugo takes for the page of a section.
pub fn is_section_page(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name == "_index.md" || (name.starts_with("_index.") && name.ends_with(".md"))
}

/// The file of the article beside which a sibling's file belongs.
pub fn beside(sibling: &str) -> String {
    let stem = sibling.strip_suffix(".md").unwrap_or(sibling);
    format!("{}.md", stem.rsplit_once('.').map_or(stem, |(article, _)| article))
}

/// The day that a name begins with, as it is written, and the rest: `2021-03-24-ministers-meet`.
pub fn dated(name: &str) -> Option<(&str, &str)> {
    let (day, rest) = name.split_at_checked("2021-03-24".len())?;
    let rest = rest.strip_prefix('-').filter(|rest| path::has_slug(rest))?;
    let is_day = |(at, byte): (usize, u8)| if matches!(at, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() };
    day.bytes().enumerate().all(is_day).then_some((day, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places() {
        let sibling = |article: &str, lang: &str| ContentPath::Sibling { article: article.into(), lang: lang.into() };
        assert_eq!(place("articles/2021/a.md"), ContentPath::Article { id: "2021/a".into() });
        assert_eq!(place("articles/2021/a.ja.md"), sibling("2021/a", "ja"));
        assert_eq!(place("articles/a.ZH-hans.md"), sibling("a", "zh-Hans"));
        assert_eq!(place("articles/budget.v2.md"), ContentPath::Article { id: "budget.v2".into() });
        assert_eq!(place("articles/a/map.svg"), ContentPath::Asset);
        let section = ContentPath::Record { kind: TermKind::Section, id: "a/b".into() };
        assert_eq!(place("sections/a/b.md"), section);
        assert_eq!(place("tags/a/b.md"), ContentPath::Stray);
        assert_eq!(place("notes.md"), ContentPath::Stray);
        for stray in ["articles/NOTES.MD", "articles/a.md.txt", "articles/a.MARKDOWN", "articles/a.mdx"] {
            assert_eq!(place(stray), ContentPath::Stray, "{stray}");
        }
        assert_eq!(place("articles/a.txt"), ContentPath::Asset);
        assert_eq!(place("articles/e\u{301}te\u{301}.md"), ContentPath::Article { id: "été".into() });
    }

    #[test]
    fn a_folder_names_its_index() {
        let article = |id: &str| ContentPath::Article { id: id.into() };
        let sibling = |article: &str, lang: &str| ContentPath::Sibling { article: article.into(), lang: lang.into() };
        assert_eq!(place("articles/2021/x/index.md"), article("2021/x"));
        assert_eq!(place("articles/x/index.ja.md"), sibling("x", "ja"));
        assert_eq!(place("articles/index/index.md"), article("index"));
        assert_eq!(place("articles/x/myindex.md"), article("x/myindex"));
        assert_eq!(place("articles/x/index.v2.md"), article("x/index.v2"));
        assert_eq!(place("articles/Index.md"), article("Index"));
        assert_eq!(place("articles/x/Indexes.md"), article("x/Indexes"));
        assert_eq!(place("pages/a/index.md"), ContentPath::Page { path: "a".into() });
        assert_eq!(place("sections/a/b/index.md"), ContentPath::Record { kind: TermKind::Section, id: "a/b".into() });
        assert_eq!(place("tags/a/index.md"), ContentPath::Record { kind: TermKind::Tag, id: "a".into() });
        for path in [
            "articles/index.md",
            "articles/index.ja.md",
            "pages/index.md",
            "sections/index.md",
            "articles//index.md",
            "articles/x/Index.md",
            "pages/x/INDEX.md",
            "articles/x/Index.ja.md",
            "sections/a/Index.md",
        ] {
            assert_eq!(place(path), ContentPath::Nameless, "{path}");
        }
        for path in ["articles/_index.md", "articles/2021/_index.md", "sections/a/_index.md", "pages/_index.ja.md"] {
            assert_eq!(place(path), ContentPath::Stray, "{path}");
        }
        assert_eq!(beside("content/articles/x/index.ja.md"), "content/articles/x/index.md");
    }

    #[test]
    fn names_begin_with_days() {
        assert_eq!(dated("2021-03-24-ministers-meet"), Some(("2021-03-24", "ministers-meet")));
        assert_eq!(dated("2021-03-24-外相"), Some(("2021-03-24", "外相")));
        assert_eq!(dated("2021-13-45-x"), Some(("2021-13-45", "x")));
        for name in [
            "2021-03-24",
            "2021-03-24-",
            "2021-03-24--",
            "2021_03_24-x",
            "2021-3-24-x",
            "20210324-x",
            "２０２１-03-24-x",
        ] {
            assert_eq!(dated(name), None, "{name}");
        }
    }

    #[test]
    fn right_names() {
        for path in ["articles/a.MD", "articles/a.md.txt", "articles/a.txt", "articles/a.DOCX", "articles/a.markdown"] {
            assert_eq!(as_markdown(path).as_deref(), Some("articles/a.md"), "{path}");
        }
        assert_eq!((as_markdown("articles/a.svg"), as_markdown("articles/.txt")), (None, None));
        assert_eq!(astray("articles/a.md.txt").1, "rename it to `a.md`");
        assert!(astray("posts/a.md").1.starts_with("move it to content/articles/a.md:"));
        assert!(astray("tag/a.md").1.starts_with("move it to content/tags/a.md:"));
        assert!(astray("tags/x/a.md").1.starts_with("move it to content/tags/a.md"));
        assert_eq!(meant_as_sibling("2021/a-ja"), Some(("2021/a", "ja".to_owned())));
        assert_eq!((meant_as_sibling("a-budget"), meant_as_sibling("-ja"), meant_as_sibling("ja")), (None, None, None));
    }
}
