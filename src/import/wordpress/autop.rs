//! Paragraphs from empty lines and breaks from line ends, as WordPress makes them when it shows a post that was not
//! written with its block editor. It takes HTML and gives HTML.

/// Elements that end a paragraph.
const BLOCKS: [&str; 49] = [
    "table",
    "thead",
    "tfoot",
    "caption",
    "col",
    "colgroup",
    "tbody",
    "tr",
    "td",
    "th",
    "div",
    "dl",
    "dd",
    "dt",
    "ul",
    "ol",
    "li",
    "pre",
    "form",
    "map",
    "area",
    "blockquote",
    "address",
    "style",
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "fieldset",
    "legend",
    "section",
    "article",
    "aside",
    "hgroup",
    "header",
    "footer",
    "nav",
    "figure",
    "figcaption",
    "details",
    "menu",
    "summary",
    "iframe",
    "video",
    "audio",
];
/// Elements whose text stays as it is.
const VERBATIM: [&str; 4] = ["pre", "script", "style", "textarea"];

/// Returns the HTML that WordPress shows.
pub(super) fn paragraphs(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let mut run = String::new();
    let mut at = 0;
    let last_comment = text.rfind("-->").unwrap_or(0);
    while at < text.len() {
        let Some(start) = text[at..].find('<').map(|found| at + found) else { break };
        run.push_str(&text[at..start]);
        let end = tag_end(text, start, last_comment);
        let tag = &text[start..end];
        let name = tag_name(tag);
        at = end;
        if VERBATIM.contains(&name.as_str()) && !tag.starts_with("</") {
            flush(&mut run, &mut out);
            let close = close_of(text, end, &name);
            out.push_str(&text[start..close]);
            at = close;
        } else if BLOCKS.contains(&name.as_str()) {
            flush(&mut run, &mut out);
            out.push_str(tag);
        } else {
            // Line ends within a tag are no breaks.
            run.push_str(&tag.replace('\n', " "));
        }
    }
    run.push_str(&text[at..]);
    flush(&mut run, &mut out);
    out
}

/// Returns the end of a tag or comment, or the place after the `<` if it is neither. A `<` without an end must not cost
/// a look at the whole text: no comment ends behind `last_comment`, and a tag is short.
fn tag_end(text: &str, start: usize, last_comment: usize) -> usize {
    let rest = &text[start..];
    if rest.starts_with("<!--") {
        if start > last_comment {
            return start + 1;
        }
        return rest.find("-->").map_or(start + 1, |end| start + end + 3);
    }
    if !rest[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/') {
        return start + 1;
    }
    let window = &rest[..rest.floor_char_boundary(20_000)];
    window.find('>').map_or(start + 1, |end| start + end + 1)
}

fn tag_name(tag: &str) -> String {
    let inside = tag.trim_start_matches('<').trim_start_matches('/');
    inside.chars().take_while(char::is_ascii_alphanumeric).take(16).collect::<String>().to_ascii_lowercase()
}

/// Returns the end of an element that starts before `from`.
fn close_of(text: &str, from: usize, name: &str) -> usize {
    let bytes = text.as_bytes();
    for found in memchr::memmem::find_iter(&bytes[from..], b"</") {
        let start = from + found + 2;
        if bytes.get(start..start + name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes())) {
            return text[start..].find('>').map_or(text.len(), |end| start + end + 1);
        }
    }
    text.len()
}

/// Writes the text between two tags of blocks.
fn flush(run: &mut String, out: &mut String) {
    let text = std::mem::take(run);
    let mut paragraph = String::new();
    for line in text.split('\n') {
        let line = line.trim();
        if line.is_empty() {
            write(&mut paragraph, out);
            continue;
        }
        if !paragraph.is_empty() {
            paragraph.push_str(if paragraph.ends_with("<br>") || paragraph.ends_with("<br />") {
                "\n"
            } else {
                "<br>\n"
            });
        }
        paragraph.push_str(line);
    }
    write(&mut paragraph, out);
}

fn write(paragraph: &mut String, out: &mut String) {
    if !paragraph.is_empty() {
        out.push_str("<p>");
        out.push_str(paragraph);
        out.push_str("</p>\n");
        paragraph.clear();
    }
}
