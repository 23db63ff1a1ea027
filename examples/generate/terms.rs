//! The sections, tags, sources and translators that articles name, and the records of some of them. Every term
//! knows its id and its spellings, so the counts never depend on a slug function. Ids are chosen so that they are
//! obvious.

use crate::chance::{Chance, Zipf};
use crate::expect::Taxonomy;

/// The credit of articles that name no translator. Only its record maps this label to the id `archive-desk`.
pub const DEFAULT_TRANSLATOR: &str = "The Archive Desk";
const DEFAULT_TRANSLATOR_ID: &str = "archive-desk";

/// The topic bar of every generated site: a tag with many articles, and one without any.
pub const TOPICS: [&str; 2] = ["Harbour accord", "Lighthouse week"];

pub struct Term {
    pub id: String,
    /// Spellings in articles; the first is the usual one.
    spellings: Vec<String>,
}

impl Term {
    fn new(id: impl Into<String>, spellings: &[&str]) -> Term {
        Term { id: id.into(), spellings: spellings.iter().map(|s| s.to_string()).collect() }
    }

    pub fn spelling(&self, chance: &mut Chance) -> &str {
        match self.spellings.len() {
            n if n > 1 && chance.per_mille(120) => &self.spellings[1 + chance.index(n - 1)],
            _ => &self.spellings[0],
        }
    }
}

pub struct Record {
    pub taxonomy: Taxonomy,
    pub id: String,
    pub text: String,
}

pub struct Terms {
    pub tops: Vec<Section>,
    pub tags: Vec<Term>,
    pub sources: Vec<Term>,
    pub translators: Vec<Term>,
    top_ranks: Zipf,
    sub_ranks: Vec<Zipf>,
    tag_ranks: Zipf,
    source_ranks: Zipf,
    translator_ranks: Zipf,
}

pub struct Section {
    term: Term,
    subs: Vec<Term>,
}

impl Terms {
    pub fn new(articles: u64) -> Terms {
        let tops = sections();
        let tags = tags((300 + articles / 200) as usize);
        Terms {
            top_ranks: Zipf::new(tops.len(), 2),
            sub_ranks: tops.iter().map(|top| Zipf::new(top.subs.len(), 1)).collect(),
            tag_ranks: Zipf::new(tags.len(), 3),
            source_ranks: Zipf::new(SOURCES.len(), 2),
            translator_ranks: Zipf::new(TRANSLATORS.len(), 4),
            sources: SOURCES.iter().map(source).collect(),
            translators: TRANSLATORS.iter().map(|name| translator(name)).collect(),
            tops,
            tags,
        }
    }

    /// Returns one section, or two for articles that belong to two. About one in eight is a top-level section.
    pub fn sections_of(&self, chance: &mut Chance) -> Vec<&Term> {
        let first = self.section(chance);
        let second = chance.per_mille(100).then(|| self.section(chance));
        let second = second.filter(|second| second.id != first.id);
        [Some(first), second].into_iter().flatten().collect()
    }

    fn section(&self, chance: &mut Chance) -> &Term {
        let at = self.top_ranks.draw(chance);
        let top = &self.tops[at];
        if chance.per_mille(120) { &top.term } else { &top.subs[self.sub_ranks[at].draw(chance)] }
    }

    /// Returns two to four different tags.
    pub fn tags_of(&self, chance: &mut Chance) -> Vec<&Term> {
        let wanted = chance.between(2, 4) as usize;
        distinct(&self.tags, &self.tag_ranks, wanted, chance)
    }

    pub fn sources_of(&self, wanted: usize, chance: &mut Chance) -> Vec<&Term> {
        distinct(&self.sources, &self.source_ranks, wanted, chance)
    }

    pub fn translators_of(&self, wanted: usize, chance: &mut Chance) -> Vec<&Term> {
        distinct(&self.translators, &self.translator_ranks, wanted, chance)
    }

    pub fn default_translator(&self) -> Term {
        Term::new(DEFAULT_TRANSLATOR_ID, &[DEFAULT_TRANSLATOR])
    }
}

fn distinct<'a>(terms: &'a [Term], ranks: &Zipf, wanted: usize, chance: &mut Chance) -> Vec<&'a Term> {
    let mut drawn = Vec::with_capacity(wanted);
    while drawn.len() < wanted {
        let rank = ranks.draw(chance);
        if !drawn.contains(&rank) {
            drawn.push(rank);
        }
    }
    drawn.into_iter().map(|rank| &terms[rank]).collect()
}

/// Top-level sections (id, label), with the labels of their subsections. A label's id is the label in lower case,
/// with hyphens for everything but letters. One id differs from its label, which only a record can say.
#[rustfmt::skip]
const SECTIONS: &[(&str, &str, [&str; 6])] = &[
    ("international", "International", ["Island States & Straits", "Northern Neighbours", "The Continent", "Trade Blocs", "Treaties", "Crises"]),
    ("politics", "Politics", ["Cabinet", "Assembly", "Elections", "Parties", "Courts", "Local Government"]),
    ("security", "Security", ["Coast Guard", "Bases", "Cyber Defence", "Drills", "Borders", "Police"]),
    ("economy", "Economy", ["Trade", "Fisheries", "Energy", "Finance", "Labour", "Industry"]),
    ("science", "Science", ["Health", "Technology", "Space", "Oceans", "Earthquakes", "Laboratories"]),
    ("society", "Society", ["Youth", "Media", "Ageing", "Families", "Migration", "Disasters"]),
    ("youth-education", "Education", ["Universities", "Study Abroad", "Schools", "Examinations", "Kindergartens", "Libraries"]),
    ("culture", "Culture", ["Theatre", "Books", "Festivals", "Film", "Crafts", "Language"]),
    ("environment", "Environment", ["Coasts", "Forests", "Rivers", "Climate", "Waste", "Wildlife"]),
    ("regions", "Regions", ["Capital District", "North Coast", "Outer Islands", "Highlands", "Southern Ports", "River Plain"]),
    ("sport", "Sport", ["Rowing", "Football", "Athletics", "Winter Sports", "Sailing", "Chess"]),
    ("opinion-polls", "Opinion Polls", ["Party Support", "Approval", "Foreign Policy", "Prices", "Values", "Media Trust"]),
];

fn sections() -> Vec<Section> {
    let top = |(id, label, subs): &(&str, &str, [&str; 6])| {
        let by_label = ascii_id(label) == *id;
        let term =
            |id: String, path: String| if by_label { Term::new(&*id, &[&id, &path]) } else { Term::new(&*id, &[&id]) };
        let below = |sub: &&str| term(format!("{id}/{}", ascii_id(sub)), format!("{label} > {sub}"));
        Section { term: term(id.to_string(), label.to_string()), subs: subs.iter().map(below).collect() }
    };
    SECTIONS.iter().map(top).collect()
}

/// Tags besides the composed ones, from the most to the least frequent: (id, spellings).
const NAMED_TAGS: &[(&str, &[&str])] = &[
    ("harbour-accord", &[TOPICS[0], "harbour accord"]),
    ("拉致問題", &["拉致問題", "Abductions issue"]),
    ("島嶼会議", &["島嶼会議"]),
    ("الميناء", &["الميناء"]),
    ("5g", &["5G"]),
    ("憲法改正", &["憲法改正"]),
    ("énergie-bleue", &["Énergie bleue"]),
    ("مجلس", &["مجلس"]),
    ("2025-census", &["2025 census"]),
    ("粮食安全", &["粮食安全"]),
    ("한류", &["한류"]),
    ("نفط", &["نفط"]),
];

fn tags(count: usize) -> Vec<Term> {
    let all = TAG_FIRST.len() * TAG_SECOND.len();
    // A step without a common factor with `all` visits every pair once, in an order that mixes the letters.
    let composed = (0..all).map(|n| {
        let pair = n * 1009 % all;
        let label = format!("{} {}", TAG_FIRST[pair / TAG_SECOND.len()], TAG_SECOND[pair % TAG_SECOND.len()]);
        let id = ascii_id(&label);
        Term::new(&*id, &[&label, &id, &label.to_lowercase()])
    });
    let mut named = NAMED_TAGS.iter().map(|(id, spellings)| Term::new(*id, spellings));
    let mut tags = Vec::with_capacity(count);
    for term in composed {
        if tags.len() >= count {
            break;
        }
        if tags.len() % 20 == 3 {
            tags.extend(named.next());
        }
        tags.push(term);
    }
    tags.truncate(count);
    tags
}

#[rustfmt::skip]
const TAG_FIRST: &[&str] = &[
    "Airport", "Archive", "Bridge", "Budget", "Canal", "Census", "Child", "Coastal", "Cooperative", "Dairy", "Deep-sea",
    "Digital", "Drought", "Election", "Export", "Factory", "Ferry", "Fishing", "Flood", "Forest", "Fuel", "Glacier", "Grain",
    "Harbour", "Heating", "Hospital", "Housing", "Ice", "Import", "Island", "Joint", "Kelp", "Labour", "Land", "Library",
    "Mackerel", "Maritime", "Medical", "Museum", "Night", "Nuclear", "Oyster", "Patrol", "Pension", "Pilot", "Postal",
    "Quarry", "Radio", "Railway", "Reservoir", "River", "Rural", "Salmon", "School", "Seed", "Shipyard", "Tax", "Tidal",
    "Timber", "Tunnel", "Union", "Vaccine", "Water", "Youth",
];

#[rustfmt::skip]
const TAG_SECOND: &[&str] = &[
    "accounts", "aid", "alliances", "appeals", "archives", "associations", "auctions", "audits", "bans", "bonds", "borders",
    "boards", "campaigns", "charters", "checks", "claims", "closures", "codes", "committees", "compensation", "concessions",
    "conferences", "contracts", "controls", "costs", "councils", "credits", "deadlines", "debts", "defence", "delays",
    "disputes", "donations", "drills", "duties", "exhibitions", "fares", "fees", "forecasts", "fraud", "funds", "guidelines",
    "hearings", "incidents", "inspections", "insurance", "investments", "jobs", "laws", "leases", "lessons", "licences",
    "limits", "lobbies", "maps", "markets", "mergers", "negotiations", "networks", "offices", "patents", "permits", "planning",
    "policy", "prices", "privatisation", "projects", "protests", "quotas", "records", "reforms", "repairs", "research",
    "reserves", "rights", "routes", "safety", "sales", "schedules", "shortages", "strikes", "subsidies", "surveys",
    "technology", "training", "treaties", "trials", "wages", "zones",
];

/// Sources: (id, label, language, other names). Those with other names have a record that lists them. The id of the
/// others is the label in lower case, with hyphens.
const SOURCES: &[(&str, &str, &str, &[&str])] = &[
    ("courier", "The Vesterholm Courier", "ja", &["Vesterholm Courier"]),
    ("hekiwan", "Hekiwan Shinpo", "ja", &["碧湾新報"]),
    ("coast", "Coast Daily", "ja", &["Coast Daily (digital)"]),
    ("ondra-evening-news", "Ondra Evening News", "ja", &[]),
    ("northern-herald", "Northern Herald", "ja", &["The Northern Herald"]),
    ("kirimisawa-nippo", "Kirimisawa Nippo", "ja", &[]),
    ("tarno-wire", "Tarno Wire", "ja", &[]),
    ("lumme-radio-2", "Lumme Radio 2", "ja", &[]),
    ("bridge", "Bridge & Channel", "en", &["Bridge and Channel"]),
    ("白峰時報", "白峰時報", "ja", &[]),
    ("ålesmark-tidning", "Ålesmark Tidning", "sv", &[]),
    ("dureuhang", "Dureuhang Ilbo", "ko", &["두루항일보"]),
    ("kestewick-gazette", "Kestewick Gazette", "en", &[]),
    ("jinghu", "Jinghu Wanbao", "zh-Hans", &["镜湖晚报"]),
    ("صوت-البحر", "صوت البحر", "ar", &[]),
    ("workers", "Workers' Tide", "ja", &["\"Tide\""]),
    ("island-broadcasting", "Island Broadcasting", "ja", &[]),
    ("quarra-economic-review", "Quarra Economic Review", "ja", &[]),
    ("all", "All national papers", "ja", &["All papers"]),
    ("sollaford-messenger", "Sollaford Messenger", "en", &[]),
];

fn source((id, label, _, names): &(&str, &str, &str, &[&str])) -> Term {
    Term { id: id.to_string(), spellings: [&[*label], *names, &[*id]].concat().iter().map(|s| s.to_string()).collect() }
}

/// Translators. An id is the name in lower case with a hyphen.
#[rustfmt::skip]
const TRANSLATORS: &[&str] = &[
    "Maren Torvald", "Ilse Halquist", "Tobin Venere", "Anselm Marasko", "Petra Kelinga", "Joren Brenova", "Salla Dasolin",
    "Minato Ostumi", "Haruo Ruvisaki", "Oksa Salenko", "Lieve Tamander", "Darius Ildarra", "Nadia Norusen", "Emre Falatti",
    "Tamsin Gorebrook", "Ruben Hesteth", "Yuna Jarumi", "Kaito Kovisaki", "Sunniva Lorander", "Idris Mondadze",
    "Leocadia Pasova", "Bram Quilmann", "Odile Raskoux", "Casimir Stenenko", "Ryoko Tolvumi", "Hedda Ulmvald",
    "Matthias Vardere", "Noor Wendarra", "Pelle Ystolin", "Zofia Zellova", "Maren Halymore", "Tobin Ostquist",
    "Petra Venadze", "Salla Marinum", "Haruo Keleto", "Lieve Brenhout", "Nadia Dasgard", "Tamsin Ruvell", "Yuna Salmori",
];

fn translator(name: &str) -> Term {
    Term::new(ascii_id(name), &[name])
}

fn ascii_id(label: &str) -> String {
    let words = label.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("-")
}

/// Returns the records of the archive, including those without any article.
pub fn records() -> Vec<Record> {
    let mut records = section_records();
    for (id, label, lang, names) in SOURCES.iter().filter(|source| !source.3.is_empty()) {
        records.push(source_record(id, label, lang, names));
    }
    records.push(source_record("evening-lantern", "Evening Lantern", "ja", &[]));
    let people = TRANSLATORS.iter().step_by(7).map(|name| (ascii_id(name), *name));
    let desks = [(DEFAULT_TRANSLATOR_ID, DEFAULT_TRANSLATOR), ("night-desk", "The Night Desk")];
    for (id, name) in people.chain(desks.map(|(id, name)| (id.to_string(), name))) {
        let head = format!("label = {}\nlang = \"en\"\n", quoted(name));
        records.push(Record::new(
            Taxonomy::Translators,
            &id,
            &head,
            "Translates for the archive, mostly in the morning.",
        ));
    }
    let tags = [
        ("拉致問題", "label = \"Abductions issue\"\nnative = \"拉致問題\"\nlang = \"ja\"\n"),
        ("harbour-accord", "label = \"Harbour accord\"\n"),
        ("maritime-museum-ships", "label = \"Museum ships\"\n"),
        ("한류", "label = \"한류\"\nlang = \"ko\"\n"),
    ];
    for (id, head) in tags {
        records.push(Record::new(Taxonomy::Tags, id, head, "What the papers wrote about it, in translation."));
    }
    records
}

fn section_records() -> Vec<Record> {
    let mut records = vec![];
    for (order, (id, label, subs)) in SECTIONS.iter().enumerate() {
        let head = format!("label = {}\norder = {}\n", quoted(label), order + 1);
        records.push(Record::new(Taxonomy::Sections, id, &head, &format!("All that the archive has on *{label}*.")));
        for sub in subs.iter().step_by(3) {
            let head = format!("label = {}\ndescription = {}\n", quoted(sub), quoted(&format!("{label}: {sub}")));
            records.push(Record::new(
                Taxonomy::Sections,
                &format!("{id}/{}", ascii_id(sub)),
                &head,
                "A section with a record.",
            ));
        }
    }
    // Neither this section nor its parent, which has no record, has an article.
    records.push(Record::new(Taxonomy::Sections, "supplements/weekend", "label = \"Weekend\"\n", "To come."));
    records
}

fn source_record(id: &str, label: &str, lang: &str, names: &[&str]) -> Record {
    let names: Vec<String> = names.iter().map(|name| quoted(name)).collect();
    let head = format!(
        "label = {}\naliases = [{}]\nlang = \"{lang}\"\nurl = \"https://{}.example/\"\n",
        quoted(label),
        names.join(", "),
        if id.is_ascii() { id } else { "paper" },
    );
    Record::new(Taxonomy::Sources, id, &head, &format!("**{label}** is an invented newspaper.\n\nIt has no readers."))
}

impl Record {
    fn new(taxonomy: Taxonomy, id: &str, head: &str, body: &str) -> Record {
        Record { taxonomy, id: id.to_string(), text: format!("+++\n{head}+++\n\n{body}\n") }
    }
}

/// Returns the text as a quoted string, which TOML and YAML read alike.
pub fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn tags_differ_and_none_is_the_empty_topic() {
        let tags = tags(5300);
        let ids: BTreeSet<&str> = tags.iter().map(|tag| tag.id.as_str()).collect();
        assert_eq!((tags.len(), ids.len()), (5300, 5300));
        assert!(NAMED_TAGS.iter().all(|(id, _)| ids.contains(id)));
        assert!(!ids.contains("lighthouse-week") && !ids.contains("maritime-museum-ships"));
    }

    #[test]
    fn a_source_without_a_record_is_found_by_its_label() {
        let recorded: BTreeSet<String> = records().into_iter().map(|record| record.id).collect();
        for (id, label, _, names) in SOURCES.iter().filter(|source| !recorded.contains(source.0)) {
            assert_eq!((*id, names.len()), (label.to_lowercase().replace(' ', "-").as_str(), 0));
        }
    }
}
