//! `recto init --ci`: writes a workflow that builds a site with the state of the last build, checks it against the
//! limits of the host, and publishes it. Actions are named by their major version, as in GitHub's own starters.
//! Each job has only the permissions that it needs.
//!
//! Services read workflows only at the top of a repository, so the workflow of a site in a subfolder is written
//! there, too. The program is built from the repository that its package names. If it names none, the user must say
//! where to get it: a name in a registry could belong to anybody.

use std::path::{Path, PathBuf};

use super::args::Ci;
use crate::base::printable;
use crate::system::disk::{self, DiskResult};
use crate::system::root::Root;

/// The repository with the source of this program, if the package names one.
const SOURCE: &str = env!("CARGO_PKG_REPOSITORY");
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The branch of a repository about which nothing is known.
const BRANCH: &str = "main";

/// A workflow.
#[derive(Debug)]
pub struct Workflow {
    /// The folder in which services look for it.
    top: PathBuf,
    path: &'static str,
    text: String,
    /// What the user has to do next, one line each.
    pub next: Vec<String>,
}

/// Where a site is.
#[derive(Debug, Default, PartialEq, Eq)]
struct SiteLocation {
    /// The folder in which services look: the top of the repository, or the site's folder if there is none.
    top: PathBuf,
    /// The site's folder below it, with a trailing slash; empty if it is the same.
    below: String,
    branch: String,
}

/// Makes the workflow of a site. `Err` says why that is not possible.
pub fn of(ci: Ci, dir: &Path) -> DiskResult<Result<Workflow, String>> {
    let place = match place(dir)? {
        Ok(place) => place,
        Err(why) => return Ok(Err(why)),
    };
    let workflow = made(ci, &place, SOURCE);
    // The folder may not exist yet, and no existing part of the path may be a link.
    let mut there = false;
    if disk::is_dir(&workflow.top)? {
        let top = Root::open(&workflow.top)?;
        top.refuse_odd(workflow.path)?;
        there = top.exists(workflow.path)?;
    }
    match there {
        true => Ok(Err(format!("{} already exists; nothing was written", printable::path(&workflow.file())))),
        false => Ok(Ok(workflow)),
    }
}

fn place(dir: &Path) -> DiskResult<Result<SiteLocation, String>> {
    let real = disk::real(dir)?;
    let Some(top) = disk::find_repository(&real)? else {
        return Ok(Ok(SiteLocation { top: dir.to_owned(), branch: BRANCH.to_owned(), below: String::new() }));
    };
    let below = real.strip_prefix(&top).unwrap_or(Path::new("")).to_string_lossy().replace('\\', "/");
    if !is_plain(&below) {
        return Ok(Err(format!(
            "the path {below} of the site in its repository has special characters; nothing was written\n\
             help: use only letters, digits, dots, hyphens and underscores in the names of folders"
        )));
    }
    let head = Root::open(&top)?.read_if_there(".git/HEAD").ok().flatten().unwrap_or_default();
    let head = String::from_utf8_lossy(&head);
    let branch = head.trim().strip_prefix("ref: refs/heads/").filter(|branch| is_plain(branch)).unwrap_or(BRANCH);
    let below = if below.is_empty() { below } else { below + "/" };
    Ok(Ok(SiteLocation { top, below, branch: branch.to_owned() }))
}

/// Returns whether a name needs no quotes in YAML, in a shell and in a pattern.
fn is_plain(name: &str) -> bool {
    !name.starts_with('-') && name.chars().all(|c| c.is_ascii_alphanumeric() || "./_-".contains(c))
}

fn made(ci: Ci, place: &SiteLocation, source: &str) -> Workflow {
    let (path, text) = match ci {
        Ci::Github => (".github/workflows/site.yml", include_str!("workflows/github.yml")),
        Ci::Gitlab => (".gitlab-ci.yml", include_str!("workflows/gitlab.yml")),
    };
    let below = &place.below;
    let revision = if source.is_empty() { String::new() } else { format!("v{VERSION}") };
    let chdir = if below.is_empty() { String::new() } else { format!(" -C {}", below.trim_end_matches('/')) };
    let mut text = text.to_owned();
    for (name, value) in [
        ("@VERSION@", VERSION),
        ("@SOURCE@", source),
        ("@REVISION@", &revision),
        ("@BRANCH@", &place.branch),
        ("@CHDIR@", &chdir),
        ("@BELOW@", below),
        // GitLab publishes `public` at the top.
        ("@OUTPUT@", if below.is_empty() { "" } else { " -o public" }),
    ] {
        text = text.replace(name, value);
    }
    let mut next = Vec::new();
    if source.is_empty() {
        next.push(format!(
            "in {path}, set RECTO_GIT and RECTO_REV to a repository of Recto and a revision: it has no release yet"
        ));
    }
    let (shows, last) = match ci {
        Ci::Github => (
            "Settings, Pages",
            format!("on GitHub, under Settings, Pages, set Source to GitHub Actions; then push to {}", place.branch),
        ),
        Ci::Gitlab => ("Deploy, Pages", "push to the default branch".to_owned()),
    };
    next.push(format!("in {below}site.toml, set `base_url` to the address shown under {shows}"));
    next.push(last);
    Workflow { top: place.top.clone(), path, text, next }
}

impl Workflow {
    /// Returns where the file belongs.
    pub fn file(&self) -> PathBuf {
        self.top.join(self.path)
    }

    /// Writes the file.
    pub fn write(&self) -> DiskResult<()> {
        Root::open(&self.top)?.write(self.path, self.text.as_bytes()).map(|_| ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_with_a_repository_is_taken_from_there() {
        for ci in [Ci::Github, Ci::Gitlab] {
            let made = made(ci, &SiteLocation::default(), "https://host.example/recto");
            assert!(made.text.contains("RECTO_GIT: \"https://host.example/recto\"\n"), "{}", made.text);
            assert!(made.text.contains(&format!("RECTO_REV: \"v{VERSION}\"\n")), "{}", made.text);
            assert!(!made.next.iter().any(|line| line.contains("RECTO_GIT")), "{:?}", made.next);
        }
    }

    #[test]
    fn a_folder_that_would_be_quoted_has_no_workflow() {
        for (name, plain) in [("docs/site-1", true), ("", true), ("my site", false), ("a$b", false), ("-x", false)] {
            assert_eq!(is_plain(name), plain, "{name}");
        }
    }
}
