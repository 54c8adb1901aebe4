//! Rules of key pairs.

use super::*;
use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use mainstay_testkit::CountingIds;

/// The key of RFC 8037 appendix A.1, which is that of RFC 8032 section 7.1, test 1.
fn of_the_rfc() -> SigningKeyPair {
    let seed = URL_SAFE_NO_PAD.decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A").expect("base64");
    SigningKeyPair::from_seed(&seed).expect("a seed")
}

#[test]
fn the_key_of_rfc_8037_is_published_as_it_says() {
    let published = json!({
        "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA",
        "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
        "kid": "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
    });
    assert_eq!(of_the_rfc().jwk(), published);
    assert_eq!(of_the_rfc().public_text(), "whpk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
}

#[test]
fn the_key_of_rfc_8032_signs_as_it_says() {
    let signature = "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b\
                     d25bf5f0595bbe24655141438e7a100b";
    assert_eq!(hex::encode(of_the_rfc().sign(b"")), signature);
}

#[test]
fn a_generated_pair_is_found_again_by_its_seed_and_signs_for_its_public_half() {
    let ids = CountingIds::default();
    let (seed, pair) = SigningKeyPair::generate(&ids);
    let again = SigningKeyPair::from_seed(seed.expose()).expect("a seed");
    let public = UnparsedPublicKey::new(&ED25519, pair.public_key());
    public.verify(b"message", &again.sign(b"message")).expect("a signature of this pair");
    assert!(public.verify(b"massage", &again.sign(b"message")).is_err());
    assert_ne!(SigningKeyPair::generate(&ids).1.public_key(), pair.public_key());
}

#[test]
fn only_32_bytes_are_a_seed() {
    for length in [0, 31, 33, 64] {
        assert_eq!(SigningKeyPair::from_seed(&vec![7; length]).map(|_| ()), Err(NotASeed), "{length}");
    }
}

#[test]
fn a_debug_print_shows_the_public_half_alone() {
    let shown = format!("{:?}", of_the_rfc());
    assert_eq!(shown, r#"SigningKeyPair("whpk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=")"#);
}
