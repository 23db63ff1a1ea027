//! JSON-LD of the site and of a page's place in it: schema.org `WebSite` and `BreadcrumbList`. It must not know
//! templates.

use serde::Serialize;

use super::head::PageHead;
use super::world::Common;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WebSite<'a> {
    #[serde(rename = "@context")]
    context: &'static str,
    #[serde(rename = "@type")]
    kind: &'static str,
    name: &'a str,
    url: &'a str,
    in_language: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct BreadcrumbList<'a> {
    #[serde(rename = "@context")]
    context: &'static str,
    #[serde(rename = "@type")]
    kind: &'static str,
    item_list_element: Vec<ListItem<'a>>,
}

#[derive(Serialize)]
struct ListItem<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    position: usize,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    item: Option<String>,
}

/// Describes the site, on its front page. Search engines want an absolute URL.
pub fn add_site(head: &mut PageHead, common: &Common) {
    let config = common.config;
    if let Some(url) = config.urls.absolute(&config.urls.page("")) {
        head.json_ld(&WebSite {
            context: "https://schema.org",
            kind: "WebSite",
            name: &config.title,
            url: &url,
            in_language: &config.language,
            description: config.description.as_deref(),
        });
    }
}

/// Lists the pages above a page, from the top, and then the page itself, which needs no URL.
pub fn add_breadcrumbs<L: AsRef<str>, U: AsRef<str>>(
    head: &mut PageHead,
    common: &Common,
    crumbs: &[(L, U)],
    title: &str,
) {
    let absolute = |url: &str| common.config.urls.absolute(url);
    if crumbs.is_empty() || absolute("/").is_none() {
        return;
    }
    let above = crumbs.iter().map(|(label, url)| (label.as_ref(), absolute(url.as_ref())));
    let all = above.chain([(title, None)]).enumerate();
    let item = |(at, (name, item))| ListItem { kind: "ListItem", position: at + 1, name, item };
    head.json_ld(&BreadcrumbList {
        context: "https://schema.org",
        kind: "BreadcrumbList",
        item_list_element: all.map(item).collect(),
    });
}
