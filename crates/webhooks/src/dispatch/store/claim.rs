//! Claiming what is due.

use super::ending::End as _;
use super::take::{Take as _, Taken};
use super::{Claimed, ClaimedLane, Wanted};
use crate::model::{DeliveryId, EndpointId};
use crate::schema::{webhook_deliveries, webhook_endpoints, webhook_messages};
use crate::vault::Sealed;
use async_trait::async_trait;
use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use mainstay_kernel::{Timestamp, WorkspaceId};
use mainstay_store::dialect::Locked;
use mainstay_store::{Prepare as _, StoreResult, Ts, each_backend};
use std::collections::{HashMap, HashSet};
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
    /// Notes until when an endpoint's pace is taken up.
    async fn pace(&mut self, endpoint: i64, until: Timestamp) -> StoreResult<()>;
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

    async fn pace(&mut self, endpoint: i64, until: Timestamp) -> StoreResult<()> {
        let lane = webhook_endpoints::table.filter(webhook_endpoints::id.eq(endpoint));
        diesel::update(lane).set(webhook_endpoints::paced_until.eq(Ts(until))).prepared().execute(self).await?;
        Ok(())
    }

    async fn messages(&mut self, ids: Vec<i64>) -> StoreResult<HashMap<i64, MessageRow>> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
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
        let wanted: HashMap<i64, u32> = wanted.into_iter().map(|lane| (lane.endpoint.0, lane.room)).collect();
        let told_nothing = told_nothing(&ids, &lanes);
        let lanes: Vec<_> = lanes.into_iter().filter(|lane| lane.is_active).collect();
        let opening = |lane: Lane| {
            let (held, wanted) = (held.get(&lane.id).copied(), wanted.get(&lane.id).copied());
            Opening::of(lane, held.unwrap_or(0), wanted.unwrap_or(0), now)
        };
        let openings: Vec<_> = lanes.into_iter().map(opening).collect();
        for endpoint in told_nothing {
            self.end_waiting(EndpointId(endpoint), now).await?;
        }
        let rooms: Vec<_> =
            openings.iter().filter(|open| open.room > 0).map(|open| (open.lane.id, open.room)).collect();
        let taken = self.take(&rooms, now, lease_until).await?;
        let messages = self.messages(taken.iter().map(|taken| taken.message_id).collect()).await?;
        let mut of_lane: HashMap<i64, Vec<Taken>> = HashMap::with_capacity(rooms.len());
        for taken in taken {
            of_lane.entry(taken.endpoint_id).or_default().push(taken);
        }
        let mut claimed = Vec::with_capacity(openings.len());
        for opening in openings {
            let taken = of_lane.remove(&opening.lane.id).unwrap_or_default();
            if let Some(pace) = &opening.pace {
                self.pace(opening.lane.id, pace.after(taken.len())).await?;
            }
            claimed.push(opening.claimed(taken, &messages, lease_until));
        }
        Ok(claimed)
    }
}

/// Those among `wanted` that are turned off, or of which nothing is left.
fn told_nothing(wanted: &[i64], lanes: &[Lane]) -> Vec<i64> {
    let active: HashSet<i64> = lanes.iter().filter(|lane| lane.is_active).map(|lane| lane.id).collect();
    wanted.iter().copied().filter(|endpoint| !active.contains(endpoint)).collect()
}

/// How much of a lane may begin now.
struct Opening {
    lane: Lane,
    pace: Option<Pace>,
    /// Where only its pace leaves no room.
    is_paced_out: bool,
    room: u32,
}

impl Opening {
    /// Of a lane of which so much is held, and so much is wanted.
    fn of(lane: Lane, held: u32, wanted: u32, now: Timestamp) -> Self {
        let free = u32::try_from(lane.max_concurrency).unwrap_or(1).saturating_sub(held);
        let pace = Pace::of(&lane, now);
        let room = pace.as_ref().map_or(u32::MAX, Pace::allows).min(wanted).min(free);
        Self { is_paced_out: room == 0 && free > 0 && pace.is_some(), lane, pace, room }
    }

    fn claimed(self, taken: Vec<Taken>, messages: &HashMap<i64, MessageRow>, lease_until: Timestamp) -> ClaimedLane {
        let Self { lane, pace, is_paced_out, room } = self;
        let is_filled = room > 0 && taken.len() >= usize::try_from(room).unwrap_or(usize::MAX);
        let not_before = pace.and_then(|pace| pace.next(pace.after(taken.len())));
        let delivery = |taken: Taken| {
            let message = messages.get(&taken.message_id)?;
            Some(Claimed {
                id: DeliveryId(taken.id),
                attempt: taken.attempt,
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
            deliveries: taken.into_iter().filter_map(delivery).collect(),
            not_before,
            has_more: is_filled || is_paced_out,
        }
    }
}
