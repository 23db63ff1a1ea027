//! The tables of `docs/src/reference/templates.md`. The code determines all columns except the last, which is
//! written by hand.
//!
//! A table is between `<!-- table: NAME -->` and `<!-- end -->`; its first column names the row.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::observe::{Kind, Observed, Seen};

/// Rows of a table, without the last column.
pub type Rows = Vec<Vec<String>>;

/// Tables that many places share have a section of their own: its name, its plural, and one place that has it. Any
/// table with the same fields of the same kinds is one of these; the first match counts.
const SHAPES: [(&str, &str, &str); 19] = [
    ("site", "sites", "site"),
    ("page", "pages", "page"),
    ("article", "articles", "article"),
    ("original", "originals", "article.original"),
    ("author", "authors", "article.authors"),
    ("version", "versions", "article.versions"),
    ("correction", "corrections", "article.corrections"),
    ("neighbour", "neighbours", "article.previous"),
    ("listing", "listings", "listing"),
    ("card", "cards", "listing.articles"),
    ("profile", "profiles", "profile"),
    ("calendar", "calendars", "calendar"),
    ("link", "links", "page.crumbs"),
    ("right", "rights", "article.rights.original"),
    ("term", "terms", "article.translators"),
    ("entry", "entries", "entries"),
    ("date", "dates", "article.date"),
    ("time", "times", "article.posted"),
    ("month", "months", "months"),
];

/// Returns the tables for the observed values.
pub fn of_fields(observed: &mut Observed) -> BTreeMap<String, Rows> {
    let mut out = BTreeMap::new();
    let names = &observed.names;
    let mut faults = Vec::new();
    let mut seen = |name: &str, shown: &Seen| {
        let mut rows = Rows::new();
        fields(names, shown, "", &mut rows);
        let never = rows.iter().filter(|row| row[1].contains("never"));
        faults.extend(never.map(|row| format!("{name}: {} is {}: a site must show it", row[0], row[1])));
        out.insert(name.to_owned(), rows);
    };
    seen("names", names);
    for (name, _, example) in SHAPES {
        seen(name, place(names, example));
    }
    observed.faults.extend(faults);
    let templates = observed.templates.iter().map(|(template, seen)| {
        let list = |names: &BTreeSet<String>| names.iter().map(|n| code(n)).collect::<Vec<_>>().join(" ");
        let names = seen.names.as_ref().filter(|names| !names.is_empty()).map_or("nothing".to_owned(), list);
        vec![code(template), list(&seen.kinds), names]
    });
    out.insert("templates".to_owned(), templates.collect());
    out
}

fn code(text: &str) -> String {
    format!("`{text}`")
}

/// Returns what was observed at a place: names joined by dots, items of lists included.
fn place<'s>(names: &'s Seen, path: &str) -> &'s Seen {
    path.split('.').fold(names, |seen, name| {
        let seen = seen.field(name).unwrap_or_else(|| panic!("{path}: there is no {name}"));
        seen.innermost()
    })
}

/// Adds a row for every field, and for the fields of nested tables without a name of their own.
fn fields(names: &Seen, table: &Seen, prefix: &str, rows: &mut Rows) {
    for (name, seen) in &table.fields {
        // Shared tables have sections of their own.
        if prefix.is_empty() && std::ptr::eq(names, table) && ["site", "page"].contains(&name.as_str()) {
            continue;
        }
        rows.push(vec![code(&format!("{prefix}{name}")), kind(names, seen, false)]);
        let inner = seen.innermost();
        if shape(names, inner).is_none() {
            let lists = "[]".repeat(std::iter::successors(seen.item.as_ref(), |seen| seen.item.as_ref()).count());
            fields(names, inner, &format!("{prefix}{name}{lists}."), rows);
        }
    }
}

/// Returns the shared table with the same fields.
fn shape(names: &Seen, table: &Seen) -> Option<(&'static str, &'static str)> {
    let fits = |example: &str| {
        let own = place(names, example);
        own.fields.len() == table.fields.len()
            && own.fields.iter().zip(&table.fields).all(|(a, b)| a.0 == b.0 && b.1.within(&a.1))
    };
    let found = SHAPES.into_iter().find(|(_, _, example)| !table.fields.is_empty() && fits(example));
    found.map(|(one, many, _)| (one, many))
}

/// Describes a kind in words.
fn kind(names: &Seen, seen: &Seen, many: bool) -> String {
    let of = |one: &str, more: &str| if many { more } else { one }.to_owned();
    let words = seen.kinds.iter().map(|one_of| match one_of {
        Kind::Text => of("text", "texts"),
        Kind::Html => "HTML".to_owned(),
        Kind::Number => of("number", "numbers"),
        Kind::Flag => of("true or false", "flags"),
        Kind::Map => of("map", "maps"),
        Kind::Table => match shape(names, seen) {
            Some((one, more)) => format!("[{}](#{one})", of(one, more)),
            None => of("table", "tables"),
        },
        Kind::List => match &seen.item {
            Some(item) => format!("{} of {}", of("list", "lists"), kind(names, item, true)),
            None => "list, never with items".to_owned(),
        },
        Kind::None if seen.kinds.len() == 1 => "never anything but none".to_owned(),
        Kind::None => "none".to_owned(),
    });
    words.collect::<Vec<_>>().join(" or ")
}

// ---- the document ----------------------------------------------------------------------------------------------------

/// A table in the document: the range of its rows, and the cells of each.
pub struct Standing {
    at: std::ops::Range<usize>,
    pub rows: Rows,
}

const OPEN: &str = "<!-- table: ";

/// Returns the tables of the document.
pub fn tables(text: &str) -> BTreeMap<String, Standing> {
    let mut out = BTreeMap::new();
    for (at, _) in text.match_indices(OPEN) {
        let name = text[at + OPEN.len()..].split(" -->").next().unwrap_or_default();
        // After the mark, skip the line of titles and the line below it.
        let start = text[at..].match_indices('\n').nth(2).map_or(text.len(), |(n, _)| at + n + 1);
        let end = text[start..].find("<!-- end -->").map_or(text.len(), |n| start + n);
        let columns = text[..start].lines().last().unwrap_or_default().matches("|--").count();
        let row = |line: &str| -> Vec<String> {
            let line = line.trim().trim_start_matches('|');
            let cells = line.strip_suffix('|').unwrap_or(line).splitn(columns, '|');
            cells.map(|cell| cell.trim().to_owned()).collect()
        };
        let rows = text[start..end].lines().map(row).collect();
        let twice = out.insert(name.to_owned(), Standing { at: start..end, rows });
        assert!(twice.is_none(), "the table {name} is there twice");
    }
    out
}

/// Returns the document with these tables. Text written by hand stays with its row.
pub fn renewed(text: &str, made: &BTreeMap<String, Rows>) -> String {
    let mut places: Vec<(String, Standing)> = tables(text).into_iter().collect();
    places.sort_by_key(|(_, standing)| std::cmp::Reverse(standing.at.start));
    let mut out = text.to_owned();
    for (name, standing) in places {
        let Some(rows) = made.get(&name) else { continue };
        let mut table = String::new();
        for row in rows {
            let says = standing.rows.iter().find(|old| old.len() > row.len() && old[0] == row[0]);
            let says = says.map_or("", |old| &old[row.len()]);
            let _ = writeln!(table, "| {} | {says} |", row.join(" | "));
        }
        out.replace_range(standing.at, &table);
    }
    out
}

/// Returns how the document differs from the tables, and what it does not explain.
pub fn faults(text: &str, made: &BTreeMap<String, Rows>) -> Vec<String> {
    let (standing, wanted) = (tables(text), tables(&renewed(text, made)));
    let mut faults: Vec<String> = made.keys().filter(|name| !standing.contains_key(*name)).cloned().collect();
    faults.iter_mut().for_each(|name| name.insert_str(0, "there is no table "));
    for (name, standing) in &standing {
        if !made.contains_key(name) {
            faults.push(format!("{name}: nothing makes this table"));
            continue;
        }
        let (old, new) = (&standing.rows, &wanted[name].rows);
        let line = |sign: char, row: &[String]| format!("{name}: {sign} | {} |", row.join(" | "));
        faults.extend(old.iter().filter(|row| !new.contains(row)).map(|row| line('-', row)));
        faults.extend(new.iter().filter(|row| !old.contains(row)).map(|row| line('+', row)));
        if faults.is_empty() && old != new {
            faults.push(format!("{name}: the rows are in another order"));
        }
        let silent = new.iter().filter(|row| row.last().is_none_or(String::is_empty));
        faults.extend(silent.map(|row| format!("{name}: {} is not explained", row[0])));
    }
    faults
}
