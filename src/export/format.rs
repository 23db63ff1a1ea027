//! The formats: which files each one makes. The only file that knows all formats.

use super::file::ExportFile;
use super::site;
use super::text::ExportedText;
use super::{hugo, jekyll, rows, zola};
use crate::outputs::world::World;

/// A program, or a kind of file, that a site can be written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TreeFormat {
    Hugo,
    Zola,
    Jekyll,
    Jsonl,
    Csv,
}

impl TreeFormat {
    /// Returns the files of an article with the texts beside it, or of a page.
    pub fn files(self, world: &World, texts: &[ExportedText]) -> Vec<ExportFile> {
        let each =
            |of: fn(&World, &ExportedText) -> Vec<ExportFile>| texts.iter().flat_map(|text| of(world, text)).collect();
        let mut files: Vec<ExportFile> = match self {
            TreeFormat::Hugo => each(hugo::text_files),
            TreeFormat::Zola => each(zola::text_files),
            TreeFormat::Jekyll => each(jekyll::text_files),
            TreeFormat::Jsonl => rows::json_of_article(world, texts),
            TreeFormat::Csv => rows::csv_of_article(world, texts),
        };
        files.extend(texts.iter().flat_map(|text| &text.hidden_files).map(|file| site::own_file(file)));
        files
    }

    /// Returns the files of the site as a whole, before any of an article. `files` are the site's own.
    pub fn site_files<'f>(self, world: &World, files: impl Iterator<Item = &'f str>) -> Vec<ExportFile> {
        let (mut out, folder) = match self {
            TreeFormat::Hugo => (hugo::site_files(world), "static"),
            TreeFormat::Zola => (zola::site_files(world), "static"),
            TreeFormat::Jekyll => (jekyll::site_files(world), ""),
            TreeFormat::Jsonl => (rows::site_files(world), "files/static"),
            TreeFormat::Csv => ([vec![rows::csv_head()], rows::site_files(world)].concat(), "files/static"),
        };
        out.extend(site::own_files(files, folder));
        out
    }
}
