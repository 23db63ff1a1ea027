//! What all outputs share besides the archive, and how pages print days, kinds and languages.

use std::borrow::Cow;
use std::sync::OnceLock;

use crate::archive::archive;
use crate::base::config::Config;
use crate::base::date::{self, Day, Instant};
use crate::base::locale::{self, DateLength, Locale};
use crate::content::article::{Article, ArticleKind};
use crate::content::correction::Correction;
use crate::content::markdown::MarkdownLabels;
use crate::theme::strings::{Arg, Strings};
use crate::theme::view::{CachedLeaf, Fields, Sink};

/// The data that all outputs share. Every page depends on all of it.
#[derive(Clone, Copy)]
pub struct Common<'a> {
    pub config: &'a Config,
    pub strings: &'a Strings,
    /// The labels for rendered Markdown: for texts in the site's language, in other languages, and for originals.
    pub labels: &'a [MarkdownLabels; 3],
    /// The days on which articles were printed, sorted. Dozens of pages print each.
    pub days: &'a [KnownDay],
    /// Whether a template prints references.
    pub cites: bool,
}

/// A day of the archive. Its forms are made for the first page that prints it.
pub struct KnownDay {
    day: Day,
    forms: OnceLock<DayForms>,
}

impl KnownDay {
    pub fn new(day: Day) -> KnownDay {
        KnownDay { day, forms: OnceLock::new() }
    }
}

/// A day as pages print it.
struct DayForms {
    /// `March 24, 2021`.
    long: String,
    /// `Wednesday, March 24, 2021`.
    full: String,
    /// What templates see of it.
    leaf: CachedLeaf,
}

impl DayForms {
    fn new(common: &Common, day: Day) -> DayForms {
        let long = common.locale().day(day, DateLength::Long);
        let full = common.locale().day(day, DateLength::Full);
        let url = common.config.urls.page(&archive::day_address(day));
        let leaf = CachedLeaf::new(&DayFields { day, long: &long, full: &full, url: &url });
        DayForms { long, full, leaf }
    }
}

/// {iso, label, full, url}: a civil day, without and with its weekday, and its page.
struct DayFields<'a> {
    day: Day,
    long: &'a str,
    full: &'a str,
    url: &'a str,
}

impl Fields for DayFields<'_> {
    fn walk(&self, s: &mut impl Sink) {
        s.text("iso", &self.day.to_string());
        s.text("label", self.long);
        s.text("full", self.full);
        s.text("url", self.url);
    }
}

impl<'a> Common<'a> {
    pub fn locale(&self) -> &'a Locale {
        &self.strings.locale
    }

    /// Formats a day in the long form: `March 24, 2021`.
    pub fn day(&self, day: Day) -> Cow<'a, str> {
        let known = self.forms(day).map(|forms| Cow::Borrowed(&*forms.long));
        known.unwrap_or_else(|| self.locale().day(day, DateLength::Long).into())
    }

    /// Formats a day with its weekday: `Wednesday, March 24, 2021`.
    pub fn full_day(&self, day: Day) -> Cow<'a, str> {
        let known = self.forms(day).map(|forms| Cow::Borrowed(&*forms.full));
        known.unwrap_or_else(|| self.locale().day(day, DateLength::Full).into())
    }

    fn forms(&self, day: Day) -> Option<&'a DayForms> {
        let at = self.days.binary_search_by_key(&day, |known| known.day).ok()?;
        Some(self.days[at].forms.get_or_init(|| DayForms::new(self, day)))
    }

    /// Adds the field `date`: {iso, label, full, url} of a civil day.
    pub fn date(&self, s: &mut impl Sink, day: Day) {
        match self.forms(day) {
            Some(forms) => s.leaf("date", &forms.leaf),
            None => s.leaf("date", &DayForms::new(self, day).leaf),
        }
    }

    /// Adds {iso, label}: an instant in the site's time zone.
    pub fn time(&self, s: &mut impl Sink, at: Instant) {
        s.text("iso", &date::rfc3339(at, &self.config.zone));
        s.text("label", &self.day(date::day_of(at, &self.config.zone)));
    }

    /// Adds what all pages say of a correction: its day, its kind, the note, and the number of its paragraph.
    pub fn correction(&self, s: &mut impl Sink, correction: &Correction) {
        s.table("date", |s| {
            s.text("iso", &correction.date.to_string());
            s.text("label", &self.day(correction.date));
        });
        s.text("kind", correction.kind.word());
        s.text("note", &correction.note);
        s.maybe_text("paragraph", correction.paragraph.map(|paragraph| paragraph.to_string()).as_deref());
    }

    /// Returns the site's own label for an article's kind, such as "JMH Translation".
    pub fn label(&self, card: &Article) -> String {
        self.kind_label(card.kind)
    }

    /// Returns the site's label for a kind, else the interface string.
    pub fn kind_label(&self, kind: ArticleKind) -> String {
        let kind = kind.word();
        let own = self.config.credits.labels.iter().find(|(k, _)| k == kind);
        own.map_or_else(|| self.strings.plain(&format!("kind_{kind}")), |(_, label)| label.to_string())
    }

    /// Returns the interface string of an article's extent, if the article gives one.
    pub fn extent_label(&self, card: &Article) -> Option<String> {
        card.extent.map(|extent| self.strings.plain(&format!("extent_{}", extent.word())))
    }

    /// Returns the interface string of a known genre, else the genre as written.
    pub fn genre(&self, card: &Article) -> Option<String> {
        let genre = card.genre.as_deref()?;
        let key = format!("genre_{genre}");
        Some(if self.strings.contains(&key) { self.strings.plain(&key) } else { genre.to_owned() })
    }

    /// Returns the name of a language in the interface's language, else its tag.
    pub fn language(&self, tag: &str) -> String {
        let keys = locale::fallbacks(tag).into_iter().map(|tag| format!("language_{tag}"));
        let known = keys.into_iter().find(|key| self.strings.contains(key));
        known.map_or_else(|| tag.to_owned(), |key| self.strings.plain(&key))
    }

    /// Formats a page number: "Page 3".
    pub fn page_number(&self, number: usize) -> String {
        self.strings.get("page_number", &[("n", Arg::Number(number as i64))]).unwrap_or_default()
    }
}
