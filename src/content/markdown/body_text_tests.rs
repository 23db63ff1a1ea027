//! The text of a body, and the page that it must be the text of.

use super::properties::PIECES;
use super::*;
use proptest::prelude::*;
use std::collections::BTreeSet;

fn rendered(body: &str, html: RawHtml) -> RenderedBody {
    let labels = MarkdownLabels::default();
    let keep = |_: &str, _| LinkTarget::Keep;
    render(body, &MarkdownOptions { html, prefix: "", labels: &labels, resolve: &keep, credits: &[] })
}

/// Adds the words of a text: what stands between punctuation and white space.
fn add_words(text: &str, to: &mut BTreeSet<String>) {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    to.extend(words.map(str::to_owned));
}

/// The words of the page, as a reader of its units sees them.
fn printed(body: &str, html: RawHtml) -> BTreeSet<String> {
    let page = rendered(body, html);
    let mut found = BTreeSet::new();
    (0..page.units.len()).for_each(|unit| add_words(&page.text(unit), &mut found));
    found
}

fn read(body: &str, html: RawHtml) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    add_words(&body_text(body, html).text, &mut found);
    found
}

fn words(body: &str, html: RawHtml) -> String {
    let text = body_text(body, html).text;
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_text_is_what_the_page_prints() {
    for (body, want) in [
        ("# A *b*c {#d}\n\nOne [two](three.md \"no\") `four`\nfive\\\nsix.", "A bc One two four five six."),
        ("- a\n- b\n  1. c\n\n> d\n\n```rust\nlet e = 1;\n```", "a b c d let e = 1;"),
        ("| a | b |\n|--|--|\n| c | d |", "a b c d"),
        ("One[^1] two.\n\n[^1]: The note.", "One two. The note."),
        ("![alt *text*](a.jpg \"The caption\")\n\nx ![b](c.png \"no\") y", "alt text The caption x b y"),
        ("It was [the prime minister] <!-- no --> who <!--^-->", "It was [the prime minister] who"),
        ("Para {^}\n\n<!-- no -->\n\nNext {#p3a}", "Para Next"),
        ("東京{都|と}庁\nと「首相」", "東京都庁と「首相」 (と)"),
        ("<ruby>漢<rt>かん</rt>字<rt>じ</rt></ruby>です", "漢字です (かんじ)"),
        ("> [!NOTE]\n> Text", "Text"),
        ("- [x] done 10~20 ~~gone~~", "done 10~20 gone"),
        ("<https://example.org/a> &amp; &#x65e5;本", "https://example.org/a & 日本"),
        ("a<b>b</b>c<br>d <foo>e</foo><script>no</script>", "abc d e"),
        ("<div title=\"no\">a<!-- no --><img src=\"x.png\" alt=\"b\">c</div>\n\n<style>no</style>", "a b c"),
    ] {
        assert_eq!(words(body, RawHtml::Sanitize), want, "{body}");
    }
    assert_eq!(words("<p hidden>no</p>\n\n<template>no</template>a <b hidden>no</b>b", RawHtml::Allow), "a b");
    assert_eq!(words("a <b>b</b>\n\n<p>c</p>", RawHtml::Escape), "a <b>b</b> <p>c</p>");
    assert_eq!(words(&"> ".repeat(300), RawHtml::Sanitize), "");
}

#[test]
fn nothing_of_a_mark_is_found() {
    for mark in ["<!--^-->", "<!--=-->", "{^}", "{+}", "{#p3a}", "<!--#p3a-->", "｛＋｝"] {
        for body in [format!("One two {mark}"), format!("One two\n\n{mark}\n"), format!("- One\n- two {mark}")] {
            assert_eq!(words(&body, RawHtml::Sanitize), "One two", "{body}");
        }
    }
}

const MODES: [RawHtml; 3] = [RawHtml::Escape, RawHtml::Sanitize, RawHtml::Allow];

fn agrees(body: &str) {
    for html in MODES {
        let whole = body_text(body, html);
        assert_eq!(whole.references, references(body, html), "{html:?} {body:?}");
        // Readings do not part the words around them; rubies have a test of their own.
        if !body.contains("ruby") && !body.contains('|') {
            assert_eq!(read(body, html), printed(body, html), "{html:?} {body:?} {:?}", whole.text);
        }
    }
}

const WORDS: [&str; 30] = [
    "one ",
    "two",
    "three\n",
    "\n\n",
    "**",
    "*",
    "_",
    "`",
    "[^n]",
    "\n\n[^n]: note\n\n",
    "[link](a.md)",
    "![alt](b.png)",
    "![alt](c.png \"Title\")",
    "\n- ",
    "\n1. ",
    "\n> ",
    "\n## ",
    "日本",
    "語。\n",
    "「",
    "」",
    " <b>",
    "</b> ",
    "<br>",
    " {^}",
    "<!-- comment -->",
    "\\",
    "&amp;",
    "[ins]",
    "~~",
];

proptest! {
    #[test]
    fn every_word_of_the_page_is_found_and_no_other(body in prop::collection::vec(prop::sample::select(&WORDS[..]), 0..24)) {
        agrees(&body.concat());
    }

    #[test]
    fn references_are_the_same_in_any_reading(body in prop::collection::vec(prop::sample::select(PIECES), 0..24)) {
        let body = body.concat();
        for html in MODES {
            prop_assert_eq!(body_text(&body, html).references, references(&body, html), "{:?}", body);
        }
    }
}
