//! A series out of the sums of hours.

use super::super::model::Figure;
use super::{Line, Wanted};
use crate::aggregation::Aggregation;
use crate::meter::MOST_USED;
use crate::schema::usage_hours;
use crate::tally::Tally;
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use mainstay_kernel::{Timestamp, WorkspaceId};
use mainstay_store::{StoreResult, Ts, each_backend};

#[async_trait]
pub(super) trait ReadHours {
    /// What the uses of each interval come to, without a look at a single one. Of values, only how many uses there are.
    async fn hours(&mut self, workspace: WorkspaceId, wanted: &Wanted) -> StoreResult<Line>;
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = usage_hours)]
struct Row {
    hour: Ts,
    records: i64,
    total: i64,
    greatest: i64,
    latest: i64,
    latest_at: Ts,
}

impl Row {
    fn tally(&self) -> Tally {
        let number = |column| u64::try_from(column).unwrap_or(0);
        let latest = Some((number(self.latest), self.latest_at.into()));
        let (records, total, greatest) = (number(self.records), number(self.total), number(self.greatest));
        Tally { records, total, greatest, latest }
    }
}

#[each_backend]
#[async_trait]
impl ReadHours for Conn {
    async fn hours(&mut self, workspace: WorkspaceId, wanted: &Wanted) -> StoreResult<Line> {
        let (from, to) = wanted.span();
        let within = usage_hours::table
            .filter(usage_hours::workspace_id.eq(workspace.0))
            .filter(usage_hours::feature.eq(&wanted.feature))
            .filter(usage_hours::hour.ge(Ts(from)))
            .filter(usage_hours::hour.lt(Ts(to)));
        let rows: Vec<Row> = within.order(usage_hours::hour).select(Row::as_select()).load(self).await?;
        Ok(line(&rows, wanted))
    }
}

fn line(rows: &[Row], wanted: &Wanted) -> Line {
    let (mut tallies, mut whole) = (vec![Tally::default(); wanted.intervals().len()], Tally::default());
    for row in rows {
        let tally = row.tally();
        whole = whole.and(tally);
        if let Some(own) = tallies.get_mut(interval_of(&wanted.bounds, row.hour.into())) {
            *own = own.and(tally);
        }
    }
    let figure = |tally: &Tally| figure(tally, wanted.aggregation);
    Line { figures: tallies.iter().map(figure).collect(), total: figure(&whole) }
}

/// In which interval an instant of the span lies.
fn interval_of(bounds: &[Timestamp], at: Timestamp) -> usize {
    bounds.partition_point(|bound| *bound <= at).saturating_sub(1)
}

fn figure(tally: &Tally, aggregation: Aggregation) -> Figure {
    Figure { value: tally.number(aggregation).min(MOST_USED), records: tally.records }
}
