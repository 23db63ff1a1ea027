//! Limits on one rendering: a template that loops forever or keeps doubling a string ends with an error.
//!
//! Tera cannot be interrupted, and does not report its memory use. So the site's templates are rewritten before Tera
//! parses them ([`super::meter`]): every loop, output and stored value calls one of the counting filters and functions
//! here. Counting instead of timing means that a template fails on every machine or on none.

use std::cell::Cell;
use std::io::{self, Write};

use tera::{Error, Kwargs, State, StringInput, Tera, TeraResult, Value};

use crate::base::diag::{Diagnostic, Span};
use crate::base::limits::{DOCUMENT_DEPTH, FUEL, PAGE_BYTES, VALUE_IN_TEMPLATE};
use crate::base::problem;

/// The cost of a loop iteration or a call, in addition to its bytes: about 250,000 of them end a page.
const ROUND: usize = 512;

/// The cost of an output.
const OUTPUT: usize = 128;

thread_local! {
    /// The fuel left for this thread's rendering. It is a thread-local because Tera gives functions no place to store
    /// it.
    static LEFT: Cell<usize> = const { Cell::new(FUEL) };
    /// The limit that ended the rendering.
    static SPENT: Cell<Option<FuelExcess>> = const { Cell::new(None) };
}

/// A limit that a rendering exceeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FuelExcess {
    /// Loop iterations, calls and joined bytes.
    Work,
    /// The size of one value.
    Value,
    /// The size of the page.
    Page,
}

/// Starts a rendering with full fuel.
pub fn fill() {
    LEFT.set(FUEL);
    SPENT.set(None);
}

/// Returns the limit that ended this thread's rendering, if one did.
pub fn spent() -> Option<FuelExcess> {
    SPENT.get()
}

/// Returns the diagnostic for an exceeded limit.
pub fn problem(spent: FuelExcess, at: Span, page: &str) -> Diagnostic {
    match spent {
        FuelExcess::Work => problem::endless_template(at, page, FUEL),
        FuelExcess::Value => problem::large_value(at, page, VALUE_IN_TEMPLATE),
        FuelExcess::Page => problem::large_page(at, page, PAGE_BYTES),
    }
}

fn stop(why: FuelExcess) -> Error {
    SPENT.set(Some(why));
    Error::message("there is a limit")
}

fn charge(cost: usize) -> TeraResult<()> {
    match LEFT.get().checked_sub(cost) {
        Some(left) => {
            LEFT.set(left);
            Ok(())
        }
        None => Err(stop(FuelExcess::Work)),
    }
}

/// Estimates the printed size of a value in bytes, and stops counting above `most`. Returns the maximum for a value
/// nested so deep that dropping it could overflow the stack.
fn weight(value: &Value, most: usize, depth: usize) -> usize {
    if depth > DOCUMENT_DEPTH {
        return usize::MAX;
    }
    if let Some(text) = value.as_str() {
        return text.len();
    }
    let mut sum = 16usize;
    let mut add = |value: &Value| {
        sum = sum.saturating_add(weight(value, most.saturating_sub(sum), depth + 1));
        sum <= most
    };
    if let Some(items) = value.as_array() {
        items.iter().all(&mut add);
    } else if let Some(map) = value.as_map() {
        map.values().all(&mut add);
    } else if let Some(bytes) = value.as_bytes() {
        return bytes.len();
    }
    sum
}

fn held(bytes: usize) -> TeraResult<()> {
    if bytes > VALUE_IN_TEMPLATE { Err(stop(FuelExcess::Value)) } else { charge(bytes) }
}

/// Registers the functions and filters that [`super::meter`] inserts.
pub fn register(tera: &mut Tera) {
    tera.register_function(super::meter::TICK, |args: Kwargs, _: &State| -> TeraResult<Value> {
        charge(args.get::<usize>("n")?.unwrap_or(0).saturating_add(ROUND))?;
        Ok(Value::from(""))
    });
    tera.register_filter(super::meter::OUT, |value: &Value, _: Kwargs, _: &State| -> TeraResult<Value> {
        charge(weight(value, FUEL, 0).saturating_add(OUTPUT))?;
        Ok(value.clone())
    });
    tera.register_filter(super::meter::HELD, |value: &Value, _: Kwargs, _: &State| -> TeraResult<Value> {
        held(weight(value, VALUE_IN_TEMPLATE, 0))?;
        Ok(value.clone())
    });
}

/// Wraps Tera's filters whose result can be many times longer than their input: estimates the length first.
pub fn register_bounded(tera: &mut Tera) {
    tera.register_filter("replace", |text: StringInput, args: Kwargs, state: &State| -> TeraResult<Value> {
        let (from, to) = (args.must_get::<&str>("from")?, args.must_get::<StringInput>("to")?);
        let safe = state.autoescaping_enabled() && (text.is_safe() || to.is_safe());
        let (from, text, to) = match safe {
            true => (from, text.rendered(state)?, to.rendered(state)?),
            false => (from, text.as_str().into(), to.as_str().into()),
        };
        held(text.len().saturating_add(text.matches(from).count().saturating_mul(to.len())))?;
        let out = text.replace(from, &to);
        Ok(if safe { Value::safe_string(&out) } else { Value::from(out) })
    });
    tera.register_filter("join", |items: &[Value], args: Kwargs, state: &State| -> TeraResult<Value> {
        let sep = args.get::<StringInput>("sep")?;
        let safe = state.autoescaping_enabled()
            && (items.iter().any(|item| item.is_string() && item.is_safe())
                || sep.as_ref().is_some_and(|s| s.is_safe()));
        let sep = match &sep {
            Some(sep) if safe => sep.rendered(state)?,
            Some(sep) => sep.as_str().into(),
            None => "".into(),
        };
        let (mut out, mut first) = (String::new(), true);
        for item in items {
            let item = match safe {
                true if item.is_undefined() => String::new(),
                true => state.escape_if_needed(item)?,
                false => item.to_string(),
            };
            if out.len() + sep.len() + item.len() > VALUE_IN_TEMPLATE {
                return Err(stop(FuelExcess::Value));
            }
            if !std::mem::take(&mut first) {
                out.push_str(&sep);
            }
            out.push_str(&item);
        }
        charge(out.len())?;
        Ok(if safe { Value::safe_string(&out) } else { Value::from(out) })
    });
    tera.register_filter("indent", |text: StringInput, args: Kwargs, state: &State| -> TeraResult<Value> {
        let width = args.get::<usize>("width")?.unwrap_or(4).min(1000);
        let mark = args.get::<StringInput>("indentation")?;
        let (first, blank) = (args.get::<bool>("first")?.unwrap_or(false), args.get::<bool>("blank")?.unwrap_or(false));
        if mark.as_ref().is_some_and(|mark| mark.as_str().chars().count() != 1) {
            return Err(Error::message("The `indentation` argument must contain exactly one character"));
        }
        let safe = state.autoescaping_enabled() && (text.is_safe() || mark.as_ref().is_some_and(|mark| mark.is_safe()));
        let text = if safe { text.rendered(state)? } else { text.as_str().into() };
        let mark = match &mark {
            Some(mark) if safe => mark.rendered(state)?.repeat(width),
            Some(mark) => mark.as_str().repeat(width),
            None => " ".repeat(width),
        };
        held(text.len().saturating_add(text.lines().count().saturating_mul(mark.len() + 1)))?;
        let mut out = String::with_capacity(text.len() * 2);
        for (at, line) in text.lines().enumerate() {
            if at > 0 {
                out.push('\n');
            }
            if if at == 0 { first } else { blank || !line.is_empty() } {
                out.push_str(&mark);
            }
            out.push_str(line);
        }
        if text.ends_with('\n') {
            out.push('\n');
        }
        Ok(if safe { Value::safe_string(&out) } else { Value::from(out) })
    });
}

/// Writes a page up to its size limit.
pub struct LimitedPage<'a>(pub &'a mut Vec<u8>);

impl LimitedPage<'_> {
    #[cold]
    fn full() -> io::Error {
        SPENT.set(Some(FuelExcess::Page));
        io::Error::other("there is a limit")
    }
}

impl Write for LimitedPage<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes).map(|()| bytes.len())
    }

    /// Appends to the page directly. A page is written in thousands of small pieces, and the loop of the default
    /// method would cost more than the copy.
    #[inline]
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.0.len() + bytes.len() > PAGE_BYTES {
            return Err(Self::full());
        }
        self.0.extend_from_slice(bytes);
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
