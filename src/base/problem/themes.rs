//! Diagnostics of themes: templates and interface strings. This file only contains wording.

use crate::base::diag::{Diagnostic, Span, did_you_mean, quoted};

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

pub fn endless_template(at: Span, page: &str, limit: usize) -> Diagnostic {
    Diagnostic::error("too-slow", "the template does not finish")
        .at(at, format!("stopped here after {limit} units of work"))
        .note(Some(Span::file(page)), "while rendering this page")
        .help("look for a loop over too many items, or for nested loops")
}

pub fn large_value(at: Span, page: &str, limit: usize) -> Diagnostic {
    Diagnostic::error("too-large", format!("the template creates a value of more than {limit} bytes"))
        .at(at, "stopped here")
        .note(Some(Span::file(page)), "while rendering this page")
        .help("look for a `set` in a loop that appends a string to itself")
}

pub fn large_page(at: Span, page: &str, limit: usize) -> Diagnostic {
    Diagnostic::error("too-large", format!("the page is larger than {limit} bytes"))
        .at(at, "stopped here")
        .note(Some(Span::file(page)), "while rendering this page")
        .help("look for a loop that prints too much, or split the text")
}

pub fn joined(at: Span, limit: usize) -> Diagnostic {
    Diagnostic::error("template", format!("the expression joins more than {limit} strings with `~`"))
        .at(at, "")
        .help("use several `{% set %}`, or print the parts one by one")
}

pub fn unknown_theme(at: Span, name: &str, known: &[&str]) -> Diagnostic {
    Diagnostic::error("unknown-theme", format!("unknown theme {}", quoted(name)))
        .at(at, format!("expected a folder themes/{name}"))
        .maybe_help(did_you_mean(name, known.iter().copied()))
}

pub fn missing_string(at: Span, key: &str) -> Diagnostic {
    Diagnostic::error("missing-string", format!("missing interface string {}", quoted(key)))
        .at(at, "")
        .help("add it to i18n/en.toml in the theme or the site")
}

pub fn unknown_argument(at: Span, filter: &str, argument: &str, known: &[&str]) -> Diagnostic {
    let label = match known {
        [] => "expected none".to_owned(),
        known => format!("expected {}", known.join(", ")),
    };
    Diagnostic::error("template", format!("`{filter}` has no argument {}", quoted(argument)))
        .at(at, label)
        .maybe_help(did_you_mean(argument, known.iter().copied()))
}

pub fn unused_template(at: Span, meant: Option<String>) -> Diagnostic {
    Diagnostic::warning("unused-template", "no page uses this template")
        .at(at, "")
        .help("include or extend it in a template that pages use, such as article.html or home.html")
        .maybe_help(meant)
}

pub fn unused_string(at: Span, key: &str, meant: Option<String>) -> Diagnostic {
    Diagnostic::warning("unused-string", format!("no template uses the interface string {}", quoted(key)))
        .at(at, "no theme has a string with this name")
        .maybe_help(meant)
}
