//! What every store of this crate asks of the tables of projects, on its own connection.

use super::rows::{PermissionRow, ProjectRow, SeatRow};
use crate::ids::{MembershipId, PermissionId, ProjectId};
use crate::permissions::Permission;
use crate::projects::{Project, ProjectRole, ProjectSeat, ProjectStanding};
use crate::schema::{project_member_permissions, project_members, project_permissions, projects};
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use mainstay_kernel::{Timestamp, UserId};
use mainstay_store::dialect::Locked;
use mainstay_store::{Id, StoreResult, Ts, each_backend};

/// Which seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SeatOf {
    /// Nobody's.
    Nobody,
    /// This person's.
    Person(UserId),
    /// This one.
    Seat(MembershipId),
}

/// A seat about to be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSeat {
    /// Which.
    pub id: MembershipId,
    /// Who takes it.
    pub user: UserId,
    /// As what.
    pub role: ProjectRole,
    /// With which permissions.
    pub permissions: Vec<PermissionId>,
}

/// Projects and seats on a connection.
#[async_trait]
pub(crate) trait ProjectTables {
    /// The project of this slug.
    async fn project(&mut self, slug: &str) -> StoreResult<Option<Project>>;
    /// How things stand for a person there.
    async fn standing(&mut self, project: Project, actor: UserId) -> StoreResult<ProjectStanding>;
    /// How things stand for a person in the project of this slug; none when it is not there.
    async fn view(&mut self, slug: &str, actor: UserId) -> StoreResult<Option<ProjectStanding>>;
    /// The same with the project locked until the transaction ends.
    async fn hold(&mut self, slug: &str, actor: UserId) -> StoreResult<Option<ProjectStanding>>;
    /// A seat in the project.
    async fn seat(&mut self, project: ProjectId, of: SeatOf) -> StoreResult<Option<ProjectSeat>>;
    /// Takes a seat that nobody has.
    async fn sit(&mut self, project: ProjectId, seat: NewSeat, at: Timestamp) -> StoreResult<()>;
    /// Gives a seat these permissions.
    async fn permit(&mut self, seat: MembershipId, permissions: Vec<PermissionId>) -> StoreResult<()>;
}

#[each_backend]
#[async_trait]
impl ProjectTables for Conn {
    async fn project(&mut self, slug: &str) -> StoreResult<Option<Project>> {
        let wanted = projects::table.filter(projects::slug.eq(slug));
        let row: Option<ProjectRow> = wanted.select(ProjectRow::as_select()).first(self).await.optional()?;
        Ok(row.map(Into::into))
    }

    async fn standing(&mut self, project: Project, actor: UserId) -> StoreResult<ProjectStanding> {
        let actor = self.seat(project.id, SeatOf::Person(actor)).await?;
        let rows: Vec<PermissionRow> = project_permissions::table
            .filter(project_permissions::project_id.eq(Id(project.id.0)))
            .order((project_permissions::created_at, project_permissions::id))
            .select(PermissionRow::as_select())
            .load(self)
            .await?;
        let catalogue = rows.into_iter().map(Permission::from).collect();
        Ok(ProjectStanding { project, actor, catalogue })
    }

    async fn view(&mut self, slug: &str, actor: UserId) -> StoreResult<Option<ProjectStanding>> {
        match self.project(slug).await? {
            Some(project) => Ok(Some(self.standing(project, actor).await?)),
            None => Ok(None),
        }
    }

    async fn hold(&mut self, slug: &str, actor: UserId) -> StoreResult<Option<ProjectStanding>> {
        let wanted = projects::table.filter(projects::slug.eq(slug));
        let row: Option<ProjectRow> =
            Locked(wanted.select(ProjectRow::as_select())).get_result(self).await.optional()?;
        match row {
            Some(row) => Ok(Some(self.standing(row.into(), actor).await?)),
            None => Ok(None),
        }
    }

    async fn seat(&mut self, project: ProjectId, of: SeatOf) -> StoreResult<Option<ProjectSeat>> {
        let seats = project_members::table.filter(project_members::project_id.eq(Id(project.0))).into_boxed();
        let wanted = match of {
            SeatOf::Nobody => return Ok(None),
            SeatOf::Person(user) => seats.filter(project_members::user_id.eq(Id(user.0))),
            SeatOf::Seat(id) => seats.filter(project_members::id.eq(Id(id.0))),
        };
        let row: Option<SeatRow> = wanted.select(SeatRow::as_select()).first(self).await.optional()?;
        let Some(row) = row else { return Ok(None) };
        let permissions = project_member_permissions::table
            .inner_join(project_permissions::table)
            .filter(project_member_permissions::member_id.eq(row.id))
            .select(project_permissions::key)
            .load(self)
            .await?;
        row.with(permissions).map(Some)
    }

    async fn sit(&mut self, project: ProjectId, seat: NewSeat, at: Timestamp) -> StoreResult<()> {
        let row = SeatRow {
            id: Id(seat.id.0),
            project_id: Id(project.0),
            user_id: Id(seat.user.0),
            role: seat.role.name().to_owned(),
            created_at: Ts(at),
        };
        diesel::insert_into(project_members::table).values(row).execute(self).await?;
        self.permit(seat.id, seat.permissions).await
    }

    async fn permit(&mut self, seat: MembershipId, permissions: Vec<PermissionId>) -> StoreResult<()> {
        for permission in permissions {
            let row = (
                project_member_permissions::member_id.eq(Id(seat.0)),
                project_member_permissions::permission_id.eq(Id(permission.0)),
            );
            diesel::insert_into(project_member_permissions::table).values(row).execute(self).await?;
        }
        Ok(())
    }
}
