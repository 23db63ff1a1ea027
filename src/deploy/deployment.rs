//! A whole deploy: prepares the files of a build for their host and brings them to the chosen target, one run at a
//! time. The shell decides which flags exist and what is printed.

use std::path::{Path, PathBuf};
use std::time::Instant as Clock;

use super::choose_target::ChosenTarget;
use super::compressed_copies;
use super::connect::{self, Environment};
use super::desired_files::{self, DesiredFile};
use super::manifest::TargetManifest;
use super::run::{self, DeployObserver, DeployRequest, DeploySummary};
use super::run_lock::RunName;
use super::target::{DeployError, ManifestText, Target};
use crate::base::config;
use crate::base::deploy_settings::{Compression, MAX_DELETES};
use crate::base::diag::{self, Diagnostics, Span};
use crate::base::printable;
use crate::base::severity::Purpose;
use crate::base::target_address::TargetAddress;
use crate::check;
use crate::engine::build_result::BuildResult;
use crate::engine::site::{LoadOptions, Site};
use crate::engine::site_overlay;
use crate::hosting::hosts::HostRules;
use crate::hosting::limits::{self, SiteSize};
use crate::system::lock::{self, Lock};
use crate::system::root::Root;

/// Without this file, GitHub leaves out files whose names start with an underscore.
const NO_JEKYLL: &str = ".nojekyll";

/// What a deploy is allowed to do.
#[derive(Clone, Copy, Debug, Default)]
pub struct Permissions {
    /// Treat warnings as errors.
    pub strict: bool,
    /// Send and remove nothing.
    pub dry_run: bool,
    /// The most files to remove, if the user gave a number on the command line.
    pub max_deletes: Option<usize>,
    pub verify: bool,
    pub adopt: bool,
    pub force: bool,
}

/// Everything that a deploy needs.
pub struct Deployment<'a> {
    pub options: &'a LoadOptions,
    pub output: &'a Path,
    pub chosen: &'a ChosenTarget,
    pub permissions: Permissions,
    pub environment: Environment,
    /// Returns the current time in seconds since 1970.
    pub now: &'a dyn Fn() -> i64,
    pub show: &'a (dyn DeployObserver + Sync),
}

/// The result of a deploy.
pub struct DeployResult {
    /// The address of the target.
    pub address: String,
    /// The number of requests of each kind.
    pub requests: Vec<(&'static str, usize)>,
    pub done: DeploySummary,
}

impl Deployment<'_> {
    /// Deploys what was just built or, without that, the output of an earlier build.
    pub fn run(&self, built: Option<BuildResult>) -> Result<DeployResult, DeployError> {
        let Permissions { dry_run, .. } = self.permissions;
        let mut built = match built {
            Some(built) => built,
            None => self.left()?,
        };
        let mut wanted = self.wanted(&mut built)?;
        // Keep the build lock, so that no build changes the files while they are sent. A dry run does not need it.
        let whole = built.into_lock().filter(|_| !dry_run);
        let unique = format!("{:?} {} {:?}", self.chosen.address, std::process::id(), Clock::now());
        let run = match dry_run {
            true => RunName::of_look(&unique),
            false => RunName::begin(&self.options.root, &self.chosen.address, &unique)?,
        };
        let target = connect::connect(self.chosen, &run, &self.environment, &self.options.root)?;
        let held = target.manifest()?;
        if self.copies_are_late() {
            self.copies(&mut wanted, held.as_ref())?;
        }
        let done = self.deploy(&wanted, &run, &*target, held)?;
        let locks = [whole.as_ref(), run.lock.as_ref(), target.lock()];
        let without: Vec<PathBuf> = locks.into_iter().flatten().filter_map(Lock::without).map(Path::to_owned).collect();
        if !without.is_empty() {
            self.show.without_locks(&without);
        }
        if !dry_run {
            run.end(&self.options.root, &self.chosen.address)?;
        }
        Ok(DeployResult { address: target.address(), requests: target.requests(), done })
    }

    fn deploy(
        &self,
        wanted: &[DesiredFile],
        run: &RunName,
        target: &dyn Target,
        held: Option<ManifestText>,
    ) -> Result<DeploySummary, DeployError> {
        let Permissions { strict: _, dry_run, max_deletes, verify, adopt, force } = self.permissions;
        let settings = self.chosen.settings.as_ref();
        let deploy = DeployRequest {
            output: self.output,
            wanted,
            max_deletes: max_deletes.or(settings.map(|settings| settings.max_deletes)).unwrap_or(MAX_DELETES),
            asked: max_deletes.is_some(),
            adopt,
            force,
            dry_run,
            verify,
            holder: run.name.clone(),
            ended: &run.ended,
            now: self.now,
            show: self.show,
        };
        run::deploy_over(&deploy, target, held)
    }

    /// Loads the output of an earlier build.
    fn left(&self) -> Result<BuildResult, DeployError> {
        let lock = if self.permissions.dry_run { None } else { Some(self.keep_builds_away()?) };
        let left = BuildResult::left(self.options, self.output, lock)?;
        left.map_err(|why| {
            let output = printable::path(self.output);
            DeployError::Refused(format!("cannot deploy {output}: {why}; nothing was done\nhelp: run `recto build`"))
        })
    }

    fn keep_builds_away(&self) -> Result<Lock, DeployError> {
        let output = printable::path(self.output);
        let locked = lock::folder(&Root::open(self.output)?)?;
        locked.ok_or_else(|| DeployError::Busy(format!("another build is using {output}; nothing was done")))
    }

    /// Returns every file that the target should hold, except compressed copies that are added later.
    fn wanted(&self, built: &mut BuildResult) -> Result<Vec<DesiredFile>, DeployError> {
        let mut wanted = desired_files::of_built(built, self.output, self.options.threads)?;
        if wanted.is_empty() {
            return Err(DeployError::Refused("the site is empty; nothing was done".to_owned()));
        }
        let Some(rules) = self.chosen.host else {
            self.for_kind(&mut wanted)?;
            return Ok(wanted);
        };
        // With `--no-build`, the site from which the host's files are made may be gone.
        let Some(site) = built.site()? else {
            let why = "the site has errors, so Recto cannot make the files for its host; nothing was done";
            return Err(DeployError::Refused(format!("{why}\nhelp: run `recto check`")));
        };
        self.for_host(site, rules, &mut wanted)?;
        Ok(wanted)
    }

    fn encodings(&self) -> &[Compression] {
        self.chosen.settings.as_ref().map_or(&[], |settings| &settings.compress)
    }

    fn is_store(&self) -> bool {
        matches!(self.chosen.address, TargetAddress::Objects { .. })
    }

    /// Returns whether compressed copies are made after the target's manifest is known, since most of them exist
    /// already. If the host has limits, they are needed earlier to check them.
    fn copies_are_late(&self) -> bool {
        let limited = |rules: &HostRules| limits::ALL.iter().any(|limit| limit.host == rules.name);
        !self.encodings().is_empty() && !self.is_store() && !self.chosen.host.is_some_and(limited)
    }

    fn copies(&self, wanted: &mut Vec<DesiredFile>, held: Option<&ManifestText>) -> Result<(), DeployError> {
        // `--verify` may have to send files again even if the manifest says that nothing changed.
        let held = held.filter(|_| !self.permissions.verify);
        let there = held.and_then(|held| TargetManifest::parse(&held.bytes).ok());
        Ok(compressed_copies::beside(wanted, self.encodings(), there.as_ref(), self.output, self.options.threads)?)
    }

    fn compress(&self, wanted: &mut Vec<DesiredFile>) -> Result<(), DeployError> {
        if self.is_store() {
            compressed_copies::in_place(wanted, self.encodings());
        } else if !self.copies_are_late() {
            self.copies(wanted, None)?;
        }
        Ok(())
    }

    /// Adapts the files to the kind of target when no host is named.
    fn for_kind(&self, wanted: &mut Vec<DesiredFile>) -> Result<(), DeployError> {
        self.compress(wanted)?;
        match &self.chosen.address {
            // A branch is usually published by a host that leaves out names with a leading underscore. Other hosts
            // ignore the file.
            TargetAddress::Git { .. } if !wanted.iter().any(|file| file.path == NO_JEKYLL) => {
                wanted.push(DesiredFile::made(NO_JEKYLL, Vec::new()));
            }
            TargetAddress::Objects { store, folder, .. } => {
                let host = ["s3", "gcs", "azure"][*store as usize];
                let mut facts = SiteSize::default();
                // The name of an object is the folder's name followed by the file's path.
                let name = |path: &str| format!("{folder}/{path}").trim_start_matches('/').to_owned();
                wanted.iter().for_each(|file| facts.add(&name(&file.path), file.size));
                let to = self.chosen.settings.as_ref().map(|settings| settings.to.at.clone());
                let at = to.map(|to| Span::new(&config::FILE.into(), to));
                let mut problems = Diagnostics::new();
                check::hosts::limits(at.as_ref(), host, &facts, &mut problems);
                self.taken(host, problems)?;
            }
            _ => {}
        }
        Ok(())
    }

    /// Reports what a host would not accept, and returns an error if that stops the deploy.
    fn taken(&self, host: &str, mut problems: Diagnostics) -> Result<(), DeployError> {
        self.chosen.severities.settle(Purpose::Publish, &mut problems);
        self.show.problems(&problems);
        match diag::count_errors(&problems, self.permissions.strict) {
            0 => Ok(()),
            _ => Err(DeployError::Refused(format!("{host} would reject the site; nothing was done"))),
        }
    }

    /// Adds the host's overlay, and checks that the host accepts all files, compressed copies included.
    fn for_host(&self, site: &Site, rules: &HostRules, wanted: &mut Vec<DesiredFile>) -> Result<(), DeployError> {
        let mut problems = Diagnostics::new();
        let overlay = site_overlay::overlay(site, rules, &mut problems);
        wanted.retain(|file| overlay.keeps(&file.path));
        self.compress(wanted)?;
        let facts = overlay.facts(wanted.iter().map(|file| (file.path.as_str(), file.size)));
        let named = self.chosen.settings.as_ref().and_then(|settings| settings.host.as_ref());
        let at = named.map(|host| Span::new(&config::FILE.into(), host.at.clone()));
        check::hosts::judge(at.as_ref(), rules, &overlay, &facts, &mut problems);
        self.taken(rules.name, problems)?;
        wanted.extend(overlay.add.into_iter().map(|(path, bytes)| DesiredFile::made(&path, bytes)));
        Ok(())
    }
}
