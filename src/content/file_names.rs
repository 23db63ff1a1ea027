//! Recognizes file names that look like the name of a sibling, for messages. It must not know which files exist.

use crate::base::language;

/// Returns the last segment of a path.
pub fn last(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// Returns the article that an article's file seems to belong to, the language as the name writes it (`zh_TW`,
/// `japanese`), and its tag.
pub fn meant_as_sibling(id: &str) -> Option<(&str, &str, String)> {
    let (article, written) = last(id).rsplit_once('.')?;
    (!article.is_empty()).then_some(())?;
    Some((article, written, language::suggest(written)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_in_names() {
        let table = [
            ("2021/one.zh_TW", Some(("one", "zh_TW", "zh-TW"))),
            ("one.japanese", Some(("one", "japanese", "ja"))),
            ("one.日本語", Some(("one", "日本語", "ja"))),
            ("budget.v2", None),
            ("final.draft", None),
            ("one", None),
        ];
        for (id, meant) in table {
            let found = meant_as_sibling(id);
            assert_eq!(found.as_ref().map(|(article, written, tag)| (*article, *written, &**tag)), meant, "{id}");
        }
    }
}
