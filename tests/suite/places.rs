//! Foreign contents of an output folder: links, FIFOs, folders and files of others, another site, other
//! permissions. No link is followed, nothing of others is touched, and a build that cannot finish leaves everything
//! as it was.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use recto::engine::write::MANIFEST;

use crate::crash::trace_program;
use crate::model::Rng;
use crate::support::{SITE_TOML, Site, article, recto, temporary, tree};

fn text(n: usize, body: &str) -> String {
    article(&format!("Report {n}"), &format!("2024-03-{n:02}"), "tags = [\"Trade\"]", body)
}

/// A built site with a few articles.
fn built() -> Site {
    let site = Site::new(SITE_TOML);
    for n in 1..=4 {
        site.write(&format!("content/articles/r{n}.md"), &text(n, "Body."));
    }
    site.write("static/plain.txt", "plain");
    site.build();
    site
}

/// Edits the site so that every page changes.
fn change(site: &Site) {
    site.write("site.toml", &SITE_TOML.replace("Test", "Other"));
    site.write("static/plain.txt", "other");
}

/// Builds with the program. Returns the exit code and the output.
fn run(site: &Site, args: &[&str]) -> (Option<i32>, String) {
    let ran = recto(site.root(), &[&["build"], args].concat());
    (ran.status.code(), String::from_utf8_lossy(&ran.stderr).into_owned())
}

fn refused(site: &Site, parts: &[&str]) {
    let before = site.outputs();
    let (code, said) = run(site, &[]);
    assert_eq!(code, Some(4), "{said}");
    parts.iter().for_each(|part| assert!(said.contains(part), "{part} is not in:\n{said}"));
    assert!(site.outputs() == before, "something was written: {said}");
    let staging = fs::symlink_metadata(site.root().join("public/.recto-staging"));
    assert!(!staging.is_ok_and(|found| found.is_dir()), "{said}");
}

/// A folder outside of the site, with a page at the same path as in the site.
fn outside() -> (tempfile::TempDir, BTreeMap<String, Vec<u8>>) {
    let folder = temporary();
    fs::create_dir_all(folder.path().join("trade")).expect("a folder can be made");
    for path in ["index.html", "trade/index.html", "0", "17", "precious"] {
        fs::write(folder.path().join(path), "theirs").expect("a file can be written");
    }
    let before = tree(folder.path());
    (folder, before)
}

#[test]
fn an_output_folder_that_is_a_link_is_refused() {
    let site = built();
    let (folder, before) = outside();
    let public = site.root().join("public");
    for inside in [false, true] {
        fs::remove_dir_all(&public).or_else(|_| fs::remove_file(&public)).expect("it can be removed");
        let target = if inside { site.root().join("static") } else { folder.path().to_owned() };
        symlink(&target, &public).expect("a link can be made");
        let (code, said) = run(&site, &[]);
        assert_eq!(code, Some(4), "{said}");
        assert!(said.contains("public is a symbolic link to") && said.contains(&*target.to_string_lossy()), "{said}");
        for output in ["public", "public/", "public/.", "./public"] {
            assert_eq!(run(&site, &["-o", output]).0, Some(4), "{output}");
        }
    }
    fs::remove_file(&public).expect("it can be removed");
    symlink(folder.path().join("nothing"), &public).expect("a link can be made");
    let (code, said) = run(&site, &[]);
    assert!(code == Some(4) && said.contains("public is a symbolic link to") && said.contains("nothing"), "{said}");
    // A link above the output folder is the user's own, unless it is inside the site.
    fs::remove_file(&public).expect("it can be removed");
    let way = temporary();
    symlink(folder.path(), way.path().join("link")).expect("a link can be made");
    symlink(folder.path(), site.root().join("build")).expect("a link can be made");
    let (code, said) = run(&site, &["-o", "build/html"]);
    assert!(code == Some(4) && said.contains("build is a symbolic link to"), "{said}");
    assert!(tree(folder.path()) == before);
    let (code, said) = run(&site, &["-o", &way.path().join("link/new").to_string_lossy()]);
    assert_eq!(code, Some(0), "{said}");
    assert!(folder.path().join("new/index.html").exists());
}

#[test]
fn links_in_the_output_folder_lead_nowhere() {
    for (place, changed) in [("tags", true), ("tags", false), (".recto-staging", true), (MANIFEST, true)] {
        let site = built();
        let (folder, before) = outside();
        let public = site.root().join("public");
        let mut target = folder.path().to_owned();
        if place == MANIFEST {
            fs::rename(public.join(place), target.join("manifest")).expect("it can be moved");
            target.push("manifest");
        } else if place == "tags" {
            fs::remove_dir_all(public.join(place)).expect("it can be removed");
        }
        symlink(&target, public.join(place)).expect("a link can be made");
        let before = if place == MANIFEST { tree(folder.path()) } else { before };
        if changed {
            change(&site);
        }
        refused(&site, &["is a symbolic link to", &target.to_string_lossy()]);
        // Removing the tags follows no link, either.
        if place == "tags" {
            for n in 1..=4 {
                site.write(&format!("content/articles/r{n}.md"), &text(n, "B").replace("Trade", ""));
            }
            let (code, said) = run(&site, &[]);
            assert!(code == Some(4) && said.contains("is a symbolic link to"), "{said}");
        }
        assert!(tree(folder.path()) == before, "{place}");
    }
}

/// Puts something in a place for a file or a folder.
fn plant(place: &Path, what: usize, folder: &Path) -> &'static str {
    let _ = fs::remove_file(place).or_else(|_| fs::remove_dir_all(place));
    let fifo = || Command::new("mkfifo").arg(place).status().is_ok_and(|status| status.success());
    match what {
        0 => symlink(folder.join("index.html"), place).expect("a link can be made"),
        1 => symlink(place, place).expect("a loop can be made"),
        2 => assert!(fifo(), "a FIFO can be made"),
        3 => fs::create_dir(place).expect("a folder can be made"),
        4 => symlink(folder.join("none"), place).expect("a link can be made"),
        _ => {
            fs::hard_link(folder.join("precious"), place).expect("a link can be made");
            return "hard link";
        }
    }
    ["link", "loop", "FIFO", "folder", "dangling link"][what]
}

/// Whatever is put anywhere in an output folder, nothing outside changes, and the build either succeeds or leaves
/// all pages as they were. After it is removed, the next build equals a clean one.
#[test]
fn whatever_is_planted_in_an_output_folder() {
    let reference = built();
    change(&reference);
    reference.build();
    let clean = reference.outputs();
    let paths: Vec<String> = clean.keys().filter(|path| *path != MANIFEST).cloned().collect();
    let folders: Vec<String> = paths.iter().filter_map(|path| Some(path.rsplit_once('/')?.0.to_owned())).collect();
    let own = [".recto-staging", ".recto-manifest.new", ".recto-staging/0", ".recto-staging/7", ".recto-staging/x"];
    let mut r = Rng::new(20_261_126);
    for round in 0..60 {
        let site = built();
        let (folder, before) = outside();
        let place = match r.below(4) {
            0 => (*r.pick(&own)).to_owned(),
            1 => r.pick(&folders).clone(),
            _ => r.pick(&paths).clone(),
        };
        let full = site.root().join("public").join(&place);
        fs::create_dir_all(full.parent().expect("a folder")).expect("a folder can be made");
        let what = plant(&full, r.below(6), folder.path());
        let old = tree(&site.root().join("public"));
        change(&site);
        let (code, said) = run(&site, &["-j1"]);
        let story = format!("round {round}: a {what} at {place}: {said}");
        let now = site.outputs();
        match code {
            Some(0) => assert!(now == clean, "{story}"),
            Some(4) => {
                let differs = |path: &&String| now.get(*path) != old.get(*path) && !path.starts_with(".recto-");
                let other: Vec<&String> = paths.iter().filter(differs).collect();
                assert!(other.is_empty(), "{story}: {other:?}");
                assert!(said.contains("Recto") && said.contains("public/"), "{story}");
            }
            _ => panic!("{code:?} {story}"),
        }
        assert!(tree(folder.path()) == before, "{story}");
        let _ = fs::remove_file(&full).or_else(|_| fs::remove_dir_all(&full));
        let (code, said) = run(&site, &["-j1"]);
        assert_eq!(code, Some(0), "{story}, then {said}");
        assert!(site.outputs() == clean, "{story}");
    }
}

#[test]
fn a_folder_where_a_file_was_is_seen_before_anything_is_changed() {
    let site = built();
    let page = site.root().join("public/2024/03/02/r2/index.html");
    fs::remove_file(&page).expect("it is there");
    fs::create_dir(&page).expect("a folder can be made");
    change(&site);
    refused(&site, &["2024/03/02/r2/index.html was not written by Recto", "it is a folder"]);
    fs::remove_dir(&page).expect("it can be removed");
    assert_eq!(run(&site, &[]).0, Some(0));
}

/// A file on another disk blocks the renames. This is detected before the first change, too.
#[test]
fn a_folder_on_another_disk_is_named() {
    let site = built();
    change(&site);
    let script = "mount -t tmpfs tmpfs \"$1/public/2024/03/02\" || exit 77; cd \"$1\" && exec \"$2\" build -q";
    let root = site.root().to_string_lossy().into_owned();
    let ran =
        Command::new("unshare").args(["-m", "sh", "-c", script, "sh", &root, env!("CARGO_BIN_EXE_recto")]).output();
    let Ok(ran) = ran else { return };
    let said = String::from_utf8_lossy(&ran.stderr);
    if ran.status.code() == Some(4) {
        assert!(said.contains("public/2024/03/02") && said.contains("is on another file system"), "{said}");
        assert!(site.output("index.html").contains("Test") && !site.output("index.html").contains("Other"));
    }
}

// ---- another site ------------------------------------------------------------------------------------------------------------

#[test]
fn another_site_is_refused_by_name() {
    let output = temporary();
    let public = output.path().join("public").to_string_lossy().into_owned();
    let site = |title: &str, host: &str| {
        let site = Site::new(&SITE_TOML.replace("Test", title).replace("example.org", host));
        site.write(&format!("content/articles/{host}.md"), &text(1, "Body."));
        site
    };
    let (one, two) = (site("One", "one.example"), site("Two", "two.example"));
    let build = |site: &Site, more: &[&str]| run(site, &[&["-o", &public], more].concat());
    assert_eq!(build(&one, &[]).0, Some(0));
    let before = tree(output.path());
    let (code, said) = build(&two, &[]);
    assert_eq!(code, Some(4), "{said}");
    assert!(said.contains("another site, `One` (`https://one.example`)") && said.contains("--adopt"), "{said}");
    assert!(tree(output.path()) == before);
    // After a move, a new checkout, a new title or a new address it is still the same site.
    for (title, host) in [("One", "one.example"), ("Renamed", "one.example"), ("Renamed", "moved.example")] {
        let moved = site(title, host);
        assert_eq!(build(&moved, &[]).0, Some(0), "{title} {host}");
    }
    // With its state, even if both title and address change.
    let renamed = site("Renamed", "moved.example");
    assert_eq!(build(&renamed, &[]).0, Some(0));
    renamed.write("site.toml", &SITE_TOML.replace("Test", "Once more").replace("example.org", "again.example"));
    assert_eq!(build(&renamed, &[]).0, Some(0));
    assert_eq!(build(&two, &["--adopt"]).0, Some(0));
    let clean = temporary();
    assert_eq!(run(&two, &["-o", &clean.path().join("public").to_string_lossy()]).0, Some(0));
    assert!(tree(output.path()) == tree(clean.path()));
    let (code, said) = build(&renamed, &[]);
    assert!(code == Some(4) && said.contains("another site, `Two`"), "{said}");
    // A manifest of the previous version does not name a site.
    let manifest = output.path().join("public").join(MANIFEST);
    let old = fs::read_to_string(&manifest).expect("it is there");
    let rest = old.split_once('\n').expect("it has lines").1;
    fs::write(&manifest, format!("recto-manifest 1\n{rest}")).expect("it can be written");
    assert_eq!(build(&renamed, &[]).0, Some(0));
}

// ---- rights ------------------------------------------------------------------------------------------------------------------

#[test]
fn other_rights_are_put_right() {
    let site = built();
    let page = |n: usize| -> PathBuf { site.root().join(format!("public/2024/03/{n:02}/r{n}/index.html")) };
    let mode = |path: &Path| fs::metadata(path).expect("it is there").mode() & 0o7777;
    let usual = mode(&page(1));
    let before = fs::metadata(page(2)).expect("it is there").modified().expect("a time");
    for state in [true, false] {
        for (n, rights) in [(1, 0o000), (2, 0o600), (3, 0o777), (4, 0o444)] {
            fs::set_permissions(page(n), fs::Permissions::from_mode(rights)).expect("they can be set");
        }
        fs::set_permissions(site.root().join("public/plain.txt"), fs::Permissions::from_mode(0o600))
            .expect("they can be set");
        if !state {
            fs::remove_dir_all(site.root().join(".recto")).expect("it can be removed");
        }
        site.build();
        (1..=4).for_each(|n| assert_eq!(mode(&page(n)), usual, "{n}, with a state: {state}"));
        assert_eq!(mode(&site.root().join("public/plain.txt")), usual);
        assert_eq!(fs::metadata(page(2)).expect("it is there").modified().expect("a time"), before);
        let again = site.build();
        assert_eq!((again.rendered, again.written.written), (0, 0));
    }
}

/// Permissions of folders, too: the web server runs as another user, who may have to list them.
#[test]
fn folders_are_put_right() {
    let site = built();
    let folder = |path: &str| site.root().join("public").join(path);
    let set = |path: &str, rights: u32| {
        fs::set_permissions(folder(path), fs::Permissions::from_mode(rights)).expect("they can be set");
    };
    let mode = |path: &str| fs::metadata(folder(path)).expect("it is there").mode() & 0o7777;
    let folders = ["2024", "2024/03", "2024/03/01", "2024/03/01/r1", "tags"];
    let usual = mode("2024");
    let (before, own) = (fs::metadata(folder("2024")).expect("it is there").mtime(), mode(""));
    for (round, state) in [(0, true), (1, true), (2, false)] {
        // All folders, as `chmod -R` or `find -type d` changes them; or one in which something changes.
        for path in folders {
            set(path, 0o700);
        }
        match (round, state) {
            (0, _) => {}
            (1, _) => {
                folders[..4].iter().for_each(|path| set(path, usual));
                fs::write(folder("2024/03/01/r1/index.html"), "other").expect("it can be written");
                set("2024/03/01/r1", 0o777);
            }
            _ => fs::remove_dir_all(site.root().join(".recto")).expect("it can be removed"),
        }
        site.build();
        folders.iter().for_each(|path| assert_eq!(mode(path), usual, "{path}, round {round}"));
        let again = site.build();
        assert_eq!((again.rendered, again.written.written), (0, 0));
    }
    assert_eq!(fs::metadata(folder("2024")).expect("it is there").mtime(), before);
    assert!(!folder(".recto-staging").exists() && mode("") == own);
    // Group permissions stay, and folders that everybody may list and enter are correct. The output folder itself
    // is the user's.
    set("2024", 0o2750);
    set("", 0o750);
    site.build();
    assert_eq!((mode("2024"), mode("")), (0o2000 | usual, 0o750));
}

/// With another umask new folders have other permissions; folders that everybody may enter stay as they are.
#[test]
fn folders_follow_the_rules_of_the_process() {
    let site = built();
    let mode = |path: &str| fs::metadata(site.root().join("public").join(path)).expect("it is there").mode() & 0o777;
    let build = |mask: &str| {
        let mut shell = Command::new("sh");
        shell.arg("-c").arg(format!("umask {mask}; exec {} build -q", env!("CARGO_BIN_EXE_recto")));
        assert!(shell.current_dir(site.root()).env_clear().status().expect("it runs").success());
    };
    for (mask, given, want) in
        [("077", 0o755, 0o755), ("077", 0o777, 0o700), ("022", 0o700, 0o755), ("002", 0o700, 0o775)]
    {
        fs::set_permissions(site.root().join("public/2024"), fs::Permissions::from_mode(given))
            .expect("they can be set");
        build(mask);
        assert_eq!(mode("2024"), want, "{mask} {given:o}");
    }
}

// ---- locks -------------------------------------------------------------------------------------------------------------------

/// If the system has no locks, whatever its error, there is a warning, and the site is built.
#[test]
fn without_locks_a_file_stands_for_one() {
    let Some(strace) = trace_program() else { return };
    let build = |site: &Site, error: &str| {
        let mut command = Command::new(&strace);
        command.args(["-f", "-qq", "-o", "/dev/null", "-etrace=flock", &format!("-einject=flock:error={error}")]);
        command.arg(env!("CARGO_BIN_EXE_recto")).arg("build").current_dir(site.root());
        let ran = command.env_clear().env("SOURCE_DATE_EPOCH", "1793491200").output().expect("strace runs");
        (ran.status.code(), String::from_utf8_lossy(&ran.stderr).into_owned())
    };
    for error in ["EBADF", "ENOLCK", "ENOSYS", "EOPNOTSUPP"] {
        let site = built();
        change(&site);
        let (code, said) = build(&site, error);
        assert_eq!(code, Some(0), "{error}: {said}");
        assert!(said.contains("this file system does not support locks"), "{error}: {said}");
        let left = |path: &String| path.contains("owner") || path.contains("recto-lock");
        assert!(!tree(site.root()).keys().any(left), "{error}");
        // The lock file of a killed build is ignored; that of a build on another machine is not.
        let this = "process 999999 on ";
        let host = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
        let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
        let space = fs::read_link("/proc/self/ns/pid").unwrap_or_default();
        let here = format!("{this}{}\n{}{}\t1\n", host.trim(), boot.trim(), space.display());
        site.write("public/.recto-lock.owner", &here);
        assert_eq!(build(&site, error).0, Some(0));
        site.write("public/.recto-lock.owner", "process 7 on elsewhere\nx\t1\n");
        let (code, said) = build(&site, error);
        assert!(code == Some(4) && said.contains("process 7 on elsewhere"), "{error}: {said}");
    }
}
