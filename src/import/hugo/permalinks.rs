//! The addresses that Hugo gives to pages: from patterns such as `/:year/:month/:slug/`, or from their paths. It must
//! not know files.

use crate::base::date;

/// What an address is made from.
#[derive(Clone, Debug, Default)]
pub struct AddressFacts<'a> {
    pub date: Option<&'a str>,
    pub title: &'a str,
    pub slug: Option<&'a str>,
    /// The name of the file, or of its bundle.
    pub name: &'a str,
    /// The folders between the content and the page.
    pub folders: &'a [&'a str],
    pub keeps_case: bool,
}

/// Makes an address from a pattern; `None` if the pattern needs something that nobody knows.
pub fn address(pattern: &str, facts: &AddressFacts) -> Option<String> {
    let mut out = String::new();
    let mut rest = pattern;
    while let Some(at) = rest.find(':') {
        out.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        let end = after.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(after.len());
        let (name, mut tail) = after.split_at(end);
        let mut range = "";
        if let Some(inside) = tail.strip_prefix('[')
            && let Some(end) = inside.find(']')
        {
            range = &inside[..end];
            tail = &inside[end + 1..];
        }
        out.push_str(&part(name, range, facts)?);
        rest = tail;
    }
    out.push_str(rest);
    let out = out.replace("//", "/");
    Some(if out.starts_with('/') { out } else { format!("/{out}") })
}

fn part(name: &str, range: &str, facts: &AddressFacts) -> Option<String> {
    let day = || date::parse(facts.date?).ok().map(|written| written.day());
    let path = |text: &str| path_of(text, facts.keeps_case);
    let format = |pattern: &str| date::strftime(pattern, day()?.at(0, 0, 0, 0)).ok();
    let slug = || facts.slug.map(path).filter(|slug| !slug.is_empty());
    Some(match name {
        "year" => format("%Y")?,
        "month" => format("%m")?,
        "day" => format("%d")?,
        "monthname" => path(&format("%B")?),
        "weekday" => day()?.weekday().to_sunday_zero_offset().to_string(),
        "weekdayname" => path(&format("%A")?),
        "yearday" => day()?.day_of_year().to_string(),
        "section" => path(facts.folders.first()?),
        "sections" => {
            let all: Vec<String> = facts.folders.iter().map(|folder| path(folder)).collect();
            sliced(&all, range).join("/")
        }
        "title" => path(facts.title),
        "slug" => slug().unwrap_or_else(|| path(facts.title)),
        "filename" | "contentbasename" => path(facts.name),
        "slugorfilename" | "slugorcontentbasename" => slug().unwrap_or_else(|| path(facts.name)),
        _ => return None,
    })
}

/// Returns a part of a list: `1`, `1:`, `:2`, `last`.
fn sliced<'l>(all: &'l [String], range: &str) -> &'l [String] {
    let place = |text: &str| match text.trim() {
        "last" => all.len().checked_sub(1),
        text => text.parse().ok(),
    };
    let (start, end) = match range.split_once(':') {
        _ if range.is_empty() => (0, all.len()),
        Some((start, end)) => (place(start).unwrap_or(0), place(end).unwrap_or(all.len())),
        None => match place(range) {
            Some(at) => (at, at + 1),
            None => (0, all.len()),
        },
    };
    all.get(start.min(all.len())..end.clamp(start, all.len().max(start)).min(all.len())).unwrap_or_default()
}

/// Makes the address of a page without a pattern.
pub fn of_path(facts: &AddressFacts, ugly: bool) -> String {
    let mut steps: Vec<String> = facts.folders.iter().map(|folder| path_of(folder, facts.keeps_case)).collect();
    let name = facts.slug.filter(|slug| !slug.is_empty()).unwrap_or(facts.name);
    steps.push(path_of(name, facts.keeps_case));
    steps.retain(|step| !step.is_empty());
    if ugly { format!("/{}.html", steps.join("/")) } else { format!("/{}/", steps.join("/")) }
}

/// Writes a name as Hugo does in addresses: without most marks, with hyphens for spaces.
pub fn path_of(text: &str, keeps_case: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut pending, mut after_hyphen) = (false, false);
    for c in text.trim().chars() {
        let fine = c.is_alphanumeric()
            || unicode_normalization::char::is_combining_mark(c)
            || matches!(c, '.' | '/' | '\\' | '_' | '#' | '+' | '~' | '-' | '@');
        if fine {
            after_hyphen = c == '-';
            if pending && !after_hyphen {
                out.push('-');
            }
            pending = false;
            out.push(c);
        } else if c.is_whitespace() && !out.is_empty() && !after_hyphen {
            pending = true;
        }
    }
    if keeps_case { out } else { out.to_lowercase() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_and_paths() {
        let facts = AddressFacts {
            date: Some("2021-03-04T09:00:00+09:00"),
            title: "Ministers & Ports: 日本 — A.B",
            slug: None,
            name: "My File",
            folders: &["Posts", "World"],
            keeps_case: false,
        };
        for (pattern, expected) in [
            ("/:year/:month/:day/:slug/", Some("/2021/03/04/ministers-ports-日本-a.b/")),
            (":section/:filename", Some("/posts/my-file")),
            ("/:sections[1:]/:slugorcontentbasename/", Some("/world/my-file/")),
            ("/:sections[last]/:yearday.html", Some("/world/63.html")),
            ("/:monthname/:weekday/", Some("/march/4/")),
            ("/:unknown/", None),
        ] {
            assert_eq!(address(pattern, &facts).as_deref(), expected, "{pattern}");
        }
        assert_eq!(of_path(&facts, false), "/posts/world/my-file/");
        assert_eq!(of_path(&AddressFacts { slug: Some("x"), ..facts.clone() }, true), "/posts/world/x.html");
        assert_eq!(address("/:year/", &AddressFacts { date: None, ..facts }), None);
    }
}
