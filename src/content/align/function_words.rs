//! The most frequent short words of languages in Latin letters, and the languages that each belongs to.
//!
//! A word of at most eight bytes is a number, so that finding one takes a few nanoseconds. The table is made when
//! Recto is compiled.

/// The languages, in the order of their bits.
#[rustfmt::skip]
pub const LANGUAGES: [(&str, &str); 22] = [
    ("en", "the of and to in is that for was with are this from have not been which their has were would they will \
        a on by as it be at or an but his its about he had who"),
    ("fr", "le la les des et est une du dans que pour qui au sur pas par plus avec ce il sont aux ont été cette \
        mais de a se en à elle leur dont y ne"),
    ("de", "der die und den von das mit dem des ist im für auf nicht eine sich auch als wird werden bei einen nach \
        war in zu er sie es wie aus oder dass sind hat um am zum zur vor"),
    ("es", "el la los que en del las por una para con su como más pero fue sus este entre también ha desde según y \
        al de a se no lo son ser"),
    ("it", "il di che è del della per non sono con gli una nel alla dei delle dal ha anche più come le si da nella \
        e a in un lo al ma loro questo"),
    ("pt", "o que do da em um uma para com não os dos no na por mais foi ao das são como pelo pela também à às nos \
        de a se e é seu sua já entre há sem"),
    ("nl", "de het een van en is dat die op te zijn met voor niet aan er om ook bij naar wordt werd uit door maar \
        was hij zo als nog dan al tot deze"),
    ("sv", "och att det som en på är av för med den till inte om ett har de han från var kan vid också efter men \
        vara hon sig ut upp så"),
    ("da", "og det at en er på af til for med den som ikke de der har et om blev var fra vil han kan også ved sig \
        men efter så være"),
    ("nb", "og det at en er på av til for med den som ikke de har et om ble var fra vil han kan også ved etter seg \
        men så være ut"),
    ("pl", "w i na z się do nie że jest to przez od po jak ale dla o za przy tym był oraz są które który a ma co"),
    ("cs", "a v se na je že s z do o ve i to by pro za jsou od po jako které který ale podle při bude byl k"),
    ("hu", "a az és hogy nem egy is meg volt el csak már de ez ki még mint azt lesz által pedig szerint volna"),
    ("ro", "de și în a la cu pe care din nu o un este pentru mai sunt că au ce fost prin după sau al ale cel să iar \
        are"),
    ("fi", "ja on ei se että oli hän ovat mutta kun myös niin joka sen kuin jo olla tai mukaan jotka ole vain"),
    ("tr", "ve bir bu da de için ile olarak olan daha çok gibi ancak sonra kadar en değil olduğu ise ne göre her o \
        ya ki diye bunu kendi"),
    ("vi", "và của là các có cho được không trong một với người đã này những để ra khi đến từ về tại năm vào"),
    ("id", "yang dan di ini itu dengan untuk dari dalam tidak akan pada ke juga adalah karena tersebut oleh atau \
        bisa ia kami kita saat telah sebagai seperti mereka atas"),
    ("hr", "je u i na se da za su od s o ne bi kao koji iz što to po nije koje će bio li ili već nakon"),
    ("ca", "la de i el que a els en les un per una del amb és al va no són més dels però com aquest seva"),
    ("sw", "ya na wa kwa ni za katika la kuwa cha hiyo huyo baada yake kama hii pia ambayo lakini wake zaidi"),
    ("tl", "ang ng sa na mga at ay si ni hindi para ito kung ako siya nang may sila isang niya mula ayon"),
];

const SLOTS: usize = 2048;

/// The words at places computed from their bytes, with the bits of their languages.
static WORDS: [(u64, u32); SLOTS] = table();

/// Returns the bits of the languages in which a lower-case word is one of the most frequent. The bytes of the word, at
/// most eight, are those of `number`.
pub fn languages_of_number(number: u64) -> u32 {
    let mut slot = slot_of(number);
    while WORDS[slot].1 != 0 {
        if WORDS[slot].0 == number {
            return WORDS[slot].1;
        }
        slot = (slot + 1) % SLOTS;
    }
    0
}

const fn number_of(bytes: &[u8], from: usize, to: usize) -> u64 {
    let (mut number, mut at) = (0u64, from);
    while at < to {
        number = number << 8 | bytes[at] as u64;
        at += 1;
    }
    number
}

const fn slot_of(number: u64) -> usize {
    (number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 53) as usize
}

const fn table() -> [(u64, u32); SLOTS] {
    let mut table = [(0, 0); SLOTS];
    let mut language = 0;
    while language < LANGUAGES.len() {
        let words = LANGUAGES[language].1.as_bytes();
        let (mut from, mut at) = (0, 0);
        while at <= words.len() {
            if at == words.len() || words[at] == b' ' {
                assert!(at - from <= 8, "a word is too long");
                let number = number_of(words, from, at);
                let mut slot = slot_of(number);
                while table[slot].1 != 0 && table[slot].0 != number {
                    slot = (slot + 1) % SLOTS;
                }
                table[slot] = (number, table[slot].1 | 1 << language);
                from = at + 1;
            }
            at += 1;
        }
        language += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_found() {
        let of = |word: &str| languages_of_number(number_of(word.as_bytes(), 0, word.len()));
        for (at, (language, words)) in LANGUAGES.iter().enumerate() {
            let list: Vec<&str> = words.split(' ').collect();
            assert!(list.len() >= 20, "{language}");
            for (n, word) in list.iter().enumerate() {
                assert!(of(word) >> at & 1 == 1, "{language} {word}");
                assert!(!list[..n].contains(word), "{language} has {word} twice");
                assert_eq!(word.to_lowercase(), *word);
            }
        }
        for word in ["", "zzz", "ferry", "internat", "\0"] {
            assert_eq!(of(word), 0, "{word}");
        }
        assert_eq!(of("the"), 1);
    }
}
