//! The language of a text, where its letters and most frequent words leave no doubt.
//!
//! A guess must never be wrong, because an editor gets it as a warning; so a text of few letters, of two languages or
//! of mostly names has none. Names, quotations and code in another language cannot turn it, because nearly all letters
//! must be of one script.

use super::function_words::{LANGUAGES, languages_of_number};
pub use super::language_tags::{Guess, contradicts, name, same_language};
use super::language_tags::{OF_ONE, is_near, primary, script_of};

/// How many letters of a block are read.
const SAMPLE: u32 = 180;

/// Scripts of which a letter tells more, and that are counted apart.
#[derive(Clone, Copy, PartialEq, Eq)]
enum LetterScript {
    Latin,
    Han,
    Kana,
    Hangul,
    Cyrillic,
    Arabic,
    Devanagari,
    /// A script of one language: its place in [`OF_ONE`].
    One(usize),
    Other,
}

/// Characters of frequent words that only simplified Chinese writes so, and the same in traditional Chinese.
const SIMPLIFIED: &str = "这说为们对时会过发后还样开关进从动问现应战经书让给长东车见业门两产务论议报亿万军记谈选举总历场变计证电话语认识设观标级红约级组织续员资费财责败货购贸贵质赛赞赶运远连选达迁边钱铁银错锋队阳际陆险随难顾页项顺须领题额风飞马驻验鱼龙";
const TRADITIONAL: &str = "這說為們對時會過發後還樣開關進從動問現應戰經書讓給長東車見業門兩產務論議報億萬軍記談選舉總歷場變計證電話語認識設觀標級紅約級組織續員資費財責敗貨購貿貴質賽贊趕運遠連選達遷邊錢鐵銀錯鋒隊陽際陸險隨難顧頁項順須領題額風飛馬駐驗魚龍";

/// Characters of the grammar of written Chinese.
const CHINESE: &str = "的了是在不这這们們个個为為也就都有与與对對从從我他她";

const FIRST_HAN: u32 = 0x4E00;

/// For each character of the first block of Han: 1 if it is in [`CHINESE`], 2 in [`SIMPLIFIED`], 4 in [`TRADITIONAL`].
static HAN: [u8; 0x5200] = han();

const fn han() -> [u8; 0x5200] {
    let mut table = [0; 0x5200];
    let lists = [CHINESE, SIMPLIFIED, TRADITIONAL];
    let mut list = 0;
    while list < lists.len() {
        let bytes = lists[list].as_bytes();
        let mut at = 0;
        // Every one has three bytes of UTF-8.
        while at < bytes.len() {
            let c = (bytes[at] as u32 & 0xF) << 12 | (bytes[at + 1] as u32 & 0x3F) << 6 | bytes[at + 2] as u32 & 0x3F;
            table[(c - FIRST_HAN) as usize] |= 1 << list;
            at += 3;
        }
        list += 1;
    }
    table
}

/// What the letters and words of a text say about its language.
#[derive(Clone, Debug, Default)]
pub struct LanguageEvidence {
    letters: u32,
    latin: u32,
    han: u32,
    kana: u32,
    hangul: u32,
    cyrillic: u32,
    arabic: u32,
    devanagari: u32,
    ones: [u32; OF_ONE.len()],
    simplified: u32,
    traditional: u32,
    chinese: u32,
    /// Cyrillic letters: `ы э ё`, `ъ`, `і`, `ї є ґ`, `ў`, `ј љ њ џ`, `ћ ђ`, `ѓ ќ ѕ`, all others that Russian lacks.
    cyrillic_of: [u32; 9],
    /// Arabic letters: `ة`, `پ چ ژ گ`, `ی ک`, `ٹ ڈ ڑ ں ے`, `ہ ھ`, all others that Arabic and Persian lack.
    arabic_of: [u32; 6],
    /// Words in Latin letters, and how many are frequent in each of [`LANGUAGES`].
    words: u32,
    frequent: [u16; LANGUAGES.len()],
    /// Words of Devanagari, and how many are frequent in Hindi, and in other languages.
    hindi: u32,
    not_hindi: u32,
}

impl LanguageEvidence {
    /// Reads the start of a text, which is enough for a guess.
    pub fn of(text: &str) -> LanguageEvidence {
        LanguageEvidence::of_start(text, SAMPLE)
    }

    /// Reads about this many letters at the start of a text.
    pub fn of_start(text: &str, letters: u32) -> LanguageEvidence {
        let mut evidence = LanguageEvidence::default();
        let mut word = GuessWord::default();
        let bytes = text.as_bytes();
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            if byte.is_ascii_alphabetic() {
                let count = word.push_ascii(bytes, at);
                evidence.latin += count as u32;
                evidence.letters += count as u32;
                at += count;
                continue;
            }
            if byte.is_ascii() {
                word.end(&bytes[..at], &mut evidence);
                if evidence.letters >= letters {
                    return evidence;
                }
                // Addresses are no words of a language.
                let is_address = byte == b':' && bytes[at..].starts_with(b"://");
                let end = || bytes[at..].iter().position(u8::is_ascii_whitespace).unwrap_or(bytes.len() - at);
                at += if is_address { end() } else { 1 };
                continue;
            }
            if let [first @ 0xE3..=0xE9, second, third, ..] = bytes[at..]
                && evidence
                    .kana_or_han(u32::from(first & 0xF) << 12 | u32::from(second & 0x3F) << 6 | u32::from(third & 0x3F))
            {
                word.end(&bytes[..at], &mut evidence);
                at += 3;
                if evidence.letters >= letters + letters / 2 {
                    return evidence;
                }
                continue;
            }
            let Some(c) = text[at..].chars().next() else { break };
            let script = script(c);
            if script == LetterScript::Other && !c.is_alphabetic() {
                word.end(&bytes[..at], &mut evidence);
                at += c.len_utf8();
                continue;
            }
            evidence.letter(c, script);
            match script {
                LetterScript::Latin | LetterScript::Devanagari => word.push_letter(c, at),
                _ => word.end(&bytes[..at], &mut evidence),
            }
            at += c.len_utf8();
            // Some scripts have no spaces.
            if evidence.letters >= letters + letters / 2 {
                return evidence;
            }
        }
        word.end(bytes, &mut evidence);
        evidence
    }

    /// Adds the evidence of another text.
    pub fn add(&mut self, other: &LanguageEvidence) {
        let pairs = [
            (&mut self.letters, other.letters),
            (&mut self.latin, other.latin),
            (&mut self.han, other.han),
            (&mut self.kana, other.kana),
            (&mut self.hangul, other.hangul),
            (&mut self.cyrillic, other.cyrillic),
            (&mut self.arabic, other.arabic),
            (&mut self.devanagari, other.devanagari),
            (&mut self.simplified, other.simplified),
            (&mut self.traditional, other.traditional),
            (&mut self.chinese, other.chinese),
            (&mut self.words, other.words),
            (&mut self.hindi, other.hindi),
            (&mut self.not_hindi, other.not_hindi),
        ];
        pairs.into_iter().for_each(|(sum, part)| *sum += part);
        add_all(&mut self.ones, &other.ones);
        add_all(&mut self.cyrillic_of, &other.cyrillic_of);
        add_all(&mut self.arabic_of, &other.arabic_of);
        self.frequent.iter_mut().zip(other.frequent).for_each(|(sum, part)| *sum = sum.saturating_add(part));
    }

    /// Counts a character if it is one of the most frequent of Chinese and Japanese.
    fn kana_or_han(&mut self, code: u32) -> bool {
        match code {
            0x3041..=0x309F | 0x30A1..=0x30FF => self.kana += 1,
            FIRST_HAN..=0x9FFF => {
                self.han += 1;
                let lists = HAN[(code - FIRST_HAN) as usize];
                if lists != 0 {
                    self.chinese += u32::from(lists & 1);
                    self.simplified += u32::from(lists & 6 == 2);
                    self.traditional += u32::from(lists & 6 == 4);
                }
            }
            _ => return false,
        }
        self.letters += 1;
        true
    }

    fn letter(&mut self, c: char, script: LetterScript) {
        self.letters += 1;
        match script {
            LetterScript::Latin => self.latin += 1,
            // Those of the first block, which tell more, are counted elsewhere.
            LetterScript::Han => self.han += 1,
            LetterScript::Kana => self.kana += 1,
            LetterScript::Hangul => self.hangul += 1,
            LetterScript::Cyrillic => {
                self.cyrillic += 1;
                if let Some(at) = cyrillic_class(c) {
                    self.cyrillic_of[at] += 1;
                }
            }
            LetterScript::Arabic => {
                self.arabic += 1;
                if let Some(at) = arabic_class(c) {
                    self.arabic_of[at] += 1;
                }
            }
            LetterScript::Devanagari => self.devanagari += 1,
            LetterScript::One(at) => self.ones[at] += 1,
            LetterScript::Other => {}
        }
    }

    /// Returns what is certain about the language, if anything is.
    pub fn guess(&self) -> Option<Guess> {
        let most = |count: u32, least: u32| count >= least && u64::from(count) * 100 >= u64::from(self.letters) * 85;
        if most(self.latin, 60) {
            return self.of_latin();
        }
        if self.kana * 10 >= self.han + self.kana && most(self.han + self.kana, 20) {
            return Some(Guess::Language("ja"));
        }
        if self.hangul * 10 >= (self.hangul + self.han) * 6 && most(self.hangul + self.han, 20) {
            return Some(Guess::Language("ko"));
        }
        if self.kana * 100 <= self.han && self.chinese >= 3 && most(self.han, 30) {
            return Some(Guess::Language(match (self.simplified, self.traditional) {
                (simple, full) if simple >= 3 && full * 10 <= simple => "zh-Hans",
                (simple, full) if full >= 3 && simple * 10 <= full => "zh-Hant",
                _ => "zh",
            }));
        }
        if most(self.cyrillic, 60) {
            return Some(self.of_cyrillic());
        }
        if most(self.arabic, 60) {
            return Some(self.of_arabic());
        }
        if most(self.devanagari, 60) {
            let hindi = self.hindi >= 4 && self.not_hindi * 4 < self.hindi;
            return Some(if hindi { Guess::Language("hi") } else { Guess::Script("Devanagari") });
        }
        let one = self.ones.iter().position(|count| most(*count, 40))?;
        Some(match OF_ONE[one] {
            // Amharic and Tigrinya, Bengali and Assamese share letters.
            (_, _, "am" | "bn", name) => Guess::Script(name),
            (_, _, language, _) => Guess::Language(language),
        })
    }

    /// Returns whether more speaks for one language than for another, although too little for a guess.
    pub fn leans_to(&self, one: &str, other: &str) -> bool {
        let most = |count: u32| self.letters >= 12 && u64::from(count) * 100 >= u64::from(self.letters) * 85;
        if !most(self.latin) {
            // Letters that the other language does not have.
            return most(self.letters - self.latin) && script_of(&primary(other)) == Some("Latin");
        }
        let hits = |tag: &str| {
            let at = LANGUAGES.iter().position(|(language, _)| *language == primary(tag));
            at.map(|at| u32::from(self.frequent[at]))
        };
        let against = match hits(other) {
            Some(hits) => hits,
            None if script_of(&primary(other)).is_some() => 0,
            None => return false,
        };
        hits(one).is_some_and(|hits| self.words >= 6 && hits >= 2 && hits * 5 >= self.words && hits > 2 * against)
    }

    fn of_latin(&self) -> Option<Guess> {
        let best = (0..LANGUAGES.len()).max_by_key(|at| (self.frequent[*at], std::cmp::Reverse(*at)))?;
        let (language, hits) = (LANGUAGES[best].0, u32::from(self.frequent[best]));
        let certain = self.words >= 20 && hits >= 7 && hits * 100 >= self.words * 20;
        let rivals = |at: usize| {
            at != best && u32::from(self.frequent[at]) * 16 > hits * 10 && !is_near(language, LANGUAGES[at].0)
        };
        (certain && !(0..LANGUAGES.len()).any(rivals)).then_some(Guess::Language(language))
    }

    fn of_cyrillic(&self) -> Guess {
        let [yery, hard, i, yi, short_u, je, tshe, gje, other] = self.cyrillic_of;
        // In thousandths, and none but a name's.
        let share = |count: u32| count * 1000 / self.cyrillic.max(1);
        let few = |count: u32| share(count) <= 2;
        let language = match () {
            () if few(other) && few(je + tshe + gje) && few(i + yi + short_u) && yery >= 2 && share(yery) >= 8 => "ru",
            () if few(other) && few(yery + hard) && few(short_u) && yi >= 2 && share(yi) >= 5 && share(i) >= 25 => "uk",
            () if few(other) && few(yi) && short_u >= 2 && share(short_u) >= 5 && share(i) >= 25 => "be",
            () if few(other) && few(i + yi + short_u + yery) && few(je) && hard >= 3 && share(hard) >= 7 => "bg",
            () if few(other) && few(yery + hard + i + yi) && share(je) >= 15 && tshe >= 2 && gje == 0 => "sr",
            () if few(other) && few(yery + hard + i + yi) && share(je) >= 15 && gje >= 2 && tshe == 0 => "mk",
            () => return Guess::Script("Cyrillic"),
        };
        Guess::Language(language)
    }

    fn of_arabic(&self) -> Guess {
        let [teh, persian, yeh, urdu, heh, other] = self.arabic_of;
        let share = |count: u32| count * 1000 / self.arabic.max(1);
        let few = |count: u32| share(count) <= 2;
        let language = match () {
            () if few(other) && few(urdu + heh) && few(yeh) && share(persian) <= 4 && teh >= 2 && share(teh) >= 8 => {
                "ar"
            }
            () if few(other)
                && few(urdu + heh)
                && few(teh)
                && persian >= 2
                && share(persian) >= 8
                && share(yeh) >= 30 =>
            {
                "fa"
            }
            () if few(teh) && urdu >= 4 && share(urdu) >= 25 && share(heh) >= 30 && few(other) => "ur",
            () => return Guess::Script("Arabic"),
        };
        Guess::Language(language)
    }
}

fn add_all(sums: &mut [u32], parts: &[u32]) {
    sums.iter_mut().zip(parts).for_each(|(sum, part)| *sum += part);
}

/// The letters of a word so far.
#[derive(Default)]
struct GuessWord {
    /// Its last eight bytes in lower case, as a number.
    number: u64,
    len: usize,
    /// Where it starts in the text.
    start: usize,
}

impl GuessWord {
    fn push(&mut self, byte: u8, at: usize) {
        if self.len == 0 {
            self.start = at;
        }
        self.number = self.number << 8 | u64::from(byte);
        self.len += 1;
    }

    /// Adds the ASCII letters at a place; returns how many there are.
    fn push_ascii(&mut self, text: &[u8], at: usize) -> usize {
        let mut count = 0;
        while let Some(byte) = text.get(at + count)
            && byte.is_ascii_alphabetic()
        {
            self.number = self.number << 8 | u64::from(byte | 0x20);
            count += 1;
        }
        if self.len == 0 {
            self.start = at;
        }
        self.len += count;
        count
    }

    fn push_letter(&mut self, c: char, at: usize) {
        let mut push = |c: char| {
            let mut buffer = [0; 4];
            c.encode_utf8(&mut buffer).bytes().for_each(|byte| self.push(byte, at));
        };
        match c {
            // Most need no table.
            'ß'..='ÿ' | '\u{900}'..='\u{97F}' => push(c),
            _ => c.to_lowercase().for_each(push),
        }
    }

    /// Counts the word that ends where `text` does.
    fn end(&mut self, text: &[u8], evidence: &mut LanguageEvidence) {
        let (len, number) = (self.len, self.number);
        if len == 0 {
            return;
        }
        *self = GuessWord { start: self.start, ..GuessWord::default() };
        if text[self.start] == DEVANAGARI {
            match std::str::from_utf8(&text[self.start..]).unwrap_or_default() {
                "है" | "में" | "और" | "के" | "की" | "का" | "ने" | "हैं" => {
                    evidence.hindi += 1
                }
                "आहे" | "आणि" | "या" | "छ" | "र" | "हो" | "आहेत" => {
                    evidence.not_hindi += 1
                }
                _ => {}
            }
            return;
        }
        evidence.words += 1;
        // A longer word is none of those that are looked for.
        let mut languages = if len <= 8 { languages_of_number(number) } else { 0 };
        while languages != 0 {
            let count = &mut evidence.frequent[languages.trailing_zeros() as usize];
            *count = count.saturating_add(1);
            languages &= languages - 1;
        }
    }
}

/// The first byte of every character of Devanagari, and of no Latin letter.
const DEVANAGARI: u8 = 0xE0;

fn script(c: char) -> LetterScript {
    match c {
        // Frequent punctuation. Most kana and ideographs do not come here.
        '\u{2000}'..='\u{206F}' | '\u{3000}'..='\u{3004}' | '\u{3008}'..='\u{3020}' => LetterScript::Other,
        '\u{AA}'
        | '\u{BA}'
        | '\u{C0}'..='\u{D6}'
        | '\u{D8}'..='\u{F6}'
        | '\u{F8}'..='\u{24F}'
        | '\u{1E00}'..='\u{1EFF}' => LetterScript::Latin,
        '\u{400}'..='\u{52F}' => LetterScript::Cyrillic,
        '\u{620}'..='\u{6FF}' | '\u{750}'..='\u{77F}' | '\u{FB50}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}' => {
            LetterScript::Arabic
        }
        '\u{900}'..='\u{97F}' => LetterScript::Devanagari,
        '\u{31F0}'..='\u{31FF}' | '\u{FF66}'..='\u{FF9D}' => LetterScript::Kana,
        '\u{3005}' | '\u{3400}'..='\u{4DBF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{323AF}' => LetterScript::Han,
        '\u{1100}'..='\u{11FF}' | '\u{3131}'..='\u{318E}' | '\u{AC00}'..='\u{D7A3}' => LetterScript::Hangul,
        _ => OF_ONE
            .iter()
            .position(|(first, last, ..)| (*first..=*last).contains(&c))
            .map_or(LetterScript::Other, LetterScript::One),
    }
}

/// Returns the place in [`LanguageEvidence::cyrillic_of`] of a letter that not every language with Cyrillic letters has.
fn cyrillic_class(c: char) -> Option<usize> {
    Some(match c {
        'ы' | 'Ы' | 'э' | 'Э' | 'ё' | 'Ё' => 0,
        'ъ' | 'Ъ' => 1,
        'і' | 'І' => 2,
        'ї' | 'Ї' | 'є' | 'Є' | 'ґ' | 'Ґ' => 3,
        'ў' | 'Ў' => 4,
        'ј' | 'Ј' | 'љ' | 'Љ' | 'њ' | 'Њ' | 'џ' | 'Џ' => 5,
        'ћ' | 'Ћ' | 'ђ' | 'Ђ' => 6,
        'ѓ' | 'Ѓ' | 'ќ' | 'Ќ' | 'ѕ' | 'Ѕ' => 7,
        'а'..='я' | 'А'..='Я' => return None,
        _ => 8,
    })
}

/// Returns the place in [`LanguageEvidence::arabic_of`] of a letter that not every language with Arabic letters has.
fn arabic_class(c: char) -> Option<usize> {
    Some(match c {
        'ة' => 0,
        'پ' | 'چ' | 'ژ' | 'گ' => 1,
        'ی' | 'ک' => 2,
        'ٹ' | 'ڈ' | 'ڑ' | 'ں' | 'ے' => 3,
        'ہ' | 'ھ' | 'ۂ' | 'ۓ' => 4,
        '\u{671}'..='\u{6D3}' => 5,
        _ => return None,
    })
}
