//! One article: its random properties, which are drawn before any text is written, and its front matter.

use crate::calendar::Day;
use crate::chance::Chance;
use crate::english::{ENGLISH, HAN_IN_TITLES};
use crate::expect::Fate;
use crate::front_matter::{Format, FrontMatter};
use crate::grammar::Language;
use crate::terms::{Term, Terms};
use crate::tongues::{ARABIC, CHINESE, FRENCH, GERMAN, JAPANESE, KOREAN};

pub struct Article<'a> {
    /// Its position in the archive, from 0. It decides everything that must occur even in a small archive; the rest
    /// is random.
    pub index: u64,
    pub day: Day,
    pub fate: Fate,
    pub kind: &'static str,
    pub genre: &'static str,
    pub title: String,
    pub sections: Vec<&'a Term>,
    pub tags: Vec<&'a Term>,
    pub sources: Vec<&'a Term>,
    /// Empty for the site's default.
    pub translators: Vec<&'a Term>,
    pub original: Option<&'static Language>,
    pub translations: Vec<&'static Language>,
    pub aliases: Vec<String>,
    pub picture: bool,
    pub format: Format,
}

impl<'a> Article<'a> {
    pub fn draw(index: u64, day: Day, terms: &'a Terms, chance: &mut Chance) -> Article<'a> {
        let sections = terms.sections_of(chance);
        let poll = sections[0].id.starts_with("opinion-polls") || chance.per_mille(15);
        let genre = if poll {
            "poll"
        } else {
            chance.pick(&["", "", "", "", "", "report", "report", "editorial", "opinion", "interview"])
        };
        let kind = match chance.below(100) {
            0..78 => "",
            78..84 => "translation",
            84..94 => "summary",
            94..97 => "original",
            _ => "digest",
        };
        let sources = if kind == "digest" { 3 } else { 1 + usize::from(chance.per_mille(50)) };
        let translators = match chance.below(100) {
            _ if kind == "original" => 0,
            0..15 => 0,
            15..18 => 2,
            _ => 1,
        };
        let translations = match index % 1000 {
            509 => vec![&FRENCH, &GERMAN],
            n if n % 100 == 9 => vec![&FRENCH],
            _ => vec![],
        };
        Article {
            index,
            day,
            fate: fate(index),
            kind,
            genre,
            title: title(genre, chance),
            sections,
            tags: terms.tags_of(chance),
            sources: terms.sources_of(sources, chance),
            translators: terms.translators_of(translators, chance),
            // An article that is the original itself has translations beside it, and no original.
            original: (kind != "original" && (!translations.is_empty() || chance.per_mille(245)))
                .then(|| original(chance)),
            translations,
            aliases: aliases(index, day),
            picture: index % 500 == 5,
            format: if index % 100 == 31 { Format::Yaml } else { Format::Toml },
        }
    }

    /// Writes the front matter, with `slug` only if it differs from the name of the file.
    pub fn front_matter(&self, slug: Option<&str>, chance: &mut Chance, out: &mut String) {
        let mut front = FrontMatter::open(out, self.format);
        front.text("title", &self.title);
        self.dates(&mut front, chance);
        self.credits(&mut front, chance);
        slug.into_iter().for_each(|slug| front.text("slug", slug));
        if !self.aliases.is_empty() {
            front.array("aliases", &self.aliases.iter().map(String::as_str).collect::<Vec<_>>());
        }
        if chance.per_mille(300) {
            front.text(
                "summary",
                &sentence(&["{Org} wants to {act}; {crowd} in {town} disagree.", "{Claim}, {kicker}."], chance),
            );
        }
        self.details(&mut front, chance);
        self.tables(&mut front, chance);
        front.close();
    }

    fn dates(&self, front: &mut FrontMatter, chance: &mut Chance) {
        let with_time = chance.per_mille(20);
        let (hour, minute) = (chance.below(24), chance.below(60));
        let time = if with_time { format!("T{hour:02}:{minute:02}:00+09:00") } else { String::new() };
        front.bare("date", &format!("{}{time}", self.day));
        let late = [0, 0, 0, 0, 0, 0, 0, 0, 1, 2][chance.index(10)];
        let clock = match chance.below(100) {
            0..5 => "09:00:00+09:00".to_string(),
            n => {
                let (hour, minute, second) = (chance.below(24), chance.below(60), chance.below(60));
                format!("{hour:02}:{minute:02}:{second:02}{}", if n < 8 { "Z" } else { "+09:00" })
            }
        };
        // An article with a time of day is posted on the next day, so never before it was printed.
        let posted = self.day.plus(if with_time { late.max(1) } else { late });
        match self.fate {
            Fate::Future => front.bare("posted", &format!("2099-{:02}-01T{clock}", self.day.month)),
            // Without `posted` the day counts from midnight; a date with a time would leave that open.
            _ if with_time || chance.per_mille(950) => front.bare("posted", &format!("{posted}T{clock}")),
            _ => {}
        }
        if chance.per_mille(15) {
            front.bare("updated", &format!("{}T18:30:00+09:00", posted.plus(1)));
        }
        match self.fate {
            Fate::Draft => front.bare("draft", "true"),
            Fate::Expired => front.bare("expires", &format!("{}T00:00:00+09:00", posted.plus(7))),
            _ if chance.per_mille(5) => front.bare("expires", "2099-12-31T23:59:59+09:00"),
            _ => {}
        }
    }

    fn credits(&self, front: &mut FrontMatter, chance: &mut Chance) {
        let mut spelled = |key: &str, terms: &[&Term], array: bool| {
            let texts: Vec<&str> = terms.iter().map(|term| term.spelling(chance)).collect();
            match texts.as_slice() {
                [] => {}
                texts if array => front.array(key, texts),
                texts => front.texts(key, texts),
            }
        };
        spelled("source", &self.sources, false);
        spelled("translator", &self.translators, false);
        spelled("section", &self.sections, false);
        spelled("tags", &self.tags, true);
    }

    fn details(&self, front: &mut FrontMatter, chance: &mut Chance) {
        for (key, value) in [("kind", self.kind), ("genre", self.genre)] {
            if !value.is_empty() {
                front.text(key, value);
            }
        }
        match chance.below(100) {
            0..12 => front.text("extent", "abridged"),
            12..16 => front.text("extent", "excerpts"),
            16..18 => front.text("extent", "gist"),
            18..22 => front.text("extent", "full"),
            _ => {}
        }
        let optional: [(u64, &str, &[&str]); 7] = [
            (450, "page", &["p. {#1-39}", "p. {#1-9}", "pp. {#1-3}, {#4-9}-{#10-14}"]),
            (150, "time", &["{#1-12}:{#10-59} p.m.", "{#1-12}:{#10-59} a.m."]),
            (30, "issue", &["No. {#1200-2900}"]),
            (80, "edition", &["evening", "morning", "digital"]),
            (200, "author", &["{given} {surname}"]),
            (150, "dateline", &["{town}, {month} {#1-28}"]),
            (50, "reviewer", &["{given} {surname}"]),
        ];
        for (per_mille, key, templates) in optional {
            if chance.per_mille(per_mille) {
                front.text(key, &sentence(templates, chance));
            }
        }
    }

    fn tables(&self, front: &mut FrontMatter, chance: &mut Chance) {
        let publish = self.original.map_or("", |_| chance.pick(&["", "", "", "", "", "", "", "", "excerpt", "none"]));
        let linked = chance.per_mille(150);
        if linked || !publish.is_empty() || !self.translations.is_empty() {
            front.table("original");
            let itself = if self.kind == "original" { "en" } else { "ja" };
            front.text("lang", self.original.map_or(itself, |language| language.tag));
            if linked {
                front.text("url", &format!("https://paper.example/{}/{}.html", self.day.year, self.index));
            }
            if !publish.is_empty() {
                front.text("publish", publish);
            }
        }
        if chance.per_mille(20) {
            front.table("rights");
            front.text("translation", "CC-BY-4.0");
            front.text("original", "http://rightsstatements.org/vocab/InC/1.0/");
        }
        if chance.per_mille(10) {
            front.only_entry("corrections");
            front.bare("date", &self.day.plus(1).to_string());
            front.text(
                "note",
                &sentence(
                    &["An earlier version misspelled the name of {town}.", "The {place} was closed {#2-9} years ago."],
                    chance,
                ),
            );
        }
        if chance.per_mille(10) {
            front.table("extra");
            front.bare("shelf", &chance.between(1, 400).to_string());
        }
    }
}

/// Each fate occurs among the first forty articles, and in about one of a hundred in all.
fn fate(index: u64) -> Fate {
    match index % 400 {
        11 | 211 => Fate::Draft,
        23 => Fate::Future,
        37 => Fate::Expired,
        _ => Fate::Published,
    }
}

fn original(chance: &mut Chance) -> &'static Language {
    match chance.below(100) {
        0..78 => &JAPANESE,
        78..86 => &KOREAN,
        86..94 => &CHINESE,
        _ => &ARABIC,
    }
}

/// Returns the article's old addresses: a number, as in many old archives; one in four is a file.
fn aliases(index: u64, day: Day) -> Vec<String> {
    let number = format!("{:04}{:02}{:02}{index:07}", day.year, day.month, day.day);
    match index % 132 {
        3 => vec![format!("/archives/{number}.html")],
        36 => vec![format!("/{number}/"), format!("/category/old/{index}/")],
        69 | 102 => vec![format!("/{number}/")],
        _ => vec![],
    }
}

fn title(genre: &str, chance: &mut Chance) -> String {
    let headline = sentence(ENGLISH.titles, chance);
    match genre {
        "editorial" => format!("Editorial: {headline}"),
        "interview" => format!("Interview: {headline}"),
        "poll" => sentence(&["{#31-69} percent of {crowd} back {noun} on {issue}, Coast Daily poll"], chance),
        _ if chance.per_mille(30) => format!("{}: {headline}", chance.pick(HAN_IN_TITLES)),
        _ if chance.per_mille(20) => format!("{headline} ({})", chance.pick(HAN_IN_TITLES)),
        _ => headline,
    }
}

fn sentence(templates: &[&str], chance: &mut Chance) -> String {
    let mut out = String::new();
    ENGLISH.sentence(templates, chance, &mut out);
    out
}

/// Returns the words of a title in lower case, joined by hyphens, about sixty characters at most.
pub fn stem(title: &str) -> String {
    let mut stem = String::new();
    for word in title.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        if stem.len() + word.len() > 60 {
            break;
        }
        if !stem.is_empty() {
            stem.push('-');
        }
        stem.push_str(&word.to_ascii_lowercase());
    }
    stem
}
