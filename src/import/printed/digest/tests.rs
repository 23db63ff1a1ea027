//! Digests with an index and several articles.

use super::*;

const DIGEST: &str = "\
DAILY SUMMARY OF THE SPECIMEN PRESS 10/22/09

INDEX:

Harbour problem:
(1) Council keeps the old lighthouse despite the high costs of its
repair (Asahi)
(2) Editorial: Keep it (Yomiuri)

Schools:
(3) School opens on the island

ARTICLES:

(1) Council keeps the old lighthouse despite the high costs of its
repair

ASAHI (Page 4) (Full)
October 21, 2009

(Washington, October 20, Ann Sample)

The town council voted on Tuesday evening to keep the old lighthouse
and to open it in spring.

It costs much.

(2) Editorial: Keep it

YOMIURI (Page 2) (Abridged slightly)

Keep the lighthouse, we say.

(3) School opens on the island

A school opened.
";

#[test]
fn items_become_pages() {
    let pages = read(&DIGEST.lines().collect::<Vec<_>>(), 0).unwrap();
    assert_eq!(pages.len(), 3);
    let first = &pages[0];
    assert_eq!(first.title, "Council keeps the old lighthouse despite the high costs of its repair");
    assert_eq!(first.sections, ["Harbour problem"]);
    assert_eq!((first.credits.sources[0].as_str(), first.credits.page.as_deref()), ("ASAHI", Some("Page 4")));
    assert_eq!(
        (first.credits.extent, first.dateline.as_deref()),
        (Some("full"), Some("Washington, October 20, Ann Sample"))
    );
    assert_eq!(first.credits.date.as_ref().unwrap().date, "2009-10-21");
    assert_eq!(
        first.paragraphs,
        [
            "The town council voted on Tuesday evening to keep the old lighthouse and to open it in spring.",
            "It costs much.",
        ]
    );
    assert_eq!(first.line, 15);
    assert_eq!(pages[1].credits.sources, ["YOMIURI"]);
    assert_eq!(pages[1].credits.date.as_ref().unwrap().date, "2009-10-22");
    assert_eq!((pages[2].sections[0].as_str(), pages[2].paragraphs[0].as_str()), ("Schools", "A school opened."));
    assert!(read(&["Title", "", "Text."], 0).is_none());
}
