//! Makes the overlay of a loaded site, and the input it is made from (`hosting/overlay.rs`). It must not know a
//! target.

use super::site::Site;
use crate::base::diag::{Diagnostics, Span};
use crate::base::problem;
use crate::hosting::headers::HEADERS;
use crate::hosting::hosts::HostRules;
use crate::hosting::overlay::{self, Overlay};
use crate::hosting::overlay_input::OverlayInput;
use crate::hosting::redirects::REDIRECTS;
use crate::outputs::alias_table;

/// Returns the overlay's input for a site, with the site's own rules. Unreadable rule files are reported as
/// problems.
pub fn table(site: &Site, problems: &mut Diagnostics) -> OverlayInput {
    let mut own = |name: &str| {
        let rendered = site.render(site.plan.find(name)?);
        problems.extend(rendered.problems);
        rendered.bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    };
    let (own_redirects, own_headers) = (own(REDIRECTS), own(HEADERS));
    let table = alias_table::table(&site.config, &site.archive, &site.statics, &site.plan);
    OverlayInput { own_redirects, own_headers, ..table }
}

/// Returns the overlay of a site for a host. Lines of the site's own rules that the host would not follow are
/// reported as problems.
pub fn overlay(site: &Site, rules: &HostRules, problems: &mut Diagnostics) -> Overlay {
    let overlay = overlay::overlay(&table(site, problems), rules);
    for remark in overlay.own.iter().filter(|remark| !remark.why.only_here) {
        if let Some(output) = site.plan.find(remark.file) {
            let at = Span::new(&output.place(&site.archive).file, remark.at.clone());
            problems.push(problem::host_rule(at, rules.name, &remark.why.text));
        }
    }
    overlay
}
