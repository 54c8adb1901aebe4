//! Meters as they were last seen.

use crate::aggregation::Aggregation;
use crate::meter::Meter;
use crate::reset::Window;
use mainstay_kernel::{Timestamp, WorkspaceId};
use quick_cache::sync::Cache;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How many meters are kept at hand.
const ROOM: usize = 100_000;

/// Whose meter of what; and how uses come to its number, which is another where a feature was removed and defined anew.
type Key = (WorkspaceId, String, Aggregation);

/// What a meter showed, and when.
#[derive(Debug, Clone, Copy)]
struct Reading {
    meter: Meter,
    at: Timestamp,
}

/// Meters as this node last saw them. Of two readings the one of the later change is kept, in whatever order they come.
pub(crate) struct Readings {
    kept: Cache<Key, Arc<Mutex<Reading>>>,
    /// How old a reading may be, where others count too.
    life: Option<Duration>,
}

impl Readings {
    /// Readings that others do not outdate, or only after so long.
    pub(crate) fn new(life: Option<Duration>) -> Self {
        Self { kept: Cache::new(ROOM), life }
    }

    /// What a meter showed, if that is still of use.
    pub(crate) fn get(&self, key: &Key, window: &Window, now: Timestamp) -> Option<Meter> {
        let kept = self.kept.get(key)?;
        let reading = *lock(&kept);
        let is_fresh = self.life.is_none_or(|life| now < reading.at.plus(life));
        (is_fresh && reading.meter.shows(window) && !reading.meter.has_expired(now)).then_some(reading.meter)
    }

    /// Keeps what a meter shows.
    pub(crate) fn keep(&self, key: &Key, meter: Meter, at: Timestamp) {
        let Some(kept) = self.kept.get(key) else {
            self.kept.insert(key.clone(), Arc::new(Mutex::new(Reading { meter, at })));
            return;
        };
        let mut reading = lock(&kept);
        if reading.meter.version <= meter.version {
            *reading = Reading { meter, at };
        }
    }
}

fn lock(kept: &Mutex<Reading>) -> MutexGuard<'_, Reading> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tally::Tally;

    const WINDOW: Window = Window { from: Timestamp::from_seconds(0), until: None };
    const NOW: Timestamp = Timestamp::from_seconds(10);

    fn key() -> Key {
        (WorkspaceId(1), "posts".to_owned(), Aggregation::Sum)
    }

    fn meter(version: u64) -> Meter {
        let mut meter = Meter { version, ..Meter::default() };
        meter.open(&WINDOW, Tally::default(), version * 10);
        meter
    }

    #[test]
    fn the_later_change_is_kept_in_whatever_order_they_come() {
        let (readings, key) = (Readings::new(None), key());
        for version in [2, 1, 3, 2] {
            readings.keep(&key, meter(version), NOW);
        }
        assert_eq!(readings.get(&key, &WINDOW, NOW).map(|meter| meter.used), Some(30));
        assert_eq!(readings.get(&key, &Window { from: NOW, until: None }, NOW), None, "another window");
    }

    #[test]
    fn where_others_count_too_it_is_read_anew_after_a_while() {
        let (readings, key) = (Readings::new(Some(Duration::from_secs(1))), key());
        readings.keep(&key, meter(1), NOW);
        assert!(readings.get(&key, &WINDOW, NOW.plus(Duration::from_millis(999))).is_some());
        assert!(readings.get(&key, &WINDOW, NOW.plus(Duration::from_secs(1))).is_none());
    }
}
