//! Attachments and the files of `--media`: which file of the source a picture's address means.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use super::export::ExportItem;
use crate::base::path::{decode_percent, encode_path};
use crate::import::source::{MEDIA, Source};

/// An attachment of the export.
struct Attachment {
    address: String,
    alt: String,
    caption: String,
    parent: String,
}

/// The pictures of the old site.
pub(super) struct MediaFiles<'a> {
    attachments: BTreeMap<String, Attachment>,
    /// Pages of attachments, by path, and the addresses of what they show.
    pages: BTreeMap<String, String>,
    /// Files of the source, by their path below the folder of uploads.
    files: BTreeMap<String, &'a str>,
    /// Files that texts use, with the paths of their addresses.
    used: RefCell<BTreeMap<String, BTreeSet<String>>>,
    /// Pictures of the old site that are not in the source.
    missing: RefCell<BTreeSet<String>>,
}

impl<'a> MediaFiles<'a> {
    pub(super) fn new(source: &'a Source, items: &[ExportItem]) -> MediaFiles<'a> {
        let mut attachments = BTreeMap::new();
        let mut pages = BTreeMap::new();
        for item in items.iter().filter(|item| item.field("post_type") == "attachment") {
            let address = match item.field("attachment_url") {
                "" => item.field("guid").to_owned(),
                address => address.to_owned(),
            };
            let link = item.field("link").trim_end_matches('/').to_owned();
            if !link.is_empty() && link != address {
                pages.insert(link, address.clone());
            }
            let alt = item.meta("_wp_attachment_image_alt").unwrap_or_default().to_owned();
            let (caption, parent) = (item.field("excerpt").to_owned(), item.field("post_parent").to_owned());
            attachments.insert(item.field("post_id").to_owned(), Attachment { address, alt, caption, parent });
        }
        let mut files = BTreeMap::new();
        for path in source.paths() {
            let below = path.strip_prefix(MEDIA).map(|rest| rest.trim_start_matches('/'));
            let uploads = path.split_once("uploads/").map(|(_, rest)| rest);
            if let Some(rest) = uploads.or(below) {
                files.insert(rest.to_owned(), path);
            }
        }
        MediaFiles { attachments, pages, files, used: RefCell::default(), missing: RefCell::default() }
    }

    /// The ids of a post's attachments, in their order.
    pub(super) fn of_post(&self, post: &str) -> Vec<String> {
        let of_post = self.attachments.iter().filter(|(_, attachment)| attachment.parent == post && post != "0");
        let mut ids: Vec<String> = of_post.map(|(id, _)| id.clone()).collect();
        ids.sort_by_key(|id| id.parse::<u64>().unwrap_or(0));
        ids
    }

    /// Returns a picture of a gallery as HTML.
    pub(super) fn figure(&self, id: &str) -> Option<String> {
        let attachment = self.attachments.get(id)?;
        let picture = format!("<img src=\"{}\" alt=\"{}\">", escaped(&attachment.address), escaped(&attachment.alt));
        let caption = attachment.caption.replace('\n', " ");
        Some(format!("\n\n<figure>{picture}<figcaption>{caption}</figcaption></figure>\n\n"))
    }

    /// Returns the address of an attachment.
    pub(super) fn address(&self, id: &str) -> Option<&str> {
        self.attachments.get(id).map(|attachment| attachment.address.as_str())
    }

    /// Returns the file of the source that an address of an upload or of its page means, as a link to it; `None` if it is
    /// no such address. An upload that is not in the source stays where it is, and is remembered.
    pub(super) fn resolve(&self, address: &str) -> Option<String> {
        let bare = address.split(['?', '#']).next().unwrap_or_default();
        let page = self.pages.get(bare.trim_end_matches('/'));
        let target = page.map_or(bare, String::as_str);
        let path = ["/uploads/", "/files/"].iter().find_map(|folder| target.split_once(folder).map(|(_, rest)| rest));
        let Some(path) = path.filter(|path| path.contains('.')) else { return page.cloned() };
        let path = decoded(path);
        let Some((file, found)) = self.file(&path) else {
            self.missing.borrow_mut().insert(target.to_owned());
            return page.cloned();
        };
        let served = path_of(target);
        let mut used = self.used.borrow_mut();
        let addresses = used.entry(file.to_owned()).or_default();
        if found {
            addresses.extend(served);
        }
        Some(source_link(file))
    }

    /// Finds a file, or the picture of which it is a smaller variant. Says whether it is the file itself.
    fn file(&self, path: &str) -> Option<(&'a str, bool)> {
        if let Some(file) = self.files.get(path) {
            return Some((file, true));
        }
        let (stem, ending) = path.rsplit_once('.')?;
        let (whole, size) = stem.rsplit_once('-')?;
        let (width, height) = size.split_once('x')?;
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let scaled = || self.files.get(&format!("{whole}-scaled.{ending}"));
        let file = self.files.get(&format!("{whole}.{ending}")).or_else(scaled)?;
        (digits(width) && digits(height)).then_some((*file, false))
    }

    /// The files that texts use, and the pictures that are not in the source.
    pub(super) fn finish(self) -> (BTreeMap<String, Vec<String>>, BTreeSet<String>) {
        let used = self.used.into_inner().into_iter().map(|(path, served)| (path, served.into_iter().collect()));
        (used.collect(), self.missing.into_inner())
    }
}

/// Returns a link to a file or text of the source.
pub(super) fn source_link(path: &str) -> String {
    let mut link = String::from("source:");
    encode_path(path, &mut link);
    link
}

/// Returns text as HTML has it.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Returns a text with its percent signs decoded, if they are valid.
pub(super) fn decoded(text: &str) -> String {
    decode_percent(text).unwrap_or_else(|| text.to_owned())
}

/// Returns the path of an address.
pub(super) fn path_of(address: &str) -> Option<String> {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let path = match address.starts_with('/') && !address.starts_with("//") {
        true => address,
        false => &rest[rest.find('/')?..],
    };
    let path = path.split(['?', '#']).next().unwrap_or_default();
    Some(decoded(path))
}
