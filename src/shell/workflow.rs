//! `recto init --ci`: a workflow that builds a site with the state of the last build, checks it against the limits of the host, and
//! publishes it. Actions are named by their major version, as GitHub's own starters name them; a job may do what it must and no more.

use std::path::Path;

use super::args::Ci;
use crate::engine::disk::{self, DiskResult};

/// A workflow.
pub struct Workflow {
    /// Where it belongs, below the site's folder.
    pub path: &'static str,
    text: &'static str,
    /// What is to be done then.
    pub next: &'static str,
}

/// Stands in the texts for the version of this program.
const VERSION: &str = "VERSION";

pub fn of(ci: Ci) -> Workflow {
    match ci {
        Ci::Github => Workflow {
            path: ".github/workflows/site.yml",
            text: include_str!("workflows/github.yml"),
            next: "Next: on GitHub, Settings, Pages, Source: GitHub Actions; then push",
        },
        Ci::Gitlab => Workflow {
            path: ".gitlab-ci.yml",
            text: include_str!("workflows/gitlab.yml"),
            next: "Next: push; then Deploy, Pages shows the address",
        },
    }
}

impl Workflow {
    /// Whether it may be written into a folder. `Err` names what is in the way.
    pub fn check(&self, dir: &Path) -> DiskResult<Result<(), String>> {
        let file = dir.join(self.path);
        match disk::exists(&file)? {
            true => Ok(Err(format!("{} exists; nothing was written", file.display()))),
            false => Ok(Ok(())),
        }
    }

    pub fn write(&self, dir: &Path) -> DiskResult<()> {
        disk::write(&dir.join(self.path), self.text().as_bytes()).map(|_| ())
    }

    /// The text, with the version of this program.
    pub fn text(&self) -> String {
        self.text.replace(VERSION, env!("CARGO_PKG_VERSION"))
    }
}
