//! Files and folders of printed pages as a whole.

use std::collections::BTreeMap;

use super::*;
use crate::import::source::with_files;

fn import(files: &[(&str, &str)]) -> Imported {
    with_files(files, |source| {
        assert!(recognise(&source).is_some());
        read(&source, &ImportMap::default()).unwrap()
    })
}

const TWO: &str = "print PRINT\n\nSOCIETY > Cities\n\nOne\n\n• March 24, 2021\n• , NHK\n• JMH Summary\n\nText one.\n\n• Ambassador\n• Ukraine\n\nprint PRINT\n\nTwo\n\n• March 25, 2021\n• , TBS , p. 3\n\nText two.\n\n------\n\nMore of two.\n";

#[test]
fn many_pages_in_one_file() {
    let imported = import(&[("all.txt", TWO)]);
    let told: Vec<(&str, &str, Option<&str>)> =
        imported.texts.iter().map(|text| (text.from.as_str(), text.title.as_str(), text.date.as_deref())).collect();
    assert_eq!(told, [("all.txt#1", "One", Some("2021-03-24")), ("all.txt#2", "Two", Some("2021-03-25"))]);
    assert_eq!(imported.texts[0].fields["kind"], "summary");
    assert_eq!(imported.texts[1].body, "Text two.\n\nMore of two.\n");
    assert_eq!(imported.notes.iter().count(), 1);
}

#[test]
fn the_name_of_a_file_may_be_an_address() {
    let page = "One\n\n• March 24, 2021\n• , NHK\n\nText.\n";
    let imported = import(&[("20210325163437.txt", page)]);
    assert_eq!(imported.texts[0].posted.as_deref(), Some("2021-03-25"));
    assert_eq!(imported.texts[0].addresses, ["/20210325163437/"]);
}

/// The page and the article that the project was given to start with. They stand beside the project, if at all.
#[test]
#[allow(clippy::disallowed_methods, reason = "a test reads what stands beside the project")]
fn the_first_page_equals_the_article_that_was_made_by_hand() {
    let beside = || std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/fixtures");
    let folder = std::env::var_os("RECTO_FIXTURES").map_or_else(beside, std::path::PathBuf::from);
    let Ok(printed) = std::fs::read_to_string(folder.join("seed/printed-page.txt")) else {
        eprintln!("skipped: the fixtures are not here");
        return;
    };
    let article = "jmh/content/articles/2021/03/japan-reluctant-to-impose-sanctions.md";
    let article = std::fs::read_to_string(folder.join(article)).unwrap();
    let (head, body) = article.trim_start_matches("+++\n").split_once("\n+++\n").unwrap();
    let imported = import(&[("printed-page.txt", &printed)]);
    let text = &imported.texts[0];
    let mut found = BTreeMap::from([
        ("title", text.title.clone()),
        ("date", text.date.clone().unwrap()),
        ("source", text.sources.join(", ")),
        ("translator", text.credits.iter().map(|credit| credit.person.name.clone()).collect()),
        ("section", text.sections[0].join(" > ")),
    ]);
    found.extend(text.fields.iter().map(|(key, value)| (*key, value.clone())));
    let by_hand: BTreeMap<&str, String> = head
        .lines()
        .filter_map(|line| line.split_once(" = "))
        .map(|(key, value)| (key, value.trim_matches('"').to_owned()))
        // Tags are not printed.
        .filter(|(key, _)| *key != "tags")
        .collect();
    assert_eq!(found, by_hand);
    assert_eq!(text.body.trim(), body.trim());
}
