//! Opens a source: a folder, an archive or a file. It follows no link below what the user named, and must not know
//! formats.

use std::collections::BTreeMap;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use crate::base::limits::IMPORT_FILE;
use crate::base::printable;
use crate::import::packed::{self, PackedSource, Packing, ReadSeek};
use crate::import::source::MEDIA;
use crate::import::source_limits::{self, SourceTally};
use crate::system::beneath::EntryKind;
use crate::system::disk;
use crate::system::root::Root;

/// Where the files of a source are.
enum SourceStore {
    Folder(Root),
    Packed(Box<PackedSource<Box<dyn ReadSeek>>>),
}

/// An open source.
pub struct OpenedSource {
    /// The name of the folder or file, without its ending.
    pub name: String,
    pub files: BTreeMap<String, u64>,
    /// What is not read, and why.
    pub skipped: Vec<(String, String)>,
    is_repository: bool,
    store: SourceStore,
    media: Option<Root>,
}

/// Endings of files that are archives by their form, but one text of a source.
const WHOLE: [&str; 3] = ["docx", "odt", "epub"];

/// The folder of a git repository.
const GIT: &str = ".git";

impl OpenedSource {
    /// Opens what the user named, and lists its files. The error says what is wrong with it.
    pub fn open(path: &Path, media: Option<&Path>) -> Result<OpenedSource, String> {
        let shown = printable::path(path);
        let failed = |error: &dyn std::fmt::Display| error.to_string();
        if !disk::exists(path).map_err(|error| failed(&error))? {
            return Err(format!("{shown} does not exist"));
        }
        let real = disk::canonical(path).map_err(|error| failed(&error))?;
        let file_name = real.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let mut opened = if disk::is_dir(&real).map_err(|error| failed(&error))? {
            folder(&real, file_name)
        } else {
            file(&real, &file_name)
        }
        .map_err(|why| format!("{shown}: {why}"))?;
        if let Some(media) = media {
            opened.add_media(media)?;
        }
        Ok(opened)
    }

    /// Reads a file of the source.
    pub fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        let from = |root: &Root, path: &str| {
            root.read_at_most(path, IMPORT_FILE).map(|(bytes, _)| bytes).map_err(|error| error.to_string())
        };
        if let Some((media, inside)) = self.media.as_ref().zip(media_path(path)) {
            return from(media, inside);
        }
        match &self.store {
            SourceStore::Folder(root) => from(root, path),
            SourceStore::Packed(packed) => packed.read(path),
        }
    }

    /// The folder, if it is a git repository.
    pub fn repository(&self) -> Option<&Root> {
        match &self.store {
            SourceStore::Folder(root) if self.is_repository => Some(root),
            _ => None,
        }
    }

    fn add_media(&mut self, path: &Path) -> Result<(), String> {
        let root = Root::open(path).map_err(|error| error.to_string())?;
        let mut walk = FolderWalk { tally: SourceTally::new(None), files: BTreeMap::new(), skipped: Vec::new() };
        walk.walk(&root, "").map_err(|why| format!("{}: {why}", printable::path(path)))?;
        self.files.extend(walk.files.into_iter().map(|(path, length)| (format!("{MEDIA}/{path}"), length)));
        self.skipped.extend(walk.skipped);
        self.media = Some(root);
        Ok(())
    }
}

/// Returns the path of a file of `--media` below its folder.
fn media_path(path: &str) -> Option<&str> {
    path.strip_prefix(MEDIA)?.strip_prefix('/')
}

/// The files of a folder, while they are listed.
struct FolderWalk {
    tally: SourceTally,
    files: BTreeMap<String, u64>,
    skipped: Vec<(String, String)>,
}

impl FolderWalk {
    /// Lists a folder and those below it.
    fn walk(&mut self, folder: &Root, below: &str) -> Result<(), String> {
        for entry in folder.list("").map_err(|error| error.to_string())? {
            let Some(name) = entry.name.to_str() else {
                let shown = format!("{below}{}", entry.name.to_string_lossy());
                self.skipped.push((shown, "its name is not valid UTF-8".to_owned()));
                continue;
            };
            let path = format!("{below}{name}");
            match entry.kind {
                EntryKind::Folder if source_limits::is_left_out(name) => {}
                EntryKind::Folder => {
                    self.tally.add_folder(&path)?;
                    let inner = folder.folder(name).map_err(|error| error.to_string())?;
                    self.walk(&inner, &format!("{path}/"))?;
                }
                EntryKind::File => {
                    let Some(stat) = folder.stat(name).map_err(|error| error.to_string())? else { continue };
                    self.tally.add(&path, stat.size)?;
                    self.files.insert(path, stat.size);
                }
                EntryKind::Link => self.skipped.push((path, "a link, which Recto does not follow".to_owned())),
                EntryKind::Other(what) => self.skipped.push((path, format!("it is {what}"))),
            }
        }
        Ok(())
    }
}

fn folder(path: &Path, name: String) -> Result<OpenedSource, String> {
    let root = Root::open(path).map_err(|error| error.to_string())?;
    let mut walk = FolderWalk { tally: SourceTally::new(None), files: BTreeMap::new(), skipped: Vec::new() };
    walk.walk(&root, "")?;
    let is_repository = root.is_folder(GIT).unwrap_or(false);
    let FolderWalk { files, skipped, .. } = walk;
    Ok(OpenedSource { name, files, skipped, is_repository, store: SourceStore::Folder(root), media: None })
}

fn file(path: &Path, name: &str) -> Result<OpenedSource, String> {
    let root = Root::open(path.parent().unwrap_or(path)).map_err(|error| error.to_string())?;
    root.refuse_odd(name).map_err(|error| error.to_string())?;
    let (mut reader, stat) = root.reader(name).map_err(|error| error.to_string())?;
    let mut head = Vec::new();
    let read = (&mut reader).take(512).read_to_end(&mut head).and_then(|_| reader.seek(SeekFrom::Start(0)));
    read.map_err(|error| format!("cannot read it: {error}"))?;
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    let whole = WHOLE.contains(&ending.to_lowercase().as_str());
    let Some(packing) = Packing::of(&head).filter(|_| !whole) else {
        SourceTally::new(None).add(name, stat.size)?;
        let files = BTreeMap::from([(name.to_owned(), stat.size)]);
        let store = SourceStore::Folder(root);
        let name = stem.to_owned();
        return Ok(OpenedSource { name, files, skipped: Vec::new(), is_repository: false, store, media: None });
    };
    let reader: Box<dyn ReadSeek> = Box::new(BufReader::new(reader));
    let mut packed = match packing {
        Packing::Zip => PackedSource::zip(reader, stat.size)?,
        Packing::Tar => PackedSource::tar(reader, stat.size)?,
        Packing::Gzip => {
            // A tar in a gzip can be read only from its start, so it is unpacked into a file without a name.
            let mut unpacked =
                tempfile::tempfile().map_err(|error| format!("cannot make a temporary file: {error}"))?;
            packed::gunzip(reader, stat.size, &mut unpacked)?;
            let unpacked: Box<dyn ReadSeek> = Box::new(BufReader::new(unpacked));
            PackedSource::tar(unpacked, stat.size)?
        }
    };
    let top = packed.strip_top();
    let name = top.unwrap_or_else(|| stem.strip_suffix(".tar").unwrap_or(stem).to_owned());
    let (files, skipped) = (packed.files(), std::mem::take(&mut packed.skipped));
    let store = SourceStore::Packed(Box::new(packed));
    Ok(OpenedSource { name, files, skipped, is_repository: false, store, media: None })
}
