//! Finds and opens the output folder: links on the way are followed only where they are the user's own. It must not
//! know what is written there.

use std::path::{Component, Path, PathBuf};

use super::manifest::{MANIFEST, OutputManifest};
use super::write_errors::OutputRefusal;
use crate::system::beneath::EntryKind;
use crate::system::disk::{self, DiskResult};
use crate::system::root::Root;

/// The place of an output folder without links, whether it exists or not.
pub fn place(root: &Path) -> DiskResult<PathBuf> {
    // The nearest folder that exists; for a relative path that may be the current one, whose name is empty.
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

/// Whether it is a link to nothing: that has no other place than its own.
fn is_dangling(path: &Path) -> DiskResult<bool> {
    Ok(disk::is_link(path)? && disk::canonical(path).is_err())
}

/// `base` with `rest` appended, `..` resolved by name: what does not exist yet is no link.
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

/// The way to an output folder: the folder from which no link is followed any more, and the path from there.
struct FolderPath {
    from: PathBuf,
    below: String,
}

/// Finds the way to the output folder `output` of the site at `site` (without links), or says why there is none.
fn way(output: &Path, site: &Path) -> Result<FolderPath, OutputRefusal> {
    refuse_links(output, site)?;
    let place = place(output)?;
    guard(&place, site, output)?;
    // In the site nothing is the user's own alone: everything there comes with its repository.
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
        // Of a name that is no text, the system alone can say what it leads to.
        None => FolderPath { from: place, below: String::new() },
    })
}

/// Refuses a link at the end of the path, and one of the site's own on the way.
fn refuse_links(output: &Path, site: &Path) -> Result<(), OutputRefusal> {
    // A slash or a dot at the end would have the system follow it.
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

/// A folder that was made, by the one from which it was reached.
pub type CreatedFolder = (Root, String);

/// Opens the output folder, making it if need be.
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

/// The output folder as far as it can be opened, for somebody who only looks at it.
pub fn peek(output: &Path, site: &Path) -> Option<Root> {
    let way = way(output, &disk::canonical(site).ok()?).ok()?;
    Root::open(&way.from).ok()?.folder(&way.below).ok()
}

/// Refuses a folder in which a build could overwrite sources: the site's root or one above it, a folder of its sources.
fn guard(output: &Path, site: &Path, named: &Path) -> Result<(), OutputRefusal> {
    let sources = ["content", "themes", "templates", "static", "i18n", ".git", ".recto"];
    let inside = sources.iter().any(|folder| output.starts_with(site.join(folder)));
    let home = output.parent().is_none();
    if site.starts_with(output) || inside || home { Err(OutputRefusal::Source(named.to_owned())) } else { Ok(()) }
}

/// Refuses a folder under version control, but not for what an earlier version of Recto copied from `static/.git`.
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

/// What stands at a place that is no file, in words.
pub fn in_words(kind: EntryKind, target: &str) -> String {
    match kind {
        EntryKind::File => String::new(),
        EntryKind::Folder => "a folder".to_owned(),
        EntryKind::Link => format!("a symbolic link to {target}"),
        EntryKind::Other(what) => what.to_owned(),
    }
}
