//! Jekyll: `_posts` for articles, the collection `_texts` for what is beside them, `_config.yml`. It must not read files.

use serde_json::{Value, json};

use super::file::ExportFile;
use super::front::Front;
use super::site;
use super::text::{ExportedText, TextRole};
use crate::outputs::world::World;

/// A layout that prints every text, so that the site can be built before it has a theme.
const LAYOUT: &str = include_str!("layouts/jekyll-text.html");

/// The page that lists all articles.
const INDEX: &str = include_str!("layouts/jekyll-index.html");

/// Returns the files of a text: itself, and the files beside its page, at their published addresses.
pub fn text_files(world: &World, text: &ExportedText) -> Vec<ExportFile> {
    let (folder, name) = text.id.rsplit_once('/').unwrap_or(("", &text.id));
    let below = folder.strip_prefix("articles").unwrap_or(folder).trim_start_matches('/');
    let slash = if below.is_empty() { "" } else { "/" };
    let path = match text.role {
        TextRole::Article => {
            let day = text.date.as_deref().and_then(|date| date.get(..10)).unwrap_or("1970-01-01");
            // A file name that has its day already keeps it.
            let name = name.strip_prefix(day).map_or(name, |rest| rest.trim_start_matches(['-', '_']));
            format!("_posts/{below}{slash}{day}-{name}.md")
        }
        TextRole::Original | TextRole::Translation => format!("_texts/{below}{slash}{name}.{}.md", text.language),
        TextRole::Page => format!("{}.md", text.id),
    };
    let body = escaped(&text.body);
    let mut files = vec![ExportFile::text(path, format!("---\n{}---\n{body}", front(world, text).yaml()))];
    let address = match text.role {
        // A file beside an original is where the article's page shows it.
        TextRole::Original => text.address.rsplit_once('/').map_or("", |(article, _)| article),
        _ => text.address.as_str(),
    };
    let slash = if address.is_empty() { "" } else { "/" };
    files.extend(text.files.iter().map(|(from, name)| ExportFile::copy(from, format!("{address}{slash}{name}"))));
    files
}

fn front(world: &World, text: &ExportedText) -> Front {
    let mut front = Front::default();
    front.add("layout", "text");
    front.add("title", text.title.as_str());
    front.date("date", text.date.as_deref());
    front.date("last_modified_at", text.updated.as_deref());
    front.add("lang", text.language.as_str());
    front.add("permalink", text.path(world));
    front.add("redirect_from", text.aliases.as_slice());
    front.add("description", text.summary.as_deref());
    front.add("tags", text.tags.as_slice());
    front.add("categories", text.section_ids.as_slice());
    front.add("author", text.authors.as_slice());
    front.add("source", text.sources.as_slice());
    front.add("translator", text.translators.as_slice());
    if text.draft || !text.shown {
        front.add("published", false);
    }
    if text.draft {
        front.add("draft", true);
    }
    front.add("recto", Value::Object(text.recto()));
    front
}

/// Keeps Jekyll from reading a body as a template. A body that has an `endraw` of its own would end the `raw` around it,
/// so its bracket is written by Jekyll.
fn escaped(body: &str) -> String {
    if !(body.contains("{{") || body.contains("{%")) {
        return body.to_owned();
    }
    let mut out = "{% raw %}".to_owned();
    let mut rest = body;
    while let Some(at) = rest.find("{%") {
        let (before, mark) = rest.split_at(at);
        out.push_str(before);
        let ends = mark[2..].trim_start_matches('-').trim_start().starts_with("endraw");
        out.push_str(if ends { "{% endraw %}{{ \"{%\" }}{% raw %}" } else { "{%" });
        rest = &mark[2..];
    }
    out + rest + "{% endraw %}"
}

/// Returns the files of the site as a whole: `_config.yml`, a layout, an index, and the terms as data.
pub fn site_files(world: &World) -> Vec<ExportFile> {
    vec![
        ExportFile::text("_config.yml", config(world)),
        ExportFile::text("_layouts/text.html", LAYOUT),
        ExportFile::text("index.html", INDEX),
        ExportFile::text(
            "Gemfile",
            "source \"https://rubygems.org\"\n\ngem \"jekyll\"\ngem \"jekyll-redirect-from\"\n",
        ),
        ExportFile::text("_data/terms.json", format!("{:#}\n", site::terms_as_json(world))),
    ]
}

fn config(world: &World) -> String {
    let config = world.config;
    let urls = &config.urls;
    let base = site::base_url(world);
    let url = base.trim_end_matches('/');
    let mut front = Front::default();
    front.add("title", &*config.title);
    front.add("description", config.description.as_deref());
    front.add("url", url.strip_suffix(urls.base_path.as_str()).unwrap_or(url));
    front.add("baseurl", urls.base_path.as_str());
    front.add("lang", config.language.as_str());
    front.add("timezone", config.zone.iana_name());
    front.add("rights", config.rights.as_deref());
    front.add("markdown", "kramdown");
    front.add("plugins", vec!["jekyll-redirect-from"]);
    front.add("collections", json!({ "texts": { "output": true } }));
    front.add("exclude", vec![site::FOLDER, "Gemfile", "Gemfile.lock", "vendor"]);
    let part = |one: &str| match one {
        "slug" => Some(":title"),
        "Y" => Some(":year"),
        "m" => Some(":month"),
        "d" => Some(":day"),
        _ => None,
    };
    front.add("permalink", site::permalink(&config.permalink, &part));
    front.yaml()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_in_texts_stay_texts() {
        assert_eq!(escaped("a {{ b }}\n"), "{% raw %}a {{ b }}\n{% endraw %}");
        assert_eq!(escaped("a { b }\n"), "a { b }\n");
        let shown = "{% endraw %}{{ \"{%\" }}{% raw %}";
        assert_eq!(
            escaped("{% a %}{%- endraw -%}{{ b }}"),
            format!("{{% raw %}}{{% a %}}{shown}- endraw -%}}{{{{ b }}}}{{% endraw %}}")
        );
    }
}
