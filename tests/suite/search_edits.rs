//! The search index of a build: it equals one made from the texts alone, after any edit and whatever happened to its
//! files and to the log of terms; an edit writes few of its files; and it has no word that no page prints.
//!
//! `RECTO_INDEXES=100` plays that many edits instead of each kind once. `RECTO_SEED` plays others.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use recto::base::diag::Severity;
use recto::engine::build::BuildSummary;
use recto::engine::examine::{self, OpenedSite};
use recto::engine::load;
use recto::engine::write::OutputChange;
use recto::search::entry;

use crate::model::Rng;
use crate::search_index::collection::{lines, read_index};
use crate::stage::is_own;
use crate::support::{SITE_TOML, Site, article, seed};

type Files = BTreeMap<String, Vec<u8>>;

/// An article of a site for searches.
#[derive(Clone)]
struct Page {
    day: usize,
    title: Vec<String>,
    body: Vec<String>,
    source: usize,
    draft: bool,
    /// Its original, and how much of it is published.
    original: Option<(Vec<String>, &'static str)>,
    french: Option<Vec<String>>,
}

/// A word that is not in other texts, most likely.
fn word(r: &mut Rng) -> String {
    (0..5).map(|_| char::from(b'a' + r.below(26) as u8)).collect()
}

fn words(r: &mut Rng, count: usize) -> Vec<String> {
    (0..count).map(|_| word(r)).collect()
}

impl Page {
    fn random(r: &mut Rng, day: usize) -> Page {
        let original = r.chance(25).then(|| (words(r, 60), *r.pick(&["full", "excerpt", "none"])));
        // A text alone beside an article is its original.
        let french = (original.is_some() && r.chance(30)).then(|| words(r, 20));
        Page { day, title: words(r, 3), body: words(r, 120), source: r.below(4), draft: r.chance(5), original, french }
    }

    fn write(&self, site: &Site, id: usize) {
        let (month, day) = (1 + self.day / 28 % 12, 1 + self.day % 28);
        let publish = self.original.as_ref().map(|(_, publish)| *publish);
        let original = publish.map(|publish| format!("[original]\nlang = \"ja\"\npublish = \"{publish}\"\n"));
        let text = format!(
            "+++\ntitle = \"{}\"\ndate = 2024-{month:02}-{day:02}\nsection = \"News\"\nsource = \"Paper {}\"\n\
             translator = \"A. Desk\"\ndraft = {}\n{}+++\n\n{}\n",
            self.title.join(" "),
            self.source,
            self.draft,
            original.unwrap_or_default(),
            self.body.chunks(40).map(|words| words.join(" ")).collect::<Vec<_>>().join("\n\n"),
        );
        site.write(&format!("content/articles/a{id:03}.md"), &text);
        let sibling = |tag: &str, words: Option<&Vec<String>>| {
            let path = format!("content/articles/a{id:03}.{tag}.md");
            match words {
                Some(words) => {
                    let (title, body) = (words[0].as_str(), words[1..].join(" "));
                    site.write(&path, &format!("+++\ntitle = \"{title}\"\n+++\n\n{body}\n\nSecond {body}\n"));
                }
                None => {
                    let _ = fs::remove_file(site.root().join(path));
                }
            }
        };
        sibling("ja", self.original.as_ref().map(|(words, _)| words));
        sibling("fr", self.french.as_ref());
    }
}

/// A site with so many articles that some are in pieces and in files of items.
struct Library {
    site: Site,
    pages: BTreeMap<usize, Page>,
}

impl Library {
    fn new(r: &mut Rng, count: usize) -> Library {
        let site = Site::new(SITE_TOML);
        let pages = (0..count).map(|id| (id, Page::random(r, id))).collect();
        let library = Library { site, pages };
        library.pages.iter().for_each(|(id, page)| page.write(&library.site, *id));
        library
    }

    fn edit(&mut self, id: usize, edit: impl FnOnce(&mut Page)) {
        let page = self.pages.get_mut(&id).expect("an article");
        edit(page);
        page.write(&self.site, id);
    }

    /// Builds, and compares the index with one that is made from the texts alone.
    fn build(&self) -> BuildSummary {
        let (summary, problems) = self.site.build_with(&self.site.options_in_pieces());
        let summary = summary.unwrap_or_else(|| panic!("{problems:#?}"));
        let (made, expected) = (index(&self.site), from_texts(&self.site));
        let names = |files: &Files| files.keys().cloned().collect::<BTreeSet<String>>();
        assert_eq!(names(&made), names(&expected));
        let other: Vec<&String> =
            made.iter().filter(|(path, bytes)| expected[*path] != **bytes).map(|(p, _)| p).collect();
        assert!(other.is_empty(), "{other:?}");
        summary
    }
}

/// Returns the files of the index in the output, by their paths below `search/`.
fn index(site: &Site) -> Files {
    let below = |(path, bytes): (String, Vec<u8>)| Some((path.strip_prefix("search/")?.to_owned(), bytes));
    site.outputs().into_iter().filter_map(below).filter(|(path, _)| path.ends_with(".bin")).collect()
}

/// Returns the files of an index that is made from the texts alone.
fn from_texts(site: &Site) -> Files {
    let (site, _) = load::load(&site.options_in_pieces()).expect("the disk works").made.expect("a site");
    let files = site.index.make(&site.root, &site.config, &site.archive);
    files.iter().map(|file| (file.path.to_string(), file.bytes.as_ref().expect("bytes").to_vec())).collect()
}

/// Returns every term of an index with its items, and the lines of all items.
fn decoded(files: &Files) -> (BTreeMap<String, Vec<(u32, u8)>>, String) {
    let entry = entry::read(&files["entry.bin"]).expect("an entry");
    (read_index(files, &entry), lines(files, &entry))
}

/// Returns what a build changed of the index.
fn changed(summary: &BuildSummary) -> Vec<(&str, OutputChange)> {
    let below = summary.changes.iter().filter_map(|(path, change)| Some((path.strip_prefix("search/")?, *change)));
    below.filter(|(path, _)| path.ends_with(".bin")).collect()
}

/// Returns the files of the store of the site's states.
fn store(site: &Site) -> PathBuf {
    let all = fs::read_dir(site.root().join(".recto")).expect("a store").filter_map(Result::ok);
    all.map(|entry| entry.path()).find(|path| path.join("state").exists()).expect("a state")
}

#[test]
fn an_index_is_that_of_its_texts_after_any_edit() {
    let turns = std::env::var("RECTO_INDEXES").map_or(12, |count| count.parse().expect("a number"));
    let seed = seed();
    eprintln!("RECTO_SEED={seed}");
    let mut r = Rng::new(seed);
    let mut library = Library::new(&mut r, 130);
    library.build();
    let pieces = index(&library.site).into_keys().filter(|path| path.starts_with("m/")).count();
    assert!(pieces > 3, "{pieces} pieces");
    for turn in 0..turns {
        let ids: Vec<usize> = library.pages.keys().copied().collect();
        let id = *r.pick(&ids);
        match turn % 12 {
            0 => library.edit(id, |page| page.body[7] = word(&mut r)),
            1 => library.edit(id, |page| page.title = words(&mut r, 4)),
            2 => library.edit(id, |page| page.draft = !page.draft),
            3 => library.edit(id, |page| page.original = Some((words(&mut r, 30), "full"))),
            4 => library.edit(id, |page| (page.original, page.french) = (None, None)),
            5 => library.edit(id, |page| {
                page.original = Some((words(&mut r, 9), "excerpt"));
                page.french = Some(words(&mut r, 9));
            }),
            7 => library.edit(id, |page| page.source = r.below(9)),
            8 => {
                library.pages.remove(&id);
                for tag in ["", ".ja", ".fr"] {
                    let _ = fs::remove_file(library.site.root().join(format!("content/articles/a{id:03}{tag}.md")));
                }
            }
            9 => {
                let (new, day) = (ids.len() + 200 + turn, 150 + turn);
                library.pages.insert(new, Page::random(&mut r, day));
                library.edit(new, |page| page.draft = false);
            }
            10 => {
                let label = format!("+++\nlabel = \"{}\"\naliases = [\"{}\"]\n+++\n", word(&mut r), word(&mut r));
                library.site.write("content/sources/paper-1.md", &label);
            }
            _ => {
                let more = ["", "originals = false", "languages = [\"ja\"]"][(turn + 1) / 6 % 3];
                library.site.write("site.toml", &format!("{SITE_TOML}[search]\n{more}\n"));
            }
        }
        library.build();
    }
    let summary = library.build();
    assert!(changed(&summary).is_empty() && summary.rendered == 0, "{:?}", summary.reasons);
}

/// The table of what an edit costs.
#[test]
fn an_edit_writes_few_files() {
    let mut r = Rng::new(4);
    let mut library = Library::new(&mut r, 130);
    for id in [5, 40] {
        library.edit(id, |page| (page.draft, page.french) = (false, None));
    }
    library.build();
    let entry = ("entry.bin", OutputChange::Changed);
    // An article of the newest: its words, its title.
    library.edit(125, |page| page.draft = false);
    library.build();
    library.edit(125, |page| (page.body[3], page.title) = (word(&mut r), words(&mut r, 3)));
    assert_eq!(changed(&library.build()), [entry]);
    // A new one.
    library.pages.insert(700, Page { draft: false, ..Page::random(&mut r, 200) });
    library.edit(700, |page| page.french = None);
    assert_eq!(changed(&library.build()), [entry]);
    // A word of an old one: the pieces of the word that went and of the one that came.
    library.edit(5, |page| page.body[3] = word(&mut r));
    let summary = library.build();
    let files = changed(&summary);
    assert!(files.contains(&entry) && files.len() <= 3, "{files:?}");
    assert!(files.iter().all(|(path, change)| !path.starts_with("d/") && *change == OutputChange::Changed));
    // A word that only changes places.
    library.edit(5, |page| page.body.swap(1, 90));
    assert!(changed(&library.build()).is_empty());
    // Its title: the file of items, too.
    library.edit(40, |page| page.title[0] = word(&mut r));
    let summary = library.build();
    let files = changed(&summary);
    assert!(files.contains(&("d/0.bin", OutputChange::Changed)) && files.len() <= 4, "{files:?}");
    // A draft keeps its number when it is published.
    library.edit(40, |page| page.draft = true);
    let drafted = decoded(&{
        library.build();
        index(&library.site)
    });
    library.edit(40, |page| page.draft = false);
    let summary = library.build();
    let published = decoded(&index(&library.site));
    assert_eq!(drafted.1.lines().count(), published.1.lines().count());
    let differing = drafted.1.lines().zip(published.1.lines()).filter(|(a, b)| a != b).count();
    assert_eq!(differing, 1, "{:?}", changed(&summary));
    // A further translation of an old article moves the numbers of those after it.
    library.edit(5, |page| page.original = Some((words(&mut r, 9), "none")));
    library.build();
    library.edit(5, |page| page.french = Some(words(&mut r, 9)));
    let summary = library.build();
    assert!(changed(&summary).iter().any(|(path, _)| path.starts_with("m/")));
    // How much of an original is published is in its article alone.
    library.edit(40, |page| page.original = Some((words(&mut r, 40), "excerpt")));
    library.build();
    library.edit(40, |page| page.original.as_mut().expect("an original").1 = "full");
    let summary = library.build();
    assert!(changed(&summary).iter().all(|(path, _)| !path.starts_with("d/")), "{:?}", changed(&summary));
    // Every reason is a plain one.
    let reasons: BTreeSet<String> = summary.reasons.iter().map(|(_, why)| why.to_string()).collect();
    assert!(reasons.contains("a text that a search finds changed"), "{reasons:?}");
}

#[test]
fn files_that_somebody_removed_or_changed_are_made_again() {
    let mut r = Rng::new(5);
    let mut library = Library::new(&mut r, 110);
    library.build();
    let below = library.site.root().join("public/search");
    let made = index(&library.site);
    let piece = made.keys().find(|path| path.starts_with("m/")).expect("a piece").clone();
    for path in [piece.as_str(), "d/0.bin", "entry.bin"] {
        fs::remove_file(below.join(path)).expect("it can be removed");
        assert!(changed(&library.build()).iter().map(|(path, _)| *path).eq([path]));
        fs::write(below.join(path), b"other").expect("it can be written");
        assert_eq!(changed(&library.build()), [(path, OutputChange::Changed)]);
    }
    // Together with an edit of a text whose words are in it.
    fs::write(below.join(&piece), b"other").expect("it can be written");
    library.edit(5, |page| page.body = words(&mut r, 90));
    library.build();
}

#[test]
fn a_log_that_is_damaged_or_missing_costs_only_time() {
    let mut r = Rng::new(6);
    let mut library = Library::new(&mut r, 110);
    library.build();
    let log = |site: &Site| -> PathBuf {
        let all = ["terms.a", "terms.b"].map(|name| store(site).join(name));
        let there: Vec<PathBuf> = all.into_iter().filter(|path| path.exists()).collect();
        assert_eq!(there.len(), 1, "one log belongs to the state");
        there.into_iter().next().expect("a log")
    };
    let damages: [&dyn Fn(Vec<u8>) -> Option<Vec<u8>>; 5] = [
        &|_| None,
        &|bytes| Some(bytes[..bytes.len() / 2].to_vec()),
        &|bytes| Some(bytes.iter().enumerate().map(|(at, byte)| byte ^ u8::from(at % 997 == 500)).collect()),
        &|bytes| Some(vec![0; bytes.len()]),
        // What a killed build appended.
        &|bytes| Some([bytes, vec![7; 999]].concat()),
    ];
    for damage in damages {
        let path = log(&library.site);
        match damage(fs::read(&path).expect("a log")) {
            Some(bytes) => fs::write(&path, bytes).expect("it can be written"),
            None => fs::remove_file(&path).expect("it can be removed"),
        }
        library.edit(7, |page| page.body = words(&mut r, 90));
        library.edit(107, |page| page.title = words(&mut r, 2));
        library.build();
        library.edit(8, |page| page.body[3] = word(&mut r));
        library.build();
    }
    // Edits do not make it longer and longer.
    let size = |site: &Site| fs::metadata(log(site)).expect("a log").len();
    let before = size(&library.site);
    for _ in 0..4 {
        for id in 0..110 {
            library.edit(id, |page| page.body = words(&mut r, 120));
        }
        library.build();
    }
    assert!(size(&library.site) < before * 3, "{} after {before}", size(&library.site));
}

/// Texts with words that no page prints, and where these words would be.
#[test]
fn an_index_has_no_word_that_is_not_published() {
    let site = Site::new(SITE_TOML);
    let article = |id: &str, more: &str, body: &str| {
        let text = format!(
            "+++\ntitle = \"Title {id}\"\ndate = 2024-03-01\nsection = \"News\"\nsource = \"Paper\"\n\
             translator = \"A. Desk\"\n{more}+++\n\n{body}\n"
        );
        site.write(&format!("content/articles/{id}.md"), &text);
    };
    let original = |id: &str, first: &str, second: &str| {
        let text = format!(
            "+++\ntitle = \"見出{id}\"\nsummary = \"要約{second}\"\n+++\n\n{first}。\n\n{second} hidden{id}。\n"
        );
        site.write(&format!("content/articles/{id}.ja.md"), &text);
    };
    let publish = |how: &str| format!("[original]\nlang = \"ja\"\npublish = \"{how}\"\n");
    article("full", &publish("full"), "Seen one.");
    original("full", "全文", "続刊");
    article("part", &publish("excerpt"), "Seen two.");
    original("part", "抜粋", "秘密");
    article("none", &publish("none"), "Seen three.");
    original("none", "非公", "機密");
    article("link", &format!("{}layout = \"link\"\n", publish("full")), "Seen four.");
    original("link", "外部", "遠方");
    article("draft", "draft = true\n", "Draftcanary.");
    article("later", "posted = 2031-01-01\n", "Latercanary.");
    article(
        "comment",
        "",
        "Seen five. <!-- commentcanary -->\n\n<p class=\"tagcanary\">Six</p>\n\n[Link](https://urlcanary.example/)",
    );
    let (summary, problems) = site.try_build();
    let errors = problems.iter().filter(|found| found.severity == Severity::Error);
    assert!(summary.is_some(), "{:#?}", errors.collect::<Vec<_>>());
    let (terms, lines) = decoded(&index(&site));
    let has = |term: &str| terms.contains_key(term);
    for shown in ["seen", "one", "two", "three", "four", "five", "全文", "続刊", "hiddenfull", "見出", "抜粋"] {
        assert!(has(shown), "{shown} is not found");
    }
    for hidden in ["秘密", "要約", "機密", "非公", "外部", "遠方", "hiddenpart", "hiddennone", "hiddenlink"]
    {
        let of_full = ["要約"].contains(&hidden);
        assert!(!has(hidden) || of_full, "{hidden} is found");
    }
    for hidden in ["draftcanary", "latercanary", "commentcanary", "urlcanary"] {
        assert!(!has(hidden) && !lines.contains(hidden), "{hidden} is found");
    }
    // Only what the page prints of an original has a place there.
    for (term, items) in [("要約", 1), ("見出", 3)] {
        assert_eq!(terms.get(term).map_or(0, Vec::len), items, "{term}");
    }
    // Without originals, nothing of them.
    site.write("site.toml", &format!("{SITE_TOML}[search]\noriginals = false\n"));
    site.try_build();
    let (terms, _) = decoded(&index(&site));
    assert!(terms.keys().all(|term| term.is_ascii()), "{:?}", terms.keys().find(|term| !term.is_ascii()));
    assert!(!terms.contains_key("\u{1}lang:ja") && terms.contains_key("\u{1}lang:en"));
    // Only one language: an article without a text in it is no item.
    site.write("site.toml", &format!("{SITE_TOML}[search]\nlanguages = [\"ja\"]\n"));
    site.try_build();
    let (terms, lines) = decoded(&index(&site));
    assert!(!terms.contains_key("seen") && terms.contains_key("全文") && !terms.contains_key("\u{1}lang:en"));
    assert!(!lines.contains("/comment/") && lines.contains("/full/"), "{lines}");
}

#[test]
fn hostile_texts_are_text() {
    let site = Site::new(SITE_TOML);
    let nasty = "<script>alert(1)</script>\\t\\u0022 onload=x & \\u202e";
    site.write(
        "content/articles/nasty.md",
        &format!(
            "+++\ntitle = \"{nasty}\"\ndate = 2024-03-01\nsection = \"News\"\nsource = \"Paper <b>\"\ntags = [\"<i>x\"]\n\
             translator = \"A. Desk\"\nsummary = \"{nasty}\"\n+++\n\n<img src=x onerror=alert(1)>\n"
        ),
    );
    let (summary, problems) = site.try_build();
    let errors = problems.iter().filter(|found| found.severity == Severity::Error);
    assert!(summary.is_some(), "{:#?}", errors.collect::<Vec<_>>());
    let files = index(&site);
    let (terms, lines) = decoded(&files);
    assert_eq!(lines.lines().count(), 1, "{lines:?}");
    assert_eq!(lines.matches('\t').count(), 1, "{lines:?}");
    assert!(terms.contains_key("script") && terms.contains_key("alert"));
    assert!(terms.keys().all(|term| !term.contains(['<', '>', '&', '"', '\t', '\n'])), "{:?}", terms.keys());
}

/// The settings, and a program without state: the same files.
#[test]
fn two_builds_of_the_same_texts_are_the_same() {
    let library = Library::new(&mut Rng::new(9), 70);
    library.build();
    let made = index(&library.site);
    fs::remove_dir_all(library.site.root().join(".recto")).expect("it can be removed");
    fs::remove_dir_all(library.site.root().join("public")).expect("it can be removed");
    library.build();
    assert!(index(&library.site) == made);
    library.site.write("site.toml", &format!("{SITE_TOML}[search]\nenable = false\n"));
    library.site.try_build();
    assert!(index(&library.site).is_empty());
    let store = store(&library.site);
    assert!(!store.join("terms.a").exists() && !store.join("terms.b").exists());
}

/// A check makes no index, and yet tells a host how many files there are.
#[test]
fn a_check_counts_the_files_of_the_last_build() {
    let site = Site::new(SITE_TOML);
    for number in 0..66 {
        let text = article("A title", &format!("2024-01-{:02}", 1 + number % 28), "", "A body.");
        site.write(&format!("content/articles/a{number}.md"), &text);
    }
    site.build();
    let opened = examine::open(&site.options(), &site.root().join("public"), &|_| false).expect("the disk works");
    let OpenedSite::Loaded(loaded, state) = opened else { panic!("nobody loaded it") };
    let (made, mut problems) = (loaded.made.expect("a site"), Vec::new());
    let examined = examine::examine(made, state, 2, true, &mut problems).unwrap_or_else(|refused| panic!("{refused}"));
    let mut outputs = site.outputs();
    outputs.retain(|path, _| !is_own(path));
    let counted: BTreeMap<&str, u64> = examined.weighed().collect();
    assert_eq!(counted.keys().collect::<Vec<_>>(), outputs.keys().collect::<Vec<_>>());
    let pieces: Vec<_> = outputs.iter().filter(|(path, _)| path.starts_with("search/m/")).collect();
    assert!(!pieces.is_empty() && pieces.iter().all(|(path, bytes)| counted[path.as_str()] == bytes.len() as u64));
}
