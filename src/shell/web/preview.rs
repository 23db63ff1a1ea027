//! `recto preview`.
