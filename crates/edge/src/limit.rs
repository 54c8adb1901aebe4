//! Rate limits: how many requests a caller may make in any minute.
//!
//! A sliding window of 60 seconds, counted in whole seconds: a request made in second `t` counts
//! while `t >= now - 60`. It is let through when the count stays within the effective limit, and a
//! refused request is not counted. Instead of a log of instants each bucket keeps one counter a
//! second; since the rule only ever looks at whole seconds, that decides exactly as the log would.
//!
//! One node counts in memory. Several nodes count together in Redis, by the same algorithm in one
//! script and on Redis's clock, because the clocks of nodes differ.

mod bucket;
mod fault;
mod headers;
mod link;
mod local;
mod quota;
mod script;
mod window;

pub use bucket::{Bucket, Network};
pub use fault::{LimiterAway, NotARedisUrl, RateLimited, RedisUnfit};
pub use headers::headers;
pub use link::check;
pub use quota::{Quota, Verdict};

use link::Link;
use local::Windows;
use mainstay_kernel::Clock;
use script::Call;
use std::sync::Arc;
use std::time::Duration;

/// How long a request waits for Redis, unless told otherwise.
const PATIENCE: Duration = Duration::from_millis(100);

/// What to do with requests while Redis does not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhenAway {
    /// Each node counts by itself: callers may reach the limit once a node.
    Local,
    /// Nothing that must be counted is let through.
    Refuse,
}

/// Counts requests and says which may pass.
pub struct Limiter {
    clock: Arc<dyn Clock>,
    local: Windows,
    shared: Option<Shared>,
}

struct Shared {
    link: Link,
    when_away: WhenAway,
    by_own_clock: bool,
    patience: Duration,
}

impl Limiter {
    /// Counts in this process alone.
    pub fn local(clock: Arc<dyn Clock>) -> Self {
        Self { clock, local: Windows::default(), shared: None }
    }

    /// Counts in Redis (5 or later), together with every limiter that uses the same database of
    /// it. Returns at once; the connection is made in the background, and made again whenever it
    /// is lost. The clock serves only while Redis is away.
    ///
    /// # Errors
    /// [`NotARedisUrl`] when the URL cannot be read.
    ///
    /// # Panics
    /// Outside a tokio runtime: the connection lives on the one this is called on.
    pub fn shared(redis_url: &str, clock: Arc<dyn Clock>, when_away: WhenAway) -> Result<Self, NotARedisUrl> {
        let shared = Shared { link: Link::open(redis_url)?, when_away, by_own_clock: false, patience: PATIENCE };
        Ok(Self { shared: Some(shared), ..Self::local(clock) })
    }

    /// The same, on this limiter's clock instead of Redis's: for tests that move time, and only
    /// right in production when all nodes have one clock.
    #[must_use]
    pub fn by_own_clock(mut self) -> Self {
        if let Some(shared) = &mut self.shared {
            shared.by_own_clock = true;
        }
        self
    }

    /// The same, with another time that a request waits for Redis before it is taken to be away;
    /// 100 ms unless told otherwise.
    #[must_use]
    pub fn with_patience(mut self, patience: Duration) -> Self {
        if let Some(shared) = &mut self.shared {
            shared.patience = patience;
        }
        self
    }

    /// Asks to let a request of `cost` pass: it does, and is counted `cost` times, when as much
    /// remains of the quota. A cost of 0 only looks: it is never refused and never counted.
    ///
    /// # Errors
    /// [`LimiterAway`] when Redis does not answer and the limiter was made with
    /// [`WhenAway::Refuse`].
    pub async fn hit(&self, bucket: &Bucket, quota: Quota, cost: u32) -> Result<Verdict, LimiterAway> {
        let now = self.clock.now().seconds();
        if let Some(shared) = &self.shared {
            let call = Call { key: bucket.redis_key(), quota, cost, now: shared.by_own_clock.then_some(now) };
            // Boxed, so that limits in memory do not carry the space of a Redis call about.
            match Box::pin(shared.link.hit(&call, shared.patience)).await {
                Some(verdict) => return Ok(verdict),
                None if shared.when_away == WhenAway::Refuse => return Err(LimiterAway),
                None => {}
            }
        }
        Ok(self.local.hit(bucket, quota, cost, now))
    }
}
