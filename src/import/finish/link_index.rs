//! Where the links of imported texts lead: to another text, to a file of the source, or to an address. It must not know
//! where texts and files will stand.

use std::collections::BTreeMap;

use super::settings::FinishSettings;
use super::web_path;
use crate::base::path;
use crate::base::weburl;
use crate::import::imported::{Imported, ImportedText};

/// Where a destination leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkEnd {
    /// It stays as written.
    Keep,
    /// A text, by its index, with the fragment.
    Text(usize, Option<String>),
    /// A file of the source.
    Asset(String),
    /// Another address.
    Address(String),
    /// Something that the source does not have. The text is what is left of it.
    Broken(String),
}

/// The texts and files of a source by their addresses and paths.
pub struct LinkIndex<'a> {
    settings: &'a FinishSettings<'a>,
    base_url: Option<&'a str>,
    /// The host and the folder of the base address: `/blog`.
    base_path: &'a str,
    texts: BTreeMap<&'a str, usize>,
    addresses: BTreeMap<String, usize>,
    /// By their old addresses.
    files: BTreeMap<String, &'a str>,
    assets: &'a BTreeMap<String, Vec<String>>,
}

/// What a link stands in.
pub struct LinkPlace<'a> {
    /// The path of the file in the source.
    pub from: &'a str,
    /// The address of the page on the old site, if it had one.
    pub address: Option<&'a str>,
    /// The address of the original, which relative links of a translation are relative to.
    pub original: Option<&'a str>,
    /// Whether it is a text of an export by Recto, whose links are those of the same site.
    pub own: bool,
}

impl<'a> LinkPlace<'a> {
    pub fn of(text: &'a ImportedText, original: Option<&'a str>) -> LinkPlace<'a> {
        let from = text.from.split('#').next().unwrap_or(&text.from);
        let address = text.addresses.first().map(String::as_str);
        LinkPlace { from, address, original, own: text.own.is_some() }
    }
}

/// Returns the path of an address: `/blog` of `https://example.org/blog/`.
fn path_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.find('/').map_or("", |at| rest[at..].trim_end_matches('/'))
}

impl<'a> LinkIndex<'a> {
    pub fn new(imported: &'a Imported, settings: &'a FinishSettings<'a>) -> LinkIndex<'a> {
        let base_url = imported.site.base_url.as_deref();
        let (mut texts, mut addresses, mut files) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        for (at, text) in imported.texts.iter().enumerate() {
            texts.entry(text.from.as_str()).or_insert(at);
            for address in &text.addresses {
                addresses.entry(address_key(address)).or_insert(at);
            }
        }
        for (path, old) in &imported.assets {
            for address in old {
                files.entry(web_path::key(address)).or_insert(path.as_str());
            }
        }
        let base_path = base_url.map_or("", path_of);
        LinkIndex { settings, base_url, base_path, texts, addresses, files, assets: &imported.assets }
    }

    /// Finds where a destination leads.
    pub fn find(&self, place: &LinkPlace, dest: &str) -> LinkEnd {
        let dest = dest.trim();
        if dest.is_empty() || dest.starts_with('#') {
            return LinkEnd::Keep;
        }
        if let Some(path) = dest.strip_prefix("source:") {
            return self.in_source(path);
        }
        if dest.starts_with("//") {
            return self.web(&format!("https:{dest}"), true);
        }
        match weburl::scheme(dest).as_deref() {
            Some("http" | "https") => self.web(dest, false),
            Some(_) => LinkEnd::Keep,
            None if place.own => self.of_own(place, dest),
            None if dest.starts_with('/') => self.of_site(dest, dest),
            None => self.relative(place, dest),
        }
    }

    /// Finds a destination in a text of an export by Recto. What the source does not have as a text or file is a page
    /// that the site makes, or a file that only an unpublished original shows.
    fn of_own(&self, place: &LinkPlace, dest: &str) -> LinkEnd {
        let rooted = dest.starts_with('/');
        let found = if rooted { self.of_site(dest, dest) } else { self.relative(place, dest) };
        if matches!(found, LinkEnd::Text(..) | LinkEnd::Asset(_)) {
            return found;
        }
        let base = &*self.settings.config.urls.base_path;
        match dest.strip_prefix(base).filter(|below| rooted && !base.is_empty() && below.starts_with('/')) {
            Some(below) => LinkEnd::Address(below.to_owned()),
            None => LinkEnd::Keep,
        }
    }

    fn in_source(&self, written: &str) -> LinkEnd {
        let (bare, fragment) = web_path::split_fragment(written);
        let decoded = path::decoded(bare);
        if let Some(at) = self.texts.get(decoded.as_str()) {
            return LinkEnd::Text(*at, fragment.map(str::to_owned));
        }
        if self.assets.contains_key(&decoded) {
            return LinkEnd::Asset(decoded);
        }
        LinkEnd::Broken(written.to_owned())
    }

    /// Finds a whole address. With `changed`, it is not what stands in the text.
    fn web(&self, address: &str, changed: bool) -> LinkEnd {
        let own = self.base_url.and_then(|base| web_path::below(address, base));
        if let Some(found) = own.and_then(|path| self.old_address(path)) {
            return found;
        }
        if let (Some(own), Some((name, path))) = (&self.settings.repository, web_path::in_repository(address))
            && name.eq_ignore_ascii_case(own)
        {
            match self.in_source(path) {
                LinkEnd::Broken(_) => {}
                found => return found,
            }
        }
        if changed { LinkEnd::Address(address.to_owned()) } else { LinkEnd::Keep }
    }

    /// Finds an address below the old site's top.
    fn old_address(&self, path: &str) -> Option<LinkEnd> {
        let key = address_key(path);
        let (_, fragment) = web_path::split_fragment(path);
        let text = self.addresses.get(&key).filter(|_| !key.is_empty());
        text.map(|at| LinkEnd::Text(*at, fragment.map(str::to_owned)))
            .or_else(|| self.files.get(&web_path::key(path)).map(|path| LinkEnd::Asset((*path).to_owned())))
    }

    /// Finds a path on the old site; `written` is what to say if there is nothing.
    fn of_site(&self, path: &str, written: &str) -> LinkEnd {
        let below = path.strip_prefix(self.base_path).filter(|rest| rest.starts_with('/'));
        if let Some(found) = below.and_then(|path| self.old_address(path)).or_else(|| self.old_address(path)) {
            return found;
        }
        match self.base_url.and_then(|base| web_path::join(base, path)) {
            Some(address) => LinkEnd::Address(address),
            None => LinkEnd::Broken(written.to_owned()),
        }
    }

    /// Finds a relative destination: beside the file, on the old site, or at the original's address.
    fn relative(&self, place: &LinkPlace, dest: &str) -> LinkEnd {
        let folder = place.from.rsplit_once('/').map_or("", |(folder, _)| folder);
        match self.in_source(&web_path::join_path(folder, dest)) {
            LinkEnd::Broken(_) => {}
            found => return found,
        }
        if let Some(address) = place.address {
            let folder = address.rsplit_once('/').map_or("", |(folder, _)| folder);
            if let Some(found) = self.old_address(&format!("/{}", web_path::join_path(folder, dest))) {
                return found;
            }
        }
        if let Some(address) = place.original.and_then(|url| web_path::join(url, dest)) {
            return LinkEnd::Address(address);
        }
        match (self.base_url, place.address) {
            (Some(base), Some(address)) => {
                let folder = address.rsplit_once('/').map_or("", |(folder, _)| folder);
                let path = format!("/{}", web_path::join_path(folder, dest));
                LinkEnd::Address(format!("{}{path}", base.trim_end_matches('/')))
            }
            _ => LinkEnd::Broken(dest.to_owned()),
        }
    }
}

/// Returns the key of a text's address. `?p=12` is one, too.
fn address_key(address: &str) -> String {
    let query = address.split('#').next().and_then(|address| address.split_once('?')).map(|(_, query)| query);
    let number =
        query.and_then(|query| query.split('&').find(|part| part.starts_with("p=") || part.starts_with("page_id=")));
    match (web_path::key(address), number) {
        (key, Some(number)) if key.is_empty() => format!("?{number}"),
        (key, _) => key,
    }
}
