//! Rules of signatures.

use super::*;
use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};

const WHSEC: &str = "whsec_0123456789abcdef0123456789abcdef";
const EVENT: &str = "evt_000000000000000000000001";
const AT: Timestamp = Timestamp::from_seconds(1_768_473_000);
const BODY: &str = r#"{"id":"evt_000000000000000000000001","type":"post.created","created_at":"2026-01-15T10:30:00Z","data":{"id":1},"workspace_id":1}"#;

fn signer(current: &str, previous: Option<&str>) -> Signer {
    let secret = |text: &str| SigningSecret::parse(text.to_owned()).expect("a secret");
    Signer { current: secret(current), previous: previous.map(secret), key_pair: None }
}

fn sign(signer: &Signer) -> Vec<(&'static str, String)> {
    signer.headers(EVENT, "post.created", AT, BODY.as_bytes())
}

fn header(headers: &[(&'static str, String)], name: &str) -> String {
    headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone()).expect(name)
}

#[test]
fn both_vectors_of_the_contract_come_out() {
    let at = Timestamp::from_seconds(1_704_067_200);
    let first = signer("test_secret_key", None).headers("evt_1", "test", at, br#"{"event":"test"}"#);
    let expected = "cccba6269a83fb2e41675da45b2d964f371cf64d5431a3d2774f1f20b6944256";
    assert_eq!(header(&first, "x-webhook-signature"), expected);

    let second = sign(&signer(WHSEC, None));
    let expected = "1010b74438e470234045d211ef9c88126c9204457d13996a263bb0ffd10bfd19";
    assert_eq!(header(&second, "x-webhook-signature"), expected);
}

/// Signed by the Python edition of the `standardwebhooks` library (1.1.0); the first is the specification's example.
#[test]
fn standard_signatures_are_those_of_the_library() {
    let at = Timestamp::from_seconds(1_614_265_330);
    let example = signer("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", None);
    let headers = example.headers("msg_p5jXN8AQM9LWM0D4loKWxJek", "test", at, br#"{"test": 2432232314}"#);
    let expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    assert_eq!(header(&headers, "webhook-signature"), expected);

    let ours = sign(&signer(WHSEC, None));
    assert_eq!(header(&ours, "webhook-signature"), "v1,2ebJVSPiFCD8734R1NqSnGAYLjwZX+lPkhaTv6zQMzw=");
}

#[test]
fn every_delivery_carries_both_sets_of_headers() {
    let headers = sign(&signer(WHSEC, None));
    let told: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let signatures = (header(&headers, "webhook-signature"), header(&headers, "x-webhook-signature"));
    let expected = [
        ("webhook-id", EVENT),
        ("webhook-timestamp", "1768473000"),
        ("webhook-signature", &signatures.0),
        ("x-webhook-id", EVENT),
        ("x-webhook-event", "post.created"),
        ("x-webhook-timestamp", "1768473000"),
        ("x-webhook-signature", &signatures.1),
    ];
    assert_eq!(told, expected);
}

#[test]
fn during_an_overlap_both_secrets_sign_and_the_current_one_comes_first() {
    let (new, old) = ("whsec_bmV3IHNlY3JldCBuZXcgc2VjcmV0", WHSEC);
    let (alone_new, alone_old) = (sign(&signer(new, None)), sign(&signer(old, None)));
    let both = sign(&signer(new, Some(old)));
    let standard = |headers: &[_]| header(headers, "webhook-signature");
    assert_eq!(standard(&both), format!("{} {}", standard(&alone_new), standard(&alone_old)));
    let plain = |headers: &[_]| header(headers, "x-webhook-signature");
    assert_eq!(plain(&both), plain(&alone_new));
    assert_eq!(header(&both, "x-webhook-signature-previous"), plain(&alone_old));
}

#[test]
fn a_key_pair_adds_a_signature_that_its_public_half_verifies() {
    let mut signer = signer(WHSEC, Some("test_secret_key"));
    let pair = SigningKeyPair::from_seed(&[7; 32]).expect("a seed");
    let public = UnparsedPublicKey::new(&ED25519, pair.public_key());
    signer.key_pair = Some(pair);
    let signatures = header(&sign(&signer), "webhook-signature");
    let versions: Vec<_> = signatures.split(' ').filter_map(|signature| signature.split_once(',')).collect();
    assert_eq!(versions.iter().map(|(version, _)| *version).collect::<Vec<_>>(), ["v1", "v1", "v1a"]);
    let signature = STANDARD.decode(versions[2].1).expect("base64");
    let message = format!("{EVENT}.1768473000.{BODY}");
    public.verify(message.as_bytes(), &signature).expect("a signature of this pair");
}

#[test]
fn a_debug_print_shows_no_secret() {
    assert!(!format!("{:?}", signer(WHSEC, Some("test_secret_key"))).contains("secret_key"));
}
