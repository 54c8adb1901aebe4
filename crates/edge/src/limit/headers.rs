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
        (LIMIT.clone(), number(quota.base)),
        (REMAINING.clone(), number(remaining)),
        (RESET.clone(), number(reset_at)),
        (POLICY.clone(), default_with([(";q=", quota.effective.into()), (";w=", SPAN.unsigned_abs())])),
        (STATE.clone(), default_with([(";r=", remaining.into()), (";t=", retry_after)])),
    ]
}

fn number(number: impl itoa::Integer) -> HeaderValue {
    HeaderValue::from_str(itoa::Buffer::new().format(number)).expect("digits are a header value")
}

/// Bytes of the longest value: the name, and two parameters of at most 20 digits.
const LONGEST: usize = 9 + 2 * (3 + 20);

/// The name of the only policy with these parameters (RFC 9651 section 3.1.2). Every answer has two of them, so they are
/// put together without the machinery of formats.
fn default_with(parameters: [(&str, u64); 2]) -> HeaderValue {
    let mut room = [0; LONGEST];
    let mut used = 0;
    let mut put = |text: &str| {
        room[used..used + text.len()].copy_from_slice(text.as_bytes());
        used += text.len();
    };
    put("\"default\"");
    for (name, number) in parameters {
        put(name);
        put(itoa::Buffer::new().format(number));
    }
    HeaderValue::from_bytes(&room[..used]).expect("digits and ASCII punctuation are a header value")
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
