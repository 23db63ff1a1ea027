//! Arguments of filters by their names: tera passes over one that a filter does not have, so that `date(fmt="…")` would print
//! the date as ever, and nobody would know why.
//!
//! A look at the text finds them: names before `=` within the parentheses of a filter, in `{{ }}` and `{% %}`.

use std::ops::Range;

/// The filters and functions whose arguments have fixed names; all other filters have none.
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

/// An argument that its filter does not have.
#[derive(Debug, PartialEq)]
pub struct Unknown {
    pub at: Range<usize>,
    pub filter: String,
    pub argument: String,
    pub known: &'static [&'static str],
}

/// Every unknown argument in a template. `filters` are those that there are.
pub fn unknown(text: &str, filters: &[&str]) -> Vec<Unknown> {
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

/// Looks through a block from `start`; gives where it ends.
fn block(text: &str, start: usize, close: &str, filters: &[&str], out: &mut Vec<Unknown>) -> usize {
    // The call of each parenthesis that is open, if it is one of a filter.
    let mut open: Vec<Option<&str>> = Vec::new();
    // The word before, and whether a `|` or `filter` stands before it.
    let (mut word, mut piped) = ("", false);
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
                let call =
                    if piped { filters.contains(&word).then_some(word) } else { Some("range").filter(|f| *f == word) };
                open.push(call);
            }
            '[' | '{' => open.push(None),
            ')' | ']' | '}' => drop(open.pop()),
            '=' if !rest.starts_with("==") && !text[..at].ends_with(['=', '!', '<', '>']) => {
                if let Some(Some(filter)) = open.last() {
                    let known = ARGUMENTS.iter().find(|(name, _)| name == filter).map_or(&[][..], |(_, known)| known);
                    let end = text[..at].trim_end().len();
                    if !word.is_empty() && !known.contains(&word) {
                        let at = end - word.len()..end;
                        out.push(Unknown { at, filter: (*filter).to_owned(), argument: word.to_owned(), known });
                    }
                }
            }
            _ => {}
        }
        if c.is_alphanumeric() || c == '_' {
            let before = text[start..at].trim_end();
            piped = before.ends_with('|') || before.ends_with("filter");
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
        for right in [
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
