//! Reads `_redirects`: lines of `from to status`, and the rule that matches a path. Text only; it must not open the
//! file.

use super::hosts::RedirectFile;
use super::patterns::{PathPattern, fill};
use super::remarks::{self, Remark, RemarkReason};

/// The file's name.
pub const REDIRECTS: &str = "_redirects";

/// A line of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
struct RedirectRule {
    from: PathPattern,
    /// A path of the site with query and fragment or, for a redirect, any URL.
    to: String,
    status: u16,
    /// Whether the rule takes precedence over files.
    first: bool,
}

/// The rules of a file, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RedirectRules {
    list: Vec<RedirectRule>,
    either_slash: bool,
}

/// The result of a rule that matched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleMatch {
    pub status: u16,
    /// For a redirect its `Location`, otherwise the address whose file is served.
    pub to: String,
}

impl RuleMatch {
    pub fn is_redirect(&self) -> bool {
        (300..400).contains(&self.status)
    }
}

impl RedirectRules {
    /// Parses a file as a host would. Lines that the host would not follow are returned as remarks.
    pub fn parse(text: &str, how: &RedirectFile) -> (RedirectRules, Vec<Remark>) {
        let mut redirects = RedirectRules { list: Vec::new(), either_slash: how.either_slash };
        let mut remarks = Vec::new();
        for line in remarks::lines(text) {
            let short = line.check_length(how.longest_line).map_err(RemarkReason::from);
            match short.and_then(|()| parse_line(line.words, how)) {
                Ok(rule) => redirects.list.push(rule),
                Err(why) => remarks.push(line.remark(REDIRECTS, why)),
            }
        }
        (redirects, remarks)
    }

    /// Finds the rule for a decoded path. With `first`, only rules that take precedence over files count.
    pub fn lead(&self, path: &str, first: bool) -> Option<RuleMatch> {
        self.list.iter().filter(|rule| rule.first || !first).find_map(|rule| {
            let values = rule.from.read(path, self.either_slash)?;
            Some(RuleMatch { status: rule.status, to: fill(&rule.to, &values, true) })
        })
    }
}

fn parse_line(line: &str, how: &RedirectFile) -> Result<RedirectRule, RemarkReason> {
    // Features that some hosts support and the preview does not.
    let more = |text: &str| RemarkReason { text: text.to_owned(), only_here: how.knows_more };
    let mut words: Vec<&str> = line.split_whitespace().collect();
    if how.remarks {
        let remark = words.iter().position(|word| word.starts_with('#'));
        words.truncate(remark.unwrap_or(words.len()));
    }
    // `Country=us` or `id=:id`: the host may support the line, whatever else seems wrong with it.
    let has_more = words.iter().skip(1).any(|word| {
        word.split_once('=')
            .is_some_and(|(name, _)| name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b)))
    });
    let fault = |text: &str| if has_more { more(text) } else { RemarkReason::from(text) };
    let (from, to, status) = match *words {
        [from, to] => (from, to, None),
        [from, to, status] => (from, to, Some(status)),
        [] | [_] => return Err("it has no destination".into()),
        _ => return Err(more("expected `from to status`; anything more is not supported here")),
    };
    let outside = |url: &str| url.starts_with("https://") || url.starts_with("http://");
    let only_here = outside(from) && how.knows_domains;
    let from =
        PathPattern::read_as(from, how.encoded).map_err(|why| RemarkReason { text: why.to_owned(), only_here })?;
    let (status, force) = match status {
        None => (how.default, false),
        Some(word) => {
            let bare = word.strip_suffix('!').filter(|_| how.force);
            let status = bare.unwrap_or(word).parse().ok().filter(|status| how.statuses.contains(status));
            let known: Vec<String> = how.statuses.iter().map(u16::to_string).collect();
            let unknown = || fault(&format!("the status must be one of {}", known.join(", ")));
            (status.ok_or_else(unknown)?, bare.is_some())
        }
    };
    let inside = to.starts_with('/') && !to.starts_with("//");
    let redirect = (300..400).contains(&status);
    match (inside, outside(to) && redirect) {
        (true, _) | (_, true) => Ok(RedirectRule { from, to: ascii(to), status, first: how.over_files || force }),
        _ if redirect => Err(fault("the destination is neither a path nor a URL")),
        _ => Err(more("the destination of a rewrite must be a path of the site")),
    }
}

/// Encodes a URL in the characters that a header may contain.
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

    fn parse(text: &str, host: &str) -> (RedirectRules, Vec<Remark>) {
        RedirectRules::parse(text, &rules(host).unwrap().redirects.unwrap())
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
        let lines = |host: &str| parse(text, host).1.iter().map(|remark| remark.line.to_string()).collect::<String>();
        assert_eq!([lines("netlify"), lines("cloudflare"), lines("gitlab")], ["", "67", "467"]);
    }

    #[test]
    fn only_some_rules_come_before_files() {
        let first = |host: &str, path: &str| parse("/a /b\n/h /i 301!\n", host).0.lead(path, true).is_some();
        assert!(!first("netlify", "/a") && first("netlify", "/h") && first("cloudflare", "/a"));
    }

    /// A line that the host itself would follow is not a problem of the site.
    #[test]
    fn what_only_the_preview_does_not_follow_is_known() {
        let conditions = ["/a /b 302 Country=us", "/a /b Role=admin", "/a q=:q /b", "/a q=:q /b 301"];
        let others = ["/a https://x.example/b 200", "https://x.example/a /b"];
        for line in conditions.iter().chain(&others) {
            for (host, expected) in [("netlify", true), ("gitlab", *line == others[1]), ("cloudflare", false)] {
                let only_here: Vec<bool> = parse(line, host).1.iter().map(|remark| remark.why.only_here).collect();
                assert_eq!(only_here, [expected], "{host}: {line}");
            }
        }
        for line in ["/a", "/a /b 418", "/a b", "/a /b?x=/c 418"] {
            assert!(!parse(line, "netlify").1[0].why.only_here, "{line}");
        }
        let text = format!("# x\n  /{} /b  \r\n/a /b\n", "a".repeat(996));
        assert_eq!(parse(&text, "netlify").1, []);
        let long = text.replace("/b  ", "/bc");
        let remark = &parse(&long, "cloudflare").1[0];
        assert_eq!((remark.line, remark.to_string().contains("1000 characters")), (2, true));
        assert_eq!(&long[remark.at.clone()], long.lines().nth(1).unwrap().trim());
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
