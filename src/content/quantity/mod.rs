//! Quantities: the numbers, dates, times and percentages that a text states, in any writing, and where a translation
//! states others than its original.

pub mod kinds;
pub mod tongue;
pub mod char_set;
pub mod char_classes;
pub mod folded;
pub mod alternatives;
pub mod words_english;
pub mod words_german;
pub mod words_french;
pub mod words_romance;
pub mod words_cyrillic;
pub mod words_semitic;
pub mod words_asian;
pub mod lexicon;
pub mod digits;
pub mod ideographs;
pub mod phrases;
pub mod dates;
pub mod state;
pub mod suffixes;
pub mod words;
pub mod counters;
pub mod east_asian;
pub mod reader;
pub mod quantity;
pub mod equal;
pub mod compare;
