//! House rules: floors and reading order, one room for each foreign crate, no panics, no global state, no output
//! outside of its room.
//!
//! The sources are read as text, with comments, strings and unit tests removed. No rule needs a parser.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::{project, tree};

/// The most lines of a file, including its unit tests.
const MOST_LINES: usize = 520;

/// Rooms by floor. Rooms of one floor never import each other.
const FLOORS: [&[&str]; 10] = [
    &["base"],
    &["system"],
    &["content", "hosting"],
    &["archive", "import"],
    &["search", "theme"],
    &["outputs"],
    &["check", "export"],
    &["engine"],
    &["deploy"],
    &["shell"],
];

/// Rooms that may use the disk, the clock and threads of `system`. All others are pure.
const MAY_USE_SYSTEM: [&str; 4] = ["system", "engine", "deploy", "shell"];

/// Words that may occur only in files whose paths start with one of these.
const ONLY_IN: [(&str, &[&str]); 33] = [
    ("quick_xml", &["content/svg.rs", "import/xml.rs", "outputs/"]),
    ("tera", &["theme/", "outputs/output_content.rs"]),
    ("clap", &["shell/args.rs", "shell/cli.rs", "shell/command_hints.rs"]),
    ("clap_complete", &["shell/args.rs", "shell/cli.rs"]),
    ("clap_mangen", &["shell/cli.rs"]),
    ("pulldown_cmark", &["content/markdown/"]),
    ("ammonia", &["content/markdown/"]),
    ("html5ever", &["content/markdown/", "import/html/tree.rs"]),
    ("markup5ever_rcdom", &["import/html/tree.rs"]),
    ("syntect", &["content/markdown/"]),
    ("unicode_width", &["shell/report/excerpt.rs"]),
    ("terminal_size", &["shell/report/reporter.rs"]),
    ("blake3", &["base/digest.rs"]),
    ("toml", &["base/doc.rs"]),
    ("serde_saphyr", &["base/doc.rs"]),
    ("rustix", &["system/beneath/unix.rs", "system/spare_memory.rs"]),
    ("axum", &["shell/web/"]),
    (
        "tokio",
        &["deploy/http_limits.rs", "deploy/objects.rs", "deploy/requests.rs", "deploy/store_client.rs", "shell/web/"],
    ),
    ("object_store", &["deploy/http_limits.rs", "deploy/objects.rs", "deploy/requests.rs", "deploy/store_client.rs"]),
    ("rustls", &["deploy/objects.rs", "deploy/requests.rs", "deploy/store_client.rs"]),
    ("flate2", &["deploy/encoders.rs", "import/packed.rs", "search/packed.rs"]),
    ("brotli", &["deploy/encoders.rs"]),
    ("http", &["deploy/http_limits.rs", "hosting/headers.rs", "shell/web/"]),
    ("tokio_stream", &["deploy/http_limits.rs", "deploy/objects.rs", "shell/web/"]),
    ("tower_http", &["shell/web/"]),
    ("notify", &["shell/web/watch.rs"]),
    ("open", &["shell/cli.rs"]),
    ("tar", &["import/packed.rs"]),
    ("zip", &["import/packed.rs"]),
    ("csv", &["import/rows/delimited.rs"]),
    ("image", &["content/resize.rs"]),
    ("fast_image_resize", &["content/resize.rs"]),
    ("snowball_stemmers_rs", &["search/stems.rs"]),
];

/// Texts that may occur only in these files.
const TEXT_ONLY_IN: [(&str, &[&str]); 9] = [
    ("icu_", &["base/language.rs", "base/locale.rs", "base/letter_case.rs", "base/segments.rs"]),
    ("println!", &[]),
    ("print!", &[]),
    ("dbg!", &[]),
    ("static mut", &[]),
    ("thread_local!", &["theme/fuel.rs"]),
    ("todo!", &[]),
    (".unwrap()", &[]),
    // `base/printable.rs` prints file names.
    (".display()", &[]),
];

/// Parts of the standard library that only these files may use.
const STD_ONLY_IN: [(&str, &[&str]); 4] = [
    (
        "std::fs",
        &[
            "system/append_file.rs",
            "system/beneath/portable.rs",
            "system/beneath/unix.rs",
            "system/disk.rs",
            "system/lock.rs",
            "system/root.rs",
            "system/spare_memory.rs",
        ],
    ),
    (
        "std::net",
        &[
            "shell/web/connections.rs",
            "shell/web/request_guard.rs",
            "shell/web/listen.rs",
            "shell/web/preview.rs",
            "shell/web/serve.rs",
        ],
    ),
    ("std::process::Command", &["deploy/process.rs"]),
    ("std::env", &["shell/cli.rs", "shell/report/style.rs"]),
];

/// A source file: its path below `src`, its text, and its code without comments.
struct Source {
    path: String,
    text: String,
    code: String,
}

impl Source {
    /// Returns `base` for `base/date.rs`, and an empty text for `lib.rs`.
    fn room(&self) -> &str {
        self.path.split_once('/').map_or("", |(room, _)| room)
    }

    /// Returns the lines of code that match, as `path:line: code`.
    fn lines_with(&self, holds: impl Fn(&str) -> bool) -> Vec<String> {
        let lines = self.code.lines().enumerate().filter(|(_, line)| holds(line));
        lines.map(|(n, line)| format!("{}:{}: {}", self.path, n + 1, line.trim())).collect()
    }
}

fn sources() -> Vec<Source> {
    let all = tree(&project().join("src")).into_iter().filter(|(path, _)| path.ends_with(".rs"));
    let read = all.map(|(path, bytes)| {
        let text = String::from_utf8(bytes).expect("sources are UTF-8");
        let code = if path.ends_with("/tests.rs") { String::new() } else { code_of(&text) };
        Source { path, text, code }
    });
    read.collect()
}

/// Returns the code of a file up to its unit tests. Comments and the contents of strings become blanks; lines stay.
fn code_of(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    let text = text.split("#[cfg(all(test, unix))]\nmod ").next().unwrap_or_default();
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let raw = raw_string(rest);
        let skip = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if let Some(len) = raw {
            len
        } else if c == '"' {
            string(rest)
        } else if c == '\'' {
            character(rest)
        } else {
            0
        };
        if skip == 0 {
            out.push(c);
            rest = &rest[c.len_utf8()..];
            continue;
        }
        // Quotes and the first word of a string stay, for the rule about `expect("invariant: …")`.
        let gone = &rest[..skip];
        if c == '"' {
            out.push_str(if gone.starts_with("\"invariant: ") { "\"invariant: \"" } else { "\"\"" });
        }
        out.extend(gone.chars().filter(|c| *c == '\n'));
        rest = &rest[skip..];
    }
    out
}

fn string(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '"' if !escaped => return at + 1,
            _ => escaped = c == '\\' && !escaped,
        }
    }
    text.len()
}

/// Returns the length of a raw string that starts here.
fn raw_string(text: &str) -> Option<usize> {
    let hashes = text.strip_prefix('r')?.bytes().take_while(|b| *b == b'#').count();
    let inside = text[1 + hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    inside.find(&end).map(|at| 1 + hashes + 1 + at + end.len())
}

/// Returns the length of a character literal that starts here; 0 for a lifetime.
fn character(text: &str) -> usize {
    let mut chars = text.char_indices().skip(1);
    match chars.next() {
        Some((_, '\\')) => text[2..].char_indices().skip(1).find(|(_, c)| *c == '\'').map_or(0, |(at, _)| 2 + at + 1),
        Some(_) => chars.next().filter(|(_, c)| *c == '\'').map_or(0, |(at, _)| at + 1),
        None => 0,
    }
}

/// Returns whether a line uses a word as the name of a crate: `word::` or `use word`.
fn names_crate(line: &str, word: &str) -> bool {
    let ident = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        let (before, after) = (&line[..at], &line[at + word.len()..]);
        let path = !before.ends_with(ident) && !before.ends_with("::") && after.starts_with("::");
        path || (before.trim_end().ends_with("use") && !after.starts_with(ident))
    })
}

/// Returns the full paths that a file uses below `std::` or in this crate: `use super::x` and `crate::{a, b}` are
/// resolved.
fn imports(source: &Source) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    let above = |path: &str| path.rsplit_once("::").map_or(String::new(), |(parent, _)| parent.to_owned());
    let folder = source.path.rsplit_once('/').map_or("", |(folder, _)| folder).replace('/', "::");
    let parent = if source.path.ends_with("mod.rs") { above(&folder) } else { folder };
    let code = source.code.replace('\n', " ");
    for (marker, base) in [("crate::", ""), ("super::", parent.as_str()), ("std::", "std")] {
        for (at, _) in code.match_indices(marker) {
            if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':') {
                continue;
            }
            let (mut base, mut rest) = (base.to_owned(), &code[at + marker.len()..]);
            while let Some(higher) = rest.strip_prefix("super::") {
                (base, rest) = (above(&base), higher);
            }
            let prefix = if base.is_empty() { String::new() } else { format!("{base}::") };
            expand(&prefix, rest, &mut out);
        }
    }
    out
}

/// Adds the paths that consist of `prefix` and `rest`: one, or those in braces.
fn expand(prefix: &str, rest: &str, out: &mut BTreeSet<String>) {
    let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')).unwrap_or(rest.len());
    let path = &rest[..end];
    let Some(list) = rest[end..].strip_prefix('{').filter(|_| path.is_empty() || path.ends_with("::")) else {
        out.insert(format!("{prefix}{}", path.trim_end_matches(':')));
        return;
    };
    let prefix = format!("{prefix}{path}");
    let mut depth = 0;
    let mut start = 0;
    for (at, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                let item = list[start..at].trim();
                if !item.is_empty() {
                    match item.strip_prefix("self") {
                        Some(_) => drop(out.insert(prefix.trim_end_matches(':').to_owned())),
                        None => expand(&prefix, item, out),
                    }
                }
                start = at + 1;
                if c == '}' {
                    return;
                }
            }
            _ => {}
        }
    }
}

fn floor(room: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&room))
}

fn none(rule: &str, found: Vec<String>) {
    assert!(found.is_empty(), "{rule}:\n{}", found.join("\n"));
}

#[test]
fn files_open_with_what_they_are() {
    let bare = sources().into_iter().filter(|s| !s.text.starts_with("//! "));
    none("files without a `//!` at their head", bare.map(|s| s.path).collect());
}

#[test]
fn files_are_short() {
    let long = sources().into_iter().filter(|s| s.text.lines().count() >= MOST_LINES);
    none("files that are too long", long.map(|s| format!("{} ({} lines)", s.path, s.text.lines().count())).collect());
}

#[test]
fn every_room_has_a_floor() {
    let homeless = sources().into_iter().filter(|s| !s.room().is_empty() && floor(s.room()).is_none());
    none("files in no known room", homeless.map(|s| s.path).collect());
}

#[test]
fn rooms_import_only_lower_floors() {
    let mut found = Vec::new();
    for source in sources().iter().filter(|s| !s.room().is_empty()) {
        let own = floor(source.room()).expect("a room has a floor");
        for path in imports(source) {
            let room = path.split("::").next().unwrap_or_default();
            let Some(other) = floor(room) else { continue };
            let pure = room == "system" && !MAY_USE_SYSTEM.contains(&source.room());
            let allowed = (other < own && !pure) || room == source.room();
            if !allowed {
                found.push(format!("{} imports {path}", source.path));
            }
        }
    }
    none("imports of a higher floor or of a neighbour", found);
}

#[test]
fn files_import_only_what_is_listed_before_them() {
    let sources = sources();
    let mut found = Vec::new();
    for module in sources.iter().filter(|s| s.path.ends_with("/mod.rs")) {
        let folder = module.path.trim_end_matches("/mod.rs");
        let declared = module.code.lines().filter_map(|l| {
            let l = l.trim();
            l.strip_prefix("pub mod ").or_else(|| l.strip_prefix("mod ")).and_then(|l| l.strip_suffix(';'))
        });
        let exports = module.code.contains("use ");
        let order: BTreeMap<&str, usize> = declared.enumerate().map(|(n, name)| (name, n)).collect();
        for source in &sources {
            let Some(rest) = source.path.strip_prefix(folder).and_then(|p| p.strip_prefix('/')) else { continue };
            let name = rest.split('/').next().unwrap_or_default().trim_end_matches(".rs");
            let Some(own) = order.get(name) else { continue };
            let prefix = format!("{}::", folder.replace('/', "::"));
            for path in imports(source) {
                let Some(other) = path.strip_prefix(&prefix).and_then(|p| p.split("::").next()) else { continue };
                match order.get(other) {
                    Some(n) if n > own => {
                        found.push(format!("{} imports {other}, which {folder}/mod.rs lists later", source.path));
                    }
                    // A file without re-exports can only be imported as a whole; otherwise the path is one of a
                    // module in the file.
                    None if exports => {
                        found
                            .push(format!("{} imports {path} through {folder}/mod.rs, not from its file", source.path));
                    }
                    _ => {}
                }
            }
        }
    }
    found.dedup();
    none("imports against the reading order", found);
}

/// Rooms whose `mod.rs` only lists files and re-exports.
const LISTS: [&str; 1] = ["content/markdown"];

#[test]
fn a_list_of_files_holds_no_code() {
    let sources = sources();
    let mut found = Vec::new();
    for folder in LISTS {
        let path = format!("{folder}/mod.rs");
        let list = sources.iter().find(|s| s.path == path).expect("a room has a mod.rs");
        let code = list.code.split(';').map(str::trim);
        let starts = ["mod ", "pub mod ", "pub use "];
        let other = code.filter(|code| !code.is_empty() && !starts.iter().any(|start| code.starts_with(start)));
        found.extend(other.map(|code| format!("{path}: {code}")));
        // Import re-exported items from their own file, so that the reading order holds.
        let prefix = format!("{}::", folder.replace('/', "::"));
        let listed = |s: &&Source| {
            let name = s.path.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/')).unwrap_or_default();
            list.code.contains(&format!("mod {};", name.trim_end_matches(".rs")))
        };
        for source in sources.iter().filter(listed) {
            for name in imports(source).iter().filter_map(|path| path.strip_prefix(&prefix)) {
                let file = name.split("::").next().unwrap_or_default();
                if !sources.iter().any(|s| s.path == format!("{folder}/{file}.rs")) {
                    found.push(format!("{} imports {name} from {path}", source.path));
                }
            }
        }
    }
    none("code in a list of files, and imports from it", found);
}

#[test]
fn mod_files_only_declare() {
    let declares = |statement: &str| {
        let bare = statement.trim().rsplit(']').next().unwrap_or_default();
        let words: Vec<&str> = bare.split_whitespace().collect();
        matches!(words[..], [] | ["mod", _] | ["pub", "mod", _] | ["pub", "use", ..])
    };
    let mut found = Vec::new();
    for source in sources().iter().filter(|s| s.path.ends_with("/mod.rs")) {
        let other = source.code.split(';').filter(|statement| !declares(statement));
        found.extend(other.map(|statement| format!("{}: {}", source.path, statement.trim())));
    }
    none("what a mod.rs has beside declarations and re-exports", found);
}

#[test]
fn foreign_crates_stay_in_their_rooms() {
    let mut found = Vec::new();
    for source in sources() {
        for (word, rooms) in ONLY_IN {
            if !rooms.iter().any(|room| source.path.starts_with(room)) {
                found.extend(source.lines_with(|line| names_crate(line, word)));
            }
        }
    }
    none("foreign crates outside their rooms", found);
}

#[test]
fn some_things_stand_in_one_place() {
    let mut found = Vec::new();
    for source in sources() {
        for (text, files) in TEXT_ONLY_IN {
            if !files.contains(&source.path.as_str()) {
                found.extend(source.lines_with(|line| line.contains(text)));
            }
        }
        for (part, files) in STD_ONLY_IN {
            let below = format!("{part}::");
            let named = |path: &String| path == part || path.starts_with(&below);
            if !files.contains(&source.path.as_str()) && imports(&source).iter().any(named) {
                found.push(format!("{}: {part}", source.path));
            }
        }
    }
    found.sort();
    found.dedup();
    none("what may not stand here", found);
}

#[test]
fn an_expectation_names_its_invariant() {
    let bare =
        |line: &str| line.split(".expect(").skip(1).any(|rest| !rest.starts_with("\"invariant: ") && !rest.is_empty());
    none("`expect` without `invariant: `", sources().iter().flat_map(|s| s.lines_with(bare)).collect());
}

/// Names of hash maps and sets in a file, and whether it iterates over one of them.
#[test]
fn hash_maps_are_never_gone_through() {
    let mut found = Vec::new();
    for source in sources() {
        let mut names = BTreeSet::new();
        for line in source.code.lines().filter(|l| l.contains("HashMap") || l.contains("HashSet")) {
            let before = line.split("Hash").next().unwrap_or_default();
            let word =
                before.split(|c: char| !(c.is_alphanumeric() || c == '_')).rfind(|w| !w.is_empty() && *w != "mut");
            names.extend(word.filter(|w| !matches!(*w, "use" | "collections")).map(str::to_owned));
        }
        for name in names {
            let ways = [
                ".iter()",
                ".iter_mut()",
                ".keys()",
                ".values()",
                ".values_mut()",
                ".into_iter()",
                ".drain()",
                ".into_values()",
                ".into_keys()",
            ];
            found.extend(source.lines_with(|line| {
                ways.iter().any(|way| line.contains(&format!("{name}{way}")))
                    || [" in ", " in &", " in &mut ", " in &self.", " in self."]
                        .iter()
                        .any(|w| line.contains("for ") && line.contains(&format!("{w}{name} {{")))
            }));
        }
    }
    none("hash maps that are gone through in hash order", found);
}

#[test]
fn the_reader_of_sources_reads() {
    let text = "//! x\nuse crate::{a::b, c::{self, d}};\nlet s = \"println!\"; // .unwrap()\nlet c = '\"'; let l: &'a str = r#\"tera::\"#;\n";
    let code = code_of(text);
    assert!(!code.contains("println!") && !code.contains("unwrap") && !code.contains("tera"), "{code}");
    assert!(code.contains("&'a str"), "{code}");
    assert_eq!(code.lines().count(), text.lines().count());
    let source = Source {
        path: "outputs/x.rs".into(),
        text: String::new(),
        code: code + "use super::plan::{Job, Plan}; super::super::base::x();",
    };
    let expected = ["a::b", "base::x", "c", "c::d", "outputs::plan::Job", "outputs::plan::Plan"];
    assert_eq!(imports(&source).iter().map(String::as_str).collect::<Vec<_>>(), expected);
    assert!(names_crate("use tera::Context;", "tera") && !names_crate("a.tera.b()", "tera"));
    assert!(!names_crate("iter_tera::x", "tera") && !names_crate("self.tera::<T>()", "tera_"));
}
