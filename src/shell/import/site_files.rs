//! The files of the site that an import reads and writes: those of the plan, and its record in `.recto/imports/`. It must
//! not know what is in them.

use std::collections::BTreeMap;

use crate::base::config::{self, Config, FILE};
use crate::base::diag::{self, Diagnostics};
use crate::base::digest::Digest;
use crate::base::path;
use crate::engine::git_index;
use crate::engine::symlinks;
use crate::import::finish::finish::FinishedSite;
use crate::import::import_plan::{ImportPlan, ImportRecord, MadeFile};
use crate::system::disk::DiskResult;
use crate::system::root::Root;

/// Reads the site's configuration. Without one, or with errors in it, returns the problems alone.
pub fn configuration(root: &Root) -> DiskResult<(Option<Config>, Diagnostics)> {
    let odd = root.kind(FILE)?.and_then(|kind| symlinks::oddity(root, FILE, kind));
    if let Some(odd) = odd {
        return Ok((None, vec![odd]));
    }
    let (text, _) = root.read(FILE)?;
    let (config, problems) = config::parse(&String::from_utf8_lossy(&text));
    let config = config.filter(|_| diag::count_errors(&problems, false) == 0);
    Ok((config, problems))
}

/// Returns the path of the record of imports of this source.
pub fn record_path(format: &str, source: &str) -> String {
    let name = path::slug(source);
    let name = &name[..name.floor_char_boundary(100.min(name.len()))];
    format!(".recto/imports/{format}-{}.txt", if name.is_empty() { "source" } else { name })
}

/// Reads a record. One that git tracks is not trusted: whoever can commit could make it say that edited files are not.
pub fn record(root: &Root, path: &str) -> DiskResult<ImportRecord> {
    let Some(bytes) = root.read_if_there(path)? else { return Ok(ImportRecord::default()) };
    match git_index::is_tracked(root.path()) {
        true => Ok(ImportRecord::default()),
        false => Ok(ImportRecord::parse(&String::from_utf8_lossy(&bytes))),
    }
}

/// Writes a record, unless it is the same already.
pub fn keep_record(root: &Root, path: &str, record: &ImportRecord) -> DiskResult<()> {
    let text = record.text();
    if root.read_if_there(path)?.as_deref() == Some(text.as_bytes()) {
        return Ok(());
    }
    let new = format!("{path}.new");
    root.write(&new, text.as_bytes())?;
    root.rename(&new, path)
}

/// Returns the digests of all files that an import makes. Reads every file that is copied, so that nothing is written if
/// one of them cannot be read.
pub fn made_files(
    site: &FinishedSite,
    read: &dyn Fn(&str) -> Result<Vec<u8>, String>,
) -> Result<BTreeMap<String, MadeFile>, String> {
    let mut made = BTreeMap::new();
    for file in &site.files {
        let digest = Digest::of(file.text.as_bytes());
        made.insert(file.path.clone(), MadeFile { digest, from: file.from.clone() });
    }
    for asset in &site.assets {
        let digest = Digest::of(&read(&asset.from)?);
        made.insert(asset.path.clone(), MadeFile { digest, from: asset.from.clone() });
    }
    Ok(made)
}

/// Returns the digest of a file of the site; `None` if there is none. Anything else in its place is an error.
pub fn there(root: &Root, path: &str) -> DiskResult<Option<Digest>> {
    if !root.exists(path)? {
        return Ok(None);
    }
    root.refuse_odd(path)?;
    root.digest(path).map(Some)
}

/// Writes the files of a plan. `wrote` is called after each, with their number.
pub fn write(
    root: &Root,
    site: &FinishedSite,
    plan: &ImportPlan,
    read: &dyn Fn(&str) -> Result<Vec<u8>, String>,
    wrote: &dyn Fn(usize),
) -> Result<usize, String> {
    let writes = |path: &String| plan.steps.get(path).is_some_and(|step| step.writes());
    let mut count = 0;
    for file in site.files.iter().filter(|file| writes(&file.path)) {
        root.write(&file.path, file.text.as_bytes()).map_err(|error| error.to_string())?;
        count += 1;
        wrote(count);
    }
    for asset in site.assets.iter().filter(|asset| writes(&asset.path)) {
        root.write(&asset.path, &read(&asset.from)?).map_err(|error| error.to_string())?;
        count += 1;
        wrote(count);
    }
    Ok(count)
}
