//! Where readers report mistakes: the table `[contact]` of `site.toml`. It must not know articles.

use super::reader::Reader;
use super::{problem, secret, weburl};

/// Where a reader reports a mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReportAddress {
    /// By e-mail to this address.
    Mail(Box<str>),
    /// As an issue: the address of the form for a new one.
    Issue(Box<str>),
}

/// The settings of contacts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContactSettings {
    /// Where to report a mistake in an article, if pages offer that.
    pub report: Option<ReportAddress>,
}

impl ContactSettings {
    /// Reads the table.
    pub fn read(r: &mut Reader) -> ContactSettings {
        let Some(mut table) = r.table("contact") else { return ContactSettings::default() };
        let report = report(&mut table);
        table.finish();
        ContactSettings { report }
    }
}

/// Reads an e-mail address, with or without `mailto:`, or the address of a form.
fn report(table: &mut Reader) -> Option<ReportAddress> {
    let written = table.string("report")?;
    let mail = written.value.strip_prefix("mailto:").unwrap_or(written.value);
    if weburl::is_mail(mail) {
        return Some(ReportAddress::Mail(mail.into()));
    }
    let found = match written.value {
        url if secret::is_in_url(url) => {
            problem::secret_in_site(table.span(&written.at), "`report`").help("write the address as readers type it")
        }
        url if weburl::is_web(url) && !url.contains('#') => return Some(ReportAddress::Issue(url.into())),
        other => problem::invalid_url(table.span(&written.at), "report", other)
            .help("write an e-mail address such as desk@archive.example, or the address of the form for a new issue"),
    };
    table.problems.borrow_mut().push(found);
    None
}
