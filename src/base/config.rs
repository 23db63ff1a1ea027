//! `site.toml`: the configuration of a site. It must not know run modes, ports or flags, which belong to the shell.

use std::cell::RefCell;
use std::ops::Range;
use std::sync::Arc;

use jiff::tz::TimeZone;

use super::active_content::{self, AllowedFiles};
use super::citation_settings::CitationSettings;
use super::contact_settings::ContactSettings;
use super::credit_defaults::{self, CreditDefaults};
use super::deploy_settings::{self, DeploySettings};
use super::diag::{Diagnostic, Diagnostics, Severity, Span};
use super::digest::Digest;
use super::doc::{self, KeyValue, Value};
pub use super::feed_settings::{FeedText, Feeds};
use super::globs::Globs;
use super::key_suggestions::FileKind;
use super::letter_case::CaseMapping;
pub use super::originals::{Layout, Publish};
use super::path::{UrlStyle, Urls, check_output_path, check_segment};
use super::reader::{Reader, Spanned};
use super::search_settings::SearchSettings;
use super::severity::{self, Severities};
use super::{date, originals, problem, secret, syntax_errors, time_zones, weburl};

/// The address that `recto init` writes. It belongs to nobody.
pub const PLACEHOLDER: &str = "https://archive.example.org";

/// The name of the configuration file. A folder that contains it is a site.
pub const FILE: &str = severity::FILE;

/// How raw HTML in Markdown is handled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum RawHtml {
    /// Printed as text.
    #[default]
    Escape,
    /// Filtered by an allow list. Scripts, styles, event handlers, ids and classes are removed.
    Sanitize,
    /// Kept unchanged: authors are trusted as much as templates.
    Allow,
}

/// An entry of the topic bar: the name of a term, or a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Topic {
    Tag(Box<str>),
    Link { label: Box<str>, url: Box<str> },
}

/// The configuration of a site.
#[derive(Clone, Debug)]
pub struct Config {
    pub title: Box<str>,
    pub description: Option<Box<str>>,
    /// The rights in the translations, as the foot of every page states them.
    pub rights: Option<Box<str>>,
    pub urls: Urls,
    /// The language of the translations and the interface, as a canonical BCP 47 tag.
    pub language: String,
    pub zone: TimeZone,
    pub theme: Spanned<Box<str>>,
    /// The pattern of article addresses, such as `/{date:%Y/%m/%d}/{slug}/`.
    pub permalink: Permalink,
    pub per_page: usize,
    pub feeds: Feeds,
    pub contact: ContactSettings,
    /// Whether there is a page of all corrections; by default if there are corrections.
    pub corrections_page: Option<bool>,
    pub credits: CreditDefaults,
    pub publish: Publish,
    /// Where pages show originals.
    pub layout: Layout,
    pub topics: Vec<Topic>,
    /// Whether aliases get small HTML pages that redirect.
    pub redirect_pages: bool,
    pub hashed_assets: bool,
    /// Active files beside articles that are published anyway.
    pub active_assets: AllowedFiles,
    pub raw_html: RawHtml,
    pub search: SearchSettings,
    pub citations: CitationSettings,
    /// Ignored files that are published anyway: hidden files, backups, files that look like secrets.
    pub include: Globs,
    /// The same patterns as written, in the same order.
    pub included: Vec<Spanned<Box<str>>>,
    pub extra: serde_json::Map<String, serde_json::Value>,
    /// The severities that the site chose.
    pub check: Severities,
    /// The targets of `recto deploy`, in the order of the file.
    pub deploys: Vec<DeploySettings>,
}

/// A parsed permalink pattern.
#[derive(Clone, Debug, PartialEq)]
pub struct Permalink(pub Vec<PermalinkPart>);

/// A part of a permalink pattern.
#[derive(Clone, Debug, PartialEq)]
pub enum PermalinkPart {
    Text(String),
    /// The civil date in a strftime pattern.
    Date(String),
    /// The posting time in the site's zone in a strftime pattern.
    Posted(String),
    Slug,
    Section,
    Source,
    Lang,
}

impl Config {
    /// Returns the case rules of the site's language.
    pub fn letters(&self) -> CaseMapping {
        CaseMapping::of(&self.language)
    }

    /// Returns a digest of everything that may influence a page. It leaves out positions in the file, severities and
    /// targets. It also leaves out `include` and `[assets] allow`, whose effect shows in the files that are found, and what
    /// of `[search]` only the index depends on.
    pub fn digest(&self) -> Digest {
        let place = Spanned { value: self.theme.value.clone(), at: 0..0 };
        let (check, include, active_assets) = (Severities::default(), Globs::default(), AllowedFiles::default());
        let (included, deploys) = (Vec::new(), Vec::new());
        let search = self.search.for_pages();
        let theme = place;
        Digest::of_debug(&Config { theme, check, include, included, active_assets, deploys, search, ..self.clone() })
    }
}

impl Permalink {
    /// Parses a pattern. `Err` describes what is wrong with it.
    pub fn parse(pattern: &str) -> Result<Permalink, String> {
        let mut pieces = Vec::new();
        let mut rest = pattern.trim_matches('/');
        while let Some(open) = rest.find('{') {
            let close = rest[open..].find('}').ok_or("a `{` without its `}`")? + open;
            if open > 0 {
                pieces.push(PermalinkPart::Text(rest[..open].to_owned()));
            }
            pieces.push(PermalinkPart::placeholder(&rest[open + 1..close])?);
            rest = &rest[close + 1..];
        }
        if !rest.is_empty() {
            pieces.push(PermalinkPart::Text(rest.to_owned()));
        }
        let sample: String = pieces.iter().map(PermalinkPart::sample).collect();
        check_output_path(&sample).map_err(|why| format!("the result `/{sample}` is not valid: {why}"))?;
        if sample.ends_with(".html") {
            return Err("`.html` comes from style = \"file\"".to_owned());
        }
        if !pieces.contains(&PermalinkPart::Slug) {
            return Err("without {slug}, two articles of one day would have the same address".to_owned());
        }
        Ok(Permalink(pieces))
    }
}

impl PermalinkPart {
    /// Expands the pattern for an article of 24 March 2021, to test it.
    fn sample(&self) -> String {
        let at = jiff::civil::date(2021, 3, 24).at(9, 0, 0, 0);
        match self {
            PermalinkPart::Text(text) => text.clone(),
            PermalinkPart::Date(pattern) | PermalinkPart::Posted(pattern) => {
                date::strftime(pattern, at).unwrap_or_default()
            }
            PermalinkPart::Slug => "slug".to_owned(),
            PermalinkPart::Section => "section".to_owned(),
            PermalinkPart::Source => "source".to_owned(),
            PermalinkPart::Lang => "en".to_owned(),
        }
    }

    fn placeholder(name: &str) -> Result<PermalinkPart, String> {
        let sample = jiff::civil::date(2021, 3, 24).at(9, 0, 0, 0);
        let dated = |pattern: &str| match date::strftime(pattern, sample) {
            Ok(_) => Ok(pattern.to_owned()),
            Err(e) => Err(format!("{{{name}}}: {e}")),
        };
        match name.split_once(':') {
            Some(("date", pattern)) => dated(pattern).map(PermalinkPart::Date),
            Some(("posted", pattern)) => dated(pattern).map(PermalinkPart::Posted),
            _ => match name {
                "slug" => Ok(PermalinkPart::Slug),
                "section" => Ok(PermalinkPart::Section),
                "source" => Ok(PermalinkPart::Source),
                "lang" => Ok(PermalinkPart::Lang),
                _ => Err(format!("{{{name}}} is not a placeholder")),
            },
        }
    }
}

/// Parses `site.toml` and collects every problem. Returns `None` only if the file cannot be parsed at all.
pub fn parse(text: &str) -> (Option<Config>, Diagnostics) {
    let file: Arc<str> = FILE.into();
    let problems = RefCell::new(Diagnostics::new());
    let entries = match doc::parse_toml(text, 0) {
        Ok(entries) => entries,
        Err(errors) => {
            return (None, hide_secrets(text, syntax_errors::all(&file, text, FileKind::Site, false, &errors)));
        }
    };
    let mut r = Reader::new(&file, &entries, 0..0, Severity::Error, &problems).guarded().of(FileKind::Site, false);
    let title = r.text("title");
    if title.is_none() {
        r.missing("title", "title = \"Japan Media Highlights\"");
    }
    let mut urls = base_url(&mut r);
    let (permalink, style) = permalinks(&mut r);
    urls.style = style;
    let theme = theme(&mut r);
    let assets = active_content::read(&mut r);
    let (include, included) = section(&mut r, "static", Default::default(), |r| Some(include(r)));
    let site = (Publish::Full, Layout::Facing);
    let (publish, layout) = section(&mut r, "original", site, |r| Some(originals::read(r)));
    let config = Config {
        title: title.unwrap_or_default(),
        description: r.text("description"),
        rights: r.text("rights"),
        urls,
        language: r.language("language").map_or_else(|| "en".to_owned(), |tag| tag.value),
        zone: zone(&mut r),
        theme,
        permalink,
        per_page: section(&mut r, "pagination", 50, |r| r.integer("per_page", 1..=1000).map(|n| n as usize)),
        feeds: Feeds::read(&mut r),
        contact: ContactSettings::read(&mut r),
        corrections_page: section(&mut r, "corrections", None, |r| Some(r.boolean("page"))),
        credits: credit_defaults::read(&mut r),
        publish,
        layout,
        topics: topics(&mut r),
        redirect_pages: section(&mut r, "redirects", true, |r| {
            r.choice("as", &[("html", true), ("none", false)]).map(|c| c.value)
        }),
        hashed_assets: assets.hashed,
        active_assets: assets.allow,
        raw_html: section(&mut r, "markdown", RawHtml::Escape, |r| {
            let words = [("escape", RawHtml::Escape), ("sanitize", RawHtml::Sanitize), ("allow", RawHtml::Allow)];
            r.choice("html", &words).map(|c| c.value)
        }),
        search: SearchSettings::read(&mut r),
        citations: CitationSettings::read(&mut r),
        include,
        included,
        extra: r.extra("extra"),
        check: Severities::read(&mut r),
        deploys: deploy_settings::read(&mut r),
    };
    r.finish();
    (Some(config), hide_secrets(text, problems.into_inner()))
}

/// Hides the source lines in problems whose lines may contain a secret.
fn hide_secrets(text: &str, mut problems: Diagnostics) -> Diagnostics {
    // `missing-key` looks like the name of a secret, but is a code, and its value is a severity.
    for found in problems.iter_mut().filter(|found| found.code != "fixed-severity") {
        let Some(range) = found.at.as_ref().map(|at| at.range) else { continue };
        let start = text.get(..range.start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
        let end = text.get(range.end..).and_then(|after| after.find('\n')).map_or(text.len(), |at| range.end + at);
        found.bare |= text.get(start..end).is_none_or(|lines| lines.lines().any(secret::is_in_line));
    }
    problems
}

/// Reads a table that has one key, with a default.
fn section<'r, 'a, T>(
    r: &mut Reader<'r, 'a>,
    key: &'static str,
    default: T,
    read: impl FnOnce(&mut Reader<'r, 'a>) -> Option<T>,
) -> T {
    let Some(mut table) = r.table(key) else { return default };
    let value = read(&mut table).unwrap_or(default);
    table.finish();
    value
}

fn report(r: &Reader, at: &Range<usize>, code: &'static str, message: String, expected: &str) {
    r.problems.borrow_mut().push(problem::invalid_config(r.span(at), code, message, expected));
}

fn base_url(r: &mut Reader) -> Urls {
    let none = Urls { base_url: None, base_path: String::new(), style: UrlStyle::Directory };
    let Some(url) = r.string("base_url") else { return none };
    let found = match split_base_url(url.value) {
        _ if secret::is_in_url(url.value) => secret_in_url(r.span(&url.at), "base_url"),
        Some(urls) => return urls,
        None => problem::invalid_url(r.span(&url.at), "base_url", &secret::plain_addresses(url.value)),
    };
    r.problems.borrow_mut().push(found);
    none
}

fn secret_in_url(at: Span, key: &str) -> Diagnostic {
    problem::secret_in_site(at, &format!("`{key}`"))
        .help("write the address as readers type it, such as https://host/path")
}

/// Splits `https://host/sub/` into its canonical form and its path. Returns `None` for an invalid URL.
pub fn split_base_url(url: &str) -> Option<Urls> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let plain = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '\'' | '<' | '>' | '\\' | '?' | '#' | '`');
    let host = rest.split('/').next().unwrap_or_default();
    let climbs = rest.split('/').any(|segment| segment == "." || segment == "..");
    if !weburl::is_authority(host) || host.contains('@') || !rest.chars().all(plain) || rest.contains("//") || climbs {
        return None;
    }
    let base = url.trim_end_matches('/');
    let base_path = rest[host.len()..].trim_end_matches('/').to_owned();
    Some(Urls { base_url: Some(base.to_owned()), base_path, style: UrlStyle::Directory })
}

/// Reads the patterns of ignored files that are published anyway.
fn include(r: &mut Reader) -> (Globs, Vec<Spanned<Box<str>>>) {
    let (mut globs, mut written) = (Globs::default(), Vec::new());
    for pattern in r.strings("include") {
        match globs.add(pattern.value) {
            Ok(()) => written.push(Spanned { value: pattern.value.into(), at: pattern.at }),
            Err(why) => {
                let message = format!("{} is not a file pattern: {why}", super::diag::quoted(pattern.value));
                let expected = "expected paths below static/ such as \".well-known/**\" or \"*.pem\"";
                report(r, &pattern.at, "invalid-pattern", message, expected);
            }
        }
    }
    (globs, written)
}

/// Reads the theme's name. A theme must be a folder in `themes/`.
fn theme(r: &mut Reader) -> Spanned<Box<str>> {
    let default = || Spanned { value: "default".into(), at: 0..0 };
    let Some(name) = r.string("theme") else { return default() };
    match check_segment(name.value) {
        Ok(()) => Spanned { value: name.value.into(), at: name.at },
        Err(why) => {
            let message = format!("{} is not a valid theme name: {why}", super::diag::quoted(name.value));
            report(r, &name.at, "unknown-theme", message, "expected the name of a folder in themes/");
            default()
        }
    }
}

fn zone(r: &mut Reader) -> TimeZone {
    let Some(name) = r.string("timezone") else { return TimeZone::UTC };
    time_zones::named(name.value).unwrap_or_else(|help| {
        let message = format!("`timezone` cannot be {}", super::diag::quoted(name.value));
        let expected = "expected a name from the IANA time zone database, such as Asia/Tokyo";
        let found = problem::invalid_config(r.span(&name.at), "invalid-timezone", message, expected);
        r.problems.borrow_mut().push(found.maybe_help(help));
        TimeZone::UTC
    })
}

fn permalinks(r: &mut Reader) -> (Permalink, UrlStyle) {
    let default = || Permalink::parse("/{date:%Y/%m/%d}/{slug}/").expect("invariant: the default pattern parses");
    let Some(mut table) = r.table("permalinks") else { return (default(), UrlStyle::Directory) };
    let pattern = table.string("article").and_then(|p| match Permalink::parse(p.value) {
        Ok(permalink) => Some(permalink),
        Err(why) => {
            let expected = "expected the placeholders {date:%Y/%m/%d} {posted:…} {slug} {section} {source} {lang}";
            report(&table, &p.at, "invalid-permalink", format!("the permalink pattern is not valid: {why}"), expected);
            None
        }
    });
    let style = table.choice("style", &[("directory", UrlStyle::Directory), ("file", UrlStyle::File)]);
    table.finish();
    (pattern.unwrap_or_else(default), style.map_or(UrlStyle::Directory, |s| s.value))
}

fn topics(r: &mut Reader) -> Vec<Topic> {
    let Some(mut table) = r.table("topics") else { return Vec::new() };
    let mut topics = Vec::new();
    if let Some(node) = table.node("bar") {
        match &node.value {
            Value::Array(items) => {
                for item in items {
                    match &item.value {
                        Value::String(name) => {
                            topics.extend(table.plain("bar", name, &item.at).map(|name| Topic::Tag(name.value.into())));
                        }
                        Value::Table(entries) => topics.extend(topic_link(&table, entries, item.at.clone())),
                        other => {
                            let expected = "the name of a tag or { label = \"…\", url = \"…\" }";
                            let found = problem::wrong_type(table.span(&item.at), "topics.bar", expected, other.kind());
                            table.problems.borrow_mut().push(found);
                        }
                    }
                }
            }
            other => {
                let found = problem::wrong_type(table.span(&node.at), "topics.bar", "an array", other.kind());
                table.problems.borrow_mut().push(found);
            }
        }
    }
    table.finish();
    topics
}

fn topic_link<'r, 'a>(table: &Reader<'r, 'a>, entries: &'r [KeyValue<'a>], at: Range<usize>) -> Option<Topic> {
    let mut link = table.nested("bar", entries, at);
    let label = link.text("label");
    let url = link.string("url");
    if label.is_none() {
        link.missing("label", "label = \"Elections\"");
    }
    if url.is_none() {
        link.missing("url", "url = \"/sections/elections/\"");
    }
    let url = url.filter(|url| {
        let good = weburl::is_of_site(url.value) || weburl::is_web(url.value);
        let secret = secret::is_in_url(url.value);
        if secret {
            link.problems.borrow_mut().push(secret_in_url(link.span(&url.at), "topics.bar.url"));
        } else if !good {
            let found = problem::invalid_url(link.span(&url.at), "topics.bar.url", url.value);
            link.problems.borrow_mut().push(found.help("or a path of this site that starts with /"));
        }
        good && !secret
    });
    link.finish();
    Some(Topic::Link { label: label?, url: url?.value.into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_urls() {
        let urls = split_base_url("https://archive.example.org/sub/").unwrap();
        assert_eq!((urls.base_url.as_deref(), &*urls.base_path), (Some("https://archive.example.org/sub"), "/sub"));
        for bad in [
            "archive.example.org",
            "ftp://x",
            "https://",
            "https://x/?q",
            "https://x/a\"b",
            "javascript:alert(1)",
            "https://[::1",
            "https://x:99999",
        ] {
            assert!(split_base_url(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn permalinks_are_checked() {
        assert!(Permalink::parse("/{date:%Y/%m/%d}/{slug}/").is_ok());
        assert!(Permalink::parse("/{posted:%Y%m%d}{slug}/").is_ok());
        assert!(Permalink::parse("/{date:%Y}.{date:%m}/{slug}/").is_ok());
        for bad in [
            "/{date:%Y}/",
            "/{slug",
            "/{sluk}/",
            "/../{slug}/",
            "/{date:%!}/{slug}/",
            "/{section}//{slug}",
            "/{slug}.html",
        ] {
            assert!(Permalink::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn every_problem_is_named() {
        let (_, found) =
            parse("titel = \"x\"\nserach = 1\nlanguage = \"??\"\ntimezone = \"Mars\"\n[pagination]\nper_page = 0\n");
        let codes: Vec<_> = found.iter().map(|d| &*d.code).collect();
        assert_eq!(codes, ["missing-key", "invalid-language", "invalid-timezone", "out-of-range", "unknown-key"]);
        assert_eq!(found[4].help.as_deref(), Some("did you mean `search`?"));
        assert_eq!(found[0].help.as_deref(), Some("write `title` instead of `titel`"));
    }
}
