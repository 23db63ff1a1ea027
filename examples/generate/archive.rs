//! Writes the archive to disk, day by day, and reports every article to `Expect`. It keeps only the names of one
//! month and a few hundred recent articles to link to, so the memory for a million articles is that of their
//! counts.

use crate::article::{self, Article};
use crate::body::{Body, Extras};
use crate::calendar::{self, Day};
use crate::chance::Chance;
use crate::english::ENGLISH;
use crate::expect::{Expect, Facts, Fate, Taxonomy};
use crate::front_matter::{Format, FrontMatter};
use crate::grammar::Language;
use crate::terms::{self, Term, Terms};
use std::collections::{BTreeSet, VecDeque};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{fs, io};

pub struct Order {
    pub articles: u64,
    pub seed: u64,
    pub style: &'static str,
    pub per_page: u64,
}

/// Random streams besides those of the articles.
const OF_DAYS: u64 = u64::MAX;
const RECENT: usize = 400;
/// Archives of at least this size have two siblings without an article.
const ORPHANS_FROM: u64 = 1000;

pub struct Archive<'a> {
    order: &'a Order,
    root: &'a Path,
    expect: Expect,
    /// The folder of the present month, and the names used in it.
    folder: PathBuf,
    names: BTreeSet<String>,
    /// `YYYY/MM/NAME` of published articles to link to.
    recent: VecDeque<String>,
    text: String,
    pub files: u64,
    pub bytes: u64,
}

impl<'a> Archive<'a> {
    pub fn write(root: &'a Path, order: &'a Order) -> io::Result<(Archive<'a>, Expect)> {
        let expect = Expect::new(order.per_page);
        let (names, recent) = (BTreeSet::new(), VecDeque::with_capacity(RECENT));
        let (folder, text) = (PathBuf::new(), String::with_capacity(16 << 10));
        let mut archive = Archive { order, root, expect, folder, names, recent, text, files: 0, bytes: 0 };
        archive.site()?;
        archive.records()?;
        archive.pages()?;
        archive.articles()?;
        let expect = std::mem::take(&mut archive.expect);
        Ok((archive, expect))
    }

    fn articles(&mut self) -> io::Result<()> {
        let terms = Terms::new(self.order.articles);
        let days = calendar::days_for(self.order.articles);
        let (mut day, weekday) = Day::first_of(days);
        let mut chance = Chance::new(self.order.seed, OF_DAYS);
        let busy = |weekday| chance.between(8, 12) * if weekday == 0 { 1 } else { 3 };
        let mut index = 0;
        let mut month = 0;
        for count in calendar::spread(self.order.articles, days, weekday, busy) {
            if month != day.month {
                month = day.month;
                self.names.clear();
                self.folder = self.root.join(format!("content/articles/{:04}/{:02}", day.year, day.month));
                fs::create_dir_all(&self.folder).map_err(|e| about("create", &self.folder, e))?;
                self.orphans(index)?;
            }
            for _ in 0..count {
                let mut chance = Chance::new(self.order.seed, index);
                let article = Article::draw(index, day, &terms, &mut chance);
                self.article(&article, &terms, &mut chance)?;
                index += 1;
            }
            day = day.next();
        }
        Ok(())
    }

    fn article(&mut self, article: &Article, terms: &Terms, chance: &mut Chance) -> io::Result<()> {
        let title = article::stem(&article.title);
        // Some files are named after a number, as clippings are, and set their slug.
        let numbered = chance.per_mille(20).then(|| format!("clip-{:07}", article.index));
        let slug = self.unused(title);
        let name = numbered.clone().unwrap_or_else(|| slug.clone());
        let picture = article.picture.then(|| format!("{name}-map.svg"));
        let mut extras = Extras { link: self.link(article.index, chance), picture };

        let mut text = std::mem::take(&mut self.text);
        text.clear();
        article.front_matter(numbered.is_some().then_some(slug.as_str()), chance, &mut text);
        let mut body = Body::draw(chance, article.genre == "poll", article.picture);
        if article.original.is_some() || !article.translations.is_empty() {
            body = body.with_facts(chance);
        }
        body.write(&ENGLISH, &extras, chance, &mut text);
        self.beside(&format!("{name}.md"), &text)?;
        extras.link = None;
        for language in article.original.iter().chain(&article.translations) {
            text.clear();
            sibling(language, &body, &extras, chance, &mut text);
            self.beside(&format!("{name}.{}.md", language.tag), &text)?;
        }
        if let Some(picture) = &extras.picture {
            text.clear();
            svg(chance, &mut text);
            self.beside(picture, &text)?;
        }
        self.text = text;
        self.tell(article, &terms.default_translator());
        if article.fate == Fate::Published {
            self.recent.truncate(RECENT - 1);
            self.recent.push_front(format!("{:04}/{:02}/{name}", article.day.year, article.day.month));
        }
        Ok(())
    }

    fn tell(&mut self, article: &Article, default: &Term) {
        let ids = |terms: &'_ [&'_ Term]| terms.iter().map(|term| term.id.clone()).collect::<Vec<String>>();
        let mut ids = [ids(&article.sections), ids(&article.tags), ids(&article.sources), ids(&article.translators)];
        let translators = &mut ids[Taxonomy::Translators as usize];
        if translators.is_empty() && article.kind != "original" {
            translators.push(default.id.clone());
        }
        self.expect.article(&Facts {
            fate: article.fate,
            day: article.day,
            terms: ids.each_ref().map(|ids| ids.iter().map(String::as_str).collect()),
            original: article.original.is_some(),
            translations: article.translations.len() as u64,
            aliases: article.aliases.len() as u64,
            assets: u64::from(article.picture),
        });
    }

    /// Returns the slug, with a number appended if the month already has it: a month is a folder, and its days are
    /// addresses.
    fn unused(&mut self, slug: String) -> String {
        let numbered = (2..).map(|n| format!("{slug}-{n}"));
        let free = std::iter::once(slug.clone()).chain(numbered).find(|slug| !self.names.contains(slug));
        let free = free.expect("invariant: numbers never run out");
        self.names.insert(free.clone());
        free
    }

    /// Returns a link to an earlier article in about two of a hundred, and one to another site in a few more.
    fn link(&self, index: u64, chance: &mut Chance) -> Option<String> {
        if index % 50 == 20 && !self.recent.is_empty() {
            let target = &self.recent[chance.index(self.recent.len())];
            let anchor = chance.pick(&["", "", "", "#p1"]);
            let words = chance.pick(&["an earlier report", "the first part of this series", "what was said then"]);
            return Some(format!("See [{words}](../../{target}.md{anchor})."));
        }
        chance.per_mille(15).then(|| format!("The [statement](https://agency.example/statements/{index}) is public."))
    }

    fn orphans(&mut self, index: u64) -> io::Result<()> {
        if index > 0 || self.order.articles < ORPHANS_FROM {
            return Ok(());
        }
        for (name, title) in [("left-behind.ja.md", "置き去りの原文"), ("lost-page.ko.md", "잃어버린 지면")]
        {
            self.beside(name, &format!("+++\ntitle = \"{title}\"\n+++\n\n{title}\n"))?;
            self.expect.orphans += 1;
        }
        Ok(())
    }

    fn site(&mut self) -> io::Result<()> {
        let Order { articles, seed, style, per_page } = self.order;
        let [topic, empty] = terms::TOPICS;
        let site = format!(
            r#"title = "The Vesterholm Reader"
base_url = "https://reader.example"
language = "en"
timezone = "Asia/Tokyo"
description = "{articles} invented articles, generated with the seed {seed}"
theme = "default"

[permalinks]
style = "{style}"

[pagination]
per_page = {per_page}

[credits]
translator = "{}"

[credits.labels]
translation = "Reader Translation"
summary = "Reader Summary"
original = "English Press"

[topics]
bar = ["{topic}", "{empty}", {{ label = "Paper archive", url = "https://paper.example/" }}]
"#,
            terms::DEFAULT_TRANSLATOR
        );
        for id in ["harbour-accord", "lighthouse-week"] {
            self.expect.term(Taxonomy::Tags, id);
        }
        self.file("site.toml", &site)
    }

    fn records(&mut self) -> io::Result<()> {
        for record in terms::records() {
            self.expect.term(record.taxonomy, &record.id);
            self.file(&format!("content/{}/{}.md", record.taxonomy.name(), record.id), &record.text)?;
        }
        Ok(())
    }

    fn pages(&mut self) -> io::Result<()> {
        let pages = [
            ("about", "About the Reader"),
            ("about/method", "How we translate"),
            ("contact", "Contact"),
            ("rights", "Rights & permissions"),
            ("help/reading/originals", "Reading the originals"),
        ];
        for (path, title) in pages {
            let mut text = format!("+++\ntitle = \"{title}\"\n+++\n");
            Body::draw(&mut Chance::new(0, 1), false, false).write(
                &ENGLISH,
                &Extras::default(),
                &mut Chance::new(0, 2),
                &mut text,
            );
            self.file(&format!("content/pages/{path}.md"), &text)?;
            self.expect.pages += 1;
        }
        Ok(())
    }

    /// Writes a file of the site, and creates its folders.
    fn file(&mut self, path: &str, text: &str) -> io::Result<()> {
        let path = self.root.join(path);
        let folder = path.parent().unwrap_or(self.root);
        fs::create_dir_all(folder).map_err(|e| about("create", folder, e))?;
        self.put(&path, text)
    }

    /// Writes a file to the folder of the month, which exists.
    fn beside(&mut self, name: &str, text: &str) -> io::Result<()> {
        let path = self.folder.join(name);
        self.put(&path, text)
    }

    fn put(&mut self, path: &Path, text: &str) -> io::Result<()> {
        self.files += 1;
        self.bytes += text.len() as u64;
        fs::write(path, text).map_err(|e| about("write", path, e))
    }
}

/// Writes the same article in another language: a title, sometimes a byline, the same blocks.
fn sibling(language: &Language, body: &Body, extras: &Extras, chance: &mut Chance, out: &mut String) {
    let mut title = String::new();
    // A number in it would not be that of the article's.
    let titles: Vec<&str> = language.titles.iter().filter(|title| !title.contains("{#")).copied().collect();
    language.sentence(&titles, chance, &mut title);
    let mut front = FrontMatter::open(out, Format::Toml);
    front.text("title", &title);
    if let Some(people) = language.lists.iter().find(|(name, _)| *name == "person" && chance.per_mille(200)) {
        let mut author = String::new();
        language.one_of(people.1, chance, &mut author);
        front.text("author", &author);
    }
    front.close();
    body.write(language, extras, chance, out);
}

/// Draws a map of an invented coast and a town.
fn svg(chance: &mut Chance, out: &mut String) {
    let mut y = || chance.between(20, 80);
    let coast = [y(), y(), y(), y()].map(|y| y.to_string());
    let drawn = write!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 120 100\" width=\"480\" height=\"400\">\n\
         <path d=\"M0 {} C40 {} 80 {} 120 {} V100 H0 Z\" fill=\"#9ab\"/>\n<circle cx=\"60\" cy=\"{}\" r=\"3\"/>\n</svg>\n",
        coast[0],
        coast[1],
        coast[2],
        coast[3],
        y(),
    );
    drawn.expect("invariant: writing into a string never fails");
}

fn about(action: &str, path: &Path, error: io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("cannot {action} {}: {error}", path.display()))
}
