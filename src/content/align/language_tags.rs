//! Languages by their tags, as far as a guess of a text's language needs them: which are near each other, which script
//! they are printed in, and their English names.

use super::function_words::LANGUAGES;

/// What is certain about the language of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Guess {
    /// A tag: `ja`, `zh-Hans`, `fr`.
    Language(&'static str),
    /// Only the script is certain: its name.
    Script(&'static str),
}

/// Scripts that a single language uses for nearly all that is printed in them: first and last letter, language, name.
pub const OF_ONE: [(char, char, &str, &str); 17] = [
    ('\u{370}', '\u{3FF}', "el", "Greek"),
    ('\u{531}', '\u{58F}', "hy", "Armenian"),
    ('\u{5D0}', '\u{5EA}', "he", "Hebrew"),
    ('\u{980}', '\u{9FF}', "bn", "Bengali"),
    ('\u{A00}', '\u{A7F}', "pa", "Gurmukhi"),
    ('\u{A80}', '\u{AFF}', "gu", "Gujarati"),
    ('\u{B80}', '\u{BFF}', "ta", "Tamil"),
    ('\u{C00}', '\u{C7F}', "te", "Telugu"),
    ('\u{C80}', '\u{CFF}', "kn", "Kannada"),
    ('\u{D00}', '\u{D7F}', "ml", "Malayalam"),
    ('\u{D80}', '\u{DFF}', "si", "Sinhala"),
    ('\u{E00}', '\u{E7F}', "th", "Thai"),
    ('\u{E80}', '\u{EFF}', "lo", "Lao"),
    ('\u{1000}', '\u{109F}', "my", "Burmese"),
    ('\u{10A0}', '\u{10FF}', "ka", "Georgian"),
    ('\u{1200}', '\u{137F}', "am", "Ethiopic"),
    ('\u{1780}', '\u{17FF}', "km", "Khmer"),
];

/// Languages that a guess cannot tell apart. The first of each row is the guess.
const NEAR: [&str; 33] = [
    "en sco pcm jam bi tpi srn enm ang",
    "fr oc frp wa pcd nrf ht gcf rcf fro frm gcr",
    "de gsw bar nds lb ksh pfl swg sli hrx pdt yi stq frr fy als",
    "es gl ast an lad ext ca osp cbk",
    "it co scn nap vec lmo pms lij egl rgn fur sc lld rm la",
    "pt gl mwl kea pov pap",
    "nl af li vls fy zea nds act gos",
    "sv da nb nn no fo",
    "da nb nn no sv fo",
    "nb da nn no sv fo",
    "pl szl csb hsb dsb",
    "cs sk hsb dsb szl",
    "ro mo rup ruo la",
    "fi krl olo fkv et izh vot se",
    "tr az crh gag tk ota uz",
    "id ms jv su min ban ace bjn mad zsm zlm",
    "hr sr bs sh sl cnr",
    "ca oc es an",
    "sw swh swc",
    "tl fil ceb ilo hil war bcl pam pag",
    "ru rue be mhr udm cv kv",
    "uk rue be",
    "be ru uk rue",
    "bg mk chu cu",
    "mk bg sr",
    "sr mk hr bs sh cnr",
    "ar arz apc ary arq aeb acm ajp afb ars",
    "fa prs glk mzn lrc haz pes tly",
    "ur pa pnb ks sd skr",
    "hi bho mai awa hne mr ne bgc mag raj sa kok doi",
    "zh yue lzh wuu nan hak gan cdo hsn cjy cmn",
    "ja ryu ojp ain",
    "ko jje okm",
];

pub fn is_near(guess: &str, other: &str) -> bool {
    let row = NEAR.iter().find_map(|row| row.strip_prefix(guess).and_then(|rest| rest.strip_prefix(' ')));
    guess == other || row.is_some_and(|row| row.split(' ').any(|near| near == other))
}

/// Returns the name of the script of a language that is hardly ever printed in another.
pub fn script_of(primary: &str) -> Option<&'static str> {
    Some(match primary {
        "ru" | "uk" | "be" | "bg" | "mk" => "Cyrillic",
        "ar" | "fa" | "ur" | "ps" => "Arabic",
        "hi" | "mr" | "ne" => "Devanagari",
        "bn" | "as" => "Bengali",
        "am" | "ti" => "Ethiopic",
        "ja" | "zh" => "Han",
        "ko" => "Hangul",
        "hr" | "ro" | "tr" => return None,
        _ => match OF_ONE.iter().find(|(_, _, language, _)| *language == primary) {
            Some((_, _, _, name)) => name,
            None => return LANGUAGES.iter().any(|(language, _)| *language == primary).then_some("Latin"),
        },
    })
}

/// Returns the language of a tag, without script and region.
pub fn primary(tag: &str) -> String {
    tag.split('-').next().unwrap_or_default().to_ascii_lowercase()
}

/// Returns whether two tags name the same language, or languages so near that a text can be in both.
pub fn same_language(one: &str, other: &str) -> bool {
    let (one, other) = (primary(one), primary(other));
    is_near(&one, &other) || is_near(&other, &one)
}

/// Returns the English name of a language that a guess can be, or that is near one.
pub fn name(tag: &str) -> Option<&'static str> {
    const NAMES: &str = "en English,fr French,de German,es Spanish,it Italian,pt Portuguese,nl Dutch,sv Swedish,da Danish,nb Norwegian,\
        no Norwegian,pl Polish,cs Czech,hu Hungarian,ro Romanian,fi Finnish,tr Turkish,vi Vietnamese,id Indonesian,ms Malay,\
        hr Croatian,ca Catalan,sw Swahili,tl Tagalog,fil Filipino,ru Russian,uk Ukrainian,be Belarusian,bg Bulgarian,\
        sr Serbian,mk Macedonian,ar Arabic,fa Persian,ur Urdu,hi Hindi,zh-Hans simplified Chinese,\
        zh-Hant traditional Chinese,zh Chinese,ja Japanese,ko Korean,el Greek,hy Armenian,he Hebrew,bn Bengali,pa Punjabi,\
        gu Gujarati,ta Tamil,te Telugu,kn Kannada,ml Malayalam,si Sinhala,th Thai,lo Lao,my Burmese,ka Georgian,km Khmer";
    let find = |wanted: &str| {
        NAMES.split(',').find_map(|row| row.split_once(' ').filter(|(tag, _)| *tag == wanted)).map(|(_, name)| name)
    };
    find(tag).or_else(|| find(tag.split('-').next().unwrap_or_default()))
}

/// Returns whether a text in the language of the guess is certainly not in the language of the tag.
pub fn contradicts(guess: Guess, tag: &str) -> bool {
    let mut parts = tag.split('-');
    let primary = parts.next().unwrap_or_default().to_ascii_lowercase();
    let rest: Vec<String> = parts.map(str::to_ascii_lowercase).collect();
    let has = |part: &str| rest.iter().any(|other| other == part);
    // Codes for several languages, for none, and for private use; transcriptions.
    let special = matches!(&*primary, "" | "mul" | "mis" | "zxx" | "und" | "x") || ("qaa"..="qtz").contains(&&*primary);
    if special || has("latn") || has("brai") {
        return false;
    }
    match guess {
        Guess::Language("zh-Hans") if primary == "zh" => {
            !has("hans") && ["hant", "tw", "hk", "mo"].iter().any(|part| has(part))
        }
        Guess::Language("zh-Hant") if primary == "zh" => {
            !has("hant") && ["hans", "cn", "sg", "my"].iter().any(|part| has(part))
        }
        Guess::Language(language) => !is_near(language.split('-').next().unwrap_or(language), &primary),
        Guess::Script(name) => script_of(&primary).is_some_and(|own| own != name),
    }
}
