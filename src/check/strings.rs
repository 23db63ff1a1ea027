//! Checks interface strings: missing translations, and strings and templates that nothing uses. It asks the theme
//! what is used, and reads no template.

use super::subject::Subject;
use crate::base::diag::{Diagnostics, Span};
use crate::base::language;
use crate::base::problem;
use crate::theme::theme::DEFAULT;

/// Reports strings and templates of the site that no page uses. Most of them have a typo in their name.
pub fn unused(subject: &Subject, problems: &mut Diagnostics) {
    for (path, meant) in subject.theme.unused() {
        problems.push(problem::unused_template(Span::file(path), meant));
    }
    for (key, at) in subject.strings.own.iter().filter(|(key, _)| !subject.theme.prints(key)) {
        problems.push(problem::unused_string(at.clone(), key, subject.strings.meant(key)));
    }
}

/// Reports missing translations.
pub fn check(subject: &Subject, problems: &mut Diagnostics) {
    let missing = &subject.strings.untranslated;
    // An unknown language has no translations, and was already reported.
    if missing.is_empty() || language::doubt(&subject.config.language).is_some() {
        return;
    }
    let (theme, lang) = (&*subject.config.theme.value, &subject.strings.locale.tag);
    let file = match theme {
        // The built-in theme cannot be edited.
        DEFAULT => format!("i18n/{lang}.toml"),
        theme => format!("themes/{theme}/i18n/{lang}.toml"),
    };
    problems.push(problem::untranslated_strings(Span::file(file), lang, missing));
}
