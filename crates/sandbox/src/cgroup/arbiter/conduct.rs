//! How a box behaves, and how it is treated for that.

use std::time::{Duration, Instant};

/// How a box is treated.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Treatment {
    /// Whoever else wants a processor gets it at once.
    pub(super) gives_way: bool,
    /// It gets little of the processors, so that it can write little.
    pub(super) is_slowed: bool,
}

/// What one box did of late.
#[derive(Debug)]
pub(super) struct Conduct {
    /// What it may take, in thousandths of a processor.
    allowance: u32,
    /// Since when it is looked at what it takes, and what it had taken until then, in microseconds of a processor.
    since: Option<(Instant, u64)>,
    /// What it had taken when it was looked at last.
    last: Option<(Instant, u64)>,
    treatment: Treatment,
    /// How much it has been writing of late.
    floods: f32,
    /// How long it is slowed for the next time.
    penalty: Duration,
    /// Until when it is slowed, or was.
    until: Option<Instant>,
}

/// How long a box takes what it may until it gives way: several of the kernel's periods.
const GREEDY_FOR: Duration = Duration::from_millis(400);
/// How long it takes less until it no longer does.
const MODEST_FOR: Duration = Duration::from_secs(2);
/// The hundredths of what it may take that make it greedy, and those below which it is modest.
const GREEDY: u64 = 80;
const MODEST: u64 = 50;
/// Thousandths of a processor below which nobody writes much.
const IDLE: u64 = 20;
/// Bytes on their way to the disk at a moment that make it one of a flood.
const FLOOD: u64 = 16 << 20;
/// So many such moments in a row are one too many.
const MOST_FLOODS: f32 = 3.0;
/// What every other moment takes off their count.
const EBB: f32 = 0.1;
/// How long a box is slowed at first, and at most.
const PENALTY: Duration = Duration::from_secs(10);
const LONGEST_PENALTY: Duration = Duration::from_secs(320);

impl Conduct {
    pub(super) fn new(allowance: u32) -> Self {
        let (since, last, treatment, floods, penalty, until) = (None, None, Treatment::default(), 0.0, PENALTY, None);
        Self { allowance, since, last, treatment, floods, penalty, until }
    }

    /// Takes in what the box has taken of the processors so far, and what it has on its way to the disk, which costs
    /// more to find out and is only asked for when it does something.
    pub(super) fn observe(&mut self, now: Instant, cpu_micros: u64, flushed: impl FnOnce() -> u64) -> Treatment {
        let is_idle = self.last.is_none_or(|last| took(last, (now, cpu_micros)) < IDLE);
        self.last = Some((now, cpu_micros));
        self.judge_taking(now, cpu_micros);
        self.judge_writing(now, !is_idle && flushed() >= FLOOD);
        self.treatment
    }

    fn judge_taking(&mut self, now: Instant, cpu_micros: u64) {
        let since = *self.since.get_or_insert((now, cpu_micros));
        let gives_way = self.treatment.gives_way;
        if now.duration_since(since.0) < if gives_way { MODEST_FOR } else { GREEDY_FOR } {
            return;
        }
        let bound = if gives_way { MODEST } else { GREEDY };
        // Who is slowed cannot take more, and shows nothing.
        let hides = gives_way && self.treatment.is_slowed;
        self.treatment.gives_way = hides || took(since, (now, cpu_micros)) * 100 >= u64::from(self.allowance) * bound;
        self.since = Some((now, cpu_micros));
    }

    fn judge_writing(&mut self, now: Instant, floods: bool) {
        self.floods = if floods { self.floods + 1.0 } else { (self.floods - EBB).max(0.0) };
        if self.floods >= MOST_FLOODS {
            self.floods = 0.0;
            // Who does it again soon after is slowed for longer.
            let is_again = self.until.is_some_and(|until| now < until + self.penalty);
            self.penalty = if is_again { (self.penalty * 2).min(LONGEST_PENALTY) } else { PENALTY };
            self.until = Some(now + self.penalty);
        }
        self.treatment.is_slowed = self.until.is_some_and(|until| now < until);
    }
}

/// What was taken between two moments, in thousandths of a processor.
fn took((from, before): (Instant, u64), (to, after): (Instant, u64)) -> u64 {
    let micros = u64::try_from(to.duration_since(from).as_micros()).unwrap_or(u64::MAX).max(1);
    after.saturating_sub(before) * 1000 / micros
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{any, prop, prop_assert, prop_assert_eq, proptest};

    const STEP: Duration = Duration::from_millis(200);

    /// A box that may take half a processor.
    struct Own {
        conduct: Conduct,
        now: Instant,
        cpu_micros: u64,
    }

    impl Own {
        fn new() -> Self {
            let own = Self { conduct: Conduct::new(500), now: Instant::now(), cpu_micros: 0 };
            own.then(0, 0, 1).0
        }

        /// Takes so many thousandths of a processor and has so many bytes on their way, for so many steps.
        fn then(mut self, milli: u64, flushed: u64, steps: u32) -> (Self, Treatment) {
            let mut treatment = self.conduct.treatment;
            for _ in 0..steps {
                self.now += STEP;
                self.cpu_micros += milli * 200;
                treatment = self.conduct.observe(self.now, self.cpu_micros, || flushed);
            }
            (self, treatment)
        }
    }

    #[test]
    fn who_takes_all_it_may_gives_way_within_a_second_and_no_longer_once_it_is_modest() {
        let (own, treatment) = Own::new().then(500, 0, 4);
        assert!(treatment.gives_way && !treatment.is_slowed);
        let (own, treatment) = own.then(500, 0, 50);
        assert!(treatment.gives_way);
        let (own, treatment) = own.then(100, 0, 3);
        assert!(treatment.gives_way, "it may be a moment only");
        assert!(!own.then(100, 0, 18).1.gives_way);
    }

    #[test]
    fn who_takes_much_but_less_than_it_may_does_not_give_way() {
        assert_eq!(Own::new().then(390, 0, 100).1, Treatment::default());
    }

    #[test]
    fn who_keeps_the_disk_busy_is_slowed_within_a_second() {
        assert!(!Own::new().then(100, FLOOD, 2).1.is_slowed);
        assert!(Own::new().then(100, FLOOD, 3).1.is_slowed);
    }

    #[test]
    fn who_writes_much_now_and_then_is_not_slowed() {
        let mut own = Own::new();
        for _ in 0..20 {
            let treatment;
            (own, treatment) = own.then(100, FLOOD, 1).0.then(100, FLOOD - 1, 10);
            assert!(!treatment.is_slowed);
        }
    }

    #[test]
    fn it_is_slowed_for_longer_each_time_that_it_does_it_again() {
        let mut own = Own::new().then(100, FLOOD, 3).0;
        for seconds in [10, 20, 40, 80, 160, 320, 320] {
            let mut treatment;
            (own, treatment) = own.then(50, 0, seconds * 5 - 1);
            assert!(treatment.is_slowed, "{seconds}");
            (own, treatment) = own.then(50, 0, 1);
            assert!(!treatment.is_slowed, "{seconds}");
            own = own.then(100, FLOOD, 3).0;
        }
        let own = own.then(50, 0, 5 * 700).0.then(100, FLOOD, 3).0;
        assert!(!own.then(50, 0, 50).1.is_slowed, "it behaved for long enough");
    }

    #[test]
    fn what_it_writes_is_not_asked_of_who_does_nothing() {
        let mut conduct = Conduct::new(500);
        let now = Instant::now();
        for step in 0..10 {
            conduct.observe(now + STEP * step, 3_000 * u64::from(step), || unreachable!("it is idle"));
        }
    }

    proptest! {
        /// Whatever a box does, doing nothing for long enough gives it back all that it may take.
        #[test]
        fn nobody_is_slowed_or_gives_way_for_good(
            steps in prop::collection::vec((0..4_000u64, any::<bool>(), 1..30u32), 0..60)
        ) {
            let mut own = Own::new();
            for (milli, floods, times) in steps {
                own = own.then(milli, if floods { FLOOD } else { 0 }, times).0;
            }
            let (_, treatment) = own.then(0, 0, 5 * 330);
            prop_assert_eq!(treatment, Treatment::default());
        }

        /// Who takes little and writes little is left alone.
        #[test]
        fn the_modest_are_left_alone(steps in prop::collection::vec((0..390u64, 0..FLOOD), 1..200)) {
            let mut own = Own::new();
            for (milli, flushed) in steps {
                let treatment;
                (own, treatment) = own.then(milli, flushed, 1);
                prop_assert!(treatment == Treatment::default());
            }
        }
    }
}
