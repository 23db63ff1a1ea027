//! Tests of tags and values in texts.

use super::link_names::LinkNames;
use super::renderer::{LiquidDialect, LiquidPlace, LiquidSource, render};
use super::tokens::tokens;
use super::values::{LiquidScope, ValueTable};
use crate::import::import_map::ImportMap;
use crate::import::imported::ExtraValue;
use crate::import::notes::Notes;
use crate::import::source::with_files;

/// Renders a text, and returns what was noted: `12: Liquid tag …`.
fn rendered(dialect: LiquidDialect, text: &str) -> (String, Vec<String>) {
    let files: [(&str, &str); 3] =
        [("_includes/links.md", "[a]: /a\n"), ("_posts/a.md", "A"), ("_posts/a/b.png", "png")];
    let map =
        ImportMap::parse("[shortcodes]\n\"figure.html\" = \"![{caption}]({src})\"\nkbd = \"<kbd>{inner}</kbd>\"\n");
    let mut names = LinkNames::default();
    names.add("_posts/a.md", ["2021-03-24-a"], "The [A]");
    let site = ValueTable::from([("title".to_owned(), ExtraValue::Text("Site".to_owned()))]);
    let row = |key: &str| ExtraValue::Table(ValueTable::from([("v".to_owned(), ExtraValue::Text(key.to_owned()))]));
    let data = ValueTable::from([("rows".to_owned(), ExtraValue::List(vec![row("1"), row("2")]))]);
    let scope = LiquidScope {
        site: Some(&site),
        data: Some(&data),
        base_url: "https://a.example/blog",
        base_path: "/blog",
        ..LiquidScope::default()
    };
    let map = map.unwrap();
    let mut notes = Notes::default();
    let place = LiquidPlace { file: "_posts/a.md", line: 10, is_html: false };
    let out = with_files(&files, |source| {
        let liquid = LiquidSource { dialect, source: &source, map: &map, names: &names, root: "" };
        render(text, &liquid, scope, place, &mut notes)
    });
    let notes = notes.iter().map(|note| format!("{}: {}", note.line.unwrap_or(0), note.subject)).collect();
    (out, notes)
}

#[test]
fn tags_of_jekyll() {
    let table = [
        ("{{ site.title }} {{ \"/x\" | relative_url }}", "Site /blog/x"),
        (
            "{{ '/x' | absolute_url }} {{site.url}}{{site.baseurl}}/y",
            "https://a.example/blog/x https://a.example/blog/y",
        ),
        ("[a]({% post_url 2021-03-24-a %})", "[a](source:_posts/a.md)"),
        ("[a]({{ site.url }}{{ site.baseurl }}{%link _posts/a.md %})", "[a](source:_posts/a.md)"),
        ("{% highlight ruby %}\na ` {{ b }}\n{% endhighlight %}\n", "```ruby\na ` {{ b }}\n```\n"),
        ("* a\n  {% highlight sh %}\n  a\n    b\n  {% endhighlight %}", "* a\n  ```sh\n  a\n    b\n  ```"),
        ("{% raw %}{{ a }} {% b %}{% endraw %} c", "{{ a }} {% b %} c"),
        ("a {% comment %}b{% endcomment %}c", "a c"),
        ("x {%- comment -%} b {%- endcomment -%} c", "xc"),
        ("{% include links.md %}", "[a]: /a"),
        ("{% include figure.html src=\"/a.png\" caption='B c' %}", "![B c](/a.png)"),
        ("{% assign r = site.data.rows | where: \"v\", \"2\" | first %}{{ r.v }}", "2"),
        ("{% kbd %}A{% endkbd %}", "<kbd>A</kbd>"),
        ("100 {% of", "100 {% of"),
    ];
    for (text, expected) in table {
        let (out, notes) = rendered(LiquidDialect::Jekyll, text);
        assert_eq!(out, expected, "{text}");
        assert!(notes.is_empty(), "{text}: {notes:?}");
    }
}

#[test]
fn what_is_not_known_stays_and_is_named() {
    let text = "a\n{% if page.x %}\n{{ site.nothing }}\n{% endif %}\n{% include figure.svg %}\n";
    let (out, notes) = rendered(LiquidDialect::Jekyll, text);
    assert_eq!(out, text);
    assert_eq!(notes, ["11: Liquid tag `if`", "12: Liquid value", "14: Liquid tag `include`"]);
}

#[test]
fn tags_of_hexo() {
    let table = [
        (
            "{% codeblock A b lang:ruby https://a.example c d %}\nx\n{% endcodeblock %}",
            "A b [c d](https://a.example)\n\n```ruby\nx\n```",
        ),
        ("{% asset_img b.png 100 200 \"T\" \"An alt\" %}", "![An alt](source:_posts/a/b.png \"T\")"),
        ("{% asset_img left b.png An %}", "![An](source:_posts/a/b.png)"),
        ("{% asset_link b.png \"The file\" %}", "[The file](source:_posts/a/b.png)"),
        ("{% post_link 2021-03-24-a %}", "[The \\[A\\]](source:_posts/a.md)"),
        ("{% post_link 2021-03-24-a 'Read on' %}", "[Read on](source:_posts/a.md)"),
        ("{% blockquote A. Bee, The Book %}\nx\n\ny\n{% endblockquote %}", "> x\n>\n> y\n>\n> — A. Bee, The Book"),
        ("{% link Text https://a.example %}", "[Text](https://a.example)"),
        ("{% img left /a.png 10 20 '\"T\" \"Alt\"' %}", "![Alt](/a.png \"T\")"),
        ("{% raw %}{{ a }}{% endraw %}", "{{ a }}"),
        ("`{{ a }}`\n\n```\n{% b %}\n```\n", "`{{ a }}`\n\n```\n{% b %}\n```\n"),
    ];
    for (text, expected) in table {
        let (out, notes) = rendered(LiquidDialect::Hexo, text);
        assert_eq!(out, expected, "{text}");
        assert!(notes.is_empty(), "{text}: {notes:?}");
    }
    let (out, notes) = rendered(LiquidDialect::Hexo, "{% youtube abc %} {% grid %}");
    assert_eq!(out, "<https://www.youtube.com/watch?v=abc> {% grid %}");
    assert_eq!(notes, ["10: what `youtube` embeds, now a link", "10: Hexo tag `grid`"]);
}

/// An export by Recto writes `endraw` in a body so.
#[test]
fn a_bracket_in_quotes_is_text() {
    let body = "{% raw %}{% a %}{% endraw %}{{ \"{%\" }}{% raw %}- endraw -%}{{ b }}{% endraw %}";
    assert_eq!(rendered(LiquidDialect::Jekyll, body), ("{% a %}{%- endraw -%}{{ b }}".to_owned(), Vec::new()));
}

#[test]
fn many_braces_take_linear_time() {
    for unit in ["{%", "{{", "{% a %}", "{% enda %}", "{% raw %}", "{% raw %}endraw", "`{{"] {
        let text = unit.repeat(200_000);
        tokens(&text, true);
        tokens(&text, false);
    }
    rendered(LiquidDialect::Jekyll, &"{% comment %}".repeat(20_000));
    rendered(LiquidDialect::Hexo, &format!("{}{}", "{% quote %}".repeat(5000), "{% endquote %}".repeat(5000)));
}
