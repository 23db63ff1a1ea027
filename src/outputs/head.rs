//! The metadata of a page: canonical address, feed, Open Graph, the tags that Zotero and Google Scholar read, JSON-LD.
//!
//! Made here and not in the theme, so that every theme gets it right. What Zotero's Embedded Metadata translator does
//! with each tag was read in its code (June 2026). Deliberately absent: `citation_author` (it would replace
//! the translator), `citation_journal_title` (it would make a journal article), `DC.contributor` (it would become an
//! author), `og:type=website` on article pages (it would make a web page), COinS (it would hide all of these).

use std::borrow::Cow;

use super::world::Common;
use crate::base::config::Config;

/// Collects `<meta>` and `<link>` elements.
pub struct Head {
    pub html: String,
}

impl Head {
    /// Starts with what every page has. `url` is root-relative.
    pub fn new(common: &Common, title: &str, url: &str, description: Option<&str>) -> Head {
        let description = description.map(shorten);
        let description = description.as_deref();
        let mut head = Head { html: String::with_capacity(2048) };
        if let Some(description) = description {
            head.name("description", description);
        }
        if let Some(canonical) = common.config.urls.absolute(url) {
            head.link("canonical", &canonical);
            head.property("og:url", &canonical);
        }
        head.property("og:title", title);
        head.property("og:site_name", &common.config.title);
        if let Some(description) = description {
            head.property("og:description", description);
        }
        head
    }

    pub fn name(&mut self, name: &str, content: &str) {
        self.element("meta name", name, "content", content);
    }

    pub fn property(&mut self, property: &str, content: &str) {
        self.element("meta property", property, "content", content);
    }

    pub fn link(&mut self, rel: &str, href: &str) {
        self.element("link rel", rel, "href", href);
    }

    /// Links the feed of a listing.
    pub fn feed(&mut self, title: &str, href: &str) {
        self.html.push_str("<link rel=\"alternate\" type=\"application/atom+xml\" title=\"");
        escape(title, &mut self.html);
        self.html.push_str("\" href=\"");
        escape(href, &mut self.html);
        self.html.push_str("\">\n");
    }

    /// Links another language of this page.
    pub fn alternate(&mut self, lang: &str, href: &str) {
        self.html.push_str("<link rel=\"alternate\" hreflang=\"");
        escape(lang, &mut self.html);
        self.html.push_str("\" href=\"");
        escape(href, &mut self.html);
        self.html.push_str("\">\n");
    }

    /// Embeds JSON-LD. Every `<`, `>` and `&` is escaped, so that no text can end the element.
    pub fn json_ld(&mut self, value: &serde_json::Value) {
        self.html.push_str("<script type=\"application/ld+json\">");
        let text = value.to_string();
        let mut rest = text.as_str();
        while let Some(at) = rest.find(['<', '>', '&', '\u{2028}', '\u{2029}']) {
            let c = rest[at..].chars().next().unwrap_or_default();
            self.html.push_str(&rest[..at]);
            self.html.push_str(&format!("\\u{:04x}", c as u32));
            rest = &rest[at + c.len_utf8()..];
        }
        self.html.push_str(rest);
        self.html.push_str("</script>\n");
    }

    fn element(&mut self, tag: &str, key: &str, attribute: &str, value: &str) {
        self.html.push('<');
        self.html.push_str(tag);
        self.html.push_str("=\"");
        self.html.push_str(key);
        self.html.push_str("\" ");
        self.html.push_str(attribute);
        self.html.push_str("=\"");
        escape(value, &mut self.html);
        self.html.push_str("\">\n");
    }
}

/// Search engines and previews show some 160 characters of a description.
const DESCRIPTION: usize = 160;

/// The first characters of a text, cut at a word where there are spaces.
fn shorten(text: &str) -> Cow<'_, str> {
    let Some((end, _)) = text.char_indices().nth(DESCRIPTION) else { return Cow::Borrowed(text) };
    let cut = text[..end].rfind(' ').filter(|at| *at > end / 2).unwrap_or(end);
    Cow::Owned(format!("{}…", text[..cut].trim_end_matches([' ', ',', ';', ':', '.', '…'])))
}

/// Escapes text for HTML content and attribute values.
pub fn escape(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<', '>', '"', '\'']) {
        out.push_str(&rest[..at]);
        out.push_str(match rest.as_bytes()[at] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            _ => "&#39;",
        });
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
}

/// The absolute form of a root-relative URL, or the URL itself on a site without a base URL.
pub fn absolute_or_same(config: &Config, url: &str) -> String {
    config.urls.absolute(url).unwrap_or_else(|| url.to_owned())
}
