//! Secrets in the wrong place are reported by their place, and never printed.

use crate::support::{SITE_TOML, Site, article, recto};

const CANARY: &str = "CANARY7Fq";

/// Returns a command's output on both streams, and its exit code.
fn said(site: &Site, args: &[&str]) -> (String, Option<i32>) {
    let ran = recto(site.root(), args);
    let text = [ran.stdout, ran.stderr].concat();
    (String::from_utf8(text).expect("what is said is UTF-8"), ran.status.code())
}

/// Checks that every command rejects these lines at the end of `site.toml` without printing the secret.
fn refused(lines: &str, code: &str, place: &str) {
    let site = Site::new(&format!("{SITE_TOML}{lines}\n"));
    for args in [&["check"][..], &["build"], &["deploy"], &["deploy", "--format", "json"], &["new", "Fog"]] {
        let (text, exit) = said(&site, args);
        assert!(!text.contains("CANARY"), "{args:?} of {lines}:\n{text}");
        assert_eq!(exit, Some(3), "{args:?} of {lines}:\n{text}");
        assert!(text.contains(code), "{args:?} of {lines}:\n{text}");
        if !args.contains(&"json") {
            assert!(text.contains(&format!("site.toml:{place}\n")), "{args:?} of {lines}:\n{text}");
        }
    }
}

#[test]
fn a_secret_in_the_configuration_is_not_shown() {
    let before = SITE_TOML.lines().count();
    let at = |line: usize, column: usize| format!("{}:{column}", before + line);
    for key in ["accessKeyId", "passwd", "aws_secret_access_key", "API-KEY", "sasToken", "key", "privateKey"] {
        refused(&format!("[deploy.x]\nto = \"s3://b/f\"\n{key} = \"{CANARY}\""), "secret-in-site", &at(3, 1));
        refused(&format!("{key} = \"{CANARY}\""), "secret-in-site", &at(1, 1));
    }
    refused(&format!("aws = {{ secret_access_key = \"{CANARY}\" }}"), "secret-in-site", &at(1, 1));
    refused(&format!("backup = \"https://{CANARY}@h/r\""), "secret-in-site", &at(1, 1));
    // A key whose name does not reveal that its value is a secret.
    refused(&format!("[deploy.x]\nto = \"s3://b/f\"\n  pincode = \"{CANARY}\""), "unknown-key", &at(3, 3));
    refused(&format!("[deploy.x]\npincode = \"{CANARY}\""), "missing-key", &at(1, 1));
    refused(&format!("[deploy]\npincode = \"{CANARY}\""), "wrong-type", &at(2, 1));
    // Several keys on one line, and invalid TOML.
    refused(
        &format!("deploy = {{ x = {{ to = \"s3://b\", passwd = \"{CANARY}\" }}, y = 1 }}"),
        "wrong-type",
        &at(1, 57),
    );
    refused(&format!("[deploy.x]\nto = \"s3://b\"\napi_key = {CANARY}"), "invalid-toml", &at(3, 11));
}

#[test]
fn a_secret_in_an_address_is_not_shown() {
    for url in [
        format!("git+https://{CANARY}@host.example/r.git"),
        format!("https://{CANARY}@host.example/r.git"),
        format!("ftp://{CANARY}@host.example/r.git"),
        format!("ssh://me:pa/{CANARY}@host.example/x"),
        format!("ssh://me:{CANARY}@host.example/x"),
        format!("rsync://me:{CANARY}@host.example/m"),
        format!("s3://{CANARY}@bucket/x"),
        format!("az://container/x?sig={CANARY}"),
        format!("gs://bucket/x#{CANARY}"),
    ] {
        let code = if url.contains('#') { "invalid-target" } else { "secret-in-site" };
        if !url.contains('#') {
            let place = format!("{}:1", SITE_TOML.lines().count() + 2);
            refused(&format!("[deploy.x]\nto = \"{url}\""), code, &place);
        }
        let site = Site::new(SITE_TOML);
        for args in [&["deploy", url.as_str()][..], &["deploy", &url, "--format", "json"]] {
            let (text, exit) = said(&site, args);
            assert!(!text.contains("CANARY") && exit == Some(2), "{args:?}:\n{text}");
        }
    }
    let site = Site::new(SITE_TOML);
    let (text, exit) = said(&site, &["deploy", &format!("me:{CANARY}@host.example:/x")]);
    assert!(!text.contains("CANARY") && exit == Some(2), "{text}");
}

/// A user or a password in an address that every page would print.
#[test]
fn a_secret_in_an_address_for_readers_is_not_shown() {
    let urls = [
        format!("https://user:{CANARY}@x.example/"),
        format!("https://{CANARY}@x.example/"),
        format!("http://u:p/{CANARY}@x.example/sub"),
        format!("HTTPS://u:{CANARY}@x.example"),
        format!("u:{CANARY}@x.example"),
        format!("https:/u:{CANARY}@x.example"),
        format!("//u:{CANARY}@x.example"),
    ];
    let without = SITE_TOML.replace("base_url = \"https://example.org\"\n", "");
    for url in &urls {
        for config in [
            format!("{without}base_url = \"{url}\"\n"),
            format!("{SITE_TOML}[topics]\nbar = [{{ label = \"X\", url = \"{url}\" }}]\n"),
        ] {
            let site = Site::new(&config);
            for args in [&["check"][..], &["build"], &["build", "--format", "json"], &["deploy"], &["new", "Fog"]] {
                let (text, exit) = said(&site, args);
                assert!(!text.contains("CANARY") && exit == Some(3), "{args:?} of {url}:\n{text}");
                assert!(text.contains("secret-in-site"), "{args:?} of {url}:\n{text}");
            }
        }
        let site = Site::new(SITE_TOML);
        for args in [&["build", "-u", url.as_str()][..], &["build", "--format", "json", "--base-url", url]] {
            let (text, exit) = said(&site, args);
            assert!(!text.contains("CANARY") && exit == Some(2), "{args:?}:\n{text}");
            assert!(!site.root().join("public").exists());
        }
    }
    let (text, exit) = said(&Site::new(SITE_TOML), &["build", "-u", &format!("https://x.example/?token={CANARY}")]);
    assert!(!text.contains("CANARY") && exit == Some(2), "{text}");
    let site = Site::new(&format!("{without}base_url = \"https://x.example/?token={CANARY}\"\n"));
    let (text, exit) = said(&site, &["build"]);
    assert!(!text.contains("CANARY") && exit == Some(3), "{text}");
    // Including texts about articles and terms, and their bodies.
    let url = &urls[0];
    for (more, body) in [
        (format!("[original]\nurl = \"{url}\""), String::new()),
        (format!("[original]\narchive_url = \"{url}\""), String::new()),
        (format!("[rights]\noriginal = \"{url}\""), String::new()),
        (format!("[extra]\nfeeds = [{{ url = \"{url}\" }}]"), String::new()),
        (String::new(), format!("A [link]({url}).")),
        (String::new(), format!("A link: <{url}>.")),
        (String::new(), format!("![A picture]({url}x.jpg)")),
    ] {
        let site = Site::new(SITE_TOML);
        site.write("content/articles/a.md", &article("A", "2024-05-06", &more, &body));
        for command in ["check", "build"] {
            let (text, exit) = said(&site, &[command]);
            assert!(!text.contains("CANARY") && exit == Some(1), "{command} of {more}{body}:\n{text}");
            assert!(text.contains("secret-in-url") && text.contains("content/articles/a.md:"), "{text}");
        }
    }
    let (text, exit) = said(&Site::new(&format!("{SITE_TOML}[extra]\nfeed = \"{url}\"\n")), &["build"]);
    assert!(!text.contains("CANARY") && exit == Some(3) && text.contains("`extra.feed`"), "{text}");
    let site = Site::new(SITE_TOML);
    site.write("content/sources/gazette.md", &format!("+++\nlabel = \"Gazette\"\nurl = \"{url}\"\n+++\n"));
    let (text, exit) = said(&site, &["check"]);
    assert!(!text.contains("CANARY") && exit == Some(1) && text.contains("secret-in-url"), "{text}");
}

#[test]
fn a_secret_in_a_link_of_a_text_is_not_shown() {
    let address = format!("https://me:{CANARY}@host.example/x");
    for body in [
        format!("[a]({address})"),
        format!("<{address}>"),
        format!("![a]({address}.png)"),
        format!("[a][b]\n\n[b]: {address}"),
        format!("Noted.[^1]\n\n[^1]: [a]({address})"),
    ] {
        let site = Site::new(SITE_TOML);
        site.write("content/articles/one.md", &article("One", "2024-05-06", "", &body));
        site.write("content/articles/one.ja.md", &format!("+++\ntitle = \"題\"\n+++\n\n{body}\n"));
        for args in [&["check"][..], &["check", "--format", "json"], &["build"], &["build", "-v"]] {
            let (text, exit) = said(&site, args);
            assert_eq!(exit, Some(1), "{args:?} of {body}:\n{text}");
            assert!(!text.contains("CANARY"), "{args:?} of {body}:\n{text}");
            assert!(text.contains("secret-in-url") && !text.contains("internal"), "{args:?} of {body}:\n{text}");
        }
    }
}
