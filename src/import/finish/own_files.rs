//! The files of a site that an export by Recto brings along: records, pages of a theme, settings. It must not read them.

use super::settings::FinishSettings;
use crate::base::ignored_files;
use crate::base::path;
use crate::import::own::FOLDER;
use crate::import::source::Source;

/// Folders of an exported site that an import takes. All but `content` decide what pages run and print, so only a new
/// site takes them.
const TAKEN: [&str; 5] = ["templates", "static", "themes", "i18n", "content"];

/// The settings of the site that was exported.
pub fn settings_file() -> String {
    format!("{FOLDER}/site.toml")
}

/// Returns the files of the exported site, by their paths there, with those in the source. An existing site takes only
/// content, and what it took when it was made.
pub fn of(source: &Source, settings: &FinishSettings) -> Vec<(String, String)> {
    if !source.has(&settings_file()) {
        return Vec::new();
    }
    let start = format!("{FOLDER}/");
    let mut files = Vec::new();
    for from in source.below(FOLDER) {
        let path = from.strip_prefix(&start).unwrap_or(from);
        let top = path.split_once('/').map_or("", |(top, _)| top);
        let fine = |step: &str| path::check_segment(step).is_ok() || ignored_files::is_public(step);
        let hidden = |step: &str| step.starts_with('.') && !ignored_files::is_public(step);
        let wanted = settings.new_site || top == "content" || settings.known.contains_key(from);
        if wanted && TAKEN.contains(&top) && path.split('/').all(|step| fine(step) && !hidden(step)) {
            files.push((path.to_owned(), from.to_owned()));
        }
    }
    files
}
