//! Makes sure that every `*` and `~~` that is written opens or closes, by CommonMark's rule and its amendment for
//! Chinese and Japanese (see `content/markdown/cjk.rs`): punctuation at the inner edge of a mark beside a letter at the
//! outer edge would make it text. Such punctuation moves out of the mark; where nothing can move, the mark is dropped.
//! The text stays in either case.

use super::model::Style;
use super::pieces::Piece;

/// How often the marks are looked at again. After that, all marks are dropped.
const ROUNDS: usize = 4;

/// Returns pieces whose marks all count.
pub(super) fn settle(mut pieces: Vec<Piece>) -> Vec<Piece> {
    for _ in 0..ROUNDS {
        let (next, changed) = round(pieces);
        pieces = next;
        if !changed {
            return pieces;
        }
    }
    let dropped: Vec<bool> = pieces.iter().map(|piece| matches!(piece, Piece::Mark { .. })).collect();
    rebuild(pieces, &dropped, &[])
}

/// Looks at all runs of marks once. Returns whether one of them had to change.
fn round(pieces: Vec<Piece>) -> (Vec<Piece>, bool) {
    let partners = partners(&pieces);
    let mut dropped = vec![false; pieces.len()];
    let mut moved: Vec<(usize, usize, bool)> = Vec::new();
    let mut at = 0;
    while at < pieces.len() {
        let Piece::Mark { style, .. } = &pieces[at] else {
            at += 1;
            continue;
        };
        let struck = *style == Style::Struck;
        let length = pieces[at..].iter().take_while(|piece| is_of_run(piece, struck)).count();
        let run = at..at + length;
        let before = last_char(at.checked_sub(1).map(|at| &pieces[at]));
        let after = first_char(pieces.get(run.end));
        let closes = pieces[run.clone()].iter().any(|piece| matches!(piece, Piece::Mark { opens: false, .. }));
        let opens = pieces[run.clone()].iter().any(|piece| matches!(piece, Piece::Mark { opens: true, .. }));
        if length > 1 && !struck && closes != opens && !encloses_alone(&run, opens, &partners) {
            // `***a*b*c**`: the rest of a longer run can pair with any later mark. The outermost stays.
            let outermost = if opens { run.start } else { run.end - 1 };
            run.clone().filter(|mark| *mark != outermost).for_each(|mark| drop_pair(mark, &partners, &mut dropped));
        } else if closes && opens {
            // `**a***b**c***`: which of these close depends on the rest of the line.
            for mark in run.clone().filter(|mark| matches!(pieces[*mark], Piece::Mark { opens: true, .. })) {
                drop_pair(mark, &partners, &mut dropped);
            }
        } else if closes && !flanks(before, after) {
            // The texts before the run lose their last characters to the place behind it.
            match at.checked_sub(1).map(|at| &pieces[at]) {
                Some(Piece::Text(text)) if movable_end(text) => moved.push((at - 1, run.end, true)),
                _ => run.clone().for_each(|mark| drop_pair(mark, &partners, &mut dropped)),
            }
        }
        if opens && !flanks(after, before) {
            match pieces.get(run.end) {
                Some(Piece::Text(text)) if movable_start(text) => moved.push((run.end, run.start, false)),
                _ => run.clone().for_each(|mark| drop_pair(mark, &partners, &mut dropped)),
            }
        }
        at = run.end;
    }
    let changed = !moved.is_empty() || dropped.contains(&true);
    (if changed { rebuild(pieces, &dropped, &moved) } else { pieces }, changed)
}

/// Returns whether the marks of a run and their partners are one run at each end of the same text: `***a***`.
fn encloses_alone(run: &std::ops::Range<usize>, opens: bool, partners: &[usize]) -> bool {
    let first = partners[run.start];
    opens != (first < run.start) && run.clone().enumerate().all(|(at, mark)| partners[mark] + at == first)
}

fn is_of_run(piece: &Piece, struck: bool) -> bool {
    matches!(piece, Piece::Mark { style, .. } if (*style == Style::Struck) == struck)
}

/// For each mark, the place of the one that it belongs to.
fn partners(pieces: &[Piece]) -> Vec<usize> {
    let mut partners: Vec<usize> = (0..pieces.len()).collect();
    let mut open = Vec::new();
    for (at, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Mark { opens: true, .. } => open.push(at),
            Piece::Mark { opens: false, .. } => {
                if let Some(start) = open.pop() {
                    (partners[start], partners[at]) = (at, start);
                }
            }
            _ => {}
        }
    }
    partners
}

fn drop_pair(mark: usize, partners: &[usize], dropped: &mut [bool]) {
    dropped[mark] = true;
    dropped[partners[mark]] = true;
}

/// Returns whether a run with `inner` inside and `outer` outside counts.
fn flanks(inner: char, outer: char) -> bool {
    !inner.is_whitespace() && (inner.is_alphanumeric() || is_cjk(inner) || frees(outer))
}

/// Returns whether a character at the outer side lets any mark count.
fn frees(c: char) -> bool {
    c.is_whitespace() || c.is_ascii_punctuation() || is_cjk(c) || matches!(c, '\u{2010}'..='\u{2027}')
}

/// Leaves out what may be written as a reference, which is not Chinese or Japanese for the rule.
fn is_cjk(c: char) -> bool {
    c != '：'
        && matches!(c, '\u{2e80}'..='\u{303e}' | '\u{3041}'..='\u{4dbf}' | '\u{4e00}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}' | '\u{ff01}'..='\u{ff60}' | '\u{20000}'..='\u{3fffd}')
}

fn movable_end(text: &str) -> bool {
    text.trim_end_matches(is_movable).chars().next_back().is_some_and(char::is_alphanumeric)
}

fn movable_start(text: &str) -> bool {
    text.trim_start_matches(is_movable).chars().next().is_some_and(char::is_alphanumeric)
}

fn is_movable(c: char) -> bool {
    !c.is_alphanumeric()
}

fn last_char(piece: Option<&Piece>) -> char {
    match piece {
        None | Some(Piece::Space | Piece::Break) => ' ',
        Some(Piece::Text(text) | Piece::Start(text) | Piece::End(text) | Piece::Raw(text)) => {
            text.chars().next_back().unwrap_or(' ')
        }
        Some(Piece::Code(_)) => '`',
        Some(Piece::Ruby { .. }) => '<',
        Some(Piece::Mark { .. }) => '*',
    }
}

fn first_char(piece: Option<&Piece>) -> char {
    match piece {
        None | Some(Piece::Space | Piece::Break) => ' ',
        Some(Piece::Text(text) | Piece::Start(text) | Piece::End(text) | Piece::Raw(text)) => {
            text.chars().next().unwrap_or(' ')
        }
        Some(Piece::Code(_)) => '`',
        Some(Piece::Ruby { .. }) => '<',
        Some(Piece::Mark { .. }) => '*',
    }
}

/// Drops and moves. `moved` has the text, the place in front of which its end or start belongs, and whether it is its
/// end.
fn rebuild(mut pieces: Vec<Piece>, dropped: &[bool], moved: &[(usize, usize, bool)]) -> Vec<Piece> {
    let mut inserted: Vec<Option<String>> = vec![None; pieces.len() + 1];
    for &(from, to, end) in moved {
        let Piece::Text(text) = &mut pieces[from] else { continue };
        let taken = if end {
            let kept = text.trim_end_matches(is_movable).len();
            text.split_off(kept)
        } else {
            let rest = text.trim_start_matches(is_movable).len();
            let start = text[..text.len() - rest].to_owned();
            text.drain(..start.len());
            start
        };
        inserted[to].get_or_insert_default().push_str(&taken);
    }
    let mut out: Vec<Piece> = Vec::with_capacity(pieces.len() + moved.len());
    let mut add = |piece: Piece| match (out.last_mut(), piece) {
        (Some(Piece::Text(last)), Piece::Text(text)) | (Some(Piece::Code(last)), Piece::Code(text)) => {
            last.push_str(&text);
        }
        (_, piece) => out.push(piece),
    };
    for (at, piece) in pieces.into_iter().enumerate() {
        if let Some(text) = inserted[at].take() {
            add(Piece::Text(text));
        }
        if !dropped[at] {
            add(piece);
        }
    }
    if let Some(text) = inserted.last_mut().and_then(Option::take) {
        add(Piece::Text(text));
    }
    out
}
