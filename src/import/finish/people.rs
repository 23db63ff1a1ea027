//! The people of all texts: who is the same person, which name they get, and the records of translators. It must not
//! know what else stands in a text.
//!
//! Names with the same address (the usual one of each) are one person, and so are equal names. The most frequent spelling is the name.

use std::collections::BTreeMap;

use crate::base::letter_case::CaseMapping;
use crate::base::limits::NAME_BYTES;
use crate::base::path;
use crate::base::weburl;
use crate::content::content_path::TermKind;
use crate::content::record::free_id;
use crate::import::article_writer::{RecordValues, one_line};
use crate::import::import_map::ImportMap;
use crate::import::imported::{CreditRole, ImportedCredit, ImportedPerson};

/// A name or an address, in the sets of those that belong together.
#[derive(Debug, Default)]
struct NameSets {
    parents: Vec<usize>,
}

impl NameSets {
    fn add(&mut self) -> usize {
        self.parents.push(self.parents.len());
        self.parents.len() - 1
    }

    fn root(&mut self, mut at: usize) -> usize {
        while self.parents[at] != at {
            self.parents[at] = self.parents[self.parents[at]];
            at = self.parents[at];
        }
        at
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.parents[a.max(b)] = a.min(b);
    }
}

/// A person whom the texts name.
#[derive(Clone, Debug, Default)]
struct KnownPerson {
    /// The name that they get.
    label: String,
    names: BTreeMap<String, usize>,
    urls: BTreeMap<String, usize>,
    family: Option<String>,
    translates: bool,
}

/// All people, to look spellings up.
#[derive(Debug, Default)]
pub struct PeopleIndex {
    /// By spelling, as the source has it.
    by_name: BTreeMap<String, usize>,
    people: Vec<KnownPerson>,
}

/// Returns the key of an address: without scheme, `www.` and the slash at its end.
fn url_key(url: &str) -> String {
    let bare = url.trim().split_once("://").map_or(url, |(_, rest)| rest).trim_end_matches('/');
    bare.strip_prefix("www.").unwrap_or(bare).to_lowercase()
}

/// Returns the name of a person with the map's spelling, cut to what a name may have; `None` if nobody is left.
fn spelling(name: &str, map: &ImportMap) -> Option<String> {
    let name = one_line(name);
    let name = map.person(&name).map_or_else(|| name.clone(), one_line);
    let name = name.trim_start_matches('@').trim();
    let cut = name.floor_char_boundary(NAME_BYTES.min(name.len()));
    path::has_slug(&name[..cut]).then(|| name[..cut].to_owned())
}

/// Returns an address that a page may print.
fn printable_url(person: &ImportedPerson) -> Option<&str> {
    person.url.as_deref().map(str::trim).filter(|url| weburl::is_web(url) && !weburl::looks_secret(url))
}

/// Joins names that have the same address. Only the most frequent address of a name counts, since heads are copied and
/// then hold somebody else's address. The address of a whole host is that of an office if three names or more have it.
fn join_by_address(names: &BTreeMap<String, (usize, BTreeMap<String, usize>)>, sets: &mut NameSets) {
    let mut owners: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, urls) in names.values() {
        if let Some(url) = most_frequent(urls) {
            owners.entry(url).or_default().push(*at);
        }
    }
    for (url, owners) in owners {
        if url.contains('/') || owners.len() < 3 {
            owners.windows(2).for_each(|pair| sets.join(pair[0], pair[1]));
        }
    }
}

impl PeopleIndex {
    /// Finds the people of all credits.
    pub fn new<'c>(credits: impl Iterator<Item = &'c ImportedCredit>, map: &ImportMap) -> PeopleIndex {
        let mut sets = NameSets::default();
        let mut names: BTreeMap<String, (usize, BTreeMap<String, usize>)> = BTreeMap::new();
        let mut seen: Vec<(usize, &ImportedCredit, String)> = Vec::new();
        for credit in credits {
            let Some(name) = spelling(&credit.person.name, map) else { continue };
            let (at, urls) = names.entry(name.clone()).or_insert_with(|| (sets.add(), BTreeMap::new()));
            if let Some(url) = printable_url(&credit.person) {
                *urls.entry(url_key(url)).or_default() += 1;
            }
            seen.push((*at, credit, name));
        }
        join_by_address(&names, &mut sets);
        let mut by_root: BTreeMap<usize, usize> = BTreeMap::new();
        let mut index = PeopleIndex::default();
        for (at, credit, name) in seen {
            let root = sets.root(at);
            let person = *by_root.entry(root).or_insert_with(|| {
                index.people.push(KnownPerson::default());
                index.people.len() - 1
            });
            index.by_name.insert(name.clone(), person);
            let known = &mut index.people[person];
            *known.names.entry(name).or_default() += 1;
            if let Some(url) = printable_url(&credit.person) {
                *known.urls.entry(url.to_owned()).or_default() += 1;
            }
            known.translates |= credit.role == CreditRole::Translator;
            if known.family.is_none() {
                known.family.clone_from(&credit.person.family);
            }
        }
        for person in &mut index.people {
            person.label = most_frequent(&person.names).unwrap_or_default().to_owned();
        }
        index
    }

    /// Returns a person as the texts of the site name them; `None` if the map says that it is nobody.
    pub fn named(&self, person: &ImportedPerson, map: &ImportMap) -> Option<ImportedPerson> {
        let name = spelling(&person.name, map)?;
        let known = self.by_name.get(&name).map(|at| &self.people[*at]);
        let url = printable_url(person).map(str::to_owned);
        let url = url.or_else(|| known.and_then(|known| most_frequent(&known.urls)).map(str::to_owned));
        Some(ImportedPerson { name: known.map_or(name, |known| known.label.clone()), url, ..person.clone() })
    }

    /// Returns the records of translators of whom there is more to say than a name, by id.
    pub fn records(&self, letters: CaseMapping) -> BTreeMap<String, RecordValues> {
        let mut records: BTreeMap<String, RecordValues> = BTreeMap::new();
        let id_of = |name: &str| free_id(TermKind::Translator, path::slug_in(name, letters), true);
        let mut taken: BTreeMap<String, usize> = BTreeMap::new();
        for (at, person) in self.people.iter().enumerate() {
            taken.entry(id_of(&person.label)).or_insert(at);
        }
        for (at, person) in self.people.iter().enumerate().filter(|(_, person)| person.translates) {
            let id = id_of(&person.label);
            let mut aliases = Vec::new();
            for name in person.names.keys().filter(|name| **name != person.label) {
                // A name with the same id is the same term without an alias; one of somebody else is theirs.
                if *taken.entry(id_of(name)).or_insert(at) == at && id_of(name) != id {
                    aliases.push(name.clone());
                }
            }
            let url = most_frequent(&person.urls).map(str::to_owned);
            let family = person.family.clone().filter(|family| person.label.contains(family.as_str()));
            if url.is_some() || !aliases.is_empty() || family.is_some() {
                let record = RecordValues { label: person.label.clone(), family, url, aliases };
                records.entry(id).or_insert(record);
            }
        }
        records
    }
}

/// Returns the most frequent text, and of several the first.
fn most_frequent(counts: &BTreeMap<String, usize>) -> Option<&str> {
    let most = counts.values().max()?;
    counts.iter().find(|(_, count)| *count == most).map(|(text, _)| text.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credit(name: &str, url: Option<&str>) -> ImportedCredit {
        let person = ImportedPerson { name: name.into(), url: url.map(Into::into), ..ImportedPerson::default() };
        ImportedCredit { role: CreditRole::Translator, person }
    }

    #[test]
    fn one_address_is_one_person() {
        let credits = [
            credit("geekpi", Some("https://example.org/geekpi")),
            credit("Geek Pi", Some("http://www.example.org/geekpi/")),
            credit("geekpi", None),
            credit("@wxy", None),
            credit("index", None),
        ];
        let map = ImportMap::default();
        let people = PeopleIndex::new(credits.iter(), &map);
        let named = people.named(&credits[1].person, &map).unwrap();
        assert_eq!(named.name, "geekpi");
        assert_eq!(people.named(&credits[3].person, &map).unwrap().name, "wxy");
        let records = people.records(CaseMapping::Plain);
        assert_eq!(records.keys().collect::<Vec<_>>(), ["geekpi"]);
        assert_eq!(records["geekpi"].aliases, ["Geek Pi"]);
        assert_eq!(records["geekpi"].url.as_deref(), Some("http://www.example.org/geekpi/"));
    }

    #[test]
    fn the_map_names_people() {
        let map = ImportMap::parse("[people]\nadmin = \"\"\nltm = \"Ling Tang\"\n").unwrap();
        let credits = [credit("admin", None), credit("LTM", None)];
        let people = PeopleIndex::new(credits.iter(), &map);
        assert_eq!(people.named(&credits[0].person, &map), None);
        assert_eq!(people.named(&credits[1].person, &map).unwrap().name, "Ling Tang");
    }
}
