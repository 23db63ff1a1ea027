//! Options of a rendering: handling of raw HTML, interface strings, credits, and the resolver of addresses. It must
//! not know the site or the archive.

use super::link_target::{LinkTarget, LinkUse};
use crate::base::config::RawHtml;

/// The credit of an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreditLine {
    /// The image's destination as written.
    pub dest: Box<str>,
    pub text: String,
    /// The rights statement, and its URL.
    pub rights: Option<(String, Option<String>)>,
}

/// How to render a body.
#[derive(Clone, Copy)]
pub struct MarkdownOptions<'a> {
    pub html: RawHtml,
    /// The prefix of every id: "" for the translation, "o-" for an original on the same page. Letters and hyphens
    /// only.
    pub prefix: &'static str,
    pub labels: &'a MarkdownLabels,
    /// Called for every destination with an allowed scheme, except e-mail autolinks.
    pub resolve: &'a dyn Fn(&str, LinkUse) -> LinkTarget,
    /// The credits of images.
    pub credits: &'a [CreditLine],
}

/// Interface strings in the language of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarkdownLabels {
    /// Language tag and direction of these strings, if they differ from the text's.
    pub language: Option<(String, &'static str)>,
    pub note: String,
    pub tip: String,
    pub important: String,
    pub warning: String,
    pub caution: String,
    /// The heading of the notes at the end.
    pub footnotes: String,
    /// The accessible name of a back-link. Its number is appended.
    pub back_to_text: String,
    /// The accessible name of a table's scroll region. Its number is appended.
    pub table: String,
    /// The accessible names of a task's checkbox.
    pub task_done: String,
    pub task_open: String,
    /// The credit line of an image, with `{credit}` for the credited name.
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
