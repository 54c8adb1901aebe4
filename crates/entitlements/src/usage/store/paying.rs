//! Paying with credits for what is beyond a limit.

use super::Entry;
use crate::credits::store::{NotSpent, Spend, SpendCredits as _};
use crate::credits::{NewSpend, Resource};
use crate::price::Payment;
use async_trait::async_trait;
use mainstay_kernel::Ids;
use mainstay_store::{StoreError, StoreResult, each_backend};

#[async_trait]
pub(crate) trait PayForUse {
    /// Pays for a use, in the transaction that counts it.
    async fn pay(&mut self, entry: &Entry, credits: u64, ids: &dyn Ids) -> StoreResult<Payment>;
}

#[each_backend]
#[async_trait]
impl PayForUse for Conn {
    async fn pay(&mut self, entry: &Entry, credits: u64, ids: &dyn Ids) -> StoreResult<Payment> {
        if credits == 0 {
            return Ok(Payment::Made { credits, transaction: None });
        }
        let Ok(amount) = i64::try_from(credits) else { return Ok(Payment::Short { credits, balance: 0 }) };
        let feature = &entry.metered.feature;
        let wish = NewSpend {
            amount,
            description: Some(format!("{feature} beyond the limit")),
            resource: Some(Resource { kind: "feature".to_owned(), id: Some(feature.clone()) }),
            reference: None,
        };
        match self.spend_credits(&Spend::new(entry.workspace, wish), ids, entry.now).await? {
            Ok(booked) => Ok(Payment::Made { credits, transaction: Some(booked.transaction.id) }),
            Err(NotSpent::Short { balance }) => {
                Ok(Payment::Short { credits, balance: u64::try_from(balance).unwrap_or(0) })
            }
            Err(NotSpent::ReferenceTaken) => Err(StoreError::Damaged("a spend of no reference has one".to_owned())),
        }
    }
}
