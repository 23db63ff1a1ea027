//! Floor 6: rules for what a build accepts but an editor would want to know. A file per kind of rule.

pub mod address;
pub mod case;
pub mod terms;
pub mod merged;
pub mod assets;
pub mod anchors;
pub mod originals;
pub mod beside;
pub mod links;
pub mod strings;
pub mod hosts;

use crate::archive::archive::Archive;
use crate::base::config::Config;
use crate::base::diag::Diagnostics;
use crate::outputs::job::Output;
use crate::outputs::made::Read;
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
    pub read: Read<'a>,
    /// The bytes of an output that is a page.
    pub page: &'a dyn Fn(&Output) -> Option<Vec<u8>>,
    /// Whether the text of a file is to be looked at again.
    pub wanted: &'a dyn Fn(&str) -> bool,
}

/// Runs every rule. `problems` are those that a build finds.
pub fn check(subject: &Subject, problems: &mut Diagnostics) {
    address::check(subject, problems);
    case::check(subject, problems);
    terms::check(subject, problems);
    merged::check(subject, problems);
    assets::check(subject, problems);
    originals::check(subject, problems);
    beside::check(subject, problems);
    links::check(subject, problems);
    strings::check(subject, problems);
    strings::unused(subject, problems);
    hosts::names(subject.config, problems);
}
