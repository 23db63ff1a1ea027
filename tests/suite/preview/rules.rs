//! Tests the redirects and headers of a preview: those that the chosen host would apply.

use super::*;

const REDIRECTS: &str = "\
# old addresses
/old /dir/
/gone/* /dir/:splat 302
/n/:year/:slug https://other.example/:slug?y=:year 301
/app/* /page.html 200
/x.css /page.html 302
/lost/* /404.html 404
";

#[test]
fn redirects_are_those_of_the_file() {
    let site = built();
    site.write("public/_redirects", REDIRECTS);
    for (rules, old, css, app, lost) in [
        ("netlify", "301 to /dir/", "200 a {}", "200 page", "404 nothing here"),
        ("gitlab", "301 to /dir/", "200 a {}", "200 page", "404 nothing here"),
        // The rewrite leads to an address with a preferred form, so the browser is redirected.
        ("cloudflare", "302 to /dir/", "302 to /page.html", "308 to /page", "404 nothing here"),
    ] {
        let mut shown = Shown::new(&site, rules);
        let got = ["/old", "/x.css", "/app/any/thing", "/lost/x"].map(|target| shown.short(target));
        assert_eq!(got, [old, css, app, lost], "{rules}");
        assert_eq!(shown.short("/gone/a/%E6%8B%89"), "302 to /dir/a/%E6%8B%89", "{rules}");
        assert_eq!(shown.short("/gone/a?q=1"), "302 to /dir/a?q=1", "{rules}");
        assert_eq!(shown.short("/n/2021/ferry?q=1"), "301 to https://other.example/ferry?y=2021", "{rules}");
        assert_eq!(shown.get("/_redirects").status, 404, "{rules}");
        assert!(shown.short("/gone/%0d%0aX:%20y").starts_with("404"), "{rules}");
        assert!(shown.short("/gone//evil.example").starts_with("404"), "{rules}");
    }
    for rules in ["plain", "github", "s3", "nginx", "caddy", "apache"] {
        let mut shown = Shown::new(&site, rules);
        assert_eq!([shown.get("/old").status, shown.get("/_redirects").status], [404, 200], "{rules}");
    }
}

#[test]
fn aliases_are_answered_as_the_host_answers_them() {
    let to = "301 to /2024/05/02/ferry/";
    for more in ["", "[redirects]\nas = \"none\"\n"] {
        let site = moved(more);
        let before = site.outputs();
        for (rules, alias, slash, file, query, own) in [
            ("nginx", to, to, to, to, to),
            ("caddy", to, to, to, to, to),
            ("apache", to, to, to, to, to),
            // The site's own rules come first.
            ("netlify", to, to, to, to, "302 to /elsewhere/"),
            ("cloudflare", to, to, to, to, "302 to /elsewhere/"),
            // It has no way to write a space.
            ("gitlab", to, to, "", to, "302 to /elsewhere/"),
        ] {
            let mut shown = Shown::new(&site, rules);
            let got = ["/old/a", "/old/a/", "/own"].map(|target| shown.short(target));
            assert_eq!(got, [alias, slash, own], "{rules}{more}");
            assert_eq!(shown.short("/old/a/?q=1"), format!("{query}?q=1"), "{rules}{more}");
            let (written, page) = (shown.short("/%E6%97%A7/b%20c.html"), shown.get("/old/a/index.html").status);
            match (file, more) {
                ("", "") => assert!(written.starts_with("200 <!"), "the page leads on: {written}"),
                ("", _) => assert!(written.starts_with("404"), "{written}"),
                _ => assert_eq!(written, file, "{rules}{more}"),
            }
            // A page that is not deployed blocks no rule. On a server it redirects until the server has read its
            // configuration.
            let stays = more.is_empty() && ["nginx", "caddy", "apache"].contains(&rules);
            assert_eq!(page, if stays { 200 } else { 404 }, "{rules}{more}");
        }
        for rules in ["plain", "github", "s3"] {
            let page = Shown::new(&site, rules).get("/old/a/");
            assert_eq!(page.status, if more.is_empty() { 200 } else { 404 }, "{rules}{more}");
        }
        assert!(site.outputs() == before, "nothing of it is written");
    }
}

#[test]
fn headers_are_those_that_the_host_is_given() {
    let site = moved("[assets]\nnames = \"hashed\"\n");
    let sheet = site.outputs().into_keys().find(|path| path.starts_with("recto.") && path.ends_with(".css"));
    let sheet = format!("/{}", sheet.expect("a style sheet"));
    for rules in ["nginx", "caddy", "apache", "netlify", "cloudflare"] {
        let mut shown = Shown::new(&site, rules);
        let cache = |reply: Reply| reply.header("cache-control").unwrap_or_default().replace(' ', "");
        assert_eq!(cache(shown.get(&sheet)), "public,max-age=31536000,immutable", "{rules}");
        assert_eq!(cache(shown.get("/")), "public,max-age=0,must-revalidate", "{rules}");
        assert_eq!(cache(shown.get("/none")), "", "{rules}");
        assert_eq!(shown.get("/").header("referrer-policy"), Some("strict-origin-when-cross-origin"), "{rules}");
    }
}

#[test]
fn rules_are_read_again_when_they_change() {
    let site = built();
    let mut shown = Shown::new(&site, "netlify");
    assert_eq!(shown.get("/old").status, 404);
    site.write("public/_redirects", "/old /dir/\n");
    assert_eq!(shown.short("/old"), "301 to /dir/");
    fs::remove_file(site.root().join("public/_redirects")).expect("it can be removed");
    assert_eq!(shown.get("/old").status, 404);
}

#[test]
fn headers_are_those_of_the_file() {
    let site = built();
    let text = "/*\n  X-Frame-Options: ALLOWALL\n  Access-Control-Allow-Origin: *\n  Referrer-Policy: same-origin\n\
                /x.css\n  Cache-Control: max-age=31536000\n/dir/*\n  ! Cache-Control\n";
    site.write("public/_headers", text);
    for (rules, dir) in [("netlify", Some("public,max-age=0,must-revalidate")), ("cloudflare", None)] {
        let mut shown = Shown::new(&site, rules);
        let css = shown.get("/x.css");
        assert_eq!(css.header("cache-control"), Some("max-age=31536000"), "{rules}");
        assert_eq!(css.header("referrer-policy"), Some("same-origin"), "{rules}");
        assert_eq!(shown.get("/dir/").header("cache-control"), dir, "{rules}");
        assert_eq!(shown.get("/none").header("referrer-policy"), Some("same-origin"), "{rules}");
        // The site cannot override the headers that keep other origins out.
        assert_eq!(css.header("access-control-allow-origin"), None, "{rules}");
        assert_eq!(css.header("x-frame-options"), Some("SAMEORIGIN"), "{rules}");
        assert_eq!(shown.get("/_headers").status, 404, "{rules}");
    }
    let mut shown = Shown::new(&site, "gitlab");
    assert_eq!(shown.get("/x.css").header("referrer-policy"), None);
    assert_eq!(shown.get("/_headers").status, 200);
}
