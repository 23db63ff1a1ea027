//! The parts of a Word file beside its text: styles, numberings, addresses of links, and properties.

use std::collections::BTreeMap;

use crate::import::xml::{XmlElement, XmlEvent, XmlReader};

/// What the text refers to.
#[derive(Debug, Default)]
pub(super) struct DocxParts {
    /// Names of styles in lower case, by their ids.
    pub(super) styles: BTreeMap<String, String>,
    /// Whether a level of a numbering has numbers, by the id of the numbering.
    numbered: BTreeMap<(String, u32), bool>,
    /// Addresses by the ids of relations.
    pub(super) links: BTreeMap<String, String>,
    /// `title`, `creator`, `created`, `modified`, `language`, `description`, `keywords`.
    pub(super) properties: BTreeMap<String, String>,
}

/// Calls `take` with each start tag and the names of the elements around it.
fn each_start(xml: &str, mut take: impl FnMut(&[String], &XmlElement)) {
    let mut reader = XmlReader::new(xml);
    let mut path = Vec::new();
    while let Ok(Some(event)) = reader.next() {
        match event {
            XmlEvent::Start(element) => {
                take(&path, &element);
                path.push(element.name);
            }
            XmlEvent::End(_) => {
                path.pop();
            }
            XmlEvent::Text(_) => {}
        }
    }
}

impl DocxParts {
    pub(super) fn read_styles(&mut self, xml: &str) {
        let mut id = String::new();
        each_start(xml, |path, element| match element.name.as_str() {
            "style" => id = element.attribute("styleId").unwrap_or_default().to_owned(),
            "name" if path.last().is_some_and(|parent| parent == "style") => {
                let name = element.attribute("val").unwrap_or_default().to_lowercase();
                self.styles.insert(id.clone(), name);
            }
            _ => {}
        });
    }

    pub(super) fn read_numbering(&mut self, xml: &str) {
        let (mut outer, mut level) = (String::new(), 0);
        let mut abstracts: BTreeMap<(String, u32), bool> = BTreeMap::new();
        let mut uses: Vec<(String, String)> = Vec::new();
        each_start(xml, |path, element| {
            let value = |key: &str| element.attribute(key).unwrap_or_default().to_owned();
            match element.name.as_str() {
                "abstractNum" => outer = value("abstractNumId"),
                "num" => outer = value("numId"),
                "lvl" => level = value("ilvl").parse().unwrap_or(0),
                "numFmt" if path.iter().any(|parent| parent == "abstractNum") => {
                    abstracts.insert((outer.clone(), level), !matches!(&*value("val"), "bullet" | "none"));
                }
                "abstractNumId" => uses.push((outer.clone(), value("val"))),
                _ => {}
            }
        });
        for (id, of) in uses {
            let levels = abstracts.range((of.clone(), 0)..=(of, u32::MAX));
            self.numbered.extend(levels.map(|((_, level), numbered)| ((id.clone(), *level), *numbered)));
        }
    }

    pub(super) fn read_links(&mut self, xml: &str) {
        each_start(xml, |_, element| {
            let outside = element.attribute("TargetMode") == Some("External");
            if let (true, Some(id), Some(target)) = (outside, element.attribute("Id"), element.attribute("Target")) {
                self.links.insert(id.to_owned(), target.to_owned());
            }
        });
    }

    pub(super) fn read_properties(&mut self, xml: &str) {
        let mut reader = XmlReader::new(xml);
        let mut text = String::new();
        while let Ok(Some(event)) = reader.next() {
            match event {
                XmlEvent::Start(_) => text.clear(),
                XmlEvent::Text(more) => text.push_str(&more),
                XmlEvent::End(name) => {
                    let value = std::mem::take(&mut text).trim().to_owned();
                    if !value.is_empty() {
                        self.properties.insert(name, value);
                    }
                }
            }
        }
    }

    /// Returns whether a level of a numbering has numbers.
    pub(super) fn is_numbered(&self, numbering: &str, level: u32) -> bool {
        self.numbered.get(&(numbering.to_owned(), level)).copied().unwrap_or(false)
    }
}
