//! `data:` URLs of texts, for a link that a browser downloads. Only what is not valid in a URL is encoded: a URL may
//! have any letter, so Japanese takes three bytes a character and not nine.

use std::sync::LazyLock;

/// The start of the URL. Without a type, it is plain text.
const START: &str = "data:;charset=utf-8,";

/// Appends the URL of a text. It may stand in an attribute with double quotation marks as it is.
pub fn write(text: &str, out: &mut String) {
    out.reserve(text.len() * 3 / 2);
    out.push_str(START);
    let (bytes, mut from, mut at) = (text.as_bytes(), 0, 0);
    while let Some(byte) = bytes.get(at) {
        let (length, kept) = match byte {
            ..=0x7f => (1, KEPT[usize::from(*byte)]),
            _ => text[at..].chars().next().map_or((1, false), |c| (c.len_utf8(), is_kept(c))),
        };
        if !kept {
            out.push_str(&text[from..at]);
            from = at + length;
            for byte in &bytes[at..from] {
                let start = usize::from(*byte) * 3;
                out.push_str(&ENCODED[start..start + 3]);
            }
        }
        at += length;
    }
    out.push_str(&text[from..]);
}

/// The encoded forms of all bytes, one after another.
static ENCODED: LazyLock<String> = LazyLock::new(|| (0..=u8::MAX).map(|byte| format!("%{byte:02X}")).collect());

/// The ASCII characters that stand for themselves in the URL and in the attribute.
const KEPT: [bool; 128] = {
    let mut kept = [false; 128];
    let all = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!$()*+,-./:;=?@_~'";
    let mut at = 0;
    while at < all.len() {
        kept[all[at] as usize] = true;
        at += 1;
    }
    kept
};

/// Returns whether another character stands for itself. Browsers encode it themselves. Checkers refuse white space,
/// controls and what is no character.
fn is_kept(c: char) -> bool {
    !(c.is_control() || c.is_whitespace() || is_noncharacter(c) || is_format(c))
}

fn is_noncharacter(c: char) -> bool {
    matches!(c, '\u{fdd0}'..='\u{fdef}') || u32::from(c) & 0xfffe == 0xfffe
}

/// Returns whether a character is invisible and changes the text around it.
fn is_format(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_reads_the_text_again() {
        let text = "TY  - NEWS\n{\"a\"}: 100 % <b>&#1; 港の料金 \u{202e}😀 \u{2028}";
        let mut url = String::new();
        write(text, &mut url);
        let kept = "data:;charset=utf-8,TY%20%20-%20NEWS%0A%7B%22a%22%7D:%20100%20%25%20%3Cb%3E%26%231;%20港の料金%20";
        assert_eq!(url, format!("{kept}%E2%80%AE😀%20%E2%80%A8"));
        assert!(!url.contains(['"', '<', '&', '#', ' ', '\n']));
    }
}
