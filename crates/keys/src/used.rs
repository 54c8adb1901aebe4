//! When keys were last used, noted in memory until it is written.

use mainstay_kernel::{KeyId, Timestamp};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Places for marks; two keys that share one only cost each other a few more notes.
const PLACES: u64 = 16_384;

/// Notes at most one use of a key in a second. Every request comes here, so the common case, a
/// key that was noted in this second already, is one load of an atomic.
pub(crate) struct Used {
    marks: Box<[AtomicU64]>,
    notes: Mutex<HashMap<KeyId, Timestamp>>,
}

impl Used {
    pub(crate) fn new() -> Self {
        Self { marks: (0..PLACES).map(|_| AtomicU64::new(0)).collect(), notes: Mutex::default() }
    }

    /// Notes that the key was used at `now`, to the second.
    pub(crate) fn note(&self, id: KeyId, now: Timestamp) {
        let (key, second) = (id.0.cast_unsigned(), now.seconds());
        let mark = key << 32 | second.cast_unsigned() & u64::from(u32::MAX);
        let place = usize::try_from(key % PLACES).expect("below the number of places");
        if self.marks[place].load(Ordering::Relaxed) != mark {
            self.marks[place].store(mark, Ordering::Relaxed);
            keep_latest(&mut self.notes(), id, Timestamp::from_seconds(second));
        }
    }

    /// Takes all notes away.
    pub(crate) fn take(&self) -> HashMap<KeyId, Timestamp> {
        std::mem::take(&mut *self.notes())
    }

    /// Puts notes back that could not be written.
    pub(crate) fn put_back(&self, unwritten: HashMap<KeyId, Timestamp>) {
        let mut notes = self.notes();
        for (id, at) in unwritten {
            keep_latest(&mut notes, id, at);
        }
    }

    fn notes(&self) -> MutexGuard<'_, HashMap<KeyId, Timestamp>> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn keep_latest(notes: &mut HashMap<KeyId, Timestamp>, id: KeyId, at: Timestamp) {
    let latest = notes.entry(id).or_insert(at);
    *latest = at.max(*latest);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_latest_use_of_each_key_is_noted_to_the_second(
            uses in prop::collection::vec((0i64..40_000, 1i64..50_000_000), 0..200),
        ) {
            let used = Used::new();
            let mut expected = HashMap::new();
            for (id, micros) in uses {
                let at = Timestamp::from_micros(micros);
                used.note(KeyId(id + 1), at);
                keep_latest(&mut expected, KeyId(id + 1), Timestamp::from_seconds(at.seconds()));
            }
            prop_assert_eq!(used.take(), expected);
        }
    }

    #[test]
    fn a_note_that_was_put_back_does_not_replace_a_later_one() {
        let used = Used::new();
        let at = Timestamp::from_seconds;
        used.note(KeyId(1), at(10));
        let unwritten = used.take();
        used.note(KeyId(1), at(12));
        used.put_back(unwritten);
        assert_eq!(used.take(), HashMap::from([(KeyId(1), at(12))]));
    }
}
