//! The reader of a text's quantities. It only picks the language; `reader.rs` does the reading.

pub use super::kinds::{Dimension, Quantity, QuantityKind, QuantityUnit};
use super::reader;
use super::tongue::Tongue;

/// Returns the quantities of a text in the language `lang`, in order. It takes time in proportion to the text.
pub fn quantities(text: &str, lang: &str) -> Vec<Quantity> {
    reader::read(text, Tongue::of(lang))
}
