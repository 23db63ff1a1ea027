//! Floor 6: rules about things that a build accepts but an editor wants to know. One file per rule.

pub mod subject;
pub mod base_url;
pub mod path_case;
pub mod similar_terms;
pub mod merged_terms;
pub mod assets;
pub mod originals;
pub mod misnamed_siblings;
pub mod links;
pub mod strings;
pub mod search_languages;
pub mod hosts;
pub mod rules;
