//! Limits: each of them is tried at its number and one above, and stands in the manual.

mod templates;
