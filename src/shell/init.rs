//! `recto init` and `recto theme eject`: write Recto's own files where no file of the same name exists. `.gitignore`
//! alone is extended if it exists.

use std::path::{Path, PathBuf};

use include_dir::{Dir, File, include_dir};

use crate::base::diag::{is_unprintable, quoted};
use crate::base::{config, language, printable, time_zones};
use crate::system::disk::{self, DiskResult};
use crate::system::root::Root;
use crate::theme::theme::{DEFAULT, built_in};

/// A small site to start from: `src/shell/starter`.
static STARTER: Dir = include_dir!("$CARGO_MANIFEST_DIR/src/shell/starter");

const IGNORE: [&str; 2] = ["public/", ".recto/"];

/// Beginnings of the names of files that may already be in a folder when a site is started: texts about a
/// repository.
const BESIDE: [&str; 12] = [
    "readme",
    "license",
    "licence",
    "copying",
    "copyright",
    "notice",
    "changelog",
    "contributing",
    "code_of_conduct",
    "security",
    "authors",
    "citation",
];

/// The settings of a new site.
#[derive(Debug, Default)]
pub struct NewSite {
    pub title: Option<String>,
    pub language: Option<String>,
    pub timezone: Option<String>,
    /// Write no sample articles.
    pub bare: bool,
}

impl NewSite {
    /// Returns whether the site gets samples, which are in English.
    pub fn has_samples(&self) -> bool {
        !self.bare && self.language.as_deref().is_none_or(|tag| tag == "en" || tag.starts_with("en-"))
    }

    /// Checks the settings and normalizes the language. `Err` says what is wrong.
    pub fn checked(mut self) -> Result<NewSite, String> {
        if let Some(title) = &mut self.title {
            *title = title.trim().to_owned();
            if title.is_empty() || title.chars().any(is_unprintable) {
                return Err("--title: expected a title such as \"Japan Media Highlights\"".to_owned());
            }
        }
        if let Some(tag) = &mut self.language {
            let wrong = |better: Option<&str>| {
                let help = better.map(|better| format!("\nhelp: did you mean `{better}`?")).unwrap_or_default();
                format!("--language {}: expected a BCP 47 tag such as en, ja or zh-Hant{help}", quoted(tag))
            };
            let known = language::canonical_tag(tag).ok_or_else(|| wrong(language::suggest(tag).as_deref()))?;
            // `jp` is a country's code. `se` is a language, but few people mean it.
            if let Some(doubt) = language::doubt(&known) {
                return Err(wrong(doubt.better()));
            }
            *tag = known;
        }
        if let Some(zone) = &mut self.timezone {
            *zone =
                time_zones::named(zone).map(|zone| zone.iana_name().unwrap_or("UTC").to_owned()).map_err(|help| {
                    let help = help.map(|help| format!("\nhelp: {help}")).unwrap_or_default();
                    format!("--timezone {}: expected an IANA time zone such as Asia/Tokyo{help}", quoted(zone))
                })?;
        }
        Ok(self)
    }

    /// Fills the starter's `site.toml` with the settings.
    fn site_toml(&self, text: &str) -> String {
        let samples = self.has_samples();
        let quote = |text: &str| serde_json::Value::from(text).to_string();
        let line = |line: &str| {
            let (key, rest) = line.split_once(" = ").unwrap_or((line, ""));
            let remark = rest.find("  #").map_or("", |at| &rest[at..]);
            let given = match key {
                "title" => &self.title,
                "language" => &self.language,
                "timezone" => &self.timezone,
                _ => &None,
            };
            match (given, key) {
                (Some(value), _) => format!("{key} = {}{remark}", quote(value)),
                // Keys that only the samples need, or whose values are in their language.
                (None, "description" | "translator" | "translation" | "summary" | "bar") if !samples => {
                    format!("# {line}")
                }
                _ => line.to_owned(),
            }
        };
        text.lines().map(|text| line(text) + "\n").collect()
    }
}

/// Returns whether an entry of a folder does no harm: hidden files, texts about a repository, a domain name
/// (`CNAME`), and empty folders of a site.
fn may_stay(dir: &Path, name: &str) -> DiskResult<bool> {
    let lower = name.to_lowercase();
    if name.starts_with('.') || lower == "cname" || BESIDE.iter().any(|start| lower.starts_with(start)) {
        return Ok(true);
    }
    let path = dir.join(name);
    let own = ["content", "static", "templates", "i18n", "themes"].contains(&name);
    if !own || disk::is_link(&path)? || !disk::is_dir(&path)? {
        return Ok(false);
    }
    // A hidden file keeps an empty folder in git, and a file in `static/` tells a host the domain.
    Ok(disk::names(&path)?
        .iter()
        .all(|name| matches!(&**name, ".gitkeep" | ".keep" | ".DS_Store" | ".nojekyll" | "CNAME")))
}

/// Writes the starter site into `dir` and returns the number of files. `Err` names a file that blocks it. Hidden
/// files (`.git`), a README and similar files stay as they are.
pub fn init(dir: &Path, start: &NewSite) -> DiskResult<Result<usize, String>> {
    disk::create_dir_all(dir)?;
    let root = Root::open(dir)?;
    let mut there = Vec::new();
    for name in disk::names(dir)? {
        if !may_stay(dir, &name)? {
            there.push(name);
        }
    }
    if there.iter().any(|name| name == config::FILE) {
        let why = format!("{} is already a site (it has {}); nothing was written", printable::path(dir), config::FILE);
        return Ok(Err(format!("{why}\nhelp: {}", serve(dir))));
    }
    if let Some(first) = there.first() {
        return Ok(Err(format!("{} is not empty (it has {first}); nothing was written", printable::path(dir))));
    }
    let mut files = Vec::new();
    collect(&STARTER, &mut files);
    let mut count = 0;
    for (path, bytes) in &files {
        if path == config::FILE {
            root.write(path, start.site_toml(&String::from_utf8_lossy(bytes)).as_bytes())?;
        } else if start.has_samples() {
            root.write(path, bytes)?;
        } else {
            continue;
        }
        count += 1;
    }
    if !start.has_samples() {
        root.make_folder("content/articles")?;
    }
    ignore(&root, ".gitignore")?;
    Ok(Ok(count))
}

/// Adds the lines to `.gitignore` that it lacks.
fn ignore(root: &Root, path: &str) -> DiskResult<()> {
    let bytes = root.read_if_there(path)?.unwrap_or_default();
    let mut text = String::from_utf8_lossy(&bytes).into_owned();
    let has =
        |text: &str, line: &str| text.lines().any(|other| other.trim().trim_matches('/') == line.trim_matches('/'));
    let missing: Vec<&str> = IGNORE.into_iter().filter(|line| !has(&text, line)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text.extend(missing.iter().flat_map(|line| [line, "\n"]));
    root.write(path, text.as_bytes())?;
    Ok(())
}

/// Returns the command that shows the site.
pub fn serve(dir: &Path) -> String {
    command(
        dir,
        if cfg!(feature = "serve") { "serve" } else { "build" },
        if cfg!(feature = "serve") { " -O" } else { "" },
    )
}

/// Returns a command for the site in `dir` that can be pasted into a shell.
pub fn command(dir: &Path, command: &str, rest: &str) -> String {
    match dir.to_string_lossy() {
        here if here == "." || here.is_empty() => format!("recto {command}{rest}"),
        dir => format!("recto {command} -C {}{rest}", for_shell(&dir)),
    }
}

/// Quotes a word for a shell if necessary.
fn for_shell(word: &str) -> String {
    let plain = |c: char| {
        c.is_alphanumeric()
            || matches!(c, '/' | '.' | '_' | '-' | '+' | ',' | ':' | '@' | '%' | '=')
            || cfg!(windows) && c == '\\'
    };
    let word = if word.starts_with('-') { format!("./{word}") } else { word.to_owned() };
    match (word.chars().all(plain), cfg!(windows)) {
        (true, _) => word,
        (false, true) => format!("\"{word}\""),
        (false, false) => format!("'{}'", word.replace('\'', "'\\''")),
    }
}

fn collect(dir: &Dir<'static>, out: &mut Vec<(String, &'static [u8])>) {
    let path = |file: &File| file.path().to_string_lossy().replace('\\', "/");
    out.extend(dir.files().map(|f| (path(f), f.contents())));
    dir.dirs().for_each(|dir| collect(dir, out));
}

/// Writes the built-in theme to `themes/NAME`. `Err` says that the folder exists.
pub fn eject(root: &Root, name: &str) -> DiskResult<Result<PathBuf, String>> {
    let target = format!("themes/{name}");
    let place = root.place(&target);
    root.refuse_odd(&target)?;
    if root.exists(&target)? {
        return Ok(Err(format!("{} already exists; nothing was written", printable::path(&place))));
    }
    for (path, bytes) in built_in() {
        root.write(&format!("{target}/{path}"), bytes)?;
    }
    Ok(Ok(place))
}

/// The theme's name if none is given.
pub const EJECTED: &str = DEFAULT;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_for_a_shell() {
        for (word, quoted) in [
            ("archive", "archive"),
            ("my archive", "'my archive'"),
            ("it's", "'it'\\''s'"),
            ("-x", "./-x"),
            ("日本", "日本"),
            ("a$b", "'a$b'"),
        ] {
            assert_eq!(for_shell(word), quoted);
        }
    }

    #[test]
    fn what_is_known_is_written() {
        let start = |title: &str, language: &str, timezone: &str| {
            let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
            NewSite { title: some(title), language: some(language), timezone: some(timezone), bare: false }.checked()
        };
        let text = STARTER.get_file("site.toml").and_then(|file| file.contents_utf8()).unwrap();
        assert_eq!(NewSite::default().site_toml(text), text);
        let made = start(" A \"quoted\" one ", "ZH-hant", "asia/tokyo").unwrap();
        assert!(!made.has_samples());
        let text = made.site_toml(text);
        let (config, problems) = config::parse(&text);
        assert!(problems.is_empty(), "{problems:?}");
        let config = config.unwrap();
        assert_eq!(
            (&*config.title, &*config.language, config.zone.iana_name()),
            ("A \"quoted\" one", "zh-Hant", Some("Asia/Tokyo"))
        );
        assert!(config.topics.is_empty() && config.credits.translator.is_none());
        assert!(start("", "en-GB", "").unwrap().has_samples());
        assert!(start("", "??", "").is_err() && start("\u{7}", "", "").is_err());
        assert!(start("", "", "Tokyo").unwrap_err().contains("help: did you mean `Asia/Tokyo`?"));
        assert!(start("", "", "Asia/Tokio").unwrap_err().contains("Asia/Tokyo"));
    }
}
