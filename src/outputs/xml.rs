//! Writes XML, one element a line. It must not know what it writes.

use std::io::Write;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesPI, BytesStart, BytesText, Event};

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
    let mut start = BytesStart::new(name);
    for (key, value) in attributes {
        start.push_attribute((*key, *value));
    }
    emit(xml.write_event(Event::Start(start)));
    emit(xml.get_mut().write_all(b"\n"));
}

/// Closes an element.
pub fn close(xml: &mut Xml, name: &str) {
    emit(xml.write_event(Event::End(BytesEnd::new(name))));
    emit(xml.get_mut().write_all(b"\n"));
}

/// Writes an element with attributes and text. The text has no characters that XML forbids: reading rejects them.
pub fn line(xml: &mut Xml, name: &str, attributes: &[(&str, &str)], text: &str) {
    let element = xml.create_element(name).with_attributes(attributes.iter().copied());
    if text.is_empty() {
        emit(element.write_empty());
    } else {
        emit(element.write_text_content(BytesText::new(text)));
    }
    emit(xml.get_mut().write_all(b"\n"));
}
