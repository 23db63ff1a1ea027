//! Guesses the meaning of a line that does not parse: typographic quotes, unquoted text, a colon instead of an equals
//! sign, a date in another format. Only messages use this; no document is read with it.

use std::sync::Arc;

use unicode_normalization::UnicodeNormalization;

use super::diag::{Diagnostic, Diagnostics, Span, quoted};
use super::doc::{self, KeyValue, Node, SyntaxError, Value};
use super::key_suggestions::{self, FileKind};
use super::{date, date_suggestions, language, problem, secret};

/// What is wrong with a line, and the corrected line.
struct LineFix {
    what: String,
    line: Option<String>,
}

/// For later errors than these, and for longer lines, only the parser's message is reported.
pub const MOST: usize = 50;
const LONGEST: usize = 2000;

/// Returns a diagnostic with the parser's message.
pub fn unread(file: &Arc<str>, yaml: bool, error: &SyntaxError) -> Diagnostic {
    problem::syntax(Span::new(file, error.at.clone()), if yaml { "YAML" } else { "TOML" }, &error.message)
}

/// Returns the diagnostic for a place that could not be parsed.
pub fn syntax(file: &Arc<str>, text: &str, place: FileKind, yaml: bool, error: &SyntaxError) -> Diagnostic {
    let language = if yaml { "YAML" } else { "TOML" };
    let message = in_plain_words(error, text, yaml);
    let plain = || {
        let said = message.as_deref().unwrap_or(&error.message);
        problem::syntax(Span::new(file, error.at.clone()), language, said)
    };
    if message.is_some() {
        return plain();
    }
    let Some((start, line)) = line_at(text, error.at.start).filter(|(_, line)| !secret::is_in_line(line)) else {
        return plain();
    };
    if let Some(found) = undated(file, start, line, place, yaml) {
        return found;
    }
    let slip = match yaml {
        true => of_yaml(line, place).map(|slip| (slip, start, line)).or_else(|| {
            // A YAML parser often fails at the end of the previous line.
            let (start, line) = line_at(text, start.checked_sub(1)?).filter(|(_, line)| !secret::is_in_line(line))?;
            of_yaml(line, place).map(|slip| (slip, start, line))
        }),
        false => of_toml(line, place).map(|slip| (slip, start, line)),
    };
    let Some((slip, start, line)) = slip else { return plain() };
    let end = start + line.trim_end().len();
    let at = if !yaml && (start..end).contains(&error.at.start) && error.at.end <= end {
        error.at.clone()
    } else {
        start..end
    };
    let found = problem::syntax(Span::new(file, at), language, &slip.what);
    found.maybe_help(slip.line.map(|line| format!("write: {line}")))
}

/// Returns the line that contains a byte, and its start.
fn line_at(text: &str, at: usize) -> Option<(usize, &str)> {
    let start = text.get(..at)?.rfind('\n').map_or(0, |i| i + 1);
    let end = text.get(at..)?.find('\n').map_or(text.len(), |i| at + i);
    text.get(start..end).filter(|line| line.len() <= LONGEST).map(|line| (start, line))
}

/// Keys with dates, in any table.
const DATES: [&str; 4] = ["date", "posted", "updated", "expires"];

/// Reports an invalid TOML date. For month 13, the parser only says that the document is invalid.
fn undated(file: &Arc<str>, start: usize, line: &str, place: FileKind, yaml: bool) -> Option<Diagnostic> {
    let (written, value) = line.split_once('=').filter(|_| !yaml)?;
    let value = value.split('#').next().unwrap_or_default().trim();
    if value.is_empty() || value.starts_with(['"', '\'']) {
        return None;
    }
    let (key, _) = key(written.trim(), place);
    let dated = value.len() >= 8
        && value.bytes().take(4).all(|b| b.is_ascii_digit())
        && value.bytes().all(|b| b.is_ascii_digit() || b"-:.+TtZz ".contains(&b));
    let help = date_suggestions::help(&key, value, false);
    let asked = DATES.contains(&&*key) && value.starts_with(char::is_alphanumeric);
    let asked = asked && doc::parse_toml(&format!("x = {value}"), 0).is_err();
    let why = date::parse(value).err().filter(|_| dated || help.is_some() || asked)?;
    let at = start + line.find('=')? + 1 + line[line.find('=')? + 1..].find(value)?;
    Some(problem::invalid_date(Span::new(file, at..at + value.len()), value, &why).maybe_help(help))
}

fn of_toml(line: &str, place: FileKind) -> Option<LineFix> {
    let trimmed = line.trim();
    if trimmed.starts_with(['[', '#']) || trimmed.is_empty() {
        return None;
    }
    let (at, sign) = sign(trimmed)?;
    let (written, value) = (trimmed[..at].trim(), trimmed[at + sign.len_utf8()..].trim());
    let (key, known) = key(written, place);
    if key.is_empty() || value.starts_with("\"\"\"") || value.starts_with("'''") {
        return None;
    }
    let (right, wrong_value) = toml_value(value);
    let what = if !written.chars().all(is_bare) {
        match written.chars().find(|c| !is_bare(*c)) {
            Some(c) if key_suggestions::is_quote(c) => {
                format!("a key cannot be quoted with {}", quoted(&c.to_string()))
            }
            _ => format!("unknown key {}", quoted(written)),
        }
    } else if sign == '：' || sign == '＝' {
        format!("expected `=`, not the full-width sign {}", quoted(&sign.to_string()))
    } else if sign == ':' {
        "expected `=` between key and value, not a colon".to_owned()
    } else {
        wrong_value?.to_owned()
    };
    let line = format!("{key} = {right}");
    Some(LineFix { what, line: doc::parse_toml(&line, 0).is_ok().then_some(line).filter(|_| known) })
}

/// Returns the first character that separates a key from its value.
fn sign(line: &str) -> Option<(usize, char)> {
    let equals = line.char_indices().find(|(_, c)| matches!(c, '=' | '＝'));
    let colon = line.char_indices().find(|(_, c)| matches!(c, ':' | '：'));
    match (equals, colon) {
        (Some(equals), Some(colon)) => Some(if colon.0 < equals.0 { colon } else { equals }),
        (equals, colon) => equals.or(colon),
    }
}

pub fn is_bare(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')
}

/// Returns a key in correct spelling, and whether it is known or at least allowed there.
fn key(written: &str, place: FileKind) -> (String, bool) {
    let known = place.keys("").contains(&written);
    let bare = written.trim_matches(key_suggestions::is_quote);
    let node = Node { at: 0..0, value: Value::Boolean(true), plain: None };
    let entry = KeyValue { key: written.into(), key_at: 0..0, node };
    match key_suggestions::meaning(place, "", &entry, place.keys("")) {
        Some((Some(key), _)) => (key.to_owned(), true),
        _ if known => (written.to_owned(), true),
        _ if place == FileKind::Glossary && language::suggest(bare).is_some() => {
            (language::suggest(bare).unwrap_or_default(), true)
        }
        _ if bare.chars().all(is_bare) && !bare.is_empty() => (bare.to_owned(), true),
        _ => (written.to_owned(), false),
    }
}

/// Returns a value as valid TOML, and what is wrong with the original.
pub fn toml_value(value: &str) -> (String, Option<&'static str>) {
    let text = |text: &str| serde_json::Value::from(text).to_string();
    let Some(first) = value.chars().next() else {
        return ("\"\"".to_owned(), Some("the value is missing"));
    };
    if let Some(inner) = in_odd_quotes(value) {
        return (text(inner), Some("expected straight quotes, not typographic ones"));
    }
    if let Some(list) = value.strip_prefix(['[', '［', '【']) {
        let list = list.trim_end_matches([']', '］', '】']);
        // Two strings need a comma between them.
        let list = list.replace("\" \"", "\", \"");
        let unquoted = |item: &str| item.trim().trim_matches(key_suggestions::is_quote).trim().to_owned();
        let items: Vec<String> = list.split([',', '、', '，']).map(unquoted).filter(|item| !item.is_empty()).collect();
        let items: Vec<String> = items.iter().map(|item| text(item)).collect();
        return (
            format!("[{}]", items.join(", ")),
            Some("expected a list of strings in straight quotes between `[` and `]`"),
        );
    }
    if begins_with_quoted_word(value) {
        let what = "the text after the closing quote is not part of the value";
        let literal = if value.contains('\'') { text(value) } else { format!("'{value}'") };
        return (literal, Some(what));
    }
    if matches!(first, '"' | '\'') {
        let inner = value[1..].strip_suffix(first).unwrap_or(&value[1..]);
        let ends = value.len() > 1 && value.ends_with(first);
        let what = match (ends, inner.contains(first)) {
            (true, true) => "a quote inside the value ends it too early",
            (true, false) if first == '"' && inner.contains('\\') => "a `\\` has a special meaning in double quotes",
            (false, false) => "the closing quote is missing",
            _ => return (value.to_owned(), None),
        };
        let literal = !inner.contains('\'') && (inner.contains('"') || inner.contains('\\'));
        return (if literal { format!("'{inner}'") } else { text(inner) }, Some(what));
    }
    if first == '{' {
        return (value.to_owned(), None);
    }
    let plain = value.split(" #").next().unwrap_or(value).trim();
    let lower = plain.to_lowercase();
    if doc::parse_toml(&format!("x = {plain}"), 0).is_ok() {
        return (plain.to_owned(), None);
    }
    match &*lower {
        "true" | "yes" | "on" => ("true".to_owned(), Some("expected true or false, in lower case")),
        "false" | "no" | "off" => ("false".to_owned(), Some("expected true or false, in lower case")),
        _ => (text(value.trim_matches(key_suggestions::is_quote)), Some("a string must be in quotes")),
    }
}

/// Returns whether the quotes at the start belong to the first words of the text, rather than enclose the value:
/// `"Peace" says minister`.
fn begins_with_quoted_word(value: &str) -> bool {
    let Some(quote) = value.chars().next().filter(|c| matches!(c, '"' | '\'')) else { return false };
    let Some((word, rest)) = value[1..].split_once(quote) else { return false };
    let ends = word.ends_with(|c: char| !c.is_whitespace() && !matches!(c, '(' | '['));
    // `"a", "b"` is a list, and a `#` starts a comment.
    ends && rest.starts_with(char::is_whitespace)
        && !rest.trim_start().is_empty()
        && !rest.trim_start().starts_with('#')
}

/// Returns the text between two quotes, at least one of which is not straight.
fn in_odd_quotes(value: &str) -> Option<&str> {
    let (first, last) = (value.chars().next()?, value.chars().next_back()?);
    let straight = |c: char| matches!(c, '"' | '\'');
    let odd = |c: char| key_suggestions::is_quote(c) && !straight(c);
    let length = first.len_utf8();
    match (odd(first), odd(last)) {
        (true, _) if key_suggestions::is_quote(last) && value.len() > length => {
            Some(&value[length..value.len() - last.len_utf8()])
        }
        (true, _) => Some(&value[length..]),
        (false, true) if straight(first) && value.len() > length => Some(&value[1..value.len() - last.len_utf8()]),
        _ => None,
    }
}

fn of_yaml(line: &str, place: FileKind) -> Option<LineFix> {
    let trimmed = line.trim();
    let indent = &line[..line.len() - line.trim_start().len()];
    if indent.contains('\t') {
        let line = Some(format!("{}{trimmed}", indent.replace('\t', "  ")));
        return Some(LineFix { what: "expected spaces, not a tab, as indentation".to_owned(), line });
    }
    if let Some(entry) = trimmed.strip_prefix('-').filter(|rest| rest.starts_with(char::is_alphanumeric)) {
        let what = "expected a space after the dash of an entry".to_owned();
        return Some(LineFix { what, line: Some(format!("{indent}- {entry}")) });
    }
    if let Some((key, value)) = trimmed.split_once('=').filter(|(key, _)| key.trim().chars().all(is_bare)) {
        let what = "expected a colon between key and value, not `=`".to_owned();
        return Some(LineFix { what, line: Some(format!("{}: {}", key.trim(), value.trim())) });
    }
    let (written, value) = trimmed.split_once([':', '：'])?;
    let (key, known) = key(written.trim().trim_start_matches("- "), place);
    let value = value.trim();
    let first = value.chars().next()?;
    let inner = value.trim_matches(first);
    let text = |text: &str| serde_json::Value::from(text).to_string();
    let right = |what: &str, right: String| {
        let line = format!("{key}: {right}");
        let line = doc::parse_yaml(&line, 0).is_ok().then_some(line).filter(|_| known);
        Some(LineFix { what: what.to_owned(), line })
    };
    if let Some(inner) = in_odd_quotes(value).filter(|_| matches!(first, '"' | '\'')) {
        return right("the opening and closing quotes differ", text(inner));
    }
    if first == '"'
        && value.len() > 1
        && value.ends_with('"')
        && value.contains('\\')
        && !value[1..value.len() - 1].contains('"')
    {
        return right("a `\\` has a special meaning in double quotes", format!("'{}'", inner.replace('\'', "''")));
    }
    if first == '[' && !value.contains(']') {
        return right("the list has no closing `]`", toml_value(value).0);
    }
    if let Some(items) = quoted_items(value) {
        let items: Vec<String> = items.iter().map(|item| text(item)).collect();
        return right("a list of strings must be between `[` and `]`", format!("[{}]", items.join(", ")));
    }
    if begins_with_quoted_word(value) {
        return right("the text after the closing quote is not part of the value", text(value));
    }
    if value.starts_with("- ") || value.starts_with("? ") {
        return right("a value that starts with this character must be in quotes", text(value));
    }
    if !indent.is_empty() && known && !written.trim_start().starts_with('-') && place.keys("").contains(&&*key) {
        return right("this line is indented, so it belongs to the value above it", value.to_owned());
    }
    let what = match first {
        '"' | '\'' if value.len() > 1 && value.ends_with(first) && inner.contains(first) => {
            "a quote inside the value ends it too early"
        }
        '"' | '\'' if value.len() > 1 && value.ends_with(first) => return None,
        '"' | '\'' if !inner.contains(first) => "the closing quote is missing",
        '"' | '\'' => "there is text after the closing quote",
        '|' | '>' => return None,
        '[' | '{' if value.ends_with([']', '}']) => return None,
        '@' | '`' | '%' | '&' | '*' | '!' | '[' | '{' | ']' | '}' | ',' => {
            "a value that starts with this character must be in quotes"
        }
        _ if value.contains(": ") || value.ends_with(':') => "a value with a colon in it must be in quotes",
        _ => return None,
    };
    let inner = if matches!(first, '"' | '\'') && value.ends_with(first) { inner } else { value.trim_matches(['"']) };
    let line = format!("{key}: {}", serde_json::Value::from(inner));
    Some(LineFix { what: what.to_owned(), line: doc::parse_yaml(&line, 0).is_ok().then_some(line).filter(|_| known) })
}

/// Returns the items of a list of quoted texts: `"a", "b"`.
fn quoted_items(value: &str) -> Option<Vec<&str>> {
    let items: Option<Vec<&str>> = value
        .split(',')
        .map(|item| {
            let item = item.trim();
            let quote = item.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            item[1..].strip_suffix(quote).filter(|inner| !inner.contains(quote))
        })
        .collect();
    items.filter(|items| items.len() > 1)
}

/// Rephrases some messages of the parser: a duplicate key, a missing space after a colon, a number that is too large.
fn in_plain_words(error: &SyntaxError, text: &str, yaml: bool) -> Option<String> {
    let twice = |key: &str| format!("{} occurs twice: delete one of them", quoted(key));
    if let Some(key) = error.message.strip_prefix("duplicate mapping key: ") {
        return Some(twice(key.trim()));
    }
    if !yaml && error.message == "duplicate key" {
        return text.get(error.at.clone()).map(|key| twice(key.trim_matches(['[', ']'])));
    }
    if yaml && error.message.starts_with("expected keys and values, found a string") {
        return Some("expected a space after the colon of a key, as in `title: A headline`".to_owned());
    }
    let number = error.message.starts_with("non-finite float");
    number.then(|| "a value that looks like a number but is not one must be in quotes".to_owned())
}

/// Reports YAML values cut off by a `#` that was meant as text: `title: Ministers #2 meet`.
pub fn comments(file: &Arc<str>, text: &str, entries: &[KeyValue]) -> Diagnostics {
    let mut out = Diagnostics::new();
    for entry in entries.iter().filter(|entry| !matches!(entry.node.value, Value::Array(_) | Value::Table(_))) {
        let Some((_, line)) = line_at(text, entry.key_at.start) else { continue };
        let Some(value) = line.split_once(':').map(|(_, value)| value) else { continue };
        let trimmed = value.trim();
        if trimmed.is_empty() || trimmed.starts_with(['"', '\'', '|', '>', '&', '*', '!']) {
            continue;
        }
        // The space after `#` in `# a remark` shows that it is a comment.
        let sign = value.match_indices('#').map(|(at, _)| at).find(|&at| {
            let before = value[..at].chars().next_back().is_none_or(char::is_whitespace);
            before && value[at + 1..].chars().next().is_some_and(|c| !c.is_whitespace() && c != '#')
        });
        if let Some(sign) = sign.filter(|sign| entry.node.value == Value::Null || !value[..*sign].trim().is_empty()) {
            let start = entry.key_at.start + (line.len() - value.len()) - indent_of(line) + sign;
            let rest = value[sign..].trim_end();
            let right = format!("{}: {}", entry.key, serde_json::Value::from(trimmed));
            out.push(problem::cut_by_comment(Span::new(file, start..start + rest.len()), &entry.key, rest, &right));
        }
    }
    out
}

fn indent_of(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// Returns whether all lines are in the other language, so that only the fences are wrong.
pub fn is_other_language(head: &str, yaml: bool) -> bool {
    let mut lines = head.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).peekable();
    let signed = |line: &str| {
        let at = line.find([':', '=']).map(|at| (line[..at].trim(), line.as_bytes()[at]));
        at.filter(|(key, _)| !key.is_empty() && key.chars().all(is_bare)).map(|(_, sign)| sign)
    };
    let other = if yaml { b'=' } else { b':' };
    lines.peek().is_some()
        && lines.all(|line| match signed(line) {
            Some(sign) => sign == other,
            None if yaml => line.starts_with('['),
            None => line.starts_with("- "),
        })
}

/// Returns what to do about a file without front matter, by its first lines.
pub fn without_front_matter(text: &str, place: FileKind) -> String {
    let first = text.lines().next().unwrap_or_default();
    let plain: String = first.chars().take(100).nfkc().filter(|c| !c.is_whitespace()).collect();
    let made_of = |signs: &[char]| plain.chars().count() >= 1 && plain.chars().all(|c| signs.contains(&c));
    let next = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    if text.contains(['\u{2028}', '\u{2029}', '\u{85}', '\u{B}', '\u{C}']) && first.starts_with(['+', '-']) {
        return "replace the line endings of this file with line feeds".to_owned();
    }
    if first.trim().is_empty() && matches!(next.trim(), "+++" | "---") {
        return format!("delete what is above `{}`, which must be the first line", next.trim());
    }
    if made_of(&['-', '–', '—', '−', '‐', '‑', '―', 'ー']) {
        return "write `---`, three hyphens, as the first line and after the last key".to_owned();
    }
    if made_of(&['+']) {
        return "write `+++`, three plus signs, as the first line and after the last key".to_owned();
    }
    if first.trim_start().starts_with('{') {
        return "write TOML between lines `+++`, or YAML between lines `---`: Recto does not read JSON".to_owned();
    }
    if first.starts_with("```") || first.starts_with("~~~") {
        return "write `+++` (TOML) or `---` (YAML) instead of the code fences".to_owned();
    }
    let key = |line: &str, sign: char| {
        line.split_once(sign)
            .is_some_and(|(key, _)| place.keys("").contains(&key.trim()) || matches!(key.trim(), "label" | "title"))
    };
    if key(next, '=') {
        return "write `+++` on a line above the first key and on a line below the last".to_owned();
    }
    if key(next, ':') {
        return "write `---` on a line above the first key and on a line below the last".to_owned();
    }
    format!("start the file with a line `+++`, then {}, then another line `+++`", place.keys_to_start_with())
}

/// Returns help for the line that was probably meant as the end of the front matter.
pub fn nearly_closed(text: &str, from: usize, fence: &str) -> Option<String> {
    let dash =
        |c: char| matches!(c, '-' | '+' | '–' | '—' | '−' | '‐' | '‑' | '―' | '＋' | '－' | '=' | '~' | '.' | '*');
    let below = text.get(from..)?.lines().take(60);
    let at = |line: &str| {
        line.trim().chars().count() >= 2 && line.trim().chars().all(dash) || line.trim().starts_with(fence)
    };
    let (n, line) = below.enumerate().find(|(_, line)| at(line))?;
    Some(format!("write `{fence}` instead of {} on line {}", quoted(line.trim()), n + 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn toml(line: &str) -> Diagnostic {
        let error = doc::parse_toml(line, 0).expect_err(line).remove(0);
        syntax(&"a.md".into(), line, FileKind::Article, false, &error)
    }

    #[test]
    fn lines_are_written_right() {
        for (line, right) in [
            ("title = “A”", "write: title = \"A\""),
            ("title = „A“", "write: title = \"A\""),
            ("title = «A b»", "write: title = \"A b\""),
            ("title = 「東京」", "write: title = \"東京\""),
            ("title = `A`", "write: title = \"A\""),
            ("title = \"A”", "write: title = \"A\""),
            ("title = A b", "write: title = \"A b\""),
            ("title: A", "write: title = \"A\""),
            ("title： A", "write: title = \"A\""),
            ("title ＝ \"A\"", "write: title = \"A\""),
            ("題名 = \"A\"", "write: title = \"A\""),
            ("“title” = \"A\"", "write: title = \"A\""),
            ("ｔｉｔｌｅ = \"A\"", "write: title = \"A\""),
            ("翻訳者 = \"A\"", "write: translator = \"A\""),
            ("title = \"A", "write: title = \"A\""),
            ("title = \"He said \"no\" again\"", "write: title = 'He said \"no\" again'"),
            ("title = 'It's late'", "write: title = \"It's late\""),
            ("title = \"C:\\path\"", "write: title = 'C:\\path'"),
            ("tags = [a, b c]", "write: tags = [\"a\", \"b c\"]"),
            ("tags = [“a”, “b”]", "write: tags = [\"a\", \"b\"]"),
            ("tags = [\"a\" \"b\"]", "write: tags = [\"a\", \"b\"]"),
            ("title = \"Peace\" says minister", "write: title = '\"Peace\" says minister'"),
            ("title = \"Peace\" says \"no\"", "write: title = '\"Peace\" says \"no\"'"),
            ("date = ٢٠٢١-٠٣-٢٤", "write date = 2021-03-24"),
            ("tags = A, B", "write: tags = \"A, B\""),
            ("draft = True", "write: draft = true"),
            ("draft = yes", "write: draft = true"),
            ("title =", "write: title = \"\""),
            ("date = 24/03/2021", "write date = 2021-03-24"),
            ("date = March 24, 2021", "write date = 2021-03-24"),
            ("date = 18.11.2026", "write date = 2026-11-18"),
            ("date = 2021/3/24", "write date = 2021-03-24"),
            ("date = 令和3年3月24日", "write date = 2021-03-24"),
            ("date = ２０２１年３月２４日", "write date = 2021-03-24"),
            ("日付 = 2021-03-24", "write: date = 2021-03-24"),
        ] {
            let found = toml(line);
            assert_eq!(found.help.as_deref(), Some(right), "{line}: {found:?}");
        }
        assert_eq!(toml("date = 2021-13-24").code, "invalid-date");
    }

    #[test]
    fn lines_of_yaml() {
        for (text, right) in [
            ("title: A: B\ndate: 2021-03-24\n", "write: title: \"A: B\""),
            ("title: @home\n", "write: title: \"@home\""),
            ("title: \"A\" and B\n", "write: title: \"\\\"A\\\" and B\""),
            ("title: \"A”\ndate: 2021-03-24\n", "write: title: \"A\""),
            ("title: - A\n", "write: title: \"- A\""),
            ("title: ? A\n", "write: title: \"? A\""),
            ("tags: [a, b\ndate: 2021-03-24\n", "write: tags: [\"a\", \"b\"]"),
            ("tags: \"a\", \"b\"\n", "write: tags: [\"a\", \"b\"]"),
            ("tags:\n- a\n-b\n", "write: - b"),
            ("title: A\n date: 2021-03-24\n", "write: date: 2021-03-24"),
            ("title: \"C:\\Users\"\n", "write: title: 'C:\\Users'"),
            ("title: \"A\\d\"\n", "write: title: 'A\\d'"),
            ("title: \"A\ndate: 2021-03-24\n", "write: title: \"A\""),
            ("tags:\n\t- a\n", "write:   - a"),
            ("title = \"A\"\ndate: 2021-03-24\n", "write: title: \"A\""),
        ] {
            let error = doc::parse_yaml(text, 0).expect_err(text).remove(0);
            let found = syntax(&"a.md".into(), text, FileKind::Article, true, &error);
            assert_eq!(found.help.as_deref(), Some(right), "{text}: {error:?} {found:?}");
        }
    }

    #[test]
    fn other_languages() {
        assert!(is_other_language("title: A\ndate: 2021-03-24\ntags:\n- a\n", false));
        assert!(is_other_language("title = \"A: b\"\n[original]\nlang = \"ja\"\n", true));
        assert!(!is_other_language("title = \"A: b\"\n", false) && !is_other_language("", false));
    }
}
