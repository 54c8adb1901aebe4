//! The windows of one process, by bucket, in memory that does not grow with the number of callers.

use super::bucket::Bucket;
use super::quota::{Quota, Verdict};
use super::window::{SPAN, Window};
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, PoisonError};

/// Parts with a lock each, so that callers seldom wait for each other.
const SHARDS: usize = 64;

/// Most buckets of addresses a shard keeps, some 230 000 in all and 40 MB: what fills a hash table of 4096 places.
const MOST_PER_SHARD: usize = 3_584;

/// Buckets and their windows.
pub(super) struct Windows {
    hasher: RandomState,
    shards: Box<[Mutex<Shard>]>,
    most_per_shard: usize,
}

#[derive(Default)]
struct Shard {
    own: HashMap<Bucket, Window>,
    /// Windows that addresses share while there are too many of them, by a hash of the wider network. Nobody gets
    /// more than the quota that way; a flood from one network leaves room to the others.
    shared: HashMap<u8, Window>,
    /// When idle windows were last looked for, in Unix seconds.
    swept: i64,
}

impl Default for Windows {
    fn default() -> Self {
        Self::of(SHARDS, MOST_PER_SHARD)
    }
}

impl Windows {
    fn of(shards: usize, most_per_shard: usize) -> Self {
        let shards = std::iter::repeat_with(Mutex::default).take(shards).collect();
        Self { hasher: RandomState::new(), shards, most_per_shard }
    }

    /// Counts a request of `cost` against the bucket's window if it fits.
    pub(super) fn hit(&self, bucket: &Bucket, quota: Quota, cost: u32, now: i64) -> Verdict {
        let [place, ..] = self.hasher.hash_one(bucket).to_le_bytes();
        let shard = &self.shards[usize::from(place) % self.shards.len()];
        let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(window) = shard.own.get_mut(bucket) {
            return window.hit(now, quota, cost);
        }
        shard.sweep(now, self.most_per_shard);
        let place = bucket.wider().map(|wider| self.hasher.hash_one(wider).to_le_bytes()[1]);
        match place {
            Some(place) if shard.own.len() >= self.most_per_shard => {
                shard.shared.entry(place).or_default().hit(now, quota, cost)
            }
            _ => shard.admit(bucket, place, |window| window.hit(now, quota, cost)),
        }
    }
}

impl Shard {
    /// Gives a bucket a window of its own, if anything is counted in it. What it may have had
    /// counted in a shared window goes along, or it could reach the quota twice.
    fn admit(&mut self, bucket: &Bucket, place: Option<u8>, hit: impl FnOnce(&mut Window) -> Verdict) -> Verdict {
        let shared = place.and_then(|place| self.shared.get(&place));
        let mut window = shared.cloned().unwrap_or_default();
        let verdict = hit(&mut window);
        if !window.is_empty() {
            self.own.insert(*bucket, window);
        }
        verdict
    }

    /// Drops what no longer counts: once a window's length, and when full once a second, so that
    /// a flood of new addresses does not pay for it each time.
    fn sweep(&mut self, now: i64, most: usize) {
        let rest = now.abs_diff(self.swept);
        let due = rest > SPAN.unsigned_abs() || (rest > 0 && self.own.len() >= most);
        if due {
            self.own.retain(|_, window| !window.is_idle(now));
            self.shared.retain(|_, window| !window.is_idle(now));
            self.own.shrink_to(self.own.len() * 2);
            self.swept = now;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mainstay_kernel::KeyId;
    use proptest::prelude::*;
    use std::net::Ipv4Addr;

    const QUOTA: Quota = Quota::per_minute(3);

    fn address(number: u32) -> Bucket {
        Bucket::address(Ipv4Addr::from(number).into())
    }

    fn kept(windows: &Windows) -> usize {
        windows.shards.iter().map(|shard| shard.lock().expect("a shard").own.len()).sum()
    }

    #[test]
    fn a_flood_of_addresses_does_not_grow_memory() {
        let windows = Windows::of(2, 100);
        for number in 0..10_000 {
            let _ = windows.hit(&address(number), QUOTA, 1, 1_000);
        }
        assert_eq!(kept(&windows), 200);
    }

    #[test]
    fn a_caller_who_proved_who_it_is_keeps_its_own_window_in_a_flood() {
        let windows = Windows::of(1, 1);
        let _ = windows.hit(&address(1), QUOTA, 1, 1_000);
        for id in 0..10 {
            assert_eq!(windows.hit(&Bucket::Key(KeyId(id)), QUOTA, 1, 1_000).remaining, 2);
        }
    }

    #[test]
    fn idle_windows_are_dropped_when_another_caller_comes() {
        let windows = Windows::of(1, 1_000);
        for number in 0..500 {
            let _ = windows.hit(&address(number), QUOTA, 1, 1_000);
        }
        let _ = windows.hit(&address(9_999), QUOTA, 1, 1_061);
        assert_eq!(kept(&windows), 1);
    }

    #[test]
    fn a_look_keeps_nothing() {
        let windows = Windows::of(1, 1_000);
        assert_eq!(windows.hit(&address(1), QUOTA, 0, 1_000).remaining, 3);
        assert_eq!(kept(&windows), 0);
    }

    proptest! {
        #[test]
        fn nobody_passes_the_quota_by_way_of_a_shared_window(
            hits in prop::collection::vec((0u32..6, 0i64..25), 1..300),
        ) {
            let windows = Windows::of(1, 2);
            let (mut now, mut passed) = (1_000, Vec::new());
            for (number, pause) in hits {
                now += pause;
                if windows.hit(&address(number << 16), QUOTA, 1, now).allowed {
                    passed.push((number, now));
                }
                let count = passed.iter().filter(|(who, when)| *who == number && *when >= now - SPAN).count();
                prop_assert!(count <= 3, "{number} passed {count} times");
            }
        }
    }
}
