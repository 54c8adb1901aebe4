//! The store, written once for both databases.

use super::{EventTypeStore, Put};
use crate::event_types::model::{DeclaredType, NewEventType};
use crate::event_types::rules::CHANGED;
use crate::event_types::service::MOST;
use crate::roster::Turn as _;
use crate::schema::webhook_event_types::{self, dsl};
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::{Timestamp, WorkspaceId};
use mainstay_store::changes::Announce as _;
use mainstay_store::{Json, StoreResult, Ts, each_backend};
use serde_json::Value;

/// Most bytes of all schemas of a workspace: every node keeps those of many workspaces at hand.
const MOST_BYTES: usize = 2 * 1024 * 1024;

/// Declared kinds over the handle `D`.
pub(super) struct DieselEventTypeStore<D> {
    pub(super) db: D,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = webhook_event_types)]
struct Row {
    name: String,
    description: String,
    schema: Option<Json<Value>>,
    created_at: Ts,
    updated_at: Ts,
}

impl From<Row> for DeclaredType {
    fn from(row: Row) -> Self {
        Self {
            name: row.name,
            description: row.description,
            schema: row.schema.map(|Json(schema)| schema),
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
        }
    }
}

#[derive(Insertable)]
#[diesel(table_name = webhook_event_types, treat_none_as_default_value = false)]
struct NewRow {
    workspace_id: i64,
    name: String,
    description: String,
    schema: Option<Json<Value>>,
    created_at: Ts,
    updated_at: Ts,
}

/// The kinds that have a schema, with it.
type Named = Vec<(String, Option<Json<Value>>)>;

#[each_backend]
impl DieselEventTypeStore<Db> {
    async fn named(conn: &mut Conn, workspace: WorkspaceId) -> StoreResult<Named> {
        let of_tenant = dsl::webhook_event_types.filter(dsl::workspace_id.eq(workspace.0));
        Ok(of_tenant.select((dsl::name, dsl::schema)).load(conn).await?)
    }
}

#[each_backend]
#[async_trait]
impl EventTypeStore for DieselEventTypeStore<Db> {
    async fn list(&self, workspace: WorkspaceId) -> StoreResult<Vec<DeclaredType>> {
        let scan = self.db.scan(move |conn| {
            async move {
                let of_tenant = dsl::webhook_event_types.filter(dsl::workspace_id.eq(workspace.0));
                let rows: Vec<Row> = of_tenant.order(dsl::id).select(Row::as_select()).load(conn).await?;
                let mut declared: Vec<DeclaredType> = rows.into_iter().map(Into::into).collect();
                // By its bytes; PostgreSQL may sort texts in another way.
                declared.sort_by(|one, other| one.name.cmp(&other.name));
                Ok(declared)
            }
            .boxed()
        });
        scan.await
    }

    async fn find(&self, workspace: WorkspaceId, name: &str) -> StoreResult<Option<DeclaredType>> {
        let name = name.to_owned();
        let read = self.db.read(move |conn| {
            async move {
                let of_tenant = dsl::webhook_event_types.filter(dsl::workspace_id.eq(workspace.0));
                let with_name = of_tenant.filter(dsl::name.eq(name)).select(Row::as_select());
                let row: Option<Row> = with_name.first(conn).await.optional()?;
                Ok(row.map(Into::into))
            }
            .boxed()
        });
        read.await
    }

    async fn schemas(&self, workspace: WorkspaceId) -> StoreResult<Vec<(String, Value)>> {
        let named = self.db.scan(move |conn| Self::named(conn, workspace).boxed()).await?;
        Ok(named.into_iter().filter_map(|(name, schema)| Some((name, schema?.0))).collect())
    }

    async fn put(&self, workspace: WorkspaceId, declared: NewEventType, now: Timestamp) -> StoreResult<Put> {
        let write = self.db.write(move |conn| {
            async move {
                // Whoever counts has the catalogue to themselves until the transaction ends.
                conn.turn(workspace).await?;
                let named = Self::named(conn, workspace).await?;
                let others = || named.iter().filter(|(name, _)| *name != declared.name);
                if i64::try_from(others().count()).unwrap_or(i64::MAX) >= MOST {
                    return Ok(Put::TooMany);
                }
                let schemas = others().filter_map(|(_, schema)| Some(&schema.as_ref()?.0));
                let bytes: usize = schemas.chain(&declared.schema).map(|schema| schema.to_string().len()).sum();
                if declared.schema.is_some() && bytes > MOST_BYTES {
                    return Ok(Put::TooLarge);
                }
                let (description, schema) = (declared.description, declared.schema.map(Json));
                let change = (
                    dsl::description.eq(description.clone()),
                    dsl::schema.eq(schema.clone()),
                    dsl::updated_at.eq(Ts(now)),
                );
                let (name, workspace_id, created_at, updated_at) = (declared.name, workspace.0, Ts(now), Ts(now));
                let row: Row = diesel::insert_into(dsl::webhook_event_types)
                    .values(NewRow { workspace_id, name, description, schema, created_at, updated_at })
                    .on_conflict((dsl::workspace_id, dsl::name))
                    .do_update()
                    .set(change)
                    .returning(Row::as_returning())
                    .get_result(conn)
                    .await?;
                conn.announce(CHANGED, workspace.0.to_string(), now).await?;
                Ok(Put::Kept(row.into()))
            }
            .boxed()
        });
        write.await
    }

    async fn delete(&self, workspace: WorkspaceId, name: &str, now: Timestamp) -> StoreResult<bool> {
        let name = name.to_owned();
        let write = self.db.write(move |conn| {
            async move {
                let of_tenant = dsl::webhook_event_types.filter(dsl::workspace_id.eq(workspace.0));
                let deleted = diesel::delete(of_tenant.filter(dsl::name.eq(name))).execute(conn).await?;
                if deleted > 0 {
                    conn.announce(CHANGED, workspace.0.to_string(), now).await?;
                }
                Ok(deleted > 0)
            }
            .boxed()
        });
        write.await
    }
}
