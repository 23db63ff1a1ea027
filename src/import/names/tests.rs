//! Names of people, alone and several in one text.

use super::*;

fn line(people: &[ImportedPerson]) -> String {
    let one = |person: &ImportedPerson| {
        let mut out = person.name.clone();
        for (mark, value) in [("^", &person.family), ("~", &person.role), ("=", &person.url)] {
            out.extend(value.iter().map(|value| format!(" {mark}{value}")));
        }
        out
    };
    people.iter().map(one).collect::<Vec<_>>().join(" | ")
}

#[test]
fn people_as_sources_name_them() {
    for (text, expected) in [
        ("Alex Example", "Alex Example"),
        ("Alex Example and Bea Sample", "Alex Example | Bea Sample"),
        ("Alex Example, Bea Sample and Cy Trial", "Alex Example | Bea Sample | Cy Trial"),
        ("Alex Example und Bea Sample", "Alex Example | Bea Sample"),
        ("Alex Example et Bea Sample", "Alex Example | Bea Sample"),
        ("Ana Prueba y Bea Sample", "Ana Prueba | Bea Sample"),
        ("Alex Example & Bea Sample", "Alex Example | Bea Sample"),
        ("Alex Example &amp; Bea Sample", "Alex Example | Bea Sample"),
        ("Alex Example; Bea Sample", "Alex Example | Bea Sample"),
        ("Alex Example / Bea Sample", "Alex Example | Bea Sample"),
        ("鬼塚佐江、山田太郎", "鬼塚佐江 | 山田太郎"),
        ("张三，李四", "张三 | 李四"),
        ("张三（新华社）", "张三 ~新华社"),
        ("Marram, Ida", "Ida Marram ^Marram"),
        ("alpha, beta", "alpha | beta"),
        ("AlphaOne, BetaTwo", "AlphaOne | BetaTwo"),
        (
            "[Alpha](https://github.com/alpha)、[Beta](https://github.com/beta)",
            "Alpha =https://github.com/alpha | Beta =https://github.com/beta",
        ),
        (
            "[Alpha](https://github.com/alpha) [Beta](https://github.com/beta)",
            "Alpha =https://github.com/alpha | Beta =https://github.com/beta",
        ),
        (
            "[Alpha](https://github.com/alpha), [Beta](https://github.com/beta)",
            "Alpha =https://github.com/alpha | Beta =https://github.com/beta",
        ),
        ("[Alpha (Ann Trial)](https://github.com/alpha)", "Alpha (Ann Trial) =https://github.com/alpha"),
        ("[Alpha](https://en.example/a_(b))", "Alpha =https://en.example/a_(b)"),
        ("[Alpha][a]", "Alpha =https://example.org/a"),
        ("[a][]", "a =https://example.org/a"),
        ("<a href=\"https://example.org/x\">Alpha</a>", "Alpha =https://example.org/x"),
        ("Alpha Beta https://example.org/users/ab", "Alpha Beta =https://example.org/users/ab"),
        ("Alpha Beta <ab@example.org>", "Alpha Beta"),
        ("ab@example.org", "ab"),
        ("@alpha", "alpha =https://github.com/alpha"),
        ("@alpha, @beta-x", "alpha =https://github.com/alpha | beta-x =https://github.com/beta-x"),
        ("https://github.com/alpha", "alpha =https://github.com/alpha"),
        ("By Kamata Yu", "Kamata Yu"),
        ("By HIROMICHI SAMPLE/ Staff Writer", "HIROMICHI SAMPLE ~Staff Writer"),
        ("BY TOMOHIRO SAMPLE, STAFF WRITER", "TOMOHIRO SAMPLE ~STAFF WRITER"),
        (
            "By Oki Sample (China Bureau) and Tera Sample (economics section)",
            "Oki Sample ~China Bureau | Tera Sample ~economics section",
        ),
        ("YUKI SAMPLE, Nikkei staff writer", "YUKI SAMPLE ~Nikkei staff writer"),
        ("Martin King Jr.", "Martin King Jr."),
        ("**Alex Example**", "Alex Example"),
        ("Alex Example, Alex Example", "Alex Example"),
        ("[]()", ""),
        ("[译者ID](https://github.com/译者ID)", ""),
        ("TBD", ""),
        ("-", ""),
        ("", ""),
    ] {
        let definitions = Definitions::from([("a".to_owned(), "https://example.org/a".to_owned())]);
        assert_eq!(line(&people_with(text, CommaMeaning::Either, &definitions)), expected, "{text}");
    }
}

#[test]
fn a_comma_between_people() {
    let read = |text| line(&people_with(text, CommaMeaning::Between, &Definitions::new()));
    assert_eq!(read("Marram, Ida"), "Marram | Ida");
    assert_eq!(read("Ida Marram, staff writer, Bea Sample"), "Ida Marram ~staff writer | Bea Sample");
}
