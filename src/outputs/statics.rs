//! Static files, and the names that assets get. Plain values; the engine copies the bytes.

use std::collections::BTreeMap;
use std::sync::Arc;

/// Name of a site's own style sheet, which themes link after theirs where it is there.
pub const SITE_SHEET: &str = "site.css";

/// A file that is copied to the root of the site.
#[derive(Clone, Debug)]
pub struct StaticFile {
    /// Path below `static/`.
    pub name: String,
    /// Output path: the name, or with hashed asset names the name with a digest.
    pub path: String,
    /// Path below the site's root, or the bytes of a file of the built-in theme.
    pub source: StaticSource,
    /// Whether templates find it in `site.assets`: what a theme brought, and the sheet of the site.
    pub of_theme: bool,
}

impl StaticFile {
    /// Whether its name holds a digest of its bytes.
    pub fn is_renamed(&self) -> bool {
        self.path != self.name
    }

    /// Path of the file below the site's root, where it is one.
    pub fn file(&self) -> Option<&Arc<str>> {
        match &self.source {
            StaticSource::File(path) => Some(path),
            StaticSource::BuiltIn(_) => None,
        }
    }
}

#[derive(Clone, Debug)]
pub enum StaticSource {
    File(Arc<str>),
    BuiltIn(&'static [u8]),
}

/// Static files, and the names that assets of articles get.
#[derive(Clone, Debug, Default)]
pub struct Statics {
    pub files: Vec<StaticFile>,
    /// With hashed names: digests of the assets below `content/`, by path.
    pub digests: BTreeMap<Box<str>, String>,
}

impl Statics {
    /// The output name of an asset: `map.svg`, or `map.0123456789abcdef.svg`.
    pub fn asset_name(&self, target: &str, name: &str) -> String {
        match self.digests.get(target) {
            Some(digest) => hashed(name, digest),
            None => name.to_owned(),
        }
    }
}

/// The output name of the variant of a picture that has this width: `photo.480w.jpg`.
pub fn variant_name(name: &str, width: u32) -> String {
    marked(name, &format!("{width}w"))
}

/// Puts a digest before the extension of a name.
pub fn hashed(name: &str, digest: &str) -> String {
    marked(name, digest)
}

fn marked(name: &str, mark: &str) -> String {
    let (folder, file) = name.rsplit_once('/').map_or(("", name), |(folder, file)| (folder, file));
    let slash = if folder.is_empty() { "" } else { "/" };
    match file.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => format!("{folder}{slash}{stem}.{mark}.{extension}"),
        _ => format!("{folder}{slash}{file}.{mark}"),
    }
}
