//! Jobs: what each output is. `Job::row` has a row for every kind of output, with all its properties. The code of a
//! kind is in a file of its own, which the row names. To add a kind, add such a file, a row, and the kind's outputs in
//! the plan.

use std::sync::Arc;

use Rank::{Entry, Feeds, Files, Numbered, Roots, Texts};

use super::addresses::{CORRECTIONS, CitationFormat, FeedFormat};
use super::article::{self, ArticleRecipe};
use super::citation_files::CitationFile;
use super::corrections::CorrectionsPage;
use super::feed_facts::FeedId;
use super::listing::{self, ListingKind, ListingPage};
use super::output_content::FileVisitor;
use super::page::{Calendar, NotFound, RedirectPage, StandalonePageView};
use super::recipe::{BoxedRecipe, BytesRecipe, CopyRecipe, IndexFileRecipe, VariantRecipe};
use super::search_page::SearchPage;
use super::series::SeriesPage;
use super::statics::{StaticSource, Statics};
use super::terms::TermIndex;
use super::world::World;
use super::{feed, sitemap};
use crate::archive::archive::{Archive, ArticleIx, ListingId};
use crate::base::config;
use crate::base::diag::Span;
use crate::content::content_path::TermKind;
use crate::content::picture::Picture;

/// What an output is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Job {
    Article(ArticleIx),
    /// A further translation of an article, by the index of the sibling.
    Translation(ArticleIx, usize),
    /// The original's own page, by the index of the sibling.
    Original(ArticleIx, usize),
    /// A standalone page, by its index.
    Page(usize),
    /// The root (`None`) or a numbered page of a listing.
    Listing(ListingId, Option<usize>),
    /// The page after the newest numbered page of a listing. It redirects to the root until that number is used. So
    /// the newest numbered page can link to its successor and never has to change.
    Stub(ListingId),
    /// The index of all terms of a kind, or one letter of the index.
    Terms(TermKind, Option<Box<str>>),
    Archive,
    NotFound,
    /// The root (`None`) or a numbered page of all corrections.
    Corrections(Option<usize>),
    /// The page after its newest numbered page, as in [`Job::Stub`].
    CorrectionsStub,
    /// The page of a series, by its index.
    Series(usize),
    /// The page of the search.
    Search,
    Feed(FeedId, FeedFormat),
    /// References to the articles of a listing, or to those dated in a year.
    Citations(ListingId, Option<i16>, CitationFormat),
    SitemapIndex,
    SitemapPages,
    /// The sitemap of the articles dated in a month. Parts count from 1.
    Sitemap(i16, i8, usize),
    Robots,
    /// A redirect from an alias to a page (root-relative URL).
    Redirect(Box<str>),
    /// A copy of a file, by its path below the site's root.
    Asset(Arc<str>),
    /// A variant of a picture, by its width in pixels.
    Image(Arc<Picture>, u32),
    /// A copy of a static file, by its index in [`Statics::files`].
    Static(usize),
    /// A file of the search index, by its index in `World::index`.
    IndexFile(usize),
    /// One that names others.
    IndexEntry(usize),
}

/// The properties of a kind of output.
struct JobRow<'r, 'w> {
    /// The name of the kind in the summary of a build.
    family: &'static str,
    rank: Rank,
    template: Option<Template>,
    subject: JobSubject,
    /// Passes each file that the output reads to the visitor.
    reads: &'r dyn Fn(&World<'w>, FileVisitor<'_, 'w>),
    recipe: Prepare<'r, 'w>,
}

/// Makes the recipe of a job.
type Prepare<'r, 'w> = &'r dyn Fn(&'w World<'w>) -> BoxedRecipe<'w>;

/// The order in which outputs are written: what pages embed before the pages, articles before the listings that link
/// to them, feeds and sitemaps last. So readers never meet a link to a file that is not there yet.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rank {
    /// Copies of files, and variants of pictures.
    Files,
    Texts,
    Numbered,
    Roots,
    Feeds,
    /// The files that name the other files of the search index, with the digests of these.
    Entry,
}

/// A template, and whether it shows cards.
#[derive(Clone, Copy)]
pub struct Template {
    pub name: &'static str,
    pub cards: bool,
}

/// The one thing in the content that an output is about, if there is one.
#[derive(Clone, Copy)]
pub enum JobSubject {
    Article(ArticleIx),
    Sibling(ArticleIx, usize),
    Page(usize),
    Listing(ListingId),
    Site,
}

impl JobSubject {
    /// Returns the file of the subject's text.
    pub fn text(self, archive: &Archive) -> Option<&Arc<str>> {
        match self {
            JobSubject::Article(ix) => Some(&archive.article(ix).card.file),
            JobSubject::Sibling(ix, at) => Some(&archive.article(ix).siblings[at].file),
            JobSubject::Page(ix) => Some(&archive.pages[ix].file),
            JobSubject::Listing(_) | JobSubject::Site => None,
        }
    }

    /// Returns the place in the content that defines the subject.
    fn span(self, archive: &Archive) -> Option<Span> {
        let file = match self {
            JobSubject::Article(ix) => return Some(archive.article(ix).card.span()),
            JobSubject::Listing(ListingId::Term(kind, ix)) => &archive.term(kind, ix).record.as_ref()?.file,
            other => other.text(archive)?,
        };
        Some(Span::file(file.clone()))
    }
}

impl<'r, 'w> JobRow<'r, 'w> {
    /// Creates the row of a kind without a template.
    fn file(family: &'static str, rank: Rank, recipe: Prepare<'r, 'w>) -> JobRow<'r, 'w> {
        JobRow { family, rank, template: None, subject: JobSubject::Site, reads: &|_, _| {}, recipe }
    }

    /// Creates the row of a kind of page in the site's style.
    fn page(family: &'static str, rank: Rank, template: &'static str, recipe: Prepare<'r, 'w>) -> JobRow<'r, 'w> {
        JobRow { template: Some(Template { name: template, cards: false }), ..JobRow::file(family, rank, recipe) }
    }

    fn with_cards(self) -> JobRow<'r, 'w> {
        JobRow { template: self.template.map(|template| Template { cards: true, ..template }), ..self }
    }

    fn about(self, subject: JobSubject) -> JobRow<'r, 'w> {
        JobRow { subject, ..self }
    }

    fn reading(self, reads: &'r dyn Fn(&World<'w>, FileVisitor<'_, 'w>)) -> JobRow<'r, 'w> {
        JobRow { reads, ..self }
    }
}

impl Job {
    /// Passes the row of this job's kind to `take`. It is not returned, because its closures borrow from the job.
    #[expect(clippy::too_many_lines, reason = "a table with a row for each kind of output")]
    fn row<'w, R>(&'w self, take: impl FnOnce(JobRow<'_, 'w>) -> R) -> R {
        match self {
            Job::Article(ix) => take(
                JobRow::page("articles", Texts, "article.html", &|world| ArticleRecipe::boxed(world, *ix, None))
                    .with_cards()
                    .about(JobSubject::Article(*ix))
                    .reading(&|world, add| article::reads(world, *ix, None, add)),
            ),
            Job::Translation(ix, at) | Job::Original(ix, at) => {
                let family = if matches!(self, Job::Original(..)) { "originals" } else { "translations" };
                take(
                    JobRow::page(family, Texts, "article.html", &|world| ArticleRecipe::boxed(world, *ix, Some(*at)))
                        .with_cards()
                        .about(JobSubject::Sibling(*ix, *at))
                        .reading(&|world, add| article::reads(world, *ix, Some(*at), add)),
                )
            }
            Job::Page(ix) => take(
                JobRow::page("pages", Texts, "page.html", &|world| Box::new(StandalonePageView { world, ix: *ix }))
                    .about(JobSubject::Page(*ix))
                    .reading(&|world, add| add(&world.archive.pages[*ix].file)),
            ),
            Job::Listing(id, number) => {
                let ListingKind { template, roots, numbered, .. } = ListingKind::of(*id);
                let (family, rank) = if number.is_some() { (numbered, Numbered) } else { (roots, Roots) };
                take(
                    JobRow::page(family, rank, template, &|world| ListingPage::boxed(world, *id, *number))
                        .with_cards()
                        .about(JobSubject::Listing(*id))
                        .reading(&|world, add| listing::reads(world, *id, *number, add)),
                )
            }
            Job::Stub(id) => take(
                JobRow::page("page stubs", Roots, "redirect.html", &|world| {
                    RedirectPage::boxed(world, world.url(*id).into())
                })
                .about(JobSubject::Listing(*id)),
            ),
            Job::Terms(kind, letter) => take(JobRow::page("term indexes", Roots, "terms.html", &|world| {
                Box::new(TermIndex { world, kind: *kind, letter: letter.as_deref() })
            })),
            Job::Archive => take(JobRow::page("archive", Roots, "archive.html", &|world| Box::new(Calendar { world }))),
            Job::NotFound => take(JobRow::page("404", Roots, "404.html", &|world| Box::new(NotFound { world }))),
            Job::Corrections(number) => {
                let (family, rank) =
                    if number.is_some() { ("corrections numbered", Numbered) } else { ("corrections", Roots) };
                take(JobRow::page(family, rank, "corrections.html", &|world| {
                    Box::new(CorrectionsPage { world, number: *number })
                }))
            }
            Job::CorrectionsStub => take(JobRow::page("page stubs", Roots, "redirect.html", &|world| {
                RedirectPage::boxed(world, world.config.urls.page(CORRECTIONS).into())
            })),
            Job::Series(ix) => {
                take(JobRow::page("series", Roots, "series.html", &|world| Box::new(SeriesPage { world, ix: *ix })))
            }
            Job::Search => take(JobRow::page("search", Roots, "search.html", &|world| Box::new(SearchPage { world }))),
            Job::Redirect(target) => take(JobRow::page("redirects", Roots, "redirect.html", &|world| {
                RedirectPage::boxed(world, (&**target).into())
            })),
            Job::Feed(id, format) => {
                let subject = match *id {
                    FeedId::Listing(id) => JobSubject::Listing(id),
                    FeedId::Corrections => JobSubject::Site,
                };
                take(
                    JobRow::file("feeds", Feeds, &|world| feed::recipe(world, *id, *format))
                        .about(subject)
                        .reading(&|world, add| feed::reads(world, *id, add)),
                )
            }
            Job::Citations(id, year, format) => take(
                JobRow::file("citations", Feeds, &|world| CitationFile::boxed(world, *id, *year, *format))
                    .about(JobSubject::Listing(*id)),
            ),
            Job::SitemapIndex => take(JobRow::file("sitemaps", Feeds, &|world| written(sitemap::index(world)))),
            Job::SitemapPages => take(JobRow::file("sitemaps", Feeds, &|world| written(sitemap::pages(world)))),
            Job::Sitemap(year, month, part) => {
                take(JobRow::file("sitemaps", Feeds, &|world| written(sitemap::month(world, *year, *month, *part))))
            }
            Job::Robots => take(JobRow::file("robots", Roots, &|world| written(sitemap::robots(world)))),
            Job::Asset(from) => {
                take(JobRow::file("assets", Files, &|_| Box::new(CopyRecipe(from))).reading(&|_, add| add(from)))
            }
            Job::Image(picture, width) => take(
                JobRow::file("images", Files, &|_| Box::new(VariantRecipe(picture, *width)))
                    .reading(&|_, add| add(&picture.file)),
            ),
            Job::Static(at) => take(
                JobRow::file("static", Files, &|world| static_file(world, *at))
                    .reading(&|world, add| world.statics.files[*at].file().into_iter().for_each(add)),
            ),
            Job::IndexFile(at) => take(JobRow::file("search index", Files, &|world| index_file(world, *at))),
            Job::IndexEntry(at) => take(JobRow::file("search index", Entry, &|world| index_file(world, *at))),
        }
    }

    /// Returns the name of the kind in the summary of a build.
    pub fn family(&self) -> &'static str {
        self.row(|row| row.family)
    }

    /// Returns the position in the order in which outputs are written.
    pub fn rank(&self) -> u8 {
        self.row(|row| row.rank) as u8
    }

    /// Returns whether the output is rendered text, as opposed to a copy or a variant of a file.
    pub fn is_text(&self) -> bool {
        !matches!(self.row(|row| row.rank), Files | Entry)
    }

    /// Returns whether the output is a file of the search index.
    pub fn is_of_index(&self) -> bool {
        matches!(self, Job::IndexFile(_) | Job::IndexEntry(_))
    }

    /// Returns the template, if the output is a page.
    pub fn template(&self) -> Option<Template> {
        self.row(|row| row.template)
    }

    /// Returns the one thing in the content that the output is about.
    pub fn subject(&self) -> JobSubject {
        self.row(|row| row.subject)
    }

    /// Passes each file that the output reads to `add`, none twice.
    pub fn reads<'w>(&'w self, world: &World<'w>, add: FileVisitor<'_, 'w>) {
        self.row(|row| (row.reads)(world, add));
    }

    /// Returns whether the output reads a file for which `wanted` is true.
    pub fn reads_any<'w>(&'w self, world: &World<'w>, wanted: impl Fn(&'w Arc<str>) -> bool) -> bool {
        let mut found = false;
        self.reads(world, &mut |file| found = found || wanted(file));
        found
    }

    /// Makes the recipe: the inputs of the output, and how to make it from them.
    pub fn prepare<'w>(&'w self, world: &'w World<'w>) -> BoxedRecipe<'w> {
        self.row(|row| (row.recipe)(world))
    }
}

fn written<'w>(bytes: Vec<u8>) -> BoxedRecipe<'w> {
    Box::new(BytesRecipe(bytes))
}

fn index_file<'w>(world: &'w World<'w>, at: usize) -> BoxedRecipe<'w> {
    Box::new(IndexFileRecipe(&world.index.files[at]))
}

fn static_file<'w>(world: &'w World<'w>, at: usize) -> BoxedRecipe<'w> {
    match &world.statics.files[at].source {
        StaticSource::File(path) => Box::new(CopyRecipe(path)),
        StaticSource::BuiltIn(bytes) => written(bytes.to_vec()),
    }
}

/// One file of `public/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    pub path: Box<str>,
    pub job: Job,
    /// The place in the content that requests the output, if the job does not hold one.
    asked: Option<Box<Span>>,
}

impl Output {
    /// Creates an output that no single place requests, or whose job holds that place.
    pub fn new(path: String, job: Job) -> Output {
        Output { path: path.into(), job, asked: None }
    }

    /// Creates an output that `span` requests.
    pub fn asked_for(path: String, job: Job, span: Span) -> Output {
        Output { path: path.into(), job, asked: Some(Box::new(span)) }
    }

    /// Returns the place in the content that requests the output, if there is exactly one.
    pub fn owner(&self, archive: &Archive) -> Option<Span> {
        match self.job.subject() {
            JobSubject::Site => self.asked.as_deref().cloned(),
            subject => subject.span(archive),
        }
    }

    /// Returns the place in the content that requests the output, else the configuration.
    pub fn place(&self, archive: &Archive) -> Span {
        self.owner(archive).unwrap_or_else(|| Span::file(config::FILE))
    }

    /// Returns the page's name in messages: the file of its text, or the output's path.
    pub fn name<'a>(&'a self, archive: &'a Archive) -> &'a str {
        self.job.subject().text(archive).map_or(&*self.path, |file| &**file)
    }

    /// Returns whether the path changes whenever the contents change, so that a browser may cache the file forever.
    pub fn lasts(&self, statics: &Statics) -> bool {
        match &self.job {
            Job::Static(at) => statics.files[*at].is_renamed(),
            Job::Asset(_) | Job::Image(..) => !statics.digests.is_empty(),
            _ => false,
        }
    }
}
