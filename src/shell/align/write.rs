//! Writes marks into texts. Everything else in a file stays as it is, byte for byte.

use std::collections::BTreeMap;

use crate::content::align::write_marks::{self, NeededMark, NeededMarks};
use crate::outputs::aligned_texts::{AlignedText, AlignedTexts};
use crate::system::disk::DiskResult;
use crate::system::root::Root;

/// The marks to write, by file. An original may face several translations.
#[derive(Default)]
pub struct MarkedFiles {
    files: BTreeMap<String, String>,
    pub marks: usize,
    /// How many rows need a person's decision.
    pub doubtful: usize,
}

impl MarkedFiles {
    /// Adds the marks that two texts need. `text` returns a file as Recto reads it.
    pub fn add(&mut self, texts: &AlignedTexts, text: impl Fn(&str) -> Option<String>) {
        let NeededMarks { original, translation, doubtful } = write_marks::needed(&texts.alignment);
        self.doubtful += doubtful.len();
        for (aligned, marks) in [(&texts.original, original), (&texts.translation, translation)] {
            // A file that has marks from another pair already is aligned again in the next run.
            if !marks.is_empty() && !self.files.contains_key(&**aligned.file) {
                self.mark(aligned, &marks, &text);
            }
        }
    }

    fn mark(&mut self, aligned: &AlignedText, marks: &[NeededMark], text: impl Fn(&str) -> Option<String>) {
        let Some(text) = text(aligned.file) else { return };
        let Some((front, body)) = text.split_at_checked(aligned.at) else { return };
        let (body, written) = write_marks::write(body, &aligned.blocks, marks);
        self.marks += written;
        self.files.insert(aligned.file.to_string(), format!("{front}{body}"));
    }

    /// Writes the files and returns their paths.
    pub fn write(self, root: &Root) -> DiskResult<Vec<String>> {
        for (file, marked) in &self.files {
            let (bytes, _) = root.read(file)?;
            root.write(file, as_written(&bytes, marked).as_bytes())?;
        }
        Ok(self.files.into_keys().collect())
    }
}

/// Gives a text the byte order mark and the line ends of its file, which reading removed.
fn as_written(bytes: &[u8], text: &str) -> String {
    const MARK: &str = "\u{feff}";
    let mark = if bytes.starts_with(MARK.as_bytes()) { MARK } else { "" };
    let windows = memchr::memmem::find(bytes, b"\r\n").is_some();
    let text = if windows { text.replace('\n', "\r\n") } else { text.to_owned() };
    format!("{mark}{text}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_keep_their_line_ends() {
        assert_eq!(as_written(b"\xef\xbb\xbfa\r\nb", "a <!--^-->\nb"), "\u{feff}a <!--^-->\r\nb");
        assert_eq!(as_written(b"a\nb", "a\nb <!--=-->"), "a\nb <!--=-->");
    }
}
