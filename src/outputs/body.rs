//! Renders bodies: Markdown with links resolved against the archive, and its problems as diagnostics. The archive is
//! queried before the body is read.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use super::foreign_syntax;
use super::image_credits::ImageCredits;
use super::mark_messages;
use super::statics::variant_name;
use super::world::{Common, World};
use crate::archive::links::{self, Destination};
use crate::base::diag::{Diagnostic, Diagnostics, Severity, Span, quoted};
use crate::base::limits::PAGE_BYTES;
use crate::base::problem;
use crate::content::article::{self, ContentRef};
use crate::content::markdown::{self, DisplayedImage, LinkTarget, LinkUse, MarkdownOptions, ProblemKind, RenderedBody};
use crate::content::picture::SIZES;

/// A text to render: its file, and everything from the archive that its rendering depends on.
#[derive(Clone, Debug)]
pub struct BodySource<'a> {
    /// The path of the file below the site's root.
    pub file: &'a Arc<str>,
    /// The prefix of all ids, if two texts share a page; else empty.
    prefix: &'static str,
    /// The language of the text.
    lang: &'a str,
    /// The resolved references to content files: the destination as written, whether it is an image, and the target.
    links: Vec<(&'a str, bool, LinkTarget)>,
}

/// Leaves out the path of the file. The fingerprint has the digest of the file's contents.
impl Hash for BodySource<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let BodySource { file: _, prefix, lang, links } = self;
        (prefix, lang, links).hash(state);
    }
}

impl<'a> BodySource<'a> {
    /// Prepares the text of `file` with the references `refs`, for the page at `address` (without leading or trailing
    /// slash).
    pub fn new(
        world: &World,
        file: &'a Arc<str>,
        refs: &'a [ContentRef],
        address: &str,
        lang: &'a str,
    ) -> BodySource<'a> {
        let links = refs.iter().map(|r| (&*r.dest, r.image, target(world, file, address, r))).collect();
        BodySource { file, prefix: "", lang, links }
    }

    /// Makes this the second text of a page, with a prefix for its ids.
    pub fn second(self, prefix: &'static str) -> BodySource<'a> {
        BodySource { prefix, ..self }
    }

    /// Returns the picture of the first reference, which is that of the cover if there is one.
    pub fn cover(&self) -> Option<&DisplayedImage> {
        match &self.links.first()?.2 {
            LinkTarget::Shown(shown) => Some(shown),
            _ => None,
        }
    }

    /// Returns the first picture of the text that is beside it and is not a drawing.
    pub fn first_picture(&self) -> Option<&DisplayedImage> {
        self.links.iter().find_map(|(_, image, target)| match target {
            LinkTarget::Shown(shown) if *image && shown.size.is_some() && !shown.address.ends_with(".svg") => {
                Some(&**shown)
            }
            _ => None,
        })
    }

    /// Renders the body to HTML. The body starts at byte `at` of its file.
    pub fn render(&self, common: &Common, body: &str, at: usize, problems: &mut Diagnostics) -> String {
        self.render_credited(common, body, at, &mut ImageCredits::default(), problems).html
    }

    /// Renders the body and credits its images. Returns it with its units.
    pub fn render_credited(
        &self,
        common: &Common,
        body: &str,
        at: usize,
        credits: &mut ImageCredits,
        problems: &mut Diagnostics,
    ) -> RenderedBody {
        let resolve = |dest: &str, usage| self.resolve(common, dest, usage);
        let options = MarkdownOptions {
            html: common.config.raw_html,
            prefix: self.prefix,
            labels: &common.labels[match self.prefix {
                "" => usize::from(self.lang != common.config.language),
                _ => 2,
            }],
            resolve: &resolve,
            credits: &credits.all,
        };
        let mut rendered = markdown::render(body, &options);
        for found in std::mem::take(&mut rendered.problems) {
            let span = Span::new(self.file, at + found.at.start..at + found.at.end);
            problems.push(diagnostic(found.kind, span));
        }
        credits.used.extend(rendered.credited.drain(..));
        rendered
    }

    /// Resolves a destination of the body.
    fn resolve(&self, common: &Common, dest: &str, usage: LinkUse) -> LinkTarget {
        if dest.starts_with('/') && !dest.starts_with("//") {
            return LinkTarget::To(common.config.urls.resolve(dest));
        }
        if let Some(id) = dest.strip_prefix('#') {
            // Two texts share a page, so the ids of the second have a prefix.
            let prefix = if markdown::is_no_id(id) { "" } else { self.prefix };
            let id = markdown::fragment(id);
            return LinkTarget::To(format!("#{prefix}{id}"));
        }
        let image = usage == LinkUse::Image;
        let known = self.links.iter().find(|(written, as_image, _)| *written == dest && *as_image == image);
        known.map_or(LinkTarget::Keep, |(_, _, target)| target.clone())
    }
}

/// Resolves a reference for the page at `address`.
pub fn target(world: &World, file: &str, address: &str, reference: &ContentRef) -> LinkTarget {
    let urls = &world.config.urls;
    let fragment = reference.fragment.as_deref();
    let page = |address: &str| {
        let fragment = fragment.map(|f| format!("#{}", markdown::fragment(f))).unwrap_or_default();
        LinkTarget::To(format!("{}{fragment}", urls.page(address)))
    };
    match links::destination(world.archive, &reference.target) {
        Destination::Article(ix) => page(&world.archive.article(ix).address),
        Destination::Sibling(ix, at) => {
            let placed = world.archive.article(ix);
            let (is_original, has_page) =
                (placed.original == Some(at), world.archive.has_page(placed, at, world.config));
            match fragment {
                // On the page of the article, the original as a whole has an id.
                Some("original") if is_original => LinkTarget::To(format!("{}#original", urls.page(&placed.address))),
                _ if has_page => page(&format!("{}/{}", placed.address, placed.siblings[at].lang)),
                Some(id) if world.archive.prints_original(placed, world.config) && !markdown::is_no_id(id) => {
                    LinkTarget::To(format!("{}#o-{}", urls.page(&placed.address), markdown::fragment(id)))
                }
                _ => LinkTarget::To(format!("{}#original", urls.page(&placed.address))),
            }
        }
        Destination::Page(ix) => page(&world.archive.pages[ix].path),
        Destination::Term(kind, ix) => page(&world.archive.term(kind, ix).address(kind)),
        Destination::Asset => {
            let name = links::asset_name(article::folder(file), &reference.target);
            let name = world.statics.asset_name(&reference.target, name);
            let path = if address.is_empty() { name } else { format!("{address}/{name}") };
            let url = urls.file(&path);
            let address = fragment.map_or(url.clone(), |fragment| format!("{url}#{fragment}"));
            let Some(picture) = world.archive.picture(&reference.target).filter(|_| reference.image) else {
                return LinkTarget::To(address);
            };
            let widths = picture.widths().iter();
            let mut choice: Vec<_> = widths.map(|&width| (urls.file(&variant_name(&path, width)), width)).collect();
            if let Some((width, _)) = picture.size.filter(|_| !choice.is_empty()) {
                choice.push((url, width));
            }
            LinkTarget::Shown(Box::new(DisplayedImage { address, size: picture.size, choice, sizes: SIZES }))
        }
        Destination::Unpublished | Destination::Failed | Destination::Missing | Destination::MissingAsset => {
            LinkTarget::Drop
        }
    }
}

/// Converts a problem found in Markdown to a diagnostic.
fn diagnostic(kind: ProblemKind, at: Span) -> Diagnostic {
    use ProblemKind::*;
    match kind {
        RemovedHtml(names) => problem::removed_html(at, &names),
        UnshownPicture(extension) => problem::unshown_picture(at, extension),
        Foreign(what) => {
            let (message, label, help) = foreign_syntax::message(what);
            problem::foreign_syntax(at, message, label, help)
        }
        BadReference(written, number) => problem::bad_reference(at, &written, number),
        UnclosedComment => problem::unclosed_comment(at),
        MisplacedMark(written, mistake) => mark_messages::misplaced(at, &written, mistake),
        BadBlockId(written, mistake) => mark_messages::bad_id(at, &written, mistake),
        SecretInLink => problem::secret_in_link(at),
        BadScheme(_) | UnknownFootnote(_) | UnusedFootnote(_) | DuplicateFootnote(_) | BadHeadingId(_) => {
            named(kind, at)
        }
        // No wildcard, so that a new kind is not forgotten.
        EscapedHtml | ImageWithoutAlt | TagWithoutAlt | BidiOverride => plain(&kind, at),
        TooLarge | Swollen | TooComplex | TooDeep | Unreadable => plain(&kind, at),
    }
}

/// Converts a problem that quotes the text.
fn named(kind: ProblemKind, at: Span) -> Diagnostic {
    use ProblemKind::*;
    use Severity::Warning;
    let (severity, code, message, label) = match kind {
        BadScheme(scheme) => {
            let message = format!("links with the scheme {} are not allowed", quoted(&scheme));
            (Warning, "bad-scheme", message, "printed as text; expected http, https, mailto, tel or a relative link")
        }
        UnknownFootnote(label) => (
            Warning,
            "unknown-footnote",
            format!("there is no footnote {}", quoted(&label)),
            "expected a line such as [^…]: text of the footnote",
        ),
        UnusedFootnote(label) => (
            Warning,
            "unused-footnote",
            format!("nothing refers to the footnote {}", quoted(&label)),
            "printed after the others",
        ),
        DuplicateFootnote(label) => (
            Warning,
            "duplicate-footnote",
            format!("there are two footnotes {}", quoted(&label)),
            "printed after the others",
        ),
        BadHeadingId(id) => (
            Warning,
            "bad-heading-id",
            format!("{} cannot be the id of a heading", quoted(&id)),
            "it is already used, reserved or not a valid id",
        ),
        other => return plain(&other, at),
    };
    problem::body(at, severity, code, message, label.to_owned())
}

/// Converts a problem that is fully described by its kind.
fn plain(kind: &ProblemKind, at: Span) -> Diagnostic {
    use ProblemKind::*;
    use Severity::{Error, Warning};
    let (severity, code, message, label) = match kind {
        EscapedHtml => (
            Warning,
            "escaped-html",
            "raw HTML is printed as text".to_owned(),
            "[markdown] html in site.toml controls this",
        ),
        ImageWithoutAlt => {
            (Warning, "missing-alt", "the image has no alternative text".to_owned(), "expected ![what it shows](…)")
        }
        TagWithoutAlt => (
            Warning,
            "missing-alt",
            "the image has no alternative text".to_owned(),
            "expected alt=\"what it shows\", or alt=\"\" if it is decorative",
        ),
        BidiOverride => {
            let message = "explicit bidirectional controls reorder the text around them".to_owned();
            (Warning, "bidi-control", message, "invisible, and can mislead readers")
        }
        Swollen => (
            Error,
            "too-large",
            format!("the text renders to a page of more than {PAGE_BYTES} bytes"),
            "repeated content counts every time",
        ),
        TooLarge => (Error, "too-large", "the text is larger than 4 MB".to_owned(), ""),
        TooComplex => {
            (Error, "too-complex", "a line opens too many nested blocks".to_owned(), "too many > or - in a row")
        }
        TooDeep => (Error, "too-deep", "the text is nested too deeply".to_owned(), "too deep from here on"),
        // `named` handles all others.
        _ => (
            Error,
            "internal",
            "the Markdown parser failed on this text".to_owned(),
            "this is a bug in the parser; please report it",
        ),
    };
    problem::body(at, severity, code, message, label.to_owned())
}
