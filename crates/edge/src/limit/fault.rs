//! What can go wrong with a rate limit.

use mainstay_kernel::fault::RateLimitDetails;
use mainstay_kernel::{Details, Fault, Kind};

/// The caller has used up the quota.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Too many requests. Please retry after {} seconds.", .0.retry_after)]
pub struct RateLimited(pub RateLimitDetails);

impl Fault for RateLimited {
    fn kind(&self) -> Kind {
        Kind::RateLimited
    }

    fn code(&self) -> &'static str {
        "rate_limit_exceeded"
    }

    fn details(&self) -> Details {
        Details::Limit(self.0)
    }
}

/// Redis does not answer, and nothing may pass uncounted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Rate limits cannot be checked at the moment. Please try again shortly.")]
pub struct LimiterAway;

/// Seconds after which a lost Redis is likely to have been reached again, if it can be.
const RETRY_AFTER: u64 = 2;

impl Fault for LimiterAway {
    fn kind(&self) -> Kind {
        Kind::Unavailable
    }

    fn code(&self) -> &'static str {
        "rate_limiter_unavailable"
    }

    fn details(&self) -> Details {
        Details::RetryAfter(RETRY_AFTER)
    }
}

/// The text is no URL of a Redis that can be used here. The text itself is not repeated: it may
/// hold a password.
#[derive(Debug, thiserror::Error)]
#[error("a Redis URL is written redis://[user:password@]host[:port][/database], or rediss:// for TLS")]
pub struct NotARedisUrl;

/// Why a Redis cannot count requests. The URL is not repeated: it may hold a password.
#[derive(Debug, thiserror::Error)]
pub enum RedisUnfit {
    /// The URL cannot be read.
    #[error(transparent)]
    Url(#[from] NotARedisUrl),
    /// It cannot be reached, lets us not in, or does not count.
    #[error("Redis does not count requests: {0}")]
    Away(#[from] redis::RedisError),
}
