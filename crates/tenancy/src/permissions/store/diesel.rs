//! The store over diesel, written once for both databases.

use super::{PermissionStep, PermissionStore};
use crate::projects::store::rows::PermissionRow;
use crate::projects::store::tables::ProjectTables as _;
use crate::projects::{ProjectError, ProjectStanding};
use crate::schema::project_permissions;
use crate::store::{Rule, Ruled};
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::UserId;
use mainstay_store::outbox::Append as _;
use mainstay_store::{Database, Id, StoreResult, each_backend};
use std::sync::Arc;

/// The store of permissions over one of the two handles.
#[derive(Clone)]
pub struct DieselPermissionStore<D> {
    db: D,
}

/// The store of permissions over the database that was opened.
pub fn open(database: &Database) -> Arc<dyn PermissionStore> {
    match database {
        Database::Sqlite(db) => Arc::new(DieselPermissionStore { db: db.clone() }),
        Database::Postgres(db) => Arc::new(DieselPermissionStore { db: db.clone() }),
    }
}

#[each_backend]
#[async_trait]
impl PermissionStore for DieselPermissionStore<Db> {
    async fn standing(&self, user: UserId, slug: &str) -> StoreResult<Option<ProjectStanding>> {
        let slug = slug.to_owned();
        self.db.read(|conn| async move { conn.view(&slug, user).await }.boxed()).await
    }

    async fn change(
        &self,
        actor: UserId,
        slug: &str,
        decide: Rule<ProjectStanding, PermissionStep, ProjectError>,
    ) -> Ruled<(), ProjectError> {
        let slug = slug.to_owned();
        self.db.write(move |conn| Self::change_catalogue(conn, actor, slug, decide).boxed()).await
    }
}

#[each_backend]
impl DieselPermissionStore<Db> {
    async fn change_catalogue(
        conn: &mut Conn,
        actor: UserId,
        slug: String,
        decide: Rule<ProjectStanding, PermissionStep, ProjectError>,
    ) -> Ruled<(), ProjectError> {
        let Some(standing) = conn.hold(&slug, actor).await? else { return Ok(Err(ProjectError::NotFound)) };
        let (step, event) = match decide(&standing) {
            Ok(Some(change)) => change,
            Ok(None) => return Ok(Ok(())),
            Err(refused) => return Ok(Err(refused)),
        };
        match step {
            PermissionStep::Create(permission) => {
                let row = PermissionRow::new(standing.project.id, permission);
                diesel::insert_into(project_permissions::table).values(row).execute(conn).await?;
            }
            PermissionStep::Change(permission) => {
                diesel::update(project_permissions::table.find(Id(permission.id.0)))
                    .set((
                        project_permissions::display_name.eq(permission.display_name),
                        project_permissions::description.eq(permission.description),
                        project_permissions::is_default.eq(permission.is_default),
                    ))
                    .execute(conn)
                    .await?;
            }
            PermissionStep::Delete(id) => {
                diesel::delete(project_permissions::table.find(Id(id.0))).execute(conn).await?;
            }
        }
        conn.append(&event).await?;
        Ok(Ok(()))
    }
}
