//! Makes the files of a site from what a format has read: which text is the article and which stands beside it, names,
//! addresses, links, pictures, people. It must not know formats or the disk.

pub mod counts;
pub mod settings;
pub mod languages;
pub mod people;
pub mod groups;
pub mod web_path;
pub mod link_index;
pub mod body_links;
pub mod places;
pub mod old_addresses;
pub mod terms;
pub mod values;
pub mod asset_files;
pub mod repair;
pub mod own_files;
pub mod finish;

#[cfg(test)]
mod tests;
