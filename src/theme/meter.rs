//! Adds meters to a template: the output stays the same, and the rendering counts what it uses ([`super::fuel`]). It
//! edits template text and must not run tera.
//!
//! Four things can make a rendering endless, or make it use far more memory than its output: loops, stored values
//! (`set`, arguments of components), collected text, and calls. Each gets a call of a meter, found by scanning tokens.
//! An invalid template stays invalid. No line is added, because messages give line numbers.

/// A function that uses up `n` units.
pub const TICK: &str = "__recto_tick";
/// A filter that uses up the size of its input.
pub const OUT: &str = "__recto_out";
/// A filter that rejects input that is too large to store.
pub const HELD: &str = "__recto_held";

/// A token inside `{{ }}` or `{% %}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TemplateToken<'t> {
    Word(&'t str),
    /// A string or a number.
    Literal,
    Open(u8),
    Close(u8),
    Mark(u8),
    /// An operator of two or three bytes.
    Operator,
    /// `</`
    Slash,
    /// `...`
    Spread,
}

/// A token with its place.
#[derive(Clone, Copy, Debug)]
struct SpannedToken<'t> {
    token: TemplateToken<'t>,
    start: usize,
    end: usize,
}

struct Meter<'t> {
    text: &'t str,
    /// The insertions: place and text.
    added: Vec<(usize, String)>,
    /// The open constructs that are counted by their length: the word that closes each, the end of its tag, and the
    /// index of its insertion.
    open: Vec<(&'static str, usize, usize)>,
    extends: bool,
    /// The largest number of `~` in one expression, and the place of that expression.
    joined: (usize, usize),
}

/// Returns the template with meters. `Err` is the place of an expression that joins more than `most` texts.
pub fn metered(text: &str, most: usize) -> Result<String, usize> {
    let mut meter = Meter { text, added: Vec::new(), open: Vec::new(), extends: false, joined: (0, 0) };
    meter.walk();
    if meter.joined.0 > most {
        return Err(meter.joined.1);
    }
    // The text of a child template is not printed, and nothing may precede its `extends`.
    if !meter.extends {
        meter.added.push((0, call(text.len(), false)));
    }
    let mut added = meter.added;
    added.sort_by_key(|(at, _)| *at);
    let mut out = String::with_capacity(text.len() + added.len() * 24);
    let mut last = 0;
    for (at, what) in added {
        out.push_str(&text[last..at]);
        out.push_str(&what);
        last = at;
    }
    out.push_str(&text[last..]);
    Ok(out)
}

fn call(cost: usize, trims: bool) -> String {
    format!("{{{{ {TICK}(n={cost}) {}}}}}", if trims { "-" } else { "" })
}

impl<'t> Meter<'t> {
    fn walk(&mut self) {
        let mut at = 0;
        while let Some(found) = self.text[at..].find('{') {
            at += found;
            let rest = &self.text[at..];
            at = if let Some(comment) = rest.strip_prefix("{#") {
                comment.find("#}").map_or(self.text.len(), |end| at + end + 4)
            } else if rest.starts_with("{{") {
                self.variable(at)
            } else if rest.starts_with("{%") {
                match raw(rest) {
                    Some(len) => at + len,
                    None => self.tag(at),
                }
            } else {
                at + 1
            };
        }
    }

    fn add(&mut self, at: usize, what: impl Into<String>) {
        self.added.push((at, what.into()));
    }

    /// Handles `{{ … }}` and returns its end.
    fn variable(&mut self, start: usize) -> usize {
        let (tokens, _, end) = self.tokens(start, "}}");
        match tokens.as_slice() {
            [] => {}
            [first, ..] if first.token == TemplateToken::Mark(b'<') => self.expression(&tokens),
            all => {
                self.expression(all);
                self.wrap(all, OUT);
            }
        }
        end
    }

    fn tag(&mut self, start: usize) -> usize {
        let (tokens, trims, end) = self.tokens(start, "%}");
        let Some((first, rest)) = tokens.split_first() else { return end };
        match first.token {
            TemplateToken::Word(word @ ("for" | "block" | "component")) => {
                let closing = match word {
                    "for" => "endfor",
                    "block" => "endblock",
                    _ => "endcomponent",
                };
                if word == "for" {
                    self.expression(rest);
                }
                self.open.push((closing, end, self.added.len()));
                // The cost is known at the end of the block.
                self.add(end, call(0, trims));
            }
            TemplateToken::Word(word @ ("endfor" | "endblock" | "endcomponent")) => {
                if let Some((_, from, added)) = self.open.pop_if(|(closing, ..)| *closing == word) {
                    let trims = self.added[added].1.contains("-}}");
                    self.added[added].1 = call(start - from, trims);
                }
            }
            TemplateToken::Word("set" | "set_global") => match rest {
                [_, assign, value @ ..] if assign.token == TemplateToken::Mark(b'=') => {
                    self.expression(value);
                    self.wrap(value, HELD);
                }
                [.., last] => {
                    self.expression(rest);
                    self.add(last.end, format!(" | {HELD}"));
                }
                [] => {}
            },
            TemplateToken::Word("extends") => self.extends = true,
            TemplateToken::Mark(b'<') => self.expression(&tokens),
            _ => self.expression(rest),
        }
        end
    }

    fn wrap(&mut self, tokens: &[SpannedToken], filter: &str) {
        if let (Some(first), Some(last)) = (tokens.first(), tokens.last()) {
            self.add(first.start, "(");
            self.add(last.end, format!(") | {filter}"));
        }
    }

    /// Adds meters to comprehensions and to calls of components.
    fn expression(&mut self, tokens: &[SpannedToken<'t>]) {
        let joined = tokens.iter().filter(|at| at.token == TemplateToken::Mark(b'~')).count();
        if joined > self.joined.0 {
            self.joined = (joined, tokens.first().map_or(0, |at| at.start));
        }
        let mut open: Vec<usize> = Vec::new();
        for (n, at) in tokens.iter().enumerate() {
            match at.token {
                TemplateToken::Open(_) => open.push(n),
                TemplateToken::Close(_) => _ = open.pop(),
                // `[element for …]`: count every element.
                TemplateToken::Word("for") => {
                    if let Some(&from) = open.last().filter(|&&from| tokens[from].token == TemplateToken::Open(b'[')) {
                        self.wrap(&tokens[from + 1..n], OUT);
                    }
                }
                // `name={…}` of a component, as opposed to a map passed to a filter.
                TemplateToken::Mark(b'=')
                    if in_component(&tokens[..n])
                        && tokens.get(n + 1).is_some_and(|next| next.token == TemplateToken::Open(b'{')) =>
                {
                    let close = closing(tokens, n + 1);
                    self.wrap(tokens.get(n + 2..close).unwrap_or_default(), HELD);
                }
                _ => {}
            }
        }
    }

    /// Returns the tokens between a `{{` or `{%` and its end, whether the tag trims whitespace, and the end of the
    /// tag.
    fn tokens(&self, start: usize, close: &str) -> (Vec<SpannedToken<'t>>, bool, usize) {
        let bytes = self.text.as_bytes();
        let mut at = start + 2 + usize::from(bytes.get(start + 2) == Some(&b'-'));
        let mut tokens = Vec::new();
        while let Some(&byte) = bytes.get(at) {
            if self.text[at..].starts_with(close) {
                return (tokens, false, at + 2);
            }
            if byte == b'-' && self.text[at + 1..].starts_with(close) {
                return (tokens, true, at + 3);
            }
            let from = at;
            let token = match byte {
                b if b.is_ascii_whitespace() => {
                    at += 1;
                    continue;
                }
                b'"' | b'\'' | b'`' => {
                    at += 1;
                    while bytes.get(at).is_some_and(|b| *b != byte) {
                        at += if bytes[at] == b'\\' { 2 } else { 1 };
                    }
                    at += 1;
                    TemplateToken::Literal
                }
                b'0'..=b'9' => {
                    let mut dot = false;
                    while bytes
                        .get(at)
                        .is_some_and(|b| b.is_ascii_digit() || (*b == b'.' && !std::mem::replace(&mut dot, true)))
                    {
                        at += 1;
                    }
                    TemplateToken::Literal
                }
                b if b.is_ascii_alphabetic() || b == b'_' => {
                    while bytes.get(at).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_') {
                        at += 1;
                    }
                    TemplateToken::Word(&self.text[from..at])
                }
                _ => self.sign(&mut at),
            };
            tokens.push(SpannedToken { token, start: from, end: at });
            if at > bytes.len() || !self.text.is_char_boundary(at) {
                break;
            }
        }
        // Without an end, the template is invalid.
        (Vec::new(), false, self.text.len())
    }

    fn sign(&self, at: &mut usize) -> TemplateToken<'t> {
        let rest = &self.text.as_bytes()[*at..];
        let (token, len) = match rest {
            [b'.', b'.', b'.', ..] => (TemplateToken::Spread, 3),
            [b'<', b'/', ..] => (TemplateToken::Slash, 2),
            [b'?', b'[', ..] => (TemplateToken::Open(b'['), 2),
            [b'/', b'/', ..] | [b'*', b'*', ..] | [b'=' | b'!' | b'>' | b'<', b'=', ..] | [b'?', b'.', ..] => {
                (TemplateToken::Operator, 2)
            }
            [open @ (b'(' | b'[' | b'{'), ..] => (TemplateToken::Open(*open), 1),
            [close @ (b')' | b']' | b'}'), ..] => (TemplateToken::Close(*close), 1),
            [byte, ..] => (TemplateToken::Mark(*byte), 1),
            [] => (TemplateToken::Operator, 1),
        };
        *at += len;
        token
    }
}

/// Returns whether a `<` after these tokens starts a component, rather than a comparison.
fn begins_component(before: &[SpannedToken]) -> bool {
    const OPERATORS: [&str; 7] = ["and", "or", "not", "in", "is", "if", "else"];
    match before.last().map(|at| at.token) {
        Some(TemplateToken::Word(word)) => OPERATORS.contains(&word),
        Some(TemplateToken::Literal | TemplateToken::Close(_)) => false,
        _ => true,
    }
}

/// Returns whether a `=` after these tokens belongs to an argument of a component: the innermost open delimiter is a
/// `<`, not a bracket.
fn in_component(before: &[SpannedToken]) -> bool {
    let mut depth = 0;
    for (n, at) in before.iter().enumerate().rev() {
        match at.token {
            TemplateToken::Close(_) => depth += 1,
            TemplateToken::Open(_) if depth == 0 => return false,
            TemplateToken::Open(_) => depth -= 1,
            TemplateToken::Mark(b'>') if depth == 0 => return false,
            TemplateToken::Mark(b'<') if depth == 0 => return begins_component(&before[..n]),
            _ => {}
        }
    }
    false
}

/// Returns the index of the token that closes the bracket at `open`.
fn closing(tokens: &[SpannedToken], open: usize) -> usize {
    let mut depth = 0;
    for (n, at) in tokens.iter().enumerate().skip(open) {
        match at.token {
            TemplateToken::Open(_) => depth += 1,
            TemplateToken::Close(_) => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return n;
        }
    }
    tokens.len()
}

/// Returns the length of the raw block at the start of a text.
pub fn raw(text: &str) -> Option<usize> {
    let mut at = word(text, "raw")?;
    loop {
        at += text[at..].find("{%")?;
        match word(&text[at..], "endraw") {
            Some(len) => return Some(at + len),
            None => at += 2,
        }
    }
}

/// Returns the length of the tag at the start of a text, if the tag consists of only this word.
fn word(text: &str, word: &str) -> Option<usize> {
    let rest = text.strip_prefix("{%")?;
    let rest = rest.strip_prefix('-').unwrap_or(rest).trim_ascii_start().strip_prefix(word)?.trim_ascii_start();
    let rest = rest.strip_prefix('-').unwrap_or(rest).strip_prefix("%}")?;
    Some(text.len() - rest.len())
}

#[cfg(test)]
mod tests {
    use tera::{Context, Tera};

    use super::*;

    const COMPONENTS: &str = "{% component name(x, n=1) -%} [{{ x }}{{ n }}] {%- endcomponent name %}\
        {% component box(a={\"k\": 1}) %}{{ a.k }}:{{ body }}{% endcomponent box %}";

    fn rendered(text: &str, meter: bool) -> Result<String, String> {
        let with = |text: &str| if meter { metered(text, 32).expect("few are joined") } else { text.to_owned() };
        let mut tera = Tera::new();
        super::super::fuel::register(&mut tera);
        super::super::fuel::fill();
        tera.autoescape_on(vec![".html"]);
        let base = "<{% block a %} a {{ x }} {% endblock a %}|{% block b %}{% endblock %}>";
        let files = [("c.html", with(COMPONENTS)), ("base.html", with(base)), ("t.html", with(text))];
        tera.add_raw_templates(files).map_err(|e| e.to_string())?;
        let mut context = Context::new();
        context.insert("x", "<x>");
        context.insert("list", &[1, 2, 3]);
        tera.render("t.html", &context).map_err(|e| e.to_string())
    }

    #[test]
    fn a_meter_changes_nothing() {
        for text in [
            "{{ x }}{{- x -}} {{ x | safe }} a\n{%- for a in list -%}\n {{ a }} {% else %} none {% endfor -%}\n b",
            "{% for a in list -%}  \n x {%- endfor %}{% for k, v in {\"a\": 1} %}{{ k }}{{ v }}{% endfor %}",
            "{% set y = x ~ \"}}\" %}{{ y }}{% set z %} {{ x }} {% endset %}{{ z }}{% set w | upper %}{{ x }}{% endset %}{{ w }}",
            "{{ [a * 2 for a in list] | join(sep=\",\") }}{{ [[b for b in list if b > a] for a in list] | length }}",
            "{# {{ x }} #}{#}#}{% raw %}{{ x }}{% for %}{% endraw %}{%- raw -%} {% x {%- endraw -%} {{ x }}",
            "{{ <name x={x ~ \"a\"} n={[1, 2][0]} /> }}{{ \"a\" ~ <name x=\"b\" /> }}{% <box a={{\"k\": 2}}>{{ x }}{% </box> %}",
            "{% <box> %}{{ <name x={1 < 2} /> }}{% </box> %}",
            "{% if 1 < 2 and list[0] == 1 %}{{ x | default(value={\"a\": 1}) }}{% elif x %}{% endif %}",
            "{{ \"a\" if 1 < 2 else x }}{{ x | replace(from=\"<\", to=`}}`) }}{{ list[0:2] }}{{ list?.[0] or 1 }}{{ 1.5 }}{{ -1 }}",
            "{% extends \"base.html\" %}{% block a %}{{ super() }}{% set q = 1 %}{{ q }}{% endblock a %}",
            "{% include \"base.html\" %}{% filter upper %}{{ x }} y{% endfilter %}{{ x.y }}",
            "{{ missing }}",
            "{{ x",
            "{% for a in list %}",
            "{{ \"a }}",
            "é{{ x }}{% set é = 1 %}",
        ] {
            let (plain, metered) = (rendered(text, false), rendered(text, true));
            assert_eq!(plain.as_ref().ok(), metered.as_ref().ok(), "{text}\n{plain:?}\n{metered:?}");
        }
    }

    #[test]
    fn lines_stay() {
        let text = "a\n{% for a in x %}\n{{ [b\n for b in a] }}\n{% endfor %}";
        assert_eq!(metered(text, 32).expect("few are joined").lines().count(), text.lines().count());
        assert_eq!(metered("{{ a }}{{ a ~ b ~ c }}", 1), Err(10));
    }
}
