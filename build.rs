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
    let script = fs::read_to_string("themes/default/static/search.js")?;
    let folder = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(folder.join("search.js"), without_comments(&script))
}

/// Removes from a script what only its readers in the sources need: lines of comments, and spaces before lines.
fn without_comments(script: &str) -> String {
    let mut rest = String::with_capacity(script.len());
    let mut inside = false;
    for line in script.lines() {
        let start = line.trim_start();
        inside |= start.starts_with("/**");
        if !inside && !start.is_empty() && !start.starts_with("//") {
            rest.push_str(start);
            rest.push('\n');
        }
        inside &= !start.ends_with("*/");
    }
    rest
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
