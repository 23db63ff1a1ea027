//! Loose ends: links of which a card does not say where they lead. Ids of other texts, and addresses of the site, are known
//! only when all texts are read.

use crate::base::doc::Entry;

/// Whether a text may have a link to an id or to an address of the site, or a correction that names a paragraph: then it is
/// read again when these are looked for. Most texts have none, and this costs less than finding the links.
pub fn has_any(front: &[Entry], body: &str) -> bool {
    let mut ends = memchr::memchr2_iter(b']', b'=', body.as_bytes());
    front.iter().any(|entry| entry.key == "corrections") || ends.any(|at| is_loose(&body[at..]))
}

/// `](#p1)`, `]: /tags/`, `href="/tags/"`, and what a reference or a backslash may make of it.
fn is_loose(rest: &str) -> bool {
    let dest = ["](", "]:", "="].into_iter().find_map(|start| rest.strip_prefix(start));
    let dest = dest.map(|dest| dest.trim_start_matches([' ', '\t', '\n', '\r', '<', '"', '\'', '>']));
    dest.is_some_and(|dest| dest.starts_with(['#', '/', '&', '\\']))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::doc;

    #[test]
    fn loose_ends() {
        for body in
            ["a [b](#p1)", "[b](  </tags/>)", "[b]:\n  /x", "日本<a href=\"#p1\">x</a>", "[a](&#35;p1)", "[a](\\#p1)"]
        {
            assert!(has_any(&[], body), "{body}");
        }
        let corrections = doc::parse_toml("[[corrections]]\nparagraph = 2\n", 0).expect("TOML");
        assert!(has_any(&corrections, ""));
        for body in ["", "plain", "[b](c.md)", "a = b", "日本 ](", "[x](https://example.org/#p)", "=", "]:"] {
            assert!(!has_any(&[], body), "{body}");
        }
    }
}
