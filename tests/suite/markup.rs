//! Bodies on their pages: addresses in permitted HTML, ids of headings and anchors, and what `check` reports about
//! links to them.

use std::collections::BTreeMap;

use crate::support::{SITE_TOML, Site, article, recto};

const ORIGINAL: &str = "+++\ntitle = \"題\"\n+++\n\n本\n\n[自](#p1) [無](#nowhere)\n";

/// A site with two articles, one of which has an original, and two assets.
fn site(more: &str, body: &str) -> Site {
    let site = Site::new(&format!("{SITE_TOML}{more}"));
    site.write("content/articles/one.md", &article("One", "2021-03-24", "", body));
    site.write(
        "content/articles/two.md",
        &article("Two", "2021-03-24", "", "Text.\n\n## OAuth 2.0 & more\n\n## Sub\n\n## Sub"),
    );
    site.write("content/articles/two.ja.md", ORIGINAL);
    site.write("content/articles/p.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"8\" height=\"6\"/>");
    site.write("content/articles/f.mp4", "film");
    site
}

fn page(site: &Site) -> String {
    let (built, problems) = site.try_build();
    built.unwrap_or_else(|| panic!("{problems:#?}"));
    site.output("2021/03/24/one/index.html")
}

/// Returns code and place of the problems that `check` reports for a file, limited to these codes.
fn said(site: &Site, file: &str, codes: &[&str]) -> Vec<String> {
    let ran = recto(site.root(), &["check", "-v"]);
    let said = String::from_utf8(ran.stderr).expect("reports are UTF-8");
    let mut found = BTreeMap::new();
    for report in said.split("\n\n") {
        let (Some(first), Some(place)) = (report.lines().next(), report.lines().nth(1)) else { continue };
        let code = first.split(['[', ']']).nth(1).unwrap_or_default();
        if let Some((_, place)) = place.split_once(&format!("{file}:"))
            && codes.contains(&code)
        {
            let (line, column) = place.split_once(':').expect("a place has a line and a column");
            let place: (u32, u32) = (line.parse().expect("a line"), column.parse().expect("a column"));
            let message = first.split_once(": ").map_or("", |(_, message)| message);
            found.insert((place, code.to_owned()), format!("{code} {line}:{column} {message}"));
        }
    }
    found.into_values().collect()
}

#[test]
fn addresses_in_html_are_like_those_in_markdown() {
    let body = "<A HREF='two.md'>a</A> <a href=two.md#p1>b</a> <a href=\"/tags/?x&amp;y\" target=_blank>c</a> \
                <a href=\"two&#46;md\">d</a> <a href=\"https://x.example/\">e</a> <a href=\"#p1\">f</a>\n\n\
                <IMG alt=\"\" SRC=p.svg> <img alt=\"g\" src='p.svg' width=4 height=3 srcset=\"p.svg 1x, p.svg#a 2x\">\n\n\
                <video controls poster=p.svg src=\"f.mp4\"><source src=f.mp4 type=\"video/mp4\"></video>";
    for (mode, path) in [("sanitize", ""), ("allow", ""), ("sanitize", "/sub"), ("allow", "/sub")] {
        let more = format!("[markdown]\nhtml = \"{mode}\"\n");
        let site = site(&more, body);
        site.write("site.toml", &format!("{SITE_TOML}{more}").replace("example.org", &format!("example.org{path}")));
        let page = page(&site);
        let (two, one) = (format!("{path}/2021/03/24/two/"), format!("{path}/2021/03/24/one/"));
        for want in [
            format!("\"{two}\">a</"),
            format!("\"{two}#p1\">b</"),
            format!("\"{path}/tags/?x&amp;y\""),
            format!("\"{two}\">d</"),
            "\"https://x.example/\">e</".to_owned(),
            "\"#p1\">f</".to_owned(),
            format!("{one}p.svg\" width=\"8\" height=\"6\""),
            format!("srcset=\"{one}p.svg 1x, {one}p.svg#a 2x\""),
            format!("poster=\"{one}p.svg\""),
            format!("src=\"{one}f.mp4\""),
        ] {
            let quoted = page.replace('\'', "\"");
            assert!(quoted.contains(&want), "{mode}{path}: {want}:\n{page}");
        }
        for file in ["p.svg", "f.mp4"] {
            assert!(site.outputs().contains_key(&format!("2021/03/24/one/{file}")), "{mode}: {file} is not copied");
        }
    }
}

#[test]
fn what_is_trusted_stays_as_it_is_written() {
    let body = "<SCRIPT>if (a<b) { x('<a href=\"two.md\">') }</SCRIPT>\n<!-- <a href=\"nowhere.md\"> -->\n\
                <Div  ONCLICK=f() style='a:b' data-x=\"&amp;\"><br/><a\n href = two.md id=x>y</a  ></Div>\n<a href=\"javascript:f()\">z</a>\n";
    let page = page(&site("[markdown]\nhtml = \"allow\"\n", body));
    let want = body.replace("href = two.md", "href = \"/2021/03/24/two/\"");
    assert!(page.contains(want.lines().nth(2).expect("a line")), "{page}");
    assert!(page.contains("x('<a href=\"two.md\">')") && page.contains("javascript:f()"), "{page}");
}

#[test]
fn addresses_in_html_are_checked() {
    let body = "<a href=\"nowhere.md\">a</a> <a href=/nowhere/>b</a>\n<img src='no.jpg' alt=c onerror=d><a href=\"two.md#no\">e</a>\n\n\
                <iframe src=\"gone.html\"></iframe>\n\n> <div>\n> <a href=\"gone.md\">f</a> <a href=\"vbscript:x\">g</a>";
    let site = site("[markdown]\nhtml = \"sanitize\"\n", body);
    let codes = ["broken-link", "missing-asset", "removed-html", "bad-scheme"];
    let found = said(&site, "one.md", &codes);
    let want = [
        "broken-link 10:10 the link to `nowhere.md` is broken",
        "broken-link 10:36 the link to `/nowhere/` is broken",
        "missing-asset 11:11 the file `no.jpg` does not exist",
        "removed-html 11:25 the sanitiser removed `onerror`",
        "broken-link 11:44 the link to `two.md#no` is broken",
        "removed-html 13:1 the sanitiser removed `<iframe>`",
        "broken-link 16:12 the link to `gone.md` is broken",
        "bad-scheme 16:36 links with the scheme `vbscript` are not allowed",
    ];
    assert_eq!(found, want);
    site.write("site.toml", SITE_TOML);
    assert_eq!(said(&site, "one.md", &codes), [""; 0], "text has no addresses");
}

#[test]
fn anchors_of_pages_and_originals() {
    let good = "[own](#p1) [other](two.md#original) [rooted](/2021/03/24/two/#original) [block](two.md#o-p1) \
                [file](two.ja.md#p1) [whole](two.ja.md#original) [b](/2021/03/24/two/#p1) [c](/2021/03/24/two/#o-p2) [note](#fn1)[^1] \
                [top](#top) [empty](#) [words](two.md#:~:text=a) [more](two.md#p1:~:text=a) [main](#main) [az](/tags/#main) \
                [github](two.md#oauth-20--more) [ours](two.md#oauth-2-0-more) [twice](/2021/03/24/two/#sub-1) [d](two.md#%73ub-2)\n\n[^1]: x";
    let bad = "\n\n[a](#nowhere) [b](two.md#nowhere) [c](/2021/03/24/two/#nowhere) [d](/tags/#nowhere) [e](two.ja.md#p9) [f](one.md#original)";
    let found = said(&site("", &format!("{good}{bad}")), "one.md", &["broken-link"]);
    let targets: Vec<&str> = found.iter().filter_map(|line| line.split('`').nth(1)).collect();
    let want =
        ["#nowhere", "two.md#nowhere", "/2021/03/24/two/#nowhere", "/tags/#nowhere", "two.ja.md#p9", "one.md#original"];
    assert_eq!(targets, want, "{found:#?}");
    let site = site("", good);
    assert_eq!(said(&site, "two.ja.md", &["broken-link"]), ["broken-link 7:10 the link to `#nowhere` is broken"]);
    let page = page(&site);
    for want in
        ["href=\"#fn-1\">note", "href=\"/2021/03/24/two/#o-p1\">file", "href=\"/2021/03/24/two/#original\">whole"]
    {
        assert!(page.contains(want), "{want}:\n{page}");
    }
    let two = site.output("2021/03/24/two/index.html");
    for want in [
        " id=\"oauth-2-0-more\">",
        "<h2><span id=\"oauth-20--more\"></span>OAuth",
        " id=\"sub-2\">",
        "<h2><span id=\"sub-1\"></span>",
    ] {
        assert!(two.contains(want), "{want}:\n{two}");
    }
}

#[test]
fn an_original_that_is_not_printed_has_no_anchors() {
    let site = site("[original]\npublish = \"none\"\n", "[a](two.md#o-p1) [b](two.ja.md#p1)");
    let found = said(&site, "one.md", &["broken-link"]);
    assert_eq!(found, ["broken-link 10:1 the link to `two.md#o-p1` is broken"]);
}

#[test]
fn anchors_that_authors_write() {
    let body = "<a name=\"start\"></a>[a](#start) [b](#own) [c](#intro) [d](#p3)\n\n<div id='own' class=x>\n\ntext\n\n</div>\n\n\
                <a name=intro></a>\n\n## Intro\n\n<i id=p3>x</i>";
    for mode in ["sanitize", "allow"] {
        let site = site(&format!("[markdown]\nhtml = \"{mode}\"\n"), body);
        assert_eq!(said(&site, "one.md", &["broken-link"]), [""; 0], "{mode}");
        let page = page(&site);
        assert!(page.contains("<h2 id=\"intro\">Intro"), "{page}");
        if mode == "sanitize" {
            assert!(page.contains("<span id=\"start\"></span>") && page.contains("<div id=\"own\">"), "{page}");
            assert_eq!((page.matches("id=\"intro\"").count(), page.matches("id=\"p3\"").count()), (1, 1), "{page}");
        }
    }
}

#[test]
fn credits_hold_for_pictures_in_html() {
    let credit = "[[images]]\nsrc = \"p.svg\"\ncredit = \"A. Person\"\n";
    let site = site("[markdown]\nhtml = \"sanitize\"\n", "");
    for (body, want) in [
        ("<img src=p.svg alt=a>", "title=\"Image: A. Person\""),
        ("<img src=p.svg alt=a title='b'>", "title=\"b (Image: A. Person)\""),
    ] {
        site.write("content/articles/one.md", &article("One", "2021-03-24", credit, body));
        let page = page(&site);
        assert!(page.contains(want), "{page}");
        assert_eq!(said(&site, "one.md", &["unused-image-credit"]), [""; 0]);
    }
}
