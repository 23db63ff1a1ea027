//! Where the pages of a file begin. It must not know what stands on them.

use std::ops::Range;

use super::credits::PageCredits;
use super::lines::{breadcrumb, bullet, is_control, is_rule};

/// Divides the lines of a file into pages: at print controls or, without any, at rules between pages.
pub fn pages(lines: &[&str]) -> Vec<Range<usize>> {
    let controls: Vec<usize> = (0..lines.len()).filter(|&at| is_control(lines[at])).collect();
    // Controls in one block belong to one page.
    let mut starts: Vec<usize> = Vec::new();
    for at in controls {
        let near = starts
            .last()
            .is_some_and(|last| lines[*last..at].iter().all(|line| line.trim().is_empty() || is_control(line)));
        if !near {
            starts.push(at);
        }
    }
    if starts.is_empty() {
        starts = (0..lines.len()).filter(|&at| is_rule(lines[at])).collect();
    }
    starts.insert(0, 0);
    let ends = starts.iter().skip(1).copied().chain([lines.len()]);
    let pieces: Vec<Range<usize>> = starts.iter().zip(ends).map(|(start, end)| *start..end).collect();
    let mut out: Vec<Range<usize>> = Vec::new();
    for piece in pieces {
        if lines[piece.clone()].iter().all(|line| line.trim().is_empty() || is_control(line) || is_rule(line)) {
            continue;
        }
        let starts_page = is_control(lines[piece.start]) || is_page(&lines[piece.clone()]);
        match out.last_mut() {
            // A rule within a text.
            Some(last) if !starts_page => last.end = piece.end,
            _ => out.push(piece),
        }
    }
    out
}

/// Returns whether lines look like a page of an archive: a breadcrumb, or bullets with a date and a source, near their
/// start.
pub fn is_page(lines: &[&str]) -> bool {
    let head = lines.iter().filter(|line| !line.trim().is_empty()).take(14);
    let mut credits = PageCredits::default();
    let mut crumb = false;
    for line in head {
        crumb |= breadcrumb(line).is_some();
        match bullet(line) {
            Some(text) => {
                credits.take(text);
            }
            None if PageCredits::is_certain(line) => {
                credits.take(line);
            }
            None => {}
        }
    }
    let (dated, sourced) = (credits.date.is_some(), !credits.sources.is_empty());
    (dated && (sourced || credits.kind.is_some())) || (crumb && (dated || credits.kind.is_some()))
}
