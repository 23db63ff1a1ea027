//! A run of `recto import`: read, finish, plan, write, check. Nothing is written before everything has been read.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::git_history::GitHistory;
use super::new_site;
use super::open_source::OpenedSource;
use super::site_files;
use crate::base::config::{self, Config, FILE};
use crate::base::diag;
use crate::base::digest::Digest;
use crate::base::printable;
use crate::content::content_path::{self, ContentPath};
use crate::engine::site::LoadOptions;
use crate::import::finish::finish::{FinishedSite, finish};
use crate::import::finish::own_files;
use crate::import::finish::settings::FinishSettings;
use crate::import::format::{self, FormatRow};
use crate::import::import_map::ImportMap;
use crate::import::import_plan::{ConflictRule, FileStep, ImportPlan, ImportRecord, MadeFile};
use crate::import::import_report;
use crate::import::imported::Imported;
use crate::import::map_start;
use crate::import::notes::{Note, NoteKind};
use crate::import::source::Source;
use crate::shell::args::{CheckArgs, Cli, ImportArgs, ReportArgs, SelectionArgs};
use crate::shell::check::{CheckEnd, CheckError, CheckRun};
use crate::shell::exit::{CONFIGURATION, CONTENT, DISK, ExitError, USAGE, disk_failure};
use crate::shell::init::{self, NewSite};
use crate::shell::report::{ReportStyle, Reporter, plural};
use crate::system::disk;
use crate::system::root::Root;

/// What the command line gives to a run: how it finds a site, and how it loads one.
pub struct SiteTools {
    pub find_root: fn(&Cli) -> Result<PathBuf, ExitError>,
    pub options: fn(&Path, &SelectionArgs, Option<&str>) -> Result<LoadOptions, ExitError>,
}

/// The baseline of the check at the end of an import.
const BASELINE: &str = "import-baseline.txt";

/// How many finished articles a dry run prints.
const SAMPLES: usize = 3;

/// A run of the command.
struct ImportRun<'a> {
    args: &'a ImportArgs,
    reporter: Reporter,
    tools: &'a SiteTools,
    /// The site's folder.
    folder: PathBuf,
    /// Whether it has yet to be made.
    new: bool,
}

/// Runs the command.
pub fn import(cli: &Cli, args: &ImportArgs, style: ReportStyle, tools: &SiteTools) -> Result<u8, ExitError> {
    let (folder, new) = match &args.init {
        Some(dir) => {
            let folder = cli.directory.as_ref().map_or_else(|| dir.clone(), |base| base.join(dir));
            if disk::exists(&folder.join(FILE)).map_err(disk_failure)? {
                let shown = printable::path(&folder);
                return Err((USAGE, format!("{shown} is a site already\nhelp: leave out --init to import into it")));
            }
            (folder, true)
        }
        None => ((tools.find_root)(cli)?, false),
    };
    let reporter = Reporter::new(style, folder.clone()).brief();
    ImportRun { args, reporter, tools, folder, new }.run()
}

impl ImportRun<'_> {
    fn run(&self) -> Result<u8, ExitError> {
        let (map, writes_map) = self.map()?;
        let opened = OpenedSource::open(&self.args.source, self.args.media.as_deref());
        let opened = opened.map_err(|why| (USAGE, format!("{why}\nnothing was written")))?;
        let read = |path: &str| opened.read(path);
        let mut source = Source::new(opened.name.clone(), opened.files.clone(), &read);
        let history = opened.repository().map(|root| GitHistory::new(root.path()));
        if let Some(history) = &history {
            source = source.with_history(history);
        }
        let (row, imported) = self.read(&source, &map)?;
        if writes_map {
            self.write_map(&map_start::start(&imported))?;
        }
        let root = (!self.new).then(|| Root::open(&self.folder)).transpose().map_err(disk_failure)?;
        let own = own_files::settings_file();
        let toml = match source.has(&own) {
            true => source.text(&own).map_err(|why| (DISK, why))?.text,
            false => new_site::site_toml(&imported, &opened.name, &map),
        };
        let config = match &root {
            Some(root) => match self.configuration(root)? {
                Some(config) => config,
                None => return Ok(CONFIGURATION),
            },
            None => config::parse(&toml).0.ok_or_else(|| (USAGE, "the source gives no valid site.toml".to_owned()))?,
        };
        let path = site_files::record_path(row.name, &opened.name);
        let last = root.as_ref().map(|root| site_files::record(root, &path)).transpose().map_err(disk_failure)?;
        let last = last.unwrap_or_default();
        let known = last.by_origin();
        let repository = history.as_ref().and_then(GitHistory::repository);
        let settings = FinishSettings { config: &config, map: &map, new_site: self.new, repository, known: &known };
        let mut imported = imported;
        for (file, why) in &opened.skipped {
            let subject = "a file of the source, which was not read".to_owned();
            let note = Note { kind: NoteKind::LeftOut, subject, file: file.clone(), line: None, value: why.clone() };
            imported.notes.add(note);
        }
        self.step("Preparing");
        let site = finish(imported, &source, &settings);
        if self.args.dry_run {
            self.report(&site);
            self.samples(&site);
            return Ok(0);
        }
        let made = site_files::made_files(&site, &read).map_err(|why| (DISK, format!("{why}\nnothing was written")))?;
        let root = match root {
            Some(root) => root,
            None => self.make_site(&toml)?,
        };
        self.write(&root, site, &made, &last, &path, &read)
    }

    /// Reads the map, and returns whether its file is to be written.
    fn map(&self) -> Result<(ImportMap, bool), ExitError> {
        let Some(path) = &self.args.map else { return Ok((ImportMap::default(), false)) };
        let shown = printable::path(path);
        match disk::read_if_there(path).map_err(disk_failure)? {
            Some(bytes) => {
                let map = ImportMap::parse(&String::from_utf8_lossy(&bytes));
                map.map(|map| (map, false)).map_err(|why| (USAGE, format!("--map {shown}: {why}")))
            }
            None if self.args.dry_run => Ok((ImportMap::default(), true)),
            None => Err((
                USAGE,
                format!("--map {shown}: there is no such file\nhelp: with --dry-run, Recto writes one to start from"),
            )),
        }
    }

    fn write_map(&self, text: &str) -> Result<(), ExitError> {
        let Some(path) = &self.args.map else { return Ok(()) };
        disk::write(path, text.as_bytes()).map_err(disk_failure)?;
        self.reporter.say(&format!("Wrote {}, a map to start from", printable::path(path)));
        Ok(())
    }

    /// Finds the format of the source, and reads it.
    fn read(&self, source: &Source, map: &ImportMap) -> Result<(&'static FormatRow, Imported), ExitError> {
        let (row, why) = match &self.args.from {
            Some(name) => (format::by_name(name).map_err(|why| (USAGE, format!("--from: {why}")))?, None),
            None => {
                let (row, why) = format::detect(source).map_err(|why| (USAGE, why))?;
                (row, Some(why))
            }
        };
        let why = why.map(|why| format!(", because of {why}")).unwrap_or_default();
        self.reporter.say(&format!("Format: {}{why}", row.label));
        self.step(&format!("Reading {}", plural(source.paths().count(), "file")));
        let read = (row.read)(source, map);
        self.reporter.working("", true);
        let imported = read.map_err(|why| (CONTENT, format!("{}: {why}\nnothing was written", source.name)))?;
        if imported.texts.is_empty() {
            return Err((CONTENT, format!("{} has no texts in the format {}", source.name, row.label)));
        }
        Ok((row, imported))
    }

    fn configuration(&self, root: &Root) -> Result<Option<Config>, ExitError> {
        let (config, problems) = site_files::configuration(root).map_err(disk_failure)?;
        self.reporter.problems(&problems, false);
        Ok(config)
    }

    fn make_site(&self, toml: &str) -> Result<Root, ExitError> {
        let start = NewSite { bare: true, ..NewSite::default() };
        init::init(&self.folder, &start).map_err(disk_failure)?.map_err(|why| (USAGE, why))?;
        let root = Root::open(&self.folder).map_err(disk_failure)?;
        root.write(FILE, toml.as_bytes()).map_err(disk_failure)?;
        self.reporter.say(&format!("Created a site in {}", printable::path(&self.folder)));
        Ok(root)
    }

    /// Plans and writes, and checks the result.
    fn write(
        &self,
        root: &Root,
        mut site: FinishedSite,
        made: &BTreeMap<String, MadeFile>,
        last: &ImportRecord,
        record: &str,
        read: &dyn Fn(&str) -> Result<Vec<u8>, String>,
    ) -> Result<u8, ExitError> {
        let rule = match (self.args.theirs, self.args.ours) {
            (true, _) => ConflictRule::Theirs,
            (_, true) => ConflictRule::Ours,
            _ => ConflictRule::Name,
        };
        let mut there = |path: &str| site_files::there(root, path).map_err(|error| error.to_string());
        let plan = ImportPlan::new(made, last, rule, &mut there);
        let plan = plan.map_err(|why| (DISK, format!("{why}\nnothing was written")))?;
        let all = plan.steps.values().filter(|step| step.writes()).count();
        let wrote = |count: usize| self.reporter.working(&format!("Writing {count} of {all} files"), count == all);
        let count = site_files::write(root, &site, &plan, read, &wrote).map_err(|why| (DISK, why))?;
        let mut next = plan.record(made, last);
        site_files::keep_record(root, record, &next).map_err(disk_failure)?;
        self.report(&site);
        self.outcome(&plan);
        // The check needs the memory.
        site.files.iter_mut().for_each(|file| file.text = String::new());
        let conflicts = plan.count(FileStep::Conflict);
        let checked = match count {
            0 => 0,
            _ => self.check(root, &site, &mut next, record)?,
        };
        Ok(if checked != 0 {
            checked
        } else if conflicts > 0 {
            CONTENT
        } else {
            0
        })
    }

    /// Says which files were written, and which were not.
    fn outcome(&self, plan: &ImportPlan) {
        let count = |step| plan.count(step);
        let (new, changed) = (count(FileStep::Create), count(FileStep::Update));
        let (same, edited, conflicts) = (count(FileStep::Same), count(FileStep::Edited), count(FileStep::Conflict));
        if self.reporter.style.json {
            let line = json!({
                "type": "imported", "new": new, "changed": changed, "unchanged": same, "edited": edited,
                "conflicts": plan.paths(FileStep::Conflict).collect::<Vec<_>>(), "gone": plan.gone,
            });
            return self.reporter.data(&line.to_string());
        }
        let mut parts = vec![format!("{new} new"), format!("{changed} changed"), format!("{same} unchanged")];
        if edited > 0 {
            parts.push(format!("{edited} edited here and kept"));
        }
        self.reporter.say(&format!("\nImported: {}", parts.join(", ")));
        if !plan.gone.is_empty() {
            let files = plural(plan.gone.len(), "file");
            self.reporter.say(&format!("  {files} of the last import, which the source does not have any more, stay"));
        }
        if conflicts > 0 {
            let files = plural(conflicts, "file");
            self.reporter.warn(&format!(
                "{files} changed here and in the source, and stay as they are:\n{}\n\
                 help: --theirs takes what the source has, --ours keeps what is here",
                plan.paths(FileStep::Conflict).map(|path| format!("  {path}")).collect::<Vec<_>>().join("\n")
            ));
        }
    }

    fn report(&self, site: &FinishedSite) {
        self.reporter.working("", true);
        let style = &self.reporter.style;
        if style.json {
            let counts = &site.counts;
            let line = json!({
                "type": "import", "articles": counts.articles, "drafts": counts.drafts, "originals": counts.originals,
                "translations": counts.translations, "orphans": counts.orphans, "pages": counts.pages,
                "records": counts.records, "assets": counts.assets, "aliases": counts.aliases, "links": counts.links,
            });
            self.reporter.data(&line.to_string());
            for note in site.notes.iter() {
                let kind = format!("{:?}", note.kind);
                let line = json!({
                    "type": "note", "kind": kind, "subject": note.subject, "file": note.file, "line": note.line,
                    "value": note.value,
                });
                self.reporter.data(&line.to_string());
            }
            return;
        }
        let report = import_report::report(&site.counts, &site.notes, style.verbose);
        match self.args.dry_run {
            true => self.reporter.data(&report),
            false => self.reporter.say(&format!("\n{}", report.trim_end())),
        }
    }

    /// Prints a few finished articles.
    fn samples(&self, site: &FinishedSite) {
        let articles = site.files.iter().filter(|file| file.path.starts_with("content/articles/"));
        for file in articles.take(SAMPLES) {
            match self.reporter.style.json {
                true => self.reporter.data(&json!({"type": "file", "path": file.path, "text": file.text}).to_string()),
                false => self.reporter.data(&format!("---- {}\n{}", file.path, file.text)),
            }
        }
    }

    fn step(&self, what: &str) {
        self.reporter.working(what, false);
    }

    /// Checks the site. Articles that would stop a build become drafts, and all other problems go to a baseline.
    fn check(&self, root: &Root, site: &FinishedSite, record: &mut ImportRecord, path: &str) -> Result<u8, ExitError> {
        let selection =
            SelectionArgs { now: None, drafts: false, future: false, expired: false, jobs: None, strict: false };
        let options = (self.tools.options)(&self.folder, &selection, None)?;
        let args = CheckArgs {
            files: Vec::new(),
            baseline: Some(root.place(BASELINE)),
            update: false,
            host: None,
            stale: false,
            shown: ReportArgs { only: Vec::new() },
            selection,
        };
        let (here, output) = (root.path().to_owned(), root.place("public"));
        let run = CheckRun { options: &options, args: &args, reporter: &self.reporter, here, output };
        self.step("Checking");
        let problems = run.problems().map_err(check_failure)?;
        let mut drafts = 0;
        let mut stopped: BTreeMap<&str, &diag::Diagnostic> = BTreeMap::new();
        for found in problems.iter().filter(|found| diag::is_error(found, false) && stops_a_build(found)) {
            if let Some(at) = &found.at {
                stopped.entry(&at.file).or_insert(found);
            }
        }
        for file in &site.files {
            let Some(error) = stopped.get(file.path.as_str()) else { continue };
            let place = content_path::place(file.path.strip_prefix("content/").unwrap_or_default());
            if !matches!(place, ContentPath::Article { .. }) {
                continue;
            }
            let (bytes, _) = root.read(&file.path).map_err(disk_failure)?;
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let known = record.files.get(&file.path).is_some_and(|known| known.written == Digest::of(&bytes));
            if !known || !text.starts_with("+++\n") || text.contains("\ndraft = true\n") {
                continue;
            }
            let draft = text.replacen("+++\n", "+++\ndraft = true\n", 1);
            root.write(&file.path, draft.as_bytes()).map_err(disk_failure)?;
            if let Some(known) = record.files.get_mut(&file.path) {
                known.written = Digest::of(draft.as_bytes());
            }
            self.reporter.warn(&format!("{} is a draft now, because {}", file.path, error.message));
            drafts += 1;
        }
        if drafts > 0 {
            site_files::keep_record(root, path, record).map_err(disk_failure)?;
        } else if problems.is_empty() {
            self.reporter.working("", true);
            self.reporter.say("Checked the site: no problems");
            return Ok(0);
        }
        self.reporter.working("", true);
        match run.run().map_err(check_failure)? {
            CheckEnd::Good => Ok(0),
            CheckEnd::Errors { configuration: true } => Ok(CONFIGURATION),
            CheckEnd::Errors { configuration: false } => Ok(CONTENT),
        }
    }
}

/// Returns whether a problem stops a build, so that a baseline does not help.
fn stops_a_build(found: &diag::Diagnostic) -> bool {
    let code = found.code.as_ref();
    use crate::base::severity::{LOSS, NEEDED, SAFETY};
    [LOSS, NEEDED, SAFETY].iter().any(|codes| codes.contains(&code))
}

fn check_failure(error: CheckError) -> ExitError {
    match error {
        CheckError::Usage(why) => (USAGE, why),
        CheckError::Disk(why) => (DISK, why),
    }
}
