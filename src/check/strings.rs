//! Interface strings that neither site nor theme has in the language of the site.

use super::Subject;
use crate::base::diag::{Diagnostics, Span};
use crate::base::problem;
use crate::theme::theme::DEFAULT;

pub fn check(subject: &Subject, problems: &mut Diagnostics) {
    let missing = &subject.strings.untranslated;
    if missing.is_empty() {
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
