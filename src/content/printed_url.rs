//! Reads an address that a page prints. It refuses other schemes than http and https, and addresses with a user or a
//! password.

use crate::base::diag::{Diagnostic, Span};
use crate::base::reader::Reader;
use crate::base::{problem, secret, weburl};

/// Reads an http or https URL. Any other scheme could run code in the reader's browser.
pub fn read(r: &mut Reader, key: &'static str) -> Option<Box<str>> {
    let url = r.string(key)?;
    match url_problem(url.value, r.span(&url.at), key) {
        None => return Some(url.value.into()),
        Some(found) => r.problems.borrow_mut().push(found),
    }
    None
}

/// Returns what is wrong with an address that a page prints.
pub fn url_problem(url: &str, at: Span, key: &str) -> Option<Diagnostic> {
    if secret::is_in_url(url) {
        return Some(problem::secret_in_url(at, key));
    }
    (!weburl::is_web(url)).then(|| problem::invalid_url(at, key, url))
}
