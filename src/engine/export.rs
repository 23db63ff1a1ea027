//! Exports the texts of a site as lines, a few pages at a time, so that memory does not grow with the site. It must
//! not know where the lines go.

use std::sync::Arc;

use super::site::Site;
use crate::base::diag::{Diagnostics, Span};
use crate::base::problem;
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
