//! Which ids a page has. Most that are asked for are in its text; where one is not, the page is made and looked at, so
//! that what a theme calls its parts is known, whatever theme that is.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Subject;
use crate::archive::archive::ListingId;
use crate::archive::links::Destination;
use crate::base::config::Publish;
use crate::base::diag::{Diagnostics, Span, nearest};
use crate::base::{path, problem};
use crate::content::{front_matter, markdown};
use crate::outputs::job::{Job, Output};

type Ids = BTreeSet<String>;

pub struct Anchors<'s> {
    subject: &'s Subject<'s>,
    /// By the file.
    bodies: BTreeMap<Arc<str>, Ids>,
    /// By the path of the output.
    pages: BTreeMap<Box<str>, Ids>,
}

/// The id that a fragment wants, if it wants one.
pub fn wanted(fragment: &str) -> Option<String> {
    let id = fragment.split_once(":~:").map_or(fragment, |(id, _)| id);
    let id = path::decode_percent(id).unwrap_or_default();
    (!markdown::is_no_id(&id)).then(|| markdown::fragment(&id).into_owned())
}

impl<'s> Anchors<'s> {
    pub fn new(subject: &'s Subject<'s>) -> Anchors<'s> {
        Anchors { subject, bodies: BTreeMap::new(), pages: BTreeMap::new() }
    }

    /// The ids of a file's text.
    pub fn of_body(&mut self, file: &Arc<str>, problems: &mut Diagnostics) -> &Ids {
        let Subject { config, read, .. } = *self.subject;
        self.bodies.entry(file.clone()).or_insert_with(|| {
            let text = read(file, problems).unwrap_or_default();
            let body = front_matter::split(file, &text).map(|parts| parts.body.to_owned()).unwrap_or_default();
            markdown::ids(&body, config.raw_html).into_iter().collect()
        })
    }

    /// The page on which a text stands must have an id, which a link to the text's file asks for.
    pub fn demand(&mut self, text: &Destination, id: &str, dest: &str, span: Span, problems: &mut Diagnostics) {
        let Subject { archive, config, plan, .. } = *self.subject;
        let (file, address, own) = match *text {
            Destination::Article(ix) => {
                let placed = archive.article(ix);
                (&placed.card.file, placed.address.to_string(), id.to_owned())
            }
            Destination::Sibling(ix, at) => {
                let placed = archive.article(ix);
                let file = &placed.siblings[at].file;
                match placed.original == Some(at) {
                    true if id == "original" => (file, placed.address.to_string(), id.to_owned()),
                    // What is not printed is still checked.
                    true if placed.publish(config) != Publish::Full => (file, String::new(), String::new()),
                    true => (file, placed.address.to_string(), format!("o-{id}")),
                    false => (file, format!("{}/{}", placed.address, placed.siblings[at].lang), id.to_owned()),
                }
            }
            Destination::Page(ix) => (&archive.pages[ix].file, archive.pages[ix].path.to_string(), id.to_owned()),
            Destination::Term(kind, ix) => {
                let term = archive.term(kind, ix);
                let Some(record) = &term.record else { return };
                (&record.file, term.address(kind).to_string(), id.to_owned())
            }
            _ => return,
        };
        if self.of_body(file, problems).contains(id) {
            return;
        }
        let page = plan.find(&config.urls.page_file(&address)).filter(|_| !own.is_empty());
        if page.is_some_and(|page| self.of_page(page).contains(&own)) {
            return;
        }
        let why = format!("{file} has no `#{id}`");
        let help = suggest(id, self.of_body(file, problems));
        problems.push(problem::broken_link(span, dest, &why, help));
    }

    /// A page must have an id, which a link to its address asks for.
    pub fn demand_of(&mut self, page: &Output, id: &str, dest: &str, span: Span, problems: &mut Diagnostics) {
        let archive = self.subject.archive;
        let text = match page.job {
            Job::Article(ix) => Some(&archive.article(ix).card.file),
            Job::Translation(ix, at) => Some(&archive.article(ix).siblings[at].file),
            Job::Page(ix) => Some(&archive.pages[ix].file),
            Job::Listing(ListingId::Term(kind, ix), None) => {
                archive.term(kind, ix).record.as_ref().map(|record| &record.file)
            }
            Job::Listing(..) | Job::Terms(..) | Job::Archive | Job::NotFound => None,
            _ => return,
        };
        if text.is_some_and(|file| self.of_body(file, problems).contains(id)) || self.of_page(page).contains(id) {
            return;
        }
        let why = format!("the page there has no `#{id}`");
        let help = suggest(id, self.of_page(page));
        problems.push(problem::broken_link(span, dest, &why, help));
    }

    fn of_page(&mut self, page: &Output) -> &Ids {
        let subject = self.subject;
        self.pages.entry(page.path.clone()).or_insert_with(|| {
            let bytes = (subject.page)(page).unwrap_or_default();
            markdown::anchors(&String::from_utf8_lossy(&bytes)).into_iter().collect()
        })
    }
}

/// A heading that could not have the id, else the nearest.
fn suggest(id: &str, known: &Ids) -> Option<String> {
    let instead = format!("h-{id}");
    let near = if known.contains(&instead) { Some(&*instead) } else { nearest(id, known.iter().map(String::as_str)) };
    near.map(|near| format!("did you mean `#{near}`?"))
}
