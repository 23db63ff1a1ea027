//! `recto deploy` as it is called: what is said, and refused, before anything is sent.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::support::{SITE_TOML, Site, article, recto, temporary, tree};
use crate::tools;

fn site(deploy: &str) -> Site {
    let site = Site::new(&format!("{SITE_TOML}{deploy}"));
    site.write("content/articles/a.md", &article("A", "2024-05-06", "", "Body."));
    site
}

fn text(ran: &Output) -> String {
    String::from_utf8([&ran.stdout[..], &ran.stderr[..]].concat()).expect("what is said is UTF-8")
}

/// What a deploy says, and its exit code.
fn deploy(site: &Site, args: &[&str]) -> (String, Option<i32>) {
    let ran = recto(site.root(), &[&["deploy"], args].concat());
    (text(&ran), ran.status.code())
}

fn file_url(path: &Path) -> String {
    format!("file://{}", path.display())
}

#[test]
fn a_target_is_never_the_site_itself() {
    let site = site("");
    let root = site.root().canonicalize().expect("it is there");
    let links = temporary();
    let link = links.path().join("link");
    std::os::unix::fs::symlink(root.join("content"), &link).expect("a link can be made");
    let before = tree(&root);
    let names = ["", "content", "content/articles", "templates", "static/x", "themes", "i18n", "public", ".recto", "."];
    let mut places: Vec<_> = names.map(|name| root.join(name)).into();
    places.extend([root.parent().expect("a folder").to_owned(), link.clone(), link.join("articles")]);
    for place in places.iter().map(|place| place.components().collect::<std::path::PathBuf>()) {
        let url = file_url(&place);
        for args in [&[url.as_str(), "--adopt"][..], &[&url, "--force"], &[&url, "--adopt", "--no-build"]] {
            let (said, code) = deploy(&site, args);
            assert!(code == Some(2) && said.contains("outside the site"), "{args:?}: {said}");
        }
        site.write("site.toml", &format!("{SITE_TOML}[deploy.x]\nto = \"{url}\"\n"));
        let (said, code) = deploy(&site, &["--adopt"]);
        assert!(code == Some(3) && said.contains("error[invalid-target]") && said.contains("site.toml:5:6"), "{said}");
        site.write("site.toml", SITE_TOML);
        assert!(tree(&root) == before, "{url}");
    }
    // Beside those folders it may be.
    let (said, code) = deploy(&site, &[&file_url(&root.join("copy"))]);
    assert_eq!(code, Some(0), "{said}");
}

#[test]
fn a_place_that_is_no_folder_says_so() {
    let (site, folder) = (site(""), temporary());
    fs::write(folder.path().join("file"), "theirs").expect("a file can be written");
    let (said, code) = deploy(&site, &[&file_url(&folder.path().join("file"))]);
    assert!(code == Some(2) && said.contains("file is a file, not a folder"), "{said}");
    let (said, code) = deploy(&site, &[&file_url(&folder.path().join("a/b/c"))]);
    assert!(code == Some(2) && said.contains("help: mkdir -p ") && said.contains("/a/b\n"), "{said}");
    assert_eq!(tree(folder.path()).len(), 1);
}

#[test]
fn a_folder_keeps_its_layout() {
    let folder = temporary();
    let (plain, released) = (folder.path().join("plain"), folder.path().join("released"));
    let settings = |root: &Path, releases: &str| format!("[deploy.x]\nto = \"{}\"\n{releases}", file_url(root));
    let site = site("");
    let run = |root: &Path, releases: &str| {
        site.write("site.toml", &format!("{SITE_TOML}{}", settings(root, releases)));
        deploy(&site, &["--adopt"])
    };
    for (root, first, then, what) in
        [(&plain, "", "releases = 2\n", "holds the site itself"), (&released, "releases = 2\n", "", "holds releases")]
    {
        assert_eq!(run(root, first).1, Some(0));
        let before = tree(root);
        let (said, code) = run(root, then);
        assert!(code == Some(2) && said.contains(what) && said.contains("fresh folder"), "{said}");
        assert!(tree(root) == before, "{said}");
        assert_eq!(run(root, first).1, Some(0));
    }
}

#[test]
fn a_branch_without_a_host_gets_what_pages_need() {
    let Some(git) = tools::program("git") else { return };
    let (site, folder) = (site(""), temporary());
    let bare = folder.path().join("r.git");
    let git = |args: &[&str]| Command::new(&git).args(args).output().expect("git runs");
    assert!(git(&["init", "-q", "--bare", bare.to_str().expect("UTF-8")]).status.success());
    let url = format!("git+{}", file_url(&bare));
    for _ in 0..2 {
        let (said, code) = deploy(&site, &[&url]);
        assert_eq!(code, Some(0), "{said}");
        let listed = git(&["-C", bare.to_str().expect("UTF-8"), "ls-tree", "--name-only", "gh-pages"]);
        let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
        assert!(listed.lines().any(|name| name == ".nojekyll"), "{listed}");
        // One of the site's own is sent as it is.
        site.write("static/.nojekyll", "mine");
    }
}

#[test]
fn a_store_has_its_limits_without_a_host() {
    let site = site("");
    let long = vec!["x".repeat(195); 5].join("/");
    site.write(&format!("static/{long}.txt"), "far down");
    let config = |to: &str| format!("{SITE_TOML}[deploy.x]\nto = \"{to}\"\nendpoint = \"http://127.0.0.1:9\"\n");
    // A name of an object is that of its folder and its own.
    site.write("site.toml", &config(&format!("s3://bucket/{}", "y".repeat(60))));
    let (said, code) = deploy(&site, &[]);
    assert!(code == Some(2) && said.contains("[host-limit]") && said.contains("s3 takes 1"), "{said}");
    assert!(said.contains("site.toml:5:6"), "{said}");
}

#[test]
fn a_dry_run_builds_and_sends_nothing() {
    let (site, folder) = (site(""), temporary());
    let root = folder.path().join("there");
    let (said, code) = deploy(&site, &["-n", &file_url(&root)]);
    assert!(code == Some(0) && said.contains("Nothing was sent") && said.contains("new index.html"), "{said}");
    assert!(site.root().join("public/index.html").exists() && !root.exists());
}

#[test]
fn what_would_go_is_counted() {
    let (site, folder) = (site(""), temporary());
    let url = file_url(&folder.path().join("there"));
    let names = ["a", "b", "c", "d", "e", "f", "g"];
    for (count, said_of_it) in [
        (1, "1 file would be removed: a.txt; no file may be removed"),
        (2, "2 files would be removed: a.txt, b.txt; no file may be removed"),
        (7, "7 files would be removed: a.txt, b.txt, c.txt, d.txt, e.txt and 2 more; no file may be removed"),
    ] {
        let files = names[..count].iter().map(|name| format!("static/{name}.txt"));
        for file in files.clone() {
            site.write(&file, "x");
        }
        assert_eq!(deploy(&site, &[&url]).1, Some(0));
        files.for_each(|file| fs::remove_file(site.root().join(file)).expect("it is there"));
        let (said, code) = deploy(&site, &[&url, "--max-deletes", "0"]);
        assert!(code == Some(2) && said.contains(said_of_it), "{said}");
        assert_eq!(deploy(&site, &[&url]).1, Some(0));
    }
}

#[test]
fn a_failure_in_json_has_its_end() {
    let site = site("[deploy.x]\nto = \"flie:///x\"\n");
    let (said, code) = deploy(&site, &["--format", "json"]);
    let lines: Vec<serde_json::Value> = said.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(code, Some(3));
    assert_eq!(lines[0]["code"], "invalid-target");
    assert_eq!(lines.last().map(|line| (&line["type"], &line["errors"])), Some((&"end".into(), &1.into())), "{said}");
    // The same by `check` and `build`.
    for args in [&["check"][..], &["build"]] {
        let ran = recto(site.root(), args);
        let said = text(&ran);
        assert!(
            ran.status.code() == Some(3) && said.contains("site.toml:5:6") && said.contains("`file:///x`"),
            "{said}"
        );
    }
}

#[test]
#[cfg(feature = "cloud")]
fn missing_credentials_are_named() {
    let site = site("");
    let mut command = Command::new(env!("CARGO_BIN_EXE_recto"));
    let ran = command.current_dir(site.root()).args(["deploy", "az://container/x"]).env_clear().output();
    let said = text(&ran.expect("it runs"));
    assert!(said.contains("AZURE_STORAGE_ACCOUNT_NAME is not set") && said.contains("help: "), "{said}");
}

/// A run of which `strace` has the system refuse some calls: what is said, and the exit code.
fn refused(site: &Site, args: &[&str], calls: &str, error: &str) -> Option<(String, Option<i32>)> {
    let strace = crate::crash::trace::program()?;
    let mut command = Command::new(strace);
    command.args(["-f", "-qq", "-o", "/dev/null", &format!("-etrace={calls}")]);
    command.args([&format!("-einject={calls}:error={error}"), env!("CARGO_BIN_EXE_recto")]).args(args);
    let ran = command.current_dir(site.root()).env_clear().env("SOURCE_DATE_EPOCH", "1793491200").output();
    let ran = ran.expect("strace runs");
    Some((text(&ran), ran.status.code()))
}

/// Where files stand for locks, that is said once for each place: of the site by the build, of the target by the deploy.
#[test]
fn where_there_are_no_locks_is_said_once() {
    let (site, folder) = (site(""), temporary());
    let there = folder.path().canonicalize().expect("it is there").join("there");
    let url = file_url(&there);
    for (args, places) in [(&["deploy", &url][..], 2), (&["deploy", &url], 1), (&["deploy", &url, "--no-build"], 1)] {
        site.write("content/articles/b.md", &article("B", "2024-05-07", "", &format!("Body, {}.", args.len())));
        let Some((said, code)) = refused(&site, args, "flock", "ENOLCK") else { return };
        assert_eq!(code, Some(0), "{said}");
        let warnings: Vec<&str> = said.lines().filter(|line| line.contains("has no locks")).collect();
        // The second and third time nothing changes at the target, so that it is not locked.
        let expected = if places == 2 { vec!["/public", "/there"] } else { vec!["/public"] };
        assert_eq!(warnings.len(), expected.len(), "{said}");
        for (warning, place) in warnings.iter().zip(expected) {
            assert!(warning.starts_with("warning: ") && warning.contains(place), "{said}");
        }
        assert_eq!(said.matches("help: do not build or deploy from two machines at once").count(), warnings.len());
    }
}

/// What the system refuses is said with what that means and what to do.
#[test]
fn what_cannot_be_written_is_said_with_what_to_do() {
    let (site, folder) = (site(""), temporary());
    let url = file_url(&folder.path().join("there"));
    assert_eq!(deploy(&site, &[&url]).1, Some(0));
    let before = (tree(&site.root().join("public")), tree(folder.path()));
    site.write("content/articles/a.md", &article("Another", "2024-05-06", "", "Body."));
    for (calls, args, words) in [
        // Before the first file is renamed, every folder is asked whether it can be written.
        ("faccessat,faccessat2", &["build"][..], "Permission denied (os error 13); nothing was written\nhelp: make "),
        ("mkdirat", &["build"], "Permission denied (os error 13); nothing was written\nhelp: make "),
    ] {
        let Some((said, code)) = refused(&site, args, calls, "EACCES") else { return };
        assert!(code == Some(4) && said.contains(words), "{calls}: {said}");
        assert!(said.contains("writable for your user") && said.contains("another folder with --output"), "{said}");
    }
    let Some((said, _)) = refused(&site, &["build"], "faccessat,faccessat2", "EROFS") else { return };
    assert!(said.contains("is read-only: mount it for writing; or choose another folder with --output"), "{said}");
    assert!((tree(&site.root().join("public")), tree(folder.path())) == before);
    // A target's own folder, before and in the course of a deploy.
    let fresh = file_url(&folder.path().join("fresh"));
    let Some((said, code)) = refused(&site, &["deploy", &fresh], "mkdir", "EACCES") else { return };
    assert!(code == Some(4) && said.contains("; nothing was sent\nhelp: make "), "{said}");
    let Some((said, code)) = refused(&site, &["deploy", &url], "rename", "EACCES:when=2") else { return };
    assert!(
        code == Some(4) && said.contains("\nnote: what was sent stays there, and the next deploy goes on"),
        "{said}"
    );
    assert!(said.contains("writable for your user"), "{said}");
    assert_eq!(deploy(&site, &[&url]).1, Some(0));
}

/// Options behind an address are no secrets, and no part of it.
#[test]
fn options_behind_an_address_are_keys() {
    let site = site("[deploy.live]\nto = \"s3://bucket/x?endpoint=https://s3.example&region=eu\"\n");
    let (said, code) = deploy(&site, &[]);
    let help =
        "help: set to = \"s3://bucket/x\" and endpoint = \"https://s3.example\" and region = \"eu\" as separate keys";
    assert!(code == Some(3) && said.contains("error[invalid-target]") && said.contains("site.toml:5:6"), "{said}");
    assert!(said.contains(help), "{said}");
    let (said, code) = deploy(&site, &["s3://bucket/x?token=canary"]);
    assert!(code == Some(3) && !said.contains("canary"), "{said}");
}
