//! Invariants that hold for every input. The fuzz targets check them on a fuzzer's bytes, and
//! `tests/suite/properties.rs` on random strings. Each function panics if an invariant does not hold.

use std::collections::BTreeSet;
use std::path::{Component, Path};
use std::sync::Arc;

use recto::base::config::{self, Config, Permalink, PermalinkPart, Topic};
use recto::base::diag::Diagnostic;
use recto::base::path::{self, UrlStyle, Urls};
use recto::content::content_path::{ContentPath, TermKind, place};
use recto::content::markdown::{self, LinkTarget, MarkdownLabels, MarkdownOptions, ProblemKind, RawHtml};
use recto::content::quantity::compare::{self, TextQuantities};
use recto::content::quantity::quantity;
use recto::content::{article, details, front_matter, record, sibling};

use super::dom;

/// Checks any file with front matter, read as every kind of text.
pub fn front_matter(text: &str) {
    let (config, _) = config::parse("title = \"x\"\nbase_url = \"https://example.org/sub\"\n");
    let config = config.expect("the configuration is right");
    let file: Arc<str> = "content/articles/a.md".into();
    if let Ok(parts) = front_matter::split(&file, text) {
        assert_eq!(&text[parts.body_at..], parts.body);
    }
    let (card, problems) = article::read(&file, "a", text, &config);
    places(text, &problems);
    assert!(card.is_some() || !problems.is_empty(), "an article was dropped in silence");
    if let Some((card, _)) = card {
        assert_eq!(path::check_segment(&card.slug), Ok(()), "{:?}", card.slug);
        for (alias, _) in &card.aliases {
            inside(alias.trim_end_matches('/'));
        }
        assert!(!card.title.trim().is_empty());
        assert!(!card.names[TermKind::Section as usize].is_empty());
        assert!(!card.names[TermKind::Source as usize].is_empty());
    }
    if let Ok((details, _, _)) = details::load(&file, text)
        && let Some(original) = details.original
    {
        for url in [original.url, original.archive_url].into_iter().flatten() {
            web(&url);
        }
    }
    let (sibling, problems) = sibling::read(&file, "a", "ja", text, config.raw_html);
    places(text, &problems);
    assert!(sibling.is_some() || !problems.is_empty(), "a sibling was dropped in silence");
    for kind in TermKind::ALL {
        let (record, problems) = record::read(&file, kind, "a", text, &config);
        places(text, &problems);
        if let Some(url) = record.and_then(|(record, _)| record.url) {
            web(&url);
        }
    }
    let (page, problems) = record::read_page(&file, "a", text, &config);
    places(text, &problems);
    assert!(page.is_some() || !problems.is_empty(), "a page was dropped in silence");
}

/// Checks `site.toml`.
pub fn site_toml(text: &str) {
    let (config, problems) = config::parse(text);
    places(text, &problems);
    let Some(Config { urls, permalink, per_page, feeds, topics, language, .. }) = config else {
        assert!(!problems.is_empty(), "a configuration was dropped in silence");
        return;
    };
    based(&urls);
    assert!(permalink.0.contains(&PermalinkPart::Slug));
    assert!((1..=1000).contains(&per_page) && (1..=500).contains(&feeds.limit));
    assert_eq!(recto::base::locale::canonical_tag(&language).as_deref(), Some(&*language));
    for topic in topics {
        if let Topic::Link { url, .. } = topic {
            let local = url.starts_with('/') && !url.starts_with("//") && !url.starts_with("/\\");
            assert!(local || url.starts_with("https://") || url.starts_with("http://"), "{url:?}");
            assert!(!url.chars().any(|c| c.is_control()), "{url:?}");
        }
    }
}

/// Checks slugs, addresses, output paths, base URLs, permalinks, and places of files.
pub fn paths(text: &str) {
    let slug = path::slug(text);
    assert_eq!(path::slug(&slug), slug, "a slug is its own slug");
    assert!(!slug.contains(['/', '\\', ':', '<', '>', '"', '|', '?', '*', '.', '\'', '&', ' ']), "{slug:?}");
    assert!(!slug.chars().any(char::is_control), "{slug:?}");
    if path::check_output_path(text).is_ok() {
        inside(text);
        let urls = |style| Urls { base_url: Some("https://x.org/sub".into()), base_path: "/sub".into(), style };
        for style in [UrlStyle::Directory, UrlStyle::File] {
            inside(&urls(style).page_file(text));
        }
    }
    for style in [UrlStyle::Directory, UrlStyle::File] {
        let urls = Urls { base_url: Some("https://x.org/sub".into()), base_path: "/sub".into(), style };
        for url in [urls.page(text), urls.file(text)] {
            assert!(url.starts_with("/sub/"), "{url}");
            assert!(url.bytes().all(|b| b.is_ascii_graphic() && !b"\"'<>&\\`?#".contains(&b)), "{url}");
            assert_eq!(urls.absolute(&url).as_deref(), Some(&*format!("https://x.org{url}")));
        }
        let page = urls.page(text);
        let below = page.strip_prefix("/sub/").expect("checked above");
        let below = below.strip_suffix(if style == UrlStyle::File { ".html" } else { "/" }).unwrap_or(below);
        assert_eq!(path::decode_percent(below).as_deref(), Some(text), "encoding is undone by decoding");
    }
    let _ = path::decode_percent(text);
    if let Some((folder, relative)) = text.split_once('\n')
        && let Some(joined) = path::join(folder, relative)
        && !folder.split('/').any(|s| matches!(s, "." | ".."))
    {
        assert!(!joined.starts_with('/') && !joined.split('/').any(|s| matches!(s, "." | "..")), "{joined:?}");
    }
    if let Some(urls) = config::split_base_url(text) {
        based(&urls);
    }
    if let Ok(Permalink(pieces)) = Permalink::parse(text) {
        // The value of a placeholder is never empty, and contains a slash only for dates and sections.
        let address = pieces.iter().map(|piece| match piece {
            PermalinkPart::Text(text) => text.as_str(),
            _ => "x",
        });
        inside(&address.collect::<String>());
    }
    if recto::base::weburl::is_web(text) {
        web(text);
    }
    match place(text) {
        ContentPath::Sibling { lang, .. } => {
            assert_eq!(recto::base::locale::canonical_tag(&lang).as_deref(), Some(&*lang));
            inside(&lang);
        }
        ContentPath::Article { id } => {
            let written = [".md", "/index.md"].map(|end| path::fold(&format!("articles/{id}{end}")));
            assert!(written.contains(&path::fold(text)), "{id:?}");
        }
        _ => {}
    }
    if let Some((target, _)) = article::resolve("articles/2021", text) {
        assert!(!text.starts_with('/'), "{text:?} is no file of the content: {target:?}");
    }
}

/// Checks a body, in every mode that promises inert output.
pub fn markdown(body: &str) {
    let labels = MarkdownLabels::default();
    let keep = |_: &str, _| LinkTarget::Keep;
    for html in [RawHtml::Escape, RawHtml::Sanitize, RawHtml::Allow] {
        let options = MarkdownOptions { html, prefix: "", labels: &labels, resolve: &keep, credits: &[] };
        let rendered = markdown::render(body, &options);
        assert!(rendered.problems.iter().all(|p| p.kind != ProblemKind::Unreadable), "{body:?}");
        for problem in &rendered.problems {
            assert!(body.get(problem.at.clone()).is_some(), "{problem:?}");
        }
        for (n, unit) in rendered.units.iter().enumerate() {
            assert!(rendered.html.get(unit.html.clone()).is_some(), "{unit:?} of {}", rendered.html);
            assert!(body.get(unit.source.clone()).is_some(), "{unit:?}");
            let _ = (rendered.id(n), rendered.text(n));
        }
        if html == RawHtml::Allow {
            continue;
        }
        let page = format!("<!DOCTYPE html><html lang=en><title>x</title><main>{}</main></html>", rendered.html);
        let page = dom::parse(&page);
        let faults = active(&page);
        assert!(faults.is_empty(), "{faults:#?} in {}", rendered.html);
        assert_eq!(page.all("main").count(), 1, "{}", rendered.html);
        if html == RawHtml::Escape {
            let errors: Vec<&String> = page.errors.iter().filter(|e| !is_stray_character(e)).collect();
            assert!(errors.is_empty(), "{errors:?} in {}", rendered.html);
            assert!(!rendered.html.contains(is_c0), "a control character in {:?}", rendered.html);
            assert!(page.comments.is_empty(), "{:?}", page.comments);
        }
        let ids: Vec<&str> = page.elements.iter().filter_map(|e| e.get("id")).collect();
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "an id twice in {}", rendered.html);
    }
    let _ = (markdown::excerpt(body, 60), markdown::first_block(body, 200));
    for html in [RawHtml::Escape, RawHtml::Sanitize, RawHtml::Allow] {
        for reference in markdown::references(body, html) {
            assert!(body.get(reference.at.clone()).is_some(), "{reference:?}");
        }
    }
}

/// Returns whether a character is a control character that neither a page nor a feed may contain.
pub fn is_c0(c: char) -> bool {
    (c < ' ' && !matches!(c, '\t' | '\n' | '\r')) || c == '\u{7f}'
}

/// Returns whether a parse error is about a C1 control or a noncharacter, which has no effect in a browser.
fn is_stray_character(error: &str) -> bool {
    error.rsplit_once("Bad character ").is_some_and(|(_, c)| !c.is_empty() && !c.contains(is_c0))
}

/// Returns everything in a document that could run, load a script or mislead a reader. Scripts are reported as
/// `script SRC`, so that the caller can allow those of the theme.
pub fn active(page: &dom::Document) -> Vec<String> {
    let mut faults = Vec::new();
    for element in &page.elements {
        let name = element.name.as_str();
        match name {
            "script" if element.get("type") == Some("application/ld+json") && element.get("src").is_none() => {}
            "script" => faults.push(format!("script {}", element.get("src").unwrap_or("inline"))),
            "style" | "iframe" | "object" | "embed" | "base" | "form" | "applet" | "frame" | "frameset"
            | "noscript" | "math" | "svg" => faults.push(format!("<{name}>")),
            _ => {}
        }
        for (key, value) in &element.attributes {
            if key.starts_with("on") || matches!(key.as_str(), "style" | "srcdoc" | "formaction" | "ping") {
                faults.push(format!("<{name} {key}={value:?}>"));
            }
            let address = matches!(
                key.as_str(),
                "href" | "src" | "action" | "data" | "poster" | "srcset" | "background" | "cite" | "xlink:href"
            );
            let refresh = name == "meta" && key == "content" && element.get("http-equiv").is_some();
            if (address && !harmless(value, name)) || (refresh && !value.starts_with("0; url=/")) {
                faults.push(format!("<{name} {key}={value:?}>"));
            }
        }
    }
    faults
}

/// Returns whether a browser reads an address as relative, or with a scheme that runs nothing.
fn harmless(address: &str, element: &str) -> bool {
    let bare: String = address.chars().filter(|c| !c.is_control() && !c.is_whitespace()).collect();
    let bare = bare.to_ascii_lowercase();
    let Some(colon) = bare.find(':') else { return true };
    let scheme = &bare[..colon];
    if !scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b)) {
        return true;
    }
    let picture = ["png", "jpeg", "webp", "gif"].iter().any(|p| bare.starts_with(&format!("data:image/{p};base64,")));
    matches!(scheme, "http" | "https" | "mailto" | "tel") || (element == "img" && picture)
}

/// Checks that every problem points into the text.
fn places(text: &str, problems: &[Diagnostic]) {
    for problem in problems {
        assert!(!problem.message.is_empty());
        assert!(!problem.message.chars().any(char::is_control), "{problem:?}");
        let spans = problem.notes.iter().filter_map(|(at, _)| at.as_ref()).chain(&problem.at);
        for span in spans {
            assert!(text.get(span.range.start..span.range.end).is_some(), "{problem:?} is outside of the text");
        }
    }
}

/// Checks that a path is relative with plain segments, so that it stays below any folder to which it is joined.
fn inside(output: &str) {
    let mut components = Path::new(output).components();
    assert!(!output.is_empty() && components.all(|c| matches!(c, Component::Normal(_))), "{output:?}");
    let odd = |c: char| c.is_control() || matches!(c, '\\' | ':');
    assert!(!output.starts_with('/') && !output.contains("//") && !output.contains(odd), "{output:?}");
}

fn web(url: &str) {
    assert!(url.starts_with("https://") || url.starts_with("http://"), "{url:?}");
    assert!(!url.chars().any(|c| c.is_control() || c.is_whitespace()), "{url:?}");
}

fn based(urls: &Urls) {
    let path = &urls.base_path;
    assert!(path.is_empty() || (path.starts_with('/') && !path.ends_with('/')), "{path:?}");
    if let Some(base) = &urls.base_url {
        web(base);
        assert!(base.ends_with(path.as_str()) && !base.ends_with('/'), "{base:?} {path:?}");
        assert_eq!(
            urls.absolute(&urls.page("a")),
            Some(format!(
                "{base}/a{}",
                match urls.style {
                    UrlStyle::Directory => "/",
                    UrlStyle::File => ".html",
                }
            ))
        );
        assert!(!path.split('/').any(|s| matches!(s, "." | "..")), "{base:?} climbs");
    }
}

/// The languages in which quantities are read, and one that has no words.
pub const LANGUAGES: [&str; 20] = [
    "ja",
    "zh-Hans",
    "zh-Hant-TW",
    "ko",
    "en-GB",
    "de",
    "fr",
    "es",
    "it",
    "pt-BR",
    "ru",
    "uk",
    "ar",
    "he",
    "fa",
    "hi",
    "vi",
    "th",
    "tr",
    "eo",
];

/// Checks the quantities of any text, in every language: they stand in order, inside the text, on whole characters, and
/// a text states the same as itself.
pub fn quantities(text: &str) {
    let read: Vec<_> = LANGUAGES.iter().map(|lang| quantity::quantities(text, lang)).collect();
    for found in &read {
        let mut last = 0;
        for quantity in found {
            assert!(quantity.at.start >= last && quantity.at.start < quantity.at.end, "{:?}", quantity.at);
            assert!(text.get(quantity.at.clone()).is_some(), "{:?} is no part of the text", quantity.at);
            assert!(quantity.value.is_finite() && quantity.value >= 0.0, "{quantity:?}");
            assert!(quantity.alternative.is_none_or(f64::is_finite) && quantity.digits > 0, "{quantity:?}");
            last = quantity.at.start;
        }
        let stated = TextQuantities { text, quantities: found };
        assert_eq!(compare::compare(stated, stated), [], "a text differs from itself");
    }
    for (original, translation) in read.iter().zip(read.iter().skip(1)) {
        let [original, translation] = [original, translation].map(|quantities| TextQuantities { text, quantities });
        for difference in compare::compare(original, translation) {
            assert!(difference.original.is_some() || difference.translation.is_some());
            for term in [difference.original, difference.translation].into_iter().flatten() {
                assert!(!term.value.is_empty() && text.get(term.at).is_some());
            }
        }
    }
}
