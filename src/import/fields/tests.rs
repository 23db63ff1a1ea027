//! Tests of `fields.rs`.

use super::*;
use crate::import::head;

fn read(source: &str, map: &str) -> (ImportedText, Notes) {
    let map = ImportMap::parse(map).unwrap();
    let head = head::read(source).unwrap().unwrap();
    let (mut text, mut notes) = (ImportedText::default(), Notes::default());
    for entry in &head.entries {
        set(&mut text, entry, &map, &mut notes);
    }
    (text, notes)
}

#[test]
fn usual_keys_of_other_programs_find_their_fields() {
    let (text, notes) = read(
        "---\ntitle: A\ndate: 2021-03-24\nauthors: [Ida Marram, \"Sae Onizuka\"]\ntranslator: 甲、乙\nreviewers:\n- name: Bo\n  url: https://bo.example/\ncategories: [World, \"World > Asia\"]\ntags: a, b\nkeywords: [b, c]\nlastmod: 2021-04-01\npublishDate: 2021-03-25T09:00:00+09:00\nexpiryDate: 2030-01-01\naliases: [/old/, older]\nredirect_from: https://a.example/x/\nurl: /main/\ndescription: D\nlang: zh_cn\nimage: /img/a.png\noriginal_url: https://o.example/1\nsource: [\"The Gazette\"]\nlicense: CC-BY-4.0\nedition: morning\ndraft: true\nweight: 3\nlayout: post\n---\n",
        "",
    );
    let names = |role| -> Vec<&str> {
        text.credits.iter().filter(|credit| credit.role == role).map(|credit| &*credit.person.name).collect()
    };
    assert_eq!(names(CreditRole::Author), ["Ida Marram", "Sae Onizuka"]);
    assert_eq!(names(CreditRole::Translator), ["甲", "乙"]);
    assert_eq!(names(CreditRole::Reviewer), ["Bo"]);
    assert_eq!(text.sections, [vec!["World"], vec!["World", "Asia"]]);
    assert_eq!(text.tags, ["a", "b", "c"]);
    assert_eq!(text.addresses, ["/main/", "/old/", "/older", "/x/"]);
    assert_eq!((text.updated.as_deref(), text.expires.as_deref()), (Some("2021-04-01"), Some("2030-01-01")));
    assert_eq!(text.posted.as_deref(), Some("2021-03-25T09:00:00+09:00"));
    assert_eq!((text.summary.as_deref(), text.cover.as_deref()), (Some("D"), Some("/img/a.png")));
    assert_eq!(text.language.as_deref(), Some("zh_cn"));
    assert_eq!(text.original.url.as_deref(), Some("https://o.example/1"));
    assert_eq!((&*text.sources, text.rights.as_deref()), (&["The Gazette".to_owned()][..], Some("CC-BY-4.0")));
    assert_eq!((text.publication, &*text.fields["edition"]), (Publication::Draft, "morning"));
    assert_eq!(text.extra.keys().collect::<Vec<_>>(), ["weight"]);
    let kinds: Vec<_> = notes.iter().map(|note| (note.kind, &*note.subject)).collect();
    let switch = (NoteKind::LeftOut, "`layout`, a switch of the other program");
    assert_eq!(kinds, [(NoteKind::UnknownKey, "`weight`"), switch]);
}

#[test]
fn the_map_comes_first_and_slips_are_read() {
    let (text, notes) = read(
        "+++\ntilte = \"A\"\ncatagories = [\"X\"]\nvia = \"https://o.example/\"\nwho = \"Ida\"\nseries = \"S\"\ndrop = 1\ndate = \"yesterday\"\n[extra]\nmood = \"good\"\ntranslator = \"Bo\"\n+++\n",
        "[keys]\nwho = \"author\"\ndrop = false\nseries = \"extra.row\"\n",
    );
    assert_eq!((&*text.title, &text.sections), ("A", &vec![vec!["X".to_owned()]]));
    assert_eq!(text.original.url.as_deref(), Some("https://o.example/"));
    assert_eq!(text.credits.len(), 2);
    assert_eq!(text.extra.keys().collect::<Vec<_>>(), ["date", "mood", "row"]);
    assert_eq!(notes.iter().filter(|note| note.kind == NoteKind::Guessed).count(), 2);
    assert!(notes.iter().any(|note| note.subject == "`date` that is no date" && note.line == Some(8)));
}

#[test]
fn a_second_value_is_kept() {
    let (text, notes) = read("---\ndescription: A\nexcerpt: B\n---\n", "");
    assert_eq!(text.summary.as_deref(), Some("A"));
    assert_eq!(text.extra["excerpt"], ExtraValue::Text("B".into()));
    assert_eq!(notes.iter().count(), 1);
}

#[test]
fn an_original_is_a_table_an_address_or_a_title() {
    let (text, _) = read(
        "---\noriginal:\n  url: https://o.example/\n  lang: ja\n  date: 2021-03-20\n  author: Ida\n  mood: x\n---\n",
        "",
    );
    let original = &text.original;
    assert_eq!((original.language.as_deref(), original.date.as_deref()), (Some("ja"), Some("2021-03-20")));
    assert_eq!((text.credits.len(), text.extra.contains_key("original_mood")), (1, true));
    assert_eq!(read("---\noriginal: 題\n---\n", "").0.original.title.as_deref(), Some("題"));
}
