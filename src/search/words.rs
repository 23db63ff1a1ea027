//! The words that mean the same: names of records in all their spellings, and the terms of the site's glossary. It
//! must not know the archive; `archive_words.rs` collects them.

use super::file_head::{IndexFileKind, with_head};
use super::items_file::push_field;
use super::kept::KeptFile;
use super::packed;
use crate::base::digest::Digest;

/// A group of forms that mean the same.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct WordGroup {
    /// The facet that finds the same articles, such as `src:asahi`; empty for a term of the glossary.
    pub facet: String,
    /// The forms as people write them.
    pub forms: Vec<String>,
}

/// Makes the file of words: a line for each group, with the facet and the forms separated by tabs. Returns `None` if
/// there are none.
pub fn make(groups: &[WordGroup]) -> Option<(KeptFile, Vec<u8>)> {
    let mut lines: Vec<String> = groups.iter().filter_map(line).collect();
    lines.sort_unstable();
    lines.dedup();
    if lines.is_empty() {
        return None;
    }
    let (bytes, check) = with_head(IndexFileKind::Words, &packed::pack(lines.concat().as_bytes()));
    Some((KeptFile { digest: Digest::of(&bytes), check }, bytes))
}

/// Returns the line of a group. A group says nothing unless it has two forms, or a form and a facet.
fn line(group: &WordGroup) -> Option<String> {
    let mut forms: Vec<&str> = group.forms.iter().map(|form| form.trim()).filter(|form| !form.is_empty()).collect();
    let mut seen = Vec::with_capacity(forms.len());
    forms.retain(|form| {
        let new = !seen.contains(form);
        seen.push(*form);
        new
    });
    if forms.len() < 2 && (group.facet.is_empty() || forms.is_empty()) {
        return None;
    }
    let mut line = String::new();
    push_field(&mut line, &group.facet);
    for form in forms {
        line.push('\t');
        push_field(&mut line, form);
    }
    line.push('\n');
    Some(line)
}

#[cfg(test)]
mod tests {
    use super::super::file_head::{IndexFileKind, body_of};
    use super::*;

    #[test]
    fn groups_become_lines() {
        let group = |facet: &str, forms: &[&str]| WordGroup {
            facet: facet.to_owned(),
            forms: forms.iter().map(|form| form.to_string()).collect(),
        };
        let groups = [
            group("src:asahi", &["Asahi Shimbun", "朝日新聞", "Asahi Shimbun"]),
            group("", &["prime\tminister", "首相"]),
            group("", &["alone"]),
            group("tag:sea", &[" "]),
            group("tag:sea", &["Sea"]),
        ];
        let (kept, bytes) = make(&groups).unwrap();
        let body = body_of(IndexFileKind::Words, &bytes).unwrap();
        let text = String::from_utf8(packed::unpack(body, 1000).unwrap()).unwrap();
        assert_eq!(text, "\tprime minister\t首相\nsrc:asahi\tAsahi Shimbun\t朝日新聞\ntag:sea\tSea\n");
        let reversed: Vec<WordGroup> = groups.iter().rev().cloned().collect();
        assert_eq!(make(&reversed).unwrap().0, kept);
        assert!(make(&groups[2..4]).is_none());
    }
}
