//! Incremental builds equal clean builds, whatever happened in between: random sites, random scripts of edits.
//!
//! `RECTO_SCRIPTS=10000` runs that many scripts instead of a few. A failure names the `RECTO_SEED` that repeats it.

use std::fmt::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestError, TestRng, TestRunner};
use recto::search::shape::Shape;

use crate::edits::{EDITS, OPTIONS, choose};
use crate::model::{Model, Rng};
use crate::stage::{PUBLIC, Stage, is_own};
use crate::support::{SITE_TOML, Site, article, seed};
use crate::tricks::TRICKS;

/// Number of scripts by default.
const SCRIPTS: usize = 32;
/// Edits in a script, with a build after each.
const EDITS_EACH: usize = 20;

/// A shape of the search index in which a dozen articles are in all tiers, and in several files of each.
const SMALL: Shape = Shape { base_unit: 6, middle_unit: 2, least_fresh: 2, target: 160, items_per_file: 3 };

/// A site and its edits, as random numbers. Their effect depends on the site at that time.
#[derive(Clone, Debug)]
struct Script {
    site: u64,
    articles: usize,
    /// `None` is an edit that was left out to shorten a failing script.
    edits: Vec<Option<u64>>,
}

fn script() -> impl Strategy<Value = Script> {
    let edits = prop::collection::vec(prop::option::weighted(0.99, any::<u64>().no_shrink()), EDITS_EACH);
    (any::<u64>().no_shrink(), 6usize..=12, edits).prop_map(|(site, articles, edits)| Script { site, articles, edits })
}

/// Plays a script. `log` describes each step. Returns the numbers of successful and failed builds.
fn play(script: &Script, log: &mut String) -> Result<[usize; 2], String> {
    let mut stage = Stage::new(Model::random(script.site, script.articles));
    let is_small = script.site.is_multiple_of(2);
    if is_small {
        stage.options.shape = SMALL;
    }
    let how = if is_small { " and a search index in many files" } else { "" };
    let _ = writeln!(log, "a site of {} articles{how}", script.articles);
    stage.judge(PUBLIC)?;
    for (at, seed) in script.edits.iter().enumerate() {
        let Some(seed) = seed else { continue };
        let mut r = Rng::new(*seed);
        mend(&mut stage, &mut r, log);
        let _ = write!(log, "{:2}. ", at + 1);
        let table = match r.below(100) {
            0..60 => EDITS,
            60..92 => TRICKS,
            _ => OPTIONS,
        };
        let done = choose(table, &mut r)(&mut stage, &mut r);
        let _ = writeln!(log, "{}", done.as_deref().unwrap_or("(half done)"));
        done?;
        stage.sync();
        stage.judge(PUBLIC)?;
        (stage.strict, stage.still) = (false, false);
    }
    stage.sources_are_untouched()?;
    Ok(stage.tally)
}

/// Fixes a site with errors soon, so that most builds succeed.
fn mend(stage: &mut Stage, r: &mut Rng, log: &mut String) {
    match &stage.good {
        Some(good) if stage.failed > 1 => {
            let last = stage.model.last;
            stage.model = Model { last, ..good.clone() };
            let _ = writeln!(log, "    (the site as it was when it last could be built)");
        }
        _ if stage.failed > 0 && r.chance(60) => {
            stage.model.mend();
            let _ = writeln!(log, "    (links and faults mended)");
        }
        _ => {}
    }
}

/// Runs one random script. If it fails, reports the shortest that does.
fn case(seed: u64) -> Result<[usize; 2], String> {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let config =
        ProptestConfig { cases: 1, failure_persistence: None, max_shrink_iters: 500, ..ProptestConfig::default() };
    let tally = Mutex::new([0; 2]);
    let ran = TestRunner::new_with_rng(config, rng).run(&script(), |script| {
        let mut log = String::new();
        let played = catch_unwind(AssertUnwindSafe(|| play(&script, &mut log)));
        let played = played.unwrap_or_else(|_| Err("it panicked".to_owned()));
        match played {
            Ok(counts) => {
                *tally.lock().expect("no other thread") = counts;
                Ok(())
            }
            Err(why) => Err(TestCaseError::fail(format!("{log}{why}"))),
        }
    });
    match ran {
        Ok(()) => Ok(*tally.lock().expect("no other thread")),
        Err(TestError::Fail(why, _)) => Err(format!("{why}\nRECTO_SEED={seed} RECTO_SCRIPTS=1 repeats this")),
        Err(TestError::Abort(why)) => Err(why.to_string()),
    }
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().expect("a number"))
}

#[test]
fn a_build_over_another_is_a_clean_build() {
    let scripts = number("RECTO_SCRIPTS").map_or(SCRIPTS, |n| n as usize);
    let first = seed();
    let next = AtomicUsize::new(0);
    let (failures, tally) = (Mutex::new(Vec::new()), Mutex::new([0, 0]));
    let work = || loop {
        let at = next.fetch_add(1, Ordering::Relaxed);
        if at >= scripts || !failures.lock().expect("no panic holds it").is_empty() {
            return;
        }
        match case(first + at as u64) {
            Ok(counts) => {
                let mut tally = tally.lock().expect("no panic holds it");
                tally.iter_mut().zip(counts).for_each(|(sum, n)| *sum += n);
                if (at + 1).is_multiple_of(500) {
                    eprintln!("{} scripts: {} builds, {} of them failing as they should", at + 1, tally[0], tally[1]);
                }
            }
            Err(why) => failures.lock().expect("no panic holds it").push(why),
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(work);
        scope.spawn(work);
    });
    let failures = failures.into_inner().expect("no panic holds it");
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
    let [good, failed] = tally.into_inner().expect("no panic holds it");
    // Builds with errors stop early, so too many of them would test little.
    assert!(scripts < SCRIPTS || good > failed, "{good} builds were good, {failed} failed");
}

/// An index of more than 500 terms has a page for each letter. One edit creates these pages, another removes them.
#[test]
fn a_long_index_comes_and_goes() {
    let config = format!("{SITE_TOML}[feeds]\nfor = [\"site\"]\n");
    // No article has more than two hundred.
    let write = |site: &Site, tags: usize| {
        for (n, start) in (0..600).step_by(200).enumerate() {
            let tags: Vec<String> = (start..tags.min(start + 200)).map(|n| format!("\"Tag {n}\"")).collect();
            let text = article("A", "2024-01-02", &format!("tags = [{}]", tags.join(", ")), "Body.");
            site.write(&format!("content/articles/a{n}.md"), &text);
        }
    };
    let outputs = |site: &Site| -> Vec<(String, Vec<u8>)> {
        site.outputs().into_iter().filter(|(path, _)| !is_own(path)).collect()
    };
    let site = Site::new(&config);
    for tags in [500, 501, 502, 500] {
        write(&site, tags);
        site.build();
        assert_eq!(site.root().join("public/tags/index/t/index.html").exists(), tags > 500);
        let clean = Site::new(&config);
        write(&clean, tags);
        clean.build();
        assert!(outputs(&site) == outputs(&clean), "{tags} tags");
        let again = site.build();
        assert_eq!((again.rendered, again.changes.len()), (0, 0), "{tags} tags");
    }
}
