//! Tests of sites of Hexo.

use super::credits;
use super::read::{read, recognise};
use crate::import::import_map::ImportMap;
use crate::import::imported::{CreditRole, Imported, ImportedText, Publication};
use crate::import::source::with_files;

fn imported(files: &[(&str, &str)]) -> Imported {
    with_files(files, |source| read(&source, &ImportMap::default()).unwrap())
}

#[test]
fn a_post_with_credits_is_read() {
    let post = "title: \"灯塔\"\ndate: 2021-03-25\ntags: [Sea]\ncategories: [a.example]\npermalink: the-lighthouse\n\n---\n> 作者：Ida Marram，[原文链接](https://a.example/lighthouse)，原文日期：2021/03/24\n> 译者：[某甲](https://b.example/jia)；校对：[乙](https://b.example/yi)，丙；定稿：丁\n  \n\n<!--此处开始正文-->\n\n正文\n\n<!--more-->\n\n{{ x }}\n";
    let imported = imported(&[("_posts/20210325_the-lighthouse.md", post), ("readme.md", "How to write")]);
    assert_eq!(imported.texts.len(), 1);
    let text = &imported.texts[0];
    assert_eq!(text.addresses, ["/2021/03/25/the-lighthouse/", "/the-lighthouse/"]);
    assert_eq!(text.original.url.as_deref(), Some("https://a.example/lighthouse"));
    assert_eq!((text.date.as_deref(), text.posted.as_deref()), (Some("2021-03-24"), Some("2021-03-25")));
    let people: Vec<(CreditRole, &str)> =
        text.credits.iter().map(|credit| (credit.role, credit.person.name.as_str())).collect();
    assert_eq!(
        people,
        [
            (CreditRole::Author, "Ida Marram"),
            (CreditRole::Translator, "某甲"),
            (CreditRole::Reviewer, "乙"),
            (CreditRole::Reviewer, "丙"),
            (CreditRole::Editor, "丁"),
        ]
    );
    assert!(text.body.trim_start().starts_with("<!--此处开始正文-->"), "{}", text.body);
    assert!(text.body.contains("<!--more-->"));
    assert_eq!(
        imported.notes.iter().map(|note| (note.subject.as_str(), note.line)).collect::<Vec<_>>(),
        [("value in `{{ }}`", Some(18))]
    );
}

#[test]
fn settings_categories_and_assets() {
    let imported = imported(&[
        (
            "_config.yml",
            "title: A\nurl: https://a.example\nroot: /blog/\npermalink: :category/:year/:title/\nlanguage: [ja, en]\ncategory_map:\n  World: world\nnew_post_name: :year-:month-:day-:title.md\n",
        ),
        (
            "source/_posts/2021-03-24-a.md",
            "---\ntitle: A\ndate: 2021-03-24 09:00:00\ncategories:\n  - [World, Asia]\n  - [Sea]\n---\n{% asset_img p.png %}\n",
        ),
        ("source/_posts/2021-03-24-a/p.png", "png"),
        ("source/_posts/b.md", "---\ntitle: B\ndate: 2021-03-25\npermalink: /x/b.html\n---\n"),
        ("source/_drafts/c.md", "title: C\n---\n"),
        ("source/about/index.md", "title: About\n---\nUs"),
        ("source/img/q.png", "png"),
    ]);
    let site = &imported.site;
    assert_eq!((site.base_url.as_deref(), site.language.as_deref()), (Some("https://a.example/blog"), Some("ja")));
    let find = |from: &str| imported.texts.iter().find(|text| text.from == from).unwrap();
    let a = find("source/_posts/2021-03-24-a.md");
    assert_eq!(a.sections, [vec!["World", "Asia"], vec!["Sea"]]);
    assert_eq!(a.addresses, ["/world/Asia/2021/a/"]);
    assert_eq!(a.body, "![](source:source/_posts/2021-03-24-a/p.png)\n");
    assert_eq!(find("source/_posts/b.md").addresses, ["/x/b.html"]);
    assert_eq!(find("source/_drafts/c.md").publication, Publication::Draft);
    let about = find("source/about/index.md");
    assert_eq!((about.publication, &about.addresses[..]), (Publication::Page, &["/about/".to_owned()][..]));
    assert_eq!(imported.assets["source/_posts/2021-03-24-a/p.png"], ["/world/Asia/2021/a/p.png"]);
    assert_eq!(imported.assets["source/img/q.png"], ["/img/q.png"]);
}

#[test]
fn heads_of_credits() {
    for (body, url, title, translators) in [
        (
            "原文链接：[The Lighthouse](https://a.example/l)\n\nx",
            Some("https://a.example/l"),
            Some("The Lighthouse"),
            "",
        ),
        (
            "> Original: https://a.example/l\n> Translated by Ida Marram and Bo Reed\n\nx",
            Some("https://a.example/l"),
            None,
            "Ida Marram|Bo Reed",
        ),
        (
            "> * 原文地址：[T](https://a.example/a_(b))\n> * 译者：[甲](https://b.example)\n\nx",
            Some("https://a.example/a_(b)"),
            Some("T"),
            "甲",
        ),
        ("> **原文**：https://a.example/l | **译者**：甲、乙\n\nx", Some("https://a.example/l"), None, "甲|乙"),
    ] {
        let mut text = ImportedText { body: body.to_owned(), ..ImportedText::default() };
        assert!(credits::take(&mut text), "{body}");
        assert_eq!((text.original.url.as_deref(), text.original.title.as_deref()), (url, title), "{body}");
        let names: Vec<&str> = text
            .credits
            .iter()
            .filter(|credit| credit.role == CreditRole::Translator)
            .map(|credit| credit.person.name.as_str())
            .collect();
        assert_eq!(names.join("|"), translators, "{body}");
        assert_eq!(text.body, "x");
    }
    for body in ["作者：他说了什么？\n这是正文的第一段。\n", "Original ideas are rare.\n", "> Quoted words.\n\nx", ""]
    {
        let mut text = ImportedText { body: body.to_owned(), ..ImportedText::default() };
        assert!(!credits::take(&mut text), "{body}");
        assert_eq!(text.body, body);
    }
}

#[test]
fn folders_of_posts_are_recognised() {
    for (files, is) in [
        (vec![("source/_posts/a.md", ""), ("_config.yml", "")], true),
        (vec![("_posts/20210324_a.md", "")], true),
        (vec![("source/_posts/a.png", "")], false),
        (vec![("posts/a.md", "")], false),
    ] {
        assert_eq!(with_files(&files, |source| recognise(&source)).is_some(), is, "{files:?}");
    }
}
