//! Hugo: a bundle for each article, `index.LANG.md` for the texts beside it, `hugo.toml`. It must not read files.

use serde_json::Value;

use super::bundle::{self, escape};
use super::file::ExportFile;
use super::front::Front;
use super::site;
use super::text::ExportedText;
use crate::base::diag::key_in_toml;
use crate::content::content_path::TermKind;
use crate::outputs::world::World;

/// Layouts that print every text, so that the site can be built before it has a theme.
const LAYOUTS: [(&str, &str); 2] = [
    ("layouts/page.html", include_str!("layouts/hugo-page.html")),
    ("layouts/all.html", include_str!("layouts/hugo-all.html")),
];

/// Returns the files of a text: itself and the files beside it.
pub fn text_files(world: &World, text: &ExportedText) -> Vec<ExportFile> {
    bundle::files(text, &code(&text.language), &front(world, text), &escaped(&text.body))
}

fn front(world: &World, text: &ExportedText) -> Front {
    let mut front = Front::default();
    front.add("title", text.title.as_str());
    front.date("date", text.date.as_deref());
    front.date("publishDate", text.posted.as_deref());
    front.date("lastmod", text.updated.as_deref());
    front.date("expiryDate", text.expires.as_deref());
    if text.draft {
        front.add("draft", true);
    }
    front.add("url", text.path(world));
    front.add("aliases", text.aliases.as_slice());
    front.add("summary", text.summary.as_deref());
    front.add("tags", text.tags.as_slice());
    front.add("sections", text.section_ids.as_slice());
    front.add("sources", text.sources.as_slice());
    front.add("translators", text.translators.as_slice());
    if !text.shown {
        let mut build = Front::default();
        build.add("render", "never");
        build.add("list", "never");
        front.table("build", build);
    }
    let mut params = Front::default();
    params.add("recto", Value::Object(text.recto()));
    front.table("params", params);
    front
}

/// Hugo's code of a language, in small letters.
fn code(language: &str) -> String {
    language.to_lowercase()
}

/// Escapes what Hugo would read as a shortcode: `{{< x >}}` is written `{{</* x */>}}`.
fn escaped(body: &str) -> String {
    let mut out = body.to_owned();
    for (open, close) in [("{{<", ">}}"), ("{{%", "%}}")] {
        out = escape(&out, open, close);
    }
    out
}

/// Returns the files of the site as a whole: `hugo.toml`, layouts, and a page for each term.
pub fn site_files(world: &World) -> Vec<ExportFile> {
    let mut files = vec![ExportFile::text("hugo.toml", config(world))];
    files.extend(LAYOUTS.map(|(path, text)| ExportFile::text(path, text)));
    for (kind, term) in site::terms(world) {
        // Hugo finds the page of a term by the name that texts use: labels, but paths of ids for sections.
        let mut front = Front::default();
        front.add("title", &*term.label);
        front.add("url", site::path(world, &term.address(kind)));
        let record = term.record.as_deref();
        front.add("description", record.and_then(|record| record.description.as_deref()));
        let mut params = Front::default();
        params.add("recto", site::term_as_json(world, kind, term));
        front.table("params", params);
        let path = format!("content/{}/{}/_index.md", kind.plural(), term.id);
        files.push(ExportFile::text(path, format!("+++\n{}+++\n", front.toml())));
    }
    files
}

fn config(world: &World) -> String {
    let config = world.config;
    let mut front = Front::default();
    front.add("baseURL", site::base_url(world));
    front.add("title", &*config.title);
    front.add("defaultContentLanguage", code(&config.language));
    front.add("timeZone", config.zone.iana_name());
    let mut taxonomies = Front::default();
    for kind in TermKind::ALL {
        taxonomies.add(kind.name(), kind.plural());
    }
    front.table("taxonomies", taxonomies);
    let part = |one: &str| match one {
        "slug" => Some(":slugorcontentbasename"),
        "Y" => Some(":year"),
        "m" => Some(":month"),
        "d" => Some(":day"),
        _ => None,
    };
    if let Some(pattern) = site::permalink(&config.permalink, &part) {
        let mut page = Front::default();
        page.add("articles", pattern);
        let mut permalinks = Front::default();
        permalinks.table("page", page);
        front.table("permalinks", permalinks);
    }
    let mut params = Front::default();
    params.add("description", config.description.as_deref());
    params.add("rights", config.rights.as_deref());
    front.table("params", params);
    let mut out = front.toml();
    out.push_str("\n[languages]\n");
    for (at, language) in site::languages(world).iter().enumerate() {
        let key = key_in_toml(&code(language));
        out.push_str(&format!(
            "[languages.{key}]\nlocale = \"{language}\"\nlabel = \"{language}\"\nweight = {}\n",
            at + 1
        ));
    }
    // Recto's bodies may have HTML.
    out.push_str("\n[markup.goldmark.renderer]\nunsafe = true\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shortcodes_in_texts_stay_texts() {
        assert_eq!(escaped("a {{< x \"y\" >}} b {{% z %}} c"), "a {{</* x \"y\" */>}} b {{%/* z */%}} c");
        assert_eq!(escaped("a {{< b"), "a &#123;{< b");
        assert_eq!(escaped("{{ x }}"), "{{ x }}");
    }
}
