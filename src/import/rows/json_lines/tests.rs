//! Articles as lines of JSON.

use super::*;
use crate::import::source::with_files;

fn import(files: &[(&str, &str)]) -> Imported {
    with_files(files, |source| {
        assert!(recognise(&source).is_some());
        read(&source, &ImportMap::default()).unwrap()
    })
}

#[test]
fn rows_with_further_texts_and_files() {
    let row = r#"{"id": 3, "url": "https://old.example/2021/a/", "title": "Lighthouse", "date": "2021-03-24", "sections": ["Society > Cities"], "tags": ["Light"], "sources": ["The Gazette"], "translators": ["Alex Example"], "body": "See ![it](pic.jpg).", "files": {"pic.jpg": "files/1/pic.jpg"}, "draft": null, "texts": [{"language": "ja", "role": "original", "title": "灯台", "body": "本文。"}]}"#;
    let imported = import(&[("articles.jsonl", &format!("{row}\n\n[1]\n{{\n")), ("files/1/pic.jpg", "x")]);
    assert_eq!(imported.texts.len(), 2);
    let (original, text) = (&imported.texts[0], &imported.texts[1]);
    assert_eq!((original.role, original.language.as_deref()), (TextRole::Original, Some("ja")));
    assert_eq!(original.group, text.group);
    assert_eq!((text.title.as_str(), text.date.as_deref()), ("Lighthouse", Some("2021-03-24")));
    assert_eq!(text.body, "See ![it](source:files/1/pic.jpg).");
    assert_eq!(text.addresses, ["/2021/a/"]);
    assert_eq!(text.sections, [["Society", "Cities"]]);
    assert_eq!(text.sources, ["The Gazette"]);
    assert_eq!(text.credits[0].person.name, "Alex Example");
    let lines: Vec<Option<usize>> = imported.notes.iter().map(|note| note.line).collect();
    assert_eq!(lines, [Some(3), Some(4)]);
}
