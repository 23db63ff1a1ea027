//! Hostile repositories, made with git's plumbing commands, which accept trees that `git add` would not.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use recto::base::digest::Digest;
use recto::base::target_address::TargetAddress;

use super::tracked::{self, Forged};
use super::traits;
use crate::model::Rng;
use crate::support::{SITE_TOML, article, png};

/// A file, a link or a submodule in a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    File(Vec<u8>),
    Program(Vec<u8>),
    Link(Vec<u8>),
    /// The commit of a submodule.
    Module,
}

/// The content of a branch, by paths of bytes.
#[derive(Clone, Debug, Default)]
pub struct Tree(BTreeMap<Vec<u8>, Node>);

impl Tree {
    /// Puts something at a path, replacing what blocks it.
    pub fn put(&mut self, path: impl AsRef<[u8]>, node: Node) {
        let path = path.as_ref();
        let folder = [path, b"/"].concat();
        let above = |other: &[u8]| path.starts_with(&[other, b"/"].concat());
        self.0.retain(|other, _| !other.starts_with(&folder) && !above(other));
        self.0.insert(path.to_owned(), node);
    }

    pub fn file(&mut self, path: impl AsRef<[u8]>, bytes: impl AsRef<[u8]>) {
        self.put(path, Node::File(bytes.as_ref().to_owned()));
    }

    pub fn link(&mut self, path: impl AsRef<[u8]>, target: impl AsRef<[u8]>) {
        self.put(path, Node::Link(target.as_ref().to_owned()));
    }

    /// Appends to a text.
    pub fn add(&mut self, path: &str, text: &str) {
        if let Some(Node::File(bytes)) = self.0.get_mut(path.as_bytes()) {
            bytes.extend_from_slice(text.as_bytes());
        } else {
            self.file(path, text);
        }
    }

    /// Writes the tree into a folder.
    pub fn write(&self, folder: &Path) {
        for (path, node) in &self.0 {
            let Node::File(bytes) = node else { continue };
            let file = folder.join(std::ffi::OsStr::from_bytes(path));
            fs::create_dir_all(file.parent().expect("a folder")).expect("a folder can be made");
            fs::write(file, bytes).expect("a file can be written");
        }
    }

    /// Writes the tree as a commit on a branch, for `git fast-import`.
    fn stream(&self, branch: &str, out: &mut Vec<u8>) {
        let who = "Somebody <somebody@example.org> 1700000000 +0000";
        out.extend(format!("commit refs/heads/{branch}\ncommitter {who}\ndata 2\nm\n").bytes());
        for (path, node) in &self.0 {
            let (mode, bytes) = match node {
                Node::File(bytes) => ("100644", bytes),
                Node::Program(bytes) => ("100755", bytes),
                Node::Link(target) => ("120000", target),
                Node::Module => {
                    out.extend(format!("M 160000 {} {}\n", "1".repeat(40), quoted(path)).bytes());
                    continue;
                }
            };
            out.extend(format!("M {mode} inline {}\ndata {}\n", quoted(path), bytes.len()).bytes());
            out.extend(bytes);
            out.push(b'\n');
        }
        out.push(b'\n');
    }
}

/// Quotes a path for `git fast-import`.
fn quoted(path: &[u8]) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte);
    let text: String = path
        .iter()
        .map(|byte| if plain(*byte) { char::from(*byte).to_string() } else { format!("\\{byte:03o}") })
        .collect();
    format!("\"{text}\"")
}

/// The folder with everything: repositories, clones, and the files outside of them.
pub struct Ground {
    pub git: PathBuf,
    pub folder: tempfile::TempDir,
    /// The state of a build of a site with other texts, made to look like this site's.
    pub forged: Forged,
}

impl Ground {
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Creates a folder outside with everything that the program could look for, and programs that leave a trace.
    pub fn new(git: PathBuf) -> Ground {
        let folder = crate::support::temporary();
        let ground = Ground { git, folder, forged: tracked::forged(&site()) };
        let text = article(super::CANARY, "2024-03-01", "", super::CANARY);
        for file in
            ["file", "a.md", "lock", "clock", "state", "state.new", "intents", "site.toml", "index.html", "sub/x.css"]
        {
            let file = ground.path("outside").join(file);
            fs::create_dir_all(file.parent().expect("a folder")).expect("a folder can be made");
            fs::write(file, &text).expect("a file can be written");
        }
        let settings = format!("[core]\n\tsshCommand = {}\n", ground.trap());
        fs::write(ground.path("outside/settings"), settings).expect("a file can be written");
        for folder in ["home", "clones", "targets", "remotes"] {
            fs::create_dir_all(ground.path(folder)).expect("a folder can be made");
        }
        for file in ["stdout", "stderr", "log"] {
            fs::write(ground.path(file), "").expect("a file can be written");
        }
        ground.run(&ground.path(""), &["init", "-q", "--bare", "--template=", "outside/objects.git"], b"");
        ground.run(&ground.path(""), &["init", "-q", "--bare", "--template=", "remote.git"], b"");
        ground
    }

    /// A command for a repository to run, which leaves a trace.
    pub fn trap(&self) -> String {
        format!("touch {}", self.path("outside/ran").display())
    }

    pub fn try_run(&self, folder: &Path, args: &[&str], input: &[u8]) -> Output {
        let file = self.path("input");
        fs::write(&file, input).expect("a file can be written");
        let mut command = Command::new(&self.git);
        let settings = ["protocol.file.allow=always", "core.protectNTFS=false", "core.protectHFS=false", "user.name=x"];
        command.current_dir(folder).args(settings.iter().flat_map(|setting| ["-c", setting]));
        command.args(["-c", "user.email=x@example.org"]).args(args).env("HOME", self.path("home"));
        command.env("GIT_CONFIG_NOSYSTEM", "1").env_remove("GIT_DIR").env_remove("GIT_INDEX_FILE");
        command.stdin(Stdio::from(fs::File::open(file).expect("it was written"))).output().expect("git runs")
    }

    pub fn run(&self, folder: &Path, args: &[&str], input: &[u8]) -> String {
        let ran = self.try_run(folder, args, input);
        assert!(ran.status.success(), "{args:?}: {}", String::from_utf8_lossy(&ran.stderr));
        String::from_utf8_lossy(&ran.stdout).trim().to_owned()
    }

    /// The address of a git repository to which the owner of a site deploys.
    pub fn remote(&self, number: usize) -> String {
        format!("git+file://{}", self.path(&format!("remotes/remote-{number}.git")).display())
    }

    /// The folder in which a deploy keeps its files for a target.
    pub fn scratch(&self, number: usize) -> String {
        let address = TargetAddress::parse(&self.remote(number)).expect("an address");
        format!(".recto/deploy/{}.git", Digest::of_debug(&address).short())
    }
}

/// A small valid site.
pub fn site() -> Tree {
    let mut tree = Tree::default();
    tree.file("site.toml", format!("{SITE_TOML}theme = \"mine\"\n"));
    let body = "![a picture](photo.png) and [data](data.csv).";
    tree.file("content/articles/2024/a.md", article("A", "2024-03-24", "original.lang = \"ja\"", body));
    tree.file("content/articles/2024/a.ja.md", "+++\ntitle = \"元\"\n+++\n\n本文。\n");
    tree.file("content/articles/2024/photo.png", png());
    tree.file("content/articles/2024/data.csv", "1,2\n");
    tree.file("content/articles/b.md", article("B", "2024-03-25", "", "Text."));
    tree.file("content/pages/about.md", "+++\ntitle = \"About\"\n+++\n\nText.\n");
    tree.file("static/x.css", "a {}");
    tree.file("themes/mine/theme.toml", "");
    tree.file("themes/mine/static/own.css", "b {}");
    tree
}

/// Imports hostile trees by number, as branches of one repository.
pub fn import(ground: &Ground, seed: u64, numbers: &[usize]) -> BTreeMap<usize, Vec<&'static str>> {
    let mut out = Vec::new();
    let mut all = BTreeMap::new();
    for &number in numbers {
        let mut r = Rng::new(seed ^ (number as u64) << 20);
        let mut tree = site();
        let names = traits::plant(&mut tree, number, ground, &mut r);
        tree.stream(&format!("r{number}"), &mut out);
        all.insert(number, names);
    }
    let source = ground.path("source.git");
    ground.run(&ground.path(""), &["init", "-q", "--bare", "--template=", "source.git"], b"");
    ground.run(&source, &["fast-import", "--quiet"], &out);
    all
}

/// Clones one of them, as the owner of the site would.
pub fn clone(ground: &Ground, number: usize) -> PathBuf {
    let (from, branch) = (format!("file://{}", ground.path("source.git").display()), format!("r{number}"));
    let to = format!("clones/{number}");
    let args = ["clone", "-q", "--depth", "1", "--no-tags", "--branch", &branch, &from, &to];
    let ran = ground.try_run(&ground.path(""), &args, b"");
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    let place = ground.path(&to);
    assert!(ran.status.success() && place.join("site.toml").symlink_metadata().is_ok(), "{number}: {said}");
    place
}
