//! Converts the errors of the TOML or YAML parser to diagnostics: one for each mistake, without the consequences that
//! the parser reports after it.

use std::sync::Arc;

use super::diag::{Diagnostics, Span};
use super::doc::{self, SyntaxError};
use super::key_suggestions::FileKind;
use super::{problem, secret, syntax_hints};

/// Returns the problems of a document that could not be parsed. After a list without an end, the parser's later errors
/// are consequences, so only the list is reported.
pub fn all(file: &Arc<str>, text: &str, place: FileKind, yaml: bool, errors: &[SyntaxError]) -> Diagnostics {
    let mut out = Diagnostics::new();
    let is_twice = |error: &SyntaxError| error.message == "duplicate key";
    let is_header = |error: &SyntaxError| text.get(..error.at.start).is_some_and(|before| before.ends_with('['));
    let mut table = false;
    for (nth, error) in errors.iter().enumerate() {
        if nth >= syntax_hints::MOST {
            out.push(syntax_hints::unread(file, yaml, error));
            continue;
        }
        if !yaml
            && error.message.contains("multi-line")
            && let Some((start, line, quotes)) = unclosed_text(text, error)
        {
            let at = Span::new(file, start..start + line.trim_end().len());
            let found = problem::syntax(at, "TOML", &format!("the string that starts here has no closing `{quotes}`"));
            out.push(found.help(format!("write `{quotes}` after its last word")));
            break;
        }
        // A repeated table repeats all its keys. Report only the table.
        if !yaml && is_twice(error) {
            if table && !is_header(error) {
                continue;
            }
            table = is_header(error);
        }
        let found = (!yaml).then(|| unclosed(text, error)).flatten().filter(|(_, line)| !secret::is_in_line(line));
        let Some((start, line)) = found else {
            out.push(syntax_hints::syntax(file, text, place, yaml, error));
            continue;
        };
        let value = line.split_once('=').map_or("", |(_, value)| value.trim());
        let (what, end) = if value.starts_with('[') { ("list", ']') } else { ("table", '}') };
        let at = Span::new(file, start..start + line.trim_end().len());
        let whole = match what {
            "list" if !value.ends_with(['[', ',']) => syntax_hints::toml_value(value).0,
            "table" if value.len() > 1 => format!("{} }}", value.trim_end_matches([',', ' '])),
            _ => String::new(),
        };
        let right = format!("{} = {whole}", line.split('=').next().unwrap_or_default().trim());
        let help = match doc::parse_toml(&right, 0) {
            Ok(_) => format!("write: {right}"),
            Err(_) => format!("write `{end}` after its last entry"),
        };
        out.push(
            problem::syntax(at, "TOML", &format!("the {what} that starts here has no closing `{end}`")).help(help),
        );
        break;
    }
    out
}

/// Returns the line before an error that starts an unclosed multi-line string, with its place and quotes.
fn unclosed_text<'a>(text: &'a str, error: &SyntaxError) -> Option<(usize, &'a str, &'static str)> {
    let mut open: Option<(usize, &str, &'static str)> = None;
    let mut start = 0;
    for line in text.split('\n') {
        if start > error.at.start {
            break;
        }
        for quotes in ["\"\"\"", "'''"] {
            if line.matches(quotes).count() % 2 == 1 && open.is_none_or(|(_, _, opened)| opened == quotes) {
                open = if open.is_some() { None } else { Some((start, line, quotes)) };
            }
        }
        start += line.len() + 1;
    }
    open.filter(|(_, line, _)| !secret::is_in_line(line))
}

/// Returns the line at or before an error that opens a list or table which is never closed.
fn unclosed<'a>(text: &'a str, error: &SyntaxError) -> Option<(usize, &'a str)> {
    let mut lines = text.split('\n').scan(0, |next, line| {
        let start = *next;
        *next += line.len() + 1;
        Some((start, line))
    });
    let opens = |line: &str| {
        let (key, value) = line.split_once('=')?;
        let bare = !key.trim().is_empty() && key.trim().chars().all(syntax_hints::is_bare);
        (bare && value.trim_start().starts_with(['[', '{'])).then(|| depth(value)).filter(|depth| *depth > 0)
    };
    while let Some((at, line)) = lines.next().filter(|(at, _)| *at <= error.at.start) {
        let Some(mut open) = opens(line) else { continue };
        // A list may continue over several lines.
        let closed = lines.clone().map(|(_, line)| line).take_while(|line| line.trim() != "+++").any(|line| {
            open += depth(line);
            open <= 0
        });
        if !closed {
            return Some((at, line));
        }
    }
    None
}

/// Counts the brackets outside quotes that a line opens and does not close.
fn depth(line: &str) -> isize {
    let (mut quote, mut depth) = (None, 0);
    for c in line.chars() {
        match (quote, c) {
            (None, '#') => break,
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            (None, '[' | '{') => depth += 1,
            (None, ']' | '}') => depth -= 1,
            _ => {}
        }
    }
    depth
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_without_an_end_is_one_problem() {
        for (text, at, help) in [
            (
                "title = \"A\"\ntags = [\"a\", \"b\"\nposted = 2021-03-25\nsummary = \"x\"\n",
                12,
                "write: tags = [\"a\", \"b\"]",
            ),
            ("tags = [a\nposted = 2021-03-25\nsummary = \"x\"\n", 0, "write: tags = [\"a\"]"),
            ("tags = [\n  \"a\",\nposted = 2021-03-25\n", 0, "write `]` after its last entry"),
            (
                "original = { lang = \"ja\",\nposted = 2021-03-25\nsummary = \"x\"\n",
                0,
                "write: original = { lang = \"ja\" }",
            ),
        ] {
            let errors = doc::parse_toml(text, 0).expect_err(text);
            let found = all(&"a.md".into(), text, FileKind::Article, false, &errors);
            let said: Vec<_> =
                found.iter().map(|found| (found.at.as_ref().map(|at| at.range.start), found.help.as_deref())).collect();
            assert_eq!(said, [(Some(at), Some(help))], "{text}: {found:#?}");
        }
        let text = "tags = [\n  \"a\",\n  b,\n]\ntitle = “A”\n";
        let errors = doc::parse_toml(text, 0).expect_err(text);
        let found = all(&"a.md".into(), text, FileKind::Article, false, &errors);
        assert!(found.iter().all(|found| !found.message.contains("at its end")), "{found:#?}");
    }

    #[test]
    fn what_starts_and_does_not_end_is_one_problem() {
        let said = |text: &str| {
            let errors = doc::parse_toml(text, 0).expect_err(text);
            let found = all(&"a.md".into(), text, FileKind::Article, false, &errors);
            let place = |found: &crate::base::diag::Diagnostic| found.at.as_ref().map(|at| at.range.start);
            found.iter().map(|found| (place(found), found.message.clone())).collect::<Vec<_>>()
        };
        let found = said("title = \"\"\"A\ndate = 2021\n");
        assert!(found.len() == 1 && found[0].0 == Some(0), "{found:?}");
        assert!(found[0].1.contains("has no closing `\"\"\"`"), "{found:?}");
        let twice = said("[original]\nlang = \"ja\"\n[original]\nlang = \"ja\"\n");
        assert_eq!(twice.len(), 1, "{twice:?}");
    }

    #[test]
    fn parsers_speak_plainly() {
        for (text, yaml, part) in [
            ("title: A\ntitle: B\n", true, "`title` occurs twice"),
            ("title = \"A\"\ntitle = \"B\"\n", false, "`title` occurs twice"),
            ("title:A\ndate:2021-03-24\n", true, "a space after the colon"),
            ("title: 1e400\n", true, "must be in quotes"),
        ] {
            let errors = if yaml { doc::parse_yaml(text, 0) } else { doc::parse_toml(text, 0) }.expect_err(text);
            let found = all(&"a.md".into(), text, FileKind::Article, yaml, &errors);
            assert!(found.len() == 1 && found[0].message.contains(part), "{found:#?}");
        }
        let text = "date = yesterday\n";
        let errors = doc::parse_toml(text, 0).expect_err(text);
        assert_eq!(all(&"a.md".into(), text, FileKind::Article, false, &errors)[0].code, "invalid-date");
    }
}
