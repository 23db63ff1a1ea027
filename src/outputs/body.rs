//! Bodies: Markdown with its links resolved against the archive, and its problems as diagnostics.

use std::sync::Arc;

use super::world::World;
use crate::archive::links::{self, Destination};
use crate::base::config::Publish;
use crate::base::diag::{Diagnostic, Diagnostics, Severity, Span, quoted};
use crate::base::problem;
use crate::content::article;
use crate::content::markdown::{self, Options, ProblemKind, Target};

/// A text to render.
pub struct Body<'a> {
    /// Path of its file below the site's root.
    pub file: &'a Arc<str>,
    pub text: &'a str,
    /// Where the text starts in the file.
    pub at: usize,
    /// Address of the page that shows it, without slashes at the ends.
    pub address: &'a str,
    /// Empty, or what ids begin with where two texts share a page.
    pub prefix: &'a str,
    /// Language of the text.
    pub lang: &'a str,
}

/// Renders a body to HTML.
pub fn render(world: &World, body: &Body, problems: &mut Diagnostics) -> String {
    let resolve = |dest: &str, _| resolve(world, body, dest);
    let options = Options {
        html: world.config.raw_html,
        prefix: body.prefix,
        labels: &world.leaves.labels[usize::from(body.lang != world.config.language)],
        resolve: &resolve,
    };
    let rendered = markdown::render(body.text, &options);
    for found in rendered.problems {
        let span = Span::new(body.file, body.at + found.at.start..body.at + found.at.end);
        problems.push(diagnostic(found.kind, span));
    }
    rendered.html
}

/// Where a destination of a body leads on the page that shows it.
fn resolve(world: &World, body: &Body, dest: &str) -> Target {
    let urls = &world.config.urls;
    if dest.starts_with('/') && !dest.starts_with("//") {
        return Target::To(urls.resolve(dest));
    }
    if let Some(id) = dest.strip_prefix('#') {
        // Two texts share a page: the ids of the second have a prefix.
        return if body.prefix.is_empty() { Target::Keep } else { Target::To(format!("#{}{id}", body.prefix)) };
    }
    let inside = body.file.strip_prefix("content/").unwrap_or(body.file);
    let folder = inside.rsplit_once('/').map_or("", |(folder, _)| folder);
    let Some((target, fragment)) = article::resolve(folder, dest) else { return Target::Keep };
    let page = |address: &str| {
        let fragment = fragment.map(|f| format!("#{f}")).unwrap_or_default();
        Target::To(format!("{}{fragment}", urls.page(address)))
    };
    match links::destination(world.archive, &target) {
        Destination::Article(ix) => page(&world.archive.article(ix).address),
        Destination::Sibling(ix, at) => {
            let placed = world.archive.article(ix);
            match (placed.original == Some(at), fragment) {
                (true, Some(id)) if placed.publish(world.config) == Publish::Full => {
                    Target::To(format!("{}#o-{id}", urls.page(&placed.address)))
                }
                (true, _) => Target::To(format!("{}#original", urls.page(&placed.address))),
                (false, _) => page(&format!("{}/{}", placed.address, placed.siblings[at].lang)),
            }
        }
        Destination::Page(ix) => page(&world.archive.pages[ix].path),
        Destination::Term(kind, ix) => page(&world.archive.term(kind, ix).address(kind)),
        Destination::Asset => {
            let name = links::asset_name(folder, &target);
            let name = world.statics.asset_name(&target, name);
            let url = urls.file(&if body.address.is_empty() { name } else { format!("{}/{name}", body.address) });
            Target::To(fragment.map_or(url.clone(), |fragment| format!("{url}#{fragment}")))
        }
        Destination::Unpublished | Destination::Missing | Destination::MissingAsset => Target::Drop,
    }
}

/// What the Markdown room found, as a diagnostic.
fn diagnostic(kind: ProblemKind, at: Span) -> Diagnostic {
    use ProblemKind::*;
    use Severity::{Error, Warning};
    let (severity, code, message, label) = match kind {
        BadScheme(scheme) => {
            let message = format!("a link of the scheme {} is not allowed", quoted(&scheme));
            (Warning, "bad-scheme", message, "printed as text; expected http, https, mailto, tel or a relative link")
        }
        UnknownFootnote(label) => (
            Warning,
            "unknown-footnote",
            format!("there is no note {}", quoted(&label)),
            "expected a line [^…]: with the note",
        ),
        UnusedFootnote(label) => (
            Warning,
            "unused-footnote",
            format!("nothing refers to the note {}", quoted(&label)),
            "printed after the others",
        ),
        DuplicateFootnote(label) => (
            Warning,
            "duplicate-footnote",
            format!("there are two notes {}", quoted(&label)),
            "printed after the others",
        ),
        BadHeadingId(id) => (
            Warning,
            "bad-heading-id",
            format!("{} cannot be the id of a heading", quoted(&id)),
            "it is taken, reserved or not a valid id",
        ),
        EscapedHtml => (
            Warning,
            "escaped-html",
            "raw HTML is printed as text".to_owned(),
            "[markdown] html in site.toml decides this",
        ),
        ImageWithoutAlt => (
            Warning,
            "missing-alt",
            "the image has no text for those who cannot see it".to_owned(),
            "expected ![what it shows](…)",
        ),
        BidiOverride => {
            let message = "explicit bidirectional controls reorder the text around them".to_owned();
            (Warning, "bidi-control", message, "invisible, and can deceive")
        }
        TooLarge => (Error, "too-large", "the text has more than 4 MB".to_owned(), ""),
        TooComplex => (
            Error,
            "too-complex",
            "a line opens more blocks than any text has".to_owned(),
            "thousands of > or - in a row",
        ),
        TooDeep => {
            (Error, "too-deep", "the text is nested deeper than any reader could follow".to_owned(), "from here on")
        }
        Unreadable => (
            Error,
            "internal",
            "the Markdown parser failed on this text".to_owned(),
            "this is a bug in it; please report it",
        ),
    };
    problem::body(at, severity, code, message, label.to_owned())
}
