//! Terms of texts, read from the texts themselves: for an index without a log, and for texts whose terms in the log are
//! damaged.

use std::sync::Arc;

use super::card;
use super::site_files;
use crate::base::config::Config;
use crate::base::diag::Diagnostics;
use crate::base::digest::Digest;
use crate::content::content_path::place;
use crate::search::archive_items::TextSource;
use crate::search::stored_terms::StoredTerms;
use crate::system::root::Root;

/// The texts of a site.
pub struct FreshTexts<'a> {
    pub root: &'a Root,
    pub config: &'a Config,
}

impl TextSource for FreshTexts<'_> {
    /// Nothing is kept that could be compared.
    fn digest(&self, _: &Arc<str>) -> Digest {
        Digest::default()
    }

    fn terms(&self, file: &Arc<str>) -> Option<StoredTerms> {
        // A problem of the text is reported with its card.
        let text = site_files::read_text(self.root, file, &mut Diagnostics::new())?;
        let kind = place(file.strip_prefix("content/").unwrap_or(file));
        card::terms(self.config, file, &kind, &text).map(|terms| StoredTerms::of(&terms))
    }
}
