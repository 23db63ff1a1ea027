//! One job, one preparation: it says what an output follows from, and makes the output of just that.

use std::sync::Arc;

use super::article_page::Facts;
use super::made::{Made, Read};
use super::plan::Job;
use super::statics::StaticSource;
use super::world::World;
use super::{article, feed, listing, page, sitemap, terms};
use crate::base::diag::Diagnostics;
use crate::base::digest::Digest;
use crate::content::picture::Picture;
use crate::theme::view::{Digests, Sink, Values};

/// An output before it is made.
pub struct Prepared<'w> {
    world: &'w World<'w>,
    job: &'w Job,
    how: How<'w>,
}

enum How<'w> {
    /// By a template, from facts and files.
    Article(Box<Facts<'w>>),
    /// By a template, from a walk over the world.
    Walk,
    /// By a writer of Recto's own, which is as fast as any digest.
    Bytes(Vec<u8>),
    Copy(&'w Arc<str>),
    Image(&'w Arc<Picture>, u32),
}

/// Prepares a job: the one place that decides what its bytes depend on.
pub fn prepare<'w>(world: &'w World<'w>, job: &'w Job) -> Prepared<'w> {
    let how = match job {
        Job::Article(ix) => How::Article(Box::new(Facts::new(world, *ix, None))),
        Job::Translation(ix, at) => How::Article(Box::new(Facts::new(world, *ix, Some(*at)))),
        Job::Feed(id) => How::Bytes(feed::feed(world, *id)),
        Job::SitemapIndex => How::Bytes(sitemap::index(world)),
        Job::SitemapPages => How::Bytes(sitemap::pages(world)),
        Job::Sitemap(year, month, part) => How::Bytes(sitemap::month(world, *year, *month, *part)),
        Job::Robots => How::Bytes(sitemap::robots(world)),
        Job::Asset(from) => How::Copy(from),
        Job::Image(picture, width) => How::Image(picture, *width),
        Job::Static(at) => match &world.statics.files[*at].source {
            StaticSource::File(path) => How::Copy(path),
            StaticSource::BuiltIn(bytes) => How::Bytes(bytes.to_vec()),
        },
        Job::Page(_)
        | Job::Listing(..)
        | Job::Stub(_)
        | Job::Terms(..)
        | Job::Archive
        | Job::NotFound
        | Job::Redirect(_) => How::Walk,
    };
    Prepared { world, job, how }
}

impl Prepared<'_> {
    /// The digest of the view: all that the bytes follow from but the template, what all outputs share, and the files.
    pub fn digest(&self) -> Digest {
        match &self.how {
            How::Article(facts) => Digest::of_value(facts),
            How::Bytes(bytes) => Digest::of(bytes),
            // All that is to be known is in the path of the output and in the file.
            How::Copy(_) | How::Image(..) => Digest::default(),
            How::Walk => {
                let mut digests = Digests::default();
                self.walk(&mut digests, &|_, _| None, &mut Diagnostics::new());
                digests.digest()
            }
        }
    }

    /// How the output is made. `None` where a file could not be read; the problem is in the list.
    pub fn make(self, read: Read, problems: &mut Diagnostics) -> Option<Made> {
        Some(match &self.how {
            How::Article(facts) => return article::make(self.world, facts, read, problems),
            How::Walk => {
                let mut values = Values::default();
                self.walk(&mut values, read, problems);
                Made::template(template(self.job).map_or("", |(name, _)| name), values)
            }
            How::Copy(from) => Made::Copy((*from).clone()),
            How::Image(picture, width) => Made::Image((*picture).clone(), *width),
            How::Bytes(_) => {
                let How::Bytes(bytes) = self.how else { return None };
                Made::Bytes(bytes)
            }
        })
    }

    fn walk(&self, s: &mut impl Sink, read: Read, problems: &mut Diagnostics) {
        let world = self.world;
        match self.job {
            Job::Page(ix) => page::standalone(world, *ix, s, read, problems),
            Job::Listing(id, number) => listing::listing(world, *id, *number, s, read, problems),
            Job::Stub(id) => page::redirect(world, &world.url(*id), s),
            Job::Terms(kind, letter) => terms::terms(world, *kind, letter.as_deref(), s),
            Job::Archive => page::archive(world, s),
            Job::NotFound => page::not_found(world, s),
            Job::Redirect(target) => page::redirect(world, target, s),
            _ => {}
        }
    }
}

/// The template of a job, and whether it shows cards.
pub fn template(job: &Job) -> Option<(&'static str, bool)> {
    Some(match job {
        Job::Article(_) | Job::Translation(..) => (article::TEMPLATE, true),
        Job::Listing(id, _) => (listing::kind(*id).1, true),
        Job::Page(_) => ("page.html", false),
        Job::Terms(..) => ("terms.html", false),
        Job::Archive => ("archive.html", false),
        Job::NotFound => ("404.html", false),
        Job::Stub(_) | Job::Redirect(_) => ("redirect.html", false),
        _ => return None,
    })
}

/// The files that a job reads when it is made.
pub fn reads<'w>(world: &World<'w>, job: &'w Job) -> [Option<&'w Arc<str>>; 3] {
    match job {
        Job::Article(ix) => {
            let placed = world.archive.article(*ix);
            [Some(&placed.card.file), placed.original().map(|o| &o.file), None]
        }
        Job::Translation(ix, at) => {
            let placed = world.archive.article(*ix);
            [Some(&placed.card.file), placed.original().map(|o| &o.file), Some(&placed.siblings[*at].file)]
        }
        Job::Page(ix) => [Some(&world.archive.pages[*ix].file), None, None],
        Job::Listing(id, number) => [listing::described(world, *id, *number).map(|r| &r.file), None, None],
        Job::Asset(from) => [Some(from), None, None],
        Job::Image(picture, _) => [Some(&picture.file), None, None],
        Job::Static(at) => match &world.statics.files[*at].source {
            StaticSource::File(path) => [Some(path), None, None],
            StaticSource::BuiltIn(_) => [None; 3],
        },
        _ => [None; 3],
    }
}

/// What a message names as the page that is being rendered: the article's file, or the output's path.
pub fn page_of(world: &World, job: &Job, path: &str) -> String {
    match job {
        Job::Article(ix) => world.archive.article(*ix).card.file.clone().to_string(),
        Job::Translation(ix, at) => world.archive.article(*ix).siblings[*at].file.to_string(),
        Job::Page(ix) => world.archive.pages[*ix].file.to_string(),
        _ => path.to_owned(),
    }
}
