//! Floor 4: templates and their views. Only this room uses `tera`, but for the type of a finished view in `outputs`.
//! It must not know files or the plan.

pub mod strings;
pub mod view;
pub mod closure;
pub mod argument_check;
pub mod meter;
pub mod inline_strings;
pub mod fuel;
pub mod functions;
pub mod theme;
