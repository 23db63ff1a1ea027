//! Permissions of the folders in an output: they get those of new folders, so that the web server can enter them.
//!
//! Usually many folders have wrong permissions or none has. So only some are checked: those with outputs that were
//! touched or written, and the few that contain folders. If one of these is wrong, all are checked.

use crate::system::root::Root;

/// Everybody may list and enter the folder, and its owner may write: correct whatever the umask is.
const USUAL: u32 = 0o755;

/// The bits to correct. Other bits are inherited from the folder above.
const ALL: u32 = 0o777;

/// Corrects the permissions of the folders of outputs (`paths`, sorted). `touched` says whether an output, by its
/// number, was touched. `new` returns the permissions of a new folder, if the system has them. Folders of another
/// owner are left as they are.
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

/// Returns whether a folder had other permissions.
fn straighten_one(root: &Root, folder: &str, new: &impl Fn() -> Option<u32>) -> bool {
    let Some(mode) = root.folder_mode(folder).filter(|mode| mode & ALL != USUAL) else { return false };
    let Some(new) = new().filter(|new| (mode ^ new) & ALL != 0) else { return false };
    root.set_folder_mode(folder, mode & !ALL | new & ALL).is_ok()
}
