//! The closure of a template: itself, and all templates that it extends or includes or whose components it calls, with
//! a digest. It reads only texts and must not run tera.
//!
//! `extends` and `include` take only literal names, so a scan of the text finds them all. The scan may find too many,
//! since any quoted name counts. Too many only renders a page for nothing; too few would leave an outdated page in
//! place.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::digest::Digest;

/// Digests of templates and their closures.
#[derive(Debug, Default)]
pub struct Closures {
    /// Templates by their full name.
    templates: BTreeMap<String, TemplateNode>,
    /// For each component, the templates that define it.
    components: BTreeMap<String, BTreeSet<String>>,
    /// The prefixes that select a level, nearest first.
    prefixes: Vec<String>,
}

#[derive(Debug)]
struct TemplateNode {
    digest: Digest,
    /// Quoted names, as written.
    names: BTreeSet<String>,
    /// Words after a `<`.
    calls: BTreeSet<String>,
}

impl Closures {
    /// Scans templates, given as full names and texts.
    pub fn new<'t>(files: impl Iterator<Item = (&'t str, &'t str)>, prefixes: Vec<String>) -> Closures {
        let mut closures = Closures { prefixes, ..Closures::default() };
        for (name, text) in files {
            for component in words_after(text, "component") {
                closures.components.entry(component.to_owned()).or_default().insert(name.to_owned());
            }
            let names = quoted(text).map(str::to_owned).collect();
            let calls = words_after(text, "<").map(str::to_owned).collect();
            closures
                .templates
                .insert(name.to_owned(), TemplateNode { digest: Digest::of(text.as_bytes()), names, calls });
        }
        closures
    }

    /// Returns the full name of the template that a plain name refers to.
    fn find(&self, name: &str) -> Option<&str> {
        let own = std::iter::once(name.to_owned());
        let levels = own.chain(self.prefixes.iter().map(|prefix| format!("{prefix}{name}")));
        levels.into_iter().find_map(|full| self.templates.get_key_value(&full).map(|(name, _)| name.as_str()))
    }

    /// Returns the digest of a template's closure.
    pub fn template(&self, name: &str) -> Digest {
        self.digest(self.find(name).into_iter().collect())
    }

    /// Returns the digest of a component's closure.
    pub fn component(&self, name: &str) -> Digest {
        self.digest(self.components.get(name).into_iter().flatten().map(String::as_str).collect())
    }

    /// Returns the full names of all templates in the closures of these templates and components.
    pub fn reached<'c>(&'c self, templates: &[&str], components: &[&str]) -> BTreeSet<&'c str> {
        let named = templates.iter().filter_map(|name| self.find(name));
        let called = components.iter().filter_map(|name| self.components.get(*name)).flatten().map(String::as_str);
        self.all(named.chain(called).collect())
    }

    fn digest<'c>(&'c self, open: Vec<&'c str>) -> Digest {
        let seen = self.all(open);
        let parts: Vec<(&str, Digest)> = seen.into_iter().map(|name| (name, self.templates[name].digest)).collect();
        Digest::of_value(&parts)
    }

    fn all<'c>(&'c self, mut open: Vec<&'c str>) -> BTreeSet<&'c str> {
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        while let Some(name) = open.pop() {
            if let Some(node) = self.templates.get(name).filter(|_| seen.insert(name)) {
                open.extend(node.names.iter().filter_map(|name| self.find(name)));
                let called = node.calls.iter().filter_map(|name| self.components.get(name));
                open.extend(called.flatten().map(String::as_str));
            }
        }
        seen
    }
}

/// Iterates over the words that follow `mark`, with optional spaces between.
fn words_after<'t>(text: &'t str, mark: &'static str) -> impl Iterator<Item = &'t str> {
    text.match_indices(mark).map(move |(at, _)| {
        let rest = text[at + mark.len()..].trim_start();
        let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.' || c == '-'));
        &rest[..end.unwrap_or(rest.len())]
    })
}

/// Iterates over the texts between two equal quotes on one line.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    ['"', '\'', '`'].into_iter().flat_map(move |quote| {
        text.lines().flat_map(move |line| {
            let marks: Vec<usize> = line.match_indices(quote).map(|(at, _)| at).collect();
            // Take the text between any two neighbouring quotes, so that it does not matter which quote opens.
            marks.windows(2).map(|pair| &line[pair[0] + 1..pair[1]]).collect::<Vec<_>>()
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILES: [(&str, &str); 7] = [
        ("tag.html", "{% extends \"base.html\" %}"),
        ("d/base.html", "{% include 'parts/top.html' %}{{ < card card={c} /> }}"),
        ("d/tag.html", "never used"),
        ("d/parts/top.html", "top"),
        ("d/card.html", "{% component card(card) %}{{ <name x={1} /> }}{% endcomponent card %}"),
        ("d/name.html", "{% component name(x) %}{% endcomponent name %}"),
        ("d/alone.html", "rel=\"name\""),
    ];

    fn with(changed: &str) -> Closures {
        let files =
            FILES.map(|(name, text)| (name, if name == changed { format!("{text}!") } else { text.to_owned() }));
        Closures::new(files.iter().map(|(n, t)| (*n, t.as_str())), vec!["d/".to_owned()])
    }

    #[test]
    fn a_template_changes_with_what_it_is_made_of() {
        let before = with("");
        for (file, tag, alone) in [
            ("tag.html", true, false),
            ("d/base.html", true, false),
            ("d/tag.html", false, false),
            ("d/parts/top.html", true, false),
            ("d/card.html", true, false),
            ("d/name.html", true, false),
            ("d/alone.html", false, true),
        ] {
            let after = with(file);
            assert_eq!(after.template("tag.html") != before.template("tag.html"), tag, "{file}");
            assert_eq!(after.template("alone.html") != before.template("alone.html"), alone, "{file}");
        }
        assert_ne!(with("d/name.html").component("card"), before.component("card"));
        assert_eq!(with("d/base.html").component("card"), before.component("card"));
    }
}
