//! The numbers of reports.

use std::ops::AddAssign;

/// What visits come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Numbers {
    /// Different visitors. One who comes on two days is two: nothing tells that it is the same one.
    pub visitors: i64,
    /// Visits.
    pub visits: i64,
    /// Page views.
    pub views: i64,
    /// Other events.
    pub events: i64,
    /// Visits of a single page view and no other event.
    pub bounces: i64,
    /// How long all visits took together, in microseconds.
    pub spent_us: i64,
}

impl Numbers {
    /// Of all visits, how many were bounces: from 0 to 1.
    #[expect(clippy::cast_precision_loss, reason = "a share")]
    pub fn bounce_rate(&self) -> f64 {
        if self.visits == 0 { 0.0 } else { self.bounces as f64 / self.visits as f64 }
    }

    /// How long a visit took on average, in seconds.
    #[expect(clippy::cast_precision_loss, reason = "an average")]
    pub fn seconds_a_visit(&self) -> f64 {
        if self.visits == 0 { 0.0 } else { self.spent_us as f64 / 1e6 / self.visits as f64 }
    }

    /// How many page views a visit had on average.
    #[expect(clippy::cast_precision_loss, reason = "an average")]
    pub fn views_a_visit(&self) -> f64 {
        if self.visits == 0 { 0.0 } else { self.views as f64 / self.visits as f64 }
    }
}

impl AddAssign for Numbers {
    fn add_assign(&mut self, other: Self) {
        self.visitors += other.visitors;
        self.visits += other.visits;
        self.views += other.views;
        self.events += other.events;
        self.bounces += other.bounces;
        self.spent_us += other.spent_us;
    }
}
