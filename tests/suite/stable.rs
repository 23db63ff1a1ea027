//! What a build leaves alone: numbered pages, unchanged files with their mtimes, the previous output after an
//! error, and files that are not Recto's.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::SystemTime;

use recto::engine::build::{self, Build, BuildEnd};
use recto::engine::site::LoadOptions;
use recto::engine::store::{OpenResult, StateStore};
use recto::engine::write::{self, MANIFEST, OutputChange, OutputRefusal};

use crate::support::{SITE_TOML, Site, article, temporary, tree};

type Stamps = BTreeMap<String, (Vec<u8>, SystemTime)>;

/// Returns bytes and mtime of every file of the output.
fn stamps(site: &Site) -> Stamps {
    let public = site.root().join("public");
    let stamp = |path: &str| fs::metadata(public.join(path)).and_then(|m| m.modified()).expect("a file has an mtime");
    site.outputs().into_iter().map(|(path, bytes)| (path.clone(), (bytes, stamp(&path)))).collect()
}

/// Sets every mtime of the output to a time long ago, so that any rewrite is visible in spite of the clock's
/// resolution.
fn age(site: &Site) {
    let past = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
    for path in site.outputs().keys() {
        let file = fs::File::options().append(true).open(site.root().join("public").join(path));
        file.and_then(|f| f.set_modified(past)).expect("an mtime can be set");
    }
}

fn number(n: usize) -> String {
    article(&format!("Report {n}"), &format!("2024-03-{n:02}"), "tags = [\"x\"]", &format!("Body of {n}."))
}

/// A site with articles 1 to `n`, five on a page.
fn numbered(n: usize) -> Site {
    let site = Site::new(&format!("{SITE_TOML}[pagination]\nper_page = 5\n"));
    for n in 1..=n {
        site.write(&format!("content/articles/report-{n:02}.md"), &number(n));
    }
    site
}

#[test]
fn numbered_pages_do_not_move() {
    const PAGE: &str = "tags/x/page/1/index.html";
    let site = numbered(12);
    site.build();
    let all = |n: usize| (1..=n).filter(|n| site.output(PAGE).contains(&format!("Report {n}<"))).collect::<Vec<_>>();
    assert_eq!(all(12), [1, 2, 3, 4, 5], "page 1 holds the oldest five");
    age(&site);
    let before = stamps(&site);
    // 13 and 14 go to the root; 15 fills page 2.
    for n in 13..=15 {
        site.write(&format!("content/articles/report-{n:02}.md"), &number(n)).build();
        assert_eq!(stamps(&site)[PAGE], before[PAGE], "page 1 after article {n}");
    }
    assert!(site.output("tags/x/page/2/index.html").contains("Report 10<"));
    // Changing an old article on that page does change it.
    site.write("content/articles/report-03.md", &number(3).replace("Report 3", "Renamed")).build();
    assert_ne!(stamps(&site)[PAGE].0, before[PAGE].0);
}

#[test]
fn nothing_to_do_writes_nothing() {
    let site = numbered(7);
    let first = site.build();
    assert_eq!((first.written.unchanged, first.written.removed), (0, 0));
    age(&site);
    let before = stamps(&site);
    let second = site.build();
    assert_eq!((second.written.written, second.written.removed), (0, 0), "{:?}", second.changes);
    assert_eq!(second.written.unchanged, first.written.written);
    assert!(second.changes.is_empty());
    assert!(stamps(&site) == before);
}

#[test]
fn one_edit_touches_one_page_and_the_search() {
    let site = numbered(7);
    // Give it a summary: otherwise listings show the first words of the body.
    let text = number(4).replace("tags =", "summary = \"As before.\"\ntags =");
    site.write("content/articles/report-04.md", &text).build();
    age(&site);
    let before = stamps(&site);
    let summary = site.write("content/articles/report-04.md", &text.replace("Body of 4.", "Another body.")).build();
    let page = "2024/03/04/report-04/index.html";
    // The newest articles are in the first file of the search index.
    let entry = "search/entry.bin";
    assert_eq!(summary.changes, [page, entry].map(|path| (path.to_owned(), OutputChange::Changed)));
    let mut after = stamps(&site);
    for path in [page, entry] {
        assert!(after.remove(path) != before.get(path).cloned());
    }
    assert!(after.iter().all(|(path, stamp)| before[path] == *stamp));
}

#[test]
fn an_error_leaves_the_output_as_it_was() {
    let faults: [(&str, &str); 4] = [
        ("content/articles/bad.md", "+++\ntitle = \"Bad\"\n+++\n"),
        ("site.toml", "title = 1\n"),
        ("templates/article.html", "{{ article.title | shout }}"),
        ("templates/day.html", "{{ nothing.here }}"),
    ];
    for (path, text) in faults {
        let site = numbered(3);
        site.build();
        age(&site);
        let before = stamps(&site);
        site.write(path, text).write("content/articles/report-99.md", &number(9));
        let (summary, problems) = site.try_build();
        assert!(summary.is_none() && !problems.is_empty(), "{path}");
        assert!(stamps(&site) == before, "{path}: the output has changed");
        assert!(!site.root().join("public/.recto-staging").exists(), "{path}");
    }
}

#[test]
fn an_error_in_a_first_build_leaves_nothing() {
    let site = numbered(2);
    site.write("templates/day.html", "{{ nothing.here }}");
    assert!(site.try_build().0.is_none());
    assert!(!site.root().join("public").exists());
}

#[test]
fn what_is_not_ours_survives() {
    let site = numbered(3);
    site.build();
    site.write("public/CNAME", "archive.example\n").write("public/2024/03/02/report-02/mine.txt", "mine");
    fs::remove_file(site.root().join("content/articles/report-02.md")).expect("an article can be removed");
    fs::remove_file(site.root().join("content/articles/report-01.md")).expect("an article can be removed");
    let summary = site.build();
    assert!(summary.written.removed > 0);
    let outputs = site.outputs();
    assert_eq!(outputs["CNAME"], b"archive.example\n");
    assert_eq!(outputs["2024/03/02/report-02/mine.txt"], b"mine");
    assert!(!outputs.contains_key("2024/03/02/report-02/index.html"));
    assert!(!outputs.contains_key("2024/03/01/report-01/index.html"));
    assert!(!site.root().join("public/2024/03/01").exists(), "empty folders go with the page");
    assert!(!outputs[MANIFEST].windows(5).any(|w| w == b"CNAME"), "what is not ours is not in the manifest");
    // A foreign file in place of an output is not overwritten.
    site.write("public/2024/03/09/report-09/index.html", "theirs").write("content/articles/report-09.md", &number(9));
    let before = stamps(&site);
    match refuse(&site, &site.root().join("public")) {
        OutputRefusal::InTheWay(path, _) => {
            assert!(path.ends_with("2024/03/09/report-09/index.html"), "{}", path.display())
        }
        other => panic!("{other}"),
    }
    assert!(stamps(&site) == before);
    assert!(!site.root().join("public/.recto-staging").exists());
}

fn refuse(site: &Site, output: &Path) -> OutputRefusal {
    let build = Build { output: output.to_owned(), strict: false, verify: false, explain: true, adopt: false };
    match build::build(&site.options(), &build).unwrap_or_else(|e| panic!("{e}")).end {
        BuildEnd::Refused(refused) => refused,
        _ => panic!("{} was written", output.display()),
    }
}

#[test]
fn a_foreign_folder_is_refused() {
    let site = numbered(1);
    site.write("public/index.html", "theirs");
    assert!(matches!(refuse(&site, &site.root().join("public")), OutputRefusal::Foreign(_)));
    assert_eq!(site.outputs().len(), 1);
    for source in [".", "content", "content/articles/deep", "static", "themes/mine"] {
        let output = site.root().join(source);
        assert!(matches!(refuse(&site, &output), OutputRefusal::Source(_)), "{source}");
        assert!(!output.join(MANIFEST).exists());
    }
    // An empty folder counts as missing.
    fs::create_dir(site.root().join("empty")).expect("a folder can be made");
    let build = Build { output: site.root().join("empty"), strict: false, verify: false, explain: true, adopt: false };
    let report = build::build(&site.options(), &build).unwrap_or_else(|e| panic!("{e}"));
    assert!(matches!(report.end, BuildEnd::Built(_)));
}

#[test]
fn a_build_names_whom_it_waited_for() {
    let site = numbered(1);
    let (root, output) = (site.options().root, site.root().join("public"));
    let place = write::place(&output).expect("it has a place");
    let Ok(OpenResult::Store(held)) = StateStore::open(&root, &place, None) else { panic!("nobody holds it") };
    let OutputRefusal::Busy(_, holder) = refuse(&site, &output) else { panic!("the state is held") };
    assert_eq!(holder, format!("process {}", std::process::id()));
    assert!(!output.exists());
    drop(held);
    site.build();
}

#[test]
fn a_site_that_cannot_be_written_is_remembered_elsewhere() {
    let site = numbered(2);
    let cache = temporary();
    // A folder cannot be created in place of a file.
    site.write(".recto", "in the way");
    let options = LoadOptions { cache: Some(cache.path().to_owned()), ..site.options() };
    let rendered = || site.build_with(&options).0.expect("it builds").rendered;
    assert!(rendered() > 0);
    assert_eq!(rendered(), 0);
    let states = tree(cache.path()).into_keys().filter(|path| path.ends_with("/state")).count();
    assert_eq!((states, site.root().join(".recto").is_file()), (1, true));
    // Without any folder for the state, everything is rendered every time.
    let nowhere = LoadOptions { cache: None, ..options.clone() };
    assert!(site.build_with(&nowhere).0.expect("it builds").rendered > 0);
}

#[test]
fn what_a_killed_build_left_is_cleaned() {
    let site = numbered(3);
    site.build();
    let before = stamps(&site);
    site.write("public/.recto-staging/0", "half").write("public/.recto-staging/17", "");
    site.build();
    assert!(!site.root().join("public/.recto-staging").exists());
    assert!(stamps(&site) == before);
    // Killed in its first build: the manifest is marked, some files exist, one is partial, the rest is missing.
    let incomplete = site.output(MANIFEST).replacen('\n', " incomplete\n", 1);
    site.write(&format!("public/{MANIFEST}"), &incomplete).write("public/index.html", "<!DOCTYPE ht");
    fs::remove_file(site.root().join("public/404.html")).expect("an output can be removed");
    site.build();
    let bytes = |stamps: Stamps| stamps.into_iter().map(|(path, (bytes, _))| (path, bytes)).collect::<Vec<_>>();
    let (after, before) = (bytes(stamps(&site)), bytes(before));
    let different: Vec<&String> = after.iter().filter(|f| !before.contains(f)).map(|(path, _)| path).collect();
    assert!(after == before, "{different:?}");
}
