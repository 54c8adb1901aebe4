//! The store, written once for both databases.

use super::look::LookFor as _;
use super::row::{NewRow, Row};
use super::{Beginning, Look, ReplayStore, Stepped};
use crate::deliveries::DeliveryStatus;
use crate::delivering::{Due, PutUp as _};
use crate::model::{EndpointId, MessageId, ReplayId};
use crate::replays::model::{Replay, ReplayQuery, ReplayStatus, Selection};
use crate::replays::worker::job;
use crate::schema::webhook_replays::{self, dsl};
use crate::schema::{webhook_deliveries, webhook_endpoints, webhook_messages};
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::{Page, Timestamp, WorkspaceId};
use mainstay_store::dialect::Locked;
use mainstay_store::jobs::Enqueue as _;
use mainstay_store::{StoreResult, Ts, each_backend};
use std::collections::HashMap;

/// Replays over the handle `D`.
pub(super) struct DieselReplayStore<D> {
    pub(super) db: D,
}

/// A replay that runs.
macro_rules! running {
    ($workspace:expr, $id:expr) => {
        dsl::webhook_replays
            .filter(dsl::workspace_id.eq($workspace.0))
            .filter(dsl::id.eq($id.0))
            .filter(dsl::status.eq(ReplayStatus::Running.name()))
    };
}

/// What ends a replay.
macro_rules! ended {
    ($status:ident, $now:expr) => {
        (dsl::status.eq(ReplayStatus::$status.name()), dsl::updated_at.eq(Ts($now)), dsl::finished_at.eq(Ts($now)))
    };
}

#[each_backend]
impl DieselReplayStore<Db> {
    /// Of the messages that the endpoint hears, those that the replay tells again.
    async fn wanted(conn: &mut Conn, look: &Look) -> StoreResult<Vec<MessageId>> {
        use webhook_deliveries::dsl;
        let ids: Vec<i64> = look.heard.iter().map(|message| message.0).collect();
        let told = dsl::webhook_deliveries
            .filter(dsl::endpoint_id.eq(look.endpoint.0))
            .filter(dsl::message_id.eq_any(ids))
            .order(dsl::id);
        let told: Vec<(i64, String)> = told.select((dsl::message_id, dsl::status)).load(conn).await?;
        let mut stories: HashMap<i64, Story> = HashMap::new();
        for (message, status) in told {
            stories.entry(message).or_default().goes_on(DeliveryStatus::named(&status));
        }
        let story = |message: &MessageId| stories.get(&message.0).copied().unwrap_or_default();
        Ok(look.heard.iter().filter(|message| story(message).is_wanted(look.selection)).copied().collect())
    }
}

/// What became of a message for one endpoint.
#[derive(Clone, Copy, Default)]
struct Story {
    last: Option<DeliveryStatus>,
    is_under_way: bool,
}

impl Story {
    fn goes_on(&mut self, status: Option<DeliveryStatus>) {
        self.last = status;
        self.is_under_way |= matches!(status, Some(DeliveryStatus::Pending | DeliveryStatus::Retrying));
    }

    fn is_wanted(self, selection: Selection) -> bool {
        match selection {
            Selection::Failed => self.last == Some(DeliveryStatus::Failed),
            Selection::Missing => self.last.is_none(),
            Selection::All => !self.is_under_way,
        }
    }
}

#[each_backend]
#[async_trait]
impl ReplayStore for DieselReplayStore<Db> {
    async fn list(
        &self,
        workspace: WorkspaceId,
        endpoint: EndpointId,
        query: ReplayQuery,
    ) -> StoreResult<Page<Replay>> {
        let scan = self.db.scan(move |conn| {
            async move {
                let total = Self::matching(workspace, endpoint, &query).count().get_result(conn).await?;
                let page = query.listing.page;
                let rows: Vec<Row> = Self::sorted(Self::matching(workspace, endpoint, &query), &query.listing.sort)
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

    async fn find(&self, workspace: WorkspaceId, endpoint: EndpointId, id: ReplayId) -> StoreResult<Option<Replay>> {
        let read = self.db.read(move |conn| {
            async move {
                let of_tenant = dsl::webhook_replays.filter(dsl::workspace_id.eq(workspace.0));
                let called = of_tenant.filter(dsl::endpoint_id.eq(endpoint.0)).filter(dsl::id.eq(id.0));
                let row: Option<Row> = called.select(Row::as_select()).first(conn).await.optional()?;
                row.map(TryInto::try_into).transpose()
            }
            .boxed()
        });
        read.await
    }

    async fn count(&self, workspace: WorkspaceId, since: Timestamp, until: Timestamp) -> StoreResult<i64> {
        let scan = self.db.scan(move |conn| {
            async move {
                let of_tenant = webhook_messages::table.filter(webhook_messages::workspace_id.eq(workspace.0));
                let of_span = of_tenant
                    .filter(webhook_messages::created_at.ge(Ts(since)))
                    .filter(webhook_messages::created_at.lt(Ts(until)));
                Ok(of_span.count().get_result(conn).await?)
            }
            .boxed()
        });
        scan.await
    }

    async fn begin(&self, beginning: Beginning) -> StoreResult<Option<Replay>> {
        let write = self.db.write(move |conn| {
            async move {
                // Two that begin at once take turns at their endpoint.
                let endpoint = webhook_endpoints::table.filter(webhook_endpoints::id.eq(beginning.endpoint.0));
                let _: Option<i64> =
                    Locked(endpoint.select(webhook_endpoints::id)).get_result(conn).await.optional()?;
                let of_endpoint = dsl::webhook_replays.filter(dsl::endpoint_id.eq(beginning.endpoint.0));
                let running = of_endpoint.filter(dsl::status.eq(ReplayStatus::Running.name()));
                if running.count().get_result::<i64>(conn).await? > 0 {
                    return Ok(None);
                }
                let row: Row = diesel::insert_into(webhook_replays::table)
                    .values(NewRow::from(beginning))
                    .returning(Row::as_returning())
                    .get_result(conn)
                    .await?;
                let replay = Replay::try_from(row)?;
                conn.enqueue(&job(beginning.workspace, replay.id, beginning.now), beginning.now).await?;
                Ok(Some(replay))
            }
            .boxed()
        });
        write.await
    }

    async fn stop(
        &self,
        workspace: WorkspaceId,
        endpoint: EndpointId,
        id: ReplayId,
        now: Timestamp,
    ) -> StoreResult<Option<Replay>> {
        let write = self.db.write(move |conn| {
            async move {
                let running = running!(workspace, id).filter(dsl::endpoint_id.eq(endpoint.0));
                let stopped = diesel::update(running).set(ended!(Stopped, now)).returning(Row::as_returning());
                let row: Option<Row> = stopped.get_result(conn).await.optional()?;
                row.map(TryInto::try_into).transpose()
            }
            .boxed()
        });
        write.await
    }

    async fn look(&self, workspace: WorkspaceId, id: ReplayId) -> StoreResult<Option<Look>> {
        self.db.scan(move |conn| async move { conn.look(workspace, id).await }.boxed()).await
    }

    async fn step(&self, look: Look, now: Timestamp) -> StoreResult<Stepped> {
        let write = self.db.write(move |conn| {
            async move {
                let (workspace, id) = (look.workspace, look.replay);
                // Endpoints before everything else, as those who claim do.
                let listening = webhook_endpoints::table
                    .filter(webhook_endpoints::workspace_id.eq(workspace.0))
                    .filter(webhook_endpoints::id.eq(look.endpoint.0))
                    .filter(webhook_endpoints::deleted_at.is_null())
                    .filter(webhook_endpoints::is_active);
                let listening = Locked(listening.select(webhook_endpoints::id));
                let listening: Option<i64> = listening.get_result(conn).await.optional()?;
                let reached = Locked(running!(workspace, id).select(dsl::reached));
                let reached: Option<i64> = reached.get_result(conn).await.optional()?;
                let Some(reached) = reached else { return Ok(Stepped::Over) };
                if listening.is_none() {
                    diesel::update(running!(workspace, id)).set(ended!(Stopped, now)).execute(conn).await?;
                    return Ok(Stepped::Over);
                }
                if reached != look.from {
                    return Ok(Stepped::Overtaken);
                }
                let wanted = Self::wanted(conn, &look).await?;
                let queued = wanted.len();
                let due = |message| (Due { workspace, message, at: now }, vec![look.endpoint]);
                conn.put_up(&wanted.into_iter().map(due).collect::<Vec<_>>()).await?;
                let further = (
                    dsl::seen.eq(dsl::seen + look.seen),
                    dsl::queued.eq(dsl::queued + i64::try_from(queued).unwrap_or(i64::MAX)),
                    dsl::reached.eq(look.to),
                    dsl::updated_at.eq(Ts(now)),
                );
                diesel::update(running!(workspace, id)).set(further).execute(conn).await?;
                if look.is_last {
                    diesel::update(running!(workspace, id)).set(ended!(Finished, now)).execute(conn).await?;
                }
                Ok(Stepped::Further { queued, is_last: look.is_last })
            }
            .boxed()
        });
        write.await
    }
}
