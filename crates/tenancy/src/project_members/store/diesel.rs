//! The store over diesel, written once for both databases.

use super::{ProjectMemberStore, SeatRequest, SeatStanding, SeatStep, Seated};
use crate::ids::MembershipId;
use crate::projects::store::rows::SeatRow;
use crate::projects::store::tables::ProjectTables as _;
use crate::projects::{Project, ProjectError, ProjectRole, ProjectSeat, ProjectStanding, SeatOf};
use crate::schema::{memberships, project_member_permissions, project_members, project_permissions, projects};
use crate::store::{Rule, Ruled};
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::{Event, UserId};
use mainstay_store::outbox::Append as _;
use mainstay_store::{Database, Id, StoreResult, Ts, each_backend};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// The store of members over one of the two handles.
#[derive(Clone)]
pub struct DieselProjectMemberStore<D> {
    db: D,
}

/// Most people of workspaces, and most of projects, in somebody's circle.
const MOST_IN_A_CIRCLE: i64 = 10_000;

/// The store of members over the database that was opened.
pub fn open(database: &Database) -> Arc<dyn ProjectMemberStore> {
    match database {
        Database::Sqlite(db) => Arc::new(DieselProjectMemberStore { db: db.clone() }),
        Database::Postgres(db) => Arc::new(DieselProjectMemberStore { db: db.clone() }),
    }
}

#[each_backend]
#[async_trait]
impl ProjectMemberStore for DieselProjectMemberStore<Db> {
    async fn seats(&self, user: UserId, slug: &str) -> StoreResult<Option<(ProjectStanding, Vec<ProjectSeat>)>> {
        let slug = slug.to_owned();
        self.db.scan(move |conn| Self::list_seats(conn, user, slug).boxed()).await
    }

    async fn circle(&self, user: UserId) -> StoreResult<Vec<UserId>> {
        self.db.scan(move |conn| Self::find_circle(conn, Id(user.0)).boxed()).await
    }

    async fn change(
        &self,
        request: SeatRequest,
        decide: Rule<SeatStanding, SeatStep, ProjectError>,
    ) -> Ruled<Seated, ProjectError> {
        self.db.write(move |conn| Self::change_seat(conn, request, decide).boxed()).await
    }
}

#[each_backend]
impl DieselProjectMemberStore<Db> {
    async fn list_seats(
        conn: &mut Conn,
        user: UserId,
        slug: String,
    ) -> StoreResult<Option<(ProjectStanding, Vec<ProjectSeat>)>> {
        let Some(project) = conn.project(&slug).await? else { return Ok(None) };
        let of_project = project_members::project_id.eq(Id(project.id.0));
        let rows: Vec<SeatRow> = project_members::table
            .filter(of_project)
            .order((project_members::created_at, project_members::id))
            .select(SeatRow::as_select())
            .load(conn)
            .await?;
        let given: Vec<(Id, String)> = project_member_permissions::table
            .inner_join(project_members::table)
            .inner_join(project_permissions::table)
            .filter(of_project)
            .select((project_member_permissions::member_id, project_permissions::key))
            .load(conn)
            .await?;
        let mut permissions: HashMap<Id, Vec<String>> = HashMap::new();
        for (seat, key) in given {
            permissions.entry(seat).or_default().push(key);
        }
        let seats = rows.into_iter().map(|row| {
            let given = permissions.remove(&row.id).unwrap_or_default();
            row.with(given)
        });
        let seats = seats.collect::<StoreResult<_>>()?;
        Ok(Some((conn.standing(project, user).await?, seats)))
    }

    async fn find_circle(conn: &mut Conn, user: Id) -> StoreResult<Vec<UserId>> {
        let (mine, ours) = diesel::alias!(memberships as mine, project_members as ours);
        let workspaces = mine.filter(mine.field(memberships::user_id).eq(user));
        let in_workspaces: Vec<Id> = memberships::table
            .filter(memberships::workspace_id.eq_any(workspaces.select(mine.field(memberships::workspace_id))))
            .select(memberships::user_id)
            .distinct()
            .limit(MOST_IN_A_CIRCLE)
            .load(conn)
            .await?;
        let projects = ours.filter(ours.field(project_members::user_id).eq(user));
        let in_projects: Vec<Id> = project_members::table
            .filter(project_members::project_id.eq_any(projects.select(ours.field(project_members::project_id))))
            .select(project_members::user_id)
            .distinct()
            .limit(MOST_IN_A_CIRCLE)
            .load(conn)
            .await?;
        let unique: BTreeSet<UserId> = in_workspaces.into_iter().chain(in_projects).map(|id| UserId(id.0)).collect();
        Ok(unique.into_iter().collect())
    }

    async fn change_seat(
        conn: &mut Conn,
        request: SeatRequest,
        decide: Rule<SeatStanding, SeatStep, ProjectError>,
    ) -> Ruled<Seated, ProjectError> {
        let Some(project) = conn.hold(&request.slug, request.actor).await? else {
            return Ok(Err(ProjectError::NotFound));
        };
        let mut target = None;
        for of in request.of {
            if target.is_none() {
                target = conn.seat(project.project.id, of).await?;
            }
        }
        let standing = SeatStanding { project, target };
        let (step, event) = match decide(&standing) {
            Ok(Some(change)) => change,
            Ok(None) => return Ok(Ok((standing.project.project, standing.target))),
            Err(refused) => return Ok(Err(refused)),
        };
        conn.append(&event).await?;
        Ok(Ok(Self::take_step(conn, standing, step, &event).await?))
    }

    async fn take_step(conn: &mut Conn, standing: SeatStanding, step: SeatStep, event: &Event) -> StoreResult<Seated> {
        let SeatStanding { project: ProjectStanding { project, .. }, target } = standing;
        let seat = match (&step, target) {
            (SeatStep::Join(seat), _) => seat.id,
            (_, Some(target)) => target.id,
            (_, None) => return Ok((project, None)),
        };
        match step {
            SeatStep::Join(seat) => conn.sit(project.id, seat, event.at).await?,
            SeatStep::Change { role, permissions } => {
                if let Some(role) = role {
                    Self::set_role(conn, seat, role).await?;
                }
                if let Some(permissions) = permissions {
                    let given = project_member_permissions::member_id.eq(Id(seat.0));
                    diesel::delete(project_member_permissions::table.filter(given)).execute(conn).await?;
                    conn.permit(seat, permissions).await?;
                }
            }
            SeatStep::Leave => {
                diesel::delete(project_members::table.find(Id(seat.0))).execute(conn).await?;
            }
            SeatStep::Inherit { from } => return Self::hand_over(conn, project, (from, seat), event).await,
        }
        let seat = conn.seat(project.id, SeatOf::Seat(seat)).await?;
        Ok((project, seat))
    }

    /// The old owner steps down first: there are never two.
    async fn hand_over(
        conn: &mut Conn,
        project: Project,
        (from, to): (MembershipId, MembershipId),
        event: &Event,
    ) -> StoreResult<Seated> {
        Self::set_role(conn, from, ProjectRole::Admin).await?;
        Self::set_role(conn, to, ProjectRole::Owner).await?;
        let heir = conn.seat(project.id, SeatOf::Seat(to)).await?;
        let owner = heir.as_ref().map_or(project.owner, |seat| seat.user);
        diesel::update(projects::table.find(Id(project.id.0)))
            .set((projects::owner_id.eq(Id(owner.0)), projects::updated_at.eq(Ts(event.at))))
            .execute(conn)
            .await?;
        Ok((Project { owner, updated_at: event.at, ..project }, heir))
    }

    async fn set_role(conn: &mut Conn, seat: MembershipId, role: ProjectRole) -> StoreResult<()> {
        diesel::update(project_members::table.find(Id(seat.0)))
            .set(project_members::role.eq(role.name()))
            .execute(conn)
            .await?;
        Ok(())
    }
}
