//! A workspace and its projects as their own crate keeps them, as far as clients refer to them.

use crate::house::House;
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::{Clock as _, Timestamp, UserId, WorkspaceId};
use mainstay_store::{Database, Id, Json, StoreResult, Ts, each_backend};
use serde_json::{Value, json};
use uuid::Uuid;

diesel::table! {
    use diesel::sql_types::{BigInt, Text};
    use mainstay_store::{JsonDoc, UtcTimestamp};
    workspaces (id) {
        id -> BigInt,
        name -> Text,
        slug -> Text,
        tier -> Text,
        settings -> JsonDoc,
        created_at -> UtcTimestamp,
        updated_at -> UtcTimestamp,
    }
}

diesel::table! {
    use mainstay_store::UuidKey;
    users (id) {
        id -> UuidKey,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Bool, Text};
    use mainstay_store::{UtcTimestamp, UuidKey};
    projects (id) {
        id -> UuidKey,
        workspace_id -> BigInt,
        slug -> Text,
        name -> Text,
        is_public -> Bool,
        owner_id -> UuidKey,
        created_at -> UtcTimestamp,
        updated_at -> UtcTimestamp,
    }
}

impl House {
    /// Makes a workspace with these projects, all of this person.
    pub(crate) async fn keep_projects(&self, ids: &[Uuid], owner: UserId) -> WorkspaceId {
        let (ids, now) = (ids.to_vec(), self.clock.now());
        let kept = match &self.database {
            Database::Sqlite(db) => db.keep_projects(ids, owner, now).await,
            Database::Postgres(db) => db.keep_projects(ids, owner, now).await,
        };
        WorkspaceId(kept.expect("a workspace"))
    }
}

impl House {
    /// Deletes a project as its own crate does, with all that goes along.
    pub(crate) async fn delete_project(&self, id: Uuid) {
        let gone = match &self.database {
            Database::Sqlite(db) => db.delete_project(id).await,
            Database::Postgres(db) => db.delete_project(id).await,
        };
        gone.expect("an end");
    }

    /// Deletes a person with all that goes along.
    pub(crate) async fn delete_person(&self, id: UserId) {
        let gone = match &self.database {
            Database::Sqlite(db) => db.delete_person(id).await,
            Database::Postgres(db) => db.delete_person(id).await,
        };
        gone.expect("an end");
    }
}

#[async_trait]
trait Ground {
    async fn keep_projects(&self, ids: Vec<Uuid>, owner: UserId, now: Timestamp) -> StoreResult<i64>;
    async fn delete_project(&self, id: Uuid) -> StoreResult<()>;
    async fn delete_person(&self, id: UserId) -> StoreResult<()>;
}

#[each_backend]
#[async_trait]
impl Ground for Db {
    async fn keep_projects(&self, ids: Vec<Uuid>, owner: UserId, now: Timestamp) -> StoreResult<i64> {
        self.write(move |conn| {
            async move {
                let workspace = (
                    workspaces::name.eq("Analytical"),
                    workspaces::slug.eq("analytical"),
                    workspaces::tier.eq("free"),
                    workspaces::settings.eq(Json::<Value>(json!({}))),
                    workspaces::created_at.eq(Ts(now)),
                    workspaces::updated_at.eq(Ts(now)),
                );
                let workspace: i64 = diesel::insert_into(workspaces::table)
                    .values(workspace)
                    .returning(workspaces::id)
                    .get_result(conn)
                    .await?;
                for id in ids {
                    let project = (
                        projects::id.eq(Id(id)),
                        projects::workspace_id.eq(workspace),
                        projects::slug.eq(id.to_string()),
                        projects::name.eq("Compiler"),
                        projects::is_public.eq(false),
                        projects::owner_id.eq(Id(owner.0)),
                        projects::created_at.eq(Ts(now)),
                        projects::updated_at.eq(Ts(now)),
                    );
                    diesel::insert_into(projects::table).values(project).execute(conn).await?;
                }
                Ok(workspace)
            }
            .boxed()
        })
        .await
    }

    async fn delete_project(&self, id: Uuid) -> StoreResult<()> {
        let gone = diesel::delete(projects::table.find(Id(id)));
        self.write(|conn| async move { Ok(gone.execute(conn).await.map(|_| ())?) }.boxed()).await
    }

    async fn delete_person(&self, id: UserId) -> StoreResult<()> {
        let gone = diesel::delete(users::table.find(Id(id.0)));
        self.write(|conn| async move { Ok(gone.execute(conn).await.map(|_| ())?) }.boxed()).await
    }
}
