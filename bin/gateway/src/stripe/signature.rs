//! Stripe's signatures: `t=<seconds>,v1=<hex>`, HMAC-SHA256 over `<seconds>.<body>`.

use hmac::{Hmac, Mac as _};
use mainstay_kernel::Timestamp;
use sha2::Sha256;

/// How far from now a signature may be, in seconds, so that what somebody recorded is worth nothing later.
const TOLERANCE: u64 = 300;

/// Whether one of the signatures in the header is of this body, by this secret, and of about now.
pub(super) fn is_valid(header: &str, body: &[u8], secret: &str, now: Timestamp) -> bool {
    let (mut time, mut signatures) = (None, Vec::new());
    for (name, value) in header.split(',').filter_map(|part| part.trim().split_once('=')) {
        match name {
            "t" => time = Some(value),
            "v1" => signatures.push(value),
            _ => {}
        }
    }
    let Some(time) = time else { return false };
    let is_recent = time.parse::<i64>().is_ok_and(|seconds| now.seconds().abs_diff(seconds) <= TOLERANCE);
    is_recent && signatures.into_iter().any(|signature| is_of(signature, time, body, secret))
}

/// Compared in constant time.
fn is_of(signature: &str, time: &str, body: &[u8], secret: &str) -> bool {
    let Ok(signature) = hex::decode(signature) else { return false };
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return false };
    mac.update(time.as_bytes());
    mac.update(b".");
    mac.update(body);
    mac.verify_slice(&signature).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &[u8] = br#"{"id": "evt_1"}"#;
    /// As openssl makes it: `printf '%s' '1768473000.{"id": "evt_1"}' | openssl dgst -sha256 -hmac whsec_test`.
    const MADE: &str = "57b6064297e1afdac01ed5b73dc6bb08bb430d976f04837b832342e9e5ef4f28";

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    #[test]
    fn a_signature_of_another_hand_is_known() {
        let header = format!("t=1768473000,v1={MADE}");
        assert!(is_valid(&header, BODY, "whsec_test", at(1_768_473_000)));
        assert!(!is_valid(&header, BODY, "whsec_other", at(1_768_473_000)));
        assert!(!is_valid(&header, b"{}", "whsec_test", at(1_768_473_000)));
        assert!(!is_valid(&header.replace("t=1768473000", "t=1768473001"), BODY, "whsec_test", at(1_768_473_000)));
    }

    #[test]
    fn it_counts_for_five_minutes() {
        let header = format!("t=1768473000,v1={MADE}");
        for (seconds, due) in
            [(1_768_473_300, true), (1_768_473_301, false), (1_768_472_700, true), (1_768_472_699, false)]
        {
            assert_eq!(is_valid(&header, BODY, "whsec_test", at(seconds)), due, "{seconds}");
        }
    }

    #[test]
    fn while_a_secret_is_changed_one_of_several_signatures_is_enough() {
        let other = "00".repeat(32);
        let header = format!("t=1768473000, v0=abc, v1={other}, v1={MADE}");
        assert!(is_valid(&header, BODY, "whsec_test", at(1_768_473_000)));
    }

    #[test]
    fn what_is_no_signature_is_none() {
        for header in ["", "t=1768473000", &format!("v1={MADE}"), "t=x,v1=00", "t=1768473000,v1=zz", "t=,v1="] {
            assert!(!is_valid(header, BODY, "whsec_test", at(1_768_473_000)), "{header}");
        }
    }
}
