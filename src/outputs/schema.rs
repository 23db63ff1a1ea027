//! The JSON-LD of an article: schema.org `NewsArticle` with its translator and the work it translates. It must not
//! know templates.
//!
//! `datePublished` is when the translation was posted; the date in the source is inside `translationOfWork`. Summaries
//! and digests do not translate a single work, so they use `isBasedOn`. The canonical URL of a translation is its own,
//! never that of the original on another site.

use std::borrow::Cow;

use serde::{Serialize, Serializer};

use super::article_page::{ArticlePage, TranslationLink};
use super::world::Common;
use crate::base::date;
use crate::base::weburl::rights_url;
use crate::content::article::ArticleKind;
use crate::content::correction::Correction;
use crate::content::person::Person;

/// The values of one property: nothing for none, the value itself for one, a list for several.
struct Many<T>(Vec<T>);

impl<T> Many<T> {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T> Default for Many<T> {
    fn default() -> Many<T> {
        Many(Vec::new())
    }
}

impl<T> FromIterator<T> for Many<T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Many<T> {
        Many(values.into_iter().collect())
    }
}

impl<T: Serialize> Serialize for Many<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.as_slice() {
            [only] => only.serialize(serializer),
            several => several.serialize(serializer),
        }
    }
}

/// A named entity: a person, a newspaper, a publisher.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NamedEntity<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    family_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    job_title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<Cow<'a, str>>,
}

impl<'a> NamedEntity<'a> {
    fn new(kind: &'static str, name: &'a str) -> NamedEntity<'a> {
        NamedEntity { kind, name, family_name: None, job_title: None, url: None }
    }

    /// Describes people other than authors and translators, whose names say nothing of desks.
    fn helpers(people: &'a [Person]) -> Many<NamedEntity<'a>> {
        let kind = |person: &Person| if person.team { "Organization" } else { "Person" };
        people.iter().map(|person| NamedEntity { kind: kind(person), ..NamedEntity::person(person) }).collect()
    }

    fn authors(authors: &'a [Person]) -> Many<NamedEntity<'a>> {
        authors.iter().map(NamedEntity::person).collect()
    }

    fn person(person: &'a Person) -> NamedEntity<'a> {
        NamedEntity {
            kind: if person.is_team() { "Organization" } else { "Person" },
            name: &person.name,
            family_name: person.family.as_deref(),
            job_title: person.role.as_deref(),
            url: person.url.as_deref().map(Cow::Borrowed),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CorrectionComment<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    text: &'a str,
    date_published: String,
}

/// The original of a translation, or the basis of a summary.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct CreativeWork<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    headline: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    in_language: Option<&'a str>,
    date_published: String,
    #[serde(skip_serializing_if = "Many::is_empty")]
    author: Many<NamedEntity<'a>>,
    #[serde(skip_serializing_if = "Many::is_empty")]
    publisher: Many<NamedEntity<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    print_page: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    print_edition: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    archived_at: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'a str>,
}

/// The series that an article is a part of.
#[derive(Serialize)]
struct CreativeWorkSeries<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

/// A translation of the work on this site.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TranslationOfWork<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    headline: &'a str,
    in_language: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

/// The root object.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewsArticle<'a> {
    #[serde(rename = "@context")]
    context: &'static str,
    #[serde(rename = "@type")]
    kind: Many<&'static str>,
    headline: &'a str,
    in_language: &'a str,
    date_published: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_modified: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    main_entity_of_page: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<String>,
    publisher: NamedEntity<'a>,
    #[serde(skip_serializing_if = "Many::is_empty")]
    author: Many<NamedEntity<'a>>,
    #[serde(skip_serializing_if = "Many::is_empty")]
    translator: Many<NamedEntity<'a>>,
    #[serde(skip_serializing_if = "Many::is_empty")]
    editor: Many<NamedEntity<'a>>,
    #[serde(skip_serializing_if = "Many::is_empty")]
    contributor: Many<NamedEntity<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dateline: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    article_section: Option<&'a str>,
    #[serde(skip_serializing_if = "Many::is_empty")]
    keywords: Many<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_part_of: Option<CreativeWorkSeries<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    translation_of_work: Option<CreativeWork<'a>>,
    #[serde(skip_serializing_if = "Many::is_empty")]
    work_translation: Many<TranslationOfWork<'a>>,
    #[serde(skip_serializing_if = "Many::is_empty")]
    is_based_on: Many<CreativeWork<'a>>,
    #[serde(skip_serializing_if = "Many::is_empty")]
    source_organization: Many<NamedEntity<'a>>,
    #[serde(skip_serializing_if = "Many::is_empty")]
    correction: Many<CorrectionComment<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    license: Option<String>,
}

impl<'a> NewsArticle<'a> {
    pub fn new(common: &'a Common, page: &'a ArticlePage, translators: &'a [Person]) -> NewsArticle<'a> {
        let (facts, details, config) = (page.facts, page.details(), common.config);
        let card = page.card();
        let url = config.urls.absolute(page.url);
        let sources = || facts.sources.iter().map(|source| NamedEntity::new("NewsMediaOrganization", &source.label));
        let correction = |c: &'a Correction| CorrectionComment {
            kind: "CorrectionComment",
            text: &c.note,
            date_published: c.date.to_string(),
        };
        let license = |text: &str| rights_url(text).unwrap_or_else(|| text.to_owned());
        let based = |source| CreativeWork {
            kind: "NewsArticle",
            publisher: Many(vec![source]),
            date_published: card.date.to_string(),
            ..CreativeWork::default()
        };
        let kind_of_text = page.kind();
        let is_summary = matches!(kind_of_text, ArticleKind::Summary | ArticleKind::Digest);
        let translated = |version: &'a TranslationLink| TranslationOfWork {
            kind: "NewsArticle",
            headline: version.title,
            in_language: version.lang,
            url: config.urls.absolute(&version.url),
        };
        // The first version is the article itself. Of an original beside it, that is a translation.
        let of_article = facts.files.is_original && !page.is_sibling();
        let versions = facts.versions.iter().skip(usize::from(of_article));
        let translations = versions.filter(|version| (of_article || page.shows_original()) && !version.is_original);
        let byline = Some(NamedEntity::authors(page.authors().0)).filter(|authors| !authors.is_empty());
        NewsArticle {
            context: "https://schema.org",
            kind: kind(card.genre.as_deref()),
            headline: page.title,
            in_language: page.lang,
            date_published: date::rfc3339(card.posted, &config.zone),
            date_modified: card.updated.map(|updated| date::rfc3339(updated, &config.zone)),
            main_entity_of_page: url.clone(),
            url,
            description: page.summary(),
            image: page.image(common).map(|image| image.url),
            publisher: NamedEntity::new("Organization", &config.title),
            author: byline.unwrap_or_else(|| sources().collect()),
            translator: NamedEntity::authors(translators),
            editor: NamedEntity::helpers(&details.editors),
            contributor: NamedEntity::helpers(&details.collectors),
            dateline: details.dateline.as_deref(),
            article_section: facts.sections.first().and_then(|trail| trail.last()).map(|section| &*section.label),
            keywords: facts.tags.iter().map(|tag| &*tag.label).collect(),
            is_part_of: facts.series.as_ref().map(|series| CreativeWorkSeries {
                kind: "CreativeWorkSeries",
                name: series.label,
                url: config.urls.absolute(&series.url),
            }),
            position: facts.series.as_ref().and_then(|series| series.part),
            translation_of_work: (kind_of_text == ArticleKind::Translation)
                .then(|| CreativeWork::translated(common, page, sources().collect())),
            work_translation: translations.map(translated).collect(),
            is_based_on: sources().filter(|_| is_summary).map(based).collect(),
            source_organization: sources().filter(|_| kind_of_text == ArticleKind::Original).collect(),
            correction: page.corrections().map(correction).collect(),
            license: page.rights().map(license),
        }
    }
}

impl<'a> CreativeWork<'a> {
    /// Describes the work that a translation translates.
    fn translated(common: &Common, page: &'a ArticlePage, publisher: Many<NamedEntity<'a>>) -> CreativeWork<'a> {
        let original = page.original();
        CreativeWork {
            kind: "NewsArticle",
            headline: original.and_then(|original| original.title.as_deref()),
            in_language: original.and_then(|original| original.lang.as_deref()),
            date_published: page.source_date().to_string(),
            author: NamedEntity::authors(page.original_authors()),
            publisher,
            print_page: page.source_page(),
            print_edition: page.details().edition.as_deref(),
            url: original.and_then(|original| match original.here {
                true => common.config.urls.absolute(page.article_url).map(Cow::Owned),
                false => original.url.as_deref().map(Cow::Borrowed),
            }),
            archived_at: original.and_then(|original| original.archive_url.as_deref()),
            version: original.and_then(|original| original.revision.as_deref()),
        }
    }
}

/// Returns the subtypes of `NewsArticle` for a genre (schema.org, news extension).
fn kind(genre: Option<&str>) -> Many<&'static str> {
    let special = match genre {
        Some("editorial" | "opinion" | "column" | "cartoon" | "letter") => "OpinionNewsArticle",
        Some("analysis") => "AnalysisNewsArticle",
        Some("explainer") => "BackgroundNewsArticle",
        Some("report" | "interview") => "ReportageNewsArticle",
        _ => return Many(vec!["NewsArticle"]),
    };
    Many(vec!["NewsArticle", special])
}
