//! When things were last used, noted in memory until it is written.

use mainstay_kernel::Timestamp;
use std::collections::hash_map::RandomState;
use std::collections::{BTreeMap, HashMap};
use std::future::Future;
use std::hash::{BuildHasher as _, Hash};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Places for marks; two ids that share one only cost each other a few more notes.
const PLACES: u64 = 16_384;

/// Notes at most one use of an id in a second. Every request comes here, so the common case, an
/// id that was noted in this second already, is one load of an atomic.
pub struct Used<K> {
    marks: Box<[AtomicU64]>,
    notes: Mutex<HashMap<K, Timestamp>>,
    /// Whose turn it is to write.
    turn: tokio::sync::Mutex<()>,
    hasher: RandomState,
}

/// The latest use of each id, to the second.
#[derive(Debug, Clone)]
pub struct Uses<K>(HashMap<K, Timestamp>);

/// Uses that are being written; unless they were, they are noted again.
struct Batch<'u, K: Copy + Eq + Hash> {
    used: &'u Used<K>,
    uses: HashMap<K, Timestamp>,
}

impl<K: Copy + Eq + Hash> Default for Used<K> {
    fn default() -> Self {
        let marks = (0..PLACES).map(|_| AtomicU64::new(0)).collect();
        Self { marks, notes: Mutex::default(), turn: tokio::sync::Mutex::default(), hasher: RandomState::new() }
    }
}

impl<K: Copy + Eq + Hash> Used<K> {
    /// Notes that `id` was used at `now`, to the second.
    pub fn note(&self, id: K, now: Timestamp) {
        let (hash, second) = (self.hasher.hash_one(id), now.seconds());
        // The place and the mark take different bits: of two ids that have both in common, one in 2^46, the second
        // waits for another second.
        let place = usize::try_from((hash >> 32) % PLACES).expect("below the number of places");
        let mark = hash << 32 | second.cast_unsigned() & u64::from(u32::MAX);
        if self.marks[place].load(Ordering::Relaxed) != mark {
            self.marks[place].store(mark, Ordering::Relaxed);
            keep_latest(&mut self.notes(), id, Timestamp::from_seconds(second));
        }
    }

    /// Hands what was noted since the last time to `write`; gives for how many ids. To be called every few seconds, and
    /// before the end.
    ///
    /// One batch is written at a time: when this comes back, all is written that was noted before it was called.
    ///
    /// # Errors
    /// Those of `write`. The notes are then kept for the next time, as they are when the call is broken off.
    pub async fn write<E, W>(&self, write: impl FnOnce(Uses<K>) -> W) -> Result<usize, E>
    where
        W: Future<Output = Result<(), E>>,
    {
        let _turn = self.turn.lock().await;
        let mut batch = Batch { used: self, uses: std::mem::take(&mut *self.notes()) };
        let count = batch.uses.len();
        if count > 0 {
            write(Uses(batch.uses.clone())).await?;
            batch.uses.clear();
        }
        Ok(count)
    }

    fn notes(&self) -> MutexGuard<'_, HashMap<K, Timestamp>> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Copy + Eq + Hash> Drop for Batch<'_, K> {
    fn drop(&mut self) {
        let mut notes = self.used.notes();
        for (id, at) in &self.uses {
            keep_latest(&mut notes, *id, *at);
        }
    }
}

impl<K: Copy + Ord + Hash> Uses<K> {
    /// The ids in their order. Rows that are locked in it are not waited for in a circle, whichever nodes write the same.
    pub fn ids(&self) -> Vec<K> {
        let mut ids: Vec<_> = self.0.keys().copied().collect();
        ids.sort_unstable();
        ids
    }

    /// The ids by their second, of which a batch has few different ones: a statement can set many rows.
    pub fn by_second(&self) -> BTreeMap<Timestamp, Vec<K>> {
        let mut seconds: BTreeMap<_, Vec<K>> = BTreeMap::new();
        for (id, at) in &self.0 {
            seconds.entry(*at).or_default().push(*id);
        }
        seconds
    }
}

fn keep_latest<K: Eq + Hash>(notes: &mut HashMap<K, Timestamp>, id: K, at: Timestamp) {
    let latest = notes.entry(id).or_insert(at);
    *latest = at.max(*latest);
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt as _;
    use proptest::prelude::*;
    use std::cell::RefCell;
    use std::convert::Infallible;
    use std::future::{pending, ready};

    const fn at(second: i64) -> Timestamp {
        Timestamp::from_seconds(second)
    }

    /// What is written now.
    fn written(used: &Used<i64>) -> HashMap<i64, Timestamp> {
        let mut written = HashMap::new();
        let writing = used.write(|uses| {
            written = uses.0;
            ready(Ok::<_, Infallible>(()))
        });
        writing.now_or_never().expect("nobody else writes").expect("it cannot fail");
        written
    }

    proptest! {
        #[test]
        fn the_latest_use_of_each_id_is_written_to_the_second(
            uses in prop::collection::vec((0i64..40_000, 1i64..50_000_000), 0..200),
        ) {
            let used = Used::default();
            let mut expected = HashMap::new();
            for (id, micros) in uses {
                let now = Timestamp::from_micros(micros);
                used.note(id, now);
                keep_latest(&mut expected, id, at(now.seconds()));
            }
            let sorted: Vec<_> = expected.iter().map(|(id, at)| (*id, *at)).collect::<BTreeMap<_, _>>().into_keys().collect();
            let uses = Uses(expected.clone());
            prop_assert_eq!(uses.ids(), sorted);
            let seconds = uses.by_second().into_iter().flat_map(|(at, ids)| ids.into_iter().map(move |id| (id, at)));
            prop_assert_eq!(&seconds.collect::<HashMap<_, _>>(), &expected);
            prop_assert_eq!(written(&used), expected);
        }
    }

    #[test]
    fn a_note_that_could_not_be_written_is_kept_and_does_not_replace_a_later_one() {
        let used = Used::default();
        used.note(1, at(10));
        used.note(2, at(10));
        let outcome = used.write(|_| {
            used.note(1, at(12));
            ready(Err("away"))
        });
        assert_eq!(outcome.now_or_never(), Some(Err("away")));
        assert_eq!(written(&used), HashMap::from([(1, at(12)), (2, at(10))]));
        assert_eq!(written(&used), HashMap::new(), "each note once");
    }

    #[test]
    fn a_note_whose_writing_is_broken_off_is_kept() {
        let used = Used::default();
        used.note(1, at(10));
        let writing = used.write(|_| pending::<Result<(), Infallible>>());
        assert!(writing.now_or_never().is_none());
        assert_eq!(written(&used), HashMap::from([(1, at(10))]));
    }

    #[tokio::test]
    async fn whoever_writes_comes_back_after_all_that_was_noted_before_is_written() {
        let (used, log) = (Used::default(), RefCell::new(Vec::new()));
        used.note(1, at(10));
        let (began, begins) = tokio::sync::oneshot::channel();
        let first = used.write(async |_| {
            began.send(()).expect("somebody waits");
            tokio::task::yield_now().await;
            log.borrow_mut().push("written");
            Ok::<_, Infallible>(())
        });
        let second = async {
            begins.await.expect("the first has begun");
            let count = used.write(|_| ready(Ok::<_, Infallible>(()))).await;
            log.borrow_mut().push("back");
            count
        };
        assert_eq!(tokio::join!(first, second), (Ok(1), Ok(0)));
        assert_eq!(log.into_inner(), ["written", "back"]);
    }
}
