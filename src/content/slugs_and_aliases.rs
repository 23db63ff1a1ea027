//! Reads `slug` and `aliases` of an article, and `aliases` of a page. It must not know the addresses of others.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

use crate::base::diag::is_unprintable;
use crate::base::doc::Value;
use crate::base::reader::Reader;
use crate::base::{path, problem, reserved};

/// Parses a slug. Decodes percent escapes, because people copy slugs from the browser. `Err` explains why it is
/// invalid.
pub fn slug(written: &str) -> Result<String, String> {
    let value: String = decoded(written)?.nfc().collect();
    if value.contains('/') {
        return Err("it has more than one segment".to_owned());
    }
    if value.contains('%') {
        return Err("a `%` in it is not followed by two hexadecimal digits".to_owned());
    }
    check_reserved(&value)?;
    path::check_segment(&value)?;
    path::check_visible(&value)?;
    Ok(value)
}

fn decoded(written: &str) -> Result<String, String> {
    let plain = path::decode_percent(written).ok_or("its `%` sequences do not encode UTF-8")?;
    match plain.chars().find(|c| is_unprintable(*c)) {
        Some(c) => Err(format!("it encodes the control character U+{:04X}", c as u32)),
        None => Ok(plain),
    }
}

/// Reads `aliases`: paths of this site, stored without the leading slash. A trailing slash is kept, because it decides
/// the file of the redirect. Duplicates are dropped.
pub fn aliases(r: &mut Reader) -> Box<[(Box<str>, Range<usize>)]> {
    blank_aliases(r);
    let mut out: Vec<(Box<str>, Range<usize>)> = Vec::new();
    for written in r.strings("aliases") {
        match alias(written.value) {
            Ok(path) if out.iter().any(|(known, _)| known.trim_end_matches('/') == path.trim_end_matches('/')) => {}
            Ok(path) => out.push((path.into(), written.at)),
            Err(why) => r.problems.borrow_mut().push(problem::bad_alias(r.span(&written.at), written.value, &why)),
        }
    }
    out.into()
}

fn alias(written: &str) -> Result<String, String> {
    // If they belong to the path, they must be written `%3F` and `%23`. No host could store a query or fragment.
    for (mark, name) in [('?', "a question mark"), ('#', "a `#`")] {
        if written.contains(mark) {
            return Err(format!("it has {name}, but an alias is only a path"));
        }
    }
    if written.contains("://") || written.starts_with("//") {
        return Err("it is a full URL; write only the path".to_owned());
    }
    if !path::is_percent_encoded(written) {
        return Err("a `%` in it is not followed by two hexadecimal digits; write `%25` for a `%` in the old address"
            .to_owned());
    }
    let path: String = decoded(written)?.trim_start_matches('/').nfc().collect();
    let bare = path.trim_end_matches('/');
    if bare.is_empty() {
        return Err("it is the address of the home page".to_owned());
    }
    if bare.chars().all(path::is_invisible) {
        return Err("all its characters are invisible".to_owned());
    }
    check_reserved(bare)?;
    path::check_output_path(bare)?;
    Ok(path)
}

fn check_reserved(path: &str) -> Result<(), String> {
    reserved::in_address(path).map_or(Ok(()), |why| Err(why.to_owned()))
}

/// Reports empty strings in the list, which other lists drop.
fn blank_aliases(r: &mut Reader) {
    let Some(node) = r.node("aliases") else { return };
    let items = match &node.value {
        Value::Array(items) => items.as_slice(),
        _ => std::slice::from_ref(node),
    };
    for item in items {
        if matches!(&item.value, Value::String(text) if text.trim().is_empty()) {
            r.problems.borrow_mut().push(problem::bad_alias(r.span(&item.at), "", ""));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_decoded_or_refused() {
        assert_eq!(slug("%e6%97%a5%e6%9c%ac").as_deref(), Ok("日本"));
        assert_eq!(slug("caf%65\u{301}").as_deref(), Ok("café"));
        for bad in [
            "100%",
            "%e6",
            "%25e6",
            "a%2Fb",
            "a%00b",
            "%EF%BF%BF",
            "%20a",
            "\u{200B}",
            "a%E2%80%8Bb",
            "..",
            "%2e%2e",
            ".git",
            "GIT~1",
            "%2Egit",
            ".recto",
            ".htaccess",
        ] {
            assert!(slug(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn aliases_are_paths() {
        assert_eq!(alias("/%e6%97%a5/").as_deref(), Ok("日/"));
        assert_eq!(alias("old.php").as_deref(), Ok("old.php"));
        assert_eq!(alias("/a%23b/").as_deref(), Ok("a#b/"));
        assert_eq!(alias("/100%25/").as_deref(), Ok("100%/"));
        for bad in [
            "/old#frag",
            "/old?p=1",
            "#",
            "/",
            "//",
            "\u{200B}",
            "https://example.org/old/",
            "/../x",
            "/%FF/",
            "/a//b",
            "/%zz",
            "/100%",
            "/a%2",
            "/.git/config",
            "/a/.GIT/",
            "/git~1/config",
            "/%2Egit%E2%80%8C/x/",
            "/.recto/manifest-v1",
            "/a/.Recto-manifest.html",
            "/__recto/unpublished",
            "/.htaccess/",
            "/a/web.config",
            "/.gitmodules/",
        ] {
            assert!(alias(bad).is_err(), "{bad}");
        }
    }
}
