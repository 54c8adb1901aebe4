//! What sites have answered since the minute began.

use super::tally::{BOUNDS, Tally, place_of};
use crate::ids::SiteId;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// What a site has answered since the minute began.
#[derive(Debug)]
pub struct Counted {
    requests: AtomicU64,
    statuses: [AtomicU64; 4],
    bytes_out: AtomicU64,
    times: [AtomicU64; BOUNDS.len() + 1],
}

impl Default for Counted {
    fn default() -> Self {
        let none = || AtomicU64::new(0);
        Self {
            requests: none(),
            statuses: std::array::from_fn(|_| none()),
            bytes_out: none(),
            times: std::array::from_fn(|_| none()),
        }
    }
}

impl Counted {
    /// A request was answered with this status; so long it took until the answer began.
    pub fn answered(&self, status: u16, took: Duration) {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let class = usize::from(status / 100).checked_sub(2).and_then(|class| self.statuses.get(class));
        if let Some(class) = class {
            class.fetch_add(1, Ordering::Relaxed);
        }
        self.times[place_of(took)].fetch_add(1, Ordering::Relaxed);
    }

    /// So many bytes of an answer's body were sent.
    pub fn sent(&self, bytes: u64) {
        self.bytes_out.fetch_add(bytes, Ordering::Relaxed);
    }

    fn read(&self, read: impl Fn(&AtomicU64) -> u64) -> Tally {
        let mut tally = Tally {
            requests: read(&self.requests),
            statuses: self.statuses.each_ref().map(&read),
            bytes_out: read(&self.bytes_out),
            times: self.times.iter().map(&read).collect(),
            ..Tally::default()
        };
        if tally.times.iter().all(|count| *count == 0) {
            tally.times.clear();
        }
        tally
    }

    /// All of it, which begins anew.
    fn take(&self) -> Tally {
        self.read(|count| count.swap(0, Ordering::Relaxed))
    }
}

/// What every site of this node has answered.
#[derive(Debug, Default)]
pub(crate) struct Counters(Mutex<HashMap<SiteId, Arc<Counted>>>);

impl Counters {
    /// That of a site.
    pub(crate) fn of(&self, site: &SiteId) -> Arc<Counted> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(all.entry(site.clone()).or_default())
    }

    /// What a site has answered since the minute began.
    pub(super) fn look(&self, site: &SiteId) -> Tally {
        self.of(site).read(|count| count.load(Ordering::Relaxed))
    }

    /// What was counted of each site, which begins anew. Sites that nobody visits any more are forgotten.
    pub(super) fn take(&self) -> HashMap<SiteId, Tally> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut taken = HashMap::new();
        all.retain(|site, counted| {
            let tally = counted.take();
            let is_empty = tally.is_empty();
            if !is_empty {
                taken.insert(site.clone(), tally);
            }
            !is_empty || Arc::strong_count(counted) > 1
        });
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_is_taken_once_and_a_forgotten_site_leaves_nothing() {
        let (counters, site) = (Counters::default(), SiteId("cshop".to_owned()));
        let counted = counters.of(&site);
        for status in [101, 200, 204, 302, 404, 500, 999] {
            counted.answered(status, Duration::from_millis(3));
        }
        counted.sent(10);
        let tally = counters.look(&site);
        assert_eq!((tally.requests, tally.statuses, tally.bytes_out), (7, [2, 1, 1, 1], 10));
        assert_eq!(counters.take().remove(&site), Some(tally));
        assert!(counters.take().is_empty());
        assert_eq!(counters.0.lock().expect("a map").len(), 1, "somebody may still visit it");
        drop(counted);
        counters.take();
        assert!(counters.0.lock().expect("a map").is_empty());
    }
}
