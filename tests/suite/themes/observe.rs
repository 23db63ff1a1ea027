//! The values that templates are given, observed in every context of every page of many sites.
//!
//! Recto has no list of fields: a view is a walk. So this test makes the walks and records which fields there are,
//! their kinds, and whether one may be none.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use recto::archive::term::LETTERS_ABOVE;
use recto::base::limits::LIST;
use recto::engine::load;
use recto::outputs::kept_rows::RowCache;
use recto::outputs::output_content::OutputContent;
use recto::theme::view::{Value, Values};
use tera::value::{Key, ValueKind};
use tera::{Context, Kwargs, State, Tera};

use crate::html::demonstration;
use crate::support::{SITE_TOML, Site, article, png, project, recto, temporary};

/// The kind of a value for a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Text,
    Html,
    Number,
    Flag,
    /// The user's own table, with any keys.
    Map,
    Table,
    List,
    None,
}

/// What the values at one place were, over all pages.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    pub kinds: BTreeSet<Kind>,
    /// Items, for a list.
    pub item: Option<Box<Seen>>,
    /// Fields, for a table, in the order of the walk.
    pub fields: Vec<(String, Seen)>,
}

impl Seen {
    fn learn(&mut self, value: &Value, at: &str, faults: &mut BTreeSet<String>) {
        let kind = match value.kind() {
            ValueKind::None => Kind::None,
            ValueKind::Bool => Kind::Flag,
            ValueKind::String if value.is_safe() => Kind::Html,
            ValueKind::String => Kind::Text,
            ValueKind::Array => Kind::List,
            // A walk's names are part of the program; those of a user's table are read from a file.
            ValueKind::Map => match value.as_map().and_then(|map| map.keys().next()) {
                Some(Key::Str(_)) => Kind::Table,
                _ => Kind::Map,
            },
            _ => Kind::Number,
        };
        self.kinds.insert(kind);
        for item in value.as_array().unwrap_or_default() {
            self.item.get_or_insert_default().learn(item, &format!("{at}[]"), faults);
        }
        if let (Kind::Table, Some(map)) = (kind, value.as_map()) {
            let fields = map.iter().map(|(key, value)| (key.as_str().expect("names are texts").to_owned(), value));
            self.learn_fields(fields, at, faults);
        }
    }

    /// A table must have the same fields everywhere, so that templates can rely on them.
    fn learn_fields<'v>(
        &mut self,
        fields: impl Iterator<Item = (String, &'v Value)>,
        at: &str,
        faults: &mut BTreeSet<String>,
    ) {
        let fields: Vec<(String, &Value)> = fields.collect();
        if self.fields.is_empty() {
            self.fields = fields.iter().map(|(name, _)| (name.clone(), Seen::default())).collect();
        }
        let names = |all: &mut dyn Iterator<Item = &String>| all.map(String::as_str).collect::<Vec<_>>().join(" ");
        let known = names(&mut self.fields.iter().map(|(name, _)| name));
        let found = names(&mut fields.iter().map(|(name, _)| name));
        if known != found {
            faults.insert(format!("{at} has not the same fields everywhere: {known}; or {found}"));
            return;
        }
        for ((name, seen), (_, value)) in self.fields.iter_mut().zip(fields) {
            seen.learn(value, &format!("{at}.{name}"), faults);
        }
    }

    pub fn field(&self, name: &str) -> Option<&Seen> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, seen)| seen)
    }

    /// Returns the innermost items of nested lists; for anything else, itself.
    pub fn innermost(&self) -> &Seen {
        self.item.as_deref().map_or(self, Seen::innermost)
    }

    /// Returns whether everything observed here was observed there, too.
    pub fn within(&self, other: &Seen) -> bool {
        let items = match (&self.item, &other.item) {
            (Some(own), Some(theirs)) => own.within(theirs),
            (own, _) => own.is_none(),
        };
        let names = self.fields.is_empty() || self.fields.len() == other.fields.len();
        let mut pairs = self.fields.iter().zip(&other.fields);
        self.kinds.is_subset(&other.kinds) && items && names && pairs.all(|(a, b)| a.0 == b.0 && a.1.within(&b.1))
    }
}

/// A template, and the values that its pages are given.
#[derive(Debug, Default)]
pub struct Template {
    /// Values of `page.kind`.
    pub kinds: BTreeSet<String>,
    /// The names besides `site` and `page`.
    pub names: Option<BTreeSet<String>>,
}

/// Everything that was observed.
#[derive(Debug, Default)]
pub struct Observed {
    pub templates: BTreeMap<String, Template>,
    /// Every name that any template sees, as the fields of one table: a name means the same in all templates.
    pub names: Seen,
    pub faults: BTreeSet<String>,
}

/// Observes every page of the demonstration archive, of all golden sites, of those in other languages, of the one
/// that `recto init` starts, and of one made for the remaining cases.
pub fn observe() -> Observed {
    let mut observed = Observed::default();
    let mut sites = vec![demonstration(), started(), rare(), corrected(), parts_and_people()];
    for folder in ["tests/sites", "tests/interface"] {
        let folder = std::fs::read_dir(project().join(folder)).expect("there are sites");
        let mut paths: Vec<_> = folder.map(|entry| entry.expect("a folder can be listed").path()).collect();
        paths.sort();
        sites.extend(paths.iter().map(|path| Site::copy(path)));
    }
    sites.iter().for_each(|site| observed.look_at(site));
    observed
}

fn started() -> Site {
    let site = Site { folder: temporary() };
    let ran = recto(site.root(), &["init", "archive"]);
    assert!(ran.status.success(), "{ran:?}");
    Site::copy(&site.root().join("archive"))
}

/// A site with rare cases: no address, no search, an article without a text, rights in words, a name without a letter,
/// an original below its translation, and more tags than fit on one page.
fn rare() -> Site {
    let site =
        Site::new("title = \"Rare\"\ntimezone = \"UTC\"\n[pagination]\nper_page = 1\n[search]\nenable = false\n");
    let tags: Vec<String> =
        (0..=LETTERS_ABOVE).map(|n| format!("{} {n}", if n % 2 == 0 { "Even" } else { "Odd" })).collect();
    for (n, tags) in tags.chunks(LIST).enumerate() {
        site.write(
            &format!("content/articles/more-{n}.md"),
            &article("More", "2023-02-28", &format!("tags = {tags:?}"), ""),
        );
    }
    let text = article("Bare", "2024-02-29", "tags = [\"Even 0\"]\n[rights]\ntranslation = \"Ours\"", "");
    site.write("content/articles/bare.md", &text.replace("The Harbour Gazette", "24"));
    // An original below its translation.
    let author =
        |name: &str| format!("author = {{ name = \"{name}\", role = \"writer\", url = \"https://news.example/h\" }}");
    let keys = format!("{}\n[original]\nlayout = \"below\"", author("Hamano"));
    site.write("content/articles/below.md", &article("Below", "2024-02-28", &keys, "One."));
    let original = format!("+++\ntitle = \"下\"\n{}\n+++\n\n一。\n", author("浜野"));
    site.write("content/articles/below.ja.md", &original);
    // And more sections than the front page shows.
    for n in 0..30 {
        site.write(&format!("content/sections/part-{n}.md"), &format!("+++\nlabel = \"Part {n}\"\n+++\n"));
    }
    site
}

/// A site with corrections on several pages.
fn corrected() -> Site {
    let site = Site::new(&format!("{SITE_TOML}[pagination]\nper_page = 1\n[feeds]\nfor = [\"site\"]\n"));
    let one = |day: u8| format!("[[corrections]]\ndate = 2024-05-0{day}\nnote = \"A year.\"\n");
    let more: String = (1..=4).map(one).collect();
    site.write("content/articles/a.md", &article("A", "2024-02-29", &more, "One."));
    site
}

/// A site with a series, covers, a version of an original, and people with more than a name.
fn parts_and_people() -> Site {
    let site = Site::new(SITE_TOML);
    let person = "{ name = \"Hamano\", role = \"intern\", url = \"https://news.example/h\" }";
    let more = |series: &str, cover: &str| {
        let people = format!("editor = {person}\nreviewer = {person}\ncollector = [{person}, \"Plain\"]\n");
        format!("{people}series = {series}\ncover = \"{cover}\"\n[original]\nrevision = \"2\"")
    };
    site.write_bytes("content/articles/a.png", &png());
    site.write("content/articles/b.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    let parts =
        [("a", "{ name = \"Parts\", part = 1 }", "a.png"), ("b", "\"Parts\"", "b.svg"), ("c", "\"Parts\"", "b.svg")];
    for (name, series, cover) in parts {
        let text = if name == "c" { "" } else { "One." };
        site.write(&format!("content/articles/{name}.md"), &article(name, "2024-02-29", &more(series, cover), text));
    }
    site
}

impl Observed {
    fn look_at(&mut self, site: &Site) {
        // Fields of cards are made only if a template uses them.
        site.write("templates/asks.html", "{# .articles #}");
        let mut options = site.options();
        options.drafts = true;
        let loaded = load::load(&options).unwrap_or_else(|e| panic!("{e}"));
        let loaded = loaded.made.unwrap_or_else(|| panic!("{:#?}", loaded.problems)).0;
        let world = loaded.world();
        let mut shared = Values::default();
        world.site_fields(&mut shared);
        self.learn(fields_of(&shared.into_context()).into_iter().collect());
        for output in &loaded.plan.outputs {
            let mut problems = Vec::new();
            let read = |file: &str, problems: &mut _| loaded.read(file, problems);
            let made = output.job.prepare(&world).make(&read, &mut RowCache::default(), &mut problems);
            if let Some((template, OutputContent::View(context))) = output.job.template().zip(made) {
                self.page(template.name, fields_of(&context));
            }
        }
    }

    fn page(&mut self, template: &str, fields: BTreeMap<String, Value>) {
        let seen = self.templates.entry(template.to_owned()).or_default();
        let kind = fields["page"].get_from_path("kind").and_then(Value::as_str).expect("a page has a kind");
        seen.kinds.insert(kind.to_owned());
        let names: BTreeSet<String> = fields.keys().filter(|name| *name != "page").cloned().collect();
        if *seen.names.get_or_insert_with(|| names.clone()) != names {
            self.faults.insert(format!("{template} is not always given the same names; once {names:?}"));
        }
        self.learn(fields);
    }

    fn learn(&mut self, fields: BTreeMap<String, Value>) {
        for (name, value) in fields {
            let known = self.names.fields.iter().position(|(known, _)| *known == name);
            let at = known.unwrap_or_else(|| {
                self.names.fields.push((name.clone(), Seen::default()));
                self.names.fields.len() - 1
            });
            self.names.fields[at].1.learn(&value, &name, &mut self.faults);
        }
        self.names.fields.sort_by(|a, b| a.0.cmp(&b.0));
    }
}

/// Returns the fields of a context through a filter, since a context shows them only to templates.
fn fields_of(context: &Context) -> BTreeMap<String, Value> {
    let taken = Arc::new(Mutex::new(BTreeMap::new()));
    let take = taken.clone();
    let mut tera = Tera::new();
    tera.register_filter("take", move |value: Value, _: Kwargs, _: &State| {
        let fields = value.into_map().unwrap_or_default().into_iter();
        let named = fields.map(|(key, value)| (key.as_str().unwrap_or_default().to_owned(), value));
        *take.lock().unwrap_or_else(PoisonError::into_inner) = named.collect();
        Value::none()
    });
    tera.add_raw_template("all", "{{ __tera_context | take }}").expect("a template");
    tera.render("all", context).expect("it only takes");
    let mut taken = taken.lock().unwrap_or_else(PoisonError::into_inner);
    std::mem::take(&mut *taken)
}
