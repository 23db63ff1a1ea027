//! What listings of dates, sources and translators show: groups with real headings, weekdays, dates in pagers, years
//! that lead to a source's own articles, and descriptions of their own.

use std::collections::BTreeMap;

use recto::base::locale::{DateLength, Locale};

use crate::support::{SITE_TOML, Site};

/// Writes an article: its name, its date, when it was posted, and its source.
fn put(site: &Site, name: &str, date: &str, posted: &str, source: &str) {
    let text = format!(
        "+++\ntitle = \"Report {name}\"\ndate = {date}\nposted = {posted}\nsource = {source:?}\ntranslator = \"A. Person\"\n\
         section = \"World > Asia\"\ntags = [\"Fish\"]\n+++\n\nBody of {name}.\n"
    );
    site.write(&format!("content/articles/{name}.md"), &text);
}

/// Returns the headings of a page: their level and their words.
fn outline(html: &str) -> Vec<(char, String)> {
    let parts = html.split("<h").skip(1).filter(|part| part.starts_with(|c: char| c.is_ascii_digit()));
    let heading = |part: &str| {
        let level = part.chars().next().expect("a digit");
        let inner = &part[part.find('>').expect("the tag ends") + 1..part.find("</h").expect("the heading ends")];
        let mut words = String::new();
        let mut within = false;
        for c in inner.chars() {
            within = c == '<' || (within && c != '>');
            if !within && c != '>' {
                words.push(c);
            }
        }
        (level, words)
    };
    parts.map(heading).collect()
}

fn headings<'t>(of: &[(char, &'t str)]) -> Vec<(char, String)> {
    of.iter().map(|(level, words): &(char, &'t str)| (*level, (*words).to_owned())).collect()
}

/// Returns the values of an attribute or element that begin after `before` and end before `"`.
fn values<'h>(html: &'h str, before: &str) -> Vec<&'h str> {
    html.split(before).skip(1).map(|rest| &rest[..rest.find('"').expect("it ends")]).collect()
}

fn description(html: &str) -> &str {
    values(html, "<meta name=\"description\" content=\"")[0]
}

/// Three papers on one day, and others on the days around it. Report c was printed first and posted last.
fn week() -> Site {
    let site = Site::new(&format!("{SITE_TOML}description = \"What the papers say.\"\n"));
    put(&site, "a", "2024-05-02", "2024-05-03T08:00:00Z", "Zebra Times");
    put(&site, "b", "2024-05-02", "2024-05-03T09:00:00Z", "apple Daily");
    put(&site, "c", "2024-04-30", "2024-05-06T09:00:00Z", "Evening Star");
    put(&site, "d", "2024-05-02", "2024-05-04T09:00:00Z", "Zebra Times");
    put(&site, "e", "2024-05-02", "2024-05-03T07:00:00Z", "Évening Post");
    put(&site, "f", "2024-05-04", "2024-05-04T08:00:00Z", "Evening Star");
    site.build();
    site
}

#[test]
fn a_day_is_grouped_by_newspaper() {
    let site = week();
    let html = site.output("2024/05/02/index.html");
    let wanted = [
        ('1', "Thursday, May 2, 2024"),
        ('2', "apple Daily"),
        ('3', "Report b"),
        ('2', "Évening Post"),
        ('3', "Report e"),
        ('2', "Zebra Times"),
        ('3', "Report d"),
        ('3', "Report a"),
    ];
    assert_eq!(outline(&html), headings(&wanted));
    assert!(html.contains("<h2><a href=\"/sources/zebra-times/\"><bdi>Zebra Times</bdi></a></h2>"));
    // The alphabet is that of the site's language.
    site.write("site.toml", &format!("{SITE_TOML}language = \"sv\"\n"));
    put(&site, "b", "2024-05-02", "2024-05-03T09:00:00Z", "Åbo Nytt");
    site.build();
    let names: Vec<String> =
        outline(&site.output("2024/05/02/index.html")).into_iter().filter(|h| h.0 == '2').map(|h| h.1).collect();
    assert_eq!(names, ["Évening Post", "Zebra Times", "Åbo Nytt"]);
}

#[test]
fn a_month_stands_under_its_days() {
    let site = week();
    let html = site.output("2024/05/index.html");
    let wanted = [
        ('1', "May 2024"),
        ('2', "Saturday, May 4, 2024"),
        ('3', "Report f"),
        ('2', "Thursday, May 2, 2024"),
        ('3', "Report d"),
        ('3', "Report b"),
        ('3', "Report a"),
        ('3', "Report e"),
    ];
    assert_eq!(outline(&html), headings(&wanted));
    let day = "<h2><a href=\"/2024/05/04/\"><time datetime=\"2024-05-04\">Saturday, May 4, 2024</time></a></h2>";
    assert!(html.contains(day));
    let year = outline(&site.output("2024/index.html"));
    let months: Vec<&str> = year.iter().filter(|h| h.0 == '2').map(|h| h.1.as_str()).collect();
    assert_eq!((months, year.last().map(|h| h.1.as_str())), (vec!["May 2024", "April 2024"], Some("Report c")));
    // Everywhere else, what was posted last is first.
    for listing in ["index.html", "sections/world/index.html", "tags/fish/index.html"] {
        let first = outline(&site.output(listing)).into_iter().find(|h| h.0 == '3');
        assert_eq!(first, Some(('3', "Report c".to_owned())), "{listing}");
    }
}

#[test]
fn weekdays_are_in_the_language_of_the_site() {
    let day = recto::base::date::parse("2021-03-24").expect("a date").day();
    for lang in ["ar", "de", "en", "es", "fr", "ja", "ko", "ru", "zh-Hans", "zh-Hant"] {
        let site = Site::new(&format!("{SITE_TOML}language = {lang:?}\n"));
        put(&site, "a", "2021-03-24", "2021-03-25", "Zebra Times");
        site.build();
        let full = Locale::new(lang).expect("a locale").day(day, DateLength::Full);
        let time = format!("datetime=\"2021-03-24\">{full}</time>");
        for (page, times) in [("a/", 1), ("", 1), ("../", 1)] {
            let path = format!("2021/03/24/{page}index.html").replace("24/../", "");
            let found = site.output(&path).matches(&time).count();
            assert_eq!(found, times, "{lang}: {path} has not {time}");
        }
    }
}

/// Returns a site with an article on the first day of each month from 2020 to 2023, two on a page.
fn years() -> Site {
    let site = Site::new(&format!("{SITE_TOML}description = \"Own.\"\n[pagination]\nper_page = 10\n"));
    for n in 0..48 {
        let date = format!("{}-{:02}-01", 2020 + n / 12, 1 + n % 12);
        put(&site, &format!("n{n:02}"), &date, &date, "Zebra Times");
    }
    site.build();
    site
}

#[test]
fn years_lead_to_a_sources_own_articles() {
    let site = years();
    let root = site.output("sources/zebra-times/index.html");
    let bars = &root[root.find("class=\"bars\"").expect("a table of years")..];
    let bars = &bars[..bars.find("</table>").expect("it ends")];
    // 48 articles, ten on a page: three numbered pages, and 18 articles on the root.
    let wanted = ["/sources/zebra-times/#y2023", "/sources/zebra-times/#y2022", "/sources/zebra-times/page/3/#y2021"];
    let wanted: Vec<&str> = wanted.into_iter().chain(["/sources/zebra-times/page/2/#y2020"]).collect();
    assert_eq!(values(bars, "href=\""), wanted);
    for link in wanted {
        let (page, id) = link.split_once('#').expect("a fragment");
        let html = site.output(&format!("{}index.html", page.trim_start_matches('/')));
        let group = html.split(&format!("<h2 id=\"{id}\">")).nth(1).expect("the page has the group");
        let newest = values(group, "<time datetime=\"")[0];
        assert!(newest.starts_with(&id[1..]), "{link}: {newest}");
    }
    // A page on which an old text was posted between others has no groups, and a year leads to its top.
    put(&site, "old", "2020-06-15", "2023-12-15", "Zebra Times");
    site.build();
    let root = site.output("sources/zebra-times/index.html");
    assert!(!root.contains("id=\"y20"));
    for (year, page) in [(2023, ""), (2022, ""), (2021, "page/3/#y2021"), (2020, "")] {
        let link = format!("<a href=\"/sources/zebra-times/{page}\">{year}</a>");
        assert!(root.contains(&link), "{link}");
    }
    assert_eq!(outline(&root)[1], ('2', "49 articles".to_owned()));
}

#[test]
fn pagers_say_which_dates_a_page_holds() {
    let site = years();
    let (pages, none) = (BTreeMap::from([(1, "Jan 1, 2020 – Oct 1, 2020"), (3, "Sep 1, 2021 – Jun 1, 2022")]), "Jan 1");
    for listing in ["", "sources/zebra-times/", "tags/fish/"] {
        let root = site.output(&format!("{listing}index.html"));
        for (number, dates) in &pages {
            let link = format!("<a href=\"/{listing}page/{number}/\">Page {number} <small>{dates}</small></a>");
            assert!(root.contains(&link), "{listing}: {link}");
            let html = site.output(&format!("{listing}page/{number}/index.html"));
            assert!(html.contains(&format!("Page {number}: {dates}</")), "{listing}: page {number}");
        }
        // A numbered page says nothing of its neighbours.
        let middle = site.output(&format!("{listing}page/2/index.html"));
        assert!(!middle.contains(none) && !middle.contains("Sep 1, 2021 –"));
    }
}

#[test]
fn descriptions_are_their_own() {
    let site = week();
    site.write("content/tags/fish.md", "+++\nlabel = \"Fish\"\n+++\n\nAll that *swims*, and what it costs.\n");
    site.write(
        "content/sources/evening-star.md",
        "+++\ndescription = \"A daily of the coast.\"\n+++\n\nFounded long ago.\n",
    );
    site.build();
    for (page, wanted) in [
        ("2024/05/02", "Articles of May 2, 2024 from Zebra Times, apple Daily, Évening Post"),
        ("2024/05", "Articles of May 2024 from Zebra Times, apple Daily, Evening Star, Évening Post"),
        ("2024", "Articles of 2024 from Evening Star, Zebra Times, apple Daily, Évening Post"),
        ("sections/world/asia", "Articles in the section “Asia”"),
        ("tags/fish", "All that swims, and what it costs."),
        ("sources/evening-star", "A daily of the coast."),
        ("sources/zebra-times", "Articles from Zebra Times"),
        ("translators/a-person", "Articles translated by A. Person"),
        ("", "What the papers say."),
    ] {
        let html = site.output(format!("{page}/index.html").trim_start_matches('/'));
        assert_eq!(description(&html), wanted, "{page}");
        assert_eq!(values(&html, "<meta property=\"og:description\" content=\""), [wanted], "{page}");
    }
    let years = years();
    let pages = ["sources/zebra-times/page/1", "2020", "tags/fish/page/2"];
    let found = pages.map(|page| description(&years.output(&format!("{page}/index.html"))).to_owned());
    let wanted = [
        "Articles from Zebra Times: Jan 1, 2020 – Oct 1, 2020",
        "Articles of 2020 from Zebra Times",
        "Articles tagged “Fish”: Nov 1, 2020 – Aug 1, 2021",
    ];
    assert_eq!(found, wanted);
}
