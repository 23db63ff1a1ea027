//! Takes the extensions of kramdown out of a text: attributes such as `{: #id .class}`, tables of contents, comments. Ids
//! of headings and languages of code stay. Lines stay where they are. It must not know where a text comes from.

use std::collections::BTreeSet;

use super::notes::{Note, NoteKind, Notes};

/// The attributes between `{:` and `}`.
#[derive(Debug, Default, PartialEq, Eq)]
struct KramdownAttributes {
    id: Option<String>,
    language: Option<String>,
    is_toc: bool,
    /// Whether anything else is there.
    others: bool,
}

/// Rewrites a text. `line` is the one on which it starts, from 1.
pub fn plain(text: &str, file: &str, line: usize, notes: &mut Notes) -> String {
    if !text.contains("{:") && !text.contains("\n*[") {
        return text.to_owned();
    }
    let used = text.split("](#").skip(1).filter_map(|rest| rest.split(')').next()).collect();
    let mut rewriter =
        KramdownRewriter { out: Vec::new(), last: None, fence: None, opened: None, comment: false, used };
    for (at, written) in text.split('\n').enumerate() {
        let mut note = |subject: &str| {
            let value: String = written.trim().chars().take(200).collect();
            notes.add(Note::new(NoteKind::LeftOut, subject, file, value).at_line(line + at));
        };
        rewriter.line(written, &mut note);
    }
    rewriter.out.join("\n")
}

struct KramdownRewriter<'t> {
    /// The ids to which links of the text lead.
    used: BTreeSet<&'t str>,
    out: Vec<String>,
    /// The last line that is not blank.
    last: Option<usize>,
    /// What closes the code in which a line stands.
    fence: Option<&'static str>,
    /// The line that opened the last fence.
    opened: Option<usize>,
    comment: bool,
}

/// The most bytes of attributes.
const LONGEST: usize = 500;

/// What opens and closes code, and other text that is left alone.
const FENCES: [(&str, &str); 5] = [
    ("```", "```"),
    ("~~~", "~~~"),
    ("{% highlight", "{% endhighlight"),
    ("{% raw", "{% endraw"),
    ("{% codeblock", "{% endcodeblock"),
];

impl KramdownRewriter<'_> {
    fn line(&mut self, written: &str, note: &mut dyn FnMut(&str)) {
        let bare = written.trim_start_matches([' ', '\t', '>']);
        if let Some(end) = self.fence {
            if bare.starts_with(end) {
                self.fence = None;
            }
            return self.push(written.to_owned());
        }
        if let Some((_, end)) = FENCES.iter().copied().find(|(start, _)| bare.starts_with(start)) {
            if !bare[3..].contains(end) {
                (self.fence, self.opened) = (Some(end), Some(self.out.len()));
            }
            return self.push(written.to_owned());
        }
        if self.comment || bare.starts_with("{::comment}") {
            self.comment = !bare.contains("{:/");
            return self.out.push(String::new());
        }
        if bare.starts_with("{::") || bare.trim_end() == "{:/}" {
            note("kramdown extension");
            return self.out.push(String::new());
        }
        if bare.starts_with("*[") && bare.contains("]:") {
            note("abbreviation of kramdown");
            return self.out.push(String::new());
        }
        let is_code = written.starts_with("    ") || written.starts_with('\t');
        if let Some(found) = block(bare.trim_end())
            && (!is_code || found.id.is_some() || self.out.last().is_some_and(|last| !last.trim().is_empty()))
        {
            self.attributes(found, note);
            return self.out.push(String::new());
        }
        let line = if is_code { written.to_owned() } else { self.spans(written, note) };
        self.push(line);
    }

    /// Applies attributes to the block before them.
    fn attributes(&mut self, found: KramdownAttributes, note: &mut dyn FnMut(&str)) {
        let last = self.last;
        if found.is_toc {
            if let Some(at) = last.filter(|at| at + 1 == self.out.len() && is_item(&self.out[*at])) {
                self.out[at].clear();
            }
            return note("table of contents, which a theme has");
        }
        if let (Some(language), Some(opened)) = (found.language.as_deref(), self.opened)
            && last.is_some_and(|at| at > opened && is_fence(&self.out[at]))
        {
            self.out[opened] = format!("{}{language}", self.out[opened].trim_end());
        }
        let is_used = |id: &str| self.used.contains(id);
        match (found.id, last) {
            (Some(id), Some(at)) if is_heading(&self.out, at) => {
                let at = if self.out[at].trim_start().starts_with('#') { at } else { at - 1 };
                self.out[at] = format!("{} {{#{id}}}", self.out[at].trim_end_matches([' ', '#']));
            }
            (Some(id), Some(at)) if at + 1 == self.out.len() && is_used(&id) => {
                let start = self.out[..at].iter().rposition(|line| line.trim().is_empty()).map_or(0, |line| line + 1);
                let line = &self.out[start];
                let marks =
                    line.len() - line.trim_start_matches(|c: char| " \t>*-+.".contains(c) || c.is_ascii_digit()).len();
                let marks = if line[..marks].ends_with(' ') { marks } else { 0 };
                self.out[start].insert_str(marks, &format!("<a id=\"{id}\"></a>"));
            }
            (Some(_), _) => note("attributes of kramdown"),
            (None, _) if found.others => note("attributes of kramdown"),
            _ => {}
        }
    }

    fn push(&mut self, line: String) {
        if !line.trim().is_empty() {
            self.last = Some(self.out.len());
        }
        self.out.push(line);
    }

    /// Takes attributes out of a line: those behind a word, a link or a picture.
    fn spans(&self, written: &str, note: &mut dyn FnMut(&str)) -> String {
        if !written.contains("{:") {
            return written.to_owned();
        }
        let mut out = String::with_capacity(written.len());
        let mut rest = written;
        let mut ticks = 0;
        while let Some(start) = rest.find("{:") {
            out.push_str(&rest[..start]);
            ticks += rest[..start].matches('`').count();
            let near = &rest[start..rest.floor_char_boundary((start + LONGEST).min(rest.len()))];
            let end = near.find('}').map(|end| start + end + 1);
            let found = end.and_then(|end| block(&rest[start..end]));
            let in_code = ticks % 2 == 1;
            let follows = out.ends_with([')', '*', '_', ']', '`', '>', '"']) || is_atx(&out);
            match (found, end) {
                (Some(found), Some(end)) if !in_code && follows => {
                    if let Some(id) = found.id.filter(|_| is_atx(&out) && rest[end..].trim().is_empty()) {
                        out = format!("{} {{#{id}}}", out.trim_end_matches([' ', '#']));
                    } else {
                        note("attributes of kramdown");
                    }
                    rest = &rest[end..];
                }
                _ => {
                    out.push_str("{:");
                    rest = &rest[start + 2..];
                }
            }
        }
        out.push_str(rest);
        out
    }
}

fn is_fence(line: &str) -> bool {
    line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~")
}

fn is_atx(line: &str) -> bool {
    let bare = line.trim_start_matches('#');
    line.len() - bare.len() <= 6 && line.starts_with('#') && bare.starts_with(' ')
}

/// Returns whether a line is a heading, or the underline of one.
fn is_heading(lines: &[String], at: usize) -> bool {
    let line = lines[at].trim();
    let is_underline = !line.is_empty() && (line.bytes().all(|b| b == b'=') || line.bytes().all(|b| b == b'-'));
    is_atx(lines[at].trim_start()) || is_underline && at > 0 && !lines[at - 1].trim().is_empty()
}

fn is_item(line: &str) -> bool {
    let bare = line.trim_start();
    bare.starts_with(['*', '-', '+']) || bare.starts_with(|c: char| c.is_ascii_digit())
}

/// Reads `{: #id .class key="value"}`; `None` if it is something else.
fn block(text: &str) -> Option<KramdownAttributes> {
    let inner = text.strip_prefix("{:")?.strip_suffix('}')?;
    if inner.contains(['{', '}']) || inner.starts_with([':', '/']) {
        return None;
    }
    let mut out = KramdownAttributes::default();
    let mut rest = inner.trim_start();
    // `{:name: .class}` defines a name.
    if let Some((name, after)) = rest.split_once(':').filter(|(name, _)| is_word(name) && !inner.starts_with(' ')) {
        out.others = !name.is_empty();
        rest = after.trim_start();
    }
    let mut count = 0;
    while !rest.is_empty() {
        let value = rest.find(|c: char| c.is_whitespace() || c == '"').unwrap_or(rest.len());
        let end = match rest[value..].strip_prefix('"') {
            Some(after) => value + 1 + after.find('"')? + 1,
            None => value,
        };
        let part = &rest[..end];
        count += 1;
        match part.split_at(1) {
            ("#", id) if is_word(id) => out.id = Some(id.to_owned()),
            (".", class) => {
                // `.a.b` is two classes.
                let class = class.split('.').next_back().unwrap_or_default();
                is_word(class).then_some(())?;
                match class.strip_prefix("language-") {
                    Some(language) => out.language = Some(language.to_owned()),
                    None => out.others = true,
                }
            }
            _ if part == "toc" => out.is_toc = true,
            _ if part.split_once('=').is_some_and(|(name, value)| is_word(name) && value.starts_with(['"', '\''])) => {
                out.others = true;
            }
            _ => return None,
        }
        rest = rest[end..].trim_start();
    }
    (count > 0).then_some(out)
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_taken_out() {
        let table = [
            ("## A\n{: #a .b}\n\nText", "## A {#a}\n\n\nText"),
            ("## A {: #a }\n", "## A {#a}\n"),
            ("A\n===\n{: #a}\n", "A {#a}\n===\n\n"),
            ("* TOC\n{:toc}\n\nText", "\n\n\nText"),
            ("Text.\n{: .summary}\n\nMore", "Text.\n\n\nMore"),
            ("a ![b](c.png){: width=\"3\" .x} d", "a ![b](c.png) d"),
            ("~~~\na\n~~~\n{: .language-ruby}\n", "~~~ruby\na\n~~~\n\n"),
            ("```\n{: .x}\n```\n", "```\n{: .x}\n```\n"),
            ("`{: .x}` {:b=>1}", "`{: .x}` {:b=>1}"),
            ("    {:k=>1}\n", "    {:k=>1}\n"),
            ("See [1](#fn1).\n\n1. Note\n{: #fn1}\n", "See [1](#fn1).\n\n1. <a id=\"fn1\"></a>Note\n\n"),
            ("{::comment}\nx\n{:/comment}\ny {:z}", "\n\n\ny {:z}"),
        ];
        for (text, expected) in table {
            assert_eq!(plain(text, "a.md", 1, &mut Notes::default()), expected, "{text}");
        }
        let mut notes = Notes::default();
        plain("a\n{: .b}\n", "a.md", 5, &mut notes);
        assert_eq!(notes.iter().map(|note| note.line).collect::<Vec<_>>(), [Some(6)]);
    }
}
