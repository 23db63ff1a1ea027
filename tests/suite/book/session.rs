//! Plays a page of the book: writes its files and runs its commands in a folder, as a reader would.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use super::page::Block;
use crate::support::temporary;

/// The folder of the pages' deploys, which is replaced by one in the test's folder.
const SERVER: &str = "/srv/";

pub struct Session {
    folder: TempDir,
    here: PathBuf,
    /// Processes of `recto serve` and `recto preview`, which run until the page ends.
    running: Vec<Child>,
}

impl Drop for Session {
    fn drop(&mut self) {
        for child in &mut self.running {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Session {
    /// Starts in an empty folder.
    pub fn empty() -> Session {
        let folder = temporary();
        let here = folder.path().join("home/you");
        for made in [&here, &folder.path().join("srv/www")] {
            fs::create_dir_all(made).expect("a folder can be made");
        }
        Session { folder, here, running: Vec::new() }
    }

    /// Starts in the folder that a page expects.
    pub fn of(page: &[Block]) -> Session {
        let mut session = Session::empty();
        let consoles = page.iter().filter(|block| block.is("console") && block.value("not-run").is_none());
        let first = consoles.flat_map(|block| block.text.lines()).find_map(|line| line.strip_prefix("$ "));
        if !first.is_some_and(|first| first.starts_with("recto init")) {
            session.run("recto init .");
            let config = session.here.join("site.toml");
            let text = fs::read_to_string(&config).expect("a site has one");
            fs::write(config, text.replace("archive.example.org", "news.example.org")).expect("a file can be written");
        }
        session
    }

    pub fn put(&self, path: &str, text: &str) {
        let file = self.here.join(path);
        fs::create_dir_all(file.parent().expect("a file has a folder")).expect("a folder can be made");
        fs::write(file, self.real(text)).expect("a file can be written");
    }

    /// Returns what is wrong with the present site.
    pub fn check(&mut self) -> Option<String> {
        let (said, good) = self.run("recto check");
        (!good).then_some(said)
    }

    /// Runs a block. Returns it with the correct outputs, and what is wrong.
    pub fn console(&mut self, block: &str) -> (String, Vec<String>) {
        let (mut transcript, mut faults) = (String::new(), Vec::new());
        let mut steps: Vec<(&str, String)> = Vec::new();
        for line in block.lines() {
            match (line.strip_prefix("$ "), steps.last_mut()) {
                (Some(command), _) => steps.push((command, String::new())),
                (None, Some((_, output))) => output.push_str(&format!("{line}\n")),
                (None, None) => faults.push("the block does not start with a command".to_owned()),
            }
        }
        for (command, expected) in steps {
            let (said, good) = self.run(command);
            let said: String = said.lines().map(|line| format!("{}\n", line.trim_end())).collect();
            let given = !expected.is_empty();
            if !good && !expected.contains("error") {
                faults.push(format!("`{command}` fails:\n{said}"));
            } else if given && !same(&expected, &said) {
                faults.push(format!("`{command}` says:\n{said}"));
            }
            let keep = !given || same(&expected, &said) || expected.contains('…');
            let output = if keep { expected } else { said };
            transcript.push_str(&format!("$ {command}\n{output}"));
        }
        (transcript, faults)
    }

    /// Runs a command. Returns what it printed and whether it succeeded.
    fn run(&mut self, command: &str) -> (String, bool) {
        if let Some(folder) = command.strip_prefix("cd ") {
            self.here = self.here.join(folder);
            return (String::new(), self.here.is_dir());
        }
        let mut shell = self.shell(command);
        if command.starts_with("recto serve") || command.starts_with("recto preview") {
            return self.start(shell);
        }
        let ran = shell.output().expect("the shell runs");
        (self.shown(&String::from_utf8_lossy(&ran.stdout)), ran.status.success())
    }

    fn shell(&self, command: &str) -> Command {
        let recto = Path::new(env!("CARGO_BIN_EXE_recto")).parent().expect("a program has a folder");
        let path = format!("{}:{}", recto.to_string_lossy(), std::env::var("PATH").unwrap_or_default());
        let mut shell = Command::new("sh");
        shell.args(["-c", &format!("exec 2>&1; {}", self.real(command))]).current_dir(&self.here).env_clear();
        shell.env("PATH", path).env("HOME", self.folder.path()).env("SOURCE_DATE_EPOCH", "1793491200");
        for who in ["AUTHOR", "COMMITTER"] {
            shell.env(format!("GIT_{who}_NAME"), "A. Person").env(format!("GIT_{who}_EMAIL"), "person@example.org");
        }
        shell.stdin(Stdio::null()).stdout(Stdio::piped());
        shell
    }

    /// Starts a server, and reads its output until it is ready.
    fn start(&mut self, mut shell: Command) -> (String, bool) {
        let command = shell.get_args().last().and_then(|c| c.to_str()).unwrap_or_default();
        let command = command.replace("exec 2>&1; ", "exec 2>&1; exec ").replace(" -O", "");
        let mut again = Command::new("sh");
        again.args(["-c", &command]).current_dir(&self.here).env_clear();
        again.envs(shell.get_envs().filter_map(|(name, value)| Some((name, value?))));
        shell = again;
        let mut child = shell.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("the shell runs");
        let out = child.stdout.take().expect("it is piped");
        let mut said = String::new();
        for line in BufReader::new(out).lines().map_while(Result::ok) {
            said.push_str(&format!("{line}\n"));
            if line.contains("Ctrl-C") {
                break;
            }
        }
        self.running.push(child);
        (self.shown(&said), said.contains("Ctrl-C"))
    }

    /// Replaces the folders of the page with those of this test.
    fn real(&self, text: &str) -> String {
        text.replace(SERVER, &format!("{}{SERVER}", self.folder.path().to_string_lossy()))
    }

    /// Replaces the folders of this test with those of the page.
    fn shown(&self, text: &str) -> String {
        text.replace(&*self.folder.path().to_string_lossy(), "")
    }
}

/// Returns whether an output matches the page.
fn same(expected: &str, said: &str) -> bool {
    let (expected, said): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), said.lines().collect());
    lines(&expected, &said)
}

fn lines(expected: &[&str], said: &[&str]) -> bool {
    match expected {
        [] => said.is_empty(),
        ["…", rest @ ..] => (0..=said.len()).any(|n| lines(rest, &said[n..])),
        [line, rest @ ..] => said.first().is_some_and(|first| fits(line, first)) && lines(rest, &said[1..]),
    }
}

/// Returns whether a line matches: `…` is anything, and seconds and ports may differ.
fn fits(expected: &str, said: &str) -> bool {
    let (expected, said) = (mask(expected), mask(said));
    let mut parts = expected.split('…');
    let Some(mut rest) = said.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let mut open = false;
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        (rest, open) = (&rest[at + part.len()..], part.is_empty());
    }
    rest.is_empty() || open
}

/// Masks numbers: `0.12 s` as `0.00 s`, `127.0.0.1:3132` as `127.0.0.1:0`.
fn mask(line: &str) -> String {
    let words: Vec<&str> = line.split(' ').collect();
    let masked = words.iter().enumerate().map(|(n, word)| {
        let seconds = words.get(n + 1).is_some_and(|next| next.trim_end_matches(['\n', ')', ',']) == "s");
        let number = word.trim_start_matches('(').parse::<f64>().is_ok();
        match word.split_once("127.0.0.1:") {
            Some((before, after)) => {
                format!("{before}127.0.0.1:0{}", after.trim_start_matches(|c: char| c.is_ascii_digit()))
            }
            None if seconds && number => "0.00".to_owned(),
            None => (*word).to_owned(),
        }
    });
    masked.collect::<Vec<_>>().join(" ")
}
