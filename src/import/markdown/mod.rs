//! The format `markdown`: any folder of Markdown files, with a description of what stands at their head and tail. It
//! must not know the formats of other generators.

pub mod description;
pub mod labelled;
pub mod values;
pub mod originals;
pub mod read;
