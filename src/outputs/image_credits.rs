//! Image credits: the `[[images]]` of an article, shared by all texts on its pages. It knows only one article.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::base::diag::{Diagnostics, Span};
use crate::base::problem;
use crate::content::details::ImageCredit;
use crate::content::markdown::CreditLine;

/// The credits of one article.
#[derive(Default)]
pub struct ImageCredits {
    pub all: Vec<CreditLine>,
    /// The indices of the credits that the texts have used.
    pub used: BTreeSet<usize>,
}

impl ImageCredits {
    /// Collects the credits. `address` returns the URL of a rights statement.
    pub fn new(said: &[ImageCredit], address: fn(&str) -> Option<String>) -> ImageCredits {
        let rights = |text: &str| (text.to_owned(), address(text));
        let credit = |one: &ImageCredit| CreditLine {
            dest: one.src.clone(),
            text: one.credit.to_string(),
            rights: one.rights.as_deref().map(rights),
        };
        ImageCredits { all: said.iter().map(credit).collect(), used: BTreeSet::new() }
    }

    /// Reports credits that no text has used, after all texts are rendered. Images in `elsewhere` count as used.
    pub fn report_unused(&self, said: &[ImageCredit], file: &Arc<str>, elsewhere: &[&str], problems: &mut Diagnostics) {
        let unused =
            said.iter().enumerate().filter(|(at, one)| !self.used.contains(at) && !elsewhere.contains(&&*one.src));
        problems.extend(unused.map(|(_, one)| problem::unused_image_credit(Span::new(file, one.at.clone()), &one.src)));
    }
}
