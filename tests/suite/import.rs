//! `recto import`: samples of sources, a second run, edits, conflicts; and hostile sources.
//!
//! A sample is a folder in `tests/import/`: `source/` (a folder) or `source.EXT` (a file), perhaps `map.toml` and `media/`,
//! and what an import makes of it: `report.txt` and `expected/`. `RECTO_BLESS=1` writes the last two.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{project, recto, tree};

mod hostile;

/// Files of a site that are not part of a sample.
const NOT_COMPARED: [&str; 2] = [".recto/", "public/"];

struct Sample {
    name: String,
    folder: PathBuf,
    temp: tempfile::TempDir,
    /// The source, below the folder of the run.
    source: String,
}

/// Copies a tree of files.
fn copy(from: &Path, to: &Path) {
    for (path, bytes) in tree(from) {
        let target = to.join(path);
        fs::create_dir_all(target.parent().expect("a file is in a folder")).expect("a folder can be made");
        fs::write(target, bytes).expect("a file can be written");
    }
}

impl Sample {
    fn all() -> Vec<Sample> {
        let mut folders: Vec<PathBuf> = fs::read_dir(project().join("tests/import"))
            .expect("there are samples")
            .map(|e| e.expect("one").path())
            .collect();
        folders.sort();
        folders.into_iter().filter(|folder| folder.is_dir()).map(Sample::new).collect()
    }

    fn new(folder: PathBuf) -> Sample {
        let temp = tempfile::tempdir().expect("a folder can be made");
        let name = folder.file_name().expect("it has a name").to_string_lossy().into_owned();
        let entries = fs::read_dir(&folder).expect("it can be listed").map(|e| e.expect("one").path());
        let found = entries.filter(|path| path.file_name().is_some_and(|n| n.to_string_lossy().starts_with("source")));
        let source = found.min().unwrap_or_else(|| panic!("{name} has no source"));
        // The name of a source is seen in reports and records.
        let ending = source.extension().map(|e| format!(".{}", e.to_string_lossy())).unwrap_or_default();
        let place = format!("{name}{ending}");
        match source.is_dir() {
            true => copy(&source, &temp.path().join(&place)),
            false => drop(fs::copy(&source, temp.path().join(&place)).expect("it can be copied")),
        }
        for extra in ["map.toml", "media"] {
            let from = folder.join(extra);
            if from.is_dir() {
                copy(&from, &temp.path().join(extra));
            } else if from.exists() {
                fs::copy(&from, temp.path().join(extra)).expect("it can be copied");
            }
        }
        Sample { name, folder, temp, source: place }
    }

    fn site(&self) -> PathBuf {
        self.temp.path().join("site")
    }

    /// Runs an import with these flags. Returns the exit code and what it said.
    fn import(&self, flags: &[&str]) -> (i32, String) {
        let mut args = vec!["import", self.source.as_str()];
        for (file, flag) in [("map.toml", "--map"), ("media", "--media")] {
            if self.temp.path().join(file).exists() {
                args.extend([flag, file]);
            }
        }
        args.extend(flags);
        let output = recto(self.temp.path(), &args);
        let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        // The folder of the run has another name each time.
        let place = format!("{}/", self.temp.path().to_string_lossy());
        (output.status.code().unwrap_or(-1), said.replace(&place, ""))
    }

    fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = tree(&self.site());
        files.retain(|path, _| !NOT_COMPARED.iter().any(|start| path.starts_with(start)));
        files
    }

    /// Compares with what is expected, or writes that.
    fn compare(&self, report: &str) {
        let expected = self.folder.join("expected");
        if std::env::var_os("RECTO_BLESS").is_some() {
            let _ = fs::remove_dir_all(&expected);
            copy_files(&self.files(), &expected);
            fs::write(self.folder.join("report.txt"), report).expect("a report can be written");
            return;
        }
        let known = fs::read_to_string(self.folder.join("report.txt")).unwrap_or_default();
        assert_eq!(report, known, "the report of {}", self.name);
        let (found, known) = (self.files(), tree(&expected));
        let paths = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
        assert_eq!(paths(&found), paths(&known), "the files of {}", self.name);
        for (path, bytes) in &found {
            if *bytes != known[path] {
                let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
                assert_eq!(text(bytes), text(&known[path]), "{path} of {}", self.name);
            }
        }
    }

    /// An article of the site, by its path.
    fn article(&self) -> PathBuf {
        let files = self.files();
        let is_article = |path: &&String| path.starts_with("content/articles/") && path.ends_with(".md");
        self.site().join(files.keys().find(is_article).expect("there is an article"))
    }
}

fn copy_files(files: &BTreeMap<String, Vec<u8>>, to: &Path) {
    for (path, bytes) in files {
        let target = to.join(path);
        fs::create_dir_all(target.parent().expect("a file is in a folder")).expect("a folder can be made");
        fs::write(target, bytes).expect("a file can be written");
    }
}

#[test]
fn samples() {
    for sample in Sample::all() {
        let (code, report) = sample.import(&["--init", "site"]);
        assert_eq!(code, 0, "{}: {report}", sample.name);
        sample.compare(&report);
        let build = recto(&sample.site(), &["build"]);
        assert!(build.status.success(), "{}: {}", sample.name, String::from_utf8_lossy(&build.stderr));
    }
}

#[test]
fn a_second_run_writes_nothing() {
    for sample in Sample::all() {
        sample.import(&["--init", "site"]);
        let before = tree(&sample.site());
        let (code, said) = sample.import(&["-C", "site"]);
        assert_eq!(code, 0, "{}: {said}", sample.name);
        assert!(said.contains("Imported: 0 new, 0 changed, "), "{}: {said}", sample.name);
        assert!(before == tree(&sample.site()), "{} was written again", sample.name);
    }
}

#[test]
fn an_edited_file_is_never_overwritten_silently() {
    for sample in Sample::all() {
        sample.import(&["--init", "site"]);
        let article = sample.article();
        let made = fs::read_to_string(&article).expect("an article is a text");
        let edited = format!("{made}\nAn editor was here.\n");
        fs::write(&article, &edited).expect("it can be edited");
        let (code, said) = sample.import(&["-C", "site"]);
        assert!(code == 0 && said.contains("1 edited here and kept"), "{}: {said}", sample.name);
        // Without a record, nobody knows who wrote it.
        fs::remove_dir_all(sample.site().join(".recto/imports")).expect("there is a record");
        let (code, said) = sample.import(&["-C", "site"]);
        assert!(code == 1 && said.contains("1 file changed here and in the source"), "{}: {said}", sample.name);
        assert_eq!(fs::read_to_string(&article).expect("a text"), edited);
        let (code, said) = sample.import(&["-C", "site", "--ours"]);
        assert!(code == 0 && said.contains("1 edited here"), "{}: {said}", sample.name);
        let (code, said) = sample.import(&["-C", "site"]);
        assert!(code == 0 && said.contains("1 edited here"), "{}: {said}", sample.name);
        fs::remove_dir_all(sample.site().join(".recto/imports")).expect("there is a record");
        let (_, said) = sample.import(&["-C", "site", "--theirs"]);
        assert!(said.contains("Imported: 0 new, 1 changed"), "{}: {said}", sample.name);
        assert_eq!(fs::read_to_string(&article).expect("a text"), made, "{}", sample.name);
    }
}

#[test]
fn a_dry_run_writes_nothing_but_a_map() {
    for sample in Sample::all() {
        let before = tree(sample.temp.path());
        let (code, said) = sample.import(&["--init", "site", "--dry-run"]);
        assert!(code == 0 && said.contains("---- content/articles/"), "{}: {said}", sample.name);
        assert!(before == tree(sample.temp.path()), "{}", sample.name);
        if sample.temp.path().join("map.toml").exists() {
            continue;
        }
        let (code, said) = sample.import(&["--init", "site", "--dry-run", "--map", "new.toml"]);
        assert!(code == 0 && said.contains("Wrote new.toml"), "{}: {said}", sample.name);
        let (code, said) = sample.import(&["--init", "site", "--map", "new.toml"]);
        assert_eq!(code, 0, "{}: {said}", sample.name);
    }
}

#[test]
fn ten_edits_write_ten_files() {
    let temp = tempfile::tempdir().expect("a folder can be made");
    let post = |n: usize, text: &str| {
        let path = temp.path().join(format!("blog/_posts/2021-03-{n:02}-post-{n}.md"));
        fs::create_dir_all(path.parent().expect("a folder")).expect("it can be made");
        let head = format!("---\nlayout: post\ntitle: Post {n}\ntranslator: A. Person\n---\n");
        fs::write(path, format!("{head}{text}\n")).expect("it can be written");
    };
    fs::create_dir_all(temp.path().join("blog")).expect("a folder can be made");
    fs::write(temp.path().join("blog/_config.yml"), "title: Harbour\nlang: en\n").expect("it can be written");
    (1..=25).for_each(|n| post(n, "A fictional text."));
    let run = |flags: &[&str]| {
        let output = recto(temp.path(), &[&["import", "blog"], flags].concat());
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let said = run(&["--init", "site"]);
    assert!(said.contains("Imported: 25 new") || said.contains("Imported: 26 new"), "{said}");
    (1..=10).for_each(|n| post(n, "Another text."));
    let edited = temp.path().join("site/content/articles/2021/post-1.md");
    let text = fs::read_to_string(&edited).expect("there is the article");
    fs::write(&edited, format!("{text}\nMine.\n")).expect("it can be edited");
    let said = run(&["-C", "site"]);
    assert!(said.contains("Imported: 0 new, 9 changed") && said.contains("content/articles/2021/post-1.md"), "{said}");
    assert!(fs::read_to_string(&edited).expect("a text").ends_with("Mine.\n"));
    let said = run(&["-C", "site", "--theirs"]);
    assert!(said.contains("Imported: 0 new, 1 changed"), "{said}");
}
