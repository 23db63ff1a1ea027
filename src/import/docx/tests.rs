//! Word files as Word writes them, packed by the test.

use super::read;
use crate::import::import_map::ImportMap;
use crate::import::imported::Imported;
use crate::import::source::Source;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::io::{Cursor, Write};

fn packed(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn import(bytes: Vec<u8>) -> Result<Imported, String> {
    let load = move |_: &str| Ok(bytes.clone());
    let source = Source::new("word", BTreeMap::from([("a/Page.docx".to_owned(), 1)]), &load);
    assert!(read::recognise(&source).is_some());
    read::read(&source, &ImportMap::default())
}

const STYLES: &str = "<w:styles><w:style w:styleId='T'><w:name w:val='Title'/></w:style><w:style w:styleId='H'><w:name w:val='heading 1'/></w:style></w:styles>";
const NUMBERING: &str = "<w:numbering><w:abstractNum w:abstractNumId='4'><w:lvl w:ilvl='0'><w:numFmt w:val='decimal'/></w:lvl><w:lvl w:ilvl='1'><w:numFmt w:val='bullet'/></w:lvl></w:abstractNum><w:num w:numId='7'><w:abstractNumId w:val='4'/></w:num></w:numbering>";
const LINKS: &str =
    "<Relationships><Relationship Id='r1' Target='https://a.example/b' TargetMode='External'/></Relationships>";
const CORE: &str = "<cp:coreProperties><dc:creator>Somebody</dc:creator><dcterms:created>2021-03-24T09:00:00Z</dcterms:created></cp:coreProperties>";
const NOTES: &str =
    "<w:footnotes><w:footnote w:id='2'><w:p><w:r><w:t>A note</w:t></w:r></w:p></w:footnote></w:footnotes>";

fn p(properties: &str, runs: &str) -> String {
    format!("<w:p><w:pPr>{properties}</w:pPr>{runs}</w:p>")
}

fn r(text: &str) -> String {
    format!("<w:r><w:t xml:space='preserve'>{text}</w:t></w:r>")
}

fn document() -> String {
    let item = |level: u32, text: &str| {
        p(&format!("<w:numPr><w:ilvl w:val='{level}'/><w:numId w:val='7'/></w:numPr>"), &r(text))
    };
    let cell = |text: &str| format!("<w:tc>{}</w:tc>", p("", &r(text)));
    let body = [
        p("<w:pStyle w:val='T'/>", &r("The lighthouse")),
        p("", &r("By Ida Marram | March 20, 2021")),
        p("<w:pStyle w:val='H'/>", &r("Part")),
        p(
            "<w:rPr><w:b/></w:rPr>",
            &format!(
                "{}<w:r><w:rPr><w:b/></w:rPr><w:t>bold</w:t></w:r><w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:ins>{}</w:ins>\
                 <w:hyperlink r:id='r1'>{}</w:hyperlink><w:r><w:footnoteReference w:id='2'/></w:r>\
                 <w:r><w:ruby><w:rt><w:r><w:t>とうだい</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>灯台</w:t></w:r></w:rubyBase></w:ruby></w:r>",
                r("a "),
                r(" new "),
                r("link")
            ),
        ),
        item(0, "one"),
        item(1, "in"),
        item(0, "two"),
        format!("<w:tbl><w:tr>{}{}</w:tr><w:tr>{}{}</w:tr></w:tbl>", cell("x"), cell("y"), cell("1"), cell("2")),
        p(
            "",
            "<w:r><w:drawing><wp:docPr descr='A quay'/><w:txbxContent><w:p><w:r><w:t>Box</w:t></w:r></w:p></w:txbxContent></w:drawing></w:r>",
        ),
        p("", &r("end")),
    ];
    format!("<w:document><w:body>{}</w:body></w:document>", body.concat())
}

fn whole() -> Vec<u8> {
    packed(&[
        ("word/document.xml", &document()),
        ("word/styles.xml", STYLES),
        ("word/numbering.xml", NUMBERING),
        ("word/_rels/document.xml.rels", LINKS),
        ("docProps/core.xml", CORE),
        ("word/footnotes.xml", NOTES),
    ])
}

#[test]
fn a_word_file_is_read() {
    let imported = import(whole()).unwrap();
    let text = &imported.texts[0];
    assert_eq!((text.title.as_str(), text.date.as_deref()), ("The lighthouse", Some("2021-03-20")));
    assert_eq!(text.posted.as_deref(), Some("2021-03-24T09:00:00+00:00"));
    assert_eq!(text.credits[0].person.name, "Ida Marram");
    assert_eq!(
        text.body,
        "## Part\n\na **bold** new [link](https://a.example/b)[^1]{灯台|とうだい}\n\n1. one\n   - in\n2. two\n\n\
         | x | y |\n| --- | --- |\n| 1 | 2 |\n\nend\n\n[^1]: A note\n"
    );
    let named: Vec<(&str, &str)> =
        imported.notes.iter().map(|note| (note.subject.as_str(), note.value.as_str())).collect();
    assert!(named.contains(&("picture or drawing within a Word file", "A quay")));
    assert!(named.contains(&("text box", "Box")));
}

#[test]
fn damaged_files_are_named() {
    assert!(import(b"no zip".to_vec()).is_err());
    assert!(import(packed(&[("a.txt", "x")])).is_err());
    let document = document();
    for end in (0..document.len()).step_by(7).filter(|end| document.is_char_boundary(*end)) {
        let _ = import(packed(&[
            ("word/document.xml", &document[..end]),
            ("word/footnotes.xml", &NOTES[..end.min(NOTES.len())]),
        ]));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..200), cut in 0..2000usize, xml in "[<>/a-z:= '\"&;#0-9]{0,100}") {
        let _ = import(bytes);
        let whole = whole();
        let _ = import(whole[..cut.min(whole.len())].to_vec());
        let _ = import(packed(&[("word/document.xml", &xml), ("word/numbering.xml", &xml)]));
    }
}
