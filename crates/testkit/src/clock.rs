//! A clock that is moved by hand.

use mainstay_kernel::{Clock, Timestamp};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

/// Stands still until it is told to move; begins at 2026-01-15T10:30:00Z.
#[derive(Debug, Clone)]
pub struct ManualClock(Arc<AtomicI64>);

const BEGIN_SECONDS: i64 = 1_768_473_000;

impl ManualClock {
    /// A clock at its beginning.
    pub fn new() -> Self {
        Self(Arc::new(AtomicI64::new(Timestamp::from_seconds(BEGIN_SECONDS).micros())))
    }

    /// Lets time pass.
    pub fn advance(&self, span: Duration) {
        let micros = i64::try_from(span.as_micros()).expect("a span of less than 292 000 years");
        self.0.fetch_add(micros, Ordering::SeqCst);
    }

    /// Lets time pass until that instant; none passes if it is over.
    pub fn advance_to(&self, at: Timestamp) {
        self.0.fetch_max(at.micros(), Ordering::SeqCst);
    }
}

impl Default for ManualClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst))
    }
}
