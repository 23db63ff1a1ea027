//! Floor 4: templates and what they are given. The only room that knows `tera`.

pub mod strings;
pub mod view;
pub mod closure;
pub mod arguments;
pub mod meter;
pub mod fuel;
pub mod theme;
