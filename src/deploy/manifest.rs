//! The manifest at a target: the files that Recto put there, and the deploy in progress. This file handles its text
//! only, and does not know how a target stores it.
//!
//! A manifest consists of lines sorted by path. It ends with a digest of everything before, so that a truncated
//! manifest is detected. Later versions of Recto read it, and whoever controls the target can change it, so every
//! path in it is checked before use.
//!
//! ```text
//! recto-deploy 1
//! lease HOLDER UNTIL
//! file DIGEST SIZE HEADERS VERSION PATH
//! come DIGEST PATH
//! left DIGEST SIZE HEADERS VERSION PATH
//! end DIGEST
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::desired_files::{DesiredFile, FileHeaders, FileSource};
use crate::base::digest::Digest;
use crate::base::path::{self, check_old_path};
use crate::base::reserved;

/// Path of the manifest below the root of a target.
pub const PATH: &str = ".recto/manifest-v1";

/// Prefixes of paths that deploys use for their own work. A site never has such a path.
const OWN: [&str; 4] = [".recto/manifest-", ".recto/claim-", ".recto/incoming", ".recto/lock"];

/// Returns whether a path has one of these prefixes.
pub fn is_own(path: &str) -> bool {
    OWN.iter().any(|own| path.starts_with(own))
}

const HEAD: &str = "recto-deploy 1";
/// The most characters of a line to show in a message.
const SHOWN: usize = 200;
/// Stands for an unknown value.
const NOTHING: &str = "-";

/// A file at the target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManifestEntry {
    pub digest: String,
    /// Size in bytes.
    pub size: u64,
    /// The result of [`DesiredFile::marks`](super::desired_files::DesiredFile::marks).
    pub headers: String,
    /// The target's name for this version of the file, if it has such names.
    pub version: Option<String>,
}

/// The deploy in progress, and when its lease expires unless it is renewed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// A name that is new for every deploy.
    pub holder: String,
    /// Seconds since 1970.
    pub until: i64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TargetManifest {
    pub files: BTreeMap<String, ManifestEntry>,
    /// Files that a deploy in progress may have uploaded, with their digests. After several interrupted deploys a
    /// file has several digests; all of them are ours.
    pub coming: BTreeMap<String, BTreeSet<String>>,
    /// Files that are no longer part of the site but not removed yet.
    pub leaving: BTreeMap<String, ManifestEntry>,
    pub lease: Option<Lease>,
}

/// The fields of a line that describes a file.
struct FileLine<'l> {
    digest: &'l str,
    headers: &'l str,
    path: &'l str,
}

impl FileLine<'_> {
    fn parse(line: &str) -> Option<FileLine<'_>> {
        let mut words = line.strip_prefix("file ")?.splitn(5, ' ');
        let (digest, _size, headers, _version) = (words.next()?, words.next()?, words.next()?, words.next()?);
        Some(FileLine { digest, headers, path: words.next()? })
    }
}

impl TargetManifest {
    /// Writes the manifest as text.
    pub fn to_text(&self) -> String {
        let mut out = format!("{HEAD}\n");
        if let Some(lease) = &self.lease {
            let _ = writeln!(out, "lease {} {}", lease.holder, lease.until);
        }
        let mut entry = |kind: &str, path: &str, entry: &ManifestEntry| {
            let ManifestEntry { digest, size, headers, version } = entry;
            let _ = writeln!(out, "{kind} {digest} {size} {headers} {} {path}", word(version.as_deref()));
        };
        self.files.iter().for_each(|(path, file)| entry("file", path, file));
        self.leaving.iter().for_each(|(path, file)| entry("left", path, file));
        for (path, digests) in &self.coming {
            for digest in digests {
                let _ = writeln!(out, "come {digest} {path}");
            }
        }
        let end = Digest::of(out.as_bytes()).long();
        let _ = writeln!(out, "end {end}");
        out
    }

    /// Parses a manifest. `Err` says in words what is wrong with it.
    pub fn parse(bytes: &[u8]) -> Result<TargetManifest, String> {
        let text = std::str::from_utf8(bytes).map_err(|_| "it is not text".to_owned())?;
        let body = text.trim_end_matches('\n').rfind("\nend ").map(|at| text.split_at(at + 1));
        let (body, end) = body.ok_or("it is incomplete")?;
        if end.trim_end().strip_prefix("end ") != Some(Digest::of(body.as_bytes()).long().as_str()) {
            return Err("its digest does not match its lines".to_owned());
        }
        let mut lines = body.lines();
        if lines.next() != Some(HEAD) {
            return Err("it was written by another version of Recto".to_owned());
        }
        let mut manifest = TargetManifest::default();
        for line in lines {
            manifest.line(line).ok_or_else(|| {
                let start: String = line.chars().take(SHOWN).collect();
                format!("it has an unknown line: {start:?}")
            })?;
        }
        Ok(manifest)
    }

    /// Returns whether a manifest lists exactly these files and no deploy is or was in progress. If so, there is
    /// nothing to do. This check does not parse the text.
    pub fn is_just(bytes: &[u8], wanted: &[DesiredFile]) -> bool {
        let Some(lines) = std::str::from_utf8(bytes).ok().and_then(|text| text.strip_prefix(HEAD)?.strip_prefix('\n'))
        else {
            return false;
        };
        let mut files: Vec<&DesiredFile> = wanted.iter().collect();
        files.sort_by(|one, other| one.path.cmp(&other.path));
        let mut lines = lines.lines();
        // There are many files but few distinct headers.
        let mut marks: Vec<(FileHeaders, String)> = Vec::new();
        for file in files {
            let Some(line) = lines.next().and_then(FileLine::parse) else { return false };
            let same = line.path == file.path && line.digest.as_bytes() == file.digest.ascii();
            let known = marks.iter().find(|(headers, _)| *headers == file.headers).map(|(_, marks)| marks.as_str());
            let is_marked = match (&file.source, known) {
                (FileSource::Output | FileSource::Bytes(_), Some(known)) => line.headers == known,
                (FileSource::Output | FileSource::Bytes(_), None) => {
                    marks.push((file.headers, file.marks()));
                    line.headers == file.marks()
                }
                (FileSource::Encoded { .. }, _) => line.headers == file.marks(),
            };
            if !same || !is_marked {
                return false;
            }
        }
        let Some(end) = lines.next().filter(|_| lines.next().is_none()).and_then(|line| line.strip_prefix("end "))
        else {
            return false;
        };
        let body = bytes.trim_ascii_end().len() - "end ".len() - end.len();
        end.as_bytes() == Digest::of(&bytes[..body]).ascii()
    }

    fn line(&mut self, line: &str) -> Option<()> {
        let (kind, rest) = line.split_once(' ')?;
        // Recto would overwrite and remove its own files like pages.
        let git = |path: &str| path.split('/').any(|name| reserved::name(name) == Some(reserved::GIT));
        let safe = |path: &str| (check_old_path(path).is_ok() && !is_own(path) && !git(path)).then(|| path.to_owned());
        match kind {
            "lease" => {
                let (holder, until) = rest.split_once(' ')?;
                self.lease = Some(Lease { holder: holder.to_owned(), until: until.parse().ok()? });
            }
            "file" | "left" => {
                let mut words = rest.splitn(5, ' ');
                let mut next = || words.next().map(str::to_owned);
                let (digest, size, headers, version) = (next()?, next()?.parse().ok()?, next()?, unword(&next()?)?);
                let list = if kind == "file" { &mut self.files } else { &mut self.leaving };
                list.insert(safe(words.next()?)?, ManifestEntry { digest, size, headers, version });
            }
            "come" => {
                let (digest, path) = rest.split_once(' ')?;
                self.coming.entry(safe(path)?).or_default().insert(digest.to_owned());
            }
            _ => return None,
        }
        Some(())
    }
}

/// Writes a version as one word.
fn word(version: Option<&str>) -> String {
    let Some(version) = version else { return NOTHING.to_owned() };
    let mut out = String::from("=");
    path::encode_path(version, &mut out);
    out
}

fn unword(word: &str) -> Option<Option<String>> {
    match word.strip_prefix('=') {
        Some(version) => path::decode_percent(version).map(Some),
        None => (word == NOTHING).then_some(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> TargetManifest {
        let entry = |version: Option<&str>| ManifestEntry {
            digest: Digest::of(b"x").long(),
            size: 7,
            headers: "0123456789abcdef".to_owned(),
            version: version.map(str::to_owned),
        };
        TargetManifest {
            files: [("a b/日本.html".to_owned(), entry(Some("\"e tag%\""))), ("index.html".to_owned(), entry(None))]
                .into(),
            coming: [("new.html".to_owned(), [Digest::of(b"y").long(), Digest::of(b"z").long()].into())].into(),
            leaving: [("old.html".to_owned(), entry(Some("3"))), ("older.html".to_owned(), entry(None))].into(),
            lease: Some(Lease { holder: "h1".to_owned(), until: 17 }),
        }
    }

    #[test]
    fn what_is_written_is_read() {
        assert_eq!(TargetManifest::parse(manifest().to_text().as_bytes()), Ok(manifest()));
        assert_eq!(
            TargetManifest::parse(TargetManifest::default().to_text().as_bytes()),
            Ok(TargetManifest::default())
        );
    }

    #[test]
    fn a_manifest_of_just_these_files_is_seen() {
        let files = ["b.html", "a b/\u{65e5}.css", "z"].map(|path| DesiredFile::made(path, path.into()));
        let entry = |file: &DesiredFile| ManifestEntry {
            digest: file.digest.long(),
            size: file.size,
            headers: file.marks(),
            version: Some("\"e tag%\"".to_owned()),
        };
        let whole = TargetManifest {
            files: files.iter().map(|file| (file.path.clone(), entry(file))).collect(),
            ..TargetManifest::default()
        };
        let is_just = |manifest: &TargetManifest| TargetManifest::is_just(manifest.to_text().as_bytes(), &files);
        assert!(is_just(&whole));
        let other = |change: &dyn Fn(&mut TargetManifest)| {
            let mut other = whole.clone();
            change(&mut other);
            is_just(&other)
        };
        let z = &whole.files["z"];
        assert!(!other(&|it| drop(it.files.remove("z"))));
        assert!(!other(&|it| drop(it.files.insert("y".to_owned(), z.clone()))));
        assert!(!other(&|it| drop(it.leaving.insert("y".to_owned(), z.clone()))));
        assert!(!other(&|it| drop(it.coming.insert("z".to_owned(), [Digest::of(b"y").long()].into()))));
        assert!(!other(&|it| it.lease = manifest().lease));
        let with = |change: &dyn Fn(&mut ManifestEntry)| other(&|it| it.files.values_mut().take(1).for_each(change));
        assert!(!with(&|entry| entry.digest = Digest::of(b"y").long()));
        assert!(!with(&|entry| entry.headers = "0".repeat(16)));
        assert!(with(&|entry| entry.version = None));
        let text = whole.to_text();
        for end in 0..text.len() - 1 {
            assert!(!TargetManifest::is_just(&text.as_bytes()[..end], &files), "{end}");
        }
        assert!(!TargetManifest::is_just(text.replace(" 6 ", " 7 ").as_bytes(), &files));
        assert!(TargetManifest::is_just(TargetManifest::default().to_text().as_bytes(), &[]));
    }

    #[test]
    fn half_a_manifest_is_none() {
        let text = manifest().to_text();
        for end in (0..text.len() - 1).filter(|end| text.is_char_boundary(*end)) {
            assert!(TargetManifest::parse(&text.as_bytes()[..end]).is_err(), "{}", &text[..end]);
        }
        let changed = text.replace("index", "indey");
        assert!(TargetManifest::parse(changed.as_bytes()).is_err());
    }

    #[test]
    fn no_path_leads_out_of_the_target() {
        let reads = |path: &str| {
            ["left 00 1 00 - ", "file 00 1 00 - ", "come 00 "].map(|kind| {
                let body = format!("{HEAD}\n{kind}{path}\n");
                let text = format!("{body}end {}\n", Digest::of(body.as_bytes()).long());
                TargetManifest::parse(text.as_bytes()).is_ok()
            })
        };
        for path in ["../x", "/etc/passwd", "a/../../x", "a\\b", PATH, ".recto/claim-x-0", ".recto/lock"] {
            assert_eq!(reads(path), [false; 3], "{path}");
        }
        for path in ["x", ".recto/nginx.conf", ".nojekyll"] {
            assert_eq!(reads(path), [true; 3], "{path}");
        }
    }
}
