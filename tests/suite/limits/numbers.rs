//! How each limit is tested: a site with `n` of what it counts.

use std::fmt::Write;

use recto::base::limits::IMPORT_FILE;
use recto::import::source_limits::SourceTally;

use crate::support::{SITE_TOML, Site, article};

/// How a limit is tested.
pub enum Trial {
    /// A site with this many. One more gives a problem with the limit's code.
    Site(fn(usize) -> Site),
    /// A function that returns whether the effect of exceeding the limit is visible.
    Effect(fn(usize) -> bool),
    /// Tests with these names in this file. Those that take long run on request: `RECTO_LIMITS=all`.
    Elsewhere(&'static str, &'static [&'static str]),
}

/// Returns the trial of a limit by its name in the table.
pub fn trial(name: &str) -> Option<Trial> {
    use Trial::{Effect, Elsewhere, Site};
    Some(match name {
        "text" => Site(|n| one(&padded(&article("A", "2024-05-06", "", ""), n, "\n"))),
        "site.toml" => Site(|n| self::Site::new(&padded(&format!("{SITE_TOML}#"), n, "x"))),
        "theme file" => Site(|n| with("templates/404.html", &format!("{{# {} #}}", "x".repeat(n - 6)))),
        "rules" => Site(|n| with("static/_redirects", &"#".repeat(n))),
        "name" => Site(|n| more(&format!("author = \"{}\"", "x".repeat(n)))),
        "title" => Site(|n| one(&article(&"x".repeat(n), "2024-05-06", "slug = \"x\"", "Body."))),
        "value" => Site(|n| more(&format!("summary = \"{}\"", "x".repeat(n)))),
        "list" => Site(|n| more(&format!("tags = [{}]", list(n)))),
        "glossary terms" => Site(|n| with("content/glossary/a.toml", &terms(n))),
        "glossary form" => {
            Site(|n| with("content/glossary/a.toml", &format!("[[term]]\nja = \"甲\"\nen = \"{}\"\n", "x".repeat(n))))
        }
        "section steps" => Site(|n| one(&with_section(&vec!["s"; n].join("/")))),
        "languages" => Site(languages),
        "levels of keys" => Site(|n| more(&format!("extra = {{ a = {}{} }}", "[".repeat(n - 1), "]".repeat(n - 1)))),
        "quotes and lists" => Site(|n| body(&format!("{}a", "> ".repeat(n)))),
        "emphasis" => Site(|n| {
            let marks: Vec<&str> = ["*", "_"].into_iter().cycle().take(n).collect();
            let opening: String = marks.iter().map(|mark| format!("{mark}a ")).collect();
            let closing: String = marks.iter().rev().map(|mark| format!("a{mark} ")).collect();
            body(&format!("{opening}{closing}"))
        }),
        "marks of a line" => Site(|n| body(&format!("{}a", "> ".repeat(n)))),
        "indent" => Site(|n| body(&format!("{}- a", " ".repeat(n)))),
        "page" => {
            Site(|n| printing("{% for a in range(end=32) %}{% include \"pad.html\" %}{% endfor %}", n - 32_000_000))
        }
        "work of a template" => Site(working),
        "value of a template" => Site(|n| {
            printing(
                &format!(
                    "{{% set x %}}{}{}{{% endset %}}",
                    "{% include \"pad.html\" %}".repeat(8),
                    "x".repeat(n - 8_000_000)
                ),
                0,
            )
        }),
        "joined texts" => Site(|n| printing(&format!("{{{{ 1{} }}}}", " ~ 1".repeat(n)), 0)),
        "argument of a string" => Site(|n| {
            printing(
                &format!("{{% set x %}}{}{{% endset %}}{{{{ t(key=\"in_parentheses\", text=x) }}}}", "x".repeat(n)),
                0,
            )
        }),
        "slow pages" => Effect(|n| {
            let site = self::Site::new(SITE_TOML);
            for n in 0..n {
                site.write(&format!("content/articles/a{n}.md"), &article("A", "2024-05-06", "", "Body."));
            }
            let endless = "{% for a in range(end=100000) %}{% for b in range(end=100000) %}{% endfor %}{% endfor %}";
            site.write("templates/article.html", endless);
            let (_, problems) = site.build_with(&recto::engine::site::LoadOptions { threads: 1, ..site.options() });
            let found = problems.iter().find(|p| p.code == "too-slow").expect("a loop without an end is found");
            found.others + 1 < n
        }),
        "picture" | "picture side" | "picture memory" => {
            let trials = &["a_side_a_file_and_the_memory_have_limits", "codes_of_a_webp_are_counted"];
            Elsewhere("tests/suite/heavy.rs", trials)
        }
        "picture scans" => Elsewhere("tests/suite/heavy.rs", &["scans_of_a_jpeg_are_counted"]),
        "picture profile" => Elsewhere("tests/suite/heavy.rs", &["a_profile_is_unpacked_up_to_its_limit"]),
        // `heavy.rs` tests that a picture is given up after that time.
        "picture seconds" => Elsewhere("src/engine/budget.rs", &["a_picture_has_its_seconds"]),
        "manifest" => Elsewhere("tests/suite/deploy/silent.rs", &["a_manifest_is_read_up_to_its_limit"]),
        "store answer" => Elsewhere("tests/suite/deploy/silent.rs", &["other_answers_are_read_up_to_theirs"]),
        "store files" => Elsewhere("tests/suite/deploy/waits.rs", &["a_store_lists_so_many_files"]),
        "store seconds" => Elsewhere("tests/suite/deploy/waits.rs", &["a_store_has_its_seconds"]),
        "store rate" => Elsewhere("tests/suite/deploy/waits.rs", &["the_slowest_rate_is_waited_for"]),
        "program seconds" => Elsewhere(
            "tests/suite/deploy/waits.rs",
            &["git_is_told_how_long_to_wait", "rsync_is_told_how_long_to_wait"],
        ),
        "program answer" => Elsewhere("src/deploy/process.rs", &["an_answer_is_read_up_to_its_limit"]),
        "lease" => Elsewhere("src/deploy/run.rs", &["no_lease_ends_later_than_ten_minutes_after_it_was_written"]),
        "web connections" => Elsewhere(
            "src/shell/web/connections.rs",
            &["as_many_as_there_may_be_have_room_and_one_more_costs_one_its_place"],
        ),
        "web head" => Elsewhere("src/shell/web/connections.rs", &["a_head_has_a_length"]),
        "web seconds" => {
            Elsewhere("src/shell/web/connections.rs", &["half_a_head_is_not_waited_for", "a_head_has_its_seconds"])
        }
        "web file" => Elsewhere("tests/suite/serve.rs", &["parts_of_files_are_sent"]),
        "import files" => Effect(|n| {
            let mut tally = SourceTally::new(None);
            !(0..n).all(|_| tally.add("a.md", 1).is_ok())
        }),
        "import bytes" => Effect(|n| {
            let mut tally = SourceTally::new(None);
            let (whole, rest) = (n as u64 / IMPORT_FILE, n as u64 % IMPORT_FILE);
            !(0..whole).all(|_| tally.add("a.md", IMPORT_FILE).is_ok()) || tally.add("a.md", rest).is_err()
        }),
        "import file" => Effect(|n| SourceTally::new(None).add("a.md", n as u64).is_err()),
        "import ratio" => Effect(|n| SourceTally::new(Some(1_000_000)).add("a.md", n as u64 * 1_000_000).is_err()),
        "import depth" => Effect(|n| SourceTally::new(None).add(&vec!["a"; n].join("/"), 1).is_err()),
        "import path" => Effect(|n| SourceTally::new(None).add(&"a".repeat(n), 1).is_err()),
        "time" => Elsewhere("src/system/pool.rs", &["an_item_has_its_seconds", "one_item_costs_only_itself"]),
        "output: a" | "output: c" => Elsewhere("tests/suite/limits/growth.rs", &["output_grows_with_the_content"]),
        "memory: a" | "memory: c" => Elsewhere("tests/suite/limits/growth.rs", &["memory_grows_with_the_content"]),
        "names on a card" => Effect(|n| {
            let site = more(&format!("tags = [{}]", list(n)));
            site.build();
            assert_eq!(site.output("feed.xml").matches("<category").count(), n);
            site.output("tags/t0/feed.xml").matches("<category").count() < n
        }),
        "feed" => Effect(|n| {
            let site = self::Site::new(&format!("{SITE_TOML}[feeds]\ntext = \"full\"\njson = true\n"));
            let text = |letters: usize| {
                let text = article("A", "2024-05-06", "", &"x".repeat(letters));
                site.write("content/articles/a.md", &text).build();
                let feed: serde_json::Value = serde_json::from_str(&site.output("feed.json")).expect("JSON");
                feed["items"][0]["content_html"].as_str().map(str::len)
            };
            let around = text(1).expect("a short text is there") - 1;
            let found = text(n - around);
            assert!(found.is_none_or(|found| found == n));
            found.is_none()
        }),
        "partners" => Effect(|n| {
            let text = article("A", "2024-05-06", "", "Body.").replace("\"A. Person\"", &format!("[{}]", list(n)));
            let site = one(&text);
            site.build();
            let page = site.output("sources/the-harbour-gazette/index.html");
            page.matches("href=\"/translators/t").count() < n
        }),
        "letters" => Effect(|n| {
            let names: Vec<String> = (0..n.max(501) as u32)
                .map(|c| {
                    let letter = char::from_u32(0xA000 + if (c as usize) < n { c } else { 0 }).expect("a character");
                    format!("\"{letter}{c}\"")
                })
                .collect();
            let site = self::Site::new(SITE_TOML);
            for (at, names) in names.chunks(200).enumerate() {
                let tags = format!("tags = [{}]", names.join(", "));
                site.write(&format!("content/articles/a{at}.md"), &article("A", "2024-05-06", &tags, "Body."));
            }
            site.build();
            let linked = |path: &str| site.output(path).matches("href=\"/tags/index/").count();
            assert_eq!(linked("tags/index.html"), n);
            linked("tags/index/\u{A000}/index.html") < n
        }),
        "choices" => Effect(|n| {
            let tags: Vec<String> = (0..n).map(|k| format!("\"S {k}\"")).collect();
            let site = self::Site::new(SITE_TOML);
            for (at, sources) in tags.chunks(200).enumerate() {
                let source = format!("source = [{}]", sources.join(", "));
                let text = article("A", "2024-05-06", "", "Body.");
                let text = text.replace("source = \"The Harbour Gazette\"", &source);
                site.write(&format!("content/articles/a{at}.md"), &text);
            }
            site.build();
            !site.output("search/index.html").contains("<option value=\"s-0\">")
        }),
        "earlier years" => Effect(|n| {
            let site = self::Site::new(SITE_TOML);
            for year in 0..=n {
                let date = format!("{}-05-06", 1700 + year);
                site.write(&format!("content/articles/a{year}.md"), &article("A", &date, "", "Body."));
            }
            site.try_build();
            let page = site.output(&format!("{}/05/06/index.html", 1700 + n));
            // Its own month and year are linked, too.
            page.matches("/05/06/\"").count() - page.matches(&format!("/{}/05/06/", 1700 + n)).count() < n
        }),
        "coloured code" => Effect(|n| {
            let lines = "// xxxxxxx\n".repeat(n / 11) + &"x".repeat(n % 11 - 1) + "\n";
            assert_eq!(lines.len(), n);
            plain(&lines)
        }),
        "coloured line" => Effect(|n| plain(&format!("// {}\n", "x".repeat(n - 3)))),
        _ => return None,
    })
}

/// Returns whether Rust code is printed without colours.
fn plain(code: &str) -> bool {
    let site = body(&format!("```rust\n{code}```"));
    site.build();
    !site.output("2024/05/06/a/index.html").contains("class=\"z-")
}

fn with(path: &str, text: &str) -> Site {
    let site = one(&article("A", "2024-05-06", "", "Body."));
    site.write(path, text);
    site
}

fn one(article: &str) -> Site {
    let site = Site::new(SITE_TOML);
    site.write("content/articles/a.md", article);
    site
}

fn more(front: &str) -> Site {
    one(&article("A", "2024-05-06", front, "Body."))
}

fn body(text: &str) -> Site {
    one(&article("A", "2024-05-06", "", text))
}

fn with_section(section: &str) -> String {
    article("A", "2024-05-06", "", "Body.").replace("\"World\"", &format!("{section:?}"))
}

/// A text of this many bytes.
fn padded(text: &str, bytes: usize, with: &str) -> String {
    text.to_owned() + &with.repeat(bytes - text.len())
}

/// Writes `"t0", "t1"`.
fn list(n: usize) -> String {
    let mut out = String::new();
    for n in 0..n {
        let _ = write!(out, "{}\"t{n}\"", if n > 0 { ", " } else { "" });
    }
    out
}

/// Writes a glossary.
fn terms(n: usize) -> String {
    (0..n).map(|n| format!("[[term]]\nja = \"甲{n}\"\nen = \"t{n}\"\n")).collect()
}

fn languages(n: usize) -> Site {
    let site = more("[original]\nlang = \"ja\"");
    let tags = ('a'..='z').flat_map(|a| ('a'..='z').map(move |b| format!("x{a}{b}"))).take(n);
    for tag in tags {
        site.write(&format!("content/articles/a.{tag}.md"), "+++\ntitle = \"A\"\n+++\nBody.\n");
    }
    site
}

/// A template with exactly this much work: loops that cost 512, includes that cost 512 plus their bytes, and a
/// value that costs its bytes.
fn working(n: usize) -> Site {
    let loops = "{% for a in range(end=100000) %}{% endfor %}".repeat(2);
    let kept = "{% set x %}{% include \"pad.html\" %}{% endset %}".repeat(12);
    let template = |k: usize, p: usize| {
        format!("{loops}{kept}{{% include \"pad.html\" %}}{{% set y = \"{}\" %}}{}", "k".repeat(k), "p".repeat(p))
    };
    let files = 13 * 1_000_512 + 12 * 1_000_000;
    let rest = n - 200_000 * 512 - files - 512 - template(0, 0).len();
    // The template contains a byte of the value, too.
    printing(&template(rest / 2, rest % 2), 0)
}

/// A site whose "not found" page is this template and this many bytes; `pad.html` has a million.
fn printing(template: &str, bytes: usize) -> Site {
    let site = with("templates/404.html", &format!("{template}{}", "x".repeat(bytes)));
    site.write("templates/pad.html", &"x".repeat(1_000_000));
    site
}
