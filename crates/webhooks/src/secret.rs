//! What endpoint and sender share, to sign with.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::general_purpose::{GeneralPurpose, NO_PAD};
use mainstay_kernel::{Ids, Secret};

/// What generated secrets begin with, and what Standard Webhooks 1.0.0 leaves out of the key.
const PREFIX: &str = "whsec_";
/// Letters and digits after the prefix; as base64 they are 36 bytes.
const DRAWN: usize = 48;
/// How many characters a secret has.
const LENGTHS: std::ops::RangeInclusive<usize> = 8..=255;

/// The libraries cut off bits that fill no byte, whatever they are. A stricter reading would take the same text for no
/// base64, and so for another key than theirs.
const LENIENT: GeneralPurpose = GeneralPurpose::new(&STANDARD, NO_PAD.with_decode_allow_trailing_bits(true));

/// A new secret: `whsec_` and 48 letters and digits.
pub fn generate(ids: &dyn Ids) -> Secret<String> {
    Secret::new(format!("{PREFIX}{}", ids.alphanumeric(DRAWN)))
}

/// The secret of an endpoint: 8 to 255 visible ASCII characters. Its debug print does not show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SigningSecret(Secret<String>);

impl SigningSecret {
    /// A secret that somebody chose.
    ///
    /// # Errors
    /// The sentence that says what a secret is.
    pub fn parse(text: String) -> Result<Self, &'static str> {
        let text = Secret::new(text);
        let fits = LENGTHS.contains(&text.expose().len()) && text.expose().bytes().all(|byte| byte.is_ascii_graphic());
        if fits { Ok(Self(text)) } else { Err("A secret has 8 to 255 visible ASCII characters.") }
    }

    /// A new secret: `whsec_` and 48 letters and digits.
    pub fn generate(ids: &dyn Ids) -> Self {
        Self(generate(ids))
    }

    /// The whole text, for those who must show, seal or sign with it.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// The key of signatures `v1` of Standard Webhooks 1.0.0.
    ///
    /// It is what the libraries make of the text: without the prefix `whsec_`, if it has it, decoded as base64 of the
    /// standard alphabet (RFC 4648 section 4), with or without padding. A text that they could not decode, or that
    /// decodes to nothing, is itself the key, without the prefix; with such a secret a receiver gives its library the
    /// bytes.
    pub fn standard_key(&self) -> Vec<u8> {
        let text = self.expose();
        let encoded = text.strip_prefix(PREFIX).unwrap_or(text);
        let decoded = LENIENT.decode(encoded.trim_end_matches('=')).ok().filter(|key| !key.is_empty());
        decoded.unwrap_or_else(|| encoded.as_bytes().to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mainstay_testkit::CountingIds;
    use proptest::prelude::*;

    fn secret(text: &str) -> SigningSecret {
        SigningSecret::parse(text.to_owned()).expect("a secret")
    }

    #[test]
    fn a_generated_secret_is_whsec_and_48_letters_and_digits_and_each_is_another() {
        let ids = CountingIds::default();
        let (one, other) = (SigningSecret::generate(&ids), SigningSecret::generate(&ids));
        let drawn = one.expose().strip_prefix("whsec_").expect("the prefix");
        assert_eq!(drawn.len(), 48);
        assert!(drawn.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        assert_ne!(one, other);
        assert_eq!(one.standard_key().len(), 36);
    }

    #[test]
    fn a_secret_has_8_to_255_visible_characters() {
        for text in ["1234567", &"x".repeat(256), "with space", "tab\tulator", "ümlaut-secret", "seven\u{7f}del", ""] {
            assert!(SigningSecret::parse(text.to_owned()).is_err(), "{text}");
        }
        for text in ["12345678", &"~".repeat(255), "!\"#$%&'()"] {
            assert_eq!(secret(text).expose(), text);
        }
    }

    #[test]
    fn a_debug_print_does_not_show_the_secret() {
        assert_eq!(format!("{:?}", secret("whsec_hunter2hunter2")), "SigningSecret([secret])");
    }

    /// What the Python edition of the `standardwebhooks` library (1.1.0) makes of the same texts.
    #[test]
    fn the_key_is_the_base64_after_the_prefix_as_the_libraries_read_it() {
        for (text, key) in [
            ("whsec_QUJDREVG", b"ABCDEF".as_slice()),
            ("QUJDREVG", b"ABCDEF"),
            ("whsec_QUJDRA==", b"ABCD"),
            ("whsec_QUJDRA", b"ABCD"),
            ("whsec_QUJDRB", b"ABCD"),
            ("whsec_QUJD====", b"ABC"),
            ("whsec_+/+/+/+/", b"\xfb\xff\xbf\xfb\xff\xbf"),
        ] {
            assert_eq!(secret(text).standard_key(), key, "{text}");
        }
    }

    #[test]
    fn a_text_that_is_no_base64_is_the_key_itself_without_the_prefix() {
        for (text, key) in [
            ("test_secret_key", "test_secret_key"),
            ("whsec_not/base64!", "not/base64!"),
            ("whsec_-_-_-_-_", "-_-_-_-_"),
            ("whsec_QUJDREVGR", "QUJDREVGR"),
            ("whsec_QU=JDREVG", "QU=JDREVG"),
            ("whsec_====", "===="),
        ] {
            assert_eq!(secret(text).standard_key(), key.as_bytes(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_key_is_found_again_in_its_base64(key in prop::collection::vec(any::<u8>(), 6..180)) {
            let encoded = base64::engine::general_purpose::STANDARD.encode(&key);
            prop_assert_eq!(secret(&format!("whsec_{encoded}")).standard_key(), key.clone());
            prop_assert_eq!(secret(&format!("whsec_{}", encoded.trim_end_matches('='))).standard_key(), key);
        }

        #[test]
        fn every_secret_has_a_key(text: String, visible in "[!-~]{8,255}") {
            prop_assert!(!secret(&visible).standard_key().is_empty());
            if let Ok(secret) = SigningSecret::parse(text) {
                prop_assert!(!secret.standard_key().is_empty());
            }
        }
    }
}
