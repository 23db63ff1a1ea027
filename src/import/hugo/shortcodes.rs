//! Shortcodes: finds their calls in a body, with arguments and what they enclose, and replaces those
//! that somebody knows. The rest stays as text. It must not know what a shortcode means.
//!
//! Every call is found in one pass over the body, so a body of brackets costs no more than any other.

use std::collections::BTreeMap;

/// The brackets of a call: `{{< name "a" key="b" >}}` and `{{% name %}}`, closed by `{{< /name >}}`.
const BRACKETS: [(&str, &str); 2] = [("{{<", ">}}"), ("{{%", "%}}")];

/// The arguments of a call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShortcodeArguments {
    pub listed: Vec<String>,
    pub named: BTreeMap<String, String>,
}

impl ShortcodeArguments {
    /// Reads arguments: words, texts in any quotes, and pairs with `=`.
    pub fn parse(text: &str) -> ShortcodeArguments {
        let mut arguments = ShortcodeArguments::default();
        let mut rest = text;
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
            if rest.is_empty() {
                return arguments;
            }
            let name = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':')));
            let name = name.filter(|end| *end > 0).map(|end| (&rest[..end], rest[end..].trim_start()));
            match name.and_then(|(name, after)| Some((name, after.strip_prefix('=')?))) {
                Some((name, after)) => {
                    let (value, after) = value(after.trim_start());
                    arguments.named.insert(name.to_owned(), value);
                    rest = after;
                }
                None => {
                    let (value, after) = value(rest);
                    arguments.listed.push(value);
                    rest = after;
                }
            }
        }
    }

    /// Returns an argument by its name, or by its place among those without one.
    pub fn get(&self, name: &str, place: usize) -> Option<&str> {
        let found = self.named.get(name).or_else(|| self.listed.get(place));
        found.map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    /// Returns an argument that has a name.
    pub fn named(&self, name: &str) -> Option<&str> {
        self.get(name, usize::MAX)
    }
}

/// Reads one value at the start of a text that is not empty. Returns it with what follows.
fn value(text: &str) -> (String, &str) {
    let Some(quote) = text.chars().next().filter(|c| matches!(c, '"' | '\'' | '`')) else {
        // A list is one value.
        let end = match text.strip_prefix('[') {
            Some(_) => text.find(']').map_or(text.len(), |at| at + 1),
            None => text.find(|c: char| c.is_whitespace() || c == ',').unwrap_or(text.len()),
        };
        let end = if end == 0 { text.chars().next().map_or(0, char::len_utf8) } else { end };
        return (text[..end].to_owned(), &text[end..]);
    };
    let mut out = String::new();
    let mut chars = text.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' if quote != '`' => match chars.next() {
                Some((_, 'n')) => out.push('\n'),
                Some((_, c @ ('"' | '\'' | '\\'))) => out.push(c),
                Some((_, c)) => {
                    out.push('\\');
                    out.push(c);
                }
                None => out.push('\\'),
            },
            c if c == quote => return (out, &text[at + 1..]),
            c => out.push(c),
        }
    }
    (out, "")
}

/// A call in a body.
#[derive(Debug)]
pub struct ShortcodeCall<'b> {
    pub name: &'b str,
    pub arguments: ShortcodeArguments,
    /// What it encloses, with the calls in it replaced.
    pub inner: Option<String>,
    /// What it encloses, as written.
    pub written: Option<&'b str>,
    /// Its line in the file, from 1.
    pub line: usize,
}

/// What knows shortcodes.
pub trait ShortcodeReader {
    /// Returns the Markdown for a call; `None`: it is unknown, and stays as text.
    fn expand(&mut self, call: &ShortcodeCall) -> Option<String>;

    /// Hears of a call that stays as text.
    fn left(&mut self, name: &str, line: usize, markup: &str);
}

/// What stands between two brackets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CallKind<'b> {
    Open {
        name: &'b str,
        arguments: &'b str,
    },
    Close {
        name: &'b str,
    },
    /// A call that authors show as text.
    Shown {
        start: usize,
        end: usize,
    },
}

/// A call or the end of one, at its place in the body.
#[derive(Clone, Copy, Debug)]
struct CallToken<'b> {
    start: usize,
    end: usize,
    line: usize,
    kind: CallKind<'b>,
    /// Where the call ends that starts here.
    partner: Option<usize>,
}

/// The depth to which calls within calls are replaced.
const DEPTH: usize = 16;

/// Replaces the calls of a body that starts on `first_line` of its file.
pub fn expand(body: &str, first_line: usize, reader: &mut dyn ShortcodeReader) -> String {
    let mut tokens = tokens(body, first_line);
    if tokens.is_empty() {
        return body.to_owned();
    }
    pair(&mut tokens);
    let mut expander = Expander { body, tokens: &tokens, reader };
    expander.stretch(0, tokens.len(), 0, body.len(), 0)
}

fn tokens(body: &str, first_line: usize) -> Vec<CallToken<'_>> {
    // The next end of each kind of bracket; searched again only when it has been passed.
    let mut ends: [Option<usize>; 2] = [Some(0), Some(0)];
    let mut out: Vec<CallToken> = Vec::new();
    let (mut at, mut line, mut counted) = (0, first_line, 0);
    while let Some(found) = body[at..].find('{') {
        let start = at + found;
        at = start + 1;
        let rest = &body[start..];
        let Some(kind) = BRACKETS.iter().position(|(open, _)| rest.starts_with(open)) else { continue };
        let (open, close) = BRACKETS[kind];
        let inside = start + open.len();
        if ends[kind].is_some_and(|end| end < inside) {
            ends[kind] = body[inside..].find(close).map(|end| inside + end);
        }
        let Some(end) = ends[kind] else { continue };
        // An opening bracket before the end: this one is text.
        let within = &body[inside..end];
        if within.len() > LONGEST || within.contains(open) {
            continue;
        }
        let Some(kind) = call(within, inside) else { continue };
        line += memchr::memchr_iter(b'\n', &body.as_bytes()[counted..start]).count();
        counted = start;
        at = end + close.len();
        out.push(CallToken { start, end: at, line, kind, partner: None });
    }
    out
}

/// The most bytes of a call. Longer ones are text.
const LONGEST: usize = 8192;

/// Reads what stands between two brackets, at `start` of the body.
fn call(within: &str, start: usize) -> Option<CallKind<'_>> {
    if let Some(shown) = within.trim().strip_prefix("/*").and_then(|shown| shown.strip_suffix("*/")) {
        let start = start + within.find("/*")? + 2;
        return Some(CallKind::Shown { start, end: start + shown.len() });
    }
    let bare = within.trim();
    if let Some(name) = bare.strip_prefix('/') {
        return Some(CallKind::Close { name: name.trim() });
    }
    let bare = bare.strip_suffix('/').unwrap_or(bare);
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '/' | '.' | ':');
    let end = bare.find(|c| !is_name(c)).unwrap_or(bare.len());
    let (name, arguments) = bare.split_at(end);
    let is_call = arguments.is_empty() || arguments.starts_with(char::is_whitespace);
    (is_call && name.starts_with(char::is_alphabetic)).then_some(CallKind::Open { name, arguments })
}

/// Finds where calls end. A close belongs to the last open call of its name.
fn pair(tokens: &mut [CallToken]) {
    let mut open: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for at in 0..tokens.len() {
        match tokens[at].kind {
            CallKind::Open { name, .. } => open.entry(name).or_default().push(at),
            CallKind::Close { name } => {
                if let Some(start) = open.get_mut(name).and_then(Vec::pop) {
                    tokens[start].partner = Some(at);
                }
            }
            CallKind::Shown { .. } => {}
        }
    }
}

struct Expander<'b, 'r> {
    body: &'b str,
    tokens: &'b [CallToken<'b>],
    reader: &'r mut dyn ShortcodeReader,
}

impl<'b> Expander<'b, '_> {
    /// Replaces the calls `low..high` in the body from `start` to `end`.
    fn stretch(&mut self, low: usize, high: usize, start: usize, end: usize, depth: usize) -> String {
        let mut out = String::with_capacity(end - start);
        let (mut done, mut at) = (start, low);
        while at < high {
            let token = self.tokens[at];
            out.push_str(&self.body[done..token.start]);
            done = token.end;
            at += 1;
            match token.kind {
                CallKind::Shown { start, end } => {
                    let bracket = BRACKETS[0].0.len();
                    out.push_str(&self.body[token.start..token.start + bracket]);
                    out.push_str(&self.body[start..end]);
                    out.push_str(&self.body[token.end - bracket..token.end]);
                }
                CallKind::Close { .. } => out.push_str(&self.body[token.start..token.end]),
                CallKind::Open { name, arguments } => {
                    let partner = token.partner.filter(|partner| *partner < high && depth < DEPTH);
                    let mut call = ShortcodeCall {
                        name,
                        arguments: ShortcodeArguments::parse(arguments),
                        inner: None,
                        written: None,
                        line: token.line,
                    };
                    let markup = &self.body[token.start..token.end];
                    if let Some(partner) = partner {
                        let close = self.tokens[partner];
                        call.inner = Some(self.stretch(at, partner, token.end, close.start, depth + 1));
                        call.written = Some(&self.body[token.end..close.start]);
                        (at, done) = (partner + 1, close.end);
                    }
                    match self.reader.expand(&call) {
                        Some(text) => out.push_str(&text),
                        None => {
                            self.reader.left(name, token.line, markup);
                            out.push_str(markup);
                            if let (Some(partner), Some(inner)) = (partner, &call.inner) {
                                let close = self.tokens[partner];
                                out.push_str(inner);
                                out.push_str(&self.body[close.start..close.end]);
                            }
                        }
                    }
                }
            }
        }
        out.push_str(&self.body[done..end]);
        out
    }
}

/// Fills a text of the map's table of shortcodes: `{0}`, `{NAME}` and `{inner}` stand for a call's arguments and what it
/// encloses.
pub fn fill(template: &str, call: &ShortcodeCall) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(at) = rest.find('{') {
        out.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        let name = after
            .find('}')
            .map(|end| &after[..end])
            .filter(|name| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-')));
        let Some(name) = name else {
            out.push('{');
            rest = after;
            continue;
        };
        match name.parse::<usize>() {
            Ok(place) => out.push_str(call.arguments.listed.get(place).map_or("", String::as_str)),
            Err(_) if name == "inner" => out.push_str(call.inner.as_deref().unwrap_or_default().trim()),
            Err(_) => out.push_str(call.arguments.named(name).unwrap_or_default()),
        }
        rest = &after[name.len() + 1..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Known {
        left: Vec<(String, usize)>,
    }

    impl ShortcodeReader for Known {
        fn expand(&mut self, call: &ShortcodeCall) -> Option<String> {
            match call.name {
                "b" => Some(format!("**{}**", call.inner.as_deref().unwrap_or("-"))),
                "code" => Some(format!("`{}`", call.written.unwrap_or_default())),
                "pic" => Some(fill("![{alt}]({0}{src}){x}{", call)),
                _ => None,
            }
        }

        fn left(&mut self, name: &str, line: usize, _: &str) {
            self.left.push((name.to_owned(), line));
        }
    }

    fn hugo(body: &str, expected: &str, left: &[(&str, usize)]) {
        let mut known = Known::default();
        assert_eq!(expand(body, 1, &mut known), expected, "{body}");
        let found: Vec<(&str, usize)> = known.left.iter().map(|(name, line)| (name.as_str(), *line)).collect();
        assert_eq!(found, left, "{body}");
    }

    #[test]
    fn calls_of_hugo() {
        hugo("a {{< pic \"x y.png\" alt=\"A \\\"b\\\"\" >}} z", "a ![A \"b\"](x y.png){ z", &[]);
        hugo("{{% b %}}one {{< b >}}two{{< /b >}}{{% /b %}}{{< b />}}", "**one **two******-**", &[]);
        hugo("{{< code >}}{{< b >}}x{{< /b >}}{{< /code >}}", "`{{< b >}}x{{< /b >}}`", &[]);
        hugo("\n{{< what 1 >}}{{< b >}}{{< /what >}}", "\n{{< what 1 >}}**-**{{< /what >}}", &[("what", 2)]);
        hugo("`{{</* b */>}}` `{{%/* b x */%}}`", "`{{< b >}}` `{{% b x %}}`", &[]);
        hugo("{{ .Title }} {{< {{< b >}} {{<b>}} {{< /b >}} {{<", "{{ .Title }} {{< **-** ** ** {{<", &[]);
    }

    #[test]
    fn bodies_of_brackets_take_linear_time() {
        for piece in ["{{< b ", "{{< b >}}", "{{<", "{{< b >}}{{< /b >}}", "{{</* "] {
            let body = piece.repeat(200_000 / piece.len());
            expand(&body, 1, &mut Known::default());
        }
    }
}
