//! Rules of secrets.

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
