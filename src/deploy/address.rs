//! Addresses of targets: by the scheme of one it is known what kind of target it is.

use std::path::PathBuf;

use crate::base::diag::{did_you_mean, quoted};

/// A target, as its address names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// `file:///srv/www/site`
    Folder(PathBuf),
    /// `s3://bucket/folder`, `gs://bucket/folder`, `az://container/folder`
    Objects { store: Store, bucket: String, folder: String },
    /// `ssh://user@host:22/srv/www/site`, by rsync
    Ssh { user: Option<String>, host: String, port: Option<u16>, path: String },
    /// `rsync://host/module/folder`, by a daemon
    Rsync { host: String, path: String },
    /// `git+https://…`, `git+ssh://…`, `git+file://…`: the repository's own URL after the plus
    Git { url: String },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Store {
    S3,
    Google,
    Azure,
}

const SCHEMES: [&str; 9] = ["file", "s3", "gs", "az", "ssh", "rsync", "git+https", "git+ssh", "git+file"];

impl Address {
    /// Reads an address; says in words what is wrong with it, without the address where that holds a secret.
    pub fn parse(url: &str) -> Result<Address, String> {
        if crate::base::deploys::holds_secret(url) {
            return Err(
                "the address holds a password or a signature\nhelp: credentials come from the environment".into()
            );
        }
        let known = || format!("there are {}", SCHEMES.map(|scheme| format!("{scheme}://")).join(", "));
        let Some((scheme, rest)) = url.split_once("://") else {
            return Err(format!("{} is no address of a target\nhelp: {}", quoted(url), known()));
        };
        // Nothing that a program could take for a flag, and nothing that a log could take for a line.
        // (Azure's container for sites is `$web`.)
        let odd = |c: char| {
            let shell = matches!(c, '\\' | '"' | '\'' | '`' | ';' | '|' | '&') || (c == '$' && scheme != "az");
            c.is_control() || c.is_whitespace() || shell
        };
        if rest.is_empty() || rest.starts_with('-') || rest.contains("/-") || rest.contains(odd) {
            return Err(format!("{} is no address of a target: only plain names and slashes are", quoted(url)));
        }
        if rest.split('/').any(|part| part == ".." || part == ".") {
            return Err(format!("{} is no address of a target: it has a dot for a folder", quoted(url)));
        }
        let (first, path) = rest.split_once('/').unwrap_or((rest, ""));
        let path_of = |path: &str| path.trim_matches('/').to_owned();
        let objects = |store| match first {
            "" => Err(format!("{} names no bucket", quoted(url))),
            bucket => Ok(Address::Objects { store, bucket: bucket.to_owned(), folder: path_of(path) }),
        };
        match scheme {
            "file" if first.is_empty() && !path.is_empty() => Ok(Address::Folder(PathBuf::from(format!("/{path}")))),
            "file" => Err(format!("{} is no folder of this machine; expected file:///srv/www/site", quoted(url))),
            "s3" => objects(Store::S3),
            "gs" => objects(Store::Google),
            "az" => objects(Store::Azure),
            "ssh" => ssh(first, path)
                .ok_or_else(|| format!("{} is no address: expected ssh://user@host/folder", quoted(url))),
            "rsync" if !first.is_empty() && !path_of(path).is_empty() => {
                Ok(Address::Rsync { host: first.to_owned(), path: path_of(path) })
            }
            "rsync" => Err(format!("{} names no module: expected rsync://host/module/folder", quoted(url))),
            "git+https" | "git+ssh" | "git+file" => Ok(Address::Git { url: url["git+".len()..].to_owned() }),
            _ => Err(match did_you_mean(scheme, SCHEMES) {
                Some(help) => format!("{} is no address of a target\nhelp: {help}", quoted(url)),
                None => format!("{} is no address of a target\nhelp: {}", quoted(url), known()),
            }),
        }
    }
}

fn ssh(authority: &str, path: &str) -> Option<Address> {
    let (user, host) =
        authority.split_once('@').map_or((None, authority), |(user, host)| (Some(user.to_owned()), host));
    let (host, port) = match host.rsplit_once(':') {
        Some((host, port)) => (host, Some(port.parse().ok()?)),
        None => (host, None),
    };
    let plain = |name: &str| !name.is_empty() && !name.starts_with('-');
    let fine = plain(host) && user.as_deref().is_none_or(plain) && !path.trim_matches('/').is_empty();
    fine.then(|| Address::Ssh { user, host: host.to_owned(), port, path: format!("/{}", path.trim_matches('/')) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemes_tell_kinds() {
        let objects = |store, bucket: &str, folder: &str| Address::Objects {
            store,
            bucket: bucket.into(),
            folder: folder.into(),
        };
        let table = [
            ("file:///srv/www/site/", Address::Folder("/srv/www/site/".into())),
            ("s3://b/a/b/", objects(Store::S3, "b", "a/b")),
            ("gs://b", objects(Store::Google, "b", "")),
            ("az://$web/x", objects(Store::Azure, "$web", "x")),
            (
                "ssh://me@h.example:2222/srv/www",
                Address::Ssh {
                    user: Some("me".into()),
                    host: "h.example".into(),
                    port: Some(2222),
                    path: "/srv/www".into(),
                },
            ),
            ("rsync://h/m/f", Address::Rsync { host: "h".into(), path: "m/f".into() }),
            ("git+ssh://git@github.com/o/r.git", Address::Git { url: "ssh://git@github.com/o/r.git".into() }),
        ];
        for (url, address) in table {
            assert_eq!(Address::parse(url), Ok(address), "{url}");
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
        ] {
            assert!(Address::parse(url).is_err(), "{url}");
        }
        let secret = Address::parse("ssh://me:canary@h/x").expect_err("it holds a password");
        assert!(!secret.contains("canary"));
        assert!(Address::parse("rsinc://h/m").is_err_and(|why| why.contains("did you mean `rsync`?")));
    }
}
