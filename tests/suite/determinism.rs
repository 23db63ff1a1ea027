//! Determinism: two builds of the same input give the same bytes. Builds the demonstration archive with other
//! processes, folders, threads, languages and time zones.

use std::path::Path;
use std::process::Command;

use crate::support::{Site, project, temporary, tree};

/// Returns the output of a build of the site at `root`, with these arguments and this environment.
fn built(root: &Path, args: &[&str], environment: &[(&str, &str)]) -> std::collections::BTreeMap<String, Vec<u8>> {
    let folder = temporary();
    let output = folder.path().join("out");
    let mut command = Command::new(env!("CARGO_BIN_EXE_recto"));
    command.env_clear().env("SOURCE_DATE_EPOCH", "1793491200").envs(environment.iter().copied());
    command.current_dir(folder.path()).arg("-C").arg(root).arg("build").arg("-o").arg(&output).args(args);
    let ran = command.output().expect("the program runs");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    tree(&output)
}

/// Copies the demonstration archive to another folder.
fn copy() -> Site {
    let site = Site::new("");
    for part in ["site.toml", "content", "static", "templates", "i18n"] {
        let from = project().join(part);
        if from.is_dir() {
            for (path, bytes) in tree(&from) {
                site.write_bytes(&format!("{part}/{path}"), &bytes);
            }
        } else if from.is_file() {
            site.write_bytes(part, &std::fs::read(from).expect("a file can be read"));
        }
    }
    site
}

#[test]
fn the_demonstration_is_the_same_everywhere() {
    let root = project();
    let first = built(&root, &[], &[]);
    assert!(first.len() > 100);
    let moved = copy();
    let runs: [(&str, &Path, &[&str], &[(&str, &str)]); 9] = [
        ("a second process", &root, &[], &[]),
        ("one thread", &root, &["-j1"], &[]),
        ("eight threads", &root, &["-j8"], &[]),
        ("another folder", moved.root(), &[], &[]),
        ("New York", &root, &[], &[("TZ", "America/New_York")]),
        ("Turkish", &root, &[], &[("LANG", "tr_TR.UTF-8"), ("LC_ALL", "tr_TR.UTF-8")]),
        ("Arabic", &root, &[], &[("LANG", "ar_EG.UTF-8"), ("LC_ALL", "ar_EG.UTF-8"), ("LANGUAGE", "ar")]),
        ("another user", &root, &[], &[("HOME", "/nonexistent"), ("USER", "nobody"), ("TMPDIR", "/nonexistent")]),
        ("a given time", &root, &["--now", "2026-11-01T00:00:00+09:00"], &[("SOURCE_DATE_EPOCH", "0")]),
    ];
    for (name, root, args, environment) in runs {
        let other = built(root, args, environment);
        let same_paths = first.keys().eq(other.keys());
        let different: Vec<&String> =
            first.iter().filter(|(path, bytes)| other.get(*path) != Some(bytes)).map(|(p, _)| p).collect();
        assert!(same_paths && different.is_empty(), "{name}: {different:?}");
    }
}

#[test]
fn no_path_of_the_machine_is_in_the_output() {
    let site = copy();
    let folder = site.root().to_str().expect("UTF-8").to_owned();
    for (path, bytes) in built(site.root(), &[], &[("USER", "zanzibar"), ("HOSTNAME", "timbuktu")]) {
        let text = String::from_utf8_lossy(&bytes);
        for word in [folder.as_str(), "zanzibar", "timbuktu"] {
            assert!(!text.contains(word), "{path} names {word}");
        }
    }
}
