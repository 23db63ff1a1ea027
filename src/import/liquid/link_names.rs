//! The names by which tags link texts: `{% post_url 2013-02-22-title %}`, `{% post_link title %}`. It must not know how
//! texts are written.

use std::collections::BTreeMap;

use crate::base::path;

/// Texts by their names, and their titles.
#[derive(Clone, Debug, Default)]
pub struct LinkNames {
    by_name: BTreeMap<String, Vec<String>>,
    titles: BTreeMap<String, String>,
}

impl LinkNames {
    /// Adds a text: its path in the source, its names, its title.
    pub fn add<'n>(&mut self, path: &str, names: impl IntoIterator<Item = &'n str>, title: &str) {
        for name in names {
            let paths = self.by_name.entry(name.to_lowercase()).or_default();
            if paths.last().is_none_or(|last| last != path) {
                paths.push(path.to_owned());
            }
        }
        self.titles.insert(path.to_owned(), title.to_owned());
    }

    /// Returns the text with a name, preferably one in the same folder at the top as the text that links it.
    pub fn find(&self, name: &str, from: &str) -> Option<&str> {
        let plain = name.trim().trim_matches('/').to_lowercase();
        let paths = self.by_name.get(&plain)?;
        let top = |path: &str| path.split('/').next().unwrap_or_default().to_owned();
        let own = top(from);
        paths.iter().find(|path| top(path) == own).or(paths.first()).map(String::as_str)
    }

    pub fn title(&self, path: &str) -> Option<&str> {
        self.titles.get(path).map(String::as_str)
    }
}

/// Returns the destination of a link to a file of the source.
pub fn source_link(file: &str) -> String {
    let mut out = String::from("source:");
    path::encode_path(file, &mut out);
    out.replace('(', "%28").replace(')', "%29")
}
