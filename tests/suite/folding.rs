//! Output folders on file systems that treat several spellings of a name as one. A real file system in memory is
//! mounted through FUSE. If mounting is not permitted, this says so and passes.

mod fuse;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;

use fuse::{Folds, Mounted};

use crate::support::{SITE_TOML, Site, article, recto, tree};

/// All kinds of folding.
const WAYS: [Folds; 4] = [
    Folds { case: false, accents: false },
    Folds { case: true, accents: false },
    Folds { case: false, accents: true },
    Folds { case: true, accents: true },
];

fn mounted(folds: Folds) -> Option<Mounted> {
    let mounted = Mounted::new(folds);
    if mounted.is_none() {
        let _ = writeln!(std::io::stderr(), "ignored: no file system can be mounted here (as root, with /dev/fuse)");
    }
    mounted
}

fn site() -> Site {
    let site = Site::new(SITE_TOML);
    site.write("content/articles/a.md", &article("A", "2024-05-06", "tags = [\"Fog\"]", "Body."));
    site
}

/// Builds into a folder. Returns the exit code and the output.
fn build(site: &Site, output: &Path) -> (Option<i32>, String) {
    let ran = recto(site.root(), &["build", "-o", &output.to_string_lossy()]);
    (ran.status.code(), String::from_utf8_lossy(&ran.stderr).into_owned())
}

/// Returns the files of an output, without the manifest.
fn files(output: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = tree(output);
    files.retain(|path, _| !path.starts_with(".recto"));
    files
}

#[test]
fn the_file_system_folds() {
    for folds in WAYS {
        let Some(mounted) = mounted(folds) else { return };
        let place = |name: &str| mounted.path().join(name);
        fs::write(place("Fog"), "one").expect("it can be written");
        fs::write(place("\u{e9}"), "two").expect("it can be written");
        assert_eq!(place("fog").exists(), folds.case, "{folds:?}");
        assert_eq!(place("e\u{301}").exists(), folds.accents, "{folds:?}");
        assert_eq!(place("E\u{301}").exists(), folds.case && folds.accents, "{folds:?}");
        let listed = tree(&mounted.path());
        assert_eq!(listed.keys().map(String::as_str).collect::<Vec<_>>(), ["Fog", "\u{e9}"], "{folds:?}");
    }
}

/// If two outputs would be one file, nothing is written; on other file systems that is a warning.
#[test]
fn outputs_that_would_be_one_file_are_an_error_there() {
    let pairs: [(&str, &str, bool, bool); 4] = [
        ("Fog.txt", "fog.txt", true, false),
        ("\u{e9}.txt", "e\u{301}.txt", false, true),
        ("\u{c9}.txt", "e\u{301}.txt", true, true),
        ("Deep/fog.txt", "deep/fog.txt", true, false),
    ];
    for folds in WAYS {
        let Some(mounted) = mounted(folds) else { return };
        for (at, (one, other, case, accents)) in pairs.into_iter().enumerate() {
            let site = site();
            let output = mounted.path().join(format!("new{at}"));
            let older = mounted.path().join(format!("old{at}"));
            assert_eq!(build(&site, &older).0, Some(0));
            let before = files(&older);
            site.write(&format!("static/{one}"), "one").write(&format!("static/{other}"), "other");
            let are_one = (!case || folds.case) && (!accents || folds.accents);
            for output in [&output, &older] {
                let (code, said) = build(&site, output);
                assert_eq!(said.contains("error[folded-twins]"), are_one, "{folds:?} {one} {other}: {said}");
                assert_eq!(code, Some(i32::from(are_one)), "{folds:?} {one} {other}: {said}");
                assert_eq!(said.contains("warning[case-twins]"), !are_one, "{folds:?} {one} {other}: {said}");
            }
            if are_one {
                assert!(!output.exists() && files(&older) == before, "{folds:?} {one} {other}");
            } else {
                assert_eq!(fs::read(output.join(one)).expect("it is there"), b"one");
                assert_eq!(fs::read(output.join(other)).expect("it is there"), b"other");
            }
        }
    }
}

/// A file with another spelling counts as changed, not as removed. Everything else works as usual.
#[test]
fn a_site_goes_on_there() {
    for folds in WAYS {
        let Some(mounted) = mounted(folds) else { return };
        let site = site();
        site.write("static/Photo.txt", "one").write("static/caf\u{e9}/x.txt", "one");
        let output = mounted.path().join("public");
        assert_eq!(build(&site, &output).0, Some(0));
        for (from, to, text) in [
            ("Photo.txt", "photo.txt", "two"),
            ("photo.txt", "PHOTO.txt", "two"),
            ("caf\u{e9}/x.txt", "cafe\u{301}/x.txt", "three"),
            ("cafe\u{301}/x.txt", "CAFE\u{301}/X.txt", "three"),
        ] {
            fs::remove_file(site.root().join("static").join(from)).expect("it is there");
            site.write(&format!("static/{to}"), text);
            let (code, said) = build(&site, &output);
            assert_eq!(code, Some(0), "{folds:?} {to}: {said}");
            assert_eq!(fs::read(output.join(to)).ok().as_deref(), Some(text.as_bytes()), "{folds:?} {to}");
            // A build without changes, and without losses.
            let there = files(&output);
            let (code, said) = build(&site, &output);
            assert!(code == Some(0) && said.contains("0 written") || there == files(&output), "{folds:?} {to}: {said}");
            let clean = crate::support::temporary();
            assert_eq!(build(&site, &clean.path().join("public")).0, Some(0));
            let clean = files(&clean.path().join("public"));
            assert_eq!(there.len(), clean.len(), "{folds:?} {to}: {:?}", there.keys());
            let same = clean.iter().all(|(path, bytes)| fs::read(output.join(path)).is_ok_and(|read| read == *bytes));
            assert!(same, "{folds:?} {to}");
        }
    }
}
