//! `_redirects`: `from to status` on a line.

use super::hosts::RedirectFile;
use super::patterns::{Pattern, fill};

/// The file's name.
pub const REDIRECTS: &str = "_redirects";

/// A line of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Redirect {
    from: Pattern,
    /// A path of the site with what follows it, or, of a redirect, any URL.
    to: String,
    status: u16,
    /// It comes before files.
    first: bool,
}

/// The rules of a file, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Redirects {
    list: Vec<Redirect>,
    either_slash: bool,
}

/// Where a path leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Led {
    pub status: u16,
    /// Of a redirect, its `Location`, else the address whose file is served.
    pub to: String,
}

impl Led {
    pub fn is_redirect(&self) -> bool {
        (300..400).contains(&self.status)
    }
}

impl Redirects {
    /// Reads a file as a host would. Lines that the host would not follow come back as remarks.
    pub fn parse(text: &str, how: &RedirectFile) -> (Redirects, Vec<String>) {
        let mut redirects = Redirects { list: Vec::new(), either_slash: how.either_slash };
        let mut remarks = Vec::new();
        for (line, n) in text.lines().zip(1..) {
            match parse_line(line, how) {
                Ok(rule) => redirects.list.extend(rule),
                Err(why) => remarks.push(format!("{REDIRECTS}, line {n}: {why}")),
            }
        }
        (redirects, remarks)
    }

    /// Where a decoded path leads; with `first` only by rules that come before files.
    pub fn lead(&self, path: &str, first: bool) -> Option<Led> {
        self.list.iter().filter(|rule| rule.first || !first).find_map(|rule| {
            let values = rule.from.read(path, self.either_slash)?;
            Some(Led { status: rule.status, to: fill(&rule.to, &values, true) })
        })
    }
}

fn parse_line(line: &str, how: &RedirectFile) -> Result<Option<Redirect>, String> {
    let mut words: Vec<&str> = line.split_whitespace().collect();
    if how.remarks {
        let remark = words.iter().position(|word| word.starts_with('#'));
        words.truncate(remark.unwrap_or(words.len()));
    }
    let (from, to, status) = match *words {
        [] => return Ok(None),
        [first, ..] if first.starts_with('#') => return Ok(None),
        [from, to] => (from, to, None),
        [from, to, status] => (from, to, Some(status)),
        [_] => return Err("it has no destination".to_owned()),
        _ => return Err("it is more than `from to status`; nothing else is tried here".to_owned()),
    };
    let from = Pattern::read_as(from, how.encoded)?;
    let (status, force) = match status {
        None => (how.default, false),
        Some(word) => {
            let bare = word.strip_suffix('!').filter(|_| how.force);
            let status = bare.unwrap_or(word).parse().ok().filter(|status| how.statuses.contains(status));
            let known: Vec<String> = how.statuses.iter().map(u16::to_string).collect();
            (status.ok_or_else(|| format!("the status is none of {}", known.join(", ")))?, bare.is_some())
        }
    };
    let inside = to.starts_with('/') && !to.starts_with("//");
    let redirect = (300..400).contains(&status);
    let outside = to.starts_with("https://") || to.starts_with("http://");
    match (inside, outside && redirect) {
        (true, _) | (_, true) => Ok(Some(Redirect { from, to: ascii(to), status, first: how.over_files || force })),
        _ if redirect => Err("the destination is no path and no URL".to_owned()),
        _ => Err("what is served in place of another is a path of the site".to_owned()),
    }
}

/// A URL in the characters that a header may hold.
fn ascii(url: &str) -> String {
    let mut out = String::with_capacity(url.len());
    for c in url.chars() {
        match c.is_ascii_graphic() {
            true => out.push(c),
            false => crate::base::path::encode_path(c.encode_utf8(&mut [0; 4]), &mut out),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hosting::hosts::rules;

    fn parse(text: &str, host: &str) -> (Redirects, Vec<String>) {
        Redirects::parse(text, &rules(host).unwrap().redirects.unwrap())
    }

    #[test]
    fn lines_are_read_as_the_host_reads_them() {
        let text = "# old\n\n/a /b\n/c/* https://x.example/拉/:splat 308\n/d /e 200\n/f /g # why\n/h /i 301!\n";
        let led = |host: &str, path: &str| {
            let led = parse(text, host).0.lead(path, false)?;
            Some((led.status, led.to))
        };
        assert_eq!(led("netlify", "/a/"), Some((301, "/b".to_owned())));
        assert_eq!(led("cloudflare", "/a"), Some((302, "/b".to_owned())));
        assert_eq!(led("cloudflare", "/a/"), None);
        assert_eq!(led("netlify", "/c/1 2"), Some((308, "https://x.example/%E6%8B%89/1%202".to_owned())));
        assert_eq!(led("gitlab", "/c/1"), None, "308 is no status there");
        assert_eq!(led("gitlab", "/d"), Some((200, "/e".to_owned())));
        assert_eq!(led("netlify", "/f"), Some((301, "/g".to_owned())));
        assert_eq!(led("cloudflare", "/f"), None);
        let lines = |host: &str| parse(text, host).1.iter().map(|text| text[17..18].to_owned()).collect::<String>();
        assert_eq!([lines("netlify"), lines("cloudflare"), lines("gitlab")], ["", "67", "467"]);
    }

    #[test]
    fn only_some_rules_come_before_files() {
        let first = |host: &str, path: &str| parse("/a /b\n/h /i 301!\n", host).0.lead(path, true).is_some();
        assert!(!first("netlify", "/a") && first("netlify", "/h") && first("cloudflare", "/a"));
    }

    #[test]
    fn what_cannot_be_followed_is_said() {
        for line in
            ["/a", "a /b", "/a b", "/a //b", "/a javascript:x", "/a https://x.example/ 200", "/a /b 999", "/a q=:q /b"]
        {
            let (redirects, remarks) = parse(line, "netlify");
            assert!(redirects.list.is_empty() && remarks.len() == 1, "{line}");
        }
    }
}
