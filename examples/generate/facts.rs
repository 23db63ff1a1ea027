//! Sentences that say the same in every language, with the same names and numbers: what an article with siblings
//! consists of, so that its texts correspond as an original and its translation do.

use crate::chance::Chance;

/// The sentences of a language. All languages have the same ones in the same order.
pub struct Facts {
    pub names: [&'static str; 12],
    /// With the slots `{name}`, `{other}`, `{number}`, `{percent}` and `{year}`.
    pub sentences: [&'static str; 10],
    pub heading: &'static str,
    /// What stands between the thousands of a number.
    pub thousands: &'static str,
}

/// One sentence and what it is about.
pub struct Fact {
    sentence: usize,
    name: usize,
    other: usize,
    number: u64,
    percent: u64,
    year: u64,
}

impl Fact {
    pub fn draw(chance: &mut Chance) -> Fact {
        let name = chance.below(12) as usize;
        Fact {
            sentence: chance.below(10) as usize,
            name,
            other: (name + 1 + chance.below(11) as usize) % 12,
            number: chance.between(1200, 98_000),
            percent: chance.between(13, 97),
            year: chance.between(1961, 2019),
        }
    }

    /// Appends the sentence in a language.
    pub fn write(&self, facts: &Facts, out: &mut String) {
        self.fill(facts.sentences[self.sentence], facts, out);
    }

    /// Appends a heading about the same.
    pub fn heading(&self, facts: &Facts, out: &mut String) {
        self.fill(facts.heading, facts, out);
    }

    fn fill(&self, template: &str, facts: &Facts, out: &mut String) {
        for (n, piece) in template.split(['{', '}']).enumerate() {
            match piece {
                _ if n % 2 == 0 => out.push_str(piece),
                "name" => out.push_str(facts.names[self.name]),
                "other" => out.push_str(facts.names[self.other]),
                "number" => {
                    out.push_str(&format!("{}{}{:03}", self.number / 1000, facts.thousands, self.number % 1000));
                }
                "percent" => out.push_str(&self.percent.to_string()),
                _ => out.push_str(&self.year.to_string()),
            }
        }
    }
}

#[rustfmt::skip]
pub const ENGLISH: Facts = Facts {
    names: [
        "Lindqvist", "Torvaldsen", "Karimova", "Brenkert", "Ostrander", "Maldonar", "Petrosk", "Sandoval", "Grunwald",
        "Tamarind", "Kestrelin", "Norbekov",
    ],
    sentences: [
        "The council paid {number} crowns for the repairs that {name} had asked for in {year}.",
        "According to {name}, {percent} percent of the residents would rather keep the old ferry than build a bridge.",
        "Since {year} the harbour has lost {number} jobs, and {other} expects no improvement.",
        "{name} and {other} did not agree on who should pay for the new breakwater.",
        "“Nobody told us that the school would close,” {name} said after the meeting.",
        "The report that {other} wrote in {year} was never published, although many had asked for it.",
        "A survey found that {percent} percent of the fishermen have thought about leaving the island.",
        "The warehouse holds {number} boxes, most of which have not been opened for years.",
        "{name} promised to answer every letter before the end of the month.",
        "In the last election {percent} percent voted, fewer than in {year}, when {other} won.",
    ],
    heading: "What {name} found",
    thousands: ",",
};

#[rustfmt::skip]
pub const JAPANESE: Facts = Facts {
    names: [
        "リンドクヴィスト", "トルヴァルドセン", "カリモワ", "ブレンケルト", "オストランデル", "マルドナル", "ペトロスク", "サンドヴァル", "グルンヴァルト",
        "タマリンド", "ケストレリン", "ノルベコフ",
    ],
    sentences: [
        "{name}氏が{year}年に求めた修理のために、議会は{number}クローネを支払った。",
        "{name}氏によれば、住民の{percent}％は橋を架けるよりも古いフェリーを残すほうがよいと考えている。",
        "港では{year}年以来{number}人分の職が失われており、{other}氏は改善を見込んでいない。",
        "新しい防波堤の費用を誰が負担するかについて、{name}氏と{other}氏の意見は一致しなかった。",
        "「学校が閉まるとは誰からも聞いていなかった」と{name}氏は会合のあとで話した。",
        "{other}氏が{year}年に書いた報告書は、多くの人が求めたにもかかわらず公表されなかった。",
        "調査では、漁業者の{percent}％が島を離れることを考えたことがあると答えた。",
        "倉庫には{number}個の箱があり、そのほとんどは何年も開けられていない。",
        "{name}氏は今月末までにすべての手紙に返事をすると約束した。",
        "前回の選挙で投票したのは{percent}％で、{other}氏が勝った{year}年よりも少なかった。",
    ],
    heading: "{name}氏が見つけたもの",
    thousands: ",",
};

#[rustfmt::skip]
pub const KOREAN: Facts = Facts {
    names: [
        "린드크비스트", "토르발센", "카리모바", "브렌케르트", "오스트란데르", "말도나르", "페트로스크", "산도발", "그룬발트", "타마린드",
        "케스트렐린", "노르베코프",
    ],
    sentences: [
        "의회는 {name} 씨가 {year}년에 요청한 수리를 위해 {number}크로네를 지불했다.",
        "{name} 씨에 따르면 주민의 {percent}%는 다리를 놓기보다 낡은 여객선을 유지하기를 바란다.",
        "항구에서는 {year}년 이후 일자리 {number}개가 사라졌으며, {other} 씨는 개선을 기대하지 않는다.",
        "새 방파제의 비용을 누가 부담할지에 대해 {name} 씨와 {other} 씨는 합의하지 못했다.",
        "“학교가 문을 닫는다고 아무도 알려 주지 않았다”고 {name} 씨는 모임이 끝난 뒤 말했다.",
        "{other} 씨가 {year}년에 쓴 보고서는 많은 사람이 요구했는데도 끝내 공개되지 않았다.",
        "조사에서 어민의 {percent}%가 섬을 떠날 생각을 한 적이 있다고 답했다.",
        "창고에는 상자 {number}개가 있는데, 대부분 몇 해 동안 열린 적이 없다.",
        "{name} 씨는 이달 말까지 모든 편지에 답장하겠다고 약속했다.",
        "지난 선거에서는 {percent}%가 투표했는데, {other} 씨가 이긴 {year}년보다 적었다.",
    ],
    heading: "{name} 씨가 찾은 것",
    thousands: ",",
};

#[rustfmt::skip]
pub const CHINESE: Facts = Facts {
    names: [
        "林德奎斯特", "托瓦尔森", "卡里莫娃", "布伦克特", "奥斯特兰德", "马尔多纳", "彼得罗斯克", "桑多瓦尔", "格伦瓦尔德", "塔马林德",
        "凯斯特雷林", "诺尔别科夫",
    ],
    sentences: [
        "议会为{name}在{year}年要求的维修支付了{number}克朗。",
        "据{name}说，{percent}%的居民宁愿保留旧渡轮，也不愿修建大桥。",
        "自{year}年以来，港口失去了{number}个工作岗位，{other}预计情况不会好转。",
        "关于新防波堤的费用应由谁承担，{name}和{other}没有达成一致。",
        "“没有人告诉我们学校要关闭，”{name}在会后说。",
        "{other}在{year}年写的报告从未公布，尽管许多人曾经要求公布。",
        "一项调查发现，{percent}%的渔民曾经考虑离开这座岛。",
        "仓库里有{number}个箱子，其中大部分多年没有打开过。",
        "{name}答应在月底之前回复每一封信。",
        "上次选举的投票率为{percent}%，低于{other}获胜的{year}年。",
    ],
    heading: "{name}的发现",
    thousands: ",",
};

#[rustfmt::skip]
pub const ARABIC: Facts = Facts {
    names: [
        "ليندكفيست", "تورفالدسن", "كاريموفا", "برينكرت", "أوستراندر", "مالدونار", "بتروسك", "ساندوفال", "غرونفالد", "تاماريند",
        "كستريلين", "نوربيكوف",
    ],
    sentences: [
        "دفع المجلس {number} كرونة لأعمال الإصلاح التي طلبها {name} في عام {year}.",
        "وقال {name} إن {percent} في المئة من السكان يفضلون الإبقاء على العبارة القديمة بدلا من بناء جسر.",
        "وفقد الميناء منذ عام {year} ما يبلغ {number} وظيفة، ولا يتوقع {other} أي تحسن.",
        "ولم يتفق {name} مع {other} على من يجب أن يدفع تكاليف حاجز الأمواج الجديد.",
        "«لم يخبرنا أحد بأن المدرسة ستغلق»، كما قال {name} بعد الاجتماع.",
        "أما التقرير الذي كتبه {other} في عام {year} فلم ينشر قط، رغم أن كثيرين طالبوا به.",
        "وأظهر استطلاع أن {percent} في المئة من الصيادين فكروا في مغادرة الجزيرة.",
        "ويضم المستودع {number} صندوقا، ومعظمها لم يفتح منذ سنوات.",
        "ووعد {name} بالرد على كل رسالة قبل نهاية الشهر.",
        "وفي الانتخابات الأخيرة صوت {percent} في المئة، أي أقل مما كان في عام {year} حين فاز {other}.",
    ],
    heading: "ما وجده {name}",
    thousands: ",",
};

#[rustfmt::skip]
pub const FRENCH: Facts = Facts {
    names: ENGLISH.names,
    sentences: [
        "Le conseil a payé {number} couronnes pour les réparations que {name} avait demandées en {year}.",
        "Selon {name}, {percent} % des habitants préfèrent garder le vieux ferry plutôt que de construire un pont.",
        "Depuis {year}, le port a perdu {number} emplois, et {other} ne s’attend à aucune amélioration.",
        "{name} et {other} ne se sont pas entendus sur la question de savoir qui paierait la nouvelle digue.",
        "« Personne ne nous a dit que l’école allait fermer », a dit {name} après la réunion.",
        "Le rapport que {other} a écrit en {year} n’a jamais été publié, bien que beaucoup l’aient demandé.",
        "D’après une enquête, {percent} % des pêcheurs ont déjà pensé à quitter l’île.",
        "L’entrepôt contient {number} caisses, dont la plupart n’ont pas été ouvertes depuis des années.",
        "{name} a promis de répondre à chaque lettre avant la fin du mois.",
        "Aux dernières élections, {percent} % ont voté, moins qu’en {year}, quand {other} l’avait emporté.",
    ],
    heading: "Ce que {name} a trouvé",
    thousands: "\u{202f}",
};

#[rustfmt::skip]
pub const GERMAN: Facts = Facts {
    names: ENGLISH.names,
    sentences: [
        "Der Rat zahlte {number} Kronen für die Reparaturen, um die {name} im Jahr {year} gebeten hatte.",
        "Laut {name} würden {percent} Prozent der Bewohner lieber die alte Fähre behalten als eine Brücke bauen.",
        "Seit {year} hat der Hafen {number} Arbeitsplätze verloren, und {other} erwartet keine Besserung.",
        "{name} und {other} wurden sich nicht einig, wer den neuen Wellenbrecher bezahlen soll.",
        "„Niemand hat uns gesagt, dass die Schule geschlossen wird“, sagte {name} nach der Sitzung.",
        "Der Bericht, den {other} im Jahr {year} schrieb, wurde nie veröffentlicht, obwohl viele darum gebeten hatten.",
        "Einer Umfrage zufolge haben {percent} Prozent der Fischer schon daran gedacht, die Insel zu verlassen.",
        "Im Lagerhaus stehen {number} Kisten, von denen die meisten seit Jahren nicht geöffnet wurden.",
        "{name} versprach, jeden Brief vor Ende des Monats zu beantworten.",
        "Bei der letzten Wahl stimmten {percent} Prozent ab, weniger als im Jahr {year}, als {other} gewann.",
    ],
    heading: "Was {name} fand",
    thousands: ".",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_states_the_same() {
        let slots = |text: &str| {
            let mut slots: Vec<String> = text.split(['{', '}']).skip(1).step_by(2).map(str::to_owned).collect();
            slots.sort();
            slots
        };
        for facts in [&JAPANESE, &KOREAN, &CHINESE, &ARABIC, &FRENCH, &GERMAN] {
            for (one, other) in ENGLISH.sentences.iter().zip(facts.sentences) {
                assert_eq!(slots(one), slots(other), "{other}");
            }
            let mut out = String::new();
            Fact::draw(&mut Chance::new(1, 1)).write(facts, &mut out);
            assert!(!out.contains(['{', '}']) && !out.is_empty(), "{out}");
        }
    }
}
