//! The plan: the complete set of outputs, sorted by path.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::ops::Range;
use std::sync::Arc;

use foldhash::fast::RandomState;

use super::active;
use super::addresses::{feed_path, has_feed, letters, numbered_address, sitemap_parts, sitemap_path};
use super::statics::{self, StaticSource, Statics};
use crate::archive::archive::{Archive, ArticleIx, ListingId};
use crate::archive::links::{self, Destination};
use crate::archive::pager::Pager;
use crate::base::both::both;
use crate::base::config::{Config, Publish};
use crate::base::diag::{Diagnostics, Span};
use crate::base::{leftovers, path, problem, reserved};
use crate::content::article::{self, Ref};
use crate::content::picture::Picture;
use crate::content::place::{Place, TermKind, place};

/// What an output is. The engine asks `render` for its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Job {
    Article(ArticleIx),
    /// A further translation of an article (index of the sibling).
    Translation(ArticleIx, usize),
    /// A standalone page.
    Page(usize),
    /// The root (`None`) or a numbered page of a listing.
    Listing(ListingId, Option<usize>),
    /// At the next page number of a listing: leads to the root until that page fills. So the newest numbered page can
    /// link forward and still never changes.
    Stub(ListingId),
    /// The index of all terms of a kind, or one letter of it.
    Terms(TermKind, Option<Box<str>>),
    Archive,
    NotFound,
    Feed(ListingId),
    SitemapIndex,
    SitemapPages,
    /// Articles dated in a month; the part counts from 1.
    Sitemap(i16, i8, usize),
    Robots,
    /// From an alias to a page (root-relative URL).
    Redirect(Box<str>),
    /// A copy of a file: its path below the site's root.
    Asset(Arc<str>),
    /// A picture made smaller, to this width.
    Image(Arc<Picture>, u32),
    /// A copy of a static file: index in [`Statics::files`].
    Static(usize),
}

impl Job {
    /// The place in the order in which outputs are put down: what pages show comes before them, articles before the
    /// listings that link them, feeds and sitemaps last. A reader never meets a link to what is not there yet.
    pub fn rank(&self) -> u8 {
        match self {
            Job::Asset(_) | Job::Image(..) | Job::Static(_) => 0,
            Job::Article(_) | Job::Translation(..) | Job::Page(_) => 1,
            Job::Listing(_, Some(_)) => 2,
            Job::Feed(_) | Job::SitemapIndex | Job::SitemapPages | Job::Sitemap(..) => 4,
            _ => 3,
        }
    }

    /// The kind of output, as the summary of a build counts it.
    pub fn family(&self) -> &'static str {
        match self {
            Job::Article(_) => "articles",
            Job::Translation(..) => "translations",
            Job::Page(_) => "pages",
            Job::Listing(id, None) => {
                ["home", "sections", "tags", "sources", "translators", "years", "months", "days"][rank(*id)]
            }
            Job::Listing(id, Some(_)) => [
                "home numbered",
                "sections numbered",
                "tags numbered",
                "sources numbered",
                "translators numbered",
                "years numbered",
                "months numbered",
                "days numbered",
            ][rank(*id)],
            Job::Stub(_) => "page stubs",
            Job::Terms(..) => "term indexes",
            Job::Archive => "archive",
            Job::NotFound => "404",
            Job::Feed(_) => "feeds",
            Job::SitemapIndex | Job::SitemapPages | Job::Sitemap(..) => "sitemaps",
            Job::Robots => "robots",
            Job::Redirect(_) => "redirects",
            Job::Asset(_) => "assets",
            Job::Image(..) => "images",
            Job::Static(_) => "static",
        }
    }
}

fn rank(id: ListingId) -> usize {
    match id {
        ListingId::Home => 0,
        ListingId::Term(kind, _) => 1 + kind as usize,
        ListingId::Year(_) => 5,
        ListingId::Month(..) => 6,
        ListingId::Day(_) => 7,
    }
}

/// One file of `public/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    pub path: Box<str>,
    pub job: Job,
    /// The place in the content that asks for it, where the job does not say that.
    asked: Option<Box<Span>>,
}

impl Output {
    /// What in the content asks for it, where that is one place.
    fn owner(&self, archive: &Archive) -> Option<Span> {
        let record = |id: &ListingId| match *id {
            ListingId::Term(kind, ix) => archive.term(kind, ix).record.as_ref().map(|record| &record.file),
            _ => None,
        };
        let file = match &self.job {
            Job::Article(ix) => return Some(archive.article(*ix).card.span()),
            Job::Translation(ix, at) => Some(&archive.article(*ix).siblings[*at].file),
            Job::Page(ix) => Some(&archive.pages[*ix].file),
            Job::Listing(id, _) | Job::Stub(id) | Job::Feed(id) => record(id),
            _ => return self.asked.as_deref().cloned(),
        };
        file.map(|file| Span::file(file.clone()))
    }

    /// Whether the build gives it another name when it becomes another file: nobody has to ask for it twice.
    pub fn lasts(&self, statics: &Statics) -> bool {
        match &self.job {
            Job::Static(at) => statics.files[*at].is_renamed(),
            Job::Asset(_) | Job::Image(..) => !statics.digests.is_empty(),
            _ => false,
        }
    }

    /// The place in the content that asks for it, else the configuration.
    pub fn place(&self, archive: &Archive) -> Span {
        self.owner(archive).unwrap_or_else(|| Span::file(crate::base::config::FILE))
    }
}

/// All outputs, sorted by path.
#[derive(Debug, Default)]
pub struct Plan {
    pub outputs: Vec<Output>,
}

impl Plan {
    pub fn find(&self, path: &str) -> Option<&Output> {
        let at = self.outputs.binary_search_by(|o| (*o.path).cmp(path)).ok()?;
        Some(&self.outputs[at])
    }

    /// Outputs by kind.
    pub fn counts(&self) -> BTreeMap<String, usize> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for output in &self.outputs {
            *counts.entry(output.job.family()).or_default() += 1;
        }
        counts.into_iter().map(|(family, n)| (family.to_owned(), n)).collect()
    }
}

struct Planner<'a> {
    config: &'a Config,
    archive: &'a Archive,
    statics: &'a Statics,
    outputs: Vec<Output>,
    /// How many suggestions may still be looked for.
    suggestions: usize,
}

/// Makes the plan; addresses that cannot be written or are claimed twice are problems, and so are dead references.
pub fn plan(config: &Config, archive: &Archive, statics: &Statics, problems: &mut Diagnostics) -> Plan {
    let planner = || Planner { config, archive, statics, outputs: Vec::new(), suggestions: 20 };
    // Articles are three quarters of the work.
    let count = archive.articles.len() as ArticleIx;
    let most = count / 3 * 2;
    let articles = || {
        let (mut planner, mut problems) = (planner(), Diagnostics::new());
        planner.outputs.reserve(most as usize + most as usize / 16);
        (0..most).for_each(|ix| planner.article(ix, &mut problems));
        (planner.outputs, problems)
    };
    let others = || {
        let (mut planner, mut problems) = (planner(), Diagnostics::new());
        (most..count).for_each(|ix| planner.article(ix, &mut problems));
        (0..archive.pages.len()).for_each(|ix| planner.page(ix, &mut problems));
        planner.listings(&mut problems);
        planner.rest();
        (planner.outputs, problems)
    };
    let ((mut outputs, of_articles), (more, of_others)) = both(articles, others);
    problems.extend(of_articles.into_iter().chain(of_others));
    outputs.extend(more);
    sort(&mut outputs);
    check(&mut outputs, archive, problems);
    Plan { outputs }
}

/// The outputs of some articles and standalone pages alone, redirects and assets included, from a plan of them all.
pub fn plan_of(
    config: &Config,
    archive: &Archive,
    statics: &Statics,
    articles: impl Iterator<Item = ArticleIx>,
    pages: impl Iterator<Item = usize>,
) -> Plan {
    // What is wrong with them has been said, or is nobody's business yet.
    let mut problems = Diagnostics::new();
    let mut planner = Planner { config, archive, statics, outputs: Vec::new(), suggestions: 0 };
    articles.for_each(|ix| planner.article(ix, &mut problems));
    pages.for_each(|ix| planner.page(ix, &mut problems));
    let mut outputs = planner.outputs;
    sort(&mut outputs);
    outputs.dedup_by(|a, b| a.path == b.path);
    Plan { outputs }
}

/// Sorts by path, stably: by the first bytes, which lie together in memory, then what agrees in them.
fn sort(outputs: &mut [Output]) {
    let start = |output: &Output| {
        let mut first = [0; 16];
        let length = output.path.len().min(first.len());
        first[..length].copy_from_slice(&output.path.as_bytes()[..length]);
        u128::from_be_bytes(first)
    };
    outputs.sort_by_cached_key(start);
    for agreeing in outputs.chunk_by_mut(|a, b| start(a) == start(b)) {
        agreeing.sort_by(|a, b| a.path.cmp(&b.path));
    }
}

impl Planner<'_> {
    fn add(&mut self, path: String, job: Job) {
        self.outputs.push(Output { path: path.into(), job, asked: None });
    }

    /// An output that this place asks for.
    fn add_asked(&mut self, path: String, job: Job, span: Span) {
        self.outputs.push(Output { path: path.into(), job, asked: Some(Box::new(span)) });
    }

    /// A page in the site's style.
    fn add_page(&mut self, address: &str, job: Job) {
        self.add(self.config.urls.page_file(address), job);
    }

    fn article(&mut self, ix: ArticleIx, problems: &mut Diagnostics) {
        let placed = self.archive.article(ix);
        self.add_page(&placed.address, Job::Article(ix));
        for (at, sibling) in placed.translations() {
            let address = format!("{}/{}", placed.address, sibling.lang);
            self.add_page(&address, Job::Translation(ix, at));
        }
        let file = placed.card.file.clone();
        self.refs(&file, &placed.card.refs, Some(&placed.address), problems);
        for (at, sibling) in placed.siblings.iter().enumerate() {
            let address = match placed.original == Some(at) {
                true => placed.address.to_string(),
                false => format!("{}/{}", placed.address, sibling.lang),
            };
            // Nothing that only an unprinted original shows may be copied; but it is checked like any text.
            let printed = placed.original != Some(at) || placed.publish(self.config) == Publish::Full;
            self.refs(&sibling.file, &sibling.refs, Some(address.as_str()).filter(|_| printed), problems);
        }
        self.redirects(&file, &placed.address, &placed.card.aliases);
    }

    fn page(&mut self, ix: usize, problems: &mut Diagnostics) {
        let page = &self.archive.pages[ix];
        self.add_page(&page.path, Job::Page(ix));
        self.refs(&page.file, &page.refs, Some(&page.path), problems);
        self.redirects(&page.file, &page.path, &page.aliases);
    }

    /// Plans the assets that a body refers to for the page at `address`, if there is one, and reports references that lead
    /// nowhere.
    fn refs(&mut self, file: &Arc<str>, refs: &[Ref], address: Option<&str>, problems: &mut Diagnostics) {
        let folder = article::folder(file);
        let mut seen = BTreeSet::new();
        for reference in refs {
            let span = Span::new(file, reference.at.clone());
            match links::destination(self.archive, &reference.target) {
                Destination::Asset => {
                    let picture = self.archive.picture(&reference.target);
                    let shown = reference.image || reference.media;
                    if let Some(why) = picture.filter(|_| shown).and_then(|picture| picture.fault.as_deref()) {
                        problems.push(problem::bad_image(span.clone(), &reference.dest, why));
                    }
                    if let Some(address) = address.filter(|_| seen.insert((&reference.target, reference.image))) {
                        if let Some(from) = self.archive.asset(&reference.target) {
                            active::judge(self.config, (from, picture), (&reference.dest, &span), problems);
                        }
                        let picture = picture.filter(|_| reference.image);
                        self.asset(folder, reference, picture, address, &span);
                    }
                }
                Destination::Missing => {
                    let why = format!("there is no file content/{}", reference.target);
                    problems.push(problem::broken_link(span, &reference.dest, &why, self.suggest(&reference.target)));
                }
                Destination::MissingAsset => problems.push(match leftovers::judge_path(&reference.target) {
                    Some(why) => problem::left_out_asset(span, &reference.dest, &reference.target, why),
                    None => problem::missing_asset(span, &reference.dest),
                }),
                Destination::Unpublished => problems.push(problem::unpublished_link(span, &reference.dest)),
                Destination::Article(_) | Destination::Sibling(..) | Destination::Page(_) | Destination::Term(..) => {}
                Destination::Failed => {}
            }
        }
    }

    /// The copy of an asset beside a page, and the variants of a picture that it shows.
    fn asset(&mut self, folder: &str, reference: &Ref, picture: Option<&Arc<Picture>>, address: &str, span: &Span) {
        let Some(from) = self.archive.asset(&reference.target) else { return };
        let name = links::asset_name(folder, &reference.target);
        let name = self.statics.asset_name(&reference.target, name);
        let path = if address.is_empty() { name } else { format!("{address}/{name}") };
        for (picture, width) in
            picture.into_iter().flat_map(|picture| picture.widths().iter().map(move |w| (picture, *w)))
        {
            self.add_asked(statics::variant_name(&path, width), Job::Image(picture.clone(), width), span.clone());
        }
        self.add_asked(path, Job::Asset(from.clone()), span.clone());
    }

    /// The nearest article; for the first few only, since each looks at all articles.
    fn suggest(&mut self, target: &str) -> Option<String> {
        self.suggestions = self.suggestions.checked_sub(1)?;
        let Place::Article { id } = place(target) else { return None };
        let known = self.archive.articles.iter().map(|a| &*a.card.id);
        let near = self.archive.find(crate::base::diag::nearest(&id, known)?)?;
        Some(format!("did you mean {}?", self.archive.article(near).card.file))
    }

    /// From the aliases of a page to its address. One that is this very address leads nowhere else, and two that one file
    /// serves are one.
    fn redirects(&mut self, file: &Arc<str>, address: &str, aliases: &[(Box<str>, Range<usize>)]) {
        if !self.config.redirect_pages || aliases.is_empty() {
            return;
        }
        let (own, target) = (self.config.urls.page_file(address), self.config.urls.page(address));
        let mut done = BTreeSet::new();
        for (alias, at) in aliases {
            let page = redirect_page(self.config.urls.below_base(alias, address)).1;
            if page != own && done.insert(page.clone()) {
                self.add_asked(page, Job::Redirect(target.as_str().into()), Span::new(file, at.clone()));
            }
        }
    }

    fn listings(&mut self, problems: &mut Diagnostics) {
        for id in self.archive.listings() {
            let address = self.archive.address(id);
            self.add_page(&address, Job::Listing(id, None));
            if let ListingId::Term(kind, ix) = id
                && let Some(record) = &self.archive.term(kind, ix).record
            {
                self.refs(&record.file, &record.refs, Some(&address), problems);
            }
            let pager = Pager { n: self.archive.listing(id).len(), per_page: self.config.per_page };
            let numbered = pager.numbered();
            for number in 1..=numbered {
                self.add_page(&numbered_address(&address, number), Job::Listing(id, Some(number)));
            }
            if numbered > 0 {
                self.add_page(&numbered_address(&address, numbered + 1), Job::Stub(id));
            }
            if has_feed(self.config, id) {
                self.add(feed_path(&address), Job::Feed(id));
            }
        }
        for kind in TermKind::ALL {
            self.add_page(kind.plural(), Job::Terms(kind, None));
            for letter in letters(self.archive, kind) {
                let address = format!("{}/index/{letter}", kind.plural());
                self.add_page(&address, Job::Terms(kind, Some(letter.into())));
            }
        }
    }

    fn rest(&mut self) {
        self.add_page("archive", Job::Archive);
        self.add("404.html".to_owned(), Job::NotFound);
        if self.config.urls.base_url.is_some() {
            self.add("sitemap.xml".to_owned(), Job::SitemapIndex);
            self.add("sitemap-pages.xml".to_owned(), Job::SitemapPages);
            for (year, month) in self.archive.months() {
                for part in 1..=sitemap_parts(self.archive, year, month) {
                    self.add(sitemap_path(year, month, part), Job::Sitemap(year, month, part));
                }
            }
        }
        // A site that brings its own robots.txt knows what it wants.
        if !self.statics.files.iter().any(|f| f.path == "robots.txt") {
            self.add("robots.txt".to_owned(), Job::Robots);
        }
        for (at, file) in self.statics.files.iter().enumerate() {
            match &file.source {
                StaticSource::File(from) => {
                    self.add_asked(file.path.clone(), Job::Static(at), Span::file(from.clone()))
                }
                StaticSource::BuiltIn(_) => self.add(file.path.clone(), Job::Static(at)),
            }
        }
    }
}

/// Whether an alias was a file, and the output path of the page that leads on from it. Served as what its name says, a redirect
/// must be HTML. `/old.php` is a folder: hosts lead there, and show its page.
pub fn redirect_page(alias: &str) -> (bool, String) {
    match matches!(path::extension(alias).as_deref(), Some("html" | "htm")) {
        true => (true, alias.to_owned()),
        false => (false, format!("{}/index.html", alias.trim_end_matches('/'))),
    }
}

/// Checks that every path can be written and that no two outputs want the same one, or one a folder of the other.
fn check(outputs: &mut Vec<Output>, archive: &Archive, problems: &mut Diagnostics) {
    for pair in outputs.windows(2).filter(|pair| pair[0].path == pair[1].path) {
        problems.extend(clash(&pair[0], &pair[1], archive));
    }
    // One article may show a file twice, and so may its original: that is one copy, not a clash.
    outputs.dedup_by(|a, b| a.path == b.path);
    outputs.shrink_to_fit();
    let outputs = &*outputs;
    let (most, rest) = outputs.split_at(outputs.len() / 3 * 2);
    let (bad, others) =
        both(|| bad_paths(most, archive), || (bad_paths(rest, archive), folder_clashes(outputs, archive)));
    problems.extend(bad.into_iter().chain(others.0).chain(others.1));
}

fn bad_paths(outputs: &[Output], archive: &Archive) -> Diagnostics {
    let bad = |output: &Output| {
        let why = match path::check_output_path(&output.path) {
            // What is to be copied as it is has been judged by its own name.
            Ok(()) if matches!(output.job, Job::Static(_) | Job::Asset(_)) => return None,
            Ok(()) => reserved::in_address(&output.path)?.to_owned(),
            Err(why) => why,
        };
        Some(problem::bad_output_path(output.place(archive), &output.path, &why))
    };
    outputs.iter().filter_map(bad).collect()
}

/// Outputs that have the path of a folder of others.
fn folder_clashes(outputs: &[Output], archive: &Archive) -> Diagnostics {
    let mut problems = Diagnostics::new();
    // Only few folders have the name of a file, and only those can be one.
    let names: HashSet<&str, RandomState> = outputs.iter().map(|output| last(&output.path)).collect();
    for (at, output) in outputs.iter().enumerate() {
        let mut folder = &*output.path;
        while let Some((parent, _)) = folder.rsplit_once('/') {
            folder = parent;
            // The one before it has the same folder, and was looked at.
            let before = at.checked_sub(1).and_then(|before| outputs[before].path.strip_prefix(folder));
            if before.is_some_and(|rest| rest.starts_with('/')) {
                break;
            }
            if names.contains(last(folder))
                && let Ok(file) = outputs.binary_search_by(|o| (*o.path).cmp(folder))
            {
                problems.extend(clash(&outputs[file], output, archive));
            }
        }
    }
    problems
}

/// The last segment of a path.
fn last(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

fn clash(a: &Output, b: &Output, archive: &Archive) -> Option<crate::base::diag::Diagnostic> {
    if matches!(a.job, Job::Asset(_) | Job::Image(..)) && a.job == b.job {
        return None;
    }
    // The one to complain about is the one that a person can rename: content before listings.
    let (first, second) = if b.owner(archive).is_some() { (a, b) } else { (b, a) };
    let at = second.place(archive);
    let found = problem::duplicate_address(at, &second.path, &describe(second, archive));
    let owner = describe(first, archive);
    Some(found.note(first.owner(archive), format!("it is also the address of {owner}")))
}

/// An output in words.
fn describe(output: &Output, archive: &Archive) -> String {
    match &output.job {
        Job::Article(ix) => format!("the article {}", archive.article(*ix).card.id),
        Job::Translation(ix, at) => format!("the text {}", archive.article(*ix).siblings[*at].file),
        Job::Page(ix) => format!("the page {}", archive.pages[*ix].file),
        Job::Listing(ListingId::Home, None) => "the home page".to_owned(),
        Job::Listing(id, _) | Job::Stub(id) | Job::Feed(id) => format!("the listing /{}/", archive.address(*id)),
        Job::Redirect(target) => format!("a redirect to {target}"),
        Job::Asset(from) => format!("the file {from}"),
        Job::Image(picture, width) => format!("the file {}, {width} pixels wide", picture.file),
        Job::Static(_) => "a static file".to_owned(),
        other => format!("the {}", other.family()),
    }
}
