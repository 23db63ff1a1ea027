//! `recto check`: finds all problems of the site or of some of its files. It writes nothing but a baseline.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::json;

use super::args::CheckArgs;
use super::baseline::{Baseline, BaselineFile as File};
use super::report::{Reporter, plural};
use super::{ignored_files, typed_paths, unpublished};
use crate::archive::archive::{Archive, SkipReason};
use crate::base::config::{self, Config};
use crate::base::diag::{self, Diagnostic, Diagnostics, Severity, Span};
use crate::base::ignored_files::IgnoredFile;
use crate::base::printable;
use crate::base::severity::Purpose;
use crate::check;
use crate::check::hosts::of_targets;
use crate::check::links::Demands;
use crate::check::subject::Subject;
use crate::content::content_path::{ContentPath, place};
use crate::engine::examine::{self, OpenedSite, StateSummary};
use crate::engine::ledger::Ledger;
use crate::engine::site::{LoadOptions, Site};
use crate::engine::state::State;
use crate::engine::{build, process, site_files, site_overlay};
use crate::hosting::hosts::{self, HostRules};
use crate::outputs::job::{Job, Output};
use crate::system::disk::{self, DiskError};

/// A check of a site.
pub struct CheckRun<'a> {
    pub options: &'a LoadOptions,
    pub args: &'a CheckArgs,
    pub reporter: &'a Reporter,
    /// The folder to which typed paths are relative.
    pub here: PathBuf,
    /// The output folder, which may hold a build. It is not written to.
    pub output: PathBuf,
}

/// How the check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckEnd {
    Good,
    Errors { configuration: bool },
}

/// Why there was no check.
pub enum CheckError {
    Usage(String),
    Disk(String),
}

impl From<DiskError> for CheckError {
    fn from(error: DiskError) -> CheckError {
        CheckError::Disk(error.to_string())
    }
}

/// What was found.
struct CheckFindings {
    problems: Diagnostics,
    articles: usize,
    skipped: Vec<(String, SkipReason)>,
    orphans: Vec<String>,
    /// Files that are not published.
    others: Vec<IgnoredFile>,
    /// Whether the site could be assembled. If not, much was not checked.
    whole: bool,
}

impl CheckRun<'_> {
    /// Runs the check and prints its report.
    pub fn run(&self) -> Result<CheckEnd, CheckError> {
        let host = match self.args.host.as_deref() {
            Some(name) => {
                let unknown = || CheckError::Usage(hosts::unknown("--host", "unknown host", name));
                Some(hosts::find(name).ok_or_else(unknown)?)
            }
            None => None,
        };
        let only = match self.args.files.as_slice() {
            [] => None,
            typed => Some(CheckScope::new(self.options, &self.here, typed)?),
        };
        let baseline = self.args.baseline.as_deref().map(|file| self.baseline(file)).transpose()?;
        let found = self.find(host, only.as_ref())?;
        let CheckFindings { mut problems, articles, skipped, orphans, others, whole } = found;
        let mut remarks = Vec::new();
        if let Some(only) = only.as_ref().filter(|_| !skipped.is_empty()) {
            let them = if only.files.len() == 1 { "it" } else { "them" };
            remarks.push(format!("  to check {them} as if published, use -D, -F or -E"));
        }
        if let Some((path, None)) = baseline.as_ref().filter(|_| !whole) {
            remarks.push(format!("  baseline {} was not written, because of the errors above", printable::path(path)));
        } else if let Some(baseline) = baseline.filter(|_| whole) {
            problems = self.let_pass(baseline, problems, only.as_ref(), &mut remarks)?;
        }
        let strict = self.args.selection.strict;
        self.reporter.problems(&problems, strict);
        if self.reporter.style.json {
            let skipped = unpublished::json(&skipped, &orphans);
            self.reporter.data(&json!({"type": "unpublished", "skipped": skipped}).to_string());
        }
        let count = self.reporter.count(&problems);
        let checked = match &only {
            Some(only) => plural(only.files.len(), "file"),
            None => plural(articles, "article"),
        };
        let count = if count.is_empty() { "no problems" } else { &count };
        ignored_files::said_with(self.reporter, &others, || {
            self.reporter.end(&format!("Checked {checked}: {count}"), Some(articles), &problems);
            let left = unpublished::lines(&skipped, &orphans, self.reporter.style.verbose || only.is_some());
            left.iter().chain(&remarks).for_each(|line| self.reporter.say(line));
        });
        Ok(match diag::count_errors(&problems, strict) {
            0 => CheckEnd::Good,
            _ => CheckEnd::Errors { configuration: build::in_configuration(&problems) },
        })
    }

    /// Finds all problems of the site and prints nothing.
    pub fn problems(&self) -> Result<Diagnostics, CheckError> {
        self.find(None, None).map(|found| found.problems)
    }

    /// Finds all problems, or those of some files and of everything that belongs to them.
    fn find(&self, host: Option<&'static HostRules>, only: Option<&CheckScope>) -> Result<CheckFindings, CheckError> {
        let enough = |config: &Config| only.is_none() && host.is_none() && of_targets(config).is_empty();
        let (loaded, state) = match examine::open(self.options, &self.output, &enough)? {
            OpenedSite::AsBuilt(known) => return Ok(CheckFindings::of_build(*known)),
            OpenedSite::Loaded(loaded, state) => (*loaded, state),
        };
        let mut found = CheckFindings {
            problems: loaded.problems,
            articles: 0,
            skipped: Vec::new(),
            orphans: Vec::new(),
            others: loaded.left_out,
            whole: false,
        };
        let severities = loaded.config.map(|config| config.check.clone()).unwrap_or_default();
        if let Some(made) = loaded.made {
            let archive = &made.0.archive;
            found.whole = true;
            found.articles = archive.articles.len();
            (found.skipped, found.orphans) = (archive.left_out(), archive.orphans());
            match only {
                Some(only) => {
                    found.articles = only.articles(archive);
                    examine_some(made, only, &mut found.problems);
                }
                None => self.examine(made, state, host, &mut found.problems)?,
            }
        }
        severities.settle(Purpose::Check, &mut found.problems);
        if let Some(only) = only {
            found.problems.retain(|problem| only.concerns(problem));
            found.skipped.retain(|(path, _)| only.has(&format!("content/{path}.md")));
            found.orphans.retain(|file| only.has(file));
            found.others.clear();
        }
        Ok(found)
    }

    /// Renders everything and applies the rules that only `check` has. Without `--host`, limits are those of the
    /// hosts of all targets.
    fn examine(
        &self,
        made: (Site, Ledger),
        state: Option<Arc<State>>,
        host: Option<&'static HostRules>,
        problems: &mut Diagnostics,
    ) -> Result<(), CheckError> {
        let hosts: Vec<(Option<Span>, &HostRules)> = match host {
            Some(rules) => vec![(None, rules)],
            None => of_targets(&made.0.config).into_iter().map(|(at, rules)| (Some(at), rules)).collect(),
        };
        let examined = examine::examine(made, state, self.options.threads, !hosts.is_empty(), problems);
        let examined = examined.map_err(|refused| CheckError::Disk(refused.to_string()))?;
        let site = &examined.site;
        // A page that could not be rendered has no size.
        let whole = diag::count_errors(problems, false) == 0;
        for (at, rules) in hosts.into_iter().filter(|_| whole) {
            let overlay = site_overlay::overlay(site, rules, problems);
            let facts = overlay.facts(examined.weighed());
            check::hosts::judge(at.as_ref(), rules, &overlay, &facts, problems);
        }
        rules(site, &examined.demands, &|_| true, problems);
        Ok(())
    }

    /// Reads the baseline in a file. Returns its path and, if it exists and is not to be written again, its
    /// content.
    fn baseline(&self, file: &Path) -> Result<(PathBuf, Option<Baseline>), CheckError> {
        let path = typed_paths::plain(&self.here.join(file));
        let wrong = |why: String| CheckError::Usage(format!("--baseline {}: {why}", printable::path(file)));
        if disk::is_dir(&path)? {
            return Err(wrong("this is a folder, not a file".to_owned()));
        }
        let known = self
            .there(&path)?
            .map_or(Ok(None), |place| Baseline::read(&place))?
            .transpose()
            .map_err(wrong)?
            .filter(|_| !self.args.update);
        if known.is_none() && !self.args.files.is_empty() {
            let why = "the file does not exist, and only a check of the whole site can create it";
            return Err(wrong(format!(
                "{why}\nhelp: create it first: `recto check --baseline {}`",
                printable::path(file)
            )));
        }
        Ok((path, known))
    }

    /// Returns the file at a path, if it exists.
    fn there(&self, path: &Path) -> Result<Option<File>, CheckError> {
        let folder = path.parent().unwrap_or(path);
        let there = path.starts_with(self.options.root.path()) || disk::is_dir(folder)?;
        Ok(if there { Some(File::of(&self.options.root, path)?) } else { None })
    }

    /// Returns the problems that are not in the baseline. Writes the baseline if there is none yet.
    fn let_pass(
        &self,
        (path, known): (PathBuf, Option<Baseline>),
        problems: Diagnostics,
        only: Option<&CheckScope>,
        remarks: &mut Vec<String>,
    ) -> Result<Diagnostics, CheckError> {
        let root = &self.options.root;
        let mut read = |file: &str| site_files::read_text(root, file, &mut Diagnostics::new());
        let typed = printable::path(self.args.baseline.as_deref().unwrap_or(&path));
        let written = known.is_none();
        let known = match known {
            Some(known) => known,
            None => {
                let new = Baseline::of(&problems, &mut read);
                new.write(&File::of(root, &path)?)?;
                new
            }
        };
        let concerns = |file: &str| only.is_none_or(|only| only.has(file));
        let compared = known.compare(problems, &concerns, &mut read);
        let (passed, mended, new) = (compared.known, compared.mended, compared.new.len());
        if self.reporter.style.json {
            let line = json!({
                "type": "baseline", "file": typed, "written": written, "problems": known.count(), "known": passed,
                "mended": mended, "new": new,
            });
            self.reporter.data(&line.to_string());
        }
        remarks.push(match written {
            true => format!("  wrote baseline {typed}: {} will not be reported", plural(passed, "problem")),
            false => format!("  baseline {typed}: {} known, {new} new", plural(passed, "problem")),
        });
        if mended > 0 {
            let (mended, them) = (plural(mended, "problem"), if mended == 1 { "it" } else { "them" });
            let line = format!("{mended} of the baseline fixed; use --update to remove {them} from the file");
            remarks.push(format!("  {line}"));
        }
        Ok(compared.new)
    }
}

impl CheckFindings {
    /// Returns what the last build found, if nothing has changed since.
    fn of_build(known: StateSummary) -> CheckFindings {
        let StateSummary { config, mut problems, articles, skipped, orphans, left_out } = known;
        diag::sort(&mut problems);
        config.check.settle(Purpose::Check, &mut problems);
        CheckFindings { problems, articles, skipped, orphans, others: left_out, whole: true }
    }
}

/// Applies the rules that only `check` has. Texts for which `wanted` returns true are read again.
fn rules(site: &Site, demands: &Demands, wanted: &dyn Fn(&str) -> bool, problems: &mut Diagnostics) {
    let read = |file: &str, problems: &mut Diagnostics| site.read(file, problems);
    let Site { config, archive, plan, theme, .. } = site;
    let subject = Subject { config, archive, plan, strings: &theme.strings, theme, read: &read, wanted };
    check::rules::check(&subject, problems);
    demands.rest(&subject, problems);
    diag::sort(problems);
}

/// Renders the outputs that show these files, and applies the rules.
fn examine_some((site, mut ledger): (Site, Ledger), only: &CheckScope, problems: &mut Diagnostics) {
    let demands = process::demands(&site, &mut ledger, &|file| only.has(file));
    let site = &site;
    let world = site.world();
    let everywhere = only.are_of_pages();
    let shows = |output: &&Output| match &output.job {
        Job::Static(_) => false,
        Job::Image(..) if everywhere => false,
        _ if everywhere => true,
        // One picture gives all widths.
        Job::Image(picture, width) if picture.widths().first() != Some(width) => false,
        job => only.has(&output.place(&site.archive).file) || job.reads_any(&world, |file| only.has(file)),
    };
    for (at, output) in site.plan.outputs.iter().enumerate() {
        let (shown, asked) = (shows(&output), demands.are_of(at));
        if !shown && !asked {
            continue;
        }
        let rendered = site.render(output);
        if let Some(bytes) = rendered.bytes.filter(|_| asked) {
            demands.judge(at, &bytes, problems);
        }
        if shown {
            problems.extend(rendered.problems);
        }
    }
    problems.extend(site.leaves.take_problems());
    rules(site, &demands, &|file| only.has(file), problems);
}

/// The files to check, and what belongs to them.
struct CheckScope {
    /// Paths below the site's root.
    files: BTreeSet<String>,
    /// The ids of articles with at least one text among the files.
    articles: BTreeSet<String>,
}

impl CheckScope {
    /// Finds the files that were typed: relative to the current folder or the site's, with or without
    /// `content/articles/` and `.md`. A folder means all files in it. Files in `static/`, `templates/`, `i18n/` and
    /// themes, and `site.toml`, are allowed, too.
    fn new(options: &LoadOptions, here: &Path, typed: &[PathBuf]) -> Result<CheckScope, CheckError> {
        let inputs = typed_paths::known_files(options)?;
        let known: Vec<&str> = inputs.iter().map(|input| &*input.file).chain([config::FILE]).collect();
        let files = typed_paths::find(&known, options.root.path(), here, typed).map_err(CheckError::Usage)?;
        let articles = files.iter().filter_map(|file| article_of(file)).collect();
        Ok(CheckScope { files, articles })
    }

    /// Returns whether one of the files may affect any page: all but texts, files beside them, and files that are
    /// only copied.
    fn are_of_pages(&self) -> bool {
        self.files.iter().any(|file| !file.starts_with("content/") && !file.starts_with("static/"))
    }

    /// Returns whether a file is one of them, or another text of the same article.
    fn has(&self, file: &str) -> bool {
        self.files.contains(file) || article_of(file).is_some_and(|id| self.articles.contains(&id))
    }

    /// Returns whether a problem concerns these files, at its own place or at one that it mentions. Errors of the
    /// configuration always do, since they may cause others.
    fn concerns(&self, found: &Diagnostic) -> bool {
        let places = found.at.iter().chain(found.notes.iter().filter_map(|(at, _)| at.as_ref()));
        let configured = |at: &Span| &*at.file == config::FILE && found.severity == Severity::Error;
        places.into_iter().any(|at| self.has(&at.file)) || found.at.as_ref().is_some_and(configured)
    }

    fn articles(&self, archive: &Archive) -> usize {
        self.articles.iter().filter(|id| archive.find(id).is_some()).count()
    }
}

/// Returns the article to which a file belongs.
fn article_of(file: &str) -> Option<String> {
    match place(file.strip_prefix("content/")?) {
        ContentPath::Article { id } | ContentPath::Sibling { article: id, .. } => Some(id),
        _ => None,
    }
}
