//! The step of a build that makes the search index, between index and plan: from the terms in the log, and from the
//! index of the last build where that has the same terms. It must not know the format of the index.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use foldhash::fast::RandomState;

use super::fresh_texts::FreshTexts;
use super::index_record::{self, IndexRecord, OldTexts};
use super::parse::ParsedTexts;
use super::state::{State, encode_one};
use super::term_log::TermLog;
use crate::archive::archive::Archive;
use crate::base::config::Config;
use crate::base::digest::Digest;
use crate::outputs::index_files::{FOLDER, IndexFiles};
use crate::search::archive_items::{ArchiveItems, TextSource};
use crate::search::archive_words::word_groups;
use crate::search::index::{self, Before, Index, TermSource};
use crate::search::shape::Shape;
use crate::search::stored_terms::StoredTerms;
use crate::system::root::Root;

/// What the step works with.
pub struct SearchStep<'a> {
    pub root: &'a Root,
    pub config: &'a Config,
    /// All texts, and the numbers of inputs by file.
    pub texts: &'a ParsedTexts,
    pub by_file: &'a HashMap<Arc<str>, u32, RandomState>,
    /// The log, if there is one.
    pub log: Option<&'a TermLog>,
    /// The last state, if its cards are still valid.
    pub last: Option<&'a State>,
    /// The output folder, as the last build left it.
    pub output: Option<&'a Root>,
    /// The shape of this index, and of the last one.
    pub shape: Shape,
}

/// The result of the step.
#[derive(Default)]
pub struct MadeIndex {
    pub files: IndexFiles,
    /// The record for the next state, encoded.
    pub record: Vec<u8>,
    /// The inputs whose terms in the log are damaged.
    pub damaged: Vec<u32>,
}

/// The texts as the log has them.
struct LoggedTexts<'a> {
    step: &'a SearchStep<'a>,
    fresh: FreshTexts<'a>,
    damaged: Mutex<Vec<u32>>,
}

impl TextSource for LoggedTexts<'_> {
    fn digest(&self, file: &Arc<str>) -> Digest {
        let digest = |at: &u32| self.step.texts.digests.get(*at as usize).copied().flatten();
        self.step.by_file.get(file).and_then(digest).unwrap_or_default()
    }

    fn terms(&self, file: &Arc<str>) -> Option<StoredTerms> {
        let at = *self.step.by_file.get(file)?;
        let place = &self.step.texts.kept.get(at as usize)?.terms;
        let logged = self.step.log.filter(|_| !place.is_empty()).map(|log| log.read(place, self.digest(file)));
        if let Some(None) = logged {
            self.damaged.lock().unwrap_or_else(PoisonError::into_inner).push(at);
        }
        logged.flatten().or_else(|| self.fresh.terms(file))
    }
}

impl SearchStep<'_> {
    /// Makes the index.
    pub fn run(&self, archive: &Archive) -> MadeIndex {
        let fresh = FreshTexts { root: self.root, config: self.config };
        let source = LoggedTexts { step: self, fresh, damaged: Mutex::default() };
        let items = ArchiveItems::new(archive, self.config, &source);
        let words = word_groups(archive);
        let Index { files, kept } =
            self.make(TermSource { collection: &items, language: &self.config.language, words: &words });
        let record = IndexRecord::new(kept, &items, |file| self.by_file.get(file).copied());
        let damaged = source.damaged.into_inner().unwrap_or_else(PoisonError::into_inner);
        MadeIndex { files: IndexFiles::made(files), record: encode_one(&record), damaged }
    }

    fn make(&self, source: TermSource) -> Index {
        let last = self.last.zip(self.log).and_then(|(state, log)| Some((state, log, index_record::read(state)?)));
        let Some((state, log, record)) = last else { return index::build(source, self.shape) };
        let old = OldTexts::new(state, log, &record);
        let read = |path: &str| self.output?.read_if_there(&format!("{FOLDER}{path}")).ok().flatten();
        index::update(
            source,
            Before { kept: &record.kept, read: &read, old_terms: &|number, each| old.each(number, each) },
            self.shape,
        )
    }
}
