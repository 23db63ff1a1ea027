//! `recto export`: writes a site for other programs: as records for a search, or as a whole in their own form. It
//! changes nothing in the site.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::args::{ExportArgs, ExportFormat};
use super::export_folder::{FolderError, NewFolder};
use super::report::{Reporter, plural};
use crate::base::diag::{self, Diagnostics};
use crate::base::printable;
use crate::base::severity::Purpose;
use crate::engine::build;
use crate::engine::export;
use crate::engine::ledger::Ledger;
use crate::engine::load;
use crate::engine::site::{LoadOptions, Site};
use crate::export::format::TreeFormat;
use crate::system::disk::{self, DiskError, DiskResult, OutFile};
use crate::system::root::Root;

/// A run of the command.
pub struct ExportRun<'a> {
    pub options: &'a LoadOptions,
    pub args: &'a ExportArgs,
    pub reporter: &'a Reporter,
}

/// How it ended.
pub enum ExportEnd {
    Exported,
    Errors { configuration: bool },
}

/// Why nothing was exported, or not everything.
pub enum ExportError {
    Usage(String),
    Disk(DiskError),
    /// Nobody reads standard output any more. The program on the other side has what it wants.
    Closed,
}

impl From<DiskError> for ExportError {
    fn from(error: DiskError) -> ExportError {
        ExportError::Disk(error)
    }
}

impl From<FolderError> for ExportError {
    fn from(error: FolderError) -> ExportError {
        match error {
            FolderError::Usage(why) => ExportError::Usage(why),
            FolderError::Disk(error) => ExportError::Disk(error),
        }
    }
}

/// Returns the program that a whole site is written for, or `None` for records.
fn tree_format(format: ExportFormat) -> Option<TreeFormat> {
    match format {
        ExportFormat::SearchJsonl => None,
        ExportFormat::Hugo => Some(TreeFormat::Hugo),
        ExportFormat::Zola => Some(TreeFormat::Zola),
        ExportFormat::Jekyll => Some(TreeFormat::Jekyll),
        ExportFormat::Jsonl => Some(TreeFormat::Jsonl),
        ExportFormat::Csv => Some(TreeFormat::Csv),
    }
}

/// A site without errors, the files that it was read from, and its warnings.
type LoadedSite = (Arc<Site>, Ledger, Diagnostics);

impl ExportRun<'_> {
    pub fn run(&self) -> Result<ExportEnd, ExportError> {
        match tree_format(self.args.to) {
            Some(format) => self.whole_site(format),
            None => self.records(),
        }
    }

    /// Loads the site. The inner `Err` is the end of a run whose site has errors.
    fn load(&self) -> Result<Result<LoadedSite, ExportEnd>, ExportError> {
        let loaded = load::load(self.options)?;
        let mut problems = loaded.problems;
        let Some((site, ledger)) = loaded.made else { return Ok(Err(self.refuse(&problems))) };
        site.config.check.settle(Purpose::Publish, &mut problems);
        if diag::count_errors(&problems, self.args.selection.strict) > 0 {
            return Ok(Err(self.refuse(&problems)));
        }
        Ok(Ok((Arc::new(site), ledger, problems)))
    }

    /// Adds the problems that were found later. `Err` is the end of a run with errors.
    fn settle(&self, site: &Site, problems: &mut Diagnostics, mut found: Diagnostics) -> Result<(), ExportEnd> {
        site.config.check.settle(Purpose::Publish, &mut found);
        problems.extend(found);
        diag::sort(problems);
        if diag::count_errors(problems, self.args.selection.strict) > 0 {
            return Err(self.refuse(problems));
        }
        self.reporter.problems(problems, self.args.selection.strict);
        Ok(())
    }

    /// Writes a folder in the form of another program.
    fn whole_site(&self, format: TreeFormat) -> Result<ExportEnd, ExportError> {
        let Some(path) = &self.args.output else {
            let why = "this format is a folder of files; name a new or empty folder with --output FOLDER";
            return Err(ExportError::Usage(why.to_owned()));
        };
        let mut folder = NewFolder::create(path)?;
        let (site, ledger, mut problems) = match self.load()? {
            Ok(loaded) => loaded,
            Err(end) => return Ok(end),
        };
        let (mut found, mut unread) = (Diagnostics::new(), Diagnostics::new());
        let how = (format, self.options.threads);
        let take = &mut |files| folder.take(&site, files, &mut unread);
        let (articles, pages) = export::files(&site, &ledger, how, &mut found, take)?;
        found.append(&mut unread);
        if let Err(end) = self.settle(&site, &mut problems, found) {
            return Ok(end);
        }
        folder.finish()?;
        let pages = if pages > 0 { format!(" and {}", plural(pages, "page")) } else { String::new() };
        let said = format!("Exported {}{pages} to {}", plural(articles, "article"), printable::path(path));
        self.reporter.say(&said);
        Ok(ExportEnd::Exported)
    }

    /// Writes a line for each page.
    fn records(&self) -> Result<ExportEnd, ExportError> {
        let file = self.args.output.as_deref().filter(|path| *path != Path::new("-"));
        let mut file = file.map(NewFile::create).transpose()?;
        let (site, _, mut problems) = match self.load()? {
            Ok(loaded) => loaded,
            Err(end) => return Ok(end),
        };
        let mut found = Diagnostics::new();
        let pages = match &mut file {
            Some(file) => self.lines(&site, &mut found, &mut |line| file.write(line))?,
            // Lines that were printed cannot be taken back, so errors are looked for first.
            None => self.lines(&site, &mut found, &mut |_| Ok::<(), DiskError>(()))?,
        };
        if let Err(end) = self.settle(&site, &mut problems, found) {
            return Ok(end);
        }
        match file {
            Some(file) => file.finish()?,
            None => self.print(&site)?,
        }
        let output = match &self.args.output {
            Some(path) => format!(" to {}", printable::path(path)),
            None => String::new(),
        };
        self.reporter.say(&format!("Exported {}{output}", plural(pages, "page")));
        Ok(ExportEnd::Exported)
    }

    fn refuse(&self, problems: &Diagnostics) -> ExportEnd {
        self.reporter.problems(problems, self.args.selection.strict);
        let count = self.reporter.count(problems);
        self.reporter.end(&format!("Nothing was exported: {count}"), None, problems);
        ExportEnd::Errors { configuration: build::in_configuration(problems) }
    }

    /// Makes the records, and passes each to `take`. Returns their number.
    fn lines<E>(
        &self,
        site: &Arc<Site>,
        problems: &mut Diagnostics,
        take: &mut dyn FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<usize, E> {
        export::search_records(site, self.options.threads, problems, take)
    }

    fn print(&self, site: &Arc<Site>) -> Result<(), ExportError> {
        let mut out = io::BufWriter::with_capacity(1 << 16, io::stdout().lock());
        let mut found = Diagnostics::new();
        let printed = self.lines(site, &mut found, &mut |line| out.write_all(line)).and_then(|_| out.flush());
        printed.map_err(|source| match source.kind() {
            io::ErrorKind::BrokenPipe => ExportError::Closed,
            _ => ExportError::Disk(DiskError { action: "write", path: PathBuf::from("standard output"), source }),
        })
    }
}

/// A file that gets its name when it is complete.
struct NewFile {
    folder: Root,
    name: String,
    beside: String,
    file: Option<OutFile>,
}

impl NewFile {
    fn create(path: &Path) -> Result<NewFile, ExportError> {
        let shown = printable::path(path);
        let usage = |why: &str| ExportError::Usage(format!("--output {shown}: {why}"));
        if disk::exists(path)? && disk::stat(path)?.is_none() {
            return Err(usage("expected a file, or a path where there is nothing yet"));
        }
        let name = path.file_name().and_then(|name| name.to_str()).ok_or_else(|| usage("expected a file name"))?;
        let folder = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let folder = Root::open(folder)?;
        let beside = format!(".{name}.part");
        let file = Some(folder.out_file(&beside, 0)?);
        Ok(NewFile { folder, name: name.to_owned(), beside, file })
    }

    fn write(&mut self, bytes: &[u8]) -> DiskResult<()> {
        self.file.as_mut().map_or(Ok(()), |file| file.write(bytes))
    }

    fn finish(mut self) -> DiskResult<()> {
        if let Some(file) = self.file.take() {
            file.finish(&[])?;
        }
        self.folder.rename(&self.beside, &self.name)
    }
}

/// Removes what is not complete.
impl Drop for NewFile {
    fn drop(&mut self) {
        if self.file.take().is_some() {
            let _ = self.folder.remove_file(&self.beside);
        }
    }
}
