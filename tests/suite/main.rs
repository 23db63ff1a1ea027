//! All integration tests, as one program: a new case costs a folder, a file or a string.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stderr,
    clippy::type_complexity,
    clippy::too_many_lines,
    reason = "tests make files and start programs"
)]

mod support;

mod archive;
mod browser;
mod cli;
mod determinism;
mod diagnostics;
mod golden;
mod hostile;
mod html;
mod mended;
mod properties;
mod publish;
mod schemas;
mod stable;
mod tidy;
mod blast;
#[cfg(unix)]
mod crash;
mod edits;
mod incremental;
mod model;
mod pools;
mod stage;
mod tricks;
