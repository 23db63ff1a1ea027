//! Problems of themes.

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
        .help("pages use article.html, home.html and so on; include or extend other templates in one of these")
        .maybe_help(meant)
}

pub fn unused_string(at: Span, key: &str, meant: Option<String>) -> Diagnostic {
    Diagnostic::warning("unused-string", format!("no template prints the interface string {}", quoted(key)))
        .at(at, "no theme has a string with this name")
        .maybe_help(meant)
}
