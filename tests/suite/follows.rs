//! The event stream of `recto serve`: what an open page receives when files change, read as a browser would.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use recto::shell::web::serve::{LiveServer, ServeOptions};

use crate::http::Client;
use crate::serve::{how, serve, start};
use crate::support::{SITE_TOML, Site, article};

/// A stream of events.
struct Events(BufReader<TcpStream>);

impl Events {
    fn open(serving: &LiveServer, page: &str, seen: &str) -> Events {
        let mut stream = TcpStream::connect(serving.address()).expect("the server is there");
        stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a timeout can be set");
        let target = format!("/__recto/events?page={page}&seen={seen}");
        let request = format!("GET {target} HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n");
        stream.write_all(request.as_bytes()).expect("it can be sent");
        Events(BufReader::new(stream))
    }

    /// Returns the next event: its kind and its data.
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

/// Returns the stamp with which a page was served.
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
    site.save("content/articles/a.md", &text("A", &long));
    site.save("content/articles/b.md", &text("B", &long));
    site.save("static/own.css", "a {}");
    let serving = serve(&site);
    let mut client = Client::new(serving.address());
    let page = "/2021/03/24/a/";
    let seen = stamp(&mut client, page);
    let mut events = Events::open(&serving, page, &seen);
    assert_eq!(events.next().0, "same");
    // A change of another page is not visible here.
    site.save("content/articles/b.md", &text("B", &format!("{long} more")));
    assert_eq!(events.next().0, "same");
    site.save("static/own.css", "b {}");
    assert_eq!(events.next(), ("file".to_owned(), "/own.css".to_owned()));
    site.save("content/articles/a.md", &text("A", "x\n+++").replace("2021-03-24", "2021-13-24"));
    let (kind, data) = events.next();
    assert_eq!(kind, "problems");
    assert!(data.contains("content/articles/a.md:3") && data.contains("invalid-date"), "{data}");
    // The last good site stays.
    assert!(client.get(page).text().contains("word word"));
    site.save("content/articles/a.md", &text("A", &long));
    assert_eq!(events.next(), ("problems".to_owned(), "[]".to_owned()));
    site.save("content/articles/a.md", &text("A", &format!("{long} changed")));
    assert_eq!(events.next().0, "reload");
    // A page receives missed events when it reconnects. A page of another run of the program receives a reload at
    // once.
    assert_eq!(Events::open(&serving, page, &seen).next().0, "reload");
    let now = stamp(&mut client, page);
    assert_eq!(Events::open(&serving, page, &now).next().0, "same");
    assert_eq!(Events::open(&serving, page, &now.replacen(&now[..4], "0000", 1)).next().0, "reload");
}

/// A template that fails when it is used: the page stays, and receives the error.
#[test]
fn a_template_that_fails_leaves_the_page_as_it_was() {
    let site = Site::new(SITE_TOML);
    site.save("content/articles/a.md", &article("A", "2021-03-24", "", "Body."));
    let serving = serve(&site);
    let mut client = Client::new(serving.address());
    let page = "/2021/03/24/a/";
    let seen = stamp(&mut client, page);
    let mut events = Events::open(&serving, page, &seen);
    assert_eq!(events.next().0, "same");
    for wrong in ["{% if %}", "{{ no.such.field }}"] {
        site.save("templates/article.html", wrong);
        let (kind, data) = events.next();
        assert_eq!(kind, "problems", "{data}");
        assert!(data.contains("templates/article.html:1"), "{data}");
        assert!(client.get(page).text().contains("Body."));
        std::fs::remove_file(site.root().join("templates/article.html")).expect("it is there");
        assert_eq!(events.next(), ("problems".to_owned(), "[]".to_owned()));
    }
}

/// A site with errors from the start is shown without the broken parts, and every page receives the errors.
#[test]
fn a_site_may_be_broken_when_it_is_first_shown() {
    let site = Site::new(SITE_TOML);
    site.save("content/articles/a.md", &article("A", "2021-03-24", "", "Body."));
    site.save("content/articles/b.md", &article("B", "2021-13-24", "", "Body."));
    let serving = serve(&site);
    let mut client = Client::new(serving.address());
    assert!(client.get("/").text().contains("/2021/03/24/a/"));
    let seen = stamp(&mut client, "/");
    let mut events = Events::open(&serving, "/", &seen);
    assert_eq!(events.next().0, "problems");
    site.save("content/articles/b.md", &article("B", "2021-03-24", "", "Body."));
    assert_eq!(events.next().0, "reload");
}

/// A panic below the server, here in its clock, is reported over the page, and serving continues.
#[test]
fn a_panic_is_said_and_serving_goes_on() {
    let site = Site::new(SITE_TOML);
    site.save("content/articles/a.md", &article("A", "2021-03-24", "", "Body."));
    let broken = Arc::new(AtomicBool::new(false));
    let (clock, now) = (broken.clone(), site.options().now);
    let tells = move || {
        assert!(!clock.load(Ordering::SeqCst), "the clock has stopped");
        now
    };
    let serving = start(ServeOptions { now: Box::new(tells), ..how(&site.options()) });
    let mut client = Client::new(serving.address());
    let page = "/2021/03/24/a/";
    let seen = stamp(&mut client, page);
    let mut events = Events::open(&serving, page, &seen);
    assert_eq!(events.next().0, "same");
    broken.store(true, Ordering::SeqCst);
    site.save("content/articles/b.md", &article("B", "2021-03-25", "", "New."));
    let (kind, data) = events.next();
    assert_eq!(kind, "problems");
    assert!(data.contains("Recto failed while it looked at what has changed: `the clock has stopped`"), "{data}");
    // The last good state is available to everybody.
    assert!(client.get(page).text().contains("Body."));
    assert_eq!(client.get("/2021/03/25/b/").status, 404);
    broken.store(false, Ordering::SeqCst);
    // Changes during the failure are not lost once something else changes, and the error disappears.
    site.save("content/articles/c.md", &article("C", "2021-03-26", "", "New."));
    while client.get("/2021/03/25/b/").status != 200 {
        std::thread::sleep(Duration::from_millis(20));
    }
    let (kind, data) = events.next();
    assert!(kind == "reload" || (kind == "problems" && data == "[]"), "{kind}: {data}");
    let seen = stamp(&mut client, page);
    assert_eq!(Events::open(&serving, page, &seen).next().0, "same");
}

/// A file may have names in folders that are not watched.
#[test]
#[cfg(unix)]
fn files_are_followed_under_all_their_names() {
    let site = Site::new(SITE_TOML);
    let outside = crate::support::temporary();
    let (here, there) = (site.root().join("content/articles/a.md"), outside.path().join("a.md"));
    site.save("content/articles/a.md", &article("A", "2021-03-24", "", "Before."));
    site.save("static/one.txt", "before");
    std::fs::hard_link(&here, &there).expect("a second name");
    let one = site.root().join("static/one.txt");
    std::fs::hard_link(&one, site.root().join("static/two.txt")).expect("a second name");
    std::os::unix::fs::symlink("one.txt", site.root().join("static/three.txt")).expect("a link");
    let serving = start(how(&site.options()));
    let mut client = Client::new(serving.address());
    let mut shows = |path: &str, text: &str| {
        let until = Instant::now() + Duration::from_secs(60);
        while !client.get(path).text().contains(text) {
            assert!(Instant::now() < until, "{path} does not say {text}");
            std::thread::sleep(Duration::from_millis(50));
        }
    };
    shows("/2021/03/24/a/", "Before.");
    // Written in place, as by an editor that keeps hard links.
    for body in ["After.", "Later."] {
        std::fs::write(&there, article("A", "2021-03-24", "", body)).expect("it can be written");
        shows("/2021/03/24/a/", body);
    }
    std::fs::write(&one, "after it").expect("it can be written");
    ["/one.txt", "/two.txt", "/three.txt"].into_iter().for_each(|path| shows(path, "after it"));
    // And replaced by a new file, as by an editor that keeps the old one as a backup.
    std::fs::hard_link(&here, here.with_extension("md~")).expect("a second name");
    let new = outside.path().join("new");
    std::fs::write(&new, article("A", "2021-03-24", "", "New.")).expect("it can be written");
    std::fs::copy(&new, here.with_extension("new")).expect("it can be copied");
    std::fs::rename(here.with_extension("new"), &here).expect("it can be renamed");
    shows("/2021/03/24/a/", "New.");
    drop(serving);
    site.build();
    assert!(site.output("2021/03/24/a/index.html").contains("New."));
    assert_eq!([site.output("two.txt"), site.output("three.txt")], ["after it", "after it"]);
}

/// Without file notifications, changes are found by polling.
#[test]
fn changes_are_found_by_looking_too() {
    let site = Site::new(SITE_TOML);
    site.save("content/articles/a.md", &article("A", "2021-03-24", "", "Before."));
    let serving = start(ServeOptions { poll: true, ..how(&site.options()) });
    let mut client = Client::new(serving.address());
    let page = "/2021/03/24/a/";
    let seen = stamp(&mut client, page);
    let mut events = Events::open(&serving, page, &seen);
    assert_eq!(events.next().0, "same");
    site.save("content/articles/a.md", &article("A", "2021-03-24", "", "After."));
    assert_eq!(events.next().0, "reload");
    site.save("content/articles/b.md", &article("B", "2021-03-25", "", "New."));
    let until = Instant::now() + Duration::from_secs(60);
    while client.get("/2021/03/25/b/").status != 200 {
        assert!(Instant::now() < until, "a new article was not found");
        std::thread::sleep(Duration::from_millis(50));
    }
}
