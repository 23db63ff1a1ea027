//! Writes interface strings into templates: `t(key="home")` becomes `"Home"`. It edits template text and must not run
//! tera.
//!
//! A page prints about thirty strings without arguments, and each call of a function costs as much as a card's fields.
//! The text stays on its lines, because messages give line numbers; columns of messages come from the template as
//! written. Whatever this does not recognise stays a call, with the same result.

use super::meter::raw;

/// The start of a call without other arguments.
const CALL: &str = "t(key=";

/// Returns the template with the strings that `string` knows.
pub fn inlined<'s>(text: &str, string: impl Fn(&str) -> Option<&'s str>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        let (before, tag) = rest.split_at(open);
        out.push_str(before);
        let plain = match tag.as_bytes().get(1) {
            Some(b'#') => Some(tag.find("#}").map_or(tag.len(), |end| end + 2)),
            Some(b'{' | b'%') => raw(tag),
            _ => Some(1),
        };
        let len = match plain {
            Some(len) => {
                out.push_str(&tag[..len]);
                len
            }
            None => expression(tag, &string, &mut out),
        };
        rest = &tag[len..];
    }
    out.push_str(rest);
    out
}

/// Copies a tag up to its end with its strings, and returns its length.
fn expression<'s>(tag: &str, string: &impl Fn(&str) -> Option<&'s str>, out: &mut String) -> usize {
    let end = if tag.starts_with("{{") { "}}" } else { "%}" };
    let mut at = 2;
    out.push_str(&tag[..2]);
    while at < tag.len() {
        let rest = &tag[at..];
        if rest.starts_with(end) {
            out.push_str(end);
            return at + 2;
        }
        let word = tag[..at].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | ':' | '|'));
        if let Some((len, text)) = call(rest).filter(|_| !word)
            && let Some(literal) = string(text).and_then(literal)
        {
            out.push_str(&literal);
            at += len;
            continue;
        }
        let len = quoted(rest).unwrap_or_else(|| rest.chars().next().map_or(1, char::len_utf8));
        out.push_str(&rest[..len]);
        at += len;
    }
    at
}

/// Returns the length and the key of a call at the start of a text.
fn call(text: &str) -> Option<(usize, &str)> {
    let key = text.strip_prefix(CALL)?;
    let len = quoted(key)?;
    key[len..].starts_with(')').then(|| (CALL.len() + len + 1, &key[1..len - 1]))
}

/// Returns the length of a quoted string at the start of a text.
fn quoted(text: &str) -> Option<usize> {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'))?;
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// Writes a text as a literal, if that needs no escape and no other line.
fn literal(text: &str) -> Option<String> {
    if text.contains(|c: char| c == '\\' || c.is_control()) {
        return None;
    }
    let quote = ['"', '\'', '`'].into_iter().find(|quote| !text.contains(*quote))?;
    Some(format!("{quote}{text}{quote}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_become_their_strings() {
        let strings = [
            ("a", "One"),
            ("quotes", "\"so\" it's"),
            ("all", "\"'`"),
            ("lines", "a\nb"),
            ("tags", "{{ x }} %} #}"),
            ("slash", "\\"),
        ];
        let string = |key: &str| strings.iter().find(|(known, _)| *known == key).map(|(_, text)| *text);
        for (from, to) in [
            ("{{ t(key=\"a\") }}", "{{ \"One\" }}"),
            ("{{- t(key='a')|upper -}}", "{{- \"One\"|upper -}}"),
            ("{% set x = t(key=\"a\") ~ t(key=\"quotes\") %}", "{% set x = \"One\" ~ `\"so\" it's` %}"),
            ("{{<x label={t(key=\"a\")}/>}} t(key=\"a\")", "{{<x label={\"One\"}/>}} t(key=\"a\")"),
            ("{{ t(key=\"tags\") }}{{ t(key=\"a\") }}", "{{ \"{{ x }} %} #}\" }}{{ \"One\" }}"),
        ] {
            assert_eq!(inlined(from, string), to);
        }
        for same in [
            "t(key=\"a\") { t(key=\"a\") }",
            "{# {{ t(key=\"a\") }} #}",
            "{% raw %}{{ t(key=\"a\") }}{% endraw %}",
            "{{ t(key=\"a\", n=1) }}{{ t(key=\"none\") }}{{ t(key=\"a\" ~ b) }}{{ t(key=a) }}",
            "{{ at(key=\"a\") }}{{ \"t(key='a')\" }}{{ x.t(key=\"a\") }}",
            "{{ t(key=\"all\") }}{{ t(key=\"lines\") }}{{ t(key=\"slash\") }}",
            "{{ t(key=\"a",
            "{{ \"",
            "{% ü",
            "{",
        ] {
            assert_eq!(inlined(same, string), same);
        }
    }
}
