//! Rules of the breaker.

use super::*;
use proptest::prelude::*;

const BEGIN: Timestamp = Timestamp::from_seconds(1_768_473_000);
/// The longest that an attempt takes.
const EXCHANGE: Duration = Duration::from_secs(30);

fn later(millis: u64) -> Timestamp {
    BEGIN.plus(Duration::from_millis(millis))
}

/// Makes an attempt that ends at once.
fn attempt(breaker: &mut Breaker, success: bool, now: Timestamp) {
    assert!(breaker.begin(now), "an attempt is let through");
    breaker.felt(success, now);
}

/// A breaker that has just opened.
fn opened() -> Breaker {
    let mut breaker = Breaker::default();
    (0..5).for_each(|_| attempt(&mut breaker, false, BEGIN));
    breaker
}

#[test]
fn a_closed_breaker_lets_everything_through() {
    let mut breaker = Breaker::default();
    assert!((0..1_000).all(|_| breaker.begin(BEGIN)));
    assert_eq!((breaker.admits(BEGIN), breaker.opens_at()), (Admission::All, None));
}

#[test]
fn five_failures_in_a_row_open_it_for_a_second() {
    let mut breaker = Breaker::default();
    for success in [false, false, false, false, true, false, false, false, false] {
        attempt(&mut breaker, success, BEGIN);
        assert_eq!(breaker.admits(BEGIN), Admission::All);
    }
    attempt(&mut breaker, false, BEGIN);
    assert_eq!((breaker.admits(later(999)), breaker.opens_at()), (Admission::Nothing, Some(later(1_000))));
    assert!(!breaker.begin(later(999)));
    assert_eq!(breaker.admits(later(1_000)), Admission::Probe);
}

#[test]
fn half_open_it_lets_one_probe_through_at_a_time() {
    let mut breaker = opened();
    assert!(breaker.begin(later(1_000)));
    assert!(!breaker.begin(later(1_000)));
    assert_eq!(breaker.admits(later(30_999)), Admission::Nothing, "the probe is under way");
    breaker.felt(false, later(31_000));
    assert_eq!(breaker.opens_at(), Some(later(33_000)));
    assert!(!breaker.begin(later(32_999)) && breaker.begin(later(33_000)) && !breaker.begin(later(33_000)));
}

#[test]
fn each_probe_that_fails_doubles_the_wait_up_to_a_minute() {
    let (mut breaker, mut now, mut waits) = (opened(), BEGIN, Vec::new());
    for _ in 0..9 {
        let again = breaker.opens_at().expect("open");
        waits.push(again.since(now).as_secs());
        now = again;
        attempt(&mut breaker, false, now);
    }
    assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
}

#[test]
fn a_probe_that_succeeds_closes_it_and_the_waits_begin_anew() {
    let mut breaker = opened();
    attempt(&mut breaker, false, later(1_000));
    attempt(&mut breaker, true, later(3_000));
    assert_eq!(breaker.admits(later(3_000)), Admission::All);
    (0..5).for_each(|_| attempt(&mut breaker, false, later(3_000)));
    assert_eq!(breaker.opens_at(), Some(later(4_000)));
}

#[test]
fn what_was_under_way_when_it_opened_neither_prolongs_it_nor_runs_beside_a_probe() {
    let mut breaker = Breaker::default();
    assert!((0..7).all(|_| breaker.begin(BEGIN)));
    (0..5).for_each(|_| breaker.felt(false, BEGIN));
    assert_eq!(breaker.admits(later(1_000)), Admission::Nothing, "two are under way");
    breaker.felt(false, later(1_500));
    assert_eq!(breaker.admits(later(1_500)), Admission::Nothing, "one is under way");
    breaker.felt(false, later(2_000));
    assert_eq!((breaker.admits(later(2_000)), breaker.opens_at()), (Admission::Probe, Some(later(1_000))));
}

#[test]
fn a_probe_of_which_nobody_tells_is_taken_for_lost_after_a_minute() {
    let mut breaker = opened();
    assert!(breaker.begin(later(1_000)));
    assert_eq!((breaker.admits(later(60_999)), breaker.opens_at()), (Admission::Nothing, Some(later(61_000))));
    assert_eq!(breaker.admits(later(61_000)), Admission::Probe);
    assert!(breaker.begin(later(61_000)) && !breaker.begin(later(61_000)));
}

/// Something that happens to a breaker.
#[derive(Debug, Clone)]
enum Step {
    /// Time passes, in milliseconds.
    Wait(u64),
    /// Somebody would like to make an attempt.
    Begin,
    /// One of those under way ends; which, and whether it succeeded.
    End(prop::sample::Index, bool),
}

/// Mostly failures, or it would hardly ever open.
fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        2 => (0u64..3_000).prop_map(Step::Wait),
        1 => (0u64..90_000).prop_map(Step::Wait),
        5 => Just(Step::Begin),
        5 => (any::<prop::sample::Index>(), prop::bool::weighted(0.1)).prop_map(|(which, success)| Step::End(which, success)),
    ];
    prop::collection::vec(step, 0..200)
}

/// A breaker and the attempts under way: when each began, and whether it is a probe.
#[derive(Default)]
struct Lane {
    breaker: Breaker,
    under_way: Vec<(Timestamp, bool)>,
}

impl Lane {
    fn take_all(&mut self, steps: &[Step], now: &mut Timestamp) {
        for step in steps {
            self.take(step, now);
        }
    }

    /// How many probes are under way after the step.
    fn take(&mut self, step: &Step, now: &mut Timestamp) -> usize {
        match step {
            Step::Wait(millis) => {
                let until = now.plus(Duration::from_millis(*millis));
                while let Some(at) = self.under_way.iter().position(|(begun, _)| until.since(*begun) >= EXCHANGE) {
                    *now = self.under_way.remove(at).0.plus(EXCHANGE).max(*now);
                    self.breaker.felt(false, *now);
                }
                *now = until;
            }
            Step::Begin => {
                let admission = self.breaker.admits(*now);
                assert_eq!(
                    self.breaker.begin(*now),
                    admission != Admission::Nothing,
                    "who asks before is told the truth"
                );
                let begun = (admission != Admission::Nothing).then_some((*now, admission == Admission::Probe));
                self.under_way.extend(begun);
            }
            Step::End(which, success) if !self.under_way.is_empty() => {
                self.under_way.remove(which.index(self.under_way.len()));
                self.breaker.felt(*success, *now);
            }
            Step::End(..) => {}
        }
        self.under_way.iter().filter(|(_, probe)| *probe).count()
    }
}

proptest! {
    #[test]
    fn there_is_never_more_than_one_probe(steps in steps()) {
        let (mut lane, mut now) = (Lane::default(), BEGIN);
        for step in &steps {
            let probes = lane.take(step, &mut now);
            prop_assert!(probes <= 1);
            let open = lane.breaker.admits(now) != Admission::All;
            prop_assert!(probes == 0 || !open || lane.under_way.len() == 1, "nothing runs beside a probe");
        }
    }

    #[test]
    fn from_any_state_one_success_closes_it(steps in steps()) {
        let (mut lane, mut now) = (Lane::default(), BEGIN);
        lane.take_all(&steps, &mut now);
        lane.breaker.felt(true, now);
        prop_assert_eq!((lane.breaker.admits(now), lane.breaker.opens_at()), (Admission::All, None));
    }

    #[test]
    fn whatever_happened_it_lets_something_through_when_it_says_so_and_not_before(steps in steps()) {
        let (mut lane, mut now) = (Lane::default(), BEGIN);
        lane.take_all(&steps, &mut now);
        if let Some(at) = lane.breaker.opens_at() {
            prop_assert!(at.since(now) <= LONGEST);
            prop_assert_eq!(lane.breaker.admits(at), Admission::Probe);
            prop_assert_eq!(lane.breaker.admits(at.minus(Duration::from_micros(1))), Admission::Nothing);
        } else {
            prop_assert_eq!(lane.breaker.admits(now), Admission::All);
        }
    }
}
