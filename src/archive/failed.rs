//! Files that could not be read. Each is reported once; references to it are not reported. It knows only paths and
//! ids.

use unicode_normalization::UnicodeNormalization;

use crate::content::content_path::{ContentPath, TermKind, place};

/// The files, articles and records that could not be read. All lists are sorted.
#[derive(Debug, Default)]
pub struct UnreadableFiles {
    /// Paths below `content/` in NFC. Paths below `static/` begin with a slash.
    files: Vec<Box<str>>,
    /// Ids of articles that could not be read, or that have a sibling that could not be read.
    articles: Vec<String>,
    siblings: Vec<String>,
}

/// Converts the path of a content file to its path below `content/`, the form that references use.
pub fn below_content(file: &str) -> Box<str> {
    file.strip_prefix("content/").unwrap_or(file).nfc().collect::<String>().into()
}

/// Normalizes an address of the site, such as `/style.css`, to NFC, the form that `static/` has here.
pub fn published(address: &str) -> Box<str> {
    address.nfc().collect::<String>().into()
}

impl UnreadableFiles {
    /// Collects the given paths below `content/` and published paths.
    pub fn new(mut files: Vec<Box<str>>) -> UnreadableFiles {
        files.sort();
        let mut failed = UnreadableFiles { files: Vec::new(), articles: Vec::new(), siblings: Vec::new() };
        for file in &files {
            match place(file) {
                ContentPath::Article { id } => failed.articles.push(id),
                ContentPath::Sibling { article, .. } => failed.siblings.push(article),
                _ => {}
            }
        }
        failed.articles.sort();
        failed.siblings.sort();
        UnreadableFiles { files, ..failed }
    }

    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(|file| &**file)
    }

    /// Adds a text that turned out to be unreadable.
    pub fn add(&mut self, file: &str) {
        let file = below_content(file);
        let at = self.files.partition_point(|known| *known < file);
        self.files.insert(at, file);
    }

    /// Returns whether this file, or a folder that contains it, could not be read.
    pub fn has_file(&self, path: &str) -> bool {
        let folders = path.match_indices('/').map(|(at, _)| &path[..at]);
        let known = |path: &str| self.files.binary_search_by(|known| (**known).cmp(path)).is_ok();
        !self.files.is_empty() && folders.chain([path]).any(known)
    }

    /// Returns whether a file below `static/`, or a folder that contains it, could not be read.
    pub fn has_static(&self, path: &str) -> bool {
        self.has_file(&published(&format!("/{path}")))
    }

    /// Returns whether the article with this id could not be read.
    pub fn has_article(&self, id: &str) -> bool {
        self.articles.binary_search_by(|known| known.as_str().cmp(id)).is_ok()
    }

    /// Returns whether a sibling of the article with this id could not be read.
    pub fn has_sibling_of(&self, id: &str) -> bool {
        self.siblings.binary_search_by(|known| known.as_str().cmp(id)).is_ok()
    }

    /// Returns whether a record of this kind could not be read. Its label and aliases are then unknown.
    pub fn has_record(&self, kind: TermKind) -> bool {
        let of_kind = |file: &str| file.split('/').next() == Some(kind.plural());
        self.files().any(of_kind)
    }

    /// Returns whether an unreadable article has this name.
    pub fn has_named(&self, name: &str) -> bool {
        self.articles.iter().any(|id| id.rsplit('/').next() == Some(name))
    }
}
