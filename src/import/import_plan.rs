//! Which files an import writes: none that somebody edited since the last import, and none that would not change. It must
//! not touch the disk; the shell says what is there.
//!
//! The record of an import has two digests of each file: of what the source made of it, and of what was written. They
//! differ where the import changed it afterwards. A file on the disk is unedited if it is what was written, and needs a
//! change if the source makes something else of it now.

use std::collections::BTreeMap;

use crate::base::digest::Digest;

/// What the last import knew of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownFile {
    pub made: Digest,
    pub written: Digest,
    /// Where it came from in the source.
    pub from: String,
}

/// What an import remembers, in `.recto/imports/`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportRecord {
    pub files: BTreeMap<String, KnownFile>,
}

const HEAD: &str =
    "# recto import 1: what the source made of each file, what was written, path, and where it came from\n";

impl ImportRecord {
    /// Reads a record. A damaged line is dropped, so that its file counts as edited.
    pub fn parse(text: &str) -> ImportRecord {
        let mut record = ImportRecord::default();
        if !text.starts_with("# recto import 1:") {
            return record;
        }
        for line in text.lines().skip(1) {
            let mut parts = line.splitn(4, '\t');
            let mut next = || parts.next();
            let (Some(made), Some(written), Some(path), Some(from)) = (next(), next(), next(), next()) else {
                continue;
            };
            if let (Some(made), Some(written)) = (Digest::parse(made), Digest::parse(written)) {
                record.files.insert(path.to_owned(), KnownFile { made, written, from: from.to_owned() });
            }
        }
        record
    }

    pub fn text(&self) -> String {
        let mut out = String::from(HEAD);
        for (path, known) in &self.files {
            let from: String = known.from.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
            out.push_str(&format!("{}\t{}\t{path}\t{from}\n", known.made.long(), known.written.long()));
        }
        out
    }

    /// The files of texts by where they came from.
    pub fn by_origin(&self) -> BTreeMap<String, String> {
        self.files.iter().map(|(path, known)| (known.from.clone(), path.clone())).collect()
    }
}

/// What to do with files that somebody edited and that the source changed, too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ConflictRule {
    /// Leave them, and say so each time.
    #[default]
    Name,
    /// Take what the source has.
    Theirs,
    /// Keep what the site has, from now on.
    Ours,
}

/// What happens to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileStep {
    /// It does not exist yet.
    Create,
    /// The source changed it, and nobody else did.
    Update,
    /// It is what the source makes of it.
    Same,
    /// Somebody edited or removed it, and the source did not change it.
    Edited,
    /// Somebody edited or removed it, and the source changed it, too.
    Conflict,
}

impl FileStep {
    pub fn writes(self) -> bool {
        matches!(self, FileStep::Create | FileStep::Update)
    }
}

/// A file that an import makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MadeFile {
    pub digest: Digest,
    pub from: String,
}

/// What an import will do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportPlan {
    pub steps: BTreeMap<String, FileStep>,
    /// Files of the last import that the source no longer makes. They stay.
    pub gone: Vec<String>,
}

impl ImportPlan {
    /// Plans an import. `there` gives the digest of a file of the site, if it exists.
    pub fn new(
        made: &BTreeMap<String, MadeFile>,
        last: &ImportRecord,
        rule: ConflictRule,
        there: &mut dyn FnMut(&str) -> Result<Option<Digest>, String>,
    ) -> Result<ImportPlan, String> {
        let mut plan = ImportPlan::default();
        for (path, file) in made {
            let step = step(file.digest, last.files.get(path), there(path)?);
            let step = match (step, rule) {
                (FileStep::Conflict, ConflictRule::Theirs) => FileStep::Update,
                (FileStep::Conflict, ConflictRule::Ours) => FileStep::Edited,
                (step, _) => step,
            };
            plan.steps.insert(path.clone(), step);
        }
        plan.gone = last.files.keys().filter(|path| !made.contains_key(*path)).cloned().collect();
        Ok(plan)
    }

    pub fn count(&self, step: FileStep) -> usize {
        self.steps.values().filter(|known| **known == step).count()
    }

    /// The paths with one of the steps.
    pub fn paths(&self, step: FileStep) -> impl Iterator<Item = &str> {
        self.steps.iter().filter(move |(_, known)| **known == step).map(|(path, _)| path.as_str())
    }

    /// Returns the record after the plan was carried out. Files of an open conflict keep their old entries.
    pub fn record(&self, made: &BTreeMap<String, MadeFile>, last: &ImportRecord) -> ImportRecord {
        let mut next = ImportRecord::default();
        for path in &self.gone {
            next.files.extend(last.files.get(path).map(|known| (path.clone(), known.clone())));
        }
        for (path, step) in &self.steps {
            let (Some(file), known) = (made.get(path), last.files.get(path)) else { continue };
            let from = file.from.clone();
            let entry = match step {
                FileStep::Create | FileStep::Update => KnownFile { made: file.digest, written: file.digest, from },
                FileStep::Same => match known {
                    Some(known) if known.made == file.digest => KnownFile { from, ..known.clone() },
                    _ => KnownFile { made: file.digest, written: file.digest, from },
                },
                FileStep::Edited => KnownFile {
                    made: file.digest,
                    written: known.map_or(Digest::default(), |known| known.written),
                    from,
                },
                FileStep::Conflict => match known {
                    Some(known) => known.clone(),
                    None => continue,
                },
            };
            next.files.insert(path.clone(), entry);
        }
        next
    }
}

fn step(made: Digest, known: Option<&KnownFile>, there: Option<Digest>) -> FileStep {
    match (known, there) {
        (None, None) => FileStep::Create,
        (_, Some(there)) if there == made => FileStep::Same,
        (Some(known), Some(there)) if there == known.written && known.made == made => FileStep::Same,
        (Some(known), Some(there)) if there == known.written => FileStep::Update,
        (Some(known), _) if known.made == made => FileStep::Edited,
        _ => FileStep::Conflict,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(files: &[(&str, &str)]) -> BTreeMap<String, MadeFile> {
        let file = |text: &str| MadeFile { digest: Digest::of(text.as_bytes()), from: "x".into() };
        files.iter().map(|(path, text)| ((*path).to_owned(), file(text))).collect()
    }

    fn run(
        files: &[(&str, &str)],
        record: &ImportRecord,
        rule: ConflictRule,
        disk: &mut BTreeMap<String, String>,
    ) -> (Vec<FileStep>, ImportRecord) {
        let made = made(files);
        let look = |path: &str| Ok(disk.get(path).map(|text| Digest::of(text.as_bytes())));
        let plan = ImportPlan::new(&made, record, rule, &mut { look }).unwrap();
        for (path, text) in files {
            if plan.steps[*path].writes() {
                disk.insert((*path).to_owned(), (*text).to_owned());
            }
        }
        let next = plan.record(&made, record);
        assert_eq!(ImportRecord::parse(&next.text()), next);
        (plan.steps.into_values().collect(), next)
    }

    #[test]
    fn a_file_that_somebody_edited_is_kept() {
        use FileStep::{Conflict, Create, Edited, Same, Update};
        let mut disk = BTreeMap::from([("c".to_owned(), "mine".to_owned())]);
        let none = ImportRecord::default();
        let (steps, record) = run(&[("a", "1"), ("b", "1"), ("c", "1")], &none, ConflictRule::Name, &mut disk);
        assert_eq!(steps, [Create, Create, Conflict]);
        let (steps, _) = run(&[("a", "1"), ("b", "1"), ("c", "1")], &record, ConflictRule::Name, &mut disk);
        assert_eq!(steps, [Same, Same, Conflict]);
        disk.insert("a".into(), "edited".into());
        let (steps, record) = run(&[("a", "1"), ("b", "2"), ("c", "1")], &record, ConflictRule::Name, &mut disk);
        assert_eq!(steps, [Edited, Update, Conflict]);
        let (steps, record) = run(&[("a", "2"), ("b", "2"), ("c", "1")], &record, ConflictRule::Ours, &mut disk);
        assert_eq!(steps, [Edited, Same, Edited]);
        let (steps, record) = run(&[("a", "2"), ("b", "2"), ("c", "1")], &record, ConflictRule::Name, &mut disk);
        assert_eq!(steps, [Edited, Same, Edited]);
        let (steps, record) = run(&[("a", "3"), ("b", "2"), ("c", "1")], &record, ConflictRule::Theirs, &mut disk);
        assert_eq!((steps, disk["a"].as_str()), (vec![Update, Same, Edited], "3"));
        disk.remove("b");
        let (steps, _) = run(&[("a", "3"), ("b", "2"), ("c", "1")], &record, ConflictRule::Name, &mut disk);
        assert_eq!(steps, [Same, Edited, Edited]);
        assert!(!disk.contains_key("b"));
    }

    #[test]
    fn without_a_record_every_file_counts_as_edited() {
        let mut disk = BTreeMap::from([("a".to_owned(), "1".to_owned()), ("b".to_owned(), "2".to_owned())]);
        let none = ImportRecord::default();
        let (steps, _) = run(&[("a", "1"), ("b", "1")], &none, ConflictRule::Name, &mut disk);
        assert_eq!(steps, [FileStep::Same, FileStep::Conflict]);
        assert_eq!(ImportRecord::parse("something else"), none);
    }
}
