//! Single uses as they were told of.

use super::Entry;
use super::row::signed;
use crate::schema::usage_records;
use async_trait::async_trait;
use mainstay_store::insert_rows::InsertRows as _;
use mainstay_store::{Json, StoreResult, Ts, each_backend, insert_rows};
use serde_json::Value;

insert_rows! {
    struct NewRecord<'e> into usage_records {
        workspace_id: i64,
        feature: &'e str,
        quantity: i64,
        metadata: Json<&'e Value>,
        at: Ts,
        recorded_at: Ts,
    }
    returning (id) => i64
}

impl<'e> From<&'e Entry> for NewRecord<'e> {
    fn from(entry: &'e Entry) -> Self {
        Self {
            workspace_id: entry.workspace.0,
            feature: &entry.metered.feature,
            quantity: signed(entry.quantity),
            metadata: Json(&entry.metadata),
            at: Ts(entry.at),
            recorded_at: Ts(entry.now),
        }
    }
}

#[async_trait]
pub(crate) trait KeepRecords {
    /// Keeps uses.
    async fn keep_records(&mut self, entries: &[&Entry]) -> StoreResult<()>;
}

#[each_backend]
#[async_trait]
impl KeepRecords for Conn {
    async fn keep_records(&mut self, entries: &[&Entry]) -> StoreResult<()> {
        let rows = entries.iter().map(|entry| NewRecord::from(*entry)).collect();
        let _: Vec<i64> = self.insert_rows(rows).await?;
        Ok(())
    }
}
