//! Prose: the blocks and inlines of a text in memory, and how they are written as Recto's Markdown. Formats that have no
//! Markdown of their own (HTML, Word) make blocks; this folder escapes and writes them, so that a page prints exactly
//! their text. It knows neither the formats nor files.

pub mod model;
mod escape;
mod pieces;
mod flanks;
mod inline_writer;
pub mod block_writer;

#[cfg(test)]
mod tests;
