//! The bodies of an article. Its blocks are drawn once and written in every language. If it has siblings, they say the
//! same as well, but a third of them are cut into other paragraphs, and a few leave one out.

use crate::chance::Chance;
use crate::facts::Fact;
use crate::grammar::Language;
use std::fmt::Write;

pub struct Body {
    blocks: Vec<Block>,
    /// What the sentences say, if there are siblings: three for each block.
    facts: Vec<Fact>,
    /// The paragraph that the article joins with the one before it, and the one that it leaves out.
    joined: Option<usize>,
    omitted: Option<usize>,
}

/// How many facts each block may state.
const FACTS: usize = 3;

enum Block {
    Paragraph {
        sentences: u64,
        note: bool,
    },
    Heading,
    List {
        items: u64,
        ordered: bool,
    },
    Quote,
    /// The numbers of each row, present and previous: the same in every language.
    Table(Vec<(u64, u64)>),
    Picture,
}

/// Parts of the body that only one article has.
#[derive(Default)]
pub struct Extras {
    /// A sentence with a link, for the translation.
    pub link: Option<String>,
    /// The file beside the article, shown in every language.
    pub picture: Option<String>,
}

impl Body {
    pub fn draw(chance: &mut Chance, poll: bool, picture: bool) -> Body {
        let paragraphs = 4 + chance.below(4) + chance.below(5);
        let headings = chance.per_mille(200) && paragraphs > 5;
        let list = chance.per_mille(130).then(|| 1 + chance.below(paragraphs - 1));
        let quote = chance.per_mille(60).then(|| 1 + chance.below(paragraphs - 1));
        let note = chance.per_mille(80).then(|| chance.below(paragraphs));
        let mut blocks = vec![];
        for at in 0..paragraphs {
            if headings && at % 3 == 2 {
                blocks.push(Block::Heading);
            }
            blocks.push(Block::Paragraph { sentences: chance.between(2, 3), note: note == Some(at) });
            if list == Some(at) {
                blocks.push(Block::List { items: chance.between(2, 5), ordered: chance.per_mille(300) });
            }
            if quote == Some(at) {
                blocks.push(Block::Quote);
            }
            if poll && at == 0 {
                blocks.push(Block::Table(figures(chance)));
            }
            if picture && at == 1 {
                blocks.push(Block::Picture);
            }
        }
        Body { blocks, facts: Vec::new(), joined: None, omitted: None }
    }

    /// Lets the article and its siblings say the same.
    pub fn with_facts(self, chance: &mut Chance) -> Body {
        let facts = (0..self.blocks.len() * FACTS).map(|_| Fact::draw(chance)).collect();
        let pairs = |at: &usize| self.blocks[at - 1..=*at].iter().all(|block| matches!(block, Block::Paragraph { .. }));
        let paragraph = (1..self.blocks.len()).rev().find(pairs);
        let (joined, omitted) = match chance.below(100) {
            0..35 => (paragraph, None),
            35..45 => (None, paragraph),
            _ => (None, None),
        };
        Body { facts, joined, omitted, ..self }
    }

    pub fn write(&self, language: &Language, extras: &Extras, chance: &mut Chance, out: &mut String) {
        if !self.facts.is_empty() {
            return self.write_facts(language, extras, chance, out);
        }
        let mut noted = false;
        let mut deck = Deck::new(language.sentences, chance);
        for (at, block) in self.blocks.iter().enumerate() {
            out.push('\n');
            match block {
                Block::Paragraph { sentences, note } => {
                    paragraph(language, *sentences, &mut deck, chance, out);
                    if *note {
                        out.push_str("[^1]");
                        noted = true;
                    }
                    link(extras, at, out);
                    out.push('\n');
                }
                Block::Heading => line("## ", language, language.headings, chance, out),
                Block::List { items, ordered } => {
                    (1..=*items).for_each(|n| line(&mark(n, *ordered), language, language.items, chance, out));
                }
                Block::Quote => line("> ", language, language.quotes, chance, out),
                Block::Table(figures) => table(language, figures, out),
                Block::Picture => picture(language, extras, chance, out),
            }
        }
        if noted {
            line("\n[^1]: ", language, language.notes, chance, out);
        }
    }

    /// Writes what the texts in all languages say.
    fn write_facts(&self, language: &Language, extras: &Extras, chance: &mut Chance, out: &mut String) {
        let is_sibling = language.tag != "en";
        let mut note = None;
        for (at, block) in self.blocks.iter().enumerate() {
            let facts = &self.facts[at * FACTS..(at + 1) * FACTS];
            if !is_sibling && self.omitted == Some(at) {
                continue;
            }
            let joined = !is_sibling && self.joined == Some(at) && out.pop().is_some();
            out.push_str(if joined { language.gap } else { "\n" });
            match block {
                Block::Paragraph { sentences, note: noted } => {
                    for (n, fact) in facts.iter().take(*sentences as usize).enumerate() {
                        out.push_str(if n > 0 { language.gap } else { "" });
                        fact.write(language.facts, out);
                    }
                    if *noted {
                        out.push_str("[^1]");
                        note = facts.last();
                    }
                    link(extras, at, out);
                    out.push('\n');
                }
                Block::Heading => {
                    out.push_str("## ");
                    facts[0].heading(language.facts, out);
                    out.push('\n');
                }
                Block::List { items, ordered } => (1..=*items).zip(facts.iter().cycle()).for_each(|(n, fact)| {
                    out.push_str(&mark(n, *ordered));
                    fact.write(language.facts, out);
                    out.push('\n');
                }),
                Block::Quote => {
                    out.push_str("> ");
                    facts[0].write(language.facts, out);
                    out.push('\n');
                }
                Block::Table(figures) => table(language, figures, out),
                Block::Picture => picture(language, extras, chance, out),
            }
        }
        if let Some(fact) = note {
            out.push_str("\n[^1]: ");
            fact.write(language.facts, out);
            out.push('\n');
        }
    }
}

/// Adds the sentence with a link to the first paragraph.
fn link(extras: &Extras, at: usize, out: &mut String) {
    if let Some(link) = extras.link.as_deref().filter(|_| at == 0) {
        out.push(' ');
        out.push_str(link);
    }
}

fn mark(n: u64, ordered: bool) -> String {
    if ordered { format!("{n}. ") } else { "- ".to_owned() }
}

/// The templates in a different order for each article, so that none is repeated before all have been used.
struct Deck {
    templates: &'static [&'static str],
    at: usize,
    step: usize,
}

impl Deck {
    fn new(templates: &'static [&'static str], chance: &mut Chance) -> Deck {
        let at = chance.index(templates.len());
        // A step without a common factor with the length visits all.
        let steps: Vec<usize> =
            [1, 3, 5, 7, 11, 13, 17].into_iter().filter(|n| *n == 1 || !templates.len().is_multiple_of(*n)).collect();
        Deck { templates, at, step: steps[chance.index(steps.len())] }
    }

    fn next(&mut self) -> &'static str {
        self.at = (self.at + self.step) % self.templates.len();
        self.templates[self.at]
    }
}

/// Returns the present and previous shares of five answers; each column adds up to a hundred.
fn figures(chance: &mut Chance) -> Vec<(u64, u64)> {
    let mut left = (100, 100);
    let mut row = |last: bool| {
        let share = if last { left } else { (chance.between(6, 24), chance.between(6, 24)) };
        left = (left.0 - share.0, left.1 - share.1);
        share
    };
    (0..5).map(|n| row(n == 4)).collect()
}

fn paragraph(language: &Language, sentences: u64, deck: &mut Deck, chance: &mut Chance, out: &mut String) {
    // Sentences in scripts without spaces are shorter here, so a paragraph has more of them.
    let more = if language.gap.is_empty() { chance.below(2) } else { 0 };
    for n in 0..sentences + more {
        if n > 0 {
            out.push_str(language.gap);
        }
        language.sentence(&[deck.next()], chance, out);
    }
}

fn line(mark: &str, language: &Language, templates: &[&str], chance: &mut Chance, out: &mut String) {
    out.push_str(mark);
    language.sentence(templates, chance, out);
    out.push('\n');
}

fn table(language: &Language, figures: &[(u64, u64)], out: &mut String) {
    let [answer, now, before] = language.table_head;
    let mut write = || -> std::fmt::Result {
        writeln!(out, "| {answer} | {now} | {before} |\n|--|--:|--:|")?;
        let mut rows = language.table_rows.iter().zip(figures);
        rows.try_for_each(|(label, (now, before))| writeln!(out, "| {label} | {now}% | {before}% |"))
    };
    write().expect("invariant: writing into a string never fails");
}

fn picture(language: &Language, extras: &Extras, chance: &mut Chance, out: &mut String) {
    out.push_str("![");
    language.fill(language.picture, chance, out);
    out.push_str("](");
    out.push_str(extras.picture.as_deref().unwrap_or_default());
    out.push_str(")\n");
}
