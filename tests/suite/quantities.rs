//! Numbers, dates and times: pairs of sentences that say the same, the same pairs with one mistake, and text of any kind.
//!
//! `tests/quantities/*.tsv` holds the pairs: the languages of the original and of the translation, and both texts. Every
//! row was read before it counted as right.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use recto::content::quantity::compare::{Difference, Level, TextQuantities, compare};
use recto::content::quantity::quantity::{QuantityKind, quantities};

use crate::properties::invariants;
use crate::support::{project, tree};
use corrupt::{Chance, corruptions};

pub mod corrupt;

/// A row of the table.
struct Pair {
    from: String,
    to: String,
    original: String,
    translation: String,
}

impl Pair {
    fn compare(&self, translation: &str) -> Vec<Difference> {
        let original = quantities(&self.original, &self.from);
        let read = quantities(translation, &self.to);
        compare(
            TextQuantities { text: &self.original, quantities: &original },
            TextQuantities { text: translation, quantities: &read },
        )
    }
}

fn pairs() -> Vec<Pair> {
    let mut pairs = Vec::new();
    for (path, bytes) in tree(&project().join("tests/quantities")) {
        let text = String::from_utf8(bytes).expect("the table is UTF-8");
        for line in text.lines() {
            let parts: Vec<&str> = line.split('\t').collect();
            let [from, to, original, translation] = parts[..] else { panic!("{path}: {line}") };
            let [from, to, original, translation] = [from, to, original, translation].map(str::to_owned);
            pairs.push(Pair { from, to, original, translation });
        }
    }
    pairs
}

fn told(pair: &Pair, translation: &str, differences: &[Difference]) -> String {
    format!("{}\n{translation}\n{differences:#?}", pair.original)
}

#[test]
fn right_pairs_have_no_warnings() {
    let pairs = pairs();
    assert!(pairs.len() >= 200, "{} pairs", pairs.len());
    let mut languages: Vec<&str> = pairs.iter().flat_map(|pair| [pair.from.as_str(), pair.to.as_str()]).collect();
    languages.sort_unstable();
    languages.dedup();
    assert!(languages.len() >= 12, "{languages:?}");
    let mut warned = Vec::new();
    for pair in &pairs {
        let differences = pair.compare(&pair.translation);
        if differences.iter().any(|difference| difference.level == Level::Warn) {
            warned.push(told(pair, &pair.translation, &differences));
        }
    }
    assert!(warned.len() <= 1, "{}", warned.join("\n"));
}

/// The shares of mistakes that cost a warning, by kind. Several seeds, so that no share is luck.
#[test]
fn wrong_pairs_have_warnings() {
    let mut counts: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    let mut missed = Vec::new();
    for (seed, pair) in pairs().iter().enumerate().flat_map(|(n, pair)| [(n * 2, pair), (n * 2 + 1, pair)]) {
        let mut chance = Chance(0x9E37_79B9_7F4A_7C15 ^ ((seed as u64 + 1) << 20));
        for wrong in corruptions(&pair.translation, &pair.to, &mut chance) {
            let differences = pair.compare(&wrong.text);
            let warned = differences.iter().any(|difference| difference.level == Level::Warn);
            let count = counts.entry(wrong.kind).or_default();
            count.0 += 1;
            count.1 += u32::from(warned);
            if !warned {
                missed.push(format!("{}: {}", wrong.kind, told(pair, &wrong.text, &differences)));
            }
        }
    }
    let share = |kinds: &[&str]| {
        let counts = kinds.iter().filter_map(|kind| counts.get(kind));
        let (all, warned) = counts.fold((0, 0), |sum, count| (sum.0 + count.0, sum.1 + count.1));
        assert!(all >= 30, "only {all} of {kinds:?}");
        f64::from(warned) / f64::from(all)
    };
    let all = counts.iter().map(|(kind, (all, warned))| format!("{kind}: {warned} of {all}"));
    let all = all.collect::<Vec<_>>().join(", ");
    let report = format!("{all}\n{}", missed.join("\n"));
    assert!(share(&["scale", "x10", "year", "weekday"]) >= 0.9, "{report}");
    assert!(share(&["digit", "swap", "day"]) >= 0.8, "{report}");
    assert!(share(&["month"]) >= 0.75, "{report}");
}

/// What each quantity of a text is, in short: `Year 2021`.
fn read(text: &str, lang: &str) -> String {
    let found = quantities(text, lang);
    let told = found.iter().map(|q| format!("{:?} {}", q.kind, q.value));
    told.collect::<Vec<_>>().join(", ")
}

#[test]
fn every_writing_is_read() {
    let cases = [
        ("ja", "3兆2千億円", "Number 3200000000000"),
        ("ja", "令和３年", "Year 2021"),
        ("ja", "二〇二一年", "Year 2021"),
        ("ja", "平成元年", "Year 1989"),
        ("ja", "打率は3割2分1厘", "Percentage 32.1"),
        ("ja", "20世紀90年代", "Decade 1990"),
        ("ja", "千葉の三菱、東京の百貨店", ""),
        ("ja", "午後3時半", "Time 930"),
        ("zh-Hans", "3.2万亿元", "Number 3200000000000"),
        ("zh-Hans", "百分之十二点五", "Percentage 12.5"),
        ("zh-Hans", "上午九点二十分", "Time 560"),
        ("zh-Hant-TW", "民國110年", "Year 2021"),
        ("ko", "3조 2천억 원", "Number 3200000000000"),
        ("ko", "수요일에", "Weekday 3"),
        ("en", "twenty-three thousand", "Number 23000"),
        ("en", "You may march in august company", ""),
        ("en", "COVID-19, F-35 and G7", "Identifier 19, Identifier 35, Identifier 7"),
        ("en-IN", "Rs 1,23,456 and 2 crore", "Number 123456, Number 20000000"),
        ("de", "25.000", "Number 25000"),
        ("de", "1,4 Billionen", "Number 1400000000000"),
        ("de", "zweiundzwanzig", "Number 22"),
        ("de-CH", "1'250'000", "Number 1250000"),
        ("fr", "3 200 milliards", "Number 3200000000000"),
        ("fr", "quatre-vingt-douze", "Number 92"),
        ("es", "5 mil millones", "Number 5000000000"),
        ("it", "venticinquemila", "Number 25000"),
        ("pt-BR", "3,2 trilhões", "Number 3200000000000"),
        ("ru", "пять тысяч", "Number 5000"),
        ("ru", "окружающей среды", ""),
        ("uk", "у п’ятницю", "Weekday 5"),
        ("ar", "٣٫٢ تريليون", "Number 3200000000000"),
        ("ar", "خمسة وعشرين ألف", "Number 25000"),
        ("he", "ביום שלישי", "Weekday 2"),
        ("he", "ביום ג׳ בערב", "Weekday 2"),
        ("he", "יום ב' ויום ו’", "Weekday 1, Weekday 5"),
        ("he", "הם נפגשו ברביעי", "Weekday 3"),
        ("en", "September 14: 16 voyages", "Month 9, Day 14, Number 16"),
        ("en", "at 3: 30 p.m. and at 16:30", "Time 930, Time 990"),
        ("fa", "پنج‌شنبه", "Weekday 4"),
        ("hi", "३.२ लाख करोड़", "Number 3200000000000"),
        ("vi", "Thứ Tư ngày 24 tháng 3", "Weekday 3, Day 24, Month 3"),
        ("th", "พ.ศ. ๒๕๖๔", "Year 2021"),
        ("tr", "yüzde 5,5", "Percentage 5.5"),
        ("ja", "４K放送、約２９・６アール、2・26事件", "Identifier 4, Number 29.6, Number 2, Number 26"),
        ("en", "in breathtaking 4K, 6 decades", "Identifier 4, Number 6, Number 60"),
        ("en", "some 2 000 in 16 and a half days", "Number 2000, Number 16.5"),
        ("de", "am 18.01. und am 16.3. seit 2015 Tausende", "Day 18, Month 1, Day 16, Month 3, Year 2015, Number 1000"),
        ("fa", "دو میلیون و ۶۰۰ هزار", "Number 2600000"),
        ("en", "a .321 average", "Number 0.321"),
        ("en", "call 0800 555 0142", "Identifier 0"),
        ("tr", "24 Eylül'de", "Day 24, Month 9"),
    ];
    for (lang, text, expected) in cases {
        assert_eq!(read(text, lang), expected, "{lang}: {text}");
    }
}

#[test]
fn invisible_marks_change_nothing() {
    assert_eq!(read("\u{202b}٢٠٢١\u{202c}\u{200f}", "ar"), "Year 2021");
    assert_eq!(read("le 24 aou\u{302}t", "fr"), "Day 24, Month 8");
    assert_eq!(read("3\u{200b},\u{ad}2 Mil\u{ad}lionen", "de"), "Number 3200000");
}

#[test]
fn a_difference_says_both_values() {
    let pair = |from: &str, to: &str, original: &str, translation: &str| {
        let [from, to, original, translation] = [from, to, original, translation].map(str::to_owned);
        let pair = Pair { from, to, original, translation };
        let differences = pair.compare(&pair.translation);
        let term = |term: &Option<recto::content::quantity::compare::StatedQuantity>| {
            term.as_ref().map_or("-".to_owned(), |term| term.value.clone())
        };
        let told =
            differences.iter().map(|d| format!("{:?} {} | {}", d.level, term(&d.original), term(&d.translation)));
        told.collect::<Vec<_>>().join("; ")
    };
    assert_eq!(pair("ja", "en", "3兆2千億円", "320 billion yen"), "Warn 3.2 trillion | 320 billion");
    assert_eq!(pair("ja", "en", "令和3年", "in 2020"), "Warn 2021 | 2020");
    assert_eq!(pair("ja", "en", "水曜日", "on Thursday"), "Warn Wednesday | Thursday");
    assert_eq!(pair("ja", "en", "人口は12,500人", "the people"), "Note 12,500 | -");
    assert_eq!(pair("en", "ja", "people", "12,500人"), "Note - | 12,500");
    assert_eq!(pair("ja", "en", "約3,021人", "about 3,000 people"), "");
    assert_eq!(pair("ja", "en", "約3,000人", "3,021 people"), "Warn 3,000 | 3,021");
    let both = "Warn 4.8 million | 48 million; Note - | 400";
    assert_eq!(pair("zh-Hans", "en", "480万吨", "more than 400 ships, 48 million tons"), both);
}

#[test]
fn small_numbers_are_no_warnings() {
    let original = quantities("3人が来た", "ja");
    let translation = quantities("5 people came", "en");
    assert_eq!(original[0].kind, QuantityKind::Number);
    let differences = compare(
        TextQuantities { text: "3人が来た", quantities: &original },
        TextQuantities { text: "5 people came", quantities: &translation },
    );
    assert!(differences.iter().all(|difference| difference.level == Level::Hint), "{differences:?}");
}

/// Pieces of which numbers and dates consist, and of what looks like them.
const PIECES: &[&str] = &[
    "0",
    "1",
    "9",
    "12",
    "31",
    "2021",
    "000",
    "1,234",
    "3.2",
    ".",
    ",",
    ":",
    "-",
    "–",
    " ",
    "\u{a0}",
    "+",
    "%",
    "‰",
    "$",
    "€",
    "/",
    "'",
    "’",
    "(",
    ")",
    "°",
    "º",
    "C",
    "k",
    "m",
    "bn",
    "h",
    "一",
    "二",
    "三",
    "十",
    "百",
    "千",
    "万",
    "億",
    "兆",
    "〇",
    "数",
    "多",
    "余",
    "年",
    "月",
    "日",
    "時",
    "点",
    "分",
    "割",
    "厘",
    "成",
    "の",
    "之",
    "世紀",
    "年代",
    "第",
    "令和",
    "元",
    "民國",
    "星期",
    "曜",
    "木",
    "午後",
    "晚上",
    "半",
    "만",
    "억",
    "조",
    "천",
    "수",
    "요일",
    "년",
    "월",
    "일",
    "시",
    "여",
    "May",
    "March",
    "Monday",
    "mil",
    "millones",
    "two",
    "hundred",
    "and",
    "thousand",
    "half",
    "a",
    "zwanzig",
    "und",
    "fünf",
    "venti",
    "tre",
    "пять",
    "тысяч",
    "марта",
    "среду",
    "خمسة",
    "و",
    "عشرين",
    "ال",
    "مليون",
    "٣",
    "٫",
    "٬",
    "٪",
    "ביום",
    "שני",
    "शुक्रवार",
    "करोड़",
    "\u{93c}",
    "thứ",
    "Tư",
    "tháng",
    "ngày",
    "๒",
    "ล้าน",
    "วันพุธ",
    "yüzde",
    "İ",
    "ı",
    "\u{202e}",
    "\u{200f}",
    "\u{ad}",
    "\u{301}",
    "\u{3099}",
    "@",
    "#",
    "http://",
    "www.",
    "X",
    "XIV",
    "½",
    "㎡",
    "１",
    "．",
    "a.m.",
    "p",
    "Uhr",
    "th",
    "s",
    "er",
    "\u{0}",
    "\n",
    "😀",
    "ß",
    "\u{1100}\u{1161}",
    "dozen",
    "ק\"מ",
    "l'",
    "п'ять",
    "million",
];

proptest! {
    #[test]
    fn quantities_of_pieces(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..14)) {
        invariants::quantities(&pieces.concat());
    }

    #[test]
    fn quantities_of_anything(text in any::<String>()) {
        invariants::quantities(&text);
    }
}

/// Twice as much text takes about twice as long, whatever is repeated.
#[test]
fn reading_is_linear() {
    let pieces = ["1,", "1 ", "一", "1万", "two hundred ", "a'", "1-", "http", "三", "1 million 1 thousand ", "ال"];
    let mut runs: Vec<String> = pieces.iter().map(|piece| piece.repeat(20_000 / piece.len())).collect();
    runs.push("1".repeat(100_000));
    runs.push("1".repeat(10_000) + &"十".repeat(10_000));
    for text in &runs {
        for lang in invariants::LANGUAGES {
            let start = Instant::now();
            quantities(text, lang);
            // Quadratic time would take minutes; a slow machine takes a second.
            assert!(
                start.elapsed() < Duration::from_secs(60),
                "{lang}: {:?}",
                text.chars().take(12).collect::<String>()
            );
        }
    }
}
