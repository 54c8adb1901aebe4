//! Tallies, written once for both databases.

use super::diesel::DieselStore;
use crate::ids::SiteId;
use crate::metrics::{MetricStore, Sample, Span, Tally};
use crate::schema::{hosting_metrics, hosting_sites};
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::{Timestamp, WorkspaceId};
use mainstay_store::insert_rows::InsertRows as _;
use mainstay_store::{Json, StoreResult, Ts, each_backend, insert_rows};
use std::collections::{BTreeMap, HashSet};

/// The node of what all nodes counted.
const ALL_NODES: &str = "";

insert_rows! {
    struct NewTally into hosting_metrics {
        site_id: String,
        span: &'static str,
        at: Ts,
        node: String,
        requests: i64,
        status_2xx: i64,
        status_3xx: i64,
        status_4xx: i64,
        status_5xx: i64,
        bytes_out: i64,
        times: Json<Vec<u64>>,
        cpu_micros: Option<i64>,
        memory_bytes: Option<i64>,
        processes: Option<i64>,
    }
    returning (requests) => i64
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = hosting_metrics)]
struct TallyRow {
    site_id: String,
    at: Ts,
    requests: i64,
    status_2xx: i64,
    status_3xx: i64,
    status_4xx: i64,
    status_5xx: i64,
    bytes_out: i64,
    times: Json<Vec<u64>>,
    cpu_micros: Option<i64>,
    memory_bytes: Option<i64>,
    processes: Option<i64>,
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn unsigned(count: i64) -> u64 {
    u64::try_from(count).unwrap_or(0)
}

impl NewTally {
    fn of(span: Span, node: &str, sample: Sample) -> Self {
        let Sample { site, at, tally } = sample;
        let [status_2xx, status_3xx, status_4xx, status_5xx] = tally.statuses.map(signed);
        Self {
            site_id: site.0,
            span: span.name(),
            at: Ts(at),
            node: node.to_owned(),
            requests: signed(tally.requests),
            status_2xx,
            status_3xx,
            status_4xx,
            status_5xx,
            bytes_out: signed(tally.bytes_out),
            times: Json(tally.times),
            cpu_micros: tally.cpu_micros.map(signed),
            memory_bytes: tally.memory_bytes.map(signed),
            processes: tally.processes.map(signed),
        }
    }
}

impl From<TallyRow> for Sample {
    fn from(row: TallyRow) -> Self {
        let statuses = [row.status_2xx, row.status_3xx, row.status_4xx, row.status_5xx];
        let tally = Tally {
            requests: unsigned(row.requests),
            statuses: statuses.map(unsigned),
            bytes_out: unsigned(row.bytes_out),
            times: row.times.0,
            cpu_micros: row.cpu_micros.map(unsigned),
            memory_bytes: row.memory_bytes.map(unsigned),
            processes: row.processes.map(unsigned),
        };
        Self { site: SiteId(row.site_id), at: row.at.0, tally }
    }
}

/// The tallies of a span.
macro_rules! by {
    ($span:expr) => {
        hosting_metrics::table.filter(hosting_metrics::span.eq($span.name()))
    };
}

#[each_backend]
#[async_trait]
impl MetricStore for DieselStore<Db> {
    async fn add(&self, node: String, minutes: Vec<Sample>) -> StoreResult<()> {
        let write = self.db.write(move |conn| {
            async move {
                let sites: Vec<&String> = minutes.iter().map(|sample| &sample.site.0).collect();
                let known = hosting_sites::table.filter(hosting_sites::id.eq_any(sites)).select(hosting_sites::id);
                let known: HashSet<String> = known.load(conn).await?.into_iter().collect();
                let mut times: Vec<Ts> = minutes.iter().map(|sample| Ts(sample.at)).collect();
                times.dedup_by_key(|at| at.0);
                // It may be that they were added, and nobody heard of it.
                let before = by!(Span::Minute).filter(hosting_metrics::at.eq_any(times));
                diesel::delete(before.filter(hosting_metrics::node.eq(node.clone()))).execute(conn).await?;
                let living = minutes.into_iter().filter(|sample| known.contains(&sample.site.0));
                let rows = living.map(|sample| NewTally::of(Span::Minute, &node, sample)).collect();
                let _: Vec<i64> = conn.insert_rows(rows).await?;
                Ok(())
            }
            .boxed()
        });
        write.await
    }

    async fn tallies(
        &self,
        workspace: WorkspaceId,
        site: SiteId,
        span: Span,
        (from, to): (Timestamp, Timestamp),
    ) -> StoreResult<Option<Vec<(Timestamp, Tally)>>> {
        let read = self.db.read(move |conn| {
            async move {
                let own = hosting_sites::table
                    .filter(hosting_sites::workspace_id.eq(workspace.0))
                    .filter(hosting_sites::id.eq(site.0.clone()));
                if own.count().get_result::<i64>(conn).await? == 0 {
                    return Ok(None);
                }
                let rows: Vec<TallyRow> = by!(span)
                    .filter(hosting_metrics::site_id.eq(site.0))
                    .filter(hosting_metrics::at.ge(Ts(from)))
                    .filter(hosting_metrics::at.lt(Ts(to)))
                    .select(TallyRow::as_select())
                    .load(conn)
                    .await?;
                Ok(Some(rows.into_iter().map(Sample::from).map(|own| (own.at, own.tally)).collect()))
            }
            .boxed()
        });
        read.await
    }

    async fn roll_up(&self, before: Timestamp) -> StoreResult<bool> {
        let write = self.db.write(move |conn| {
            async move {
                let made = by!(Span::Hour).order(hosting_metrics::at.desc()).select(hosting_metrics::at);
                let made: Option<Ts> = made.first(conn).await.optional()?;
                let since = made.map_or(Timestamp::from_seconds(0), |last| last.0.plus(Span::Hour.length()));
                let due = by!(Span::Minute).filter(hosting_metrics::at.ge(Ts(since)));
                let due = due.filter(hosting_metrics::at.lt(Ts(before)));
                let first = due.order(hosting_metrics::at).select(hosting_metrics::at);
                let Some(first) = first.first::<Ts>(conn).await.optional()? else { return Ok(false) };
                let hour = Span::Hour.begin_of(first.0);
                let of_hour = due.filter(hosting_metrics::at.lt(Ts(hour.plus(Span::Hour.length()))));
                let rows: Vec<TallyRow> = of_hour.select(TallyRow::as_select()).load(conn).await?;
                let mut tallies = BTreeMap::<SiteId, Tally>::new();
                for sample in rows.into_iter().map(Sample::from) {
                    tallies.entry(sample.site).or_default().add(&sample.tally);
                }
                let samples = tallies.into_iter().map(|(site, tally)| Sample { site, at: hour, tally });
                let rows = samples.map(|sample| NewTally::of(Span::Hour, ALL_NODES, sample)).collect();
                let _: Vec<i64> = conn.insert_rows(rows).await?;
                Ok(true)
            }
            .boxed()
        });
        write.await
    }

    async fn forget(&self, span: Span, before: Timestamp) -> StoreResult<()> {
        let write = self.db.write(move |conn| {
            async move {
                let old = by!(span).filter(hosting_metrics::at.lt(Ts(before)));
                diesel::delete(old).execute(conn).await?;
                Ok(())
            }
            .boxed()
        });
        write.await
    }
}
