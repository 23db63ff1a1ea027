//! Diagnostics of articles: addresses, siblings, links and pictures. This file only contains wording; the caller
//! decides that something is wrong.

use crate::base::diag::{Diagnostic, Severity, Span, in_toml, quoted};
use crate::base::ignored_files::IgnoreReason;
use crate::base::reserved;

pub fn bad_slug(at: Span, value: &str, why: &str) -> Diagnostic {
    Diagnostic::error("bad-slug", format!("the slug {} is not valid in an address: {why}", quoted(value)))
        .at(at, "expected one segment, such as japan-reluctant-sanctions")
}

pub fn bad_alias(at: Span, value: &str, why: &str) -> Diagnostic {
    let message = match value.trim() {
        "" => "the alias is empty".to_owned(),
        value => format!("the alias {} is not a valid path: {why}", quoted(value)),
    };
    Diagnostic::error("bad-alias", message).at(at, "expected a path of this site, such as /20210325162766/")
}

pub fn bad_term(at: Span, key: &str, value: &str, why: &str) -> Diagnostic {
    Diagnostic::error("bad-term", format!("{} cannot be a {key}: {why}", quoted(value)))
        .at(at, "expected a name that Recto can turn into an address")
}

pub fn deep_section(at: Span, value: &str, steps: usize, limit: usize) -> Diagnostic {
    Diagnostic::error("bad-term", format!("{} cannot be a section: it has {steps} levels", quoted(value)))
        .at(at, format!("expected at most {limit} levels, such as: world/asia/japan"))
}

pub fn date_after_posted(at: Span, date: &str, posted: &str) -> Diagnostic {
    Diagnostic::warning("date-after-posted", format!("`date` ({date}) is later than `posted` ({posted})"))
        .at(at, "expected the day on which the source printed the original")
}

/// Reports a file name with `day`, which may not exist (30 February), whose article has another `date`.
pub fn name_date(at: Span, file: &str, day: &str, is_day: bool, date: &str) -> Diagnostic {
    let name = file.strip_suffix("/index.md").or(file.strip_suffix(".md")).unwrap_or(file);
    let name = name.rsplit('/').next().unwrap_or(name);
    if !is_day {
        return Diagnostic::error(
            "name-date",
            format!("the file name {} begins with {day}, which is not a date", quoted(name)),
        )
        .at(at, format!("expected a file name that begins with {date}, or without a date"))
        .help("rename the file, or add a `slug`: the file can then have any name");
    }
    Diagnostic::error("name-date", format!("the file name {} has the date {day}, but `date` is {date}", quoted(name)))
        .at(at, format!("expected {day}, as in the file name"))
        .help("correct `date`, rename the file, or add a `slug`: the file can then have any name")
}

pub fn duplicate_file(at: Span, first: &str, what: &str) -> Diagnostic {
    Diagnostic::error("duplicate-file", format!("this file and {first} define the same {what}"))
        .at(at, "expected only one of them")
        .help("delete or rename one of them: NAME/index.md is equivalent to NAME.md")
}

pub fn ambiguous_original(at: Span, tags: &str) -> Diagnostic {
    Diagnostic::error("ambiguous-original", format!("it is unclear which sibling is the original ({tags})"))
        .at(at, "expected the language of the original")
        .help("write the language of the original: [original] lang = \"…\"")
}

pub fn original_language(at: Span, said: &str, tag: &str) -> Diagnostic {
    let message =
        format!("`[original] lang` is {}, but the file of the original has the tag {}", quoted(said), quoted(tag));
    Diagnostic::warning("original-language", message)
        .at(at, "Recto treats the only sibling as the original")
        .help("use the same tag in the file name and in `[original] lang`")
}

/// Reports an article that claims to be the original and names another text as the original. `safe` says whether the
/// article's original may be printed, so that a wrong guess cannot publish a protected text.
pub fn conflicting_original(at: Span, language: &str, said: &str, text: Option<&str>, safe: bool) -> Diagnostic {
    let message = format!(
        "`kind = \"original\"` marks this article as the original, but `[original] lang = {said:?}` marks another text"
    );
    let found = match safe {
        true => {
            Diagnostic::warning("conflicting-original", message).at(at, "Recto treats this article as the original")
        }
        false => Diagnostic::error("conflicting-original", message)
            .at(at, "expected only one of the two, because the original must not be published in full"),
    };
    let other = text.unwrap_or("a text in that language");
    found.help(format!(
        "write [original] lang = {language:?} if this article is the original; delete `kind` if {other} is"
    ))
}

pub fn translation_of_itself(at: Span, language: &str) -> Diagnostic {
    let message =
        format!("`kind` marks this article as a translation, but its original is in the same language, {language}");
    Diagnostic::warning("conflicting-original", message)
        .at(at, "Recto treats this article as the original")
        .help("write kind = \"original\" if nobody translated it; otherwise correct [original] lang")
}

pub fn publish_of_itself(at: Span, value: &str) -> Diagnostic {
    let message = format!("`publish = {value:?}` has no effect: this article is itself the original");
    Diagnostic::warning("conflicting-original", message)
        .at(at, "Recto publishes the article and its translations")
        .help("delete this line; if the article is a translation, correct `kind` or [original] lang")
}

pub fn translator_of_original(at: Span, name: &str) -> Diagnostic {
    Diagnostic::warning("translator-of-original", format!("{} is named as the translator of an original", quoted(name)))
        .at(at, "not printed: this article is itself the original")
        .help("write `translator` in the files of the translations, and the author of the original as `author`")
}

pub fn uncredited_translation(at: Span) -> Diagnostic {
    Diagnostic::warning("uncredited-translation", "this translation has no translator")
        .at(at, "expected `translator` in this file, because its article is the original")
        .help("add a line such as: translator = \"A. Person\" (or a default in [credits] of site.toml)")
}

pub fn sibling_in_site_language(at: Span, language: &str) -> Diagnostic {
    Diagnostic::error("sibling-language", format!("this sibling is in {language}, the language of its article"))
        .at(at, "expected another language in the file's name")
}

pub fn orphan_sibling(at: Span, article: &str) -> Diagnostic {
    Diagnostic::warning("orphan-sibling", format!("this sibling has no article: {article} does not exist"))
        .at(at, "not published")
        .help("give the article the same name, or rename this file if it is an article")
}

/// Reports an independent text in a file whose name marks it as a sibling of another article in the language `tag`.
pub fn misnamed_article(at: Span, tag: &str) -> Diagnostic {
    let file = at.file.to_string();
    let name = file.rsplit('/').next().unwrap_or(&file);
    let stem = name.strip_suffix(".md").unwrap_or(name);
    let (article, end) = stem.rsplit_once('.').unwrap_or((stem, tag));
    let folder = file.strip_suffix(name).unwrap_or_default();
    let message =
        format!("the file name {} marks a sibling of {}.md in the language {}", quoted(name), article, quoted(tag));
    Diagnostic::error("misnamed-article", message)
        .at(at, format!("{article}.md does not exist, and this file has the keys of an article"))
        .help(format!("rename it to {folder}{article}-{end}.md; if it is a translation, add {article}.md"))
}

pub fn duplicate_address(at: Span, path: &str, by: &str) -> Diagnostic {
    Diagnostic::error("duplicate-address", format!("two outputs have the path {}", quoted(path)))
        .at(at, format!("used by {by}"))
        .help("change the `slug`, date or name of one of them")
}

pub fn bad_output_path(at: Span, path: &str, why: &str) -> Diagnostic {
    Diagnostic::error("bad-address", format!("{} cannot be written: {why}", quoted(path)))
        .at(at, "expected a path that is valid on every file system")
}

/// Reports a broken link. This is a warning when publishing; `severity.rs` makes it an error for `check`, as it does
/// for missing assets.
pub fn broken_link(at: Span, dest: &str, why: &str, help: Option<String>) -> Diagnostic {
    Diagnostic::warning("broken-link", format!("the link to {} is broken", quoted(dest))).at(at, why).maybe_help(help)
}

/// Reports a translation whose original has changed since. `versions` is how often.
pub fn stale_original(at: Span, original: &str, versions: usize, day: &str) -> Diagnostic {
    let times = if versions == 1 { "once".to_owned() } else { format!("{versions} times") };
    Diagnostic::warning("stale-original", format!("the original has changed {times} since it was translated"))
        .at(at, format!("{original} changed last on {day}"))
        .help(
            "compare the two texts; then commit the translation, or write the original's commit as `revision` in [original]",
        )
}

pub fn unpublished_link(at: Span, dest: &str) -> Diagnostic {
    Diagnostic::warning("unpublished-link", format!("{} is not published (draft, future or expired)", quoted(dest)))
        .at(at, "printed as text, without a link")
}

pub fn missing_asset(at: Span, dest: &str) -> Diagnostic {
    Diagnostic::warning("missing-asset", format!("the file {} does not exist", quoted(dest)))
        .at(at, "expected a file beside the article")
}

/// Reports a reference to an ignored file. `target` is the path below `content/`.
pub fn left_out_asset(at: Span, dest: &str, target: &str, why: IgnoreReason) -> Diagnostic {
    let path = format!("content/{target}");
    let what = match why {
        IgnoreReason::Secret => "it looks like a secret".to_owned(),
        IgnoreReason::Backup => "it looks like a backup".to_owned(),
        IgnoreReason::Own => "Recto or Git reserves its name".to_owned(),
        IgnoreReason::Versions => "it comes from version control".to_owned(),
        IgnoreReason::Packages => "it is in a folder of packages".to_owned(),
        IgnoreReason::Unfinished | IgnoreReason::Hidden => format!("it is {}", why.words()),
        why => format!("it was {}", why.words()),
    };
    let help = match why {
        IgnoreReason::Secret => "remove it if it is one; to publish it anyway",
        _ => "rename it; to publish it under this name",
    };
    let help = match path.split('/').any(|segment| reserved::name(segment).is_some()) {
        true => "move the file to another folder, or rename it".to_owned(),
        false => format!("{help}, write in site.toml: [static] include = [{}]", in_toml(&path)),
    };
    Diagnostic::warning("left-out-asset", format!("{} is not published: {what}", quoted(dest)))
        .at(at, "Recto does not publish such files")
        .help(help)
}

/// Reports active content beside an article. `allow` is the entry that would permit it.
pub fn active_asset(at: Span, dest: &str, what: &str, allow: &str) -> Diagnostic {
    Diagnostic::error("active-asset", format!("{} is {what}, which is not safe to publish", quoted(dest)))
        .at(at, "expected a passive file, such as a picture or a PDF")
        .help(format!(
            "remove it, or move it to static/; if you trust everyone who adds files, write in site.toml: [assets] allow = [{}]",
            in_toml(allow)
        ))
}

/// Reports active content of an SVG at its place in the file. `by` is where a text refers to the file.
pub fn active_svg(at: Span, file: &str, what: &str, by: Span) -> Diagnostic {
    let name = file.rsplit('/').next().unwrap_or(file);
    Diagnostic::error("active-asset", format!("the SVG file {} contains {what}", quoted(name)))
        .at(at, "expected only shapes and text")
        .note(Some(by), "used in this text")
        .help(
            "save it as a plain SVG, or as a PNG; if you trust everyone who adds files, write in site.toml: [assets] allow = [\".svg\"]",
        )
}

pub fn bad_image(at: Span, dest: &str, why: &str) -> Diagnostic {
    Diagnostic::error("bad-image", format!("the picture {} cannot be published: {why}", quoted(dest)))
        .at(at, "expected a picture that browsers can show")
        .help("open it in another program, and export it in the format that its file extension names")
}

pub fn unused_image_credit(at: Span, src: &str) -> Diagnostic {
    Diagnostic::warning("unused-image-credit", format!("the text does not show a picture {}", quoted(src)))
        .at(at, "expected a picture's path as it is written in the text")
}

pub fn body(at: Span, severity: Severity, code: &'static str, message: String, label: String) -> Diagnostic {
    match severity {
        Severity::Error => Diagnostic::error(code, message).at(at, label),
        Severity::Warning => Diagnostic::warning(code, message).at(at, label),
    }
}

/// Reports a mark such as `<!--^-->` that says nothing where it is.
pub fn misplaced_mark(at: Span, written: &str, why: &str, label: &str, help: &str) -> Diagnostic {
    Diagnostic::warning("misplaced-mark", format!("the mark {} has no effect: {why}", quoted(written)))
        .at(at, label)
        .help(help)
}

/// Reports an id such as `<!--#p3a-->` that its block cannot have.
pub fn bad_block_id(at: Span, written: &str, why: &str, label: &str, help: String) -> Diagnostic {
    Diagnostic::warning("bad-block-id", format!("the id {} cannot be used: {why}", quoted(written)))
        .at(at, label)
        .help(help)
}

/// Why a block has another id than in the last build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MovedAnchor {
    /// So many blocks were inserted above it, after the block with this number.
    Inserted {
        before: u32,
        count: usize,
    },
    Removed,
    Other,
}

/// Reports that a block had the id `was` in the last build and has another now. `leads` says whether another block has
/// its old id. So many `others` of the page have moved, too.
pub fn moved_anchor(at: Span, (was, now): (&str, &str), leads: bool, others: usize, why: MovedAnchor) -> Diagnostic {
    let to = if leads { "now lead to another block" } else { "now lead nowhere" };
    let more = match others {
        0 => String::new(),
        1 => ", and one more block has moved".to_owned(),
        others => format!(", and {others} more blocks have moved"),
    };
    let help = match why {
        MovedAnchor::Inserted { before, count: 1 } => {
            format!("write `<!--#p{before}a-->` at the end of the block inserted above, so that the ids below stay")
        }
        MovedAnchor::Inserted { before, count } => format!(
            "write `<!--#p{before}a-->`, `<!--#p{before}b-->` and so on at the ends of the {count} blocks inserted above, \
             so that the ids below stay"
        ),
        MovedAnchor::Removed => {
            format!("write `<!--#p{was}-->` at the end of this block, so that it and the blocks below keep their ids")
        }
        MovedAnchor::Other => "give blocks their old ids back with marks at their ends: `<!--#p3a-->` is not counted, \
             and `<!--#p5-->` leaves out numbers"
            .to_owned(),
    };
    Diagnostic::warning("moved-anchor", format!("links to `#p{was}` {to}{more}"))
        .at(at, format!("this block was `#p{was}` in the last build; now it is `#p{now}`"))
        .help(help)
}

/// Reports the tags and attributes that were removed from one line.
pub fn removed_html(at: Span, names: &[String]) -> Diagnostic {
    let names: Vec<String> = names.iter().map(|name| quoted(name)).collect();
    Diagnostic::warning("removed-html", format!("the sanitiser removed {}", names.join(", ")))
        .at(at, "`[markdown] html = \"sanitize\"` keeps only harmless HTML")
        .help("write it in Markdown, or set `html = \"allow\"` in site.toml if you trust everyone who writes articles")
}

/// Reports syntax that another program would interpret and Recto prints as text.
pub fn foreign_syntax(at: Span, what: String, label: &str, help: String) -> Diagnostic {
    Diagnostic::warning("foreign-syntax", what).at(at, label).help(help)
}

pub fn unshown_picture(at: Span, extension: &str) -> Diagnostic {
    Diagnostic::warning("unshown-picture", format!("most browsers cannot show .{extension} files as pictures"))
        .at(at, "expected a JPEG, PNG, WebP, AVIF, GIF or SVG")
        .help("export it in one of these formats, or write [text](file) to link to the file")
}

/// Reports a character reference by number to a character that no page can contain.
pub fn bad_reference(at: Span, written: &str, number: u32) -> Diagnostic {
    let what = match char::from_u32(number).is_some_and(char::is_control) {
        true => "a control character",
        false => "which is not a character",
    };
    Diagnostic::error(
        "control-character",
        format!("the reference {} stands for U+{number:04X}, {what}", quoted(written)),
    )
    .at(at, "expected a character that a page can show")
    .help("delete it, or write the intended character")
}

/// Reports a link whose address contains a secret. The address is not shown.
pub fn secret_in_link(at: Span) -> Diagnostic {
    Diagnostic::error("secret-in-url", "a link contains a user name or a password, which every reader would see")
        .at(at, "expected the address as readers type it, such as https://host/path")
        .bare()
}

pub fn unbalanced_html(at: Span) -> Diagnostic {
    Diagnostic::warning(
        "unbalanced-html",
        "the HTML of this block leaves an element open, or closes one that is not open",
    )
    .at(at, "so the page shows the original below the translation, not beside it")
    .help("close every element in the block that opens it")
}

pub fn unclosed_comment(at: Span) -> Diagnostic {
    Diagnostic::warning("unclosed-comment", "the comment is not closed, so the text after it is not published")
        .at(at, "expected `-->` at the end of the comment")
        .help("close the comment, or write `\\<!--` to print it as text")
}

pub fn section_page(at: Span, record: Option<&str>) -> Diagnostic {
    let help = match record {
        Some(record) => format!("describe the section in {record}, with `label` and `order`"),
        None => {
            "describe a section in content/sections/NAME.md; for a page in a folder, write NAME/index.md".to_owned()
        }
    };
    stray_file(at, "Recto does not read Hugo's `_index.md`", &help)
}

pub fn stray_file(at: Span, why: &str, help: &str) -> Diagnostic {
    Diagnostic::warning("stray-file", format!("the file is not used: {why}")).at(at, "").help(help)
}

/// Reports a sibling whose file name is not that of a sibling. `lacks` are the missing keys of an article.
pub fn misnamed_sibling(at: Span, article: &str, lang: &str, lacks: &[Diagnostic]) -> Diagnostic {
    let name = article.rsplit('/').next().unwrap_or(article);
    let keys: Vec<&str> = lacks
        .iter()
        .filter(|found| found.code == "missing-key")
        .filter_map(|found| found.message.split('`').nth(1))
        .collect();
    Diagnostic::error("stray-file", format!("the file is not used: an article needs {}", keys.join(", ")))
        .at(Span::file(at.file), "")
        .help(format!("rename it to `{name}.{lang}.md` if it is `{name}.md` in {lang}"))
}

/// Reports an article that is perhaps a sibling of another.
pub fn sibling_name(at: Span, article: &str, lang: &str) -> Diagnostic {
    let name = article.rsplit('/').next().unwrap_or(article);
    Diagnostic::warning("sibling-name", format!("this file may be `{name}.md` in {lang}"))
        .at(at, "published as a separate article, with the same date and source")
        .help(format!("rename it to `{name}.{lang}.md` if it is: a sibling needs only a title"))
}

pub fn duplicate_alias(at: Span, kind: &str, label: &str, first: Span) -> Diagnostic {
    Diagnostic::error("ambiguous-label", format!("two {kind} records have the label or alias {}", quoted(label)))
        .at(at, "already in use")
        .note(Some(first), "first used here")
}
