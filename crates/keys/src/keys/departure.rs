//! What becomes of keys when their creator leaves for good: a key holds at most its creator's rights, who has none then.

use super::{CHANGED, Keys};
use crate::events;
use crate::store::EndKeys as _;
use async_trait::async_trait;
use mainstay_kernel::Tie;
use mainstay_store::departure::{Announced, Depart, Departing, Departs};
use mainstay_store::{StoreResult, each_backend};

#[each_backend]
#[async_trait]
impl Depart<Conn> for Keys {
    async fn ties(&self, _: &mut Conn, _: Departing) -> StoreResult<Vec<Tie>> {
        Ok(Vec::new())
    }

    async fn depart(&self, conn: &mut Conn, who: Departing) -> StoreResult<Vec<Announced>> {
        let ended = conn.end_keys(who.person, who.at, &self.tell(events::REVOKED, who.at)).await?;
        Ok(ended.iter().map(|hash| Announced { topic: CHANGED, subject: hash.to_string() }).collect())
    }
}

impl Departs for Keys {
    fn forget(&self, announced: &Announced) {
        if announced.topic == CHANGED {
            Self::forget(self, &announced.subject);
        }
    }
}
