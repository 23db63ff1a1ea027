//! The text that a page prints is the text that was written.

use super::block_writer::{write, write_line};
use super::model::*;
use crate::content::markdown::{LinkTarget, MarkdownLabels, MarkdownOptions, RawHtml, render};
use proptest::prelude::*;

fn html(markdown: &str) -> String {
    let labels = MarkdownLabels::default();
    let keep = |_: &str, _| LinkTarget::Keep;
    render(
        markdown,
        &MarkdownOptions { html: RawHtml::Sanitize, prefix: "", labels: &labels, resolve: &keep, credits: &[] },
    )
    .html
}

/// The text of a page without tags and white space.
fn printed(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        text.push_str(&rest[..start]);
        rest = rest[start..].find('>').map_or("", |end| &rest[start + end + 1..]);
    }
    text.push_str(rest);
    let text = text
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&nbsp;", " ");
    bare(&text.replace("&amp;", "&"))
}

fn text(words: &str) -> Inline {
    Inline::Text(words.to_owned())
}

fn strong(words: &str) -> Inline {
    Inline::Styled(Style::Strong, vec![text(words)])
}

fn emphasis(words: &str) -> Inline {
    Inline::Styled(Style::Emphasis, vec![text(words)])
}

#[test]
fn emphasis_beside_letters_and_punctuation() {
    for (inlines, want) in [
        (vec![text("これは"), strong("「重要」"), text("です。")], "これは**「重要」**です。"),
        (vec![strong("Warning:"), text("hot")], "**Warning**:hot"),
        (vec![text("a "), strong(" b "), text("c")], "a **b** c"),
        (vec![strong("a"), strong("b")], "**ab**"),
        (vec![strong("a"), emphasis("b")], "**a**b"),
        (vec![strong("\""), text("a")], "\"a"),
        (vec![text("x"), emphasis(" "), text("y")], "x y"),
        (vec![Inline::Styled(Style::Strong, vec![text("a"), Inline::Break]), text("b")], "**a**\\\nb"),
    ] {
        let markdown = write_line(&inlines);
        assert_eq!(markdown, want);
        let (shown, plain) = (printed(&html(&markdown)), plain_text(&inlines).replace(' ', ""));
        assert_eq!(shown, plain, "{markdown}");
    }
}

#[test]
fn blocks_are_written() {
    let item = |words: &str| ListItem { task: None, blocks: vec![Block::Paragraph(vec![text(words)])] };
    let list = Block::List { start: None, items: vec![item("a"), item("b")] };
    let table = Block::Table(Table {
        caption: vec![text("Votes")],
        head: vec![vec![text("a|b")], vec![]],
        rows: vec![vec![vec![text("x"), Inline::Break, text("y")]]],
        alignments: vec![ColumnAlignment::Unset, ColumnAlignment::Right],
    });
    let prose = Prose {
        blocks: vec![
            Block::Heading { level: 2, id: Some("top".into()), content: vec![text("C #")] },
            list.clone(),
            list,
            Block::Quote(vec![Block::Paragraph(vec![text("1. q")]), Block::Rule]),
            table,
            Block::Paragraph(vec![text(": no caption")]),
            Block::Code { language: Some("rust".into()), text: "```\n".into() },
            Block::Paragraph(vec![text("n"), Inline::NoteMark("1".into())]),
        ],
        notes: vec![("1".into(), vec![Block::Paragraph(vec![text("N")]), Block::Paragraph(vec![text("O")])])],
    };
    assert_eq!(
        write(&prose),
        "## C \\# {#top}\n\n- a\n- b\n\n* a\n* b\n\n> 1\\. q\n>\n> ___\n\n| a\\|b | |\n| --- | --: |\n| x<br>y | |\n\n: Votes\n\n\
         \\: no caption\n\n````rust\n```\n````\n\nn[^1]\n\n[^1]: N\n\n    O\n"
    );
}

#[test]
fn rubies() {
    let ruby =
        |pairs: &[(&str, &str)]| Inline::Ruby(pairs.iter().map(|(a, b)| (a.to_string(), b.to_string())).collect());
    assert_eq!(write_line(&[ruby(&[("漢", "かん"), ("字", "じ")])]), "{漢字|かん|じ}");
    assert_eq!(write_line(&[ruby(&[("東京", "とうきょう")])]), "{東京|とうきょう}");
    assert_eq!(write_line(&[ruby(&[("漢", "hàn")])]), "<ruby>漢<rt>hàn</rt></ruby>");
    assert_eq!(write_line(&[text("{漢|かん}")]), "\\{漢|かん}");
}

const WORDS: &[&str] = &[
    "a",
    "b1",
    "漢字",
    "かな",
    " ",
    "\n",
    "「",
    "」",
    "*",
    "**",
    "_",
    "__",
    "~",
    "~~",
    "`",
    "``",
    "[",
    "]",
    "(",
    ")",
    "!",
    "<",
    ">",
    "&",
    "&amp;",
    "#",
    "# ",
    "-",
    "- ",
    "+ ",
    "1. ",
    "12) ",
    "=",
    "===",
    "---",
    "|",
    ":",
    ": ",
    "：",
    "{",
    "}",
    "｝",
    "｜",
    "\\",
    "\\n",
    "\"",
    "'",
    ".",
    ",",
    "。",
    "…",
    "—",
    "[^1]",
    "[x]",
    "[a](b)",
    "![",
    "<b>",
    "</b>",
    "<!--",
    "-->",
    "<!--^-->",
    "{#p1}",
    "{^}",
    "{漢字|かんじ}",
    "http://a.b/",
    "@",
    "$",
    "^",
    "%",
    "\u{a0}",
    "\u{3000}",
    "é",
    "ก็",
    "👍",
    "[!NOTE]",
    "    ",
    "[the man] said",
    "{{<",
    "{%",
    "/",
    ";",
    "&#35;",
    "~~~",
    "\t",
];

fn words() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(WORDS), 0..7).prop_map(|words| words.concat())
}

fn inline() -> impl Strategy<Value = Inline> {
    let leaf = prop_oneof![
        6 => words().prop_map(Inline::Text),
        1 => Just(Inline::Break),
        1 => words().prop_map(Inline::Code),
        1 => Just(Inline::Ruby(vec![("漢".into(), "かん".into())])),
        1 => words().prop_map(|alt| Inline::Image { address: "a b(c).png".into(), alt, caption: String::new() }),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        let many = prop::collection::vec(inner, 0..4);
        prop_oneof![
            many.clone().prop_map(|c| Inline::Styled(Style::Strong, c)),
            many.clone().prop_map(|c| Inline::Styled(Style::Emphasis, c)),
            many.clone().prop_map(|c| Inline::Styled(Style::Struck, c)),
            many.clone().prop_map(|content| Inline::Link { address: "http://x.y/(z)*_a".into(), content }),
            many.prop_map(|content| Inline::Element { name: "sup", attributes: vec![], content }),
        ]
    })
}

fn block() -> impl Strategy<Value = Block> {
    let inlines = || prop::collection::vec(inline(), 0..5);
    let cells = || prop::collection::vec(inlines(), 1..3);
    let leaf = prop_oneof![
        4 => inlines().prop_map(Block::Paragraph),
        1 => inlines().prop_map(|content| Block::Heading { level: 2, id: None, content }),
        1 => words().prop_map(|text| Block::Code { language: Some("rust".into()), text }),
        1 => Just(Block::Rule),
        1 => (cells(), prop::collection::vec(cells(), 0..3))
            .prop_map(|(head, rows)| Block::Table(Table { head, rows, ..Table::default() })),
    ];
    leaf.prop_recursive(4, 16, 4, |inner| {
        let item = (prop::option::weighted(0.1, any::<bool>()), prop::collection::vec(inner.clone(), 0..3))
            .prop_map(|(task, blocks)| ListItem { task: task.filter(|_| matches!(blocks.first(), Some(Block::Paragraph(p)) if matches!(p.first(), Some(Inline::Text(t)) if t.starts_with('a')))), blocks });
        prop_oneof![
            prop::collection::vec(inner, 0..4).prop_map(Block::Quote),
            (prop::option::of(0..12u64), prop::collection::vec(item, 0..4))
                .prop_map(|(start, items)| Block::List { start, items }),
        ]
    })
}

/// The text of inlines as a page prints it.
fn shown(inlines: &[Inline], out: &mut String) {
    for inline in inlines {
        match inline {
            Inline::Text(t) | Inline::Code(t) => out.push_str(t),
            Inline::Ruby(pairs) => pairs.iter().for_each(|(a, b)| out.push_str(&format!("{a}({b})"))),
            Inline::Styled(_, c) | Inline::Link { content: c, .. } | Inline::Element { content: c, .. } => {
                shown(c, out)
            }
            _ => {}
        }
    }
}

fn shown_blocks(blocks: &[Block], out: &mut String) {
    for block in blocks {
        match block {
            Block::Paragraph(c) | Block::Heading { content: c, .. } => shown(c, out),
            Block::Quote(inner) => shown_blocks(inner, out),
            Block::List { items, .. } => items.iter().for_each(|item| shown_blocks(&item.blocks, out)),
            Block::Code { text, .. } => out.push_str(text),
            Block::Table(t) => t.head.iter().chain(t.rows.iter().flatten()).for_each(|cell| shown(cell, out)),
            _ => {}
        }
    }
}

fn bare(text: &str) -> String {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    // Recto prints readings in brackets, where they are in braces.
    text.replace("(かん)", "かん")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_line_prints_its_text(inlines in prop::collection::vec(inline(), 0..6)) {
        let markdown = write_line(&inlines);
        let mut want = String::new();
        shown(&inlines, &mut want);
        prop_assert_eq!(printed(&html(&markdown)), bare(&want), "{}", markdown);
    }

    #[test]
    fn a_text_prints_its_text(blocks in prop::collection::vec(block(), 0..5)) {
        let markdown = write(&Prose { blocks: blocks.clone(), notes: vec![] });
        let mut want = String::new();
        shown_blocks(&blocks, &mut want);
        prop_assert_eq!(printed(&html(&markdown)), bare(&want), "{}", markdown);
    }
}
