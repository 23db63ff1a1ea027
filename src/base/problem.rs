//! Every problem that Recto can name: one constructor each, so that a code means one thing and its wording stands in one
//! place. `tests/diagnostics/` has a file a code.

use std::ops::RangeInclusive;

use super::address::Wrong;
use super::diag::{Diagnostic, Severity, Span, did_you_mean, quoted};

// ---- reading files -------------------------------------------------------------------------------------------------

pub fn invalid_utf8(at: Span) -> Diagnostic {
    Diagnostic::error("invalid-utf8", "the file is not UTF-8 text")
        .at(at, "this byte is not UTF-8")
        .help("save the file as UTF-8; an old Japanese file may be Shift_JIS or EUC-JP")
}

pub fn no_front_matter(at: Span) -> Diagnostic {
    Diagnostic::error("no-front-matter", "the file has no front matter")
        .at(at, "expected a first line of `+++` (TOML) or `---` (YAML)")
        .help("start the file with `+++`, the keys title, date, source, translator, section, and `+++`")
}

pub fn unclosed_front_matter(at: Span, fence: &str) -> Diagnostic {
    Diagnostic::error("unclosed-front-matter", "the front matter does not end")
        .at(at, format!("opened here; expected a line of `{fence}` after the last key"))
}

pub fn syntax(at: Span, language: &str, message: &str) -> Diagnostic {
    let code = if language == "TOML" { "invalid-toml" } else { "invalid-yaml" };
    Diagnostic::error(code, format!("this is not {language}: {message}")).at(at, "cannot be read")
}

pub fn too_large(at: Span, bytes: usize, limit: usize) -> Diagnostic {
    Diagnostic::error("too-large", format!("the file has {bytes} bytes"))
        .at(at, format!("an article has at most {limit} bytes"))
        .help("split it, or keep data as an asset beside it")
}

/// An item took longer than any text should.
pub fn too_slow(at: Span, seconds: u64) -> Diagnostic {
    Diagnostic::error("too-slow", format!("the file took more than {seconds} s and was given up"))
        .at(at, "its text sends the parser round in circles")
        .help("look for thousands of brackets, asterisks or underscores in a row")
}

pub fn internal(at: Span, what: &str) -> Diagnostic {
    Diagnostic::error("internal", format!("Recto failed on this file: {}", quoted(what)))
        .at(at, "")
        .help("this is a bug in Recto; please report it with the file")
}

pub fn symlink(at: Span, target: &str) -> Diagnostic {
    Diagnostic::error("symlink", format!("a symbolic link to {} is not followed", quoted(target)))
        .at(at, "links may lead to files inside the site's folder; a theme has none at all")
        .help("copy the file, or remove the link")
}

pub fn bad_file_name(at: Span, name: &str, why: &str) -> Diagnostic {
    Diagnostic::error("bad-file-name", format!("{} cannot be published: {why}", quoted(name)))
        .at(at, "")
        .help("rename the file")
}

pub fn unreadable(at: Span, why: &str) -> Diagnostic {
    Diagnostic::error("unreadable", format!("the file cannot be read: {why}")).at(at, "")
}

pub fn no_base_url(at: Span) -> Diagnostic {
    Diagnostic::warning("no-base-url", "the site has no `base_url`")
        .at(at, "no feeds, no sitemaps and no canonical links are made")
        .help("add a line such as: base_url = \"https://archive.example.org\"")
}

// ---- keys and values -----------------------------------------------------------------------------------------------

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

pub fn invalid_date(at: Span, value: &str, why: &str) -> Diagnostic {
    Diagnostic::error("invalid-date", format!("{} is not a date", quoted(value))).at(at, why)
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
    Diagnostic::error("control-character", format!("{key} holds the control character U+{:04X}", c as u32))
        .at(at, "expected text that a page can show")
        .help("delete it; it often comes from copying out of a PDF or a terminal")
}

pub fn unknown_key(at: Span, name: &str, key: &str, known: &[&str], severity: Severity) -> Diagnostic {
    let message = format!("{} is not a key that Recto knows", quoted(name));
    let help = did_you_mean(key, known.iter().copied());
    let found = match severity {
        Severity::Error => Diagnostic::error("unknown-key", message),
        Severity::Warning => Diagnostic::warning("unknown-key", message),
    };
    let help =
        help.or_else(|| known.contains(&"extra").then(|| "keys of your own go into the table `extra`".to_owned()));
    let label = if severity == Severity::Error { "expected a key of the manual" } else { "ignored" };
    found.at(at, label).maybe_help(help)
}

pub fn invalid_tag(at: Span, value: &str) -> Diagnostic {
    Diagnostic::error("invalid-language", format!("{} is not a language tag", quoted(value)))
        .at(at, "expected a BCP 47 tag such as en, ja or zh-Hant")
}

pub fn invalid_url(at: Span, key: &str, value: &str) -> Diagnostic {
    Diagnostic::error("invalid-url", format!("`{key}` cannot be {}", quoted(value)))
        .at(at, "expected an address that starts with https:// or http://")
}

pub fn invalid_config(at: Span, code: &'static str, message: String, expected: &str) -> Diagnostic {
    Diagnostic::error(code, message).at(at, expected)
}

/// An address of a target that is none.
pub fn invalid_target(at: Span, wrong: &Wrong) -> Diagnostic {
    let found = Diagnostic::error("invalid-target", wrong.message.clone())
        .at(at, format!("expected {}", wrong.expected))
        .maybe_help(wrong.help.clone());
    if wrong.secret { found.bare() } else { found }
}

/// A key that targets of another kind have.
pub fn misplaced_key(at: Span, key: &str, kind: &str, kinds: &str) -> Diagnostic {
    Diagnostic::error("misplaced-key", format!("`{key}` means nothing to {kind}"))
        .at(at, format!("expected only with {kinds}"))
        .help("remove the key, or change the address in `to`")
}

/// `what` says where the secret stands; it is never shown itself.
pub fn secret_in_site(at: Span, what: &str) -> Diagnostic {
    Diagnostic::error("secret-in-site", format!("{what} holds what looks like a secret: site.toml is no place for one"))
        .at(at, "remove it, and change it")
        .bare()
        .help("credentials come from the environment (such as AWS_ACCESS_KEY_ID) or from what the machine may do")
}

// ---- articles ------------------------------------------------------------------------------------------------------

pub fn bad_slug(at: Span, value: &str, why: &str) -> Diagnostic {
    Diagnostic::error("bad-slug", format!("the slug {} cannot be part of an address: {why}", quoted(value)))
        .at(at, "expected one segment, such as japan-reluctant-sanctions")
}

pub fn bad_alias(at: Span, value: &str, why: &str) -> Diagnostic {
    Diagnostic::error("bad-alias", format!("the alias {} cannot be an address: {why}", quoted(value)))
        .at(at, "expected a path of this site, such as /20210325162766/")
}

pub fn bad_term(at: Span, key: &str, value: &str, why: &str) -> Diagnostic {
    Diagnostic::error("bad-term", format!("{} cannot be a {key}: {why}", quoted(value)))
        .at(at, "expected a name that makes an address of its own")
}

pub fn date_after_posted(at: Span, date: &str, posted: &str) -> Diagnostic {
    Diagnostic::warning("date-after-posted", format!("the article is dated {date}, after it was posted on {posted}"))
        .at(at, "expected the day on which the source printed it")
}

pub fn ambiguous_original(at: Span, tags: &str) -> Diagnostic {
    Diagnostic::error("ambiguous-original", format!("the article has several siblings ({tags})"))
        .at(at, "expected one of them to be named as the original")
        .help("say which one is: [original] lang = \"…\"")
}

pub fn original_language(at: Span, said: &str, tag: &str) -> Diagnostic {
    let message = format!("the original is said to be in {}, but its file is marked {}", quoted(said), quoted(tag));
    Diagnostic::warning("original-language", message)
        .at(at, "the only sibling is taken for the original")
        .help("give the file and `[original] lang` the same tag")
}

pub fn sibling_in_site_language(at: Span, language: &str) -> Diagnostic {
    Diagnostic::error("sibling-language", format!("this text is in {language}, the language of the article itself"))
        .at(at, "expected another language in the file's name")
}

pub fn orphan_sibling(at: Span, article: &str) -> Diagnostic {
    Diagnostic::warning("orphan-sibling", format!("there is no article {article} for this text"))
        .at(at, "not published")
        .help("give the article the same name, or rename this file if it is an article itself")
}

pub fn duplicate_address(at: Span, path: &str, by: &str) -> Diagnostic {
    Diagnostic::error("duplicate-address", format!("{} would be written twice", quoted(path)))
        .at(at, format!("by {by}"))
        .help("give one of them another `slug`, date or name")
}

pub fn bad_output_path(at: Span, path: &str, why: &str) -> Diagnostic {
    Diagnostic::error("bad-address", format!("{} cannot be written: {why}", quoted(path)))
        .at(at, "expected an address that every file system can hold")
}

pub fn broken_link(at: Span, dest: &str, why: &str, help: Option<String>) -> Diagnostic {
    Diagnostic::error("broken-link", format!("the link to {} leads nowhere", quoted(dest))).at(at, why).maybe_help(help)
}

pub fn unpublished_link(at: Span, dest: &str) -> Diagnostic {
    Diagnostic::warning("unpublished-link", format!("{} is not published (draft, future or expired)", quoted(dest)))
        .at(at, "printed as text, without a link")
}

pub fn missing_asset(at: Span, dest: &str) -> Diagnostic {
    Diagnostic::error("missing-asset", format!("there is no file {}", quoted(dest)))
        .at(at, "expected a file beside the article")
}

pub fn bad_image(at: Span, dest: &str, why: &str) -> Diagnostic {
    Diagnostic::error("bad-image", format!("the picture {} cannot be shown: {why}", quoted(dest)))
        .at(at, "expected a picture that browsers show")
        .help("export it again from a program that can open it, in the format of its name")
}

pub fn unused_image_credit(at: Span, src: &str) -> Diagnostic {
    Diagnostic::warning("unused-image-credit", format!("the text shows no picture {}", quoted(src)))
        .at(at, "expected it as it is written in the text")
}

pub fn body(at: Span, severity: Severity, code: &'static str, message: String, label: String) -> Diagnostic {
    match severity {
        Severity::Error => Diagnostic::error(code, message).at(at, label),
        Severity::Warning => Diagnostic::warning(code, message).at(at, label),
    }
}

pub fn stray_file(at: Span, why: &str, help: &str) -> Diagnostic {
    Diagnostic::warning("stray-file", format!("the file is not used: {why}")).at(at, "").help(help)
}

pub fn duplicate_alias(at: Span, kind: &str, label: &str, first: Span) -> Diagnostic {
    Diagnostic::error("ambiguous-label", format!("two {kind} records answer to {}", quoted(label)))
        .at(at, "this label or alias is taken")
        .note(Some(first), "first used here")
}

// ---- themes --------------------------------------------------------------------------------------------------------

pub fn template(at: Option<Span>, file: &str, message: &str, article: Option<&str>) -> Diagnostic {
    let mut found = Diagnostic::error("template", message.to_owned());
    match at {
        Some(at) => found = found.at(at, ""),
        None => found = found.at(Span::file(file), ""),
    }
    match article {
        Some(article) => found.note(Some(Span::file(article)), "while rendering this page"),
        None => found,
    }
}

pub fn unknown_theme(at: Span, name: &str, known: &[&str]) -> Diagnostic {
    Diagnostic::error("unknown-theme", format!("there is no theme {}", quoted(name)))
        .at(at, format!("expected a folder themes/{name}"))
        .maybe_help(did_you_mean(name, known.iter().copied()))
}

pub fn missing_string(at: Span, key: &str) -> Diagnostic {
    Diagnostic::error("missing-string", format!("there is no interface string {}", quoted(key)))
        .at(at, "")
        .help("add it to i18n/en.toml of the theme or the site")
}

// ---- check ---------------------------------------------------------------------------------------------------------

pub fn untranslated_strings(at: Span, lang: &str, keys: &[String]) -> Diagnostic {
    let what = match keys.len() {
        1 => "1 interface string is".to_owned(),
        n => format!("{n} interface strings are"),
    };
    Diagnostic::warning("untranslated-strings", format!("{what} printed in English on a site in {}", quoted(lang)))
        .at(at, "")
        .note(None, keys.join(", "))
        .help(format!("add to i18n/{lang}.toml of the theme or the site what is missing"))
}

pub fn case_twins(at: Span, first: &str, second: &str) -> Diagnostic {
    Diagnostic::warning("case-twins", format!("{} and {} are one file on some systems", quoted(first), quoted(second)))
        .at(at, "they differ only by case or by how accents are encoded")
        .help("give one of them another name")
}

pub fn near_terms(at: Span, kind: &str, (slip, right): (&str, &str), (few, many): (usize, usize)) -> Diagnostic {
    let message = format!("the {kind}s {} ({few}) and {} ({many}) differ by a letter", quoted(slip), quoted(right));
    Diagnostic::warning("near-terms", message)
        .at(at, format!("is {} meant?", quoted(right)))
        .help(format!("write it the same everywhere, or make it an alias in a record: aliases = [{slip:?}]"))
}

pub fn unused_asset(at: Span) -> Diagnostic {
    Diagnostic::warning("unused-asset", "no published text refers to this file").at(at, "not copied")
}

/// What a host would not take, or nearly not.
pub fn host_limit(at: Option<Span>, refused: bool, message: String, help: Option<String>) -> Diagnostic {
    let found = match refused {
        true => Diagnostic::error("host-limit", message),
        false => Diagnostic::warning("host-limit", message),
    };
    let found = found.maybe_help(help);
    match at {
        Some(at) => found.at(at, if refused { "this host would refuse the site" } else { "this host" }),
        None => found,
    }
}

pub fn host_rule(at: Span, host: &str, why: &str) -> Diagnostic {
    Diagnostic::warning("host-rule", format!("{host} would not follow this line: {why}"))
        .at(at, "expected a line that it reads")
}

pub fn bidi_control(at: Span, text: &str) -> Diagnostic {
    Diagnostic::warning("bidi-control", format!("{} holds characters that reorder the text around them", quoted(text)))
        .at(at, "explicit bidirectional controls are invisible and can deceive")
        .help("remove them; Recto isolates texts of another direction by itself")
}
