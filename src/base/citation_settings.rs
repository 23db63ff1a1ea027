//! Which listings have files of references: the table `[citations]` of `site.toml`. It must not know formats.

use super::problem;
use super::reader::Reader;

/// The listings that have files of references. None has unless the site asks for them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CitationSettings {
    pub months: bool,
    pub sections: bool,
    pub tags: bool,
    pub sources: bool,
    pub translators: bool,
}

impl CitationSettings {
    /// Reads the table.
    pub fn read(r: &mut Reader) -> CitationSettings {
        let mut settings = CitationSettings::default();
        let Some(mut table) = r.table("citations") else { return settings };
        for word in table.strings("for") {
            match word.value {
                "months" => settings.months = true,
                "sections" => settings.sections = true,
                "tags" => settings.tags = true,
                "sources" => settings.sources = true,
                "translators" => settings.translators = true,
                other => {
                    let words = ["months", "sections", "tags", "sources", "translators"];
                    let found = problem::not_a_choice(table.span(&word.at), "citations.for", other, &words);
                    table.problems.borrow_mut().push(found);
                }
            }
        }
        table.finish();
        settings
    }

    /// Returns whether any listing has such files.
    pub fn any(&self) -> bool {
        *self != CitationSettings::default()
    }
}
