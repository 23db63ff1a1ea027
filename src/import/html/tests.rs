//! What pages and editors write, and that the text stays.

use super::{HtmlOptions, MarkdownText, to_markdown};
use crate::content::markdown::{LinkTarget, MarkdownLabels, MarkdownOptions, RawHtml, render};
use proptest::prelude::*;

fn read(html: &str) -> MarkdownText {
    to_markdown(html, &HtmlOptions::default())
}

fn markdown(html: &str) -> String {
    read(html).text
}

#[test]
fn blocks() {
    for (html, want) in [
        ("<h2>A</h2><p>b<br>c</p><hr><blockquote><p>q</p></blockquote>", "## A\n\nb\\\nc\n\n---\n\n> q\n"),
        ("<h1>A</h1><h2>B</h2>", "## A\n\n### B\n"),
        ("a<br><br>b", "a\n\nb\n"),
        ("<ul><li>a<ul><li>b</ul><li>c</ul>", "- a\n  - b\n- c\n"),
        ("<ol start=3><li><p>a<p>b<li>c</ol>", "3. a\n\n   b\n\n4. c\n"),
        ("<ul><li>a</li><ul><li>b</li></ul></ul>", "- a\n  - b\n"),
        ("<ul><li><input type=checkbox checked> a<li><input type=checkbox> b</ul>", "- [x] a\n- [ ] b\n"),
        ("<dl><dt>T<dd>D<dd>E</dl>", "- **T**\n\n  D\n\n  E\n"),
        ("<dl><dt>T<dd>D</dl>", "- **T**\\\n  D\n"),
        ("<pre><code class='language-rust'>fn a() {\n}\n</code></pre>", "```rust\nfn a() {\n}\n```\n"),
        ("<pre class='brush: js; gutter: false'>a</pre>", "```js\na\n```\n"),
        ("<pre class='wp-block-verse'>a\nb</pre>", "a\\\nb\n"),
        ("<div class='highlight'><pre lang=go>a</pre></div>", "```go\na\n```\n"),
        (
            "<figure class='highlight js'><table><tr><td class='gutter'><pre>1<br>2</pre></td><td class='code'><pre>a<br>b</pre></td></tr></table></figure>",
            "```js\na\nb\n```\n",
        ),
        ("<b><p>a</p><p>b</p></b>", "**a**\n\n**b**\n"),
        ("<a href='/x'><h3>a</h3><p>b</p></a>", "### [a](/x)\n\n[b](/x)\n"),
        ("<p>a<!--more-->b</p><!--more--><p>c", "a<!--more-->b\n\n<!--more-->\n\nc\n"),
        ("<p>日本\n語</p>", "日本語\n"),
        ("<p>&nbsp;</p><p>a</p>", "a\n"),
        ("<script>x</script><p>a</p><style>b</style>", "a\n"),
    ] {
        assert_eq!(markdown(html), want, "{html}");
    }
}

#[test]
fn inlines() {
    for (html, want) in [
        ("これは<b>「重要」</b>です", "これは**「重要」**です\n"),
        ("a <em>b</em> <s>c</s> <code>d`</code>", "a *b* ~~c~~ `` d` ``\n"),
        ("<span style='font-weight: 700'>a</span>", "**a**\n"),
        ("<b style='font-weight:normal'><p>a</p></b>", "**a**\n"),
        ("<a href='http://a.b/c (d)'>x]</a>", "[x\\]](http://a.b/c%20\\(d\\))\n"),
        ("<ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp>字<rt>じ</rt></ruby>", "{漢字|かん|じ}\n"),
        ("<ruby>東京<rt>とうきょう</rt></ruby>", "{東京|とうきょう}\n"),
        ("H<sub>2</sub>O", "H<sub>2</sub>O\n"),
        ("<q>a</q>", "“a”\n"),
        ("<a href='#x'>a</a>", "a\n"),
        ("<h2 id=x>b</h2><a href='#x'>a</a>", "## b {#x}\n\n[a](#x)\n"),
        ("the <i>Gazette</i>'s", "the *Gazette*'s\n"),
        ("it [the ministry] said", "it [the ministry] said\n"),
    ] {
        assert_eq!(markdown(html), want, "{html}");
    }
}

#[test]
fn pictures_and_figures() {
    for (html, want) in [
        (
            "<figure><img src=a.png alt=A><figcaption>Ca <a href=/x>p</a></figcaption></figure>",
            "![A](a.png \"Ca p\")\n",
        ),
        (
            "<div class='wp-caption'><a href='b.jpg'><img src='b-300x200.jpg'></a><p class='wp-caption-text'>C</p></div>",
            "![](b.jpg \"C\")\n",
        ),
        ("<img src='data:x' data-src='a.png' class=lazyload><noscript><img src='a.png'></noscript>", "![](a.png)\n"),
        ("<picture><source srcset='a.webp'><img src='a.jpg' alt='x'></picture>", "![x](a.jpg)\n"),
        ("<img srcset='a.jpg 1x, b.jpg 2x'>", "![](b.jpg)\n"),
        ("<a href='/x'><img src=a.png></a>", "[![](a.png)](/x)\n"),
        (
            "<figure><iframe src='https://www.youtube.com/embed/abc?x=1' title='Talk'></iframe><figcaption>C</figcaption></figure>",
            "[Talk](https://www.youtube.com/watch?v=abc)\n\nC\n",
        ),
        ("<video><source src='v.mp4'></video>", "[v.mp4](v.mp4)\n"),
        (
            "<figure><table><tr><th>a<th>b<tr><td>1<td>2</table><figcaption>C</figcaption></figure>",
            "| a | b |\n| --- | --- |\n| 1 | 2 |\n\n: C\n",
        ),
    ] {
        assert_eq!(markdown(html), want, "{html}");
    }
    let notes = read("<figure><img src=a.png><figcaption><a href=/x>p</a></figcaption></figure>").notes;
    assert_eq!((notes[0].subject.as_str(), notes[0].value.as_str()), ("link in the caption of a picture", "/x"));
}

#[test]
fn tables() {
    for (html, want) in [
        (
            "<table><caption>C</caption><thead><tr><th>a<th style='text-align: right'>b</thead><tr><td>1|<td align=right>2<br>3</table>",
            "| a | b |\n| --- | --: |\n| 1\\| | 2<br>3 |\n\n: C\n",
        ),
        ("<table><tr><td>a<td>b<tr><td>1<td>2</table>", "| | |\n| --- | --- |\n| a | b |\n| 1 | 2 |\n"),
        ("<table><tr><td><b>a</b><td><b>b</b><tr><td>1<td>2</table>", "| a | b |\n| --- | --- |\n| 1 | 2 |\n"),
        (
            "<table><tr><th>a<th>b<tr><td colspan=2>Q<tr><td>1<td>2</table>",
            "| a | b |\n| --- | --- |\n| Q | |\n| 1 | 2 |\n",
        ),
        ("<table><tr><td><p>a</p><p>b</p></table>", "a\n\nb\n"),
        ("<table><tr><td>a<td><table><tr><td>x<td>y</table></table>", "a\n\n| | |\n| --- | --- |\n| x | y |\n"),
        (
            "<table class=x><tr><td rowspan=2 onclick=x>a<td>b<tr><td>c\n\n&lt;d</table><p>e",
            "<table><tbody><tr><td rowspan=\"2\">a</td><td>b</td></tr>\n<tr><td>c &lt;d</td></tr>\n</tbody>\n</table>\n\ne\n",
        ),
    ] {
        assert_eq!(markdown(html), want, "{html}");
    }
}

#[test]
fn footnotes() {
    let want = "a[^1] b[^2]\n\n[^1]: N *m*\n\n[^2]: O\n";
    for html in [
        // WordPress.
        "a<sup data-fn=u class=fn><a href='#u' id='u-link'>1</a></sup> b<sup class=fn><a href='#v' id='v-link'>2</a></sup>\
         <ol class='wp-block-footnotes'><li id=u>N <i>m</i> <a href='#u-link'>↩︎</a></li><li id=v>O <a href='#v-link'>↩︎</a></li></ol>",
        // Programs for Markdown.
        "a<sup id='fnref:1'><a href='#fn:1'>1</a></sup> b<sup id='fnref:2'><a href='#fn:2'>2</a></sup><div class=footnotes><hr>\
         <ol><li id='fn:1'><p>N <i>m</i>&nbsp;<a href='#fnref:1'>↩</a></p></li><li id='fn:2'><p>O <a href='#fnref:2'>↩</a></p></li></ol></div>",
        // Word.
        "<p>a<a href='#_ftn1' name='_ftnref1'>[1]</a> b<a href='#_ftn2' name='_ftnref2'>[2]</a></p>\
         <p><a href='#_ftnref1' name='_ftn1'>[1]</a> N <i>m</i></p><p><a href='#_ftnref2' name='_ftn2'>[2]</a> O</p>",
        // By hand.
        "a<sup><a href='#fn1'>1</a></sup> b<sup><a href='#fn2'>2</a></sup><p id=fn1>1. N <i>m</i></p><p id=fn2>[2] O</p>",
        "a<recto-note>N <i>m</i></recto-note> b<recto-note>O</recto-note>",
    ] {
        assert_eq!(markdown(html), want, "{html}");
    }
    // A link down the page is no note.
    assert_eq!(markdown("<a href='#x'>below</a><p id=x>Text</p>"), "below\n\nText\n");
}

#[test]
fn towers_and_long_tags_are_read_in_linear_time() {
    let many = 60_000;
    for html in [
        "<div>".repeat(many) + "a",
        "<b>".repeat(many) + "a" + &"<p>b".repeat(1000),
        "<ul><li>".repeat(many) + "a",
        "<blockquote>".repeat(many) + "a",
        "<table><tr><td>".repeat(many) + "a",
        "<rt>".repeat(many) + "a",
        "<svg>".repeat(many) + "</svg>" + "a",
        format!("<a {}>a</a>", (0..many).map(|n| format!("a{n} ")).collect::<String>()),
        "<a href='#x' id='y'>1</a><p id='x'>".repeat(many / 10) + "a",
        "<b><i>a</b>".repeat(many / 4),
        "<!--".repeat(many) + "a",
        "a<br>".repeat(many),
    ] {
        let read = read(&html);
        assert!(read.text.len() < 4 * html.len() + 100, "{html:.40}: {}", read.text.len());
    }
    assert!(markdown(&("<div>".repeat(many) + "a")).contains('a'));
}

fn shown(markdown: &str) -> String {
    let labels = MarkdownLabels::default();
    let keep = |_: &str, _| LinkTarget::Keep;
    let options =
        MarkdownOptions { html: RawHtml::Sanitize, prefix: "", labels: &labels, resolve: &keep, credits: &[] };
    text(&render(markdown, &options).html)
}

fn text(html: &str) -> String {
    let document = super::tree::fragment(html).document;
    super::tree::text_of(&document).chars().filter(|c| !c.is_whitespace()).collect()
}

const PIECES: &[&str] = &[
    "<p>",
    "</p>",
    "<b>",
    "</b>",
    "<i>",
    "</i>",
    "<ul>",
    "</ul>",
    "<li>",
    "<ol>",
    "</ol>",
    "<blockquote>",
    "</blockquote>",
    "<h2>",
    "</h2>",
    "<div>",
    "</div>",
    "<br>",
    "<a href='http://a.b'>",
    "</a>",
    "<code>",
    "</code>",
    "<sup>",
    "</sup>",
    "<table><tr><td>",
    "<td>",
    "<tr><td>",
    "<th>",
    "<td colspan=2>",
    "</table>",
    "<pre>",
    "</pre>",
    "<span>",
    "</span>",
    "word",
    " ",
    "\n",
    "漢字",
    "「",
    "」",
    "*",
    "_",
    "`",
    "[",
    "]",
    "(x)",
    "#",
    "# ",
    "- ",
    "1. ",
    "&lt;",
    "&amp;",
    "&amp;lt;",
    "{",
    "}",
    "|",
    "\\",
    "~~",
    "!",
    ":",
    ": ",
    "<dl><dt>",
    "<dd>",
    "</dl>",
    "<del>",
    "</del>",
    "<img src=a.png>",
    "=",
    "---",
    "<figure>",
    "<figcaption>",
    "</figcaption>",
    "</figure>",
    "{漢|かん}",
    "<!-- c -->",
    "[x]",
    "[^1]",
    "&nbsp;",
    "👍",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_page_prints_the_text_of_its_html(parts in prop::collection::vec(prop::sample::select(PIECES), 0..24)) {
        let html = parts.concat();
        let markdown = markdown(&html);
        // Captions stand above tables, and are the texts of pictures.
        let sorted = |text: String| { let mut chars: Vec<char> = text.chars().collect(); chars.sort_unstable(); chars.into_iter().collect::<String>() };
        prop_assert_eq!(sorted(shown(&markdown)), sorted(text(&html)), "{} from {}", markdown, html);
    }

    #[test]
    fn any_bytes_are_read(html in any::<String>(), cut in 0..400usize) {
        let _ = markdown(&html);
        let sample = "<ul><li><b>a</b></li></ul><table><tr><td colspan=2>x</table><sup><a href='#fn1' id=r>1</a></sup><p id=fn1>n <a href='#r'>^</a></p>";
        let end = sample.floor_char_boundary(cut.min(sample.len()));
        let _ = markdown(&sample[..end]);
    }
}
