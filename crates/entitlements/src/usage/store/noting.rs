//! What is counted by itself: only which threshold was told of is kept of it.

use super::Counted;
use super::meters::Meters as _;
use super::row::Row;
use crate::meter::Meter;
use crate::schema::usage_meters;
use crate::usage::events::Alert;
use crate::usage::ledger::Place;
use crate::verdict::Threshold;
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use mainstay_kernel::Ids;
use mainstay_store::outbox::Append as _;
use mainstay_store::{StoreResult, each_backend};
use std::collections::BTreeSet;

impl Counted {
    /// What a meter shows after this, and the threshold that is to be told of.
    fn noted(&self, kept: Meter) -> (Meter, Option<Threshold>) {
        let mut meter = Meter { used: self.used, version: kept.version + 1, ..kept };
        let threshold = meter.tell(self.limit);
        (meter, threshold)
    }

    /// Whether there is nothing to tell of, and none of what was told is past.
    pub(super) fn is_no_news(&self, kept: Meter) -> bool {
        self.noted(kept).0.told == kept.told
    }
}

#[async_trait]
pub(super) trait NoteThresholds {
    /// The meter, as it was noted last.
    async fn noted(&mut self, place: &Place) -> StoreResult<Meter>;
    /// Notes it anew, and tells of the threshold that it has come to, unless that was done.
    async fn note(&mut self, counted: &Counted, ids: &dyn Ids) -> StoreResult<()>;
}

#[each_backend]
#[async_trait]
impl NoteThresholds for Conn {
    async fn noted(&mut self, (workspace, feature): &Place) -> StoreResult<Meter> {
        let kept = usage_meters::table
            .filter(usage_meters::workspace_id.eq(workspace.0))
            .filter(usage_meters::feature.eq(feature));
        let row: Option<Row> = kept.select(Row::as_select()).first(self).await.optional()?;
        Ok(row.map(|row| row.meter()).unwrap_or_default())
    }

    async fn note(&mut self, counted: &Counted, ids: &dyn Ids) -> StoreResult<()> {
        let place = (counted.workspace, counted.feature.clone());
        let held = self.hold_meters(&BTreeSet::from([place.clone()])).await?;
        let Some((number, kept)) = held.into_values().next() else { return Ok(()) };
        let (meter, threshold) = counted.noted(kept);
        if let (Some(threshold), Some(limit)) = (threshold, counted.limit) {
            let alert = Alert::of(place, threshold, (counted.used, limit));
            self.append(&alert.event(ids, counted.now)).await?;
        }
        self.write_meters(&[(number, meter)]).await
    }
}
