//! Quantities: the numbers, dates, times and percentages that a text states, in any writing.

pub mod quantity;
