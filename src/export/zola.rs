//! Zola: a folder for each article, `index.LANG.md` for the texts beside it, `config.toml`. It must not read files.

use serde_json::Value;

use super::bundle::{self, escape};
use super::file::ExportFile;
use super::front::Front;
use super::site;
use super::text::ExportedText;
use crate::base::diag::key_in_toml;
use crate::content::content_path::TermKind;
use crate::outputs::world::World;

/// Templates that print every text, so that the site can be built before it has a theme.
const TEMPLATES: [(&str, &str); 5] = [
    ("templates/page.html", include_str!("layouts/zola-page.html")),
    ("templates/index.html", include_str!("layouts/zola-section.html")),
    ("templates/section.html", include_str!("layouts/zola-section.html")),
    ("templates/taxonomy_list.html", include_str!("layouts/zola-taxonomy-list.html")),
    ("templates/taxonomy_single.html", include_str!("layouts/zola-taxonomy-single.html")),
];

/// Returns the files of a text: itself and the files beside it.
pub fn text_files(world: &World, text: &ExportedText) -> Vec<ExportFile> {
    bundle::files(text, &text.language, &front(world, text), &escaped(&text.body))
}

fn front(world: &World, text: &ExportedText) -> Front {
    let mut front = Front::default();
    front.add("title", text.title.as_str());
    front.add("description", text.summary.as_deref());
    front.date("date", text.date.as_deref());
    front.date("updated", text.updated.as_deref());
    if text.draft {
        front.add("draft", true);
    }
    if !text.shown {
        front.add("render", false);
        front.add("in_search_index", false);
    }
    front.add("path", text.address.as_str());
    // Zola has no other addresses than those of folders.
    let own = text.path(world);
    let other = own.ends_with(".html").then_some(own);
    front.add("aliases", text.aliases.iter().cloned().chain(other).collect::<Vec<String>>());
    front.add("authors", text.authors.as_slice());
    let mut taxonomies = Front::default();
    taxonomies.add("tags", text.tags.as_slice());
    let sections: Vec<String> = text.sections.iter().map(|labels| labels.join(" > ")).collect();
    taxonomies.add("sections", sections);
    taxonomies.add("sources", text.sources.as_slice());
    taxonomies.add("translators", text.translators.as_slice());
    front.table("taxonomies", taxonomies);
    let mut extra = Front::default();
    extra.add("recto", Value::Object(text.recto()));
    front.table("extra", extra);
    front
}

/// Escapes what Zola would read as a shortcode: `{{ x() }}` is written `{{/* x() */}}`.
fn escaped(body: &str) -> String {
    let out = escape(body, "{{", "}}");
    escape(&out, "{%", "%}")
}

/// Returns the files of the site as a whole: `config.toml`, templates, a section for each folder, and the terms.
pub fn site_files(world: &World) -> Vec<ExportFile> {
    let mut files = vec![ExportFile::text("config.toml", config(world))];
    files.extend(TEMPLATES.map(|(path, text)| ExportFile::text(path, text)));
    files.push(ExportFile::text("content/_index.md", "+++\nsort_by = \"date\"\npaginate_by = 20\n+++\n"));
    files.push(ExportFile::text("content/pages/_index.md", "+++\nrender = false\n+++\n"));
    for folder in site::folders(world) {
        // A transparent section passes its pages on to the one above it.
        let text = "+++\nsort_by = \"date\"\ntransparent = true\nrender = false\n+++\n";
        files.push(ExportFile::text(format!("content/{folder}/_index.md"), text));
    }
    let terms = format!("{:#}\n", site::terms_as_json(world));
    files.push(ExportFile::text("data/terms.json", terms));
    files
}

fn config(world: &World) -> String {
    let config = world.config;
    let mut front = Front::default();
    front.add("base_url", site::base_url(world).trim_end_matches('/'));
    front.add("title", &*config.title);
    front.add("description", config.description.as_deref());
    front.add("default_language", config.language.as_str());
    front.add("compile_sass", false);
    let taxonomies: Vec<Value> =
        TermKind::ALL.iter().map(|kind| serde_json::json!({ "name": kind.plural() })).collect();
    front.add("taxonomies", taxonomies.clone());
    let mut extra = Front::default();
    extra.add("rights", config.rights.as_deref());
    front.table("extra", extra);
    let mut out = front.toml();
    for language in site::languages(world).iter().skip(1) {
        let mut table = Front::default();
        table.add("title", &*config.title);
        table.add("taxonomies", taxonomies.clone());
        out.push_str(&format!("\n[languages.{}]\n{}", key_in_toml(language), table.toml()));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shortcodes_in_texts_stay_texts() {
        assert_eq!(escaped("a {{ x(y=1) }} b {% z() %} c"), "a {{/* x(y=1) */}} b {%/* z() */%} c");
        assert_eq!(escaped("a {{ b"), "a &#123;{ b");
    }
}
