//! Finds the block of each mark, and numbers the blocks again if authors chose ids.
//!
//! Blocks are numbered while they are written, and the mark is at their end. So the numbers of a body with ids are
//! corrected in the finished HTML, in one pass. Bodies without marks never get here.

use super::escape;
use super::marks::{FoundMark, MarkWord};
use super::problem::{BlockIdMistake, MarkMistake, MarkdownProblem, ProblemKind};
use super::unit::{BlockNumber, Mark, Name, RenderedBody, Unit, UnitKind};
use super::writer::{PROBLEMS, Writer};
use std::collections::BTreeMap;
use std::ops::Range;

/// The ids that authors chose, by unit.
type ChosenIds = BTreeMap<usize, (BlockNumber, Range<usize>)>;

/// The surroundings of marks: all units but the notes, by the start of their source, and the sources of the notes.
struct MarkSearch {
    starts: Vec<(usize, usize)>,
    notes: Vec<Range<usize>>,
}

impl MarkSearch {
    fn new(units: &[Unit]) -> MarkSearch {
        let is_note = |unit: &Unit| matches!(unit.kind, UnitKind::Notes | UnitKind::Note);
        let starts = units.iter().enumerate().filter(|(_, unit)| !is_note(unit));
        let notes = units.iter().filter(|unit| unit.kind == UnitKind::Note).map(|unit| unit.source.clone());
        let mut search =
            MarkSearch { starts: starts.map(|(at, unit)| (unit.source.start, at)).collect(), notes: notes.collect() };
        // Stable: a list and its first item start at the same place.
        search.starts.sort_by_key(|(start, _)| *start);
        search.notes.sort_by_key(|note| note.start);
        search
    }

    fn is_in_note(&self, at: usize) -> bool {
        let before = self.notes.partition_point(|note| note.start <= at);
        before.checked_sub(1).is_some_and(|note| at < self.notes[note].end)
    }

    /// Returns the last unit that starts before a place, and the next one.
    fn around(&self, at: usize) -> (Option<usize>, Option<usize>) {
        let next = self.starts.partition_point(|(start, _)| *start < at);
        let unit = |place: usize| self.starts.get(place).map(|(_, unit)| *unit);
        (next.checked_sub(1).and_then(unit), unit(next))
    }
}

/// Returns whether a unit is a row: at the top level, or an item of a list there.
fn is_row(units: &[Unit], at: usize) -> bool {
    match units[at].parent {
        None => !matches!(units[at].kind, UnitKind::List(_)),
        Some(parent) => units[parent].parent.is_none() && matches!(units[parent].kind, UnitKind::List(_)),
    }
}

/// Returns the unit that a unit is a row of or is in.
fn row_of(units: &[Unit], mut at: usize) -> usize {
    while let (false, Some(parent)) = (is_row(units, at), units[at].parent) {
        at = parent;
    }
    at
}

impl Writer<'_> {
    /// Gives the units their marks and ids. Returns the places of the marks, each with the end of its unit's source.
    pub(super) fn place_marks(&mut self, mut found: Vec<FoundMark>) -> Vec<(usize, Range<usize>)> {
        found.sort_by_key(|mark| mark.at.start);
        let search = MarkSearch::new(&self.units);
        let rests = self.rests(&found);
        let (mut places, mut chosen) = (Vec::new(), ChosenIds::new());
        for (mark, rest) in found.iter().zip(rests) {
            let target = self.target_of(&search, mark, rest);
            if mark.words.is_empty() {
                self.misplaced(mark, MarkMistake::Within);
            }
            for word in &mark.words {
                match (*word, &target) {
                    (MarkWord::Counterpart(says), Ok(unit)) => self.mark_unit(*unit, says, mark, &mut places),
                    (MarkWord::Counterpart(_), Err(mistake)) => self.misplaced(mark, *mistake),
                    (MarkWord::Id(id), Ok(unit)) => self.choose_id(*unit, id, mark, &mut chosen),
                    (MarkWord::Id(_), Err(_)) => self.bad_id(mark.at.clone(), BlockIdMistake::NoBlock),
                }
            }
        }
        if !chosen.is_empty() {
            self.number(chosen);
        }
        places
    }

    /// Returns where text follows each mark, if any does.
    fn rests(&self, found: &[FoundMark]) -> Vec<usize> {
        let mut rests = vec![0; found.len()];
        let mut next: Option<(usize, usize)> = None;
        for (rest, mark) in rests.iter_mut().zip(found).rev() {
            let after = &self.body[mark.at.end..];
            let blank = after.len() - after.trim_start_matches(|c: char| c.is_whitespace() || c == '>').len();
            *rest = mark.at.end + blank;
            if let Some((start, beyond)) = next
                && *rest >= start
            {
                *rest = beyond;
            }
            next = Some((mark.at.start, *rest));
        }
        rests
    }

    /// Returns the unit that a mark belongs to. `rest` is where text follows it.
    fn target_of(&self, search: &MarkSearch, mark: &FoundMark, rest: usize) -> Result<usize, MarkMistake> {
        if search.is_in_note(mark.at.start) {
            return Err(MarkMistake::InNote);
        }
        if mark.within {
            return Err(MarkMistake::Within);
        }
        let (last, next) = search.around(mark.at.start);
        let last = last.ok_or(MarkMistake::First)?;
        let mut around = Some(last);
        while let Some(unit) = around.filter(|unit| mark.at.start >= self.units[*unit].source.end) {
            around = self.units[unit].parent;
        }
        // Alone below a block.
        let Some(unit) = around else { return Ok(row_of(&self.units, last)) };
        let source = &self.units[unit].source;
        let ends = match self.units[unit].kind {
            UnitKind::Paragraph | UnitKind::Heading(_) | UnitKind::Figure | UnitKind::Table => true,
            // The lists inside an item may follow its text.
            UnitKind::Item => {
                rest >= source.end
                    || next.is_some_and(|next| {
                        self.units[next].parent == Some(unit) && rest >= self.units[next].source.start
                    })
            }
            UnitKind::List(_) => false,
            _ => rest >= source.end,
        };
        if ends { Ok(unit) } else { Err(MarkMistake::Within) }
    }

    fn mark_unit(&mut self, unit: usize, says: Mark, mark: &FoundMark, places: &mut Vec<(usize, Range<usize>)>) {
        let of_unit = &self.units[unit];
        match of_unit.mark {
            _ if !is_row(&self.units, unit) => self.misplaced(mark, MarkMistake::Nested),
            Some(known) if known != says => self.misplaced(mark, MarkMistake::Second),
            Some(_) => {}
            None => {
                places.push((of_unit.source.end, mark.at.clone()));
                self.units[unit].mark = Some(says);
            }
        }
    }

    fn choose_id(&mut self, unit: usize, id: BlockNumber, mark: &FoundMark, chosen: &mut ChosenIds) {
        match self.units[unit].name {
            Name::Block(_) if chosen.contains_key(&unit) => self.bad_id(mark.at.clone(), BlockIdMistake::Taken),
            Name::Block(_) => {
                chosen.insert(unit, (id, mark.at.clone()));
            }
            Name::Heading(_) => self.bad_id(mark.at.clone(), BlockIdMistake::Heading),
            _ => self.bad_id(mark.at.clone(), BlockIdMistake::NoBlock),
        }
    }

    fn misplaced(&mut self, mark: &FoundMark, mistake: MarkMistake) {
        let written = self.written[mark.at.clone()].to_owned();
        self.problem(&mark.at, ProblemKind::MisplacedMark(written, mistake));
    }

    fn bad_id(&mut self, at: Range<usize>, mistake: BlockIdMistake) {
        let written = self.written[at.clone()].to_owned();
        self.problem(&at, ProblemKind::BadBlockId(written, mistake));
    }

    /// Numbers the blocks again, with the ids that authors chose.
    fn number(&mut self, mut chosen: ChosenIds) {
        let mut edits: Vec<(Range<usize>, String)> = Vec::new();
        let mut last = 0;
        for unit in 0..self.units.len() {
            let Name::Block(old) = self.units[unit].name else { continue };
            let new = chosen.remove(&unit).and_then(|(id, at)| {
                let mistake = match id.number() {
                    number if number < last || (number == last && !id.has_letters()) => {
                        Some(if last == number { BlockIdMistake::Taken } else { BlockIdMistake::Passed(last) })
                    }
                    number if number > last && id.has_letters() => Some(BlockIdMistake::Ahead(last)),
                    _ if id.has_letters() && !self.ids.block(&format!("p{id}")) => Some(BlockIdMistake::Taken),
                    _ => None,
                };
                mistake.into_iter().for_each(|mistake| self.bad_id(at.clone(), mistake));
                mistake.is_none().then_some(id)
            });
            let new = new.unwrap_or(BlockNumber::plain(last + 1));
            last = new.number();
            if new == old {
                continue;
            }
            let head = format!(" id=\"{}{}p", self.mark, self.options.prefix);
            let start = self.units[unit].html.start;
            if let Some(at) = self.out[start..].find(&format!("{head}{old}\"")).map(|at| start + at + head.len()) {
                let mut number = String::new();
                escape::attribute(&mut number, &new.to_string());
                edits.push((at..at + old.to_string().len(), number));
                self.units[unit].name = Name::Block(new);
            }
        }
        self.blocks = last;
        self.edit(&edits);
    }

    /// Replaces ranges of the output, in order, and moves the units.
    fn edit(&mut self, edits: &[(Range<usize>, String)]) {
        let mut out = String::with_capacity(self.out.len() + edits.len());
        // For each edit, its old start and the length of the output after it less that before it.
        let (mut moves, mut from): (Vec<(usize, usize, usize)>, usize) = (Vec::with_capacity(edits.len()), 0);
        for (at, new) in edits {
            out.push_str(&self.out[from..at.start]);
            out.push_str(new);
            from = at.end;
            moves.push((at.end, from, out.len()));
        }
        out.push_str(&self.out[from..]);
        self.out = out;
        let moved = |at: usize| match moves.partition_point(|(end, ..)| *end <= at).checked_sub(1) {
            Some(edit) => at - moves[edit].1 + moves[edit].2,
            None => at,
        };
        for unit in &mut self.units {
            unit.html = moved(unit.html.start)..moved(unit.html.end);
        }
    }
}

impl RenderedBody {
    /// Drops the marks of blocks that HTML encloses, because only the whole is a row, and reports them.
    pub(super) fn drop_enclosed_marks(&mut self, body: &str) {
        let marked = self.units.iter().enumerate().filter(|(_, unit)| unit.mark.is_some());
        let marked: BTreeMap<usize, usize> = marked.map(|(at, unit)| (unit.source.end, at)).collect();
        let mut kept = Vec::new();
        for (end, at) in std::mem::take(&mut self.marks) {
            let unit = marked.get(&end).copied();
            if unit.is_some_and(|unit| is_row(&self.units, unit)) {
                kept.push((end, at));
                continue;
            }
            unit.into_iter().for_each(|unit| self.units[unit].mark = None);
            if self.problems.len() < PROBLEMS {
                let kind = ProblemKind::MisplacedMark(body[at.clone()].to_owned(), MarkMistake::Enclosed);
                self.problems.push(MarkdownProblem { at, kind });
            }
        }
        self.marks = kept;
    }
}
