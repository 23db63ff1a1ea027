//! Where states are kept: in `.recto/`, with a folder for every output folder of the site, or in the user's cache
//! if the site cannot be written. Each holds the state, the lock of a running build, and the intents of a killed
//! one.

use std::io::Write;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use super::git_index;
use super::log_mark::LogMark;
use super::state::{State, StateWriter, StoredCards};
use super::term_log::{self, TermLog};
use crate::base::digest::Digest;
use crate::base::join::join;
use crate::system::beneath::EntryKind;
use crate::system::disk::{self, DiskResult};
use crate::system::lock::{self, Lock};
use crate::system::root::Root;

/// The folder of states in a site. It is safe to delete.
pub const FOLDER: &str = ".recto";

/// The folder of picture variants beside the states.
pub const IMAGES: &str = "images";

/// How long a build waits for another that has locked the state.
const PATIENCE: Duration = Duration::from_secs(5);

/// The files of a store.
const FILES: [&str; 8] = ["lock", "clock", "state", "state.new", "intents", "intents.new", "terms.a", "terms.b"];

/// Why a state that may have come with a clone is not used. The suggested command removes it from the disk, too,
/// since pictures and repositories of deploys lie beside it.
pub const TRACKED: &str = "git tracks files in `.recto`, so anyone who commits could have written them\n\
    help: remove them with `git rm -r -f .recto`; the next build creates them again";

/// The place of one state, locked for this process.
pub struct StateStore {
    home: StateFolder,
    folder: Root,
    lock: Lock,
}

/// A folder with the states of a site, and other files that can be made again.
#[derive(Clone, Debug)]
pub struct StateFolder {
    root: Arc<Root>,
    path: String,
    /// Whether it is inside the site.
    own: bool,
    tracked: OnceLock<bool>,
}

impl StateFolder {
    /// Returns whether its files may have come with a clone. Then they are written but not trusted.
    pub fn is_tracked(&self) -> bool {
        self.own && *self.tracked.get_or_init(|| git_index::is_tracked(self.root.path()))
    }

    /// Keeps git from adding the folder, whatever the site's own `.gitignore` says.
    fn ignore(&self) {
        let file = self.at(".gitignore").1;
        if let Some(mut file) = self.root.create_new(&file).ok().flatten() {
            // This is optional, so ignore errors.
            let _ = file.write_all(b"*\n");
        }
    }

    /// Returns the root that contains it, and the path of one of its entries below that root.
    pub fn at(&self, name: &str) -> (&Root, String) {
        (&self.root, format!("{}/{name}", self.path))
    }

    /// Opens the folder of a state, creating it if it is missing. `None` if it cannot be written. A link is an
    /// error, since files are written and removed there.
    fn open(&self, name: &str) -> DiskResult<Option<Root>> {
        for folder in [self.path.clone(), self.at(name).1, self.at(IMAGES).1] {
            self.root.refuse_odd(&folder)?;
        }
        let path = self.at(name).1;
        let made = self.root.make_folder(&path).and_then(|()| self.root.folder(&path));
        let Ok(folder) = made else { return Ok(None) };
        if self.own {
            self.ignore();
        }
        for file in FILES {
            if let Some(EntryKind::Other(_)) = folder.kind(file)? {
                folder.refuse_odd(file)?;
            }
        }
        Ok(folder.read_write("lock").is_ok().then_some(folder))
    }
}

/// What the last build left.
#[derive(Default)]
pub struct LastBuild {
    pub state: Option<State>,
    /// Its cards.
    pub cards: StoredCards,
    /// Outputs that it was about to change when it was killed. What their files contain is unknown.
    pub interrupted: Vec<String>,
    /// Why an existing state cannot be used.
    pub note: Option<&'static str>,
}

/// The result of opening a store.
pub enum OpenResult {
    Store(StateStore),
    /// Neither place can be written.
    Nowhere,
    /// Another process has locked it.
    Held(String),
}

impl StateStore {
    /// Opens the store of the output folder `output` (without links) of the site at `root`, and waits for another
    /// build to end.
    pub fn open(root: &Arc<Root>, output: &Path, cache: Option<&Path>) -> DiskResult<OpenResult> {
        let name = name(root.path(), output);
        let own = own_home(root);
        let opened = match own.open(&name)? {
            Some(folder) => Some((own, folder)),
            None => match cache.and_then(|cache| cached(root, cache, true)) {
                Some(home) => home.open(&name)?.map(|folder| (home, folder)),
                None => None,
            },
        };
        let Some((home, folder)) = opened else { return Ok(OpenResult::Nowhere) };
        let start = Instant::now();
        loop {
            if let Some(lock) = lock::file(&folder, "lock")? {
                return Ok(OpenResult::Store(StateStore { home, folder, lock }));
            }
            if start.elapsed() > PATIENCE {
                return Ok(OpenResult::Held(lock::holder(&folder, "lock")));
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Returns the lock on the state.
    pub fn lock(&self) -> &Lock {
        &self.lock
    }

    /// Returns the folder that has this state and others of the site.
    pub fn home(&self) -> &StateFolder {
        &self.home
    }

    /// Loads what the last build left.
    pub fn load(&self) -> LastBuild {
        load(&self.folder, &self.home)
    }

    /// Records which outputs are about to change. Call it before the first change.
    pub fn intend<'p>(&self, paths: impl Iterator<Item = &'p str>) -> DiskResult<()> {
        let mut text = String::new();
        for path in paths {
            text.push_str(path);
            text.push('\n');
        }
        text.push_str("\n.\n");
        self.folder.write("intents.new", text.as_bytes())?;
        self.folder.rename("intents.new", "intents")
    }

    /// Starts the next state.
    pub fn draft(&self) -> DiskResult<StateWriter> {
        StateWriter::new(&self.folder, "state.new")
    }

    /// Replaces the state with the finished draft, which has this log. Call it when the last output is in place.
    pub fn keep(&self, terms: LogMark) -> DiskResult<()> {
        self.folder.rename("state.new", "state")?;
        self.folder.remove_file("intents")?;
        term_log::sweep(&self.folder, terms)
    }

    /// Opens the log of terms that belongs to the last state or, unless `keeps` is set, begins an empty one.
    pub fn terms(&self, last: Option<&State>, keeps: bool) -> DiskResult<TermLog> {
        let mark = last.map(|state| state.meta.terms).unwrap_or_default();
        if keeps { TermLog::open(&self.folder, mark) } else { TermLog::anew(&self.folder, mark) }
    }

    /// Returns the time of the site's file system.
    pub fn time(&self) -> i64 {
        self.folder.time("clock")
    }
}

/// Loads what the last build left without writing anything: creates no folders, and does not wait for a build,
/// which replaces the state atomically.
pub fn peek(root: &Arc<Root>, output: &Path, cache: Option<&Path>) -> LastBuild {
    let name = name(root.path(), output);
    let found = homes(root, cache).into_iter().filter_map(|home| {
        let (root, path) = home.at(&name);
        root.folder(&path).ok().map(|folder| load(&folder, &home))
    });
    found.into_iter().find(|last| last.state.is_some()).unwrap_or_default()
}

/// Returns the folders that may have the states of the site at `root`, the preferred one first.
pub fn homes(root: &Arc<Root>, cache: Option<&Path>) -> Vec<StateFolder> {
    [own_home(root)].into_iter().chain(cache.and_then(|cache| cached(root, cache, false))).collect()
}

fn own_home(root: &Arc<Root>) -> StateFolder {
    StateFolder { root: root.clone(), path: FOLDER.to_owned(), own: true, tracked: OnceLock::new() }
}

/// Returns the folder in the user's cache. Creates it if `made` is set.
fn cached(root: &Root, cache: &Path, made: bool) -> Option<StateFolder> {
    if made {
        disk::create_dir_all(cache).ok()?;
    }
    let site = Digest::of(root.path().to_string_lossy().as_bytes()).short();
    let (root, path) = (Root::shared(cache).ok()?, format!("recto/{site}"));
    Some(StateFolder { root, path, own: false, tracked: OnceLock::new() })
}

/// Loads what the last build left in a folder. An unreadable file counts as missing.
fn load(folder: &Root, home: &StateFolder) -> LastBuild {
    let file = match folder.in_file_if_there("state") {
        Ok(Some(file)) => file,
        Ok(None) => return LastBuild::default(),
        Err(_) => return LastBuild { note: Some("it cannot be read"), ..LastBuild::default() },
    };
    let intents = match folder.read_if_there("intents") {
        Ok(intents) => intents.map(String::from_utf8),
        Err(_) => {
            return LastBuild { note: Some("its list of unfinished writes cannot be read"), ..LastBuild::default() };
        }
    };
    let interrupted = match intents {
        None => Vec::new(),
        Some(Ok(text)) if text.ends_with("\n.\n") => text.lines().map(str::to_owned).collect(),
        Some(_) => return LastBuild { note: Some("its list of unfinished writes is damaged"), ..LastBuild::default() },
    };
    // The index of a large repository is a fifth as large as its state.
    let (tracked, decoded) = join(|| home.is_tracked(), || State::read(file));
    match decoded {
        _ if tracked => LastBuild { note: Some(TRACKED), ..LastBuild::default() },
        Ok((state, cards)) => LastBuild { state: Some(state), cards, interrupted, note: None },
        Err(why) => LastBuild { note: Some(why), ..LastBuild::default() },
    }
}

/// Returns the name of a state's folder, such as `public-0123456789abcdef`: a readable name, and a digest that no other
/// output folder has. For a folder inside the site, only its path there counts, so that the site can be moved.
fn name(root: &Path, output: &Path) -> String {
    let place = output.strip_prefix(root).unwrap_or(output);
    let last = output.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    let plain: String = last.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(32).collect();
    format!("{plain}-{}", Digest::of(place.to_string_lossy().as_bytes()).short())
}
