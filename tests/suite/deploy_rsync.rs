//! Deploys by rsync: to a real daemon, and over SSH to a real sshd.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::sync::atomic::Ordering;
use std::time::{Duration, SystemTime};

use recto::deploy::manifest;
use recto::deploy::rsync::Rsync;
use recto::deploy::run::DeploySummary;
use recto::deploy::target::{DeployError, Target};

use crate::deploy::scene::{Version, is_just, is_whole};
use crate::rsyncd::{Client, Line, Server};
use crate::support::tree;
use crate::targets::{
    Cut, Files, Local, Meanwhile, When, assert_stands, change_places, foreign, holder, meet, others_are_in_the_way,
    with_copies, without_own,
};

/// Names that some program on the way could misread.
const ODD: [&str; 16] = [
    "odd/#comment.html",
    "odd/;comment",
    "-odd/-rf",
    "odd/--delete",
    "odd/[ab].html",
    "odd/x [1].html",
    "odd/$(id) `id` $HOME.html",
    "odd/it's & so.html",
    "odd/~/~root",
    "odd/!x/^y/{a,b}",
    "odd/日本 語/é.html",
    "odd/e\u{301}.html",
    "odd/%2e%2e/x",
    "odd/.hidden/.x",
    "odd/a=b,c@d+e",
    "+ odd/- y/P x",
];

fn site() -> Local {
    let mut local = Local::new(&[
        ("index.html", "<p>home"),
        ("2024/05/06/a/index.html", "<p>a"),
        ("2024/05/07/b/index.html", "<p>b"),
        ("style.0123456789abcdef.css", "p {}\r\n"),
        ("empty", ""),
    ]);
    ODD.iter().for_each(|path| local.write(path, path));
    local.made.insert("index.html.gz".into(), vec![0, 159, 146, 150, 13, 10]);
    local.made.insert("2024/made/only.gz".into(), vec![1, 2, 3]);
    local
}

/// Returns the number of trials, `usual` unless the variable says otherwise.
fn asked(variable: &str, usual: i64) -> i64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

fn done(end: Result<DeploySummary, DeployError>) -> DeploySummary {
    end.unwrap_or_else(|e| panic!("{e:?}"))
}

fn deploy(local: &Local, server: &Server, machine: &str) -> Result<DeploySummary, DeployError> {
    let holder = holder();
    local.deploy_as(&holder, &server.open(&Client::new(machine, &holder)))
}

#[test]
fn a_deploy_rsync_sends_what_changed() {
    for server in Server::all() {
        let local = site();
        let count = local.files().len();
        let first = done(deploy(&local, &server, "m"));
        assert_eq!((first.new, first.sent, first.removed), (count, count, 0));
        assert_stands(tree(&server.site()), &local.files());
        let mode =
            |path: &str| fs::metadata(server.site().join(path)).expect("it is there").permissions().mode() & 0o7777;
        assert_eq!((mode("index.html"), mode("2024/made/only.gz"), mode("odd/~")), (0o644, 0o644, 0o755));
        // Permissions that the folder's owner set stay.
        fs::set_permissions(server.site().join("odd"), fs::Permissions::from_mode(0o2775)).expect("it can be set");

        let before = tree(&server.site());
        assert_eq!(done(deploy(&local, &server, "m")), DeploySummary { unchanged: count, ..DeploySummary::default() });
        assert_eq!(tree(&server.site()), before);

        // With the same size, and perhaps in the same second, from another machine.
        local.write("index.html", "<p>HOME");
        local.write("odd/x [1].html", "changed");
        local.write("odd/new/index.html", "new");
        let second = done(deploy(&local, &server, "n"));
        assert_eq!((second.new, second.changed, second.sent), (1, 2, 3));
        assert_stands(tree(&server.site()), &local.files());
        assert_eq!(mode("odd"), 0o2775);
    }
}

#[test]
fn a_deploy_rsync_removes_what_it_put_and_nothing_else() {
    for server in Server::all() {
        let local = site();
        done(deploy(&local, &server, "m"));
        // What the names to be removed would match as patterns, and files beside them.
        let others =
            ["odd/a.html", "odd/b.html", "odd/x 1.html", "odd/a", "odd/.hidden/y", "2024/05/06/other/x", "P x", "x"];
        for path in others {
            let file = server.site().join(path);
            fs::create_dir_all(file.parent().expect("a folder")).expect("a folder can be made");
            fs::write(file, path).expect("a file can be written");
        }
        fs::create_dir_all(server.site().join("odd/theirs, and empty")).expect("a folder can be made");
        ODD.iter().for_each(|path| local.remove(path));
        local.remove("2024/05/06/a/index.html");
        local.remove("2024/05/07/b/index.html");
        let end = done(deploy(&local, &server, "m"));
        assert_eq!((end.removed, end.kept, end.new), (ODD.len() + 2, 0, 0));
        let mut there = tree(&server.site());
        for path in others {
            assert_eq!(there.remove(path).as_deref(), Some(path.as_bytes()), "{path}");
        }
        assert_stands(there, &local.files());
        // Only folders that have become empty are removed.
        let folders: BTreeSet<String> = walkdir::WalkDir::new(server.site().join("2024"))
            .into_iter()
            .chain(walkdir::WalkDir::new(server.site().join("odd")))
            .map(|entry| entry.expect("it can be read"))
            .filter(|entry| entry.file_type().is_dir())
            .map(|entry| entry.path().strip_prefix(server.site()).expect("below").display().to_string())
            .collect();
        let left = [
            "2024",
            "2024/05",
            "2024/05/06",
            "2024/05/06/other",
            "2024/made",
            "odd",
            "odd/.hidden",
            "odd/theirs, and empty",
        ];
        assert_eq!(folders.iter().map(String::as_str).collect::<Vec<_>>(), left);
        assert!(!server.site().join("-odd").exists() && !server.site().join("+ odd").exists());
    }
}

#[test]
fn a_deploy_rsync_leaves_alone_what_others_changed() {
    // Over SSH the requests and answers are the same.
    if let Some(server) = Server::daemon() {
        let mut local = site();
        fs::create_dir_all(server.site()).expect("a folder can be made");
        // In another second than the files that were sent.
        let put = |path: &str, text: &str| {
            let mut file = fs::File::create(server.site().join(path)).expect("a file can be written");
            file.write_all(text.as_bytes()).expect("a file can be written");
            file.set_modified(SystemTime::now() + Duration::from_secs(7)).expect("a time can be set");
        };
        let there = |path: &str| fs::read_to_string(server.site().join(path)).expect("it is there");
        put("theirs", "theirs");
        let end = deploy(&local, &server, "m");
        assert!(matches!(&end, Err(DeployError::Refused(why)) if why.contains("--adopt")), "{end:?}");
        assert_eq!(tree(&server.site()).len(), 1);
        local.adopt = true;
        done(deploy(&local, &server, "m"));
        local.adopt = false;

        // Files with another size or another time, a touched file, new files, and a link.
        put("index.html", "changed by hand");
        put("odd/;comment", "odd/:comment");
        put("odd/--delete", "odd/--delete");
        put("n1.html", "theirs");
        put("n2.html", "ours");
        fs::create_dir(server.site().join("n4.html")).expect("a folder can be made");
        let outside = server.site().with_file_name("outside");
        fs::create_dir_all(&outside).expect("a folder can be made");
        symlink(&outside, server.site().join("linked")).expect("a link can be made");
        symlink(outside.join("x"), server.site().join("n3.html")).expect("a link can be made");
        for path in ["n1.html", "n2.html", "n3.html", "linked/x.html", "theirs/x.html"] {
            local.write(path, "ours");
        }
        local.write("odd/--delete", "ours, changed");
        let mut stay = foreign(deploy(&local, &server, "m"));
        stay.sort();
        assert_eq!(stay, ["linked/x.html", "n1.html", "n3.html", "theirs/x.html"]);
        assert_eq!((there("n1.html"), there("theirs")), ("theirs".into(), "theirs".into()));
        for path in ["n1.html", "n3.html", "linked/x.html", "theirs/x.html"] {
            local.remove(path);
        }
        local.write("index.html", "<p>ours");
        local.remove("odd/;comment");
        assert_eq!(foreign(deploy(&local, &server, "m")), ["index.html"]);
        assert_eq!(there("index.html"), "changed by hand");
        local.write("index.html", "<p>home");
        let end = done(deploy(&local, &server, "m"));
        assert_eq!((end.removed, end.kept), (0, 1));
        assert_eq!((there("odd/;comment"), there("odd/--delete")), ("odd/:comment".into(), "ours, changed".into()));

        // With force all of it is overwritten, but nothing outside.
        local.force = true;
        local.write("index.html", "<p>ours");
        for path in ["n1.html", "n3.html", "linked/x.html", "theirs/x.html"] {
            local.write(path, "ours");
        }
        done(deploy(&local, &server, "m"));
        let mut files = without_own(tree(&server.site()));
        files.remove("odd/;comment");
        assert_eq!(files, local.files());
        assert_eq!(tree(&outside).len(), 0);
        assert!(server.site().join("n4.html").is_dir());
    }
}

#[test]
fn of_two_deploys_by_rsync_one_wins() {
    let Some(server) = Server::daemon() else { return };
    let (one, two) = (site(), site());
    for race in 0..asked("RECTO_RACES", 3) {
        // From nothing, and over an existing site.
        if race % 4 == 0 {
            server.clear();
        }
        for (local, name) in [(&one, "one"), (&two, "two")] {
            local.write("index.html", &format!("<p>{name} {race}"));
            local.write(&format!("{name}/{race}.html"), name);
        }
        let won = meet(&|at, read| {
            let holder = holder();
            let target = server.open(&Client::new(["m1", "m2"][at], &holder));
            [&one, &two][at].deploy_as(&holder, &Meanwhile(&target, When::Read, read))
        });
        assert_stands(tree(&server.site()), &[&one, &two][won].files());
    }
}

/// Builds that make files of one size at one time, as archives and containers do, and a deploy that ended in
/// between.
#[test]
fn rsync_takes_no_file_for_another_of_its_size_and_time() {
    let Some(server) = Server::daemon() else { return };
    let mut local = Local::new(&[("index.html", "<p>home")]);
    local.ended = Some("me".to_owned());
    let write = |text: &str| {
        for n in 0..20 {
            let path = format!("{n}.html");
            local.write(&path, text);
            let file = fs::File::options().write(true).open(local.output.path().join(path)).expect("it is there");
            file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000)).expect("it can be set");
        }
    };
    let open = || server.open(&Client::new("m", "me"));
    write("aaaa");
    done(local.deploy_as("me", &open()));
    write("bbbb");
    let cut = local.deploy_as("me", &Cut { target: &open(), left: Cell::new(2) });
    assert!(cut.is_err());
    write("aaaa");
    done(local.deploy_as("me", &open()));
    assert_stands(tree(&server.site()), &local.files());
}

/// Connections are cut after some number of bytes, in either direction. Then the target must be usable for a
/// reader.
#[test]
fn a_deploy_rsync_that_was_cut_is_finished_by_the_next() {
    let (old, new) = (Version::new(40, None), Version::new(40, Some("me")));
    let servers =
        if std::env::var_os("RECTO_CUTS").is_some() { Server::all() } else { Vec::from_iter(Server::daemon()) };
    for server in servers {
        old.deploy(&server.open(&Client::new("m", "old")), "old", None).expect("it is empty");
        // The total number of bytes.
        server.save();
        let line = server.line();
        new.deploy(&through(&server, &line, "whole"), "whole", None).expect("nothing is cut");
        let all = i64::MAX - line.left.load(Ordering::SeqCst);
        let mut cuts: i64 = 0;
        // Each trial takes some seconds over SSH: a dozen connections.
        let steps = asked("RECTO_CUTS", 5);
        for step in 1..steps {
            server.restore();
            let line = server.line();
            line.cut_after(all * step / steps);
            let name = format!("cut-{step}");
            let end = new.deploy(&through(&server, &line, &name), &name, None);
            assert!(matches!(end, Err(DeployError::Network(_)) | Ok(_)), "{end:?}");
            cuts += i64::from(end.is_err());
            is_whole(&site_of(&server), &[&old, &new], &name);
            let next = server.open(&Client { ended: Some(&name), ..Client::new("m", "next") });
            new.deploy(&next, "next", Some(&name)).unwrap_or_else(|why| panic!("{name}: {why:?}"));
            is_just(&site_of(&server), &new, &name);
            let own = fs::read_dir(server.site().join(".recto")).expect("it is there");
            let left = own.map(|entry| entry.expect("it can be read").file_name().to_string_lossy().into_owned());
            let left: Vec<String> = left.filter(|name| name.starts_with('.')).collect();
            assert!(left.is_empty(), "{left:?}");
        }
        assert!(cuts >= steps / 2, "{cuts}");
    }
}

/// Opens the server through a line.
fn through(server: &Server, line: &Line, name: &str) -> Rsync {
    server.open(&Client { line: Some(line), ..Client::new("m", name) })
}

/// Returns the site's files at the target, without claims and temporary files.
fn site_of(server: &Server) -> Files {
    let mut files = tree(&server.site());
    files.retain(|path, _| !path.starts_with(".recto/") || path == manifest::PATH);
    files
}

#[test]
fn files_and_folders_change_places_by_rsync() {
    let Some(server) = Server::daemon() else { return };
    let open = || -> Box<dyn Target> { Box::new(server.open(&Client::new("m", &holder()))) };
    change_places(&open, &server.site());
    server.clear();
    others_are_in_the_way(&open, &server.site());
}

#[test]
fn a_claim_of_the_dead_is_passed_over() {
    let Some(server) = Server::daemon() else { return };
    let local = site();
    let patience = Duration::from_secs(1);
    let name = holder();
    fs::create_dir_all(server.site().join(".recto")).expect("a folder can be made");
    symlink("somebody", server.site().join(".recto/claim-none-0")).expect("a link can be made");
    fs::write(server.site().join(".recto/.manifest-v1.Xy12"), "half").expect("a file can be written");
    fs::write(server.site().join(".recto/theirs"), "theirs").expect("a file can be written");
    done(local.deploy_as(&name, &server.open(&Client { patience, ..Client::new("m", &name) })));
    let mut there = tree(&server.site());
    assert!(there.remove(".recto/theirs").is_some() && there.remove(".recto/.manifest-v1.Xy12").is_none());
    assert_stands(there, &local.files());

    // Two deploys know the same state: the second to write gets an error.
    let (one, two) = (holder(), holder());
    let (one, two) = (server.open(&Client::new("n", &one)), server.open(&Client::new("o", &two)));
    let held = [&one, &two].map(|target| target.manifest().expect("it can be read"));
    let put = one.put_manifest(b"by one", held[0].as_ref()).expect("it was first");
    assert!(matches!(two.put_manifest(b"by two", held[1].as_ref()), Err(DeployError::Busy(_))));
    assert_eq!(one.manifest().expect("it can be read").map(|held| held.bytes), Some(put.bytes));
}

#[test]
fn a_deploy_rsync_says_what_failed() {
    for server in Server::all() {
        let local = site();
        let name = holder();
        let target = server.open(&Client::new("m", &name));
        assert!(matches!(server.try_open(&Client::new("m", &name)), Err(DeployError::Busy(_))));
        done(local.deploy_as(&name, &target));
        let line = server.line();
        line.cut_after(0);
        let dead = server.open(&Client { line: Some(&line), ..Client::new("n", &name) });
        let end = local.deploy(&dead);
        assert!(matches!(&end, Err(DeployError::Network(why)) if why.starts_with("rsync could not read ")), "{end:?}");
        // A `.recto` folder that is a link is not followed.
        let own = server.site().join(".recto");
        fs::rename(&own, server.site().join("own")).expect("it is there");
        symlink("own", &own).expect("a link can be made");
        assert!(matches!(local.deploy(&target), Err(DeployError::Refused(_))));
    }
}

#[test]
fn a_deploy_rsync_sends_compressed_copies() {
    if let Some(server) = Server::daemon() {
        let local = with_copies();
        assert_eq!(done(deploy(&local, &server, "m")).sent, 4);
        assert_stands(tree(&server.site()), &local.files());
        local.write("index.html", &"<p>Another page. ".repeat(200));
        assert_eq!(done(deploy(&local, &server, "m")).changed, 3);
        assert_stands(tree(&server.site()), &local.files());
    }
}
