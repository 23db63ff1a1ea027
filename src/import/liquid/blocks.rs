//! Markdown for what tags enclose: code and quotations, within whatever list or quotation the tag stands. It must not
//! know tags.

/// Writes code as a fence, or as HTML in a text of HTML.
pub fn code(inner: &str, language: &str, is_html: bool) -> String {
    let inner = dedented(inner.trim_matches('\n').trim_end());
    let language: String =
        language.chars().take_while(|c| c.is_alphanumeric() || matches!(c, '-' | '+' | '#' | '_' | '.')).collect();
    if is_html {
        let class = if language.is_empty() { String::new() } else { format!(" class=\"language-{language}\"") };
        return format!("<pre><code{class}>{}</code></pre>", escaped(&inner));
    }
    let longest = inner.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat((longest + 1).max(3));
    format!("{fence}{language}\n{inner}\n{fence}")
}

pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Writes a quotation, with whose it is.
pub fn quote(inner: &str, credit: &str) -> String {
    let mut out = String::new();
    for line in inner.trim().lines() {
        out.push_str(if line.trim().is_empty() { ">" } else { "> " });
        out.push_str(line.trim_end());
        out.push('\n');
    }
    if !credit.is_empty() {
        out.push_str(&format!(">\n> — {credit}\n"));
    }
    out.trim_end().to_owned()
}

/// Takes away the white space that all lines start with.
fn dedented(text: &str) -> String {
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let least = text.lines().filter(|line| !line.trim().is_empty()).map(indent).min().unwrap_or(0);
    if least == 0 {
        return text.to_owned();
    }
    text.lines().map(|line| line.get(least..).unwrap_or("")).collect::<Vec<_>>().join("\n")
}

/// Adds a block to a text, on lines of its own, behind the marks with which its line starts.
pub fn push_block(out: &mut String, block: &str) {
    let start = out.rfind('\n').map_or(0, |at| at + 1);
    let marks = out[start..].to_owned();
    if marks.chars().all(|c| matches!(c, ' ' | '\t' | '>')) {
        for (at, line) in block.lines().enumerate() {
            if at > 0 {
                out.push('\n');
                out.push_str(&marks);
            }
            out.push_str(line);
        }
    } else if is_item(&marks) {
        let indent = " ".repeat(marks.chars().count());
        out.push_str(&block.lines().collect::<Vec<_>>().join(&format!("\n{indent}")));
    } else {
        let quoted: String = marks.chars().take_while(|c| matches!(c, ' ' | '>')).collect();
        out.push_str(&format!("\n{}\n", quoted.trim_end()));
        for line in block.lines() {
            out.push_str(&format!("{quoted}{line}\n"));
        }
        out.pop();
    }
}

/// Returns whether a line has only the mark of a list item.
fn is_item(line: &str) -> bool {
    let bare = line.trim_start();
    let mark = bare.trim_start_matches(|c: char| c.is_ascii_digit());
    line.len() < 12 && line.ends_with(' ') && matches!(mark.trim_end(), "-" | "*" | "+" | "." | ")")
}
