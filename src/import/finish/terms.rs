//! Names of sections, tags and sources in the form that a site accepts. It must not know texts.

use crate::base::limits::{LIST, NAME_BYTES, SECTION_DEPTH};
use crate::base::path;
use crate::import::article_writer::one_line;
use crate::import::import_map::ImportMap;

/// Returns the sections of a text as paths, with the map's names. `paths` are from the top.
pub fn sections(paths: &[Vec<String>], map: &ImportMap) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for steps in paths {
        let whole = steps.iter().map(|step| one_line(step)).collect::<Vec<_>>().join(" > ");
        let last = steps.last().map(|step| one_line(step)).unwrap_or_default();
        let mapped = map.section(&whole).or_else(|| map.section(&last)).map(str::to_owned);
        let named = match mapped {
            Some(path) => path,
            None => written(steps),
        };
        if !named.is_empty() && !out.contains(&named) && out.len() < LIST {
            out.push(named);
        }
    }
    out
}

/// Writes a path of sections. A single name with a slash would be two.
fn written(steps: &[String]) -> String {
    let steps: Vec<String> =
        steps.iter().map(|step| name(step)).filter(|step| path::has_slug(step)).take(SECTION_DEPTH).collect();
    match &steps[..] {
        [one] => one.replace(" > ", " ").replace('/', "-"),
        all => all.iter().map(|step| step.replace(" > ", " ")).collect::<Vec<_>>().join(" > "),
    }
}

/// Returns names that have letters, each once.
pub fn names(names: &[String]) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut slugs = std::collections::BTreeSet::new();
    for written in names {
        let name = name(written);
        if path::has_slug(&name) && slugs.insert(path::slug(&name)) && out.len() < LIST {
            out.push(name);
        }
    }
    out
}

/// A name on one line, cut to what a name may have.
fn name(text: &str) -> String {
    let text = one_line(text);
    let cut = text.floor_char_boundary(NAME_BYTES.min(text.len()));
    text[..cut].to_owned()
}

/// Returns the host of an address without `www.`, as the last guess for the name of a newspaper.
pub fn host(url: &str) -> Option<String> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let host = rest.split(['/', '?', '#', ':']).next()?;
    let host = host.rsplit('@').next()?.to_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    (host.contains('.') && path::has_slug(host)).then(|| host.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_are_paths() {
        let map = ImportMap::parse("[sections]\nnews = \"Home > News\"\n\"a > b\" = \"\"\n").unwrap();
        let path = |steps: &[&str]| steps.iter().map(|step| (*step).to_owned()).collect::<Vec<_>>();
        let found = sections(
            &[path(&["World", "Asia"]), path(&["News"]), path(&["A", "B"]), path(&["TCP/IP"]), path(&["!"])],
            &map,
        );
        assert_eq!(found, ["World > Asia", "Home > News", "TCP-IP"]);
    }

    #[test]
    fn tags_are_names() {
        let written = ["Rust", " rust ", "C++", "++", "a\nb"].map(str::to_owned);
        assert_eq!(names(&written), ["Rust", "C++", "a b"]);
        assert_eq!(host("https://www.Harbour.example:80/x").as_deref(), Some("harbour.example"));
    }
}
