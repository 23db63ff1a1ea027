//! Whether a piece of HTML closes every element that it opens, so that it can stand in a cell of a page. It must not
//! know which elements are allowed.

use super::html_tags::{HtmlPiece, HtmlTag, pieces};

/// Elements without an end tag.
const VOID: [&str; 14] =
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];

/// Returns whether HTML closes every element that it opens, in order, and no other. Browsers close some elements
/// themselves (`<li>`, `<p>`); those count as open.
pub(super) fn is_balanced(html: &str) -> bool {
    let mut open: Vec<String> = Vec::new();
    let mut foreign = 0usize;
    for piece in pieces(html) {
        let tag = match piece {
            HtmlPiece::Tag(tag) => tag,
            HtmlPiece::Broken(_) => return false,
            // A comment without an end hides the rest of the page.
            HtmlPiece::Comment(at) if !html[at.clone()].ends_with('>') => return false,
            _ => continue,
        };
        let closed = html[tag.at.clone()].ends_with("/>");
        let is_foreign = matches!(&*tag.name, "svg" | "math");
        match tag {
            // Nothing ends this element.
            HtmlTag { ref name, .. } if name == "plaintext" => return false,
            HtmlTag { ref name, end: false, .. } if VOID.contains(&&**name) => {}
            HtmlTag { end: false, .. } if closed && (foreign > 0 || is_foreign) => {}
            HtmlTag { name, end: false, .. } => {
                foreign += usize::from(is_foreign);
                open.push(name);
            }
            HtmlTag { name, .. } => {
                if open.pop().as_ref() != Some(&name) {
                    return false;
                }
                foreign -= usize::from(is_foreign);
            }
        }
    }
    open.is_empty()
}

#[cfg(test)]
mod tests {
    use super::is_balanced;

    #[test]
    fn elements_end_where_they_start() {
        for html in [
            "",
            "text",
            "<p>a <b>b</b></p>",
            "<div><img src=x><br></div>",
            "<svg><path/><svg/></svg>",
            "<textarea><p></textarea>",
            "<!-- <p> -->",
            "<DIV></div>",
        ] {
            assert!(is_balanced(html), "{html}");
        }
        for html in [
            "<div>",
            "</div>",
            "<b><i></b></i>",
            "<p>a",
            "<div/>",
            "<!-- ",
            "<p ",
            "<textarea>",
            "<plaintext>",
            "<svg><g></svg>",
            "</br>",
        ] {
            assert!(!is_balanced(html), "{html}");
        }
    }
}
