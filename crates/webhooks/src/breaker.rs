//! Leaving an endpoint alone that does not answer.

use mainstay_kernel::Timestamp;
use std::time::Duration;

/// So many failures in a row open the breaker.
const FAILURES: u32 = 5;
/// For how long it opens the first time; each probe that fails doubles it.
const FIRST: Duration = Duration::from_secs(1);
/// The longest that it stays open.
const LONGEST: Duration = Duration::from_mins(1);
/// An attempt of which nobody told how it went is taken for lost after this. It is longer than any attempt may take.
const LOST: Duration = Duration::from_mins(1);

/// The circuit breaker of one endpoint's lane.
///
/// Closed, it lets every attempt through. Five failures in a row open it, and nothing is let through for a second. Then it
/// is half open: a single attempt, the probe, is let through once those that were under way have ended. If the probe fails
/// it opens again for twice as long, a minute at most; any success closes it.
///
/// Whoever is about to make an attempt calls [`Breaker::begin`], and afterwards [`Breaker::felt`] with how it went;
/// [`Breaker::admits`] tells beforehand how much there is to fetch. It lives in memory and is told the time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Breaker {
    state: State,
    /// Attempts that began and of which nobody has told how they went.
    under_way: u32,
    /// When the latest of them began.
    begun_at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// With the failures in a row.
    Closed { failures: u32 },
    /// Open until an instant, after a wait of this length, and half open from then on.
    Open { until: Timestamp, wait: Duration, probing: bool },
}

impl Default for State {
    fn default() -> Self {
        Self::Closed { failures: 0 }
    }
}

/// How many attempts a breaker lets through now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// As many as there are.
    All,
    /// One, to see whether the endpoint is back.
    Probe,
    /// None at all.
    Nothing,
}

impl Breaker {
    /// How many attempts may begin now.
    pub fn admits(&self, now: Timestamp) -> Admission {
        match self.state {
            State::Closed { .. } => Admission::All,
            State::Open { until, .. } if now >= until && !self.waits_for_news(now) => Admission::Probe,
            State::Open { .. } => Admission::Nothing,
        }
    }

    /// Begins an attempt, and says whether it may be made. One that may not has not begun.
    pub fn begin(&mut self, now: Timestamp) -> bool {
        match (self.admits(now), &mut self.state) {
            (Admission::Nothing, _) => return false,
            (Admission::Probe, State::Open { probing, .. }) => {
                *probing = true;
                // Whatever else was under way is lost.
                self.under_way = 1;
            }
            _ => self.under_way = self.under_way.saturating_add(1),
        }
        self.begun_at = self.begun_at.max(now);
        true
    }

    /// Tells how an attempt went that had begun.
    pub fn felt(&mut self, success: bool, now: Timestamp) {
        self.under_way = self.under_way.saturating_sub(1);
        self.state = match self.state {
            _ if success => State::default(),
            State::Closed { failures } if failures + 1 < FAILURES => State::Closed { failures: failures + 1 },
            State::Closed { .. } => open(FIRST, now),
            State::Open { wait, probing: true, .. } => open(wait.saturating_mul(2).min(LONGEST), now),
            // It began before the breaker opened, and tells nothing new.
            open @ State::Open { probing: false, .. } => open,
        };
    }

    /// When it is worth asking again, unless an attempt ends before: when the breaker is half open, or when what is still
    /// under way is taken for lost. None when it is closed.
    pub fn opens_at(&self) -> Option<Timestamp> {
        let State::Open { until, .. } = self.state else { return None };
        let lost_at = self.begun_at.plus(LOST);
        Some(if self.under_way > 0 { until.max(lost_at) } else { until })
    }

    /// Whether an attempt is under way that is not taken for lost.
    fn waits_for_news(&self, now: Timestamp) -> bool {
        self.under_way > 0 && now < self.begun_at.plus(LOST)
    }
}

fn open(wait: Duration, now: Timestamp) -> State {
    State::Open { until: now.plus(wait), wait, probing: false }
}

#[cfg(test)]
mod tests;
