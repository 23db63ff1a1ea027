//! Makes the digest of the engine: of everything that decides what bytes a page gets. The state of a build by another
//! engine is of no use.

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
    // Embedded too, for `recto explain`, but part of no output.
    println!("cargo:rerun-if-changed=docs/src/diagnostics");
    let mut hasher = DefaultHasher::new();
    files.hash(&mut hasher);
    // Features and the target are part of it, in an order of their own.
    let settings: BTreeMap<String, String> = env::vars()
        .filter(|(key, _)| key.starts_with("CARGO_FEATURE_") || key == "TARGET" || key == "PROFILE")
        .collect();
    settings.hash(&mut hasher);
    println!("cargo:rustc-env=RECTO_ENGINE={:016x}", hasher.finish());
    // Variants of pictures take long, and follow from much less: from what decodes, resizes and encodes.
    let mut hasher = DefaultHasher::new();
    let makers =
        ["Cargo.lock", "src/content/image_headers.rs", "src/content/resize.rs"].map(|path| fs::read(path).ok());
    (makers, settings.get("TARGET")).hash(&mut hasher);
    println!("cargo:rustc-env=RECTO_RESIZE={:016x}", hasher.finish());
    Ok(())
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
