//! Floor 6: rules for what a build accepts but an editor would want to know. A file per kind of rule.

pub mod subject;
pub mod address;
pub mod case;
pub mod terms;
pub mod merged;
pub mod assets;
pub mod originals;
pub mod beside;
pub mod links;
pub mod strings;
pub mod hosts;
pub mod rules;
