//! Where states live: a folder in `.recto/` for every output folder of the site, or in the user's cache where the site
//! cannot be written. It holds the state, the lock of the build that is at work, and the intents of one that was killed.

use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use super::disk::{self, DiskResult};
use super::lock::{self, Lock};
use super::root::Root;
use super::state::{Cards, Draft, State};
use crate::base::digest::Digest;

/// The folder of states in a site; safe to delete.
pub const FOLDER: &str = ".recto";

/// How long a build waits for another that has the state.
const PATIENCE: Duration = Duration::from_secs(5);

/// The place of one state, locked for this process.
pub struct Store {
    folder: PathBuf,
    lock: Lock,
}

/// What the last build left.
#[derive(Default)]
pub struct Last {
    pub state: Option<State>,
    /// Its cards.
    pub cards: Cards,
    /// Outputs that it was about to change when it was killed: nobody knows what stands there.
    pub interrupted: Vec<String>,
    /// Why there is no state, where there should be one.
    pub note: Option<&'static str>,
}

/// How opening ended.
pub enum Opened {
    Store(Store),
    /// Neither place can be written.
    Nowhere,
    /// Another process has it.
    Held(String),
}

impl Store {
    /// Opens the store of the output folder `output` of the site at `root` (both without links), and waits for another
    /// build to end.
    pub fn open(root: &Path, output: &Path, cache: Option<&Path>) -> DiskResult<Opened> {
        let Some(folder) = places(root, output, cache).find(|folder| disk::is_writable(folder)) else {
            return Ok(Opened::Nowhere);
        };
        let root = Root::open(&folder)?;
        let start = Instant::now();
        loop {
            if let Some(lock) = lock::file(&root, "lock")? {
                return Ok(Opened::Store(Store { folder, lock }));
            }
            if start.elapsed() > PATIENCE {
                return Ok(Opened::Held(lock::holder(&root, "lock")));
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    pub fn lock(&self) -> &Lock {
        &self.lock
    }

    /// The folder that has this state and others of the site.
    pub fn home(&self) -> &Path {
        self.folder.parent().unwrap_or(&self.folder)
    }

    /// What the last build left.
    pub fn load(&self) -> Last {
        load(&self.folder)
    }

    /// Before the first output is changed: which ones will be.
    pub fn intend<'p>(&self, paths: impl Iterator<Item = &'p str>) -> DiskResult<()> {
        let mut text = String::new();
        for path in paths {
            text.push_str(path);
            text.push('\n');
        }
        text.push_str("\n.\n");
        let temporary = self.folder.join("intents.new");
        disk::write(&temporary, text.as_bytes())?;
        disk::rename(&temporary, &self.folder.join("intents"))
    }

    /// Starts the next state.
    pub fn draft(&self) -> DiskResult<Draft> {
        Draft::new(&self.folder.join("state.new"))
    }

    /// After the last output is in its place: the finished draft is the state from now on.
    pub fn keep(&self) -> DiskResult<()> {
        disk::rename(&self.folder.join("state.new"), &self.folder.join("state"))?;
        disk::remove_file(&self.folder.join("intents"))
    }

    /// The time of the file system that the site is on.
    pub fn time(&self) -> i64 {
        disk::time_at(&self.folder, "clock")
    }
}

/// What the last build left, for somebody who writes nothing: neither does this make folders, nor wait for a build, which
/// renames the state into its place.
pub fn peek(root: &Path, output: &Path, cache: Option<&Path>) -> Last {
    let found = places(root, output, cache).map(|folder| load(&folder));
    found.into_iter().find(|last| last.state.is_some()).unwrap_or_default()
}

/// Where the state of the output folder `output` of the site at `root` may be, the better place first.
fn places(root: &Path, output: &Path, cache: Option<&Path>) -> impl Iterator<Item = PathBuf> + use<> {
    let name = name(root, output);
    homes(root, cache).into_iter().map(move |home| home.join(&name))
}

/// The folders that may have the states of the site at `root` (without links), the better one first.
pub fn homes(root: &Path, cache: Option<&Path>) -> Vec<PathBuf> {
    let cached = cache.map(|cache| {
        let site = Digest::of(root.to_string_lossy().as_bytes()).short();
        cache.join("recto").join(site)
    });
    std::iter::once(root.join(FOLDER)).chain(cached).collect()
}

/// What the last build left in a folder. What cannot be read is as good as nothing.
fn load(folder: &Path) -> Last {
    let Ok(Some(bytes)) = disk::read_if_there(&folder.join("state")) else { return Last::default() };
    let intents = match disk::read_if_there(&folder.join("intents")) {
        Ok(intents) => intents.map(String::from_utf8),
        Err(_) => return Last { note: Some("its intents cannot be read"), ..Last::default() },
    };
    let interrupted = match intents {
        None => Vec::new(),
        Some(Ok(text)) if text.ends_with("\n.\n") => text.lines().map(str::to_owned).collect(),
        Some(_) => return Last { note: Some("its intents are damaged"), ..Last::default() },
    };
    match State::decode(bytes) {
        Ok((state, cards)) => Last { state: Some(state), cards, interrupted, note: None },
        Err(why) => Last { note: Some(why), ..Last::default() },
    }
}

/// `public-0123456789abcdef`: a name that people know, and one that no other output folder has. Of a folder in the site
/// only its path there counts, so that a site can be moved.
fn name(root: &Path, output: &Path) -> String {
    let place = output.strip_prefix(root).unwrap_or(output);
    let last = output.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    let plain: String = last.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(32).collect();
    format!("{plain}-{}", Digest::of(place.to_string_lossy().as_bytes()).short())
}
