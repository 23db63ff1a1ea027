//! The originals of the demonstration archive: many of them, in many scripts, and every case that a page with two
//! texts must show.

use std::collections::{BTreeMap, BTreeSet};

use recto::archive::archive::IndexedArticle;
use recto::base::config::Publish;
use recto::content::article::{ArticleKind, Extent};
use recto::engine::load;
use recto::engine::site::Site as Loaded;

use crate::html::{built, demonstration};
use crate::support::{Site, recto};

/// An article with its original.
struct Pair {
    id: String,
    lang: String,
    publish: Publish,
    extent: Option<Extent>,
    translation: String,
    original: String,
}

fn loaded(site: &Site) -> Loaded {
    load::load(&site.options()).unwrap_or_else(|e| panic!("{e}")).made.expect("it is sound").0
}

/// Returns the body of a text.
fn body(site: &Site, file: &str) -> String {
    let text = std::fs::read_to_string(site.root().join(file)).unwrap_or_else(|e| panic!("{file}: {e}"));
    let fence = if text.starts_with("---") { "\n---\n" } else { "\n+++\n" };
    text.split_once(fence).unwrap_or_else(|| panic!("{file} has no front matter")).1.to_owned()
}

fn pairs(site: &Site, archive: &Loaded) -> Vec<Pair> {
    let pair = |entry: &IndexedArticle| {
        let original = entry.original()?;
        Some(Pair {
            id: entry.card.id.to_string(),
            lang: original.lang.to_string(),
            publish: entry.publish(&archive.config),
            extent: entry.card.extent,
            translation: body(site, &entry.card.file),
            original: body(site, &original.file),
        })
    };
    archive.archive.articles.iter().filter_map(pair).collect()
}

/// Returns the script of a letter, as far as the archive has it. Kana and Han count as one for Japanese.
fn script(letter: char) -> Option<&'static str> {
    Some(match letter {
        'a'..='z' | 'A'..='Z' | 'À'..='ž' => "Latin",
        'Ѐ'..='ӿ' => "Cyrillic",
        '\u{600}'..='\u{6FF}' => "Arabic",
        'ぁ'..='ヿ' => "Kana",
        '一'..='鿿' => "Han",
        '가'..='힣' => "Hangul",
        'Ͱ'..='Ͽ' | 'ἀ'..='῾' => "Greek",
        'א'..='ת' => "Hebrew",
        '\u{900}'..='\u{97F}' => "Devanagari",
        '\u{E00}'..='\u{E7F}' => "Thai",
        _ => return None,
    })
}

/// Returns the name of the writing in which a language is printed, and the scripts of its letters.
fn writing(lang: &str) -> (&'static str, &'static [&'static str]) {
    match lang {
        "ja" => ("Japanese", &["Kana", "Han"]),
        "zh-Hans" => ("Simplified Han", &["Han"]),
        "zh-Hant" => ("Traditional Han", &["Han"]),
        "ko" => ("Hangul", &["Hangul"]),
        "ru" => ("Cyrillic", &["Cyrillic"]),
        "ar" => ("Arabic", &["Arabic"]),
        "el" => ("Greek", &["Greek"]),
        "he" => ("Hebrew", &["Hebrew"]),
        "hi" => ("Devanagari", &["Devanagari"]),
        "th" => ("Thai", &["Thai"]),
        _ => ("Latin", &["Latin"]),
    }
}

/// Characters that are written differently in simplified, traditional and Japanese texts, one of each kind.
const VARIANTS: [[&str; 3]; 6] = [
    ["们", "們", ""],
    ["这", "這", ""],
    ["说", "說", "説"],
    ["时", "時", "時"],
    ["气", "氣", "気"],
    ["对", "對", "対"],
];

/// Returns the paragraphs, headings, items and so on of a body, without its notes.
fn blocks(body: &str) -> usize {
    body.split("\n\n").map(str::trim).filter(|block| !block.is_empty() && !block.starts_with("[^")).count()
}

#[test]
fn there_are_originals_in_many_scripts() {
    let site = demonstration();
    let all = pairs(&site, &loaded(&site));
    let scripts: BTreeSet<&str> = all.iter().map(|pair| writing(&pair.lang).0).collect();
    assert!(all.len() >= 34, "{} originals", all.len());
    assert!(scripts.len() >= 11, "{scripts:?}");
    for pair in &all {
        let mut letters: BTreeMap<&str, usize> = BTreeMap::new();
        // Text, without code.
        let text = pair.original.split("```").step_by(2);
        text.flat_map(str::chars).filter_map(script).for_each(|script| *letters.entry(script).or_default() += 1);
        let expected: usize = writing(&pair.lang).1.iter().filter_map(|script| letters.get(script)).sum();
        let total: usize = letters.values().sum();
        assert!(expected * 10 > total * 8, "{}.{}.md is not in that language: {letters:?}", pair.id, pair.lang);
    }
}

#[test]
fn han_characters_are_those_of_their_language() {
    let site = demonstration();
    for pair in pairs(&site, &loaded(&site)) {
        let own = match &*pair.lang {
            "zh-Hans" => 0,
            "zh-Hant" => 1,
            "ja" => 2,
            _ => continue,
        };
        for forms in VARIANTS {
            let wrong =
                forms.iter().find(|form| !form.is_empty() && **form != forms[own] && pair.original.contains(**form));
            assert_eq!(wrong, None, "{}.{}.md", pair.id, pair.lang);
        }
    }
}

#[test]
fn every_case_of_two_texts_is_shown() {
    let site = demonstration();
    let archive = loaded(&site);
    let all = pairs(&site, &archive);
    let rich = |text: &str| ["\n| ", "\n![", "\n- ", "\n> ", "\n## ", "\n[^"].iter().all(|block| text.contains(block));
    let marks = ["<!--^", "<!--=", "<!--+"];
    let marked = |pair: &Pair| marks.iter().any(|mark| pair.original.contains(mark) || pair.translation.contains(mark));
    let cases: [(&str, &dyn Fn(&Pair) -> bool); 12] = [
        ("an omitted paragraph", &|p| p.original.contains("<!--=-->")),
        ("an added paragraph", &|p| p.translation.contains("<!--+-->")),
        ("both in one article", &|p| p.original.contains("<!--=-->") && p.translation.contains("<!--+-->")),
        ("joined paragraphs", &|p| p.original.contains("<!--^-->")),
        ("a paragraph that became two, without a mark", &|p| {
            !marked(p) && p.extent == Some(Extent::Full) && blocks(&p.translation) == blocks(&p.original) + 1
        }),
        ("an id that keeps the numbers of later paragraphs", &|p| p.translation.contains("<!--#p3a-->")),
        ("an excerpt", &|p| p.publish == Publish::Excerpt),
        ("an original that is not printed", &|p| p.publish == Publish::None),
        ("an abridged translation", &|p| p.extent == Some(Extent::Abridged)),
        ("every kind of block on both sides", &|p| rich(&p.original) && rich(&p.translation)),
        ("ruby by markup and by braces", &|p| p.original.contains("<ruby>") && p.original.contains("{潮|しお}")),
        ("digits of another script", &|p| p.original.contains("١٫١")),
    ];
    for (case, holds) in cases {
        assert!(all.iter().any(holds), "no article shows {case}");
    }
    let original =
        |entry: &IndexedArticle| entry.card.kind == ArticleKind::Original && entry.translations().count() >= 3;
    assert!(archive.archive.articles.iter().any(original), "no original has three translations");
    assert!(
        all.iter().any(|pair| archive
            .archive
            .articles
            .iter()
            .any(|entry| { *entry.card.id == *pair.id && entry.translations().count() > 0 })),
        "no article with an original has a further translation"
    );
}

#[test]
fn the_pages_show_the_rows() {
    let page = |path: &str| String::from_utf8_lossy(&built()[&format!("{path}/index.html")]).into_owned();
    let poll = page("2023/06/03/byeolpo-mayor-poll-level");
    assert!(poll.contains("<div class=\"r om\">"), "nothing is omitted");
    assert!(poll.contains("<div class=\"r ad\" id=\"p6\">"), "nothing is added");
    let split = page("2025/04/23/library-ship-turns-back-for-one-reader");
    assert!(split.contains(">3–3a</a>") && split.contains("id=\"p3a\""), "no row has two numbers");
    let excerpt = page("2024/06/12/a-table-with-five-sides");
    assert!(
        excerpt.contains("<div class=\"r ex\" id=\"p1\">") && !excerpt.contains("وليست الطاولة زينة"),
        "no excerpt"
    );
    let unprinted = page("2024/02/06/night-fish-auction-drops-hand-signals");
    assert!(!unprinted.contains("class=\"fx\"") && !unprinted.contains("青崎中央魚市場"), "it is printed");
    for lang in ["de", "fr", "ru"] {
        let translation = page(&format!("2026/04/08/what-three-blasts-mean/{lang}"));
        assert!(translation.contains("People here know a horn by its voice"), "{lang} does not face its original");
    }
    assert!(page("2026/07/04/the-secretary-misses-her-boat/de").contains("<html lang=\"de\""), "no page of its own");
    let below = page("2026/06/21/the-ship-that-was-asleep");
    assert!(below.contains("id=\"original\"") && !below.contains("class=\"fx\""), "no original is below");
    let ruby = page("2026/05/05/how-to-read-a-tide-table");
    assert!(ruby.contains("<ruby>潮<rp>(</rp><rt>しお</rt>"), "no ruby");
}

#[test]
fn the_texts_agree() {
    let site = demonstration();
    let checked = recto(site.root(), &["check"]);
    let said = String::from_utf8_lossy(&checked.stderr).into_owned() + &String::from_utf8_lossy(&checked.stdout);
    assert!(checked.status.success() && said.contains("no problems"), "{said}");
}

#[test]
fn a_number_that_differs_is_found_in_every_writing() {
    let wrong = [
        ("2026/05/how-to-read-a-tide-table", "3.2 trillion", "320 billion"),
        ("2024/11/eelgrass-returns-to-the-narrows", "in 2022 to 203", "in 2021 to 203"),
        ("2025/03/customs-house-opens-its-ground-floor", "190 million", "19 million"),
        ("2025/03/ships-stop-their-engines-at-marsa-nur", "the money, 55 million", "the money, 550 million"),
        ("2026/06/the-sum-of-the-screw", "42 million", "420 million"),
        ("2026/06/the-fourteen-days", "58.7 percent", "57.8 percent"),
        ("2026/06/the-bed-by-the-door", "214 men", "241 men"),
        ("2021/03/tingchao-lays-a-keel-for-nobody", "4.8 million", "48 million"),
        ("2026/09/a-fifteenth-route", "300,000 crowns", "30,000 crowns"),
        ("2025/01/school-boat-keeps-its-friday-run", "44,700", "47,400"),
    ];
    let site = demonstration();
    for (id, right, mistake) in wrong {
        let file = format!("content/articles/{id}.md");
        let text = std::fs::read_to_string(site.root().join(&file)).expect("the demonstration has this article");
        assert!(text.contains(right), "{file}");
        site.write(&file, &text.replacen(right, mistake, 1));
    }
    let checked = recto(site.root(), &["check", "--only", "different-number", "--format", "json"]);
    let found = String::from_utf8_lossy(&checked.stdout).into_owned() + &String::from_utf8_lossy(&checked.stderr);
    let missed: Vec<&str> =
        wrong.map(|(id, ..)| id).into_iter().filter(|id| !found.contains(&format!("{id}.md"))).collect();
    assert!(missed.is_empty(), "{missed:?}\n{found}");
}
