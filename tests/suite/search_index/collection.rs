//! A collection of random items in several scripts, its edits, and a plain reader of an index.

use std::collections::BTreeMap;

use recto::base::digest::Digest;
use recto::content::search::text_terms::Strength;
use recto::search::coded_terms::CodedTerms;
use recto::search::collection::{Collection, Place, SearchItem};
use recto::search::entry::ReadEntry;
use recto::search::file_head::{IndexFileKind, body_of};
use recto::search::list::{self, Posting};
use recto::search::{packed, piece};

/// A small generator of random numbers.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    pub fn below(&mut self, end: u32) -> u32 {
        (self.next() >> 16) as u32 % end.max(1)
    }

    /// A number below `end`, of which small ones are frequent.
    fn skewed(&mut self, end: u32) -> u32 {
        let share = f64::from(self.below(10_000)) / 10_000.0;
        (share * share * share * f64::from(end)) as u32
    }
}

const STRENGTHS: [Strength; 4] = [Strength::Once, Strength::Few, Strength::Many, Strength::Title];
const PLACES: [Place; 3] = [Place::Text, Place::Original, Place::Both];
const LANGUAGES: [&str; 8] = ["en", "ja", "fr", "ru", "de-AT", "ko", "ar", "pt-BR"];

#[derive(Clone, Debug)]
pub struct ModelItem {
    published: bool,
    address: String,
    title: String,
    language: &'static str,
    original: Option<&'static str>,
    facets: Vec<String>,
    terms: BTreeMap<String, (Strength, Place)>,
}

/// Items in order.
#[derive(Clone)]
pub struct Library {
    items: Vec<ModelItem>,
    digests: Vec<Digest>,
    next: u32,
}

/// A word of several hundred: forms of the same stems, ideographs, Hangul, Arabic, numbers, quantities.
fn word(number: u32) -> String {
    let stem = ["harbour", "fog", "ferr", "газет", "мост", "bateau", "strasse", "porto", "tide", "vot"];
    let end = ["", "s", "ed", "ing", "а", "у", "ы", "en", "x"];
    let character = |base: u32, n: u32| char::from_u32(base + n).expect("a character");
    match number % 6 {
        0 | 1 => format!("{}{}", stem[(number / 6) as usize % 10], end[(number / 60) as usize % 9]),
        2 => [character(0x4e00, number % 37), character(0x6c34, number % 23)].iter().collect(),
        3 => [character(0xac00, number % 41), character(0xb098, number % 17)].iter().collect(),
        4 => [character(0x0628, number % 9), character(0x0631, number % 11), 'ا'].iter().collect(),
        _ => {
            if number.is_multiple_of(2) {
                format!("{}", 1000 + number)
            } else {
                format!("#{number}e3")
            }
        }
    }
}

impl ModelItem {
    fn random(random: &mut Random, number: u32) -> ModelItem {
        let mut terms = BTreeMap::new();
        for _ in 0..random.below(40) {
            terms.insert(word(random.skewed(700)), kind(random));
        }
        let language = LANGUAGES[random.skewed(8) as usize];
        let original = (random.below(3) > 0).then(|| LANGUAGES[random.below(8) as usize]);
        let mut facets = vec![format!("\u{1}lang:{language}"), format!("\u{1}src:s{}", random.skewed(5))];
        facets.push(format!("\u{1}y:{}", 1990 + number / 40));
        facets.extend(original.map(|tag| format!("\u{1}lang:{tag}")));
        // Longer than a name of a file could hold; two of them are the same where they are cut.
        if random.below(9) == 0 {
            facets.extend([format!("\u{1}tag:{}", "é".repeat(80)), format!("\u{1}tag:{}x", "é".repeat(80))]);
        }
        facets.sort();
        facets.dedup();
        ModelItem {
            published: random.below(12) > 0,
            address: format!("/2021/item-{number}/"),
            title: format!("Item {number}\tof\nmany"),
            language,
            original,
            facets,
            terms,
        }
    }
}

fn kind(random: &mut Random) -> (Strength, Place) {
    (STRENGTHS[random.skewed(4) as usize], PLACES[random.skewed(3) as usize])
}

impl Library {
    pub fn random(random: &mut Random, count: u32) -> Library {
        let mut library = Library { items: Vec::new(), digests: Vec::new(), next: 0 };
        for _ in 0..count {
            library.append(random);
        }
        library
    }

    pub fn append(&mut self, random: &mut Random) {
        self.insert(random, self.items.len());
    }

    fn insert(&mut self, random: &mut Random, at: usize) {
        self.next += 1;
        self.items.insert(at, ModelItem::random(random, self.next));
        self.digests.insert(at, Digest::default());
        self.digest_again(at);
    }

    fn digest_again(&mut self, at: usize) {
        self.digests[at] = Digest::of_debug(&self.items[at]);
    }

    /// Replaces so many words of an item by others.
    pub fn replace_words(&mut self, random: &mut Random, item: u32, count: u32) {
        let terms = &mut self.items[item as usize].terms;
        for _ in 0..count {
            let gone = terms.keys().nth(random.below(terms.len() as u32) as usize).cloned();
            gone.map(|term| terms.remove(&term));
            terms.insert(word(random.skewed(700)), kind(random));
        }
        self.digest_again(item as usize);
    }

    pub fn title(&mut self, item: u32, title: &str) {
        self.items[item as usize].title = title.to_owned();
        self.items[item as usize].published = true;
        self.digest_again(item as usize);
    }

    pub fn publish(&mut self, item: u32, published: bool) {
        self.items[item as usize].published = published;
        self.digest_again(item as usize);
    }

    /// Does something that an editor may do.
    pub fn edit(&mut self, random: &mut Random) {
        let count = self.items.len() as u32;
        if count == 0 {
            return self.append(random);
        }
        let item = random.below(count);
        let at = item as usize;
        match random.below(12) {
            0..4 => {
                let words = random.below(6);
                self.replace_words(random, item, words);
            }
            4 => self.items[at].title.push_str(" again"),
            5 => self.items[at].language = LANGUAGES[random.below(8) as usize],
            6 => self.items[at].published = !self.items[at].published,
            7 => self.append(random),
            8 => self.insert(random, at),
            9 => {
                self.items.remove(at);
                self.digests.remove(at);
                return;
            }
            10 => {
                // A source gets another id.
                for at in 0..self.items.len() {
                    let facets = &mut self.items[at].facets;
                    facets.iter_mut().filter(|facet| facet.contains("src:s1")).for_each(|facet| facet.push('x'));
                    self.digest_again(at);
                }
            }
            _ => {
                self.items[at].terms.clear();
                for _ in 0..30 {
                    self.items[at].terms.insert(word(random.skewed(700)), kind(random));
                }
            }
        }
        self.digest_again(at);
    }

    /// Passes every term that the index should have, with the number of the item and the kind of the posting.
    pub fn each_posting(&self, mut each: impl FnMut(&str, (u32, u8))) {
        for (number, item) in (0..).zip(&self.items).filter(|(_, item)| item.published) {
            let mut last = "";
            for facet in &item.facets {
                let cut = &facet[..facet.floor_char_boundary(120)];
                let original = facet.strip_prefix("\u{1}lang:").is_some_and(|tag| tag != item.language);
                let place = if original { Place::Original } else { Place::Text };
                if cut != last {
                    each(cut, (number, Posting::new(0, Strength::Once, place).kind()));
                }
                last = cut;
            }
            for (term, (strength, place)) in &item.terms {
                each(term, (number, Posting::new(0, *strength, *place).kind()));
            }
        }
    }

    /// Returns the lines that the files of items should have.
    pub fn lines(&self) -> String {
        let line = |item: &ModelItem| {
            let language = if item.language == "en" { String::new() } else { format!("\t{}", item.language) };
            let title = item.title.replace(['\t', '\n'], " ");
            if item.published { format!("{}\t{title}{language}\n", item.address) } else { "\n".to_owned() }
        };
        self.items.iter().map(line).collect()
    }
}

impl Collection for Library {
    fn count(&self) -> u32 {
        self.items.len() as u32
    }

    fn item(&self, number: u32) -> Option<SearchItem<'_>> {
        let item = &self.items[number as usize];
        item.published.then(|| SearchItem {
            address: item.address.clone(),
            title: &item.title,
            language: item.language,
            original_language: item.original,
        })
    }

    fn digest(&self, number: u32) -> Digest {
        self.digests[number as usize]
    }

    fn facets(&self, number: u32, each: &mut dyn FnMut(&str)) {
        self.items[number as usize].facets.iter().for_each(|facet| each(facet));
    }

    fn terms(&self, number: u32, each: &mut dyn FnMut(&str, Strength, Place)) {
        let item = &self.items[number as usize];
        if item.published {
            item.terms.iter().for_each(|(term, (strength, place))| each(term, *strength, *place));
        }
    }
}

/// Reads all lists of an index, with the numbers of all items.
pub fn read_index(files: &BTreeMap<String, Vec<u8>>, entry: &ReadEntry) -> BTreeMap<String, Vec<(u32, u8)>> {
    let mut out: BTreeMap<String, Vec<(u32, u8)>> = BTreeMap::new();
    let mut add = |terms: &CodedTerms, start: u32, size: u32| {
        for at in 0..terms.len() {
            let mut postings = Vec::new();
            list::decode(terms.list(at), terms.frequency(at), size, &mut postings).expect("a list can be read");
            let postings = postings.into_iter().map(|posting| (posting.item() + start, posting.kind()));
            out.entry(terms.term(at).to_owned()).or_default().extend(postings);
        }
    };
    let tiers = entry.tiers;
    let starts =
        [(0, tiers.base_end, 'b', IndexFileKind::Base), (tiers.base_end, tiers.middle_end, 'm', IndexFileKind::Middle)];
    for ((start, end, folder, kind), pieces) in starts.into_iter().zip(&entry.pieces) {
        for (first, check) in pieces {
            let name: String = first.bytes().map(|byte| format!("{byte:02x}")).collect();
            let file = &files[&format!("{folder}/{name}.bin")];
            assert_eq!(file[4..9], *check);
            let mut terms = CodedTerms::default();
            piece::decode(body_of(kind, file).expect("the head fits"), end - start, &mut terms)
                .expect("a piece can be read");
            assert_eq!(terms.term(0), first);
            add(&terms, start, end - start);
        }
    }
    add(&entry.fresh, tiers.middle_end, tiers.fresh().len() as u32);
    out
}

/// Reads the lines of all items.
pub fn lines(files: &BTreeMap<String, Vec<u8>>, entry: &ReadEntry) -> String {
    let mut out = String::new();
    for (number, check) in entry.item_files.iter().enumerate() {
        let file = &files[&format!("d/{number}.bin")];
        assert_eq!(file[4..9], *check);
        let text =
            packed::unpack(body_of(IndexFileKind::Items, file).expect("the head fits"), 1 << 20).expect("it unpacks");
        out.push_str(std::str::from_utf8(&text).expect("lines are text"));
    }
    out + &entry.fresh_lines
}
