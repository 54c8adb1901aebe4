//! What the uses of each hour come to, each database in its own way.

use super::row::{signed, unsigned};
use crate::reset::Window;
use crate::schema::{usage_hours, usage_records};
use crate::tally::Tally;
use crate::usage::ledger::{Hour, hour_of};
use async_trait::async_trait;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Text};
use diesel_async::RunQueryDsl;
use mainstay_kernel::{Timestamp, WorkspaceId};
use mainstay_store::{PgConn, Prepare as _, SqliteConn, StoreResult, Ts, UtcTimestamp, each_backend};
use std::collections::BTreeMap;
use std::time::Duration;

const HOUR: Duration = Duration::from_hours(1);

#[async_trait]
pub(crate) trait AddHours {
    /// Adds what was counted to the hours in which it took place.
    async fn add_hours(&mut self, hours: &BTreeMap<Hour, Tally>) -> StoreResult<()>;
}

#[async_trait]
impl AddHours for SqliteConn {
    async fn add_hours(&mut self, hours: &BTreeMap<Hour, Tally>) -> StoreResult<()> {
        for ((workspace, feature, hour), tally) in hours {
            let (latest, latest_at) = tally.latest.unwrap_or_default();
            let adding = diesel::sql_query(include_str!("hours_add_one.sql"))
                .bind::<BigInt, _>(workspace.0)
                .bind::<Text, _>(feature)
                .bind::<UtcTimestamp, _>(Ts(*hour))
                .bind::<BigInt, _>(signed(tally.records))
                .bind::<BigInt, _>(signed(tally.total))
                .bind::<BigInt, _>(signed(tally.greatest))
                .bind::<BigInt, _>(signed(latest))
                .bind::<UtcTimestamp, _>(Ts(latest_at));
            adding.prepared().execute(self).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl AddHours for PgConn {
    async fn add_hours(&mut self, hours: &BTreeMap<Hour, Tally>) -> StoreResult<()> {
        if hours.is_empty() {
            return Ok(());
        }
        let numbers = |of: fn(&Tally) -> u64| hours.values().map(|tally| signed(of(tally))).collect::<Vec<_>>();
        let adding = diesel::sql_query(include_str!("hours_add.sql"))
            .bind::<Array<BigInt>, _>(hours.keys().map(|(workspace, ..)| workspace.0).collect::<Vec<_>>())
            .bind::<Array<Text>, _>(hours.keys().map(|(_, feature, _)| feature.as_str()).collect::<Vec<_>>())
            .bind::<Array<UtcTimestamp>, _>(hours.keys().map(|(.., hour)| Ts(*hour)).collect::<Vec<_>>())
            .bind::<Array<BigInt>, _>(numbers(|tally| tally.records))
            .bind::<Array<BigInt>, _>(numbers(|tally| tally.total))
            .bind::<Array<BigInt>, _>(numbers(|tally| tally.greatest))
            .bind::<Array<BigInt>, _>(numbers(|tally| tally.latest.map_or(0, |(latest, _)| latest)))
            .bind::<Array<UtcTimestamp>, _>(
                hours
                    .values()
                    .map(|tally| Ts(tally.latest.map_or_else(Timestamp::default, |(_, at)| at)))
                    .collect::<Vec<_>>(),
            );
        adding.prepared().execute(self).await?;
        Ok(())
    }
}

/// Reads what the uses of a window come to.
#[async_trait]
pub(crate) trait ReadTally {
    /// What the uses of a window come to: full hours from their sums, the rest from the records.
    async fn tally(&mut self, workspace: WorkspaceId, feature: &str, window: &Window) -> StoreResult<Tally>;
    /// Full hours, the first and the one after the last.
    async fn hours(&mut self, of: (WorkspaceId, &str), from: Timestamp, until: Option<Timestamp>)
    -> StoreResult<Tally>;
    /// Single records, from the first instant to the one after the last.
    async fn records(&mut self, of: (WorkspaceId, &str), from: Timestamp, until: Timestamp) -> StoreResult<Tally>;
}

#[each_backend]
#[async_trait]
impl ReadTally for Conn {
    async fn tally(&mut self, workspace: WorkspaceId, feature: &str, window: &Window) -> StoreResult<Tally> {
        let of = (workspace, feature);
        let first = if hour_of(window.from) == window.from { window.from } else { hour_of(window.from).plus(HOUR) };
        let last = window.until.map(hour_of);
        if last.is_some_and(|last| last < first) {
            return self.records(of, window.from, window.until.unwrap_or(first)).await;
        }
        let mut tally = Tally::default();
        if window.from < first {
            tally = tally.and(self.records(of, window.from, first).await?);
        }
        tally = tally.and(self.hours(of, first, last).await?);
        if let (Some(last), Some(until)) = (last, window.until)
            && last < until
        {
            tally = tally.and(self.records(of, last, until).await?);
        }
        Ok(tally)
    }

    async fn hours(
        &mut self,
        of: (WorkspaceId, &str),
        from: Timestamp,
        until: Option<Timestamp>,
    ) -> StoreResult<Tally> {
        let until = until.unwrap_or(Timestamp::from_micros(FAR));
        let (workspace, feature) = (of.0.0, of.1.to_owned());
        let within = || {
            usage_hours::table
                .filter(usage_hours::workspace_id.eq(workspace))
                .filter(usage_hours::feature.eq(feature.clone()))
                .filter(usage_hours::hour.ge(Ts(from)))
                .filter(usage_hours::hour.lt(Ts(until)))
        };
        let sums = (
            sql::<BigInt>("CAST(COALESCE(SUM(records), 0) AS bigint)"),
            sql::<BigInt>("CAST(COALESCE(SUM(total), 0) AS bigint)"),
            sql::<BigInt>("CAST(COALESCE(MAX(greatest), 0) AS bigint)"),
        );
        let (records, total, greatest): (i64, i64, i64) = within().select(sums).get_result(self).await?;
        let newest = within().order(usage_hours::hour.desc()).select((usage_hours::latest, usage_hours::latest_at));
        let newest: Option<(i64, Ts)> = if records > 0 { newest.first(self).await.optional()? } else { None };
        let latest = newest.map(|(latest, at)| (unsigned(latest), at.0));
        Ok(Tally { records: unsigned(records), total: unsigned(total), greatest: unsigned(greatest), latest })
    }

    async fn records(&mut self, of: (WorkspaceId, &str), from: Timestamp, until: Timestamp) -> StoreResult<Tally> {
        let (workspace, feature) = (of.0.0, of.1.to_owned());
        let within = || {
            usage_records::table
                .filter(usage_records::workspace_id.eq(workspace))
                .filter(usage_records::feature.eq(feature.clone()))
                .filter(usage_records::at.ge(Ts(from)))
                .filter(usage_records::at.lt(Ts(until)))
        };
        let sums = (
            sql::<BigInt>("CAST(COUNT(*) AS bigint)"),
            sql::<BigInt>("CAST(COALESCE(SUM(quantity), 0) AS bigint)"),
            sql::<BigInt>("CAST(COALESCE(MAX(quantity), 0) AS bigint)"),
        );
        let (records, total, greatest): (i64, i64, i64) = within().select(sums).get_result(self).await?;
        let newest = within()
            .order((usage_records::at.desc(), usage_records::id.desc()))
            .select((usage_records::quantity, usage_records::at));
        let newest: Option<(i64, Ts)> = if records > 0 { newest.first(self).await.optional()? } else { None };
        let latest = newest.map(|(latest, at)| (unsigned(latest), at.0));
        Ok(Tally { records: unsigned(records), total: unsigned(total), greatest: unsigned(greatest), latest })
    }
}

/// 9999-12-31, the end of what a timestamp tells.
const FAR: i64 = 253_402_214_400_000_000;
