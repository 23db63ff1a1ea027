//! What a reference to an article says besides its card. It must not know formats.
//!
//! Files of references list hundreds of articles, each in several files. So they take everything from memory: reading
//! an article's file once for each of its listings would cost more than all the rest of a build. The front matter is
//! read as a whole for its problems anyway, so keeping these few values costs no time. They are kept only if the site
//! asks for such files.

use serde::{Deserialize, Serialize};

use super::details::Details;
use super::person::Person;
use crate::base::date::{self, Day};

/// The values that files of references need.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CitedDetails {
    /// The original byline, without roles and addresses.
    pub authors: Box<[Person]>,
    /// The translators, if one of them has more than a name.
    pub translators: Box<[Person]>,
    pub page: Option<Box<str>>,
    pub issue: Option<Box<str>>,
    pub edition: Option<Box<str>>,
    /// The headline and date of the original, as the article's own front matter says.
    pub original_title: Option<Box<str>>,
    #[serde(with = "date::day_as_numbers::maybe")]
    pub original_date: Option<Day>,
}

impl CitedDetails {
    /// Takes the values. Returns `None` if the article says none of them.
    pub fn new(details: &Details) -> Option<Box<CitedDetails>> {
        let bare = |author: &Person| Person { role: None, url: None, ..author.clone() };
        let original = details.original.as_ref();
        let cited = CitedDetails {
            authors: details.authors.iter().map(bare).collect(),
            translators: details.translators.iter().map(bare).collect(),
            page: details.page.clone().or_else(|| original?.page.clone()),
            issue: details.issue.clone(),
            edition: details.edition.clone(),
            original_title: original.and_then(|original| original.title.clone()),
            original_date: original.and_then(|original| original.date),
        };
        (cited != CitedDetails::default()).then(|| Box::new(cited))
    }
}
