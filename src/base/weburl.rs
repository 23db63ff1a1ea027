//! Decides which addresses a page may print. All links follow this one rule.
//!
//! A browser is lenient: it drops tabs and line ends inside an address, and control characters around it. So this file
//! finds the scheme just as leniently, and rejects everything that is not certainly harmless.

use core::net::Ipv6Addr;
use std::borrow::Cow;

use super::secret;

/// Picture formats that are allowed in a `data:` address.
const PICTURES: [&str; 4] = ["png", "jpeg", "webp", "gif"];

/// Returns whether a text is a valid authority of an address: a host or an IPv6 address in brackets, and optionally a
/// port up to 65535. Callers check for a user name.
pub fn is_authority(text: &str) -> bool {
    let place = text.rsplit_once('@').map_or(text, |(_, place)| place);
    let (known, port) = match place.strip_prefix('[') {
        Some(rest) => match rest.split_once(']') {
            Some((host, port)) => (host.parse::<Ipv6Addr>().is_ok(), port),
            None => return false,
        },
        None => {
            let (host, port) = place.split_at(place.find(':').unwrap_or(place.len()));
            (!host.is_empty() && !host.contains(['[', ']']), port)
        }
    };
    let digits = port.strip_prefix(':').unwrap_or(port);
    let is_port =
        digits.bytes().all(|byte| byte.is_ascii_digit()) && (digits.is_empty() || digits.parse::<u16>().is_ok());
    known && is_port && (port.is_empty() || port.starts_with(':'))
}

/// Returns whether a text is an absolute http or https URL with a valid host. It must not contain white space, control
/// characters, or a `\` before its query: browsers read `\` as a slash and other programs do not, so that
/// `https://a\@b` would have two hosts.
pub fn is_web(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let is_place = |rest: &str| {
        let place = rest.split(['?', '#']).next().unwrap_or_default();
        !place.contains('\\') && is_authority(place.split('/').next().unwrap_or_default())
    };
    rest.is_some_and(is_place) && !text.chars().any(|c| c.is_whitespace() || c.is_control())
}

/// Returns whether a text is a plain e-mail address: one that needs no quotes, and that adds nothing to a `mailto:`.
pub fn is_mail(text: &str) -> bool {
    let Some((name, host)) = text.split_once('@') else { return false };
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '+' | '-');
    let is_host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    let is_whole =
        |part: &str| !part.is_empty() && !part.starts_with('.') && !part.ends_with('.') && !part.contains("..");
    text.len() <= 254 && is_whole(name) && is_whole(host) && name.chars().all(is_name) && host.chars().all(is_host)
}

/// Percent-encodes a text as a value of a query: everything except letters, digits and `-._~`.
pub fn encode_value(text: &str, out: &mut String) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push(char::from(HEX[usize::from(byte >> 4)]));
            out.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
}

/// Returns a web address as an IRI (RFC 3987), which XML formats require: characters that only browsers accept are
/// escaped.
pub fn iri(url: &str) -> Cow<'_, str> {
    const ODD: &str = "<>\"{}|\\^`";
    let bytes = url.as_bytes();
    // A `%` that escapes nothing is one of them.
    let escapes = |at: usize| bytes.get(at + 1..at + 3).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit));
    let is_odd = |(at, c): (usize, char)| ODD.contains(c) || (c == '%' && !escapes(at));
    if !url.char_indices().any(is_odd) {
        return Cow::Borrowed(url);
    }
    let escaped = |(at, c)| if is_odd((at, c)) { format!("%{:02X}", c as u32) } else { c.to_string() };
    Cow::Owned(url.char_indices().map(escaped).collect())
}

/// Returns whether every browser reads a text as a path of this site.
pub fn is_of_site(text: &str) -> bool {
    text.starts_with('/') && !is_protocol_relative(text) && !text.chars().any(|c| c == '\\' || c.is_control())
}

/// Returns the scheme that any reader might see in an address: without control characters and white space, with
/// entities and percent escapes decoded, in lower case.
pub fn scheme(dest: &str) -> Option<String> {
    let head = &dest[..dest.find(['/', '?']).unwrap_or(dest.len())];
    let mut bare: String = head.chars().filter(|&c| !is_ignored(c)).flat_map(char::to_lowercase).collect();
    if bare.contains('&') {
        bare = decode_numbers(&bare).replace("&colon;", ":").replace("&tab;", "").replace("&newline;", "");
    }
    if bare.contains('%') {
        bare = decode_percent(&bare).chars().filter(|&c| !is_ignored(c)).flat_map(char::to_lowercase).collect();
    }
    let end = bare.find([':', '#'])?;
    if bare.as_bytes()[end] == b'#' {
        return None;
    }
    bare.truncate(end);
    Some(bare)
}

/// Returns whether an address has a host but no scheme: `//host`.
pub fn is_protocol_relative(dest: &str) -> bool {
    let mut chars = dest.chars().filter(|&c| !is_ignored(c));
    matches!((chars.next(), chars.next()), (Some('/' | '\\'), Some('/' | '\\')))
}

fn is_ignored(c: char) -> bool {
    c <= ' '
        || c.is_control()
        || c.is_whitespace()
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Decodes `&#106;`, `&#x6a;` and, like browsers, the same without a semicolon. Drops characters that are ignored in a
/// scheme.
fn decode_numbers(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("&#") {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let (radix, digits) = rest[2..].strip_prefix('x').map_or((10, &rest[2..]), |digits| (16, digits));
        let end = digits.find(|c: char| !c.is_digit(radix)).unwrap_or(digits.len());
        match u32::from_str_radix(&digits[..end], radix).ok().and_then(char::from_u32) {
            Some(c) => {
                out.extend(Some(c).filter(|&c| !is_ignored(c)).into_iter().flat_map(char::to_lowercase));
                rest = digits[end..].strip_prefix(';').unwrap_or(&digits[end..]);
            }
            None => {
                out.push_str("&#");
                rest = &rest[2..];
            }
        }
    }
    out + rest
}

fn decode_percent(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        let hex = |at: usize| bytes.get(at).and_then(|b| (*b as char).to_digit(16));
        match (bytes[i], hex(i + 1), hex(i + 2)) {
            (b'%', Some(high), Some(low)) => {
                out.push((high * 16 + low) as u8);
                i += 3;
            }
            (byte, ..) => {
                out.push(byte);
                i += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Returns whether an address is a plain `data:image/png;base64,…`.
pub fn is_picture(dest: &str) -> bool {
    let Some((head, data)) = dest.split_once(',') else {
        return false;
    };
    let head = head.to_ascii_lowercase();
    let Some(kind) = head.strip_prefix("data:image/").and_then(|h| h.strip_suffix(";base64")) else {
        return false;
    };
    PICTURES.contains(&kind) && data.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'='))
}

/// Returns the scheme if a text would run code as an address, whatever it was meant to be. A browser reads `Data:
/// Reuters, 2021` as plain text.
pub fn acts(text: &str) -> Option<String> {
    if !text.contains([':', '&', '%']) {
        return None;
    }
    let scheme = scheme(text)?;
    match scheme.as_str() {
        "javascript" | "vbscript" | "livescript" | "mocha" | "jscript" => Some(scheme),
        "data" => is_document(text).then_some(scheme),
        // These schemes contain another address.
        "feed" | "view-source" | "jar" => {
            let inner = text.split_once(':').and_then(|(_, inner)| acts(inner));
            inner.is_some().then_some(scheme)
        }
        _ => None,
    }
}

/// Returns whether the type of a `data:` address can contain scripts or styles.
fn is_document(text: &str) -> bool {
    let bare: String = decode_percent(text).chars().filter(|c| !c.is_control()).collect();
    let head = bare.split(',').next().unwrap_or_default();
    let kind = head.split(';').next().unwrap_or_default();
    let kind = kind.rsplit_once(':').map_or(kind, |(_, kind)| kind).trim().to_lowercase();
    let named = kind.contains('/') && !kind.contains(char::is_whitespace);
    named && ["html", "xml", "svg", "script", "css"].iter().any(|part| kind.contains(part))
}

/// Returns whether a text contains an address with a user name or a password.
pub fn looks_secret(text: &str) -> bool {
    let trim = |word: &str| word.trim_matches(['(', ')', '<', '>', '[', ']', '"', '\'', '`', ',', ';']).to_owned();
    let is_one = |word: &str| {
        let start = word.find(':').map_or("", |at| &word[..at]).to_ascii_lowercase();
        word.contains("://") || matches!(&*start, "http" | "https" | "ftp") || word.starts_with("//")
    };
    text.contains(['@', '＠'])
        && (text.contains([':', '/']))
        && text.split_whitespace().map(trim).any(|word| is_one(&word) && secret::is_in_url(&word))
}

/// Returns the URL of a rights statement: a URL unchanged, or a Creative Commons license by its SPDX id.
pub fn rights_url(text: &str) -> Option<String> {
    if is_web(text) {
        return Some(text.to_owned());
    }
    if text == "CC0-1.0" {
        return Some("https://creativecommons.org/publicdomain/zero/1.0/".to_owned());
    }
    let (code, version) = text.strip_prefix("CC-")?.rsplit_once('-')?;
    let known = matches!(code, "BY" | "BY-SA" | "BY-NC" | "BY-ND" | "BY-NC-SA" | "BY-NC-ND");
    let numbered = version.len() == 3 && version.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    (known && numbered).then(|| format!("https://creativecommons.org/licenses/{}/{version}/", code.to_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_is_seen() {
        for text in [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            " \u{1}java\tscript\n:alert(1)",
            "java\u{ad}script\u{200b}:x",
            "javascript&colon;alert(1)",
            "java&Tab;script&#x3A;alert(1)",
            "&#106;avascript:alert(1)",
            "&#x4A;avascript&#58;alert(1)",
            "&#0000106avascript&#0058;alert(1)",
            "java&#9;script&#x00003a;alert(1)",
            "javascript%3Aalert(1)",
            "javascript://host/%0Aalert(1)",
            "vbscript:x",
            "data:text/html,<script>",
            "data: text/html ;charset=utf-8,x",
            "DATA:image/svg+xml;base64,AAAA",
            "data:application/xhtml+xml,x",
            "d\tata:text/html,x",
            "data:text%2Fhtml,x",
            "view-source:javascript:x",
            "feed:javascript:x",
        ] {
            assert!(acts(text).is_some(), "{text:?}");
        }
        for text in [
            "Data: Reuters/AFP, 2021",
            "data: National Statistics Office",
            "data:image/png;base64,AA+/=",
            "data:,x",
            "Note: javascript is off",
            "https://x.example/javascript:x",
            "/javascript:x",
            "mailto:a@b.example",
            "tel:+81",
            "#javascript:x",
            "About JavaScript",
            "12:30",
            "a & b",
            "&#106; is a letter: j",
            "&#99999999999;javascript",
            "100 %",
            "",
        ] {
            assert!(acts(text).is_none(), "{text:?}");
        }
    }

    #[test]
    fn secrets_in_texts() {
        for text in [
            "https://user:pw@x.example/",
            "see https://user:pw@x.example/ for more",
            "(https://user@x.example)",
            "//user:pw@x.example",
            "https:user:pw@x.example",
            "HTTPS:/user:pw@x.example",
            "ftp://user:pw@x.example/",
        ] {
            assert!(looks_secret(text), "{text}");
        }
        for text in [
            "mailto:a@b.example",
            "a@b.example",
            "https://x.example/@user",
            "write to a@b.example: https://x.example/",
            "Photo: @somebody",
            "//",
            "",
        ] {
            assert!(!looks_secret(text), "{text}");
        }
    }

    #[test]
    fn mail_addresses() {
        for text in ["desk@archive.example", "a.b+c_d-e@x-y.example.org"] {
            assert!(is_mail(text), "{text}");
        }
        for text in [
            "",
            "desk",
            "@x.example",
            "desk@",
            "a@b@c.example",
            "a b@x.example",
            "a@x.example?bcc=b@x.example",
            "a@x.example,b@x.example",
            "a%0Ab@x.example",
            "a@x.example\nbcc:b",
            ".a@x.example",
            "a@x..example",
            "\"a\"@x.example",
            "mailto:a@x.example",
        ] {
            assert!(!is_mail(text), "{text:?}");
        }
    }

    #[test]
    fn values_are_encoded() {
        let mut out = String::new();
        encode_value("a-Z.0_~ &?#%+\r\n\"<é", &mut out);
        assert_eq!(out, "a-Z.0_~%20%26%3F%23%25%2B%0D%0A%22%3C%C3%A9");
    }

    #[test]
    fn hosts_and_ports() {
        for text in [
            "x.example",
            "x.example:",
            "x.example:0",
            "x.example:65535",
            "x.example:00080",
            "例え.jp:80",
            "127.0.0.1:1",
            "[::1]",
            "[2001:db8::1]:443",
            "[::ffff:127.0.0.1]",
            "me@x.example:22",
            "me:pw@[::1]:22",
        ] {
            assert!(is_authority(text), "{text}");
        }
        for text in [
            "",
            ":80",
            "me@",
            "me@:80",
            "x.example:65536",
            "x.example:99999",
            "x.example:-1",
            "x.example:+1",
            "x.example:８０",
            "x.example:http",
            "x.example:1:2",
            "::1",
            "[::1",
            "::1]",
            "[]",
            "[x.example]",
            "[::1]80",
            "[::1]:99999",
            "[::1]]",
            "[:::1]",
            "x[.example",
        ] {
            assert!(!is_authority(text), "{text}");
        }
    }

    #[test]
    fn addresses_of_the_web_and_of_the_site() {
        for url in ["https://x.example/", "http://x.example:80/ä?b#c", "https://例え.jp"] {
            assert!(is_web(url) && !is_of_site(url), "{url}");
        }
        for url in ["/", "/about/", "/tags/a:b/?x#y"] {
            assert!(is_of_site(url) && !is_web(url), "{url}");
        }
        for url in [
            "",
            "x",
            "//x.example",
            "/\\x.example",
            "/\t/x.example",
            "https:///x",
            "https://[::1",
            "https://:80/",
            "https://?q",
            "https://x.example:99999/",
            "https://\\x",
            "https://a.example\\@x.example",
            "https://x y",
            "javascript:x",
        ] {
            assert!(!is_web(url) && !is_of_site(url), "{url:?}");
        }
    }

    #[test]
    fn rights_have_addresses() {
        let cc = "https://creativecommons.org/licenses/by-sa/4.0/";
        assert_eq!(rights_url("CC-BY-SA-4.0").as_deref(), Some(cc));
        assert_eq!(rights_url("http://rightsstatements.org/vocab/InC/1.0/").as_deref().map(str::len), Some(42));
        assert_eq!(rights_url("javascript:alert(1)"), None);
        assert_eq!(rights_url("All rights reserved"), None);
    }
}
