//! Deploys: what is sent, what is left alone, and what a reader finds when a deploy is interrupted.

#[cfg(unix)]
mod canaries;
mod gcs;
mod opened;
mod proxy;
pub mod scene;
mod servers;
mod silent;
mod stores;
#[cfg(unix)]
mod waits;

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs::Permissions;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use recto::base::deploy_settings::Compression;
use recto::deploy::compressed_copies;
use recto::deploy::desired_files;
use recto::deploy::folder::Folder;
use recto::deploy::target::{DeployError, Target};
use recto::deploy::{folder_check, manifest};
use recto::system::lock;
use recto::system::root::Root;

use crate::support::{recto, temporary, tree};
use crate::targets::{Cut, Local, Meanwhile, When, assert_stands, foreign};
use scene::{Version, is_just, is_whole};

/// Returns a folder's files, without the lock of a running deploy.
fn files(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = tree(root);
    files.remove(".recto/lock");
    files
}

#[test]
fn a_folder_becomes_the_site() {
    let (old, new) = (Version::new(40, None), Version::new(40, Some("me")));
    let folder = temporary();
    let root = folder.path().join("site");
    let open = || Folder::open(&root, None).expect("it can be opened");
    let done = old.deploy(&open(), "a", None).expect("it is empty");
    assert_eq!((done.new, done.sent, done.changed, done.removed), (old.files.len(), old.files.len(), 0, 0));
    is_just(&files(&root), &old, "first");
    let before = std::fs::metadata(root.join("index.html")).and_then(|m| m.modified()).expect("it is there");
    let done = old.deploy(&open(), "b", None).expect("nothing is to do");
    assert_eq!((done.new, done.changed, done.removed, done.unchanged), (0, 0, 0, old.files.len()));
    assert_eq!(std::fs::metadata(root.join("index.html")).and_then(|m| m.modified()).expect("it is there"), before);
    let done = new.deploy(&open(), "c", None).expect("it has changed");
    assert!(done.new > 5 && done.changed > 5 && done.removed > 1 && done.unchanged > 50, "{done:?}");
    is_just(&files(&root), &new, "second");
    // No empty folder is left.
    let empty = walkdir::WalkDir::new(&root).into_iter().flatten().filter(|e| e.file_type().is_dir());
    assert_eq!(empty.filter(|e| std::fs::read_dir(e.path()).is_ok_and(|mut d| d.next().is_none())).count(), 0);
}

#[test]
fn a_link_switches_releases() {
    let (old, new) = (Version::new(40, None), Version::new(40, Some("me")));
    let folder = temporary();
    let root = folder.path().join("site");
    let current = root.join("current");
    let open = || Folder::open(&root, Some(2)).expect("it can be opened");
    for (n, version) in [&old, &new, &old, &new].into_iter().enumerate() {
        let done = version.deploy(&open(), "a", None).unwrap_or_else(|why| panic!("{why:?}"));
        is_just(&files(&current), version, &format!("release {n}"));
        let link = std::fs::read_link(&current).expect("it is a link");
        assert_eq!(link, Path::new("releases").join((n + 1).to_string()));
        assert!(n == 0 || done.sent < version.files.len() / 2, "what is the same is not written again: {done:?}");
    }
    let mut kept: Vec<_> =
        std::fs::read_dir(root.join("releases")).expect("a folder").flatten().map(|e| e.file_name()).collect();
    kept.sort();
    assert_eq!(kept, ["3", "4"]);
    assert_eq!(old.deploy(&open(), "a", None).map(|done| done.new > 0).ok(), Some(true));
    // An incomplete release does not count.
    std::fs::create_dir_all(root.join("releases/6.new")).expect("a folder");
    new.deploy(&open(), "a", None).expect("it goes on");
    is_just(&files(&current), &new, "after a release that did not end");
}

#[test]
fn what_is_not_ours_is_left_alone() {
    let (old, new) = (Version::new(40, None), Version::new(40, Some("me")));
    let folder = temporary();
    let root = folder.path();
    let open = || Folder::open(root, None).expect("it can be opened");
    std::fs::write(root.join("theirs.txt"), "theirs").expect("a file");
    std::fs::write(root.join("index.html"), "theirs").expect("a file");
    let refused = old.deploy(&open(), "a", None);
    assert!(matches!(&refused, Err(DeployError::Refused(why)) if why.contains("--adopt")), "{refused:?}");
    assert_eq!(files(root).len(), 2);
    old.deploy_with(&open(), |deploy| deploy.adopt = true).expect("it is taken over");
    let mut there = files(root);
    assert_eq!(there.remove("theirs.txt").as_deref(), Some(&b"theirs"[..]));
    is_just(&there, &old, "adopted");
    // Two pages were changed by hand: one that the new site changes, and one that it no longer has.
    let gone =
        old.files.keys().find(|path| !new.files.contains_key(*path) && path.ends_with("html")).expect("one has gone");
    std::fs::write(root.join(gone), "by hand").expect("a file");
    let done = new.deploy(&open(), "a", None).expect("what has gone is no conflict");
    assert_eq!(done.kept, 1);
    assert_eq!(files(root)[gone], b"by hand");
    std::fs::remove_file(root.join(gone)).expect("it is there");
    std::fs::write(root.join("index.html"), "by hand").expect("a file");
    let foreign = old.deploy(&open(), "a", None);
    assert!(matches!(&foreign, Err(DeployError::Foreign(paths)) if paths == &["index.html"]), "{foreign:?}");
    assert_eq!(files(root)["index.html"], b"by hand");
    old.deploy_with(&open(), |deploy| deploy.force = true).expect("by force");
    let mut there = files(root);
    there.remove("theirs.txt");
    is_just(&there, &old, "by force");
}

/// Only `--adopt` takes over a folder of somebody else, and an interrupted run continues with it.
#[test]
fn only_adopt_adopts() {
    let site = Local::new(&[("index.html", "<p>home"), ("a.html", "a"), ("b.html", "b")]);
    let theirs = || {
        let folder = temporary();
        for path in ["index.html", "a.html", "b.html", "theirs"] {
            std::fs::write(folder.path().join(path), "theirs").expect("a file");
        }
        folder
    };
    let folder = theirs();
    let open = || Folder::open(folder.path(), None).expect("it can be opened");
    for force in [false, true] {
        let refused = Local { force, ..site.again() }.deploy(&open());
        assert!(matches!(&refused, Err(DeployError::Refused(why)) if why.contains("--adopt")), "{refused:?}");
    }
    assert!(files(folder.path()).values().all(|bytes| bytes == b"theirs"));
    for left in 0..6 {
        let folder = theirs();
        let open = || Folder::open(folder.path(), None).expect("it can be opened");
        let adopting = Local { adopt: true, ended: Some("me".to_owned()), ..site.again() };
        let cut = adopting.deploy_as("me", &Cut { target: &open(), left: Cell::new(left) });
        assert!(cut.is_err() || left > 2, "{left}");
        adopting.deploy(&open()).unwrap_or_else(|why| panic!("{left}: {why:?}"));
        let mut there = files(folder.path());
        assert_eq!(there.remove("theirs").as_deref(), Some(&b"theirs"[..]));
        assert_stands(there, &site.files());
    }
}

/// Folders that are numbered like a release but are not Recto's, and files that others added to the site.
#[test]
fn releases_hold_what_others_put_there() {
    let folder = temporary();
    let root = folder.path().join("site");
    let open = || Folder::open(&root, Some(1)).expect("it can be opened");
    std::fs::create_dir_all(root.join("releases/20260101")).expect("a folder");
    std::fs::write(root.join("releases/20260101/db.tar"), "theirs").expect("a file");
    let site = Local::new(&[("index.html", "<p>home"), ("gone.html", "gone")]);
    let refused = site.deploy(&open());
    assert!(matches!(&refused, Err(DeployError::Refused(why)) if why.contains("--adopt")), "{refused:?}");
    let adopting = Local { adopt: true, ..site.again() };
    adopting.deploy(&open()).expect("it is taken over");
    let current = root.join("current");
    std::fs::create_dir(current.join(".well-known")).expect("a folder");
    std::fs::write(current.join(".well-known/token"), "theirs").expect("a file");
    std::os::unix::fs::symlink("../nowhere", current.join("link")).expect("a link");
    std::fs::write(current.join("gone.html"), "by hand").expect("a file");
    site.remove("gone.html");
    for n in 0..3 {
        site.write("index.html", &format!("<p>home {n}"));
        let done = site.deploy(&open()).unwrap_or_else(|why| panic!("{why:?}"));
        assert_eq!(done.kept, usize::from(n == 0));
        let mut there = files(&current);
        assert_eq!(there.remove(".well-known/token").as_deref(), Some(&b"theirs"[..]));
        assert_eq!(there.remove("gone.html").as_deref(), Some(&b"by hand"[..]));
        assert_eq!(std::fs::read_link(current.join("link")).ok(), Some("../nowhere".into()));
        there.remove("link");
        assert_stands(there, &site.files());
    }
    assert!(root.join("releases/20260101/db.tar").is_file());
    assert_eq!(std::fs::read_dir(root.join("releases")).expect("a folder").count(), 2);
}

/// A release starts as a copy of the old one, with all names, permissions and late additions.
#[test]
fn releases_start_as_the_old_one() {
    use std::os::unix::ffi::OsStrExt;
    let folder = temporary();
    let (root, current) = (folder.path().join("site"), folder.path().join("site/current"));
    let open = || Folder::open(&root, Some(1)).expect("it can be opened");
    let site = Local::new(&[("index.html", "<p>home")]);
    site.deploy(&open()).expect("it is empty");
    let odd = std::ffi::OsStr::from_bytes(b"caf\xe9.txt");
    std::fs::write(current.join(odd), "theirs").expect("a file");
    std::fs::create_dir(current.join("private")).expect("a folder");
    std::fs::write(current.join("private/x"), "theirs").expect("a file");
    std::fs::set_permissions(current.join("private"), Permissions::from_mode(0o700)).expect("it can be set");
    site.write("index.html", "<p>another");
    let late = || {
        std::fs::create_dir(current.join("late")).expect("a folder");
        std::fs::write(current.join("late/x"), "theirs").expect("a file");
    };
    site.deploy(&Meanwhile(&open(), When::Put, &late)).expect("it has changed");
    for path in [Path::new(odd), Path::new("private/x"), Path::new("late/x")] {
        assert_eq!(std::fs::read(current.join(path)).ok().as_deref(), Some(&b"theirs"[..]), "{path:?}");
    }
    let mode = std::fs::metadata(current.join("private")).expect("it is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
    // Obsolete files and their folders are not taken for files of others.
    site.write("gone/index.html", "gone");
    site.deploy(&open()).expect("it has changed");
    site.remove("gone/index.html");
    site.deploy(&open()).expect("it has changed");
    assert!(!current.join("gone").exists() && current.join("late/x").exists());
}

/// Links in place of the target's own files.
#[test]
fn no_link_is_taken_for_the_targets_own() {
    let (folder, outside) = (temporary(), temporary());
    let open = || Folder::open(folder.path(), None).expect("it can be opened");
    let site = Local::new(&[("index.html", "<p>home"), ("a.html", "a")]);
    site.deploy(&open()).expect("it is empty");
    let precious = outside.path().join("precious");
    std::fs::write(&precious, "theirs").expect("a file");
    for n in 0..8 {
        std::os::unix::fs::symlink(&precious, folder.path().join(format!(".recto/incoming.{n}"))).expect("a link");
    }
    site.write("a.html", "another");
    site.deploy(&open()).expect("it has changed");
    assert_eq!(std::fs::read(&precious).ok().as_deref(), Some(&b"theirs"[..]));
    assert_stands(files(folder.path()), &site.files());
    std::fs::rename(folder.path().join(".recto"), outside.path().join("own")).expect("it is there");
    std::os::unix::fs::symlink(outside.path().join("own"), folder.path().join(".recto")).expect("a link");
    site.write("a.html", "a third");
    let refused = site.deploy(&open());
    assert!(matches!(&refused, Err(DeployError::Refused(why)) if why.contains("is a symbolic link")), "{refused:?}");
    assert!(folder_check::fits(&outside.path().join("own"), Some(1)).is_ok_and(|fits| fits.is_ok()));
    std::fs::create_dir(outside.path().join("own/current")).expect("a folder");
    assert!(folder_check::fits(&outside.path().join("own"), Some(1)).is_ok_and(|fits| fits.is_err()));
}

/// Only files that were certainly there count towards the limit of removals, not those that an interrupted deploy
/// may have uploaded.
#[test]
fn what_may_not_have_come_is_no_loss() {
    let folder = temporary();
    let open = || Folder::open(folder.path(), None).expect("it can be opened");
    let (small, large) = (Version::new(4, None), Version::new(40, None));
    small.deploy(&open(), "a", None).expect("it is empty");
    let cut = large.deploy(&Cut { target: &open(), left: Cell::new(2) }, "b", None);
    assert!(cut.is_err());
    small
        .deploy_with(&open(), |deploy| {
            deploy.max_deletes = 0;
            deploy.force = true;
        })
        .expect("nothing of it was there");
    is_just(&files(folder.path()), &small, "reverted");
}

/// A folder of the site that somebody replaced by a link.
#[test]
fn nothing_is_changed_through_a_link() {
    let folder = temporary();
    let (root, other) = (folder.path().join("site"), folder.path().join("other"));
    let open = || Folder::open(&root, None).expect("it can be opened");
    let mut site = Local::new(&[("index.html", "<p>home"), ("pics/a.txt", "a"), ("pics/b.txt", "b")]);
    site.deploy(&open()).expect("it is empty");
    std::fs::rename(root.join("pics"), &other).expect("it is there");
    std::os::unix::fs::symlink(&other, root.join("pics")).expect("a link");
    let before = tree(&other);
    site.remove("pics/a.txt");
    let done = site.deploy(&open()).expect("what goes is no conflict");
    assert_eq!((done.removed, done.kept), (0, 1));
    for path in ["pics/b.txt", "pics/new/c.txt"] {
        site.write(path, "ours");
        assert_eq!(foreign(site.deploy(&open())), [path]);
        assert_eq!(tree(&other), before);
        site.remove(path);
    }
    site.write("pics/b.txt", "ours");
    site.force = true;
    std::fs::remove_dir_all(site.output.path().join("pics/new")).expect("it is there");
    site.deploy(&open()).expect("by force");
    assert_eq!(tree(&other), before);
    assert_stands(files(&root), &site.files());
}

/// A file was to be removed, was changed by somebody else, and is part of the site again.
#[test]
fn what_comes_back_is_put_over_nothing_of_others() {
    let folder = temporary();
    let open = || Folder::open(folder.path(), None).expect("it can be opened");
    let mut site = Local::new(&[("index.html", "<p>home"), ("a.html", "a")]);
    site.ended = Some("me".to_owned());
    site.deploy(&open()).expect("it is empty");
    site.remove("a.html");
    // Interrupt it before the removal, which is already recorded.
    let cut = site.deploy_as("me", &Cut { target: &open(), left: Cell::new(2) });
    assert!(cut.is_err());
    let text = std::fs::read(folder.path().join(manifest::PATH)).expect("it is there");
    assert!(manifest::TargetManifest::parse(&text).expect("it is whole").leaving.contains_key("a.html"));
    std::fs::write(folder.path().join("a.html"), "by hand").expect("a file");
    site.write("a.html", "a");
    assert_eq!(foreign(site.deploy(&open())), ["a.html"]);
}

/// A build that writes while a deploy reads.
#[test]
fn what_is_sent_is_what_was_looked_at() {
    let version = Version::new(4, None);
    let folder = temporary();
    let listed = desired_files::ListedFile { path: "index.html".to_owned(), rank: 0, lasting: false };
    let wanted = desired_files::of_output(version.output(), vec![listed], 1).expect("a file");
    let page = version.output().join("index.html");
    std::fs::write(&page, "another").expect("a file");
    let refused = wanted[0].read(version.output());
    assert!(refused.is_err_and(|why| why.to_string().contains("it changed during the deploy")));
    let open = || Folder::open(&folder.path().join("site"), None).expect("it can be opened");
    let end = version.deploy(&open(), "a", None);
    assert!(matches!(&end, Err(DeployError::Stopped(why)) if why.to_string().contains("index.html")), "{end:?}");
}

/// Interrupted runs from here block nobody, however many there were since; and no build writes meanwhile.
#[test]
fn runs_from_here_that_ended_are_remembered() {
    let folder = temporary();
    let there = folder.path().join("site");
    let version = Version::new(4, None);
    let root = version.site.root();
    let toml = std::fs::read_to_string(root.join("site.toml")).expect("it is there");
    let deploy = |args: &[&str]| {
        let out = recto(root, &[&["deploy"], args].concat());
        (out.status.code(), String::from_utf8_lossy(&out.stderr).into_owned())
    };
    version.site.write("site.toml", &format!("{toml}[deploy.live]\nto = \"file://{}\"\n", there.display()));
    assert_eq!(deploy(&[]).0, Some(0));
    let runs = || {
        let names = std::fs::read_dir(root.join(".recto/deploy")).expect("it is there").flatten();
        let file = names.map(|name| name.path()).find(|path| path.extension().is_none());
        file.map(|path| std::fs::read_to_string(path).expect("a text")).unwrap_or_default()
    };
    assert_eq!(runs(), "", "the last one came to its end");
    // Two failed runs whose leases remain as if they had been killed.
    std::fs::remove_file(root.join("content/articles/a1.md")).expect("it is there");
    let refused = &["--max-deletes", "0"];
    assert_eq!(deploy(refused).0, Some(2));
    let holder = runs().split_whitespace().last().expect("a name").to_owned();
    let place = there.join(manifest::PATH);
    let mut manifest =
        manifest::TargetManifest::parse(&std::fs::read(&place).expect("it is there")).expect("it is whole");
    manifest.lease = Some(manifest::Lease { holder, until: i64::MAX });
    std::fs::write(&place, manifest.to_text()).expect("a file");
    assert_eq!(deploy(refused).0, Some(2));
    assert_eq!(runs().split_whitespace().count(), 3, "where they ran, and two");
    // A dry run waits for nobody.
    assert_eq!(deploy(&["--dry-run"]).0, Some(0));
    let busy = lock::folder(&Root::open(&root.join("public")).expect("it is there"))
        .expect("a folder")
        .expect("nobody builds");
    let (code, said) = deploy(&["--no-build"]);
    assert!(code == Some(5) && said.contains("another build is using"), "{code:?} {said}");
    drop(busy);
    // A copy of the site in another place has a lock of its own, since a run elsewhere may still be in progress.
    let names = std::fs::read_dir(root.join(".recto/deploy")).expect("it is there").flatten().map(|name| name.path());
    let lock = names.into_iter().find(|path| path.extension().is_some_and(|end| end == "lock")).expect("a lock");
    let kept = lock.with_extension("kept");
    std::fs::rename(&lock, &kept).expect("it is there");
    let remembered = runs();
    assert_eq!(deploy(&[]).0, Some(5));
    std::fs::rename(&kept, &lock).expect("it is there");
    std::fs::write(lock.with_extension(""), remembered).expect("a text");
    let (code, said) = deploy(&[]);
    assert_eq!((code, runs().as_str()), (Some(0), ""), "{said}");
}

#[test]
fn nothing_much_goes_without_a_word() {
    let (large, small) = (Version::new(100, None), Version::new(1, None));
    let folder = temporary();
    let open = || Folder::open(folder.path(), None).expect("it can be opened");
    large.deploy(&open(), "a", None).expect("it is empty");
    let refused = small.deploy(&open(), "a", None);
    assert!(matches!(&refused, Err(DeployError::Refused(why)) if why.contains("--max-deletes")), "{refused:?}");
    is_just(&files(folder.path()), &large, "refused");
    let dry = small.deploy_with(&open(), |deploy| {
        deploy.dry_run = true;
        deploy.max_deletes = 1000;
    });
    assert!(dry.is_ok_and(|done| done.removed > 256));
    is_just(&files(folder.path()), &large, "a dry run");
    small.deploy_with(&open(), |deploy| deploy.max_deletes = 1000).expect("it was allowed");
    is_just(&files(folder.path()), &small, "allowed");
}

#[test]
fn a_dry_run_leaves_nothing() {
    let version = Version::new(4, None);
    let folder = temporary();
    for (name, releases) in [("site", None), ("releases", Some(2))] {
        let root = folder.path().join(name);
        let dry = |root: &Path| {
            let target = Folder::open(root, releases).expect("it can be looked at");
            version.deploy_with(&target, |deploy| deploy.dry_run = true).map(|done| done.new).ok()
        };
        assert_eq!(dry(&root), Some(version.files.len()));
        assert!(!root.exists());
        std::fs::create_dir(&root).expect("a folder");
        assert_eq!(dry(&root), Some(version.files.len()));
        assert_eq!(std::fs::read_dir(&root).expect("a folder").count(), 0);
    }
}

#[test]
fn one_deploy_at_a_time() {
    let (old, new) = (Version::new(20, None), Version::new(20, Some("me")));
    let folder = temporary();
    old.deploy(&Folder::open(folder.path(), None).expect("a folder"), "a", None).expect("it is empty");
    // Another deploy works there from its first change on. A deploy that read the target before finds the changes.
    let (first, second) = (Folder::open(folder.path(), None), Folder::open(folder.path(), None));
    let (first, second) = (first.expect("a folder"), second.expect("a folder"));
    let (held, seen) = (first.manifest().expect("it can be read"), second.manifest().expect("it can be read"));
    let other = manifest::TargetManifest::default().to_text();
    let whole = held.as_ref().map(|held| held.bytes.clone()).expect("it is there");
    let held = first.put_manifest(other.as_bytes(), held.as_ref()).expect("nobody else is at work");
    assert!(matches!(second.put_manifest(b"x", seen.as_ref()), Err(DeployError::Busy(_))));
    drop(first);
    assert!(matches!(second.put_manifest(b"x", seen.as_ref()), Err(DeployError::Busy(_))));
    second.put_manifest(&whole, Some(&held)).expect("nobody else is at work");
    drop(second);
    // The lease of a killed run ends with its time, or when the run is known to have ended.
    let path = folder.path().join(manifest::PATH);
    let mut manifest =
        manifest::TargetManifest::parse(&std::fs::read(&path).expect("it is there")).expect("it is whole");
    manifest.lease = Some(manifest::Lease { holder: "killed".to_owned(), until: 1_000_300 });
    std::fs::write(&path, manifest.to_text()).expect("a file");
    let open = || Folder::open(folder.path(), None).expect("it can be opened");
    let busy = new.deploy(&open(), "b", Some("another"));
    assert!(matches!(&busy, Err(DeployError::Busy(why)) if why.contains("6 min")), "{busy:?}");
    is_whole(&files(folder.path()), &[&old], "busy");
    new.deploy(&open(), "b", Some("killed")).expect("it has ended");
    is_just(&files(folder.path()), &new, "after a run that was killed");
}

/// A program that is being started holds a copy of every open file for a moment, locks included.
#[test]
fn a_lock_that_was_let_go_is_free() {
    let folder = temporary();
    let root = Root::open(folder.path()).expect("the folder is there");
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !over.load(Ordering::Relaxed) {
                    Command::new("true").status().expect("it starts");
                }
            });
        }
        let taken = (0..20_000).filter(|_| lock::file(&root, "lock").expect("it can be opened").is_none()).count();
        over.store(true, Ordering::Relaxed);
        assert_eq!(taken, 0, "nobody held it");
    });
}

#[test]
fn half_a_manifest_is_not_believed() {
    let version = Version::new(20, None);
    let folder = temporary();
    let open = || Folder::open(folder.path(), None).expect("it can be opened");
    version.deploy(&open(), "a", None).expect("it is empty");
    let path = folder.path().join(manifest::PATH);
    let text = std::fs::read_to_string(&path).expect("it is there");
    std::fs::write(&path, &text[..text.len() / 2]).expect("a file");
    let refused = version.deploy(&open(), "b", None);
    assert!(matches!(&refused, Err(DeployError::Refused(why)) if why.contains("--force")), "{refused:?}");
    version.deploy_with(&open(), |deploy| deploy.force = true).expect("by force");
    is_just(&files(folder.path()), &version, "anew");
}

#[test]
fn compressed_copies_stand_beside_texts() {
    let mut version = Version::new(12, None);
    let plain = version.wanted.len();
    let both = [Compression::Gzip, Compression::Brotli];
    let output = version.output().to_owned();
    compressed_copies::beside(&mut version.wanted, &both, None, &output, 2).expect("it can be read");
    let folder = temporary();
    let open = || Folder::open(folder.path(), None).expect("it can be opened");
    version.deploy(&open(), "a", None).expect("it is empty");
    let there = files(folder.path());
    let copies = there.keys().filter(|path| path.ends_with(".gz")).count();
    assert!(copies > 20 && there.len() == plain + 2 * copies + 1, "{copies} copies of {plain} files");
    for (path, bytes) in &version.files {
        assert_eq!(&there[path], bytes, "{path}");
        let (Some(gz), Some(br)) = (there.get(&format!("{path}.gz")), there.get(&format!("{path}.br"))) else {
            continue;
        };
        let mut unpacked = Vec::new();
        flate2::read::GzDecoder::new(&gz[..]).read_to_end(&mut unpacked).expect("it is gzip");
        assert_eq!(&unpacked, bytes, "{path}.gz");
        unpacked.clear();
        brotli::BrotliDecompress(&mut &br[..], &mut unpacked).expect("it is brotli");
        assert_eq!(&unpacked, bytes, "{path}.br");
        assert!(gz.len() < bytes.len() && br.len() < bytes.len());
    }
    let again = version.deploy(&open(), "b", None).expect("nothing is to do");
    assert_eq!((again.sent, again.unchanged), (0, version.wanted.len()));
}
