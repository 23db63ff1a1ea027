//! The card of a picture: the contents of its header, and the variants it gets. Nothing is decoded here.
//!
//! The input is untrusted: every access to its bytes is checked.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::image_headers::{self, DecodeCost, ImageHeader, little};
use super::svg::{self, ActiveContent};
use crate::base::digest::Digest;
use crate::base::limits::{PICTURE_BYTES, PICTURE_MEMORY, PICTURE_SCANS, PICTURE_SIDE};
use crate::base::path::extension;

/// The widths of the variants in pixels.
const WIDTHS: [u32; 4] = [480, 800, 1200, 1600];

/// The width of a picture on a page of the built-in theme: that of the text column, or of the screen if it is
/// narrower.
pub const SIZES: &str = "(min-width: 42rem) 40rem, 100vw";

/// The card of a picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    /// The path of the file below the site's root.
    #[serde(skip)]
    pub file: Arc<str>,
    /// The digest of the file's bytes. The state stores it beside the card.
    #[serde(skip)]
    pub digest: Digest,
    /// The displayed width and height in pixels, if the file gives them.
    pub size: Option<(u32, u32)>,
    /// The EXIF orientation: 1 is upright, 2 to 8 are rotated or mirrored.
    pub turn: u8,
    /// Whether a smaller variant would also be a smaller file.
    pub shrinks: bool,
    /// The bytes of memory that making the variants may take, including the file.
    pub memory: u64,
    /// The reason why the picture cannot be shown.
    pub fault: Option<Box<str>>,
    /// The active content in the file.
    pub active: Box<[ActiveContent]>,
}

/// The picture formats whose headers are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureFormat {
    Png,
    Jpeg,
    WebP,
    Gif,
    Svg,
}

impl PictureFormat {
    /// Returns the format by the name of the file.
    pub fn of_name(path: &str) -> Option<PictureFormat> {
        Some(match extension(path)?.as_str() {
            "png" => PictureFormat::Png,
            "jpg" | "jpeg" => PictureFormat::Jpeg,
            "webp" => PictureFormat::WebP,
            "gif" => PictureFormat::Gif,
            "svg" => PictureFormat::Svg,
            _ => return None,
        })
    }

    /// Returns the format by the first bytes. Any other file may be an SVG.
    fn of_bytes(bytes: &[u8]) -> Option<PictureFormat> {
        match bytes {
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => Some(PictureFormat::Png),
            [0xFF, 0xD8, 0xFF, ..] => Some(PictureFormat::Jpeg),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(PictureFormat::WebP),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(PictureFormat::Gif),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        ["PNG", "JPEG", "WebP", "GIF", "SVG"][self as usize]
    }
}

/// Creates the card of a picture that has not been read.
fn unseen(file: &Arc<str>, digest: Digest) -> Picture {
    Picture {
        file: file.clone(),
        digest,
        size: None,
        turn: 1,
        shrinks: false,
        memory: 0,
        fault: None,
        active: Box::default(),
    }
}

/// Reads the card of a picture. Returns `None` if the file name is not that of a picture.
pub fn read(file: &Arc<str>, digest: Digest, bytes: &[u8]) -> Option<Picture> {
    let format = PictureFormat::of_name(file)?;
    let none = unseen(file, digest);
    if format == PictureFormat::Svg {
        return Some(Picture { size: svg(bytes), active: svg::of_bytes(bytes), ..none });
    }
    Some(match of_head(format, bytes) {
        Ok((ImageHeader { size: (width, height), turn, shrinks, .. }, memory)) => {
            let size = if turn > 4 { (height, width) } else { (width, height) };
            Picture { size: Some(size), turn, shrinks, memory, ..none }
        }
        Err(why) => Picture { fault: Some(why.into()), ..none },
    })
}

/// Returns the header and the memory for the variants, or the reason why the picture cannot be shown.
fn of_head(format: PictureFormat, bytes: &[u8]) -> Result<(ImageHeader, u64), String> {
    match PictureFormat::of_bytes(bytes) {
        Some(other) if other != format => {
            return Err(format!("it is a {} with the file extension of a {}", other.name(), format.name()));
        }
        None => return Err(format!("it is not a {}", format.name())),
        Some(_) => {}
    }
    let head = head(format, bytes).ok_or("the file is truncated or damaged")?;
    let (width, height) = head.size;
    if width.max(height) > PICTURE_SIDE {
        return Err(format!("it has {width} × {height} pixels; at most {PICTURE_SIDE} × {PICTURE_SIDE} are allowed"));
    }
    if !head.shrinks {
        return Ok((head, 0));
    }
    let DecodeCost { scans, .. } = head.work;
    if scans > PICTURE_SCANS {
        return Err(format!("it is a JPEG with {scans} scans; at most {PICTURE_SCANS} are allowed"));
    }
    let memory = memory(&head, bytes.len() as u64);
    if memory > PICTURE_MEMORY {
        return Err(format!("it needs {memory} bytes of memory; at most {PICTURE_MEMORY} are allowed"));
    }
    Ok((head, memory))
}

/// Returns the bytes of memory needed to decode a picture and make its variants.
fn memory(head: &ImageHeader, file: u64) -> u64 {
    let DecodeCost { pixels, channels, .. } = head.work;
    let (width, height) = (u64::from(head.size.0), u64::from(head.size.1));
    let upright = if head.turn > 4 { (height, width) } else { (width, height) };
    let small = u64::from(WIDTHS[WIDTHS.len() - 1]).min(upright.0);
    let low = upright.1 * small / upright.0.max(1) + 1;
    let lying = if head.turn > 4 { low } else { small };
    // Resizing works in one direction after the other; then the picture is rotated and encoded.
    file + pixels + lying * height * channels + 3 * small * low * channels
}

/// Creates the card of a file that is too large to read.
pub fn too_large(file: &Arc<str>, digest: Digest, bytes: u64) -> Picture {
    let why = format!("the file is {bytes} bytes long; at most {PICTURE_BYTES} are allowed");
    let is_svg = PictureFormat::of_name(file) == Some(PictureFormat::Svg);
    let active = if is_svg { svg::unchecked("too many bytes for Recto to check for scripts") } else { Box::default() };
    Picture { fault: Some(why.into()), active, ..unseen(file, digest) }
}

impl Picture {
    /// Adds a fault.
    pub fn with_fault(self, why: &str) -> Picture {
        Picture { fault: Some(why.into()), ..self }
    }

    /// Returns the widths of its variants.
    pub fn widths(&self) -> &'static [u32] {
        let width = self.size.filter(|_| cfg!(feature = "images") && self.shrinks && self.fault.is_none());
        let width = width.map_or(0, |(width, _)| width);
        &WIDTHS[..WIDTHS.partition_point(|less| *less < width)]
    }

    /// Returns whether the picture is narrower than every variant. Nothing else ever decodes such a picture.
    pub fn is_small(&self) -> bool {
        self.shrinks && self.fault.is_none() && self.widths().is_empty()
    }

    /// Returns the height of the variant of this width.
    pub fn height(&self, width: u32) -> u32 {
        let (own, height) = self.size.unwrap_or((1, 1));
        let (own, height, width) = (u64::from(own.max(1)), u64::from(height), u64::from(width));
        u32::try_from((height * width + own / 2) / own).unwrap_or(u32::MAX).max(1)
    }
}

fn head(format: PictureFormat, bytes: &[u8]) -> Option<ImageHeader> {
    let head = match format {
        PictureFormat::Png => image_headers::png(bytes),
        PictureFormat::Jpeg => image_headers::jpeg(bytes),
        PictureFormat::WebP => image_headers::webp(bytes),
        // GIFs get no variants, because most are animated.
        PictureFormat::Gif => {
            let size = (u32::from(little(bytes, 6)?), u32::from(little(bytes, 8)?));
            Some(ImageHeader { size, turn: 1, shrinks: false, work: DecodeCost::default() })
        }
        PictureFormat::Svg => None,
    };
    head.filter(|head| head.size.0 > 0 && head.size.1 > 0)
}

/// Returns width and height of an SVG's root element, or of its view box.
fn svg(bytes: &[u8]) -> Option<(u32, u32)> {
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(16 << 10)]);
    let rest = &text[text.find("<svg")? + 4..];
    let tag = &rest[..rest.find('>')?];
    let attribute = |name: &str| {
        let (_, rest) = tag.split_once(&format!(" {name}="))?;
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        rest[1..].split(quote).next()
    };
    let pixels = |text: &str| {
        let number: f64 = text.trim().trim_end_matches("px").parse().ok()?;
        (1.0..1e5).contains(&number).then_some(number.round() as u32)
    };
    let both = || attribute("width").and_then(pixels).zip(attribute("height").and_then(pixels));
    let view = || {
        let mut numbers = attribute("viewBox")?.split([' ', ',']).filter(|n| !n.is_empty()).skip(2);
        numbers.next().and_then(pixels).zip(numbers.next().and_then(pixels))
    };
    both().or_else(view)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(name: &str, bytes: &[u8]) -> Option<(u32, u32)> {
        read(&name.into(), Digest::default(), bytes).and_then(|picture| picture.size)
    }

    fn fault(name: &str, bytes: &[u8]) -> String {
        read(&name.into(), Digest::default(), bytes).and_then(|p| p.fault).unwrap_or_default().into()
    }

    #[test]
    fn svgs_say_their_size() {
        let of = |tag: &str| sizes("a.svg", tag.as_bytes());
        assert_eq!(of("<?xml version='1.0'?>\n<svg xmlns='x' width='30' height=\"20.4px\">"), Some((30, 20)));
        assert_eq!(of("<svg width=\"100%\" viewBox=\"0 0 640 480\">"), Some((640, 480)));
        assert_eq!(of("<svg viewBox=\"0,0,64,48\">"), Some((64, 48)));
        assert_eq!(of("<svg xmlns=\"x\"/>"), None);
        assert_eq!(of("<svg stroke-width=\"3\" height=\"1\""), None);
    }

    #[test]
    fn gifs_say_their_size() {
        assert_eq!(sizes("a.gif", b"GIF89a\x20\x03\x58\x02\0\0\0"), Some((800, 600)));
        assert_eq!(fault("a.gif", b"GIF89a\x20"), "the file is truncated or damaged");
    }

    #[test]
    fn names_must_be_right() {
        assert_eq!(fault("a.jpg", b"GIF89a\x20\x03\x58\x02\0\0\0"), "it is a GIF with the file extension of a JPEG");
        assert_eq!(fault("a.png", b"<!doctype html>"), "it is not a PNG");
        assert!(read(&"a.pdf".into(), Digest::default(), b"").is_none());
    }

    #[test]
    fn no_head_makes_it_panic() {
        let png = b"\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR\0\0\0\x02\0\0\0\x03\x08\x02\0\0\0crc!\xFF\xFF\xFF\xFFeXIfMM\0*";
        let jpeg =
            b"\xFF\xD8\xFF\xE1\0\x12Exif\0\0MM\0*\xFF\xFF\xFF\xFF\xFF\xC0\0\x08\x08\0\x03\0\x02\x01\xFF\xDA\0\x02";
        let webp = b"RIFF\x1E\0\0\0WEBPVP8X\x0A\0\0\0\x02\0\0\0\x01\0\0\x02\0\0EXIF\xFF\xFF\xFF\xFF";
        for (name, bytes) in [("a.png", &png[..]), ("a.jpg", &jpeg[..]), ("a.webp", &webp[..])] {
            for end in 0..bytes.len() {
                sizes(name, &bytes[..end]);
                let mut other = bytes.to_vec();
                (0..=255).step_by(5).for_each(|byte| {
                    other[end] = byte;
                    sizes(name, &other);
                });
            }
        }
    }

    #[test]
    fn variants_are_smaller() {
        let of = |size, shrinks| Picture {
            file: "a.png".into(),
            digest: Digest::default(),
            size: Some(size),
            turn: 1,
            shrinks,
            memory: 0,
            fault: None,
            active: Box::default(),
        };
        if cfg!(feature = "images") {
            assert_eq!(of((480, 9), true).widths(), &[] as &[u32]);
            assert_eq!(of((1200, 9), true).widths(), [480, 800]);
            assert_eq!(of((9000, 9), true).widths(), WIDTHS);
        }
        assert!(of((9000, 9), false).widths().is_empty());
        assert_eq!((of((3000, 2000), true).height(480), of((12_000, 1), true).height(480)), (320, 1));
    }
}
