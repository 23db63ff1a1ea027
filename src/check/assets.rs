//! Assets that nothing shows.

use std::collections::BTreeSet;

use super::Subject;
use crate::base::diag::{Diagnostics, Span};
use crate::base::problem;
use crate::content::place::as_markdown;
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
        let at = Span::file(asset.1.clone());
        problems.push(match as_markdown(&asset.0) {
            Some(right) => {
                let name = right.rsplit('/').next().unwrap_or_default();
                let help =
                    format!("if it is a text of the site, save it as `{name}` (UTF-8); else link it, or remove it");
                problem::stray_file(at, "no published text refers to it, and texts are `.md` files", &help)
            }
            None => problem::unused_asset(at),
        });
    }
}
