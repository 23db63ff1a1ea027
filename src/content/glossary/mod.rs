//! The site's glossary (`content/glossary/*.toml`): how terms are translated. It is used to align a translation with
//! its original and to check it. It must not know articles.

pub mod folded;
pub mod file;
pub mod pattern;
pub mod matcher;
pub mod pair;
pub mod glossary;
pub mod check;
