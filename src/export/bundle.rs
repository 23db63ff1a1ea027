//! A text as Hugo and Zola have it: a folder with the text and the files beside it. It must not know which program it
//! is for.

use super::file::ExportFile;
use super::front::Front;
use super::text::{ExportedText, TextRole};

/// Returns the files of a text. `language` is the program's name for its language.
pub fn files(text: &ExportedText, language: &str, front: &Front, body: &str) -> Vec<ExportFile> {
    let id = &text.id;
    let path = match text.role {
        TextRole::Page if text.files.is_empty() => format!("content/{id}.md"),
        TextRole::Article | TextRole::Page => format!("content/{id}/index.md"),
        TextRole::Original | TextRole::Translation => format!("content/{id}/index.{language}.md"),
    };
    let mut files = vec![ExportFile::text(path, format!("+++\n{}+++\n{body}", front.toml()))];
    files.extend(text.files.iter().map(|(from, name)| ExportFile::copy(from, format!("content/{id}/{name}"))));
    files
}

/// Puts the marks of a comment inside each pair of brackets, so that a shortcode stays text. A bracket without its counterpart gets an entity.
pub fn escape(body: &str, open: &str, close: &str) -> String {
    let mut out = String::with_capacity(body.len());
    let mut rest = body;
    while let Some(at) = rest.find(open) {
        out.push_str(&rest[..at]);
        let inner = &rest[at + open.len()..];
        match inner.find(close) {
            Some(end) => {
                out.extend([open, "/*", &inner[..end], "*/", close]);
                rest = &inner[end + close.len()..];
            }
            None => {
                out.push_str("&#123;");
                out.push_str(&open[1..]);
                rest = inner;
            }
        }
    }
    out.push_str(rest);
    out
}
