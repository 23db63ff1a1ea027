//! Code that the fuzz targets and the property tests share: the invariants, and HTML as a parser sees it.

#[path = "../../tests/suite/html/dom.rs"]
pub mod dom;
pub mod invariants;
