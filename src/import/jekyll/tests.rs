//! Tests of sites of Jekyll.

use super::read::{read, recognise};
use crate::import::import_map::ImportMap;
use crate::import::imported::{Imported, ImportedText, Publication, TextRole};
use crate::import::source::with_files;

fn imported(files: &[(&str, &str)]) -> Imported {
    with_files(files, |source| read(&source, &ImportMap::default()).unwrap())
}

fn text<'i>(imported: &'i Imported, from: &str) -> &'i ImportedText {
    imported.texts.iter().find(|text| text.from == from).unwrap()
}

#[test]
fn languages_by_folder_are_siblings() {
    let imported = imported(&[
        ("_config.yml", "permalink: pretty\ntimezone: UTC\nurl: https://a.example\n"),
        ("en/news/_posts/2020-09-29-a.md", "---\ntitle: A\nauthor: \"mame\"\nlang: en\n---\n\nText\n"),
        (
            "ja/news/_posts/2020-09-29-a.md",
            "---\ntitle: あ\nauthor: mame\ntranslator: \"ida\"\nlang: ja\n---\n[x]({% post_url en/news/2020-09-29-a %})\n",
        ),
        ("zh_cn/news/_posts/2020-09-29-a.md", "---\ntitle: 阿\ntranslator:\ntags: a b\n---\n"),
    ]);
    let (en, ja, zh) = (&imported.texts[0], &imported.texts[1], &imported.texts[2]);
    assert_eq!((&en.group, &en.group), (&ja.group, &zh.group));
    assert_eq!((en.language.as_deref(), zh.language.as_deref()), (Some("en"), Some("zh_cn")));
    assert_eq!(en.addresses, ["/en/news/2020/09/29/a/"]);
    assert_eq!(ja.addresses, ["/ja/news/2020/09/29/a/"]);
    assert_eq!(en.sections, [["News"]]);
    assert_eq!((en.date.as_deref(), en.slug.as_deref()), (Some("2020-09-29"), Some("a")));
    assert_eq!(ja.body, "[x](source:en/news/_posts/2020-09-29-a.md)\n");
    assert_eq!(ja.role, TextRole::Translation);
    assert_eq!(zh.tags, ["a", "b"]);
}

#[test]
fn the_only_text_without_a_translator_is_the_original() {
    let imported = imported(&[
        ("en/_posts/2020-09-29-a.md", "---\ntitle: A\nauthor: x\n---\n"),
        ("ja/_posts/2020-09-29-a.md", "---\ntitle: あ\ntranslator: ida\n---\n"),
    ]);
    assert_eq!(
        imported.texts.iter().map(|text| text.role).collect::<Vec<_>>(),
        [TextRole::Original, TextRole::Translation]
    );
}

#[test]
fn settings_give_defaults_addresses_and_people() {
    let config = "url: https://a.example\nbaseurl: /blog\ncollections:\n  notes:\n    output: true\n  parts: {}\ndefaults:\n  - scope: {path: \"\", type: posts}\n    values: {layout: post, author: ida, lang: en}\n  - scope: {path: deep}\n    values: {lang: ja}\n";
    let imported = imported(&[
        ("_config.yml", config),
        ("_data/authors.yml", "ida:\n  name: Ida Marram\n  github: idam\n"),
        ("_data/rows.yml", "- a: 1\n"),
        (
            "_posts/2021-03-24-my-post.md",
            "---\ncategories: World\nredirect_from: [/old/, /older]\n---\nA ![b](/img/b.png)\n",
        ),
        ("deep/_posts/2021-03-24-c.md", "---\npermalink: /:year/c.html\npublished: false\n---\nC\n"),
        ("_drafts/d.md", "---\ntitle: D\n---\n"),
        ("_notes/n.md", "---\ntitle: N\n---\n"),
        ("_parts/p.md", "---\ntitle: P\n---\n"),
        ("about.md", "---\ntitle: About\n---\nUs\n"),
        ("index.html", "---\n---\n{% for a in b %}{% endfor %}"),
        ("img/b.png", "png"),
    ]);
    let post = text(&imported, "_posts/2021-03-24-my-post.md");
    assert_eq!(post.title, "My Post");
    assert_eq!(post.addresses, ["/world/2021/03/24/my-post.html", "/old/", "/older"]);
    assert_eq!(
        (post.credits[0].person.name.as_str(), post.credits[0].person.url.as_deref()),
        ("Ida Marram", Some("https://github.com/idam"))
    );
    let deep = text(&imported, "deep/_posts/2021-03-24-c.md");
    assert_eq!((deep.language.as_deref(), deep.publication), (Some("ja"), Publication::Draft));
    assert_eq!(deep.addresses, ["/2021/c.html"]);
    assert_eq!(text(&imported, "_drafts/d.md").publication, Publication::Draft);
    assert_eq!(text(&imported, "_notes/n.md").addresses, ["/notes/n.html"]);
    assert_eq!(text(&imported, "about.md").publication, Publication::Page);
    assert_eq!(imported.assets["img/b.png"], ["/img/b.png"]);
    let left: Vec<&str> = imported.notes.by_subject().into_keys().map(|(_, subject)| subject).collect();
    assert!(left.contains(&"data file") && left.contains(&"page of HTML"), "{left:?}");
    assert!(left.contains(&"collection `parts`, which has no pages"), "{left:?}");
}

#[test]
fn posts_of_html_become_markdown() {
    let imported = imported(&[(
        "_posts/2021-03-24-a.html",
        "---\ntitle: A\n---\n<p>a <b>b</b></p>{% highlight c %}x<y{% endhighlight %}",
    )]);
    assert_eq!(imported.texts[0].body.trim(), "a **b**\n\n```c\nx<y\n```");
}

#[test]
fn other_programs_are_not_jekyll() {
    let post = ("_posts/2021-03-24-a.md", "");
    for (files, is) in [
        (vec![post], true),
        (vec![post, ("_config.yml", "title: A\n")], true),
        (vec![post, ("_config.yml", "public_dir: public\n")], false),
        (vec![("source/_posts/a.md", ""), ("_config.yml", "title: A\n")], false),
        (vec![("_posts/20210324_a.md", "")], false),
        (vec![("posts/2021-03-24-a.md", "")], false),
    ] {
        assert_eq!(with_files(&files, |source| recognise(&source)).is_some(), is, "{files:?}");
    }
}
