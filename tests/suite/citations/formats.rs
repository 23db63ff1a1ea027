//! The formats of references: each read back by a reader of its own, with hostile texts; by Zotero's importers; and the
//! three styles compared with citeproc.

use std::collections::BTreeMap;
use std::io::Write;
use std::process::{Command, Stdio};

use proptest::prelude::*;
use recto::base::date::Day;
use recto::content::name_parts::NameParts;
use recto::outputs::citation::reference::{PlaceInSource, Reference, Work, on_one_line};
use recto::outputs::citation::{biblatex, csl_json, data_url, ris, styles};
use serde_json::{Value, json};

use crate::support::project;
use crate::tools;

type Writer = fn(&Reference, &mut String);

fn written(write: Writer, reference: &Reference) -> String {
    let mut text = String::new();
    write(reference, &mut text);
    text
}

fn reference<'a>(title: &'a str, authors: Vec<NameParts<'a>>, translators: Vec<NameParts<'a>>) -> Reference<'a> {
    Reference {
        id: "2021/03/fees".into(),
        title,
        authors,
        translators,
        work: Work::Translation,
        newspaper: "The Daily Harbour".into(),
        date: Day::new(2021, 3, 24).expect("a day"),
        place: PlaceInSource::default(),
        section: "Economy > Ports".into(),
        language: "en",
        original_title: None,
        original_language: None,
        archive: "Harbour Archive",
        url: Some("https://archive.example.org/2021/03/24/fees/".to_owned()),
    }
}

fn person<'a>(family: &'a str, given: &'a str) -> NameParts<'a> {
    NameParts::Person { family, given: given.into() }
}

/// Any text with what formats treat specially.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[a-zA-Z ]{1,8}",
        "[\\\\{}%#&$_^~\"'`<>|,;:/=@-]{1,4}",
        Just("\n".to_owned()),
        Just("\r\nER  - \r\nTY  - BOOK\n".to_owned()),
        Just("}},\nauthor={x}".to_owned()),
        Just("\",\"type\":\"book".to_owned()),
        Just(" and ".to_owned()),
        Just("\u{2028}\u{85}\u{0}".to_owned()),
        Just("港の料金".to_owned()),
        Just("ميناء قديم".to_owned()),
        Just("👩‍🚀\u{202e}".to_owned()),
        Just("</dd><script>".to_owned()),
    ];
    prop::collection::vec(piece, 1..8).prop_map(|pieces| pieces.concat())
}

/// Reads RIS: tag and value of every line of one reference.
fn read_ris(text: &str) -> Vec<(String, String)> {
    let text = text.strip_suffix("\n\n").expect("an empty line at the end");
    let line = |line: &str| {
        let (tag, value) = line.split_once("  - ").unwrap_or_else(|| panic!("no field: {line:?}"));
        assert!(tag.len() == 2 && tag.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()), "{line:?}");
        (tag.to_owned(), value.to_owned())
    };
    text.split('\n').map(line).collect()
}

/// Reads BibLaTeX as BibTeX does: it counts every brace.
fn read_biblatex(text: &str) -> BTreeMap<String, String> {
    let inner = text.strip_prefix("@article{").and_then(|text| text.strip_suffix("\n}\n")).expect("one entry");
    let (key, mut rest) = inner.split_once(",\n").expect("a key");
    assert!(key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'), "{key:?}");
    let mut fields = BTreeMap::new();
    loop {
        let (name, value) = rest.split_once("={").expect("a field");
        let mut open = 1;
        let ends = |(_, c): &(usize, char)| {
            open += i32::from(*c == '{') - i32::from(*c == '}');
            open == 0
        };
        let (end, _) = value.char_indices().find(ends).unwrap_or_else(|| panic!("no end of {name}: {value:?}"));
        assert!(fields.insert(name.to_owned(), value[..end].to_owned()).is_none(), "{name} twice");
        match value[end + 1..].strip_prefix(",\n") {
            Some(more) => rest = more,
            None => break assert_eq!(&value[end + 1..], "", "after {name}"),
        }
    }
    fields
}

/// Returns what TeX prints for a value.
fn printed(value: &str) -> String {
    const COMMANDS: [(&str, &str); 9] = [
        ("{\\textbackslash}", "\\"),
        ("{\\textbraceleft}", "{"),
        ("{\\textbraceright}", "}"),
        ("\\~{}", "~"),
        ("\\^{}", "^"),
        ("\\{", "{"),
        ("\\}", "}"),
        ("{}", ""),
        ("\\", ""),
    ];
    let (mut out, mut rest) = (String::new(), value);
    while let Some(c) = rest.chars().next() {
        match COMMANDS.iter().find(|(command, _)| rest.starts_with(command)) {
            Some((command, text)) => {
                out.push_str(text);
                rest = &rest[command.len()..];
                if *command == "\\" {
                    let next = rest.chars().next().expect("a character after a backslash");
                    assert!("#$%&_".contains(next), "\\{next}");
                    out.push(next);
                    rest = &rest[1..];
                }
            }
            None => {
                assert!(!"{}#$%&_^~\\".contains(c), "{c:?} in {value:?}");
                out.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
    }
    out
}

/// Returns the text of a `data:` URL.
pub fn text_of(url: &str) -> String {
    let body = url.strip_prefix("data:;charset=utf-8,").expect("the start of a data URL");
    let is_kept = |c: char| c.is_ascii_alphanumeric() || !c.is_ascii() || "!$()*+,-./:;=?@_~'%".contains(c);
    assert!(body.chars().all(is_kept), "{url}");
    let (mut bytes, mut rest) = (Vec::new(), body.as_bytes());
    while let [first, after @ ..] = rest {
        rest = match (first, after) {
            (b'%', [a, b, after @ ..]) => {
                let code = std::str::from_utf8(&[*a, *b]).ok().and_then(|hex| u8::from_str_radix(hex, 16).ok());
                bytes.push(code.expect("two digits"));
                after
            }
            _ => {
                bytes.push(*first);
                after
            }
        };
    }
    String::from_utf8(bytes).expect("UTF-8")
}

/// Returns the text of HTML that has no elements but `i` and `bdi`.
fn plain(html: &str) -> String {
    let mut text = html.to_owned();
    for tag in ["<i>", "</i>", "<bdi>", "</bdi>", "<bdi lang=\"ja\">", "<bdi lang=\"ar\">"] {
        text = text.replace(tag, "");
    }
    assert!(!text.contains(['<', '>', '"']), "{html}");
    for (entity, c) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")] {
        text = text.replace(entity, c);
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_leaves_its_field(title in hostile(), name in hostile(), given in hostile(), place in hostile()) {
        let line = |text: &str| on_one_line(text).into_owned();
        let mut reference = reference(&title, vec![person(&name, &given)], vec![NameParts::Whole(&name)]);
        reference.newspaper = place.as_str().into();
        reference.original_title = Some(&title);
        reference.place = PlaceInSource { pages: Some(&place), issue: Some(&place), edition: Some(&place) };

        let fields = read_ris(&written(ris::write, &reference));
        let of = |tag: &str| fields.iter().filter(|(t, _)| t == tag).map(|(_, v)| v.clone()).collect::<Vec<_>>();
        prop_assert_eq!((of("TY"), of("ER")), (vec!["NEWS".to_owned()], vec![String::new()]));
        let value = |text: &str| Some(line(text)).filter(|line| !line.is_empty()).into_iter().collect::<Vec<_>>();
        prop_assert_eq!((of("TI"), of("T2"), of("SP")), (value(&title), value(&place), value(&place)));
        prop_assert_eq!(of("AU"), [format!("{}, {}", line(&name), line(&given))]);

        let object: Value = serde_json::from_str(&written(csl_json::write, &reference)).expect("JSON");
        prop_assert_eq!(&object["title"], &json!(line(&title)));
        prop_assert_eq!(&object["type"], "article-newspaper");
        prop_assert_eq!(&object["author"], &json!([{ "family": line(&name), "given": line(&given) }]));
        prop_assert_eq!(&object["translator"], &json!([{ "literal": line(&name) }]));

        let entry = read_biblatex(&written(biblatex::write, &reference));
        let inside = |text: &str| text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).map(printed);
        prop_assert_eq!(inside(&entry["title"]), Some(line(&title)));
        prop_assert_eq!(inside(&entry["translator"]), Some(line(&name)));
        prop_assert_eq!(printed(&entry["origtitle"]), line(&title));

        for style in [styles::chicago, styles::apa, styles::mla] {
            plain(&style(&reference));
        }
        let mut url = String::new();
        data_url::write(&title, &mut url);
        prop_assert_eq!(text_of(&url), title.clone());
    }
}

/// References of every kind, whose texts all formats and Zotero can hold.
fn samples() -> Vec<Reference<'static>> {
    let whole = NameParts::Whole;
    let mut all = vec![
        reference("Harbour fees rise again", vec![person("Onizuka", "Sae")], vec![person("Doe", "Jane")]),
        reference("Two desks", vec![whole("Political Desk")], vec![whole("JMH")]),
        reference("No byline here?", vec![], vec![whole("JMH")]),
        reference(
            "He said “no”",
            vec![person("Doe", "Jean-Paul J."), person("Roe", "Ann Mary")],
            vec![person("Poe", "E.")],
        ),
        reference("Nobody translated this", vec![person("Onizuka", "Sae")], vec![]),
        reference("Nobody at all!", vec![], vec![]),
        reference(
            "Many hands: 10 % more & less, #1 in 2021; a {brace}",
            vec![person("One", "A."), person("Two", "B."), person("Three", "C.")],
            vec![person("Four", "D."), person("Five", "E."), person("Six", "F.")],
        ),
        reference("港の料金、再び値上げ", vec![person("鬼塚", "佐江")], vec![whole("翻訳部")]),
    ];
    all[0].place = PlaceInSource::new(Some("pp. 1, 4-7"), None, Some("evening"));
    all[0].original_title = Some("港の料金、再び値上げ");
    all[0].original_language = Some("ja");
    all[1].place = PlaceInSource::new(Some("p. A4"), None, None);
    all[3].url = None;
    all[7].language = "ja";
    for (n, sample) in all.iter_mut().enumerate() {
        sample.id = format!("2021/03/sample-{n}").into();
        sample.date = Day::new(2021, [1, 5, 9, 12][n % 4], n as i8 + 1).expect("a day");
    }
    all
}

/// What node made of the samples.
fn imported(samples: &[Reference]) -> Option<Vec<Value>> {
    let (node, _, _) = (
        tools::program("node")?,
        tools::installed("zotero-translators/index.js")?,
        tools::installed("citeproc/package.json")?,
    );
    let styles = std::path::Path::new("/usr/share/citation-style-language/styles/apa.csl");
    if !styles.is_file() {
        tools::ignored(
            "no styles of CSL (apt-get install citation-style-language-styles citation-style-language-locales)",
        );
        return None;
    }
    let given = |sample: &Reference| {
        json!({ "ris": written(ris::write, sample), "bib": written(biblatex::write, sample),
            "csl": format!("[{}]", written(csl_json::write, sample)) })
    };
    let mut child = Command::new(node)
        .arg(project().join("tests/tools/citations.mjs"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node starts");
    let input = Value::from(samples.iter().map(given).collect::<Vec<_>>()).to_string();
    child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("node reads");
    let output = child.wait_with_output().expect("node ends");
    assert!(output.status.success());
    Some(serde_json::from_slice(&output.stdout).expect("JSON"))
}

fn creators(reference: &Reference) -> Value {
    let of = |role: &'static str, names: &[NameParts]| {
        let one = |name: &NameParts| match name {
            NameParts::Whole(name) => json!({ "name": name, "creatorType": role }),
            NameParts::Person { family, given } => {
                json!({ "firstName": given, "lastName": family, "creatorType": role })
            }
        };
        names.iter().map(one).collect::<Vec<_>>()
    };
    [of("author", &reference.authors), of("translator", &reference.translators)].concat().into()
}

/// Every field that Zotero can hold arrives in it, by each of the three formats.
#[test]
fn zotero_reads_every_field() {
    let samples = samples();
    let Some(imported) = imported(&samples) else { return };
    for (sample, found) in samples.iter().zip(&imported) {
        let maybe = |text: Option<&str>| text.map_or(Value::Null, Value::from);
        let extra = sample.original_title.map(|title| format!("Original Title: {title}"));
        let note = sample.original_title.map(|title| format!("Original title: {title}"));
        for format in ["ris", "bib", "csl"] {
            let item = &found[format];
            let bib = format == "bib";
            // BibTeX has no type for newspapers, and Zotero does not know all fields of BibLaTeX.
            let unknown_to_bib = |value: Value| if bib { Value::Null } else { value };
            for (field, expected) in [
                ("itemType", json!(if bib { "journalArticle" } else { "newspaperArticle" })),
                ("title", json!(sample.title)),
                ("creators", creators(sample)),
                ("publicationTitle", json!(sample.newspaper)),
                ("date", json!(sample.date.to_string())),
                ("edition", unknown_to_bib(maybe(sample.place.edition))),
                ("pages", maybe(sample.place.pages)),
                ("section", unknown_to_bib(json!(sample.section))),
                (
                    "language",
                    json!(if bib {
                        if sample.language == "en" { "english" } else { "japanese" }
                    } else {
                        sample.language
                    }),
                ),
                ("archive", unknown_to_bib(json!(sample.archive))),
                ("url", maybe(sample.url.as_deref())),
                ("extra", maybe(extra.as_deref().filter(|_| format == "csl"))),
                ("note", maybe(note.as_deref().filter(|_| format == "ris"))),
            ] {
                assert_eq!(item[field], expected, "{field} of {format}: {item:#}");
            }
        }
    }
}

/// Changes what citeproc makes to what the manuals say, where they differ: see `styles.rs`.
fn by_the_manual(style: &str, sample: &Reference, made: &str) -> String {
    let mut made = made.replace(", sec. Economy > Ports", "");
    let newspaper = &*sample.newspaper;
    if let (true, Some(NameParts::Whole(translator))) = (sample.authors.is_empty(), sample.translators.first()) {
        made = match style {
            "chicago" => made.replacen(&format!("{translator}, trans. "), &format!("{newspaper}. "), 1).replacen(
                &format!(" {newspaper}, "),
                &format!(" Translated by {translator}. "),
                1,
            ),
            "mla" => made.replacen(&format!("{translator}, translator. "), "", 1).replacen(
                &format!(" {newspaper}, "),
                &format!(" {newspaper}, translated by {translator}, "),
                1,
            ),
            _ => made,
        };
    }
    if style == "chicago" && sample.authors.is_empty() && sample.translators.is_empty() {
        made = made.replacen("!,” ", "!” ", 1);
    }
    if style == "mla" {
        if let Some((before, after)) = made.split_once(", translated by ") {
            let places = [", Evening", ", 1 ", ", 2 ", ", 3 ", ", 4 ", ", 5 ", ", 6 ", ", 7 ", ", 8 "];
            let end = places.iter().filter_map(|start| after.find(start)).min().expect("an end of the names");
            let (names, after) = after.split_at(end);
            let names = names.trim_end_matches('.');
            made = format!("{}Translated by {names}. {newspaper}{after}", before.trim_end_matches(newspaper));
        }
        made = made.replace(", Evening,", ", evening ed.,");
        let (url, archive) = (sample.url.as_deref().unwrap_or_default(), sample.archive);
        made = made.replace(&format!(", {url}. {archive}."), &format!(". {archive}, {url}."));
    }
    made
}

/// The capitals of a headline are the editor's affair.
#[test]
fn the_styles_are_those_of_citeproc() {
    let samples = samples();
    let Some(made) = imported(&samples) else { return };
    for (sample, made) in samples.iter().zip(&made) {
        for (style, ours) in
            [("chicago", styles::chicago(sample)), ("apa", styles::apa(sample)), ("mla", styles::mla(sample))]
        {
            let theirs = by_the_manual(style, sample, made[style].as_str().expect("a text"));
            assert_eq!(plain(&ours).to_lowercase(), theirs.to_lowercase(), "{style}");
        }
    }
}
