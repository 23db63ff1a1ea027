//! Paths of files of the site, as people type them: relative to the current folder or to the site's, with or without
//! `content/articles/` and `.md`. A folder means all files in it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use unicode_normalization::UnicodeNormalization;

use crate::base::diag::{self, Diagnostics};
use crate::base::printable;
use crate::engine::discover::{self, Input};
use crate::engine::load;
use crate::engine::site::LoadOptions;
use crate::system::disk::{self, DiskResult};

/// Returns the files that a site is made from. If its configuration is unusable, only the texts are known.
pub fn known_files(options: &LoadOptions) -> DiskResult<Vec<Input>> {
    match load::configure(options)? {
        Ok(configured) => {
            let (config, threads) = (&configured.config, options.threads);
            let inputs = discover::discover(&options.root, config, threads, &mut Diagnostics::new())?;
            Ok(inputs.all().cloned().collect())
        }
        Err(_) => discover::content(&options.root, options.threads),
    }
}

/// Finds the files among `known` that the paths mean, typed in the folder `here`. `Err` names one that is unknown.
pub fn find(known: &[&str], root: &Path, here: &Path, typed: &[PathBuf]) -> Result<BTreeSet<String>, String> {
    let mut files = BTreeSet::new();
    for path in typed {
        let named = named(known, &candidates(root, here, path));
        if named.is_empty() {
            return Err(unknown(path, known));
        }
        files.extend(named.into_iter().map(str::to_owned));
    }
    Ok(files)
}

/// Returns the paths below the site's root that a typed path may mean, the most likely first.
fn candidates(root: &Path, here: &Path, typed: &Path) -> Vec<String> {
    let mut out = Vec::new();
    let absolute = plain(&here.join(typed));
    let mut add = |path: &Path| {
        let path: String = path.to_string_lossy().replace('\\', "/").nfc().collect();
        let path = path.trim_end_matches('/').to_owned();
        out.extend([path.clone(), format!("{path}.md")]);
    };
    if let Ok(below) = absolute.strip_prefix(root) {
        add(below);
    } else if let Ok(real) = disk::canonical(&absolute)
        && let Ok(below) = real.strip_prefix(root)
    {
        add(below);
    }
    if typed.is_relative() {
        let typed = plain(typed);
        ["", "content", "content/articles"].into_iter().for_each(|folder| add(&Path::new(folder).join(&typed)));
    }
    out
}

/// Returns a path without `.` and, as far as possible, without `..`.
pub fn plain(path: &Path) -> PathBuf {
    use std::path::Component::{CurDir, ParentDir};
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            CurDir => {}
            ParentDir => {
                out.pop();
            }
            part => out.push(part),
        }
    }
    out
}

/// Returns the known file with the first matching name, or the files in the folder of that name.
fn named<'k>(known: &[&'k str], candidates: &[String]) -> Vec<&'k str> {
    let same = |file: &str, wanted: &str| file == wanted || (!file.is_ascii() && file.nfc().eq(wanted.chars()));
    let in_folder = |file: &str, folder: &str| {
        let file: String = file.nfc().collect();
        file.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
    };
    for wanted in candidates {
        if let Some(file) = known.iter().find(|file| same(file, wanted)) {
            return vec![file];
        }
        let below: Vec<&str> = known.iter().copied().filter(|file| in_folder(file, wanted)).collect();
        if !below.is_empty() {
            return below;
        }
    }
    Vec::new()
}

/// Returns the message for a path that is not a file of the site.
fn unknown(typed: &Path, known: &[&str]) -> String {
    let name = typed.file_name().map(|name| name.to_string_lossy().nfc().collect::<String>()).unwrap_or_default();
    let of = |file: &&str| file.rsplit('/').next().unwrap_or(file).to_owned();
    let same = known.iter().find(|file| of(file) == name || of(file).strip_suffix(".md") == Some(&name));
    let near = || diag::nearest(&name, known.iter().map(|file| file.rsplit('/').next().unwrap_or(file)));
    let near = || near().and_then(|near| known.iter().find(|file| of(file) == near));
    let help = match same.or_else(near) {
        Some(file) => format!("did you mean {file}?"),
        None => "name a file or folder of the site: an article, another file of content/, templates/, static/ or i18n/, or site.toml".to_owned(),
    };
    format!("{}: no such file in the site\nhelp: {help}", printable::path(typed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_found_as_they_are_typed() {
        let known =
            ["content/articles/2021/ferry.md", "content/articles/e\u{301}te\u{301}.md", "content/pages/about.md"];
        let root = Path::new("/site");
        let find = |here: &str, typed: &str| named(&known, &candidates(root, Path::new(here), Path::new(typed)));
        let ferry = [known[0]];
        for (here, typed) in [
            ("/site", "content/articles/2021/ferry.md"),
            ("/site/content/articles", "2021/ferry.md"),
            ("/site/content/articles/2021", "ferry"),
            ("/site/content/pages", "../articles/2021/ferry.md"),
            ("/elsewhere", "/site/content/articles/2021/ferry.md"),
            ("/elsewhere", "content/articles/2021/ferry.md"),
            ("/site", "articles/2021/ferry.md"),
            ("/site", "2021/ferry.md"),
            ("/site", "./content/articles/2021/"),
        ] {
            assert_eq!(find(here, typed), ferry, "{typed} in {here}");
        }
        assert_eq!(find("/site/content/articles", "\u{e9}t\u{e9}.md"), [known[1]]);
        assert_eq!(find("/site", "content").len(), 3);
        assert!(find("/site", "feryr.md").is_empty());
        assert!(unknown(Path::new("feryr.md"), &known).ends_with("did you mean content/articles/2021/ferry.md?"));
        assert!(unknown(Path::new("x/ferry.md"), &known).ends_with("did you mean content/articles/2021/ferry.md?"));
    }
}
