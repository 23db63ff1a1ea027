//! Counts with `strace` which files a deploy opens when nothing has changed: as many for many articles as for few.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Duration;

use crate::crash::trace;
use crate::support::{SITE_TOML, Site, article, recto, temporary};

/// A built and deployed site with this many articles, all in one folder. `more` is added to the settings of its
/// target.
fn deployed(articles: usize, to: &Path, more: &str) -> Site {
    let site = Site::new(&format!("{SITE_TOML}[deploy.live]\nto = \"file://{}\"\n{more}", to.display()));
    for n in 0..articles {
        let text = article(&format!("Title {n}"), "2024-03-01", "tags = [\"Trade\"]", "It left the harbour.");
        site.write(&format!("content/articles/a{n}.md"), &text);
    }
    // Files written at the moment in which a build ends are read again by the next one.
    for _ in 0..3 {
        let ran = recto(site.root(), &["deploy"]);
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
        thread::sleep(Duration::from_millis(50));
    }
    site
}

/// Returns the files that a run opens below these folders, with counts, and how many it opens in all.
fn opened(strace: &Path, site: &Site, to: &Path, args: &[&str]) -> (BTreeSet<String>, usize) {
    let folder = temporary();
    let log = folder.path().join("log");
    let mut command = Command::new(strace);
    command.args(["-f", "-qq", "-y", "-z", "-e", "trace=openat,openat2,open", "-o"]).arg(&log);
    command.arg(env!("CARGO_BIN_EXE_recto")).args(args).current_dir(site.root());
    let ran = command.env_clear().env("SOURCE_DATE_EPOCH", "1793491200").output().expect("strace runs");
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert!(ran.status.success() && (said.contains("Nothing to do") || said.contains("nothing was sent")), "{said}");
    let log = fs::read_to_string(log).expect("a log");
    // `openat(3</folder>, "file", …) = 4</folder/file>`
    let files = log.lines().filter_map(|line| line.rsplit_once("= ")?.1.split_once('<')?.1.strip_suffix('>'));
    let files: Vec<&str> = files.filter(|file| !Path::new(file).is_dir()).collect();
    let roots = [site.root().join("public"), site.root().join("content"), to.to_owned()];
    let below = files.iter().filter(|file| roots.iter().any(|root| Path::new(file).starts_with(root)));
    (below.map(|file| (*file).to_owned()).collect(), files.len())
}

#[test]
fn an_unchanged_deploy_reads_no_output_and_no_article() {
    let Some(strace) = trace::program() else { return };
    for more in ["", "compress = [\"gzip\", \"br\"]\n", "releases = 2\n", "host = \"nginx\"\n"] {
        let counts = [60, 240].map(|articles| {
            let folder = temporary();
            let to = folder.path().join("site");
            let site = deployed(articles, &to, more);
            let run = |args: &[&str]| {
                let (files, count) = opened(&strace, &site, &to, args);
                let manifests = [".recto-manifest", "manifest-v1", "/lock"];
                let others: Vec<_> =
                    files.iter().filter(|file| !manifests.iter().any(|known| file.ends_with(known))).collect();
                assert!(others.is_empty(), "{more}{args:?}: {others:?}");
                count
            };
            [run(&["deploy"]), run(&["deploy", "--no-build"]), run(&["deploy", "-n"])]
        });
        for (few, many) in counts[0].into_iter().zip(counts[1]) {
            assert!(many <= few + 5, "{more}{counts:?}");
        }
    }
}
