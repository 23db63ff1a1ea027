//! The expected result of a build, computed from the contract alone: counts articles by terms and days, and applies
//! the arithmetic of listings. It knows neither how articles are written nor how a build works, and shares no code
//! with the library. If the two disagree, one of them is wrong.

use crate::calendar::Day;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Taxonomy {
    Sections,
    Tags,
    Sources,
    Translators,
}

impl Taxonomy {
    pub const ALL: [Taxonomy; 4] = [Taxonomy::Sections, Taxonomy::Tags, Taxonomy::Sources, Taxonomy::Translators];

    pub fn name(self) -> &'static str {
        ["sections", "tags", "sources", "translators"][self as usize]
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Published,
    Draft,
    Future,
    Expired,
}

/// What the counts need to know of an article. The ids within one taxonomy are distinct.
pub struct Facts<'a> {
    pub fate: Fate,
    pub day: Day,
    /// Ids, in the order of `Taxonomy::ALL`; sections as written, without their ancestors.
    pub terms: [Vec<&'a str>; 4],
    pub original: bool,
    /// Siblings besides the original.
    pub translations: u64,
    pub aliases: u64,
    /// Assets that the article refers to.
    pub assets: u64,
}

/// With more terms than this, the index of a taxonomy has a page for each letter.
const LETTERS_ABOVE: usize = 500;
const SITEMAP_LIMIT: u64 = 50_000;

#[derive(Default)]
pub struct Expect {
    per_page: u64,
    pub orphans: u64,
    pub pages: u64,
    fates: [u64; 4],
    originals: u64,
    translations: u64,
    aliases: u64,
    assets: u64,
    terms: [BTreeMap<String, u64>; 4],
    years: BTreeMap<u16, u64>,
    months: BTreeMap<(u16, u8), u64>,
    days: BTreeMap<Day, u64>,
    addresses: BTreeMap<(u16, u8), u64>,
}

/// Names and numbers, in the order in which they are shown.
pub type Counts = Vec<(String, u64)>;

impl Expect {
    pub fn new(per_page: u64) -> Expect {
        Expect { per_page, ..Expect::default() }
    }

    /// Adds a term that exists without an article, and its ancestors.
    pub fn term(&mut self, taxonomy: Taxonomy, id: &str) {
        for path in with_ancestors(taxonomy, id) {
            count(&mut self.terms[taxonomy as usize], path, 0);
        }
    }

    pub fn article(&mut self, facts: &Facts) {
        self.fates[facts.fate as usize] += 1;
        if facts.fate != Fate::Published {
            return;
        }
        self.originals += u64::from(facts.original);
        self.translations += facts.translations;
        self.aliases += facts.aliases;
        self.assets += facts.assets;
        for taxonomy in Taxonomy::ALL {
            // A set: an article in two sections of one parent is in the parent once.
            let ids = &facts.terms[taxonomy as usize];
            let listed: BTreeSet<&str> = ids.iter().flat_map(|id| with_ancestors(taxonomy, id)).collect();
            for id in listed {
                count(&mut self.terms[taxonomy as usize], id, 1);
            }
        }
        let Day { year, month, .. } = facts.day;
        *self.years.entry(year).or_default() += 1;
        *self.months.entry((year, month)).or_default() += 1;
        *self.days.entry(facts.day).or_default() += 1;
        *self.addresses.entry((year, month)).or_default() += 1 + facts.translations;
    }

    pub fn inputs(&self) -> Counts {
        let [published, drafts, future, expired] = self.fates;
        let originals = self.originals;
        let orphans = self.orphans;
        named(&[
            ("published", published),
            ("drafts", drafts),
            ("future", future),
            ("expired", expired),
            ("originals", originals),
            ("orphan siblings", orphans),
        ])
    }

    pub fn outputs(&self) -> Counts {
        let published = self.fates[Fate::Published as usize];
        let mut outputs = named(&[("articles", published), ("translations", self.translations), ("pages", self.pages)]);
        let mut stubs = 0;
        let mut listing = |name: &str, lengths: Vec<u64>| {
            let numbered = |n: &u64| (n / self.per_page).saturating_sub(1);
            outputs.push((name.to_string(), lengths.len() as u64));
            outputs.push((format!("{name}.numbered"), lengths.iter().map(numbered).sum()));
            stubs += lengths.iter().filter(|n| numbered(n) > 0).count() as u64;
        };
        listing("home", vec![published]);
        for taxonomy in Taxonomy::ALL {
            listing(taxonomy.name(), self.terms[taxonomy as usize].values().copied().collect());
        }
        listing("years", self.years.values().copied().collect());
        listing("months", self.months.values().copied().collect());
        listing("days", self.days.values().copied().collect());
        let letters: usize = self.terms.iter().map(letter_pages).sum();
        let terms: usize = self.terms.iter().map(BTreeMap::len).sum();
        let sitemaps: u64 = self.addresses.values().map(|n| n.div_ceil(SITEMAP_LIMIT)).sum();
        outputs.extend(named(&[
            ("page stubs", stubs),
            ("term indexes", (Taxonomy::ALL.len() + letters) as u64),
            ("archive", 1),
            ("404", 1),
            ("feeds", 1 + terms as u64),
            ("sitemaps", 2 + sitemaps),
            ("robots", 1),
            ("redirects", self.aliases),
            ("assets", self.assets),
        ]));
        outputs.push(("total".to_string(), outputs.iter().map(|(_, n)| n).sum()));
        outputs
    }
}

fn named(counts: &[(&str, u64)]) -> Counts {
    counts.iter().map(|(name, n)| (name.to_string(), *n)).collect()
}

fn count(terms: &mut BTreeMap<String, u64>, id: &str, by: u64) {
    match terms.get_mut(id) {
        Some(n) => *n += by,
        None => drop(terms.insert(id.to_string(), by)),
    }
}

/// Returns a section and its ancestors; any other term alone.
fn with_ancestors(taxonomy: Taxonomy, id: &str) -> impl Iterator<Item = &str> {
    let slashes = id.match_indices('/').map(|(at, _)| at).filter(move |_| taxonomy == Taxonomy::Sections);
    slashes.chain([id.len()]).map(|end| &id[..end])
}

fn letter_pages(terms: &BTreeMap<String, u64>) -> usize {
    let letters: BTreeSet<String> = terms.keys().filter_map(|id| id.chars().next()).map(letter).collect();
    if terms.len() > LETTERS_ABOVE { letters.len() } else { 0 }
}

/// Returns the letter under which an index lists an id with this first character. Kana, which are listed by their
/// row, do not occur here.
fn letter(first: char) -> String {
    match first {
        '0'..='9' => "0-9".to_string(),
        'à'..='å' => "a".to_string(),
        'è'..='ë' => "e".to_string(),
        '\u{ac00}'..='\u{d7a3}' => format!("initial {}", (first as u32 - 0xac00) / 588),
        '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' => "Han".to_string(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Day = Day { year: 2021, month: 3, day: 24 };

    fn facts<'a>(sections: &[&'a str]) -> Facts<'a> {
        let terms = [sections.to_vec(), vec![], vec!["courier"], vec!["desk"]];
        Facts { fate: Fate::Published, day: DAY, terms, original: false, translations: 0, aliases: 0, assets: 0 }
    }

    fn get(counts: &Counts, name: &str) -> u64 {
        counts.iter().find(|(key, _)| key == name).expect("a count of this name").1
    }

    #[test]
    fn twelve_articles_five_a_page() {
        let mut expect = Expect::new(5);
        expect.term(Taxonomy::Sections, "supplements/weekend");
        (0..12).for_each(|_| expect.article(&facts(&["economy/trade", "economy/energy"])));
        expect.article(&Facts { fate: Fate::Draft, ..facts(&["politics"]) });
        let outputs = expect.outputs();
        assert_eq!((get(&outputs, "articles"), get(&outputs, "home.numbered")), (12, 1));
        // economy, trade and energy with twelve each; supplements and weekend with none
        assert_eq!((get(&outputs, "sections"), get(&outputs, "sections.numbered")), (5, 3));
        assert_eq!((get(&outputs, "days"), get(&outputs, "days.numbered")), (1, 1));
        // home, three sections, a source, a translator, year, month, day
        assert_eq!((get(&outputs, "page stubs"), get(&outputs, "feeds"), get(&outputs, "sitemaps")), (9, 8, 3));
    }

    #[test]
    fn letters_only_above_the_limit() {
        let mut expect = Expect::new(50);
        (0..499).for_each(|n| expect.term(Taxonomy::Tags, &format!("t{n}")));
        expect.term(Taxonomy::Tags, "拉致問題");
        assert_eq!(get(&expect.outputs(), "term indexes"), 4);
        expect.term(Taxonomy::Tags, "énergie");
        assert_eq!(get(&expect.outputs(), "term indexes"), 7);
    }
}
