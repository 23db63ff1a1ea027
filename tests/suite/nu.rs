//! Runs the Nu HTML checker, which the W3C's validator uses, on every page and style sheet of the demonstration
//! archive in three languages.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::kinds::{Findings, subjects};
use crate::support::temporary;
use crate::tools::{installed, program};

/// What the checker of style sheets does not know yet, although browsers have it and CSS specifies it: scroll-driven
/// animations and container queries.
const NEW: [&str; 4] = [
    "CSS: “animation-timeline”: Property “animation-timeline” doesn't exist.",
    "CSS: “scroll-timeline”: Property “scroll-timeline” doesn't exist.",
    "CSS: “container-type”: Property “container-type” doesn't exist.",
    "CSS: “max-inline-size”: Unknown dimension.",
];

/// Returns all messages about the files of a folder; `None` with a message if there is no checker.
fn messages(folder: &Path) -> Option<Vec<Value>> {
    let jar = installed("vnu-jar/build/dist/vnu.jar")?;
    let java = program("java")?;
    let mut all = Vec::new();
    // In a single run, line numbers of pages after a style sheet are wrong.
    for kind in ["--skip-non-html", "--skip-non-css"] {
        let mut command = Command::new(&java);
        // In a short run the second JIT compiler does not pay off.
        command
            .args(["-Xss4m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"])
            .arg("-jar")
            .arg(&jar)
            .args([kind, "--format", "json"])
            .arg(folder);
        let ran = command.output().expect("java runs");
        let text = String::from_utf8_lossy(&ran.stderr);
        let mut report: Value = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e}: {text}"));
        let messages = report["messages"].as_array_mut().unwrap_or_else(|| panic!("{text}"));
        all.append(messages);
    }
    Some(all)
}

/// Returns what a message says, and its place.
fn told(folder: &Path, message: &Value) -> (String, String) {
    let text = |key: &str| message[key].as_str().unwrap_or_default();
    let root = format!("file:{}/", folder.display());
    let file = text("url").strip_prefix(&root).unwrap_or(text("url"));
    // A style sheet is checked inside an element of its own, which takes the first line.
    let line = message["lastLine"].as_u64().unwrap_or_default() - u64::from(file.ends_with(".css"));
    (text("message").to_owned(), format!("{file}:{line}"))
}

#[test]
fn pages_and_style_sheets_are_valid() {
    let folder = temporary();
    for subject in subjects() {
        for (path, bytes) in subject.outputs.iter().filter(|(p, _)| p.ends_with(".html") || p.ends_with(".css")) {
            let file = folder.path().join(subject.language).join(path);
            std::fs::create_dir_all(file.parent().expect("a file has a folder")).expect("a folder can be made");
            std::fs::write(file, bytes).expect("a file can be written");
        }
    }
    // The checker detects errors.
    let page = "<!DOCTYPE html>\n<html lang=en>\n<title>x</title>\n<ul><div></div></ul>";
    std::fs::write(folder.path().join("wrong.html"), page).expect("a file can be written");
    std::fs::write(folder.path().join("wrong.css"), "a { colour: red }").expect("a file can be written");
    let Some(messages) = messages(folder.path()) else { return };
    let (mut wrong, mut unknown) = (BTreeSet::new(), BTreeSet::new());
    let findings = Findings::default();
    for message in &messages {
        let (what, place) = told(folder.path(), message);
        if place.starts_with("wrong.") {
            if message["type"] == "error" {
                wrong.insert(place);
            }
            continue;
        }
        if let Some(new) = NEW.iter().position(|new| *new == what) {
            unknown.insert(new);
            continue;
        }
        // Not every text of the sites in other languages is translated.
        if message["type"] == "info" && what.starts_with("This document appears to be written in") {
            continue;
        }
        if message["type"] == "info" {
            println!("{place}: {what}");
        } else {
            findings.add(what, place);
        }
    }
    assert!(wrong.contains("wrong.html:4") && wrong.contains("wrong.css:1"), "{wrong:?}");
    assert_eq!(unknown.len(), NEW.len(), "the checker has learnt some of these");
    findings.none();
}
