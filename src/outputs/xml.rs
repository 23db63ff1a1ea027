//! Writes XML, one element a line. It must not know what it writes.
//!
//! Feeds have dozens of elements an entry, and many feeds have the same entry, so tags are put together here: an event
//! of `quick_xml` for each was slow. The escaping is that of `quick_xml`.

use crate::base::byte_search;

/// Starts an XML document.
pub fn document() -> String {
    let mut xml = String::with_capacity(16 << 10);
    xml.push_str("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
    xml
}

/// Names the style sheet with which a browser shows the document. The address is one that Recto made.
pub fn style_sheet(xml: &mut String, url: &str) {
    xml.push_str("<?xml-stylesheet href=\"");
    xml.push_str(&url.replace('&', "&amp;"));
    xml.push_str("\" type=\"text/css\"?>\n");
}

/// Opens an element, which [`close`] ends.
pub fn open(xml: &mut String, name: &str, attributes: &[(&str, &str)]) {
    start(xml, name, attributes);
    xml.push_str(">\n");
}

/// Closes an element.
pub fn close(xml: &mut String, name: &str) {
    xml.push_str("</");
    xml.push_str(name);
    xml.push_str(">\n");
}

/// Writes an element with attributes and text. The text has no characters that XML forbids: reading rejects them.
pub fn line(xml: &mut String, name: &str, attributes: &[(&str, &str)], text: &str) {
    start(xml, name, attributes);
    if text.is_empty() {
        return xml.push_str("/>\n");
    }
    xml.push('>');
    escape(xml, text);
    close(xml, name);
}

/// Writes a start tag without its end.
fn start(xml: &mut String, name: &str, attributes: &[(&str, &str)]) {
    xml.push('<');
    xml.push_str(name);
    for (key, value) in attributes {
        xml.push(' ');
        xml.push_str(key);
        xml.push_str("=\"");
        escape(xml, value);
        xml.push('"');
    }
}

/// Appends text, escaped. Most texts need no escape.
fn escape(xml: &mut String, text: &str) {
    if byte_search::find(text.as_bytes(), *b"&<>\"'").is_none() {
        return xml.push_str(text);
    }
    xml.push_str(&quick_xml::escape::escape(text));
}
