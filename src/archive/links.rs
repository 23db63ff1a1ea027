//! Resolves references between content files. It must not know URLs. It looks paths up in the archive, not on the
//! disk.

use super::archive::{Archive, ArticleIx};
use super::term::TermIx;
use crate::content::content_path::{ContentPath, TermKind, place};

/// The destination of a reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    Article(ArticleIx),
    /// A sibling, by its index: the original or a further translation.
    Sibling(ArticleIx, usize),
    Page(usize),
    Term(TermKind, TermIx),
    /// A file below `content/` that is copied beside the page.
    Asset,
    /// An article or page that is not published.
    Unpublished,
    /// A file that exists but could not be read. It has its own diagnostic.
    Failed,
    /// A Markdown file that does not exist.
    Missing,
    /// Any other file that does not exist.
    MissingAsset,
}

/// Resolves a path below `content/`.
pub fn destination(archive: &Archive, target: &str) -> Destination {
    match found(archive, target) {
        Destination::Missing | Destination::MissingAsset if archive.failed.has_file(target) => Destination::Failed,
        found => found,
    }
}

fn found(archive: &Archive, target: &str) -> Destination {
    match place(target) {
        ContentPath::Article { id } => article(archive, &id),
        ContentPath::Sibling { article: id, lang } => {
            let found = archive.find(&id).and_then(|ix| {
                let at = archive.article(ix).siblings.iter().position(|s| *s.lang == *lang)?;
                Some(Destination::Sibling(ix, at))
            });
            found.unwrap_or_else(|| match archive.skipped(&id) {
                Some(_) => Destination::Unpublished,
                None if archive.failed.has_article(&id) => Destination::Failed,
                None => Destination::Missing,
            })
        }
        ContentPath::Page { path } => match archive.pages.binary_search_by(|p| (*p.path).cmp(&path)) {
            Ok(at) => Destination::Page(at),
            Err(_) if archive.draft_pages.iter().any(|p| *p.path == *path) => Destination::Unpublished,
            Err(_) => Destination::Missing,
        },
        ContentPath::Record { kind, id } => {
            let found = archive.taxonomy(kind).find(&id).filter(|&ix| archive.term(kind, ix).record.is_some());
            found.map_or(Destination::Missing, |ix| Destination::Term(kind, ix))
        }
        ContentPath::Glossary | ContentPath::Stray | ContentPath::Nameless => Destination::Missing,
        ContentPath::Asset if archive.asset(target).is_some() => Destination::Asset,
        ContentPath::Asset => folder(archive, target).unwrap_or(Destination::MissingAsset),
    }
}

/// Resolves a reference to a text without its extension, or to the text's own folder: `[x](other)`, `[x](../other/)`.
fn folder(archive: &Archive, target: &str) -> Option<Destination> {
    match place(&format!("{target}/index.md")) {
        ContentPath::Article { id } => Some(article(archive, &id)).filter(|found| *found != Destination::Missing),
        ContentPath::Page { path } => archive.page(&path).map(Destination::Page),
        _ => None,
    }
}

fn article(archive: &Archive, id: &str) -> Destination {
    match (archive.find(id), archive.skipped(id)) {
        (Some(ix), _) => Destination::Article(ix),
        (None, Some(_)) => Destination::Unpublished,
        (None, None) if archive.failed.has_article(id) => Destination::Failed,
        (None, None) => Destination::Missing,
    }
}

/// Returns the path of the asset `target`, relative to the page of a text in `folder`. An asset below that folder
/// keeps its relative path; any other keeps only its file name.
pub fn asset_name<'t>(folder: &str, target: &'t str) -> &'t str {
    let below = target.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/'));
    below.unwrap_or_else(|| target.rsplit('/').next().unwrap_or(target))
}
