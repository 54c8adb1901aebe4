//! A cache in memory that is never older than the last change.

use quick_cache::sync::Cache;
use std::collections::hash_map::RandomState;
use std::future::Future;
use std::hash::{BuildHasher, Hash};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

const STRIPES: usize = 64;

/// How long a value is given, so that no lost message makes a lie live for ever.
const LIFE: Duration = Duration::from_mins(10);

/// What was once read stays at hand until it is forgotten. Values are cloned out; keep them in an `Arc`.
///
/// A value that was read before a change and arrives after it must not be kept, or a revoked key
/// would live on. So every key belongs to a stripe with a count of changes: a value is kept only
/// if its stripe has not changed since before the read began.
pub struct Remembered<K, V> {
    values: Cache<K, Kept<V>>,
    changes: [Mutex<u64>; STRIPES],
    /// How often everything was forgotten; a value that was kept before the last time is not given.
    forgotten: AtomicU64,
    hasher: RandomState,
}

#[derive(Clone)]
struct Kept<V> {
    value: V,
    /// How often everything had been forgotten when it came.
    forgotten: u64,
    until: Instant,
}

impl<K: Hash + Eq + Clone, V: Clone> Remembered<K, V> {
    /// Room for `capacity` values. Each is read again after ten minutes at the latest.
    pub fn new(capacity: usize) -> Self {
        Self {
            values: Cache::new(capacity),
            changes: std::array::from_fn(|_| Mutex::new(0)),
            forgotten: AtomicU64::new(0),
            hasher: RandomState::new(),
        }
    }

    /// The remembered value, or what `load` finds; what is not there is not remembered.
    ///
    /// # Errors
    /// Those of `load`.
    pub async fn get_or_load<E>(
        &self,
        key: &K,
        load: impl Future<Output = Result<Option<V>, E>>,
    ) -> Result<Option<V>, E> {
        if let Some(value) = self.get(key) {
            return Ok(Some(value));
        }
        let before = *self.stripe(key);
        let loaded = load.await?;
        if let Some(value) = &loaded {
            let changes = self.stripe(key);
            if *changes == before {
                self.values.insert(key.clone(), self.kept(value.clone()));
            }
        }
        Ok(loaded)
    }

    /// The value, if it is at hand.
    pub fn get(&self, key: &K) -> Option<V> {
        let Kept { value, forgotten, until } = self.values.get(key)?;
        (forgotten == self.forgotten.load(Ordering::SeqCst) && Instant::now() < until).then_some(value)
    }

    fn kept(&self, value: V) -> Kept<V> {
        Kept { value, forgotten: self.forgotten.load(Ordering::SeqCst), until: Instant::now() + LIFE }
    }

    /// Forgets a value: whoever asks from now on reads it anew.
    pub fn forget(&self, key: &K) {
        *self.stripe(key) += 1;
        self.values.remove(key);
    }

    /// Forgets everything.
    pub fn forget_all(&self) {
        for stripe in &self.changes {
            *stripe.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        }
        // The count decides; the cache only makes room.
        self.forgotten.fetch_add(1, Ordering::SeqCst);
        self.values.clear();
    }

    fn stripe(&self, key: &K) -> std::sync::MutexGuard<'_, u64> {
        let hash = self.hasher.hash_one(key);
        let index = usize::try_from(hash % 64).expect("below 64");
        self.changes[index].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;

    #[tokio::test]
    async fn a_value_read_before_a_change_and_arriving_after_it_is_not_kept() {
        let cache = Remembered::new(10);
        let stale = cache.get_or_load(&1, async {
            cache.forget(&1);
            Ok::<_, Infallible>(Some("old"))
        });
        assert_eq!(stale.await, Ok(Some("old")), "the reader that was under way gets what it read");
        assert_eq!(cache.get(&1), None, "nobody after it does");
    }

    #[tokio::test]
    async fn what_was_read_is_at_hand_until_it_is_forgotten() {
        let cache = Remembered::new(10);
        let load = async { Ok::<_, Infallible>(Some("value")) };
        assert_eq!(cache.get_or_load(&1, load).await, Ok(Some("value")));
        let unneeded = async { Ok::<_, Infallible>(None) };
        assert_eq!(cache.get_or_load(&1, unneeded).await, Ok(Some("value")));
        cache.forget(&1);
        assert_eq!(cache.get(&1), None);
    }
}
