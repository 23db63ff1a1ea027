//! Addresses of deploy targets. The scheme selects the kind of target. This file works on strings and does not connect
//! to a target.

use std::path::PathBuf;

use super::diag::{nearest, quoted};
use super::path::decoded;
use super::secret;
use super::weburl;

/// A target, as its address describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TargetAddress {
    /// `file:///srv/www/site`
    Folder(PathBuf),
    /// `s3://bucket/folder`, `gs://bucket/folder`, `az://container/folder`
    Objects { store: StoreKind, bucket: String, folder: String },
    /// `ssh://user@host:22/srv/www/site`, with rsync over SSH
    Ssh { user: Option<String>, host: String, port: Option<u16>, path: String },
    /// `rsync://host/module/folder`, with an rsync daemon
    Rsync { host: String, path: String },
    /// `git+https://…`, `git+ssh://…`, `git+file://…`: the URL of the repository after the plus
    Git { url: String },
}

/// The kind of an object store, by its scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreKind {
    S3,
    Google,
    Azure,
}

/// What is wrong with an address. It does not repeat any secret in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressError {
    /// Whether the address contains a secret, so that its source line must be hidden.
    pub secret: bool,
    pub message: String,
    /// What was expected.
    pub expected: String,
    pub help: Option<String>,
}

impl std::fmt::Display for AddressError {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "{}; expected {}", self.message, self.expected)?;
        self.help.as_ref().map_or(Ok(()), |help| write!(f, "\nhelp: {help}"))
    }
}

const SCHEMES: [&str; 9] = ["file", "s3", "gs", "az", "ssh", "rsync", "git+https", "git+ssh", "git+file"];
/// Examples of valid addresses, for an unknown scheme.
const SOME: &str = "an address such as file:///srv/www/site or s3://bucket/folder";

impl TargetAddress {
    /// Parses an address.
    pub fn parse(url: &str) -> Result<TargetAddress, AddressError> {
        let shown = quoted(&secret::plain_address(url));
        let wrong = |what: &str, expected: &str| AddressError {
            secret: false,
            message: format!("{shown} {what}"),
            expected: expected.to_owned(),
            help: None,
        };
        if secret::is_in_address(url) {
            return Err(AddressError {
                secret: true,
                help: Some("pass credentials in the environment".to_owned()),
                ..wrong("contains a password, a token or a signature", "an address without one")
            });
        }
        if let Some(options) = secret::options(url) {
            let help = Some(as_keys(&secret::plain_address(url), &options));
            return Err(AddressError { help, ..wrong("has options after the `?`", "only the address") });
        }
        let Some((scheme, rest)) = url.split_once("://") else {
            return Err(AddressError { help: instead_of_path(url), ..wrong("is not a valid target address", SOME) });
        };
        if !SCHEMES.contains(&scheme) {
            let place = secret::plain_address(rest);
            let near = if scheme == "https" { Some("git+https") } else { nearest(scheme, SCHEMES) };
            let help = Some(match near {
                Some(near) => format!("did you mean `{near}://{place}`?"),
                None => format!("use one of {}", SCHEMES.map(|scheme| format!("{scheme}://")).join(", ")),
            });
            return Err(AddressError { help, ..wrong("is not a valid target address", SOME) });
        }
        if let Some(odd) = odd(scheme, rest) {
            return Err(wrong(&odd, "plain names and slashes"));
        }
        let (first, path) = rest.split_once('/').unwrap_or((rest, ""));
        if ["ssh", "rsync", "git+https", "git+ssh"].contains(&scheme) && !first.is_empty() && !is_host(first) {
            let help =
                first.rsplit_once(':').filter(|(host, name)| is_host(host) && !name.starts_with(char::is_numeric));
            let help = help.map(|(host, name)| format!("did you mean `{scheme}://{host}/{name}/{path}`?"));
            let expected = "a host with an optional port up to 65535, such as host.example:22 or [2001:db8::1]:22";
            return Err(AddressError { help, ..wrong("has an invalid host or port", expected) });
        }
        let path_of = |path: &str| path.trim_matches('/').to_owned();
        let objects = |store, what| match first {
            "" => Err(wrong(&format!("has no {what}"), &format!("{scheme}://{what}/folder"))),
            bucket => Ok(TargetAddress::Objects { store, bucket: bucket.to_owned(), folder: path_of(path) }),
        };
        match scheme {
            "file" if first.is_empty() && !path.trim_matches('/').is_empty() => {
                Ok(TargetAddress::Folder(PathBuf::from(format!("/{path}"))))
            }
            "file" => Err(wrong("is not a folder on this machine", "file:///srv/www/site")),
            "s3" => objects(StoreKind::S3, "bucket"),
            "gs" => objects(StoreKind::Google, "bucket"),
            "az" => objects(StoreKind::Azure, "container"),
            "ssh" => {
                ssh(first, path).ok_or_else(|| wrong("is not a folder on an SSH server", "ssh://user@host:22/folder"))
            }
            "rsync" if !first.is_empty() && !path_of(path).is_empty() => {
                Ok(TargetAddress::Rsync { host: first.to_owned(), path: path_of(path) })
            }
            "rsync" => Err(wrong("has no module", "rsync://host/module/folder")),
            _ if path_of(path).is_empty() || first.is_empty() != (scheme == "git+file") => {
                Err(wrong("has no repository", &format!("{scheme}://{}", example(scheme))))
            }
            _ => Ok(TargetAddress::Git { url: url["git+".len()..].to_owned() }),
        }
    }
}

/// Returns whether this is a valid host of a target, with optional user and port. An IPv6 address may have a zone.
fn is_host(authority: &str) -> bool {
    match authority.split_once('%').and_then(|(host, rest)| Some((host, rest.find(']').map(|end| &rest[end..])?))) {
        Some((host, rest)) => weburl::is_authority(&format!("{host}{rest}")),
        None => weburl::is_authority(authority),
    }
}

/// Returns the help for an address with options: write them as keys, if Recto has such keys.
fn as_keys(address: &str, options: &[(&str, &str)]) -> String {
    let value = |value: &str| decoded(value);
    let (mut keys, mut unknown, mut to) = (Vec::new(), Vec::new(), address.trim_end_matches('/').to_owned());
    for (name, text) in options {
        match *name {
            "prefix" => to = format!("{to}/{}", value(text).trim_matches('/')),
            "endpoint" | "region" | "host" | "branch" => keys.push(format!("{name} = \"{}\"", value(text))),
            _ => unknown.push(format!("`{name}`")),
        }
    }
    keys.insert(0, format!("to = \"{to}\""));
    let keys = format!("set {} as separate keys of [deploy.NAME] in site.toml", keys.join(" and "));
    if unknown.is_empty() {
        keys
    } else {
        format!("{keys}; leave out {}, which Recto does not support", unknown.join(", "))
    }
}

fn example(scheme: &str) -> &'static str {
    match scheme {
        "git+https" => "host/owner/name.git",
        "git+ssh" => "git@host/owner/name.git",
        _ => "/srv/git/name.git",
    }
}

/// Describes characters in the rest of an address that a program could take for a flag, or a log for a new line.
fn odd(scheme: &str, rest: &str) -> Option<String> {
    // The container for sites in Azure is named `$web`.
    let shell = |c: char| matches!(c, '\\' | '"' | '\'' | '`' | ';' | '|' | '&' | '#') || (c == '$' && scheme != "az");
    // A local folder is opened directly; its name is not passed to a program.
    let here = scheme == "file";
    let found = rest.chars().find(|c| c.is_control() || (!here && (c.is_whitespace() || shell(*c))));
    match found {
        Some(' ') => return Some("contains a space".to_owned()),
        Some(c) if c.is_control() || c.is_whitespace() => {
            return Some(format!("contains the character U+{:04X}", c as u32));
        }
        Some(c) => return Some(format!("contains the character {c}")),
        None => {}
    }
    if !here && (rest.starts_with('-') || rest.contains("/-")) {
        return Some("contains a name that starts with a hyphen".to_owned());
    }
    rest.split('/').any(|part| part == ".." || part == ".").then(|| "contains a folder named `.` or `..`".to_owned())
}

/// Returns the address that was probably meant by a path, or by the notation of scp and git.
fn instead_of_path(text: &str) -> Option<String> {
    let text = text.split('#').next().unwrap_or_default();
    if text.starts_with('/') {
        return Some(format!("did you mean `file://{text}`?"));
    }
    let (authority, path) = text.split_once(':').filter(|(authority, path)| {
        !authority.is_empty() && !authority.contains('/') && !path.trim_start_matches('/').is_empty()
    })?;
    let path = path.trim_start_matches('/');
    let scheme = if authority.starts_with("git@") || path.ends_with(".git") { "git+ssh" } else { "ssh" };
    Some(format!("did you mean `{scheme}://{authority}/{path}`?"))
}

fn ssh(authority: &str, path: &str) -> Option<TargetAddress> {
    let (user, host) =
        authority.split_once('@').map_or((None, authority), |(user, host)| (Some(user.to_owned()), host));
    // `[::1]:22`
    let after = if host.starts_with('[') { host.find(']')? + 1 } else { host.find(':').unwrap_or(host.len()) };
    let (host, port) = host.split_at(after);
    let port = match port.strip_prefix(':') {
        Some(port) => Some(port.parse().ok()?),
        None if port.is_empty() => None,
        None => return None,
    };
    let plain = |name: &str| !name.is_empty() && !name.starts_with('-');
    let fine = plain(host) && user.as_deref().is_none_or(plain) && !path.trim_matches('/').is_empty();
    fine.then(|| TargetAddress::Ssh { user, host: host.to_owned(), port, path: format!("/{}", path.trim_matches('/')) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemes_tell_kinds() {
        let objects = |store, bucket: &str, folder: &str| TargetAddress::Objects {
            store,
            bucket: bucket.into(),
            folder: folder.into(),
        };
        let table = [
            ("file:///srv/My Site/-x/it's", TargetAddress::Folder("/srv/My Site/-x/it's".into())),
            ("file:///srv/www/site/", TargetAddress::Folder("/srv/www/site/".into())),
            ("s3://b/a/b/", objects(StoreKind::S3, "b", "a/b")),
            ("gs://b", objects(StoreKind::Google, "b", "")),
            ("az://$web/x", objects(StoreKind::Azure, "$web", "x")),
            (
                "ssh://me@h.example:2222/srv/www",
                TargetAddress::Ssh {
                    user: Some("me".into()),
                    host: "h.example".into(),
                    port: Some(2222),
                    path: "/srv/www".into(),
                },
            ),
            (
                "ssh://[::1]:22/x",
                TargetAddress::Ssh { user: None, host: "[::1]".into(), port: Some(22), path: "/x".into() },
            ),
            (
                "ssh://me@[::1]/x",
                TargetAddress::Ssh { user: Some("me".into()), host: "[::1]".into(), port: None, path: "/x".into() },
            ),
            (
                "ssh://me@[fe80::1%eth0]:22/x",
                TargetAddress::Ssh {
                    user: Some("me".into()),
                    host: "[fe80::1%eth0]".into(),
                    port: Some(22),
                    path: "/x".into(),
                },
            ),
            ("rsync://h/m/f", TargetAddress::Rsync { host: "h".into(), path: "m/f".into() }),
            ("git+ssh://git@github.com/o/r.git", TargetAddress::Git { url: "ssh://git@github.com/o/r.git".into() }),
        ];
        for (url, address) in table {
            assert_eq!(TargetAddress::parse(url), Ok(address), "{url}");
        }
    }

    #[test]
    fn nothing_else_is_an_address() {
        for url in [
            "",
            "/srv/www",
            "s3:/b",
            "s3://",
            "s3:///x",
            "s4://b",
            "file://host/x",
            "file://",
            "ssh://host",
            "ssh://-oProxyCommand=x/srv",
            "ssh://me@-h/srv",
            "ssh://h/../x",
            "rsync://h",
            "git+ext://sh -c x",
            "ssh://h/a b",
            "ssh://h/$(x)",
            "ssh://h:x/y",
            "s3://b/-x",
            "ssh://[::1/x",
            "ssh://[::1]x/x",
            "ssh://h:1:2/x",
            "file:////",
            "ssh://h:99999/x",
            "rsync://[::1/m/x",
            "rsync://h:99999/m/x",
            "rsync://:80/m/x",
            "git+https://h:99999/o/r.git",
            "git+https://[h]/o/r.git",
            "s3://b/x?region=eu-north-1",
        ] {
            assert!(TargetAddress::parse(url).is_err(), "{url}");
        }
    }

    #[test]
    fn what_is_wrong_is_said_without_secrets() {
        for url in [
            "ssh://me:canary@h/x",
            "ssh://me:ca/canary@h/x",
            "git+https://canary@host/r.git",
            "https://canary@github.com/o/r.git",
            "ftp://canary@h/x",
            "s3://b/x?canary",
            "s3://b/x#canary",
            "s3://b/x?region=eu-north-1&X-Amz-Signature=canary",
            "s3://b/x?endpoint=https://me:canary@h",
            "s3://b/x?endpoint=https%3A%2F%2Fme%3Acanary%40h",
            "me:canary@h:/x",
            "canary@h",
        ] {
            let said = TargetAddress::parse(url).expect_err(url).to_string();
            assert!(!said.contains("canary"), "{said}");
        }
        for (url, part) in [
            ("rsinc://h/m", "did you mean `rsync://h/m`?"),
            ("flie:///x", "did you mean `file:///x`?"),
            ("http://h/m", "use one of file://, s3://"),
            ("https://github.com/o/r.git", "did you mean `git+https://github.com/o/r.git`?"),
            ("/tmp/x", "did you mean `file:///tmp/x`?"),
            ("git@github.com:o/r.git", "did you mean `git+ssh://git@github.com/o/r.git`?"),
            ("me@h:/srv/www", "did you mean `ssh://me@h/srv/www`?"),
            ("../there", "expected an address such as file:///srv/www/site"),
            ("s3://", "has no bucket; expected s3://bucket/folder"),
            ("az:///x", "has no container"),
            ("ssh://h/a b", "contains a space"),
            ("ssh://h/it's", "contains the character '"),
            ("file:///a\u{7}b", "contains the character U+0007"),
            ("git+https://h", "has no repository"),
            ("git+ssh://git@github.com:o/r.git", "did you mean `git+ssh://git@github.com/o/r.git`?"),
            ("ssh://h:99999/x", "expected a host with an optional port up to 65535"),
            (
                "s3://b/x/?endpoint=https%3A%2F%2Fs3.example",
                "help: set to = \"s3://b/x\" and endpoint = \"https://s3.example\" as separate keys of [deploy.NAME]",
            ),
            (
                "s3://b?prefix=a/b/&awssdk=v2&S3ForcePathStyle=true",
                "help: set to = \"s3://b/a/b\" as separate keys of [deploy.NAME] in site.toml; leave out `awssdk`, \
                 `s3ForcePathStyle`, which Recto does not support",
            ),
        ] {
            let said = TargetAddress::parse(url).expect_err(url).to_string();
            assert!(said.contains(part), "{said}");
        }
    }
}
