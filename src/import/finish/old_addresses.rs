//! Which old addresses of a text become its aliases: all but its new one, those of others, and those that no alias can
//! have. It must not know texts.

use std::collections::BTreeSet;

use crate::base::limits::LIST;
use crate::base::path;
use crate::base::reserved;
use crate::content::content_path::TermKind;

/// The aliases that are given out.
#[derive(Debug, Default)]
pub struct AliasBook {
    taken: BTreeSet<String>,
}

/// Why an address is no alias.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AliasRefusal {
    /// It is the new address, or an alias already.
    Needless,
    /// It differs from others only by its query.
    Query,
    Taken,
    Invalid,
}

impl AliasBook {
    /// Returns the alias for an old address. `new` is the text's new address, and `is_used` says whether a page of the
    /// new site has an address.
    pub fn alias(&mut self, address: &str, new: &str, is_used: &dyn Fn(&str) -> bool) -> Result<String, AliasRefusal> {
        let bare = address.split('#').next().unwrap_or_default();
        if bare.contains('?') {
            return Err(AliasRefusal::Query);
        }
        let escaped = if path::is_percent_encoded(bare) { bare.to_owned() } else { bare.replace('%', "%25") };
        let decoded = path::decode_percent(&escaped).ok_or(AliasRefusal::Invalid)?;
        let plain = decoded.trim_matches('/');
        let plain = match plain.strip_suffix("index.html") {
            Some(folder) if folder.is_empty() || folder.ends_with('/') => folder.trim_end_matches('/'),
            _ => plain,
        };
        let key = path::fold(plain);
        if key == path::fold(new) {
            return Err(AliasRefusal::Needless);
        }
        let fine = path::check_output_path(plain).is_ok() && reserved::in_address(plain).is_none();
        if !fine || plain.chars().all(path::is_invisible) {
            return Err(AliasRefusal::Invalid);
        }
        if self.taken.contains(&key) {
            return Err(AliasRefusal::Taken);
        }
        if is_used(&key) || is_of_listing(&key) || self.clashes(&key) {
            return Err(AliasRefusal::Taken);
        }
        self.taken.insert(key);
        let name = plain.rsplit('/').next().unwrap_or_default();
        let mut written = String::from("/");
        path::encode_path(plain, &mut written);
        // Without an ending, hosts look for a folder.
        if !name.contains('.') {
            written.push('/');
        }
        Ok(readable(&written))
    }

    /// Returns whether the file of an address would stand where a folder of another is, or the other way round.
    fn clashes(&self, key: &str) -> bool {
        let above = key.match_indices('/').any(|(at, _)| {
            let folder = &key[..at];
            folder.rsplit('/').next().is_some_and(|name| name.contains('.')) && self.taken.contains(folder)
        });
        let start = format!("{key}/");
        let named = key.rsplit('/').next().is_some_and(|name| name.contains('.'));
        above || (named && self.taken.range(start.clone()..).next().is_some_and(|other| other.starts_with(&start)))
    }

    /// The number of aliases that an article may have.
    pub const MOST: usize = LIST;
}

/// Shows letters of every script as they are, if that is the same address.
fn readable(encoded: &str) -> String {
    let decoded = path::decoded(encoded);
    let odd = |c: char| c == '%' || c == '?' || c == '#' || c == '\\' || c.is_whitespace() || path::is_invisible(c);
    if decoded.contains(odd) { encoded.to_owned() } else { decoded }
}

/// Returns whether an address is one of the site's listings or files.
fn is_of_listing(key: &str) -> bool {
    let top = key.split('/').next().unwrap_or_default();
    let number = |part: &str, length: usize| part.len() == length && part.bytes().all(|b| b.is_ascii_digit());
    let steps: Vec<&str> = key.split('/').collect();
    let dated = match steps[..] {
        [year] => number(year, 4),
        [year, month] => number(year, 4) && number(month, 2),
        [year, month, day] => number(year, 4) && number(month, 2) && number(day, 2),
        _ => false,
    };
    let own =
        ["page", "search", "corrections", "feed.xml", "feed.json", "robots.txt", "404.html", "404", "sitemap.xml"];
    dated || own.contains(&top) || TermKind::ALL.iter().any(|kind| kind.plural() == top)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_old_address_is_an_alias() {
        let mut book = AliasBook::default();
        let used = |key: &str| key == "about";
        for (address, alias) in [
            ("/2021/03/24/a/", Err(AliasRefusal::Needless)),
            ("/2021/03/24/a/index.html", Err(AliasRefusal::Needless)),
            ("/2021/03/24/a.html", Ok("/2021/03/24/a.html")),
            ("/old/a", Ok("/old/a/")),
            ("/old/A/", Err(AliasRefusal::Taken)),
            ("/%E6%97%A5/", Ok("/日/")),
            ("/100%/", Ok("/100%25/")),
            ("/?p=12", Err(AliasRefusal::Query)),
            ("/about/", Err(AliasRefusal::Taken)),
            ("/2021/", Err(AliasRefusal::Taken)),
            ("/tags/x/", Err(AliasRefusal::Taken)),
            ("/2021/03/24/a.html/amp/", Err(AliasRefusal::Taken)),
            ("/../x/", Err(AliasRefusal::Invalid)),
            ("/.git/x/", Err(AliasRefusal::Invalid)),
            ("/", Err(AliasRefusal::Invalid)),
        ] {
            assert_eq!(book.alias(address, "2021/03/24/a", &used), alias.map(str::to_owned), "{address}");
        }
    }
}
