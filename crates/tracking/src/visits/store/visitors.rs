//! Visitors, each database in its own way.

use super::visits::VisitRow;
use crate::day::Day;
use crate::domains::DomainId;
use crate::schema::{tracking_visitors, tracking_visits};
use crate::visits::counted::Counted;
use crate::visits::open_visit::{Pace, Visitor, VisitorKey};
use async_trait::async_trait;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Binary, Bool, Integer};
use diesel_async::RunQueryDsl;
use mainstay_store::{PgConn, Prepare as _, SqliteConn, StoreResult, Ts, UtcTimestamp};
use std::collections::BTreeSet;

#[derive(Queryable, Selectable)]
#[diesel(table_name = tracking_visitors)]
struct VisitorRow {
    visitor: i64,
    day: i32,
    paced_at: Ts,
    paced: i32,
    hits: i32,
    counted: Vec<u8>,
}

type Row = (VisitorRow, VisitRow);

fn read((row, visit): Row) -> StoreResult<(VisitorKey, Visitor)> {
    let key = (visit.domain(), row.visitor);
    let pace = Pace { since: row.paced_at.0, hits: row.paced, on_day: row.hits };
    Ok((key, Visitor { visit: visit.into(), day: Day(row.day), pace, counted: Counted::read(&row.counted)? }))
}

/// Visitors and the visits that they are at.
macro_rules! at_visits {
    () => {
        tracking_visitors::table
            .inner_join(tracking_visits::table.on(tracking_visits::id.eq(tracking_visitors::visit_id)))
            .select((VisitorRow::as_select(), VisitRow::as_select()))
    };
}

#[async_trait]
pub(super) trait KeepVisitors {
    /// Those of these visitors who were here before.
    async fn read_visitors(&mut self, keys: BTreeSet<VisitorKey>) -> StoreResult<Vec<(VisitorKey, Visitor)>>;
    /// Writes visitors as they are now.
    async fn write_visitors(&mut self, visitors: &[(VisitorKey, &Visitor)]) -> StoreResult<()>;
}

#[async_trait]
impl KeepVisitors for SqliteConn {
    async fn read_visitors(&mut self, keys: BTreeSet<VisitorKey>) -> StoreResult<Vec<(VisitorKey, Visitor)>> {
        let mut visitors = Vec::with_capacity(keys.len());
        for (domain, visitor) in keys {
            let one = at_visits!()
                .filter(tracking_visitors::domain_id.eq(domain.0))
                .filter(tracking_visitors::visitor.eq(visitor));
            let row: Option<Row> = one.get_result(self).await.optional()?;
            visitors.extend(row.map(read).transpose()?);
        }
        Ok(visitors)
    }

    async fn write_visitors(&mut self, visitors: &[(VisitorKey, &Visitor)]) -> StoreResult<()> {
        for ((DomainId(domain), id), visitor) in visitors {
            let writing = diesel::sql_query(include_str!("visitors_write_one.sql"))
                .bind::<BigInt, _>(domain)
                .bind::<BigInt, _>(id)
                .bind::<BigInt, _>(visitor.visit.id)
                .bind::<Integer, _>(visitor.day.0)
                .bind::<UtcTimestamp, _>(Ts(visitor.pace.since))
                .bind::<Integer, _>(visitor.pace.hits)
                .bind::<Integer, _>(visitor.pace.on_day)
                .bind::<Binary, _>(visitor.counted.write()?);
            writing.prepared().execute(self).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl KeepVisitors for PgConn {
    async fn read_visitors(&mut self, keys: BTreeSet<VisitorKey>) -> StoreResult<Vec<(VisitorKey, Visitor)>> {
        let (domains, visitors): (Vec<i64>, Vec<i64>) =
            keys.into_iter().map(|(DomainId(domain), visitor)| (domain, visitor)).unzip();
        let wanted = sql::<Bool>("(tracking_visitors.domain_id, tracking_visitors.visitor) IN (SELECT * FROM unnest(")
            .bind::<Array<BigInt>, _>(domains)
            .sql(", ")
            .bind::<Array<BigInt>, _>(visitors)
            .sql("))");
        let rows: Vec<Row> = at_visits!().filter(wanted).load(self).await?;
        rows.into_iter().map(read).collect()
    }

    async fn write_visitors(&mut self, visitors: &[(VisitorKey, &Visitor)]) -> StoreResult<()> {
        if visitors.is_empty() {
            return Ok(());
        }
        let integers = |of: fn(&Visitor) -> i32| visitors.iter().map(|(_, one)| of(one)).collect::<Vec<_>>();
        let counted = visitors.iter().map(|(_, visitor)| visitor.counted.write()).collect::<StoreResult<Vec<_>>>()?;
        let since: Vec<Ts> = visitors.iter().map(|(_, visitor)| Ts(visitor.pace.since)).collect();
        let writing = diesel::sql_query(include_str!("visitors_write.sql"))
            .bind::<Array<BigInt>, _>(visitors.iter().map(|((domain, _), _)| domain.0).collect::<Vec<_>>())
            .bind::<Array<BigInt>, _>(visitors.iter().map(|((_, id), _)| *id).collect::<Vec<_>>())
            .bind::<Array<BigInt>, _>(visitors.iter().map(|(_, visitor)| visitor.visit.id).collect::<Vec<_>>())
            .bind::<Array<Integer>, _>(integers(|visitor| visitor.day.0))
            .bind::<Array<UtcTimestamp>, _>(since)
            .bind::<Array<Integer>, _>(integers(|visitor| visitor.pace.hits))
            .bind::<Array<Integer>, _>(integers(|visitor| visitor.pace.on_day))
            .bind::<Array<Binary>, _>(counted);
        writing.prepared().execute(self).await?;
        Ok(())
    }
}
