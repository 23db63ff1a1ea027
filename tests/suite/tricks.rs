//! Changes of a site's disk between two builds: wrong times, a state that is lost, damaged or outdated, and outputs
//! that somebody else has changed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use recto::engine::write::MANIFEST;
use recto::system::root::Root;

use crate::edits::{EDITS, Edit, choose, same_size};
use crate::model::{Content, Rng};
use crate::pools::FAULTS;
use crate::stage::{PUBLIC, Stage, is_own, put, set_modified, stamps};

/// The folder of the state.
const STATE: &str = ".recto";

/// Changes of the disk, with weights. Some of these build, and judge that build.
pub const TRICKS: &[(usize, Edit)] = &[
    (2, |s, _| {
        s.still = true;
        Ok("nothing".to_owned())
    }),
    (4, touch),
    (4, quietly),
    (3, taken_back),
    (2, swap),
    (5, several),
    (2, lose_state),
    (4, damage_state),
    (3, state_of_another_day),
    (3, lose_output),
    (3, alter_output),
    (1, lose_all_output),
    (2, stray),
    (2, output_of_another_day),
    (1, copy_output),
    (2, another_output),
    (2, fail_on_the_way),
    (1, empty_for_a_while),
    (2, killed),
    (3, killed_half_way),
    (2, move_house),
];

/// Changes the times of files, but not their bytes.
fn touch(s: &mut Stage, r: &mut Rng) -> Result<String, String> {
    let paths: Vec<String> = s.disk.keys().cloned().collect();
    let day = Duration::from_secs(1_500_000_000 + r.below(1000) as u64);
    let now = SystemTime::now();
    let (paths, time, what) = match r.below(4) {
        0 => (paths, now, "every file".to_owned()),
        1 => (paths, SystemTime::UNIX_EPOCH + day, "every file, with one time for all".to_owned()),
        2 => (paths, now + Duration::from_secs(86_400), "every file, to tomorrow".to_owned()),
        _ => {
            let one: Vec<String> = r.one(paths).into_iter().collect();
            let what = one.concat();
            (one, now, what)
        }
    };
    paths.iter().for_each(|path| set_modified(&s.options.root.place(path), time));
    s.still = true;
    Ok(format!("touch {what}"))
}

/// An edit that changes neither size nor mtime.
fn quietly(s: &mut Stage, r: &mut Rng) -> Result<String, String> {
    s.sync();
    let what = same_size(&mut s.model, r);
    s.keep_times = true;
    Ok(format!("{what}, with the old size and mtime"))
}

/// An edit, perhaps a build, and the edit is undone.
fn taken_back(s: &mut Stage, r: &mut Rng) -> Result<String, String> {
    s.sync();
    let before = s.model.clone();
    let what = same_size(&mut s.model, r);
    s.sync();
    let built = r.chance(50);
    if built {
        s.judge(PUBLIC)?;
    }
    s.model.texts = before.texts;
    s.model.files = before.files;
    s.still = !built;
    Ok(format!("{what}, {}taken back", if built { "built, " } else { "" }))
}

/// Two articles are swapped by renaming, with their mtimes.
fn swap(s: &mut Stage, r: &mut Rng) -> Result<String, String> {
    s.sync();
    let (Some(a), Some(b)) = (r.one(s.model.articles()), r.one(s.model.articles())) else {
        return Ok("nothing: there are no articles".to_owned());
    };
    if a == b {
        return Ok("nothing: there is one article".to_owned());
    }
    let [x, y] = [&a, &b].map(|path| format!("content/{path}.md"));
    let same_time = r.chance(50);
    if same_time {
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_600_000_000);
        [&x, &y].into_iter().for_each(|path| set_modified(&s.options.root.place(path), time));
        s.judge(PUBLIC)?;
    }
    s.rename(&x, "content/articles/.swap");
    s.rename(&y, &x);
    s.rename("content/articles/.swap", &y);
    let [first, second] = [&a, &b].map(|path| s.model.texts.remove(path).expect("it is there"));
    s.model.texts.extend([(a.clone(), second), (b.clone(), first)]);
    Ok(format!("swap {a} and {b}{}", if same_time { ", of one mtime" } else { "" }))
}

/// Several edits before the next build.
fn several(s: &mut Stage, r: &mut Rng) -> Result<String, String> {
    let count = 2 + r.below(3);
    let done: Result<Vec<String>, String> = (0..count).map(|_| choose(EDITS, r)(s, r)).collect();
    Ok(done?.join("; "))
}

fn state(s: &Stage) -> PathBuf {
    s.options.root.place(STATE)
}

fn lose_state(s: &mut Stage, _: &mut Rng) -> Result<String, String> {
    let there = fs::remove_dir_all(state(s)).is_ok();
    Ok(format!("delete {STATE}{}", if there { "" } else { " (there is none)" }))
}

/// Truncates, corrupts, empties, extends or removes a file of the state.
fn damage_state(s: &mut Stage, r: &mut Rng) -> Result<String, String> {
    let files = stamps(&state(s));
    let Some((path, stamp)) = r.one(files) else { return Ok(format!("nothing: there is no {STATE}")) };
    let file = state(s).join(&path);
    let mut bytes = stamp.bytes;
    let at = r.below(bytes.len());
    let what = match r.below(6) {
        0 | 1 if !bytes.is_empty() => {
            bytes[at] ^= 1 << r.below(8);
            format!("a bit of byte {at} flipped")
        }
        2 => {
            bytes.truncate(at);
            format!("cut after {at} bytes")
        }
        3 => {
            bytes.clear();
            "emptied".to_owned()
        }
        4 => {
            bytes.extend_from_slice(b"more");
            "lengthened".to_owned()
        }
        _ => {
            fs::remove_file(&file).expect("a file can be removed");
            return Ok(format!("{STATE}/{path}: removed"));
        }
    };
    fs::write(&file, bytes).expect("a file can be written");
    Ok(format!("{STATE}/{path}: {what}"))
}

/// Saves the state, or restores an older one, which does not know later builds.
fn state_of_another_day(s: &mut Stage, _: &mut Rng) -> Result<String, String> {
    if let Some(old) = s.aside.take() {
        let _ = fs::remove_dir_all(state(s));
        write_all(&state(s), &old);
        return Ok(format!("put an older {STATE} back"));
    }
    s.aside = Some(read_all(&state(s)));
    Ok(format!("put {STATE} aside"))
}

fn read_all(root: &Path) -> BTreeMap<String, Vec<u8>> {
    stamps(root).into_iter().map(|(path, stamp)| (path, stamp.bytes)).collect()
}

fn write_all(root: &Path, files: &BTreeMap<String, Vec<u8>>) {
    files.iter().for_each(|(path, bytes)| put(&root.join(path), &Content::Bytes(bytes.clone()), false));
}

/// Returns one of Recto's outputs, if there is any.
fn output(s: &Stage, r: &mut Rng) -> Option<(String, Vec<u8>)> {
    let all = read_all(&s.options.root.place(PUBLIC)).into_iter();
    r.one(all.filter(|(path, _)| !is_own(path) && !s.strays.contains_key(path)))
}

fn lose_output(s: &mut Stage, r: &mut Rng) -> Result<String, String> {
    let Some((path, _)) = output(s, r) else { return Ok("nothing: there are no outputs".to_owned()) };
    let file = s.options.root.place(PUBLIC).join(&path);
    let folder = file.parent().expect("a file has a folder");
    // Sometimes with everything beside it.
    if r.chance(30) && path.contains('/') {
        fs::remove_dir_all(folder).expect("a folder can be removed");
        let below = format!("{}/", path.rsplit_once('/').map_or("", |(folder, _)| folder));
        s.strays.retain(|stray, _| !stray.starts_with(&below));
        return Ok(format!("delete the folder of the output {path}"));
    }
    fs::remove_file(&file).expect("a file can be removed");
    Ok(format!("delete the output {path}"))
}

fn alter_output(s: &mut Stage, r: &mut Rng) -> Result<String, String> {
    let Some((path, mut bytes)) = output(s, r) else { return Ok("nothing: there are no outputs".to_owned()) };
    let file = s.options.root.place(PUBLIC).join(&path);
    let time = fs::metadata(&file).and_then(|m| m.modified()).expect("a file has an mtime");
    let at = r.below(bytes.len());
    let what = match r.below(4) {
        0 | 1 if !bytes.is_empty() => {
            bytes[at] ^= 1;
            "one byte of"
        }
        2 => {
            bytes.truncate(at);
            "the length of"
        }
        _ => {
            bytes.extend_from_slice(b"more");
            "the end of"
        }
    };
    put(&file, &Content::Bytes(bytes), r.chance(50));
    let quiet = r.chance(30);
    if quiet {
        set_modified(&file, time);
    }
    Ok(format!("alter {what} the output {path}{}", if quiet { ", with the old mtime" } else { "" }))
}

fn lose_all_output(s: &mut Stage, _: &mut Rng) -> Result<String, String> {
    let _ = fs::remove_dir_all(s.options.root.place(PUBLIC));
    s.strays.clear();
    Ok(format!("delete {PUBLIC}/"))
}

/// Adds a foreign file to the output, at a path that no output ever has.
fn stray(s: &mut Stage, r: &mut Rng) -> Result<String, String> {
    let public = s.options.root.place(PUBLIC);
    if !public.is_dir() {
        return Ok("nothing: there is no output".to_owned());
    }
    let outputs = stamps(&public);
    let folders = outputs.keys().filter(|path| path.starts_with(['2', 't'])).filter_map(|path| path.rsplit_once('/'));
    let folder = r.one(folders).map_or(String::new(), |(folder, _)| format!("{folder}/"));
    let path = format!("{}mine-{}.txt", if r.chance(60) { &folder } else { "" }, s.model.number());
    put(&public.join(&path), &Content::Bytes(b"mine".to_vec()), false);
    s.strays.insert(path.clone(), b"mine".to_vec());
    Ok(format!("leave a file of one's own in the output: {path}"))
}

/// Moves the output away, builds, and restores the old output, which does not match the state.
fn output_of_another_day(s: &mut Stage, r: &mut Rng) -> Result<String, String> {
    let [public, away] = [PUBLIC, "public.away"].map(|folder| s.options.root.place(folder));
    if !public.is_dir() {
        return Ok("nothing: there is no output".to_owned());
    }
    fs::rename(&public, &away).expect("a folder can be renamed");
    let strays = std::mem::take(&mut s.strays);
    let what = choose(EDITS, r)(s, r)?;
    s.sync();
    s.judge(PUBLIC)?;
    let _ = fs::remove_dir_all(&public);
    fs::rename(&away, &public).expect("a folder can be renamed");
    s.restored = true;
    s.strays = strays;
    Ok(format!("put {PUBLIC}/ away, {what}, build, put the old {PUBLIC}/ back"))
}

/// Copies the output, with new times.
fn copy_output(s: &mut Stage, _: &mut Rng) -> Result<String, String> {
    let public = s.options.root.place(PUBLIC);
    let all = read_all(&public);
    let _ = fs::remove_dir_all(&public);
    write_all(&public, &all);
    Ok(format!("copy {PUBLIC}/ over itself"))
}

fn another_output(s: &mut Stage, r: &mut Rng) -> Result<String, String> {
    s.sync();
    let folder = *r.pick(&["other", "deep/other"]);
    s.judge(folder)?;
    let what = if r.chance(50) { choose(EDITS, r)(s, r)? } else { "nothing else".to_owned() };
    Ok(format!("build into {folder}/, then {what}"))
}

/// An edit with an error that makes the build fail; then the error is fixed and the edit stays.
fn fail_on_the_way(s: &mut Stage, r: &mut Rng) -> Result<String, String> {
    let what = choose(EDITS, r)(s, r)?;
    let (path, text) = r.pick(FAULTS);
    let before = s.model.files.insert((*path).to_owned(), Content::Bytes(text.as_bytes().to_vec()));
    s.sync();
    let failed = s.failed;
    s.judge(PUBLIC)?;
    s.failed = failed;
    match before {
        Some(content) => drop(s.model.files.insert((*path).to_owned(), content)),
        None => drop(s.model.files.remove(*path)),
    }
    Ok(format!("{what}, with a fault in {path}; build; mend the fault"))
}

/// Removes all texts, and restores them.
fn empty_for_a_while(s: &mut Stage, _: &mut Rng) -> Result<String, String> {
    let texts = std::mem::take(&mut s.model.texts);
    s.sync();
    s.judge(PUBLIC)?;
    s.model.texts = texts;
    Ok("all texts away, build, and back".to_owned())
}

/// Leaves what a killed first build does: a manifest that says so, and a part of the outputs.
fn killed(s: &mut Stage, r: &mut Rng) -> Result<String, String> {
    let public = s.options.root.place(PUBLIC);
    let Ok(manifest) = fs::read_to_string(public.join(MANIFEST)) else { return Ok("nothing: no output".to_owned()) };
    let (header, rest) = manifest.split_once('\n').expect("a manifest has lines");
    let incomplete = format!("{} incomplete\n{rest}", header.trim_end_matches(" incomplete"));
    fs::write(public.join(MANIFEST), incomplete).expect("a file can be written");
    put(&public.join(".recto-staging/3"), &Content::Bytes(b"half".to_vec()), false);
    let mut lost = 0;
    for _ in 0..1 + r.below(5) {
        if let Some((path, bytes)) = output(s, r) {
            fs::write(public.join(path), &bytes[..bytes.len() / 2]).expect("a file can be written");
            lost += 1;
        }
    }
    Ok(format!("a first build was killed: {lost} outputs half written"))
}

/// Leaves what a killed later build does: the state of the previous build, and outputs of both.
fn killed_half_way(s: &mut Stage, r: &mut Rng) -> Result<String, String> {
    let public = s.options.root.place(PUBLIC);
    let (old, old_state) = (read_all(&public), read_all(&state(s)));
    let what = choose(EDITS, r)(s, r)?;
    s.sync();
    s.judge(PUBLIC)?;
    let new = read_all(&public);
    let (Some(before), Some(after)) = (old.get(MANIFEST), new.get(MANIFEST)) else {
        return Ok(format!("{what}; nothing to kill"));
    };
    let [before, after] = [before, after].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    let (header, rest) = after.split_once('\n').expect("a manifest has lines");
    let both: BTreeSet<&str> = rest.lines().chain(before.lines().skip(1)).collect();
    let both: String = both.into_iter().map(|path| format!("{path}\n")).collect();
    fs::write(public.join(MANIFEST), format!("{header}\n{both}")).expect("a file can be written");
    let _ = fs::remove_dir_all(state(s));
    write_all(&state(s), &old_state);
    let mut undone = 0;
    for path in old.keys().chain(new.keys()).filter(|path| !is_own(path) && !s.strays.contains_key(*path)) {
        if old.get(path) == new.get(path) || r.chance(50) {
            continue;
        }
        undone += 1;
        let file = public.join(path);
        match old.get(path) {
            // The old file cannot be restored if a new output needs a folder there.
            Some(bytes) if !file.is_dir() && file.ancestors().skip(1).all(|dir| !dir.is_file()) => {
                put(&file, &Content::Bytes(bytes.clone()), true);
            }
            Some(_) => {}
            None => drop(fs::remove_file(&file)),
        }
    }
    Ok(format!("{what}; a build was killed that had {undone} outputs to go"))
}

/// Moves the site to another folder with its state and its output, by renaming or as a copy with new times. The
/// output alone may stay behind.
fn move_house(s: &mut Stage, r: &mut Rng) -> Result<String, String> {
    s.sync();
    let old = s.options.root.path().to_owned();
    let new = s.folder.path().join(format!("moved-{}", s.model.number()));
    let copied = r.chance(50);
    if copied {
        write_all(&new, &read_all(&old));
        let links = s.disk.iter().filter(|(_, content)| matches!(content, Content::Link(_)));
        links.for_each(|(path, content)| put(&new.join(path), content, false));
        fs::remove_dir_all(&old).expect("a folder can be removed");
    } else {
        fs::rename(&old, &new).expect("a folder can be renamed");
    }
    s.options.root = Root::shared(&new).expect("the folder is there");
    let output = r.chance(60);
    if !output {
        let _ = fs::remove_dir_all(s.options.root.place(PUBLIC));
        s.strays.clear();
    }
    let words = [if copied { "as a copy" } else { "by rename" }, if output { "with" } else { "without" }];
    Ok(format!("move the site to another folder, {}, {} its output", words[0], words[1]))
}
