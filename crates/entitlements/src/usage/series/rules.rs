//! The rules.

use super::bounds::bounds;
use super::model::{Group, GroupName, Grouping, Point, Series, SeriesQuery};
use super::service::SeriesService;
use super::store::{Found, Line, TooMany, Wanted};
use crate::entitlements::Entitlements;
use crate::error::EntitlementError;
use crate::feature::Feature;
use async_trait::async_trait;
use mainstay_kernel::{Timestamp, WorkspaceId};
use std::sync::Arc;

/// Most groups that are told of one by one.
pub const MOST_GROUPS: usize = 100;
/// Most intervals of all groups together.
pub const MOST_POINTS: usize = 10_000;
/// Most uses that are read one by one, for groups or distinct values: more would take a database too long.
pub const MOST_READ: u64 = 500_000;
/// Most characters of a member's name.
const MOST_NAME: usize = 100;

#[async_trait]
impl SeriesService for Entitlements {
    async fn series(&self, workspace: WorkspaceId, asked: SeriesQuery) -> Result<Series, EntitlementError> {
        let catalogue = self.catalogue.load();
        let Some(feature) = catalogue.feature(&asked.feature) else {
            let text = format!("There is no feature {:?}.", asked.feature);
            return Err(EntitlementError::field("feature", "exists", text));
        };
        let counted = catalogue.pool_of(feature).clone();
        if self.gauge(&counted.code).is_some() {
            let text = format!("Of {:?} is known how many there are, and not since when.", feature.code);
            return Err(EntitlementError::field("feature", "counted", text));
        }
        let bounds = bounds(&asked, self.clock.now())?;
        if let Some(grouping) = &asked.grouping {
            check_grouping(grouping, bounds.len() - 1)?;
        }
        let wanted = Arc::new(wanted(&counted, bounds, asked.grouping));
        let found = self.series.read(workspace, Arc::clone(&wanted)).await?;
        let found = found.map_err(|TooMany(records)| too_many(records))?;
        Ok(series(counted, asked.interval, &wanted.bounds, found))
    }
}

fn wanted(counted: &Feature, bounds: Vec<Timestamp>, grouping: Option<Grouping>) -> Wanted {
    let Feature { code, aggregation, unique_by, .. } = counted.clone();
    Wanted { feature: code, aggregation, unique_by, bounds, grouping, most_read: MOST_READ }
}

fn check_grouping(grouping: &Grouping, intervals: usize) -> Result<(), EntitlementError> {
    let Grouping { member, most } = grouping;
    let length = member.chars().count();
    if !(1..=MOST_NAME).contains(&length) || member.chars().any(char::is_control) {
        let text = format!(
            "The group_by must be metadata. and the name of a member, which has 1 to {MOST_NAME} characters and none that \
             cannot be seen."
        );
        return Err(EntitlementError::field("group_by", "member", text));
    }
    if !(1..=MOST_GROUPS).contains(most) {
        return Err(EntitlementError::field("groups", "range", format!("The groups must be 1 to {MOST_GROUPS}.")));
    }
    if most * intervals > MOST_POINTS {
        let text = format!(
            "{most} groups of {intervals} intervals are more than the {MOST_POINTS} that fit: ask for {} groups, or for fewer \
             intervals.",
            MOST_POINTS / intervals
        );
        return Err(EntitlementError::field("groups", "max", text));
    }
    Ok(())
}

fn too_many(records: u64) -> EntitlementError {
    let text = format!(
        "There are {records} uses in that span, and {MOST_READ} at most are read one by one, as groups and distinct values \
         need it: let it begin later."
    );
    EntitlementError::field("from", "max", text)
}

fn series(counted: Feature, interval: super::Interval, bounds: &[Timestamp], found: Found) -> Series {
    let points = |line: Line| -> (Vec<Point>, _) {
        let points = bounds.iter().zip(line.figures).map(|(start, used)| Point { start: *start, used });
        (points.collect(), line.total)
    };
    let group = |(name, line): (GroupName, Line)| {
        let (points, total) = points(line);
        Group { name, points, total }
    };
    let groups = found.groups.map(|groups| groups.into_iter().map(group).collect());
    let (points, total) = points(found.whole);
    let (from, to) = (bounds.first().copied().unwrap_or_default(), bounds.last().copied().unwrap_or_default());
    Series { counted, interval, from, to, points, total, groups }
}
