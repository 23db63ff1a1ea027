//! Deploys to hosts: messages about the site's own rules, and how long files are cached.

use recto::deploy::desired_files;
use recto::engine::build_result::BuildResult;
use recto::engine::load;
use recto::engine::site_overlay;
use recto::hosting::hosts;

use crate::support::{SITE_TOML, Site, article, recto, temporary};

/// A name that looks like a fingerprint does not count: only the plan knows which names change with the content.
#[test]
fn only_what_the_build_renames_is_kept_for_ever() {
    let site = Site::new(&format!("{SITE_TOML}[assets]\nnames = \"hashed\"\n"));
    site.write("content/articles/a.md", &article("A", "2024-01-10", "", "![A map](map.svg)"));
    site.write("content/articles/map.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"4\" height=\"4\"></svg>");
    site.write("static/scan.2021032412000000.pdf", "%PDF").write("static/js/x.0123456789abcdef.js", "{}\n");
    site.write("static/site.css", "p { color: red }\n");
    site.build();
    let loaded = load::load(&site.options()).expect("it can be read").made.expect("a site").0;
    let output = site.root().join("public");
    let wanted = || {
        let built = BuildResult::left(&site.options(), &output, None).expect("it can be read").expect("it was built");
        let files = desired_files::of_built(&built, &output, 2).expect("it can be read");
        let lasting = files.into_iter().filter(|file| file.headers.cache_control.ends_with("immutable"));
        lasting.map(|file| file.path).collect::<Vec<_>>()
    };
    let lasting = wanted();
    for start in ["2024/01/10/a/map.", "recto.", "site."] {
        assert!(lasting.iter().any(|path| path.starts_with(start)), "{start}: {lasting:?}");
    }
    assert!(!lasting.iter().any(|path| path.contains("scan") || path.contains("js/x")), "{lasting:?}");
    // Without a state the plan says the same. Files outside of the plan are never certain.
    std::fs::remove_dir_all(site.root().join(".recto")).expect("a folder");
    assert_eq!(wanted(), lasting);
    site.write("site.toml", "title = [");
    assert_eq!(wanted(), [""; 0]);
    let made = site_overlay::overlay(&loaded, hosts::find("netlify").expect("a host"), &mut Vec::new());
    let headers = made.add.iter().map(|(_, bytes)| String::from_utf8_lossy(bytes)).collect::<String>();
    assert!(headers.contains("/site.") && !headers.contains("scan") && !headers.contains("js/x"), "{headers}");
}

/// Rules that a host will not follow are reported before anything is sent, and stop nothing.
#[test]
fn what_a_host_would_not_follow_is_said() {
    let site = Site::new("");
    let to = temporary();
    for (host, more, said) in [
        ("netlify", "", "static/_redirects:2:1"),
        ("gitlab", "", "static/_redirects:2:1"),
        (
            "github",
            "[redirects]\nas = \"none\"\n",
            "the alias /old does not work: Recto writes no redirects for github",
        ),
    ] {
        let to = to.path().join(host);
        let target = format!("[deploy.live]\nto = \"file://{}\"\nhost = {host:?}\n", to.display());
        site.write("site.toml", &format!("{SITE_TOML}{more}{target}"));
        site.write("content/articles/a.md", &article("A", "2024-01-10", "aliases = [\"/old/\"]", "It left."));
        site.write("static/_redirects", "/a /b\n/c\n");
        let run = recto(site.root(), &["deploy"]);
        let stderr = String::from_utf8_lossy(&run.stderr);
        assert!(run.status.success() && stderr.contains(said) && to.join("index.html").is_file(), "{host}: {stderr}");
    }
}
