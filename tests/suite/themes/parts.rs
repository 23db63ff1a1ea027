//! The parts of the built-in theme, and the strings that Recto itself uses, read from templates and sources.

use std::collections::{BTreeMap, BTreeSet};

use recto::theme::theme::built_in;

use super::manual::Rows;
use crate::support::{project, tree};

/// Returns the templates of the built-in theme, by name.
pub fn templates() -> BTreeMap<&'static str, &'static str> {
    let files = built_in().into_iter().filter_map(|(path, bytes)| Some((path.strip_prefix("templates/")?, bytes)));
    files.map(|(name, bytes)| (name, std::str::from_utf8(bytes).expect("templates are UTF-8"))).collect()
}

/// Returns every text between two others.
pub fn between<'t>(text: &'t str, start: &'static str, end: &'static str) -> impl Iterator<Item = &'t str> {
    text.split(start).skip(1).map(move |rest| rest.split(end).next().unwrap_or_default())
}

fn code(names: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    names.into_iter().map(|name| format!("`{}`", name.as_ref())).collect::<Vec<_>>().join(" ")
}

/// Returns the tables for templates and sources.
pub fn tables(faults: &mut BTreeSet<String>) -> BTreeMap<String, Rows> {
    let theme = std::fs::read_to_string(project().join("src/theme/functions.rs")).expect("sources can be read");
    let functions = between(&theme, "register_function(\"", "\"").map(|name| vec![code([name]), "function".to_owned()]);
    let filters = between(&theme, "register_filter(\"", "\"").map(|name| vec![code([name]), "filter".to_owned()]);
    let all = [
        ("blocks", blocks()),
        ("components", components()),
        ("partials", partials()),
        ("properties", properties()),
        ("functions", functions.chain(filters).collect()),
        ("strings", strings(faults)),
    ];
    all.map(|(name, rows)| (name.to_owned(), rows)).into()
}

/// Every block, and the template that defines it. A child only fills its parent's blocks.
fn blocks() -> Rows {
    let templates = templates();
    let of = |text: &'static str| between(text, "{% block ", " ");
    let mut rows = Rows::new();
    // Parents first.
    for parents in [true, false] {
        for (name, text) in &templates {
            let parent = between(text, "{% extends \"", "\"").next().map(|parent| templates[parent]);
            let known: BTreeSet<&str> = parent.into_iter().flat_map(of).collect();
            let own = of(text).filter(|block| parents == parent.is_none() && !known.contains(block));
            rows.extend(own.map(|block| vec![code([block]), code([name])]));
        }
    }
    rows
}

/// Every component with its arguments, and its file.
fn components() -> Rows {
    let calls = |(name, text): (&'static str, &'static str)| {
        between(text, "{% component ", ")").map(move |call| vec![code([format!("{call})")]), code([name])])
    };
    templates().into_iter().flat_map(calls).collect()
}

/// Every partial, and the templates that include it.
fn partials() -> Rows {
    let templates = templates();
    let partials = templates.keys().filter(|name| name.starts_with("partials/"));
    let row = |name: &&str| {
        let include = format!("{{% include \"{name}\"");
        let users = templates.iter().filter(|(_, text)| text.contains(&include)).map(|(user, _)| user);
        vec![code([name]), code(users)]
    };
    partials.map(row).collect()
}

/// The custom properties that the built-in style sheet sets for the whole page, with their values.
fn properties() -> Rows {
    let sheet = std::fs::read_to_string(project().join("themes/default/static/recto.css")).expect("there is a sheet");
    let root = between(&sheet, ":root {", "}").next().unwrap_or_default();
    let set = root.lines().filter_map(|line| line.trim().strip_suffix(';')?.split_once(": "));
    let own = set.filter(|(name, _)| name.starts_with("--"));
    own.map(|(name, value)| vec![code([name]), code([value])]).collect()
}

/// The keys that the sources use. A key with a variable ending stands for all keys with that beginning.
fn strings(faults: &mut BTreeSet<String>) -> Rows {
    let english = std::fs::read_to_string(project().join("themes/default/i18n/en.toml")).expect("there are strings");
    let english: toml::Table = english.parse().expect("strings are TOML");
    let (mut keys, mut families) = (BTreeSet::new(), BTreeSet::new());
    let sources = tree(&project().join("src/outputs")).into_values();
    let sources = sources.map(|bytes| String::from_utf8(bytes).expect("sources are UTF-8"));
    let strings = std::fs::read_to_string(project().join("src/theme/strings.rs")).expect("there is a source");
    let strings = strings.split("#[cfg(test)]").next().unwrap_or_default().to_owned();
    for text in sources.chain([strings]) {
        for start in ["plain(\"", "strings.get(\"", "self.get(\"", " s(\""] {
            keys.extend(between(&text, start, "\"").map(str::to_owned));
        }
        let made = between(&text, "format!(\"", "\"").filter_map(|made| made.split_once('{'));
        let known = |start: &str| start.ends_with('_') && english.keys().any(|key| key.starts_with(start));
        families.extend(made.filter(|(start, _)| known(start)).map(|(start, _)| start.to_owned()));
    }
    faults.extend(keys.iter().filter(|key| !english.contains_key(*key)).map(|key| format!("there is no string {key}")));
    keys.retain(|key| !families.iter().any(|start| key.starts_with(start.as_str())));
    let mut rows: Rows = keys
        .iter()
        .map(|key| vec![code([key]), english.get(key).and_then(|text| text.as_str()).unwrap_or_default().to_owned()])
        .collect();
    rows.extend(families.iter().map(|start| {
        let ends = english.keys().filter_map(|key| key.strip_prefix(start.as_str()));
        vec![format!("`{start}…`"), code(ends)]
    }));
    rows
}
