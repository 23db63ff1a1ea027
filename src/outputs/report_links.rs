//! Links with which readers report a mistake in an article: an e-mail or an issue that already names the article, its
//! address and the paragraph. They need no script, so each has all of that in its address.
//!
//! A link in every paragraph would repeat the title and the address as often, on pages that are stored a hundred
//! thousand times, for something that few readers do. So they are all in one place, which is closed at first, the
//! title is cut, and very long texts have only the link for the article as a whole.

use super::world::Common;
use crate::base::contact_settings::ReportAddress;
use crate::base::{segments, weburl};
use crate::content::markdown::{Name, RenderedBody};
use crate::theme::strings::Arg;

/// The most paragraphs that get a link each.
const PARAGRAPHS: usize = 120;
/// The bytes of a title in the link of a paragraph. A Chinese character takes nine in an address.
const TITLE: usize = 40;

/// The links of a page.
pub struct ReportLinks {
    /// For the article as a whole.
    pub url: String,
    /// For each paragraph: its number and its link.
    pub paragraphs: Vec<(String, String)>,
}

impl ReportLinks {
    /// Makes the links of a page with this title and absolute address; `None` if the site wants no reports.
    pub fn new(common: &Common, title: &str, address: &str, rendered: &RenderedBody) -> Option<ReportLinks> {
        let to = common.config.contact.report.as_ref()?;
        let subject = |title: &str| {
            common.strings.get("mistake_in", &[("title", Arg::Text(title))]).unwrap_or_else(|| title.to_owned())
        };
        let numbers = rendered.units.iter().filter_map(|unit| match unit.name {
            Name::Block(number) => Some(number.to_string()),
            _ => None,
        });
        let mut numbers: Vec<String> = numbers.take(PARAGRAPHS + 1).collect();
        if numbers.len() > PARAGRAPHS {
            numbers.clear();
        }
        let short = subject(&shorten(title));
        let paragraphs = numbers.into_iter().map(|number| {
            let place = common.strings.get("paragraph", &[("n", Arg::Text(&number))]).unwrap_or_default();
            let url = link(to, &short, &format!("{place}\n{address}#p{number}\n\n"));
            (number, url)
        });
        let paragraphs = paragraphs.collect();
        Some(ReportLinks { url: link(to, &subject(title), &format!("{address}\n\n")), paragraphs })
    }
}

/// Cuts a long title.
fn shorten(title: &str) -> String {
    if title.len() <= TITLE {
        return title.to_owned();
    }
    format!("{}…", title[..segments::cut(title, TITLE)].trim_end())
}

/// Returns a link that opens a message with this subject and text. Both are encoded as a whole, so nothing in them can
/// add a recipient or leave its field.
fn link(to: &ReportAddress, subject: &str, text: &str) -> String {
    let (start, [subject_key, text_key], line_end) = match to {
        // RFC 6068 asks for this line end.
        ReportAddress::Mail(address) => (format!("mailto:{address}?"), ["subject", "body"], "\r\n"),
        ReportAddress::Issue(address) => {
            let start = format!("{address}{}", if address.contains('?') { '&' } else { '?' });
            // GitLab names the fields of its form after their table; GitHub, Gitea and Forgejo do not.
            let is_gitlab = address.contains("/-/issues/");
            let keys = if is_gitlab { ["issue%5Btitle%5D", "issue%5Bdescription%5D"] } else { ["title", "body"] };
            (start, keys, "\n")
        }
    };
    let mut link = start;
    for (key, value) in [(subject_key, subject), (text_key, &*text.replace('\n', line_end))] {
        link.push_str(key);
        link.push('=');
        weburl::encode_value(value, &mut link);
        link.push('&');
    }
    link.pop();
    link
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leaves_its_field() {
        let mail = ReportAddress::Mail("desk@archive.example".into());
        let hostile = "x&bcc=spy@evil.example\r\nBcc: spy?#\"><script>";
        let made = link(&mail, hostile, "one\ntwo");
        assert_eq!(
            made,
            "mailto:desk@archive.example?subject=x%26bcc%3Dspy%40evil.example%0D%0ABcc%3A%20spy%3F%23%22%3E%3Cscript%3E\
             &body=one%0D%0Atwo"
        );
        for (address, want) in [
            ("https://x.example/issues/new", "https://x.example/issues/new?title=a%26b&body=c%0Ad"),
            ("https://x.example/new?labels=typo", "https://x.example/new?labels=typo&title=a%26b&body=c%0Ad"),
            (
                "https://x.example/g/p/-/issues/new",
                "https://x.example/g/p/-/issues/new?issue%5Btitle%5D=a%26b&issue%5Bdescription%5D=c%0Ad",
            ),
        ] {
            assert_eq!(link(&ReportAddress::Issue(address.into()), "a&b", "c\nd"), want);
        }
    }

    #[test]
    fn titles_are_cut_at_a_character() {
        assert_eq!(shorten("Ports sign compact"), "Ports sign compact");
        for title in ["知事会見".repeat(9), "Ports sign a compact on ferries ".repeat(3), "x".repeat(99)] {
            let short = shorten(&title);
            assert!(short.len() <= TITLE + 3 && short.ends_with('…') && title.starts_with(short.trim_end_matches('…')));
        }
    }
}
