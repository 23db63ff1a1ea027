//! HTML for feed readers: a rendered text with absolute addresses, and with nothing that works only on its own page.
//!
//! Feed readers show a text inside their own page, and each sanitises it in its own way. So ids, classes, roles and
//! choices of images go, and of an author's HTML only what any reader may show stays, even if the site allows all of
//! it. Links within the text lead to the article's page.

use ammonia::{Builder, Url, UrlRelative};

#[rustfmt::skip]
const TAGS: [&str; 57] = [
    "a", "abbr", "aside", "b", "bdi", "bdo", "blockquote", "br", "caption", "cite", "code", "col", "colgroup", "dd",
    "del", "details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "h2", "h3", "h4", "h5", "h6", "hr", "i",
    "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "rp", "rt", "ruby", "s", "samp", "small", "span",
    "strong", "sub", "summary", "sup", "table", "tbody", "td", "th", "thead", "tr", "u",
];
const ATTRIBUTES: [(&str, &[&str]); 6] = [
    ("a", &["href"]),
    ("img", &["alt", "height", "src", "width"]),
    ("li", &["value"]),
    ("ol", &["reversed", "start"]),
    ("td", &["colspan", "rowspan"]),
    ("th", &["colspan", "rowspan", "scope"]),
];
/// Elements that are removed with their content.
const DROPPED: [&str; 8] = ["script", "style", "template", "noscript", "title", "textarea", "xmp", "iframe"];

/// Returns the HTML for feeds of a text on the page at `url`, which is absolute; `None` if that is no address.
pub fn feed_html(html: &str, url: &str) -> Option<String> {
    let base = Url::parse(url).ok()?;
    let mut builder = Builder::default();
    builder
        .tags(TAGS.into())
        .tag_attributes(ATTRIBUTES.iter().map(|(tag, names)| (*tag, names.iter().copied().collect())).collect())
        .generic_attributes(["dir", "lang", "title"].into())
        .clean_content_tags(DROPPED.into())
        .url_schemes(["http", "https", "mailto", "tel", "data"].into())
        .url_relative(UrlRelative::RewriteWithBase(base))
        .link_rel(None)
        .attribute_filter(|element, name, value| {
            // Of these addresses, only pictures are harmless, and only as pictures.
            let is_data =
                matches!(name, "href" | "src") && value.trim_start().to_ascii_lowercase().starts_with("data:");
            let is_picture = element == "img" && crate::base::weburl::is_picture(value);
            (!is_data || is_picture).then(|| value.into())
        });
    Some(builder.clean(html).to_string())
}

#[cfg(test)]
mod tests {
    use super::feed_html;

    #[test]
    fn addresses_are_absolute() {
        let page = "https://example.org/sub/2021/a/";
        for (html, want) in [
            ("<a href=\"#p3\">x</a>", "<a href=\"https://example.org/sub/2021/a/#p3\">x</a>"),
            ("<a href=\"/sub/b/#p1\">x</a>", "<a href=\"https://example.org/sub/b/#p1\">x</a>"),
            ("<a href=\"c.pdf\">x</a>", "<a href=\"https://example.org/sub/2021/a/c.pdf\">x</a>"),
            ("<a href=\"https://x.example/?a=1&amp;b\">x</a>", "<a href=\"https://x.example/?a=1&amp;b\">x</a>"),
            (
                "<img src=\"/sub/m.png\" srcset=\"/sub/m.480w.png 480w\" sizes=\"9px\" loading=\"lazy\" alt=\"A &amp; b\">",
                "<img src=\"https://example.org/sub/m.png\" alt=\"A &amp; b\">",
            ),
            ("<p id=\"p1\" class=\"x\" lang=\"ja\" dir=\"ltr\">x</p>", "<p lang=\"ja\" dir=\"ltr\">x</p>"),
            ("<ruby>漢<rt>かん</rt></ruby>", "<ruby>漢<rt>かん</rt></ruby>"),
        ] {
            assert_eq!(feed_html(html, page).as_deref(), Some(want));
        }
        assert_eq!(feed_html("x", "/a/"), None);
    }

    #[test]
    fn nothing_acts() {
        let page = "https://example.org/a/";
        for html in [
            "<script>alert(1)</script>",
            "<a href=\"javascript:alert(1)\" onclick=\"alert(1)\">x</a>",
            "<a href=\"data:text/html,x\">x</a>",
            "<img src=\"data:image/svg+xml,x\" onerror=\"alert(1)\">",
            "<iframe src=\"https://x.example/\"></iframe>",
            "<form action=\"/x\"><input name=\"y\"></form>",
            "<svg onload=\"alert(1)\"></svg><style>p{}</style>",
            "<p style=\"x\" data-x=\"y\">x</p>",
        ] {
            let clean = feed_html(html, page).unwrap();
            let parts = ["script", "alert", "data:", "iframe", "form", "input", "svg", "style", "data-"];
            assert!(parts.iter().all(|part| !clean.contains(part)), "{html}: {clean}");
        }
    }
}
