//! Machine-readable outputs: Atom feeds by RFC 4287, sitemaps by sitemaps.org, JSON-LD, and the metadata for
//! reference managers.

mod atom;
mod metadata;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::process::Command;

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use recto::base::path::Urls;
use recto::content::article::ArticleKind;
use recto::content::content_path::TermKind;
use recto::engine::load;
use recto::engine::site::Site as Loaded;

pub use atom::atom;
use atom::{absolute_iri, children, is_rfc3339, links};
use metadata::{addresses, metadata};

use crate::hostile;
use crate::html::{self, dom::Document};
use crate::support::{SITE_TOML, Site, article, temporary};

/// An element of an XML document.
#[derive(Debug, Default)]
pub struct Xml {
    pub name: String,
    pub attributes: Vec<(String, String)>,
    pub children: Vec<Xml>,
    /// Its own text.
    pub text: String,
}

impl Xml {
    /// Parses a document as strictly as a feed reader may: no DTD, no characters that XML 1.0 forbids.
    pub fn parse(bytes: &[u8]) -> Result<Xml, String> {
        let text = std::str::from_utf8(bytes).map_err(|e| e.to_string())?;
        let allowed = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..);
        if let Some(c) = text.chars().find(|c| !allowed(*c)) {
            return Err(format!("the character {c:?}"));
        }
        if !text.starts_with("<?xml version=\"1.0\" encoding=\"utf-8\"?>") {
            return Err("no XML declaration".to_owned());
        }
        let mut reader = Reader::from_str(text);
        reader.config_mut().check_end_names = true;
        reader.config_mut().check_comments = true;
        let mut open = vec![Xml::default()];
        loop {
            let event = reader.read_event().map_err(|e| format!("at {}: {e}", reader.error_position()))?;
            let top = open.last_mut().ok_or("more ends than starts")?;
            match event {
                Event::Start(start) => {
                    let element = Xml::start(&start)?;
                    open.push(element);
                }
                Event::Empty(start) => top.children.push(Xml::start(&start)?),
                Event::End(_) => {
                    let done = open.pop().ok_or("more ends than starts")?;
                    open.last_mut().ok_or("more ends than starts")?.children.push(done);
                }
                Event::Text(text) => {
                    let text = text.xml10_content();
                    if text.contains("]]>") {
                        return Err("]]> in a text".to_owned());
                    }
                    top.text.push_str(&text);
                }
                Event::GeneralRef(reference) => {
                    let char = reference.resolve_char_ref().map_err(|e| e.to_string())?;
                    let name = reference.xml10_content();
                    match (char, quick_xml::escape::resolve_predefined_entity(&name)) {
                        (Some(c), _) if allowed(c) => top.text.push(c),
                        (None, Some(text)) => top.text.push_str(text),
                        _ => return Err(format!("the reference &{name};")),
                    }
                }
                Event::Decl(_) => {}
                // The style sheet with which a browser shows a feed.
                Event::PI(sheet) if open.len() == 1 && sheet.starts_with("xml-stylesheet ") => {}
                Event::Eof => break,
                other => return Err(format!("{other:?}")),
            }
        }
        let mut document = open.pop().ok_or("nothing")?;
        match (document.children.pop(), document.children.is_empty(), document.text.trim().is_empty(), open.len()) {
            (Some(root), true, true, 0) => Ok(root),
            _ => Err("not one root element".to_owned()),
        }
    }

    fn start(start: &BytesStart) -> Result<Xml, String> {
        let name: &str = start.name().into_inner();
        let mut element = Xml { name: name.to_owned(), ..Xml::default() };
        for attribute in start.attributes().with_checks(true) {
            let attribute = attribute.map_err(|e| e.to_string())?;
            let value = attribute.normalized_value(XmlVersion::Explicit1_0).map_err(|e| e.to_string())?;
            element.attributes.push((attribute.key.into_inner().to_owned(), value.into_owned()));
        }
        Ok(element)
    }

    pub fn get(&self, key: &str) -> Option<&str> {
        self.attributes.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Xml> {
        self.children.iter().filter(move |c| c.name == name)
    }

    /// Returns the text of the only child with a name.
    pub fn only<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        let mut all = self.all(name);
        let first = all.next()?;
        all.next().is_none().then_some(first.text.as_str())
    }
}

fn feeds(outputs: &BTreeMap<String, Vec<u8>>, urls: &Urls) {
    let mut faults = Vec::new();
    let feeds: Vec<_> = outputs.iter().filter(|(path, _)| path.ends_with("feed.xml")).collect();
    assert!(feeds.len() > 5, "{} feeds", feeds.len());
    let pages = html::pages(outputs);
    let linked: BTreeSet<&str> = pages
        .values()
        .flat_map(|p| p.all("link").filter(|l| l.get("type") == Some("application/atom+xml")))
        .filter_map(|l| l.get("href"))
        .collect();
    for (path, bytes) in feeds {
        let own = urls.file(path);
        let absolute = urls.absolute(&own).expect("the site has an address");
        match Xml::parse(bytes) {
            Ok(feed) => {
                faults.extend(atom(&feed, &absolute).into_iter().map(|f| format!("{path}: {f}")));
                let alternates = feed.all("entry").chain([&feed]).flat_map(|e| links(e, "alternate"));
                for href in alternates.filter_map(|l| l.get("href")) {
                    faults.extend(leads(outputs, &pages, urls, href).map(|why| format!("{path}: {href}: {why}")));
                }
            }
            Err(e) => faults.push(format!("{path}: {e}")),
        }
        if !linked.contains(own.as_str()) && !linked.contains(absolute.as_str()) {
            faults.push(format!("{path}: no page links it"));
        }
    }
    html::none(faults);
}

/// Returns why an absolute address is dead, if it is.
fn leads(
    outputs: &BTreeMap<String, Vec<u8>>,
    pages: &BTreeMap<&str, Document>,
    urls: &Urls,
    url: &str,
) -> Option<String> {
    let base = urls.base_url.as_deref().unwrap_or_default();
    let Some(rest) = url.strip_prefix(base) else { return Some("outside of the site".to_owned()) };
    let local = format!("{}{rest}", urls.base_path);
    html::resolve(outputs, pages, ("", &local), "", &urls.base_path).err()
}

// ---- sitemaps --------------------------------------------------------------------------------------------------------

const SITEMAP: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";

/// Returns whether a text is a W3C date or date-time.
fn is_w3c(text: &str) -> bool {
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    matches!(shape.as_str(), "0000" | "0000-00" | "0000-00-00") || is_rfc3339(text)
}

fn sitemaps(outputs: &BTreeMap<String, Vec<u8>>, loaded: &Loaded) {
    let urls = &loaded.config.urls;
    let base = urls.base_url.as_deref().expect("the site has an address");
    let pages = html::pages(outputs);
    let mut faults = Vec::new();
    let mut read = |path: &str, root: &str, item: &str| -> Vec<String> {
        let Some(bytes) = outputs.get(path) else {
            faults.push(format!("{path} is not there"));
            return Vec::new();
        };
        let xml = Xml::parse(bytes).unwrap_or_else(|e| panic!("{path}: {e}"));
        if bytes.len() > 50 << 20 || xml.children.len() > 50_000 || xml.children.is_empty() {
            faults.push(format!("{path}: {} bytes, {} entries", bytes.len(), xml.children.len()));
        }
        if xml.name != root || xml.get("xmlns") != Some(SITEMAP) {
            faults.push(format!("{path}: <{} xmlns={:?}>", xml.name, xml.get("xmlns")));
        }
        let mut locations = Vec::new();
        for entry in &xml.children {
            faults.extend(children(entry, &[("loc", 1), ("lastmod", 1)]).into_iter().map(|f| format!("{path}: {f}")));
            let location = entry.only("loc").unwrap_or_default();
            if entry.name != item || !location.starts_with(&format!("{base}/")) || location.len() >= 2048 {
                faults.push(format!("{path}: <{}> {location:?}", entry.name));
            }
            if !absolute_iri(location) || !location.is_ascii() {
                faults.push(format!("{path}: {location:?} is not escaped"));
            }
            if entry.only("lastmod").is_some_and(|d| !is_w3c(d)) {
                faults.push(format!("{path}: lastmod {:?}", entry.only("lastmod")));
            }
            faults.extend(leads(outputs, &pages, urls, location).map(|why| format!("{path}: {location}: {why}")));
            locations.push(location.to_owned());
        }
        locations
    };
    let index = read("sitemap.xml", "sitemapindex", "sitemap");
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut named = BTreeSet::new();
    for location in &index {
        let path = location[base.len()..].trim_start_matches('/').to_owned();
        for url in read(&path, "urlset", "url") {
            *seen.entry(url).or_default() += 1;
        }
        named.insert(path);
    }
    let files: BTreeSet<String> = outputs.keys().filter(|p| p.starts_with("sitemap-")).cloned().collect();
    assert_eq!(named, files, "the index names every file, once");
    assert_eq!(named.len(), index.len());
    faults.extend(seen.iter().filter(|(_, n)| **n > 1).map(|(url, n)| format!("{url}: {n} times")));
    for (address, _) in addresses(loaded) {
        let url = urls.absolute(&urls.page(&address)).expect("the site has an address");
        if !seen.contains_key(&url) {
            faults.push(format!("{url} is in no sitemap"));
        }
    }
    for (url, _) in seen {
        let path = outputs.keys().find(|p| urls.absolute(&urls.file(p)).as_deref() == Some(&*page_file(&url)));
        match path.and_then(|p| pages.get(p.as_str())) {
            Some(page) if page.is_redirect() => faults.push(format!("{url} leads elsewhere")),
            Some(page) if page.metas("robots").any(|r| r.contains("noindex")) => faults.push(format!("{url}: noindex")),
            Some(_) => {}
            None => faults.push(format!("{url} is no page")),
        }
    }
    html::none(faults);
    let robots = String::from_utf8_lossy(&outputs["robots.txt"]).into_owned();
    assert!(robots.contains(&format!("Sitemap: {base}/sitemap.xml\n")), "{robots}");
}

fn page_file(url: &str) -> String {
    if url.ends_with('/') { format!("{url}index.html") } else { url.to_owned() }
}

// ---- the sites -------------------------------------------------------------------------------------------------------

fn load(site: &Site) -> Loaded {
    load::load(&site.options()).unwrap_or_else(|e| panic!("{e}")).made.expect("the site loads").0
}

/// Checks the outputs of a site.
fn check(site: &Site, outputs: &BTreeMap<String, Vec<u8>>) {
    let loaded = load(site);
    well_formed(outputs);
    feeds(outputs, &loaded.config.urls);
    sitemaps(outputs, &loaded);
    metadata(outputs, &loaded);
}

/// Also runs libxml2, if it is installed.
fn well_formed(outputs: &BTreeMap<String, Vec<u8>>) {
    let folder = temporary();
    let mut files = Vec::new();
    for (at, (_, bytes)) in outputs.iter().filter(|(path, _)| path.ends_with(".xml")).enumerate() {
        files.push(format!("{at}.xml"));
        std::fs::write(folder.path().join(&files[at]), bytes).expect("a file can be written");
    }
    for files in files.chunks(500) {
        let mut command = Command::new("xmllint");
        command.current_dir(folder.path()).args(["--noout", "--nonet"]).args(files.iter().map(|f| format!("./{f}")));
        match command.output() {
            Ok(out) => assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr)),
            Err(e) if std::env::var_os("CI").is_some() => panic!("xmllint (libxml2-utils): {e}"),
            Err(e) => {
                let _ = writeln!(std::io::stderr(), "skipped: no xmllint (libxml2-utils): {e}");
            }
        }
    }
}

#[test]
fn the_demonstration_is_valid() {
    let site = html::demonstration();
    check(&site, html::built());
    let loaded = load(&site);
    for kind in [ArticleKind::Translation, ArticleKind::Summary, ArticleKind::Original, ArticleKind::Digest] {
        assert!(loaded.archive.articles.iter().any(|a| a.card.kind == kind), "the demonstration shows a {kind:?}");
    }
    assert!(loaded.archive.taxonomy(TermKind::Tag).terms.len() > 1);
}

#[test]
fn a_hostile_site_is_valid() {
    check(&hostile::site(), &hostile::built().1);
}

#[test]
fn a_site_in_file_style_below_a_path_is_valid() {
    let site =
        Site::new("title = \"T & <T>\"\nbase_url = \"https://example.org/a/b/\"\n[permalinks]\nstyle = \"file\"\n");
    for (k, name) in ["拉致問題", "a&b", "c'd", "e f"].into_iter().enumerate() {
        let more = format!("tags = [\"{name}\"]\nposted = 2021-04-{:02}\naliases = [\"/old/{k}/\"]", k + 1);
        site.write(&format!("content/articles/{name}.md"), &article(name, "2021-03-24", &more, "Text."));
        site.write(&format!("content/articles/{name}.fr.md"), "+++\ntitle = \"Titre\"\n+++\n\nTexte.\n");
        site.write(&format!("content/articles/{name}.ja.md"), "+++\ntitle = \"題\"\n+++\n\n本文。\n");
        let text = std::fs::read_to_string(site.root().join(format!("content/articles/{name}.md"))).expect("written");
        site.write(
            &format!("content/articles/{name}.md"),
            &text.replace("\n+++\n\n", "\n[original]\nlang = \"ja\"\n+++\n\n"),
        );
    }
    site.build();
    check(&site, &site.outputs());
}

/// A feed without entries is valid.
#[test]
fn an_empty_site_is_valid() {
    let site = Site::new(SITE_TOML);
    site.try_build();
    let feed = Xml::parse(site.output("feed.xml").as_bytes()).unwrap_or_else(|e| panic!("{e}"));
    html::none(atom(&feed, "https://example.org/feed.xml"));
}

/// The checker detects errors.
#[test]
fn the_checker_is_strict() {
    let good = "<?xml version=\"1.0\" encoding=\"utf-8\"?><feed xmlns=\"http://www.w3.org/2005/Atom\"><id>https://x.org/</id>\
                <title>t</title><updated>2021-03-24T00:00:00Z</updated><link rel=\"self\" href=\"https://x.org/f\"/>\
                <entry><id>https://x.org/1</id><title>t</title><updated>2021-03-24T00:00:00Z</updated>\
                <author><name>n</name></author><link href=\"https://x.org/1\"/></entry></feed>";
    let faults = |xml: &str| Xml::parse(xml.as_bytes()).map_or_else(|e| vec![e], |feed| atom(&feed, "https://x.org/f"));
    html::none(faults(good));
    let bad = [
        ("<id>https://x.org/1</id>", ""),
        ("<id>https://x.org/1</id>", "<id>/1</id>"),
        (
            "<title>t</title><updated>2021-03-24T00:00:00Z</updated><link",
            "<updated>2021-03-24T00:00:00Z</updated><link",
        ),
        ("2021-03-24T00:00:00Z", "2021-03-24"),
        ("2021-03-24T00:00:00Z", "2021-03-24t00:00:00z"),
        ("2021-03-24T00:00:00Z", "2021-13-24T00:00:00Z"),
        ("<author><name>n</name></author>", ""),
        ("<name>n</name>", "<name></name>"),
        ("<link href=\"https://x.org/1\"/>", ""),
        ("<link href=\"https://x.org/1\"/>", "<link href=\"https://x.org/1\"/><link href=\"https://x.org/2\"/>"),
        ("rel=\"self\"", "rel=\"next\""),
        ("https://x.org/f\"", "https://x.org/g\""),
        ("<title>t</title>", "<title>a&nbsp;b</title>"),
        ("<title>t</title>", "<title>a&#0;b</title>"),
        ("<title>t</title>", "<title>a]]>b</title>"),
        ("<title>t</title>", "<title>a & b</title>"),
        ("<title>t</title>", "<title>t</title><pubDate/>"),
        ("<title>t</title>", "<title>t</tite>"),
        ("</feed>", ""),
    ];
    for (from, to) in bad {
        assert!(good.contains(from), "{from}");
        assert!(!faults(&good.replacen(from, to, 1)).is_empty(), "{from} -> {to}");
    }
}
