//! Folders of Markdown with the heads that ship, and with descriptions of their own.

use super::*;
use crate::import::source::{FileHistory, FileVersion, with_files};

const COMMENTS: &str = "\
[#]: subject: \"How to wind a clock\"
[#]: via: (https://www.example.org/clock)
[#]: author: (Ann Sample https://example.org/users/ann)
[#]: collector: (coll)
[#]: translator: (trans)
[#]: reviewer: ( )
[#]: publisher: (译者ID)
[#]: url: (https://old.example/article-12-1.html)

如何给钟上弦
======

上弦很容易，见[另一篇][1]和[照片](pic%20a.png)。

##第二节

```
##not a heading
```

--------------------------------------------------------------------------------

via: https://www.example.org/clock

作者：[Ann Sample][a]
选题：[coll][b]
译者：[trans](https://git.example/trans) 校对：[rev](https://git.example/rev)、[rev2](https://git.example/rev2)

本文由 [LCTT](https://git.example/lctt) 原创编译，荣誉推出

[a]: https://example.org/users/ann
[b]: https://git.example/coll
[1]: https://example.org/other
";

const LIST: &str = "\
> * 原文地址：[Winding [part 1]](https://www.example.org/wind_(1))
> * 原文作者：[Ann Sample](https://example.org/ann)
> * 译文出自：[我们的计划](https://git.example/us)
> * 译者：[甲](https://git.example/a)，[Bee (B. Sample)](https://git.example/b)
> * 校对者：无

# 上弦 **第一部分**

正文见[第二部分](https://git.example/us/x/blob/main/t/two.md#end)和![图](https://raw.githubusercontent.com/us/x/main/t/p.png)。

> 如果发现译文存在错误，请告诉我们。

---
";

fn imported(files: &[(&str, &str)], map: &str, history: Option<&dyn FileHistory>) -> Imported {
    with_files(files, |source| {
        let source = match history {
            Some(history) => source.with_history(history),
            None => source,
        };
        read(&source, &ImportMap::parse(map).unwrap()).unwrap()
    })
}

fn names(text: &ImportedText, role: CreditRole) -> Vec<(&str, Option<&str>)> {
    let of_role = text.credits.iter().filter(|credit| credit.role == role);
    of_role.map(|credit| (credit.person.name.as_str(), credit.person.url.as_deref())).collect()
}

#[test]
fn a_head_of_comments_and_a_tail_of_credits() {
    let imported = imported(
        &[("published/202103/20210324 How to wind a clock.md", COMMENTS), ("published/202103/pic a.png", "x")],
        "",
        None,
    );
    let text = &imported.texts[0];
    assert_eq!(text.title, "如何给钟上弦");
    assert_eq!(text.date.as_deref(), Some("2021-03-24"));
    assert_eq!(text.original.title.as_deref(), Some("How to wind a clock"));
    assert_eq!(text.original.url.as_deref(), Some("https://www.example.org/clock"));
    assert_eq!(text.sources, ["example.org"]);
    assert_eq!(text.addresses, ["/article-12-1.html"]);
    assert_eq!(names(text, CreditRole::Author), [("Ann Sample", Some("https://example.org/users/ann"))]);
    assert_eq!(names(text, CreditRole::Collector), [("coll", Some("https://git.example/coll"))]);
    assert_eq!(names(text, CreditRole::Translator), [("trans", Some("https://git.example/trans"))]);
    let reviewers = [("rev", Some("https://git.example/rev")), ("rev2", Some("https://git.example/rev2"))];
    assert_eq!(names(text, CreditRole::Reviewer), reviewers);
    assert_eq!(names(text, CreditRole::Editor), []);
    assert_eq!(
        text.body,
        "上弦很容易，见[另一篇][1]和[照片](source:published/202103/pic%20a.png)。\n\n## 第二节\n\n```\n##not a heading\n```\n\n[1]: https://example.org/other\n"
    );
    assert_eq!(text.body_line, 13);
}

#[test]
fn a_list_of_labels_in_a_quote() {
    let map = "[description]\nlike = \"quote\"\narticles = [\"t\"]\nrepository = \"https://git.example/us/x/\"\n";
    let imported = imported(&[("t/one.md", LIST), ("t/two.md", "# 二\n\n正文。\n"), ("t/p.png", "x")], map, None);
    let text = &imported.texts[0];
    assert_eq!(text.title, "上弦 第一部分");
    assert_eq!(text.original.title.as_deref(), Some("Winding [part 1]"));
    assert_eq!(text.original.url.as_deref(), Some("https://www.example.org/wind_(1)"));
    let translators = [("甲", Some("https://git.example/a")), ("Bee (B. Sample)", Some("https://git.example/b"))];
    assert_eq!(names(text, CreditRole::Translator), translators);
    assert_eq!(names(text, CreditRole::Reviewer), []);
    assert_eq!(text.body, "正文见[第二部分](source:t/two.md#end)和![图](source:t/p.png)。\n");
}

#[test]
fn old_tails_and_titles() {
    let text = "##没有空格的标题\n\n正文。\n\n[via: http://www.example.org/x]\n";
    let one = imported(&[("published/201309/No date.md", text)], "description = \"lctt\"", None);
    let text = &one.texts[0];
    assert_eq!((text.title.as_str(), text.body.as_str()), ("没有空格的标题", "正文。\n"));
    assert_eq!(text.original.url.as_deref(), Some("http://www.example.org/x"));
    assert_eq!(text.date.as_deref(), Some("2013-09-01"));
    let text = "标题\n===\n\n正文。\n\nvia http://www.example.org/x\n\n译者：[Vi][] 校对：[Ca][]\n\n[Vi]:http://old.example/vi\n[Ca]:http://old.example/ca\n";
    let one = imported(&[("published/201309/x.md", text)], "description = \"lctt\"", None);
    assert_eq!(names(&one.texts[0], CreditRole::Translator), [("Vi", Some("http://old.example/vi"))]);
    assert_eq!(names(&one.texts[0], CreditRole::Reviewer), [("Ca", Some("http://old.example/ca"))]);
    assert_eq!(one.texts[0].body, "正文。\n");
}

#[test]
fn originals_in_a_folder_beside() {
    let original = "How to wind a clock\n======\n\nWinding is easy.\n";
    let files = [("published/202103/20210324 Clock.md", COMMENTS), ("sources/tech/20210324 Clock.md", original)];
    let found = imported(&files, "", None);
    assert_eq!(found.texts.len(), 2);
    let (original, text) = (&found.texts[0], &found.texts[1]);
    assert_eq!((original.role, text.role), (TextRole::Original, TextRole::Translation));
    assert_eq!(original.group, text.group);
    assert_eq!((original.language.as_deref(), original.title.as_str()), (Some("en"), "How to wind a clock"));
    assert_eq!(original.body, "Winding is easy.\n");
    assert_eq!(text.sections, [["tech"]]);
}

struct Past;

impl FileHistory for Past {
    fn versions(&self, path: &str) -> Vec<FileVersion> {
        let version = |commit: &str, path: &str, day: &str| FileVersion {
            commit: commit.repeat(20),
            path: path.to_owned(),
            date: format!("2021-03-{day}T10:00:00+08:00"),
        };
        vec![version("cc", path, "26"), version("bb", path, "25"), version("aa", "old/one.md", "24")]
    }

    fn bytes(&self, version: &FileVersion) -> Result<Vec<u8>, String> {
        let english = format!("# Winding\n\n{}\n", "It is easy. ".repeat(30));
        Ok(if version.commit.starts_with('a') { english.into_bytes() } else { LIST.as_bytes().to_vec() })
    }
}

#[test]
fn originals_and_dates_in_the_history_of_a_file() {
    let found = imported(&[("t/one.md", LIST)], "[description]\nlike = \"quote\"\narticles = [\"t\"]\n", Some(&Past));
    let (original, text) = (&found.texts[0], &found.texts[1]);
    assert_eq!((original.from.as_str(), original.title.as_str()), ("old/one.md@aaaaaaaaaaaa", "Winding"));
    assert_eq!(original.role, TextRole::Original);
    assert_eq!(text.date.as_deref(), Some("2021-03-24"));
    assert_eq!(text.posted.as_deref(), Some("2021-03-25T10:00:00+08:00"));
    assert_eq!(text.original.revision.as_deref(), Some("aa".repeat(20).as_str()));
}

#[test]
fn mistakes_in_descriptions() {
    let bad = |map: &str| Description::of_map(&ImportMap::parse(map).unwrap()).unwrap_err();
    assert!(bad("description = \"x\"").contains("Recto has `lctt` and `quote`"));
    assert!(bad("[description]\nhead = \"x\"").contains("`front matter`, `comments` or `list`"));
    assert!(bad("[description]\nlables = 3").contains("no `lables`"));
}

#[test]
fn front_matter_and_a_folder_of_any_other_markdown() {
    let text = "---\ntitle: Winding\ntranslator: Alex Example\ntags: [clocks]\n---\n# Winding\n\nSee [two](two.md).\n";
    let found =
        imported(&[("a/2021-03-24-one.md", text), ("a/two.md", "# Two\n\n## Part\n"), ("README.md", "x")], "", None);
    assert_eq!(found.texts.len(), 2);
    let one = &found.texts[0];
    assert_eq!((one.title.as_str(), one.date.as_deref()), ("Winding", Some("2021-03-24")));
    assert_eq!((one.body.as_str(), one.body_line), ("See [two](source:a/two.md).\n", 8));
    assert_eq!(names(one, CreditRole::Translator), [("Alex Example", None)]);
    assert_eq!((found.texts[1].title.as_str(), found.texts[1].body.as_str()), ("Two", "## Part\n"));
}
