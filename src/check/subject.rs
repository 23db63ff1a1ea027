//! The subject of a check: a site as the rules see it.

use crate::archive::archive::Archive;
use crate::base::config::Config;
use crate::outputs::output_content::ReadText;
use crate::outputs::plan::Plan;
use crate::theme::strings::Strings;
use crate::theme::theme::Theme;

/// What the rules look at.
pub struct Subject<'a> {
    pub config: &'a Config,
    pub archive: &'a Archive,
    pub plan: &'a Plan,
    pub strings: &'a Strings,
    pub theme: &'a Theme,
    pub read: ReadText<'a>,
    /// Whether the text of a file is to be looked at again.
    pub wanted: &'a dyn Fn(&str) -> bool,
}
