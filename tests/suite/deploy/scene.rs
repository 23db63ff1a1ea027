//! A site before and after an edit, what a target holds, and what a reader finds there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use recto::deploy::desired_files::{self, DesiredFile};
use recto::deploy::manifest;
use recto::deploy::run::{self, DeployObserver, DeployRequest, DeploySummary};
use recto::deploy::target::{DeployError, Target};
use recto::engine::build_result::BuildResult;

use crate::support::{Site, article};

/// A built site, ready to be deployed.
pub struct Version {
    pub site: Site,
    pub wanted: Vec<DesiredFile>,
    pub files: BTreeMap<String, Vec<u8>>,
    output: PathBuf,
}

const CONFIG: &str =
    "title = \"Test\"\nbase_url = \"https://example.org\"\ntimezone = \"UTC\"\n[pagination]\nper_page = 5\n";

impl Version {
    /// Builds a site with this many articles. With `edited`, some are changed, one is removed, and two are added,
    /// whose names contain it.
    pub fn new(articles: usize, edited: Option<&str>) -> Version {
        let site = Site::new(CONFIG);
        for n in 0..articles {
            if edited.is_some() && n == articles / 2 {
                continue;
            }
            let date = format!("20{:02}-{:02}-{:02}", 20 + n % 5, 1 + n % 12, 1 + n % 28);
            let body = match edited {
                Some(how) if n % 10 == 0 => format!("Another text, by {how}.\n\nIt goes on."),
                _ => format!("Text {n} begins here.\n\nIt has a second paragraph."),
            };
            let more = format!("tags = [\"Tag {}\"]", n % 7);
            site.write(&format!("content/articles/a{n}.md"), &article(&format!("Title {n}"), &date, &more, &body));
        }
        for n in edited.iter().flat_map(|_| 0..2) {
            let title = format!("New by {}, {n}", edited.unwrap_or_default());
            let text = article(&title, "2026-10-05", "tags = [\"Of new things\"]", "What is new.");
            site.write(&format!("content/articles/new{n}.md"), &text);
        }
        site.build();
        Version::of(site)
    }

    /// Wraps a built site.
    pub fn of(site: Site) -> Version {
        let output = site.root().join("public");
        let built =
            BuildResult::left(&site.options(), &output, None).unwrap_or_else(|e| panic!("{e}")).expect("it was built");
        let wanted = desired_files::of_built(&built, &output, 2).expect("it can be read");
        let mut files = site.outputs();
        files.remove(".recto-manifest");
        assert_eq!(wanted.len(), files.len());
        Version { site, wanted, files, output }
    }

    pub fn output(&self) -> &Path {
        &self.output
    }

    /// Deploys it to a target, as the run with this name; `ended` is the last run.
    pub fn deploy(&self, target: &dyn Target, holder: &str, ended: Option<&str>) -> Result<DeploySummary, DeployError> {
        let ended: Vec<String> = ended.into_iter().map(str::to_owned).collect();
        self.deploy_with(target, |deploy| {
            deploy.holder = holder.to_owned();
            deploy.ended = &ended;
        })
    }

    pub fn deploy_with<'d>(
        &'d self,
        target: &dyn Target,
        change: impl FnOnce(&mut DeployRequest<'d>),
    ) -> Result<DeploySummary, DeployError> {
        let mut deploy = DeployRequest {
            output: &self.output,
            wanted: &self.wanted,
            max_deletes: 256,
            asked: true,
            adopt: false,
            force: false,
            dry_run: false,
            verify: false,
            holder: "holder".to_owned(),
            ended: &[],
            now: &|| 1_000_000,
            show: &Silent,
        };
        change(&mut deploy);
        run::deploy(&deploy, target)
    }
}

/// Ignores all events.
pub struct Silent;

impl DeployObserver for Silent {
    fn plan(&self, _: &str, _: &recto::deploy::delta::Delta) {}
    fn progress(&self, _: (usize, usize), _: (u64, u64)) {}
}

/// Panics unless the target holds exactly these files, and a manifest without a lease.
pub fn is_just(there: &BTreeMap<String, Vec<u8>>, version: &Version, what: &str) {
    let mut there = there.clone();
    let text = there.remove(manifest::PATH).unwrap_or_else(|| panic!("{what}: no manifest"));
    let manifest = manifest::TargetManifest::parse(&text).unwrap_or_else(|why| panic!("{what}: {why}"));
    assert!(
        manifest.lease.is_none() && manifest.coming.is_empty() && manifest.leaving.is_empty(),
        "{what}: {manifest:?}"
    );
    assert!(manifest.files.keys().eq(version.files.keys()), "{what}: the manifest names other files");
    let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<BTreeSet<String>>();
    assert_eq!(names(&there), names(&version.files), "{what}");
    let others: Vec<&String> =
        there.iter().filter(|(path, bytes)| version.files[*path] != **bytes).map(|(path, _)| path).collect();
    assert!(others.is_empty(), "{what}: {others:?} are not what they should be");
}

/// Panics if a file is neither of the old nor of the new site, complete, or if a reader who starts at the front
/// page meets a dead link.
pub fn is_whole(there: &BTreeMap<String, Vec<u8>>, versions: &[&Version], what: &str) {
    for (path, bytes) in there.iter().filter(|(path, _)| *path != manifest::PATH) {
        let known = versions.iter().any(|version| version.files.get(path) == Some(bytes));
        assert!(known, "{what}: {path} is of neither site");
    }
    let mut seen = BTreeSet::new();
    let mut next = vec!["index.html".to_owned(), "404.html".to_owned()];
    while let Some(path) = next.pop() {
        let Some(bytes) = there.get(&path) else { panic!("{what}: {path} is linked and is not there") };
        if !seen.insert(path.clone()) || !path.ends_with(".html") {
            continue;
        }
        let text = String::from_utf8_lossy(bytes);
        for start in ["href=\"/", "src=\"/"] {
            for link in text.split(start).skip(1).filter_map(|rest| rest.split(['"', '#']).next()) {
                let file =
                    if link.is_empty() || link.ends_with('/') { format!("{link}index.html") } else { link.to_owned() };
                next.push(recto::base::path::decode_percent(&file).unwrap_or(file));
            }
        }
    }
    assert!(seen.len() > 100, "{what}: only {} files are linked", seen.len());
}
