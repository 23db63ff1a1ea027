//! The body of a printed page as Markdown: paragraphs whose lines were broken at a width are joined, bullets become
//! lists, and what Markdown would read as marks is escaped. It must not know what stands around a body.

use super::lines::{bullet, is_rule, width};

/// A line at least this wide, in a text of at most [`NARROW`] columns, may have been broken.
const BROKEN: usize = 46;
/// The widest line of a text that was broken at a width, such as 72 columns for mail.
const NARROW: usize = 84;

/// Joins lines to paragraphs. Each is a text without line ends; bullets begin with `- `.
pub fn join(lines: &[&str]) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut open: Option<usize> = None;
    let narrow = lines.iter().all(|line| width(line.trim_end()) <= NARROW);
    for line in lines {
        let text = line.trim();
        if text.is_empty() || is_rule(text) {
            open = None;
            continue;
        }
        let starts = bullet(line).map(|text| format!("- {}", text.trim()));
        let before = open.filter(|before| starts.is_none() && may_be_broken(*before, narrow));
        match (before, out.last_mut()) {
            (Some(_), Some(last)) => append(last, text),
            _ => out.push(starts.unwrap_or_else(|| text.to_owned())),
        }
        open = Some(width(line.trim_end()));
    }
    out.retain(|text| text != "- ");
    out
}

fn may_be_broken(before: usize, narrow: bool) -> bool {
    narrow && before >= BROKEN
}

/// Appends a line. Scripts without spaces need none, and a word that was divided is whole again.
fn append(text: &mut String, line: &str) {
    let wide = |c: Option<char>| c.is_some_and(|c| width(c.encode_utf8(&mut [0; 4])) == 2);
    let joined = wide(text.chars().next_back()) && wide(line.chars().next());
    // A hyphen at the end of a line joins two words; a dash stands apart.
    let apart = if text.ends_with('-') { text.ends_with(" -") } else { !joined };
    if apart {
        text.push(' ');
    }
    text.push_str(line);
}

/// Writes paragraphs as Markdown.
pub fn markdown(paragraphs: &[String]) -> String {
    let mut out = String::new();
    let mut in_list = false;
    for paragraph in paragraphs {
        let item = paragraph.strip_prefix("- ");
        if !(out.is_empty() || in_list && item.is_some()) {
            out.push('\n');
        }
        match item {
            Some(item) => {
                out.push_str("- ");
                escape(item, &mut out);
            }
            None => escape(paragraph, &mut out),
        }
        out.push('\n');
        in_list = item.is_some();
    }
    out
}

/// Escapes what Markdown would not show as written.
pub fn escape(text: &str, out: &mut String) {
    let text = text.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, c)| *c);
        let first = at == 0;
        let special = match c {
            '*' | '`' | '\\' => true,
            '_' => !next.is_some_and(char::is_alphanumeric) || first || text[..at].ends_with(char::is_whitespace),
            '~' => next == Some('~'),
            '<' => next.is_some_and(|c| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?')),
            '&' => {
                next.is_some_and(|c| c.is_ascii_alphabetic() || c == '#')
                    && text[at..].split(' ').next().is_some_and(|w| w.contains(';'))
            }
            '#' | '>' | '|' => first,
            '+' | '-' => first && next.is_none_or(char::is_whitespace),
            '.' | ')' => digits > 0 && at == digits && next.is_none_or(char::is_whitespace),
            ']' => matches!(next, Some('(' | '[' | ':')),
            _ => false,
        };
        if special {
            out.push('\\');
        }
        out.push(c);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_mail_are_joined_and_others_stay() {
        let mail = "The town council voted on Tuesday evening to keep the old lighthouse\nand to open it in spring. Two of its members voted against it, for the\ncosts.\n\nThe next vote is in May.\n- one\n- two";
        let joined = join(&mail.lines().collect::<Vec<_>>());
        assert_eq!(
            joined,
            [
                "The town council voted on Tuesday evening to keep the old lighthouse and to open it in spring. Two of its members voted against it, for the costs.",
                "The next vote is in May.",
                "- one",
                "- two",
            ]
        );
        let page = format!("{}\n{}", "A paragraph of a page. ".repeat(8), "Another of the same page.");
        assert_eq!(join(&page.lines().collect::<Vec<_>>()).len(), 2);
        let wide = "灯台を残すことを町議会は火曜日の夜に賛成多数で可決し、春に公開する\nこととした。";
        assert_eq!(join(&wide.lines().collect::<Vec<_>>()), [wide.replace('\n', "")]);
    }

    #[test]
    fn texts_that_look_like_markup() {
        let mut out = String::new();
        for text in [
            "*note",
            "snake_case",
            "# 1",
            "1. One",
            "<b>x",
            "<9501>",
            "[to China]",
            "[a](b)",
            "AT&T",
            "a &amp; b",
            "- x",
        ] {
            escape(text, &mut out);
            out.push('|');
        }
        assert_eq!(out, "\\*note|snake_case|\\# 1|1\\. One|\\<b>x|<9501>|[to China]|[a\\](b)|AT&T|a \\&amp; b|\\- x|");
        assert_eq!(markdown(&["a".into(), "- b".into(), "- c".into(), "d".into()]), "a\n\n- b\n- c\n\nd\n");
    }
}
