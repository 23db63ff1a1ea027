//! Word files: a folder of `.docx`. `parts` reads what the document refers to, `document` its text, and `read` makes a
//! text of each file. No macro is run, nothing outside of the file is read, and tracked changes count as accepted.

mod parts;
mod document;
mod lists;
pub mod read;

#[cfg(test)]
mod tests;
