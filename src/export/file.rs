//! A file of an export. It must not know formats.

/// A file that an export writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportFile {
    /// Below the folder of the export.
    pub path: String,
    pub content: FileContent,
}

/// What is in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileContent {
    Bytes(Vec<u8>),
    /// The bytes of a file of the site, by its path below the site's root.
    Copy(String),
    /// A line of a file that has one for each text. Lines come in the order of the file.
    Line(Vec<u8>),
}

impl ExportFile {
    pub fn text(path: impl Into<String>, text: impl Into<Vec<u8>>) -> ExportFile {
        ExportFile { path: path.into(), content: FileContent::Bytes(text.into()) }
    }

    pub fn copy(from: impl Into<String>, path: impl Into<String>) -> ExportFile {
        ExportFile { path: path.into(), content: FileContent::Copy(from.into()) }
    }

    pub fn line(path: impl Into<String>, line: Vec<u8>) -> ExportFile {
        ExportFile { path: path.into(), content: FileContent::Line(line) }
    }
}
