//! Tests of all steps together, with texts made by hand.

use std::collections::BTreeMap;

use super::finish::{FinishedSite, finish};
use super::settings::FinishSettings;
use crate::base::config;
use crate::import::import_map::ImportMap;
use crate::import::imported::{
    CreditRole, Imported, ImportedCredit, ImportedOriginal, ImportedPerson, ImportedSite, ImportedText, Publication,
    TextRole,
};
use crate::import::source::Source;

const SITE: &str =
    "title = \"Archive\"\nbase_url = \"https://archive.example\"\nlanguage = \"en\"\ntimezone = \"UTC\"\n";

fn png() -> Vec<u8> {
    let hex = "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c494441\
               54789c63f8ffff3f0005fe02fe0def46b80000000049454e44ae426082";
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

fn finished(imported: Imported, map: &str, site: &str, known: &[(&str, &str)]) -> FinishedSite {
    let config = config::parse(site).0.unwrap();
    let map = ImportMap::parse(map).unwrap();
    let read = |_: &str| Ok(png());
    let files = imported.assets.keys().map(|path| (path.clone(), 69)).collect();
    let source = Source::new("old", files, &read);
    let known: BTreeMap<String, String> =
        known.iter().map(|(from, file)| ((*from).to_owned(), (*file).to_owned())).collect();
    let settings =
        FinishSettings { config: &config, map: &map, new_site: false, repository: Some("o/r".into()), known: &known };
    finish(imported, &source, &settings)
}

fn text(from: &str, title: &str, date: &str) -> ImportedText {
    ImportedText {
        from: from.into(),
        title: title.into(),
        date: Some(date.into()),
        sources: vec!["The Gazette".into()],
        sections: vec![vec!["World".into()]],
        body: "Body.".into(),
        ..ImportedText::default()
    }
}

fn translated(from: &str, title: &str, date: &str, by: &str) -> ImportedText {
    let person = ImportedPerson { name: by.into(), ..ImportedPerson::default() };
    let credits = vec![ImportedCredit { role: CreditRole::Translator, person }];
    ImportedText { credits, ..text(from, title, date) }
}

fn file<'f>(site: &'f FinishedSite, path: &str) -> &'f str {
    let paths: Vec<&str> = site.files.iter().map(|file| file.path.as_str()).collect();
    &site.files.iter().find(|file| file.path == path).unwrap_or_else(|| panic!("{path} in {paths:?}")).text
}

fn notes(site: &FinishedSite) -> Vec<String> {
    site.notes.iter().map(|note| format!("{:?} {} {}: {}", note.kind, note.file, note.subject, note.value)).collect()
}

#[test]
fn a_translation_stands_beside_its_original() {
    let mut original = text("ja/a.md", "閣僚会合", "2021-03-24");
    (original.group, original.language, original.role) = ("a".into(), Some("ja".into()), TextRole::Original);
    original.original.url = Some("https://gazette.example/a".into());
    let mut translation = translated("en/a.md", "Ministers meet", "2021-03-24", "A. Person");
    (translation.group, translation.language) = ("a".into(), Some("en_US".into()));
    translation.addresses = vec!["/en/2021/a.html".into()];
    let site = finished(Imported { texts: vec![original, translation], ..Imported::default() }, "", SITE, &[]);
    let article = file(&site, "content/articles/2021/a.md");
    assert!(article.contains("title = \"Ministers meet\"") && article.contains("aliases = [\"/en/2021/a.html\"]"));
    assert!(article.contains("[original]\nlang = \"ja\"\nurl = \"https://gazette.example/a\""), "{article}");
    assert_eq!(file(&site, "content/articles/2021/a.ja.md"), "+++\ntitle = \"閣僚会合\"\n+++\n\nBody.\n");
    assert_eq!((site.counts.articles, site.counts.originals, site.counts.aliases), (1, 1, 1));
    assert_eq!(notes(&site), [""; 0]);
}

#[test]
fn links_and_pictures_move_with_the_texts() {
    let mut a = translated("_posts/2021-03-24-a.md", "A", "2021-03-24", "P");
    a.addresses = vec!["/2021/03/24/a/".into()];
    a.body = "[b](source:_posts/2022-01-01-b.md#x) ![p](source:img/p.png) [c](/b.html) [d](d.html) \
              [e](https://old.example/gone) [raw](https://raw.githubusercontent.com/o/r/main/img/q.png)\n\n[1]: /img/q.png\n\n[f][1]"
        .into();
    let mut b = translated("_posts/2022-01-01-b.md", "B", "2022-01-01", "P");
    b.addresses = vec!["/b.html".into()];
    b.original = ImportedOriginal { url: Some("https://gazette.example/n/b".into()), ..ImportedOriginal::default() };
    b.body = "[rel](c.html) ![q](/img/q.png)".into();
    let assets = BTreeMap::from([
        ("img/p.png".to_owned(), vec!["/img/p.png".to_owned()]),
        ("img/q.png".to_owned(), vec!["/img/q.png".to_owned()]),
        ("img/unused.png".to_owned(), vec![]),
    ]);
    let site = ImportedSite { base_url: Some("https://old.example".into()), ..ImportedSite::default() };
    let site = finished(Imported { site, texts: vec![a, b], assets, ..Imported::default() }, "", SITE, &[]);
    let article = file(&site, "content/articles/2021/a.md");
    let body = article.split("+++\n\n").nth(1).unwrap();
    assert_eq!(
        body,
        "[b](../2022/b.md#x) ![p](a/p.png) [c](../2022/b.md) [d](https://old.example/2021/03/24/a/d.html) \
         [e](https://old.example/gone) [raw](../files/img/q.png)\n\n[1]: ../files/img/q.png\n\n[f][1]\n"
    );
    let other = file(&site, "content/articles/2022/b.md");
    assert!(other.contains("[rel](https://gazette.example/n/c.html) ![q](../files/img/q.png)"), "{other}");
    let assets: Vec<&str> = site.assets.iter().map(|asset| asset.path.as_str()).collect();
    assert_eq!(assets, ["content/articles/2021/a/p.png", "content/articles/files/img/q.png"]);
    assert!(!article.contains("aliases"), "the new address is no alias: {article}");
}

#[test]
fn what_is_missing_is_filled_or_named() {
    let mut bare = text("a.md", "A", "2021-03-24");
    (bare.sources, bare.sections) = (Vec::new(), Vec::new());
    let mut undated = translated("b.md", "", "", "P");
    undated.date = None;
    let mut unsigned = text("c.md", "C", "2021-03-25T10:00:00+09:00");
    unsigned.original.url = Some("https://www.harbour.example/c".into());
    unsigned.sources.clear();
    let texts = vec![bare, undated, unsigned];
    let site = finished(Imported { texts, ..Imported::default() }, "[defaults]\nsection = \"News\"\n", SITE, &[]);
    let a = file(&site, "content/articles/2021/a.md");
    assert!(
        a.contains("kind = \"original\"") && a.contains("section = \"News\"") && a.contains("source = \"Archive\"")
    );
    let b = file(&site, "content/articles/undated/b.md");
    assert!(b.contains("draft = true") && b.contains("title = \"b\""), "{b}");
    let c = file(&site, "content/articles/2021/c.md");
    assert!(c.contains("source = \"harbour.example\"") && c.contains("translator = \"Unknown\""), "{c}");
    assert!(c.contains("date = 2021-03-25\nposted = 2021-03-25T10:00:00+09:00"), "{c}");
    assert_eq!(site.counts.field("section").by_default, 1);
    assert_eq!(notes(&site).len(), 5, "{:#?}", notes(&site));
}

/// Heads are copied: once, Ann's text has Bo's address. Three people of one office share its address.
#[test]
fn a_slip_does_not_make_two_people_one() {
    let credit = |name: &str, url: &str| ImportedCredit {
        role: CreditRole::Translator,
        person: ImportedPerson { name: name.to_owned(), url: Some(url.to_owned()), ..ImportedPerson::default() },
    };
    let mut texts = Vec::new();
    for (at, (name, url)) in [
        ("Ann", "https://code.example/ann"),
        ("Ann", "https://code.example/ann"),
        ("Ann", "https://code.example/bo"),
        ("Bo", "https://code.example/bo"),
        ("Bo B.", "https://code.example/bo"),
        ("Bo", "https://code.example/bo"),
        ("Cy", "https://office.example/"),
        ("Di", "https://office.example/"),
        ("Ed", "https://office.example/"),
    ]
    .into_iter()
    .enumerate()
    {
        let mut text = text(&format!("{at}.md"), &format!("Text {at}"), "2021-03-24");
        text.credits = vec![credit(name, url)];
        texts.push(text);
    }
    let site = finished(Imported { texts, ..Imported::default() }, "", "", &[]);
    let by = |at: usize| {
        let file = site.files.iter().find(|file| file.from == format!("{at}.md")).expect("its file");
        file.text.lines().find_map(|line| line.strip_prefix("translator = ")).expect("a translator").to_owned()
    };
    let found: Vec<String> = (0..9).map(by).collect();
    assert_eq!(
        found,
        [r#""Ann""#, r#""Ann""#, r#""Ann""#, r#""Bo""#, r#""Bo""#, r#""Bo""#, r#""Cy""#, r#""Di""#, r#""Ed""#]
    );
}

#[test]
fn names_are_unique_and_stay() {
    let texts = || ["x/a.md", "y/a.md", "z/a.md"].map(|from| translated(from, "A", "2021-03-24", "P")).to_vec();
    let site = finished(Imported { texts: texts(), ..Imported::default() }, "", SITE, &[]);
    let found: Vec<(&str, &str)> = site.files.iter().map(|file| (file.path.as_str(), file.from.as_str())).collect();
    let expected = [
        ("content/articles/2021/2021-03-24-a-2.md", "z/a.md"),
        ("content/articles/2021/2021-03-24-a.md", "y/a.md"),
        ("content/articles/2021/a.md", "x/a.md"),
    ];
    assert_eq!(found, expected);
    let slugs: Vec<Option<&str>> =
        site.files.iter().map(|file| file.text.lines().find(|line| line.starts_with("slug"))).collect();
    assert_eq!(slugs, [Some("slug = \"a-3\""), Some("slug = \"a-2\""), None]);
    // An earlier import gave `a` to another text; it keeps it, although one before it is new.
    let known = [("z/a.md", "content/articles/2021/a.md"), ("y/a.md", "content/articles/2021/2021-03-24-a.md")];
    let site = finished(Imported { texts: texts(), ..Imported::default() }, "", SITE, &known);
    let of = |from: &str| site.files.iter().find(|file| file.from == from).unwrap().path.as_str();
    assert_eq!(of("z/a.md"), "content/articles/2021/a.md");
    assert_eq!(of("x/a.md"), "content/articles/2021/2021-03-24-a-2.md");
    // A text that moved in the source takes its file along.
    let site = finished(
        Imported { texts: texts()[..1].to_vec(), ..Imported::default() },
        "",
        SITE,
        &[("old/a.md", "content/articles/2021/a.md")],
    );
    assert_eq!(site.files[0].path, "content/articles/2021/a.md");
}

#[test]
fn bad_values_go_and_are_named() {
    let mut a = translated("a.md", "A\u{202e}B", "2021-03-24", "P");
    a.fields.insert("extent", "all of it".into());
    a.fields.insert("genre", "report".into());
    a.original.url = Some("javascript:alert(1)".into());
    a.body = "x\u{202e}y".into();
    let mut page = text("about.md", "About", "2021-01-01");
    (page.publication, page.addresses) = (Publication::Page, vec!["/tags/".into()]);
    let site = finished(Imported { texts: vec![a, page], ..Imported::default() }, "", SITE, &[]);
    let article = file(&site, "content/articles/2021/a.md");
    assert!(article.contains("title = \"AB\"") && article.ends_with("\nxy\n"), "{article}");
    assert!(!article.contains("extent") && article.contains("genre = \"report\"") && !article.contains("javascript"));
    assert_eq!(file(&site, "content/pages/about-tags.md"), "+++\ntitle = \"About\"\n+++\n\nBody.\n");
    let notes = notes(&site);
    assert!(notes.iter().any(|note| note.contains("(extent)")), "{notes:#?}");
    assert!(notes.iter().any(|note| note.contains("original.url")), "{notes:#?}");
}

#[test]
fn a_text_without_an_article_waits() {
    let mut a = translated("a.ja.md", "甲", "2021-03-24", "P");
    a.language = Some("Japanese".into());
    let site = finished(Imported { texts: vec![a], ..Imported::default() }, "", SITE, &[]);
    assert_eq!(file(&site, "content/articles/2021/a.ja.md"), "+++\ntitle = \"甲\"\ntranslator = \"P\"\n+++\n\nBody.\n");
    assert_eq!(site.counts.orphans, 1);
}
