//! Finds active content in an SVG: scripts, event handlers, other documents, and everything loaded from elsewhere. It
//! does not decide whether the file is published.
//!
//! An SVG opened by its own address is a page of the site. It is parsed without regard to namespace prefixes and case,
//! so that anything that a browser might take for a script counts as one. A file that cannot be parsed counts as
//! active.

use std::borrow::Cow;
use std::ops::Range;

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use serde::{Deserialize, Serialize};

use super::front_matter;
use crate::base::{secret, weburl};

/// One item of active content, with its place in the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActiveContent {
    pub at: Range<usize>,
    pub what: Box<str>,
    /// Whether the place may contain a user or a password.
    pub secret: bool,
}

/// The maximum number of reported items per file.
const MOST: usize = 8;

/// Elements that run scripts or show other documents, in any namespace.
const ELEMENTS: [&str; 22] = [
    "script",
    "foreignobject",
    "handler",
    "listener",
    "iframe",
    "frame",
    "frameset",
    "embed",
    "object",
    "applet",
    "audio",
    "video",
    "source",
    "track",
    "img",
    "link",
    "meta",
    "base",
    "form",
    "input",
    "button",
    "template",
];

/// Encodings in which ASCII letters, and nothing else, are encoded as ASCII bytes.
const ENCODINGS: [&str; 5] = ["utf-8", "us-ascii", "ascii", "iso-8859-", "windows-125"];

struct ActiveContentFinder<'t> {
    text: &'t str,
    found: Vec<ActiveContent>,
    /// The text of the current style sheet, and its start.
    style: Option<(usize, String)>,
    /// Whether an element has been read.
    begun: bool,
}

/// Returns the active content of a drawing, up to the maximum. Places refer to `text`.
pub fn judge(text: &str) -> Vec<ActiveContent> {
    // Without an element, there is no active content.
    if !text.contains('<') {
        return Vec::new();
    }
    let mut judge = ActiveContentFinder { text, found: Vec::new(), style: None, begun: false };
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_comments = true;
    while judge.found.len() < MOST {
        let start = reader.buffer_position() as usize;
        match reader.read_event() {
            Ok(Event::Eof) => break,
            Ok(event) => judge.event(start..reader.buffer_position() as usize, &event),
            Err(error) => {
                let at = (reader.error_position() as usize).min(text.len());
                let why = format!("invalid XML ({error})");
                judge.add(at..at + 1, why);
                break;
            }
        }
    }
    // Parsers disagree about the end of such a comment.
    if let Some(at) = text.find("<!-->").or_else(|| text.find("<!--->")) {
        judge.add(at..at + 5, "a malformed comment".to_owned());
    }
    judge.found
}

/// Returns the active content of a file, given its bytes.
pub fn of_bytes(bytes: &[u8]) -> Box<[ActiveContent]> {
    if bytes.contains(&0) || bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
        return unchecked("text that is not UTF-8, so that it cannot be checked for scripts");
    }
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        // Reports print it the same way, so places do not move.
        text.extend(chunk.invalid().iter().map(|_| '?'));
    }
    judge(&front_matter::plain(&text)).into()
}

/// Returns the entry for a file that was not checked.
pub fn unchecked(what: &str) -> Box<[ActiveContent]> {
    [ActiveContent { at: 0..0, what: what.into(), secret: false }].into()
}

impl ActiveContentFinder<'_> {
    fn add(&mut self, at: Range<usize>, what: String) {
        let start = self.text.floor_char_boundary(at.start);
        let end = self.text.ceil_char_boundary(at.end.max(start));
        self.found.push(ActiveContent { at: start..end, what: what.into(), secret: false });
    }

    fn event(&mut self, at: Range<usize>, event: &Event) {
        match event {
            Event::Start(element) => {
                self.element(&at, element);
                if local(element.name().as_ref()) == "style" && self.style.is_none() {
                    self.style = Some((at.end, String::new()));
                }
            }
            Event::Empty(element) => self.element(&at, element),
            Event::End(element) if local(element.name().as_ref()) == "style" => {
                if let Some((start, style)) = self.style.take() {
                    self.css(start..at.start, &style, true);
                }
            }
            Event::Text(text) => self.styled(text),
            Event::CData(text) => self.styled(text),
            Event::GeneralRef(name) => match reference(name) {
                Some(c) => self.styled(c.encode_utf8(&mut [0; 4])),
                None => self.add(at, "a custom entity".to_owned()),
            },
            Event::Decl(_) => self.declaration(at),
            Event::PI(instruction) => {
                let name = instruction.target().to_lowercase();
                if name == "xml-stylesheet" {
                    self.add(at, "a reference to a style sheet".to_owned());
                } else if name.starts_with("php") || name.starts_with('=') {
                    self.add(at, "a program".to_owned());
                }
            }
            Event::DocType(text) if text.contains('[') => {
                self.add(at.start..at.start + 9, "declarations in its DOCTYPE".to_owned());
            }
            _ => {}
        }
    }

    fn styled(&mut self, text: &str) {
        if let Some((_, style)) = &mut self.style {
            style.push_str(text);
        }
    }

    /// Reports an unknown encoding: a browser would decode the file differently than Recto.
    fn declaration(&mut self, at: Range<usize>) {
        let text = self.text.get(at.clone()).unwrap_or_default().to_ascii_lowercase();
        let named =
            text.split_once("encoding").map(|(_, rest)| rest.trim_start_matches([' ', '\t', '\n', '=', '"', '\'']));
        if named.is_some_and(|name| !ENCODINGS.iter().any(|known| name.starts_with(known))) {
            self.add(at, "text in an unsupported encoding; expected UTF-8".to_owned());
        }
    }

    fn element(&mut self, at: &Range<usize>, element: &BytesStart) {
        let name = element.name();
        let plain = local(name.as_ref());
        let place = at.start..(at.start + 1 + name.as_ref().len());
        // Other parsers end the tag there.
        if self.text.get(at.start + 1..at.end).is_none_or(|tag| tag.contains('<')) {
            return self.add(place, "invalid XML".to_owned());
        }
        if !self.begun && plain != "svg" {
            self.add(place.clone(), "a root element other than <svg>".to_owned());
        }
        self.begun = true;
        if plain == "script" {
            self.add(place.clone(), "a script".to_owned());
        } else if ELEMENTS.contains(&&*plain) {
            self.add(place.clone(), format!("the element <{plain}>, which can load or run other content"));
        }
        let mut from = at.start;
        for attribute in element.attributes() {
            let Ok(attribute) = attribute else {
                return self.add(place, "invalid attributes".to_owned());
            };
            let key = attribute.key.as_ref();
            // The place of the value: search after the previous one.
            let here =
                self.text.get(from..at.end).and_then(|rest| rest.find(key)).map_or(at.start, |found| from + found);
            from = here + key.len();
            let Ok(value) = attribute.normalized_value(XmlVersion::default()) else {
                return self.add(here..here + key.len(), "a custom entity".to_owned());
            };
            self.attribute(here, key, &value);
        }
    }

    fn attribute(&mut self, here: usize, key: &str, value: &str) {
        let at = here..here + key.len();
        let name = local(key);
        let lower = value.to_lowercase();
        let what = if key == "xmlns" || key.starts_with("xmlns:") {
            lower.contains("/xhtml").then(|| "parts of a web page".to_owned())
        } else if name.starts_with("on") {
            Some(format!("the event handler `{name}`"))
        } else if key.to_lowercase() == "xml:base" {
            Some("the address of another resource".to_owned())
        } else if matches!(&*name, "href" | "src" | "srcset" | "action" | "formaction" | "data" | "ping") {
            (!is_own(value)).then(|| "a reference to another resource".to_owned())
        } else if name == "attributename" {
            let animated = local(lower.trim());
            (animated == "href" || animated.starts_with("on")).then(|| "an animation of an address".to_owned())
        } else {
            return self.css(at, value, name == "style");
        };
        if let Some(what) = what {
            self.add(at, what);
            let secret = weburl::looks_secret(value) || secret::is_in_url(value);
            self.found.last_mut().into_iter().for_each(|found| found.secret = secret);
        }
    }

    /// Checks styles, and other attributes in which `url(…)` has the same meaning.
    fn css(&mut self, at: Range<usize>, text: &str, whole: bool) {
        let plain = plain_css(text);
        let import =
            ["@import", "expression(", "-moz-binding", "behavior:", "image-set(", "cross-fade(", "image(", "src("];
        let what = if plain.split("url(").skip(1).any(|rest| !is_own(argument(rest))) {
            "a style that refers to another resource"
        } else if whole && import.iter().any(|word| plain.contains(word)) {
            "a style that loads another resource"
        } else {
            return;
        };
        self.add(at, what.to_owned());
        self.found.last_mut().into_iter().for_each(|found| found.secret = plain.contains('@'));
    }
}

/// Returns a name without its prefix, in lower case.
fn local(name: &str) -> Cow<'_, str> {
    let name = name.rsplit_once(':').map_or(name, |(_, name)| name);
    match name.bytes().all(|byte| byte.is_ascii_lowercase()) {
        true => Cow::Borrowed(name),
        false => Cow::Owned(name.to_lowercase()),
    }
}

fn reference(name: &quick_xml::events::BytesRef) -> Option<char> {
    Some(match &**name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => name.resolve_char_ref().ok()??,
    })
}

/// Returns whether an address refers to a part of the drawing itself, or is an embedded picture.
fn is_own(address: &str) -> bool {
    let address = address.trim();
    address.is_empty()
        || address.starts_with('#')
        || weburl::is_picture(&address.split_whitespace().collect::<String>())
}

/// Returns the text between the brackets.
fn argument(rest: &str) -> &str {
    let rest = rest.trim_start();
    match rest.chars().next() {
        Some(quote @ ('"' | '\'')) => rest[1..].split(quote).next().unwrap_or_default(),
        _ => rest.split(')').next().unwrap_or_default(),
    }
}

/// Converts a style to lower case without comments, with all escapes decoded.
fn plain_css(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("/*") {
        out.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, rest)| rest);
    }
    out.push_str(rest);
    if !out.contains('\\') {
        return out.to_lowercase();
    }
    let mut plain = String::with_capacity(out.len());
    let mut chars = out.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '\\' {
            plain.push(c);
            continue;
        }
        let mut code = 0;
        let mut digits = 0;
        while let Some(digit) = chars.peek().and_then(|c| c.to_digit(16)).filter(|_| digits < 6) {
            code = code * 16 + digit;
            digits += 1;
            chars.next();
        }
        if digits == 0 {
            plain.extend(chars.next().filter(|c| *c != '\n'));
        } else {
            plain.push(char::from_u32(code).unwrap_or('\u{FFFD}'));
            chars.next_if(|c| c.is_whitespace());
        }
    }
    plain.to_lowercase()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn whats(text: &str) -> Vec<String> {
        judge(text).into_iter().map(|found| found.what.into()).collect()
    }

    fn svg(inner: &str) -> String {
        format!("<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\">{inner}</svg>")
    }

    #[test]
    fn drawings_are_harmless() {
        for inner in [
            "<path d=\"M0 0\"/><text>on fire &amp; &#x65e5;</text>",
            "<use xlink:href=\"#a\"/><use href=' #b '/><rect fill=\"url(#g)\" style='fill:url(\"#g\");stroke:red'/>",
            "<style>.a{fill:url(#g)} /* @import */ .b::before{content:'\\201C'}</style>",
            "<style><![CDATA[ .a > .b { fill: red } ]]></style>",
            "<image href=\"data:image/png;base64,AA+/=\" width=\"1\"/><animate attributeName=\"cx\" values=\"0;1\"/>",
            "<image xlink:href=\"data:image/jpeg;base64,AA\n AA\"/><metadata><x:a xmlns:x=\"http://x/\" x:about=\"http://y/\"/></metadata>",
            "<title>&lt;script&gt;</title><desc>javascript:</desc><!-- <script> -->",
        ] {
            assert_eq!(whats(&svg(inner)), [] as [&str; 0], "{inner}");
        }
        for head in [
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone='no'?>\n",
            "<?xml version='1.0' encoding='iso-8859-1'?>",
            "<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd\">\n",
            "<?xpacket begin='x'?><!-- Drawn by hand -->",
        ] {
            assert_eq!(whats(&format!("{head}{}", svg("<g/>"))), [] as [&str; 0], "{head}");
        }
        assert!(judge("no drawing").is_empty() && judge("").is_empty());
    }

    #[test]
    fn whatever_acts_is_found() {
        for inner in [
            "<script>alert(1)</script>",
            "<SCRIPT/>",
            "<s:script xmlns:s=\"http://www.w3.org/2000/svg\"/>",
            "<g onload=\"x()\"/>",
            "<g ONCLICK='x'/>",
            "<g a:onload='x' xmlns:a='x'/>",
            "<foreignObject><p/></foreignObject>",
            "<foreignobject/>",
            "<a href=\"javascript:x\"><text/></a>",
            "<a xlink:href=\"&#106;avascript:x\"/>",
            "<a href=\" https://x.example/\"/>",
            "<image href=\"http://x.example/a.png\"/>",
            "<image href=\"//x.example/a.png\"/>",
            "<image href=\"../a.png\"/>",
            "<use href=\"data:image/svg+xml;base64,AA\"/>",
            "<use href=\"data:text/html,x\"/>",
            "<rect fill=\"url(https://x.example/#a)\"/>",
            "<rect fill=\"u\\72l(//x)\"/>",
            "<rect style=\"fill:URL( 'http://x' )\"/>",
            "<rect style=\"background:image-set('x' 1x)\"/>",
            "<style>@import 'x';</style>",
            "<style>@im<!-- -->port 'x';</style>",
            "<style>@\\69mport 'x';</style>",
            "<style>@im&#112;ort 'x';</style>",
            "<style><![CDATA[@imp]]>ort 'x';</style>",
            "<style>a{fill:u/**/rl(x)} b{fill:url(//x)}</style>",
            "<set attributeName=\"href\" to=\"javascript:x\"/>",
            "<animate attributeName=\"xlink:href\" values=\"javascript:x\"/>",
            "<set attributeName='onclick' to='x'/>",
            "<g xml:base=\"https://x.example/\"/>",
            "<h:p xmlns:h=\"http://www.w3.org/1999/xhtml\"/>",
            "<iframe src='x'/>",
            "<text>&mine;</text>",
            "<g a='&mine;'/>",
            "<g a='1' a='2'/>",
            "<g",
            "<!--> <script>x</script> -->",
        ] {
            assert!(!whats(&svg(inner)).is_empty(), "{inner}");
        }
        for text in [
            "<?xml-stylesheet href='x.css'?><svg/>",
            "<?xml-stylesheet type='text/xsl' href='#x'?><svg/>",
            "<!DOCTYPE svg [<!ENTITY x 'y'>]><svg/>",
            "<?xml version='1.0' encoding='utf-7'?><svg/>",
            "<?xml version='1.0' encoding='iso-2022-jp'?><svg/>",
            "<html xmlns='http://www.w3.org/1999/xhtml'/>",
            "<?php x() ?><svg/>",
            "<p>text</p>",
        ] {
            assert!(!whats(text).is_empty(), "{text}");
        }
        let text = svg("\n  <g onload=\"x\"/>");
        assert_eq!(&text[judge(&text)[0].at.clone()], "onload");
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_text_is_judged(parts in prop::collection::vec(prop_oneof![
            any::<String>(),
            prop::sample::select(vec!["<svg ", "<style>", "</style>", "<![CDATA[", "]]>", "<!--", "-->", "\"", "'", "=", ">", "/>", "<?x ", "?>", "<!DOCTYPE ", "&#", ";", "url(", "\\", "href", "日"]).prop_map(str::to_owned),
        ], 0..20)) {
            let text = parts.concat();
            for found in judge(&text) {
                prop_assert!(text.get(found.at.clone()).is_some() && !found.what.is_empty());
            }
        }

        /// Scripts are found at any depth and with any spelling of the name.
        #[test]
        fn scripts_are_found_anywhere(depth in 0usize..30, before in "[a-z ]{0,9}", prefix in prop::sample::select(vec!["", "svg:", "x:"]), capital in any::<bool>()) {
            let name = if capital { "Script" } else { "script" };
            let inner = format!("{}<text>{before}</text><{prefix}{name} a='b'/>{}", "<g>".repeat(depth), "</g>".repeat(depth));
            prop_assert!(whats(&svg(&inner)).contains(&"a script".to_owned()));
        }
    }
}
