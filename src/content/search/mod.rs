//! What a search knows of one text: its terms. A term is a word, two neighbouring characters of a script without
//! spaces, a number, or a property of the article such as its source.
//!
//! The browser folds and cuts a query by the same rules and the same table (`themes/default/static/search.js`).

pub mod text_terms;
pub mod char_table;
pub mod fold;
pub mod arabic;
pub mod cut;
pub mod numbers;
pub mod collector;
