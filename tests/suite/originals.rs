//! Which of an article and the texts beside it is the original, and which are translations: every kind, every
//! language of the original, one to three siblings. Each case is an article of one site.

use std::collections::BTreeMap;

use recto::base::diag::Diagnostics;
use recto::engine::write::OutputChange;

use crate::support::{SITE_TOML, Site, article};

const KINDS: [Option<&str>; 5] = [None, Some("translation"), Some("summary"), Some("original"), Some("digest")];
const SIBLINGS: [&[&str]; 3] = [&["ja"], &["fr", "ja"], &["fr", "ja", "ko"]];
const LANGS: [Option<&str>; 6] = [None, Some("en"), Some("fr"), Some("ja"), Some("ko"), Some("ru")];

#[derive(Clone, Debug)]
struct Case {
    kind: Option<&'static str>,
    lang: Option<&'static str>,
    siblings: &'static [&'static str],
    /// Whether the article declares that its original is not printed.
    hidden: bool,
}

/// The roles of the texts beside an article.
#[derive(Debug, PartialEq)]
enum Roles {
    /// The original, if it is one of them; all others are translations.
    Known(Option<&'static str>),
    /// An error with this code.
    Wrong(&'static str),
}

impl Case {
    fn all() -> Vec<Case> {
        let mut all = Vec::new();
        for siblings in SIBLINGS {
            for kind in KINDS {
                for lang in LANGS {
                    all.extend([false, true].map(|hidden| Case { kind, lang, siblings, hidden }));
                }
            }
        }
        all
    }

    /// Returns whether the article is the original itself.
    fn is_original(&self) -> bool {
        self.kind == Some("original") || self.lang == Some("en")
    }

    fn roles(&self) -> Roles {
        if self.is_original() {
            return match self.lang {
                // A contradiction is an error if one of the texts may be an original that must not be printed.
                Some(lang) if lang != "en" && self.hidden => Roles::Wrong("conflicting-original"),
                _ => Roles::Known(None),
            };
        }
        match (self.siblings, self.lang) {
            ([only], _) => Roles::Known(Some(only)),
            (several, Some(lang)) if several.contains(&lang) => Roles::Known(Some(lang)),
            _ => Roles::Wrong("ambiguous-original"),
        }
    }

    /// Returns the printed `kind`.
    fn label(&self) -> &'static str {
        match self.kind.unwrap_or("translation") {
            "translation" if self.is_original() => "Original text",
            "translation" => "Translation",
            "summary" => "Summary",
            "digest" => "Digest",
            _ => "Original text",
        }
    }

    /// Returns whether the article itself was translated.
    fn is_translated(&self) -> bool {
        self.label() != "Original text"
    }

    fn write(&self, site: &Site, name: &str) {
        let mut more = String::from("author = \"Writer of all\"\n");
        more.extend(self.kind.map(|kind| format!("kind = {kind:?}\n")));
        if self.lang.is_some() || self.hidden {
            more.push_str("[original]\n");
            more.extend(self.lang.map(|lang| format!("lang = {lang:?}\n")));
            more.extend(self.hidden.then_some("publish = \"none\"\n"));
        }
        let text = article(&format!("Title {name}"), "2024-05-06", &more, &format!("Body-of-{name}."));
        let translator = "translator = \"A. Person\"";
        let text = if self.is_translated() { text } else { text.replace(&format!("{translator}\n"), "") };
        site.write(&format!("content/articles/{name}.md"), &text.replace("A. Person", &format!("Base {name}")));
        for lang in self.siblings {
            let front = format!("title = \"Head {name} {lang}\"\ntranslator = \"Into {name} {lang}\"");
            let body = format!("Words-{name}-{lang}. See [it]({name}.md#p1).");
            site.write(&format!("content/articles/{name}.{lang}.md"), &format!("+++\n{front}\n+++\n\n{body}\n"));
        }
    }
}

fn cases() -> Vec<(String, Case)> {
    Case::all().into_iter().enumerate().map(|(at, case)| (format!("c{at:03}"), case)).collect()
}

/// Returns the codes of the errors, by the name of the article.
fn errors(problems: &Diagnostics) -> BTreeMap<String, Vec<String>> {
    let mut out: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for found in problems.iter().filter(|found| recto::base::diag::is_error(found, false)) {
        let file = &found.at.as_ref().expect("an error has a place").file;
        let name = file.trim_start_matches("content/articles/").split('.').next().unwrap_or_default();
        out.entry(name.to_owned()).or_default().push(found.code.to_string());
    }
    out
}

#[test]
fn every_combination_is_known_or_an_error() {
    let site = Site::new(SITE_TOML);
    cases().iter().for_each(|(name, case)| case.write(&site, name));
    let (summary, problems) = site.try_build();
    assert!(summary.is_none());
    let found = errors(&problems);
    for (name, case) in cases() {
        let wanted = match case.roles() {
            Roles::Known(_) => None,
            Roles::Wrong(code) => Some(vec![code.to_owned()]),
        };
        assert_eq!(found.get(&name), wanted.as_ref(), "{name}: {case:?}");
    }
}

fn attributes<'h>(html: &'h str, start: &str) -> Vec<&'h str> {
    html.split(start).skip(1).filter_map(|rest| rest.split('>').next()).collect()
}

#[test]
fn every_text_stands_where_its_role_says() {
    let site = Site::new(SITE_TOML);
    let good = || cases().into_iter().filter(|(_, case)| matches!(case.roles(), Roles::Known(_)));
    good().for_each(|(name, case)| case.write(&site, &name));
    let (summary, problems) = site.try_build();
    assert!(summary.is_some(), "{problems:#?}");
    let outputs = site.outputs();
    for (name, case) in good() {
        let Roles::Known(original) = case.roles() else { continue };
        let at = format!("{name}: {case:?}");
        let translations: Vec<&str> = case.siblings.iter().copied().filter(|lang| Some(*lang) != original).collect();
        let folder = format!("2024/05/06/{name}");
        let pages: Vec<&String> = outputs.keys().filter(|path| path.starts_with(&format!("{folder}/"))).collect();
        let mut wanted: Vec<String> = translations.iter().map(|lang| format!("{folder}/{lang}/index.html")).collect();
        wanted.push(format!("{folder}/index.html"));
        wanted.sort();
        assert_eq!(pages, wanted.iter().collect::<Vec<_>>(), "{at}");
        // All versions link to all others, in both directions.
        let mut langs = vec![("en", format!("/{folder}/"))];
        langs.extend(translations.iter().map(|lang| (*lang, format!("/{folder}/{lang}/"))));
        let links: Vec<String> = langs
            .iter()
            .filter(|_| langs.len() > 1)
            .map(|(lang, url)| format!("\"alternate\" hreflang=\"{lang}\" href=\"https://example.org{url}\""))
            .collect();
        let page = site.output(&format!("{folder}/index.html"));
        own_page(&case, &name, &page, original, &at);
        for lang in &translations {
            let text = site.output(&format!("{folder}/{lang}/index.html"));
            translation(&case, &name, lang, &text, &at);
            assert!(text.contains(&format!("<a href=\"/{folder}/#p1\">it</a>")), "{at}");
        }
        for page in wanted.iter().map(|path| site.output(path)) {
            let found: Vec<&str> =
                attributes(&page, "<link rel=").into_iter().filter(|l| l.contains("hreflang")).collect();
            assert_eq!(found, links, "{at}");
            let bar = attributes(&page, "<li><a ").into_iter().filter(|link| link.contains(" hreflang="));
            let bar: Vec<&str> = bar.filter_map(|link| link.strip_prefix("href=\"")?.split('"').next()).collect();
            let urls: Vec<&str> = langs.iter().filter(|_| langs.len() > 1).map(|(_, url)| &**url).collect();
            assert!(bar.starts_with(&urls), "{at}: {bar:?}");
        }
        // An original that must not be printed appears nowhere.
        if let Some(lang) = original.filter(|_| case.hidden) {
            for word in [format!("Words-{name}-{lang}"), format!("Head {name} {lang}"), format!("Into {name} {lang}")] {
                let leak = outputs.iter().find(|(_, bytes)| String::from_utf8_lossy(bytes).contains(&word));
                assert_eq!(leak.map(|(path, _)| path), None, "{at}: {word}");
            }
        }
    }
}

/// Checks the page of the article itself.
fn own_page(case: &Case, name: &str, page: &str, original: Option<&str>, at: &str) {
    assert!(page.contains(&format!("<li data-c=\"m\">{}</li>", case.label())), "{at}");
    let credits = ["Translated by", "Summarised by", "Compiled by"];
    let translated = credits.iter().any(|by| page.contains(by)) && page.contains(&format!("Base {name}"));
    assert_eq!(translated, case.is_translated(), "{at}");
    assert!(!page.contains(&format!("Into {name}")), "{at}: a translation's translator");
    let printed = original.filter(|_| !case.hidden);
    for lang in case.siblings {
        let words = page.contains(&format!("Words-{name}-{lang}"));
        assert_eq!(words, printed == Some(*lang), "{at}: {lang}");
    }
    assert_eq!(
        page.contains("id=\"original\""),
        original.is_some() || case.is_translated() && case.lang.is_some(),
        "{at}"
    );
    let json = json_ld(page);
    let translations: Vec<&str> = case.siblings.iter().copied().filter(|lang| Some(*lang) != original).collect();
    let works = match &json["workTranslation"] {
        serde_json::Value::Array(works) => works.clone(),
        serde_json::Value::Null => Vec::new(),
        one => vec![one.clone()],
    };
    let found: Vec<&str> = works.iter().filter_map(|work| work["inLanguage"].as_str()).collect();
    assert_eq!(found, if case.is_original() { translations } else { Vec::new() }, "{at}");
    for work in works {
        let url = format!("https://example.org/2024/05/06/{name}/{}/", work["inLanguage"].as_str().unwrap_or_default());
        assert_eq!((work["url"].as_str(), work["@type"].as_str()), (Some(&*url), Some("NewsArticle")), "{at}");
    }
    assert_eq!(json["translationOfWork"].is_null(), case.label() != "Translation", "{at}");
}

/// Checks the page of a translation.
fn translation(case: &Case, name: &str, lang: &str, page: &str, at: &str) {
    assert!(
        page.contains(&format!("<h1>Head {name} {lang}</h1>")) && page.contains(&format!("Words-{name}-{lang}")),
        "{at}"
    );
    assert!(page.contains(&format!("Into {name} {lang}")) && !page.contains(&format!("Base {name}")), "{at}");
    assert!(page.contains(&format!("<meta name=\"z:translators\" content=\"Into {name} {lang},\">")), "{at}");
    assert!(page.contains("<meta name=\"DC.creator\" content=\"Writer of all\">"), "{at}");
    assert!(page.contains(&format!("<meta name=\"citation_language\" content=\"{lang}\">")), "{at}");
    assert!(page.contains("The Harbour Gazette"), "{at}: its source");
    let label = if case.is_original() { "Translation" } else { case.label() };
    assert!(page.contains(&format!("<li data-c=\"m\">{label}</li>")), "{at}");
    let json = json_ld(page);
    assert!(json["workTranslation"].is_null(), "{at}");
    let work = &json["translationOfWork"];
    if case.is_original() {
        let url = format!("https://example.org/2024/05/06/{name}/");
        assert_eq!(work["url"].as_str(), Some(&*url), "{at}");
        assert_eq!(work["headline"].as_str(), Some(&*format!("Title {name}")), "{at}");
        assert_eq!(work["inLanguage"].as_str(), Some("en"), "{at}");
        assert_eq!(work["author"]["name"].as_str(), Some("Writer of all"), "{at}");
        assert!(page.contains("The original: English") && page.contains(&format!("Title {name}")), "{at}");
    }
    assert_eq!(json["translator"]["name"].as_str(), Some(&*format!("Into {name} {lang}")), "{at}");
}

fn json_ld(page: &str) -> serde_json::Value {
    let json = page.split("application/ld+json\">").nth(1).and_then(|rest| rest.split("</script>").next());
    serde_json::from_str(json.expect("a page of an article has JSON-LD")).expect("JSON")
}

const ORIGINAL: &str = "+++\ntitle = \"Here\"\ndate = 2024-05-06\nsource = \"The Gazette\"\nsection = \"World\"\n\
                        kind = \"original\"\n+++\n\nBody.\n";

fn codes(site: &Site) -> Vec<(String, String)> {
    let (_, problems) = site.try_build();
    let place =
        |found: &recto::base::diag::Diagnostic| found.at.as_ref().map_or(String::new(), |at| at.file.to_string());
    problems.iter().map(|found| (found.code.to_string(), place(found))).collect()
}

#[test]
fn a_translation_is_credited_by_its_own_file_or_the_site() {
    let silent = "+++\ntitle = \"ここ\"\n+++\n\n文。\n";
    let site = Site::new(SITE_TOML);
    site.write("content/articles/a.md", ORIGINAL).write("content/articles/a.ja.md", silent);
    assert_eq!(codes(&site), [("uncredited-translation".to_owned(), "content/articles/a.ja.md".to_owned())]);
    assert!(!site.output("2024/05/06/a/ja/index.html").contains("Translated by"));
    // An article that is the original has no translator.
    site.write("content/articles/a.md", &ORIGINAL.replace("kind =", "translator = \"Nobody\"\nkind ="));
    let found: Vec<String> = codes(&site).into_iter().map(|(code, _)| code).collect();
    assert_eq!(found, ["uncredited-translation", "translator-of-original"]);
    assert!(site.outputs().values().all(|bytes| !String::from_utf8_lossy(bytes).contains("Nobody")));
    let site = Site::new(&format!("{SITE_TOML}[credits]\ntranslator = \"The Desk\"\n"));
    site.write("content/articles/a.md", ORIGINAL).write("content/articles/a.ja.md", silent);
    site.build();
    assert!(site.output("2024/05/06/a/ja/index.html").contains("The Desk"));
    assert!(!site.output("2024/05/06/a/index.html").contains("The Desk"));
}

#[test]
fn what_contradicts_is_said() {
    let warned = |front: &str| {
        let site = Site::new(SITE_TOML);
        site.write("content/articles/a.md", &article("A", "2024-05-06", front, "Body."));
        codes(&site).into_iter().map(|(code, _)| code).collect::<Vec<_>>()
    };
    let original = ["translator-of-original"];
    assert_eq!(warned("kind = \"original\""), original);
    assert_eq!(warned("original = { lang = \"en\" }"), original);
    assert_eq!(
        warned("kind = \"translation\"\noriginal = { lang = \"en\" }"),
        ["translator-of-original", "conflicting-original"]
    );
    assert_eq!(
        warned("kind = \"original\"\noriginal = { publish = \"none\" }"),
        ["translator-of-original", "conflicting-original"]
    );
    // Without another text, a declared version elsewhere does no harm.
    assert_eq!(warned("kind = \"original\"\noriginal = { lang = \"ja\" }"), original);
    assert_eq!(warned("kind = \"summary\"\noriginal = { lang = \"en\" }"), [""; 0]);
    assert_eq!(warned("original = { lang = \"ja\" }"), [""; 0]);
    // A variety of the site's language is not another language, unless it is that of a text beside the article.
    let site = Site::new(SITE_TOML);
    let text = ORIGINAL.replace("+++\n\nBody", "original = { lang = \"en-GB\" }\n+++\n\nBody");
    site.write("content/articles/a.md", &text);
    let sibling = "+++\ntitle = \"There\"\ntranslator = \"T\"\n+++\n\nText.\n";
    site.write("content/articles/a.fr.md", sibling).build();
    site.write("content/articles/a.en-GB.md", sibling);
    assert_eq!(codes(&site), [("conflicting-original".to_owned(), "content/articles/a.md".to_owned())]);
    assert!(site.try_build().0.is_some());
    site.write("site.toml", &format!("{SITE_TOML}[original]\npublish = \"none\"\n"));
    assert!(site.try_build().0.is_none());
    assert_eq!(codes(&site), [("conflicting-original".to_owned(), "content/articles/a.md".to_owned())]);
}

#[test]
fn links_to_a_translation_lead_to_its_page() {
    let site = Site::new(SITE_TOML);
    let sibling = "+++\ntitle = \"ここ\"\ntranslator = \"T\"\n+++\n\n文。\n\n二。\n";
    site.write("content/articles/a.md", &format!("{ORIGINAL}\n[one](a.ja.md) [two](a.ja.md#p2)\n"));
    site.write("content/articles/a.ja.md", sibling).build();
    let page = site.output("2024/05/06/a/index.html");
    for (url, text) in [("/2024/05/06/a/ja/", "one"), ("/2024/05/06/a/ja/#p2", "two")] {
        assert!(page.contains(&format!("<a href=\"{url}\">{text}</a>")), "{page}");
    }
    assert!(site.output("sitemap-2024-05.xml").contains("<loc>https://example.org/2024/05/06/a/ja/</loc>"));
}

#[test]
fn a_text_in_the_sites_language_is_an_error_beside_an_original() {
    let site = Site::new(SITE_TOML);
    site.write("content/articles/a.md", ORIGINAL);
    site.write("content/articles/a.en.md", "+++\ntitle = \"There\"\ntranslator = \"T\"\n+++\n\nText.\n");
    assert_eq!(codes(&site), [("sibling-language".to_owned(), "content/articles/a.en.md".to_owned())]);
}

#[track_caller]
fn same(found: &[(String, OutputChange)], wanted: &[(String, OutputChange)]) {
    let sorted = |list: &[(String, OutputChange)]| {
        let mut list = list.to_vec();
        list.sort_by(|a, b| a.0.cmp(&b.0));
        list
    };
    assert_eq!(sorted(found), sorted(wanted));
}

/// The blast radius of a text beside an article that is the original itself: its own page, the language bars of the
/// others, the sitemap of the month, the search, whose page offers its language, and its translator's page and feed.
/// The index of translators and the page of the newspaper count that translator, too.
#[test]
fn a_translation_is_on_its_page_and_in_the_bars() {
    let site = Site::new(SITE_TOML);
    site.write("content/articles/old.md", &article("Old", "2019-01-02", "", "Body."));
    let own = "+++\ntitle = \"Here it is\"\ndate = 2020-05-05\nsource = \"The Harbour Gazette\"\nsection = \"World\"\n\
               kind = \"original\"\nsummary = \"As it was.\"\n+++\n\nBody.\n";
    let text = |title: &str, translator: &str, body: &str| {
        format!("+++\ntitle = {title:?}\ntranslator = {translator:?}\n+++\n\n{body}\n")
    };
    let french = "content/articles/own/index.fr.md";
    site.write("content/articles/own/index.md", own).build();
    let page = |below: &str, change| (format!("2020/05/05/own/{below}index.html"), change);
    let changed = |path: &str| (path.to_owned(), OutputChange::Changed);
    let (sitemap, entry, search) =
        (changed("sitemap-2020-05.xml"), changed("search/entry.bin"), changed("search/index.html"));
    let of = |name: &str, change: OutputChange| {
        ["index.html", "feed.xml"].map(|file| (format!("translators/t-{name}/{file}"), change)).to_vec()
    };
    let counts = vec![changed("translators/index.html"), changed("sources/the-harbour-gazette/index.html")];
    let summary = site.write(french, &text("Ici", "T. Un", "Texte.")).build();
    same(
        &summary.changes,
        &[
            vec![page("", OutputChange::Changed), page("fr/", OutputChange::New)],
            vec![sitemap.clone(), entry.clone(), search.clone()],
            of("un", OutputChange::New),
            counts.clone(),
        ]
        .concat(),
    );
    let summary = site.write("content/articles/own/index.ja.md", &text("ここ", "T. Deux", "文。")).build();
    let bars = [page("", OutputChange::Changed), page("fr/", OutputChange::Changed)];
    let new = [page("ja/", OutputChange::New), sitemap.clone(), entry.clone(), search.clone()];
    same(&summary.changes, &[&bars[..], &new, &of("deux", OutputChange::New), &counts].concat());
    // Its body is on its page and in the search; its headline is also in the metadata of the original and in the list of
    // its translator.
    let summary = site.write(french, &text("Ici", "T. Un", "Autre.")).build();
    same(&summary.changes, &[page("fr/", OutputChange::Changed), entry.clone()]);
    assert_eq!(summary.rendered, 2);
    let summary = site.write(french, &text("Ici", "T. Trois", "Autre.")).build();
    let moved = [of("un", OutputChange::Removed), of("trois", OutputChange::New), counts.clone()].concat();
    let found = [page("fr/", OutputChange::Changed), entry.clone(), search.clone()];
    same(&summary.changes, &[&found[..], &moved].concat());
    let summary = site.write(french, &text("Voici", "T. Trois", "Autre.")).build();
    same(&summary.changes, &[&bars[..], &of("trois", OutputChange::Changed), std::slice::from_ref(&entry)].concat());
    // The headline of the original is on the pages of all translations.
    let holds = |bytes: &[u8]| String::from_utf8_lossy(bytes).contains("Here it is");
    let printing = site.outputs().into_iter().filter(|(_, bytes)| holds(bytes));
    let printing: Vec<_> = printing.map(|(path, _)| changed(&path)).chain([entry.clone()]).collect();
    assert!(["fr/", "ja/"].iter().all(|lang| printing.contains(&page(lang, OutputChange::Changed))), "{printing:?}");
    let summary = site.write("content/articles/own/index.md", &own.replace("Here it is", "There it was")).build();
    same(&summary.changes, &printing);
    // Another kind makes the translation the original.
    let other = own.replace("kind = \"original\"", "translator = \"A. Person\"\noriginal = { lang = \"ja\" }");
    let summary = site.write("content/articles/own/index.md", &other.replace("Here it is", "There it was")).build();
    let own_pages = summary.changes.iter().filter(|(path, _)| path.starts_with("2020/05/05/own/")).cloned();
    same(&own_pages.collect::<Vec<_>>(), &[&bars[..], &[page("ja/", OutputChange::Removed)]].concat());
    assert!(summary.changes.contains(&sitemap));
    // Change it back, and remove one text.
    site.write("content/articles/own/index.md", own).build();
    std::fs::remove_file(site.root().join("content/articles/own/index.ja.md")).expect("a text can be removed");
    let summary = site.build();
    let gone = [page("ja/", OutputChange::Removed), sitemap, entry, search];
    same(&summary.changes, &[&bars[..], &gone, &of("deux", OutputChange::Removed), &counts].concat());
}
