//! A live site equals one loaded from the present files, whatever happened in between; if those have errors, it is
//! the last one without.
//!
//! `RECTO_LIVE=1000` plays that many scripts instead of a few. A failure names the `RECTO_SEED` that repeats it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use recto::base::diag;
use recto::base::severity::Purpose;
use recto::engine::live::{Live, SiteChange};
use recto::engine::load;
use recto::engine::site::{LoadOptions, Site as Loaded};

use crate::edits::{EDITS, choose};
use crate::model::{Content, Model, Rng};
use crate::stage::Stage;
use crate::support::{SITE_TOML, Site, article, seed};

const SCRIPTS: u64 = 16;
const EDITS_EACH: usize = 20;

fn open(options: &LoadOptions) -> Live {
    let output = options.root.place("public");
    let opened = Live::open(options.clone(), false, &output).unwrap_or_else(|e| panic!("{e}"));
    opened.unwrap_or_else(|problems| panic!("{problems:#?}")).0
}

/// Returns every output with its bytes; `None` if it cannot be rendered.
fn outputs(site: &Loaded) -> Vec<(String, Option<Vec<u8>>)> {
    let outputs = site.plan.outputs.iter();
    outputs.map(|output| (output.path.to_string(), site.render(output).bytes)).collect()
}

/// Returns what is wrong after a refresh. `before` is the site that was shown until then.
fn faults(live: &mut Live, options: &LoadOptions, before: Option<&Arc<Loaded>>) -> Result<bool, String> {
    let mut loaded = load::load(options).map_err(|e| e.to_string())?;
    if let Some(config) = &loaded.config {
        config.check.settle(Purpose::Publish, &mut loaded.problems);
    }
    let site = live.site().cloned().ok_or("there is no site")?;
    let kept = before.is_some_and(|before| Arc::ptr_eq(before, &site));
    let Some((fresh, _)) = loaded.made.filter(|_| diag::count_errors(&loaded.problems, false) == 0) else {
        if !kept && before.is_some() {
            return Err("there are errors, and yet the site is another".to_owned());
        }
        // An unusable configuration hides other problems.
        let wrong = diag::count_errors(live.problems(), false) > 0;
        return if wrong { Ok(false) } else { Err("the errors were not noticed".to_owned()) };
    };
    let wanted = outputs(&fresh);
    if *live.problems() != loaded.problems {
        // A template that fails when it is used.
        let cards = fresh.leaves.take_problems();
        let fails = diag::count_errors(&cards, false) > 0 || wanted.iter().any(|(_, bytes)| bytes.is_none());
        let found = (live.problems(), &loaded.problems);
        return if fails && kept { Ok(false) } else { Err(format!("other problems: {found:#?}")) };
    }
    let found = outputs(&site);
    if found != wanted {
        let differing = found.iter().zip(&wanted).find(|(a, b)| a != b);
        let path = differing.map_or("the number of outputs", |(found, _)| found.0.as_str());
        return Err(format!("{path} is not what it should be"));
    }
    hidden(live, options)?;
    Ok(true)
}

/// Checks that unpublished pages are those of a site with everything.
fn hidden(live: &mut Live, options: &LoadOptions) -> Result<(), String> {
    let all = LoadOptions { drafts: true, future: true, expired: true, ..options.clone() };
    let mut loaded = load::load(&all).map_err(|e| e.to_string())?;
    if let Some(config) = &loaded.config {
        config.check.settle(Purpose::Publish, &mut loaded.problems);
    }
    // If a draft has errors, there is no such site.
    let Some((all, _)) = loaded.made.filter(|_| diag::count_errors(&loaded.problems, false) == 0) else {
        return Ok(());
    };
    let hidden = live.hidden().ok_or("nothing is hidden, not even nothing")?;
    for page in &hidden.pages {
        let Some((_, path)) = &page.page else { continue };
        let [found, wanted] = [&hidden.site, &all].map(|site| site.plan.find(path).map(|o| site.render(o).bytes));
        if found.is_none() || found != wanted {
            return Err(format!("{path}, which is left out, is not what it should be"));
        }
    }
    Ok(())
}

fn play(seed: u64) -> Result<[usize; 2], String> {
    let mut r = Rng::new(seed);
    let mut stage = Stage::new(Model::random(seed, 6 + r.below(7)));
    let mut live = open(&stage.options);
    let mut log = format!("seed {seed}\n");
    let mut tally = [0; 2];
    let mut failing = 0;
    faults(&mut live, &stage.options, None).map_err(|why| format!("{log}{why}"))?;
    for _ in 0..EDITS_EACH {
        // Fix errors soon: a site that stays broken tests little.
        if failing > 1 {
            stage.model.mend();
            log.push_str("(mended)\n");
        }
        let before = stage.disk.clone();
        for _ in 0..=r.below(3) {
            let done = choose(EDITS, &mut r)(&mut stage, &mut r);
            log.push_str(&format!("{}\n", done?));
        }
        if r.chance(10) {
            stage.set_clock(r.below(4));
        }
        stage.sync();
        let places = places(&before, &stage, &mut r);
        let (site, problems) = (live.site().cloned(), live.problems().clone());
        let changed = live.refresh(places.as_deref(), stage.options.now).map_err(|e| e.to_string())?;
        let good = faults(&mut live, &stage.options, site.as_ref()).map_err(|why| format!("{log}{places:?}: {why}"))?;
        tally[usize::from(!good)] += 1;
        failing = if good { 0 } else { failing + 1 };
        if changed == SiteChange::Nothing && (!same(&site, &live) || problems != *live.problems()) && good {
            return Err(format!("{log}nothing has changed, and yet it has"));
        }
        // Refreshing again changes nothing.
        let site = live.site().cloned();
        let everywhere = r.chance(50);
        let again = live.refresh(if everywhere { None } else { Some(&[]) }, stage.options.now);
        let again = again.map_err(|e| e.to_string())?;
        if good && (again != SiteChange::Nothing || !same(&site, &live)) {
            return Err(format!("{log}nothing was edited, and yet: {again:?}"));
        }
    }
    Ok(tally)
}

fn same(site: &Option<Arc<Loaded>>, live: &Live) -> bool {
    site.as_ref().zip(live.site()).is_some_and(|(a, b)| Arc::ptr_eq(a, b))
}

/// Returns the places that a watcher would report: files, or their folders; or `None` if they are not known.
fn places(before: &BTreeMap<String, Content>, stage: &Stage, r: &mut Rng) -> Option<Vec<String>> {
    let paths: BTreeSet<&String> = before.keys().chain(stage.disk.keys()).collect();
    let differ = paths.into_iter().filter(|path| before.get(*path) != stage.disk.get(*path));
    let places: BTreeSet<String> = differ
        .map(|path| match (r.below(8), path.rsplit_once('/')) {
            (0, Some((folder, _))) => folder.to_owned(),
            (1, _) => path.split('/').next().unwrap_or_default().to_owned(),
            _ => path.clone(),
        })
        .collect();
    if r.chance(15) { None } else { Some(places.into_iter().collect()) }
}

#[test]
fn a_site_that_follows_its_files_is_the_site_that_they_make() {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().expect("a number"));
    let scripts = number("RECTO_LIVE").unwrap_or(SCRIPTS);
    let first = seed();
    let half = |odd: u64| {
        let mut sum = [0, 0];
        for at in (0..scripts).filter(|at| at % 2 == odd) {
            let tally = play(first + at).unwrap_or_else(|why| panic!("{why}\nRECTO_SEED={} repeats this", first + at));
            sum.iter_mut().zip(tally).for_each(|(sum, n)| *sum += n);
        }
        sum
    };
    let [a, b] = std::thread::scope(|scope| [scope.spawn(|| half(0)), scope.spawn(|| half(1))].map(|t| t.join()));
    let [a, b] = [a, b].map(|sum| sum.unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
    let (good, bad) = (a[0] + b[0], a[1] + b[1]);
    assert!(scripts < SCRIPTS || good > bad, "{good} refreshes were good, {bad} were not");
}

/// The effect of an edit: a changed body does not sort the archive again.
#[test]
fn only_what_has_changed_is_made_anew() {
    let site = Site::new(SITE_TOML);
    let long = format!("{} end.", "word ".repeat(200));
    site.write("content/articles/a.md", &article("A", "2021-03-24", "", &long));
    site.write("content/articles/b.md", &article("B", "2021-03-25", "", &format!("{long}\n\n[a](a.md)")));
    site.write("static/own.css", "a {}");
    let options = site.options();
    let mut live = open(&options);
    let mut edit = |path: &str, text: &str| {
        site.write(path, text);
        live.refresh(Some(&[path.to_owned()]), options.now).unwrap_or_else(|e| panic!("{e}"))
    };
    let files = |path: &str| SiteChange::Files(vec![path.into()]);
    let b = "content/articles/b.md";
    let body = |more: &str| article("B", "2021-03-25", "", &format!("{long}{more}\n\n[a](a.md)"));
    assert_eq!(edit(b, &body("")), SiteChange::Nothing);
    assert_eq!(edit(b, &body(" More.")), files(b), "a link that has moved in its file is the same link");
    assert_eq!(edit(b, &body("")), files(b));
    assert_eq!(edit(b, &article("C", "2021-03-25", "", &long)), SiteChange::Site);
    assert_eq!(edit("static/own.css", "b {}"), files("static/own.css"));
    assert_eq!(edit("static/new.css", "b {}"), SiteChange::Site);
    assert_eq!(edit("site.toml", &format!("{SITE_TOML}description = \"D\"\n")), SiteChange::Site);
    assert_eq!(edit("content/articles/.a.md.swp", "x"), SiteChange::Nothing);
    assert_eq!(edit("notes.txt", "x"), SiteChange::Nothing);
}

/// A file may disappear after it was listed, as if somebody removed it at that moment. That is no problem to show.
#[test]
fn a_file_that_disappears_while_it_is_read_is_not_reported() {
    let site = Site::new(SITE_TOML);
    site.write("content/articles/a.md", &article("A", "2021-03-24", "", "Body."));
    site.write("templates/article.html", "{{ article.title }}");
    let options = site.options();
    let mut live = open(&options);
    std::fs::remove_file(site.root().join("templates/article.html")).expect("it is there");
    site.write("site.toml", &format!("{SITE_TOML}description = \"D\"\n"));
    let change = live.refresh(Some(&["site.toml".to_owned()]), options.now).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!((change, live.problems()), (SiteChange::Site, &Vec::new()));
}

/// A copy of the built-in search script is published as the built-in one is; an edited one as it is.
#[test]
fn a_copy_of_the_search_script_changes_nothing() {
    let site = Site::new(SITE_TOML);
    site.write("content/articles/a.md", &article("A", "2024-05-06", "", "Body.")).build();
    let built_in = site.output("search.js");
    let (_, own) = recto::theme::theme::built_in()
        .into_iter()
        .find(|(path, _)| *path == "static/search.js")
        .expect("the built-in theme has it");
    let own = std::str::from_utf8(own).expect("UTF-8");
    let copy = "themes/default/static/search.js".to_owned();
    let summary = site.write(&copy, own).build();
    assert!(summary.changes.is_empty() && built_in.len() < own.len(), "{:?}", summary.changes);
    let options = site.options();
    let opened = Live::open(options.clone(), false, &options.root.place("public")).expect("the disk works");
    let (mut live, _) = opened.expect("the site is sound");
    let is_file = |live: &Live| {
        let site = live.site().expect("there is a site");
        let script = site.statics.files.iter().find(|file| file.name == "search.js");
        script.expect("it is published").file().is_some()
    };
    assert!(!is_file(&live));
    for (text, edited) in [(format!("{own}// Mine.\n"), true), (own.to_owned(), false)] {
        site.write(&copy, &text);
        live.refresh(Some(std::slice::from_ref(&copy)), options.now).expect("the disk works");
        assert_eq!(is_file(&live), edited);
        site.build();
        assert_eq!(site.output("search.js"), if edited { &text } else { &built_in }.as_str());
    }
    // Without a search, there is no script.
    site.write("site.toml", &format!("{SITE_TOML}[search]\nenable = false\n")).build();
    assert!(!site.outputs().contains_key("search.js"));
}
