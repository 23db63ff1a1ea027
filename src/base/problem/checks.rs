//! Diagnostics of `recto check`: what a build accepts and an editor wants to know. This file only contains wording.

use crate::base::diag::{Diagnostic, Span, in_toml, quoted};

pub fn untranslated_strings(at: Span, lang: &str, keys: &[String]) -> Diagnostic {
    let what = match keys.len() {
        1 => "1 interface string is".to_owned(),
        n => format!("{n} interface strings are"),
    };
    Diagnostic::warning(
        "untranslated-strings",
        format!("{what} missing in {}, so pages show the English ones", quoted(lang)),
    )
    .at(at, "")
    .note(None, some_of(keys))
    .help(format!("add the missing strings to i18n/{lang}.toml in the theme or the site"))
}

/// Lists the first dozen items, and the number of the others.
fn some_of(keys: &[String]) -> String {
    const SHOWN: usize = 12;
    match keys.get(SHOWN + 1..) {
        Some(rest) => format!("{} and {} more", keys[..SHOWN].join(", "), rest.len() + 1),
        None => keys.join(", "),
    }
}

/// Reports a site without a published article. `left` counts the articles left out by reason, `day` is the date that
/// decided, and `bare` says that there is no text at all.
pub fn no_articles(at: Span, left: &[(usize, &str)], day: &str, bare: bool) -> Diagnostic {
    let count: usize = left.iter().map(|(n, _)| n).sum();
    if bare {
        return Diagnostic::warning("no-articles", "the site has no articles: content/ is missing or empty")
            .at(at, "")
            .help("restore the folder, or start an article: `recto new \"The headline\"`");
    }
    if count == 0 {
        return Diagnostic::warning("no-articles", "the site has no articles")
            .at(at, "")
            .help("start one with `recto new \"The headline\"`; articles are content/articles/**.md");
    }
    let reasons: Vec<String> = left.iter().map(|(n, why)| format!("{n} {why}")).collect();
    let all = if count == 1 { "its one article is".to_owned() } else { format!("all {count} articles are") };
    let flag = |why: &str| match why {
        "draft" => "-D includes drafts",
        "future" => "-F includes articles posted in the future",
        _ => "-E includes expired articles",
    };
    let flags: Vec<&str> = left.iter().map(|(_, why)| flag(why)).collect();
    let found =
        Diagnostic::warning("no-articles", format!("no article is published: {all} left out ({})", reasons.join(", ")))
            .at(at, "");
    match left.iter().any(|(_, why)| *why != "draft") {
        true => found
            .note(
                None,
                format!("the date of the build is {day} (from --now, SOURCE_DATE_EPOCH or the clock of this machine)"),
            )
            .help(format!("correct that date if it is wrong; {}", flags.join(", "))),
        false => found.help(format!("delete `draft = true` to publish an article; {}", flags.join(", "))),
    }
}

pub fn case_twins(at: Span, first: &str, second: &str) -> Diagnostic {
    Diagnostic::warning(
        "case-twins",
        format!("{} and {} are the same file on some systems", quoted(first), quoted(second)),
    )
    .at(at, "they differ only in case or in how accents are encoded")
    .help("rename one of them")
}

/// Reports two paths that are one file on the disk of the output folder.
pub fn folded_twins(at: Span, first: &str, second: &str) -> Diagnostic {
    let message =
        format!("{} and {} are the same file on the disk of the output folder", quoted(first), quoted(second));
    Diagnostic::error("folded-twins", message)
        .at(at, "they differ only in case or in how accents are encoded")
        .help("rename one of them, or build into a folder on another disk with --output")
}

/// Reports two terms with similar labels. `by` says how they differ, and `record` is the file of the right term's
/// record.
pub fn near_terms(
    at: Span,
    kind: &str,
    (slip, right): (&str, &str),
    (few, many): (usize, usize),
    by: &str,
    record: &str,
) -> Diagnostic {
    let message = format!("the {kind}s {} ({few}) and {} ({many}) differ only in {by}", quoted(slip), quoted(right));
    let alias = in_toml(slip);
    Diagnostic::warning("near-terms", message).at(at, format!("did you mean {}?", quoted(right))).help(format!(
        "if they are the same, use one spelling, or write aliases = [{alias}] in {record}; if not, give each a record"
    ))
}

/// Reports two names with the same id, and the articles that use them. The records are the one that would separate
/// them, and the term's own.
pub fn merged_terms(
    at: Span,
    kind: &str,
    [(other, few), (chief, many)]: [(&str, u32); 2],
    address: &str,
    [own, record]: &[String; 2],
) -> Diagnostic {
    let of = |count: u32| if count == 0 { String::new() } else { format!(" ({count})") };
    let (few, many) = (of(few), of(many));
    let message = format!(
        "the {kind}s {}{few} and {}{many} share one page, because both have the address {address}",
        quoted(other),
        quoted(chief)
    );
    let name = in_toml(other);
    Diagnostic::warning("merged-terms", message)
        .at(at, format!("its articles are listed on the page of {}", quoted(chief)))
        .help(format!(
            "if they are the same, use one spelling, or write aliases = [{name}] in {record}; if not, create {own} with the line label = {name}"
        ))
}

pub fn same_original(at: Span, url: &str, first: Span) -> Diagnostic {
    Diagnostic::warning("same-original", format!("another article has the same original, {}", quoted(url)))
        .at(at, "this original may already be translated")
        .note(Some(first), "the other article")
        .help("correct the address if the originals differ; delete one article if both are the same")
}

pub fn unused_asset(at: Span) -> Diagnostic {
    Diagnostic::warning("unused-asset", "no published text refers to this file").at(at, "not copied")
}

/// Reports what a host would refuse, or what is close to its limits.
pub fn host_limit(at: Option<Span>, refused: bool, message: String, help: Option<String>) -> Diagnostic {
    let found = match refused {
        true => Diagnostic::error("host-limit", message),
        false => Diagnostic::warning("host-limit", message),
    };
    let found = found.maybe_help(help);
    match at {
        Some(at) => found.at(at, if refused { "this host would reject the site" } else { "this host" }),
        None => found,
    }
}

pub fn host_rule(at: Span, host: &str, why: &str) -> Diagnostic {
    Diagnostic::warning("host-rule", format!("{host} would ignore this line: {why}"))
        .at(at, "expected a line that this host understands")
}

pub fn bidi_control(at: Span, text: &str) -> Diagnostic {
    Diagnostic::warning(
        "bidi-control",
        format!("{} contains characters that reorder the text around them", quoted(text)),
    )
    .at(at, "explicit bidirectional controls are invisible and can deceive")
    .help("remove them; Recto isolates text of another direction automatically")
}
