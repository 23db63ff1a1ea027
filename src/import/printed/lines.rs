//! What the lines of a printed page are: print controls, breadcrumbs, bullets, rules. It must not know pages.

/// Words of controls that printing leaves on a page.
const CONTROLS: [&str; 12] = [
    "print",
    "list",
    "share",
    "print this page",
    "印刷",
    "印刷する",
    "打印",
    "列印",
    "imprimer",
    "drucken",
    "imprimir",
    "인쇄",
];

/// Returns whether a line is what is left of a page's controls: `print PRINT`.
pub fn is_control(line: &str) -> bool {
    let line = line.trim().trim_matches(['[', ']', '🖨', '|', ' ']).to_lowercase();
    !line.is_empty()
        && (CONTROLS.contains(&line.as_str()) || line.split_whitespace().all(|word| CONTROLS.contains(&word)))
}

/// Returns the text of a bullet.
pub fn bullet(line: &str) -> Option<&str> {
    let line = line.trim();
    let mark = line.chars().next().filter(|c| "•·●○◦‣▪■*-–・\u{f0b7}".contains(*c))?;
    let rest = &line[mark.len_utf8()..];
    // `-5 degrees` and `*emphasis*` are no bullets.
    let spaced =
        rest.is_empty() || rest.starts_with(char::is_whitespace) || matches!(mark, '•' | '●' | '‣' | '・' | '\u{f0b7}');
    (spaced && !is_rule(line)).then(|| rest.trim())
}

/// Returns whether a line is a rule.
pub fn is_rule(line: &str) -> bool {
    let line: String = line.chars().filter(|c| !c.is_whitespace()).collect();
    let first = line.chars().next();
    line.chars().count() > 2
        && first.is_some_and(|first| "-=_*~—–#".contains(first) && line.chars().all(|c| c == first))
}

/// Reads a breadcrumb: `INTERNATIONAL > East Asia & Pacific`.
pub fn breadcrumb(line: &str) -> Option<Vec<String>> {
    let mark = [" > ", " » ", " › ", " ＞ ", "＞", " → "].into_iter().find(|mark| line.contains(mark))?;
    let parts: Vec<String> = line.split(mark).map(|part| part.trim().to_owned()).collect();
    let is_name = |part: &String| (1..=60).contains(&part.chars().count()) && !part.ends_with(['.', '?', '!', '。']);
    let home = |part: &String| ["home", "top", "ホーム", "トップ", "首页"].contains(&part.to_lowercase().as_str());
    let fine = parts.len() <= 5 && parts.iter().all(is_name);
    fine.then(|| parts.into_iter().filter(|part| !home(part)).collect())
}

/// Returns whether a line may be the name of a section alone: `POLITICS`.
pub fn is_section(line: &str) -> bool {
    let line = line.trim();
    let words = line.split_whitespace().count();
    (1..=3).contains(&words)
        && line.chars().any(char::is_alphabetic)
        && line.chars().all(|c| c.is_uppercase() || matches!(c, ' ' | '&' | '.' | '-' | '/' | '@'))
}

/// The columns that a text takes in a fixed-width font.
pub fn width(text: &str) -> usize {
    let wide = |c: char| matches!(c, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff60}');
    text.chars().map(|c| if wide(c) { 2 } else { 1 }).sum()
}
