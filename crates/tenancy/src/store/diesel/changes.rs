//! Changes: each locks its workspace, asks the rule, writes, and tells of it.

use super::DieselTenancyStore;
use super::rows::{MembershipRow, NewWorkspaceRow, WorkspaceRow};
use crate::error::TenancyError;
use crate::known::{MEMBERSHIPS, WORKSPACES, seat_subject};
use crate::model::Workspace;
use crate::schema::{invites, memberships, oauth_clients, projects, workspaces};
use crate::store::{Founding, MemberStanding, MemberStep, Membership, Rule, Ruled, Seat, Tell, WorkspaceStanding};
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use mainstay_kernel::{Event, Role, UserId, WorkspaceId};
use mainstay_store::changes::Announce as _;
use mainstay_store::dialect::Locked;
use mainstay_store::outbox::Append as _;
use mainstay_store::{Id, Json, StoreResult, Ts, each_backend};
use serde_json::Map;

#[each_backend]
impl DieselTenancyStore<Db> {
    pub(super) async fn insert_workspace(
        conn: &mut Conn,
        owner: UserId,
        founding: Founding,
        tell: Tell,
    ) -> StoreResult<Workspace> {
        let Founding { name, slug, tier, at, is_personal } = founding;
        let row = NewWorkspaceRow {
            name: &name,
            slug: &slug,
            tier: &tier,
            settings: Json(Map::new()),
            created_at: Ts(at),
            updated_at: Ts(at),
            personal_of: is_personal.then_some(Id(owner.0)),
        };
        let made =
            diesel::insert_into(workspaces::table).values(row).returning(workspaces::id).get_result(conn).await?;
        let (id, settings) = (WorkspaceId(made), Map::new());
        let workspace = Workspace { id, name, slug, tier, settings, created_at: at, updated_at: at };
        let seat =
            Membership { workspace: workspace.id, user: owner, role: Role::Owner, created_at: at, updated_at: at };
        Self::take_seat(conn, seat).await?;
        // Nothing is announced: no node remembers anything of a workspace that was not there.
        conn.append(&tell(&workspace)).await?;
        Ok(workspace)
    }

    pub(super) async fn update_workspace(
        conn: &mut Conn,
        actor: UserId,
        id: WorkspaceId,
        decide: Rule<WorkspaceStanding, Workspace>,
    ) -> Ruled<Workspace> {
        let Some(standing) = Self::lock_for(conn, actor, id).await? else {
            return Ok(Err(TenancyError::NotFound));
        };
        match decide(&standing) {
            Ok(Some((after, event))) => Self::put_workspace(conn, after, &event).await,
            Ok(None) => Ok(Ok(standing.workspace)),
            Err(refused) => Ok(Err(refused)),
        }
    }

    pub(super) async fn replace_workspace(
        conn: &mut Conn,
        id: WorkspaceId,
        decide: Rule<Workspace, Workspace>,
    ) -> Ruled<Workspace> {
        let Some(workspace) = Self::lock(conn, id).await? else { return Ok(Err(TenancyError::NotFound)) };
        match decide(&workspace) {
            Ok(Some((after, event))) => Self::put_workspace(conn, after, &event).await,
            Ok(None) => Ok(Ok(workspace)),
            Err(refused) => Ok(Err(refused)),
        }
    }

    /// Puts a workspace in the place of one that is locked, and tells of it.
    async fn put_workspace(conn: &mut Conn, after: Workspace, event: &Event) -> Ruled<Workspace> {
        let id = after.id;
        diesel::update(workspaces::table.filter(workspaces::id.eq(id.0)))
            .set((
                workspaces::name.eq(after.name),
                workspaces::slug.eq(after.slug),
                workspaces::tier.eq(after.tier),
                workspaces::settings.eq(Json(after.settings)),
                workspaces::updated_at.eq(Ts(after.updated_at)),
            ))
            .execute(conn)
            .await?;
        conn.append(event).await?;
        conn.announce(WORKSPACES, id.to_string(), event.at).await?;
        // Read back, so that the answer is what the next reader gets: jsonb orders keys its own way.
        Ok(Self::find_living(conn, id).await?.ok_or(TenancyError::NotFound))
    }

    pub(super) async fn delete_workspace(
        conn: &mut Conn,
        actor: UserId,
        id: WorkspaceId,
        decide: Rule<WorkspaceStanding, ()>,
    ) -> Ruled<()> {
        let Some(standing) = Self::lock_for(conn, actor, id).await? else {
            return Ok(Err(TenancyError::NotFound));
        };
        let event = match decide(&standing) {
            Ok(Some(((), event))) => event,
            Ok(None) => return Ok(Ok(())),
            Err(refused) => return Ok(Err(refused)),
        };
        Self::end_workspace(conn, id, &event).await?;
        Ok(Ok(()))
    }

    /// Ends a workspace that is locked, with all that is in it, and tells of it.
    pub(crate) async fn end_workspace(conn: &mut Conn, id: WorkspaceId, event: &Event) -> StoreResult<()> {
        diesel::update(workspaces::table.filter(workspaces::id.eq(id.0)))
            .set((workspaces::deleted_at.eq(Ts(event.at)), workspaces::updated_at.eq(Ts(event.at))))
            .execute(conn)
            .await?;
        diesel::delete(memberships::table.filter(memberships::workspace_id.eq(id.0))).execute(conn).await?;
        diesel::delete(projects::table.filter(projects::workspace_id.eq(id.0))).execute(conn).await?;
        diesel::delete(oauth_clients::table.filter(oauth_clients::workspace_id.eq(id.0))).execute(conn).await?;
        diesel::delete(invites::table.filter(invites::workspace_id.eq(id.0))).execute(conn).await?;
        conn.append(event).await?;
        conn.announce(WORKSPACES, id.to_string(), event.at).await
    }

    pub(super) async fn change_seat(
        conn: &mut Conn,
        seat: Seat,
        decide: Rule<MemberStanding, MemberStep>,
    ) -> Ruled<Option<Membership>> {
        let Some(standing) = Self::lock_seat(conn, seat).await? else {
            return Ok(Err(TenancyError::NotFound));
        };
        let (step, event) = match decide(&standing) {
            Ok(Some(change)) => change,
            Ok(None) => return Ok(Ok(standing.member)),
            Err(refused) => return Ok(Err(refused)),
        };
        let of_seat = memberships::table.find((Id(seat.member.0), seat.workspace.0));
        match step {
            MemberStep::Join(role) => {
                let (workspace, user, at) = (seat.workspace, seat.member, event.at);
                let joined = Membership { workspace, user, role, created_at: at, updated_at: at };
                Self::take_seat(conn, joined).await?;
            }
            MemberStep::Become(role) => {
                let change = (memberships::role.eq(role.name()), memberships::updated_at.eq(Ts(event.at)));
                diesel::update(of_seat).set(change).execute(conn).await?;
            }
            MemberStep::Leave => {
                diesel::delete(of_seat).execute(conn).await?;
            }
        }
        conn.append(&event).await?;
        conn.announce(MEMBERSHIPS, seat_subject(seat.member, seat.workspace), event.at).await?;
        Ok(Ok(Self::find_seat(conn, seat.member, seat.workspace).await?))
    }

    /// Takes a seat that nobody has.
    pub(crate) async fn take_seat(conn: &mut Conn, seat: Membership) -> StoreResult<()> {
        diesel::insert_into(memberships::table).values(MembershipRow::from(seat)).execute(conn).await?;
        Ok(())
    }

    /// Locks a living workspace; none when there is none.
    pub(crate) async fn lock(conn: &mut Conn, id: WorkspaceId) -> StoreResult<Option<Workspace>> {
        let living = workspaces::table.filter(workspaces::id.eq(id.0)).filter(workspaces::deleted_at.is_null());
        let row: Option<WorkspaceRow> =
            Locked(living.select(WorkspaceRow::as_select())).get_result(conn).await.optional()?;
        Ok(row.map(Into::into))
    }

    /// Locks a workspace for one of its people; none when it is not one of theirs.
    async fn lock_for(conn: &mut Conn, actor: UserId, id: WorkspaceId) -> StoreResult<Option<WorkspaceStanding>> {
        let Some(workspace) = Self::lock(conn, id).await? else { return Ok(None) };
        let Some(seat) = Self::find_seat(conn, actor, id).await? else { return Ok(None) };
        let others =
            memberships::table.filter(memberships::user_id.eq(Id(actor.0))).filter(memberships::workspace_id.ne(id.0));
        let elsewhere = diesel::select(exists(others)).get_result(conn).await?;
        Ok(Some(WorkspaceStanding { workspace, actor: seat.role, elsewhere }))
    }

    /// Locks a workspace for a change of one seat; none when it is not one of the caller's.
    async fn lock_seat(conn: &mut Conn, seat: Seat) -> StoreResult<Option<MemberStanding>> {
        if Self::lock(conn, seat.workspace).await?.is_none() {
            return Ok(None);
        }
        let Some(actor) = Self::find_seat(conn, seat.actor, seat.workspace).await? else { return Ok(None) };
        let member = Self::find_seat(conn, seat.member, seat.workspace).await?;
        let owners = memberships::table
            .filter(memberships::workspace_id.eq(seat.workspace.0))
            .filter(memberships::role.eq(Role::Owner.name()))
            .count()
            .get_result(conn)
            .await?;
        let members = Self::count_members(conn, seat.workspace).await?;
        Ok(Some(MemberStanding { actor: actor.role, member, owners, members }))
    }

    /// How many people are in a workspace; for good, if that is locked.
    pub(crate) async fn count_members(conn: &mut Conn, id: WorkspaceId) -> StoreResult<i64> {
        Ok(memberships::table.filter(memberships::workspace_id.eq(id.0)).count().get_result(conn).await?)
    }
}
