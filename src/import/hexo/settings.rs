//! The settings of a site of Hexo: `_config.yml`. It must not know texts.

use crate::import::head;
use crate::import::imported::ImportedSite;
use crate::import::liquid::values::{ValueTable, inner, setting};
use crate::import::source::Source;

/// What `_config.yml` says.
#[derive(Clone, Debug, Default)]
pub struct HexoSettings {
    /// The folder with `_posts`, with a slash at its end: `source/`, or empty.
    pub folder: String,
    pub table: ValueTable,
    pub permalink: String,
    /// The pattern of the names of posts, such as `:year-:month-:day-:title.md`.
    pub names: String,
    pub timezone: Option<String>,
    pub base_url: String,
    pub base_path: String,
}

/// Returns the folder with `_posts` that is nearest to the top.
pub fn folder(source: &Source) -> Option<String> {
    let folder = |path: &str| match path.find("_posts/") {
        Some(at) if at == 0 || path[..at].ends_with('/') => Some(path[..at].to_owned()),
        _ => None,
    };
    source.paths().filter_map(folder).min_by_key(|folder| (folder.matches('/').count(), folder.clone()))
}

/// Returns the path of the settings that belong to a folder of texts.
pub fn find(source: &Source, folder: &str) -> Option<String> {
    let above = folder.trim_end_matches('/').rsplit_once('/').map_or(String::new(), |(above, _)| format!("{above}/"));
    [above.as_str(), folder, ""]
        .iter()
        .flat_map(|folder| ["_config.yml", "_config.yaml", "_config.json"].map(|name| format!("{folder}{name}")))
        .find(|path| source.has(path))
}

impl HexoSettings {
    pub fn read(source: &Source) -> Result<HexoSettings, String> {
        let folder = folder(source).ok_or("there is no folder `_posts`")?;
        let mut table = ValueTable::new();
        if let Some(path) = find(source, &folder) {
            let text = source.text(&path)?.text;
            let ending = path.rsplit('.').next().unwrap_or("yml");
            let head = head::read_settings(&text, ending).map_err(|why| format!("{path}: {why}"))?;
            table = head.entries.into_iter().map(|entry| (entry.key, entry.value)).collect();
        }
        let url = setting(&table, "url").map_or(String::new(), |url| url.trim_end_matches('/').to_owned());
        let root = setting(&table, "root").map_or(String::new(), |root| root.trim_matches('/').to_owned());
        let base_path = if root.is_empty() { root } else { format!("/{root}") };
        // `url` mostly has the folder already.
        let base_url = match url.is_empty() || url.ends_with(&base_path) {
            true => url,
            false => format!("{url}{base_path}"),
        };
        let known = |url: &String| {
            !url.contains("localhost") && !url.ends_with("//example.com") && !url.ends_with("//yoursite.com")
        };
        let base_url = Some(base_url).filter(known).unwrap_or_default();
        Ok(HexoSettings {
            permalink: setting(&table, "permalink").unwrap_or_else(|| ":year/:month/:day/:title/".to_owned()),
            names: setting(&table, "new_post_name").unwrap_or_default(),
            timezone: setting(&table, "timezone"),
            folder,
            table,
            base_url,
            base_path,
        })
    }

    /// What the source says of itself.
    pub fn site(&self) -> ImportedSite {
        // Of several languages, the first is that of the site.
        let language = match self.table.get("language") {
            Some(value) => crate::import::fields::strings(value).into_iter().next(),
            None => None,
        };
        ImportedSite {
            title: setting(&self.table, "title"),
            description: setting(&self.table, "description"),
            base_url: Some(self.base_url.clone()).filter(|url| !url.is_empty()),
            language: language.filter(|language| language != "default"),
            timezone: self.timezone.clone(),
        }
    }

    /// Returns the word for a category in addresses.
    pub fn category_word(&self, name: &str) -> String {
        let mapped = inner(&self.table, "category_map").and_then(|map| setting(map, name));
        mapped.unwrap_or_else(|| name.to_owned()).split_whitespace().collect::<Vec<_>>().join("-")
    }
}
