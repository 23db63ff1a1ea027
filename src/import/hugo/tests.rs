//! Tests of the reader of Hugo's sites.

use super::*;
use crate::import::imported::{CreditRole, TextRole};
use crate::import::source::with_files;

const CONFIG: &str = "\
baseURL = \"https://old.example/blog/\"
title = \"The Specimen\"
defaultContentLanguage = \"en\"
timeZone = \"Asia/Tokyo\"
[permalinks]
posts = \"/:year/:month/:slug/\"
[languages.en]
weight = 1
[languages.ja]
weight = 2
[languages.zh-cn]
languageCode = \"zh-Hans\"
contentDir = \"content.zh\"
";

const POST: &str = "\
---
Title: Ministers meet
date: 2021-03-24
publishDate: 2021-03-25T09:00:00+09:00
lastmod: 2021-04-01
expiryDate: 2031-01-01
translator: Ann Sample
translatorlink: https://ann.example
original_url: https://harbour.example/1
categories: [World, Economy]
tags: [ports]
aliases: [/old/1/, ../x/]
slug: ministers
images: [pic.png]
---

See [two]({{< ref \"two.md#part\" >}}) and [three]({{% relref \"/news/three\" %}}), not [gone]({{< ref \"gone\" >}}).

<!--more-->

{{< figure src=\"pic.png\" alt=\"A pier\" caption=\"The \\\"old\\\" pier\" attr=\"Bo\" >}}

{{< highlight go \"linenos=table\" >}}
fmt.Println(\"{{< x >}}\")
{{< /highlight >}}

{{< note kind=\"tip\" >}}Mind *the* gap.{{< /note >}}
{{< youtube abc_123 >}}
{{% mystery 1 %}}
";

fn imported(files: &[(&str, &str)], map: &str) -> Imported {
    with_files(files, |source| {
        assert!(recognise(&source).is_some());
        read(&source, &ImportMap::parse(map).unwrap()).unwrap()
    })
}

fn text<'i>(imported: &'i Imported, from: &str) -> &'i ImportedText {
    imported.texts.iter().find(|text| text.from == from).unwrap()
}

fn bundle() -> Imported {
    imported(
        &[
            ("hugo.toml", CONFIG),
            ("content/posts/one/index.md", POST),
            ("content/posts/one/index.ja.md", "+++\ntitle = \"大臣\"\ndate = 2021-03-24\n+++\n本文\n"),
            ("content/posts/one/pic.png", "x"),
            ("content/posts/one/notes.md", "Only notes.\n"),
            ("content/posts/two.md", "{\"title\": \"Two\", \"date\": \"2021-03-26\", \"url\": \"/two.html\"}\nText\n"),
            ("content.zh/posts/two.md", "---\ntitle: 二\n---\n"),
            ("content/news/_index.md", "---\ntitle: Latest News\n---\n"),
            ("content/news/2021/three.md", "---\ntitle: Three\ntilte: x\ndate: 2021-03-27\ndate: 2021-03-28\n---\n"),
            ("content/about.md", "---\ntitle: About\nheadless: false\n---\n"),
            ("content/hidden/index.md", "---\ntitle: H\nheadless: true\n---\n"),
            ("static/img/a.png", "x"),
        ],
        "[shortcodes]\nnote = \"> **{kind}** {inner}\"\n",
    )
}

#[test]
fn heads_of_a_bundle() {
    let found = bundle();
    let one = text(&found, "content/posts/one/index.md");
    assert_eq!((one.title.as_str(), one.date.as_deref()), ("Ministers meet", Some("2021-03-24")));
    assert_eq!(one.posted.as_deref(), Some("2021-03-25T09:00:00+09:00"));
    assert_eq!((one.updated.as_deref(), one.expires.as_deref()), (Some("2021-04-01"), Some("2031-01-01")));
    assert_eq!(one.sections, [["World"], ["Economy"]]);
    assert_eq!(one.addresses, ["/2021/03/ministers/", "/old/1/", "/2021/03/x/"]);
    assert_eq!((one.role, one.cover.as_deref()), (TextRole::Translation, Some("source:content/posts/one/pic.png")));
    let translators = one.credits.iter().filter(|credit| credit.role == CreditRole::Translator);
    let named = translators.map(|credit| (credit.person.name.as_str(), credit.person.url.as_deref()));
    assert_eq!(named.collect::<Vec<_>>(), [("Ann Sample", Some("https://ann.example"))]);
    let ja = text(&found, "content/posts/one/index.ja.md");
    assert_eq!((ja.role, ja.language.as_deref(), &ja.group), (TextRole::Original, Some("ja"), &one.group));
    assert_eq!(ja.addresses, ["/ja/2021/03/大臣/"]);
    assert_eq!(
        found.assets["content/posts/one/pic.png"],
        ["/ja/2021/03/大臣/pic.png", "/2021/03/ministers/pic.png", "/posts/one/pic.png"]
    );
    assert_eq!(found.assets["static/img/a.png"], ["/img/a.png"]);
    assert_eq!(found.site.base_url.as_deref(), Some("https://old.example/blog/"));
}

#[test]
fn bodies_and_their_shortcodes() {
    let found = bundle();
    let one = text(&found, "content/posts/one/index.md");
    let expected = "\
See [two](source:content/posts/two.md#part) and [three](source:content/news/2021/three.md), not [gone](/gone).


![A pier](pic.png \"The \\\"old\\\" pier (Bo)\")

```go
fmt.Println(\"{{< x >}}\")
```

> **tip** Mind *the* gap.
<https://www.youtube.com/watch?v=abc_123>
{{% mystery 1 %}}
";
    assert_eq!((one.body.as_str(), one.body_line), (expected, 17));
    let left: Vec<(&str, Option<usize>)> = found
        .notes
        .iter()
        .filter(|note| note.file == one.from && note.kind == NoteKind::LeftAsText)
        .map(|note| (note.subject.as_str(), note.line))
        .collect();
    assert!(left.contains(&("shortcode `mystery`", Some(29))), "{left:?}");
}

#[test]
fn languages_sections_and_pages() {
    let found = bundle();
    let (two, zh) = (text(&found, "content/posts/two.md"), text(&found, "content.zh/posts/two.md"));
    assert_eq!((two.addresses.as_slice(), &two.group), (&["/two.html".to_owned()][..], &zh.group));
    assert_eq!(
        (zh.language.as_deref(), zh.addresses.first()),
        (Some("zh-Hans"), Some(&"/zh-cn/posts/two/".to_owned()))
    );
    let three = text(&found, "content/news/2021/three.md");
    assert_eq!(
        (&three.sections, three.addresses[0].as_str()),
        (&vec![vec!["Latest News".to_owned()]], "/news/2021/three/")
    );
    assert_eq!(text(&found, "content/about.md").publication, Publication::Page);
    assert!(!found.texts.iter().any(|text| text.from.contains("hidden") || text.from.contains("notes")));
    assert_eq!(found.site.language.as_deref(), Some("en"));
}

#[test]
fn other_configurations() {
    let folder = imported(
        &[
            ("site/config/_default/config.yaml", "title: T\ndefaultContentLanguage: ja\nuglyURLs: true\n"),
            ("site/config/_default/permalinks.json", "{\"page\": {\"a\": \"/:filename/\"}}"),
            ("site/content/a/X Y.md", "---\ntitle: A\n---\n"),
            ("site/content/b/x.en.md", "---\ntitle: B\n---\n"),
            ("site/content/b/x.md", "---\ntitle: B\n---\n"),
            ("site/content/b/v1.io.md", "---\ntitle: C\n---\n"),
        ],
        "",
    );
    assert_eq!(text(&folder, "site/content/a/X Y.md").addresses, ["/x-y/"]);
    let english = text(&folder, "site/content/b/x.en.md");
    assert_eq!((english.language.as_deref(), english.group.as_str()), (Some("en"), "b/x"));
    assert_eq!(text(&folder, "site/content/b/v1.io.md").addresses, ["/b/v1.io.html"]);
}

#[test]
fn the_configuration_of_another_program_is_none() {
    let all = [("config.toml", "base_url = \"https://x.example\"\n"), ("content/a.md", "")];
    assert_eq!(with_files(&all, |source| recognise(&source)), None);
}
