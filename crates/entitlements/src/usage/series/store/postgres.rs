//! Single uses as PostgreSQL reads them.

use super::Wanted;
use super::cells::{Cell, Parting, ReadRecords};
use crate::aggregation::Aggregation;
use async_trait::async_trait;
use diesel::sql_types::{Array, BigInt, Nullable, Text};
use diesel_async::RunQueryDsl;
use mainstay_kernel::WorkspaceId;
use mainstay_store::{PgConn, StoreResult, Ts, UtcTimestamp};

/// A member of the metadata as text, where it is a text, a number or a truth.
const MEMBER: &str = "CASE WHEN jsonb_typeof(metadata -> {name}) IN ('string', 'number', 'boolean') \
    THEN metadata ->> {name} END";

/// What is kept of the uses of an interval, a group and a value, and what several of those come to.
const fn number(aggregation: Aggregation) -> (&'static str, &'static str) {
    match aggregation {
        Aggregation::Sum => ("sum(quantity)", "sum(number)::bigint"),
        Aggregation::Count => ("0", "sum(records)::bigint"),
        Aggregation::Max => ("max(quantity)", "max(number)"),
        Aggregation::Unique => ("0", "count(DISTINCT value)"),
        // The quantity of the last one, behind what it is the last by.
        Aggregation::Latest => {
            ("max(ARRAY[(extract(epoch FROM at) * 1000000)::bigint, id, quantity])", "(max(number))[3]")
        }
    }
}

fn statement(aggregation: Aggregation) -> String {
    let member = |name| MEMBER.replace("{name}", name);
    let (part, number) = number(aggregation);
    let statement = include_str!("cells_postgres.sql").replace("{part}", part).replace("{number}", number);
    statement.replace("{group}", &member("$1")).replace("{value}", &member("$2"))
}

#[async_trait]
impl ReadRecords for PgConn {
    async fn cells(&mut self, workspace: WorkspaceId, wanted: &Wanted, parting: Parting<'_>) -> StoreResult<Vec<Cell>> {
        let bounds: Vec<_> = wanted.bounds.iter().copied().map(Ts).collect();
        let reading = diesel::sql_query(statement(wanted.aggregation))
            .bind::<Nullable<Text>, _>(parting.member)
            .bind::<Nullable<Text>, _>(wanted.unique_by.as_deref())
            .bind::<BigInt, _>(workspace.0)
            .bind::<Text, _>(&wanted.feature)
            .bind::<Array<UtcTimestamp>, _>(bounds)
            .bind::<BigInt, _>(parting.most);
        Ok(reading.load(self).await?)
    }
}
