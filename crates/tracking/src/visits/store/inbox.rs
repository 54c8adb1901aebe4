//! What waits in the inbox.

use crate::domains::DomainId;
use crate::intake::{Hit, decode};
use crate::schema::tracking_domains;
use crate::schema::tracking_inbox::{self, dsl};
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use mainstay_store::{StoreResult, each_backend};
use std::collections::BTreeSet;

/// How many rows are looked at, and after how many hits no further row is taken.
const MOST_ROWS: i64 = 64;
const ENOUGH: usize = 1_500;

/// Hits that are taken out.
pub(super) struct Taken {
    pub(super) hits: Vec<Hit>,
    pub(super) bytes: i64,
    pub(super) is_more: bool,
}

#[async_trait]
pub(super) trait TakeHits {
    /// Takes the oldest hits out, in the order in which they came; those of domains that are gone are dropped.
    async fn take_hits(&mut self) -> StoreResult<Taken>;
    /// Those of these domains that are there.
    async fn present(&mut self, domains: BTreeSet<i64>) -> StoreResult<BTreeSet<i64>>;
}

#[each_backend]
#[async_trait]
impl TakeHits for Conn {
    async fn take_hits(&mut self) -> StoreResult<Taken> {
        let oldest = dsl::tracking_inbox.order(dsl::id).limit(MOST_ROWS).select((dsl::id, dsl::hits));
        let rows: Vec<(i64, Vec<u8>)> = oldest.load(self).await?;
        let (mut hits, mut ids, mut bytes) = (Vec::new(), Vec::new(), 0);
        let count = rows.len();
        for (id, row) in rows {
            ids.push(id);
            bytes += i64::try_from(row.len()).unwrap_or(0);
            match decode(&row) {
                Ok(read) => hits.extend(read),
                // It would stand in the way of all that comes after it for ever.
                Err(cause) => tracing::error!(%cause, row = id, "a row of the inbox is lost"),
            }
            if hits.len() >= ENOUGH {
                break;
            }
        }
        let is_more = ids.len() < count || count == usize::try_from(MOST_ROWS).unwrap_or(0);
        diesel::delete(tracking_inbox::table.filter(dsl::id.eq_any(ids))).execute(self).await?;
        let present = self.present(hits.iter().map(|hit| hit.domain.0).collect()).await?;
        hits.retain(|Hit { domain: DomainId(id), .. }| present.contains(id));
        Ok(Taken { hits, bytes, is_more })
    }

    async fn present(&mut self, domains: BTreeSet<i64>) -> StoreResult<BTreeSet<i64>> {
        let known = tracking_domains::table.filter(tracking_domains::id.eq_any(domains));
        let ids: Vec<i64> = known.select(tracking_domains::id).load(self).await?;
        Ok(ids.into_iter().collect())
    }
}
