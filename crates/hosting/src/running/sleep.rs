//! Programs that nobody visits: how that is known, and who is let wait while one is started again.

use super::instance::Instance;
use crate::ids::DeploymentId;
use mainstay_kernel::Timestamp;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

/// Most visitors who wait for a program that sleeps.
const MOST_WAITING: usize = 512;

/// Whether a program sleeps, and whether somebody has come.
#[derive(Default)]
pub(super) struct Sleep {
    is_asleep: AtomicBool,
    is_visited: AtomicBool,
    waiting: AtomicUsize,
    /// How long its visitors wait for it, in milliseconds.
    patience: AtomicU64,
}

impl Sleep {
    /// It sleeps from now on. Those who come wait so long.
    pub(super) fn begin(&self, patience: Duration) {
        let patience = u64::try_from(patience.as_millis()).unwrap_or(u64::MAX);
        self.patience.store(patience, Ordering::Release);
        if !self.is_on() {
            // First: of whoever comes once it sleeps, nothing is forgotten.
            self.is_visited.store(false, Ordering::Release);
        }
        self.is_asleep.store(true, Ordering::Release);
    }

    /// It sleeps no more.
    pub(super) fn end(&self) {
        self.is_asleep.store(false, Ordering::Release);
    }

    pub(super) fn is_on(&self) -> bool {
        self.is_asleep.load(Ordering::Acquire)
    }

    /// Whether somebody has come since it fell asleep.
    pub(super) fn is_visited(&self) -> bool {
        self.is_visited.load(Ordering::Acquire)
    }

    /// Somebody has come; says whether that is news.
    pub(super) fn visit(&self) -> bool {
        !self.is_visited.swap(true, Ordering::AcqRel)
    }

    /// How long visitors wait.
    pub(super) fn patience(&self) -> Duration {
        Duration::from_millis(self.patience.load(Ordering::Acquire))
    }

    /// A place among those who wait, if there is one.
    pub(super) fn place(&self) -> Option<Place<'_>> {
        let place = Place(self);
        (self.waiting.fetch_add(1, Ordering::AcqRel) < MOST_WAITING).then_some(place)
    }
}

/// A place among those who wait, until it is left.
pub(super) struct Place<'s>(&'s Sleep);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::AcqRel);
    }
}

/// Since when nobody has visited an instance.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Quiet {
    instance: (DeploymentId, i64),
    visits: u64,
    since: Timestamp,
}

impl Quiet {
    /// How long it has been quiet, as far as this was looked at before.
    pub(super) fn look(before: Option<Self>, instance: &Instance, now: Timestamp) -> (Self, Duration) {
        let (which, visits) = ((instance.deployment.clone(), instance.generation), instance.visits_begun());
        let same = before.filter(|own| own.instance == which && own.visits == visits && !instance.is_visited());
        let since = same.map_or(now, |own| own.since);
        (Self { instance: which, visits, since }, now.since(since))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_wait_and_one_who_leaves_makes_room() {
        let sleep = Sleep::default();
        let mut places: Vec<_> = (0..MOST_WAITING).map(|_| sleep.place().expect("a place")).collect();
        assert!(sleep.place().is_none());
        assert!(sleep.place().is_none(), "whoever is refused takes no place");
        places.pop();
        assert!(sleep.place().is_some());
    }

    #[test]
    fn a_visit_is_news_once_and_what_came_before_it_fell_asleep_does_not_count() {
        let sleep = Sleep::default();
        sleep.begin(Duration::from_secs(1));
        assert!(!sleep.is_visited());
        assert!(sleep.visit() && !sleep.visit());
        sleep.begin(Duration::from_secs(2));
        assert!(sleep.is_visited(), "it was asleep already");
        sleep.end();
        sleep.begin(Duration::from_secs(2));
        assert!(!sleep.is_visited() && sleep.patience() == Duration::from_secs(2));
    }
}
