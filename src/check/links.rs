//! Internal links: root-relative ones against the plan, and fragments against the ids of the page they lead to.
//!
//! References to missing files are found by the plan itself. A build applies this rule, too, and reads no text for it that
//! has no such link.

use std::sync::Arc;

use super::Subject;
use super::anchors::{Anchors, wanted};
use crate::archive::links::{Destination, destination};
use crate::base::config::{self, Topic};
use crate::base::diag::{Diagnostics, Span};
use crate::base::path::Style;
use crate::base::{path, problem};
use crate::content::article::Ref;
use crate::content::place::TermKind;
use crate::content::{details, front_matter, markdown};

pub fn check(subject: &Subject, problems: &mut Diagnostics) {
    let mut anchors = Anchors::new(subject);
    for topic in &subject.config.topics {
        if let Topic::Link { url, .. } = topic
            && let Some(below) = url.strip_prefix('/')
        {
            root_relative(subject, below, url, Span::file(config::FILE), &mut anchors, problems);
        }
    }
    for (file, refs, page) in files(subject) {
        let Some(text) = (subject.read)(&file, problems) else { continue };
        let Ok(parts) = front_matter::split(&file, &text) else { continue };
        for reference in markdown::references(parts.body, subject.config.raw_html) {
            let at = parts.body_at + reference.at.start..parts.body_at + reference.at.end;
            let span = Span::new(&file, at);
            if let Some(id) = reference.dest.strip_prefix('#') {
                if let Some(id) = wanted(id) {
                    anchors.demand(&page, &id, &reference.dest, span, problems);
                }
            } else if let Some(below) = reference.dest.strip_prefix('/').filter(|below| !below.starts_with('/')) {
                root_relative(subject, below, &reference.dest, span, &mut anchors, problems);
            }
        }
        corrections(&file, &text, &mut anchors, problems);
        for reference in refs {
            fragment(subject, &file, reference, &mut anchors, problems);
        }
    }
}

/// Every file with a body that is published and may have such links, its references, and what it is the text of.
fn files<'a>(subject: &'a Subject) -> Vec<(Arc<str>, &'a [Ref], Destination)> {
    let mut files: Vec<(Arc<str>, &[Ref], Destination)> = Vec::new();
    let mut add = |file: &Arc<str>, refs: &'a [Ref], loose: bool, text: Destination| {
        if (loose || refs.iter().any(|reference| reference.fragment.is_some())) && (subject.wanted)(file) {
            files.push((file.clone(), refs, text));
        }
    };
    for (ix, placed) in (0..).zip(&subject.archive.articles) {
        add(&placed.card.file, &placed.card.refs, placed.card.loose, Destination::Article(ix));
        for (at, sibling) in placed.siblings.iter().enumerate() {
            add(&sibling.file, &sibling.refs, sibling.loose, Destination::Sibling(ix, at));
        }
    }
    for (ix, page) in subject.archive.pages.iter().enumerate() {
        add(&page.file, &page.refs, page.loose, Destination::Page(ix));
    }
    for kind in TermKind::ALL {
        for (ix, term) in (0..).zip(&subject.archive.taxonomy(kind).terms) {
            if let Some(record) = term.record.as_deref() {
                add(&record.file, &record.refs, record.loose, Destination::Term(kind, ix));
            }
        }
    }
    files
}

fn root_relative(
    subject: &Subject,
    below: &str,
    dest: &str,
    span: Span,
    anchors: &mut Anchors,
    problems: &mut Diagnostics,
) {
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
    if let Some(output) = candidates.iter().find_map(|c| subject.plan.find(c)) {
        if let Some(id) = below.split_once('#').and_then(|(_, fragment)| wanted(fragment)) {
            anchors.demand_of(output, &id, dest, span, problems);
        }
        return;
    }
    if subject.archive.failed.has_static(bare) {
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

/// A correction names the paragraph that it mended: the page links it.
fn corrections(file: &Arc<str>, text: &str, anchors: &mut Anchors, problems: &mut Diagnostics) {
    if !text.contains("corrections") {
        return;
    }
    let Ok((details, _, _)) = details::load(file, text) else { return };
    for paragraph in details.corrections.iter().filter_map(|c| c.paragraph) {
        if !anchors.of_body(file, problems).contains(&format!("p{paragraph}")) {
            let at = text.find("paragraph").map_or(0..0, |at| at..at + "paragraph".len());
            let why = format!("the text has no paragraph {paragraph}");
            problems.push(problem::broken_link(Span::new(file, at), &format!("#p{paragraph}"), &why, None));
        }
    }
}

/// A fragment of a link to another file must be an id of its page.
fn fragment(subject: &Subject, from: &Arc<str>, reference: &Ref, anchors: &mut Anchors, problems: &mut Diagnostics) {
    if let Some(id) = reference.fragment.as_deref().and_then(wanted) {
        let page = destination(subject.archive, &reference.target);
        anchors.demand(&page, &id, &reference.dest, Span::new(from, reference.at.clone()), problems);
    }
}
