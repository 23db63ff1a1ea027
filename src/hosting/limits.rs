//! Limits of hosts as data. Each row has its date and its source. When a limit changes, change its row; there is no
//! other copy.

use std::collections::BTreeMap;

/// What a limit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CountedThing {
    Files,
    /// Files and folders.
    Entries,
    /// All bytes together.
    Bytes,
    /// The bytes of one file.
    LargestFile,
    /// The files and folders directly in one folder.
    InFolder,
    /// The length of one path: in bytes, in characters (as UTF-16 counts them), and in segments.
    PathLength,
    PathCharacters,
    PathSegments,
    /// Of `_redirects`: its rules, those with patterns if they are counted separately, and its bytes.
    Redirects,
    Patterns,
    RedirectBytes,
    HeaderRules,
}

/// A limit of a host.
#[derive(Clone, Copy, Debug)]
pub struct HostLimit {
    pub host: &'static str,
    pub measure: CountedThing,
    pub most: u64,
    /// In words, the plans or ways to deploy to which the limit is restricted. Exceeding such a limit is only a
    /// warning.
    pub only: Option<&'static str>,
    /// When and where the limit was looked up.
    pub date: &'static str,
    pub source: &'static str,
}

const GITHUB: &str = "https://docs.github.com/en/pages/getting-started-with-github-pages/github-pages-limits";
const GITHUB_FILES: &str = "https://docs.github.com/en/repositories/working-with-files/managing-large-files";
const GITLAB: &str = "https://docs.gitlab.com/user/gitlab_com/#gitlab-pages";
const GITLAB_REDIRECTS: &str = "https://docs.gitlab.com/user/project/pages/redirects/";
const NETLIFY: &str = "https://docs.netlify.com/deploy/create-deploys/";
const NETLIFY_REDIRECTS: &str = "https://docs.netlify.com/manage/routing/redirects/overview/";
const CLOUDFLARE: &str = "https://developers.cloudflare.com/pages/platform/limits/";
const CLOUDFLARE_REDIRECTS: &str = "https://developers.cloudflare.com/pages/configuration/redirects/";
const CLOUDFLARE_HEADERS: &str = "https://developers.cloudflare.com/pages/configuration/headers/";
const GCS: &str = "https://cloud.google.com/storage/docs/objects#naming";
const AZURE: &str =
    "https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata";
const S3: &str = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html";

const fn limit(host: &'static str, measure: CountedThing, most: u64, source: &'static str) -> HostLimit {
    HostLimit { host, measure, most, only: None, date: "2026-11-25", source }
}

/// The limits of all hosts. A server of one's own has no limit that a site would reach.
pub const ALL: [HostLimit; 20] = [
    limit("github", CountedThing::Bytes, 1_000_000_000, GITHUB),
    HostLimit {
        only: Some("where the site is pushed to a branch"),
        ..limit("github", CountedThing::LargestFile, 100 << 20, GITHUB_FILES)
    },
    limit("gitlab", CountedThing::Bytes, 1 << 30, GITLAB),
    limit("gitlab", CountedThing::Entries, 200_000, GITLAB),
    limit("gitlab", CountedThing::Redirects, 1000, GITLAB_REDIRECTS),
    limit("gitlab", CountedThing::RedirectBytes, 64 << 10, GITLAB_REDIRECTS),
    limit("netlify", CountedThing::InFolder, 54_000, NETLIFY),
    // Not enforced, only recommended.
    HostLimit {
        only: Some("as it recommends"),
        ..limit("netlify", CountedThing::Redirects, 10_000, NETLIFY_REDIRECTS)
    },
    limit("cloudflare", CountedThing::Files, 100_000, CLOUDFLARE),
    HostLimit { only: Some("on the free plan"), ..limit("cloudflare", CountedThing::Files, 20_000, CLOUDFLARE) },
    limit("cloudflare", CountedThing::LargestFile, 25 << 20, CLOUDFLARE),
    limit("cloudflare", CountedThing::Redirects, 2000, CLOUDFLARE_REDIRECTS),
    limit("cloudflare", CountedThing::Patterns, 100, CLOUDFLARE_REDIRECTS),
    // Not documented, but reported (wppoland.com, "100KB cap"): the rest is dropped silently.
    HostLimit {
        only: Some("as users report"),
        ..limit("cloudflare", CountedThing::RedirectBytes, 100_000, CLOUDFLARE)
    },
    limit("cloudflare", CountedThing::HeaderRules, 100, CLOUDFLARE_HEADERS),
    limit("s3", CountedThing::PathLength, 1024, S3),
    HostLimit { only: Some("in one upload"), ..limit("s3", CountedThing::LargestFile, 5 << 30, S3) },
    limit("gcs", CountedThing::PathLength, 1024, GCS),
    limit("azure", CountedThing::PathCharacters, 1024, AZURE),
    limit("azure", CountedThing::PathSegments, 254, AZURE),
];

/// Returns the lowest limit of a host for a measure.
pub fn most(host: &str, measure: CountedThing) -> Option<u64> {
    ALL.iter().filter(|limit| limit.host == host && limit.measure == measure).map(|limit| limit.most).min()
}

/// The size of a site as the host gets it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SiteSize {
    pub files: u64,
    pub bytes: u64,
    /// The largest file, and the longest path.
    pub largest: (String, u64),
    pub longest: String,
    /// The path with the most segments.
    pub deepest: String,
    /// The number of files and folders directly in each folder. The root's path is empty.
    folders: BTreeMap<String, u64>,
    /// The rules of `_redirects`, those with patterns if they are counted separately, the bytes of the file, and
    /// the rules of `_headers`.
    pub redirects: u64,
    pub patterns: u64,
    pub redirect_bytes: u64,
    pub header_rules: u64,
}

impl SiteSize {
    /// Counts a file, given its path and size in bytes.
    pub fn add(&mut self, path: &str, size: u64) {
        self.files += 1;
        self.bytes += size;
        if size > self.largest.1 || self.largest.0.is_empty() {
            self.largest = (path.to_owned(), size);
        }
        if path.len() > self.longest.len() {
            path.clone_into(&mut self.longest);
        }
        let names = |path: &str| path.matches('/').count();
        if names(path) > names(&self.deepest) {
            path.clone_into(&mut self.deepest);
        }
        let mut inside = path;
        loop {
            let folder = inside.rsplit_once('/').map_or("", |(folder, _)| folder);
            if let Some(count) = self.folders.get_mut(folder) {
                *count += 1;
                return;
            }
            self.folders.insert(folder.to_owned(), 1);
            if folder.is_empty() {
                return;
            }
            inside = folder;
        }
    }

    /// Returns the number of files and folders, without the root.
    pub fn entries(&self) -> u64 {
        self.files + self.folders.len().saturating_sub(1) as u64
    }

    /// Returns the folder with the most entries.
    fn fullest(&self) -> (&str, u64) {
        let most = self.folders.iter().max_by_key(|(folder, count)| (**count, std::cmp::Reverse(*folder)));
        most.map_or(("", 0), |(folder, count)| (folder, *count))
    }

    fn value(&self, measure: CountedThing) -> u64 {
        match measure {
            CountedThing::Files => self.files,
            CountedThing::Entries => self.entries(),
            CountedThing::Bytes => self.bytes,
            CountedThing::LargestFile => self.largest.1,
            CountedThing::InFolder => self.fullest().1,
            CountedThing::PathLength => self.longest.len() as u64,
            CountedThing::PathCharacters => self.longest.encode_utf16().count() as u64,
            CountedThing::PathSegments => self.deepest.split('/').count() as u64,
            CountedThing::Redirects => self.redirects,
            CountedThing::Patterns => self.patterns,
            CountedThing::RedirectBytes => self.redirect_bytes,
            CountedThing::HeaderRules => self.header_rules,
        }
    }
}

/// A limit that a site has exceeded or nearly reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitFinding {
    /// Whether the host would reject the site. Otherwise this is a warning.
    pub refused: bool,
    /// The number, the limit, the host and the date.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

/// Compares a site with the limits of a host. More than a limit is rejected; more than four fifths of it is a
/// warning.
pub fn judge(host: &str, facts: &SiteSize) -> Vec<LimitFinding> {
    let mut found: Vec<(CountedThing, LimitFinding)> = Vec::new();
    for limit in ALL.iter().filter(|limit| limit.host == host) {
        let value = facts.value(limit.measure);
        let refused = value > limit.most && limit.only.is_none();
        // If a hard limit is exceeded, a limit of some plans adds nothing.
        let known = found.iter().any(|(measure, finding)| *measure == limit.measure && finding.refused);
        if value.saturating_mul(5) > limit.most.saturating_mul(4) && !known {
            let message = message(limit, value, facts);
            found.push((limit.measure, LimitFinding { refused, message, help: help(limit, facts) }));
        }
    }
    found.into_iter().map(|(_, finding)| finding).collect()
}

fn message(limit: &HostLimit, value: u64, facts: &SiteSize) -> String {
    let HostLimit { host, measure, most, only, date, .. } = limit;
    let (value, most) = match measure {
        CountedThing::Bytes | CountedThing::LargestFile | CountedThing::RedirectBytes if size(value) != size(*most) => {
            (size(value), size(*most))
        }
        CountedThing::Bytes | CountedThing::LargestFile | CountedThing::RedirectBytes => {
            (format!("{} bytes", grouped(value)), grouped(*most))
        }
        _ => (grouped(value), grouped(*most)),
    };
    let what = match measure {
        CountedThing::Files => format!("the site has {value} files"),
        CountedThing::Entries => format!("the site has {value} files and folders"),
        CountedThing::Bytes => format!("the site is {value} in size"),
        CountedThing::LargestFile => format!("{} is {value} in size", facts.largest.0),
        CountedThing::InFolder => format!("the folder /{} contains {value} files and folders", facts.fullest().0),
        CountedThing::PathLength => format!("a path has {value} bytes"),
        CountedThing::PathCharacters => format!("a path has {value} characters"),
        CountedThing::PathSegments => format!("a path has {value} segments"),
        CountedThing::Redirects => format!("_redirects has {value} rules"),
        CountedThing::Patterns => {
            format!("_redirects has {value} rules that have `*` or `:name`, or come after one that has")
        }
        CountedThing::RedirectBytes => format!("_redirects has {value}"),
        CountedThing::HeaderRules => format!("_headers has {value} rules"),
    };
    let only = only.map_or(String::new(), |only| format!(", {only}"));
    format!("{what}; {host} allows {most}{only} ({date})")
}

fn help(limit: &HostLimit, facts: &SiteSize) -> String {
    let advice = match limit.measure {
        CountedThing::Entries => "set `[permalinks] style = \"file\"` to write each page without a folder of its own",
        CountedThing::Files => "use fewer tags, or another host: object stores and servers have no such limit",
        CountedThing::Bytes => "use smaller pictures, or another host: object stores and servers have no such limit",
        CountedThing::LargestFile => "move it to a host for large files, and link to it",
        CountedThing::InFolder => {
            "put the date into the addresses: `[permalinks] article = \"/{date:%Y/%m/%d}/{slug}/\"`"
        }
        CountedThing::PathLength | CountedThing::PathCharacters => {
            return format!("shorten {} ({})", facts.longest, limit.source);
        }
        CountedThing::PathSegments => return format!("shorten {} ({})", facts.deepest, limit.source),
        CountedThing::Redirects | CountedThing::RedirectBytes => {
            "use fewer rules in static/_redirects; Recto leaves out the aliases that do not fit"
        }
        CountedThing::Patterns => {
            "use fewer of them in static/_redirects; plain rules before the first of them do not count"
        }
        CountedThing::HeaderRules => "use fewer rules in static/_headers",
    };
    format!("{advice} ({})", limit.source)
}

/// Formats a number as `12,345`.
fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Formats a size as `1.2 GB`, in decimal units, rounded down.
fn size(n: u64) -> String {
    let (unit, name) = match n {
        1_000_000_000.. => (1_000_000_000, "GB"),
        1_000_000.. => (1_000_000, "MB"),
        1_000.. => (1_000, "kB"),
        _ => return format!("{n} bytes"),
    };
    format!("{}.{} {name}", n / unit, n % unit * 10 / unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(change: impl FnOnce(&mut SiteSize)) -> SiteSize {
        let mut facts = SiteSize::default();
        facts.add("index.html", 10);
        change(&mut facts);
        facts
    }

    #[test]
    fn entries_are_files_and_folders() {
        let facts = facts(|facts| {
            ["a/b/c/index.html", "a/b/x.png", "a/y", "a/b/c/z"].iter().for_each(|path| facts.add(path, 5));
        });
        assert_eq!((facts.files, facts.entries(), facts.bytes), (5, 8, 30));
        assert_eq!((facts.fullest(), facts.longest.as_str()), (("", 2), "a/b/c/index.html"));
        assert_eq!(facts.largest, ("index.html".to_owned(), 10));
    }

    #[test]
    fn limits_are_reached_by_degrees() {
        for (rules, expected) in [(800, None), (801, Some(false)), (1000, Some(false)), (1001, Some(true))] {
            let found = judge("gitlab", &facts(|facts| facts.redirects = rules));
            assert_eq!(found.first().map(|found| found.refused), expected, "{rules}");
        }
        let found = judge("gitlab", &facts(|facts| facts.redirects = 1234));
        assert_eq!(found[0].message, "_redirects has 1,234 rules; gitlab allows 1,000 (2026-11-25)");
        assert!(found[0].help.contains("https://docs.gitlab.com/"));
        assert!(judge("nginx", &facts(|facts| facts.bytes = u64::MAX)).is_empty());
    }

    #[test]
    fn patterns_have_a_limit_of_their_own() {
        let judged = |plain, patterns| {
            let found = judge("cloudflare", &facts(|facts| (facts.redirects, facts.patterns) = (plain, patterns)));
            found.into_iter().filter(|found| found.refused).map(|found| found.message).collect::<Vec<_>>()
        };
        assert_eq!(judged(1985, 50), [""; 0]);
        assert_eq!(judged(2000, 100), [""; 0]);
        let what = "_redirects has 150 rules that have `*` or `:name`, or come after one that has; cloudflare allows 100 (2026-11-25)";
        assert_eq!(judged(3, 150), [what]);
    }

    #[test]
    fn paths_are_measured_as_the_store_does() {
        let long = |part: &str, n: usize, host: &str| {
            let found = judge(host, &facts(|facts| facts.add(&part.repeat(n), 1)));
            found.iter().map(|found| found.refused).collect::<Vec<_>>()
        };
        assert_eq!([long("拉", 341, "gcs"), long("拉", 342, "gcs")], [vec![false], vec![true]]);
        assert_eq!([long("拉", 1024, "azure"), long("拉", 1025, "azure")], [vec![false], vec![true]]);
        assert_eq!([long("a/", 253, "azure"), long("a/", 254, "azure")], [vec![false], vec![true]]);
    }

    #[test]
    fn a_limit_of_a_plan_is_a_warning() {
        let judged = |files| {
            let found = judge("cloudflare", &facts(|facts| facts.files = files));
            found.into_iter().map(|found| (found.refused, found.message)).collect::<Vec<_>>()
        };
        assert!(judged(16_000).is_empty());
        let free = "the site has 30,000 files; cloudflare allows 20,000, on the free plan (2026-11-25)";
        assert_eq!(judged(30_000), [(false, free.to_owned())]);
        let paid = "the site has 100,001 files; cloudflare allows 100,000 (2026-11-25)";
        assert_eq!(judged(100_001), [(true, paid.to_owned())]);
    }

    #[test]
    fn every_limit_is_of_a_host_and_has_a_source() {
        for limit in ALL {
            assert!(crate::hosting::hosts::find(limit.host).is_some(), "{limit:?}");
            assert!(limit.source.starts_with("https://") && limit.date.len() == 10, "{limit:?}");
        }
        let shown = [size(999), size(1_234_567), size(25 << 20), size(1_000_000_001)];
        assert_eq!(shown, ["999 bytes", "1.2 MB", "26.2 MB", "1.0 GB"]);
    }
}
