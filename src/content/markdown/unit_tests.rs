//! Tests the units of a body: which ones exist, that they cover the page, and that none affects another.

use super::properties::{PIECES, balanced, body, run as page, tags};
use super::sanitize::VOID;
use super::*;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use proptest::prelude::*;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

const MODES: [RawHtml; 3] = [RawHtml::Escape, RawHtml::Sanitize, RawHtml::Allow];

/// Formats kind, id, text and parent of each unit.
fn told(body: &str, html: RawHtml) -> Vec<String> {
    let page = page(body, html, "");
    let unit = |n: usize| {
        let unit = &page.units[n];
        let parent = unit.parent.map_or(String::new(), |parent| format!(" in {parent}"));
        format!("{:?} {} {:?}{parent}", unit.kind, page.id(n).as_deref().unwrap_or("-"), page.text(n))
    };
    (0..page.units.len()).map(unit).collect()
}

#[test]
fn every_block_is_a_unit() {
    let body = "# A *b*\n\nOne\ntwo[^n].\n\n> q\n>\n> - r\n\n> [!TIP]\n> t\n\n|a|b|\n|-|-|\n|c &amp;|d|\n\n\
                ![alt](x.png \"cap\")\n\n```\nx\n y\n```\n\n---\n\n[^n]: note\n\n<div>z</div>\n";
    let want = [
        "Heading(2) a-b \"A b\"",
        "Paragraph p1 \"One two.\"",
        "Quote p2 \"q\\nr\"",
        "Callout p3 \"t\"",
        "Table p4 \"a\\tb\\nc &\\td\"",
        "Figure p5 \"alt\\ncap\"",
        "Code p6 \"x\\n y\\n\"",
        "Rule - \"\"",
        "Html p7 \"<div>z</div>\"",
        "Notes - \"\"",
        "Note fn-1 \"note\" in 9",
    ];
    assert_eq!(told(body, RawHtml::Escape), want);
    assert_eq!(told(body, RawHtml::Sanitize)[8], "Html - \"z\"");
    let original = page(body, RawHtml::Escape, "o-");
    let ids: Vec<_> = (0..original.units.len()).filter_map(|n| original.id(n)).collect();
    assert_eq!(ids, ["o-a-b", "o-p1", "o-p2", "o-p3", "o-p4", "o-p5", "o-p6", "o-p7", "o-fn-1"]);
    let source = |n: usize| &body[original.units[n].source.clone()];
    assert_eq!((source(0).trim(), source(6).trim()), ("# A *b*", "```\nx\n y\n```"));
    assert_eq!(source(10).trim(), "[^n]: note");
}

#[test]
fn items_are_in_lists() {
    let want = [
        "List(None) - \"\"",
        "Item p1 \"a\\nz\" in 0",
        "List(Some(3)) - \"\" in 1",
        "Item p2 \"b\" in 2",
        "Item p3 \"c\\nd\" in 0",
    ];
    assert_eq!(told("- a\n\n  3. b\n\n  z\n- c\n\n  > - d\n", RawHtml::Escape), want);
}

#[test]
fn texts() {
    for (body, want) in [
        ("<ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp></ruby>字", "漢 (かん)字"),
        ("日本\n語 ![図](a.png) x  \ny", "日本語 図 x\ny"),
        ("a `b  c` &lt;d&gt; &nbsp; [e](f \"g\")", "a b c <d> \u{a0} e"),
        ("a[^x]b[^x]\n\n[^x]: y", "ab"),
        ("1\\. <i>a</i><br>b", "1. a\nb"),
        ("a  b\tc <i> d </i>  e\n *f* g", "a b c d e f g"),
    ] {
        assert_eq!(page(body, RawHtml::Sanitize, "").text(0), want, "{body}");
    }
}

/// An author's HTML, and the result: it ends with its unit.
#[test]
fn nothing_leaves_its_unit() {
    for (body, want) in [
        ("a <div>b\n\nc", "<p id=\"p1\">a </p><div>b<p></p>\n</div><p id=\"p2\">c</p>\n"),
        ("a <b>b\n\nc", "<p id=\"p1\">a <b>b</b></p><b>\n</b><p id=\"p2\">c</p>\n"),
        (
            "a\n\n<div>\n\nb\n\n> c</div>",
            "<p id=\"p1\">a</p>\n<div>\n</div><p id=\"p2\">b</p>\n<blockquote id=\"p3\">\n<p>c</p>\n</blockquote>\n",
        ),
        (
            "<details>\n<summary>s</summary>\n\na\n\n<div>\n\n</details>\n\nb",
            "<details>\n<summary>s</summary>\n<p id=\"p1\">a</p>\n<div>\n</div></details>\n<p id=\"p2\">b</p>\n",
        ),
        (
            "- a <b>b\n- c</ul>\n  - d <li>e\n- f",
            "<ul>\n<li id=\"p1\">a <b>b</b></li>\n<li id=\"p2\">c<ul>\n<li id=\"p3\">d e</li>\n</ul>\n</li>\n<li id=\"p4\">f</li>\n</ul>\n",
        ),
        ("<a href=\"x\">\n\n[b](c)\n\n</a>", "<a href=\"x\">\n</a><p id=\"p1\"><a href=\"c\">b</a></p>\n\n"),
    ] {
        assert_eq!(page(body, RawHtml::Sanitize, "").html, want, "{body}");
    }
}

#[test]
fn html_holds_what_it_encloses() {
    let body = "<details>\n<summary>s</summary>\n\n# a\n\n- b\n\n<div>\n\nc\n\n</div>\n</details>\n\n<div>\n\nd\n\n";
    let want = [
        "Html - \"s\"",
        "Heading(2) a \"a\" in 0",
        "List(None) - \"\" in 0",
        "Item p1 \"b\" in 2",
        "Paragraph p2 \"c\" in 0",
        "Html - \"\"",
        "Paragraph p3 \"d\"",
    ];
    assert_eq!(told(body, RawHtml::Allow), want);
    assert_eq!(told(body, RawHtml::Sanitize), want);
    let table = "<table><tr><td>\n\na\n\n</td><td>\n\nb\n\n</td></tr></table>\n";
    assert_eq!(
        page(table, RawHtml::Sanitize, "").html,
        "<table><tbody><tr><td>\n<p id=\"p1\">a</p>\n</td><td>\n<p id=\"p2\">b</p>\n</td></tr></tbody></table>\n"
    );
}

/// Parses HTML as a fragment with html5ever, and writes it again.
fn parsed(html: &str) -> String {
    let mut tags = BTreeSet::new();
    let found: Vec<String> = super::properties::tags(html).iter().map(|tag| tag.name.to_string()).collect();
    tags.extend(found.iter().map(String::as_str).chain(["p", "tbody"]));
    let mut parser = ammonia::Builder::default();
    parser.tags(tags.into_iter().collect()).generic_attribute_prefixes(["", "a", "c", "d", "h", "i"].into());
    parser.generic_attributes(ATTRIBUTES.into()).allowed_classes(Default::default());
    parser.clean_content_tags(Default::default()).link_rel(None).add_url_schemes(["data"]);
    // A parser drops a leading byte order mark.
    parser.clean(&format!("x{html}")).to_string().split_off(1)
}

#[rustfmt::skip]
const ATTRIBUTES: [&str; 24] = [
    "alt", "aria-label", "aria-labelledby", "checked", "class", "colspan", "decoding", "dir", "disabled", "href", "id", "lang",
    "loading", "poster", "rel", "role", "scope", "src", "srcset", "start", "tabindex", "title", "type", "cite",
];

/// Checks what holds in every mode: order, nesting, cover, names, places in the source.
fn tiles(page: &RenderedBody, body: &str) {
    let html = &page.html;
    let mut covered = 0;
    let mut last: BTreeMap<Option<usize>, usize> = BTreeMap::new();
    let mut source = 0;
    for (n, unit) in page.units.iter().enumerate() {
        assert!(html.get(unit.html.clone()).is_some(), "{unit:?} {html}");
        let after = last.insert(unit.parent, unit.html.end).unwrap_or(0);
        assert!(after <= unit.html.start && unit.html.start <= unit.html.end, "{unit:?} {html}");
        assert!(body.get(unit.source.clone()).is_some(), "{unit:?}");
        match unit.parent {
            Some(parent) => {
                assert!(parent < n);
                let around = &page.units[parent].html;
                assert!(
                    around.start <= unit.html.start && unit.html.end <= around.end,
                    "{unit:?} in {around:?}: {html}"
                );
            }
            None => {
                assert!(html[covered..unit.html.start].trim().is_empty(), "{unit:?} {html}");
                covered = unit.html.end;
            }
        }
        if !matches!(unit.kind, UnitKind::Notes | UnitKind::Note) {
            assert!(source <= unit.source.start, "{unit:?} {body:?}");
            source = unit.source.start;
        }
    }
    assert!(html[covered..].trim().is_empty(), "{html}");
    let blocks = page.units.iter().filter(|unit| matches!(unit.name, Name::Block(_))).count();
    assert_eq!(blocks, page.blocks as usize);
    siblings(page);
}

/// Checks that the sources of adjacent units are in order.
fn siblings(page: &RenderedBody) {
    let mut ends: BTreeMap<Option<usize>, usize> = BTreeMap::new();
    for unit in page.units.iter().filter(|unit| !matches!(unit.kind, UnitKind::Notes | UnitKind::Note)) {
        let end = ends.insert(unit.parent, unit.source.end).unwrap_or(0);
        assert!(end <= unit.source.start, "{unit:?}");
        if let Some(parent) = unit.parent {
            let around = &page.units[parent].source;
            assert!(around.start <= unit.source.start && unit.source.end <= around.end, "{unit:?} in {around:?}");
        }
    }
}

/// Checks that a unit's id is in its own HTML, and in no unit that does not contain it.
fn named(page: &RenderedBody) {
    let printed: Vec<String> = ids_of(&page.html);
    for n in 0..page.units.len() {
        let Some(id) = page.id(n) else { continue };
        assert_eq!(printed.iter().filter(|printed| **printed == id).count(), 1, "{id}: {}", page.html);
        assert!(ids_of(&page.html[page.units[n].html.clone()]).contains(&id), "{id}: {}", page.html);
    }
    let numbers = printed.iter().filter(|id| {
        let number = id.strip_prefix(page.prefix).and_then(|id| id.strip_prefix('p'));
        number.is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
    });
    let units: BTreeSet<String> = (0..page.units.len()).filter_map(|n| page.id(n)).collect();
    assert!(numbers.into_iter().all(|id| units.contains(id)), "{units:?}: {}", page.html);
}

fn ids_of(html: &str) -> Vec<String> {
    let ids = tags(html).into_iter().flat_map(|tag| tag.attrs).filter(|a| &*a.name.local == "id");
    ids.map(|a| a.value.to_string()).collect()
}

/// Collects the characters of a page, as an HTML tokenizer sees them.
#[derive(Default)]
struct TextSink(RefCell<String>);

impl TokenSink for TextSink {
    type Handle = ();
    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        if let Token::CharacterTokens(text) = token {
            self.0.borrow_mut().extend(text.chars().filter(|c| !c.is_ascii_whitespace()));
        }
        TokenSinkResult::Continue
    }
}

fn letters(html: &str) -> String {
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(html));
    let options = TokenizerOpts { discard_bom: false, ..TokenizerOpts::default() };
    let tokenizer = Tokenizer::new(TextSink::default(), options);
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    tokenizer.sink.0.take()
}

/// Checks that no word is lost or in two units, if only the author's text is printed.
fn reads(page: &RenderedBody) {
    let all = 0..page.units.len();
    for (n, unit) in page.units.iter().enumerate().filter(|(_, unit)| unit.parent.is_none()) {
        let html = &page.html[unit.html.clone()];
        let odd = ["<img", "<sup", "<r", "role=", "alert"].iter().any(|odd| html.contains(odd));
        if odd && unit.kind != UnitKind::Table {
            continue;
        }
        let end = all.clone().skip(n + 1).find(|&m| page.units[m].parent.is_none()).unwrap_or(all.end);
        let own: String = (n..end).map(|m| page.text(m)).collect::<String>();
        let own: String = own.chars().filter(|c| !c.is_ascii_whitespace()).collect();
        let mut whole: Vec<char> = letters(html).chars().collect();
        let mut own: Vec<char> = own.chars().collect();
        // HTML around other units may have words before and after them.
        if unit.kind == UnitKind::Html || unit.kind == UnitKind::Item || unit.kind == UnitKind::List(None) {
            whole.sort_unstable();
            own.sort_unstable();
        }
        if !html.contains("<img") {
            assert_eq!(own, whole, "{html}");
        }
    }
    for n in all.filter(|&n| page.units.iter().all(|unit| unit.parent != Some(n))) {
        let html = parsed(&page.html[page.units[n].html.clone()]);
        // Every parser drops a line end there.
        if html.contains("<pre>\n") {
            continue;
        }
        let unit = Unit { html: 0..html.len(), parent: None, ..page.units[n].clone() };
        let again = RenderedBody { html, units: vec![unit], prefix: page.prefix, ..RenderedBody::default() };
        assert_eq!(again.text(0).trim_end(), page.text(n).trim_end(), "{}", again.html);
    }
}

/// HTML that encloses blocks, correctly and incorrectly, as other tests do not.
const AROUND: &[&str] = &[
    "\n\n",
    "\n\nwords\n\n",
    "\n- item\n",
    "  - within\n",
    "<details>\n\n",
    "<details><summary>s</summary>\n\n",
    "\n\n</details>\n\n",
    "<ul>\n\n",
    "<ul><li>\n\n",
    "<li>",
    "\n\n<li>\n\n",
    "</li>",
    "\n\n</li></ul>\n\n",
    "<dl><dt>\n\n",
    "<dd>\n\n",
    "</dl>\n\n",
    "<table><tr><td>\n\n",
    "\n\n</td><td>\n\n",
    "\n\n</td></tr></table>\n\n",
    "<table>",
    "</table>",
    "<td>",
    "<blockquote>\n\n",
    "\n\n</blockquote>\n\n",
    "<section>\n<p>\n\n",
    "\n\n</p>\n</section>\n\n",
    "<h2>\n\n",
    "\n\n</h2>\n\n",
    "<a href=x>\n\n",
    "\n\n</a>\n\n",
    "<b>\n\n",
    "\n\n</b>\n\n",
    "\n\n</div>\n\n",
    "<div>\n\n",
    "  <div>\n\n",
    "  </div>\n\n",
    "<pre>\n",
    "</pre>\n",
    "<hr>",
];

fn enclosing() -> impl Strategy<Value = String> {
    let piece = prop_oneof![prop::sample::select(AROUND), prop::sample::select(AROUND), prop::sample::select(PIECES)];
    prop_oneof![body(), prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn units_tile_the_page(body in enclosing()) {
        for (html, prefix) in MODES.into_iter().zip(["", "o-", ""]) {
            let page = page(&body, html, prefix);
            tiles(&page, &body);
            if html != RawHtml::Allow {
                named(&page);
                reads(&page);
            }
        }
    }

    /// Each unit is complete: a parser finds the same elements in the whole page as in its units.
    #[test]
    fn no_unit_reaches_another(body in enclosing()) {
        for html in [RawHtml::Escape, RawHtml::Sanitize] {
            let page = page(&body, html, "");
            let (mut each, mut from) = (String::new(), 0);
            for unit in &page.units {
                let slice = &page.html[unit.html.clone()];
                balanced(slice);
                let alone = parsed(slice);
                balanced(&alone);
                if matches!(unit.kind, UnitKind::Item | UnitKind::Note) {
                    let roots = alone.trim_end();
                    prop_assert!(roots.starts_with("<li id=") && roots.ends_with("</li>"), "{roots}");
                    prop_assert_eq!(elements_at_the_root(roots), 1, "{}", roots);
                }
                if unit.parent.is_none() {
                    each.push_str(&page.html[from..unit.html.start]);
                    each.push_str(&alone);
                    from = unit.html.end;
                }
            }
            each.push_str(&page.html[from..]);
            prop_assert_eq!(&each, &parsed(&page.html), "{}", page.html);
        }
    }
}

fn elements_at_the_root(html: &str) -> usize {
    let (mut depth, mut roots) = (0_usize, 0);
    for piece in html.split('<').skip(1) {
        let name = piece.split(['>', ' ', '\n']).next().unwrap_or_default();
        if name.starts_with('/') {
            depth -= 1;
            continue;
        }
        roots += usize::from(depth == 0);
        depth += usize::from(!VOID.contains(&name));
    }
    roots
}
