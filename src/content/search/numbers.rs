//! Large numbers as terms: `3兆2千億`, `3.2 trillion` and `3,2 Billionen` are all `#3.2e12`, so that a number is found in
//! any language.
//!
//! The reader of quantities (`content/quantity`) takes time, so it reads only lines that may state such a number. A
//! number of four digits, such as a year, is its own term and no other.

use memchr::memmem;

use crate::content::quantity::quantity::{Quantity, QuantityKind, quantities};
use crate::content::quantity::tongue::Tongue;

/// The least number that has a term of this kind.
pub const LEAST: f64 = 1000.0;

/// Passes the terms of the large numbers of a text in the language `lang` to `each`. `folded` is the folded text.
pub fn large_numbers(text: &str, folded: &str, lang: &str, each: &mut impl FnMut(&str)) {
    let mut places = Vec::new();
    for word in scale_words(Tongue::of(lang)) {
        places.extend(memmem::find_iter(folded.as_bytes(), word.as_bytes()));
    }
    find_long_numbers(folded.as_bytes(), &mut places);
    places.sort_unstable();
    let (mut places, mut end) = (places.into_iter().peekable(), 0);
    for (line, folded) in text.split('\n').zip(folded.split('\n')) {
        if places.peek().is_none() {
            return;
        }
        end += folded.len() + 1;
        let mut may_state_large = false;
        while places.next_if(|place| *place < end).is_some() {
            may_state_large = true;
        }
        if !may_state_large {
            continue;
        }
        for quantity in quantities(line, lang) {
            if quantity.kind == QuantityKind::Number && !is_plain(&line[quantity.at.clone()]) {
                let Quantity { value, alternative, .. } = quantity;
                [Some(value), alternative].into_iter().flatten().filter_map(term).for_each(|term| each(&term));
            }
        }
    }
}

/// Returns the term of a large number: `#` and its value with at most 12 significant digits.
pub fn term(value: f64) -> Option<String> {
    if !value.is_finite() || value < LEAST {
        return None;
    }
    let rounded: f64 = format!("{value:.11e}").parse().ok()?;
    Some(format!("#{rounded:e}"))
}

/// Returns whether a number is written in at most four digits and nothing else.
fn is_plain(written: &str) -> bool {
    written.len() <= 4 && written.bytes().all(|byte| byte.is_ascii_digit())
}

/// Adds the places of numbers with more than four digits, of those with separators between four digits, and of those
/// with an abbreviation of a scale: `12 345`, `1,234`, `£20m`, `5 bn`.
fn find_long_numbers(bytes: &[u8], places: &mut Vec<usize>) {
    let mut at = 0;
    while let Some(start) = bytes[at..].iter().position(u8::is_ascii_digit).map(|found| at + found) {
        let (mut digits, mut end) = (0, start);
        loop {
            match bytes.get(end) {
                Some(b'0'..=b'9') => digits += 1,
                Some(b' ' | b',' | b'.' | b'\'') if bytes.get(end + 1).is_some_and(u8::is_ascii_digit) => {}
                _ => break,
            }
            end += 1;
        }
        let behind = if bytes.get(end) == Some(&b' ') { end + 1 } else { end };
        let word = bytes[behind..].iter().take(4).take_while(|byte| byte.is_ascii_alphabetic()).count();
        let abbreviation = (1..=3).contains(&word) && matches!(bytes[behind], b'k' | b'm' | b'b' | b't');
        let separated = digits == 4 && end - start > 4;
        if digits > 4 || separated || abbreviation {
            places.push(start);
        }
        at = end;
    }
}

/// Returns, in folded letters, what every scale word of a language from a thousand contains.
fn scale_words(tongue: Tongue) -> &'static [&'static str] {
    match tongue {
        Tongue::Ja | Tongue::ZhHans | Tongue::ZhHant => &["万", "萬", "億", "亿", "兆", "千"],
        Tongue::Ko => &["만", "억", "조", "천"],
        Tongue::En | Tongue::Other => &["thousand", "illion", "lakh", "crore"],
        Tongue::De => &["tausend", "illi", "tsd", "mio", "mrd", "bio"],
        Tongue::Fr => &["mill", "illion", "mds", "mrd"],
        Tongue::Es => &["mil", "bill"],
        Tongue::It => &["mil", "mld", "bilion", "mln", "migliaia"],
        Tongue::Pt => &["mil", "bilh", "trilh"],
        Tongue::Ru => &["тыс", "милли", "млн", "млрд", "трилли", "трлн"],
        Tongue::Uk => &["тис", "мілья", "мільи", "млн", "млрд", "трильи", "трлн"],
        Tongue::Ar => &["الف", "الاف", "ملي", "ملايين", "بليون", "تريليون", "ترليون"],
        Tongue::Fa => &["هزار", "ميلي", "بيليون", "تريلي"],
        Tongue::He => &["אלף", "אלפי", "ליון", "ליונ", "ליארד", "מילארד", "טריליון"],
        Tongue::Hi => &["हजार", "लाख", "मिलियन", "करोड", "अरब", "बिलियन", "खरब", "ट्रिलियन"],
        Tongue::Vi => &["nghin", "ngan", "van", "trieu", "ty", "ti"],
        Tongue::Th => &["พัน", "หมื่น", "แสน", "ล้าน"],
        Tongue::Tr => &["bin", "milyon", "milyar", "trilyon"],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::search::fold::fold;

    fn terms(text: &str, lang: &str) -> String {
        let (mut folded, mut terms) = (String::new(), Vec::new());
        fold(text, &mut folded);
        large_numbers(text, &folded, lang, &mut |term| terms.push(term.to_owned()));
        terms.join(" ")
    }

    #[test]
    fn one_number_has_one_term_in_any_language() {
        for (lang, text) in [
            ("en", "It costs 3.2 trillion yen."),
            ("ja", "事業費は3兆2千億円。"),
            ("zh-Hans", "耗资3.2万亿日元"),
            ("zh-Hant", "耗資3.2兆日圓"),
            ("ko", "사업비는 3조 2천억 엔"),
            ("de", "Es kostet 3,2 Billionen Yen."),
            ("fr", "Cela coûte 3 200 milliards de yens."),
            ("es", "Cuesta 3,2 billones de yenes."),
            ("ru", "Это стоит 3,2 триллиона иен."),
            ("ar", "تبلغ التكلفة 3.2 تريليون ين"),
            ("th", "มูลค่า 3.2 ล้านล้านเยน"),
        ] {
            assert_eq!(terms(text, lang), "#3.2e12", "{text}");
        }
    }

    #[test]
    fn what_has_a_term() {
        for (text, want) in [
            ("12,345 people and 1,000 dogs", "#1.2345e4 #1e3"),
            ("Sold for £20m and $5 bn", "#2e7 #5e9"),
            ("In 2021 there were 3200, on 24 March", ""),
            ("two thousand, fifty", "#2e3"),
            ("999 of 12.5", ""),
            ("", ""),
        ] {
            assert_eq!(terms(text, "en"), want, "{text}");
        }
        assert_eq!(terms("1234\n5\n67890 x", "de"), "#6.789e4");
        assert_eq!(term(f64::INFINITY), None);
        assert_eq!(term(0.1 + 1e3).as_deref(), Some("#1.0001e3"));
    }
}
