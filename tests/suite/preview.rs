//! The answers of `recto preview`: the built site as a host would serve it. `intruders.rs` tests what is rejected.

mod rules;

use std::fs;
use std::io::Read;

use recto::hosting::hosts;
use recto::shell::report::ReportStyle;
use recto::shell::web::listen::ListenOptions;
use recto::shell::web::preview::{PreviewError, PreviewOptions, PreviewServer};

use crate::http::{Client, Reply};
use crate::support::{SITE_TOML, Site, article, tree};

const HTML: &str = "text/html; charset=utf-8";

fn how(site: &Site, rules: &str) -> PreviewOptions {
    PreviewOptions {
        root: site.root().to_owned(),
        output: site.root().join("public"),
        rules: hosts::rules(rules).expect("a host"),
        options: site.options(),
        door: ListenOptions { port: Some(0), ..ListenOptions::default() },
        style: ReportStyle { quiet: true, verbose: false, json: false, colour: false },
    }
}

fn start(preview: PreviewOptions) -> PreviewServer {
    preview.start().unwrap_or_else(|failure| match failure {
        PreviewError::Disk(error) => panic!("{error}"),
        PreviewError::Nothing(why) | PreviewError::Door(why) => panic!("{why}"),
    })
}

/// Shows a built site by the rules of a host until it is dropped.
pub fn show(site: &Site, rules: &str) -> PreviewServer {
    start(how(site, rules))
}

/// A client of the site by the rules of a host, which keeps the server alive.
pub struct Shown {
    pub client: Client,
    _server: PreviewServer,
}

impl Shown {
    pub fn new(site: &Site, rules: &str) -> Shown {
        let server = show(site, rules);
        Shown { client: Client::new(server.address()), _server: server }
    }

    fn get(&mut self, target: &str) -> Reply {
        self.client.get(target)
    }

    pub fn ask(&mut self, method: &str, target: &str, headers: &[(&str, &str)]) -> Reply {
        self.client.ask(method, target.as_bytes(), headers).expect("a server answers")
    }

    /// Returns the status, and the target or the text.
    pub fn short(&mut self, target: &str) -> String {
        let reply = self.get(target);
        let rest = reply.header("location").map_or_else(|| reply.text(), |to| format!("to {to}"));
        format!("{} {rest}", reply.status)
    }
}

fn long() -> String {
    "A line that is worth compressing.\n".repeat(40)
}

/// A built site for a host to serve.
pub fn built() -> Site {
    let site = Site::new(SITE_TOML);
    for (path, text) in [
        ("index.html", "home"),
        ("404.html", "nothing here"),
        ("page.html", "page"),
        ("dir/index.html", "dir"),
        ("拉/a b.txt", "far"),
        ("feed.xml", "<feed/>"),
        ("x.css", "a {}"),
        ("x.png", "png"),
        ("unknown.qqq", "bytes"),
        (".well-known/x", "known"),
        (".recto-manifest", "canary"),
        (".recto-staging/x.html", "canary"),
    ] {
        site.write(&format!("public/{path}"), text);
    }
    site.write("public/long.txt", &long());
    site.write_bytes("public/long.png", long().as_bytes());
    site
}

/// A built site with aliases.
fn moved(more: &str) -> Site {
    let site = Site::new(&format!("{SITE_TOML}{more}"));
    let aliases = "aliases = [\"/old/a/\", \"/旧/b c.html\", \"/own\"]";
    site.write("content/articles/ferry.md", &article("Ferry", "2024-05-02", aliases, "It left."));
    site.write("static/_redirects", "/own /elsewhere/ 302\n");
    site.build();
    site
}

#[test]
fn files_are_served_with_their_types() {
    let site = built();
    let mut shown = Shown::new(&site, "plain");
    for (target, kind, text) in [
        ("/", HTML, "home"),
        ("/?x=/../", HTML, "home"),
        ("/dir/", HTML, "dir"),
        ("/page.html", HTML, "page"),
        ("/%E6%8B%89/a%20b.txt", "text/plain; charset=utf-8", "far"),
        ("/feed.xml", "application/xml", "<feed/>"),
        ("/x.css", "text/css; charset=utf-8", "a {}"),
        ("/x.png", "image/png", "png"),
        ("/unknown.qqq", "application/octet-stream", "bytes"),
        ("/.well-known/x", "application/octet-stream", "known"),
    ] {
        let reply = shown.get(target);
        assert_eq!(
            (reply.status, reply.header("content-type"), reply.text().as_str()),
            (200, Some(kind), text),
            "{target}"
        );
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(reply.header("cache-control"), None);
    }
    let head = shown.ask("HEAD", "/x.css", &[]);
    assert_eq!((head.status, head.header("content-length"), head.body.len()), (200, Some("4"), 0));
    assert_eq!(shown.ask("POST", "/", &[]).status, 405);
    assert_eq!(shown.ask("GET", "/", &[("Host", "evil.example")]).status, 403);
}

#[test]
fn addresses_follow_the_rules() {
    let site = built();
    let nothing = "404 nothing here";
    for (rules, dir, page, slash, html) in [
        ("plain", "301 to /dir/", nothing, nothing, "200 page"),
        ("github", "301 to /dir/", "200 page", nothing, "200 page"),
        ("gitlab", "302 to /dir/", "200 page", "200 page", "200 page"),
        ("netlify", "301 to /dir/", "200 page", "301 to /page", "200 page"),
        ("cloudflare", "308 to /dir/", "200 page", "308 to /page", "308 to /page"),
        ("s3", "302 to /dir/", nothing, nothing, "200 page"),
        ("nginx", "301 to /dir/", nothing, nothing, "200 page"),
        ("caddy", "308 to /dir/", nothing, nothing, "200 page"),
        ("apache", "301 to /dir/", nothing, nothing, "200 page"),
    ] {
        let mut shown = Shown::new(&site, rules);
        let got = ["/dir", "/page", "/page/", "/page.html"].map(|target| shown.short(target));
        assert_eq!(got, [dir, page, slash, html], "{rules}");
        assert!(shown.short("/dir?q=1").ends_with("/dir/?q=1"), "{rules}");
        let missing = shown.get("/none/such");
        assert_eq!(
            (missing.status, missing.header("content-type"), missing.text().as_str()),
            (404, Some(HTML), "nothing here")
        );
        assert_eq!(missing.header("cache-control"), None);
        // No host serves Recto's own files.
        for own in ["/.recto-manifest", "/.recto-staging/x.html", "/.recto-staging/x", "/.recto-staging/"] {
            assert_eq!(shown.short(own), nothing, "{rules}: {own}");
        }
    }
}

#[test]
fn a_site_without_a_page_for_it_says_404_all_the_same() {
    let site = Site::new(SITE_TOML);
    site.write("public/index.html", "home");
    assert_eq!(Shown::new(&site, "plain").get("/x").status, 404);
    assert_eq!(Shown::new(&site, "cloudflare").short("/x"), "200 home", "it takes the site for an application");
}

#[test]
fn hosts_say_how_long_a_page_keeps() {
    let site = built();
    for (rules, cache) in [
        ("github", "max-age=600"),
        ("gitlab", "max-age=600"),
        ("netlify", "public,max-age=0,must-revalidate"),
        ("cloudflare", "public, max-age=0, must-revalidate"),
    ] {
        let mut shown = Shown::new(&site, rules);
        assert_eq!(
            [shown.get("/").header("cache-control"), shown.get("/x.png").header("cache-control")],
            [Some(cache); 2]
        );
        // A permanent redirect would outlive the preview in the browser's cache.
        assert_eq!(shown.get("/dir").header("cache-control"), Some("no-store"));
    }
}

#[test]
fn texts_are_compressed_where_the_host_does_it() {
    let site = built();
    for (rules, gzip, best) in [
        ("plain", None, None),
        ("gitlab", None, None),
        ("s3", None, None),
        ("github", Some("gzip"), Some("gzip")),
        ("apache", Some("gzip"), Some("gzip")),
        ("netlify", Some("gzip"), Some("br")),
        ("cloudflare", Some("gzip"), Some("br")),
    ] {
        let mut shown = Shown::new(&site, rules);
        let reply = shown.ask("GET", "/long.txt", &[("Accept-Encoding", "gzip")]);
        assert_eq!(reply.header("content-encoding"), gzip, "{rules}");
        let mut text = String::new();
        match gzip {
            Some(_) => {
                flate2::read::GzDecoder::new(&*reply.body).read_to_string(&mut text).expect("it is gzip");
                assert!(reply.header("etag").is_some_and(|tag| tag.starts_with("W/\"")));
                assert_eq!(reply.header("vary"), Some("accept-encoding"));
            }
            None => text = reply.text(),
        }
        assert_eq!(text, long());
        let all = [("Accept-Encoding", "gzip, deflate, br")];
        assert_eq!(shown.ask("GET", "/long.txt", &all).header("content-encoding"), best, "{rules}");
        assert_eq!(shown.ask("HEAD", "/long.txt", &all).header("content-encoding"), best, "{rules}");
        let others = [
            ("/long.png", &all[..]),
            ("/x.css", &all),
            ("/long.txt", &[]),
            ("/long.txt", &[("Accept-Encoding", "br;q=0")]),
        ];
        for (target, headers) in others {
            let reply = shown.ask("GET", target, headers);
            assert_eq!((reply.status, reply.header("content-encoding")), (200, None), "{rules} {target} {headers:?}");
        }
    }
}

#[test]
fn siblings_are_sent_where_the_host_does_it() {
    let site = built();
    site.write("public/x.css.gz", "as gzip").write("public/x.css.br", "as brotli");
    for (rules, gzip, br) in [
        ("plain", "a {}", "a {}"),
        ("gitlab", "as gzip", "as brotli"),
        ("nginx", "as gzip", "a {}"),
        ("caddy", "as gzip", "as brotli"),
    ] {
        let mut shown = Shown::new(&site, rules);
        for (encoding, expected) in [("gzip", gzip), ("br", br)] {
            let reply = shown.ask("GET", "/x.css", &[("Accept-Encoding", encoding)]);
            let sent = if expected == "a {}" { None } else { Some(encoding) };
            assert_eq!((reply.text().as_str(), reply.header("content-encoding")), (expected, sent), "{rules}");
            assert_eq!(reply.header("content-type"), Some("text/css; charset=utf-8"));
        }
    }
}

#[test]
fn what_the_browser_has_is_not_sent_again() {
    let site = built();
    let mut shown = Shown::new(&site, "netlify");
    let first = shown.get("/x.css");
    let (tag, date) = (first.header("etag").expect("a tag"), first.header("last-modified").expect("a date"));
    assert!(tag.starts_with('"'), "{tag}");
    for (name, value) in [("If-None-Match", tag), ("If-None-Match", "*"), ("If-Modified-Since", date)] {
        let reply = shown.ask("GET", "/x.css", &[(name, value)]);
        assert_eq!((reply.status, reply.header("etag"), reply.body.len()), (304, Some(tag), 0), "{name}");
        assert_eq!(reply.header("cache-control"), Some("public,max-age=0,must-revalidate"));
    }
    assert_eq!(shown.ask("GET", "/x.css", &[("If-None-Match", "\"other\"")]).status, 200);
    // A compressed page has a weak tag, which still revalidates.
    let gzip = ("Accept-Encoding", "gzip");
    let weak = shown.ask("GET", "/long.txt", &[gzip]).header("etag").expect("a tag").to_owned();
    assert_eq!(shown.ask("GET", "/long.txt", &[gzip, ("If-None-Match", &weak)]).status, 304);
    // A missing page is missing, whatever the browser has cached.
    assert_eq!(shown.ask("GET", "/none", &[("If-None-Match", "*")]).status, 404);
}

#[test]
fn pieces_of_a_file_are_sent() {
    let site = built();
    let mut shown = Shown::new(&site, "cloudflare");
    let text = long();
    let whole = text.len();
    let last = format!("bytes 0-0/{whole}");
    for (range, piece, place) in [
        ("bytes=0-0", &text[..1], last.clone()),
        ("bytes=2-5", &text[2..6], format!("bytes 2-5/{whole}")),
        ("bytes=-6", &text[whole - 6..], format!("bytes {}-{}/{whole}", whole - 6, whole - 1)),
        ("bytes=1300-", &text[1300..], format!("bytes 1300-{}/{whole}", whole - 1)),
    ] {
        for headers in [vec![("Range", range)], vec![("Range", range), ("Accept-Encoding", "gzip, br")]] {
            let reply = shown.ask("GET", "/long.png", &headers);
            assert_eq!(
                (reply.status, reply.text().as_str(), reply.header("content-range")),
                (206, piece, Some(&*place)),
                "{range}"
            );
        }
    }
    let beyond = shown.ask("GET", "/long.png", &[("Range", "bytes=99999-")]);
    assert_eq!((beyond.status, beyond.header("content-range")), (416, Some(&*format!("bytes */{whole}"))));
    assert_eq!(shown.ask("GET", "/long.png", &[("Range", "bytes=0-1,3-4")]).status, 200, "several are none");
    for odd in [
        "bytes=abc",
        "bytes=5-2",
        "bytes=",
        "bytes",
        "lines=1-2",
        "bytes=1-2-3",
        "bytes=-",
        "=",
        "bytes=0x1-2",
        "bytes=0 - 3",
        "bytes= 0-3",
    ] {
        assert_eq!(shown.ask("GET", "/long.png", &[("Range", odd)]).status, 200, "{odd}");
    }
    assert_eq!(shown.ask("GET", "/long.png", &[("Range", "BYTES=0-0 , ")]).status, 206);
    assert_eq!(shown.ask("GET", "/long.png", &[("Range", "bytes=0-99999999999999999999999")]).status, 206);
    assert_eq!(shown.ask("GET", "/long.png", &[("Range", "bytes=99999999999999999999999-")]).status, 416);
    assert_eq!(shown.ask("GET", "/long.png", &[("Range", "bytes=-0")]).status, 416);
    let range = ("Range", "bytes=0-0");
    let tag = shown.get("/long.png").header("etag").expect("a tag").to_owned();
    assert_eq!(shown.ask("GET", "/long.png", &[range, ("If-Range", &tag)]).status, 206);
    let other = shown.ask("GET", "/long.png", &[range, ("If-Range", "\"other\"")]);
    assert_eq!((other.status, other.body.len()), (200, whole), "a piece of another file is of no use");
    assert_eq!(shown.ask("GET", "/none", &[range]).status, 404);
}

#[test]
fn a_site_with_errors_is_shown_as_it_was_built() {
    let site = moved("");
    site.write("content/articles/fog.md", "no front matter\n");
    let mut shown = Shown::new(&site, "nginx");
    assert_eq!([shown.get("/old/a/").status, shown.get("/2024/05/02/ferry/").status], [200, 200]);
    assert_eq!(shown.short("/2024/05/02"), "301 to /2024/05/02/");
}

#[test]
fn a_site_below_a_path_is_shown_there() {
    let site = built();
    site.write("site.toml", "title = \"T\"\nbase_url = \"https://example.org/sub/m%C3%A9\"\n");
    site.write("public/_redirects", "/sub/m%C3%A9/old /sub/m%C3%A9/dir/\n/sub/mé/app/* /sub/m%C3%A9/page.html 200\n");
    let mut shown = Shown::new(&site, "netlify");
    for (target, expected) in [
        ("/", "302 to /sub/m%C3%A9/"),
        ("/sub/m%C3%A9", "302 to /sub/m%C3%A9/"),
        ("/sub/m%C3%A9/", "200 home"),
        ("/sub/m%C3%A9/dir", "301 to /sub/m%C3%A9/dir/"),
        ("/sub/m%C3%A9/old", "301 to /sub/m%C3%A9/dir/"),
        ("/sub/m%C3%A9/app/x", "200 page"),
        ("/dir/", "404 nothing here"),
        ("/sub/m%C3%A9x/", "404 nothing here"),
    ] {
        assert_eq!(shown.short(target), expected, "{target}");
    }
    // An invalid configuration does not stop the preview.
    site.write("site.toml", "title = \n");
    assert_eq!(Shown::new(&site, "plain").short("/"), "200 home");
}

#[cfg(unix)]
#[test]
fn a_file_of_no_date_stops_nothing() {
    use std::time::{Duration, SystemTime};
    let site = built();
    let file = fs::File::options().write(true).open(site.root().join("public/x.css")).expect("it is there");
    file.set_modified(SystemTime::UNIX_EPOCH - Duration::from_secs(99_999)).expect("it can be dated");
    let mut shown = Shown::new(&site, "plain");
    assert_eq!(
        [shown.get("/x.css").status, shown.ask("HEAD", "/x.css", &[]).status, shown.get("/").status],
        [500, 500, 200]
    );
}

#[test]
fn what_a_build_made_is_served_byte_for_byte() {
    let site = Site::new(SITE_TOML);
    site.write("content/articles/ferry.md", &article("Ferry", "2024-05-02", "tags = [\"Fog\"]", "It left."));
    site.build();
    let before = site.outputs();
    for rules in ["plain", "github", "netlify", "gitlab"] {
        let mut shown = Shown::new(&site, rules);
        for (path, bytes) in before.iter().filter(|(path, _)| !path.starts_with(".recto-")) {
            let mut url = String::from("/");
            recto::base::path::encode_path(path.strip_suffix("index.html").unwrap_or(path), &mut url);
            let reply = shown.get(&url);
            assert!(reply.status == 200 && reply.body == *bytes, "{rules}: {path}");
        }
    }
    assert!(site.outputs() == before && !tree(site.root()).is_empty(), "nothing is written");
}

#[test]
fn without_a_built_site_nothing_is_shown() {
    let site = Site::new(SITE_TOML);
    let refused = |site: &Site| match how(site, "plain").start() {
        Err(PreviewError::Nothing(why)) => why,
        _ => panic!("something is shown"),
    };
    assert!(refused(&site).ends_with("public\nhelp: run `recto build`"));
    site.write("public/.recto-manifest", "");
    refused(&site);
    site.write("public/index.html", "home");
    assert!(how(&site, "plain").start().is_ok());
}
