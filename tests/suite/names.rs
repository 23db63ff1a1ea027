//! File names and texts that terminals and hosted workflows would obey. Whatever a command prints, they move no
//! cursor, hide nothing, and start no workflow command.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::process::Output;

use crate::support::{SITE_TOML, Site, article, recto};

/// Hostile names and texts.
const HOSTILE: [&str; 14] = [
    "a\n::error file=x::b",
    "a\r\n::set-output name=x::b",
    "::warning::b",
    "##[error]b",
    "##vso[task.complete result=Failed]b",
    "a\u{1b}[2J\u{1b}[1;31mb",
    "a\u{1b}]0;title\u{7}b",
    "a\u{1b}]8;;https:\u{5c}x\u{1b}\\b",
    "a\u{9b}31mb",
    "a\u{202e}gpj.exe",
    "a\u{2066}b\u{2069}c",
    "a\u{200b}b\u{feff}c",
    "a\u{85}::error::b",
    "a\u{2028}::error::b",
];

/// The bytes that a file name may contain.
fn names() -> Vec<Vec<u8>> {
    let bytes = (1..=255u8).filter(|byte| *byte != b'/').map(|byte| [b"x".as_slice(), &[byte], b"y"].concat());
    bytes.chain(HOSTILE.iter().map(|name| name.replace('/', "_").into_bytes())).collect()
}

fn put(site: &Site, folder: &str, name: &[u8], end: &str, text: &str) {
    let folder = site.root().join(folder);
    fs::create_dir_all(&folder).expect("a folder can be made");
    let name = [name, end.as_bytes()].concat();
    fs::write(folder.join(OsStr::from_bytes(&name)), text).expect("a file can be written");
}

/// Checks a command's output by these rules, and returns it.
pub fn held(what: &[&str], ran: &Output) -> String {
    let mut all = String::new();
    for (stream, bytes) in [("stdout", &ran.stdout), ("stderr", &ran.stderr)] {
        let text = std::str::from_utf8(bytes).unwrap_or_else(|e| panic!("{what:?}: {stream}: {e}"));
        for line in text.split('\n') {
            let obeyed = |c: char| {
                c.is_control()
                    || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200B}' | '\u{FEFF}' | '\u{2028}')
            };
            assert!(!line.contains(obeyed), "{what:?}: {stream}: {line:?}");
            let start = line.trim_start();
            assert!(!start.starts_with("::") || start.starts_with("::: "), "{what:?}: {stream}: {line:?}");
            assert!(!line.contains("##[") && !line.contains("##vso["), "{what:?}: {stream}: {line:?}");
            if what.contains(&"json") && stream == "stdout" && !line.is_empty() {
                serde_json::from_str::<serde_json::Value>(line).unwrap_or_else(|e| panic!("{what:?}: {e}: {line}"));
            }
        }
        all += text;
    }
    all
}

/// Runs every command that reads a site, with both report formats.
fn run_all(site: &Site) -> String {
    let mut all = String::new();
    let commands: [&[&str]; 10] = [
        &["build", "-v", "--explain", "-o", "public"],
        &["build", "--explain", "--verify"],
        &["check", "-v"],
        &["check"],
        &["check", "--baseline", "b\n::error::\u{1b}[2J.txt"],
        &["list", "articles"],
        &["list", "drafts"],
        &["list", "orphans"],
        &["list", "tags"],
        &["list", "pages"],
    ];
    for command in commands {
        all += &held(command, &recto(site.root(), command));
        let json = [command, &["--format", "json"]].concat();
        all += &held(&json, &recto(site.root(), &json));
    }
    all
}

#[test]
fn names_of_files_are_printed_as_texts() {
    let site = Site::new(SITE_TOML);
    let broken = "+++\ntitle = 3\n+++\n";
    for name in names() {
        put(&site, "static", &name, ".txt", "x");
        put(&site, "content/articles", &name, ".md", broken);
        put(&site, "content/articles/assets", &name, ".bin", "x");
        put(&site, "content/pages", &name, ".md", broken);
        put(&site, "content/tags", &name, ".md", broken);
        put(&site, "content", &name, ".md", broken);
        put(&site, "templates", &name, ".html", "{{ no");
        put(&site, "i18n", &name, ".toml", "x = 1");
        put(&site, "themes", &name, "", "");
    }
    let all = run_all(&site);
    // Names that are not UTF-8 are printed in a recognizable form.
    for shown in ["x\\xE9y", "a\\n::error", "a\\u{1b}[2J", "a\\u{202e}gpj", "a\\u{9b}31m"] {
        assert!(all.contains(shown), "{shown} is not named");
    }
}

#[test]
fn a_site_in_a_folder_of_such_a_name() {
    for name in HOSTILE {
        let outer = Site::new("");
        let folder = outer.root().join(name.replace('/', "_"));
        fs::create_dir_all(&folder).expect("a folder can be made");
        for command in [
            &["init"] as &[&str],
            &["new", "Title"],
            &["build"],
            &["build", "-o", name],
            &["theme", "eject"],
            &["theme", "eject"],
            &["build", "-C", name],
            &["check", "--baseline", name],
            &["list"],
            &["deploy", name],
            &["check", "content/x\n::error::"],
        ] {
            held(command, &recto(&folder, command));
        }
    }
}

#[test]
fn texts_are_printed_as_texts() {
    let site = Site::new(SITE_TOML);
    for (at, text) in HOSTILE.iter().enumerate() {
        // As TOML writes it.
        let escaped: String = text.chars().map(|c| format!("\\U{:08X}", c as u32)).collect();
        let more = format!("tags = [\"{escaped}\"]\ndraft = {}", at % 2 == 0);
        let text = article("TITLE", "2024-05-06", &more, &format!("[x]({text})")).replace("TITLE", &escaped);
        site.write(&format!("content/articles/a{at}.md"), &text);
        site.write(&format!("content/articles/a{at}.ja.md"), &format!("+++\ntitle = \"{escaped}\"\n+++\n"));
        site.write(&format!("content/pages/p{at}.md"), &format!("+++\ntitle = \"{escaped}\"\n+++\n"));
        site.write(&format!("content/tags/t{at}.md"), &format!("+++\nlabel = \"{escaped}\"\n\"{escaped}\" = 1\n+++\n"));
    }
    site.write(
        "templates/home.html",
        "{% extends \"base.html\" %}{# x #}\n::error::x\n##[error]y\n{{ nothing.there }}",
    );
    run_all(&site);
}
