//! The arguments: commands and their flags, as clap parses them. Nothing is carried out here.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};

use super::init;
use crate::base::problem::codes;

/// A static site generator for archives of translated news.
#[derive(Parser)]
#[command(name = "recto", bin_name = "recto", version, max_term_width = 100)]
pub struct Cli {
    /// Site folder (default: the current folder or its nearest parent that has a site.toml)
    #[arg(short = 'C', long, global = true, value_name = "DIR")]
    pub directory: Option<PathBuf>,
    /// Print only errors and warnings
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Print all problems, and list files that are not published
    #[arg(short, long, global = true)]
    pub verbose: bool,
    /// Output format
    #[arg(long, global = true, value_enum, default_value_t = ReportFormat::Human)]
    pub format: ReportFormat,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
pub enum ReportFormat {
    /// Readable text
    Human,
    /// One JSON object per line, on stdout
    Json,
}

#[derive(Subcommand)]
pub enum Command {
    /// Create a new site
    Init(InitArgs),
    /// Create a new article
    New(NewArgs),
    /// Build the site into public/
    Build(BuildArgs),
    /// Serve the site locally, and reload the browser when a file changes
    #[cfg(feature = "serve")]
    Serve(ServeArgs),
    /// Serve the built site locally, with the rules of its host
    #[cfg(feature = "serve")]
    Preview(PreviewArgs),
    /// Report problems without building the site
    Check(CheckArgs),
    /// Show which blocks of a translation and its original belong together
    Align(AlignArgs),
    /// List articles, pages, drafts, terms and more
    List(ListArgs),
    /// Write what the site publishes as data for other programs, such as search engines
    Export(ExportArgs),
    /// Move an archive in from another system, or bring in what has changed there
    Import(ImportArgs),
    /// Build the site and publish what changed
    Deploy(DeployArgs),
    /// Explain a problem by its code, such as invalid-date
    Explain(ExplainArgs),
    /// Customize the theme
    Theme {
        #[command(subcommand)]
        command: ThemeCommand,
    },
    /// Print shell completions
    Completions {
        /// Shell to print completions for
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
}

#[derive(Args)]
pub struct InitArgs {
    /// Folder to create the site in (default: the current folder)
    pub dir: Option<PathBuf>,
    /// Title of the site
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,
    /// Language of the translations, such as en or pt-BR; only an English site gets sample articles
    #[arg(long, value_name = "TAG")]
    pub language: Option<String>,
    /// Time zone of the site, such as Asia/Tokyo
    #[arg(long, value_name = "ZONE")]
    pub timezone: Option<String>,
    /// Create no sample articles
    #[arg(long)]
    pub bare: bool,
    /// Also write a CI workflow that builds and publishes the site; in an existing site, write only the workflow
    #[arg(long, value_enum, value_name = "SERVICE")]
    pub ci: Option<Ci>,
}

/// A service that runs workflows.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Ci {
    Github,
    Gitlab,
}

#[derive(Subcommand)]
pub enum ThemeCommand {
    /// Copy the built-in theme to themes/NAME, where you can edit it
    Eject {
        /// Name of the copy
        #[arg(default_value = init::EJECTED)]
        name: String,
    },
}

#[derive(Args, Clone)]
pub struct SelectionArgs {
    /// Include drafts
    #[arg(short = 'D', long)]
    pub drafts: bool,
    /// Include articles posted in the future
    #[arg(short = 'F', long)]
    pub future: bool,
    /// Include expired articles
    #[arg(short = 'E', long)]
    pub expired: bool,
    /// Use this as the current time, which decides what is future or expired (default: SOURCE_DATE_EPOCH, or the clock)
    #[arg(long, value_name = "TIME")]
    pub now: Option<String>,
    /// Number of worker threads (default: one per core)
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub jobs: Option<u16>,
    /// Treat warnings as errors
    #[arg(long)]
    pub strict: bool,
}

/// Which problems are printed.
#[derive(Args, Clone)]
pub struct ReportArgs {
    /// Print only problems with this code, such as broken-link; separate several codes with commas. All problems are still counted
    #[arg(long, value_name = "CODE", value_delimiter = ',', value_parser = codes::code)]
    pub only: Vec<&'static str>,
}

#[derive(Args)]
pub struct BuildArgs {
    /// Output folder (default: public/ in the site folder)
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Use this base URL instead of base_url in site.toml
    #[arg(short = 'u', long, value_name = "URL")]
    pub base_url: Option<String>,
    /// List every output that is rendered, written or removed, and the reason
    #[arg(long)]
    pub explain: bool,
    /// Render every output again, and compare it with the file in the output folder
    #[arg(long)]
    pub verify: bool,
    /// Print how long each stage took
    #[arg(long)]
    pub timings: bool,
    /// Take over an output folder that was built from another site, and remove the files that belong only to that site
    #[arg(long)]
    pub adopt: bool,
    #[command(flatten)]
    pub shown: ReportArgs,
    #[command(flatten)]
    pub selection: SelectionArgs,
}

#[cfg(feature = "serve")]
#[derive(Args)]
pub struct ServeArgs {
    #[command(flatten)]
    pub door: ListenArgs,
    /// Poll for changes instead of using file notifications (for network drives and shared folders)
    #[arg(long)]
    pub poll: bool,
    #[command(flatten)]
    pub selection: SelectionArgs,
}

#[cfg(feature = "serve")]
#[derive(Args)]
pub struct PreviewArgs {
    /// Follow the rules of this host: plain, github, gitlab, netlify, cloudflare, s3, gcs, azure, nginx,
    /// caddy, apache
    #[arg(long, value_name = "NAME", default_value = "plain")]
    pub host_rules: String,
    /// Output folder (default: public/ in the site folder)
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub door: ListenArgs,
}

#[cfg(feature = "serve")]
#[derive(Args)]
pub struct ListenArgs {
    /// Port (default: the first free port, starting at 3131 for serve and at 4141 for preview)
    #[arg(short, long, value_name = "N")]
    pub port: Option<u16>,
    /// Address or host name to listen on (default: 127.0.0.1, which only this machine can reach)
    #[arg(long, value_name = "HOST")]
    pub host: Option<String>,
    /// Let other machines on the network see the site
    #[arg(long, conflicts_with = "host")]
    pub lan: bool,
    /// Open the site in a browser
    #[arg(short = 'O', long)]
    pub open: bool,
}

#[derive(Args)]
pub struct CheckArgs {
    /// Check only these files and folders, with the translations, links and pictures of their articles
    #[arg(value_name = "FILE", value_hint = ValueHint::AnyPath)]
    pub files: Vec<PathBuf>,
    /// Report only problems that are not in this file; create it if it does not exist
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub baseline: Option<PathBuf>,
    /// Rewrite the baseline file with the current problems
    #[arg(long, requires = "baseline", conflicts_with = "files")]
    pub update: bool,
    /// Also check the site against the limits of this host: github, gitlab, netlify, cloudflare, s3, gcs, azure
    #[arg(long, value_name = "NAME", conflicts_with = "files")]
    pub host: Option<String>,
    /// List translations whose original has changed since, by the history of the site's git repository
    #[arg(long, conflicts_with_all = ["files", "baseline", "host"])]
    pub stale: bool,
    #[command(flatten)]
    pub shown: ReportArgs,
    #[command(flatten)]
    pub selection: SelectionArgs,
}

#[derive(Args)]
pub struct AlignArgs {
    /// Articles or originals to align, or folders of them
    #[arg(value_name = "FILE", value_hint = ValueHint::AnyPath, required_unless_present = "all")]
    pub files: Vec<PathBuf>,
    /// Write marks into the files where rows are not pairs of one block each; doubtful rows get none
    #[arg(long, conflicts_with = "all")]
    pub write: bool,
    /// List the rows of the whole site that an editor should look at, the most doubtful first
    #[arg(long)]
    pub all: bool,
    /// Number of worker threads (default: one per core)
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub jobs: Option<u16>,
}

#[derive(Args)]
pub struct ListArgs {
    /// What to list (default: a count of each kind)
    #[arg(value_enum, value_name = "WHAT")]
    pub what: Option<ListKind>,
    /// Use this as the current time, which decides what is future or expired (default: SOURCE_DATE_EPOCH, or the clock)
    #[arg(long, value_name = "TIME")]
    pub now: Option<String>,
}

/// What can be listed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum ListKind {
    Articles,
    Pages,
    Drafts,
    /// Articles posted in the future
    Future,
    Expired,
    /// Translations and originals without an article
    Orphans,
    Sections,
    Tags,
    Sources,
    Translators,
}

#[derive(Args)]
pub struct ExportArgs {
    /// What to write
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub to: ExportFormat,
    /// Folder to write, new or empty; for search-jsonl a file (default: standard output)
    #[arg(short, long, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub output: Option<PathBuf>,
    /// Use this base URL instead of base_url in site.toml
    #[arg(short = 'u', long, value_name = "URL")]
    pub base_url: Option<String>,
    #[command(flatten)]
    pub selection: SelectionArgs,
}

#[derive(Args)]
pub struct ImportArgs {
    /// Folder, archive (.zip, .tar, .tar.gz) or file to import
    #[arg(value_name = "SOURCE", value_hint = ValueHint::AnyPath)]
    pub source: PathBuf,
    /// Format of the source, such as hugo or wordpress (default: Recto looks at the files)
    #[arg(long, value_name = "FORMAT")]
    pub from: Option<String>,
    /// Make a new site in this folder (default: the current folder)
    #[arg(long, value_name = "DIR", num_args = 0..=1, default_missing_value = ".")]
    pub init: Option<PathBuf>,
    /// Print the report and a few finished articles, and write nothing; with --map FILE, write that file to start from
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    /// What keys, people, sections and languages of the source are called in the site
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub map: Option<PathBuf>,
    /// Folder with the pictures and files that an export only links
    #[arg(long, value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    pub media: Option<PathBuf>,
    /// Where a file changed here and in the source, take what the source has
    #[arg(long, conflicts_with = "ours")]
    pub theirs: bool,
    /// Where a file changed here and in the source, keep what is here, and do not name it again
    #[arg(long)]
    pub ours: bool,
}

/// What can be exported.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum ExportFormat {
    /// The text and the credits of each page, one JSON object per line, for search engines
    SearchJsonl,
    /// The whole site for Hugo: page bundles and hugo.toml
    Hugo,
    /// The whole site for Zola: folders with index.md and config.toml
    Zola,
    /// The whole site for Jekyll: _posts and _config.yml
    Jekyll,
    /// All articles with their originals, one JSON object per line, and their files
    Jsonl,
    /// All articles as a table, and their files
    Csv,
}

#[derive(Args)]
pub struct ExplainArgs {
    /// Code to explain (default: list all codes)
    #[arg(value_name = "CODE", value_parser = codes::code)]
    pub code: Option<&'static str>,
}

#[derive(Args)]
pub struct DeployArgs {
    /// Name of a target in site.toml ([deploy.NAME]), or an address (default: the only target in site.toml)
    #[arg(value_name = "NAME or URL")]
    pub target: Option<String>,
    /// Build, and list what would be uploaded and removed, without changing the target
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    /// Deploy public/ as the last build left it
    #[arg(long)]
    pub no_build: bool,
    /// Remove at most this many files (default: the number in site.toml or 256, and at most a quarter of the files)
    #[arg(long, value_name = "N")]
    pub max_deletes: Option<usize>,
    /// Check every file at the target, and upload missing and changed files again
    #[arg(long)]
    pub verify: bool,
    /// Deploy to a target that already has other files
    #[arg(long)]
    pub adopt: bool,
    /// Overwrite files that someone else changed at the target, and ignore the lock of another deploy
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub shown: ReportArgs,
    #[command(flatten)]
    pub selection: SelectionArgs,
}

#[derive(Args)]
pub struct NewArgs {
    /// Translated headline
    pub title: String,
    /// Date on which the source published the original (default: today)
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub date: Option<String>,
    /// Newspaper, agency or broadcaster; can be repeated
    #[arg(long, value_name = "NAME")]
    pub source: Vec<String>,
    /// Translator, a person or a desk; can be repeated
    #[arg(long, value_name = "NAME")]
    pub translator: Vec<String>,
    /// Primary section, such as "International > East Asia"
    #[arg(long, value_name = "PATH")]
    pub section: Option<String>,
    /// Tag; can be repeated
    #[arg(long = "tag", value_name = "NAME")]
    pub tags: Vec<String>,
    /// Also create a file for the original, in this language
    #[arg(long, value_name = "LANG")]
    pub original: Option<String>,
    /// File name (default: made from the title)
    #[arg(long)]
    pub slug: Option<String>,
    /// Time of posting (default: SOURCE_DATE_EPOCH, or the clock)
    #[arg(long, value_name = "TIME")]
    pub now: Option<String>,
}
