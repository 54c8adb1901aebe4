//! What a caller may do in a minute, and what came of asking.

use super::fault::RateLimited;
use mainstay_kernel::Plan;
use mainstay_kernel::fault::RateLimitDetails;

/// How many requests may pass in any 60 seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Quota {
    /// The limit that callers are told, in requests a minute.
    pub base: u32,
    /// The limit that is enforced: base and burst, in requests a minute.
    pub effective: u32,
}

impl Quota {
    /// `limit` requests a minute without a burst.
    pub const fn per_minute(limit: u32) -> Self {
        Self { base: limit, effective: limit }
    }
}

impl From<&Plan> for Quota {
    fn from(plan: &Plan) -> Self {
        Self { base: plan.requests_per_minute, effective: plan.effective_limit() }
    }
}

/// The answer to one request, and the state of its bucket after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct Verdict {
    /// Whether the request may pass. It was counted if so, and was not otherwise.
    pub allowed: bool,
    /// The quota it was held against.
    pub quota: Quota,
    /// How many more requests would pass now, counted from the effective limit.
    pub remaining: u32,
    /// Unix seconds. With something remaining, 60 seconds from now; otherwise the first second in
    /// which a request of the same cost passes if nobody else asks before (of cost 1 after one
    /// that passed). A request that costs more than the whole quota never passes; it is told when
    /// the bucket will be empty.
    pub reset_at: i64,
    /// Seconds until `reset_at`, at least 1.
    pub retry_after: u64,
}

impl Verdict {
    /// The state of a rate limit as failures carry it.
    pub const fn details(&self) -> RateLimitDetails {
        RateLimitDetails { retry_after: self.retry_after, limit: self.quota.base, reset_at: self.reset_at }
    }

    /// This verdict if the request may pass.
    ///
    /// # Errors
    /// [`RateLimited`] if it may not.
    pub const fn pass(self) -> Result<Self, RateLimited> {
        if self.allowed { Ok(self) } else { Err(RateLimited(self.details())) }
    }
}

/// Seconds from `now` to `reset_at`, at least 1.
pub(super) fn seconds_until(reset_at: i64, now: i64) -> u64 {
    u64::try_from(reset_at.saturating_sub(now)).unwrap_or(0).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use mainstay_kernel::{Details, Fault, Kind};

    #[test]
    fn the_quota_of_a_plan_is_its_base_and_its_burst() {
        let plan = Plan {
            name: "pro".into(),
            requests_per_minute: 5_000,
            burst_percent: 30,
            api_access: true,
            max_api_keys: None,
            max_webhooks: None,
        };
        assert_eq!(Quota::from(&plan), Quota { base: 5_000, effective: 6_500 });
    }

    #[test]
    fn a_refusal_tells_the_base_limit_and_when_to_return() {
        let quota = Quota { base: 10, effective: 12 };
        let refused = Verdict { allowed: false, quota, remaining: 0, reset_at: 1_061, retry_after: 7 };
        let fault = refused.pass().expect_err("a refusal");
        assert_eq!(fault.to_string(), "Too many requests. Please retry after 7 seconds.");
        assert_eq!((fault.kind(), fault.code()), (Kind::RateLimited, "rate_limit_exceeded"));
        let details = RateLimitDetails { retry_after: 7, limit: 10, reset_at: 1_061 };
        assert_eq!(fault.details(), Details::Limit(details));
    }

    #[test]
    fn nobody_is_told_to_return_at_once() {
        assert_eq!(seconds_until(100, 100), 1);
        assert_eq!(seconds_until(100, 130), 1);
        assert_eq!(seconds_until(161, 100), 61);
    }
}
