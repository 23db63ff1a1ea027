//! Code that the benchmarks share. Each benchmark is a program of its own, and none uses all of this.

#![allow(dead_code, reason = "each benchmark uses a part")]

pub mod parallel;
pub mod tree;
pub mod front_matter;
pub mod child;
pub mod sites;
pub mod edits;
pub mod floor;
pub mod hugo_site;
