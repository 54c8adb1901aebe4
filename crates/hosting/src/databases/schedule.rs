//! When backups are made by themselves.

use crate::sites::Complaints;
use croner::Cron;
use mainstay_kernel::Timestamp;
use std::ops::RangeInclusive;

/// When backups are made by themselves, and how many of those are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupSchedule {
    /// Minute, hour, day, month and day of the week, in UTC, as cron has them.
    pub cron: String,
    /// How many good ones are kept.
    pub keep: u32,
}

const KEEP: RangeInclusive<u32> = 1..=30;
/// Longest pattern, in characters.
const LONGEST: usize = 100;
/// Seconds that lie between two backups at least.
const CLOSEST: i64 = 300;
/// What stands in a pattern: names of days and months, and what else some know, differ from one reader to another.
const FIELD: &[char] = &['*', '/', '-', ','];

/// What reads a pattern, if it is one. Of a list that names nothing no instant is ever found, and the search for one is long.
fn read(text: &str) -> Option<Cron> {
    let fields: Vec<&str> = text.split(' ').collect();
    let is_plain = text.chars().all(|letter| letter == ' ' || letter.is_ascii_digit() || FIELD.contains(&letter));
    let names_something = |field: &&str| field.split(',').all(|part| !part.is_empty());
    if fields.len() != 5 || !is_plain || text.len() > LONGEST || !fields.iter().all(names_something) {
        return None;
    }
    Cron::new(text).parse().ok()
}

/// The first instant after this one that a pattern names, in seconds.
fn next(cron: &Cron, after: i64) -> Option<i64> {
    let after = Timestamp::from_seconds(after).utc();
    cron.find_next_occurrence(&after, false).ok().map(|at| at.timestamp())
}

/// Whether two minutes of a pattern lie so close that it asks too often, be they of two hours.
fn is_too_often(text: &str) -> bool {
    let minute = text.split_whitespace().next().unwrap_or_default();
    let Some(cron) = read(&format!("{minute} * * * *")) else { return false };
    let times: Vec<i64> = std::iter::successors(next(&cron, 0), |at| next(&cron, *at)).take(13).collect();
    times.windows(2).any(|pair| pair[1] - pair[0] < CLOSEST)
}

impl BackupSchedule {
    /// The first slot after an instant.
    pub(super) fn next(&self, after: Timestamp) -> Option<Timestamp> {
        next(&read(&self.cron)?, after.seconds()).map(Timestamp::from_seconds)
    }

    pub(super) fn check(&self, now: Timestamp, complaints: &mut Complaints) {
        let field = "backupSchedule.cron";
        if self.next(now).is_none() {
            let text = "backupSchedule.cron must have five fields of digits, *, /, - and commas, such as 30 3 * * *, \
                and name days that there are";
            complaints.add(field, "cron", text);
        } else if is_too_often(&self.cron) {
            complaints.add(field, "often", "backupSchedule.cron must leave five minutes between two backups");
        }
        if !KEEP.contains(&self.keep) {
            let (least, most) = (KEEP.start(), KEEP.end());
            complaints.add("backupSchedule.keep", "range", format!("backupSchedule.keep must be {least} to {most}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaints(cron: &str) -> Vec<String> {
        let mut complaints = Complaints::default();
        BackupSchedule { cron: cron.to_owned(), keep: 3 }.check(Timestamp::from_seconds(0), &mut complaints);
        complaints.end().err().unwrap_or_default().into_iter().map(|wrong| wrong.rule.clone()).collect()
    }

    #[test]
    fn what_is_no_pattern_and_what_never_comes_is_refused() {
        let wrong = [
            "",
            "* * * *",
            "* * * * * *",
            "60 * * * *",
            "0 24 * * *",
            "0 0 31 2 *",
            "0 0 0 1 *",
            "5-1 * * * *",
            "*/0 * * * *",
            "@daily",
            "0 0 L * *",
            "99999999999 * * * *",
            "0 0 1 13 *",
            "- - - - -",
            "/ * * * *",
            ", * * * *",
            "1,, * * * *",
            ",1 * * * *",
            " 0 3 * * *",
            "0 0 * * 9",
            "0\t0 * * *",
        ];
        for cron in wrong {
            assert_eq!(complaints(cron), ["cron"], "{cron}");
        }
        assert_eq!(complaints(&format!("0{} * * * *", ",0".repeat(100))), ["cron"]);
    }

    #[test]
    fn five_minutes_lie_between_two() {
        for cron in ["* * * * *", "*/4 * * * *", "0,3 * * * *", "58,2 * * * *", "0-10 3 * * *"] {
            assert_eq!(complaints(cron), ["often"], "{cron}");
        }
        for cron in ["*/5 * * * *", "0 3 * * *", "0,30 */2 1 1 1", "0 0 29 2 *", "55,0 * * * *"] {
            assert!(complaints(cron).is_empty(), "{cron}");
        }
    }

    #[test]
    fn the_next_slot_is_after_the_instant_in_utc() {
        let daily = BackupSchedule { cron: "30 3 * * *".to_owned(), keep: 1 };
        let at = |text: &str| Timestamp::parse(text).expect("an instant");
        assert_eq!(daily.next(at("2026-03-29T01:00:00Z")), Some(at("2026-03-29T03:30:00Z")));
        assert_eq!(daily.next(at("2026-03-29T03:30:00Z")), Some(at("2026-03-30T03:30:00Z")));
        let leap = BackupSchedule { cron: "0 0 29 2 *".to_owned(), keep: 1 };
        assert_eq!(leap.next(at("2026-03-29T03:30:00Z")), Some(at("2028-02-29T00:00:00Z")));
    }
}
