//! The parts of a printed page.

use super::*;

fn page(text: &str) -> PrintedPage {
    read(&text.lines().collect::<Vec<_>>(), 0).unwrap()
}

const PAGE: &str = "print PRINT

SOCIETY > Cities & Ports

Council keeps the old lighthouse despite its
costs

  • March 24, 2021
  • , The Specimen Times , 12:54 p.m.
  • Harbour Translation
  • ,

By Kamata Yu

KURUME, Fukuoka - The town council voted on Tuesday to keep the lighthouse [of the old port].


It will open in spring. Two reasons:

  • It is old.
  • It is white.

(Abridged)

  • Ambassador
  • COVID-19
  • Trending Japan
";

#[test]
fn a_whole_page() {
    let page = page(PAGE);
    assert_eq!(page.title, "Council keeps the old lighthouse despite its costs");
    assert_eq!(page.sections, ["SOCIETY", "Cities & Ports"]);
    assert_eq!(page.credits.sources, ["The Specimen Times"]);
    assert_eq!(page.credits.translators, ["Harbour"]);
    assert_eq!(page.credits.time.as_deref(), Some("12:54 p.m."));
    assert_eq!(page.credits.extent, Some("abridged"));
    assert_eq!(page.authors[0].name, "Kamata Yu");
    assert_eq!(page.dateline.as_deref(), Some("KURUME, Fukuoka"));
    assert_eq!(page.topics, ["Ambassador", "COVID-19", "Trending Japan"]);
    assert_eq!(
        page.paragraphs,
        [
            "The town council voted on Tuesday to keep the lighthouse [of the old port].",
            "It will open in spring. Two reasons:",
            "- It is old.",
            "- It is white.",
        ]
    );
    assert_eq!(page.line, 5);
}

#[test]
fn pages_without_a_part() {
    let short = page("POLITICS\n\nEditorial: Keep it\n\n• March 24, 2021\n• , NHK\n\nText of one line.\n");
    assert_eq!((short.title.as_str(), short.genre), ("Keep it", Some("editorial")));
    assert_eq!((short.sections[0].as_str(), short.paragraphs.len()), ("POLITICS", 1));
    let bare =
        page("Lighthouse stays, Specimen poll\n\nThe Specimen Times reported that the lighthouse stays.\n\nMore.\n");
    assert_eq!((bare.title.as_str(), bare.genre), ("Lighthouse stays, Specimen poll", Some("poll")));
    assert_eq!(bare.paragraphs.len(), 2);
    assert_eq!(bare.credits, PageCredits::default());
    let empty = page("Cartoon: The light\n\n• March 24, 2021\n• , Akahata\n\n• Ambassador\n• Ukraine\n");
    assert_eq!((empty.genre, empty.paragraphs.len(), empty.topics.len()), (Some("cartoon"), 0, 2));
    assert_eq!(empty.credits.sources, ["Akahata"]);
    let poll = page("Poll\n\n• March 24, 2021\n• , NHK\n\nResults.\n\n• Yes: 45%\n• No: 40%\n");
    assert_eq!(poll.paragraphs, ["Results.", "- Yes: 45%", "- No: 40%"]);
    assert!(read(&["", "print PRINT", ""], 0).is_none());
}

#[test]
fn digests_and_mail() {
    let alert = page(
        "Afternoon Alert   -   Wednesday, January 22, 2020\n\nNoon news\n\nAll networks led with the lighthouse.\n",
    );
    assert_eq!(alert.title, "Afternoon Alert - Wednesday, January 22, 2020");
    assert_eq!(alert.credits.kind, Some("digest"));
    assert_eq!(alert.credits.date.unwrap().date, "2020-01-22");
    let mail = page(
        "From: desk@example.org\nSubject: Lighthouse stays\nDate: Wed, 24 Mar 2021 10:00:00 +0900\n\nThe council voted.\n",
    );
    assert_eq!((mail.title.as_str(), mail.paragraphs.len()), ("Lighthouse stays", 1));
    assert_eq!(mail.credits.date.unwrap().date, "2021-03-24");
}

#[test]
fn bylines_and_datelines() {
    for (text, expected) in [
        ("Tokyo, Oct. 24 (Jiji Press)-The council voted.", Some("Tokyo, Oct. 24 (Jiji Press)")),
        ("MITO-The council voted.", Some("MITO")),
        ("SEOUL - The council voted.", Some("SEOUL")),
        ("U.S.-Japan talks begin.", None),
        ("The council voted - twice.", None),
        ("NATO-led forces left.", None),
    ] {
        assert_eq!(dateline(text).map(|(dateline, _)| dateline), expected, "{text}");
    }
    for (text, expected) in [
        ("By HIROMICHI SAMPLE/ Staff Writer", true),
        ("YUKI SAMPLE, Nikkei staff writer", true),
        ("By the end of the year, all will be well.", false),
        ("By the sea", false),
        ("The mayor, a former writer, said so.", false),
    ] {
        assert_eq!(is_byline(text), expected, "{text}");
    }
}
