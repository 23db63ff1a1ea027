//! Facing pages: whatever two texts hold, no block is lost or doubled, every id is on the page once, and nothing of an
//! original gets out that is not published. Rows are kept from one build to the next.

use std::collections::{BTreeMap, BTreeSet};

use recto::base::config::RawHtml;
use recto::content::markdown;

use crate::html::dom;
use crate::model::Rng;
use crate::support::{SITE_TOML, Site, article};

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
                    let is_note = note.is_some_and(|note| block.match_indices('@').nth(piece - 1).is_some_and(|(i, _)| i > note));
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
    html.match_indices(&start).filter_map(|(at, _)| html[at..].split_inclusive('Z').nth(1).map(|rest| &html[at..at + 1 + rest.len()])).collect()
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
            publish: *r.pick(&["full", "full", "full", "excerpt", "none"]),
            layout: *r.pick(&["facing", "facing", "facing", "below", "link", "page"]),
            translation: Body::random(r, &format!("T{at:02}"), raw),
            original: Body::random(r, &format!("O{at:02}"), raw),
        }
    }

    fn write(&self, site: &Site) {
        let more = format!("summary = \"Short.\"\noriginal = {{ publish = {:?}, layout = {:?} }}", self.publish, self.layout);
        let text = article(&format!("Title {}", self.name), "2024-05-06", &more, &self.translation.text);
        site.write(&format!("content/articles/{}.md", self.name), &text);
        let text = format!("+++\ntitle = \"ZQH{}Z\"\nauthor = \"ZQW{}Z\"\n+++\n\n{}\n", self.name, self.name, self.original.text);
        site.write(&format!("content/articles/{}.ja.md", self.name), &text);
    }

    fn check(&self, site: &Site, raw: RawHtml, outputs: &BTreeMap<String, Vec<u8>>) {
        let what = format!("{}, {}, {raw:?}\n{}\n----\n{}", self.publish, self.layout, self.translation.text, self.original.text);
        let page = site.output(&format!("2024/05/06/{}/index.html", self.name));
        let (texts, mark) = (shown(&page), &self.name[1..]);
        assert_eq!(found(texts, &format!("T{mark}")), self.translation.printed(), "{what}\n{texts}");
        let whole = self.publish == "full" && self.layout != "link";
        let original = found(texts, &format!("O{mark}"));
        if whole {
            assert_eq!(original, self.original.printed(), "{what}\n{texts}");
        } else if self.publish == "excerpt" && self.layout != "link" {
            let first = self.original.words.iter().position(|word| *word == original.first().copied().unwrap_or_default());
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
    for round in 0..24 {
        let (word, raw) = *r.pick(&[("escape", RawHtml::Escape), ("sanitize", RawHtml::Sanitize), ("allow", RawHtml::Allow)]);
        let site = Site::new(&format!("{SITE_TOML}[markdown]\nhtml = {word:?}\n"));
        let cases: Vec<Case> = (0..12).map(|at| Case::random(&mut r, at, raw != RawHtml::Escape)).collect();
        cases.iter().for_each(|case| case.write(&site));
        let (summary, problems) = site.try_build();
        assert!(summary.is_some(), "round {round}: {problems:#?}");
        let outputs = site.outputs();
        cases.iter().for_each(|case| case.check(&site, raw, &outputs));
    }
}
