//! Boosts as both databases have them.

use super::BoostDraft;
use crate::benefits::model::{BoostTerm, Boosted};
use crate::benefits::schema::boosts;
use crate::boost::{Boost, BoostKind};
use diesel::prelude::*;
use mainstay_kernel::WorkspaceId;
use mainstay_store::{StoreError, StoreResult, Ts};

#[derive(Queryable, Selectable)]
#[diesel(table_name = boosts)]
pub(super) struct Row {
    id: i64,
    feature: String,
    kind: String,
    added: i64,
    term: String,
    starts_at: Ts,
    ends_at: Option<Ts>,
    pub(super) cancelled_at: Option<Ts>,
    created_at: Ts,
}

impl TryFrom<Row> for Boosted {
    type Error = StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        let damaged = |what| StoreError::Damaged(format!("boosts: the {what} of {}", row.id));
        let added = u64::try_from(row.added).map_err(|_| damaged("number"))?;
        let kind = match row.kind.as_str() {
            "add_limit" => BoostKind::Add(added),
            "enable" => BoostKind::Enable,
            "unlimited" => BoostKind::Unlimited,
            _ => return Err(damaged("kind")),
        };
        Ok(Self {
            id: row.id,
            term: BoostTerm::named(&row.term).ok_or_else(|| damaged("term"))?,
            feature: row.feature,
            boost: Boost {
                kind,
                starts_at: row.starts_at.0,
                ends_at: row.ends_at.map(|at| at.0),
                cancelled_at: row.cancelled_at.map(|at| at.0),
            },
            created_at: row.created_at.0,
        })
    }
}

#[derive(Insertable)]
#[diesel(table_name = boosts)]
pub(super) struct NewRow {
    workspace_id: i64,
    feature: String,
    kind: &'static str,
    added: i64,
    term: &'static str,
    starts_at: Ts,
    ends_at: Option<Ts>,
    created_at: Ts,
}

impl NewRow {
    pub(super) fn new(workspace: WorkspaceId, draft: BoostDraft) -> Self {
        let BoostDraft { feature, boost, term, at } = draft;
        let added = if let BoostKind::Add(added) = boost.kind { added } else { 0 };
        Self {
            workspace_id: workspace.0,
            feature,
            kind: boost.kind.name(),
            added: i64::try_from(added).unwrap_or(i64::MAX),
            term: term.name(),
            starts_at: Ts(boost.starts_at),
            ends_at: boost.ends_at.map(Ts),
            created_at: Ts(at),
        }
    }
}
