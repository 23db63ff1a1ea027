//! Determines the kind of a file below `content/` by its path. It must not read the file, or know which others exist.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

use crate::base::locale::canonical_tag;
use crate::base::path;

/// The four kinds of terms. Arrays by kind use this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TermKind {
    Section,
    Tag,
    Source,
    Translator,
}

impl TermKind {
    pub const ALL: [TermKind; 4] = [TermKind::Section, TermKind::Tag, TermKind::Source, TermKind::Translator];

    /// Returns the name in templates and messages: `section`.
    pub fn name(self) -> &'static str {
        ["section", "tag", "source", "translator"][self as usize]
    }

    /// Returns the folder of the records, which is also the first segment of the addresses: `sections`.
    pub fn plural(self) -> &'static str {
        ["sections", "tags", "sources", "translators"][self as usize]
    }

    /// Returns the front matter key that names terms of this kind.
    pub fn name_of_key(self) -> &'static str {
        if self == TermKind::Tag { "tags" } else { self.name() }
    }
}

/// The kind of a content file, by its path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ContentPath {
    /// `articles/**/NAME.md` or `articles/**/NAME/index.md`. The id is the path below `articles/`, up to the name.
    Article { id: String },
    /// `articles/**/NAME.TAG.md` with a valid tag: a sibling, if the article exists.
    Sibling { article: String, lang: String },
    /// `sections/**.md` or `tags/ID.md` …; the id is the path below the folder.
    Record { kind: TermKind, id: String },
    /// `pages/a/b.md`.
    Page { path: String },
    /// `glossary/NAME.toml`.
    Glossary,
    /// Not Markdown: an asset, if something refers to it.
    Asset,
    /// Markdown in the wrong place, or a file among the glossaries that is not one.
    Stray,
    /// An `index.md` without a folder of its own to name it, or one with capitals: whether that is the same file would
    /// depend on the file system.
    Nameless,
}

/// Extensions of Markdown in other programs.
const MEANT: [&str; 10] = ["md", "markdown", "mdown", "mkd", "mkdn", "mdwn", "mdtxt", "mdtext", "mdx", "md.txt"];

/// Extensions of text formats other than Markdown.
const TEXTS: [&str; 14] =
    ["txt", "text", "doc", "docx", "odt", "rtf", "pages", "htm", "html", "org", "rst", "adoc", "textile", "wiki"];

/// The folder of the glossaries, below `content/`.
const GLOSSARY: &str = "glossary";

/// Returns whether the file at `path` (below `content/`) is not a text: neither Markdown nor meant as Markdown, and no
/// glossary. Treating `X.MD` or `X.markdown` as assets would skip them silently.
pub fn is_asset(path: &str) -> bool {
    !is_markdown(path) && !is_for_glossary(path)
}

/// Returns whether a file is Markdown, or meant as Markdown, by its extension.
pub fn is_markdown(path: &str) -> bool {
    path.ends_with(".md") || without(path, &MEANT).is_some()
}

/// Returns whether a file is in the folder of the glossaries, or has its name. Nothing there is an asset: a glossary in
/// another format would be skipped silently.
fn is_for_glossary(path: &str) -> bool {
    path.strip_prefix(GLOSSARY).is_some_and(|rest| rest.starts_with('/') || rest == ".toml")
}

/// Returns the path without one of these extensions, ignoring case.
fn without<'p>(path: &'p str, endings: &[&str]) -> Option<&'p str> {
    // Try the longest first, so that `a.md.txt` loses both.
    endings.iter().rev().find_map(|ending| {
        let at = path.len().checked_sub(ending.len() + 1)?;
        let (stem, end) = (path.get(..at)?, path.get(at..)?);
        let named = !stem.is_empty() && !stem.ends_with('/');
        (named && end.starts_with('.') && end[1..].eq_ignore_ascii_case(ending)).then_some(stem)
    })
}

/// Returns the path with the correct extension, if the extension is the only problem. Returns `None` if the file is
/// not a text.
pub fn as_markdown(path: &str) -> Option<String> {
    let stem = without(path, &MEANT).or_else(|| without(path, &TEXTS))?;
    let right = format!("{stem}.md");
    (right != path).then_some(right)
}

/// Returns why a text is not read, and how to fix it.
pub fn astray(path: &str) -> (String, String) {
    if is_for_glossary(path) {
        return astray_glossary(path);
    }
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

/// The same for a file in the folder of the glossaries.
fn astray_glossary(path: &str) -> (String, String) {
    let name = path.rsplit('/').next().unwrap_or(path);
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    let why = "a glossary is a TOML file in content/glossary".to_owned();
    let help = match ending.eq_ignore_ascii_case("toml") {
        true if path.matches('/').count() == 1 => format!("rename it to `{stem}.toml`"),
        true => format!("move it to content/glossary/{stem}.toml: glossaries cannot be in subfolders"),
        false => format!(
            "write its terms to content/glossary/{stem}.toml, each as [[term]] with a line for each language, such as ja = \"参議院\""
        ),
    };
    (why, help)
}

/// Returns the article and the language that a name like `ferry-ja` may mean (correctly `ferry.ja.md`).
pub fn meant_as_sibling(id: &str) -> Option<(&str, String)> {
    let (article, tag) = id.rsplit_once(['-', '_'])?;
    let named = !article.is_empty() && !article.ends_with('/') && (2..=3).contains(&tag.len());
    let lang = canonical_tag(tag).filter(|_| named)?;
    Some((article, lang))
}

/// Returns the kind of the file at `path` (below `content/`, `/`-separated).
pub fn place(path: &str) -> ContentPath {
    let path = if path.is_ascii() { Cow::Borrowed(path) } else { Cow::Owned(path.nfc().collect()) };
    let path = &*path;
    if is_for_glossary(path) {
        let name = path.strip_prefix(GLOSSARY).and_then(|rest| rest.strip_prefix('/')).unwrap_or_default();
        let stem = name.strip_suffix(".toml").unwrap_or_default();
        return if stem.is_empty() || stem.contains('/') { ContentPath::Stray } else { ContentPath::Glossary };
    }
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

/// Returns the path of the article, and the language.
fn sibling(id: &str) -> Option<(&str, String)> {
    let (article, tag) = id.rsplit_once('.')?;
    if article.is_empty() || article.ends_with('/') || tag.contains('/') {
        return None;
    }
    Some((article, canonical_tag(tag)?))
}

/// Returns the name for a path: `NAME/index` means `NAME`.
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

/// Returns whether Hugo would use the file as the page of a section.
pub fn is_section_page(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name == "_index.md" || (name.starts_with("_index.") && name.ends_with(".md"))
}

/// Returns the file of the article that a sibling belongs to.
pub fn beside(sibling: &str) -> String {
    let stem = sibling.strip_suffix(".md").unwrap_or(sibling);
    format!("{}.md", stem.rsplit_once('.').map_or(stem, |(article, _)| article))
}

/// Splits a name that starts with a day into the day as written and the rest: `2021-03-24-ministers-meet`.
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
        assert_eq!(place("glossary/politics.toml"), ContentPath::Glossary);
        assert_eq!((place("glossary.png"), place("glossaryx/a.toml")), (ContentPath::Asset, ContentPath::Asset));
        for stray in ["glossary.toml", "glossary/a/b.toml", "glossary/A.TOML", "glossary/a.csv", "glossary/.toml"] {
            assert_eq!((place(stray), is_asset(stray)), (ContentPath::Stray, false), "{stray}");
        }
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
        assert_eq!(astray("glossary/a.TOML").1, "rename it to `a.toml`");
        assert!(astray("glossary.toml").1.starts_with("move it to content/glossary/glossary.toml:"));
        assert!(astray("glossary/terms.csv").1.contains("content/glossary/terms.toml, each as [[term]]"));
        assert!(astray("tag/a.md").1.starts_with("move it to content/tags/a.md:"));
        assert!(astray("tags/x/a.md").1.starts_with("move it to content/tags/a.md"));
        assert_eq!(meant_as_sibling("2021/a-ja"), Some(("2021/a", "ja".to_owned())));
        assert_eq!((meant_as_sibling("a-budget"), meant_as_sibling("-ja"), meant_as_sibling("ja")), (None, None, None));
    }
}
