//! The store, written once for both databases.

use super::CallStore;
use super::row::Row;
use crate::calls::model::{Call, CallQuery, CallRecord};
use crate::schema::mcp_calls::{self, dsl};
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::{Event, Page, Timestamp, WorkspaceId};
use mainstay_store::insert_rows::InsertRows as _;
use mainstay_store::outbox::Append as _;
use mainstay_store::{Id, Json, StoreError, StoreResult, Ts, each_backend, insert_rows};
use serde_json::Value;

/// Calls over the handle `D`.
pub(super) struct DieselCallStore<D> {
    pub(super) db: D,
}

insert_rows! {
    struct NewRow into mcp_calls {
        workspace_id: i64,
        server: String,
        tool: String,
        version: String,
        outcome: &'static str,
        error: Option<String>,
        arguments: Json<Value>,
        duration_us: i64,
        user_id: Id,
        key_id: Option<i64>,
        address: Option<String>,
        client: Option<String>,
        request: Option<String>,
        protocol: &'static str,
        created_at: Ts,
    }
    returning (id) => i64
}

impl From<CallRecord> for NewRow {
    fn from(record: CallRecord) -> Self {
        let CallRecord { caller, server, tool, version, arguments, outcome, error, took, at } = record;
        Self {
            workspace_id: caller.workspace.0,
            server: server.as_str().to_owned(),
            tool,
            version,
            outcome: outcome.name(),
            error,
            arguments: Json(arguments),
            duration_us: i64::try_from(took.as_micros()).unwrap_or(i64::MAX),
            user_id: Id(caller.user.0),
            key_id: caller.key.map(|key| key.0),
            address: caller.address.map(|address| address.to_string()),
            client: caller.client,
            request: caller.request,
            protocol: caller.protocol.name(),
            created_at: Ts(at),
        }
    }
}

#[each_backend]
impl DieselCallStore<Db> {
    async fn add(&self, calls: Vec<CallRecord>, events: Vec<Event>) -> StoreResult<()> {
        let write = self.db.write(move |conn| {
            async move {
                let rows: Vec<NewRow> = calls.into_iter().map(Into::into).collect();
                let _: Vec<i64> = conn.insert_rows(rows).await?;
                for event in &events {
                    conn.append(event).await?;
                }
                Ok(())
            }
            .boxed()
        });
        write.await
    }
}

#[each_backend]
#[async_trait]
impl CallStore for DieselCallStore<Db> {
    async fn insert(&self, calls: Vec<CallRecord>, events: Vec<Event>) -> StoreResult<()> {
        match self.add(calls.clone(), events.clone()).await {
            // The workspace of one of them is gone, and must not keep the others from being written.
            Err(StoreError::MissingReference) => {}
            outcome => return outcome,
        }
        for (call, event) in calls.into_iter().zip(events) {
            match self.add(vec![call], vec![event]).await {
                Ok(()) | Err(StoreError::MissingReference) => {}
                Err(cause) => return Err(cause),
            }
        }
        Ok(())
    }

    async fn list(&self, workspace: WorkspaceId, query: CallQuery) -> StoreResult<Page<Call>> {
        let scan = self.db.scan(move |conn| {
            async move {
                let total = Self::matching(workspace, &query).count().get_result(conn).await?;
                let page = query.listing.page;
                let rows: Vec<Row> = Self::sorted(Self::matching(workspace, &query), &query.listing.sort)
                    .limit(page.per_page())
                    .offset(page.offset())
                    .select(Row::as_select())
                    .load(conn)
                    .await?;
                let items = rows.into_iter().map(TryInto::try_into).collect::<StoreResult<_>>()?;
                Ok(Page { items, total })
            }
            .boxed()
        });
        scan.await
    }

    async fn delete_before(&self, instant: Timestamp, most: i64) -> StoreResult<usize> {
        let write = self.db.write(move |conn| {
            async move {
                let old = dsl::mcp_calls.filter(dsl::created_at.lt(Ts(instant)));
                let ids: Vec<i64> = old.order(dsl::created_at).limit(most).select(dsl::id).load(conn).await?;
                Ok(diesel::delete(dsl::mcp_calls.filter(dsl::id.eq_any(ids))).execute(conn).await?)
            }
            .boxed()
        });
        write.await
    }
}
