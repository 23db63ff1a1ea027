//! Parse: every text below `content/` becomes a card, in parallel. A text that has not changed since the last build takes
//! its card from the state.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use super::discover::Input;
use super::disk::DiskResult;
use super::pool::{self, Limit, Outcome, TIME_LIMIT};
use super::sources::{read_bytes, text};
use super::state::{Cards, Draft, decode_one, encode_one};
use crate::archive::index::Parsed;
use crate::base::config::Config;
use crate::base::diag::{self, Diagnostics, Severity, Span};
use crate::base::digest::Digest;
use crate::base::problem;
use crate::content::article::{self, Article, Sibling};
use crate::content::place::{Place, place};
use crate::content::record::{self, Page, Record};

enum Card {
    Article(Box<Article>),
    Sibling(Box<Sibling>),
    Record(Box<Record>),
    Page(Box<Page>),
    /// A draft that has not yet all that an article needs.
    Unfinished(String),
    /// A text that could not be read, of the article of this id: no error if that is a draft.
    Unread(String),
    Nothing,
}

/// A card as the state keeps it; the path of the file stands beside it.
#[derive(Serialize, Deserialize)]
enum Kept {
    Article(Box<Article>, Diagnostics),
    Sibling(Box<Sibling>, Diagnostics),
}

/// How content is parsed.
pub struct Parsing {
    pub root: PathBuf,
    /// Whether drafts are published: only then must they be finished.
    pub drafts: bool,
    pub threads: usize,
    /// The cards of the last build, where they were made in the same way.
    pub cards: Option<Arc<Cards>>,
}

/// The card of an input as the state keeps it.
enum Encoded {
    /// Records and pages are few, and read every time.
    Nothing,
    /// Where it stands among the last build's.
    Old(Range<u64>),
    New(Vec<u8>),
}

impl Encoded {
    fn bytes<'a>(&'a self, cards: Option<&'a Cards>) -> &'a [u8] {
        match self {
            Encoded::Nothing => &[],
            Encoded::Old(card) => cards.map_or(&[], |cards| cards.get(card)),
            Encoded::New(bytes) => bytes,
        }
    }
}

/// What became of the texts.
pub struct Texts {
    pub parsed: Parsed,
    pub inputs: Arc<Vec<Input>>,
    /// For every input: of its bytes.
    pub digests: Vec<Option<Digest>>,
    /// For every input: where its card stands in the draft.
    pub cards: Vec<Range<u64>>,
    /// Whether all that other pages could show of any text is as in the last build.
    pub unchanged: bool,
}

/// Parses every content file, in parallel; what one of them gets wrong hides nothing of the others.
pub fn parse(
    parsing: Parsing,
    config: &Arc<Config>,
    inputs: Vec<Input>,
    mut draft: Option<&mut Draft>,
    problems: &mut Diagnostics,
) -> DiskResult<Texts> {
    let (config, threads, drafts, cards) = (config.clone(), parsing.threads, parsing.drafts, parsing.cards.clone());
    let inputs = Arc::new(inputs);
    let mut texts = Texts {
        parsed: Parsed::default(),
        digests: Vec::with_capacity(inputs.len()),
        cards: Vec::with_capacity(inputs.len()),
        unchanged: true,
        inputs: inputs.clone(),
    };
    let files = inputs.clone();
    let work = move |at: usize| parse_one(&parsing, &config, &files[at]);
    let mut unread = Vec::new();
    for (input, outcome) in inputs.iter().zip(pool::run(inputs.len(), threads, Limit::ALL, work)) {
        let span = || Span::file(input.file.clone());
        let (mut encoded, mut digest) = (Encoded::Nothing, None);
        match outcome {
            Outcome::Done(done) => {
                match done.card {
                    Card::Unread(article) => unread.push((article, done.problems)),
                    card => {
                        problems.extend(done.problems);
                        texts.parsed.take(card, input);
                    }
                }
                (encoded, digest) = (done.encoded, done.digest);
            }
            Outcome::Panicked(why) => problems.push(problem::internal(span(), &why)),
            Outcome::TooSlow => problems.push(problem::too_slow(span(), TIME_LIMIT.as_secs())),
        }
        texts.unchanged &= is_as_before(input, digest, &encoded, cards.as_deref());
        texts.digests.push(digest);
        texts.cards.push(match &mut draft {
            Some(draft) => draft.card(encoded.bytes(cards.as_deref()))?,
            None => 0..0,
        });
    }
    for (article, mut found) in unread {
        let draft = texts.parsed.unfinished.iter().any(|id| **id == *article)
            || texts.parsed.articles.iter().any(|card| card.draft && *card.id == *article);
        if draft && !drafts {
            found.iter_mut().for_each(|problem| problem.severity = Severity::Warning);
        }
        problems.extend(found);
    }
    Ok(texts)
}

/// Whether an input says to other pages what it said in the last build: the same bytes, or at least the same card.
fn is_as_before(input: &Input, digest: Option<Digest>, encoded: &Encoded, cards: Option<&Cards>) -> bool {
    let (Some(known), Some(cards)) = (&input.known, cards) else { return false };
    match encoded {
        Encoded::Old(_) => true,
        Encoded::New(bytes) => cards.get(&known.card) == bytes.as_slice(),
        Encoded::Nothing => digest == Some(known.digest) || place(input.path()) == Place::Asset,
    }
}

impl Parsed {
    fn take(&mut self, card: Card, input: &Input) {
        match card {
            Card::Article(card) => self.articles.push(card),
            Card::Sibling(card) => self.siblings.push(*card),
            Card::Record(card) => self.records.push(*card),
            Card::Page(card) => self.pages.push(*card),
            Card::Unfinished(id) => self.unfinished.push(id.into()),
            Card::Unread(_) => {}
            Card::Nothing if place(input.path()) == Place::Asset => {
                self.assets.push((input.path().nfc().collect::<String>().into(), input.file.clone()));
            }
            Card::Nothing => {}
        }
    }
}

struct Done {
    card: Card,
    problems: Diagnostics,
    digest: Option<Digest>,
    encoded: Encoded,
}

fn parse_one(parsing: &Parsing, config: &Config, input: &Input) -> Done {
    let mut problems = Diagnostics::new();
    let kind = place(input.path());
    let nothing = |problems, digest| Done { card: Card::Nothing, problems, digest, encoded: Encoded::Nothing };
    if kind == Place::Stray {
        let at = Span::file(input.file.clone());
        let help = "articles are content/articles/**.md, standalone pages content/pages/**.md";
        let found = problem::stray_file(at, "no Markdown belongs there, or not by that name", help);
        return nothing(vec![found], input.digest);
    }
    if kind == Place::Asset {
        return nothing(problems, input.digest);
    }
    if let Some(done) = parsing.cards.as_ref().and_then(|cards| kept(cards, input)) {
        return done;
    }
    let Some(bytes) = read_bytes(&parsing.root, &input.file, &mut problems) else { return nothing(problems, None) };
    let digest = Some(Digest::of(&bytes));
    let Some(text) = text(&input.file, bytes, &mut problems) else { return nothing(problems, digest) };
    let (card, problems) = read(parsing, config, input, kind, &text);
    let mut done = Done { card, problems, digest, encoded: Encoded::Nothing };
    // Cloned for a moment: what is kept must own what it keeps.
    let keep = match &done.card {
        Card::Article(card) => Some(Kept::Article(card.clone(), done.problems.clone())),
        Card::Sibling(card) => Some(Kept::Sibling(card.clone(), done.problems.clone())),
        _ => None,
    };
    done.encoded = keep.map_or(Encoded::Nothing, |kept| Encoded::New(encode_one(&kept)));
    done
}

/// The card of an unchanged text, from the state.
fn kept(cards: &Cards, input: &Input) -> Option<Done> {
    let known = input.known.as_ref().filter(|known| input.is_unchanged() && !known.card.is_empty())?;
    let (card, problems) = match decode_one(cards.get(&known.card))? {
        Kept::Article(mut card, problems) => {
            card.file = input.file.clone();
            (Card::Article(card), problems)
        }
        Kept::Sibling(mut card, problems) => {
            card.file = input.file.clone();
            (Card::Sibling(card), problems)
        }
    };
    Some(Done { card, problems, digest: input.digest, encoded: Encoded::Old(known.card.clone()) })
}

fn read(parsing: &Parsing, config: &Config, input: &Input, kind: Place, text: &str) -> (Card, Diagnostics) {
    let (card, mut found) = match kind {
        Place::Article { id } => {
            let (card, found) = article::read(&input.file, &id, text, config);
            return finished(card.map(|card| Card::Article(Box::new(card))), found, &id, parsing, &input.file, text);
        }
        Place::Sibling { article, lang } => {
            let (card, mut found) = article::read_sibling(&input.file, &article, &lang, text);
            if card.is_none() {
                or_said(None, &input.file, &mut found);
                return (Card::Unread(article), found);
            }
            (card.map(|card| Card::Sibling(Box::new(card))), found)
        }
        Place::Record { kind, id } => {
            let (card, found) = record::read(&input.file, kind, &id, text);
            (card.map(|card| Card::Record(Box::new(card))), found)
        }
        Place::Page { path } => {
            let (card, found) = record::read_page(&input.file, &path, text, config);
            (card.map(|card| Card::Page(Box::new(card))), found)
        }
        Place::Asset | Place::Stray => (Some(Card::Nothing), Diagnostics::new()),
    };
    (or_said(card, &input.file, &mut found), found)
}

/// An article that cannot be read is an error, unless it is a draft that nobody asked for: its writer is not done yet.
fn finished(
    card: Option<Card>,
    mut found: Diagnostics,
    id: &str,
    parsing: &Parsing,
    file: &Arc<str>,
    text: &str,
) -> (Card, Diagnostics) {
    let wrong = card.is_none() || diag::count_errors(&found, false) > 0;
    if wrong && !parsing.drafts && article::is_draft(file, text) {
        found.iter_mut().for_each(|problem| problem.severity = Severity::Warning);
        return (card.unwrap_or_else(|| Card::Unfinished(id.to_owned())), found);
    }
    (or_said(card, file, &mut found), found)
}

/// No card without a reason: a silent skip would be the worst of errors.
fn or_said(card: Option<Card>, file: &Arc<str>, found: &mut Diagnostics) -> Card {
    if card.is_none() && diag::count_errors(found, false) == 0 {
        found.push(problem::internal(Span::file(file.clone()), "the file made no card, and nothing says why"));
    }
    card.unwrap_or(Card::Nothing)
}
