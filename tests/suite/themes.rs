//! What `docs/themes.md` says is so, and a theme needs to know no more.
//!
//! The tables of the manual are made from the code. `RECTO_BLESS=1` writes them anew, but what is written by hand: a new
//! row comes without it, and has to be explained.

mod manual;
mod observe;

use std::fs;

use crate::html::none;
use crate::support::project;

#[test]
fn the_manual_says_what_there_is() {
    let mut observed = observe::observe();
    let made = manual::of_fields(&mut observed);
    let path = project().join("docs/themes.md");
    let mut text = fs::read_to_string(&path).expect("there is a manual");
    if std::env::var_os("RECTO_BLESS").is_some() {
        text = manual::renewed(&text, &made);
        fs::write(path, &text).expect("the manual can be written");
    }
    let mut faults: Vec<String> = observed.faults.into_iter().collect();
    faults.extend(manual::faults(&text, &made));
    for (n,r) in &made { println!("== {n}"); for r in r { println!("{}", r.join(" | ")); } }
    none(faults);
}
