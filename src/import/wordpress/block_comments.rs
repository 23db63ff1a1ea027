//! The comments of the block editor, `<!-- wp:name {…} -->`: most only delimit HTML; some stand for content that is
//! elsewhere in the export, or that WordPress makes when it shows a page.

use std::collections::BTreeMap;

use serde_json::Value;

use super::media::escaped;

/// What became of the comments.
#[derive(Debug, Default)]
pub(super) struct BlockText {
    pub(super) html: String,
    /// Blocks that WordPress makes when it shows a page: `latest-posts`.
    pub(super) made: Vec<String>,
}

/// Returns whether a text was written with the block editor.
pub(super) fn has_blocks(text: &str) -> bool {
    text.contains("<!-- wp:")
}

/// Removes the comments. `reusable` has the texts of blocks that several posts share, by id; `footnotes` is the custom
/// field with the notes of the post.
pub(super) fn without(text: &str, reusable: &BTreeMap<String, String>, footnotes: Option<&str>) -> BlockText {
    let mut out = BlockText { html: String::with_capacity(text.len()), made: Vec::new() };
    let mut rest = text;
    while let Some(start) = rest.find("<!--") {
        out.html.push_str(&rest[..start]);
        let Some(end) = rest[start..].find("-->").map(|end| start + end) else { break };
        let inside = rest[start + 4..end].trim();
        match inside.strip_prefix("wp:") {
            Some(block) => out.block(block, reusable, footnotes),
            None if inside.starts_with("/wp:") => {}
            None => out.html.push_str(&rest[start..end + 3]),
        }
        rest = &rest[end + 3..];
    }
    out.html.push_str(rest);
    out
}

impl BlockText {
    fn block(&mut self, block: &str, reusable: &BTreeMap<String, String>, footnotes: Option<&str>) {
        let (bare, closed) = block.strip_suffix('/').map_or((block, false), |bare| (bare, true));
        let (name, json) = bare.trim().split_once([' ', '\n']).unwrap_or((bare.trim(), ""));
        if !closed {
            return;
        }
        let values: Value = serde_json::from_str(json.trim()).unwrap_or_default();
        match name {
            "footnotes" => self.footnotes(footnotes),
            "block" => {
                let id = values.get("ref").map(|id| id.to_string()).unwrap_or_default();
                match reusable.get(&id) {
                    // Blocks of one may be others' once: what they hold is not read again.
                    Some(text) => self.html.push_str(&without(text, &BTreeMap::new(), None).html),
                    None => self.made.push(name.to_owned()),
                }
            }
            "spacer" | "separator" => {}
            name => {
                let address = ["url", "src"].iter().find_map(|key| values.get(key)?.as_str());
                match address {
                    Some(address) => {
                        self.html.push_str(&format!("<iframe src=\"{}\"></iframe>", escaped(address)));
                    }
                    None => self.made.push(name.to_owned()),
                }
            }
        }
    }

    /// Writes the notes of a post, which WordPress keeps in a custom field.
    fn footnotes(&mut self, footnotes: Option<&str>) {
        let Some(Value::Array(notes)) = footnotes.and_then(|json| serde_json::from_str(json).ok()) else { return };
        self.html.push_str("<ol class=\"wp-block-footnotes\">");
        for note in &notes {
            let word = |key: &str| note.get(key).and_then(Value::as_str).unwrap_or_default();
            let id = escaped(word("id"));
            self.html.push_str(&format!(
                "<li id=\"{id}\">{} <a href=\"#{id}-link\">\u{21a9}\u{fe0e}</a></li>",
                word("content")
            ));
        }
        self.html.push_str("</ol>");
    }
}
