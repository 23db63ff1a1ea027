//! Addresses as texts: their paths, in a form in which they can be compared, and what a relative address means. It must
//! not know which addresses exist.

use crate::base::path;

/// An address without its query and fragment, and the fragment.
pub fn split_fragment(dest: &str) -> (&str, Option<&str>) {
    match dest.split_once('#') {
        Some((address, fragment)) => (address, Some(fragment).filter(|fragment| !fragment.is_empty())),
        None => (dest, None),
    }
}

/// Returns the key of a path on the old site: decoded, without slashes at its ends, query, `index.html` and `.html`.
pub fn key(address: &str) -> String {
    let bare = address.split(['?', '#']).next().unwrap_or_default();
    let decoded = path::decoded(bare);
    let bare = decoded.trim_matches('/');
    let bare = ["index.html", "index.htm", "index.php"].iter().fold(bare, |bare, index| {
        bare.strip_suffix(index).filter(|rest| rest.is_empty() || rest.ends_with('/')).unwrap_or(bare)
    });
    let bare = bare.trim_end_matches('/');
    let bare = bare.strip_suffix(".html").or_else(|| bare.strip_suffix(".htm")).unwrap_or(bare);
    path::fold(bare)
}

/// Returns the path and the rest of an address on the site at `base`, whatever its scheme and `www.`.
pub fn below<'a>(address: &'a str, base: &str) -> Option<&'a str> {
    let plain = |text: &str| {
        let rest = text.strip_prefix("https:").or_else(|| text.strip_prefix("http:")).unwrap_or(text);
        let rest = rest.strip_prefix("//")?;
        Some(text.len() - rest.strip_prefix("www.").unwrap_or(rest).len())
    };
    let (start, base_start) = (plain(address)?, plain(base)?);
    let base = base[base_start..].trim_end_matches('/');
    let rest = &address[start..];
    let head = rest.get(..base.len())?;
    let tail = &rest[base.len()..];
    let ends = tail.is_empty() || tail.starts_with(['/', '?', '#']);
    (head.eq_ignore_ascii_case(base) && ends).then_some(tail)
}

/// Returns the `owner/name` of a repository and the path of a file in it, for an address of its raw text or its page.
pub fn in_repository(address: &str) -> Option<(String, &str)> {
    let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"))?;
    let (host, rest) = rest.split_once('/')?;
    let mut parts = rest.splitn(3, '/');
    let name = format!("{}/{}", parts.next()?, parts.next()?);
    let rest = parts.next()?;
    let path = match host {
        "raw.githubusercontent.com" | "raw.github.com" => {
            rest.strip_prefix("refs/heads/").unwrap_or(rest).split_once('/')?.1
        }
        "github.com" | "www.github.com" => {
            let (kind, rest) = rest.split_once('/')?;
            matches!(kind, "raw" | "blob").then_some(())?;
            rest.split_once('/')?.1
        }
        _ => return None,
    };
    Some((name, path.split(['?', '#']).next().unwrap_or(path)))
}

/// Returns what a relative address means in a page at an absolute one.
pub fn join(base: &str, relative: &str) -> Option<String> {
    let (scheme, rest) = base.split_once("://")?;
    let rest = rest.split(['?', '#']).next().unwrap_or(rest);
    let (host, folder) = match rest.split_once('/') {
        Some((host, path)) => (host, path.rsplit_once('/').map_or("", |(folder, _)| folder)),
        None => (rest, ""),
    };
    if let Some(rest) = relative.strip_prefix("//") {
        return Some(format!("{scheme}://{rest}"));
    }
    if let Some(rest) = relative.strip_prefix('/') {
        return Some(format!("{scheme}://{host}/{rest}"));
    }
    Some(format!("{scheme}://{host}/{}", join_path(folder, relative)))
}

/// Returns what a relative path means in a folder. Steps above the top stay there, as in browsers.
pub fn join_path(folder: &str, relative: &str) -> String {
    let end = relative.find(['?', '#']).unwrap_or(relative.len());
    let (path, rest) = relative.split_at(end);
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let slash = if path.ends_with('/') && !parts.is_empty() { "/" } else { "" };
    format!("{}{slash}{rest}", parts.join("/"))
}

/// Returns the relative path from a file to another, encoded for a link in Markdown.
pub fn relative(from: &str, to: &str) -> String {
    let folder: Vec<&str> = from.split('/').collect();
    let folder = &folder[..folder.len() - 1];
    let target: Vec<&str> = to.split('/').collect();
    let common = folder.iter().zip(&target[..target.len() - 1]).take_while(|(a, b)| a == b).count();
    let mut out = "../".repeat(folder.len() - common);
    out.push_str(&encoded(&target[common..].join("/")));
    out
}

/// Returns a path encoded so that it can stand between the brackets of a link.
pub fn encoded(path: &str) -> String {
    let mut out = String::new();
    path::encode_path(path, &mut out);
    out.replace('(', "%28").replace(')', "%29").replace('*', "%2A").replace(':', "%3A")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_addresses_are_compared() {
        for same in ["/2021/a/", "2021/a", "/2021/a.html", "/2021/A/index.html", "/2021/%61/?utm=1#x"] {
            assert_eq!(key(same), "2021/a", "{same}");
        }
        assert_eq!((key("/"), key("/index.html"), key("/my-index.html")), ("".into(), "".into(), "my-index".into()));
    }

    #[test]
    fn addresses_below_a_site() {
        assert_eq!(below("http://www.example.org/a/?x", "https://example.org"), Some("/a/?x"));
        assert_eq!(below("//Example.org/blog/a", "https://example.org/blog/"), Some("/a"));
        assert_eq!(below("https://example.organic/a", "https://example.org"), None);
        assert_eq!(below("https://example.org", "https://example.org"), Some(""));
        assert_eq!(below("/a", "https://example.org"), None);
    }

    #[test]
    fn files_of_a_repository() {
        let found = |address| in_repository(address).map(|(name, path)| format!("{name} {path}"));
        assert_eq!(found("https://raw.githubusercontent.com/o/r/master/img/a.png").as_deref(), Some("o/r img/a.png"));
        assert_eq!(found("https://github.com/o/r/blob/main/a/b.md#x").as_deref(), Some("o/r a/b.md"));
        assert_eq!((found("https://github.com/o/r/issues/1"), found("https://example.org/o/r/raw/a/b")), (None, None));
    }

    #[test]
    fn relative_addresses() {
        let base = "https://example.jp/news/2021/a.html?x";
        for (relative, absolute) in [
            ("b.html", "https://example.jp/news/2021/b.html"),
            ("../c/#d", "https://example.jp/news/c/#d"),
            ("/e?f=../g", "https://example.jp/e?f=../g"),
            ("//x.example/h", "https://x.example/h"),
            ("../../../../i", "https://example.jp/i"),
        ] {
            assert_eq!(join(base, relative).as_deref(), Some(absolute));
        }
        assert_eq!(relative_of("content/articles/2021/a.md", "content/articles/2021/a/p (1).png"), "a/p%20%281%29.png");
        assert_eq!(relative_of("content/articles/2021/a/index.md", "content/pages/b.md"), "../../../pages/b.md");
    }

    fn relative_of(from: &str, to: &str) -> String {
        relative(from, to)
    }
}
