//! A damaged state costs only time: flipped bits, truncated files, exchanged files.
//!
//! `RECTO_CORRUPTIONS=1000` sets the number of trials.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::model::Rng;
use crate::stage::is_own;
use crate::support::{SITE_TOML, Site, article, tree};

const FEW: usize = 80;

fn text(n: usize, body: &str) -> String {
    article(&format!("Report {n}"), &format!("2024-03-{n:02}"), "tags = [\"x\", \"y\"]", body)
}

fn site() -> Site {
    let site = Site::new(&format!("{SITE_TOML}[pagination]\nper_page = 2\n"));
    for n in 1..=6 {
        site.write(&format!("content/articles/r{n}.md"), &text(n, &format!("Body of {n}. [up](#p1)")));
    }
    site.write("content/articles/r2.ja.md", "+++\ntitle = \"二\"\n+++\n\n本文。\n");
    site
}

fn outputs(site: &Site) -> BTreeMap<String, Vec<u8>> {
    site.outputs().into_iter().filter(|(path, _)| !is_own(path)).collect()
}

/// Returns the folder of the state.
fn folder(site: &Site) -> PathBuf {
    let states = site.root().join(".recto");
    let mut found =
        fs::read_dir(&states).expect("there is a state").map(|entry| entry.expect("it can be listed").path());
    found.find(|path| path.is_dir()).expect("of one output folder")
}

/// Restores files.
fn restore(folder: &Path, files: &BTreeMap<String, Vec<u8>>) {
    fs::remove_dir_all(folder).expect("it can be removed");
    fs::create_dir_all(folder).expect("it can be made");
    for (name, bytes) in files {
        fs::write(folder.join(name), bytes).expect("it can be written");
    }
}

/// Damages the state and describes how.
fn damage(folder: &Path, good: &BTreeMap<String, Vec<u8>>, older: &BTreeMap<String, Vec<u8>>, r: &mut Rng) -> String {
    let path = folder.join("state");
    let mut bytes = good["state"].clone();
    let at = r.below(bytes.len());
    let write = |bytes: &[u8]| fs::write(&path, bytes).expect("it can be written");
    match r.below(9) {
        0..=2 => {
            bytes[at] ^= 1 << r.below(8);
            write(&bytes);
            format!("a bit of byte {at}")
        }
        3 => {
            write(&bytes[..at]);
            format!("cut at {at}")
        }
        4 => {
            bytes[at..].iter_mut().for_each(|byte| *byte = r.below(256) as u8);
            write(&bytes);
            format!("noise from {at}")
        }
        5 => {
            let other = &older["state"];
            let at = at.min(other.len());
            write(&[&bytes[..at], &other[at..]].concat());
            format!("another state from {at}")
        }
        6 => {
            fs::write(folder.join("intents"), &bytes[..at]).expect("it can be written");
            "a state in the place of the intents".to_owned()
        }
        7 => {
            write(&good["lock"]);
            "the lock in the place of the state".to_owned()
        }
        _ => {
            restore(folder, older);
            "an older state".to_owned()
        }
    }
}

#[test]
fn a_damaged_state_costs_only_time() {
    let count = std::env::var("RECTO_CORRUPTIONS").map_or(FEW, |n| n.parse().expect("a number"));
    let site = site();
    site.build();
    let folder = folder(&site);
    let older = tree(&folder);
    let edited = |n: usize| text(3, &format!("Another body, number {n}."));
    let clean = |n: usize| {
        let clean = Site::copy(site.root());
        fs::remove_dir_all(clean.root().join("public")).expect("it can be removed");
        fs::remove_dir_all(clean.root().join(".recto")).expect("it can be removed");
        clean.write("content/articles/r3.md", &edited(n)).build();
        outputs(&clean)
    };
    let expected = [clean(0), clean(1)];
    let mut r = Rng::new(20_261_123);
    let (mut useless, mut kept) = (0, 0);
    for round in 0..count {
        site.write("content/articles/r3.md", &edited(0)).build();
        let good = tree(&folder);
        let n = round % 2;
        site.write("content/articles/r3.md", &edited(n));
        let how = damage(&folder, &good, &older, &mut r);
        let summary = site.build();
        assert!(outputs(&site) == expected[n], "round {round}: {how}");
        if summary.note.is_some() {
            useless += 1
        } else {
            kept += 1
        }
        let again = site.build();
        assert_eq!((again.rendered, again.changes.len()), (0, 0), "round {round}: {how}");
    }
    assert!(useless > 0 && kept > 0, "{useless} states were of no use, {kept} were kept");
}
