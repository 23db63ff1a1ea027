//! Pages of their own: standalone pages, the 404 page, redirects, page stubs, the calendar of the whole archive.

use super::body::{self, Body};
use super::head::{Head, absolute_or_same};
use super::made::{Made, Read};
use super::world::World;
use crate::archive::archive::ListingId;
use crate::base::diag::Diagnostics;
use crate::content::record;
use crate::theme::view::{Sink, Values};

/// The fields of `page`, the same for every template.
pub struct PageView<'a> {
    pub kind: &'a str,
    /// For `<title>`, without the site's title.
    pub title: &'a str,
    pub url: &'a str,
    pub lang: &'a str,
    pub dir: &'a str,
    pub head: &'a Head,
    pub crumbs: &'a [(String, String)],
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

/// A page in the site's language.
pub fn own<'a>(world: &'a World, kind: &'a str, title: &'a str, url: &'a str, head: &'a Head) -> PageView<'a> {
    PageView { kind, title, url, lang: &world.config.language, dir: world.locale().dir, head, crumbs: &[] }
}

/// A standalone page.
pub fn standalone(world: &World, ix: usize, read: Read, problems: &mut Diagnostics) -> Option<Made> {
    let page = &world.archive.pages[ix];
    let text = read(&page.file, problems)?;
    let (source, at) = record::load_body(&page.file, &text).map_err(|found| problems.extend(found)).ok()?;
    let body =
        Body { file: &page.file, text: source, at, address: &page.path, prefix: "", lang: &world.config.language };
    let html = body::render(world, &body, problems);
    let url = world.config.urls.page(&page.path);
    let mut head = Head::new(world, &page.title, &url, page.summary.as_deref());
    head.property("og:type", "website");
    let mut s = Values::default();
    own(world, "page", &page.title, &url, &head).walk(&mut s);
    s.text("title", &page.title);
    s.html("content", &html);
    s.json("extra", &page.extra);
    Some(Made::template("page.html", s))
}

/// The page that hosts show for an address that is not there.
pub fn not_found(world: &World) -> Made {
    let title = world.strings().plain("not_found");
    let mut head = Head { html: String::new() };
    head.name("robots", "noindex");
    let mut s = Values::default();
    own(world, "404", &title, &world.config.urls.file("404.html"), &head).walk(&mut s);
    Made::template("404.html", s)
}

/// A page that leads to another (root-relative URL).
pub fn redirect(world: &World, target: &str) -> Made {
    let head = Head { html: String::new() };
    let mut s = Values::default();
    own(world, "redirect", "", target, &head).walk(&mut s);
    s.text("target", target);
    s.text("target_canonical", &absolute_or_same(world.config, target));
    Made::template("redirect.html", s)
}

/// All years by months, with counts.
pub fn archive(world: &World) -> Made {
    let title = world.strings().plain("nav_archive");
    let url = world.config.urls.page("archive");
    let mut head = Head::new(world, &title, &url, None);
    head.property("og:type", "website");
    let count = |id: ListingId| world.archive.listing(id).len();
    let mut s = Values::default();
    own(world, "archive", &title, &url, &head).walk(&mut s);
    s.tables("years", world.archive.years().rev(), |s, year| {
        let id = ListingId::Year(year);
        s.link(&world.title(id), &world.url(id));
        s.number("count", count(id) as i64);
        s.tables("months", 1..=12i8, |s, month| month_fields(world, s, year, month));
    });
    Made::template("archive.html", s)
}

/// One month of a year's table.
pub fn month_fields(world: &World, s: &mut impl Sink, year: i16, month: i8) {
    let id = ListingId::Month(year, month);
    let n = world.archive.listing(id).len();
    let (long, short) = world.locale().month(month);
    s.text("label", &long);
    s.text("short", &short);
    s.maybe_text("url", (n > 0).then(|| world.url(id)).as_deref());
    s.number("count", n as i64);
}
