//! How a response tells the state of its rate limit.

use super::quota::Verdict;
use super::window::SPAN;
use actix_web::http::header::{HeaderName, HeaderValue};

static LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
static REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
static RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");
static POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
static STATE: HeaderName = HeaderName::from_static("ratelimit");

/// The header fields of a verdict: `X-RateLimit-Limit` (the base limit), `-Remaining` and `-Reset` (Unix seconds),
/// and `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-10), which tell the effective limit.
pub fn headers(verdict: &Verdict) -> [(HeaderName, HeaderValue); 5] {
    let Verdict { quota, remaining, reset_at, retry_after, .. } = *verdict;
    [
        (LIMIT.clone(), quota.base.into()),
        (REMAINING.clone(), remaining.into()),
        (RESET.clone(), reset_at.into()),
        (POLICY.clone(), structured(format!("\"default\";q={};w={SPAN}", quota.effective))),
        (STATE.clone(), structured(format!("\"default\";r={remaining};t={retry_after}"))),
    ]
}

fn structured(text: String) -> HeaderValue {
    HeaderValue::try_from(text).expect("digits and ASCII punctuation are a header value")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limit::Quota;

    fn told(verdict: &Verdict) -> Vec<String> {
        let tell = |(name, value): &(HeaderName, HeaderValue)| format!("{name}: {}", value.to_str().expect("text"));
        headers(verdict).iter().map(tell).collect()
    }

    #[test]
    fn callers_are_told_the_base_limit_and_what_remains_with_the_burst() {
        let quota = Quota { base: 5_000, effective: 6_500 };
        let verdict = Verdict { allowed: true, quota, remaining: 6_499, reset_at: 1_768_473_060, retry_after: 60 };
        let expected = [
            "x-ratelimit-limit: 5000",
            "x-ratelimit-remaining: 6499",
            "x-ratelimit-reset: 1768473060",
            "ratelimit-policy: \"default\";q=6500;w=60",
            "ratelimit: \"default\";r=6499;t=60",
        ];
        assert_eq!(told(&verdict), expected);
    }

    #[test]
    fn the_least_and_the_greatest_numbers_are_written_in_full() {
        let quota = Quota { base: 0, effective: u32::MAX };
        let verdict = Verdict { allowed: true, quota, remaining: 0, reset_at: i64::MAX, retry_after: u64::MAX };
        let told = told(&verdict);
        assert_eq!(told[0], "x-ratelimit-limit: 0");
        assert_eq!(told[2], format!("x-ratelimit-reset: {}", i64::MAX));
        assert_eq!(told[4], format!("ratelimit: \"default\";r=0;t={}", u64::MAX));
    }
}
