//! Runs other programs; no other file starts one. It never uses a shell, so any text stays one argument. The caller
//! must make sure that no argument can be read as a flag.

#![allow(clippy::disallowed_methods, reason = "this is the one file that may")]

use std::io::{ErrorKind, Read, Write};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::thread::Builder;

use super::redact::Secrets;
use super::target::DeployError;
use crate::base::limits::PROGRAM_ANSWER;

/// A program, and the package that contains it.
#[derive(Clone, Copy, Debug)]
pub struct Program {
    pub name: &'static str,
    pub package: &'static str,
}

pub const GIT: Program = Program { name: "git", package: "git" };
pub const RSYNC: Program = Program { name: "rsync", package: "rsync" };

/// Variables that git sets when it calls Recto, for example in a hook. With them, our calls would work in that
/// repository.
pub const OTHER_REPOSITORY: [&str; 12] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
    "GIT_QUARANTINE_PATH",
    "GIT_SHALLOW_FILE",
    "GIT_GRAFT_FILE",
    "GIT_DEFAULT_HASH",
];

/// The number of lines of standard error to show. The last lines say why a program failed.
const LINES: usize = 6;

/// The number of bytes of standard error to keep, from the end.
const COMPLAINTS: usize = 64 << 10;

/// Reads a stream to its end and returns its last bytes, at least `most` if there are as many.
fn tail(mut from: impl Read, most: usize) -> Vec<u8> {
    let mut kept = Vec::new();
    let mut buffer = vec![0; 8 << 10];
    while let Ok(count) = from.read(&mut buffer) {
        if count == 0 {
            break;
        }
        kept.extend_from_slice(&buffer[..count]);
        if kept.len() > 2 * most {
            kept.drain(..kept.len() - most);
        }
    }
    kept
}

/// The output of a program, and how it ended.
struct ProgramOutput {
    status: ExitStatus,
    out: Vec<u8>,
    err: Vec<u8>,
    /// Whether it wrote more than the limit and was killed.
    long: bool,
}

/// A program to run. It inherits this process's environment, so that it finds agents, keys and proxies.
pub struct ProgramCall<'a> {
    program: Program,
    /// What the call does, as in "git could not …".
    what: String,
    secrets: &'a Secrets,
    command: Command,
    input: Vec<u8>,
}

/// The result of a program that has ended.
pub struct ProgramResult {
    pub out: Vec<u8>,
    /// Its standard error as written. It may contain secrets.
    pub err: String,
    /// Exit code; `None` if a signal ended the program.
    pub code: Option<i32>,
    /// The beginning of the error message if it failed.
    failed: String,
}

impl ProgramResult {
    pub fn is_fine(&self) -> bool {
        self.code == Some(0)
    }

    /// Returns the error for a failed program, with the last lines of its standard error.
    pub fn trouble(&self) -> DeployError {
        DeployError::Network(self.failed.clone())
    }
}

impl<'a> ProgramCall<'a> {
    /// Prepares a call; `what` completes "PROGRAM could not …".
    pub fn new(program: Program, what: impl Into<String>, secrets: &'a Secrets) -> ProgramCall<'a> {
        let mut command = Command::new(program.name);
        // We parse its messages and times, so they must not depend on the locale or time zone. It must not prompt.
        command.env("LC_ALL", "C").env("TZ", "UTC0").env("GIT_TERMINAL_PROMPT", "0");
        ProgramCall { program, what: what.into(), secrets, command, input: Vec::new() }
    }

    pub fn arg(mut self, arg: impl AsRef<std::ffi::OsStr>) -> ProgramCall<'a> {
        self.command.arg(arg);
        self
    }

    pub fn args<S: AsRef<std::ffi::OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> ProgramCall<'a> {
        self.command.args(args);
        self
    }

    /// Sets an environment variable.
    pub fn with(mut self, variable: &str, value: impl AsRef<std::ffi::OsStr>) -> ProgramCall<'a> {
        self.command.env(variable, value);
        self
    }

    /// Removes environment variables.
    pub fn without(mut self, variables: &[&str]) -> ProgramCall<'a> {
        for variable in variables {
            self.command.env_remove(variable);
        }
        self
    }

    /// Sets the working folder.
    pub fn folder(mut self, folder: &Path) -> ProgramCall<'a> {
        self.command.current_dir(folder);
        self
    }

    /// Sets the standard input.
    pub fn input(mut self, bytes: Vec<u8>) -> ProgramCall<'a> {
        self.input = bytes;
        self
    }

    /// Runs the program to its end, successful or not.
    pub fn end(mut self) -> Result<ProgramResult, DeployError> {
        self.command.stdin(if self.input.is_empty() { Stdio::null() } else { Stdio::piped() });
        self.command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let ProgramOutput { status, out: stdout, err, long } = self.run().map_err(|error| self.no_start(&error))?;
        if long {
            let Program { name, .. } = self.program;
            let what = &self.what;
            return Err(DeployError::Network(format!(
                "{name} could not {what}: its output is larger than {PROGRAM_ANSWER} bytes"
            )));
        }
        let err = String::from_utf8_lossy(&err).into_owned();
        let words = last_words(&self.secrets.redact(&err));
        let words = if words.is_empty() { format!("  {status}") } else { words };
        let failed = format!("{} could not {}:\n{words}", self.program.name, self.what);
        Ok(ProgramResult { out: stdout, err, code: status.code(), failed })
    }

    /// Runs the program and returns its standard output. Fails if the program does.
    pub fn run_well(self) -> Result<Vec<u8>, DeployError> {
        let answer = self.end()?;
        if answer.is_fine() { Ok(answer.out) } else { Err(answer.trouble()) }
    }

    fn run(&mut self) -> std::io::Result<ProgramOutput> {
        let mut child = self.command.spawn()?;
        let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (input, most) = (&self.input, PROGRAM_ANSWER);
        // It may write before it has read all of its input.
        std::thread::scope(|scope| {
            let feed = Builder::new().spawn_scoped(scope, move || {
                // If it stops reading, its exit status says why.
                let _ = stdin.map(|mut stdin| stdin.write_all(input));
            });
            let listen = || stderr.map_or_else(Vec::new, |from| tail(from, COMPLAINTS));
            let started = feed.and_then(|_| Builder::new().spawn_scoped(scope, listen));
            let complaints = started.inspect_err(|_| {
                let _ = (child.kill(), child.wait());
            })?;
            let mut out = Vec::new();
            let read = stdout.map_or(Ok(0), |from| from.take(most as u64 + 1).read_to_end(&mut out));
            let long = out.len() > most;
            if long || read.is_err() {
                let _ = child.kill();
            }
            let status = child.wait()?;
            read?;
            Ok(ProgramOutput { status, out, err: complaints.join().unwrap_or_default(), long })
        })
    }

    fn no_start(&self, error: &std::io::Error) -> DeployError {
        let Program { name, package } = self.program;
        DeployError::Refused(match error.kind() {
            ErrorKind::NotFound => {
                format!(
                    "this target needs the program {name}, which is not installed\nhelp: install the package {package}"
                )
            }
            _ => format!("cannot start the program {name}: {error}"),
        })
    }
}

/// Returns whether this is `user@host:port` with plain names, so that no part can be read as a flag or a command.
pub fn is_plain_authority(authority: &str) -> bool {
    let (user, host) = authority.rsplit_once('@').map_or((None, authority), |(user, host)| (Some(user), host));
    let word = |name: &str, more: &str| {
        let fine = |c: char| c.is_ascii_alphanumeric() || more.contains(c);
        name.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_') && name.chars().all(fine)
    };
    // `[::1]:22`
    let (host, rest) = match host.strip_prefix('[').and_then(|host| host.split_once(']')) {
        Some((host, rest)) if host.contains(':') && word(&format!("0{host}"), ":.") => ("v6", rest),
        _ => host.split_at(host.find(':').unwrap_or(host.len())),
    };
    let port = rest.is_empty() || rest.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok());
    user.is_none_or(|user| word(user, "-._+")) && word(host, "-._") && port
}

/// Returns the last lines of a program's standard error. A server may have written them, so control characters are
/// made harmless for the terminal.
fn last_words(err: &str) -> String {
    let plain = |line: &str| line.replace(|c: char| c.is_control(), " ").trim_end().to_owned();
    let lines: Vec<String> =
        err.lines().map(plain).filter(|line| !line.is_empty()).map(|line| format!("  {line}")).collect();
    lines[lines.len().saturating_sub(LINES)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn arguments_and_input_arrive_as_they_are() {
        let secrets = Secrets::default();
        let cat = Program { name: "cat", package: "coreutils" };
        let much: Vec<u8> = (0..3_000_000_u32).map(|n| n as u8).collect();
        assert_eq!(ProgramCall::new(cat, "copy", &secrets).input(much.clone()).run_well().ok(), Some(much));
        let echo = Program { name: "printf", package: "coreutils" };
        let odd = "$(id); `id` | * \"' \\";
        let said = ProgramCall::new(echo, "print", &secrets).args(["%s", odd]).run_well();
        assert_eq!(said.ok(), Some(odd.as_bytes().to_vec()));
    }

    #[test]
    #[cfg(unix)]
    fn an_answer_is_read_up_to_its_limit() {
        let secrets = Secrets::default();
        let head = Program { name: "head", package: "coreutils" };
        let say = |bytes: usize| ProgramCall::new(head, "say", &secrets).args(["-c", &bytes.to_string(), "/dev/zero"]);
        assert!(say(PROGRAM_ANSWER).run_well().is_ok_and(|out| out.len() == PROGRAM_ANSWER));
        for bytes in [PROGRAM_ANSWER + 1, usize::MAX >> 1] {
            let Err(DeployError::Network(why)) = say(bytes).run_well() else { panic!("{bytes} bytes are read") };
            assert_eq!(why, format!("head could not say: its output is larger than {PROGRAM_ANSWER} bytes"));
        }
        // Even endless output is read to its end.
        let many = [vec![b'a'; 300_000], b"\nlast".to_vec()].concat();
        assert!(tail(&many[..], 1000).ends_with(b"last") && tail(&many[..], 1000).len() < 20_000);
    }

    #[test]
    fn hosts_are_plain_names() {
        for fine in ["h", "me@h.example", "git@h-1.example:2222", "[::1]:22", "u_1@[fe80::1]", "10.0.0.1"] {
            assert!(is_plain_authority(fine), "{fine}");
        }
        for odd in [
            "",
            "-oProxyCommand=x",
            "me@-h",
            "-x@h",
            "h:",
            "h:x",
            "h:99999",
            "a b",
            "h;x",
            "$(x)",
            "[::1",
            "[-x:]",
            "é",
        ] {
            assert!(!is_plain_authority(odd), "{odd}");
        }
    }

    #[test]
    #[cfg(unix)]
    fn a_failure_says_why_and_no_secret() {
        let secrets = Secrets::new([("A_TOKEN".to_owned(), "canary-canary".to_owned())].into_iter());
        let ls = Program { name: "ls", package: "coreutils" };
        let Err(DeployError::Network(why)) =
            ProgramCall::new(ls, "list", &secrets).args(["--", "/canary-canary/\u{1b}x"]).run_well()
        else {
            panic!("it succeeds");
        };
        assert!(why.starts_with("ls could not list:\n  ls: cannot access '/[secret]/"), "{why}");
        assert!(!why.contains('\u{1b}'), "{why:?}");
        let none = Program { name: "recto-no-such-program", package: "nothing" };
        let end = ProgramCall::new(none, "run", &secrets).run_well();
        assert!(matches!(end, Err(DeployError::Refused(why)) if why.ends_with("install the package nothing")));
    }
}
