//! The command line: arguments in, exit code out.
//!
//! Exit codes: 0 success, 1 content or template errors, 2 usage, 3 configuration, 4 disk, 5 network.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use super::align::run::{AlignEnd, AlignError, AlignRun};
use super::args::{
    AlignArgs, BuildArgs, CheckArgs, Cli, Command, DeployArgs, ExportArgs, InitArgs, ListArgs, NewArgs, ReportFormat,
    SelectionArgs, ThemeCommand,
};
#[cfg(feature = "serve")]
use super::args::{ListenArgs, PreviewArgs, ServeArgs};
use super::build;
use super::check::{self, CheckRun};
use super::command_hints;
use super::deploy::{self, DeployCommand};
use super::exit::{CONFIGURATION, CONTENT, DISK, ExitError, NETWORK, USAGE, disk_failure, with_help};
use super::explain;
use super::export::{ExportEnd, ExportError, ExportRun};
use super::import::run::{self as import, SiteTools};
use super::init::{self, NewSite};
use super::list;
use super::new::{self, NewArticle};
use super::report::{ReportStyle, Reporter};
use super::stale;
#[cfg(feature = "serve")]
use super::web::{
    listen::ListenOptions,
    preview::{self, PreviewOptions},
    serve::{self, ServeOptions},
};
use super::workflow;
use crate::base::config::FILE;
use crate::base::date::{self, Day, Instant, WrittenDate};
use crate::base::diag;
use crate::base::language;
use crate::base::printable;
use crate::deploy::choose_target::{self, ChoiceError};
use crate::deploy::connect::Environment;
use crate::deploy::redact::Secrets;
use crate::deploy::target::DeployError;
use crate::engine::build::Build;
use crate::engine::build_result::BuildResult;
use crate::engine::site::LoadOptions;
use crate::engine::symlinks;
#[cfg(feature = "serve")]
use crate::hosting::hosts;
use crate::search::shape::Shape;
use crate::system::disk;
use crate::system::pool;
use crate::system::root::Root;

/// Runs the program and returns its exit code. `give_back` returns unused memory to the system.
pub fn main(give_back: fn()) -> ExitCode {
    quiet_workers();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return ExitCode::from(not_understood(error)),
    };
    let style = ReportStyle::new(cli.quiet, cli.verbose, cli.format == ReportFormat::Json);
    let reporter = Reporter::new(style, PathBuf::new());
    match run(&cli, style, give_back) {
        Ok(code) => ExitCode::from(code),
        Err((code, message)) => {
            reporter.fail(&message);
            ExitCode::from(code)
        }
    }
}

/// Prints one line for a name that other programs use, and clap's message for any other error.
fn not_understood(error: clap::Error) -> u8 {
    let words: Vec<String> = std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    let Some(line) = command_hints::hint_for_error(&error, &words) else {
        let code = u8::try_from(error.exit_code()).unwrap_or(USAGE);
        match command_hints::shown(error) {
            // Help and the version are not errors, and go to stdout.
            Ok(error) => drop(error.print()),
            Err(text) => Reporter::new(ReportStyle::new(false, false, false), PathBuf::new()).fail(&text),
        }
        return code;
    };
    let json = words.iter().any(|word| word == "json" || word == "--format=json");
    Reporter::new(ReportStyle::new(false, false, json), PathBuf::new()).fail(&line);
    USAGE
}

/// Silences panics of workers, which are reported as problems with the file in question.
fn quiet_workers() {
    let default = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if std::thread::current().name() != Some(crate::system::pool::THREAD_NAME) {
            default(info);
        }
    }));
}

#[cfg_attr(not(feature = "serve"), expect(unused_variables, reason = "only what goes on gives back"))]
fn run(cli: &Cli, style: ReportStyle, give_back: fn()) -> Result<u8, ExitError> {
    match &cli.command {
        Command::Init(args) => init_site(cli, style, args),
        Command::Explain(args) => {
            explain::explain(args.code, &Reporter::new(style, PathBuf::new()));
            Ok(0)
        }
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut Cli::command(), "recto", &mut script);
            Reporter::new(style, PathBuf::new()).document(&String::from_utf8_lossy(&script));
            Ok(0)
        }
        Command::Man => {
            let page = manual().map_err(|e| (DISK, format!("cannot generate the manual page: {e}")))?;
            Reporter::new(style, PathBuf::new()).document(&page);
            Ok(0)
        }
        Command::New(args) => new_article(&find_root(cli)?, style, args),
        Command::Build(args) => run_build(&find_root(cli)?, style, args),
        #[cfg(feature = "serve")]
        Command::Serve(args) => run_serve(&find_root(cli)?, style, args, give_back),
        #[cfg(feature = "serve")]
        Command::Preview(args) => run_preview(&find_root(cli)?, style, args),
        Command::Check(args) => run_check(&find_root(cli)?, style, args),
        Command::Align(args) => run_align(&find_root(cli)?, style, args),
        Command::List(args) => run_list(&find_root(cli)?, style, args),
        Command::Export(args) => run_export(&find_root(cli)?, style, args),
        Command::Import(args) => import::import(cli, args, style, &SiteTools { find_root, options }),
        Command::Deploy(args) => run_deploy(&find_root(cli)?, style, args),
        Command::Theme { command: ThemeCommand::Eject { name } } => eject(&find_root(cli)?, style, name),
    }
}

/// Returns one manual page for the program and all its commands.
fn manual() -> std::io::Result<String> {
    let mut root = Cli::command();
    root.build();
    let mut page = Vec::new();
    let man = clap_mangen::Man::new(root.clone());
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    for command in root.get_subcommands().filter(|c| c.get_name() != "help") {
        let mut section = Vec::new();
        let man = clap_mangen::Man::new(command.clone());
        man.render_synopsis_section(&mut section)?;
        man.render_description_section(&mut section)?;
        man.render_options_section(&mut section)?;
        let section = String::from_utf8_lossy(&section).replace(".SH ", ".SS ");
        page.extend(format!(".SH RECTO {}\n{section}", command.get_name().to_uppercase()).bytes());
    }
    Ok(String::from_utf8_lossy(&page).into_owned())
}

/// Finds the site's folder: `-C`, or the nearest one upwards with a `site.toml`.
fn find_root(cli: &Cli) -> Result<PathBuf, ExitError> {
    let start = match &cli.directory {
        Some(dir) => dir.clone(),
        None => std::env::current_dir().map_err(|e| (DISK, format!("cannot determine the current folder: {e}")))?,
    };
    if !disk::is_dir(&start).map_err(disk_failure)? {
        return Err((CONFIGURATION, format!("the folder {} does not exist", printable::path(&start))));
    }
    let found = match disk::find_site(&start).map_err(disk_failure)? {
        Some(found) => Some(found),
        None => disk::canonical(&start).and_then(|dir| disk::find_site(&dir)).map_err(disk_failure)?,
    };
    found.ok_or_else(|| {
        let where_ = printable::path(&start);
        (
            CONFIGURATION,
            format!("no site.toml in {where_} or its parent folders\nhelp: create a site with `recto init`"),
        )
    })
}

fn init_site(cli: &Cli, style: ReportStyle, args: &InitArgs) -> Result<u8, ExitError> {
    let base = cli.directory.clone().unwrap_or_default();
    let dir = args.dir.as_ref().map_or_else(|| base.clone(), |d| base.join(d));
    let dir = if dir.as_os_str().is_empty() { PathBuf::from(".") } else { dir };
    let reporter = Reporter::new(style, dir.clone());
    let workflow = match args.ci {
        Some(ci) => Some(workflow::of(ci, &dir).map_err(disk_failure)?.map_err(|why| (USAGE, why))?),
        None => None,
    };
    let (title, language, timezone) = (args.title.clone(), args.language.clone(), args.timezone.clone());
    let start = NewSite { title, language, timezone, bare: args.bare }.checked().map_err(|why| (USAGE, why))?;
    // In an existing site, write only the workflow.
    let starts = workflow.is_none() || !disk::exists(&dir.join(FILE)).map_err(disk_failure)?;
    if starts {
        let files = init::init(&dir, &start).map_err(disk_failure)?.map_err(|why| (USAGE, why))?;
        reporter.say(&format!(
            "Created a site in {} ({})",
            printable::path(&dir),
            super::report::plural(files, "file")
        ));
    }
    if let Some(workflow) = workflow {
        workflow.write().map_err(disk_failure)?;
        reporter.say(&format!("Wrote {}", printable::path(&from_here(&workflow.file()))));
        workflow.next.iter().for_each(|line| reporter.say(&format!("Next: {line}")));
    }
    if starts {
        if !start.has_samples() {
            reporter.say(&format!("Next: {}", init::command(&dir, "new", " \"The headline\"")));
        }
        reporter.say(&format!("Next: {}", init::serve(&dir)));
    }
    Ok(0)
}

fn eject(root: &Path, style: ReportStyle, name: &str) -> Result<u8, ExitError> {
    crate::base::path::check_segment(name)
        .map_err(|why| (USAGE, format!("`{name}` is not a valid theme name: {why}")))?;
    let opened = Root::open(root).map_err(disk_failure)?;
    let written = init::eject(&opened, name).map_err(disk_failure)?.map_err(|why| (USAGE, why))?;
    let reporter = Reporter::new(style, root.to_owned());
    reporter.say(&format!("Copied the built-in theme to {}", printable::path(&written)));
    if name != init::EJECTED {
        reporter.say(&format!("Next: set theme = \"{name}\" in site.toml"));
    }
    Ok(0)
}

/// Returns the time from `--now`, otherwise `SOURCE_DATE_EPOCH` (reproducible-builds.org), otherwise the clock.
fn now(given: Option<&str>) -> Result<WrittenDate, ExitError> {
    if let Some(text) = given {
        return date::parse(text).map_err(|why| (USAGE, format!("--now `{text}` is not a valid time: {why}")));
    }
    match std::env::var("SOURCE_DATE_EPOCH") {
        Ok(text) => {
            let seconds = text.trim().parse::<i64>().ok().and_then(|s| Instant::from_second(s).ok());
            let at =
                seconds.ok_or_else(|| (USAGE, format!("SOURCE_DATE_EPOCH `{text}` is not a number of seconds")))?;
            Ok(at.into())
        }
        #[expect(clippy::disallowed_methods, reason = "the one place where the clock is read")]
        Err(_) => Ok(Instant::now().into()),
    }
}

/// Returns the user's cache folder (XDG base directories, or the equivalent on Windows).
fn cache() -> Option<PathBuf> {
    let folder = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    folder("XDG_CACHE_HOME")
        .or_else(|| folder("LOCALAPPDATA"))
        .or_else(|| folder("HOME").map(|home| home.join(".cache")))
}

fn options(root: &Path, selection: &SelectionArgs, base_url: Option<&str>) -> Result<LoadOptions, ExitError> {
    let base_url = match base_url {
        Some(url) if crate::base::secret::is_in_url(url) => {
            let what = "--base-url contains a user name or a password, which every page would show; nothing was done";
            return Err((USAGE, format!("{what}\nhelp: use the address that readers type, such as https://host/path")));
        }
        Some(url) if crate::base::config::split_base_url(url).is_none() => {
            let url = diag::quoted(&crate::base::secret::plain_addresses(url));
            return Err((USAGE, format!("--base-url {url}: expected an address that starts with https:// or http://")));
        }
        other => other.map(str::to_owned),
    };
    pool::check_worker().map_err(|error| {
        let help = "raise the limit on memory (`ulimit -v`) or on processes (`ulimit -u`)";
        (DISK, format!("cannot start a worker thread: {error}\nhelp: {help}"))
    })?;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    Ok(LoadOptions {
        root: Root::shared(root).map_err(disk_failure)?,
        base_url,
        drafts: selection.drafts,
        future: selection.future,
        expired: selection.expired,
        now: now(selection.now.as_deref())?,
        threads: selection.jobs.map_or(cores, usize::from),
        cache: cache(),
        shape: Shape::default(),
    })
}

fn run_build(root: &Path, style: ReportStyle, args: &BuildArgs) -> Result<u8, ExitError> {
    let options = options(root, &args.selection, args.base_url.as_deref())?;
    let output = args.output.clone().unwrap_or_else(|| root.join("public"));
    let reporter = Reporter::new(style, root.to_owned()).only(&args.shown.only);
    let (strict, verify, explain) = (args.selection.strict, args.verify, args.explain);
    let build = Build { output, strict, verify, explain, adopt: args.adopt };
    match build::build(&options, &build, &reporter, args.timings)? {
        Ok((_, built)) => {
            built.into_iter().for_each(BuildResult::leave);
            Ok(0)
        }
        Err(code) => Ok(code),
    }
}

#[cfg(feature = "serve")]
fn run_serve(root: &Path, style: ReportStyle, args: &ServeArgs, give_back: fn()) -> Result<u8, ExitError> {
    let given = args.selection.now.clone();
    // The options were checked when they were made, so this cannot fail.
    let clock = move || now(given.as_deref()).unwrap_or_else(|_| Instant::MIN.into());
    let serve = ServeOptions {
        options: options(root, &args.selection, None)?,
        strict: args.selection.strict,
        output: root.join("public"),
        door: args.door.door(),
        poll: args.poll,
        style,
        now: Box::new(clock),
        give_back,
    };
    match serve.start() {
        Ok(serving) => {
            args.door.show(&serving.urls, &Reporter::new(style, root.to_owned()));
            serving.wait();
            Ok(0)
        }
        Err(serve::ServeError::Disk(error)) => Err(disk_failure(error)),
        Err(serve::ServeError::Door(why)) => Err((NETWORK, why)),
        Err(serve::ServeError::Configuration(problems)) => {
            let reporter = Reporter::new(style, root.to_owned());
            reporter.problems(&problems, args.selection.strict);
            reporter.end(&format!("Nothing is served: {}", reporter.count(&problems)), None, &problems);
            Ok(CONFIGURATION)
        }
    }
}

#[cfg(feature = "serve")]
fn run_preview(root: &Path, style: ReportStyle, args: &PreviewArgs) -> Result<u8, ExitError> {
    let rules = hosts::rules(&args.host_rules).map_err(|why| (USAGE, why))?;
    let output = args.output.clone().unwrap_or_else(|| root.join("public"));
    // The list of moves is that of a plain build.
    let selection =
        SelectionArgs { now: None, drafts: false, future: false, expired: false, jobs: None, strict: false };
    let options = options(root, &selection, None)?;
    let preview = PreviewOptions { root: root.to_owned(), output, rules, options, door: args.door.door(), style };
    match preview.start() {
        Ok(previewing) => {
            args.door.show(&previewing.urls, &Reporter::new(style, root.to_owned()));
            previewing.wait()
        }
        Err(preview::PreviewError::Disk(error)) => Err(disk_failure(error)),
        Err(preview::PreviewError::Nothing(why)) => Err((DISK, why)),
        Err(preview::PreviewError::Door(why)) => Err((NETWORK, why)),
    }
}

#[cfg(feature = "serve")]
impl ListenArgs {
    fn door(&self) -> ListenOptions {
        ListenOptions { host: self.host.clone(), port: self.port, lan: self.lan }
    }

    /// Opens the browser if requested. If there is none, the address is on the terminal.
    fn show(&self, urls: &[String], reporter: &Reporter) {
        if let Some(url) = urls.first().filter(|_| self.open)
            && let Err(error) = open::that_detached(url)
        {
            reporter.warn(&format!("cannot open a browser: {error}"));
        }
    }
}

fn run_check(root: &Path, style: ReportStyle, args: &CheckArgs) -> Result<u8, ExitError> {
    let options = options(root, &args.selection, None)?;
    let reporter = Reporter::new(style, root.to_owned()).only(&args.shown.only);
    if args.stale {
        return stale::check(root, &options, args.selection.strict, &reporter);
    }
    let here = std::env::current_dir().map_err(|e| (DISK, format!("cannot determine the current folder: {e}")))?;
    match (CheckRun { options: &options, args, reporter: &reporter, here, output: root.join("public") }).run() {
        Ok(check::CheckEnd::Good) => Ok(0),
        Ok(check::CheckEnd::Errors { configuration }) => Ok(if configuration { CONFIGURATION } else { CONTENT }),
        Err(check::CheckError::Usage(why)) => Err((USAGE, why)),
        Err(check::CheckError::Disk(why)) => Err((DISK, why)),
    }
}

fn run_align(root: &Path, style: ReportStyle, args: &AlignArgs) -> Result<u8, ExitError> {
    // An editor aligns articles before they are published.
    let selection =
        SelectionArgs { now: None, drafts: true, future: true, expired: true, jobs: args.jobs, strict: false };
    let options = options(root, &selection, None)?;
    let reporter = Reporter::new(style, root.to_owned());
    let here = std::env::current_dir().map_err(|e| (DISK, format!("cannot determine the current folder: {e}")))?;
    match (AlignRun { options: &options, args, reporter: &reporter, here }).run() {
        Ok(AlignEnd::Good) => Ok(0),
        Ok(AlignEnd::Errors { configuration }) => Ok(if configuration { CONFIGURATION } else { CONTENT }),
        Err(AlignError::Usage(why)) => Err((USAGE, why)),
        Err(AlignError::Disk(error)) => Err(disk_failure(error)),
    }
}

fn run_list(root: &Path, style: ReportStyle, args: &ListArgs) -> Result<u8, ExitError> {
    let now = args.now.clone();
    let selection = SelectionArgs { now, drafts: false, future: false, expired: false, jobs: None, strict: false };
    let options = options(root, &selection, None)?;
    let end = list::list(&options, args.what, &Reporter::new(style, root.to_owned())).map_err(disk_failure)?;
    Ok(match end {
        list::ListEnd::Listed => 0,
        list::ListEnd::Incomplete => CONTENT,
        list::ListEnd::Configuration => CONFIGURATION,
    })
}

fn run_export(root: &Path, style: ReportStyle, args: &ExportArgs) -> Result<u8, ExitError> {
    let options = options(root, &args.selection, args.base_url.as_deref())?;
    let reporter = Reporter::new(style, root.to_owned());
    match (ExportRun { options: &options, args, reporter: &reporter }).run() {
        Ok(ExportEnd::Exported) | Err(ExportError::Closed) => Ok(0),
        Ok(ExportEnd::Errors { configuration }) => Ok(if configuration { CONFIGURATION } else { CONTENT }),
        Err(ExportError::Usage(why)) => Err((USAGE, why)),
        Err(ExportError::Disk(error)) => Err(disk_failure(error)),
    }
}

fn run_deploy(root: &Path, style: ReportStyle, args: &DeployArgs) -> Result<u8, ExitError> {
    let options = options(root, &args.selection, None)?;
    let output = root.join("public");
    let reporter = Reporter::new(style, root.to_owned()).only(&args.shown.only);
    let strict = args.selection.strict;
    let chosen = match choose_target::choose(&options, args.target.as_deref()).map_err(disk_failure)? {
        Ok(chosen) => chosen,
        Err(ChoiceError::Configuration(problems)) => {
            reporter.problems(&problems, strict);
            reporter.end(&format!("Nothing was deployed: {}", reporter.count(&problems)), None, &problems);
            return Ok(CONFIGURATION);
        }
        Err(ChoiceError::Name(why)) => return Err((USAGE, why)),
    };
    let (mut built, mut warned) = (None, false);
    if !args.no_build {
        let build = Build { output: output.clone(), strict, verify: false, explain: false, adopt: false };
        match build::build(&options, &build, &reporter, false)? {
            Ok((summary, made)) => (built, warned) = (made, !summary.without_locks.is_empty()),
            Err(code) => return Ok(code),
        }
    }
    let secrets = Secrets::new(
        std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?))),
    );
    #[expect(clippy::disallowed_methods, reason = "leases are by the clock; no page is made of it")]
    let now = || Instant::now().as_second();
    let environment = Environment { secrets, shell: std::env::var("RSYNC_RSH").ok() };
    let (options, chosen, output) = (&options, &chosen, output.as_path());
    let asked = DeployCommand { options, output, chosen, args, environment, now: &now, reporter: &reporter };
    deploy::deploy(asked, built, warned).map_err(|trouble| match trouble {
        DeployError::Network(why) | DeployError::Busy(why) => (NETWORK, why),
        DeployError::Foreign(paths) => (NETWORK, deploy::foreign(&paths, args.force)),
        DeployError::Refused(why) => (USAGE, why),
        DeployError::Disk(error) => (DISK, with_help(&error, "; nothing was sent")),
        DeployError::Stopped(error) => {
            (DISK, with_help(&error, "\nnote: uploaded files stay at the target; the next deploy continues from there"))
        }
    })?;
    Ok(0)
}

/// Returns a path as one would type it in the current folder.
fn from_here(path: &Path) -> PathBuf {
    let here = std::env::current_dir().ok();
    let below = here.and_then(|here| path.strip_prefix(here).ok().map(Path::to_owned));
    below.unwrap_or_else(|| path.strip_prefix(".").unwrap_or(path).to_owned())
}

fn new_article(root: &Path, style: ReportStyle, args: &NewArgs) -> Result<u8, ExitError> {
    let reporter = Reporter::new(style, root.to_owned());
    let opened = Root::open(root).map_err(disk_failure)?;
    let odd = opened.kind(FILE).map_err(disk_failure)?.and_then(|kind| symlinks::oddity(&opened, FILE, kind));
    if let Some(odd) = odd {
        reporter.problems(&[odd], false);
        return Ok(CONFIGURATION);
    }
    let (text, _) = opened.read(FILE).map_err(disk_failure)?;
    let (config, problems) = crate::base::config::parse(&String::from_utf8_lossy(&text));
    reporter.problems(&problems, false);
    let Some(config) = config.filter(|_| diag::count_errors(&problems, false) == 0) else {
        return Ok(CONFIGURATION);
    };
    let day = |text: &String| -> Result<Day, ExitError> {
        let written =
            date::parse(text).map_err(|why| (USAGE, format!("--date `{text}` is not a valid date: {why}")))?;
        Ok(written.day())
    };
    let original = match &args.original {
        Some(tag) => {
            let tag = language::canonical_tag(tag).ok_or_else(|| {
                let help = language::suggest(tag).map(|tag| format!("; did you mean {tag}?")).unwrap_or_default();
                (USAGE, format!("--original: expected a BCP 47 tag such as en, ja or zh-Hant{help}"))
            })?;
            if let Some(better) = language::doubt(&tag).as_ref().and_then(|doubt| doubt.better()) {
                return Err((USAGE, format!("--original {tag}: this is not a language tag; did you mean {better}?")));
            }
            if tag == config.language {
                return Err((USAGE, format!("--original {tag}: this is the language of the translations")));
            }
            Some(tag)
        }
        None => None,
    };
    let article = NewArticle {
        title: args.title.clone(),
        date: args.date.as_ref().map(day).transpose()?,
        source: args.source.clone(),
        translator: args.translator.clone(),
        section: args.section.clone(),
        tags: args.tags.clone(),
        original,
        slug: args.slug.clone(),
    };
    let now = now(args.now.as_deref())?.instant(&config.zone);
    let paths = new::new(&opened, &config, &article, now).map_err(disk_failure)?.map_err(|why| (USAGE, why))?;
    paths.iter().for_each(|path| reporter.file(&from_here(&root.join(path))));
    Ok(0)
}
