//! Texts in columns of a terminal: wrapped, padded, side by side. Makes text; it must not print.

use super::excerpt::{DOTS, shown, width_of};

/// Wraps a text in lines of `width` columns and pads them. Breaks at spaces, and between any two characters of a word
/// that is longer than a line, as in Chinese, Japanese and Thai. After `most` lines the rest is cut off.
pub fn wrap(text: &str, width: usize, most: usize) -> Vec<String> {
    let width = width.max(2 * DOTS.len());
    let mut rest = text.trim();
    let mut lines = Vec::new();
    while !rest.is_empty() && lines.len() < most {
        let last = lines.len() + 1 == most;
        let end = line_end(rest, width);
        if last && end < rest.len() {
            let end = line_end(rest, width - DOTS.len());
            lines.push(padded(&format!("{}{DOTS}", rest[..end].trim_end()), width));
            break;
        }
        lines.push(padded(rest[..end].trim_end(), width));
        rest = rest[end..].trim_start();
    }
    lines
}

/// Returns a text of one line as a terminal shows it, padded to `width` columns.
pub fn padded(text: &str, width: usize) -> String {
    let mut out = String::with_capacity(text.len() + width);
    let mut taken = 0;
    for c in text.chars() {
        let (printed, columns) = shown(if c.is_whitespace() { ' ' } else { c });
        out.extend(printed);
        taken += columns;
    }
    out.extend(std::iter::repeat_n(' ', width.saturating_sub(taken)));
    out
}

/// Returns the end of the first line. Takes at least one character.
fn line_end(text: &str, width: usize) -> usize {
    let mut taken = 0;
    // The end of the last word that fits, if it fills half of the line.
    let mut word = None;
    for (at, c) in text.char_indices() {
        if c == '\n' {
            return at.max(1);
        }
        if c.is_whitespace() && taken * 2 >= width {
            word = Some(at);
        }
        let columns = if c.is_whitespace() { 1 } else { width_of(c) };
        if taken + columns > width && at > 0 {
            return if c.is_whitespace() { at } else { word.unwrap_or(at) };
        }
        taken += columns;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_have_the_width_of_the_column() {
        let text =
            "青崎市は二十四日、潮流発電の設置場所を瀬戸に決めた。 The city chose the narrows, where its boats drag.";
        for width in 6..60 {
            for most in 1..12 {
                let lines = wrap(text, width, most);
                assert!(lines.len() <= most);
                for line in &lines {
                    assert_eq!(line.chars().map(width_of).sum::<usize>(), width, "{line:?}");
                }
            }
            let words = |text: &str| text.split_whitespace().collect::<String>();
            assert_eq!(words(&wrap(text, width, 1000).concat()), words(text));
        }
        assert!(wrap("", 20, 3).is_empty());
        assert_eq!(wrap("one two three", 9, 1), ["one..."].map(|line| format!("{line:9}")));
        assert_eq!(wrap("one\ntwo", 9, 9), ["one      ", "two      "]);
    }
}
