//! The guess of a text's language: never wrong, and silent where it could be.

use proptest::prelude::*;
use recto::content::align::language_guess::{Guess, LanguageEvidence, contradicts, name, same_language};

/// Tags with a paragraph of fictional news in that language. The ferry of Northcliff, as everywhere in these tests.
pub const TEXTS: [(&str, &str); 36] = [
    (
        "en",
        "The harbour office said on Tuesday that the morning ferry would not sail because of the fog. It was the third day on which the boats had stayed in port, and the shops on the island have run out of bread.",
    ),
    (
        "fr",
        "La capitainerie a annoncé mardi que le ferry du matin ne partirait pas à cause du brouillard. C'est le troisième jour que les bateaux restent au port, et les magasins de l'île n'ont plus de pain.",
    ),
    (
        "de",
        "Das Hafenamt teilte am Dienstag mit, dass die Morgenfähre wegen des Nebels nicht auslaufen werde. Es war der dritte Tag, an dem die Schiffe im Hafen blieben, und auf der Insel ist das Brot ausgegangen.",
    ),
    (
        "es",
        "La oficina del puerto anunció el martes que el transbordador de la mañana no zarparía por la niebla. Es el tercer día que los barcos se quedan en el puerto, y las tiendas de la isla se han quedado sin pan.",
    ),
    (
        "it",
        "La capitaneria ha annunciato martedì che il traghetto del mattino non sarebbe partito a causa della nebbia. È il terzo giorno che le navi restano in porto, e nei negozi dell'isola non c'è più pane.",
    ),
    (
        "pt",
        "A capitania anunciou na terça-feira que o ferry da manhã não sairia por causa do nevoeiro. É o terceiro dia em que os barcos ficam no porto, e as lojas da ilha já não têm pão para os moradores.",
    ),
    (
        "nl",
        "Het havenkantoor deelde dinsdag mee dat de ochtendveerboot niet zou uitvaren vanwege de mist. Het was de derde dag dat de boten in de haven bleven, en de winkels op het eiland hebben geen brood meer.",
    ),
    (
        "sv",
        "Hamnkontoret meddelade på tisdagen att morgonfärjan inte skulle avgå på grund av dimman. Det var den tredje dagen som båtarna låg kvar i hamnen, och affärerna på ön har inget bröd kvar att sälja.",
    ),
    (
        "da",
        "Havnekontoret oplyste tirsdag, at morgenfærgen ikke ville sejle på grund af tågen. Det var den tredje dag, at bådene blev i havnen, og butikkerne på øen har ikke mere brød at sælge til de fastboende.",
    ),
    (
        "nb",
        "Havnekontoret opplyste tirsdag at morgenfergen ikke ville gå på grunn av tåken. Det var den tredje dagen at båtene ble liggende i havnen, og butikkene på øya har ikke mer brød å selge til de fastboende.",
    ),
    (
        "pl",
        "Kapitanat portu poinformował we wtorek, że poranny prom nie wypłynie z powodu mgły. To już trzeci dzień, kiedy statki stoją w porcie, a w sklepach na wyspie nie ma chleba, bo nie było go jak dowieźć.",
    ),
    (
        "cs",
        "Přístavní úřad v úterý oznámil, že ranní trajekt kvůli mlze nevypluje. Je to už třetí den, kdy lodě zůstaly v přístavu, a na ostrově není v obchodech chleba, protože ho nebylo jak přivézt.",
    ),
    (
        "hu",
        "A kikötői hivatal kedden közölte, hogy a reggeli komp a köd miatt nem indul el. Ez már a harmadik nap, hogy a hajók a kikötőben maradtak, és a sziget boltjaiban elfogyott a kenyér, mert nem volt, aki hozza.",
    ),
    (
        "ro",
        "Căpitănia portului a anunțat marți că feribotul de dimineață nu va pleca din cauza ceții. Este a treia zi în care vasele au rămas în port, iar magazinele de pe insulă nu mai au pâine pentru locuitori.",
    ),
    (
        "fi",
        "Satamatoimisto ilmoitti tiistaina, että aamulautta ei lähde sumun takia. On jo kolmas päivä, kun laivat ovat jääneet satamaan, ja saaren kaupoista on leipä loppu, mutta postin mukaan sitä ei voi tuoda, kun sumu on niin sakea.",
    ),
    (
        "tr",
        "Liman müdürlüğü salı günü sabah vapurunun sis için bekleyeceğini ve kalkmayacağını bildirdi. Bu, teknelerin limanda kaldığı üçüncü gün oldu ve ada için gelen ekmek de bitti; ancak bir gün daha sürerse çok daha zor olacak.",
    ),
    (
        "vi",
        "Cảng vụ hôm thứ Ba cho biết chuyến phà buổi sáng sẽ không rời bến vì sương mù. Đây là ngày thứ ba các tàu phải nằm lại trong cảng, và những cửa hàng trên đảo đã hết bánh mì để bán cho người dân.",
    ),
    (
        "id",
        "Kantor pelabuhan mengumumkan pada hari Selasa bahwa feri pagi tidak akan berangkat karena kabut. Ini hari ketiga kapal-kapal itu tetap di pelabuhan, dan toko-toko di pulau tersebut kehabisan roti untuk dijual.",
    ),
    (
        "ja",
        "港湾事務所は火曜日、霧のため朝の渡し船は出航しないと発表した。船が港にとどまるのは三日目で、島の商店ではパンが売り切れている。",
    ),
    (
        "zh-Hans",
        "港务处星期二说，因为有雾，早班渡轮不会开航。这已经是船只停在港内的第三天，岛上的商店面包都卖完了，居民们说还没有这样的情况。",
    ),
    (
        "zh-Hant",
        "港務處星期二說，因為有霧，早班渡輪不會開航。這已經是船隻停在港內的第三天，島上的商店麵包都賣完了，居民們說還沒有這樣的情況。",
    ),
    (
        "ko",
        "항만 사무소는 화요일 안개 때문에 아침 나룻배가 출항하지 않는다고 밝혔다. 배들이 항구에 머문 지 사흘째이며 섬의 가게에는 빵이 떨어졌다.",
    ),
    (
        "ru",
        "Портовое управление сообщило во вторник, что утренний паром не выйдет из-за тумана. Это третий день, когда суда остались в порту, и в магазинах острова кончился хлеб, рассказали жители.",
    ),
    (
        "uk",
        "Портове управління повідомило у вівторок, що ранковий пором не вийде через туман. Це третій день, коли судна залишилися в порту, і в крамницях острова скінчився хліб, розповіли її жителі та їхні сусіди.",
    ),
    (
        "bg",
        "Пристанищното управление съобщи във вторник, че сутрешният ферибот няма да тръгне заради мъглата. Това е третият ден, в който корабите остават в пристанището, и в магазините на острова хлябът свърши.",
    ),
    (
        "sr",
        "Лучка капетанија је у уторак саопштила да јутарњи трајект неће испловити због магле. Ово је трећи дан како бродови остају у луци, а у продавницама на острву нестало је хлеба, кажу мештани који ће чекати.",
    ),
    (
        "ar",
        "أعلنت إدارة الميناء يوم الثلاثاء أن العبّارة الصباحية لن تبحر بسبب الضباب. وهذا هو اليوم الثالث الذي تبقى فيه السفن في الميناء، وقد نفد الخبز من متاجر الجزيرة الصغيرة.",
    ),
    (
        "fa",
        "اداره بندر روز سه‌شنبه اعلام کرد که کشتی صبح به دلیل مه حرکت نمی‌کند. این سومین روزی است که قایق‌ها در بندر مانده‌اند و نان در فروشگاه‌های جزیره تمام شده است و چند گردشگر هم پول ندارند.",
    ),
    (
        "ur",
        "بندرگاہ کے دفتر نے منگل کو بتایا کہ صبح کی کشتی دھند کے باعث روانہ نہیں ہوگی۔ یہ تیسرا دن ہے کہ کشتیاں بندرگاہ میں کھڑی ہیں اور جزیرے کی دکانوں میں روٹی ختم ہو گئی ہے۔",
    ),
    (
        "he",
        "משרד הנמל הודיע ביום שלישי כי מעבורת הבוקר לא תצא בשל הערפל. זה היום השלישי שהספינות נשארות בנמל, ובחנויות האי אזל הלחם.",
    ),
    (
        "hi",
        "बंदरगाह कार्यालय ने मंगलवार को बताया कि कोहरे के कारण सुबह की नौका नहीं चलेगी। यह तीसरा दिन है जब नावें बंदरगाह में खड़ी हैं और द्वीप की दुकानों में रोटी खत्म हो गई है।",
    ),
    (
        "el",
        "Το λιμεναρχείο ανακοίνωσε την Τρίτη ότι το πρωινό πλοίο δεν θα αναχωρήσει λόγω ομίχλης. Είναι η τρίτη μέρα που τα σκάφη μένουν στο λιμάνι.",
    ),
    ("th", "สำนักงานท่าเรือแจ้งเมื่อวันอังคารว่าเรือข้ามฟากเที่ยวเช้าจะไม่ออกเพราะหมอก นี่เป็นวันที่สามที่เรือจอดอยู่ในท่า"),
    (
        "hr",
        "Lučka kapetanija je u utorak objavila da jutarnji trajekt neće isploviti zbog magle. Ovo je treći dan da su brodovi ostali u luci, a u trgovinama na otoku nestalo je kruha, kažu mještani koji će čekati.",
    ),
    (
        "ca",
        "La capitania del port va anunciar dimarts que el transbordador del matí no sortiria per la boira. És el tercer dia que els vaixells es queden al port, i a les botigues de l'illa no hi ha més pa amb què fer les torrades.",
    ),
    (
        "sw",
        "Ofisi ya bandari ilisema siku ya Jumanne kwamba kivuko cha asubuhi hakitaondoka kwa sababu ya ukungu. Hii ni siku ya tatu ambayo meli zimebaki katika bandari, na maduka ya kisiwa hayana mkate wa kuuza kwa wakazi wake.",
    ),
];

/// Texts in languages that have no table of their own, or that have too little of one language for a guess.
const UNDECIDED: [(&str, &str); 16] = [
    (
        "sk",
        "Prístavný úrad v utorok oznámil, že ranný trajekt pre hmlu nevypláva. Je to už tretí deň, čo lode zostali v prístave, a na ostrove sa minul chlieb, lebo ho nebolo ako priviezť z pevniny.",
    ),
    (
        "gl",
        "A capitanía anunciou o martes que o transbordador da mañá non sairía por mor da néboa. É o terceiro día que os barcos quedan no porto, e as tendas da illa xa non teñen pan para os veciños.",
    ),
    (
        "ms",
        "Pejabat pelabuhan mengumumkan pada hari Selasa bahawa feri pagi tidak akan berlepas kerana kabus. Ini hari ketiga kapal-kapal itu kekal di pelabuhan, dan kedai di pulau itu kehabisan roti untuk dijual.",
    ),
    (
        "af",
        "Die hawekantoor het Dinsdag gesê dat die oggendveerboot weens die mis nie sal vaar nie. Dit is die derde dag dat die bote in die hawe bly, en die winkels op die eiland het nie meer brood om te verkoop nie.",
    ),
    (
        "sq",
        "Zyra e portit njoftoi të martën se trageti i mëngjesit nuk do të niset për shkak të mjegullës. Kjo është dita e tretë që anijet mbeten në port, dhe dyqanet e ishullit nuk kanë më bukë për banorët.",
    ),
    (
        "lt",
        "Uosto administracija antradienį pranešė, kad rytinis keltas dėl rūko neišplauks. Tai jau trečia diena, kai laivai lieka uoste, o salos parduotuvėse baigėsi duona, nes jos nebuvo kaip atvežti.",
    ),
    (
        "eu",
        "Portuko bulegoak asteartean jakinarazi zuen goizeko ferrya ez zela irtengo lainoagatik. Hirugarren eguna da ontziak portuan geratzen direla, eta uharteko dendetan ogia amaitu da.",
    ),
    (
        "cy",
        "Dywedodd swyddfa'r harbwr ddydd Mawrth na fyddai fferi'r bore yn hwylio oherwydd y niwl. Hwn oedd y trydydd diwrnod i'r cychod aros yn y porthladd, ac mae siopau'r ynys wedi rhedeg allan o fara.",
    ),
    (
        "kk",
        "Айлақ басқармасы сейсенбіде таңғы паром тұманға байланысты шықпайтынын хабарлады. Бұл кемелердің айлақта қалған үшінші күні, аралдағы дүкендерде нан таусылды.",
    ),
    (
        "mn",
        "Боомтын захиргаа мягмар гарагт өглөөний усан онгоц манангийн улмаас хөдлөхгүй гэж мэдэгдлээ. Энэ бол хөлөг онгоцууд боомтод үлдсэн гурав дахь өдөр юм.",
    ),
    (
        "be",
        "Партовае ўпраўленне паведаміла ў аўторак, што ранішні паром не выйдзе з-за туману. Гэта трэці дзень, калі судны засталіся ў порце, і ў крамах вострава скончыўся хлеб.",
    ),
    (
        "mr",
        "बंदर कार्यालयाने मंगळवारी सांगितले की धुक्यामुळे सकाळची नौका सुटणार नाही. बोटी बंदरात थांबण्याचा हा तिसरा दिवस आहे आणि बेटावरील दुकानांत पाव संपला आहे.",
    ),
    (
        "ckb",
        "فەرمانگەی بەندەر ڕۆژی سێشەممە ڕایگەیاند کە کەشتی بەیانیان بەهۆی تەمەوە ناڕوات. ئەمە سێیەم ڕۆژە کە کەشتییەکان لە بەندەر ماونەتەوە.",
    ),
    (
        "ps",
        "د بندر دفتر د سې شنبې په ورځ وویل چې د سهار کښتۍ به د لړې له امله نه ځي. دا درېیمه ورځ ده چې کښتۍ په بندر کې پاتې دي او په ټاپو کې ډوډۍ نشته.",
    ),
    (
        "en",
        "Ruth Lamplough, Ambrose Okafor-Tindall, Ferdinand Krzyżanowski, Saoirse Ní Bhraonáin, Jean-Baptiste Lacordaire, Giovanni Brambilla, Northcliff, Harbour Gazette, Elvira Santos",
    ),
    (
        "ja",
        "東京都港区海岸一丁目二番三号港湾事務所、渡船課長補佐佐藤一郎、同課主任鈴木花子、同課係員田中次郎、横浜市中区山下町四番地",
    ),
];

fn guess(text: &str) -> Option<Guess> {
    LanguageEvidence::of(text).guess()
}

#[test]
fn texts_are_recognised() {
    let mut wrong = Vec::new();
    for (tag, text) in TEXTS {
        let found = guess(text);
        if found != Some(Guess::Language(tag)) {
            wrong.push(format!("{tag}: {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// No text is called anything but its language, as a whole or from any word on.
#[test]
fn no_text_is_misjudged() {
    for (tag, text) in TEXTS.into_iter().chain(UNDECIDED) {
        let starts = text.char_indices().filter(|(at, _)| *at == 0 || text[..*at].ends_with([' ', '、', '，', '。']));
        for (at, _) in starts {
            let part = &text[at..];
            if let Some(found) = guess(part) {
                assert!(!contradicts(found, tag), "{tag} is called {found:?}: {part}");
            }
        }
    }
}

#[test]
fn texts_in_other_languages_are_found() {
    for (tag, text) in TEXTS {
        let found = guess(text).expect("a guess");
        let others = TEXTS.iter().filter(|(other, _)| !same_language(tag, other));
        for (other, _) in others {
            assert!(contradicts(found, other), "{tag} beside {other}");
        }
        let Guess::Language(language) = found else { panic!("{tag}") };
        assert!(name(language).is_some(), "{language}");
    }
}

#[test]
fn tags_with_script_and_region_are_understood() {
    let table = [
        ("zh-Hans", "zh", false),
        ("zh-Hans", "zh-CN", false),
        ("zh-Hans", "zh-Hant", true),
        ("zh-Hans", "zh-TW", true),
        ("zh-Hant", "zh-Hans", true),
        ("zh-Hant", "zh-HK", false),
        ("zh-Hant", "yue", false),
        ("zh", "zh-Hant", false),
        ("zh-Hant", "ja", true),
        ("en", "en-GB", false),
        ("en", "EN", false),
        ("en", "ja-Latn", false),
        ("en", "mul", false),
        ("en", "qaa", false),
        ("en", "zxx", false),
        ("sr", "sr-Cyrl", false),
        ("hr", "sr-Latn", false),
        ("da", "no", false),
        ("id", "ms-MY", false),
        ("fa", "prs", false),
        ("pt", "pt-BR", false),
    ];
    for (found, tag, differs) in table {
        assert_eq!(contradicts(Guess::Language(found), tag), differs, "{found} {tag}");
    }
    assert!(contradicts(Guess::Script("Cyrillic"), "en") && contradicts(Guess::Script("Cyrillic"), "ja"));
    assert!(!contradicts(Guess::Script("Cyrillic"), "uk") && !contradicts(Guess::Script("Cyrillic"), "sr"));
    assert!(!contradicts(Guess::Script("Arabic"), "fa") && !contradicts(Guess::Script("Cyrillic"), "xx"));
}

/// Names, quotations and code in another language.
#[test]
fn foreign_words_in_a_text_do_not_turn_it() {
    let table = [
        (
            "en",
            "The word 霧 is read kiri. The notice on the pier read 「濃霧のため本日の渡船は欠航いたします」, and nobody on the island had seen it before: the office had always written “no sailings today” in chalk.",
        ),
        (
            "en",
            "The banner said “Les bateaux restent au port et le pain ne vient pas”, in the hand of the baker, and the mayor read it aloud to the crowd before the office closed for the day.",
        ),
        (
            "ja",
            "同社の製品名は「Northcliff Harbour Ferry Management System Professional Edition」で、港湾事務所が昨年から使っている。担当者は霧の日にも動くと話した。",
        ),
        (
            "ru",
            "Компания Northcliff Harbour Ferry Management выпустила программу Ferry Planner Professional Edition, и портовое управление работает с ней с прошлого года, рассказали жители.",
        ),
        (
            "zh-Hans",
            "公司的产品叫做 Northcliff Harbour Ferry Management System，港务处从去年开始使用。负责人说，有雾的日子也能用，居民们都说很好。",
        ),
        (
            "de",
            "Der Verein „The Friends of the Harbour and of the Island“ hat das Buch „The Fog and the Ferry“ herausgegeben, das in der Buchhandlung am Hafen und im Rathaus zu haben ist.",
        ),
        (
            "en",
            "See https://example.org/le/port/et/les/bateaux/de/la/ville/dans/le/brouillard and the map of the harbour, which was drawn in 1931 and is kept in the office.",
        ),
        (
            "ko",
            "이 회사의 제품 이름은 Northcliff Harbour Ferry Management System이며 항만 사무소가 지난해부터 쓰고 있다. 담당자는 안개 낀 날에도 움직인다고 말했다.",
        ),
    ];
    for (tag, text) in table {
        if let Some(found) = guess(text) {
            assert!(!contradicts(found, tag), "{tag}: {found:?}");
        }
    }
}

proptest! {
    /// A sentence of another language within a text never gives a guess of that language.
    #[test]
    fn a_third_in_another_language_is_not_enough(own in 0..TEXTS.len(), other in 0..TEXTS.len(), at in 0..3usize) {
        let ((tag, text), (_, foreign)) = (TEXTS[own], TEXTS[other]);
        let cut = foreign.char_indices().nth(foreign.chars().count() / 3).map_or(0, |(at, _)| at);
        let mut parts = vec![text, text, text];
        parts.insert(at, &foreign[..cut]);
        let mut all = LanguageEvidence::default();
        parts.iter().for_each(|part| all.add(&LanguageEvidence::of(part)));
        if let Some(found) = all.guess() {
            prop_assert!(!contradicts(found, tag), "{} with {}: {:?}", tag, foreign, found);
        }
    }

    #[test]
    fn any_text_can_be_read(text in ".{0,400}", tag in "[a-zA-Z-]{0,12}") {
        if let Some(found) = guess(&text) {
            contradicts(found, &tag);
        }
        LanguageEvidence::of(&text).leans_to(&tag, "en");
        same_language(&tag, "en");
        name(&tag);
    }
}
