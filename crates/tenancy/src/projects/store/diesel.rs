//! The store over diesel, written once for both databases.

use super::rows::{ProjectRow, role};
use super::tables::{NewSeat, ProjectTables as _, SeatOf};
use super::{ProjectFounding, ProjectStore, TellProject};
use crate::ids::ProjectId;
use crate::projects::founder::may_found;
use crate::projects::{Project, ProjectError, ProjectRole, ProjectSeat, ProjectStanding, ProjectView};
use crate::schema::{project_members, projects};
use crate::store::{DieselTenancyStore, Rule, Ruled};
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::UserId;
use mainstay_store::outbox::Append as _;
use mainstay_store::{Database, Id, StoreResult, Ts, each_backend};
use std::sync::Arc;

/// The store of projects over one of the two handles.
#[derive(Clone)]
pub struct DieselProjectStore<D> {
    db: D,
}

/// The store of projects over the database that was opened.
pub fn open(database: &Database) -> Arc<dyn ProjectStore> {
    match database {
        Database::Sqlite(db) => Arc::new(DieselProjectStore { db: db.clone() }),
        Database::Postgres(db) => Arc::new(DieselProjectStore { db: db.clone() }),
    }
}

#[each_backend]
#[async_trait]
impl ProjectStore for DieselProjectStore<Db> {
    async fn list(&self, user: UserId) -> StoreResult<Vec<ProjectView>> {
        self.db.scan(move |conn| Self::list_projects(conn, user).boxed()).await
    }

    async fn standing(&self, user: UserId, slug: &str) -> StoreResult<Option<ProjectStanding>> {
        let slug = slug.to_owned();
        self.db.read(|conn| async move { conn.view(&slug, user).await }.boxed()).await
    }

    async fn membership(
        &self,
        user: UserId,
        project: ProjectId,
    ) -> StoreResult<Option<(Project, Option<ProjectSeat>)>> {
        self.db.read(|conn| Self::find_membership(conn, user, project).boxed()).await
    }

    async fn found(&self, founding: ProjectFounding, tell: TellProject) -> Ruled<Option<Project>, ProjectError> {
        self.db.write(move |conn| Self::insert_project(conn, founding, tell).boxed()).await
    }

    async fn update(
        &self,
        actor: UserId,
        slug: &str,
        decide: Rule<ProjectStanding, Project, ProjectError>,
    ) -> Ruled<ProjectView, ProjectError> {
        let slug = slug.to_owned();
        self.db.write(move |conn| Self::update_project(conn, actor, slug, decide).boxed()).await
    }

    async fn delete(
        &self,
        actor: UserId,
        slug: &str,
        decide: Rule<ProjectStanding, (), ProjectError>,
    ) -> Ruled<(), ProjectError> {
        let slug = slug.to_owned();
        self.db.write(move |conn| Self::delete_project(conn, actor, slug, decide).boxed()).await
    }
}

#[each_backend]
impl DieselProjectStore<Db> {
    async fn list_projects(conn: &mut Conn, user: UserId) -> StoreResult<Vec<ProjectView>> {
        let rows: Vec<(ProjectRow, String)> = project_members::table
            .inner_join(projects::table)
            .filter(project_members::user_id.eq(Id(user.0)))
            .order((projects::created_at.desc(), projects::id.desc()))
            .select((ProjectRow::as_select(), project_members::role))
            .load(conn)
            .await?;
        rows.into_iter()
            .map(|(project, name)| Ok(ProjectView { project: project.into(), role: Some(role(&name)?) }))
            .collect()
    }

    async fn find_membership(
        conn: &mut Conn,
        user: UserId,
        id: ProjectId,
    ) -> StoreResult<Option<(Project, Option<ProjectSeat>)>> {
        let wanted = projects::table.find(Id(id.0)).select(ProjectRow::as_select());
        let row: Option<ProjectRow> = wanted.first(conn).await.optional()?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some((row.into(), conn.seat(id, SeatOf::Person(user)).await?)))
    }

    async fn insert_project(
        conn: &mut Conn,
        founding: ProjectFounding,
        tell: TellProject,
    ) -> Ruled<Option<Project>, ProjectError> {
        let ProjectFounding { project, seat, slugs } = founding;
        if DieselTenancyStore::<Db>::lock(conn, project.workspace).await?.is_none() {
            return Ok(Err(ProjectError::WorkspaceNotFound));
        }
        let founder = DieselTenancyStore::<Db>::find_seat(conn, project.owner, project.workspace).await?;
        if let Err(refused) = may_found(founder.map(|seat| seat.role)) {
            return Ok(Err(refused));
        }
        let Some(project) = Self::insert_under_a_free_slug(conn, project, slugs).await? else {
            return Ok(Ok(None));
        };
        let seat = NewSeat { id: seat, user: project.owner, role: ProjectRole::Owner, permissions: Vec::new() };
        conn.sit(project.id, seat, project.created_at).await?;
        conn.append(&tell(&project)).await?;
        Ok(Ok(Some(project)))
    }

    /// Whether a slug is free is asked by taking it, so that two who ask at once get two.
    async fn insert_under_a_free_slug(
        conn: &mut Conn,
        project: Project,
        slugs: Vec<String>,
    ) -> StoreResult<Option<Project>> {
        let among = projects::table.filter(projects::slug.eq_any(slugs.clone()));
        let taken: Vec<String> = among.select(projects::slug).load(conn).await?;
        for slug in slugs.into_iter().filter(|slug| !taken.contains(slug)) {
            let project = Project { slug, ..project.clone() };
            let insert = diesel::insert_into(projects::table).values(ProjectRow::from(project.clone()));
            if insert.on_conflict(projects::slug).do_nothing().execute(conn).await? == 1 {
                return Ok(Some(project));
            }
        }
        Ok(None)
    }

    async fn update_project(
        conn: &mut Conn,
        actor: UserId,
        slug: String,
        decide: Rule<ProjectStanding, Project, ProjectError>,
    ) -> Ruled<ProjectView, ProjectError> {
        let Some(standing) = conn.hold(&slug, actor).await? else { return Ok(Err(ProjectError::NotFound)) };
        let role = standing.actor.as_ref().map(|seat| seat.role);
        let (after, event) = match decide(&standing) {
            Ok(Some(change)) => change,
            Ok(None) => return Ok(Ok(ProjectView { project: standing.project, role })),
            Err(refused) => return Ok(Err(refused)),
        };
        diesel::update(projects::table.find(Id(after.id.0)))
            .set((
                projects::name.eq(&after.name),
                projects::description.eq(&after.description),
                projects::is_public.eq(after.is_public),
                projects::updated_at.eq(Ts(after.updated_at)),
            ))
            .execute(conn)
            .await?;
        conn.append(&event).await?;
        Ok(Ok(ProjectView { project: after, role }))
    }

    async fn delete_project(
        conn: &mut Conn,
        actor: UserId,
        slug: String,
        decide: Rule<ProjectStanding, (), ProjectError>,
    ) -> Ruled<(), ProjectError> {
        let Some(standing) = conn.hold(&slug, actor).await? else { return Ok(Err(ProjectError::NotFound)) };
        let event = match decide(&standing) {
            Ok(Some(((), event))) => event,
            Ok(None) => return Ok(Ok(())),
            Err(refused) => return Ok(Err(refused)),
        };
        diesel::delete(projects::table.find(Id(standing.project.id.0))).execute(conn).await?;
        conn.append(&event).await?;
        Ok(Ok(()))
    }
}
