//! How long a translation is, by direction. It knows a text only by its language, script and length.

/// The length of a translation: the logarithm of its ratio to the original has the mean `mean` and the variance
/// `spread + noise / sqrt(a * b)`, where `a` and `b` are the numbers of letters and digits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lengths {
    pub mean: f64,
    pub spread: f64,
    pub noise: f64,
}

/// A row of the table: original, translation, mean, spread, noise.
type Direction = (&'static str, &'static str, f64, f64, f64);

/// Measured on paragraphs of one to three sentences of translated news. The direction matters: English becomes 2.7
/// times as short in Chinese, but Chinese becomes 4 times as long in English, since translators add and omit.
const DIRECTIONS: [Direction; 27] = [
    ("ja", "en", 0.916, 0.0411, 0.41),
    ("en", "ja", -0.655, 0.0155, 1.70),
    ("zh", "en", 1.389, 0.0300, 0.88),
    ("en", "zh", -1.002, 0.0158, 1.22),
    ("en", "zh-Hant", -0.958, 0.0376, 0.69),
    ("ja", "zh", -0.296, 0.0307, 0.21),
    ("en", "ko", -0.712, 0.0190, 1.29),
    ("en", "ar", -0.072, 0.0153, 1.48),
    ("en", "he", -0.235, 0.0096, 0.91),
    ("en", "fa", -0.043, 0.0142, 1.20),
    ("ru", "en", 0.031, 0.0106, 0.91),
    ("en", "ru", 0.113, 0.0091, 1.83),
    ("uk", "en", 0.054, 0.0066, 1.48),
    ("en", "uk", 0.065, 0.0093, 1.73),
    ("en", "fr", 0.162, 0.0050, 2.42),
    ("fr", "de", 0.070, 0.0050, 2.73),
    ("de", "fr", 0.080, 0.0098, 0.84),
    ("en", "de", 0.208, 0.0050, 2.08),
    ("en", "es", 0.143, 0.0053, 1.13),
    ("en", "it", 0.167, 0.0050, 3.07),
    ("en", "pt", 0.072, 0.0050, 2.22),
    ("en", "hi", -0.474, 0.0050, 1.48),
    ("en", "vi", 0.046, 0.0080, 1.50),
    ("en", "th", -0.095, 0.0130, 0.50),
    ("en", "tr", 0.132, 0.0130, 1.30),
    // Traditional and simplified characters count alike.
    ("ja", "zh-Hant", -0.296, 0.0500, 0.21),
    ("zh", "zh-Hant", 0.0, 0.0050, 0.50),
];

/// What a direction that was not measured adds to the spread.
const UNMEASURED: f64 = 0.04;

/// A script, or several whose texts are equally long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LengthScript {
    Latin,
    Cyrillic,
    Greek,
    Hebrew,
    Arabic,
    Indic,
    Thai,
    /// Kana, with or without Han.
    Kana,
    Han,
    Hangul,
    Other,
}

impl LengthScript {
    /// Returns the logarithm of the length of a text in this script, compared with English.
    fn size(self) -> Option<f64> {
        match self {
            LengthScript::Latin => Some(0.12),
            LengthScript::Cyrillic => Some(0.05),
            LengthScript::Greek => Some(0.10),
            LengthScript::Hebrew => Some(-0.235),
            LengthScript::Arabic => Some(-0.06),
            LengthScript::Indic => Some(-0.474),
            LengthScript::Thai => Some(-0.095),
            LengthScript::Kana => Some(-0.785),
            LengthScript::Han => Some(-1.1),
            LengthScript::Hangul => Some(-0.712),
            LengthScript::Other => None,
        }
    }
}

/// Returns the name in the table of a language tag's language, and its script.
fn known(tag: &str) -> Option<(&'static str, LengthScript)> {
    let mut parts = tag.split(['-', '_']);
    let language = parts.next().unwrap_or_default();
    let named = |name: &&(&str, LengthScript)| name.0.eq_ignore_ascii_case(language);
    let (name, script) = *NAMES.iter().find(named)?;
    if name != "zh" {
        return Some((name, script));
    }
    let traditional = |part: &str| ["hant", "tw", "hk", "mo"].iter().any(|t| part.eq_ignore_ascii_case(t));
    Some(if parts.any(traditional) { ("zh-Hant", script) } else { (name, script) })
}

const NAMES: [(&str, LengthScript); 20] = [
    ("ja", LengthScript::Kana),
    ("en", LengthScript::Latin),
    ("zh", LengthScript::Han),
    ("ko", LengthScript::Hangul),
    ("ar", LengthScript::Arabic),
    ("he", LengthScript::Hebrew),
    ("fa", LengthScript::Arabic),
    ("ru", LengthScript::Cyrillic),
    ("uk", LengthScript::Cyrillic),
    ("fr", LengthScript::Latin),
    ("de", LengthScript::Latin),
    ("es", LengthScript::Latin),
    ("it", LengthScript::Latin),
    ("pt", LengthScript::Latin),
    ("hi", LengthScript::Indic),
    ("vi", LengthScript::Latin),
    ("th", LengthScript::Thai),
    ("tr", LengthScript::Latin),
    ("yue", LengthScript::Han),
    ("cmn", LengthScript::Han),
];

/// A text, as far as its length matters.
#[derive(Clone, Copy, Debug)]
pub struct TextLength<'a> {
    /// Its language tag.
    pub lang: &'a str,
    /// The script of most of its letters; `None` if it has too few to tell.
    pub script: Option<LengthScript>,
    /// Its letters and digits.
    pub letters: f64,
}

impl TextLength<'_> {
    /// Returns the name of its language in the table, unless the text is in another script than the language.
    fn name(&self) -> Option<&'static str> {
        let (name, script) = known(self.lang)?;
        self.script.is_none_or(|found| found == script).then_some(name)
    }

    /// Returns its script: that of the text, or else of its language.
    pub fn script(&self) -> LengthScript {
        self.script.or_else(|| known(self.lang).map(|(_, script)| script)).unwrap_or(LengthScript::Other)
    }

    /// Returns the logarithm of its length, compared with English.
    fn size(&self) -> Option<f64> {
        let measured = self.name().and_then(|name| match (row(name, "en"), row("en", name)) {
            _ if name == "en" => Some(0.0),
            (Some(from), Some(to)) => Some((to.mean - from.mean) / 2.0),
            (Some(from), None) => Some(-from.mean),
            (None, Some(to)) => Some(to.mean),
            (None, None) => None,
        });
        measured.or_else(|| self.script().size())
    }
}

fn row(original: &str, translation: &str) -> Option<Lengths> {
    let found = DIRECTIONS.iter().find(|row| (row.0, row.1) == (original, translation))?;
    Some(Lengths { mean: found.2, spread: found.3, noise: found.4 })
}

/// Returns the lengths of a direction: as measured; else those of the other way; else from the sizes of languages and
/// scripts and from the two texts; else from the two texts alone.
pub fn lengths(original: TextLength, translation: TextLength) -> Lengths {
    if let (Some(from), Some(to)) = (original.name(), translation.name()) {
        if let Some(row) = row(from, to) {
            return row;
        }
        if let Some(row) = row(to, from) {
            return Lengths { mean: -row.mean, spread: row.spread + UNMEASURED, ..row };
        }
    }
    let ratio = super::exact::ln(translation.letters.max(1.0) / original.letters.max(1.0));
    let mean = match (original.size(), translation.size()) {
        // A text that lacks a part must not pull the mean far.
        (Some(from), Some(to)) => 0.5 * (to - from) + 0.5 * ratio.clamp(to - from - 0.35, to - from + 0.35),
        _ => ratio,
    };
    Lengths { mean, spread: 0.02 + UNMEASURED, noise: 1.5 }
}
