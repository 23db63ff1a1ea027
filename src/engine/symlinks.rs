//! Symbolic links in a site: which are followed, and to what.
//!
//! A file below `static/`, or one beside articles that is not a text, may be a symbolic link to a plain file of the
//! site that any reader may have. All other links are rejected. The target is resolved here, name by name, and opened
//! below the site's folder like any other file, so that the system follows no link. The rule is applied whenever a file
//! is read, so it also holds for a link that has just replaced a file.

use std::path::{Component, Path};

use crate::base::config;
use crate::base::diag::{Diagnostic, Span};
use crate::base::digest::Digest;
use crate::base::ignored_files::{self, IgnoreReason};
use crate::base::{problem, reserved};
use crate::content::content_path::{is_asset, is_markdown};
use crate::system::beneath::EntryKind;
use crate::system::disk::{DiskError, DiskResult, Stat};
use crate::system::root::Root;

/// The most links in a chain.
const MOST: usize = 8;

/// The file that every output folder has.
const MANIFEST: &str = ".recto-manifest";

/// Why a link is not followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedLink {
    /// The link's target as written.
    target: String,
    why: String,
    help: &'static str,
}

impl RefusedLink {
    /// Returns this as a problem of the link.
    pub fn at(&self, file: &str) -> Diagnostic {
        problem::symlink(Span::file(file), &self.target, &self.why, self.help)
    }
}

const COPY: &str = "replace the link with a copy of the file, or remove it";
const REMOVE: &str = "remove the link";

/// Returns the path below the site's folder to which the link `file` leads.
pub fn resolve(root: &Root, file: &str) -> Result<String, RefusedLink> {
    led(root, file).map_err(|(why, help)| RefusedLink { target: root.link_target(file), why, help })
}

/// Returns the problem of an entry that is neither a file nor a folder, or is a link that is not allowed.
pub fn oddity(root: &Root, file: &str, kind: EntryKind) -> Option<Diagnostic> {
    match kind {
        EntryKind::File | EntryKind::Folder => None,
        EntryKind::Link => resolve(root, file).err().map(|refused| refused.at(file)),
        EntryKind::Other(what) => Some(problem::special_file(Span::file(file), what)),
    }
}

/// Returns the problem of a file that could not be read.
pub fn unread(root: &Root, file: &str, error: &DiskError) -> Diagnostic {
    let odd = root.kind(file).ok().flatten().and_then(|kind| oddity(root, file, kind));
    odd.unwrap_or_else(|| problem::unreadable(Span::file(file), &error.source.to_string()))
}

/// Reads a file of the site with at most `most` bytes. Returns its bytes, and its stat after reading.
pub fn read(root: &Root, file: &str, most: u64) -> DiskResult<(Vec<u8>, Stat)> {
    through(root, file, |place| root.read_at_most(place, most))
}

/// Returns the digest of a file of the site, following a permitted link.
pub fn digest(root: &Root, file: &str) -> DiskResult<Digest> {
    through(root, file, |place| root.digest(place))
}

/// Copies a file of the site. Returns the digest of the bytes, and the copy's stat.
pub fn copy(root: &Root, file: &str, to: &Root, new: &str) -> DiskResult<(Digest, Option<Stat>)> {
    through(root, file, |place| root.copy(place, to, new))
}

/// Calls `act` with a file or, for a link, with the file that it leads to.
fn through<T>(root: &Root, file: &str, act: impl Fn(&str) -> DiskResult<T>) -> DiskResult<T> {
    let error = match act(file) {
        Err(error) if may_be_link(file) && matches!(root.kind(file), Ok(Some(EntryKind::Link))) => error,
        result => return result,
    };
    resolve(root, file).map_or(Err(error), |place| act(&place))
}

fn may_be_link(file: &str) -> bool {
    file.starts_with("static/") || file.strip_prefix("content/").is_some_and(is_asset)
}

fn led(root: &Root, file: &str) -> Result<String, (String, &'static str)> {
    if !may_be_link(file) {
        let why = "only files in static/ and assets beside articles can be symbolic links";
        return Err((why.to_owned(), "replace the link with the real file or folder, or remove it"));
    }
    let mut place = file.to_owned();
    for _ in 0..MOST {
        let target = root.link_target(&place);
        place = joined(root, &place, &target).ok_or(("it points outside the site folder".to_owned(), COPY))?;
        let folder = || {
            ("it points to a folder".to_owned(), "replace the link with copies of the files to publish, or remove it")
        };
        let kind = if place.is_empty() { Ok(Some(EntryKind::Folder)) } else { root.kind(&place) };
        if let (Ok(Some(EntryKind::File) | None), Some(why)) = (&kind, judge(root, &place)) {
            return Err((why.to_owned(), REMOVE));
        }
        return match kind {
            Ok(Some(EntryKind::Link)) => continue,
            Ok(Some(EntryKind::File)) => Ok(place),
            Ok(Some(EntryKind::Folder)) => Err(folder()),
            Ok(Some(EntryKind::Other(what))) => Err((format!("it points to {what}"), REMOVE)),
            Ok(None) => Err(("its target does not exist".to_owned(), "replace the link with the file, or remove it")),
            Err(error) => Err((error.source.to_string(), COPY)),
        };
    }
    Err((format!("it is part of a loop, or of a chain of more than {MOST} links"), REMOVE))
}

/// Resolves the target of a link at `place`; `None` if it is outside of the site. Opening fails if a folder in the
/// path is a link.
fn joined(root: &Root, place: &str, target: &str) -> Option<String> {
    let target = Path::new(target);
    let mut parts: Vec<&str> = Vec::new();
    let below = match target.is_absolute() {
        true => target.strip_prefix(root.path()).ok()?,
        false => {
            parts.extend(place.split('/'));
            parts.pop();
            target
        }
    };
    for part in below.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(parts.pop()?),
            Component::Normal(name) => parts.push(name.to_str()?),
            _ => return None,
        }
    }
    Some(parts.join("/"))
}

/// Returns why no link may lead to a file of the site, if so.
fn judge(root: &Root, place: &str) -> Option<&'static str> {
    if place.strip_prefix("content/").map_or(is_markdown(place), |below| !is_asset(below)) {
        return Some("it points to a text, and Recto publishes texts only as pages");
    }
    if place == config::FILE {
        return Some("it points to the site configuration");
    }
    match ignored_files::ignore_reason_of_path(place) {
        Some(IgnoreReason::Secret) => return Some("it points to a file that looks like a secret"),
        Some(_) => return Some("it points to a file that is never published"),
        None => {}
    }
    if place.split('/').any(|name| name.starts_with('.') || reserved::name(name).is_some()) {
        return Some("it points to a hidden file");
    }
    let mut folders = place.match_indices('/').map(|(at, _)| &place[..at]);
    let output = folders.any(|folder| matches!(root.kind(&format!("{folder}/{MANIFEST}")), Ok(Some(_)) | Err(_)));
    output.then_some("it points into an output folder")
}
