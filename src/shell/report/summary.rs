//! Prints what a build did: outputs by kind, what changed and why, how long each stage took. It looks at no file.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::json;

use super::amounts::plural;
use super::reporter::Reporter;
use crate::base::printable;
use crate::engine::build::BuildSummary;
use crate::engine::store::TRACKED;
use crate::engine::write::WriteCounts;
use crate::shell::unpublished;

impl Reporter {
    /// Prints every output that was rendered or removed, what changed, and why it was rendered.
    pub fn changes(&self, summary: &BuildSummary) {
        let mut all: BTreeMap<&str, (&str, Option<String>)> = BTreeMap::new();
        for (path, reason) in &summary.reasons {
            all.insert(path, ("unchanged", Some(reason.to_string())));
        }
        for (path, change) in &summary.changes {
            all.entry(path).or_insert(("", None)).0 = change.word();
        }
        for (path, (what, reason)) in all {
            if self.style.json {
                self.data(&json!({"type": "change", "path": path, "what": what, "why": reason}).to_string());
                continue;
            }
            let reason = reason.map(|reason| format!(": {reason}")).unwrap_or_default();
            self.data(&format!("{what} {}{reason}", printable::text(path)));
        }
    }

    /// Prints the summary of a build.
    pub fn summary(&self, summary: &BuildSummary, output: &str, seconds: f64, timings: bool) {
        if self.style.json {
            let skipped = unpublished::json(&summary.skipped, &summary.orphans);
            let laps: BTreeMap<&str, f64> = summary.timings.iter().map(|(n, d)| (*n, d.as_secs_f64())).collect();
            let differing = summary.verified.as_ref().map_or(&[][..], |verified| &verified.differing);
            let line = json!({
                "type": "summary", "articles": summary.articles, "outputs": summary.outputs,
                "rendered": summary.rendered, "written": summary.written.written, "unchanged": summary.written.unchanged,
                "removed": summary.written.removed, "skipped": skipped, "orphans": summary.orphans.len(),
                "verified": summary.verified.as_ref().map(|verified| verified.outputs), "differing": differing, "seconds": seconds, "timings": laps,
            });
            return self.data(&line.to_string());
        }
        let articles = plural(summary.articles, "article");
        self.say(&format!("Built {articles} into {} in {seconds:.2} s", printable::text(output)));
        let kinds: Vec<String> = summary.outputs.iter().map(|(kind, n)| format!("{kind} {n}")).collect();
        self.say(&format!("  outputs  {}", kinds.join(", ")));
        let rendered = summary.rendered;
        let WriteCounts { written, unchanged, removed } = summary.written;
        self.say(&format!(
            "  files    {rendered} rendered, {written} written, {unchanged} unchanged, {removed} removed"
        ));
        if let Some(verified) = &summary.verified {
            let same = verified.outputs - verified.differing.len();
            let outputs = plural(verified.outputs, "output");
            self.say(&format!("  verified {outputs}, {same} identical when rendered again"));
        }
        if let Some(why) = summary.note.filter(|why| *why == TRACKED) {
            self.warn(&format!("ignored the state of the last build: {why}"));
        } else if let Some(why) = summary.note {
            self.say(&format!("  cannot use the state of the last build: {why}"));
        }
        self.without_locks(summary.without_locks.iter());
        let left = unpublished::lines(&summary.skipped, &summary.orphans, self.style.verbose);
        left.iter().for_each(|line| self.say(line));
        if timings {
            self.timings(&summary.timings);
        }
    }

    /// Prints how long each stage took.
    pub fn timings(&self, laps: &[(&str, Duration)]) {
        for (name, lap) in laps {
            self.say(&format!("  {:>8.3} s  {name}", lap.as_secs_f64()));
        }
    }
}
