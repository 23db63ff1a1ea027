//! `recto deploy`: its flags and its output. The room `deploy` does the work; this file sends nothing.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant as Clock;

use serde_json::json;

use super::args::DeployArgs;
use super::report::{Reporter, bytes, plural};
use crate::base::diag::{Diagnostic, quoted};
use crate::base::printable;
use crate::deploy::choose_target::ChosenTarget;
use crate::deploy::connect::Environment;
use crate::deploy::delta::Delta;
use crate::deploy::deployment::{DeployResult, Deployment, Permissions};
use crate::deploy::run::DeployObserver;
use crate::deploy::target::{DeployError, Upload};
use crate::deploy::verify::TargetStatus;
use crate::engine::build_result::BuildResult;
use crate::engine::site::LoadOptions;
use crate::hosting::hosts::HostRules;
use crate::hosting::servers::FOLDER;

/// Returns the message about files that somebody else has changed.
pub fn foreign(paths: &[String], forced: bool) -> String {
    let some: Vec<_> = paths.iter().take(10).map(|path| printable::text(path)).collect();
    let more =
        if paths.len() > some.len() { format!("\n  and {} more", paths.len() - some.len()) } else { String::new() };
    let (what, help) = match forced {
        false => (
            "someone else changed these files at the target, so Recto left them alone",
            "use --force to overwrite them; the next deploy continues from here",
        ),
        true => (
            "these paths are blocked by something that is not a regular file",
            "remove it at the target; the next deploy continues from here",
        ),
    };
    format!("{what}:\n  {}{more}\nhelp: {help}", some.join("\n  "))
}

/// The most files to name after a target was verified; `-v` names all.
const NAMED: usize = 10;

/// Prints how a target compares with its manifest.
fn verified(reporter: &Reporter, address: &str, standing: &TargetStatus) {
    let TargetStatus { looked, missing, changed, blocked, extra } = standing;
    if reporter.style.json {
        let line = json!({
            "type": "verified", "target": address, "files": looked, "missing": missing, "changed": changed,
            "blocked": blocked, "extra": extra,
        });
        return reporter.data(&line.to_string());
    }
    let kinds = [
        (missing, "missing", "missing"),
        (changed, "changed", "changed by someone else"),
        (blocked, "blocked", "blocked by a folder or a link"),
        (extra, "not from Recto", "not from Recto (left alone)"),
    ];
    let found: Vec<String> = kinds
        .iter()
        .filter(|(paths, ..)| !paths.is_empty())
        .map(|(paths, what, _)| format!("{} {what}", paths.len()))
        .collect();
    let found = if found.is_empty() { "all unchanged".to_owned() } else { found.join(", ") };
    reporter.say(&format!("Verified {} at {address}: {found}", plural(*looked, "file")));
    for (paths, _, what) in kinds.iter().filter(|(paths, ..)| !paths.is_empty()) {
        let most = if reporter.style.verbose { paths.len() } else { NAMED };
        paths.iter().take(most).for_each(|path| reporter.say(&format!("  {what}: {}", quoted(path))));
        if paths.len() > most {
            reporter.say(&format!("  {what}: and {} more (-v lists all)", paths.len() - most));
        }
    }
}

/// A deploy as requested on the command line.
pub struct DeployCommand<'a> {
    pub options: &'a LoadOptions,
    pub output: &'a Path,
    pub chosen: &'a ChosenTarget,
    pub args: &'a DeployArgs,
    pub environment: Environment,
    /// Returns the current time in seconds since 1970.
    pub now: &'a dyn Fn() -> i64,
    pub reporter: &'a Reporter,
}

/// Deploys the site and prints progress. `built` is the build that was just made.
pub fn deploy(asked: DeployCommand, built: Option<BuildResult>, warned: bool) -> Result<(), DeployError> {
    let DeployCommand { options, output, chosen, args, environment, now, reporter } = asked;
    let permissions = Permissions {
        strict: args.selection.strict,
        dry_run: args.dry_run,
        max_deletes: args.max_deletes,
        verify: args.verify,
        adopt: args.adopt,
        force: args.force,
    };
    let show = DeployReporter {
        reporter,
        permissions,
        host: chosen.host,
        warned_of: warned.then(|| options.root.path().to_owned()),
        last: Mutex::new(None),
        clock: Clock::now(),
        configured: AtomicBool::new(false),
    };
    let deployment = Deployment { options, output, chosen, permissions, environment, now, show: &show };
    let deployed = deployment.run(built)?;
    show.end(&deployed);
    Ok(())
}

/// Prints the progress of a deploy.
struct DeployReporter<'a> {
    reporter: &'a Reporter,
    permissions: Permissions,
    host: Option<&'static HostRules>,
    /// The site's folder, if the build has already warned that it has no locks.
    warned_of: Option<PathBuf>,
    /// When progress was last shown.
    last: Mutex<Option<Clock>>,
    clock: Clock,
    /// Whether the server's configuration changes.
    configured: AtomicBool,
}

impl DeployObserver for DeployReporter<'_> {
    fn verified(&self, address: &str, standing: &TargetStatus) {
        verified(self.reporter, address, standing);
    }

    fn plan(&self, address: &str, delta: &Delta) {
        let own = |upload: &Upload| upload.file.path.starts_with(FOLDER);
        self.configured.store(delta.all_uploads().any(own), Ordering::Relaxed);
        let new = delta.new;
        let (changed, removed) = (delta.files() - new, delta.removals.len());
        if self.permissions.dry_run {
            for upload in delta.all_uploads() {
                self.reporter.step(
                    if upload.new { "new" } else { "changed" },
                    &upload.file.path,
                    Some(upload.file.size),
                );
            }
            delta.removals.iter().for_each(|removal| self.reporter.step("remove", &removal.path, None));
        }
        if delta.is_empty() && !self.permissions.dry_run {
            return;
        }
        let size = bytes(delta.bytes());
        let text = format!("{new} new, {changed} changed ({size}), {removed} to remove, {} unchanged", delta.unchanged);
        self.reporter.say(&format!(
            "{} {address}\n  {text}",
            if self.permissions.dry_run { "Would deploy to" } else { "Deploying to" }
        ));
    }

    fn problems(&self, problems: &[Diagnostic]) {
        self.reporter.problems(problems, self.permissions.strict);
    }

    fn without_locks(&self, folders: &[PathBuf]) {
        let known = |folder: &&PathBuf| self.warned_of.as_ref().is_some_and(|site| folder.starts_with(site));
        self.reporter.without_locks(folders.iter().filter(|folder| !known(folder)));
    }

    fn progress(&self, files: (usize, usize), sent: (u64, u64)) {
        self.reporter.progress(&self.last, self.clock, files, sent);
    }
}

impl DeployReporter<'_> {
    fn end(&self, deployed: &DeployResult) {
        let DeployResult { address, requests, done } = deployed;
        let seconds = self.clock.elapsed().as_secs_f64();
        self.reporter.deployed(address, done, requests, self.permissions.dry_run, seconds);
        let reload = self.host.and_then(|host| Some((host.name, host.reload?)));
        if let Some((name, reload)) =
            reload.filter(|_| !self.permissions.dry_run && self.configured.load(Ordering::Relaxed))
        {
            self.reporter.say(&format!("The configuration for {name} changed; load it with `{reload}`"));
        }
        if done.kept > 0 {
            let kept = plural(done.kept, "file");
            self.reporter.warn(&format!("left {kept} in place: obsolete, but changed by someone else at the target"));
        }
    }
}
