//! Findings of aligned texts: silent on what translators rightly do, and not on what an editor should look at.
//!
//! A text is written as its paragraphs, one a line. A line that starts with `# `, `- `, `> `, `| `, `! ` or `--- ` is a
//! heading, a list item, a quotation, a table, a figure or a rule. `=`, `+` or `^` at its end is a mark.

use proptest::prelude::*;
use recto::content::align::block::{Block, BlockKind, Mark};
use recto::content::align::findings::{Coverage, Finding, Role, What, findings};
use recto::content::align::marks::align_texts;
use recto::content::align::path::Side;
use recto::content::align::row::{Alignment, Row};
use recto::content::quantity::compare::Level;

use crate::language_guesses::TEXTS;
use Coverage::{Full, Partial, Retold, Unstated};

fn block(line: &str, at: usize) -> Block {
    let kinds = [
        ("# ", BlockKind::Heading(2)),
        ("## ", BlockKind::Heading(3)),
        ("- ", BlockKind::Item),
        ("> ", BlockKind::Quote),
        ("| ", BlockKind::Table),
        ("! ", BlockKind::Figure),
        ("--- ", BlockKind::Rule),
        ("``` ", BlockKind::Code),
    ];
    let found = kinds.iter().find_map(|(prefix, kind)| line.strip_prefix(prefix).map(|rest| (rest, *kind)));
    let (text, kind) = found.unwrap_or((line, BlockKind::Paragraph));
    let marks = [(" =", Mark::Untranslated), (" +", Mark::Added), (" ^", Mark::Joined)];
    let marked = marks.iter().find_map(|(suffix, mark)| text.strip_suffix(suffix).map(|rest| (rest, Some(*mark))));
    let (text, mark) = marked.unwrap_or((text, None));
    let urls = text.split(' ').filter(|word| word.contains("://") || word.ends_with(".svg")).map(Into::into).collect();
    Block { kind, text: text.into(), urls, mark, unit: Some(at), source: 0..0, numbers: Default::default() }
}

fn blocks(text: &str) -> Vec<Block> {
    text.lines().enumerate().map(|(at, line)| block(line.trim(), at)).collect()
}

/// Aligns two texts and returns what is found, without the notes that are off by default.
fn found(original: (&str, &str), translation: (&str, &str), coverage: Coverage) -> Vec<Finding> {
    let (first, second) = (blocks(original.1), blocks(translation.1));
    let original = Side { lang: original.0, blocks: &first };
    let translation = Side { lang: translation.0, blocks: &second };
    let alignment = align_texts(original, translation, &[]);
    let mut all = findings(original, translation, &alignment, coverage);
    all.retain(|finding| !matches!(&finding.what, What::Number(number) if number.level != Level::Warn));
    all
}

/// The sentences of one of [`TEXTS`], a paragraph each.
fn paragraphs(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        out.push(c);
        if matches!(c, '.' | '。' | '।' | '۔') && rest.peek().is_some() {
            out.push('\n');
        }
    }
    out
}

/// The same two sentences in 36 languages: every one is a right translation of every other.
#[test]
fn right_pairs_of_all_languages_are_silent() {
    let (mut pairs, mut wrong) = (0, Vec::new());
    for (from, original) in TEXTS {
        for (to, translation) in TEXTS.iter().filter(|(to, _)| *to != from) {
            // Thai has no full stops here; both texts are then one paragraph.
            let thai = from == "th" || *to == "th";
            let shape = |text: &str| if thai { text.to_owned() } else { paragraphs(text) };
            let all = found((from, &shape(original)), (to, &shape(translation)), Full);
            pairs += 1;
            if !all.is_empty() {
                wrong.push(format!("{from} {to}: {all:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {pairs}:\n{}", wrong.len(), wrong.join("\n"));
}

const EN: &str = "The harbour office said on Tuesday that the morning ferry would not sail because of the fog.
It was the third day on which the boats had stayed in port, and 240 people were waiting on the pier.
“Nobody has seen such fog since 1998,” said Elvira Santos, who sells tickets at Northcliff.
The shops on the island have run out of bread. The next boat is expected on Thursday.";
const JA: &str = "港湾事務所は火曜日、霧のため朝の渡し船は出航しないと発表した。
船が港にとどまるのは三日目で、桟橋では240人が待っていた。
「こんな霧は1998年以来だ」とノースクリフで切符を売るエルビラ・サントスさんは話した。
島の商店ではパンが売り切れている。次の船は木曜日に来る見込みだ。";
const RU: &str = "Портовое управление сообщило во вторник, что утренний паром не выйдет из-за тумана.
Это третий день, когда суда остались в порту, и на пирсе ждали 240 человек.
«Такого тумана никто не видел с 1998 года», — сказала Эльвира Сантос, которая продаёт билеты в Норт-Клиффе.
В магазинах острова кончился хлеб. Следующее судно ожидают в четверг.";
const AR: &str = "أعلنت إدارة الميناء يوم الثلاثاء أن العبّارة الصباحية لن تبحر بسبب الضباب.
وهذا هو اليوم الثالث الذي تبقى فيه السفن في الميناء، وكان 240 شخصا ينتظرون على الرصيف.
وقالت إلفيرا سانتوس التي تبيع التذاكر في نورثكليف: «لم ير أحد ضبابا كهذا منذ عام 1998».
وقد نفد الخبز من متاجر الجزيرة. ومن المتوقع أن تصل السفينة التالية يوم الخميس.";
const ZH: &str = "港务处星期二说，因为有雾，早班渡轮不会开航。
这已经是船只停在港内的第三天，有240人在码头上等候。
“自1998年以来，没有人见过这样的雾，”在诺斯克利夫卖票的埃尔维拉·桑托斯说。
岛上的商店面包都卖完了。下一班船预计星期四到达。";
const KO: &str = "항만 사무소는 화요일 안개 때문에 아침 나룻배가 출항하지 않는다고 밝혔다.
배들이 항구에 머문 지 사흘째이며 부두에서는 240명이 기다리고 있었다.
“이런 안개는 1998년 이후 처음이다”라고 노스클리프에서 표를 파는 엘비라 산토스 씨는 말했다.
섬의 가게에는 빵이 떨어졌다. 다음 배는 목요일에 올 예정이다.";
const HE: &str = "משרד הנמל הודיע ביום שלישי כי מעבורת הבוקר לא תצא בשל הערפל.
זה היום השלישי שהספינות נשארות בנמל, ו-240 איש המתינו על הרציף.
\"איש לא ראה ערפל כזה מאז 1998\", אמרה אלווירה סנטוס, שמוכרת כרטיסים בנורת'קליף.
בחנויות האי אזל הלחם. הספינה הבאה צפויה להגיע ביום חמישי.";
const FR: &str = "La capitainerie a annoncé mardi que le ferry du matin ne partirait pas à cause du brouillard.
C'est le troisième jour que les bateaux restent au port, et 240 personnes attendaient sur la jetée.
« Personne n'a vu un tel brouillard depuis 1998 », a dit Elvira Santos, qui vend des billets à Northcliff.
Les magasins de l'île n'ont plus de pain. Le prochain bateau est attendu jeudi.";

const ALL: [(&str, &str); 8] =
    [("en", EN), ("ja", JA), ("ru", RU), ("ar", AR), ("zh-Hans", ZH), ("ko", KO), ("he", HE), ("fr", FR)];

/// Articles of four paragraphs in eight languages and six scripts and more, each beside each.
#[test]
fn right_articles_are_silent() {
    for (from, original) in ALL {
        for (to, translation) in ALL.iter().filter(|(to, _)| *to != from) {
            for coverage in [Full, Unstated, Partial, Retold] {
                assert_eq!(found((from, original), (to, translation), coverage), [], "{from} {to}");
            }
        }
    }
}

/// Inserts a line before line `at`.
fn with(text: &str, at: usize, line: &str) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    lines.insert(at, line);
    lines.join("\n")
}

fn without(text: &str, at: usize) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    lines.remove(at);
    lines.join("\n")
}

/// What translators rightly do.
#[test]
fn what_translators_rightly_do_is_silent() {
    let long =
        "東京では週末に大きな祭りが開かれ、多くの人が川沿いの道を歩いて花火を眺め、夜遅くまで屋台の料理を楽しんだ。";
    let joined = EN.replacen("because of the fog.\n", "because of the fog. ", 1);
    let split = EN.replacen(". The next", ".\nThe next", 1);
    let table: Vec<(&str, String, String, Coverage)> = vec![
        (
            "a remark in brackets",
            JA.into(),
            with(EN, 1, "[The ferry links Northcliff with the island. Translator]"),
            Full,
        ),
        (
            "a date put in",
            JA.into(),
            EN.replace("on Tuesday", "on Tuesday [April 30]").replace("240 people", "240"),
            Full,
        ),
        ("a dateline", JA.into(), with(EN, 0, "NORTHCLIFF, May 2"), Unstated),
        ("a byline left out", with(JA, 0, "（記者 山田花子）"), EN.into(), Unstated),
        ("a signature left out", with(JA, 4, "（海辺新聞）"), EN.into(), Unstated),
        ("a rule", with(JA, 2, "--- "), EN.into(), Full),
        ("a photograph left out", with(JA, 2, "! 満員の桟橋 pier.svg"), EN.into(), Unstated),
        ("headings of other levels", with(JA, 2, "## 霧の記録"), with(EN, 2, "# The records of the fog"), Full),
        ("items as paragraphs", JA.replace("\n", "\n- "), EN.into(), Full),
        ("a quotation as a paragraph", JA.replace("\n「", "\n> 「"), EN.into(), Full),
        ("two paragraphs as one", JA.into(), joined, Full),
        ("a paragraph as two", JA.into(), split, Full),
        ("a mark for what is left out", with(JA, 2, &format!("{long} =")), EN.into(), Full),
        (
            "a mark for what is added",
            JA.into(),
            with(EN, 2, "The ferry has sailed since 1874, and its first captain was a baker. +"),
            Full,
        ),
        ("an abridged text", JA.into(), without(EN, 1), Partial),
        (
            "a gist",
            JA.into(),
            "Fog kept the ferry in port for a third day, and the island is out of bread.".into(),
            Retold,
        ),
        ("half of the original", JA.into(), EN.lines().take(2).collect::<Vec<_>>().join("\n"), Unstated),
        (
            "the words of the original in a quotation",
            with(JA, 2, "「濃霧のため本日の渡船は欠航いたします」"),
            with(EN, 2, "「濃霧のため本日の渡船は欠航いたします」"),
            Full,
        ),
        (
            "a poem with its original",
            with(JA, 2, "> 霧の海船は眠りて朝を待つ"),
            with(EN, 2, "> 霧の海船は眠りて朝を待つ"),
            Full,
        ),
        (
            "code",
            with(JA, 2, "``` ferry --status --day tuesday --of-the-week"),
            with(EN, 2, "``` ferry --status --day tuesday --of-the-week"),
            Full,
        ),
        (
            "an address",
            with(JA, 4, "https://gazette.example/2024/05/ferry.html"),
            with(EN, 4, "https://gazette.example/2024/05/ferry.html"),
            Full,
        ),
        (
            "names alone",
            with(JA, 4, "Elvira Santos, Ambrose Okafor-Tindall, Saoirse Ní Bhraonáin"),
            with(EN, 4, "Elvira Santos, Ambrose Okafor-Tindall, Saoirse Ní Bhraonáin"),
            Full,
        ),
        ("a term with its original", JA.into(), EN.replace("the fog.", "the thick fog (濃霧, nōmu)."), Full),
        ("about as many", JA.into(), EN.replace("240 people", "about 240 people"), Full),
        ("a day without its name", JA.into(), EN.replace(" on Tuesday", ""), Full),
        ("another year written otherwise", JA.replace("1998年", "平成10年"), EN.into(), Full),
        ("full-width digits", JA.replace("240", "２４０"), EN.into(), Full),
        ("a table with a table", with(JA, 2, "| 曜日 船 月曜 3"), with(EN, 2, "| Day Boats Monday 3"), Full),
        ("another picture", with(JA, 2, "! 桟橋 pier.ja.svg"), with(EN, 2, "! The pier pier.en.svg"), Full),
    ];
    for (what, original, translation, coverage) in table {
        assert_eq!(found(("ja", &original), ("en", &translation), coverage), [], "{what}");
    }
    // An edition in the other English is mostly a copy.
    assert_eq!(found(("en-US", EN), ("en-GB", &EN.replace("fog", "mist")), Full), []);
    assert_eq!(
        found(
            ("zh-Hans", ZH),
            ("zh-Hant", &TEXTS.iter().find(|(tag, _)| *tag == "zh-Hant").unwrap().1.replace('。', "。\n")),
            Retold
        ),
        []
    );
}

fn kinds_of(all: &[Finding]) -> Vec<&'static str> {
    let kind = |finding: &Finding| match finding.what {
        What::Untranslated => "untranslated",
        What::Added => "added",
        What::TooLong(_) => "long",
        What::TooShort(_) => "short",
        What::Kinds(..) => "kinds",
        What::MissingImage(_) => "image",
        What::Number(_) => "number",
        What::Doubtful { .. } => "doubtful",
        What::Copies => "copies",
        What::WrongLanguage(Role::Original, _) => "original language",
        What::WrongLanguage(Role::Translation, _) => "language",
        What::Exchanged => "exchanged",
        What::LeftInOriginal(_) => "left",
        What::BlocksLeftInOriginal => "block left",
    };
    all.iter().map(kind).collect()
}

/// What an editor should look at.
#[test]
fn what_is_wrong_is_found() {
    let long = EN.replacen("in port,", "in port, as they had twice before in a year that the town would rather forget, when the bakers came by the old road over the hills with flour on their backs and the school was closed for the children to carry it, and when the mayor promised a bridge that nobody has seen,", 1);
    let table: Vec<(&str, &str, String, &str, String, Coverage)> = vec![
        ("untranslated", "ja", JA.into(), "en", without(EN, 1), Full),
        ("untranslated", "ja", JA.into(), "en", without(EN, 2), Unstated),
        ("untranslated", "ar", AR.into(), "fr", without(FR, 2), Full),
        ("untranslated", "ko", KO.into(), "en", without(&without(EN, 2), 1), Full),
        ("added", "ja", without(JA, 1), "en", EN.into(), Full),
        (
            "added",
            "ru",
            RU.into(),
            "en",
            with(EN, 2, "Northcliff is a town of nine thousand people at the mouth of the river."),
            Unstated,
        ),
        ("long", "ja", JA.into(), "en", long.clone(), Full),
        ("long", "ja", JA.into(), "en", long, Partial),
        (
            "short",
            "fr",
            FR.into(),
            "en",
            EN.replace(&EN[EN.find("It was").unwrap()..EN.find("“Nobody").unwrap()], "240 were waiting.\n"),
            Full,
        ),
        ("kinds", "ja", with(JA, 1, "| 日 船 月 三"), "en", with(EN, 1, "Nobody saw the boats."), Full),
        ("image", "ja", JA.replacen("待っていた。", "待っていた。 pier.svg", 1), "en", EN.into(), Full),
        ("number", "ja", JA.into(), "en", EN.replace("240", "204"), Full),
        ("number", "ja", JA.into(), "en", EN.replace("on Tuesday", "on Wednesday [May 1]"), Full),
        ("number", "ar", AR.into(), "en", EN.replace("1998", "1989"), Unstated),
        ("number", "he", HE.into(), "ru", RU.replace("240", "420"), Retold),
        ("language", "ja", JA.into(), "en", FR.into(), Full),
        ("language", "ja", JA.into(), "zh-Hant", ZH.into(), Full),
        ("original language", "zh-Hans", JA.into(), "en", EN.into(), Full),
        ("original language", "uk", RU.into(), "en", EN.into(), Full),
        ("exchanged", "ja", EN.into(), "en", JA.into(), Full),
        ("left", "ja", JA.into(), "en", JA.into(), Full),
        ("left", "fr", FR.into(), "en", FR.into(), Retold),
        ("left", "ru", RU.into(), "uk", RU.into(), Full),
        ("block left", "ja", JA.into(), "en", with(&without(EN, 3), 3, JA.lines().nth(3).unwrap()), Full),
        ("block left", "fr", FR.into(), "en", with(&without(EN, 1), 1, FR.lines().nth(1).unwrap()), Full),
        ("block left", "en", EN.into(), "fr", with(&without(FR, 3), 3, EN.lines().nth(3).unwrap()), Unstated),
    ];
    for (what, from, original, to, translation, coverage) in table {
        let all = found((from, &original), (to, &translation), coverage);
        assert_eq!(kinds_of(&all), [what], "{from} {to}\n{original}\n{translation}\n{all:?}");
    }
}

/// Neighbouring gaps are one finding, and each stays silent where it is marked.
#[test]
fn a_run_of_gaps_is_one_finding() {
    let row = |original: std::ops::Range<u32>, translation: std::ops::Range<u32>, marked| Row {
        original,
        translation,
        confidence: 99,
        marked,
    };
    let (first, second) = (blocks(&[JA, JA].join("\n")), blocks(EN));
    let rows = |marked| {
        let mut rows: Vec<Row> = (0..4).map(|at| row(at..at + 1, at..at + 1, false)).collect();
        rows.extend((4..8).map(|at| row(at..at + 1, 4..4, marked && at == 6)));
        Alignment { rows, refused: None }
    };
    let (original, translation) = (Side { lang: "ja", blocks: &first }, Side { lang: "en", blocks: &second });
    let gaps = |marked| -> Vec<_> {
        let all = findings(original, translation, &rows(marked), Full);
        all.into_iter().map(|finding| (finding.what, finding.original, finding.translation)).collect()
    };
    assert_eq!(gaps(false), [(What::Untranslated, 4..8, 4..4)]);
    assert_eq!(gaps(true), [(What::Untranslated, 4..6, 4..4), (What::Untranslated, 7..8, 4..4)]);
}

proptest! {
    /// Whatever the texts and the rows: every finding is inside the texts, and the order is fixed.
    #[test]
    fn findings_stay_inside_the_texts(
        lines in prop::collection::vec(("[#>|!-]? ?", ".{0,60}"), 0..9), others in prop::collection::vec(".{0,90}", 0..9),
        from in prop::sample::select(vec!["ja", "en", "xx", "zh-Hant", ""]), to in prop::sample::select(vec!["en", "ar", "yy"]),
    ) {
        let first: Vec<String> = lines.into_iter().map(|(kind, text)| format!("{kind}{}", text.replace('\n', " "))).collect();
        let (first, second) = (blocks(&first.join("\n")), blocks(&others.join("\n").replace('\r', " ")));
        let (original, translation) = (Side { lang: from, blocks: &first }, Side { lang: to, blocks: &second });
        let alignment = align_texts(original, translation, &[]);
        for coverage in [Full, Unstated, Partial, Retold] {
            let all = findings(original, translation, &alignment, coverage);
            prop_assert_eq!(&all, &findings(original, translation, &alignment, coverage));
            for finding in &all {
                prop_assert!(finding.original.end as usize <= first.len() && finding.translation.end as usize <= second.len());
                prop_assert!(finding.original.start <= finding.original.end && finding.translation.start <= finding.translation.end);
                if let What::Number(number) = &finding.what {
                    for (stated, blocks) in [(&number.original, &first), (&number.translation, &second)] {
                        let stated = stated.iter().all(|stated| blocks[stated.block as usize].text.get(stated.at.clone()).is_some());
                        prop_assert!(stated);
                    }
                }
            }
        }
    }
}
