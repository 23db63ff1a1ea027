//! `[deploy.NAME]` of `site.toml`: where a site goes, and what its host wants. No page depends on any of it.

use super::diag::Span;
use super::doc::{Entry, Value};
use super::problem;
use super::reader::{At, Reader};

/// A target by name.
#[derive(Clone, Debug, PartialEq)]
pub struct Deploy {
    pub name: String,
    /// Its address, by whose scheme the kind of target is known.
    pub to: At<Box<str>>,
    /// The host whose rules hold there, by its name.
    pub host: Option<At<Box<str>>>,
    /// Of a folder: how many releases to keep; without it, the folder is changed in place.
    pub releases: Option<usize>,
    /// Of a git repository.
    pub branch: Option<Box<str>>,
    /// Whether the branch keeps what was deployed before.
    pub history: bool,
    /// Of an object store: its own address instead of the provider's, and its region.
    pub endpoint: Option<Box<str>>,
    pub region: Option<Box<str>>,
    /// Compressed copies that the host wants beside texts.
    pub compress: Vec<Compression>,
    /// More removals than these are refused; 256 where nothing is said.
    pub max_deletes: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    Gzip,
    Brotli,
}

/// What may go without a question: an archive loses a few pages a day, not a tenth of itself.
pub const MAX_DELETES: usize = 256;

/// Parts of keys that look for a secret.
const SECRETS: [&str; 6] = ["key", "secret", "token", "password", "credential", "sas"];

/// Reads all targets. A secret is refused before anything else is said about it, and never printed.
pub fn read(r: &mut Reader) -> Vec<Deploy> {
    let mut deploys = Vec::new();
    for Entry { key, key_at, node } in r.open_table("deploy") {
        let Value::Table(entries) = &node.value else {
            let message = format!("`deploy.{key}` is no table");
            report(r, key_at, "wrong-type", message, "expected [deploy.NAME] with the keys of a target");
            continue;
        };
        let secrets: Vec<&Entry> = entries.iter().filter(|entry| is_secret(entry)).collect();
        for entry in &secrets {
            let what = format!("`deploy.{key}.{}` holds a password, a key or a signature", entry.key);
            // Without the line, which shows it.
            r.problems.borrow_mut().push(problem::secret_in_site(Span::file(r.file.to_string()), &what));
        }
        if secrets.is_empty() {
            deploys.extend(one(r.nested(&format!("deploy.{key}"), entries, node.at.clone()), key));
        }
    }
    deploys
}

/// By its name, or by a value that is an address with a secret in it.
fn is_secret(entry: &Entry) -> bool {
    let key = entry.key.to_ascii_lowercase();
    let named = key.split(['_', '-']).any(|word| SECRETS.contains(&word));
    named || matches!(&entry.node.value, Value::String(url) if url.contains("://") && holds_secret(url))
}

fn report(r: &Reader, at: &std::ops::Range<usize>, code: &'static str, message: String, expected: &str) {
    r.problems.borrow_mut().push(problem::invalid_config(r.span(at), code, message, expected));
}

fn one(mut r: Reader, name: &str) -> Option<Deploy> {
    let to = r.string("to").map(|to| At { value: Box::from(to.value), at: to.at });
    if to.is_none() {
        r.missing("to", "to = \"s3://bucket/folder\"");
    }
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
    let deploy = Deploy {
        name: name.to_owned(),
        host: r.string("host").map(|host| At { value: Box::from(host.value), at: host.at }),
        releases: r.integer("releases", 1..=1000).map(|n| n as usize),
        branch: r.text("branch"),
        history: r.boolean("history").unwrap_or(true),
        endpoint: r.text("endpoint"),
        region: r.text("region"),
        compress,
        max_deletes: r.integer("max_deletes", 0..=10_000_000).map_or(MAX_DELETES, |n| n as usize),
        to: to?,
    };
    r.finish();
    Some(deploy)
}

/// `user:password@`, or a query.
pub fn holds_secret(url: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split('/').next().unwrap_or_default();
    authority.rsplit_once('@').is_some_and(|(user, _)| user.contains(':')) || rest.contains('?')
}
