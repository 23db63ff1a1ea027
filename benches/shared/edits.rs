//! The edits whose builds are measured. Each can be repeated, and is a new change every time.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::tree;

/// Kinds of edits, in the order in which they are measured.
pub const ALL: [Edit; 4] = [Edit::Body, Edit::Title, Edit::Newest, Edit::Template];

/// The built-in theme's template for the page of a tag. A site overrides it with a file of the same name.
const TEMPLATE: &str = include_str!("../../themes/default/templates/tag.html");

#[derive(Clone, Copy)]
pub enum Edit {
    /// Adds a paragraph to an article in the middle of the archive.
    Body,
    /// Changes the title of the same article.
    Title,
    /// Adds an article that is newer than all others.
    Newest,
    /// Adds a line to the pages of tags.
    Template,
}

impl Edit {
    pub fn name(self) -> &'static str {
        match self {
            Edit::Body => "one body edited",
            Edit::Title => "one title edited",
            Edit::Newest => "newest article added",
            Edit::Template => "one template edited",
        }
    }
}

/// A site to edit.
pub struct Desk {
    site: PathBuf,
    middle: PathBuf,
    last: PathBuf,
}

impl Desk {
    /// Finds the articles to edit: published ones, with TOML.
    pub fn new(site: &Path, threads: usize) -> io::Result<Desk> {
        let files = tree::walk(&site.join("content/articles"), threads)?.sorted().files;
        let articles: Vec<PathBuf> = files.into_iter().filter(|file| is_article(file)).collect();
        let none = || io::Error::other("there is no article that can be edited");
        let middle = articles[articles.len() / 2..].iter().find(|file| is_published(file)).ok_or_else(none)?.clone();
        let last = articles.iter().rfind(|file| is_published(file)).ok_or_else(none)?.clone();
        Ok(Desk { site: site.to_owned(), middle, last })
    }

    /// Makes an edit; `round` makes it differ from earlier ones.
    pub fn edit(&self, edit: Edit, round: usize) -> io::Result<()> {
        match edit {
            Edit::Body => {
                let text = fs::read_to_string(&self.middle)?;
                fs::write(&self.middle, format!("{text}\nA paragraph that was added later, number {round}.\n"))
            }
            Edit::Title => {
                let text = fs::read_to_string(&self.middle)?;
                let title = line(&text, "title")?;
                fs::write(
                    &self.middle,
                    text.replacen(title, &format!("title = \"Another headline, number {round}\""), 1),
                )
            }
            Edit::Newest => self.newest(round),
            Edit::Template => {
                let end = "{% endblock main %}";
                if !TEMPLATE.contains(end) {
                    return Err(io::Error::other("the template of tags has no block `main`"));
                }
                let folder = self.site.join("templates");
                fs::create_dir_all(&folder)?;
                fs::write(folder.join("tag.html"), TEMPLATE.replace(end, &format!("<p>Number {round}</p>\n{end}")))
            }
        }
    }

    /// Adds an article with the terms of another: the most common case, without a new term.
    fn newest(&self, round: usize) -> io::Result<()> {
        let text = fs::read_to_string(&self.last)?;
        let mut front = format!(
            "+++\ntitle = \"One more report, number {round}\"\ndate = 2026-06-30\nposted = 2026-07-10T12:00:00+09:00\n\
             translator = \"The Archive Desk\"\n"
        );
        for key in ["source", "section", "tags"] {
            front.push_str(line(&text, key)?);
            front.push('\n');
        }
        let body = text.rsplit_once("+++\n").map_or("", |(_, body)| body);
        let folder = self.last.parent().unwrap_or(&self.site);
        fs::write(folder.join(format!("one-more-report-{round}.md")), format!("{front}+++\n{body}"))
    }
}

/// Returns the line of a key.
fn line<'t>(text: &'t str, key: &str) -> io::Result<&'t str> {
    let found = text.lines().find(|line| line.strip_prefix(key).is_some_and(|rest| rest.starts_with(" = ")));
    found.ok_or_else(|| io::Error::other(format!("an article to edit has no `{key}`")))
}

/// Returns whether this is `NAME.md` and not the sibling `NAME.LANG.md`.
fn is_article(file: &Path) -> bool {
    let name = file.file_name().map_or_else(Default::default, |name| name.to_string_lossy());
    name.strip_suffix(".md").is_some_and(|stem| !stem.contains('.'))
}

fn is_published(file: &Path) -> bool {
    let keys = ["title", "source", "section", "tags"];
    fs::read_to_string(file).is_ok_and(|text| {
        let front = text.split("\n+++\n").next().unwrap_or_default();
        let left_out = ["draft = true", "\nexpires", "posted = 2099"].iter().any(|mark| front.contains(mark));
        text.starts_with("+++\n") && !left_out && keys.iter().all(|key| line(front, key).is_ok())
    })
}
