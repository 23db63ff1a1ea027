//! Describes what a run leaves out of a site, in words and as JSON. Other code decides what is left out.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::archive::archive::SkipReason;
use crate::base::printable;

/// The reason for a text in another language without its article.
const ORPHAN: &str = "orphan";

/// Lists everything that is left out, with its reason: `skipped` by paths below `content/` without the extension,
/// `orphans` by files.
pub fn json(skipped: &[(String, SkipReason)], orphans: &[String]) -> Vec<Value> {
    let skipped = skipped.iter().map(|(id, why)| json!({"id": id, "why": why.word()}));
    let id = |file: &str| file.strip_prefix("content/").unwrap_or(file).trim_end_matches(".md").to_owned();
    skipped.chain(orphans.iter().map(|file| json!({"id": id(file), "why": ORPHAN}))).collect()
}

/// Returns one line with the counts and, with `verbose`, one line for each text.
pub fn lines(skipped: &[(String, SkipReason)], orphans: &[String], verbose: bool) -> Vec<String> {
    let mut left: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, why) in skipped {
        *left.entry(why.word()).or_default() += 1;
    }
    if !orphans.is_empty() {
        left.insert("without an article", orphans.len());
    }
    if left.is_empty() {
        return Vec::new();
    }
    let left: Vec<String> = left.iter().map(|(why, n)| format!("{n} {why}")).collect();
    let hint = if verbose { "" } else { " (-v lists them)" };
    let mut lines = vec![format!("  left out {}{hint}", left.join(", "))];
    if verbose {
        lines.extend(skipped.iter().map(|(id, why)| format!("    {}: content/{}.md", why.word(), printable::text(id))));
        lines.extend(orphans.iter().map(|file| format!("    {ORPHAN}: {}", printable::text(file))));
    }
    lines
}
