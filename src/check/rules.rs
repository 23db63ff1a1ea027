//! All rules, in their order.

use super::subject::Subject;
use super::{address, assets, beside, case, hosts, links, merged, originals, strings, terms};
use crate::base::diag::Diagnostics;

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
