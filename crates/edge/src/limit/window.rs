//! The requests of the last minute, counted by the second.

use super::quota::{Quota, Verdict, seconds_until};

/// How long a request counts, in seconds after the second it was made in.
pub(super) const SPAN: i64 = 60;

/// Seconds kept: the present one and [`SPAN`] before it, rounded up to a power of two.
const CELLS: usize = 64;

/// One bucket's requests: a ring of counters, one a second.
///
/// It changes only when a request is counted, so a refusal leaves no trace. Time does not run back
/// in it, except when the clock was set back by more than the window: then it starts anew, or a
/// clock that was wrong for a moment would lock the caller out until that moment came again.
#[derive(Debug, Clone, Default)]
pub(super) struct Window {
    /// The second of the last counted request.
    newest: i64,
    /// The sum of all cells, which hold the seconds `newest - SPAN ..= newest`.
    total: u32,
    cells: Cells,
}

impl Window {
    /// Counts a request of `cost` if it fits.
    pub(super) fn hit(&mut self, clock: i64, quota: Quota, cost: u32) -> Verdict {
        let now = self.now(clock);
        let free = quota.effective.saturating_sub(self.count(now));
        let allowed = cost <= free;
        if allowed && cost > 0 {
            self.record(now, cost);
        }
        let (remaining, wanted) = if allowed { (free - cost, 1) } else { (free, cost) };
        let reset_at = if remaining >= wanted { now + SPAN } else { self.fits_at(now, quota, wanted) };
        Verdict { allowed, quota, remaining, reset_at, retry_after: seconds_until(reset_at, clock) }
    }

    /// Whether nothing in it counts any more.
    pub(super) fn is_idle(&self, clock: i64) -> bool {
        self.is_empty() || self.is_past(clock)
    }

    /// Whether nothing was ever counted in it.
    pub(super) fn is_empty(&self) -> bool {
        self.total == 0
    }

    fn now(&self, clock: i64) -> i64 {
        if self.is_past(clock) { clock } else { clock.max(self.newest) }
    }

    fn is_past(&self, now: i64) -> bool {
        now.abs_diff(self.newest) > SPAN.unsigned_abs()
    }

    fn count(&self, now: i64) -> u32 {
        if self.is_past(now) {
            return 0;
        }
        self.total - self.leaving(now).map(|second| self.cells.get(second)).sum::<u32>()
    }

    /// The seconds that the ring holds and that no longer count.
    fn leaving(&self, now: i64) -> std::ops::Range<i64> {
        self.newest - SPAN..now - SPAN
    }

    fn record(&mut self, now: i64, cost: u32) {
        if self.is_past(now) {
            *self = Self::default();
        } else {
            for second in self.leaving(now) {
                self.total -= self.cells.take(second);
            }
        }
        self.newest = now;
        self.total += cost;
        self.cells.add(now, cost);
    }

    /// The first second in which `wanted` more fit, if nothing else comes.
    fn fits_at(&self, now: i64, quota: Quota, wanted: u32) -> i64 {
        let count = u64::from(self.count(now));
        let mut excess = (count + u64::from(wanted)).saturating_sub(u64::from(quota.effective));
        let counted = if self.is_past(now) { 0..0 } else { now - SPAN..self.newest + 1 };
        for second in counted {
            excess = excess.saturating_sub(self.cells.get(second).into());
            if excess == 0 {
                return second + SPAN + 1;
            }
        }
        now + SPAN + 1
    }
}

/// Counters by the second, small until one of them outgrows a byte: most buckets never do, and
/// there may be a great many.
#[derive(Debug, Clone)]
enum Cells {
    Narrow([u8; CELLS]),
    Wide(Box<[u32; CELLS]>),
}

impl Default for Cells {
    fn default() -> Self {
        Self::Narrow([0; CELLS])
    }
}

impl Cells {
    fn get(&self, second: i64) -> u32 {
        match self {
            Self::Narrow(cells) => cells[index(second)].into(),
            Self::Wide(cells) => cells[index(second)],
        }
    }

    fn take(&mut self, second: i64) -> u32 {
        match self {
            Self::Narrow(cells) => std::mem::take(&mut cells[index(second)]).into(),
            Self::Wide(cells) => std::mem::take(&mut cells[index(second)]),
        }
    }

    fn add(&mut self, second: i64, cost: u32) {
        if let Self::Narrow(cells) = self {
            let cell = &mut cells[index(second)];
            match u8::try_from(u32::from(*cell).saturating_add(cost)) {
                Ok(sum) => return *cell = sum,
                Err(_) => *self = Self::Wide(Box::new(cells.map(u32::from))),
            }
        }
        if let Self::Wide(cells) = self {
            cells[index(second)] += cost;
        }
    }
}

/// The cell of a second: its number modulo [`CELLS`], which divides 256.
fn index(second: i64) -> usize {
    let [lowest, ..] = second.to_le_bytes();
    usize::from(lowest) % CELLS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_counts_for_its_own_second_and_the_sixty_after() {
        let (mut window, quota) = (Window::default(), Quota::per_minute(1));
        assert!(window.hit(1_000, quota, 1).allowed);
        let refused = window.hit(1_060, quota, 1);
        assert_eq!((refused.allowed, refused.reset_at, refused.retry_after), (false, 1_061, 1));
        assert!(window.hit(1_061, quota, 1).allowed);
    }

    #[test]
    fn a_costly_request_is_told_when_all_of_it_fits() {
        let (mut window, quota) = (Window::default(), Quota::per_minute(10));
        for second in [1_000, 1_010, 1_020] {
            assert!(window.hit(second, quota, 3).allowed);
        }
        assert_eq!(window.hit(1_030, quota, 1).remaining, 0);
        assert_eq!(window.hit(1_030, quota, 3).reset_at, 1_061);
        assert_eq!(window.hit(1_030, quota, 4).reset_at, 1_071);
        assert_eq!(window.hit(1_030, quota, 11).reset_at, 1_091, "more than ever fits");
    }

    #[test]
    fn a_second_may_hold_more_than_a_byte_does() {
        let (mut window, quota) = (Window::default(), Quota::per_minute(u32::MAX));
        for cost in [200, 55, 1, u32::MAX - 256] {
            assert!(window.hit(1_000, quota, cost).allowed, "{cost}");
        }
        assert!(!window.hit(1_060, quota, 1).allowed);
        assert_eq!(window.hit(1_061, quota, 0).remaining, u32::MAX);
    }

    #[test]
    fn a_clock_set_far_back_starts_the_window_anew() {
        let (mut window, quota) = (Window::default(), Quota::per_minute(1));
        assert!(window.hit(9_000, quota, 1).allowed);
        assert!(!window.hit(8_940, quota, 1).allowed, "within the window time stands still");
        assert!(window.hit(1_000, quota, 1).allowed);
        assert!(!window.hit(1_000, quota, 1).allowed);
    }

    #[test]
    fn a_lowered_quota_refuses_until_enough_has_left() {
        let mut window = Window::default();
        for second in 1_000..1_010 {
            assert!(window.hit(second, Quota::per_minute(10), 1).allowed);
        }
        let refused = window.hit(1_010, Quota::per_minute(3), 1);
        assert_eq!((refused.allowed, refused.remaining, refused.reset_at), (false, 0, 1_068));
    }
}
