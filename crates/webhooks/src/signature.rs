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
mod tests;
