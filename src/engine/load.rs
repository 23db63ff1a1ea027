//! Loads a site: finds the inputs, compares them with those of the last build, parses, indexes, plans. It writes
//! nothing but cards to the next state.

use std::sync::Arc;

use super::discover::{self, Input, Inputs};
use super::identify::{self, InputComparison};
use super::ledger::{self, Ledger, LoadBasis, NumberedInputs};
use super::manifest::SiteIdentity;
use super::parse::{self, BuildDraft, ParseOptions};
use super::search_step::{MadeIndex, SearchStep};
use super::site::{LoadOptions, MakeIndex, Site, SiteParts, assemble};
use super::site_files;
use super::state::{State, StoredCards, encode_one};
use super::symlinks;
use super::term_log::TermLog;
use crate::archive::archive::Archive;
use crate::base::config::{self, Config};
use crate::base::date::Instant;
use crate::base::diag::{self, Diagnostic, Diagnostics, Span};
use crate::base::digest::Digest;
use crate::base::ignored_files::IgnoredFile;
use crate::base::problem;
use crate::content::front_matter;
use crate::system::clock::Clock;
use crate::system::disk::DiskResult;
use crate::system::root::Root;

/// The inputs of a site, found and compared with those of the last build. Only the configuration is parsed.
pub struct FoundInputs {
    pub options: LoadOptions,
    pub config: Arc<Config>,
    pub maker: SiteIdentity,
    pub inputs: Inputs,
    /// Problems of the configuration, and those of the walk.
    pub configured: Diagnostics,
    pub walked: Diagnostics,
    pub clock: Clock,
    pub compared: InputComparison,
    pub state: Option<Arc<State>>,
    /// The state's cards.
    pub cards: Arc<StoredCards>,
}

/// The result of loading. The site is missing only if a problem makes rendering impossible; with other errors it is
/// present, so that the rest is still checked.
pub struct LoadResult {
    pub made: Option<(Site, Ledger)>,
    /// The configuration, if it is usable.
    pub config: Option<Arc<Config>>,
    pub problems: Diagnostics,
    /// Files that are not part of the site.
    pub left_out: Vec<IgnoredFile>,
    /// The clock that has run since the start.
    pub clock: Clock,
}

impl LoadResult {
    /// Returns a result without a site, because of an unusable configuration.
    pub fn refused(problems: Diagnostics) -> LoadResult {
        LoadResult { made: None, config: None, problems, left_out: Vec::new(), clock: Clock::start() }
    }
}

/// The configuration as it is on the disk.
pub struct LoadedConfig {
    pub config: Config,
    pub maker: SiteIdentity,
    /// Its file.
    pub input: Input,
    pub problems: Diagnostics,
}

/// Reads the configuration. The inner `Err` holds the problems of an unusable one.
pub fn configure(options: &LoadOptions) -> DiskResult<Result<LoadedConfig, Diagnostics>> {
    let kind = options.root.kind(config::FILE)?;
    if let Some(odd) = kind.and_then(|kind| symlinks::oddity(&options.root, config::FILE, kind)) {
        return Ok(Err(vec![odd]));
    }
    let size = options.root.stat(config::FILE)?.map_or(0, |stat| stat.size);
    if let Some(found) = front_matter::too_large(config::FILE, size) {
        return Ok(Err(vec![found]));
    }
    let (bytes, stat) = options.root.read(config::FILE)?;
    let digest = Digest::of(&bytes);
    let mut problems = Diagnostics::new();
    let Some(text) = front_matter::text(config::FILE, bytes, &mut problems) else { return Ok(Err(problems)) };
    let (config, found) = config::parse(&text);
    problems.extend(found);
    let Some(mut config) = config else { return Ok(Err(problems)) };
    // Prefer the configured URL to the requested one: it identifies the site.
    let url = config.urls.base_url.as_deref().or(options.base_url.as_deref());
    let maker = SiteIdentity::new(&config.title, url);
    override_base_url(&mut config, options, &mut problems);
    let input = Input::single(config::FILE, stat, digest);
    Ok(Ok(LoadedConfig { config, maker, input, problems }))
}

/// Finds the inputs of the site. The inner `Err` holds the problems of an unusable configuration.
pub fn find(
    options: &LoadOptions,
    state: Option<Arc<State>>,
    cards: StoredCards,
) -> DiskResult<Result<FoundInputs, Diagnostics>> {
    let mut clock = Clock::start();
    let LoadedConfig { config, maker, input, problems: configured } = match configure(options)? {
        Ok(configured) => configured,
        Err(problems) => return Ok(Err(problems)),
    };
    let mut walked = Diagnostics::new();
    let mut inputs = discover::discover(&options.root, &config, options.threads, &mut walked)?;
    idle_patterns(&config, &inputs, &mut walked);
    inputs.site.push(input);
    clock.lap("discover");
    let compared = identify::identify(&options.root, &mut inputs, state.as_deref(), options.threads);
    clock.lap("identify");
    let (options, config, cards) = (options.clone(), Arc::new(config), Arc::new(cards));
    Ok(Ok(FoundInputs { options, config, maker, inputs, configured, walked, clock, compared, state, cards }))
}

/// Reports patterns of `[static] include` that match nothing: their author expects files to be published that do
/// not exist.
fn idle_patterns(config: &Config, inputs: &Inputs, problems: &mut Diagnostics) {
    if config.included.is_empty() {
        return;
    }
    // Patterns are relative to `static/`; those for other folders begin with the folder's name.
    let paths = inputs.all().map(|input| input.file.strip_prefix("static/").unwrap_or(&input.file));
    for at in config.include.idle(paths) {
        let pattern = &config.included[at];
        problems.push(problem::idle_pattern(Span::new(&config::FILE.into(), pattern.at.clone()), &pattern.value));
    }
}

/// Returns a digest of what cards depend on besides their files.
pub fn parsing_digest(config: &Config, options: &LoadOptions) -> Digest {
    Digest::of_value(&(config.digest(), options.drafts))
}

/// Finds and loads the site without a state.
pub fn load(options: &LoadOptions) -> DiskResult<LoadResult> {
    match find(options, None, StoredCards::default())? {
        Ok(found) => found.load(None, None),
        Err(problems) => Ok(LoadResult::refused(problems)),
    }
}

fn override_base_url(config: &mut Config, options: &LoadOptions, problems: &mut Diagnostics) {
    if let Some(url) = &options.base_url
        && let Some(urls) = config::split_base_url(url)
    {
        config.urls = crate::base::path::Urls { style: config.urls.style, ..urls };
    }
    // If the file has an error, or exists under another name, that has been reported.
    let said = |found: &Diagnostic| {
        matches!(&*found.code, "invalid-url" | "secret-in-site")
            || found.message.contains("`base_url`")
            || found.help.as_ref().is_some_and(|help| help.contains("`base_url`"))
    };
    if config.urls.base_url.is_none() && !problems.iter().any(said) {
        problems.push(problem::no_base_url(Span::file(config::FILE)));
    }
}

impl FoundInputs {
    /// Returns the time that decides what is future or expired.
    pub fn now(&self) -> Instant {
        self.options.now.instant(&self.config.zone)
    }

    /// Returns the problems that are known before anything is parsed.
    pub fn problems(&self) -> Diagnostics {
        self.configured.iter().chain(&self.walked).cloned().chain(self.inputs.remarks()).collect()
    }

    /// Returns whether the last build was made from exactly this: the same files, options and selection. Then all
    /// problems of the site are known.
    pub fn is_as_built(&self) -> bool {
        let Some(meta) = self.state.as_ref().map(|state| &state.meta) else { return false };
        let (from, until) = meta.window;
        self.compared.unchanged
            // A site without an article reports which time it takes now to be.
            && meta.articles > 0
            && meta.options == self.options.digest()
            && meta.found == encode_one(&self.problems())
            && (from..until).contains(&self.now().as_nanosecond())
    }

    /// Returns all inputs.
    pub fn inputs(&self) -> impl Iterator<Item = &Input> {
        self.inputs.all()
    }

    /// Returns whether the cards of the last build are still valid.
    pub fn keeps_cards(&self) -> bool {
        let parsing = parsing_digest(&self.config, &self.options);
        let same = |state: &Arc<State>| state.meta.parsing == parsing && state.meta.options == self.options.digest();
        self.state.as_ref().is_some_and(same)
    }

    /// Loads the site: parse, index, plan. The cards go into the draft of the next state. With a draft, the search
    /// index is made, too; the last one is in `output`.
    pub fn load(self, mut draft: Option<&mut BuildDraft>, output: Option<&Root>) -> DiskResult<LoadResult> {
        let (now, found, keeps) = (self.now(), self.problems(), self.keeps_cards());
        let FoundInputs { options, config, mut inputs, mut clock, compared, state, cards, .. } = self;
        let left_out = std::mem::take(&mut inputs.ignored);
        let mut problems = found.clone();
        let theme = site_files::theme(&options.root, &config, &inputs, &mut problems);
        problems.extend(site_files::large_rules(&inputs));
        let statics = site_files::statics(&config, &inputs);
        clock.lap("theme");
        let parsing = parsing_digest(&config, &options);
        let last = state.filter(|_| keeps);
        let log = draft.as_ref().and_then(|draft| draft.terms.as_ref());
        let how = ParseOptions {
            root: options.root.clone(),
            drafts: options.drafts,
            terms: log.is_some(),
            logged: log.map_or(0, TermLog::logged),
            threads: options.threads,
            cards: last.is_some().then_some(cards),
        };
        let content = std::mem::take(&mut inputs.content);
        let mut texts = parse::parse(how, &config, content, draft.as_deref_mut(), &mut problems)?;
        if let Some(log) = draft.as_mut().and_then(|draft| draft.terms.as_mut()) {
            log.flush()?;
        }
        clock.lap("parse");
        let numbered = ledger::number(&texts.inputs, inputs);
        let parts = SiteParts { options: &options, config: config.clone(), theme, statics, now };
        let mut parsed = std::mem::take(&mut texts.parsed);
        parsed.fail(&found);
        let mut numbered = Some(numbered);
        let mut numbers = None;
        let mut search = draft.map(|draft| {
            let (numbered, numbers, texts, root) = (&mut numbered, &mut numbers, &mut texts, &options.root);
            let (config, last) = (&config, last.as_deref());
            move |archive: &Archive| {
                let (_, by_file) = numbers.insert(numbered.take().map(NumberedInputs::join).unwrap_or_default());
                let log = draft.terms.as_ref();
                let step = SearchStep { root, config, texts, by_file, log, last, output, shape: options.shape };
                let MadeIndex { files, record, damaged } = step.run(archive);
                draft.index = record;
                // The next build reads these texts again.
                damaged.into_iter().for_each(|at| texts.kept[at as usize].terms = 0..0);
                files
            }
        });
        let search = search.as_mut().map(|search| search as MakeIndex);
        let site = assemble(parts, parsed, search, &mut clock, &mut problems);
        let numbered = numbers.or_else(|| numbered.map(NumberedInputs::join)).unwrap_or_default();
        let made = site.map(|site| {
            let how = LoadBasis { options: options.digest(), parsing, compared, found };
            let ledger = Ledger::new(&site, texts, numbered, how, last.as_deref());
            (site, ledger)
        });
        clock.lap("compare");
        diag::sort(&mut problems);
        Ok(LoadResult { made, config: Some(config), problems, left_out, clock })
    }
}
