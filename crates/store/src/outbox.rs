//! Events, written in the transaction of the change they tell of, and handed on from there.
//!
//! A store appends to the outbox on the connection of its own transaction. [`relay`] later gives
//! each waiting event to every subscriber, and notes that it did; so a subscriber hears of each event
//! at least once, and of none that was rolled back. Told events stay, with who caused them, as the
//! [audit log](crate::audit).

use crate::column::{Id, Json, Ts};
use crate::database::Database;
use crate::each_backend;
use crate::error::StoreResult;
use crate::schema::{events, outbox};
use crate::{audit, origin};
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::{Event, Origin, WorkspaceId};
use serde_json::Value;
use std::sync::Arc;

/// Writes an event on a store's own connection, inside its transaction.
#[async_trait]
pub trait Append {
    /// Adds the event. The database itself puts it into the outbox, so that none is ever forgotten.
    async fn append(&mut self, event: &Event) -> StoreResult<()>;
}

#[each_backend]
#[async_trait]
impl Append for Conn {
    async fn append(&mut self, event: &Event) -> StoreResult<()> {
        let origin = origin::current();
        let row = NewRow::new(event, origin.as_deref());
        diesel::insert_into(events::table).values(row).execute(self).await?;
        Ok(())
    }
}

/// Someone who is told of every event. Must bear being told twice of the same one.
#[async_trait]
pub trait Subscriber: Send + Sync {
    /// Takes note of the event; on an error it is told again later.
    ///
    /// # Errors
    /// A sentence that says why not.
    async fn told(&self, event: &Event) -> Result<(), String>;
}

/// Most events handed on in one go.
const BATCH: i64 = 500;

/// Whether any event waits to be handed on.
///
/// # Errors
/// When the database cannot be read.
pub async fn has_waiting(database: &Database) -> StoreResult<bool> {
    let first = match database {
        Database::Sqlite(db) => db.waiting(Position::START, 1).await?,
        Database::Postgres(db) => db.waiting(Position::START, 1).await?,
    };
    Ok(!first.is_empty())
}

/// How far one batch came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Relayed {
    /// How many events every subscriber took.
    pub told: usize,
    /// Where the next batch goes on; none when nothing waits behind.
    pub reached: Option<Position>,
}

/// A place in the outbox.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Position(i64);

impl Position {
    /// Before all that waits.
    pub const START: Self = Self(0);
}

/// Hands events that wait behind `after` on, oldest first, a batch at most. Events that a subscriber refused wait on, and
/// hold up none behind them: they are told again to whoever begins at the start.
///
/// # Errors
/// When the database cannot be read or written.
pub async fn relay(database: &Database, subscribers: &[Arc<dyn Subscriber>], after: Position) -> StoreResult<Relayed> {
    let waiting = match database {
        Database::Sqlite(db) => db.waiting(after, BATCH).await?,
        Database::Postgres(db) => db.waiting(after, BATCH).await?,
    };
    let reached = waiting.last().map(|(id, _)| Position(*id));
    let mut told = Vec::with_capacity(waiting.len());
    for (id, event) in waiting {
        if tell_all(subscribers, &event).await {
            told.push(id);
        }
    }
    let count = told.len();
    if count > 0 {
        match database {
            Database::Sqlite(db) => db.note_told(told).await?,
            Database::Postgres(db) => db.note_told(told).await?,
        }
    }
    Ok(Relayed { told: count, reached })
}

async fn tell_all(subscribers: &[Arc<dyn Subscriber>], event: &Event) -> bool {
    for subscriber in subscribers {
        if let Err(cause) = subscriber.told(event).await {
            tracing::warn!(event.id, event.name, cause, "an event could not be handed on; it will be tried again");
            return false;
        }
    }
    true
}

#[derive(Insertable)]
#[diesel(table_name = events, treat_none_as_default_value = false)]
struct NewRow<'a> {
    event_id: &'a str,
    name: &'a str,
    workspace_id: Option<i64>,
    actor_id: Option<Id>,
    credential: Option<String>,
    address: Option<String>,
    request_id: Option<String>,
    data: Json<&'a Value>,
    at: Ts,
}

impl<'a> NewRow<'a> {
    fn new(event: &'a Event, origin: Option<&'a Origin>) -> Self {
        Self {
            event_id: &event.id,
            name: &event.name,
            workspace_id: event.workspace.map(|workspace| workspace.0),
            actor_id: origin.and_then(|origin| origin.actor).map(|actor| Id(actor.0)),
            credential: origin.and_then(|origin| origin.via).map(audit::credential),
            address: origin.and_then(|origin| origin.address).map(|address| address.to_string()),
            request_id: origin.and_then(|origin| origin.request.clone()),
            data: Json(&event.data),
            at: event.at.into(),
        }
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = events)]
struct Row {
    id: i64,
    event_id: String,
    name: String,
    workspace_id: Option<i64>,
    data: Json<Value>,
    at: Ts,
}

impl From<Row> for (i64, Event) {
    fn from(row: Row) -> Self {
        let Row { id, event_id, name, workspace_id, data: Json(data), at: Ts(at) } = row;
        (id, Event { id: event_id, name, workspace: workspace_id.map(WorkspaceId), data, at })
    }
}

#[async_trait]
trait OutboxStore {
    async fn waiting(&self, after: Position, most: i64) -> StoreResult<Vec<(i64, Event)>>;
    async fn note_told(&self, ids: Vec<i64>) -> StoreResult<()>;
}

#[each_backend]
#[async_trait]
impl OutboxStore for Db {
    async fn waiting(&self, after: Position, most: i64) -> StoreResult<Vec<(i64, Event)>> {
        self.read(move |conn| {
            async move {
                // An outer join begins at what waits, and finds each event by its number.
                let behind = outbox::table.filter(outbox::id.gt(after.0)).order(outbox::id).limit(most);
                let waiting = behind.left_join(events::table);
                let rows: Vec<Option<Row>> = waiting.select(Option::<Row>::as_select()).load(conn).await?;
                Ok(rows.into_iter().flatten().map(Into::into).collect())
            }
            .boxed()
        })
        .await
    }

    async fn note_told(&self, ids: Vec<i64>) -> StoreResult<()> {
        self.write(move |conn| {
            async move {
                diesel::delete(outbox::table.filter(outbox::id.eq_any(ids))).execute(conn).await?;
                Ok(())
            }
            .boxed()
        })
        .await
    }
}
