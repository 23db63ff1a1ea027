//! The formats `csv` and `jsonl`: tables in which a row is an article. They must not know where a table comes from.

pub mod row;
pub mod delimited;
pub mod json_lines;
