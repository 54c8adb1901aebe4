//! Opening a meter: for the window that is open now, and with what is held now.

use super::Metered;
use super::hours::ReadTally as _;
use super::values::ReadValues as _;
use crate::aggregation::Aggregation;
use crate::meter::Meter;
use crate::reservations::store::ReadHolds as _;
use async_trait::async_trait;
use mainstay_kernel::{Timestamp, WorkspaceId};
use mainstay_store::{StoreResult, each_backend};

#[async_trait]
pub(crate) trait OpenMeter {
    /// Has a meter show the window that is open, if it shows another, and forget what has expired by then.
    async fn open(
        &mut self,
        meter: &mut Meter,
        workspace: WorkspaceId,
        of: &Metered,
        now: Timestamp,
    ) -> StoreResult<()>;
}

#[each_backend]
#[async_trait]
impl OpenMeter for Conn {
    async fn open(
        &mut self,
        meter: &mut Meter,
        workspace: WorkspaceId,
        of: &Metered,
        now: Timestamp,
    ) -> StoreResult<()> {
        let shows_another = !meter.shows(&of.window);
        if shows_another {
            let tally = self.tally(workspace, &of.feature, &of.window).await?;
            let number = match of.aggregation {
                Aggregation::Unique => self.count_values(workspace, &of.feature, &of.window).await?,
                way => tally.number(way),
            };
            meter.open(&of.window, tally, number);
        }
        if shows_another || meter.has_expired(now) {
            self.read_holds(meter, workspace, of, now).await?;
        }
        Ok(())
    }
}
