//! Outputs whose paths differ only by case or normalisation: one file on a Mac or on Windows.

use std::collections::BTreeMap;

use super::subject::Subject;
use crate::base::diag::Diagnostics;
use crate::base::{path, problem};

pub fn check(subject: &Subject, problems: &mut Diagnostics) {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for output in &subject.plan.outputs {
        match seen.get(&path::fold(&output.path)) {
            Some(first) => problems.push(problem::case_twins(output.place(subject.archive), first, &output.path)),
            None => {
                seen.insert(path::fold(&output.path), &output.path);
            }
        }
    }
}
