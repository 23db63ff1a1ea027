//! A site: configuration, archive, theme and plan; immutable, and able to render any of its outputs. `build`, `check` and
//! whatever serves or deploys a site share this one.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use super::clock::Clock;
use super::discover::{self, Input, Inputs};
use super::disk::{self, DiskResult};
use super::identify::{self, Compared};
use super::parse::{self, Parsing};
use super::sources;
use super::state::{Cards, Draft, InputRecord, Meta, State};
use crate::archive::archive::Archive;
use crate::archive::index::{self, Selection};
use crate::base::config::{self, Config};
use crate::base::date::{Instant, Written};
use crate::base::diag::{self, Diagnostics, Span};
use crate::base::digest::Digest;
use crate::base::problem;
use crate::content::front_matter;
use crate::outputs::made::Made;
use crate::outputs::plan::{self, Job, Output, Plan};
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
    /// The user's folder for caches: the state goes there where the site cannot be written.
    pub cache: Option<PathBuf>,
}

impl Options {
    /// A digest of all that decides what is selected and how addresses begin, but for the time.
    pub fn digest(&self) -> Digest {
        let Options { root: _, base_url, drafts, future, expired, now: _, threads: _, cache: _ } = self;
        Digest::of_value(&(base_url, drafts, future, expired))
    }
}

/// The inputs of a site, found and compared with those of the last build; nothing is parsed but the configuration.
pub struct Found {
    pub options: Options,
    pub config: Arc<Config>,
    inputs: Inputs,
    pub problems: Diagnostics,
    pub clock: Clock,
    pub compared: Compared,
    pub state: Option<Arc<State>>,
    /// The state's cards.
    pub cards: Arc<Cards>,
}

/// A loaded site.
pub struct Site {
    pub root: PathBuf,
    pub config: Arc<Config>,
    pub archive: Archive,
    pub theme: Theme,
    pub statics: Statics,
    pub leaves: Leaves,
    pub plan: Plan,
    /// The problems that were known before anything was parsed.
    pub found: Diagnostics,
    /// The inputs outside of `content/` and those in it, both sorted by path; of the latter their digests and where their
    /// cards stand in the draft.
    others: Vec<Input>,
    texts: Arc<Vec<Input>>,
    text_digests: Vec<Option<Digest>>,
    cards: Vec<Range<u64>>,
    /// All of them by path: their numbers, first the texts and then the others.
    by_file: HashMap<Arc<str>, u32>,
    pub marks: Marks,
    /// Where all views are those of the last build: the inputs that are not as it read them.
    changed: BTreeSet<Arc<str>>,
}

/// What a site as a whole is made with; equal marks make equal pages of equal views and files.
pub struct Marks {
    /// Of the options.
    pub options: Digest,
    /// What cards depend on beside their files.
    pub parsing: Digest,
    /// What all pages share.
    pub site: Digest,
    /// Templates with all that they are made of.
    pub templates: BTreeMap<&'static str, Digest>,
    /// Whether all views are those of the last build: the same cards, records, selection and configuration.
    pub same_views: bool,
}

/// What loading found. There is a site only where nothing is so wrong that its outputs could not be rendered; with other
/// errors there is one too, so that the rest is still checked.
pub struct Loaded {
    pub site: Option<Site>,
    pub problems: Diagnostics,
    /// The clock that has run since the start.
    pub clock: Clock,
}

/// A rendered output.
pub struct Rendered {
    pub bytes: Option<Vec<u8>>,
    pub problems: Diagnostics,
}

/// Finds the inputs of the site. `Err` holds the problems of a configuration that cannot be used.
pub fn find(options: &Options, state: Option<Arc<State>>, cards: Cards) -> DiskResult<Result<Found, Diagnostics>> {
    let mut clock = Clock::start();
    let mut problems = Diagnostics::new();
    let path = options.root.join(config::FILE);
    let stat = disk::stat_followed(&path)?;
    let bytes = disk::read(&path)?;
    let digest = Digest::of(&bytes);
    let text = match front_matter::text(config::FILE, bytes) {
        Ok(text) => text,
        Err(found) => return Ok(Err(vec![*found])),
    };
    let (config, found) = config::parse(&text);
    problems.extend(found);
    let Some(mut config) = config else { return Ok(Err(problems)) };
    override_base_url(&mut config, options, &mut problems);
    let mut inputs = discover::discover(&options.root, &config.theme.value, options.threads, &mut problems)?;
    inputs.site.push(Input::single(config::FILE, stat.unwrap_or_default(), digest));
    clock.lap("discover");
    let compared = identify::identify(&options.root, &mut inputs, state.as_deref(), options.threads);
    clock.lap("identify");
    let (options, config, cards) = (options.clone(), Arc::new(config), Arc::new(cards));
    Ok(Ok(Found { options, config, inputs, problems, clock, compared, state, cards }))
}

/// Finds and loads the site without a state.
pub fn load(options: &Options) -> DiskResult<Loaded> {
    let none = |problems| Loaded { site: None, problems, clock: Clock::start() };
    match find(options, None, Cards::default())? {
        Ok(found) => found.load(None),
        Err(problems) => Ok(none(problems)),
    }
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

impl Found {
    /// The time that decides what is future or expired.
    pub fn now(&self) -> Instant {
        self.options.now.instant(&self.config.zone)
    }

    pub fn inputs(&self) -> impl Iterator<Item = &Input> {
        self.inputs.all()
    }

    /// Loads the site: parse, index, plan. The cards go into the draft of the next state.
    pub fn load(self, draft: Option<&mut Draft>) -> DiskResult<Loaded> {
        let (now, problems_before) = (self.now(), self.problems.clone());
        let Found { options, config, mut inputs, mut problems, mut clock, compared, state, cards } = self;
        let theme = sources::theme(&options.root, &config, &inputs, &mut problems);
        let statics = sources::statics(&config, &inputs);
        clock.lap("theme");
        let parsing = Digest::of_value(&(config.digest(), options.drafts));
        let same = |meta: &Meta| meta.parsing == parsing && meta.options == options.digest();
        let last = state.filter(|state| same(&state.meta));
        let how = Parsing {
            root: options.root.clone(),
            drafts: options.drafts,
            threads: options.threads,
            cards: last.is_some().then_some(cards),
        };
        let texts = parse::parse(how, &config, std::mem::take(&mut inputs.content), draft, &mut problems)?;
        clock.lap("parse");
        let locale = match &theme {
            Some(theme) => theme.strings.locale.clone(),
            None => Arc::new(sources::locale(&config, &mut problems)),
        };
        let selection = Selection { drafts: options.drafts, future: options.future, expired: options.expired, now };
        let mut others: Vec<Input> = inputs.all().cloned().collect();
        others.sort_by(|a, b| a.file.cmp(&b.file));
        let by_file = number(texts.inputs.iter().chain(&others));
        let archive = index::index(texts.parsed, &config, &locale, &selection, &mut problems);
        clock.lap("index");
        let plan = plan::plan(&config, &archive, &statics, &mut problems);
        clock.lap("plan");
        let by_file = by_file.join().expect("invariant: numbering files panics nowhere");
        let same_assets = !config.hashed_assets || compared.unchanged;
        let same_window = |meta: &Meta| meta.window == numbers(archive.window);
        let marks = Marks {
            options: options.digest(),
            parsing,
            site: Digest::default(),
            templates: BTreeMap::new(),
            same_views: compared.same_files
                && texts.unchanged
                && same_assets
                && last.as_ref().is_some_and(|state| same_window(&state.meta)),
        };
        let site = theme.map(|theme| {
            let leaves = Leaves::new(&config, &archive, &theme);
            let root = options.root.clone();
            let found = problems_before;
            let mut site = Site {
                root,
                config,
                archive,
                theme,
                statics,
                leaves,
                plan,
                found,
                others,
                texts: texts.inputs,
                text_digests: texts.digests,
                cards: texts.cards,
                by_file,
                marks,
                changed: BTreeSet::new(),
            };
            site.finish(last.as_deref());
            site
        });
        diag::sort(&mut problems);
        Ok(Loaded { site, problems, clock })
    }
}

/// Numbers inputs by their paths: on a core of its own, since one is enough for index and plan.
fn number<'i>(inputs: impl Iterator<Item = &'i Input>) -> JoinHandle<HashMap<Arc<str>, u32>> {
    let files: Vec<Arc<str>> = inputs.map(|input| input.file.clone()).collect();
    thread::spawn(|| files.into_iter().zip(0..).collect())
}

/// Times as the state keeps them.
pub fn numbers((from, until): (Instant, Instant)) -> (i128, i128) {
    (from.as_nanosecond(), until.as_nanosecond())
}

impl Site {
    pub fn world(&self) -> World<'_> {
        let common = Common {
            config: &self.config,
            strings: &self.theme.strings,
            labels: &self.leaves.labels,
            days: &self.leaves.days,
        };
        World { common, archive: &self.archive, theme: &self.theme, statics: &self.statics, leaves: &self.leaves }
    }

    /// Sets what every template sees, takes the digests of it and of the templates, and compares with the last build.
    fn finish(&mut self, last: Option<&State>) {
        let mut values = crate::theme::view::Values::default();
        self.world().site_fields(&mut values);
        self.theme.set_global(|context| values.add_to(context));
        self.marks.site = self.world().site_digest();
        let mut templates = BTreeMap::new();
        for (name, cards) in self.plan.outputs.iter().filter_map(|output| render::template(&output.job)) {
            templates.entry(name).or_insert_with(|| self.theme.digest(name, cards));
        }
        self.marks.templates = templates;
        // What all pages share is in no view of theirs, but feeds and sitemaps are their own views.
        self.marks.same_views &= last.is_some_and(|state| state.meta.site == self.marks.site);
        if self.marks.same_views {
            self.changed = self.changed_inputs().map(|input| input.file.clone()).collect();
        }
    }

    /// Every input, for the next state. What cannot be read has an empty digest, which no file has.
    pub fn input_records(&self) -> impl ExactSizeIterator<Item = InputRecord<'_>> {
        (0..self.texts.len() + self.others.len()).map(|at| {
            let (input, digest) = self.input_at(at);
            let card = self.cards.get(at).cloned().unwrap_or_default();
            InputRecord { file: &input.file, stat: input.stat, digest: digest.unwrap_or_default(), card }
        })
    }

    fn input_at(&self, at: usize) -> (&Input, Option<Digest>) {
        match at.checked_sub(self.texts.len()) {
            None => (&self.texts[at], self.text_digests[at]),
            Some(other) => (&self.others[other], self.others[other].digest),
        }
    }

    /// An input by its path, and the digest of its bytes where they could be read.
    pub fn input(&self, file: &str) -> Option<(&Input, Option<Digest>)> {
        self.by_file.get(file).map(|&at| self.input_at(at as usize))
    }

    /// The digest of the files that an output reads; `None` where one of them cannot be read.
    pub fn files(&self, output: &Output) -> Option<Digest> {
        let world = self.world();
        let mut parts = [None; 3];
        for (part, file) in parts.iter_mut().zip(render::reads(&world, &output.job)) {
            if let Some(file) = file {
                *part = Some((&**file, self.digest(file)?));
            }
        }
        Some(Digest::of_value(&parts))
    }

    /// The inputs that are not as the last build read them.
    fn changed_inputs(&self) -> impl Iterator<Item = &Input> {
        let all = (0..self.texts.len() + self.others.len()).map(|at| self.input_at(at));
        let before = |input: &Input| input.known.as_ref().map(|known| known.digest);
        all.filter(move |(input, digest)| digest.is_none() || *digest != before(input)).map(|(input, _)| input)
    }

    /// Whether an output reads a file that is not as the last build read it; all views must be those of that build.
    pub fn reads_changed(&self, output: &Output) -> bool {
        let reads = render::reads(&self.world(), &output.job);
        reads.into_iter().flatten().any(|file| self.changed.contains(file))
    }

    /// The digest of an input.
    pub fn digest(&self, file: &str) -> Option<Digest> {
        self.input(file)?.1
    }

    /// Renders an output to bytes. `bytes` is `None` where that failed; then there is an error among the problems.
    pub fn render(&self, output: &Output) -> Rendered {
        let world = self.world();
        let mut problems = Diagnostics::new();
        let read = |file: &str, problems: &mut Diagnostics| self.read(file, problems);
        let made = render::prepare(&world, &output.job).make(&read, &mut problems);
        let bytes = made.and_then(|made| self.bytes(made, output, &mut problems));
        Rendered { bytes, problems }
    }

    /// The bytes of an output.
    pub fn bytes(&self, made: Made, output: &Output, problems: &mut Diagnostics) -> Option<Vec<u8>> {
        match made {
            Made::Template { template, context } => {
                // A page of a listing is several times as long as that of an article.
                let mut bytes = Vec::with_capacity(if let Job::Listing(..) = output.job { 64 << 10 } else { 16 << 10 });
                let page = render::page_of(&self.world(), &output.job, &output.path);
                let rendered = self.theme.render(template, &context, &page, &mut bytes);
                rendered.map_err(|found| problems.extend(found)).ok().map(|()| bytes)
            }
            Made::Bytes(bytes) => Some(bytes),
            Made::Copy(from) => sources::read_bytes(&self.root, &from, problems),
        }
    }

    /// Reads a text file of the site; a failure is a problem.
    pub fn read(&self, file: &str, problems: &mut Diagnostics) -> Option<String> {
        sources::read_text(&self.root, file, problems)
    }

    /// The place to name for an output that could not be rendered at all.
    pub fn place_of(&self, output: &Output) -> Span {
        Span::file(render::page_of(&self.world(), &output.job, &output.path))
    }
}
