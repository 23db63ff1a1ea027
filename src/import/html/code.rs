//! Reads code blocks and their languages, however programs write them.

use super::reader::Reader;
use super::tree::{self, Handle, attribute, filled, has_class, name};
use crate::import::prose::model::{Block, Inline};

/// Prefixes of classes that name a language.
const PREFIXES: [&str; 5] = ["language-", "lang-", "highlight-source-", "brush:", "sourceCode-"];
/// Classes beside a language that name none.
const OTHERS: [&str; 10] = [
    "hljs",
    "highlight",
    "prettyprint",
    "linenums",
    "code",
    "chroma",
    "wp-block-code",
    "enlighterjsrawhtml",
    "none",
    "plaintext",
];

impl Reader<'_> {
    /// Reads `<pre>`. A verse keeps its lines as a paragraph.
    pub(super) fn preformatted(&mut self, node: &Handle) -> Vec<Block> {
        if has_class(node, "wp-block-verse") || has_class(node, "poem") {
            return vec![self.verse(node)];
        }
        let inner = node.children.borrow().iter().find(|child| name(child) == "code").cloned();
        let above = tree::parent(node).filter(|above| matches!(name(above), "div" | "figure" | "td"));
        let around =
            above.as_ref().and_then(tree::parent).filter(|above| matches!(name(above), "div" | "figure" | "tr"));
        let language =
            [inner, Some(node.clone()), above, around].into_iter().flatten().find_map(|node| language(&node));
        let text = tree::text_of(node);
        if text.trim().is_empty() {
            return Vec::new();
        }
        vec![Block::Code { language, text }]
    }

    fn verse(&mut self, node: &Handle) -> Block {
        let mut lines = Vec::new();
        for inline in self.children_as_inlines(node) {
            let Inline::Text(text) = inline else {
                lines.push(inline);
                continue;
            };
            for (at, line) in text.split('\n').enumerate() {
                if at > 0 {
                    lines.push(Inline::Break);
                }
                lines.push(Inline::Text(line.to_owned()));
            }
        }
        Block::Paragraph(lines)
    }

    /// Reads code that stands in a table with the numbers of its lines, as Hexo and Rouge write it.
    pub(super) fn numbered_code(&mut self, node: &Handle) -> Option<Vec<Block>> {
        let code = tree::find(node, |inner| {
            name(inner) == "td"
                && ["code", "rouge-code", "lntd"].iter().any(|class| has_class(inner, class))
                && tree::find(inner, |pre| name(pre) == "pre" && !is_numbers(pre)).is_some()
        })?;
        let pre = tree::find(&code, |pre| name(pre) == "pre")?;
        let mut blocks = self.preformatted(&pre);
        if let (Some(Block::Code { language: named @ None, .. }), Some(above)) =
            (blocks.first_mut(), tree::parent(node))
        {
            *named = language(&above).or_else(|| language(&tree::parent(&above)?));
        }
        Some(blocks)
    }
}

fn is_numbers(node: &Handle) -> bool {
    tree::text_of(node).chars().all(|c| c.is_ascii_digit() || c.is_whitespace())
}

/// Returns the language that an element names.
fn language(node: &Handle) -> Option<String> {
    let named = ["data-lang", "data-language", "data-enlighter-language"].iter().find_map(|key| filled(node, key));
    let classes = attribute(node, "class").unwrap_or_default();
    // `brush: js; title: …` of SyntaxHighlighter.
    let spaced = classes.replace("brush: ", "brush:").to_lowercase();
    let prefixed =
        || spaced.split([' ', ';']).find_map(|class| PREFIXES.iter().find_map(|prefix| class.strip_prefix(prefix)));
    let highlighted = || {
        let words: Vec<&str> = spaced.split_ascii_whitespace().collect();
        let marked = words.iter().any(|word| matches!(*word, "highlight" | "hljs" | "sourcecode"));
        words.into_iter().find(|word| marked && !OTHERS.contains(word) && *word != "sourcecode")
    };
    let lang = || match name(node) {
        "pre" | "code" => filled(node, "lang"),
        _ => None,
    };
    let found =
        named.or_else(|| prefixed().map(str::to_owned)).or_else(lang).or_else(|| highlighted().map(str::to_owned));
    let found = found.map(|language| language.trim().to_lowercase());
    found.filter(|language| !language.is_empty() && !OTHERS.contains(&language.as_str()))
}
