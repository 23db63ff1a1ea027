//! The data files of a site of Jekyll: `_data/`, and the people in `_data/authors.yml`. It must not know texts.

use super::settings::JekyllSettings;
use crate::base::weburl;
use crate::import::fields;
use crate::import::head;
use crate::import::imported::{ExtraValue, ImportedPerson};
use crate::import::liquid::values::{ValueTable, inner, setting};
use crate::import::source::Source;

/// The most bytes of a data file that is read.
const LONGEST: u64 = 4 << 20;

/// Reads all data files as one table, with a table for each folder. Files that cannot be read are not in it.
pub fn read(source: &Source, settings: &JekyllSettings) -> ValueTable {
    let folder = format!("{}_data", settings.root);
    let mut out = ValueTable::new();
    for path in source.below(&folder) {
        let below = &path[folder.len() + 1..];
        let Some((name, ending)) = below.rsplit_once('.') else { continue };
        let fits = matches!(ending, "yml" | "yaml" | "json") && source.length(path).is_some_and(|n| n <= LONGEST);
        let Some(value) = fits.then(|| value(source, path, ending)).flatten() else { continue };
        let (steps, last) = name.rsplit_once('/').unwrap_or(("", name));
        put(&mut out, steps, last, value);
    }
    out
}

fn put(mut table: &mut ValueTable, steps: &str, last: &str, value: ExtraValue) {
    for step in steps.split('/').filter(|step| !step.is_empty()) {
        let entry = table.entry(step.to_owned()).or_insert_with(|| ExtraValue::Table(ValueTable::new()));
        let ExtraValue::Table(inner) = entry else { return };
        table = inner;
    }
    table.insert(last.to_owned(), value);
}

/// Reads a file of keys, or of a list. A list is no table of keys, but the value of one.
fn value(source: &Source, path: &str, ending: &str) -> Option<ExtraValue> {
    let text = source.text(path).ok()?.text;
    let is_content = |line: &&str| !line.is_empty() && !line.starts_with('#') && *line != "---";
    let first = text.lines().map(str::trim).find(is_content)?;
    let lines = match (ending, first) {
        ("json", first) if first.starts_with('[') => format!("{{\"list\":{text}}}"),
        ("yml" | "yaml", first) if first.starts_with("- ") || first == "-" => {
            let lines = text.lines().filter(|line| line.trim_end() != "---");
            lines.fold("list:\n".to_owned(), |text, line| text + "  " + line + "\n")
        }
        _ => {
            let head = head::read_settings(&text, ending).ok()?;
            return Some(ExtraValue::Table(head.entries.into_iter().map(|entry| (entry.key, entry.value)).collect()));
        }
    };
    head::read_settings(&lines, ending).ok()?.get("list").cloned()
}

/// The table of people, if there is one.
pub fn people<'t>(data: &'t ValueTable, settings: &'t JekyllSettings) -> Option<&'t ValueTable> {
    ["authors", "people", "members"]
        .iter()
        .find_map(|name| inner(data, name))
        .or_else(|| inner(&settings.table, "authors"))
}

/// Fills in what the table says of a person whom a text names by a key.
pub fn fill(person: &mut ImportedPerson, people: &ValueTable) {
    let Some(row) = inner(people, &person.name) else { return };
    if let Some(name) = ["name", "display_name", "full_name"].iter().find_map(|key| setting(row, key)) {
        person.name = name;
    }
    let written = ["url", "web", "website", "uri", "home", "homepage", "link"]
        .iter()
        .find_map(|key| setting(row, key).filter(|url| weburl::is_web(url)));
    let of_account = || {
        [("github", "https://github.com/"), ("twitter", "https://twitter.com/")].iter().find_map(|(key, start)| {
            let account = row.get(*key).and_then(fields::plain)?;
            let account = account.trim_start_matches('@').to_owned();
            if weburl::is_web(&account) { Some(account) } else { Some(format!("{start}{account}")) }
        })
    };
    person.url = person.url.take().or(written).or_else(of_account);
    person.role = person.role.take().or_else(|| setting(row, "role"));
}
