//! Property tests of the room: for every input the output is safe, well-formed and deterministic.

use super::sanitize::VOID;
use super::*;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use proptest::prelude::*;
use std::cell::RefCell;
use std::collections::BTreeSet;

pub(super) const PIECES: &[&str] = &[
    "a",
    "b c",
    " ",
    "\n",
    "\n\n",
    "  \n",
    "*",
    "**",
    "***",
    "_",
    "__",
    "~",
    "~~",
    "`",
    "```\n",
    "```rust\n",
    "# ",
    "## ",
    "> ",
    "- ",
    "1. ",
    "    ",
    "\t",
    "[",
    "]",
    "(",
    ")",
    "![",
    "](",
    "[^1]",
    "[^1]: ",
    "[^a]",
    "\n[^a]: ",
    "|",
    "|-|\n",
    "\n: x\n",
    "\\",
    "&",
    "&amp;",
    "&#58;",
    "<",
    ">",
    "\"",
    "'",
    "<b>",
    "</b>",
    "<script>",
    "</script>",
    "<img src=x onerror=alert(1)>",
    "<!--",
    "-->",
    "<svg>",
    "<style>",
    "<a href=\"javascript:x\">",
    "</p>",
    "<math>",
    "javascript:alert(1)",
    "java\tscript:x",
    "data:text/html,x",
    "data:image/png;base64,AA",
    "https://x.org/",
    "//x.org",
    "[x](javascript:y)",
    "![x](vbscript:y \"t\")",
    "<https://y.org>",
    "[r]",
    "\n[r]: javascript:z\n",
    "{#p1}",
    "{#id}",
    " {.x onclick=y}",
    "> [!NOTE]\n",
    "- [x] ",
    "漢",
    "「",
    "」",
    "。",
    "です",
    "é",
    "\u{202e}",
    "\u{fdd0}",
    "\u{0}",
    "\u{feff}",
    "\r\n",
    "---\n",
    "===\n",
    "id=\"p1\"",
    " style=x",
    "<div>\n",
    "</div>\n",
    "<p id=p1>",
    "<i id=a>",
    "<a name='a-b'>",
    "# a.b\n",
    "# A b\n\n",
    "<a href=one.md>",
    "<A HREF='two.md#&amp;x'>",
    "<IMG SRC=x.png alt=\"\">",
    "<img\nsrc = \"&#106;avascript:x\" srcset=\"a.png 1x,b.png 2x\">",
    "<video poster=p.png src=v.mp4 onplay=x></video>",
    "<source src=data:text/html,x srcset='c.png, javascript:x 2x'>",
    "<iframe src=z>",
    "<template>",
    "<title>",
    "</title>",
    "<article>",
    "</template>",
    "<b id=\"&#xfdd0;p1\" class=&#xFDD1;x>",
    "[[a]]",
    "{{<b c>}}",
    "{% d %}",
    "[a]()",
    "](b c.md)",
    "|a|b|\n",
    "|a||\n",
    ": x\n",
    "<!--more-->",
    "<!--",
    "--!>",
    "&#146;",
    "&#8;",
    "&#xFFFF;",
    "&#x202E;",
    "<ruby>",
    "<ruby>\n",
    "<rt lang=\"ja\">",
    "</rt>",
    "<rp>",
    "<rtc>",
    "</ruby>",
    "ประเทศ",
];

/// Collects all start tags, as an HTML tokenizer sees them.
#[derive(Default)]
struct Tags(RefCell<Vec<Tag>>);

impl TokenSink for Tags {
    type Handle = ();
    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        match token {
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => self.0.borrow_mut().push(tag),
            Token::CommentToken(_) | Token::DoctypeToken(_) => panic!("comment or doctype"),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

pub(super) fn tags(html: &str) -> Vec<Tag> {
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(html));
    let tokenizer = Tokenizer::new(Tags::default(), TokenizerOpts::default());
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    tokenizer.sink.0.take()
}

const TAGS: &str = " a aside blockquote br caption code del div em figcaption figure h2 h3 h4 h5 h6 hr img input li ol p pre rb rp rt rtc ruby section \
                    span strong sup table tbody td th thead tr ul ";
const ATTRIBUTES: &str = " alt aria-label aria-labelledby checked class colspan decoding dir disabled href id lang loading rel role scope src start \
                          tabindex title type ";
/// Further attributes that the sanitizer allows.
const MORE_ATTRIBUTES: &str = " srcset poster ";
/// Further tags that the sanitizer allows.
const MORE_TAGS: &str = " b i u s small sub details summary q cite source video ";

fn inert(html: &str, sanitized: bool) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for tag in tags(html) {
        let name = format!(" {} ", tag.name);
        assert!(TAGS.contains(&name) || (sanitized && MORE_TAGS.contains(&name)), "{name}: {html}");
        for attribute in &tag.attrs {
            let name = &*attribute.name.local;
            let known = format!(" {name} ");
            let more = sanitized && MORE_ATTRIBUTES.contains(&known);
            assert!(ATTRIBUTES.contains(&known) || more, "{name}: {html}");
            let value = attribute.value.to_string();
            match name {
                "id" => assert!(ids.insert(value.clone()), "id {value} twice: {html}"),
                "href" | "src" | "srcset" | "poster" => {
                    let plain: String =
                        value.chars().filter(|c| !c.is_control() && *c != ' ').collect::<String>().to_lowercase();
                    let bad = ["javascript:", "vbscript:", "data:text"].iter().any(|bad| plain.starts_with(bad));
                    assert!(!bad, "{value}: {html}");
                }
                _ => {}
            }
        }
    }
    assert!(!html.contains('\u{fdd0}') || !sanitized, "{html}");
    ids
}

pub(super) fn body() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES), 0..40).prop_map(|pieces| pieces.concat())
}

pub(super) fn run(body: &str, html: RawHtml, prefix: &'static str) -> RenderedBody {
    render(
        body,
        &MarkdownOptions {
            html,
            prefix,
            labels: &MarkdownLabels::default(),
            resolve: &|_, _| LinkTarget::Keep,
            credits: &[],
        },
    )
}

/// Checks that every element that needs an end tag has one, in order.
pub(super) fn balanced(html: &str) {
    let mut open: Vec<&str> = Vec::new();
    for piece in html.split('<').skip(1) {
        let name = piece.split(['>', ' ', '\n']).next().unwrap_or_default();
        match name.strip_prefix('/') {
            Some(end) => assert_eq!(open.pop(), Some(end), "{html}"),
            None if VOID.contains(&name) => {}
            None => open.push(name),
        }
    }
    assert!(open.is_empty(), "{open:?}: {html}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn escaped_output_is_inert(body in body()) {
        let page = run(&body, RawHtml::Escape, "");
        let ids = inert(&page.html, false);
        balanced(&page.html);
        let numbered = (1..=page.blocks).all(|n| ids.contains(&format!("p{n}")));
        prop_assert!(numbered, "{}", page.html);
        prop_assert!(page.headings.iter().all(|h| ids.contains(&h.id)));
        for tag in tags(&page.html) {
            for attribute in tag.attrs.iter().filter(|a| &*a.name.local == "href") {
                if let Some(id) = attribute.value.strip_prefix("#fn") {
                    prop_assert!(ids.contains(&format!("fn{id}")), "{}", page.html);
                }
            }
        }
        let original = inert(&run(&body, RawHtml::Escape, "o-").html, false);
        prop_assert!(ids.is_disjoint(&original), "{ids:?} {original:?}");
        prop_assert_eq!(page, run(&body, RawHtml::Escape, ""));
    }

    #[test]
    fn sanitized_output_is_inert(body in body()) {
        let page = run(&body, RawHtml::Sanitize, "");
        inert(&page.html, true);
    }

    #[test]
    fn any_string_renders(body in any::<String>(), n in 0usize..40) {
        for mode in [RawHtml::Escape, RawHtml::Sanitize, RawHtml::Allow] {
            let page = run(&body, mode, "");
            prop_assert!(page.problems.iter().all(|p| p.kind != ProblemKind::Unreadable));
        }
        let _ = (excerpt(&body, n), first_block(&body, n), references(&body, RawHtml::Allow));
    }

    /// Holds in every mode. Where HTML is trusted, only addresses change.
    #[test]
    fn references_know_every_link(body in body()) {
        let labels = MarkdownLabels::default();
        for html in [RawHtml::Escape, RawHtml::Sanitize, RawHtml::Allow] {
            let known: BTreeSet<String> = references(&body, html).into_iter().map(|r| r.dest).collect();
            let asked = std::cell::RefCell::new(Vec::new());
            let resolve = |dest: &str, _: LinkUse| { asked.borrow_mut().push(dest.to_owned()); LinkTarget::Keep };
            render(&body, &MarkdownOptions { html, prefix: "", labels: &labels, resolve: &resolve, credits: &[] });
            for dest in asked.into_inner() {
                prop_assert!(known.contains(&dest), "{dest}");
            }
        }
    }

    /// The resolver returned every address on a sanitized page.
    #[test]
    fn every_address_is_resolved(body in body()) {
        let labels = MarkdownLabels::default();
        let resolve = |_: &str, _: LinkUse| LinkTarget::To("/known".to_owned());
        let options = MarkdownOptions { html: RawHtml::Sanitize, prefix: "", labels: &labels, resolve: &resolve, credits: &[] };
        let page = render(&body, &options);
        for tag in tags(&page.html) {
            for attribute in &tag.attrs {
                let value = attribute.value.to_string();
                match &*attribute.name.local {
                    "href" | "src" | "poster" | "cite" => {
                        prop_assert!(value == "/known" || value.starts_with("#fn"), "{value}: {}", page.html);
                    }
                    "srcset" => prop_assert!(value.split(", ").all(|one| one.starts_with("/known")), "{value}"),
                    _ => {}
                }
            }
        }
    }

    #[test]
    fn excerpts_are_plain_and_short(body in body(), n in 1usize..30) {
        if let Some(text) = first_block(&body, n) {
            prop_assert!(text.chars().count() <= n, "{text}");
        }
        if let Some(text) = excerpt(&body, n) {
            prop_assert!(!text.contains('\n') && !text.is_empty());
        }
    }

    /// Without wide characters, `cjk` pairs delimiters like the parser.
    #[test]
    fn pairing_is_commonmark(text in "[*_ab .(`\\\\]{0,24}") {
        let labels = MarkdownLabels::default();
        let options = MarkdownOptions { html: RawHtml::Escape, prefix: "", labels: &labels, resolve: &|_, _| LinkTarget::Keep, credits: &[] };
        prop_assert_eq!(render::render_forced(&text, &options).html, render(&text, &options).html);
    }
}
