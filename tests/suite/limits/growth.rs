//! Output and memory grow with the content as the manual says. Sites made to be as expensive as possible, and
//! random mixtures of them, are built by the program in a folder in memory.

use std::fmt::Write;
use std::fs;
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use recto::base::limits::{MEMORY_BASE, MEMORY_SLOPE, OUTPUT_BASE, OUTPUT_SLOPE};

use crate::html::none;
use crate::support::{SITE_TOML, Site, tree};

/// The cost of a build.
struct Cost {
    name: String,
    content: u64,
    output: u64,
    memory: u64,
}

/// The smallest possible article, in the shorter of the two formats.
fn tiny(day: &str, more: &str, body: &str) -> String {
    format!("---\ntitle: a\ndate: {day}\n{more}\n---\n{body}")
}

/// Names of two letters, different for every seed.
fn names(n: usize, seed: usize) -> String {
    let letters = |n: usize| char::from(b'a' + (n % 25) as u8);
    (seed..seed + n).map(|n| format!("{}{},", letters(n / 25), letters(n))).collect()
}

const LEAST: &str = "section: s\nsource: s\ntranslator: t";

/// Ways to be expensive, each with a size.
const WAYS: [(&str, fn(&Site, usize)); 16] = [
    ("tags", |site, n| many(site, n, |k| tiny("2024-05-06", &format!("{LEAST}\ntags: [{}]", names(200, k)), ""))),
    ("sources by translators", |site, n| {
        many(site, n, |k| {
            let both = format!("section: s\nsource: [{}]\ntranslator: [{}]", names(200, k), names(200, k));
            tiny("2024-05-06", &both, "")
        });
    }),
    ("all kinds", |site, n| {
        many(site, n, |k| {
            let all = names(200, k);
            tiny("2024-05-06", &format!("section: [{all}]\nsource: [{all}]\ntranslator: [{all}]\ntags: [{all}]"), "")
        });
    }),
    ("deep sections", |site, n| {
        many(site, n, |k| {
            let sections = names(200, k * 200).replace(',', "/a/b/c/d/e/f/g/h/i,");
            tiny("2024-05-06", &format!("section: [{sections}]\nsource: s\ntranslator: t"), "")
        });
    }),
    ("tiny articles", |site, n| {
        many(site, n * 10, |k| tiny(&format!("{}-0{}-1{}", 1000 + k * 3, 1 + k % 9, k % 9), LEAST, ""))
    }),
    ("a day of many years", |site, n| many(site, n * 10, |k| tiny(&format!("{}-05-06", 1000 + k), LEAST, ""))),
    ("long titles and summaries", |site, n| {
        many(site, n, |k| {
            let long = format!("summary: {}\ntags: [{}]", "x ".repeat(4_990), names(200, k));
            tiny("2024-05-06", &format!("{LEAST}\n{long}"), "")
                .replace("title: a", &format!("title: {}", "t ".repeat(990)))
        });
    }),
    ("long labels", |site, n| {
        for k in 0..n.min(200) {
            let label = format!("+++\nlabel=\"{k}{}\"\n+++\n", "l".repeat(490));
            site.write(&format!("content/tags/{k}.md"), &label);
        }
        let tags: String = (0..n.min(200)).map(|k| format!("'{k}',")).collect();
        many(site, n * 3, |_| tiny("2024-05-06", &format!("{LEAST}\ntags: [{tags}]"), ""));
    }),
    ("aliases", |site, n| {
        many(site, n, |k| {
            let aliases: String = (0..200).map(|a| format!("/{k}/{a},")).collect();
            tiny("2024-05-06", &format!("{LEAST}\naliases: [{aliases}]"), "")
        });
    }),
    ("languages", |site, n| {
        many(site, n.min(4), |_| tiny("2024-05-06", &format!("{LEAST}\noriginal: {{lang: xaa}}"), ""));
        for k in 0..n.min(4) {
            for tag in ('a'..='d').flat_map(|a| ('a'..='y').map(move |b| format!("x{a}{b}"))) {
                site.write(&format!("content/articles/{k}.{tag}.md"), "+++\ntitle=\"a\"\n+++\nb");
            }
        }
    }),
    ("headings", |site, n| bodies(site, n, "# a\n")),
    ("footnotes", |site, n| {
        many(site, n, |_| {
            let notes: String = (0..500).fold(String::new(), |mut all, n| {
                let _ = write!(all, "[^{n}]\n\n[^{n}]:a\n\n");
                all
            });
            tiny("2024-05-06", LEAST, &notes)
        });
    }),
    ("links to one address", |site, n| {
        bodies_after(site, n, &format!("[a]: https://x/{}\n\n", "x".repeat(1_000)), "[a]\n")
    }),
    ("credits of one picture", |site, n| {
        site.write_bytes("content/articles/p.png", &crate::support::png());
        let credit = format!("{LEAST}\nimages:\n- src: p.png\n  credit: {}", "c".repeat(9_000));
        many(site, n, |_| tiny("2024-05-06", &credit, &"![a](p.png)\n\n".repeat(100)));
    }),
    ("tables", |site, n| bodies_after(site, n, &format!("{}\n{}\n", "|".repeat(400), "|-".repeat(399)), "|\n")),
    ("code", |site, n| {
        many(site, n, |_| tiny("2024-05-06", LEAST, &format!("```rust\n{}```\n", "a+b;(a)\n".repeat(100))));
    }),
];

fn many(site: &Site, n: usize, article: impl Fn(usize) -> String) {
    for k in 0..n {
        site.write(&format!("content/articles/{k}.md"), &article(k));
    }
}

fn bodies(site: &Site, n: usize, unit: &str) {
    bodies_after(site, n, "", unit);
}

fn bodies_after(site: &Site, n: usize, start: &str, unit: &str) {
    many(site, n, |_| tiny("2024-05-06", LEAST, &format!("{start}{}", unit.repeat(4_000 / unit.len()))));
}

/// Builds a site with the program, and measures its memory while it runs.
fn cost(name: String, site: &Site) -> Cost {
    let mut command = Command::new(env!("CARGO_BIN_EXE_recto"));
    command.current_dir(site.root()).args(["build"]).env_clear().env("SOURCE_DATE_EPOCH", "1793491200");
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the program runs");
    let mut memory = 0;
    let status = loop {
        let said = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let most =
            said.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse::<u64>().ok());
        memory = memory.max(most.unwrap_or(0) * 1024);
        if let Some(status) = child.try_wait().expect("a child can be waited for") {
            break status;
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    if !status.success() {
        let mut said = String::new();
        let _ = std::io::Read::read_to_string(&mut child.stderr.take().expect("it is piped"), &mut said);
        panic!("{name}: {said:.4000}");
    }
    let content: u64 = tree(&site.root().join("content")).values().map(|bytes| bytes.len() as u64).sum();
    let output = tree(&site.root().join("public")).values().map(|bytes| bytes.len() as u64).sum();
    let slope = |bytes: u64, base: u64| bytes.saturating_sub(base) / content;
    let (o, m) = (slope(output, OUTPUT_BASE), slope(memory, MEMORY_BASE));
    #[allow(clippy::print_stdout, reason = "the figures, for who asks with --nocapture")]
    {
        println!("{content:>8} → {output:>10} ({o:>5}) {memory:>11} ({m:>5})  {name}");
    }
    Cost { name, content, output, memory }
}

/// Every way alone, then mixtures.
fn costs() -> &'static [Cost] {
    static COSTS: OnceLock<Vec<Cost>> = OnceLock::new();
    COSTS.get_or_init(|| {
        let mut costs = Vec::new();
        for (name, write) in WAYS {
            let site = Site::new(SITE_TOML);
            write(&site, 1);
            costs.push(cost(name.to_owned(), &site));
        }
        // The articles of one way are mixed with those of another, at free positions.
        let seed = std::env::var("RECTO_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(7usize);
        let together: Vec<_> = WAYS.iter().filter(|(name, _)| *name != "languages").collect();
        for round in 0..3 {
            let site = Site::new(SITE_TOML);
            let mut name = format!("seed {seed}, mixture");
            for step in 0..3 {
                let (way, write) = together[(seed * 31 + round * 17 + step * 4) % together.len()];
                write(&site, 3 - step);
                let _ = write!(name, ", {way}");
            }
            costs.push(cost(name, &site));
        }
        costs
    })
}

fn above(of: fn(&Cost) -> u64, base: u64, slope: u64) -> Vec<String> {
    let over = costs().iter().filter(|cost| of(cost) > base + slope * cost.content);
    over.map(|cost| format!("{}: {} bytes of {} of content", cost.name, of(cost), cost.content)).collect()
}

#[test]
fn output_grows_with_the_content() {
    none(above(|cost| cost.output, OUTPUT_BASE, OUTPUT_SLOPE));
}

#[test]
fn memory_grows_with_the_content() {
    none(above(|cost| cost.memory, MEMORY_BASE, MEMORY_SLOPE));
}
