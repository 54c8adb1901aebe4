//! A meter as both databases have it.

use crate::meter::Meter;
use crate::schema::usage_meters;
use crate::verdict::Threshold;
use diesel::prelude::*;
use mainstay_kernel::WorkspaceId;
use mainstay_store::Ts;

#[derive(Queryable, Selectable, QueryableByName)]
#[diesel(table_name = usage_meters)]
pub(super) struct Row {
    pub(super) id: i64,
    workspace_id: i64,
    feature: String,
    opened_at: Option<Ts>,
    used: i64,
    latest_at: Option<Ts>,
    version: i64,
    held: i64,
    held_until: Option<Ts>,
    told: i32,
}

impl Row {
    pub(super) fn place(&self) -> (WorkspaceId, String) {
        (WorkspaceId(self.workspace_id), self.feature.clone())
    }

    pub(super) fn meter(&self) -> Meter {
        Meter {
            opened_at: self.opened_at.map(Into::into),
            used: unsigned(self.used),
            held: unsigned(self.held),
            held_until: self.held_until.map(Into::into),
            latest_at: self.latest_at.map(Into::into),
            told: Threshold::of_percent(self.told),
            version: unsigned(self.version),
        }
    }
}

/// The threshold that a meter told of, as it is kept.
pub(super) fn percent(told: Option<Threshold>) -> i32 {
    told.map_or(0, |threshold| threshold.percent().into())
}

/// A number that is never below nothing.
pub(crate) fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// A number as the databases keep it. None of ours comes near to what that cannot hold.
pub(crate) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
