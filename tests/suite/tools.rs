//! Programs that tests need beside Recto, and the tools that npm installs below `tests/tools/`. Where one is missing, its
//! test says so and passes.

use std::io::Write;
use std::path::{Path, PathBuf};

/// The first of these programs that is on the path.
pub fn on_path(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let found = names.iter().flat_map(|name| std::env::split_paths(&path).map(move |folder| folder.join(name)));
    found.into_iter().find(|file| file.is_file())
}

/// Says why a test does nothing; with `CI` set that is a failure.
pub fn ignored(why: &str) {
    assert!(std::env::var_os("CI").is_none(), "{why}, and this is CI");
    // Not by a macro: what those print, a test that passes hides.
    let _ = writeln!(std::io::stderr(), "ignored: {why}");
}

/// A file of an installed package; where it is missing, that is said.
pub fn installed(path: &str) -> Option<PathBuf> {
    file(&format!("node_modules/{path}"), "npm ci --prefix tests/tools")
}

/// A file below `tests/tools/`; where it is missing, that is said, and how to get it.
pub fn file(path: &str, how: &str) -> Option<PathBuf> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tools").join(path);
    if file.is_file() {
        return Some(file);
    }
    ignored(&format!("no {path} ({how})"));
    None
}

/// A program that runs such a file; where it is missing, that is said.
pub fn program(name: &str) -> Option<PathBuf> {
    let found = on_path(&[name]);
    if found.is_none() {
        ignored(&format!("no {name} on the path"));
    }
    found
}
