//! Recognizes secrets by their names or in addresses, and removes them from addresses in messages. All such decisions
//! are made here.

/// Parts of names that indicate a secret. Names are compared without separators, in lower case.
const PARTS: [&str; 15] = [
    "secret",
    "token",
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "credential",
    "accesskey",
    "accountkey",
    "apikey",
    "privatekey",
    "sharedkey",
    "secretkey",
    "signature",
    "authorization",
];

/// Words that indicate a secret only as a whole word of a name.
const WORDS: [&str; 6] = ["key", "sas", "pass", "auth", "bearer", "sig"];

/// Returns whether a key of this name would hold a secret.
pub fn is_name(key: &str) -> bool {
    let plain: String = key.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let word = |word: &str| WORDS.iter().any(|known| word.eq_ignore_ascii_case(known));
    PARTS.iter().any(|part| plain.contains(part)) || key.split(|c: char| !c.is_ascii_alphanumeric()).any(word)
}

/// The parts of an address that matter here.
struct UrlParts<'a> {
    /// The scheme with its `://`, if there is one.
    scheme: &'a str,
    user: Option<&'a str>,
    /// Host and path.
    rest: &'a str,
    /// Everything from `?` or `#` on.
    tail: &'a str,
}

fn parts(url: &str) -> UrlParts<'_> {
    let (scheme, rest) = url.split_at(url.find("://").map_or(0, |at| at + 3));
    let (rest, tail) = rest.split_at(rest.find(['?', '#']).unwrap_or(rest.len()));
    let authority = &rest[..rest.find('/').unwrap_or(rest.len())];
    // A slash in a password ends the authority too early: `me:pa/ss@host`.
    let at = authority.rfind('@').or_else(|| rest.rfind('@').filter(|_| authority.contains(':')));
    let (user, rest) = at.map_or((None, rest), |at| (Some(&rest[..at]), &rest[at + 1..]));
    UrlParts { scheme, user, rest, tail }
}

/// Options that programs accept after the address of a store. None of them is a secret. Recto's own keys, and those of
/// other programs.
const OPTIONS: [&str; 15] = [
    "endpoint",
    "region",
    "prefix",
    "host",
    "branch",
    "profile",
    "disableSSL",
    "disable_https",
    "s3ForcePathStyle",
    "use_path_style",
    "awssdk",
    "accelerate",
    "dualstack",
    "fips",
    "anonymous",
];

/// Returns the options of an address, if none of them can be a secret.
pub fn options(url: &str) -> Option<Vec<(&'static str, &str)>> {
    let tail = parts(url).tail.strip_prefix('?')?;
    let plain = |value: &str| {
        value.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"'\\`@?#".contains(&byte)) && !value.contains("%40")
    };
    let option = |text: &'_ str| {
        let (name, value) = text.split_once('=')?;
        OPTIONS.iter().find(|known| known.eq_ignore_ascii_case(name)).filter(|_| plain(value))
    };
    tail.split('&').map(|text| Some((*option(text)?, text.split_once('=')?.1))).collect()
}

/// Returns whether an address contains a secret: `user:password@`, a query, or a user name where the protocol has
/// none.
pub fn is_in_address(url: &str) -> bool {
    let UrlParts { scheme, user, tail, .. } = parts(url);
    // For SSH and rsync daemons, a user name alone is not secret. Elsewhere it is a token.
    let named = ["ssh://", "git+ssh://", "rsync://", ""].contains(&scheme);
    user.is_some_and(|user| user.contains(':') || !named) || (tail.starts_with('?') && options(url).is_none())
}

/// Returns whether an address for readers contains a user name or a password, which every page would reveal. Also
/// accepts texts that are nearly addresses.
pub fn is_in_url(url: &str) -> bool {
    if url.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("mailto:")) {
        return false;
    }
    let is_at = |c: char| matches!(c, '@' | '＠');
    let after = url.find("://").map_or(url, |at| &url[at + 3..]);
    let after = after.trim_start_matches(['/', '\\']);
    let after = &after[..after.find(['?', '#']).unwrap_or(after.len())];
    let authority = &after[..after.find(['/', '\\']).unwrap_or(after.len())];
    // A slash in a password ends the authority too early, and so does a scheme with too few slashes.
    let port = authority.rsplit(']').next().and_then(|rest| rest.split_once(':')).map(|(_, port)| port);
    let odd = port.is_some_and(|port| port.is_empty() || !port.bytes().all(|byte| byte.is_ascii_digit()));
    authority.contains(is_at) || (odd && after.contains(is_at))
}

/// Returns whether a line of a text contains an address with a user name or a password.
pub fn is_in_text(line: &str) -> bool {
    let ends = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | '`' | '(' | ')' | '[' | ']');
    let address = |at: usize| {
        let url = &line[scheme_at(&line[..at])..];
        &url[..url.find(ends).unwrap_or(url.len())]
    };
    line.match_indices("://").any(|(at, _)| is_in_url(address(at)))
}

/// Returns the password of `user:password@`, or the token in its place.
pub fn password(url: &str) -> Option<&str> {
    let user = parts(url).user?;
    Some(user.split_once(':').map_or(user, |(_, password)| password)).filter(|_| url.contains("://"))
}

/// Returns the address without user, query and fragment, which may be printed.
pub fn plain_address(url: &str) -> String {
    let UrlParts { scheme, rest, .. } = parts(url);
    format!("{scheme}{rest}")
}

/// Replaces every address in a text: removes the user, and shortens a query or fragment to `?…`.
pub fn plain_addresses(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let start = scheme_at(&rest[..at]);
        let ends = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | '`' | '(' | ')');
        let after = &rest[at + 3..];
        let mut end = at + 3 + after.find(ends).unwrap_or(after.len());
        // Another address may follow without a space.
        if let Some(next) = rest[at + 3..end].find("://") {
            end = scheme_at(&rest[..at + 3 + next]).max(at + 3);
        }
        out.push_str(&rest[..start]);
        let UrlParts { scheme, rest: place, tail, .. } = parts(&rest[start..end]);
        out.push_str(scheme);
        out.push_str(place);
        if !tail.is_empty() {
            out.push_str("?…");
        }
        rest = &rest[end..];
    }
    out + rest
}

/// Returns where the scheme at the end of a text starts.
fn scheme_at(text: &str) -> usize {
    let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    text.trim_end_matches(word).len()
}

/// Returns whether a line of a configuration sets a key that looks like a secret, or contains an address with one.
pub fn is_in_line(line: &str) -> bool {
    let names = line.match_indices(['=', ':']).map(|(at, _)| {
        let before = line[..at].trim_end().trim_end_matches(['"', '\'']);
        &before[before.rfind([' ', '\t', '{', ',', '"', '\'']).map_or(0, |at| at + 1)..]
    });
    let address = |at: usize| {
        let url = &line[scheme_at(&line[..at])..];
        is_in_address(&url[..url.find(['"', '\'', ' ']).unwrap_or(url.len())])
    };
    names.into_iter().any(is_name) || line.match_indices("://").any(|(at, _)| address(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets() {
        for name in [
            "accessKeyId",
            "secret",
            "aws_secret_access_key",
            "AWS-SESSION-TOKEN",
            "passwd",
            "db.pwd",
            "apiKey",
            "key",
            "sas",
            "sas_token",
            "privateKeyFile",
            "credentials",
            "Authorization",
        ] {
            assert!(is_name(name), "{name}");
        }
        // All keys of site.toml, and longer words that contain a listed word.
        for name in [
            "title",
            "description",
            "base_url",
            "language",
            "timezone",
            "theme",
            "permalinks",
            "article",
            "style",
            "pagination",
            "per_page",
            "feeds",
            "limit",
            "for",
            "credits",
            "translator",
            "labels",
            "original",
            "publish",
            "topics",
            "bar",
            "redirects",
            "as",
            "assets",
            "names",
            "markdown",
            "html",
            "search",
            "enable",
            "extra",
            "deploy",
            "to",
            "host",
            "releases",
            "branch",
            "history",
            "endpoint",
            "region",
            "compress",
            "max_deletes",
            "keyboard",
            "monkey",
            "author",
        ] {
            assert!(!is_name(name), "{name}");
        }
    }

    #[test]
    fn secrets_in_addresses() {
        for (url, plain) in [
            ("git+https://ghp_x@host/r.git", "git+https://host/r.git"),
            ("https://ghp_x@github.com/o/r.git", "https://github.com/o/r.git"),
            ("ssh://me:pa/ss@h/x", "ssh://h/x"),
            ("ssh://me:pass@h:22/x", "ssh://h:22/x"),
            ("rsync://me:pass@h/m", "rsync://h/m"),
            ("me:pass@h:/x", "h:/x"),
            ("s3://AKIA:x@b/f", "s3://b/f"),
            ("az://b/f?sig=x#y", "az://b/f"),
        ] {
            assert!(is_in_address(url), "{url}");
            assert_eq!(plain_address(url), plain);
        }
        for url in [
            "ssh://me@h:22/x",
            "git+ssh://git@h/o/r",
            "rsync://me@h/m",
            "git@h:o/r.git",
            "file:///srv/@site",
            "s3://b/a@b",
            "s3://b?region=eu-north-1",
            "s3://b/x?endpoint=https://s3.example&S3FORCEPATHSTYLE=true",
        ] {
            assert!(!is_in_address(url), "{url}");
        }
    }

    #[test]
    fn users_in_addresses_that_readers_open() {
        for url in [
            "https://user:pw@x.example/",
            "https://user@x.example",
            "http://user:@x.example/a",
            "https://:pw@x.example",
            "HTTPS://user:pw@x.example",
            "//user:pw@x.example/",
            "user:pw@x.example",
            "user@x.example",
            "https://user:p/w@x.example/",
            "https://user:p＠x.example/",
            "https:/user:pw@x.example/",
            "https:user:pw@x.example/",
            "https:\\\\user:pw@x.example",
            "ftp://user:pw@x.example/",
        ] {
            assert!(is_in_url(url), "{url}");
        }
        for url in [
            "mailto:desk@x.example",
            "https://x.example/@user",
            "https://x.example:8080/@user/a",
            "https://x.example/?mail=a@b.example",
            "https://x.example#@b",
            "http://[::1]:80/@a",
            "http://[::1]/@a",
            "https://web.archive.example/2020/https://a@b.example/",
            "https://x.example",
            "/a/@b",
            "",
        ] {
            assert!(!is_in_url(url), "{url}");
        }
    }

    #[test]
    fn every_address_of_a_text_is_cleaned() {
        let cleaned = plain_addresses("GET a://b?x,https://u:p@c?sig=1,2#f, (d://t@e/f#g) and h://i/j; k");
        assert_eq!(cleaned, "GET a://b?…https://c?… (d://e/f?…) and h://i/j; k");
        assert_eq!(plain_addresses("://"), "://");
        assert_eq!(plain_addresses("a://b://c?d"), "a://b://c?…");
    }

    #[test]
    fn lines_with_secrets() {
        for line in [
            "apiKey = 1",
            "x = { a = 1, \"secret\"=2 }",
            "[extra] # https://a:b@c",
            "aws.secret_access_key = x",
            "to = 's3://b?x'",
        ] {
            assert!(is_in_line(line), "{line}");
        }
        for line in ["title = \"The secret key\"", "[deploy.live]", "to = \"ssh://me@h/x\"", "bar = [\"Bridges\"]"] {
            assert!(!is_in_line(line), "{line}");
        }
    }
}
