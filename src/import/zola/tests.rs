//! Tests of how a site of Zola is read.

use super::*;
use crate::import::imported::{CreditRole, TextRole};
use crate::import::source::with_files;

fn import(files: &[(&str, &str)], map: &str) -> Imported {
    let map = ImportMap::parse(map).unwrap();
    with_files(files, |source| {
        assert!(recognise(&source).is_some());
        super::read(&source, &map).unwrap()
    })
}

const CONFIG: (&str, &str) = (
    "config.toml",
    "base_url = \"https://ferry.example/blog\"\ntitle = \"Ferry\"\ndefault_language = \"en\"\n[languages.ja]\ntitle = \"船\"\n",
);

#[test]
fn a_page_has_its_keys_place_and_addresses() {
    let page = "+++\npath = \"2021/03/24/storm\"\ntitle = \"Storm\"\nauthors = [\"Ida Marram\"]\naliases = [\"2021/storm.html\"]\nupdated = 2021-04-01\ntemplate = \"x.html\"\n[taxonomies]\ntags = [\"sea\"]\n[extra]\ntranslator = \"Bo\"\nmood = 3\ncover = \"a.png\"\n+++\nBody\n";
    let files = [
        CONFIG,
        ("content/news/_index.md", "+++\ntitle = \"The News\"\n+++\n"),
        ("content/news/storm/index.md", page),
        ("content/news/storm/index.ja.md", "+++\ntitle = \"嵐\"\ndate = 2021-03-24\n+++\n"),
        ("content/news/storm/a.png", ""),
        ("content/about.md", "+++\ntitle = \"About\"\n+++\nUs.\n"),
        ("static/img/b.png", ""),
    ];
    let imported = import(&files, "");
    let text = imported.texts.iter().find(|text| text.from.ends_with("index.md")).unwrap();
    assert_eq!((text.date.as_deref(), text.updated.as_deref()), (Some("2021-03-24"), Some("2021-04-01")));
    assert_eq!(text.addresses, ["/2021/03/24/storm/", "/2021/storm.html"]);
    assert_eq!((&text.sections, &text.tags), (&vec![vec!["The News".to_owned()]], &vec!["sea".to_owned()]));
    assert_eq!(text.credits.iter().map(|c| c.role).collect::<Vec<_>>(), [CreditRole::Author, CreditRole::Translator]);
    assert_eq!(text.cover.as_deref(), Some("source:content/news/storm/a.png"));
    assert_eq!((text.extra.len(), text.body_line), (1, 15));
    let other = imported.texts.iter().find(|text| text.from.ends_with("index.ja.md")).unwrap();
    assert_eq!(
        (&other.group, other.language.as_deref(), &*other.addresses[0]),
        (&text.group, Some("ja"), "/ja/news/storm/")
    );
    let about = imported.texts.iter().find(|text| text.from.ends_with("about.md")).unwrap();
    assert_eq!((about.publication, &*about.addresses[0]), (Publication::Page, "/about/"));
    assert_eq!(imported.assets["content/news/storm/a.png"], ["/2021/03/24/storm/a.png"]);
    assert_eq!(imported.assets["static/img/b.png"], ["/img/b.png"]);
    assert_eq!(imported.site.base_url.as_deref(), Some("https://ferry.example/blog"));
}

#[test]
fn links_and_shortcodes_become_markdown() {
    let body = "+++\ntitle = \"A\"\ndate = 2021-01-01\n+++\n[b](@/b.md#x) [n](@/none.md) [s](@/news/_index.md) ![p](p.png) @/b.md\n<!-- more -->\n```\n[b](@/b.md)\n```\n{{ youtube(id=\"abc\") }} {{ figure(src=\"p.png\", caption='Two \"p\"') }}\n{% quote(author=\"Ida\") %}\none\n\n{{ note(a=1) }}\n{% end %}\n{{ odd(x=[1, 2]) }} {{/* shown() */}} {% box() %}in{% end %} {{ plain }} {% open() %}\n{{ gone() }}\n";
    let files = [
        CONFIG,
        ("content/a.md", body),
        ("content/b.md", "+++\ntitle = \"B\"\n+++\n"),
        ("content/news/_index.md", "+++\n+++\nHello\n"),
        ("content/p.png", ""),
    ];
    let imported = import(&files, "[shortcodes]\nnote = \"**{a}**{0}\"\ngone = \"\"\n");
    assert_eq!(
        imported.texts[0].body,
        "[b](source:content/b.md#x) [n](https://ferry.example/blog/none/) [s](https://ferry.example/blog/news/) ![p](source:content/p.png) @/b.md\n\n```\n[b](@/b.md)\n```\n<https://www.youtube.com/watch?v=abc> ![Two \"p\"](source:content/p.png \"Two \\\"p\\\"\")\n> one\n> \n> **1**1\n>\n> — Ida\n{{ odd(x=[1, 2]) }} {{ shown() }} {% box() %}in{% end %} {{ plain }} {% open() %}\n\n"
    );
    let notes: Vec<(NoteKind, &str, Option<usize>)> =
        imported.notes.iter().map(|note| (note.kind, &*note.subject, note.line)).collect();
    assert_eq!(
        notes,
        [
            (NoteKind::LeftOut, "text above the list of a section", None),
            (NoteKind::LeftAsText, "link to a page that the source does not have", Some(5)),
            (NoteKind::LeftAsText, "shortcode `odd`", Some(16)),
            (NoteKind::LeftAsText, "shortcode `box`", Some(16)),
            (NoteKind::LeftAsText, "shortcode `open` without an end", Some(16)),
            (NoteKind::LeftOut, "shortcode `gone`, as the map says", Some(17)),
        ]
    );
}

#[test]
fn an_export_by_recto_comes_back() {
    let page = "+++\ntitle = \"A\"\ndate = 2021-03-24\npath = \"/2021/03/24/a/\"\n[taxonomies]\nsections = [\"World > Asia\"]\n[extra.recto]\nfile = \"articles/2021/03/a.md\"\nrole = \"article\"\nlanguage = \"en\"\n[extra.recto.keys]\nsection = \"World > Asia\"\n+++\nB\n";
    let imported = import(&[CONFIG, ("content/articles/2021/03/a/index.md", page)], "");
    let text = &imported.texts[0];
    let own = text.own.as_ref().unwrap();
    assert_eq!((&*own.file, text.role, text.extra.len()), ("articles/2021/03/a.md", TextRole::Translation, 0));
    assert_eq!((&*text.group, &*text.addresses), ("articles/2021/03/a", &["/2021/03/24/a/".to_owned()][..]));
}

#[test]
fn deep_and_many_shortcodes_take_linear_time() {
    let body = format!(
        "+++\ntitle = \"A\"\n+++\n{}{}{}",
        "{% a() %}".repeat(50_000),
        "{{ a(".repeat(50_000),
        "{% end %}".repeat(60_000)
    );
    let imported = import(&[CONFIG, ("content/a.md", &body)], "");
    assert_eq!(imported.texts[0].body, body[body.find("{% a").unwrap()..]);
}
