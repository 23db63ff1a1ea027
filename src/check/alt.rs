//! Images without alternative text: a build only warns of them.

use crate::base::diag::{Diagnostics, Severity};

pub fn check(problems: &mut Diagnostics) {
    for found in problems.iter_mut().filter(|found| found.code == "missing-alt") {
        found.severity = Severity::Error;
    }
}
