//! The command line: transcripts of commands with stdout, stderr and exit code, in `tests/cli/NAME.txt`.
//!
//! Seconds and the path of the temporary folder are masked. `RECTO_BLESS=1` rewrites the transcripts.

use std::fmt::Write;
use std::fs;

use crate::support::{SITE_TOML, Site, article, project, recto};

/// Commands in one folder, and their output.
struct Session {
    site: Site,
    log: String,
}

impl Session {
    fn new(site: Site) -> Session {
        Session { site, log: String::new() }
    }

    /// A site with an article, a draft and a future article.
    fn small() -> Session {
        let site = Site::new(SITE_TOML);
        site.write("content/articles/ferry.md", &article("Ferry delayed", "2024-05-02", "", "It left at noon."));
        site.write("content/articles/fog.md", &article("Fog lifts", "2024-05-03", "draft = true", "At noon."));
        site.write("content/articles/tide.md", &article("High tide", "2031-05-03", "", "At noon."));
        Session::new(site)
    }

    fn run(&mut self, args: &[&str]) -> &mut Session {
        self.run_and_keep(args, |text| text)
    }

    /// Like [`Session::run`], but records only the part of a long stdout that `keep` returns.
    fn run_and_keep(&mut self, args: &[&str], keep: impl Fn(String) -> String) -> &mut Session {
        let ran = recto(self.site.root(), args);
        let shown: Vec<String> =
            args.iter().map(|a| if a.contains(' ') { format!("'{a}'") } else { (*a).to_owned() }).collect();
        let _ = writeln!(self.log, "$ recto {}", shown.join(" "));
        let text = |bytes: Vec<u8>| self.mask(&String::from_utf8(bytes).expect("output is UTF-8"));
        let (stdout, stderr) = (keep(text(ran.stdout)), text(ran.stderr));
        for (name, text) in [("stdout", stdout), ("stderr", stderr)] {
            if !text.is_empty() {
                let _ = writeln!(self.log, "-- {name}\n{}", text.trim_end());
            }
        }
        let _ = writeln!(self.log, "-- exit {}\n", ran.status.code().expect("the program is not killed"));
        self
    }

    /// Adds a remark between commands.
    fn say(&mut self, text: &str) -> &mut Session {
        let _ = writeln!(self.log, "# {text}");
        self
    }

    /// Records the present content of a file.
    fn show(&mut self, path: &str) -> &mut Session {
        let text = fs::read_to_string(self.site.root().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"));
        let _ = writeln!(self.log, "# {path}\n{}", text.trim_end());
        self.log.push('\n');
        self
    }

    fn mask(&self, text: &str) -> String {
        let root = self.site.root().to_str().expect("UTF-8");
        let text = text.replace(root, "SITE");
        text.split_inclusive('\n').map(seconds).collect()
    }

    fn end(&self, name: &str) {
        let file = project().join(format!("tests/cli/{name}.txt"));
        let lines: String = self.log.trim_end().lines().map(|l| format!("{}\n", l.trim_end())).collect();
        if std::env::var_os("RECTO_BLESS").is_some() {
            return fs::write(file, lines).expect("a file can be written");
        }
        let expected = fs::read_to_string(&file).unwrap_or_default();
        let at = lines.lines().zip(expected.lines()).take_while(|(a, e)| a == e).count() + 1;
        assert!(lines == expected, "tests/cli/{name}.txt, line {at} (RECTO_BLESS=1 accepts):\n{lines}");
    }
}

/// Replaces numbers of seconds with zeros: `0.12 s`, `"seconds":0.12`, and the numbers in `timings`.
fn seconds(line: &str) -> String {
    if let Ok(mut json) = serde_json::from_str::<serde_json::Value>(line) {
        if json["type"] == "summary" {
            json["seconds"] = 0.into();
            let laps = json["timings"].as_object_mut().expect("timings are an object");
            laps.values_mut().for_each(|lap| *lap = 0.into());
            return format!("{json}\n");
        }
        return line.to_owned();
    }
    let number = |word: &str| word.contains('.') && word.parse::<f64>().is_ok();
    let words: Vec<&str> = line.split(' ').collect();
    let masked = words.iter().enumerate().map(|(i, word)| match words.get(i + 1) {
        Some(next) if number(word) && next.trim_end() == "s" => "0.00",
        _ => word,
    });
    masked.collect::<Vec<_>>().join(" ")
}

#[test]
fn help() {
    let mut s = Session::small();
    s.run(&["--help"]).run(&["build", "--help"]).run(&["check", "--help"]).run(&["new", "--help"]).end("help");
}

#[test]
fn version_and_bare_call() {
    let ran = recto(&project(), &["--version"]);
    assert_eq!(String::from_utf8_lossy(&ran.stdout), format!("recto {}\n", env!("CARGO_PKG_VERSION")));
    assert_eq!(recto(&project(), &[]).status.code(), Some(2));
}

#[test]
fn build() {
    let mut s = Session::small();
    s.run(&["build"]).run(&["build"]).run(&["build", "-q"]).run(&["build", "-v"]).run(&["build", "--format", "json"]);
    s.run(&["build", "-D", "--explain"]).run(&["build", "--verify"]).run(&["build", "--timings", "-j1"]).end("build");
}

#[test]
fn export() {
    let mut s = Session::small();
    s.run(&["export", "--help"]).run(&["export"]).run(&["export", "--to", "solr"]);
    s.run(&["export", "--to", "search-jsonl"]).run(&["export", "--to", "search-jsonl", "-o", "site.jsonl"]);
    s.run(&["export", "--to", "search-jsonl", "-o", "content"]);
    s.site.write("content/articles/bad.md", &article("Bad", "2024-99-02", "", "At noon."));
    s.run(&["export", "--to", "search-jsonl", "-o", "site.jsonl"]).end("export");
}

#[test]
fn selection() {
    let mut s = Session::small();
    s.say("the clock says 2026").run(&["build", "--now", "2032-01-01", "-o", "later"]);
    s.run(&["build", "-F", "-o", "future"]).run(&["build", "--now", "yesterday"]).end("selection");
}

#[test]
fn output_and_base_url() {
    let mut s = Session::small();
    s.run(&["build", "-o", "dist/site", "-u", "https://other.example/below"]);
    assert!(!s.site.root().join("public").exists());
    let page = fs::read_to_string(s.site.root().join("dist/site/2024/05/02/ferry/index.html")).expect("the page");
    assert!(page.contains("https://other.example/below/2024/05/02/ferry/") && !page.contains("https://example.org"));
    assert!(page.contains("href=\"/below/recto.css\""));
    s.run(&["build", "-u", "other.example"]).end("output");
}

#[test]
fn the_site_is_found_from_below() {
    let s = Session::small();
    let root = s.site.root();
    for (folder, args) in [
        ("content/articles", &["build"][..]),
        (".", &["-C", "content/articles", "build"]),
        (".", &["-C", ".", "build"]),
    ] {
        let ran = recto(&root.join(folder), args);
        let said = String::from_utf8_lossy(&ran.stderr);
        assert!(ran.status.success(), "recto {} in {folder}: {said}", args.join(" "));
        assert!(root.join("public/index.html").exists());
        fs::remove_dir_all(root.join("public")).expect("the output can be removed");
    }
    assert_eq!(recto(root, &["-C", "nowhere", "build"]).status.code(), Some(3));
}

#[test]
fn nothing_is_written_outside() {
    let s = Session::small();
    let before = crate::support::tree(s.site.root());
    for args in [
        &["theme", "eject", "../up"][..],
        &["theme", "eject", ".."],
        &["theme", "eject", "a/b"],
        &["new", "Fog", "--slug", "../../../../up"],
        &["new", "Fog", "--slug", "a/b"],
        &["new", "Fog", "--original", "../ja"],
    ] {
        let ran = recto(s.site.root(), args);
        assert_eq!(ran.status.code(), Some(2), "recto {}", args.join(" "));
        assert!(crate::support::tree(s.site.root()) == before, "recto {}", args.join(" "));
    }
}

#[test]
fn a_theme_is_read_from_themes_alone() {
    let s = Session::small();
    let outside = Site::new("");
    outside.write("i18n/en.toml", "canary = = 1\n").write("theme.toml", "name = = 1\n");
    let name = outside.root().file_name().and_then(|n| n.to_str()).expect("UTF-8");
    s.site.write("themes/mine/theme.toml", "name = \"Mine\"\n");
    s.site.write("site.toml", &format!("{SITE_TOML}theme = \"../../{name}\"\n"));
    let said = String::from_utf8(recto(s.site.root(), &["check"]).stderr).expect("reports are UTF-8");
    assert!(said.contains("[unknown-theme]") && !said.contains("canary") && !said.contains("invalid-toml"), "{said}");
}

#[test]
fn preview() {
    let mut s = Session::small();
    s.run(&["preview", "--help"]);
    s.say("nothing is built").run(&["preview"]).run(&["preview", "-o", "dist", "--format", "json"]);
    s.run(&["preview", "--host-rules", "netlfy"]).run(&["preview", "--host-rules", "heroku"]);
    s.run(&["preview", "--host", "127.0.0.1", "--lan"]);
    s.run(&["build", "-q"])
        .say("no such address")
        .run(&["preview", "--host", "192.0.2.1", "-p", "4141"])
        .end("preview");
}

#[test]
fn check() {
    let mut s = Session::small();
    s.run(&["check"]);
    s.site
        .write("content/articles/ferry.md", &article("Ferry delayed", "2024-05-02", "sumary = \"Late.\"", "At noon."));
    s.say("a warning").run(&["check"]).run(&["check", "--strict"]).run(&["check", "-q"]);
    s.run(&["build", "--strict"]).run(&["build"]);
    s.site.write("content/articles/ferry.md", &article("Ferry delayed", "2024-05-02", "", "See [it](there.md)."));
    s.say("an error").run(&["check"]).run(&["build"]).run(&["build", "-q"]).run(&["build", "--format", "json"]);
    s.end("check");
}

#[test]
fn hosts() {
    let mut s = Session::small();
    s.run(&["check", "--host", "gitlab"]).run(&["check", "--host", "netlfy"]).run(&["check", "--host", "heroku"]);
    s.say("a file that one host does not take");
    s.site.write_bytes("static/film.mp4", &vec![0; 27_000_000]);
    s.run(&["check", "--host", "cloudflare"]).run(&["check", "--host", "netlify"]).run(&["check"]);
    s.site.write(
        "site.toml",
        &format!("{SITE_TOML}[deploy.main]\nto = \"file:///srv/www/site\"\nhost = \"cloudflare\"\n"),
    );
    s.say("a target names it").run(&["check"]).run(&["build", "-q"]);
    s.site.write(
        "site.toml",
        &format!("{SITE_TOML}[deploy.main]\nto = \"file:///srv/www/site\"\nhost = \"cloudfare\"\n"),
    );
    s.say("a target names none").run(&["check"]).end("hosts");
}

#[test]
fn init() {
    let mut s = Session::new(Site::new(SITE_TOML));
    s.run(&["init"]).run(&["init", "archive"]).run(&["init", "archive"]).run(&["-C", "archive", "build", "--strict"]);
    s.run(&["-C", "archive", "check"]).run(&["-C", "archive", "deploy", "file:///srv/www"]);
    s.run(&["init", "archive", "--ci", "gitlab"]).run(&["init", "archive", "--ci", "gitlab"]);
    s.run(&["init", "other", "--ci", "github"]).run(&["init", "third", "--ci", "jenkins"]).end("init");
}

#[test]
fn init_with_what_is_known() {
    let site = Site::new(SITE_TOML);
    for name in ["README.md", "LICENSE", ".git/config", "src/main.c"] {
        site.write(&format!("{}/{name}", if name == "src/main.c" { "code" } else { "my archive" }), "x\n");
    }
    site.write("my archive/.gitignore", "node_modules/");
    let mut s = Session::new(site);
    s.run(&["init", "my archive", "--title", "The \"Quay\" Archive", "--timezone", "asia/tokyo"]);
    s.show("my archive/.gitignore").show("my archive/README.md").show("my archive/site.toml");
    s.run(&["-C", "my archive", "check"]);
    s.run(&["init", "code"]);
    s.site.write("domain/CNAME", "news.example.org\n").write("domain/static/.gitkeep", "");
    s.run(&["init", "domain", "--bare"]).show("domain/CNAME");
    s.run(&["init", "日本", "--language", "ja", "--title", "日本の声", "--bare"]).show("日本/site.toml");
    s.run(&["-C", "日本", "new", "見出し", "--slug", "one"]);
    for wrong in [["--language", "Japanese!"], ["--timezone", "Tokio"], ["--timezone", "Tokyo"], ["--title", " "]] {
        s.run(&["init", "other", wrong[0], wrong[1]]);
    }
    assert!(!s.site.root().join("other").exists());
    s.end("init-known");
}

#[test]
fn lists() {
    let mut s = Session::small();
    s.site.write("content/articles/storm.md", &article("Storm", "2023-05-03", "expires = 2023-06-01", "At noon."));
    s.site.write("content/articles/wind.md", "+++\ndraft = true\n+++\n");
    s.site.write("content/articles/gone.ja.md", "+++\ntitle = \"無\"\n+++\n");
    s.site.write("content/pages/about.md", "+++\ntitle = \"About\"\n+++\n");
    s.site.write("content/sources/the-harbour-gazette.md", "+++\nlabel = \"The Harbour Gazette\"\n+++\n");
    s.run(&["list"]).run(&["list", "--format", "json"]);
    for what in
        ["articles", "pages", "drafts", "future", "expired", "orphans", "sections", "tags", "sources", "translators"]
    {
        s.run(&["list", what]).run(&["list", what, "--format", "json"]);
    }
    s.run(&["list", "draft"]).run(&["list", "future", "--now", "2032-01-01"]);
    s.site.write("content/articles/wrong.md", "+++\ntitle = 1\n+++\n");
    s.say("an article that cannot be read").run(&["list", "articles"]);
    s.site.write("site.toml", "titel = 1\n");
    s.run(&["list"]).end("list");
}

#[test]
fn habits_of_others() {
    let mut s = Session::small();
    for words in [
        "server",
        "clean",
        "version",
        "generate",
        "publish",
        "build --buildDrafts",
        "build --baseURL https://x.example",
        "build -d out",
        "build --destination=out",
        "build -s site",
        "serve --source site",
        "build --minify",
        "serve --bind 0.0.0.0",
        "build --watch",
        "build --gc",
        "build --incremental",
        "build site",
        "serve site",
        "new content posts/my-first-post.md",
        "new site blog",
        "new Ferry delayed",
        "--format json server",
        "build --nonsense",
        "biuld",
    ] {
        s.run(&words.split(' ').collect::<Vec<_>>());
    }
    s.end("habits");
}

#[test]
fn the_starter_builds() {
    Site::copy(&project().join("src/shell/starter")).build();
}

#[test]
fn new() {
    let mut s = Session::new(Site::new("title = \"T\"\nbase_url = \"https://t.example\"\ntimezone = \"Asia/Tokyo\"\n"));
    s.run(&["new", "Ferry delayed by “fog”"]).show("content/articles/2026/11/ferry-delayed-by-fog.md");
    s.run(&["new", "Ferry delayed by “fog”"]);
    s.run(&[
        "new",
        "Fog lifts",
        "--date",
        "2024-05-02",
        "--source",
        "The Gazette",
        "--source",
        "Courier",
        "--translator",
        "A. Person",
        "--section",
        "World > Sea",
        "--tag",
        "Fog",
        "--tag",
        "Ferries",
        "--original",
        "JA",
        "--slug",
        "fog",
        "--now",
        "2024-05-03T08:00:00+09:00",
    ]);
    s.show("content/articles/2024/05/fog.md").show("content/articles/2024/05/fog.ja.md");
    s.run(&["new", "???"]).run(&["new", "Fog", "--date", "May"]).run(&["new", "Fog", "--original", "japanese!"]);
    s.end("new");
}

#[test]
fn theme_eject() {
    let mut s = Session::small();
    s.run(&["build", "-q"]).run(&["theme", "eject"]).say("the ejected theme is the built-in one").run(&["build"]);
    s.run(&["theme", "eject"]).run(&["theme", "eject", "mine"]).end("theme");
}

#[test]
fn completions_and_man() {
    let root = project();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ran = recto(&root, &["completions", shell]);
        assert!(ran.status.success() && ran.stderr.is_empty() && ran.stdout.len() > 1000, "{shell}");
    }
    let ran = recto(&root, &["man"]);
    let text = String::from_utf8(ran.stdout).expect("the manual page is UTF-8");
    assert!(ran.status.success() && text.contains(".TH recto 1") && text.contains("init"), "{text}");
}

#[test]
fn failures() {
    let none = crate::support::temporary();
    let ran = recto(none.path(), &["build"]);
    assert_eq!(ran.status.code(), Some(3), "a folder without a site, {}", String::from_utf8_lossy(&ran.stderr));
    let mut s = Session::small();
    s.run(&["build", "--quik"]).run(&["biuld"]).run(&["build", "-j0"]).run(&["build", "-q", "-v"]);
    s.site.write("public/theirs.txt", "theirs");
    s.say("the output is not ours")
        .run(&["build"])
        .run(&["build", "-o", "content"])
        .run(&["build", "--format", "json"]);
    s.site.write("site.toml", "title = \"T\"\nbase_url = \"https://t.example\"\nlangauge = \"en\"\n");
    s.say("an unknown key in site.toml").run(&["build"]).run(&["check"]).run(&["new", "Fog"]);
    s.site.write("site.toml", "title = \n");
    s.say("no TOML in site.toml").run(&["build"]).run(&["check"]);
    s.end("failures");
}

#[test]
fn no_site() {
    let mut s = Session::small();
    fs::remove_file(s.site.root().join("site.toml")).expect("a file can be removed");
    s.run(&["build"]).run(&["check"]).run(&["new", "Fog"]).run(&["theme", "eject"]).run(&["build", "--format", "json"]);
    s.end("no-site");
}

/// A new file of `recto new` is a draft with empty keys, and its original has no headline yet. Builds succeed all
/// the same.
#[test]
fn a_draft_just_started_stops_no_build() {
    let folder = crate::support::temporary();
    let code = |args: &[&str]| recto(folder.path(), args).status.code();
    assert_eq!(code(&["init"]), Some(0));
    assert_eq!(code(&["new", "Fog", "--original", "ja"]), Some(0));
    assert_eq!(code(&["build"]), Some(0));
    assert_eq!(code(&["build", "-D"]), Some(1), "with drafts they must be finished");
    assert_eq!(code(&["check"]), Some(0));
}

/// A baseline hides known problems and reports new ones.
#[test]
fn baseline() {
    let site = Site::new(SITE_TOML);
    let body = "![](quay.svg)\n\nSee [it](there.md).\n\n![](quay.svg)";
    site.write("content/articles/ferry.md", &article("Ferry delayed", "2024-05-02", "", body));
    site.write("content/articles/quay.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\"/>");
    site.write("content/articles/fog.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\"/>");
    let mut s = Session::new(site);
    let call = ["check", "--baseline", "known.txt"];
    s.run(&call).show("known.txt").run(&call);
    let body = "A line.\n\n![](quay.svg)\n\n![The quay](quay.svg)\n\n![](fog.svg) and [that](gone.md)";
    s.site.write("content/articles/ferry.md", &article("Ferry delayed", "2024-05-02", "", body));
    s.say("one picture and a link are mended, others are new, and everything stands elsewhere").run(&call);
    s.run(&["check", "--baseline", "known.txt", "--format", "json"]);
    s.run(&["check", "--baseline", "known.txt", "content/articles/fog.svg"]);
    s.run(&["check", "--baseline", "known.txt", "--update"]).show("known.txt").run(&call);
    s.site.write("content/articles/fog.md", "Nothing.\n");
    s.say("a baseline never accepts what cannot be published").run(&call);
    s.run(&["check", "--baseline", "known.txt", "--update"]).run(&["check", "--update"]);
    s.run(&["check", "--baseline", "site.toml"]).run(&["check", "--baseline", "content"]);
    s.run(&["check", "--baseline", "none.txt", "ferry"]).end("baseline");
    assert!(!s.site.root().join("known.txt.new").exists());
}

/// Checks some articles, named in every way that people type.
#[test]
fn files() {
    let mut s = Session::small();
    s.site
        .write("content/articles/rail/strike.md", &article("Strike", "2024-05-04", "sumary = 1", "See [it](gone.md)."));
    s.site.write("content/articles/rail/strike.ja.md", "+++\ntitle = \"スト\"\ntitel = 1\n+++\n\n本文。\n");
    s.site.write("content/articles/twin.md", &article("Twin", "2024-05-02", "slug = \"ferry\"", "Body."));
    s.run(&["check", "content/articles/rail/strike.md"]).run(&["check", "rail/strike.ja.md"]).run(&["check", "rail"]);
    s.run(&["check", "twin.md", "fog"]).run(&["check", "-v", "content/articles/ferry.md"]);
    s.run(&["check", "strike.md"]).run(&["check", "--format", "json", "fog"]);
    s.run(&["check", "ferry", "--host", "github"]);
    s.site.write("templates/extra.html", "{% if page is starting_with(prefix=\"a\") %}{% endif %}");
    s.site.write("i18n/en.toml", "by_sauce = \"From {source}\"\n").write("static/tide.txt", "High at noon.\n");
    s.say("files that are no texts").run(&["check", "templates"]).run(&["check", "i18n/en.toml"]);
    s.run(&["check", "site.toml"]).run(&["check", "static/tide.txt"]).run(&["check", "static/ebb.txt"]).end("files");
    let here = s.site.root().join("content/articles/rail");
    for typed in ["strike.md", "./strike.md", "../rail/strike", &here.join("strike.md").display().to_string()] {
        let ran = recto(&here, &["check", typed]);
        let said = String::from_utf8_lossy(&ran.stderr).into_owned();
        assert!(
            ran.status.code() == Some(1) && said.contains("Checked 1 file: 1 error, 2 warnings"),
            "{typed}: {said}"
        );
    }
}

/// An article whose original has a paragraph that is not translated and two that became one.
#[test]
fn align() {
    let site = Site::new(SITE_TOML);
    let text = "The ferry Hotaru left Aosaki at noon on 24 March with 312 passengers.\n\n\
        Captain Kuzumi said the fog was the thickest in 15 years. He asked the port office for a pilot at 12:40.\n\n\
        | ship | passengers |\n|--|--|\n| Hotaru | 312 |\n\n\
        The port office will publish a report in April.";
    let original = "フェリー「ほたる」は三月二十四日正午、乗客312人を乗せて青崎を出港した。\n\n\
        久住船長は「この15年で最も濃い霧だ」と話した。\n\n\
        船長は12時40分、港湾局に水先人を求めた。\n\n\
        港の食堂では、この日のためにアサリの味噌汁が二百杯用意されていたが、誰も食べに来なかった。\n\n\
        | 船 | 乗客 |\n|--|--|\n| ほたる | 312 |\n\n\
        港湾局は四月に報告書を公表する。";
    site.write("content/articles/ferry.md", &article("Ferry delayed", "2024-05-02", "", text));
    site.write("content/articles/ferry.ja.md", &format!("+++\ntitle = \"フェリー遅れる\"\n+++\n\n{original}\n"));
    site.write("content/articles/fog.md", &article("Fog lifts", "2024-05-03", "draft = true", "At noon."));
    let mut s = Session::new(site);
    s.run(&["align", "ferry"]).run(&["align", "ferry.ja.md", "--format", "json"]).run(&["align", "--all"]);
    s.run(&["align", "--write", "ferry"]).show("content/articles/ferry.ja.md").run(&["align", "ferry", "-v"]);
    s.run(&["align", "--write", "ferry"]).run(&["build"]).say("no original").run(&["align", "fog"]);
    s.run(&["align"]).run(&["align", "feryr.md"]).run(&["align", "--all", "--write"]).end("align");
}
