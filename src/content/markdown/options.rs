//! What the caller says of a rendering: what becomes of raw HTML, interface words, credits, and whom to ask for addresses.

use super::link_target::{LinkTarget, LinkUse};
use crate::base::config::RawHtml;

/// Whose an image is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreditLine {
    /// The image's destination as written.
    pub dest: Box<str>,
    pub text: String,
    /// What may be done with it, and where that is said.
    pub rights: Option<(String, Option<String>)>,
}

/// How a body is to be rendered.
#[derive(Clone, Copy)]
pub struct MarkdownOptions<'a> {
    pub html: RawHtml,
    /// Put before every id: "" for the translation, "o-" for an original on the same page. Letters and hyphens only.
    pub prefix: &'static str,
    pub labels: &'a MarkdownLabels,
    /// Asked for every destination whose scheme is allowed, e-mail autolinks excepted.
    pub resolve: &'a dyn Fn(&str, LinkUse) -> LinkTarget,
    /// Whose images are.
    pub credits: &'a [CreditLine],
}

/// Interface words, in the language of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarkdownLabels {
    /// Language tag and direction of these words, where they differ from the text's.
    pub language: Option<(String, &'static str)>,
    pub note: String,
    pub tip: String,
    pub important: String,
    pub warning: String,
    pub caution: String,
    /// Heading of the notes at the end.
    pub footnotes: String,
    /// Accessible name of a back-link; its number follows.
    pub back_to_text: String,
    /// Accessible name of a table's scroll region; its number follows.
    pub table: String,
    /// Accessible names of a task's box.
    pub task_done: String,
    pub task_open: String,
    /// Credit of an image, with `{credit}` in the place of who is credited.
    pub image_credit: String,
}

impl Default for MarkdownLabels {
    fn default() -> Self {
        MarkdownLabels {
            language: None,
            note: "Note".into(),
            tip: "Tip".into(),
            important: "Important".into(),
            warning: "Warning".into(),
            caution: "Caution".into(),
            footnotes: "Notes".into(),
            back_to_text: "Back to text".into(),
            table: "Table".into(),
            task_done: "Done".into(),
            task_open: "Not done".into(),
            image_credit: "Image: {credit}".into(),
        }
    }
}
