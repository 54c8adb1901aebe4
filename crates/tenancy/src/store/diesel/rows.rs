//! Rows, as the tables have them.

use crate::model::Workspace;
use crate::schema::{memberships, workspaces};
use crate::store::Membership;
use diesel::prelude::*;
use mainstay_kernel::{UserId, WorkspaceId};
use mainstay_store::{Id, Json, StoreError, Ts};
use serde_json::{Map, Value};

#[derive(Queryable, Selectable)]
#[diesel(table_name = workspaces)]
pub(super) struct WorkspaceRow {
    id: i64,
    name: String,
    slug: String,
    tier: String,
    settings: Json<Map<String, Value>>,
    created_at: Ts,
    updated_at: Ts,
}

impl From<WorkspaceRow> for Workspace {
    fn from(row: WorkspaceRow) -> Self {
        Self {
            id: WorkspaceId(row.id),
            name: row.name,
            slug: row.slug,
            tier: row.tier,
            settings: row.settings.0,
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
        }
    }
}

#[derive(Insertable)]
#[diesel(table_name = workspaces, treat_none_as_default_value = false)]
pub(super) struct NewWorkspaceRow<'a> {
    pub(super) name: &'a str,
    pub(super) slug: &'a str,
    pub(super) tier: &'a str,
    pub(super) settings: Json<Map<String, Value>>,
    pub(super) created_at: Ts,
    pub(super) updated_at: Ts,
    pub(super) personal_of: Option<Id>,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = memberships, treat_none_as_default_value = false)]
pub(super) struct MembershipRow {
    user_id: Id,
    workspace_id: i64,
    role: String,
    created_at: Ts,
    updated_at: Ts,
}

impl From<Membership> for MembershipRow {
    fn from(seat: Membership) -> Self {
        Self {
            user_id: Id(seat.user.0),
            workspace_id: seat.workspace.0,
            role: seat.role.name().to_owned(),
            created_at: Ts(seat.created_at),
            updated_at: Ts(seat.updated_at),
        }
    }
}

impl TryFrom<MembershipRow> for Membership {
    type Error = StoreError;

    fn try_from(row: MembershipRow) -> Result<Self, StoreError> {
        let damaged = |_| StoreError::Damaged(format!("memberships.role {:?}", row.role));
        Ok(Self {
            workspace: WorkspaceId(row.workspace_id),
            user: UserId(row.user_id.0),
            role: row.role.parse().map_err(damaged)?,
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
        })
    }
}
