//! One job, one file: which template, view and files make an output, and its bytes.

use super::made::{Made, Read};
use super::plan::Job;
use super::statics::StaticSource;
use super::world::World;
use super::{article, feed, listing, page, sitemap, terms};
use crate::base::diag::Diagnostics;

/// Prepares a job: all that its bytes depend on. `None` where a file could not be read; the problem is in the list.
pub fn prepare(world: &World, job: &Job, read: Read, problems: &mut Diagnostics) -> Option<Made> {
    Some(match job {
        Job::Article(ix) => return article::article(world, *ix, read, problems),
        Job::Translation(ix, at) => return article::translation(world, *ix, *at, read, problems),
        Job::Page(ix) => return page::standalone(world, *ix, read, problems),
        Job::Listing(id, number) => return listing::listing(world, *id, *number, read, problems),
        Job::Stub(id) => page::redirect(world, &world.url(*id)),
        Job::Terms(kind, letter) => terms::terms(world, *kind, letter.as_deref()),
        Job::Archive => page::archive(world),
        Job::NotFound => page::not_found(world),
        Job::Feed(id) => Made::Bytes(feed::feed(world, *id)),
        Job::SitemapIndex => Made::Bytes(sitemap::index(world)),
        Job::SitemapPages => Made::Bytes(sitemap::pages(world)),
        Job::Sitemap(year, month, part) => Made::Bytes(sitemap::month(world, *year, *month, *part)),
        Job::Robots => Made::Bytes(sitemap::robots(world)),
        Job::Redirect(target) => page::redirect(world, target),
        Job::Asset(from) => Made::Copy(from.clone()),
        Job::Static(at) => match &world.statics.files[*at].source {
            StaticSource::File(path) => Made::Copy((**path).into()),
            StaticSource::BuiltIn(bytes) => Made::Bytes(bytes.to_vec()),
        },
    })
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
