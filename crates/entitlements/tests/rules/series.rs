//! Looking back on what was used.

mod spans;
mod stories;

use crate::world::World;
use mainstay_entitlements::EntitlementError;
use mainstay_entitlements::usage::series::{
    Figure, Group, GroupName, Grouping, Interval, Series, SeriesQuery, SeriesService as _,
};
use mainstay_kernel::Timestamp;

impl World {
    async fn look_back(&self, asked: SeriesQuery) -> Result<Series, EntitlementError> {
        self.entitlements.series(self.workspace, asked).await
    }

    /// The series of a feature, day by day.
    async fn days(&self, feature: &str) -> Series {
        self.look_back(days(feature)).await.expect("a series")
    }
}

fn days(feature: &str) -> SeriesQuery {
    SeriesQuery { feature: feature.to_owned(), ..SeriesQuery::default() }
}

fn by(asked: SeriesQuery, member: &str, most: usize) -> SeriesQuery {
    SeriesQuery { grouping: Some(Grouping { member: member.to_owned(), most }), ..asked }
}

fn from(asked: SeriesQuery, interval: Interval, from: Timestamp) -> SeriesQuery {
    SeriesQuery { from: Some(from), interval, ..asked }
}

const fn figure(value: u64, records: u64) -> Figure {
    Figure { value, records }
}

/// The intervals in which something was used: which ones, and how much.
fn used(points: &[mainstay_entitlements::usage::series::Point]) -> Vec<(String, Figure)> {
    let some = points.iter().filter(|point| point.used.records > 0);
    some.map(|point| (point.start.to_iso_seconds(), point.used)).collect()
}

/// The groups, and what each of them used.
fn totals(series: &Series) -> Vec<(GroupName, Figure)> {
    let groups = series.groups.as_ref().expect("groups");
    groups.iter().map(|Group { name, total, .. }| (name.clone(), *total)).collect()
}

fn value(text: &str) -> GroupName {
    GroupName::Value(text.to_owned())
}
