//! The floor: what this machine needs for the work of a clean build in stages, one after another, with the same
//! number of threads but without Recto's engine: no diagnostics, no digests, no state, no safe writes.
//!
//! Recto's library makes the views of the templates, which is not timed. Neither are feeds and sitemaps, which no
//! template makes; only the writing of both counts. On the other hand, the floor keeps all texts in memory and
//! parses every file's front matter once, where Recto reads an article's file twice. A program could be faster than
//! the floor by running stages in parallel, so it is not a lower bound but a measure that depends on the machine.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::hint::black_box;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use pulldown_cmark::{Options as Markdown, Parser, html};
use recto::base::diag::Diagnostics;
use recto::engine::site::Site;
use recto::outputs::kept_rows::RowCache;
use recto::outputs::output_content::OutputContent;
use recto::theme::view::Leaf;
use serde_json::{Value, json};

use super::front_matter;
use super::{parallel, sites, tree};

/// Outputs whose views, or whose bytes, are in memory at once.
const BATCH: usize = 2000;

/// What to measure.
pub struct Floor {
    pub site: PathBuf,
    /// The output of a build of the site, which provides the bytes to write.
    pub built: PathBuf,
    /// A folder that does not exist yet.
    pub out: PathBuf,
    pub threads: usize,
    /// Decides which articles are future or expired.
    pub now: String,
}

/// The stages in order: name, number of items, seconds.
#[derive(Default)]
pub struct Stages(Vec<(&'static str, usize, f64)>);

impl Stages {
    fn put(&mut self, name: &'static str, count: usize, spent: Duration) {
        self.0.push((name, count, spent.as_secs_f64()));
    }

    pub fn sum(&self) -> f64 {
        self.0.iter().map(|(.., seconds)| seconds).sum()
    }

    pub fn json(&self) -> Value {
        let stage =
            |(name, count, seconds): &(&str, usize, f64)| json!({"stage": name, "items": count, "seconds": seconds});
        json!({"type": "floor", "stages": self.0.iter().map(stage).collect::<Vec<_>>(), "sum": self.sum()})
    }

    pub fn table(&self) -> String {
        let row = |(name, count, seconds): &(&str, usize, f64)| format!("  {name:<14}{seconds:>10.4} s{count:>10}\n");
        format!("{}  {:<14}{:>10.4} s\n", self.0.iter().map(row).collect::<String>(), "sum", self.sum())
    }
}

/// A text file of the content.
struct Text {
    /// Path below the site's root, with slashes, as the library names it.
    file: String,
    text: String,
}

/// Runs all stages.
pub fn run(floor: &Floor) -> io::Result<Stages> {
    // For the views; not timed.
    let site = sites::load(&floor.site, floor.threads, &floor.now)?;
    let mut stages = Stages::default();
    let texts = read(floor, &mut stages)?;
    parse(floor, &texts, &mut stages)?;
    markdown(floor, &site, &texts, &mut stages);
    drop(texts);
    templates(floor, &site, &mut stages)?;
    drop(site);
    write(floor, &mut stages)?;
    Ok(stages)
}

/// Stages (a) and (b): lists the files, and reads the texts.
fn read(floor: &Floor, stages: &mut Stages) -> io::Result<Vec<Text>> {
    let start = Instant::now();
    let found = tree::walk(&floor.site.join("content"), floor.threads)?;
    stages.put("walk", found.files.len(), start.elapsed());
    let found = found.sorted();
    let texts: Vec<&PathBuf> = found.files.iter().filter(|file| file.extension().is_some_and(|e| e == "md")).collect();
    let (read, spent) = parallel::map(texts.len(), floor.threads, |at| fs::read_to_string(texts[at]));
    stages.put("read", texts.len(), spent);
    let named = |(path, text): (&PathBuf, io::Result<String>)| {
        let below = path.strip_prefix(&floor.site).map_err(io::Error::other)?;
        Ok(Text { file: below.to_string_lossy().replace('\\', "/"), text: text? })
    };
    texts.into_iter().zip(read).map(named).collect()
}

/// Stage (c): parses front matter into plain structs.
fn parse(floor: &Floor, texts: &[Text], stages: &mut Stages) -> io::Result<()> {
    let (parsed, spent) = parallel::map(texts.len(), floor.threads, |at| {
        let text = &texts[at];
        let found = front_matter::split(&text.text).and_then(|split| front_matter::parse(&split));
        found.map(|front| drop(black_box(front))).map_err(|why| io::Error::other(format!("{}: {why}", text.file)))
    });
    stages.put("front matter", texts.len(), spent);
    parsed.into_iter().collect()
}

/// Stage (d): renders the bodies of pages to plain HTML. Drafts and other unpublished texts have no page.
fn markdown(floor: &Floor, site: &Site, texts: &[Text], stages: &mut Stages) {
    let world = site.world();
    let mut wanted: BTreeSet<&str> = BTreeSet::new();
    for output in &site.plan.outputs {
        output.job.reads(&world, &mut |file| {
            wanted.insert(file);
        });
    }
    let texts = texts.iter().filter(|text| wanted.contains(&*text.file));
    let bodies: Vec<&str> = texts.filter_map(|text| Some(front_matter::split(&text.text).ok()?.body)).collect();
    let how = Markdown::ENABLE_TABLES
        | Markdown::ENABLE_FOOTNOTES
        | Markdown::ENABLE_STRIKETHROUGH
        | Markdown::ENABLE_TASKLISTS
        | Markdown::ENABLE_HEADING_ATTRIBUTES
        | Markdown::ENABLE_GFM;
    let spent = parallel::shares(bodies.len(), floor.threads, |range| {
        let mut out = String::new();
        for body in &bodies[range] {
            out.clear();
            html::push_html(&mut out, Parser::new_ext(body, how));
            black_box(&out);
        }
    });
    stages.put("markdown", bodies.len(), spent);
}

/// Stage (e): runs the templates. As in a build, a card's HTML is made once and shared by all listings. The time of
/// the cards includes the few fields of each card.
fn templates(floor: &Floor, site: &Site, stages: &mut Stages) -> io::Result<()> {
    let world = site.world();
    let cards = site.archive.articles.len();
    let spent = parallel::shares(cards, floor.threads, |range| {
        for ix in range {
            black_box(world.card(ix as u32).value());
        }
    });
    stages.put("cards", cards, spent);
    let (mut spent, mut count) = (Duration::ZERO, 0);
    for batch in site.plan.outputs.chunks(BATCH) {
        let (made, _) = parallel::map(batch.len(), floor.threads, |at| {
            let output = &batch[at];
            let read = |file: &str, problems: &mut Diagnostics| site.read(file, problems);
            match output.job.prepare(&world).make(&read, &mut RowCache::default(), &mut Diagnostics::new()) {
                Some(OutputContent::View(context)) => {
                    Some((output.job.template()?.name, context, output.name(&site.archive)))
                }
                _ => None,
            }
        });
        let views: Vec<_> = made.into_iter().flatten().collect();
        count += views.len();
        spent += parallel::shares(views.len(), floor.threads, |range| {
            let mut out = Vec::with_capacity(64 << 10);
            for (template, context, page) in &views[range] {
                out.clear();
                let rendered = site.theme.render(template, context, page, &mut out);
                assert!(rendered.is_ok(), "{page} does not render; `recto check` says why");
                black_box(&out);
            }
        });
    }
    stages.put("templates", count, spent);
    Ok(())
}

/// Stage (f): creates folders, and writes files with the bytes of a build.
fn write(floor: &Floor, stages: &mut Stages) -> io::Result<()> {
    let mut built = tree::walk(&floor.built, floor.threads)?.sorted();
    let of_recto = |path: &Path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(".recto"));
    built.files.retain(|file| !of_recto(file));
    let place = |path: &Path| path.strip_prefix(&floor.built).map(|below| floor.out.join(below));
    fs::create_dir_all(&floor.out)?;
    folders(floor, &built.folders, stages)?;
    let mut spent = Duration::ZERO;
    for batch in built.files.chunks(BATCH) {
        let (read, _) = parallel::map(batch.len(), floor.threads, |at| {
            Ok((place(&batch[at]).map_err(io::Error::other)?, fs::read(&batch[at])?))
        });
        let read = read.into_iter().collect::<io::Result<Vec<(PathBuf, Vec<u8>)>>>()?;
        let (written, took) = parallel::map(read.len(), floor.threads, |at| {
            let (path, bytes) = &read[at];
            File::create_new(path)?.write_all(bytes)
        });
        spent += took;
        written.into_iter().collect::<io::Result<()>>()?;
    }
    stages.put("write", built.files.len(), spent);
    Ok(())
}

/// Creates all folders, one depth after another. Neighbours in the order of paths have the same parent, and go to
/// one thread.
fn folders(floor: &Floor, folders: &[PathBuf], stages: &mut Stages) -> io::Result<()> {
    let mut levels: Vec<Vec<PathBuf>> = Vec::new();
    for folder in folders {
        let below = folder.strip_prefix(&floor.built).map_err(io::Error::other)?;
        let depth = below.components().count();
        levels.resize_with(levels.len().max(depth), Vec::new);
        levels[depth - 1].push(floor.out.join(below));
    }
    let mut spent = Duration::ZERO;
    for level in &levels {
        let (made, took) = parallel::map(level.len(), floor.threads, |at| fs::create_dir(&level[at]));
        spent += took;
        made.into_iter().collect::<io::Result<()>>()?;
    }
    stages.put("folders", folders.len(), spent);
    Ok(())
}
