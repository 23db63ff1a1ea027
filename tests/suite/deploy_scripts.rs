//! Random scripts: a site changes, deploys are interrupted, the site changes again. The next complete deploy must
//! leave exactly the site.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use object_store::memory::InMemory;
use object_store::path::Path as Key;
use object_store::{ObjectStore, ObjectStoreExt};
use proptest::prelude::*;
use recto::deploy::folder::Folder;
use recto::deploy::objects::Objects;
use recto::deploy::redact::Secrets;
use recto::deploy::target::{DeployError, Target};
use tempfile::TempDir;
use tokio_stream::StreamExt;

use crate::support::{temporary, tree};
use crate::targets::{Cut, Files, Local, assert_stands};

/// Paths of files. Some are a file in one site and a folder in another.
const PLACES: [&str; 8] = ["index.html", "a", "a/index.html", "b/c/d.html", "b/c", "style.css", "x.html", "X.html"];
/// A file of somebody else, which no deploy touches.
const THEIRS: &str = "theirs/file.txt";

/// The name of every run. The last one is known to have ended.
const ME: &str = "me";

/// What happens before a deploy: a file gets this text, or is removed; and the deploy is interrupted after this
/// many calls.
#[derive(Clone, Debug)]
struct Step {
    edits: Vec<(usize, Option<u8>)>,
    cut: Option<usize>,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let edit = (0..PLACES.len(), prop::option::weighted(0.7, 0u8..3));
    let step = (prop::collection::vec(edit, 0..4), prop::option::weighted(0.7, 0usize..12));
    prop::collection::vec(step.prop_map(|(edits, cut)| Step { edits, cut }), 1..8)
}

/// A target with a machine of its own.
enum Place {
    Folder(TempDir),
    Releases(TempDir),
    Store(Arc<InMemory>),
}

impl Place {
    fn all() -> [Place; 3] {
        [Place::Folder(temporary()), Place::Releases(temporary()), Place::Store(Arc::default())]
    }

    fn open(&self) -> Box<dyn Target> {
        let folder = |folder: &TempDir, releases| Folder::open(&folder.path().join("site"), releases);
        match self {
            Place::Folder(root) => Box::new(folder(root, None).expect("it can be opened")),
            Place::Releases(root) => Box::new(folder(root, Some(2)).expect("it can be opened")),
            Place::Store(store) => {
                Box::new(Objects::over(store.clone(), "store://", "", Secrets::default()).expect("it can be opened"))
            }
        }
    }

    fn site(&self) -> PathBuf {
        match self {
            Place::Folder(root) => root.path().join("site"),
            Place::Releases(root) => root.path().join("site/current"),
            Place::Store(_) => PathBuf::new(),
        }
    }

    /// Runs a function with the store, if the target is one.
    fn in_store<T>(&self, run: impl AsyncFnOnce(&InMemory) -> T) -> Option<T> {
        let Place::Store(store) = self else { return None };
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        Some(runtime.block_on(run(store)))
    }

    fn put_theirs(&self) {
        let put = self.in_store(async |store| store.put(&Key::from(THEIRS), "theirs".into()).await.map(drop));
        put.unwrap_or_else(|| {
            let file = self.site().join(THEIRS);
            fs::create_dir_all(file.parent().expect("a folder")).expect("a folder can be made");
            fs::write(file, "theirs").expect("a file can be written");
            Ok(())
        })
        .expect("it can be put");
    }

    fn files(&self) -> Files {
        let stored = self.in_store(async |store| {
            let listed: Vec<_> = store.list(None).collect().await;
            let mut files = Files::new();
            for meta in listed.into_iter().map(|meta| meta.expect("it can be listed")) {
                let got = store.get_opts(&meta.location, Default::default()).await.expect("it is there");
                files.insert(meta.location.to_string(), got.bytes().await.expect("it can be read").to_vec());
            }
            files
        });
        stored.unwrap_or_else(|| tree(&self.site()))
    }
}

/// Edits the site. A file makes way for one below its path, and a folder for a file.
fn edit(local: &Local, edits: &[(usize, Option<u8>)]) {
    for (place, text) in edits {
        let file = local.output.path().join(PLACES[*place]);
        if let Some(text) = text {
            for above in file.ancestors().skip(1).filter(|above| above.is_file()) {
                fs::remove_file(above).expect("it is there");
            }
            if file.is_dir() {
                fs::remove_dir_all(&file).expect("it is there");
            }
            local.write(PLACES[*place], &"some text ".repeat(usize::from(*text) + 1));
        } else if file.is_file() {
            fs::remove_file(&file).expect("it is there");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_was_cut_the_next_deploy_leaves_the_site(steps in steps(), last in 0u8..3) {
        for place in Place::all() {
            let mut local = Local::new(&[("index.html", "<p>home"), ("a", "a"), ("b/c/d.html", "d")]);
            local.ended = Some(ME.to_owned());
            prop_assert!(local.deploy_as(ME, &*place.open()).is_ok());
            place.put_theirs();
            for step in &steps {
                edit(&local, &step.edits);
                let target = place.open();
                let end = match step.cut {
                    None => local.deploy_as(ME, &*target),
                    Some(left) => local.deploy_as(ME, &Cut { target: &*target, left: Cell::new(left) }),
                };
                prop_assert!(end.is_ok() || step.cut.is_some(), "{end:?}");
                if end.is_ok() {
                    let mut there = place.files();
                    prop_assert!(there.remove(THEIRS).is_some_and(|bytes| bytes == b"theirs"));
                    assert_stands(there, &local.files());
                }
            }
            edit(&local, &[(0, Some(last))]);
            let end = local.deploy_as(ME, &*place.open());
            prop_assert!(end.is_ok(), "{end:?}");
            let mut there = place.files();
            prop_assert!(there.remove(THEIRS).is_some_and(|bytes| bytes == b"theirs"));
            assert_stands(there, &local.files());
        }
    }

    /// Pages that link to each other. Whatever is edited between interruptions, every link that a reader can follow
    /// from the front page leads to a page.
    #[test]
    fn readers_meet_no_broken_link(sites in prop::collection::vec((linked(), 0usize..9), 3..8)) {
        for place in [Place::Folder(temporary()), Place::Store(Arc::default())] {
            let mut local = Local::new(&[("index.html", "")]);
            local.ended = Some(ME.to_owned());
            prop_assert!(local.deploy_as(ME, &*place.open()).is_ok());
            for (site, cut) in &sites {
                fs::remove_dir_all(local.output.path()).expect("it is there");
                site.iter().for_each(|(path, text)| local.write(path, text));
                let end = local.deploy_as(ME, &Cut { target: &*place.open(), left: Cell::new(*cut) });
                prop_assert!(matches!(end, Ok(_) | Err(DeployError::Network(_))), "{end:?}");
                let broken = broken(&place.files());
                prop_assert!(broken.is_empty(), "{broken:?} after {end:?}");
            }
        }
    }
}

/// A site of some pages, each with a number that changes it and links to some of the others.
fn linked() -> impl Strategy<Value = BTreeMap<String, String>> {
    let page = (0u8..2, prop::collection::btree_set(0usize..4, 2..4));
    let home = prop::collection::btree_set(0usize..4, 2..4);
    (home, prop::collection::btree_map(1usize..4, page, 1..4)).prop_map(|(home, mut pages)| {
        pages.insert(0, (0, home));
        let name = |n: usize| if n == 0 { "index.html".to_owned() } else { format!("p{n}.html") };
        let there: Vec<usize> = pages.keys().copied().collect();
        let text = |(number, links): (u8, BTreeSet<usize>)| {
            let links = links.into_iter().filter(|link| there.contains(link)).map(name);
            format!("{number} {}", links.collect::<Vec<_>>().join(" "))
        };
        pages.into_iter().map(|(n, page)| (name(n), text(page))).collect()
    })
}

/// Returns the dead links that can be reached from the front page.
fn broken(files: &Files) -> BTreeSet<String> {
    let (mut seen, mut broken) = (BTreeSet::new(), BTreeSet::new());
    let mut next = vec!["index.html".to_owned()];
    while let Some(path) = next.pop() {
        let Some(bytes) = files.get(&path) else {
            broken.insert(path);
            continue;
        };
        if seen.insert(path) {
            next.extend(String::from_utf8_lossy(bytes).split_whitespace().skip(1).map(str::to_owned));
        }
    }
    broken
}
