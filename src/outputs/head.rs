//! The metadata in the head of a page: canonical URL, feed, Open Graph, the tags that Zotero and Google Scholar read,
//! JSON-LD. It must not know templates.
//!
//! The metadata is made here and not in the theme, so that every theme gets it right. How Zotero's Embedded Metadata
//! translator treats each tag was read in its code (June 2026). These are left out on purpose: `citation_author` (it
//! would replace the translator), `citation_journal_title` (it would make a journal article), `DC.contributor` (it
//! would become an author), `og:type=website` on article pages (it would make a web page), COinS (it would hide all of
//! these).

use std::borrow::Cow;
use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

use super::addresses::FeedFormat;
use super::world::Common;
use crate::base::config::Config;
use crate::base::{byte_search, locale, segments};

/// Formats JSON for a `<script>`. It escapes `<`, `>` and `&`, so that no text can end the element, and the two line
/// separators that older JavaScript does not allow in a string.
struct ScriptJson;

impl Formatter for ScriptJson {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, text: &str) -> io::Result<()> {
        let bytes = text.as_bytes();
        let (mut written, mut at) = (0, 0);
        while let Some(next) = byte_search::find(&bytes[at..], *b"<>&\xe2") {
            let c = text[at + next..].chars().next().unwrap_or_default();
            let end = at + next + c.len_utf8();
            if matches!(c, '<' | '>' | '&' | '\u{2028}' | '\u{2029}') {
                out.write_all(&bytes[written..at + next])?;
                write!(out, "\\u{:04x}", c as u32)?;
                written = end;
            }
            at = end;
        }
        out.write_all(&bytes[written..])
    }
}

/// Collects `<meta>` and `<link>` elements.
pub struct PageHead {
    pub html: String,
}

impl PageHead {
    /// Starts with the metadata of every page. `url` is root-relative. Without a description, the page gets its title
    /// and the site's description: search engines want one, and a count would change with every article.
    pub fn new(common: &Common, title: &str, url: &str, description: Option<&str>) -> PageHead {
        PageHead::in_language(common, title, url, description, &common.config.language)
    }

    /// Does the same for a page in another language.
    pub fn in_language(common: &Common, title: &str, url: &str, description: Option<&str>, lang: &str) -> PageHead {
        let of_site = || {
            let site = common.config.description.as_deref()?;
            Some(common.strings.labelled(title, site))
        };
        let described = description.map(Cow::Borrowed).or_else(|| of_site().map(Cow::Owned));
        let description = described.as_deref().map(shorten);
        let description = description.as_deref();
        let mut head = PageHead { html: String::with_capacity(2048) };
        if let Some(description) = description {
            head.name("description", description);
        }
        if let Some(canonical) = common.config.urls.absolute(url) {
            head.link("canonical", &canonical);
            head.property("og:url", &canonical);
        }
        head.property("og:title", title);
        head.property("og:site_name", &common.config.title);
        if let Some(locale) = locale::with_territory(lang) {
            head.property("og:locale", &locale);
        }
        if let Some(description) = description {
            head.property("og:description", description);
        }
        head
    }

    /// Adds `<meta name=… content=…>`.
    pub fn name(&mut self, name: &str, content: &str) {
        self.element("meta name", name, "content", content);
    }

    /// Adds `<meta property=… content=…>`, as Open Graph requires.
    pub fn property(&mut self, property: &str, content: &str) {
        self.element("meta property", property, "content", content);
    }

    /// Adds `<link rel=… href=…>`.
    pub fn link(&mut self, rel: &str, href: &str) {
        self.element("link rel", rel, "href", href);
    }

    /// Links the feeds of a listing.
    pub fn feeds(&mut self, title: &str, feeds: &[(FeedFormat, String)]) {
        for (format, href) in feeds {
            self.html.push_str("<link rel=\"alternate\" type=\"");
            self.html.push_str(format.media_type());
            self.html.push_str("\" title=\"");
            escape(title, &mut self.html);
            self.html.push_str("\" href=\"");
            escape(href, &mut self.html);
            self.html.push_str("\">\n");
        }
    }

    /// Links this page in another language.
    pub fn alternate(&mut self, lang: &str, href: &str) {
        self.html.push_str("<link rel=\"alternate\" hreflang=\"");
        escape(lang, &mut self.html);
        self.html.push_str("\" href=\"");
        escape(href, &mut self.html);
        self.html.push_str("\">\n");
    }

    /// Embeds JSON-LD.
    pub fn json_ld(&mut self, value: &impl Serialize) {
        self.html.push_str("<script type=\"application/ld+json\">");
        let mut json = Vec::with_capacity(1024);
        let written = value.serialize(&mut Serializer::with_formatter(&mut json, ScriptJson));
        // This cannot fail: all keys are strings, and serde_json and `ScriptJson` write UTF-8.
        let json = written.ok().and_then(|()| String::from_utf8(json).ok());
        self.html.push_str(&json.expect("invariant: JSON-LD is made of plain structs"));
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

/// The length in characters of a description: search engines and previews show about 160.
const DESCRIPTION: usize = 160;

/// Cuts a text at a word boundary.
fn shorten(text: &str) -> Cow<'_, str> {
    let Some((end, _)) = text.char_indices().nth(DESCRIPTION) else { return Cow::Borrowed(text) };
    let space = text[..end].rfind(' ').filter(|at| *at > end / 2);
    let space = space.filter(|at| !text[*at..end].contains(segments::is_unspaced));
    let cut = space.unwrap_or_else(|| segments::cut(text, end));
    Cow::Owned(format!("{}…", text[..cut].trim_end_matches([' ', ',', ';', ':', '.', '…'])))
}

/// Escapes text for HTML content and attribute values.
pub fn escape(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = byte_search::find(rest.as_bytes(), *b"&<>\"'") {
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

/// Returns the absolute form of a root-relative URL, or the URL itself if the site has no base URL.
pub fn absolute_or_same(config: &Config, url: &str) -> String {
    config.urls.absolute(url).unwrap_or_else(|| url.to_owned())
}

#[cfg(test)]
mod tests {
    use super::PageHead;

    #[test]
    fn no_text_ends_the_element() {
        let text = "</script> “R&D” \u{2028}\u{2029} \\ \" ends";
        let mut head = PageHead { html: String::new() };
        head.json_ld(&text);
        let inner = head.html.strip_prefix("<script type=\"application/ld+json\">").expect("the start tag");
        let inner = inner.strip_suffix("</script>\n").expect("the end tag");
        assert_eq!(inner, r#""\u003c/script\u003e “R\u0026D” \u2028\u2029 \\ \" ends""#);
        assert_eq!(serde_json::from_str::<String>(inner).expect("JSON"), text);
    }
}
