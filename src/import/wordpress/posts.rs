//! Makes a text of each post and page.

use std::collections::BTreeMap;

use super::export::{Export, ExportItem};
use super::media::{MediaFiles, decoded, path_of, source_link};
use super::shortcodes::ShortcodeReader;
use super::{autop, block_comments, custom_fields};
use crate::content::markdown::first_block;
use crate::import::html::{self, HtmlOptions};
use crate::import::import_map::ImportMap;
use crate::import::imported::{CreditRole, ExtraValue, ImportedCredit, ImportedPerson, ImportedText, Publication};
use crate::import::notes::{Note, NoteKind, Notes};

/// Types of items that are no texts.
const OTHERS: [&str; 16] = [
    "attachment",
    "nav_menu_item",
    "revision",
    "custom_css",
    "customize_changeset",
    "oembed_cache",
    "user_request",
    "wp_block",
    "wp_template",
    "wp_template_part",
    "wp_global_styles",
    "wp_navigation",
    "wp_font_family",
    "wp_font_face",
    "feedback",
    "wpcf7_contact_form",
];
/// Kinds of terms that say nothing of a text itself.
const OTHER_TERMS: [&str; 7] = [
    "post_format",
    "nav_menu",
    "translation_priority",
    "post_translations",
    "language",
    "term_language",
    "term_translations",
];
/// The most sections that a category may be below.
const LEVELS: usize = 8;

/// What all posts need.
pub(super) struct PostReader<'a> {
    pub(super) file: &'a str,
    pub(super) export: &'a Export,
    pub(super) map: &'a ImportMap,
    pub(super) media: &'a MediaFiles<'a>,
    /// Texts of blocks that posts share, by id.
    pub(super) reusable: BTreeMap<String, String>,
    /// The ids of posts that become texts.
    pub(super) ids: std::collections::BTreeSet<String>,
}

/// Returns whether an item becomes a text.
pub(super) fn is_text(item: &ExportItem) -> bool {
    !OTHERS.contains(&item.field("post_type")) && !matches!(item.field("status"), "trash" | "auto-draft" | "inherit")
}

impl PostReader<'_> {
    /// The path by which links and notes know a post.
    fn from(&self, id: &str) -> String {
        format!("{}#{id}", self.file)
    }

    pub(super) fn read(&self, item: &ExportItem, notes: &mut Notes) -> ImportedText {
        let from = self.from(item.field("post_id"));
        let mut text =
            ImportedText { from: from.clone(), title: plain(item.field("title")), ..ImportedText::default() };
        text.summary = filled(item.field("excerpt")).map(|excerpt| plain(&excerpt));
        for (key, value) in &item.meta {
            custom_fields::take(&mut text, key, value, self.map, notes);
        }
        let mut note = |kind, subject: &str, value: &str| {
            let value: String = value.lines().next().unwrap_or_default().chars().take(120).collect();
            notes.add(Note::new(kind, subject, &from, value));
        };
        self.publication(item, &mut text, &mut note);
        dates(item, &mut text);
        self.terms(item, &mut text, &mut note);
        self.addresses(item, &mut text);
        if let Some(name) =
            self.export.authors.get(item.field("creator")).cloned().or_else(|| filled(item.field("creator")))
        {
            let role = match self.map.key("creator").or_else(|| self.map.key("dc:creator")) {
                Some("translator") => Some(CreditRole::Translator),
                Some("editor") => Some(CreditRole::Editor),
                Some("") => None,
                _ => Some(CreditRole::Author),
            };
            let person = ImportedPerson { name, ..ImportedPerson::default() };
            text.credits.extend(role.map(|role| ImportedCredit { role, person }));
        }
        if let Some(address) = item.meta("_thumbnail_id").and_then(|id| self.media.address(id)) {
            text.cover = Some(self.media.resolve(address).unwrap_or_else(|| address.to_owned()));
        }
        text.body = self.body(item, &mut note);
        text.body_line = 1;
        if text.title.is_empty() {
            text.title = first_block(&text.body, 60).unwrap_or_else(|| format!("Post {}", item.field("post_id")));
            note(NoteKind::Guessed, "`title`: the first words", &text.title);
        }
        if item.comments > 0 {
            note(NoteKind::LeftOut, "comments of readers", &item.comments.to_string());
        }
        text
    }

    fn publication(&self, item: &ExportItem, text: &mut ImportedText, note: &mut dyn FnMut(NoteKind, &str, &str)) {
        let kind = item.field("post_type");
        text.publication = match item.field("status") {
            "publish" | "future" | "" if item.field("post_password").is_empty() => Publication::Article,
            status => {
                let secret = if item.field("post_password").is_empty() { status } else { "with a password" };
                note(NoteKind::Guessed, "draft, because the post is not public", secret);
                Publication::Draft
            }
        };
        if kind == "page" && text.publication == Publication::Article {
            text.publication = Publication::Page;
        } else if !matches!(kind, "post" | "page" | "") {
            note(NoteKind::Guessed, &format!("article, from the post type `{kind}`"), &text.title);
        }
    }

    fn terms(&self, item: &ExportItem, text: &mut ImportedText, note: &mut dyn FnMut(NoteKind, &str, &str)) {
        for term in &item.terms {
            match term.domain.as_str() {
                "category" => {
                    let path = self.section(&term.slug, &term.name);
                    if !path.is_empty() && !text.sections.contains(&path) {
                        text.sections.push(path);
                    }
                }
                "post_tag" | "tag" => text.tags.extend(filled(&plain(&term.name))),
                "language" => text.language = filled(&term.slug),
                "post_translations" => text.group = format!("translations/{}", term.slug),
                domain if OTHER_TERMS.contains(&domain) => {}
                domain => {
                    let value = ExtraValue::Text(plain(&term.name));
                    note(NoteKind::UnknownKey, &format!("taxonomy `{domain}`"), &term.name);
                    match text.extra.entry(domain.to_owned()).or_insert_with(|| ExtraValue::List(Vec::new())) {
                        ExtraValue::List(list) => list.push(value),
                        other => *other = value,
                    }
                }
            }
        }
        let language = ["wpml_language", "_wpml_language", "_wpml_language_code", "_icl_lang"];
        if let Some(code) = language.iter().find_map(|key| item.meta(key)) {
            text.language = Some(code.to_owned());
        }
        let group = ["wpml_trid", "_wpml_trid", "trid", "_trid", "_icl_translation_of"];
        if let Some(group) = group.iter().find_map(|key| item.meta(key)) {
            text.group = format!("translations/{group}");
        } else if let Some(of) = item.meta("_icl_lang_duplicate_of") {
            text.group = format!("translations/of-{of}");
        }
        if let Some(language) = text.language.take() {
            let mapped = self.map.language(&language).map(str::to_owned);
            text.language = Some(mapped.unwrap_or_else(|| language.replace('_', "-")));
        }
        // "Uncategorized" only stands where nobody chose a category.
        if text.sections.len() > 1 {
            text.sections.retain(|path| path.last().is_some_and(|name| name != "Uncategorized"));
        }
    }

    /// Returns the path of a category, from the top.
    fn section(&self, slug: &str, name: &str) -> Vec<String> {
        let mut path = Vec::new();
        let mut at = slug.to_owned();
        while let Some((parent, name)) = self.export.categories.get(&at) {
            path.push(plain(name));
            at.clone_from(parent);
            if path.len() == LEVELS {
                break;
            }
        }
        if path.is_empty() {
            path.extend(filled(&plain(name)));
        }
        path.reverse();
        path
    }

    fn addresses(&self, item: &ExportItem, text: &mut ImportedText) {
        text.slug = filled(&decoded(item.field("post_name")));
        let link = item.field("link");
        let has_path = !link.contains("?p=") && !link.contains("?page_id=") && !link.contains("?post_type=");
        let Some(path) = path_of(link).filter(|path| has_path && path != "/") else { return };
        for old in item.meta.iter().filter(|(key, _)| key == "_wp_old_slug") {
            if let Some(slug) = &text.slug
                && let Some(start) = path.rfind(slug.as_str())
            {
                text.addresses.push(format!(
                    "{}{}{}",
                    &path[..start],
                    decoded(old.1.trim()),
                    &path[start + slug.len()..]
                ));
            }
        }
        text.addresses.insert(0, path);
    }

    /// Returns the text of a post as Markdown.
    fn body(&self, item: &ExportItem, note: &mut dyn FnMut(NoteKind, &str, &str)) -> String {
        let content = item.content();
        let has_blocks = block_comments::has_blocks(content);
        let blocks = block_comments::without(content, &self.reusable, item.meta("footnotes"));
        for block in &blocks.made {
            note(NoteKind::LeftOut, &format!("block `{block}`, which WordPress makes when it shows the page"), "");
        }
        let mut shortcodes =
            ShortcodeReader { map: self.map, media: self.media, post: item.field("post_id"), unknown: Vec::new() };
        let html = shortcodes.replace(&linked(&blocks.html));
        for (name, left) in &shortcodes.unknown {
            match left {
                true => note(NoteKind::LeftAsText, &format!("shortcode `{name}`"), name),
                false => note(NoteKind::LeftOut, &format!("shortcode `{name}`: what it encloses stays"), name),
            }
        }
        let html = if has_blocks { html } else { autop::paragraphs(&html) };
        let resolve = |address: &str| self.resolve(address);
        let read = html::to_markdown(&html, &HtmlOptions { resolve: &resolve });
        for found in &read.notes {
            note(found.kind, &found.subject, &found.value);
        }
        read.text
    }

    /// Returns what an address of the old site becomes: posts by their number, and uploads.
    fn resolve(&self, address: &str) -> Option<String> {
        let base = self.export.site.get("base_blog_url").or_else(|| self.export.site.get("link"));
        let host =
            |url: &str| url.split_once("://").map(|(_, rest)| rest.split('/').next().unwrap_or_default().to_owned());
        let own = host(address).is_none_or(|found| base.is_some_and(|base| host(base) == Some(found)));
        if own
            && let Some((_, query)) = address.split_once('?')
            && let Some(id) = ["p=", "page_id="]
                .iter()
                .find_map(|key| query.split(['&', '#']).find_map(|part| part.strip_prefix(key)))
            && self.ids.contains(id)
        {
            return Some(source_link(&self.from(id)));
        }
        self.media.resolve(address)
    }
}

fn filled(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// Returns the text of a title or excerpt, which may have tags and references.
fn plain(text: &str) -> String {
    if !text.contains(['<', '&']) {
        return text.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    html::plain_text(text)
}

/// Dates: the day of the site, the moment with the site's offset, and the last change.
fn dates(item: &ExportItem, text: &mut ImportedText) {
    let post = moment(item.field("post_date"), item.field("post_date_gmt"));
    text.date = text.date.take().or_else(|| post.as_ref().map(|date| date[..10].to_owned()));
    let modified = moment(item.field("post_modified"), item.field("post_modified_gmt"));
    let modified = modified.filter(|modified| post.as_ref().is_some_and(|post| modified[..16] > post[..16]));
    text.updated = text.updated.take().or(modified);
    text.posted = text.posted.take().or(post);
}

/// Returns a moment in RFC 3339 from the time of the site and that of Greenwich, or without an offset.
fn moment(local: &str, gmt: &str) -> Option<String> {
    let read = |text: &str| text.replace(' ', "T").parse::<jiff::civil::DateTime>().ok().filter(|date| date.year() > 0);
    let (local, gmt) = (read(local), read(gmt));
    let (Some(at), Some(zero)) = (local, gmt) else {
        let written = |date: jiff::civil::DateTime, end: &str| format!("{}{end}", date.strftime("%Y-%m-%dT%H:%M:%S"));
        return local.map(|date| written(date, "")).or_else(|| gmt.map(|date| written(date, "Z")));
    };
    let minutes = at.since(zero).ok()?.total(jiff::Unit::Minute).ok()? as i64;
    let written = at.strftime("%Y-%m-%dT%H:%M:%S").to_string();
    // Every offset is within a day; anything else is a mistake of the export.
    Some(match minutes.abs() <= 14 * 60 {
        true if minutes == 0 => format!("{written}Z"),
        true => format!(
            "{written}{}{:02}:{:02}",
            if minutes < 0 { '-' } else { '+' },
            minutes.abs() / 60,
            minutes.abs() % 60
        ),
        false => written,
    })
}

/// Makes links of addresses that stand alone on a line: WordPress embeds what they lead to.
fn linked(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    for (at, line) in html.split('\n').enumerate() {
        if at > 0 {
            out.push('\n');
        }
        let bare = line.trim();
        let alone = (bare.starts_with("https://") || bare.starts_with("http://"))
            && !bare.contains(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '[' | ']'));
        if alone {
            let address = bare.replace("&amp;", "&").replace('&', "&amp;");
            out.push_str(&format!("<a href=\"{address}\">{address}</a>"));
        } else {
            out.push_str(line);
        }
    }
    out
}
