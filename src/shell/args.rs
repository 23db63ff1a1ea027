//! The arguments: commands and their flags, as clap parses them. Nothing is carried out here.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};

use super::init;
use crate::base::problem::codes;

/// A static site generator for archives of translated news.
#[derive(Parser)]
#[command(name = "recto", bin_name = "recto", version, max_term_width = 100)]
pub struct Cli {
    /// The site's folder (default: the nearest one above with a site.toml)
    #[arg(short = 'C', long, global = true, value_name = "DIR")]
    pub directory: Option<PathBuf>,
    /// Say only what went wrong
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Also list what was left out, and print every problem
    #[arg(short, long, global = true)]
    pub verbose: bool,
    /// How to report
    #[arg(long, global = true, value_enum, default_value_t = ReportFormat::Human)]
    pub format: ReportFormat,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
pub enum ReportFormat {
    Human,
    /// One JSON object a line, on stdout
    Json,
}

#[derive(Subcommand)]
pub enum Command {
    /// Start a site
    Init(InitArgs),
    /// Start an article
    New(NewArgs),
    /// Build the site into public/
    Build(BuildArgs),
    /// Show the site in a browser while it is written
    #[cfg(feature = "serve")]
    Serve(ServeArgs),
    /// Show the built site in a browser, as a host would
    #[cfg(feature = "serve")]
    Preview(PreviewArgs),
    /// Find what is wrong, without writing anything
    Check(CheckArgs),
    /// List what is in the site: articles, pages, drafts, terms and more
    List(ListArgs),
    /// Build the site and bring what changed to where it is read
    Deploy(DeployArgs),
    /// Explain a code that a report prints in brackets, such as invalid-date
    Explain(ExplainArgs),
    /// Work with themes
    Theme {
        #[command(subcommand)]
        command: ThemeCommand,
    },
    /// Print completions for a shell
    Completions { shell: clap_complete::Shell },
    /// Print the manual page
    Man,
}

#[derive(Args)]
pub struct InitArgs {
    /// The folder to write (default: this one)
    pub dir: Option<PathBuf>,
    /// The name of the site
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,
    /// The language of the translations, such as en or pt-BR; sample articles are written only for English
    #[arg(long, value_name = "TAG")]
    pub language: Option<String>,
    /// The time zone of the site, such as Asia/Tokyo
    #[arg(long, value_name = "ZONE")]
    pub timezone: Option<String>,
    /// Write no sample articles
    #[arg(long)]
    pub bare: bool,
    /// Also write a workflow that builds and publishes the site; in an existing site, write only that
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
    /// Write the built-in theme to themes/NAME, to change it
    Eject {
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
    /// The time that decides what is future or expired (default: SOURCE_DATE_EPOCH, else the clock)
    #[arg(long, value_name = "TIME")]
    pub now: Option<String>,
    /// Worker threads (default: one a core)
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub jobs: Option<u16>,
    /// Count warnings as errors
    #[arg(long)]
    pub strict: bool,
}

/// Which problems are printed.
#[derive(Args, Clone)]
pub struct ReportArgs {
    /// Print only problems with this code, such as broken-link, or with several (commas between). All problems are still counted
    #[arg(long, value_name = "CODE", value_delimiter = ',', value_parser = codes::code)]
    pub only: Vec<&'static str>,
}

#[derive(Args)]
pub struct BuildArgs {
    /// The output folder (default: public in the site's folder)
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Use this base URL instead of the configured one
    #[arg(short = 'u', long, value_name = "URL")]
    pub base_url: Option<String>,
    /// Name every output that is rendered, written or removed, and say why
    #[arg(long)]
    pub explain: bool,
    /// Render everything a second time and compare it with what stands in the output folder
    #[arg(long)]
    pub verify: bool,
    /// Say how long each stage took
    #[arg(long)]
    pub timings: bool,
    /// Take over an output folder that was built from another site, and remove what only that has
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
    /// Look for changes every few seconds instead of listening for them (network drives, shared folders)
    #[arg(long)]
    pub poll: bool,
    #[command(flatten)]
    pub selection: SelectionArgs,
}

#[cfg(feature = "serve")]
#[derive(Args)]
pub struct PreviewArgs {
    /// The host whose rules to follow: plain, github, gitlab, netlify, cloudflare, s3, gcs, azure, nginx,
    /// caddy, apache
    #[arg(long, value_name = "NAME", default_value = "plain")]
    pub host_rules: String,
    /// The output folder (default: public in the site's folder)
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub door: ListenArgs,
}

#[cfg(feature = "serve")]
#[derive(Args)]
pub struct ListenArgs {
    /// The port (default: the first free one from 3131 on with serve, from 4141 on with preview)
    #[arg(short, long, value_name = "N")]
    pub port: Option<u16>,
    /// The address or name to listen at (default: 127.0.0.1, for this machine alone)
    #[arg(long, value_name = "HOST")]
    pub host: Option<String>,
    /// Let other machines of the network read, too
    #[arg(long, conflicts_with = "host")]
    pub lan: bool,
    /// Open the browser
    #[arg(short = 'O', long)]
    pub open: bool,
}

#[derive(Args)]
pub struct CheckArgs {
    /// Check only these articles, with their other languages, links and pictures; a folder stands for all its files
    #[arg(value_name = "FILE", value_hint = ValueHint::AnyPath)]
    pub files: Vec<PathBuf>,
    /// Report only problems that are not in this file; if it does not exist, write it
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub baseline: Option<PathBuf>,
    /// Write the baseline again, with the current problems
    #[arg(long, requires = "baseline", conflicts_with = "files")]
    pub update: bool,
    /// Compare the site with the limits of this host, too: github, gitlab, netlify, cloudflare, s3, gcs, azure
    #[arg(long, value_name = "NAME", conflicts_with = "files")]
    pub host: Option<String>,
    #[command(flatten)]
    pub shown: ReportArgs,
    #[command(flatten)]
    pub selection: SelectionArgs,
}

#[derive(Args)]
pub struct ListArgs {
    /// What to list (default: how many there are of each)
    #[arg(value_enum, value_name = "WHAT")]
    pub what: Option<ListKind>,
    /// The time that decides what is future or expired (default: SOURCE_DATE_EPOCH, else the clock)
    #[arg(long, value_name = "TIME")]
    pub now: Option<String>,
}

/// What can be listed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum ListKind {
    Articles,
    Pages,
    Drafts,
    /// Posted after now
    Future,
    Expired,
    /// Translations and originals whose article is missing
    Orphans,
    Sections,
    Tags,
    Sources,
    Translators,
}

#[derive(Args)]
pub struct ExplainArgs {
    /// The code to explain (default: list all codes)
    #[arg(value_name = "CODE", value_parser = codes::code)]
    pub code: Option<&'static str>,
}

#[derive(Args)]
pub struct DeployArgs {
    /// A target of site.toml ([deploy.NAME]) or an address (default: the only target there is)
    #[arg(value_name = "NAME or URL")]
    pub target: Option<String>,
    /// Build, and say what would be sent; send and remove nothing
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    /// Deploy what the last build left in public/
    #[arg(long)]
    pub no_build: bool,
    /// Allow this many files to be removed (default: 256 or the number in site.toml, but never more than a quarter of a site)
    #[arg(long, value_name = "N")]
    pub max_deletes: Option<usize>,
    /// Check every file at the target, and send again those that are missing or changed
    #[arg(long)]
    pub verify: bool,
    /// Take over a target that holds other files
    #[arg(long)]
    pub adopt: bool,
    /// Write over what somebody else has changed at the target, and wait for no other deploy
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub shown: ReportArgs,
    #[command(flatten)]
    pub selection: SelectionArgs,
}

#[derive(Args)]
pub struct NewArgs {
    /// The translated headline
    pub title: String,
    /// The day on which the source printed it (default: today)
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub date: Option<String>,
    /// Newspaper, agency or broadcaster; may be given several times
    #[arg(long, value_name = "NAME")]
    pub source: Vec<String>,
    /// Person or desk; may be given several times
    #[arg(long, value_name = "NAME")]
    pub translator: Vec<String>,
    /// Primary section, such as "International > East Asia"
    #[arg(long, value_name = "PATH")]
    pub section: Option<String>,
    /// A tag; may be given several times
    #[arg(long = "tag", value_name = "NAME")]
    pub tags: Vec<String>,
    /// Start a file for the original in this language, too
    #[arg(long, value_name = "LANG")]
    pub original: Option<String>,
    /// File name instead of the one made from the title
    #[arg(long)]
    pub slug: Option<String>,
    /// The time of posting (default: SOURCE_DATE_EPOCH, else the clock)
    #[arg(long, value_name = "TIME")]
    pub now: Option<String>,
}
