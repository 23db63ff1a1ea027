//! The answers of `recto serve`: the bytes of a build and one script. `intruders.rs` tests what is rejected,
//! `follows.rs` what an open page receives.

use std::path::Path;

use recto::base::path::encode_path;
use recto::engine::site::LoadOptions;
use recto::shell::report::ReportStyle;
use recto::shell::web::listen::ListenOptions;
use recto::shell::web::serve::{LiveServer, ServeError, ServeOptions};

use crate::html;
use crate::http::{Client, Reply};
use crate::support::{SITE_TOML, Site, article};

const SCRIPT: &str = "<script src=\"/__recto/reload.js\" defer></script>";

/// Options for serving a site in this process, on a free port.
pub fn how(options: &LoadOptions) -> ServeOptions {
    let now = options.now;
    ServeOptions {
        options: options.clone(),
        strict: false,
        output: options.root.place("public"),
        door: ListenOptions { port: Some(0), ..ListenOptions::default() },
        poll: false,
        style: ReportStyle { quiet: true, verbose: false, json: false, colour: false },
        now: Box::new(move || now),
        give_back: || (),
    }
}

pub fn serve(site: &Site) -> LiveServer {
    start(how(&site.options()))
}

pub fn start(serve: ServeOptions) -> LiveServer {
    serve.start().unwrap_or_else(|failure| match failure {
        ServeError::Disk(error) => panic!("{error}"),
        ServeError::Door(why) => panic!("{why}"),
        ServeError::Configuration(problems) => panic!("{problems:#?}"),
    })
}

/// Returns the address of an output.
pub fn url(path: &str) -> String {
    let mut url = String::from("/");
    encode_path(path.strip_suffix("index.html").unwrap_or(path), &mut url);
    url
}

/// Returns a page without the added script.
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
    // If drafts are requested, they are like any other article.
    let options = LoadOptions { drafts: true, ..site.options() };
    site.write("content/articles/u.md", &text("Finished", ""));
    let serving = start(how(&options));
    let mut client = Client::new(serving.address());
    let text = client.get("/2021/03/24/d/").text();
    assert!(text.contains("A draft") && !text.contains("recto-ribbon"));
    assert!(client.get("/").text().contains("A draft"));
}

// ---- the door ----------------------------------------------------------------------------------------------------------

#[test]
fn a_port_that_is_asked_for_is_the_port() {
    let site = Site::new(SITE_TOML);
    let serving = serve(&site);
    let taken = serving.address().port();
    let with = |door: ListenOptions| ServeOptions { door, ..how(&site.options()) }.start();
    match with(ListenOptions { port: Some(taken), ..ListenOptions::default() }) {
        Err(ServeError::Door(why)) => assert!(why.contains(&format!("port {taken} is in use")), "{why}"),
        _ => panic!("a port was taken twice"),
    }
    // The default port moves on if it is taken.
    let open = |first| ListenOptions::default().open(first).unwrap_or_else(|why| panic!("{why}"));
    let moved = open(taken);
    assert_ne!(moved.listener.local_addr().expect("an address").port(), taken);
    assert!(matches!(
        with(ListenOptions { host: Some("no.such.host.invalid".into()), ..ListenOptions::default() }),
        Err(ServeError::Door(_))
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

/// Large files get the same answers as small ones.
fn large_files_are_read_while_they_are_sent(site: &Site, client: &mut crate::http::Client) {
    let size = recto::base::limits::WEB_FILE as usize;
    for more in [0, 1] {
        let bytes: Vec<u8> = (0..size + more).map(|at| (at % 251) as u8).collect();
        site.write_bytes("static/song.mp3", &bytes);
        let until = std::time::Instant::now() + std::time::Duration::from_secs(60);
        while client.get("/song.mp3").body != bytes {
            assert!(std::time::Instant::now() < until, "it is not sent");
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        let mut ask = |headers: &[(&str, &str)]| client.ask("GET", b"/song.mp3", headers).expect("an answer");
        let whole = ask(&[("Range", "bytes=5-2")]);
        assert_eq!(
            (whole.status, whole.body.len(), whole.header("content-type")),
            (200, bytes.len(), Some("audio/mpeg"))
        );
        assert_eq!(whole.header("cache-control"), Some("no-cache"));
        let tag = whole.header("etag").expect("a tag").to_owned();
        let part = ask(&[("Range", "BYTES=100-199 ,"), ("If-Range", &tag)]);
        assert_eq!((part.status, &part.body[..]), (206, &bytes[100..200]));
        assert_eq!(ask(&[("Range", "bytes=100-199"), ("If-Range", "\"other\"")]).status, 200);
        assert_eq!(ask(&[("Range", "bytes=99999999999999999999-")]).status, 416);
        assert_eq!(ask(&[("If-None-Match", &tag)]).status, 304);
    }
    site.write("static/song.mp3", "0123456789");
}

/// A film is requested in parts, and an interrupted download is resumed.
#[test]
fn parts_of_files_are_sent() {
    let site = Site::new(SITE_TOML);
    site.write("content/articles/a.md", &article("A", "2024-05-06", "", "[Film](film.mp4)"));
    site.write("content/articles/film.mp4", "0123456789")
        .write("static/song.mp3", "0123456789")
        .write("static/none.mp3", "");
    let serving = serve(&site);
    let mut client = crate::http::Client::new(serving.address());
    for path in ["/2024/05/06/a/film.mp4", "/song.mp3"] {
        let whole = client.get(path);
        let tag = whole.header("etag").expect("a tag").to_owned();
        assert_eq!(
            (whole.status, whole.header("accept-ranges"), whole.text().as_str()),
            (200, Some("bytes"), "0123456789")
        );
        let mut ask =
            |method: &str, headers: &[(&str, &str)]| client.ask(method, path.as_bytes(), headers).expect("an answer");
        for (range, part, said) in [
            ("bytes=0-1", "01", "bytes 0-1/10"),
            ("bytes=4-", "456789", "bytes 4-9/10"),
            ("bytes=-3", "789", "bytes 7-9/10"),
            ("bytes=8-99", "89", "bytes 8-9/10"),
        ] {
            let answer = ask("GET", &[("Range", range)]);
            assert_eq!((answer.status, answer.text().as_str()), (206, part), "{range}");
            assert_eq!(answer.header("content-range"), Some(said));
            assert_eq!(answer.header("etag"), Some(&*tag));
            assert_eq!(answer.header("content-length"), Some(&*part.len().to_string()));
            assert_eq!(answer.header("content-type"), whole.header("content-type"));
        }
        let behind = ask("GET", &[("Range", "bytes=10-")]);
        assert_eq!((behind.status, behind.header("content-range")), (416, Some("bytes */10")));
        for range in ["bytes=4-2", "bytes=0-1,4-5", "lines=1-2", "bytes=x"] {
            assert_eq!(ask("GET", &[("Range", range)]).status, 200, "{range}");
        }
        assert_eq!(ask("GET", &[("Range", "bytes=0-1"), ("Range", "bytes=0-1")]).status, 200);
        let part = [("Range", "bytes=0-1")];
        assert_eq!(ask("GET", &[part[0], ("If-Range", &tag)]).status, 206);
        assert_eq!(ask("GET", &[part[0], ("If-Range", "\"other\"")]).text(), "0123456789");
        assert_eq!(ask("GET", &[part[0], ("If-Range", "Wed, 21 Oct 2015 07:28:00 GMT")]).status, 200);
        assert_eq!(ask("GET", &[part[0], ("If-None-Match", &tag)]).status, 304);
        let head = ask("HEAD", &part);
        assert_eq!(
            (head.status, head.header("content-length"), head.header("accept-ranges")),
            (200, Some("10"), Some("bytes"))
        );
    }
    large_files_are_read_while_they_are_sent(&site, &mut client);
    let empty = client.ask("GET", b"/none.mp3", &[("Range", "bytes=0-")]).expect("an answer");
    assert_eq!((empty.status, empty.header("content-range")), (416, Some("bytes */0")));
    // A page is rendered for every request, and contains a script.
    let page = client.ask("GET", b"/2024/05/06/a/", &[("Range", "bytes=0-1")]).expect("an answer");
    assert_eq!((page.status, page.header("accept-ranges")), (200, None));
    assert!(page.text().contains("reload.js"));
}
