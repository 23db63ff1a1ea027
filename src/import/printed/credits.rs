//! The credits of a printed page: when and where something appeared, and who made the text. Its grammar is a table of
//! parts, each of which is recognised alone. It must not know where on a page they stand.

use crate::content::byline_words;
use crate::import::dates::{self, DayOrder, ReadDate};
use crate::import::names;

/// What the credits of a page say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageCredits {
    pub date: Option<ReadDate>,
    pub sources: Vec<String>,
    pub time: Option<String>,
    pub page: Option<String>,
    pub issue: Option<String>,
    pub edition: Option<String>,
    /// `summary`, `original`, `digest`, or `translation`.
    pub kind: Option<&'static str>,
    pub translators: Vec<String>,
    /// `full`, `abridged`, `excerpts`, `gist`.
    pub extent: Option<&'static str>,
}

/// Labels of kinds, in lower case: what may stand at the end of a label, and what it means.
const KINDS: [(&str, &str); 22] = [
    ("translation", "translation"),
    ("summary", "summary"),
    ("summaries", "summary"),
    ("english press", "original"),
    ("english-language press", "original"),
    ("original", "original"),
    ("digest", "digest"),
    ("roundup", "digest"),
    ("round-up", "digest"),
    ("翻訳", "translation"),
    ("訳", "translation"),
    ("要約", "summary"),
    ("翻译", "translation"),
    ("翻譯", "translation"),
    ("摘要", "summary"),
    ("번역", "translation"),
    ("요약", "summary"),
    ("übersetzung", "translation"),
    ("zusammenfassung", "summary"),
    ("traduction", "translation"),
    ("résumé", "summary"),
    ("traducción", "translation"),
];

/// Extents in brackets.
const EXTENTS: [(&str, &str); 12] = [
    ("full", "full"),
    ("full text", "full"),
    ("abridged", "abridged"),
    ("slightly abridged", "abridged"),
    ("abridged slightly", "abridged"),
    ("excerpts", "excerpts"),
    ("excerpt", "excerpts"),
    ("gist", "gist"),
    ("全文", "full"),
    ("抄訳", "abridged"),
    ("抜粋", "excerpts"),
    ("要旨", "gist"),
];

/// Editions and media of a source, at the end of its name.
const EDITIONS: [&str; 18] = [
    "digital",
    "online",
    "evening edition",
    "morning edition",
    "saturday edition",
    "sunday edition",
    "internet edition",
    "web edition",
    "online edition",
    "international edition",
    "early edition",
    "late edition",
    "evening",
    "夕刊",
    "朝刊",
    "電子版",
    "デジタル",
    "网络版",
];

/// Reads an extent: `Abridged`, with or without brackets.
pub fn extent(text: &str) -> Option<&'static str> {
    let bare = text.trim().trim_matches(['(', ')', '（', '）', '[', ']', '.']).trim().to_lowercase();
    EXTENTS.iter().find(|(name, _)| *name == bare).map(|(_, extent)| *extent)
}

impl PageCredits {
    /// Takes a line of the credits. Returns whether it is one; the dangling comma of an empty source is.
    pub fn take(&mut self, line: &str) -> bool {
        let line = line.replace(['\u{a0}', '\u{3000}'], " ").replace(['、', '，'], ",");
        let line = line.trim().trim_matches(|c: char| c == ',' || c.is_whitespace());
        if line.is_empty() || self.take_kind(line) {
            return true;
        }
        let mut parts = comma_parts(line);
        let mut known = false;
        if self.date.is_none()
            && let Some((at, (date, used))) =
                (0..parts.len().min(4)).find_map(|at| Some((at, leading_date(&parts[at..])?)))
        {
            self.date = Some(date);
            parts.drain(at..at + used);
            known = true;
        }
        let mut at = 0;
        let mut sources = Vec::new();
        while at < parts.len() {
            let used = self.take_locator(&parts[at..]);
            known |= used > 0;
            if used == 0 {
                sources.push(parts[at]);
            }
            at += used.max(1);
        }
        let alone = sources.len() == 1;
        for source in sources {
            known |= self.take_source(source, alone);
        }
        known
    }

    /// Reads what made the text: `JMH Translation`, `English Press`, `Trending@Japan`, `Translated by …`.
    fn take_kind(&mut self, line: &str) -> bool {
        let lower = line.to_lowercase();
        if let Some((_, who)) = ["translated by ", "translation by ", "translation: ", "translator: "]
            .into_iter()
            .find_map(|lead| lower.starts_with(lead).then(|| line.split_at(lead.len())))
        {
            self.kind = Some("translation");
            self.translators.extend(names::people(who).into_iter().map(|person| person.name));
            return true;
        }
        if lower.starts_with("trending@") || lower == "trending" {
            self.kind = Some("digest");
            return true;
        }
        let Some((label, kind)) = KINDS.iter().find(|(label, _)| lower.ends_with(label)) else { return false };
        let who = line[..line.len().saturating_sub(label.len())].trim().trim_end_matches([':', '-', '/']).trim();
        if who.contains(',') || who.split_whitespace().count() > 4 || who.chars().any(|c| c.is_ascii_digit()) {
            return false;
        }
        self.kind = Some(kind);
        if !who.is_empty() && matches!(*kind, "translation" | "summary") {
            self.translators.push(who.to_owned());
        }
        true
    }

    /// Reads a time, a page, an issue or an edition at the start of some parts. Returns how many parts it takes.
    fn take_locator(&mut self, parts: &[&str]) -> usize {
        let part = parts[0];
        let lower = part.to_lowercase();
        if let Some((issue, rest)) = issue(part) {
            self.issue = Some(issue.to_owned());
            if rest.is_empty() {
                return 1;
            }
            let mut rest_parts = vec![rest];
            rest_parts.extend(&parts[1..]);
            return self.take_locator(&rest_parts).max(1);
        }
        if is_time(&lower) {
            self.time = Some(part.to_owned());
            return 1;
        }
        if let Some((edition, page)) = part.split_once(':')
            && EDITIONS.contains(&edition.trim().to_lowercase().as_str())
        {
            self.edition = Some(edition.trim().to_owned());
            let mut rest = vec![page.trim()];
            rest.extend(&parts[1..]);
            return self.take_locator(&rest).max(1);
        }
        if is_page(&lower) {
            // `pp. 1, 4-7`: more numbers follow.
            let more = parts[1..].iter().take_while(|part| is_range(part)).count();
            self.page = Some(parts[..=more].join(", "));
            return more + 1;
        }
        if EDITIONS.contains(&lower.as_str()) {
            self.edition = Some(part.to_owned());
            return 1;
        }
        if let Some(extent) = extent(part) {
            self.extent = Some(extent);
            return 1;
        }
        0
    }

    /// Reads a source, with what may follow its name in brackets or as an edition. Returns whether more than a name is
    /// there.
    fn take_source(&mut self, text: &str, alone: bool) -> bool {
        let mut name = text.trim().to_owned();
        let mut known = false;
        while let Some((before, inside)) =
            name.trim_end().strip_suffix([')', '）']).and_then(|rest| rest.rsplit_once(['(', '（']))
        {
            let inside = inside.trim().to_owned();
            let lower = inside.to_lowercase();
            if let Some(extent) = extent(&inside) {
                self.extent = Some(extent);
            } else if is_page(&lower) {
                self.page = Some(inside.clone());
            } else if EDITIONS.contains(&lower.as_str()) {
                self.edition = Some(inside.clone());
            } else {
                break;
            }
            known = true;
            name = before.trim().to_owned();
        }
        let lower = name.to_lowercase();
        // Of several sources, nothing tells to which an edition belongs, so it stays in the name.
        let edition = EDITIONS.iter().find(|edition| alone && lower.ends_with(&format!(" {edition}")));
        if let Some(edition) = edition {
            let at = name.len() - edition.len();
            self.edition = Some(name[at..].to_owned());
            name.truncate(at);
            known = true;
        }
        let name = name.trim().to_owned();
        if !name.is_empty() && !self.sources.contains(&name) {
            self.sources.push(name);
        }
        known
    }

    /// Returns whether a line can be nothing but credits: without bullets, only such lines count.
    pub fn is_certain(line: &str) -> bool {
        let line = line.trim();
        let mut credits = PageCredits::default();
        line.len() < 120
            && (!line.ends_with('.') || line.ends_with(".m."))
            && credits.take(line)
            && (credits.page.is_some()
                || credits.extent.is_some()
                || (credits.date.as_ref().is_some_and(|date| date.guess.is_none()) && credits.sources.len() < 2)
                || (credits.time.is_some() && !credits.sources.is_empty()))
            && credits.sources.iter().all(|name| name.split_whitespace().count() < 6)
    }
}

/// Divides a line at its commas, but not within brackets.
fn comma_parts(line: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    let is_comma = |c: char| {
        match c {
            '(' | '（' => depth += 1,
            ')' | '）' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0
    };
    line.split(is_comma).map(str::trim).filter(|part| !part.is_empty()).collect()
}

/// Reads a date at the start of some parts: `March 24`, `2021`. Returns it with the number of parts that it takes.
fn leading_date(parts: &[&str]) -> Option<(ReadDate, usize)> {
    (1..=parts.len().min(3)).rev().find_map(|count| {
        let text = parts[..count].join(", ");
        let long = |run: &str| run.len() > 3;
        let has_year = text.split(|c: char| !c.is_ascii_digit()).any(long) || text.contains(['年', '/', '.']);
        let is_name = |word: &str| byline_words::is_team(word) || word.to_lowercase() == "nhk";
        let words = text.split_whitespace().count();
        if !has_year || words > 5 || (count > 1 && parts[count - 1].split_whitespace().any(is_name)) {
            return None;
        }
        // A part more must make the date longer: the name of a source does not.
        let date = dates::read(&text, DayOrder::Unknown)
            .filter(|date| !date.guess.as_deref().is_some_and(|g| g.starts_with("read from")))?;
        let shorter = (count > 1).then(|| dates::read(&parts[..count - 1].join(", "), DayOrder::Unknown)).flatten();
        (shorter.as_ref() != Some(&date)).then_some((date, count))
    })
}

/// Returns whether a text is a time of day: `12:54 p.m.`.
fn is_time(text: &str) -> bool {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = text.len() - rest.len();
    let half = |rest: &str| {
        let rest = rest.trim().trim_end_matches(" jst").replace(['.', ' '], "");
        matches!(rest.as_str(), "" | "am" | "pm" | "h" | "uhr" | "noon")
    };
    let minutes = rest.strip_prefix([':', '.', '時', '时']).map(|rest| rest.trim_end_matches(['分', '頃']));
    (1..=2).contains(&digits)
        && match minutes {
            Some(rest) => {
                let after = rest.trim_start_matches(|c: char| c.is_ascii_digit());
                rest.len() - after.len() == 2 && half(after)
            }
            None => !rest.trim().is_empty() && half(rest),
        }
}

/// Returns whether a text is a page or pages: `p. 27`, `pp. 1`, `Page 4`, `1面`.
fn is_page(text: &str) -> bool {
    let leads = ["pages ", "page ", "pp.", "pp ", "p.", "p ", "s. ", "seite "];
    let number = |text: &str| {
        text.trim().starts_with(|c: char| c.is_ascii_digit() || c.is_ascii_alphabetic())
            && text.contains(|c: char| c.is_ascii_digit())
    };
    leads.iter().any(|lead| text.strip_prefix(lead).is_some_and(|rest| number(rest) && rest.trim().len() < 20))
        || ["面", "頁", "ページ", "版"].iter().any(|end| text.strip_suffix(end).is_some_and(is_range))
}

/// Returns whether a text is a number or a range of numbers.
fn is_range(text: &str) -> bool {
    !text.is_empty()
        && text.starts_with(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | '–' | ' '))
}

/// Splits off the number of an issue: `[No. 1677] pp. 1`, `No. 12`, `Vol. 3`.
fn issue(text: &str) -> Option<(&str, &str)> {
    let (issue, rest) = match text.strip_prefix('[').and_then(|inside| inside.split_once(']')) {
        Some((issue, rest)) => (issue, rest.trim()),
        None => (text, ""),
    };
    let lower = issue.to_lowercase();
    let number = ["no. ", "no.", "vol. ", "issue ", "第"].iter().find_map(|lead| lower.strip_prefix(lead))?;
    number.trim().starts_with(|c: char| c.is_ascii_digit()).then_some((issue.trim(), rest))
}

#[cfg(test)]
mod tests;
