//! All rules, in their order. Each rule has a file of its own; this file only lists them.

use super::subject::Subject;
use super::{
    assets, base_url, hosts, merged_terms, misnamed_siblings, originals, path_case, search_languages, similar_terms,
    strings,
};
use crate::base::diag::Diagnostics;

/// Runs every rule except that for links, which runs during rendering.
pub fn check(subject: &Subject, problems: &mut Diagnostics) {
    path_case::check(subject, problems);
    advise(subject, problems);
}

/// Runs the rules that a build does not apply. `recto check` keeps their results for its next run.
pub fn advise(subject: &Subject, problems: &mut Diagnostics) {
    base_url::check(subject, problems);
    similar_terms::check(subject, problems);
    merged_terms::check(subject, problems);
    assets::check(subject, problems);
    originals::check(subject, problems);
    misnamed_siblings::check(subject, problems);
    strings::check(subject, problems);
    strings::unused(subject, problems);
    search_languages::check(subject, problems);
    hosts::names(subject.config, problems);
}
