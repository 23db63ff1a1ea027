//! Links, loops, FIFOs, sockets and hard links at every place where the program reads, writes or removes: files
//! outside of the site stay as they are, none of their bytes is published, and nothing waits forever.
//!
//! `RECTO_PLANTS=all` puts everything everywhere; `RECTO_SEED` repeats a run.

mod races;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant, SystemTime};

use recto::engine::live::Live;
use recto::engine::load;
use tempfile::TempDir;

use crate::model::Rng;
use crate::support::{SITE_TOML, Site, article, png, recto, temporary, tree};

/// Part of every file outside.
const CANARY: &str = "CANARY4Kq";

/// A folder outside of the site with everything that the program could look for.
struct Outside(TempDir);

/// The files outside: for every path its kind, bytes, time and inode.
type Stands = BTreeMap<PathBuf, (bool, Vec<u8>, Option<SystemTime>, u64)>;

impl Outside {
    fn new() -> Outside {
        let folder = temporary();
        let text = article(CANARY, "2024-03-01", "", CANARY);
        for file in
            ["file", "a.md", "lock", "clock", "state", "state.new", "intents", "site.toml", "sub/index.md", "x.css"]
        {
            let file = folder.path().join(file);
            fs::create_dir_all(file.parent().expect("a file has a folder")).expect("a folder can be made");
            fs::write(file, &text).expect("a file can be written");
        }
        Outside(folder)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn stands(&self) -> Stands {
        let mut all = Stands::new();
        for entry in walkdir::WalkDir::new(self.path()) {
            let path = entry.expect("a folder can be walked").into_path();
            let found = fs::symlink_metadata(&path).expect("it is there");
            let bytes = if found.is_file() { fs::read(&path).expect("a file can be read") } else { Vec::new() };
            all.insert(path, (found.is_file(), bytes, found.modified().ok(), found.ino()));
        }
        all
    }
}

/// A site with a file at every place that the program knows, built, checked and deployed once.
fn whole() -> Site {
    let site = Site::new(&format!("{SITE_TOML}theme = \"mine\"\n"));
    let body = "![a picture](photo.png) and [data](data.csv).";
    site.write("content/articles/2024/a.md", &article("A", "2024-03-24", "original.lang = \"ja\"", body));
    site.write("content/articles/2024/a.ja.md", "+++\ntitle = \"元\"\n+++\n\n本文。\n");
    site.write_bytes("content/articles/2024/photo.png", &png()).write("content/articles/2024/data.csv", "1,2\n");
    site.write("content/articles/bundle/index.md", &article("B", "2024-03-25", "", "Text."));
    site.write("content/pages/about.md", "+++\ntitle = \"About\"\n+++\n\nText.\n");
    site.write("content/sources/the-harbour-gazette.md", "+++\nlabel = \"The Harbour Gazette\"\n+++\n\nText.\n");
    site.write("static/x.css", "a {}").write("static/_redirects", "/old / 301\n").write("static/.well-known/x", "x");
    site.write("templates/own.txt", "").write("i18n/en.toml", "").write(".gitignore", "public/\n");
    site.write("themes/mine/theme.toml", "").write("themes/mine/static/own.css", "b {}");
    for args in [&["build"][..], &["check", "--baseline", "baseline"]] {
        let ran = recto(site.root(), args);
        assert!(ran.status.code() == Some(0), "{}", String::from_utf8_lossy(&ran.stderr));
    }
    site
}

/// Returns every path that exists or that a command would create, except the output.
fn places(site: &Site) -> Vec<String> {
    let mut all = BTreeSet::new();
    for path in tree(site.root()).into_keys().filter(|path| !path.starts_with("public/")) {
        all.extend(path.match_indices('/').map(|(at, _)| path[..at].to_owned()));
        all.insert(path);
    }
    let state = all.iter().find_map(|path| path.strip_suffix("/state")).expect("there is a state").to_owned();
    all.extend(
        ["state.new", "clock", "intents", "intents.new", "terms.a", "terms.b"].map(|file| format!("{state}/{file}")),
    );
    let made = [
        ".recto/images",
        ".recto/deploy",
        "baseline.new",
        "content/articles/2026",
        "content/articles/2026/11",
        "content/articles/2026/11/new-one.md",
        "themes/default",
        "themes/other",
        "themes/other/theme.toml",
        ".github",
        ".github/workflows",
        ".github/workflows/site.yml",
        "static/new.css",
        "static/_headers",
        "content/articles/2024/new.png",
        "templates/article.html",
    ];
    all.extend(made.map(str::to_owned));
    all.into_iter().collect()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Plant {
    File,
    Folder,
    Nowhere,
    Loop,
    Hidden,
    Inside,
    Fifo,
    Socket,
    Name,
}

const PLANTS: [Plant; 9] = [
    Plant::File,
    Plant::Folder,
    Plant::Nowhere,
    Plant::Loop,
    Plant::Hidden,
    Plant::Inside,
    Plant::Fifo,
    Plant::Socket,
    Plant::Name,
];

/// Puts something at a path, replacing what is there.
fn plant(site: &Site, outside: &Outside, place: &str, what: Plant) {
    let file = site.root().join(place);
    let folder = file.parent().expect("a place has a folder");
    fs::create_dir_all(folder).expect("a folder can be made");
    let _ = if file.is_dir() { fs::remove_dir_all(&file) } else { fs::remove_file(&file) };
    let link = |to: &Path| symlink(to, &file).expect("a link can be made");
    match what {
        Plant::File => link(&outside.path().join("a.md")),
        Plant::Folder => link(outside.path()),
        Plant::Nowhere => link(&outside.path().join("none")),
        Plant::Loop => link(Path::new(place.rsplit('/').next().unwrap_or(place))),
        Plant::Hidden => {
            site.write(".secrets/key", CANARY);
            link(&site.root().join(".secrets/key"));
        }
        Plant::Inside => link(&site.root().join("content")),
        Plant::Fifo => {
            use rustix::fs::{CWD, FileType, Mode, mknodat};
            mknodat(CWD, &file, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).expect("a FIFO can be made");
        }
        // The path of a socket must be short.
        Plant::Socket => {
            let short = temporary();
            drop(UnixListener::bind(short.path().join("s")).expect("a socket can be made"));
            fs::rename(short.path().join("s"), &file).expect("it can be moved");
        }
        Plant::Name => fs::hard_link(outside.path().join("lock"), &file).expect("a file can have two names"),
    }
}

/// Runs the program, which must end in time.
fn run(site: &Site, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_recto"));
    command.current_dir(site.root()).args(args).env_clear().env("SOURCE_DATE_EPOCH", "1793491200");
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs");
    let until = Instant::now() + Duration::from_secs(300);
    while child.try_wait().expect("it can be waited for").is_none() {
        if Instant::now() > until {
            child.kill().expect("it can be killed");
            panic!("{args:?} does not end");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    child.wait_with_output().expect("it has ended")
}

const COMMANDS: [&[&str]; 9] = [
    &["build"],
    &["build", "--verify"],
    &["check"],
    &["check", "--baseline", "baseline", "--update"],
    &["list", "articles"],
    &["new", "New one"],
    &["theme", "eject", "other"],
    &["init", "--ci", "github"],
    &["deploy", "TARGET"],
];

/// Copies a site with its times, which git would not do.
fn copied(from: &Site) -> Site {
    Site::copy(from.root())
}

/// Returns what is wrong after something was put at a path and a command was run.
fn fault(from: &Site, place: &str, what: Plant, args: &[&'static str]) -> Option<String> {
    let (site, outside) = (copied(from), Outside::new());
    plant(&site, &outside, place, what);
    let before = outside.stands();
    let target = temporary();
    let named =
        |arg: &&'static str| if *arg == "TARGET" { target.path().display().to_string() } else { (*arg).to_owned() };
    let args: Vec<String> = args.iter().map(named).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let ran = run(&site, &args);
    let said = format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    let case = format!("{what:?} at {place}, {args:?}");
    if outside.stands() != before {
        return Some(format!("{case}: outside is not as it was\n{said}"));
    }
    // A hard link is the file itself.
    if what != Plant::Name {
        let published = tree(&site.root().join("public"));
        let deployed = tree(target.path());
        let holds = |bytes: &[u8]| memchr::memmem::find(bytes, CANARY.as_bytes()).is_some();
        if let Some((path, _)) = published.iter().chain(&deployed).find(|(_, bytes)| holds(bytes)) {
            return Some(format!("{case}: {path} has bytes from outside"));
        }
        if said.contains(CANARY) {
            return Some(format!("{case}: it is said\n{said}"));
        }
        // An output must not change silently.
        if args[0] == "build"
            && ran.status.code() == Some(0)
            && ran.stderr.is_empty()
            && published != tree(&from.root().join("public"))
        {
            return Some(format!("{case}: another site without a word"));
        }
    }
    match ran.status.code() {
        Some(0..=4) => None,
        code => Some(format!("{case}: exit code {code:?}\n{said}")),
    }
}

#[test]
fn whatever_is_planted_leads_nowhere() {
    let site = whole();
    let places = places(&site);
    let seed = std::env::var("RECTO_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_261_126);
    let mut r = Rng::new(seed);
    let all = std::env::var("RECTO_PLANTS").is_ok_and(|value| value == "all");
    let mut cases = Vec::new();
    for place in &places {
        for what in PLANTS {
            let command = r.below(COMMANDS.len());
            // A hard-linked file of the user matters only where it would be written.
            let written = [".recto", "baseline", ".git", "themes/", "content/articles/2026"];
            if what != Plant::Name || written.iter().any(|start| place.starts_with(start)) {
                cases.push((place, what, command));
            }
        }
    }
    if !all {
        for at in 0..cases.len().min(90) {
            let other = at + r.below(cases.len() - at);
            cases.swap(at, other);
        }
        cases.truncate(90);
    }
    let mut faults = Vec::new();
    for (place, what, command) in cases {
        let commands = if all { &COMMANDS[..] } else { &COMMANDS[command..=command] };
        faults.extend(commands.iter().filter_map(|args| fault(&site, place, what, args)));
    }
    assert!(faults.is_empty(), "{} faults (RECTO_SEED={seed}):\n{}", faults.len(), faults.join("\n"));
}

/// Covers every case where states and cached pictures are written and removed.
#[test]
fn nothing_is_written_or_removed_through_a_link() {
    let site = whole();
    let places = places(&site);
    let mut faults = Vec::new();
    for place in places.iter().filter(|place| place.starts_with(".recto")) {
        for what in PLANTS {
            faults.extend(fault(&site, place, what, &["build"]));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Regression: files that were published, deleted or overwritten silently.
#[test]
fn both_ends_of_a_link_are_named() {
    let cases: [(&str, &str, &[&str]); 15] = [
        ("static/x", "../.env", &["build"]),
        ("content/articles/notes.txt", "../../.git/config", &["build"]),
        ("content/articles/2024/o.txt", "a.ja.md", &["check"]),
        ("static/site.txt", "../site.toml", &["build"]),
        ("static/out.html", "../public/index.html", &["build"]),
        ("static/state", "../.recto/x", &["check"]),
        ("templates/card.html", "own.txt", &["build"]),
        ("themes/mine/static/y.css", "own.css", &["build"]),
        ("i18n/de.toml", "en.toml", &["check"]),
        (".recto/images", "../content", &["build"]),
        ("content/articles/2026", "../../static", &["new", "New one"]),
        ("content/articles/2026/11/new-one.md", "nowhere", &["new", "New one"]),
        ("themes/other", "../static", &["theme", "eject", "other"]),
        (".gitlab-ci.yml", "static/x.css", &["init", "--ci", "gitlab"]),
        ("notes", "content", &["check", "--baseline", "notes/baseline"]),
    ];
    let from = whole();
    for (place, target, args) in cases {
        let site = copied(&from);
        site.write(".env", "TOKEN=1").write(".git/config", "[core]").write(".recto/x", "x");
        let link = site.root().join(place);
        fs::create_dir_all(link.parent().expect("a place has a folder")).expect("a folder can be made");
        symlink(target, link).expect("a link can be made");
        let before = tree(site.root());
        let ran = recto(site.root(), args);
        let said = String::from_utf8_lossy(&ran.stderr).into_owned();
        assert_ne!(ran.status.code(), Some(0), "{place}: {said}");
        assert!(said.contains(place), "{place}: {said}");
        assert!(said.contains(target), "{place}: {said}");
        let after = tree(site.root());
        let own = |path: &str| path.starts_with(".recto/public-");
        let gone: Vec<&String> = before
            .iter()
            .filter(|(path, bytes)| !own(path) && after.get(*path) != Some(*bytes))
            .map(|(path, _)| path)
            .collect();
        assert!(gone.is_empty(), "{place}: {gone:?}");
    }
}

/// A problem reads the same wherever the site is, since it names paths below it. It is reported once, and not again
/// for texts that refer to the unreadable file.
#[test]
fn what_is_refused_is_said_once_and_by_its_place_in_the_site() {
    let from = whole();
    let body =
        "![a picture](photo.png), [data](data.csv), [deep](deep/x.csv), [file](/files/one.txt) and [style](/x.css).";
    from.write("content/articles/2024/a.md", &article("A", "2024-03-24", "original.lang = \"ja\"", body));
    from.write("content/articles/2024/deep/x.csv", "1").write("static/files/one.txt", "one").write("assets/x.csv", "1");
    let places =
        ["content/articles/2024/photo.png", "content/articles/2024/data.csv", "static/x.css", "static/files/one.txt"];
    let folders = ["content/articles/2024/deep", "static/files"];
    let mut cases: Vec<(&str, Option<Plant>)> = Vec::new();
    for place in places.iter().chain(&folders) {
        cases.extend(PLANTS[..8].iter().map(|what| (*place, Some(*what))));
    }
    // A link behind a folder that is a link.
    cases.extend(places.iter().map(|place| (*place, None)));
    for (place, what) in cases {
        let (site, outside) = (copied(&from), Outside::new());
        match what {
            Some(what) => plant(&site, &outside, place, what),
            None => {
                symlink("assets", site.root().join("link")).expect("a link can be made");
                fs::remove_file(site.root().join(place)).expect("it is there");
                let up = "../".repeat(place.matches('/').count());
                symlink(format!("{up}link/x.csv"), site.root().join(place)).expect("a link can be made");
            }
        }
        for args in [&["build"][..], &["check"], &["check", "--format", "json"]] {
            let ran = run(&site, args);
            let said = format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
            let root = site.root().canonicalize().expect("it is there");
            // Except for a link's own target.
            let below = said.replace(&format!("{}/.secrets/key", root.display()), "");
            let below = below
                .replace(&format!("{}/content`", root.display()), "")
                .replace(&format!("{}/content ", root.display()), "");
            assert!(!below.contains(&*root.to_string_lossy()), "{what:?} at {place}: {said}");
            let codes = ["missing-asset", "broken-link", "left-out-asset", "bad-image"];
            assert!(!codes.iter().any(|code| said.contains(code)), "{what:?} at {place}: {said}");
            assert!(said.contains("symlink") || said.contains("special-file"), "{what:?} at {place}: {said}");
        }
    }
}

/// A live site, with something put at a path before it is opened, or while it is shown.
#[test]
fn a_site_that_is_shown_leads_nowhere() {
    let from = whole();
    let mut r = Rng::new(7);
    let places: Vec<String> = places(&from).into_iter().filter(|place| !place.contains(".recto/public")).collect();
    for round in 0..60 {
        let (site, outside) = (copied(&from), Outside::new());
        let (place, what) = (r.pick(&places).clone(), *r.pick(&PLANTS[..8]));
        let case = format!("{what:?} at {place}");
        let before = outside.stands();
        if round % 2 == 0 {
            plant(&site, &outside, &place, what);
        }
        let options = site.options();
        let opened = Live::open(options.clone(), false, &site.root().join("public")).expect("the disk");
        let Ok((mut live, _)) = opened else { continue };
        if round % 2 == 1 {
            plant(&site, &outside, &place, what);
            live.refresh(if round % 4 == 1 { None } else { Some(std::slice::from_ref(&place)) }, options.now)
                .expect("the disk");
        }
        let loaded = load::load(&options).expect("the disk");
        assert_eq!(*live.problems(), loaded.problems, "{case}");
        let shown = live.site().expect("a site");
        for output in &shown.plan.outputs {
            let bytes = shown.render(output).bytes.unwrap_or_default();
            assert!(memchr::memmem::find(&bytes, CANARY.as_bytes()).is_none(), "{case}: {}", output.path);
        }
        assert!(outside.stands() == before, "{case}");
    }
}

/// The first file that a program could be made to read.
#[test]
fn the_settings_are_a_file() {
    for what in [Plant::File, Plant::Nowhere, Plant::Loop, Plant::Fifo, Plant::Socket] {
        let (site, outside) = (Site::new(SITE_TOML), Outside::new());
        plant(&site, &outside, "site.toml", what);
        for args in [&["build"][..], &["check"], &["list"], &["new", "One"], &["deploy", "x"]] {
            let ran = run(&site, args);
            let said = String::from_utf8_lossy(&ran.stderr).into_owned();
            assert!(ran.status.code() == Some(3) && said.contains("site.toml"), "{what:?}, {args:?}: {said}");
            assert!(said.contains("[symlink]") || said.contains("[special-file]"), "{what:?}, {args:?}: {said}");
            assert!(!said.contains(CANARY), "{said}");
        }
    }
}

/// Links that are still allowed, and a chain of them.
#[test]
fn links_to_what_readers_may_have_are_followed() {
    let site = whole();
    site.write("static/files/one.txt", "one");
    for (link, target) in [
        ("static/two.txt", "files/one.txt"),
        ("static/three.txt", "two.txt"),
        ("static/files/picture.png", "../../content/articles/2024/photo.png"),
        ("content/articles/2024/more.csv", "../../../static/files/one.txt"),
    ] {
        symlink(target, site.root().join(link)).expect("a link can be made");
    }
    let text = article("C", "2024-03-26", "", "[more](more.csv)");
    site.write("content/articles/2024/c.md", &text).try_build().0.expect("it builds");
    assert_eq!((site.output("two.txt"), site.output("three.txt")), ("one".to_owned(), "one".to_owned()));
    assert!(site.outputs()["files/picture.png"] == png() && site.output("2024/03/26/c/more.csv") == "one");
    // The next build follows the link, too.
    site.write("static/files/one.txt", "other").try_build().0.expect("it builds");
    assert_eq!(
        (site.output("three.txt"), site.output("2024/03/26/c/more.csv")),
        ("other".to_owned(), "other".to_owned())
    );
}
