//! Invalid arguments on the command line that contain control characters and workflow commands.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::process::Command;

use crate::support::{SITE_TOML, Site, recto};

/// Whatever somebody types or pastes, the message contains no control sequence and no workflow command.
#[test]
fn what_is_typed_moves_nothing() {
    let site = Site::new(SITE_TOML);
    let hostile: [&[u8]; 9] = [
        b"\x1b[2J",
        b"\x1b]0;title\x07",
        b"a\rb",
        "\u{202e}gpj".as_bytes(),
        "\u{2066}a\u{200b}".as_bytes(),
        "\u{9b}31m".as_bytes(),
        b"1\n::error file=x::y",
        b"##[error]x",
        b"\xff\x1b[1m",
    ];
    let calls: [&[&str]; 14] = [
        &["X"],
        &["--X"],
        &["-X"],
        &["--X=1"],
        &["--format", "X"],
        &["--format=X"],
        &["build", "X"],
        &["build", "--X"],
        &["build", "-j", "X"],
        &["build", "--only", "X"],
        &["list", "X", "X"],
        &["theme", "X"],
        &["completions", "X"],
        &["serve", "--port", "X"],
    ];
    for text in hostile {
        for call in calls {
            let args = call.iter().map(|arg| {
                let parts: Vec<&[u8]> = arg.split('X').map(str::as_bytes).collect();
                OsStr::from_bytes(&parts.join(text)).to_owned()
            });
            let mut command = Command::new(env!("CARGO_BIN_EXE_recto"));
            let ran = command.current_dir(site.root()).args(args).env_clear().output().expect("it runs");
            let said = [ran.stdout, ran.stderr].concat();
            let said = String::from_utf8(said).expect("it is text");
            let case = format!("{call:?} with {:?}: {said:?}", String::from_utf8_lossy(text));
            assert_eq!(ran.status.code(), Some(2), "{case}");
            let obeyed = |c: char| {
                c.is_control() && c != '\n'
                    || matches!(c, '\u{200b}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
            };
            assert!(!said.contains(obeyed) && said.starts_with("error: "), "{case}");
            assert!(!said.contains("##[") && !said.lines().any(|line| line.trim_start().starts_with("::")), "{case}");
        }
    }
    // The wrong argument is still readable, and so is the suggestion.
    let ran = recto(site.root(), &["build", "--stric\u{1b}[0m"]);
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert!(said.contains("'--stric\\u{1b}[0m'") && said.contains("Usage: recto build"), "{said}");
}
