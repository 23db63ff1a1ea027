//! What `recto serve` and `recto preview` reject: foreign hosts and origins, paths and links that lead out of the
//! site.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::http::Client;
use crate::model::Rng;
use crate::preview::{Shown, built};
use crate::serve::{serve, url};
use crate::support::{SITE_TOML, Site, article};

/// Which requests a server on loopback answers: forty hosts, twelve origins, three methods.
#[test]
fn only_those_who_may_ask_are_answered() {
    let site = Site::new(SITE_TOML);
    let serving = serve(&site);
    let port = serving.address().port();
    let mut client = Client::new(serving.address());
    let good = ["localhost", "LOCALHOST", "a.localhost", "127.0.0.1", "127.1.2.3", "[::1]"];
    let good: Vec<String> =
        good.iter().flat_map(|h| [(*h).to_owned(), format!("{h}:{port}"), format!("{h}:1")]).collect();
    let bad = [
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "evil-localhost",
        "xlocalhost",
        "0.0.0.0",
        "192.168.1.5",
        "10.0.0.1",
        "[::]",
        "[fe80::1]",
        "169.254.169.254",
        "2130706433",
        "0x7f.1",
        "127.1",
        "[::ffff:8.8.8.8]",
        "metadata",
        "example.org:3131",
        "localhost.",
        "1.1.1.1:80",
    ];
    let malformed = ["", "a b", "localhost:x"];
    let hosts: Vec<(String, u16)> = good
        .into_iter()
        .map(|host| (host, 200))
        .chain(bad.map(|host| (host.to_owned(), 403)))
        .chain(malformed.map(|host| (host.to_owned(), 400)))
        .collect();
    assert_eq!(hosts.len(), 40);
    let mut asked = 0;
    for (host, expected) in &hosts {
        let origins = [
            None,
            Some(format!("http://{host}")),
            Some("null".to_owned()),
            Some("http://evil.example".to_owned()),
            Some(format!("https://{host}")),
            Some(format!("http://{host}.evil.example")),
            Some(String::new()),
            Some("http://localhost:9".to_owned()),
            Some("http://127.0.0.1:9".to_owned()),
            Some(format!("http://{host}/")),
            Some("file://".to_owned()),
            Some("chrome-extension://abc".to_owned()),
        ];
        for (at, origin) in origins.iter().enumerate() {
            for method in ["GET", "HEAD", "OPTIONS"] {
                let mut headers = vec![("Host", host.as_str())];
                headers.extend(origin.as_deref().map(|origin| ("Origin", origin)));
                let reply = client.ask(method, b"/", &headers).expect("an answer");
                let expected = match (*expected, at, method) {
                    (200, 0 | 1, "OPTIONS") => 405,
                    (200, 0 | 1, _) => 200,
                    (200, ..) => 403,
                    (other, ..) => other,
                };
                assert_eq!(reply.status, expected, "{method} by {origin:?} of {host:?}");
                let opened = reply.names().find(|name| name.starts_with("access-control"));
                assert_eq!(opened, None, "{host:?}");
                // A malformed request may be rejected by the HTTP library.
                if expected != 400 {
                    assert_eq!(reply.header("cross-origin-resource-policy"), Some("same-origin"), "{host:?}");
                }
                asked += 1;
            }
        }
    }
    assert_eq!(asked, 40 * 12 * 3);
    let fetch = |site: &str, mode: &str, dest: &str| {
        let headers = [("Sec-Fetch-Site", site), ("Sec-Fetch-Mode", mode), ("Sec-Fetch-Dest", dest)];
        Client::new(serving.address()).ask("GET", b"/", &headers).expect("an answer").status
    };
    for (site, mode, dest, status) in [
        ("none", "navigate", "document", 200),
        ("same-origin", "cors", "empty", 200),
        ("same-origin", "no-cors", "script", 200),
        ("cross-site", "navigate", "document", 200),
        ("same-site", "navigate", "document", 200),
        ("cross-site", "navigate", "iframe", 403),
        ("cross-site", "no-cors", "script", 403),
        ("same-site", "no-cors", "image", 403),
        ("cross-site", "cors", "empty", 403),
        ("cross-site", "websocket", "websocket", 403),
    ] {
        assert_eq!(fetch(site, mode, dest), status, "{site} {mode} {dest}");
    }
    let absolute = client.ask("GET", b"http://evil.example/", &[]).expect("an answer");
    assert_eq!(absolute.status, 403);
}

/// A request target made of patterns that have exploited other servers, and of real paths.
fn hostile_target(r: &mut Rng, real: &[String]) -> Vec<u8> {
    const PIECES: [&str; 36] = [
        "..",
        ".",
        "%2e%2e",
        "%2E.",
        ".%2e",
        "%2e",
        "%252e%252e",
        "..%2f",
        "%2f",
        "%2F..",
        "%5c",
        "%5c..",
        "\\",
        "..\\",
        "//",
        "/",
        "%00",
        "%0d%0aX:%20y",
        "%c0%ae%c0%ae",
        "%c0%af",
        "%e0%80%af",
        "%ff",
        "\u{ff0e}\u{ff0e}",
        "..;",
        "...",
        "CON",
        "NUL.html",
        "aux.txt",
        "COM1",
        "C:",
        "file:",
        "?",
        "#",
        "%",
        "%zz",
        "~",
    ];
    const NAMES: [&str; 12] = [
        "canary.txt",
        ".env",
        "site.toml",
        "content",
        "public",
        ".recto",
        "etc/passwd",
        "themes",
        "__recto",
        "index.html",
        "__recto/unpublished",
        ".git/config",
    ];
    let mut out = b"/".to_vec();
    if r.chance(30) {
        out.extend(r.pick(real).bytes().skip(1));
    }
    for _ in 0..=r.below(7) {
        match r.below(10) {
            0..6 => out.extend(r.pick(&PIECES).bytes()),
            6..8 => out.extend(r.pick(&NAMES).bytes()),
            8 => out.extend((0..r.below(4)).map(|_| r.below(256) as u8)),
            _ => out.extend(r.pick(real).bytes()),
        }
        if r.chance(60) {
            out.push(b'/');
        }
    }
    if r.chance(2) {
        let at = r.below(out.len());
        out.splice(at..at, std::iter::repeat_n(b'a', 9000));
    }
    // These characters end the target or the line.
    out.retain(|byte| !matches!(byte, b' ' | b'\r' | b'\n'));
    out
}

const CANARY: &str = "the canary that no answer may hold";

/// A site beside a file that must stay private, with such files also in its own folder.
fn with_canaries() -> Site {
    let site = Site::new(SITE_TOML);
    let body = "![m](map.svg)";
    site.write("content/articles/a.md", &article("A", "2021-03-24", "tags = [\"Trade\"]", body));
    site.write("content/articles/map.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    site.write("static/own.css", "a {}");
    for file in
        ["canary.txt", ".env", "content/articles/canary.txt", "templates/canary.txt", "public/canary.txt", ".recto/x"]
    {
        site.write(file, CANARY);
    }
    site
}

/// Requests hostile targets. No answer may contain the canary or have another status than these. Returns how many
/// succeeded.
fn attack(client: &mut Client, seed: u64, count: usize, real: &[String], statuses: &[u16]) -> usize {
    let mut r = Rng::new(seed);
    let mut good = 0;
    for _ in 0..count {
        let target = hostile_target(&mut r, real);
        let shown = String::from_utf8_lossy(&target).into_owned();
        // Some targets are so malformed that the connection ends without an answer.
        let Some(reply) = client.ask("GET", &target, &[]) else { continue };
        assert!(statuses.contains(&reply.status), "{} for {shown}", reply.status);
        assert!(!reply.text().contains(CANARY), "{shown}");
        good += usize::from(reply.status == 200);
    }
    good
}

#[test]
fn no_target_leads_out_of_the_site() {
    let site = with_canaries();
    let serving = serve(&site);
    let view = serving.desk.view();
    let loaded = view.site.as_ref().expect("a site");
    let real: Vec<String> = loaded.plan.outputs.iter().map(|output| url(&output.path)).collect();
    let count = 100_000;
    let ask = |part: u64| {
        let mut client = Client::new(serving.address());
        attack(&mut client, 20_261_125 + part, count / 4, &real, &[200, 302, 400, 404, 414, 431])
    };
    let good: usize = std::thread::scope(|scope| {
        let parts: Vec<_> = (0..4).map(|part| scope.spawn(move || ask(part))).collect();
        parts.into_iter().map(|part| part.join().expect("no part panics")).sum()
    });
    // Some of them must lead to real files, or this tests nothing.
    assert!(good > count / 100, "{good}");
    assert_eq!(Client::new(serving.address()).get("/").status, 200);
}

/// A file of the site is replaced by a link after the walk: its target is not read.
#[cfg(unix)]
#[test]
fn a_link_out_of_the_site_is_not_followed() {
    let site = with_canaries();
    let outside = crate::support::temporary();
    let canary = outside.path().join("canary.txt");
    std::fs::write(&canary, CANARY).expect("it can be written");
    let serving = serve(&site);
    let mut client = Client::new(serving.address());
    assert_eq!(client.get("/own.css").text(), "a {}");
    for file in ["static/own.css", "content/articles/map.svg", "content/articles/a.md"] {
        let file = site.root().join(file);
        std::fs::remove_file(&file).expect("it is there");
        std::os::unix::fs::symlink(&canary, &file).expect("a link can be made");
    }
    let until = Instant::now() + Duration::from_millis(600);
    while Instant::now() < until {
        for target in ["/own.css", "/2021/03/24/a/map.svg", "/2021/03/24/a/"] {
            let reply = client.get(target);
            assert!(!reply.text().contains(CANARY), "{target}: {}", reply.text());
        }
    }
}

// ---- preview ---------------------------------------------------------------------------------------------------------------

#[cfg(unix)]
#[test]
fn no_link_is_followed() {
    use std::os::unix::fs::symlink;
    let site = built();
    let outside = crate::support::temporary();
    fs::write(outside.path().join("canary.html"), CANARY).expect("it can be written");
    fs::write(outside.path().join("_redirects"), "/old /dir/\n").expect("it can be written");
    let public = site.root().join("public");
    let link = |to: PathBuf, name: &str| symlink(to, public.join(name)).expect("a link can be made");
    link(outside.path().join("canary.html"), "link.html");
    link(outside.path().join("canary.html"), "x.css.gz");
    link(outside.path().to_owned(), "folder");
    link(outside.path().join("_redirects"), "_redirects");
    link(public.join("dir"), "inside");
    for rules in ["gitlab", "netlify", "caddy"] {
        let mut shown = Shown::new(&site, rules);
        for target in ["/link.html", "/link", "/folder/canary.html", "/folder/canary", "/folder/", "/inside/", "/old"] {
            assert_eq!(shown.short(target), "404 nothing here", "{rules}: {target}");
        }
        let reply = shown.ask("GET", "/x.css", &[("Accept-Encoding", "gzip")]);
        assert_eq!((reply.status, reply.text().as_str()), (200, "a {}"), "{rules}");
    }
}

/// A file is swapped for a link, and back, as fast as possible: no answer contains the link's target.
#[cfg(unix)]
#[test]
fn a_link_made_meanwhile_is_not_followed() {
    use std::os::unix::fs::symlink;
    let site = built();
    let outside = crate::support::temporary();
    let canary = outside.path().join("x.css");
    fs::write(&canary, CANARY).expect("it can be written");
    let public = site.root().join("public");
    let mut shown = Shown::new(&site, "plain");
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(std::sync::atomic::Ordering::Relaxed) {
                symlink(&canary, public.join("new")).expect("a link can be made");
                fs::rename(public.join("new"), public.join("x.css")).expect("it can be renamed");
                fs::write(public.join("new"), "a {}").expect("it can be written");
                fs::rename(public.join("new"), public.join("x.css")).expect("it can be renamed");
            }
        });
        let replies: Vec<String> = (0..2000).map(|_| shown.short("/x.css")).collect();
        done.store(true, std::sync::atomic::Ordering::Relaxed);
        assert!(replies.iter().all(|reply| !reply.contains(CANARY)));
        assert!(replies.iter().any(|reply| reply == "200 a {}"));
    });
}

#[test]
fn no_target_leads_out_of_the_output() {
    let site = built();
    for file in ["canary.txt", ".env", "content/canary.txt", "public/.recto-manifest", "public/.recto-staging/x.html"] {
        site.write(file, CANARY);
    }
    site.write("public/_redirects", "/r/* /:splat 200\n/s/:a/:b /:b/:a\n");
    let mut real: Vec<String> =
        ["/", "/page", "/dir/", "/r/", "/s/", "/.well-known/x", "/x.css"].map(str::to_owned).into();
    real.push("/.recto-manifest".to_owned());
    for rules in ["plain", "netlify", "cloudflare", "gitlab"] {
        let mut shown = Shown::new(&site, rules);
        let statuses = [200, 301, 302, 308, 400, 404, 414, 431];
        let good = attack(&mut shown.client, 20_261_125, 3000, &real, &statuses);
        assert!(good > 30, "{rules}: {good}");
        assert_eq!(shown.short("/"), "200 home");
    }
}
