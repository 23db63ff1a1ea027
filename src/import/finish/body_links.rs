//! The links and pictures of a body: where they stand in the Markdown, and new destinations in their place. It must not
//! know where a destination leads.

use std::ops::Range;

use crate::content::markdown::{self, LinkUse, RawHtml};

/// A destination in a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BodyLink {
    /// As Markdown means it: decoded.
    pub dest: String,
    /// The bytes of the destination in the body.
    pub at: Range<usize>,
    pub is_picture: bool,
}

/// Finds the destinations of a body whose place is certain, in order.
pub fn find(body: &str) -> Vec<BodyLink> {
    let mut found = Vec::new();
    let mut defined: Vec<(String, bool)> = Vec::new();
    for reference in markdown::references(body, RawHtml::Sanitize) {
        let Some(slice) = body.get(reference.at.clone()) else { continue };
        let is_picture = reference.usage != LinkUse::Link;
        match place_in(slice, &reference.dest) {
            Some(at) => {
                let at = reference.at.start + at.start..reference.at.start + at.end;
                found.push(BodyLink { dest: reference.dest, at, is_picture });
            }
            None => defined.push((reference.dest, is_picture)),
        }
    }
    if !defined.is_empty() {
        defined.sort();
        definitions(body, &defined, &mut found);
    }
    found.sort_by_key(|link| (link.at.start, link.at.end));
    // A picture in a link has both ranges; of two at one place, one is enough.
    found.dedup_by(|a, b| a.at == b.at);
    found
}

/// Finds a destination in the source of its link. It is the last one, because the text before may show it.
fn place_in(slice: &str, dest: &str) -> Option<Range<usize>> {
    if dest.is_empty() {
        return None;
    }
    // As written, with entities, or with the escapes that people use.
    let forms = [
        dest.to_owned(),
        dest.replace('&', "&amp;"),
        dest.replace('_', "\\_"),
        dest.replace('(', "\\(").replace(')', "\\)"),
    ];
    let form = forms.iter().find_map(|form| slice.rfind(form.as_str()).map(|at| at..at + form.len()))?;
    Some(form)
}

/// Finds definitions of links, such as `[1]: destination`, among the lines of a body.
fn definitions(body: &str, defined: &[(String, bool)], found: &mut Vec<BodyLink>) {
    let mut start = 0;
    for line in body.split_inclusive('\n') {
        let at = start;
        start += line.len();
        let trimmed = line.trim_start_matches([' ', '>']);
        let Some(colon) = trimmed.strip_prefix('[').and_then(|_| trimmed.find("]:")) else { continue };
        let rest = &trimmed[colon + 2..];
        let word = rest.trim_start().trim_start_matches('<');
        let written = word.split(|c: char| c.is_whitespace() || c == '>').next().unwrap_or_default();
        let plain = written.replace("&amp;", "&");
        let Ok(known) = defined.binary_search_by(|(dest, _)| dest.as_str().cmp(&plain)) else { continue };
        let from = at + (line.len() - trimmed.len()) + colon + 2 + (rest.len() - word.len());
        let (dest, is_picture) = defined[known].clone();
        found.push(BodyLink { dest, at: from..from + written.len(), is_picture });
    }
}

/// Replaces destinations. `replacements` are in order and do not overlap.
pub fn replace(body: &str, replacements: &[(Range<usize>, String)]) -> String {
    let mut out = String::with_capacity(body.len() + 64);
    let mut from = 0;
    for (at, new) in replacements.iter().filter(|(at, _)| at.end <= body.len()) {
        if at.start < from {
            continue;
        }
        out.push_str(&body[from..at.start]);
        out.push_str(new);
        from = at.end;
    }
    out.push_str(&body[from..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moved(body: &str) -> String {
        let links = find(body);
        let new: Vec<_> =
            links.iter().map(|link| (link.at.clone(), format!("<{}>", link.dest.to_uppercase()))).collect();
        replace(body, &new)
    }

    #[test]
    fn destinations_are_found_and_replaced() {
        for (body, new) in [
            ("a [b](c.md) d", "a [b](<C.MD>) d"),
            ("![a](a.png \"a.png\")x", "![a](a.png \"<A.PNG>\")x"),
            ("[![x](x.png)](x.png)", "[![x](<X.PNG>)](<X.PNG>)"),
            ("[a][1] and [b][1]\n\n[1]: /x?a=1&amp;b=2 \"t\"\n", "[a][1] and [b][1]\n\n[1]: </X?A=1&B=2> \"t\"\n"),
            ("<https://a.example/b>", "<<HTTPS://A.EXAMPLE/B>>"),
            ("<img src=\"a b.png\">", "<img src=\"<A B.PNG>\">"),
            ("`[a](b)`\n\n```\n[a](b)\n```\n", "`[a](b)`\n\n```\n[a](b)\n```\n"),
            ("[a](source:x_y/%E6%97%A5.md#z)", "[a](<SOURCE:X_Y/%E6%97%A5.MD#Z>)"),
        ] {
            assert_eq!(moved(body), new, "{body}");
        }
    }
}
