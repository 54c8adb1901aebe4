//! The store, written once for both databases.

use super::{Batch, MessageStore, NewMessage, Outcome};
use crate::delivering::{Due, PutUp as _};
use crate::model::{EndpointId, MessageId};
use crate::publishing::model::Published;
use crate::roster::{Read as _, Roster, Rosters, Said};
use crate::schema::{webhook_deliveries, webhook_messages};
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::WorkspaceId;
use mainstay_store::{Json, StoreResult, Ts, each_backend};
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Messages over the handle `D`.
pub(super) struct DieselMessageStore<D> {
    pub(super) db: D,
    pub(super) rosters: Arc<Rosters>,
}

#[derive(Insertable)]
#[diesel(table_name = webhook_messages)]
struct NewRow<'m> {
    workspace_id: i64,
    event_id: &'m str,
    event_type: &'m str,
    channels: Json<Vec<String>>,
    body: &'m str,
    created_at: Ts,
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

impl NewMessage {
    fn published(&self, is_duplicate: bool, endpoints: usize) -> Published {
        let (id, name) = (self.event_id.clone(), self.event_type.clone());
        Published { id, name, is_duplicate, endpoints }
    }
}

/// A message that was published before.
#[derive(Queryable, Selectable)]
#[diesel(table_name = webhook_messages)]
struct Earlier {
    id: i64,
    event_type: String,
    channels: Json<Vec<String>>,
    body: String,
}

impl Earlier {
    /// Whether it said the same, whenever that was.
    fn says(&self, message: &NewMessage) -> bool {
        let body: Map<String, Value> = serde_json::from_str(&self.body).unwrap_or_default();
        let same_data = body.get("data") == Some(&message.data);
        same_data && self.event_type == message.event_type && self.channels.0 == message.channels.to_texts()
    }
}

#[async_trait]
trait Steps {
    /// The message of this id that was published before.
    async fn earlier(&mut self, workspace: WorkspaceId, event_id: &str) -> StoreResult<Option<Earlier>>;
    /// Adds a message, and puts it up for everybody who hears it.
    async fn add(
        &mut self,
        batch: &Batch,
        message: &NewMessage,
        roster: Option<&Roster>,
    ) -> StoreResult<Vec<EndpointId>>;
}

#[each_backend]
#[async_trait]
impl Steps for Conn {
    async fn earlier(&mut self, workspace: WorkspaceId, event_id: &str) -> StoreResult<Option<Earlier>> {
        let of_tenant = webhook_messages::table.filter(webhook_messages::workspace_id.eq(workspace.0));
        let called = of_tenant.filter(webhook_messages::event_id.eq(event_id));
        Ok(called.select(Earlier::as_select()).first(self).await.optional()?)
    }

    async fn add(
        &mut self,
        batch: &Batch,
        message: &NewMessage,
        roster: Option<&Roster>,
    ) -> StoreResult<Vec<EndpointId>> {
        let id: i64 = diesel::insert_into(webhook_messages::table)
            .values(NewRow::new(batch, message))
            .returning(webhook_messages::id)
            .get_result(self)
            .await?;
        let said = Said { name: &message.event_type, channels: &message.channels, data: &message.data };
        let hearing: Vec<_> = roster.map(|roster| roster.hearing(said).collect()).unwrap_or_default();
        let due = Due { workspace: batch.workspace, message: MessageId(id), at: batch.now };
        self.put_up(due, &hearing).await?;
        Ok(hearing)
    }
}

#[each_backend]
impl DieselMessageStore<Db> {
    /// What an event was, if it was published before and said the same.
    async fn repeated(conn: &mut Conn, batch: &Batch, message: &NewMessage) -> StoreResult<Repeated> {
        if message.is_drawn {
            return Ok(Repeated::New);
        }
        let Some(earlier) = conn.earlier(batch.workspace, &message.event_id).await? else {
            return Ok(Repeated::New);
        };
        if !earlier.says(message) {
            return Ok(Repeated::Taken);
        }
        let of_message = webhook_deliveries::table.filter(webhook_deliveries::message_id.eq(earlier.id));
        let endpoints: i64 = of_message.count().get_result(conn).await?;
        Ok(Repeated::Same { endpoints: usize::try_from(endpoints).unwrap_or(0) })
    }
}

/// What is known of an event's id.
enum Repeated {
    New,
    Same { endpoints: usize },
    Taken,
}

#[each_backend]
#[async_trait]
impl MessageStore for DieselMessageStore<Db> {
    async fn publish(&self, batch: Arc<Batch>) -> StoreResult<Outcome> {
        let rosters = Arc::clone(&self.rosters);
        let write = self.db.write(move |conn| {
            async move {
                // All are looked at before any is stored: what is refused leaves nothing behind.
                let mut known = Vec::with_capacity(batch.messages.len());
                for message in &batch.messages {
                    match Self::repeated(conn, &batch, message).await? {
                        Repeated::Taken => return Ok(Outcome::Taken(message.event_id.clone())),
                        Repeated::Same { endpoints } => known.push(Some(endpoints)),
                        Repeated::New => known.push(None),
                    }
                }
                let roster = conn.roster(batch.workspace, &rosters).await?;
                let (mut published, mut endpoints) = (Vec::with_capacity(batch.messages.len()), BTreeSet::new());
                for (message, known) in batch.messages.iter().zip(known) {
                    let count = if let Some(count) = known {
                        count
                    } else {
                        let hearing = conn.add(&batch, message, roster.as_deref()).await?;
                        endpoints.extend(hearing.iter().copied());
                        hearing.len()
                    };
                    published.push(message.published(known.is_some(), count));
                }
                Ok(Outcome::Stored { published, endpoints: endpoints.into_iter().collect() })
            }
            .boxed()
        });
        write.await
    }
}
