//! The values that hits are counted by.

use crate::schema::tracking_values;
use crate::visits::book::KeptHit;
use async_trait::async_trait;
use mainstay_store::insert_rows::InsertRows as _;
use mainstay_store::{StoreResult, each_backend, insert_rows};

insert_rows! {
    struct NewValue into tracking_values {
        visit_id: i64,
        number: i32,
        property: i64,
        value: i64,
    }
    returning (visit_id) => i64
}

fn values_of(hit: &KeptHit) -> impl Iterator<Item = NewValue> {
    let (visit_id, number) = (hit.visit, hit.number);
    hit.values.iter().map(move |(property, value)| NewValue { visit_id, number, property: *property, value: *value })
}

#[async_trait]
pub(super) trait KeepValues {
    /// Keeps the values of hits.
    async fn keep_values(&mut self, hits: &[KeptHit]) -> StoreResult<()>;
}

#[each_backend]
#[async_trait]
impl KeepValues for Conn {
    async fn keep_values(&mut self, hits: &[KeptHit]) -> StoreResult<()> {
        let _: Vec<i64> = self.insert_rows(hits.iter().flat_map(values_of).collect()).await?;
        Ok(())
    }
}
