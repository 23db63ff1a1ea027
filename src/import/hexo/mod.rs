//! Sites of Hexo: `source/_posts/`, often without `---` above the front matter. It must not know other formats.

pub mod credits;
pub mod settings;
pub mod texts;
pub mod read;

#[cfg(test)]
mod tests;
