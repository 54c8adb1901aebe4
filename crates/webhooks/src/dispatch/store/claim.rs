//! Claiming what is due.

use super::ending::End as _;
use super::{Claimed, ClaimedLane, Wanted};
use crate::model::{DeliveryId, EndpointId};
use crate::schema::{webhook_deliveries, webhook_endpoints, webhook_messages};
use crate::vault::Sealed;
use async_trait::async_trait;
use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use mainstay_kernel::{Timestamp, WorkspaceId};
use mainstay_store::dialect::{Locked, Unlocked};
use mainstay_store::{StoreResult, Ts, each_backend};
use std::collections::HashMap;
use std::time::Duration;

/// An endpoint as far as a delivery needs it.
#[derive(Queryable, Selectable)]
#[diesel(table_name = webhook_endpoints)]
struct Lane {
    id: i64,
    workspace_id: i64,
    url: String,
    secret: Vec<u8>,
    previous_secret: Option<Vec<u8>>,
    previous_secret_ends_at: Option<Ts>,
    headers: Option<Vec<u8>>,
    key_seed: Option<Vec<u8>>,
    rate_limit: Option<i32>,
    max_concurrency: i32,
    paced_until: Option<Ts>,
    is_active: bool,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = webhook_deliveries)]
struct DueRow {
    id: i64,
    message_id: i64,
    attempt: i32,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = webhook_messages)]
struct MessageRow {
    id: i64,
    event_id: String,
    event_type: String,
    body: String,
}

/// When deliveries may begin: the generic cell rate algorithm, with a burst of a second's worth.
struct Pace {
    interval: Duration,
    until: Timestamp,
    now: Timestamp,
}

const BURST: Duration = Duration::from_secs(1);

impl Pace {
    fn of(lane: &Lane, now: Timestamp) -> Option<Self> {
        let rate = u32::try_from(lane.rate_limit?).ok().filter(|rate| *rate > 0)?;
        let until = lane.paced_until.map_or(now, |until| until.0.max(now));
        Some(Self { interval: BURST / rate, until, now })
    }

    /// How many may begin now.
    fn allows(&self) -> u32 {
        let free = BURST.saturating_sub(self.until.since(self.now)).as_micros();
        u32::try_from(free / self.interval.as_micros().max(1)).unwrap_or(u32::MAX)
    }

    /// Until when the pace is taken up, after so many have begun.
    fn after(&self, begun: usize) -> Timestamp {
        self.until.plus(self.interval * u32::try_from(begun).unwrap_or(u32::MAX))
    }

    /// When one more may begin, if it may not now.
    fn next(&self, until: Timestamp) -> Option<Timestamp> {
        let next = until.minus(BURST.saturating_sub(self.interval));
        (next > self.now).then_some(next)
    }
}

#[async_trait]
pub(super) trait Claims {
    async fn claim(
        &mut self,
        wanted: Vec<Wanted>,
        now: Timestamp,
        lease_until: Timestamp,
    ) -> StoreResult<Vec<ClaimedLane>>;
}

#[async_trait]
trait Steps {
    /// How much of each lane is held, on whatever node.
    async fn held(&mut self, lanes: &[i64], now: Timestamp) -> StoreResult<HashMap<i64, u32>>;
    /// Takes what is due of a lane.
    async fn take(&mut self, endpoint: i64, room: u32, now: Timestamp, until: Timestamp) -> StoreResult<Vec<DueRow>>;
    /// The messages of these numbers.
    async fn messages(&mut self, ids: Vec<i64>) -> StoreResult<HashMap<i64, MessageRow>>;
}

#[each_backend]
#[async_trait]
impl Steps for Conn {
    async fn held(&mut self, lanes: &[i64], now: Timestamp) -> StoreResult<HashMap<i64, u32>> {
        use webhook_deliveries::dsl;
        let held = dsl::webhook_deliveries
            .filter(dsl::endpoint_id.eq_any(lanes.to_vec()))
            .filter(dsl::lease_until.is_not_null())
            .filter(dsl::lease_until.gt(Ts(now)));
        let counts: Vec<(i64, i64)> =
            held.group_by(dsl::endpoint_id).select((dsl::endpoint_id, count_star())).load(self).await?;
        Ok(counts.into_iter().map(|(lane, count)| (lane, u32::try_from(count).unwrap_or(u32::MAX))).collect())
    }

    async fn take(&mut self, endpoint: i64, room: u32, now: Timestamp, until: Timestamp) -> StoreResult<Vec<DueRow>> {
        use webhook_deliveries::dsl;
        let nobodys = dsl::lease_until.is_null().or(dsl::lease_until.le(Ts(now)).assume_not_null());
        let due = dsl::webhook_deliveries
            .filter(dsl::endpoint_id.eq(endpoint))
            .filter(dsl::due_at.is_not_null())
            .filter(dsl::due_at.le(Ts(now)))
            .filter(nobodys)
            .order((dsl::due_at, dsl::id))
            .limit(room.into())
            .select(DueRow::as_select());
        let rows: Vec<DueRow> = Unlocked(due).load(self).await?;
        let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
        if !ids.is_empty() {
            let taken = dsl::webhook_deliveries.filter(dsl::id.eq_any(ids));
            diesel::update(taken).set(dsl::lease_until.eq(Ts(until))).execute(self).await?;
        }
        Ok(rows)
    }

    async fn messages(&mut self, ids: Vec<i64>) -> StoreResult<HashMap<i64, MessageRow>> {
        let called = webhook_messages::table.filter(webhook_messages::id.eq_any(ids));
        let rows: Vec<MessageRow> = called.select(MessageRow::as_select()).load(self).await?;
        Ok(rows.into_iter().map(|row| (row.id, row)).collect())
    }
}

#[each_backend]
#[async_trait]
impl Claims for Conn {
    async fn claim(
        &mut self,
        wanted: Vec<Wanted>,
        now: Timestamp,
        lease_until: Timestamp,
    ) -> StoreResult<Vec<ClaimedLane>> {
        let ids: Vec<i64> = wanted.iter().map(|lane| lane.endpoint.0).collect();
        // Always in the same order, so that two nodes never wait for each other.
        let lanes = webhook_endpoints::table.filter(webhook_endpoints::id.eq_any(ids.clone()));
        let lanes = lanes.order(webhook_endpoints::id).select(Lane::as_select());
        let lanes: Vec<Lane> = Locked(lanes).load(self).await?;
        let held = self.held(&ids, now).await?;
        let rooms: HashMap<i64, u32> = wanted.into_iter().map(|lane| (lane.endpoint.0, lane.room)).collect();
        let mut taken = Vec::with_capacity(lanes.len());
        for lane in lanes {
            if !lane.is_active {
                self.end_waiting(EndpointId(lane.id), now).await?;
                continue;
            }
            let most = u32::try_from(lane.max_concurrency).unwrap_or(1);
            let free = most.saturating_sub(held.get(&lane.id).copied().unwrap_or(0));
            let pace = Pace::of(&lane, now);
            let room = rooms.get(&lane.id).copied().unwrap_or(0).min(free);
            let room = pace.as_ref().map_or(room, |pace| room.min(pace.allows()));
            let rows = if room > 0 { self.take(lane.id, room, now, lease_until).await? } else { Vec::new() };
            let (mut not_before, mut has_more) =
                (None, room > 0 && rows.len() >= usize::try_from(room).unwrap_or(usize::MAX));
            if let Some(pace) = pace {
                let until = pace.after(rows.len());
                not_before = pace.next(until);
                has_more |= room == 0 && free > 0;
                let of_lane = webhook_endpoints::table.filter(webhook_endpoints::id.eq(lane.id));
                diesel::update(of_lane).set(webhook_endpoints::paced_until.eq(Ts(until))).execute(self).await?;
            }
            taken.push(Taken { lane, rows, not_before, has_more });
        }
        let wanted = taken.iter().flat_map(|taken| &taken.rows).map(|row| row.message_id).collect();
        let messages = self.messages(wanted).await?;
        Ok(taken.into_iter().map(|taken| taken.claimed(&messages, lease_until)).collect())
    }
}

/// What was taken of a lane.
struct Taken {
    lane: Lane,
    rows: Vec<DueRow>,
    not_before: Option<Timestamp>,
    has_more: bool,
}

impl Taken {
    fn claimed(self, messages: &HashMap<i64, MessageRow>, lease_until: Timestamp) -> ClaimedLane {
        let Self { lane, rows, not_before, has_more } = self;
        let delivery = |row: DueRow| {
            let message = messages.get(&row.message_id)?;
            Some(Claimed {
                id: DeliveryId(row.id),
                attempt: row.attempt,
                lease_until,
                event_id: message.event_id.clone(),
                event_type: message.event_type.clone(),
                body: message.body.clone(),
            })
        };
        ClaimedLane {
            endpoint: EndpointId(lane.id),
            workspace: WorkspaceId(lane.workspace_id),
            url: lane.url,
            sealed: Sealed {
                secret: lane.secret,
                previous: lane.previous_secret,
                previous_ends_at: lane.previous_secret_ends_at.map(|at| at.0),
                headers: lane.headers,
                key_seed: lane.key_seed,
            },
            max_concurrency: u32::try_from(lane.max_concurrency).unwrap_or(1),
            deliveries: rows.into_iter().filter_map(delivery).collect(),
            not_before,
            has_more,
        }
    }
}
