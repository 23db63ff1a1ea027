//! The languages whose numbers and dates are read, and how each writes digits. It must not know words.

/// A language, by the first part of its tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tongue {
    Ja,
    ZhHans,
    ZhHant,
    Ko,
    En,
    De,
    Fr,
    Es,
    It,
    Pt,
    Ru,
    Uk,
    Ar,
    He,
    Fa,
    Hi,
    Vi,
    Th,
    Tr,
    Other,
}

impl Tongue {
    /// The number of languages.
    pub const COUNT: usize = Tongue::Other as usize + 1;

    /// Returns the language of a tag (`zh-Hant-TW`, `en-GB`).
    pub fn of(tag: &str) -> Tongue {
        let mut parts = tag.split(['-', '_']);
        let first = parts.next().unwrap_or_default();
        let known = [
            ("ja", Tongue::Ja),
            ("yue", Tongue::ZhHant),
            ("ko", Tongue::Ko),
            ("en", Tongue::En),
            ("de", Tongue::De),
            ("fr", Tongue::Fr),
            ("es", Tongue::Es),
            ("it", Tongue::It),
            ("pt", Tongue::Pt),
            ("ru", Tongue::Ru),
            ("uk", Tongue::Uk),
            ("ar", Tongue::Ar),
            ("he", Tongue::He),
            ("fa", Tongue::Fa),
            ("hi", Tongue::Hi),
            ("vi", Tongue::Vi),
            ("th", Tongue::Th),
            ("tr", Tongue::Tr),
        ];
        if first.eq_ignore_ascii_case("zh") {
            let traditional = ["hant", "tw", "hk", "mo"];
            return match parts.any(|part| traditional.iter().any(|t| part.eq_ignore_ascii_case(t))) {
                true => Tongue::ZhHant,
                false => Tongue::ZhHans,
            };
        }
        known.iter().find(|(tag, _)| first.eq_ignore_ascii_case(tag)).map_or(Tongue::Other, |(_, tongue)| *tongue)
    }

    /// Whether numbers are written in ideographs as well.
    pub fn has_ideographs(self) -> bool {
        matches!(self, Tongue::Ja | Tongue::ZhHans | Tongue::ZhHant)
    }

    pub fn is_chinese(self) -> bool {
        matches!(self, Tongue::ZhHans | Tongue::ZhHant)
    }

    /// Whether a comma stands before decimals.
    pub fn decimal_comma(self) -> bool {
        use Tongue::{De, Es, Fr, It, Pt, Ru, Tr, Uk, Vi};
        matches!(self, De | Fr | Es | It | Pt | Ru | Uk | Vi | Tr)
    }

    /// Whether a plain space may separate thousands.
    pub fn spaced_thousands(self) -> bool {
        use Tongue::{De, Es, Fr, It, Other, Pt, Ru, Uk};
        matches!(self, Fr | Ru | Uk | De | Es | It | Pt | Other)
    }
}
