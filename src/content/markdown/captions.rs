//! The caption of a table: a paragraph directly below it that starts with a colon. It takes text; the caller knows
//! what is above it.

/// What starts a caption, half or full width.
const COLONS: [char; 2] = [':', '：'];

/// Returns the caption that a text is if it is directly below a table: `: Caption`.
pub(super) fn caption(text: &str) -> Option<&str> {
    let rest = text.strip_prefix(COLONS)?;
    let is_apart = text.starts_with('：') || rest.starts_with([' ', '\t']);
    let line = rest.lines().next().unwrap_or_default().trim();
    (is_apart && !line.is_empty() && !line.starts_with(COLONS)).then(|| rest.trim())
}
