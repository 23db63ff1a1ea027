//! Names: the labels of terms, their addresses, and which terms are the same. `terms/languages.rs` tests names of
//! languages.

mod languages;

use proptest::prelude::*;
use recto::base::diag::Diagnostics;

use crate::support::{SITE_TOML, Site, article, recto};

/// An article with these keys in addition to the required ones.
fn front(title: &str, posted: &str, source: &str, section: &str, tags: &str) -> String {
    format!(
        "+++\ntitle = {title:?}\ndate = 2021-03-24\nposted = {posted}\nsource = {source}\ntranslator = \"A. Person\"\n\
         section = {section}\ntags = {tags}\n+++\n\nBody.\n"
    )
}

fn site(config: &str, files: &[(&str, &str)]) -> Site {
    let site = Site::new(&format!("{SITE_TOML}{config}"));
    for (path, text) in files {
        site.write(path, text);
    }
    site
}

/// A site whose articles, one a day, have these tags.
fn tagged(config: &str, tags: &[&str]) -> Site {
    let site = site(config, &[]);
    for (n, tags) in tags.iter().enumerate() {
        let text =
            article(&format!("Report {n}"), &format!("2021-03-{:02}", n + 1), &format!("tags = [{tags}]"), "Body.");
        site.write(&format!("content/articles/report-{n}.md"), &text);
    }
    site
}

fn codes(problems: &Diagnostics) -> Vec<&str> {
    problems.iter().map(|p| &*p.code).collect()
}

/// Returns the output of `recto check`, and its exit code.
fn check(site: &Site) -> (String, i32) {
    let ran = recto(site.root(), &["check"]);
    (String::from_utf8(ran.stderr).expect("reports are UTF-8"), ran.status.code().expect("it ends"))
}

/// Checks that `check` prints these texts, each group in one report.
fn says(site: &Site, reports: &[&[&str]]) {
    let (said, _) = check(site);
    let found: Vec<&str> = said.split("\n\n").filter(|report| report.contains("--> ")).collect();
    assert_eq!(found.len(), reports.len(), "{said}");
    for parts in reports {
        assert!(found.iter().any(|report| parts.iter().all(|part| report.contains(part))), "{parts:?} in\n{said}");
    }
}

fn tags_of(site: &Site) -> Vec<String> {
    let outputs = site.outputs();
    let ids = outputs.keys().filter_map(|path| path.strip_prefix("tags/")?.strip_suffix("/index.html"));
    let mut ids: Vec<String> = ids.filter(|id| !id.contains("page/")).map(str::to_owned).collect();
    ids.sort();
    ids
}

// Labels.

#[test]
fn the_most_frequent_spelling_labels_a_term() {
    let site = tagged("", &["\"#Diplomacy\"", "\"Diplomacy\"", "\"diplomacy\"", "\"Diplomacy\""]);
    site.build();
    assert!(site.output("tags/index.html").contains(">Diplomacy<"));
    assert!(!site.output("2021/03/01/report-0/index.html").contains("#Diplomacy"));
    // If two spellings are equally frequent, the first to be posted is the label. The order of files does not
    // matter.
    let site = tagged("", &["\"peace talks\"", "\"Peace Talks\""]);
    site.write("content/articles/a-first.md", &front("F", "2021-04-01", "\"S\"", "\"World\"", "[\"Peace talks\"]"));
    site.build();
    assert!(site.output("tags/index.html").contains(">peace talks<"));
    // A record's label is the label. Without one, the articles decide.
    site.write("content/tags/peace-talks.md", "+++\nlabel = \"PEACE\"\n+++\n").build();
    assert!(site.output("tags/index.html").contains(">PEACE<"));
    site.write("content/tags/peace-talks.md", "+++\naliases = [\"Talks\"]\n+++\n").build();
    assert!(site.output("tags/index.html").contains(">peace talks<"));
}

#[test]
fn each_step_of_a_section_counts() {
    let of =
        |n: usize, section: &str| front(&format!("R{n}"), &format!("2021-03-{:02}", n + 24), "\"S\"", section, "[]");
    let sections = [
        "\"WORLD > asia\"",
        "[\"World > Asia\", \"World > Africa\"]",
        "\"WORLD > Asia\"",
        "\"WORLD\"",
        // Both of its sections have the same parent, so the article counts once for `World`.
        "[\"World > Asia\", \"World > Europe\"]",
    ];
    let site = site("", &[]);
    for (n, section) in sections.iter().enumerate() {
        site.write(&format!("content/articles/r{n}.md"), &of(n, section));
    }
    site.build();
    let index = site.output("sections/index.html");
    assert!(index.contains(">WORLD<") && index.contains(">Asia<") && !index.contains(">World<"), "{index}");
}

#[test]
fn the_topic_bar_names_what_no_article_does() {
    let bar = "[topics]\nbar = [\"ELECTIONS\", \"Trade!\"]\n";
    let site = tagged(bar, &["\"Elections\""]);
    site.build();
    let index = site.output("tags/index.html");
    assert!(index.contains(">Elections<") && !index.contains("ELECTIONS") && index.contains(">Trade!<"), "{index}");
}

#[test]
fn a_default_is_a_spelling_like_any() {
    let config = "[credits]\nsource = \"The harbour gazette\"\n";
    let bare = |n: usize| {
        format!("+++\ntitle = \"B{n}\"\ndate = 2021-03-2{n}\ntranslator = \"T\"\nsection = \"World\"\n+++\n")
    };
    let site = site(config, &[]);
    site.write("content/articles/a.md", &article("A", "2021-03-24", "", "Body."));
    site.write("content/articles/b1.md", &bare(1)).write("content/articles/b2.md", &bare(2));
    site.build();
    assert!(site.output("sources/index.html").contains(">The harbour gazette<"));
    site.write("content/articles/c.md", &article("C", "2021-03-25", "", "Body."));
    site.write("content/articles/d.md", &article("D", "2021-03-25", "", "Body.")).build();
    assert!(site.output("sources/index.html").contains(">The Harbour Gazette<"));
}

const SPELLINGS: [&str; 4] = ["Trade", "TRADE", "trade", "#Trade"];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// The label depends only on the articles' spellings, not on file names: it is found by counting.
    #[test]
    fn labels_are_found_by_counting(which in prop::collection::vec((0..4usize, 1..28u32), 1..12), turn in 0..12usize) {
        let site = Site::new(SITE_TOML);
        let name = |n: usize| (n + turn) % which.len();
        for (n, (spelling, day)) in which.iter().enumerate() {
            let posted = format!("2021-04-{day:02}T00:00:{:02}Z", name(n));
            let text = front("T", &posted, "\"S\"", "\"World\"", &format!("[{:?}]", SPELLINGS[*spelling]));
            site.write(&format!("content/articles/a{:02}.md", name(n)), &text);
        }
        site.build();
        let mut order: Vec<(u32, usize, usize)> = which.iter().enumerate().map(|(n, (s, day))| (*day, name(n), *s)).collect();
        order.sort();
        let count = |spelling: usize| which.iter().filter(|(s, _)| *s == spelling).count();
        let first = |spelling: usize| order.iter().position(|(_, _, s)| *s == spelling);
        let used = (0..4).filter(|s| count(*s) > 0);
        let label = used.min_by_key(|s| (std::cmp::Reverse(count(*s)), first(*s))).expect("there is one");
        let index = site.output("tags/index.html");
        prop_assert!(index.contains(&format!(">{}<", SPELLINGS[label])), "{:?}", which);
    }
}

// Letters.

#[test]
fn a_turkish_site_lowers_as_turkish_does() {
    let config = "language = \"tr\"\n";
    let site = tagged(config, &["\"İstanbul\", \"istanbul\"", "\"ISTANBUL\", \"IĞDIR\", \"ığdır\""]);
    site.write("content/articles/İstanbul-Iğdır.md", &article("İSTANBUL VE IĞDIR", "2021-03-24", "", "Metin."));
    site.build();
    assert_eq!(tags_of(&site), ["istanbul", "ıstanbul", "ığdır"].map(str::to_owned));
    assert!(site.outputs().contains_key("2021/03/24/istanbul-ığdır/index.html"));
    site.write("content/tags/ığdır.md", "+++\nlabel = \"Iğdır\"\n+++\n").build();
    assert!(site.output("tags/index.html").contains(">Iğdır<"));
    let ran = recto(site.root(), &["new", "İSTANBUL’DA IŞIK"]);
    let path = String::from_utf8(ran.stdout).expect("paths are UTF-8");
    assert!(path.trim_end().ends_with("/istanbulda-ışık.md"), "{path}");
    // And an English site as before.
    let site = tagged("", &["\"İstanbul\", \"ISTANBUL\", \"IĞDIR\""]);
    site.build();
    assert_eq!(tags_of(&site), ["istanbul", "iğdir", "i\u{307}stanbul"].map(str::to_owned));
}

// Ids.

#[test]
fn every_name_has_an_id_that_is_free() {
    let site = tagged("", &["\"Page\", \"Index\"", "\"PAGE\", \"Page 1\", \"index?\"", "\"Pages\""]);
    let sections = "[\"Index > Index\", \"World > Page\", \"Page\"]";
    site.write("content/articles/s.md", &front("S", "2021-04-01", "[\"Page\", \"Index\"]", sections, "[]"));
    site.write("content/articles/t.md", &article("T", "2021-04-01", "", "Body.").replace("A. Person", "Page"));
    let (summary, problems) = site.try_build();
    assert!(summary.is_some() && problems.is_empty(), "{problems:?}");
    assert_eq!(tags_of(&site), ["index-", "page-", "page-1", "pages"].map(str::to_owned));
    let outputs = site.outputs();
    for path in [
        "sections/index-/index",
        "sections/world/page-",
        "sections/page-",
        "sources/page-",
        "sources/index-",
        "translators/page-",
    ] {
        assert!(outputs.contains_key(&format!("{path}/index.html")), "{path}");
    }
    // A record with that name has it, too. A record with the other name gets a suggestion.
    site.write("content/tags/page-.md", "+++\nlabel = \"The page\"\n+++\n").build();
    assert!(site.output("tags/page-/index.html").contains("The page"));
    site.write("content/tags/page.md", "+++\nlabel = \"Page\"\n+++\n");
    let (summary, problems) = site.try_build();
    assert!(summary.is_none() && codes(&problems) == ["bad-term"]);
    assert!(problems[0].message.contains("page-.md"), "{}", problems[0].message);
}

// Slugs and aliases.

#[test]
fn a_slug_is_decoded_as_an_alias_is() {
    let more = "slug = \"%e6%97%a5%e6%9c%ac\"\naliases = [\"/%e6%97%a5%e6%9c%ac/\"]";
    let site = site("", &[("content/articles/x.md", &article("X", "2021-03-24", more, "Body."))]);
    site.build();
    assert!(
        site.outputs().contains_key("2021/03/24/日本/index.html") && site.outputs().contains_key("日本/index.html")
    );
    assert!(!site.output("sitemap-2021-03.xml").contains("%25"));
    for (slug, said) in [
        ("100%", "hexadecimal digits"),
        ("%e6%97", "do not encode UTF-8"),
        ("\u{200B}", "are invisible"),
        ("a\u{200B}b", "U+200B"),
    ] {
        site.write(
            "content/articles/x.md",
            &article("X", "2021-03-24", &format!("slug = {slug:?}"), "Body.").replace("\\u{200b}", "\\u200B"),
        );
        let (summary, problems) = site.try_build();
        assert!(summary.is_none() && codes(&problems) == ["bad-slug"], "{slug}: {problems:?}");
        assert!(problems[0].message.contains(said), "{}", problems[0].message);
    }
}

#[test]
fn each_bad_alias_has_its_place() {
    let more = "aliases = [\"/old#frag\", \"\", \"/good/\", \"  \", \"/old?p=1\", \"https://example.org/old/\", \"/\", \"/%ff/\"]";
    let site = site("", &[("content/articles/x.md", &article("X", "2021-03-24", more, "Body."))]);
    let (summary, problems) = site.try_build();
    assert!(summary.is_none());
    assert_eq!(codes(&problems), ["bad-alias"; 7]);
    let mut places: Vec<usize> = problems.iter().map(|p| p.at.as_ref().expect("a place").range.start).collect();
    places.dedup();
    assert_eq!(places.len(), 7, "{problems:?}");
    site.write("content/articles/x.md", "+++\ntitle = \"P\"\n+++\n");
    site.write("content/pages/p.md", "+++\ntitle = \"P\"\naliases = \"\"\n+++\n");
    assert!(codes(&site.try_build().1).contains(&"bad-alias"));
}

#[test]
fn an_alias_that_is_the_address_is_no_redirect() {
    let own = "\"/2021/03/24/x/\", \"2021/03/24/x\", \"/2021/03/24/x/index.html\", \"/sub/2021/03/24/x/\"";
    let more = format!("aliases = [{own}, \"/old/\", \"/old\", \"/old/index.html\", \"/old/\"]");
    for (config, redirects) in
        [("", vec!["old/index.html", "sub/2021/03/24/x/index.html"]), ("[redirects]\nas = \"none\"\n", vec![])]
    {
        let site = site(config, &[("content/articles/x.md", &article("X", "2021-03-24", &more, "Body."))]);
        site.write("content/pages/about.md", "+++\ntitle = \"P\"\naliases = [\"/about/\", \"about\"]\n+++\n");
        let (summary, problems) = site.try_build();
        assert!(summary.is_some() && problems.is_empty(), "{problems:?}");
        let outputs = site.outputs();
        let refresh = |path: &&String| path.ends_with(".html") && site.output(path).contains("http-equiv=\"refresh\"");
        assert_eq!(outputs.keys().filter(refresh).collect::<Vec<_>>(), redirects);
        assert!(site.output("2021/03/24/x/index.html").contains("Body."));
        assert!(site.output("about/index.html").contains("<h1"));
    }
    // With a base path, the address is the same with and without it.
    let config = "title = \"T\"\nbase_url = \"https://example.org/sub\"\n";
    let site = Site::new(config);
    site.write("content/articles/x.md", &article("X", "2021-03-24", &format!("aliases = [{own}]"), "Body.")).build();
    assert!(!site.outputs().keys().any(|path| path.starts_with("sub/")));
    // In file style it is a file, and the old folder redirects to it.
    let site = Site::new(&format!("{config}[permalinks]\nstyle = \"file\"\n"));
    let more = "aliases = [\"/2021/03/24/x.html\", \"/sub/2021/03/24/x.html\", \"/2021/03/24/x/\"]";
    site.write("content/articles/x.md", &article("X", "2021-03-24", more, "Body.")).build();
    assert!(site.output("2021/03/24/x.html").contains("Body."));
    assert!(site.output("2021/03/24/x/index.html").contains("http-equiv=\"refresh\""));
    assert!(!site.outputs().keys().any(|path| path.starts_with("sub/")));
}

// Defaults.

#[test]
fn a_site_of_one_paper_says_so_once() {
    let config = "[credits]\nsource = \"The Harbour Gazette\"\nsection = \"World > Asia\"\ntranslator = \"Desk\"\n";
    let site = site(config, &[("content/articles/a.md", "+++\ntitle = \"A\"\ndate = 2021-03-24\n+++\n\nBody.\n")]);
    site.write("content/articles/b.md", &article("B", "2021-03-25", "", "Body."));
    site.build();
    assert!(site.output("sections/world/asia/index.html").contains(">A<"));
    assert!(site.output("sources/the-harbour-gazette/index.html").contains(">A<"));
    let ran = recto(site.root(), &["new", "Fog"]);
    let path = String::from_utf8(ran.stdout).expect("paths are UTF-8");
    let text = std::fs::read_to_string(site.root().join(path.trim_end())).expect("it is there");
    assert!(!text.contains("source") && !text.contains("section") && !text.contains("translator"), "{text}");
    let ran = recto(site.root(), &["new", "Tide", "--section", "Economy"]);
    let path = String::from_utf8(ran.stdout).expect("paths are UTF-8");
    let text = std::fs::read_to_string(site.root().join(path.trim_end())).expect("it is there");
    assert!(text.contains("section    = \"Economy\"") && !text.contains("source"), "{text}");
    // Without a default the message mentions that one can be set.
    let bare = self::site("", &[("content/articles/a.md", "+++\ntitle = \"A\"\ndate = 2021-03-24\n+++\n\nBody.\n")]);
    let labels: Vec<String> = bare.try_build().1.into_iter().map(|p| p.label).collect();
    assert_eq!(labels.iter().filter(|label| label.contains("[credits]")).count(), 3, "{labels:?}");
    // A default without a valid name is reported once, at its place.
    site.write("site.toml", &format!("{SITE_TOML}[credits]\nsource = \"!!!\"\nsection = \"/\"\ntranslator = \"T\"\n"));
    let (said, code) = check(&site);
    assert!(code != 0 && said.matches("error[").count() == 2 && said.contains("site.toml:5"), "{said}");
}

// Similar terms, and terms that are the same.

#[test]
fn two_that_differ_by_width_are_near() {
    let site = tagged("", &["\"NHK\", \"サンケイ新聞\", \"Office\"", "\"ＮＨＫ\", \"ｻﾝｹｲ新聞\", \"Oﬃce\"", "\"NHK\""]);
    says(
        &site,
        &[
            &[
                "near-terms",
                "`ＮＨＫ` (1) and `NHK` (2) differ only in the width of characters",
                "report-1.md:7:9",
                "content/tags/nhk.md",
            ],
            &["`ｻﾝｹｲ新聞` (1) and `サンケイ新聞` (1) differ only in the width of characters", "report-1.md:7"],
            &["`Oﬃce` (1) and `Office` (1) differ only in the form of characters"],
        ],
    );
    // The suggested fix works.
    site.write("content/tags/nhk.md", "+++\naliases = [\"ＮＨＫ\"]\n+++\n");
    site.write("content/tags/office.md", "+++\naliases = [\"Oﬃce\"]\n+++\n");
    site.write("content/tags/サンケイ新聞.md", "+++\nlabel = \"サンケイ新聞\"\naliases = [\"ｻﾝｹｲ新聞\"]\n+++\n");
    says(&site, &[]);
    site.build();
    assert_eq!(tags_of(&site), ["nhk", "office", "サンケイ新聞"].map(str::to_owned));
    assert!(site.output("tags/index.html").contains(">NHK<"));
}

#[test]
fn of_two_as_frequent_the_one_with_a_record_is_suggested() {
    let site = tagged("", &["\"World War I\", \"World War II\""]);
    let record = "content/tags/world-war-ii.md";
    site.write(record, "+++\nlabel = \"World War II\"\n+++\n");
    says(&site, &[&["`World War I` (1) and `World War II` (1)", "did you mean `World War II`?", record]]);
}

#[test]
fn two_records_are_two_terms() {
    let site = tagged("", &["\"World War I\", \"World War II\""]);
    says(&site, &[&["near-terms", "differ only in one letter"]]);
    site.write("content/tags/world-war-i.md", "+++\nlabel = \"World War I\"\n+++\n");
    says(&site, &[&["near-terms", "differ only in one letter"]]);
    site.write("content/tags/world-war-ii.md", "+++\nlabel = \"World War II\"\n+++\n");
    says(&site, &[]);
}

#[test]
fn two_names_of_one_address_are_named() {
    let site = tagged("", &["\"OPEC\", \"C\"", "\"OPEC+\", \"C++\"", "\"Opec\", \"C#\"", "\"C++\", \"opec\""]);
    says(
        &site,
        &[
            &[
                "warning[merged-terms]",
                "the tags `OPEC+` (1) and `OPEC` (3) share one page",
                "/tags/opec/",
                "report-1.md:7:9",
                "content/tags/opec-plus.md",
            ],
            &["the tags `C` (1) and `C++` (2) share one page", "report-0.md:7"],
            &[
                "the tags `C#` (1) and `C++` (2) share one page",
                "report-2.md:7",
                "content/tags/c-sharp.md",
                "label = \"C#\"",
            ],
        ],
    );
    // The fixes: a record if it is another term, an alias if it is the same.
    site.write("content/tags/opec-plus.md", "+++\nlabel = \"OPEC+\"\n+++\n");
    site.write("content/tags/c-sharp.md", "+++\nlabel = \"C#\"\n+++\n");
    site.write("content/tags/c.md", "+++\naliases = [\"C\"]\n+++\n");
    says(&site, &[]);
    site.build();
    assert_eq!(tags_of(&site), ["c", "c-sharp", "opec", "opec-plus"].map(str::to_owned));
    assert!(site.output("tags/index.html").contains(">C++<"));
    // A record's label is a name, too.
    let site = tagged("", &["\"OPEC+\""]);
    site.write("content/tags/opec.md", "+++\nlabel = \"OPEC\"\n+++\n");
    says(&site, &[&["merged-terms", "`OPEC+` (1) and `OPEC` share one page"]]);
    // Spellings of one name are not.
    let site =
        tagged("", &["\"World Cup\", \"Prime Minister’s\"", "\"world-cup\", \"Prime Minister's\"", "\"WORLD　CUP\""]);
    says(&site, &[]);
    // Nested sections.
    let site = site_of_sections(&["World > OPEC", "world > OPEC+"]);
    says(&site, &[&["merged-terms", "the sections `OPEC+` (1) and `OPEC` (1)", "content/sections/world/opec-plus.md"]]);
    site.write("content/sections/world/opec-plus.md", "+++\nlabel = \"OPEC+\"\n+++\n");
    says(&site, &[]);
}

fn site_of_sections(sections: &[&str]) -> Site {
    let site = site("", &[]);
    for (n, section) in sections.iter().enumerate() {
        let text = front(&format!("R{n}"), "2021-03-25", "\"S\"", &format!("{section:?}"), "[]");
        site.write(&format!("content/articles/r{n}.md"), &text);
    }
    site
}

#[test]
fn articles_of_one_original_are_named() {
    let of = |n: usize, url: &str, kind: &str| {
        let more = format!("kind = {kind:?}\n[original]\nurl = {url:?}");
        article(&format!("R{n}"), &format!("2021-03-{:02}", n + 10), &more, "Body.")
    };
    let articles = [
        ("https://paper.example/a/1.html", "translation"),
        ("https://paper.example/a/2.html", "translation"),
        ("http://www.paper.example/a/1.html?utm_source=feed#top", "translation"),
        ("https://paper.example/a/1.html", "digest"),
        ("https://paper.example/news?id=1", "translation"),
        ("https://paper.example/news?id=2", "translation"),
        ("https://paper.example/", "translation"),
        ("https://paper.example/", "translation"),
        ("https://paper.example/a/1.html/", "summary"),
    ];
    let site = site("", &[]);
    for (n, (url, kind)) in articles.iter().enumerate() {
        site.write(&format!("content/articles/r{n}.md"), &of(n, url, kind));
    }
    says(
        &site,
        &[&["warning[same-original]", "r2.md:9:7", "r0.md:9:7"], &["warning[same-original]", "r8.md:9:7", "r0.md:9:7"]],
    );
    site.build();
}

#[test]
fn the_front_page_lists_the_largest_sections() {
    let sections: Vec<String> = (1..=30).map(|n| format!("Part {n:02}")).collect();
    let site = site("", &[]);
    for (n, section) in sections.iter().enumerate() {
        // Those with an even number have two articles, and one has a subsection.
        for copy in 0..=n % 2 {
            let section = if n == 1 { format!("{section:?}, \"{section} > Below\"") } else { format!("{section:?}") };
            let text = front(&format!("R{n}"), "2021-03-25", "\"S\"", &format!("[{section}]"), "[]");
            site.write(&format!("content/articles/r{n}-{copy}.md"), &text);
        }
    }
    site.build();
    let listed = |page: &str| sections.iter().filter(|s| page.contains(&format!(">{s}<"))).cloned().collect::<Vec<_>>();
    let home = site.output("index.html");
    let side = &home[home.find("<section class=\"side\">").expect("there are sections")..];
    let side = side.split("</section>").next().unwrap_or_default();
    let even = sections.iter().skip(1).step_by(2);
    let mut wanted: Vec<String> = even.chain(sections.iter().step_by(2).take(9)).cloned().collect();
    wanted.sort();
    assert_eq!((listed(side), side.matches("<li>").count()), (wanted, 24));
    assert!(side.contains("<a href=\"/sections/\">All sections</a>") && !side.contains("Below"));
    assert_eq!(listed(&site.output("sections/index.html")), sections);
    // Up to that number all are listed.
    let site = site_of_sections(&["World > Asia", "Economy"]);
    site.build();
    assert!(!site.output("index.html").contains("All sections"));
}
