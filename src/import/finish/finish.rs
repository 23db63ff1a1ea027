//! Conducts the steps from what a format has read to the files of a site.

use std::collections::BTreeMap;
use std::ops::Range;

use super::asset_files::{self, AssetUses};
use super::body_links;
use super::counts::ImportCounts;
use super::groups::{self, TextGroup};
use super::languages::{LanguageNames, is_same};
use super::link_index::{LinkEnd, LinkIndex, LinkPlace};
use super::old_addresses::{AliasBook, AliasRefusal};
use super::own_files;
use super::people::PeopleIndex;
use super::places::{PlaceBook, TextPlace};
use super::repair;
use super::settings::FinishSettings;
use super::values::{TextFamily, ValueMaker, clean_body};
use super::web_path;
use crate::import::article_writer::{FileForm, FileValues, record_file, text_file};
use crate::import::imported::{ExtraValue, Imported, ImportedText, Publication};
use crate::import::notes::{Note, NoteKind, Notes};
use crate::import::source::Source;

/// A file of the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FinishedFile {
    pub path: String,
    /// The text of the source that it comes from; for a record, what it is.
    pub from: String,
    pub text: String,
}

/// A file that is copied from the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FinishedAsset {
    pub path: String,
    pub from: String,
}

/// What an import makes.
#[derive(Debug, Default)]
pub struct FinishedSite {
    /// Sorted by path.
    pub files: Vec<FinishedFile>,
    pub assets: Vec<FinishedAsset>,
    pub notes: Notes,
    pub counts: ImportCounts,
}

/// A destination in a body, and where it leads.
type FoundLink = (Range<usize>, LinkEnd);

/// The texts of a source on their way to files.
struct Finisher<'a> {
    imported: &'a Imported,
    source: &'a Source<'a>,
    settings: &'a FinishSettings<'a>,
    languages: Vec<String>,
    groups: Vec<TextGroup>,
    /// The clean body of each text, until it is written.
    bodies: Vec<String>,
    links: Vec<Vec<FoundLink>>,
    uses: AssetUses,
    /// Where each text stands.
    files: Vec<String>,
    assets: BTreeMap<String, String>,
    maker: ValueMaker<'a>,
}

/// Makes the files of a site from an import.
pub fn finish(mut imported: Imported, source: &Source, settings: &FinishSettings) -> FinishedSite {
    let notes = std::mem::take(&mut imported.notes);
    // Bodies are most of what there is, so none is kept twice.
    let bodies = imported.texts.iter_mut().map(|text| std::mem::take(&mut text.body)).collect();
    let imported = &imported;
    let people = PeopleIndex::new(imported.texts.iter().flat_map(|text| text.credits.iter()), settings.map);
    let site_title = imported.site.title.as_deref();
    let maker = ValueMaker {
        settings,
        people: &people,
        site_title,
        source_language: None,
        notes,
        counts: ImportCounts::default(),
    };
    let mut finisher = Finisher {
        imported,
        source,
        settings,
        languages: Vec::new(),
        groups: Vec::new(),
        bodies,
        links: Vec::new(),
        uses: AssetUses::default(),
        files: vec![String::new(); imported.texts.len()],
        assets: BTreeMap::new(),
        maker,
    };
    finisher.find_languages();
    finisher.groups = groups::group(&imported.texts, &finisher.languages, &settings.config.language);
    finisher.find_links();
    finisher.check_assets();
    let values = finisher.values();
    let (places, book) = finisher.place(&values);
    finisher.write(values, &places, &book, &people)
}

/// Returns the addresses that led to a text. Those of an export by Recto are the addresses that the site itself gives,
/// except for the aliases of articles and pages.
fn old_addresses(text: &ImportedText) -> impl Iterator<Item = &String> {
    let given = match &text.own {
        None => 0,
        Some(own) if own.is_sibling => usize::MAX,
        Some(_) => 1,
    };
    text.addresses.iter().skip(given)
}

impl<'a> Finisher<'a> {
    /// Finds the tag of each text's language.
    fn find_languages(&mut self) {
        let mut names = LanguageNames::default();
        let of_site = self.imported.site.language.as_deref().and_then(|name| names.tag(name, self.settings.map));
        self.maker.source_language.clone_from(&of_site);
        let usual = of_site.unwrap_or_else(|| self.settings.config.language.clone());
        for text in &self.imported.texts {
            let said = text.language.as_deref().filter(|name| !name.trim().is_empty());
            let tag = said.map(|name| names.tag(name, self.settings.map));
            if let Some(None) = tag {
                let name = said.unwrap_or_default();
                self.maker.note(
                    NoteKind::LeftOut,
                    "the name of a language; give it a tag in `[languages]` of the map",
                    text,
                    name,
                );
            }
            self.languages.push(tag.flatten().unwrap_or_else(|| usual.clone()));
        }
    }

    /// Finds where the links of all bodies lead, and the files in use.
    fn find_links(&mut self) {
        let index = LinkIndex::new(self.imported, self.settings);
        let mut group_of = vec![0; self.imported.texts.len()];
        for (at, group) in self.groups.iter().enumerate() {
            group.members().for_each(|member| group_of[member] = at);
        }
        for (at, text) in self.imported.texts.iter().enumerate() {
            let group = &self.groups[group_of[at]];
            let (body, odd) = clean_body(std::mem::take(&mut self.bodies[at]));
            if odd > 0 {
                self.maker.note(NoteKind::LeftOut, "control characters", text, &format!("{odd} characters"));
            }
            let mut original = text.original.url.as_deref();
            original = original.or_else(|| self.imported.texts[group.base].original.url.as_deref());
            let place = LinkPlace::of(text, original);
            let mut found = Vec::new();
            for link in body_links::find(&body) {
                let end = index.find(&place, &link.dest);
                if let LinkEnd::Asset(asset) = &end {
                    self.uses.add(asset, group_of[at]);
                }
                if end != LinkEnd::Keep {
                    found.push((link.at, end));
                }
            }
            if let Some(LinkEnd::Asset(asset)) = text.cover.as_deref().map(|cover| index.find(&place, cover)) {
                self.uses.add(&asset, group_of[at]);
            }
            self.bodies[at] = body;
            self.links.push(found);
        }
    }

    /// Takes out files that may not stand in a site.
    fn check_assets(&mut self) {
        let used: Vec<String> = self.uses.files().map(str::to_owned).collect();
        for asset in used {
            match asset_files::check(self.source, &asset) {
                Ok(None) => {}
                Ok(Some(ending)) => self.uses.rename(&asset, ending),
                Err(why) => {
                    self.uses.remove(&asset);
                    let subject = "a file, which stays out of the site";
                    self.maker.notes.add(Note::new(NoteKind::LeftOut, subject, asset, why));
                }
            }
        }
    }

    /// Makes the values of each group's article or page.
    fn values(&mut self) -> Vec<FileValues> {
        let groups = std::mem::take(&mut self.groups);
        let values = groups.iter().map(|group| {
            let text = &self.imported.texts[group.base];
            if text.own.is_some() {
                return self.maker.own(text);
            }
            if text.publication == Publication::Page {
                return self.maker.page(text);
            }
            if group.orphaned {
                return self.maker.sibling(text);
            }
            let original = group.original.map(|at| (&self.imported.texts[at], self.languages[at].as_str()));
            let language = self.languages[group.base].as_str();
            let values = self.maker.article(&TextFamily { text, group, original, language });
            self.maker.count_credits(&values);
            values
        });
        let values = values.collect();
        self.groups = groups;
        values
    }

    /// Finds the place of every text and file.
    fn place(&mut self, values: &[FileValues]) -> (Vec<TextPlace>, PlaceBook<'a>) {
        let mut book = PlaceBook::new(self.settings, &self.imported.texts);
        let day = |at: usize| values[at].date.clone().or_else(|| self.day_of(self.groups[at].base));
        let mut order: Vec<usize> = (0..self.groups.len()).collect();
        order.sort_by_cached_key(|at| (day(*at), self.imported.texts[self.groups[*at].base].from.clone()));
        let mut places = vec![TextPlace::default(); self.groups.len()];
        for at in order {
            let text = &self.imported.texts[self.groups[at].base];
            places[at] = match text.publication {
                Publication::Page => {
                    let language = self.languages[self.groups[at].base].as_str();
                    let other = !is_same(language, &self.settings.config.language);
                    book.page(text, other.then_some(language))
                }
                _ => book.article(text, day(at).as_deref()),
            };
        }
        for (group, place) in self.groups.iter().zip(&places) {
            self.files[group.base] = place.file(group.orphaned.then(|| self.languages[group.base].as_str()));
            for (member, language) in &group.beside {
                let own = self.imported.texts[*member].own.as_ref().filter(|own| own.is_sibling);
                let own = own
                    .map(|own| format!("content/{}", own.file))
                    .filter(|file| is_beside(file, &self.files[group.base]));
                self.files[*member] = own.unwrap_or_else(|| place.file(Some(language)));
            }
        }
        self.assets = self.uses.places(&|group| places[group].folder());
        (places, book)
    }

    /// The day of a text that is no article.
    fn day_of(&self, text: usize) -> Option<String> {
        let text = &self.imported.texts[text];
        let written = text.date.as_deref().or(text.posted.as_deref())?;
        crate::base::date::parse(written).ok().map(|date| date.day().to_string())
    }

    /// Writes all files.
    fn write(
        mut self,
        values: Vec<FileValues>,
        places: &[TextPlace],
        book: &PlaceBook,
        people: &PeopleIndex,
    ) -> FinishedSite {
        let mut files = Vec::new();
        let mut aliases = AliasBook::default();
        let groups = std::mem::take(&mut self.groups);
        for ((group, place), mut values) in groups.iter().zip(places).zip(values) {
            let base = &self.imported.texts[group.base];
            let form = match base.publication {
                Publication::Page => FileForm::Page,
                _ if group.orphaned => FileForm::Sibling,
                _ => FileForm::Article,
            };
            values.slug.clone_from(&place.slug);
            if form != FileForm::Sibling {
                let old =
                    group.members().flat_map(|at| old_addresses(&self.imported.texts[at]).map(move |old| (at, old)));
                values.aliases = self.aliases(&mut aliases, old.collect(), place, book);
            }
            self.count(group, form, &values);
            self.cover(group.base, &mut values);
            self.text(group.base, form, &values, &mut files);
            for (member, _) in &group.beside {
                let values = self.maker.sibling(&self.imported.texts[*member]);
                self.text(*member, FileForm::Sibling, &values, &mut files);
            }
        }
        let exported = self.imported.texts.iter().any(|text| text.own.is_some());
        let records = if exported { BTreeMap::new() } else { people.records(self.settings.config.letters()) };
        for (id, record) in records {
            let path = format!("content/translators/{id}.md");
            let repaired = repair::repair(&path, record_file(&record), self.settings.config);
            if repaired.refused.is_none() {
                self.maker.counts.records += 1;
                files.push(FinishedFile {
                    path,
                    from: format!("the translator {}", record.label),
                    text: repaired.text,
                });
            }
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let mut assets: Vec<FinishedAsset> =
            self.assets.iter().map(|(from, path)| FinishedAsset { path: path.clone(), from: from.clone() }).collect();
        self.maker.counts.assets = assets.len();
        let own = own_files::of(self.source, self.settings).into_iter();
        assets.extend(own.map(|(path, from)| FinishedAsset { path, from }));
        assets.sort_by(|a, b| a.path.cmp(&b.path));
        assets.dedup_by(|a, b| a.path == b.path);
        FinishedSite { files, assets, notes: self.maker.notes, counts: self.maker.counts }
    }

    fn count(&mut self, group: &TextGroup, form: FileForm, values: &FileValues) {
        let counts = &mut self.maker.counts;
        counts.aliases += values.aliases.len();
        counts.drafts += usize::from(values.draft);
        match form {
            FileForm::Page => counts.pages += 1,
            FileForm::Article => counts.articles += 1,
            _ => {
                counts.orphans += 1 + group.beside.len();
                let text = &self.imported.texts[group.base];
                let language = self.languages[group.base].clone();
                let subject = "a text in the site's language; the text waits beside an article that does not exist";
                return self.maker.note(NoteKind::Missing, subject, text, &language);
            }
        }
        let originals = usize::from(group.original.is_some());
        counts.originals += originals;
        counts.translations += group.beside.len() - originals;
    }

    /// Returns the aliases of an article or page.
    fn aliases(
        &mut self,
        book: &mut AliasBook,
        old: Vec<(usize, &String)>,
        place: &TextPlace,
        places: &PlaceBook,
    ) -> Vec<String> {
        let mut out = Vec::new();
        for (at, address) in old {
            if out.len() == AliasBook::MOST {
                break;
            }
            let why = match book.alias(address, &place.address, &|key| places.has_address(key)) {
                Ok(alias) => {
                    out.push(alias);
                    continue;
                }
                Err(AliasRefusal::Needless) => continue,
                Err(AliasRefusal::Taken) if out.contains(address) => continue,
                Err(AliasRefusal::Query) => "an old address with a query, which is not only a path",
                Err(AliasRefusal::Taken) => "an old address that another page has",
                Err(AliasRefusal::Invalid) => "an old address that no host can serve",
            };
            self.maker.note(NoteKind::LeftOut, why, &self.imported.texts[at], address);
        }
        out
    }

    /// Leads the cover to its file.
    fn cover(&mut self, text: usize, values: &mut FileValues) {
        let Some(ExtraValue::Text(cover)) = values.extra.get("cover") else { return };
        let Some(path) = cover.strip_prefix("source:") else { return };
        let asset = crate::base::path::decoded(path);
        let shown = match self.assets.get(&asset) {
            Some(file) => web_path::relative(&self.files[text], file),
            None => path.to_owned(),
        };
        values.extra.insert("cover".to_owned(), ExtraValue::Text(shown));
    }

    /// Writes one text, and leaves out what would stop a build.
    fn text(&mut self, at: usize, form: FileForm, values: &FileValues, files: &mut Vec<FinishedFile>) {
        let text: &ImportedText = &self.imported.texts[at];
        let body = self.body(at);
        let path = self.files[at].clone();
        let written = text_file(values, form, &body);
        let mut repaired = repair::repair(&path, written, self.settings.config);
        for (line, why) in &repaired.removed {
            let key = line.split(" = ").next().unwrap_or(line);
            self.maker.note(NoteKind::LeftOut, &format!("a value that no article may have ({key})"), text, why);
        }
        if form == FileForm::Article && !values.draft && repaired.refused.is_some() {
            let draft = repaired.text.replacen("\n", &format!("\n{DRAFT}"), 1);
            let again = repair::repair(&path, draft, self.settings.config);
            let why = repaired.refused.clone().unwrap_or_default();
            self.maker.note(NoteKind::Missing, "what a build needs; the article is a draft", text, &why);
            self.maker.counts.drafts += 1;
            repaired = again;
        }
        if let Some(why) = repaired.refused {
            return self.maker.note(NoteKind::LeftOut, "a text that no site may have", text, &why);
        }
        files.push(FinishedFile { path, from: text.from.clone(), text: repaired.text });
    }

    /// Returns the body of a text with links to its new neighbours.
    fn body(&mut self, at: usize) -> String {
        let body = std::mem::take(&mut self.bodies[at]);
        let links = std::mem::take(&mut self.links[at]);
        let text = &self.imported.texts[at];
        let file = self.files[at].clone();
        let mut replacements = Vec::with_capacity(links.len());
        for (range, end) in links {
            let new = match end {
                LinkEnd::Keep => continue,
                LinkEnd::Text(other, fragment) => {
                    self.maker.counts.links += 1;
                    let fragment = fragment.map(|fragment| format!("#{fragment}")).unwrap_or_default();
                    format!("{}{fragment}", web_path::relative(&file, &self.files[other]))
                }
                LinkEnd::Asset(asset) => match self.assets.get(&asset) {
                    Some(place) => web_path::relative(&file, place),
                    None => self.address_of(&asset).unwrap_or_else(|| web_path::encoded(&asset)),
                },
                LinkEnd::Address(address) => address.replace(' ', "%20").replace('(', "%28").replace(')', "%29"),
                LinkEnd::Broken(dest) => {
                    let line = body[..range.start].matches('\n').count() + text.body_line.max(1);
                    let subject = "a link to something that the source does not have";
                    let value: String = dest.chars().take(200).collect();
                    self.maker.notes.add(Note::new(NoteKind::LeftAsText, subject, &text.from, value).at_line(line));
                    dest
                }
            };
            replacements.push((range, new));
        }
        if replacements.is_empty() { body } else { body_links::replace(&body, &replacements) }
    }

    /// The old address of a file that is not copied.
    fn address_of(&self, asset: &str) -> Option<String> {
        let address = self.imported.assets.get(asset)?.first()?;
        web_path::join(self.imported.site.base_url.as_deref()?, address)
    }
}

/// Returns whether a file is a sibling of an article's file by its name.
fn is_beside(file: &str, article: &str) -> bool {
    let stem = article.strip_suffix(".md").unwrap_or(article);
    file.strip_prefix(stem).is_some_and(|rest| rest.starts_with('.') && rest.ends_with(".md") && !rest.contains('/'))
}

/// The line that makes an article a draft.
const DRAFT: &str = "draft = true\n";
