//! Tables with commas, tabs and quotes.

use super::*;
use crate::import::imported::CreditRole;
use crate::import::source::with_files;

fn import(files: &[(&str, &[u8])], map: &str) -> Imported {
    with_files(files, |source| {
        assert!(recognise(&source).is_some());
        read(&source, &ImportMap::parse(map).unwrap()).unwrap()
    })
}

#[test]
fn a_table_with_commas_and_quotes() {
    let csv = "Title,Date,Newspaper,Translator,Category,Body\n\
               \"Council keeps, \"\"the\"\" lighthouse\",03/04/2021,The Gazette,Alex Example; Bea Sample,Society > Cities,\"One.\n\nTwo.\"\n\
               Second,25/03/2021,The Gazette,Alex Example,Society,<p>Text <em>here</em></p>\n\
               ,,,,,\n";
    let imported = import(&[("a.csv", csv.as_bytes())], "");
    assert_eq!(imported.texts.len(), 2);
    let text = &imported.texts[0];
    assert_eq!(text.title, "Council keeps, \"the\" lighthouse");
    // The second row shows that the day is first.
    assert_eq!(text.date.as_deref(), Some("2021-04-03"));
    assert_eq!((text.sources[0].as_str(), text.body.trim()), ("The Gazette", "One.\n\nTwo."));
    assert_eq!(text.sections, [["Society", "Cities"]]);
    let translators: Vec<&str> =
        text.credits.iter().filter(|c| c.role == CreditRole::Translator).map(|c| c.person.name.as_str()).collect();
    assert_eq!(translators, ["Alex Example", "Bea Sample"]);
    assert_eq!(imported.texts[1].body.trim(), "Text *here*");
    assert_eq!((imported.texts[1].from.as_str(), imported.texts[1].body_line), ("a.csv#2", 5));
}

#[test]
fn other_delimiters_encodings_and_columns_of_a_map() {
    let (bytes, _, _) = encoding_rs::SHIFT_JIS
        .encode("見出;日;本文ファイル\n灯台を残す;2021/3/24;t/one.md\n灯台を残す;2021/3/25;no.md\n");
    let map = "[columns]\n\"見出\" = \"title\"\n\"日\" = \"date\"\n\"本文ファイル\" = \"body_file\"\n";
    let imported = import(&[("a.csv", &bytes), ("t/one.md", "本文。\n".as_bytes())], map);
    assert_eq!((imported.texts[0].title.as_str(), imported.texts[0].body.as_str()), ("灯台を残す", "本文。\n"));
    assert_eq!(imported.texts[1].date.as_deref(), Some("2021-03-25"));
    assert!(imported.notes.iter().any(|note| note.subject.contains("the source has not") && note.line == Some(3)));
    for (text, expected) in
        [("a\tb\n", b'\t'), ("a|b\n", b'|'), ("a;b;c,d\n", b';'), ("\"a;b;c\",d\n", b','), ("", b',')]
    {
        assert_eq!(delimiter(text, "x.csv"), expected, "{text}");
    }
    assert_eq!(delimiter("a,b", "x.TSV"), b'\t');
}

#[test]
fn a_table_without_names() {
    let failed = with_files(&[("a.csv", "one\ntwo\n")], |source| read(&source, &ImportMap::default()).unwrap_err());
    assert!(failed.contains("name the columns"), "{failed}");
}
