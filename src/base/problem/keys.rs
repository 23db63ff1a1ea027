//! Diagnostics of keys and values, in front matter and in site.toml. This file only contains wording.

use std::ops::RangeInclusive;

use super::codes::CODES;
use crate::base::diag::{Diagnostic, Severity, Span, did_you_mean, quoted};
use crate::base::language::{self, LanguageTagProblem};
use crate::base::target_address::AddressError;

pub fn wrong_type(at: Span, key: &str, expected: &str, found: &str) -> Diagnostic {
    let help = match (expected.starts_with("a string"), found) {
        (true, "an integer" | "a float" | "a boolean" | "a date") => Some("put the value in quotes".to_owned()),
        _ => None,
    };
    Diagnostic::error("wrong-type", format!("`{key}` is {found}"))
        .at(at, format!("expected {expected}"))
        .maybe_help(help)
}

pub fn out_of_range(at: Span, key: &str, value: i64, allowed: &RangeInclusive<i64>) -> Diagnostic {
    Diagnostic::error("out-of-range", format!("`{key}` is {value}"))
        .at(at, format!("expected {} to {}", allowed.start(), allowed.end()))
}

/// Reports a list above the limit. `at` is the first entry above it.
pub fn too_many(at: Span, key: &str, count: usize, limit: usize) -> Diagnostic {
    Diagnostic::error("too-many", format!("`{key}` has {count} entries"))
        .at(at, format!("at most {limit} are allowed"))
        .help("keep only the entries that readers look for: each can add a page")
}

pub fn too_long(at: Span, key: &str, bytes: usize, limit: usize) -> Diagnostic {
    Diagnostic::error("too-long", format!("`{key}` is {bytes} bytes long"))
        .at(at, format!("at most {limit} are allowed"))
        .help("move long text to the body: many pages show this value")
}

pub fn invalid_date(at: Span, value: &str, why: &str) -> Diagnostic {
    Diagnostic::error("invalid-date", format!("{} is not a date", quoted(value))).at(at, why)
}

pub fn idle_pattern(at: Span, pattern: &str) -> Diagnostic {
    Diagnostic::warning("idle-pattern", format!("no file matches the pattern {}", quoted(pattern)))
        .at(at, "this pattern has no effect")
        .help("delete this pattern if its files are gone; patterns are paths below static/, such as \".well-known/**\" or \"*.pem\"")
}

pub fn idle_language(at: Span, tag: &str) -> Diagnostic {
    Diagnostic::warning("idle-language", format!("no text is in the language {}", quoted(tag)))
        .at(at, "the search finds nothing more with this tag")
        .help("delete this tag, or write the tag that the texts have")
}

pub fn not_a_choice(at: Span, key: &str, value: &str, words: &[&str]) -> Diagnostic {
    Diagnostic::error("not-a-choice", format!("`{key}` cannot be {}", quoted(value)))
        .at(at, format!("expected one of {}", words.join(", ")))
        .maybe_help(did_you_mean(value, words.iter().copied()))
}

pub fn missing_key(at: Span, key: &str, example: &str) -> Diagnostic {
    Diagnostic::error("missing-key", format!("`{key}` is missing"))
        .at(at, format!("expected a line such as: {example}"))
}

pub fn empty_value(at: Span, key: &str, example: &str) -> Diagnostic {
    Diagnostic::error("empty-value", format!("`{key}` is empty"))
        .at(at, format!("expected something such as: {example}"))
}

pub fn control_character(at: Span, key: &str, c: char) -> Diagnostic {
    Diagnostic::error("control-character", format!("{key} contains the control character U+{:04X}", c as u32))
        .at(at, "expected text that a page can show")
        .help("delete it; such characters often come from text copied from a PDF or a terminal")
}

pub fn unknown_key(at: Span, name: &str, help: Option<String>, severity: Severity) -> Diagnostic {
    let message = format!("unknown key {}", quoted(name));
    let found = match severity {
        Severity::Error => Diagnostic::error("unknown-key", message),
        Severity::Warning => Diagnostic::warning("unknown-key", message),
    };
    let label = if severity == Severity::Error { "expected a key that the manual lists" } else { "ignored" };
    found.at(at, label).maybe_help(help)
}

/// Reports a required key with the wrong name. `line` is the line to write if the value must change, too.
pub fn misnamed_key(at: Span, key: &str, written: &str, line: Option<String>) -> Diagnostic {
    // Inside a table, keys are written without the table's name.
    let bare = key.rsplit('.').next().unwrap_or(key);
    Diagnostic::error("missing-key", format!("`{key}` is missing, and {} is an unknown key", quoted(written)))
        .at(at, format!("expected `{bare}`"))
        .help(format!("write `{bare}` instead of {}", quoted(written)))
        .maybe_help(line)
}

pub const LIST_AS_TEXT: &str = "list-as-text";

/// Returns the message of `list_as_text`, by which such a warning is found again.
pub fn one_or_several(kind: &str, value: &str) -> String {
    format!("{} may be one {kind} or several", quoted(value))
}

/// Reports one string that may name several items. `list` is the correct list.
pub fn list_as_text(at: Span, kind: &str, value: &str, list: &str, one: &str) -> Diagnostic {
    Diagnostic::warning(LIST_AS_TEXT, one_or_several(kind, value))
        .at(at, "treated as one")
        .help(format!("to name several, write: {list}\nto name one, write: {one}"))
}

/// Reports a byline that says more than a name. `line` says the same in a table.
pub fn byline_as_name(at: Span, value: &str, line: &str) -> Diagnostic {
    Diagnostic::warning("byline-as-name", format!("{} is more than a name", quoted(value)))
        .at(at, "expected only the name; a table has the rest")
        .help(format!("write {line}"))
}

/// Reports a family name that is not a part of the name.
pub fn family_not_in_name(at: Span, family: &str, name: &str) -> Diagnostic {
    let message = format!("the family name {} is not part of the name {}", quoted(family), quoted(name));
    Diagnostic::warning("family-not-in-name", message)
        .at(at, "ignored")
        .help("write the family name exactly as it stands in the name")
}

/// Reports a genre that is nearly a known one.
pub fn near_genre(at: Span, value: &str, right: &str) -> Diagnostic {
    Diagnostic::warning("near-genre", format!("the genre {} is close to {}", quoted(value), quoted(right)))
        .at(at, format!("did you mean {}?", quoted(right)))
}

/// Reports a `#` in an unquoted YAML value that starts a comment.
pub fn cut_by_comment(at: Span, key: &str, rest: &str, line: &str) -> Diagnostic {
    Diagnostic::warning("cut-by-comment", format!("`{key}` ends before {}", quoted(rest)))
        .at(at, "`#` starts a comment in YAML")
        .help(format!("put the value in quotes: {line}"))
}

/// Reports a key of `[check]` that is not a code. `more` is a key that stands for several codes.
pub fn unknown_code(at: Span, name: &str, key: &str, more: &str) -> Diagnostic {
    let known = CODES.iter().copied().chain([more]);
    Diagnostic::error("unknown-key", format!("unknown key {}", quoted(name)))
        .at(at, "expected the code of a diagnostic")
        .help("use the code that reports print in brackets, as in warning[missing-alt]")
        .maybe_help(did_you_mean(key, known))
}

/// Reports a choice for a severity that cannot be changed.
pub fn fixed_severity(at: Span, code: &str, why: &str) -> Diagnostic {
    Diagnostic::error("fixed-severity", format!("{} cannot be turned off or made a warning", quoted(code)))
        .at(at, why)
        .help("delete this line, and fix the problem or exclude the article with `draft = true`")
}

pub fn invalid_tag(at: Span, value: &str) -> Diagnostic {
    Diagnostic::error("invalid-language", format!("{} is not a language tag", quoted(value)))
        .at(at, "expected a BCP 47 tag such as en, ja or zh-Hant")
        .maybe_help(language::suggest(value).map(|tag| format!("did you mean `{tag}`?")))
}

/// Reports a well-formed tag that does not name a language, or not the intended one.
pub fn unknown_language(at: Span, tag: &str, doubt: &LanguageTagProblem) -> Diagnostic {
    let (message, label) = match doubt {
        LanguageTagProblem::Language(_) => {
            (format!("{} is not a known language", quoted(tag)), "expected a tag such as en, ja or zh-Hant")
        }
        LanguageTagProblem::Country { name, .. } => (
            format!("{} is the tag of the language {name}", quoted(tag)),
            "expected the tag of a language, not of a country",
        ),
        LanguageTagProblem::Part { part, .. } => (
            format!("{} in {} is neither a script nor a country", quoted(part), quoted(tag)),
            "expected a tag such as en-GB or zh-Hant",
        ),
    };
    let meant = doubt.better().map(|better| match doubt {
        LanguageTagProblem::Country { name, clear, .. } => {
            format!("did you mean `{better}`? for {name}, write `{clear}`")
        }
        _ => format!("did you mean `{better}`?"),
    });
    Diagnostic::warning("unknown-language", message).at(at, label).maybe_help(meant)
}

/// Reports the same in the name of a file, where the tag gives the language of a text.
pub fn unknown_language_of_file(at: Span, article: &str, tag: &str, doubt: &LanguageTagProblem) -> Diagnostic {
    let found = unknown_language(at, tag, doubt);
    let rename = |tag: &str| format!("rename the file to {article}.{tag}.md");
    let help = match doubt {
        LanguageTagProblem::Country { name, clear, meant } => format!("{}; for {name}, use {clear}", rename(meant)),
        _ => doubt
            .better()
            .map_or_else(|| "rename the file to have a tag from the IANA registry, such as ja".to_owned(), rename),
    };
    found.help(help)
}

/// Reports a file that has only the keys of a sibling, but not the name of one.
pub fn invalid_language_of_file(at: Span, article: &str, written: &str, tag: &str) -> Diagnostic {
    Diagnostic::error("invalid-language", format!("{} is not a language tag", quoted(written)))
        .at(at, "expected a BCP 47 tag in the file name, such as ja or zh-Hant")
        .help(format!("rename the file to {article}.{tag}.md"))
}

/// Reports a complete article with the name of a sibling.
pub fn sibling_by_name(at: Span, article: &str, written: &str, tag: &str) -> Diagnostic {
    let message = format!("{} is not a language tag, so this file is a separate article", quoted(written));
    Diagnostic::warning("unknown-language", message)
        .at(at, "")
        .help(format!("rename it to {article}.{tag}.md if it is {article}.md in another language"))
}

pub fn invalid_url(at: Span, key: &str, value: &str) -> Diagnostic {
    Diagnostic::error("invalid-url", format!("`{key}` cannot be {}", quoted(value)))
        .at(at, "expected an address that starts with https:// or http://")
}

/// Reports a configured value that would run code if a template used it as a link.
pub fn acting_url(at: Span, key: &str, scheme: &str) -> Diagnostic {
    Diagnostic::error("invalid-url", format!("`{key}` uses the URL scheme {}", quoted(scheme)))
        .at(at, "a link with this scheme could run code in readers' browsers")
        .help("write an address that starts with https://, http://, mailto: or tel:, or a path of this site; reword the start if it is plain text")
}

pub fn invalid_config(at: Span, code: &'static str, message: String, expected: &str) -> Diagnostic {
    Diagnostic::error(code, message).at(at, expected)
}

/// Reports an invalid target address.
pub fn invalid_target(at: Span, wrong: &AddressError) -> Diagnostic {
    let found = Diagnostic::error("invalid-target", wrong.message.clone())
        .at(at, format!("expected {}", wrong.expected))
        .maybe_help(wrong.help.clone());
    if wrong.secret { found.bare() } else { found }
}

/// Reports a key that belongs to another kind of target.
pub fn misplaced_key(at: Span, key: &str, kind: &str, kinds: &str) -> Diagnostic {
    Diagnostic::error("misplaced-key", format!("`{key}` has no effect for {kind}"))
        .at(at, format!("used only with {kinds}"))
        .help("remove the key, or change the address in `to`")
}

/// Reports a secret in site.toml. `what` says where it is. The secret itself is never shown.
pub fn secret_in_site(at: Span, what: &str) -> Diagnostic {
    Diagnostic::error(
        "secret-in-site",
        format!("{what} contains what looks like a secret, which does not belong in site.toml"),
    )
    .at(at, "remove this secret, and revoke it")
    .bare()
    .help("pass credentials in the environment (such as AWS_ACCESS_KEY_ID), or give this machine access")
}

/// Reports an address with a user or a password that pages would print. It is never shown.
pub fn secret_in_url(at: Span, key: &str) -> Diagnostic {
    Diagnostic::error(
        "secret-in-url",
        format!("`{key}` contains a user name or a password, which every page would show"),
    )
    .at(at, "expected the address as readers type it, such as https://host/path")
    .bare()
}
