//! A remote folder, accessed by rsync over SSH or from a daemon: lists, fetches, sends and removes files. It must
//! not know the contents of manifests or what a deploy wants.
//!
//! File names go to rsync on its standard input, each ended by a zero byte and starting with `./`, so that none is
//! read as a flag, a pattern, a comment or a word of a shell. Removals are named in the same way, as files that are
//! missing here and so should be missing there (`--delete-missing-args`). So rsync removes only what is named, and
//! no folder that has files in it. The one call with `--delete` concerns only Recto's own folder, and lists what it
//! may delete.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::delta::folders;
use super::manifest;
use super::process::{ProgramCall, ProgramResult, RSYNC, is_plain_authority};
use super::redact::Secrets;
use super::target::DeployError;
use crate::base::diag::quoted;
use crate::base::limits::{MANIFEST_BYTES, PROGRAM_SECONDS};
use crate::system::disk::{self, Stat};

/// The first version with `--ignore-missing-args` and `--delete-missing-args`.
const OLDEST: (u32, u32) = (3, 1);
/// Filters for Recto's own files. Anything else in that folder is left alone.
const OWN: [&str; 3] = ["--include=/.recto/", "--include=/.recto/manifest-v1", "--include=/.recto/claim-*"];
/// Filter for temporary files that a killed rsync leaves. They are in Recto's folder, so that no web server
/// publishes one as a page.
const LEFT: &str = "--include=/.recto/.*";
const NOTHING_ELSE: &str = "--exclude=*";

/// What is at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RemoteKind {
    /// A regular file, with its version ([`version`]): size and time.
    File(String),
    Folder,
    /// A link, or a special file.
    Other,
}

/// What is at some paths, and at the folders above them.
pub struct RemoteListing(BTreeMap<String, RemoteKind>);

impl RemoteListing {
    /// Returns the paths of everything but folders.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter(|(_, kind)| **kind != RemoteKind::Folder).map(|(path, _)| path.as_str())
    }

    pub fn get(&self, path: &str) -> Option<&RemoteKind> {
        self.0.get(path)
    }

    /// Returns the version of a regular file of the target itself.
    pub fn file(&self, path: &str) -> Option<&str> {
        match self.get(path) {
            Some(RemoteKind::File(version)) if self.in_the_way(path).is_none() => Some(version),
            _ => None,
        }
    }

    /// Returns the highest folder of a path that is not a folder but a file or a link. Nothing is written through a
    /// link, which may lead out of the target.
    pub fn in_the_way<'p>(&self, path: &'p str) -> Option<&'p str> {
        folders(path).find(|folder| match self.get(folder) {
            Some(RemoteKind::Folder) => false,
            Some(_) => true,
            // When rsync follows a link, it lists what is behind it and not the link.
            None => {
                let below = format!("{folder}/");
                self.0.range(below.clone()..).next().is_some_and(|(path, _)| path.starts_with(&below))
            }
        })
    }
}

/// Returns the version of a file that was sent: its size, and its time as rsync writes it. Sending keeps the time.
pub fn version(stat: &Stat) -> Option<String> {
    let time = jiff::Timestamp::from_second(stat.modified.div_euclid(1_000_000_000)).ok()?;
    Some(format!("{}-{}", stat.size, time.strftime("%Y/%m/%d-%H:%M:%S")))
}

pub struct RemoteFolder {
    /// The folder as rsync's argument, with a slash at its end.
    place: String,
    /// For a daemon: the module as rsync's argument, and the folder's path in it.
    module: Option<(String, String)>,
    /// The address for messages.
    pub address: String,
    /// The SSH command, if SSH is used.
    shell: Option<String>,
    /// An empty folder.
    empty: PathBuf,
    secrets: Secrets,
}

impl RemoteFolder {
    /// Opens a folder over SSH. `shell` is the value of `RSYNC_RSH`, if the user set it.
    pub fn ssh(
        (user, host, port): (Option<&str>, &str, Option<u16>),
        path: &str,
        shell: Option<&str>,
        empty: PathBuf,
        secrets: Secrets,
    ) -> Result<RemoteFolder, DeployError> {
        let authority = user.map_or_else(|| host.to_owned(), |user| format!("{user}@{host}"));
        let address = format!("ssh://{host}{path}");
        if !is_plain_authority(&authority) || !path.starts_with('/') || !is_plain_path(path) {
            return Err(DeployError::Refused(format!("{} is not a valid address for rsync", quoted(&address))));
        }
        // The user's options come first, since SSH uses the first value of an option.
        let mut shell = format!("{} -o BatchMode=yes", shell.unwrap_or("ssh"));
        if let Some(port) = port {
            shell.push_str(&format!(" -p {port}"));
        }
        let place = format!("{authority}:{}/", path.trim_end_matches('/'));
        RemoteFolder { place, module: None, address, shell: Some(shell), empty, secrets }.checked()
    }

    /// Opens a folder of a daemon. The first part of the path is the module.
    pub fn daemon(authority: &str, path: &str, empty: PathBuf, secrets: Secrets) -> Result<RemoteFolder, DeployError> {
        let host = authority.rsplit('@').next().unwrap_or_default();
        let address = format!("rsync://{host}/{path}");
        if !is_plain_authority(authority) || path.is_empty() || path.starts_with(['/', '-']) || !is_plain_path(path) {
            return Err(DeployError::Refused(format!("{} is not a valid address for rsync", quoted(&address))));
        }
        let path = path.trim_end_matches('/');
        let (module, below) = path.split_once('/').unwrap_or((path, ""));
        let module = Some((format!("rsync://{authority}/{module}/"), below.to_owned()));
        let place = format!("rsync://{authority}/{path}/");
        RemoteFolder { place, module, address, shell: None, empty, secrets }.checked()
    }

    /// Checks that rsync is new enough.
    fn checked(self) -> Result<RemoteFolder, DeployError> {
        let said = ProgramCall::new(RSYNC, "print its version", &self.secrets).arg("--version").run_well()?;
        let said = String::from_utf8_lossy(&said);
        let words: Vec<&str> = said.split_whitespace().take(3).collect();
        let number = |at: usize| words.get(2)?.split('.').nth(at)?.parse::<u32>().ok();
        match (number(0), number(1)) {
            (Some(major), Some(minor)) if words[0] == "rsync" && (major, minor) >= OLDEST => Ok(self),
            _ => Err(DeployError::Refused(format!(
                "this target needs rsync {}.{} or later; found {}\nhelp: install a newer package {}",
                OLDEST.0,
                OLDEST.1,
                quoted(&words.join(" ")),
                RSYNC.package
            ))),
        }
    }

    fn call(&self, what: &str, args: &[&str]) -> ProgramCall<'_> {
        let call = ProgramCall::new(RSYNC, format!("{what} {}", self.address), &self.secrets);
        let call = match &self.shell {
            Some(shell) => call.arg("-e").arg(shell),
            // Without this, Nagle's algorithm delays each small packet to a daemon by 40 ms.
            None => call.args(["--contimeout=60", "--sockopts=TCP_NODELAY"]),
        };
        let timeout = format!("--timeout={PROGRAM_SECONDS}");
        call.args(["--protect-args", "--8-bit-output", &timeout]).args(args)
    }

    /// Lists what is at these paths and at the folders above them.
    pub fn list<'p>(&self, paths: impl IntoIterator<Item = &'p str>) -> Result<RemoteListing, DeployError> {
        let all: BTreeSet<&str> = paths.into_iter().flat_map(|path| folders(path).chain([path])).collect();
        if all.is_empty() {
            return Ok(RemoteListing(BTreeMap::new()));
        }
        // Listing is a dry run of a copy into an empty folder.
        let args = ["--dry-run", "--links", "--times", "--ignore-times", "--no-implied-dirs", "--ignore-missing-args"];
        let call = self.call("read", &args).args(["--files-from=-", "--from0", "--out-format=%i %l %M %n", "--"]);
        let answer = call.arg(&self.place).arg(folder(&self.empty)).input(named(all)).end()?;
        if !(is_done(&answer) || is_nowhere(&answer) || complains_only(&answer, is_no_folder)) {
            return Err(answer.trouble());
        }
        let said = String::from_utf8_lossy(&answer.out);
        Ok(RemoteListing(said.lines().filter_map(listed).collect()))
    }

    /// Lists everything at the target.
    pub fn all(&self) -> Result<RemoteListing, DeployError> {
        let args =
            ["--dry-run", "--recursive", "--links", "--times", "--ignore-times", "--out-format=%i %l %M %n", "--"];
        let answer = self.call("list", &args).arg(&self.place).arg(folder(&self.empty)).end()?;
        if !(is_done(&answer) || is_nowhere(&answer)) {
            return Err(answer.trouble());
        }
        let said = String::from_utf8_lossy(&answer.out);
        Ok(RemoteListing(said.lines().filter_map(listed).collect()))
    }

    /// Returns the files whose bytes differ between the target and a local folder. Both sides read their files.
    pub fn differing<'p>(
        &self,
        paths: impl IntoIterator<Item = &'p str>,
        from: &Path,
    ) -> Result<BTreeSet<String>, DeployError> {
        let args = ["--dry-run", "--checksum", "--no-implied-dirs", "--ignore-missing-args"];
        let call =
            self.call("compare files with", &args).args(["--files-from=-", "--from0", "--out-format=%i %n", "--"]);
        let (place, below) = self.fetched_from();
        let names: Vec<String> = paths.into_iter().map(|path| format!("{below}{path}")).collect();
        let answer = call.arg(place).arg(folder(from)).input(named(names.iter().map(String::as_str))).run_well()?;
        let said = String::from_utf8_lossy(&answer);
        let sent = said.lines().filter_map(|line| line.split_once(' ')).filter(|(item, _)| item.starts_with(">f"));
        let above = below.trim_end_matches("./");
        Ok(sent.map(|(_, path)| path.strip_prefix(above).unwrap_or(path).to_owned()).collect())
    }

    /// Returns where to fetch files from, and the prefix of their names there. The daemon of rsync 3.5.0 finds no
    /// files relative to a folder of a module, only relative to the module itself.
    fn fetched_from(&self) -> (&str, String) {
        match &self.module {
            Some((module, below)) if !below.is_empty() => (module, format!("{below}/./")),
            Some((module, _)) => (module, String::new()),
            None => (&self.place, String::new()),
        }
    }

    /// Lists the names at the top of the folder.
    pub fn top(&self) -> Result<Vec<String>, DeployError> {
        let args = ["--dry-run", "--links", "--dirs", "--out-format=%i %l %M %n", "--"];
        let answer = self.call("read", &args).arg(&self.place).arg(folder(&self.empty)).end()?;
        if !(is_done(&answer) || is_nowhere(&answer)) {
            return Err(answer.trouble());
        }
        let said = String::from_utf8_lossy(&answer.out);
        Ok(said.lines().filter_map(listed).map(|(name, _)| name).filter(|name| name != ".").collect())
    }

    /// Copies regular files to a local folder; leaves out those that do not exist.
    pub fn fetch<'p>(&self, paths: impl IntoIterator<Item = &'p str>, to: &Path) -> Result<(), DeployError> {
        let args = ["--ignore-times", "--no-implied-dirs", "--ignore-missing-args", "--compress"];
        let call = self.call("fetch files from", &args).args(["--files-from=-", "--from0", "--"]);
        let (place, below) = self.fetched_from();
        let names: Vec<String> = paths.into_iter().map(|path| format!("{below}{path}")).collect();
        call.arg(place).arg(folder(to)).input(named(names.iter().map(String::as_str))).run_well().map(drop)
    }

    /// Copies files from a local folder, and folders without their content. Each file is written to a temporary
    /// file and renamed. All named files are sent, even with the same size and time, since their bytes may differ.
    pub fn send<'p>(&self, paths: impl IntoIterator<Item = &'p str>, from: &Path) -> Result<(), DeployError> {
        let args = ["--ignore-times", "--times", "--omit-dir-times", "--no-implied-dirs", "--compress"];
        // Make files readable for the web server, whatever the umask on either machine. Owners stay unchanged.
        let call = self.call("send files to", &args).args(["--perms", "--chmod=D755,F644", "--temp-dir=.recto"]);
        // Make rsync print a line for each file: if its deploy was killed, it then ends at the next line instead of
        // continuing alone.
        let call = call.args(["--files-from=-", "--from0", "--out-format=%n", "--"]);
        call.arg(folder(from)).arg(&self.place).input(named(paths)).run_well().map(drop)
    }

    /// Removes files, links and empty folders, and returns the paths of those that it removed.
    pub fn remove<'p>(&self, paths: impl IntoIterator<Item = &'p str>) -> Result<BTreeSet<String>, DeployError> {
        let args =
            ["--no-implied-dirs", "--delete-missing-args", "--files-from=-", "--from0", "--out-format=%i %n", "--"];
        let call = self.call("remove files from", &args).arg(folder(&self.empty)).arg(&self.place);
        let answer = call.input(named(paths)).end()?;
        if !is_done(&answer) {
            return Err(answer.trouble());
        }
        let said = String::from_utf8_lossy(&answer.out);
        let gone = said.lines().filter_map(|line| line.strip_prefix("*deleting "));
        Ok(gone.map(|path| path.trim_start().trim_end_matches('/').to_owned()).collect())
    }

    /// Copies Recto's own files at the target to a local folder.
    pub fn fetch_own(&self, to: &Path) -> Result<(), DeployError> {
        let args = ["--recursive", "--links", "--times", "--ignore-times", "--delete", "--compress"];
        let call = self
            .call("read", &args)
            .args([&format!("--max-size={MANIFEST_BYTES}"), "--info=skip"])
            .args(OWN)
            .args([NOTHING_ELSE, "--"]);
        let answer = call.arg(&self.place).arg(folder(to)).end()?;
        if is_nowhere(&answer) {
            disk::remove_dir_all(to)?;
            disk::create_dir_all(to)?;
        } else if !is_done(&answer) {
            return Err(answer.trouble());
        }
        // The output of `--info=skip` for a file that was not replaced.
        let said = String::from_utf8_lossy(&answer.out);
        match said.lines().any(|line| line.starts_with(manifest::PATH) && line.ends_with(" is over max-size")) {
            true => Err(DeployError::long_manifest(&self.address)),
            false => Ok(()),
        }
    }

    /// Replaces Recto's own files at the target with those of a local folder, and removes leftover temporary files.
    pub fn send_own(&self, from: &Path) -> Result<(), DeployError> {
        let args = ["--recursive", "--links", "--ignore-times", "--delete-before", "--compress"];
        let call = self.call("write to", &args).args(OWN).args([LEFT, NOTHING_ELSE, "--"]);
        call.arg(folder(from)).arg(&self.place).run_well().map(drop)
    }

    /// Creates Recto's links at the target, wherever nothing exists at their paths.
    pub fn link_own(&self, from: &Path) -> Result<(), DeployError> {
        let args = ["--recursive", "--links", "--ignore-existing"];
        let make = || {
            let call = self.call("write to", &args).args(OWN).args([NOTHING_ELSE, "--"]);
            call.arg(folder(from)).arg(&self.place).end()
        };
        let mut answer = make()?;
        // If two deploys create the folder at the same moment, one gets this error and has done nothing yet.
        if answer.err.lines().any(|line| line.contains(" mkdir ") && line.contains("File exists (17)")) {
            answer = make()?;
        }
        // If two deploys create the link at the same moment, one is told that it exists.
        let there = |line: &str| line.contains("symlink") && line.ends_with("File exists (17)");
        if is_done(&answer) || complains_only(&answer, there) { Ok(()) } else { Err(answer.trouble()) }
    }
}

/// Returns whether a line complains about a path below a file, or below a link that rsync does not follow.
fn is_no_folder(line: &str) -> bool {
    // Newer versions of rsync open paths below a folder in one step, which fails at a link as if it led elsewhere.
    ["Not a directory (", "Too many levels of symbolic links (", "Invalid cross-device link ("]
        .iter()
        .any(|why| line.contains(&format!("failed: {why}")))
}

/// Returns a folder's path with a slash at its end, which tells rsync to copy the content.
fn folder(path: &Path) -> std::ffi::OsString {
    let mut folder = path.as_os_str().to_owned();
    folder.push("/");
    folder
}

/// Writes names for `--files-from`. The leading dot keeps a name from being read as a comment.
fn named<'p>(paths: impl IntoIterator<Item = &'p str>) -> Vec<u8> {
    paths.into_iter().flat_map(|path| format!("./{path}\0").into_bytes()).collect()
}

/// Returns whether rsync succeeded. Missing names are allowed (exit code 24), since removals are named that way.
fn is_done(answer: &ProgramResult) -> bool {
    matches!(answer.code, Some(0 | 24))
}

/// Returns whether the folder itself does not exist.
fn is_nowhere(answer: &ProgramResult) -> bool {
    complains_only(answer, |line| {
        line.contains("change_dir") && line.ends_with("failed: No such file or directory (2)")
    })
}

/// Returns whether rsync did what it could and all its complaints are of one kind.
fn complains_only(answer: &ProgramResult, of_kind: impl Fn(&str) -> bool) -> bool {
    // When the other side then closes the connection, rsync complains about that, too.
    let hung_up = |line: &str| line.contains(" read error: ") || line.contains(" write error: ");
    let complaints = answer.err.lines().filter(|line| line.starts_with("rsync: ") && !hung_up(line));
    let mut complaints = complaints.peekable();
    answer.code == Some(23) && complaints.peek().is_some() && complaints.all(|line| of_kind(line.trim_end()))
}

/// Parses a line of a listing: `>f+++++++++ 12 2026/11/25-16:43:13 a/b`.
fn listed(line: &str) -> Option<(String, RemoteKind)> {
    let mut words = line.splitn(4, ' ');
    let (item, size, time, name) = (words.next()?, words.next()?, words.next()?, words.next()?);
    let size: u64 = size.parse().ok()?;
    let kind = match item.get(..2)? {
        ">f" => RemoteKind::File(format!("{size}-{time}")),
        "cd" | ".d" => RemoteKind::Folder,
        _ => RemoteKind::Other,
    };
    Some((name.trim_end_matches('/').to_owned(), kind))
}

/// Returns whether the folder's path, which is part of an argument, contains nothing that rsync reads as a pattern.
fn is_plain_path(path: &str) -> bool {
    !path.contains(|c: char| c.is_control() || "*?[]\\".contains(c))
        && !path.split('/').any(|part| part.starts_with('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read() {
        let file = |version: &str| RemoteKind::File(version.to_owned());
        let table = [
            (">f+++++++++ 4 2026/11/25-16:42:55 a b/日 [1].html", "a b/日 [1].html", file("4-2026/11/25-16:42:55")),
            ("cd+++++++++ 60 2026/11/25-16:42:55 a/", "a", RemoteKind::Folder),
            ("cL+++++++++ 11 2026/11/25-16:43:13 a/pw", "a/pw", RemoteKind::Other),
        ];
        for (line, path, kind) in table {
            assert_eq!(listed(line), Some((path.to_owned(), kind)));
        }
        assert_eq!(listed("skipping non-regular file \"x\""), None);
        let stat = Stat { size: 4, modified: 1_795_624_975_999_999_999, ..Stat::default() };
        assert_eq!(version(&stat).as_deref(), Some("4-2026/11/25-16:42:55"));
    }

    #[test]
    fn what_is_no_folder_is_in_the_way() {
        let listed = RemoteListing(
            [
                ("a", RemoteKind::Folder),
                ("a/f", RemoteKind::File(String::new())),
                ("l", RemoteKind::Other),
                ("hidden/x", RemoteKind::Other),
            ]
            .map(|(path, kind)| (path.to_owned(), kind))
            .into(),
        );
        let table = [
            ("a/x", None),
            ("a/f/x", Some("a/f")),
            ("l/x/y", Some("l")),
            ("hidden/x", Some("hidden")),
            ("new/x", None),
        ];
        for (path, way) in table {
            assert_eq!(listed.in_the_way(path), way, "{path}");
        }
    }

    #[test]
    fn no_address_is_a_flag_or_a_pattern() {
        let open = |host: &str, path: &str| {
            RemoteFolder::ssh((None, host, None), path, None, PathBuf::new(), Secrets::default())
        };
        for (host, path) in
            [("-oProxyCommand=x", "/srv"), ("h:1", "/s[r]v"), ("h", "/*"), ("h", "srv"), ("h", "/-x"), ("", "/x")]
        {
            assert!(matches!(open(host, path), Err(DeployError::Refused(_))), "{host} {path}");
        }
        for (host, path) in [("-h", "m/x"), ("h", "-m"), ("h", "m/*"), ("h", ""), ("a/b", "m")] {
            assert!(
                matches!(
                    RemoteFolder::daemon(host, path, PathBuf::new(), Secrets::default()),
                    Err(DeployError::Refused(_))
                ),
                "{host} {path}"
            );
        }
    }
}
