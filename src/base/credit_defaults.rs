//! `[credits]` in `site.toml`: default credits for articles, and the site's own labels. It must not know articles.

use super::path::has_slug;
use super::problem;
use super::reader::Reader;

/// Default credits and labels.
#[derive(Clone, Debug, Default)]
pub struct CreditDefaults {
    pub source: Option<Box<str>>,
    pub section: Option<Box<str>>,
    pub translator: Option<Box<str>>,
    /// The site's labels by kind: `("translation", "JMH Translation")`.
    pub labels: Vec<(String, Box<str>)>,
}

/// Reads `[credits]`.
pub fn read(r: &mut Reader) -> CreditDefaults {
    let Some(mut table) = r.table("credits") else { return CreditDefaults::default() };
    let [source, section, translator] = ["source", "section", "translator"].map(|key| default_term(&mut table, key));
    let mut labels = Vec::new();
    if let Some(mut reader) = table.table("labels") {
        for kind in ["translation", "summary", "original", "digest"] {
            labels.extend(reader.text(kind).map(|label| (kind.to_owned(), label)));
        }
        reader.finish();
    }
    table.finish();
    CreditDefaults { source, section, translator, labels }
}

/// Reads the default for articles that do not give their own.
fn default_term(table: &mut Reader, key: &'static str) -> Option<Box<str>> {
    let name = table.string(key)?;
    let good = match key {
        "section" => {
            let separator = if name.value.contains(" > ") { " > " } else { "/" };
            let mut steps = name.value.split(separator).map(str::trim).filter(|step| !step.is_empty()).peekable();
            steps.peek().is_some() && steps.all(has_slug)
        }
        _ => has_slug(name.value),
    };
    if !good {
        let why = "it contains no letters or digits";
        table.problems.borrow_mut().push(problem::bad_term(table.span(&name.at), key, name.value, why));
        // Use the key as a placeholder, so that no article is blamed. Nothing is written after this error.
        return Some(key.into());
    }
    Some(name.value.into())
}
