//! Mistakes of the kinds that translators make, put into a right translation: one strong number, date or name a time.
//! `benches/quantities.rs` uses this file as well.

use recto::content::quantity::quantity::{Quantity, QuantityKind, quantities};

/// A kind of mistake, and the translation with it.
pub struct Corruption {
    pub kind: &'static str,
    pub text: String,
}

/// Words of one scale and of another.
const SCALES: [(&str, &[(&str, &str)]); 19] = [
    ("ja", &[("兆", "億"), ("億", "万"), ("万", "億")]),
    ("zh", &[("万亿", "亿"), ("亿", "万"), ("万", "亿"), ("億", "萬"), ("萬", "億")]),
    ("ko", &[("조", "억"), ("억", "만"), ("만", "억")]),
    ("en", &[("trillion", "billion"), ("billion", "million"), ("million", "billion"), ("crore", "lakh")]),
    ("de", &[("Billionen", "Milliarden"), ("Milliarden", "Millionen"), ("Millionen", "Milliarden")]),
    ("fr", &[("milliards", "millions"), ("millions", "milliards"), ("million", "milliard")]),
    ("es", &[("mil millones", "millones"), ("billones", "millones"), ("millones", "billones")]),
    ("it", &[("miliardi", "milioni"), ("milioni", "miliardi"), ("milione", "miliardo")]),
    ("pt", &[("bilhões", "milhões"), ("milhões", "bilhões"), ("milhão", "bilhão")]),
    ("ru", &[("миллиардов", "миллионов"), ("миллионов", "миллиардов"), ("млрд", "млн"), ("млн", "млрд")]),
    ("uk", &[("мільярда", "мільйона"), ("млрд", "млн"), ("млн", "млрд")]),
    ("ar", &[("مليار", "مليون"), ("مليون", "مليار")]),
    ("he", &[("מיליארד", "מיליון"), ("מיליון", "מיליארד")]),
    ("fa", &[("میلیارد", "میلیون"), ("میلیون", "میلیارد")]),
    ("hi", &[("करोड़", "लाख"), ("लाख", "करोड़")]),
    ("th", &[("แสนล้าน", "ล้าน"), ("ล้าน", "พันล้าน")]),
    ("tr", &[("milyar", "milyon"), ("milyon", "milyar")]),
    ("vi", &[("nghìn tỷ", "tỷ"), ("triệu", "tỷ"), ("tỷ", "triệu")]),
    ("eo", &[]),
];

/// Weekdays from Monday, as texts have them.
const WEEKDAYS: [(&str, &str); 18] = [
    ("ja", "月 火 水 木 金 土 日"),
    ("zh", "一 二 三 四 五 六 日"),
    ("ko", "월 화 수 목 금 토 일"),
    ("en", "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"),
    ("de", "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag"),
    ("fr", "lundi mardi mercredi jeudi vendredi samedi dimanche"),
    ("es", "lunes martes miércoles jueves viernes sábado domingo"),
    ("it", "lunedì martedì mercoledì giovedì venerdì sabato domenica"),
    ("pt", "segunda terça quarta quinta sexta sábado domingo"),
    ("ru", "понедельник вторник среду четверг пятницу субботу воскресенье"),
    ("uk", "понеділок вівторок середу четвер п'ятницю суботу неділю"),
    ("ar", "الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد"),
    ("he", "שני שלישי רביעי חמישי שישי שבת ראשון"),
    ("fa", "دوشنبه سه‌شنبه چهارشنبه پنج‌شنبه جمعه شنبه یکشنبه"),
    ("hi", "सोमवार मंगलवार बुधवार गुरुवार शुक्रवार शनिवार रविवार"),
    ("th", "จันทร์ อังคาร พุธ พฤหัสบดี ศุกร์ เสาร์ อาทิตย์"),
    ("tr", "Pazartesi Salı Çarşamba Perşembe Cuma Cumartesi Pazar"),
    ("vi", "Hai Ba Tư Năm Sáu Bảy"),
];

/// Months from January, as texts have them. Elsewhere they are numbers.
const MONTHS: [(&str, &str); 14] = [
    ("en", "January February March April May June July August September October November December"),
    ("de", "Januar Februar März April Mai Juni Juli August September Oktober November Dezember"),
    ("fr", "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"),
    ("es", "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"),
    ("it", "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre"),
    ("pt", "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro"),
    ("ru", "января февраля марта апреля мая июня июля августа сентября октября ноября декабря"),
    ("uk", "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня"),
    ("ar", "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر"),
    ("he", "ינואר פברואר מרץ אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר"),
    ("fa", "ژانویه فوریه مارس آوریل مه ژوئن ژوئیه اوت سپتامبر اکتبر نوامبر دسامبر"),
    ("hi", "जनवरी फरवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर"),
    ("th", "มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม"),
    ("tr", "Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık"),
];

/// A small generator of numbers, so that a seed gives the same mistakes everywhere.
pub struct Chance(pub u64);

impl Chance {
    pub fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % most.max(1) as u64) as usize
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        from.get(self.below(from.len()))
    }
}

/// Returns the translation with one mistake of each kind that is possible in it.
pub fn corruptions(text: &str, lang: &str, chance: &mut Chance) -> Vec<Corruption> {
    let found = quantities(text, lang);
    let mut out = Vec::new();
    numbers(text, &found, chance, &mut out);
    scale(text, lang, &found, &mut out);
    year(text, &found, chance, &mut out);
    names(text, lang, &found, QuantityKind::Weekday, chance, &mut out);
    names(text, lang, &found, QuantityKind::Month, chance, &mut out);
    day(text, &found, chance, &mut out);
    out
}

fn replaced(text: &str, at: std::ops::Range<usize>, with: &str) -> String {
    format!("{}{with}{}", &text[..at.start], &text[at.end..])
}

fn add(out: &mut Vec<Corruption>, kind: &'static str, before: &str, text: String) {
    if text != before {
        out.push(Corruption { kind, text });
    }
}

/// Returns the digits of a part of a text: places and values. `None` if it has none in a writing that this file knows.
fn digits(text: &str, at: std::ops::Range<usize>) -> Vec<(usize, char, u32)> {
    let places = text[at.clone()].char_indices();
    places.filter_map(|(place, c)| Some((at.start + place, zero(c)?, c as u32 - zero(c)? as u32))).collect()
}

/// Returns the zero of the writing of a digit.
fn zero(c: char) -> Option<char> {
    ['0', '０', '٠', '۰', '०', '๐'].into_iter().find(|zero| (*zero as u32..*zero as u32 + 10).contains(&(c as u32)))
}

fn digit(zero: char, value: u32) -> String {
    char::from_u32(zero as u32 + value).map(String::from).unwrap_or_default()
}

/// A wrong digit, two digits swapped, a zero too many, in a strong number.
fn numbers(text: &str, found: &[Quantity], chance: &mut Chance, out: &mut Vec<Corruption>) {
    let kinds = [QuantityKind::Number, QuantityKind::Percentage];
    let strong: Vec<&Quantity> =
        found.iter().filter(|q| !q.soft && kinds.contains(&q.kind) && !digits(text, q.at.clone()).is_empty()).collect();
    let Some(quantity) = chance.pick(&strong) else { return };
    let places = digits(text, quantity.at.clone());
    let Some(&(place, zero, value)) = chance.pick(&places) else { return };
    let mut other = (value + 1 + chance.below(8) as u32) % 10;
    if other == 0 && place == places[0].0 {
        other = if value == 7 { 8 } else { 7 };
    }
    let width = zero.len_utf8();
    add(out, "digit", text, replaced(text, place..place + width, &digit(zero, other)));
    let pairs: Vec<usize> = (1..places.len())
        .filter(|&n| {
            let ((one, _, a), (two, _, b)) = (places[n - 1], places[n]);
            two == one + width && a != b && !(n == 1 && b == 0)
        })
        .collect();
    if let Some(&n) = chance.pick(&pairs) {
        let swapped = digit(zero, places[n].2) + &digit(zero, places[n - 1].2);
        add(out, "swap", text, replaced(text, places[n - 1].0..places[n].0 + width, &swapped));
    }
    // A zero behind the first run of digits, if no decimals follow.
    let mut last = 0;
    while last + 1 < places.len() && places[last + 1].0 == places[last].0 + width {
        last += 1;
    }
    if last + 1 == places.len() {
        let end = places[last].0 + width;
        add(out, "x10", text, replaced(text, end..end, &digit(zero, 0)));
    }
}

/// Another scale word behind digits.
fn scale(text: &str, lang: &str, found: &[Quantity], out: &mut Vec<Corruption>) {
    let Some((_, words)) = SCALES.iter().find(|(known, _)| lang.starts_with(known)) else { return };
    let scaled = found.iter().filter(|q| q.is_scaled() && !q.soft && !digits(text, q.at.clone()).is_empty());
    for quantity in scaled {
        for (word, other) in words.iter() {
            if let Some(place) = text[quantity.at.clone()].find(word) {
                let at = quantity.at.start + place;
                add(out, "scale", text, replaced(text, at..at + word.len(), other));
                return;
            }
        }
    }
}

fn year(text: &str, found: &[Quantity], chance: &mut Chance, out: &mut Vec<Corruption>) {
    let years: Vec<&Quantity> = found
        .iter()
        .filter(|q| q.kind == QuantityKind::Year && !q.soft && digits(text, q.at.clone()).len() == 4)
        .collect();
    let Some(quantity) = chance.pick(&years) else { return };
    let places = digits(text, quantity.at.clone());
    let value = places.iter().fold(0, |sum, (_, _, value)| sum * 10 + *value as i32);
    let other = value + [-2, -1, 1, 2, 10][chance.below(5)];
    let (start, zero) = (places[0].0, places[0].1);
    let with: String = other.to_string().chars().map(|c| digit(zero, c.to_digit(10).unwrap_or(0))).collect();
    add(out, "year", text, replaced(text, start..start + 4 * zero.len_utf8(), &with));
}

/// Another weekday or month.
fn names(
    text: &str,
    lang: &str,
    found: &[Quantity],
    kind: QuantityKind,
    chance: &mut Chance,
    out: &mut Vec<Corruption>,
) {
    let weekday = kind == QuantityKind::Weekday;
    let table: &[(&str, &str)] = if weekday { &WEEKDAYS } else { &MONTHS };
    let of_kind: Vec<&Quantity> = found.iter().filter(|q| q.kind == kind).collect();
    let Some(quantity) = chance.pick(&of_kind) else { return };
    let written = &text[quantity.at.clone()];
    let Some((_, names)) = table.iter().find(|(known, _)| lang.starts_with(known)) else {
        let places = digits(text, quantity.at.clone());
        if !weekday && (1..=2).contains(&places.len()) {
            let zero = places[0].1;
            let value = (quantity.value as usize + chance.below(11)) % 12 + 1;
            let with: String = value.to_string().chars().map(|c| digit(zero, c.to_digit(10).unwrap_or(0))).collect();
            let end = places[places.len() - 1].0 + zero.len_utf8();
            add(out, "month", text, replaced(text, places[0].0..end, &with));
        }
        return;
    };
    let names: Vec<&str> = names.split(' ').collect();
    // The name that stands there: the first, and the longest, since some are parts of others.
    let lower = written.to_lowercase();
    let place = |n: usize| written.find(names[n]).or_else(|| lower.find(&names[n].to_lowercase()));
    let known = (0..names.len()).filter_map(|n| Some((place(n)?, n)));
    let known = known.min_by_key(|(place, n)| (*place, std::cmp::Reverse(names[*n].len())));
    let Some((place, name)) = known else { return };
    let other = names[(name + 1 + chance.below(names.len() - 1)) % names.len()];
    let at = quantity.at.start + place;
    if text.is_char_boundary(at + names[name].len()) {
        let label = if weekday { "weekday" } else { "month" };
        add(out, label, text, replaced(text, at..at + names[name].len(), other));
    }
}

/// Another day of the month, beside a month.
fn day(text: &str, found: &[Quantity], chance: &mut Chance, out: &mut Vec<Corruption>) {
    let days: Vec<&Quantity> = found
        .iter()
        .filter(|q| {
            let month = |other: &&Quantity| {
                let (a, b) = (&other.at, &q.at);
                other.kind == QuantityKind::Month && a.start.abs_diff(b.end).min(b.start.abs_diff(a.end)) <= 6
            };
            q.kind == QuantityKind::Day
                && (1..=2).contains(&digits(text, q.at.clone()).len())
                && found.iter().any(|other| month(&other))
        })
        .collect();
    let Some(quantity) = chance.pick(&days) else { return };
    let places = digits(text, quantity.at.clone());
    let zero = places[0].1;
    let value = (quantity.value as usize + chance.below(26)) % 28 + 1;
    let with: String = value.to_string().chars().map(|c| digit(zero, c.to_digit(10).unwrap_or(0))).collect();
    let end = places[places.len() - 1].0 + zero.len_utf8();
    add(out, "day", text, replaced(text, places[0].0..end, &with));
}
