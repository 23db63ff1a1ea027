//! What the steps of finishing know of the site and of the user's wishes.

use std::collections::BTreeMap;

use crate::base::config::Config;
use crate::import::import_map::ImportMap;

/// The translator and the section of an article about which nothing is known. An article needs them.
pub const UNKNOWN: &str = "Unknown";
pub const NO_SECTION: &str = "General";

/// The site that texts are imported into.
pub struct FinishSettings<'a> {
    pub config: &'a Config,
    pub map: &'a ImportMap,
    /// Whether this import makes the site.
    pub new_site: bool,
    /// `owner/name` of the source's repository, whose raw addresses are files of the source.
    pub repository: Option<String>,
    /// The files of an earlier import, by where they came from, so that a text keeps its file.
    pub known: &'a BTreeMap<String, String>,
}

impl FinishSettings<'_> {
    /// The site's default for a key of `[credits]`.
    pub fn site_default(&self, key: &str) -> Option<&str> {
        let credits = &self.config.credits;
        match key {
            "source" => credits.source.as_deref(),
            "section" => credits.section.as_deref(),
            "translator" => credits.translator.as_deref(),
            _ => None,
        }
    }

    /// The site's default for a key, if somebody chose it: not what an import writes into a new site for texts of which
    /// nothing is known. So an import gives the same in a new site as when it is run again.
    pub fn chosen_default(&self, key: &str) -> Option<&str> {
        let own = match key {
            "source" => &self.config.title,
            "section" => NO_SECTION,
            _ => UNKNOWN,
        };
        self.site_default(key).filter(|value| *value != own)
    }
}
