//! Other programs that tests need, and the tools that npm installs below `tests/tools/`. If one is missing, its
//! test says so and passes.

use std::io::Write;
use std::path::{Path, PathBuf};

/// Returns the first of these programs that is on the path.
pub fn on_path(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let found = names.iter().flat_map(|name| std::env::split_paths(&path).map(move |folder| folder.join(name)));
    found.into_iter().find(|file| file.is_file())
}

/// Says why a test is skipped. With `CI` set, fails instead.
pub fn ignored(why: &str) {
    assert!(std::env::var_os("CI").is_none(), "{why}, and this is CI");
    // Write directly: the output of macros is hidden when a test passes.
    let _ = writeln!(std::io::stderr(), "ignored: {why}");
}

/// Returns a file of an installed package. Prints a message if it is missing.
pub fn installed(path: &str) -> Option<PathBuf> {
    file(&format!("node_modules/{path}"), "npm ci --prefix tests/tools")
}

/// Returns a file below `tests/tools/`. If it is missing, prints how to get it.
pub fn file(path: &str, how: &str) -> Option<PathBuf> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tools").join(path);
    if file.is_file() {
        return Some(file);
    }
    ignored(&format!("no {path} ({how})"));
    None
}

/// Returns a program. Prints a message if it is missing.
pub fn program(name: &str) -> Option<PathBuf> {
    let found = on_path(&[name]);
    if found.is_none() {
        ignored(&format!("no {name} on the path"));
    }
    found
}
