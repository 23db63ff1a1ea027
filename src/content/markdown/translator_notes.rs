//! Footnotes by the translator, not by the author: those that begin with the words for it. It must not know how notes
//! are numbered.

/// The class of such a note.
pub(super) const CLASS: &str = "tn";

/// How notes of translators begin, in small letters.
const WORDS: [&str; 30] = [
    "translator's note",
    "translator\u{2019}s note",
    "translators' note",
    "translators\u{2019} note",
    "note by the translator",
    "tr. note",
    "译注",
    "译者注",
    "译者按",
    "译者的话",
    "譯註",
    "譯注",
    "譯者註",
    "譯者注",
    "譯者按",
    "訳注",
    "訳者注",
    "訳者註",
    "역주",
    "역자 주",
    "옮긴이 주",
    "옮긴이주",
    "anmerkung des übersetzers",
    "anmerkung der übersetzerin",
    "anm. d. übers",
    "note du traducteur",
    "note de la traductrice",
    "nota del traductor",
    "прим. пер",
    "ملاحظة المترجم",
];

/// Returns whether the HTML of a note begins with such words, in any markup, brackets or capitals.
pub(super) fn is_one(html: &str) -> bool {
    let start = first_words(html);
    WORDS.iter().any(|word| start.starts_with(word))
}

/// Returns the start of a note in small letters, without markup and the brackets before them.
fn first_words(html: &str) -> String {
    const MOST: usize = 40;
    let (mut out, mut in_tag) = (String::new(), false);
    for c in html.chars() {
        match c {
            '<' => in_tag = true,
            '>' => in_tag = false,
            _ if in_tag => {}
            '(' | '[' | '（' | '［' | '【' | '〔' | '*' | '\n' | ' ' if out.is_empty() => {}
            c => out.extend(c.to_lowercase()),
        }
        if out.len() > MOST {
            break;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_of_translators_begin_with_the_words_for_it() {
        for html in [
            "<p>译注：一个词。</p>",
            "<p>（<strong>訳注</strong>）ことば。</p>",
            "<p><em>Translator\u{2019}s note:</em> a word.</p>",
            "<p>[Note du traducteur] Un mot.</p>",
        ] {
            assert!(is_one(html), "{html}");
        }
        for html in ["<p>A translator's note is not here.</p>", "<p>The 译注</p>", "", "<p>"] {
            assert!(!is_one(html), "{html}");
        }
    }
}
