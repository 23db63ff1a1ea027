//! Internal links: checks addresses of the site against the plan, and ids against the rendered pages.
//!
//! The plan itself finds references to missing files. The required ids of every page are known before rendering
//! ([`Demands::new`]). A page is checked once when it is rendered ([`Demands::judge`]), and not again as long as it
//! stays the same. A build applies this rule, too. It reads only those texts that no page prints ([`Demands::rest`]).

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use super::subject::Subject;
use crate::archive::archive::{Archive, IndexedArticle};
use crate::archive::links::{Destination, destination};
use crate::base::config::{self, Config, Topic};
use crate::base::diag::{Diagnostics, Span, nearest};
use crate::base::digest::Digest;
use crate::base::path::UrlStyle;
use crate::base::{path, problem};
use crate::content::article::ContentRef;
use crate::content::content_path::TermKind;
use crate::content::extract::{self, Link, LinkSyntax};
use crate::content::markdown::BlockNumber;
use crate::content::{front_matter, markdown};
use crate::outputs::job::Job;
use crate::outputs::plan::Plan;

/// The prefix of an original's ids on the page of its article.
const PREFIX: &str = "o-";

/// The links of each file, sorted by path.
pub type Links = Vec<(Arc<str>, Box<[Link]>)>;

/// An id that a link requires.
#[derive(Debug)]
struct Demand {
    link: LinkPlace,
    /// Whether the id has [`PREFIX`] on the page.
    prefixed: bool,
    asks: LinkPurpose,
}

/// A link and its place.
#[derive(Debug)]
struct LinkPlace {
    file: Arc<str>,
    at: Range<u32>,
    dest: Box<str>,
}

/// The target of a link, as described when the target is missing.
#[derive(Debug)]
enum LinkPurpose {
    /// The text in this file.
    File(Arc<str>),
    Page,
    /// The paragraph that a correction refers to.
    Paragraph,
}

/// All ids and pages that the links of a site require.
#[derive(Debug, Default)]
pub struct Demands {
    /// Requirements with the index of the page in the plan, sorted by that index.
    pages: Vec<(usize, Demand)>,
    /// Requirements on texts that no page prints.
    unprinted: Vec<(Arc<str>, Demand)>,
    /// Links to addresses without a page. The address has no trailing slash.
    lost: Vec<(String, LinkPlace)>,
}

impl Demand {
    /// Returns the id as the link means it.
    fn id(&self) -> String {
        let fragment = self.link.dest.split_once('#').map_or("", |(_, fragment)| fragment);
        extract::id(fragment).unwrap_or_default()
    }

    /// Returns the id that the page must have.
    fn own(&self) -> String {
        if self.prefixed { PREFIX.to_owned() + &self.id() } else { self.id() }
    }

    /// Reports that nothing has the id. Suggests one of the `known` ids.
    fn refuse(&self, known: &BTreeSet<&str>, problems: &mut Diagnostics) {
        let id = self.id();
        let why = match &self.asks {
            LinkPurpose::File(file) => format!("{file} has no `#{id}`"),
            LinkPurpose::Page => format!("that page has no `#{id}`"),
            LinkPurpose::Paragraph => format!("the text has no paragraph {}", id.trim_start_matches('p')),
        };
        let help = match self.asks {
            LinkPurpose::Paragraph => suggest_paragraph(&id, known),
            _ => suggest(
                &id,
                known.iter().filter_map(|id| if self.prefixed { id.strip_prefix(PREFIX) } else { Some(id) }),
            ),
        };
        problems.push(problem::broken_link(self.link.span(), &self.link.dest, &why, help));
    }
}

impl LinkPlace {
    fn span(&self) -> Span {
        Span::new(&self.file, self.at.start as usize..self.at.end as usize)
    }
}

impl Demands {
    /// Collects the requirements of links in `wanted` texts and in the configuration.
    pub fn new(
        config: &Config,
        archive: &Archive,
        plan: &Plan,
        links: Links,
        wanted: &dyn Fn(&str) -> bool,
    ) -> Demands {
        let mut demands = Demands::default();
        let site = LinkContext { config, archive, plan };
        for topic in &config.topics {
            if let Topic::Link { url, .. } = topic {
                let source = LinkPlace { file: config::FILE.into(), at: 0..0, dest: url.clone() };
                site.address(source, &mut demands);
            }
        }
        for (file, links) in links.into_iter().filter(|(file, _)| wanted(file)) {
            let text = destination(archive, file.strip_prefix("content/").unwrap_or(&file));
            // Links in unpublished texts are not checked.
            if site.file(&text) != Some(&file) {
                continue;
            }
            for Link { dest, at, origin } in links {
                let source = LinkPlace { file: file.clone(), at, dest };
                match (origin, source.dest.starts_with('/')) {
                    (LinkSyntax::Correction, _) => site.id(&text, source, Some(LinkPurpose::Paragraph), &mut demands),
                    (LinkSyntax::Body, false) => site.id(&text, source, None, &mut demands),
                    (LinkSyntax::Body, true) => site.address(source, &mut demands),
                }
            }
        }
        site.references(|file, reference| {
            if wanted(file) {
                let at = reference.at.start as u32..reference.at.end as u32;
                let source = LinkPlace { file: file.clone(), at, dest: reference.dest.clone() };
                site.id(&destination(archive, &reference.target), source, None, &mut demands);
            }
        });
        demands.pages.sort_by_key(|(page, _)| *page);
        demands
    }

    fn of(&self, page: usize) -> &[(usize, Demand)] {
        let start = self.pages.partition_point(|(at, _)| *at < page);
        let rest = &self.pages[start..];
        &rest[..rest.partition_point(|(at, _)| *at == page)]
    }

    /// Returns whether any link requires an id of this page.
    pub fn are_of(&self, page: usize) -> bool {
        !self.of(page).is_empty()
    }

    /// Iterates over the pages that must have certain ids, by their index in the plan.
    pub fn pages(&self) -> impl Iterator<Item = usize> {
        self.pages.chunk_by(|(a, _), (b, _)| a == b).filter_map(|demands| demands.first().map(|(page, _)| *page))
    }

    /// Returns a digest of the page and its required ids, or `None` if no id is required.
    pub fn asked(&self, plan: &Plan, page: usize) -> Option<Digest> {
        let demands = self.of(page);
        if demands.is_empty() {
            return None;
        }
        let ids: BTreeSet<String> = demands.iter().map(|(_, demand)| demand.own()).collect();
        Some(Digest::of_value(&(&plan.outputs[page].path, ids)))
    }

    /// Checks that a page has all required ids.
    pub fn judge(&self, page: usize, html: &[u8], problems: &mut Diagnostics) -> bool {
        let demands = self.of(page);
        let ids = markdown::anchors(&String::from_utf8_lossy(html));
        let known: BTreeSet<&str> = ids.iter().map(String::as_str).collect();
        let missing = demands.iter().filter(|(_, demand)| !known.contains(&*demand.own()));
        missing.map(|(_, demand)| demand.refuse(&known, problems)).count() == 0
    }

    /// Checks links to addresses without a page, and to texts that are not printed.
    pub fn rest(&self, subject: &Subject, problems: &mut Diagnostics) {
        let mut nearest = BTreeMap::new();
        for (address, link) in &self.lost {
            let help = nearest.entry(address).or_insert_with(|| nearest_address(subject, address)).clone();
            problems.push(problem::broken_link(link.span(), &link.dest, "no page of this site has this address", help));
        }
        let mut bodies: BTreeMap<&Arc<str>, Vec<String>> = BTreeMap::new();
        for (file, demand) in &self.unprinted {
            let ids = bodies.entry(file).or_insert_with(|| {
                let text = (subject.read)(file, problems).unwrap_or_default();
                let body = front_matter::split(file, &text).map(|parts| parts.body).unwrap_or_default();
                markdown::ids(body, subject.config.raw_html)
            });
            let known: BTreeSet<&str> = ids.iter().map(String::as_str).collect();
            if !known.contains(&*demand.id()) {
                demand.refuse(&known, problems);
            }
        }
    }
}

/// The site in which links are resolved.
#[derive(Clone, Copy)]
struct LinkContext<'a> {
    config: &'a Config,
    archive: &'a Archive,
    plan: &'a Plan,
}

impl<'a> LinkContext<'a> {
    /// Passes each reference to an id in another file to `take`, in all published texts.
    fn references(self, mut take: impl FnMut(&Arc<str>, &ContentRef)) {
        let mut take = |file: &Arc<str>, refs: &[ContentRef]| {
            refs.iter().filter(|reference| reference.fragment.is_some()).for_each(|reference| take(file, reference));
        };
        for placed in &self.archive.articles {
            take(&placed.card.file, &placed.card.refs);
            placed.siblings.iter().for_each(|sibling| take(&sibling.file, &sibling.refs));
        }
        self.archive.pages.iter().for_each(|page| take(&page.file, &page.refs));
        let terms = TermKind::ALL.into_iter().flat_map(|kind| &self.archive.taxonomy(kind).terms);
        terms.filter_map(|term| term.record.as_deref()).for_each(|record| take(&record.file, &record.refs));
    }

    /// Returns the file of a text.
    fn file(self, text: &Destination) -> Option<&'a Arc<str>> {
        match *text {
            Destination::Article(ix) => Some(&self.archive.article(ix).card.file),
            Destination::Sibling(ix, at) => Some(&self.archive.article(ix).siblings[at].file),
            Destination::Page(ix) => Some(&self.archive.pages[ix].file),
            Destination::Term(kind, ix) => self.archive.term(kind, ix).record.as_ref().map(|record| &record.file),
            _ => None,
        }
    }

    /// Requires an id on the page that prints the text.
    fn id(self, text: &Destination, link: LinkPlace, asks: Option<LinkPurpose>, demands: &mut Demands) {
        let Some(id) = link.dest.split_once('#').and_then(|(_, fragment)| extract::id(fragment)) else { return };
        let Some(file) = self.file(text) else { return };
        let (address, prefixed) = match *text {
            Destination::Article(ix) => (Some(self.archive.article(ix).address.to_string()), false),
            Destination::Sibling(ix, at) => self.of_sibling(self.archive.article(ix), at, &id),
            Destination::Page(ix) => (Some(self.archive.pages[ix].path.to_string()), false),
            Destination::Term(kind, ix) => (Some(self.archive.term(kind, ix).address(kind).to_string()), false),
            _ => return,
        };
        let page = address.and_then(|address| self.find(&self.config.urls.page_file(&address)));
        let demand = Demand { link, prefixed, asks: asks.unwrap_or_else(|| LinkPurpose::File(file.clone())) };
        match page {
            Some(page) => demands.pages.push((page, demand)),
            // Texts that are not printed are still checked.
            None => demands.unprinted.push((file.clone(), Demand { prefixed: false, ..demand })),
        }
    }

    /// Returns the address of the page that prints a sibling, and whether its ids have the prefix there.
    fn of_sibling(self, placed: &IndexedArticle, at: usize, id: &str) -> (Option<String>, bool) {
        let address = placed.address.to_string();
        match placed.original == Some(at) {
            // The id of the original's block on the page.
            true if id == "original" => (Some(address), false),
            true if !self.archive.prints_original(placed, self.config) => (None, false),
            true if !self.archive.has_page(placed, at, self.config) => (Some(address), true),
            _ => (Some(format!("{address}/{}", placed.siblings[at].lang)), false),
        }
    }

    /// Requires that a page exists at an address of the site and, if the link has a fragment, that the page has this
    /// id.
    fn address(self, link: LinkPlace, demands: &mut Demands) {
        let Some(below) = link.dest.strip_prefix('/').filter(|below| !below.starts_with('/')) else { return };
        let plain = below.split(['#', '?']).next().unwrap_or_default();
        let plain = path::decode_percent(plain).unwrap_or_default();
        let bare = plain.trim_end_matches('/');
        let page = self.config.urls.page_file(bare);
        // Page links end with a slash. Without one, a host that serves folder indexes still finds the page.
        let candidates = match self.config.urls.style {
            _ if plain.ends_with('/') || plain.is_empty() => [page.clone(), page],
            UrlStyle::Directory => [plain.clone(), page],
            UrlStyle::File => [plain.clone(), plain.clone()],
        };
        let Some(page) = candidates.iter().find_map(|candidate| self.find(candidate)) else {
            if self.archive.failed.has_static(bare) {
                return;
            }
            // The address of an unreadable article is unknown, but its name usually is the last segment.
            if !self.archive.failed.has_named(bare.rsplit('/').next().unwrap_or(bare).trim_end_matches(".html")) {
                demands.lost.push((bare.to_owned(), link));
            }
            return;
        };
        if below.split_once('#').is_some_and(|(_, fragment)| extract::id(fragment).is_some())
            && let Some(page) = self.shown(page)
        {
            demands.pages.push((page, Demand { link, prefixed: false, asks: LinkPurpose::Page }));
        }
    }

    /// Returns the page that a reader finally sees. Browsers keep the fragment when they follow a redirect.
    fn shown(self, page: usize) -> Option<usize> {
        match &self.plan.outputs[page].job {
            Job::Article(_)
            | Job::Translation(..)
            | Job::Original(..)
            | Job::Page(_)
            | Job::Archive
            | Job::Search
            | Job::Corrections(_)
            | Job::Series(_)
            | Job::NotFound => Some(page),
            Job::Listing(..) | Job::Terms(..) => Some(page),
            Job::Redirect(target) => {
                let below = target.strip_prefix(&*self.config.urls.base_path)?.strip_prefix('/')?;
                let address = path::decode_percent(below.trim_end_matches('/'))?;
                let page = self.find(&self.config.urls.page_file(address.strip_suffix(".html").unwrap_or(&address)))?;
                Some(page).filter(|page| !matches!(self.plan.outputs[*page].job, Job::Redirect(_)))
            }
            _ => None,
        }
    }

    /// Returns the index of an output in the plan.
    fn find(self, path: &str) -> Option<usize> {
        self.plan.outputs.binary_search_by(|output| (*output.path).cmp(path)).ok()
    }
}

/// Suggests the nearest existing address.
fn nearest_address(subject: &Subject, bare: &str) -> Option<String> {
    let base = subject.config.urls.base_path.trim_start_matches('/');
    let twice =
        !base.is_empty() && bare.strip_prefix(base).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    if twice {
        return Some(format!("leave out /{base}: Recto adds the base path to links"));
    }
    let known = subject.plan.outputs.iter().map(|o| o.path.strip_suffix("/index.html").unwrap_or(&o.path));
    nearest(bare, known).map(|near| format!("did you mean `/{near}/`?"))
}

/// Suggests `h-ID`, the id that a heading gets if its own is reserved, else the nearest id.
fn suggest<'k>(id: &str, known: impl Iterator<Item = &'k str> + Clone) -> Option<String> {
    let instead = format!("h-{id}");
    let near = if known.clone().any(|known| known == instead) { Some(&*instead) } else { nearest(id, known) };
    near.map(|near| format!("did you mean `#{near}`?"))
}

/// Suggests the block without the letter, or says which blocks there are.
fn suggest_paragraph(id: &str, known: &BTreeSet<&str>) -> Option<String> {
    let number = |id: &str| id.strip_prefix('p').and_then(BlockNumber::parse);
    let plain = number(id).map(|number| format!("p{}", number.number()));
    if let Some(plain) = plain.filter(|plain| plain != id && known.contains(&**plain)) {
        return Some(format!("did you mean `{}`?", plain.trim_start_matches('p')));
    }
    match known.iter().filter_map(|id| number(id)).map(BlockNumber::number).max() {
        Some(last) => Some(format!("the last paragraph of the text is {last}")),
        None => Some("the text has no paragraphs: leave `paragraph` out".to_owned()),
    }
}
