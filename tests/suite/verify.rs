//! `deploy --verify`: compares a target with its manifest, and repairs it.

use std::fs;
use std::path::Path;

use recto::deploy::folder::Folder;
use recto::deploy::run::DeploySummary;
use recto::deploy::target::{DeployError, Target};
use recto::deploy::verify::TargetStatus;

use crate::support::{SITE_TOML, Site, article, recto, temporary, tree};
use crate::targets::{Files, Local, assert_stands, foreign};

fn done(end: Result<DeploySummary, DeployError>) -> DeploySummary {
    end.unwrap_or_else(|e| panic!("{e:?}"))
}

fn theirs(mut files: Files) -> (Files, Option<Vec<u8>>) {
    let theirs = files.remove("theirs/x.txt");
    (files, theirs)
}

/// Somebody else removes, changes and adds files at a target (`change` writes or removes one). Each change is found
/// and repaired by a deploy with `--verify`, and by no other.
pub fn mends<'a>(
    open: &dyn Fn() -> Box<dyn Target + 'a>,
    change: &dyn Fn(&str, Option<&str>),
    files: &dyn Fn() -> Files,
) {
    let site = [("index.html", "<p>home"), ("a/index.html", "<p>a"), ("b/index.html", "<p>b"), ("c.txt", "cccc")];
    let mut local = Local::new(&site);
    local.made.insert("d/made.gz".to_owned(), b"made".to_vec());
    done(local.deploy(&*open()));
    let as_it_was = DeploySummary { unchanged: 5, ..DeploySummary::default() };
    let verified = |local: &mut Local| {
        local.verify = true;
        let end = done(local.deploy(&*open()));
        local.verify = false;
        end
    };
    assert_eq!(verified(&mut local), as_it_was);
    change("a/index.html", None);
    change("c.txt", Some("dddd"));
    change("d/made.gz", Some("other"));
    change("theirs/x.txt", Some("theirs"));
    assert_eq!(done(local.deploy(&*open())), as_it_was, "who does not look sees nothing");
    let audit = {
        let target = open();
        let held = target.manifest().expect("it can be read").expect("there is one");
        let manifest = recto::deploy::manifest::TargetManifest::parse(&held.bytes).expect("a manifest");
        target.audit(&manifest, &local.wanted(), local.output.path()).unwrap_or_else(|e| panic!("{e:?}"))
    };
    let names = |all: &[&str]| all.iter().map(|path| (*path).to_owned()).collect();
    let expected = TargetStatus {
        looked: 5,
        missing: names(&["a/index.html"]),
        changed: names(&["c.txt", "d/made.gz"]),
        blocked: names(&[]),
        extra: names(&["theirs/x.txt"]),
    };
    assert_eq!(audit, expected);
    let mended = verified(&mut local);
    assert_eq!((mended.new, mended.changed, mended.unchanged, mended.removed), (1, 2, 2, 0));
    let (there, left) = theirs(files());
    assert_stands(there, &local.files());
    assert_eq!(left.as_deref(), Some(&b"theirs"[..]));
    assert_eq!(verified(&mut local), as_it_was);
    // The site has changed meanwhile, including files that somebody else has changed. Obsolete files among those
    // are theirs then.
    local.write("c.txt", "new");
    local.write("n.txt", "n");
    local.remove("b/index.html");
    local.remove("a/index.html");
    change("c.txt", Some("eeee"));
    change("b/index.html", Some("theirs"));
    change("a/index.html", None);
    let mended = verified(&mut local);
    assert_eq!((mended.new, mended.changed, mended.unchanged, mended.removed, mended.kept), (1, 1, 2, 0, 1));
    let (mut there, _) = theirs(files());
    assert_eq!(there.remove("b/index.html").as_deref(), Some(&b"theirs"[..]));
    assert_stands(there, &local.files());
}

fn change_in(site: &Path, path: &str, text: Option<&str>) {
    let file = site.join(path);
    match text {
        Some(text) => {
            fs::create_dir_all(file.parent().expect("a folder")).expect("a folder can be made");
            // Releases share their files.
            let _ = fs::remove_file(&file);
            fs::write(file, text).expect("a file can be written");
        }
        None => fs::remove_file(file).expect("it is there"),
    }
}

fn files_of(site: &Path) -> Files {
    let mut files = tree(site);
    files.remove(".recto/lock");
    files
}

#[test]
fn a_folder_is_mended() {
    for (releases, served) in [(None, ""), (Some(2), "current")] {
        let folder = temporary();
        let root = folder.path().join("site");
        let site = root.join(served);
        let open = || -> Box<dyn Target> { Box::new(Folder::open(&root, releases).expect("it can be opened")) };
        mends(&open, &|path, text| change_in(&site, path, text), &|| files_of(&site));
    }
}

/// A link that somebody made is theirs, and so is its target.
#[test]
fn a_link_in_the_way_is_named() {
    let (folder, other) = (temporary(), temporary());
    let root = folder.path().join("site");
    let open = || Folder::open(&root, None).expect("it can be opened");
    let mut local = Local::new(&[("index.html", "<p>home"), ("a/index.html", "<p>a")]);
    done(local.deploy(&open()));
    fs::remove_dir_all(root.join("a")).expect("it is there");
    fs::write(other.path().join("index.html"), "theirs").expect("a file can be written");
    std::os::unix::fs::symlink(other.path(), root.join("a")).expect("a link can be made");
    local.verify = true;
    assert_eq!(foreign(local.deploy(&open())), ["a/index.html"]);
    assert_eq!(tree(other.path())["index.html"], b"theirs");
}

/// A deploy that is stopped early has not checked the rest, so the next one still detects changes by others.
#[test]
fn what_was_not_reached_is_mended_by_the_next() {
    let folder = temporary();
    let root = folder.path().join("site");
    let open = || Folder::open(&root, None).expect("it can be opened");
    let mut local = Local::new(&[("a.txt", "a"), ("b/index.html", "<p>b"), ("index.html", "<p>home")]);
    done(local.deploy(&open()));
    let link = root.join("a.txt");
    fs::remove_file(&link).expect("it is there");
    fs::create_dir_all(link.join("theirs")).expect("a folder can be made");
    fs::write(root.join("index.html"), "changed").expect("a file can be written");
    fs::remove_file(root.join("b/index.html")).expect("it is there");
    local.verify = true;
    for _ in 0..3 {
        assert_eq!(foreign(local.deploy(&open())), ["a.txt"]);
    }
    fs::remove_dir_all(&link).expect("it is there");
    done(local.deploy(&open()));
    assert_eq!(files_of(&root)["index.html"], b"<p>home");
    assert_eq!(files_of(&root)["b/index.html"], b"<p>b");
    local.verify = false;
    assert_eq!(done(local.deploy(&open())), DeploySummary { unchanged: 3, ..DeploySummary::default() });
}

#[test]
fn a_folder_of_a_daemon_is_mended() {
    mends_elsewhere(crate::rsyncd::Server::daemon());
}

#[test]
fn a_folder_behind_ssh_is_mended() {
    mends_elsewhere(crate::rsyncd::Server::ssh());
}

fn mends_elsewhere(server: Option<crate::rsyncd::Server>) {
    use crate::rsyncd::Client;
    if let Some(server) = server {
        let open = || -> Box<dyn Target> { Box::new(server.open(&Client::new("m", &crate::targets::holder()))) };
        // With the same size and time: only reading the file reveals the change.
        let change = |path: &str, text: Option<&str>| {
            let time = fs::metadata(server.site().join(path)).and_then(|found| found.modified());
            change_in(&server.site(), path, text);
            if let (Some(_), Ok(time)) = (text, time) {
                let file = fs::File::options().append(true).open(server.site().join(path)).expect("it was written");
                file.set_modified(time).expect("a time can be set");
            }
        };
        mends(&open, &change, &|| files_of(&server.site()));
    }
}

#[cfg(feature = "cloud")]
#[test]
fn a_store_is_mended() {
    use object_store::ObjectStoreExt;
    use object_store::memory::InMemory;
    use object_store::path::Path as Key;
    use recto::deploy::objects::Objects;
    use recto::deploy::redact::Secrets;
    use std::sync::Arc;
    use tokio_stream::StreamExt;

    for folder in ["", "a/b"] {
        let store = Arc::new(InMemory::new());
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let open = || -> Box<dyn Target> {
            let opened = Objects::over(store.clone(), "store://", folder, Secrets::default());
            Box::new(opened.expect("it can be opened"))
        };
        let key = |path: &str| Key::from(format!("{folder}/{path}").trim_start_matches('/'));
        let change = |path: &str, text: Option<&str>| {
            runtime.block_on(async {
                match text {
                    Some(text) => store.put(&key(path), text.to_owned().into()).await.map(drop),
                    None => store.delete(&key(path)).await,
                }
                .expect("a store in memory");
            });
        };
        let files = || {
            use object_store::ObjectStore;
            runtime.block_on(async {
                let listed: Vec<_> = store.list(None).collect().await;
                let mut files = Files::new();
                for meta in listed.into_iter().map(|meta| meta.expect("it can be listed")) {
                    let bytes = store.get(&meta.location).await.expect("it is there").bytes().await.expect("bytes");
                    let path = meta.location.to_string();
                    let path = path.strip_prefix(folder).unwrap_or(&path).trim_start_matches('/').to_owned();
                    files.insert(path, bytes.to_vec());
                }
                files
            })
        };
        mends(&open, &change, &files);
    }
}

#[test]
fn what_was_verified_is_said() {
    let (site, folder) = (Site::new(SITE_TOML), temporary());
    site.write("content/articles/a.md", &article("A", "2024-05-06", "", "Body."));
    let url = format!("file://{}", folder.path().join("there").display());
    let said = |args: &[&str]| {
        let ran = recto(site.root(), &[&["deploy", &url], args].concat());
        (String::from_utf8([ran.stdout, ran.stderr].concat()).expect("UTF-8"), ran.status.code())
    };
    assert_eq!(said(&[]).1, Some(0));
    let (plain, _) = said(&["--verify"]);
    assert!(plain.contains("Verified ") && plain.contains(": all unchanged"), "{plain}");
    let there = folder.path().join("there");
    fs::remove_file(there.join("404.html")).expect("it is there");
    fs::write(there.join("index.html"), "hacked").expect("a file can be written");
    fs::write(there.join("theirs.txt"), "theirs").expect("a file can be written");
    let before = tree(&there);
    let (plain, code) = said(&["--verify", "-n"]);
    assert!(plain.contains("1 missing, 1 changed, 1 not from Recto"), "{plain}");
    for line in ["missing: `404.html`", "changed by someone else: `index.html`", "(left alone): `theirs.txt`"] {
        assert!(plain.contains(line), "{plain}");
    }
    assert_eq!((code, tree(&there)), (Some(0), before));
    let (json, _) = said(&["--verify", "--format", "json"]);
    let line = json.lines().find(|line| line.contains(r#""type":"verified""#)).expect("a line");
    assert!(line.contains(r#""changed":["index.html"]"#) && line.contains(r#""extra":["theirs.txt"]"#), "{line}");
    assert!(!fs::read(there.join("index.html")).expect("it is there").starts_with(b"hacked"));
    assert!(there.join("404.html").exists() && there.join("theirs.txt").exists());
}

/// Nobody wants to publish a site that has lost its content.
#[test]
fn a_target_is_not_emptied_by_mistake() {
    let (site, folder) = (Site::new(SITE_TOML), temporary());
    for day in 1..=12 {
        site.write(&format!("content/articles/a{day}.md"), &article("A", &format!("2024-05-{day:02}"), "", "Body."));
    }
    let there = folder.path().join("there");
    let settings = format!("[deploy.live]\nto = \"file://{}\"\nmax_deletes = 100000\n", there.display());
    site.write("site.toml", &format!("{SITE_TOML}{settings}"));
    let said = |args: &[&str]| {
        let ran = recto(site.root(), &[&["deploy"], args].concat());
        (String::from_utf8([ran.stdout, ran.stderr].concat()).expect("UTF-8"), ran.status.code())
    };
    assert_eq!(said(&[]).1, Some(0));
    let before = tree(&there);
    let kept = site.root().join("kept");
    fs::rename(site.root().join("content"), &kept).expect("it can be moved");
    for args in [&[][..], &["-n"], &["--force"], &["--verify"], &["--max-deletes", "1"]] {
        let (text, code) = said(args);
        assert_eq!(code, Some(2), "{args:?}: {text}");
        assert!(
            text.contains("this deploy would remove ") && text.contains("help: to remove them, add --max-deletes "),
            "{text}"
        );
        assert_eq!(text.contains("more than a quarter of the "), args.len() < 2, "{text}");
        assert_eq!(tree(&there), before);
    }
    // On request it is published, for example after all articles have moved.
    fs::rename(&kept, site.root().join("content")).expect("it can be moved");
    site.write("site.toml", &format!("{SITE_TOML}[permalinks]\narticle = \"/x/{{slug}}/\"\n{settings}"));
    let (text, code) = said(&[]);
    assert!(code == Some(0) || text.contains("--max-deletes"), "{text}");
    let (text, code) = said(&["--max-deletes", "1000"]);
    assert_eq!(code, Some(0), "{text}");
    assert!(there.join("x/a1/index.html").exists() && !there.join("2024/05/01/a1/index.html").exists());
}

/// A small site may lose a few pages.
#[test]
fn small_targets_and_small_losses_need_no_word() {
    let folder = temporary();
    let open = |name: &str| Folder::open(&folder.path().join(name), None).expect("it can be opened");
    let files = |count: usize| {
        let local = Local::new(&[]);
        (0..count).for_each(|at| local.write(&format!("{at}.html"), "x"));
        Local { asked: false, ..local }
    };
    for (before, after, fine) in [(19, 1, true), (20, 15, true), (20, 14, false), (100, 75, true), (100, 74, false)] {
        let name = format!("{before}-{after}");
        done(files(before).deploy(&open(&name)));
        let end = files(after).deploy(&open(&name));
        assert_eq!(end.is_ok(), fine, "{name}: {end:?}");
    }
}
