//! The grammar of credit lines: a table of variants.

use super::*;

/// Lines of credits, divided by `•`, and what they say.
const VARIANTS: [(&str, &str); 48] = [
    (
        "March 24, 2021 • , The Japan News , 12:54 p.m. • JMH Translation",
        "2021-03-24 | The Japan News | time 12:54 p.m. | translation by JMH",
    ),
    (
        "March 24, 2021 • , The Asahi Shimbun , 3:08 p.m. • English Press",
        "2021-03-24 | The Asahi Shimbun | time 3:08 p.m. | original",
    ),
    ("March 24, 2021 • , Asahi , p. 1 • JMH Summary • ,", "2021-03-24 | Asahi | page p. 1 | summary by JMH"),
    (
        "March 24, 2021 • , Mainichi, Tokyo Shimbun • JMH Summary",
        "2021-03-24 | Mainichi + Tokyo Shimbun | summary by JMH",
    ),
    ("March 24, 2021 • , Okinawa Times, Ryukyu Shimpo • ,", "2021-03-24 | Okinawa Times + Ryukyu Shimpo"),
    (
        "March 24, 2021 • , Asahi, Mainichi, Yomiuri, Nikkei, Sankei, Tokyo Shimbun",
        "2021-03-24 | Asahi + Mainichi + Yomiuri + Nikkei + Sankei + Tokyo Shimbun",
    ),
    (
        "March 24, 2021 • , Yomiuri, Nikkei , Kyodo • JMH Summary",
        "2021-03-24 | Yomiuri + Nikkei + Kyodo | summary by JMH",
    ),
    ("March 24, 2021 • , Asahi , NHK", "2021-03-24 | Asahi + NHK"),
    ("March 24, 2021 • , All national papers • JMH Summary", "2021-03-24 | All national papers | summary by JMH"),
    ("March 24, 2021 • , All newspapers and TV networks", "2021-03-24 | All newspapers and TV networks"),
    ("March 24, 2021 • , Asahi digital , 1:31 a.m.", "2021-03-24 | Asahi | time 1:31 a.m. | edition digital"),
    ("March 24, 2021 • , Hokkaido Shimbun digital", "2021-03-24 | Hokkaido Shimbun | edition digital"),
    ("March 24, 2021 • , Asahi evening edition , p. 1", "2021-03-24 | Asahi | page p. 1 | edition evening edition"),
    (
        "March 24, 2021 • , Mainichi • Evening edition: p. 1",
        "2021-03-24 | Mainichi | page p. 1 | edition Evening edition",
    ),
    ("ASAHI (Internet edition)", "ASAHI | edition Internet edition"),
    ("March 24, 2021 • , Nikkei , p. 27 • JMH Translation", "2021-03-24 | Nikkei | page p. 27 | translation by JMH"),
    ("March 24, 2021 • , Nikkei , pp. 1, 4-7", "2021-03-24 | Nikkei | page pp. 1, 4-7"),
    (
        "March 24, 2021 • , Weekly Sample , [No. 1677] pp. 1, 4-7",
        "2021-03-24 | Weekly Sample | page pp. 1, 4-7 | issue No. 1677",
    ),
    ("March 24, 2021 • , Weekly Sample , No. 12", "2021-03-24 | Weekly Sample | issue No. 12"),
    ("March 24, 2021 • , Weekly Sample , Vol. 3 , p. 2", "2021-03-24 | Weekly Sample | page p. 2 | issue Vol. 3"),
    ("March 24, 2021 • , NHK , 12:00 p.m. • ,", "2021-03-24 | NHK | time 12:00 p.m."),
    ("March 24, 2021 • , Trending@Japan", "2021-03-24 | digest"),
    ("March 24, 2021 • Trending@Japan", "2021-03-24 | digest"),
    ("March 24, 2021 • , Sankei • Translation", "2021-03-24 | Sankei | translation"),
    ("March 24, 2021 • , Sankei • summary", "2021-03-24 | Sankei | summary"),
    ("March 24, 2021", "2021-03-24"),
    ("January 18, 2020 • , Jiji Press , 9:05 a.m. JST", "2020-01-18 | Jiji Press | time 9:05 a.m. JST"),
    ("YOMIURI (Page 2) (Full)", "YOMIURI | page Page 2 | full"),
    ("SANKEI (Page 4) (Abridged slightly)", "SANKEI | page Page 4 | abridged"),
    ("TOKYO SHIMBUN (Page 26) (Excerpts)", "TOKYO SHIMBUN | page Page 26 | excerpts"),
    ("NIKKEI (Pages 1, 4) (Gist)", "NIKKEI | page Pages 1, 4 | gist"),
    ("ASAHI (Abridged)", "ASAHI | abridged"),
    ("The Specimen Times, March 24, 2021", "2021-03-24 | The Specimen Times"),
    ("March 24, 2021, The Specimen Times, p. 3", "2021-03-24 | The Specimen Times | page p. 3"),
    (
        "24 March 2021 • The Specimen Times • Translated by Alex Example",
        "2021-03-24 | The Specimen Times | translation by Alex Example",
    ),
    ("Translated by Alex Example and Bea Sample", "translation by Alex Example + Bea Sample"),
    ("Translation: Alex Example", "translation by Alex Example"),
    ("Harbour Desk Translation", "translation by Harbour Desk"),
    ("2021-03-24 • , The Specimen Times", "2021-03-24 | The Specimen Times"),
    ("2021年3月24日 • 、見本新聞 、朝刊 、3面 • 翻訳", "2021-03-24 | 見本新聞 | page 3面 | edition 朝刊 | translation"),
    ("令和3年3月24日 • 見本新聞", "2021-03-24 | 見本新聞"),
    ("2021年3月24日 • ， 样本日报 ， 第12期 • 摘要", "2021-03-24 | 样本日报 | issue 第12期 | summary"),
    (
        "24. März 2021 • , Muster Zeitung , Seite 3 • Übersetzung",
        "2021-03-24 | Muster Zeitung | page Seite 3 | translation",
    ),
    ("24 mars 2021 • , Le Spécimen , 14:05 • Traduction", "2021-03-24 | Le Spécimen | time 14:05 | translation"),
    ("24 de marzo de 2021 • , El Ejemplo , p. 4", "2021-03-24 | El Ejemplo | page p. 4"),
    ("March 24, 2021 • , Kyodo , 5 p.m.", "2021-03-24 | Kyodo | time 5 p.m."),
    (
        "March 24, 2021 • , The Specimen Times (Washington bureau)",
        "2021-03-24 | The Specimen Times (Washington bureau)",
    ),
    (",", ""),
];

fn told(credits: &PageCredits) -> String {
    let mut out: Vec<String> = Vec::new();
    out.extend(credits.date.as_ref().map(|date| date.date.clone()));
    if !credits.sources.is_empty() {
        out.push(credits.sources.join(" + "));
    }
    for (name, value) in
        [("time", &credits.time), ("page", &credits.page), ("issue", &credits.issue), ("edition", &credits.edition)]
    {
        out.extend(value.iter().map(|value| format!("{name} {value}")));
    }
    out.extend(credits.extent.map(str::to_owned));
    let by =
        if credits.translators.is_empty() { String::new() } else { format!(" by {}", credits.translators.join(" + ")) };
    out.extend(credits.kind.map(|kind| format!("{kind}{by}")));
    out.join(" | ")
}

#[test]
fn every_variant_of_the_grammar() {
    for (text, expected) in VARIANTS {
        let mut credits = PageCredits::default();
        for line in text.split('•') {
            credits.take(line);
        }
        assert_eq!(told(&credits), expected, "{text}");
    }
}

#[test]
fn lines_that_are_certainly_credits() {
    for line in ["March 24, 2021", "YOMIURI (Page 2) (Full)", "The Specimen Times, 12:54 p.m.", "Asahi, p. 1"] {
        assert!(PageCredits::is_certain(line), "{line}");
    }
    for line in [
        "The town council voted on Tuesday.",
        "Council keeps the lighthouse",
        "(1) Council keeps the lighthouse",
        "Noon news",
        "",
        "A meeting on March 24, 2021, was held",
    ] {
        assert!(!PageCredits::is_certain(line), "{line}");
    }
}
