//! The addresses that Zola gives pages, and the dates that names and paths have. It must not know heads.

use super::settings::{SlugMode, ZolaSettings};
use crate::base::path;
use crate::import::dates;

/// The place of a page, by its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PagePlace<'a> {
    /// The folder below `content` in which the page is listed; empty at the top.
    pub folder: &'a str,
    /// The folder with the files of the page, if it has one of its own.
    pub own_folder: Option<&'a str>,
    /// The name without date and language.
    pub name: &'a str,
    /// The day at the start of the name.
    pub day: Option<String>,
    pub language: Option<&'a str>,
    /// What texts of the same page in other languages share.
    pub group: String,
}

/// Reads the place of a page. `path` is that below `content`.
pub fn place<'a>(path: &'a str, settings: &ZolaSettings) -> PagePlace<'a> {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let (stem, language) = settings.stem_and_language(stem);
    let group = if folder.is_empty() { stem.to_owned() } else { format!("{folder}/{stem}") };
    let is_index = stem == "index" && !folder.is_empty();
    let (listed, dated) = match is_index {
        true => folder.rsplit_once('/').unwrap_or(("", folder)),
        false => (folder, stem),
    };
    let (day, name) = match dates::of_file_name(dated) {
        Some((day, name)) if !name.is_empty() => (Some(day), name),
        _ => (None, dated),
    };
    let language = language.filter(|language| *language != settings.default_language);
    PagePlace { folder: listed, own_folder: is_index.then_some(folder), name, day, language, group }
}

/// The address of a page: that of `path`, or one of its folders and its slug.
pub fn of_page(place: &PagePlace, path: Option<&str>, slug: Option<&str>, settings: &ZolaSettings) -> String {
    if let Some(path) = path {
        return with_slashes(path);
    }
    let slug = slugged(slug.unwrap_or(place.name), settings.slugs);
    let slug = if place.folder.is_empty() && place.name == "index" { String::new() } else { slug };
    let steps = place.language.into_iter().map(str::to_owned);
    let folders = place.folder.split('/').filter(|step| !step.is_empty()).map(|step| slugged(step, settings.slugs));
    with_slashes(&steps.chain(folders).chain([slug]).filter(|step| !step.is_empty()).collect::<Vec<_>>().join("/"))
}

/// The address of a section, by its folder.
pub fn of_section(folder: &str, settings: &ZolaSettings) -> String {
    let steps = folder.split('/').filter(|step| !step.is_empty()).map(|step| slugged(step, settings.slugs));
    with_slashes(&steps.collect::<Vec<_>>().join("/"))
}

fn with_slashes(path: &str) -> String {
    match path.trim().trim_matches('/') {
        "" => "/".to_owned(),
        path => format!("/{path}/"),
    }
}

fn slugged(name: &str, mode: SlugMode) -> String {
    match mode {
        SlugMode::On => path::slug(name),
        SlugMode::Safe => name
            .trim_matches([' ', '.'])
            .replace([' ', '<', '>', ':', '|', '?', '*', '#', '\\', '(', ')', '[', ']'], "_"),
        SlugMode::Off => name.to_owned(),
    }
}

/// Finds a day in a path: `2021/03/24/name`, `news/2021-03-24-name`.
pub fn day_in(path: &str) -> Option<String> {
    let steps: Vec<&str> = path.split('/').filter(|step| !step.is_empty()).collect();
    let digits =
        |text: &str, most: usize| !text.is_empty() && text.len() <= most && text.bytes().all(|b| b.is_ascii_digit());
    let of_steps = steps.windows(3).find_map(|triple| {
        let [year, month, day] = triple else { return None };
        let fits = year.len() == 4 && digits(year, 4) && digits(month, 2) && digits(day, 2);
        fits.then(|| dates::of_file_name(&format!("{year}-{month}-{day}")).map(|(day, _)| day))?
    });
    of_steps.or_else(|| steps.iter().find_map(|step| dates::of_file_name(step).map(|(day, _)| day)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_those_of_zola() {
        let mut settings = ZolaSettings { default_language: "en".into(), ..ZolaSettings::default() };
        settings.languages.insert("ja".into());
        let of = |path: &str| {
            let place = place(path, &settings);
            (of_page(&place, None, None, &settings), place.day, place.group)
        };
        for (path, address, day, group) in [
            ("news/2021-03-24-Big Storm.md", "/news/big-storm/", Some("2021-03-24"), "news/2021-03-24-Big Storm"),
            ("news/storm/index.ja.md", "/ja/news/storm/", None, "news/storm/index"),
            ("news/2021-03-24_storm/index.md", "/news/storm/", Some("2021-03-24"), "news/2021-03-24_storm/index"),
            ("about.v2.md", "/about-v2/", None, "about.v2"),
        ] {
            assert_eq!(of(path), (address.to_owned(), day.map(str::to_owned), group.to_owned()));
        }
        let place = place("a.md", &settings);
        assert_eq!(of_page(&place, Some("2015/01/09/Rust-1.0"), None, &settings), "/2015/01/09/Rust-1.0/");
        assert_eq!(of_page(&place, None, Some("b"), &settings), "/b/");
    }

    #[test]
    fn days_are_found_in_paths() {
        assert_eq!(day_in("2015/01/09/Rust-1.0").as_deref(), Some("2015-01-09"));
        assert_eq!(day_in("inside/2015/1/9/x").as_deref(), Some("2015-01-09"));
        assert_eq!(day_in("news/2021-03-24-a").as_deref(), Some("2021-03-24"));
        assert_eq!(day_in("2015/13/09/x"), None);
    }
}
