//! A system that gives few threads, or little memory to start them in: fewer do the work, or the program says why none can.

use std::process::{Command, Output};

use crate::support::{SITE_TOML, Site, article, tree};

/// Runs the program with so many kilobytes of memory that it may address.
fn within(site: &Site, kilobytes: u64, words: &str) -> Output {
    let mut command = Command::new("sh");
    let line = format!("ulimit -v {kilobytes} && exec \"$0\" {words}");
    command.args(["-c", &line, env!("CARGO_BIN_EXE_recto")]).current_dir(site.root());
    command.env_clear().env("SOURCE_DATE_EPOCH", "1793491200").output().expect("a shell runs")
}

fn site() -> Site {
    let site = Site::new(SITE_TOML);
    for day in 1..=28 {
        let text = article("A", &format!("2024-02-{day:02}"), "tags = [\"Trade\"]", "Some *text*.");
        site.write(&format!("content/articles/a{day}.md"), &text);
    }
    site
}

/// Whatever there is room for, the outputs are the same; where there is room for no worker, that is said.
#[test]
fn a_build_takes_the_threads_that_there_are() {
    let site = site();
    site.build();
    let public = site.root().join("public");
    let expected = tree(&public);
    let (mut built, mut refused) = (0, 0);
    let all = ["build -j 64", "deploy -j 64 file://$PWD/there", "build -j 64 --verify", "check -j 64"];
    for (number, kilobytes) in sizes().into_iter().enumerate() {
        for words in &all[number % 2 * 2..][..2] {
            for made in [".recto", "public", "there"] {
                let _ = std::fs::remove_dir_all(site.root().join(made));
            }
            let ran = within(&site, kilobytes, words);
            let said = String::from_utf8_lossy(&ran.stderr).into_owned();
            match ran.status.code() {
                Some(0) => built += 1,
                Some(4) if said.contains("cannot start a worker thread: ") && said.contains("ulimit -v") => {
                    assert!(kilobytes < 300_000, "{kilobytes} KB, {words}: {said}");
                    refused += 1
                }
                other => panic!("{kilobytes} KB, {words}: {other:?}: {said}"),
            }
            if *words != "check -j 64" && ran.status.success() {
                assert!(tree(&public) == expected, "{kilobytes} KB, {words}");
            }
        }
    }
    println!("{built} built, {refused} refused");
    assert!(built > 0 && refused > 0, "{built} built, {refused} refused");
}

/// From more than anything needs to less than the program itself takes; `RECTO_MEMORY=all` tries each size between.
fn sizes() -> Vec<u64> {
    match std::env::var("RECTO_MEMORY").as_deref() {
        Ok("all") => (100_000..=400_000).step_by(2_500).collect(),
        _ => vec![1_600_000, 800_000, 400_000, 300_000, 250_000, 180_000, 160_000, 140_000, 120_000],
    }
}
