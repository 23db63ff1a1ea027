//! The files of items: the address and the title of each, which a list of results shows first. It must not know
//! terms.

use super::collection::Collection;
use super::file_head::{IndexFileKind, with_head};
use super::kept::KeptFile;
use super::packed;
use crate::base::digest::Digest;
use std::ops::Range;

/// Returns the packed lines of some items: for each its address, its title and, if it is not the site's, its language,
/// separated by tabs. The line of a number that is only reserved is empty.
pub fn lines(collection: &dyn Collection, range: Range<u32>, language: &str) -> Vec<u8> {
    let mut text = String::new();
    for number in range {
        if let Some(item) = collection.item(number) {
            push_field(&mut text, &item.address);
            text.push('\t');
            push_field(&mut text, item.title);
            if item.language != language {
                text.push('\t');
                push_field(&mut text, item.language);
            }
        }
        text.push('\n');
    }
    packed::pack(text.as_bytes())
}

/// Appends a field. What would end it or the line becomes a space.
pub(super) fn push_field(out: &mut String, field: &str) {
    out.extend(field.chars().map(|c| if matches!(c, '\t' | '\n' | '\r') { ' ' } else { c }));
}

/// Makes a file of items.
pub fn make(collection: &dyn Collection, range: Range<u32>, language: &str) -> (KeptFile, Vec<u8>) {
    let (bytes, check) = with_head(IndexFileKind::Items, &lines(collection, range, language));
    (KeptFile { digest: Digest::of(&bytes), check }, bytes)
}
