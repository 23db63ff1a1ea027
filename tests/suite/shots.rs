//! Screenshots of the default theme, for people to look at: `cargo test shots -- --ignored`.
//!
//! They are written to the folder in `RECTO_SHOTS`, otherwise to `target/shots/`: every kind of page as
//! `KIND.wide.png`, `.narrow`, `.dark`, `.print` and, from the sites in Arabic and Japanese, `.ar` and `.ja`; and
//! one article for each language of originals.

use std::path::PathBuf;

use crate::chrome::{Chrome, Tab};
use crate::kinds::{Subject, look_at_all, open};
use crate::support::project;

/// Width of A4 in CSS pixels.
const PAPER: u32 = 794;

/// Ways to show a page of the demonstration archive: name, width, medium and scheme.
const WAYS: [(&str, u32, &str, &str); 4] = [
    ("wide", 1280, "screen", "light"),
    ("narrow", 360, "screen", "light"),
    ("dark", 1280, "screen", "dark"),
    ("print", PAPER, "print", "light"),
];

/// Takes a screenshot of the whole page, after lazily loaded pictures have loaded.
fn take(tab: &Tab<'_>, url: &str, (name, width, medium, scheme): (&str, u32, &str, &str)) {
    let folder = std::env::var_os("RECTO_SHOTS").map_or_else(|| project().join("target/shots"), PathBuf::from);
    std::fs::create_dir_all(&folder).expect("a folder can be made");
    tab.width(width);
    tab.medium(medium, scheme);
    open(tab, url);
    tab.eval(
        "Promise.all([...document.images].map((image) => { image.loading = 'eager'; return image.decode() }))
            .catch(() => {}).then(() => true)",
    );
    std::fs::write(folder.join(format!("{name}.png")), tab.whole()).expect("a picture can be written");
}

fn shoot(subject: &Subject, chrome: &Chrome) {
    let language = subject.language;
    subject.visit(chrome, None, |tab, page, url| {
        let kind = &page.kind;
        if language != "en" {
            take(tab, url, (&format!("{kind}.{language}"), 1280, "screen", "light"));
            take(tab, url, (&format!("{kind}.{language}-narrow"), 360, "screen", "light"));
            return;
        }
        for (way, width, medium, scheme) in WAYS {
            take(tab, url, (&format!("{kind}.{way}"), width, medium, scheme));
        }
    });
    if language == "en" {
        subject.visit_these(&subject.originals, chrome, |tab, page, url| {
            take(tab, url, (&format!("{}.wide", page.kind), 1280, "screen", "light"));
            take(tab, url, (&format!("{}.narrow", page.kind), 360, "screen", "light"));
        });
    }
}

#[test]
#[ignore = "it only takes pictures, for people"]
fn shots() {
    look_at_all(shoot);
}
