//! Checks addresses and branch names before git gets them: git must not read them as a flag or a path. Works on
//! strings only.

use super::process::is_plain_authority;
use crate::base::diag::quoted;

/// Checks the address of a repository. `Err` says in words what is wrong.
pub fn check_url(url: &str) -> Result<(), String> {
    let fine = url.split_once("://").is_some_and(|(scheme, rest)| match scheme {
        "file" => rest.starts_with('/'),
        "https" | "ssh" => is_plain_authority(rest.split('/').next().unwrap_or_default()),
        _ => false,
    });
    let fine = fine && !url.contains(char::is_control);
    if fine { Ok(()) } else { Err(format!("{} is not a valid address of a git repository", quoted(url))) }
}

/// Checks a branch name by git's rules, and rejects names that could mean anything but a branch.
pub fn check_branch(name: &str) -> Result<(), String> {
    let odd = |c: char| c.is_control() || c.is_whitespace() || "~^:?*[\\".contains(c);
    let part =
        |part: &str| !part.is_empty() && !part.starts_with('.') && !part.ends_with('.') && !part.ends_with(".lock");
    let fine = name.split('/').all(part)
        && !name.starts_with(['-', '+'])
        && !name.starts_with("refs/")
        && !["@", "HEAD"].contains(&name)
        && !name.contains("..")
        && !name.contains("@{")
        && !name.contains(odd);
    if fine { Ok(()) } else { Err(format!("{} is not a valid branch name", quoted(name))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_of_a_branch_is_a_flag() {
        for fine in ["gh-pages", "main", "a/b", "páginas", "v1.0", "a@b"] {
            assert_eq!(check_branch(fine), Ok(()));
        }
        for odd in [
            "",
            "-d",
            "--force",
            "+x",
            "a b",
            "a..b",
            "a:b",
            "a~1",
            "a^",
            "@",
            "@{u}",
            "a@{1}",
            "HEAD",
            "refs/heads/x",
            "/a",
            "a/",
            "a//b",
            ".a",
            "a/.b",
            "a.lock",
            "a.",
            "a\nb",
            "a*",
            "a?",
            "a[b",
            "a\\b",
        ] {
            assert!(check_branch(odd).is_err(), "{odd}");
        }
    }

    #[test]
    fn only_three_kinds_of_addresses() {
        for fine in ["https://github.com/o/r.git", "ssh://git@h:22/o/r", "file:///srv/r.git"] {
            assert_eq!(check_url(fine), Ok(()));
        }
        for odd in [
            "ext::sh -c x",
            "-x",
            "ssh://-oProxyCommand=x/y",
            "ssh://git@-x/y",
            "http://h/r",
            "file://h/r",
            "https:///r",
        ] {
            assert!(check_url(odd).is_err(), "{odd}");
        }
    }
}
