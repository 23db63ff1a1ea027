//! Checks for assets that no text shows. It reads cards, not texts.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::subject::Subject;
use crate::base::diag::{Diagnostics, Span};
use crate::base::problem;
use crate::content::article::references;
use crate::content::content_path::as_markdown;
use crate::outputs::job::Job;

/// Reports assets that no text shows.
pub fn check(subject: &Subject, problems: &mut Diagnostics) {
    let unread = of_failed(subject);
    let used: BTreeSet<&str> = subject
        .plan
        .outputs
        .iter()
        .filter_map(|o| match &o.job {
            Job::Asset(from) => Some(&**from),
            _ => None,
        })
        .collect();
    let unused = |(path, file): &&(Box<str>, Arc<str>)| !used.contains(&**file) && !unread.contains(path);
    for asset in subject.archive.assets.iter().filter(unused) {
        let at = Span::file(asset.1.clone());
        problems.push(match as_markdown(&asset.0) {
            Some(right) => {
                let name = right.rsplit('/').next().unwrap_or_default();
                let help = format!(
                    "save it as `{name}` (UTF-8) if it is an article or a page; otherwise link to it or delete it"
                );
                problem::stray_file(at, "no published text refers to it, and articles and pages are `.md` files", &help)
            }
            None => problem::unused_asset(at),
        });
    }
}

/// Returns the files that unreadable texts refer to. They must not be reported as unused.
fn of_failed(subject: &Subject) -> BTreeSet<Box<str>> {
    let mut out = BTreeSet::new();
    for file in subject.archive.failed.files() {
        // Reading errors were already reported.
        if let Some(text) = (subject.read)(&format!("content/{file}"), &mut Diagnostics::new()) {
            let (refs, _) = references(file, &text, 0, subject.config.raw_html);
            out.extend(refs.into_iter().map(|reference| reference.target));
        }
    }
    out
}
