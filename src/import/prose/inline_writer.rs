//! Writes inlines as a line of Markdown, or as several where the text has breaks.

use super::escape::{self, Surroundings};
use super::flanks;
use super::model::{Inline, Style};
use super::pieces::{self, Piece};

/// Returns the Markdown of inlines.
pub(super) fn write(inlines: &[Inline], place: Surroundings) -> String {
    let mut pieces = pieces::pieces(inlines, place);
    trim_end(&mut pieces);
    let pieces = joined(flanks::settle(pieces));
    let mut out = String::new();
    let mut links = 0;
    for (at, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Text(text) => {
                let next = pieces.get(at + 1).map(first_written);
                escape::text(&mut out, text, next, Surroundings { link: place.link || links > 0, ..place });
            }
            Piece::Space => out.push(' '),
            Piece::Break if place.table => out.push_str("<br>"),
            Piece::Break if place.heading => out.push(' '),
            Piece::Break => out.push_str("\\\n"),
            Piece::Mark { style, .. } => out.push_str(match style {
                Style::Strong => "**",
                Style::Emphasis => "*",
                Style::Struck => "~~",
            }),
            Piece::Start(start) => {
                links += u32::from(start == "[");
                out.push_str(start);
            }
            Piece::End(end) => {
                links -= u32::from(end.starts_with(']'));
                out.push_str(end);
            }
            Piece::Code(text) => out.push_str(&pieces::write_code(text, place.table)),
            Piece::Ruby { braces, html } => {
                let next = pieces.get(at + 1).map(first_written);
                // Braces at the end of a heading are its attributes, if they can be.
                let last = place.heading && next.is_none() && out.ends_with('}');
                let alone = !out.ends_with(['{', '$', '^', '_']) && next != Some('}') && !last;
                out.push_str(braces.as_ref().filter(|_| alone).unwrap_or(html));
            }
            Piece::Raw(markdown) => out.push_str(markdown),
        }
    }
    out
}

/// Takes white space from the end, no-break spaces as well.
fn trim_end(pieces: &mut Vec<Piece>) {
    loop {
        while pieces.pop_if(|piece| matches!(piece, Piece::Space | Piece::Break)).is_some() {}
        let Some(Piece::Text(text)) = pieces.last_mut() else { return };
        text.truncate(text.trim_end().len());
        if !text.is_empty() {
            return;
        }
        pieces.pop();
    }
}

/// Joins words and the spaces between them.
fn joined(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        match (out.last_mut(), piece) {
            (Some(Piece::Text(text)), Piece::Space) => text.push(' '),
            (Some(Piece::Text(text)), Piece::Text(more)) => text.push_str(&more),
            (_, piece) => out.push(piece),
        }
    }
    out
}

fn first_written(piece: &Piece) -> char {
    match piece {
        Piece::Space => ' ',
        Piece::Break => '\n',
        Piece::Code(_) => '`',
        Piece::Ruby { .. } => '{',
        Piece::Mark { style: Style::Struck, .. } => '~',
        Piece::Mark { .. } => '*',
        Piece::Text(text) | Piece::Start(text) | Piece::End(text) | Piece::Raw(text) => {
            text.chars().next().unwrap_or(' ')
        }
    }
}
