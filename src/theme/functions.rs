//! The functions and filters of templates: `t` for interface strings, and `date`. They are pure, and must not know which
//! template calls them.

use std::collections::BTreeMap;
use std::sync::Arc;

use tera::{Kwargs, State, Tera, TeraResult, Value};

use super::fuel;
use super::strings::{Arg, Strings};
use crate::base::date::{self, WrittenDate};
use crate::base::limits;
use crate::base::locale::DateLength;

/// Tera's own filters and Recto's `date`: documented in `docs/src/reference/templates.md`, suggested for unknown ones.
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

/// Creates an engine with all functions and filters, but without templates.
pub fn engine(strings: &Arc<Strings>) -> Tera {
    let mut tera = Tera::new();
    tera.autoescape_on(vec![".html", ".htm", ".xml", ".svg"]);
    register(&mut tera, strings.clone());
    fuel::register_bounded(&mut tera);
    tera
}

fn register(tera: &mut Tera, strings: Arc<Strings>) {
    let locale = strings.locale.clone();
    // Most strings take no arguments, and every page prints about a dozen of them.
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
