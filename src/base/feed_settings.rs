//! Which feeds a site has, and what is in them: the table `[feeds]` of `site.toml`. It must not know articles.

use super::problem;
use super::reader::Reader;

/// What feeds carry of an article.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FeedText {
    /// The summary, or the first words.
    #[default]
    Excerpt,
    /// The whole text.
    Full,
}

/// The listings that have a feed, and what is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Feeds {
    pub limit: usize,
    pub text: FeedText,
    /// Whether every feed is also there as a JSON Feed.
    pub json: bool,
    pub site: bool,
    pub sections: bool,
    pub tags: bool,
    pub sources: bool,
    pub translators: bool,
    pub corrections: bool,
}

/// The words of `for`.
const WORDS: [&str; 6] = ["site", "sections", "tags", "sources", "translators", "corrections"];

impl Feeds {
    /// Returns the default settings, for all listings or for none.
    fn of(all: bool) -> Feeds {
        Feeds {
            limit: 20,
            text: FeedText::Excerpt,
            json: false,
            site: all,
            sections: all,
            tags: all,
            sources: all,
            translators: all,
            corrections: all,
        }
    }

    /// Reads the table.
    pub fn read(r: &mut Reader) -> Feeds {
        let Some(mut table) = r.table("feeds") else { return Feeds::of(true) };
        let limit = table.integer("limit", 1..=500).map_or(20, |n| n as usize);
        let texts = [("excerpt", FeedText::Excerpt), ("full", FeedText::Full)];
        let text = table.choice("text", &texts).map_or(FeedText::Excerpt, |text| text.value);
        let json = table.boolean("json").unwrap_or(false);
        let mut feeds = Feeds { limit, text, json, ..Feeds::of(table.node("for").is_none()) };
        for word in table.strings("for") {
            match word.value {
                "site" => feeds.site = true,
                "sections" => feeds.sections = true,
                "tags" => feeds.tags = true,
                "sources" => feeds.sources = true,
                "translators" => feeds.translators = true,
                "corrections" => feeds.corrections = true,
                other => {
                    let found = problem::not_a_choice(table.span(&word.at), "feeds.for", other, &WORDS);
                    table.problems.borrow_mut().push(found);
                }
            }
        }
        table.finish();
        feeds
    }
}
