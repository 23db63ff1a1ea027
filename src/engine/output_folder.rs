//! Finds and opens the output folder. Links in its path are followed only if they are the user's own. It must not
//! know what is written there.

use std::path::{Component, Path, PathBuf};

use super::manifest::{MANIFEST, OutputManifest};
use super::write_errors::OutputRefusal;
use crate::system::beneath::EntryKind;
use crate::system::disk::{self, DiskResult};
use crate::system::root::Root;

/// Returns the path of an output folder without links, whether it exists or not.
pub fn place(root: &Path) -> DiskResult<PathBuf> {
    // Find the nearest folder that exists. For a relative path this may be the current one, whose name is empty.
    let mut there = root;
    while let Some(above) = there.parent()
        && (!disk::exists(there)? || is_dangling(there)?)
    {
        there = above;
    }
    let rest = root.strip_prefix(there).unwrap_or(Path::new(""));
    let there = if there.as_os_str().is_empty() { Path::new(".") } else { there };
    Ok(lexical(&disk::canonical(there)?, rest))
}

/// Returns whether it is a dangling link, which has no other path than its own.
fn is_dangling(path: &Path) -> DiskResult<bool> {
    Ok(disk::is_link(path)? && disk::canonical(path).is_err())
}

/// Appends `rest` to `base` and resolves `..` by name, since a path that does not exist yet contains no links.
fn lexical(base: &Path, rest: &Path) -> PathBuf {
    let mut out = base.to_owned();
    for part in rest.components() {
        match part {
            Component::ParentDir => {
                out.pop();
            }
            Component::Normal(name) => out.push(name),
            _ => {}
        }
    }
    out
}

/// The path to an output folder: the folder below which no link is followed, and the path from there.
struct FolderPath {
    from: PathBuf,
    below: String,
}

/// Finds the path to the output folder `output` of the site at `site` (without links). Fails if the folder must not
/// be used.
fn way(output: &Path, site: &Path) -> Result<FolderPath, OutputRefusal> {
    refuse_links(output, site)?;
    let place = place(output)?;
    guard(&place, site, output)?;
    // No link inside the site counts as the user's own, since all of them come with its repository.
    let from = match place.starts_with(site) {
        true => site.to_owned(),
        false => {
            let mut above = place.parent().unwrap_or(&place);
            while !disk::is_dir(above)?
                && let Some(higher) = above.parent()
            {
                above = higher;
            }
            above.to_owned()
        }
    };
    let below = place.strip_prefix(&from).unwrap_or(Path::new(""));
    let names: Option<Vec<&str>> = below.components().map(|part| part.as_os_str().to_str()).collect();
    Ok(match names {
        Some(names) => FolderPath { from, below: names.join("/") },
        // If the name is not UTF-8, only the system can resolve it.
        None => FolderPath { from: place, below: String::new() },
    })
}

/// Rejects a link at the end of the path, and one inside the site above it.
fn refuse_links(output: &Path, site: &Path) -> Result<(), OutputRefusal> {
    // The system would follow a link before a trailing slash or dot.
    let output: PathBuf = output.components().collect();
    for (at, part) in output.ancestors().filter(|part| !part.as_os_str().is_empty()).enumerate() {
        if disk::is_link(part)? {
            let above = part.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new("."));
            if at == 0 || disk::canonical(above)?.starts_with(site) {
                let target = PathBuf::from(disk::link_target(part));
                let target = disk::canonical(part).unwrap_or(target);
                return Err(OutputRefusal::Link(part.to_owned(), target));
            }
        }
    }
    Ok(())
}

/// A folder that was created: the folder from which it was reached, and the path.
pub type CreatedFolder = (Root, String);

/// Opens the output folder, creating it if it is missing.
pub fn open(output: &Path, site: &Path) -> Result<(Root, Option<CreatedFolder>), OutputRefusal> {
    let FolderPath { from, below } = way(output, &disk::canonical(site)?)?;
    if below.is_empty() {
        disk::create_dir_all(&from)?;
    }
    let from = Root::open(&from)?;
    let made = !below.is_empty() && !from.exists(&below)?;
    if made {
        from.make_folder(&below)?;
    }
    let root = from.folder(&below)?;
    guard_repository(&root, output)?;
    Ok((root, made.then_some((from, below))))
}

/// Opens the output folder for reading, if that is possible.
pub fn peek(output: &Path, site: &Path) -> Option<Root> {
    let way = way(output, &disk::canonical(site).ok()?).ok()?;
    Root::open(&way.from).ok()?.folder(&way.below).ok()
}

/// Rejects a folder in which a build could overwrite sources: the site's root, a folder above it, or a folder of
/// its sources.
fn guard(output: &Path, site: &Path, named: &Path) -> Result<(), OutputRefusal> {
    let sources = ["content", "themes", "templates", "static", "i18n", ".git", ".recto"];
    let inside = sources.iter().any(|folder| output.starts_with(site.join(folder)));
    let home = output.parent().is_none();
    if site.starts_with(output) || inside || home { Err(OutputRefusal::Source(named.to_owned())) } else { Ok(()) }
}

/// Rejects a folder under version control, except a repository that an earlier version of Recto copied from
/// `static/.git`.
fn guard_repository(output: &Root, named: &Path) -> Result<(), OutputRefusal> {
    if !output.exists(".git")? {
        return Ok(());
    }
    let bytes = output.read_if_there(MANIFEST)?.unwrap_or_default();
    let ours = |line: &str| line == ".git" || line.starts_with(".git/");
    match OutputManifest::parse(&bytes).is_some_and(|manifest| manifest.written().any(ours)) {
        true => Ok(()),
        false => Err(OutputRefusal::Source(named.to_owned())),
    }
}

/// Describes in words an entry that is not a file.
pub fn in_words(kind: EntryKind, target: &str) -> String {
    match kind {
        EntryKind::File => String::new(),
        EntryKind::Folder => "a folder".to_owned(),
        EntryKind::Link => format!("a symbolic link to {target}"),
        EntryKind::Other(what) => what.to_owned(),
    }
}
