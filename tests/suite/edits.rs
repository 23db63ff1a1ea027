//! Edits that people make to a site between two builds: content, settings and templates here, the disk in
//! `tricks.rs`.

use recto::content::content_path::dated;

use crate::model::{Block, Content, Model, Rng, Text, choices, is_article, is_sibling, stem};
use crate::pools::*;
use crate::stage::{CLOCK, Stage};

/// Edits a stage with a random generator, and describes the edit.
pub type Edit = fn(&mut Stage, &mut Rng) -> Result<String, String>;

/// Edits of the model, with weights. The next build sees them.
pub const EDITS: &[(usize, Edit)] = &[
    (5, |s, r| Ok(add_article(&mut s.model, r))),
    (5, |s, r| Ok(words(&mut s.model, r))),
    (4, |s, r| Ok(link(&mut s.model, r))),
    (1, |s, r| Ok(line_ends(&mut s.model, r))),
    (1, |s, r| Ok(unfinished(&mut s.model, r))),
    (2, |s, r| Ok(block(&mut s.model, r))),
    (4, |s, r| Ok(field(&mut s.model, r, is_article, &["title"]))),
    (3, |s, r| Ok(field(&mut s.model, r, is_article, &["tags"]))),
    (3, |s, r| Ok(field(&mut s.model, r, is_article, &["section", "source", "translator"]))),
    (3, |s, r| Ok(field(&mut s.model, r, is_article, &["date", "posted"]))),
    (3, |s, r| Ok(field(&mut s.model, r, is_article, &["draft", "expires", "posted"]))),
    (3, |s, r| Ok(field(&mut s.model, r, is_article, &["original"]))),
    (5, |s, r| Ok(field(&mut s.model, r, is_article, &[]))),
    (4, |s, r| Ok(field(&mut s.model, r, is_article, &["kind"]))),
    (3, rename),
    (3, fold),
    (1, |s, r| Ok(twin(&mut s.model, r))),
    (4, |s, r| Ok(delete(&mut s.model, r, is_article))),
    (3, |s, r| Ok(add_sibling(&mut s.model, r))),
    (2, |s, r| Ok(field(&mut s.model, r, is_sibling, &[]))),
    (1, |s, r| Ok(delete(&mut s.model, r, is_sibling))),
    (4, |s, r| Ok(add(&mut s.model, r, RECORDS))),
    (4, |s, r| Ok(field(&mut s.model, r, |path| RECORDS.contains(&path), &[]))),
    (1, |s, r| Ok(delete(&mut s.model, r, |path| RECORDS.contains(&path)))),
    (2, |s, r| Ok(add(&mut s.model, r, PAGES))),
    (2, |s, r| Ok(field(&mut s.model, r, |path| PAGES.contains(&path), &[]))),
    (1, |s, r| Ok(delete(&mut s.model, r, |path| PAGES.contains(&path)))),
    (4, |s, r| Ok(file(&mut s.model, r, ASSETS))),
    (3, |s, r| Ok(file(&mut s.model, r, GLOSSARIES))),
    (3, |s, r| Ok(file(&mut s.model, r, STATICS))),
    (6, |s, r| Ok(file(&mut s.model, r, TEMPLATES))),
    (2, |s, r| Ok(file(&mut s.model, r, THEMES))),
    (2, |s, r| Ok(file(&mut s.model, r, STRINGS))),
    (1, |s, r| Ok(linked(&mut s.model, r))),
    (6, |s, r| Ok(setting(&mut s.model, r))),
    (2, |s, r| Ok(fault(&mut s.model, r))),
];

/// Chooses an edit from a table, by weight.
pub fn choose(table: &[(usize, Edit)], r: &mut Rng) -> Edit {
    let mut at = r.below(table.iter().map(|(weight, _)| weight).sum());
    for (weight, edit) in table {
        match at.checked_sub(*weight) {
            Some(rest) => at = rest,
            None => return *edit,
        }
    }
    |_, _| Ok("nothing".to_owned())
}

const NONE: &str = "nothing: there is none";

fn add_article(m: &mut Model, r: &mut Rng) -> String {
    let name = m.new_name(r);
    m.add(&name, r);
    let link = if r.chance(30) { m.random_link(r) } else { None };
    let minute = m.number() % 60;
    let text = m.texts.get_mut(&name).expect("it was added");
    text.body.extend(link);
    // What is posted now is dated today, or on a day that has articles or lies between two such days.
    let place = *r.pick(&["newest", "newest", "past", "past", "oldest", "middle"]);
    let past = *r.pick(DAYS);
    match place {
        "past" => {
            text.front.insert("date", past.to_owned());
            text.front.insert("posted", format!("2024-03-09T20:{minute:02}:00Z"));
        }
        "newest" => {
            text.front.insert("date", "2024-03-09".to_owned());
            text.front.insert("posted", format!("2024-03-09T20:{minute:02}:00Z"));
        }
        "oldest" => {
            text.front.insert("date", format!("2019-01-{:02}", 1 + minute % 28));
            text.front.remove("posted");
        }
        _ => {}
    }
    m.agree(&name);
    format!("add {name} ({place})")
}

/// Changes words without changing the number of bytes: in the first block, which the excerpt shows, or in another.
fn words(m: &mut Model, r: &mut Rng) -> String {
    let number = 1000 + m.number();
    let Some(path) = r.one(m.texts.keys().cloned()) else { return NONE.to_owned() };
    let body = &mut m.texts.get_mut(&path).expect("it is there").body;
    let blocks = body.iter_mut().enumerate().filter(|(_, b)| matches!(b, Block::Words(_) | Block::Long(_)));
    match r.one(blocks) {
        Some((at, Block::Words(n) | Block::Long(n))) => {
            *n = number;
            format!("{path}: other words in block {at}")
        }
        _ => {
            body.push(Block::Words(number));
            format!("{path}: a first block")
        }
    }
}

/// Rewrites the line ends, as another editor would.
fn line_ends(m: &mut Model, r: &mut Rng) -> String {
    let Some((path, text)) = r.one(&mut m.texts) else { return NONE.to_owned() };
    text.windows = !text.windows;
    format!("{path}: other line ends")
}

/// A draft that lacks what an article needs: a warning, unless drafts are included.
fn unfinished(m: &mut Model, r: &mut Rng) -> String {
    let path = m.new_name(r);
    m.add(&path, r);
    let front = &mut m.texts.get_mut(&path).expect("it was added").front;
    front.insert("draft", "true".to_owned());
    front.remove(*r.pick(&["title", "date", "source", "section"]));
    format!("add {path}, an unfinished draft")
}

fn link(m: &mut Model, r: &mut Rng) -> String {
    let Some(path) = r.one(m.texts.keys().cloned()) else { return NONE.to_owned() };
    let new = m.random_link(r);
    let body = &mut m.texts.get_mut(&path).expect("it is there").body;
    let links: Vec<usize> = (0..body.len()).filter(|at| Text::leads_to(&body[*at]).is_some()).collect();
    match r.one(links).filter(|_| r.chance(45)) {
        Some(at) => format!("{path}: without {:?}", body.remove(at)),
        None => {
            body.extend(new.clone());
            format!("{path}: with {new:?}")
        }
    }
}

/// Adds, removes or reorders blocks.
fn block(m: &mut Model, r: &mut Rng) -> String {
    let number = 1000 + m.number();
    let Some(path) = r.one(m.texts.keys().cloned()) else { return NONE.to_owned() };
    let body = &mut m.texts.get_mut(&path).expect("it is there").body;
    let at = r.below(body.len());
    match r.below(4) {
        0 if !body.is_empty() => format!("{path}: without {:?}", body.remove(at)),
        1 if body.len() > 1 => {
            body.rotate_left(1);
            format!("{path}: blocks turned")
        }
        2 => {
            body.insert(at, Block::Words(number));
            format!("{path}: a block before block {at}")
        }
        _ => {
            body.push(Block::Raw(r.pick::<&str>(RAW)));
            format!("{path}: with {:?}", body.last())
        }
    }
}

/// Changes the value of one of these keys in a text; of any key if none is given.
fn field(m: &mut Model, r: &mut Rng, of: impl Fn(&str) -> bool, keys: &[&str]) -> String {
    let Some(path) = r.one(m.texts.keys().filter(|path| of(path)).cloned()) else { return NONE.to_owned() };
    let named = choices(&path).iter().filter(|(key, _)| keys.is_empty() || keys.contains(key));
    let Some((key, values)) = r.one(named) else { return NONE.to_owned() };
    let old = m.texts.get(&path).and_then(|text| text.front.get(key)).map_or("", |value| value).to_owned();
    let Some(value) = r.one(values.iter().filter(|value| **value != old)) else { return NONE.to_owned() };
    let value = m.fill(value, &path);
    let front = &mut m.texts.get_mut(&path).expect("it is there").front;
    if value.is_empty() {
        front.remove(key);
        return format!("{path}: without {key}");
    }
    front.insert(key, value.clone());
    format!("{path}: {key} = {value}")
}

/// Renames an article, usually with its siblings. Links to it are fixed, or not.
fn rename(s: &mut Stage, r: &mut Rng) -> Result<String, String> {
    let Some(old) = r.one(s.model.articles()) else { return Ok(NONE.to_owned()) };
    // Rename on the disk first, so that the files keep their mtimes. Files that are not yet on the disk cannot be
    // renamed.
    s.sync();
    let new = s.model.new_name(r);
    let with_siblings = r.chance(70);
    // The date in a new name may differ from the article's.
    let keep = r.chance(50) || dated(stem(&new)).is_some();
    let count = rename_to(s, &old, &new, with_siblings);
    if keep {
        let stem = stem(&old);
        let front = &mut s.model.texts.get_mut(&new).expect("it is there").front;
        front.entry("slug").or_insert_with(|| format!("\"{stem}\""));
    }
    let mended = r.chance(65);
    if mended {
        repoint(&mut s.model, &old, &new);
    }
    let words =
        [if keep { "its slug kept" } else { "another slug" }, if mended { "links mended" } else { "links not" }];
    Ok(format!("rename {count} files of {old} to {new}, {}, {}", words[0], words[1]))
}

fn rename_to(s: &mut Stage, old: &str, new: &str, with_siblings: bool) -> usize {
    let mut paths = vec![(old.to_owned(), new.to_owned())];
    if with_siblings {
        let siblings = s.model.siblings(old).into_iter();
        paths.extend(siblings.map(|path| (path.clone(), path.replacen(old, new, 1))));
    }
    for (from, to) in &paths {
        let text = s.model.texts.remove(from).expect("it is there");
        s.model.texts.insert(to.clone(), text);
        s.rename(&format!("content/{from}.md"), &format!("content/{to}.md"));
    }
    paths.len()
}

/// Moves an article into a folder of its own, or out of it. It stays the same article, and links stay valid.
fn fold(s: &mut Stage, r: &mut Rng) -> Result<String, String> {
    let Some(old) = r.one(s.model.articles()) else { return Ok(NONE.to_owned()) };
    s.sync();
    let new = match old.strip_suffix("/index") {
        Some(name) => name.to_owned(),
        None => format!("{old}/index"),
    };
    if s.model.texts.contains_key(&new) {
        return Ok("nothing: it is there twice".to_owned());
    }
    let with_siblings = r.chance(90);
    let count = rename_to(s, &old, &new, with_siblings);
    if r.chance(60) {
        repoint(&mut s.model, &old, &new);
    }
    Ok(format!("{old} becomes {new}, {count} files"))
}

/// Adds a second file for an article, which makes every build fail.
fn twin(m: &mut Model, r: &mut Rng) -> String {
    let article = r.one(m.articles().into_iter().filter(|path| !path.ends_with("/index")));
    // Every build fails until it is removed.
    let Some(article) = article.filter(|_| r.chance(30)) else { return NONE.to_owned() };
    let path = format!("{article}/index");
    m.add(&path, r);
    format!("add {path}, the same as {article}")
}

/// Changes all links to a text to another target.
fn repoint(m: &mut Model, old: &str, new: &str) {
    for block in m.texts.values_mut().flat_map(|text| &mut text.body) {
        if let Block::Link(target) = block
            && (target.starts_with(&format!("{old}.md")) || target.starts_with(&format!("{old}.")))
        {
            *target = target.replacen(old, new, 1);
        }
    }
}

/// Deletes a text, usually with the links to it.
fn delete(m: &mut Model, r: &mut Rng, of: impl Fn(&str) -> bool) -> String {
    let Some(path) = r.one(m.texts.keys().filter(|path| of(path)).cloned()) else { return NONE.to_owned() };
    let mut gone = vec![path.clone()];
    if r.chance(60) {
        gone.extend(m.siblings(&path));
    }
    gone.iter().for_each(|path| drop(m.texts.remove(path)));
    let clean = r.chance(65);
    if clean {
        let dead: Vec<String> = gone.iter().map(|path| format!("{path}.md")).collect();
        unlink(m, &dead);
    }
    format!("delete {}{}", gone.join(", "), if clean { ", and links to it" } else { "" })
}

/// Removes the blocks that link to one of these.
fn unlink(m: &mut Model, dead: &[String]) {
    for text in m.texts.values_mut() {
        text.body.retain(|block| Text::leads_to(block).is_none_or(|target| !dead.iter().any(|path| path == target)));
    }
}

fn add_sibling(m: &mut Model, r: &mut Rng) -> String {
    let Some(article) = r.one(m.articles()) else { return NONE.to_owned() };
    let lang = *r.pick(LANGUAGES);
    let path = format!("{article}.{lang}");
    m.add(&path, r);
    let link = if r.chance(40) { m.random_link(r) } else { None };
    m.texts.get_mut(&path).expect("it was added").body.extend(link);
    let own = m.texts[&article].front.get("kind").is_some_and(|kind| kind == "\"original\"");
    if m.siblings(&article).len() > 1 && r.chance(if own { 10 } else { 85 }) {
        let publish = *r.pick(&["full", "none", "excerpt"]);
        let original = format!("{{ lang = \"{lang}\", publish = \"{publish}\" }}");
        m.texts.get_mut(&article).expect("it is there").front.insert("original", original);
    }
    format!("add {path}")
}

fn add(m: &mut Model, r: &mut Rng, names: &[&str]) -> String {
    let name = *r.pick(names);
    let word = if m.texts.contains_key(name) { "write anew" } else { "add" };
    m.add(name, r);
    let link = if r.chance(30) { m.random_link(r) } else { None };
    m.texts.get_mut(name).expect("it was added").body.extend(link);
    format!("{word} {name}")
}

/// Adds, edits or removes a file of a pool.
fn file(m: &mut Model, r: &mut Rng, pool: &[File]) -> String {
    let file = r.pick(pool);
    if m.files.contains_key(file.0) && r.chance(40) {
        m.files.remove(file.0);
        let clean = r.chance(65);
        if let Some(asset) = file.0.strip_prefix("content/").filter(|_| clean) {
            unlink(m, &[asset.to_owned()]);
        }
        return format!("delete {}", file.0);
    }
    let word = if m.files.contains_key(file.0) { "edit" } else { "add" };
    m.put(file);
    if file.0 == "templates/section.html" && !m.files.contains_key("templates/partials/own.html") && r.chance(80) {
        m.put(&TEMPLATES[3]);
    }
    format!("{word} {}", file.0)
}

/// A link to a file elsewhere in the site: its target changes, the link does not.
fn linked(m: &mut Model, r: &mut Rng) -> String {
    let (link, target, file) = *r.pick(&[
        ("static/linked.txt", "../shared/linked.txt", "shared/linked.txt"),
        ("content/articles/linked.svg", "../../shared/linked.svg", "shared/linked.svg"),
        ("templates/partials/header.html", "../../shared/header.html", "shared/header.html"),
    ]);
    let known = m.files.insert(link.to_owned(), Content::Link(target)).is_some();
    let pattern = if file.ends_with("html") { "<header>{n}</header>" } else { "<svg>{n}</svg>" };
    let text = m.fill(pattern, file);
    m.files.insert(file.to_owned(), Content::Bytes(text.into_bytes()));
    format!("{} the target of the link {link}", if known { "edit" } else { "add" })
}

fn setting(m: &mut Model, r: &mut Rng) -> String {
    let at = r.below(SETTINGS.len());
    let (_, (key, values)) = SETTINGS[at];
    let other = |r: &mut Rng, old: usize| (old + 1 + r.below(values.len() - 1)) % values.len();
    m.settings[at] = match m.settings[at] {
        old if old > 0 && r.chance(50) => 0,
        old => other(r, old),
    };
    format!("site.toml: {key} = {}", values[m.settings[at]])
}

/// Adds an error that makes every build fail, and that may be fixed later.
fn fault(m: &mut Model, r: &mut Rng) -> String {
    let (path, text) = r.pick(FAULTS);
    m.files.insert((*path).to_owned(), Content::Bytes(text.as_bytes().to_vec()));
    format!("a fault in {path}")
}

/// Changes of the command line.
pub const OPTIONS: &[(usize, Edit)] = &[
    (3, |s, r| {
        // The clock goes forward, but a build for an earlier time can be requested.
        let at = if r.chance(85) { s.clock + 1 } else { r.below(CLOCK.len()) };
        s.set_clock(at);
        Ok(format!("--now {}", CLOCK[s.clock]))
    }),
    (1, |s, _| {
        s.options.drafts = !s.options.drafts;
        Ok(format!("drafts: {}", s.options.drafts))
    }),
    (1, |s, _| {
        s.options.future = !s.options.future;
        Ok(format!("future: {}", s.options.future))
    }),
    (1, |s, _| {
        s.options.expired = !s.options.expired;
        Ok(format!("expired: {}", s.options.expired))
    }),
    (1, |s, r| {
        let urls = [None, Some("https://other.example"), Some("http://localhost/preview/")];
        s.options.base_url = r.pick(&urls).map(str::to_owned);
        Ok(format!("--base-url {:?}", s.options.base_url))
    }),
    (1, |s, r| {
        s.options.threads = 1 + r.below(3);
        Ok(format!("--threads {}", s.options.threads))
    }),
    (1, |s, _| {
        s.strict = true;
        Ok("--strict, once".to_owned())
    }),
];

/// Edits a text without changing its size, for tricks with times.
pub fn same_size(m: &mut Model, r: &mut Rng) -> String {
    let pools = [ASSETS, STATICS, TEMPLATES, STRINGS];
    let files = pools.into_iter().flatten().filter(|(path, _)| m.files.contains_key(*path));
    match r.one(files).filter(|_| r.chance(50)) {
        Some(file) => {
            m.put(file);
            format!("edit {}", file.0)
        }
        None => words(m, r),
    }
}
