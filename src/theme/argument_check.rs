//! Finds unknown arguments of filters and tests. Tera ignores them, so `date(fmt="…")` would print the date as if
//! there were no argument. It reads only the text of templates.
//!
//! An argument is a name before `=` inside the parentheses of a filter (`| date(…)`), of a test (`is odd(…)`) or of
//! the function `range`, in `{{ }}` and `{% %}`.

use std::ops::Range;

/// The filters and functions that take named arguments, with these names. Other filters take none.
const ARGUMENTS: [(&str, &[&str]); 18] = [
    ("date", &["length"]),
    ("default", &["value", "boolean"]),
    ("get", &["key", "default"]),
    ("group_by", &["attribute"]),
    ("indent", &["width", "indentation", "first", "blank"]),
    ("int", &["base"]),
    ("join", &["sep"]),
    ("nth", &["n"]),
    ("pluralize", &["singular", "plural"]),
    ("replace", &["from", "to"]),
    ("round", &["method", "precision"]),
    ("sort", &["attribute"]),
    ("split", &["pat"]),
    ("trim", &["pat"]),
    ("trim_end", &["pat"]),
    ("trim_start", &["pat"]),
    ("truncate", &["length", "end"]),
    ("range", &["start", "end", "step_by"]),
];

/// Tera's tests, which may follow `is`, with the arguments of each.
const TESTS: [(&str, &[&str]); 17] = [
    ("array", &[]),
    ("bool", &[]),
    ("containing", &["pat"]),
    ("defined", &[]),
    ("divisible_by", &["divisor"]),
    ("ending_with", &["pat"]),
    ("even", &[]),
    ("float", &[]),
    ("integer", &[]),
    ("iterable", &[]),
    ("map", &[]),
    ("none", &[]),
    ("number", &[]),
    ("odd", &[]),
    ("starting_with", &["pat"]),
    ("string", &[]),
    ("undefined", &[]),
];

/// An argument that its filter or test does not have.
#[derive(Debug, PartialEq)]
pub struct UnknownArgument {
    pub at: Range<usize>,
    pub filter: String,
    pub argument: String,
    pub known: &'static [&'static str],
}

/// Lists the unknown arguments in a template. `filters` are all existing filters.
pub fn unknown(text: &str, filters: &[&str]) -> Vec<UnknownArgument> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(open) = text[at..].find('{').map(|found| at + found) {
        let rest = &text[open..];
        let end = |mark: &str| rest.find(mark).map_or(text.len(), |found| open + found + mark.len());
        at = if rest.starts_with("{#") {
            end("#}")
        } else if rest.starts_with("{%") && rest[2..].trim_start_matches('-').trim_start().starts_with("raw ") {
            rest.find("endraw").map_or(text.len(), |found| open + found)
        } else if rest.starts_with("{%") {
            block(text, open + 2, "%}", filters, &mut out)
        } else if rest.starts_with("{{") {
            block(text, open + 2, "}}", filters, &mut out)
        } else {
            open + 1
        };
    }
    out
}

/// What a word may name, by its context.
#[derive(Clone, Copy)]
enum CallKind {
    Filter,
    Test,
    Other,
}

impl CallKind {
    /// Determines this from the text before the word.
    fn after(before: &str) -> CallKind {
        let word = |text: &'_ str, word: &str| -> bool {
            let start = text.strip_suffix(word);
            start.is_some_and(|start| !start.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '.')))
        };
        let positive = if word(before, "not") { before[..before.len() - 3].trim_end() } else { before };
        match before {
            _ if before.ends_with('|') || word(before, "filter") => CallKind::Filter,
            _ if word(positive, "is") => CallKind::Test,
            _ => CallKind::Other,
        }
    }
}

/// Scans a block from `start` and returns its end.
fn block(text: &str, start: usize, close: &str, filters: &[&str], out: &mut Vec<UnknownArgument>) -> usize {
    // The call of each open parenthesis, if it belongs to a filter, test or function with known arguments.
    let mut open: Vec<Option<(&str, &'static [&'static str])>> = Vec::new();
    // The previous word, and its kind if it follows `|`, `filter`, `is` or `is not`.
    let (mut word, mut called) = ("", CallKind::Other);
    let mut at = start;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        if open.is_empty() && rest.starts_with(close) {
            return at + close.len();
        }
        let len = match c {
            '"' | '\'' | '`' => rest[1..].find(c).map_or(rest.len(), |end| end + 2),
            c if c.is_alphanumeric() || c == '_' => {
                rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len())
            }
            c => c.len_utf8(),
        };
        match c {
            '(' => {
                let of = |table: &[(&str, &'static [&'static str])]| {
                    table.iter().find(|(name, _)| *name == word).map(|(_, known)| *known)
                };
                let known = match called {
                    CallKind::Filter if filters.contains(&word) => Some(of(&ARGUMENTS).unwrap_or_default()),
                    CallKind::Test => of(&TESTS),
                    CallKind::Other if word == "range" => of(&ARGUMENTS),
                    _ => None,
                };
                open.push(known.map(|known| (word, known)));
            }
            '[' | '{' => open.push(None),
            ')' | ']' | '}' => drop(open.pop()),
            '=' if !rest.starts_with("==") && !text[..at].ends_with(['=', '!', '<', '>']) => {
                if let Some(Some((filter, known))) = open.last().copied() {
                    let end = text[..at].trim_end().len();
                    if !word.is_empty() && !known.contains(&word) {
                        let at = end - word.len()..end;
                        out.push(UnknownArgument { at, filter: filter.to_owned(), argument: word.to_owned(), known });
                    }
                }
            }
            _ => {}
        }
        if c.is_alphanumeric() || c == '_' {
            called = CallKind::after(text[start..at].trim_end());
            word = &rest[..len];
        } else if !c.is_whitespace() {
            word = "";
        }
        at += len;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_arguments_are_found() {
        let found = |text: &str| -> Vec<String> {
            let found = unknown(text, &["date", "upper", "replace", "join"]);
            found.into_iter().map(|f| format!("{}.{} {}", f.filter, f.argument, &text[f.at])).collect()
        };
        assert_eq!(found("{{ x | date(fmt=\"%Y\") }}"), ["date.fmt fmt"]);
        assert_eq!(found("é{{ x|date( length = \"short\" , lenght = y) }}"), ["date.lenght lenght"]);
        assert_eq!(
            found("{% set y = x | upper(all=true) | join(sep=\", \", by=(1 == 2)) %}"),
            ["upper.all all", "join.by by"]
        );
        assert_eq!(found("{% filter date(format=\"x\") %}{% endfilter %}"), ["date.format format"]);
        assert_eq!(found("{% for i in range(end=3, step=2) %}"), ["range.step step"]);
        assert_eq!(found("{% if x is divisible_by(by=3) %}"), ["divisible_by.by by"]);
        assert_eq!(found("{% if x is not starting_with(prefix=\"a\") %}"), ["starting_with.prefix prefix"]);
        assert_eq!(found("{% if x is odd(n=1) and y is string(a=(2)) %}"), ["odd.n n", "string.a a"]);
        for right in [
            "{% if x is divisible_by(divisor=3) or y is not containing(pat=\"a=b\") %}{% if this.is odd(n=1) %}",
            "{% if x is mine(n=1) and basis odd(n=1) %}",
            "{{ x | date(length=\"short\") }}",
            "{{ t(key=\"a\", n=1, whatever=\"date(fmt=\") }}",
            "{# x | date(fmt=1) #}{% raw %}{{ x | date(fmt=1) }}{% endraw %}",
            "{{ x | replace(from=\"(a=\", to='}}') }}",
            "date(fmt=1) | date(fmt=1)",
            "{{ a | mine(x=1) }}{{ <card a={1} /> }}",
            "{{ x | date",
            "{{ \"",
        ] {
            assert!(found(right).is_empty(), "{right}: {:?}", found(right));
        }
    }
}
