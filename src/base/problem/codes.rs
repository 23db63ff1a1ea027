//! The list of all codes of diagnostics, for options that name a code. It must not know what a code means.

use crate::base::diag::did_you_mean;

/// Sorted. `tests/suite/diagnostics.rs` checks that the list is complete and has no outdated code.
pub const CODES: &[&str] = &[
    "active-asset",
    "added-block",
    "ambiguous-label",
    "ambiguous-original",
    "avoided-term",
    "bad-address",
    "bad-alias",
    "bad-block-id",
    "bad-file-name",
    "bad-heading-id",
    "bad-image",
    "bad-scheme",
    "bad-slug",
    "bad-term",
    "bidi-control",
    "broken-link",
    "byline-as-name",
    "case-twins",
    "conflicting-original",
    "control-character",
    "cut-by-comment",
    "date-after-posted",
    "different-kind",
    "different-number",
    "doubtful-number",
    "doubtful-pairs",
    "duplicate-address",
    "duplicate-file",
    "duplicate-footnote",
    "duplicate-term",
    "empty-value",
    "escaped-html",
    "family-not-in-name",
    "fixed-severity",
    "folded-twins",
    "foreign-syntax",
    "host-limit",
    "host-rule",
    "idle-language",
    "idle-pattern",
    "internal",
    "invalid-date",
    "invalid-language",
    "invalid-pattern",
    "invalid-permalink",
    "invalid-target",
    "invalid-timezone",
    "invalid-toml",
    "invalid-url",
    "invalid-utf8",
    "invalid-yaml",
    "left-out",
    "left-out-asset",
    "length-differs",
    "list-as-text",
    "merged-terms",
    "misnamed-article",
    "misplaced-key",
    "misplaced-mark",
    "missing-alt",
    "missing-asset",
    "missing-image",
    "missing-key",
    "missing-string",
    "moved-anchor",
    "name-date",
    "near-genre",
    "near-terms",
    "no-articles",
    "no-base-url",
    "no-front-matter",
    "not-a-choice",
    "original-language",
    "orphan-sibling",
    "out-of-range",
    "placeholder-base-url",
    "removed-html",
    "same-original",
    "secret-file",
    "secret-in-site",
    "secret-in-url",
    "sibling-language",
    "sibling-name",
    "special-file",
    "stale-original",
    "stray-file",
    "symlink",
    "template",
    "too-complex",
    "too-deep",
    "too-large",
    "too-long",
    "too-many",
    "too-slow",
    "translator-of-original",
    "unbalanced-html",
    "unclosed-comment",
    "unclosed-front-matter",
    "uncredited-translation",
    "unknown-footnote",
    "unknown-key",
    "unknown-language",
    "unknown-theme",
    "unpublished-link",
    "unreadable",
    "unrendered-term",
    "unshown-picture",
    "untranslated-block",
    "untranslated-strings",
    "untranslated-text",
    "unused-asset",
    "unused-footnote",
    "unused-image-credit",
    "unused-string",
    "unused-template",
    "unused-term",
    "wrong-language",
    "wrong-type",
];

/// Returns the code of this name. `Err` is the message for an unknown name.
pub fn code(name: &str) -> Result<&'static str, String> {
    // Accept a code copied from a report: `warning[missing-alt]`, or in capitals.
    let plain = name.trim().trim_start_matches("warning").trim_start_matches("error").trim_matches(['[', ']']);
    match CODES.binary_search(&&*plain.to_lowercase().replace('_', "-")) {
        Ok(at) => Ok(CODES[at]),
        Err(_) => {
            let hint = did_you_mean(name, CODES.iter().copied()).map(|hint| format!("; {hint}")).unwrap_or_default();
            Err(format!("unknown code `{name}`{hint}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_found_by_name() {
        assert!(CODES.windows(2).all(|pair| pair[0] < pair[1]), "sorted, and none twice");
        assert!(CODES.iter().all(|name| code(name) == Ok(name)));
        assert_eq!(code("missing-alts").unwrap_err(), "unknown code `missing-alts`; did you mean `missing-alt`?");
        for typed in ["Missing-Alt", " missing-alt", "missing_alt", "warning[missing-alt]", "[missing-alt]"] {
            assert_eq!(code(typed), Ok("missing-alt"), "{typed}");
        }
        assert_eq!(code("").unwrap_err(), "unknown code ``");
    }
}
