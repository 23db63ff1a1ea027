//! Writes `_redirects` and `_headers` for the hosts that read them: first the site's own rules, then Recto's. Text
//! only.

use std::fmt::Write;

use super::default_headers::{ALWAYS, FOR_EVER};
use super::headers::HEADERS;
use super::hosts::{HostRules, RedirectFile};
use super::limits::{self, CountedThing};
use super::overlay_input::{OverlayInput, PageMove, as_requested, plain_url};
use super::redirects::REDIRECTS;

/// The beginning of the comment above Recto's rules.
const HEAD: &str = "# Recto: ";

/// A rule file.
pub struct RuleFile<'t> {
    pub text: String,
    /// The number of rules; without those with patterns if a host counts them separately.
    pub rules: u64,
    /// The number of rules with `*` or a placeholder, and those after them, if a host counts them separately.
    pub patterns: u64,
    /// Moves that exceed the host's limits, or that the host could not read.
    pub left: Vec<&'t PageMove>,
}

/// GitLab's limit of segments in a path (`internal/redirects/redirects.go`, 2026-11-25).
const MOST_SEGMENTS: usize = 25;

/// Writes `_redirects`. Cloudflare counts every rule after the first with `*` or a placeholder as a pattern, and
/// allows a hundred of those beside two thousand others. It applies plain rules first wherever they are, so Recto's
/// are written before the patterns there.
pub fn redirects<'t>(table: &'t OverlayInput, how: &RedirectFile, host: &str) -> RuleFile<'t> {
    let own = table.own_redirects.as_deref().unwrap_or_default();
    let at = if how.counts_patterns { first_pattern(own) } else { own.len() };
    let (before, after) = own.split_at(at);
    let count = |text: &str| text.lines().filter(|line| is_rule(line)).count() as u64;
    let most = limits::most(host, CountedThing::Redirects).unwrap_or(u64::MAX);
    let most_bytes = limits::most(host, CountedThing::RedirectBytes).unwrap_or(u64::MAX);
    let mut out = RuleFile { text: before.to_owned(), rules: count(before), patterns: count(after), left: Vec::new() };
    if !out.text.is_empty() && !out.text.ends_with('\n') {
        out.text.push('\n');
    }
    let mut lines = String::new();
    for one in &table.moves {
        let Some(rules) = rules(one, table, how) else {
            out.left.push(one);
            continue;
        };
        let count = rules.lines().count() as u64;
        let bytes = (own.len() + HEAD.len() + 80 + lines.len() + rules.len()) as u64;
        if out.rules + count > most || bytes > most_bytes {
            out.left.push(one);
            continue;
        }
        out.rules += count;
        lines.push_str(&rules);
    }
    if !lines.is_empty() {
        let _ = write!(out.text, "{HEAD}addresses that pages had before\n{lines}");
    }
    out.text.push_str(after);
    out
}

/// Returns where the first rule with `*` or a placeholder starts.
fn first_pattern(text: &str) -> usize {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let from = line.split_whitespace().next().unwrap_or_default();
        let name = from.split(':').skip(1).any(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic()));
        if is_rule(line) && (from.contains('*') || name) {
            return at;
        }
        at += line.len();
    }
    at
}

fn is_rule(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && !line.starts_with('#')
}

/// Returns the rules of a move, each on a line. `None` if the host could not read them.
fn rules(one: &PageMove, table: &OverlayInput, how: &RedirectFile) -> Option<String> {
    let mut paths = one.paths(&table.base);
    if how.either_slash {
        paths.truncate(1);
    }
    let to = destination(&one.to);
    let mut out = String::new();
    for path in paths {
        let from = if how.encoded { as_requested(&path) } else { verbatim(&path)? };
        let line = format!("{from} {to} {}", one.status());
        if how.longest_line.is_some_and(|most| line.len() > most) {
            return None;
        }
        out.push_str(&line);
        out.push('\n');
    }
    Some(out)
}

/// Writes a path for a host that does not decode; `None` if it contains separators, percent signs or characters
/// with a meaning.
fn verbatim(path: &str) -> Option<String> {
    let bad = |c: char| c.is_whitespace() || c.is_control() || "%#*:?=<>\"\\".contains(c);
    let fits = !path.chars().any(bad) && path.matches('/').count() <= MOST_SEGMENTS;
    fits.then(|| path.to_owned())
}

/// Writes a URL in which no host finds a placeholder or a condition.
fn destination(url: &str) -> String {
    let url = plain_url(url);
    let path_ends = url.find(['?', '#']).unwrap_or(url.len());
    let mut out = String::with_capacity(url.len());
    for (at, c) in url.char_indices() {
        let letter = url[at + 1..].starts_with(|next: char| next.is_ascii_alphabetic());
        match c {
            ':' if letter => out.push_str("%3A"),
            '=' if at < path_ends => out.push_str("%3D"),
            _ => out.push(c),
        }
    }
    out
}

/// Writes `_headers`. A header that the site sets itself anywhere is left out, since these hosts would send both.
pub fn headers(table: &OverlayInput, rules: &HostRules) -> RuleFile<'static> {
    let own = table.own_headers.as_deref().unwrap_or_default();
    let sets = |name: &str| {
        let mut names = own.lines().filter_map(|line| line.trim_start_matches(['!', ' ', '\t']).split_once(':'));
        names.any(|(own, _)| own.trim().eq_ignore_ascii_case(name))
    };
    let mut out = RuleFile { text: own.to_owned(), rules: 0, patterns: 0, left: Vec::new() };
    out.rules = own.lines().filter(|line| is_rule(line) && !line.starts_with([' ', '\t'])).count() as u64;
    if !out.text.is_empty() && !out.text.ends_with('\n') {
        out.text.push('\n');
    }
    let always: String =
        ALWAYS.iter().filter(|(name, _)| !sets(name)).map(|(name, value)| format!("  {name}: {value}\n")).collect();
    let most = limits::most(rules.name, CountedThing::HeaderRules).unwrap_or(u64::MAX);
    if !always.is_empty() && out.rules < most {
        let _ = write!(out.text, "{HEAD}every file\n{}/*\n{always}", as_requested(&table.base));
        out.rules += 1;
    }
    let lasting = table.lasting.iter().filter(|_| table.hashed && !sets("Cache-Control"));
    for (at, path) in lasting.enumerate() {
        if out.rules >= most {
            break;
        }
        if at == 0 {
            let _ = writeln!(out.text, "{HEAD}files that never change");
        }
        let path = as_requested(&format!("{}/{path}", table.base));
        let _ = write!(out.text, "{path}\n  Cache-Control: {FOR_EVER}\n");
        out.rules += 1;
    }
    out
}

/// The files that these hosts read.
pub const NAMES: [&str; 2] = [REDIRECTS, HEADERS];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hosting::headers::HeaderRules;
    use crate::hosting::hosts::find;
    use crate::hosting::redirects::RedirectRules;

    fn one(from: &str, to: &str) -> PageMove {
        let is_file = from.ends_with(".html");
        let page = if is_file { from.to_owned() } else { format!("{from}/index.html") };
        PageMove { from: from.into(), is_file, to: to.into(), permanent: true, page, beside: false }
    }

    fn written(host: &str, own: &str, moves: Vec<PageMove>) -> (String, u64, usize) {
        let table = OverlayInput { moves, own_redirects: Some(own.to_owned()), ..OverlayInput::default() };
        let how = find(host).unwrap().redirects.unwrap();
        let out = redirects(&table, &how, host);
        (out.text, out.rules, out.left.len())
    }

    #[test]
    fn rules_are_written_as_the_host_reads_them() {
        let moves = || vec![one("old/拉 #;{}%", "/new/%E6%8B%89/"), one("x.html", "/x/a=b:c")];
        let head = "# Recto: addresses that pages had before\n";
        let encoded = "/old/%E6%8B%89%20%23;%7B%7D%25";
        assert_eq!(
            written("netlify", "/a /b", moves()),
            (format!("/a /b\n{head}{encoded} /new/%E6%8B%89/ 301\n/x.html /x/a%3Db%3Ac 301\n"), 3, 0)
        );
        let both = format!("{encoded} /new/%E6%8B%89/ 301\n{encoded}/ /new/%E6%8B%89/ 301\n/x.html /x/a%3Db%3Ac 301\n");
        let own = ("/a /b\n", "/n/:x /:x\n/c /d\n");
        assert_eq!(
            written("cloudflare", &format!("{}{}", own.0, own.1), moves()),
            (format!("{}{head}{both}{}", own.0, own.1), 4, 0)
        );
        // GitLab compares the decoded path, and has no way to write a space or a percent sign.
        let (text, rules, left) = written("gitlab", "", vec![one("old/拉", "/"), one("a b", "/"), one("50%", "/")]);
        assert_eq!((text, rules, left), (format!("{head}/old/拉 / 301\n"), 1, 2));
    }

    #[test]
    fn what_does_not_fit_stays_a_page() {
        let moves = |n: usize| (0..n).map(|n| one(&format!("old/{n}"), "/new/")).collect::<Vec<_>>();
        let (_, rules, left) = written("gitlab", "/a /b\n", moves(1200));
        assert_eq!((rules, left), (1000, 201));
        let (_, rules, left) = written("cloudflare", "", moves(1200));
        assert_eq!((rules, left), (2000, 200));
        let long = |n: usize| one(&format!("old/{n}/{}", "拉".repeat(60)), "/new/");
        let (text, _, left) = written("gitlab", "", (0..900).map(long).collect());
        assert!(text.len() <= 64 << 10 && left > 500, "{} {left}", text.len());
        assert_eq!(written("cloudflare", "", vec![one(&"x/".repeat(499), "/new/")]).2, 1);
    }

    /// Each kind has a limit of its own.
    #[test]
    fn patterns_are_counted_apart() {
        let moves = |n: usize| (0..n).map(|n| one(&format!("{n}.html"), "/new/")).collect::<Vec<_>>();
        let own = format!("/a /b\n/p:tail /x\n{}", "/s/* /t/:splat\n".repeat(49));
        let table = OverlayInput { moves: moves(2000), own_redirects: Some(own), ..OverlayInput::default() };
        let made = |host: &str| {
            let out = redirects(&table, &find(host).unwrap().redirects.unwrap(), host);
            (out.rules, out.patterns, out.left.len())
        };
        assert_eq!(made("cloudflare"), (2000, 50, 1));
        assert_eq!(made("netlify"), (2051, 0, 0));
    }

    #[test]
    fn headers_are_added_to_the_sites_own() {
        let table = |own: &str| OverlayInput {
            hashed: true,
            lasting: vec!["recto.0123456789abcdef.css".to_owned()],
            own_headers: Some(own.to_owned()),
            base: "/sub".to_owned(),
            ..OverlayInput::default()
        };
        let cloudflare = find("cloudflare").unwrap();
        let plain = headers(&table(""), cloudflare);
        assert_eq!(plain.rules, 2);
        assert_eq!(HeaderRules::parse(&plain.text, &cloudflare.headers.unwrap()).1, []);
        assert!(
            plain.text.contains("/sub/*\n  X-Content-Type-Options: nosniff\n  Referrer-Policy: "),
            "{}",
            plain.text
        );
        assert!(
            plain
                .text
                .ends_with("/sub/recto.0123456789abcdef.css\n  Cache-Control: public, max-age=31536000, immutable\n")
        );
        let own = headers(&table("/*\n  referrer-policy: same-origin\n  Cache-Control: no-store"), cloudflare);
        assert_eq!((own.rules, own.text.matches("eferrer-").count(), own.text.matches("Cache-").count()), (2, 1, 1));
    }

    proptest::proptest! {
        /// For any alias, the rules are lines of three words each, and redirect exactly its path.
        #[test]
        fn no_alias_breaks_out_of_its_line(from in "[^\u{0}-\u{1f}\u{7f}/][^\u{0}-\u{1f}\u{7f}]{0,40}", to in ".{0,30}") {
            let from = from.trim_matches('/').to_owned();
            for host in ["netlify", "cloudflare", "gitlab"] {
                let how = find(host).unwrap().redirects.unwrap();
                let table = OverlayInput { moves: vec![one(&from, &format!("/{to}"))], ..OverlayInput::default() };
                let out = redirects(&table, &how, host);
                let lines: Vec<&str> = out.text.lines().skip(1).collect();
                proptest::prop_assert!(lines.iter().all(|line| line.split_whitespace().count() == 3), "{}", out.text);
                proptest::prop_assert_eq!(lines.len() as u64, out.rules);
                let (read, remarks) = RedirectRules::parse(&out.text, &how);
                proptest::prop_assert!(to.starts_with(['/', '\\']) || remarks.is_empty(), "{:?} {}", remarks, out.text);
                if out.left.is_empty() && remarks.is_empty() {
                    proptest::prop_assert!(read.lead(&format!("/{from}"), false).is_some(), "{}", out.text);
                    proptest::prop_assert!(read.lead(&format!("/{from}x"), false).is_none(), "{}", out.text);
                }
            }
        }
    }
}
