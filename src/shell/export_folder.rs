//! A folder that an export fills: it gets its name when it is complete, and nothing that stands is overwritten.

use std::collections::BTreeMap;
use std::path::Path;

use super::report::plural;
use crate::base::diag::Diagnostics;
use crate::base::printable;
use crate::engine::site::Site;
use crate::engine::site_files;
use crate::export::file::{ExportFile, FileContent};
use crate::system::disk::{self, DiskError, DiskResult, OutFile};
use crate::system::root::Root;

/// A folder that is being filled under another name.
pub struct NewFolder {
    /// The folder that it will be in.
    above: Root,
    name: String,
    beside: String,
    inside: Option<Root>,
    /// The files that have a line for each text.
    open: BTreeMap<String, OutFile>,
    /// What is in each file that was copied.
    copied: BTreeMap<String, String>,
}

/// Why a folder cannot be filled.
pub enum FolderError {
    /// A message for people.
    Usage(String),
    Disk(DiskError),
}

impl From<DiskError> for FolderError {
    fn from(error: DiskError) -> FolderError {
        FolderError::Disk(error)
    }
}

impl NewFolder {
    /// Starts a folder, of which there must be nothing yet, or an empty folder.
    pub fn create(path: &Path) -> Result<NewFolder, FolderError> {
        let shown = printable::path(path);
        let usage = |why: &str| FolderError::Usage(format!("--output {shown}: {why}"));
        let name = path.file_name().and_then(|name| name.to_str()).ok_or_else(|| usage("expected a folder's name"))?;
        if disk::exists(path)? {
            if disk::is_link(path)? || !disk::is_dir(path)? {
                return Err(usage("it exists and is not a folder"));
            }
            let there = disk::names(path)?;
            if let Some(first) = there.first() {
                let count = plural(there.len(), "file");
                return Err(usage(&format!("the folder is not empty (it has {count}, such as {first})")));
            }
        }
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let above = Root::open(parent)?;
        let beside = format!(".{name}.part");
        if above.exists(&beside)? {
            above.remove_tree(&beside)?;
        }
        above.make_folder(&beside)?;
        let inside = Some(above.folder(&beside)?);
        let (open, copied) = (BTreeMap::new(), BTreeMap::new());
        Ok(NewFolder { above, name: name.to_owned(), beside, inside, open, copied })
    }

    /// Writes files. A file that cannot be read is left out, and its problem is appended.
    pub fn take(&mut self, site: &Site, files: Vec<ExportFile>, problems: &mut Diagnostics) -> Result<(), FolderError> {
        let Some(inside) = &self.inside else { return Ok(()) };
        for ExportFile { path, content } in files {
            match content {
                FileContent::Bytes(bytes) => {
                    if self.copied.insert(path.clone(), String::new()).is_some() {
                        return Err(two_files(&path));
                    }
                    inside.write(&path, &bytes)?;
                }
                FileContent::Copy(from) => match self.copied.get(&path) {
                    Some(known) if *known == from => {}
                    Some(_) => return Err(two_files(&path)),
                    None => {
                        let Some(bytes) = site_files::read_bytes(&site.root, &from, problems) else { continue };
                        inside.write(&path, &bytes)?;
                        self.copied.insert(path, from);
                    }
                },
                FileContent::Line(line) => match self.open.get_mut(&path) {
                    Some(file) => file.write(&line)?,
                    None => {
                        let mut file = inside.out_file(&path, 0)?;
                        file.write(&line)?;
                        self.open.insert(path, file);
                    }
                },
            }
        }
        Ok(())
    }

    /// Gives the folder its name.
    pub fn finish(mut self) -> DiskResult<()> {
        for (_, file) in std::mem::take(&mut self.open) {
            file.finish(&[])?;
        }
        // An open folder cannot be renamed on every system.
        drop(self.inside.take());
        self.above.remove_folder_if_empty(&self.name);
        let renamed = self.above.rename(&self.beside, &self.name);
        if renamed.is_err() {
            let _ = self.above.remove_tree(&self.beside);
        }
        renamed
    }
}

/// Removes what is not complete.
impl Drop for NewFolder {
    fn drop(&mut self) {
        if self.inside.take().is_some() {
            self.open.clear();
            let _ = self.above.remove_tree(&self.beside);
        }
    }
}

fn two_files(path: &str) -> FolderError {
    FolderError::Usage(format!("two files of the site would both be {path} in the export; rename one of them"))
}
