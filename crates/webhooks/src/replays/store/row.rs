//! A replay as both databases have it.

use super::Beginning;
use crate::model::{EndpointId, ReplayId};
use crate::replays::model::{Replay, ReplayStatus, Selection};
use crate::schema::webhook_replays;
use diesel::prelude::*;
use mainstay_store::{StoreError, Ts};

#[derive(Queryable, Selectable)]
#[diesel(table_name = webhook_replays)]
pub(super) struct Row {
    id: i64,
    pub(super) endpoint_id: i64,
    selection: String,
    pub(super) since: Ts,
    pub(super) until: Ts,
    status: String,
    total: i64,
    seen: i64,
    queued: i64,
    pub(super) reached: i64,
    created_at: Ts,
    updated_at: Ts,
    finished_at: Option<Ts>,
}

#[derive(Insertable)]
#[diesel(table_name = webhook_replays)]
pub(super) struct NewRow {
    workspace_id: i64,
    endpoint_id: i64,
    selection: &'static str,
    since: Ts,
    until: Ts,
    status: &'static str,
    total: i64,
    seen: i64,
    queued: i64,
    reached: i64,
    created_at: Ts,
    updated_at: Ts,
}

impl Row {
    pub(super) fn selection(&self) -> Result<Selection, StoreError> {
        Selection::named(&self.selection).ok_or_else(|| self.damaged("selection"))
    }

    fn damaged(&self, what: &str) -> StoreError {
        StoreError::Damaged(format!("webhook_replays: the {what} of {}", self.id))
    }
}

impl TryFrom<Row> for Replay {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: ReplayId(row.id),
            endpoint: EndpointId(row.endpoint_id),
            selection: row.selection()?,
            since: row.since.0,
            until: row.until.0,
            status: ReplayStatus::named(&row.status).ok_or_else(|| row.damaged("status"))?,
            total: row.total,
            seen: row.seen,
            queued: row.queued,
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
            finished_at: row.finished_at.map(|at| at.0),
        })
    }
}

impl From<Beginning> for NewRow {
    fn from(beginning: Beginning) -> Self {
        Self {
            workspace_id: beginning.workspace.0,
            endpoint_id: beginning.endpoint.0,
            selection: beginning.selection.name(),
            since: Ts(beginning.since),
            until: Ts(beginning.until),
            status: ReplayStatus::Running.name(),
            total: beginning.total,
            seen: 0,
            queued: 0,
            reached: 0,
            created_at: Ts(beginning.now),
            updated_at: Ts(beginning.now),
        }
    }
}
