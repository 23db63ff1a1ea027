//! Alignment: rows cover both texts and never cross, omissions and additions are found, and no input takes long.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use recto::content::align::block::{Block, BlockKind, Numbers};
use recto::content::align::path::{Pair, Side, TermPair, TokenKind, align, align_piece, align_piece_in_full, evidence};
use recto::content::align::row::{Alignment, AlignmentRefusal, Row};
use recto::content::align::terms::TermLexicon;

/// The same article in each language, a paragraph a line.
const ARTICLES: [(&str, &str); 9] = [
    (
        "en",
        "The council of Port Orel voted on Tuesday to widen the northern breakwater by 340 metres, which will cost 12.5 million crowns.
“We have waited for this since the storm of 1987,” said the mayor, Ida Lindqvist.
Fishermen fear that the work will close the inner harbour for two seasons. Some have already moved their boats to the next village.
The ferry to Japan carried 48,000 passengers last year. It will leave from the old quay until 2029.
Why does the council hurry? The loan must be signed before 30 June, its treasurer explained.
A museum of lighthouses opens in the autumn.
The next session is on 14 May. Citizens may send their remarks by letter (not by telephone).",
    ),
    (
        "ja",
        "ポートオレル市議会は火曜日、北防波堤を340メートル延長することを可決した。費用は1250万クローナにのぼる。
「1987年の嵐以来、この日を待っていた」とイーダ・リンドクビスト市長は語った。
漁師たちは、工事のために内港が2シーズン閉鎖されるのではないかと心配している。すでに隣村へ船を移した者もいる。
日本行きのフェリーは昨年4万8000人を運んだ。2029年までは旧埠頭から出航する。
市議会はなぜ急ぐのか？融資契約は6月30日までに結ばなければならない、と会計責任者は説明した。
秋には灯台博物館が開館する。
次の会議は5月14日に開かれる。市民は手紙で意見を送ることができる（電話は不可）。",
    ),
    (
        "zh",
        "奥雷尔港市议会星期二表决通过，将北防波堤延长340米，耗资1250万克朗。
“自1987年那场风暴以来，我们一直在等待这一天，”市长伊达·林德奎斯特说。
渔民们担心工程会使内港关闭两个季节。有些人已经把船开到了邻村。
开往日本的渡轮去年运送了4.8万名乘客。在2029年之前，它将从旧码头出发。
市议会为何如此匆忙？司库解释说，贷款必须在6月30日前签署。
一座灯塔博物馆将于秋季开放。
下次会议定于5月14日举行。市民可以写信提出意见（不接受电话）。",
    ),
    (
        "ko",
        "포트오렐 시의회는 화요일 북방파제를 340미터 연장하기로 의결했다. 비용은 1250만 크로나에 이른다.
“우리는 1987년 폭풍 이후 이날을 기다려 왔다”고 이다 린드크비스트 시장은 말했다.
어부들은 공사로 내항이 두 철 동안 닫힐까 걱정한다. 이미 이웃 마을로 배를 옮긴 사람도 있다.
일본행 여객선은 지난해 4만8000명을 태웠다. 2029년까지는 옛 부두에서 떠난다.
시의회는 왜 서두르는가? 대출 계약을 6월 30일 전에 맺어야 한다고 회계 책임자는 설명했다.
가을에는 등대 박물관이 문을 연다.
다음 회의는 5월 14일에 열린다. 시민은 편지로 의견을 보낼 수 있다(전화는 받지 않는다).",
    ),
    (
        "ar",
        "صوّت مجلس مدينة بورت أوريل يوم الثلاثاء على توسيع حاجز الأمواج الشمالي بمقدار 340 مترا، بتكلفة تبلغ 12.5 مليون كرونة.
وقالت رئيسة البلدية إيدا ليندكفيست: «انتظرنا هذا اليوم منذ عاصفة عام 1987».
ويخشى الصيادون أن تؤدي الأعمال إلى إغلاق المرفأ الداخلي لموسمين. وقد نقل بعضهم قواربهم إلى القرية المجاورة.
نقلت العبّارة المتجهة إلى اليابان 48000 راكب في العام الماضي. وستنطلق من الرصيف القديم حتى عام 2029.
لماذا يستعجل المجلس؟ أوضح أمين الصندوق أن القرض يجب أن يوقّع قبل 30 يونيو.
ويُفتتح متحف للمنارات في الخريف.
تعقد الجلسة المقبلة في 14 مايو. ويمكن للمواطنين إرسال ملاحظاتهم بالبريد (وليس بالهاتف).",
    ),
    (
        "ru",
        "Городской совет Порт-Ореля во вторник проголосовал за удлинение северного волнореза на 340 метров, что обойдётся в 12,5 миллиона крон.
«Мы ждали этого со времён шторма 1987 года», — сказала мэр Ида Линдквист.
Рыбаки опасаются, что работы закроют внутреннюю гавань на два сезона. Некоторые уже перегнали лодки в соседнюю деревню.
Паром в Японию перевёз в прошлом году 48 000 пассажиров. До 2029 года он будет отходить от старого причала.
Почему совет торопится? Кредит нужно подписать до 30 июня, объяснил казначей.
Осенью откроется музей маяков.
Следующее заседание состоится 14 мая. Жители могут прислать замечания письмом (не по телефону).",
    ),
    (
        "fr",
        "Le conseil municipal de Port-Orel a voté mardi l'élargissement de la digue nord de 340 mètres, pour un coût de 12,5 millions de couronnes.
« Nous attendions cela depuis la tempête de 1987 », a déclaré la maire, Ida Lindqvist.
Les pêcheurs craignent que les travaux ne ferment le bassin intérieur pendant deux saisons. Certains ont déjà déplacé leurs bateaux vers le village voisin.
Le ferry pour le Japon a transporté 48 000 passagers l'an dernier. Il partira de l'ancien quai jusqu'en 2029.
Pourquoi le conseil se presse-t-il ? L'emprunt doit être signé avant le 30 juin, a expliqué le trésorier.
Un musée des phares ouvrira à l'automne.
La prochaine séance aura lieu le 14 mai. Les habitants peuvent envoyer leurs remarques par lettre (pas par téléphone).",
    ),
    (
        "de",
        "Der Stadtrat von Port Orel stimmte am Dienstag dafür, den nördlichen Wellenbrecher um 340 Meter zu verlängern, was 12,5 Millionen Kronen kosten wird.
„Darauf haben wir seit dem Sturm von 1987 gewartet“, sagte Bürgermeisterin Ida Lindqvist.
Die Fischer fürchten, dass die Arbeiten den inneren Hafen für zwei Saisons schließen. Einige haben ihre Boote schon ins Nachbardorf gebracht.
Die Fähre nach Japan beförderte im vergangenen Jahr 48.000 Fahrgäste. Bis 2029 legt sie vom alten Kai ab.
Warum eilt es dem Rat? Der Kredit müsse vor dem 30. Juni unterschrieben werden, erklärte der Schatzmeister.
Im Herbst öffnet ein Museum der Leuchttürme.
Die nächste Sitzung ist am 14. Mai. Bürger können ihre Anmerkungen per Brief schicken (nicht telefonisch).",
    ),
    (
        "he",
        "מועצת העיר פורט אורל הצביעה ביום שלישי בעד הארכת שובר הגלים הצפוני ב-340 מטרים, בעלות של 12.5 מיליון כתרים.
\"חיכינו לזה מאז הסערה של 1987\", אמרה ראשת העיר אידה לינדקוויסט.
הדייגים חוששים שהעבודות יסגרו את הנמל הפנימי לשתי עונות. כמה מהם כבר העבירו את סירותיהם לכפר הסמוך.
המעבורת ליפן נשאה בשנה שעברה 48,000 נוסעים. עד 2029 היא תצא מהרציף הישן.
מדוע המועצה ממהרת? ההלוואה חייבת להיחתם לפני 30 ביוני, הסביר הגזבר.
מוזיאון המגדלורים ייפתח בסתיו.
הישיבה הבאה תתקיים ב-14 במאי. התושבים יכולים לשלוח הערות במכתב (לא בטלפון).",
    ),
];

fn block(kind: BlockKind, text: &str) -> Block {
    Block {
        kind,
        text: text.to_owned(),
        urls: Vec::new(),
        mark: None,
        unit: None,
        source: 0..0,
        numbers: Numbers::default(),
    }
}

fn article(lang: &str) -> Vec<Block> {
    let (_, text) = ARTICLES.iter().find(|(name, _)| *name == lang).expect("a language of the list");
    text.lines().map(|line| block(BlockKind::Paragraph, line)).collect()
}

fn side<'a>(lang: &'a str, blocks: &'a [Block]) -> Side<'a> {
    Side { lang, blocks }
}

/// Returns rows as `0-0 1-12 2-`.
fn written(alignment: &Alignment) -> String {
    let numbers = |range: &std::ops::Range<u32>| range.clone().map(|n| n.to_string()).collect::<String>();
    let rows = alignment.rows.iter().map(|row| format!("{}-{}", numbers(&row.original), numbers(&row.translation)));
    rows.collect::<Vec<_>>().join(" ")
}

/// All directions, those from and to the same language aside.
fn directions() -> impl Iterator<Item = (&'static str, &'static str)> {
    ARTICLES.iter().flat_map(|(a, _)| ARTICLES.iter().filter(move |(b, _)| b != a).map(move |(b, _)| (*a, *b)))
}

fn assert_covers(rows: &[Row], n: usize, m: usize) {
    let (mut i, mut j) = (0, 0);
    for row in rows {
        assert_eq!((row.original.start, row.translation.start), (i, j), "{rows:?}");
        assert!(!row.original.is_empty() || !row.translation.is_empty(), "{rows:?}");
        assert!(row.confidence <= 100);
        (i, j) = (row.original.end, row.translation.end);
    }
    assert_eq!((i as usize, j as usize), (n, m));
}

#[test]
fn a_whole_translation_is_one_to_one() {
    for (a, b) in directions() {
        let (original, translation) = (article(a), article(b));
        let alignment = align(side(a, &original), side(b, &translation), &[]);
        assert_eq!(written(&alignment), "0-0 1-1 2-2 3-3 4-4 5-5 6-6", "{a}-{b}");
    }
}

#[test]
fn an_omission_beside_an_addition_is_found() {
    for (a, b) in directions() {
        let original = article(a);
        // Paragraph 1 is missing, and another text stands in front of the last: the counts agree.
        let mut translation = article(b);
        translation.remove(1);
        translation.insert(5, article(b).remove(0));
        translation[5].text = translation[5].text.replace("340", "77").replace("12", "9").replace("Orel", "Vik");
        let alignment = align(side(a, &original), side(b, &translation), &[]);
        assert_eq!(written(&alignment), "0-0 1- 2-1 3-2 4-3 5-4 -5 6-6", "{a}-{b}");
    }
}

#[test]
fn joined_and_split_paragraphs_are_found() {
    // Published Chinese is shorter than the sample: in a translation from it, a paragraph too many is an addition.
    for (a, b) in directions().filter(|(a, _)| *a != "zh") {
        let original = article(a);
        let mut translation = article(b);
        let joined = format!("{} {}", translation[1].text, translation[2].text);
        translation.splice(1..3, [block(BlockKind::Paragraph, &joined)]);
        let alignment = align(side(a, &original), side(b, &translation), &[]);
        assert_eq!(written(&alignment), "0-0 12-1 3-2 4-3 5-4 6-5", "{a}-{b}");
        let alignment = align(side(b, &translation), side(a, &original), &[]);
        assert_eq!(written(&alignment), "0-0 1-12 2-3 3-4 4-5 5-6", "{b}-{a}");
    }
}

#[test]
fn kinds_and_addresses_hold_a_place() {
    let (mut original, mut translation) = (article("en"), article("ja"));
    for blocks in [&mut original, &mut translation] {
        blocks.insert(3, block(BlockKind::Figure, ""));
        blocks[3].urls.push("/harbour.jpg".into());
        blocks.insert(5, block(BlockKind::Heading(2), "7"));
    }
    translation.remove(2);
    let alignment = align(side("en", &original), side("ja", &translation), &[]);
    assert_eq!(written(&alignment), "0-0 1-1 2- 3-2 4-3 5-4 6-5 7-6 8-7");
}

#[test]
fn titles_and_summaries_are_the_first_rows() {
    let head = |title: &str, summary: &str, mut rest: Vec<Block>| {
        rest.splice(0..0, [block(BlockKind::Title, title), block(BlockKind::Summary, summary)]);
        rest
    };
    let original = head("12", "A summary that is far longer than the other", article("en"));
    let translation = head("Ganz anders", "Kurz", article("de")[1..].to_vec());
    let alignment = align(side("en", &original), side("de", &translation), &[]);
    assert_eq!(written(&alignment), "0-0 1-1 2- 3-2 4-3 5-4 6-5 7-6 8-7");
    assert_eq!((alignment.rows[0].confidence, alignment.rows[1].confidence), (100, 100));
}

#[test]
fn one_side_alone_leaves_no_choice() {
    let blocks = article("en");
    let alignment = align(side("en", &blocks[..2]), side("ja", &[]), &[]);
    assert_eq!((written(&alignment).as_str(), alignment.rows[0].confidence), ("0- 1-", 100));
    assert_eq!(written(&align(side("en", &[]), side("ja", &blocks[..2]), &[])), "-0 -1");
    assert_eq!(align(side("en", &[]), side("ja", &[]), &[]), Alignment::default());
}

#[test]
fn a_text_that_was_not_translated_is_refused() {
    let (original, mut translation) = (article("en"), article("fr"));
    translation[2..5].clone_from_slice(&original[2..5]);
    translation.remove(0);
    let alignment = align(side("en", &original), side("fr", &translation), &[]);
    assert_eq!(alignment.refused, Some(AlignmentRefusal::Copies));
    assert_eq!(written(&alignment), "0-0 1-1 2-2 3-3 4-4 5-5 6-");
    // One copied paragraph is a quotation, and shows where it stands.
    let mut translation = article("fr");
    translation[4] = original[4].clone();
    translation.remove(0);
    let alignment = align(side("en", &original), side("fr", &translation), &[]);
    assert_eq!((alignment.refused, written(&alignment).as_str()), (None, "0- 1-0 2-1 3-2 4-3 5-4 6-5"));
}

#[test]
fn the_same_text_mirrors() {
    let all = article("en");
    let part: Vec<Block> = [&all[..2], &all[3..]].concat();
    let there = align(side("en", &all), side("en", &part), &[]);
    let back = align(side("en", &part), side("en", &all), &[]);
    assert_eq!(written(&there), "0-0 1-1 2- 3-2 4-3 5-4 6-5");
    assert_eq!(written(&back), "0-0 1-1 -2 2-3 3-4 4-5 5-6");
    assert_eq!(there.refused, None, "an edition of a text in its own language");
}

#[test]
fn evidence_names_what_was_found() {
    let (original, translation) = (article("en"), article("de"));
    let row = Row { original: 0..1, translation: 0..1, confidence: 99, marked: false };
    let terms = [TermPair { original: vec!["breakwater"], translation: vec!["Wellenbrecher", "Mole"] }];
    let (a, b) = (side("en", &original), side("de", &translation));
    let odd = [Row { translation: 0..0, ..row.clone() }, Row { translation: 0..99, ..row.clone() }];
    let all = evidence(a, b, &TermLexicon::new(&terms), &[row, odd[0].clone(), odd[1].clone()]);
    let [Some(found), None, None] = &all[..] else { panic!("{all:?}") };
    assert!(found.deviation.abs() < 3.0 && !found.identical, "{found:?}");
    let of = |kind| found.tokens.iter().find(|tokens| tokens.kind == kind);
    let terms = of(TokenKind::Term).expect("the term is in both");
    assert_eq!((terms.found, terms.missing), (1, (0, 0)));
    assert!(terms.found_weight > 0.0 && terms.missing_weight == 0.0);
    assert!(of(TokenKind::Number).is_some_and(|numbers| numbers.found >= 2), "{found:?}");
}

#[test]
fn long_texts_do_not_take_long() {
    let text = |lang: &str, count: usize, step: usize| -> Vec<Block> {
        let article = article(lang);
        let number = |at: usize| format!("{} {}", article[at * 5 % 7].text, at * 37 % 1009);
        (0..count).filter(|at| at % step != step - 1).map(|at| block(BlockKind::Paragraph, &number(at))).collect()
    };
    let time = |count: usize| {
        let (a, b) = (text("en", count, usize::MAX), text("fr", count, 50));
        let start = Instant::now();
        let alignment = align(side("en", &a), side("fr", &b), &[]);
        assert_covers(&alignment.rows, a.len(), b.len());
        let whole = alignment.rows.iter().filter(|row| row.translation.is_empty()).count();
        assert!(whole >= count / 60 && whole <= count / 40, "{whole} omissions of {}", count / 50);
        start.elapsed()
    };
    // With the whole table, the longer one would take minutes.
    for count in [1_000, 8_000] {
        let taken = time(count);
        assert!(taken < Duration::from_secs(60), "{count} blocks: {taken:?}");
    }
}

#[test]
fn hostile_texts_end_quickly() {
    let start = Instant::now();
    let align = |a: &[Block], b: &[Block]| {
        let alignment = align(side("ja", a), side("en", b), &[]);
        assert_covers(&alignment.rows, a.len(), b.len());
    };
    let empty = vec![block(BlockKind::Paragraph, ""); 10_000];
    align(&empty, &empty);
    align(&empty[..3], &empty);
    align(&empty, &empty[..1]);
    let mut huge = article("en");
    for text in ["漢".repeat(350_000), "a1 ".repeat(50_000), "「".repeat(50_000), "Ab ".repeat(50_000)] {
        huge.push(block(BlockKind::Paragraph, &text));
    }
    align(&huge, &article("ja"));
    align(&article("ja"), &huge);
    align(&huge, &huge);
    assert!(start.elapsed() < Duration::from_secs(90), "{:?}", start.elapsed());
}

/// Blocks of all kinds, with texts of all languages, of signs alone, and without any.
fn any_block() -> impl Strategy<Value = Block> {
    let kind = prop::sample::select(vec![
        BlockKind::Paragraph,
        BlockKind::Paragraph,
        BlockKind::Item,
        BlockKind::Quote,
        BlockKind::Heading(2),
        BlockKind::Heading(3),
        BlockKind::Code,
        BlockKind::Figure,
        BlockKind::Rule,
        BlockKind::Title,
        BlockKind::Summary,
    ]);
    let lines: Vec<&str> = ARTICLES.iter().flat_map(|(_, text)| text.lines()).collect();
    let text = prop_oneof![
        6 => prop::sample::select(lines).prop_map(str::to_owned),
        1 => Just(String::new()),
        1 => "\\PC{0,40}",
        1 => "[0-9.,:%万億 ]{0,20}",
    ];
    let urls = prop::collection::vec(prop::sample::select(vec!["/a", "/b", ""]).prop_map(Box::from), 0..2);
    (kind, text, urls).prop_map(|(kind, text, urls)| Block { urls, ..block(kind, &text) })
}

fn any_lang() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["ja", "en", "zh", "zh-Hant", "ko", "ar", "ru", "fr", "pl", "tlh", "", "-", "en-GB"])
}

proptest! {
    #[test]
    fn rows_cover_both_texts_and_never_cross(
        a in prop::collection::vec(any_block(), 0..12),
        b in prop::collection::vec(any_block(), 0..12),
        langs in (any_lang(), any_lang()),
        cut in (0usize..12, 0usize..12),
    ) {
        let (original, translation) = (side(langs.0, &a), side(langs.1, &b));
        let alignment = align(original, translation, &[]);
        assert_covers(&alignment.rows, a.len(), b.len());
        prop_assert_eq!(&align(original, translation, &[]), &alignment);
        // Pieces cover, too.
        let pair = Pair::new(original, translation, &TermLexicon::new(&[]));
        let (i, j) = (cut.0.min(a.len()), cut.1.min(b.len()));
        let mut rows = align_piece(&pair, 0..i, 0..j);
        rows.extend(align_piece(&pair, i..a.len(), j..b.len()));
        assert_covers(&rows, a.len(), b.len());
    }

    #[test]
    fn the_shortcut_for_plain_texts_changes_no_row(
        langs in (0..ARTICLES.len(), 0..ARTICLES.len()),
        picks in prop::collection::vec((0usize..7, 0usize..7, 0u8..8), 1..12),
    ) {
        let (a, b) = (ARTICLES[langs.0].0, ARTICLES[langs.1].0);
        let (from, to) = (article(a), article(b));
        // Mostly counterparts, sometimes strangers.
        let original: Vec<Block> = picks.iter().map(|(at, _, _)| from[*at].clone()).collect();
        let counterpart = |(at, other, choice): &(usize, usize, u8)| to[if *choice == 0 { *other } else { *at }].clone();
        let translation: Vec<Block> = picks.iter().map(counterpart).collect();
        let pair = Pair::new(side(a, &original), side(b, &translation), &TermLexicon::new(&[]));
        let (n, m) = (original.len(), translation.len());
        let ranges = |rows: Vec<Row>| rows.into_iter().map(|row| (row.original, row.translation)).collect::<Vec<_>>();
        prop_assert_eq!(ranges(align_piece(&pair, 0..n, 0..m)), ranges(align_piece_in_full(&pair, 0..n, 0..m)));
    }
}
