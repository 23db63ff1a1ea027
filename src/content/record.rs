//! Records of sections, sources, translators and tags, and standalone pages, one file at a time. It must not know
//! which articles name them.

use std::cell::RefCell;
use std::ops::Range;
use std::sync::Arc;

use unicode_normalization::UnicodeNormalization;

use super::article::{self, ContentRef};
use super::content_path::TermKind;
use super::extract::Extract;
use super::front_matter;
use super::markdown;
use super::person;
use super::printed_url;
use super::slugs_and_aliases;
use crate::base::config::{Config, Layout};
use crate::base::date::Instant;
use crate::base::diag::Diagnostics;
use crate::base::letter_case::CaseMapping;
use crate::base::reader::Reader;
use crate::base::{limits, path, problem};

/// The record of a term.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    pub kind: TermKind,
    /// The id of the term; for a section, its path.
    pub id: Box<str>,
    pub file: Arc<str>,
    pub label: Option<Box<str>>,
    pub label_at: Range<usize>,
    pub aliases: Box<[(Box<str>, Range<usize>)]>,
    /// The name in its own language, and that language.
    pub native: Option<Box<str>>,
    pub lang: Option<Box<str>>,
    pub country: Option<Box<str>>,
    pub url: Option<Box<str>>,
    /// The position among its siblings: lower first, those without one last.
    pub order: i64,
    /// One line for lists and `<meta>`. The body is the long description.
    pub description: Option<Box<str>>,
    pub has_body: bool,
    /// The family name of a translator.
    pub family: Option<Box<str>>,
    /// Whether a translator is a desk, not a person.
    pub team: bool,
    /// The first words of the body.
    pub excerpt: Option<Box<str>>,
    /// Where pages show originals of this source.
    pub layout: Option<Layout>,
    pub extra: serde_json::Map<String, serde_json::Value>,
    pub refs: Box<[ContentRef]>,
}

impl Record {
    /// Returns a copy without the places in the file.
    pub fn without_places(&self) -> Record {
        let aliases = self.aliases.iter().map(|(alias, _)| (alias.clone(), 0..0)).collect();
        Record { label_at: 0..0, aliases, refs: article::refs_without_places(&self.refs), ..self.clone() }
    }
}

/// Reads a record.
pub fn read(
    file: &Arc<str>,
    kind: TermKind,
    id: &str,
    text: &str,
    config: &Config,
) -> (Option<(Record, Extract)>, Diagnostics) {
    let parts = match front_matter::split(file, text) {
        Ok(parts) => parts,
        Err(found) => return (None, found),
    };
    let problems = RefCell::new(Diagnostics::new());
    let mut r = front_matter::reader(file, &parts, &problems);
    let id: String = id.nfc().collect();
    if let Err(why) = check_id(kind, &id, config.letters()) {
        problems.borrow_mut().push(problem::bad_term(r.span(&parts.fence), kind.name(), &id, &why));
    }
    let label = r.string("label");
    let lang = r.language("lang");
    let url = printed_url::read(&mut r, "url");
    let aliases = r.strings("aliases").into_iter().map(|a| (a.value.into(), a.at)).collect();
    let (refs, links) = article::references(file, parts.body, parts.body_at, config.raw_html);
    let extra = r.extra("extra");
    let (family, team) = if kind == TermKind::Translator {
        let family = person::family(&mut r, label.as_ref().map(|label| label.value));
        let team = r.boolean("team").unwrap_or_else(|| extra.get("team") == Some(&true.into()));
        (family.map(|family| family.value.into()), team)
    } else {
        (None, false)
    };
    let record = Record {
        kind,
        file: file.clone(),
        label_at: label.as_ref().map_or(parts.fence.clone(), |l| l.at.clone()),
        label: label.map(|l| l.value.into()),
        aliases,
        native: r.text("native"),
        lang: lang.map(|tag| tag.value.into()),
        country: r.text("country"),
        url,
        order: r.integer("order", -1_000_000..=1_000_000).unwrap_or(i64::MAX),
        description: r.text("description"),
        has_body: !parts.body.trim().is_empty(),
        excerpt: markdown::excerpt(parts.body, article::EXCERPT_WORDS).map(Into::into),
        layout: (kind == TermKind::Source).then(|| layout(&mut r)).flatten(),
        family,
        team,
        extra,
        refs,
        id: id.into(),
    };
    r.finish();
    (Some((record, Extract { links: links.into() })), problems.into_inner())
}

/// Reads where pages show the originals of a source.
fn layout(r: &mut Reader) -> Option<Layout> {
    let mut table = r.table("original")?;
    let layout = table.choice("layout", &Layout::WORDS);
    table.finish();
    layout.map(|layout| layout.value)
}

/// Checks that a name can have this id. `index` and `page` are reserved, because they collide with the addresses of
/// letters and numbered pages.
fn check_id(kind: TermKind, id: &str, letters: CaseMapping) -> Result<(), String> {
    if id.split('/').count() > limits::SECTION_DEPTH {
        return Err(format!("it has more than {} levels", limits::SECTION_DEPTH));
    }
    for (depth, step) in id.split('/').enumerate() {
        path::check_segment(step)?;
        if is_reserved(kind, step, depth == 0) {
            return Err(format!("the address `{step}` is reserved; name the file {step}-.md"));
        }
        let right = free_id(kind, path::slug_in(step, letters), depth == 0);
        if right != step {
            return Err(format!("expected the file to be named {right}.md"));
        }
    }
    Ok(())
}

/// Returns the id's step for a name with this slug. A reserved slug gets a hyphen: `page-` for `page`, which is the
/// address of numbered pages, and for `index` at the top level, which is that of letters. No slug ends in a hyphen, so
/// this never collides with another name.
pub fn free_id(kind: TermKind, slug: String, top: bool) -> String {
    if is_reserved(kind, &slug, top) { slug + "-" } else { slug }
}

fn is_reserved(kind: TermKind, step: &str, top: bool) -> bool {
    step == "page" || (step == "index" && (top || kind != TermKind::Section))
}

/// The card of a standalone page.
#[derive(Clone, Debug, PartialEq)]
pub struct StandalonePage {
    /// The address: the path below `content/pages`.
    pub path: Box<str>,
    pub file: Arc<str>,
    pub title: Box<str>,
    pub summary: Option<Box<str>>,
    pub updated: Option<Instant>,
    pub draft: bool,
    /// The position among the links at the foot of every page, which has no others.
    pub order: Option<i64>,
    pub aliases: Box<[(Box<str>, Range<usize>)]>,
    pub extra: serde_json::Map<String, serde_json::Value>,
    pub refs: Box<[ContentRef]>,
}

impl StandalonePage {
    /// Returns a copy without the places in the file.
    pub fn without_places(&self) -> StandalonePage {
        let aliases = self.aliases.iter().map(|(alias, _)| (alias.clone(), 0..0)).collect();
        StandalonePage { aliases, refs: article::refs_without_places(&self.refs), ..self.clone() }
    }
}

/// Reads a standalone page.
pub fn read_page(
    file: &Arc<str>,
    path: &str,
    text: &str,
    config: &Config,
) -> (Option<(StandalonePage, Extract)>, Diagnostics) {
    let parts = match front_matter::split(file, text) {
        Ok(parts) => parts,
        Err(found) => return (None, found),
    };
    let problems = RefCell::new(Diagnostics::new());
    let mut r = front_matter::reader(file, &parts, &problems);
    let title = r.text("title");
    if title.is_none() {
        r.missing("title", "title = \"About this archive\"");
    }
    let (refs, links) = article::references(file, parts.body, parts.body_at, config.raw_html);
    let page = StandalonePage {
        path: path.nfc().collect::<String>().into(),
        file: file.clone(),
        title: title.clone().unwrap_or_default(),
        summary: r.text("summary"),
        updated: r.date("updated").map(|u| u.value.instant(&config.zone)),
        draft: r.boolean("draft").unwrap_or(false),
        order: r.integer("order", -1_000_000..=1_000_000),
        aliases: slugs_and_aliases::aliases(&mut r),
        extra: r.extra("extra"),
        refs,
    };
    r.finish();
    (title.map(|_| (page, Extract { links: links.into() })), problems.into_inner())
}

/// Returns the body of a record or page that was read before.
pub fn load_body<'a>(file: &Arc<str>, text: &'a str) -> Result<(&'a str, usize), Diagnostics> {
    let parts = front_matter::split(file, text)?;
    Ok((parts.body, parts.body_at))
}
