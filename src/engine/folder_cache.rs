//! A cache of open folders below the output folder. Neighbours in the plan are written one after another, so an
//! open folder need not be opened again.

use std::sync::{Arc, Mutex, PoisonError};

use crate::base::digest::Digest;
use crate::system::beneath;
use crate::system::disk::DiskResult;
use crate::system::root::Root;

/// Number of slots. Workers write in different parts of the plan.
const SLOTS: usize = 32;

/// An open folder and its path.
type FolderSlot = Mutex<Option<(String, Arc<Root>)>>;

#[derive(Default)]
pub struct FolderCache {
    slots: [FolderSlot; SLOTS],
}

impl FolderCache {
    /// Returns an open folder from which to write a new file, and the path from there. An `index.html` is written
    /// from the parent of its folder.
    pub fn split<'p>(&self, root: &Root, path: &'p str) -> DiskResult<(Arc<Root>, &'p str)> {
        let folder = path.strip_suffix("/index.html").unwrap_or(path);
        let above = folder.rsplit_once('/').map_or("", |(above, _)| above);
        let rest = if above.is_empty() { path } else { &path[above.len() + 1..] };
        Ok((self.open(root, above)?, rest))
    }

    fn open(&self, root: &Root, folder: &str) -> DiskResult<Arc<Root>> {
        let slot = &self.slots[usize::from(Digest::of(folder.as_bytes()).0[0]) % SLOTS];
        let mut slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((path, open)) = &*slot
            && path == folder
        {
            return Ok(open.clone());
        }
        let opened = match root.folder(folder) {
            Err(error) if beneath::is_absence(&error.source) => {
                root.make_folder(folder)?;
                root.folder(folder)?
            }
            opened => opened?,
        };
        let opened = Arc::new(opened);
        *slot = Some((folder.to_owned(), opened.clone()));
        Ok(opened)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_written_where_they_belong() {
        let folder = tempfile::tempdir().unwrap();
        let (root, recent) = (Root::open(folder.path()).unwrap(), FolderCache::default());
        for path in
            ["index.html", "a/index.html", "a/b/index.html", "a/b/c.txt", "a/d/index.html", "x.html", "a/e/f/g.svg"]
        {
            let (above, rest) = recent.split(&root, path).unwrap();
            above.write(rest, path.as_bytes()).unwrap();
            assert_eq!(above.place(rest), root.place(path));
            assert_eq!(root.read(path).unwrap().0, path.as_bytes());
        }
    }
}
