//! The ledger: what a site was read from, and how that compares with the last build. It is separate from the site,
//! which renders its outputs without it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::Hash;
use std::sync::Arc;

use foldhash::fast::RandomState;

use super::discover::{Input, Inputs};
use super::identify::InputComparison;
use super::parse::ParsedTexts;
use super::site::Site;
use super::site_files;
use super::state::{InputPlaces, InputRecord, State, StateMeta};
use crate::base::date::Instant;
use crate::base::diag::{Diagnostic, Diagnostics};
use crate::base::digest::{Digest, HashBuffer};
use crate::base::join::{self, Background};
use crate::check::links::Links;
use crate::outputs::job::Output;

/// What a site was read from.
pub struct Ledger {
    /// The inputs outside of `content/` and those in it, both sorted by path. Those in `content/` have their
    /// digests, and the places of their cards and extracts in the draft.
    others: Vec<Input>,
    texts: Arc<Vec<Input>>,
    text_digests: Vec<Option<Digest>>,
    kept: Vec<InputPlaces>,
    /// The numbers of all inputs by path: first the texts, then the others.
    by_file: InputNumbers,
    /// Links whose target only the whole site can resolve.
    pub links: Links,
    pub marks: SiteDigests,
    /// Problems that were known before anything was parsed.
    pub found: Diagnostics,
    /// If all views are those of the last build: the inputs that have changed since.
    changed: BTreeSet<Arc<str>>,
}

/// Digests of what affects the whole site. If they are equal, equal views and files give equal pages.
pub struct SiteDigests {
    /// The digest of the options.
    pub options: Digest,
    /// The digest of what cards depend on besides their files.
    pub parsing: Digest,
    /// The digest of what all pages share.
    pub site: Digest,
    /// The digests of templates, each with everything that it includes.
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
    by_file: Background<InputNumbers>,
}

/// The numbers of inputs by their paths.
pub type InputNumbers = HashMap<Arc<str>, u32, RandomState>;

impl NumberedInputs {
    /// Waits for the numbers.
    pub fn join(self) -> (Vec<Input>, InputNumbers) {
        (self.others, self.by_file.join().expect("invariant: numbering files panics nowhere"))
    }
}

/// Numbers inputs by their paths. Runs on a core of its own, since index and plan need only one.
pub fn number(texts: &[Input], others: Inputs) -> NumberedInputs {
    let mut others: Vec<Input> = others.into_all().collect();
    others.sort_by(|a, b| a.file.cmp(&b.file));
    let files: Vec<Arc<str>> = texts.iter().chain(&others).map(|input| input.file.clone()).collect();
    NumberedInputs { others, by_file: join::start(|| files.into_iter().zip(0..).collect()) }
}

/// Converts times to the form that the state keeps.
pub fn numbers((from, until): (Instant, Instant)) -> (i128, i128) {
    (from.as_nanosecond(), until.as_nanosecond())
}

impl Ledger {
    /// Computes the digests of the templates and of what all pages share, and compares them with the last build.
    pub fn new(
        site: &Site,
        texts: ParsedTexts,
        (others, by_file): (Vec<Input>, InputNumbers),
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
        // The bytes of a theme's search script decide whether the built-in one is published.
        let is_same = |input: &Input| input.is_unchanged() || !site_files::is_search_script(input);
        let same_assets = same_assets && others.iter().all(is_same);
        // What all pages share is not part of their views, but feeds and sitemaps have it in theirs.
        let same = |meta: &StateMeta| meta.window == numbers(site.archive.window) && meta.site == shared;
        let same_views =
            compared.same_files && texts.unchanged && same_assets && last.is_some_and(|state| same(&state.meta));
        let marks = SiteDigests { options, parsing, site: shared, templates, same_views };
        let mut ledger = Ledger {
            others,
            texts: texts.inputs,
            text_digests: texts.digests,
            kept: texts.kept,
            links: texts.links,
            by_file,
            marks,
            found,
            changed: BTreeSet::new(),
        };
        if same_views {
            ledger.changed = ledger.changed_inputs().map(|input| input.file.clone()).collect();
        }
        ledger
    }

    /// Returns every input for the next state. One that cannot be read has an empty digest, which no file has.
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

    /// Returns an input by its path, and its digest if it could be read.
    pub fn input(&self, file: &str) -> Option<(&Input, Option<Digest>)> {
        self.by_file.get(file).map(|&at| self.input_at(at as usize))
    }

    /// Returns the digest of an input.
    pub fn digest(&self, file: &str) -> Option<Digest> {
        self.input(file)?.1
    }

    /// Returns the digest of all files that an output reads; `None` if one of them cannot be read.
    pub fn files(&self, site: &Site, output: &Output) -> Option<Digest> {
        let (mut bytes, mut all) = (HashBuffer::default(), true);
        output.job.reads(&site.world(), &mut |file| match self.digest(file) {
            Some(digest) => (&**file, digest).hash(&mut bytes),
            None => all = false,
        });
        all.then(|| bytes.digest())
    }

    /// Returns the inputs that have changed since the last build.
    fn changed_inputs(&self) -> impl Iterator<Item = &Input> {
        let all = (0..self.texts.len() + self.others.len()).map(|at| self.input_at(at));
        let before = |input: &Input| input.known.as_ref().map(|known| known.digest);
        all.filter(move |(input, digest)| digest.is_none() || *digest != before(input)).map(|(input, _)| input)
    }

    /// Returns whether the findings that only `check` reports are still those of the last build: only texts have
    /// changed, other pages show the same of them, and no finding concerns them.
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

    /// Returns whether an output reads a file that has changed since the last build. All views must be those of
    /// that build.
    pub fn reads_changed(&self, site: &Site, output: &Output) -> bool {
        output.job.reads_any(&site.world(), |file| self.changed.contains(file))
    }
}
