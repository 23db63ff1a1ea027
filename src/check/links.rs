//! Internal links: root-relative ones against the plan, and fragments against the ids of the page they lead to.
//!
//! References to missing files are found by the plan itself. A build applies this rule, too, and reads no text for it that
//! has no such link.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Subject;
use crate::archive::links::{Destination, destination};
use crate::base::config::{self, Topic};
use crate::base::diag::{Diagnostics, Span};
use crate::base::path::Style;
use crate::base::{path, problem};
use crate::content::article::Ref;
use crate::content::{details, front_matter, markdown};

pub fn check(subject: &Subject, problems: &mut Diagnostics) {
    for topic in &subject.config.topics {
        if let Topic::Link { url, .. } = topic
            && let Some(below) = url.strip_prefix('/')
        {
            root_relative(subject, below, url, Span::file(config::FILE), problems);
        }
    }
    let mut ids = BTreeMap::new();
    for (file, refs) in files(subject) {
        let Some(text) = (subject.read)(&file, problems) else { continue };
        let Ok(parts) = front_matter::split(&file, &text) else { continue };
        for reference in markdown::references(parts.body) {
            let at = parts.body_at + reference.at.start..parts.body_at + reference.at.end;
            let span = Span::new(&file, at);
            if let Some(id) = reference.dest.strip_prefix('#') {
                own_fragment(&file, parts.body, id, span, &mut ids, problems);
            } else if let Some(below) = reference.dest.strip_prefix('/').filter(|below| !below.starts_with('/')) {
                root_relative(subject, below, &reference.dest, span, problems);
            }
        }
        corrections(&file, &text, parts.body, &mut ids, problems);
        for reference in refs {
            fragment(subject, &file, reference, &mut ids, problems);
        }
    }
}

/// Every file with a body that is published and may have such links, and its references.
fn files<'a>(subject: &'a Subject) -> Vec<(Arc<str>, &'a [Ref])> {
    let mut files: Vec<(Arc<str>, &[Ref])> = Vec::new();
    let mut add = |file: &Arc<str>, refs: &'a [Ref], loose: bool| {
        if (loose || refs.iter().any(|reference| reference.fragment.is_some())) && (subject.wanted)(file) {
            files.push((file.clone(), refs));
        }
    };
    for placed in &subject.archive.articles {
        add(&placed.card.file, &placed.card.refs, placed.card.loose);
        placed.siblings.iter().for_each(|sibling| add(&sibling.file, &sibling.refs, sibling.loose));
    }
    subject.archive.pages.iter().for_each(|page| add(&page.file, &page.refs, page.loose));
    for kind in crate::content::place::TermKind::ALL {
        let records = subject.archive.taxonomy(kind).terms.iter().filter_map(|term| term.record.as_deref());
        records.for_each(|record| add(&record.file, &record.refs, record.loose));
    }
    files
}

fn root_relative(subject: &Subject, below: &str, dest: &str, span: Span, problems: &mut Diagnostics) {
    let plain = below.split(['#', '?']).next().unwrap_or_default();
    let plain = path::decode_percent(plain).unwrap_or_default();
    let bare = plain.trim_end_matches('/');
    let page = subject.config.urls.page_file(bare);
    // A page is written with a slash at its end; without one, a host with folder indexes still finds it.
    let candidates = match subject.config.urls.style {
        _ if plain.ends_with('/') || plain.is_empty() => [page.clone(), page],
        Style::Directory => [plain.clone(), page],
        Style::File => [plain.clone(), plain.clone()],
    };
    if candidates.iter().any(|c| subject.plan.find(c).is_some()) {
        return;
    }
    // The address of an article that could not be read is not known; its name is, mostly.
    if subject.archive.failed.has_named(bare.rsplit('/').next().unwrap_or(bare).trim_end_matches(".html")) {
        return;
    }
    let known = subject.plan.outputs.iter().map(|o| o.path.strip_suffix("/index.html").unwrap_or(&o.path));
    let base = subject.config.urls.base_path.trim_start_matches('/');
    let twice =
        !base.is_empty() && bare.strip_prefix(base).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let nearest = match twice {
        true => Some(format!("leave /{base} out: Recto puts the base path before links")),
        false => crate::base::diag::nearest(bare, known).map(|n| format!("did you mean `/{n}/`?")),
    };
    problems.push(problem::broken_link(span, dest, "no page of this site has that address", nearest));
}

/// A bare fragment must be an id of the body itself.
fn own_fragment(file: &Arc<str>, body: &str, id: &str, span: Span, ids: &mut Ids, problems: &mut Diagnostics) {
    let own = ids.entry(file.clone()).or_insert_with(|| markdown::ids(body).into_iter().collect());
    let id = path::decode_percent(id).unwrap_or_default();
    if !id.is_empty() && !own.contains(&id) && !id.starts_with("fn") {
        let why = format!("{file} has no `#{id}`");
        problems.push(problem::broken_link(span, &format!("#{id}"), &why, None));
    }
}

/// A correction names the paragraph that it mended: the page links it.
fn corrections(file: &Arc<str>, text: &str, body: &str, ids: &mut Ids, problems: &mut Diagnostics) {
    if !text.contains("corrections") {
        return;
    }
    let Ok((details, _, _)) = details::load(file, text) else { return };
    for paragraph in details.corrections.iter().filter_map(|c| c.paragraph) {
        let own = ids.entry(file.clone()).or_insert_with(|| markdown::ids(body).into_iter().collect());
        if !own.contains(&format!("p{paragraph}")) {
            let at = text.find("paragraph").map_or(0..0, |at| at..at + "paragraph".len());
            let why = format!("the text has no paragraph {paragraph}");
            problems.push(problem::broken_link(Span::new(file, at), &format!("#p{paragraph}"), &why, None));
        }
    }
}

type Ids = BTreeMap<Arc<str>, BTreeSet<String>>;

/// A fragment of a link to another file must be an id of its body.
fn fragment(subject: &Subject, from: &Arc<str>, reference: &Ref, ids: &mut Ids, problems: &mut Diagnostics) {
    let Some(fragment) = reference.fragment.as_deref() else { return };
    let file = match destination(subject.archive, &reference.target) {
        Destination::Article(ix) => subject.archive.article(ix).card.file.clone(),
        Destination::Page(ix) => subject.archive.pages[ix].file.clone(),
        _ => return,
    };
    if !ids.contains_key(&file) {
        let text = (subject.read)(&file, problems).unwrap_or_default();
        let body = front_matter::split(&file, &text).map(|parts| parts.body.to_owned()).unwrap_or_default();
        ids.insert(file.clone(), markdown::ids(&body).into_iter().collect());
    }
    let fragment = path::decode_percent(fragment).unwrap_or_default();
    if !ids.get(&file).is_some_and(|ids| ids.contains(&fragment)) {
        let why = format!("{file} has no `#{fragment}`");
        let known = ids.get(&file).into_iter().flatten().map(String::as_str);
        let help = crate::base::diag::nearest(&fragment, known).map(|n| format!("did you mean `#{n}`?"));
        problems.push(problem::broken_link(Span::new(from, reference.at.clone()), &reference.dest, &why, help));
    }
}
