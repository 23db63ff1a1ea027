//! Deploys to a branch of a real git repository, in a temporary folder.

use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use recto::deploy::git::Git;
use recto::deploy::manifest;
use recto::deploy::redact::Secrets;
use recto::deploy::run::DeploySummary;
use recto::deploy::target::{DeployError, Target};
use tempfile::TempDir;

use crate::support::temporary;
use crate::targets::{Cut, Files, Local, Meanwhile, When, assert_stands, foreign, meet, with_copies};
use crate::tools::program;

const BRANCH: &str = "gh-pages";

/// A repository in the role of a server, and machines that deploy to it.
struct Server {
    git: PathBuf,
    folder: TempDir,
}

impl Server {
    /// `None` with a message if there is no git.
    fn new() -> Option<Server> {
        let server = Server { git: program("git")?, folder: temporary() };
        server.git(&["init", "--quiet", "--bare", "."]);
        Some(server)
    }

    /// Runs git in the repository, with an index of its own, and returns its output.
    fn run(&self, args: &[&str], input: &str) -> Vec<u8> {
        let repository = self.folder.path().join("site.git");
        fs::create_dir_all(&repository).expect("a folder can be made");
        let file = self.folder.path().join("input");
        fs::write(&file, input).expect("a file can be written");
        let mut command = Command::new(&self.git);
        command.current_dir(repository).env("GIT_INDEX_FILE", self.folder.path().join("other-index"));
        command.args(["-c", "user.name=Other", "-c", "user.email=other@example.org"]).args(args);
        let output = command.stdin(fs::File::open(file).expect("it was written")).output().expect("git runs");
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }

    fn feed(&self, args: &[&str], input: &str) -> String {
        String::from_utf8(self.run(args, input)).expect("git says text").trim_end().to_owned()
    }

    fn git(&self, args: &[&str]) -> String {
        self.feed(args, "")
    }

    /// Opens the branch from a machine with a scratch folder of its own.
    fn try_open(&self, history: bool, machine: &str) -> Result<Git, DeployError> {
        let url = format!("file://{}", self.folder.path().join("site.git").display());
        Git::open(&url, BRANCH, history, &self.folder.path().join(machine), Secrets::default())
    }

    fn open(&self, history: bool, machine: &str) -> Git {
        self.try_open(history, machine).unwrap_or_else(|e| panic!("{e:?}"))
    }

    /// Returns the files at the tip.
    fn files(&self) -> Files {
        let listed = self.git(&["ls-tree", "-r", "-z", "--name-only", "--full-tree", BRANCH]);
        let paths = listed.split('\0').filter(|path| !path.is_empty());
        let read = |path: &str| (path.to_owned(), self.run(&["cat-file", "blob", &format!("{BRANCH}:{path}")], ""));
        paths.map(read).collect()
    }

    fn commits(&self) -> usize {
        self.git(&["rev-list", "--count", BRANCH]).parse().expect("a number")
    }

    /// Pushes changes as somebody else: mode, path and text (or the commit of a submodule).
    fn change(&self, changes: &[(&str, &str, &str)]) {
        let tip = self.git(&["for-each-ref", "--format=%(objectname)", &format!("refs/heads/{BRANCH}")]);
        self.git(if tip.is_empty() { &["read-tree", "--empty"] } else { &["read-tree", BRANCH] });
        for (mode, path, text) in changes {
            let id = match *mode {
                "160000" => (*text).to_owned(),
                _ => self.feed(&["hash-object", "-w", "--stdin"], text),
            };
            self.feed(&["update-index", "--index-info"], &format!("{mode} {id}\t{path}\n"));
        }
        let tree = self.git(&["write-tree"]);
        let parent: &[&str] = if tip.is_empty() { &[] } else { &["-p", &tip] };
        let commit = self.git(&[&["commit-tree", "-m", "by hand", &tree], parent].concat());
        self.git(&["update-ref", &format!("refs/heads/{BRANCH}"), &commit]);
    }
}

fn site() -> Local {
    let mut local = Local::new(&[
        ("index.html", "<p>home"),
        ("2024/05/06/a/index.html", "<p>a"),
        ("2024/05/06/日本 語/index.html", "<p>b"),
        ("odd/#x; [1] $(id) 'q'.txt", "odd"),
        ("odd/-f", "flag"),
        ("style.0123456789abcdef.css", "p {}\r\nq {}\r\n"),
        ("empty", ""),
    ]);
    local.made.insert(".nojekyll".into(), Vec::new());
    local.made.insert("index.html.gz".into(), vec![0, 159, 146, 150, 13, 10]);
    local
}

fn done(end: Result<DeploySummary, DeployError>) -> DeploySummary {
    end.unwrap_or_else(|e| panic!("{e:?}"))
}

#[test]
fn a_deploy_git_commits_what_changed() {
    let Some(server) = Server::new() else { return };
    let local = site();
    for history in [true, false] {
        let git = server.open(history, "m");
        let _ = git.manifest();
        let first = done(local.deploy(&git));
        assert_eq!((first.new + first.unchanged, first.changed), (9, 0));
        assert_stands(server.files(), &local.files());
        let (tip, commits) = (server.git(&["rev-parse", BRANCH]), server.commits());
        let again = done(local.deploy(&git));
        assert_eq!(again, DeploySummary { unchanged: 9, ..DeploySummary::default() });
        assert_eq!(server.git(&["rev-parse", BRANCH]), tip);
        // From another machine, which has not fetched anything yet.
        local.write("index.html", &format!("<p>home, {history}"));
        local.write("new/index.html", "<p>new");
        local.remove("odd/-f");
        let second = done(local.deploy(&server.open(history, if history { "n" } else { "o" })));
        assert_eq!((second.new, second.changed, second.removed, second.sent), (1, 1, 1, 2));
        assert_stands(server.files(), &local.files());
        assert_eq!(server.commits(), if history { commits + 1 } else { 1 });
        // From the first machine again, which is one commit behind.
        drop(git);
        local.write("odd/-f", "flag");
        local.remove("new/index.html");
        done(local.deploy(&server.open(history, "m")));
        assert_stands(server.files(), &local.files());
    }
    server.git(&["fsck", "--strict"]);
    assert_eq!(server.git(&["log", "-1", "--format=%P|%s", BRANCH]), "|Deployed by Recto");
}

#[test]
fn a_deploy_git_leaves_alone_what_is_not_its_own() {
    let Some(server) = Server::new() else { return };
    let mut local = site();
    let other = server.feed(&["hash-object", "-w", "--stdin"], "x");
    server.change(&[("100644", "CNAME", "example.org"), ("120000", "link", "CNAME"), ("160000", "module", &other)]);
    let git = server.open(true, "m");
    let end = local.deploy(&git);
    assert!(matches!(&end, Err(DeployError::Refused(why)) if why.contains("--adopt")), "{end:?}");
    assert_eq!(server.commits(), 1);
    local.adopt = true;
    done(local.deploy(&git));
    let mut files = server.files();
    assert_eq!((files.remove("CNAME"), files.remove("link")), (Some("example.org".into()), Some("CNAME".into())));
    assert!(files.remove("module").is_some());
    assert_stands(files, &local.files());
    assert!(server.git(&["ls-tree", BRANCH]).contains("160000 commit"));

    // A link and a file at new paths of the site, changed files, and a file in place of a folder.
    local.adopt = false;
    server.change(&[
        ("120000", "n1.html", "CNAME"),
        ("100644", "n2.html", "theirs"),
        ("100644", "index.html", "changed by hand"),
        ("100644", "odd/-f", "changed by hand"),
        ("100644", "empty", "changed, and not of interest"),
    ]);
    for path in ["n1.html", "n2.html", "n3.html"] {
        local.write(path, "ours");
    }
    local.write("index.html", "<p>ours");
    local.remove("odd/-f");
    let before = server.git(&["rev-parse", BRANCH]);
    assert_eq!(foreign(local.deploy(&git)), ["n1.html", "n2.html"]);
    local.remove("n1.html");
    local.remove("n2.html");
    assert_eq!(foreign(local.deploy(&git)), ["index.html"]);
    assert_eq!(server.git(&["rev-parse", BRANCH]), before);
    local.write("index.html", "<p>home");
    let kept = done(local.deploy(&git));
    assert_eq!((kept.new, kept.changed, kept.removed, kept.kept), (1, 0, 0, 1));
    assert_eq!(server.files()["odd/-f"], b"changed by hand");

    local.write("n1.html", "ours");
    local.write("n2.html", "ours");
    local.write("index.html", "<p>ours");
    local.write("CNAME/x", "a folder now");
    local.force = true;
    done(local.deploy(&git));
    let files = server.files();
    for path in ["n1.html", "n2.html", "index.html", "CNAME/x"] {
        assert_eq!(files.get(path), local.files().get(path), "{path}");
    }
    assert_eq!((files.get("CNAME"), &files["empty"][..]), (None, &b"changed, and not of interest"[..]));
}

#[test]
fn a_deploy_git_makes_folders_of_files_and_files_of_folders() {
    let Some(server) = Server::new() else { return };
    let local = Local::new(&[("a", "1"), ("b/c/d", "2")]);
    done(local.deploy(&server.open(false, "m")));
    local.remove("a");
    local.write("a/x", "3");
    fs::remove_dir_all(local.output.path().join("b")).expect("it is there");
    local.write("b", "4");
    done(local.deploy(&server.open(false, "m")));
    assert_stands(server.files(), &local.files());
    // A file of somebody else in place of a folder.
    server.change(&[("100644", "c", "theirs")]);
    local.write("c/x", "5");
    assert_eq!(foreign(local.deploy(&server.open(false, "m"))), ["c"]);
}

/// While a branch `gh-pages/old` exists, `gh-pages` cannot be created. The message must not blame another deploy.
#[test]
fn a_branch_below_another_is_said() {
    let Some(server) = Server::new() else { return };
    let tree = server.feed(&["hash-object", "-w", "-t", "tree", "--stdin"], "");
    let commit = server.git(&["commit-tree", "-m", "by hand", &tree]);
    server.git(&["update-ref", &format!("refs/heads/{BRANCH}/old"), &commit]);
    let failed = Local::new(&[("index.html", "home")]).deploy(&server.open(false, "m"));
    assert!(matches!(&failed, Err(DeployError::Network(why)) if why.contains("gh-pages/old")), "{failed:?}");
}

#[test]
fn of_two_deploys_git_takes_one() {
    let Some(server) = Server::new() else { return };
    let (one, two) = (site(), site());
    for race in 0..20 {
        for (local, name) in [(&one, "one"), (&two, "two")] {
            local.write("index.html", &format!("<p>{name} {race}"));
            local.write(&format!("{name}/{race}.html"), name);
        }
        let history = race % 2 == 0;
        let won = meet(&|at, read| {
            let git = server.open(history, ["m1", "m2"][at]);
            [&one, &two][at].deploy(&Meanwhile(&git, When::Read, read))
        });
        assert_stands(server.files(), &[&one, &two][won].files());
    }
}

#[test]
fn a_deploy_git_that_was_cut_is_finished_by_the_next() {
    let Some(server) = Server::new() else { return };
    let local = site();
    for left in 0..6 {
        let git = server.open(true, "m");
        let end = local.deploy(&Cut { target: &git, left: Cell::new(left) });
        assert!(end.is_err() || left > 4, "{left}: {end:?}");
    }
    let end = done(local.deploy(&server.open(true, "m")));
    // The push was the last call, and the one that was not interrupted.
    assert_eq!((end.unchanged, end.new, end.sent), (9, 0, 0), "{end:?}");
    assert_stands(server.files(), &local.files());
    assert_eq!(server.commits(), 1);
    // Lock files of a killed git.
    let scratch = server.folder.path().join("m");
    for left in ["shallow.lock", "recto-index.lock", "refs/recto/tip.lock", "recto-made/7"] {
        fs::create_dir_all(scratch.join(left).parent().expect("a folder")).expect("a folder can be made");
        fs::write(scratch.join(left), "").expect("a file can be written");
    }
    local.write("index.html", "<p>again");
    server.change(&[("100644", "x", "moves the tip")]);
    done(local.deploy(&server.open(true, "m")));
    let mut files = server.files();
    files.remove("x");
    assert_stands(files, &local.files());
}

#[test]
fn a_deploy_git_says_what_failed() {
    let Some(server) = Server::new() else { return };
    let local = site();
    let git = server.open(true, "m");
    assert!(matches!(server.try_open(true, "m"), Err(DeployError::Busy(_))));
    // A server that rejects every push. The message must not blame another deploy.
    let hook = server.folder.path().join("site.git/hooks/pre-receive");
    fs::create_dir_all(hook.parent().expect("a folder")).expect("a folder can be made");
    fs::write(&hook, "#!/bin/sh\necho 'GH006: Protected branch' >&2\nexit 1\n").expect("a file can be written");
    set_executable(&hook);
    let Err(DeployError::Network(why)) = local.deploy(&git) else { panic!("it was taken") };
    assert!(
        why.contains("could not push to the branch gh-pages of file:///") && why.contains("Protected branch"),
        "{why}"
    );
    fs::remove_file(hook).expect("it is there");
    done(local.deploy(&git));
    let none = Git::open("file:///nowhere/x.git", BRANCH, true, &server.folder.path().join("n"), Secrets::default());
    let end = local.deploy(&none.unwrap_or_else(|e| panic!("{e:?}")));
    assert!(
        matches!(&end, Err(DeployError::Network(why)) if why.contains("does not appear to be a git repository")),
        "{end:?}"
    );
    // The manifest can no longer be read.
    server.change(&[("100644", manifest::PATH, "garbage")]);
    assert!(matches!(local.deploy(&git), Err(DeployError::Refused(_))));
}

fn set_executable(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("permissions can be set");
}

#[test]
fn a_deploy_git_takes_compressed_copies() {
    let Some(server) = Server::new() else { return };
    let local = with_copies();
    assert_eq!(local.deploy(&server.open(true, "m")).map(|done| done.sent).ok(), Some(4));
    assert_stands(server.files(), &local.files());
    local.write("index.html", &"<p>Another page. ".repeat(200));
    assert_eq!(local.deploy(&server.open(true, "m")).map(|done| done.changed).ok(), Some(3));
    assert_stands(server.files(), &local.files());
}

#[test]
fn a_branch_is_mended() {
    let Some(server) = Server::new() else { return };
    let change = |path: &str, text: Option<&str>| {
        server.change(&[(if text.is_some() { "100644" } else { "0" }, path, text.unwrap_or_default())]);
    };
    crate::verify::mends(&|| Box::new(server.open(true, "m")), &change, &|| server.files());
}
