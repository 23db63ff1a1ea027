//! Takes secrets out of what is said. Libraries put whole URLs into their errors, signatures and all.

/// What may not be said: the values of variables that hold credentials.
#[derive(Clone, Default)]
pub struct Secrets(Vec<String>);

/// Parts of names of variables whose values are secret.
const NAMES: [&str; 7] = ["KEY", "SECRET", "TOKEN", "PASSWORD", "PASSWD", "SAS", "CREDENTIAL"];

/// Shorter values are words that may stand anywhere.
const SHORTEST: usize = 6;

impl Secrets {
    /// Of the variables of an environment.
    pub fn new(variables: impl Iterator<Item = (String, String)>) -> Secrets {
        let secret = |name: &str| {
            let name = name.to_ascii_uppercase();
            NAMES.iter().any(|part| name.contains(part))
        };
        let mut values: Vec<String> =
            variables.filter(|(name, value)| secret(name) && value.len() >= SHORTEST).map(|(_, value)| value).collect();
        // A value that holds another goes first.
        values.sort_by_key(|value| std::cmp::Reverse(value.len()));
        Secrets(values)
    }

    /// The text without any of them, without the query of any URL and without the user of one.
    pub fn redact(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for value in &self.0 {
            text = text.replace(value.as_str(), "[secret]");
            let mut encoded = String::new();
            crate::base::path::encode_path(value, &mut encoded);
            text = text.replace(&encoded, "[secret]");
        }
        text.split_inclusive(char::is_whitespace).map(plain_url).collect()
    }
}

/// A word, and if a URL is in it, that without user and query.
fn plain_url(word: &str) -> String {
    let Some(at) = word.find("://") else { return word.to_owned() };
    let (start, rest) = word.split_at(at + 3);
    let host_end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let rest = rest[..host_end].rfind('@').map_or(rest, |user| &rest[user + 1..]);
    let Some(query) = rest.find('?') else { return format!("{start}{rest}") };
    let end = rest[query..].find([')', '"', '\'', '>', '`', ',', ' ', '\n']).map_or("", |end| &rest[query + end..]);
    format!("{start}{}?…{end}", &rest[..query])
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
    }
}
