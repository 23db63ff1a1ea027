//! Checks whether `base_url` is still the one that `recto init` wrote. It reads `site.toml` again only to show the
//! place.

use super::subject::Subject;
use crate::base::config::{self, Config, PLACEHOLDER};
use crate::base::diag::{Diagnostic, Diagnostics, Span};
use crate::base::problem;

/// Reports the placeholder.
pub fn check(subject: &Subject, problems: &mut Diagnostics) {
    if is_placeholder(subject.config) {
        let text = (subject.read)(config::FILE, problems).unwrap_or_default();
        problems.push(placeholder(&text, false));
    }
}

/// Returns whether `base_url` is the placeholder.
pub fn is_placeholder(config: &Config) -> bool {
    config.urls.base_url.as_deref() == Some(PLACEHOLDER)
}

/// Returns the diagnostic for the placeholder, at its place in `site.toml`.
pub fn placeholder(text: &str, deploys: bool) -> Diagnostic {
    let at = text.find(PLACEHOLDER).map_or(0..0, |at| at..at + PLACEHOLDER.len());
    problem::placeholder_base_url(Span::new(&config::FILE.into(), at), deploys)
}
