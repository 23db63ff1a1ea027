//! Reads pictures, and turns what plays or is embedded into links.

use super::reader::Reader;
use super::tree::{self, Handle, attribute, filled, name};
use crate::import::notes::NoteKind;
use crate::import::prose::model::{Block, Inline, plain_text};

/// Attributes in which pages keep the address of a picture that a script loads later.
const LATE: [&str; 7] =
    ["data-src", "data-lazy-src", "data-original", "data-orig-file", "data-large-file", "data-actualsrc", "data-echo"];

impl Reader<'_> {
    /// Reads `<img>` and `<picture>`.
    pub(super) fn picture(&mut self, node: &Handle) -> Option<Inline> {
        let image = match name(node) {
            "picture" => tree::find(node, |inner| name(inner) == "img")?,
            _ => node.clone(),
        };
        let plain =
            filled(&image, "src").filter(|address| !address.starts_with("data:") && !address.starts_with("about:"));
        let late = || LATE.iter().find_map(|key| filled(&image, key));
        let set =
            || ["srcset", "data-srcset", "data-lazy-srcset"].iter().find_map(|key| largest(&filled(&image, key)?));
        let within = filled(&image, "src").is_some_and(|address| address.starts_with("data:"));
        let alt = attribute(&image, "alt").unwrap_or_default();
        let Some(address) = plain.filter(|_| !is_placeholder(&image)).or_else(late).or_else(set) else {
            if within || !alt.trim().is_empty() {
                self.note(NoteKind::LeftOut, "picture without an address", &alt);
            }
            return None;
        };
        let pixel = |key: &str| filled(&image, key).is_some_and(|size| size == "1" || size == "0");
        if pixel("width") && pixel("height") {
            self.note(NoteKind::LeftOut, "picture of one pixel", &address);
            return None;
        }
        // The images of WordPress' smileys have the smiley as their text.
        if tree::has_class(&image, "emoji") || tree::has_class(&image, "wp-smiley") {
            return Some(Inline::Text(alt));
        }
        Some(Inline::Image { address: self.address(&address), alt, caption: String::new() })
    }

    /// Reads `<iframe>`, `<video>`, `<audio>`, `<object>` and `<embed>` as a link.
    pub(super) fn embedded(&mut self, node: &Handle) -> Vec<Block> {
        let called = name(node).to_owned();
        let own = ["src", "data-src", "data-lazy-src", "data"].iter().find_map(|key| filled(node, key));
        let inner = || {
            let source = tree::find(node, |inner| matches!(name(inner), "source" | "embed"))?;
            filled(&source, "src")
        };
        let Some(written) = own.filter(|address| !address.starts_with("about:")).or_else(inner) else {
            self.note(NoteKind::LeftOut, &format!("`<{called}>`"), "without an address");
            return Vec::new();
        };
        if written.starts_with("data:") || written.starts_with("javascript:") {
            self.note(NoteKind::LeftOut, &format!("`<{called}>`"), &written);
            return Vec::new();
        }
        let address = self.address(&watched(&written));
        self.note(NoteKind::LeftOut, &format!("`<{called}>`: a link stands for it"), &address);
        let label = ["title", "aria-label"].iter().find_map(|key| filled(node, key)).unwrap_or_else(|| {
            let bare = address.trim_start_matches("https://").trim_start_matches("http://").trim_start_matches("//");
            bare.trim_start_matches("source:").to_owned()
        });
        vec![Block::Paragraph(self.wrapped(vec![Inline::Link { address, content: vec![Inline::Text(label)] }]))]
    }

    /// Puts a link around inlines. A picture that leads to itself in another size becomes that picture.
    pub(super) fn link(&mut self, address: &str, content: Vec<Inline>) -> Vec<Inline> {
        let address = self.address(address);
        let lower = address.to_lowercase();
        if lower.starts_with("javascript:") || lower.starts_with("data:") || lower.starts_with("vbscript:") {
            self.note(NoteKind::LeftOut, "link with a script", &address);
            return content;
        }
        let mut shown = content.iter().filter(|inline| !matches!(inline, Inline::Text(text) if text.trim().is_empty()));
        if let (Some(Inline::Image { alt, caption, .. }), None) = (shown.next(), shown.next())
            && is_picture(&address)
        {
            return vec![Inline::Image { address, alt: alt.clone(), caption: caption.clone() }];
        }
        if content.is_empty() {
            return content;
        }
        vec![Inline::Link { address, content }]
    }

    /// Says what the caption of a picture loses, since captions are plain text.
    pub(super) fn caption_text(&mut self, caption: &[Inline]) -> String {
        let mut lost = Vec::new();
        addresses(caption, &mut lost);
        for address in lost {
            self.note(NoteKind::LeftOut, "link in the caption of a picture", &address);
        }
        plain_text(caption)
    }
}

fn addresses(inlines: &[Inline], found: &mut Vec<String>) {
    for inline in inlines {
        match inline {
            Inline::Link { address, .. } => found.push(address.clone()),
            Inline::Styled(_, content) | Inline::Element { content, .. } => addresses(content, found),
            _ => {}
        }
    }
}

/// Returns whether a picture only keeps the place of one that is loaded later.
fn is_placeholder(image: &Handle) -> bool {
    let late = LATE.iter().any(|key| filled(image, key).is_some());
    let class = attribute(image, "class").unwrap_or_default();
    late && class.contains("lazy")
}

pub(super) fn is_picture(address: &str) -> bool {
    let path = address.split(['?', '#']).next().unwrap_or_default().to_lowercase();
    [".jpg", ".jpeg", ".png", ".gif", ".webp", ".svg", ".avif"].iter().any(|ending| path.ends_with(ending))
}

/// Returns the address of the largest picture in a `srcset`.
fn largest(srcset: &str) -> Option<String> {
    let choices = srcset.split(", ").filter_map(|choice| {
        let mut words = choice.split_ascii_whitespace();
        let address = words.next()?.trim_matches(',');
        let size =
            words.next().and_then(|size| size.trim_end_matches(['w', 'x', ',']).parse::<f64>().ok()).unwrap_or(1.0);
        (!address.starts_with("data:")).then_some((address, size))
    });
    choices.max_by(|a, b| a.1.total_cmp(&b.1)).map(|(address, _)| address.to_owned())
}

/// Returns the page of a video that an address embeds.
fn watched(address: &str) -> String {
    let address =
        if let Some(rest) = address.strip_prefix("//") { format!("https://{rest}") } else { address.to_owned() };
    for host in ["youtube.com/embed/", "youtube-nocookie.com/embed/"] {
        if let Some((_, id)) = address.split_once(host) {
            let id = id.split(['?', '&', '/', '#']).next().unwrap_or_default();
            if !id.is_empty() && id != "videoseries" {
                return format!("https://www.youtube.com/watch?v={id}");
            }
        }
    }
    if let Some((_, id)) = address.split_once("player.vimeo.com/video/") {
        let id = id.split(['?', '#', '/']).next().unwrap_or_default();
        return format!("https://vimeo.com/{id}");
    }
    address
}
