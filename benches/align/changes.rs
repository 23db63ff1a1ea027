//! Changes documents whose rows are known: joins, splits, omits and adds blocks, repeatably, and keeps the true rows.

use std::collections::BTreeMap;

use recto::content::align::block::{Block, BlockKind};

use super::Document;

/// Numbers from a seed: splitmix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ x >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ x >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ x >> 31
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }
}

/// Blocks to add to a translation, by language.
pub struct Pool<'a>(BTreeMap<&'a str, Vec<&'a Block>>);

impl<'a> Pool<'a> {
    pub fn new(documents: &'a [Document]) -> Pool<'a> {
        let mut pool: BTreeMap<&str, Vec<&Block>> = BTreeMap::new();
        for document in documents {
            pool.entry(&document.langs.1).or_default().extend(&document.translation);
        }
        Pool(pool)
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Change {
    MergeTranslation,
    MergeOriginal,
    SplitTranslation,
    SplitOriginal,
    Omit,
    DropOriginal,
    Add,
}

/// What happens to a changed row, in percent.
const CHANGES: [(Change, usize); 7] = [
    (Change::MergeTranslation, 18),
    (Change::MergeOriginal, 12),
    (Change::SplitTranslation, 15),
    (Change::SplitOriginal, 15),
    (Change::Omit, 25),
    (Change::DropOriginal, 7),
    (Change::Add, 8),
];

fn choose(random: &mut Random) -> Change {
    let mut at = random.below(CHANGES.iter().map(|(_, share)| share).sum());
    for (change, share) in CHANGES {
        if at < share {
            return change;
        }
        at -= share;
    }
    Change::Add
}

pub fn change(document: &Document, percent: u32, seed: u64, pool: &Pool) -> Document {
    let name = format!("{}{}{percent}", document.id, document.pair());
    let hash = name.bytes().fold(seed, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    let mut random = Random(hash);
    let mut out = Document { original: Vec::new(), translation: Vec::new(), truth: Vec::new(), ..document.clone() };
    let rows: Vec<(&Block, &Block)> = document.original.iter().zip(&document.translation).collect();
    let mut at = 0;
    while at < rows.len() {
        let (a, b) = rows[at];
        let applies = random.below(100) < percent as usize;
        let change = applies.then(|| choose(&mut random));
        let mergeable = |row: Option<&(&Block, &Block)>| {
            row.is_some_and(|(a2, b2)| is_prose(a.kind) && a2.kind == a.kind && b.kind == a.kind && b2.kind == a.kind)
        };
        at += 1;
        match change {
            Some(Change::MergeTranslation) if mergeable(rows.get(at)) => {
                out.push(vec![a.clone(), rows[at].0.clone()], vec![merged(b, rows[at].1, &document.langs.1)]);
                at += 1;
            }
            Some(Change::MergeOriginal) if mergeable(rows.get(at)) => {
                out.push(vec![merged(a, rows[at].0, &document.langs.0)], vec![b.clone(), rows[at].1.clone()]);
                at += 1;
            }
            Some(Change::SplitTranslation) => match split(b, &mut random) {
                Some(parts) => out.push(vec![a.clone()], parts),
                None => out.push(vec![a.clone()], vec![b.clone()]),
            },
            Some(Change::SplitOriginal) => match split(a, &mut random) {
                Some(parts) => out.push(parts, vec![b.clone()]),
                None => out.push(vec![a.clone()], vec![b.clone()]),
            },
            Some(Change::Omit) => out.push(vec![a.clone()], Vec::new()),
            Some(Change::DropOriginal) => out.push(Vec::new(), vec![b.clone()]),
            _ => {
                if change == Some(Change::Add)
                    && let Some(blocks) = pool.0.get(document.langs.1.as_str())
                {
                    let added = blocks[random.below(blocks.len())].clone();
                    out.push(Vec::new(), vec![added]);
                }
                out.push(vec![a.clone()], vec![b.clone()]);
            }
        }
    }
    out
}

fn is_prose(kind: BlockKind) -> bool {
    matches!(kind, BlockKind::Paragraph | BlockKind::Item | BlockKind::Quote)
}

fn merged(a: &Block, b: &Block, lang: &str) -> Block {
    let space = if ["ja", "zh", "zh-Hant", "th"].contains(&lang) { "" } else { " " };
    let text = format!("{}{space}{}", a.text, b.text);
    Block { text, urls: a.urls.iter().chain(&b.urls).cloned().collect(), ..a.clone() }
}

/// Splits a paragraph after a sentence, not near its ends.
fn split(block: &Block, random: &mut Random) -> Option<Vec<Block>> {
    if !is_prose(block.kind) {
        return None;
    }
    let chars: Vec<(usize, char)> = block.text.char_indices().collect();
    let closes = |c: char| "」』”\"’)）]»".contains(c);
    let is_cut = |n: usize| {
        let (before, c) = (chars[n - 1].1, chars[n].1);
        let end = if closes(before) && n > 1 { chars[n - 2].1 } else { before };
        match before {
            ' ' => {
                let last = chars[n - 2].1;
                let last = if closes(last) { chars[n - 3].1 } else { last };
                ".!?؟।".contains(last)
            }
            ';' | '；' => true,
            _ => "。！？".contains(end) && !closes(c),
        }
    };
    let cuts: Vec<usize> = (12..chars.len().saturating_sub(12)).filter(|&n| is_cut(n)).collect();
    if cuts.is_empty() {
        return None;
    }
    let at = chars[cuts[random.below(cuts.len())]].0;
    let part =
        |text: &str, urls: &[Box<str>]| Block { text: text.trim().to_owned(), urls: urls.to_vec(), ..block.clone() };
    Some(vec![part(&block.text[..at], &block.urls), part(&block.text[at..], &[])])
}
