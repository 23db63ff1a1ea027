//! Where articles and pages stand in the site, and their addresses there: unique, stable from one import to the next.
//! It must not know what stands in them.

use std::collections::{BTreeMap, BTreeSet};

use super::settings::FinishSettings;
use crate::base::config::PermalinkPart;
use crate::base::date;
use crate::base::path;
use crate::content::content_path::{self, ContentPath, TermKind, dated};
use crate::import::imported::{ExtraValue, ImportedText};

/// The place of an article or page. Its pictures are in the folder with the name of its file, so that a text never moves
/// when it gets its first picture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextPlace {
    /// The path without its ending: `content/articles/2021/ministers-meet`.
    pub stem: String,
    /// Its slug, if that is not the name of the file.
    pub slug: Option<String>,
    /// The address on the new site, as a key (`web_path::key`).
    pub address: String,
    /// The file that an export by Recto names, and the folder of its pictures.
    own: Option<(String, String)>,
}

impl TextPlace {
    /// The path of the text in the site's language, or in another one.
    pub fn file(&self, language: Option<&str>) -> String {
        if let Some((file, _)) = self.own.as_ref().filter(|_| language.is_none()) {
            return file.clone();
        }
        match language {
            Some(tag) => format!("{}.{tag}.md", self.stem),
            None => format!("{}.md", self.stem),
        }
    }

    /// The folder of its pictures.
    pub fn folder(&self) -> String {
        self.own.as_ref().map_or_else(|| self.stem.clone(), |(_, folder)| folder.clone())
    }
}

/// Gives out places.
pub struct PlaceBook<'a> {
    settings: &'a FinishSettings<'a>,
    stems: BTreeSet<String>,
    addresses: BTreeSet<String>,
    /// The stems of an earlier import, which nobody else gets.
    kept: BTreeMap<String, String>,
    /// Where the texts of these stems came from.
    keepers: BTreeMap<String, String>,
    /// The next number to try for a name or an address, so that many equal ones cost no more than others.
    numbers: BTreeMap<String, usize>,
}

/// The longest name of a file in bytes, so that a language and an ending fit.
const NAME: usize = 120;

/// Addresses at the top of a site that its own pages have.
const TAKEN: [&str; 8] = ["page", "index", "search", "corrections", "feed", "404", "static", "assets"];

impl<'a> PlaceBook<'a> {
    /// Starts with the places of an earlier import. A text that the source does not have any more keeps none: the same
    /// article may come from another file of the source now.
    pub fn new(settings: &'a FinishSettings<'a>, texts: &[ImportedText]) -> PlaceBook<'a> {
        let present: BTreeSet<&str> = texts.iter().map(|text| text.from.as_str()).collect();
        // A sibling has the stem of its article; `NAME/index.md` has that of `NAME.md`.
        let stem = |file: &String| match content_path::place(file.strip_prefix("content/")?) {
            ContentPath::Article { id } | ContentPath::Sibling { article: id, .. } => {
                Some(format!("content/articles/{id}"))
            }
            ContentPath::Page { path } => Some(format!("content/pages/{path}")),
            _ => None,
        };
        let kept: BTreeMap<String, String> = settings
            .known
            .iter()
            .filter(|(from, _)| present.contains(from.as_str()))
            .filter_map(|(from, file)| Some((from.clone(), stem(file)?)))
            .collect();
        let keepers = kept.iter().map(|(from, stem)| (path::fold(stem), from.clone())).collect();
        let (stems, addresses, numbers) = (BTreeSet::new(), BTreeSet::new(), BTreeMap::new());
        PlaceBook { settings, stems, addresses, kept, keepers, numbers }
    }

    /// Returns the place that a text of an export by Recto names.
    fn own(&mut self, text: &ImportedText, day: Option<&str>) -> Option<TextPlace> {
        let own = text.own.as_ref()?;
        let file = format!("content/{}", own.file);
        if path::check_output_path(&file).is_err() {
            return None;
        }
        let stem = file.strip_suffix(".md")?;
        let stem = stem.strip_suffix("/index").unwrap_or(stem).to_owned();
        let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        if !self.stems.insert(path::fold(&stem)) {
            return None;
        }
        let name = stem.rsplit('/').next().unwrap_or_default();
        let slug = match own.keys.get("slug") {
            Some(ExtraValue::Text(slug)) => slug.clone(),
            _ => path::slug_in(dated(name).map_or(name, |(_, rest)| rest), self.settings.config.letters()),
        };
        let address = match stem.strip_prefix("content/pages/") {
            Some(page) => page.to_owned(),
            None => self.address(&slug, day),
        };
        self.addresses.insert(path::fold(&address));
        Some(TextPlace { stem, slug: None, address: path::fold(&address), own: Some((file, folder)) })
    }

    /// Finds the place of an article with this day. The caller passes articles in a stable order.
    pub fn article(&mut self, text: &ImportedText, day: Option<&str>) -> TextPlace {
        if let Some(own) = self.own(text, day) {
            return own;
        }
        let slug = self.slug(text);
        let year = day.map_or("undated", |day| day.get(..4).unwrap_or("undated"));
        let folder = format!("content/articles/{year}");
        if let Some(kept) = self.kept.get(&text.from).filter(|stem| stem.starts_with("content/articles/")).cloned()
            && self.stems.insert(path::fold(&kept))
        {
            return self.named(kept, slug, day);
        }
        let dated_name = day.map(|day| format!("{day}-{slug}"));
        let base = dated_name.clone().unwrap_or_else(|| slug.clone());
        let names = [Some(slug.clone()).filter(|slug| slug != "index"), dated_name].into_iter().flatten();
        let first = names.map(|name| format!("{folder}/{name}")).find(|stem| self.is_free(stem, &text.from));
        let stem = first.unwrap_or_else(|| {
            let mut n = self.numbers.get(&base).copied().unwrap_or(2);
            while !self.is_free(&format!("{folder}/{base}-{n}"), &text.from) {
                n += 1;
            }
            self.numbers.insert(base.clone(), n + 1);
            format!("{folder}/{base}-{n}")
        });
        self.stems.insert(path::fold(&stem));
        self.named(stem, slug, day)
    }

    /// Returns whether a file can have this name, and no other text has it or had it in an earlier import.
    fn is_free(&self, stem: &str, from: &str) -> bool {
        let key = path::fold(stem);
        path::check_segment(stem.rsplit('/').next().unwrap_or_default()).is_ok()
            && !self.stems.contains(&key)
            && self.keepers.get(&key).is_none_or(|keeper| keeper == from)
    }

    /// Finds a free address for a stem, by another slug if need be.
    fn named(&mut self, stem: String, slug: String, day: Option<&str>) -> TextPlace {
        let mut chosen = slug.clone();
        let mut address = self.address(&chosen, day);
        let first = path::fold(&address);
        let mut n = self.numbers.get(&first).copied().unwrap_or(2);
        while !self.addresses.insert(path::fold(&address)) {
            chosen = format!("{slug}-{n}");
            address = self.address(&chosen, day);
            n += 1;
            self.numbers.insert(first.clone(), n);
        }
        let name = stem.rsplit('/').next().unwrap_or_default();
        let of_name = dated(name).map_or(name, |(_, rest)| rest);
        let same = path::slug_in(of_name, self.settings.config.letters()) == chosen;
        TextPlace { slug: (!same).then_some(chosen), address: path::fold(&address), own: None, stem }
    }

    /// Returns what an article's address will be, with the same text for all sections and sources, so that addresses
    /// that differ only there count as equal.
    fn address(&self, slug: &str, day: Option<&str>) -> String {
        let civil = day.and_then(|day| date::parse(day).ok()).map(|date| date.day());
        let mut out = String::new();
        for part in &self.settings.config.permalink.0 {
            match part {
                PermalinkPart::Text(text) => out.push_str(text),
                PermalinkPart::Date(pattern) | PermalinkPart::Posted(pattern) => {
                    let at = civil.map(|day| day.at(0, 0, 0, 0));
                    out.push_str(&at.and_then(|at| date::strftime(pattern, at).ok()).unwrap_or_default());
                }
                PermalinkPart::Slug => out.push_str(slug),
                PermalinkPart::Section => out.push_str("section"),
                PermalinkPart::Source => out.push_str("source"),
                PermalinkPart::Lang => out.push_str(&self.settings.config.language),
            }
        }
        out
    }

    /// Returns the slug that a text should have: its own, or one of its file, address or title.
    fn slug(&self, text: &ImportedText) -> String {
        let letters = self.settings.config.letters();
        let last = |text: &str| text.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned();
        let file = (!text.from.contains('#')).then(|| {
            let path = text.from.strip_suffix("/index.md").unwrap_or(&text.from);
            let name = last(path);
            let stem = name.split('.').next().unwrap_or(&name);
            dated(stem).map_or(stem, |(_, rest)| rest).to_owned()
        });
        let address = text.addresses.first().map(|address| last(&path::decoded(address)));
        let address = address.map(|name| name.strip_suffix(".html").unwrap_or(&name).to_owned());
        let candidates = [text.slug.as_deref().map(path::decoded), file, address, Some(text.title.clone())];
        let slug = candidates.into_iter().flatten().map(|name| path::slug_in(&name, letters)).find(|slug| {
            path::has_slug(slug) && slug != "index" && !slug.bytes().all(|b| b.is_ascii_digit() || b == b'-')
        });
        let slug = slug.or_else(|| {
            let any = [text.slug.as_deref(), text.from.rsplit('/').next()].into_iter().flatten();
            any.map(|name| path::slug_in(name, letters)).find(|slug| path::has_slug(slug))
        });
        let slug = slug.unwrap_or_else(|| "text".to_owned());
        let cut = slug.floor_char_boundary(NAME.min(slug.len()));
        slug[..cut].trim_end_matches('-').to_owned()
    }

    /// Finds the place of a standalone page, which its address decides. `language` is that of a page in another
    /// language than the site's.
    pub fn page(&mut self, text: &ImportedText, language: Option<&str>) -> TextPlace {
        if let Some(own) = self.own(text, None) {
            return own;
        }
        let letters = self.settings.config.letters();
        let address = text.addresses.first().map(String::as_str).unwrap_or_default();
        let decoded = path::decode_percent(address).unwrap_or_default();
        let bare = decoded.split('?').next().unwrap_or_default().trim_matches('/');
        let bare = bare.strip_suffix("index.html").or_else(|| bare.strip_suffix(".html")).unwrap_or(bare);
        let steps: Vec<String> = bare
            .split('/')
            .map(|step| path::slug_in(step, letters))
            .filter(|step| path::has_slug(step) && step != "index" && path::check_segment(step).is_ok())
            .collect();
        let mut path = if steps.is_empty() || steps.len() > 8 { self.slug(text) } else { steps.join("/") };
        if let Some(tag) = language.filter(|tag| !path.starts_with(&format!("{}/", tag.to_lowercase()))) {
            path = format!("{}/{path}", tag.to_lowercase());
        }
        let top = path.split('/').next().unwrap_or_default();
        let year = top.len() == 4 && top.bytes().all(|b| b.is_ascii_digit());
        if year || TAKEN.contains(&top) || TermKind::ALL.iter().any(|kind| kind.plural() == top) {
            path = format!("about-{path}");
        }
        let kept = self.kept.get(&text.from).and_then(|stem| stem.strip_prefix("content/pages/")).map(str::to_owned);
        let free = |path: &String| !self.addresses.contains(&path::fold(path));
        let numbered = (2..).map(|n| format!("{path}-{n}"));
        let found = kept.into_iter().chain([path.clone()]).chain(numbered).find(free).unwrap_or(path);
        self.addresses.insert(path::fold(&found));
        TextPlace { stem: format!("content/pages/{found}"), slug: None, address: path::fold(&found), own: None }
    }

    /// Returns whether a page of the new site has this address.
    pub fn has_address(&self, key: &str) -> bool {
        self.addresses.contains(key)
    }
}
