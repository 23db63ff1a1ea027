//! Finds syntax of other programs that Recto prints as text: shortcodes, template tags, wiki links and the like. It is
//! used only for messages and changes nothing.
//!
//! One fast scan finds candidates. A candidate counts only if the parser also reads it as text, so not in code.

use super::problem::ForeignSyntax;
use std::ops::Range;

/// The maximum number of bytes between the opening and closing marks.
const LENGTH: usize = 1000;
/// After this many unclosed marks, the search stops: they are not foreign syntax.
const MISSES: usize = 500;

pub(super) struct ForeignMatch {
    pub(super) at: Range<usize>,
    /// A byte that the parser must read as text if this is a match.
    pub(super) anchor: usize,
    pub(super) what: ForeignSyntax,
}

/// Returns all candidates, in order.
pub(super) fn look(body: &str) -> Vec<ForeignMatch> {
    let bytes = body.as_bytes();
    let (mut found, mut misses): (Vec<ForeignMatch>, usize) = (Vec::new(), 0);
    for at in memchr::memchr3_iter(b'[', b'{', b']', bytes) {
        let next = match (bytes[at], bytes.get(at + 1)) {
            _ if is_escaped(bytes, at) || found.last().is_some_and(|last| at < last.at.end) => None,
            (b'[', Some(b'[')) => wiki(body, at),
            (b']', Some(b'(')) => spaced(body, at),
            (b'{', Some(&mark @ (b'{' | b'%' | b':'))) if misses < MISSES => {
                let next = match mark {
                    b'{' => braces(body, at),
                    b'%' => tag(body, at),
                    _ => attributes(body, at),
                };
                misses += usize::from(next.is_none());
                next
            }
            _ => None,
        };
        found.extend(next);
    }
    found
}

fn is_escaped(bytes: &[u8], at: usize) -> bool {
    bytes[..at].iter().rev().take_while(|b| **b == b'\\').count() % 2 == 1
}

/// Returns the text between the two-byte mark at `at` and the mark `end`, within a paragraph.
fn between<'b>(body: &'b str, at: usize, end: &str) -> Option<&'b str> {
    let rest = &body[at + 2..body.floor_char_boundary(at + 2 + LENGTH)];
    let inside = &rest[..rest.find(end)?];
    (!inside.contains("\n\n")).then_some(inside)
}

fn has_letter(text: &str) -> bool {
    text.chars().any(char::is_alphabetic)
}

/// Editors' remarks in a quotation, which some put in double brackets.
const REMARKS: [&str; 20] = [
    "sic",
    "sic erat scriptum",
    "recte",
    "illegible",
    "unreadable",
    "inaudible",
    "redacted",
    "blank",
    "omitted",
    "ママ",
    "原文ママ",
    "原文のまま",
    "中略",
    "前略",
    "後略",
    "以下略",
    "略",
    "原文如此",
    "원문대로",
    "중략",
];

fn is_remark(inside: &str) -> bool {
    let words = inside.trim_matches(|c: char| !c.is_alphanumeric());
    REMARKS.iter().any(|remark| words.eq_ignore_ascii_case(remark))
}

/// Matches `[[page]]`, `[[page|text]]`, `![[picture.jpg]]`. Not an editor's remark, a note number in double brackets,
/// or a link whose text is in brackets.
fn wiki(body: &str, at: usize) -> Option<ForeignMatch> {
    let rest = &body[at + 2..];
    let inside = &rest[..rest.find(['[', ']', '\n']).filter(|&end| rest[end..].starts_with("]]"))?];
    let end = at + inside.len() + 4;
    let link = matches!(body.as_bytes().get(end), Some(b'(' | b'[' | b':'));
    if link || !has_letter(inside) || inside.starts_with('^') || is_remark(inside) {
        return None;
    }
    let embed = body[..at].ends_with('!') && !is_escaped(body.as_bytes(), at - 1);
    let start = if embed { at - 1 } else { at };
    let written = body[start..end].to_owned();
    let what = if embed { ForeignSyntax::Embed(written) } else { ForeignSyntax::WikiLink(written) };
    Some(ForeignMatch { at: start..end, anchor: at + 1, what })
}

/// Matches `{{< figure >}}`, `{{% note %}}`, `{{ site.url }}`.
fn braces(body: &str, at: usize) -> Option<ForeignMatch> {
    let inside = between(body, at, "}}").filter(|inside| has_letter(inside))?;
    let end = at + inside.len() + 4;
    let written = body[at..end].to_owned();
    let what = if inside.starts_with(['<', '%']) {
        ForeignSyntax::Shortcode(written)
    } else {
        ForeignSyntax::TemplateTag(written)
    };
    Some(ForeignMatch { at: at..end, anchor: at, what })
}

/// Matches `{% include x %}`.
fn tag(body: &str, at: usize) -> Option<ForeignMatch> {
    let inside = between(body, at, "%}")?;
    let first = inside.trim_start_matches('-').trim_start().bytes().next()?;
    let end = at + inside.len() + 4;
    let what = ForeignSyntax::TemplateTag(body[at..end].to_owned());
    first.is_ascii_alphabetic().then_some(ForeignMatch { at: at..end, anchor: at, what })
}

/// Matches `{: .lead}`, `{:toc}`.
fn attributes(body: &str, at: usize) -> Option<ForeignMatch> {
    let inside = between(body, at, "}").filter(|inside| !inside.contains('\n'))?;
    let first = inside.trim_start().bytes().next()?;
    let end = at + inside.len() + 3;
    let what = ForeignSyntax::Attributes(body[at..end].to_owned());
    (first.is_ascii_alphabetic() || matches!(first, b'.' | b'#')).then_some(ForeignMatch {
        at: at..end,
        anchor: at,
        what,
    })
}

/// Matches `[text](my file.pdf)`: a space ends an address.
fn spaced(body: &str, at: usize) -> Option<ForeignMatch> {
    let rest = &body[at + 2..];
    let mut depth = 0;
    let end = rest.bytes().position(|b| {
        depth += i32::from(b == b'(') - i32::from(b == b')');
        depth < 0 || matches!(b, b'\n' | b'[' | b']')
    })?;
    let inside = rest[..end].trim();
    if !inside.contains(' ') || rest.as_bytes()[end] != b')' || inside.starts_with('<') {
        return None;
    }
    let title = |quote| Some(&inside[..inside.strip_suffix(quote)?.rfind(&[' ', quote][..])?]);
    let dest = title('"').or_else(|| title('\'')).unwrap_or(inside).trim_end_matches(['"', '\'']).trim_end();
    let end = at + 2 + end + 1;
    let label = body.floor_char_boundary(at.saturating_sub(LENGTH));
    let open = label + body[label..at].rfind(['[', '\n'])?;
    if body.as_bytes()[open] != b'[' {
        return None;
    }
    let image = body[..open].ends_with('!');
    let start = if image { open - 1 } else { open };
    let what = match dest.rsplit_once(' ') {
        Some((address, size)) if !address.contains(' ') && is_size(size) => ForeignSyntax::PictureSize(size.to_owned()),
        Some(_) if is_address(dest) => ForeignSyntax::SpaceInAddress(dest.to_owned()),
        _ => return None,
    };
    Some(ForeignMatch { at: start..end, anchor: at, what })
}

/// Returns whether a word is a size as some editors write it: `=300x200`.
fn is_size(word: &str) -> bool {
    let size = word.strip_prefix('=');
    size.is_some_and(|size| size.contains('x') && size.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'x' | b'%')))
}

/// Returns whether words are meant as an address rather than a remark in parentheses.
fn is_address(words: &str) -> bool {
    let path = words.split(['#', '?']).next().unwrap_or_default();
    let extension = path.rsplit_once('.').is_some_and(|(name, ext)| {
        name.ends_with(|c: char| c.is_alphanumeric() || matches!(c, ')' | '_' | '-'))
            && (2..=5).contains(&ext.len())
            && ext.bytes().all(|b| b.is_ascii_alphanumeric())
            && ext.bytes().any(|b| b.is_ascii_alphabetic())
    });
    let web = ["http://", "https://", "/", "./", "../"].iter().any(|start| words.starts_with(start));
    !words.contains("{{") && !words.contains("{%") && (extension || web)
}

/// Returns whether the lines of a paragraph are the rows of a table without its delimiter row.
pub(super) fn is_table(paragraph: &str) -> bool {
    let rows = || paragraph.lines().map(|line| line.trim_matches([' ', '\t', '>']));
    let pipes = |row: &str| row.matches('|').count() - row.matches("\\|").count();
    let (Some(first), second) = (rows().next(), rows().nth(1)) else { return false };
    let walled = rows().all(|row| row.starts_with('|'));
    let rule = |row: &str| row.contains('-') && row.contains('|') && row.bytes().all(|b| b"|-: \t".contains(&b));
    match second {
        None => walled && first.ends_with('|') && pipes(first) > 2,
        Some(second) if rule(second) => pipes(first) > 0,
        Some(_) if walled => pipes(first) > 1,
        Some(_) => pipes(first) > 1 && rows().all(|row| pipes(row) == pipes(first)),
    }
}

/// Returns the type of a picture, by its file name, if hardly any browser shows it.
pub(super) fn unshown(dest: &str) -> Option<&'static str> {
    let path = dest.split(['#', '?']).next().unwrap_or_default();
    let (name, extension) = path.rsplit_once('.')?;
    let types = [
        "heic", "heif", "tif", "tiff", "psd", "eps", "ai", "pdf", "raw", "cr2", "cr3", "nef", "arw", "dng", "jp2",
        "jxl", "xcf", "wmf", "emf", "mp4", "mov", "webm", "mp3", "docx",
    ];
    types.into_iter().find(|known| !name.is_empty() && extension.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::super::{LinkTarget, MarkdownLabels, MarkdownOptions, ProblemKind, RawHtml, render};
    use super::*;

    fn found(body: &str) -> Vec<(ForeignSyntax, String)> {
        let labels = MarkdownLabels::default();
        let options = MarkdownOptions {
            html: RawHtml::Sanitize,
            prefix: "",
            labels: &labels,
            resolve: &|_, _| LinkTarget::Keep,
            credits: &[],
        };
        let problems = render(body, &options).problems.into_iter();
        let foreign = problems.filter_map(|found| match found.kind {
            ProblemKind::Foreign(what) => Some((what, body[found.at].to_owned())),
            _ => None,
        });
        foreign.collect()
    }

    #[test]
    fn habits_of_others() {
        use ForeignSyntax::*;
        let own = |what: fn(String) -> ForeignSyntax, at: &str| (what(at.into()), at.to_owned());
        for (body, want) in [
            ("a [b]() c", (EmptyLink, "[b]()".to_owned())),
            ("![b]( ) c", (EmptyImage, "![b]( )".to_owned())),
            ("a {{< youtube x >}} b", own(Shortcode, "{{< youtube x >}}")),
            ("{{<figure src=\"x\">}}", own(Shortcode, "{{<figure src=\"x\">}}")),
            ("日本**語**{{% note %}}", own(Shortcode, "{{% note %}}")),
            ("# a {{ b.c }}", own(TemplateTag, "{{ b.c }}")),
            ("- {%- include x.html -%}", own(TemplateTag, "{%- include x.html -%}")),
            ("[a]({{ site.url }}/b c.md)", own(TemplateTag, "{{ site.url }}")),
            ("a [[Page]] b", own(WikiLink, "[[Page]]")),
            ("『[[頁|名]]』", own(WikiLink, "[[頁|名]]")),
            ("![[a b.png]]", own(Embed, "![[a b.png]]")),
            ("|a\n|---|\n> | [[Page]] |", own(WikiLink, "[[Page]]")),
            ("a\n{: .lead}", own(Attributes, "{: .lead}")),
            ("a ![q](my photo.jpg) b", (SpaceInAddress("my photo.jpg".into()), "![q](my photo.jpg)".to_owned())),
            ("[q](a b (1).pdf \"t\")", (SpaceInAddress("a b (1).pdf".into()), "[q](a b (1).pdf \"t\")".to_owned())),
            ("[q](../a b/)", (SpaceInAddress("../a b/".into()), "[q](../a b/)".to_owned())),
            ("![q](a.png =30x20)", (PictureSize("=30x20".into()), "![q](a.png =30x20)".to_owned())),
            ("| a | b |\n| 1 | 2 |", (Table, "| a | b |".to_owned())),
            ("| a | b |\n|---|\n| 1 | 2 |", (Table, "| a | b |".to_owned())),
            ("x\n\na | b | c\n1 | 2 | 3", (Table, "a | b | c".to_owned())),
        ] {
            assert_eq!(found(body), [want], "{body}");
        }
    }

    #[test]
    fn no_false_alarms() {
        for body in [
            "[[1]] {%} {{}} [^1] 〔注〕 ［［訳注］］ {:} {: )\n\n[^1]: [[2]]",
            "`[[a]]` `{{ b }}` `{% c %}` `[a](b c.md)`\n\n```\n[[a]] {{ b }}\n| a | b |\n| c | d |\n```\n\n    {% c %}",
            "\\[[a]] \\{{ b }} \\{% c %} [a\\](b c.md)",
            "[[a]](b.md) [[a](b.md)] [[a]][c] x[[c]](d)\n\n[c]: d",
            "[a](<b c.md>) [a](b.md \"c d\") [a](b.md 'c d') [a](b.md (c d))",
            "the text [sic](see page 5) and [x](cf. Vol. 2) and array[i](a, b)",
            "| a | b |\n|---|---|\n| c | d |",
            "| a line\n| of verse",
            "a [[sic]] b [[Sic!]] c [[…]] d [[...]] e [[?]] f [[ママ]] g [[ 中略 ]] h [[. . .]] ![[sic]]",
            "either | or\n\nYes | no\nperhaps",
            "a|b",
            "<!-- {{ a }} [[b]] -->\n\n<div>\n{{ a }}\n</div>",
            "# A {#b}",
        ] {
            assert_eq!(found(body), [], "{body}");
        }
    }

    #[test]
    fn pictures() {
        for (dest, want) in [
            ("a.HEIC", Some("heic")),
            ("https://x.org/a.tiff?b", Some("tiff")),
            ("a.jpg", None),
            ("a.avif", None),
            (".pdf", None),
            ("a.b/c", None),
        ] {
            assert_eq!(unshown(dest), want, "{dest}");
        }
    }
}
