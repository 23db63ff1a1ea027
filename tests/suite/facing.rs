//! Facing pages: whatever two texts hold, no block is lost or doubled, every id is on the page once, and nothing of an
//! original gets out that is not published. Rows are kept from one build to the next.

use std::collections::{BTreeMap, BTreeSet};

use recto::base::config::RawHtml;
use recto::content::markdown;
use recto::engine::build::BuildSummary;

use crate::html::dom;
use crate::model::Rng;
use crate::support::{SITE_TOML, Site, article, recto};

/// Blocks. `@` becomes a word that occurs nowhere else.
const BLOCKS: &[&str] = &[
    "Words @ of a paragraph.",
    "Words @ of a paragraph.",
    "Words @ of a paragraph, *more* and [a link](https://else.example/).",
    "## Heading @",
    "### Heading @ again",
    "> A quotation @.",
    "> [!NOTE]\n> A callout @.",
    "- item @\n- item @\n  - inside @\n- item @",
    "3. third @\n4. fourth @\n\n   and more @\n5. fifth @",
    "- [ ] a task @\n- [x] done @",
    "| head @ | b |\n|--|--|\n| 1 @ | 2 |",
    "```\ncode @ <b>\n```",
    "![picture @](https://images.example/x.png)",
    "***",
    "A note @[^N].\n\n[^N]: Its text @.",
    "Joined @.<!--^-->",
    "Alone @.<!--=-->",
    "Put in @.<!--+-->",
    "A quoted id @: id=\"p1\" and ` id=\"p2\"`",
];

/// Raw HTML, some of it unbalanced.
const HTML: &[&str] = &[
    "<div>raw @</div>",
    "<details>\n\nInside @.\n\n</details>",
    "<div>open @",
    "shut @</div>",
    "<p>no end @",
    "<b>bold @",
    "<!-- @",
];

/// A text of blocks, and the words in it in order. Notes come last, as they are printed.
#[derive(Default)]
struct Body {
    text: String,
    words: Vec<String>,
    notes: Vec<String>,
}

impl Body {
    fn random(r: &mut Rng, mark: &str, raw: bool) -> Body {
        let mut body = Body::default();
        for at in 0..r.below(9) {
            let pool = if raw && r.chance(20) { HTML } else { BLOCKS };
            // An open comment would hide what follows.
            let block = *r.pick(pool);
            if block.starts_with("<!--") {
                continue;
            }
            let note = block.find("[^N]:");
            for (piece, text) in block.split('@').enumerate() {
                if piece > 0 {
                    let word = format!("ZQ{mark}{at:02}{piece}Z");
                    body.text.push_str(&word);
                    let is_note =
                        note.is_some_and(|note| block.match_indices('@').nth(piece - 1).is_some_and(|(i, _)| i > note));
                    if is_note { &mut body.notes } else { &mut body.words }.push(word);
                }
                body.text.push_str(&text.replace("^N", &format!("^{at}")));
            }
            body.text.push_str("\n\n");
        }
        body
    }

    /// Returns the words in the order of a page.
    fn printed(&self) -> Vec<&str> {
        self.words.iter().chain(&self.notes).map(String::as_str).collect()
    }
}

/// Returns the words of one text in the order in which HTML has them.
fn found<'h>(html: &'h str, mark: &str) -> Vec<&'h str> {
    let start = format!("ZQ{mark}");
    html.match_indices(&start)
        .filter_map(|(at, _)| html[at..].split_inclusive('Z').nth(1).map(|rest| &html[at..at + 1 + rest.len()]))
        .collect()
}

/// Returns the part of a page that shows the texts of an article.
fn shown(page: &str) -> &str {
    let start = page.find("<article").expect("an article");
    &page[start..page.find("</article>").expect("its end")]
}

fn ids(page: &str) -> Vec<String> {
    dom::parse(page).elements.iter().filter_map(|e| e.get("id").map(str::to_owned)).collect()
}

struct Case {
    name: String,
    publish: &'static str,
    layout: &'static str,
    translation: Body,
    original: Body,
}

impl Case {
    fn random(r: &mut Rng, at: usize, raw: bool) -> Case {
        Case {
            name: format!("a{at:02}"),
            publish: r.pick::<&str>(&["full", "full", "full", "excerpt", "none"]),
            layout: r.pick::<&str>(&["facing", "facing", "facing", "below", "link", "page"]),
            translation: Body::random(r, &format!("T{at:02}"), raw),
            original: Body::random(r, &format!("O{at:02}"), raw),
        }
    }

    fn write(&self, site: &Site) {
        let more =
            format!("summary = \"Short.\"\noriginal = {{ publish = {:?}, layout = {:?} }}", self.publish, self.layout);
        let text = article(&format!("Title {}", self.name), "2024-05-06", &more, &self.translation.text);
        site.write(&format!("content/articles/{}.md", self.name), &text);
        let text = format!(
            "+++\ntitle = \"ZQH{}Z\"\nauthor = \"ZQW{}Z\"\n+++\n\n{}\n",
            self.name, self.name, self.original.text
        );
        site.write(&format!("content/articles/{}.ja.md", self.name), &text);
    }

    fn check(&self, site: &Site, raw: RawHtml, outputs: &BTreeMap<String, Vec<u8>>) {
        let what = format!(
            "{}, {}, {raw:?}\n{}\n----\n{}",
            self.publish, self.layout, self.translation.text, self.original.text
        );
        let page = site.output(&format!("2024/05/06/{}/index.html", self.name));
        let (texts, mark) = (shown(&page), &self.name[1..]);
        assert_eq!(found(texts, &format!("T{mark}")), self.translation.printed(), "{what}\n{texts}");
        let whole = self.publish == "full" && self.layout != "link";
        let original = found(texts, &format!("O{mark}"));
        if whole {
            assert_eq!(original, self.original.printed(), "{what}\n{texts}");
        } else if self.publish == "excerpt" && self.layout != "link" {
            let first =
                self.original.words.iter().position(|word| *word == original.first().copied().unwrap_or_default());
            assert!(original.len() <= 3 && (original.is_empty() || first.is_some()), "{what}\n{texts}");
        } else {
            assert_eq!(original, Vec::<&str>::new(), "{what}");
        }
        self.check_ids(&page, raw, whole, &what);
        let own = format!("2024/05/06/{}/ja/index.html", self.name);
        let has_own = self.publish == "full" && self.layout == "page";
        assert_eq!(outputs.contains_key(&own), has_own, "{what}");
        if has_own {
            let own = site.output(&own);
            assert_eq!(found(shown(&own), &format!("O{mark}")), self.original.printed(), "{what}");
            assert!(found(&own, &format!("T{mark}")).is_empty(), "{what}");
        }
        if self.publish == "none" {
            for word in [format!("ZQO{mark}"), format!("ZQHa{mark}"), format!("ZQWa{mark}")] {
                let lower = word.to_lowercase();
                let leak = outputs.iter().find(|(path, bytes)| {
                    let bytes = String::from_utf8_lossy(bytes);
                    bytes.contains(&word) || bytes.contains(&lower) || path.contains(&word)
                });
                assert_eq!(leak.map(|(path, _)| path), None, "{what}: {word}");
            }
        }
    }

    fn check_ids(&self, page: &str, raw: RawHtml, whole: bool, what: &str) {
        let all = ids(page);
        let unique: BTreeSet<&String> = all.iter().collect();
        assert_eq!(all.len(), unique.len(), "{what}\n{all:?}");
        let is_of_page = |id: &str| all.iter().filter(|known| *known == id).count() == 1;
        for id in markdown::ids(&self.translation.text, raw) {
            assert!(is_of_page(&id), "{id}: {what}\n{page}");
        }
        for id in markdown::ids(&self.original.text, raw) {
            assert_eq!(is_of_page(&format!("o-{id}")), whole, "{id}: {what}\n{page}");
        }
        if raw != RawHtml::Allow {
            let errors = dom::parse(page).errors;
            assert_eq!(errors, Vec::<String>::new(), "{what}\n{page}");
        }
    }
}

#[test]
fn no_block_is_lost_or_doubled() {
    let mut r = Rng::new(20_261_127);
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for round in 0..24 {
        let (word, raw) =
            *r.pick(&[("escape", RawHtml::Escape), ("sanitize", RawHtml::Sanitize), ("allow", RawHtml::Allow)]);
        let site = Site::new(&format!("{SITE_TOML}[markdown]\nhtml = {word:?}\n"));
        let cases: Vec<Case> = (0..12).map(|at| Case::random(&mut r, at, raw != RawHtml::Escape)).collect();
        cases.iter().for_each(|case| case.write(&site));
        let (summary, problems) = site.try_build();
        assert!(summary.is_some(), "round {round}: {problems:#?}");
        let outputs = site.outputs();
        cases.iter().for_each(|case| case.check(&site, raw, &outputs));
        for (path, bytes) in &outputs {
            let page = String::from_utf8_lossy(bytes);
            let kinds = ["r om", "r ad", "r w", "r ex", "<ol start=\"4\">", "class=\"on\""];
            seen.extend(kinds.into_iter().filter(|kind| path.ends_with(".html") && page.contains(kind)));
        }
    }
    assert_eq!(seen.len(), 6, "{seen:?}");
}

fn sibling(title: &str, body: &str) -> String {
    format!("+++\ntitle = {title:?}\ntranslator = \"Someone\"\n+++\n\n{body}\n")
}

const SUMMARY: &str = "summary = \"Short.\"";

/// Eight articles, each with its original.
fn archive(config: &str) -> Site {
    let site = Site::new(&format!("{SITE_TOML}{config}"));
    for n in 1..=8 {
        let date = format!("2024-05-{n:02}");
        site.write(
            &format!("content/articles/a{n}.md"),
            &article(&format!("Title {n}"), &date, SUMMARY, &format!("First {n}.\n\nSecond {n}.")),
        );
        site.write(
            &format!("content/articles/a{n}.ja.md"),
            &sibling(&format!("題{n}"), &format!("一{n}。\n\n二{n}。")),
        );
    }
    site
}

/// The search index has the texts of all articles, the newest in this file.
const ENTRY: &str = "search/entry.bin";

/// Returns the outputs that a build wrote.
fn written(summary: &BuildSummary) -> Vec<&str> {
    summary.changes.iter().map(|(path, _)| path.as_str()).collect()
}

#[test]
fn an_edit_aligns_one_article() {
    let site = archive("");
    let first = site.build();
    assert_eq!(first.aligned, 8);
    assert_eq!((site.build().aligned, site.build().rendered), (0, 0));
    // Either text of an article.
    for (file, text) in [
        ("a3.md", article("Title 3", "2024-05-03", SUMMARY, "First 3.\n\nSecond 3.\n\nThird.")),
        ("a3.ja.md", sibling("題3", "一3。")),
    ] {
        let summary = site.write(&format!("content/articles/{file}"), &text).build();
        assert_eq!((written(&summary), summary.aligned), (vec!["2024/05/03/a3/index.html", ENTRY], 1));
    }
    // Pages that are stale for another reason keep their rows: a template, an interface string, the configuration, a
    // neighbour's title.
    let kept = |summary: BuildSummary, pages: usize| {
        assert_eq!(summary.aligned, 0);
        assert!(summary.rendered >= pages, "{}", summary.rendered);
    };
    let template = "{% extends \"themes/default/article.html\" %}{% block after %}<p>after</p>{% endblock after %}";
    kept(site.write("templates/article.html", template).build(), 8);
    kept(site.write("i18n/en.toml", "not_translated = \"Left out\"\n").build(), 8);
    kept(site.write("site.toml", &SITE_TOML.replace("Test", "Other")).build(), 8);
    let layout = |layout: &str| format!("{SITE_TOML}[original]\nlayout = {layout:?}\n");
    for name in ["below", "link", "facing"] {
        kept(site.write("site.toml", &layout(name)).build(), 8);
    }
    kept(site.write("site.toml", &format!("{SITE_TOML}[original]\npublish = \"none\"\n")).build(), 8);
    assert!(site.output("2024/05/03/a3/index.html").contains("Third."));
    // Without the state, all is aligned, and every page is the same.
    let before = site.outputs();
    std::fs::remove_dir_all(site.root().join(".recto")).expect("the state can be removed");
    assert_eq!(site.build().aligned, 8);
    assert!(before == site.outputs());
}

/// A build keeps findings that it does not report, and `check` takes them from its state. A choice of the site reports
/// them without rendering a page again.
#[test]
fn findings_are_kept_whether_or_not_they_are_reported() {
    let site = archive("");
    let english = "The morning ferry would not sail because of the fog.\n\n\
        It was the third day on which the boats had stayed in port, and 204 people were waiting on the pier.\n\n\
        “Nobody has seen such fog in years,” said Elvira Santos, who sells tickets at Northcliff.";
    let japanese = "霧のため朝の渡し船は出航しない。\n\n船が港にとどまるのは三日目で、桟橋では240人が待っていた。\n\n\
        「こんな霧は1998年以来だ」とノースクリフで切符を売るエルビラ・サントスさんは話した。";
    site.write("content/articles/a3.md", &article("Title 3", "2024-05-03", "", english));
    site.write("content/articles/a3.ja.md", &sibling("題3", japanese));
    let forget = || std::fs::remove_dir_all(site.root().join(".recto")).expect("the state can be removed");
    let reported = |args: &[&str]| {
        let out = recto(site.root(), args);
        String::from_utf8([out.stdout, out.stderr].concat()).unwrap()
    };
    for choices in ["", "different-number = \"off\"", "doubtful-number = \"warning\"", "different-number = \"error\""] {
        site.write("site.toml", &format!("{SITE_TOML}[check]\n{choices}\n"));
        let built = site.try_build().1;
        let code = |code: &str| built.iter().any(|found| found.code == code);
        let chosen = choices.split(' ').next().unwrap_or_default();
        assert_eq!(code("different-number"), choices.contains("error"), "{choices}");
        assert_eq!(code("doubtful-number"), chosen == "doubtful-number", "{choices}");
        let with = reported(&["check", "-v"]);
        forget();
        assert_eq!(with, reported(&["check", "-v"]), "{choices}");
        assert_eq!(
            with.contains("different-number"),
            chosen != "different-number" || choices.contains("error"),
            "{choices} {with}"
        );
        assert_eq!(with.contains("doubtful-number"), chosen == "doubtful-number", "{choices}");
        site.write("site.toml", SITE_TOML).build();
    }
}

#[test]
fn article_source_and_site_choose_the_layout() {
    let site = archive("[original]\nlayout = \"below\"\n");
    let record = |layout: &str| format!("+++\nlabel = \"The Harbour Gazette\"\n{layout}+++\n\nA paper.\n");
    let page = "2024/05/02/a2/index.html";
    let layout = || {
        let page = site.output(page);
        match (page.contains("class=\"fx\""), page.contains("一2。")) {
            (true, true) => "facing",
            (false, true) => "below",
            (false, false) => "link",
            (true, false) => panic!("{page}"),
        }
    };
    let own = |site: &Site| site.outputs().contains_key("2024/05/02/a2/ja/index.html");
    let with = |more: &str| article("Title 2", "2024-05-02", more, "First 2.\n\nSecond 2.");
    site.build();
    assert_eq!((layout(), own(&site)), ("below", false));
    let gazette = "content/sources/the-harbour-gazette.md";
    site.write(gazette, &record("[original]\nlayout = \"page\"\n")).build();
    assert_eq!((layout(), own(&site)), ("facing", true));
    site.write("content/articles/a2.md", &with("[original]\nlayout = \"link\"")).build();
    assert_eq!((layout(), own(&site)), ("link", false));
    let summary = site.write("content/articles/a2.md", &with("[original]\nlayout = \"facing\"")).build();
    assert_eq!((layout(), own(&site)), ("facing", false));
    assert_eq!(written(&summary), [page, ENTRY]);
    site.write(gazette, &record("")).write("content/articles/a2.md", &with("")).build();
    assert_eq!((layout(), own(&site)), ("below", false));
    // Only sources have a layout.
    site.write("content/tags/x.md", "+++\nlabel = \"X\"\n[original]\nlayout = \"below\"\n+++\n");
    let (_, problems) = site.try_build();
    assert_eq!(problems.iter().map(|found| &*found.code).collect::<Vec<_>>(), ["unknown-key"]);
}

#[test]
fn the_original_has_a_page_of_its_own_in_both_directions() {
    let site = archive("[original]\nlayout = \"page\"\n");
    site.write("content/articles/a1.fr.md", &sibling("Titre", "Un. Voir [ici](a1.ja.md#p2), [là](a1.ja.md)."));
    let more = "author = \"A. Writer\"\nextent = \"abridged\"\n[original]\nlang = \"ja\"\nurl = \"https://paper.example/1\"\n\
                [[corrections]]\ndate = 2024-06-01\nnote = \"A year.\"";
    site.write("content/articles/a1.md", &article("Title 1", "2024-05-01", more, "First 1."));
    let summary = site.build();
    assert_eq!(summary.outputs.get("originals"), Some(&8));
    let alternates = [("en", "a1/"), ("fr", "a1/fr/"), ("ja", "a1/ja/")].map(|(lang, path)| {
        format!("<link rel=\"alternate\" hreflang=\"{lang}\" href=\"https://example.org/2024/05/01/{path}\">")
    });
    for path in ["a1/", "a1/fr/", "a1/ja/"] {
        let page = site.output(&format!("2024/05/01/{path}index.html"));
        alternates.iter().for_each(|link| assert!(page.contains(link), "{path}: {link}\n{page}"));
        let canonical = format!("<link rel=\"canonical\" href=\"https://example.org/2024/05/01/{path}\">");
        assert!(page.contains(&canonical), "{path}");
        assert_eq!(page.contains("class=\"fx\""), path != "a1/ja/", "{path}");
    }
    let own = site.output("2024/05/01/a1/ja/index.html");
    for there in [
        "<h1>題1</h1>",
        "<html lang=\"ja\" dir=\"ltr\">",
        "id=\"p2\"",
        "二1。",
        "A. Writer",
        "https://paper.example/1",
        "<li data-c=\"m\">Original text</li>",
    ] {
        assert!(own.contains(there), "{there}\n{own}");
    }
    for not in ["Translated by", "Abridged", "A year.", "First 1.", "z:translators"] {
        assert!(!own.contains(not), "{not}\n{own}");
    }
    let json = own.split("application/ld+json\">").nth(1).and_then(|rest| rest.split("</script>").next());
    let json: serde_json::Value = serde_json::from_str(json.expect("JSON-LD")).expect("JSON");
    assert_eq!(json["inLanguage"], "ja");
    assert_eq!(json["workTranslation"].as_array().map(Vec::len), Some(2));
    assert!(json["translationOfWork"].is_null());
    assert!(site.output("sitemap-2024-05.xml").contains("<loc>https://example.org/2024/05/01/a1/ja/</loc>"));
    assert!(!site.output("feed.xml").contains("a1/ja/"));
    let french = site.output("2024/05/01/a1/fr/index.html");
    assert!(french.contains("<a href=\"/2024/05/01/a1/ja/#p2\">ici</a>, <a href=\"/2024/05/01/a1/ja/\">là</a>"));
    // Only a published original has a page.
    for (publish, pages) in [("excerpt", None), ("none", None), ("full", Some(&8))] {
        let config = format!("{SITE_TOML}[original]\nlayout = \"page\"\npublish = {publish:?}\n");
        let (summary, _) = site.write("site.toml", &config).try_build();
        let summary = summary.expect("it builds");
        assert_eq!(summary.outputs.get("originals"), pages, "{publish}");
        assert_eq!(site.output("sitemap-2024-05.xml").contains("a1/ja/"), pages.is_some());
    }
}

#[test]
fn every_translation_stands_beside_the_original() {
    let site = archive("");
    let more = "[original]\nlang = \"ja\"";
    site.write("content/articles/a1.md", &article("Title 1", "2024-05-01", more, "First 1.\n\nSecond 1."));
    site.write("content/articles/a1.fr.md", &sibling("Titre", "Premier.\n\nDeuxième."));
    // An article that is the original of two translations.
    let own = "+++\ntitle = \"Here\"\ndate = 2024-06-01\nsource = \"The Gazette\"\nsection = \"World\"\nkind = \"original\"\nsummary = \"Short.\"\n\
               +++\n\nOne.\n\n## Here\n\nTwo.\n";
    site.write("content/articles/own.md", own);
    site.write("content/articles/own.ja.md", &sibling("ここ", "一。\n\n## 此処\n\n二。"));
    site.write("content/articles/own.ar.md", &sibling("هنا", "واحد."));
    site.build();
    let row = |id: &str, original: &str, translation: &str| {
        let number = id.trim_start_matches('p');
        format!(
            "<div class=\"r\" id=\"{id}\"><div class=\"o\" id=\"o-{id}\"{original}</div>\
             <a class=\"n\" href=\"#{id}\">{number}</a><div class=\"t\"><p>{translation}</p></div></div>"
        )
    };
    let french = site.output("2024/05/01/a1/fr/index.html");
    assert!(french.contains(&row("p2", " lang=\"ja\" dir=\"ltr\"><p>二1。</p>", "Deuxième.")), "{french}");
    let japanese = site.output("2024/06/01/own/ja/index.html");
    assert!(japanese.contains(&row("p2", " lang=\"en\" dir=\"ltr\"><p>Two.</p>", "二。")), "{japanese}");
    assert!(japanese.contains("<div class=\"r\" id=\"此処\"><div class=\"o\" id=\"o-here\""), "{japanese}");
    let arabic = site.output("2024/06/01/own/ar/index.html");
    assert!(arabic.contains("<div class=\"t\"><p class=\"no\" lang=\"en\" dir=\"ltr\">Not translated</p>"), "{arabic}");
    assert!(!site.output("2024/06/01/own/index.html").contains("class=\"fx\""));
    // An edit of the original changes the pages that show it, and no other.
    let summary = site.write("content/articles/own.md", &own.replace("Two.", "Twice.")).build();
    assert_eq!(
        (written(&summary), summary.aligned),
        (vec!["2024/06/01/own/ar/index.html", "2024/06/01/own/index.html", "2024/06/01/own/ja/index.html", ENTRY], 2)
    );
    // It has the same words as before, so the search is the same.
    let summary = site.write("content/articles/a1.ja.md", &sibling("題1", "一。\n\n二。")).build();
    assert_eq!(written(&summary), ["2024/05/01/a1/fr/index.html", "2024/05/01/a1/index.html"]);
    let summary = site.write("content/articles/a1.fr.md", &sibling("Titre", "Premier.\n\nSecond.")).build();
    assert_eq!((written(&summary), summary.aligned), (vec!["2024/05/01/a1/fr/index.html", ENTRY], 1));
}
