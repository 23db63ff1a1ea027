//! Finds what a theme uses but `docs/src/reference/templates.md` does not document.
//!
//! Templates are read token by token, and every path is followed through the tables of the manual: `article.date`
//! is a `[date](#date)`, so `article.date.iso` is a field and `article.date.day` is not. Variables of loops and
//! `set` are followed, too; the result of any other expression may be anything.

use std::collections::{BTreeMap, BTreeSet};

use super::manual;

/// Words with a fixed meaning.
const WORDS: [&str; 12] = ["and", "or", "not", "in", "if", "else", "true", "false", "none", "loop", "elif", "range"];

/// The manual as the author of a theme reads it.
pub struct Manual {
    /// The second column of each row, by table and first column. Marks for lists are removed.
    tables: BTreeMap<String, BTreeMap<String, String>>,
}

impl Manual {
    pub fn read(text: &str) -> Manual {
        let plain = |cell: &str| cell.replace(['`', '…'], "").replace("[]", "");
        let table = |standing: manual::Standing| standing.rows.iter().map(|r| (plain(&r[0]), r[1].clone())).collect();
        Manual { tables: manual::tables(text).into_iter().map(|(name, rows)| (name, table(rows))).collect() }
    }

    pub fn rows(&self, table: &str) -> impl Iterator<Item = &str> {
        self.tables.get(table).into_iter().flat_map(BTreeMap::keys).map(String::as_str)
    }

    fn names(&self, table: &str, name: &str) -> bool {
        self.rows(table).any(|row| row == name)
    }
}

/// A theme: its templates by name, and the keys of its strings.
pub struct Theme {
    pub templates: BTreeMap<String, String>,
    pub strings: BTreeSet<String>,
}

#[derive(Clone, Debug, PartialEq)]
enum Token<'t> {
    Word(&'t str),
    Text(&'t str),
    Sign(char),
}

use Token::{Sign, Text, Word};

/// The place of a value: a table of the manual and a prefix of its rows, or unknown.
#[derive(Clone)]
enum Place {
    Table(String, String),
    Plain,
    Any,
}

/// Returns everything that is used but not documented, with template and line.
pub fn undocumented(manual: &Manual, theme: &Theme) -> Vec<String> {
    let mut out = Vec::new();
    for (name, text) in &theme.templates {
        let mut reader = Reader { manual, theme, locals: BTreeMap::new(), faults: Vec::new() };
        for (line, tokens) in tags(text) {
            reader.tag(&tokens);
            out.extend(reader.faults.drain(..).map(|fault| format!("{name}:{line}: {fault}")));
        }
    }
    out
}

/// Returns the tokens in `{{ }}` and `{% %}`, with their lines.
fn tags(text: &str) -> Vec<(usize, Vec<Token<'_>>)> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find("{{").into_iter().chain(text[at..].find("{%")).min().map(|n| at + n) {
        let close = if text[start..].starts_with("{{") { "}}" } else { "%}" };
        let end = text[start..].find(close).map_or(text.len(), |n| start + n);
        out.push((text[..start].matches('\n').count() + 1, tokens(text[start + 2..end].trim_matches('-'))));
        at = end;
    }
    out
}

fn tokens(mut text: &str) -> Vec<Token<'_>> {
    let mut out = Vec::new();
    while let Some(c) = text.chars().next() {
        let word = |c: char| c.is_alphanumeric() || c == '_';
        let len = match c {
            '"' | '\'' => text[1..].find(c).map_or(text.len(), |n| n + 2),
            c if word(c) => text.find(|c| !word(c)).unwrap_or(text.len()),
            c => c.len_utf8(),
        };
        match c {
            '"' | '\'' => out.push(Text(text[1..len].trim_end_matches(c))),
            c if word(c) => out.push(Word(&text[..len])),
            c if c.is_whitespace() || c == '?' => {}
            c => out.push(Sign(c)),
        }
        text = &text[len..];
    }
    out
}

struct Reader<'m> {
    manual: &'m Manual,
    theme: &'m Theme,
    locals: BTreeMap<String, Place>,
    faults: Vec<String>,
}

impl Reader<'_> {
    fn need(&mut self, holds: bool, what: &str, name: &str) {
        if !holds {
            self.faults.push(format!("{what} `{name}` is not documented"));
        }
    }

    fn tag(&mut self, tokens: &[Token]) {
        match tokens {
            [Word("block" | "endblock"), Word(name), ..] => {
                self.need(self.manual.names("blocks", name), "the block", name)
            }
            [Word("extends" | "include"), Text(name), ..] => {
                self.need(self.theme.templates.contains_key(*name), "the template", name);
            }
            // An argument of a component is a variable with its name.
            [Word("component"), Word(_), arguments @ ..] => {
                let names =
                    arguments.iter().filter_map(|token| if let Word(name) = token { Some(*name) } else { None });
                let known = |name: &str| self.manual.tables.contains_key(name);
                let table = |name: &str| Place::Table(name.to_owned(), String::new());
                let place = |name: &str| if known(name) { table(name) } else { Place::Any };
                self.locals.extend(names.map(|name| (name.to_owned(), place(name))));
            }
            [Word("for"), Word(name), Word("in"), list @ ..]
            | [Word("set" | "set_global"), Word(name), Sign('='), list @ ..] => {
                let place = self.expression(list);
                self.locals.insert((*name).to_owned(), place);
            }
            [Word(end), ..] if end.starts_with("end") => {}
            [Word("if" | "elif"), condition @ ..] => drop(self.expression(condition)),
            [Sign('<'), Word(name), arguments @ ..] => {
                let own = format!("{{% component {name}(");
                self.need(self.theme.templates.values().any(|text| text.contains(&own)), "the component", name);
                self.expression(arguments);
            }
            other => drop(self.expression(other)),
        }
    }

    /// Follows all paths of an expression. Returns the place if the expression is a single path.
    fn expression(&mut self, tokens: &[Token]) -> Place {
        let mut only = Place::Any;
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            let before = at.checked_sub(1).and_then(|at| tokens.get(at));
            let after = &tokens[at + 1..];
            let Word(word) = token else {
                at += 1;
                continue;
            };
            at += 1;
            match (before, after) {
                (Some(Sign('|')), _) => self.need(self.filter(word), "the filter", word),
                // A field of `loop`, or of an expression's result.
                (Some(Sign('.')), _) => {}
                // Skip the name of a test.
                _ if *word == "is" => at += 1 + usize::from(after.first() == Some(&Word("not"))),
                (_, [Sign('='), Text(key), rest @ ..]) if *word == "key" => {
                    self.string(key, rest.first() == Some(&Sign('~')))
                }
                (_, [Sign('='), next, ..]) if *next != Sign('=') => {}
                _ if WORDS.contains(word) || word.starts_with(|c: char| c.is_ascii_digit()) => {}
                (_, [Sign('('), ..]) => self.need(self.manual.names("functions", word), "the function", word),
                _ => {
                    let (place, len) = self.path(word, after);
                    at += len;
                    only = if at == tokens.len() && before.is_none() { place } else { Place::Any };
                }
            }
        }
        only
    }

    /// Follows a name and its fields. Returns the place and the number of tokens.
    fn path(&mut self, name: &str, tokens: &[Token]) -> (Place, usize) {
        let shared = matches!(name, "site" | "page").then(|| Place::Table(name.to_owned(), String::new()));
        let local = self.locals.get(name).cloned();
        let named = Place::Table("names".to_owned(), String::new());
        let mut place = local.or(shared).unwrap_or_else(|| self.field(&named, name));
        let mut at = 0;
        loop {
            match &tokens[at..] {
                [Sign('.'), Word(field), ..] | [Sign('['), Text(field), Sign(']'), ..] => {
                    place = self.field(&place, field);
                    at += if tokens[at] == Sign('.') { 2 } else { 3 };
                }
                // An index selects an item of a list.
                [Sign('['), ..] => {
                    let end = tokens[at..].iter().position(|t| *t == Sign(']')).map_or(tokens.len(), |n| at + n);
                    self.expression(&tokens[at + 1..end]);
                    at = (end + 1).min(tokens.len());
                }
                _ => return (place, at),
            }
        }
    }

    fn field(&mut self, place: &Place, name: &str) -> Place {
        let (table, start) = match place {
            Place::Any => return Place::Any,
            Place::Plain => ("what has no fields", ""),
            Place::Table(table, start) => (table.as_str(), start.as_str()),
        };
        let row = format!("{start}{name}");
        let Some(kind) = self.manual.tables.get(table).and_then(|rows| rows.get(&row)) else {
            self.faults.push(format!("the field `{row}` of {table} is not documented"));
            return Place::Any;
        };
        match kind.split_once("](#") {
            Some((_, shape)) => Place::Table(shape.split(')').next().unwrap_or_default().to_owned(), String::new()),
            None if kind.contains("table") => Place::Table(table.to_owned(), format!("{row}.")),
            None if kind.contains("map") => Place::Any,
            None => Place::Plain,
        }
    }

    fn filter(&self, name: &str) -> bool {
        recto::theme::functions::FILTERS.contains(&name)
    }

    /// Checks a key, or the prefix of a family of keys.
    fn string(&mut self, key: &str, begins: bool) {
        let own = self.theme.strings.iter().any(|own| own == key || (begins && own.starts_with(key)));
        let documented =
            self.manual.rows("strings").any(|row| row == key || (row.ends_with('_') && key.starts_with(row)));
        self.need(own || documented, "the string", key);
    }
}
