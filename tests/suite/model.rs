//! A small random site as values: the edits of `edits.rs` change them, and its files are made from them.

use std::collections::BTreeMap;

use recto::content::content_path::dated;

use crate::pools::*;

/// A small random number generator, which gives the same script on every machine and in every version.
#[derive(Clone, Debug)]
pub struct Rng(u64);

impl Rng {
    pub fn new(seed: u64) -> Rng {
        Rng(seed)
    }

    /// SplitMix64.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    /// Returns a random item, if there are any.
    pub fn one<T>(&mut self, from: impl IntoIterator<Item = T>) -> Option<T> {
        let mut all: Vec<T> = from.into_iter().collect();
        let at = self.below(all.len());
        (!all.is_empty()).then(|| all.swap_remove(at))
    }
}

/// A block of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    Words(u32),
    /// Longer than an excerpt.
    Long(u32),
    /// Links to a path below `content/`.
    Link(String),
    Image(String),
    Raw(&'static str),
}

/// A text of the content: an article, a sibling, a record or a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    pub front: BTreeMap<&'static str, String>,
    pub body: Vec<Block>,
    /// Whether lines end as on Windows.
    pub windows: bool,
}

impl Text {
    /// Prints the file. `path` is its path below `content/`, to which links are relative.
    fn print(&self, path: &str) -> String {
        let up = "../".repeat(path.matches('/').count());
        let mut out = String::from("+++\n");
        self.front.iter().for_each(|(key, value)| out.push_str(&format!("{key} = {value}\n")));
        out.push_str("+++\n");
        for block in &self.body {
            out.push('\n');
            match block {
                Block::Words(n) => out.push_str(&format!("Words {n:04} of a body.")),
                Block::Long(n) => out.push_str(&format!("Words {n:04} {}", "and so on ".repeat(25).trim_end())),
                Block::Link(target) => out.push_str(&format!("More [there]({up}{target}).")),
                Block::Image(target) => out.push_str(&format!("![A picture]({up}{target})")),
                Block::Raw(text) => out.push_str(text),
            }
            out.push('\n');
        }
        if self.windows { out.replace('\n', "\r\n") } else { out }
    }

    /// Returns the path that a block links to.
    pub fn leads_to(block: &Block) -> Option<&str> {
        match block {
            Block::Link(target) | Block::Image(target) => target.split('#').next(),
            _ => None,
        }
    }
}

/// A file that is not a text of the content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    Bytes(Vec<u8>),
    /// A symbolic link.
    Link(&'static str),
}

/// A site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model {
    /// For each of [`SETTINGS`] the index of its value.
    pub settings: Vec<usize>,
    /// By path below `content/` without the extension.
    pub texts: BTreeMap<String, Text>,
    pub files: BTreeMap<String, Content>,
    /// The last number that was used.
    pub last: u32,
}

impl Model {
    /// Makes a random site with this many articles.
    pub fn random(seed: u64, articles: usize) -> Model {
        let mut r = Rng::new(seed);
        let settings = SETTINGS.iter().map(|(_, (key, values))| match *key {
            "titel" | "language" | "theme" => 0,
            _ if r.chance(75) => 0,
            _ => r.below(values.len()),
        });
        let settings = settings.collect();
        let mut model = Model { settings, texts: BTreeMap::new(), files: BTreeMap::new(), last: 0 };
        for pool in [ASSETS, STATICS, TEMPLATES, THEMES, STRINGS, GLOSSARIES] {
            let few = if pool == ASSETS { 70 } else { 12 };
            pool.iter().filter(|_| r.chance(few)).for_each(|file| model.put(file));
        }
        model.put(&THEMES[0]);
        model.put(&TEMPLATES[3]);
        let names: Vec<&str> = RECORDS.iter().chain(PAGES).copied().filter(|_| r.chance(40)).collect();
        names.into_iter().for_each(|name| model.add(name, &mut r));
        for n in 0..articles {
            // Each article has its own seed, so that a site with fewer articles is otherwise the same.
            let mut r = Rng::new(seed ^ ((n as u64 + 1) << 32));
            let name = model.new_name(&mut r);
            model.add(&name, &mut r);
            if r.chance(25) {
                let lang = *r.pick(LANGUAGES);
                model.add(&format!("{name}.{lang}"), &mut r);
            }
        }
        model.link_some(&mut r);
        model.mend();
        model
    }

    /// Adds links between existing files, pictures included.
    fn link_some(&mut self, r: &mut Rng) {
        let texts: Vec<String> = self.texts.keys().cloned().collect();
        for text in &texts {
            if r.chance(35) {
                let block = self.random_link(r);
                self.texts.get_mut(text).expect("it is there").body.extend(block);
            }
        }
    }

    /// Returns a link to an existing file.
    pub fn random_link(&mut self, r: &mut Rng) -> Option<Block> {
        if r.chance(25) {
            let all: Vec<&String> = self.files.keys().filter(|path| path.ends_with(".svg")).collect();
            let asset = r.one(all)?.strip_prefix("content/")?.to_owned();
            return Some(Block::Image(asset));
        }
        let target = r.one(self.texts.keys())?;
        let fragment = *r.pick(&["", "", "#p2", "#original"]);
        Some(Block::Link(format!("{target}.md{fragment}")))
    }

    /// Returns a new number of four digits, so that texts of one pattern have the same size.
    pub fn number(&mut self) -> u32 {
        self.last += 1;
        self.last
    }

    pub fn fill(&mut self, pattern: &str, path: &str) -> String {
        let key = stem(path).replace('.', "-");
        let text = pattern.replace("{key}", &key);
        if text.contains("{n}") { text.replace("{n}", &format!("{}", 1000 + self.number())) } else { text }
    }

    /// Adds a file of a pool, with a new number in it.
    pub fn put(&mut self, (path, text): &File) {
        // A file cannot be in place of a folder.
        let blocked = |other: &String| other.starts_with(&format!("{path}/")) || path.starts_with(&format!("{other}/"));
        self.files.retain(|other, _| !blocked(other));
        let text = self.fill(text, path);
        self.files.insert((*path).to_owned(), Content::Bytes(text.into_bytes()));
    }

    /// Returns a name for a new article: some begin with a date, some are folders.
    pub fn new_name(&mut self, r: &mut Rng) -> String {
        let folder = if r.chance(30) { "articles/deep" } else { "articles" };
        let day = if r.chance(15) { "2024-02-05-" } else { "" };
        let index = if r.chance(20) { "/index" } else { "" };
        format!("{folder}/{day}a{:02}{index}", self.number())
    }

    /// Sets the date of an article to that in its name, unless it has a slug.
    pub fn agree(&mut self, article: &str) {
        let Some(text) = self.texts.get_mut(article).filter(|text| !text.front.contains_key("slug")) else { return };
        if let Some((day, _)) = dated(stem(article)) {
            text.front.insert("date", day.to_owned());
        }
    }

    /// Adds a random text of the kind that its path implies.
    pub fn add(&mut self, path: &str, r: &mut Rng) {
        let mut text = Text::default();
        for (at, (key, values)) in choices(path).iter().enumerate() {
            let always = if is_article(path) { at < NEEDED } else { *key == "title" };
            let value = match always {
                true => r.one(values.iter().filter(|v| !v.is_empty())).copied().unwrap_or_default(),
                false if r.chance(if matches!(*key, "tags" | "label") { 75 } else { 14 }) => *r.pick(values),
                false => "",
            };
            if !value.is_empty() {
                text.front.insert(key, self.fill(value, path));
            }
        }
        let first = if r.chance(40) { Block::Long } else { Block::Words };
        if is_article(path) || r.chance(70) {
            text.body.push(first(1000 + self.number()));
            text.body.push(Block::Words(1000 + self.number()));
        }
        if r.chance(25) {
            text.body.push(Block::Raw(r.pick::<&str>(RAW)));
        }
        self.texts.insert(path.to_owned(), text);
        self.agree(path);
    }

    pub fn articles(&self) -> Vec<String> {
        self.texts.keys().filter(|path| is_article(path)).cloned().collect()
    }

    pub fn siblings(&self, article: &str) -> Vec<String> {
        let start = format!("{article}.");
        self.texts.keys().filter(|path| path.starts_with(&start)).cloned().collect()
    }

    /// Returns the value of a setting.
    pub fn setting(&self, key: &str) -> &'static str {
        let at = SETTINGS.iter().position(|(_, (name, _))| *name == key).expect("a setting");
        SETTINGS[at].1.1[self.settings[at]]
    }

    /// Fixes common errors: dead links, originals without a declaration, files that make every build fail.
    pub fn mend(&mut self) {
        let there: Vec<String> = self.files().into_keys().collect();
        let found = |target: &str| there.binary_search(&format!("content/{target}")).is_ok();
        for text in self.texts.values_mut() {
            text.body.retain(|block| Text::leads_to(block).is_none_or(found));
        }
        self.files.retain(|path, content| !is_fault(path, content));
        for (setting, (table, (key, _))) in self.settings.iter_mut().zip(SETTINGS) {
            if *key == "titel" || *table == "check" {
                *setting = 0;
            }
        }
        let own = format!(".{}", self.setting("language").trim_matches('"'));
        let plain: Vec<String> = self.articles().into_iter().filter(|path| !path.ends_with("/index")).collect();
        let is_twin = |path: &str| path.split_once("/index").is_some_and(|(name, _)| plain.iter().any(|p| p == name));
        self.texts.retain(|path, _| !path.ends_with(&own) && !is_twin(path));
        let language = format!("lang = {}", self.setting("language"));
        for article in self.articles() {
            let siblings = self.siblings(&article);
            self.agree(&article);
            let text = self.texts.get_mut(&article).expect("it is there");
            text.front.entry("translator").or_insert_with(|| "\"A. Person\"".to_owned());
            let named =
                |lang: &str| text.front.get("original").is_some_and(|o| o.contains(&format!("lang = \"{lang}\"")));
            let (own, other) = match text.front.get("original") {
                Some(said) if said.contains("lang") => (said.contains(&language), !said.contains(&language)),
                _ => (false, false),
            };
            // An article that is the original itself and does not declare another.
            if own || text.front.get("kind").is_some_and(|kind| kind == "\"original\"") {
                if other {
                    text.front.remove("original");
                }
                continue;
            }
            let langs: Vec<&str> = siblings.iter().filter_map(|path| path.rsplit('.').next()).collect();
            if langs.len() > 1 && !langs.iter().any(|lang| named(lang)) {
                text.front.insert("original", format!("{{ lang = \"{}\" }}", langs[0]));
            }
        }
    }

    /// Returns every file of the site.
    pub fn files(&self) -> BTreeMap<String, Content> {
        let mut out = self.files.clone();
        let mut config = String::new();
        let mut open = "";
        for ((table, (key, values)), at) in SETTINGS.iter().zip(&self.settings) {
            if values[*at].is_empty() {
                continue;
            }
            if *table != open {
                config.push_str(&format!("[{table}]\n"));
                open = table;
            }
            config.push_str(&format!("{key} = {}\n", values[*at]));
        }
        out.insert("site.toml".to_owned(), Content::Bytes(config.into_bytes()));
        for (path, text) in &self.texts {
            out.insert(format!("content/{path}.md"), Content::Bytes(text.print(path).into_bytes()));
        }
        out
    }
}

fn is_fault(path: &str, content: &Content) -> bool {
    FAULTS.iter().any(|(name, text)| *name == path && *content == Content::Bytes(text.as_bytes().to_vec()))
}

/// Returns the name of a text: `articles/a01/index` is `a01`.
pub fn stem(path: &str) -> &str {
    let path = path.strip_suffix("/index").unwrap_or(path);
    path.rsplit('/').next().unwrap_or(path)
}

/// Returns whether a path below `content/` is that of an article or a sibling.
pub fn is_article(path: &str) -> bool {
    path.starts_with("articles/") && !path.contains('.')
}

pub fn is_sibling(path: &str) -> bool {
    path.starts_with("articles/") && path.contains('.')
}

/// Returns the keys that a text may have, by its path.
pub fn choices(path: &str) -> &'static [Choice] {
    match path.split('/').next() {
        Some("articles") if is_article(path) => ARTICLE,
        Some("articles") => SIBLING,
        Some("pages") => PAGE,
        _ => RECORD,
    }
}
