//! Reads tables of delimited values: with commas, semicolons, tabs or bars, quoted or not. It must not know what a
//! column means.

use csv::{ReaderBuilder, StringRecord};

use super::row::{self, ColumnUse, SheetRow};
use crate::import::dates::{self, DayOrder};
use crate::import::import_map::ImportMap;
use crate::import::imported::{ExtraValue, Imported};
use crate::import::source::Source;

fn is_table(path: &str) -> bool {
    let ending = path.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    matches!(ending.as_deref(), Some("csv" | "tsv" | "tab"))
}

/// Says why a source has tables.
pub fn recognise(source: &Source) -> Option<String> {
    let tables: Vec<&str> = source.paths().filter(|path| is_table(path)).collect();
    match tables[..] {
        [] => None,
        [one] => Some(format!("the table `{one}`")),
        [first, ..] => Some(format!("{} tables, such as `{first}`", tables.len())),
    }
}

/// Finds the delimiter: the one that occurs most evenly in the first lines, outside of quotes.
fn delimiter(text: &str, path: &str) -> u8 {
    if path.to_ascii_lowercase().ends_with(".tsv") {
        return b'\t';
    }
    let count = |line: &str, delimiter: char| {
        let mut quoted = false;
        line.chars()
            .filter(|c| {
                quoted ^= *c == '"';
                *c == delimiter && !quoted
            })
            .count()
    };
    let head = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let by_count = [',', ';', '\t', '|'].into_iter().max_by_key(|delimiter| {
        // Of equal counts, the first counts.
        (count(head, *delimiter), *delimiter == ',')
    });
    by_count.map_or(b',', |c| c as u8)
}

/// Reads all tables of a source. The first row of each names its columns.
pub fn read(source: &Source, map: &ImportMap) -> Result<Imported, String> {
    let mut imported = Imported::default();
    for path in source.paths() {
        if is_table(path) {
            table(path, source, map, &mut imported)?;
        } else {
            imported.assets.insert(path.to_owned(), Vec::new());
        }
    }
    for text in &imported.texts {
        imported.assets.remove(&text.from);
    }
    Ok(imported)
}

fn table(path: &str, source: &Source, map: &ImportMap, imported: &mut Imported) -> Result<(), String> {
    let decoded = source.text(path)?;
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter(&decoded.text, path))
        .flexible(true)
        .from_reader(decoded.text.as_bytes());
    let failed = |error: csv::Error| format!("{path}: {error}");
    let head = reader.headers().map_err(failed)?.clone();
    let known = |name: &&str| row::column_use(name, map) == ColumnUse::Body;
    if head.iter().filter(|name| !name.trim().is_empty()).count() < 2 && !head.iter().any(|name| known(&name)) {
        return Err(format!("{path}: its first line must name the columns, such as title,date,source,body"));
    }
    let records: Vec<StringRecord> = reader.records().collect::<Result<_, _>>().map_err(failed)?;
    let orders: Vec<DayOrder> = head.iter().enumerate().map(|(at, name)| order(&records, at, name, map)).collect();
    for (at, record) in records.iter().enumerate() {
        let line = record.position().map_or(at + 2, |position| position.line() as usize);
        let cells = head.iter().zip(record.iter()).zip(&orders);
        let cells = cells.map(|((name, value), order)| (name.to_owned(), ExtraValue::Text(value.to_owned()), *order));
        let row = SheetRow { path, from: format!("{path}#{}", at + 1), line, cells: cells.collect() };
        if let Some(text) = row::read(row, source, map, imported) {
            imported.texts.push(text);
        }
    }
    Ok(())
}

/// Finds which number is the day in the dates of a column.
fn order(records: &[StringRecord], column: usize, name: &str, map: &ImportMap) -> DayOrder {
    if !row::is_date(name, map) {
        return DayOrder::Unknown;
    }
    dates::order_of(records.iter().filter_map(|record| record.get(column)))
}

#[cfg(test)]
mod tests;
