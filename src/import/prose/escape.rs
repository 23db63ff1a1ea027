//! Escapes text, addresses and captions, so that Recto's Markdown prints them as they are.

/// Where a text stands: what else must be escaped there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Surroundings {
    pub(super) table: bool,
    pub(super) heading: bool,
    /// Whether the text is that of a link or of a picture.
    pub(super) link: bool,
    /// Whether the block above is a table, so that a colon would start its caption.
    pub(super) below_table: bool,
}

/// Appends a text. `next` is the first character of what follows it, if that is known.
pub(super) fn text(out: &mut String, text: &str, next: Option<char>, place: Surroundings) {
    let mut before = out.chars().next_back();
    for (at, c) in text.char_indices() {
        let rest = &text[at + c.len_utf8()..];
        let after = rest.chars().next().or(next);
        let starts = !place.table && !place.heading && (out.is_empty() || out.ends_with('\n'));
        if c == '}' && place.heading && after.is_none() {
            // Braces at the end of a heading are its attributes, even after a backslash.
            out.push_str("&#125;");
        } else if c == '：' && starts && place.below_table {
            out.push_str("&#xFF1A;");
        } else {
            let number = matches!(c, '.' | ')') && ends_in_number(out) && after.is_none_or(|c| c.is_whitespace());
            if (starts && opens_block(c, after))
                || (number && !place.table && !place.heading)
                || is_markup(c, before, after, rest, place)
            {
                out.push('\\');
            }
            out.push(c);
        }
        before = Some(c);
    }
}

/// Returns whether a character at the start of a line may open a block.
fn opens_block(c: char, after: Option<char>) -> bool {
    match c {
        '#' | '>' | '=' | '|' | '*' => true,
        '-' | '+' | ':' => after.is_none_or(|c| !c.is_alphanumeric()),
        _ => false,
    }
}

/// Returns whether the line so far is a number of at most nine digits, as that of a list.
fn ends_in_number(out: &str) -> bool {
    let line = out.rsplit('\n').next().unwrap_or_default();
    (1..=9).contains(&line.len()) && line.bytes().all(|b| b.is_ascii_digit())
}

fn is_markup(c: char, before: Option<char>, after: Option<char>, rest: &str, place: Surroundings) -> bool {
    let word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    match c {
        '\\' => after.is_none_or(|c| c.is_ascii_punctuation() || matches!(c, '\n' | '：')),
        '`' | '{' | '~' => true,
        '*' => !(before == Some(' ') && after == Some(' ')),
        '_' => !(word(before) && word(after)),
        '<' => after.is_none_or(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '!' | '?' | '*')),
        '&' => after.is_none_or(|c| c == '#' || c.is_ascii_alphanumeric()),
        '!' => after == Some('['),
        '[' => place.link || !is_insertion(rest, before),
        ']' => place.link,
        '|' => place.table,
        '#' => place.heading && !word(before),
        _ => false,
    }
}

/// Returns whether what follows a `[` is a translator's insertion and can be nothing else: `the prime minister] said`.
fn is_insertion(rest: &str, before: Option<char>) -> bool {
    let Some(end) = rest.find(']') else { return false };
    let (inside, after) = (&rest[..end], rest[end + 1..].chars().next());
    before.is_some_and(|c| c != ']' && c != '!')
        && inside.chars().next().is_some_and(char::is_alphabetic)
        && inside.chars().count() > 1
        && inside.chars().all(|c| c.is_alphanumeric() || " ,.'’-".contains(c))
        && after.is_some_and(|c| !"([:{".contains(c))
}

/// Returns the destination of a link or picture as Markdown has it.
pub(super) fn destination(address: &str) -> String {
    let mut out = String::with_capacity(address.len());
    let address = address.trim();
    for (at, c) in address.char_indices() {
        match c {
            '(' | ')' => {
                out.push('\\');
                out.push(c);
            }
            '&' if starts_reference(&address[at..]) => out.push_str("&amp;"),
            '<' | '>' | '\\' | '`' | '"' | '|' => percent(&mut out, c),
            c if c.is_whitespace() || c.is_control() => percent(&mut out, c),
            c => out.push(c),
        }
    }
    out
}

fn percent(out: &mut String, c: char) {
    let mut bytes = [0; 4];
    for byte in c.encode_utf8(&mut bytes).bytes() {
        out.push_str(&format!("%{byte:02X}"));
    }
}

/// Returns whether a text starts with a character reference: `&amp;`.
fn starts_reference(text: &str) -> bool {
    let inside: Vec<char> =
        text.chars().skip(1).take(33).take_while(|c| c.is_ascii_alphanumeric() || *c == '#').collect();
    !inside.is_empty() && text[1 + inside.len()..].starts_with(';')
}

/// Returns the caption of a picture, as the title of its Markdown.
pub(super) fn caption(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for (at, c) in text.char_indices() {
        if matches!(c, '"' | '\\' | '`' | '<' | '|') || (c == '&' && starts_reference(&text[at..])) {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
    out
}

/// Appends text as HTML has it.
pub(super) fn html(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
}
