//! `[credits]` of `site.toml`: the credits of articles that name none, and the labels of the house. It must not know
//! articles.

use super::path::has_slug;
use super::problem;
use super::reader::Reader;

/// Defaults of articles, and labels.
#[derive(Clone, Debug, Default)]
pub struct CreditDefaults {
    pub source: Option<Box<str>>,
    pub section: Option<Box<str>>,
    pub translator: Option<Box<str>>,
    /// House labels by kind: `("translation", "JMH Translation")`.
    pub labels: Vec<(String, Box<str>)>,
}

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

/// What an article has that does not say its own.
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
        // Stands in for it: no article is to blame, and nothing is written.
        return Some(key.into());
    }
    Some(name.value.into())
}
