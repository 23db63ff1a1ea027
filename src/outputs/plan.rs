//! The plan: all outputs, sorted by path. It must not render anything or read a body.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use super::active_content;
use super::addresses::{
    CORRECTIONS, CitationFormat, citation_files, citation_path, feed_formats, feed_path, has_corrections,
    has_corrections_feed, has_feed, letters, numbered_address, sitemap_parts, sitemap_path,
};
use super::feed_facts::FeedId;
use super::index_files::{self, IndexFiles};
use super::job::{Job, Output};
use super::path_clashes;
use super::search_page;
use super::statics::{self, StaticSource, Statics};
use crate::archive::archive::{Archive, ArticleIx, ListingId};
use crate::archive::links::{self, Destination};
use crate::archive::pager::Pager;
use crate::base::config::Config;
use crate::base::diag::{Diagnostics, Span};
use crate::base::join::join;
use crate::base::{ignored_files, path, problem};
use crate::content::article::{self, ContentRef};
use crate::content::content_path::{ContentPath, TermKind, place};
use crate::content::picture::Picture;

/// All outputs, sorted by path.
#[derive(Debug, Default)]
pub struct Plan {
    pub outputs: Vec<Output>,
}

impl Plan {
    /// Returns the output with this path.
    pub fn find(&self, path: &str) -> Option<&Output> {
        let at = self.outputs.binary_search_by(|o| (*o.path).cmp(path)).ok()?;
        Some(&self.outputs[at])
    }

    /// Counts the outputs of each kind.
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
    index: &'a IndexFiles,
    outputs: Vec<Output>,
    /// How many suggestions may still be computed.
    suggestions: usize,
}

/// Makes the plan. Reports addresses that cannot be written or are claimed twice, and dead references.
pub fn plan(
    config: &Config,
    archive: &Archive,
    statics: &Statics,
    index: &IndexFiles,
    problems: &mut Diagnostics,
) -> Plan {
    let planner = || Planner { config, archive, statics, index, outputs: Vec::new(), suggestions: 20 };
    // Articles take three quarters of the time.
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
    let ((mut outputs, of_articles), (more, of_others)) = join(articles, others);
    problems.extend(of_articles.into_iter().chain(of_others));
    outputs.extend(more);
    sort(&mut outputs);
    path_clashes::check(&mut outputs, archive, problems);
    Plan { outputs }
}

/// Makes the plan of some articles and standalone pages only, with their redirects and assets.
pub fn plan_of(
    config: &Config,
    archive: &Archive,
    statics: &Statics,
    articles: impl Iterator<Item = ArticleIx>,
    pages: impl Iterator<Item = usize>,
) -> Plan {
    // These problems were already reported, or do not matter yet.
    let mut problems = Diagnostics::new();
    let index = &IndexFiles::default();
    let mut planner = Planner { config, archive, statics, index, outputs: Vec::new(), suggestions: 0 };
    articles.for_each(|ix| planner.article(ix, &mut problems));
    pages.for_each(|ix| planner.page(ix, &mut problems));
    let mut outputs = planner.outputs;
    sort(&mut outputs);
    outputs.dedup_by(|a, b| a.path == b.path);
    Plan { outputs }
}

/// Sorts by path, stably. Compares the first bytes first, because they are adjacent in memory, and the whole path only
/// on a tie.
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
        self.outputs.push(Output::new(path, job));
    }

    /// Adds an output that `span` requests.
    fn add_asked(&mut self, path: String, job: Job, span: Span) {
        self.outputs.push(Output::asked_for(path, job, span));
    }

    /// Adds a page in the site's style.
    fn add_page(&mut self, address: &str, job: Job) {
        self.add(self.config.urls.page_file(address), job);
    }

    fn article(&mut self, ix: ArticleIx, problems: &mut Diagnostics) {
        let placed = self.archive.article(ix);
        self.add_page(&placed.address, Job::Article(ix));
        for (at, sibling) in self.archive.pages_beside(placed, self.config) {
            let address = format!("{}/{}", placed.address, sibling.lang);
            let is_original = placed.original == Some(at);
            self.add_page(&address, if is_original { Job::Original(ix, at) } else { Job::Translation(ix, at) });
        }
        let file = placed.card.file.clone();
        self.refs(&file, &placed.card.refs, Some(&placed.address), problems);
        for (at, sibling) in placed.siblings.iter().enumerate() {
            let address = match placed.original == Some(at) {
                true => placed.address.to_string(),
                false => format!("{}/{}", placed.address, sibling.lang),
            };
            // Assets that only an unpublished original shows are not copied. The original is still checked.
            let printed = placed.original != Some(at) || self.archive.prints_original(placed, self.config);
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

    /// Plans the assets that a body refers to, for the page at `address` if there is one. Reports references that lead
    /// nowhere.
    fn refs(&mut self, file: &Arc<str>, refs: &[ContentRef], address: Option<&str>, problems: &mut Diagnostics) {
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
                            active_content::report_active(
                                self.config,
                                (from, picture),
                                (&reference.dest, &span),
                                problems,
                            );
                        }
                        let picture = picture.filter(|_| reference.image);
                        self.asset(folder, reference, picture, address, &span);
                    }
                }
                Destination::Missing => {
                    let why = format!("the file content/{} does not exist", reference.target);
                    problems.push(problem::broken_link(span, &reference.dest, &why, self.suggest(&reference.target)));
                }
                Destination::MissingAsset => {
                    problems.push(match ignored_files::ignore_reason_of_path(&reference.target) {
                        Some(why) => problem::left_out_asset(span, &reference.dest, &reference.target, why),
                        None => problem::missing_asset(span, &reference.dest),
                    })
                }
                Destination::Unpublished => problems.push(problem::unpublished_link(span, &reference.dest)),
                Destination::Article(_) | Destination::Sibling(..) | Destination::Page(_) | Destination::Term(..) => {}
                Destination::Failed => {}
            }
        }
    }

    /// Plans the copy of an asset beside a page, and the variants of a picture.
    fn asset(
        &mut self,
        folder: &str,
        reference: &ContentRef,
        picture: Option<&Arc<Picture>>,
        address: &str,
        span: &Span,
    ) {
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

    /// Suggests the nearest article, for the first few references only, because each search compares all articles.
    fn suggest(&mut self, target: &str) -> Option<String> {
        self.suggestions = self.suggestions.checked_sub(1)?;
        let ContentPath::Article { id } = place(target) else { return None };
        let known = self.archive.articles.iter().map(|a| &*a.card.id);
        let near = self.archive.find(crate::base::diag::nearest(&id, known)?)?;
        Some(format!("did you mean {}?", self.archive.article(near).card.file))
    }

    /// Plans redirects from the aliases of a page to its address. Skips an alias that equals the address, and one that
    /// has the same output path as an earlier alias.
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
                self.feeds(&address, FeedId::Listing(id));
            }
            for year in citation_files(self.config, self.archive, id) {
                for format in CitationFormat::ALL {
                    self.add(citation_path(&address, year, format), Job::Citations(id, year, format));
                }
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

    /// Plans the pages of series.
    fn series(&mut self) {
        for (ix, series) in self.archive.series.iter().enumerate() {
            self.add_page(&series.address(), Job::Series(ix));
        }
    }

    /// Plans the page of all corrections, if there is one.
    fn corrections(&mut self) {
        if !has_corrections(self.config, self.archive) {
            return;
        }
        self.add_page(CORRECTIONS, Job::Corrections(None));
        let numbered = Pager { n: self.archive.corrections.len(), per_page: self.config.per_page }.numbered();
        for number in 1..=numbered {
            self.add_page(&numbered_address(CORRECTIONS, number), Job::Corrections(Some(number)));
        }
        if numbered > 0 {
            self.add_page(&numbered_address(CORRECTIONS, numbered + 1), Job::CorrectionsStub);
        }
        if has_corrections_feed(self.config, self.archive) {
            self.feeds(CORRECTIONS, FeedId::Corrections);
        }
    }

    fn feeds(&mut self, address: &str, id: FeedId) {
        for format in feed_formats(self.config) {
            self.add(feed_path(address, format), Job::Feed(id, format));
        }
    }

    fn rest(&mut self) {
        self.corrections();
        self.series();
        self.add_page("archive", Job::Archive);
        self.add("404.html".to_owned(), Job::NotFound);
        if self.config.search.enable {
            self.add_page(search_page::ADDRESS, Job::Search);
        }
        if self.config.urls.base_url.is_some() {
            self.add("sitemap.xml".to_owned(), Job::SitemapIndex);
            self.add("sitemap-pages.xml".to_owned(), Job::SitemapPages);
            for (year, month) in self.archive.months() {
                for part in 1..=sitemap_parts(self.config, self.archive, year, month) {
                    self.add(sitemap_path(year, month, part), Job::Sitemap(year, month, part));
                }
            }
        }
        // A site with its own robots.txt does not need Recto's.
        if !self.statics.files.iter().any(|f| f.path == "robots.txt") {
            self.add("robots.txt".to_owned(), Job::Robots);
        }
        for (at, file) in self.index.files.iter().enumerate() {
            let job = if index_files::names_others(file) { Job::IndexEntry(at) } else { Job::IndexFile(at) };
            self.add(format!("{}{}", index_files::FOLDER, file.path), job);
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

/// Returns whether an alias names a file, and the output path of its redirect page. A host chooses the content type by
/// the extension, so the page must be an `.html` file. For `/old.php` it is in a folder: hosts redirect to the folder
/// and show its page.
pub fn redirect_page(alias: &str) -> (bool, String) {
    match matches!(path::extension(alias).as_deref(), Some("html" | "htm")) {
        true => (true, alias.to_owned()),
        false => (false, format!("{}/index.html", alias.trim_end_matches('/'))),
    }
}
