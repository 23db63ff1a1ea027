//! Numbers in words: several words that make one number, and compounds of German and Italian. It takes words one by
//! one, and must not know the text around them.

/// A number in words that is being read, word by word.
#[derive(Clone, Copy, Debug, Default)]
pub struct PhraseSum {
    total: f64,
    current: Option<f64>,
    /// The product of its scale words from a thousand.
    pub scale: f64,
    /// Whether a number stood before a scale word.
    pub counted: bool,
}

impl PhraseSum {
    pub fn new() -> PhraseSum {
        PhraseSum { scale: 1.0, ..PhraseSum::default() }
    }

    pub fn value(&self) -> f64 {
        self.total + self.current.unwrap_or(0.0)
    }

    /// Adds a number word. Returns whether it continues the number: "one" behind "twenty" does.
    pub fn add(&mut self, value: f64) -> bool {
        let Some(current) = self.current else {
            // Behind a scale word, only something smaller.
            let fits = self.scale <= 1.0 || value < self.scale;
            self.current = fits.then_some(value);
            return fits;
        };
        let place = if value < 10.0 {
            10.0
        } else if value < 100.0 {
            100.0
        } else if value < 1000.0 {
            1000.0
        } else {
            1e6
        };
        // Five and twenty, as in Arabic and German.
        let reversed = current < 10.0 && (20.0..100.0).contains(&value) && value % 10.0 == 0.0;
        let fits = reversed
            || (current >= place && current % place == 0.0)
            || (value < 20.0 && current > 20.0 && current % 20.0 == 0.0 && current < 100.0);
        if fits {
            self.current = Some(current + value);
        }
        fits
    }

    /// Multiplies by a scale word. Returns whether it continues the number.
    pub fn multiply(&mut self, factor: f64) -> bool {
        self.counted |= self.current.is_some();
        if factor < 1000.0 {
            let current = self.current.unwrap_or(1.0);
            if current >= factor && current % factor == 0.0 {
                return false;
            }
            self.current = Some(current * factor);
            return true;
        }
        match self.current.take() {
            Some(current) => self.total += current * factor,
            None if self.total > 0.0 => self.total *= factor,
            None => self.total = factor,
        }
        self.scale = if self.scale > 1.0 && self.scale < factor { self.scale * factor } else { factor };
        true
    }
}

/// Words of German compounds.
const GERMAN: [(&str, f64); 35] = [
    ("eine", 1.0),
    ("ein", 1.0),
    ("zwei", 2.0),
    ("drei", 3.0),
    ("vier", 4.0),
    ("fünf", 5.0),
    ("sechs", 6.0),
    ("sieben", 7.0),
    ("acht", 8.0),
    ("neun", 9.0),
    ("zehn", 10.0),
    ("elf", 11.0),
    ("zwölf", 12.0),
    ("dreizehn", 13.0),
    ("vierzehn", 14.0),
    ("fünfzehn", 15.0),
    ("sechzehn", 16.0),
    ("siebzehn", 17.0),
    ("achtzehn", 18.0),
    ("neunzehn", 19.0),
    ("zwanzig", 20.0),
    ("dreißig", 30.0),
    ("dreissig", 30.0),
    ("vierzig", 40.0),
    ("fünfzig", 50.0),
    ("sechzig", 60.0),
    ("siebzig", 70.0),
    ("achtzig", 80.0),
    ("neunzig", 90.0),
    ("hundert", 100.0),
    ("tausend", 1000.0),
    ("und", 0.0),
    ("halb", 0.0),
    ("erst", 0.0),
    ("dritt", 0.0),
];

/// Words of Italian compounds. Tens lose their last vowel before one and eight.
const ITALIAN: [(&str, f64); 30] = [
    ("uno", 1.0),
    ("due", 2.0),
    ("tre", 3.0),
    ("quattro", 4.0),
    ("cinque", 5.0),
    ("sei", 6.0),
    ("sette", 7.0),
    ("otto", 8.0),
    ("nove", 9.0),
    ("dieci", 10.0),
    ("venti", 20.0),
    ("vent", 20.0),
    ("trenta", 30.0),
    ("trent", 30.0),
    ("quaranta", 40.0),
    ("quarant", 40.0),
    ("cinquanta", 50.0),
    ("cinquant", 50.0),
    ("sessanta", 60.0),
    ("sessant", 60.0),
    ("settanta", 70.0),
    ("settant", 70.0),
    ("ottanta", 80.0),
    ("ottant", 80.0),
    ("novanta", 90.0),
    ("novant", 90.0),
    ("cento", 100.0),
    ("cent", 100.0),
    ("mila", 1000.0),
    ("mille", 1000.0),
];

/// Returns the value of a compound of German number words, and how many bytes of the word it takes: `zweijährig` has two
/// and `jährig` behind it. At least two parts, or a part and a known ending.
pub fn german(word: &str) -> Option<(f64, usize)> {
    const ENDINGS: [&str; 12] = [
        "jährig", "mal", "tägig", "stündig", "fach", "teilig", "köpfig", "stöckig", "wöchig", "monatig", "stellig",
        "ste",
    ];
    let (value, taken, parts) = compound(word, &GERMAN)?;
    let rest = &word[taken..];
    let known = ENDINGS.iter().any(|ending| rest.starts_with(ending)) || (rest == "sten" || rest == "ster");
    let whole = rest.is_empty() && (parts > 1 || value >= 13.0);
    (whole || known).then_some((value, taken))
}

/// Whether a compound of number words of German, or else Italian, may start with two letters.
pub fn may_be_compound(first: char, second: char, german: bool) -> bool {
    if german {
        return matches!(
            (first, second),
            ('e', 'i' | 'l')
                | ('z', 'w' | 'e')
                | ('d', 'r')
                | ('v', 'i')
                | ('f', 'ü')
                | ('s', 'e' | 'i')
                | ('a', 'c')
                | ('n', 'e')
                | ('h', 'u')
                | ('t', 'a')
        );
    }
    matches!(
        (first, second),
        ('u', 'n')
            | ('d', 'u' | 'i')
            | ('t', 'r')
            | ('q', 'u')
            | ('c', 'i' | 'e')
            | ('s', 'e')
            | ('o', 't')
            | ('n', 'o')
            | ('v', 'e')
            | ('m', 'i')
    )
}

/// Returns the value of a compound of Italian number words.
pub fn italian(word: &str) -> Option<(f64, usize)> {
    let (value, taken, parts) = compound(word, &ITALIAN)?;
    (taken == word.len() && parts > 1).then_some((value, taken))
}

fn compound(word: &str, table: &[(&str, f64)]) -> Option<(f64, usize, usize)> {
    let mut sum = PhraseSum::new();
    let (mut taken, mut parts) = (0, 0);
    while parts < 8 {
        let rest = &word[taken..];
        let found = table.iter().filter(|(part, _)| rest.starts_with(part)).max_by_key(|(part, _)| part.len());
        let Some((part, value)) = found else { break };
        let fits = match *part {
            "und" if parts > 0 => true,
            "hundert" | "tausend" | "cento" | "cent" | "mila" | "mille" => sum.multiply(*value),
            _ => *value > 0.0 && sum.add(*value),
        };
        if !fits {
            break;
        }
        taken += part.len();
        parts += 1;
    }
    (parts > 0 && sum.value() > 0.0).then_some((sum.value(), taken, parts))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compounds_start_with_their_parts() {
        for (table, german) in [(&GERMAN[..], true), (&ITALIAN[..], false)] {
            for (part, _) in table.iter().filter(|(_, value)| *value > 0.0) {
                let mut chars = part.chars();
                let [first, second] = [chars.next().unwrap(), chars.next().unwrap()];
                assert!(may_be_compound(first, second, german), "{part}");
            }
        }
    }
}
