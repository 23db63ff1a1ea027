//! Invariants of the archive over small random archives: no article is lost, listed twice or out of order, and no
//! newer article changes what an old page shows.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::prelude::*;
use recto::archive::archive::{Archive, ListingId};
use recto::archive::index::{self, ParsedContent, Selection};
use recto::base::config::{self, Config};
use recto::base::locale::Locale;
use recto::content::article;
use recto::content::content_path::TermKind;

const SECTIONS: [&str; 5] = ["World", "World > Asia", "world/europe", "Economy", "Economy > Trade > Ports"];
const TAGS: [&str; 5] = ["Fish", "Ships", "拉致問題", "Weather", "Ports"];

#[derive(Clone, Debug)]
struct Sketch {
    day: u8,
    /// The day on which it is posted, whatever its own date.
    posted: u8,
    hour: u8,
    sections: Vec<usize>,
    tags: Vec<usize>,
}

fn sketch() -> impl Strategy<Value = Sketch> {
    let sections = prop::collection::vec(0..SECTIONS.len(), 1..3);
    let tags = prop::collection::vec(0..TAGS.len(), 0..4);
    // Use few days and hours, so that many articles are posted at the same time.
    (1u8..28, 1u8..28, 0u8..3, sections, tags).prop_map(|(day, posted, hour, sections, tags)| Sketch {
        day,
        posted,
        hour,
        sections,
        tags,
    })
}

fn text(sketch: &Sketch) -> String {
    let list =
        |names: &[&str], of: &[usize]| of.iter().map(|i| format!("{:?}", names[*i])).collect::<Vec<_>>().join(", ");
    format!(
        "+++\ntitle = \"T\"\ndate = 2021-0{}-{:02}\nposted = 2021-04-{:02}T0{}:00:00Z\nsource = [\"A\", \"B\"]\n\
         translator = \"P\"\nsection = [{}]\ntags = [{}]\n+++\n\nBody.\n",
        1 + sketch.day % 3,
        sketch.day,
        sketch.posted,
        sketch.hour,
        list(&SECTIONS, &sketch.sections),
        list(&TAGS, &sketch.tags)
    )
}

fn config() -> Config {
    config::parse("title = \"T\"\nbase_url = \"https://example.org\"\n").0.expect("a configuration")
}

fn archive(sketches: &[Sketch]) -> Archive {
    let config = config();
    let mut parsed = ParsedContent::default();
    for (i, sketch) in sketches.iter().enumerate() {
        let (card, found) = article::read(&"a.md".into(), &format!("a{i:03}"), &text(sketch), &config);
        assert!(found.is_empty(), "{found:?}");
        parsed.articles.extend(card.map(|(card, _)| Arc::new(card)));
    }
    let now = "2026-01-01T00:00:00Z".parse().expect("a time");
    let selection = Selection { drafts: false, future: false, expired: false, now };
    let mut problems = Vec::new();
    let locale = Locale::new("en").expect("a locale");
    let archive = index::index(parsed, &config, &locale, &selection, &mut problems);
    assert!(problems.is_empty(), "{problems:?}");
    archive
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn listings_hold_what_they_should(sketches in prop::collection::vec(sketch(), 0..40)) {
        let archive = archive(&sketches);
        prop_assert_eq!(archive.articles.len(), sketches.len());
        for id in archive.listings() {
            // Only listings of dates are ordered by what the source printed.
            let dated = matches!(id, ListingId::Year(_) | ListingId::Month(..) | ListingId::Day(_));
            let key = |ix: u32| {
                let card = &archive.article(ix).card;
                (dated.then_some(Reverse(card.date)), Reverse(card.posted), card.id.clone())
            };
            let list = archive.listing(id);
            prop_assert!(list.windows(2).all(|w| key(w[0]) < key(w[1])), "{id:?} is out of order");
        }
        // A section lists exactly the articles in it or below it.
        let sections = archive.taxonomy(TermKind::Section);
        for (ix, section) in sections.terms.iter().enumerate() {
            let listed: BTreeSet<u32> = section.articles.iter().copied().collect();
            for article in 0..archive.articles.len() as u32 {
                let within = archive.article(article).terms(TermKind::Section).iter().any(|&s| sections.trail(s).contains(&(ix as u32)));
                prop_assert_eq!(within, listed.contains(&article));
            }
        }
        // Each article is listed in its year, its month and its day, and nowhere else.
        let mut listed = [0, 0, 0];
        for id in archive.listings() {
            for date in archive.listing(id).iter().map(|&ix| archive.article(ix).card.date) {
                let (at, own) = match id {
                    ListingId::Year(year) => (0, year == date.year()),
                    ListingId::Month(year, month) => (1, (year, month) == (date.year(), date.month())),
                    ListingId::Day(day) => (2, day == date),
                    ListingId::Home | ListingId::Term(..) => continue,
                };
                prop_assert!(own, "{id:?} lists {date}");
                listed[at] += 1;
            }
        }
        prop_assert_eq!(listed, [archive.articles.len(); 3]);
    }

    #[test]
    fn neighbours_are_each_others(sketches in prop::collection::vec(sketch(), 0..40)) {
        let archive = archive(&sketches);
        for ix in 0..archive.articles.len() as u32 {
            let (older, newer) = archive.beside(ix);
            if let Some(older) = older {
                prop_assert!(older > ix);
                prop_assert_eq!(archive.beside(older).1, Some(ix));
                prop_assert_eq!(archive.article(older).section(), archive.article(ix).section());
            }
            if let Some(newer) = newer {
                prop_assert_eq!(archive.beside(newer).0, Some(ix));
            }
        }
    }

    #[test]
    fn related_looks_backwards(sketches in prop::collection::vec(sketch(), 0..40)) {
        let archive = archive(&sketches);
        for ix in 0..archive.articles.len() as u32 {
            let related = archive.related(ix);
            prop_assert!(related.len() <= 3);
            let tags = archive.article(ix).terms(TermKind::Tag);
            for other in related {
                prop_assert!(other > ix, "a related article is newer");
                let other = archive.article(other);
                prop_assert_eq!(other.section(), archive.article(ix).section());
                prop_assert!(other.terms(TermKind::Tag).iter().any(|t| tags.contains(t)));
            }
        }
    }

    /// A new newest article changes only the page of its neighbour, which links to it.
    #[test]
    fn a_newest_article_disturbs_one_neighbour(sketches in prop::collection::vec(sketch(), 1..30), more in sketch()) {
        let old = archive(&sketches);
        let newest = Sketch { posted: 28, hour: 9, ..more };
        let new = archive(&sketches.iter().cloned().chain([newest]).collect::<Vec<_>>());
        let mut disturbed = 0;
        for ix in 0..old.articles.len() as u32 {
            let id = &old.article(ix).card.id;
            let now = new.find(id).expect("nothing is lost");
            let names = |archive: &Archive, list: Vec<u32>| {
                list.into_iter().map(|ix| archive.article(ix).card.id.to_string()).collect::<Vec<_>>()
            };
            prop_assert_eq!(names(&old, old.related(ix)), names(&new, new.related(now)));
            let beside = |archive: &Archive, ix: Option<u32>| ix.map(|ix| archive.article(ix).card.id.to_string());
            prop_assert_eq!(beside(&old, old.beside(ix).0), beside(&new, new.beside(now).0));
            disturbed += usize::from(beside(&old, old.beside(ix).1) != beside(&new, new.beside(now).1));
        }
        prop_assert!(disturbed <= 1);
    }
}
