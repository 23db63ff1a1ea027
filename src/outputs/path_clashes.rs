//! Checks the paths of a plan's outputs: paths that cannot be written, and paths that several outputs claim. Of
//! several outputs with one path, it keeps one.

use std::collections::HashSet;

use foldhash::fast::RandomState;

use super::job::{Job, JobSubject, Output};
use crate::archive::archive::{Archive, ListingId};
use crate::base::diag::Diagnostics;
use crate::base::join::join;
use crate::base::{path, problem, reserved};

/// Checks that every path can be written, that no two outputs have the same path, and that no output has the path of
/// another's folder.
pub fn check(outputs: &mut Vec<Output>, archive: &Archive, problems: &mut Diagnostics) {
    for pair in outputs.windows(2).filter(|pair| pair[0].path == pair[1].path) {
        problems.extend(clash(&pair[0], &pair[1], archive));
    }
    // An article and its original may show the same file. That is one copy, not a clash.
    outputs.dedup_by(|a, b| a.path == b.path);
    outputs.shrink_to_fit();
    let outputs = &*outputs;
    let (most, rest) = outputs.split_at(outputs.len() / 3 * 2);
    let (bad, others) =
        join(|| bad_paths(most, archive), || (bad_paths(rest, archive), folder_clashes(outputs, archive)));
    problems.extend(bad.into_iter().chain(others.0).chain(others.1));
}

fn bad_paths(outputs: &[Output], archive: &Archive) -> Diagnostics {
    let bad = |output: &Output| {
        let why = match path::check_output_path(&output.path) {
            // The names of copied files were checked when they were read.
            Ok(()) if matches!(output.job, Job::Static(_) | Job::Asset(_)) => return None,
            Ok(()) => reserved::in_address(&output.path)?.to_owned(),
            Err(why) => why,
        };
        Some(problem::bad_output_path(output.place(archive), &output.path, &why))
    };
    outputs.iter().filter_map(bad).collect()
}

/// Reports outputs whose path is also the folder of other outputs.
fn folder_clashes(outputs: &[Output], archive: &Archive) -> Diagnostics {
    let mut problems = Diagnostics::new();
    // Few folders have the same name as a file, and only those can clash.
    let names: HashSet<&str, RandomState> = outputs.iter().map(|output| last(&output.path)).collect();
    for (at, output) in outputs.iter().enumerate() {
        let mut folder = &*output.path;
        while let Some((parent, _)) = folder.rsplit_once('/') {
            folder = parent;
            // The previous output is in the same folder, which was already checked.
            let before = at.checked_sub(1).and_then(|before| outputs[before].path.strip_prefix(folder));
            if before.is_some_and(|rest| rest.starts_with('/')) {
                break;
            }
            if names.contains(last(folder))
                && let Ok(file) = outputs.binary_search_by(|o| (*o.path).cmp(folder))
            {
                problems.extend(clash(&outputs[file], output, archive));
            }
        }
    }
    problems
}

/// Returns the last segment of a path.
fn last(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

fn clash(a: &Output, b: &Output, archive: &Archive) -> Option<crate::base::diag::Diagnostic> {
    if matches!(a.job, Job::Asset(_) | Job::Image(..)) && a.job == b.job {
        return None;
    }
    // Blame the output that a person can rename: content before listings.
    let (first, second) = if b.owner(archive).is_some() { (a, b) } else { (b, a) };
    let at = second.place(archive);
    let found = problem::duplicate_address(at, &second.path, &describe(second, archive));
    let owner = describe(first, archive);
    Some(found.note(first.owner(archive), format!("also used by {owner}")))
}

/// Describes an output in words.
fn describe(output: &Output, archive: &Archive) -> String {
    match &output.job {
        Job::Redirect(target) => return format!("a redirect to {target}"),
        Job::Asset(from) => return format!("the file {from}"),
        Job::Image(picture, width) => return format!("the file {}, {width} pixels wide", picture.file),
        Job::Static(_) => return "a static file".to_owned(),
        Job::Listing(ListingId::Home, None) => return "the home page".to_owned(),
        _ => {}
    }
    match output.job.subject() {
        JobSubject::Article(ix) => format!("the article {}", archive.article(ix).card.id),
        JobSubject::Sibling(ix, at) => format!("the text {}", archive.article(ix).siblings[at].file),
        JobSubject::Page(ix) => format!("the page {}", archive.pages[ix].file),
        JobSubject::Listing(id) => format!("the listing /{}/", archive.address(id)),
        JobSubject::Site => format!("the {}", output.job.family()),
    }
}
