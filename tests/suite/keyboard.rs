//! Every kind of page by keyboard alone: Tab reaches every interactive element in document order, and the focus is
//! always visible.

use serde_json::Value;

use crate::chrome::{Chrome, Tab};
use crate::kinds::{Findings, look_at, look_at_all, open};

/// Finds the elements at which Tab should stop.
const STOPS: &str = include_str!("keyboard/stops.js");

/// Presses Tab until the focus leaves the page, and reports what is wrong.
fn walk(tab: &Tab<'_>, mut found: impl FnMut(String)) {
    let stops = tab.eval(STOPS);
    let stops: Vec<&str> = stops.as_array().expect("a list").iter().filter_map(Value::as_str).collect();
    let mut reached = vec![false; stops.len()];
    let mut last: Option<usize> = None;
    // Allow more presses than stops, to find elements that should not be reachable.
    for _ in 0..stops.len() * 2 + 10 {
        tab.press("Tab");
        let here = tab.eval("focused()");
        let name = here["name"].as_str().unwrap_or_default();
        let at = here["at"].as_u64().map(|at| at as usize);
        if here.is_null() || at.is_some_and(|at| at == 0 && reached[0]) {
            break;
        }
        for fault in here["faults"].as_array().expect("a list").iter().filter_map(Value::as_str) {
            found(format!("{name} is focused, but {fault}"));
        }
        if let Some(key) = here["toggle"].as_str() {
            let back = if key == " " { " " } else { "ArrowUp" };
            let before = tab.eval("state()");
            tab.press(key);
            if tab.eval("state()") == before {
                found(format!("{name} is not changed by {key:?}"));
            }
            tab.press(back);
        }
        let Some(at) = at else {
            found(format!("{name} is focused, but is nothing that acts or is seen"));
            continue;
        };
        if last == Some(at) && here["parts"] == true {
            continue;
        }
        if last.is_some_and(|last| at <= last) {
            found(format!("{name} is reached after what follows it"));
        }
        reached[at] = true;
        last = Some(at);
    }
    for (stop, _) in stops.iter().zip(reached).filter(|(_, reached)| !reached) {
        found(format!("{stop} is not reached by Tab"));
    }
}

/// Returns what is wrong with the skip link, which must lead past the head of the page.
fn skip(tab: &Tab<'_>) -> Option<&'static str> {
    tab.press("Tab");
    let target = "document.querySelector('main')?.id && document.activeElement.hash === '#' + \
                  document.querySelector('main').id";
    if tab.eval(target) != true {
        return Some("the first stop is no link to the main part");
    }
    tab.press("Enter");
    tab.wait_for("location.hash !== ''");
    tab.press("Tab");
    // If the main part has no stop, the next is behind it.
    let after = "(() => { const main = document.querySelector('main'), at = document.activeElement; \
                 return main.contains(at) || Boolean(main.compareDocumentPosition(at) & 4); })()";
    (tab.eval(after) != true).then_some("the first link does not lead into the main part")
}

#[test]
fn everything_is_reached_and_seen() {
    let findings = Findings::default();
    look_at_all(|subject, chrome| {
        subject.measure(chrome, |tab, page, url| {
            // A press takes a while, and languages share their templates: each looks at another part.
            let (width, scheme) = match subject.language {
                "en" => (1280, "light"),
                "ja" => (320, "dark"),
                _ => (320, "light"),
            };
            tab.width(width);
            tab.medium("screen", scheme);
            open(tab, url);
            let place = format!("{} {} {width} {scheme}", subject.language, page.kind);
            walk(tab, |what| findings.add(what, &place));
            open(tab, url);
            if let Some(why) = skip(tab) {
                findings.add(why, format!("{} {}", subject.language, page.kind));
            }
        });
    });
    findings.none();
}

/// The test detects elements that cannot be reached, and focus that is not visible.
#[test]
fn the_walk_finds_what_is_wrong() {
    let faulty = [
        ("<a href=/ style='outline: none'>x</a>", "a is focused, but it has no outline"),
        ("<a href=/ style='outline: 1px solid'>x</a>", "a is focused, but its outline is 1px wide"),
        ("<a href=/ style='outline: 3px solid #eee'>x</a>", "a is focused, but its outline has a contrast of 1.2"),
        ("<a href=/ style='position: absolute; left: -99px'>x</a>", "a is focused, but it is out of view"),
        (
            "<div style='height: 0; overflow: hidden'><a href=/>x</a></div>",
            "div > a is focused, but it is covered or clipped",
        ),
        ("<a href=/ tabindex=2>x</a><b tabindex=1>y</b>", "a is reached after what follows it"),
        ("<input type=checkbox onclick='return false'>", "input is not changed by \" \""),
    ];
    // One browser for all of them.
    let _browser = Chrome::start();
    for (html, expected) in faulty {
        look_at(html, |tab, url| {
            tab.width(1280);
            tab.medium("screen", "light");
            open(tab, url);
            let mut found = Vec::new();
            walk(tab, |what| found.push(what));
            assert_eq!(found, [expected], "{html}");
        });
    }
    let sound = "<a href=#m>x</a><main id=m><label><input type=radio name=r>y</label><label><input type=radio name=r>z\
                 </label><details><summary>s</summary><a href=/>x</a></details>\
                 <pre style='overflow: auto; width: 3em'>wide wide wide</pre></main>";
    look_at(sound, |tab, url| {
        open(tab, url);
        let mut found = Vec::new();
        walk(tab, |what| found.push(what));
        assert_eq!(found, Vec::<String>::new());
        open(tab, url);
        assert_eq!(skip(tab), None);
    });
}
