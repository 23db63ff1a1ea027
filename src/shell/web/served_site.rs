//! The served site: a snapshot of the site with its problems, and a counter that increases whenever either changes.
//! It must not know connections.
//!
//! A request takes a [`SiteSnapshot`] and keeps it until it is answered. The thread that follows the files replaces
//! the snapshot.

use std::any::Any;
use std::collections::VecDeque;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use tokio::sync::watch;

use super::request_path::RequestPath;
use super::response::{self, OWN, PageResponse, SCRIPT, inject};
use super::send_file::FileToSend;
use crate::base::config::Config;
use crate::base::date::{Instant, WrittenDate};
use crate::base::diag::Diagnostics;
use crate::base::digest::Digest;
use crate::base::limits::WEB_FILE;
use crate::base::problem;
use crate::base::severity::Purpose;
use crate::engine::discover;
use crate::engine::live::{HiddenSite, Live, SiteChange, UnpublishedPage};
use crate::engine::site::{RenderedOutput, Site};
use crate::engine::symlinks;
use crate::hosting::content_types::{self, HTML};
use crate::hosting::hosts::Encodings;
use crate::outputs::index_files;
use crate::outputs::job::{Job, Output};
use crate::shell::report::{ReportStyle, Reporter};
use crate::system::beneath::EntryKind;
use crate::system::disk::DiskResult;
use crate::system::pool;

/// The site at one moment.
pub struct SiteSnapshot {
    pub turn: u64,
    pub site: Option<Arc<Site>>,
    pub config: Arc<Config>,
    /// The problems of the files, and the errors among them, formatted.
    found: Arc<Diagnostics>,
    pub problems: Arc<Vec<String>>,
    /// The changed files that are not pages: the turn of the change, and the path of their URL.
    files: Arc<Vec<(u64, String)>>,
    /// Whether Recto itself has failed since.
    failed: bool,
}

/// How many changed files to remember for browsers that were disconnected.
const FILES: usize = 1000;

/// A served site.
pub struct ServedSite {
    /// Identifies this run of the program; a browser may remember another.
    run: String,
    strict: bool,
    reporter: Reporter,
    live: Mutex<Live>,
    view: RwLock<Arc<SiteSnapshot>>,
    turns: watch::Sender<u64>,
    /// Problems of pages that were printed on the terminal in this turn.
    said: Mutex<Diagnostics>,
    /// The last pages that were rendered without errors, by the paths of their outputs, the latest last.
    good: Mutex<VecDeque<GoodPage>>,
}

/// A page by the path of its output.
type GoodPage = (Box<str>, Vec<u8>);

/// How many pages to keep in case they can no longer be rendered.
const GOOD: usize = 32;

/// A page as it is shown.
pub struct ServedPage {
    pub answer: PageResponse,
    /// Digest of the rendered page, without additions.
    pub digest: String,
    /// Why it could not be rendered.
    pub failures: Vec<String>,
    /// A file that is read while it is sent, instead of a body.
    pub file: Option<FileToSend>,
}

/// What a browser remembers of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageStamp {
    pub run: String,
    pub turn: u64,
    pub digest: String,
}

impl PageStamp {
    pub fn parse(text: &str) -> Option<PageStamp> {
        let (run, rest) = text.split_once('.')?;
        let (turn, digest) = rest.split_once('.')?;
        Some(PageStamp { run: run.to_owned(), turn: turn.parse().ok()?, digest: digest.to_owned() })
    }

    pub fn text(&self) -> String {
        format!("{}.{}.{}", self.run, self.turn, self.digest)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl ServedSite {
    pub fn new(live: Live, strict: bool, style: ReportStyle, root: PathBuf) -> ServedSite {
        let reporter = Reporter::new(style, root);
        let view = SiteSnapshot {
            turn: 0,
            site: live.site().cloned(),
            config: live.config().clone(),
            found: Arc::default(),
            problems: Arc::default(),
            files: Arc::default(),
            failed: false,
        };
        let run = format!("{:016x}", RandomState::new().build_hasher().finish());
        let desk = ServedSite {
            run,
            strict,
            reporter,
            live: Mutex::new(live),
            view: RwLock::new(Arc::new(view)),
            turns: watch::Sender::new(0),
            said: Mutex::default(),
            good: Mutex::default(),
        };
        desk.put(&lock(&desk.live), Vec::new());
        desk
    }

    /// Returns the present snapshot.
    pub fn view(&self) -> Arc<SiteSnapshot> {
        self.view.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns a receiver that is notified of every turn.
    pub fn turns(&self) -> watch::Receiver<u64> {
        self.turns.subscribe()
    }

    pub fn stamp(&self, view: &SiteSnapshot, digest: &str) -> PageStamp {
        PageStamp { run: self.run.clone(), turn: view.turn, digest: digest.to_owned() }
    }

    /// Follows the files, and returns what has changed.
    pub fn refresh(&self, places: Option<&[String]>, now: WrittenDate) -> DiskResult<SiteChange> {
        let mut live = lock(&self.live);
        let (site, before) = (live.site().cloned(), live.problems().clone());
        let changed = live.refresh(places, now)?;
        if changed == SiteChange::Nothing && before == *live.problems() && !self.view().failed {
            return Ok(changed);
        }
        let mut urls = live.site().map(|site| urls_of(site, live.touched())).unwrap_or_default();
        if let Some((site, now)) = site.as_ref().zip(live.site()).filter(|(site, now)| !Arc::ptr_eq(site, now)) {
            urls.extend(exchanged(site, now));
            urls.sort();
            urls.dedup();
        }
        self.put(&live, urls);
        if before != *live.problems() {
            self.reporter.problems(live.problems(), self.strict);
        }
        Ok(changed)
    }

    /// Reports on the terminal and over every page that Recto itself failed. The site stays as it was. The same
    /// failure is reported once.
    pub fn failed(&self, doing: &str, panic: &(dyn Any + Send)) {
        let text = self.say_failure(doing, panic);
        let before = self.view();
        if before.problems.contains(&text) {
            return;
        }
        let turn = before.turn + 1;
        let problems = std::iter::once(text).chain(before.problems.iter().cloned()).collect();
        let view = SiteSnapshot {
            turn,
            site: before.site.clone(),
            config: before.config.clone(),
            found: before.found.clone(),
            problems: Arc::new(problems),
            files: before.files.clone(),
            failed: true,
        };
        *self.view.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(view);
        self.turns.send_replace(turn);
    }

    /// Prints a failure on the terminal and returns its text.
    fn say_failure(&self, doing: &str, panic: &(dyn Any + Send)) -> String {
        let found = vec![problem::failed_while(doing, &pool::message(panic))];
        self.say(&found);
        self.reporter.errors(&found, true).concat()
    }

    /// Replaces the snapshot.
    fn put(&self, live: &Live, files: Vec<String>) {
        let before = self.view();
        let turn = before.turn + 1;
        let mut known = (*before.files).clone();
        known.extend(files.into_iter().map(|file| (turn, file)));
        let old = known.len().saturating_sub(FILES);
        known.drain(..old);
        let view = SiteSnapshot {
            turn,
            site: live.site().cloned(),
            config: live.config().clone(),
            found: Arc::new(live.problems().clone()),
            problems: Arc::new(self.reporter.errors(live.problems(), self.strict)),
            files: Arc::new(known),
            failed: false,
        };
        lock(&self.said).clear();
        *self.view.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(view);
        self.turns.send_replace(turn);
    }

    /// Returns the folders that the site is read from.
    pub fn folders(&self) -> Vec<PathBuf> {
        let view = self.view();
        discover::folders(self.reporter.root(), &view.config)
    }

    /// Returns whether a file that has other names, or is a link, has changed.
    pub fn is_moved(&self) -> bool {
        lock(&self.live).is_moved()
    }

    /// Returns when the selection of articles changes by itself.
    pub fn until(&self) -> Instant {
        lock(&self.live).until()
    }

    /// Returns the files of the site that have changed since a turn and are not pages, as paths of URLs.
    pub fn files_since(view: &SiteSnapshot, turn: u64) -> Vec<String> {
        view.files.iter().filter(|(when, _)| *when > turn).map(|(_, file)| file.clone()).collect()
    }

    /// Returns the page at a path. A panic is reported on that page, and later requests work as usual.
    pub fn show(&self, view: &SiteSnapshot, target: Option<&RequestPath>) -> ServedPage {
        catch_unwind(AssertUnwindSafe(|| self.made(view, target))).unwrap_or_else(|panic| {
            let failures = vec![self.say_failure("rendered a page", &*panic)];
            let answer = response::failed(&failures);
            ServedPage { digest: Digest::of(&answer.body).short(), answer, failures, file: None }
        })
    }

    fn made(&self, view: &SiteSnapshot, target: Option<&RequestPath>) -> ServedPage {
        let Some(target) = target else { return self.missing(view) };
        if let Some(name) = target.path.strip_prefix(OWN) {
            return self.own(view, name);
        }
        let Some(site) = &view.site else { return plain(response::failed(&view.problems)) };
        let base = view.config.urls.base_path.as_str();
        let below = match base.strip_prefix('/') {
            None => Some(target.path.clone()),
            Some(base) => target.path.strip_prefix(base).and_then(|rest| rest.strip_prefix('/')).map(str::to_owned),
        };
        let Some(path) = below else {
            // Redirect the root to the site.
            let home = target.path.is_empty() || format!("/{}", target.path) == base;
            return if home { plain(PageResponse::redirect(format!("{base}/"))) } else { self.missing(view) };
        };
        let inner = RequestPath { path };
        let found = self.find(view, site, &inner).or_else(|| self.hidden(view, site, &inner));
        found.unwrap_or_else(|| self.missing(view))
    }

    /// Finds an output of a site by its path, or a redirect to one.
    fn find(&self, view: &SiteSnapshot, site: &Site, target: &RequestPath) -> Option<ServedPage> {
        if let Some(output) = site.plan.find(&target.file()) {
            return Some(self.render(view, site, output));
        }
        if let Some(answer) = index_file(site, &target.file()) {
            let digest = answer.tag.clone().unwrap_or_default();
            return Some(ServedPage { answer, digest, failures: Vec::new(), file: None });
        }
        site.plan.find(&format!("{}/index.html", target.path))?;
        let mut url = format!("{}/", view.config.urls.base_path);
        crate::base::path::encode_path(&target.path, &mut url);
        Some(plain(PageResponse::redirect(format!("{url}/"))))
    }

    /// Returns an unpublished page, with its ribbon.
    fn hidden(&self, view: &SiteSnapshot, site: &Site, target: &RequestPath) -> Option<ServedPage> {
        if site.archive.left_out().is_empty() {
            return None;
        }
        let hidden = lock(&self.live).hidden()?;
        let mut shown = self.find(view, &hidden.site, target)?;
        let file = target.file();
        if shown.answer.kind == HTML
            && let Some(page) = page_of(&hidden, &file)
        {
            inject(&mut shown.answer.body, &response::ribbon(page));
            // Once it is published, the page may differ only by its ribbon.
            shown.digest = Digest::of(&shown.answer.body).short();
        }
        Some(shown)
    }

    fn render(&self, view: &SiteSnapshot, site: &Site, output: &Output) -> ServedPage {
        if let Some((file, digest)) = large(site, output) {
            return ServedPage {
                answer: PageResponse::new(200, file.kind, Vec::new()),
                digest,
                failures: Vec::new(),
                file: Some(file),
            };
        }
        let made = catch_unwind(AssertUnwindSafe(|| site.render(output)));
        let RenderedOutput { bytes, mut problems } = made.unwrap_or_else(|panic| RenderedOutput {
            bytes: None,
            problems: vec![problem::internal(site.place_of(output), &pool::message(&*panic))],
        });
        problems.extend(site.leaves.take_problems());
        site.config.check.settle(Purpose::Publish, &mut problems);
        // Problems of the files have been printed already.
        problems.retain(|found| !view.found.contains(found));
        self.say(&problems);
        let mut failures = self.reporter.errors(&problems, self.strict);
        let kind = content_types::of(&output.path);
        let made = match bytes.filter(|_| failures.is_empty()) {
            Some(bytes) => Some(self.keep(kind, output, bytes)),
            None => lock(&self.good).iter().find(|(path, _)| *path == output.path).map(|(_, bytes)| bytes.clone()),
        };
        let Some(bytes) = made else {
            failures.extend(view.problems.iter().cloned());
            let answer = response::failed(&failures);
            return ServedPage { digest: Digest::of(&answer.body).short(), answer, failures, file: None };
        };
        let digest = Digest::of(&bytes).short();
        let mut answer = PageResponse::new(200, kind, bytes);
        match kind == HTML {
            true => inject(&mut answer.body, SCRIPT),
            false => answer.tag = Some(digest.clone()),
        }
        ServedPage { answer, digest, failures, file: None }
    }

    /// Keeps a page in case it can no longer be rendered.
    fn keep(&self, kind: &str, output: &Output, bytes: Vec<u8>) -> Vec<u8> {
        if kind == HTML {
            let mut good = lock(&self.good);
            good.retain(|(path, _)| *path != output.path);
            if good.len() == GOOD {
                good.pop_front();
            }
            good.push_back((output.path.clone(), bytes.clone()));
        }
        bytes
    }

    /// Prints the problems of a page, once and not for every request.
    fn say(&self, problems: &Diagnostics) {
        let mut said = lock(&self.said);
        let new: Diagnostics = problems.iter().filter(|found| !said.contains(found)).cloned().collect();
        self.reporter.problems(&new, self.strict);
        said.extend(new);
    }

    fn missing(&self, view: &SiteSnapshot) -> ServedPage {
        let own = view.site.as_deref().and_then(|site| Some((site, site.plan.find("404.html")?)));
        match own {
            Some((site, output)) => {
                let mut shown = self.render(view, site, output);
                shown.answer.status = if shown.answer.status == 200 { 404 } else { 500 };
                shown
            }
            None => plain(response::nothing()),
        }
    }

    fn own(&self, view: &SiteSnapshot, name: &str) -> ServedPage {
        if name == "unpublished" {
            let base = &view.config.urls.base_path;
            let hidden = lock(&self.live).hidden();
            let pages = hidden.as_ref().map_or(&[][..], |hidden| &hidden.pages);
            return plain(response::unpublished(pages, base));
        }
        plain(PageResponse::own(name).unwrap_or_else(response::nothing))
    }
}

/// Returns a file of the search index by its path. The plan has only the first one: nobody knows the others before the
/// index is made.
fn index_file(site: &Site, path: &str) -> Option<PageResponse> {
    let path = path.strip_prefix(index_files::FOLDER).filter(|path| path.ends_with(".bin"))?;
    if site.index.files.files.is_empty() {
        return None;
    }
    let bytes = site.index_file(path)?;
    let tag = Some(Digest::of(&bytes).short());
    Some(PageResponse { tag, ..PageResponse::new(200, content_types::of(path), bytes.to_vec()) })
}

/// Wraps an answer that is not an output.
fn plain(answer: PageResponse) -> ServedPage {
    ServedPage { digest: Digest::of(&answer.body).short(), answer, failures: Vec::new(), file: None }
}

/// Finds the unpublished page with this output, or with one below it.
fn page_of<'h>(hidden: &'h HiddenSite, file: &str) -> Option<&'h UnpublishedPage> {
    let folder = |path: &str| path.strip_suffix("index.html").or(path.strip_suffix(".html")).map(str::to_owned);
    hidden.pages.iter().find(|entry| {
        let own = entry.page.as_ref().map(|(_, path)| path.as_str());
        own == Some(file) || own.and_then(folder).is_some_and(|own| file.starts_with(&own))
    })
}

/// Returns the file that an output is a copy of; an empty path for a built-in file.
fn file_of<'s>(site: &'s Site, output: &'s Output) -> Option<&'s str> {
    match &output.job {
        Job::Asset(from) => Some(from),
        Job::Image(picture, _) => Some(&picture.file),
        Job::Static(at) => Some(site.statics.files[*at].file().map_or("", |file| &**file)),
        _ => None,
    }
}

/// Returns the file that an output is a copy of if it is too large for memory, and a tag for its version.
fn large(site: &Site, output: &Output) -> Option<(FileToSend, String)> {
    let from = file_of(site, output).filter(|from| !from.is_empty() && !matches!(output.job, Job::Image(..)))?;
    let root = site.root.clone();
    let path = match root.kind(from).ok()?? {
        EntryKind::Link => symlinks::resolve(&root, from).ok()?,
        _ => from.to_owned(),
    };
    let stat = root.stat(&path).ok()??;
    let wanted =
        FileToSend { root, path, kind: content_types::of(&output.path), siblings: Encodings::default(), status: 200 };
    (stat.size > WEB_FILE).then(|| (wanted, Digest::of_value(&(stat.size, stat.modified, stat.inode)).short()))
}

/// Returns where a site shows these files, as paths of URLs.
fn urls_of(site: &Site, files: &[Arc<str>]) -> Vec<String> {
    if files.is_empty() {
        return Vec::new();
    }
    let shown = |output: &&Output| file_of(site, output).is_some_and(|from| files.iter().any(|file| **file == *from));
    site.plan.outputs.iter().filter(shown).map(|output| site.config.urls.file(&output.path)).collect()
}

/// Returns where another file is shown now, as paths of URLs: a style sheet of the site has replaced the theme's,
/// or was removed.
fn exchanged(before: &Site, now: &Site) -> Vec<String> {
    let other = |one: &Site, another: &Site| {
        let differs = |output: &&Output| {
            let from = file_of(one, output);
            from.is_some() && another.plan.find(&output.path).and_then(|found| file_of(another, found)) != from
        };
        one.plan.outputs.iter().filter(differs).map(|output| one.config.urls.file(&output.path)).collect::<Vec<_>>()
    };
    let mut urls = other(now, before);
    urls.extend(other(before, now));
    urls
}
