//! A build's state that came with a clone is overwritten and never used.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use recto::base::digest::Digest;
use recto::engine::git_index::is_tracked;

use super::made::{self, Tree};
use super::store_name;
use crate::support::{Site, article, recto, temporary, tree};
use crate::tools::program;

const EVIL: &str = "Forged 7Qx";
/// Sections of a state: cards, places of extracts, inputs, outputs, answers, search, meta.
const SECTIONS: usize = 7;
const ARTICLE: &str = "content/articles/b.md";

/// The state of a build, and its log of terms.
pub struct Forged {
    pub state: Vec<u8>,
    pub terms: Vec<u8>,
}

/// Forges the state of a build in which an article says something else, with the digest of the real article. Without
/// the log, the article would be read again for its terms.
pub fn forged(from: &Tree) -> Forged {
    let site = Site { folder: temporary() };
    from.write(site.root());
    let file = site.root().join(ARTICLE);
    let [real, evil] = [fs::read(&file).expect("an article"), article(EVIL, "2024-03-25", "", "Text.").into_bytes()];
    fs::write(&file, &evil).expect("a file can be written");
    site.try_build();
    let kept = |name: &str| fs::read(site.root().join(format!(".recto/{}/{name}", store_name())));
    let (mut state, mut terms) = (kept("state").expect("a state"), kept("terms.a").expect("a log"));
    let [from, to] = [Digest::of(&evil).0, Digest::of(&real).0];
    forge_terms(&mut terms, from, to);
    let places: Vec<usize> = memchr::memmem::find_iter(&state, &from).collect();
    assert!(!places.is_empty(), "the digest of a text is in the state");
    places.iter().for_each(|at| state[*at..at + 16].copy_from_slice(&to));
    // The head has the length and the digest of every section. The first section holds the cards, with blocks of extracts
    // between them that its digest leaves out; the second says where these blocks are.
    let head = "recto-state 1 ".len() + env!("RECTO_ENGINE").len();
    let length = |state: &[u8], section: usize| {
        let at = head + section * 24;
        u64::from_le_bytes(state[at..at + 8].try_into().expect("eight bytes")) as usize
    };
    let cards = head + SECTIONS * 24;
    let all: usize = (0..SECTIONS).map(|section| length(&state, section)).sum();
    assert_eq!(cards + all, state.len(), "a state has {SECTIONS} sections");
    let blocks = &state[cards + length(&state, 0)..];
    let blocks: Vec<(u64, u64)> = postcard::from_bytes(blocks).expect("the places of the extracts");
    let mut start = cards;
    for section in 0..SECTIONS {
        let end = start + length(&state, section);
        let mut bytes = state[start..end].to_vec();
        for (at, length) in blocks.iter().rev().filter(|_| section == 0) {
            bytes.drain(*at as usize..(at + length) as usize);
        }
        let at = head + section * 24 + 8;
        state[at..at + 16].copy_from_slice(&Digest::of(&bytes).0);
        start = end;
    }
    Forged { state, terms }
}

/// Gives an entry of a log of terms to another text. An entry has a digest over that of its text and over the rest, the
/// lengths of its first two lists, and three lists.
fn forge_terms(log: &mut [u8], from: [u8; 16], to: [u8; 16]) {
    let digest = |text: [u8; 16], rest: &[u8]| Digest::of(&[&text[..], rest].concat()).0;
    let length = |at: usize| u32::from_le_bytes(log[at..at + 4].try_into().expect("four bytes")) as usize;
    let entry = (0..log.len() - 24).find_map(|start| {
        let mut ends = start + 24 + length(start + 16) + length(start + 20)..=log.len();
        let end = ends.find(|end| log[start..start + 16] == digest(from, &log[start + 16..*end]))?;
        Some((start, end))
    });
    let (start, end) = entry.expect("the log has the terms of the text");
    let digest = digest(to, &log[start + 16..end]);
    log[start..start + 16].copy_from_slice(&digest);
}

struct Git(PathBuf, tempfile::TempDir);

impl Git {
    fn run(&self, folder: &Path, args: &[&str]) {
        let mut command = Command::new(&self.0);
        command.current_dir(folder).env("HOME", self.1.path()).env("GIT_CONFIG_NOSYSTEM", "1");
        command.args(["-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "protocol.file.allow=always"]);
        let ran = command.args(args).output().expect("git runs");
        assert!(ran.status.success(), "{args:?}: {}", String::from_utf8_lossy(&ran.stderr));
    }
}

fn said(folder: &Path, args: &[&str]) -> String {
    let ran = recto(folder, args);
    let said = format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert_eq!(ran.status.code(), Some(0), "{said}");
    said
}

fn holds(folder: &Path, text: &str) -> bool {
    tree(&folder.join("public")).values().any(|bytes| memchr::memmem::find(bytes, text.as_bytes()).is_some())
}

/// A contributor commits a state and pictures with false pages.
#[test]
fn what_git_keeps_is_no_memory() {
    let Some(git) = program("git") else { return };
    let git = Git(git, temporary());
    let files = made::site();
    let site = Site { folder: temporary() };
    files.write(site.root());
    let Forged { state, terms } = forged(&files);
    for (name, bytes) in [("state", state), ("terms.a", terms)] {
        site.write_bytes(&format!(".recto/{}/{name}", store_name()), &bytes);
    }
    git.run(site.root(), &["init", "-q"]);
    // Restored from a cache, the state is trusted, as it must be. This shows that the forgery works.
    let cached = Site::copy(site.root());
    said(cached.root(), &["build"]);
    assert!(holds(cached.root(), EVIL));
    // In a clone it is not, and the second build does not trust its own, either.
    git.run(site.root(), &["add", "-f", "."]);
    git.run(site.root(), &["commit", "-q", "-m", "x"]);
    let clone = temporary();
    let from = format!("file://{}", site.root().display());
    git.run(clone.path(), &["clone", "-q", &from, "c"]);
    let clone = clone.path().join("c");
    for round in 0..2 {
        let said = said(&clone, &["build", "-q"]);
        assert!(said.contains("warning: ignored the state of the last build"), "{round}: {said}");
        assert!(said.contains("`git rm -r -f .recto`") && !holds(&clone, EVIL), "{round}: {said}");
    }
    // The suggested command helps.
    git.run(&clone, &["rm", "-q", "-r", "-f", ".recto"]);
    said(&clone, &["build"]);
    let said = said(&clone, &["build"]);
    assert!(said.contains(" 0 written") && !said.contains("warning") && !holds(&clone, EVIL), "{said}");
    // From now on nobody can commit it by mistake.
    git.run(&clone, &["add", "."]);
    assert!(!is_tracked(&clone.canonicalize().expect("it is there")));
}

/// Picture variants that a contributor has made.
#[cfg(feature = "images")]
#[test]
fn no_picture_is_taken_from_a_clone() {
    let Some(git) = program("git") else { return };
    let git = Git(git, temporary());
    let site = Site { folder: temporary() };
    made::site().write(site.root());
    let mut photo = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_fn(1000, 600, |x, y| image::Rgb([x as u8, y as u8, 9]))
        .write_to(&mut photo, image::ImageFormat::Png)
        .expect("a picture can be written");
    site.write_bytes("content/articles/2024/photo.png", photo.get_ref());
    said(site.root(), &["build"]);
    let images = site.root().join(".recto/images");
    let mut count = 0;
    for entry in fs::read_dir(&images).expect("a cache") {
        let entry = entry.expect("an entry").path();
        fs::write(entry, [&Digest::of(EVIL.as_bytes()).0, EVIL.as_bytes()].concat()).expect("a file can be written");
        count += 1;
    }
    assert!(count > 0, "there are variants");
    for folder in ["public".to_owned(), format!(".recto/{}", store_name())] {
        fs::remove_dir_all(site.root().join(folder)).expect("it can be removed");
    }
    let cached = Site::copy(site.root());
    said(cached.root(), &["build"]);
    assert!(holds(cached.root(), EVIL));
    git.run(site.root(), &["init", "-q"]);
    git.run(site.root(), &["add", "-f", "."]);
    said(site.root(), &["build"]);
    assert!(!holds(site.root(), EVIL));
    // Not even when git no longer tracks them.
    git.run(site.root(), &["rm", "-q", "-r", "-f", "--cached", ".recto"]);
    fs::remove_dir_all(site.root().join("public")).expect("it can be removed");
    said(site.root(), &["build"]);
    assert!(!holds(site.root(), EVIL));
}

/// Every kind of index that git writes.
#[test]
fn every_index_is_read() {
    let Some(git) = program("git") else { return };
    let git = Git(git, temporary());
    let tracked = |folder: &Path| is_tracked(&folder.canonicalize().expect("it is there"));
    for format in ["sha1", "sha256"] {
        let folder = temporary();
        let top = folder.path();
        git.run(top, &["init", "-q", "--object-format", format, "."]);
        assert!(!tracked(top), "an index that is not there");
        for at in 0..300 {
            let (number, long) = (format!("content/{at}.md"), format!("content/{at}/{}/x", "y".repeat(at % 250)));
            for file in [number, long, format!(".rect{at}/x"), format!("sites/one/{at}.md")] {
                fs::create_dir_all(top.join(&file).parent().expect("a folder")).expect("a folder can be made");
                fs::write(top.join(file), "x").expect("a file can be written");
            }
        }
        git.run(top, &["add", "."]);
        let site = top.join("sites/one");
        let add = |file: &str, more: &[&str]| {
            fs::create_dir_all(top.join(file).parent().expect("a folder")).expect("a folder can be made");
            fs::write(top.join(file), "x").expect("a file can be written");
            git.run(top, &[&["add", "-f"], more, &[file]].concat());
        };
        let kinds: [&[&str]; 5] = [
            &["update-index", "--index-version", "2"],
            &["update-index", "--index-version", "4"],
            &["update-index", "--split-index"],
            &["update-index", "--no-split-index", "--untracked-cache"],
            &["update-index", "--index-version", "4", "--split-index"],
        ];
        for kind in kinds {
            git.run(top, kind);
            assert!(!tracked(top) && !tracked(&site), "{format} {kind:?}");
            add(".recto/x/state", &[]);
            assert!(tracked(top) && !tracked(&site), "{format} {kind:?}");
            // Add it to the shared half, if there is one.
            git.run(top, kind);
            assert!(tracked(top), "{format} {kind:?}");
            git.run(top, &["rm", "-q", "-r", "--cached", ".recto"]);
            add("sites/one/.Recto/x", &["-N"]);
            assert!(!tracked(top) && tracked(&site), "{format} {kind:?}");
            git.run(top, &["rm", "-q", "-r", "-f", "sites/one/.Recto"]);
            assert!(!tracked(top) && !tracked(&site), "{format} {kind:?}");
        }
        git.run(top, &["update-index", "--no-split-index"]);
        git.run(top, &["commit", "-q", "-m", "x"]);
        // A worktree and a submodule have their index elsewhere.
        git.run(top, &["worktree", "add", "-q", "--detach", "tree"]);
        git.run(top, &["-c", "core.hooksPath=/dev/null", "submodule", "--quiet", "add", "-f", "./", "sub"]);
        for place in ["tree", "sub"] {
            let other = top.join(place);
            assert!(other.join(".git").is_file() && !tracked(&other), "{format} {place}");
            fs::create_dir(other.join(".recto")).expect("a folder can be made");
            fs::write(other.join(".recto/x"), "x").expect("a file can be written");
            git.run(&other, &["add", "-f", ".recto"]);
            assert!(tracked(&other) && !tracked(top), "{format} {place}");
        }
        // An invalid index counts as tracking the folder.
        fs::write(top.join(".git/index"), "DIRC").expect("a file can be written");
        assert!(tracked(top));
    }
}
