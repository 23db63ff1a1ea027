//! Every page as a browser's parser reads it: no parse error, one h1, no duplicate id, no dead link, nothing that
//! runs.

pub mod dom;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use recto::base::path::decode_percent;

use crate::hostile;
use crate::support::{SITE_TOML, Site, article, project};
use dom::Document;

/// A copy of the demonstration archive.
pub fn demonstration() -> Site {
    let site = Site::new("");
    for folder in ["content", "static", "templates", "themes", "i18n"] {
        let from = project().join(folder);
        if from.is_dir() {
            for (path, bytes) in crate::support::tree(&from) {
                site.write_bytes(&format!("{folder}/{path}"), &bytes);
            }
        }
    }
    site.write("site.toml", &std::fs::read_to_string(project().join("site.toml")).expect("the project is a site"));
    site
}

/// Returns the outputs of the demonstration archive, built once for all tests that inspect them.
pub fn built() -> &'static BTreeMap<String, Vec<u8>> {
    static BUILT: OnceLock<BTreeMap<String, Vec<u8>>> = OnceLock::new();
    BUILT.get_or_init(|| {
        let site = demonstration();
        site.build();
        site.outputs()
    })
}

/// Parses all pages of a site.
pub fn pages(outputs: &BTreeMap<String, Vec<u8>>) -> BTreeMap<&str, Document> {
    let html = outputs.iter().filter(|(path, _)| path.ends_with(".html"));
    html.map(|(path, bytes)| {
        let text = std::str::from_utf8(bytes).unwrap_or_else(|e| panic!("{path}: {e}"));
        (path.as_str(), dom::parse(text))
    })
    .collect()
}

/// Panics with all faults, the first few of each kind.
pub fn none(faults: Vec<String>) {
    let shown: Vec<&String> = faults.iter().take(40).collect();
    assert!(faults.is_empty(), "{} faults: {shown:#?}", faults.len());
}

/// Returns what is wrong with a page by itself.
pub fn unsound(path: &str, page: &Document) -> Vec<String> {
    let mut faults = page.errors.clone();
    let h1 = page.all("h1").count();
    if h1 != usize::from(!page.is_redirect()) {
        faults.push(format!("{h1} h1"));
    }
    let mut ids = BTreeSet::new();
    for id in page.elements.iter().filter_map(|e| e.get("id")) {
        if id.is_empty() || id.contains(char::is_whitespace) || !ids.insert(id) {
            faults.push(format!("the id {id:?} is empty, has a space or is there twice"));
        }
    }
    for html in page.all("html") {
        if html.get("lang").is_none_or(str::is_empty) || !matches!(html.get("dir"), Some("ltr" | "rtl")) {
            faults.push(format!("<html lang={:?} dir={:?}>", html.get("lang"), html.get("dir")));
        }
    }
    for element in &page.elements {
        if element.get("dir").is_some_and(|d| !matches!(d, "ltr" | "rtl" | "auto")) {
            faults.push(format!("<{} dir={:?}>", element.name, element.get("dir")));
        }
        // An empty `lang` means an unknown language; here it can only be a missing value.
        for key in ["lang", "hreflang"] {
            let tag = element.get(key);
            if tag.is_some_and(|tag| recto::base::locale::canonical_tag(tag).is_none()) {
                faults.push(format!("<{} {key}={tag:?}>", element.name));
            }
        }
        let named = ["alt", "aria-label", "href", "src"];
        if let Some(key) = named.iter().find(|k| element.get(k) == Some("")).filter(|k| **k != "alt") {
            faults.push(format!("<{} {key}=\"\">", element.name));
        }
        let references = element.get("aria-labelledby").into_iter().chain(element.get("aria-describedby"));
        for id in references.flat_map(str::split_whitespace).filter(|id| !ids.contains(id)) {
            faults.push(format!("<{} aria-…={id:?}> names no id", element.name));
        }
    }
    if page.all("title").filter(|t| !t.text.trim().is_empty()).count() != 1 {
        faults.push("no title, or two".to_owned());
    }
    faults.extend(page.comments.iter().map(|c| format!("a comment {c:?}")));
    faults.into_iter().map(|f| format!("{path}: {f}")).collect()
}

/// Returns everything on a page that could run. `base` is the path of the base URL without the final slash.
pub fn active(path: &str, page: &Document, base: &str) -> Vec<String> {
    let own = format!("script {base}/");
    let found = crate::properties::invariants::active(page).into_iter();
    // The theme's own scripts are files of this site, and its forms lead to the search.
    let search = [format!("{base}/search/"), format!("{base}/search.html")];
    let leads_to_search = |form: &dom::Element| {
        form.get("method").is_none() && form.get("action").is_some_and(|a| search.iter().any(|s| s == a))
    };
    let own_forms = page.all("form").all(leads_to_search);
    // The references of an article are plain text that a browser only saves.
    let start = "data:;charset=utf-8,";
    let saved = |link: &&dom::Element| {
        link.get("download").is_some() && link.get("href").is_some_and(|url| url.starts_with(start))
    };
    let saved: BTreeSet<String> =
        page.all("a").filter(saved).filter_map(|link| Some(format!("<a href={:?}>", link.get("href")?))).collect();
    let says_so = path.starts_with("search") && page.all("noscript").count() == 1;
    found
        .filter(|f| (!f.starts_with(&own) || f.contains("//")) && !saved.contains(f))
        .filter(|f| (*f != "<form>" || !own_forms) && (*f != "<noscript>" || !says_so))
        .map(|f| format!("{path}: {f}"))
        .collect()
}

/// Returns dead links. `origin` is scheme and host, `base` the path of the base URL, each without the final slash.
pub fn dead_links(
    outputs: &BTreeMap<String, Vec<u8>>,
    pages: &BTreeMap<&str, Document>,
    origin: &str,
    base: &str,
) -> Vec<String> {
    let mut faults = Vec::new();
    for (path, page) in pages {
        let refresh = page.all("meta").filter(|e| e.get("http-equiv").is_some());
        let refresh = refresh.filter_map(|e| e.get("content")?.split_once("url=").map(|(_, url)| url));
        let links = page.elements.iter().flat_map(|e| [e.get("href"), e.get("src")]).flatten();
        for url in links.chain(refresh) {
            if let Err(why) = resolve(outputs, pages, (path, url), origin, base) {
                faults.push(format!("{path}: {url}: {why}"));
            }
        }
    }
    faults
}

/// Resolves a URL on the page at `path`: it must lead to an output, and its fragment to an id.
pub fn resolve(
    outputs: &BTreeMap<String, Vec<u8>>,
    pages: &BTreeMap<&str, Document>,
    (path, url): (&str, &str),
    origin: &str,
    base: &str,
) -> Result<(), String> {
    let local = url.strip_prefix(origin).filter(|_| !origin.is_empty()).unwrap_or(url);
    let other = ["http://", "https://", "mailto:", "tel:", "data:", "//"];
    if other.iter().any(|o| local.starts_with(o)) {
        return Ok(());
    }
    let (rest, fragment) = local.split_once('#').map_or((local, None), |(rest, f)| (rest, Some(f)));
    let plain = rest.split('?').next().unwrap_or_default();
    let target = if plain.is_empty() {
        path.to_owned()
    } else {
        let below = plain.strip_prefix(base).and_then(|p| p.strip_prefix('/')).ok_or("outside of the base path")?;
        let below = decode_percent(below).ok_or("not UTF-8")?;
        if below.is_empty() || below.ends_with('/') { format!("{below}index.html") } else { below }
    };
    if !outputs.contains_key(&target) {
        return Err(format!("there is no output {target}"));
    }
    match (fragment, pages.get(target.as_str())) {
        (None | Some(""), _) => Ok(()),
        (Some(fragment), Some(page)) => {
            let id = decode_percent(fragment).ok_or("not UTF-8")?;
            if page.has_id(&id) { Ok(()) } else { Err(format!("{target} has no id {id:?}")) }
        }
        (Some(_), None) => Err(format!("{target} is no page")),
    }
}

fn check(outputs: &BTreeMap<String, Vec<u8>>, origin: &str, base: &str) {
    let pages = pages(outputs);
    assert!(pages.len() > 20, "only {} pages", pages.len());
    let mut faults = Vec::new();
    for (path, page) in &pages {
        faults.extend(unsound(path, page));
        faults.extend(active(path, page, base));
    }
    faults.extend(dead_links(outputs, &pages, origin, base));
    none(faults);
}

#[test]
fn the_demonstration_is_sound() {
    check(built(), "https://reader.example.org", "");
}

#[test]
fn the_demonstration_is_sound_below_a_path_in_file_style_with_hashed_names() {
    let site = demonstration();
    let config = std::fs::read_to_string(site.root().join("site.toml")).expect("just written");
    let config = config.replace("https://reader.example.org", "https://example.org/a/b");
    let config = config.replace("/about/translation-policy/", "/about/translation-policy.html");
    site.write("site.toml", &format!("{config}\n[permalinks]\nstyle = \"file\"\n\n[assets]\nnames = \"hashed\"\n"));
    // The texts of the archive link to pages in its own style.
    for page in ["about", "about/translation-policy"] {
        let file = site.root().join(format!("content/pages/{page}.md"));
        let text = std::fs::read_to_string(file).expect("the demonstration has this page");
        site.write(&format!("content/pages/{page}.md"), &text.replace("/)", ".html)"));
    }
    site.build();
    check(&site.outputs(), "https://example.org", "/a/b");
}

/// `check` finds every dead root-relative link in a text, and reports no other.
#[test]
fn dead_root_relative_links_are_found() {
    for style in ["directory", "file"] {
        let site = Site::new(&format!("{SITE_TOML}[permalinks]\nstyle = \"{style}\"\n"));
        for link in ["/about/", "/about.html", "/about/index.html", "/archive/", "/", "/none/", "/feed.xml"] {
            site.write("content/articles/a.md", &article("A", "2021-03-24", "", &format!("[x]({link})")));
            site.write("content/pages/about.md", "+++\ntitle = \"About\"\n+++\n\nText.\n");
            assert!(site.try_build().0.is_some(), "{link}");
            let outputs = site.outputs();
            let dead = dead_links(&outputs, &pages(&outputs), "https://example.org", "");
            let found = crate::support::recto(site.root(), &["check"]);
            let found = String::from_utf8_lossy(&found.stderr).contains("broken-link");
            assert_eq!(!dead.is_empty(), found, "{link} in {style} style: {dead:?}");
        }
    }
}

#[test]
fn a_site_without_address_is_sound() {
    let site = demonstration();
    let config = std::fs::read_to_string(site.root().join("site.toml")).expect("just written");
    site.write("site.toml", &config.replace("base_url", "# base_url"));
    let (summary, problems) = site.try_build();
    assert_eq!(problems.iter().map(|p| &*p.code).collect::<Vec<_>>(), ["no-base-url"]);
    assert!(summary.is_some());
    check(&site.outputs(), "", "");
}

#[test]
fn a_hostile_site_is_sound() {
    check(&hostile::built().1, hostile::ORIGIN, hostile::BASE);
}

/// With sanitized HTML the output may look odd, but nothing in it runs.
#[test]
fn a_sanitized_hostile_site_is_inert() {
    let site = hostile::site();
    let config = hostile::config();
    site.write("site.toml", &format!("{config}\n[markdown]\nhtml = \"sanitize\"\n"));
    hostile::build(&site);
    let outputs = site.outputs();
    let pages = pages(&outputs);
    none(pages.iter().flat_map(|(path, page)| active(path, page, hostile::BASE)).collect());
}
