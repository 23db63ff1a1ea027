//! Diagnostics of articles: addresses, siblings, links and pictures. This file only contains wording; the caller
//! decides that something is wrong.

use crate::base::diag::{Diagnostic, Severity, Span, in_toml, quoted};
use crate::base::ignored_files::IgnoreReason;
use crate::base::reserved;

pub fn bad_slug(at: Span, value: &str, why: &str) -> Diagnostic {
    Diagnostic::error("bad-slug", format!("the slug {} cannot be part of an address: {why}", quoted(value)))
        .at(at, "expected one segment, such as japan-reluctant-sanctions")
}

pub fn bad_alias(at: Span, value: &str, why: &str) -> Diagnostic {
    let message = match value.trim() {
        "" => "an alias is empty".to_owned(),
        value => format!("the alias {} cannot be an address: {why}", quoted(value)),
    };
    Diagnostic::error("bad-alias", message).at(at, "expected a path of this site, such as /20210325162766/")
}

pub fn bad_term(at: Span, key: &str, value: &str, why: &str) -> Diagnostic {
    Diagnostic::error("bad-term", format!("{} cannot be a {key}: {why}", quoted(value)))
        .at(at, "expected a name that makes an address of its own")
}

pub fn deep_section(at: Span, value: &str, steps: usize, limit: usize) -> Diagnostic {
    Diagnostic::error("bad-term", format!("{} cannot be a section: it has {steps} steps", quoted(value)))
        .at(at, format!("expected at most {limit} steps, such as: world/asia/japan"))
}

pub fn date_after_posted(at: Span, date: &str, posted: &str) -> Diagnostic {
    Diagnostic::warning("date-after-posted", format!("the article is dated {date}, after it was posted on {posted}"))
        .at(at, "expected the day on which the source printed it")
}

/// Reports a file name with `day`, which may not exist (30 February), whose article has another `date`.
pub fn name_date(at: Span, file: &str, day: &str, is_day: bool, date: &str) -> Diagnostic {
    let name = file.strip_suffix("/index.md").or(file.strip_suffix(".md")).unwrap_or(file);
    let name = name.rsplit('/').next().unwrap_or(name);
    if !is_day {
        return Diagnostic::error("name-date", format!("{} begins with {day}, which is not a date", quoted(name)))
            .at(at, format!("expected a file name that begins with {date}, or without a date"))
            .help("rename the file; with a `slug` it can have any name");
    }
    Diagnostic::error("name-date", format!("{} has the date {day} in its name, but its `date` is {date}", quoted(name)))
        .at(at, format!("expected {day}, as in the file's name"))
        .help("correct `date`, or rename the file; with a `slug` the file may have any name")
}

pub fn duplicate_file(at: Span, first: &str, what: &str) -> Diagnostic {
    Diagnostic::error("duplicate-file", format!("this file and {first} are the same {what}"))
        .at(at, "expected only one of them")
        .help("delete or rename one of them: NAME/index.md means the same as NAME.md")
}

pub fn ambiguous_original(at: Span, tags: &str) -> Diagnostic {
    Diagnostic::error("ambiguous-original", format!("the article has several siblings ({tags})"))
        .at(at, "expected one of them to be named as the original")
        .help("say which one is: [original] lang = \"…\"")
}

pub fn original_language(at: Span, said: &str, tag: &str) -> Diagnostic {
    let message = format!("the original is said to be in {}, but its file is marked {}", quoted(said), quoted(tag));
    Diagnostic::warning("original-language", message)
        .at(at, "the only sibling is taken for the original")
        .help("give the file and `[original] lang` the same tag")
}

/// Reports an article that claims to be the original and names another text as the original. `safe` says whether the
/// article's original may be printed, so that a wrong guess cannot publish a protected text.
pub fn conflicting_original(at: Span, language: &str, said: &str, text: Option<&str>, safe: bool) -> Diagnostic {
    let message = format!(
        "`kind = \"original\"` says that this article is the original, but `[original] lang = {said:?}` says that another text is"
    );
    let found = match safe {
        true => Diagnostic::warning("conflicting-original", message).at(at, "Recto takes this article as the original"),
        false => Diagnostic::error("conflicting-original", message)
            .at(at, "expected only one of the two, because the original must not be printed in full"),
    };
    let other = text.unwrap_or("a text in that language");
    found.help(format!(
        "if this article is the original, write [original] lang = {language:?}; if {other} is, delete `kind`"
    ))
}

pub fn translation_of_itself(at: Span, language: &str) -> Diagnostic {
    let message = format!("the article is called a translation, but its original has the same language, {language}");
    Diagnostic::warning("conflicting-original", message)
        .at(at, "Recto takes this article as the original")
        .help("if nobody translated it, write kind = \"original\"; otherwise correct [original] lang")
}

pub fn publish_of_itself(at: Span, value: &str) -> Diagnostic {
    let message = format!("`publish = {value:?}` has no effect, because this article is itself the original");
    Diagnostic::warning("conflicting-original", message)
        .at(at, "the article and its translations are printed")
        .help("delete the line; if the article is a translation, correct `kind` or [original] lang")
}

pub fn translator_of_original(at: Span, name: &str) -> Diagnostic {
    Diagnostic::warning("translator-of-original", format!("{} is named as the translator of an original", quoted(name)))
        .at(at, "not printed: this article is itself the original")
        .help("name translators in the files of the translations; write the author of the original as `author`")
}

pub fn uncredited_translation(at: Span) -> Diagnostic {
    Diagnostic::warning("uncredited-translation", "this translation names no translator")
        .at(at, "expected `translator` in this file: the article beside it is the original")
        .help("add a line such as: translator = \"A. Person\" (or a default in [credits] of site.toml)")
}

pub fn sibling_in_site_language(at: Span, language: &str) -> Diagnostic {
    Diagnostic::error("sibling-language", format!("this text is in {language}, the language of the article itself"))
        .at(at, "expected another language in the file's name")
}

pub fn orphan_sibling(at: Span, article: &str) -> Diagnostic {
    Diagnostic::warning("orphan-sibling", format!("there is no article {article} for this text"))
        .at(at, "not published")
        .help("give the article the same name, or rename this file if it is an article itself")
}

/// Reports an independent text in a file whose name marks it as a sibling of another article in the language `tag`.
pub fn misnamed_article(at: Span, tag: &str) -> Diagnostic {
    let file = at.file.to_string();
    let name = file.rsplit('/').next().unwrap_or(&file);
    let stem = name.strip_suffix(".md").unwrap_or(name);
    let (article, end) = stem.rsplit_once('.').unwrap_or((stem, tag));
    let folder = file.strip_suffix(name).unwrap_or_default();
    let message = format!("the file name {} means {}.md in the language {}", quoted(name), article, quoted(tag));
    Diagnostic::error("misnamed-article", message)
        .at(at, format!("there is no {article}.md, and this file has the keys of an article"))
        .help(format!("rename it to {folder}{article}-{end}.md; if it is a translation, add {article}.md"))
}

pub fn duplicate_address(at: Span, path: &str, by: &str) -> Diagnostic {
    Diagnostic::error("duplicate-address", format!("{} would be written twice", quoted(path)))
        .at(at, format!("by {by}"))
        .help("give one of them another `slug`, date or name")
}

pub fn bad_output_path(at: Span, path: &str, why: &str) -> Diagnostic {
    Diagnostic::error("bad-address", format!("{} cannot be written: {why}", quoted(path)))
        .at(at, "expected an address that every file system can hold")
}

/// Reports a broken link. This is a warning when publishing; `severity.rs` makes it an error for `check`, as it does
/// for missing assets.
pub fn broken_link(at: Span, dest: &str, why: &str, help: Option<String>) -> Diagnostic {
    Diagnostic::warning("broken-link", format!("the link to {} leads nowhere", quoted(dest)))
        .at(at, why)
        .maybe_help(help)
}

pub fn unpublished_link(at: Span, dest: &str) -> Diagnostic {
    Diagnostic::warning("unpublished-link", format!("{} is not published (draft, future or expired)", quoted(dest)))
        .at(at, "printed as text, without a link")
}

pub fn missing_asset(at: Span, dest: &str) -> Diagnostic {
    Diagnostic::warning("missing-asset", format!("there is no file {}", quoted(dest)))
        .at(at, "expected a file beside the article")
}

/// Reports a reference to an ignored file. `target` is the path below `content/`.
pub fn left_out_asset(at: Span, dest: &str, target: &str, why: IgnoreReason) -> Diagnostic {
    let path = format!("content/{target}");
    let what = match why {
        IgnoreReason::Secret => "it looks like a secret".to_owned(),
        IgnoreReason::Backup => "it looks like a backup".to_owned(),
        why => format!("it is {}", why.words()),
    };
    let help = match why {
        IgnoreReason::Secret => "if it is one, remove the file from the site; to publish it anyway",
        _ => "give it another name; to publish it as it is",
    };
    let help = match path.split('/').any(|segment| reserved::name(segment).is_some()) {
        true => "put the file into another folder, or give it another name".to_owned(),
        false => format!("{help}, write in site.toml: [static] include = [{}]", in_toml(&path)),
    };
    Diagnostic::warning("left-out-asset", format!("{} is not published: {what}", quoted(dest)))
        .at(at, "expected a file that may be published")
        .help(help)
}

/// Reports active content beside an article. `allow` is the entry that would permit it.
pub fn active_asset(at: Span, dest: &str, what: &str, allow: &str) -> Diagnostic {
    Diagnostic::error("active-asset", format!("{} is {what}, which could act in the name of the site", quoted(dest)))
        .at(at, "expected a file that is only read, such as a picture or a PDF")
        .help(format!(
            "remove it, or move it to static/; if you trust everyone who adds files, write in site.toml: [assets] allow = [{}]",
            in_toml(allow)
        ))
}

/// Reports active content of an SVG at its place in the file. `by` is where a text refers to the file.
pub fn active_svg(at: Span, file: &str, what: &str, by: Span) -> Diagnostic {
    let name = file.rsplit('/').next().unwrap_or(file);
    Diagnostic::error("active-asset", format!("the drawing {} holds {what}", quoted(name)))
        .at(at, "expected shapes and texts alone")
        .note(Some(by), "this text refers to it")
        .help(
            "save it as a plain SVG, or as a PNG; if you trust everyone who adds files, write in site.toml: [assets] allow = [\".svg\"]",
        )
}

pub fn bad_image(at: Span, dest: &str, why: &str) -> Diagnostic {
    Diagnostic::error("bad-image", format!("the picture {} cannot be shown: {why}", quoted(dest)))
        .at(at, "expected a picture that browsers show")
        .help("export it again from a program that can open it, in the format of its name")
}

pub fn unused_image_credit(at: Span, src: &str) -> Diagnostic {
    Diagnostic::warning("unused-image-credit", format!("the text shows no picture {}", quoted(src)))
        .at(at, "expected it as it is written in the text")
}

pub fn body(at: Span, severity: Severity, code: &'static str, message: String, label: String) -> Diagnostic {
    match severity {
        Severity::Error => Diagnostic::error(code, message).at(at, label),
        Severity::Warning => Diagnostic::warning(code, message).at(at, label),
    }
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
    Diagnostic::warning(
        "unshown-picture",
        format!("most browsers cannot show a file of the type .{extension} as a picture"),
    )
    .at(at, "expected a JPEG, PNG, WebP, AVIF, GIF or SVG")
    .help("export it again in one of these formats; write [text](file) to offer the file itself")
}

/// Reports a character reference by number to a character that no page can contain.
pub fn bad_reference(at: Span, written: &str, number: u32) -> Diagnostic {
    let what = match char::from_u32(number).is_some_and(char::is_control) {
        true => "a control character",
        false => "which is no character",
    };
    Diagnostic::error(
        "control-character",
        format!("the reference {} stands for U+{number:04X}, {what}", quoted(written)),
    )
    .at(at, "expected a character that a page can show")
    .help("delete it, or write the character that is meant")
}

/// Reports a link whose address contains a secret. The address is not shown.
pub fn secret_in_link(at: Span) -> Diagnostic {
    Diagnostic::error("secret-in-url", "a link holds a user name or a password, which every reader would see")
        .at(at, "expected the address as readers type it, such as https://host/path")
        .bare()
}

pub fn unclosed_comment(at: Span) -> Diagnostic {
    Diagnostic::warning("unclosed-comment", "the comment has no end, so the text after it is not printed")
        .at(at, "expected `-->` where it ends")
        .help("to print it as text, write `\\<!--`")
}

pub fn section_page(at: Span, record: Option<&str>) -> Diagnostic {
    let help = match record {
        Some(record) => format!("describe the section in {record}, with `label` and `order`"),
        None => {
            "describe a section in content/sections/NAME.md; for a page in a folder, write NAME/index.md".to_owned()
        }
    };
    stray_file(at, "Recto does not read the `_index.md` of Hugo", &help)
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
    Diagnostic::error("stray-file", format!("the file is not used: to be an article, it needs {}", keys.join(", ")))
        .at(Span::file(at.file), "")
        .help(format!("if it is `{name}.md` in {lang}, rename it to `{name}.{lang}.md`"))
}

/// Reports an article that is perhaps a sibling of another.
pub fn sibling_name(at: Span, article: &str, lang: &str) -> Diagnostic {
    let name = article.rsplit('/').next().unwrap_or(article);
    Diagnostic::warning("sibling-name", format!("is this `{name}.md` in {lang}?"))
        .at(at, "published as an article of its own, with the date and the source of the other one")
        .help(format!("if so, rename it to `{name}.{lang}.md`; then it needs only a title"))
}

pub fn duplicate_alias(at: Span, kind: &str, label: &str, first: Span) -> Diagnostic {
    Diagnostic::error("ambiguous-label", format!("two {kind} records answer to {}", quoted(label)))
        .at(at, "this label or alias is taken")
        .note(Some(first), "first used here")
}
