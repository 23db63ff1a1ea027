//! Language tags: their canonical form, and why a tag is wrong. It knows BCP 47 and ICU's data, not where a tag is
//! written.
//!
//! A tag is known if ICU has likely subtags or an alias for it. People write countries (`jp`), locale names (`zh_TW`)
//! and words (`Japanese`, `日本語`) instead of tags. For these the right tag is suggested.

use icu_locale::subtags::{Language, Region, Script};
use icu_locale::{LanguageIdentifier, LocaleCanonicalizer, LocaleExpander, TransformResult};
use unicode_normalization::UnicodeNormalization;

/// Two-letter language codes that were replaced (ISO 639, 1989 and later).
const RENAMED: [&str; 5] = ["in", "iw", "ji", "jw", "mo"];

/// Language codes that are almost always meant as countries: the code, the name of its language, an explicit tag for
/// that language, and the tag that is meant.
const MISTAKEN: [(&str, &str, &str, &str); 2] = [("kr", "Kanuri", "kr-NG", "ko"), ("tw", "Twi", "tw-GH", "zh-Hant")];

/// Abbreviations that ICU does not know and that are not countries.
const ABBREVIATIONS: [(&str, &str); 16] = [
    ("gb", "en"),
    ("au", "en"),
    ("ca", "en"),
    ("nz", "en"),
    ("sp", "es"),
    ("yu", "sr"),
    ("cn-s", "zh-Hans"),
    ("cn-t", "zh-Hant"),
    ("zh-chs", "zh-Hans"),
    ("zh-cht", "zh-Hant"),
    ("zh-simp", "zh-Hans"),
    ("zh-trad", "zh-Hant"),
    ("chs", "zh-Hans"),
    ("cht", "zh-Hant"),
    ("jap", "ja"),
    ("vnm", "vi"),
];

/// Names of languages in English, in the language itself and in Japanese. Each row starts with the tag. Lower case,
/// letters only.
const NAMES: [&str; 62] = [
    "af afrikaans",
    "ar arabic العربية アラビア語",
    "az azerbaijani azeri azərbaycanca",
    "be belarusian беларуская",
    "bg bulgarian български",
    "bn bengali bangla বাংলা",
    "bs bosnian bosanski",
    "ca catalan català",
    "cs czech čeština",
    "da danish dansk",
    "de german deutsch ドイツ語",
    "el greek ελληνικά",
    "en english 英語 영어 英文 anglais englisch inglés",
    "es spanish español castellano スペイン語",
    "et estonian eesti",
    "fa persian farsi فارسی",
    "fi finnish suomi",
    "fil filipino",
    "fr french français フランス語",
    "ga irish gaeilge",
    "he hebrew עברית",
    "hi hindi हिन्दी हिंदी",
    "hr croatian hrvatski",
    "hu hungarian magyar",
    "hy armenian հայերեն",
    "id indonesian bahasaindonesia インドネシア語",
    "is icelandic íslenska",
    "it italian italiano イタリア語",
    "ja japanese 日本語 nihongo japonais japanisch japonés 일본어 日文 日语 日語",
    "ka georgian ქართული",
    "kk kazakh қазақша",
    "km khmer cambodian ភាសាខ្មែរ",
    "ko korean 한국어 조선말 韓国語 朝鮮語 韩语 韓文 hangul",
    "ku kurdish kurdî",
    "lo lao ລາວ",
    "lt lithuanian lietuvių",
    "lv latvian latviešu",
    "mk macedonian македонски",
    "mn mongolian монгол モンゴル語",
    "ms malay bahasamelayu",
    "my burmese မြန်မာဘာသာ ビルマ語",
    "nb norwegian norsk bokmål",
    "ne nepali नेपाली",
    "nl dutch nederlands",
    "pl polish polski",
    "ps pashto پښتو",
    "pt portuguese português ポルトガル語",
    "ro romanian română",
    "ru russian русский ロシア語",
    "sk slovak slovenčina",
    "sl slovenian slovene slovenščina",
    "sq albanian shqip",
    "sr serbian српски srpski",
    "sv swedish svenska",
    "sw swahili kiswahili",
    "ta tamil தமிழ்",
    "th thai ไทย ภาษาไทย タイ語",
    "tr turkish türkçe トルコ語",
    "uk ukrainian українська",
    "vi vietnamese tiếngviệt ベトナム語",
    "zh chinese mandarin 中文 中国語 漢語 汉语 중국어",
    "zh-Hans simplified simplifiedchinese chinesesimplified 简体中文 簡体字 简体",
];

/// Names of traditional Chinese. Chinese is the only language here with a tag for each script; simplified Chinese is
/// in the list above.
const TRADITIONAL: &str = "zh-Hant traditional traditionalchinese chinesetraditional 繁體中文 繁体中文 繁体字 繁體";

/// Countries and territories (ISO 3166-1) and CLDR's additions. Regions of several countries have numbers.
const REGIONS: &str = "AC AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS \
    BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CP CR CU CV CW CX CY CZ DE DG DJ DK DM DO DZ EA EC EE EG EH ER ES ET \
    EU FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU IC ID IE IL IM IN IO IQ \
    IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN \
    MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA \
    QO RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TA TC TD TF TG TH TJ TK TL TM TN TO TR \
    TT TV TW TZ UA UG UM UN US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW ZZ";

/// Scripts for which ICU has no likely language.
const SCRIPTS: &str = "Aran Cyrs Hntl Hrkt Jamo Latf Latg Syre Syrj Syrn Zmth Zsye Zsym Zxxx Zyyy Zzzz";

/// The reason why a well-formed tag does not name the intended language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LanguageTagProblem {
    /// The language is unknown. A similar one, if there is one.
    Language(Option<String>),
    /// A language code that is almost always meant as a country.
    Country { name: &'static str, clear: &'static str, meant: &'static str },
    /// The script or region is unknown. `better` is a valid tag.
    Part { part: String, better: String },
}

impl LanguageTagProblem {
    /// Returns the tag that is probably meant.
    pub fn better(&self) -> Option<&str> {
        match self {
            LanguageTagProblem::Language(better) => better.as_deref(),
            LanguageTagProblem::Country { meant, .. } => Some(meant),
            LanguageTagProblem::Part { better, .. } => Some(better),
        }
    }
}

/// Returns `tag` in canonical case with current codes, or `None` if it is not a well-formed BCP 47 tag of language,
/// script, region and variants. Extensions are not accepted: they do not name the language of a text, and do not work
/// well in file names.
pub fn canonical_tag(tag: &str) -> Option<String> {
    let id = LanguageIdentifier::try_from_str(tag).ok()?;
    (!id.language.is_unknown()).then(|| modern(id).to_string())
}

/// Replaces outdated codes that have exactly one successor: `iw` by `he`, `jpn` by `ja`, `en-UK` by `en-GB`.
fn modern(id: LanguageIdentifier) -> LanguageIdentifier {
    let old = id.language.as_str().len() == 3 || RENAMED.contains(&id.language.as_str());
    if !old && id.region.is_none() {
        return id;
    }
    let new = replaced(&id);
    let comparable =
        new.script == id.script && new.variants == id.variants && new.region.is_some() == id.region.is_some();
    match (comparable, old) {
        (true, true) => new,
        (true, false) => LanguageIdentifier { region: new.region, ..id },
        (false, _) => id,
    }
}

/// Applies ICU's aliases.
fn replaced(id: &LanguageIdentifier) -> LanguageIdentifier {
    let mut locale = icu_locale::Locale::from(id.clone());
    LocaleCanonicalizer::new_extended().canonicalize(&mut locale);
    locale.id
}

/// Returns what is wrong with a canonical tag, or `None` for a valid one.
pub fn doubt(tag: &str) -> Option<LanguageTagProblem> {
    let id = LanguageIdentifier::try_from_str(tag).ok()?;
    if let Some((_, name, clear, meant)) = MISTAKEN.iter().find(|(mistaken, ..)| *mistaken == tag) {
        return Some(LanguageTagProblem::Country { name, clear, meant });
    }
    if !is_known(id.language) {
        return Some(LanguageTagProblem::Language(suggest(tag).filter(|better| better != tag)));
    }
    let without = |part: String, id: LanguageIdentifier| LanguageTagProblem::Part { part, better: id.to_string() };
    match (id.script, id.region) {
        (Some(script), _) if !is_script(script) => {
            let better = suggest(&tag.to_lowercase()).and_then(|tag| tag.parse().ok());
            Some(without(script.to_string(), better.unwrap_or(LanguageIdentifier { script: None, ..id })))
        }
        (_, Some(region)) if !is_region(region) => {
            Some(without(region.to_string(), LanguageIdentifier { region: None, ..id }))
        }
        _ => None,
    }
}

fn is_known(language: Language) -> bool {
    let mut id = LanguageIdentifier::from(language);
    // Codes for several languages, for no language, and for private use.
    let special = matches!(language.as_str(), "mul" | "mis" | "zxx") || ("qaa"..="qtz").contains(&language.as_str());
    special || LocaleExpander::new_extended().maximize(&mut id) == TransformResult::Modified || {
        let id = LanguageIdentifier::from(language);
        replaced(&id) != id
    }
}

fn is_region(region: Region) -> bool {
    !region.is_alphabetic() || REGIONS.split(' ').any(|known| known == region.as_str())
}

fn is_script(script: Script) -> bool {
    let mut id = LanguageIdentifier { script: Some(script), ..LanguageIdentifier::UNKNOWN };
    let likely = LocaleExpander::new_extended().maximize(&mut id);
    likely == TransformResult::Modified || SCRIPTS.split(' ').any(|known| known == script.as_str())
}

/// Suggests a tag for a text that is not one: the name of a locale or country, or a word.
pub fn suggest(text: &str) -> Option<String> {
    // Strip the rest of a locale's name: `ja_JP.UTF-8`, `sr_RS@latin`.
    let text: String = text.nfkc().collect();
    let text = text.split(['.', '@']).next().unwrap_or_default().trim().to_lowercase();
    let hyphens = text.replace(['_', ' '], "-");
    let word: String = text.chars().filter(|c| c.is_alphanumeric() || unicode_mark(*c)).collect();
    let abbreviated = ABBREVIATIONS.iter().find(|(short, _)| *short == hyphens);
    let named = || {
        let row = NAMES.iter().chain([&TRADITIONAL]).find(|row| row.split(' ').skip(1).any(|name| name == word))?;
        row.split(' ').next().map(str::to_owned)
    };
    if let Some((_, tag)) = abbreviated {
        return Some((*tag).to_owned());
    }
    let tag = canonical_tag(&hyphens).filter(|tag| match doubt_plainly(tag) {
        true => false,
        false => !MISTAKEN.iter().any(|(mistaken, ..)| mistaken == tag),
    });
    tag.or_else(named).or_else(|| of_country(&hyphens))
}

/// Returns whether any part of a tag is unknown.
fn doubt_plainly(tag: &str) -> bool {
    LanguageIdentifier::try_from_str(tag).map_or(true, |id| {
        let parts = id.script.is_none_or(is_script) && id.region.is_none_or(is_region);
        !(parts && is_known(id.language))
    })
}

/// Returns the main written language of a country, if `word` is a country.
fn of_country(word: &str) -> Option<String> {
    let country = word.split('-').next().filter(|code| code.len() == 2)?;
    let region = Region::try_from_str(country).ok()?;
    let mut id = LanguageIdentifier { region: Some(region), ..LanguageIdentifier::UNKNOWN };
    LocaleExpander::new_extended().maximize(&mut id);
    if id.language.is_unknown() {
        return None;
    }
    let traditional = id.script.is_some_and(|script| script.as_str() == "Hant");
    Some(if traditional { format!("{}-Hant", id.language) } else { id.language.to_string() })
}

fn unicode_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_have_todays_letters() {
        let table = [
            ("ja", Some("ja")),
            ("ZH-hans", Some("zh-Hans")),
            ("iw", Some("he")),
            ("in-id", Some("id-ID")),
            ("jpn", Some("ja")),
            ("cmn-Hant", Some("zh-Hant")),
            ("en-uk", Some("en-GB")),
            ("sh", Some("sh")),
            ("prs", Some("prs")),
            ("tl", Some("tl")),
            ("old", Some("old")),
            ("jp", Some("jp")),
            ("de-1996", Some("de-1996")),
            ("v2", None),
            ("draft", None),
            ("und", None),
            ("zh_TW", None),
        ];
        for (written, canonical) in table {
            assert_eq!(canonical_tag(written).as_deref(), canonical, "{written}");
        }
    }

    #[test]
    fn what_is_a_language_is_left_alone() {
        for tag in [
            "ja",
            "en",
            "uk",
            "se",
            "my",
            "br",
            "ch",
            "abe",
            "old",
            "zh-Hant",
            "zh-TW",
            "zh-Hant-HK",
            "en-GB",
            "es-419",
            "en-001",
            "sr-Latn",
            "de-Latf",
            "mul",
            "qaa",
            "prs",
            "sh",
            "kr-NG",
            "tw-GH",
            "ja-Latn-hepburn",
            "sq-XK",
        ] {
            assert_eq!(doubt(tag), None, "{tag}");
        }
    }

    #[test]
    fn what_is_meant_is_suggested() {
        let table = [
            ("jp", "ja"),
            ("cn", "zh"),
            ("ua", "uk"),
            ("kr", "ko"),
            ("gr", "el"),
            ("dk", "da"),
            ("cz", "cs"),
            ("vn", "vi"),
            ("tw", "zh-Hant"),
            ("hk", "zh-Hant"),
            ("us", "en"),
            ("gb", "en"),
            ("at", "de"),
            ("ir", "fa"),
            ("il", "he"),
            ("rs", "sr"),
            ("ja-JA", "ja"),
            ("en-EN", "en"),
            ("jp-JP", "ja"),
            ("zh-Trad", "zh-Hant"),
        ];
        for (tag, better) in table {
            let found = doubt(tag);
            assert_eq!(found.as_ref().and_then(LanguageTagProblem::better), Some(better), "{tag}: {found:?}");
        }
        assert_eq!(doubt("xx"), Some(LanguageTagProblem::Language(None)));
        let table = [
            ("zh_TW", "zh-TW"),
            ("ja_JP", "ja-JP"),
            ("ja_JP.UTF-8", "ja-JP"),
            ("jp_JP", "ja"),
            ("english", "en"),
            ("Japanese", "ja"),
            ("japanese!", "ja"),
            ("日本語", "ja"),
            ("ｊａ", "ja"),
            ("한국어", "ko"),
            ("हिन्दी", "hi"),
            ("zh-CHT", "zh-Hant"),
            ("Chinese (Simplified)", "zh-Hans"),
            ("简体中文", "zh-Hans"),
        ];
        for (written, tag) in table {
            assert_eq!(suggest(written).as_deref(), Some(tag), "{written}");
        }
        assert_eq!((suggest("??"), suggest("draft"), suggest("")), (None, None, None));
    }

    /// Every suggested tag must itself be valid.
    #[test]
    fn suggestions_are_good() {
        let all = NAMES.iter().chain([&TRADITIONAL]).filter_map(|row| row.split(' ').next());
        for tag in all.chain(ABBREVIATIONS.iter().map(|(_, tag)| *tag)).chain(MISTAKEN.iter().map(|row| row.3)) {
            assert_eq!((canonical_tag(tag).as_deref(), doubt(tag)), (Some(tag), None), "{tag}");
        }
        for a in 'a'..='z' {
            for b in 'a'..='z' {
                let tag = format!("{a}{b}");
                if let Some(better) = doubt(&tag).as_ref().and_then(LanguageTagProblem::better) {
                    assert_eq!(doubt(better), None, "{tag}");
                }
            }
        }
    }
}
