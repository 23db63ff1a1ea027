//! A site: configuration, archive, theme and plan. Immutable, and able to render any of its outputs. `build`,
//! `check`, `serve` and `deploy` share it. It must not know its caller.

use std::path::PathBuf;
use std::sync::Arc;

use super::site_files;
use super::site_index::SiteIndex;
use super::variant_cache::{PictureVariant, VariantCache};
use crate::archive::archive::{Archive, SkipReason};
use crate::archive::index::{self, ParsedContent, Selection};
use crate::base::config::Config;
use crate::base::date::{self, Instant, WrittenDate};
use crate::base::diag::{Diagnostic, Diagnostics, Span};
use crate::base::digest::Digest;
use crate::base::problem;
use crate::content::content_path::{ContentPath, TermKind, place};
use crate::content::picture::Picture;
use crate::outputs::index_files::IndexFiles;
use crate::outputs::job::{Job, Output};
use crate::outputs::kept_rows::RowCache;
use crate::outputs::output_content::OutputContent;
use crate::outputs::plan::{self, Plan};
use crate::outputs::statics::Statics;
use crate::outputs::world::{Common, Leaves, World};
use crate::search::shape::Shape;
use crate::system::clock::Clock;
use crate::system::root::Root;
use crate::theme::theme::Theme;

/// How a site is loaded.
#[derive(Clone, Debug)]
pub struct LoadOptions {
    /// The site's folder.
    pub root: Arc<Root>,
    /// Replaces the configured base URL.
    pub base_url: Option<String>,
    pub drafts: bool,
    pub future: bool,
    pub expired: bool,
    /// Decides what is future or expired. A time without an offset is in the site's zone.
    pub now: WrittenDate,
    pub threads: usize,
    /// The user's cache folder, which holds the state if the site cannot be written.
    pub cache: Option<PathBuf>,
    /// The shape of the search index. Only tests have another one, so that small sites have all tiers.
    pub shape: Shape,
}

impl LoadOptions {
    /// Returns a digest of everything but the time that decides which articles are selected, how addresses begin, and
    /// what the files of the search index are.
    pub fn digest(&self) -> Digest {
        let LoadOptions { root: _, base_url, drafts, future, expired, now: _, threads: _, cache: _, shape } = self;
        Digest::of_value(&(base_url, drafts, future, expired, shape))
    }
}

/// A loaded site.
pub struct Site {
    pub root: Arc<Root>,
    pub config: Arc<Config>,
    pub archive: Archive,
    pub theme: Theme,
    pub statics: Statics,
    pub leaves: Leaves,
    pub plan: Plan,
    pub pictures: VariantCache,
    pub index: SiteIndex,
}

/// A rendered output.
pub struct RenderedOutput {
    pub bytes: Option<Vec<u8>>,
    pub problems: Diagnostics,
}

/// What a site is assembled from, besides its texts.
pub struct SiteParts<'a> {
    pub options: &'a LoadOptions,
    pub config: Arc<Config>,
    /// `None` if a template has an error; the rest is still checked.
    pub theme: Option<Theme>,
    pub statics: Statics,
    pub now: Instant,
}

impl SiteParts<'_> {
    fn index(&self, parsed: ParsedContent, problems: &mut Diagnostics) -> Archive {
        let locale = match &self.theme {
            Some(theme) => theme.strings.locale.clone(),
            None => Arc::new(site_files::locale(&self.config, problems)),
        };
        let LoadOptions { drafts, future, expired, .. } = *self.options;
        let selection = Selection { drafts, future, expired, now: self.now };
        index::index(parsed, &self.config, &locale, &selection, problems)
    }

    fn finish(self, archive: Archive, plan: Plan, index: SiteIndex) -> Option<Site> {
        let SiteParts { options, config, theme, statics, now: _ } = self;
        let theme = theme?;
        let leaves = Leaves::new(&config, &archive, &theme);
        let pictures = VariantCache::peek(&options.root, options.cache.as_deref());
        let root = options.root.clone();
        let mut site = Site { root, config, archive, theme, statics, leaves, plan, pictures, index };
        // The values that every template sees.
        let mut values = crate::theme::view::Values::default();
        site.world().site_fields(&mut values);
        site.theme.set_global(|context| values.add_to(context));
        Some(site)
    }
}

/// Makes the search index of an archive.
pub type MakeIndex<'a> = &'a mut dyn FnMut(&Archive) -> IndexFiles;

/// Assembles a site: index, search, plan. Without `search`, no index is made before somebody asks for a file of it.
pub fn assemble(
    parts: SiteParts,
    parsed: ParsedContent,
    search: Option<MakeIndex>,
    clock: &mut Clock,
    problems: &mut Diagnostics,
) -> Option<Site> {
    let archive = parts.index(parsed, problems);
    emptied(&parts, &archive, problems);
    clock.lap("index");
    let index = match search {
        _ if !parts.config.search.enable => IndexFiles::default(),
        Some(make) => make(&archive),
        None => IndexFiles::unmade(),
    };
    clock.lap("search");
    let plan = plan::plan(&parts.config, &archive, &parts.statics, &index, problems);
    clock.lap("plan");
    let index = SiteIndex::new(index, parts.options.shape);
    let site = parts.finish(archive, plan, index);
    clock.lap("words");
    site
}

/// Reports that no article is published, and why: a wrong clock or a missing folder makes a site empty. Says
/// nothing if an article could not be read, which has been reported.
fn emptied(parts: &SiteParts, archive: &Archive, problems: &mut Diagnostics) {
    if !archive.articles.is_empty() || !archive.failed.is_empty() {
        return;
    }
    let count = |why: SkipReason| (archive.skipped.iter().filter(|left| left.why == why).count(), why.word());
    let left = [SkipReason::Draft, SkipReason::Future, SkipReason::Expired].map(count);
    let left: Vec<(usize, &str)> = left.into_iter().filter(|(n, _)| *n > 0).collect();
    let day = date::day_of(parts.now, &parts.config.zone).to_string();
    let Archive { pages, draft_pages, assets, orphans, .. } = archive;
    // A file that was reported as unusable is still content.
    let named = |found: &Diagnostic| found.at.as_ref().is_some_and(|at| at.file.starts_with("content/"));
    let bare = left.is_empty()
        && !problems.iter().any(named)
        && pages.is_empty()
        && draft_pages.is_empty()
        && assets.is_empty()
        && orphans.is_empty()
        && TermKind::ALL.iter().all(|kind| archive.taxonomy(*kind).terms.iter().all(|term| term.record.is_none()));
    problems.push(problem::no_articles(Span::file("content/articles"), &left, &day, bare));
}

/// Assembles a site whose plan has only these articles and pages, named as in [`Archive::left_out`].
pub fn assemble_some(
    parts: SiteParts,
    parsed: ParsedContent,
    named: &[(String, SkipReason)],
    problems: &mut Diagnostics,
) -> Option<Site> {
    let archive = parts.index(parsed, problems);
    let places: Vec<ContentPath> = named.iter().map(|(path, _)| place(&format!("{path}.md"))).collect();
    let articles = places.iter().filter_map(|place| match place {
        ContentPath::Article { id } => archive.find(id),
        _ => None,
    });
    let pages = places.iter().filter_map(|place| match place {
        ContentPath::Page { path } => archive.page(path),
        _ => None,
    });
    let plan = plan::plan_of(&parts.config, &archive, &parts.statics, articles, pages);
    parts.finish(archive, plan, SiteIndex::default())
}

impl Site {
    pub fn world(&self) -> World<'_> {
        let common = Common {
            config: &self.config,
            strings: &self.theme.strings,
            labels: &self.leaves.labels,
            days: &self.leaves.days,
            cites: self.leaves.cites,
        };
        let Site { archive, theme, statics, leaves, index, .. } = self;
        World { common, archive, theme, statics, leaves, index: &index.files }
    }

    /// Renders an output to bytes. `bytes` is `None` if that failed; then the problems include an error.
    pub fn render(&self, output: &Output) -> RenderedOutput {
        let world = self.world();
        let mut problems = Diagnostics::new();
        let read = |file: &str, problems: &mut Diagnostics| self.read(file, problems);
        let made = output.job.prepare(&world).make(&read, &mut RowCache::default(), &mut problems);
        let bytes = made.and_then(|made| self.bytes(made, output, &mut problems));
        RenderedOutput { bytes, problems }
    }

    /// Returns the bytes of an output.
    pub fn bytes(&self, made: OutputContent, output: &Output, problems: &mut Diagnostics) -> Option<Vec<u8>> {
        match made {
            OutputContent::View(context) => {
                let template = output.job.template().expect("invariant: what has a view has a template").name;
                // A listing's page is several times as long as an article's.
                let mut bytes = Vec::with_capacity(if let Job::Listing(..) = output.job { 64 << 10 } else { 16 << 10 });
                let rendered = self.theme.render(template, &context, output.name(&self.archive), &mut bytes);
                rendered.map_err(|found| problems.extend(found)).ok().map(|()| bytes)
            }
            OutputContent::Bytes(bytes) => Some(bytes),
            OutputContent::Copy(from) => site_files::read_bytes(&self.root, &from, problems),
            OutputContent::Image(picture, width) => Some(self.variant(&picture, width, output, problems)?.bytes),
            OutputContent::IndexFile(path) => self.index_file(&path).map(|bytes| bytes.to_vec()),
        }
    }

    /// Returns the variant of a picture that an output consists of.
    pub fn variant(
        &self,
        picture: &Picture,
        width: u32,
        output: &Output,
        problems: &mut Diagnostics,
    ) -> Option<PictureVariant> {
        self.pictures.variant(&self.root, picture, width, || output.place(&self.archive), problems)
    }

    /// Returns a file of the search index, by its path below `search/`. If nobody has made it, makes the whole index.
    pub fn index_file(&self, path: &str) -> Option<Arc<[u8]>> {
        self.index.known(path).or_else(|| self.index_file_anew(path))
    }

    /// Returns a file of an index that is made from the texts as they are now.
    pub fn index_file_anew(&self, path: &str) -> Option<Arc<[u8]>> {
        let files = self.index.make(&self.root, &self.config, &self.archive);
        let at = files.binary_search_by(|file| (*file.path).cmp(path)).ok()?;
        files[at].bytes.clone()
    }

    /// Reads a text file of the site. A failure is reported as a problem.
    pub fn read(&self, file: &str, problems: &mut Diagnostics) -> Option<String> {
        site_files::read_text(&self.root, file, problems)
    }

    /// Returns the place to report for an output that could not be rendered at all.
    pub fn place_of(&self, output: &Output) -> Span {
        Span::file(output.name(&self.archive))
    }
}
