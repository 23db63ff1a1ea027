//! Finds the original of a text: in a folder beside it, or in the history of its own file. It must not know heads.

use std::collections::BTreeMap;

use super::description::Description;
use crate::import::encoding;
use crate::import::source::{FileVersion, Source};

/// An original, as it was found.
pub struct FoundOriginal {
    /// Its path and, for a version of the past, `@` and the start of its commit.
    pub from: String,
    pub text: String,
    /// When it was first written, if the history says it.
    pub date: Option<String>,
    pub revision: Option<String>,
}

/// Where a text comes from.
#[derive(Default)]
pub struct TextPast {
    pub original: Option<FoundOriginal>,
    /// When the first version was written.
    pub begun: Option<String>,
    /// When the file first stood at its place or, if it always did, when it was first a translation.
    pub placed: Option<String>,
    /// The folder in which the file was first, below the folder of originals: `tech`.
    pub first_folder: Option<String>,
}

/// The versions that are looked at for an original, from the oldest.
const OLDEST: usize = 4;
/// The least share, in percent, of letters that a text in an East Asian language has from its scripts.
const EAST_ASIAN: usize = 5;

/// Finds originals, and the dates of texts.
pub struct OriginalIndex<'a> {
    source: &'a Source<'a>,
    description: &'a Description,
    /// Files in folders of originals, by name.
    beside: BTreeMap<&'a str, &'a str>,
}

impl<'a> OriginalIndex<'a> {
    pub fn new(source: &'a Source<'a>, description: &'a Description) -> OriginalIndex<'a> {
        let folders = description.originals.iter();
        let files = folders.flat_map(|folder| source.below(folder)).filter(|path| is_markdown(path));
        let beside = files.map(|path| (name_of(path), path)).collect();
        OriginalIndex { source, description, beside }
    }

    /// Finds where a text comes from. `text` is the text itself.
    pub fn past(&self, path: &str, text: &str) -> TextPast {
        let mut past = TextPast::default();
        if let Some(found) = self.beside.get(name_of(path)).filter(|found| **found != path)
            && let Ok(decoded) = self.source.text(found)
        {
            let from = (*found).to_owned();
            past.first_folder = self.folder(found);
            past.original = Some(FoundOriginal { from, text: decoded.text, date: None, revision: None });
        }
        let Some(history) = self.source.history() else { return past };
        let versions = history.versions(path);
        let Some(oldest) = versions.last() else { return past };
        past.begun = Some(oldest.date.clone());
        past.first_folder = past.first_folder.or_else(|| self.folder(&oldest.path));
        let moved = versions.iter().rev().find(|version| version.path == path);
        past.placed = moved.filter(|version| version.path != oldest.path).map(|version| version.date.clone());
        if past.original.is_none() && versions.len() > 1 {
            self.of_versions(&versions, text, &mut past);
        }
        past
    }

    /// Looks through the oldest versions for one in the language of the original.
    fn of_versions(&self, versions: &[FileVersion], text: &str, past: &mut TextPast) {
        let Some(history) = self.source.history() else { return };
        for version in versions.iter().rev().take(OLDEST) {
            let Ok(bytes) = history.bytes(version) else { continue };
            let old = encoding::decode(&bytes).text;
            if old == text || old.trim().len() < 200 {
                continue;
            }
            if self.is_translated(&old) {
                past.placed = past.placed.take().or_else(|| Some(version.date.clone()));
                return;
            }
            past.original = Some(FoundOriginal {
                from: format!("{}@{}", version.path, &version.commit[..version.commit.len().min(12)]),
                text: old,
                date: Some(version.date.clone()),
                revision: Some(version.commit.clone()),
            });
        }
        if past.original.is_some() && past.placed.is_none() {
            let next = versions.iter().rev().nth(OLDEST).or(versions.first());
            past.placed = next.map(|version| version.date.clone());
        }
    }

    /// Returns whether a text is in the language of the translations, where its script tells it from that of originals.
    pub fn is_translated(&self, text: &str) -> bool {
        let is = |tag: &Option<String>| {
            tag.as_deref().is_some_and(|tag| ["zh", "ja", "ko"].iter().any(|known| tag.starts_with(known)))
        };
        let (translation, original) = (is(&self.description.language), is(&self.description.original_language));
        if translation == original {
            return false;
        }
        has_east_asian(text) == translation
    }

    /// Returns the folder of a file below that of the originals.
    fn folder(&self, path: &str) -> Option<String> {
        let rest = self.description.originals.iter().find_map(|folder| path.strip_prefix(folder)?.strip_prefix('/'))?;
        rest.split_once('/').map(|(folder, _)| folder.to_owned())
    }
}

/// Returns whether a good part of a text's letters are East Asian. Code and addresses are Latin everywhere, so a small
/// share is enough.
pub fn has_east_asian(text: &str) -> bool {
    let (mut all, mut east) = (0_usize, 0_usize);
    for c in text.chars().filter(|c| c.is_alphabetic()) {
        all += 1;
        east += usize::from(matches!(c, '\u{3041}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}'));
    }
    east * 100 >= all * EAST_ASIAN && east > 0
}

pub fn is_markdown(path: &str) -> bool {
    let ending = path.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    matches!(ending.as_deref(), Some("md" | "markdown" | "mkd" | "mdown"))
}

pub fn name_of(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}
