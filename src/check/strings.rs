//! Checks interface strings: those that lack a translation, and strings and templates that nothing uses.

use super::subject::Subject;
use crate::base::diag::{Diagnostics, Span};
use crate::base::language;
use crate::base::problem;
use crate::theme::theme::DEFAULT;

/// What the site brings for its pages and none of them uses: most often its name is a slip.
pub fn unused(subject: &Subject, problems: &mut Diagnostics) {
    for (path, meant) in subject.theme.unused() {
        problems.push(problem::unused_template(Span::file(path), meant));
    }
    for (key, at) in subject.strings.own.iter().filter(|(key, _)| !subject.theme.prints(key)) {
        problems.push(problem::unused_string(at.clone(), key, subject.strings.meant(key)));
    }
}

pub fn check(subject: &Subject, problems: &mut Diagnostics) {
    let missing = &subject.strings.untranslated;
    // Of a language that there is not, nothing is translated: that it is none, has been said.
    if missing.is_empty() || language::doubt(&subject.config.language).is_some() {
        return;
    }
    let (theme, lang) = (&*subject.config.theme.value, &subject.strings.locale.tag);
    let file = match theme {
        // The built-in theme cannot be added to.
        DEFAULT => format!("i18n/{lang}.toml"),
        theme => format!("themes/{theme}/i18n/{lang}.toml"),
    };
    problems.push(problem::untranslated_strings(Span::file(file), lang, missing));
}
