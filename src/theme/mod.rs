//! Floor 4: templates and what they are given. The only room that knows `tera`; it must not know files or the plan.

pub mod strings;
pub mod view;
pub mod closure;
pub mod argument_check;
pub mod meter;
pub mod fuel;
pub mod theme;
