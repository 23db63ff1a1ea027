//! A site: configuration, archive, theme and plan; immutable, and able to render any of its outputs. `build`, `check` and
//! whatever serves or deploys a site share this one.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::discover::{self, Input, Inputs};
use super::disk::{self, DiskError, DiskResult};
use super::pool::{self, Outcome, TIME_LIMIT};
use crate::archive::archive::Archive;
use crate::archive::index::{self, Parsed, Selection};
use crate::base::config::{self, Config};
use crate::base::date::Written;
use crate::base::diag::{self, Diagnostics, Span};
use crate::base::digest::Digest;
use crate::base::locale::Locale;
use crate::base::problem;
use crate::content::article::{self, Article, Sibling};
use crate::content::front_matter;
use crate::content::place::{Place, place};
use crate::content::record::{self, Page, Record};
use crate::outputs::made::Made;
use crate::outputs::plan::{self, Output, Plan};
use crate::outputs::render;
use crate::outputs::statics::{self, StaticFile, StaticSource, Statics};
use crate::outputs::world::{Leaves, World};
use crate::theme::strings::Strings;
use crate::theme::theme::{self as themes, TemplateFile, Theme};

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
}

/// A rendered output.
pub struct Rendered {
    pub bytes: Option<Vec<u8>>,
    pub problems: Diagnostics,
}

/// Loads the site: discover, parse, index, plan.
pub fn load(options: &Options) -> DiskResult<Loaded> {
    let mut problems = Diagnostics::new();
    let text = disk::read(&options.root.join(config::FILE))?;
    let text = match front_matter::text(&config::FILE.into(), &text) {
        Ok(text) => text.to_owned(),
        Err(found) => return Ok(Loaded { site: None, config: None, problems: vec![*found] }),
    };
    let (config, found) = config::parse(&text);
    problems.extend(found);
    let Some(mut config) = config else { return Ok(Loaded { site: None, config: None, problems }) };
    override_base_url(&mut config, options, &mut problems);
    let config = Arc::new(config);
    let inputs = discover::discover(&options.root, &config.theme.value, &mut problems)?;
    let theme = load_theme(&options.root, &config, &inputs, &mut problems)?;
    let statics = statics(&options.root, &config, &inputs)?;
    let parsed = parse(options, &config, inputs.content, &mut problems)?;
    let locale = match &theme {
        Some(theme) => theme.strings.locale.clone(),
        None => Arc::new(locale(&config, &mut problems)),
    };
    let selection = Selection {
        drafts: options.drafts,
        future: options.future,
        expired: options.expired,
        now: options.now.instant(&config.zone),
    };
    let archive = index::index(parsed, &config, &locale, &selection, &mut problems);
    let plan = plan::plan(&config, &archive, &statics, &mut problems);
    let leaves = Leaves::new(&config, &archive);
    let kept = (*config).clone();
    let site = theme.map(|theme| {
        let root = options.root.clone();
        let mut site = Site { root, config: kept.clone(), archive, theme, statics, leaves, plan };
        site.set_global();
        site
    });
    diag::sort(&mut problems);
    Ok(Loaded { site, config: Some(kept), problems })
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

fn locale(config: &Config, problems: &mut Diagnostics) -> Locale {
    Locale::new(&config.language).unwrap_or_else(|why| {
        problems.push(problem::internal(Span::file(config::FILE), &why));
        Locale::new("en").expect("invariant: English is compiled in")
    })
}

/// Reads a file below the root as text; a failure is a problem.
fn read_text(root: &Path, file: &str, problems: &mut Diagnostics) -> Option<String> {
    let bytes = match disk::read(&root.join(file)) {
        Ok(bytes) => bytes,
        Err(error) => {
            problems.push(problem::unreadable(Span::file(file), &error.source.to_string()));
            return None;
        }
    };
    match front_matter::text(&file.into(), &bytes) {
        Ok(_) => String::from_utf8(bytes).ok(),
        Err(found) => {
            problems.push(*found);
            None
        }
    }
}

fn load_theme(root: &Path, config: &Config, inputs: &Inputs, problems: &mut Diagnostics) -> DiskResult<Option<Theme>> {
    let name = &*config.theme.value;
    if name != themes::DEFAULT && !inputs.themes.iter().any(|t| t == name) {
        let known: Vec<&str> = inputs.themes.iter().map(String::as_str).chain([themes::DEFAULT]).collect();
        let at = Span::new(&config::FILE.into(), config.theme.at.clone());
        problems.push(problem::unknown_theme(at, name, &known));
    }
    let mut templates = Vec::new();
    let mut strings = Vec::new();
    let mut add = |level: usize, prefix: &str, below: &str, path: &str, text: String| {
        if let Some(template) = below.strip_prefix("templates/") {
            let name = format!("{prefix}{template}");
            templates.push(TemplateFile { name, path: path.into(), text });
        } else {
            strings.extend(themes::strings_file(level, path, below, text));
        }
    };
    let default = format!("themes/{}/", themes::DEFAULT);
    for (path, bytes) in themes::built_in() {
        let overridden = inputs.default_theme.iter().any(|i| i.path == path);
        if !overridden && let Ok(text) = std::str::from_utf8(bytes) {
            add(2, &default, path, &themes::built_in_path(path), text.to_owned());
        }
    }
    let own = format!("themes/{name}/");
    let site = inputs.templates.iter().map(|i| (0, "", format!("templates/{}", i.path), i));
    let site = site.chain(inputs.strings.iter().map(|i| (0, "", format!("i18n/{}", i.path), i)));
    let themed = inputs.theme.iter().map(|i| (1, own.as_str(), i.path.clone(), i));
    let ejected = inputs.default_theme.iter().map(|i| (2, default.as_str(), i.path.clone(), i));
    for (level, prefix, below, input) in site.chain(themed).chain(ejected) {
        if below == "theme.toml"
            && let Some(text) = read_text(root, &input.file, problems)
        {
            themes::check_manifest(&input.file, &text, problems);
        }
        if !below.starts_with("templates/") && !below.starts_with("i18n/") {
            continue;
        }
        if let Some(text) = read_text(root, &input.file, problems) {
            add(level, prefix, &below, &input.file, text);
        }
    }
    let locale = Arc::new(locale(config, problems));
    let strings = Strings::load(&strings, locale, problems);
    Ok(Theme::load(name, templates, strings, problems))
}

/// Static files in three levels: the site's, the theme's, the built-in theme's; the first of a name wins.
fn statics(root: &Path, config: &Config, inputs: &Inputs) -> DiskResult<Statics> {
    let mut statics = Statics::default();
    let mut add = |name: &str, source: StaticSource, of_theme: bool| -> DiskResult<()> {
        if let Some(known) = statics.files.iter_mut().find(|f| f.name == name) {
            // The site's own file of a theme's name stands where templates look for the theme's.
            known.of_theme |= of_theme;
            return Ok(());
        }
        statics.files.push(StaticFile { name: name.to_owned(), path: name.to_owned(), source, of_theme });
        Ok(())
    };
    for input in &inputs.statics {
        add(&input.path, StaticSource::File(input.file.clone()), false)?;
    }
    for input in inputs.theme.iter().chain(&inputs.default_theme) {
        if let Some(name) = input.path.strip_prefix("static/") {
            add(name, StaticSource::File(input.file.clone()), true)?;
        }
    }
    for (path, bytes) in themes::built_in() {
        if let Some(name) = path.strip_prefix("static/") {
            add(name, StaticSource::BuiltIn(bytes), true)?;
        }
    }
    if config.hashed_assets {
        for file in statics.files.iter_mut().filter(|f| f.of_theme) {
            let digest = match &file.source {
                StaticSource::File(path) => Digest::of(&disk::read(&root.join(&**path))?),
                StaticSource::BuiltIn(bytes) => Digest::of(bytes),
            };
            file.path = statics::hashed(&file.name, &digest.short());
        }
        for input in inputs.content.iter().filter(|i| matches!(place(&i.path), Place::Asset)) {
            let digest = Digest::of(&disk::read(&root.join(&*input.file))?);
            statics.digests.insert(input.path.as_str().into(), digest.short());
        }
    }
    Ok(statics)
}

enum Card {
    Article(Option<Article>),
    Sibling(Option<Sibling>),
    Record(Option<Record>),
    Page(Option<Page>),
    Nothing,
}

/// Parses every content file, in parallel; what one of them gets wrong hides nothing of the others.
fn parse(
    options: &Options,
    config: &Arc<Config>,
    inputs: Vec<Input>,
    problems: &mut Diagnostics,
) -> DiskResult<Parsed> {
    let mut parsed = Parsed::default();
    let (texts, assets): (Vec<Input>, Vec<Input>) = inputs.into_iter().partition(|i| place(&i.path) != Place::Asset);
    parsed.assets = assets.into_iter().map(|i| i.path.into()).collect();
    let texts: Arc<[Input]> = texts.into();
    let (root, config, files) = (options.root.clone(), config.clone(), texts.clone());
    let work = move |at: usize| parse_one(&root, &config, &files[at]);
    for (at, outcome) in pool::run(texts.len(), options.threads, TIME_LIMIT, work).into_iter().enumerate() {
        let span = || Span::file(texts[at].file.clone());
        match outcome {
            Outcome::Done(Ok((card, found))) => {
                problems.extend(found);
                match card {
                    Card::Article(card) => parsed.articles.extend(card),
                    Card::Sibling(card) => parsed.siblings.extend(card),
                    Card::Record(card) => parsed.records.extend(card),
                    Card::Page(card) => parsed.pages.extend(card),
                    Card::Nothing => {}
                }
            }
            Outcome::Done(Err(error)) => return Err(error),
            Outcome::Panicked(why) => problems.push(problem::internal(span(), &why)),
            Outcome::TooSlow => problems.push(problem::too_slow(span(), TIME_LIMIT.as_secs())),
        }
    }
    Ok(parsed)
}

fn parse_one(root: &Path, config: &Config, input: &Input) -> Result<(Card, Diagnostics), DiskError> {
    let kind = place(&input.path);
    if kind == Place::Stray {
        let folder = input.path.split('/').next().unwrap_or_default();
        return Ok((Card::Nothing, vec![problem::stray_record(Span::file(input.file.clone()), folder)]));
    }
    let bytes = disk::read(&root.join(&*input.file))?;
    let text = match front_matter::text(&input.file, &bytes) {
        Ok(text) => text,
        Err(found) => return Ok((Card::Nothing, vec![*found])),
    };
    Ok(match kind {
        Place::Article { id } => {
            let (card, found) = article::read(&input.file, &id, text, config);
            (Card::Article(card), found)
        }
        Place::Sibling { article, lang } => {
            let (card, found) = article::read_sibling(&input.file, &article, &lang, text);
            (Card::Sibling(card), found)
        }
        Place::Record { kind, id } => {
            let (card, found) = record::read(&input.file, kind, &id, text);
            (Card::Record(card), found)
        }
        Place::Page { path } => {
            let (card, found) = record::read_page(&input.file, &path, text, config);
            (Card::Page(card), found)
        }
        Place::Asset | Place::Stray => (Card::Nothing, Diagnostics::new()),
    })
}

impl Site {
    fn world(&self) -> World<'_> {
        World {
            config: &self.config,
            archive: &self.archive,
            theme: &self.theme,
            statics: &self.statics,
            leaves: &self.leaves,
        }
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
        let bytes = match render::prepare(&world, &output.job, &read, &mut problems) {
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
