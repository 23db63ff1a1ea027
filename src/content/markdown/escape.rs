//! Escapes HTML text, attribute values and addresses.
//!
//! Control characters that no page or feed may contain become U+FFFD.

use crate::base::byte_search;

/// Returns the replacement of a byte in HTML text or an attribute; `None` for most bytes.
fn entity(byte: u8) -> Option<&'static str> {
    match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        b'"' => Some("&quot;"),
        b'\'' => Some("&#39;"),
        b'\t' | b'\n' | b'\r' => None,
        0..=0x1f | 0x7f => Some("\u{fffd}"),
        _ => None,
    }
}

/// Writes text between tags.
pub(super) fn text(out: &mut String, text: &str) {
    write(out, text, |byte| is_markup(byte) | is_control(byte));
}

/// Writes a value between double quotes.
pub(super) fn attribute(out: &mut String, value: &str) {
    write(out, value, |byte| is_markup(byte) | is_control(byte) | (byte == b'"') | (byte == b'\''));
}

// These two do not branch, as `byte_search` wants it.

fn is_markup(byte: u8) -> bool {
    (byte == b'&') | (byte == b'<') | (byte == b'>')
}

/// Returns whether a byte is a control character that is not written. `entity` handles the exceptions.
fn is_control(byte: u8) -> bool {
    ((byte < b' ') & (byte != b'\t') & (byte != b'\n') & (byte != b'\r')) | (byte == 0x7f)
}

fn write(out: &mut String, text: &str, special: impl Fn(u8) -> bool + Copy) {
    let mut rest = text;
    while let Some(at) = byte_search::find_where(rest.as_bytes(), special) {
        let byte = rest.as_bytes()[at];
        out.push_str(&rest[..at]);
        out.push_str(entity(byte).unwrap_or(&rest[at..=at]));
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
}

/// Writes an address as an attribute value: percent-encoded as URLs require, keeping an existing `%41`, then escaped.
pub(super) fn href(out: &mut String, dest: &str) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let bytes = dest.as_bytes();
    let mut from = 0;
    for (at, &byte) in bytes.iter().enumerate() {
        let kept = match byte {
            b'%' => {
                bytes.get(at + 1).is_some_and(u8::is_ascii_hexdigit)
                    && bytes.get(at + 2).is_some_and(u8::is_ascii_hexdigit)
            }
            b'&' | b'\'' => false,
            _ => byte.is_ascii_alphanumeric() || b"-_.~:/?#[]@!$()*+,;=".contains(&byte),
        };
        if kept {
            continue;
        }
        // Every byte of a non-ASCII character is encoded, so `from..at` is empty inside one.
        if from < at {
            out.push_str(&dest[from..at]);
        }
        match byte {
            b'&' => out.push_str("&amp;"),
            b'\'' => out.push_str("&#39;"),
            _ => {
                out.push('%');
                out.push(HEX[usize::from(byte >> 4)] as char);
                out.push(HEX[usize::from(byte & 15)] as char);
            }
        }
        from = at + 1;
    }
    out.push_str(&dest[from..]);
}

/// Writes a small number without the overhead of `fmt`.
pub(super) fn number(out: &mut String, n: u64) {
    let mut digits = [0u8; 20];
    let (mut n, mut at) = (n, digits.len());
    loop {
        at -= 1;
        digits[at] = b'0' + (n % 10) as u8;
        n /= 10;
        if n == 0 {
            break;
        }
    }
    out.extend(digits[at..].iter().map(|&d| d as char));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(f: fn(&mut String, &str), text: &str) -> String {
        let mut out = String::new();
        f(&mut out, text);
        out
    }

    #[test]
    fn escapes() {
        assert_eq!(with(text, "a<b>&\"c'\u{1}日"), "a&lt;b&gt;&amp;\"c'\u{fffd}日");
        assert_eq!(with(attribute, "a<b>&\"c'\n"), "a&lt;b&gt;&amp;&quot;c&#39;\n");
    }

    #[test]
    fn addresses() {
        for (dest, want) in [
            ("/a/b?c=d&e#f", "/a/b?c=d&amp;e#f"),
            ("日.md", "%E6%97%A5.md"),
            ("a b", "a%20b"),
            ("100%", "100%25"),
            ("%E6", "%E6"),
            ("\"<'>\\`{|}^", "%22%3C&#39;%3E%5C%60%7B%7C%7D%5E"),
            ("a日&日b", "a%E6%97%A5&amp;%E6%97%A5b"),
        ] {
            assert_eq!(with(href, dest), want);
        }
    }

    #[test]
    fn numbers() {
        for n in [0, 7, 10, 12_345, u64::MAX] {
            let mut out = String::new();
            number(&mut out, n);
            assert_eq!(out, n.to_string());
        }
    }
}
