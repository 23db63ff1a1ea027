//! Terms: sections, tags, sources and translators in one data structure. It must not know pages or URLs.
//!
//! A name resolves to the term whose record has exactly this label or alias, else to the term with the slug of the
//! name. A term needs no record. Without one, its label is the spelling that most articles use, and on a tie the
//! spelling in the first article by (`posted`, id). So the label depends only on the content, and one early typo does
//! not decide it.

use std::collections::HashMap;
use std::sync::Arc;

use crate::base::diag::{Diagnostics, Span};
use crate::base::letter_case::CaseMapping;
use crate::base::locale::Locale;
use crate::base::{path, problem};
use crate::content::content_path::TermKind;
use crate::content::record::{self, Record};

/// The index of a term in its taxonomy.
pub type TermIx = u32;

/// A section, tag, source or translator.
#[derive(Debug)]
pub struct Term {
    /// The slug; for a section, the path of slugs.
    pub id: Box<str>,
    pub label: Box<str>,
    pub record: Option<Arc<Record>>,
    /// The parent section.
    pub parent: Option<TermIx>,
    /// The subsections, in the order of menus.
    pub children: Vec<TermIx>,
    /// The articles, newest first. A section includes those of its subsections.
    pub articles: Vec<u32>,
    /// The spellings in articles, in the order of their first use, if no record gives the label.
    pub spellings: Vec<Spelling>,
}

/// One spelling of a term.
#[derive(Clone, Debug)]
pub struct Spelling {
    pub text: Box<str>,
    /// How many articles use it.
    pub count: u32,
    /// The place where the first article uses it.
    pub at: Span,
    /// The last article that was counted, so that an article in two subsections counts once for their parent.
    last: u32,
}

impl Term {
    /// Returns the address of the term's page, such as `sections/international/east-asia`.
    pub fn address(&self, kind: TermKind) -> String {
        format!("{}/{}", kind.plural(), self.id)
    }

    /// Returns the depth in the tree: 0 at the top.
    pub fn depth(&self) -> usize {
        self.id.matches('/').count()
    }

    /// Sets the label: the record's, else the most frequent spelling (on a tie the first), else the id.
    fn name(&mut self) {
        let said = self.record.as_ref().and_then(|record| record.label.clone());
        let most = self.spellings.iter().rev().max_by_key(|spelling| spelling.count);
        let fallback = || self.id.rsplit('/').next().unwrap_or(&self.id).into();
        self.label = said.or_else(|| most.map(|spelling| spelling.text.clone())).unwrap_or_else(fallback);
    }

    fn order(&self) -> i64 {
        self.record.as_ref().map_or(i64::MAX, |r| r.order)
    }
}

/// All terms of one kind, sorted by id.
#[derive(Debug)]
pub struct Taxonomy {
    pub kind: TermKind,
    pub terms: Vec<Term>,
    /// All terms in the order of menus: sections as a tree, by `order`, then by label.
    pub in_order: Vec<TermIx>,
}

impl Taxonomy {
    /// Returns the term with this id.
    pub fn find(&self, id: &str) -> Option<TermIx> {
        self.terms.binary_search_by(|t| (*t.id).cmp(id)).ok().map(|i| i as TermIx)
    }

    pub fn get(&self, ix: TermIx) -> &Term {
        &self.terms[ix as usize]
    }

    /// Returns the term and its ancestors, from the top.
    pub fn trail(&self, ix: TermIx) -> Vec<TermIx> {
        let mut trail = vec![ix];
        let mut at = ix;
        while let Some(parent) = self.get(at).parent {
            trail.push(parent);
            at = parent;
        }
        trail.reverse();
        trail
    }

    fn put_in_order(&self, locale: &Locale) -> Vec<TermIx> {
        let mut top: Vec<TermIx> = (0..self.terms.len() as TermIx).filter(|&i| self.get(i).parent.is_none()).collect();
        self.sort(&mut top, locale);
        let mut out = Vec::with_capacity(self.terms.len());
        let mut stack: Vec<TermIx> = top.into_iter().rev().collect();
        while let Some(ix) = stack.pop() {
            out.push(ix);
            stack.extend(self.get(ix).children.iter().rev());
        }
        out
    }

    fn sort(&self, terms: &mut [TermIx], locale: &Locale) {
        terms.sort_by(|&a, &b| {
            let (a, b) = (self.get(a), self.get(b));
            let by_label = || locale.compare(&a.label, &b.label).then_with(|| a.id.cmp(&b.id));
            a.order().cmp(&b.order()).then_with(by_label)
        });
    }
}

/// Collects the terms of one kind while the archive is built.
pub struct TaxonomyBuilder {
    kind: TermKind,
    letters: CaseMapping,
    terms: Vec<Term>,
    by_id: HashMap<Box<str>, usize>,
    /// The exact labels and aliases of records. Those of sections are prefixed with the parent's id and a slash.
    by_label: HashMap<String, usize>,
}

/// The result of resolving a name.
#[derive(Clone, Debug)]
pub struct ResolvedName {
    pub term: TermIx,
    /// The term and spelling of each step, from the top section: builder indices of terms, indices of their spellings.
    spellings: Box<[(TermIx, u32)]>,
}

impl TaxonomyBuilder {
    /// Starts with the records of this kind.
    pub fn new(
        kind: TermKind,
        letters: CaseMapping,
        mut records: Vec<Arc<Record>>,
        problems: &mut Diagnostics,
    ) -> TaxonomyBuilder {
        records.sort_by(|a, b| a.id.cmp(&b.id));
        let mut builder =
            TaxonomyBuilder { kind, letters, terms: Vec::new(), by_id: HashMap::new(), by_label: HashMap::new() };
        let mut claimed: HashMap<String, Span> = HashMap::new();
        for record in records {
            let at = builder.ensure(&record.id);
            let parent = record.id.rsplit_once('/').map_or("", |(parent, _)| parent).to_owned();
            let label = record.label.iter().map(|l| (l, &record.label_at));
            for (name, place) in label.chain(record.aliases.iter().map(|(a, at)| (a, at))) {
                let span = Span::new(&record.file, place.clone());
                let key = format!("{parent}/{name}");
                match claimed.get(&key) {
                    Some(first) if builder.by_label.get(&key) != Some(&at) => {
                        problems.push(problem::duplicate_alias(span, kind.name(), name, first.clone()));
                    }
                    _ => {
                        claimed.insert(key.clone(), span);
                        builder.by_label.insert(key, at);
                    }
                }
            }
            builder.terms[at].record = Some(record);
        }
        builder
    }

    /// Returns the index of the term with this id. Creates the term and its ancestors if they are missing.
    fn ensure(&mut self, id: &str) -> usize {
        if let Some(&at) = self.by_id.get(id) {
            return at;
        }
        if let Some((parent, _)) = id.rsplit_once('/') {
            self.ensure(parent);
        }
        let at = self.terms.len();
        self.terms.push(Term {
            id: id.into(),
            label: Box::default(),
            record: None,
            parent: None,
            children: Vec::new(),
            articles: Vec::new(),
            spellings: Vec::new(),
        });
        self.by_id.insert(id.into(), at);
        at
    }

    /// Resolves a name written at `at`. Must be called in the order (`posted`, id), so that the first of two equally
    /// frequent spellings becomes the label. `Err` explains why the name cannot be an id.
    pub fn resolve(&mut self, steps: &[&str], at: &Span) -> Result<ResolvedName, String> {
        if steps.is_empty() {
            return Err("it is empty".to_owned());
        }
        let mut id = String::new();
        let mut term = 0;
        let mut spellings = Vec::new();
        for step in steps {
            let key = format!("{id}/{step}");
            term = match self.by_label.get(&key) {
                Some(&known) => known,
                None => {
                    let slug = record::free_id(self.kind, path::slug_in(step, self.letters), id.is_empty());
                    path::check_segment(&slug)?;
                    let term = self.ensure(&if id.is_empty() { slug } else { format!("{id}/{slug}") });
                    spellings.push((term as TermIx, self.spelling(term, step, at)));
                    term
                }
            };
            id = self.terms[term].id.to_string();
        }
        Ok(ResolvedName { term: term as TermIx, spellings: spellings.into() })
    }

    /// Returns the index of a spelling, adding it if it is new.
    fn spelling(&mut self, term: usize, text: &str, at: &Span) -> u32 {
        let known = &mut self.terms[term].spellings;
        let found = known.iter().position(|spelling| *spelling.text == *text);
        found.unwrap_or_else(|| {
            known.push(Spelling { text: text.into(), count: 0, at: at.clone(), last: u32::MAX });
            known.len() - 1
        }) as u32
    }

    /// Counts one use of a name by an article, given by its position in the order.
    pub fn count(&mut self, named: &ResolvedName, article: u32) {
        for &(term, spelling) in &named.spellings {
            let spelling = &mut self.terms[term as usize].spellings[spelling as usize];
            spelling.count += u32::from(spelling.last != article);
            spelling.last = article;
        }
    }

    /// Returns the id of the term at a builder index.
    pub fn id(&self, at: usize) -> &str {
        &self.terms[at].id
    }

    /// Returns the taxonomy, sorted by id, and the final index of every builder index.
    pub fn finish(self, locale: &Locale) -> (Taxonomy, Vec<TermIx>) {
        let mut order: Vec<usize> = (0..self.terms.len()).collect();
        order.sort_by(|&a, &b| self.terms[a].id.cmp(&self.terms[b].id));
        let mut moved = vec![0; order.len()];
        for (new, &old) in order.iter().enumerate() {
            moved[old] = new as TermIx;
        }
        let mut terms = self.terms;
        terms.iter_mut().for_each(Term::name);
        terms.sort_by(|a, b| a.id.cmp(&b.id));
        let mut taxonomy = Taxonomy { kind: self.kind, terms, in_order: Vec::new() };
        for at in 0..taxonomy.terms.len() {
            let parent = taxonomy.terms[at].id.rsplit_once('/').and_then(|(parent, _)| taxonomy.find(parent));
            taxonomy.terms[at].parent = parent;
            if let Some(parent) = parent {
                taxonomy.terms[parent as usize].children.push(at as TermIx);
            }
        }
        for at in 0..taxonomy.terms.len() {
            let mut children = std::mem::take(&mut taxonomy.terms[at].children);
            taxonomy.sort(&mut children, locale);
            taxonomy.terms[at].children = children;
        }
        taxonomy.in_order = taxonomy.put_in_order(locale);
        (taxonomy, moved)
    }
}

/// With more terms than this, the index shows only the largest, and each letter has a page.
pub const LETTERS_ABOVE: usize = 500;
/// How many of the largest terms such an index shows.
pub const LARGEST: usize = 100;

/// Returns the page of a long index for a term, by the first character of its id: the base letter of a Latin letter,
/// `0-9`, the initial consonant of Hangul, the row of kana, one page for Han, else the character itself.
pub fn letter(id: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    let Some(first) = id.chars().next() else { return "0-9".to_owned() };
    let base = std::iter::once(first).nfd().next().unwrap_or(first);
    match base {
        _ if base.is_numeric() => "0-9".to_owned(),
        'a'..='z' => base.to_string(),
        // NFD decomposes a Hangul syllable. Map its first jamo to a compatibility letter, which fonts can show alone.
        '\u{1100}'..='\u{1112}' => {
            let letters = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ";
            letters.chars().nth(base as usize - 0x1100).unwrap_or(base).to_string()
        }
        '\u{3041}'..='\u{3096}' => kana_row(base).to_string(),
        '\u{30A1}'..='\u{30F6}' => kana_row(char::from_u32(base as u32 - 0x60).unwrap_or(base)).to_string(),
        '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}' => {
            "漢".to_owned()
        }
        _ => base.to_string(),
    }
}

/// Returns the first hiragana of the kana row that contains `c`. Voiced and small kana lie between the rows' first
/// letters.
fn kana_row(c: char) -> char {
    const STARTS: [(char, char); 10] = [
        ('\u{3041}', 'あ'),
        ('\u{304B}', 'か'),
        ('\u{3055}', 'さ'),
        ('\u{305F}', 'た'),
        ('\u{306A}', 'な'),
        ('\u{306F}', 'は'),
        ('\u{307E}', 'ま'),
        ('\u{3083}', 'や'),
        ('\u{3089}', 'ら'),
        ('\u{308E}', 'わ'),
    ];
    STARTS.iter().rev().find(|(start, _)| *start <= c).map_or(c, |(_, row)| *row)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters() {
        let table = [
            ("élan", "e"),
            ("zinc", "z"),
            ("2021", "0-9"),
            ("拉致問題", "漢"),
            ("한국", "ㅎ"),
            ("ガス", "か"),
            ("わ", "わ"),
            ("んだ", "わ"),
            ("ぱん", "は"),
            ("москва", "м"),
            ("الصحافة", "ا"),
        ];
        for (id, expected) in table {
            assert_eq!(letter(id), expected, "{id}");
        }
    }

    #[test]
    fn the_most_frequent_spelling_labels_a_term() {
        let mut problems = Vec::new();
        let mut builder = TaxonomyBuilder::new(TermKind::Section, CaseMapping::Plain, Vec::new(), &mut problems);
        let at = Span::file("a.md");
        let names: [&[&str]; 4] =
            [&["INTERNATIONAL", "East Asia"], &["international", "east-asia"], &["international"], &["Page"]];
        let named = names.map(|steps| builder.resolve(steps, &at).unwrap());
        assert_eq!(named[0].term, named[1].term);
        // The second article names the section twice but counts once.
        for (article, which) in [(0, 0), (1, 1), (1, 2), (2, 0), (3, 2)] {
            builder.count(&named[which], article);
        }
        let (taxonomy, _) = builder.finish(&Locale::new("en").unwrap());
        let labels: Vec<_> = taxonomy.terms.iter().map(|t| (&*t.id, &*t.label)).collect();
        assert_eq!(
            labels,
            [("international", "INTERNATIONAL"), ("international/east-asia", "East Asia"), ("page-", "Page")]
        );
        assert_eq!(taxonomy.terms[1].parent, Some(0));
    }
}
