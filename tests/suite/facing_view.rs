//! Facing pages in a browser: what each of the three views shows without a script, by keyboard and in print; the
//! order in which a screen reader reads; where the columns are, in both directions of writing; and what axe-core says.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde_json::{Value, json};

use crate::axe;
use crate::browser::Server;
use crate::chrome::{Chrome, Tab};
use crate::kinds::{Findings, open};
use crate::support::{SITE_TOML, Site, article};

/// An original of three paragraphs in each language that the theme must set well. They are made up, and say what the
/// translation says.
const ORIGINALS: [(&str, [&str; 3]); 8] = [
    ("ja", ["港の鐘が三度鳴った。", "船は霧を待たなかった。", "市議会は十四日に話し合う。"]),
    ("zh-Hans", ["港口的钟响了三声。", "船没有等雾散去。", "市议会十四日讨论。"]),
    ("zh-Hant", ["港口的鐘響了三聲。", "船沒有等霧散去。", "市議會十四日討論。"]),
    ("ko", ["항구의 종이 세 번 울렸다.", "배는 안개를 기다리지 않았다.", "시의회는 14일에 논의한다."]),
    ("ar", ["دق جرس الميناء ثلاث مرات.", "لم تنتظر السفينة انقشاع الضباب.", "يناقش المجلس الأمر في الرابع عشر."]),
    ("he", ["פעמון הנמל צלצל שלוש פעמים.", "הספינה לא המתינה לערפל.", "המועצה תדון בדבר ב־14 בחודש."]),
    (
        "ru",
        [
            "Колокол в порту ударил трижды.",
            "Судно не стало ждать, пока разойдётся туман.",
            "Совет обсудит это 14 числа.",
        ],
    ),
    ("fr", ["La cloche du port a sonné trois fois.", "Le bateau n’a pas attendu.", "Le conseil en discute le 14."]),
];

const TRANSLATION: [&str; 3] =
    ["The harbor bell rang three times.", "The boat did not wait.", "The council meets on the 14th."];

/// A text whose translation leaves out one paragraph, adds one, and makes two of another. A note, a table and a
/// heading stand among them.
const MARKED: [&str; 2] = [
    "The harbor bell rang three times.[^1]\n\nThe boat did not wait. <!--^-->\n\n\
     Nobody had asked. <!--+-->\n\n## On the quay\n\n| Port | Boats |\n|--|--|\n| Aosaki | 14 |\n\n\
     The council meets on the 14th.\n\n[^1]: At noon.\n",
    "港の鐘が三度鳴り、船は霧を待たなかった。[^1]\n\n岸には誰もいなかった。<!--=-->\n\n## 岸壁で\n\n\
     | 港 | 船 |\n|--|--|\n| 青崎 | 14 |\n\n市議会は十四日に話し合う。\n\n[^1]: 正午。\n",
];

/// A site in English with an original in each language, and one in Arabic with Japanese originals.
fn outputs(language: &str) -> &'static BTreeMap<String, Vec<u8>> {
    static ENGLISH: OnceLock<BTreeMap<String, Vec<u8>>> = OnceLock::new();
    static ARABIC: OnceLock<BTreeMap<String, Vec<u8>>> = OnceLock::new();
    let made = if language == "ar" { &ARABIC } else { &ENGLISH };
    made.get_or_init(|| {
        let site = Site::new(&format!("{SITE_TOML}language = {language:?}\n"));
        let paragraphs = |texts: &[&str]| texts.join("\n\n");
        let original = |title: &str, body: &str| format!("+++\ntitle = {title:?}\n+++\n\n{body}\n");
        if language == "ar" {
            site.write("content/articles/ja.md", &article("جرس", "2026-10-12", "", &paragraphs(&ORIGINALS[4].1)));
            site.write("content/articles/ja.ja.md", &original("鐘", &paragraphs(&ORIGINALS[0].1)));
        } else {
            for (lang, texts) in &ORIGINALS {
                let text = article("The bell", "2026-10-12", "summary = \"A boat leaves.\"", &paragraphs(&TRANSLATION));
                site.write(&format!("content/articles/{lang}.md"), &text);
                site.write(&format!("content/articles/{lang}.{lang}.md"), &original(texts[0], &paragraphs(texts)));
            }
            site.write("content/articles/marked.md", &article("The bell", "2026-10-11", "", MARKED[0]));
            site.write("content/articles/marked.ja.md", &original("鐘", MARKED[1]));
            let further = "+++\ntitle = \"La cloche\"\ntranslator = \"B. Person\"\n+++\n\n";
            for (name, keys) in [("two", "[original]\nlang = \"ja\""), ("own", "kind = \"original\"")] {
                let text = article("The bell", "2026-10-12", keys, &paragraphs(&TRANSLATION));
                let text = if name == "own" { text.replace("translator = \"A. Person\"\n", "") } else { text };
                site.write(&format!("content/articles/{name}.md"), &text);
                let text = format!("{further}{}\n", paragraphs(&ORIGINALS[7].1));
                site.write(&format!("content/articles/{name}.fr.md"), &text);
            }
            site.write("content/articles/two.ja.md", &original("鐘", &paragraphs(&ORIGINALS[0].1)));
            let alone = article("Alone", "2026-10-10", "", "Nothing faces this.");
            site.write("content/articles/alone.md", &alone);
        }
        let (summary, problems) = site.try_build();
        assert!(summary.is_some(), "{problems:#?}");
        site.outputs()
    })
}

/// Opens pages of a site in one tab that is never painted: `visit` gets an address for each path.
fn with_pages(language: &str, look: impl FnOnce(&Tab, &dyn Fn(&str) -> String)) {
    let Some(chrome) = Chrome::start() else { return };
    let (server, _told) = Server::start(outputs(language).clone(), Some("default-src 'self'"));
    let tab = chrome.unpainted();
    tab.medium("screen", "light");
    let path = |name: &str| {
        let day = match name {
            "marked" => "11",
            "alone" => "10",
            _ => "12",
        };
        format!("http://127.0.0.1:{}/2026/10/{day}/{}/", server.port, name.to_lowercase())
    };
    look(&tab, &path);
}

fn scripts(tab: &Tab<'_>, run: bool) {
    tab.call("Emulation.setScriptExecutionDisabled", json!({ "value": !run }));
}

/// Lists the visible texts of the rows, each cell with its class.
const SHOWN: &str = "[...document.querySelectorAll('.fx .r > *')]
    .filter((cell) => cell.checkVisibility() && cell.textContent.trim() !== '')
    .map((cell) => cell.className + ' ' + cell.textContent.trim().replace(/\\s+/g, ' '))";

fn shown(tab: &Tab<'_>) -> Vec<String> {
    let list = tab.eval(SHOWN);
    list.as_array().expect("a list").iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn choose(tab: &Tab<'_>, view: &str) {
    tab.eval(&format!("document.querySelector('.view [value={view}]').click()"));
}

/// The cells of plain rows in one view.
fn expected(view: &str, original: &[&str]) -> Vec<String> {
    let mut cells = Vec::new();
    for (at, (o, t)) in original.iter().zip(TRANSLATION).enumerate() {
        let row = [("o", *o), ("n", &*(at + 1).to_string()), ("t", t)].map(|(class, text)| format!("{class} {text}"));
        cells.extend(row.into_iter().filter(|cell| match view {
            "translation" => !cell.starts_with('o'),
            "original" => !cell.starts_with('t'),
            _ => true,
        }));
    }
    cells
}

#[test]
fn each_view_shows_its_texts_without_scripts() {
    with_pages("en", |tab, url| {
        scripts(tab, false);
        for (width, medium) in [(1280, "screen"), (320, "screen"), (673, "print")] {
            tab.width(width);
            tab.medium(medium, "light");
            open(tab, &url("ru"));
            for view in ["both", "translation", "original", "both"] {
                choose(tab, view);
                assert_eq!(shown(tab), expected(view, &ORIGINALS[6].1), "{view} at {width}");
            }
        }
        tab.medium("screen", "light");
        open(tab, &url("marked"));
        let notes = |cells: Vec<String>| cells.into_iter().filter(|cell| cell.contains("ranslat")).collect::<Vec<_>>();
        let both = ["t Not translated", "o Added by the translator"];
        assert_eq!(notes(shown(tab)), both);
        choose(tab, "translation");
        assert_eq!(notes(shown(tab)), both[..1], "what is missing is said in the translation");
        choose(tab, "original");
        assert_eq!(notes(shown(tab)), both[1..]);
        open(tab, &url("alone"));
        assert_eq!(tab.eval("document.querySelectorAll('.view, .r').length"), 0, "nothing faces it");
        scripts(tab, true);
    });
}

#[test]
fn the_view_is_chosen_by_keyboard() {
    with_pages("en", |tab, url| {
        scripts(tab, false);
        open(tab, &url("ko"));
        for _ in 0..30 {
            tab.press("Tab");
            if tab.eval("document.activeElement.name") == "view" {
                break;
            }
        }
        assert_eq!(tab.eval("document.activeElement.value"), "both");
        assert_ne!(tab.eval("getComputedStyle(document.activeElement).outlineStyle"), "none");
        for view in ["translation", "original", "both"] {
            tab.press("ArrowDown");
            assert_eq!(shown(tab), expected(view, &ORIGINALS[3].1), "{view}");
        }
        scripts(tab, true);
    });
}

/// Without a script, the row of a target shows both texts whatever the view. With a script, a link to a text wins
/// over the remembered view, and so does `?view=`.
#[test]
fn a_target_is_shown_in_every_view() {
    with_pages("en", |tab, url| {
        let rows = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
        let [first, second, third] = ORIGINALS[7].1;
        let chosen = "document.querySelector('.view :checked').value";
        scripts(tab, false);
        open(tab, &format!("{}#o-p2", url("fr")));
        choose(tab, "translation");
        let (o, t) = (format!("o {second}"), format!("t {}", TRANSLATION[1]));
        assert_eq!(shown(tab)[..5], rows(&["n 1", "t The harbor bell rang three times.", &o, "n 2", &t]));
        open(tab, "about:blank");
        open(tab, &format!("{}#p1", url("fr")));
        choose(tab, "original");
        assert_eq!(shown(tab).len(), 7, "{:?}", shown(tab));
        assert_eq!(shown(tab)[3..], rows(&[&o, "n 2", &format!("o {third}"), "n 3"]));
        assert!(shown(tab)[0].contains(first));
        scripts(tab, true);

        open(tab, &format!("{}?view=original", url("fr")));
        assert_eq!(tab.eval(chosen), "original");
        open(tab, &url("fr"));
        assert_eq!(tab.eval(chosen), "both", "an address is not remembered");
        choose(tab, "original");
        open(tab, &url("ru"));
        assert_eq!(tab.eval(chosen), "original", "a choice is remembered");
        for (address, view) in [("#o-p2", "original"), ("#p2", "both"), ("?view=translation#p2", "translation")] {
            open(tab, "about:blank");
            open(tab, &format!("{}{address}", url("ru")));
            assert_eq!(tab.eval(chosen), view, "{address}");
        }
        choose(tab, "both");
        choose(tab, "translation");
        open(tab, "about:blank");
        open(tab, &format!("{}#o-p2", url("ru")));
        assert_eq!(tab.eval(chosen), "both");
        assert_eq!(shown(tab).len(), 9);
    });
}

/// A reader who follows the number of a paragraph finds it in the references; the address alone decides.
#[test]
fn references_name_the_paragraph_of_the_address() {
    with_pages("en", |tab, url| {
        let references = || {
            let list = tab.eval("[...document.querySelectorAll('.cite dd')].map((place) => place.textContent)");
            list.as_array().expect("a list").iter().filter_map(Value::as_str).map(str::to_owned).collect::<Vec<_>>()
        };
        open(tab, &url("fr"));
        let whole = references();
        assert_eq!(whole.len(), 3);
        tab.eval("document.querySelector('a[href=\"#p2\"]').click()");
        tab.wait_for("document.querySelector('.cite dd').textContent.includes('para. 2')");
        let address = "https://example.org/2026/10/12/fr/";
        for (named, whole) in references().iter().zip(&whole) {
            assert!(whole.contains(address), "{whole}");
            assert!(named.starts_with(&whole.replace(address, &format!("{address}#p2"))), "{named}");
        }
        assert!(references()[2].ends_with(" (par. 2)") && references()[1].ends_with(" (para. 2)"));
        tab.eval("history.back()");
        tab.wait_for("!document.querySelector('.cite dd').textContent.includes('para.')");
        assert_eq!(references(), whole);
        for (address, named) in
            [("#o-p3", "(para. 3)"), ("#p1a", "(para. 1a)"), ("#original", "2026"), ("#p<i>", "2026")]
        {
            open(tab, "about:blank");
            open(tab, &format!("{}{address}", url("fr")));
            assert_eq!(references()[0].contains("(para."), named.starts_with('('), "{address}");
            assert!(references()[0].contains(named), "{address}: {}", references()[0]);
        }
    });
}

/// A link to another language leads to the same paragraph: to its row, or to the paragraph itself on the page of the
/// original. Without a script it leads to the page.
#[test]
fn a_change_of_language_keeps_the_paragraph() {
    with_pages("en", |tab, url| {
        let follow = |lang: &str| {
            tab.eval(&format!("document.querySelector('.credit nav [hreflang={lang}]').click()"));
            tab.wait_for(&format!("document.documentElement.lang === {lang:?} && document.readyState === 'complete'"));
            tab.eval(
                "location.hash + ' ' + (document.querySelector(':target')?.textContent.replace(/^[0-9]+/, '') ?? '')",
            )
        };
        open(tab, &format!("{}#p2", url("two")));
        assert_eq!(follow("fr"), format!("#o-p2 {}", ORIGINALS[0].1[1]));
        assert_eq!(follow("en"), format!("#o-p2 {}", ORIGINALS[0].1[1]));
        open(tab, "about:blank");
        open(tab, &format!("{}#p2", url("own")));
        assert_eq!(follow("fr"), format!("#o-p2 {}", TRANSLATION[1]));
        assert_eq!(follow("en"), format!("#p2 {}", TRANSLATION[1]));
        scripts(tab, false);
        open(tab, "about:blank");
        open(tab, &format!("{}#p2", url("two")));
        assert_eq!(follow("fr"), " ");
        scripts(tab, true);
    });
}

/// Appends the texts of the accessibility tree in the order in which they are read.
fn read<'n>(nodes: &'n [Value], node: &'n Value, texts: &mut Vec<&'n str>) {
    if node["ignored"] == false && node["role"]["value"] == "StaticText" {
        texts.extend(node["name"]["value"].as_str());
    }
    for child in node["childIds"].as_array().into_iter().flatten() {
        nodes.iter().filter(|node| node["nodeId"] == *child).for_each(|child| read(nodes, child, texts));
    }
}

/// What a screen reader reads of the rows, in its order.
#[test]
fn rows_are_read_as_original_number_translation() {
    with_pages("en", |tab, url| {
        open(tab, &url("he"));
        let tree = tab.call("Accessibility.getFullAXTree", json!({}));
        let nodes = tree["nodes"].as_array().expect("a list");
        let mut texts = Vec::new();
        read(nodes, &nodes[0], &mut texts);
        let wanted: Vec<String> = ORIGINALS[5]
            .1
            .iter()
            .zip(TRANSLATION)
            .enumerate()
            .flat_map(|(at, (o, t))| [(*o).to_owned(), (at + 1).to_string(), t.to_owned()])
            .collect();
        let from = texts.iter().position(|text| *text == wanted[0]).unwrap_or_else(|| panic!("{texts:?}"));
        // The headline is the first sentence, too.
        let from = texts[from + 1..].iter().position(|text| *text == wanted[0]).map_or(from, |next| from + 1 + next);
        assert_eq!(texts[from..from + 9], wanted);
        let radios = nodes.iter().filter(|node| node["role"]["value"] == "radio");
        let radios: Vec<&str> = radios.filter_map(|node| node["name"]["value"].as_str()).collect();
        assert_eq!(radios, ["Both", "Translation", "Original"]);
    });
}

/// The boxes of each row's cells, and the first baselines of its texts.
const BOXES: &str = "[...document.querySelectorAll('.fx .r')].map((row) => [...row.children].map((cell) => {
    const box = cell.getBoundingClientRect(), probe = document.createElement('span');
    probe.style.display = 'inline-block';
    (cell.querySelector('p') ?? cell).prepend(probe);
    const line = probe.getBoundingClientRect().bottom;
    probe.remove();
    return { left: box.left, right: box.right, top: box.top, bottom: box.bottom, line };
}))";

fn boxes(tab: &Tab<'_>) -> Vec<Vec<BTreeMap<String, f64>>> {
    serde_json::from_value(tab.eval(BOXES)).expect("rows of boxes")
}

/// Original, number and translation stand side by side in the direction of the site, on one baseline. They stack
/// where there is no room.
#[test]
fn the_role_decides_the_column_and_the_site_the_direction() {
    for language in ["en", "ar"] {
        with_pages(language, |tab, url| {
            let pages = if language == "en" { vec!["ja", "ar", "he", "ru"] } else { vec!["ja"] };
            for page in pages {
                open(tab, &url(page));
                for (width, medium) in [(1280, "screen"), (960, "screen"), (673, "print")] {
                    tab.width(width);
                    tab.medium(medium, "light");
                    let rows = boxes(tab);
                    assert_eq!(rows.len(), 3, "{page}");
                    for row in &rows {
                        let [o, n, t] = &row[..] else { panic!("{row:?}") };
                        let (first, last) = if language == "en" { (o, t) } else { (t, o) };
                        assert!(first["right"] <= n["left"] + 0.5, "{language} {page} {width}: {row:?}");
                        assert!(n["right"] <= last["left"] + 0.5, "{language} {page} {width}: {row:?}");
                        let lines = [(o["line"] - t["line"]).abs(), (n["line"] - t["line"]).abs()];
                        assert!(lines.iter().all(|apart| *apart < 1.5), "{language} {page} {width}: {row:?}");
                        let width = |cell: &BTreeMap<String, f64>| cell["right"] - cell["left"];
                        assert!((width(o) - width(t)).abs() < 1.0, "columns of one width: {row:?}");
                        assert_eq!(o["left"], rows[0][0]["left"], "the rows' columns are one");
                    }
                }
                tab.medium("screen", "light");
                tab.width(900);
                for row in boxes(tab) {
                    assert!(row[0]["bottom"] <= row[2]["top"], "{language} {page}: {row:?}");
                }
                tab.width(1280);
            }
        });
    }
}

/// Arabic is larger beside another script.
#[test]
fn arabic_is_set_larger() {
    with_pages("en", |tab, url| {
        let size =
            "['.o', '.t'].map((cell) => parseFloat(getComputedStyle(document.querySelector('.fx ' + cell)).fontSize))";
        for (page, ratio) in [("ar", 1.12), ("he", 1.0), ("ja", 1.0)] {
            open(tab, &url(page));
            let sizes: Vec<f64> = serde_json::from_value(tab.eval(size)).expect("two sizes");
            assert!((sizes[0] / sizes[1] - ratio).abs() < 0.01, "{page}: {sizes:?}");
        }
    });
}

#[test]
fn print_keeps_numbers_and_rows_and_the_chosen_view() {
    with_pages("en", |tab, url| {
        open(tab, &url("marked"));
        tab.medium("print", "light");
        let unbroken =
            "[...document.querySelectorAll('.r')].every((row) => getComputedStyle(row).breakInside === 'avoid')";
        assert_eq!(tab.eval(unbroken), true);
        assert_eq!(tab.eval("document.querySelector('.view').checkVisibility()"), false);
        let numbers = "[...document.querySelectorAll('a.n')].every((number) => number.checkVisibility())";
        assert_eq!(tab.eval(numbers), true);
        tab.medium("screen", "light");
        choose(tab, "original");
        tab.medium("print", "light");
        assert!(shown(tab).iter().all(|cell| !cell.starts_with("t ")), "{:?}", shown(tab));
    });
}

/// In forced colours, the marked row and the note in place of a text have lines of their own.
#[test]
fn forced_colours_keep_what_colours_say() {
    with_pages("en", |tab, url| {
        let features = json!([{ "name": "forced-colors", "value": "active" }]);
        tab.call("Emulation.setEmulatedMedia", json!({ "media": "screen", "features": features }));
        open(tab, &format!("{}#p1", url("marked")));
        let lines = "[getComputedStyle(document.querySelector('.fx .r:target')).outline,
            getComputedStyle(document.querySelector('.no')).border].join()";
        let lines = tab.eval(lines);
        let lines = lines.as_str().expect("a text");
        assert!(lines.contains("solid 3px") && lines.contains("1px dashed"), "{lines}");
    });
}

/// Measurements of what overflows and what is too small to touch.
const MEASURES: &str = include_str!("reflow/measures.js");

#[test]
fn nothing_overflows_and_axe_finds_nothing_in_any_language() {
    let findings = Findings::default();
    let source = axe::source();
    let look = |tab: &Tab, page: &str, at: &str| {
        open(tab, at);
        tab.eval(MEASURES);
        tab.width(320);
        for view in ["translation", "original", "both"] {
            choose(tab, view);
            for what in ["overflow()", "small()"] {
                for what in tab.eval(what).as_array().expect("a list").iter().filter_map(Value::as_str) {
                    findings.add(what, format!("{page} {view}"));
                }
            }
        }
        let Some(axe) = &source else { return };
        tab.eval(axe);
        let ways = if page == "marked" { &axe::WAYS[..] } else { &axe::WAYS[..1] };
        axe::run(tab, ways, |what, how| findings.add(what, format!("{page} {how}")));
    };
    with_pages("en", |tab, url| {
        for page in ORIGINALS.iter().map(|(lang, _)| *lang) {
            look(tab, page, &url(page));
        }
        look(tab, "marked", &format!("{}#p1", url("marked")));
    });
    with_pages("ar", |tab, url| look(tab, "ja", &url("ja")));
    findings.none();
}
