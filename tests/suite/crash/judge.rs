//! A small site that is edited and built again and again, and rules for its output folder in between.
//!
//! Only what a user sees is judged: exit codes, messages and the output folder.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use tempfile::TempDir;

use crate::support::{SITE_TOML, article, recto, temporary};

/// Files by path.
pub type Files = BTreeMap<String, Vec<u8>>;

/// Prefix of Recto's own names in an output folder.
pub const OWN: &str = ".recto";
const MANIFEST: &str = ".recto-manifest";

// ---- the sources -----------------------------------------------------------------------------------------------------

/// The parts of an article that can be edited.
#[derive(Clone, Default)]
pub struct Text {
    /// Values below ten have the same length, so that the file's size does not reveal an edit.
    pub title: u64,
    pub body: u64,
    pub month: u64,
    pub tag: u64,
    pub alias: u64,
    pub sibling: bool,
}

/// The parts of the site that can be edited.
#[derive(Clone, Default)]
pub struct Model {
    pub title: u64,
    pub template: u64,
    /// Whether a template fails to render.
    pub broken: bool,
    /// Whether a folder replaces a file.
    pub folder: bool,
    pub asset: u64,
    pub record: u64,
    /// Whether the base URL is overridden on the command line, which no file shows.
    pub elsewhere: bool,
    pub articles: BTreeMap<u64, Text>,
}

impl Model {
    /// Eight articles, one with a sibling, two with an asset, one with an alias.
    pub fn new() -> Model {
        let text = |n: u64| Text { alias: u64::from(n == 3), sibling: n == 2, ..Text::default() };
        Model { articles: (1..=8).map(|n| (n, text(n))).collect(), ..Model::default() }
    }

    /// Returns the arguments on the command line.
    pub fn arguments(&self) -> &'static [&'static str] {
        if self.elsewhere { &["-u", "https://elsewhere.example/below"] } else { &[] }
    }

    /// Returns the files of the site.
    pub fn files(&self) -> Files {
        let mut files = BTreeMap::new();
        let mut add = |path: &str, text: String| drop(files.insert(path.to_owned(), text.into_bytes()));
        let config = SITE_TOML.replacen("Test", &format!("Test {}", self.title), 1);
        add("site.toml", format!("{config}[pagination]\nper_page = 3\n"));
        for (n, text) in &self.articles {
            let Text { title, body, month, tag, alias, sibling } = text;
            let aliases = if *alias > 0 { format!("aliases = [\"/old/{n}/{alias}/\"]\n") } else { String::new() };
            let asset = if *n < 3 { "![A chart](chart.svg)" } else { "" };
            let date = format!("2024-{:02}-{:02}", 3 + month, 1 + n % 28);
            let body = format!("Body {body} of {n}. {asset}");
            let front = format!("tags = [\"tag {tag}\"]\n{aliases}");
            add(&format!("content/articles/r{n}.md"), article(&format!("Report {n}.{title}"), &date, &front, &body));
            if *sibling {
                let text = format!("+++\ntitle = \"報告{n}\"\n+++\n\n本文{title}。\n");
                add(&format!("content/articles/r{n}.ja.md"), text);
            }
        }
        let chart = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"NUMBER\"/>\n";
        add("content/articles/chart.svg", chart.replace("NUMBER", &self.asset.to_string()));
        let record = format!("+++\nlabel = \"The Harbour Gazette\"\n+++\n\nA daily, number {}.\n", self.record);
        add("content/sources/the-harbour-gazette.md", record);
        add("static/robots.txt", "User-agent: *\n".to_owned());
        // Large enough to be interrupted while it is copied.
        add("static/large.txt", format!("{}\n", self.asset).repeat(150_000));
        add(if self.folder { "static/turn/inner.txt" } else { "static/turn" }, "A file.\n".to_owned());
        if self.template > 0 {
            let block = format!("{{% block after %}}<p>{}</p>{{% endblock after %}}", self.template);
            add("templates/article.html", format!("{{% extends \"themes/default/article.html\" %}}\n{block}\n"));
        }
        if self.broken {
            add("templates/day.html", "{{ nothing.here }}\n".to_owned());
        }
        files
    }

    /// Makes one random edit.
    pub fn edit(&mut self, chance: &mut Chance) {
        let some = chance.below(self.articles.len() as u64) as usize;
        let number = *self.articles.keys().nth(some).expect("the site keeps some articles");
        let value = 1 + chance.below(9);
        let text = self.articles.entry(number).or_default();
        match chance.below(16) {
            0 | 1 => text.title = value,
            2 => text.body = value,
            3 => text.month = value % 3,
            4 => text.tag = value % 2,
            5 => text.alias = value % 3,
            6 => text.sibling = !text.sibling,
            7 | 8 if self.articles.len() > 4 => drop(self.articles.remove(&number)),
            7..=10 => drop(self.articles.insert(1 + chance.below(40), Text::default())),
            11 => self.template = value % 3,
            12 => self.title = value,
            13 => self.folder = !self.folder,
            14 => self.elsewhere = !self.elsewhere,
            _ => (self.asset, self.record) = (value % 4, value % 3),
        }
    }
}

/// A sequence of random numbers (SplitMix64), the same for the same seed.
pub struct Chance(pub u64);

impl Chance {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }
}

// ---- the site --------------------------------------------------------------------------------------------------------

/// The site in its folder.
pub struct Judge {
    folder: TempDir,
    sources: Files,
    arguments: &'static [&'static str],
}

impl Judge {
    /// A folder without a site, which `edit` creates.
    pub fn new() -> Judge {
        Judge { folder: temporary(), sources: Files::new(), arguments: &[] }
    }

    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    pub fn public(&self) -> PathBuf {
        self.root().join("public")
    }

    /// Makes the site match the model.
    pub fn follow(&mut self, model: &Model) {
        self.edit(&model.files());
        self.arguments = model.arguments();
    }

    /// Returns the arguments of every build.
    pub fn arguments<'a>(&self, more: &[&'a str]) -> Vec<&'a str> {
        [&["build", "-q"], more, self.arguments].concat()
    }

    /// Edits the site's files until they are these. Unchanged files are not touched.
    pub fn edit(&mut self, to: &Files) {
        for path in self.sources.keys().filter(|path| !to.contains_key(*path)) {
            let file = self.root().join(path);
            fs::remove_file(&file).expect("a source can be removed");
            // An empty folder may have to make way for a file.
            let _ = fs::remove_dir(file.parent().expect("a file has a folder"));
        }
        for (path, bytes) in to.iter().filter(|(path, bytes)| self.sources.get(*path) != Some(*bytes)) {
            let file = self.root().join(path);
            fs::create_dir_all(file.parent().expect("a file has a folder")).expect("a folder can be made");
            fs::write(file, bytes).expect("a source can be written");
        }
        self.sources = to.clone();
    }

    pub fn build(&self) -> Output {
        recto(self.root(), &self.arguments(&["-j1"]))
    }

    /// Builds, and returns the differences between the output folder and these files.
    pub fn mend(&self, clean: &Files) -> Vec<String> {
        self.mend_but(clean, |_| false)
    }

    /// Like `mend`, but ignores some paths.
    pub fn mend_but(&self, clean: &Files, ignored: impl Fn(&str) -> bool) -> Vec<String> {
        let ran = self.build();
        if !ran.status.success() {
            return vec![format!("the next build fails: {} {}", ran.status, stderr(&ran).trim())];
        }
        let mut there = self.there();
        there.retain(|path, _| clean.contains_key(path) || !ignored(path));
        differences(clean, &there).into_iter().map(|fault| format!("after the next build: {fault}")).collect()
    }

    /// Returns everything in the output folder.
    pub fn there(&self) -> Files {
        everything(&self.public())
    }

    /// Returns whether a first build is incomplete, so that a file may be partial.
    pub fn unfinished(&self) -> bool {
        unfinished(&self.there())
    }

    /// Removes the results of builds: the output folder, the state, or both.
    pub fn forget(&self, public: bool, state: bool) {
        for (folder, gone) in [("public", public), (OWN, state)] {
            let folder = self.root().join(folder);
            if gone && folder.exists() {
                fs::remove_dir_all(folder).expect("a folder can be removed");
            }
        }
    }

    /// Returns what is wrong with a first build's output folder: it must be marked as incomplete, or complete.
    pub fn faults_of_first(&self, clean: &Files) -> Vec<String> {
        let there = self.there();
        let some = there.keys().find(|path| !is_own(path) && !path.ends_with('/'));
        match (unfinished(&there), there.contains_key(MANIFEST)) {
            (true, true) => Vec::new(),
            (true, false) => some.map(|path| format!("no manifest, but {path}")).into_iter().collect(),
            (false, _) => between(&[clean], &there),
        }
    }
}

/// Returns whether the manifest is marked as incomplete or missing, so that files may be partial.
pub fn unfinished(there: &Files) -> bool {
    let manifest = there.get(MANIFEST).map(|bytes| String::from_utf8_lossy(bytes)).unwrap_or_default();
    manifest.lines().next().is_none_or(|first| first.ends_with(" incomplete"))
}

pub fn stderr(ran: &Output) -> String {
    String::from_utf8_lossy(&ran.stderr).into_owned()
}

/// Returns the output of a build of this site into a fresh folder.
pub fn clean(model: &Model) -> Files {
    let mut judge = Judge::new();
    judge.follow(model);
    let ran = judge.build();
    assert!(ran.status.success(), "the site does not build: {}", stderr(&ran));
    judge.there()
}

/// Returns every file and every folder below a folder. The path of a folder ends with a slash.
pub fn everything(root: &Path) -> Files {
    let mut out = Files::new();
    if !root.exists() {
        return out;
    }
    for entry in walkdir::WalkDir::new(root).min_depth(1) {
        let entry = entry.expect("a folder can be walked");
        let below = entry.path().strip_prefix(root).expect("below the root").to_str().expect("paths are UTF-8");
        if entry.file_type().is_dir() {
            out.insert(format!("{below}/"), Vec::new());
        } else {
            out.insert(below.to_owned(), fs::read(entry.path()).expect("a file can be read"));
        }
    }
    out
}

fn is_own(path: &str) -> bool {
    path.starts_with(OWN)
}

/// Shortens a long list.
fn some(mut faults: Vec<String>) -> Vec<String> {
    let more = faults.len().saturating_sub(4);
    faults.truncate(4);
    if more > 0 {
        faults.push(format!("and {more} more"));
    }
    faults
}

/// Returns the differences between a folder and the expected files.
pub fn differences(expected: &Files, there: &Files) -> Vec<String> {
    let missing = expected.keys().filter(|path| !there.contains_key(*path)).map(|path| format!("missing: {path}"));
    let wrong = there.iter().filter_map(|(path, bytes)| match expected.get(path) {
        None => Some(format!("stray: {path}")),
        Some(right) if right != bytes => Some(format!("differs: {path}")),
        Some(_) => None,
    });
    some(missing.chain(wrong).collect())
}

/// Returns what an interrupted build must not have done: every file must have one of these versions, and may be
/// missing only if one version lacks it.
pub fn between(versions: &[&Files], there: &Files) -> Vec<String> {
    let counts = |path: &str| !is_own(path) && !path.ends_with('/');
    let always = versions[0].keys().filter(|path| versions.iter().all(|version| version.contains_key(*path)));
    let gone = always.filter(|path| counts(path) && !there.contains_key(*path)).map(|path| format!("gone: {path}"));
    let wrong = there.iter().filter(|(path, _)| counts(path)).filter_map(|(path, bytes)| {
        let known = versions.iter().any(|version| version.get(path) == Some(bytes));
        (!known).then(|| format!("of no version: {path} ({} bytes)", bytes.len()))
    });
    some(gone.chain(wrong).collect())
}
