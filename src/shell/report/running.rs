//! Messages while a run is in progress: a served site, the steps of a deploy. It must not know servers or targets.

use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::json;

use super::amounts::{bytes, plural, progress};
use super::reporter::Reporter;
use crate::base::printable;
use crate::deploy::run::DeploySummary;

impl Reporter {
    /// Prints where a site is served.
    pub fn serving(&self, urls: &[String], articles: usize, left_out: usize, seconds: f64) {
        let base = urls.first().map_or("", |url| url.as_str());
        if self.style.json {
            let line = json!({
                "type": "serving", "url": base, "urls": urls, "articles": articles, "left_out": left_out,
                "seconds": seconds,
            });
            return self.data(&line.to_string());
        }
        let articles = plural(articles, "article");
        self.say(&format!("Serving {articles} at {} (ready in {seconds:.2} s)", urls.join(" and ")));
        if left_out > 0 {
            let origin = base.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
            self.say(&format!("  not published: {left_out}, listed at {origin}/__recto/unpublished"));
        }
        self.say("  Press Ctrl-C to stop");
    }

    /// Prints where a built site is shown, and by which host's rules.
    pub fn previewing(&self, urls: &[String], output: &str, rules: &str) {
        if self.style.json {
            let url = urls.first();
            let line = json!({"type": "previewing", "url": url, "urls": urls, "output": output, "rules": rules});
            return self.data(&line.to_string());
        }
        let output = printable::text(output);
        self.say(&format!("Serving {output} with the rules of {rules} at {}", urls.join(" and ")));
        self.say("  Press Ctrl-C to stop");
    }

    /// Prints what has changed while a site is served: the names of these files, or the whole site.
    pub fn changed(&self, files: &[&str], seconds: f64) {
        if self.style.json {
            let what = if files.is_empty() { "site" } else { "files" };
            let line = json!({"type": "changed", "what": what, "files": files, "seconds": seconds});
            return self.data(&line.to_string());
        }
        let what = match files {
            [] => "the site".to_owned(),
            [file] => printable::text(file).into_owned(),
            [file, rest @ ..] => format!("{} and {} more", printable::text(file), rest.len()),
        };
        self.say(&format!("changed: {what} ({seconds:.3} s)"));
    }

    /// Warns that the file system has no locks in these folders. Prints nothing if there are none.
    pub fn without_locks<'p>(&self, folders: impl Iterator<Item = &'p PathBuf>) {
        let folders: Vec<String> = folders.map(|folder| printable::path(folder)).collect();
        if !folders.is_empty() {
            self.warn(&format!(
                "this file system does not support locks, so Recto uses lock files in {}\n\
                 help: do not build or deploy from two machines at once",
                folders.join(" and ")
            ));
        }
    }

    /// Prints a step of a deploy that is only planned.
    pub fn step(&self, what: &str, path: &str, size: Option<u64>) {
        match self.style.json {
            true => self.data(&json!({"type": "step", "what": what, "path": path, "bytes": size}).to_string()),
            false => self.data(&format!("{what} {}", printable::text(path))),
        }
    }

    /// Shows the progress of a deploy on one line of a terminal, which is overwritten each time.
    pub fn progress(&self, last: &Mutex<Option<Instant>>, since: Instant, files: (usize, usize), sent: (u64, u64)) {
        let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
        let soon = last.is_some_and(|last| last.elapsed() < Duration::from_millis(100));
        if self.style.quiet || self.style.json || !std::io::stderr().is_terminal() || (soon && files.0 < files.1) {
            return;
        }
        *last = Some(Instant::now());
        let line = progress(files, sent, since.elapsed().as_secs_f64());
        // The previous line may have been longer.
        let end = if files.0 == files.1 { "\r\x1b[K" } else { "" };
        let _ = write!(std::io::stderr().lock(), "\r\x1b[K{line}{end}");
    }

    /// Shows what a run is doing on one line of a terminal, which is overwritten each time and cleared at the `end`.
    pub fn working(&self, what: &str, end: bool) {
        if self.style.quiet || self.style.json || !std::io::stderr().is_terminal() {
            return;
        }
        let line = if end { String::new() } else { printable::without_commands(what).into_owned() };
        let _ = write!(std::io::stderr().lock(), "\r\x1b[K{line}");
    }

    /// Prints what a deploy did, or would do.
    pub fn deployed(
        &self,
        address: &str,
        done: &DeploySummary,
        requests: &[(&str, usize)],
        dry_run: bool,
        seconds: f64,
    ) {
        let DeploySummary { new, changed, unchanged, removed, sent, bytes: size, kept } = *done;
        if self.style.json {
            let line = json!({
                "type": "deployed", "target": address, "dry_run": dry_run, "new": new, "changed": changed,
                "unchanged": unchanged, "removed": removed, "kept": kept, "sent": sent, "bytes": size, "seconds": seconds,
                "requests": requests.iter().copied().collect::<BTreeMap<&str, usize>>(),
            });
            return self.data(&line.to_string());
        }
        let text = match (dry_run, new + changed + removed) {
            (true, _) => "Dry run: nothing was sent".to_owned(),
            (false, 0) => format!("Nothing to do: {} unchanged", plural(unchanged, "file")),
            (false, _) => format!(
                "Deployed: {new} new, {changed} changed, {removed} removed, {unchanged} unchanged; sent {} in {seconds:.2} s",
                bytes(size)
            ),
        };
        self.say(&text);
        if self.style.verbose && !requests.is_empty() {
            let kinds: Vec<String> = requests.iter().map(|(kind, n)| format!("{n} {kind}")).collect();
            self.say(&format!("  requests: {}", kinds.join(", ")));
        }
    }
}
