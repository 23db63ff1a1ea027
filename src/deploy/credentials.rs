//! Messages for stores without credentials. The library then asks the machine for an identity, and reports only
//! that there was none. No message may print a secret.

/// The addresses at which cloud machines report their identity.
const IDENTITIES: [&str; 4] =
    ["://169.254.", "://metadata.google.internal", "/latest/api/token", "/metadata/identity/"];

/// For each library: the name it uses for itself, the store's name, and where it looks for credentials.
const STORES: [(&str, &str, &str); 3] = [
    (
        "S3",
        "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and AWS_SESSION_TOKEN for temporary credentials), or \
         AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN",
        "Recto does not read ~/.aws: `aws configure export-credentials --format env` prints the variables",
    ),
    (
        "GCS",
        "GOOGLE_SERVICE_ACCOUNT or GOOGLE_APPLICATION_CREDENTIALS (a key file), or GOOGLE_SERVICE_ACCOUNT_KEY (the key itself)",
        "or log in with `gcloud auth application-default login`",
    ),
    (
        "MicrosoftAzure",
        "AZURE_STORAGE_ACCOUNT_NAME, and AZURE_STORAGE_ACCOUNT_KEY or AZURE_STORAGE_SAS_TOKEN, or AZURE_TENANT_ID, AZURE_CLIENT_ID and \
         AZURE_CLIENT_SECRET",
        "or log in with `az login` and set AZURE_USE_AZURE_CLI=true",
    ),
];

/// Explains an error that was caused by missing credentials; `None` for any other error.
pub fn missing(error: &str) -> Option<String> {
    let (_, variables, more) = STORES.iter().find(|(name, ..)| error.contains(&format!("{name} error")))?;
    let what = if error.contains("Account must be specified") {
        "AZURE_STORAGE_ACCOUNT_NAME is not set: the name of the storage account"
    } else if IDENTITIES.iter().any(|place| error.contains(place)) {
        "found no credentials in the environment, and this machine has no identity at the store"
    } else {
        return None;
    };
    Some(format!("{what}\nhelp: set {variables}; {more}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_named() {
        for (error, parts) in [
            (
                "Generic S3 error: Error performing PUT http://169.254.169.254/latest/api/token in 1 ms",
                ["no credentials", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"],
            ),
            (
                "Generic GCS error: Error performing GET http://169.254.169.254/computeMetadata/v1/instance",
                ["no credentials", "GOOGLE_SERVICE_ACCOUNT", "GOOGLE_APPLICATION_CREDENTIALS"],
            ),
            (
                "Generic MicrosoftAzure error: Error performing GET http://169.254.169.254/metadata/identity/oauth2/token",
                ["no credentials", "AZURE_STORAGE_ACCOUNT_KEY", "AZURE_USE_AZURE_CLI"],
            ),
            (
                "Generic MicrosoftAzure error: Account must be specified",
                ["storage account", "AZURE_STORAGE_ACCOUNT_NAME is not set", "AZURE_STORAGE_ACCOUNT_KEY"],
            ),
        ] {
            let said = missing(error).unwrap_or_default();
            assert!(parts.iter().all(|part| said.contains(part)) && !said.contains("169.254"), "{said}");
        }
        assert_eq!(missing("Generic S3 error: Error performing PUT https://b.s3.amazonaws.com/x: 403 Forbidden"), None);
        assert_eq!(missing("no route to http://169.254.1.1/"), None);
    }
}
