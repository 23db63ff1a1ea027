//! Traits of hostile repositories: links, names, attributes, submodules, nested repositories, forged states,
//! settings.

use std::path::Path;

use super::made::{Ground, Node, Tree};
use super::tracked::Forged;
use crate::model::Rng;

/// A trait, and whether a site with it may still build without an error.
type Trait = (&'static str, bool, fn(&mut Tree, usize, &Ground, &mut Rng));

const TRAITS: [Trait; 24] = [
    ("names", true, names),
    ("link to a folder of the program", false, own_links),
    ("attributes", true, attributes),
    ("links", false, links),
    ("bare", true, bare),
    ("settings", false, settings),
    ("scratch", true, scratch),
    ("link chain", false, chain),
    ("modules", true, modules),
    ("texts", false, texts),
    ("memory", true, memory),
    ("output links", false, output_links),
    ("programs", true, programs),
    ("theme", false, theme),
    ("output", true, output),
    ("static links", false, static_links),
    ("host files", true, host_files),
    ("templates", false, templates),
    ("scratch settings", true, scratch_settings),
    ("active", false, active),
    ("targets", true, targets),
    ("text links", false, text_links),
    ("scratch hooks", true, scratch_hooks),
    ("odd names", false, odd_names),
];

/// Adds some traits to a tree. Every second tree gets only traits with which it still builds.
pub fn plant(tree: &mut Tree, number: usize, ground: &Ground, r: &mut Rng) -> Vec<&'static str> {
    let mut chosen = vec![TRAITS[number % TRAITS.len()]];
    let quiet = number.is_multiple_of(2);
    for _ in 0..2 + r.below(4) {
        let (name, builds, plant) = *r.pick(&TRAITS);
        if builds || !quiet {
            chosen.push((name, builds, plant));
        }
    }
    for (_, _, plant) in &chosen {
        plant(tree, number, ground, r);
    }
    chosen.into_iter().map(|(name, ..)| name).collect()
}

fn bytes(path: &Path) -> Vec<u8> {
    path.to_string_lossy().into_owned().into_bytes()
}

/// Returns the relative path from a place in a clone to the folder outside.
fn up(place: &str) -> String {
    "../".repeat(place.matches('/').count() + 2)
}

/// Returns a target for a link.
fn target(place: &str, ground: &Ground, r: &mut Rng) -> Vec<u8> {
    let outside = |name: &str| bytes(&ground.path("outside").join(name));
    let above = up(place);
    let home = "../".repeat(place.matches('/').count());
    match r.below(14) {
        0 => outside(""),
        1 => outside("a.md"),
        2 => outside("none"),
        3 => format!("{above}outside").into_bytes(),
        4 => format!("{above}outside/file").into_bytes(),
        5 => format!("{home}.git/config").into_bytes(),
        6 => format!("{home}.git").into_bytes(),
        7 => b"/etc/passwd".to_vec(),
        8 => b"/proc/self/environ".to_vec(),
        9 => place.rsplit('/').next().unwrap_or(place).as_bytes().to_vec(),
        10 => format!("{home}content").into_bytes(),
        11 => b"/dev/zero".to_vec(),
        12 => format!("{home}.git/../../../outside/file").into_bytes(),
        _ => b"/".to_vec(),
    }
}

fn link_at(tree: &mut Tree, place: &str, ground: &Ground, r: &mut Rng) {
    tree.link(place, target(place, ground, r));
}

fn own_links(tree: &mut Tree, _: usize, ground: &Ground, r: &mut Rng) {
    let name = super::store_name();
    let file = |file: &str| format!(".recto/{name}/{file}");
    let places = [
        ".recto".to_owned(),
        ".recto/images".to_owned(),
        ".recto/deploy".to_owned(),
        ".recto/.gitignore".to_owned(),
        format!(".recto/{name}"),
        file("lock"),
        file("clock"),
        file("state"),
        file("state.new"),
        file("intents"),
        file("intents.new"),
    ];
    for _ in 0..1 + r.below(3) {
        link_at(tree, r.pick(&places).as_str(), ground, r);
    }
}

fn output_links(tree: &mut Tree, _: usize, ground: &Ground, r: &mut Rng) {
    let places = [
        "public",
        "public/tags",
        "public/index.html",
        "public/2024",
        "public/.recto-staging",
        "public/.recto-manifest",
        "public/.recto-lock",
        "public/.recto-manifest.new",
        "public/.recto-staging/00",
    ];
    output(tree, 0, ground, r);
    for _ in 0..1 + r.below(3) {
        link_at(tree, r.pick::<&str>(&places), ground, r);
    }
}

fn links(tree: &mut Tree, _: usize, ground: &Ground, r: &mut Rng) {
    let places = [
        "content",
        "content/articles",
        "content/articles/2024",
        "content/pages",
        "content/sources",
        "static",
        "static/.well-known",
        "templates",
        "templates/article.html",
        "i18n",
        "i18n/en.toml",
        "themes",
        "themes/mine",
        "themes/mine/theme.toml",
        "themes/mine/static",
        "themes/mine/templates",
        "site.toml",
        ".github",
        "content/articles/2024/data.csv",
        "content/articles/2024/photo.png",
    ];
    for _ in 0..1 + r.below(4) {
        link_at(tree, r.pick::<&str>(&places), ground, r);
    }
}

fn static_links(tree: &mut Tree, _: usize, ground: &Ground, r: &mut Rng) {
    for name in ["static/one", "static/two.html", "static/_headers", "static/_redirects", "static/a/b/c.css"] {
        link_at(tree, name, ground, r);
    }
}

fn text_links(tree: &mut Tree, _: usize, ground: &Ground, r: &mut Rng) {
    for name in ["content/articles/c.md", "content/articles/2024/a.ja.md", "content/articles/d/index.md"] {
        link_at(tree, name, ground, r);
    }
    for name in ["content/articles/2024/one.txt", "content/articles/2024/two.png"] {
        link_at(tree, name, ground, r);
    }
}

/// A chain of many links, a loop, and a tree that contains itself.
fn chain(tree: &mut Tree, _: usize, ground: &Ground, r: &mut Rng) {
    for number in 0..50 {
        tree.link(format!("static/{number}.txt"), format!("{}.txt", number + 1));
    }
    link_at(tree, "static/50.txt", ground, r);
    tree.link("static/self", "../static");
    tree.link("content/articles/loop", "..");
    tree.link("content/articles/2024/one.csv", "two.csv");
    tree.link("content/articles/2024/two.csv", "one.csv");
}

/// Names whose endings git and some file systems read in another way, but which build.
fn names(tree: &mut Tree, _: usize, _: &Ground, _: &mut Rng) {
    for name in ["git~1/config", "git~1/hooks/post-checkout", "GIT~1.md", ".git./x", ".gi\u{200c}t/config"] {
        tree.file(name, "[core]\n\tfsmonitor = touch ran\n");
        tree.file(format!("static/{name}"), "x");
    }
    for name in ["-rf", "--upload-pack=touch ran", "-c", "--help", "@{u}", "%00", "$(touch ran)", "`touch ran`"] {
        tree.file(name, "x");
        tree.file(format!("static/{name}.css"), "x");
    }
}

/// Names that no terminal, workflow or address may contain.
fn odd_names(tree: &mut Tree, _: usize, _: &Ground, r: &mut Rng) {
    let names: [&[u8]; 16] = [
        b"a\n::error file=x::y",
        b"\n::set-output name=x::y",
        b"a\r\n##[error]y",
        b"##vso[task.setvariable]y",
        b"a\x1b[2J\x1b[31my",
        b"a\x1b]0;title\x07y",
        b"a\x1b]8;;https:x\x1b\\y",
        b"a\xc2\x9b31my",
        "a\u{202e}gpj.exe".as_bytes(),
        "a\u{2066}b\u{200b}c\u{2028}d".as_bytes(),
        b"a\xff\xfe",
        b"\xc3\x28",
        b"a. . .",
        b"con",
        b"a:b::$DATA",
        &[b'n'; 250],
    ];
    for _ in 0..5 {
        let name = *r.pick(&names);
        for (folder, end) in
            [("static/", ""), ("content/articles/", ".md"), ("content/articles/2024/", ".csv"), ("", "")]
        {
            tree.file([folder.as_bytes(), name, end.as_bytes()].concat(), "+++\n::error::x\n+++\n\u{1b}[2J");
        }
        tree.file([b"themes/mine/templates/", name].concat(), "{% include '../../../outside/file' %}");
    }
}

fn attributes(tree: &mut Tree, _: usize, ground: &Ground, r: &mut Rng) {
    let text = "* filter=evil diff=evil merge=evil export-subst\n*.css working-tree-encoding=UTF-16\n*.csv eol=crlf ident\n\
                [attr]evil filter=evil\n\"a b\" evil\n*.md text working-tree-encoding=UTF-8\n";
    // An output folder with a file that Recto did not write is not touched.
    for place in [".gitattributes", "content/.gitattributes", "static/.gitattributes", "public/.gitattributes"] {
        if r.chance(70) {
            tree.file(place, text);
        }
    }
    tree.file(".gitconfig", format!("[filter \"evil\"]\n\tclean = {0}\n\tsmudge = {0}\n", ground.trap()));
    tree.file(".mailmap", "x <x@example.org> <somebody@example.org>\n");
    tree.file("static/export.css", "/* $Format:%an$ $Id$ */");
}

fn modules(tree: &mut Tree, _: usize, ground: &Ground, r: &mut Rng) {
    let (outside, trap) = (ground.path("outside"), ground.trap());
    let urls = [
        format!("ext::sh -c '{trap}'"),
        format!("file://{}/objects.git", outside.display()),
        "-u./payload".to_owned(),
        format!("--upload-pack={trap}"),
        "../../outside/objects.git".to_owned(),
        format!("ssh://-oProxyCommand={trap}/x"),
        "https://user:secret@example.invalid/x".to_owned(),
    ];
    let mut text = String::new();
    for (at, path) in ["static/sub", "content/articles/sub", "themes/sub", "public/sub", "../x"].iter().enumerate() {
        let name = r.pick(&["sub", "../../x", "-x", "a\\nb"]);
        let url = r.pick(&urls);
        text += &format!("[submodule \"{name}{at}\"]\n\tpath = {path}\n\turl = {url}\n\tupdate = !{trap}\n");
        if !path.starts_with("..") {
            tree.put(path, Node::Module);
        }
    }
    tree.file(".gitmodules", text);
}

/// The settings of a repository that runs as much as it can.
fn evil_settings(ground: &Ground) -> String {
    let (trap, outside) = (ground.trap(), ground.path("outside").display().to_string());
    format!(
        "[core]\n\trepositoryformatversion = 0\n\tfsmonitor = {trap}\n\tsshCommand = {trap}\n\thooksPath = {outside}\n\
         \tpager = {trap}\n\teditor = {trap}\n\taskPass = {trap}\n\tgitProxy = {trap}\n\talternateRefsCommand = {trap}\n\
         \tattributesFile = {outside}/file\n\
         [include]\n\tpath = {outside}/settings\n[includeIf \"gitdir:**\"]\n\tpath = {outside}/settings\n\
         [uploadpack]\n\tpackObjectsHook = {trap}\n[credential]\n\thelper = !{trap}\n[gpg]\n\tprogram = {trap}\n[commit]\n\tgpgSign = true\n\
         [protocol]\n\tallow = always\n[filter \"evil\"]\n\tclean = {trap}\n\tsmudge = {trap}\n\tprocess = {trap}\n\trequired = true\n\
         [remote \"origin\"]\n\tvcs = ext\n\tuploadpack = {trap}\n\treceivepack = {trap}\n\
         [url \"ext::{trap} \"]\n\tinsteadOf = file://\n\tpushInsteadOf = file://\n\
         [alias]\n\tinit = !{trap}\n\tls-remote = !{trap}\n[gc]\n\tauto = 1\n\trecentObjectsHook = {trap}\n[maintenance]\n\tauto = true\n"
    )
}

/// A bare repository, which a git that runs there takes for its own.
fn repository(tree: &mut Tree, place: &str, ground: &Ground) {
    let at = |name: &str| format!("{place}{name}");
    tree.file(at("HEAD"), "ref: refs/heads/main\n");
    tree.file(at("config"), evil_settings(ground));
    tree.file(at("objects/keep"), "");
    tree.file(at("refs/heads/keep"), "");
    hooks(tree, &at("hooks"), ground);
}

fn hooks(tree: &mut Tree, folder: &str, ground: &Ground) {
    let hooks = [
        "pre-push",
        "post-checkout",
        "reference-transaction",
        "post-index-change",
        "pre-auto-gc",
        "fsmonitor-watchman",
        "pre-receive",
        "post-update",
        "proc-receive",
    ];
    for hook in hooks {
        let text = format!("#!/bin/sh\n{}\n", ground.trap());
        tree.put(format!("{folder}/{hook}"), Node::Program(text.into_bytes()));
    }
}

fn bare(tree: &mut Tree, _: usize, ground: &Ground, r: &mut Rng) {
    let place = *r.pick(&["", "public/", "content/", "themes/mine/", ".recto/"]);
    repository(tree, place, ground);
}

/// The work folder of a deploy as it would be after one, with programs to run and false data.
fn scratch(tree: &mut Tree, number: usize, ground: &Ground, _: &mut Rng) {
    let place = ground.scratch(number);
    repository(tree, &format!("{place}/"), ground);
    tree.file(place.replace(".git", ""), "0123456789abcdef other\n");
}

fn scratch_settings(tree: &mut Tree, number: usize, ground: &Ground, r: &mut Rng) {
    let place = ground.scratch(number);
    let outside = ground.path("outside").display().to_string();
    tree.file(format!("{place}/config.worktree"), format!("[core]\n\tworktree = {outside}\n"));
    tree.file(format!("{place}/info/attributes"), "* filter=evil\n");
    tree.file(format!("{place}/info/grafts"), format!("{} {}\n", "1".repeat(40), "2".repeat(40)));
    for (file, text) in [
        ("commondir", format!("{outside}/objects.git\n")),
        ("gitdir", format!("{outside}\n")),
        ("objects/info/alternates", format!("{outside}/objects.git/objects\n")),
        ("objects/info/http-alternates", format!("{outside}\n")),
        ("packed-refs", format!("{} refs/recto/tip\n", "1".repeat(40))),
        ("refs/recto/tip", "ref: ../../../../outside/file\n".to_owned()),
        ("shallow", format!("{}\n", "1".repeat(40))),
        ("HEAD", "ref: ../../../../../outside/file\n".to_owned()),
        ("worktrees/x/gitdir", format!("{outside}\n")),
    ] {
        if r.chance(60) {
            tree.file(format!("{place}/{file}"), text);
        }
    }
}

fn scratch_hooks(tree: &mut Tree, number: usize, ground: &Ground, _: &mut Rng) {
    let place = ground.scratch(number);
    hooks(tree, &format!("{place}/hooks"), ground);
    tree.file(format!("{place}/recto-index"), "DIRC");
    tree.file(format!("{place}/recto-made/0"), "x");
    tree.file(format!("{place}/recto-lock"), "1 1\n");
}

/// A forged state of a build.
fn memory(tree: &mut Tree, _: usize, ground: &Ground, r: &mut Rng) {
    let name = super::store_name();
    let Forged { state, terms } = &ground.forged;
    match r.below(4) {
        0 => tree.file(format!(".recto/{name}/state"), b"recto-state 1 x"),
        1 => tree.file(format!(".recto/{name}/state"), &state[..state.len() / 2]),
        _ => tree.file(format!(".recto/{name}/state"), state),
    }
    tree.file(format!(".recto/{name}/terms.a"), terms);
    tree.file(format!(".recto/{name}/intents"), "../../outside/file\n/etc/passwd\nindex.html\n\n.\n");
    tree.file(format!(".recto/{name}/lock"), "1 9999999999\n");
    tree.file(format!(".recto/images/{}-640w-0123456789abcdef", "0".repeat(32)), "x");
    tree.file(".recto/images/../x".replace("/..", "/a"), "x");
}

/// An output folder with a forged list of files to remove.
fn output(tree: &mut Tree, _: usize, ground: &Ground, r: &mut Rng) {
    let outside = ground.path("outside").display().to_string();
    let paths = [
        "../../outside/file",
        "../content/articles/b.md",
        "../outside/a.md",
        &format!("{outside}/file"),
        "tags/x.css",
        "sub/x.css",
        "a.md",
        "C:\\x",
        "\\\\server\\x",
        "../.git/config",
        "./../site.toml",
        "a/../../site.toml",
    ];
    tree.file("public/.recto-manifest", format!("recto-manifest 2\tTest\thttps://example.org\n{}\n", paths.join("\n")));
    if r.chance(25) {
        tree.file("public/.recto-staging/x", "x");
    }
    tree.file("public/.recto-lock", "1 9999999999\n");
}

fn programs(tree: &mut Tree, _: usize, ground: &Ground, r: &mut Rng) {
    let text = format!("#!/bin/sh\n{}\n", ground.trap());
    for name in ["git", "ssh", "rsync", "sh", "less", "recto", "git-remote-file", "touch", "strace"] {
        for folder in ["", "static/", ".recto/", "public/"].iter().take(if r.chance(10) { 4 } else { 3 }) {
            tree.put(format!("{folder}{name}"), Node::Program(text.clone().into_bytes()));
        }
    }
    for name in ["Makefile", "package.json", ".envrc", ".recto.toml", ".rsync-filter", "rsyncd.conf", ".ssh/config"] {
        tree.file(name, "x");
    }
}

fn host_files(tree: &mut Tree, _: usize, _: &Ground, _: &mut Rng) {
    tree.file("static/_headers", "/*\n  X-One: a\n/../x\n  Set-Cookie: x\n");
    tree.file("static/_redirects", "/old ../../outside/file 301\n/x file:///etc/passwd 200\n/y //example.org/ 301\n");
    tree.file("static/.well-known/x", "x");
}

/// Targets that the user did not name on the command line.
fn targets(tree: &mut Tree, _: usize, ground: &Ground, r: &mut Rng) {
    let outside = ground.path("outside").display().to_string();
    let to = [
        format!("file://{outside}"),
        format!("git+file://{outside}/objects.git"),
        format!("ssh://example.invalid{outside}"),
        format!("git+ssh://example.invalid{outside}"),
    ];
    tree.add("site.toml", &format!("[deploy.x]\nto = \"{}\"\n", r.pick(&to)));
}

fn settings(tree: &mut Tree, _: usize, ground: &Ground, r: &mut Rng) {
    let outside = ground.path("outside").display().to_string();
    let lines = [
        "theme = \"../../outside\"".to_owned(),
        format!("theme = \"{outside}\""),
        "language = \"../../outside\"".to_owned(),
        "timezone = \"../../../../etc/passwd\"".to_owned(),
        format!("base_url = \"file://{outside}\""),
        "[deploy.x]\nto = \"file://../outside\"".to_owned(),
        "[deploy.x]\nto = \"git+ext::sh -c touch% ran\"".to_owned(),
        "[deploy.x]\nto = \"git+ssh://-oProxyCommand=touch/x\"".to_owned(),
        "[deploy.x]\nto = \"git+https://user:secret@example.invalid/x\"".to_owned(),
        "[static]\ninclude = [\"../../outside/**\", \"/**\", \".git/**\"]".to_owned(),
        "[assets]\nallow = [\"../**\", \"*.html\"]".to_owned(),
        "[extra]\ncontact = \"javascript:alert(1)\"\nx = \"a\\u001b[2J\\n::error::b\"".to_owned(),
        "[images]\nicon = \"../../outside/file\"".to_owned(),
        "title = \"a\\n::error file=x::\\u001b[2J\"".to_owned(),
        "output = \"../../outside\"".to_owned(),
        "[[topics]]\nlabel = \"../..\"\ntag = \"../../outside\"".to_owned(),
    ];
    let mut text = "title = \"Test\"\nbase_url = \"https://example.org\"\n".to_owned();
    for _ in 0..1 + r.below(3) {
        text += r.pick::<String>(&lines);
        text.push('\n');
    }
    tree.file("site.toml", text);
}

fn texts(tree: &mut Tree, _: usize, ground: &Ground, r: &mut Rng) {
    let outside = ground.path("outside").display().to_string();
    let more = [
        "slug = \"../../outside/x\"".to_owned(),
        "aliases = [\"/../../outside/x\", \"/.git/config\", \"/.recto/manifest-v1\", \"/a\\n::error::\"]".to_owned(),
        format!("image = \"{outside}/file\""),
        "image = \"../../../../outside/file\"".to_owned(),
        "original.file = \"../../../outside/a.md\"".to_owned(),
        "permalink = \"/../../outside/file\"".to_owned(),
        "tags = [\"../../outside\", \"a\\u001b[31m\", \".git\", \"-rf\"]".to_owned(),
        "template = \"../../outside/file\"".to_owned(),
    ];
    let bodies = [
        format!("![x]({outside}/file) ![y](../../../outside/file) [z](file://{outside}/a.md)"),
        "![x](../../.git/config) [y](../../.recto/x) [z](../../site.toml)".to_owned(),
        "[x](../../../../outside/a.md) {{ load_data(path='/etc/passwd') }} {% include 'x' %}".to_owned(),
        "<script src=x></script>\u{1b}[2J <img src=x onerror=y> \u{202e}".to_owned(),
    ];
    for name in ["c", "d"] {
        let text = crate::support::article("C", "2024-03-26", r.pick::<String>(&more), r.pick::<String>(&bodies));
        tree.file(format!("content/articles/{name}.md"), text);
    }
}

fn theme(tree: &mut Tree, _: usize, ground: &Ground, r: &mut Rng) {
    for name in ["theme.toml", "templates/article.html", "static/x.css", "i18n/en.toml", "static", "templates"] {
        if r.chance(40) {
            link_at(tree, &format!("themes/mine/{name}"), ground, r);
        }
    }
    tree.file("themes/default/templates/base.html", "{% extends \"../../../outside/file\" %}");
    tree.link("themes/other", bytes(&ground.path("outside")));
}

fn templates(tree: &mut Tree, _: usize, ground: &Ground, r: &mut Rng) {
    let outside = ground.path("outside").display().to_string();
    let text = [
        format!("{{% include \"{outside}/file\" %}}"),
        "{% include \"../../outside/file\" %}".to_owned(),
        "{% import \"../.git/config\" as x %}".to_owned(),
        "{% extends \"../../../outside/file\" %}".to_owned(),
        format!("{{{{ load_data(path=\"{outside}/file\") }}}}"),
        "{{ get_env(name=\"HOME\") }}".to_owned(),
        "{{ throw(message=\"a\n::error::b\") }}".to_owned(),
        "{{ now() }}{{ \"\u{1b}[2J\" | nothing }}".to_owned(),
    ];
    for name in ["article.html", "base.html", "../x.html", "sub/page.html"] {
        if r.chance(60) {
            tree.file(format!("templates/{}", name.replace("../", "a")), r.pick(&text));
        }
    }
}

fn active(tree: &mut Tree, _: usize, _: &Ground, r: &mut Rng) {
    let svg = "<svg xmlns='http://www.w3.org/2000/svg'><script>x</script><image href='file:///etc/passwd'/></svg>";
    let bomb = "<!DOCTYPE s [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><svg>&a;</svg>";
    let files =
        [("x.html", "<script>x</script>"), ("x.svg", svg), ("y.svg", bomb), (".htaccess", "x"), ("x.php", "<?php")];
    for (name, text) in files {
        if r.chance(70) {
            tree.file(format!("content/articles/2024/{name}"), text);
            tree.file(format!("static/{name}"), text);
        }
    }
}
