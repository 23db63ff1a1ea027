//! The translators of further translations: they are credited and linked, and their pages and feeds list the text.

use crate::support::{Site, article, tree};

const SITE: &str = "title = \"Test\"\nbase_url = \"https://example.org\"\ntimezone = \"UTC\"\n\
    [credits]\ntranslator = \"Our Desk\"\n[feeds]\nfor = [\"site\", \"translators\"]\n";

fn sibling(title: &str, keys: &str) -> String {
    format!("+++\ntitle = \"{title}\"\n{keys}\n+++\n\nUn.\n")
}

fn site() -> Site {
    let site = Site::new(SITE);
    // An article that is the original, and one that is a translation.
    site.write(
        "content/articles/own.md",
        "+++\ntitle = \"Our ferry\"\ndate = 2024-03-01\nsource = \"Gazette\"\nsection = \"News\"\nkind = \"original\"\n\
         +++\n\nOne.\n",
    );
    site.write("content/articles/own.fr.md", &sibling("Notre bac", "translator = [\"Blanche V\", \"Ida M\"]"));
    site.write("content/articles/own.de.md", &sibling("Unsere Fähre", ""));
    site.write("content/articles/fog.md", &article("Fog", "2024-03-02", "[original]\nlang = \"ja\"", "One."));
    site.write("content/articles/fog.ja.md", &sibling("霧", "translator = \"Nobody\""));
    site.write("content/articles/fog.fr.md", &sibling("Brouillard", "translator = \"Blanche V\""));
    site.write("content/articles/fog.de.md", &sibling("Nebel", ""));
    site.write(
        "content/translators/blanche-v.md",
        "+++\nlabel = \"Blanche Verdoncq\"\naliases = [\"Blanche V\"]\n+++\n",
    );
    site
}

/// Returns the addresses of the cards of a page, in its order.
fn cards(html: &str) -> Vec<String> {
    let heads = html.split("<h3><a href=\"").skip(1);
    heads.map(|rest| rest.split('"').next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn a_translator_lists_every_text_of_theirs() {
    let site = site();
    site.build();
    let page = |path: &str| site.output(&format!("{path}index.html"));
    let listed = |path: &str| cards(&page(path));
    assert_eq!(listed("translators/blanche-v/"), ["/2024/03/02/fog/fr/", "/2024/03/01/own/fr/"]);
    assert_eq!(listed("translators/ida-m/"), ["/2024/03/01/own/fr/"]);
    // The default counts where the article is the original; a translation lends its own translators, whose page has
    // its card already.
    assert_eq!(listed("translators/our-desk/"), ["/2024/03/01/own/de/"]);
    let of_fog: Vec<String> =
        listed("translators/").into_iter().chain(listed("")).filter(|url| url.contains("/fog/")).collect();
    assert_eq!(of_fog, ["/2024/03/02/fog/"]);
    // The original has no translator, whatever its file says.
    assert!(!tree(&site.root().join("public")).keys().any(|path| path.starts_with("translators/nobody")));
    // Credits are linked by their labels, and cards are in the language of the text.
    let linked = "<a href=\"/translators/blanche-v/\"><bdi>Blanche Verdoncq</bdi></a>";
    assert!(page("2024/03/02/fog/fr/").contains(linked) && page("2024/03/01/own/fr/").contains(linked));
    assert!(page("2024/03/01/own/de/").contains("<a href=\"/translators/our-desk/\"><bdi>Our Desk</bdi></a>"));
    let head = "<h3><a href=\"/2024/03/02/fog/fr/\" lang=\"fr\" dir=\"ltr\">Brouillard</a></h3>";
    assert!(page("translators/blanche-v/").contains(head));
    // So are entries of the feed.
    let feed = site.output("translators/blanche-v/feed.xml");
    assert!(
        feed.contains("<entry xml:lang=\"fr\">\n<id>https://example.org/2024/03/02/fog/fr/</id>\n<title>Brouillard")
    );
    assert!(feed.contains("<contributor>\n<name>Blanche Verdoncq</name>\n</contributor>"));
    assert!(!feed.contains("https://example.org/2024/03/02/fog/</id>"));
}

#[test]
fn an_edit_of_a_further_translation_reaches_its_translators_and_nothing_else() {
    let site = site();
    site.build();
    let steps: [(&str, Option<&str>); 5] = [
        ("Bac du soir", Some("translator = \"Ida M\"")),
        ("Bac du soir", Some("translator = [\"Ida M\", \"Corentin H\"]")),
        ("Bac du matin", Some("")),
        ("", None),
        ("Notre bac", Some("translator = \"Blanche V\"")),
    ];
    for (title, keys) in steps {
        match keys {
            Some(keys) => drop(site.write("content/articles/own.fr.md", &sibling(title, keys))),
            None => std::fs::remove_file(site.root().join("content/articles/own.fr.md")).expect("it is there"),
        }
        let before = site.outputs();
        site.build();
        let after = site.outputs();
        let fog = |path: &str| path.contains("/fog/") || path.starts_with("sections/") || path == "feed.xml";
        for (path, bytes) in before.iter().filter(|(path, _)| fog(path)) {
            assert!(after.get(path) == Some(bytes), "{title} changes {path}");
        }
        let clean = site_of(&site);
        clean.build();
        assert!(clean.outputs() == after, "{title}: an incremental build differs from a clean one");
    }
}

/// Returns a copy of a site that has never been built.
fn site_of(site: &Site) -> Site {
    let copy = Site::new(SITE);
    for (path, bytes) in tree(&site.root().join("content")) {
        copy.write_bytes(&format!("content/{path}"), &bytes);
    }
    copy
}
