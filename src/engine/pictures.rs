//! Variants of pictures: from a cache by the bytes that they follow from, else made.
//!
//! The cache is a folder beside the states, safe to delete: a file for every variant, named by the digest of its picture, by
//! its width and by what makes variants; it begins with the digest of the rest, so that a damaged one is made anew. Only a
//! build writes there.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use super::budget::{Budget, in_time};
use super::disk;
use super::sources;
use super::store;
use crate::base::diag::{Diagnostics, Span};
use crate::base::digest::Digest;
use crate::base::problem;
use crate::content::picture::Picture;

/// The folder of variants beside the states.
const FOLDER: &str = "images";
/// Bytes of the digest at the beginning of an entry.
const HEAD: usize = 16;

/// Where variants come from.
#[derive(Debug, Default)]
pub struct Pictures {
    /// Where the cache may be.
    places: Vec<PathBuf>,
    /// Where it is kept by this build.
    kept: Option<PathBuf>,
    /// Whether this build has put anything there.
    grown: AtomicBool,
    /// What all pictures that are decoded at one time may take.
    memory: Budget,
}

/// A variant.
pub struct Variant {
    pub bytes: Vec<u8>,
    /// Whether it was made of the bytes that the card is of.
    pub as_known: bool,
}

impl Pictures {
    /// Only to be read.
    pub fn peek(root: &Path, cache: Option<&Path>) -> Pictures {
        let places = disk::canonical(root).map(|root| store::homes(&root, cache)).unwrap_or_default();
        Pictures { places: places.iter().map(|home| home.join(FOLDER)).collect(), ..Pictures::default() }
    }

    /// To be kept in the folder that has the states of this site.
    pub fn keep(&mut self, home: &Path) {
        self.kept = Some(home.join(FOLDER));
    }

    /// A variant of a picture; a failure is a problem at the place that shows it.
    pub fn variant(
        &self,
        root: &Path,
        picture: &Picture,
        width: u32,
        shown: impl FnOnce() -> Span,
        problems: &mut Diagnostics,
    ) -> Option<Variant> {
        if let Some(bytes) = self.find(picture.digest, width) {
            return Some(Variant { bytes, as_known: true });
        }
        let _share = self.memory.take(picture.memory);
        let source = sources::read_inside(root, &picture.file, problems)?;
        let digest = Digest::of(&source);
        // A picture is decoded once for all of its variants, if they can be kept for those that come next.
        let widths = if self.kept.is_some() { picture.widths() } else { std::slice::from_ref(&width) };
        let variants = match make(source, picture, widths, &in_time()) {
            Ok(variants) => variants,
            Err(why) => {
                problems.push(problem::bad_image(shown(), &picture.file, &why));
                return None;
            }
        };
        let mut wanted = None;
        for (made, bytes) in widths.iter().zip(variants) {
            self.put(digest, *made, &bytes);
            if *made == width {
                wanted = Some(bytes);
            }
        }
        wanted.map(|bytes| Variant { bytes, as_known: digest == picture.digest })
    }

    fn find(&self, digest: Digest, width: u32) -> Option<Vec<u8>> {
        let name = name(digest, width);
        self.places.iter().find_map(|place| {
            let mut bytes = disk::read_if_there(&place.join(&name)).ok()??;
            let whole = bytes.len() > HEAD && Digest::of(&bytes[HEAD..]).0 == bytes[..HEAD];
            whole.then(|| bytes.split_off(HEAD))
        })
    }

    /// Keeps a variant. A cache that cannot be written is none.
    fn put(&self, digest: Digest, width: u32, bytes: &[u8]) {
        let Some(folder) = &self.kept else { return };
        let path = folder.join(name(digest, width));
        // Two workers may make the same one.
        let thread = format!("{:?}", std::thread::current().id());
        let number: String = thread.chars().filter(char::is_ascii_digit).collect();
        let temporary = path.with_extension(format!("new{number}"));
        let entry = [&Digest::of(bytes).0, bytes].concat();
        if disk::write(&temporary, &entry).and_then(|_| disk::rename(&temporary, &path)).is_ok() {
            self.grown.store(true, Ordering::Relaxed);
        }
    }

    /// Removes what no picture of the site has any more, if the cache has grown: only then can there be something of the
    /// kind that is worth looking for.
    pub fn sweep<'p>(&self, pictures: impl Iterator<Item = &'p Picture>) {
        let Some(folder) = self.kept.as_ref().filter(|_| self.grown.load(Ordering::Relaxed)) else { return };
        let known: BTreeSet<String> =
            pictures.flat_map(|picture| picture.widths().iter().map(|width| name(picture.digest, *width))).collect();
        let names = disk::names(folder).unwrap_or_default();
        for name in names.iter().filter(|name| !known.contains(*name)) {
            // What cannot be removed is in nobody's way.
            let _ = disk::remove_file(&folder.join(name));
        }
    }
}

fn name(digest: Digest, width: u32) -> String {
    format!("{}-{width}w-{MAKER}", digest.long())
}

#[cfg(feature = "images")]
use crate::content::resize::{MAKER, variants as make};

#[cfg(not(feature = "images"))]
const MAKER: &str = "";

/// No plan has a variant.
#[cfg(not(feature = "images"))]
fn make(_: Vec<u8>, _: &Picture, _: &[u32], _: &dyn Fn() -> bool) -> Result<Vec<Vec<u8>>, String> {
    Err("this program cannot make pictures smaller".to_owned())
}
