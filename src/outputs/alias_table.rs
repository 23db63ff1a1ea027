//! The table of aliases of articles and pages, the input of every overlay. It must not know a host.

use std::collections::BTreeMap;

use super::job::Job;
use super::plan::{Plan, redirect_page};
use super::statics::Statics;
use crate::archive::archive::Archive;
use crate::base::config::Config;
use crate::base::path;
use crate::hosting::default_headers;
use crate::hosting::overlay_input::{OverlayInput, PageMove};

/// Builds the table of a site, without the site's own `_redirects` and `_headers`, which are files. It includes
/// aliases for which the build makes no pages. It leaves out an alias that is also the path of an output. The first of
/// two equal aliases wins.
pub fn table(config: &Config, archive: &Archive, statics: &Statics, plan: &Plan) -> OverlayInput {
    let mut moves: BTreeMap<String, PageMove> = BTreeMap::new();
    let mut add = |alias: &str, to: &str| {
        let (is_file, page) = redirect_page(alias);
        let from = alias.trim_end_matches('/');
        let taken = |path: &str| plan.find(path).is_some_and(|output| !matches!(output.job, Job::Redirect(_)));
        if !taken(&page) && !taken(from) && !moves.contains_key(from) {
            let beside = !is_file && taken(&format!("{from}.html"));
            let one = PageMove { from: from.to_owned(), is_file, to: to.to_owned(), permanent: true, page, beside };
            moves.insert(from.to_owned(), one);
        }
    };
    for placed in &archive.articles {
        let to = config.urls.page(&placed.address);
        let aliases = placed.card.aliases.iter();
        aliases.for_each(|(alias, _)| add(config.urls.below_base(alias, &placed.address), &to));
    }
    for page in &archive.pages {
        let to = config.urls.page(&page.path);
        page.aliases.iter().for_each(|(alias, _)| add(config.urls.below_base(alias, &page.path), &to));
    }
    let mut lasting: Vec<String> =
        statics.files.iter().filter(|file| file.is_renamed()).map(|file| file.path.clone()).collect();
    lasting.sort();
    let outputs =
        plan.outputs.iter().filter(|output| config.hashed_assets && default_headers::holds_digest(&output.path));
    let lookalikes = outputs.filter(|output| !output.lasts(statics)).map(|output| output.path.to_string()).collect();
    OverlayInput {
        moves: moves.into_values().collect(),
        base: path::decode_percent(&config.urls.base_path).unwrap_or_default(),
        pages: config.redirect_pages,
        hashed: config.hashed_assets,
        lasting,
        lookalikes,
        own_redirects: None,
        own_headers: None,
    }
}
