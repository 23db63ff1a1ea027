//! Tests of `head.rs`.

use super::*;

fn text(value: &str) -> ExtraValue {
    ExtraValue::Text(value.to_owned())
}

fn pairs(head: &Head) -> Vec<(&str, &ExtraValue, usize)> {
    head.entries.iter().map(|entry| (&*entry.key, &entry.value, entry.line)).collect()
}

#[test]
fn each_language_is_read_in_order() {
    for source in [
        "---\ntitle: A\n\ndate: 2021-03-24\n---\nBody\n",
        "+++\ntitle = \"A\"\n\ndate = 2021-03-24\n+++\nBody\n",
        "{\n\"title\": \"A\",\n\n\"date\": \"2021-03-24\"}\nBody\n",
    ] {
        let head = read(source).unwrap().unwrap();
        let expected = [("title", &text("A"), 2), ("date", &text("2021-03-24"), 4)];
        assert_eq!(pairs(&head), expected, "{source}");
        assert_eq!((&source[head.body..], head.faults.len()), ("Body\n", 0), "{source}");
        assert_eq!(head.body_line, source.lines().position(|line| line == "Body").unwrap() + 1);
    }
    assert_eq!(read("Body\n---\n").unwrap(), None);
    assert_eq!(read("---\n\nBody\n").unwrap(), None);
    assert_eq!(read("{{ x() }}\n").unwrap(), None);
}

#[test]
fn mistakes_in_yaml_lose_no_value() {
    let source = "---\ntitle: \"Ferry\" sinks\nsub: a: b\ndate:\t2021-03-24\ntags:\n\t- a\n\t- b\nauthor：Ida\ndraft:false\ntitle: Second\nextra:\n  x: [1\n  y: \"z\" w\n---\nB";
    let head = read(source).unwrap().unwrap();
    let get = |key: &str| head.get(key).cloned();
    assert_eq!(get("title"), Some(text("\"Ferry\" sinks")));
    assert_eq!(get("sub"), Some(text("a: b")));
    assert_eq!(get("date"), Some(text("2021-03-24")));
    assert_eq!(get("tags"), Some(ExtraValue::List(vec![text("a"), text("b")])));
    assert_eq!(get("author"), Some(text("Ida")));
    assert_eq!(get("draft"), Some(ExtraValue::Boolean(false)));
    let Some(ExtraValue::Table(extra)) = get("extra") else { panic!("{head:?}") };
    assert_eq!(extra["y"], text("\"z\" w"));
    assert_eq!(head.entries.iter().filter(|entry| entry.key == "title").count(), 2);
    assert!(head.faults.iter().any(|fault| fault.line == 10 && fault.message.contains("line 2")), "{head:?}");
    assert_eq!(&source[head.body..], "B");
}

#[test]
fn mistakes_in_toml_lose_no_value() {
    let source = "+++\ntitle = \"A\ntags = [\"a\", \"b\",\n \"c\"]\ntags = [\"d\"]\ndate = 2021-3-4\n[extra]\nx = \"ok\"\ny = no\n[[extra.rows]]\nz = 1\n[[extra.rows]]\nz = 2\n+++\n";
    let head = read(source).unwrap().unwrap();
    assert_eq!(head.get("title"), Some(&text("\"A")));
    assert_eq!(head.get("date"), Some(&text("2021-3-4")));
    assert_eq!(head.get("tags"), Some(&ExtraValue::List(vec![text("a"), text("b"), text("c")])));
    let Some(ExtraValue::Table(extra)) = head.get("extra") else { panic!("{head:?}") };
    assert_eq!((&extra["x"], &extra["y"]), (&text("ok"), &text("no")));
    assert!(matches!(&extra["rows"], ExtraValue::List(rows) if rows.len() == 2), "{extra:?}");
}

#[test]
fn hexo_needs_no_opening_line() {
    let head = read_unopened("title: A\ntags:\n- b\n---\nBody").unwrap().unwrap();
    assert_eq!((head.entries.len(), head.body_line), (2, 5));
    assert_eq!(read_unopened("Note: a\n\nSome text.\n\n---\n").unwrap(), None);
    assert!(read_unopened("---\ntitle: A\n---\n").unwrap().is_some());
}

#[test]
fn a_head_that_nothing_closes_ends_with_its_paragraph() {
    let head = read("---\ntitle: A\n\nBody\n").unwrap().unwrap();
    assert_eq!((head.entries.len(), head.body_line, head.faults.len()), (1, 3, 1));
}

#[test]
fn a_number_stays_as_written() {
    let head = read("---\nissue: 007\nversion: 1.10\nn: 3\n---\n").unwrap().unwrap();
    assert_eq!(head.get("version"), Some(&text("1.10")));
    assert_eq!(head.get("n"), Some(&ExtraValue::Integer(3)));
}

#[test]
fn long_broken_heads_take_linear_time() {
    let source = format!("---\n{}x: : [\n---\n", "a: \"b\" c\n".repeat(20_000));
    let head = read(&source).unwrap().unwrap();
    assert_eq!(head.entries.len(), 20_001);
}
