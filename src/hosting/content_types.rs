//! Content types by extension. Works on names only.

use crate::base::path;

/// The content type of pages.
pub const HTML: &str = "text/html; charset=utf-8";

/// Extensions with their types (IANA's registry). `.pf_…` are the files of Pagefind, whose loader reads them as
/// bytes.
const TYPES: [(&str, &str); 49] = [
    ("atom", "application/atom+xml; charset=utf-8"),
    ("avif", "image/avif"),
    ("bib", "application/x-bibtex; charset=utf-8"),
    ("bmp", "image/bmp"),
    ("css", "text/css; charset=utf-8"),
    ("csv", "text/csv; charset=utf-8"),
    ("epub", "application/epub+zip"),
    ("flac", "audio/flac"),
    ("gif", "image/gif"),
    ("htm", HTML),
    ("html", HTML),
    ("ico", "image/x-icon"),
    ("ics", "text/calendar; charset=utf-8"),
    ("jpeg", "image/jpeg"),
    ("jpg", "image/jpeg"),
    ("js", "text/javascript; charset=utf-8"),
    ("json", "application/json"),
    ("jsonl", "application/jsonl; charset=utf-8"),
    ("m4a", "audio/mp4"),
    ("map", "application/json"),
    ("md", "text/markdown; charset=utf-8"),
    ("mjs", "text/javascript; charset=utf-8"),
    ("mp3", "audio/mpeg"),
    ("mp4", "video/mp4"),
    ("ods", "application/vnd.oasis.opendocument.spreadsheet"),
    ("odt", "application/vnd.oasis.opendocument.text"),
    ("ogg", "audio/ogg"),
    ("opus", "audio/ogg"),
    ("otf", "font/otf"),
    ("pdf", "application/pdf"),
    ("png", "image/png"),
    ("ris", "application/x-research-info-systems; charset=utf-8"),
    ("rss", "application/rss+xml; charset=utf-8"),
    ("svg", "image/svg+xml"),
    ("tif", "image/tiff"),
    ("tiff", "image/tiff"),
    ("tmx", "application/xml"),
    ("ttf", "font/ttf"),
    ("txt", "text/plain; charset=utf-8"),
    ("vtt", "text/vtt; charset=utf-8"),
    ("wasm", "application/wasm"),
    ("wav", "audio/wav"),
    ("webm", "video/webm"),
    ("webmanifest", "application/manifest+json"),
    ("webp", "image/webp"),
    ("woff", "font/woff"),
    ("woff2", "font/woff2"),
    ("xml", "application/xml"),
    ("zip", "application/zip"),
];

/// Returns the content type of a file. An unknown file is bytes, which no browser shows or runs.
pub fn of(path: &str) -> &'static str {
    let extension = path::extension(path).unwrap_or_default();
    let known = TYPES.binary_search_by(|(known, _)| (*known).cmp(&extension));
    known.map_or("application/octet-stream", |at| TYPES[at].1)
}

/// Returns every content type with its extensions, in the order of its first extension, for a server's
/// configuration.
pub fn by_type() -> Vec<(&'static str, Vec<&'static str>)> {
    let mut out: Vec<(&str, Vec<&str>)> = Vec::new();
    for (extension, kind) in TYPES {
        match out.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, extensions)) => extensions.push(extension),
            None => out.push((kind, vec![extension])),
        }
    }
    out
}

/// Returns whether a content type is text, and so worth compressing.
pub fn is_text(kind: &str) -> bool {
    kind.contains("charset=") || ["json", "xml"].iter().any(|end| kind.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_extension_is_found() {
        for (extension, kind) in TYPES {
            assert_eq!(of(&format!("a/b.{extension}")), kind);
        }
        assert_eq!(of("a.b/CSS.CSS"), "text/css; charset=utf-8");
        assert!(["a.html", "a.js", "a.json", "a.svg", "a.xml", "a.bib"].iter().all(|path| is_text(of(path))));
        assert!(!["a.png", "a.woff2", "a.pdf", "a.wasm", "a"].iter().any(|path| is_text(of(path))));
        assert_eq!([of("css"), of("a.css/b"), of("a.pf_meta")], ["application/octet-stream"; 3]);
    }
}
