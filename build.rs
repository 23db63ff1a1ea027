//! Computes the engine's digest, which covers everything that decides the bytes of a page. A build discards the state
//! left by a different engine.

#![allow(clippy::disallowed_methods, reason = "a build script is no part of the program")]

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> std::io::Result<()> {
    let mut files = BTreeMap::new();
    for part in ["src", "themes", "Cargo.toml", "Cargo.lock", "build.rs"] {
        println!("cargo:rerun-if-changed={part}");
        collect(Path::new(part), &mut files)?;
    }
    // Embedded too, for `recto explain`, but no output depends on it.
    println!("cargo:rerun-if-changed=docs/src/diagnostics");
    let mut hasher = DefaultHasher::new();
    files.hash(&mut hasher);
    // Features and the target also count. The map sorts them.
    let settings: BTreeMap<String, String> = env::vars()
        .filter(|(key, _)| key.starts_with("CARGO_FEATURE_") || key == "TARGET" || key == "PROFILE")
        .collect();
    settings.hash(&mut hasher);
    println!("cargo:rustc-env=RECTO_ENGINE={:016x}", hasher.finish());
    // Resizing pictures is slow, and depends only on the code that decodes, resizes and encodes them. So it has its
    // own digest.
    let mut hasher = DefaultHasher::new();
    let makers =
        ["Cargo.lock", "src/content/image_headers.rs", "src/content/resize.rs"].map(|path| fs::read(path).ok());
    (makers, settings.get("TARGET")).hash(&mut hasher);
    println!("cargo:rustc-env=RECTO_RESIZE={:016x}", hasher.finish());
    // A fifth of the search script is comments. Sites publish it without them; `recto theme eject` writes them.
    let script = fs::read_to_string("themes/default/static/search.js")?;
    let folder = env::var_os("OUT_DIR").map(PathBuf::from).unwrap_or_default();
    fs::write(folder.join("search.js"), without_comments(&script))
}

/// Returns a script without indents, empty lines and lines that are comments. It must not have texts of several lines.
fn without_comments(script: &str) -> String {
    let mut out = String::with_capacity(script.len());
    let mut in_comment = false;
    for line in script.lines().map(str::trim_start) {
        in_comment |= line.starts_with("/**");
        if !in_comment && !line.is_empty() && !line.starts_with("//") {
            out.push_str(line);
            out.push('\n');
        }
        in_comment &= !line.ends_with("*/");
    }
    out
}

fn collect(path: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) -> std::io::Result<()> {
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            collect(&entry?.path(), files)?;
        }
    } else if path.is_file() {
        files.insert(path.to_owned(), fs::read(path)?);
    }
    Ok(())
}
