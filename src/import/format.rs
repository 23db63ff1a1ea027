//! The formats: a table with a row for each, and which one a source has. The only file that knows all formats.

use super::docx;
use super::hexo;
use super::hugo;
use super::import_map::ImportMap;
use super::imported::Imported;
use super::jekyll;
use super::markdown;
use super::printed;
use super::rows;
use super::saved_html;
use super::source::Source;
use super::wordpress;
use super::zola;

/// A kind of source.
pub struct FormatRow {
    /// What users type after `--from`.
    pub name: &'static str,
    /// What messages call it.
    pub label: &'static str,
    /// Says why a source has this format ("`_config.yml` and `_posts/`"), or `None` if it has not.
    pub recognise: fn(&Source) -> Option<String>,
    pub read: fn(&Source, &ImportMap) -> Result<Imported, String>,
}

/// All formats, in the order in which they are tried: a folder of Markdown is also what most others have.
pub const FORMATS: &[FormatRow] = &[
    FormatRow {
        name: "wordpress",
        label: "an export of WordPress",
        recognise: wordpress::read::recognise,
        read: wordpress::read::read,
    },
    FormatRow {
        name: "jekyll",
        label: "a site of Jekyll",
        recognise: jekyll::read::recognise,
        read: jekyll::read::read,
    },
    FormatRow { name: "hugo", label: "a site of Hugo", recognise: hugo::read::recognise, read: hugo::read::read },
    FormatRow { name: "zola", label: "a site of Zola", recognise: zola::read::recognise, read: zola::read::read },
    FormatRow { name: "hexo", label: "a site of Hexo", recognise: hexo::read::recognise, read: hexo::read::read },
    FormatRow {
        name: "jsonl",
        label: "JSON Lines",
        recognise: rows::json_lines::recognise,
        read: rows::json_lines::read,
    },
    FormatRow { name: "csv", label: "a table", recognise: rows::delimited::recognise, read: rows::delimited::read },
    FormatRow { name: "docx", label: "Word files", recognise: docx::read::recognise, read: docx::read::read },
    FormatRow { name: "html", label: "saved pages", recognise: saved_html::recognise, read: saved_html::read },
    FormatRow {
        name: "printed",
        label: "printed pages",
        recognise: printed::read::recognise,
        read: printed::read::read,
    },
    FormatRow {
        name: "markdown",
        label: "a folder of Markdown",
        recognise: markdown::read::recognise,
        read: markdown::read::read,
    },
];

/// Finds a format by its name.
pub fn by_name(name: &str) -> Result<&'static FormatRow, String> {
    let plain = name.trim().to_lowercase();
    FORMATS.iter().find(|row| row.name == plain).ok_or_else(|| format!("there is no format `{name}`; {}", names()))
}

/// Finds the format of a source, and why it is that one.
pub fn detect(source: &Source) -> Result<(&'static FormatRow, String), String> {
    FORMATS
        .iter()
        .find_map(|row| Some((row, (row.recognise)(source)?)))
        .ok_or_else(|| format!("Recto does not know the format of {}; name it with --from: {}", source.name, names()))
}

/// "the formats are jekyll, hugo and zola".
fn names() -> String {
    let names: Vec<&str> = FORMATS.iter().map(|row| row.name).collect();
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("the formats are {} and {last}", rest.join(", ")),
        _ => format!("the format is {}", names.concat()),
    }
}
