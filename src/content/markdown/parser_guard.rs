//! Protects the parser: rejects bodies that would take too long, and catches panics.
//!
//! Measured on pulldown-cmark 0.13.6 with 400,000 generated patterns, and the worst of them at 4 MB: inline
//! constructs, footnotes, references and tables stay linear (its own limits hold). One quadratic case is left: every
//! line costs a step for each open block, so thousands of blocks opened on one line make every later line slow. No
//! real text opens two hundred blocks on a line, or indents a list item by 512 columns. Such bodies are rejected,
//! which keeps nesting below 500.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::problem::{MarkdownProblem, ProblemKind};
/// Bodies larger than this are rejected. So are too many quote and list markers at the start of one line, and too many
/// columns of white space before a marker, not counting other markers.
pub(super) use crate::base::limits::TEXT_BYTES as SIZE;
use crate::base::limits::{INDENT, MARKERS};

/// Checks whether a body may be parsed.
pub(super) fn admit(body: &str) -> Result<(), MarkdownProblem> {
    if body.len() > SIZE {
        return Err(MarkdownProblem { at: 0..0, kind: ProblemKind::TooLarge });
    }
    if body.len() <= MARKERS {
        return Ok(());
    }
    let bytes = body.as_bytes();
    let mut start = 0;
    for end in memchr::memchr2_iter(b'\n', b'\r', bytes).map(|at| at + 1).chain([bytes.len()]) {
        if end - start > MARKERS && opens_too_much(&bytes[start..end]) {
            return Err(MarkdownProblem { at: start..end, kind: ProblemKind::TooComplex });
        }
        start = end;
    }
    Ok(())
}

fn opens_too_much(line: &[u8]) -> bool {
    let (mut at, mut markers, mut column) = (0, 0, 0);
    let mut rule = true;
    while let Some(&byte) = line.get(at) {
        let blank = |i: usize| line.get(i).is_none_or(|b| b.is_ascii_whitespace());
        let digits = line[at..].iter().take(9).take_while(|b| b.is_ascii_digit()).count();
        let next = match byte {
            b' ' | b'\t' => {
                column += if byte == b' ' { 1 } else { 4 };
                at += 1;
                continue;
            }
            b'>' => at + 1,
            b'-' | b'*' | b'+' if blank(at + 1) => at + 1,
            b'0'..=b'9' if matches!(line.get(at + digits), Some(b'.' | b')')) && blank(at + digits + 1) => {
                at + digits + 1
            }
            b'[' => match line[at..].iter().position(|&b| b == b']') {
                Some(end) if line.get(at + 1) == Some(&b'^') && line.get(at + end + 1) == Some(&b':') => at + end + 2,
                _ => break,
            },
            _ => break,
        };
        rule &= matches!(byte, b'-' | b'*') && line.iter().find(|b| !b.is_ascii_whitespace()) == Some(&byte);
        markers += 1;
        if column > INDENT {
            return true;
        }
        at = next;
    }
    // `* * * … *` is a thematic break of any length.
    let whole = line[at..].iter().all(u8::is_ascii_whitespace);
    markers > MARKERS && !(rule && whole)
}

/// Runs a parse. Returns `None` if it panics, so that the build continues.
pub(super) fn contain<T>(parse: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(parse)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn admits_text_and_refuses_towers() {
        for good in [
            "a\n".repeat(1000),
            "* ".repeat(500),
            "- ".repeat(500) + "\n",
            ">".repeat(150) + "a",
            " ".repeat(500) + "x",
            "- a\n".repeat(1000),
            "> ".repeat(100) + &"- ".repeat(90) + "a",
        ] {
            assert_eq!(admit(&good), Ok(()), "{good:.20}");
        }
        for bad in [
            "> ".repeat(201) + "a",
            "- ".repeat(201) + "a",
            "1. ".repeat(300),
            "- > ".repeat(150),
            "[^a]: ".repeat(300),
            " ".repeat(600) + "- a",
            "> ".to_owned() + &" ".repeat(600) + "- a",
            "\t".repeat(201) + "> a",
        ] {
            assert!(admit(&format!("x\n{bad}\n")).is_err(), "{bad:.20}");
        }
        assert_eq!(admit(&" ".repeat(SIZE + 1)).map_err(|p| p.kind), Err(ProblemKind::TooLarge));
    }
}
