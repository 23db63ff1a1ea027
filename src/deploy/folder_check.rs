//! Checks whether a local folder may be a target: it must not be the site itself, nor hold a site in another
//! layout. Changes nothing.

use std::path::Path;

use super::folder::{CURRENT, RELEASES};
use super::manifest;
use crate::base::printable;
use crate::system::disk::{self, DiskResult};

/// The parts of a site that must never be overwritten.
const OWN: [&str; 8] = ["content", "templates", "i18n", "static", "themes", "public", ".recto", ".git"];

/// Checks that a folder is neither the site, nor inside one of its folders, nor around it. `Err` says which.
pub fn outside(root: &Path, site: &Path) -> DiskResult<Result<(), String>> {
    let (root, site) = (disk::real(root)?, disk::real(site)?);
    if root == site || site.starts_with(&root) {
        let what = if root == site { "is the site folder" } else { "contains the site folder" };
        return Ok(Err(format!("{} {what}", printable::path(&root))));
    }
    for name in OWN {
        let own = site.join(name);
        let own = if disk::exists(&own)? { disk::real(&own)? } else { own };
        if root.starts_with(&own) || own.starts_with(&root) {
            return Ok(Err(format!("{} overlaps the site's own folder `{name}`", printable::path(&root))));
        }
    }
    Ok(Ok(()))
}

/// Checks that a folder exists or can be created, and that its content has the expected layout. `Err` says what to
/// do.
pub fn fits(root: &Path, releases: Option<usize>) -> DiskResult<Result<(), String>> {
    let shown = printable::path(root);
    if !disk::is_dir(root)? {
        if disk::exists(root)? {
            return Ok(Err(format!("{shown} is a file, not a folder; nothing was done")));
        }
        let above = root.parent().unwrap_or(Path::new("/"));
        return Ok(match disk::is_dir(above)? {
            true => Ok(()),
            false => Err(format!(
                "cannot create {shown}: its parent folder does not exist; nothing was done\nhelp: run `mkdir -p {}`",
                printable::path(above)
            )),
        });
    }
    let link = root.join(CURRENT);
    let switched = disk::is_link(&link)? && disk::link_target(&link).starts_with(RELEASES);
    let in_place = disk::exists(&root.join(manifest::PATH))?;
    if releases.is_some() && disk::exists(&link)? && !disk::is_link(&link)? {
        return Ok(Err(format!(
            "{} is not a symbolic link, as `releases` needs it to be; nothing was done\nhelp: deploy to an empty folder",
            printable::path(&link)
        )));
    }
    Ok(match releases {
        None if switched => Err(format!(
            "{shown} contains releases, but this target does not set `releases`; nothing was done\n\
             help: set `releases = N`, or deploy to an empty folder and serve that"
        )),
        Some(_) if in_place && !switched => Err(format!(
            "{shown} contains the site of a deploy without `releases`; nothing was done\n\
             help: deploy to an empty folder, and serve `{CURRENT}` in it"
        )),
        _ => Ok(()),
    })
}
