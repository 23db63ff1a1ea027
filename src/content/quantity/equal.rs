//! When two quantities say the same, or what a translator may write for it. It must not know texts or languages.

use super::kinds::{Dimension, Quantity, QuantityKind, significant};

/// The largest difference of values that are the same but for the arithmetic of fractions.
const EXACT: f64 = 1e-9;

/// How far a conversion of units may be off, and one that is rounded to one digit.
const CONVERTED: f64 = 0.03;
const CONVERTED_COARSELY: f64 = 0.12;

/// How far a rounded number may be off.
const ROUNDED: f64 = 0.12;

fn close(a: f64, b: f64, share: f64) -> bool {
    (a - b).abs() <= share * a.abs().max(b.abs()).max(EXACT)
}

/// Whether `translation` says what `original` says.
pub fn same(original: &Quantity, translation: &Quantity) -> bool {
    let (a, b) = (original, translation);
    match (a.kind, b.kind) {
        (QuantityKind::Weekday, _) | (_, QuantityKind::Weekday) => return a.kind == b.kind && a.value == b.value,
        (QuantityKind::Time, QuantityKind::Time) => return (a.value - b.value) % 720.0 == 0.0,
        (QuantityKind::Time, other) => return is_count(other) && states_time(b, a.value),
        (other, QuantityKind::Time) => return is_count(other) && states_time(a, b.value),
        (QuantityKind::Month, _) if !may_be_month(b) => return false,
        (_, QuantityKind::Month) if !may_be_month(a) => return false,
        (QuantityKind::Day, _) if !may_be_day(b) => return false,
        (_, QuantityKind::Day) if !may_be_day(a) => return false,
        _ => {}
    }
    let equal = readings(a).any(|a| readings(b).any(|b| close(a, b, EXACT)));
    equal || same_year(a, b) || rounded(a, b) || same_share(a, b)
}

fn readings(quantity: &Quantity) -> impl Iterator<Item = f64> {
    // An alternative between two years is both.
    let halves = quantity.alternative.filter(|other| quantity.kind == QuantityKind::Year && other.fract() != 0.0);
    let others = halves.map_or([quantity.alternative, None], |half| [Some(half - 0.5), Some(half + 0.5)]);
    std::iter::once(quantity.value).chain(others.into_iter().flatten())
}

fn is_count(kind: QuantityKind) -> bool {
    matches!(kind, QuantityKind::Number | QuantityKind::Ordinal)
}

/// Whether it is a month, or digits that may stand for one: 3/24.
fn may_be_month(quantity: &Quantity) -> bool {
    use QuantityKind::{Identifier, Month, Number};
    matches!(quantity.kind, Month | Number | Identifier) && !quantity.in_words
}

fn may_be_day(quantity: &Quantity) -> bool {
    use QuantityKind::{Day, Identifier, Number, Ordinal};
    matches!(quantity.kind, Day | Number | Ordinal | Identifier)
}

/// Whether a number is the hour or the minutes of a time.
fn states_time(number: &Quantity, minutes: f64) -> bool {
    let hour = (minutes / 60.0).floor();
    let numbers = [hour, hour % 12.0, minutes % 60.0, hour + minutes % 60.0 / 100.0, minutes];
    numbers.iter().any(|other| close(number.value, *other, EXACT))
}

/// Years of two digits, and decades.
fn same_year(a: &Quantity, b: &Quantity) -> bool {
    if a.kind == QuantityKind::Decade || b.kind == QuantityKind::Decade {
        return a.value.rem_euclid(100.0) == b.value.rem_euclid(100.0);
    }
    let short = |year: &Quantity, other: &Quantity| {
        year.kind == QuantityKind::Year
            && other.kind != QuantityKind::Year
            && other.value < 100.0
            && year.value.rem_euclid(100.0) == other.value
    };
    short(a, b) || short(b, a)
}

/// Whether the translation is the original, rounded, and one of them says so or has a scale word.
fn rounded(a: &Quantity, b: &Quantity) -> bool {
    let says_so = a.approximate || b.approximate || a.is_scaled() || b.is_scaled();
    let years = a.kind == QuantityKind::Year || b.kind == QuantityKind::Year;
    let positive = a.value > 0.0 && b.value > 0.0;
    if !says_so || years || !positive || b.digits > a.digits || a.digits > 9 || !close(a.value, b.value, ROUNDED) {
        return false;
    }
    let magnitude = a.value.log10().floor();
    let unit = 10f64.powf(magnitude - f64::from(b.digits) + 1.0);
    let share = a.value / unit;
    [(share + EXACT).floor(), share.round(), (share - EXACT).ceil()]
        .iter()
        .any(|share| close(share * unit, b.value, EXACT))
}

/// Fractions and percentages.
fn same_share(a: &Quantity, b: &Quantity) -> bool {
    let either = |kind| a.kind == kind || b.kind == kind;
    let hundred = |a: f64, b: f64, share| close(a * 100.0, b, share) || close(a, b * 100.0, share);
    if either(QuantityKind::Fraction) {
        return close(a.value, b.value, 0.02) || hundred(a.value, b.value, 0.02);
    }
    either(QuantityKind::Percentage) && hundred(a.value, b.value, EXACT)
}

/// Dimensions of which a text names a unit.
pub fn dimensions(quantities: &[Quantity]) -> impl Iterator<Item = Dimension> {
    quantities.iter().filter_map(|q| q.unit).filter(|unit| !unit.is_money()).map(|unit| unit.dimension)
}

/// Factors of conversions that are tried if a number has no unit of its own but its text names units.
const FACTORS: [f64; 12] =
    [1.609_344, 0.3048, 2.54, 0.453_592, 0.404_686, 2.589_988, 28.35, 3.785_412, 0.9144, 4.546_09, 1.852, 3.305_785];

/// Whether one quantity is the other in another unit. `named` if both texts name a unit.
pub fn converted(a: &Quantity, b: &Quantity, named: bool) -> bool {
    let counts = |q: &Quantity| matches!(q.kind, QuantityKind::Number | QuantityKind::Day | QuantityKind::Ordinal);
    if !named || !counts(a) || !counts(b) {
        return false;
    }
    let coarse = significant(a.value).min(significant(b.value)) <= 1;
    let share = if coarse { CONVERTED_COARSELY } else { CONVERTED };
    if let (Some(one), Some(other)) = (a.unit, b.unit) {
        let is_degrees = |d: Dimension| matches!(d, Dimension::Celsius | Dimension::Fahrenheit | Dimension::Degrees);
        match (one.dimension, other.dimension) {
            (one_of, other_of) if is_degrees(one_of) && is_degrees(other_of) => return same_degrees(a.value, b.value),
            (one_of, other_of) if one_of == other_of && !one.is_money() => {
                return close(a.value * one.factor, b.value * other.factor, share);
            }
            _ => {}
        }
    }
    let factor = |factor: &f64| close(a.value * factor, b.value, share) || close(a.value, b.value * factor, share);
    same_degrees(a.value, b.value) || FACTORS.iter().any(factor)
}

/// Whether one is the other in Celsius or Fahrenheit, or a difference of temperatures.
fn same_degrees(a: f64, b: f64) -> bool {
    let temperature = |celsius: f64, fahrenheit: f64| close(celsius * 1.8 + 32.0, fahrenheit, 0.02);
    let difference =
        |celsius: f64, fahrenheit: f64| celsius < 20.0 && close(celsius * 1.8, fahrenheit, CONVERTED_COARSELY);
    temperature(a, b) || temperature(b, a) || difference(a, b) || difference(b, a)
}
