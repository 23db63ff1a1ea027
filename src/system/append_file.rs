//! A file that only grows, and that several threads read in parts. It must not know what the parts are.

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::disk::{DiskError, DiskResult};

/// A file that only grows.
#[derive(Debug)]
pub struct AppendFile {
    path: PathBuf,
    file: File,
    length: u64,
}

impl AppendFile {
    /// Takes an open file whose first `length` bytes are to stay, and cuts off the rest.
    pub fn new(path: &Path, file: File, length: u64) -> DiskResult<AppendFile> {
        let file = AppendFile { path: path.to_owned(), file, length };
        file.file.set_len(length).map_err(|source| file.failed("write", source))?;
        Ok(file)
    }

    /// Returns the number of bytes.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Appends bytes.
    pub fn append(&mut self, bytes: &[u8]) -> DiskResult<()> {
        // Reading may have moved the position.
        let written = self.file.seek(SeekFrom::Start(self.length)).and_then(|_| self.file.write_all(bytes));
        written.map_err(|source| self.failed("write", source))?;
        self.length += bytes.len() as u64;
        Ok(())
    }

    /// Reads `length` bytes from an offset. Fails if the file is shorter.
    pub fn read_at(&self, at: u64, length: u64) -> DiskResult<Vec<u8>> {
        if at.checked_add(length).is_none_or(|end| end > self.length) {
            return Err(self.failed("read", io::ErrorKind::UnexpectedEof.into()));
        }
        let mut bytes = vec![0; length as usize];
        read_exact_at(&self.file, &mut bytes, at).map_err(|source| self.failed("read", source))?;
        Ok(bytes)
    }

    fn failed(&self, action: &'static str, source: io::Error) -> DiskError {
        DiskError { action, path: self.path.clone(), source }
    }
}

#[cfg(unix)]
fn read_exact_at(file: &File, bytes: &mut [u8], at: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, at)
}

#[cfg(not(unix))]
fn read_exact_at(file: &File, bytes: &mut [u8], at: u64) -> io::Result<()> {
    use std::os::windows::fs::FileExt;
    let mut filled = 0;
    while filled < bytes.len() {
        match file.seek_read(&mut bytes[filled..], at + filled as u64)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            n => filled += n,
        }
    }
    Ok(())
}
