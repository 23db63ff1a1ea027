//! The search index of a site: the files that a build has made, and an index made from the texts as they are now, for
//! whoever needs a file whose bytes are not at hand.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::fresh_texts::FreshTexts;
use crate::archive::archive::Archive;
use crate::base::config::Config;
use crate::outputs::index_files::IndexFiles;
use crate::search::archive_items::ArchiveItems;
use crate::search::archive_words::word_groups;
use crate::search::index::{self, IndexFile, TermSource};
use crate::search::shape::Shape;
use crate::system::root::Root;

/// The index of a site.
#[derive(Default)]
pub struct SiteIndex {
    pub files: IndexFiles,
    shape: Shape,
    /// All files, made from the texts, and the turn in which that began.
    fresh: Mutex<Option<(u64, Arc<Vec<IndexFile>>)>>,
    /// Counts the changes of texts.
    turn: AtomicU64,
}

impl SiteIndex {
    pub fn new(files: IndexFiles, shape: Shape) -> SiteIndex {
        SiteIndex { files, shape, ..SiteIndex::default() }
    }

    /// Returns all files, made from the texts as they are now. They are kept until [`SiteIndex::forget`].
    pub fn make(&self, root: &Root, config: &Config, archive: &Archive) -> Arc<Vec<IndexFile>> {
        let mut fresh = self.fresh.lock().unwrap_or_else(PoisonError::into_inner);
        let turn = self.turn.load(Ordering::Relaxed);
        if let Some((_, files)) = fresh.as_ref().filter(|(made, _)| *made == turn) {
            return files.clone();
        }
        let texts = FreshTexts { root, config };
        let collection = &ArchiveItems::new(archive, config, &texts);
        let words = &word_groups(archive);
        let files =
            Arc::new(index::build(TermSource { collection, language: &config.language, words }, self.shape).files);
        *fresh = Some((turn, files.clone()));
        files
    }

    /// Forgets what was made, since a text has changed. Does not wait for anybody who makes it.
    pub fn forget(&self) {
        self.turn.fetch_add(1, Ordering::Relaxed);
    }

    /// Returns the bytes of a file as a build has made it, if it had to.
    pub fn known(&self, path: &str) -> Option<Arc<[u8]>> {
        let files = &self.files.files;
        let at = files.binary_search_by(|file| (*file.path).cmp(path)).ok()?;
        files[at].bytes.clone()
    }
}
