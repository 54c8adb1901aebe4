//! What happened, who did it and from where: the events of the outbox, kept after they were told.

use crate::column::{Id, Json, Ts};
use crate::database::Database;
use crate::dialect::{containing, lower};
use crate::each_backend;
use crate::error::StoreResult;
use crate::schema::{events, outbox};
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::{Event, GrantId, KeyId, Listing, Origin, Page, SessionId, Timestamp, UserId, Via, WorkspaceId};
use serde_json::Value;
use std::collections::HashSet;
use std::sync::Arc;

/// One line of the log.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// What happened.
    pub event: Event,
    /// Who caused it, and from where.
    pub origin: Origin,
}

/// Which entries of a workspace are wanted.
#[derive(Debug, Clone, Default)]
pub struct AuditQuery {
    /// Page, order and filters. An entry never changes, so that both spans are of when it happened; the search looks
    /// into the name of the event.
    pub listing: Listing<AuditColumn>,
    /// Only events of this name, or with a name that begins so where it ends in `.*`.
    pub action: Option<String>,
    /// Only what this person did.
    pub actor: Option<UserId>,
}

/// What entries are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditColumn {
    /// When it happened.
    CreatedAt,
    /// The name of the event.
    Action,
}

impl AuditQuery {
    /// Whether a text is asked for that is in no name, so that the databases, one of which takes no NUL, need not be
    /// bothered with it.
    fn asks_for_the_impossible(&self) -> bool {
        let mut texts = self.action.iter().chain(&self.listing.search);
        texts.any(|text| !text.bytes().all(|byte| byte.is_ascii_graphic()))
    }
}

/// The log.
#[async_trait]
pub trait Audit: Send + Sync {
    /// What happened in a workspace.
    async fn of_workspace(&self, workspace: WorkspaceId, query: AuditQuery) -> StoreResult<Page<Entry>>;

    /// Drops entries from before `before` that have been told, a few thousand at most; gives how many.
    async fn purge(&self, before: Timestamp) -> StoreResult<usize>;
}

/// The log in this database.
pub fn open(database: &Database) -> Arc<dyn Audit> {
    match database {
        Database::Sqlite(db) => Arc::new(db.clone()),
        Database::Postgres(db) => Arc::new(db.clone()),
    }
}

/// The credential as it is kept: `key:`, `session:` or `grant:` and its id.
pub(crate) fn credential(via: Via) -> String {
    match via {
        Via::ApiKey(key) => format!("key:{key}"),
        Via::Session(session) => format!("session:{session}"),
        Via::Grant(grant) => format!("grant:{grant}"),
    }
}

fn via(credential: &str) -> Option<Via> {
    match credential.split_once(':')? {
        ("key", id) => id.parse().ok().map(|id| Via::ApiKey(KeyId(id))),
        ("session", id) => id.parse().ok().map(|id| Via::Session(SessionId(id))),
        ("grant", id) => id.parse().ok().map(|id| Via::Grant(GrantId(id))),
        _ => None,
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = events)]
struct Row {
    event_id: String,
    name: String,
    workspace_id: Option<i64>,
    actor_id: Option<Id>,
    credential: Option<String>,
    address: Option<String>,
    request_id: Option<String>,
    data: Json<Value>,
    at: Ts,
}

impl From<Row> for Entry {
    fn from(row: Row) -> Self {
        let Json(data) = row.data;
        let workspace = row.workspace_id.map(WorkspaceId);
        Self {
            event: Event { id: row.event_id, name: row.name, workspace, data, at: row.at.0 },
            origin: Origin {
                actor: row.actor_id.map(|id| UserId(id.0)),
                via: row.credential.as_deref().and_then(via),
                address: row.address.and_then(|address| address.parse().ok()),
                request: row.request_id,
            },
        }
    }
}

/// Rows looked at in one purge.
const PURGE_BATCH: i64 = 5_000;

#[each_backend]
#[async_trait]
impl Audit for Db {
    async fn of_workspace(&self, workspace: WorkspaceId, query: AuditQuery) -> StoreResult<Page<Entry>> {
        fn wanted<'q>(workspace: WorkspaceId, query: &AuditQuery) -> events::BoxedQuery<'q, Backend> {
            let mut entries = events::table.into_boxed().filter(events::workspace_id.eq(workspace.0));
            for span in [query.listing.created, query.listing.updated] {
                if let Some(after) = span.after {
                    entries = entries.filter(events::at.ge(Ts(after)));
                }
                if let Some(before) = span.before {
                    entries = entries.filter(events::at.le(Ts(before)));
                }
            }
            if let Some(text) = &query.listing.search {
                entries = entries.filter(lower(events::name).like(containing(text)).escape('\\'));
            }
            if let Some(actor) = query.actor {
                entries = entries.filter(events::actor_id.eq(Id(actor.0)));
            }
            match query.action.as_deref() {
                None => entries,
                // Compared as a span: names are ASCII, and `/` is the character after `.`.
                Some(action) => match action.strip_suffix(".*") {
                    Some(resource) => entries
                        .filter(events::name.ge(format!("{resource}.")))
                        .filter(events::name.lt(format!("{resource}/"))),
                    None => entries.filter(events::name.eq(action.to_owned())),
                },
            }
        }

        if query.asks_for_the_impossible() {
            return Ok(Page { items: Vec::new(), total: 0 });
        }
        self.scan(move |conn| {
            async move {
                let total = wanted(workspace, &query).count().get_result(conn).await?;
                let mut page = wanted(workspace, &query);
                for sort in &query.listing.sort {
                    page = match (sort.column, sort.descending) {
                        (AuditColumn::CreatedAt, true) => page.then_order_by(events::at.desc()),
                        (AuditColumn::CreatedAt, false) => page.then_order_by(events::at.asc()),
                        (AuditColumn::Action, true) => page.then_order_by(events::name.desc()),
                        (AuditColumn::Action, false) => page.then_order_by(events::name.asc()),
                    };
                }
                // Numbers are given in the order of writing, so that without a wish the newest comes first.
                let rows: Vec<Row> = page
                    .then_order_by(events::id.desc())
                    .limit(query.listing.page.per_page())
                    .offset(query.listing.page.offset())
                    .select(Row::as_select())
                    .load(conn)
                    .await?;
                Ok(Page { items: rows.into_iter().map(Into::into).collect(), total })
            }
            .boxed()
        })
        .await
    }

    async fn purge(&self, before: Timestamp) -> StoreResult<usize> {
        self.write(move |conn| {
            async move {
                let oldest: Vec<(i64, Ts)> = events::table
                    .order(events::id)
                    .limit(PURGE_BATCH)
                    .select((events::id, events::at))
                    .load(conn)
                    .await?;
                let mut ids: Vec<i64> = oldest.into_iter().filter(|(_, at)| at.0 < before).map(|(id, _)| id).collect();
                let waiting = outbox::table.filter(outbox::id.eq_any(ids.clone())).select(outbox::id);
                let waiting: HashSet<i64> = waiting.load(conn).await?.into_iter().collect();
                ids.retain(|id| !waiting.contains(id));
                Ok(diesel::delete(events::table.filter(events::id.eq_any(ids))).execute(conn).await?)
            }
            .boxed()
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_credential_reads_back_from_its_text() {
        for each in [Via::ApiKey(KeyId(12)), Via::Session(SessionId(Uuid::max())), Via::Grant(GrantId(Uuid::max()))] {
            assert_eq!(via(&credential(each)), Some(each));
        }
        assert_eq!(via("key:twelve"), None);
    }
}
