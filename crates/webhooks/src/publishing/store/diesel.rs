//! The store, written once for both databases.

use super::plan::{Earlier, Plan};
use super::{Batch, MessageStore, NewMessage, Outcome};
use crate::delivering::{Due, PutUp as _};
use crate::model::{EndpointId, MessageId};
use crate::roster::{Read as _, Rosters};
use crate::schema::{webhook_deliveries, webhook_messages};
use async_trait::async_trait;
use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::WorkspaceId;
use mainstay_store::insert_rows::InsertRows as _;
use mainstay_store::{Json, StoreError, StoreResult, Ts, each_backend, insert_rows};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// Most rows in one statement.
const BATCH: usize = 500;

/// Messages over the handle `D`.
pub(super) struct DieselMessageStore<D> {
    pub(super) db: D,
    pub(super) rosters: Arc<Rosters>,
}

insert_rows! {
    struct NewRow<'m> into webhook_messages {
        workspace_id: i64,
        event_id: &'m str,
        event_type: &'m str,
        channels: Json<Vec<String>>,
        body: &'m str,
        created_at: Ts,
    }
    returning (workspace_id, event_id, id) => (i64, String, i64)
}

impl<'m> NewRow<'m> {
    fn new(batch: &Batch, message: &'m NewMessage) -> Self {
        Self {
            workspace_id: batch.workspace.0,
            event_id: &message.event_id,
            event_type: &message.event_type,
            channels: Json(message.channels.to_texts()),
            body: &message.body,
            created_at: Ts(batch.now),
        }
    }
}

/// A message that was published before.
#[derive(Queryable, Selectable)]
#[diesel(table_name = webhook_messages)]
struct EarlierRow {
    id: i64,
    workspace_id: i64,
    event_id: String,
    event_type: String,
    channels: Json<Vec<String>>,
    body: String,
}

impl EarlierRow {
    fn earlier(self, endpoints: &HashMap<i64, i64>) -> ((WorkspaceId, String), Earlier) {
        let endpoints = endpoints.get(&self.id).copied().unwrap_or_default();
        let (channels, endpoints) = (self.channels.0, usize::try_from(endpoints).unwrap_or(0));
        let earlier = Earlier { event_type: self.event_type, channels, body: self.body, endpoints };
        ((WorkspaceId(self.workspace_id), self.event_id), earlier)
    }
}

#[async_trait]
trait Steps {
    /// The messages that were published before under the ids of these.
    async fn earlier(&mut self, batches: &[Arc<Batch>]) -> StoreResult<HashMap<(WorkspaceId, String), Earlier>>;
    /// Adds messages; gives their numbers, in their order.
    async fn add(&mut self, messages: &[(&Batch, &NewMessage)]) -> StoreResult<Vec<MessageId>>;
}

#[each_backend]
#[async_trait]
impl Steps for Conn {
    async fn earlier(&mut self, batches: &[Arc<Batch>]) -> StoreResult<HashMap<(WorkspaceId, String), Earlier>> {
        let (mut workspaces, mut ids) = (BTreeSet::new(), BTreeSet::new());
        for batch in batches {
            for message in batch.messages.iter().filter(|message| !message.is_drawn) {
                workspaces.insert(batch.workspace.0);
                ids.insert(message.event_id.as_str());
            }
        }
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        // Of several workspaces it may find more than was asked for, which does no harm.
        let called = webhook_messages::table
            .filter(webhook_messages::workspace_id.eq_any(workspaces))
            .filter(webhook_messages::event_id.eq_any(ids));
        let rows: Vec<EarlierRow> = called.select(EarlierRow::as_select()).load(self).await?;
        if rows.is_empty() {
            return Ok(HashMap::new());
        }
        let numbers: Vec<i64> = rows.iter().map(|row| row.id).collect();
        let told = webhook_deliveries::table.filter(webhook_deliveries::message_id.eq_any(numbers));
        let told = told.group_by(webhook_deliveries::message_id).select((webhook_deliveries::message_id, count_star()));
        let told: HashMap<i64, i64> = told.load(self).await?.into_iter().collect();
        Ok(rows.into_iter().map(|row| row.earlier(&told)).collect())
    }

    async fn add(&mut self, messages: &[(&Batch, &NewMessage)]) -> StoreResult<Vec<MessageId>> {
        let mut numbers = HashMap::with_capacity(messages.len());
        for some in messages.chunks(BATCH) {
            let rows = some.iter().map(|(batch, message)| NewRow::new(batch, message)).collect();
            let added: Vec<(i64, String, i64)> = self.insert_rows(rows).await?;
            numbers.extend(added.into_iter().map(|(workspace, event_id, id)| ((workspace, event_id), id)));
        }
        let number = |(batch, message): &(&Batch, &NewMessage)| {
            let id = numbers.get(&(batch.workspace.0, message.event_id.clone())).copied();
            id.map(MessageId).ok_or_else(|| StoreError::Damaged("webhook_messages: a row that was added".to_owned()))
        };
        messages.iter().map(number).collect()
    }
}

#[each_backend]
impl DieselMessageStore<Db> {
    /// Stores batches, each whole or not at all, in one transaction.
    pub(super) async fn publish_all(&self, batches: Vec<Arc<Batch>>) -> StoreResult<Vec<Outcome>> {
        let rosters = Arc::clone(&self.rosters);
        let write = self.db.write(move |conn| {
            async move {
                let mut plan = Plan::new(conn.earlier(&batches).await?);
                let workspaces: BTreeSet<_> = batches.iter().map(|batch| batch.workspace).collect();
                let rosters = conn.rosters(&workspaces, &rosters).await?;
                let outcomes = batches.iter().map(|batch| plan.admit(batch, rosters.get(&batch.workspace))).collect();
                let added: Vec<_> = plan.fresh.iter().map(|fresh| (fresh.batch, fresh.message)).collect();
                let numbers = conn.add(&added).await?;
                let due = plan.fresh.into_iter().zip(numbers).map(|(fresh, message)| {
                    let (workspace, at) = (fresh.batch.workspace, fresh.batch.now);
                    (Due { workspace, message, at }, fresh.hearing)
                });
                let due: Vec<(Due, Vec<EndpointId>)> = due.collect();
                conn.put_up(&due).await?;
                Ok(outcomes)
            }
            .boxed()
        });
        write.await
    }
}

#[each_backend]
#[async_trait]
impl MessageStore for DieselMessageStore<Db> {
    async fn publish(&self, batch: Arc<Batch>) -> StoreResult<Outcome> {
        let outcome = self.publish_all(vec![batch]).await?.pop();
        outcome.ok_or_else(|| StoreError::Damaged("a batch has no outcome".to_owned()))
    }
}
