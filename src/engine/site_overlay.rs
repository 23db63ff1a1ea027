//! Makes the overlay of a loaded site, and the table it is made from (`hosting/overlay.rs`). It must not know a
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

/// The table of a site, with the rules that it brings itself. What of them cannot be read is a problem.
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

/// What a host is given beside a site. Lines of its own rules that the host would not follow are problems.
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
