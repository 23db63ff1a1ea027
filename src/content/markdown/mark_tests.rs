//! Tests of marks, chosen ids and rubies in braces.

use super::*;
use proptest::prelude::*;

fn rendered(body: &str, html: RawHtml, prefix: &'static str) -> RenderedBody {
    let labels = MarkdownLabels::default();
    render(body, &MarkdownOptions { html, prefix, labels: &labels, resolve: &|_, _| LinkTarget::Keep, credits: &[] })
}

fn full(body: &str) -> RenderedBody {
    rendered(body, RawHtml::Sanitize, "")
}

/// The ids of all units with their marks: `p1 p2^ p3=`.
fn named(page: &RenderedBody) -> String {
    let unit = |at: usize| {
        let mark = match page.units[at].mark {
            None => "",
            Some(Mark::Joined) => "^",
            Some(Mark::Untranslated) => "=",
            Some(Mark::Added) => "+",
        };
        let id = page.id(at).unwrap_or_else(|| "-".into());
        if page.units[at].kind == UnitKind::Notes || id.starts_with("fn-") { String::new() } else { id + mark }
    };
    (0..page.units.len()).map(unit).filter(|unit| !unit.is_empty()).collect::<Vec<_>>().join(" ")
}

fn mistakes(page: &RenderedBody) -> Vec<String> {
    let told = |problem: &MarkdownProblem| match &problem.kind {
        ProblemKind::MisplacedMark(written, mistake) => format!("{written} {mistake:?}"),
        ProblemKind::BadBlockId(written, mistake) => format!("{written} {mistake:?}"),
        other => format!("{other:?}"),
    };
    page.problems.iter().map(told).collect()
}

#[test]
fn marks_at_the_end_of_a_block() {
    for (body, html, names) in [
        (
            "a\n\nb <!--^-->\n\nc <!-- = -->",
            "<p id=\"p1\">a</p>\n<p id=\"p2\">b</p>\n<p id=\"p3\">c</p>\n",
            "p1 p2^ p3=",
        ),
        (
            "a\n\nb {^}\n\nc{-}\n\nd\n{+}",
            "<p id=\"p1\">a</p>\n<p id=\"p2\">b</p>\n<p id=\"p3\">c</p>\n<p id=\"p4\">d</p>\n",
            "p1 p2^ p3= p4+",
        ),
        ("漢。｛＋｝", "<p id=\"p1\">漢。</p>\n", "p1+"),
        ("*a* {+}", "<p id=\"p1\"><em>a</em></p>\n", "p1+"),
        // Below a block, with and without a blank line.
        ("a\n<!--^-->\nb", "<p id=\"p1\">a</p>\n<p id=\"p2\">b</p>\n", "p1^ p2"),
        ("a\n\n<!--^-->\n\nb", "<p id=\"p1\">a</p>\n<p id=\"p2\">b</p>\n", "p1^ p2"),
        ("a\n\n{^}\n\nb", "<p id=\"p1\">a</p>\n<p id=\"p2\">b</p>\n", "p1^ p2"),
        ("```\na\n```\n<!--^-->", "<pre id=\"p1\" tabindex=\"0\"><code>a\n</code></pre>\n", "p1^"),
        ("```\na {^}\n```\n{^}", "<pre id=\"p1\" tabindex=\"0\"><code>a {^}\n</code></pre>\n", "p1^"),
        ("```\na\n```\n\n<!--^-->", "<pre id=\"p1\" tabindex=\"0\"><code>a\n</code></pre>\n", "p1^"),
        ("---\n\n<!--=-->", "<hr>\n", "-="),
        // Headings.
        ("## A {^}", "<h2 id=\"a\">A</h2>\n", "a^"),
        ("## A {#b ^}", "<h2 id=\"b\">A</h2>\n", "b^"),
        ("## A {#b}\n<!--^-->\nc", "<h2 id=\"b\">A</h2>\n<p id=\"p1\">c</p>\n", "b^ p1"),
        ("## A {#b} <!--^-->", "<h2 id=\"b\">A</h2>\n", "b^"),
        ("A <!--+-->\n===", "<h2 id=\"a\">A</h2>\n", "a+"),
        // Lists.
        ("- a {^}\n- b <!--=-->", "<ul>\n<li id=\"p1\">a</li>\n<li id=\"p2\">b</li>\n</ul>\n", "- p1^ p2="),
        ("- a {^}\n  - b", "<ul>\n<li id=\"p1\">a<ul>\n<li id=\"p2\">b</li>\n</ul>\n</li>\n</ul>\n", "- p1^ - p2"),
        ("- a\n- b\n\n<!--^-->", "<ul>\n<li id=\"p1\">a</li>\n<li id=\"p2\">b</li>\n</ul>\n", "- p1 p2^"),
        ("- a\n- b\n<!--^-->", "<ul>\n<li id=\"p1\">a</li>\n<li id=\"p2\">b</li>\n</ul>\n", "- p1 p2^"),
        (
            "- a\n  - b\n\n<!--^-->",
            "<ul>\n<li id=\"p1\">a<ul>\n<li id=\"p2\">b</li>\n</ul>\n</li>\n</ul>\n",
            "- p1^ - p2",
        ),
        // Quotations and HTML.
        ("> a\n>\n> b {^}", "<blockquote id=\"p1\">\n<p>a</p>\n<p>b</p>\n</blockquote>\n", "p1^"),
        ("> a\n<!--^-->", "<blockquote id=\"p1\">\n<p>a</p>\n</blockquote>\n", "p1^"),
        ("<div>a</div>\n<!--^-->\n\nb", "<div>a</div>\n\n<p id=\"p1\">b</p>\n", "-^ p1"),
    ] {
        let page = full(body);
        assert_eq!(page.html, html, "{body}");
        assert_eq!(named(&page), names, "{body}");
        assert_eq!(mistakes(&page), [""; 0], "{body}");
        for unit in (0..page.units.len()).filter(|unit| page.units[*unit].mark.is_some()) {
            let at = page.mark_place(unit).unwrap_or_default();
            assert!(body[at].contains(['^', '=', '-', '+', '＋']), "{body}");
        }
    }
}

#[test]
fn tables_with_marks() {
    for mark in ["<!--^-->", "\n<!--^-->", "{^}", "\n{^}", "|{^}|"] {
        let page = full(&format!("| a | b |\n|--|--|\n| c | d {{^}} |\n{mark}\n"));
        assert_eq!(page.html.matches("<tr>").count(), 2, "{mark}");
        assert!(page.html.contains("<td>d {^}</td>"), "in a cell it is text");
        assert_eq!((named(&page), mistakes(&page)), ("p1^".into(), Vec::new()), "{mark}");
    }
}

#[test]
fn what_is_no_mark() {
    for (body, html) in [
        ("a \\{^}", "a {^}"),
        ("a {+} b", "a {+} b"),
        ("a `{^}`", "a <code>{^}</code>"),
        ("a {^", "a {^"),
        ("a {x}", "a {x}"),
        ("a {#b}", "a {#b}"),
        ("a $x^{+}", "a $x^{+}"),
        ("a <!-- + b -->", "a "),
        ("*a {^}*", "<em>a {^}</em>"),
        ("a {\\^}", "a {^}"),
        ("a &#123;^}", "a {^}"),
    ] {
        let page = full(body);
        assert_eq!(page.html, format!("<p id=\"p1\">{html}</p>\n"), "{body}");
        assert_eq!((named(&page), mistakes(&page)), ("p1".into(), Vec::new()), "{body}");
    }
}

#[test]
fn marks_that_belong_to_no_block() {
    for (body, mistake) in [
        ("<!--^-->\n\na", "<!--^--> First"),
        ("{^}\n\na", "{^} First"),
        ("<!--^--> a", "<!--^--> Within"),
        ("a <!--^--> b", "<!--^--> Within"),
        ("**a <!--^-->** b", "<!--^--> Within"),
        ("> a {^}\n>\n> b", "{^} Within"),
        ("- a {^}\n\n  b", "{^} Within"),
        ("| a |\n|--|\n| b <!--^--> |", "<!--^--> Within"),
        ("- a\n  - b {^}", "{^} Nested"),
        ("a[^1]\n\n[^1]: b {^}", "{^} InNote"),
        ("a {^} {+}", "{+} Second"),
        ("a {^}\n\n<!--+-->", "<!--+--> Second"),
        ("<details>\n\na {^}\n\n</details>", "{^} Enclosed"),
        ("<details>\n<!--^-->\n\na\n\n</details>", "<!--^--> Enclosed"),
    ] {
        let page = full(body);
        assert_eq!(mistakes(&page), [mistake], "{body}");
        assert!(!page.html.contains(['^', '+']) && page.html.contains('a'), "{body}: {}", page.html);
    }
    assert_eq!(mistakes(&full("a {^} {^}")), [""; 0], "twice the same");
}

#[test]
fn chosen_ids() {
    for (body, names) in [
        ("a\n\nb <!--#p1a-->\n\nc", "p1 p1a p2"),
        ("a\n\nb {#p1b}\n\nc {#p1a}\n\nd", "p1 p1b p1a p2"),
        ("a {#p0a}\n\nb", "p0a p1"),
        ("a\n\nb {#p4}\n\nc\n\nd {#p5c}", "p1 p4 p5 p5c"),
        ("- a\n  - b {#p1a}\n  - c\n- d", "- p1 - p1a p2 p3"),
        ("- a {#p0a}\n  - b\n- c", "- p0a - p1 p2"),
        ("- a\n  - b\n\n  c {#p7}\n- d", "- p7 - p8 p9"),
        ("a\n\n| b |\n|--|\n| c |\n\n<!--#p1a ^-->\n\nd", "p1 p1a^ p2"),
        ("a\n\n> b {#p1a} {=}\n\nd", "p1 p1a= p2"),
        ("# p\n\na {#p1}", "p p1"),
    ] {
        for html in [RawHtml::Escape, RawHtml::Sanitize, RawHtml::Allow] {
            let page = rendered(body, html, "o-");
            assert_eq!(named(&page).replace("o-", ""), names, "{body}");
            assert_eq!(mistakes(&page), [""; 0], "{body}");
            let ids: Vec<String> = (0..page.units.len()).filter_map(|unit| page.id(unit)).collect();
            assert_eq!(anchors(&page.html), ids, "{body}");
        }
    }
    for (body, names, mistake) in [
        ("a\n\nb {#p7a}", "p1 p2", "{#p7a} Ahead(1)"),
        ("a\n\nb\n\nc {#p1a}", "p1 p2 p3", "{#p1a} Passed(2)"),
        ("a\n\nb {#p1a}\n\nc {#p1a}", "p1 p1a p2", "{#p1a} Taken"),
        ("a\n\nb {#p1}", "p1 p2", "{#p1} Taken"),
        ("a\n\nb {#p1a} {#p1b}", "p1 p1a", "{#p1b} Taken"),
        ("## A <!--#p0a-->", "a", "<!--#p0a--> Heading"),
        ("a\n\nb {#p1a}\n\n# p1a", "p1 p2 p1a", "{#p1a} Taken"),
        ("---\n\n<!--#p0a-->", "-", "<!--#p0a--> NoBlock"),
        ("<!--#p0a-->\n\na", "p1", "<!--#p0a--> NoBlock"),
    ] {
        let page = full(body);
        assert_eq!((named(&page), mistakes(&page)), (names.into(), vec![mistake.to_owned()]), "{body}");
    }
    // An author's own id yields.
    let page = full("<i id=\"p1a\">x</i>\n\nb {#p1a}");
    assert_eq!(anchors(&page.html), ["p1", "p1a"]);
}

#[test]
fn rubies_in_braces() {
    let ruby = |pairs: &[(&str, &str)]| {
        let pair = |(word, reading): &(&str, &str)| format!("{word}<rp>(</rp><rt>{reading}</rt><rp>)</rp>");
        format!("<ruby>{}</ruby>", pairs.iter().map(pair).collect::<String>())
    };
    for (body, html, text) in [
        ("{漢字|かんじ}を読む", ruby(&[("漢字", "かんじ")]) + "を読む", "漢字 (かんじ)を読む"),
        ("{漢字|かん|じ}", ruby(&[("漢", "かん"), ("字", "じ")]), "漢字 (かんじ)"),
        ("甲\n{漢字|かんじ}乙", format!("甲{}乙", ruby(&[("漢字", "かんじ")])), "甲漢字 (かんじ)乙"),
        ("**{漢|<か>}**", format!("<strong>{}</strong>", ruby(&[("漢", "&lt;か&gt;")])), "漢 (<か>)"),
        ("\\{漢字|かんじ}", "{漢字|かんじ}".into(), "{漢字|かんじ}"),
        ("`{漢字|かんじ}`", "<code>{漢字|かんじ}</code>".into(), "{漢字|かんじ}"),
        ("{{漢字|かんじ}}", "{{漢字|かんじ}}".into(), "{{漢字|かんじ}}"),
        ("{漢字|かん\nじ}", "{漢字|かんじ}".into(), "{漢字|かんじ}"),
        ("｛漢字｜かんじ｝", ruby(&[("漢字", "かんじ")]), "漢字 (かんじ)"),
        ("{on|off} {漢|か} {^}", format!("{{on|off}} {}", ruby(&[("漢", "か")])), "{on|off} 漢 (か)"),
        ("&amp;{漢|か}&amp;", format!("&amp;{}&amp;", ruby(&[("漢", "か")])), "&漢 (か)&"),
    ] {
        for mode in [RawHtml::Escape, RawHtml::Sanitize, RawHtml::Allow] {
            let page = rendered(body, mode, "");
            assert_eq!(page.html, format!("<p id=\"p1\">{html}</p>\n"), "{body}");
            assert_eq!(page.text(0), text, "{body}");
        }
        assert_eq!(excerpt(body, 100).as_deref(), Some(text), "{body}");
    }
    let page = full("## {漢字|かんじ}\n\n| {漢\\|か} | ![{字|じ}](a.png) |\n|--|--|\n");
    assert_eq!(full("## 新しい {漢字|かんじ} ##\n\n{漢|か}").headings[0].text, "新しい 漢字 (かんじ)");
    assert_eq!((page.headings[0].text.as_str(), page.headings[0].id.as_str()), ("漢字 (かんじ)", "漢字-かんじ"));
    assert!(page.html.contains(&ruby(&[("漢", "か")])) && page.html.contains("alt=\"字 (じ)\""), "{}", page.html);
}

#[test]
fn insertions_in_brackets() {
    let ins = |words: &str| format!("<span class=\"ins\">[{words}]</span>");
    for (body, html) in [
        ("He [the prime minister] left.", format!("He {} left.", ins("the prime minister"))),
        ("*He [Abe]* left [early]", format!("<em>He {}</em> left {}", ins("Abe"), ins("early"))),
        ("彼[首相]は\n[安倍]氏", format!("彼{}は{}氏", ins("首相"), ins("安倍"))),
        ("[1] [...] […] [ ] [x] [a *b*] [a b", "[1] [...] […] [ ] [x] [a <em>b</em>] [a b".into()),
        ("\\[a\\] `[b]` [[c]] [d][e] [f]: g", "[a] <code>[b]</code> [[c]] [d][e] [f]: g".into()),
        ("[a](b.md) [c]\n\n[c]: d.md", "<a href=\"b.md\">a</a> <a href=\"d.md\">c</a>".into()),
        ("[x [y] z](b.md)", format!("<a href=\"b.md\">x {} z</a>", ins("y"))),
    ] {
        for mode in [RawHtml::Escape, RawHtml::Sanitize, RawHtml::Allow] {
            let page = rendered(body, mode, "");
            assert_eq!(page.html, format!("<p id=\"p1\">{html}</p>\n"), "{body}");
        }
    }
    let page = rendered("a <b>b [c]", RawHtml::Sanitize, "");
    assert!(page.html.starts_with(&format!("<p id=\"p1\">a <b>b {}</b></p>", ins("c"))), "{}", page.html);
    assert_eq!(page.text(0), "a b [c]");
}

#[test]
fn outputs_without_marks() {
    let body = "First. <!--^--> {#p0a}\n\nSecond. {+}\n\n## Third {^}\n\n- a {-}\n";
    assert_eq!(excerpt(body, 100).as_deref(), Some("First. Second."));
    assert_eq!(first_block(body, 100).as_deref(), Some("First."));
    assert_eq!(excerpt("- a {-}\n- b {^}", 100).as_deref(), Some("a; b"));
    let page = full(body);
    assert_eq!(page.headings[0].id, "third");
    assert_eq!((0..page.units.len()).map(|unit| page.text(unit)).collect::<String>(), "First.Second.Thirda");
    let page = full("[a](b.md)![c](d.png) <https://e.org> [f](#g)");
    assert_eq!(page.urls(0), ["b.md".into(), "d.png".into(), Box::from("https://e.org")]);
}

/// Texts with marks everywhere.
fn hostile() -> impl Strategy<Value = String> {
    let pieces = [
        "a",
        "漢",
        " ",
        "\n",
        "\n\n",
        "- ",
        "  - ",
        "> ",
        "## ",
        "```\n",
        "| a |\n|--|\n",
        "---\n",
        "[^1]",
        "[^1]: ",
        "*",
        "**",
        "<details>\n\n",
        "</details>\n\n",
        "<b>",
        "<!--",
        "-->",
        "<!--^-->",
        "<!--=-->",
        "<!-- + -->",
        "<!--#p1a-->",
        "<!--#p3-->",
        "{^}",
        "{-}",
        "{+}",
        "{#p1a}",
        "{#p2}",
        "{#p0z ^}",
        "｛＾｝",
        "\\",
        "{漢|か}",
        "{",
        "|",
        "}",
        "\\|",
        "<ruby>",
        "<rt>",
        "</ruby>",
        "    ",
        "\t",
        "`",
        "&amp;",
        "![",
        "](x)",
        "<script>",
    ];
    prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..40).prop_map(|pieces| pieces.concat())
}

/// A full-width brace before a line end, where the closing brace would be inside of a character.
#[test]
fn a_brace_before_a_line_end_is_text() {
    for text in ["`｛`\\\n👍`~~`", "`｛`\\\n\u{3000}`"] {
        assert!(full(text).html.contains('｛'), "{text}");
    }
}

proptest! {
    /// Ids are unique and belong to their units, and units lie in their HTML, whatever the marks.
    #[test]
    fn hostile_marks(body in hostile()) {
        for mode in [RawHtml::Escape, RawHtml::Sanitize, RawHtml::Allow] {
            let page = rendered(&body, mode, "");
            prop_assert!(page.problems.iter().all(|p| p.kind != ProblemKind::Unreadable));
            for (at, unit) in page.units.iter().enumerate() {
                prop_assert!(page.html.get(unit.html.clone()).is_some());
                if let Name::Block(_) = unit.name {
                    let id = format!(" id=\"{}\"", page.id(at).unwrap_or_default());
                    prop_assert_eq!(page.html.matches(&id).count(), 1, "{}", page.html);
                    prop_assert!(page.html[unit.html.clone()].contains(&id));
                }
                if unit.mark.is_some() {
                    prop_assert!(page.mark_place(at).is_some());
                }
            }
        }
        let _ = (excerpt(&body, 20), first_block(&body, 20), references(&body, RawHtml::Allow));
    }

    /// Marks change nothing but ids, wherever a block ends.
    #[test]
    fn marks_leave_no_trace(
        blocks in prop::collection::vec(("[a-c漢]{1,3}", prop::sample::select(vec!["", " <!--^-->", " {+}", "\n\n<!--=-->", "{-}"])), 1..8),
    ) {
        let plain: Vec<&str> = blocks.iter().map(|(text, _)| text.as_str()).collect();
        let marked: Vec<String> = blocks.iter().map(|(text, mark)| format!("{text}{mark}")).collect();
        let (plain, marked) = (full(&plain.join("\n\n")), full(&marked.join("\n\n")));
        prop_assert_eq!(plain.html, marked.html);
        prop_assert!(marked.problems.is_empty());
        let are: Vec<bool> = marked.units.iter().map(|unit| unit.mark.is_some()).collect();
        prop_assert_eq!(are, blocks.iter().map(|(_, mark)| !mark.is_empty()).collect::<Vec<_>>());
    }
}
