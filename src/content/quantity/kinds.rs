//! What a quantity is. It must not know texts or languages.

use std::ops::Range;

/// A quantity that a text states.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantity {
    pub kind: QuantityKind,
    /// Its value: a number, the number before the percent sign, a fraction of one, a year of the Common Era, a month (1
    /// to 12), a day of the month, a weekday (1 for Monday), minutes after midnight.
    pub value: f64,
    /// The other reading of what is written: 25 for `25.000`, which is 25,000 in German and 25 in English.
    pub alternative: Option<f64>,
    /// The byte range in the text.
    pub at: Range<usize>,
    /// Whether a translator may well leave it out or write it in another way: small numbers, words, ordinals.
    pub soft: bool,
    /// Significant digits.
    pub digits: u8,
    /// Whether the text says that it is inexact: "about", "over", 約.
    pub approximate: bool,
    /// The factor of its scale words: a million for "3.2 million", 1 without.
    pub scale: f64,
    /// Whether it is written in words.
    pub in_words: bool,
    pub unit: Option<QuantityUnit>,
}

/// The kind of a quantity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum QuantityKind {
    Number,
    Percentage,
    Year,
    Month,
    Day,
    Weekday,
    Time,
    Ordinal,
    Decade,
    Fraction,
    /// A number in a name or a telephone number: `F-35`.
    Identifier,
}

/// The unit of a quantity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct QuantityUnit {
    pub dimension: Dimension,
    /// How many of the base unit it is.
    pub factor: f64,
}

/// What a unit measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dimension {
    /// In metres.
    Length,
    /// In square metres.
    Area,
    /// In kilograms.
    Mass,
    /// In litres.
    Volume,
    Celsius,
    Fahrenheit,
    /// Degrees of a scale that the text does not name.
    Degrees,
    /// In joules.
    Energy,
    /// A currency, by its first letters in ISO 4217.
    Money([u8; 3]),
}

/// Units by the short names that the tables of words use.
const UNITS: [(&str, Dimension, f64); 35] = [
    ("km", Dimension::Length, 1000.0),
    ("m", Dimension::Length, 1.0),
    ("cm", Dimension::Length, 0.01),
    ("mm", Dimension::Length, 0.001),
    ("mi", Dimension::Length, 1609.344),
    ("ft", Dimension::Length, 0.3048),
    ("in", Dimension::Length, 0.0254),
    ("yd", Dimension::Length, 0.9144),
    ("nmi", Dimension::Length, 1852.0),
    ("li", Dimension::Length, 500.0),
    ("m2", Dimension::Area, 1.0),
    ("km2", Dimension::Area, 1e6),
    ("a", Dimension::Area, 100.0),
    ("ha", Dimension::Area, 1e4),
    ("ac", Dimension::Area, 4046.856),
    ("mi2", Dimension::Area, 2_589_988.0),
    ("ft2", Dimension::Area, 0.092_903),
    ("tsubo", Dimension::Area, 3.305_785),
    ("mu", Dimension::Area, 666.667),
    ("dunam", Dimension::Area, 1000.0),
    ("kg", Dimension::Mass, 1.0),
    ("g", Dimension::Mass, 0.001),
    ("jin", Dimension::Mass, 0.5),
    ("t", Dimension::Mass, 1000.0),
    ("lb", Dimension::Mass, 0.453_592),
    ("oz", Dimension::Mass, 0.028_35),
    ("st", Dimension::Mass, 6.350_29),
    ("l", Dimension::Volume, 1.0),
    ("gal", Dimension::Volume, 3.785_412),
    ("bbl", Dimension::Volume, 158.987),
    ("C", Dimension::Celsius, 1.0),
    ("F", Dimension::Fahrenheit, 1.0),
    ("deg", Dimension::Degrees, 1.0),
    ("mj", Dimension::Energy, 1e6),
    ("kwh", Dimension::Energy, 3.6e6),
];

impl QuantityUnit {
    /// Returns a unit by its short name; `$usd` is a currency.
    pub fn named(name: &str) -> Option<QuantityUnit> {
        if let Some(&[a, b, c]) = name.strip_prefix('$').map(str::as_bytes) {
            return Some(QuantityUnit { dimension: Dimension::Money([a, b, c]), factor: 1.0 });
        }
        let found = UNITS.iter().find(|(known, _, _)| *known == name)?;
        Some(QuantityUnit { dimension: found.1, factor: found.2 })
    }

    pub fn is_money(self) -> bool {
        matches!(self.dimension, Dimension::Money(_))
    }
}

impl Quantity {
    /// Creates a number, strong and without a unit.
    pub fn new(kind: QuantityKind, value: f64, at: Range<usize>) -> Quantity {
        Quantity {
            kind,
            value,
            alternative: None,
            at,
            soft: false,
            digits: significant(value),
            approximate: false,
            scale: 1.0,
            in_words: false,
            unit: None,
        }
    }

    /// Whether a scale word belongs to it: million, 億.
    pub fn is_scaled(&self) -> bool {
        self.scale >= 1000.0
    }
}

/// Returns the number of significant digits of a whole number; 15 for others.
pub fn significant(value: f64) -> u8 {
    if value == 0.0 || !value.is_finite() {
        return 1;
    }
    let mut value = value.abs();
    let mut places = 0;
    while value.fract() != 0.0 && places < 6 {
        value *= 10.0;
        places += 1;
    }
    if value.fract() != 0.0 || value >= 1e18 {
        return 15;
    }
    let mut rest = value as u64;
    while rest > 0 && rest.is_multiple_of(10) {
        rest /= 10;
    }
    let mut digits = 0u8;
    while rest > 0 {
        rest /= 10;
        digits += 1;
    }
    digits.clamp(1, 15)
}
