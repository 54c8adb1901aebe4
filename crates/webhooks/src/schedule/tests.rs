//! Rules of the schedule.

use super::*;
use proptest::prelude::*;

const NOW: Timestamp = Timestamp::from_seconds(1_768_473_000);
/// The contract's, in seconds.
const WAITS: [u64; 5] = [60, 300, 1_800, 7_200, 86_400];

fn schedule(jitter_percent: u32) -> Schedule {
    Schedule::new(WAITS.map(Duration::from_secs).to_vec(), jitter_percent)
}

#[test]
fn a_delivery_has_one_attempt_more_than_there_are_waits() {
    let schedule = schedule(0);
    assert_eq!(schedule.attempts(), 6);
    let waits: Vec<_> = (1..=6).map(|attempt| schedule.after(attempt, 7, None).map(|wait| wait.as_secs())).collect();
    assert_eq!(waits, [Some(60), Some(300), Some(1_800), Some(7_200), Some(86_400), None]);
    let once = Schedule::new(Vec::new(), 10);
    assert_eq!((once.attempts(), once.after(1, 0, Some(Duration::from_secs(5)))), (1, None));
}

#[test]
fn an_attempt_that_was_never_made_is_not_made_again() {
    for attempt in [0, -1, i32::MIN, i32::MAX] {
        assert_eq!(schedule(0).after(attempt, 0, None), None, "{attempt}");
    }
}

#[test]
fn jitter_adds_up_to_its_percentage_of_the_wait() {
    let schedule = schedule(20);
    assert_eq!(schedule.after(2, 0, None), Some(Duration::from_mins(5)));
    assert_eq!(schedule.after(2, u32::MAX, None), Some(Duration::from_mins(6)));
    assert_eq!(schedule.after(2, u32::MAX / 2, None), Some(Duration::from_millis(329_999)));
}

#[test]
fn a_hint_lengthens_a_wait_to_a_day_at_most_and_never_shortens_it() {
    let after =
        |attempt, hint| schedule(0).after(attempt, 0, Some(Duration::from_secs(hint))).map(|wait| wait.as_secs());
    assert_eq!(after(1, 59), Some(60));
    assert_eq!(after(1, 61), Some(61));
    assert_eq!(after(1, 86_401), Some(86_400));
    assert_eq!(after(1, u64::MAX), Some(86_400));
    let weekly = Schedule::new(vec![Duration::from_hours(168)], 0);
    assert_eq!(weekly.after(1, 0, Some(Duration::MAX)), Some(Duration::from_hours(168)), "a longer wait stays");
}

#[test]
fn no_wait_overflows() {
    let endless = Schedule::new(vec![Duration::MAX], u32::MAX);
    assert_eq!(endless.after(1, u32::MAX, Some(Duration::MAX)), Some(Duration::MAX));
}

#[test]
fn a_hint_is_a_number_of_seconds_or_a_date() {
    let read = |text| retry_after(text, NOW).map(|wait| wait.as_secs());
    assert_eq!(read("120"), Some(120));
    assert_eq!(read(" 0 "), Some(0));
    assert_eq!(read("99999999999999999999999"), Some(u64::MAX));
    for date in ["Thu, 15 Jan 2026 10:35:00 GMT", "Thursday, 15-Jan-26 10:35:00 GMT", "Thu Jan 15 10:35:00 2026"] {
        assert_eq!(read(date), Some(300), "{date}");
    }
    assert_eq!(read("Thu, 15 Jan 2026 10:29:59 GMT"), Some(0), "a date that has passed");
    for text in ["", " ", "-1", "+1", "1.5", "5 s", "soon", "Thu, 15 Jan 2026", "٣"] {
        assert_eq!(read(text), None, "{text}");
    }
}

proptest! {
    #[test]
    fn a_wait_lies_between_itself_and_itself_with_its_jitter(
        wait in 0u64..1_000_000, percent in 0u32..=100, roll: u32, hint in prop::option::of(0u64..200_000),
    ) {
        let schedule = Schedule::new(vec![Duration::from_secs(wait)], percent);
        let (wait, hint) = (Duration::from_secs(wait), hint.map(Duration::from_secs));
        let told = schedule.after(1, roll, hint).expect("a second attempt");
        let hint = hint.unwrap_or_default().min(Duration::from_hours(24));
        prop_assert!(told >= wait.max(hint));
        prop_assert!(told <= (wait + wait * percent / 100).max(hint));
    }

    #[test]
    fn a_greater_roll_never_waits_less(wait: u32, percent in 0u32..=100, one: u32, other: u32) {
        let schedule = Schedule::new(vec![Duration::from_secs(wait.into())], percent);
        let (less, more) = (one.min(other), one.max(other));
        prop_assert!(schedule.after(1, less, None) <= schedule.after(1, more, None));
    }

    #[test]
    fn every_date_to_come_is_waited_for(seconds in 0u64..4_000_000_000) {
        let at = NOW.seconds().unsigned_abs() + seconds;
        let text = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(at));
        prop_assert_eq!(retry_after(&text, NOW), Some(Duration::from_secs(seconds)));
    }

    #[test]
    fn no_text_is_too_strange_to_be_looked_at(text in ".*|[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} GMT") {
        let _ = retry_after(&text, NOW);
    }
}
