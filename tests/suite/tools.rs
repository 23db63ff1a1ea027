//! Tools that judge pages, which npm installs below `tests/tools/`; where one is missing, its test says so and passes.

use std::path::PathBuf;

use crate::support::{ignored, on_path, project};

/// A file of an installed package.
pub fn installed(path: &str) -> Option<PathBuf> {
    let file = project().join("tests/tools/node_modules").join(path);
    if file.is_file() {
        return Some(file);
    }
    ignored(&format!("no {path} (npm ci --prefix tests/tools)"));
    None
}

/// A program that runs such a file.
pub fn program(name: &str) -> Option<PathBuf> {
    let found = on_path(&[name]);
    if found.is_none() {
        ignored(&format!("no {name} on the path"));
    }
    found
}
