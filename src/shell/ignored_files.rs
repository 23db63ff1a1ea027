//! Reports ignored files: how many and, with `-v`, which and why. Other code decides what is ignored.

use std::collections::BTreeMap;

use serde_json::json;

use super::report::{Reporter, plural};
use crate::base::diag::quoted;
use crate::base::ignored_files::IgnoredFile;

/// Reports the end of a run and the ignored files: for people after the end, for programs before the last line.
pub fn said_with(reporter: &Reporter, files: &[IgnoredFile], end: impl FnOnce()) {
    if reporter.style.json {
        say(reporter, files);
        return end();
    }
    end();
    say(reporter, files);
}

fn say(reporter: &Reporter, files: &[IgnoredFile]) {
    if files.is_empty() {
        return;
    }
    if reporter.style.json {
        let files: Vec<_> = files.iter().map(|one| json!({"file": one.shown(), "why": one.why.words()})).collect();
        return reporter.data(&json!({"type": "not-for-readers", "files": files}).to_string());
    }
    let mut whys: BTreeMap<&str, usize> = BTreeMap::new();
    files.iter().for_each(|one| *whys.entry(one.why.words()).or_default() += 1);
    let whys: Vec<String> = whys.into_iter().map(|(why, count)| format!("{count} {why}")).collect();
    let hint = if reporter.style.verbose { "" } else { " (-v lists them)" };
    reporter.say(&format!("  not published: {} ({}){hint}", plural(files.len(), "file"), whys.join(", ")));
    if reporter.style.verbose {
        files.iter().for_each(|one| reporter.say(&format!("    {}: {}", one.why.words(), quoted(&one.shown()))));
    }
}
