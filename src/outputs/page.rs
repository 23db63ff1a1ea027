//! Pages other than articles and listings: standalone pages, the 404 page, redirects, page stubs, the calendar of the
//! archive.

use std::borrow::Cow;

use super::body::BodySource;
use super::head::{PageHead, absolute_or_same};
use super::output_content::ReadText;
use super::recipe::{BoxedRecipe, View};
use super::world::World;
use crate::archive::archive::ListingId;
use crate::base::diag::Diagnostics;
use crate::content::record;
use crate::theme::view::Sink;

/// The label and root-relative URL of a parent page.
pub type Crumb<'a> = (Cow<'a, str>, Cow<'a, str>);

/// The fields of `page`, the same for every template.
pub struct PageView<'a> {
    pub kind: &'a str,
    /// The text of `<title>`, without the site's title.
    pub title: &'a str,
    pub url: &'a str,
    pub lang: &'a str,
    pub dir: &'a str,
    pub head: &'a PageHead,
    pub crumbs: &'a [Crumb<'a>],
}

impl PageView<'_> {
    pub fn walk(&self, s: &mut impl Sink) {
        s.table("page", |s| {
            s.text("kind", self.kind);
            s.text("title", self.title);
            s.text("url", self.url);
            s.text("lang", self.lang);
            s.text("dir", self.dir);
            s.html("metadata", &self.head.html);
            s.tables("crumbs", self.crumbs, |s, (label, url)| s.link(label, url));
        });
    }
}

/// Creates the view of a page in the site's language.
pub fn own<'a>(world: &'a World, kind: &'a str, title: &'a str, url: &'a str, head: &'a PageHead) -> PageView<'a> {
    PageView { kind, title, url, lang: &world.config.language, dir: world.locale().dir, head, crumbs: &[] }
}

/// A standalone page.
pub struct StandalonePageView<'w> {
    pub world: &'w World<'w>,
    /// The index in the archive.
    pub ix: usize,
}

impl View for StandalonePageView<'_> {
    fn walk(&self, s: &mut impl Sink, read: ReadText, problems: &mut Diagnostics) {
        let StandalonePageView { world, ix } = *self;
        let page = &world.archive.pages[ix];
        let text = BodySource::new(world, &page.file, &page.refs, &page.path, &world.config.language);
        let url = world.config.urls.page(&page.path);
        let mut head = PageHead::new(world, &page.title, &url, page.summary.as_deref());
        head.property("og:type", "website");
        own(world, "page", &page.title, &url, &head).walk(s);
        s.text("title", &page.title);
        s.rendered("content", Some(&text), || {
            let file = read(&page.file, problems)?;
            let (body, at) = record::load_body(&page.file, &file).map_err(|found| problems.extend(found)).ok()?;
            Some(text.render(world, body, at, problems))
        });
        s.json("extra", &page.extra);
    }
}

/// The page that hosts show for an unknown address.
pub struct NotFound<'w> {
    pub world: &'w World<'w>,
}

impl View for NotFound<'_> {
    fn walk(&self, s: &mut impl Sink, _: ReadText, _: &mut Diagnostics) {
        let world = self.world;
        let title = world.strings.plain("not_found");
        let mut head = PageHead { html: String::new() };
        head.name("robots", "noindex");
        own(world, "404", &title, &world.config.urls.file("404.html"), &head).walk(s);
    }
}

/// A redirect to another page (root-relative URL).
pub struct RedirectPage<'w> {
    world: &'w World<'w>,
    target: Cow<'w, str>,
}

impl<'w> RedirectPage<'w> {
    pub fn boxed(world: &'w World<'w>, target: Cow<'w, str>) -> BoxedRecipe<'w> {
        Box::new(RedirectPage { world, target })
    }
}

impl View for RedirectPage<'_> {
    fn walk(&self, s: &mut impl Sink, _: ReadText, _: &mut Diagnostics) {
        let RedirectPage { world, target } = self;
        let head = PageHead { html: String::new() };
        own(world, "redirect", "", target, &head).walk(s);
        s.text("target", target);
        s.text("target_canonical", &absolute_or_same(world.config, target));
    }
}

/// The calendar: all years by months, with counts.
pub struct Calendar<'w> {
    pub world: &'w World<'w>,
}

impl View for Calendar<'_> {
    fn walk(&self, s: &mut impl Sink, _: ReadText, _: &mut Diagnostics) {
        let world = self.world;
        let title = world.strings.plain("nav_archive");
        let url = world.config.urls.page("archive");
        let mut head = PageHead::new(world, &title, &url, None);
        head.property("og:type", "website");
        let count = |id: ListingId| world.archive.listing(id).len();
        own(world, "archive", &title, &url, &head).walk(s);
        s.maybe_text("all_corrections", world.corrections().as_deref());
        let most = world.archive.months().map(|(year, month)| count(ListingId::Month(year, month))).max().unwrap_or(0);
        s.tables("years", world.archive.years().rev(), |s, year| {
            let id = ListingId::Year(year);
            s.link(&world.title(id), &world.url(id));
            s.number("count", count(id) as i64);
            s.tables("months", 1..=12i8, |s, month| month_fields(world, s, year, month, most));
        });
    }
}

/// Adds one month of a year's table. `most` is the largest count in the table.
pub fn month_fields(world: &World, s: &mut impl Sink, year: i16, month: i8, most: usize) {
    let id = ListingId::Month(year, month);
    let n = world.archive.listing(id).len();
    let (long, short) = world.locale().month(month);
    s.text("label", &long);
    s.text("short", &short);
    counted(world, s, id, n, most);
}

/// Adds the page of a date: `url` (or none), `count`, and `level` for shading, from 0 for no articles to 4 for the
/// largest count.
pub fn counted(world: &World, s: &mut impl Sink, id: ListingId, n: usize, most: usize) {
    s.maybe_text("url", (n > 0).then(|| world.url(id)).as_deref());
    s.number("count", n as i64);
    s.number("level", (n * 4).div_ceil(most.max(1)) as i64);
}
