//! The overlay of a host: redirects and headers that are deployed beside a site. They are not part of the build,
//! whose output is the same for every host. A pure function of its input and a host.

use std::collections::BTreeSet;

use super::headers::{HEADERS, HeaderRules};
use super::hosts::{HostRules, OverlayKind};
use super::limits::SiteSize;
use super::overlay_input::{OverlayInput, PageMove};
use super::redirects::{REDIRECTS, RedirectRules};
use super::remarks::Remark;
use super::rule_files;
use super::servers::{self, ServerAnswers};

/// The files that a host is given beside the site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overlay {
    /// Files by their path below the site's root, sorted. A file of the site with the same path is replaced; its
    /// rules are part of the new file.
    pub add: Vec<(String, Vec<u8>)>,
    /// Outputs that are not deployed: pages that only redirect, and would hide the host's own redirect.
    pub leaves_out: BTreeSet<String>,
    /// Notes for the user.
    pub remarks: Vec<String>,
    /// Lines of the site's own rules that the host or its preview would not follow.
    pub own: Vec<Remark>,
    /// The rules of `_redirects` and `_headers`, including the site's own; and those with patterns, if the host
    /// counts them separately.
    pub redirects: u64,
    pub patterns: u64,
    pub header_rules: u64,
    /// How a server that includes a configuration answers. Hosts that read files have this in those.
    pub server: Option<ServerAnswers>,
}

impl Overlay {
    /// Returns the size of everything at the host. `outputs` are the site's outputs with their sizes in bytes.
    pub fn facts<'s>(&self, outputs: impl Iterator<Item = (&'s str, u64)>) -> SiteSize {
        let mut facts = SiteSize::default();
        (facts.redirects, facts.patterns, facts.header_rules) = (self.redirects, self.patterns, self.header_rules);
        outputs.filter(|(path, _)| self.keeps(path)).for_each(|(path, size)| facts.add(path, size));
        for (path, bytes) in &self.add {
            facts.add(path, bytes.len() as u64);
            if path == REDIRECTS {
                facts.redirect_bytes = bytes.len() as u64;
            }
        }
        facts
    }

    /// Returns whether an output of the site is deployed unchanged.
    pub fn keeps(&self, path: &str) -> bool {
        !self.leaves_out.contains(path) && !self.add.iter().any(|(own, _)| own == path)
    }
}

/// Makes the overlay for a host.
pub fn overlay(table: &OverlayInput, rules: &HostRules) -> Overlay {
    match rules.beside {
        OverlayKind::Nothing => Overlay { remarks: lost(table, rules.name), ..Overlay::default() },
        OverlayKind::NoJekyll => {
            let add = vec![(".nojekyll".to_owned(), Vec::new())];
            Overlay { add, remarks: lost(table, rules.name), ..Overlay::default() }
        }
        OverlayKind::Files => of_files(table, rules),
        OverlayKind::Nginx | OverlayKind::Caddy | OverlayKind::Apache => of_server(table, rules.beside),
    }
}

fn of_server(table: &OverlayInput, beside: OverlayKind) -> Overlay {
    if let Err(why) = servers::check_base(&table.base) {
        return Overlay { remarks: vec![why], ..Overlay::default() };
    }
    let files = match beside {
        OverlayKind::Nginx => servers::nginx(table),
        OverlayKind::Caddy => servers::caddy(table),
        _ => servers::apache(table),
    };
    let mut add: Vec<_> = files.into_iter().map(|(path, text)| (path, text.into_bytes())).collect();
    add.sort();
    // Keep the pages: the server redirects before it looks for files, and until it has read its configuration the
    // pages redirect.
    Overlay { add, server: Some(ServerAnswers::new(table)), ..Overlay::default() }
}

fn of_files(table: &OverlayInput, rules: &HostRules) -> Overlay {
    let mut out = Overlay::default();
    if let Some(how) = &rules.redirects {
        // If the host shows a page at the old address, that page takes precedence over the rule.
        let (shown, moves): (Vec<PageMove>, Vec<PageMove>) = table.moves.iter().cloned().partition(|one| one.beside);
        let table = OverlayInput { moves, ..table.clone() };
        let written = rule_files::redirects(&table, how, rules.name);
        let left: BTreeSet<&str> = written.left.iter().map(|one| &*one.page).collect();
        let gone = table.moves.iter().chain(&shown).filter(|one| !left.contains(&*one.page));
        out.leaves_out = gone.map(|one| one.page.clone()).collect();
        (out.redirects, out.patterns) = (written.rules, written.patterns);
        out.own.extend(table.own_redirects.iter().flat_map(|text| RedirectRules::parse(text, how).1));
        out.remarks.extend(remark(&written.left, rules.name, table.pages));
        if !written.text.is_empty() {
            out.add.push((REDIRECTS.to_owned(), written.text.into_bytes()));
        }
    }
    if let Some(how) = &rules.headers {
        out.own.extend(table.own_headers.iter().flat_map(|text| HeaderRules::parse(text, how).1));
        let written = rule_files::headers(table, rules);
        out.header_rules = written.rules;
        if !written.text.is_empty() {
            out.add.push((HEADERS.to_owned(), written.text.into_bytes()));
        }
    }
    out.add.sort();
    out
}

/// Returns notes about aliases for which the site has no pages and the host no redirects.
fn lost(table: &OverlayInput, host: &str) -> Vec<String> {
    let first = table.moves.first().filter(|_| !table.pages).map(|one| &one.from);
    let what = first.map(|first| match table.moves.len() {
        1 => format!("the alias /{first} does not work"),
        n => format!("{n} aliases, such as /{first}, do not work"),
    });
    let why = format!("Recto writes no redirects for {host}, and `[redirects] as` is \"none\"");
    what.map(|what| format!("{what}: {why}")).into_iter().collect()
}

/// Returns a note about moves that the host's rules cannot express.
fn remark(left: &[&PageMove], host: &str, pages: bool) -> Option<String> {
    let first = left.first()?;
    let what = match left.len() {
        1 => format!("the alias /{} cannot be a rule", first.from),
        n => format!("{n} aliases, such as /{}, cannot be rules", first.from),
    };
    let rest = match pages {
        true => "HTML pages redirect from there instead",
        false => "nothing redirects from there, because `[redirects] as` is \"none\"",
    };
    Some(format!("{what} of _redirects for {host}: {rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hosting::hosts::{find, names};

    fn one(from: &str, beside: bool) -> PageMove {
        let page = format!("{from}/index.html");
        PageMove { from: from.into(), is_file: false, to: format!("/{from}.html"), permanent: true, page, beside }
    }

    fn made(host: &str, moves: Vec<PageMove>, pages: bool) -> Overlay {
        overlay(&OverlayInput { moves, pages, ..OverlayInput::default() }, find(host).unwrap())
    }

    #[test]
    fn every_host_gets_what_it_reads() {
        let paths = |host: &str| {
            let made = made(host, vec![one("old", false)], true);
            let paths: Vec<String> = made.add.into_iter().map(|(path, _)| path).collect();
            (paths.join(" "), made.leaves_out.len())
        };
        let expected = [
            ("plain", "", 0),
            ("github", ".nojekyll", 0),
            ("gitlab", "_redirects", 1),
            ("netlify", "_headers _redirects", 1),
            ("cloudflare", "_headers _redirects", 1),
            ("s3", "", 0),
            ("gcs", "", 0),
            ("azure", "", 0),
            ("nginx", ".recto/nginx.conf", 0),
            ("caddy", ".recto/Caddyfile", 0),
            ("apache", ".recto/apache.conf .recto/redirects-301.txt", 0),
        ];
        assert_eq!(names(), expected.map(|(host, ..)| host));
        for (host, files, pages) in expected {
            assert_eq!(paths(host), (files.to_owned(), pages), "{host}");
        }
    }

    #[test]
    fn what_the_host_cannot_take_is_said() {
        let moves = || (0..1500).map(|n| one(&format!("old-{n:04}"), false)).collect::<Vec<_>>();
        let pages = made("gitlab", moves(), true);
        assert_eq!((pages.redirects, pages.leaves_out.len()), (1000, 1000));
        assert!(!pages.leaves_out.contains("old-1000/index.html") && pages.keeps("old-1000/index.html"));
        let why = "500 aliases, such as /old-1000, cannot be rules of _redirects for gitlab: ";
        assert_eq!(pages.remarks, [format!("{why}HTML pages redirect from there instead")]);
        let none = made("gitlab", moves(), false).remarks;
        assert_eq!(none, [format!("{why}nothing redirects from there, because `[redirects] as` is \"none\"")]);
    }

    #[test]
    fn what_leads_nowhere_is_said() {
        for host in ["plain", "github", "s3", "gcs", "azure"] {
            assert_eq!(made(host, vec![one("old", false)], true).remarks, [""; 0]);
            assert_eq!(made(host, vec![], false).remarks, [""; 0]);
            let why = format!("Recto writes no redirects for {host}, and `[redirects] as` is \"none\"");
            assert_eq!(
                made(host, vec![one("old", false)], false).remarks,
                [format!("the alias /old does not work: {why}")]
            );
            let two = made(host, vec![one("a", false), one("b", false)], false).remarks;
            assert_eq!(two, [format!("2 aliases, such as /a, do not work: {why}")]);
        }
        for host in ["nginx", "caddy", "apache", "netlify"] {
            assert_eq!(made(host, vec![one("old", false)], false).remarks, [""; 0]);
        }
    }

    /// Cloudflare redirects `/x.html` to `/x`, so a rule for `/x` would lead back.
    #[test]
    fn no_rule_leads_in_circles() {
        let made = made("cloudflare", vec![one("x", true), one("y", false)], true);
        let text = String::from_utf8(made.add[1].1.clone()).unwrap();
        assert!(!text.contains("/x ") && text.contains("/y "), "{text}");
        assert_eq!(made.leaves_out.len(), 2);
    }

    #[test]
    fn a_base_that_would_have_to_be_escaped_is_refused() {
        let table = |base: &str| OverlayInput { base: base.into(), ..OverlayInput::default() };
        let nginx = find("nginx").unwrap();
        for base in ["/a\n", "/a\"", "/a;b", "/a{", "/$x", "/a b", "/%"] {
            assert!(overlay(&table(base), nginx).add.is_empty(), "{base}");
        }
        assert!(!overlay(&table("/sub/日本"), nginx).add.is_empty());
    }
}
