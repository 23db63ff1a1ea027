//! The arguments of a tag: words, quoted texts, `name=value`; and the templates of `[shortcodes]`, which they fill. It
//! must not know tags.

/// The arguments of a tag, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TagArguments {
    pub words: Vec<String>,
    pub named: Vec<(String, String)>,
}

impl TagArguments {
    /// Reads `a "b c" d=e f="g h" lang:ruby`. Of `name:value`, only `lang:` and its like are named.
    pub fn read(text: &str) -> TagArguments {
        let mut out = TagArguments::default();
        let mut rest = text.trim_start();
        while !rest.is_empty() {
            let (word, quoted, after) = word(rest);
            rest = after.trim_start();
            if quoted {
                out.words.push(word);
                continue;
            }
            let bare = word.strip_suffix('=').filter(|name| is_name(name));
            if let Some(name) = bare.filter(|_| rest.starts_with(['"', '\''])) {
                let (value, _, after) = self::word(rest);
                rest = after.trim_start();
                out.named.push((name.to_owned(), value));
                continue;
            }
            match word.split_once('=').filter(|(name, value)| is_name(name) && !value.is_empty()) {
                Some((name, value)) => out.named.push((name.to_owned(), value.to_owned())),
                None => out.words.push(word),
            }
        }
        out
    }

    pub fn named(&self, name: &str) -> Option<&str> {
        self.named.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-')
}

/// Splits off a word or a quoted text: it, whether it was quoted, and the rest.
fn word(text: &str) -> (String, bool, &str) {
    if let Some(quote) = text.chars().next().filter(|c| matches!(c, '"' | '\''))
        && let Some(end) = text[1..].find(quote)
    {
        return (text[1..end + 1].to_owned(), true, &text[end + 2..]);
    }
    let mut end = text.len();
    for (at, c) in text.char_indices() {
        if c.is_whitespace() {
            end = at;
            break;
        }
        if c == '=' && text[at + 1..].starts_with(['"', '\'']) {
            end = at + 1;
            break;
        }
    }
    (text[..end].to_owned(), false, &text[end..])
}

/// Fills a template: `{0}` is the first word, `{NAME}` a named argument, `{inner}` what the tag encloses.
pub fn fill(template: &str, arguments: &TagArguments, inner: &str) -> String {
    let mut out = String::with_capacity(template.len() + inner.len());
    let mut rest = template;
    while let Some(start) = rest.find('{') {
        out.push_str(&rest[..start]);
        let after = &rest[start + 1..];
        let Some(end) = after.find('}') else {
            rest = &rest[start..];
            break;
        };
        let name = &after[..end];
        let value = match name.parse::<usize>() {
            Ok(number) => Some(arguments.words.get(number).map_or("", String::as_str)),
            Err(_) if name == "inner" => Some(inner),
            Err(_) if is_name(name) => Some(arguments.named(name).unwrap_or("")),
            Err(_) => None,
        };
        match value {
            Some(value) => out.push_str(value),
            None => out.push_str(&rest[start..start + end + 2]),
        }
        rest = &after[end + 1..];
    }
    out.push_str(rest);
    out
}
