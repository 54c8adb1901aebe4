//! Rows that no service shows: those of other domains, and how many there are.

use async_trait::async_trait;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::{Timestamp, WorkspaceId};
use mainstay_store::{Database, Json, Ts, each_backend};
use serde_json::json;

mod schema {
    use diesel::table;
    use mainstay_store::{JsonDoc, UtcTimestamp};

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
        use diesel::sql_types::{BigInt, Text};
        events (id) {
            id -> BigInt,
            name -> Text,
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

use schema::{changes, events, workspaces};

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

#[async_trait]
trait Rows {
    async fn add_workspace(&self, slug: &'static str, now: Timestamp) -> WorkspaceId;
    async fn changes(&self) -> Vec<(String, String)>;
    async fn event_names(&self) -> Vec<String>;
    async fn count(&self, table: &'static str) -> i64;
    async fn lose_endpoints(&self);
}

#[each_backend]
#[async_trait]
impl Rows for Db {
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

    async fn changes(&self) -> Vec<(String, String)> {
        let read = self.read(|conn| {
            let columns = (changes::topic, changes::subject);
            async move { Ok(changes::table.order(changes::id).select(columns).load(conn).await?) }.boxed()
        });
        read.await.expect("the changes")
    }

    async fn event_names(&self) -> Vec<String> {
        let read = self.read(|conn| {
            async move { Ok(events::table.order(events::id).select(events::name).load(conn).await?) }.boxed()
        });
        read.await.expect("the events")
    }

    async fn count(&self, table: &'static str) -> i64 {
        let read = self.read(move |conn| {
            async move {
                let query = diesel::sql_query(format!("SELECT count(*) AS count FROM {table}"));
                let row: Count = query.get_result(conn).await?;
                Ok(row.count)
            }
            .boxed()
        });
        read.await.expect("a count")
    }

    async fn lose_endpoints(&self) {
        let write = self.write(|conn| {
            async move { Ok(diesel::sql_query("DELETE FROM webhook_endpoints").execute(conn).await?) }.boxed()
        });
        write.await.expect("they are gone");
    }
}

/// Adds a workspace.
pub(crate) async fn add_workspace(database: &Database, slug: &'static str, now: Timestamp) -> WorkspaceId {
    match database {
        Database::Sqlite(db) => db.add_workspace(slug, now).await,
        Database::Postgres(db) => db.add_workspace(slug, now).await,
    }
}

/// What was announced, oldest first: topic and subject.
pub(crate) async fn changes(database: &Database) -> Vec<(String, String)> {
    match database {
        Database::Sqlite(db) => db.changes().await,
        Database::Postgres(db) => db.changes().await,
    }
}

/// What happened, oldest first: the names of the events.
pub(crate) async fn event_names(database: &Database) -> Vec<String> {
    match database {
        Database::Sqlite(db) => db.event_names().await,
        Database::Postgres(db) => db.event_names().await,
    }
}

/// How many rows a table has.
pub(crate) async fn count(database: &Database, table: &'static str) -> i64 {
    match database {
        Database::Sqlite(db) => db.count(table).await,
        Database::Postgres(db) => db.count(table).await,
    }
}

/// Takes away all endpoints, and nothing else.
pub(crate) async fn lose_endpoints(database: &Database) {
    match database {
        Database::Sqlite(db) => db.lose_endpoints().await,
        Database::Postgres(db) => db.lose_endpoints().await,
    }
}
