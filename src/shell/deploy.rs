//! `recto deploy`: which target, which files, and what is said of it.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant as Clock;

use serde_json::json;

use super::args::DeployArgs;
use super::report::{Reporter, bytes, plural};
use crate::base::address::{Address, Wrong};
use crate::base::config;
use crate::base::deploys::{Deploy as Settings, MAX_DELETES};
use crate::base::diag::{self, Diagnostics, Span, quoted};
use crate::base::digest::Digest;
use crate::base::problem;
use crate::base::severity::{Purpose, Severities};
use crate::base::shown;
use crate::check;
use crate::content::front_matter;
use crate::deploy::compress;
use crate::deploy::delta::Delta;
use crate::deploy::folder::Folder;
use crate::deploy::git::Git;
#[cfg(feature = "cloud")]
use crate::deploy::objects::Objects;
use crate::deploy::place;
use crate::deploy::redact::Secrets;
use crate::deploy::rsync::{self, Machine};
use crate::deploy::run::{self, Deploy, Done, Show};
use crate::deploy::standing::Standing;
use crate::deploy::target::{Target, Trouble, Upload};
use crate::deploy::wanted::{self, Wanted};
use crate::engine::beside;
use crate::engine::load;
use crate::engine::site::{Options, Site};
use crate::engine::tracked;
use crate::hosting::hosts::{self, Rules};
use crate::hosting::limits::Facts;
use crate::hosting::servers::FOLDER;
use crate::system::disk::DiskResult;
use crate::system::lock::{self, Lock};
use crate::system::root::Root;

/// Runs that have not come to their end, as many as are remembered.
const RUNS: usize = 100;

/// The folder of what is known of runs, in that of the site.
const RUNS_OF: &str = ".recto/deploy";

/// The branch that hosts of pages look at where nothing else is said.
const BRANCH: &str = "gh-pages";
/// Without it, GitHub leaves out what starts with an underscore.
const NO_JEKYLL: &str = ".nojekyll";

/// A target as it was named.
pub struct Chosen {
    pub address: Address,
    /// What `site.toml` says of it; nothing of an address.
    pub settings: Option<Settings>,
    /// Whose rules hold there.
    host: Option<&'static Rules>,
    /// What the site makes of problems.
    severities: Severities,
}

/// Why there is no target.
pub enum Unchosen {
    Configuration(Diagnostics),
    /// What was named is none.
    Name(String),
}

/// Finds the target of a name or an address.
pub fn choose(options: &Options, named: Option<&str>) -> DiskResult<Result<Chosen, Unchosen>> {
    let configured = match load::configure(options)? {
        Ok(configured) => configured,
        Err(problems) => return Ok(Err(Unchosen::Configuration(problems))),
    };
    let mut problems = configured.problems;
    check::hosts::names(&configured.config, &mut problems);
    if check::address::is_placeholder(&configured.config) {
        let (text, _) = options.root.read(config::FILE)?;
        problems.push(check::address::placeholder(&front_matter::plain(&String::from_utf8_lossy(&text)), true));
    }
    if diag::count_errors(&problems, false) > 0 {
        return Ok(Err(Unchosen::Configuration(problems)));
    }
    let severities = configured.config.check;
    let (address, settings) = match settings(configured.config.deploys, named) {
        Ok(found) => found,
        Err(why) => return Ok(Err(Unchosen::Name(why))),
    };
    if let Address::Folder(root) = &address
        && let Err(why) = fits(root, settings.as_ref(), options.root.path())?
    {
        return Ok(Err(why));
    }
    let host = settings.as_ref().and_then(|settings| settings.host.as_ref());
    let host = host.and_then(|host| hosts::find(&host.value));
    Ok(Ok(Chosen { address, settings, host, severities }))
}

/// Whether a folder may be a target of the site at `site`.
fn fits(root: &Path, settings: Option<&Settings>, site: &Path) -> DiskResult<Result<(), Unchosen>> {
    if let Err(why) = place::outside(root, site)? {
        let expected = "a folder outside the site";
        return Ok(Err(match settings {
            Some(settings) => Unchosen::Configuration(vec![problem::invalid_target(
                Span::new(&config::FILE.into(), settings.to.at.clone()),
                &Wrong { secret: false, message: why, expected: expected.to_owned(), help: None },
            )]),
            None => Unchosen::Name(format!("{why}; expected {expected}")),
        }));
    }
    Ok(place::fits(root, settings.and_then(|settings| settings.releases))?.map_err(Unchosen::Name))
}

/// The address, and what `site.toml` says of it.
fn settings(mut deploys: Vec<Settings>, named: Option<&str>) -> Result<(Address, Option<Settings>), String> {
    let names: Vec<String> = deploys.iter().map(|deploy| deploy.name.clone()).collect();
    let at = match named {
        Some(url) if url.contains(['/', ':', '@']) && !names.iter().any(|name| name == url) => {
            return Address::parse(url).map(|address| (address, None)).map_err(|wrong| wrong.to_string());
        }
        Some(name) => names.iter().position(|known| known == name).ok_or_else(|| {
            let known = || format!("site.toml has {}", names.join(", "));
            let help = diag::did_you_mean(name, names.iter().map(String::as_str));
            match names.is_empty() {
                true => none_yet(&format!("site.toml has no target {}", quoted(name))),
                false => format!("there is no target {}\nhelp: {}", quoted(name), help.unwrap_or_else(known)),
            }
        })?,
        None if deploys.len() == 1 => 0,
        None if deploys.is_empty() => return Err(none_yet("site.toml names no target")),
        None => {
            return Err(format!("which target? site.toml has {}\nhelp: recto deploy {}", names.join(", "), names[0]));
        }
    };
    let settings = deploys.swap_remove(at);
    Ok((settings.to.value.clone(), Some(settings)))
}

fn none_yet(why: &str) -> String {
    format!("{why}\nhelp: name one in site.toml, such as [deploy.live] to = \"s3://bucket/folder\", or give an address")
}

/// What is said of files that somebody else has changed.
pub fn foreign(paths: &[String], forced: bool) -> String {
    let some: Vec<_> = paths.iter().take(10).map(|path| shown::text(path)).collect();
    let more =
        if paths.len() > some.len() { format!("\n  and {} more", paths.len() - some.len()) } else { String::new() };
    let (what, help) = match forced {
        false => (
            "somebody else has changed these files at the target; they were left alone",
            "--force writes over them; the next deploy goes on from here",
        ),
        true => (
            "what others have at the target is in the way of these files, and no file that could be written over",
            "move it away there; the next deploy goes on from here",
        ),
    };
    format!("{what}:\n  {}{more}\nhelp: {help}", some.join("\n  "))
}

/// Files that are named where a target was verified; `-v` names all.
const NAMED: usize = 10;

/// Says how a target compares with its manifest.
fn verified(reporter: &Reporter, address: &str, standing: &Standing) {
    let Standing { looked, missing, changed, blocked, extra } = standing;
    if reporter.style.json {
        let line = json!({
            "type": "verified", "target": address, "files": looked, "missing": missing, "changed": changed,
            "blocked": blocked, "extra": extra,
        });
        return reporter.data(&line.to_string());
    }
    let kinds = [
        (missing, "missing", "missing there"),
        (changed, "changed", "changed there by somebody else"),
        (blocked, "no file", "a folder or a link where a file should be"),
        (extra, "not from Recto", "not from Recto, left alone"),
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
            reporter.say(&format!("  {what}: and {} more (-v names all)", paths.len() - most));
        }
    }
}

/// All that a deploy is made of.
pub struct Deploying<'a> {
    pub options: &'a Options,
    pub output: PathBuf,
    pub chosen: Chosen,
    pub args: &'a DeployArgs,
    pub secrets: Secrets,
    /// How rsync reaches other machines, where the user has said so (`RSYNC_RSH`).
    pub shell: Option<String>,
    /// Seconds since 1970.
    pub now: &'a dyn Fn() -> i64,
    pub reporter: &'a Reporter,
}

impl Deploying<'_> {
    pub fn run(&self) -> Result<(), Trouble> {
        let clock = Clock::now();
        // What is sent is what was looked at: no build writes meanwhile. One that only looks lets it.
        let _whole = if self.args.dry_run { None } else { Some(self.keep_builds_away()?) };
        let wanted = self.wanted()?;
        let Held { holder, ended, _lock } = self.holder()?;
        let target = self.open(&holder, &ended)?;
        let (reporter, dry_run, host) = (self.reporter, self.args.dry_run, self.chosen.host);
        let (last, configured) = (Mutex::new(None), AtomicBool::new(false));
        let show = Shown { reporter, dry_run, host, last, clock, configured };
        let settings = self.chosen.settings.as_ref();
        let deploy = Deploy {
            output: &self.output,
            wanted: &wanted,
            max_deletes: self.args.max_deletes.or(settings.map(|s| s.max_deletes)).unwrap_or(MAX_DELETES),
            asked: self.args.max_deletes.is_some(),
            adopt: self.args.adopt,
            force: self.args.force,
            dry_run: self.args.dry_run,
            verify: self.args.verify,
            holder,
            ended: &ended,
            now: self.now,
            show: &show,
        };
        let done = run::deploy(&deploy, &*target)?;
        if !self.args.dry_run {
            // Nobody believes a lease of theirs any more.
            self.options.root.remove_file(&self.place())?;
        }
        show.end(&*target, &done, clock.elapsed().as_secs_f64());
        Ok(())
    }

    fn keep_builds_away(&self) -> Result<Lock, Trouble> {
        let output = shown::path(&self.output);
        let locked = lock::folder(&Root::open(&self.output)?)?;
        locked.ok_or_else(|| Trouble::Busy(format!("a build is at work in {output}; nothing was done")))
    }

    /// Every file that is to stand at the target.
    fn wanted(&self) -> Result<Vec<Wanted>, Trouble> {
        let loaded = load::load(self.options)?.made;
        let site = loaded.as_ref().map(|(site, _)| site);
        let wanted = wanted::of_site(site, &self.output, self.options.threads)?;
        let mut wanted = wanted.map_err(|why| {
            let output = shown::path(&self.output);
            Trouble::Refused(format!("{output} cannot be deployed: {why}; nothing was done\nhelp: recto build"))
        })?;
        if wanted.is_empty() {
            return Err(Trouble::Refused("the site is empty; nothing was done".to_owned()));
        }
        let Some(rules) = self.chosen.host else {
            self.for_kind(&mut wanted)?;
            return Ok(wanted);
        };
        // With --no-build there may be no site any more of which the host's files could be made.
        let Some(site) = site else {
            let why = "the site has errors, so that nothing could be made for its host; nothing was done";
            return Err(Trouble::Refused(format!("{why}\nhelp: recto check")));
        };
        self.for_host(site, rules, &mut wanted)?;
        Ok(wanted)
    }

    fn compress(&self, wanted: &mut Vec<Wanted>) -> Result<(), Trouble> {
        let how = self.chosen.settings.as_ref().map_or(&[][..], |settings| &settings.compress);
        match self.chosen.address {
            Address::Objects { .. } => compress::in_place(wanted, how),
            _ => compress::beside(wanted, how, &self.output, self.options.threads)?,
        }
        Ok(())
    }

    /// Where no host is named, it is known by the kind of target what it takes.
    fn for_kind(&self, wanted: &mut Vec<Wanted>) -> Result<(), Trouble> {
        self.compress(wanted)?;
        match &self.chosen.address {
            // Pages are mostly made of branches by a host that leaves out what starts with an underscore; others ignore it.
            Address::Git { .. } if !wanted.iter().any(|file| file.path == NO_JEKYLL) => {
                wanted.push(Wanted::made(NO_JEKYLL, Vec::new()));
            }
            Address::Objects { store, folder, .. } => {
                let host = ["s3", "gcs", "azure"][*store as usize];
                let mut facts = Facts::default();
                // A name of an object is that of its folder and its own.
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

    /// Says what a host would not take, and ends where that is so.
    fn taken(&self, host: &str, mut problems: Diagnostics) -> Result<(), Trouble> {
        self.chosen.severities.settle(Purpose::Publish, &mut problems);
        self.reporter.problems(&problems, self.args.selection.strict);
        match diag::count_errors(&problems, self.args.selection.strict) {
            0 => Ok(()),
            _ => Err(Trouble::Refused(format!("{host} would not take the site; nothing was done"))),
        }
    }

    /// Adds what the host is given beside the site, and sees whether it takes all that, compressed copies included.
    fn for_host(&self, site: &Site, rules: &Rules, wanted: &mut Vec<Wanted>) -> Result<(), Trouble> {
        let mut problems = Diagnostics::new();
        let overlay = beside::overlay(site, rules, &mut problems);
        wanted.retain(|file| overlay.keeps(&file.path));
        self.compress(wanted)?;
        let facts = overlay.facts(wanted.iter().map(|file| (file.path.as_str(), file.size)));
        let named = self.chosen.settings.as_ref().and_then(|settings| settings.host.as_ref());
        let at = named.map(|host| Span::new(&config::FILE.into(), host.at.clone()));
        check::hosts::judge(at.as_ref(), rules, &overlay, &facts, &mut problems);
        self.taken(rules.name, problems)?;
        wanted.extend(overlay.add.into_iter().map(|(path, bytes)| Wanted::made(&path, bytes)));
        Ok(())
    }

    fn open(&self, holder: &str, ended: &[String]) -> Result<Box<dyn Target>, Trouble> {
        let settings = self.chosen.settings.as_ref();
        let machine = |scratch| Machine {
            scratch,
            holder,
            ended,
            shell: self.shell.as_deref(),
            secrets: self.secrets.clone(),
            patience: rsync::PATIENCE,
        };
        // A folder that other programs get by its path: no link stands on the way to it.
        let scratch = |kind: &str| {
            let (root, place) = (&self.options.root, format!("{}.{kind}", self.place()));
            root.refuse_odd(&place)?;
            // What came with a clone is not what a deploy has left.
            if root.exists(&place)? && tracked::is_tracked(root.path()) {
                root.remove_tree(&place)?;
            }
            root.make_folder(&place).map(|()| root.place(&place))
        };
        Ok(match &self.chosen.address {
            Address::Folder(root) => Box::new(Folder::open(root, settings.and_then(|s| s.releases))?),
            #[cfg(feature = "cloud")]
            Address::Objects { store, bucket, folder } => {
                Box::new(Objects::open(*store, bucket, folder, settings, self.secrets.clone())?)
            }
            #[cfg(not(feature = "cloud"))]
            Address::Objects { .. } => {
                return Err(Trouble::Refused(
                    "this program was built without object stores (feature `cloud`)".to_owned(),
                ));
            }
            Address::Ssh { user, host, port, path } => {
                Box::new(rsync::open_ssh(user.as_deref(), host, *port, path, machine(&scratch("rsync")?))?)
            }
            Address::Rsync { host, path } => Box::new(rsync::open_daemon(host, path, machine(&scratch("rsync")?))?),
            Address::Git { url } => {
                let branch = settings.and_then(|settings| settings.branch.as_deref()).unwrap_or(BRANCH);
                let history = settings.is_none_or(|settings| settings.history);
                Box::new(Git::open(url, branch, history, &scratch("git")?, self.secrets.clone())?)
            }
        })
    }

    /// The name of this run, and those of the last ones from here to this target, which have ended: this one holds the lock.
    fn holder(&self) -> Result<Held, Trouble> {
        let unique = format!("{:?} {} {:?}", self.chosen.address, std::process::id(), Clock::now());
        let holder = Digest::of(unique.as_bytes()).short();
        if self.args.dry_run {
            return Ok(Held { holder, ended: Vec::new(), _lock: None });
        }
        let (root, file) = (&self.options.root, self.place());
        root.make_folder(RUNS_OF)?;
        let locked = format!("{file}.lock");
        let Some(lock) = lock::file(root, &locked)? else {
            return Err(Trouble::Busy(
                "another deploy from here to this target is at work; nothing was done".to_owned(),
            ));
        };
        let known = root.read_if_there(&file)?.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
        // They are over since they held this lock; a copy of the site elsewhere has another, and knows nothing of these.
        let here = Digest::of_debug(&(root.place(&locked), root.stat(&locked)?.map(|stat| stat.inode))).short();
        let known = known.strip_prefix(&here).unwrap_or_default();
        let mut ended: Vec<String> = known.split_whitespace().map(str::to_owned).collect();
        // A lease of an older one is over by itself.
        ended.drain(..ended.len().saturating_sub(RUNS));
        root.write(&file, format!("{here} {} {holder}\n", ended.join(" ")).as_bytes())?;
        Ok(Held { holder, ended, _lock: Some(lock) })
    }

    /// Where the names of runs are kept until one has come to its end.
    fn place(&self) -> String {
        format!("{RUNS_OF}/{}", Digest::of_debug(&self.chosen.address).short())
    }
}

/// Whose run this is, and those of the last ones; no other starts from here to the same target in the meantime.
struct Held {
    holder: String,
    ended: Vec<String>,
    _lock: Option<Lock>,
}

/// Says what is going on.
struct Shown<'a> {
    reporter: &'a Reporter,
    dry_run: bool,
    host: Option<&'static Rules>,
    /// When progress was last shown.
    last: Mutex<Option<Clock>>,
    clock: Clock,
    /// Whether the host is given another configuration than it had.
    configured: AtomicBool,
}

impl Show for Shown<'_> {
    fn verified(&self, address: &str, standing: &Standing) {
        verified(self.reporter, address, standing);
    }

    fn plan(&self, address: &str, delta: &Delta) {
        let own = |upload: &Upload| upload.file.path.starts_with(FOLDER);
        self.configured.store(delta.all_uploads().any(own), Ordering::Relaxed);
        let new = delta.new;
        let (changed, removed) = (delta.files() - new, delta.removals.len());
        if self.dry_run {
            for upload in delta.all_uploads() {
                self.reporter.step(
                    if upload.new { "new" } else { "changed" },
                    &upload.file.path,
                    Some(upload.file.size),
                );
            }
            delta.removals.iter().for_each(|removal| self.reporter.step("remove", &removal.path, None));
        }
        if delta.is_empty() && !self.dry_run {
            return;
        }
        let size = bytes(delta.bytes());
        let text =
            format!("{new} new, {changed} changed ({size}), {removed} to remove, {} as they are", delta.unchanged);
        self.reporter
            .say(&format!("{} {address}\n  {text}", if self.dry_run { "Would deploy to" } else { "Deploying to" }));
    }

    fn progress(&self, files: (usize, usize), sent: (u64, u64)) {
        self.reporter.progress(&self.last, self.clock, files, sent);
    }
}

impl Shown<'_> {
    fn end(&self, target: &dyn Target, done: &Done, seconds: f64) {
        self.reporter.deployed(&target.address(), done, &target.requests(), self.dry_run, seconds);
        let reload = self.host.and_then(|host| Some((host.name, host.reload?)));
        if let Some((name, reload)) = reload.filter(|_| !self.dry_run && self.configured.load(Ordering::Relaxed)) {
            self.reporter.say(&format!("The configuration for {name} has changed; it reads it on `{reload}`"));
        }
        if done.kept > 0 {
            let kept = plural(done.kept, "file");
            self.reporter
                .warn(&format!("{kept} that the site has no more stayed, since somebody else has changed them"));
        }
    }
}
