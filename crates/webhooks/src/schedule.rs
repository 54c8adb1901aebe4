//! When an attempt that failed is made again.

use mainstay_kernel::Timestamp;
use std::time::{Duration, UNIX_EPOCH};

/// The longest that a receiver may put us off.
const LONGEST_HINT: Duration = Duration::from_hours(24);

/// The waits between the attempts of one delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    waits: Vec<Duration>,
    jitter_percent: u32,
}

impl Schedule {
    /// From the waits before the second attempt and each further one, and by how many percent of itself a wait is
    /// lengthened at most, so that deliveries which failed together do not come back together.
    pub const fn new(waits: Vec<Duration>, jitter_percent: u32) -> Self {
        Self { waits, jitter_percent }
    }

    /// How many attempts a delivery has: one more than there are waits.
    pub fn attempts(&self) -> i32 {
        i32::try_from(self.waits.len()).map_or(i32::MAX, |waits| waits.saturating_add(1))
    }

    /// How long to wait after this attempt failed, counted from 1. None when it was the last one, or none at all.
    ///
    /// The roll, any number with equal chance, says how much of the jitter is added; nothing is ever taken off. The hint
    /// is what the receiver asked for (`Retry-After`): it lengthens a wait, to 24 hours at most, and never shortens it.
    pub fn after(&self, attempt: i32, roll: u32, hint: Option<Duration>) -> Option<Duration> {
        let position = usize::try_from(attempt).ok()?.checked_sub(1)?;
        let wait = *self.waits.get(position)?;
        let wait = wait.saturating_add(self.jitter(wait, roll));
        Some(hint.map_or(wait, |hint| wait.max(hint.min(LONGEST_HINT))))
    }

    /// The part of the wait that this roll adds, to the millisecond.
    fn jitter(&self, wait: Duration, roll: u32) -> Duration {
        let most = wait.as_millis().saturating_mul(self.jitter_percent.into()) / 100;
        let part = most.saturating_mul(roll.into()) / u128::from(u32::MAX);
        Duration::from_millis(u64::try_from(part).unwrap_or(u64::MAX))
    }
}

/// What a header `Retry-After` asks for (RFC 9110 section 10.2.3): seconds, or the time until a date of HTTP, zero when it
/// has passed. None when it is neither.
pub fn retry_after(text: &str, now: Timestamp) -> Option<Duration> {
    let text = text.trim_matches([' ', '\t']);
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than fit are still a number of seconds, and a large one.
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    let seconds = date.duration_since(UNIX_EPOCH).ok()?.as_secs();
    Some(Timestamp::from_seconds(i64::try_from(seconds).ok()?).since(now))
}

#[cfg(test)]
mod tests;
