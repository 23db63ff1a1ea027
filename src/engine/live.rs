//! A live site, which follows changes of its files, for `serve`. It writes nothing, and must not know browsers or
//! file notifications.
//!
//! It is loaded by the same steps as in a build, and kept in memory. Changes are found by walking again at given
//! places or everywhere. A file with unchanged bytes is unchanged. If only bodies have changed, no other page can
//! show it, and pages are rendered on request. Any other change sorts the archive and makes the plan from scratch,
//! from cards that were kept.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use super::card::{ParsedCard, Reading};
use super::discover::{self, Input, Inputs};
use super::identify;
use super::load::{self, LoadedConfig};
use super::parse::{self, ContentCollector, ParseOptions};
use super::site::{LoadOptions, RenderedOutput, Site, SiteParts, assemble, assemble_some};
use super::site_files;
use super::store;
use super::symlinks;
use crate::archive::archive::SkipReason;
use crate::archive::index::ParsedContent;
use crate::base::config::Config;
use crate::base::date::{self, Instant, WrittenDate};
use crate::base::diag::{self, Diagnostics};
use crate::base::digest::Digest;
use crate::base::severity::Purpose;
use crate::content::content_path::{ContentPath, is_asset, place};
use crate::content::picture;
use crate::outputs::job::Output;
use crate::system::clock::Clock;
use crate::system::disk::{DiskResult, Stat};

/// How often a refresh lists the files if some disappear meanwhile.
const ATTEMPTS: usize = 3;

/// A site and what it was made from.
pub struct Live {
    options: LoadOptions,
    /// Treat warnings as errors.
    strict: bool,
    config: Arc<Config>,
    inputs: Inputs,
    /// Readings of the texts and pictures below `content/`, by file.
    readings: BTreeMap<Arc<str>, Reading>,
    /// The digests of all other inputs, by file.
    others: BTreeMap<Arc<str>, Option<Digest>>,
    /// The inputs that are links.
    linked: Vec<String>,
    /// Links and files with other names, with their stats. They may be changed at a place that nobody watches.
    elsewhere: Vec<(Arc<str>, Stat)>,
    /// Problems of the configuration, and those of the walk.
    configured: Diagnostics,
    walked: Diagnostics,
    /// The last site without an error or, if there was none, the last site.
    site: Option<Arc<Site>>,
    /// The present problems.
    problems: Diagnostics,
    hidden: Option<Arc<HiddenSite>>,
    /// The files that the last refresh found changed.
    touched: Vec<Arc<str>>,
    /// Whether something may have changed since the last refresh.
    behind: bool,
}

/// How a site has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SiteChange {
    /// Not at all.
    Nothing,
    /// Only in these files, and on pages of their own.
    Files(Vec<Arc<str>>),
    /// In any way.
    Site,
}

/// Articles and pages that are left out, as they would appear in a site with all of them.
pub struct HiddenSite {
    /// A site whose plan has only their outputs.
    pub site: Site,
    pub pages: Vec<UnpublishedPage>,
}

/// An article or page that is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnpublishedPage {
    /// Path below the site's root.
    pub file: String,
    pub why: SkipReason,
    /// Headline, and path of the output, if the text could be read.
    pub page: Option<(String, String)>,
}

impl Live {
    /// Loads a site. Cards come from the state of the last build to `output`, if there is one. The inner `Err`
    /// holds the problems of an unusable configuration.
    pub fn open(options: LoadOptions, strict: bool, output: &Path) -> DiskResult<Result<(Live, Clock), Diagnostics>> {
        let mut last = store::peek(&options.root, output, options.cache.as_deref());
        let state = last.state.take().map(Arc::new);
        let found = match load::find(&options, state, std::mem::take(&mut last.cards))? {
            Ok(found) => found,
            Err(problems) => return Ok(Err(problems)),
        };
        let mut clock = found.clock;
        let parsing = load::parsing_digest(&found.config, &options);
        let same = found.state.is_some_and(|s| s.meta.parsing == parsing && s.meta.options == options.digest());
        let mut live = Live {
            options,
            strict,
            config: found.config,
            inputs: found.inputs,
            readings: BTreeMap::new(),
            others: BTreeMap::new(),
            walked: found.walked,
            linked: Vec::new(),
            elsewhere: Vec::new(),
            configured: found.configured,
            site: None,
            problems: Diagnostics::new(),
            hidden: None,
            touched: Vec::new(),
            behind: false,
        };
        let how = ParseOptions { cards: same.then_some(found.cards), ..live.parsing() };
        live.read_first(how);
        clock.lap("parse");
        live.put_together(false, &mut clock);
        Ok(Ok((live, clock)))
    }

    /// Reads all inputs.
    fn read_first(&mut self, how: ParseOptions) {
        let content = Arc::new(std::mem::take(&mut self.inputs.content));
        let readings = parse::read_all(how, &self.config, &content).map(|(reading, _)| reading);
        let readings: Vec<(Arc<str>, Reading)> =
            content.iter().zip(readings).filter(|(i, _)| has_card(i)).map(|(i, r)| (i.file.clone(), r)).collect();
        self.inputs.content = Arc::unwrap_or_clone(content);
        self.inputs.content.shrink_to_fit();
        // Both are sorted by file.
        let mut read = readings.iter().peekable();
        for input in &mut self.inputs.content {
            if let Some((_, reading)) = read.next_if(|(file, _)| *file == input.file) {
                input.digest = reading.digest;
            }
        }
        self.readings = readings.into_iter().collect();
        // The records of the last build are not needed any more.
        self.inputs.all_mut().for_each(|input| input.known = None);
        let others = self.inputs.all().filter(|input| !has_card(input));
        self.others = others.map(|input| (input.file.clone(), input.digest)).collect();
        self.note_links();
    }

    fn parsing(&self) -> ParseOptions {
        let LoadOptions { root, drafts, threads, .. } = &self.options;
        ParseOptions { root: root.clone(), drafts: *drafts, terms: false, logged: 0, threads: *threads, cards: None }
    }

    /// Returns the site as it can be shown.
    pub fn site(&self) -> Option<&Arc<Site>> {
        self.site.as_ref()
    }

    /// Returns the problems of the present files. If one is an error, the site is an earlier one.
    pub fn problems(&self) -> &Diagnostics {
        &self.problems
    }

    /// Returns the files that the last refresh found changed, as in [`SiteChange::Files`], even if the whole site
    /// has changed.
    pub fn touched(&self) -> &[Arc<str>] {
        &self.touched
    }

    /// Returns the present configuration.
    pub fn config(&self) -> &Arc<Config> {
        &self.config
    }

    /// Returns the time at which the selection of articles changes by itself.
    pub fn until(&self) -> Instant {
        self.site.as_ref().map_or(Instant::MAX, |site| site.archive.window.1)
    }

    /// Follows changes of the files. `places` are paths below the root where something may have changed; `None`
    /// means anywhere. A file that disappears between listing and reading is no problem of the site: Recto lists again.
    pub fn refresh(&mut self, places: Option<&[String]>, now: WrittenDate) -> DiskResult<SiteChange> {
        let mut change = self.refresh_once(places, now)?;
        for _ in 1..ATTEMPTS {
            if !self.has_lost_a_file() {
                break;
            }
            self.behind = true;
            change = self.refresh_once(None, now)?;
        }
        Ok(change)
    }

    /// Returns whether a file could not be read because it no longer exists.
    fn has_lost_a_file(&self) -> bool {
        let unreadable = self.problems.iter().filter(|found| found.code == "unreadable");
        let mut files = unreadable.filter_map(|found| found.at.as_ref());
        files.any(|at| matches!(self.options.root.stat(&at.file), Ok(None)))
    }

    fn refresh_once(&mut self, places: Option<&[String]>, now: WrittenDate) -> DiskResult<SiteChange> {
        let before = std::mem::replace(&mut self.options.now, now);
        let behind = std::mem::replace(&mut self.behind, true);
        self.touched.clear();
        let LoadedConfig { config, input, problems, .. } = match load::configure(&self.options)? {
            Ok(configured) => configured,
            Err(problems) => {
                self.problems = problems;
                return Ok(SiteChange::Nothing);
            }
        };
        let reconfigured = self.inputs.site.first().map(|input| input.digest) != Some(input.digest);
        let elsewhere = config.theme.value != self.config.theme.value || config.include != self.config.include;
        self.config = Arc::new(config);
        self.configured = problems;
        let (walked, remarks) = (self.walked.clone(), self.inputs.remarks());
        let mut looked = self.look(places.filter(|_| !behind && !elsewhere))?;
        self.inputs.site = vec![input];
        if reconfigured {
            // Other settings may give another card.
            self.inputs.content.iter_mut().filter(|input| is_text(input)).for_each(|input| input.digest = None);
            looked = None;
        }
        let change = self.compare(looked);
        self.touched.clone_from(&change.files);
        self.behind = false;
        let [before, now] = [before, self.options.now].map(|time| time.instant(&self.config.zone));
        let selected =
            self.site.as_ref().is_some_and(|site| (site.archive.window.0..site.archive.window.1).contains(&now));
        // Problems in a changed file may have other places now.
        let stale = walked != self.walked
            || remarks != self.inputs.remarks()
            || self.problems.iter().any(|found| found.at.as_ref().is_some_and(|at| change.files.contains(&at.file)));
        // A site without an article reports which day it takes today to be.
        let another_day = |site: &Arc<Site>| {
            let day = |now: Instant| date::day_of(now, &self.config.zone);
            site.archive.articles.is_empty() && day(before) != day(now)
        };
        let emptied = self.site.as_ref().is_some_and(another_day);
        if change.anew || reconfigured || behind || !selected || stale || emptied {
            self.put_together(change.restyled || reconfigured, &mut Clock::start());
            return Ok(SiteChange::Site);
        }
        if let Some(site) = self.site.as_ref().filter(|_| change.files.iter().any(|file| file.starts_with("content/")))
        {
            site.index.forget();
        }
        Ok(if change.files.is_empty() { SiteChange::Nothing } else { SiteChange::Files(change.files) })
    }

    /// Walks again, at some places or everywhere. Inputs that may have other bytes lose their digest. Returns these
    /// files if the set of files is the same as before.
    fn look(&mut self, places: Option<&[String]>) -> DiskResult<Option<Vec<Arc<str>>>> {
        let (root, config, threads) = (&self.options.root, &self.config, self.options.threads);
        if let Some(places) = places {
            // Nobody watches the targets of links.
            let moved = self.elsewhere.iter().filter(|(file, stat)| self.has_moved(file, stat));
            let moved: Vec<String> = moved.map(|(file, _)| file.to_string()).collect();
            let places: Vec<String> = places.iter().chain(&self.linked).chain(&moved).cloned().collect();
            return discover::look_again(&mut self.inputs, root, config, &places, threads, &mut self.walked);
        }
        let mut walked = Diagnostics::new();
        let mut inputs = discover::discover(root, config, threads, &mut walked)?;
        // The file system's clock has reached its latest timestamp, so a clearly older file has not been written
        // since.
        let time = self.inputs.all().map(|input| input.stat.changed).max().unwrap_or(0);
        for (old, new) in self.inputs.folders().into_iter().zip(inputs.folders()) {
            let mut old = old.iter().peekable();
            for input in new.iter_mut() {
                // Both are sorted by file.
                while old.next_if(|old| old.file < input.file).is_some() {}
                let Some(before) = old.next_if(|old| old.file == input.file) else { continue };
                // Share the path with the reading.
                input.file = before.file.clone();
                input.digest = before.digest.filter(|_| before.stat == input.stat && before.stat.before(time));
            }
            new.shrink_to_fit();
        }
        self.inputs = inputs;
        self.walked = walked;
        Ok(None)
    }

    /// Reads what may have changed and compares it with the previous reading. With `looked`, only these files,
    /// which are the same set as before.
    fn compare(&mut self, looked: Option<Vec<Arc<str>>>) -> PendingChange {
        let mut change = PendingChange::default();
        let unread: Vec<Input> = match &looked {
            Some(files) => files.iter().filter_map(|file| self.inputs.get_mut(file).cloned()).collect(),
            None => self.inputs.all().filter(|input| input.digest.is_none()).cloned().collect(),
        };
        let (cards, others): (Vec<Input>, Vec<Input>) = unread.into_iter().partition(has_card);
        self.compare_others(others, &mut change);
        self.compare_cards(cards, &mut change);
        if looked.is_none() {
            self.forget(&mut change);
        }
        self.note_links();
        change
    }

    fn compare_others(&mut self, others: Vec<Input>, change: &mut PendingChange) {
        let files = others.iter().map(|input| input.file.clone()).collect();
        for (input, digest) in others.iter().zip(identify::digests(&self.options.root, files, self.options.threads)) {
            if let Some(known) = self.inputs.get_mut(&input.file) {
                known.digest = digest;
            }
            // Files that no page is made from but that pages show.
            let shown = input.file.starts_with("content/")
                || input.file.starts_with("static/")
                || (input.file.starts_with("themes/") && input.path().starts_with("static/"));
            match self.others.insert(input.file.clone(), digest) {
                Some(before) if before == digest && before.is_some() => {}
                Some(_) if shown && !self.config.hashed_assets && !site_files::is_search_script(input) => {
                    change.files.push(input.file.clone())
                }
                _ => (change.anew, change.restyled) = (true, change.restyled || !shown),
            }
        }
    }

    fn compare_cards(&mut self, inputs: Vec<Input>, change: &mut PendingChange) {
        let inputs = Arc::new(inputs);
        let readings = parse::read_all(self.parsing(), &self.config, &inputs);
        for (input, (reading, _)) in inputs.iter().zip(readings) {
            if let Some(known) = self.inputs.get_mut(&input.file) {
                known.digest = reading.digest;
            }
            match self.readings.insert(input.file.clone(), reading.clone()) {
                // A file that cannot be read has no digest, and may be unchanged all the same.
                Some(before) if before.digest == reading.digest && before.is_as(&reading) => {}
                Some(before) if before.says_as(&reading) => change.files.push(input.file.clone()),
                Some(_) if !is_text(input) => {
                    change.files.push(input.file.clone());
                    change.anew = true;
                }
                _ => change.anew = true,
            }
        }
    }

    /// Drops readings of files that no longer exist.
    fn forget(&mut self, change: &mut PendingChange) {
        let there: BTreeSet<&str> = self.inputs.all().map(|input| &*input.file).collect();
        let before = (self.readings.len(), self.others.len());
        self.readings.retain(|file, _| there.contains(&**file));
        self.others.retain(|file, _| there.contains(&**file));
        change.anew |= before != (self.readings.len(), self.others.len());
        change.restyled |= before.1 != self.others.len();
    }

    fn note_links(&mut self) {
        let linked = self.inputs.all().filter(|input| input.linked);
        self.linked = linked.map(|input| input.file.to_string()).collect();
        let elsewhere = self.inputs.all().filter(|input| input.linked || input.stat.shared);
        self.elsewhere = elsewhere.map(|input| (input.file.clone(), input.stat)).collect();
    }

    /// Returns whether a file that may change unwatched has changed.
    pub fn is_moved(&self) -> bool {
        self.elsewhere.iter().any(|(file, stat)| self.has_moved(file, stat))
    }

    fn has_moved(&self, file: &str, before: &Stat) -> bool {
        let root = &self.options.root;
        let now = match root.stat(file) {
            Ok(None) => symlinks::resolve(root, file).ok().and_then(|place| root.stat(&place).ok()?),
            found => found.ok().flatten(),
        };
        now != Some(*before)
    }

    /// Collects the content of all texts.
    fn gather(&self, problems: &mut Diagnostics) -> ParsedContent {
        let mut gathering = ContentCollector::default();
        // Both are sorted by file.
        let mut readings = self.readings.iter().peekable();
        for input in &self.inputs.content {
            match readings.next_if(|(file, _)| **file == input.file) {
                Some((_, reading)) => gathering.add(input, reading.card.clone(), reading.problems.clone(), problems),
                None => gathering.add(input, ParsedCard::Nothing, Diagnostics::new(), problems),
            }
        }
        let mut parsed = gathering.finish(self.options.drafts, problems);
        parsed.fail(&self.walked);
        parsed
    }

    fn parts<'a>(&self, options: &'a LoadOptions, problems: &mut Diagnostics) -> SiteParts<'a> {
        let theme = site_files::theme(&options.root, &self.config, &self.inputs, problems);
        problems.extend(site_files::large_rules(&self.inputs));
        let statics = site_files::statics(&self.config, &self.inputs);
        let now = options.now.instant(&self.config.zone);
        SiteParts { options, config: self.config.clone(), theme, statics, now }
    }

    /// Assembles the site. After an error, the previous site stays. Since a template may fail only when it is used,
    /// `tried` renders one output of each.
    fn put_together(&mut self, tried: bool, clock: &mut Clock) {
        let mut problems = self.configured.clone();
        problems.extend(self.walked.iter().cloned().chain(self.inputs.remarks()));
        let parsed = self.gather(&mut problems);
        let parts = self.parts(&self.options, &mut problems);
        let site = assemble(parts, parsed, None, clock, &mut problems);
        if let Some(site) = site.as_ref().filter(|_| tried && self.site.is_some()) {
            // Warnings belong to the pages that were rendered as a trial, even where the site makes them errors.
            let mut tried = try_templates(site);
            tried.retain(|found| diag::is_error(found, false));
            self.config.check.settle(Purpose::Publish, &mut tried);
            problems.extend(tried.into_iter().filter(|found| diag::is_error(found, self.strict)));
        }
        self.config.check.settle(Purpose::Publish, &mut problems);
        diag::sort(&mut problems);
        let good = diag::count_errors(&problems, self.strict) == 0;
        if let Some(site) = site.filter(|_| good || self.site.is_none()) {
            self.site = Some(Arc::new(site));
        }
        self.hidden = None;
        self.problems = problems;
    }

    /// Returns the articles and pages that are left out, as a build with drafts, future and expired articles would
    /// make them.
    pub fn hidden(&mut self) -> Option<Arc<HiddenSite>> {
        if self.hidden.is_none() {
            let site = self.site.clone()?;
            let options = LoadOptions { drafts: true, future: true, expired: true, ..self.options.clone() };
            let mut problems = Diagnostics::new();
            let parsed = self.gather(&mut problems);
            let parts = self.parts(&options, &mut problems);
            let left_out = site.archive.left_out();
            let all = assemble_some(parts, parsed, &left_out, &mut problems)?;
            let pages = left_out.into_iter().map(|(path, why)| unpublished(&all, &path, why)).collect();
            self.hidden = Some(Arc::new(HiddenSite { site: all, pages }));
        }
        self.hidden.clone()
    }
}

/// Returns whether an input is a text below `content/`.
fn is_text(input: &Input) -> bool {
    input.file.starts_with("content/") && !is_asset(input.path())
}

/// Returns whether an input has a card.
fn has_card(input: &Input) -> bool {
    is_text(input) || input.file.starts_with("content/") && picture::PictureFormat::of_name(input.path()).is_some()
}

/// A change that has not been applied yet.
#[derive(Default)]
struct PendingChange {
    /// Whether the site must be assembled again.
    anew: bool,
    /// Whether templates or strings have changed.
    restyled: bool,
    /// Changed files, whose effect is limited to pages of their own.
    files: Vec<Arc<str>>,
}

/// Describes a text that is left out, given its path below `content/` without the extension.
fn unpublished(all: &Site, path: &str, why: SkipReason) -> UnpublishedPage {
    let page = match place(&format!("{path}.md")) {
        ContentPath::Article { id } => all.archive.find(&id).map(|ix| {
            let placed = all.archive.article(ix);
            (placed.card.title.to_string(), &*placed.address)
        }),
        ContentPath::Page { path } => all.archive.page(&path).map(|ix| {
            let page = &all.archive.pages[ix];
            (page.title.to_string(), &*page.path)
        }),
        _ => None,
    };
    let page = page.map(|(title, address)| (title, all.config.urls.page_file(address)));
    UnpublishedPage { file: format!("content/{path}.md"), why, page }
}

/// Renders one output of every template and returns the problems.
fn try_templates(site: &Site) -> Diagnostics {
    let mut tried: BTreeMap<&str, &Output> = BTreeMap::new();
    for output in &site.plan.outputs {
        if let Some(template) = output.job.template() {
            tried.entry(template.name).or_insert(output);
        }
    }
    let mut problems = Diagnostics::new();
    for output in tried.into_values() {
        let RenderedOutput { bytes: _, problems: found } = site.render(output);
        problems.extend(found);
    }
    problems.extend(site.leaves.take_problems());
    problems
}
