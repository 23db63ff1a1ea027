//! Watches the files of a site through file notifications or by polling. It must not know what a file is for.
//!
//! Notifications are only hints. A batch ends after a quiet moment, so that the thousand files of a checkout, or
//! the three steps in which an editor saves a file, are one batch.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode};
use notify::{Config, ErrorKind, Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use crate::engine::discover::relative;
use crate::system::disk;

/// A batch ends after this much quiet.
const QUIET: Duration = Duration::from_millis(8);
/// The longest batch, since writing may never stop.
const PATIENCE: Duration = Duration::from_millis(500);
/// How often to poll, and how long to wait between polls as a multiple of the time that one takes.
const POLL: Duration = Duration::from_secs(2);
const REST: u32 = 10;
/// New folders are checked once more after this time: files may have been added before the watch began.
const ECHO: Duration = Duration::from_millis(250);

/// What may have changed.
#[derive(Debug, PartialEq, Eq)]
pub enum ChangedPaths {
    /// These paths below the root, and everything below them.
    At(Vec<String>),
    /// Anything.
    Everywhere,
}

/// Watches the folders of a site.
pub struct SiteWatcher {
    root: PathBuf,
    watcher: Option<RecommendedWatcher>,
    events: Receiver<notify::Result<Event>>,
    folders: BTreeSet<PathBuf>,
    /// New folders, and when to check them again.
    echo: Option<(Instant, BTreeSet<String>)>,
    /// When the last refresh ended, and how long it took.
    looked: Instant,
    last: Duration,
    /// Why it polls, unless the user asked for that.
    pub deaf: Option<String>,
}

/// Returns whether a folder exists without a link in its path. Nothing else is watched.
fn is_there(folder: &Path) -> bool {
    folder.is_dir() && disk::canonical(folder).is_ok_and(|real| real == folder)
}

impl SiteWatcher {
    /// Creates a watcher. `root` must be without links. With `poll`, it does not use file notifications.
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
            // The folder has been removed meanwhile; its parent will report when it returns.
            Err(error) if matches!(&error.kind, ErrorKind::Io(e) if e.kind() == std::io::ErrorKind::NotFound) => false,
            Err(error) => {
                self.go_deaf(&error);
                false
            }
        }
    }

    /// Watches exactly these folders. Returns the new ones, which must be checked.
    pub fn follow(&mut self, folders: &[PathBuf]) -> Vec<String> {
        let wanted: BTreeSet<PathBuf> = folders.iter().filter(|folder| is_there(folder)).cloned().collect();
        for old in self.folders.difference(&wanted) {
            // A removed folder has lost its watch already.
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

    /// Records how long the last refresh took: polling a large site must leave time for other work.
    pub fn took(&mut self, time: Duration) {
        (self.last, self.looked) = (time, Instant::now());
    }

    /// Waits for a batch, at most this long.
    pub fn wait(&mut self, most: Duration) -> Option<ChangedPaths> {
        if self.watcher.is_none() {
            let due = self.looked + POLL.max(self.last * REST);
            std::thread::sleep(due.saturating_duration_since(Instant::now()).min(most));
            return (Instant::now() >= due).then_some(ChangedPaths::Everywhere);
        }
        let echo = self.echo.as_ref().map(|(when, _)| when.saturating_duration_since(Instant::now()));
        let mut batch = ChangeBatch::default();
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
            ChangeBatch { everywhere: true, .. } => Some(ChangedPaths::Everywhere),
            ChangeBatch { places, .. } if places.is_empty() => None,
            ChangeBatch { places, .. } => Some(ChangedPaths::At(places.into_iter().collect())),
        }
    }

    fn take(&mut self, event: notify::Result<Event>, batch: &mut ChangeBatch) {
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
        // The system has lost some notifications.
        batch.everywhere |= event.need_rescan();
        let written = EventKind::Access(AccessKind::Close(AccessMode::Write));
        if matches!(event.kind, EventKind::Access(_)) && event.kind != written {
            return;
        }
        for path in &event.paths {
            match relative(path, &self.root) {
                // Nothing is read from the root itself.
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

/// The notifications of one moment.
#[derive(Default)]
struct ChangeBatch {
    places: BTreeSet<String>,
    new: BTreeSet<String>,
    everywhere: bool,
}
