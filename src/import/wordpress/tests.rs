//! Exports as WordPress writes them, of a site that does not exist.

use super::{autop, export, read};
use crate::import::import_map::ImportMap;
use crate::import::imported::{Imported, Publication};
use crate::import::source::Source;
use proptest::prelude::*;
use std::collections::BTreeMap;

const HEAD: &str = "<?xml version=\"1.0\"?><!DOCTYPE rss [<!ENTITY a \"b\">]><rss xmlns:wp=\"https://wordpress.org/export/1.2/\"><channel>\
<title>Harbour &amp; Sea</title><link>https://old.example</link><language>en</language><wp:base_blog_url>https://old.example</wp:base_blog_url>\
<wp:author><wp:author_login>ida</wp:author_login><wp:author_display_name><![CDATA[Ida Marram]]></wp:author_display_name></wp:author>\
<wp:category><wp:category_nicename>world</wp:category_nicename><wp:category_parent/><wp:cat_name>World</wp:cat_name></wp:category>\
<wp:category><wp:category_nicename>asia</wp:category_nicename><wp:category_parent>world</wp:category_parent><wp:cat_name>Asia &amp;amp; Pacific</wp:cat_name></wp:category>\
<item><title>Photo</title><link>https://old.example/photo/</link><wp:post_id>9</wp:post_id><wp:post_type>attachment</wp:post_type><wp:status>inherit</wp:status>\
<wp:post_parent>1</wp:post_parent><wp:attachment_url>https://old.example/wp-content/uploads/2021/03/a.jpg</wp:attachment_url><excerpt:encoded>The quay</excerpt:encoded></item>\
<item><wp:post_id>8</wp:post_id><wp:post_type>nav_menu_item</wp:post_type><wp:status>publish</wp:status></item>";

fn item(id: u32, inside: &str, content: &str) -> String {
    format!(
        "<item><title>T{id}</title><link>https://old.example/2021/03/24/t{id}/</link><dc:creator>ida</dc:creator><wp:post_id>{id}</wp:post_id>\
         <wp:post_date>2021-03-24 09:00:00</wp:post_date><wp:post_date_gmt>2021-03-24 00:00:00</wp:post_date_gmt><wp:post_name>t{id}</wp:post_name>\
         {inside}<content:encoded><![CDATA[{content}]]></content:encoded></item>"
    )
}

const POST: &str = "<wp:post_type>post</wp:post_type><wp:status>publish</wp:status>";

fn import_with(items: &str, files: &[&str], map: &str) -> Imported {
    let export = format!("{HEAD}{items}</channel></rss>");
    let mut paths: BTreeMap<String, u64> = BTreeMap::from([("export.xml".to_owned(), export.len() as u64)]);
    paths.extend(files.iter().map(|file| (file.to_string(), 1)));
    let load = |path: &str| if path == "export.xml" { Ok(export.clone().into_bytes()) } else { Ok(vec![0]) };
    let source = Source::new("export", paths, &load);
    assert!(read::recognise(&source).is_some());
    read::read(&source, &ImportMap::parse(map).unwrap()).unwrap()
}

fn body(content: &str) -> String {
    import_with(&item(1, POST, content), &[], "").texts[0].body.clone()
}

fn subjects(imported: &Imported) -> Vec<&str> {
    imported.notes.iter().map(|note| note.subject.as_str()).collect()
}

#[test]
fn a_post_has_its_fields() {
    let inside = format!(
        "{POST}<category domain=\"category\" nicename=\"asia\">Asia</category><category domain=\"post_tag\" nicename=\"x\">Ferries</category>\
         <excerpt:encoded><![CDATA[A <b>short</b> text]]></excerpt:encoded><wp:postmeta><wp:meta_key>_wp_old_slug</wp:meta_key>\
         <wp:meta_value>%e6%97%a5</wp:meta_value></wp:postmeta><wp:postmeta><wp:meta_key>via</wp:meta_key><wp:meta_value>https://a.example/b</wp:meta_value></wp:postmeta>\
         <wp:postmeta><wp:meta_key>mood</wp:meta_key><wp:meta_value>calm</wp:meta_value></wp:postmeta><wp:comment><wp:comment_id>1</wp:comment_id></wp:comment>"
    );
    let imported =
        import_with(&item(1, &inside, "One.\n\nTwo &a; [sic].\nThree"), &[], "[keys]\nvia = \"original.url\"\n");
    let text = &imported.texts[0];
    assert_eq!(imported.site.title.as_deref(), Some("Harbour & Sea"));
    assert_eq!((text.from.as_str(), text.title.as_str()), ("export.xml#1", "T1"));
    assert_eq!(text.posted.as_deref(), Some("2021-03-24T09:00:00+09:00"));
    assert_eq!(text.date.as_deref(), Some("2021-03-24"));
    assert_eq!(text.sections, [["World", "Asia & Pacific"]]);
    assert_eq!(text.tags, ["Ferries"]);
    assert_eq!(text.summary.as_deref(), Some("A short text"));
    assert_eq!(text.addresses, ["/2021/03/24/t1/", "/2021/03/24/日/"]);
    assert_eq!(text.credits[0].person.name, "Ida Marram");
    assert_eq!(text.original.url.as_deref(), Some("https://a.example/b"));
    assert!(text.extra.contains_key("mood"));
    // No entity of a document type is expanded.
    assert_eq!(text.body, "One.\n\nTwo \\&a; [sic].\\\nThree\n");
    assert!(subjects(&imported).contains(&"comments of readers"));
    assert!(subjects(&imported).contains(&"`nav_menu_item`, which is no text"));
}

#[test]
fn statuses_and_types() {
    let with = |id: u32, kind: &str, status: &str| {
        item(id, &format!("<wp:post_type>{kind}</wp:post_type><wp:status>{status}</wp:status>"), "x")
    };
    let kinds = [
        ("post", "publish"),
        ("page", "publish"),
        ("post", "draft"),
        ("post", "private"),
        ("post", "pending"),
        ("post", "future"),
        ("post", "trash"),
        ("revision", "inherit"),
        ("news", "publish"),
    ];
    let items: String = kinds.iter().enumerate().map(|(at, (kind, status))| with(at as u32, kind, status)).collect();
    let imported = import_with(&items, &[], "");
    use Publication::*;
    let are: Vec<Publication> = imported.texts.iter().map(|text| text.publication).collect();
    assert_eq!(are, [Article, Page, Draft, Draft, Draft, Article, Article]);
}

#[test]
fn translations_are_siblings() {
    let polylang = |id, lang| {
        item(
            id,
            &format!(
                "{POST}<category domain=\"language\" nicename=\"{lang}\">x</category><category domain=\"post_translations\" nicename=\"pll_1\">p</category>"
            ),
            "x",
        )
    };
    let wpml = |id, lang| {
        item(
            id,
            &format!(
                "{POST}<wp:postmeta><wp:meta_key>_wpml_language</wp:meta_key><wp:meta_value>{lang}</wp:meta_value></wp:postmeta><wp:postmeta><wp:meta_key>_wpml_trid</wp:meta_key><wp:meta_value>7</wp:meta_value></wp:postmeta>"
            ),
            "x",
        )
    };
    let imported =
        import_with(&[polylang(1, "en"), polylang(2, "ja"), wpml(3, "en"), wpml(4, "zh_CN")].concat(), &[], "");
    let are: Vec<_> = imported.texts.iter().map(|t| (t.group.as_str(), t.language.as_deref().unwrap())).collect();
    assert_eq!(
        are,
        [
            ("translations/pll_1", "en"),
            ("translations/pll_1", "ja"),
            ("translations/7", "en"),
            ("translations/7", "zh-CN")
        ]
    );
}

#[test]
fn bodies() {
    for (content, want) in [
        (
            "<!-- wp:paragraph -->\n<p>a</p>\n<!-- /wp:paragraph -->\n\n<!-- wp:more -->\n<!--more-->\n<!-- /wp:more -->\n<p>b</p>",
            "a\n\n<!--more-->\n\nb\n",
        ),
        (
            "[caption id=\"x\" align=\"left\" width=\"3\"]<a href=\"b.jpg\"><img src=\"b-3x2.jpg\" alt=\"B\" /></a> The [b]quay[/b][/caption]\nText",
            "![B](b.jpg \"The quay\")\n\nText\n",
        ),
        ("a [ref]N[/ref] b", "a [^1] b\n\n[^1]: N\n"),
        (
            "[embed]https://www.youtube.com/watch?v=x[/embed]",
            "[www.youtube.com/watch?v=x](https://www.youtube.com/watch?v=x)\n",
        ),
        ("https://a.example/b_c", "[https://a.example/b_c](https://a.example/b_c)\n"),
        ("[sourcecode language=\"js\"]\nif (a < b) {\n\n}\n[/sourcecode]", "```js\nif (a < b) {\n\n}\n```\n"),
        ("[vc_row a=\"b\"][vc_column]\n\nx\n\n[/vc_column][/vc_row]", "x\n"),
        ("the [prime minister] said [x] [[gallery]]", "the [prime minister] said \\[x] \\[gallery]\n"),
        ("<ul>\n<li>a</li>\n<li>b\nc</li>\n</ul>\nx", "- a\n- b\\\n  c\n\nx\n"),
        ("<pre>a\n\nb</pre>", "```\na\n\nb\n```\n"),
        ("a<!--nextpage-->b", "ab\n"),
        ("<!-- wp:latest-posts /--><p>a</p>", "a\n"),
        ("[gallery]", "![](https://old.example/wp-content/uploads/2021/03/a.jpg \"The quay\")\n"),
    ] {
        assert_eq!(body(content), want, "{content}");
    }
}

#[test]
fn footnotes_of_the_block_editor() {
    let inside = format!(
        "{POST}<wp:postmeta><wp:meta_key>footnotes</wp:meta_key><wp:meta_value><![CDATA[[{{\"id\":\"u\",\"content\":\"A <em>note<\\/em>\"}}]]]></wp:meta_value></wp:postmeta>"
    );
    let content = "<!-- wp:paragraph --><p>a<sup data-fn=\"u\" class=\"fn\"><a href=\"#u\" id=\"u-link\">1</a></sup></p><!-- /wp:paragraph --><!-- wp:footnotes /-->";
    assert_eq!(import_with(&item(1, &inside, content), &[], "").texts[0].body, "a[^1]\n\n[^1]: A *note*\n");
}

#[test]
fn pictures_come_from_the_media_folder() {
    let content = "<img src=\"https://old.example/wp-content/uploads/2021/03/a-300x200.jpg\"> <a href=\"https://old.example/?p=1\">me</a> <img src=\"/wp-content/uploads/c.png\">";
    let inside = format!(
        "{POST}<wp:postmeta><wp:meta_key>_thumbnail_id</wp:meta_key><wp:meta_value>9</wp:meta_value></wp:postmeta>"
    );
    let imported = import_with(&item(1, &inside, content), &["@media/2021/03/a.jpg"], "");
    let text = &imported.texts[0];
    assert_eq!(
        text.body,
        "![](source:@media/2021/03/a.jpg) [me](source:export.xml%231) ![](/wp-content/uploads/c.png)\n"
    );
    assert_eq!(text.cover.as_deref(), Some("source:@media/2021/03/a.jpg"));
    assert_eq!(imported.assets["@media/2021/03/a.jpg"], ["/wp-content/uploads/2021/03/a.jpg"]);
    assert!(imported.notes.iter().any(|note| note.value == "/wp-content/uploads/c.png"));
}

#[test]
fn a_cut_file_gives_what_is_there() {
    let whole = format!("{HEAD}{}{}", item(1, POST, "a"), item(2, POST, "b"));
    let cut = export::read(&whole[..whole.len() - 40]);
    assert_eq!((cut.items.len(), cut.broken.is_some()), (3, true));
    assert!(autop::paragraphs(&"<".repeat(50_000)).len() > 40_000);
    body(&"[a".repeat(20_000));
    body(&"[a b=c]".repeat(2_000));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read(text in any::<String>(), cut in 0..4000usize, content in "[\\[\\]/a-c<>!\\- \"=\n]{0,80}") {
        let _ = export::read(&text);
        let whole = format!("{HEAD}{}", item(1, POST, "[caption]<img src=a>[/caption]<b>x"));
        let _ = export::read(&whole[..whole.floor_char_boundary(cut.min(whole.len()))]);
        if !content.contains("]]>") {
            let _ = body(&content);
        }
    }
}
