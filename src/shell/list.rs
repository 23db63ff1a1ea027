//! `recto list`: prints what a site contains as data on stdout. It writes nothing to disk.

use serde_json::json;

use super::args::ListKind;
use super::report::{Reporter, plural};
use crate::archive::archive::{Archive, SkipReason};
use crate::base::date;
use crate::base::diag::{self, Diagnostics};
use crate::base::printable;
use crate::content::article::Article;
use crate::content::content_path::TermKind;
use crate::engine::build;
use crate::engine::load;
use crate::engine::site::{LoadOptions, Site};
use crate::system::disk::DiskResult;

/// Whether everything could be read.
pub enum ListEnd {
    Listed,
    Incomplete,
    Configuration,
}

/// A line of the list, for people and for programs.
type ListLine = (String, serde_json::Value);

/// Lists one kind of thing or, without `what`, the number of each kind.
pub fn list(options: &LoadOptions, what: Option<ListKind>, reporter: &Reporter) -> DiskResult<ListEnd> {
    let loaded = load::load(options)?;
    let Some((site, _)) = loaded.made else {
        reporter.problems(&loaded.problems, false);
        let configuration = build::in_configuration(&loaded.problems);
        return Ok(if configuration { ListEnd::Configuration } else { ListEnd::Incomplete });
    };
    if build::in_configuration(&loaded.problems) {
        reporter.problems(&loaded.problems, false);
        return Ok(ListEnd::Configuration);
    }
    let orphans = orphans(&loaded.problems);
    let lines = match what {
        None => counts(&site.archive, &orphans),
        Some(ListKind::Orphans) => orphans,
        Some(ListKind::Drafts) => left_out(options, &site, SkipReason::Draft)?,
        Some(ListKind::Future) => left_out(options, &site, SkipReason::Future)?,
        Some(ListKind::Expired) => left_out(options, &site, SkipReason::Expired)?,
        Some(ListKind::Articles) => {
            site.archive.articles.iter().map(|placed| article("article", &placed.card, &site)).collect()
        }
        Some(ListKind::Pages) => pages(&site),
        Some(ListKind::Sections) => terms(&site.archive, TermKind::Section),
        Some(ListKind::Tags) => terms(&site.archive, TermKind::Tag),
        Some(ListKind::Sources) => terms(&site.archive, TermKind::Source),
        Some(ListKind::Translators) => terms(&site.archive, TermKind::Translator),
    };
    for (text, value) in lines {
        reporter.data(&if reporter.style.json { value.to_string() } else { text });
    }
    let errors = diag::count_errors(&loaded.problems, false);
    if errors > 0 {
        let errors = plural(errors, "error");
        reporter.warn(&format!("the site has {errors}, so this list may be incomplete\nhelp: run `recto check`"));
        return Ok(ListEnd::Incomplete);
    }
    Ok(ListEnd::Listed)
}

fn counts(archive: &Archive, orphans: &[ListLine]) -> Vec<ListLine> {
    let left_out = archive.left_out();
    let skipped = |why: SkipReason| left_out.iter().filter(|(_, skip)| *skip == why).count();
    let terms = |kind| archive.taxonomy(kind).terms.len();
    let rows = [
        ("articles", archive.articles.len()),
        ("pages", archive.pages.len()),
        ("drafts", skipped(SkipReason::Draft)),
        ("future", skipped(SkipReason::Future)),
        ("expired", skipped(SkipReason::Expired)),
        ("orphans", orphans.len()),
        ("sections", terms(TermKind::Section)),
        ("tags", terms(TermKind::Tag)),
        ("sources", terms(TermKind::Source)),
        ("translators", terms(TermKind::Translator)),
        ("glossary", archive.glossary.len()),
    ];
    let line =
        |(kind, count): (&str, usize)| (counted(count, kind), json!({"type": "count", "kind": kind, "count": count}));
    rows.into_iter().map(line).collect()
}

fn counted(count: usize, what: &str) -> String {
    format!("{count:>7}  {what}")
}

fn article(kind: &str, card: &Article, site: &Site) -> ListLine {
    let posted = date::rfc3339(card.posted, &site.config.zone);
    let expires = card.expires.map(|at| date::rfc3339(at, &site.config.zone));
    let (file, title, date) = (&*card.file, &*card.title, card.date.to_string());
    let value = json!({
        "type": kind, "file": file, "title": title, "date": date, "posted": posted, "expires": expires,
    });
    let day = match (kind, expires) {
        ("future", _) => posted[..10].to_owned(),
        ("expired", Some(at)) => at[..10].to_owned(),
        _ => date,
    };
    (format!("{day}  {}  {}", printable::text(file), printable::text(title)), value)
}

/// Lists what is left out for a reason. Titles come from a site with everything; an unfinished draft has only its
/// path.
fn left_out(options: &LoadOptions, site: &Site, why: SkipReason) -> DiskResult<Vec<ListLine>> {
    let everything = LoadOptions { drafts: true, future: true, expired: true, ..options.clone() };
    let all = load::load(&everything)?.made;
    let card = |path: &str| {
        let (site, _) = all.as_ref()?;
        // A bundle `slug/index.md` is the article `slug`.
        let id = path.strip_prefix("articles/")?;
        let at = site.archive.find(id.strip_suffix("/index").unwrap_or(id))?;
        Some(site.archive.article(at).card.clone())
    };
    let paths = site.archive.left_out().into_iter().filter(|(_, skip)| *skip == why);
    let line = |(path, _): (String, SkipReason)| match card(&path) {
        Some(card) => article(why.word(), &card, site),
        None => {
            let file = format!("content/{path}.md");
            let value = json!({"type": why.word(), "file": file});
            (printable::text(&file).into_owned(), value)
        }
    };
    Ok(paths.map(line).collect())
}

fn pages(site: &Site) -> Vec<ListLine> {
    let line = |page: &std::sync::Arc<crate::content::record::StandalonePage>| {
        let value = json!({"type": "page", "file": &*page.file, "title": &*page.title});
        (format!("{}  {}", printable::text(&page.file), printable::text(&page.title)), value)
    };
    site.archive.pages.iter().map(line).collect()
}

/// Lists translations and originals whose article is missing.
fn orphans(problems: &Diagnostics) -> Vec<ListLine> {
    let files = problems.iter().filter(|found| found.code == "orphan-sibling").filter_map(|found| found.at.as_ref());
    files.map(|at| (printable::text(&at.file).into_owned(), json!({"type": "orphan", "file": &*at.file}))).collect()
}

/// Lists the terms of a kind in the order of menus, with their numbers of articles.
fn terms(archive: &Archive, kind: TermKind) -> Vec<ListLine> {
    let taxonomy = archive.taxonomy(kind);
    let line = |ix: &u32| {
        let term = taxonomy.get(*ix);
        let (id, label, count) = (&*term.id, &*term.label, term.articles.len());
        let value = json!({
            "type": kind.name(), "id": id, "label": label, "articles": count, "record": term.record.is_some(),
        });
        let shown = printable::text(label);
        (counted(count, &if id == label { shown.into_owned() } else { format!("{shown}  ({id})") }), value)
    };
    taxonomy.in_order.iter().map(line).collect()
}
