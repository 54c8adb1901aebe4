//! Rows that a domain has no service for: those of other domains, and how many there are.

use async_trait::async_trait;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection as _};
use futures_util::FutureExt as _;
use mainstay_kernel::{Timestamp, UserId, WorkspaceId};
use mainstay_store::{Database, Id, Json, Ts, each_backend};
use serde_json::{Value, json};

mod schema {
    use diesel::table;
    use mainstay_store::{JsonDoc, UtcTimestamp, UuidKey};

    table! {
        use diesel::sql_types::{Bool, Text};
        use super::{UtcTimestamp, UuidKey};
        users (id) {
            id -> UuidKey,
            display_name -> Text,
            is_owner -> Bool,
            created_at -> UtcTimestamp,
            updated_at -> UtcTimestamp,
        }
    }

    table! {
        use diesel::sql_types::{BigInt, Text};
        use super::{JsonDoc, UtcTimestamp};
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

    table! {
        use diesel::sql_types::{BigInt, Nullable, Text};
        use super::JsonDoc;
        events (id) {
            id -> BigInt,
            name -> Text,
            workspace_id -> Nullable<BigInt>,
            data -> JsonDoc,
        }
    }

    table! {
        use diesel::sql_types::{BigInt, Text};
        changes (id) {
            id -> BigInt,
            topic -> Text,
            subject -> Text,
        }
    }
}

use schema::{changes, events, users, workspaces};

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

#[async_trait]
trait Rows {
    async fn add_user(&self, id: UserId, now: Timestamp);
    async fn add_workspace(&self, slug: &'static str, now: Timestamp) -> WorkspaceId;
    async fn events(&self) -> Vec<(String, Option<i64>, Value)>;
    async fn changes(&self) -> Vec<(String, String)>;
    async fn count(&self, of: String) -> i64;
    async fn run(&self, sql: &'static str);
}

#[each_backend]
#[async_trait]
impl Rows for Db {
    async fn add_user(&self, id: UserId, now: Timestamp) {
        let row = (
            users::id.eq(Id(id.0)),
            users::display_name.eq("Someone"),
            users::is_owner.eq(false),
            users::created_at.eq(Ts(now)),
            users::updated_at.eq(Ts(now)),
        );
        let write = self.write(move |conn| {
            async move { Ok(diesel::insert_into(users::table).values(row).execute(conn).await?) }.boxed()
        });
        write.await.expect("a user");
    }

    async fn add_workspace(&self, slug: &'static str, now: Timestamp) -> WorkspaceId {
        let row = (
            workspaces::name.eq(slug),
            workspaces::slug.eq(slug),
            workspaces::tier.eq("free"),
            workspaces::settings.eq(Json(json!({}))),
            workspaces::created_at.eq(Ts(now)),
            workspaces::updated_at.eq(Ts(now)),
        );
        let write = self.write(move |conn| {
            async move {
                let insert = diesel::insert_into(workspaces::table).values(row).returning(workspaces::id);
                Ok(insert.get_result(conn).await?)
            }
            .boxed()
        });
        WorkspaceId(write.await.expect("a workspace"))
    }

    async fn events(&self) -> Vec<(String, Option<i64>, Value)> {
        let read = self.read(|conn| {
            async move {
                let columns = (events::name, events::workspace_id, events::data);
                let rows: Vec<(String, Option<i64>, Json<Value>)> =
                    events::table.order(events::id).select(columns).load(conn).await?;
                Ok(rows.into_iter().map(|(name, workspace, Json(data))| (name, workspace, data)).collect())
            }
            .boxed()
        });
        read.await.expect("the outbox")
    }

    async fn changes(&self) -> Vec<(String, String)> {
        let read = self.read(|conn| {
            let columns = (changes::topic, changes::subject);
            async move { Ok(changes::table.order(changes::id).select(columns).load(conn).await?) }.boxed()
        });
        read.await.expect("the changes")
    }

    async fn count(&self, of: String) -> i64 {
        let read = self.read(move |conn| {
            async move {
                let count: Count =
                    diesel::sql_query(format!("SELECT count(*) AS count FROM {of}")).get_result(conn).await?;
                Ok(count.count)
            }
            .boxed()
        });
        read.await.expect("a count")
    }

    async fn run(&self, sql: &'static str) {
        let write = self.write(move |conn| async move { Ok(conn.batch_execute(sql).await?) }.boxed());
        write.await.expect("the statement runs");
    }
}

/// Adds a person.
pub async fn add_user(database: &Database, id: UserId, now: Timestamp) {
    match database {
        Database::Sqlite(db) => db.add_user(id, now).await,
        Database::Postgres(db) => db.add_user(id, now).await,
    }
}

/// Adds a workspace.
pub async fn add_workspace(database: &Database, slug: &'static str, now: Timestamp) -> WorkspaceId {
    match database {
        Database::Sqlite(db) => db.add_workspace(slug, now).await,
        Database::Postgres(db) => db.add_workspace(slug, now).await,
    }
}

/// What the outbox holds, oldest first: name, workspace, data.
pub async fn events(database: &Database) -> Vec<(String, Option<i64>, Value)> {
    match database {
        Database::Sqlite(db) => db.events().await,
        Database::Postgres(db) => db.events().await,
    }
}

/// What was announced, oldest first: topic and subject.
pub async fn changes(database: &Database) -> Vec<(String, String)> {
    match database {
        Database::Sqlite(db) => db.changes().await,
        Database::Postgres(db) => db.changes().await,
    }
}

/// How many rows a table has, or those of it that a condition after its name is true of.
pub async fn count(database: &Database, of: &str) -> i64 {
    match database {
        Database::Sqlite(db) => db.count(of.to_owned()).await,
        Database::Postgres(db) => db.count(of.to_owned()).await,
    }
}

/// Runs a statement.
pub async fn run(database: &Database, sql: &'static str) {
    match database {
        Database::Sqlite(db) => db.run(sql).await,
        Database::Postgres(db) => db.run(sql).await,
    }
}
