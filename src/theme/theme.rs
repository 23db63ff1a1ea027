//! Loads templates from three levels and renders them by name, with a context. It must not know outputs.
//!
//! The site's `article.html` has this plain name, the theme's is `themes/NAME/article.html`, and the built-in theme's
//! is `themes/default/article.html`. Tera looks up a plain name in this order. So a file overrides the file of the
//! same name at a lower level, and may extend it by its full name. Functions and filters are pure: they cannot read
//! data, clock, environment or disk.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use include_dir::{Dir, include_dir};
use tera::{Context, ErrorKind, Tera, TeraResult};

use super::argument_check;
use super::closure::Closures;
use super::fuel::{self, LimitedPage};
use super::functions::{self, FILTERS};
use super::inline_strings;
use super::meter;
use super::strings::{Strings, StringsFile};
use super::view::Leaf;
use crate::base::diag::{Diagnostics, Severity, Span};
use crate::base::digest::Digest;
use crate::base::doc;
use crate::base::limits;
use crate::base::problem;
use crate::base::reader::Reader;

/// The built-in theme, embedded in the program.
static BUILT_IN: Dir = include_dir!("$CARGO_MANIFEST_DIR/themes/default");

/// The name of the built-in theme.
pub const DEFAULT: &str = "default";

/// A template file.
pub struct TemplateFile {
    /// The name in tera.
    pub name: String,
    /// The path in messages, below the site's root.
    pub path: Arc<str>,
    pub text: String,
}

/// Lists the files of the built-in theme, sorted by path: the path below the theme's folder, and the bytes.
pub fn built_in() -> Vec<(&'static str, &'static [u8])> {
    fn collect(dir: &Dir<'static>, out: &mut Vec<(&'static str, &'static [u8])>) {
        for file in dir.files() {
            out.extend(file.path().to_str().map(|path| (path, file.contents())));
        }
        for dir in dir.dirs() {
            collect(dir, out);
        }
    }
    let mut out = Vec::new();
    collect(&BUILT_IN, &mut out);
    out.sort();
    out
}

/// Returns the path that messages give for a file of the built-in theme.
pub fn built_in_path(path: &str) -> String {
    format!("(built-in) themes/{DEFAULT}/{path}")
}

/// Loaded templates and strings.
pub struct Theme {
    /// Templates as pages use them: with their strings, and with meters if one is not the built-in theme's.
    pages: Tera,
    /// Templates as written, which only error messages need.
    written: OnceLock<Option<Tera>>,
    /// Values that every template sees.
    global: Context,
    /// The prefixes that select a level, nearest first.
    prefixes: Vec<String>,
    /// Templates that took too long, and how often.
    slow: Mutex<BTreeMap<String, (usize, Diagnostics)>>,
    pub strings: Arc<Strings>,
    /// The path in messages and the text of each template, by its name in tera.
    files: BTreeMap<String, (Arc<str>, String)>,
    closures: Closures,
}

/// The templates that render pages.
const PAGES: [&str; 17] = [
    "404.html",
    "archive.html",
    "article.html",
    "corrections.html",
    "day.html",
    "home.html",
    "month.html",
    "page.html",
    "redirect.html",
    "search.html",
    "section.html",
    "series.html",
    "source.html",
    "tag.html",
    "terms.html",
    "translator.html",
    "year.html",
];

/// The component that renders a card in a listing.
const CARD: &str = "card";

/// The strings that Recto itself prints. If a theme lacks one, the built-in theme's is used.
const NEEDED: [&str; 16] = [
    "kind_translation",
    "kind_summary",
    "kind_original",
    "kind_digest",
    "extent_abridged",
    "not_found",
    "page_number",
    "original",
    "corrections",
    "correction_correction",
    "correction_clarification",
    "correction_update",
    "correction_retraction",
    "paragraph",
    "mistake_in",
    "labelled",
];

impl Theme {
    /// Loads all templates. Appends every problem, and returns `None` if a template is invalid.
    pub fn load(
        name: &str,
        templates: Vec<TemplateFile>,
        strings: Strings,
        problems: &mut Diagnostics,
    ) -> Option<Theme> {
        let strings = Arc::new(strings);
        for key in NEEDED.into_iter().filter(|key| !strings.contains(key)) {
            problems.push(problem::missing_string(Span::file(format!("themes/{name}/i18n/en.toml")), key));
        }
        let mut prefixes = vec![format!("themes/{name}/")];
        if name != DEFAULT {
            prefixes.push(format!("themes/{DEFAULT}/"));
        }
        let files: BTreeMap<String, (Arc<str>, String)> =
            templates.into_iter().map(|t| (t.name, (t.path, t.text))).collect();
        let closures =
            Closures::new(files.iter().map(|(name, (_, text))| (name.as_str(), text.as_str())), prefixes.clone());
        let (pages, written, global) = (Tera::new(), OnceLock::new(), Context::new());
        let mut theme = Theme { pages, written, global, prefixes, slow: Mutex::default(), strings, files, closures };
        let mut joined = Diagnostics::new();
        let texts = theme.page_texts(&mut joined);
        let loaded = if joined.is_empty() { theme.engine(&texts) } else { theme.engine(&theme.written_texts()) };
        match loaded {
            Ok(pages) => theme.pages = pages,
            Err(error) => {
                theme.report_invalid(error, problems);
                return None;
            }
        }
        theme.check_arguments(problems);
        let good = joined.is_empty();
        problems.extend(joined);
        good.then_some(theme)
    }

    /// Loads these texts of all templates, by their names.
    fn engine(&self, texts: &[(&str, Cow<str>)]) -> TeraResult<Tera> {
        let mut tera = functions::engine(&self.strings);
        if self.is_metered() {
            fuel::register(&mut tera);
        }
        tera.set_fallback_prefixes(self.prefixes.clone())?;
        tera.add_raw_templates(texts.iter().map(|(name, text)| (*name, text.as_ref())))?;
        Ok(tera)
    }

    /// Returns whether pages count what they use: if any template comes from outside the program.
    fn is_metered(&self) -> bool {
        !self.files.values().all(|(path, _)| path.starts_with(&built_in_path("")))
    }

    fn written_texts(&self) -> Vec<(&str, Cow<'_, str>)> {
        self.files.iter().map(|(name, (_, text))| (name.as_str(), Cow::Borrowed(text.as_str()))).collect()
    }

    /// Returns the texts of all templates as pages use them. Reports expressions that join too many texts.
    fn page_texts(&self, problems: &mut Diagnostics) -> Vec<(&str, Cow<'_, str>)> {
        let strings: BTreeMap<&str, &str> = self.strings.constant().collect();
        let mut texts = self.written_texts();
        for ((_, text), (path, written)) in texts.iter_mut().zip(self.files.values()) {
            *text = inline_strings::inlined(written, |key| strings.get(key).copied()).into();
            if self.is_metered() {
                match meter::metered(text, limits::JOINED) {
                    Ok(metered) => *text = metered.into(),
                    Err(at) => {
                        let at = meter::metered(written, limits::JOINED).err().unwrap_or(at);
                        problems.push(problem::joined(Span::new(path, at..at + 1), limits::JOINED));
                    }
                }
            }
        }
        texts
    }

    /// Reports why the templates cannot be loaded. Tera stops at the first that it cannot parse, so each is parsed.
    fn report_invalid(&self, error: tera::Error, problems: &mut Diagnostics) {
        let before = problems.len();
        self.check_each(problems);
        if problems.len() == before {
            // Places are those of the templates as written.
            let written = self.engine(&self.written_texts()).err();
            problems.extend(self.diagnose(&written.unwrap_or(error), None));
        }
    }

    /// Lists the site's templates that no page uses: the path, and the name that was probably meant.
    pub fn unused(&self) -> Vec<(Arc<str>, Option<String>)> {
        let reached = self.closures.reached(&PAGES, &[CARD]);
        let built_in = format!("themes/{DEFAULT}/");
        let known: Vec<&str> = self.files.keys().filter_map(|name| name.strip_prefix(&built_in)).collect();
        let unused =
            self.files.iter().filter(|(name, _)| !name.starts_with("themes/") && !reached.contains(name.as_str()));
        // File names in one folder resemble each other, so only one or two wrong letters count as a typo.
        let meant = |name: &str| {
            let slips = |known: &&&str| strsim::osa_distance(name, known);
            let near = known.iter().min_by_key(slips).filter(|known| slips(known) <= 2);
            near.map(|known| format!("did you mean `{known}`?"))
        };
        unused.map(|(name, (path, _))| (path.clone(), meant(name))).collect()
    }

    /// Returns whether a template prints the string of this key. The key may be composed: `t(key="kind_" ~ kind)`.
    pub fn prints(&self, key: &str) -> bool {
        let starts = key.match_indices(['_', '-', '.']).map(|(at, mark)| &key[..at + mark.len()]);
        let quoted = |start: &str| [format!("\"{start}\""), format!("'{start}'"), format!("`{start}`")];
        self.mentions(key) || starts.flat_map(quoted).any(|start| self.mentions(&start))
    }

    /// Reports arguments that a filter does not have.
    fn check_arguments(&self, problems: &mut Diagnostics) {
        for (path, text) in self.files.values() {
            for found in argument_check::unknown(text, &FILTERS) {
                let at = Span::new(path, found.at);
                problems.push(problem::unknown_argument(at, &found.filter, &found.argument, found.known));
            }
        }
    }

    /// Adds values that every template sees.
    pub fn set_global(&mut self, add: impl FnOnce(&mut Context)) {
        let shared = self.pages.global_context();
        add(shared);
        self.global = shared.clone();
    }

    /// Returns the templates as written.
    fn written(&self) -> Option<&Tera> {
        let load = || {
            let mut tera = self.engine(&self.written_texts()).ok()?;
            *tera.global_context() = self.global.clone();
            Some(tera)
        };
        self.written.get_or_init(load).as_ref()
    }

    /// Renders a template. Messages name `page`, the article's file or an output path, beside the template.
    pub fn render(&self, template: &str, context: &Context, page: &str, out: &mut Vec<u8>) -> Result<(), Diagnostics> {
        self.bounded(template, page, out, |tera, out| tera.render_to(template, context, out))
    }

    /// Renders within the limits. On another error, renders again as written, for the places in the message.
    fn bounded(
        &self,
        template: &str,
        page: &str,
        out: &mut Vec<u8>,
        render: impl Fn(&Tera, LimitedPage) -> TeraResult<()>,
    ) -> Result<(), Diagnostics> {
        if let Some((_, found)) = self.slow().get(template).filter(|(times, _)| *times >= limits::SLOW_PAGES) {
            return Err(found.clone());
        }
        fuel::fill();
        let Err(error) = render(&self.pages, LimitedPage(out)) else { return Ok(()) };
        let Some(spent) = fuel::spent() else {
            out.clear();
            let plain = self.written().and_then(|tera| render(tera, LimitedPage(out)).err());
            return Err(self.diagnose(plain.as_ref().unwrap_or(&error), Some(page)));
        };
        let at = match error.kind() {
            ErrorKind::RenderingError(report) => self.line(report.filename(), report.span().start_line),
            _ => None,
        };
        let at = at.unwrap_or_else(|| {
            self.files.get(template).map_or_else(|| Span::file(template), |(path, _)| Span::file(path.clone()))
        });
        let found = vec![fuel::problem(spent, at, page)];
        self.give_up(template, found.clone());
        Err(found)
    }

    /// Records that a page of this template took too long. After a few such pages, the template is not rendered again.
    pub fn give_up(&self, template: &str, found: Diagnostics) {
        let mut slow = self.slow();
        let (times, first) = slow.entry(template.to_owned()).or_default();
        *times += 1;
        if first.is_empty() {
            *first = found;
        }
    }

    fn slow(&self) -> MutexGuard<'_, BTreeMap<String, (usize, Diagnostics)>> {
        self.slow.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Renders the card of an article, once for all listings.
    pub fn render_card(&self, card: &impl Leaf, page: &str) -> Result<String, Diagnostics> {
        let mut context = Context::new();
        context.insert_value("card", card.value());
        let mut out = Vec::with_capacity(1024);
        self.bounded(CARD, page, &mut out, |tera, out| tera.render_component_to(CARD, &context, None, true, out))?;
        Ok(String::from_utf8(out).expect("invariant: Tera writes UTF-8"))
    }

    /// Returns the digest of a template and everything that it includes. `cards` says whether it shows cards.
    pub fn digest(&self, template: &str, cards: bool) -> Digest {
        let template = self.closures.template(template);
        if cards { Digest::of_value(&(template, self.closures.component(CARD))) } else { template }
    }

    /// Returns whether any template contains this word. Values that no template mentions need not be computed.
    pub fn mentions(&self, word: &str) -> bool {
        self.files.values().any(|(_, text)| text.contains(word))
    }

    /// Parses each template alone, to report all syntax errors and not only the first.
    fn check_each(&self, problems: &mut Diagnostics) {
        for (name, (_, text)) in &self.files {
            let mut alone = Tera::new();
            let failed = alone.add_raw_templates([(name.as_str(), text.as_str())]).err();
            if let Some(error) = failed.filter(|e| matches!(e.kind(), ErrorKind::SyntaxError(_))) {
                problems.extend(self.diagnose(&error, None));
            }
        }
    }

    fn diagnose(&self, error: &tera::Error, page: Option<&str>) -> Diagnostics {
        match error.kind() {
            ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
                let at = self.span(report.filename(), report.span().range.clone());
                vec![problem::template(at, report.filename(), report.message(), page)]
            }
            ErrorKind::MissingParent { current, parent } => {
                let at = self.find(current, parent);
                vec![problem::template(at, current, &format!("unknown template `{parent}` in `extends`"), page)]
            }
            ErrorKind::CircularExtend { tpl, inheritance_chain: chain }
            | ErrorKind::CircularInclude { tpl, include_chain: chain } => {
                let next = chain.iter().find(|name| *name != tpl).map_or(tpl.as_str(), String::as_str);
                let message = format!("the templates include or extend each other in a cycle: {}", chain.join(" → "));
                let help = "extend a theme's template by its full name, such as themes/default/base.html";
                vec![problem::template(self.find(tpl, next), tpl, &message, page).help(help)]
            }
            ErrorKind::TemplateNotFound(name) => {
                vec![problem::template(None, name, &format!("unknown template `{name}`"), page)]
            }
            _ => self.reports(&error.to_string(), page),
        }
    }

    /// Converts tera's reports to diagnostics. Tera returns unknown filters, functions, includes and blocks as
    /// formatted text, one report after the other, each with a line `--> name:line:column`.
    fn reports(&self, text: &str, page: Option<&str>) -> Diagnostics {
        let mut out = Diagnostics::new();
        for report in text.split("\n\nerror: ").map(|r| r.trim_start_matches("error: ")) {
            let message = report.lines().next().unwrap_or(report);
            let place = report.lines().find_map(|l| l.trim().strip_prefix("--> "));
            let marks = report.lines().find_map(|l| l.split_once("| ").filter(|(_, m)| m.contains('^')));
            let width = marks.map_or(1, |(_, m)| m.matches('^').count());
            let at = place.and_then(|place| {
                let mut parts = place.rsplitn(3, ':');
                let column: usize = parts.next()?.parse().ok()?;
                let line: usize = parts.next()?.parse().ok()?;
                self.at_line(parts.next()?, line, column, width)
            });
            let file = at.as_ref().map_or_else(|| "templates".to_owned(), |s| s.file.to_string());
            let mut found = problem::template(at, &file, message, page);
            if message.ends_with("is not defined in any parent template") {
                found = found.help("define the blocks that the manual lists for base.html");
            } else if let Some(name) = message.split('`').nth(1) {
                found = found.maybe_help(self.suggest(message, name));
            }
            out.push(found);
        }
        out
    }

    fn suggest(&self, message: &str, name: &str) -> Option<String> {
        let known: Vec<&str> = match message.split('`').next().unwrap_or_default().trim() {
            "Unknown filter" => FILTERS.to_vec(),
            "Unknown function" => vec!["t", "range", "throw"],
            "Unknown template" => {
                self.files.keys().map(|n| n.rsplit_once("default/").map_or(n.as_str(), |(_, n)| n)).collect()
            }
            _ => return None,
        };
        crate::base::diag::did_you_mean(name, known)
    }

    fn span(&self, name: &str, range: std::ops::Range<usize>) -> Option<Span> {
        self.files.get(name).map(|(path, _)| Span::new(path, range))
    }

    fn find(&self, name: &str, needle: &str) -> Option<Span> {
        let (path, text) = self.files.get(name)?;
        let at = text.find(needle)?;
        Some(Span::new(path, at..at + needle.len()))
    }

    /// Returns the span of a line in a template as written.
    fn line(&self, name: &str, line: usize) -> Option<Span> {
        let (path, text) = self.files.get(name)?;
        let start: usize = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
        let line = text.get(start..)?.lines().next()?;
        let blank = line.len() - line.trim_start().len();
        Some(Span::new(path, start + blank..start + line.trim_end().len().max(blank)))
    }

    fn at_line(&self, name: &str, line: usize, column: usize, width: usize) -> Option<Span> {
        let (path, text) = self.files.get(name)?;
        let start: usize = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
        let rest = text.get(start..)?;
        let at = start + rest.chars().take(column - 1).map(char::len_utf8).sum::<usize>();
        let len: usize = text.get(at..)?.chars().take(width).map(char::len_utf8).sum();
        Some(Span::new(path, at..at + len))
    }
}

/// Checks `theme.toml`, which describes the theme for people. No page depends on it.
pub fn check_manifest(path: &Arc<str>, text: &str, problems: &mut Diagnostics) {
    let entries = match doc::parse_toml(text, 0) {
        Ok(entries) => entries,
        Err(errors) => {
            let span = |e: &doc::SyntaxError| Span::new(path, e.at.clone());
            problems.extend(errors.iter().map(|e| problem::syntax(span(e), "TOML", &e.message)));
            return;
        }
    };
    let found = RefCell::new(Diagnostics::new());
    let mut r = Reader::new(path, &entries, 0..0, Severity::Warning, &found);
    for key in ["name", "description", "author", "license", "homepage", "version"] {
        r.text(key);
    }
    r.open_table("extra");
    r.finish();
    problems.extend(found.into_inner());
}

/// Returns a theme's file of strings with its level, or `None` if the path is not such a file.
pub fn strings_file(level: usize, path: &str, below: &str, text: String) -> Option<StringsFile> {
    let lang = below.strip_prefix("i18n/")?.strip_suffix(".toml")?;
    let lang = crate::base::locale::canonical_tag(lang)?;
    Some(StringsFile { path: path.into(), level, lang, text })
}
