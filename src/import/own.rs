//! What an export by Recto says of a text: its file, and the keys for which the other program has no place. Formats
//! pass the table `recto` here. It must not know formats.

use super::imported::{ExtraValue, ImportedText, OwnFrontMatter, Publication, TextRole};

/// The key of the table: `[params.recto]` of Hugo, `[extra.recto]` of Zola, `recto` of Jekyll and JSON Lines.
pub const KEY: &str = "recto";

/// The folder with the site's own files: `recto/site.toml`, `recto/content/translators/a.md`.
pub const FOLDER: &str = "recto";

/// Takes the table `recto` of a text. Returns whether it is such a table; otherwise the text stays as it is.
pub fn take(text: &mut ImportedText, table: &ExtraValue) -> bool {
    let ExtraValue::Table(table) = table else { return false };
    let word = |key: &str| match table.get(key) {
        Some(ExtraValue::Text(word)) => Some(word.as_str()),
        _ => None,
    };
    let (Some(file), Some(role)) = (word("file"), word("role")) else { return false };
    let Some(group) = group(file, role) else { return false };
    match role {
        "page" => text.publication = Publication::Page,
        "original" => text.role = TextRole::Original,
        _ => text.role = TextRole::Translation,
    }
    // Originals that readers of the other program must not see are drafts there, and are no drafts here.
    if role != "article" && role != "page" {
        text.publication = Publication::Article;
    }
    if let Some(language) = word("language") {
        text.language = Some(language.to_owned());
    }
    text.group = group;
    let keys = match table.get("keys") {
        Some(ExtraValue::Table(keys)) => keys.clone(),
        _ => Default::default(),
    };
    // A cover that no text shows is copied, too.
    if let Some(ExtraValue::Text(cover)) = keys.get("cover") {
        text.cover = Some(cover.clone());
    }
    text.own = Some(OwnFrontMatter { file: file.to_owned(), is_sibling: !matches!(role, "article" | "page"), keys });
    true
}

/// Returns the group of a text by its file, or `None` if the file is not one of a site's texts.
fn group(file: &str, role: &str) -> Option<String> {
    let stem = file.strip_suffix(".md")?;
    if stem.split('/').any(|step| matches!(step, "" | "." | "..")) || stem.contains(['\\', '\0']) {
        return None;
    }
    match role {
        "page" if stem.starts_with("pages/") => Some(stem.to_owned()),
        "article" if stem.starts_with("articles/") => Some(stem.to_owned()),
        "original" | "translation" if stem.starts_with("articles/") => Some(stem.rsplit_once('.')?.0.to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: &[(&str, &str)]) -> ExtraValue {
        ExtraValue::Table(rows.iter().map(|(key, word)| ((*key).into(), ExtraValue::Text((*word).into()))).collect())
    }

    #[test]
    fn texts_of_an_article_are_one_group() {
        let mut article = ImportedText::default();
        let rows = [("file", "articles/2021/a.md"), ("role", "article"), ("language", "en")];
        assert!(take(&mut article, &table(&rows)));
        let mut original = ImportedText { publication: Publication::Draft, ..ImportedText::default() };
        assert!(take(&mut original, &table(&[("file", "articles/2021/a.ja.md"), ("role", "original")])));
        assert_eq!((&*article.group, &*original.group), ("articles/2021/a", "articles/2021/a"));
        assert_eq!((original.role, original.publication), (TextRole::Original, Publication::Article));
        assert_eq!(article.own.map(|own| (own.file, own.is_sibling)), Some(("articles/2021/a.md".into(), false)));
    }

    #[test]
    fn only_files_of_texts_are_taken() {
        for (file, role) in
            [("articles/../../x.md", "article"), ("/x.md", "article"), ("pages/a.md", "article"), ("articles/a.md", "")]
        {
            let mut text = ImportedText::default();
            assert!(!take(&mut text, &table(&[("file", file), ("role", role)])), "{file} {role}");
            assert_eq!(text.own, None);
        }
    }
}
