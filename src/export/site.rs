//! What an export says of the site as a whole, before it is put into a format. It must not know formats.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::file::ExportFile;
use crate::archive::term::Term;
use crate::base::config::{Permalink, PermalinkPart};
use crate::content::content_path::{ContentPath, TermKind, place};
use crate::outputs::world::World;

/// The folder of an export with the site's own files, for which other programs have no place.
pub const FOLDER: &str = "recto";

/// Returns the languages of all texts: the site's first, then the others by their tags.
pub fn languages(world: &World) -> Vec<String> {
    let own = &world.config.language;
    let siblings = world.archive.articles.iter().flat_map(|placed| placed.siblings.iter());
    let others: BTreeSet<&str> = siblings.map(|text| &*text.lang).filter(|lang| *lang != own.as_str()).collect();
    std::iter::once(own.as_str()).chain(others).map(str::to_owned).collect()
}

/// Returns the site's address, or an example if it has none.
pub fn base_url(world: &World) -> String {
    let urls = &world.config.urls;
    urls.base_url.as_ref().map_or_else(|| "https://example.org/".to_owned(), |base| format!("{base}/"))
}

/// Returns the path of a page without the base path and without percent escapes: `/2021/03/24/ferry/`, or `.html` in
/// that style.
pub fn path(world: &World, address: &str) -> String {
    path_of_file(&world.config.urls.page_file(address))
}

fn path_of_file(file: &str) -> String {
    match file.strip_suffix("index.html").filter(|folder| folder.is_empty() || folder.ends_with('/')) {
        Some(folder) => format!("/{folder}"),
        None => format!("/{file}"),
    }
}

/// Returns the folders of articles, and those below `pages`.
pub fn folders(world: &World) -> BTreeSet<String> {
    let mut folders = BTreeSet::from(["articles".to_owned()]);
    let ids = world.archive.articles.iter().map(|placed| ("articles", &*placed.card.id));
    let pages = world.archive.pages.iter().map(|page| ("pages", &*page.path));
    for (top, id) in ids.chain(pages) {
        folders.extend(id.match_indices('/').map(|(at, _)| format!("{top}/{}", &id[..at])));
    }
    folders
}

/// Returns whether a file of the site goes into the folder `recto/`: settings, records, the glossary, templates,
/// strings and static files. Articles, pages and what stands beside them are in the other program's places.
pub fn is_own_file(file: &str) -> bool {
    match file.split_once('/') {
        None => file == crate::base::config::FILE,
        Some(("content", below)) => matches!(place(below), ContentPath::Record { .. } | ContentPath::Glossary),
        Some((folder, _)) => matches!(folder, "static" | "templates" | "i18n" | "themes"),
    }
}

/// Copies a file of the site to the same place below the folder `recto/`.
pub fn own_file(file: &str) -> ExportFile {
    ExportFile::copy(file, format!("{FOLDER}/{file}"))
}

/// Copies the site's own files. `folder` is where the program keeps files that it publishes as they are.
pub fn own_files<'f>(files: impl Iterator<Item = &'f str>, folder: &str) -> Vec<ExportFile> {
    let mut out = Vec::new();
    for file in files.filter(|file| is_own_file(file)) {
        out.push(own_file(file));
        if let Some(name) = file.strip_prefix("static/") {
            let slash = if folder.is_empty() { "" } else { "/" };
            out.push(ExportFile::copy(file, format!("{folder}{slash}{name}")));
        }
    }
    out
}

/// Iterates over the terms that have a page, of all kinds.
pub fn terms<'a>(world: &'a World) -> impl Iterator<Item = (TermKind, &'a Term)> {
    TermKind::ALL.into_iter().flat_map(|kind| world.archive.taxonomy(kind).terms.iter().map(move |term| (kind, term)))
}

/// Returns all terms as data: `{"sections": [{"id": …, "label": …, "url": …}], …}`.
pub fn terms_as_json(world: &World) -> Value {
    let of = |kind: TermKind| -> Value {
        let terms = world.archive.taxonomy(kind).terms.iter();
        terms.map(|term| term_as_json(world, kind, term)).collect()
    };
    Value::Object(TermKind::ALL.into_iter().map(|kind| (kind.plural().to_owned(), of(kind))).collect())
}

/// Returns a term as data, without the keys that it has no values for.
pub fn term_as_json(world: &World, kind: TermKind, term: &Term) -> Value {
    let record = term.record.as_deref();
    let mut value = json!({
        "id": term.id,
        "label": term.label,
        "url": world.config.urls.page(&term.address(kind)),
        "articles": term.articles.len(),
        "native": record.and_then(|record| record.native.as_deref()),
        "lang": record.and_then(|record| record.lang.as_deref()),
        "country": record.and_then(|record| record.country.as_deref()),
        "website": record.and_then(|record| record.url.as_deref()),
        "description": record.and_then(|record| record.description.as_deref()),
        "family": record.and_then(|record| record.family.as_deref()),
    });
    if let Value::Object(map) = &mut value {
        map.retain(|_, value| !value.is_null());
    }
    value
}

/// Returns the pattern of article addresses (of folders) in the words of another program: `part` translates each part. `None` if
/// that program has no word for a part.
pub fn permalink(pattern: &Permalink, part: &dyn Fn(&str) -> Option<&'static str>) -> Option<String> {
    let mut out = String::new();
    for one in &pattern.0 {
        match one {
            PermalinkPart::Text(text) => out.push_str(text),
            PermalinkPart::Slug => out.push_str(part("slug")?),
            PermalinkPart::Date(format) => {
                let mut chars = format.chars();
                while let Some(c) = chars.next() {
                    match c {
                        '%' => out.push_str(part(chars.next()?.encode_utf8(&mut [0; 4]))?),
                        other => out.push(other),
                    }
                }
            }
            PermalinkPart::Posted(_) | PermalinkPart::Section | PermalinkPart::Source | PermalinkPart::Lang => {
                return None;
            }
        }
    }
    Some(format!("/{out}/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_file_of_a_folder_has_no_name() {
        for (file, path) in [
            ("index.html", "/"),
            ("2021/ferry/index.html", "/2021/ferry/"),
            ("2021/card-index.html", "/2021/card-index.html"),
            ("index.html/index.html", "/index.html/"),
        ] {
            assert_eq!(path_of_file(file), path);
        }
    }

    #[test]
    fn own_files_are_those_that_no_program_has_a_place_for() {
        for (file, own) in [
            ("site.toml", true),
            ("content/translators/a.md", true),
            ("content/glossary/a.toml", true),
            ("templates/a.html", true),
            ("static/CNAME", true),
            ("content/articles/a.md", false),
            ("content/articles/a.png", false),
            ("content/pages/a.md", false),
            ("README.md", false),
        ] {
            assert_eq!(is_own_file(file), own, "{file}");
        }
        let files = own_files(["static/CNAME", "content/articles/a.md"].into_iter(), "static");
        assert_eq!(
            files,
            [ExportFile::copy("static/CNAME", "recto/static/CNAME"), ExportFile::copy("static/CNAME", "static/CNAME"),]
        );
    }

    #[test]
    fn a_pattern_of_addresses_is_translated_as_a_whole_or_not_at_all() {
        let part = |one: &str| match one {
            "slug" => Some(":slug"),
            "Y" => Some(":year"),
            "m" => Some(":month"),
            _ => None,
        };
        let text = |text: &str| PermalinkPart::Text(text.into());
        let dated = |format: &str| PermalinkPart::Date(format.into());
        let of = |parts: Vec<PermalinkPart>| permalink(&Permalink(parts), &part);
        let plain = vec![dated("%Y/%m"), text("/"), PermalinkPart::Slug];
        assert_eq!(of(plain).as_deref(), Some("/:year/:month/:slug/"));
        assert_eq!(of(vec![dated("%j"), PermalinkPart::Slug]), None);
        assert_eq!(of(vec![PermalinkPart::Section, text("/"), PermalinkPart::Slug]), None);
    }
}
