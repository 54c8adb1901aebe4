//! What one node may begin for one endpoint.

use crate::breaker::{Admission, Breaker};
use mainstay_kernel::Timestamp;

/// How many deliveries begin at a time for an endpoint of which nothing is known yet.
const FIRST_WINDOW: u32 = 4;

/// The lane of an endpoint on this node. How much goes out at a time grows with each delivery that arrives and is halved
/// with each that does not: who does not answer holds little.
pub(super) struct Lane {
    breaker: Breaker,
    under_way: u32,
    window: u32,
    /// As the endpoint has it.
    most: u32,
    /// Until when its rate is used up.
    not_before: Option<Timestamp>,
}

/// What a lane has room for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Room {
    /// So many more, at least one.
    For(u32),
    /// Nothing until something that is under way has ended.
    Full,
    /// Nothing until then.
    Later(Timestamp),
}

impl Default for Lane {
    fn default() -> Self {
        let breaker = Breaker::default();
        Self { breaker, under_way: 0, window: FIRST_WINDOW, most: FIRST_WINDOW, not_before: None }
    }
}

impl Lane {
    pub(super) fn room(&self, now: Timestamp) -> Room {
        if let Some(at) = self.not_before.filter(|at| *at > now) {
            return Room::Later(at);
        }
        let free = self.window.saturating_sub(self.under_way);
        match self.breaker.admits(now) {
            Admission::All if free > 0 => Room::For(free),
            Admission::Probe => Room::For(1),
            Admission::All => Room::Full,
            // How that ends decides.
            Admission::Nothing if self.under_way > 0 => Room::Full,
            Admission::Nothing => match self.breaker.opens_at() {
                Some(at) if at > now => Room::Later(at),
                _ => Room::Full,
            },
        }
    }

    /// Notes what the endpoint allows.
    pub(super) fn allow(&mut self, most: u32, not_before: Option<Timestamp>) {
        (self.most, self.not_before) = (most.max(1), not_before);
        self.window = self.window.min(self.most);
    }

    /// Notes that so many begin.
    pub(super) fn begin(&mut self, count: usize, now: Timestamp) {
        for _ in 0..count {
            self.breaker.begin(now);
            self.under_way += 1;
        }
    }

    /// Notes how one ended.
    pub(super) fn end(&mut self, arrived: bool, now: Timestamp) {
        self.under_way = self.under_way.saturating_sub(1);
        self.breaker.felt(arrived, now);
        self.window = if arrived { (self.window + 1).min(self.most) } else { (self.window / 2).max(1) };
    }

    /// Whether there is nothing to remember of it.
    pub(super) fn is_idle(&self) -> bool {
        self.under_way == 0 && self.breaker == Breaker::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const NOW: Timestamp = Timestamp::from_seconds(1_000);

    #[test]
    fn a_lane_widens_as_deliveries_arrive_up_to_what_the_endpoint_allows() {
        let mut lane = Lane::default();
        lane.allow(6, None);
        assert_eq!(lane.room(NOW), Room::For(4));
        lane.begin(4, NOW);
        assert_eq!(lane.room(NOW), Room::Full);
        (0..4).for_each(|_| lane.end(true, NOW));
        assert_eq!(lane.room(NOW), Room::For(6));
    }

    #[test]
    fn who_does_not_answer_holds_one_and_then_none_until_the_breaker_opens() {
        let mut lane = Lane::default();
        lane.begin(4, NOW);
        (0..4).for_each(|_| lane.end(false, NOW));
        assert_eq!(lane.room(NOW), Room::For(1));
        lane.begin(1, NOW);
        lane.end(false, NOW);
        let Room::Later(at) = lane.room(NOW) else { panic!("the breaker is open") };
        assert_eq!(lane.room(at), Room::For(1), "a probe");
        lane.begin(1, at);
        assert_eq!(lane.room(at), Room::Full);
        lane.end(true, at);
        assert!(matches!(lane.room(at), Room::For(_)));
    }

    #[test]
    fn a_rate_that_is_used_up_is_waited_for() {
        let mut lane = Lane::default();
        let then = NOW.plus(Duration::from_millis(100));
        lane.allow(16, Some(then));
        assert_eq!((lane.room(NOW), lane.room(then)), (Room::Later(then), Room::For(4)));
    }
}
