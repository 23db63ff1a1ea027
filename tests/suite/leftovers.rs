//! Files in a site's folders that are not for readers: they are ignored, counted, and reported if they may have
//! been meant for publication.

use std::fs;
use std::io::Write;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use recto::base::diag::Diagnostics;
use recto::base::ignored_files::IgnoreReason;
use recto::base::{path, reserved};
use recto::engine::live::{Live, SiteChange};
use recto::engine::load;

use crate::support::{SITE_TOML, Site, article, recto};

/// A site with one article.
fn site(more: &str) -> Site {
    let site = Site::new(&format!("{SITE_TOML}{more}"));
    site.write("content/articles/one.md", &article("One", "2024-05-06", "", "Body."));
    site
}

fn codes(problems: &Diagnostics) -> Vec<&str> {
    problems.iter().map(|found| &*found.code).collect()
}

/// Returns the paths of outputs that come from `static/`.
fn published(site: &Site, names: &[&str]) -> Vec<String> {
    site.outputs().into_keys().filter(|path| names.iter().any(|name| path.contains(name))).collect()
}

const LITTER: [&str; 24] = [
    ".site.css.swp",
    "#site.css#",
    "site.css~",
    ".site.css.un~",
    "~$report.docx",
    ".~lock.report.odt#",
    ".fuse_hidden0001",
    ".nfs0001",
    "._site.css",
    ".DS_Store",
    "Thumbs.db",
    "desktop.ini",
    "Icon\r",
    ".directory",
    "@eaDir/x",
    ".Trash-1000/x",
    ".Spotlight-V100/x",
    ".git/HEAD",
    ".gitignore",
    ".svn/entries",
    ".hg/x",
    "CVS/Root",
    ".idea/workspace.xml",
    "site.css.orig",
];

const SECRETS: [&str; 10] = [
    ".env",
    ".env.production",
    "id_rsa",
    "keys/server.pem",
    "tls.key",
    ".npmrc",
    ".netrc",
    ".htpasswd",
    ".ssh/config",
    "credentials.json",
];

#[test]
fn static_is_what_was_meant() {
    let site = site("");
    for path in LITTER.iter().chain(&SECRETS).chain(&["backup.sql", ".hidden", "node_modules/x/index.js"]) {
        site.write(&format!("static/{path}"), "not for readers");
        site.write(&format!("static/below/{path}"), "not for readers");
    }
    for path in [".well-known/security.txt", ".nojekyll", ".htaccess", "site.css", "id_rsa.pub", "a b.txt"] {
        site.write(&format!("static/{path}"), "for readers");
    }
    symlink("nobody@host.1234", site.root().join("static/.#site.css")).expect("a link can be made");
    let (summary, problems) = site.try_build();
    let summary = summary.expect("a warning stops nothing");
    assert_eq!(codes(&problems), ["secret-file", "left-out", "left-out", "left-out"], "{problems:#?}");
    assert!(site.outputs().values().all(|bytes| bytes != b"not for readers"), "{:?}", site.outputs().keys());
    let all = published(&site, &[".well-known", ".nojekyll", ".htaccess", "site.css", "id_rsa.pub", "a b.txt"]);
    assert_eq!(all, [".htaccess", ".nojekyll", ".well-known/security.txt", "a b.txt", "id_rsa.pub", "site.css"]);
    assert_eq!(summary.left_out.len(), 2 * (LITTER.len() + SECRETS.len() + 3) + 1);
    // The next build reports the same, without rendering anything.
    let (again, said) = site.try_build();
    let again = again.expect("nothing has changed");
    assert_eq!((again.rendered, again.left_out, said), (0, summary.left_out, problems));
}

#[test]
fn every_folder_leaves_out_what_editors_leave() {
    let site = site("theme = \"mine\"\n");
    site.write("themes/mine/theme.toml", "");
    site.write("themes/mine/static/own.css", "");
    site.write("templates/footer.html", "");
    site.write("i18n/en.toml", "");
    site.write("content/pages/about.md", "+++\ntitle = \"About\"\n+++\n\nText.\n");
    let before = {
        site.build();
        site.outputs()
    };
    for folder in
        ["content/articles", "content/pages", "templates", "i18n", "static", "themes/mine", "themes/mine/static"]
    {
        fs::create_dir_all(site.root().join(folder)).expect("a folder can be made");
        symlink("nobody@host.1234", site.root().join(folder).join(".#one.md")).expect("a link can be made");
        for name in [".one.md.swp", "#one.md#", "one.md~", "4913", ".DS_Store", ".git/config", "one.md.orig", "x.tmp"] {
            site.write(&format!("{folder}/{name}"), "{{ nothing");
        }
    }
    let summary = site.build();
    assert_eq!(summary.left_out.len(), 7 * 9);
    assert_eq!(site.outputs(), before);
}

#[test]
fn what_is_named_is_published() {
    let site = site(
        "[static]\ninclude = [\".license\", \".config/**\", \"demo.pem\", \"content/articles/log.sql\", \"/.git/x\"]\n",
    );
    for path in
        [".license", "a/.license", ".config/a/.b", ".config/.DS_Store", ".config/id_rsa", "demo.pem", "other.pem"]
    {
        site.write(&format!("static/{path}"), "text");
    }
    site.write("content/articles/log.sql", "text");
    site.write("content/articles/two.md", &article("Two", "2024-05-06", "", "[The log](log.sql)."));
    let (summary, problems) = site.try_build();
    assert!(summary.is_some(), "{problems:#?}");
    let all = published(&site, &["license", "config", "pem", ".sql"]);
    assert_eq!(all, [".config/a/.b", ".license", "2024/05/06/two/log.sql", "a/.license", "demo.pem"]);
    assert_eq!(codes(&problems), ["idle-pattern", "secret-file"]);
    assert!(problems[1].label.contains("static/.config/id_rsa") && problems[1].label.contains("static/other.pem"));
    // A repository is never published: the next build would refuse the folder.
    site.write("static/.git/x", "text");
    let (summary, problems) = site.try_build();
    assert!(summary.is_some() && codes(&problems) == ["idle-pattern", "secret-file", "left-out"], "{problems:#?}");
    assert!(published(&site, &[".git"]).is_empty());
}

#[test]
fn a_linked_secret_is_no_asset() {
    let site = site("");
    site.write("content/articles/keys/id_rsa", "SECRET7Fq");
    site.write("content/articles/two.md", &article("Two", "2024-05-06", "", "[Key](keys/id_rsa)"));
    let (summary, problems) = site.try_build();
    assert!(summary.is_some(), "readers get the words without the link");
    assert_eq!(codes(&problems), ["left-out-asset"]);
    assert!(site.outputs().values().all(|bytes| !bytes.windows(9).any(|part| part == b"SECRET7Fq")));
    assert!(!site.output("2024/05/06/two/index.html").contains("id_rsa"));
    assert_eq!(recto(site.root(), &["check"]).status.code(), Some(1));
    // It matters only if it is linked.
    site.write("content/articles/two.md", &article("Two", "2024-05-06", "", "No key."));
    assert_eq!(site.build().left_out.iter().map(|one| one.why).collect::<Vec<_>>(), [IgnoreReason::Secret]);
    assert!(site.outputs().values().all(|bytes| bytes != b"SECRET7Fq"));
}

#[test]
fn names_of_its_own_are_refused() {
    let spelled = [
        ".recto/x",
        ".recto-manifest",
        ".recto-x/y",
        "__recto/x",
        ".Recto/x",
        "a/.recto/x",
        "recto~1/x",
        "git~1",
        "a/GIT~1/config",
        "a/.git./x",
        ".g\u{200C}it/config",
    ];
    for path in spelled {
        let site = site("");
        site.write(&format!("static/{path}"), "SECRET7Fq");
        let (summary, problems) = site.try_build();
        assert!(summary.is_some() && codes(&problems) == ["left-out"], "{path}: {problems:#?}");
        assert!(site.outputs().values().all(|bytes| bytes != b"SECRET7Fq"), "{path}");
    }
    for alias in
        spelled.into_iter().chain(["/.recto/", "/__recto/unpublished", "/.git/", "/.htaccess", "/x/web.config/"])
    {
        for style in ["directory", "file"] {
            let site = site(&format!("[permalinks]\nstyle = {style:?}\n"));
            let more = format!("aliases = [\"{alias}\"]");
            site.write("content/articles/two.md", &article("Two", "2024-05-06", &more, ""));
            let (summary, problems) = site.try_build();
            assert!(summary.is_none() && codes(&problems) == ["bad-alias"], "{alias}: {problems:#?}");
        }
    }
    let site = site("");
    site.write("static/.rectory", "").write("static/a/_recto", "");
    assert!(site.try_build().0.is_some());
}

/// Covers every text or setting that makes a segment of an address.
#[test]
fn no_text_makes_an_address_of_them() {
    let with = |more: &str, body: &str| article("Two", "2024-05-06", more, body);
    for (file, text, code) in [
        ("content/articles/two.md", with("slug = \".git\"", ""), "bad-slug"),
        ("content/articles/two.md", with("slug = \"GIT~1\"", ""), "bad-slug"),
        ("content/articles/two.md", with("slug = \".recto\"", ""), "bad-slug"),
        ("content/articles/two.md", with("", "[x](git~1/map.pdf)"), "bad-address"),
        ("content/articles/two.md", with("", "![x](recto~1/map.png)"), "bad-image"),
        ("content/pages/git~1.md", "+++\ntitle = \"T\"\n+++\n".to_owned(), "bad-address"),
        ("content/pages/a/RECTO~1/x.md", "+++\ntitle = \"T\"\n+++\n".to_owned(), "bad-address"),
        ("content/sources/git~1.md", "+++\nlabel = \"T\"\n+++\n".to_owned(), "bad-term"),
    ] {
        let site = site("");
        site.write("content/articles/git~1/map.pdf", "x").write("content/articles/recto~1/map.png", "x");
        site.write(file, &text);
        let (summary, problems) = site.try_build();
        assert!(summary.is_none() && codes(&problems).contains(&code), "{file}: {problems:#?}");
    }
    for pattern in ["/.git/{slug}/", "/{date:git~1}/{slug}/", "/a/.Recto/{slug}/"] {
        let site = site(&format!("[permalinks]\narticle = {pattern:?}\n"));
        assert_eq!(recto(site.root(), &["build"]).status.code(), Some(3), "{pattern}");
    }
    // The pattern is valid, but its result is not.
    let site = site("[permalinks]\narticle = \"/{date:%Y}/.{slug}/\"\n");
    site.write("content/articles/git.md", &article("Two", "2024-05-06", "", ""));
    let (summary, problems) = site.try_build();
    assert!(summary.is_none() && codes(&problems) == ["bad-address"], "{problems:#?}");
}

/// An earlier version copied `static/.git`, and then refused its own output as a repository.
#[test]
fn a_repository_that_a_build_wrote_goes() {
    let site = site("");
    site.build();
    let manifest = site.root().join("public/.recto-manifest");
    let text = fs::read_to_string(&manifest).expect("it is there");
    site.write("public/.git/HEAD", "ref: refs/heads/main\n");
    let refused = recto(site.root(), &["build"]);
    assert_eq!(refused.status.code(), Some(4), "a repository of somebody's own");
    fs::write(&manifest, text.replace("2024/05/06/index.html", ".git/HEAD\n2024/05/06/index.html"))
        .expect("it is written");
    let built = recto(site.root(), &["build"]);
    assert_eq!(built.status.code(), Some(0), "{}", String::from_utf8_lossy(&built.stderr));
    assert!(!site.root().join("public/.git").exists());
}

/// While files change, a served site reports the same ignored files as a fresh load.
#[test]
fn a_served_site_leaves_out_the_same() {
    let site = site("");
    site.write("static/site.css", "a");
    let options = site.options();
    let opened = Live::open(options.clone(), false, &site.root().join("public")).unwrap_or_else(|e| panic!("{e}"));
    let mut live = opened.unwrap_or_else(|problems| panic!("{problems:#?}")).0;
    let mut look = |places: &[&str]| {
        let places: Vec<String> = places.iter().map(|place| (*place).to_owned()).collect();
        let changed = live.refresh(Some(&places), options.now).unwrap_or_else(|e| panic!("{e}"));
        let loaded = load::load(&options).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(*live.problems(), loaded.problems, "{places:?}");
        changed
    };
    symlink("nobody@host.1234", site.root().join("static/.#site.css")).expect("a link can be made");
    site.write("static/.site.css.swp", "").write("content/articles/.one.md.swp", "").write("content/articles/4913", "");
    let places = ["static/.#site.css", "static/.site.css.swp", "content/articles/.one.md.swp", "content/articles/4913"];
    assert_eq!(look(&places), SiteChange::Nothing);
    site.write("static/.git/a/b", "");
    assert_eq!(look(&["static/.git/a/b"]), SiteChange::Nothing);
    site.write("static/.env", "").write("static/a/.hidden", "");
    assert_eq!(look(&["static/.env", "static/a"]), SiteChange::Site);
    site.write("static/b.pem", "");
    assert_eq!(look(&["static/b.pem"]), SiteChange::Site);
    fs::remove_file(site.root().join("static/.env")).expect("it is there");
    fs::remove_dir_all(site.root().join("static/a")).expect("it is there");
    assert_eq!(look(&["static/.env", "static/a/.hidden"]), SiteChange::Site);
    site.write("site.toml", &format!("{SITE_TOML}[static]\ninclude = [\"*.pem\"]\n"));
    assert_eq!(look(&["site.toml"]), SiteChange::Site);
    assert!(live.site().is_some_and(|site| site.plan.find("b.pem").is_some()));
}

#[test]
fn what_was_left_out_is_said() {
    let site = site("");
    site.write("static/.env", "SECRET7Fq").write("static/.site.css.swp", "").write("static/.git/HEAD", "");
    for command in ["build", "check"] {
        let said = |args: &[&str]| {
            let ran = recto(site.root(), &[&[command], args].concat());
            assert_eq!(ran.status.code(), Some(0));
            String::from_utf8([ran.stdout, ran.stderr].concat()).expect("UTF-8")
        };
        let plain = said(&[]);
        assert!(plain.contains("not published: 3 files") && plain.contains("-v lists them"), "{plain}");
        assert!(plain.contains("[secret-file]") && plain.contains("[static] include = [\".env\"]"), "{plain}");
        assert!(!plain.contains(".swp") && !plain.contains("SECRET"), "{plain}");
        let verbose = said(&["-v"]);
        assert!(verbose.contains("    left by an editor: `static/.site.css.swp`\n"), "{verbose}");
        assert!(verbose.contains("    from version control: `static/.git/`\n"), "{verbose}");
        let json = said(&["--format", "json"]);
        let files = json.lines().find(|line| line.contains("\"type\":\"not-for-readers\"")).expect("a line");
        assert!(files.contains(r#"{"file":"static/.git/","why":"from version control"}"#), "{files}");
    }
}

#[test]
fn a_verified_build_says_so() {
    let site = site("");
    let said = |args: &[&str]| {
        let ran = recto(site.root(), &[&["build", "--verify"], args].concat());
        (String::from_utf8([ran.stdout, ran.stderr].concat()).expect("UTF-8"), ran.status.code())
    };
    let count = {
        said(&[]);
        site.outputs().len() - 1
    };
    let (plain, code) = said(&[]);
    assert!(code == Some(0) && plain.contains(&format!("  verified {count} outputs, {count} identical ")), "{plain}");
    let (json, _) = said(&["--format", "json"]);
    assert!(json.contains(&format!("\"verified\":{count},")), "{json}");
}

#[test]
fn hidden_names_are_asked_for_and_secrets_still_named() {
    for pattern in [".*", "**/.*", "static/.*", ".?*"] {
        let site = site(&format!("[static]\ninclude = [\"{pattern}\"]\n"));
        site.write("static/.license", "x").write("static/.env", "x").write("static/.npmrc", "x");
        site.write("static/.site.css.swp", "x").write("static/.gitignore", "x").try_build();
        assert_eq!(
            published(&site, &["."]).iter().filter(|path| path.starts_with('.')).collect::<Vec<_>>(),
            [".license", ".recto-manifest"],
            "{pattern}"
        );
    }
}

#[test]
fn a_text_that_looks_like_a_secret_is_said() {
    let site = site("");
    site.write("content/articles/.env.md", &article("Two", "2024-05-06", "", "Body."));
    let ran = recto(site.root(), &["check"]);
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert!(said.contains("content/articles/.env.md"), "{said}");
}

#[test]
fn a_link_hides_no_secret() {
    let site = site("");
    site.write("static/keys/.env", "x").write("static/plain.txt", "x");
    symlink(site.root().join("static/keys/.env"), site.root().join("static/settings.txt")).expect("a link");
    symlink(site.root().join("static/plain.txt"), site.root().join("static/also.txt")).expect("a link");
    assert!(site.try_build().0.is_none());
    let ran = recto(site.root(), &["check"]);
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert!(
        said.contains("static/settings.txt") && said.contains("static/keys/.env") && said.contains("secret"),
        "{said}"
    );
    fs::remove_file(site.root().join("static/settings.txt")).expect("it is there");
    site.try_build();
    assert_eq!(published(&site, &["settings.txt", "also.txt"]), ["also.txt"]);
}

/// Runs git with all protections for other systems enabled; `None` if there is none.
fn git(folder: &Path, args: &[&str], input: &str) -> Option<Output> {
    let mut git = Command::new("git");
    git.args(["-c", "core.protectNTFS=true", "-c", "core.protectHFS=true"]).args(args).current_dir(folder);
    git.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = git.spawn().ok()?;
    child.stdin.take()?.write_all(input.as_bytes()).ok()?;
    child.wait_with_output().ok()
}

/// Git accepts everything that a build wrote, and reports no error.
#[test]
fn git_takes_every_output() {
    let hidden = ["\u{200C}", "\u{200D}", "\u{200E}", "\u{202A}", "\u{206A}", "\u{206F}", "\u{FEFF}"];
    let mut names: Vec<String> = Vec::new();
    for name in [".git", ".Git", "git~1", "GIT~1", ".recto", ".gitmodules", ".gitattributes", "gitmod~1"] {
        names.push(name.to_owned());
        names.extend(
            [".", " ", " . ", "::$INDEX_ALLOCATION", ":x", "\\config"].iter().map(|end| format!("{name}{end}")),
        );
        names.extend(hidden.iter().enumerate().map(|(at, c)| {
            let (before, after) = name.split_at(at % name.len());
            format!("{before}{c}{after}")
        }));
    }
    let site = site("[static]\ninclude = [\"**/.*\", \".git*\", \".git*/**\"]\n");
    for name in &names {
        // Names that Windows cannot hold are a separate error.
        if path::check_old_path(name).is_ok() {
            site.write(&format!("static/a/{name}/config"), "x").write(&format!("static/{name}-/x"), "x");
        }
    }
    let (summary, problems) = site.try_build();
    assert!(summary.is_some(), "{problems:#?}");
    let folder = crate::support::temporary();
    if git(folder.path(), &["init", "-q"], "").is_none() {
        eprintln!("skipped: git is not there");
        return;
    }
    let blob = git(folder.path(), &["hash-object", "-w", "--stdin"], "x").expect("git runs").stdout;
    let blob = String::from_utf8(blob).expect("UTF-8");
    let outputs: Vec<String> = site.outputs().into_keys().filter(|path| path != ".recto-manifest").collect();
    let list: String = outputs.iter().map(|path| format!("100644 {}\t{path}\0", blob.trim())).collect();
    for (args, input) in [
        (&["update-index", "--add", "-z", "--index-info"] as &[&str], list.as_str()),
        (&["write-tree"], ""),
        (&["fsck", "--strict", "--cache"], ""),
    ] {
        let ran = git(folder.path(), args, input).expect("git runs");
        let said = String::from_utf8_lossy(&ran.stderr).into_owned();
        assert!(ran.status.success() && !said.contains("Invalid path") && !said.contains("error"), "{args:?}: {said}");
    }
    let listed = git(folder.path(), &["ls-files", "-z"], "").expect("git runs").stdout;
    assert_eq!(listed.iter().filter(|byte| **byte == 0).count(), outputs.len(), "git left some out");
    for name in &names {
        let refused = |path: &str| path::check_output_path(path).is_err() || reserved::in_address(path).is_some();
        assert!(refused(&format!("a/{name}/x")), "{name:?}");
    }
}
