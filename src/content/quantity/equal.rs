//! When two quantities say the same.
