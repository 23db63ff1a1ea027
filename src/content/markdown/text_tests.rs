//! Tests of the text that readers get: characters, ruby, excerpts.

use super::*;
use crate::base::diag::is_unprintable;
use crate::base::segments::between_characters;
use proptest::prelude::*;

pub(super) const MODES: [RawHtml; 3] = [RawHtml::Escape, RawHtml::Sanitize, RawHtml::Allow];

pub(super) fn page(body: &str, html: RawHtml) -> RenderedBody {
    render(
        body,
        &MarkdownOptions {
            html,
            prefix: "",
            labels: &MarkdownLabels::default(),
            resolve: &|_, _| LinkTarget::Keep,
            credits: &[],
        },
    )
}

/// Renders a body of one paragraph, and returns its content and problems.
fn inline(body: &str) -> (String, Vec<ProblemKind>) {
    let page = page(body, RawHtml::Escape);
    let inner = page.html.strip_prefix("<p id=\"p1\">").and_then(|html| html.strip_suffix("</p>\n"));
    let inner = inner.unwrap_or_else(|| panic!("not one paragraph: {}", page.html)).to_owned();
    (inner, page.problems.into_iter().map(|p| p.kind).collect())
}

#[test]
fn references_are_read_as_html_reads_them() {
    for (body, want) in [
        ("Abe&#146;s &#147;plan&#148; &#150; &#133; &#128;5 &#x92;", "Abe’s “plan” – … €5 ’"),
        ("[a](b&#146;c \"d&#x97;\")", "<a href=\"b%E2%80%99c\" title=\"d—\">a</a>"),
        ("[a][b]\n\n[b]: c \"d&#151;\"", "<a href=\"c\" title=\"d—\">a</a>"),
        ("x ![e&#146;](f)", "x <img src=\"f\" alt=\"e’\" loading=\"lazy\" decoding=\"async\">"),
        ("a&#13;\nb &#10; &#9;c", "a\n\nb \n \tc"),
        ("`&#146;` &amp;#146; \\&#146;", "<code>&amp;#146;</code> &amp;#146; &amp;#146;"),
    ] {
        assert_eq!(inline(body), (want.to_owned(), Vec::new()), "{body}");
    }
    let heading = page("# A&#146;s {#b}\n\n# A&#146;s", RawHtml::Escape).headings;
    assert_eq!(heading.iter().map(|h| (&*h.id, &*h.text)).collect::<Vec<_>>(), [("b", "A’s"), ("as", "A’s")]);
    assert_eq!(excerpt("Abe&#146;s &#8;plan &#xFFFF;", 9).as_deref(), Some("Abe’s \u{fffd}plan \u{fffd}"));
    assert_eq!(references("[a](b&#146;.md)", RawHtml::Escape)[0].dest, "b’.md");
}

#[test]
fn references_to_no_character_have_a_place() {
    use ProblemKind::*;
    for reference in
        ["&#1;", "&#8;", "&#x1F;", "&#x7f;", "&#xFDD0;", "&#x1FFFE;", "&#11;", "&#0;", "&#xD800;", "&#x81;", "&#x9d;"]
    {
        for (body, modes) in [
            (format!("a {reference} b"), &MODES[..]),
            (format!("# {reference}"), &MODES),
            (format!("|{reference}|\n|-|"), &MODES),
            (format!("x ![{reference}](a)"), &MODES),
            (format!("[x](a \"{reference}\")"), &MODES),
            (format!("[x](<a{reference}>)"), &MODES),
            (format!("a[^1]\n\n[^1]: {reference}"), &MODES),
            (format!("```{reference}\n```"), &MODES),
            (format!("x <b title=\"{reference}\">y</b>"), &MODES[1..]),
            (format!("<div>\n{reference}\n</div>"), &MODES[1..]),
        ] {
            for &mode in modes {
                let found = page(&body, mode);
                let bad: Vec<_> = found.problems.iter().filter(|p| matches!(p.kind, BadReference(..))).collect();
                let [bad] = bad[..] else { panic!("{body}: {:?}", found.problems) };
                assert_eq!(&body[bad.at.clone()], reference, "{body}");
            }
        }
        for fine in [
            format!("`{reference}`"),
            format!("    {reference}"),
            format!("<b title=\"{reference}\">"),
            format!("\\{reference}"),
        ] {
            let problems = page(&fine, RawHtml::Escape).problems;
            assert!(problems.iter().all(|p| p.kind == EscapedHtml), "{fine}: {problems:?}");
        }
    }
    assert_eq!(inline("a &#x202E;b").1, [BidiOverride]);
    assert_eq!(inline("[a][b]\n\n[b]: c&#8;").1, [BadReference("&#8;".into(), 8)]);
    assert_eq!(page("x <b title=\"&#129 &#146\">", RawHtml::Allow).problems.len(), 1);
}

#[test]
fn references_in_comments_are_not_judged() {
    for mode in MODES {
        for body in ["<!-- &#xFFFF; -->\n\na", "<!-- &#1; -->\n<!-- b\n&#x202E; -->", "a <!-- &#xFFFF; --> b"] {
            assert_eq!(page(body, mode).problems, [], "{mode:?} {body:?}");
        }
    }
    for body in
        ["<div title=\"&#xFFFF;\"><!-- &#1; --></div>", "<!-- b -->\n<p>&#1;</p>", "a <b title=\"&#1;\"><!-- x --></b>"]
    {
        assert!(!page(body, RawHtml::Allow).problems.is_empty(), "{body:?}");
    }
}

#[test]
fn more_ends_an_excerpt() {
    for (body, want) in [
        ("One.\n\nTwo.\n\n<!--more-->\n\nThree.", "One. Two."),
        ("One. <!-- More --> Two.", "One."),
        ("One.\n\n<!--more--> Two.", "One."),
        ("One.\n<!--MORE-->\nTwo.", "One."),
        ("- One\n- two\n\n<!--more-->\n\nThree.", "One; two"),
        ("<!--more-->\n\nOne.", "One."),
        ("# A\n\n<!--more-->\n\n- One", "One"),
        ("日本。<!--more-->東京。", "日本。"),
        ("```\n<!--more-->\n```\n\nOne.", "One."),
        ("One `<!--more-->` two.", "One <!--more--> two."),
    ] {
        assert_eq!(excerpt(body, 50).as_deref(), Some(want), "{body}");
    }
    assert_eq!(excerpt("a b c d e f g h i j<!--more-->", 2).as_deref(), Some("a b…"));
    assert_eq!(excerpt("a b c d e f<!--more--> g", 2).as_deref(), Some("a b c d e f"));
    for mode in MODES {
        assert_eq!(page("One.\n\n<!--more-->\n\nTwo.", mode).html, "<p id=\"p1\">One.</p>\n<p id=\"p2\">Two.</p>\n");
    }
}

#[test]
fn ruby_is_text() {
    for (body, html, plain) in [
        ("<ruby>漢<rt>かん</rt></ruby>字", "<ruby>漢<rt>かん</rt></ruby>字", "漢 (かん)字"),
        ("<RUBY>漢<RT>かん</RUBY>", "<ruby>漢<rt>かん</rt></ruby>", "漢 (かん)"),
        (
            "a <ruby>漢<rp>(</rp><rt>か</rt><rp>)</rp></ruby>",
            "a <ruby>漢<rp>(</rp><rt>か</rt><rp>)</rp></ruby>",
            "a 漢 (か)",
        ),
        (
            "<ruby>東<rt>とう<rb>京<rt>きょう</ruby>",
            "<ruby>東<rt>とう</rt><rb>京</rb><rt>きょう</rt></ruby>",
            "東京 (とうきょう)",
        ),
        (
            "<ruby lang=\"zh\" onclick=\"x\">网络**绑定**<rt class=x>Network *Bonding*</rt></ruby>",
            "<ruby lang=\"zh\">网络<strong>绑定</strong><rt>Network <em>Bonding</em></rt></ruby>",
            "网络绑定 (Network Bonding)",
        ),
        ("<ruby>\n漢<rt>かん</rt>\n</ruby>", "<ruby> 漢<rt>かん</rt>\n</ruby>", "漢 (かん)"),
        ("[<ruby>漢<rt>か</rt></ruby>](a)", "<a href=\"a\"><ruby>漢<rt>か</rt></ruby></a>", "漢 (か)"),
        ("<ruby>a<rtc><rt>b</rt></rtc></ruby> c", "<ruby>a<rtc><rt>b</rt></rtc></ruby> c", "a (b) c"),
    ] {
        for mode in [RawHtml::Escape, RawHtml::Sanitize] {
            let page = page(body, mode);
            assert_eq!((page.html, page.problems), (format!("<p id=\"p1\">{html}</p>\n"), Vec::new()), "{body}");
        }
        assert_eq!(excerpt(body, 50).as_deref(), Some(plain), "{body}");
        assert_eq!(first_block(body, 200).as_deref(), Some(plain), "{body}");
    }
    let heading = page("# <ruby>漢<rt>かん</rt></ruby>", RawHtml::Escape);
    assert_eq!((heading.headings[0].text.as_str(), heading.headings[0].id.as_str()), ("漢 (かん)", "漢-かん"));
    assert!(inline("x ![<ruby>漢<rt>か</rt></ruby>](a)").0.contains("alt=\"漢 (か)\""));
    for broken in
        ["<ruby>漢<rt>か</rt>", "**<ruby>漢**<rt>か</rt></ruby>", "<rt>か</rt>", "</ruby>", "<ruby>漢\n\n</ruby>"]
    {
        let page = page(broken, RawHtml::Escape);
        assert!(!page.html.contains("<ruby") && !page.html.contains("<rt"), "{}", page.html);
        assert!(page.problems.iter().all(|p| p.kind == ProblemKind::EscapedHtml) && !page.problems.is_empty());
    }
    let second = inline("<ruby>漢 <ruby>字<rt>じ</rt></ruby>");
    assert_eq!(second.0, "&lt;ruby&gt;漢 <ruby>字<rt>じ</rt></ruby>");
    let trusted = page("<ruby class=x>漢<rt>か</ruby>", RawHtml::Allow).html;
    assert_eq!(trusted, "<p id=\"p1\"><ruby class=x>漢<rt>か</ruby></p>\n");
}

#[test]
fn items_do_not_run_together() {
    for (body, want) in [
        ("- Abe meets Modi\n- Yen falls", "Abe meets Modi; Yen falls"),
        ("1. One.\n2. Two?\n3. *Three*\n4. four", "One. Two? Three; four"),
        ("- a\n  - b\n  - c\n- d", "a; b; c; d"),
        ("- a\n\n  b\n\n- c", "a; b; c"),
        ("> One\n>\n> “Two.”\n>\n> Three", "One; “Two.” Three"),
        ("- 首相が会談\n- 円安\n- 株価。\n- 他", "首相が会談；円安；株価。他"),
        ("- 총리\n- 엔화", "총리; 엔화"),
        ("- رئيس الوزراء\n- الين", "رئيس الوزراء؛ الين"),
        ("- Πρωθυπουργός\n- Γιεν", "Πρωθυπουργός· Γιεν"),
        ("- ประชุม\n- เงินเยน", "ประชุม; เงินเยน"),
        ("- [x] a\n- [ ] b", "a; b"),
        ("A list\n\n- x\n\nB", "A list B"),
        ("東京  \n大阪\n京都", "東京 大阪京都"),
        ("見出し\n\n本文。\n\n次", "見出し 本文。次"),
        ("a\\\nb", "a b"),
    ] {
        assert_eq!(excerpt(body, 50).as_deref(), Some(want), "{body}");
    }
}

#[test]
fn excerpts_are_short_in_every_script() {
    for unit in [
        "การประชุมรัฐมนตรีต่างประเทศ",
        "ການປະຊຸມລັດຖະມົນຕີ",
        "កិច្ចប្រជុំរដ្ឋមន្ត្រី",
        "နိုင်ငံခြားရေးဝန်ကြီးများအစည်းအဝေး",
        "ཕྱི་སྲིད་བློན་ཆེན་ཚོགས་འདུ་",
        "ꦧꦱꦗꦮ",
        "https://example.org/a",
        "x",
        "👨‍👩‍👧‍👦",
        "🇯🇵",
        "👍🏽",
        "e\u{301}",
        "क्षि",
        "한국어",
        "日本語",
        "日本語。",
        "葛\u{e0100}",
        "か\u{3099}",
        "ประชุม รัฐมนตรี ",
        "a\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}",
        "。",
    ] {
        let body = unit.repeat(10_000 / unit.len() + 900);
        // Readers do not see a variation selector as a character.
        let most = if unit.contains('\u{e0100}') { 310 } else { 260 };
        for (text, most) in [(excerpt(&body, 60), most), (first_block(&body, 200), 200)] {
            let text = text.expect("invariant: it has text");
            let kept = text.strip_suffix('…').expect("invariant: it was cut");
            let count = text.chars().count();
            assert!((100..=most).contains(&count), "{unit}: {count} characters");
            assert!(body.starts_with(kept));
            let at = kept.len();
            let more = &body[..body.floor_char_boundary(at + 40)];
            assert_eq!(between_characters(more, at), at, "{text}");
        }
    }
    let thai = excerpt(&"การประชุมรัฐมนตรีต่างประเทศ".repeat(300), 60).expect("invariant: it has text");
    let ends = ["การ", "ประชุม", "รัฐมนตรี", "ต่าง", "ประเทศ"];
    assert!(thai.chars().count() <= 201 && ends.iter().any(|end| thai.ends_with(&format!("{end}…"))), "{thai}");
    for tower in [format!("a{}", "\u{301}".repeat(9_000)), format!("漢{}", "\u{e0100}".repeat(9_000))] {
        assert!(excerpt(&tower, 60).is_some_and(|text| text.chars().count() < 250));
    }
    let mixed = format!("Read {} and go.", "https://example.org/".to_owned() + &"path/".repeat(2000));
    assert!(excerpt(&mixed, 60).is_some_and(|text| text.len() < 260 && text.starts_with("Read https://")));
}

/// Patterns that would take forever if the scan were quadratic.
#[test]
fn long_texts_take_linear_time() {
    for unit in [
        "<!-- ",
        "a <!-- ",
        "<div> <!--\n\n",
        "a <!----> ",
        "- <!-- a\n",
        "<!--more",
        "<ruby>",
        "<ruby>\n",
        "<ruby>a<rt>",
        "<rt>",
        "&#8;",
        "[a](b&#8;)",
        "<!-- a -->\n",
        "<script></script>",
        "<a \"",
        "<!-- a --> b\n\n",
        "1<!-- -->",
        "<div>\n<!-- a --> b\n",
        "<!-- a --!> ",
        "--!>",
        "**<ruby>a",
    ] {
        let body = unit.repeat(60_000 / unit.len());
        let before = "1".repeat(30_000) + &body;
        for body in [body, before] {
            for mode in MODES {
                page(&body, mode);
            }
            let _ = (excerpt(&body, 60), first_block(&body, 200));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    /// A body without control characters renders none, or a bad reference is reported.
    #[test]
    fn no_reader_gets_a_control_character(parts in prop::collection::vec((0u32..0x11_0100, 0usize..9, any::<bool>()), 1..8)) {
        let mut body = String::new();
        for (number, place, near) in parts {
            let number = if near { number % 0x140 } else { number };
            let reference = if number % 2 == 0 { format!("&#{number};") } else { format!("&#x{number:x};") };
            body.push_str(&match place {
                0 => format!("# {reference} {{#{reference}}}\n\n"),
                1 => format!("[{reference}]({reference} \"{reference}\")\n"),
                2 => format!("![{reference}](<{reference}>)\n\n"),
                3 => format!("`{reference}`\n\n```{reference}\n{reference}\n```\n"),
                4 => format!("[^{reference}]\n\n[^{reference}]: {reference}\n\n"),
                5 => format!("<b title=\"{reference}\">{reference}</b>\n\n"),
                6 => format!("<div>{reference}</div>\n\n"),
                7 => format!("|{reference}|\n|-|\n|{reference}|\n\n"),
                _ => format!("<ruby>{reference}<rt>{reference}</rt></ruby>\n- {reference}\n"),
            });
        }
        let dirty = |text: &str| text.contains(|c| is_unprintable(c) || c == '\r');
        for mode in MODES {
            let page = page(&body, mode);
            let named = page.problems.iter().any(|p| matches!(p.kind, ProblemKind::BadReference(..)));
            prop_assert!(named || !dirty(&page.html), "{body:?}: {:?}", page.html);
            prop_assert!(page.headings.iter().all(|h| !dirty(&h.text) && !dirty(&h.id)));
        }
        prop_assert!(excerpt(&body, 60).is_none_or(|text| !dirty(&text)));
        prop_assert!(references(&body, RawHtml::Escape).iter().all(|r| !dirty(&r.dest)));
    }
}
