//! Writes XML, one element a line. It must not know what it writes.

use std::io::Write;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesPI, Event};

use crate::base::byte_search;

pub type Xml = Writer<Vec<u8>>;

/// Starts an XML document.
pub fn document() -> Xml {
    let mut xml = Writer::new(Vec::with_capacity(16 << 10));
    emit(xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None))));
    emit(xml.get_mut().write_all(b"\n"));
    xml
}

/// Names the style sheet with which a browser shows the document. The address is one that Recto made.
pub fn style_sheet(xml: &mut Xml, url: &str) {
    let sheet = format!("xml-stylesheet href=\"{}\" type=\"text/css\"", url.replace('&', "&amp;"));
    emit(xml.write_event(Event::PI(BytesPI::new(sheet))));
    emit(xml.get_mut().write_all(b"\n"));
}

/// Unwraps the result of writing to memory, which cannot fail.
fn emit<T>(result: std::io::Result<T>) -> T {
    result.expect("invariant: a Vec takes every write")
}

/// Opens an element, which [`close`] ends.
pub fn open(xml: &mut Xml, name: &str, attributes: &[(&str, &str)]) {
    start(xml.get_mut(), name, attributes);
    xml.get_mut().extend_from_slice(b">\n");
}

/// Closes an element.
pub fn close(xml: &mut Xml, name: &str) {
    end(xml.get_mut(), name);
}

/// Writes an element with attributes and text. The text has no characters that XML forbids: reading rejects them.
pub fn line(xml: &mut Xml, name: &str, attributes: &[(&str, &str)], text: &str) {
    let out = xml.get_mut();
    start(out, name, attributes);
    if text.is_empty() {
        return out.extend_from_slice(b"/>\n");
    }
    out.push(b'>');
    escape(out, text);
    end(out, name);
}

/// Writes a start tag without its end. Feeds have dozens of elements an entry, and an event for each is slow.
fn start(out: &mut Vec<u8>, name: &str, attributes: &[(&str, &str)]) {
    out.push(b'<');
    out.extend_from_slice(name.as_bytes());
    for (key, value) in attributes {
        out.push(b' ');
        out.extend_from_slice(key.as_bytes());
        out.extend_from_slice(b"=\"");
        escape(out, value);
        out.push(b'"');
    }
}

/// Appends text, escaped. Most texts need no escape.
fn escape(out: &mut Vec<u8>, text: &str) {
    if byte_search::find(text.as_bytes(), *b"&<>\"'").is_none() {
        return out.extend_from_slice(text.as_bytes());
    }
    out.extend_from_slice(quick_xml::escape::escape(text).as_bytes());
}

fn end(out: &mut Vec<u8>, name: &str) {
    out.extend_from_slice(b"</");
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b">\n");
}
