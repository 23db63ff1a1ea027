//! Static files, and the output names of assets. These are plain values; the engine copies the bytes.

use std::collections::BTreeMap;
use std::sync::Arc;

/// The name of the site's own style sheet. If it exists, themes link it after theirs.
pub const SITE_SHEET: &str = "site.css";

/// A file that is copied to the root of the site.
#[derive(Clone, Debug)]
pub struct StaticFile {
    /// The path below `static/`.
    pub name: String,
    /// The output path: the name, with a digest if asset names are hashed.
    pub path: String,
    /// The path below the site's root, or the bytes of a file of the built-in theme.
    pub source: StaticSource,
    /// Whether `site.assets` includes it: files of a theme, and the style sheet of the site.
    pub of_theme: bool,
}

impl StaticFile {
    /// Returns whether the output name contains a digest of the bytes.
    pub fn is_renamed(&self) -> bool {
        self.path != self.name
    }

    /// Returns the path below the site's root, unless the file is part of the program.
    pub fn file(&self) -> Option<&Arc<str>> {
        match &self.source {
            StaticSource::File(path) => Some(path),
            StaticSource::BuiltIn(_) => None,
        }
    }
}

/// Where the bytes of a static file come from.
#[derive(Clone, Debug)]
pub enum StaticSource {
    File(Arc<str>),
    BuiltIn(&'static [u8]),
}

/// The static files, and the output names of assets.
#[derive(Clone, Debug, Default)]
pub struct Statics {
    pub files: Vec<StaticFile>,
    /// Digests of the assets below `content/` by path. Empty unless asset names are hashed.
    pub digests: BTreeMap<Box<str>, String>,
}

impl Statics {
    /// Returns the output name of an asset: `map.svg`, or `map.0123456789abcdef.svg`.
    pub fn asset_name(&self, target: &str, name: &str) -> String {
        match self.digests.get(target) {
            Some(digest) => hashed(name, digest),
            None => name.to_owned(),
        }
    }
}

/// Returns the output name of a picture's variant of this width: `photo.480w.jpg`.
pub fn variant_name(name: &str, width: u32) -> String {
    marked(name, &format!("{width}w"))
}

/// Inserts a digest before the extension of a name.
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
