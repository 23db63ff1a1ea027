//! The subject of a check: a site as the rules see it. Everything in it is borrowed, so that no rule can change it.

use crate::archive::archive::Archive;
use crate::base::config::Config;
use crate::outputs::output_content::ReadText;
use crate::outputs::plan::Plan;
use crate::theme::strings::Strings;
use crate::theme::theme::Theme;

/// The site that the rules check.
pub struct Subject<'a> {
    pub config: &'a Config,
    pub archive: &'a Archive,
    pub plan: &'a Plan,
    pub strings: &'a Strings,
    pub theme: &'a Theme,
    pub read: ReadText<'a>,
    /// Returns whether a file's text must be checked again.
    pub wanted: &'a dyn Fn(&str) -> bool,
}
