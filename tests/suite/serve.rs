//! What `recto serve` answers: the bytes of a build and one script, to those who may ask, and nothing else of the machine.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant};

use recto::base::path::encode_path;
use recto::engine::site::Options;
use recto::shell::report::Style;
use recto::shell::web::listen::Door;
use recto::shell::web::serve::{Failure, Serve, Serving};

use crate::html;
use crate::http::{Client, Reply};
use crate::model::Rng;
use crate::support::{SITE_TOML, Site, article};

const SCRIPT: &str = "<script src=\"/__recto/reload.js\" defer></script>";

/// How to serve a site in this process, on a free port.
pub fn how(options: &Options) -> Serve {
    let now = options.now;
    Serve {
        options: options.clone(),
        strict: false,
        output: options.root.join("public"),
        door: Door { port: Some(0), ..Door::default() },
        poll: false,
        style: Style { quiet: true, verbose: false, json: false, colour: false },
        now: Box::new(move || now),
        give_back: || (),
    }
}

pub fn serve(site: &Site) -> Serving {
    start(how(&site.options()))
}

fn start(serve: Serve) -> Serving {
    serve.start().unwrap_or_else(|failure| match failure {
        Failure::Disk(error) => panic!("{error}"),
        Failure::Door(why) => panic!("{why}"),
        Failure::Configuration(problems) => panic!("{problems:#?}"),
    })
}

/// The address of an output.
fn url(path: &str) -> String {
    let mut url = String::from("/");
    encode_path(path.strip_suffix("index.html").unwrap_or(path), &mut url);
    url
}

/// A page without the one thing that is added.
fn less_script(reply: &Reply) -> String {
    let text = reply.text();
    assert_eq!(text.matches(SCRIPT).count(), 1);
    let (before, after) = text.split_once(SCRIPT).expect("it was counted");
    let end = if text.contains("</body>") { after.starts_with("</body>") } else { after.is_empty() };
    assert!(end, "the script stands before the end of the body");
    format!("{before}{after}")
}

#[test]
fn every_path_of_the_plan_is_served_as_it_is_built() {
    let site = html::demonstration();
    site.build();
    let serving = serve(&site);
    let mut client = Client::new(serving.address());
    let outputs = site.outputs();
    let mut pages = 0;
    for (path, bytes) in outputs.iter().filter(|(path, _)| !crate::stage::is_own(path)) {
        let reply = client.get(&url(path));
        assert_eq!(reply.status, 200, "{path}");
        let kind = reply.header("content-type").expect("a content type");
        if kind.starts_with("text/html") {
            assert!(less_script(&reply).as_bytes() == bytes.as_slice(), "{path}");
            pages += 1;
        } else {
            assert!(reply.body == *bytes, "{path}");
            let tag = reply.header("etag").expect("what is no page has a tag").to_owned();
            let again = client.ask("GET", url(path).as_bytes(), &[("If-None-Match", &tag)]).expect("an answer");
            assert_eq!((again.status, again.body.len()), (304, 0), "{path}");
        }
        let head = client.ask("HEAD", url(path).as_bytes(), &[]).expect("an answer");
        let length = reply.body.len().to_string();
        assert_eq!((head.status, head.header("content-length")), (200, Some(length.as_str())), "{path}");
    }
    assert!(pages > 100 && outputs.len() > pages);
    let missing = client.get("/there/is/nothing/");
    assert_eq!((missing.status, less_script(&missing).into_bytes()), (404, outputs["404.html"].clone()));
}

#[test]
fn a_site_below_a_path_in_another_style_is_served_too() {
    let config =
        "title = \"T\"\nbase_url = \"https://example.org/sub\"\ntimezone = \"UTC\"\n[permalinks]\nstyle = \"file\"\n";
    let site = Site::new(config);
    site.write("content/articles/a.md", &article("A", "2021-03-24", "", "Body."));
    site.build();
    let serving = serve(&site);
    let mut client = Client::new(serving.address());
    for (path, bytes) in site.outputs().iter().filter(|(path, _)| path.ends_with(".html")) {
        let reply = client.get(&format!("/sub{}", url(path)));
        assert!(less_script(&reply).as_bytes() == bytes.as_slice(), "{path}");
    }
    for target in ["/", "/sub"] {
        let reply = client.get(target);
        assert_eq!((reply.status, reply.header("location")), (302, Some("/sub/")), "{target}");
    }
    assert_eq!(client.get("/2021/03/24/a.html").status, 404);
}

#[test]
fn folders_lead_to_their_index() {
    let site = Site::new(SITE_TOML);
    site.write("content/articles/a.md", &article("A", "2021-03-24", "slug = \"拉致\"", "Body."));
    let serving = serve(&site);
    let mut client = Client::new(serving.address());
    let mut address = String::from("/2021/03/24/");
    encode_path("拉致", &mut address);
    let reply = client.get(&format!("{address}?x=1"));
    assert_eq!((reply.status, reply.header("location")), (302, Some(format!("{address}/").as_str())));
    assert_eq!(client.get(&format!("{address}/")).status, 200);
}

/// Whom a server on loopback answers: forty hosts, twelve origins, three methods.
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
                for (name, _) in &reply_headers(&reply) {
                    assert!(!name.starts_with("access-control"), "{name} for {host:?}");
                }
                assert_eq!(
                    reply.header("cross-origin-resource-policy").is_some(),
                    expected != 400 || !host.is_empty() || reply.header("x-content-type-options").is_some()
                );
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

fn reply_headers(reply: &Reply) -> Vec<(String, String)> {
    ["access-control-allow-origin", "access-control-allow-methods", "access-control-allow-headers"]
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), reply.header(name)?.to_owned())))
        .collect()
}

/// A request target made of what has opened other servers, and of what is really there.
pub fn hostile_target(r: &mut Rng, real: &[String]) -> Vec<u8> {
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
    // These end the line, and with it what is a target.
    out.retain(|byte| !matches!(byte, b' ' | b'\r' | b'\n'));
    out
}

const CANARY: &str = "the canary that no answer may hold";

/// A site in a folder beside a file that is nobody's business; and such files in its own folder, too.
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

#[test]
fn no_target_leads_out_of_the_site() {
    let site = with_canaries();
    let serving = serve(&site);
    let view = serving.desk.view();
    let loaded = view.site.as_ref().expect("a site");
    let real: Vec<String> = loaded.plan.outputs.iter().map(|output| url(&output.path)).collect();
    let seed = 20261125;
    let count = 100_000;
    let ask = |part: u64| {
        let mut r = Rng::new(seed + part);
        let mut client = Client::new(serving.address());
        let mut good = 0;
        for _ in 0..count / 4 {
            let target = hostile_target(&mut r, &real);
            let shown = String::from_utf8_lossy(&target).into_owned();
            // Some targets are so wrong that the connection ends without a word.
            let Some(reply) = client.ask("GET", &target, &[]) else { continue };
            assert!(matches!(reply.status, 200 | 302 | 400 | 404 | 414 | 431), "{} for {shown}", reply.status);
            assert!(!reply.text().contains(CANARY), "{shown}");
            good += usize::from(reply.status == 200);
        }
        good
    };
    let good: usize = std::thread::scope(|scope| {
        let parts: Vec<_> = (0..4).map(|part| scope.spawn(move || ask(part))).collect();
        parts.into_iter().map(|part| part.join().expect("no part panics")).sum()
    });
    // They are not all nonsense: some lead to what is there.
    assert!(good > count as usize / 100, "{good}");
    assert_eq!(Client::new(serving.address()).get("/").status, 200);
}

/// A file of the site that becomes a link after it was found: what it leads to is not read.
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

// ---- what is not published ---------------------------------------------------------------------------------------------

#[test]
fn what_is_not_published_has_a_ribbon_and_no_listing() {
    let site = Site::new(SITE_TOML);
    let text = |title: &str, more: &str| article(title, "2021-03-24", more, "Body.");
    site.write("content/articles/a.md", &text("Shown", "tags = [\"Trade\"]"));
    site.write("content/articles/d.md", &text("A draft", "draft = true\ntags = [\"Trade\", \"Secret\"]"));
    site.write("content/articles/f.md", &text("The future", "posted = 2031-01-01T00:00:00Z"));
    site.write("content/articles/e.md", &text("Gone by", "expires = 2022-01-01T00:00:00Z"));
    site.write("content/articles/u.md", "+++\ntitle = \"Unfinished\"\ndraft = true\n+++\n");
    site.write("content/articles/d.ja.md", "+++\ntitle = \"草稿\"\n+++\n\n本文。\n");
    site.write("content/pages/about.md", "+++\ntitle = \"About\"\ndraft = true\n+++\n\nDraft page.\n");
    let serving = serve(&site);
    let mut client = Client::new(serving.address());
    for (target, why, says) in [
        ("/2021/03/24/d/", "draft", "本文"),
        ("/2021/03/24/f/", "future", "The future"),
        ("/2021/03/24/e/", "expired", "Gone by"),
        ("/about/", "draft", "Draft page"),
    ] {
        let reply = client.get(target);
        let text = reply.text();
        assert_eq!(reply.status, 200, "{target}");
        assert!(text.contains("recto-ribbon") && text.contains(&format!("<strong>{why}</strong>")), "{target}: {text}");
        assert!(text.contains(says) && text.contains(SCRIPT), "{target}");
    }
    let list = client.get("/__recto/unpublished").text();
    for entry in ["A draft", "The future", "Gone by", "About", "content/articles/u.md", "/2021/03/24/d/"] {
        assert!(list.contains(entry), "{entry}: {list}");
    }
    for target in
        ["/", "/2021/", "/tags/", "/tags/trade/", "/feed.xml", "/archive/", "/sitemap-pages.xml", "/2021/03/24/a/"]
    {
        let text = client.get(target).text();
        let left_out =
            ["A draft", "The future", "Gone by", "Secret", "/about/"].iter().find(|word| text.contains(**word));
        assert_eq!(left_out, None, "{target}");
    }
    assert_eq!(client.get("/tags/secret/").status, 404);
    assert_eq!(client.get("/2021/03/24/u/").status, 404);
    drop(serving);
    // Asked for, they are there like any other.
    let options = Options { drafts: true, ..site.options() };
    site.write("content/articles/u.md", &text("Finished", ""));
    let serving = start(how(&options));
    let mut client = Client::new(serving.address());
    let text = client.get("/2021/03/24/d/").text();
    assert!(text.contains("A draft") && !text.contains("recto-ribbon"));
    assert!(client.get("/").text().contains("A draft"));
}

// ---- events ------------------------------------------------------------------------------------------------------------

/// A stream of events.
struct Events(BufReader<TcpStream>);

impl Events {
    fn open(serving: &Serving, page: &str, seen: &str) -> Events {
        let mut stream = TcpStream::connect(serving.address()).expect("the server is there");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a timeout can be set");
        let target = format!("/__recto/events?page={page}&seen={seen}");
        let request = format!("GET {target} HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n");
        stream.write_all(request.as_bytes()).expect("it can be sent");
        Events(BufReader::new(stream))
    }

    /// The next event: its kind and its data.
    fn next(&mut self) -> (String, String) {
        let mut event = (String::new(), String::new());
        loop {
            let mut line = String::new();
            assert!(self.0.read_line(&mut line).expect("an event in time") > 0, "the stream ended");
            match line.trim_end().split_once(": ").or_else(|| line.trim_end().split_once(':')) {
                Some(("event", kind)) => event.0 = kind.to_owned(),
                Some(("data", data)) => event.1 = data.to_owned(),
                None if line.trim().is_empty() && !event.0.is_empty() => return event,
                _ => {}
            }
        }
    }
}

/// The mark that a page was served with.
fn stamp(client: &mut Client, target: &str) -> String {
    let reply = client.get(target);
    let timing = reply.header("server-timing").expect("a page has a mark").to_owned();
    timing.split('"').nth(1).expect("it is quoted").to_owned()
}

#[test]
fn an_open_page_hears_what_has_become_of_it() {
    let site = Site::new(SITE_TOML);
    let text = |title: &str, body: &str| article(title, "2021-03-24", "", body);
    let long = "word ".repeat(100);
    site.write("content/articles/a.md", &text("A", &long));
    site.write("content/articles/b.md", &text("B", &long));
    site.write("static/own.css", "a {}");
    let serving = serve(&site);
    let mut client = Client::new(serving.address());
    let page = "/2021/03/24/a/";
    let seen = stamp(&mut client, page);
    let mut events = Events::open(&serving, page, &seen);
    assert_eq!(events.next().0, "same");
    // Of another page: nothing to be seen here.
    site.write("content/articles/b.md", &text("B", &format!("{long} more")));
    assert_eq!(events.next().0, "same");
    site.write("static/own.css", "b {}");
    assert_eq!(events.next(), ("file".to_owned(), "/own.css".to_owned()));
    site.write("content/articles/a.md", &text("A", "x\n+++").replace("2021-03-24", "2021-13-24"));
    let (kind, data) = events.next();
    assert_eq!(kind, "problems");
    assert!(data.contains("content/articles/a.md:3") && data.contains("invalid-date"), "{data}");
    // The last good site goes on.
    assert!(client.get(page).text().contains("word word"));
    site.write("content/articles/a.md", &text("A", &long));
    assert_eq!(events.next(), ("problems".to_owned(), "[]".to_owned()));
    site.write("content/articles/a.md", &text("A", &format!("{long} changed")));
    assert_eq!(events.next().0, "reload");
    // A page that was away hears it when it comes back; one that knows another run of the program, at once.
    assert_eq!(Events::open(&serving, page, &seen).next().0, "reload");
    let now = stamp(&mut client, page);
    assert_eq!(Events::open(&serving, page, &now).next().0, "same");
    assert_eq!(Events::open(&serving, page, &now.replacen(&now[..4], "0000", 1)).next().0, "reload");
}

/// A template that fails when it is used: the page stays, and hears why.
#[test]
fn a_template_that_fails_leaves_the_page_as_it_was() {
    let site = Site::new(SITE_TOML);
    site.write("content/articles/a.md", &article("A", "2021-03-24", "", "Body."));
    let serving = serve(&site);
    let mut client = Client::new(serving.address());
    let page = "/2021/03/24/a/";
    let seen = stamp(&mut client, page);
    let mut events = Events::open(&serving, page, &seen);
    assert_eq!(events.next().0, "same");
    for wrong in ["{% if %}", "{{ no.such.field }}"] {
        site.write("templates/article.html", wrong);
        let (kind, data) = events.next();
        assert_eq!(kind, "problems", "{data}");
        assert!(data.contains("templates/article.html:1"), "{data}");
        assert!(client.get(page).text().contains("Body."));
        std::fs::remove_file(site.root().join("templates/article.html")).expect("it is there");
        assert_eq!(events.next(), ("problems".to_owned(), "[]".to_owned()));
    }
}

/// A site with errors from the start is shown without what is wrong; the errors are there for every page.
#[test]
fn a_site_may_be_broken_when_it_is_first_shown() {
    let site = Site::new(SITE_TOML);
    site.write("content/articles/a.md", &article("A", "2021-03-24", "", "Body."));
    site.write("content/articles/b.md", &article("B", "2021-13-24", "", "Body."));
    let serving = serve(&site);
    let mut client = Client::new(serving.address());
    assert!(client.get("/").text().contains("/2021/03/24/a/"));
    let seen = stamp(&mut client, "/");
    let mut events = Events::open(&serving, "/", &seen);
    assert_eq!(events.next().0, "problems");
    site.write("content/articles/b.md", &article("B", "2021-03-24", "", "Body."));
    assert_eq!(events.next().0, "reload");
}

// ---- the door ----------------------------------------------------------------------------------------------------------

#[test]
fn a_port_that_is_asked_for_is_the_port() {
    let site = Site::new(SITE_TOML);
    let serving = serve(&site);
    let taken = serving.address().port();
    let with = |door: Door| Serve { door, ..how(&site.options()) }.start();
    match with(Door { port: Some(taken), ..Door::default() }) {
        Err(Failure::Door(why)) => assert!(why.contains(&format!("port {taken} is taken")), "{why}"),
        _ => panic!("a port was taken twice"),
    }
    // The default moves on.
    let open = |first| Door::default().open(first).unwrap_or_else(|why| panic!("{why}"));
    let moved = open(taken);
    assert_ne!(moved.listener.local_addr().expect("an address").port(), taken);
    assert!(matches!(
        with(Door { host: Some("no.such.host.invalid".into()), ..Door::default() }),
        Err(Failure::Door(_))
    ));
}

/// Serving writes nothing anywhere.
#[test]
fn serving_leaves_no_trace() {
    let site = html::demonstration();
    site.build();
    let list = |root: &Path| crate::support::tree(root);
    let before = list(site.root());
    let serving = serve(&site);
    let mut client = Client::new(serving.address());
    for target in ["/", "/archive/", "/nothing/", "/__recto/unpublished"] {
        client.get(target);
    }
    drop(serving);
    assert!(before == list(site.root()));
}

/// Where nothing tells of changes, they are found all the same.
#[test]
fn changes_are_found_by_looking_too() {
    let site = Site::new(SITE_TOML);
    site.write("content/articles/a.md", &article("A", "2021-03-24", "", "Before."));
    let serving = start(Serve { poll: true, ..how(&site.options()) });
    let mut client = Client::new(serving.address());
    let page = "/2021/03/24/a/";
    let seen = stamp(&mut client, page);
    let mut events = Events::open(&serving, page, &seen);
    assert_eq!(events.next().0, "same");
    site.write("content/articles/a.md", &article("A", "2021-03-24", "", "After."));
    assert_eq!(events.next().0, "reload");
    site.write("content/articles/b.md", &article("B", "2021-03-25", "", "New."));
    let until = Instant::now() + Duration::from_secs(20);
    while client.get("/2021/03/25/b/").status != 200 {
        assert!(Instant::now() < until, "a new article was not found");
        std::thread::sleep(Duration::from_millis(50));
    }
}
