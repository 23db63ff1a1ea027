//! The client of the search, in node, and the reader in Python: both read indexes that Recto made and must find what is
//! in them. `tests/tools/search_client.mjs` has the cases.
//!
//! `RECTO_CLIENT=all` damages more files in more ways, and makes more queries.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use recto::base::digest::Digest;
use recto::content::search::collector::{SearchTermCollector, TextPart};
use recto::content::search::text_terms::Strength;
use recto::search::collection::{Collection, Place, SearchItem};
use recto::search::index::{Before, TermSource, update};
use recto::search::kept::KeptIndex;
use recto::search::shape::Shape;
use recto::search::words::WordGroup;
use serde_json::json;
use tempfile::TempDir;

use crate::support::{SITE_TOML, Site, article, project, temporary};
use crate::tools::program;

/// Many small pieces, so that a few hundred items have all tiers.
const SMALL: Shape = Shape { base_unit: 256, middle_unit: 32, least_fresh: 32, target: 6000, items_per_file: 512 };
const ITEMS: u32 = 700;

/// An item with its texts.
struct Page {
    address: String,
    title: String,
    text: String,
    original: Option<(&'static str, String)>,
    facets: Vec<String>,
    terms: BTreeMap<String, (Strength, Place)>,
}

/// Pages; `None` where an article is not published.
struct Library(Vec<Option<Page>>);

impl Collection for Library {
    fn count(&self) -> u32 {
        self.0.len() as u32
    }

    fn item(&self, number: u32) -> Option<SearchItem<'_>> {
        let page = self.0[number as usize].as_ref()?;
        let original_language = page.original.as_ref().map(|(language, _)| *language);
        Some(SearchItem { address: page.address.clone(), title: &page.title, language: "en", original_language })
    }

    fn digest(&self, number: u32) -> Digest {
        Digest::of(&number.to_le_bytes())
    }

    fn facets(&self, number: u32, each: &mut dyn FnMut(&str)) {
        self.0[number as usize].iter().flat_map(|page| &page.facets).for_each(|facet| each(facet));
    }

    fn terms(&self, number: u32, each: &mut dyn FnMut(&str, Strength, Place)) {
        let terms = self.0[number as usize].iter().flat_map(|page| &page.terms);
        terms.for_each(|(term, (strength, place))| each(term, *strength, *place));
    }
}

/// Numbers that look random and are the same every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }

    /// A word. Some are much more frequent than others.
    fn word(&mut self) -> String {
        const SYLLABLES: [&str; 24] = [
            "ba", "ko", "ri", "ten", "mu", "sha", "lo", "vi", "ne", "gra", "po", "du", "sel", "wa", "ki", "tor", "me",
            "fal", "ju", "ze", "ho", "qui", "by", "cen",
        ];
        let common = self.below(10);
        let rank = self.below(1 << (2 + common));
        let (mut rest, mut word) = (rank * 7 + 3, String::new());
        while rest > 0 || word.len() < 4 {
            word.push_str(SYLLABLES[rest % SYLLABLES.len()]);
            rest /= SYLLABLES.len();
        }
        word + ["", "", "", "s", "ing"][self.below(5)]
    }

    fn words(&mut self, count: usize) -> String {
        (0..count).map(|_| self.word()).collect::<Vec<_>>().join(" ")
    }
}

/// Sentences that only some pages have.
const SENTENCES: [(u32, &str); 9] = [
    (7, "The prime minister visited Kyiv, and Kim Jong-un stayed."),
    (11, "Café owners in São Paulo met at the harbour election of 2021."),
    (13, "The Yomiuri Shimbun printed 12,345 copies, for 3.2 trillion yen."),
    (17, "A harbour full of elections and elected harbourmasters."),
    (19, "Ohtani spoke; the naïve electorate listened."),
    (23, "Президент приехал в столицу порта."),
    (29, "قال رئيس الوزراء إن الحكومة في القاهرة"),
    (31, "The nuclear power plant at Fukushima."),
    (37, "Nothing but fog; 24.03.2021 was a day in March."),
];

const ORIGINALS: [(u32, &str, &str); 5] = [
    (3, "ja", "東京電力の福島第一原発。岸田首相が訪米した。"),
    (5, "ja", "事業費は3兆2千億円となる。𠮷野家と﨑山さん。"),
    (8, "ko", "대한민국 대통령은 서울에서 말했다."),
    (11, "de", "Die Wahl des Präsidenten kostet 3,2 Billionen Yen."),
    (13, "th", "ประเทศไทยมีนายกรัฐมนตรี"),
];

fn page(number: u32, dice: &mut Dice) -> Page {
    let mut text = dice.words(30);
    for (step, sentence) in SENTENCES.iter().filter(|(step, _)| number % step == 2) {
        text = format!("{text} page{step}.\n{sentence}");
    }
    let original = ORIGINALS.iter().find(|(step, ..)| number % step == 1);
    let original = original.map(|(_, language, text)| (*language, format!("{text}\n{text} {}", dice.words(3))));
    let title = format!("{} {}", dice.words(2), ["Harbour", "Fog", "Kyoto"][number as usize % 3]);
    let (year, month, day) = (2015 + number / 100, 1 + number / 9 % 12, 1 + number % 28);
    let mut facets = vec![
        format!("\u{1}y:{year}"),
        format!("\u{1}m:{year}-{month:02}"),
        format!("\u{1}d:{year}-{month:02}-{day:02}"),
        format!("\u{1}src:{}", ["asahi", "mainichi", "yomiuri-shimbun"][number as usize % 3]),
        "\u{1}sec:world".to_owned(),
        "\u{1}lang:en".to_owned(),
    ];
    if number.is_multiple_of(2) {
        facets.push("\u{1}sec:world/east-asia".to_owned());
    }
    if number % 10 < 4 {
        facets.push(format!("\u{1}tag:t{}", number % 10));
    }
    facets.sort();
    let mut terms = BTreeMap::new();
    let mut collector = SearchTermCollector::default();
    collector.add(&title, "en", TextPart::Title);
    collector.add(&text, "en", TextPart::Body);
    collector.finish().each(|term, strength| {
        terms.insert(term.to_owned(), (strength, Place::Text));
    });
    if let Some((language, text)) = &original {
        collector.add(text, language, TextPart::Body);
        collector.finish().each(|term, strength| {
            let both = |known: &mut (Strength, Place)| *known = (known.0.max(strength), Place::Both);
            terms.entry(term.to_owned()).and_modify(both).or_insert((strength, Place::Original));
        });
    }
    Page { address: format!("/{year}/{number}/"), title, text, original, facets, terms }
}

/// Writes an index, and what it must hold, into a folder.
fn write(library: &Library, folder: &Path) {
    let group = |facet: &str, forms: &[&str]| WordGroup {
        facet: facet.to_owned(),
        forms: forms.iter().map(|form| (*form).to_owned()).collect(),
    };
    let words = [
        group("", &["prime minister", "首相", "رئيس الوزراء"]),
        group("", &["Kyiv", "Kiev"]),
        group("src:asahi", &["The Asahi Shimbun", "朝日新聞"]),
    ];
    let kept = KeptIndex::default();
    let before = Before { kept: &kept, read: &|_| None, old_terms: &|_, _| false };
    for file in update(TermSource { collection: library, language: "en", words: &words }, before, SMALL).files {
        let path = folder.join("search").join(&*file.path);
        fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("a folder can be made");
        fs::write(path, file.bytes.expect("all files are new")).expect("a file can be written");
    }
    let (mut pages, mut terms) = (Vec::new(), BTreeMap::<&str, Vec<[u32; 3]>>::new());
    for (number, page) in library.0.iter().enumerate() {
        let Some(page) = page else {
            pages.push(json!(null));
            continue;
        };
        let original = page.original.as_ref().map(|(_, text)| text);
        pages.push(json!({ "address": page.address, "title": page.title, "text": page.text, "original": original }));
        for facet in &page.facets {
            terms.entry(facet).or_default().push([number as u32, 0, 0]);
        }
        for (term, (strength, place)) in &page.terms {
            terms.entry(term).or_default().push([number as u32, *strength as u32, *place as u32]);
        }
    }
    let expected = json!({ "pages": pages, "terms": terms }).to_string();
    fs::write(folder.join("expected.json"), expected).expect("a file can be written");
}

/// A folder with an index of all tiers, and one with an index that is nearly a single file.
type Folders = [(TempDir, Library); 2];

/// The folders of all tests that use them at this moment.
static SHARED: Mutex<Weak<Folders>> = Mutex::new(Weak::new());

fn folders() -> Arc<Folders> {
    let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
    shared.upgrade().unwrap_or_else(|| {
        let made = Arc::new([ITEMS, 20].map(|count| {
            let mut dice = Dice(18);
            let pages = (0..count).map(|number| (number % 50 != 9).then(|| page(number, &mut dice)));
            let (folder, library) = (temporary(), Library(pages.collect()));
            write(&library, folder.path());
            (folder, library)
        }));
        *shared = Arc::downgrade(&made);
        made
    })
}

/// Runs cases of the script in node.
fn run(cases: &str) {
    let Some(node) = program("node") else { return };
    for (folder, _) in folders().iter() {
        let script = project().join("tests/tools/search_client.mjs");
        let client = project().join("themes/default/static/search.js");
        let paths = [script.as_path(), &client, folder.path()];
        let output = Command::new(&node).args(paths).arg(cases).output().expect("node starts");
        let told = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
        assert!(output.status.success(), "{told}");
    }
}

#[test]
fn the_client_reads_what_was_written() {
    run("reading");
}

#[test]
fn the_client_finds_what_is_there() {
    run("finding");
}

#[test]
fn the_client_notices_damaged_files() {
    run("damage");
}

#[test]
fn the_client_requests_little_and_gives_up_what_nobody_waits_for() {
    run("requests");
}

#[test]
fn the_client_takes_any_query() {
    run("queries");
}

/// The most bytes of the published script, compressed with brotli as far as it goes.
const SCRIPT: usize = 12 * 1024;

#[test]
fn the_script_is_small_and_works_without_its_comments() {
    let site = Site::new(SITE_TOML);
    site.write("content/articles/fog.md", &article("Fog", "2024-03-02", "", "The harbor was in the fog."));
    site.build();
    let script = site.outputs().remove("search.js").expect("the site has a search");
    let mut sent = Vec::new();
    let how = brotli::enc::BrotliEncoderParams::default();
    brotli::BrotliCompress(&mut script.as_slice(), &mut sent, &how).expect("memory takes every write");
    assert!(sent.len() <= SCRIPT, "{} bytes", sent.len());
    let text = String::from_utf8(script).expect("a script is text");
    assert!(!text.contains("/*") && !text.contains("\n//") && !text.contains("\n\n"));
    let Some(node) = program("node") else { return };
    let path = site.root().join("published.mjs");
    fs::write(&path, text).expect("a file can be written");
    let query = "import('./published.mjs').then(({ readQuery }) => console.log(readQuery('Föhn').words[0].text))";
    let output = Command::new(node).current_dir(site.root()).args(["-e", query]).output().expect("node starts");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "fohn\n", "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_hundred_lines_of_python_read_the_index() {
    let Some(python) = program("python3") else { return };
    let reader = project().join("tests/tools/read_search_index.py");
    let lines = fs::read_to_string(&reader).expect("the reader is text").lines().count();
    assert!(lines <= 100, "{lines} lines");
    for (folder, library) in folders().iter() {
        let facets = ["\u{1}src:asahi", "\u{1}y:2016", "fog"];
        for words in [&["harbour"][..], &["東京", "原発"], &facets, &["𠮷野"], &["absent"]] {
            let mut command = Command::new(&python);
            let output =
                command.arg(&reader).arg(folder.path().join("search")).args(words).output().expect("Python starts");
            let told = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{words:?}: {told}");
            let has = |page: &&Page, word: &str| page.terms.contains_key(word) || page.facets.iter().any(|f| f == word);
            let pages = library.0.iter().flatten().filter(|page| words.iter().all(|word| has(page, word)));
            let expected: Vec<&str> = pages.map(|page| &*page.address).collect();
            let found = String::from_utf8(output.stdout).expect("addresses are text");
            assert_eq!(found.split_whitespace().collect::<Vec<_>>(), expected, "{words:?}");
        }
    }
}
