//! Errors of the output folder: why it was not written, or not completely, in words. It must not access the disk.

use std::path::PathBuf;

use super::manifest::SiteIdentity;
use crate::base::printable;
use crate::system::disk::DiskError;

/// The most new files to name after an interrupted build.
const NAMED: usize = 5;

/// Why an output folder cannot be written.
#[derive(Debug)]
pub enum OutputRefusal {
    /// It is not empty, and has no manifest.
    Foreign(PathBuf),
    /// It is the site itself, a folder of its sources, or a folder that contains the site.
    Source(PathBuf),
    /// It is a link, or lies behind one inside the site; with the link's target.
    Link(PathBuf, PathBuf),
    /// Another site was built into it.
    OtherSite(PathBuf, SiteIdentity),
    /// Another build is in progress; with the name of its process, if known.
    Busy(PathBuf, String),
    /// Something that Recto did not write is in place of an output; with its kind.
    InTheWay(PathBuf, String),
    /// A folder in it is on another file system.
    Elsewhere(PathBuf),
    /// Not everything could be put in place.
    Unfinished(UnfinishedWrite),
    /// It cannot be written. No output was changed.
    Unwritten(DiskError),
    Disk(DiskError),
}

impl OutputRefusal {
    /// Turns an error into one that happened before any output was written.
    pub fn before_writing(self) -> OutputRefusal {
        match self {
            OutputRefusal::Disk(error) => OutputRefusal::Unwritten(error),
            other => other,
        }
    }
}

/// How far a build got that failed after its first change.
#[derive(Debug)]
pub struct UnfinishedWrite {
    pub why: DiskError,
    /// The files that are new or missing because the change could not be undone.
    pub new: Vec<String>,
    /// Whether all outputs are in place, so that only the cleanup failed.
    pub all: bool,
}

impl From<DiskError> for OutputRefusal {
    fn from(error: DiskError) -> OutputRefusal {
        OutputRefusal::Disk(error)
    }
}

impl std::fmt::Display for OutputRefusal {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        match self {
            OutputRefusal::Foreign(path) => write!(
                f,
                "{} is not empty and was not made by Recto (it has no {}); nothing was written\n\
                 help: empty the folder, or choose another with --output",
                printable::path(path),
                super::manifest::MANIFEST
            ),
            OutputRefusal::Source(path) => write!(
                f,
                "{} contains source files and cannot be the output folder\nhelp: choose another folder with --output",
                printable::path(path)
            ),
            OutputRefusal::Link(path, target) => write!(
                f,
                "{} is a symbolic link to {}, and Recto does not write through symbolic links; nothing was written\n\
                 help: remove the link, or choose the real folder with --output",
                printable::path(path),
                printable::path(target)
            ),
            OutputRefusal::OtherSite(path, maker) => write!(
                f,
                "{} was built from another site, {maker}; nothing was written\n\
                 help: choose another folder with --output, or take this one over with `recto build --adopt`, \
                 which removes the files that only the other site has",
                printable::path(path)
            ),
            OutputRefusal::Busy(path, holder) => {
                let holder = if holder.is_empty() { String::new() } else { format!(" ({holder})") };
                write!(
                    f,
                    "another build or deploy{holder} is using {}\nhelp: wait for it to finish",
                    printable::path(path)
                )
            }
            OutputRefusal::InTheWay(path, kind) => write!(
                f,
                "{} was not written by Recto and is in the place of an output{}; nothing was written\n\
                 help: {}",
                printable::path(path),
                if kind.is_empty() { String::new() } else { format!(" (it is {kind})") },
                if kind.is_empty() { "move it to static/, or remove it" } else { "remove it, or move it elsewhere" }
            ),
            OutputRefusal::Elsewhere(path) => write!(
                f,
                "{} is on another file system than the output folder, so Recto cannot rename files into it; nothing was written\n\
                 help: unmount it, or use --output to put the whole output folder on that file system",
                printable::path(path)
            ),
            OutputRefusal::Unfinished(unfinished) => unfinished.fmt(f),
            OutputRefusal::Unwritten(error) => {
                write!(f, "{error}; nothing was written")?;
                match error.help() {
                    Some(help) => write!(f, "\nhelp: {help}; or choose another folder with --output"),
                    None => Ok(()),
                }
            }
            OutputRefusal::Disk(error) => error.fmt(f),
        }
    }
}

impl std::fmt::Display for UnfinishedWrite {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        self.why.fmt(f)?;
        if self.new.is_empty() {
            return f.write_str("\nnote: all files are unchanged: Recto restored those that it had replaced");
        }
        if self.all {
            return f.write_str("\nnote: all files are up to date, and only the cleanup failed\nhelp: build again");
        }
        let count = self.new.len();
        let named: Vec<_> = self.new.iter().take(NAMED).map(|path| crate::base::diag::quoted(path)).collect();
        let more = if count > NAMED { format!(", and {} more", count - NAMED) } else { String::new() };
        let (files, are) = if count == 1 { ("file", "is") } else { ("files", "are") };
        write!(
            f,
            "\nnote: {count} {files} that could not be restored {are} new or removed: {}{more}; the others are unchanged\n\
             help: fix the problem and build again; the next build completes them",
            named.join(", ")
        )
    }
}
