//! Removes secrets from messages. Libraries put whole URLs into their errors, including signatures. Works on
//! strings only.

use crate::base::path::{decode_percent, encode_path};
use crate::base::secret::{password, plain_addresses};

/// Texts that must not be printed: the values of variables that hold credentials.
#[derive(Clone, Default)]
pub struct Secrets(Vec<String>);

/// Parts of the names of variables with secret values. `GIT_CONFIG_VALUE_n` may hold an HTTP header.
const NAMES: [&str; 11] = [
    "KEY",
    "SECRET",
    "TOKEN",
    "PASS",
    "_PWD",
    "SAS",
    "CREDENTIAL",
    "AUTHORIZATION",
    "SIGNATURE",
    "GIT_CONFIG_VALUE",
    "GIT_CONFIG_PARAMETERS",
];
/// Endings of such names. They do not match variables that name a socket or an author.
const ENDS: [&str; 4] = ["_AUTH", "_BEARER", "_COOKIE", "_HEADER"];

/// Shorter values are ordinary words that may occur anywhere.
const SHORTEST: usize = 6;

impl Secrets {
    /// Collects the secrets from environment variables.
    pub fn new(variables: impl Iterator<Item = (String, String)>) -> Secrets {
        let secret = |name: &str| {
            let name = name.to_ascii_uppercase();
            NAMES.iter().any(|part| name.contains(part)) || ENDS.iter().any(|end| name.ends_with(end))
        };
        // The last word of `Authorization: Bearer x` is a secret by itself, and so is the decoded form of
        // `sig=a%2Fb`.
        let parts = |value: String| {
            let last = value.rsplit([' ', ':', '=']).next().filter(|last| last.len() < value.len()).map(str::to_owned);
            let decoded = |part: &String| decode_percent(part).filter(|decoded| decoded != part);
            let others = [decoded(&value), last.as_ref().and_then(decoded)];
            [Some(value), last].into_iter().chain(others).flatten()
        };
        // Proxy addresses may contain a password.
        let values = variables.flat_map(|(name, value)| match secret(&name) {
            true => parts(value).collect::<Vec<_>>(),
            false => password(&value).map(|password| parts(password.to_owned()).collect()).unwrap_or_default(),
        });
        let mut values: Vec<String> = values.filter(|value| value.len() >= SHORTEST).collect();
        // Replace longer values first, since they may contain shorter ones.
        values.sort_by_key(|value| std::cmp::Reverse(value.len()));
        Secrets(values)
    }

    /// Returns the text without these secrets, and with every URL in it reduced to host and path.
    pub fn redact(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for value in &self.0 {
            text = text.replace(value.as_str(), "[secret]");
            let mut encoded = String::new();
            encode_path(value, &mut encoded);
            text = text.replace(&encoded, "[secret]");
        }
        plain_addresses(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_secret_is_said() {
        let set = [("AWS_SECRET_ACCESS_KEY", "canary/1+2"), ("HOME", "/root/x"), ("MY_TOKEN", "abc")];
        let secrets = Secrets::new(set.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())));
        let said = secrets
            .redact("GET https://u:p@h.example/a?sig=1&x=canary/1+2 failed (https://h/b?se=3): canary%2F1+2 /root/x");
        assert_eq!(said, "GET https://h.example/a?… failed (https://h/b?…): canary%2F1+2 /root/x");
        assert_eq!(secrets.redact("key canary/1+2."), "key [secret].");
        let sas = [("SAS", "se=1&sig=canary%2F7")];
        let sas = Secrets::new(sas.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())));
        assert_eq!(sas.redact("sig=canary/7, canary%2F7, canary%252F7"), "sig=[secret], [secret], [secret]");
        assert_eq!(secrets.redact("a://b?x,https://c?sig=1"), "a://b?…https://c?…");
    }

    #[test]
    fn variables_of_other_programs_are_known() {
        let set = [
            ("SSHPASS", "canary-1"),
            ("GIT_CONFIG_VALUE_0", "Authorization: Basic canary-2"),
            ("HTTP_AUTHORIZATION", "canary-3"),
            ("NPM_AUTH", "canary-4"),
            ("DB_PWD", "canary-5"),
            ("AZURE_SIGNATURE", "canary-6"),
        ];
        let proxy = [("https_proxy".to_owned(), "http://me:canary-7@h:1".to_owned())];
        assert_eq!(Secrets::new(proxy.into_iter()).redact("me canary-7"), "me [secret]");
        let secrets = Secrets::new(set.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())));
        for (name, value) in set {
            let said = secrets.redact(&format!("header {value} and {}.", value.replace("Authorization: Basic ", "")));
            assert_eq!(said, "header [secret] and [secret].", "{name}");
        }
        let plain = [("SSH_AUTH_SOCK", "/tmp/agent"), ("GIT_AUTHOR_NAME", "Jane Doe"), ("OLDPWD", "/home/me")];
        let secrets = Secrets::new(plain.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())));
        assert_eq!(secrets.redact("/tmp/agent Jane Doe /home/me"), "/tmp/agent Jane Doe /home/me");
    }
}
