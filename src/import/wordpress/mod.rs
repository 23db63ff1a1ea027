//! WordPress: an export in WXR 1.0 to 1.2. `export` reads the file, the files after it make HTML of a post's text, and
//! `posts` makes texts of posts. It must not know the other formats, and never reaches for the network: pictures come
//! from the files of `--media`.

mod export;
mod media;
mod autop;
mod shortcodes;
mod block_comments;
mod custom_fields;
mod posts;
pub mod read;

#[cfg(test)]
mod tests;
