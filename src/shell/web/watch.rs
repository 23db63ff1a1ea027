//! Watches the files of a site: by notifications of the system, or by polling. It must not know what a file is for.
//!
//! What is heard is a hint and nothing more. A batch ends when nothing has been heard for a moment, so that the thousand
//! files of a checkout, or the three steps in which an editor saves one, are one.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode};
use notify::{Config, ErrorKind, Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use crate::engine::discover::relative;
use crate::system::disk;

/// A batch ends when nothing has been heard for so long.
const QUIET: Duration = Duration::from_millis(8);
/// And at the latest then: somebody may write without end.
const PATIENCE: Duration = Duration::from_millis(500);
/// How often one looks who cannot hear; and how much longer than a look takes one waits for the next.
const POLL: Duration = Duration::from_secs(2);
const REST: u32 = 10;
/// New folders are looked at once more: files may have come before anybody listened there.
const ECHO: Duration = Duration::from_millis(250);

/// What may have changed.
#[derive(Debug, PartialEq, Eq)]
pub enum ChangedPaths {
    /// These paths below the root, and what is below them.
    At(Vec<String>),
    /// Anything.
    Everywhere,
}

/// Listens to the folders of a site.
pub struct SiteWatcher {
    root: PathBuf,
    watcher: Option<RecommendedWatcher>,
    events: Receiver<notify::Result<Event>>,
    folders: BTreeSet<PathBuf>,
    /// Folders that are new, and when to look at them again.
    echo: Option<(Instant, BTreeSet<String>)>,
    /// When the last look ended, and how long it took.
    looked: Instant,
    last: Duration,
    /// Why it polls, where nobody asked for that.
    pub deaf: Option<String>,
}

/// Whether there is a folder, and no link leads to it: nobody listens elsewhere.
fn is_there(folder: &Path) -> bool {
    folder.is_dir() && disk::canonical(folder).is_ok_and(|real| real == folder)
}

impl SiteWatcher {
    /// `root` without links. `poll`: look, and do not listen.
    pub fn new(root: &Path, poll: bool) -> SiteWatcher {
        let (sender, events) = channel();
        let config = Config::default().with_follow_symlinks(false);
        let watcher = if poll { None } else { Some(RecommendedWatcher::new(sender, config)) };
        let mut ears = SiteWatcher {
            root: root.to_owned(),
            watcher: None,
            events,
            folders: BTreeSet::new(),
            echo: None,
            looked: Instant::now(),
            last: Duration::ZERO,
            deaf: None,
        };
        match watcher {
            Some(Ok(watcher)) => ears.watcher = Some(watcher),
            Some(Err(error)) => ears.go_deaf(&error),
            None => {}
        }
        ears.listen(root, RecursiveMode::NonRecursive);
        ears
    }

    fn go_deaf(&mut self, error: &notify::Error) {
        let why = match &error.kind {
            ErrorKind::MaxFilesWatch => "the system's limit of watched folders was reached".to_owned(),
            ErrorKind::Io(error) => error.to_string(),
            _ => error.to_string(),
        };
        self.deaf = Some(why);
        self.watcher = None;
    }

    fn listen(&mut self, folder: &Path, mode: RecursiveMode) -> bool {
        let Some(watcher) = &mut self.watcher else { return false };
        match watcher.watch(folder, mode) {
            Ok(()) => true,
            Err(error) if matches!(error.kind, ErrorKind::PathNotFound) => false,
            // It went away meanwhile, and the folder above tells when it comes back.
            Err(error) if matches!(&error.kind, ErrorKind::Io(e) if e.kind() == std::io::ErrorKind::NotFound) => false,
            Err(error) => {
                self.go_deaf(&error);
                false
            }
        }
    }

    /// Listens to these folders and to no others; gives those that are new, which must be looked at.
    pub fn follow(&mut self, folders: &[PathBuf]) -> Vec<String> {
        let wanted: BTreeSet<PathBuf> = folders.iter().filter(|folder| is_there(folder)).cloned().collect();
        for old in self.folders.difference(&wanted) {
            // A folder that is gone has lost its watch by itself.
            let _ = self.watcher.as_mut().map(|watcher| watcher.unwatch(old));
        }
        let mut new = Vec::new();
        for folder in wanted.difference(&self.folders.clone()) {
            if self.listen(folder, RecursiveMode::Recursive) {
                new.extend(relative(folder, &self.root));
            }
        }
        self.folders = wanted;
        new
    }

    /// How long the last look took: who polls a large site does little else otherwise.
    pub fn took(&mut self, time: Duration) {
        (self.last, self.looked) = (time, Instant::now());
    }

    /// Waits for a batch, at most so long.
    pub fn wait(&mut self, most: Duration) -> Option<ChangedPaths> {
        if self.watcher.is_none() {
            let due = self.looked + POLL.max(self.last * REST);
            std::thread::sleep(due.saturating_duration_since(Instant::now()).min(most));
            return (Instant::now() >= due).then_some(ChangedPaths::Everywhere);
        }
        let echo = self.echo.as_ref().map(|(when, _)| when.saturating_duration_since(Instant::now()));
        let mut batch = Batch::default();
        match self.events.recv_timeout(echo.map_or(most, |echo| echo.min(most))) {
            Ok(event) => self.take(event, &mut batch),
            Err(RecvTimeoutError::Timeout) => {
                let echoed = self.echo.take_if(|(when, _)| *when <= Instant::now());
                return echoed.map(|(_, places)| ChangedPaths::At(places.into_iter().collect()));
            }
            Err(RecvTimeoutError::Disconnected) => batch.everywhere = true,
        }
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            match self.events.recv_timeout(QUIET) {
                Ok(event) => self.take(event, &mut batch),
                Err(_) => break,
            }
        }
        if !batch.new.is_empty() {
            self.echo = Some((Instant::now() + ECHO, batch.new));
        }
        match batch {
            Batch { everywhere: true, .. } => Some(ChangedPaths::Everywhere),
            Batch { places, .. } if places.is_empty() => None,
            Batch { places, .. } => Some(ChangedPaths::At(places.into_iter().collect())),
        }
    }

    fn take(&mut self, event: notify::Result<Event>, batch: &mut Batch) {
        let event = match event {
            Ok(event) => event,
            Err(error) => {
                if matches!(error.kind, ErrorKind::MaxFilesWatch) {
                    self.go_deaf(&error);
                }
                batch.everywhere = true;
                return;
            }
        };
        // The system has lost some.
        batch.everywhere |= event.need_rescan();
        let written = EventKind::Access(AccessKind::Close(AccessMode::Write));
        if matches!(event.kind, EventKind::Access(_)) && event.kind != written {
            return;
        }
        for path in &event.paths {
            match relative(path, &self.root) {
                // Of the root itself nothing is read.
                Some(place) if place.is_empty() => {}
                Some(place) => {
                    if (event.kind.is_create() || event.kind.is_modify()) && path.is_dir() {
                        batch.new.insert(place.clone());
                    }
                    batch.places.insert(place);
                }
                None => batch.everywhere = true,
            }
        }
    }
}

/// What was heard in one moment.
#[derive(Default)]
struct Batch {
    places: BTreeSet<String>,
    new: BTreeSet<String>,
    everywhere: bool,
}
