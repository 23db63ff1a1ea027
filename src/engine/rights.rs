//! Rights of the folders in an output: as new ones have them, so that whoever serves the site can enter them.
//!
//! Whoever changes the rights of folders mostly changes many. So only those are looked at whose outputs were touched or written, and
//! those that have folders in them, which are few; where one of these is askew, all are.

use crate::system::root::Root;

/// Everybody may list and enter it, and its owner alone may write: right whatever the process gives to new folders.
const USUAL: u32 = 0o755;

/// The bits that are put right; the others are handed down from the folder above.
const ALL: u32 = 0o777;

/// Puts the folders of outputs right (paths, sorted), where `touched` are the numbers of some. `new` says which rights a new
/// folder gets, if there are such. Whose folders these are not, may not do that, and leaves it.
pub fn straighten(root: &Root, paths: &[&str], touched: impl Fn(usize) -> bool, new: impl Fn() -> Option<u32>) {
    let mut last = "";
    let mut askew = false;
    for (at, path) in paths.iter().enumerate() {
        let folder = above(path);
        for place in [above(folder), if touched(at) { folder } else { "" }] {
            if place != last && !place.is_empty() {
                last = place;
                askew |= straighten_one(root, place, &new);
            }
        }
    }
    if askew {
        for (at, path) in paths.iter().enumerate() {
            let folder = above(path);
            if !folder.is_empty() && (at == 0 || above(paths[at - 1]) != folder) {
                straighten_one(root, folder, &new);
            }
        }
    }
}

fn above(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Whether a folder had other rights.
fn straighten_one(root: &Root, folder: &str, new: &impl Fn() -> Option<u32>) -> bool {
    let Some(mode) = root.folder_mode(folder).filter(|mode| mode & ALL != USUAL) else { return false };
    let Some(new) = new().filter(|new| (mode ^ new) & ALL != 0) else { return false };
    root.set_folder_mode(folder, mode & !ALL | new & ALL).is_ok()
}
