//! Target: a branch of a git repository, as published by GitHub and GitLab. The site becomes one commit, and its
//! push publishes all of it at once.
//!
//! Recto calls the system's git, so its keys, proxies and credential helpers work. Git works in a bare repository
//! of Recto's own, which holds only the tip of the branch; nothing is ever checked out. Files that Recto put there
//! are known by their blob ids, which serve as versions. Git itself detects another push at the same time: it
//! compares the tip and replaces it atomically.
//!
//! Anything at the tip that is not part of the site stays there: other files, links and submodules.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::desired_files::{DesiredFile, FileSource};
use super::git_names::{check_branch, check_url};
use super::manifest::{self, TargetManifest};
use super::process::{GIT, OTHER_REPOSITORY, ProgramCall, ProgramResult};
use super::redact::Secrets;
use super::target::{
    DeployError, ManifestText, OnItem, Precondition, PutDecision, PutOutcome, Removal, Target, Upload,
};
use super::verify::{FileStatus, TargetStatus, settled};
use crate::base::digest::Digest;
use crate::base::limits::PROGRAM_SECONDS;
use crate::base::printable;
use crate::system::disk;
use crate::system::lock::{self, Lock};
use crate::system::root::Root;

/// The ref that keeps the tip of the branch.
const TIP: &str = "refs/recto/tip";
const FILE: &str = "100644";
/// Repack when there are more loose objects than a few deploys leave.
const LOOSE: usize = 2000;
const MESSAGE: &str = "Deployed by Recto\n";
/// The author of a commit, if git has no name configured.
const NAME: [&str; 4] = ["-c", "user.name=Recto", "-c", "user.email=recto@localhost"];

/// Settings for every call: no hook runs, and no process stays in the background. Names that are dangerous only in
/// a checkout are kept as they are at the tip.
const SETTINGS: [&str; 7] = [
    "core.hooksPath=/dev/null",
    "gc.auto=0",
    "maintenance.auto=false",
    "core.protectNTFS=false",
    "core.protectHFS=false",
    "push.followTags=false",
    "http.lowSpeedLimit=1",
];

/// Files of a repository that configure git, or name where its objects are. `git init` creates the first one again.
const SETTINGS_FILES: [&str; 6] =
    ["config", "config.worktree", "commondir", "info/attributes", "info/grafts", "objects/info/alternates"];

/// SSH settings for users who have none: never prompt, and give up a server that does not answer.
const SSH: &str = "core.sshCommand=ssh -o BatchMode=yes -o ConnectTimeout=60 -o ServerAliveInterval=30";

/// Messages of a server whose branch moved during a push.
const MOVED: [&str; 5] =
    ["stale info", "fetch first", "cannot lock ref", "failed to update ref", "incorrect old value provided"];

/// What the tree holds at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
struct TreeEntry {
    /// Git's mode: `120000` is a link, `160000` a submodule.
    mode: String,
    id: String,
}

impl TreeEntry {
    fn is_file(&self) -> bool {
        self.mode.starts_with("100")
    }
}

/// The branch as it will be. Paths are bytes, since not all files there are ours.
#[derive(Default)]
struct Branch {
    tip: Option<String>,
    items: BTreeMap<Vec<u8>, TreeEntry>,
    /// The uploads, and whether each may overwrite anything.
    put: BTreeMap<Vec<u8>, bool>,
}

pub struct Git {
    url: String,
    branch: String,
    history: bool,
    /// The bare repository.
    folder: PathBuf,
    secrets: Secrets,
    state: RefCell<Branch>,
    /// Whether calls set our SSH settings.
    ssh: bool,
    /// Locks the repository against other deploys from this machine.
    lock: Lock,
}

impl Git {
    /// Opens a branch by its repository's URL. `folder` is the bare repository of our own, created if it is
    /// missing; no other target may use it.
    pub fn open(url: &str, branch: &str, history: bool, folder: &Path, secrets: Secrets) -> Result<Git, DeployError> {
        check_url(url).map_err(DeployError::Refused)?;
        check_branch(branch).map_err(DeployError::Refused)?;
        disk::create_dir_all(folder)?;
        let folder = disk::canonical(folder)?;
        let root = Root::open(&folder)?;
        let Some(lock) = lock::file(&root, "recto-lock")? else {
            return Err(DeployError::Busy(format!(
                "another deploy is using {}; nothing was done",
                printable::path(&folder)
            )));
        };
        let mut git = Git {
            url: url.to_owned(),
            branch: branch.to_owned(),
            history,
            folder,
            secrets,
            state: RefCell::default(),
            ssh: false,
            lock,
        };
        // The folder may have come with the site. Git writes through links, and runs programs that its settings
        // name.
        root.refuse_odd_below("")?;
        for foreign in SETTINGS_FILES {
            root.remove_file(foreign)?;
        }
        // Lock files that a killed git left behind.
        for left in ["shallow.lock", "config.lock", "HEAD.lock", "packed-refs.lock", "refs/recto/tip.lock"] {
            root.remove_file(left)?;
        }
        let init = ["init", "--quiet", "--bare", "--template=", "--object-format=sha1", "--"];
        let init =
            ProgramCall::new(GIT, format!("create the repository {}", printable::path(&git.folder)), &git.secrets)
                .args(init);
        init.arg(&git.folder).without(&OTHER_REPOSITORY).run_well()?;
        // `GIT_SSH_COMMAND` overrides any setting.
        git.ssh = url.starts_with("ssh:")
            && !git.call("read a setting", &["config", "--get", "core.sshCommand"]).end()?.is_fine();
        Ok(git)
    }

    /// Prepares a call of git in the repository.
    fn call(&self, what: &str, args: &[&str]) -> ProgramCall<'_> {
        let mut folder = std::ffi::OsString::from("--git-dir=");
        folder.push(&self.folder);
        let call =
            ProgramCall::new(GIT, what, &self.secrets).without(&OTHER_REPOSITORY).folder(&self.folder).arg(folder);
        // Whatever the URL is rewritten to, git must not run a program that it names.
        let call = call.with("GIT_ALLOW_PROTOCOL", "file:https:ssh");
        // Give up a server that sends nothing for this long.
        let silent = format!("http.lowSpeedTime={PROGRAM_SECONDS}");
        let settings = SETTINGS.into_iter().chain([silent.as_str()]).chain(self.ssh.then_some(SSH));
        call.args(settings.flat_map(|setting| ["-c", setting])).args(args)
    }

    fn reference(&self) -> String {
        format!("refs/heads/{}", self.branch)
    }

    /// Asks the server for the commit at the tip of the branch.
    fn remote_tip(&self) -> Result<Option<String>, DeployError> {
        let reference = self.reference();
        let what = format!("read {}", self.address());
        let said = self.call(&what, &["ls-remote", "--quiet", "--", &self.url, &reference]).run_well()?;
        let said = String::from_utf8_lossy(&said);
        // The pattern also matches longer names.
        let mut lines = said.lines().filter_map(|line| line.split_once('\t'));
        let tip = lines.find(|(id, name)| *name == reference && is_id(id)).map(|(id, _)| id.to_owned());
        Ok(tip)
    }

    /// Returns the commit that was fetched or pushed last.
    fn known_tip(&self) -> Result<Option<String>, DeployError> {
        let answer = self.call("find the last commit", &["rev-parse", "--quiet", "--verify", TIP]).end()?;
        let id = String::from_utf8_lossy(&answer.out).trim().to_owned();
        Ok((answer.is_fine() && is_id(&id)).then_some(id))
    }

    /// Fetches the tip if it has moved, and reads its tree.
    fn fetch(&self) -> Result<Branch, DeployError> {
        let Some(mut tip) = self.remote_tip()? else { return Ok(Branch::default()) };
        if self.known_tip()?.as_ref() != Some(&tip) {
            let what = format!("fetch {}", self.address());
            let refspec = format!("+{}:{TIP}", self.reference());
            let fetch = ["fetch", "--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules", "--force", "--"];
            self.call(&what, &fetch).args([&self.url, &refspec]).run_well()?;
            // The tip may have moved in between.
            tip = self
                .known_tip()?
                .ok_or_else(|| DeployError::Network(format!("git did not fetch {}", self.address())))?;
        }
        let listed =
            self.call("list the files of the last commit", &["ls-tree", "-r", "-z", "--full-tree", &tip]).run_well()?;
        let mut items = BTreeMap::new();
        for line in listed.split(|byte| *byte == 0).filter(|line| !line.is_empty()) {
            let tab = line.iter().position(|byte| *byte == b'\t').unwrap_or(line.len());
            let head = String::from_utf8_lossy(&line[..tab]);
            let mut words = head.split(' ');
            if let (Some(mode), Some(_), Some(id)) = (words.next(), words.next(), words.next()) {
                let item = TreeEntry { mode: mode.to_owned(), id: id.to_owned() };
                items.insert(line[tab + 1..].to_vec(), item);
            }
        }
        Ok(Branch { tip: Some(tip), items, put: BTreeMap::new() })
    }

    fn blob(&self, id: &str) -> Result<Vec<u8>, DeployError> {
        self.call("read a file of the last commit", &["cat-file", "blob", id]).run_well()
    }

    /// Returns the digest of a file in the tree. For anything else it returns a value that no file has.
    fn digest(&self, item: &TreeEntry) -> Result<String, DeployError> {
        if item.is_file() { Ok(Digest::of(&self.blob(&item.id)?).long()) } else { Ok(format!("mode {}", item.mode)) }
    }

    fn judge(&self, item: Option<&TreeEntry>, upload: &Upload) -> Result<PutDecision, DeployError> {
        let Some(item) = item else { return Ok(upload.judge(None)) };
        match &upload.over {
            Precondition::Known { version: Some(version), digest } if item.is_file() && *version == item.id => {
                Ok(upload.judge(Some(digest)))
            }
            Precondition::Anything => Ok(PutDecision::Put),
            _ => Ok(upload.judge(Some(&self.digest(item)?))),
        }
    }

    /// Writes files into the repository and returns their ids. Nothing is copied: git reads each file in place.
    fn write(&self, uploads: &[&Upload], output: &Path) -> Result<Vec<String>, DeployError> {
        let made = self.folder.join("recto-made");
        disk::remove_dir_all(&made)?;
        let mut ids: Vec<String> = vec![String::new(); uploads.len()];
        for (folder, in_output) in [(output, true), (made.as_path(), false)] {
            let mut paths = Vec::new();
            let mut places = Vec::new();
            for (place, upload) in uploads.iter().enumerate() {
                let name = match &upload.file.source {
                    FileSource::Output if in_output => upload.file.path.clone(),
                    FileSource::Bytes(_) | FileSource::Encoded { .. } if !in_output => {
                        let name = place.to_string();
                        disk::write(&made.join(&name), &upload.file.read(output)?)?;
                        name
                    }
                    FileSource::Output | FileSource::Bytes(_) | FileSource::Encoded { .. } => continue,
                };
                // Start with `./`: git reads a line that starts with a quote as a quoted path.
                paths.extend_from_slice(format!("./{name}\n").as_bytes());
                places.push(place);
            }
            if places.is_empty() {
                continue;
            }
            // Store the bytes as they are, without any line-ending conversion.
            let hash = ["hash-object", "-w", "--no-filters", "--stdin-paths"];
            let said = self.call("store the files", &hash).folder(folder).input(paths).run_well()?;
            let said = String::from_utf8_lossy(&said);
            let lines: Vec<&str> = said.lines().filter(|id| is_id(id)).collect();
            if lines.len() != places.len() {
                let missing = places.len() - lines.len();
                return Err(DeployError::Network(format!("git could not store the files: {missing} have no id")));
            }
            places.iter().zip(lines).for_each(|(place, id)| id.clone_into(&mut ids[*place]));
        }
        disk::remove_dir_all(&made)?;
        Ok(ids)
    }

    /// Resolves conflicts between files and folders of the same name: the file makes way, or belongs to somebody
    /// else.
    fn settle(branch: &mut Branch) -> Result<(), DeployError> {
        let mut gone: BTreeSet<Vec<u8>> = BTreeSet::new();
        let mut foreign: BTreeSet<String> = BTreeSet::new();
        for path in branch.items.keys() {
            for folder in folders(path).filter(|folder| branch.items.contains_key(*folder)) {
                let (ours, other) =
                    if branch.put.contains_key(path) { (path.as_slice(), folder) } else { (folder, &path[..]) };
                if branch.put.get(ours) == Some(&true) {
                    gone.insert(other.to_vec());
                } else {
                    foreign.insert(String::from_utf8_lossy(other).into_owned());
                }
            }
        }
        if !foreign.is_empty() {
            return Err(DeployError::Foreign(foreign.into_iter().collect()));
        }
        gone.iter().for_each(|path| drop(branch.items.remove(path)));
        Ok(())
    }

    /// Makes a commit of all that the branch should hold.
    fn commit(&self, branch: &Branch) -> Result<String, DeployError> {
        let index = self.folder.join("recto-index");
        disk::remove_file(&index)?;
        disk::remove_file(&index.with_extension("lock"))?;
        let mut lines = Vec::new();
        for (path, TreeEntry { mode, id }) in &branch.items {
            lines.extend_from_slice(format!("{mode} {id}\t").as_bytes());
            lines.extend_from_slice(path);
            lines.push(0);
        }
        let what = "make a tree of the files";
        self.call(what, &["update-index", "-z", "--index-info"])
            .with("GIT_INDEX_FILE", &index)
            .input(lines)
            .run_well()?;
        let tree = self.call(what, &["write-tree"]).with("GIT_INDEX_FILE", &index).run_well()?;
        let tree = String::from_utf8_lossy(&tree).trim().to_owned();
        // Use git's own name and address if both are configured; otherwise use Recto's.
        let known = |ident: &str| {
            Ok::<bool, DeployError>(
                self.call("find a name for the commit", &["-c", "user.useConfigOnly=true", "var", ident])
                    .end()?
                    .is_fine(),
            )
        };
        let named = known("GIT_AUTHOR_IDENT")? && known("GIT_COMMITTER_IDENT")?;
        let mut args = if named { Vec::new() } else { NAME.to_vec() };
        args.extend(["commit-tree", "--no-gpg-sign", "-F", "-"]);
        if let Some(tip) = branch.tip.as_deref().filter(|_| self.history) {
            args.extend(["-p", tip]);
        }
        args.push(&tree);
        let commit = self.call("make a commit", &args).input(MESSAGE.as_bytes().to_vec()).run_well()?;
        Ok(String::from_utf8_lossy(&commit).trim().to_owned())
    }

    /// Moves the branch from the known tip to a commit, if the tip has not moved.
    fn push(&self, tip: Option<&str>, commit: &str) -> Result<(), DeployError> {
        let reference = self.reference();
        let lease = format!("--force-with-lease={reference}:{}", tip.unwrap_or_default());
        let refspec = format!("{commit}:{reference}");
        let what = format!("push to {}", self.address());
        let push = ["push", "--porcelain", "--no-verify", "--no-recurse-submodules", &lease, "--", &self.url, &refspec];
        let answer = self.call(&what, &push).end()?;
        if answer.is_fine() {
            return Ok(());
        }
        self.failed(tip, commit, &answer)
    }

    /// Finds out what a failed push has done.
    fn failed(&self, tip: Option<&str>, commit: &str, answer: &ProgramResult) -> Result<(), DeployError> {
        let said = String::from_utf8_lossy(&answer.out);
        let busy = || DeployError::Busy(format!("another deploy to {} came first", self.address()));
        // While a branch `a/b` exists, `a` cannot be created; do not retry.
        let never = answer.err.contains("; cannot create '");
        let moved = |line: &str| MOVED.iter().any(|words| line.contains(words));
        if !never && said.lines().chain(answer.err.lines()).any(moved) {
            return Err(busy());
        }
        match self.remote_tip() {
            // Only the answer was lost.
            Ok(Some(there)) if there == commit => Ok(()),
            Ok(there) if there.as_deref() != tip => Err(busy()),
            _ => Err(answer.trouble()),
        }
    }
}

/// Returns the paths of the folders above a file.
fn folders(path: &[u8]) -> impl Iterator<Item = &[u8]> {
    path.iter().enumerate().filter(|(_, byte)| **byte == b'/').map(|(at, _)| &path[..at])
}

fn is_id(text: &str) -> bool {
    text.len() >= 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

impl Target for Git {
    fn address(&self) -> String {
        format!("the branch {} of {}", self.branch, self.secrets.redact(&self.url))
    }

    fn lock(&self) -> Option<&Lock> {
        Some(&self.lock)
    }

    fn manifest(&self) -> Result<Option<ManifestText>, DeployError> {
        let branch = self.fetch()?;
        let item = branch.items.get(manifest::PATH.as_bytes()).filter(|item| item.is_file());
        let bytes = item.map(|item| self.blob(&item.id)).transpose()?;
        let held = bytes.map(|bytes| ManifestText { bytes, version: branch.tip.clone(), written: None });
        self.state.replace(branch);
        Ok(held)
    }

    fn put_manifest(&self, bytes: &[u8], over: Option<&ManifestText>) -> Result<ManifestText, DeployError> {
        let mut branch = self.state.borrow_mut();
        if over.is_some_and(|over| over.version != branch.tip) {
            return Err(DeployError::Busy(format!("another deploy to {} came first", self.address())));
        }
        let take = ["hash-object", "-w", "--stdin"];
        let id = self.call("store the manifest", &take).input(bytes.to_vec()).run_well()?;
        let id = String::from_utf8_lossy(&id).trim().to_owned();
        branch.put.insert(manifest::PATH.into(), true);
        branch.items.insert(manifest::PATH.into(), TreeEntry { mode: FILE.to_owned(), id });
        Git::settle(&mut branch)?;
        let commit = self.commit(&branch)?;
        self.push(branch.tip.as_deref(), &commit)?;
        // The branch has moved, so nothing from here on may fail the deploy.
        let _ = self.call("record the last commit", &["update-ref", "--no-deref", TIP, &commit]).end();
        let settings = [&format!("gc.auto={LOOSE}"), "gc.autoDetach=false", "gc.pruneExpire=now"];
        let gc: Vec<&str> = settings.into_iter().flat_map(|setting| ["-c", setting]).chain(["gc", "--auto"]).collect();
        let _ = self.call("clean up", &gc).end();
        branch.put.clear();
        branch.tip = Some(commit.clone());
        Ok(ManifestText { bytes: bytes.to_owned(), version: Some(commit), written: None })
    }

    fn occupied(&self) -> Result<bool, DeployError> {
        Ok(self.state.borrow().items.keys().any(|path| path != manifest::PATH.as_bytes()))
    }

    fn upload(&self, uploads: &[Upload], output: &Path, told: OnItem<PutOutcome>) -> Result<(), DeployError> {
        let mut branch = self.state.borrow_mut();
        let (mut places, mut going) = (Vec::new(), Vec::new());
        for (at, upload) in uploads.iter().enumerate() {
            let path = upload.file.path.as_bytes();
            let item = branch.items.get(path);
            match self.judge(item, upload)? {
                PutDecision::Foreign => told(at, PutOutcome::Foreign),
                PutDecision::Stands => {
                    told(at, PutOutcome::Done { version: item.map(|item| item.id.clone()), sent: false })
                }
                PutDecision::Put => {
                    places.push(at);
                    going.push(upload);
                }
            }
        }
        for ((at, upload), id) in places.into_iter().zip(&going).zip(self.write(&going, output)?) {
            let path = upload.file.path.as_bytes().to_vec();
            branch.put.insert(path.clone(), upload.over == Precondition::Anything);
            let before = branch.items.insert(path, TreeEntry { mode: FILE.to_owned(), id: id.clone() });
            let sent = before.is_none_or(|before| before.id != id);
            told(at, PutOutcome::Done { version: Some(id), sent });
        }
        Ok(())
    }

    fn remove(&self, files: &[&Removal], force: bool, told: OnItem<bool>) -> Result<(), DeployError> {
        let mut branch = self.state.borrow_mut();
        for (at, file) in files.iter().enumerate() {
            let path = file.path.as_bytes();
            let ours = match branch.items.get(path) {
                None => true,
                Some(_) if force => true,
                Some(item) if item.is_file() && file.version.as_ref() == Some(&item.id) => true,
                Some(item) => file.digests.contains(&self.digest(item)?),
            };
            if ours {
                branch.items.remove(path);
            }
            told(at, ours);
        }
        Ok(())
    }

    fn audit(&self, manifest: &TargetManifest, _: &[DesiredFile], _: &Path) -> Result<TargetStatus, DeployError> {
        let branch = self.state.borrow();
        let there: Vec<_> = branch.items.keys().map(|path| String::from_utf8_lossy(path)).collect();
        let mut standing = TargetStatus::of(manifest, there.iter().map(|path| &**path));
        for (path, entry) in settled(manifest) {
            let stand = match branch.items.get(path.as_bytes()) {
                None => FileStatus::Missing,
                Some(item) if !item.is_file() => FileStatus::Blocked,
                Some(item) if entry.version.as_ref() == Some(&item.id) => FileStatus::Same,
                Some(item) if self.digest(item)? == entry.digest => FileStatus::Same,
                Some(_) => FileStatus::Changed,
            };
            standing.add(path, stand);
        }
        Ok(standing)
    }

    fn at_once(&self) -> bool {
        true
    }
}
