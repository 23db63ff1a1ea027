//! The numbers beside the blocks of a text, each a link to its block. Facing pages have numbers of their own.

use std::fmt::Write;

use crate::content::markdown::{Name, RenderedBody, UnitKind};

/// The bytes of a link, for one allocation.
const LINK: usize = 48;

/// Returns the HTML of a body with a number in front of every block that has one.
pub fn numbered(rendered: &RenderedBody) -> String {
    let html = &rendered.html;
    let mut out = String::with_capacity(html.len() + rendered.units.len() * LINK);
    let mut from = 0;
    for (at, unit) in rendered.units.iter().enumerate() {
        let Name::Block(number) = unit.name else { continue };
        let start = unit.html.start;
        // A table may not contain a link, and code shows white space as it is.
        let inside = matches!(unit.kind, UnitKind::Paragraph | UnitKind::Item | UnitKind::Quote | UnitKind::Callout);
        if !inside && unit.parent.is_some() {
            continue;
        }
        let after = html[start..unit.html.end].find('>').map(|end| start + end + 1).filter(|_| inside);
        let place = after.unwrap_or(start);
        let Some(id) = rendered.id(at).filter(|_| place >= from) else { continue };
        out.push_str(&html[from..place]);
        out.push_str("<a class=\"n\" href=\"#");
        out.push_str(&id);
        out.push_str("\">");
        // Writing to a string cannot fail.
        let _ = write!(out, "{number}</a>");
        from = place;
    }
    out.push_str(&html[from..]);
    out
}
