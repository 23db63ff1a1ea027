//! Reads `_headers`: a path on a line, followed by indented headers. Text only; it must not open the file.

use http::{HeaderMap, HeaderName, HeaderValue};

use super::hosts::HeaderFile;
use super::patterns::{Captures, PathPattern, fill};
use super::remarks::{self, Remark, RemarkReason};

/// The file's name.
pub const HEADERS: &str = "_headers";

/// Headers that no file may set because they frame a message; and the forbidden prefix of a name: no answer may let
/// another origin read it.
const FRAMING: [&str; 9] = [
    "accept-ranges",
    "connection",
    "content-encoding",
    "content-length",
    "content-range",
    "date",
    "trailer",
    "transfer-encoding",
    "upgrade",
];
const CORS: &str = "access-control-";

#[derive(Clone, Debug, PartialEq, Eq)]
enum HeaderEdit {
    Set(HeaderName, String),
    Remove(HeaderName),
}

/// The rules of a file, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeaderRules {
    rules: Vec<(PathPattern, Vec<HeaderEdit>)>,
}

impl HeaderRules {
    /// Parses a file as a host would. Lines that the host would not follow are returned as remarks.
    pub fn parse(text: &str, how: &HeaderFile) -> (HeaderRules, Vec<Remark>) {
        let mut headers = HeaderRules::default();
        let mut remarks = Vec::new();
        // Headers below an invalid path have no effect.
        let mut skip = true;
        for line in remarks::lines(text) {
            let short = line.check_length(how.longest_line).map_err(RemarkReason::from);
            let read = if line.whole.starts_with([' ', '\t']) {
                match headers.rules.last_mut() {
                    Some((_, edits)) if !skip => {
                        short.and_then(|()| parse_edit(line.words, how)).map(|edit| edits.push(edit))
                    }
                    _ => Err("no path comes before it".into()),
                }
            } else {
                let pattern = short.and_then(|()| parse_path(line.words));
                skip = pattern.is_err();
                pattern.map(|pattern| headers.rules.push((pattern, Vec::new())))
            };
            remarks.extend(read.err().map(|why| line.remark(HEADERS, why)));
        }
        (headers, remarks)
    }

    /// Applies all rules for a decoded path. The first that names a header replaces the host's own value; later
    /// ones add to it.
    pub fn apply(&self, path: &str, headers: &mut HeaderMap) {
        let mut known = Vec::new();
        for (pattern, edits) in &self.rules {
            let Some(values) = pattern.read(path, false) else { continue };
            for edit in edits {
                apply(edit, &values, &mut known, headers);
            }
        }
    }
}

fn apply<'e>(edit: &'e HeaderEdit, values: &Captures, known: &mut Vec<&'e HeaderName>, headers: &mut HeaderMap) {
    let (name, value) = match edit {
        HeaderEdit::Remove(name) => return drop(headers.remove(name)),
        HeaderEdit::Set(name, value) => (name, fill(value, values, false)),
    };
    // A path may contain characters that a header may not.
    let Ok(value) = HeaderValue::from_str(&value) else { return };
    if known.contains(&name) {
        headers.append(name, value);
    } else {
        headers.insert(name, value);
        known.push(name);
    }
}

fn parse_path(text: &str) -> Result<PathPattern, RemarkReason> {
    // A rule for one of a host's names, which Cloudflare supports.
    let only_here = text.starts_with("https://");
    PathPattern::parse(text).map_err(|why| RemarkReason { text: why.to_owned(), only_here })
}

fn parse_edit(text: &str, how: &HeaderFile) -> Result<HeaderEdit, RemarkReason> {
    let name = |text: &str| -> Result<HeaderName, RemarkReason> {
        let name = HeaderName::try_from(text.trim()).map_err(|_| "the name is not a valid header name")?;
        match name.as_str() {
            name if FRAMING.contains(&name) => Err("the host sets this header itself".into()),
            name if name.starts_with(CORS) => {
                let text = "the preview does not support cross-origin requests".to_owned();
                Err(RemarkReason { text, only_here: true })
            }
            _ => Ok(name),
        }
    };
    if let Some(gone) = text.strip_prefix('!').filter(|_| how.removal) {
        return Ok(HeaderEdit::Remove(name(gone)?));
    }
    let (own, value) = text.split_once(':').ok_or("expected `Name: value`")?;
    let value = value.trim();
    HeaderValue::from_str(value).map_err(|_| "the value is not a valid header value")?;
    Ok(HeaderEdit::Set(name(own)?, value.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hosting::hosts::rules;

    fn applied(text: &str, host: &str, path: &str) -> (String, usize) {
        let (rules, remarks) = HeaderRules::parse(text, &rules(host).unwrap().headers.unwrap());
        let mut headers = HeaderMap::new();
        headers.insert("cache-control", HeaderValue::from_static("own"));
        rules.apply(path, &mut headers);
        let mut lines: Vec<String> =
            headers.iter().map(|(name, value)| format!("{name}={}", value.to_str().unwrap())).collect();
        lines.sort();
        (lines.join(" "), remarks.len())
    }

    #[test]
    fn rules_replace_the_hosts_own_and_add_to_each_other() {
        let text = "# x\n/*\n  X-A: 1\n\n  Cache-Control: no-cache\n/a/:name\n\tX-A: 2\n  X-Name: is :name\n  ! Cache-Control\n";
        assert_eq!(applied(text, "cloudflare", "/a/b"), ("x-a=1 x-a=2 x-name=is b".to_owned(), 0));
        assert_eq!(applied(text, "cloudflare", "/b"), ("cache-control=no-cache x-a=1".to_owned(), 0));
        let (netlify, remarks) = applied(text, "netlify", "/a/b");
        assert_eq!((netlify.as_str(), remarks), ("cache-control=no-cache x-a=1 x-a=2 x-name=is b", 1));
    }

    #[test]
    fn what_is_not_the_sites_to_set_is_refused() {
        for line in
            ["Content-Length: 1", "Access-Control-Allow-Origin: *", "x", "a b: c", ": c", "Transfer-Encoding: x"]
        {
            assert_eq!(
                applied(&format!("/*\n  {line}\n"), "netlify", "/"),
                ("cache-control=own".to_owned(), 1),
                "{line}"
            );
        }
        assert_eq!(applied("  X: 1\nx\n  X: 1\n", "netlify", "/").1, 3);
        let remarks = |text: &str| HeaderRules::parse(text, &rules("cloudflare").unwrap().headers.unwrap()).1;
        let cors = remarks("/*\n  Access-Control-Allow-Origin: *\n  Content-Length: 1\n");
        assert_eq!(cors.iter().map(|remark| remark.why.only_here).collect::<Vec<_>>(), [true, false]);
        let long = |n: usize| remarks(&format!("/*\n  X: {}\n", "x".repeat(n))).len();
        assert_eq!([long(1997), long(1998)], [0, 1]);
    }
}
