//! What a quantity is, and the reader of a text's quantities.

use std::ops::Range;

/// A quantity that a text states.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantity {
    pub kind: QuantityKind,
    /// Its value: a number, a share of one for percentages and fractions, a year, a month (1 to 12), a day of the
    /// month, a weekday (1 for Monday), minutes after midnight.
    pub value: f64,
    /// The byte range in the text.
    pub at: Range<usize>,
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
}

/// Returns the quantities of a text in the language `lang`, in order.
pub fn quantities(_text: &str, _lang: &str) -> Vec<Quantity> {
    Vec::new()
}
