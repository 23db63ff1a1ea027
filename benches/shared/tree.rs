//! Walks a folder with several threads, level by level, and reads the status of every file.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use super::parallel;

/// The folders and files below a folder, in no particular order, without the folder itself.
#[derive(Default)]
pub struct Tree {
    pub folders: Vec<PathBuf>,
    pub files: Vec<PathBuf>,
    /// Bytes of all files.
    pub bytes: u64,
}

impl Tree {
    /// Sorts both lists by path.
    pub fn sorted(mut self) -> Tree {
        self.folders.sort();
        self.files.sort();
        self
    }
}

/// Walks a folder. Each level is finished before the next begins, so that every thread has folders to read.
pub fn walk(root: &Path, threads: usize) -> io::Result<Tree> {
    let mut tree = Tree::default();
    let mut level = vec![root.to_owned()];
    while !level.is_empty() {
        let (found, _) = parallel::map(level.len(), threads, |at| read(&level[at]));
        level.clear();
        for found in found {
            let found = found?;
            level.extend(found.folders);
            tree.files.extend(found.files);
            tree.bytes += found.bytes;
        }
        tree.folders.extend(level.iter().cloned());
    }
    Ok(tree)
}

fn read(folder: &Path) -> io::Result<Tree> {
    let mut tree = Tree::default();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let status = entry.metadata()?;
        if status.is_dir() {
            tree.folders.push(entry.path());
        } else {
            tree.bytes += status.len();
            tree.files.push(entry.path());
        }
    }
    Ok(tree)
}

/// Reads the status of files with known paths. Returns how many exist.
pub fn look(files: &[PathBuf], threads: usize) -> usize {
    let there = AtomicUsize::new(0);
    parallel::shares(files.len(), threads, |range| {
        let found = files[range].iter().filter(|file| fs::symlink_metadata(file).is_ok()).count();
        there.fetch_add(found, Ordering::Relaxed);
    });
    there.into_inner()
}
