//! Whether what was posted is signed with a hook's secret, in each provider's way. Always over the body as it came, and
//! compared in constant time.

use super::model::Provider;
use super::posted::Posted;
use super::secrets::PREFIX;
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac::{self, HMAC_SHA256, Key};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mainstay_kernel::Timestamp;

/// How far from now a signature that tells its time may be, in seconds (Standard Webhooks).
const TOLERANCE: u64 = 300;

pub(super) fn is_signed(posted: &Posted, provider: Provider, secret: &str, now: Timestamp) -> bool {
    let prefixed = |name| posted.header(name).and_then(|told| told.strip_prefix("sha256="));
    let of_body = |told: Option<&str>| told.is_some_and(|told| is_hex_of(told, secret.as_bytes(), &posted.body));
    match provider {
        Provider::GitHub => of_body(prefixed("x-hub-signature-256")),
        Provider::Gitea => {
            let plain = ["x-gitea-signature", "x-forgejo-signature"].map(|name| posted.header(name));
            plain.into_iter().chain([prefixed("x-hub-signature-256")]).any(of_body)
        }
        // Signed if it was given a signing token, and the secret itself if that was given as the secret token.
        Provider::GitLab => is_standard(posted, secret, now) || is_secret(posted.header("x-gitlab-token"), secret),
        Provider::Bitbucket => of_body(prefixed("x-hub-signature")),
    }
}

fn is_hex_of(told: &str, key: &[u8], body: &[u8]) -> bool {
    let Ok(told) = hex::decode(told) else { return false };
    hmac::verify(&Key::new(HMAC_SHA256, key), body, &told).is_ok()
}

fn is_secret(told: Option<&str>, secret: &str) -> bool {
    told.is_some_and(|told| verify_slices_are_equal(told.as_bytes(), secret.as_bytes()).is_ok())
}

/// Standard Webhooks: `v1,` and the base64 of the keyed hash of `id.timestamp.body`, several with a space between.
fn is_standard(posted: &Posted, secret: &str, now: Timestamp) -> bool {
    let told = ["webhook-id", "webhook-timestamp", "webhook-signature"].map(|name| posted.header(name));
    let [Some(id), Some(time), Some(signatures)] = told else { return false };
    let Some(key) = secret.strip_prefix(PREFIX).and_then(|key| STANDARD.decode(key).ok()) else { return false };
    if !time.parse::<i64>().is_ok_and(|seconds| now.seconds().abs_diff(seconds) <= TOLERANCE) {
        return false;
    }
    let signed = [id.as_bytes(), b".", time.as_bytes(), b".", &posted.body].concat();
    let key = Key::new(HMAC_SHA256, &key);
    let mut signatures = signatures.split(' ').filter_map(|part| part.strip_prefix("v1,"));
    signatures.any(|told| STANDARD.decode(told).is_ok_and(|told| hmac::verify(&key, &signed, &told).is_ok()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    const SECRET: &str = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
    const BODY: &str = r#"{"ref":"refs/heads/main"}"#;
    // printf '%s' "$BODY" | openssl dgst -sha256 -hmac "$SECRET"
    const SIGNED: &str = "166125f4b5884572e0223e9cf336db6fc1541e056e3a4111165f9c4dc616430b";
    const OTHER: &str = "0000000000000000000000000000000000000000000000000000000000000000";
    // printf '%s' "msg_1.1768473000.$BODY" | openssl dgst -sha256 -hmac 01234567890123456789012345678901 -binary | base64
    const STANDARD_SIGNED: &str = "27YK3xxQBhhRgKEt/02jBMvQJDMpwduAh/bdvvneEZQ=";
    const NOW: Timestamp = Timestamp::from_seconds(1_768_473_000);

    fn says(provider: Provider, body: &str, headers: &[(&str, &str)]) -> bool {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let posted = Posted { headers, body: Bytes::copy_from_slice(body.as_bytes()) };
        is_signed(&posted, provider, SECRET, NOW)
    }

    #[test]
    fn each_provider_signs_in_its_own_way() {
        let prefixed = format!("sha256={SIGNED}");
        assert!(says(Provider::GitHub, BODY, &[("x-hub-signature-256", &prefixed)]));
        assert!(says(Provider::Gitea, BODY, &[("x-hub-signature-256", &prefixed)]));
        assert!(says(Provider::Gitea, BODY, &[("x-gitea-signature", SIGNED)]));
        assert!(says(Provider::Gitea, BODY, &[("x-forgejo-signature", SIGNED)]));
        assert!(says(Provider::Bitbucket, BODY, &[("x-hub-signature", &prefixed)]));
        assert!(says(Provider::GitLab, BODY, &[("x-gitlab-token", SECRET)]));
    }

    #[test]
    fn another_body_another_form_or_nothing_is_no_signature() {
        let prefixed = format!("sha256={SIGNED}");
        assert!(!says(Provider::GitHub, "{}", &[("x-hub-signature-256", &prefixed)]));
        for told in [SIGNED, "sha256=", "sha256=zz", "sha1=00", "", &prefixed[..70], &format!("sha256={OTHER}")] {
            assert!(!says(Provider::GitHub, BODY, &[("x-hub-signature-256", told)]), "{told}");
        }
        for provider in Provider::ALL {
            assert!(!says(*provider, BODY, &[]));
        }
        // Where signatures are due, the secret itself is none, and what another provider sends is none.
        assert!(!says(Provider::GitHub, BODY, &[("x-gitlab-token", SECRET), ("x-gitea-signature", SIGNED)]));
        assert!(!says(Provider::GitLab, BODY, &[("x-gitlab-token", "whsec_"), ("x-hub-signature-256", &prefixed)]));
    }

    #[test]
    fn the_standard_form_is_signed_with_its_id_and_holds_for_five_minutes() {
        let told = |id: &str, time: &str, signature: &str| {
            let headers = [("webhook-id", id), ("webhook-timestamp", time), ("webhook-signature", signature)];
            says(Provider::GitLab, BODY, &headers)
        };
        let signature = format!("v1,{STANDARD_SIGNED}");
        assert!(told("msg_1", "1768473000", &signature));
        assert!(told("msg_1", "1768473000", &format!("v1,AAAA v1a,AAAA {signature}")));
        assert!(!told("msg_2", "1768473000", &signature), "another id");
        assert!(!told("msg_1", "1768473001", &signature), "another time");
        assert!(!told("msg_1", "1768473000", STANDARD_SIGNED), "no version");
        let headers = |time: &'static str| [("webhook-id", "msg_1"), ("webhook-timestamp", time)];
        assert!(!says(Provider::GitLab, BODY, &headers("1768473000")), "no signature");
        let late = Posted {
            headers: [("webhook-id", "msg_1"), ("webhook-timestamp", "1768473000"), ("webhook-signature", &*signature)]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into(),
            body: Bytes::from_static(BODY.as_bytes()),
        };
        let at = |seconds| is_signed(&late, Provider::GitLab, SECRET, Timestamp::from_seconds(seconds));
        assert!(at(1_768_473_300) && !at(1_768_473_301) && !at(1_768_472_699));
    }
}
