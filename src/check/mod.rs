//! Floor 6: rules for what a build accepts but an editor would want to know. A file per kind of rule.

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
pub mod hosts;
pub mod rules;
