//! Alignment: which blocks of an original and of its translation belong together. Pure functions of two texts; no
//! model, no network, no clock.

pub mod letters;
pub mod block;
pub mod row;
pub mod exact;
pub mod han;
pub mod lengths;
pub mod terms;
pub mod territories;
pub mod skeletons;
pub mod tokens;
pub mod scan;
pub mod features;
pub mod token_table;
pub mod score;
pub mod plain;
pub mod path;
pub mod marks;
pub mod write_marks;
pub mod function_words;
pub mod language_tags;
pub mod language_guess;
pub mod finding;
pub mod text_languages;
pub mod row_lengths;
pub mod row_numbers;
pub mod findings;
