//! Looking for what a replay tells next.

use super::Look;
use super::row::Row;
use crate::channels::Channels;
use crate::endpoints::store::KeptEndpoint;
use crate::endpoints::store::row::Row as EndpointRow;
use crate::model::{EndpointId, MessageId, ReplayId};
use crate::roster::Listener;
use crate::schema::{webhook_endpoints, webhook_messages, webhook_replays};
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use mainstay_kernel::WorkspaceId;
use mainstay_store::{Json, StoreError, StoreResult, Ts, each_backend};
use serde_json::Value;

/// Messages of one step.
const BATCH: i64 = 200;
/// Bodies in memory at a time: each may have 256 KiB.
const BODIES: usize = 20;

#[derive(Queryable, Selectable)]
#[diesel(table_name = webhook_messages)]
struct Message {
    id: i64,
    event_type: String,
    channels: Json<Vec<String>>,
}

#[async_trait]
pub(super) trait LookFor {
    async fn look(&mut self, workspace: WorkspaceId, id: ReplayId) -> StoreResult<Option<Look>>;
}

#[async_trait]
trait Steps {
    /// The messages of the span after the one that was reached, in the order of `(created_at, id)`.
    async fn next(&mut self, workspace: WorkspaceId, replay: &Row) -> StoreResult<Vec<Message>>;
    /// Of these messages, those whose data the endpoint wants.
    async fn filtered(&mut self, ids: Vec<i64>, listener: &Listener) -> StoreResult<Vec<i64>>;
}

#[each_backend]
#[async_trait]
impl Steps for Conn {
    async fn next(&mut self, workspace: WorkspaceId, replay: &Row) -> StoreResult<Vec<Message>> {
        use webhook_messages::dsl;
        let reached = dsl::webhook_messages.filter(dsl::id.eq(replay.reached)).select(dsl::created_at);
        let reached: Option<Ts> = reached.first(self).await.optional()?;
        // Where the message that was reached is deleted, so is everything older.
        let position = reached.unwrap_or(replay.since);
        let mut after = dsl::webhook_messages
            .filter(dsl::workspace_id.eq(workspace.0))
            .filter(dsl::created_at.ge(position))
            .filter(dsl::created_at.lt(replay.until))
            .order((dsl::created_at, dsl::id))
            .limit(BATCH)
            .select(Message::as_select())
            .into_boxed();
        after = match reached {
            Some(position) => after.filter(dsl::created_at.gt(position).or(dsl::id.gt(replay.reached))),
            None => after.filter(dsl::id.gt(replay.reached)),
        };
        Ok(after.load(self).await?)
    }

    async fn filtered(&mut self, ids: Vec<i64>, listener: &Listener) -> StoreResult<Vec<i64>> {
        use webhook_messages::dsl;
        if listener.filters().is_empty() {
            return Ok(ids);
        }
        let mut wanted = Vec::with_capacity(ids.len());
        for some in ids.chunks(BODIES) {
            let called = dsl::webhook_messages.filter(dsl::id.eq_any(some.to_vec())).order(dsl::id);
            let bodies: Vec<(i64, String)> = called.select((dsl::id, dsl::body)).load(self).await?;
            for (id, body) in bodies {
                let damaged = |_| StoreError::Damaged(format!("webhook_messages: the body of {id}"));
                let body: Value = serde_json::from_str(&body).map_err(damaged)?;
                if listener.filters().matches(&body["data"]) {
                    wanted.push(id);
                }
            }
        }
        Ok(wanted)
    }
}

#[each_backend]
#[async_trait]
impl LookFor for Conn {
    async fn look(&mut self, workspace: WorkspaceId, id: ReplayId) -> StoreResult<Option<Look>> {
        let called = webhook_replays::table
            .filter(webhook_replays::workspace_id.eq(workspace.0))
            .filter(webhook_replays::id.eq(id.0));
        let replay: Option<Row> = called.select(Row::as_select()).first(self).await.optional()?;
        let Some(replay) = replay else { return Ok(None) };
        let endpoint = webhook_endpoints::table
            .filter(webhook_endpoints::workspace_id.eq(workspace.0))
            .filter(webhook_endpoints::id.eq(replay.endpoint_id));
        let endpoint: EndpointRow = endpoint.select(EndpointRow::as_select()).first(self).await?;
        let listener = Listener::from(KeptEndpoint::try_from(endpoint)?);
        let messages = self.next(workspace, &replay).await?;
        let seen = i64::try_from(messages.len()).unwrap_or(i64::MAX);
        let to = messages.last().map_or(replay.reached, |message| message.id);
        let is_meant = |message: &Message| {
            let channels = Channels::parse(&message.channels.0, "channels").unwrap_or_default();
            listener.would_hear(&message.event_type, &channels)
        };
        let heard = messages.iter().filter(|message| is_meant(message)).map(|message| message.id).collect();
        let heard = self.filtered(heard, &listener).await?.into_iter().map(MessageId).collect();
        let (endpoint, selection) = (EndpointId(replay.endpoint_id), replay.selection()?);
        let (from, is_last) = (replay.reached, seen < BATCH);
        Ok(Some(Look { workspace, replay: id, endpoint, selection, from, to, seen, heard, is_last }))
    }
}
