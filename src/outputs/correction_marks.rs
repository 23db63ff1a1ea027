//! Marks at corrected paragraphs: after a text is rendered and aligned, each block that a correction names gets a link
//! to the note about it. It must not know where the notes are printed.
//!
//! The mark is at the end of the block, like that of a footnote. It is no part of the text: alignment, search, feeds
//! and the hashes of blocks never see it.

use super::head::escape;
use super::world::Common;
use crate::content::correction::{Correction, note_id};
use crate::content::markdown::{Name, RenderedBody, UnitKind};

/// Adds the marks of all corrections. Returns for each whether its block is there.
pub fn add<'c>(
    common: &Common,
    corrections: impl Iterator<Item = &'c Correction>,
    rendered: &mut RenderedBody,
) -> Vec<bool> {
    let mut found = Vec::new();
    for (at, correction) in corrections.enumerate() {
        let named = |paragraph| rendered.units.iter().position(|unit| unit.name == Name::Block(paragraph));
        let unit = correction.paragraph.and_then(named);
        if let Some(unit) = unit {
            insert(rendered, unit, &link(common, at, correction));
        }
        found.push(unit.is_some());
    }
    found
}

/// Returns the link to the note about the correction with this index. Its name has the date, because a block may have
/// several.
fn link(common: &Common, at: usize, correction: &Correction) -> String {
    let mut html = format!(" <a class=\"cm\" role=\"doc-noteref\" href=\"#{}\">", note_id(at));
    escape(&common.strings.plain(correction.kind.string()), &mut html);
    html.push_str("<span class=\"vh\"> ");
    escape(&common.day(correction.date), &mut html);
    html.push_str("</span></a>");
    html
}

/// Inserts a link at the end of a unit, in its last line of text if its markup has one.
fn insert(rendered: &mut RenderedBody, unit: usize, link: &str) {
    const ENDS: [&str; 9] = [
        "</p>\n</li>",
        "</p>\n</blockquote>",
        "</p>\n</aside>",
        "</p>",
        "</li>",
        "</blockquote>",
        "</aside>",
        "</figcaption></figure>",
        "</figure>",
    ];
    let own = rendered.units[unit].html.clone();
    // The text of an item is in front of the lists in it.
    let inner = rendered.units.get(unit + 1).filter(|next| next.parent == Some(unit)).map(|next| next.html.start);
    let end = inner.filter(|_| rendered.units[unit].kind == UnitKind::Item).unwrap_or(own.end);
    let text = rendered.html[own.start..end].trim_end();
    let (at, link) = match ENDS.iter().find(|end| text.ends_with(**end)) {
        Some(end) => (own.start + text.len() - end.len(), link.to_owned()),
        None if inner == Some(end) => (own.start + text.len(), link.to_owned()),
        None => (end, format!("<p>{}</p>\n", link.trim_start())),
    };
    let mut around = Some(unit);
    for unit in rendered.units.iter_mut().filter(|unit| unit.html.start >= at) {
        unit.html = unit.html.start + link.len()..unit.html.end + link.len();
    }
    while let Some(outer) = around {
        rendered.units[outer].html.end += link.len();
        around = rendered.units[outer].parent;
    }
    rendered.html.insert_str(at, &link);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::content::markdown::{self, BlockNumber, LinkTarget, MarkdownLabels, MarkdownOptions, RawHtml};

    const BLOCKS: &[&str] = &[
        "Words.",
        "A note[^n#].\n\n[^n#]: Its text.",
        "## Heading",
        "> Quotation",
        "> [!NOTE]\n> Notice",
        "- item\n- item\n  1. inside\n- item",
        "1. loose\n\n   more\n2. two",
        "| a | b |\n|--|--|\n| c | d |",
        "```\ncode\n```",
        "***",
        "![x](https://images.example/x.png)",
        "![x](https://images.example/x.png \"Caption\")",
        "<details>\n\nInside\n\n</details>",
        "<b>raw",
    ];

    fn rendered(text: &str, html: RawHtml) -> RenderedBody {
        let resolve = |_: &str, _| LinkTarget::Keep;
        let labels = MarkdownLabels::default();
        markdown::render(text, &MarkdownOptions { html, prefix: "", labels: &labels, resolve: &resolve, credits: &[] })
    }

    fn numbered(body: &RenderedBody) -> Vec<usize> {
        (0..body.units.len()).filter(|unit| matches!(body.units[*unit].name, Name::Block(_))).collect()
    }

    #[test]
    fn a_mark_ends_its_block() {
        for (text, number, want) in [
            ("One.\n\nTwo.", 1, "<p id=\"p1\">One. <a>x</a></p>\n"),
            ("- one\n  - two\n- three", 1, "<li id=\"p1\">one <a>x</a>"),
            ("> one", 1, "<blockquote id=\"p1\">\n<p>one <a>x</a></p>\n</blockquote>"),
            ("| a |\n|--|\n| b |\n\nTwo.", 1, "</table></div>\n<p><a>x</a></p>\n<p id=\"p2\">"),
            ("```\nx\n```", 1, "</code></pre>\n<p><a>x</a></p>\n"),
        ] {
            let mut body = rendered(text, RawHtml::Escape);
            let unit = body.units.iter().position(|unit| unit.name == Name::Block(BlockNumber::plain(number)));
            insert(&mut body, unit.unwrap(), " <a>x</a>");
            assert!(body.html.contains(want), "{text:?}: {}", body.html);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn marks_stay_in_their_units(
            blocks in prop::collection::vec(prop::sample::select(BLOCKS), 1..7),
            picks in prop::collection::vec(0usize..40, 1..5),
            sanitize in any::<bool>(),
        ) {
            let text: String = blocks.iter().enumerate().map(|(at, b)| b.replace('#', &at.to_string()) + "\n\n").collect();
            let before = rendered(&text, if sanitize { RawHtml::Sanitize } else { RawHtml::Escape });
            let units = numbered(&before);
            prop_assume!(!units.is_empty());
            let mut body = before.clone();
            let marked: Vec<usize> = picks.iter().map(|pick| units[pick % units.len()]).collect();
            for (n, unit) in marked.iter().enumerate() {
                insert(&mut body, *unit, &format!(" <a>x{n}</a>"));
            }
            prop_assert!(markdown::is_balanced(&body.html), "{}", body.html);
            for (at, unit) in body.units.iter().enumerate() {
                let html = &body.html[unit.html.clone()];
                let around = |mut inner: usize| loop {
                    if inner == at { break true }
                    match body.units[inner].parent { Some(outer) => inner = outer, None => break false }
                };
                for (n, inner) in marked.iter().enumerate() {
                    prop_assert_eq!(html.contains(&format!("<a>x{n}</a>")), around(*inner), "{}: {}", n, html);
                }
                // Without marks, every unit is as it was.
                let mut bare = html.to_owned();
                for n in 0..marked.len() {
                    bare = bare.replace(&format!(" <a>x{n}</a>"), "").replace(&format!("<a>x{n}</a>"), "");
                }
                let bare = bare.replace("<p></p>\n", "");
                prop_assert_eq!(&bare, &before.html[before.units[at].html.clone()]);
            }
        }
    }
}
