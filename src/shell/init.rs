//! `recto init` and `recto theme eject`: files of Recto's own, written into a folder that has none of that name.

use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};

use crate::engine::disk::{self, DiskResult};
use crate::theme::theme::{DEFAULT, built_in};

/// A small site to start from: `src/shell/starter`.
static STARTER: Dir = include_dir!("$CARGO_MANIFEST_DIR/src/shell/starter");

const IGNORE: &str = "public/\n.recto/\n";

/// Writes the starter site into `dir`; `Err` names what is in the way. Hidden files (`.git`) may be there.
pub fn init(dir: &Path) -> DiskResult<Result<usize, String>> {
    let there: Vec<String> = disk::names(dir)?.into_iter().filter(|n| !n.starts_with('.')).collect();
    if let Some(first) = there.first() {
        return Ok(Err(format!("{} is not empty (it has {first}); nothing was written", dir.display())));
    }
    let mut files = Vec::new();
    collect(&STARTER, &mut files);
    for (path, bytes) in &files {
        disk::write(&dir.join(path), bytes)?;
    }
    if !disk::exists(&dir.join(".gitignore"))? {
        disk::write(&dir.join(".gitignore"), IGNORE.as_bytes())?;
    }
    Ok(Ok(files.len()))
}

fn collect(dir: &Dir<'static>, out: &mut Vec<(PathBuf, &'static [u8])>) {
    out.extend(dir.files().map(|f| (f.path().to_owned(), f.contents())));
    dir.dirs().for_each(|dir| collect(dir, out));
}

/// Writes the built-in theme to `themes/NAME`; `Err` says that the folder is there.
pub fn eject(root: &Path, name: &str) -> DiskResult<Result<PathBuf, String>> {
    let target = root.join("themes").join(name);
    if disk::exists(&target)? {
        return Ok(Err(format!("{} exists; nothing was written", target.display())));
    }
    for (path, bytes) in built_in() {
        disk::write(&target.join(path), bytes)?;
    }
    Ok(Ok(target))
}

/// The name under which the theme is ejected if none is given.
pub const EJECTED: &str = DEFAULT;
