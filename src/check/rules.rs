//! All rules, in their order.

use super::subject::Subject;
use super::{address, assets, beside, case, hosts, merged, originals, strings, terms};
use crate::base::diag::Diagnostics;

/// Runs every rule but that of links, which goes with the rendering.
pub fn check(subject: &Subject, problems: &mut Diagnostics) {
    case::check(subject, problems);
    advise(subject, problems);
}

/// Runs the rules that a build does not apply. It keeps what they say for the next check.
pub fn advise(subject: &Subject, problems: &mut Diagnostics) {
    address::check(subject, problems);
    terms::check(subject, problems);
    merged::check(subject, problems);
    assets::check(subject, problems);
    originals::check(subject, problems);
    beside::check(subject, problems);
    strings::check(subject, problems);
    strings::unused(subject, problems);
    hosts::names(subject.config, problems);
}
