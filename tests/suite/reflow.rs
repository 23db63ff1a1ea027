//! Every kind of page on the narrowest screen, and with a reader's own text spacing: nothing overflows, nothing is
//! cut off, and touch targets are large enough (WCAG 2.2: 1.4.10, 1.4.12, 2.5.8).

use serde_json::Value;

use crate::chrome::{Chrome, Tab};
use crate::kinds::{Findings, look_at, look_at_all, open};

/// The measurements in a page.
const MEASURES: &str = include_str!("reflow/measures.js");

/// Measures an open page at both widths. `found` receives each finding and how it was measured.
fn measure(tab: &Tab<'_>, mut found: impl FnMut(&str, &str)) {
    let mut tell = |js: &str, how: &str| {
        let list = tab.eval(js);
        list.as_array().expect("a list").iter().filter_map(Value::as_str).for_each(|what| found(what, how));
    };
    tab.eval(MEASURES);
    tab.width(320);
    tell("overflow()", "320");
    tell("small()", "320");
    tell("spaced()", "320 spaced");
    tab.width(1280);
    tell("overflow()", "1280");
    tell("small()", "1280");
    tell("spaced()", "1280 spaced");
}

#[test]
fn nothing_runs_over_or_is_cut_off_or_is_too_small() {
    let findings = Findings::default();
    look_at_all(|subject, chrome| {
        subject.measure(chrome, |tab, page, url| {
            tab.medium("screen", "light");
            open(tab, url);
            measure(tab, |what, how| findings.add(what, format!("{} {} {how}", subject.language, page.kind)));
        });
    });
    findings.none();
}

#[test]
fn the_measures_find_what_is_wrong() {
    let links = "<ul style='padding: 0; list-style: none; font-size: 10px; line-height: 1'>\
                 <li><a href=/a>x</a><li><a href=/b>y</a></ul>";
    let faulty = [
        ("<div style='width: 400px; background: red'>x</div>", "div runs over the edge by 80 px"),
        ("<html dir=rtl><div style='width: 400px'>x</div>", "div runs over the edge by 80 px"),
        ("<p style='height: 1.2em; line-height: 1.2; overflow: hidden'>x", "p cuts off its spaced text"),
        (links, "ul > li > a is too small a target"),
    ];
    // One browser for all of them.
    let _browser = Chrome::start();
    for (html, expected) in faulty {
        look_at(&format!("<body style='margin: 0'>{html}"), |tab, url| {
            open(tab, url);
            let mut found = Vec::new();
            measure(tab, |what, _| found.push(what.split(':').next().unwrap_or_default().to_owned()));
            assert!(found.iter().any(|what| what == expected), "{html}: {found:?}");
            assert!(found.iter().all(|what| what == expected), "{html}: {found:?}");
        });
    }
    let sound = "<p>Some <a href=/>link</a> in a text, <pre style='overflow: auto; width: 99%'>a wide wide wide wide \
                 wide wide wide wide wide wide wide wide wide wide line</pre><button style='padding: 9px'>x</button>";
    look_at(sound, |tab, url| {
        open(tab, url);
        measure(tab, |what, how| panic!("{what} {how}"));
    });
}
