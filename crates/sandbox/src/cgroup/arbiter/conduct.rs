//! How a box behaves, and how it is treated for that.

use std::time::{Duration, Instant};

/// How a box is treated.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Treatment {
    /// As any other.
    #[default]
    Ordinary,
    /// Whoever else wants a processor gets it at once.
    GivesWay,
    /// It gets little of the processors, so that it can write little. It does not give way: the kernel takes a processor
    /// for free on which nobody runs but those who do, and who writes is within the kernel, where it is not stopped at
    /// once: whoever wakes would wait beside a processor that has nothing to do.
    Slowed,
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
    /// What it had written when that was looked at last, in bytes.
    written: Option<u64>,
    /// What it may still write at once, in bytes.
    credit: u64,
    is_greedy: bool,
    is_slowed: bool,
}

/// How long a box takes what it may until it is greedy: several of the kernel's periods.
const GREEDY_FOR: Duration = Duration::from_millis(400);
/// How long it takes less until it no longer does.
const MODEST_FOR: Duration = Duration::from_secs(2);
/// The hundredths of what it may take that make it greedy, and those below which it is modest.
const GREEDY: u64 = 80;
const MODEST: u64 = 50;
/// Thousandths of a processor below which nobody writes much.
const IDLE: u64 = 5;
/// What a box may write at once, and in each second for good, in bytes for each thousandth of a processor: with half a
/// processor, 500 MiB and 16 MiB.
const AT_ONCE: u64 = 1 << 20;
const PER_SECOND: u64 = 32 << 10;

impl Conduct {
    pub(super) fn new(allowance: u32) -> Self {
        let credit = u64::from(allowance) * AT_ONCE;
        Self { allowance, since: None, last: None, written: None, credit, is_greedy: false, is_slowed: false }
    }

    /// Takes in what the box has taken of the processors so far, in microseconds, and what it has written, in bytes,
    /// which costs more to find out and is only asked for when it does something.
    pub(super) fn observe(&mut self, now: Instant, cpu_micros: u64, written: impl FnOnce() -> u64) -> Treatment {
        let last = self.last.replace((now, cpu_micros)).unwrap_or((now, 0));
        self.judge_taking(now, cpu_micros);
        self.judge_writing(now.duration_since(last.0), (took(last, (now, cpu_micros)) >= IDLE).then(written));
        self.treatment()
    }

    fn treatment(&self) -> Treatment {
        match (self.is_slowed, self.is_greedy) {
            (true, _) => Treatment::Slowed,
            (false, true) => Treatment::GivesWay,
            (false, false) => Treatment::Ordinary,
        }
    }

    fn judge_taking(&mut self, now: Instant, cpu_micros: u64) {
        let since = *self.since.get_or_insert((now, cpu_micros));
        let (span, bound) = if self.is_greedy { (MODEST_FOR, MODEST) } else { (GREEDY_FOR, GREEDY) };
        if now.duration_since(since.0) < span {
            return;
        }
        // Who is slowed cannot take more, and shows nothing.
        let hides = self.is_greedy && self.is_slowed;
        self.is_greedy = hides || took(since, (now, cpu_micros)) * 100 >= u64::from(self.allowance) * bound;
        self.since = Some((now, cpu_micros));
    }

    fn judge_writing(&mut self, elapsed: Duration, written: Option<u64>) {
        let allowance = u64::from(self.allowance);
        let most = allowance * AT_ONCE;
        let earned =
            u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX).saturating_mul(allowance * PER_SECOND / 1000);
        let before = written.and_then(|written| self.written.replace(written));
        let spent = written.unwrap_or(0).saturating_sub(before.or(written).unwrap_or(0));
        self.credit = self.credit.saturating_add(earned).min(most).saturating_sub(spent);
        // Half of it is to be there again, so that who goes on is not let go and caught every moment.
        self.is_slowed = self.credit < if self.is_slowed { most / 2 } else { 1 };
    }
}

/// What was taken between two moments, in thousandths of a processor.
fn took((from, before): (Instant, u64), (to, after): (Instant, u64)) -> u64 {
    let micros = u64::try_from(to.duration_since(from).as_micros()).unwrap_or(u64::MAX).max(1);
    after.saturating_sub(before).saturating_mul(1000) / micros
}

#[cfg(test)]
mod tests {
    use super::Treatment::{GivesWay, Ordinary, Slowed};
    use super::*;
    use proptest::prelude::{prop, prop_assert_eq, proptest};

    const STEP: Duration = Duration::from_millis(200);

    /// A box that may take half a processor.
    struct Own {
        conduct: Conduct,
        now: Instant,
        cpu_micros: u64,
        written: u64,
    }

    impl Own {
        fn new() -> Self {
            let own = Self { conduct: Conduct::new(500), now: Instant::now(), cpu_micros: 0, written: 0 };
            own.then(100, 0, 1).0
        }

        /// Takes so many thousandths of a processor and writes so many bytes, in each of so many steps.
        fn then(mut self, milli: u64, written: u64, steps: u32) -> (Self, Treatment) {
            let mut treatment = self.conduct.treatment();
            for _ in 0..steps {
                self.now += STEP;
                self.cpu_micros += milli * 200;
                self.written += written;
                treatment = self.conduct.observe(self.now, self.cpu_micros, || self.written);
            }
            (self, treatment)
        }
    }

    #[test]
    fn who_takes_all_it_may_gives_way_within_a_second_and_no_longer_once_it_is_modest() {
        let (own, treatment) = Own::new().then(500, 0, 4);
        assert_eq!(treatment, GivesWay);
        let (own, treatment) = own.then(500, 0, 50);
        assert_eq!(treatment, GivesWay);
        let (own, treatment) = own.then(100, 0, 3);
        assert_eq!(treatment, GivesWay, "it may be a moment only");
        assert_eq!(own.then(100, 0, 18).1, Ordinary);
    }

    #[test]
    fn who_takes_much_but_less_than_it_may_does_not_give_way() {
        assert_eq!(Own::new().then(390, 0, 100).1, Ordinary);
    }

    const MIB: u64 = 1 << 20;

    #[test]
    fn who_writes_more_than_it_may_at_once_is_slowed_until_half_of_that_is_there_again() {
        // Nearly two seconds at 300 MiB a second, of which 16 are earned again.
        let (own, treatment) = Own::new().then(100, 60 * MIB, 8);
        assert_ne!(treatment, Slowed);
        let (own, treatment) = own.then(100, 60 * MIB, 1);
        assert_eq!(treatment, Slowed);
        let (own, treatment) = own.then(0, 0, 5 * 16 - 1);
        assert_eq!(treatment, Slowed);
        let (own, treatment) = own.then(0, 0, 2);
        assert_ne!(treatment, Slowed);
        assert_eq!(own.then(100, 60 * MIB, 5).1, Slowed, "half was there");
    }

    #[test]
    fn who_goes_on_stays_slowed() {
        let mut own = Own::new().then(500, 60 * MIB, 20).0;
        for _ in 0..100 {
            let treatment;
            (own, treatment) = own.then(50, 4 * MIB, 10);
            assert_eq!(treatment, Slowed);
        }
    }

    #[test]
    fn what_it_writes_is_not_asked_of_who_does_nothing() {
        let mut conduct = Conduct::new(500);
        let now = Instant::now();
        for step in 0..10 {
            conduct.observe(now + STEP * step, 800 * u64::from(step), || unreachable!("it is idle"));
        }
    }

    #[test]
    fn what_was_written_before_anybody_looked_is_not_counted() {
        let now = Instant::now();
        let mut conduct = Conduct::new(500);
        conduct.observe(now, 0, || 0);
        let treatment = conduct.observe(now + STEP, 100_000, || 1 << 40);
        assert_ne!(treatment, Slowed);
    }

    proptest! {
        /// Whatever a box does, doing nothing for long enough gives it back all that it may take.
        #[test]
        fn nobody_is_slowed_or_gives_way_for_good(
            steps in prop::collection::vec((0..4_000u64, 0..1_u64 << 30, 1..30u32), 0..60)
        ) {
            let mut own = Own::new();
            for (milli, written, times) in steps {
                own = own.then(milli, written, times).0;
            }
            let (_, treatment) = own.then(0, 0, 5 * 40);
            prop_assert_eq!(treatment, Ordinary);
        }

        /// Who takes little and writes little is left alone.
        #[test]
        fn the_modest_are_left_alone(steps in prop::collection::vec((0..390u64, 0..3 * MIB), 1..400)) {
            let mut own = Own::new();
            for (milli, written) in steps {
                let treatment;
                (own, treatment) = own.then(milli, written, 1);
                prop_assert_eq!(treatment, Ordinary);
            }
        }
    }
}
