//! Names of people and desks in a line of a bibliography. It must not know the rest of the reference.

use std::borrow::Cow;

use super::line::CitationLine;
use crate::content::name_parts::{NameParts, is_unspaced};

/// How a style writes a list of names.
pub struct NameList {
    /// How the first is written, and how the others are.
    pub first: NameForm,
    pub others: NameForm,
    /// The word before the last: ` and ` or ` & `.
    pub and: &'static str,
    /// More names than this are cut after the first `kept`.
    pub most: usize,
    pub kept: usize,
    /// Whether the last one is written all the same, after three points.
    pub keeps_last: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum NameForm {
    /// `Sae Onizuka`
    Natural,
    /// `Onizuka, Sae`
    Inverted,
    /// `S. Onizuka`
    Initials,
    /// `Onizuka, S.`
    InvertedInitials,
}

impl NameList {
    /// Writes the names.
    pub fn write(&self, names: &[NameParts], line: &mut CitationLine) {
        let cut = names.len() > self.most;
        let shown = if cut { self.kept } else { names.len() };
        // A comma stands before the last of two names if the first has one itself.
        let divided = matches!(names.first(), Some(NameParts::Person { .. }))
            && matches!(self.first, NameForm::Inverted | NameForm::InvertedInitials);
        for (at, name) in names.iter().take(shown).enumerate() {
            if at > 0 && at + 1 == names.len() {
                line.words(if names.len() > 2 || divided { "," } else { "" });
                line.words(self.and);
            } else if at > 0 {
                line.words(", ");
            }
            let form = if at == 0 { self.first } else { self.others };
            line.value(&written(name, form));
        }
        match names.last().filter(|_| cut) {
            Some(last) if self.keeps_last => {
                line.words(", . . . ");
                line.value(&written(last, self.others));
            }
            Some(_) => line.words(if shown > 1 || divided { ", et al." } else { " et al." }),
            None => {}
        }
    }
}

fn written<'a>(name: &NameParts<'a>, form: NameForm) -> Cow<'a, str> {
    let (family, given) = match name {
        NameParts::Whole(name) => return Cow::Borrowed(name),
        NameParts::Person { family, given } => (family, given),
    };
    Cow::Owned(match form {
        // The order of the script, which has neither spaces nor initials.
        _ if family.contains(is_unspaced) => format!("{family}{given}"),
        NameForm::Natural => format!("{given} {family}"),
        NameForm::Inverted => format!("{family}, {given}"),
        NameForm::Initials => format!("{} {family}", initials(given)),
        NameForm::InvertedInitials => format!("{family}, {}", initials(given)),
    })
}

/// Shortens given names: `Jean-Paul J.K.` becomes `J.-P. J. K.`
fn initials(given: &str) -> String {
    let mut short = String::new();
    for word in given.split([' ', '.']).filter(|word| !word.is_empty()) {
        if !short.is_empty() {
            short.push(' ');
        }
        for (at, part) in word.split('-').filter(|part| !part.is_empty()).enumerate() {
            if at > 0 {
                short.push('-');
            }
            short.extend(part.chars().next());
            short.push('.');
        }
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_names_become_initials() {
        for (given, short) in [("Ann Mary", "A. M."), ("Jean-Paul J.K.", "J.-P. J. K."), ("J.", "J."), ("Élodie", "É.")]
        {
            assert_eq!(initials(given), short);
        }
    }
}
