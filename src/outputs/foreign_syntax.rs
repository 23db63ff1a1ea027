//! Messages about the syntax of other programs in Markdown: what it is, what was expected, and what to write in
//! Recto. It must not know files or places.

use crate::base::diag::quoted;
use crate::content::markdown::ForeignSyntax;

/// Returns message, label and help.
pub fn message(habit: ForeignSyntax) -> (String, &'static str, String) {
    let to_text = "printed as text";
    match habit {
        ForeignSyntax::EmptyLink => (
            "the link has no address".to_owned(),
            "printed without a link",
            "write an address: [text](other.md) or [text](https://example.org/)".to_owned(),
        ),
        ForeignSyntax::EmptyImage => (
            "the picture has no address".to_owned(),
            "its alternative text is printed",
            "write the path of the file: ![what it shows](picture.jpg)".to_owned(),
        ),
        ForeignSyntax::Shortcode(written) => (
            format!("{} is a shortcode, which Recto does not support", quoted(&written)),
            to_text,
            "write it as Markdown: ![what it shows](picture.jpg \"caption\"), [text](other.md), > [!NOTE]".to_owned(),
        ),
        ForeignSyntax::TemplateTag(written) => (
            format!("{} is a template tag, which Recto does not run in texts", quoted(&written)),
            to_text,
            "write it as Markdown, such as [text](other.md) or [text](/about/), or put it in `…` to print it unchanged"
                .to_owned(),
        ),
        ForeignSyntax::WikiLink(written) => {
            let (page, text) = split(&written);
            let file = if page.contains('.') { page.to_owned() } else { format!("{page}.md") };
            let file = if file.contains(' ') { format!("<{file}>") } else { file };
            (
                format!("{} is a wiki link, which Recto does not support", quoted(&written)),
                to_text,
                format!("write {} with the path of the file", quoted(&format!("[{text}]({file})"))),
            )
        }
        ForeignSyntax::Embed(written) => {
            let (file, _) = split(&written);
            let file = if file.contains(' ') { format!("<{file}>") } else { file.to_owned() };
            (
                format!("{} is a wiki picture, which Recto does not support", quoted(&written)),
                to_text,
                format!("write {} with the path of the file", quoted(&format!("![what it shows]({file})"))),
            )
        }
        ForeignSyntax::Attributes(written) => (
            format!("{} is an attribute list, which Recto does not support", quoted(&written)),
            to_text,
            "delete it, or write {#id} at the end of a heading to give it an id".to_owned(),
        ),
        ForeignSyntax::Table => (
            "this looks like a table, but the second line is not a row of dashes with as many cells as the first"
                .to_owned(),
            to_text,
            "write a row such as |---|---| below the first line".to_owned(),
        ),
        ForeignSyntax::SpaceInAddress(written) => (
            format!("the address {} contains a space, so this is not a link or a picture", quoted(&written)),
            to_text,
            format!(
                "write {} or {}",
                quoted(&format!("(<{written}>)")),
                quoted(&format!("({})", written.replace(' ', "%20")))
            ),
        ),
        ForeignSyntax::PictureSize(written) => (
            format!("{} after an address is not Markdown, so this is not a picture", quoted(&written)),
            to_text,
            "delete it: Recto reads the size of a picture from its file".to_owned(),
        ),
    }
}

/// Splits `[[page|text]]` into page and text.
fn split(written: &str) -> (&str, &str) {
    let inside = written.trim_start_matches('!').trim_start_matches('[').trim_end_matches(']');
    inside.split_once('|').map_or((inside, inside), |(page, text)| (page, text))
}
