//! `recto new`: writes an article's file with the keys that it needs and its time of posting. It must not load the
//! site.

use crate::base::config::Config;
use crate::base::date::{self, Day, Instant};
use crate::base::path;
use crate::base::printable;
use crate::content::content_path::{ContentPath, dated, place};
use crate::system::disk::DiskResult;
use crate::system::root::Root;

/// The settings of the new article.
#[derive(Debug, Default)]
pub struct NewArticle {
    pub title: String,
    pub date: Option<Day>,
    pub source: Vec<String>,
    pub translator: Vec<String>,
    pub section: Option<String>,
    pub tags: Vec<String>,
    /// Language of an original to start beside it.
    pub original: Option<String>,
    pub slug: Option<String>,
}

/// Writes the article (and its original) and returns the paths below the root. `Err` says why not.
pub fn new(
    root: &Root,
    config: &Config,
    article: &NewArticle,
    now: Instant,
) -> DiskResult<Result<Vec<String>, String>> {
    let slug = article.slug.clone().unwrap_or_else(|| path::slug_in(&article.title, config.letters()));
    if let Err(why) = path::check_segment(&slug) {
        return Ok(Err(format!("cannot make a file name from the title ({why}); choose one with --slug")));
    }
    match place(&format!("articles/{slug}.md")) {
        ContentPath::Article { .. } => {}
        ContentPath::Sibling { .. } => {
            return Ok(Err(format!(
                "{slug}.md ends in a language tag, so it would be a translation of another article"
            )));
        }
        _ => return Ok(Err(format!("{slug}.md would take the name of its folder; choose another name with --slug"))),
    }
    let day = article.date.unwrap_or_else(|| date::day_of(now, &config.zone));
    let folder = format!("content/articles/{:04}/{:02}", day.year(), day.month());
    let mut text = front_matter(config, article, day, now);
    if dated(&slug).is_some_and(|(written, _)| written != day.to_string()) {
        // A date at the start of a file name is the article's date, unless its slug says otherwise.
        text = text.replacen("+++\n", &format!("+++\n{:<10} = {}\n", "slug", quote(&slug)), 1);
    }
    let mut files = vec![(format!("{folder}/{slug}.md"), text)];
    if let Some(lang) = &article.original {
        files.push((format!("{folder}/{slug}.{lang}.md"), "+++\ntitle = \"\"\n+++\n\n".to_owned()));
    }
    let in_folder = (format!("{folder}/{slug}/index.md"), String::new());
    for (path, _) in files.iter().chain([&in_folder]) {
        root.refuse_odd(path)?;
        if root.exists(path)? {
            return Ok(Err(format!("{} already exists; nothing was written", printable::text(path))));
        }
    }
    for (path, text) in &files {
        root.write(path, text.as_bytes())?;
    }
    Ok(Ok(files.into_iter().map(|(path, _)| path).collect()))
}

fn front_matter(config: &Config, article: &NewArticle, day: Day, now: Instant) -> String {
    let list = |items: &[String]| match items {
        [one] => quote(one),
        many => format!("[{}]", many.iter().map(|i| quote(i)).collect::<Vec<_>>().join(", ")),
    };
    let mut out = String::from("+++\n");
    let mut line = |key: &str, value: String| out.push_str(&format!("{key:<10} = {value}\n"));
    line("title", quote(&article.title));
    line("date", day.to_string());
    line("posted", date::rfc3339(now, &config.zone));
    // A key with a default in the site can be left out.
    let mut names = |key: &str, said: &[String], default: &Option<Box<str>>| match said {
        [] if default.is_some() => {}
        [] => line(key, quote("")),
        said => line(key, list(said)),
    };
    let credits = &config.credits;
    names("source", &article.source, &credits.source);
    names("translator", &article.translator, &credits.translator);
    names("section", article.section.as_slice(), &credits.section);
    line("tags", format!("[{}]", article.tags.iter().map(|t| quote(t)).collect::<Vec<_>>().join(", ")));
    line("draft", "true".to_owned());
    if let Some(lang) = &article.original {
        out.push_str(&format!("\n[original]\nlang = {}\n", quote(lang)));
    }
    out.push_str("+++\n\n");
    out
}

/// Writes a TOML basic string. JSON's escapes are a subset of TOML's.
fn quote(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
