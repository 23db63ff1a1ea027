//! `[deploy.NAME]` in `site.toml`: the target of a deploy, and the settings of its host. No page depends on it.

use super::doc::{KeyValue, Value};
use super::doc_values::holds_secret;
use super::problem;
use super::reader::{Reader, Spanned};
use super::target_address::TargetAddress;
use super::weburl;

/// A named target.
#[derive(Clone, Debug, PartialEq)]
pub struct DeploySettings {
    pub name: String,
    pub to: Spanned<TargetAddress>,
    /// The name of the host whose rules apply.
    pub host: Option<Spanned<Box<str>>>,
    /// For a folder: how many releases to keep. If absent, the folder is changed in place.
    pub releases: Option<usize>,
    /// For a git repository: the branch.
    pub branch: Option<Box<str>>,
    /// Whether the branch keeps earlier deploys.
    pub history: bool,
    /// For an object store: an address that replaces the provider's, and the region.
    pub endpoint: Option<Box<str>>,
    pub region: Option<Box<str>>,
    /// The compressed copies of texts that the host needs.
    pub compress: Vec<Compression>,
    /// The largest number of files that one deploy may remove. By default [`MAX_DELETES`].
    pub max_deletes: usize,
}

/// A format of compressed copies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    Gzip,
    Brotli,
}

/// The default of `max_deletes`. An archive loses a few pages a day, not a tenth of its pages.
pub const MAX_DELETES: usize = 256;

/// Keys that only some kinds of targets have, with their schemes.
const KEYS: [(&str, &[&str]); 5] = [
    ("releases", &["file"]),
    ("branch", &["git+https", "git+ssh", "git+file"]),
    ("history", &["git+https", "git+ssh", "git+file"]),
    ("endpoint", &["s3", "gs", "az"]),
    ("region", &["s3"]),
];

/// Reads all targets. A secret is rejected before any other problem is reported, and never printed.
pub fn read(r: &mut Reader) -> Vec<DeploySettings> {
    let mut deploys = Vec::new();
    for KeyValue { key, key_at, node } in r.open_table("deploy") {
        let Value::Table(entries) = &node.value else {
            let message = format!("`deploy.{key}` is not a table");
            report(r, key_at, "wrong-type", message, "expected a table [deploy.NAME] with the keys of a target");
            continue;
        };
        let secrets: Vec<&KeyValue> = entries.iter().filter(|entry| holds_secret(entry)).collect();
        for entry in &secrets {
            let what = format!("`deploy.{key}.{}`", entry.key);
            r.problems.borrow_mut().push(problem::secret_in_site(r.span(&entry.key_at), &what));
        }
        if secrets.is_empty() {
            deploys.extend(one(r.nested(&format!("deploy.{key}"), entries, node.at.clone()), key, entries));
        }
    }
    deploys
}

fn report(r: &Reader, at: &std::ops::Range<usize>, code: &'static str, message: String, expected: &str) {
    r.problems.borrow_mut().push(problem::invalid_config(r.span(at), code, message, expected).bare());
}

fn one(mut r: Reader, name: &str, entries: &[KeyValue]) -> Option<DeploySettings> {
    let to = target(&mut r, name, entries);
    let words = [("gzip", Compression::Gzip), ("br", Compression::Brotli)];
    let mut compress = Vec::new();
    for word in r.strings("compress") {
        match words.iter().find(|(known, _)| *known == word.value) {
            Some((_, compression)) => compress.push(*compression),
            None => {
                let found = problem::not_a_choice(r.span(&word.at), "compress", word.value, &["gzip", "br"]);
                r.problems.borrow_mut().push(found);
            }
        }
    }
    let deploy = DeploySettings {
        name: name.to_owned(),
        host: r.string("host").map(|host| Spanned { value: Box::from(host.value), at: host.at }),
        releases: r.integer("releases", 1..=1000).map(|n| n as usize),
        branch: r.text("branch"),
        history: r.boolean("history").unwrap_or(true),
        endpoint: endpoint(&mut r),
        region: r.text("region"),
        compress,
        max_deletes: r.integer("max_deletes", 0..=10_000_000).map_or(MAX_DELETES, |n| n as usize),
        to: to?,
    };
    r.finish();
    Some(deploy)
}

/// Reads the address of a store, which must be a web URL.
fn endpoint(r: &mut Reader) -> Option<Box<str>> {
    let url = r.string("endpoint")?;
    if !weburl::is_web(url.value) {
        r.problems.borrow_mut().push(problem::invalid_url(r.span(&url.at), "endpoint", url.value));
    }
    Some(url.value.into())
}

/// Reads the address, and reports problems with it and keys that belong to other kinds of targets.
fn target(r: &mut Reader, name: &str, entries: &[KeyValue]) -> Option<Spanned<TargetAddress>> {
    let Some(to) = r.string("to") else {
        r.missing("to", "to = \"s3://bucket/folder\"");
        return None;
    };
    let address = match TargetAddress::parse(to.value) {
        Ok(address) => address,
        Err(wrong) => {
            r.problems.borrow_mut().push(problem::invalid_target(r.span(&to.at), &wrong));
            return None;
        }
    };
    let scheme = to.value.split("://").next().unwrap_or_default();
    for entry in entries {
        let known = KEYS.iter().find(|(key, schemes)| *key == entry.key && !schemes.contains(&scheme));
        if let Some((key, schemes)) = known {
            let kinds = schemes.iter().map(|scheme| format!("{scheme}://")).collect::<Vec<_>>().join(", ");
            let (key, kind) = (format!("deploy.{name}.{key}"), format!("a target at {scheme}://"));
            r.problems.borrow_mut().push(problem::misplaced_key(r.span(&entry.key_at), &key, &kind, &kinds));
        }
    }
    Some(Spanned { value: address, at: to.at })
}
