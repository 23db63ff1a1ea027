//! Term indexes: all terms of a kind, split into one page per letter if there are many. It lists no articles.

use super::addresses::letters;
use super::head::PageHead;
use super::output_content::ReadText;
use super::page::{Crumb, own};
use super::recipe::View;
use super::site_schema;
use super::world::{TermFields, World};
use crate::archive::term::{LARGEST, LETTERS_ABOVE, TermIx, letter as letter_of};
use crate::base::diag::Diagnostics;
use crate::base::limits;
use crate::content::content_path::TermKind;
use crate::theme::view::{Fields, Sink};

/// The index, or one letter of it.
pub struct TermIndex<'w> {
    pub world: &'w World<'w>,
    pub kind: TermKind,
    pub letter: Option<&'w str>,
}

impl View for TermIndex<'_> {
    fn walk(&self, s: &mut impl Sink, _: ReadText, _: &mut Diagnostics) {
        let TermIndex { world, kind, letter } = *self;
        let taxonomy = world.archive.taxonomy(kind);
        let root = world.config.urls.page(kind.plural());
        let name = world.strings.plain(&format!("nav_{}", kind.plural()));
        let (title, url) = match letter {
            Some(letter) => {
                (format!("{name}: {}", world.config.letters().upper(letter)), letter_url(world, kind, letter))
            }
            None => (name.clone(), root.clone()),
        };
        let mut shown = taxonomy.in_order.clone();
        match letter {
            Some(letter) => shown.retain(|&ix| letter_of(&taxonomy.get(ix).id) == letter),
            None if taxonomy.terms.len() > LETTERS_ABOVE => shown = largest(world, kind, shown, LARGEST),
            None => {}
        }
        let crumbs: Vec<Crumb> = if letter.is_some() { vec![(name.into(), root.into())] } else { Vec::new() };
        let mut head = PageHead::new(world, &title, &url, None);
        head.property("og:type", "website");
        site_schema::add_breadcrumbs(&mut head, world, &crumbs, &title);
        let mut page = own(world, "terms", &title, &url, &head);
        page.crumbs = &crumbs;
        page.walk(s);
        s.text("taxonomy", kind.name());
        s.tables("entries", &shown, |s, &ix| TermEntry::new(world, kind, ix).walk(s));
        let whole = letter.is_none() && taxonomy.terms.len() <= LETTERS_ABOVE;
        let tree = whole && kind == TermKind::Section;
        let groups = if whole && !tree { groups(world, kind, shown) } else { Vec::new() };
        s.tables("groups", groups.iter().enumerate(), |s, (at, (letter, terms))| {
            s.maybe_text("label", letter.as_deref());
            s.text("id", &format!("l{}", at + 1));
            s.tables("entries", terms, |s, &ix| TermEntry::new(world, kind, ix).walk(s));
        });
        let all = letters(world.archive, kind);
        s.tables("letters", near(&all, letter), |s, letter| {
            s.link(&letter.to_uppercase(), &letter_url(world, kind, letter));
        });
        s.maybe_text("letter", letter.map(|letter| world.config.letters().upper(letter)).as_deref());
        s.flag("tree", tree);
    }
}

/// Groups the terms by the first letter of their label, in the sort order of the language, regardless of the records'
/// `order`. `None` groups labels that do not start with a letter. The language decides whether a letter with a
/// diacritic is a letter of its own: É is with E in French, Å is after Z in Swedish.
fn groups(world: &World, kind: TermKind, mut terms: Vec<TermIx>) -> Vec<(Option<String>, Vec<TermIx>)> {
    let label = |ix: TermIx| &world.archive.term(kind, ix).label;
    terms.sort_by(|&a, &b| world.locale().compare(label(a), label(b)).then(a.cmp(&b)));
    let mut groups: Vec<(Option<String>, Vec<TermIx>)> = Vec::new();
    for ix in terms {
        let first = label(ix).chars().find(|c| c.is_alphanumeric()).filter(|c| c.is_alphabetic());
        let letter = first.map(|first| {
            let letters = world.config.letters();
            let first = letters.lower(&first.to_string());
            let base = letter_of(&first);
            let its_own = base.is_ascii() && !world.locale().same_letter(&first, &base);
            letters.upper(if its_own { &first } else { &base })
        });
        match groups.iter_mut().find(|(known, _)| *known == letter) {
            Some((_, terms)) => terms.push(ix),
            None => groups.push((letter, vec![ix])),
        }
    }
    groups
}

/// Returns the letters that a page links: all on the first page, and the nearest ones on the page of a letter. In some
/// scripts every character is a letter with its own page.
fn near<'a>(all: &'a [String], letter: Option<&str>) -> &'a [String] {
    let Some(letter) = letter.filter(|_| all.len() > limits::LETTERS) else { return all };
    let at = all.partition_point(|other| other.as_str() < letter);
    let first = at.saturating_sub(limits::LETTERS / 2).min(all.len() - limits::LETTERS);
    &all[first..first + limits::LETTERS]
}

fn letter_url(world: &World, kind: TermKind, letter: &str) -> String {
    world.config.urls.page(&format!("{}/index/{letter}", kind.plural()))
}

/// Returns the terms with most articles, in their original order.
pub fn largest(world: &World, kind: TermKind, terms: Vec<TermIx>, most: usize) -> Vec<TermIx> {
    let count = |ix: TermIx| world.archive.term(kind, ix).articles.len();
    let mut by_count: Vec<(usize, TermIx)> = terms.iter().copied().enumerate().collect();
    by_count.sort_by_key(|&(place, ix)| (std::cmp::Reverse(count(ix)), place));
    by_count.truncate(most);
    by_count.sort();
    by_count.into_iter().map(|(_, ix)| ix).collect()
}

/// A term, its count and its depth.
pub struct TermEntry<'w> {
    world: &'w World<'w>,
    kind: TermKind,
    ix: TermIx,
    count: usize,
}

impl<'w> TermEntry<'w> {
    /// Creates the entry of a term with the count of all its articles.
    pub fn new(world: &'w World, kind: TermKind, ix: TermIx) -> TermEntry<'w> {
        TermEntry { world, kind, ix, count: world.archive.term(kind, ix).articles.len() }
    }

    /// Replaces the count, for a list that counts only some of the term's articles.
    pub fn counting(self, count: usize) -> TermEntry<'w> {
        TermEntry { count, ..self }
    }
}

impl Fields for TermEntry<'_> {
    fn walk(&self, s: &mut impl Sink) {
        let taxonomy = self.world.archive.taxonomy(self.kind);
        let term = taxonomy.get(self.ix);
        TermFields { config: self.world.config, taxonomy, ix: self.ix }.walk(s);
        s.number("count", self.count as i64);
        s.number("depth", term.depth() as i64);
        s.maybe_text("description", term.record.as_ref().and_then(|r| r.description.as_deref()));
    }
}
