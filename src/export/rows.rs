//! JSON Lines and CSV: a row for each article. It must not read files.

use serde_json::{Map, Value, json};

use super::file::ExportFile;
use super::site;
use super::text::{ExportedText, TextRole};
use crate::outputs::world::World;

/// The folder with the files that texts show or link.
const FILES: &str = "files";

/// The columns of the table, in their order.
const COLUMNS: [&str; 26] = [
    "id",
    "url",
    "title",
    "language",
    "date",
    "posted",
    "updated",
    "expires",
    "section",
    "source",
    "translator",
    "author",
    "tags",
    "summary",
    "kind",
    "genre",
    "page",
    "slug",
    "aliases",
    "original_language",
    "original_title",
    "original_url",
    "rights",
    "original",
    "languages",
    "body",
];

/// Between the values of a cell with several.
const SEPARATOR: &str = "; ";

/// Returns the row of an article with its texts as a line of JSON, and the files that the texts show.
pub fn json_of_article(world: &World, texts: &[ExportedText]) -> Vec<ExportFile> {
    let Some((article, beside)) = texts.split_first() else { return Vec::new() };
    let mut row = json_text(world, article);
    let all: Vec<Value> = beside.iter().map(|text| Value::Object(json_text(world, text))).collect();
    if !all.is_empty() {
        row.insert("texts".into(), all.into());
    }
    let name = if article.role == TextRole::Page { "pages.jsonl" } else { "articles.jsonl" };
    let mut files = vec![ExportFile::line(name, format!("{}\n", Value::Object(row)).into_bytes())];
    for text in texts {
        let place = |name: &str| place(text, name);
        files.extend(text.files.iter().map(|(from, name)| ExportFile::copy(from, place(name))));
    }
    files
}

/// Returns the place of a file that a text shows.
fn place(text: &ExportedText, name: &str) -> String {
    format!("{FILES}/{}/{name}", text.id)
}

fn json_text(world: &World, text: &ExportedText) -> Map<String, Value> {
    let sections: Vec<String> = text.sections.iter().map(|labels| labels.join(" > ")).collect();
    let files: Map<String, Value> =
        text.files.iter().map(|(_, name)| (name.clone(), place(text, name).into())).collect();
    let mut row = json!({
        "id": text.id,
        "role": text.role.word(),
        "url": text.shown.then(|| world.config.urls.page(&text.address)),
        "title": text.title,
        "language": text.language,
        "date": text.date,
        "posted": text.posted,
        "updated": text.updated,
        "expires": text.expires,
        "draft": text.draft.then_some(true),
        "summary": text.summary,
        "sections": sections,
        "tags": text.tags,
        "sources": text.sources,
        "translators": text.translators,
        "authors": text.authors,
        "aliases": text.aliases,
        "files": files,
        "body": text.body,
        "recto": text.recto(),
    });
    let Value::Object(map) = &mut row else { return Map::new() };
    let empty = |value: &Value| match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    };
    map.retain(|_, value| !empty(value));
    std::mem::take(map)
}

/// Returns the first line of the table: the names of the columns.
pub fn csv_head() -> ExportFile {
    ExportFile::line("articles.csv", csv_line(COLUMNS.map(str::to_owned).as_slice()))
}

/// Returns the row of an article in the table, and the files that its own text shows.
pub fn csv_of_article(world: &World, texts: &[ExportedText]) -> Vec<ExportFile> {
    let Some((article, beside)) = texts.split_first().filter(|(first, _)| first.role == TextRole::Article) else {
        return Vec::new();
    };
    let cells = COLUMNS.map(|column| cell(world, article, beside, column));
    let mut files = vec![ExportFile::line("articles.csv", csv_line(&cells))];
    files.extend(article.files.iter().map(|(from, name)| ExportFile::copy(from, place(article, name))));
    files
}

fn cell(world: &World, article: &ExportedText, beside: &[ExportedText], column: &str) -> String {
    let own = |key: &str| plain(article.own.get(key));
    let of_original = |key: &str| plain(article.own.get("original").and_then(|table| table.get(key)));
    let original = beside.iter().find(|text| text.role == TextRole::Original);
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    match column {
        "id" => article.id.clone(),
        "url" => {
            world.config.urls.absolute(&world.config.urls.page(&article.address)).unwrap_or_else(|| article.path(world))
        }
        "title" => article.title.clone(),
        "language" => article.language.clone(),
        "date" => text(&article.date),
        "posted" => text(&article.posted),
        "updated" => text(&article.updated),
        "expires" => text(&article.expires),
        "section" => article.sections.iter().map(|labels| labels.join(" > ")).collect::<Vec<_>>().join(SEPARATOR),
        "source" => article.sources.join(SEPARATOR),
        "translator" => article.translators.join(SEPARATOR),
        "author" => article.authors.join(SEPARATOR),
        "tags" => article.tags.join(SEPARATOR),
        "summary" => text(&article.summary),
        "aliases" => article.aliases.join(SEPARATOR),
        "original_language" => original.map_or_else(|| of_original("lang"), |text| text.language.clone()),
        "original_title" => original.map_or_else(|| of_original("title"), |text| text.title.clone()),
        "original_url" => of_original("url"),
        "original" => original.map(|text| text.body.trim().to_owned()).unwrap_or_default(),
        "rights" => plain(article.own.get("rights").and_then(|table| table.get("translation"))),
        "languages" => beside.iter().map(|text| &*text.language).collect::<Vec<_>>().join(SEPARATOR),
        "body" => article.body.trim().to_owned(),
        key => own(key),
    }
}

/// Returns a value of front matter as the text of a cell.
fn plain(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(items)) => items.iter().map(|item| plain(Some(item))).collect::<Vec<_>>().join(SEPARATOR),
        Some(other) => other.to_string(),
    }
}

/// Returns a line as RFC 4180 has it. Every cell with a quote, a comma or a line end is quoted.
fn csv_line(cells: &[String]) -> Vec<u8> {
    let quoted = |cell: &String| match cell.contains(['"', ',', '\n', '\r']) {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell.clone(),
    };
    (cells.iter().map(quoted).collect::<Vec<_>>().join(",") + "\r\n").into_bytes()
}

/// Returns the files of the site as a whole: the terms.
pub fn site_files(world: &World) -> Vec<ExportFile> {
    vec![ExportFile::text("terms.json", format!("{:#}\n", site::terms_as_json(world)))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        let cells = ["a", "b \"c\"", "d, e", "f\ng", ""].map(str::to_owned);
        assert_eq!(String::from_utf8(csv_line(&cells)).unwrap(), "a,\"b \"\"c\"\"\",\"d, e\",\"f\ng\",\r\n");
    }
}
