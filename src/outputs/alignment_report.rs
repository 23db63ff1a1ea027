//! Reports what the alignment of two texts shows.

use super::aligned_texts::AlignedTexts;
use super::world::Common;
use crate::base::diag::Diagnostics;

/// Reports the findings of two aligned texts. They belong to the page that shows the translation.
pub fn report(_common: &Common, _texts: &AlignedTexts, _problems: &mut Diagnostics) {}
