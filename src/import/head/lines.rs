//! Reads a head that its parser refuses, entry by entry: each by the parser if it can, otherwise by hand. It must not
//! know what keys mean.

use std::collections::BTreeMap;

use super::{HeadEntry, HeadFault, HeadLanguage, entries_of, parsed};
use crate::base::key_suggestions::is_quote;
use crate::import::imported::ExtraValue;

/// How deep tables within tables are read by hand.
const DEPTH: usize = 4;

/// Returns whether a line starts an entry.
pub fn is_key(line: &str, language: HeadLanguage) -> bool {
    match language {
        HeadLanguage::Toml => key_and_rest(line, language).is_some() || header(line).is_some(),
        HeadLanguage::Yaml => key_and_rest(line, language).is_some(),
    }
}

/// Returns whether a line may stand in a head of YAML.
pub fn may_stand_in_yaml(line: &str) -> bool {
    line.trim().is_empty()
        || line.starts_with([' ', '\t', '#', '-', ']', '}'])
        || key_and_rest(line, HeadLanguage::Yaml).is_some()
}

/// Splits an entry at its key.
fn key_and_rest(line: &str, language: HeadLanguage) -> Option<(&str, &str)> {
    if language == HeadLanguage::Yaml && line.starts_with([' ', '\t']) {
        return None;
    }
    let line = line.trim_start();
    if line.starts_with(['#', '-', '[', '{', '<', '|', '>']) {
        return None;
    }
    let marks: &[char] = if language == HeadLanguage::Toml { &['='] } else { &[':', '：'] };
    let at = line.find(marks)?;
    let key = line[..at].trim().trim_matches(is_quote);
    let mark = line[at..].chars().next()?;
    let rest = &line[at + mark.len_utf8()..];
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ' ' | '/' | '@' | '$');
    let fits = !key.is_empty() && key.len() <= 80 && key.chars().all(is_name) && !rest.starts_with("//");
    fits.then_some((key, rest))
}

/// Reads `[a.b]` and `[[a.b]]`: the path, and whether it is one of many.
fn header(line: &str) -> Option<(Vec<String>, bool)> {
    let line = line.trim();
    let line = line.split_once(" #").map_or(line, |(line, _)| line.trim_end());
    let inside = line.strip_prefix('[')?.strip_suffix(']')?;
    let (path, many) = match inside.strip_prefix('[').and_then(|inside| inside.strip_suffix(']')) {
        Some(path) => (path, true),
        None => (inside, false),
    };
    let steps: Vec<String> = path.split('.').map(|step| step.trim().trim_matches(is_quote).to_owned()).collect();
    let named = steps.iter().all(|step| !step.is_empty() && !step.contains([',', '=', '[', ']']));
    (named && steps.len() <= DEPTH).then_some((steps, many))
}

/// An entry and the lines that belong to it.
struct EntryLines<'a> {
    text: &'a str,
    line: usize,
}

/// Divides a head into entries. Lines before the first one are left out.
fn blocks(text: &str, first_line: usize, language: HeadLanguage) -> Vec<EntryLines<'_>> {
    let mut out: Vec<(usize, usize, usize)> = Vec::new();
    let mut at = 0;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let end = at + line.len();
        match out.last_mut() {
            _ if is_key(line.trim_end(), language) => out.push((at, end, first_line + number)),
            Some(last) => last.1 = end,
            None => {}
        }
        at = end;
    }
    out.into_iter().map(|(start, end, line)| EntryLines { text: &text[start..end], line }).collect()
}

/// Reads a head that does not parse as a whole.
pub fn read(text: &str, first_line: usize, language: HeadLanguage) -> (Vec<HeadEntry>, Vec<HeadFault>) {
    let (mut entries, mut faults) = (Vec::new(), Vec::new());
    let mut place: Option<(Vec<String>, bool)> = None;
    for block in blocks(text, first_line, language) {
        if language == HeadLanguage::Toml
            && let Some((path, many)) = header(block.text.lines().next().unwrap_or_default())
        {
            open(&mut entries, &path, many, block.line);
            place = Some((path, many));
            continue;
        }
        for entry in entry(&block, language, 0, &mut faults) {
            match &place {
                None => entries.push(entry),
                Some((path, _)) => put(&mut entries, path, entry),
            }
        }
    }
    double_keys(&entries, &mut faults);
    if faults.is_empty() {
        let (at, message) = parsed(text, language).err().unwrap_or_default();
        faults.push(HeadFault { line: first_line + text[..at.min(text.len())].matches('\n').count(), message });
    }
    faults.sort_by_key(|fault| fault.line);
    (entries, faults)
}

fn double_keys(entries: &[HeadEntry], faults: &mut Vec<HeadFault>) {
    let mut seen = BTreeMap::new();
    for entry in entries {
        if let Some(first) = seen.insert(&*entry.key, entry.line) {
            let message = format!("`{}` stands here and in line {first}", entry.key);
            faults.push(HeadFault { line: entry.line, message });
        }
    }
}

/// Reads an entry: by the parser, by the parser without tabs, or by hand.
fn entry(block: &EntryLines, language: HeadLanguage, depth: usize, faults: &mut Vec<HeadFault>) -> Vec<HeadEntry> {
    let error = match parsed(block.text, language) {
        Ok(entries) => return entries_of(&entries, block.text, block.line),
        Err((_, message)) => message,
    };
    faults.push(HeadFault { line: block.line, message: error });
    if block.text.contains('\t') {
        let spaced = block.text.replace('\t', "  ");
        if let Ok(entries) = parsed(&spaced, language) {
            return entries_of(&entries, &spaced, block.line);
        }
    }
    by_hand(block, language, depth).into_iter().collect()
}

fn by_hand(block: &EntryLines, language: HeadLanguage, depth: usize) -> Option<HeadEntry> {
    let (first, below) = block.text.split_once('\n').unwrap_or((block.text, ""));
    let (key, rest) = key_and_rest(first.trim_end(), language)?;
    let rest = rest.trim();
    let value = match language {
        HeadLanguage::Toml => scalar_or_list(&joined(rest, below)),
        HeadLanguage::Yaml if rest.is_empty() => nested(below, block.line + 1, depth),
        HeadLanguage::Yaml if matches!(rest, "|" | ">" | "|-" | ">-" | "|+" | ">+") => Some(literal(below)),
        HeadLanguage::Yaml => scalar_or_list(&joined(rest, below)),
    };
    Some(HeadEntry { key: key.to_owned(), value: value?, line: block.line })
}

/// Joins the lines of a value.
fn joined(first: &str, below: &str) -> String {
    let lines = std::iter::once(first).chain(below.lines().map(str::trim).filter(|line| !line.starts_with('#')));
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The lines of a block of text, without their indentation.
fn literal(below: &str) -> ExtraValue {
    let lines: Vec<&str> = below.lines().map(str::trim).collect();
    ExtraValue::Text(lines.join("\n").trim().to_owned())
}

/// Reads what stands below a key of YAML: a list, a table, or a text.
fn nested(below: &str, line: usize, depth: usize) -> Option<ExtraValue> {
    let mut lines = below.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let first = lines.clone().next()?;
    if first == "-" || first.starts_with("- ") {
        let items = lines.filter_map(|line| scalar(line.strip_prefix('-').unwrap_or(line).trim()));
        return Some(ExtraValue::List(items.collect()));
    }
    if key_and_rest(first, HeadLanguage::Yaml).is_none() || depth >= DEPTH {
        return scalar(&lines.by_ref().collect::<Vec<_>>().join(" "));
    }
    let indent = below.lines().find(|line| !line.trim().is_empty()).map_or(0, |line| line.len() - first.len());
    let dedented: String = below
        .lines()
        .map(|line| match line.get(..indent) {
            Some(space) if space.trim().is_empty() => format!("{}\n", &line[indent..]),
            _ => format!("{}\n", line.trim_start()),
        })
        .collect();
    let mut table = BTreeMap::new();
    for block in blocks(&dedented, line, HeadLanguage::Yaml) {
        for entry in entry(&block, HeadLanguage::Yaml, depth + 1, &mut Vec::new()) {
            table.entry(entry.key).or_insert(entry.value);
        }
    }
    Some(ExtraValue::Table(table))
}

/// Reads a value on one line.
fn scalar_or_list(text: &str) -> Option<ExtraValue> {
    let Some(inside) = text.strip_prefix('[') else { return scalar(text) };
    if inside.contains("](") {
        return scalar(text);
    }
    let inside = inside.split_once(']').map_or(inside, |(inside, _)| inside);
    Some(ExtraValue::List(items(inside).iter().filter_map(|item| scalar(item.trim())).collect()))
}

/// Splits a list at commas outside of quotes.
fn items(text: &str) -> Vec<&str> {
    let (mut out, mut start, mut open) = (Vec::new(), 0, None);
    for (at, c) in text.char_indices() {
        match open {
            Some(quote) if c == quote => open = None,
            Some(_) => {}
            None if matches!(c, '"' | '\'') && text[start..at].trim().is_empty() => open = Some(c),
            None if matches!(c, ',' | '，') => {
                out.push(&text[start..at]);
                start = at + c.len_utf8();
            }
            None => {}
        }
    }
    out.push(&text[start..]);
    out
}

fn scalar(text: &str) -> Option<ExtraValue> {
    let text = text.trim();
    let text = text.strip_prefix("\"\"\"").and_then(|text| text.strip_suffix("\"\"\"")).unwrap_or(text);
    let mut chars = text.chars();
    if let (Some(first), Some(last)) = (chars.next(), chars.next_back())
        && is_quote(first)
        && is_quote(last)
    {
        let inside = &text[first.len_utf8()..text.len() - last.len_utf8()];
        let quotes = |c: char| inside.chars().filter(|other| *other == c).count();
        // `"a" and "b"` starts and ends with a quote, and is not quoted.
        if first != last || quotes(first) % 2 == 0 && !is_two_quotes(inside, first) || first == '\'' {
            return Some(ExtraValue::Text(inside.replace("\\\"", "\"").replace("''", "'")));
        }
    }
    let bare = text.split_once(" #").map_or(text, |(bare, _)| bare.trim_end());
    Some(match bare {
        "" | "~" | "null" => return None,
        "true" | "True" => ExtraValue::Boolean(true),
        "false" | "False" => ExtraValue::Boolean(false),
        number if number.parse::<i64>().is_ok_and(|value| value.to_string() == number) => {
            ExtraValue::Integer(number.parse().ok()?)
        }
        other => ExtraValue::Text(other.to_owned()),
    })
}

/// Returns whether the inside of `"a" and "b"` shows that the outer quotes do not belong together.
fn is_two_quotes(inside: &str, quote: char) -> bool {
    inside.split_once(quote).is_some_and(|(before, after)| {
        !before.ends_with([' ', '\\']) && after.starts_with([' ', ',', '.']) && after.contains(quote)
    })
}

/// Opens the table of a header.
fn open(entries: &mut Vec<HeadEntry>, path: &[String], many: bool, line: usize) {
    let Some((first, below)) = path.split_first() else { return };
    let at = match entries.iter().rposition(|entry| entry.key == *first) {
        Some(at) => at,
        None => {
            let empty = || ExtraValue::Table(BTreeMap::new());
            let value = if many && below.is_empty() { ExtraValue::List(Vec::new()) } else { empty() };
            entries.push(HeadEntry { key: first.clone(), value, line });
            entries.len() - 1
        }
    };
    let mut value = &mut entries[at].value;
    for (n, step) in below.iter().enumerate() {
        let Some(table) = last_table(value) else { return };
        let is_list = many && n + 1 == below.len();
        value = table.entry(step.clone()).or_insert_with(|| match is_list {
            true => ExtraValue::List(Vec::new()),
            false => ExtraValue::Table(BTreeMap::new()),
        });
    }
    if let (true, ExtraValue::List(items)) = (many, value) {
        items.push(ExtraValue::Table(BTreeMap::new()));
    }
}

/// The table that a header opened: a table, or the last one of a list.
fn last_table(value: &mut ExtraValue) -> Option<&mut BTreeMap<String, ExtraValue>> {
    match value {
        ExtraValue::Table(table) => Some(table),
        ExtraValue::List(items) => match items.last_mut() {
            Some(ExtraValue::Table(table)) => Some(table),
            _ => None,
        },
        _ => None,
    }
}

/// Puts an entry into the table of the last header.
fn put(entries: &mut [HeadEntry], path: &[String], entry: HeadEntry) {
    let Some((first, below)) = path.split_first() else { return };
    let Some(top) = entries.iter_mut().rfind(|top| top.key == *first) else { return };
    let mut table = last_table(&mut top.value);
    for step in below {
        table = table.and_then(|table| table.get_mut(step)).and_then(last_table);
    }
    if let Some(table) = table {
        table.entry(entry.key).or_insert(entry.value);
    }
}
