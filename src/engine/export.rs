//! Exports the texts of a site, a few at a time, so that memory does not grow with the site. It must not know where
//! they go.

use std::sync::Arc;

use super::ledger::Ledger;
use super::site::Site;
use crate::archive::archive::ArticleIx;
use crate::base::diag::{Diagnostics, Span};
use crate::base::problem;
use crate::export::file::ExportFile;
use crate::export::format::TreeFormat;
use crate::export::text;
use crate::outputs::search_record::{self, TextPage};
use crate::system::pool::{self, ItemLimit, Outcome, TIME_LIMIT};

/// How many pages are made before the first of them is passed on.
const BATCH: usize = 1024;

/// Makes the record of every page for search engines, and passes each, as a line of JSON, to `take`, in their order.
/// A page that cannot be made is left out, and its problem is appended. Stops at the first error of `take`.
pub fn search_records<E>(
    site: &Arc<Site>,
    threads: usize,
    problems: &mut Diagnostics,
    take: &mut dyn FnMut(&[u8]) -> Result<(), E>,
) -> Result<usize, E> {
    let pages = search_record::pages(&site.archive);
    for batch in pages.chunks(BATCH) {
        let (shared, items): (Arc<Site>, Arc<[TextPage]>) = (site.clone(), batch.into());
        let work = move |at: usize| {
            let mut problems = Diagnostics::new();
            let read = |file: &str, problems: &mut Diagnostics| shared.read(file, problems);
            let line = search_record::line(&shared.world(), items[at], &read, &mut problems);
            (line, problems)
        };
        for (outcome, page) in pool::run(batch.len(), threads, ItemLimit::ALL, work).zip(batch) {
            let place = || Span::file(site.archive.article(page.0).card.file.clone());
            match outcome {
                Outcome::Done((line, found)) => {
                    problems.extend(found);
                    line.map_or(Ok(()), |line| take(&line))?;
                }
                Outcome::Panicked(why) => problems.push(problem::internal(place(), &why)),
                Outcome::TooSlow => problems.push(problem::too_slow(place(), TIME_LIMIT.as_secs())),
            }
        }
    }
    Ok(pages.len())
}

/// What an export has files for.
#[derive(Clone, Copy)]
enum Subject {
    Article(ArticleIx),
    /// A standalone page, by its index.
    Page(usize),
}

/// Makes the files of a site for another program, and passes them to `take`: first those of the site as a whole, then
/// those of each article, oldest first, and of each page. What cannot be read is left out, and its problem is
/// appended. Returns how many articles and pages there are. Stops at the first error of `take`.
pub fn files<E>(
    site: &Arc<Site>,
    ledger: &Ledger,
    (format, threads): (TreeFormat, usize),
    problems: &mut Diagnostics,
    take: &mut dyn FnMut(Vec<ExportFile>) -> Result<(), E>,
) -> Result<(usize, usize), E> {
    let own: Vec<&str> = ledger.input_records().map(|input| input.file).collect();
    take(format.site_files(&site.world(), own.into_iter()))?;
    let articles = search_record::pages(&site.archive).into_iter().filter(|(_, sibling)| sibling.is_none());
    let pages = (0..site.archive.pages.len()).map(Subject::Page);
    let subjects: Vec<Subject> = articles.map(|(ix, _)| Subject::Article(ix)).chain(pages).collect();
    for batch in subjects.chunks(BATCH) {
        let (shared, items): (Arc<Site>, Arc<[Subject]>) = (site.clone(), batch.into());
        let work = move |at: usize| {
            let mut problems = Diagnostics::new();
            let read = |file: &str, problems: &mut Diagnostics| shared.read(file, problems);
            let world = shared.world();
            let texts = match items[at] {
                Subject::Article(ix) => text::of_article(&world, ix, &read, &mut problems),
                Subject::Page(at) => {
                    text::of_page(&world, &world.archive.pages[at], &read, &mut problems).map(|page| vec![page])
                }
            };
            (texts.map(|texts| format.files(&world, &texts)), problems)
        };
        for (outcome, subject) in pool::run(batch.len(), threads, ItemLimit::ALL, work).zip(batch) {
            let place = || match *subject {
                Subject::Article(ix) => Span::file(site.archive.article(ix).card.file.clone()),
                Subject::Page(at) => Span::file(site.archive.pages[at].file.clone()),
            };
            match outcome {
                Outcome::Done((files, found)) => {
                    problems.extend(found);
                    files.map_or(Ok(()), &mut *take)?;
                }
                Outcome::Panicked(why) => problems.push(problem::internal(place(), &why)),
                Outcome::TooSlow => problems.push(problem::too_slow(place(), TIME_LIMIT.as_secs())),
            }
        }
    }
    Ok((site.archive.articles.len(), site.archive.pages.len()))
}
