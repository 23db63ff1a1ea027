//! Reports active content in assets. It reads the card of a drawing, not its file.

use std::sync::Arc;

use crate::base::config::Config;
use crate::base::diag::{Diagnostics, Span};
use crate::base::{active_content, problem};
use crate::content::picture::Picture;

/// Reports the active content of a file that a text refers to at `span` by the address `dest`.
pub fn report_active(
    config: &Config,
    (from, picture): (&Arc<str>, Option<&Arc<Picture>>),
    (dest, span): (&str, &Span),
    problems: &mut Diagnostics,
) {
    if config.active_assets.has(from) {
        return;
    }
    if let Some(what) = active_content::active_kind(from) {
        problems.push(problem::active_asset(span.clone(), dest, what, allowed_by(from)));
    }
    if !active_content::is_svg(from) {
        return;
    }
    let Some(picture) = picture else {
        let what = "content that Recto could not read and so cannot check for scripts";
        return problems.push(problem::active_svg(Span::file(from.clone()), from, what, span.clone()));
    };
    for found in &picture.active {
        let at = Span::new(from, found.at.clone());
        let said = problem::active_svg(at, from, &found.what, span.clone());
        problems.push(if found.secret { said.bare() } else { said });
    }
}

/// Returns the entry that would allow a file: its type with all compound endings, or its name.
fn allowed_by(file: &str) -> &str {
    let name = file.rsplit('/').next().unwrap_or(file);
    let from = |at: Option<usize>| at.map_or(name, |at| &name[at..]);
    let (last, first) = (from(name.rfind('.')), from(name.get(1..).and_then(|rest| rest.find('.')).map(|at| at + 1)));
    let is_named = |end: &str| active_content::active_kind(&format!("x{end}")).is_some();
    [last, first].into_iter().find(|end| is_named(end)).unwrap_or(name)
}
