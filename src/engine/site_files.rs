//! Loads the files of a site besides its texts: templates, interface strings, static files. It must not know
//! articles.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use unicode_normalization::UnicodeNormalization;

use super::discover::{Input, Inputs};
use super::symlinks;
use crate::base::config::{self, Config};
use crate::base::diag::{Diagnostic, Diagnostics, Span};
use crate::base::digest::Digest;
use crate::base::locale::Locale;
use crate::base::problem;
use crate::content::content_path::{ContentPath, is_asset, place};
use crate::content::front_matter;
use crate::hosting::headers::HEADERS;
use crate::hosting::redirects::REDIRECTS;
use crate::outputs::statics::{self, StaticFile, StaticSource, Statics};
use crate::system::disk::{DiskError, Stat};
use crate::system::root::Root;
use crate::theme::strings::Strings;
use crate::theme::theme::{self as themes, TemplateFile, Theme};

/// The script of the search page, which no other page loads.
const SEARCH_SCRIPT: &str = "search.js";

/// The same as sites publish it, also from a theme that has a copy: `build.rs` takes the comments out.
const PUBLISHED_SCRIPT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/search.js"));

/// Returns the formatters of the site's language, or English with a warning if ICU does not know the language.
pub fn locale(config: &Config, problems: &mut Diagnostics) -> Locale {
    Locale::new(&config.language).unwrap_or_else(|why| {
        problems.push(problem::internal(Span::file(config::FILE), &why));
        Locale::new("en").expect("invariant: English is compiled in")
    })
}

/// Reads a file below the root as text. A failure is reported as a problem.
pub fn read_text(root: &Root, file: &str, problems: &mut Diagnostics) -> Option<String> {
    text(file, read_bytes(root, file, problems)?, problems)
}

/// Reads a file below the root. A failure is reported as a problem, also if the file has been replaced by something
/// else since the walk.
pub fn read_bytes(root: &Root, file: &str, problems: &mut Diagnostics) -> Option<Vec<u8>> {
    Some(read_with_stat(root, file, problems)?.0)
}

/// Like [`read_bytes`], with the file's stat after reading.
pub fn read_with_stat(root: &Root, file: &str, problems: &mut Diagnostics) -> Option<(Vec<u8>, Stat)> {
    let most = if is_text(file) { front_matter::most(file).1 as u64 } else { u64::MAX };
    let unread = |error: DiskError| match error.source.kind() {
        // It may be smaller by now.
        io::ErrorKind::FileTooLarge => {
            let size = root.stat(file).ok().flatten().map_or(0, |stat| stat.size);
            front_matter::too_large(file, size.max(most + 1)).into_iter().collect()
        }
        _ => vec![symlinks::unread(root, file, &error)],
    };
    symlinks::read(root, file, most).map_err(|error| problems.extend(unread(error))).ok()
}

/// Returns the problem of a text file that is too large, by its stat, before it is read.
pub fn oversize(input: &Input) -> Option<Diagnostic> {
    front_matter::too_large(&input.file, input.stat.size).filter(|_| is_text(&input.file))
}

/// Returns whether a file of the site is read as text, and so has a size limit.
fn is_text(file: &str) -> bool {
    let (folder, below) = file.split_once('/').unwrap_or(("", file));
    match folder {
        "content" => !is_asset(below),
        "static" => [REDIRECTS, HEADERS].contains(&below),
        "themes" => !below.split_once('/').is_some_and(|(_, below)| below.starts_with("static/")),
        _ => true,
    }
}

/// Decodes the bytes of a file as text.
pub fn text(file: &str, bytes: Vec<u8>, problems: &mut Diagnostics) -> Option<String> {
    front_matter::text(file, bytes, problems)
}

/// Loads templates and strings in three levels. `None` if a template has an error.
pub fn theme(root: &Root, config: &Config, inputs: &Inputs, problems: &mut Diagnostics) -> Option<Theme> {
    let name = &*config.theme.value;
    if name != themes::DEFAULT && !inputs.themes.iter().any(|t| t == name) {
        let known: Vec<&str> = inputs.themes.iter().map(String::as_str).chain([themes::DEFAULT]).collect();
        let at = Span::new(&config::FILE.into(), config.theme.at.clone());
        problems.push(problem::unknown_theme(at, name, &known));
    }
    let mut files = ThemeFiles::default();
    let default = format!("themes/{}/", themes::DEFAULT);
    for (path, bytes) in themes::built_in() {
        let overridden = inputs.default_theme.iter().any(|i| i.path() == path);
        if !overridden
            && !path.starts_with("static/")
            && let Ok(text) = std::str::from_utf8(bytes)
        {
            files.add(2, &default, path, themes::built_in_path(path).into(), text.to_owned(), problems);
        }
    }
    let own = format!("themes/{name}/");
    let site = inputs.templates.iter().map(|i| (0, "", format!("templates/{}", i.path()), i));
    let site = site.chain(inputs.strings.iter().map(|i| (0, "", format!("i18n/{}", i.path()), i)));
    let themed = inputs.theme.iter().map(|i| (1, own.as_str(), i.path().to_owned(), i));
    let ejected = inputs.default_theme.iter().map(|i| (2, default.as_str(), i.path().to_owned(), i));
    for (level, prefix, below, input) in site.chain(themed).chain(ejected) {
        if below.starts_with("static/") {
            continue;
        }
        if let Some(found) = oversize(input) {
            problems.push(found);
        } else if let Some(text) = read_text(root, &input.file, problems) {
            files.add(level, prefix, &below, input.file.clone(), text, problems);
        }
    }
    let locale = Arc::new(locale(config, problems));
    let strings = Strings::load(&files.strings, locale, problems);
    Theme::load(name, files.templates, strings, problems)
}

#[derive(Default)]
struct ThemeFiles {
    templates: Vec<TemplateFile>,
    strings: Vec<crate::theme::strings::StringsFile>,
}

impl ThemeFiles {
    /// Adds a file by its path below the theme's folder. `level` is 0 for the site's own files, and 2 for those of
    /// the built-in theme.
    fn add(
        &mut self,
        level: usize,
        prefix: &str,
        below: &str,
        path: Arc<str>,
        text: String,
        problems: &mut Diagnostics,
    ) {
        let extension = crate::base::path::extension(below).unwrap_or_default();
        if below == "theme.toml" {
            themes::check_manifest(&path, &text, problems);
        } else if let Some(template) = below.strip_prefix("templates/") {
            if matches!(extension.as_str(), "html" | "htm" | "xml" | "svg" | "txt") {
                self.templates.push(TemplateFile { name: format!("{prefix}{template}"), path, text });
            } else {
                let help = "name a template .html, .xml, .svg or .txt; put other files in static/";
                problems.push(problem::stray_file(Span::file(path), "it is not a template", help));
            }
        } else if below.starts_with("i18n/") {
            match themes::strings_file(level, &path, below, text) {
                Some(file) => self.strings.push(file),
                None => {
                    let help = "name the file i18n/LANG.toml, such as i18n/en.toml";
                    problems.push(problem::stray_file(Span::file(path), "its name is not a language tag", help));
                }
            }
        }
    }
}

/// Returns problems of host rule files that are too large to be read.
pub fn large_rules(inputs: &Inputs) -> impl Iterator<Item = Diagnostic> {
    inputs.statics.iter().filter_map(oversize)
}

/// Returns whether a file is the search script of a theme. If it is a copy of the built-in one, its bytes decide what
/// the site publishes.
pub fn is_search_script(input: &Input) -> bool {
    input.file.starts_with("themes/") && input.path().strip_prefix("static/") == Some(SEARCH_SCRIPT)
}

/// Returns the static files of three levels: the site's, the theme's, the built-in theme's. The first file of a
/// name wins.
pub fn statics(config: &Config, inputs: &Inputs) -> Statics {
    let mut files: BTreeMap<String, StaticFile> = BTreeMap::new();
    let mut add = |name: &str, source: StaticSource, of_theme: bool| {
        let path = name.to_owned();
        let file = files.entry(path.clone()).or_insert(StaticFile { name: path.clone(), path, source, of_theme });
        // The site's file replaces the theme's where templates look for it.
        file.of_theme |= of_theme;
    };
    for input in &inputs.statics {
        add(input.path(), StaticSource::File(input.file.clone()), input.path() == statics::SITE_SHEET);
    }
    let built_in = themes::built_in();
    let is_script = |path: &str| path.strip_prefix("static/") == Some(SEARCH_SCRIPT);
    let script = built_in.iter().find(|(path, _)| is_script(path)).map(|(_, bytes)| Digest::of(bytes));
    let published = config.search.enable.then_some(StaticSource::BuiltIn(PUBLISHED_SCRIPT));
    for input in inputs.theme.iter().chain(&inputs.default_theme) {
        if let Some(name) = input.path().strip_prefix("static/") {
            let is_copy = is_search_script(input) && input.digest.is_some() && input.digest == script;
            let source = if is_copy { published.clone() } else { Some(StaticSource::File(input.file.clone())) };
            source.into_iter().for_each(|source| add(name, source, true));
        }
    }
    for (path, bytes) in built_in {
        if let Some(name) = path.strip_prefix("static/") {
            let source = if name == SEARCH_SCRIPT { published.clone() } else { Some(StaticSource::BuiltIn(bytes)) };
            source.into_iter().for_each(|source| add(name, source, true));
        }
    }
    let mut statics = Statics { files: files.into_values().collect(), digests: BTreeMap::new() };
    if config.hashed_assets {
        let known: BTreeMap<&str, Digest> = inputs.all().filter_map(|i| Some((&*i.file, i.digest?))).collect();
        for file in statics.files.iter_mut().filter(|f| f.of_theme) {
            let digest = match &file.source {
                StaticSource::File(path) => known.get(&**path).copied(),
                StaticSource::BuiltIn(bytes) => Some(Digest::of(bytes)),
            };
            if let Some(digest) = digest {
                file.path = statics::hashed(&file.name, &digest.short());
            }
        }
        for input in inputs.content.iter().filter(|i| place(i.path()) == ContentPath::Asset) {
            if let Some(digest) = input.digest {
                statics.digests.insert(input.path().nfc().collect::<String>().into(), digest.short());
            }
        }
    }
    statics
}
