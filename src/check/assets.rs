//! Assets that nothing shows.

use std::collections::BTreeSet;

use super::Subject;
use crate::base::diag::{Diagnostics, Span};
use crate::base::problem;
use crate::outputs::plan::Job;

pub fn check(subject: &Subject, problems: &mut Diagnostics) {
    let used: BTreeSet<&str> = subject
        .plan
        .outputs
        .iter()
        .filter_map(|o| match &o.job {
            Job::Asset(from) => Some(&**from),
            _ => None,
        })
        .collect();
    for asset in subject.archive.assets.iter().filter(|(_, file)| !used.contains(&**file)) {
        problems.push(problem::unused_asset(Span::file(asset.1.clone())));
    }
}
