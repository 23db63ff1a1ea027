//! Parses every text below `content/` into a card, in parallel (`card.rs`). An unchanged text takes its card from
//! the state of the last build.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::budget::Budget;
use super::card::{ParsedCard, Reading, read};
use super::discover::Input;
use super::extracts;
use super::site_files::{oversize, read_bytes, text};
use super::state::{InputPlaces, StateWriter, StoredCards, decode_one, encode_one};
use super::term_log::TermLog;
use crate::archive::failed::{self, below_content};
use crate::archive::index::ParsedContent;
use crate::base::config::Config;
use crate::base::diag::{self, Diagnostic, Diagnostics, Severity, Span};
use crate::base::digest::Digest;
use crate::base::limits::PICTURE_BYTES;
use crate::base::problem;
use crate::check::links::Links;
use crate::content::article::{Article, Sibling};
use crate::content::content_path::{ContentPath, astray, is_asset, is_section_page, meant_as_sibling, place};
use crate::content::doubtful_values;
use crate::content::extract::Link;
use crate::content::picture::{self, Picture};
use crate::content::search::text_terms::TextTerms;
use crate::system::disk::DiskResult;
use crate::system::pool::{self, ItemLimit, Outcome, TIME_LIMIT};
use crate::system::root::Root;

/// A card as the state keeps it. The path of its file is kept beside it.
#[derive(Serialize)]
enum BorrowedCard<'a> {
    Article(&'a Article, &'a Diagnostics),
    Sibling(&'a Sibling, &'a Diagnostics),
    Picture(&'a Picture),
}

/// A card as it is read from the state.
#[derive(Deserialize)]
enum CardOwned {
    Article(Box<Article>, Diagnostics),
    Sibling(Sibling, Diagnostics),
    Picture(Picture),
}

/// How content is parsed.
#[derive(Clone)]
pub struct ParseOptions {
    pub root: Arc<Root>,
    /// Whether drafts are published. Only then must they be complete.
    pub drafts: bool,
    /// Whether the terms of texts are read, for a search index.
    pub terms: bool,
    /// The length of the log that has the terms of the last build. A text whose terms are not there is read again.
    pub logged: u64,
    pub threads: usize,
    /// The cards of the last build, if they were made with the same settings.
    pub cards: Option<Arc<StoredCards>>,
}

/// The card of an input as the state keeps it.
pub enum EncodedCard {
    /// No card: records and pages are few, and are read every time.
    Nothing,
    /// The place of the card in the last build's state.
    Old(Range<u64>),
    New(Vec<u8>),
}

impl EncodedCard {
    fn bytes<'a>(&'a self, cards: Option<&'a StoredCards>) -> &'a [u8] {
        match self {
            EncodedCard::Nothing => &[],
            EncodedCard::Old(card) => cards.map_or(&[], |cards| cards.get(card)),
            EncodedCard::New(bytes) => bytes,
        }
    }
}

/// What a reading adds to the next state.
pub struct Remains {
    /// The encoded card.
    pub card: EncodedCard,
    /// The encoded extract; empty if there is none, or none is kept.
    pub extract: Vec<u8>,
    /// The links of the extract.
    pub links: Box<[Link]>,
    /// The terms of the text, if it was read now and they are asked for.
    pub terms: Option<TextTerms>,
}

impl Remains {
    fn of_card(card: EncodedCard) -> Remains {
        Remains { card, extract: Vec::new(), links: Box::default(), terms: None }
    }
}

/// What a build prepares for the next one while it reads texts.
#[derive(Default)]
pub struct BuildDraft {
    /// The next state; `None` if none can be written.
    pub state: Option<StateWriter>,
    /// The log of terms; `None` if the site has no search, or no log can be written.
    pub terms: Option<TermLog>,
    /// The record of the search index, encoded.
    pub index: Vec<u8>,
}

impl BuildDraft {
    /// Keeps what was read of an input.
    fn keep(
        &mut self,
        input: &Input,
        digest: Option<Digest>,
        remains: &Remains,
        cards: Option<&StoredCards>,
    ) -> DiskResult<InputPlaces> {
        let known = input.known.as_ref().map(|known| &known.kept.terms);
        let terms = match (&mut self.terms, &remains.terms, &remains.card, digest) {
            (Some(log), Some(terms), _, Some(digest)) => log.add(digest, terms)?,
            (Some(log), None, EncodedCard::Old(_), Some(digest)) => match known.filter(|place| log.has(place)) {
                Some(place) => log.keep(place, digest)?,
                None => 0..0,
            },
            _ => 0..0,
        };
        Ok(match &mut self.state {
            Some(state) => {
                let card = state.card(remains.card.bytes(cards))?;
                InputPlaces { card, extract: state.extract(&remains.extract)?, terms }
            }
            None => InputPlaces { terms, ..InputPlaces::default() },
        })
    }
}

/// The result of parsing all texts.
pub struct ParsedTexts {
    pub parsed: ParsedContent,
    pub inputs: Arc<Vec<Input>>,
    /// For every input: the digest of its bytes.
    pub digests: Vec<Option<Digest>>,
    /// For every input: the places of its card and its extract in the draft.
    pub kept: Vec<InputPlaces>,
    /// The links of all files that have any, in the order of files.
    pub links: Links,
    /// Whether everything that other pages could show of any text is as in the last build.
    pub unchanged: bool,
}

/// Parses every content file, in parallel. Errors in one file do not hide those in others.
pub fn parse(
    parsing: ParseOptions,
    config: &Arc<Config>,
    inputs: Vec<Input>,
    mut draft: Option<&mut BuildDraft>,
    problems: &mut Diagnostics,
) -> DiskResult<ParsedTexts> {
    let (drafts, cards) = (parsing.drafts, parsing.cards.clone());
    let inputs = Arc::new(inputs);
    let mut gathering = ContentCollector::default();
    let mut digests = Vec::with_capacity(inputs.len());
    let mut kept = Vec::with_capacity(inputs.len());
    let mut links = Vec::new();
    let mut unchanged = true;
    for (input, (reading, remains)) in inputs.iter().zip(read_all(parsing, config, &inputs)) {
        unchanged &= is_as_before(input, reading.digest, &remains.card, cards.as_deref());
        digests.push(reading.digest);
        kept.push(match &mut draft {
            Some(draft) => draft.keep(input, reading.digest, &remains, cards.as_deref())?,
            None => InputPlaces::default(),
        });
        if !remains.links.is_empty() {
            links.push((input.file.clone(), remains.links));
        }
        gathering.add(input, reading.card, reading.problems, problems);
    }
    let parsed = gathering.finish(drafts, problems);
    Ok(ParsedTexts { parsed, inputs, digests, kept, links, unchanged })
}

/// How many inputs are read before the first is taken. Their cards and extracts wait in memory.
const AT_ONCE: usize = 8192;

/// Reads inputs in parallel. The readings come in the order of the inputs, each with what it adds to the state.
pub fn read_all(
    parsing: ParseOptions,
    config: &Arc<Config>,
    inputs: &Arc<Vec<Input>>,
) -> impl Iterator<Item = (Reading, Remains)> + use<> {
    let (parsing, memory) = (Arc::new(parsing), Arc::new(Budget::default()));
    let (config, inputs) = (config.clone(), inputs.clone());
    (0..inputs.len()).step_by(AT_ONCE).flat_map(move |start| {
        // Pictures wait for memory, and have a time limit of their own.
        let all = inputs.clone();
        let timed = move |at: usize| picture::PictureFormat::of_name(all[start + at].path()).is_none();
        let limit = ItemLimit { applies: &timed, ..ItemLimit::ALL };
        let (shared, config, memory, files) = (parsing.clone(), config.clone(), memory.clone(), inputs.clone());
        let work = move |at: usize| read_one(&shared, &config, &files[start + at], &memory);
        let outcomes = pool::run(AT_ONCE.min(inputs.len() - start), parsing.threads, limit, work);
        let inputs = inputs.clone();
        outcomes.enumerate().map(move |(at, outcome)| {
            let span = || Span::file(inputs[start + at].file.clone());
            match outcome {
                Outcome::Done(reading) => reading,
                Outcome::Panicked(why) => nothing(vec![problem::internal(span(), &why)], None),
                Outcome::TooSlow => nothing(vec![problem::too_slow(span(), TIME_LIMIT.as_secs())], None),
            }
        })
    })
}

/// Collects the content of all inputs.
#[derive(Default)]
pub struct ContentCollector {
    parsed: ParsedContent,
    /// Texts that could not be read, by the ids of their articles.
    unread: Vec<(Box<str>, Diagnostics)>,
    /// Texts that lack what an article needs, and are named like a sibling of the article with this id.
    beside: Vec<(String, String, Diagnostics)>,
}

impl ContentCollector {
    /// Adds an input. Inputs must come in their order.
    pub fn add(&mut self, input: &Input, card: ParsedCard, found: Diagnostics, problems: &mut Diagnostics) {
        match card {
            ParsedCard::Unread(article) => {
                self.parsed.failed.push(below_content(&input.file));
                self.unread.push((article, found));
            }
            ParsedCard::Nothing if found.iter().any(|found| found.code == "missing-key") => {
                self.parsed.failed.push(below_content(&input.file));
                let id = if let ContentPath::Article { id } = place(input.path()) { id } else { String::new() };
                match meant_as_sibling(&id) {
                    Some((article, lang)) => self.beside.push((article.to_owned(), lang, found)),
                    None => problems.extend(found),
                }
            }
            card => {
                let failed = matches!(card, ParsedCard::Nothing) && !is_asset(input.path());
                if failed && diag::count_errors(&found, false) > 0 {
                    self.parsed.failed.push(below_content(&input.file));
                }
                problems.extend(found);
                self.parsed.take(card, input);
            }
        }
    }

    pub fn finish(self, drafts: bool, problems: &mut Diagnostics) -> ParsedContent {
        let parsed = self.parsed;
        for (article, mut found) in self.unread {
            let draft = parsed.unfinished.iter().any(|(id, _)| *id == article)
                || parsed.articles.iter().any(|card| card.draft && *card.id == *article);
            if draft && !drafts {
                found.iter_mut().for_each(|problem| problem.severity = Severity::Warning);
            }
            problems.extend(found);
        }
        let ids: BTreeSet<&str> = match self.beside.is_empty() {
            true => BTreeSet::new(),
            false => parsed.articles.iter().map(|card| &*card.id).collect(),
        };
        for (article, lang, found) in self.beside {
            match found.first().and_then(|found| found.at.clone()).filter(|_| ids.contains(article.as_str())) {
                Some(at) => problems.push(problem::misnamed_sibling(at, &article, &lang, &found)),
                None => problems.extend(found),
            }
        }
        let named = parsed.records.iter().flat_map(|record| {
            let names = record.label.iter().chain(record.aliases.iter().map(|(alias, _)| alias));
            names.map(|name| (record.kind, &**name))
        });
        doubtful_values::answered(named, problems);
        parsed
    }
}

/// Returns whether other pages can show the same of an input as in the last build: its bytes, or at least its card,
/// are unchanged.
fn is_as_before(input: &Input, digest: Option<Digest>, encoded: &EncodedCard, cards: Option<&StoredCards>) -> bool {
    let (Some(known), Some(cards)) = (&input.known, cards) else { return false };
    match encoded {
        EncodedCard::Old(_) => true,
        EncodedCard::New(bytes) => cards.get(&known.kept.card) == bytes.as_slice(),
        // A picture that had a card and has none now cannot be read any more.
        EncodedCard::Nothing => known.kept.card.is_empty() && (digest == Some(known.digest) || is_asset(input.path())),
    }
}

impl ParsedContent {
    /// Records what the walk found but did not take: links that lead out of the site, and names that cannot be
    /// published.
    pub fn fail(&mut self, walked: &[Diagnostic]) {
        let errors = walked.iter().filter(|found| found.severity == Severity::Error);
        for file in errors.filter_map(|found| found.at.as_ref()).map(|at| &*at.file) {
            if file.starts_with("content/") {
                self.failed.push(below_content(file));
            }
            self.failed.extend(file.strip_prefix("static").map(failed::published));
        }
    }

    fn take(&mut self, card: ParsedCard, input: &Input) {
        match card {
            ParsedCard::Article(card) => self.articles.push(card),
            ParsedCard::Sibling(card) => self.siblings.push(card),
            ParsedCard::Record(card) => self.records.push(card),
            ParsedCard::Page(card) => self.pages.push(card),
            ParsedCard::Glossary(terms) => self.glossary.push(terms),
            ParsedCard::Unfinished(id) => self.unfinished.push((id, input.file.clone())),
            ParsedCard::Picture(card) => {
                let path = below_content(&input.file);
                self.assets.push((path.clone(), input.file.clone()));
                self.pictures.push((path, card));
            }
            ParsedCard::Nothing if is_asset(input.path()) => {
                self.assets.push((below_content(&input.file), input.file.clone()));
            }
            ParsedCard::Unread(_) | ParsedCard::Nothing => {}
        }
    }
}

/// Returns the reading of an input without content.
fn nothing(problems: Diagnostics, digest: Option<Digest>) -> (Reading, Remains) {
    (Reading { card: ParsedCard::Nothing, problems, digest }, Remains::of_card(EncodedCard::Nothing))
}

fn read_one(parsing: &ParseOptions, config: &Config, input: &Input, memory: &Budget) -> (Reading, Remains) {
    let mut problems = Diagnostics::new();
    let kind = place(input.path());
    if kind == ContentPath::Nameless {
        let (folder, name) = input.file.rsplit_once('/').unwrap_or_default();
        return nothing(vec![problem::nameless(Span::file(input.file.clone()), name, folder)], input.digest);
    }
    if kind == ContentPath::Stray {
        let at = Span::file(input.file.clone());
        if is_section_page(input.path()) {
            let record = input.path().strip_prefix("sections/").and_then(|below| below.rsplit_once('/'));
            let record = record.map(|(section, _)| format!("content/sections/{section}.md"));
            return nothing(vec![problem::section_page(at, record.as_deref())], input.digest);
        }
        let (why, help) = astray(input.path());
        let found = problem::stray_file(at, &why, &help);
        return nothing(vec![found], input.digest);
    }
    if kind == ContentPath::Asset && picture::PictureFormat::of_name(input.path()).is_none() {
        return nothing(problems, input.digest);
    }
    if let Some(kept) = parsing.cards.as_ref().and_then(|cards| kept(parsing, cards, input)) {
        return kept;
    }
    if kind == ContentPath::Asset {
        return read_picture(input, memory, || read_bytes(&parsing.root, &input.file, &mut problems));
    }
    if let Some(found) = oversize(input) {
        return nothing(vec![found], input.digest);
    }
    let bytes = read_bytes(&parsing.root, &input.file, &mut problems);
    let Some(bytes) = bytes else { return nothing(problems, None) };
    let digest = Some(Digest::of(&bytes));
    let Some(text) = text(&input.file, bytes, &mut problems) else { return nothing(problems, digest) };
    let (card, (extract, terms), problems) = read(parsing.drafts, parsing.terms, config, input, kind, &text, problems);
    let keep = match &card {
        ParsedCard::Article(card) => Some(BorrowedCard::Article(card, &problems)),
        ParsedCard::Sibling(card) => Some(BorrowedCard::Sibling(card, &problems)),
        _ => None,
    };
    let remains = match keep {
        Some(keep) => Remains {
            card: EncodedCard::New(encode_one(&keep)),
            extract: extracts::encode(&extract),
            links: extract.links,
            terms,
        },
        None => Remains { links: extract.links, ..Remains::of_card(EncodedCard::Nothing) },
    };
    (Reading { card, problems, digest }, remains)
}

/// Reads a picture. Its problems are reported where a text shows it; that it cannot be read, when it is to be
/// copied.
fn read_picture(input: &Input, memory: &Budget, mut read: impl FnMut() -> Option<Vec<u8>>) -> (Reading, Remains) {
    let (card, digest) = if input.stat.size > PICTURE_BYTES {
        let digest = input.digest.unwrap_or_default();
        (Some(picture::too_large(&input.file, digest, input.stat.size)), input.digest)
    } else {
        let mut share = memory.take(input.stat.size);
        let Some(mut bytes) = read() else { return nothing(Diagnostics::new(), None) };
        let mut card = picture::read(&input.file, Digest::of(&bytes), &bytes);
        if let Some(needed) = card.as_ref().filter(|card| card.is_small()).map(|card| card.memory) {
            if !share.grow(needed) {
                // Return the share first: nobody may wait for memory while holding some.
                drop((bytes, share));
                share = memory.take(needed);
                let Some(again) = read() else { return nothing(Diagnostics::new(), None) };
                bytes = again;
                card = picture::read(&input.file, Digest::of(&bytes), &bytes);
            }
            card = card.map(|card| tried(card, bytes));
        }
        drop(share);
        let digest = card.as_ref().map(|card| card.digest);
        (card, digest)
    };
    let Some(card) = card else { return nothing(Diagnostics::new(), digest) };
    let remains = Remains::of_card(EncodedCard::New(encode_one(&BorrowedCard::Picture(&card))));
    (Reading { card: ParsedCard::Picture(Arc::new(card)), problems: Diagnostics::new(), digest }, remains)
}

/// Decodes a picture that needs no variant, to check that it can be decoded. Such pictures are small.
#[cfg_attr(not(feature = "images"), expect(unused_variables, reason = "nothing is decoded"))]
fn tried(card: Picture, bytes: Vec<u8>) -> Picture {
    #[cfg(feature = "images")]
    if card.is_small()
        && let Err(why) = crate::content::resize::try_whole(bytes, &card, &super::budget::deadline())
    {
        return card.with_fault(&why);
    }
    card
}

/// Returns the card and the extract of an unchanged text or picture from the state. If either is damaged, or its terms
/// are wanted and not in the log, the text is read again.
fn kept(parsing: &ParseOptions, cards: &StoredCards, input: &Input) -> Option<(Reading, Remains)> {
    let known = input.known.as_ref().filter(|known| input.is_unchanged() && !known.kept.card.is_empty())?;
    let terms = &known.kept.terms;
    if parsing.terms && (terms.is_empty() || terms.end > parsing.logged) && !is_asset(input.path()) {
        return None;
    }
    let (extract, links) = cards.extract(&known.kept.extract)?;
    let (card, problems) = match decode_one(cards.get(&known.kept.card))? {
        CardOwned::Article(card, problems) => {
            (ParsedCard::Article(Arc::new(Article { file: input.file.clone(), ..*card })), problems)
        }
        CardOwned::Sibling(card, problems) => {
            (ParsedCard::Sibling(Arc::new(Sibling { file: input.file.clone(), ..card })), problems)
        }
        CardOwned::Picture(card) => {
            let digest = input.digest.unwrap_or_default();
            let card = Picture { file: input.file.clone(), digest, ..card };
            (ParsedCard::Picture(Arc::new(card)), Diagnostics::new())
        }
    };
    let remains = Remains { card: EncodedCard::Old(known.kept.card.clone()), extract, links, terms: None };
    Some((Reading { card, problems, digest: input.digest }, remains))
}
