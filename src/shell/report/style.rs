//! How a run reports: how much, in which format, with or without colours. It looks at stderr and `NO_COLOR`, and must
//! not print.

use std::io::IsTerminal;

/// How much to print, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReportStyle {
    pub quiet: bool,
    pub verbose: bool,
    pub json: bool,
    pub colour: bool,
}

impl ReportStyle {
    /// Chooses the style. Colours are used only if stderr is a terminal and `NO_COLOR` is not set (no-color.org).
    pub fn new(quiet: bool, verbose: bool, json: bool) -> ReportStyle {
        let refused = std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty());
        ReportStyle { quiet, verbose, json, colour: std::io::stderr().is_terminal() && !refused }
    }
}
