//! What a person who leaves is to workspaces and projects.

use super::DieselTenancyStore;
use super::rows::WorkspaceRow;
use crate::ids::ProjectId;
use crate::known::{MEMBERSHIPS, seat_subject};
use crate::model::Workspace;
use crate::projects::Project;
use crate::projects::store::rows::ProjectRow;
use crate::schema::{invites, memberships, project_members, projects, workspaces};
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use mainstay_kernel::{Event, Role, Timestamp, UserId, WorkspaceId};
use mainstay_store::changes::Announce as _;
use mainstay_store::dialect::Locked;
use mainstay_store::outbox::Append as _;
use mainstay_store::{Id, StoreResult, Ts, each_backend};

/// Who else is in a workspace.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Others {
    /// Whether anybody is.
    pub(crate) any: bool,
    /// Whether one of them is an owner.
    pub(crate) owner: bool,
}

#[each_backend]
impl DieselTenancyStore<Db> {
    /// The living workspaces of a person, locked in one order, so that of two who leave at once neither waits for the
    /// other for ever.
    pub(crate) async fn hold_workspaces_of(conn: &mut Conn, person: UserId) -> StoreResult<Vec<Workspace>> {
        let seats = memberships::table.filter(memberships::user_id.eq(Id(person.0)));
        let ids: Vec<i64> = seats.select(memberships::workspace_id).load(conn).await?;
        let living = workspaces::table.filter(workspaces::id.eq_any(ids)).filter(workspaces::deleted_at.is_null());
        let living = living.order(workspaces::id).select(WorkspaceRow::as_select());
        let rows: Vec<WorkspaceRow> = Locked(living).load(conn).await?;
        Ok(rows.into_iter().map(Into::into).collect())
    }

    /// Who is in a workspace beside a person.
    pub(crate) async fn others_in(conn: &mut Conn, id: WorkspaceId, person: UserId) -> StoreResult<Others> {
        let others =
            memberships::table.filter(memberships::workspace_id.eq(id.0)).filter(memberships::user_id.ne(Id(person.0)));
        let owners = others.filter(memberships::role.eq(Role::Owner.name()));
        Ok(Others {
            any: diesel::select(exists(others)).get_result(conn).await?,
            owner: diesel::select(exists(owners)).get_result(conn).await?,
        })
    }

    /// The projects that a person owns, locked in one order.
    pub(crate) async fn hold_projects_of(conn: &mut Conn, person: UserId) -> StoreResult<Vec<Project>> {
        let owned = projects::table.filter(projects::owner_id.eq(Id(person.0)));
        let rows: Vec<ProjectRow> =
            Locked(owned.order(projects::id).select(ProjectRow::as_select())).load(conn).await?;
        Ok(rows.into_iter().map(Into::into).collect())
    }

    /// Whether anybody beside a person is in a project.
    pub(crate) async fn has_others(conn: &mut Conn, id: ProjectId, person: UserId) -> StoreResult<bool> {
        let others = project_members::table
            .filter(project_members::project_id.eq(Id(id.0)))
            .filter(project_members::user_id.ne(Id(person.0)));
        Ok(diesel::select(exists(others)).get_result(conn).await?)
    }

    /// The projects of others in which a person has a seat.
    pub(crate) async fn projects_joined(conn: &mut Conn, person: UserId) -> StoreResult<Vec<Project>> {
        let rows: Vec<ProjectRow> = project_members::table
            .inner_join(projects::table)
            .filter(project_members::user_id.eq(Id(person.0)))
            .filter(projects::owner_id.ne(Id(person.0)))
            .order(projects::id)
            .select(ProjectRow::as_select())
            .load(conn)
            .await?;
        Ok(rows.into_iter().map(Into::into).collect())
    }

    /// The projects in a workspace that belong to somebody else.
    pub(crate) async fn projects_of_others(
        conn: &mut Conn,
        id: WorkspaceId,
        person: UserId,
    ) -> StoreResult<Vec<Project>> {
        let within =
            projects::table.filter(projects::workspace_id.eq(id.0)).filter(projects::owner_id.ne(Id(person.0)));
        let rows: Vec<ProjectRow> =
            Locked(within.order(projects::id).select(ProjectRow::as_select())).load(conn).await?;
        Ok(rows.into_iter().map(Into::into).collect())
    }

    /// The workspace where a person's own things are: the one that was made for them, else the one that they have owned
    /// for longest.
    pub(crate) async fn home_of(conn: &mut Conn, person: UserId) -> StoreResult<Option<WorkspaceId>> {
        if let Some(personal) = Self::find_personal(conn, person).await? {
            return Ok(Some(personal.id));
        }
        let owned = memberships::table
            .inner_join(workspaces::table)
            .filter(memberships::user_id.eq(Id(person.0)))
            .filter(memberships::role.eq(Role::Owner.name()))
            .filter(workspaces::deleted_at.is_null())
            .order((memberships::created_at, memberships::workspace_id))
            .select(memberships::workspace_id);
        Ok(owned.first::<i64>(conn).await.optional()?.map(WorkspaceId))
    }

    /// Moves a project, with the invites into it, and tells of it.
    pub(crate) async fn move_project(conn: &mut Conn, moved: &Project, event: &Event) -> StoreResult<()> {
        let to = moved.workspace.0;
        diesel::update(projects::table.find(Id(moved.id.0)))
            .set((projects::workspace_id.eq(to), projects::updated_at.eq(Ts(moved.updated_at))))
            .execute(conn)
            .await?;
        diesel::update(invites::table.filter(invites::project_id.eq(Id(moved.id.0))))
            .set(invites::workspace_id.eq(to))
            .execute(conn)
            .await?;
        conn.append(event).await
    }

    /// Deletes a project and tells of it.
    pub(crate) async fn end_project(conn: &mut Conn, id: ProjectId, event: &Event) -> StoreResult<()> {
        diesel::delete(projects::table.find(Id(id.0))).execute(conn).await?;
        conn.append(event).await
    }

    /// Ends a person's seat in a project and tells of it.
    pub(crate) async fn end_project_seat(
        conn: &mut Conn,
        id: ProjectId,
        person: UserId,
        event: &Event,
    ) -> StoreResult<()> {
        let seat = project_members::table
            .filter(project_members::project_id.eq(Id(id.0)))
            .filter(project_members::user_id.eq(Id(person.0)));
        diesel::delete(seat).execute(conn).await?;
        conn.append(event).await
    }

    /// Ends a person's seat in a workspace and tells of it.
    pub(crate) async fn end_seat(
        conn: &mut Conn,
        id: WorkspaceId,
        person: UserId,
        (event, at): (&Event, Timestamp),
    ) -> StoreResult<()> {
        diesel::delete(memberships::table.find((Id(person.0), id.0))).execute(conn).await?;
        conn.append(event).await?;
        conn.announce(MEMBERSHIPS, seat_subject(person, id), at).await
    }
}
