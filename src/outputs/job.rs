//! Jobs: what an output is. `Job::row` has a row for every kind of output, with all that is known of the kind; what is peculiar to it
//! stands in a file of its own, which the row names. A new kind is such a file, a row, and its place in the plan.

use std::sync::Arc;

use Rank::{Feeds, Files, Numbered, Roots, Texts};

use super::article::{self, ArticleRecipe};
use super::listing::{self, ListingKind, ListingPage};
use super::output_content::FileVisitor;
use super::page::{Calendar, NotFound, RedirectPage, Standalone};
use super::recipe::{BoxedRecipe, BytesRecipe, CopyRecipe, VariantRecipe};
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

/// What is known of a kind of output.
struct JobRow<'r, 'w> {
    /// The kind, as the summary of a build counts it.
    family: &'static str,
    rank: Rank,
    template: Option<Template>,
    subject: JobSubject,
    /// Names the files that it reads when it is made.
    reads: &'r dyn Fn(&World<'w>, FileVisitor<'_, 'w>),
    recipe: Prepare<'r, 'w>,
}

/// Makes the recipe of a job.
type Prepare<'r, 'w> = &'r dyn Fn(&'w World<'w>) -> BoxedRecipe<'w>;

/// The place in the order in which outputs are put down: what pages show comes before them, articles before the listings
/// that link them, feeds and sitemaps last. A reader never meets a link to what is not there yet.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rank {
    /// Files as they are, and pictures made smaller.
    Files,
    Texts,
    Numbered,
    Roots,
    Feeds,
}

/// A template, and whether it shows cards.
#[derive(Clone, Copy)]
pub struct Template {
    pub name: &'static str,
    pub cards: bool,
}

/// What in the content an output is about, if it is about one thing.
#[derive(Clone, Copy)]
pub enum JobSubject {
    Article(ArticleIx),
    Sibling(ArticleIx, usize),
    Page(usize),
    Listing(ListingId),
    Site,
}

impl JobSubject {
    /// The text that it is.
    pub fn text(self, archive: &Archive) -> Option<&Arc<str>> {
        match self {
            JobSubject::Article(ix) => Some(&archive.article(ix).card.file),
            JobSubject::Sibling(ix, at) => Some(&archive.article(ix).siblings[at].file),
            JobSubject::Page(ix) => Some(&archive.pages[ix].file),
            JobSubject::Listing(_) | JobSubject::Site => None,
        }
    }

    /// The place in the content where it is called what it is.
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
    /// What Recto makes without a template.
    fn file(family: &'static str, rank: Rank, recipe: Prepare<'r, 'w>) -> JobRow<'r, 'w> {
        JobRow { family, rank, template: None, subject: JobSubject::Site, reads: &|_, _| {}, recipe }
    }

    /// A page in the site's style.
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
    /// The row of a job's kind. It is handed on and not returned, since its closures borrow what the job holds.
    fn row<'w, R>(&'w self, take: impl FnOnce(JobRow<'_, 'w>) -> R) -> R {
        match self {
            Job::Article(ix) => take(
                JobRow::page("articles", Texts, "article.html", &|world| ArticleRecipe::boxed(world, *ix, None))
                    .with_cards()
                    .about(JobSubject::Article(*ix))
                    .reading(&|world, add| article::reads(world, *ix, None, add)),
            ),
            Job::Translation(ix, at) => take(
                JobRow::page("translations", Texts, "article.html", &|world| {
                    ArticleRecipe::boxed(world, *ix, Some(*at))
                })
                .with_cards()
                .about(JobSubject::Sibling(*ix, *at))
                .reading(&|world, add| article::reads(world, *ix, Some(*at), add)),
            ),
            Job::Page(ix) => take(
                JobRow::page("pages", Texts, "page.html", &|world| Box::new(Standalone { world, ix: *ix }))
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
            Job::Redirect(target) => take(JobRow::page("redirects", Roots, "redirect.html", &|world| {
                RedirectPage::boxed(world, (&**target).into())
            })),
            Job::Feed(id) => take(
                JobRow::file("feeds", Feeds, &|world| written(feed::feed(world, *id))).about(JobSubject::Listing(*id)),
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
        }
    }

    /// The kind of output, as the summary of a build counts it.
    pub fn family(&self) -> &'static str {
        self.row(|row| row.family)
    }

    /// The place in the order in which outputs are put down.
    pub fn rank(&self) -> u8 {
        self.row(|row| row.rank) as u8
    }

    /// Whether it is made of text, and not a copy or a variant of a file.
    pub fn is_text(&self) -> bool {
        self.row(|row| row.rank) != Files
    }

    /// The template, of a page.
    pub fn template(&self) -> Option<Template> {
        self.row(|row| row.template)
    }

    pub fn subject(&self) -> JobSubject {
        self.row(|row| row.subject)
    }

    /// Names the files that it reads when it is made, to `add`: any number, and none twice.
    pub fn reads<'w>(&'w self, world: &World<'w>, add: FileVisitor<'_, 'w>) {
        self.row(|row| (row.reads)(world, add));
    }

    /// Whether it reads one of the files that `wanted` knows.
    pub fn reads_any<'w>(&'w self, world: &World<'w>, wanted: impl Fn(&'w Arc<str>) -> bool) -> bool {
        let mut found = false;
        self.reads(world, &mut |file| found = found || wanted(file));
        found
    }

    /// The job as a recipe: what it follows from, and how it is made of just that.
    pub fn prepare<'w>(&'w self, world: &'w World<'w>) -> BoxedRecipe<'w> {
        self.row(|row| (row.recipe)(world))
    }
}

fn written<'w>(bytes: Vec<u8>) -> BoxedRecipe<'w> {
    Box::new(BytesRecipe(bytes))
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
    /// The place in the content that asks for it, where the job does not say that.
    asked: Option<Box<Span>>,
}

impl Output {
    pub fn new(path: String, job: Job) -> Output {
        Output { path: path.into(), job, asked: None }
    }

    /// An output that this place asks for.
    pub fn asked_for(path: String, job: Job, span: Span) -> Output {
        Output { path: path.into(), job, asked: Some(Box::new(span)) }
    }

    /// What in the content asks for it, where that is one place.
    pub fn owner(&self, archive: &Archive) -> Option<Span> {
        match self.job.subject() {
            JobSubject::Site => self.asked.as_deref().cloned(),
            subject => subject.span(archive),
        }
    }

    /// The place in the content that asks for it, else the configuration.
    pub fn place(&self, archive: &Archive) -> Span {
        self.owner(archive).unwrap_or_else(|| Span::file(config::FILE))
    }

    /// What a message names as the page that is rendered: the file of its text, or the output's path.
    pub fn name<'a>(&'a self, archive: &'a Archive) -> &'a str {
        self.job.subject().text(archive).map_or(&*self.path, |file| &**file)
    }

    /// Whether the build gives it another name when it becomes another file: nobody has to ask for it twice.
    pub fn lasts(&self, statics: &Statics) -> bool {
        match &self.job {
            Job::Static(at) => statics.files[*at].is_renamed(),
            Job::Asset(_) | Job::Image(..) => !statics.digests.is_empty(),
            _ => false,
        }
    }
}
