//! The cache of picture variants: takes each variant from the cache, or makes it from the picture. It must not know
//! pages.
//!
//! The cache is a folder beside the states, and safe to delete. It has a file for every variant, named after the
//! digest of its picture, its width and the version of the code that makes variants. Each file begins with a digest
//! of the rest, so that a damaged one is replaced. Only a build writes there.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::budget::{Budget, deadline};
use super::site_files;
use super::store::{self, IMAGES, StateFolder};
use crate::base::diag::{Diagnostics, Span};
use crate::base::digest::Digest;
use crate::base::problem;
use crate::content::picture::Picture;
use crate::system::root::Root;

/// Bytes of the digest at the beginning of an entry.
const HEAD: usize = 16;

/// The source of variants.
#[derive(Debug, Default)]
pub struct VariantCache {
    /// Folders that may hold the cache.
    places: Vec<StateFolder>,
    /// The folder to which this build writes.
    kept: Option<StateFolder>,
    /// Whether files that may have come with a clone were removed there.
    cleared: bool,
    /// Whether this build has added a file.
    grown: AtomicBool,
    /// Memory for all pictures that are decoded at one time.
    memory: Budget,
}

/// A variant.
pub struct PictureVariant {
    pub bytes: Vec<u8>,
    /// Whether it was made from the bytes that the card describes.
    pub as_known: bool,
}

impl VariantCache {
    /// Opens the cache for reading only.
    pub fn peek(root: &Arc<Root>, cache: Option<&Path>) -> VariantCache {
        VariantCache { places: store::homes(root, cache), ..VariantCache::default() }
    }

    /// Keeps new variants in the folder that has the states of this site.
    pub fn keep(&mut self, home: &StateFolder) {
        let (root, path) = home.at(IMAGES);
        self.cleared = root.is_folder(&path).unwrap_or(false) && home.is_tracked() && sweep(home, |_| false);
        self.kept = Some(home.clone());
    }

    /// Returns a variant of a picture. A failure is reported as a problem at the place that shows it.
    pub fn variant(
        &self,
        root: &Root,
        picture: &Picture,
        width: u32,
        shown: impl FnOnce() -> Span,
        problems: &mut Diagnostics,
    ) -> Option<PictureVariant> {
        if let Some(bytes) = self.find(picture.digest, width) {
            return Some(PictureVariant { bytes, as_known: true });
        }
        let _share = self.memory.take(picture.memory);
        let source = site_files::read_bytes(root, &picture.file, problems)?;
        let digest = Digest::of(&source);
        // Decode a picture once for all of its variants, if they can be kept.
        let widths = if self.kept.is_some() { picture.widths() } else { std::slice::from_ref(&width) };
        let variants = match make(source, picture, widths, &deadline()) {
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
        wanted.map(|bytes| PictureVariant { bytes, as_known: digest == picture.digest })
    }

    fn find(&self, digest: Digest, width: u32) -> Option<Vec<u8>> {
        let name = name(digest, width);
        self.places.iter().find_map(|place| {
            let (root, path) = place.at(&format!("{IMAGES}/{name}"));
            let mut bytes = root.read_if_there(&path).ok()??;
            let whole = bytes.len() > HEAD
                && (self.cleared || !place.is_tracked())
                && Digest::of(&bytes[HEAD..]).0 == bytes[..HEAD];
            whole.then(|| bytes.split_off(HEAD))
        })
    }

    /// Keeps a variant. Errors are ignored: the cache is optional.
    fn put(&self, digest: Digest, width: u32, bytes: &[u8]) {
        let Some(home) = &self.kept else { return };
        let (root, path) = home.at(&format!("{IMAGES}/{}", name(digest, width)));
        // Two workers may make the same variant.
        let thread = format!("{:?}", std::thread::current().id());
        let number: String = thread.chars().filter(char::is_ascii_digit).collect();
        let temporary = format!("{path}.new{number}");
        let entry = [&Digest::of(bytes).0, bytes].concat();
        if root.write(&temporary, &entry).and_then(|_| root.rename(&temporary, &path)).is_ok() {
            self.grown.store(true, Ordering::Relaxed);
        }
    }

    /// Removes variants of pictures that the site no longer has. Does nothing unless the cache has grown, since
    /// only then can there be much to remove.
    pub fn sweep<'p>(&self, pictures: impl Iterator<Item = &'p Picture>) {
        let Some(home) = self.kept.as_ref().filter(|_| self.grown.load(Ordering::Relaxed)) else { return };
        let known: BTreeSet<String> =
            pictures.flat_map(|picture| picture.widths().iter().map(|width| name(picture.digest, *width))).collect();
        sweep(home, |name| known.contains(name));
    }
}

/// Removes variants that are not to be kept. Returns whether all of them are gone.
fn sweep(home: &StateFolder, kept: impl Fn(&str) -> bool) -> bool {
    let (root, path) = home.at(IMAGES);
    let Ok(folder) = root.folder(&path) else { return false };
    let Ok(entries) = folder.list("") else { return false };
    let own = entries.iter().filter_map(|entry| entry.name.to_str()).filter(|name| !kept(name) && is_own(name));
    // A file that cannot be removed does no harm.
    own.filter(|name| folder.remove_file(name).is_err()).count() == 0
}

fn name(digest: Digest, width: u32) -> String {
    format!("{}-{width}w-{MAKER}", digest.long())
}

/// Returns whether some version of Recto gives this name to a variant, or to a temporary file for one.
fn is_own(name: &str) -> bool {
    let hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f'));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, number) = name.split_once(".new").unwrap_or((name, "0"));
    let mut parts = whole.splitn(3, '-');
    let (digest, width, maker) = (parts.next(), parts.next(), parts.next());
    digits(number)
        && digest.is_some_and(|digest| digest.len() == Digest::default().long().len() && hex(digest))
        && width.and_then(|width| width.strip_suffix('w')).is_some_and(digits)
        && maker.is_some_and(hex)
}

#[cfg(feature = "images")]
use crate::content::resize::{MAKER, variants as make};

#[cfg(not(feature = "images"))]
const MAKER: &str = "";

/// No plan has a variant.
#[cfg(not(feature = "images"))]
fn make(_: Vec<u8>, _: &Picture, _: &[u32], _: &dyn Fn() -> bool) -> Result<Vec<Vec<u8>>, String> {
    Err("this build of Recto cannot resize pictures".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_its_own_are_known() {
        let own = name(Digest::of(b"x"), 640);
        for name in [own.clone(), format!("{own}.new12"), own.replace(MAKER, "0123456789abcdef")] {
            assert!(is_own(&name), "{name}");
        }
        for name in ["a.md", "index.html", "640w", &own[1..], &format!("{own}.md"), &own.replace("640w", "w")] {
            assert!(!is_own(name), "{name}");
        }
    }
}
