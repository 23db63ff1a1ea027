//! Archives as sources: zip and tar, listed and read in place. Nothing is ever unpacked to a disk by its name. It must
//! not know where the archive is.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{Read, Seek, SeekFrom, Write};

use super::encoding;
use super::source_limits::{self, SourceTally, check_ratio, inside, leads_inside};
use crate::base::diag::quoted;
use crate::base::limits::IMPORT_BYTES;

/// What an archive is read from.
pub trait ReadSeek: Read + Seek {}

impl<R: Read + Seek> ReadSeek for R {}

/// Where the bytes of a file are.
#[derive(Clone, Copy, Debug)]
enum PackedPlace {
    /// The number of the entry of a zip.
    Entry(usize),
    /// The bytes of a tar.
    Bytes { start: u64, length: u64 },
}

enum Archive<R: Read + Seek> {
    Zip(Box<zip::ZipArchive<R>>),
    Tar(R),
}

/// An open archive.
pub struct PackedSource<R: Read + Seek> {
    files: BTreeMap<String, (PackedPlace, u64)>,
    /// Entries that are not read, and why.
    pub skipped: Vec<(String, String)>,
    archive: RefCell<Archive<R>>,
}

/// How files are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    Zip,
    Tar,
    Gzip,
}

impl Packing {
    /// Finds out how a file is packed by its first bytes (at least 512, if it has them).
    pub fn of(head: &[u8]) -> Option<Packing> {
        match head {
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Some(Packing::Zip),
            [0x1f, 0x8b, ..] => Some(Packing::Gzip),
            _ if head.get(257..262) == Some(b"ustar") => Some(Packing::Tar),
            _ => None,
        }
    }
}

fn damaged(what: &str) -> impl Fn(&dyn std::fmt::Display) -> String {
    move |error| format!("the {what} cannot be read: {error}")
}

/// Returns the name of an entry, decoded, without leading outside. `None` for an entry that nobody needs.
fn entry_name(raw: &[u8]) -> Result<Option<String>, String> {
    let name = match std::str::from_utf8(raw) {
        Ok(name) => name.to_owned(),
        // Names in old zips are in the encoding of the system that wrote them.
        Err(_) => encoding::decode(raw).text,
    };
    let path = inside(&name)?;
    let folders = path.rsplit_once('/').map_or("", |(folders, _)| folders);
    let unneeded = folders.split('/').any(|folder| !folder.is_empty() && source_limits::is_left_out(folder));
    Ok((!unneeded).then_some(path))
}

impl<R: Read + Seek> PackedSource<R> {
    /// Lists a zip of `packed` bytes.
    pub fn zip(reader: R, packed: u64) -> Result<PackedSource<R>, String> {
        let damaged = damaged("zip");
        let mut archive = zip::ZipArchive::new(reader).map_err(|error| damaged(&error))?;
        let mut tally = SourceTally::new(Some(packed));
        let mut listed = Listing::default();
        for at in 0..archive.len() {
            let entry = archive.by_index_raw(at).map_err(|error| damaged(&error))?;
            let raw = entry.name_raw().to_vec();
            let (size, mode) = (entry.size(), entry.unix_mode());
            let (folder, link, encrypted) = (entry.is_dir(), entry.is_symlink(), entry.encrypted());
            drop(entry);
            let shown = String::from_utf8_lossy(&raw).into_owned();
            tally.add(&shown, size)?;
            let Some(path) = entry_name(&raw)? else { continue };
            if folder {
                continue;
            }
            if encrypted {
                return Err(format!("its entry {} is encrypted", quoted(&path)));
            }
            if link {
                let mut entry = archive.by_index(at).map_err(|error| damaged(&error))?;
                let mut target = Vec::new();
                (&mut entry).take(4096).read_to_end(&mut target).map_err(|error| damaged(&error))?;
                listed.link(path, &String::from_utf8_lossy(&target))?;
                continue;
            }
            // Bits of the kind of a file: only a regular one, or none at all, is one.
            if mode.is_some_and(|mode| !matches!(mode & 0o170_000, 0 | 0o100_000)) {
                return Err(format!("it has an entry {}, which is a device", quoted(&path)));
            }
            listed.file(path, PackedPlace::Entry(at), size)?;
        }
        Ok(listed.source(Archive::Zip(Box::new(archive))))
    }

    /// Lists a tar. `packed` is the length of the file that it was packed in.
    pub fn tar(mut reader: R, packed: u64) -> Result<PackedSource<R>, String> {
        let damaged = damaged("tar");
        reader.seek(SeekFrom::Start(0)).map_err(|error| damaged(&error))?;
        let mut archive = tar::Archive::new(reader);
        let mut tally = SourceTally::new(Some(packed));
        let mut listed = Listing::default();
        for entry in archive.entries_with_seek().map_err(|error| damaged(&error))? {
            let entry = entry.map_err(|error| damaged(&error))?;
            let kind = entry.header().entry_type();
            if matches!(kind, tar::EntryType::XGlobalHeader | tar::EntryType::XHeader) {
                continue;
            }
            let raw = entry.path_bytes().into_owned();
            tally.add(&String::from_utf8_lossy(&raw), entry.size())?;
            if kind.is_dir() && raw.iter().all(|byte| b"./".contains(byte)) {
                continue;
            }
            let Some(path) = entry_name(&raw)? else { continue };
            if kind.is_symlink() || kind.is_hard_link() {
                let target = entry.link_name_bytes().map(|name| name.into_owned()).unwrap_or_default();
                let target = String::from_utf8_lossy(&target).into_owned();
                // A hard link names a path from the top.
                let from = if kind.is_hard_link() { "x".to_owned() } else { path.clone() };
                if !leads_inside(&from, &target) {
                    return Err(outside(&path));
                }
                listed.skipped.push((path, LINK.to_owned()));
            } else if kind.is_file() || kind.is_contiguous() {
                let place = PackedPlace::Bytes { start: entry.raw_file_position(), length: entry.size() };
                listed.file(path, place, entry.size())?;
            } else if !kind.is_dir() {
                return Err(format!("it has an entry {}, which is neither a file nor a folder", quoted(&path)));
            }
        }
        Ok(listed.source(Archive::Tar(archive.into_inner())))
    }

    /// The paths of all files and their lengths.
    pub fn files(&self) -> BTreeMap<String, u64> {
        self.files.iter().map(|(path, (_, length))| (path.clone(), *length)).collect()
    }

    /// Takes away the folder that holds everything, as in archives of a repository. Returns its name.
    pub fn strip_top(&mut self) -> Option<String> {
        let top = self.files.keys().next()?.split_once('/')?.0.to_owned();
        let start = format!("{top}/");
        if !self.files.keys().all(|path| path.starts_with(&start)) {
            return None;
        }
        let files = std::mem::take(&mut self.files);
        self.files = files.into_iter().map(|(path, place)| (path[start.len()..].to_owned(), place)).collect();
        Some(top)
    }

    /// Reads a file.
    pub fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        let (place, length) = *self.files.get(path).ok_or_else(|| format!("there is no file {}", quoted(path)))?;
        let failed = |error: &dyn std::fmt::Display| format!("cannot read {}: {error}", quoted(path));
        let mut bytes = Vec::new();
        match (&mut *self.archive.borrow_mut(), place) {
            (Archive::Zip(archive), PackedPlace::Entry(at)) => {
                let entry = archive.by_index(at).map_err(|error| failed(&error))?;
                entry.take(length + 1).read_to_end(&mut bytes).map_err(|error| failed(&error))?;
            }
            (Archive::Tar(reader), PackedPlace::Bytes { start, length }) => {
                reader.seek(SeekFrom::Start(start)).map_err(|error| failed(&error))?;
                reader.take(length).read_to_end(&mut bytes).map_err(|error| failed(&error))?;
            }
            _ => return Err(failed(&"the archive has changed")),
        }
        match bytes.len() as u64 == length {
            true => Ok(bytes),
            false => Err(failed(&format!("it should have {length} bytes"))),
        }
    }
}

const LINK: &str = "a link, which Recto does not follow";

fn outside(path: &str) -> String {
    format!("it has a link {}, which leads outside", quoted(path))
}

/// The entries of an archive while they are listed.
#[derive(Default)]
struct Listing {
    files: BTreeMap<String, (PackedPlace, u64)>,
    skipped: Vec<(String, String)>,
}

impl Listing {
    fn file(&mut self, path: String, place: PackedPlace, length: u64) -> Result<(), String> {
        match self.files.insert(path.clone(), (place, length)) {
            None => Ok(()),
            Some(_) => Err(format!("it has two entries {}", quoted(&path))),
        }
    }

    fn link(&mut self, path: String, target: &str) -> Result<(), String> {
        if !leads_inside(&path, target) {
            return Err(outside(&path));
        }
        self.skipped.push((path, LINK.to_owned()));
        Ok(())
    }

    fn source<R: Read + Seek>(self, archive: Archive<R>) -> PackedSource<R> {
        PackedSource { files: self.files, skipped: self.skipped, archive: RefCell::new(archive) }
    }
}

/// Unpacks a gzip of `packed` bytes, as far as the limits allow.
pub fn gunzip(reader: impl Read, packed: u64, out: &mut impl Write) -> Result<(), String> {
    let mut decoder = flate2::read::MultiGzDecoder::new(reader);
    let mut buffer = vec![0; 64 << 10];
    let mut bytes = 0;
    loop {
        let read = decoder.read(&mut buffer).map_err(|error| damaged("gzip")(&error))?;
        if read == 0 {
            return Ok(());
        }
        bytes += read as u64;
        check_ratio(bytes, packed)?;
        if bytes > IMPORT_BYTES {
            return Err(format!("it unpacks to more than {IMPORT_BYTES} bytes"));
        }
        out.write_all(&buffer[..read]).map_err(|error| format!("cannot write a temporary file: {error}"))?;
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn tar_of(entries: &[(&str, &[u8])]) -> Vec<u8> {
        let mut builder = tar::Builder::new(Vec::new());
        for (path, bytes) in entries {
            let mut header = tar::Header::new_ustar();
            header.set_size(bytes.len() as u64);
            header.set_mode(0o644);
            builder.append_data(&mut header, path, *bytes).unwrap();
        }
        builder.into_inner().unwrap()
    }

    fn zip_of(entries: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (path, bytes) in entries {
            writer.start_file(*path, zip::write::SimpleFileOptions::default()).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn both_kinds_are_listed_and_read() {
        let entries: &[(&str, &[u8])] =
            &[("repo/a.md", b"A"), ("repo/img/b.png", b"BB"), ("repo/.git/config", b"x"), ("repo/c/日.md", b"")];
        let (tar, zip) = (tar_of(entries), zip_of(entries));
        assert_eq!((Packing::of(&tar), Packing::of(&zip)), (Some(Packing::Tar), Some(Packing::Zip)));
        let mut tar = PackedSource::tar(Cursor::new(&tar), 10_000).unwrap();
        let mut zip = PackedSource::zip(Cursor::new(&zip), 10_000).unwrap();
        for source in [&mut tar, &mut zip] {
            assert_eq!(source.strip_top().as_deref(), Some("repo"));
            let paths: Vec<String> = source.files().into_keys().collect();
            assert_eq!(paths, ["a.md", "c/日.md", "img/b.png"]);
            assert_eq!(source.read("img/b.png").as_deref(), Ok(&b"BB"[..]));
            assert!(source.read("d").is_err());
        }
    }

    #[test]
    fn a_bomb_is_refused_before_it_is_unpacked() {
        let zeros = vec![0; 3_000_000];
        let zip = zip_of(&[("a.md", &zeros)]);
        let why = PackedSource::zip(Cursor::new(&zip), zip.len() as u64).err().unwrap();
        assert!(why.contains("200 times"), "{why}");
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        gzip.write_all(&zeros).unwrap();
        let gzip = gzip.finish().unwrap();
        let mut out = Vec::new();
        assert!(gunzip(&gzip[..], gzip.len() as u64, &mut out).is_err());
        assert!(out.len() < 2_000_000);
    }
}
