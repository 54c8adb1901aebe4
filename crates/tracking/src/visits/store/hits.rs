//! The hits of visits.

mod values;

use self::values::KeepValues as _;
use crate::schema::tracking_events;
use crate::visits::book::KeptHit;
use async_trait::async_trait;
use mainstay_store::insert_rows::InsertRows as _;
use mainstay_store::{Json, StoreResult, Ts, each_backend, insert_rows};
use serde_json::Value;

insert_rows! {
    struct NewHit into tracking_events {
        visit_id: i64,
        number: i32,
        at: Ts,
        name: i64,
        page: i64,
        properties: Option<Json<Value>>,
    }
    returning (visit_id) => i64
}

impl From<KeptHit> for NewHit {
    fn from(hit: KeptHit) -> Self {
        let KeptHit { visit, number, at, name, page, properties, .. } = hit;
        Self { visit_id: visit, number, at: Ts(at), name, page, properties: properties.map(Json) }
    }
}

#[async_trait]
pub(super) trait KeepHits {
    /// Keeps hits.
    async fn keep_hits(&mut self, hits: Vec<KeptHit>) -> StoreResult<()>;
}

#[each_backend]
#[async_trait]
impl KeepHits for Conn {
    async fn keep_hits(&mut self, hits: Vec<KeptHit>) -> StoreResult<()> {
        self.keep_values(&hits).await?;
        let _: Vec<i64> = self.insert_rows(hits.into_iter().map(NewHit::from).collect()).await?;
        Ok(())
    }
}
