//! Loads templates in three levels and renders them. It must not know outputs: it takes a name and a context.
//!
//! A site's template stands under its own name (`article.html`), a theme's under `themes/NAME/article.html`, the built-in
//! theme's under `themes/default/article.html`; tera looks for a plain name in that order, so a file overrides the one
//! of the same name below it and may extend it by its full name. Functions and filters are pure: none can reach data,
//! clock, environment or disk.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use include_dir::{Dir, include_dir};
use tera::{Context, ErrorKind, Kwargs, State, Tera, TeraResult, Value};

use super::argument_check;
use super::closure::Closures;
use super::fuel::{self, LimitedPage};
use super::meter;
use super::strings::{Arg, Strings, StringsFile};
use super::view::Leaf;
use crate::base::date::{self, WrittenDate};
use crate::base::diag::{Diagnostics, Severity, Span};
use crate::base::digest::Digest;
use crate::base::doc;
use crate::base::limits;
use crate::base::locale::DateLength;
use crate::base::problem;
use crate::base::reader::Reader;

/// The built-in theme, embedded in the program.
static BUILT_IN: Dir = include_dir!("$CARGO_MANIFEST_DIR/themes/default");

/// Name of the built-in theme.
pub const DEFAULT: &str = "default";

/// A template file.
pub struct TemplateFile {
    /// Name for tera.
    pub name: String,
    /// Path for messages, below the site's root.
    pub path: Arc<str>,
    pub text: String,
}

/// Every file of the built-in theme: path below the theme's folder, and bytes. In the order of paths.
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

/// The path by which messages name a file of the built-in theme.
pub fn built_in_path(path: &str) -> String {
    format!("(built-in) themes/{DEFAULT}/{path}")
}

/// Loaded templates and strings.
pub struct Theme {
    tera: Tera,
    /// The same with meters in it, where any template is not the built-in theme's. It renders; the other says what is wrong.
    metered: Option<Tera>,
    /// Templates that took too long, with how often.
    slow: Mutex<BTreeMap<String, (usize, Diagnostics)>>,
    pub strings: Arc<Strings>,
    /// Path for messages and text of each template, by tera's name.
    files: BTreeMap<String, (Arc<str>, String)>,
    closures: Closures,
}

/// The templates that pages are made of.
const PAGES: [&str; 14] = [
    "404.html",
    "archive.html",
    "article.html",
    "day.html",
    "home.html",
    "month.html",
    "page.html",
    "redirect.html",
    "section.html",
    "source.html",
    "tag.html",
    "terms.html",
    "translator.html",
    "year.html",
];

/// The component that makes a card of listings.
const CARD: &str = "card";

/// The strings that Recto itself prints; a theme without them falls back on the built-in theme's.
const NEEDED: [&str; 8] = [
    "kind_translation",
    "kind_summary",
    "kind_original",
    "kind_digest",
    "extent_abridged",
    "not_found",
    "page_number",
    "original",
];

impl Theme {
    /// Loads all templates at once. `None` where a template is wrong; every problem is appended.
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
        let mut tera = tera(&strings);
        let mut prefixes = vec![format!("themes/{name}/")];
        if name != DEFAULT {
            prefixes.push(format!("themes/{DEFAULT}/"));
        }
        let files: BTreeMap<String, (Arc<str>, String)> =
            templates.into_iter().map(|t| (t.name, (t.path, t.text))).collect();
        let closures =
            Closures::new(files.iter().map(|(name, (_, text))| (name.as_str(), text.as_str())), prefixes.clone());
        let set = tera.set_fallback_prefixes(prefixes.clone());
        let added = set.and_then(|()| {
            tera.add_raw_templates(files.iter().map(|(name, (_, text))| (name.as_str(), text.as_str())))
        });
        let mut theme = Theme { tera, metered: None, slow: Mutex::default(), strings, files, closures };
        if let Err(error) = added {
            // One template that cannot be parsed hides the others from tera: name each of them.
            let before = problems.len();
            theme.check_each(problems);
            if problems.len() == before {
                problems.extend(theme.diagnose(&error, None));
            }
            return None;
        }
        theme.check_arguments(problems);
        let before = problems.len();
        theme.meter(prefixes, problems);
        (problems.len() == before).then_some(theme)
    }

    /// Templates of the site that no page is made of: where each is, and what may have been meant.
    pub fn unused(&self) -> Vec<(Arc<str>, Option<String>)> {
        let reached = self.closures.reached(&PAGES, &[CARD]);
        let built_in = format!("themes/{DEFAULT}/");
        let known: Vec<&str> = self.files.keys().filter_map(|name| name.strip_prefix(&built_in)).collect();
        let unused =
            self.files.iter().filter(|(name, _)| !name.starts_with("themes/") && !reached.contains(name.as_str()));
        // Names of one folder are alike by nature: only slips of a letter or two count.
        let meant = |name: &str| {
            let slips = |known: &&&str| strsim::osa_distance(name, known);
            let near = known.iter().min_by_key(slips).filter(|known| slips(known) <= 2);
            near.map(|known| format!("did you mean `{known}`?"))
        };
        unused.map(|(name, (path, _))| (path.clone(), meant(name))).collect()
    }

    /// Whether a template prints the string of this key. The key may be put together: `t(key="kind_" ~ kind)`.
    pub fn prints(&self, key: &str) -> bool {
        let starts = key.match_indices(['_', '-', '.']).map(|(at, mark)| &key[..at + mark.len()]);
        let quoted = |start: &str| [format!("\"{start}\""), format!("'{start}'"), format!("`{start}`")];
        self.mentions(key) || starts.flat_map(quoted).any(|start| self.mentions(&start))
    }

    /// Reports the arguments that filters do not have.
    fn check_arguments(&self, problems: &mut Diagnostics) {
        for (path, text) in self.files.values() {
            for found in argument_check::unknown(text, &FILTERS) {
                let at = Span::new(path, found.at);
                problems.push(problem::unknown_argument(at, &found.filter, &found.argument, found.known));
            }
        }
    }

    /// Puts meters into the templates, if there are any that did not come with the program.
    fn meter(&mut self, prefixes: Vec<String>, problems: &mut Diagnostics) {
        if self.files.values().all(|(path, _)| path.starts_with(&built_in_path(""))) {
            return;
        }
        let mut texts = Vec::with_capacity(self.files.len());
        for (name, (path, text)) in &self.files {
            match meter::metered(text, limits::JOINED) {
                Ok(text) => texts.push((name.as_str(), text)),
                Err(at) => problems.push(problem::joined(Span::new(path, at..at + 1), limits::JOINED)),
            }
        }
        if texts.len() < self.files.len() {
            return;
        }
        let mut metered = tera(&self.strings);
        fuel::register(&mut metered);
        let added = metered.set_fallback_prefixes(prefixes).and_then(|()| metered.add_raw_templates(texts));
        match added {
            Ok(()) => self.metered = Some(metered),
            Err(error) => problems.extend(self.diagnose(&error, None)),
        }
    }

    /// Sets what every template sees.
    pub fn set_global(&mut self, add: impl FnOnce(&mut Context)) {
        let shared = self.tera.global_context();
        add(shared);
        if let Some(metered) = &mut self.metered {
            *metered.global_context() = shared.clone();
        }
    }

    /// Renders a template. `page` is what the messages name beside the template: the article's file, or a path.
    pub fn render(&self, template: &str, context: &Context, page: &str, out: &mut Vec<u8>) -> Result<(), Diagnostics> {
        self.bounded(template, page, out, |tera, out| tera.render_to(template, context, out))
    }

    /// Renders within the limits. What is not a matter of limits goes wrong without meters, too, and is told from there:
    /// in the text as it was written.
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
        let tera = self.metered.as_ref().unwrap_or(&self.tera);
        let Err(error) = render(tera, LimitedPage(out)) else { return Ok(()) };
        let Some(spent) = fuel::spent() else {
            out.clear();
            let plain = render(&self.tera, LimitedPage(out)).err();
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

    /// Notes that a page of this template took too long. After some of them the rest is not tried.
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

    /// Renders the card of an article for all listings that show it.
    pub fn render_card(&self, card: &impl Leaf, page: &str) -> Result<String, Diagnostics> {
        let mut context = Context::new();
        context.insert_value("card", card.value());
        let mut out = Vec::with_capacity(1024);
        self.bounded(CARD, page, &mut out, |tera, out| tera.render_component_to(CARD, &context, None, true, out))?;
        Ok(String::from_utf8(out).expect("invariant: Tera writes UTF-8"))
    }

    /// The digest of a template and of all that it is made of; `cards` says whether it shows cards.
    pub fn digest(&self, template: &str, cards: bool) -> Digest {
        let template = self.closures.template(template);
        if cards { Digest::of_value(&(template, self.closures.component(CARD))) } else { template }
    }

    /// Whether any template has this word. What none names need not be made.
    pub fn mentions(&self, word: &str) -> bool {
        self.files.values().any(|(_, text)| text.contains(word))
    }

    /// Parses every template alone, to report all syntax errors and not only the first.
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

    /// tera gives unknown filters, functions, includes and blocks as finished text: one report after the other, each
    /// with a line `--> name:line:column`. Here they become diagnostics again.
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

    /// A line of a template; lines are those of the text as it was written.
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

/// tera's own filters and Recto's `date`: what `docs/src/reference/templates.md` names, and what is suggested for one that is unknown.
pub const FILTERS: [&str; 38] = [
    "abs",
    "capitalize",
    "date",
    "default",
    "escape",
    "escape_html",
    "escape_xml",
    "first",
    "float",
    "get",
    "group_by",
    "indent",
    "int",
    "join",
    "keys",
    "last",
    "length",
    "lower",
    "newlines_to_br",
    "nth",
    "pairs",
    "pluralize",
    "replace",
    "reverse",
    "round",
    "safe",
    "sort",
    "split",
    "str",
    "title",
    "trim",
    "trim_end",
    "trim_start",
    "truncate",
    "unique",
    "upper",
    "values",
    "wordcount",
];

/// An engine with all that templates may call, and none of them yet.
fn tera(strings: &Arc<Strings>) -> Tera {
    let mut tera = Tera::new();
    tera.autoescape_on(vec![".html", ".htm", ".xml", ".svg"]);
    register(&mut tera, strings.clone());
    fuel::register_bounded(&mut tera);
    tera
}

fn register(tera: &mut Tera, strings: Arc<Strings>) {
    let locale = strings.locale.clone();
    // Most strings are asked for without arguments, a dozen on every page.
    let constant: BTreeMap<String, Value> =
        strings.constant().map(|(key, text)| (key.to_owned(), Value::from(text))).collect();
    tera.register_function("t", move |args: Kwargs, _: &State| -> TeraResult<Value> {
        if args.iter().count() == 1
            && let Some(text) = constant.get(args.must_get::<&str>("key")?)
        {
            return Ok(text.clone());
        }
        translate(&strings, &args).map(Value::from)
    });
    tera.register_filter("date", move |value: &str, args: Kwargs, _: &State| -> TeraResult<String> {
        let Ok(written) = date::parse(value) else {
            return Err(tera::Error::message(format!("`{value}` is not a date; expected YYYY-MM-DD or RFC 3339")));
        };
        let length = match args.get::<&str>("length")? {
            None | Some("long") => DateLength::Long,
            Some("medium") => DateLength::Medium,
            Some("short") => DateLength::Short,
            Some(other) => {
                return Err(tera::Error::message(format!("unknown length `{other}`; expected long, medium or short")));
            }
        };
        let day = match written {
            WrittenDate::Day(day) => day,
            WrittenDate::Local(at) | WrittenDate::Zoned(_, at) => at.date(),
        };
        Ok(locale.day(day, length))
    });
}

fn translate(strings: &Strings, args: &Kwargs) -> TeraResult<String> {
    let key = args.must_get::<&str>("key")?;
    let owned: Vec<(String, &Value)> =
        args.iter().map(|(k, v)| (k.to_string(), v)).filter(|(k, _)| k != "key").collect();
    let mut given: Vec<(&str, Arg)> = Vec::with_capacity(owned.len());
    let texts: Vec<String> = owned.iter().map(|(_, v)| v.to_string()).collect();
    if let Some(((name, _), text)) = owned.iter().zip(&texts).find(|(_, text)| text.len() > limits::STRING_ARGUMENT) {
        let (len, most) = (text.len(), limits::STRING_ARGUMENT);
        return Err(tera::Error::message(format!("`{name}` of `t` is {len} bytes long; at most {most} are allowed")));
    }
    for ((name, value), text) in owned.iter().zip(&texts) {
        given.push((name, value.as_i64().map_or(Arg::Text(text), Arg::Number)));
    }
    let found = strings.get(key, &given);
    found.ok_or_else(|| tera::Error::message(format!("missing interface string `{key}`; add it to i18n/en.toml")))
}

/// Checks `theme.toml`: facts about the theme for people; no page depends on them.
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

/// Sorts a theme's file of strings into its level; `None` where it is none.
pub fn strings_file(level: usize, path: &str, below: &str, text: String) -> Option<StringsFile> {
    let lang = below.strip_prefix("i18n/")?.strip_suffix(".toml")?;
    let lang = crate::base::locale::canonical_tag(lang)?;
    Some(StringsFile { path: path.into(), level, lang, text })
}
