//! Reads XML as a stream of elements and texts, for formats that are XML. Only the five entities of XML and references
//! to characters are replaced; a document type is passed over, and no other entity is ever expanded.

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

/// An event of a file. Names are without their prefixes, unless `prefix` says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum XmlEvent {
    Start(XmlElement),
    End(String),
    Text(String),
}

/// A start tag.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct XmlElement {
    pub(super) prefix: String,
    pub(super) name: String,
    attributes: Vec<(String, String)>,
}

impl XmlElement {
    /// Returns an attribute by its name without a prefix.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// The most attributes of a tag that are read.
const ATTRIBUTES: usize = 64;
/// The most open elements.
const DEPTH: usize = 500;

pub(super) struct XmlReader<'t> {
    reader: Reader<&'t [u8]>,
    /// The end of an empty element, which comes after its start.
    end: Option<String>,
    depth: usize,
}

impl<'t> XmlReader<'t> {
    pub(super) fn new(text: &'t str) -> XmlReader<'t> {
        XmlReader { reader: Reader::from_str(text), end: None, depth: 0 }
    }

    /// Returns the next event, or `None` at the end. After an error there is nothing more to read.
    pub(super) fn next(&mut self) -> Result<Option<XmlEvent>, String> {
        if let Some(name) = self.end.take() {
            return Ok(Some(XmlEvent::End(name)));
        }
        loop {
            let event = self.reader.read_event().map_err(|error| format!("it is not well-formed XML: {error}"))?;
            return Ok(Some(match event {
                Event::Eof => return Ok(None),
                Event::Start(tag) => {
                    self.depth += 1;
                    if self.depth > DEPTH {
                        return Err(format!("its elements are nested deeper than {DEPTH} levels"));
                    }
                    XmlEvent::Start(element(&tag))
                }
                Event::Empty(tag) => {
                    let element = element(&tag);
                    self.end = Some(element.name.clone());
                    XmlEvent::Start(element)
                }
                Event::End(tag) => {
                    self.depth = self.depth.saturating_sub(1);
                    XmlEvent::End(split(tag.name().as_ref()).1.to_owned())
                }
                Event::Text(text) => XmlEvent::Text(text.to_string()),
                Event::CData(text) => XmlEvent::Text(text.to_string()),
                Event::GeneralRef(name) => XmlEvent::Text(match &*name {
                    "amp" => "&".to_owned(),
                    "lt" => "<".to_owned(),
                    "gt" => ">".to_owned(),
                    "quot" => "\"".to_owned(),
                    "apos" => "'".to_owned(),
                    other => match name.resolve_char_ref() {
                        Ok(Some(c)) => c.to_string(),
                        _ => format!("&{other};"),
                    },
                }),
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => continue,
            }));
        }
    }
}

fn split(name: &str) -> (&str, &str) {
    name.rsplit_once(':').unwrap_or(("", name))
}

fn element(tag: &BytesStart) -> XmlElement {
    let name = tag.name();
    let (prefix, name) = split(name.as_ref());
    let mut attributes = Vec::new();
    for attribute in tag.attributes().with_checks(false).take(ATTRIBUTES).flatten() {
        let key = split(attribute.key.as_ref()).1.to_owned();
        let value = attribute.normalized_value(XmlVersion::default()).map(|value| value.into_owned());
        attributes.push((key, value.unwrap_or_else(|_| attribute.value.to_string())));
    }
    XmlElement { prefix: prefix.to_owned(), name: name.to_owned(), attributes }
}
