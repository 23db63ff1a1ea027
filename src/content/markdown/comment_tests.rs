//! Tests of comments: no reader gets a byte of one, wherever the parser cuts it.

use super::text_tests::{MODES, page};
use super::*;
use proptest::prelude::*;

#[test]
fn comments_are_not_content() {
    for (body, want) in [
        ("<!-- x -->\n\na <!-- x --> b.\n\n<!-- x\n\nx -->\n\nc", "<p id=\"p1\">a  b.</p>\n<p id=\"p2\">c</p>\n"),
        ("<!-- x --> a *b*\nc", "<p id=\"p1\"> a <em>b</em>\nc</p>\n"),
        ("a\n<!-- x -->\nb", "<p id=\"p1\">a</p>\n<p id=\"p2\">b</p>\n"),
        ("a <!-- x\n\nx --> b", "<p id=\"p1\">a  b</p>\n"),
        ("a <!--> b <!---> c <!-- x --!> d", "<p id=\"p1\">a  b  c  d</p>\n"),
        ("<!-- x --!> a", "<p id=\"p1\"> a</p>\n"),
        ("- a <!-- x\n- x --> b\n- c", "<ul>\n<li id=\"p1\">a  b</li>\n<li id=\"p2\">c</li>\n</ul>\n"),
        ("> <!-- x\n> x --> a\n> b", "<blockquote id=\"p1\">\n<p> a\nb</p>\n</blockquote>\n"),
        ("`<!-- a -->` \\<!-- b", "<p id=\"p1\"><code>&lt;!-- a --&gt;</code> &lt;!-- b</p>\n"),
        ("# a <!-- x -->", "<h2 id=\"a\">a </h2>\n"),
        ("漢<!-- x -->字**「あ」**", "<p id=\"p1\">漢字<strong>「あ」</strong></p>\n"),
    ] {
        for mode in MODES {
            let page = page(body, mode);
            assert_eq!((page.html.as_str(), page.problems), (want, Vec::new()), "{body}");
        }
    }
    for (body, want) in [
        ("a\n\n<!-- x\n\nx", "<p id=\"p1\">a</p>\n"),
        ("a <!-- x\nx\n\nb", "<p id=\"p1\">a </p>\n<p id=\"p2\">b</p>\n"),
        ("- a <!-- x\n- b", "<ul>\n<li id=\"p1\">a </li>\n<li id=\"p2\">b</li>\n</ul>\n"),
    ] {
        for mode in MODES {
            let page = page(body, mode);
            assert_eq!(page.html, want, "{body}");
            assert_eq!(page.problems.iter().map(|p| &p.kind).collect::<Vec<_>>(), [&ProblemKind::UnclosedComment]);
            assert_eq!(&body[page.problems[0].at.clone()], "<!--");
        }
    }
    for mode in MODES {
        let html = page("<div><!-- x --> a\n<!-- x\n\nx --> b</div>\n\n<p><!-- x", mode).html;
        assert!(!html.contains('x') && html.contains('a') && html.contains('b'), "{html}");
    }
    let script = "<script>\n<!-- a()\n\n// -->\n</script>\n";
    assert!(page(script, RawHtml::Allow).html.contains("<!-- a()\n\n// -->"));
    assert_eq!(
        page("a <?b?> <![CDATA[c]]>", RawHtml::Escape).html,
        "<p id=\"p1\">a &lt;?b?&gt; &lt;![CDATA[c]]&gt;</p>\n"
    );
}

/// In each body the parser ends the block, or drops the text, before the comment ends.
#[test]
fn a_comment_outlives_the_block_that_it_starts_in() {
    let rest = "<!-- SECRET\n\nSECRET -->";
    for start in [
        "|a|\n|-|\n|b|",
        "|a|\n|-|\n|b|c|d|",
        "*|\n|-|\n*|",
        "- a\n\n  |a|\n  |-|\n  |b|",
        "> |a|\n> |-|\n> |b|",
        "|a|b|\n|-|-|\n|",
        "|a|b|\n|-|-|\n|c|",
        "|a|\n|-|\n",
        "|",
        "- ",
        "- [ ] ",
        "1. a ",
        "- - ",
        "> a ",
        "> - ",
        "# ",
        "# a ",
        "###### ",
        "- # ",
        "[^1] a\n\n[^1]: ",
        "*",
        "**a",
        "~~",
        "[a",
        "![a",
        "[a](b) ",
        "<b>",
        "<div>",
        "<ruby>a<rt>",
        "a  \n",
        "漢「",
    ] {
        for after in ["", " b\n", "\n\nb", "|\n"] {
            let body = format!("{start}{rest}{after}");
            for mode in MODES {
                let page = page(&body, mode);
                let shown =
                    ["SECRET", "--&gt;", "-->", "\u{c}", "\u{fffd}"].into_iter().find(|part| page.html.contains(part));
                assert_eq!(shown, None, "{mode:?} {body:?}: {}", page.html);
                let unclosed = page.problems.iter().any(|p| p.kind == ProblemKind::UnclosedComment);
                assert!(!unclosed, "{mode:?} {body:?}: {:?}", page.problems);
            }
            let texts = [excerpt(&body, 60), first_block(&body, 200)];
            assert!(texts.iter().flatten().all(|text| !text.contains("SECRET")), "{body:?}: {texts:?}");
        }
    }
    // What only looks like a comment stays.
    let same = page("|a|\n|-|\n|[b](c \"<!-- d\")|e|\n\nf -->", RawHtml::Escape);
    assert!(same.html.contains("title=\"&lt;!-- d\"") && same.html.contains("f --&gt;"), "{}", same.html);
    // Without an end, a comment ends with its row, and no other cell is lost.
    let page = page("|a|\n|-|\n|b|<!-- SECRET\n|c|\n\nd", RawHtml::Escape);
    assert!(!page.html.contains("SECRET") && page.html.contains("<td>c</td>") && page.html.contains(">d</p>"));
    assert_eq!(page.problems.iter().map(|p| &p.kind).collect::<Vec<_>>(), [&ProblemKind::UnclosedComment]);
}

/// Pieces without code, addresses and quoted attributes, where `<!--` does not start a comment.
const PIECES: &[&str] = &[
    "a",
    " ",
    "\n",
    "\n\n",
    "> ",
    "- ",
    "1. ",
    "# ",
    "\n---\n",
    "- [ ] ",
    "~a~",
    "![",
    "*",
    "**",
    "[",
    "](b)",
    ")",
    "|",
    "|-|\n",
    "|\n|-|\n",
    "|a|b|\n|-|-|\n|",
    "漢",
    "。",
    "<b>",
    "</b>",
    "<div>\n",
    "</div>\n",
    "<ruby>",
    "</ruby>",
    "<rt>",
    "-->",
    "--!>",
    "<!-->",
    "<!--->",
    "<!-- SECRET -->",
    "<!-- SECRET\n\nSECRET -->",
    "<!--SECRET--!>",
    "\n<!-- SECRET -->",
    "\n<!-- SECRET\n> SECRET\n- SECRET --> ",
    "<!-- SECRET <b> -->",
    "<!--more SECRET-->",
    "[^1]: ",
    "[^1]",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_reader_gets_a_comment(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..25)) {
        let body = pieces.concat();
        for mode in MODES {
            let RenderedBody { html, problems, .. } = page(&body, mode);
            prop_assert!(problems.iter().all(|p| p.kind != ProblemKind::Unreadable), "{body:?}");
            prop_assert!(!html.contains(['\u{c}', '\u{fffd}']) && !html.contains("SECRET"), "{mode:?} {body:?}: {html}");
            prop_assert!(mode == RawHtml::Escape || !html.contains("<!--"), "{body:?}: {html}");
        }
        let texts = [excerpt(&body, 60), first_block(&body, 200)];
        prop_assert!(texts.iter().flatten().all(|text| !text.contains("SECRET")), "{body:?}: {texts:?}");
    }
}
