//! What kind of element a name is: tables, and nothing else.

/// Elements that begin a line of their own.
const BLOCKS: [&str; 61] = [
    "address",
    "article",
    "aside",
    "audio",
    "blockquote",
    "body",
    "canvas",
    "caption",
    "center",
    "dd",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "embed",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "frame",
    "frameset",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "hr",
    "html",
    "iframe",
    "legend",
    "li",
    "listing",
    "main",
    "menu",
    "nav",
    "object",
    "ol",
    "p",
    "plaintext",
    "pre",
    "search",
    "section",
    "summary",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "ul",
    "video",
    "xmp",
    "recto-notes",
    "recto-gap",
];

/// Elements that are left out with what they enclose, and what the notes call them. An empty name: not worth a note.
const LEFT_OUT: [(&str, &str); 22] = [
    ("script", "`<script>`"),
    ("style", "`<style>`"),
    ("template", "`<template>`"),
    ("svg", "`<svg>`"),
    ("math", "`<math>`"),
    ("canvas", "`<canvas>`"),
    ("button", "`<button>`"),
    ("input", "`<input>`"),
    ("select", "`<select>`"),
    ("textarea", "`<textarea>`"),
    ("datalist", "`<datalist>`"),
    ("dialog", "`<dialog>`"),
    ("map", "`<map>`"),
    ("area", ""),
    ("head", ""),
    ("title", ""),
    ("meta", ""),
    ("link", ""),
    ("base", ""),
    ("param", ""),
    ("source", ""),
    ("track", ""),
];

/// Elements of a line that stay as HTML, because Markdown has nothing for them.
pub(super) const KEPT: [&str; 7] = ["abbr", "ins", "kbd", "mark", "sub", "sup", "u"];

pub(super) fn is_block(name: &str) -> bool {
    BLOCKS.contains(&name)
}

/// Returns what notes call an element that is left out.
pub(super) fn left_out(name: &str) -> Option<&'static str> {
    LEFT_OUT.iter().find(|(element, _)| *element == name).map(|(_, called)| *called)
}
