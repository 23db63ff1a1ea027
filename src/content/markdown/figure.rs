//! Writes images and figures. A figure is a paragraph that consists of one image with a caption or a credit. It must
//! not know files: `MarkdownOptions::resolve` provides what is known of an image.

use super::escape;
use super::foreign_syntax;
use super::link_target::{DisplayedImage, LinkUse};
use super::options::CreditLine;
use super::problem::{ForeignSyntax, ProblemKind};
use super::writer::{Figure, OpenImage, Writer};
use std::ops::Range;

/// The placeholder for the credited name in the interface string.
const CREDIT: &str = "{credit}";

impl Figure<'_> {
    pub(super) fn new(start: usize, content: usize) -> Self {
        Figure { start, content, images: 0, others: false, title: String::new(), credit: None, title_at: 0..0 }
    }

    pub(super) fn is_only_images(&self) -> bool {
        self.images > 0 && !self.others
    }

    /// Returns whether the paragraph is a figure.
    pub(super) fn is_one(&self) -> bool {
        self.images == 1 && !self.others && (!self.title.is_empty() || self.credit.is_some())
    }
}

impl Writer<'_> {
    pub(super) fn start_image(&mut self, dest: &str, title: &str, at: &Range<usize>) {
        self.settle(at.start);
        if let Some(image) = &mut self.image {
            image.depth += 1;
            return;
        }
        let led = match dest.is_empty() {
            true => {
                self.problem(at, ProblemKind::Foreign(ForeignSyntax::EmptyImage));
                None
            }
            false => self.target(dest, at, LinkUse::Image),
        };
        if let Some(extension) = foreign_syntax::unshown(dest).filter(|_| led.is_some()) {
            self.problem(at, ProblemKind::UnshownPicture(extension));
        }
        let options = self.options;
        let credit = options.credits.iter().position(|credit| *credit.dest == *dest);
        self.credited.extend(credit);
        let credit = credit.map(|at| &options.credits[at]);
        self.image = Some(OpenImage { depth: 1, led, title: title.to_owned(), credit, alt: String::new() });
    }

    pub(super) fn end_image(&mut self, at: &Range<usize>) {
        let Some(mut image) = self.image.take() else {
            return;
        };
        image.depth -= 1;
        if image.depth > 0 {
            self.image = Some(image);
            return;
        }
        let Some(led) = image.led else {
            if let Some(figure) = &mut self.figure {
                figure.others = true;
            }
            escape::text(&mut self.out, &image.alt);
            return;
        };
        if image.alt.trim().is_empty() {
            self.problem(at, ProblemKind::ImageWithoutAlt);
        }
        self.out.push_str("<img src=\"");
        escape::href(&mut self.out, &led.to);
        self.out.push('"');
        self.attribute("alt", image.alt.trim());
        // An image inside a paragraph has no room for a caption, so the credit becomes its title.
        let title = match image.credit.map(|credit| self.credit_text(credit)) {
            Some(credit) if image.title.is_empty() => credit,
            Some(credit) => format!("{} ({credit})", image.title),
            None => image.title.clone(),
        };
        let start = self.out.len();
        if !title.is_empty() {
            self.attribute("title", &title);
        }
        let title_at = start..self.out.len();
        if let Some(shown) = &led.shown {
            self.dimensions(shown, true, true);
        }
        self.out.push_str(" loading=\"lazy\" decoding=\"async\">");
        if let Some(figure) = &mut self.figure {
            figure.images += 1;
            (figure.title, figure.credit, figure.title_at) = (image.title, image.credit, title_at);
        }
    }

    /// Writes the size, so that the page reserves room before the image is loaded, and the choice of variants. Each
    /// only if requested.
    pub(super) fn dimensions(&mut self, shown: &DisplayedImage, size: bool, choice: bool) {
        if let Some((width, height)) = shown.size.filter(|_| size) {
            self.attribute("width", &width.to_string());
            self.attribute("height", &height.to_string());
        }
        if shown.choice.is_empty() || !choice {
            return;
        }
        self.out.push_str(" srcset=\"");
        self.out.push_str(self.mark);
        for (at, (address, width)) in shown.choice.iter().enumerate() {
            self.out.push_str(if at > 0 { ", " } else { "" });
            escape::href(&mut self.out, address);
            self.out.push(' ');
            escape::number(&mut self.out, u64::from(*width));
            self.out.push('w');
        }
        self.out.push('"');
        self.attribute("sizes", shown.sizes);
    }

    /// Turns the paragraph just written into a figure.
    pub(super) fn write_figure(&mut self, figure: &Figure) {
        self.out.replace_range(figure.title_at.clone(), "");
        let id = self.out[figure.start + 2..figure.content].to_owned();
        self.out.replace_range(figure.start..figure.content, &format!("<figure{id}"));
        self.out.push_str("<figcaption>");
        escape::text(&mut self.out, &figure.title);
        if let Some(credit) = figure.credit {
            self.out.push_str(if figure.title.is_empty() { "" } else { " " });
            self.write_credit(credit);
        }
        self.out.push_str("</figcaption></figure>\n");
    }

    fn write_credit(&mut self, credit: &CreditLine) {
        self.out.push_str("<span");
        self.class("credit");
        self.label_language();
        self.out.push('>');
        escape::text(&mut self.out, &self.options.labels.image_credit.replace(CREDIT, &credit.text));
        if let Some((label, address)) = &credit.rights {
            self.out.push_str(SEPARATOR);
            if let Some(address) = address {
                self.out.push_str("<a href=\"");
                escape::href(&mut self.out, address);
                self.out.push_str("\" rel=\"license\">");
            }
            escape::text(&mut self.out, label);
            self.out.push_str(if address.is_some() { "</a>" } else { "" });
        }
        self.out.push_str("</span>");
    }

    /// Returns the credit as plain text, for an attribute.
    pub(super) fn credit_text(&self, credit: &CreditLine) -> String {
        let mut text = self.options.labels.image_credit.replace(CREDIT, &credit.text);
        if let Some((label, _)) = &credit.rights {
            text.push_str(SEPARATOR);
            text.push_str(label);
        }
        text
    }
}

/// The separator between a credit and the rights. It belongs to no language or direction.
const SEPARATOR: &str = " · ";
