//! Single uses as SQLite reads them.

use super::Wanted;
use super::cells::{Cell, Parting, ReadRecords};
use crate::aggregation::Aggregation;
use async_trait::async_trait;
use diesel::sql_types::{BigInt, Nullable, Text};
use diesel_async::RunQueryDsl;
use mainstay_kernel::WorkspaceId;
use mainstay_store::{SqliteConn, StoreResult};
use serde_json::json;

/// A member of the metadata as text, where it is a text, a number or a truth. What JSON writes of a number is kept: SQLite's
/// own reading would round it.
const MEMBER: &str = "CASE json_type(metadata, {path}) WHEN 'text' THEN metadata ->> {path} WHEN 'true' THEN 'true' \
    WHEN 'false' THEN 'false' WHEN 'integer' THEN metadata -> {path} WHEN 'real' THEN metadata -> {path} END";

/// What is kept of the uses of an interval, a group and a value, and what several of those come to.
const fn number(aggregation: Aggregation) -> (&'static str, &'static str) {
    match aggregation {
        Aggregation::Sum => ("sum(quantity)", "sum(number)"),
        Aggregation::Count => ("0", "sum(records)"),
        Aggregation::Max => ("max(quantity)", "max(number)"),
        Aggregation::Unique => ("0", "count(DISTINCT value)"),
        // The quantity of the last one, behind what it is the last by.
        Aggregation::Latest => {
            ("max(printf('%020d%020d%020d', at, id, quantity))", "CAST(substr(max(number), 41) AS INTEGER)")
        }
    }
}

fn statement(aggregation: Aggregation) -> String {
    let member = |path| MEMBER.replace("{path}", path);
    let (part, number) = number(aggregation);
    let statement = include_str!("cells_sqlite.sql").replace("{part}", part).replace("{number}", number);
    statement.replace("{group}", &member("?1")).replace("{value}", &member("?2"))
}

/// Where a member stands, in SQLite's words.
fn path(member: Option<&str>) -> Option<String> {
    Some(format!("$.{}", json!(member?)))
}

#[async_trait]
impl ReadRecords for SqliteConn {
    async fn cells(&mut self, workspace: WorkspaceId, wanted: &Wanted, parting: Parting<'_>) -> StoreResult<Vec<Cell>> {
        let spans: Vec<_> = wanted.intervals().map(|(from, to)| (from.micros(), to.micros())).collect();
        let reading = diesel::sql_query(statement(wanted.aggregation))
            .bind::<Nullable<Text>, _>(path(parting.member))
            .bind::<Nullable<Text>, _>(path(wanted.unique_by.as_deref()))
            .bind::<BigInt, _>(workspace.0)
            .bind::<Text, _>(&wanted.feature)
            .bind::<Text, _>(json!(spans).to_string())
            .bind::<BigInt, _>(parting.most);
        Ok(reading.load(self).await?)
    }
}
