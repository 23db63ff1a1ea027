//! Liquid and the tags of Hexo, as far as texts use them: code, links, includes, values. What needs the other program to
//! run stays as text and is named. It must not know which files are articles.

pub mod tokens;
pub mod arguments;
pub mod values;
pub mod link_names;
pub mod blocks;
pub mod renderer;

#[cfg(test)]
mod tests;
