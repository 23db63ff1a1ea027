//! Replaces destinations in a body and leaves everything else as it is written. It must not know where they lead.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::content::markdown::LinkReference;

/// Replaces the destinations for which `new` has another one.
pub fn with_destinations(
    body: &str,
    references: &[LinkReference],
    new: &mut dyn FnMut(&LinkReference) -> Option<String>,
) -> String {
    let mut edits: BTreeMap<usize, (usize, String)> = BTreeMap::new();
    for reference in references {
        let Some(replacement) = new(reference).filter(|other| *other != reference.dest) else { continue };
        for place in places(body, reference) {
            edits.insert(place.start, (place.end, written(body, &place, &replacement)));
        }
    }
    let mut out = String::with_capacity(body.len());
    let mut at = 0;
    for (start, (end, replacement)) in edits {
        if start >= at {
            out.push_str(&body[at..start]);
            out.push_str(&replacement);
            at = end;
        }
    }
    out.push_str(&body[at..]);
    out
}

/// Finds where a destination is written: in the link itself, else in the definitions of links.
fn places(body: &str, reference: &LinkReference) -> Vec<Range<usize>> {
    let dest = reference.dest.as_str();
    let (from, until) = (reference.at.start.min(body.len()), reference.at.end.min(body.len()));
    let Some(whole) = body.get(from..until).filter(|_| !dest.is_empty()) else { return Vec::new() };
    let markdown = whole.starts_with(['[', '!']);
    let is_place = |at: usize| {
        // The place of a value in HTML is the value itself.
        let start = if markdown { from } else { 0 };
        let before = body[start..from + at].trim_end_matches([' ', '\n']);
        let opens = match markdown {
            true => before.ends_with('(') || before.ends_with("(<"),
            false => before.ends_with(['"', '\'', '=', ',']),
        };
        let after = body[from + at + dest.len()..].chars().next();
        opens && after.is_none_or(|c| matches!(c, ')' | '>' | '"' | '\'' | ',' | ' ' | '\n' | '\t'))
    };
    let found: Vec<usize> = whole.match_indices(dest).map(|(at, _)| at).filter(|at| is_place(*at)).collect();
    let found = match (markdown, found.as_slice()) {
        // A picture may stand in a link, and the link's own destination is the last.
        (true, [.., last]) => std::slice::from_ref(last),
        (true, []) => return definitions(body, dest),
        (false, found) => found,
    };
    found.iter().map(|at| from + at..from + at + dest.len()).collect()
}

/// Finds the definitions with a destination: `[label]: dest`.
fn definitions(body: &str, dest: &str) -> Vec<Range<usize>> {
    let of = |(at, _): (usize, &str)| {
        let before = body[..at].strip_suffix('<').unwrap_or(&body[..at]);
        let line = before.trim_end_matches([' ', '\t']);
        let start = line.rfind('\n').map_or(0, |end| end + 1);
        let label = line[start..].trim_start_matches([' ', '>']);
        let after = body[at + dest.len()..].chars().next();
        let ends = after.is_none_or(|c| c.is_whitespace() || c == '>');
        (label.starts_with('[') && label.ends_with("]:") && ends).then(|| at..at + dest.len())
    };
    body.match_indices(dest).filter_map(of).collect()
}

/// Returns a destination as it is to be written: spaces and brackets would end it.
fn written(body: &str, place: &Range<usize>, dest: &str) -> String {
    if body[..place.start].ends_with('<') {
        dest.replace('>', "%3E")
    } else {
        dest.replace('(', "%28").replace(')', "%29")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::config::RawHtml;
    use crate::content::markdown;

    #[test]
    fn only_destinations_change() {
        let body = "a.md [a.md](a.md \"a.md\") [![a.md](b.png)](<a.md>) [x][r] `[a.md](a.md)` [y](a.md#p)\n\n\
                    [r]: a.md\n\n<a href=\"a.md\">a.md</a>\n\n[u]: https://x.example/a.md\n";
        let references = markdown::references(body, RawHtml::Sanitize);
        let mut new = |reference: &LinkReference| match &*reference.dest {
            "a.md" => Some("/a/(b)/".to_owned()),
            "b.png" => Some("c.png".to_owned()),
            _ => None,
        };
        let expected = "a.md [a.md](/a/%28b%29/ \"a.md\") [![a.md](c.png)](</a/(b)/>) [x][r] `[a.md](a.md)` [y](a.md#p)\n\n\
                        [r]: /a/%28b%29/\n\n<a href=\"/a/%28b%29/\">a.md</a>\n\n[u]: https://x.example/a.md\n";
        assert_eq!(with_destinations(body, &references, &mut new), expected);
    }
}
