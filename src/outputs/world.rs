//! What every output is made of: the configuration, the archive, the theme; and the cards and terms that many pages
//! share, each prepared once.

use std::sync::OnceLock;

use crate::archive::archive::{Archive, ArticleIx, ListingId};
use crate::archive::term::{Taxonomy, TermIx};
use crate::base::config::{Config, Topic};
use crate::base::date::{self, Day, Instant};
use crate::base::locale::{self, Length, Locale, direction};
use crate::content::article::Article;
use crate::content::markdown::Labels;
use crate::content::place::TermKind;
use crate::theme::strings::{Arg, Strings};
use crate::theme::theme::Theme;
use crate::theme::view::{Leaf, Sink, Values};

use super::addresses::{feed_path, has_feed};
use super::statics::Statics;

/// All that a render may reach.
pub struct World<'a> {
    pub config: &'a Config,
    pub archive: &'a Archive,
    pub theme: &'a Theme,
    pub statics: &'a Statics,
    pub leaves: &'a Leaves,
}

/// Cards and terms as templates see them. A card is made when the first page shows it and kept for the others: an
/// article stands in about ten listings.
pub struct Leaves {
    terms: [Vec<Leaf>; 4],
    cards: Vec<OnceLock<Leaf>>,
    /// The words of the Markdown room, for texts in the site's language and in others.
    pub labels: [Labels; 2],
}

impl Leaves {
    pub fn new(config: &Config, archive: &Archive, theme: &Theme) -> Leaves {
        let terms = TermKind::ALL.map(|kind| {
            let taxonomy = archive.taxonomy(kind);
            (0..taxonomy.terms.len() as TermIx).map(|ix| Leaf::new(|s| term_fields(s, config, taxonomy, ix))).collect()
        });
        let labels = labels(&theme.strings);
        let language = Some((config.language.clone(), theme.strings.locale.dir));
        let foreign = Labels { language, ..labels.clone() };
        let cards = (0..archive.articles.len()).map(|_| OnceLock::new()).collect();
        Leaves { terms, cards, labels: [labels, foreign] }
    }

    pub fn term(&self, kind: TermKind, ix: TermIx) -> &Leaf {
        &self.terms[kind as usize][ix as usize]
    }
}

fn labels(strings: &Strings) -> Labels {
    let s = |key: &str| strings.plain(key);
    Labels {
        language: None,
        note: s("alert_note"),
        tip: s("alert_tip"),
        important: s("alert_important"),
        warning: s("alert_warning"),
        caution: s("alert_caution"),
        footnotes: s("footnotes"),
        back_to_text: s("back_to_text"),
        table: s("table"),
        task_done: s("task_done"),
        task_open: s("task_open"),
    }
}

/// The fields of a term.
pub fn term_fields(s: &mut impl Sink, config: &Config, taxonomy: &Taxonomy, ix: TermIx) {
    let term = taxonomy.get(ix);
    let record = term.record.as_deref();
    let lang = record.and_then(|r| r.lang.as_deref());
    s.text("kind", taxonomy.kind.name());
    s.text("id", &term.id);
    s.link(&term.label, &config.urls.page(&term.address(taxonomy.kind)));
    s.maybe_text("native", record.and_then(|r| r.native.as_deref()));
    s.maybe_text("lang", lang);
    s.maybe_text("dir", lang.map(direction));
}

impl<'a> World<'a> {
    pub fn strings(&self) -> &Strings {
        &self.theme.strings
    }

    pub fn locale(&self) -> &Locale {
        &self.theme.strings.locale
    }

    pub fn card(&self, ix: ArticleIx) -> &'a Leaf {
        self.leaves.cards[ix as usize].get_or_init(|| Leaf::new(|s| self.card_fields(s, ix)))
    }

    pub fn terms(&self, kind: TermKind, terms: &'a [TermIx]) -> impl Iterator<Item = &'a Leaf> {
        terms.iter().map(move |&ix| self.leaves.term(kind, ix))
    }

    /// The sections from the top down to one, as leaves.
    pub fn trail(&self, section: TermIx) -> Vec<&'a Leaf> {
        let trail = self.archive.taxonomy(TermKind::Section).trail(section);
        trail.into_iter().map(|ix| self.leaves.term(TermKind::Section, ix)).collect()
    }

    fn card_fields(&self, s: &mut Values, ix: ArticleIx) {
        let placed = self.archive.article(ix);
        let card = &placed.card;
        s.text("id", &card.id);
        s.text("title", &card.title);
        s.text("url", &self.config.urls.page(&placed.address));
        s.table("date", |s| self.date(s, card.date));
        s.table("posted", |s| self.time(s, card.posted));
        s.leaves("sources", self.terms(TermKind::Source, placed.terms(TermKind::Source)));
        s.leaves("translators", self.terms(TermKind::Translator, placed.terms(TermKind::Translator)));
        s.maybe_text("locator", card.locator.as_deref());
        s.leaves("trail", self.trail(placed.section()));
        s.text("kind", card.kind.word());
        s.text("label", &self.label(card));
        s.maybe_text("extent_label", self.extent_label(card).as_deref());
        s.maybe_text("genre", self.genre(card).as_deref());
        s.maybe_text("excerpt", card.excerpt.as_deref());
        s.leaves("tags", self.terms(TermKind::Tag, placed.terms(TermKind::Tag)));
    }

    /// {iso, label, url}: a civil day and its page.
    pub fn date(&self, s: &mut impl Sink, day: Day) {
        s.text("iso", &day.to_string());
        s.text("label", &self.locale().day(day, Length::Long));
        s.text("url", &self.config.urls.page(&self.archive.address(ListingId::Day(day))));
    }

    /// {iso, label} of an instant in the site's zone.
    pub fn time(&self, s: &mut impl Sink, at: Instant) {
        s.text("iso", &date::rfc3339(at, &self.config.zone));
        s.text("label", &self.locale().day(date::day_of(at, &self.config.zone), Length::Long));
    }

    /// The house label of an article's kind: "JMH Translation".
    pub fn label(&self, card: &Article) -> String {
        let kind = card.kind.word();
        let own = self.config.labels.iter().find(|(k, _)| k == kind);
        own.map_or_else(|| self.strings().plain(&format!("kind_{kind}")), |(_, label)| label.to_string())
    }

    pub fn extent_label(&self, card: &Article) -> Option<String> {
        card.extent.map(|extent| self.strings().plain(&format!("extent_{}", extent.word())))
    }

    /// A known genre by its interface string, another as it is written.
    pub fn genre(&self, card: &Article) -> Option<String> {
        let genre = card.genre.as_deref()?;
        let key = format!("genre_{genre}");
        Some(if self.strings().contains(&key) { self.strings().plain(&key) } else { genre.to_owned() })
    }

    /// The name of a language in the interface's language, else its tag.
    pub fn language(&self, tag: &str) -> String {
        let keys = locale::fallbacks(tag).into_iter().map(|tag| format!("language_{tag}"));
        let known = keys.into_iter().find(|key| self.strings().contains(key));
        known.map_or_else(|| tag.to_owned(), |key| self.strings().plain(&key))
    }

    /// "Page 3".
    pub fn page_number(&self, number: usize) -> String {
        self.strings().get("page_number", &[("n", Arg::Number(number as i64))]).unwrap_or_default()
    }

    /// The heading of a listing.
    pub fn title(&self, id: ListingId) -> String {
        match id {
            ListingId::Home => self.config.title.to_string(),
            ListingId::Term(kind, ix) => self.archive.term(kind, ix).label.to_string(),
            ListingId::Year(year) => self.locale().year(jiff::civil::date(year, 1, 1)),
            ListingId::Month(year, month) => self.locale().month_year(jiff::civil::date(year, month, 1)),
            ListingId::Day(day) => self.locale().day(day, Length::Long),
        }
    }

    /// The root-relative URL of a listing's root.
    pub fn url(&self, id: ListingId) -> String {
        self.config.urls.page(&self.archive.address(id))
    }

    /// The root-relative URL of a listing's feed, where it has one.
    pub fn feed(&self, id: ListingId) -> Option<String> {
        has_feed(self.config, id).then(|| self.config.urls.file(&feed_path(&self.archive.address(id))))
    }

    /// What every template sees as `site`: configuration only, no articles and no counts.
    pub fn site_fields(&self, s: &mut impl Sink) {
        let config = self.config;
        s.table("site", |s| {
            s.text("title", &config.title);
            s.maybe_text("description", config.description.as_deref());
            s.text("language", &config.language);
            s.text("dir", self.locale().dir);
            s.text("url", &config.urls.page(""));
            s.maybe_text("base_url", config.urls.base_url.as_deref());
            s.maybe_text("feed", self.feed(ListingId::Home).as_deref());
            let nav = ["home", "archive", "sections", "tags", "sources", "translators"];
            s.tables("nav", nav, |s, key| {
                s.text("key", key);
                s.text("url", &config.urls.page(if key == "home" { "" } else { key }));
            });
            let topics = config.topics.iter().zip(&self.archive.topics);
            s.tables("topics", topics, |s, topic| match topic {
                (Topic::Link { label, url }, _) => s.link(label, &config.urls.resolve(url)),
                (Topic::Tag(_), Some(tag)) => {
                    let tag = ListingId::Term(TermKind::Tag, *tag);
                    s.link(&self.title(tag), &self.url(tag));
                }
                // A name that makes no tag is an error by now.
                (Topic::Tag(name), None) => s.link(name, ""),
            });
            let assets: serde_json::Map<_, _> = self
                .statics
                .files
                .iter()
                .filter(|f| f.of_theme)
                .map(|f| (f.name.clone(), config.urls.file(&f.path).into()))
                .collect();
            s.json("assets", &assets);
            s.json("extra", &config.extra);
        });
    }
}
