//! The `site.toml` of a site that an import makes: what the source says of itself, and default credits for texts that say
//! none. It must not write anything.

use std::collections::BTreeMap;

use crate::base::config::{PLACEHOLDER, split_base_url};
use crate::base::diag::in_toml;
use crate::base::{secret, time_zones};
use crate::import::article_writer::one_line;
use crate::import::finish::languages::LanguageNames;
use crate::import::finish::settings::{NO_SECTION, UNKNOWN};
use crate::import::import_map::ImportMap;
use crate::import::imported::{Imported, TextRole};

/// Returns the settings of a new site.
pub fn site_toml(imported: &Imported, source_name: &str, map: &ImportMap) -> String {
    let site = &imported.site;
    let of = |text: &Option<String>| text.as_deref().map(one_line).filter(|text| !text.is_empty());
    let title = of(&site.title).unwrap_or_else(|| match one_line(source_name) {
        name if name.is_empty() => "Archive".to_owned(),
        name => name,
    });
    let good = |url: &String| split_base_url(url).is_some() && !secret::is_in_url(url);
    let base_url = of(&site.base_url).map(|url| url.trim_end_matches('/').to_owned()).filter(good);
    let zone = of(&site.timezone).filter(|zone| time_zones::named(zone).is_ok());
    let zone = zone.unwrap_or_else(|| "UTC".to_owned());
    let mut out = String::from("# Settings of the site, made by `recto import`.\n");
    let mut line = |key: &str, value: &str| out.push_str(&format!("{key} = {}\n", in_toml(value)));
    line("title", &title);
    line("base_url", base_url.as_deref().unwrap_or(PLACEHOLDER));
    line("language", &language(imported, map));
    line("timezone", &zone);
    if let Some(description) = of(&site.description) {
        line("description", &description);
    }
    let default = |key: &str, usual: &str| in_toml(map.default_of(key).unwrap_or(usual));
    out.push_str(&format!(
        "\n[pagination]\nper_page = 50\n\n# For imported articles about which the source says nothing.\n[credits]\n\
         source = {}\nsection = {}\ntranslator = {}\n\n[markdown]\nhtml = \"sanitize\"\n\n[original]\n\
         publish = \"full\"                           # or \"excerpt\" or \"none\" if you lack the rights\n",
        default("source", &title),
        default("section", NO_SECTION),
        default("translator", UNKNOWN),
    ));
    out
}

/// Returns the language of the site: what the source or the map says, or that of most texts that are no originals.
fn language(imported: &Imported, map: &ImportMap) -> String {
    let mut names = LanguageNames::default();
    let said = map.default_of("language").or(imported.site.language.as_deref());
    if let Some(tag) = said.and_then(|name| names.tag(name, map)) {
        return tag;
    }
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for text in imported.texts.iter().filter(|text| text.role != TextRole::Original) {
        if let Some(tag) = text.language.as_deref().and_then(|name| names.tag(name, map)) {
            *counts.entry(tag).or_default() += 1;
        }
    }
    let most = counts.into_iter().max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(&a.0)));
    most.map_or_else(|| "en".to_owned(), |(tag, _)| tag)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::config;
    use crate::base::diag::count_errors;
    use crate::import::imported::{ImportedSite, ImportedText};

    #[test]
    fn what_the_source_says_becomes_the_site() {
        let text =
            |language: &str, role| ImportedText { language: Some(language.into()), role, ..ImportedText::default() };
        let texts =
            vec![text("ja", TextRole::Original), text("ja", TextRole::Original), text("zh_cn", TextRole::Translation)];
        let site = ImportedSite {
            title: Some("The \"Harbour\"\nArchive".into()),
            base_url: Some("https://harbour.example/blog/".into()),
            timezone: Some("Asia/Tokyo".into()),
            ..ImportedSite::default()
        };
        let toml = site_toml(&Imported { site, texts, ..Imported::default() }, "x", &ImportMap::default());
        let (config, problems) = config::parse(&toml);
        let config = config.unwrap();
        assert_eq!(count_errors(&problems, true), 0, "{problems:#?}\n{toml}");
        assert_eq!((&*config.title, config.language.as_str()), ("The \"Harbour\" Archive", "zh-Hans"));
        assert_eq!(config.credits.translator.as_deref(), Some("Unknown"));
    }

    #[test]
    fn what_it_does_not_say_is_usual() {
        let site =
            ImportedSite { base_url: Some("/blog".into()), timezone: Some("Mars".into()), ..ImportedSite::default() };
        let toml = site_toml(&Imported { site, ..Imported::default() }, "", &ImportMap::default());
        let config = config::parse(&toml).0.unwrap();
        assert_eq!((&*config.title, config.language.as_str()), ("Archive", "en"));
        assert!(toml.contains(PLACEHOLDER) && toml.contains("timezone = \"UTC\""));
    }
}
