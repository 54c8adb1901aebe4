//! Proof that whoever redeems a code is who asked for it (RFC 7636), by the method `S256` alone.

use super::error::OAuthError;
use aws_lc_rs::constant_time::verify_slices_are_equal;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use mainstay_kernel::Secret;
use sha2::{Digest, Sha256};
use std::ops::RangeInclusive;

/// The only method, as RFC 7636 section 4.3 names it.
const S256: &str = "S256";
/// Letters of a verifier (section 4.1).
const VERIFIER: RangeInclusive<usize> = 43..=128;
/// Letters of a challenge: a SHA-256 in base64url.
const CHALLENGE: usize = 43;

/// The challenge of a request, where it has one.
///
/// # Errors
/// [`OAuthError::ChallengeRequired`] for any other method, of which none means `plain`;
/// [`OAuthError::InvalidParameter`] for a text that is no SHA-256; [`OAuthError::Missing`] for a method alone.
pub(super) fn challenge(challenge: Option<&str>, method: Option<&str>) -> Result<Option<String>, OAuthError> {
    match (challenge, method) {
        (None, None) => Ok(None),
        (None, Some(_)) => Err(OAuthError::Missing("code_challenge")),
        (Some(text), Some(S256)) => {
            let is_digest = text.len() == CHALLENGE && URL_SAFE_NO_PAD.decode(text).is_ok();
            if is_digest { Ok(Some(text.to_owned())) } else { Err(OAuthError::InvalidParameter("code_challenge")) }
        }
        (Some(_), _) => Err(OAuthError::ChallengeRequired),
    }
}

/// Checks a verifier against the challenge of its code. Either without the other is refused, or whoever stole a code
/// could do without (RFC 9700 section 4.8.2).
///
/// # Errors
/// [`OAuthError::InvalidVerifier`].
pub(super) fn verify(challenge: Option<&str>, verifier: Option<&Secret<String>>) -> Result<(), OAuthError> {
    let fits = match (challenge, verifier.map(Secret::expose)) {
        (None, None) => true,
        (Some(challenge), Some(verifier)) => {
            let made = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
            VERIFIER.contains(&verifier.len()) && verify_slices_are_equal(made.as_bytes(), challenge.as_bytes()).is_ok()
        }
        _ => false,
    };
    if fits { Ok(()) } else { Err(OAuthError::InvalidVerifier) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of RFC 7636 appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn the_verifier_of_the_standard_fits_its_challenge_and_no_other_does() {
        let verifier = |text: &str| Secret::new(text.to_owned());
        assert!(verify(Some(CHALLENGE), Some(&verifier(VERIFIER))).is_ok());
        assert!(verify(Some(CHALLENGE), Some(&verifier(CHALLENGE))).is_err(), "the challenge itself");
        assert!(verify(Some(CHALLENGE), Some(&verifier(""))).is_err());
    }

    #[test]
    fn a_short_verifier_is_refused_though_it_fits() {
        let made = URL_SAFE_NO_PAD.encode(Sha256::digest("short"));
        assert!(verify(Some(&made), Some(&Secret::new("short".to_owned()))).is_err());
    }

    #[test]
    fn a_verifier_without_a_challenge_is_refused_as_is_a_challenge_without_a_verifier() {
        assert!(verify(None, Some(&Secret::new(VERIFIER.to_owned()))).is_err());
        assert!(verify(Some(CHALLENGE), None).is_err());
        assert!(verify(None, None).is_ok());
    }

    #[test]
    fn no_method_but_s256_is_taken() {
        for method in [None, Some("plain"), Some("s256"), Some("")] {
            assert!(matches!(challenge(Some(CHALLENGE), method), Err(OAuthError::ChallengeRequired)), "{method:?}");
        }
        for text in ["", VERIFIER.trim_end_matches('k'), &format!("{CHALLENGE}="), &"+".repeat(43)] {
            assert!(matches!(challenge(Some(text), Some(S256)), Err(OAuthError::InvalidParameter(_))), "{text}");
        }
        assert_eq!(challenge(Some(CHALLENGE), Some(S256)).expect("a challenge").as_deref(), Some(CHALLENGE));
    }
}
