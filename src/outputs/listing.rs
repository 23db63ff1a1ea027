//! Listings: home, sections, tags, sources, translators, years, months, days, with their roots and numbered pages.
//!
//! A numbered page shows nothing that a newer article could change: no count, no number of pages, no list of
//! subsections. Only the root shows these. It also says which dates a numbered page holds; numbered pages say it only of
//! themselves, so that an article with another date changes its own page and the root, and no neighbour.

use std::ops::Range;

use super::addresses::{CitationFormat, citation_files, citation_path, numbered_address};
use super::body::BodySource;
use super::head::PageHead;
use super::listing_groups::{groups, iso};
use super::listing_words::{dates, description};
use super::output_content::{FileVisitor, ReadText};
use super::page::{Crumb, counted, month_fields, own};
use super::profile::profile;
use super::recipe::{BoxedRecipe, View};
use super::site_schema;
use super::terms::{TermEntry, largest};
use super::world::World;
use crate::archive::archive::ListingId;
use crate::archive::pager::Pager;
use crate::archive::term::TermIx;
use crate::base::date::Day;
use crate::base::diag::Diagnostics;
use crate::base::limits;
use crate::content::content_path::TermKind;
use crate::content::record::{self, Record};
use crate::theme::view::{Fields, Sink};

/// How many page numbers the root of a listing links to.
const LINKED_PAGES: usize = 10;
/// How many top-level sections the front page lists. If there are more, it lists those with most articles.
const SECTIONS: usize = 24;

/// The root (no number) or a numbered page of a listing.
pub struct ListingPage<'w> {
    world: &'w World<'w>,
    id: ListingId,
    number: Option<usize>,
}

impl View for ListingPage<'_> {
    fn walk(&self, s: &mut impl Sink, read: ReadText, problems: &mut Diagnostics) {
        let ListingPage { world, id, number } = *self;
        let root = number.is_none();
        let address = world.archive.address(id);
        let url = match number {
            Some(number) => world.config.urls.page(&numbered_address(&address, number)),
            None => world.config.urls.page(&address),
        };
        let heading = world.title(id);
        let title = match (number, id) {
            (Some(number), ListingId::Home) => world.page_number(number),
            (Some(number), _) => format!("{heading}: {}", world.page_number(number)),
            (None, ListingId::Home) => String::new(),
            (None, _) => heading.clone(),
        };
        let crumbs = crumbs(world, id, root);
        let articles = world.archive.listing(id);
        let shown = &articles[pages_of(world, id).range(number)];
        let described = description(world, id, number, shown);
        let mut head = head(world, id, &heading, &title, &url, described.as_deref());
        if id == ListingId::Home && root {
            site_schema::add_site(&mut head, world);
        }
        site_schema::add_breadcrumbs(&mut head, world, &crumbs, &title);
        let mut page = own(world, ListingKind::of(id).kind, &title, &url, &head);
        page.crumbs = &crumbs;
        page.walk(s);
        match id {
            ListingId::Home => {
                let taxonomy = world.archive.taxonomy(TermKind::Section);
                let mut top = taxonomy.in_order.clone();
                top.retain(|&ix| root && taxonomy.get(ix).parent.is_none());
                let all = (top.len() > SECTIONS).then(|| world.config.urls.page(TermKind::Section.plural()));
                if all.is_some() {
                    top = largest(world, TermKind::Section, top, SECTIONS);
                }
                s.tables("sections", top, |s, ix| TermEntry::new(world, TermKind::Section, ix).walk(s));
                s.maybe_text("all_sections", all.as_deref());
                s.maybe_text("all_corrections", world.corrections().filter(|_| root).as_deref());
            }
            ListingId::Term(kind, ix) => term(world, s, kind, ix, root, read, problems),
            ListingId::Year(..) | ListingId::Month(..) | ListingId::Day(..) => dated(world, s, id, root),
        }
        s.table("listing", |s| pager(world, s, id, &address, number));
    }
}

impl<'w> ListingPage<'w> {
    pub fn boxed(world: &'w World<'w>, id: ListingId, number: Option<usize>) -> BoxedRecipe<'w> {
        Box::new(ListingPage { world, id, number })
    }
}

/// Passes each file that the page reads to `add`.
pub fn reads<'w>(world: &World<'w>, id: ListingId, number: Option<usize>, add: FileVisitor<'_, 'w>) {
    described(world, id, number).into_iter().for_each(|record| add(&record.file));
}

/// Returns the record whose body is printed on the root of a listing.
fn described<'a>(world: &World<'a>, id: ListingId, number: Option<usize>) -> Option<&'a Record> {
    let ListingId::Term(kind, ix) = id else { return None };
    world.archive.term(kind, ix).record.as_deref().filter(|r| number.is_none() && r.has_body)
}

/// The names of a kind of listing.
pub struct ListingKind {
    /// `page.kind`.
    pub kind: &'static str,
    pub template: &'static str,
    /// The names of its roots and numbered pages in the summary of a build.
    pub roots: &'static str,
    pub numbered: &'static str,
}

impl ListingKind {
    /// Returns the names of a listing's kind.
    pub fn of(id: ListingId) -> ListingKind {
        let (kind, template, roots, numbered) = match id {
            ListingId::Home => ("home", "home.html", "home", "home numbered"),
            ListingId::Term(TermKind::Section, _) => ("section", "section.html", "sections", "sections numbered"),
            ListingId::Term(TermKind::Tag, _) => ("tag", "tag.html", "tags", "tags numbered"),
            ListingId::Term(TermKind::Source, _) => ("source", "source.html", "sources", "sources numbered"),
            ListingId::Term(TermKind::Translator, _) => {
                ("translator", "translator.html", "translators", "translators numbered")
            }
            ListingId::Year(_) => ("year", "year.html", "years", "years numbered"),
            ListingId::Month(..) => ("month", "month.html", "months", "months numbered"),
            ListingId::Day(_) => ("day", "day.html", "days", "days numbered"),
        };
        ListingKind { kind, template, roots, numbered }
    }
}

/// Returns the arithmetic of a listing's pages.
fn pages_of(world: &World, id: ListingId) -> Pager {
    Pager { n: world.archive.listing(id).len(), per_page: world.config.per_page }
}

fn head(world: &World, id: ListingId, heading: &str, title: &str, url: &str, description: Option<&str>) -> PageHead {
    let mut head = PageHead::new(world, if title.is_empty() { heading } else { title }, url, description);
    head.property("og:type", "website");
    head.feeds(heading, &world.feeds(id));
    head
}

/// Returns the breadcrumbs from the top, without the page itself. The root is a breadcrumb of its numbered pages.
fn crumbs<'a>(world: &World<'a>, id: ListingId, root: bool) -> Vec<Crumb<'a>> {
    let crumb = |id: ListingId| (world.title(id).into(), world.url(id).into());
    let mut above: Vec<Crumb> = match id {
        ListingId::Home => Vec::new(),
        ListingId::Term(kind, ix) => {
            let index = world.strings.plain(&format!("nav_{}", kind.plural()));
            let mut trail = world.archive.taxonomy(kind).trail(ix);
            trail.pop();
            let ups = trail.into_iter().map(|up| crumb(ListingId::Term(kind, up)));
            std::iter::once((index.into(), world.config.urls.page(kind.plural()).into())).chain(ups).collect()
        }
        dated => {
            let index = (world.strings.plain("nav_archive").into(), world.config.urls.page("archive").into());
            let ups = [up(dated).and_then(up), up(dated)];
            std::iter::once(index).chain(ups.into_iter().flatten().map(crumb)).collect()
        }
    };
    if !root {
        above.push(crumb(id));
    }
    above
}

/// Returns the month of a day, or the year of a month.
fn up(id: ListingId) -> Option<ListingId> {
    match id {
        ListingId::Day(day) => Some(ListingId::Month(day.year(), day.month())),
        ListingId::Month(year, _) => Some(ListingId::Year(year)),
        _ => None,
    }
}

fn term(
    world: &World,
    s: &mut impl Sink,
    kind: TermKind,
    ix: TermIx,
    root: bool,
    read: ReadText,
    problems: &mut Diagnostics,
) {
    let term = world.archive.term(kind, ix);
    s.leaf("term", world.leaves.term(kind, ix));
    let described = term.record.as_deref().filter(|r| root && r.has_body);
    let address = term.address(kind);
    let text = described.map(|r| BodySource::new(world, &r.file, &r.refs, &address, &world.config.language));
    s.rendered("description", text.as_ref(), || {
        let text = text.as_ref()?;
        let file = read(text.file, problems)?;
        let (body, at) = record::load_body(text.file, &file).map_err(|found| problems.extend(found)).ok()?;
        Some(text.render(world, body, at, problems))
    });
    s.maybe_table("profile", root.then_some(term), |s, term| profile(world, s, kind, term));
    let children: &[TermIx] = if root { &term.children } else { &[] };
    s.tables("children", children, |s, &child| TermEntry::new(world, kind, child).walk(s));
    match &term.record {
        Some(record) => {
            s.maybe_text("website", record.url.as_deref());
            s.maybe_text("country", record.country.as_deref());
            s.json("extra", &record.extra);
        }
        None => {
            s.none("website");
            s.none("country");
            s.json("extra", &serde_json::Map::new());
        }
    }
}

fn dated(world: &World, s: &mut impl Sink, id: ListingId, root: bool) {
    s.table("date", |s| {
        s.text("iso", &iso(id).unwrap_or_default());
        s.text("label", &world.date_heading(id));
    });
    // Adding articles can change the neighbours of a date, so only the root shows them.
    let (previous, next) = if root { world.archive.neighbours(id) } else { (None, None) };
    s.maybe_table("previous", previous, |s, id| s.link(&world.title(id), &world.url(id)));
    s.maybe_table("next", next, |s, id| s.link(&world.title(id), &world.url(id)));
    s.table("up", |s| match up(id) {
        Some(up) => s.link(&world.title(up), &world.url(up)),
        None => s.link(&world.strings.plain("nav_archive"), &world.config.urls.page("archive")),
    });
    match id {
        ListingId::Year(year) => {
            let months = if root { 1..13i8 } else { 0..0 };
            let count = |month| world.archive.listing(ListingId::Month(year, month)).len();
            let most = months.clone().map(count).max().unwrap_or(0);
            s.tables("months", months, |s, month| month_fields(world, s, year, month, most));
        }
        ListingId::Month(year, month) if root => s.table("calendar", |s| calendar(world, s, year, month)),
        ListingId::Month(..) => s.none("calendar"),
        ListingId::Day(day) => s.tables("earlier", earlier(world, day, root), |s, day| {
            let id = ListingId::Day(day);
            s.link(&world.title(id), &world.url(id));
            s.number("count", world.archive.listing(id).len() as i64);
        }),
        ListingId::Home | ListingId::Term(..) => {}
    }
}

/// Iterates over the same day in earlier years, newest first, where articles exist. Only the root shows them, so that
/// adding an old article changes no numbered page.
fn earlier<'w>(world: &'w World, day: Day, root: bool) -> impl Iterator<Item = Day> + 'w {
    let years = world.archive.years().rev().filter(move |&year| root && year < day.year());
    let days = years.filter_map(move |year| Day::new(year, day.month(), day.day()).ok());
    days.filter(|&day| !world.archive.listing(ListingId::Day(day)).is_empty()).take(limits::EARLIER)
}

/// Adds the weeks of a month, starting at the locale's first weekday.
fn calendar(world: &World, s: &mut impl Sink, year: i16, month: i8) {
    let first = jiff::civil::date(year, month, 1);
    let offset = world.locale().week_offset(first);
    let length = first.days_in_month() as usize;
    s.tables("weekdays", world.locale().weekdays(), |s, (long, short)| {
        s.text("long", &long);
        s.text("short", &short);
    });
    let weeks = (offset + length).div_ceil(7);
    let count = |day| world.archive.listing(ListingId::Day(day)).len();
    let days = (1..=length).map(|day| jiff::civil::date(year, month, day as i8));
    let most = days.map(count).max().unwrap_or(0);
    s.tables("weeks", 0..weeks, |s, week| {
        s.tables("days", 0..7usize, |s, weekday| {
            let day = (week * 7 + weekday + 1).checked_sub(offset).filter(|d| (1..=length).contains(d));
            let Some(day) = day else {
                ["day", "iso", "url", "count", "level"].into_iter().for_each(|key| s.none(key));
                return;
            };
            let date = jiff::civil::date(year, month, day as i8);
            s.number("day", day as i64);
            s.text("iso", &date.to_string());
            counted(world, s, ListingId::Day(date), count(date), most);
        });
    });
}

fn pager(world: &World, s: &mut impl Sink, id: ListingId, address: &str, number: Option<usize>) {
    let articles = world.archive.listing(id);
    let pager = pages_of(world, id);
    let shown = &articles[pager.range(number)];
    world.cards(s, id, shown);
    s.tables("groups", groups(world, id, shown), |s, group| group.walk(world, id, s));
    turns(world, s, &pager, address, number, |range| dates(world, id, &articles[range]));
    s.maybe_text("feed", world.feed(id).as_deref());
    // Which files there are depends on the number of articles, so only the root shows them.
    let files = if number.is_none() { citation_files(world.config, world.archive, id) } else { Vec::new() };
    s.tables("citations", files, |s, year| {
        let file = |format| world.config.urls.file(&citation_path(address, year, format));
        s.text("label", &world.title(year.map_or(id, ListingId::Year)));
        s.text("ris", &file(CitationFormat::Ris));
        s.text("csl_json", &file(CitationFormat::CslJson));
    });
}

/// Adds the count of a listing, or the number and the dates of this page, and the links to the others. `dates` returns
/// the dates of the items in a range.
pub fn turns(
    world: &World,
    s: &mut impl Sink,
    pager: &Pager,
    address: &str,
    number: Option<usize>,
    dates: impl Fn(Range<usize>) -> Option<String>,
) {
    s.maybe_text("dates", number.and_then(|_| dates(pager.range(number))).as_deref());
    let numbered = pager.numbered();
    let page = |n: usize| world.config.urls.page(&numbered_address(address, n));
    let root = world.config.urls.page(address);
    match number {
        Some(number) => {
            s.none("count");
            s.number("number", number as i64);
            s.maybe_text("older", (number > 1).then(|| page(number - 1)).as_deref());
            // The page after the newest numbered one is a stub that redirects to the root.
            s.text("newer", &page(number + 1));
            s.text("newest", &root);
        }
        None => {
            s.number("count", pager.n as i64);
            s.none("number");
            s.maybe_text("older", (numbered > 0).then(|| page(numbered)).as_deref());
            s.none("newer");
            s.none("newest");
        }
    }
    let linked = if number.is_none() { numbered } else { 0 };
    s.tables("pages", (1..=linked).rev().take(LINKED_PAGES), |s, n| {
        s.number("number", n as i64);
        s.text("url", &page(n));
        s.maybe_text("dates", dates(pager.range(Some(n))).as_deref());
    });
}
