//! Where `ref`, `relref` and links to files of content lead. The index is made once. It must not know shortcodes.

use std::collections::BTreeMap;

use super::content_tree::{ContentFile, ContentKind, ContentTree};
use crate::base::path;
use crate::import::body_destinations;

/// The pages of a site by the names that references use.
#[derive(Debug, Default)]
pub struct ReferenceIndex<'t> {
    /// By path below the content, without ending and language.
    pages: BTreeMap<String, Vec<&'t ContentFile>>,
    /// By their own name, if it is the only one.
    names: BTreeMap<String, Vec<&'t ContentFile>>,
}

impl<'t> ReferenceIndex<'t> {
    pub fn new(tree: &'t ContentTree) -> ReferenceIndex<'t> {
        let mut index = ReferenceIndex::default();
        for file in tree.files.iter().filter(|file| file.kind != ContentKind::Resource) {
            index.pages.entry(path::fold(&file.logical)).or_default().push(file);
            index.names.entry(path::fold(file.name())).or_default().push(file);
        }
        index
    }

    /// Returns the destination of a reference that stands in `from`: `source:content/posts/a.md#part`, or the address of
    /// a section.
    pub fn find(&self, reference: &str, from: &ContentFile) -> Option<String> {
        let (name, fragment) = match reference.trim().split_once('#') {
            Some((name, fragment)) => (name, format!("#{fragment}")),
            None => (reference.trim(), String::new()),
        };
        if name.is_empty() {
            return (!fragment.is_empty()).then_some(fragment);
        }
        let bare = name.trim_end_matches('/');
        let bare =
            [".md", ".markdown", ".html", ".mdown"].iter().find_map(|end| bare.strip_suffix(end)).unwrap_or(bare);
        let bare = ["/index", "/_index"].iter().find_map(|end| bare.strip_suffix(end)).unwrap_or(bare);
        let bare = bare.rsplit_once('.').map_or(bare, |(stem, code)| {
            let is_code =
                (2..6).contains(&code.len()) && !code.contains('/') && self.pages.contains_key(&path::fold(stem));
            if is_code { stem } else { bare }
        });
        let folder = from.logical.rsplit_once('/').map_or("", |(folder, _)| folder);
        let relative = (!bare.starts_with('/')).then(|| path::join(folder, bare)).flatten();
        // The name of a bundle is also a folder.
        let within = (!bare.starts_with('/')).then(|| path::join(&from.logical, bare)).flatten();
        let whole = path::join("", bare);
        let files = [relative, within, whole].into_iter().flatten().find_map(|key| self.pages.get(&path::fold(&key)));
        let files = files.or_else(|| {
            let named = self.names.get(&path::fold(bare.rsplit('/').next()?))?;
            named.windows(2).all(|pair| pair[0].logical == pair[1].logical).then_some(named)
        })?;
        let file = files.iter().find(|file| file.language == from.language).or(files.first())?;
        Some(match file.kind {
            ContentKind::Section => format!("/{}/{fragment}", file.logical),
            _ => format!("source:{}{fragment}", body_destinations::encoded(&file.path)),
        })
    }
}
