//! The search index of `recto serve` while texts change. A client reads the entry and then the files that it names:
//! each is the one that the entry means, or there is another entry by then.

use std::collections::BTreeMap;
use std::thread;
use std::time::{Duration, Instant};

use recto::search::entry;

use crate::search_index::collection::read_index;
use crate::served::{Stand, get};
use crate::support::{SITE_TOML, Site, article};

/// So many that some are in pieces and in a file of items.
const ARTICLES: usize = 70;
const EDITS: usize = 16;
const MOST: Duration = Duration::from_secs(60);

type Files = BTreeMap<String, Vec<u8>>;

fn write(site: &Site, number: usize, word: &str) {
    let day = format!("2024-{:02}-{:02}", 1 + number / 28, 1 + number % 28);
    site.write(&format!("content/articles/a{number}.md"), &article("A title", &day, "", &format!("A fog {word}.")));
}

fn ask(stand: &Stand, path: &str) -> Option<Vec<u8>> {
    let (status, bytes) = get(stand.serving.address(), &format!("/search/{path}"));
    (status == 200).then_some(bytes)
}

/// Reads all files of the index. `Err` has the entry, if a file is not the one that the entry means.
fn read(stand: &Stand) -> Result<Files, Vec<u8>> {
    let bytes = ask(stand, "entry.bin").expect("there is an entry");
    let entry = entry::read(&bytes).expect("the entry is whole");
    let mut named = Vec::new();
    for (folder, pieces) in ["b", "m"].iter().zip(&entry.pieces) {
        for (first, sum) in pieces {
            let digits: String = first.bytes().map(|byte| format!("{byte:02x}")).collect();
            named.push((format!("{folder}/{digits}.bin"), *sum));
        }
    }
    named.extend(entry.item_files.iter().enumerate().map(|(number, sum)| (format!("d/{number}.bin"), *sum)));
    assert!(named.len() > 1, "there are files beside the entry");
    let mut files = Files::new();
    for (path, sum) in named {
        match ask(stand, &path) {
            Some(file) if file.get(4..9) == Some(&sum[..]) => drop(files.insert(path, file)),
            _ => return Err(bytes),
        }
    }
    files.insert("entry.bin".to_owned(), bytes);
    Ok(files)
}

#[test]
fn a_served_index_is_of_one_time() {
    let site = Site::new(SITE_TOML);
    (0..ARTICLES).for_each(|number| write(&site, number, &format!("first{number}")));
    let stand = Stand::new(site);
    let terms_of = |files: &Files| read_index(files, &entry::read(&files["entry.bin"]).expect("an entry"));
    let edited = |number: usize| number * 13 % ARTICLES;
    thread::scope(|scope| {
        let editor = scope.spawn(|| {
            for number in 0..EDITS {
                write(&stand.site, edited(number), &format!("then{number}"));
                thread::sleep(Duration::from_millis(30));
            }
        });
        while !editor.is_finished() {
            match read(&stand) {
                Ok(files) => assert_eq!(terms_of(&files)["fog"].len(), ARTICLES),
                Err(old) => assert_ne!(ask(&stand, "entry.bin"), Some(old), "a file is not the one that it means"),
            }
        }
    });
    let start = Instant::now();
    loop {
        let terms = read(&stand).map(|files| terms_of(&files)).unwrap_or_default();
        if (0..EDITS).all(|number| terms.contains_key(&format!("then{number}"))) {
            assert!(!(0..EDITS).any(|number| terms.contains_key(&format!("first{}", edited(number)))));
            break;
        }
        assert!(start.elapsed() < MOST, "the last words are not found");
        thread::sleep(Duration::from_millis(30));
    }
}
