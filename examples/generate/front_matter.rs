//! Writes front matter as TOML or as YAML from the same calls. Keys before the first table belong to the top level.

use crate::terms::quoted;
use std::fmt::Write;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Toml,
    Yaml,
}

pub struct FrontMatter<'a> {
    out: &'a mut String,
    format: Format,
    /// The text before a key: the indentation, in YAML.
    indent: &'static str,
}

impl FrontMatter<'_> {
    pub fn open(out: &mut String, format: Format) -> FrontMatter<'_> {
        out.push_str(if format == Format::Toml { "+++\n" } else { "---\n" });
        FrontMatter { out, format, indent: "" }
    }

    pub fn close(self) {
        self.out.push_str(if self.format == Format::Toml { "+++\n" } else { "---\n" });
    }

    pub fn text(&mut self, key: &str, value: &str) {
        let literal = self.format == Format::Toml && value.contains('"') && !value.contains('\'');
        let value = if literal { format!("'{value}'") } else { quoted(value) };
        self.bare(key, &value);
    }

    /// Writes a string if there is one, otherwise an array.
    pub fn texts(&mut self, key: &str, values: &[&str]) {
        match values {
            [one] => self.text(key, one),
            _ => self.array(key, values),
        }
    }

    pub fn array(&mut self, key: &str, values: &[&str]) {
        let values: Vec<String> = values.iter().map(|value| quoted(value)).collect();
        self.bare(key, &format!("[{}]", values.join(", ")));
    }

    /// Writes a date, a number or a boolean.
    pub fn bare(&mut self, key: &str, value: &str) {
        let sign = if self.format == Format::Toml { " =" } else { ":" };
        self.out.push_str(self.indent);
        self.out.push_str(key);
        self.out.push_str(sign);
        self.out.push(' ');
        self.out.push_str(value);
        self.out.push('\n');
        if self.indent == "  - " {
            self.indent = "    ";
        }
    }

    pub fn table(&mut self, name: &str) {
        self.section(name, "[", "]", "  ");
    }

    /// Starts the only table in an array of tables.
    pub fn only_entry(&mut self, name: &str) {
        self.section(name, "[[", "]]", "  - ");
    }

    fn section(&mut self, name: &str, open: &str, close: &str, indent: &'static str) {
        let written = match self.format {
            Format::Toml => write!(self.out, "\n{open}{name}{close}\n"),
            Format::Yaml => writeln!(self.out, "{name}:"),
        };
        written.expect("invariant: writing into a string never fails");
        self.indent = if self.format == Format::Toml { "" } else { indent };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(format: Format) -> String {
        let mut out = String::new();
        let mut front = FrontMatter::open(&mut out, format);
        front.text("title", "A \"ghost\"");
        front.texts("source", &["One"]);
        front.only_entry("corrections");
        front.bare("date", "2021-03-24");
        front.text("note", "Fixed");
        front.close();
        out
    }

    #[test]
    fn the_same_in_both() {
        let toml = "+++\ntitle = 'A \"ghost\"'\nsource = \"One\"\n\n[[corrections]]\ndate = 2021-03-24\nnote = \"Fixed\"\n+++\n";
        let yaml = "---\ntitle: \"A \\\"ghost\\\"\"\nsource: \"One\"\ncorrections:\n  - date: 2021-03-24\n    note: \"Fixed\"\n---\n";
        assert_eq!((written(Format::Toml).as_str(), written(Format::Yaml).as_str()), (toml, yaml));
    }
}
