//! A site: configuration, archive, theme and plan; immutable, and able to render any of its outputs. `build`, `check` and
//! whatever serves or deploys a site share this one.

use std::path::PathBuf;
use std::sync::Arc;

use super::clock::Clock;
use super::discover;
use super::disk::{self, DiskResult};
use super::sources::{self, Parsing, read_text};
use crate::archive::archive::Archive;
use crate::archive::index::{self, Selection};
use crate::base::config::{self, Config};
use crate::base::date::Written;
use crate::base::diag::{self, Diagnostics, Span};
use crate::base::problem;
use crate::content::front_matter;
use crate::outputs::made::Made;
use crate::outputs::plan::{self, Output, Plan};
use crate::outputs::render;
use crate::outputs::statics::Statics;
use crate::outputs::world::{Common, Leaves, World};
use crate::theme::theme::Theme;

/// How a site is loaded.
#[derive(Clone, Debug)]
pub struct Options {
    pub root: PathBuf,
    /// Instead of the configured one.
    pub base_url: Option<String>,
    pub drafts: bool,
    pub future: bool,
    pub expired: bool,
    /// What decides what is future or expired; a time without an offset is in the site's zone.
    pub now: Written,
    pub threads: usize,
}

/// A loaded site.
pub struct Site {
    pub root: PathBuf,
    pub config: Config,
    pub archive: Archive,
    pub theme: Theme,
    pub statics: Statics,
    pub leaves: Leaves,
    pub plan: Plan,
}

/// What loading found. There is a site only where nothing is so wrong that its outputs could not be rendered; with other
/// errors there is one too, so that the rest is still checked.
pub struct Loaded {
    pub site: Option<Site>,
    pub config: Option<Config>,
    pub problems: Diagnostics,
    /// The clock that has run since the start.
    pub clock: Clock,
}

/// A rendered output.
pub struct Rendered {
    pub bytes: Option<Vec<u8>>,
    pub problems: Diagnostics,
}

/// Loads the site: discover, parse, index, plan.
pub fn load(options: &Options) -> DiskResult<Loaded> {
    let mut clock = Clock::start();
    let mut problems = Diagnostics::new();
    let text = disk::read(&options.root.join(config::FILE))?;
    let text = match front_matter::text(&config::FILE.into(), &text) {
        Ok(text) => text.into_owned(),
        Err(found) => return Ok(Loaded { site: None, config: None, problems: vec![*found], clock }),
    };
    let (config, found) = config::parse(&text);
    problems.extend(found);
    let Some(mut config) = config else { return Ok(Loaded { site: None, config: None, problems, clock }) };
    override_base_url(&mut config, options, &mut problems);
    let config = Arc::new(config);
    let inputs = discover::discover(&options.root, &config.theme.value, &mut problems)?;
    clock.lap("discover");
    let theme = sources::theme(&options.root, &config, &inputs, &mut problems);
    let statics = sources::statics(&options.root, &config, &inputs)?;
    clock.lap("theme");
    let parsing = Parsing { root: options.root.clone(), drafts: options.drafts, threads: options.threads };
    let parsed = sources::parse(parsing, &config, inputs.content, &mut problems);
    clock.lap("parse");
    let locale = match &theme {
        Some(theme) => theme.strings.locale.clone(),
        None => Arc::new(sources::locale(&config, &mut problems)),
    };
    let now = options.now.instant(&config.zone);
    let selection = Selection { drafts: options.drafts, future: options.future, expired: options.expired, now };
    let archive = index::index(parsed, &config, &locale, &selection, &mut problems);
    clock.lap("index");
    let plan = plan::plan(&config, &archive, &statics, &mut problems);
    clock.lap("plan");
    let kept = Config::clone(&config);
    let site = theme.map(|theme| {
        let leaves = Leaves::new(&kept, &archive, &theme);
        let root = options.root.clone();
        let mut site = Site { root, config: kept.clone(), archive, theme, statics, leaves, plan };
        site.set_global();
        site
    });
    diag::sort(&mut problems);
    Ok(Loaded { site, config: Some(kept), problems, clock })
}

fn override_base_url(config: &mut Config, options: &Options, problems: &mut Diagnostics) {
    if let Some(url) = &options.base_url
        && let Some(urls) = config::split_base_url(url)
    {
        config.urls = crate::base::path::Urls { style: config.urls.style, ..urls };
    }
    if config.urls.base_url.is_none() {
        problems.push(problem::no_base_url(Span::file(config::FILE)));
    }
}

impl Site {
    fn world(&self) -> World<'_> {
        let common = Common { config: &self.config, strings: &self.theme.strings, labels: &self.leaves.labels };
        World { common, archive: &self.archive, theme: &self.theme, statics: &self.statics, leaves: &self.leaves }
    }

    fn set_global(&mut self) {
        let mut values = crate::theme::view::Values::default();
        self.world().site_fields(&mut values);
        self.theme.set_global(|context| values.add_to(context));
    }

    /// Renders an output to bytes. `bytes` is `None` where that failed; then there is an error among the problems.
    pub fn render(&self, output: &Output) -> Rendered {
        let world = self.world();
        let mut problems = Diagnostics::new();
        let read = |file: &str, problems: &mut Diagnostics| read_text(&self.root, file, problems);
        let bytes = match render::prepare(&world, &output.job).make(&read, &mut problems) {
            Some(Made::Template { template, context }) => {
                let mut bytes = Vec::with_capacity(16 << 10);
                let page = render::page_of(&world, &output.job, &output.path);
                match self.theme.render(template, &context, &page, &mut bytes) {
                    Ok(()) => Some(bytes),
                    Err(found) => {
                        problems.extend(found);
                        None
                    }
                }
            }
            Some(Made::Bytes(bytes)) => Some(bytes),
            Some(Made::Copy(from)) => match disk::read(&self.root.join(&*from)) {
                Ok(bytes) => Some(bytes),
                Err(error) => {
                    problems.push(problem::unreadable(Span::file(&*from), &error.source.to_string()));
                    None
                }
            },
            None => None,
        };
        Rendered { bytes, problems }
    }

    /// Reads a text file of the site; a failure is a problem.
    pub fn read(&self, file: &str, problems: &mut Diagnostics) -> Option<String> {
        read_text(&self.root, file, problems)
    }

    /// The place to name for an output that could not be rendered at all.
    pub fn place_of(&self, output: &Output) -> Span {
        Span::file(render::page_of(&self.world(), &output.job, &output.path))
    }
}
