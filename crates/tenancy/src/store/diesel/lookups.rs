//! Look-ups of one row, by unique index.

use super::DieselTenancyStore;
use super::rows::{MembershipRow, WorkspaceRow};
use crate::model::Workspace;
use crate::schema::{memberships, workspaces};
use crate::store::Membership;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use mainstay_kernel::{UserId, WorkspaceId};
use mainstay_store::{Id, StoreResult, each_backend};

#[each_backend]
impl DieselTenancyStore<Db> {
    pub(super) async fn find_for(conn: &mut Conn, user: UserId, id: WorkspaceId) -> StoreResult<Option<Workspace>> {
        let row: Option<WorkspaceRow> = memberships::table
            .inner_join(workspaces::table)
            .filter(memberships::user_id.eq(Id(user.0)))
            .filter(memberships::workspace_id.eq(id.0))
            .select(WorkspaceRow::as_select())
            .first(conn)
            .await
            .optional()?;
        Ok(row.map(Into::into))
    }

    pub(crate) async fn find_living(conn: &mut Conn, id: WorkspaceId) -> StoreResult<Option<Workspace>> {
        let row: Option<WorkspaceRow> = workspaces::table
            .filter(workspaces::id.eq(id.0))
            .filter(workspaces::deleted_at.is_null())
            .select(WorkspaceRow::as_select())
            .first(conn)
            .await
            .optional()?;
        Ok(row.map(Into::into))
    }

    pub(super) async fn find_personal(conn: &mut Conn, user: UserId) -> StoreResult<Option<Workspace>> {
        let row: Option<WorkspaceRow> = workspaces::table
            .filter(workspaces::personal_of.eq(Some(Id(user.0))))
            .filter(workspaces::deleted_at.is_null())
            .select(WorkspaceRow::as_select())
            .first(conn)
            .await
            .optional()?;
        Ok(row.map(Into::into))
    }

    pub(super) async fn find_by_slug(conn: &mut Conn, slug: String) -> StoreResult<Option<WorkspaceId>> {
        let id = workspaces::table
            .filter(workspaces::slug.eq(slug))
            .filter(workspaces::deleted_at.is_null())
            .select(workspaces::id)
            .first(conn)
            .await
            .optional()?;
        Ok(id.map(WorkspaceId))
    }

    pub(crate) async fn find_seat(conn: &mut Conn, user: UserId, id: WorkspaceId) -> StoreResult<Option<Membership>> {
        let row: Option<MembershipRow> = memberships::table
            .filter(memberships::user_id.eq(Id(user.0)))
            .filter(memberships::workspace_id.eq(id.0))
            .select(MembershipRow::as_select())
            .first(conn)
            .await
            .optional()?;
        row.map(TryInto::try_into).transpose()
    }

    pub(super) async fn find_longest_held(conn: &mut Conn, user: UserId) -> StoreResult<Option<WorkspaceId>> {
        let id = memberships::table
            .filter(memberships::user_id.eq(Id(user.0)))
            .order((memberships::created_at, memberships::workspace_id))
            .select(memberships::workspace_id)
            .first(conn)
            .await
            .optional()?;
        Ok(id.map(WorkspaceId))
    }
}
