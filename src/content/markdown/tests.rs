//! Tests of the room: each behaviour as source and expected HTML.

use super::*;

fn options<'a>(labels: &'a MarkdownLabels, resolve: &'a dyn Fn(&str, LinkUse) -> LinkTarget) -> MarkdownOptions<'a> {
    MarkdownOptions { html: RawHtml::Escape, prefix: "", labels, resolve, credits: &[] }
}

fn full(body: &str) -> RenderedBody {
    render(body, &options(&MarkdownLabels::default(), &|_, _| LinkTarget::Keep))
}

fn html(body: &str) -> String {
    full(body).html
}

/// Renders a body of one paragraph, and returns the content of the paragraph.
fn inline(body: &str) -> String {
    let html = html(body);
    let inner = html.strip_prefix("<p id=\"p1\">").and_then(|h| h.strip_suffix("</p>\n"));
    inner.unwrap_or_else(|| panic!("not one paragraph: {html}")).to_owned()
}

fn with_html(body: &str, mode: RawHtml) -> String {
    let labels = MarkdownLabels::default();
    render(body, &MarkdownOptions { html: mode, ..options(&labels, &|_, _| LinkTarget::Keep) }).html
}

fn kinds(body: &str) -> Vec<ProblemKind> {
    full(body).problems.into_iter().map(|p| p.kind).collect()
}

#[test]
fn inlines() {
    for (body, want) in [
        ("a *b* **c** ~~d~~ `e<f`", "a <em>b</em> <strong>c</strong> <del>d</del> <code>e&lt;f</code>"),
        ("10~20 and 30~40, ~a~ b", "10~20 and 30~40, ~a~ b"),
        ("a\nb  \nc\\\nd", "a\nb<br>\nc<br>\nd"),
        ("a < b & c > d \"e\"", "a &lt; b &amp; c &gt; d \"e\""),
        ("&copy; &lt;b&gt; \\*x\\*", "© &lt;b&gt; *x*"),
        ("<b onclick=x>y</b>", "&lt;b onclick=x&gt;y&lt;/b&gt;"),
        ("[a](b.md \"c\\\"<\")", "<a href=\"b.md\" title=\"c&quot;&lt;\">a</a>"),
        ("[a](https://x.org/?a=1&b=日)", "<a href=\"https://x.org/?a=1&amp;b=%E6%97%A5\" rel=\"external\">a</a>"),
        ("<a@b.org>", "<a href=\"mailto:a@b.org\">a@b.org</a>"),
        ("<https://x.org>", "<a href=\"https://x.org\" rel=\"external\">https://x.org</a>"),
        (
            "x ![a *b* `c`](d.png \"t\")",
            "x <img src=\"d.png\" alt=\"a b c\" title=\"t\" loading=\"lazy\" decoding=\"async\">",
        ),
        ("x [![a](b.png)](c)", "x <a href=\"c\"><img src=\"b.png\" alt=\"a\" loading=\"lazy\" decoding=\"async\"></a>"),
        ("[x](javascript:alert(1))", "x"),
        ("[*x*](java&#115;cript:alert(1))", "<em>x</em>"),
        ("![x<](vbscript:a)", "x&lt;"),
        ("[a][b] c\n\n[b]: data:text/html,x", "a c"),
    ] {
        assert_eq!(inline(body), want, "{body}");
    }
}

#[test]
fn cjk_emphasis() {
    for (body, want) in [
        ("これは**「重要」**です。", "これは<strong>「重要」</strong>です。"),
        ("**「甲」**と**「乙」**だ", "<strong>「甲」</strong>と<strong>「乙」</strong>だ"),
        ("これは*「重要」*です。", "これは<em>「重要」</em>です。"),
        ("これは***「重要」***です。", "これは<em><strong>「重要」</strong></em>です。"),
        ("これは~~「重要」~~です。", "これは<del>「重要」</del>です。"),
        ("中国**“重要”**的", "中国<strong>“重要”</strong>的"),
        ("**注意(あ)**漢字", "<strong>注意(あ)</strong>漢字"),
        ("漢**`code`**字", "漢<strong><code>code</code></strong>字"),
        ("漢**[あ](b)。**字", "漢<strong><a href=\"b\">あ</a>。</strong>字"),
        ("[漢**「あ」**字](b)", "<a href=\"b\">漢<strong>「あ」</strong>字</a>"),
        ("**漢[あ**](b)字", "**漢<a href=\"b\">あ**</a>字"),
        ("**太*「斜」*字。**漢", "<strong>太<em>「斜」</em>字。</strong>漢"),
        ("漢\\*\\*「あ」\\*\\*字", "漢**「あ」**字"),
        ("漢\\**「あ」*字", "漢*<em>「あ」</em>字"),
        ("漢`**「あ」**`字", "漢<code>**「あ」**</code>字"),
        ("漢** 「あ」** 字", "漢** 「あ」** 字"),
        ("10~20人、30~40人", "10~20人、30~40人"),
        ("~漢~字", "~漢~字"),
        ("漢_「あ」_字", "漢_「あ」_字"),
        ("한국**(중요)**은", "한국<strong>(중요)</strong>은"),
        (
            "<https://x.org/**漢**>「あ」",
            "<a href=\"https://x.org/**%E6%BC%A2**\" rel=\"external\">https://x.org/**漢**</a>「あ」",
        ),
        ("&amp;**「あ」**漢", "&amp;<strong>「あ」</strong>漢"),
    ] {
        assert_eq!(inline(body), want, "{body}");
    }
    assert!(html("```\n漢**「あ」**字\n```\n").contains("漢**「あ」**字"));
    assert!(html("> 漢**「あ」**\n> **「い」**字").contains("漢<strong>「あ」</strong><strong>「い」</strong>字"));
    assert!(html("|a|\n|-|\n|**「あ」**字|").contains("<td><strong>「あ」</strong>字</td>"));
}

#[test]
fn soft_breaks() {
    for (body, want) in [
        ("日本\n語", "日本語"),
        ("日本。\n語", "日本。語"),
        ("日本\n**語**", "日本<strong>語</strong>"),
        ("**日本**\n語", "<strong>日本</strong>語"),
        ("日本\nABC", "日本\nABC"),
        ("ABC\n日本", "ABC\n日本"),
        ("한국\n어", "한국\n어"),
        ("日本\n`語`", "日本\n<code>語</code>"),
        ("カタ\nカナ", "カタカナ"),
    ] {
        assert_eq!(inline(body), want, "{body}");
    }
}

#[test]
fn blocks_and_ids() {
    for (body, want) in [
        ("a\n\nb", "<p id=\"p1\">a</p>\n<p id=\"p2\">b</p>\n"),
        ("# A\n\nb", "<h2 id=\"a\">A</h2>\n<p id=\"p1\">b</p>\n"),
        ("###### A", "<h2 id=\"a\">A</h2>\n"),
        (
            "- a\n  - b\n- c",
            "<ul>\n<li id=\"p1\">a<ul>\n<li id=\"p2\">b</li>\n</ul>\n</li>\n<li id=\"p3\">c</li>\n</ul>\n",
        ),
        (
            "3. a\n\n   b\n4. c",
            "<ol start=\"3\">\n<li id=\"p1\"><p>a</p>\n<p>b</p>\n</li>\n<li id=\"p2\"><p>c</p>\n</li>\n</ol>\n",
        ),
        ("> a\n>\n> b\n> - c", "<blockquote id=\"p1\">\n<p>a</p>\n<p>b</p>\n<ul>\n<li>c</li>\n</ul>\n</blockquote>\n"),
        ("    x<\n", "<pre id=\"p1\" tabindex=\"0\"><code>x&lt;\n</code></pre>\n"),
        ("a\n\n---\n\nb", "<p id=\"p1\">a</p>\n<hr>\n<p id=\"p2\">b</p>\n"),
        (
            "> [!TIP]\n> a",
            "<aside id=\"p1\" class=\"alert alert-tip\" role=\"note\">\n<p class=\"alert-title\">Tip</p>\n<p>a</p>\n</aside>\n",
        ),
        (
            "|a|b|\n|-:|:-:|\n|c|d|",
            "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"Table 1\"><table id=\"p1\">\n\
             <thead><tr><th scope=\"col\" class=\"a-r\">a</th><th scope=\"col\" class=\"a-c\">b</th></tr></thead>\n\
             <tbody>\n<tr><td class=\"a-r\">c</td><td class=\"a-c\">d</td></tr>\n</tbody>\n</table></div>\n",
        ),
        (
            "- [x] a\n- [ ] b",
            "<ul>\n<li id=\"p1\"><input type=\"checkbox\" disabled checked aria-label=\"Done\"> a</li>\n\
             <li id=\"p2\"><input type=\"checkbox\" disabled aria-label=\"Not done\"> b</li>\n</ul>\n",
        ),
        (
            "![a](b.png \"c & d\")",
            "<figure id=\"p1\"><img src=\"b.png\" alt=\"a\" loading=\"lazy\" decoding=\"async\"><figcaption>c &amp; d</figcaption></figure>\n",
        ),
        ("![a](b.png)", "<p id=\"p1\"><img src=\"b.png\" alt=\"a\" loading=\"lazy\" decoding=\"async\"></p>\n"),
        ("<div>\nx\n</div>", "<p id=\"p1\">&lt;div&gt;\nx\n&lt;/div&gt;</p>\n"),
    ] {
        assert_eq!(html(body), want, "{body}");
    }
    assert_eq!(full("a\n\n- b\n- c\n\n> d\n\n# e").blocks, 4);
}

#[test]
fn code() {
    assert!(
        html("```rust\nfn a() {}\n```")
            .starts_with("<pre id=\"p1\" tabindex=\"0\"><code class=\"language-rust\"><span class=\"z-source")
    );
    assert_eq!(
        html("```nonesuch x\n<\n```"),
        "<pre id=\"p1\" tabindex=\"0\"><code class=\"language-nonesuch\">&lt;\n</code></pre>\n"
    );
    assert_eq!(html("```\"><script>\n```"), "<pre id=\"p1\" tabindex=\"0\"><code></code></pre>\n");
}

#[test]
fn headings() {
    let page = full("# A *b*\n\n## A b\n\n### P1\n\n# C {#own .x k=v}\n\n# D {#p3}\n\n# E {#a-b}");
    let got: Vec<_> = page.headings.iter().map(|h| (h.level, h.id.as_str(), h.text.as_str())).collect();
    let want =
        [(2, "a-b", "A b"), (3, "a-b-2", "A b"), (4, "h-p1", "P1"), (2, "own", "C"), (2, "d", "D"), (2, "e", "E")];
    assert_eq!(got, want);
    assert!(page.html.contains("<h2 id=\"own\">C</h2>"), "{}", page.html);
    let levels = |body: &str| full(body).headings.iter().map(|h| h.level).collect::<Vec<_>>();
    assert_eq!(levels("## a\n\n### b\n\n## c\n\n# d\n\n###### e"), [2, 3, 2, 2, 6]);
    assert_eq!(kinds("# D {#p3}"), [ProblemKind::BadHeadingId("p3".into())]);
}

#[test]
fn footnotes() {
    let page = html("a[^x] b[^y] c[^x]\n\n[^y]: two\n[^x]: one\n\n    more");
    assert_eq!(
        page,
        "<p id=\"p1\">a<sup><a href=\"#fn-1\" id=\"fnref-1\" role=\"doc-noteref\">1</a></sup> \
         b<sup><a href=\"#fn-2\" id=\"fnref-2\" role=\"doc-noteref\">2</a></sup> \
         c<sup><a href=\"#fn-1\" id=\"fnref-1-2\" role=\"doc-noteref\">1</a></sup></p>\n\
         <section class=\"footnotes\" role=\"doc-endnotes\" aria-labelledby=\"fn-heading\">\n\
         <h2 id=\"fn-heading\">Notes</h2>\n<ol>\n\
         <li id=\"fn-1\"><p>one</p>\n<p>more <a href=\"#fnref-1\" role=\"doc-backlink\" aria-label=\"Back to text 1\">\
         \u{21a9}\u{fe0e}</a> <a href=\"#fnref-1-2\" role=\"doc-backlink\" aria-label=\"Back to text 1-2\">\u{21a9}\u{fe0e}</a></p>\n</li>\n\
         <li id=\"fn-2\"><p>two <a href=\"#fnref-2\" role=\"doc-backlink\" aria-label=\"Back to text 2\">\u{21a9}\u{fe0e}</a></p>\n</li>\n\
         </ol>\n</section>\n"
    );
    assert_eq!(kinds("a[^x]"), [ProblemKind::UnknownFootnote("x".into())]);
    assert_eq!(kinds("a\n\n[^x]: b"), [ProblemKind::UnusedFootnote("x".into())]);
    assert_eq!(kinds("a[^x]\n\n[^x]: b\n\n[^x]: c"), [ProblemKind::DuplicateFootnote("x".into())]);
    assert_eq!(kinds("`[^x]` \\[^y] [^Z]\n\n[^z]: b"), []);
}

#[test]
fn prefix_and_labels() {
    let labels = MarkdownLabels { note: "註".into(), ..MarkdownLabels::default() };
    let options = MarkdownOptions { prefix: "o-", ..options(&labels, &|_, _| LinkTarget::Keep) };
    let page = render("# A\n\nb[^1]\n\n> [!NOTE]\n> c\n\n[^1]: d", &options);
    for want in ["id=\"o-a\"", "id=\"o-p1\"", "href=\"#o-fn-1\"", "id=\"o-fnref-1\"", "id=\"o-fn-heading\"", ">註</p>"]
    {
        assert!(page.html.contains(want), "{want}: {}", page.html);
    }
    assert_eq!(page.headings[0].id, "o-a");
}

#[test]
fn targets() {
    let labels = MarkdownLabels::default();
    let resolve = |dest: &str, usage: LinkUse| match (dest, usage) {
        ("a.md", LinkUse::Link) => LinkTarget::To("/2021/a/?x=1&y".into()),
        ("b.png", LinkUse::Image) => LinkTarget::To("/b 1.png".into()),
        ("evil", _) => LinkTarget::To("javascript:x".into()),
        ("gone", _) => LinkTarget::Drop,
        _ => LinkTarget::Keep,
    };
    let page = render("[a](a.md) ![b](b.png) [c](evil) [d](gone) ![e](gone) [f](f)", &options(&labels, &resolve));
    assert_eq!(
        page.html,
        "<p id=\"p1\"><a href=\"/2021/a/?x=1&amp;y\">a</a> <img src=\"/b%201.png\" alt=\"b\" loading=\"lazy\" decoding=\"async\"> c d e \
         <a href=\"f\">f</a></p>\n"
    );
    assert_eq!(page.problems.len(), 1);
}

#[test]
fn problems() {
    use ProblemKind::*;
    for (body, want) in [
        ("[a](x:y)", BadScheme("x".into())),
        ("![](a.png)", ImageWithoutAlt),
        ("a \u{202e}b", BidiOverride),
        ("a <br> b", EscapedHtml),
    ] {
        assert_eq!(kinds(body), [want], "{body}");
    }
    assert_eq!(full("ab [c](x:y)").problems[0].at, 3..11);
    let deep = "> ".repeat(100) + "a";
    assert_eq!(kinds(&deep), [TooDeep]);
    assert_eq!(html(&deep).matches("<blockquote").count(), 64);
    let deep = "*a **b ".repeat(80) + &"**c*".repeat(80);
    assert_eq!(kinds(&deep), [TooDeep]);
    let large = full(&"a ".repeat(2_000_001));
    assert_eq!((large.html.as_str(), &large.problems[0].kind), ("", &TooLarge));
}

#[test]
fn raw_html() {
    let body = "<div id=p1 class=x onclick=a>\n\n# A\n\nb<script>x</script> <b>c *d*</b> <a href=javascript:x>e</a> f[^1]\n\n\
                </div>\n\n[^1]: g\n\n```rust\nfn a() {}\n```\n<ruby>漢<rt>かん</rt></ruby>\n";
    let safe = with_html(body, RawHtml::Sanitize);
    for want in [
        "<h2 id=\"a\">",
        "<b>c <em>d</em></b>",
        "<a>e</a>",
        "id=\"fn-1\"",
        "z-source",
        "<rt>",
        "id=\"p1\"",
        "tabindex=\"0\"",
    ] {
        assert!(safe.contains(want), "{want}: {safe}");
    }
    for never in ["script", "onclick", "class=\"x\"", "\u{fdd0}"] {
        assert!(!safe.contains(never), "{never}: {safe}");
    }
    assert_eq!(safe.matches("id=\"p1\"").count(), 1);
    assert_eq!(with_html("a", RawHtml::Sanitize), html("a"));
    assert_eq!(with_html("a <b x=y>c</b>", RawHtml::Allow), "<p id=\"p1\">a <b x=y>c</b></p>\n");
    let tower = with_html(&"<ul><li>\n\n".repeat(5_000), RawHtml::Sanitize);
    assert_eq!(tower.matches("<ul>").count(), 256);
    let level = with_html(&"<b>x</b> <br> <p>\n\n".repeat(500), RawHtml::Sanitize);
    assert_eq!(level.matches("<b>").count(), 500);
    let forged = with_html("<i id=\"\u{fdd0}main\" class=\"\u{fdd0}x\">a</i>", RawHtml::Sanitize);
    assert_eq!(forged, "<p id=\"p1\"><i>a</i></p>\n");
}

#[test]
fn excerpts() {
    for (body, words, want) in [
        ("# A\n\nOne *two* [three](x) four five.\n\nSix.", 50, Some("One two three four five. Six.")),
        ("One two three, four five.", 3, Some("One two three…")),
        ("One two[^1] ![x](y) `three`\n\n[^1]: z", 50, Some("One two three")),
        ("日本の首相は、今日。", 2, Some("日本の首相…")),
        ("日本の\n首相は**「今日」**だ", 50, Some("日本の首相は「今日」だ")),
        ("| a |\n|---|\n| b |\n\n```\nc\n```\n\n> q\n\nText ~ 1~2.", 50, Some("Text ~ 1~2.")),
        ("- a\n- b", 50, Some("a; b")),
        ("# A", 50, None),
        ("", 50, None),
        ("a \u{202e}b <i>c</i>", 50, Some("a b c")),
    ] {
        assert_eq!(excerpt(body, words).as_deref(), want, "{body}");
    }
    let long =
        "See [the text][1] and this[^2] here.\n\n".to_owned() + &"word ".repeat(2000) + "\n\n[1]: x\n[^2]: note\n";
    assert_eq!(excerpt(&long, 8).as_deref(), Some("See the text and this here. word word…"));
    let table = "|a|\n|-|\n".to_owned() + &"|b|\n".repeat(1000) + "\nFirst words.";
    assert_eq!(excerpt(&table, 8).as_deref(), Some("First words."));
    assert_eq!(excerpt("|a|\n|-|\n|b|\n\n: Caption\n\nFirst words.", 8).as_deref(), Some("First words."));
}

#[test]
fn first_blocks() {
    for (body, chars, want) in [
        ("# A\n\nOne two.\n\nThree.", 200, Some("One two.")),
        ("One two three.", 8, Some("One two…")),
        ("One two three.", 7, Some("One…")),
        ("日本の首相", 4, Some("日本の…")),
        ("日本の首相", 5, Some("日本の首相")),
        ("Incomprehensible", 5, Some("Inco…")),
        ("![x](y)\n\nText", 9, Some("Text")),
        ("", 9, None),
    ] {
        assert_eq!(first_block(body, chars).as_deref(), want, "{body}");
    }
}

#[test]
fn reference_lists() {
    let body = "[a](b.md) ![c](d.png) [e][f] <g@h.org>\n\n[f]: i&amp;j";
    let got: Vec<_> = references(body, RawHtml::Escape).into_iter().map(|r| (r.dest, r.usage)).collect();
    let want =
        [("b.md", LinkUse::Link), ("d.png", LinkUse::Image), ("i&j", LinkUse::Link), ("mailto:g@h.org", LinkUse::Link)];
    assert_eq!(got, want.map(|(d, i)| (d.to_owned(), i)));
    assert!(references("plain [text] (x)", RawHtml::Allow).is_empty());
}
