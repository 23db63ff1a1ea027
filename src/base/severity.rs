//! Severities of a run: the site's choices (`[check]` in site.toml), and what stops a publication. Only this file
//! changes a severity.
//!
//! A constructor in `problem/` gives a problem its severity when publishing. The code that conducts a run then applies
//! the higher severities of `check` and the site's choices, here and nowhere else. Problems are cached with their
//! original severity, so that changing a choice does not render a page again.

use super::diag::{Diagnostic, Diagnostics, Severity};
use super::doc::Value;
use super::problem;
use super::problem::codes::CODES;
use super::reader::Reader;

/// The file with the choices: the configuration.
pub const FILE: &str = "site.toml";

/// The purpose of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To find problems.
    Check,
    /// To build, deploy or serve the site.
    Publish,
}

/// The severity that a site chose for a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeverityChoice {
    Error,
    Warning,
    Off,
}

impl SeverityChoice {
    const WORDS: [(&'static str, SeverityChoice); 3] =
        [("error", SeverityChoice::Error), ("warning", SeverityChoice::Warning), ("off", SeverityChoice::Off)];

    fn of(word: &str) -> Option<SeverityChoice> {
        SeverityChoice::WORDS.iter().find(|(known, _)| *known == word).map(|(_, choice)| *choice)
    }
}

/// The key that stands for all codes in [`LINKS`].
const LINKS_KEY: &str = "links";

/// Links, anchors and pictures that lead nowhere. Readers get the text without the link, or the alternative text.
const LINKS: [&str; 3] = ["broken-link", "left-out-asset", "missing-asset"];

/// Codes that are warnings in a build and errors in `check`.
const WORSE_IN_CHECK: [&str; 4] = ["broken-link", "left-out-asset", "missing-alt", "missing-asset"];

/// Codes that only `check` reports, unless the site chooses a severity for them. They compare a translation with its
/// original or with an earlier version, and an editor decides what they mean.
pub const ONLY_IN_CHECK: &[&str] = &[
    "added-block",
    "avoided-term",
    "different-kind",
    "different-number",
    "doubtful-pairs",
    "length-differs",
    "missing-image",
    "moved-anchor",
    "unrendered-term",
    "untranslated-block",
    "untranslated-text",
    "wrong-language",
];

/// Codes that nothing reports unless the site chooses a severity for them. Most of what they find is right.
const OFF_BY_DEFAULT: [&str; 1] = ["doubtful-number"];

/// Codes whose severity a site may raise but not lower. They keep hostile, secret and protected content out of the
/// site.
pub const SAFETY: &[&str] = &[
    "active-asset",
    "ambiguous-original",
    "bidi-control",
    "conflicting-original",
    "control-character",
    "invalid-url",
    "secret-file",
    "secret-in-site",
    "secret-in-url",
    "special-file",
    "symlink",
];

/// Errors that would lose a file of the site.
pub const LOSS: &[&str] = &["bad-address", "bad-file-name", "duplicate-address", "duplicate-file", "folded-twins"];

/// Errors that prevent a page from being made, or would produce a wrong page.
pub const NEEDED: &[&str] = &[
    "bad-image",
    "bad-slug",
    "bad-term",
    "empty-value",
    "fixed-severity",
    "internal",
    "invalid-date",
    "invalid-language",
    "invalid-pattern",
    "invalid-permalink",
    "invalid-target",
    "invalid-timezone",
    "invalid-toml",
    "invalid-utf8",
    "invalid-yaml",
    "misplaced-key",
    "missing-key",
    "missing-string",
    "misnamed-article",
    "no-front-matter",
    "not-a-choice",
    "out-of-range",
    "sibling-language",
    "template",
    "too-complex",
    "too-deep",
    "too-large",
    "too-long",
    "too-many",
    "too-slow",
    "unclosed-front-matter",
    "unknown-theme",
    "unreadable",
    "wrong-type",
];

/// All other codes, whose severity is the site's choice.
pub const FREE: &[&str] = &[
    "added-block",
    "ambiguous-label",
    "avoided-term",
    "bad-alias",
    "bad-block-id",
    "bad-heading-id",
    "bad-scheme",
    "broken-link",
    "byline-as-name",
    "case-twins",
    "cut-by-comment",
    "date-after-posted",
    "different-kind",
    "different-number",
    "doubtful-number",
    "doubtful-pairs",
    "duplicate-footnote",
    "duplicate-term",
    "escaped-html",
    "family-not-in-name",
    "foreign-syntax",
    "host-limit",
    "host-rule",
    "idle-language",
    "idle-pattern",
    "left-out",
    "left-out-asset",
    "length-differs",
    "list-as-text",
    "merged-terms",
    "misplaced-mark",
    "missing-alt",
    "missing-asset",
    "missing-image",
    "moved-anchor",
    "name-date",
    "near-genre",
    "near-terms",
    "no-articles",
    "no-base-url",
    "original-language",
    "orphan-sibling",
    "placeholder-base-url",
    "removed-html",
    "same-original",
    "sibling-name",
    "stale-original",
    "stray-file",
    "translator-of-original",
    "unbalanced-html",
    "unclosed-comment",
    "uncredited-translation",
    "unknown-footnote",
    "unknown-key",
    "unknown-language",
    "unpublished-link",
    "unrendered-term",
    "unshown-picture",
    "untranslated-block",
    "untranslated-strings",
    "untranslated-text",
    "unused-asset",
    "unused-footnote",
    "unused-image-credit",
    "unused-string",
    "unused-template",
    "unused-term",
    "wrong-language",
];

/// Returns whether the severity of a problem is the site's choice. Such problems can be allowed by a choice or a
/// baseline.
pub fn is_free(found: &Diagnostic) -> bool {
    // An unknown key in site.toml cannot be allowed: it may be a misspelled choice.
    let configured = || found.at.as_ref().is_some_and(|at| &*at.file == FILE);
    FREE.contains(&&*found.code) && !(found.code == "unknown-key" && configured())
}

/// Explains why a code is always an error.
fn why_fixed(code: &str) -> &'static str {
    if SAFETY.contains(&code) {
        "this check protects the site and its readers"
    } else if LOSS.contains(&code) {
        "without this check, a file of the site could be lost"
    } else {
        "without this check, Recto could write a wrong page or none"
    }
}

/// Returns the word that Recto uses for a word of another program.
fn meant(word: &str) -> Option<&'static str> {
    match &*word.trim().to_lowercase() {
        "none" | "no" | "never" | "ignore" | "ignored" | "disable" | "disabled" | "allow" | "hide" | "false" | "0" => {
            Some("off")
        }
        "warn" | "warnings" | "info" | "note" | "notice" | "hint" | "1" => Some("warning"),
        "errors" | "deny" | "forbid" | "fatal" | "fail" | "critical" | "2" => Some("error"),
        _ => None,
    }
}

/// The choices of a site, by code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Severities(Vec<(Box<str>, SeverityChoice)>);

impl Severities {
    /// Reads `[check]`.
    pub fn read(r: &mut Reader) -> Severities {
        let mut chosen = Vec::new();
        for entry in r.open_table("check") {
            let key = format!("check.{}", entry.key);
            let (key_at, at) = (r.span(&entry.key_at), r.span(&entry.node.at));
            let known = CODES.contains(&&*entry.key) || entry.key == LINKS_KEY;
            let choice = match &entry.node.value {
                Value::String(word) => SeverityChoice::of(word.trim()),
                _ => None,
            };
            let found = match (known, choice, &entry.node.value) {
                (false, _, _) if entry.key == "baseline" => problem::unknown_code(key_at, &key, &entry.key, LINKS_KEY)
                    .help("pass a baseline on the command line: recto check --baseline FILE"),
                (false, _, _) if matches!(&*entry.key, "strict" | "warnings" | "warnings_as_errors") => {
                    problem::unknown_code(key_at, &key, &entry.key, LINKS_KEY)
                        .help("pass it on the command line: recto check --strict, recto build --strict")
                }
                (false, _, _) if matches!(&*entry.key, "ignore" | "disable" | "off" | "skip" | "exclude" | "allow") => {
                    problem::unknown_code(key_at, &key, &entry.key, LINKS_KEY)
                        .help("write a line for each code, such as missing-alt = \"off\"")
                }
                (false, _, _) => problem::unknown_code(key_at, &key, &entry.key, LINKS_KEY),
                (_, Some(SeverityChoice::Error), _) => {
                    chosen.push((entry.key.as_ref().into(), SeverityChoice::Error));
                    continue;
                }
                (_, Some(choice), _) if entry.key == LINKS_KEY || FREE.contains(&&*entry.key) => {
                    chosen.push((entry.key.as_ref().into(), choice));
                    continue;
                }
                (_, Some(_), _) => problem::fixed_severity(at, &entry.key, why_fixed(&entry.key)),
                (_, None, Value::String(word)) => {
                    let found = problem::not_a_choice(at, &key, word, &SeverityChoice::WORDS.map(|(word, _)| word));
                    found.maybe_help(meant(word).map(|meant| format!("did you mean `{meant}`?")))
                }
                (_, None, other) => {
                    let found = problem::wrong_type(at, &key, "\"error\", \"warning\" or \"off\"", other.kind());
                    found
                        .maybe_help((other == &Value::Boolean(false)).then(|| format!("write {} = \"off\"", entry.key)))
                }
            };
            r.problems.borrow_mut().push(found);
        }
        Severities(chosen)
    }

    /// Returns the site's choice for a code: by its name, else by a key for several codes.
    fn chosen(&self, code: &str) -> Option<SeverityChoice> {
        let named = |name: &str| self.0.iter().find(|(known, _)| **known == *name).map(|(_, choice)| *choice);
        // A broken article is already an error, except for drafts, which may be unfinished.
        let named = |name: &str| named(name).filter(|_| FREE.contains(&code) || SAFETY.contains(&code));
        named(code).or_else(|| named(LINKS_KEY).filter(|_| LINKS.contains(&code)))
    }

    /// Sets the final severity of every problem in a run, and removes those that the site allows. Applying it twice is
    /// the same as once.
    pub fn settle(&self, purpose: Purpose, problems: &mut Diagnostics) {
        problems.retain_mut(|found| {
            let settled = self.settled(purpose, found);
            found.severity = settled.unwrap_or(found.severity);
            settled.is_some()
        });
    }

    /// Returns whether a run reports a problem.
    pub fn reports(&self, purpose: Purpose, found: &Diagnostic) -> bool {
        self.settled(purpose, found).is_some()
    }

    /// Returns the final severity of a problem; `None` if the run does not report it.
    fn settled(&self, purpose: Purpose, found: &Diagnostic) -> Option<Severity> {
        let chosen = self.chosen(&found.code).filter(|choice| *choice == SeverityChoice::Error || is_free(found));
        let worse = purpose == Purpose::Check && WORSE_IN_CHECK.contains(&&*found.code);
        match chosen {
            Some(SeverityChoice::Off) => None,
            Some(SeverityChoice::Error) => Some(Severity::Error),
            Some(SeverityChoice::Warning) => Some(Severity::Warning),
            None if purpose == Purpose::Publish && ONLY_IN_CHECK.contains(&&*found.code) => None,
            None if OFF_BY_DEFAULT.contains(&&*found.code) => None,
            None if worse => Some(Severity::Error),
            None => Some(found.severity),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::config;
    use crate::base::diag::Span;

    fn severities(check: &str) -> (Severities, Diagnostics) {
        let (config, found) = config::parse(&format!("title = \"T\"\n[check]\n{check}\n"));
        (config.expect("a configuration").check, found)
    }

    fn settled(check: &str, purpose: Purpose, found: Diagnostic) -> Option<Severity> {
        let mut problems = vec![found];
        let (severities, wrong) = severities(check);
        assert!(wrong.is_empty(), "{wrong:#?}");
        severities.settle(purpose, &mut problems);
        let once = problems.clone();
        severities.settle(purpose, &mut problems);
        assert_eq!(once, problems);
        problems.first().map(|found| found.severity)
    }

    #[test]
    fn every_code_has_its_rule() {
        let mut ruled: Vec<&str> = [SAFETY, LOSS, NEEDED, FREE].concat();
        ruled.sort();
        assert_eq!(ruled, CODES, "a code is in none of the lists, or in two of them");
    }

    #[test]
    fn links_warn_where_a_site_is_published_and_are_errors_for_check() {
        use Purpose::{Check, Publish};
        use Severity::{Error, Warning};
        let at = || Span::file("content/articles/a.md");
        let link = || problem::broken_link(at(), "b.md", "there is no file", None);
        let table = [
            ("", Check, Some(Error)),
            ("", Publish, Some(Warning)),
            ("links = \"error\"", Publish, Some(Error)),
            ("links = \"warning\"", Check, Some(Warning)),
            ("links = \"off\"", Check, None),
            ("links = \"error\"\nbroken-link = \"warning\"", Check, Some(Warning)),
            ("broken-link = \"error\"", Publish, Some(Error)),
            ("missing-asset = \"off\"", Check, Some(Error)),
        ];
        for (check, purpose, severity) in table {
            assert_eq!(settled(check, purpose, link()), severity, "{check} {purpose:?}");
        }
        let unknown = || problem::unknown_key(at(), "colour", None, Warning);
        assert_eq!(settled("unknown-key = \"error\"", Publish, unknown()), Some(Error));
        assert_eq!(settled("unknown-key = \"off\"", Publish, unknown()), None);
        let own = problem::unknown_key(Span::file(FILE), "colour", None, Error);
        assert_eq!(settled("unknown-key = \"off\"", Publish, own), Some(Error), "site.toml is no article");
    }

    #[test]
    fn a_build_is_silent_about_pairs_unless_the_site_chooses() {
        use Purpose::{Check, Publish};
        use Severity::{Error, Warning};
        let place = || Span::file("content/articles/a.md");
        let table = [
            ("", Check, Some(Warning)),
            ("", Publish, None),
            ("length-differs = \"error\"", Publish, Some(Error)),
            ("length-differs = \"warning\"", Publish, Some(Warning)),
            ("length-differs = \"off\"", Check, None),
            ("missing-alt = \"off\"", Publish, None),
        ];
        for (check, purpose, severity) in table {
            let found = problem::length_differs(place(), 30, place());
            assert_eq!(settled(check, purpose, found), severity, "{check} {purpose:?}");
        }
        assert!(ONLY_IN_CHECK.iter().all(|code| FREE.contains(code)));
    }

    #[test]
    fn what_is_fixed_stays_and_says_why() {
        for code in [SAFETY, LOSS, NEEDED].concat() {
            for word in ["warning", "off"] {
                let (severities, found) = severities(&format!("{code} = {word:?}"));
                let code_of = |found: &Diagnostic| found.code.to_string();
                assert_eq!(found.iter().map(code_of).collect::<Vec<_>>(), ["fixed-severity"], "{code} = {word}");
                assert!(severities.0.is_empty());
            }
            assert!(severities(&format!("{code} = \"error\"")).1.is_empty());
        }
        let (_, found) = severities("missing-alts = \"off\"\nlinks = \"warn\"\nmissing-alt = false");
        let said: Vec<_> = found.iter().map(|found| (&*found.code, found.help.as_deref().unwrap_or(""))).collect();
        let wanted = [
            ("not-a-choice", "did you mean `warning`?"),
            ("wrong-type", "write missing-alt = \"off\""),
            ("unknown-key", "did you mean `missing-alt`?"),
        ];
        assert_eq!(said, wanted);
        let draft = problem::missing_key(Span::file("content/articles/a.md"), "date", "");
        let draft = Diagnostic { severity: Severity::Warning, ..draft };
        assert_eq!(settled("missing-key = \"error\"", Purpose::Publish, draft), Some(Severity::Warning));
    }
}
