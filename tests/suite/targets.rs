//! Deploys of small sites to targets of all kinds, in process. The wanted content of the target is a folder of
//! files.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};

use recto::base::deploy_settings::Compression;
use recto::deploy::compressed_copies;
use recto::deploy::delta::Delta;
use recto::deploy::desired_files::{self, DesiredFile, FileSource, ListedFile};
use recto::deploy::folder::Folder;
use recto::deploy::manifest::{self, TargetManifest};
use recto::deploy::run::{self, DeployObserver, DeployRequest, DeploySummary};
use recto::deploy::target::{DeployError, ManifestText, OnItem, PathRules, PutOutcome, Removal, Target, Upload};
use recto::deploy::verify::TargetStatus;
use tempfile::TempDir;

use crate::support::{temporary, tree};

/// Files by path.
pub type Files = BTreeMap<String, Vec<u8>>;

/// A built folder, with a file that only the target gets.
pub struct Local {
    pub output: TempDir,
    /// Files in memory, such as copies for a host.
    pub made: Files,
    /// Whether long texts get compressed copies.
    pub compressed: bool,
    pub adopt: bool,
    pub force: bool,
    pub verify: bool,
    /// Whether all files may be removed.
    pub asked: bool,
    /// The run that is known to have ended.
    pub ended: Option<String>,
}

struct Silent;

impl DeployObserver for Silent {
    fn plan(&self, _: &str, _: &Delta) {}
    fn progress(&self, _: (usize, usize), _: (u64, u64)) {}
}

/// Returns a unique name for a run.
pub fn holder() -> String {
    static RUNS: AtomicUsize = AtomicUsize::new(0);
    format!("{}-{}", std::process::id(), RUNS.fetch_add(1, Ordering::Relaxed))
}

impl Local {
    pub fn new(files: &[(&str, &str)]) -> Local {
        let (output, made) = (temporary(), Files::new());
        let local = Local {
            output,
            made,
            compressed: false,
            adopt: false,
            force: false,
            verify: false,
            asked: true,
            ended: None,
        };
        files.iter().for_each(|(path, text)| local.write(path, text));
        local
    }

    /// Copies the files to a folder of their own.
    pub fn again(&self) -> Local {
        let copy = Local::new(&[]);
        for (path, bytes) in tree(self.output.path()) {
            copy.write(&path, std::str::from_utf8(&bytes).expect("texts"));
        }
        copy
    }

    pub fn write(&self, path: &str, text: &str) {
        let file = self.output.path().join(path);
        fs::create_dir_all(file.parent().expect("a file has a folder")).expect("a folder can be made");
        fs::write(file, text).expect("a file can be written");
    }

    pub fn remove(&self, path: &str) {
        fs::remove_file(self.output.path().join(path)).expect("it is there");
    }

    /// Returns the files that the target should hold.
    pub fn files(&self) -> Files {
        let mut files = tree(self.output.path());
        files.extend(self.made.clone());
        if self.compressed {
            let copies = self.wanted().into_iter().filter(|file| matches!(file.source, FileSource::Encoded { .. }));
            files.extend(copies.map(|file| {
                let bytes = file.read(self.output.path()).expect("it can be read").to_vec();
                (file.path, bytes)
            }));
        }
        files
    }

    /// Returns the desired files. Pages come after what they show.
    pub fn wanted(&self) -> Vec<DesiredFile> {
        let paths = tree(self.output.path()).into_keys();
        let listed = paths.map(|path| ListedFile { rank: u8::from(path.ends_with(".html")), lasting: false, path });
        let mut wanted = desired_files::of_output(self.output.path(), listed.collect(), 2).expect("files can be read");
        wanted.extend(self.made.iter().map(|(path, bytes)| DesiredFile::made(path, bytes.clone())));
        if self.compressed {
            let both = [Compression::Gzip, Compression::Brotli];
            compressed_copies::beside(&mut wanted, &both, None, self.output.path(), 2).expect("files can be read");
        }
        wanted
    }

    pub fn deploy(&self, target: &dyn Target) -> Result<DeploySummary, DeployError> {
        self.deploy_as(&holder(), target)
    }

    pub fn deploy_as(&self, holder: &str, target: &dyn Target) -> Result<DeploySummary, DeployError> {
        let wanted = self.wanted();
        let deploy = DeployRequest {
            output: self.output.path(),
            wanted: &wanted,
            max_deletes: 1000,
            asked: self.asked,
            adopt: self.adopt,
            force: self.force,
            dry_run: false,
            verify: self.verify,
            holder: holder.to_owned(),
            ended: self.ended.as_slice(),
            now: &|| 1_793_491_200,
            show: &Silent,
        };
        run::deploy(&deploy, target)
    }
}

/// Removes Recto's own files of the target, which except for the manifest are in its own folder.
pub fn without_own(mut files: Files) -> Files {
    files.retain(|path, _| !path.starts_with(".recto/"));
    files
}

/// Checks that these are the wanted files, with a manifest of exactly those.
pub fn assert_stands(there: Files, wanted: &Files) {
    let text = there.get(manifest::PATH).expect("a manifest");
    let manifest = manifest::TargetManifest::parse(text).expect("it can be read");
    assert!(manifest.lease.is_none() && manifest.coming.is_empty() && manifest.leaving.is_empty(), "{manifest:?}");
    assert_eq!(manifest.files.keys().collect::<Vec<_>>(), wanted.keys().collect::<Vec<_>>());
    assert_eq!(without_own(there), *wanted);
}

/// Returns the files of others in a deploy's error.
pub fn foreign(end: Result<DeploySummary, DeployError>) -> Vec<String> {
    match end {
        Err(DeployError::Foreign(files)) => files,
        other => panic!("{other:?}"),
    }
}

/// A site with compressed copies, which are in no folder.
pub fn with_copies() -> Local {
    let mut local = Local::new(&[("index.html", &"<p>A long page. ".repeat(200)), ("short.html", "<p>short")]);
    local.compressed = true;
    assert_eq!(local.files().keys().map(String::as_str).collect::<Vec<_>>(), COPIED);
    local
}

const COPIED: [&str; 4] = ["index.html", "index.html.br", "index.html.gz", "short.html"];

#[test]
fn what_is_foreign_was_never_on_its_way() {
    let there = temporary();
    let local = Local::new(&[("index.html", "<p>home")]);
    let target = Folder::open(&there.path().join("site"), None).unwrap_or_else(|e| panic!("{e:?}"));
    assert!(local.deploy(&target).is_ok());
    fs::write(there.path().join("site/n.html"), "theirs").expect("a file can be written");
    local.write("n.html", "ours");
    assert_eq!(foreign(local.deploy(&target)), ["n.html"]);
    local.remove("n.html");
    let done = local.deploy(&target).unwrap_or_else(|e| panic!("{e:?}"));
    assert_eq!((done.unchanged, done.removed, done.kept), (1, 0, 0));
    assert_eq!(fs::read(there.path().join("site/n.html")).ok().as_deref(), Some(&b"theirs"[..]));
}

/// A site before and after an edit in which files become folders, and folders files.
fn places() -> (Local, Local) {
    (
        Local::new(&[("index.html", "<p>home"), ("a", "file"), ("b/c", "c"), ("b/d/e", "e"), ("b0", "x")]),
        Local::new(&[("index.html", "<p>home"), ("a/index.html", "a"), ("a/x/y", "y"), ("b", "file")]),
    )
}

/// Swaps files and folders at a target, which is opened again each time; `site` is its folder.
pub fn change_places<'a>(open: &dyn Fn() -> Box<dyn Target + 'a>, site: &Path) {
    let (old, new) = places();
    for local in [&old, &new, &old, &new, &old] {
        local.deploy(&*open()).unwrap_or_else(|e| panic!("{e:?}"));
        assert_stands(tree(site), &local.files());
    }
}

/// Files of others in a folder that is changed in place block files and folders that are swapped.
pub fn others_are_in_the_way<'a>(open: &dyn Fn() -> Box<dyn Target + 'a>, site: &Path) {
    let (old, mut new) = places();
    old.deploy(&*open()).unwrap_or_else(|e| panic!("{e:?}"));
    // Files that somebody else has changed or added stay, and block the upload.
    let theirs = |path: &str| fs::read(site.join(path)).is_ok_and(|bytes| bytes == b"theirs");
    fs::write(site.join("a"), "theirs").expect("a file can be written");
    fs::write(site.join("b/d/theirs"), "theirs").expect("a file can be written");
    let ways = foreign(new.deploy(&*open()));
    assert!(!ways.is_empty() && ways.iter().all(|path| new.files().contains_key(path)), "{ways:?}");
    assert!(theirs("a") && theirs("b/d/theirs"));
    // With force a file makes way; a folder with files of others does not.
    new.force = true;
    let end = new.deploy(&*open());
    assert!(end.is_err() && theirs("b/d/theirs"), "{end:?}");
    fs::remove_dir_all(site.join("b")).expect("it is there");
    new.deploy(&*open()).unwrap_or_else(|e| panic!("{e:?}"));
    assert_stands(tree(site), &new.files());
}

#[test]
fn files_and_folders_change_places() {
    let root = temporary();
    let open = |name: &str, releases| -> Box<dyn Target> {
        Box::new(Folder::open(&root.path().join(name), releases).unwrap_or_else(|e| panic!("{e:?}")))
    };
    change_places(&|| open("in place", None), &root.path().join("in place"));
    others_are_in_the_way(&|| open("others", None), &root.path().join("others"));
    change_places(&|| open("releases", Some(2)), &root.path().join("releases/current"));
    // Interrupt it after every call.
    let site = root.path().join("cut");
    let (mut old, mut new) = places();
    (old.ended, new.ended) = (Some("me".to_owned()), Some("me".to_owned()));
    for (from, to) in [(&old, &new), (&new, &old)] {
        for left in 0.. {
            from.deploy(&*open("cut", None)).unwrap_or_else(|e| panic!("{left}: {e:?}"));
            let cut = to.deploy_as("me", &Cut { target: &*open("cut", None), left: Cell::new(left) });
            to.deploy(&*open("cut", None)).unwrap_or_else(|e| panic!("{left}: {e:?}"));
            assert_stands(tree(&site), &to.files());
            if cut.is_ok() {
                assert!(left > 3, "{left}");
                break;
            }
        }
    }
}

/// A target whose machine is switched off after this many calls that change something.
pub struct Cut<'a> {
    pub target: &'a dyn Target,
    pub left: Cell<usize>,
}

impl Cut<'_> {
    fn alive(&self) -> Result<(), DeployError> {
        self.left.set(self.left.get().checked_sub(1).ok_or_else(|| DeployError::Network("cut".to_owned()))?);
        Ok(())
    }
}

impl Target for Cut<'_> {
    fn address(&self) -> String {
        self.target.address()
    }

    fn manifest(&self) -> Result<Option<ManifestText>, DeployError> {
        self.target.manifest()
    }

    fn put_manifest(&self, bytes: &[u8], over: Option<&ManifestText>) -> Result<ManifestText, DeployError> {
        self.alive()?;
        self.target.put_manifest(bytes, over)
    }

    fn occupied(&self) -> Result<bool, DeployError> {
        self.target.occupied()
    }

    /// Counts as two calls, each of which sends half.
    fn upload(&self, uploads: &[Upload], output: &Path, told: OnItem<PutOutcome>) -> Result<(), DeployError> {
        self.alive()?;
        let alive = self.alive();
        let most = if alive.is_ok() { uploads.len() } else { uploads.len().div_ceil(2) };
        self.target.upload(&uploads[..most], output, told)?;
        alive
    }

    fn remove(&self, files: &[&Removal], force: bool, told: OnItem<bool>) -> Result<(), DeployError> {
        self.alive()?;
        self.target.remove(files, force, told)
    }

    fn audit(
        &self,
        manifest: &TargetManifest,
        wanted: &[DesiredFile],
        output: &Path,
    ) -> Result<TargetStatus, DeployError> {
        self.target.audit(manifest, wanted, output)
    }

    fn at_once(&self) -> bool {
        self.target.at_once()
    }

    fn names(&self) -> PathRules {
        self.target.names()
    }
}

/// When something else happens at a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// After its manifest was read.
    Read,
    /// Just before its manifest is written.
    Put,
}

/// A target at which something else happens.
pub struct Meanwhile<'a>(pub &'a dyn Target, pub When, pub &'a dyn Fn());

/// Runs two deploys that have both read the same manifest; `deploy` must call its argument once it has. One
/// succeeds and the other gets an error. Returns which.
pub fn meet(deploy: &(dyn Fn(usize, &dyn Fn()) -> Result<DeploySummary, DeployError> + Sync)) -> usize {
    let both = Barrier::new(2);
    let wait = || {
        both.wait();
    };
    let ends = std::thread::scope(|scope| {
        let second = scope.spawn(|| deploy(1, &wait));
        [deploy(0, &wait), second.join().expect("no panic")]
    });
    let won: Vec<usize> = (0..2).filter(|at| ends[*at].is_ok()).collect();
    let [won] = won[..] else { panic!("{ends:?}") };
    assert!(matches!(&ends[1 - won], Err(DeployError::Busy(_))), "{ends:?}");
    won
}

impl Target for Meanwhile<'_> {
    fn address(&self) -> String {
        self.0.address()
    }

    fn manifest(&self) -> Result<Option<ManifestText>, DeployError> {
        let held = self.0.manifest();
        if self.1 == When::Read {
            self.2();
        }
        held
    }

    fn put_manifest(&self, bytes: &[u8], over: Option<&ManifestText>) -> Result<ManifestText, DeployError> {
        if self.1 == When::Put {
            self.2();
        }
        self.0.put_manifest(bytes, over)
    }

    fn occupied(&self) -> Result<bool, DeployError> {
        self.0.occupied()
    }

    fn upload(&self, uploads: &[Upload], output: &Path, told: OnItem<PutOutcome>) -> Result<(), DeployError> {
        self.0.upload(uploads, output, told)
    }

    fn remove(&self, files: &[&Removal], force: bool, told: OnItem<bool>) -> Result<(), DeployError> {
        self.0.remove(files, force, told)
    }

    fn audit(
        &self,
        manifest: &TargetManifest,
        wanted: &[DesiredFile],
        output: &Path,
    ) -> Result<TargetStatus, DeployError> {
        self.0.audit(manifest, wanted, output)
    }

    fn at_once(&self) -> bool {
        self.0.at_once()
    }

    fn names(&self) -> PathRules {
        self.0.names()
    }
}
