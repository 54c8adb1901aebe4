//! The headers by which a receiver knows that a delivery is ours.

use crate::key_pair::SigningKeyPair;
use crate::secret::SigningSecret;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac as _};
use mainstay_kernel::Timestamp;
use sha2::Sha256;

/// What an endpoint's deliveries are signed with.
#[derive(Debug)]
pub struct Signer {
    /// The secret.
    pub current: SigningSecret,
    /// The secret before it, as long as the overlap of a rotation lasts.
    pub previous: Option<SigningSecret>,
    /// The key pair of an endpoint that wants signatures `v1a` as well.
    pub key_pair: Option<SigningKeyPair>,
}

impl Signer {
    /// The headers of one attempt, in lower case. The body is signed as the very bytes that are sent.
    ///
    /// `webhook-id`, `webhook-timestamp` and `webhook-signature` are those of Standard Webhooks 1.0.0: `v1` is the base64 of
    /// HMAC-SHA256 over `id.timestamp.body` by [`SigningSecret::standard_key`], once for each secret, and `v1a` the base64
    /// of the key pair's signature of the same.
    ///
    /// `x-webhook-id`, `-event`, `-timestamp` and `-signature` carry the lower-case hex of HMAC-SHA256 over
    /// `timestamp.body` by the whole text of the secret; during an overlap `x-webhook-signature-previous` carries that by
    /// the previous one.
    ///
    /// Both timestamps are the Unix seconds of the attempt.
    pub fn headers(&self, event_id: &str, event_type: &str, at: Timestamp, body: &[u8]) -> Vec<(&'static str, String)> {
        let timestamp = at.seconds().to_string();
        let mut headers = vec![
            ("webhook-id", event_id.to_owned()),
            ("webhook-timestamp", timestamp.clone()),
            ("webhook-signature", self.standard([event_id.as_bytes(), timestamp.as_bytes(), body])),
            ("x-webhook-id", event_id.to_owned()),
            ("x-webhook-event", event_type.to_owned()),
            ("x-webhook-timestamp", timestamp.clone()),
            ("x-webhook-signature", plain(&self.current, &timestamp, body)),
        ];
        let previous = self.previous.as_ref().map(|secret| plain(secret, &timestamp, body));
        headers.extend(previous.map(|signature| ("x-webhook-signature-previous", signature)));
        headers
    }

    /// All signatures of Standard Webhooks, with a space between them.
    fn standard(&self, parts: [&[u8]; 3]) -> String {
        let secrets = std::iter::once(&self.current).chain(&self.previous);
        let symmetric = secrets.map(|secret| ("v1", STANDARD.encode(hmac(&secret.standard_key(), &parts))));
        let asymmetric = self.key_pair.iter().map(|pair| ("v1a", STANDARD.encode(pair.sign(&parts.join(&b'.')))));
        let signatures = symmetric.chain(asymmetric).map(|(version, signature)| format!("{version},{signature}"));
        signatures.collect::<Vec<_>>().join(" ")
    }
}

/// The signature of the platform's own headers.
fn plain(secret: &SigningSecret, timestamp: &str, body: &[u8]) -> String {
    hex::encode(hmac(secret.expose().as_bytes(), &[timestamp.as_bytes(), body]))
}

/// HMAC-SHA256 (RFC 2104) over the parts with dots between them, without putting them together.
fn hmac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    for (position, part) in parts.iter().enumerate() {
        if position > 0 {
            mac.update(b".");
        }
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
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
        let signed = format!("{EVENT}.1768473000.{BODY}");
        public.verify(signed.as_bytes(), &signature).expect("a signature of this pair");
    }

    #[test]
    fn a_debug_print_shows_no_secret() {
        assert!(!format!("{:?}", signer(WHSEC, Some("test_secret_key"))).contains("secret_key"));
    }
}
