//! The distinct values of features that count those.

use super::Entry;
use super::row::unsigned;
use crate::reset::Window;
use crate::schema::usage_values;
use crate::usage::ledger::Seen;
use async_trait::async_trait;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Text};
use diesel_async::RunQueryDsl;
use mainstay_kernel::WorkspaceId;
use mainstay_store::{PgConn, Prepare as _, SqliteConn, StoreResult, Ts, UtcTimestamp, each_backend};
use std::collections::BTreeSet;

/// Most values in one statement: SQLite takes a parameter for each.
const BATCH: usize = 500;

#[async_trait]
pub(super) trait ReadValues {
    /// When the values of these uses were last seen.
    async fn read_values(&mut self, entries: &[&Entry]) -> StoreResult<Seen>;
    /// How many distinct values there are in a window that is open.
    async fn count_values(&mut self, workspace: WorkspaceId, feature: &str, window: &Window) -> StoreResult<u64>;
}

#[async_trait]
pub(super) trait WriteValues {
    /// Writes when values were last seen.
    async fn write_values(&mut self, values: &Seen) -> StoreResult<()>;
}

#[each_backend]
#[async_trait]
impl ReadValues for Conn {
    async fn read_values(&mut self, entries: &[&Entry]) -> StoreResult<Seen> {
        let (mut workspaces, mut features, mut values) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for entry in entries {
            let Some(value) = &entry.value else { continue };
            workspaces.insert(entry.workspace.0);
            features.insert(entry.metered.feature.as_str());
            values.insert(value.as_str());
        }
        let (values, mut seen) = (values.into_iter().collect::<Vec<_>>(), Seen::new());
        for some in values.chunks(BATCH) {
            // Of several features it may find more than was asked for, which does no harm.
            let rows: Vec<(i64, String, String, Ts)> = usage_values::table
                .filter(usage_values::workspace_id.eq_any(&workspaces))
                .filter(usage_values::feature.eq_any(&features))
                .filter(usage_values::value.eq_any(some))
                .select(usage_values::all_columns)
                .load(self)
                .await?;
            let key = |(workspace, feature, value, last)| ((WorkspaceId(workspace), feature, value), Ts::into(last));
            seen.extend(rows.into_iter().map(key));
        }
        Ok(seen)
    }

    async fn count_values(&mut self, workspace: WorkspaceId, feature: &str, window: &Window) -> StoreResult<u64> {
        let seen = usage_values::table
            .filter(usage_values::workspace_id.eq(workspace.0))
            .filter(usage_values::feature.eq(feature))
            .filter(usage_values::last_at.ge(Ts(window.from)));
        Ok(unsigned(seen.count().get_result(self).await?))
    }
}

#[async_trait]
impl WriteValues for SqliteConn {
    async fn write_values(&mut self, values: &Seen) -> StoreResult<()> {
        for ((workspace, feature, value), last) in values {
            let writing = diesel::sql_query(include_str!("values_write_one.sql"))
                .bind::<BigInt, _>(workspace.0)
                .bind::<Text, _>(feature)
                .bind::<Text, _>(value)
                .bind::<UtcTimestamp, _>(Ts(*last));
            writing.prepared().execute(self).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl WriteValues for PgConn {
    async fn write_values(&mut self, values: &Seen) -> StoreResult<()> {
        if values.is_empty() {
            return Ok(());
        }
        let writing = diesel::sql_query(include_str!("values_write.sql"))
            .bind::<Array<BigInt>, _>(values.keys().map(|(workspace, ..)| workspace.0).collect::<Vec<_>>())
            .bind::<Array<Text>, _>(values.keys().map(|(_, feature, _)| feature.as_str()).collect::<Vec<_>>())
            .bind::<Array<Text>, _>(values.keys().map(|(.., value)| value.as_str()).collect::<Vec<_>>())
            .bind::<Array<UtcTimestamp>, _>(values.values().map(|last| Ts(*last)).collect::<Vec<_>>());
        writing.prepared().execute(self).await?;
        Ok(())
    }
}
