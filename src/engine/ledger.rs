//! The ledger: what a site was read from, and how that compares with the last build. Kept apart from the site, which
//! renders its outputs without it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::Hash;
use std::sync::Arc;

use foldhash::fast::RandomState;

use super::discover::{Input, Inputs};
use super::identify::InputComparison;
use super::parse::ParsedTexts;
use super::site::Site;
use super::state::{InputPlaces, InputRecord, State, StateMeta};
use crate::base::date::Instant;
use crate::base::diag::{Diagnostic, Diagnostics};
use crate::base::digest::{Digest, HashBuffer};
use crate::base::join::{self, Background};
use crate::check::links::Links;
use crate::outputs::job::Output;

/// What a site was read from.
pub struct Ledger {
    /// The inputs outside of `content/` and those in it, both sorted by path; of the latter their digests and where their
    /// cards and extracts stand in the draft.
    others: Vec<Input>,
    texts: Arc<Vec<Input>>,
    text_digests: Vec<Option<Digest>>,
    kept: Vec<InputPlaces>,
    /// All of them by path: their numbers, first the texts and then the others.
    by_file: HashMap<Arc<str>, u32, RandomState>,
    /// The links of which only the whole site knows where they lead.
    pub links: Links,
    pub marks: SiteDigests,
    /// The problems that were known before anything was parsed.
    pub found: Diagnostics,
    /// Where all views are those of the last build: the inputs that are not as it read them.
    changed: BTreeSet<Arc<str>>,
}

/// What a site as a whole is made with; equal marks make equal pages of equal views and files.
pub struct SiteDigests {
    /// Of the options.
    pub options: Digest,
    /// What cards depend on beside their files.
    pub parsing: Digest,
    /// What all pages share.
    pub site: Digest,
    /// Templates with all that they are made of.
    pub templates: BTreeMap<&'static str, Digest>,
    /// Whether all views are those of the last build: the same cards, records, selection and configuration.
    pub same_views: bool,
}

/// How a site was loaded.
pub struct LoadBasis {
    pub options: Digest,
    pub parsing: Digest,
    pub compared: InputComparison,
    pub found: Diagnostics,
}

/// Inputs by number.
pub struct NumberedInputs {
    others: Vec<Input>,
    by_file: Background<HashMap<Arc<str>, u32, RandomState>>,
}

/// Numbers inputs by their paths: on a core of its own, since one is enough for index and plan.
pub fn number(texts: &[Input], others: Inputs) -> NumberedInputs {
    let mut others: Vec<Input> = others.into_all().collect();
    others.sort_by(|a, b| a.file.cmp(&b.file));
    let files: Vec<Arc<str>> = texts.iter().chain(&others).map(|input| input.file.clone()).collect();
    NumberedInputs { others, by_file: join::start(|| files.into_iter().zip(0..).collect()) }
}

/// Times as the state keeps them.
pub fn numbers((from, until): (Instant, Instant)) -> (i128, i128) {
    (from.as_nanosecond(), until.as_nanosecond())
}

impl Ledger {
    /// Takes the digests of what all pages share and of the templates, and compares with the last build.
    pub fn new(
        site: &Site,
        texts: ParsedTexts,
        numbered: NumberedInputs,
        basis: LoadBasis,
        last: Option<&State>,
    ) -> Ledger {
        let LoadBasis { options, parsing, compared, found } = basis;
        let shared = site.world().site_digest();
        let mut templates = BTreeMap::new();
        for template in site.plan.outputs.iter().filter_map(|output| output.job.template()) {
            templates.entry(template.name).or_insert_with(|| site.theme.digest(template.name, template.cards));
        }
        let same_assets = !site.config.hashed_assets || compared.unchanged;
        // What all pages share is in no view of theirs, but feeds and sitemaps are their own views.
        let same = |meta: &StateMeta| meta.window == numbers(site.archive.window) && meta.site == shared;
        let same_views =
            compared.same_files && texts.unchanged && same_assets && last.is_some_and(|state| same(&state.meta));
        let marks = SiteDigests { options, parsing, site: shared, templates, same_views };
        let mut ledger = Ledger {
            others: numbered.others,
            texts: texts.inputs,
            text_digests: texts.digests,
            kept: texts.kept,
            links: texts.links,
            by_file: numbered.by_file.join().expect("invariant: numbering files panics nowhere"),
            marks,
            found,
            changed: BTreeSet::new(),
        };
        if same_views {
            ledger.changed = ledger.changed_inputs().map(|input| input.file.clone()).collect();
        }
        ledger
    }

    /// Every input, for the next state. What cannot be read has an empty digest, which no file has.
    pub fn input_records(&self) -> impl ExactSizeIterator<Item = InputRecord<'_>> {
        (0..self.texts.len() + self.others.len()).map(|at| {
            let (input, digest) = self.input_at(at);
            let kept = self.kept.get(at).cloned().unwrap_or_default();
            InputRecord { file: &input.file, stat: input.stat, digest: digest.unwrap_or_default(), kept }
        })
    }

    fn input_at(&self, at: usize) -> (&Input, Option<Digest>) {
        match at.checked_sub(self.texts.len()) {
            None => (&self.texts[at], self.text_digests[at]),
            Some(other) => (&self.others[other], self.others[other].digest),
        }
    }

    /// An input by its path, and the digest of its bytes where they could be read.
    pub fn input(&self, file: &str) -> Option<(&Input, Option<Digest>)> {
        self.by_file.get(file).map(|&at| self.input_at(at as usize))
    }

    /// The digest of an input.
    pub fn digest(&self, file: &str) -> Option<Digest> {
        self.input(file)?.1
    }

    /// The digest of the files that an output reads; `None` where one of them cannot be read.
    pub fn files(&self, site: &Site, output: &Output) -> Option<Digest> {
        let (mut bytes, mut all) = (HashBuffer::default(), true);
        output.job.reads(&site.world(), &mut |file| match self.digest(file) {
            Some(digest) => (&**file, digest).hash(&mut bytes),
            None => all = false,
        });
        all.then(|| bytes.digest())
    }

    /// The inputs that are not as the last build read them.
    fn changed_inputs(&self) -> impl Iterator<Item = &Input> {
        let all = (0..self.texts.len() + self.others.len()).map(|at| self.input_at(at));
        let before = |input: &Input| input.known.as_ref().map(|known| known.digest);
        all.filter(move |(input, digest)| digest.is_none() || *digest != before(input)).map(|(input, _)| input)
    }

    /// Whether what only `check` says of the site is what it said after the last build: nothing changed but texts, other pages
    /// show nothing else of them, and it says nothing of these.
    pub fn keeps(&self, advice: &[Diagnostic]) -> bool {
        let places = |found: &Diagnostic| {
            found
                .at
                .iter()
                .chain(found.notes.iter().filter_map(|(at, _)| at.as_ref()))
                .any(|at| self.changed.contains(&at.file))
        };
        self.marks.same_views
            && self.changed.iter().all(|file| file.starts_with("content/"))
            && !advice.iter().any(places)
    }

    /// Whether an output reads a file that is not as the last build read it; all views must be those of that build.
    pub fn reads_changed(&self, site: &Site, output: &Output) -> bool {
        output.job.reads_any(&site.world(), |file| self.changed.contains(file))
    }
}
