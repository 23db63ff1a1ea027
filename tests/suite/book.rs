//! The book in `docs/`: runs every command and example in it, and checks every link.
//!
//! Each page has a folder of its own; the pages of the tutorial share one. A page whose first command is not `recto
//! init` starts in a new site. Blocks are run in order:
//!
//! - `console`: commands after `$ `, each with its output where the page shows it. `…` matches anything in a line,
//!   or any lines if it is alone; seconds, ports and the folder may differ. `RECTO_BLESS=1` rewrites outputs
//!   without `…`.
//! - a block after a line such as `` `site.toml`: `` is written to that file; at the end the site must pass `recto
//!   check`.
//! - `toml,site` and `toml,article`: keys for a site or an article, which must give no error and no unknown key.
//! - `markdown`: the body of an article, which must give no error.
//! - `text`: not run.
//!
//! `not-run=REASON` skips a block. Few blocks may have it.

pub mod page;
mod links;
mod session;

use std::collections::BTreeSet;
use std::fs;

use clap::CommandFactory;
use recto::base::problem::codes::CODES;
use recto::base::severity::{FREE, LOSS, SAFETY};
use recto::shell::args::Cli;
use recto::shell::explain;

use crate::html::none;
use crate::support::{SITE_TOML, Site, article, project, recto};
use page::{Block, blocks};
use session::Session;

/// The most blocks that no test runs.
const MOST_NOT_RUN: usize = 12;

/// Languages of blocks that are only shown. The README also shows commands that need a toolchain.
const SHOWN: [&str; 1] = ["text"];
const SHOWN_IN_README: [&str; 2] = ["sh", "text"];

#[test]
fn every_command_and_example_is_run() {
    // The commands need a shell, and some of them serve a site.
    if !cfg!(all(unix, feature = "serve")) {
        return;
    }
    let mut faults = Vec::new();
    let mut not_run = 0;
    let mut tutorial = Session::empty();
    for path in page::in_order().iter().filter(|path| !path.starts_with("diagnostics/")) {
        let file = project().join("docs/src").join(path);
        let text = fs::read_to_string(&file).unwrap_or_else(|e| panic!("{path}: {e}"));
        let page = blocks(&text);
        not_run += page.iter().filter(|block| block.value("not-run").is_some()).count();
        let session = match path.starts_with("tutorial/") {
            true => &mut tutorial,
            false => &mut Session::of(&page),
        };
        let (blessed, found) = play(&text, &page, session, &SHOWN);
        faults.extend(found.into_iter().map(|fault| format!("{path}{fault}")));
        if std::env::var_os("RECTO_BLESS").is_some() && blessed != text {
            fs::write(&file, blessed).expect("a page can be written");
        }
    }
    assert!(not_run <= MOST_NOT_RUN, "{not_run} blocks are not run");
    none(faults);
}

#[test]
fn the_examples_of_the_readme_are_run() {
    if !cfg!(unix) {
        return;
    }
    let text = fs::read_to_string(project().join("README.md")).expect("there is one");
    let page = blocks(&text);
    let mut session = Session::of(&page);
    none(play(&text, &page, &mut session, &SHOWN_IN_README).1);
    // The report belongs to the article with the mistake.
    let of = |language| page.iter().find(|block| block.is(language)).expect("an article and a report");
    let article = of("markdown");
    session.put(article.path.expect("it is a file"), &article.text.replace("2021-03-24", "2021-13-24"));
    none(session.console(&format!("$ recto check\n{}…\n", of("text").text)).1);
}

/// Runs the blocks of a page. Returns the page with the correct outputs, and what is wrong.
fn play(text: &str, page: &[Block], session: &mut Session, shown: &[&str]) -> (String, Vec<String>) {
    let (mut blessed, mut faults) = (text.to_owned(), Vec::new());
    let mut wrote = false;
    let mut replaced = Vec::new();
    for block in page.iter().filter(|block| block.value("not-run").is_none()) {
        let line = text[..block.at.start].lines().count() + 1;
        let fault = match (block.info[0], block.path) {
            ("console", _) => {
                let (transcript, found) = session.console(block.text);
                replaced.push((block.at.clone(), transcript));
                found
            }
            (_, Some(path)) => {
                wrote = true;
                session.put(path, block.text);
                Vec::new()
            }
            (language, None) if shown.contains(&language) => Vec::new(),
            ("toml", None) if block.has("site") => fragment(block.text, ""),
            ("toml", None) if block.has("article") => fragment("", block.text),
            ("markdown", None) => body(block.text),
            (other, None) => vec![format!("a block `{other}` is no file, no `site`, no `article`: nothing tests it")],
        };
        faults.extend(fault.into_iter().map(|fault| format!(":{line}: {fault}")));
    }
    let broken = page.last().is_some_and(|last| last.is("console") && last.text.contains("\nerror["));
    if wrote && !broken {
        faults.extend(session.check().into_iter().map(|fault| format!(": at its end: {fault}")));
    }
    for (at, transcript) in replaced.into_iter().rev() {
        blessed.replace_range(at, &transcript);
    }
    (blessed, faults)
}

/// Returns what is wrong with keys of `site.toml` or of an article.
fn fragment(of_site: &str, of_article: &str) -> Vec<String> {
    // Keys without a table must come before the tables.
    let config = match of_site.trim_start().starts_with('[') {
        true => format!("{SITE_TOML}{of_site}"),
        false => format!("{of_site}\n{}", without(SITE_TOML, of_site)),
    };
    let keys = article("Fog", "2024-05-02", "", "Text.");
    let (keys, rest) = keys.split_once("\n+++\n").expect("an article has front matter");
    let keys = without(keys, of_article);
    checked(&config, &format!("{keys}\n{of_article}\n+++\n{rest}"))
}

/// Removes from lines of keys those that the page sets itself before its tables.
fn without(lines: &str, given: &str) -> String {
    let key = |line: &str| line.split('=').next().unwrap_or_default().trim().to_owned();
    let given: BTreeSet<String> =
        given.lines().take_while(|line| !line.starts_with('[')).filter(|line| line.contains('=')).map(key).collect();
    lines.lines().filter(|line| !given.contains(&key(line))).map(|line| format!("{line}\n")).collect()
}

/// Returns what is wrong with the body of an article. Links and pictures may be dead here.
fn body(text: &str) -> Vec<String> {
    checked(SITE_TOML, &article("Fog", "2024-05-02", "", text))
}

fn checked(config: &str, article: &str) -> Vec<String> {
    let site = Site::new(&format!("{config}\n"));
    site.write("content/articles/fog.md", article);
    let ran = recto(site.root(), &["build"]);
    let said = String::from_utf8_lossy(&ran.stderr);
    let bad = !ran.status.success() || said.contains("[unknown-key]") || said.contains("[misplaced-key]");
    bad.then(|| said.into_owned()).into_iter().collect()
}

// ---- links -----------------------------------------------------------------------------------------------------------

#[test]
fn every_link_leads_somewhere() {
    none(links::faults());
}

#[test]
fn wrong_links_are_found() {
    let text = "# A page\n\n## Part *one*\n\n[a](#part-one) [b](#part-two) [c](no.md) ![d](no.png) [e](tutorial)";
    let faults = links::of_page("introduction.md", text);
    assert_eq!(faults.len(), 4, "{faults:?}");
}

// ---- tables ----------------------------------------------------------------------------------------------------------

/// The list of all codes, made from their pages.
#[test]
fn the_book_lists_every_code() {
    let file = project().join("docs/src/reference/diagnostics.md");
    let text = fs::read_to_string(&file).expect("the page is there");
    let (start, end) = ("<!-- table: codes -->\n", "<!-- end -->");
    let (before, rest) = text.split_once(start).expect("the table starts");
    let (_, after) = rest.split_once(end).expect("the table ends");
    let mut table = "| code | in `recto check` | can be turned off | meaning |\n|--|--|--|--|\n".to_owned();
    for code in CODES {
        let page = explain::page(code);
        let severity = if page.contains(&format!("\nwarning[{code}]")) && !page.contains(&format!("\nerror[{code}]")) {
            "warning"
        } else {
            "error"
        };
        let change = if FREE.contains(code) { "yes" } else { "no" };
        let meaning = explain::meaning(page).replace('|', "\\|");
        table.push_str(&format!("| [`{code}`](../diagnostics/{code}.md) | {severity} | {change} | {meaning} |\n"));
    }
    assert!(SAFETY.iter().chain(LOSS).all(|code| !FREE.contains(code)));
    let made = format!("{before}{start}{table}{end}{after}");
    if std::env::var_os("RECTO_BLESS").is_some() {
        fs::write(&file, made).expect("a page can be written");
    } else {
        assert!(text == made, "RECTO_BLESS=1 writes the list of codes");
    }
}

/// The page of commands lists exactly the commands and flags that exist.
#[test]
fn the_book_names_every_command_and_flag() {
    let text = fs::read_to_string(project().join("docs/src/reference/commands.md")).expect("the page is there");
    let (mut faults, mut known) = (Vec::new(), BTreeSet::new());
    let mut commands = vec![("recto".to_owned(), Cli::command())];
    while let Some((name, command)) = commands.pop() {
        let heading = format!("## {name}\n");
        let Some(part) = text.split(&heading).nth(1).and_then(|rest| rest.split("\n## ").next()) else {
            faults.push(format!("there is no `{}`", heading.trim()));
            continue;
        };
        for flag in command.get_arguments().filter_map(|argument| argument.get_long()) {
            known.insert(flag.to_owned());
            if !part.contains(&format!("--{flag}`")) && !part.contains(&format!("--{flag} ")) {
                faults.push(format!("{name}: --{flag} is not named"));
            }
        }
        let inner = command.get_subcommands().filter(|inner| inner.get_name() != "help");
        commands.extend(inner.map(|inner| (format!("{name} {}", inner.get_name()), inner.clone())));
    }
    known.extend(["help".to_owned(), "version".to_owned()]);
    let flag = |rest: &str| rest.split(|c: char| !c.is_ascii_lowercase() && c != '-').next().map(str::to_owned);
    let named: BTreeSet<String> = text.split("`--").skip(1).filter_map(flag).collect();
    faults.extend(named.difference(&known).map(|flag| format!("there is no --{flag}")));
    none(faults);
}

/// `recto explain` prints the page of the book.
#[test]
fn explain_prints_pages_of_the_book() {
    let here = project();
    let said = |args: &[&str]| {
        let ran = recto(&here, args);
        (
            String::from_utf8_lossy(&ran.stdout).into_owned(),
            String::from_utf8_lossy(&ran.stderr).into_owned(),
            ran.status.code(),
        )
    };
    let page = fs::read_to_string(here.join("docs/src/diagnostics/invalid-date.md")).expect("a page");
    for typed in ["invalid-date", "error[invalid-date]", "Invalid_Date"] {
        assert_eq!(said(&["explain", typed]), (page.clone(), String::new(), Some(0)), "{typed}");
    }
    let (list, _, _) = said(&["explain"]);
    assert_eq!(list.lines().count(), CODES.len());
    assert!(list.lines().all(|line| line.ends_with('.')), "{list}");
    let (_, why, code) = said(&["explain", "invalid-dat"]);
    assert!(why.contains("did you mean `invalid-date`?") && code == Some(2), "{why}");
    let (json, _, _) = said(&["explain", "invalid-date", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!((&json["type"], &json["text"]), (&"explanation".into(), &page.into()));
}
