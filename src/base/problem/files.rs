//! Diagnostics of unreadable files and of the site as a whole. This file only contains wording.

use crate::base::diag::{Diagnostic, Span, in_toml, quoted};
use crate::base::ignored_files::{IgnoreReason, IgnoredFile};

pub fn invalid_utf8(at: Span) -> Diagnostic {
    Diagnostic::error("invalid-utf8", "the file is not UTF-8 text")
        .at(at, "this byte is not valid UTF-8")
        .help("save the file as UTF-8; an old Japanese file may be Shift_JIS or EUC-JP")
}

pub fn no_front_matter(at: Span, help: String) -> Diagnostic {
    Diagnostic::error("no-front-matter", "the file has no front matter")
        .at(at, "expected a first line of `+++` (TOML) or `---` (YAML)")
        .help(help)
}

pub fn unclosed_front_matter(at: Span, fence: &str) -> Diagnostic {
    Diagnostic::error("unclosed-front-matter", "the front matter is not closed")
        .at(at, format!("opened here; expected a line `{fence}` after the last key"))
}

pub fn syntax(at: Span, language: &str, message: &str) -> Diagnostic {
    let code = if language == "TOML" { "invalid-toml" } else { "invalid-yaml" };
    Diagnostic::error(code, format!("invalid {language}: {message}")).at(at, "cannot be parsed")
}

/// Reports YAML between TOML fences, or TOML between YAML fences.
pub fn other_language(at: Span, toml: bool) -> Diagnostic {
    let (code, language, other, fence) = match toml {
        true => ("invalid-toml", "TOML", "YAML", "---"),
        false => ("invalid-yaml", "YAML", "TOML", "+++"),
    };
    Diagnostic::error(code, format!("the front matter is {other}, but its fences are for {language}"))
        .at(at, format!("expected {language} after this line"))
        .help(format!("write `{fence}` as the first line and as the line after the last key"))
}

/// Reports a file in UTF-16.
pub fn utf16(at: Span) -> Diagnostic {
    Diagnostic::error("invalid-utf8", "the file is UTF-16 text, not UTF-8")
        .at(at, "UTF-16 files start with these bytes")
        .help("save the file as UTF-8 (in an editor, with \"save with encoding\" or \"save as\")")
}

/// Reports a file above the limit in bytes. `what` is `a text`, `a template`.
pub fn too_large(at: Span, what: &str, bytes: u64, limit: usize) -> Diagnostic {
    let help = match what {
        "a text" => "split it, or move data to an asset beside it",
        _ => "check that it is the right file; if it is, split it",
    };
    Diagnostic::error("too-large", format!("the file is {bytes} bytes long"))
        .at(at, format!("{what} can have at most {limit} bytes"))
        .help(help)
}

/// Reports too many siblings of an article. `at` is the first one above the limit.
pub fn too_many_siblings(at: Span, article: &str, count: usize, limit: usize) -> Diagnostic {
    Diagnostic::error("too-many", format!("{} has {count} siblings", quoted(article)))
        .at(at, format!("at most {limit} are allowed"))
        .help("publish some of them as separate articles: every sibling links to all others")
}

/// Reports a file that took too long.
pub fn too_slow(at: Span, seconds: u64) -> Diagnostic {
    Diagnostic::error("too-slow", format!("gave up on the file after {seconds} s"))
        .at(at, "the parser takes too long on this text")
        .help("look for thousands of brackets, asterisks or underscores in a row")
}

pub fn internal(at: Span, what: &str) -> Diagnostic {
    Diagnostic::error("internal", format!("Recto failed on this file: {}", quoted(what)))
        .at(at, "")
        .help("this is a bug in Recto; please report it with the file")
}

/// Reports an internal failure while serving a site. No file is to blame.
pub fn failed_while(doing: &str, why: &str) -> Diagnostic {
    Diagnostic::error("internal", format!("Recto failed while it {doing}: {}", quoted(why)))
        .note(None, "the last successful build is shown")
        .help("save a file to try again; this is a bug in Recto, so please report it with what you changed last")
}

/// Reports a symbolic link. `at` is the link, and `target` is where it points.
pub fn symlink(at: Span, target: &str, why: &str, help: &str) -> Diagnostic {
    Diagnostic::error("symlink", format!("the symbolic link to {} is not followed", quoted(target)))
        .at(at, why)
        .help(help)
}

/// Reports something other than a file, folder or link. `what` describes it: "a FIFO".
pub fn special_file(at: Span, what: &str) -> Diagnostic {
    Diagnostic::error("special-file", format!("this is {what}, not a regular file"))
        .at(at, "Recto opens only regular files")
        .help("remove it, or move it out of the site's folder")
}

pub fn bad_file_name(at: Span, name: &str, why: &str) -> Diagnostic {
    Diagnostic::error("bad-file-name", format!("{} cannot be published: {why}", quoted(name)))
        .at(at, "")
        .help("rename the file")
}

pub fn nameless(at: Span, name: &str, folder: &str) -> Diagnostic {
    let stem = name.split('.').next().unwrap_or(name);
    if stem != "index" {
        let right = name.replacen(stem, "index", 1);
        return bad_file_name(at, name, "the text of a folder must be named `index.md`, in lower case")
            .help(format!("rename it to `{right}`"));
    }
    let why = format!("an index.md takes its name from its folder, but this one is directly in {folder}");
    bad_file_name(at, name, &why).help(format!("rename it to {folder}/NAME.md, or move it to {folder}/NAME/index.md"))
}

pub fn unreadable(at: Span, why: &str) -> Diagnostic {
    Diagnostic::error("unreadable", format!("cannot read the file: {why}")).at(at, "")
}

pub fn no_base_url(at: Span) -> Diagnostic {
    Diagnostic::warning("no-base-url", "the site has no `base_url`")
        .at(at, "without it, Recto writes no feeds, sitemaps or canonical links")
        .help("add a line such as: base_url = \"https://archive.example.org\"")
}

/// How many ignored files one warning names. `-v` names all.
const NAMED: usize = 20;

/// Reports ignored files that may have been meant for readers, all ignored for the same reason. At least one.
pub fn left_out(why: IgnoreReason, found: &[&IgnoredFile]) -> Diagnostic {
    let first = found.first().map_or("", |one| one.file.as_str());
    let one = found.len() == 1;
    let count =
        |single: &str, plural: &str| if one { format!("1 {single}") } else { format!("{} {plural}", found.len()) };
    let content = first.starts_with("content/");
    let (code, message) = match why {
        IgnoreReason::Hidden if content => {
            ("left-out", count("hidden file in content/ is not read", "hidden files in content/ are not read"))
        }
        IgnoreReason::Hidden => ("left-out", count("hidden file is not published", "hidden files are not published")),
        IgnoreReason::Packages => {
            let what = count("folder", "folders");
            ("left-out", format!("{what} of packages {} not published", if one { "is" } else { "are" }))
        }
        IgnoreReason::Own => (
            "left-out",
            count(
                "file has a name that Recto or Git reserves and is not published",
                "files have names that Recto or Git reserves and are not published",
            ),
        ),
        IgnoreReason::Backup => ("left-out", count("backup is not published", "backups are not published")),
        _ => (
            "secret-file",
            count("file looks like a secret and is not published", "files look like secrets and are not published"),
        ),
    };
    let names: Vec<String> = found.iter().take(NAMED).map(|one| quoted(&one.shown())).collect();
    let more = found.len() - names.len();
    let more = if more > 0 { format!(" and {more} more; -v lists all") } else { String::new() };
    let below = first.strip_prefix("static/").unwrap_or(first);
    let whole = in_toml(below);
    let help = match why {
        IgnoreReason::Hidden if content => "remove the dot at the start of its name to publish it".to_owned(),
        IgnoreReason::Own => "rename it to publish it".to_owned(),
        IgnoreReason::Packages => {
            format!(
                "copy the files that pages need to another folder, or write in site.toml: [static] include = [{}]",
                in_toml(&format!("{below}/**"))
            )
        }
        IgnoreReason::Secret => {
            format!("remove it from the folder; to publish it anyway, write in site.toml: [static] include = [{whole}]")
        }
        _ => format!("to publish it, write in site.toml: [static] include = [{whole}]"),
    };
    Diagnostic::warning(code, message)
        .at(Span::file(first), format!("left out: {}{more}", names.join(", ")))
        .help(help)
        .bare()
}

/// Reports the address that `recto init` wrote. `deploys` says whether a deploy is about to publish it.
pub fn placeholder_base_url(at: Span, deploys: bool) -> Diagnostic {
    let message = "`base_url` is still the placeholder that `recto init` wrote";
    let found = match deploys {
        true => Diagnostic::error("placeholder-base-url", message),
        false => Diagnostic::warning("placeholder-base-url", message),
    };
    found
        .at(at, "expected the address of your site")
        .help("write the address where readers will find the site: feeds, sitemaps and canonical links use it")
}
