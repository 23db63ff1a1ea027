//! The files that texts show or link: which may stand in a site, and where. It must not know Markdown.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::active_content::active_kind;
use crate::base::digest::Digest;
use crate::base::ignored_files;
use crate::base::limits::PICTURE_BYTES;
use crate::base::path;
use crate::content::content_path;
use crate::content::picture;
use crate::import::source::Source;

/// The folder of files that several articles use.
const SHARED: &str = "content/articles/files";

/// Checks that a file of the source may stand in a site. Reads pictures, because a broken one would stop the build.
/// Returns the ending that a picture should have, if it has a wrong one. The error says why it may not.
pub fn check(source: &Source, asset: &str) -> Result<Option<&'static str>, String> {
    let name = asset.rsplit('/').next().unwrap_or(asset);
    if content_path::is_markdown(name) || content_path::as_markdown(name).is_some() {
        return Err("it is a text".to_owned());
    }
    if let Some(what) = active_kind(name) {
        return Err(format!("it is {what}"));
    }
    if let Some(why) = ignored_files::ignore_reason(name, false) {
        return Err(format!("Recto does not publish such files: {}", why.words()));
    }
    match source.length(asset) {
        None => return Err("the source does not have it".to_owned()),
        Some(length) if length > PICTURE_BYTES => return Err(format!("it has {length} bytes")),
        Some(_) => {}
    }
    if picture::PictureFormat::of_name(name).is_none() {
        return Ok(None);
    }
    let bytes = source.bytes(asset)?;
    let read = |name: &str| picture::read(&name.into(), Digest::default(), &bytes);
    let Some(found) = read(name) else { return Ok(None) };
    if !found.active.is_empty() {
        return Err("it has active content".to_owned());
    }
    let Some(fault) = found.fault else { return Ok(None) };
    let fits = |ending: &&str| read(&format!("x.{ending}")).is_some_and(|found| found.fault.is_none());
    ["png", "jpg", "webp", "gif"].into_iter().find(|ending| fits(ending)).map(Some).ok_or_else(|| fault.into_string())
}

/// The files that are copied, with the texts that use them.
#[derive(Debug, Default)]
pub struct AssetUses {
    /// The groups that use a file.
    users: BTreeMap<String, BTreeSet<usize>>,
    /// The endings of pictures that have a wrong one.
    endings: BTreeMap<String, &'static str>,
}

impl AssetUses {
    pub fn add(&mut self, asset: &str, group: usize) {
        self.users.entry(asset.to_owned()).or_default().insert(group);
    }

    /// The files in use, sorted.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.users.keys().map(String::as_str)
    }

    /// Says that a file gets another ending, because it is a picture of another format.
    pub fn rename(&mut self, asset: &str, ending: &'static str) {
        self.endings.insert(asset.to_owned(), ending);
    }

    pub fn remove(&mut self, asset: &str) {
        self.users.remove(asset);
    }

    /// Returns the path of each file in the site. `stem` gives the folder of a group.
    pub fn places(&self, stem: &dyn Fn(usize) -> String) -> BTreeMap<String, String> {
        let mut taken = BTreeSet::new();
        let (mut places, mut numbers) = (BTreeMap::new(), BTreeMap::new());
        for (asset, users) in &self.users {
            let only = if users.len() == 1 { users.first() } else { None };
            let (folder, name) = match only {
                Some(group) => (stem(*group), file_name(asset)),
                None => (SHARED.to_owned(), shared_name(asset)),
            };
            let name = match self.endings.get(asset) {
                Some(ending) => format!("{}.{ending}", name.rsplit_once('.').map_or(&*name, |(stem, _)| stem)),
                None => name,
            };
            let mut place = format!("{folder}/{name}");
            let first = path::fold(&place);
            let mut n = numbers.get(&first).copied().unwrap_or(2);
            while !taken.insert(path::fold(&place)) {
                let (stem, ending) = name.rsplit_once('.').unwrap_or((&name, "bin"));
                place = format!("{folder}/{stem}-{n}.{ending}");
                n += 1;
                numbers.insert(first.clone(), n);
            }
            places.insert(asset.clone(), place);
        }
        places
    }
}

/// Returns the name of a file, changed if not every system can store it.
fn file_name(asset: &str) -> String {
    let name = asset.rsplit('/').next().unwrap_or(asset);
    if path::check_segment(name).is_ok() && name.len() <= 120 {
        return name.to_owned();
    }
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, "bin"));
    let stem = path::slug(stem);
    let stem = &stem[..stem.floor_char_boundary(100.min(stem.len()))];
    let ending = path::slug(ending);
    format!("{}.{ending}", if path::has_slug(stem) { stem } else { "file" })
}

/// Returns the path of a shared file: the folders of the source, so that names stay apart.
fn shared_name(asset: &str) -> String {
    let folders = asset.rsplit_once('/').map_or("", |(folders, _)| folders);
    let steps: Vec<String> = folders.split('/').map(path::slug).filter(|step| path::has_slug(step)).collect();
    let kept = &steps[steps.len().saturating_sub(3)..];
    let fine: Vec<&str> =
        kept.iter().map(String::as_str).filter(|step| path::check_segment(step).is_ok() && step.len() < 80).collect();
    match fine.is_empty() {
        true => file_name(asset),
        false => format!("{}/{}", fine.join("/"), file_name(asset)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_one_article_stand_beside_it() {
        let mut uses = AssetUses::default();
        uses.add("img/a.png", 0);
        uses.add("img2/A.png", 0);
        uses.add("static/logo.png", 0);
        uses.add("static/logo.png", 1);
        uses.add("img/what?.png", 1);
        let places = uses.places(&|group| format!("content/articles/2021/{group}"));
        assert_eq!(places["img/a.png"], "content/articles/2021/0/a.png");
        assert_eq!(places["img2/A.png"], "content/articles/2021/0/A-2.png");
        assert_eq!(places["static/logo.png"], "content/articles/files/static/logo.png");
        assert_eq!(places["img/what?.png"], "content/articles/2021/1/what.png");
    }

    #[test]
    fn programs_and_texts_stay_out() {
        let bytes = |_: &str| Ok(b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>x</script></svg>".to_vec());
        let names = ["a.html", "b.php", ".htaccess", "c.md", "d.svg", "e.pdf"];
        let files = names.iter().map(|name| ((*name).to_owned(), 64)).collect();
        let source = Source::new("s", files, &bytes);
        let refused: Vec<&str> = names.into_iter().filter(|name| check(&source, name).is_err()).collect();
        assert_eq!(refused, ["a.html", "b.php", ".htaccess", "c.md", "d.svg"]);
    }

    #[test]
    fn a_picture_gets_the_ending_of_its_format() {
        let gif = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;";
        let read = |_: &str| Ok(gif.to_vec());
        let source = Source::new("s", [("a.png".to_owned(), 40)].into(), &read);
        assert_eq!(check(&source, "a.png"), Ok(Some("gif")));
        let mut uses = AssetUses::default();
        uses.add("a.png", 0);
        uses.rename("a.png", "gif");
        assert_eq!(uses.places(&|_| "x".to_owned())["a.png"], "x/a.gif");
    }
}
